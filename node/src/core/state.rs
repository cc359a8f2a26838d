//! What the core knows, in memory: the record table, the search index, authority and private values.
//!
//! Changed by the writer alone, under a lock that readers share. Every change is a function of records, community time
//! and authority; nothing here touches a file but to read a record's bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::cbor;
use hedgerow_protocol::frame::FrameType;
use hedgerow_protocol::hlc::{Day, Hlc, day_of_ms, week_of};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::limits::VERSIONS_PER_SLOT_DEVICE;
use hedgerow_protocol::record::{Address, Record};
use hedgerow_protocol::retention;

use super::digest::{Digest, digest};
use super::hidden::HiddenSet;
use super::local::DAYS_RUN_KEY;
use super::retained::{ASIDE_DAYS, Retained, Touched};
use super::types::LastWord;
use crate::store::journal::{Place, Reader};
use crate::store::search::{Frozen, SearchIndex};
use crate::store::table::{Row, Table, flag, slot_of};

/// The key under which a community's profile names its time zone.
const TIME_ZONE: &str = "time_zone";

/// Everything reads are answered from.
pub struct State {
    pub community: Id,
    pub device: PublicKey,
    pub table: Table,
    pub search: SearchIndex,
    pub authority: Arc<Authority>,
    /// What of the table is kept.
    pub retained: Retained,
    pub locals: BTreeMap<String, Vec<u8>>,
    /// The community's time zone, from its profile; empty until one is there.
    pub zone: String,
    pub last_hlc: Hlc,
    pub reader: Reader,
    /// Slots with a version dated in the future.
    ahead: BTreeSet<[u8; 16]>,
    /// The day up to which expiry has been looked at.
    looked_at: Day,
    /// When time was looked at last.
    looked_ms: u64,
}

impl State {
    pub fn new(community: Id, device: PublicKey, authority: Authority, reader: Reader) -> Self {
        State {
            community,
            device,
            table: Table::default(),
            search: SearchIndex::default(),
            retained: Retained::new(HiddenSet::of(&authority)),
            authority: Arc::new(authority),
            locals: BTreeMap::new(),
            zone: String::new(),
            last_hlc: Hlc(0),
            reader,
            ahead: BTreeSet::new(),
            looked_at: 0,
            looked_ms: 0,
        }
    }

    /// Takes in records that are in the journal and not in the table, and brings everything up to date with them.
    /// `authority` already holds their authority records.
    pub fn apply(&mut self, records: Vec<(Record, Place, Option<Digest>)>, authority: Option<Authority>, now_ms: u64) {
        let mut touched = Touched::default();
        let mut digests = BTreeMap::new();
        let authority_changed = authority.is_some();
        let mut hidden_anew = BTreeSet::new();
        if let Some(new) = authority {
            self.authority = Arc::new(new);
            hidden_anew = self.refresh_hidden();
        }
        for (record, place, digest) in records {
            let number = self.insert(&record, place, &mut touched);
            if let Some(d) = digest.filter(|_| record.lane() == Lane::Content) {
                digests.insert(number, d);
            }
        }
        if authority_changed {
            self.retained.authority_changed(&mut self.table, &self.authority, &mut touched);
            self.retained.hidden_changed(&mut self.table, &self.authority, &hidden_anew, &mut touched);
        }
        for slot in self.settle(touched) {
            self.show(&slot, now_ms, &mut digests);
        }
        self.table.settle();
    }

    /// Decides what of the rows that were touched is kept; gives the slots that may show something else.
    fn settle(&mut self, touched: Touched) -> BTreeSet<[u8; 16]> {
        let (own, days) = (self.own_device(), self.days_run());
        self.retained.settle(&mut self.table, own, days, touched)
    }

    fn own_device(&self) -> Option<u32> {
        self.table.devices.find(&self.device.0)
    }

    /// On how many days this computer ran.
    pub fn days_run(&self) -> u16 {
        let value = self.locals.get(DAYS_RUN_KEY).and_then(|v| v.as_slice().try_into().ok());
        value.map_or(0, u16::from_be_bytes)
    }

