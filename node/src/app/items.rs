//! Finding and showing: records as people read them.

use hedgerow_api::{
    Code, FindPage, FindQuery, Item, ItemSource, ItemSummary, ItemVersion, OpenState, Opening, Problem,
};
use hedgerow_protocol::cbor::doc_from_cbor;
use hedgerow_protocol::hlc::{DAY_MS, Day};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::listing::{self, At, Open, Severity, Upcoming};
use hedgerow_protocol::record::{Address, Audience, Record};
use hedgerow_protocol::view::SlotState;
use serde_json::Value;

use super::problems::{invalid, not_found};
use super::{App, Member};
use crate::core::{Core, Query};

/// Most items of one page.
const PAGE_MAX: u32 = 200;
/// Fewest digits of an id that name one.
const PREFIX_MIN: usize = 8;

/// The address of an item as text: `kind.owner.key`, the last two in hexadecimal.
pub fn slot_text(address: &Address) -> String {
    let key = data_encoding::HEXLOWER.encode(&address.key);
    format!("{}.{}.{key}", address.kind, address.owner)
}

pub(super) fn slot_of_text(text: &str) -> Option<Address> {
    let mut parts = text.split('.');
    let (kind, owner, key) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = Kind::from_name(kind).or_else(|| kind.strip_prefix("kind-")?.parse().ok().map(Kind))?;
    let key = data_encoding::HEXLOWER_PERMISSIVE.decode(key.as_bytes()).ok()?;
    parts.next().is_none().then_some(Address { owner: owner.parse().ok()?, kind, key })
}

/// The document of a record; nothing when it is withdrawn or not a document.
pub fn doc_of(record: &Record) -> Option<Value> {
    if record.lane() != Lane::Content || record.is_withdrawal() {
        return None;
    }
    doc_from_cbor(&record.payload().body).ok()
}

/// A day as people write it.
pub fn day_text(day: Day) -> String {
    let moment = jiff::Timestamp::from_millisecond((u64::from(day) * DAY_MS) as i64);
    moment.map(|t| t.in_tz("UTC").map(|z| z.date().to_string()).unwrap_or_default()).unwrap_or_default()
}

/// Opening of a document at a moment, for kinds that have hours.
fn opening(kind: Kind, doc: &Value, at: &At) -> Option<Opening> {
    if !kind.rules().has_hours {
        return None;
    }
    let open = listing::open_at(doc, at);
    let state = match open {
        Open::Open { .. } => OpenState::Open,
        Open::Closed { .. } => OpenState::Closed,
        Open::ClosedForGood => OpenState::ClosedForGood,
        Open::Unknown => OpenState::Unknown,
    };
    let changes_ms = match open {
        Open::Open { until } => until,
        Open::Closed { next } => next,
        Open::ClosedForGood | Open::Unknown => None,
    };
    Some(Opening { state, changes_ms, text: listing::open_words(&open, at), notes: listing::notes(doc) })
}

/// How much a notice matters; one whose word is not known is good to know.
fn severity(word: Option<&str>) -> Severity {
    word.and_then(Severity::from_name).unwrap_or_default()
}

/// A document in a few lines.
pub fn summarise(record: &Record, doc: &Value, publisher: String, at: &At) -> ItemSummary {
    let kind = record.payload().kind;
    let s = listing::summary(kind, doc);
    let upcoming = if kind == Kind::EVENT { listing::next_time(doc, at) } else { Upcoming::default() };
    let next = upcoming.times.into_iter().next();
    ItemSummary {
        id: record.id().to_string(),
        slot: slot_text(&record.address()),
        kind: kind.to_string(),
        title: s.title,
        lines: s.lines,
        publisher,
        owner: record.owner().to_string(),
        place: s.place,
        postcode: s.postcode,
        lat: s.position.map(|p| p.0),
        lon: s.position.map(|p| p.1),
        starts: s.starts,
        ends: s.ends,
        severity: if kind == Kind::NOTICE { Some(severity(s.severity.as_deref()).name().into()) } else { None },
        written_ms: record.payload().hlc.unix_ms(),
        by_me: false,
        repeats: s.repeats,
        next_unknown: upcoming.gave_up,
        next_ends: next.as_ref().map(|n| n.end_local.clone()),
        next_starts: next.map(|n| n.start_local),
        phone: s.phone,
        assured: s.assured,
        review_by: s.review_by,
        freshness: if kind.rules().is_checked {
            listing::checked_words(listing::checked(kind, doc, at), at)
        } else {
            String::new()
        },
        opening: opening(kind, doc, at),
        public: record.payload().audience == Audience::Public,
        also_from: 0,
        copies: 0,
    }
}

