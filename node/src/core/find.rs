//! Lists and searches over the shared tables. Reads no record; every answer comes from memory.

use std::cell::RefCell;
use std::cmp::Ordering;

use hedgerow_protocol::hlc::{Day, day_of_ms};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, At, Now, Severity};

use super::state::State;
use super::types::{Hit, Order, Page, Query};
use crate::store::search::Need;
use crate::store::table::{Row, flag};
use crate::store::words;

/// Items on a page where none are asked for, and most that may be.
const LIMIT: (usize, usize) = (20, 500);

#[cfg(test)]
thread_local! {
    /// Rows that were looked at by this thread.
    pub static ROWS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A row is looked at: tests count them.
pub fn note_row() {
    #[cfg(test)]
    ROWS.set(ROWS.get() + 1);
}

/// One page of what fits.
pub fn find(state: &State, query: &Query, now_ms: u64) -> Page {
    let limit = if query.limit == 0 { LIMIT.0 } else { query.limit.min(LIMIT.1) };
    let filter = Filter::new(state, query);
    let mut terms: Vec<_> = words::query_terms(&query.text).into_iter().map(|t| (t, Need::Anywhere)).collect();
    let near = query.near.as_deref().map(words::query_terms).unwrap_or_default();
    terms.extend(near.into_iter().map(|t| (t, Need::Place)));
    if terms.is_empty() && !query.text.trim().is_empty() {
        // Only signs nobody can search for.
        return Page { total_is_exact: true, ..Page::default() };
    }
    if terms.is_empty() && query.order != Order::Newest {
        return by_title(state, query, &filter, limit);
    }
    let today = day_of_ms(now_ms);
    let is_ranked = !query.text.trim().is_empty() && query.order == Order::Best;
    let rank = |row: &Row, score: u32| match (query.order, is_ranked) {
        (Order::Newest, _) => row.hlc.0,
        (_, true) => u64::from(fresh(score, if row.checked == 0 { row.hlc.day() } else { row.checked }, today)),
        _ => 0,
    };
    // Of what fits, what one has to act on comes first, however well the rest fits.
    let lift = |number: u32| match listing::notice_urgency(state.table.title_sort(number)) {
        Some(Severity::Urgent) if is_ranked => 2 << 32,
        Some(Severity::Warning) if is_ranked => 1 << 32,
        _ => 0,
    };
    let found: Vec<(u32, u32)> = if terms.is_empty() {
        filter.kinds.iter().flat_map(|k| state.table.list(*k)).map(|n| (*n, 0)).collect()
    } else {
        state.search.find(&terms, state.table.rows().len())
    };
    let after = query.cursor.as_deref().and_then(|c| Place::parse(c, state));
    let mut total = 0;
    let ranked = |rank: u64, number: u32| {
        let id = state.table.row(number).map_or(Id::SELF, |r| r.id);
        Ranked { rank, title: state.table.title_sort(number), id }
    };
    let mut rows: Vec<(u64, u32)> = Vec::new();
    for (number, score) in found {
        let Some(row) = state.table.row(number).filter(|r| filter.fits(r)) else { continue };
        total += 1;
        let rank = rank(row, score) + lift(number);
        if after.as_ref().is_none_or(|a| a.as_ranked() < ranked(rank, number)) {
            rows.push((rank, number));
        }
    }
    // Titles and ids are only looked at between equals, and only one page needs to be in order.
    let order = |a: &(u64, u32), b: &(u64, u32)| b.0.cmp(&a.0).then_with(|| ranked(a.0, a.1).cmp(&ranked(b.0, b.1)));
    if rows.len() > limit + 1 {
        rows.select_nth_unstable_by(limit, order);
        rows.truncate(limit + 1);
    }
    rows.sort_unstable_by(order);
    page(rows.into_iter().map(|(rank, number)| ranked(rank, number)), limit, total)
}

/// What must hold of a row.
struct Filter<'a> {
    state: &'a State,
    kinds: Vec<Kind>,
    owner: Option<u32>,
    nobody: bool,
    without: Vec<u32>,
    public_only: bool,
    open_at: Option<(At, RefCell<Vec<u8>>)>,
}

/// What is known of hours so far in a query.
const OPEN: u8 = 1;
const NOT_OPEN: u8 = 2;