    /// The time that what is written at `now_ms` has to come after. One from a time when this computer's clock was far
    /// ahead does not bind: what was written then waits for its time, and must not make all that follows wait too.
    pub fn last_hlc_at(&self, now_ms: u64) -> Hlc {
        if self.last_hlc.counts_at(now_ms) { self.last_hlc } else { Hlc::new(now_ms, 0) }
    }

    /// Takes in one record without deciding whether it is kept, or what its slot shows.
    pub fn insert(&mut self, record: &Record, place: Place, touched: &mut Touched) -> u32 {
        let number = self.table.insert(record, place);
        if record.payload().device == self.device {
            self.last_hlc = self.last_hlc.max(record.payload().hlc);
        }
        match record.lane() {
            Lane::Authority => self.table.set(number, flag::KEPT, 0),
            Lane::Content => self.retained.insert(&mut self.table, &self.authority, number, touched),
        }
        number
    }

    /// After authority changed: what is hidden now. Gives the rows to which it makes a difference.
    fn refresh_hidden(&mut self) -> BTreeSet<u32> {
        let now = HiddenSet::of(&self.authority);
        let (slots, owners) = self.retained.hidden.difference(&now);
        self.retained.hidden = now;
        let mut rows: BTreeSet<u32> = slots.iter().flat_map(|slot| self.table.versions(slot)).collect();
        let numbers: BTreeSet<u32> = owners.iter().filter_map(|o| self.table.owners.find(&o.0)).collect();
        if !numbers.is_empty() {
            let all = self.table.rows().iter().enumerate();
            let content = all.filter(|(_, r)| r.flags & (flag::AUTHORITY | flag::DEAD) == 0);
            rows.extend(content.filter(|(_, r)| numbers.contains(&r.owner)).map(|(n, _)| n as u32));
        }
        rows
    }

    /// Whether content is in a slot that is hidden, of another computer: it is not kept.
    pub fn is_hidden_from_here(&self, record: &Record) -> bool {
        record.payload().device != self.device && self.authority.is_hidden(&record.address())
    }

    /// Whether somebody has a share for a content record, as far as authority is known here. This computer keeps its own.
    pub fn has_share(&self, record: &Record) -> bool {
        record.payload().device == self.device || self.retained.path_of(&self.table, &self.authority, record).is_some()
    }

    /// Whether a content record that has a share would go at once: of its slot and device enough newer ones, or a newer
    /// withdrawal of its slot, are here, or newer ones use up its share.
    pub fn is_superseded(&self, record: &Record) -> bool {
        let p = record.payload();
        if p.device == self.device {
            return false;
        }
        let Some(path) = self.retained.path_of(&self.table, &self.authority, record) else { return false };
        let units = retention::units_of(record.wire().len());
        if !record.is_withdrawal() && self.retained.is_beyond_share(&self.table, &path, record.order(), units) {
            return true;
        }
        let device = self.table.devices.find(&p.device.0);
        let versions = self.table.versions(&slot_of(&record.address())).into_iter();
        let newer =
            versions.filter_map(|n| self.table.row(n)).filter(|r| r.has(flag::KEPT) && r.order() > record.order());
        let (mut of_device, mut withdrawn) = (0, false);
        for row in newer {
            withdrawn |= row.has(flag::WITHDRAWAL) && !record.is_withdrawal();
            let same = Some(row.device) == device
                && row.units() == units
                && row.has(flag::WITHDRAWAL) == record.is_withdrawal();
            of_device += usize::from(same);
        }
        withdrawn || of_device >= VERSIONS_PER_SLOT_DEVICE
    }

