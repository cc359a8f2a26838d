//! Retention over the record table: which rows are in the set that nodes compare ([`flag::KEPT`]), which are put aside, and
//! which go. The incremental form of `hedgerow_protocol::retention`.
//!
//! Rows are known by *source*: all of one device, owner and kind stand or fall together under authority and are charged to the
//! same shares. Sources with the same outermost share are an *account*; nothing outside an account pushes its rows out, but a
//! withdrawal of the same slot. While every share of an account holds what is charged to it, only the slots that changed are
//! looked at; only an account that is full is judged as a whole.
//!
//! Not for: what a slot shows, or when bytes are given back to the disk.

use std::collections::{BTreeMap, BTreeSet};

use hedgerow_protocol::authority::{Allowances, Authority, ContentStanding};
use hedgerow_protocol::hlc::{Hlc, week_of};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Record;
use hedgerow_protocol::retention::{self, Fate, Holder, Path, Share, Version};

use super::hidden::HiddenSet;
use crate::store::table::{Row, Table, flag};

/// Days of running for which bytes stay that authority or a withdrawal took out of the set.
pub const ASIDE_DAYS: u16 = 30;

/// A slot, as the table names it.
pub type Slot = [u8; 16];

/// All content of one device for one owner, of one kind.
struct Source {
    device: u32,
    owner: u32,
    kind: Kind,
    /// Its rows; some may be gone.
    rows: Vec<u32>,
    /// Whether it counts.
    stands: ContentStanding,
    /// Whether there is a share for it: the kind has no part in that.
    holds: ContentStanding,
    path: Option<Path>,
}

impl Source {
    fn account(&self) -> Option<Holder> {
        self.path.as_ref().and_then(|path| path.first()).map(|share| share.holder)
    }
}

/// What is charged to a share: withdrawals and versions apart.
#[derive(Clone, Copy, Default)]
struct Used {
    units: u64,
    withdrawals: u64,
    versions: u64,
}

impl Used {
    fn of(&mut self, is_withdrawal: bool) -> &mut u64 {
        if is_withdrawal { &mut self.withdrawals } else { &mut self.versions }
    }
}

#[derive(Default)]
struct Account {
    sources: BTreeSet<u32>,
    shares: BTreeMap<Holder, Used>,
    /// A share changed: it is judged as a whole next time.
    whole: bool,
    /// Something of this computer's was pushed out and is here still: it may fit again each time.
    pushed_out: bool,
}

impl Account {
    fn fits(&self) -> bool {
        self.shares.values().all(|s| s.withdrawals <= s.units && s.versions <= s.units)
    }

    fn charge(&mut self, path: &[Share], is_withdrawal: bool, units: u32) {
        for share in path {
            let used = self.shares.entry(share.holder).or_default();
            used.units = share.units;
            *used.of(is_withdrawal) += u64::from(units);
        }
    }

    fn give_back(&mut self, path: &[Share], is_withdrawal: bool, units: u32) {
        for share in path {
            let used = self.shares.entry(share.holder).or_default().of(is_withdrawal);
            *used = used.saturating_sub(u64::from(units));
        }
    }
}

/// What changed and is to be judged.
#[derive(Default)]
pub struct Touched {
    slots: BTreeSet<Slot>,
    accounts: BTreeSet<Holder>,
    /// Rows of sources without a share.
    outside: Vec<u32>,
}

/// See the module.
#[derive(Default)]
pub struct Retained {
    names: BTreeMap<(u32, u32, Kind), u32>,
    sources: Vec<Source>,
    accounts: BTreeMap<Holder, Account>,
    allowances: Option<Allowances>,
    oldest_week: u32,
    /// What organisers hid: nobody has a share for it.
    pub hidden: HiddenSet,
}

impl Retained {
    /// Nothing yet, where this is hidden.
    pub fn new(hidden: HiddenSet) -> Self {
        Retained { hidden, ..Retained::default() }
    }

    /// Whether a row's slot is hidden.
    pub fn is_hidden(&self, table: &Table, authority: &Authority, row: &Row) -> bool {
        self.hidden.covers(authority, &row.slot, &Id(table.owners.name(row.owner)), row.kind)
    }