impl<'a> Filter<'a> {
    fn new(state: &'a State, query: &Query) -> Self {
        let kinds = match query.kinds.is_empty() {
            true => state.table.kinds().filter(|k| k.spec().is_some()).collect(),
            false => {
                let mut kinds = query.kinds.clone();
                kinds.sort_unstable();
                kinds.dedup();
                kinds
            }
        };
        let owner = query.owner.map(|o| state.table.owners.find(&o.0));
        let at = query.open_at.and_then(|ms| At::new(&state.zone, ms).or_else(|_| At::new("", ms)).ok());
        let unknown = || RefCell::new(vec![0; state.table.hours.all().len() + 1]);
        Filter {
            state,
            kinds,
            owner: owner.flatten(),
            nobody: owner == Some(None),
            without: query.without.iter().filter_map(|o| state.table.owners.find(&o.0)).collect(),
            public_only: query.public_only,
            open_at: at.map(|at| (at, unknown())),
        }
    }
    fn fits(&self, row: &Row) -> bool {
        note_row();
        row.has(flag::SHOWN)
            && !self.nobody
            && self.owner.is_none_or(|o| row.owner == o)
            && !self.without.contains(&row.owner)
            && (!self.public_only || row.has(flag::PUBLIC))
            && self.kinds.binary_search(&row.kind).is_ok()
            && self.is_open(row)
    }
    /// Each different set of hours is looked at once in a query.
    fn is_open(&self, row: &Row) -> bool {
        let Some((at, answers)) = &self.open_at else { return true };
        let number = self.state.table.hours_number(row);
        let mut answers = answers.borrow_mut();
        let Some(known) = answers.get_mut(number as usize) else { return false };
        if *known == 0 {
            let open = listing::now_at(self.state.table.hours.get(number), at) == Now::Open;
            *known = if open { OPEN } else { NOT_OPEN };
        }
        *known == OPEN
    }
    fn is_plain(&self) -> bool {
        self.owner.is_none() && !self.nobody && self.without.is_empty() && !self.public_only && self.open_at.is_none()
    }
}

/// A score with its freshness: what was checked within the last year is worth up to a quarter more.
fn fresh(score: u32, checked: Day, today: Day) -> u32 {
    let age = today.saturating_sub(checked).min(365);
    score * 16 + score * 4 * (365 - age) / 365
}

/// A found row in the order of a page: rank, then title, then id.
#[derive(PartialEq, Eq)]
struct Ranked<'a> {
    rank: u64,
    title: &'a [u8],
    id: Id,
}

impl Ord for Ranked<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_rank = other.rank.cmp(&self.rank);
        by_rank.then_with(|| self.title.cmp(other.title)).then_with(|| self.id.cmp(&other.id))
    }
}
impl PartialOrd for Ranked<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A place in a list, as people's programs hand it back: rank, id and title, in hexadecimal digits.
struct Place {
    rank: u64,
    title: Vec<u8>,
    id: Id,
}

impl Place {
    fn text(rank: u64, id: &Id, title: &[u8]) -> String {
        let bytes = [&rank.to_be_bytes()[..], &id.0, title].concat();
        data_encoding::HEXLOWER.encode(&bytes)
    }
    fn parse(text: &str, _: &State) -> Option<Place> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
        let (rank, rest) = bytes.split_first_chunk::<8>()?;
        let (id, title) = rest.split_first_chunk::<32>()?;
        Some(Place { rank: u64::from_be_bytes(*rank), id: Id(*id), title: title.to_vec() })
    }
    fn as_ranked(&self) -> Ranked<'_> {
        Ranked { rank: self.rank, title: &self.title, id: self.id }
    }
}

fn page<'a>(mut rows: impl Iterator<Item = Ranked<'a>>, limit: usize, total: u64) -> Page {
    let mut items = Vec::new();
    let mut last = None;
    for row in rows.by_ref().take(limit) {
        items.push(Hit { id: row.id, score: (row.rank & u64::from(u32::MAX)) as u32 });
        last = Some(Place::text(row.rank, &row.id, row.title));
    }
    let next = last.filter(|_| rows.next().is_some());
    Page { items, next, total, total_is_exact: true }
}

impl Page {
    /// Without the number of all.
    fn uncounted(self) -> Page {
        Page { total: 0, total_is_exact: false, ..self }
    }
}

/// Lists come from the order that is kept for each kind.
fn by_title(state: &State, query: &Query, filter: &Filter<'_>, limit: usize) -> Page {
    let table = &state.table;
    let after = query.cursor.as_deref().and_then(|c| Place::parse(c, state));
    let ranked = |n: u32| {
        let row = table.row(n)?;
        Some(Ranked { rank: 0, title: table.title_sort(n), id: row.id })
    };
    let total = match filter.is_plain() {
        _ if query.uncounted => 0,
        true => filter.kinds.iter().map(|k| table.list(*k).len() as u64).sum(),
        false => {
            let rows = filter.kinds.iter().flat_map(|k| table.list(*k)).filter_map(|n| table.row(*n));
            rows.filter(|r| filter.fits(r)).count() as u64
        }
    };
    let mut lists: Vec<&[u32]> = filter.kinds.iter().map(|k| table.list(*k)).collect();
    if let Some(after) = &after {
        for list in &mut lists {
            let from = list.partition_point(|n| ranked(*n).is_some_and(|r| r <= after.as_ranked()));
            *list = &list[from..];
        }
    }
    let merged = std::iter::from_fn(|| {
        let heads = lists.iter().enumerate().filter_map(|(i, l)| l.first().map(|n| (i, *n)));
        let (i, n) = heads.min_by(|a, b| table.by_title(a.1, b.1))?;
        lists[i] = &lists[i][1..];
        Some(n)
    });
    let fitting = merged.filter(|n| table.row(*n).is_some_and(|r| filter.fits(r)));
    let page = page(fitting.filter_map(ranked), limit, total);
    if query.uncounted { page.uncounted() } else { page }
}