    /// Decides again what a slot shows.
    fn show(&mut self, slot: &[u8; 16], now_ms: u64, digests: &mut BTreeMap<u32, Digest>) {
        let today = day_of_ms(now_ms);
        let versions = self.table.versions(slot);
        let rows = versions.iter().filter_map(|n| self.table.row(*n).map(|r| (*n, *r)));
        let counting: Vec<(u32, Row)> = rows.filter(|(_, r)| r.counts()).collect();
        if counting.iter().any(|(_, r)| !r.hlc.counts_at(now_ms)) {
            self.ahead.insert(*slot);
        }
        let winner = winner(counting.iter().map(|(n, r)| (*n, r)), now_ms, today)
            .filter(|n| self.table.row(*n).is_some_and(|r| !self.is_hidden(r)));
        for number in &versions {
            if Some(*number) != winner {
                self.table.set(*number, 0, flag::SHOWN);
            }
        }
        let Some(number) = winner else { return };
        if !self.table.row(number).is_some_and(|r| r.has(flag::INDEXED)) {
            let found = digests.remove(&number).or_else(|| self.read_row(number).map(|r| digest(&r)));
            if let Some(found) = found {
                self.table.set_doc(number, &found.values);
                self.search.add(number, found.terms);
                self.table.set(number, flag::INDEXED, 0);
            }
        }
        self.table.set(number, flag::SHOWN, 0);
        let row = self.table.row(number).copied();
        if row.is_some_and(|r| r.kind == Kind::PROFILE && self.table.owners.name(r.owner) == self.community.0) {
            self.read_zone();
        }
    }

    /// Looks at time: slots whose future has come, versions that have expired.
    pub fn tick(&mut self, now_ms: u64) -> bool {
        let mut slots = std::mem::take(&mut self.ahead);
        let today = day_of_ms(now_ms);
        let mut touched = Touched::default();
        self.retained.week_began(retention::oldest_week_held(today), &mut touched);
        slots.extend(self.settle(touched));
        if today != self.looked_at {
            let before = std::mem::replace(&mut self.looked_at, today);
            let over = |r: &&Row| r.has(flag::SHOWN) && r.expires < today;
            // A clock that was ahead hid what has not expired at all.
            let hidden =
                |r: &&Row| r.flags & (flag::AUTHORITY | flag::DEAD) == 0 && r.expires >= today && r.expires < before;
            slots.extend(self.table.rows().iter().filter(|r| over(r) || hidden(r)).map(|r| r.slot));
        }
        if now_ms < std::mem::replace(&mut self.looked_ms, now_ms) {
            // What a clock showed that was ahead waits again.
            let waits = |r: &&Row| r.has(flag::SHOWN) && !r.hlc.counts_at(now_ms);
            slots.extend(self.table.rows().iter().filter(waits).map(|r| r.slot));
        }
        let any = !slots.is_empty();
        for slot in slots {
            self.show(&slot, now_ms, &mut BTreeMap::new());
        }
        self.table.settle();
        any
    }

    /// After a start: decides again where time may have made a difference since `then_ms`.
    pub fn after_load(&mut self, then_ms: u64, now_ms: u64) {
        let today = day_of_ms(now_ms);
        self.retained.set_week(retention::oldest_week_held(today));
        let own = self.own_device();
        for number in 0..self.table.rows().len() as u32 {
            if self.table.row(number).is_some_and(|r| r.flags & (flag::AUTHORITY | flag::DEAD) == 0) {
                self.retained.adopt(&self.table, &self.authority, own, number);
            }
        }
        let unsure = |r: &&Row| {
            !r.has(flag::AUTHORITY)
                && !r.has(flag::DEAD)
                && ((r.has(flag::SHOWN) && r.expires < today)
                    || !r.hlc.counts_at(then_ms)
                    || !r.hlc.counts_at(now_ms)
                    // A clock that was ahead hid what has not expired at all.
                    || (then_ms > now_ms && r.expires >= today && r.expires < day_of_ms(then_ms)))
        };
        let slots: BTreeSet<_> = self.table.rows().iter().filter(unsure).map(|r| r.slot).collect();
        for slot in slots {
            self.show(&slot, now_ms, &mut BTreeMap::new());
        }
        self.looked_at = today;
        self.table.settle();
    }

    /// Decides for every slot: after everything was read from the journal.
    pub fn show_all(&mut self, touched: Touched, now_ms: u64) {
        let mut touched = touched;
        self.retained.set_week(retention::oldest_week_held(day_of_ms(now_ms)));
        self.retained.all_again(&mut touched);
        self.settle(touched);
        let content = |r: &&Row| !r.has(flag::AUTHORITY) && !r.has(flag::DEAD);
        // In the order of the journal, so that it is read from front to back.
        let mut slots: Vec<_> = self.table.rows().iter().filter(content).map(|r| (r.place, r.slot)).collect();
        slots.sort_unstable();
        for (_, slot) in slots {
            self.show(&slot, now_ms, &mut BTreeMap::new());
            if self.search.wants_freeze() {
                let frozen = self.frozen();
                self.search.install(frozen);
            }
        }
        self.looked_at = day_of_ms(now_ms);
        self.table.settle();
    }