    /// Takes in a row of the table; [`Retained::settle`] decides about it.
    pub fn insert(&mut self, table: &mut Table, authority: &Authority, number: u32, touched: &mut Touched) {
        let Some(row) = table.row(number).copied() else { return };
        let at = self.source(table, authority, &row);
        self.sources[at].rows.push(number);
        self.place(table, authority, at, number, touched);
    }

    fn source(&mut self, table: &Table, authority: &Authority, row: &Row) -> usize {
        if let Some(at) = self.names.get(&(row.device, row.owner, row.kind)) {
            return *at as usize;
        }
        let at = self.sources.len();
        let (device, owner) = (PublicKey(table.devices.name(row.device)), Id(table.owners.name(row.owner)));
        let allowances = *self.allowances.get_or_insert_with(|| authority.allowances());
        let stands = authority.content_standing(&device, &owner, row.kind);
        let holds = authority.share_standing(&device, &owner);
        let path = (holds != ContentStanding::No).then(|| authority.path(&allowances, &device, &owner)).flatten();
        let source =
            Source { device: row.device, owner: row.owner, kind: row.kind, rows: Vec::new(), stands, holds, path };
        if let Some(account) = source.account() {
            self.accounts.entry(account).or_default().sources.insert(at as u32);
        }
        self.sources.push(source);
        self.names.insert((row.device, row.owner, row.kind), at as u32);
        at
    }

    /// Sets whether a row counts and whether somebody has a share for it; [`Retained::settle`] charges it.
    fn place(&mut self, table: &mut Table, authority: &Authority, at: usize, number: u32, touched: &mut Touched) {
        let Some(row) = table.row(number).copied() else { return };
        touched.slots.insert(row.slot);
        let source = &self.sources[at];
        let (device, owner) = (PublicKey(table.devices.name(row.device)), Id(table.owners.name(row.owner)));
        let has_share = source.path.is_some()
            && !self.hidden.covers(authority, &row.slot, &owner, row.kind)
            && (source.holds == ContentStanding::Counts || authority.has_share_as_kept(&device, &owner, &row.id));
        let counts = row.has(flag::UNDERSTOOD)
            && match source.stands {
                ContentStanding::Counts => true,
                ContentStanding::OnlyKept => authority.counts_as_kept(&device, &owner, row.kind, &row.id),
                ContentStanding::No => false,
            };
        let (set, clear) = if counts { (flag::COUNTS, 0) } else { (0, flag::COUNTS) };
        let (set, clear) = if has_share { (set, clear | flag::OUTSIDE) } else { (set | flag::OUTSIDE, clear) };
        table.set(number, set, clear);
        match source.account().filter(|_| has_share) {
            Some(account) => {
                touched.accounts.insert(account);
            }
            None => touched.outside.push(number),
        }
    }

    /// Takes in a row that was decided about before this start, as it was left.
    pub fn adopt(&mut self, table: &Table, authority: &Authority, own: Option<u32>, number: u32) {
        let Some(row) = table.row(number).copied() else { return };
        let at = self.source(table, authority, &row);
        self.sources[at].rows.push(number);
        let source = &self.sources[at];
        let (Some(path), Some(account)) = (&source.path, source.account()) else { return };
        let account = self.accounts.entry(account).or_default();
        if row.has(flag::KEPT) && week_of(row.expires).min(retention::FAR_WEEK) >= self.oldest_week {
            account.charge(path, row.has(flag::WITHDRAWAL), row.units());
        }
        account.pushed_out |= own == Some(row.device) && row.flags & (flag::KEPT | flag::OUTSIDE | flag::ASIDE) == 0;
    }