/// Other shown listings of the same thing, with their documents.
pub(super) fn same_elsewhere(core: &Core, record: &Record, doc: &Value) -> Vec<(Record, Value)> {
    let others = core.marked(&listing::marks(record.payload().kind, doc)).into_iter();
    let mut all: Vec<(Record, Value)> = vec![(record.clone(), doc.clone())];
    all.extend(others.filter(|r| r.id() != record.id()).filter_map(|r| doc_of(&r).map(|d| (r, d))));
    let listings: Vec<(Kind, &Value)> = all.iter().map(|(r, d)| (r.payload().kind, d)).collect();
    let ours = listing::group(&listings).into_iter().find(|g| g.all.contains(&0));
    let ours: Vec<usize> = ours.map_or_else(Vec::new, |g| g.all.into_iter().filter(|n| *n != 0).collect());
    ours.into_iter().map(|n| all[n].clone()).collect()
}

/// Folds listings of the same thing into one, as far as they are in one page.
pub fn fold_same(items: Vec<(ItemSummary, Kind, Value)>) -> Vec<ItemSummary> {
    let listings: Vec<(Kind, &Value)> = items.iter().map(|(_, kind, doc)| (*kind, doc)).collect();
    let mut also = vec![None; items.len()];
    for same in listing::group(&listings) {
        also[same.shown] = Some(same.all.len().saturating_sub(1) as u32);
    }
    let kept = items.into_iter().zip(also).filter_map(|((mut item, _, _), also)| {
        item.also_from = item.also_from.max(also?);
        Some(item)
    });
    kept.collect()
}

/// What was asked for, checked.
pub struct Asked {
    pub kinds: Vec<Kind>,
    pub at_ms: Option<u64>,
    pub limit: usize,
}

/// The kind of items that somebody names. What is sealed has its own addresses in the API; what computers say by themselves,
/// and what this version only passes on, has none.
pub fn named_kind(name: &str) -> Result<Kind, Problem> {
    let known = Kind::from_name(name.trim()).filter(|k| k.is_listed());
    known.ok_or_else(|| {
        let names: Vec<&str> = Kind::known().filter(|s| s.kind.is_listed()).map(|s| s.name).collect();
        invalid(format!("There is no kind \"{name}\"."), format!("There are: {}.", names.join(", ")))
    })
}

/// Checks a query; `zone` is the community's.
pub fn check(find: &FindQuery, zone: &str, now_ms: u64) -> Result<Asked, Problem> {
    let mut kinds = Vec::new();
    for name in find.kinds.split(',').map(str::trim).filter(|n| !n.is_empty()) {
        kinds.push(named_kind(name)?);
    }
    if kinds.is_empty() {
        kinds = Kind::in_every_list();
    }
    let limit = find.limit.unwrap_or(50);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(invalid("That is not a number of items.", format!("It has to be from 1 to {PAGE_MAX}.")));
    }
    let at_ms = match &find.at {
        Some(text) => Some(
            listing::local_ms(text, zone)
                .map_err(|e| invalid(format!("The time cannot be used: {e}."), "Write it like 2026-12-24T15:30."))?,
        ),
        None if find.open_now => Some(now_ms),
        None => None,
    };
    Ok(Asked { kinds, at_ms, limit: limit as usize })
}