    /// The search index with its tail made a segment; see [`SearchIndex::frozen`].
    pub fn frozen(&self) -> Frozen {
        self.search.frozen(|n| self.table.row(n).is_some_and(|r| r.has(flag::INDEXED) && !r.has(flag::DEAD)))
    }

    /// Rows whose expiry week, and the days of grace, are over.
    pub fn over(&self, today: Day) -> Vec<u32> {
        let oldest = retention::oldest_week_held(today);
        let over = |r: &Row| r.flags & (flag::AUTHORITY | flag::DEAD) == 0 && week_of(r.expires) < oldest;
        self.table.rows().iter().enumerate().filter(|(_, r)| over(r)).map(|(n, _)| n as u32).collect()
    }

    /// Rows that were put aside long enough ago; all of them where space is short.
    pub fn aside(&self, space_is_short: bool) -> Vec<u32> {
        let days = self.days_run();
        let is_over = |r: &Row| {
            r.has(flag::ASIDE)
                && !r.has(flag::DEAD)
                && (space_is_short || days.wrapping_sub(r.aside_since) > ASIDE_DAYS)
        };
        self.table.rows().iter().enumerate().filter(|(_, r)| is_over(r)).map(|(n, _)| n as u32).collect()
    }

    /// Whether an authority record is aside.
    pub fn has_authority_aside(&self) -> bool {
        self.table.authority_aside().next().is_some()
    }

    /// Puts aside the authority records behind whose signer nobody stands now, and takes back those that somebody does.
    pub fn move_aside(&mut self, own: Option<&Id>) {
        let aside: BTreeSet<Id> = self.authority.aside(own).into_iter().collect();
        let days = self.days_run();
        for number in self.table.authority_rows() {
            let Some(row) = self.table.row(number).copied() else { continue };
            match (aside.contains(&row.id), row.has(flag::ASIDE)) {
                (true, false) => {
                    self.table.set(number, flag::ASIDE, flag::KEPT);
                    self.table.set_aside_since(number, days);
                }
                (false, true) => self.table.set(number, flag::KEPT, flag::ASIDE),
                _ => {}
            }
        }
        self.table.settle();
    }

    /// Lets rows go, and decides again what their slots show.
    pub fn forget(&mut self, rows: &[u32], now_ms: u64) {
        let mut touched = Touched::default();
        for number in rows {
            let row = self.table.row(*number).filter(|r| r.flags & (flag::AUTHORITY | flag::DEAD) == 0).copied();
            if let Some(row) = row {
                self.retained.forget(&row, &mut touched);
            }
            self.table.remove(*number);
        }
        for slot in self.settle(touched) {
            self.show(&slot, now_ms, &mut BTreeMap::new());
        }
        self.table.settle();
    }

    fn is_hidden(&self, row: &Row) -> bool {
        self.retained.is_hidden(&self.table, &self.authority, row)
    }

    /// Whether a row is to be looked at with its slot. Of those aside: what is hidden, for those who may see it, and this
    /// computer's own, which somebody may have taken back elsewhere while it was changed here.
    fn is_here(&self, row: &Row) -> bool {
        !row.has(flag::ASIDE) || Some(row.device) == self.own_device() || self.is_hidden(row)
    }

    /// Whether a row is public content of which this version does not understand all: whoever does would see it.
    pub fn is_for_later(&self, row: &Row, now_ms: u64) -> bool {
        row.has(flag::PUBLIC | flag::KEPT)
            && row.flags & (flag::AUTHORITY | flag::UNDERSTOOD) == 0
            && row.expires >= day_of_ms(now_ms)
            && row.hlc.counts_at(now_ms)
            && !self.is_hidden(row)
    }