    /// After authority changed: asks again about every source.
    pub fn authority_changed(&mut self, table: &mut Table, authority: &Authority, touched: &mut Touched) {
        let allowances = authority.allowances();
        self.allowances = Some(allowances);
        for at in 0..self.sources.len() {
            let source = &self.sources[at];
            let (device, owner) = (PublicKey(table.devices.name(source.device)), Id(table.owners.name(source.owner)));
            let stands = authority.content_standing(&device, &owner, source.kind);
            let holds = authority.share_standing(&device, &owner);
            let path = (holds != ContentStanding::No).then(|| authority.path(&allowances, &device, &owner)).flatten();
            let same = stands == source.stands && holds == source.holds;
            // What removals keep can grow without anything else changing.
            let is_whole = |s| s != ContentStanding::OnlyKept;
            if same && path == source.path && is_whole(stands) && is_whole(holds) {
                continue;
            }
            let before = source.account();
            let after = path.as_ref().and_then(|p| p.first()).map(|share| share.holder);
            let only_sizes =
                same && is_whole(stands) && is_whole(holds) && holders(path.as_ref()).eq(holders(source.path.as_ref()));
            self.sources[at].stands = stands;
            self.sources[at].holds = holds;
            self.sources[at].path = path;
            for account in [before, after].into_iter().flatten() {
                self.accounts.entry(account).or_default().whole = true;
                touched.accounts.insert(account);
            }
            if only_sizes {
                continue;
            }
            if let Some(account) = before {
                self.accounts.entry(account).or_default().sources.remove(&(at as u32));
            }
            if let Some(account) = after {
                self.accounts.entry(account).or_default().sources.insert(at as u32);
            }
            for number in self.live_rows(table, at) {
                self.place(table, authority, at, number, touched);
            }
        }
    }

    /// After [`Retained::hidden`] changed: asks again about these rows.
    pub fn hidden_changed(
        &mut self,
        table: &mut Table,
        authority: &Authority,
        rows: &BTreeSet<u32>,
        touched: &mut Touched,
    ) {
        for number in rows {
            let Some(row) = table.row(*number).filter(|r| !r.has(flag::DEAD)).copied() else { continue };
            let at = self.source(table, authority, &row);
            if let Some(account) = self.sources[at].account() {
                self.accounts.entry(account).or_default().whole = true;
                touched.accounts.insert(account);
            }
            self.place(table, authority, at, *number, touched);
        }
    }

    /// The earliest week that is charged, before anything was taken in.
    pub fn set_week(&mut self, oldest_week: u32) {
        self.oldest_week = oldest_week;
    }

    /// A week is over: what expired in it is charged to nobody any more.
    pub fn week_began(&mut self, oldest_week: u32, touched: &mut Touched) {
        if self.oldest_week != oldest_week {
            self.oldest_week = oldest_week;
            self.all_again(touched);
        }
    }

    /// Judges everything at the next [`Retained::settle`].
    pub fn all_again(&mut self, touched: &mut Touched) {
        self.accounts.values_mut().for_each(|account| account.whole = true);
        touched.accounts.extend(self.accounts.keys());
    }

    /// A row is about to go.
    pub fn forget(&mut self, row: &Row, touched: &mut Touched) {
        let Some(at) = self.names.get(&(row.device, row.owner, row.kind)) else { return };
        let source = &self.sources[*at as usize];
        let (Some(path), Some(account)) = (&source.path, source.account()) else { return };
        touched.slots.insert(row.slot);
        touched.accounts.insert(account);
        if row.has(flag::KEPT)
            && !self.is_over(row)
            && let Some(account) = self.accounts.get_mut(&account)
        {
            account.give_back(path, row.has(flag::WITHDRAWAL), row.units());
        }
    }

    /// Rows have other numbers now; `map` has the new one of each old one, `u32::MAX` for those that are gone.
    pub fn renumber(&mut self, map: &[u32]) {
        for source in &mut self.sources {
            source.rows.retain_mut(|number| {
                *number = map.get(*number as usize).copied().unwrap_or(u32::MAX);
                *number != u32::MAX
            });
        }
    }

    /// The shares that a record is charged to; nothing: nobody has one for it.
    pub fn path_of(&self, table: &Table, authority: &Authority, record: &Record) -> Option<Path> {
        let p = record.payload();
        let known = || Some((table.devices.find(&p.device.0)?, table.owners.find(&record.owner().0)?, p.kind));
        let source = known().and_then(|name| self.names.get(&name)).map(|at| &self.sources[*at as usize]);
        match source {
            Some(source) if source.holds == ContentStanding::Counts && !authority.is_hidden(&record.address()) => {
                source.path.clone()
            }
            _ => authority.shares(&self.allowances(authority), record),
        }
    }