impl App {
    /// One page of what was looked for.
    pub fn find(&self, find: &FindQuery) -> Result<FindPage, Problem> {
        let member = self.member()?;
        let asked = check(find, &member.time_zone(), member.core.clock())?;
        let at = asked.at_ms.map_or_else(|| member.now(), |ms| member.at(ms));
        let owners = if find.mine { member.my_owners().into_iter().map(Some).collect() } else { vec![None] };
        // One owner after the other; the cursor says with which to go on.
        let (mut place, mut cursor) = match find.cursor.as_deref().map(|c| c.split_once('~')) {
            None => (0, None),
            Some(Some((n, rest))) => {
                let n: usize = n.parse().map_err(|_| bad_cursor())?;
                (n, (!rest.is_empty()).then(|| rest.to_owned()))
            }
            Some(None) => return Err(bad_cursor()),
        };
        let blocked = member.blocked();
        let mut found = Vec::new();
        let mut total = 0;
        let mut exact = owners.len() == 1;
        let mut next = None;
        while let Some(owner) = owners.get(place) {
            let page = member.core.find(&Query {
                text: find.text.clone(),
                kinds: asked.kinds.clone(),
                owner: *owner,
                open_at: if find.open_now { asked.at_ms } else { None },
                near: find.near.clone(),
                cursor: cursor.take(),
                limit: asked.limit - found.len(),
                without: blocked.clone(),
                ..Query::default()
            });
            total += page.total;
            exact &= page.total_is_exact;
            for record in member.core.records(&page) {
                let Some(doc) = doc_of(&record) else { continue };
                let kind = record.payload().kind;
                // Whoever wrote a notice finds it before and after its time as well.
                if kind == Kind::NOTICE && !find.mine && !listing::notice_shows(&doc, &at) {
                    exact = false;
                    continue;
                }
                let publisher = member.name(&record.owner());
                let mut item = summarise(&record, &doc, publisher, &at);
                item.copies = self.copies(&member, &record);
                item.by_me = member.is_mine(&record);
                let same = same_elsewhere(&member.core, &record, &doc);
                item.also_from = same.iter().filter(|(r, _)| !blocked.contains(&r.owner())).count() as u32;
                found.push((item, kind, doc));
            }
            match page.next {
                Some(rest) => {
                    next = Some(format!("{place}~{rest}"));
                    if found.len() >= asked.limit {
                        break;
                    }
                    cursor = Some(rest);
                }
                None => {
                    place += 1;
                    next = (place < owners.len()).then(|| format!("{place}~"));
                    if found.len() >= asked.limit {
                        break;
                    }
                }
            }
        }
        let items = fold_same(found);
        Ok(FindPage { items, next, total: exact.then_some(total), said: None })
    }

    /// One item in full. What organisers hid is given to them and to its owner, if they ask for it.
    pub fn item(&self, id: &str, even_if_hidden: bool) -> Result<Item, Problem> {
        let member = self.member()?;
        let address = self.address_of(&member, id)?;
        member.unless_hidden(&address, even_if_hidden)?;
        self.show(&member, &address).ok_or_else(|| not_found("item", id))
    }

    /// The record of an id or the beginning of one.
    pub fn record(&self, id: &str) -> Result<Record, Problem> {
        let member = self.member()?;
        let id_text = id.trim().to_lowercase();
        if let Ok(id) = id_text.parse::<Id>() {
            return member.core.record(&id).ok_or_else(|| not_found("record", &id_text));
        }
        if id_text.len() < PREFIX_MIN || !id_text.bytes().all(|b| b.is_ascii_hexdigit()) {
            if let Some(record) = slot_of_text(&id_text).and_then(|a| member.core.slot(&a).winner().cloned()) {
                return Ok(record);
            }
            return Err(Problem::new(
                Code::NotFound,
                "That is not an id.",
                format!("An id has 64 digits (0-9, a-f); the first {PREFIX_MIN} or more are enough."),
                "Copy it from: hedgerow find WORD",
            ));
        }
        match member.core.ids_with_prefix(&id_text, 2)[..] {
            [one] => member.core.record(&one).ok_or_else(|| not_found("record", &id_text)),
            [] => Err(not_found("record", &id_text)),
            _ => Err(invalid(format!("More than one id begins with {id_text}."), "Type more of its digits.")),
        }
    }

    /// The address an id, the beginning of an id, or a slot leads to.
    pub(super) fn address_of(&self, member: &Member, id: &str) -> Result<Address, Problem> {
        let address = match slot_of_text(id.trim()) {
            Some(address) if member.core.slot(&address).state != SlotState::Empty => address,
            Some(_) => return Err(not_found("item", id)),
            None => self.record(id)?.address(),
        };
        if address.kind.is_listed() { Ok(address) } else { Err(not_found("item", id)) }
    }
}

fn bad_cursor() -> Problem {
    invalid("That is not a place to go on from.", "Use \"next\" of the page before, as it came.")
}

impl App {
    /// How many computers keep a record: this one, and each that was found equal after the record was written or came.
    fn copies(&self, member: &Member, record: &Record) -> u64 {
        1 + self.links().map_or(0, |l| l.copies(member.arrival(record)))
    }