    /// The version a slot shows, or would show if nobody had hidden it.
    pub fn current(&self, slot: &[u8; 16], now_ms: u64) -> Option<&Row> {
        let rows = self.table.versions(slot).into_iter().filter_map(|n| self.table.row(n).map(|r| (n, r)));
        let counting = rows.filter(|(_, r)| r.has(flag::COUNTS) && self.is_here(r));
        winner(counting, now_ms, day_of_ms(now_ms)).and_then(|n| self.table.row(n))
    }

    /// The newest versions that count and that one of these devices wrote, shown or withdrawn, newest first: what a
    /// removal names, so that it stays as it is.
    pub fn last_words(&self, devices: &[PublicKey], now_ms: u64) -> Vec<LastWord> {
        let today = day_of_ms(now_ms);
        let numbers: BTreeSet<u32> = devices.iter().filter_map(|d| self.table.devices.find(&d.0)).collect();
        let wanted = |r: &&Row| r.counts() && numbers.contains(&r.device) && r.expires >= today;
        let slots: BTreeSet<[u8; 16]> = self.table.rows().iter().filter(wanted).map(|r| r.slot).collect();
        let mut words: Vec<(Hlc, LastWord)> = Vec::new();
        for slot in slots {
            let rows = self.table.versions(&slot).into_iter().filter_map(|n| self.table.row(n));
            let counting = rows.filter(|r| r.counts() && r.hlc.counts_at(now_ms));
            let Some(top) = counting.max_by_key(|r| r.order()) else { continue };
            if !numbers.contains(&top.device) || top.expires < today {
                continue;
            }
            let owner = Id(self.table.owners.name(top.owner));
            let withdrawn = top.has(flag::WITHDRAWAL);
            words.push((top.hlc, LastWord { id: top.id, owner, kind: top.kind, withdrawn }));
        }
        words.sort_by_key(|(hlc, w)| (std::cmp::Reverse(*hlc), w.id));
        words.into_iter().map(|(_, w)| w).collect()
    }

    /// What a slot shows now.
    pub fn shown(&self, slot: &[u8; 16]) -> Option<(u32, &Row)> {
        let rows = self.table.versions(slot).into_iter().filter_map(|n| self.table.row(n).map(|r| (n, r)));
        rows.into_iter().find(|(_, r)| r.has(flag::SHOWN))
    }

    /// All versions of a slot that are here and to be looked at.
    pub fn records_of(&self, address: &Address) -> Vec<Record> {
        let versions = self.table.versions(&slot_of(address)).into_iter();
        let here = versions.filter(|n| self.table.row(*n).is_some_and(|r| self.is_here(r)));
        here.filter_map(|n| self.read_row(n)).collect()
    }

    /// The record of a row, read from the journal and checked against its id.
    pub fn read_row(&self, number: u32) -> Option<Record> {
        let row = self.table.row(number).filter(|r| !r.has(flag::DEAD))?;
        let wire = self.reader.read(row.place, FrameType::RECORD)?;
        Record::from_journal(&self.community, &wire).ok().filter(|r| r.id() == row.id)
    }

    /// Reads the community's time zone from its profile.
    pub fn read_zone(&mut self) {
        let address = hedgerow_protocol::profile::slot(&self.community);
        let record = self.shown(&slot_of(&address)).map(|(n, _)| n).and_then(|n| self.read_row(n));
        let doc = record.and_then(|r| cbor::doc_from_cbor(&r.payload().body).ok());
        let zone = doc.and_then(|d| d.get(TIME_ZONE)?.as_str().map(str::to_owned));
        self.zone = zone.unwrap_or_default();
    }
}

/// The version a slot shows, of those that count: the last write that is not in the future, unless it withdraws or has
/// expired. Older versions do not come back. The same as `hedgerow_protocol::view`, without reading the records.
pub fn winner<'a>(rows: impl Iterator<Item = (u32, &'a Row)>, now_ms: u64, today: Day) -> Option<u32> {
    rows.filter(|(_, r)| r.hlc.counts_at(now_ms))
        .max_by_key(|(_, r)| r.order())
        .filter(|(_, r)| !r.has(flag::WITHDRAWAL) && r.expires >= today)
        .map(|(n, _)| n)
}