    /// Whether newer records use up a share that a version would be charged to, so that it would go at once.
    pub fn is_beyond_share(&self, table: &Table, path: &[Share], order: (Hlc, Id), units: u32) -> bool {
        let Some(account) = path.first().and_then(|share| self.accounts.get(&share.holder)) else { return false };
        if self.without_room(path, |_| u64::from(units)).is_none() {
            return false;
        }
        let rows = account.sources.iter().flat_map(|at| {
            let source = &self.sources[*at as usize];
            self.live_rows(table, *at as usize).into_iter().map(move |n| (n, source.path.as_ref()))
        });
        let rows = rows.filter_map(|(n, path)| Some((table.row(n)?, path?)));
        let newer = rows.filter(|(r, _)| r.has(flag::KEPT) && !r.has(flag::WITHDRAWAL) && r.order() > order);
        let mut spent = retention::Spent::default();
        newer.filter(|(r, _)| !self.is_over(r)).for_each(|(r, path)| spent.charge(path, r.units()));
        !spent.has_room(path)
    }

    /// The first share on a path that does not hold so many units more; nothing: they fit.
    pub fn without_room(&self, path: &[Share], more: impl Fn(&Share) -> u64) -> Option<Share> {
        let account = path.first().and_then(|share| self.accounts.get(&share.holder));
        let used = |share: &Share| account.and_then(|a| a.shares.get(&share.holder)).map_or(0, |used| used.versions);
        path.iter().find(|share| used(share).saturating_add(more(share)) > share.units).copied()
    }

    /// The sizes of shares now.
    fn allowances(&self, authority: &Authority) -> Allowances {
        self.allowances.unwrap_or_else(|| authority.allowances())
    }

    /// Decides about what was touched. Gives the slots that may show something else now.
    pub fn settle(&mut self, table: &mut Table, own: Option<u32>, days_run: u16, touched: Touched) -> BTreeSet<Slot> {
        let Touched { mut slots, mut accounts, outside } = touched;
        for number in outside {
            if let Some(row) = table.row(number).filter(|r| !r.has(flag::DEAD)).copied() {
                set_aside(table, own, days_run, number, &row);
            }
        }
        let mut changed = BTreeSet::new();
        for looks_at_withdrawals in [true, false] {
            for account in &accounts {
                self.judge(table, own, days_run, account, looks_at_withdrawals, &slots, &mut changed);
            }
            if looks_at_withdrawals {
                // What a withdrawal takes away may be another account's: organisers write the same slots.
                slots.extend(changed.iter().copied());
                let others = slots.iter().flat_map(|slot| table.versions(slot)).filter_map(|n| table.row(n));
                let others = others.filter_map(|r| self.names.get(&(r.device, r.owner, r.kind)));
                accounts.extend(others.filter_map(|at| self.sources[*at as usize].account()));
            }
        }
        for account in &accounts {
            if let Some(account) = self.accounts.get_mut(account) {
                account.whole = false;
            }
        }
        slots.extend(changed);
        slots
    }

    fn is_over(&self, row: &Row) -> bool {
        week_of(row.expires).min(retention::FAR_WEEK) < self.oldest_week
    }

    fn live_rows(&self, table: &Table, at: usize) -> Vec<u32> {
        let source = &self.sources[at];
        let is_here = |n: &u32| {
            let row = table.row(*n).filter(|r| !r.has(flag::DEAD));
            row.is_some_and(|r| (r.device, r.owner, r.kind) == (source.device, source.owner, source.kind))
        };
        source.rows.iter().copied().filter(is_here).collect()
    }