    /// The item at an address, whatever its state; nothing when nothing of it counts.
    pub(super) fn show(&self, member: &Member, address: &Address) -> Option<Item> {
        let view = member.core.slot(address);
        let mut item = self.as_written(member, view.winner()?);
        let versions = view.heads.iter().map(|record| {
            let device = record.payload().device;
            let shown = record.id().to_string() == item.summary.id;
            ItemVersion {
                id: record.id().to_string(),
                written_ms: record.payload().hlc.unix_ms(),
                by: member.authority().person_of_device(&device).map(|p| member.name(&p)).unwrap_or_default(),
                device: device.to_string(),
                shown,
                item: (!shown).then(|| Box::new(self.as_written(member, record))),
            }
        });
        item.versions = versions.collect();
        Some(item)
    }

    /// The item as one record has it.
    fn as_written(&self, member: &Member, record: &Record) -> Item {
        let withdrawn = record.is_withdrawal();
        let doc = doc_of(record).unwrap_or(Value::Null);
        let at = member.now();
        let publisher = member.name(&record.owner());
        let mut summary = summarise(record, &doc, publisher, &at);
        if doc.is_null() {
            summary.title = if withdrawn { "(withdrawn)".into() } else { format!("({})", record.payload().kind) };
        }
        let copies = self.copies(member, record);
        summary.copies = copies;
        summary.by_me = member.is_mine(record);
        let others = if withdrawn { Vec::new() } else { same_elsewhere(&member.core, record, &doc) };
        summary.also_from = others.len() as u32;
        let sources = core::iter::once((record, &doc))
            .chain(others.iter().map(|(r, d)| (r, d)))
            .map(|(record, doc)| source_of(record, doc, member.name(&record.owner())))
            .collect();
        Item {
            notes: listing::notes(&doc),
            hours: if summary.opening.is_some() { listing::hours_lines(&doc) } else { Vec::new() },
            sources,
            copies,
            copies_text: copies_text(copies),
            versions: Vec::new(),
            expires: record.payload().expires.map(day_text),
            mine: member.may_write(&record.owner(), record.payload().kind),
            withdrawn,
            hidden: member.hidden_at(&record.address()),
            doc,
            summary,
        }
    }
}

fn source_of(record: &Record, doc: &Value, publisher: String) -> ItemSource {
    let said = |key: &str| doc.get("source").and_then(|s| s.get(key)?.as_str()).unwrap_or_default();
    ItemSource {
        id: record.id().to_string(),
        publisher,
        name: Some(said("name")).filter(|n| *n != "typed").unwrap_or_default().to_owned(),
        url: said("url").to_owned(),
        assured: listing::summary(record.payload().kind, doc).assured,
    }
}

fn copies_text(copies: u64) -> String {
    match copies {
        0 | 1 => "Only on this computer, as far as known".into(),
        n => format!("Kept on {n} computers"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_as_text_comes_back() {
        let address = Address { owner: Id([3; 32]), kind: Kind::SERVICE_AT_LOCATION, key: b"a.b-c".to_vec() };
        assert_eq!(slot_of_text(&slot_text(&address)), Some(address));
        let later = Address { owner: Id([3; 32]), kind: Kind(999), key: Vec::new() };
        assert_eq!(slot_of_text(&slot_text(&later)), Some(later));
        for bad in ["", "service", "service.xx.00", "nothing.00.00", "service.00"] {
            assert_eq!(slot_of_text(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_query_is_checked() {
        let ask = |f: FindQuery| check(&f, "Europe/London", 5);
        assert_eq!(ask(FindQuery::default()).unwrap().kinds.len(), 3);
        assert_eq!(ask(FindQuery { open_now: true, ..Default::default() }).unwrap().at_ms, Some(5));
        for bad in [
            FindQuery { kinds: "cheese".into(), ..Default::default() },
            FindQuery { kinds: "genesis".into(), ..Default::default() },
            FindQuery { kinds: "sealed".into(), ..Default::default() },
            FindQuery { kinds: "service,sealing-key".into(), ..Default::default() },
            FindQuery { limit: Some(0), ..Default::default() },
            FindQuery { limit: Some(201), ..Default::default() },
            FindQuery { at: Some("soon".into()), ..Default::default() },
        ] {
            assert!(ask(bad).is_err());
        }
        let winter = FindQuery { at: Some("2026-12-24T15:30".into()), ..Default::default() };
        assert_eq!(ask(winter).unwrap().at_ms, Some(1_798_126_200_000));
    }

    #[test]
    fn days() {
        assert_eq!(day_text(0), "1970-01-01");
        assert_eq!(day_text(20_780), "2026-11-23");
    }
}