    /// One step of retention for one account: the whole of it, or the slots that changed.
    #[expect(clippy::too_many_arguments, reason = "the parts of one decision")]
    fn judge(
        &mut self,
        table: &mut Table,
        own: Option<u32>,
        days_run: u16,
        holder: &Holder,
        looks_at_withdrawals: bool,
        slots: &BTreeSet<Slot>,
        changed: &mut BTreeSet<Slot>,
    ) {
        let Some(account) = self.accounts.get(holder) else { return };
        let in_step = |r: &Row| {
            let known = r.flags & (flag::AUTHORITY | flag::DEAD) == 0 && !self.is_over(r);
            known && r.has(flag::WITHDRAWAL) == looks_at_withdrawals
        };
        let of_account = |r: &Row| {
            let at = self.names.get(&(r.device, r.owner, r.kind)).map(|at| &self.sources[*at as usize]);
            at.filter(|s| s.account() == Some(*holder)).and_then(|s| s.path.clone())
        };
        // What the slots that changed would come to if all their rows were kept.
        let some: Vec<u32> = slots.iter().flat_map(|slot| table.versions(slot)).collect();
        let mut tried = Account { shares: account.shares.clone(), ..Account::default() };
        for row in some.iter().filter_map(|n| table.row(*n)).filter(|r| in_step(r) && !r.has(flag::KEPT)) {
            if let Some(path) = of_account(row) {
                tried.charge(&path, looks_at_withdrawals, row.units());
            }
        }
        let whole = account.whole || account.pushed_out || !tried.fits();
        let mut rows = if whole {
            account.sources.iter().flat_map(|at| self.live_rows(table, *at as usize)).collect()
        } else {
            some
        };
        rows.sort_unstable();
        rows.dedup();
        let mut numbers = Vec::new();
        let mut versions: Vec<Version<Slot, u32>> = Vec::new();
        for number in rows {
            let Some(row) = table.row(number).filter(|r| in_step(r) && !r.has(flag::OUTSIDE)) else { continue };
            let Some(path) = of_account(row) else { continue };
            numbers.push(number);
            versions.push(Version {
                slot: row.slot,
                device: row.device,
                order: row.order(),
                units: row.units(),
                is_withdrawal: looks_at_withdrawals,
                path,
            });
        }
        let fates = retention::judge(&versions, |slot| newest_withdrawal(table, slot));
        let Some(account) = self.accounts.get_mut(holder) else { return };
        if whole {
            account.shares.values_mut().for_each(|used| *used.of(looks_at_withdrawals) = 0);
            account.pushed_out &= !looks_at_withdrawals;
        }
        for ((number, version), fate) in numbers.into_iter().zip(&versions).zip(fates) {
            let Some(row) = table.row(number).copied() else { continue };
            let (was, is) = (row.has(flag::KEPT), fate == Fate::Kept);
            match (whole, was, is) {
                (true, _, true) | (false, false, true) => {
                    account.charge(&version.path, looks_at_withdrawals, version.units);
                }
                (false, true, false) => account.give_back(&version.path, looks_at_withdrawals, version.units),
                _ => {}
            }
            if was != is || is && row.has(flag::ASIDE) {
                changed.insert(row.slot);
            }
            match fate {
                Fate::Kept => table.set(number, flag::KEPT, flag::ASIDE),
                Fate::Withdrawn => put_aside(table, days_run, number, &row),
                Fate::Superseded | Fate::BeyondShare if own != Some(row.device) => table.remove(number),
                // A thief of the key may have written the newer ones: this computer's own wait as what is taken out does.
                Fate::Superseded => put_aside(table, days_run, number, &row),
                Fate::BeyondShare => {
                    table.set(number, 0, flag::KEPT);
                    account.pushed_out = true;
                }
            }
        }
    }
}

fn holders(path: Option<&Path>) -> impl Iterator<Item = Holder> + '_ {
    path.into_iter().flat_map(|path| path.iter()).map(|share| share.holder)
}

fn newest_withdrawal(table: &Table, slot: &Slot) -> Option<(Hlc, Id)> {
    let rows = table.versions(slot).into_iter().filter_map(|n| table.row(n));
    rows.filter(|r| r.has(flag::KEPT | flag::WITHDRAWAL)).map(Row::order).max()
}

/// Out of the set. This computer's own stays as it is; of others the bytes stay for a time.
fn set_aside(table: &mut Table, own: Option<u32>, days_run: u16, number: u32, row: &Row) {
    if own == Some(row.device) {
        table.set(number, 0, flag::KEPT);
    } else {
        put_aside(table, days_run, number, row);
    }
}

/// Out of the set; the bytes go after [`ASIDE_DAYS`].
fn put_aside(table: &mut Table, days_run: u16, number: u32, row: &Row) {
    if !row.has(flag::ASIDE) {
        table.set_aside_since(number, days_run);
    }
    table.set(number, flag::ASIDE, flag::KEPT | flag::SHOWN);
}
