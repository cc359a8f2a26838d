//! What the core knows, in memory: the record table, the search index, authority and private values.
//!
//! Changed by the writer alone, under a lock that readers share. Every change is a function of records, community time
//! and authority; nothing here touches a file but to read a record's bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hedgerow_protocol::authority::{Authority, ContentStanding};
use hedgerow_protocol::cbor;
use hedgerow_protocol::frame::FrameType;
use hedgerow_protocol::hlc::{Day, Hlc, day_of_ms, week_of};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::limits::{RECORDS_PER_DEVICE, VERSIONS_PER_SLOT_DEVICE};
use hedgerow_protocol::record::{Address, Record};
use hedgerow_protocol::rulek;

use super::digest::{Digest, digest};
use super::types::LastWord;
use super::veil::Veil;
use crate::store::journal::{Place, Reader};
use crate::store::search::{Frozen, SearchIndex};
use crate::store::table::{Row, Table, flag, slot_of};

/// The key under which a community's profile names its time zone.
const TIME_ZONE: &str = "time_zone";
/// The key of the slot that holds a profile.
const PROFILE_KEY: &[u8] = b"profile";

/// Everything reads are answered from.
pub struct State {
    pub community: Id,
    pub device: PublicKey,
    pub table: Table,
    pub search: SearchIndex,
    pub authority: Arc<Authority>,
    /// What organisers hid: kept like everything, and shown to nobody.
    veil: Veil,
    pub locals: BTreeMap<String, Vec<u8>>,
    /// The community's time zone, from its profile; empty until one is there.
    pub zone: String,
    pub last_hlc: Hlc,
    pub reader: Reader,
    /// Slots with a version dated in the future.
    ahead: BTreeSet<[u8; 16]>,
    /// The day up to which expiry has been looked at.
    looked_at: Day,
}

impl State {
    pub fn new(community: Id, device: PublicKey, authority: Authority, reader: Reader) -> Self {
        State {
            community,
            device,
            table: Table::default(),
            search: SearchIndex::default(),
            veil: Veil::of(&authority),
            authority: Arc::new(authority),
            locals: BTreeMap::new(),
            zone: String::new(),
            last_hlc: Hlc(0),
            reader,
            ahead: BTreeSet::new(),
            looked_at: 0,
        }
    }

    /// Takes in records that are in the journal and not in the table, and brings everything up to date with them.
    /// `authority` already holds their authority records.
    pub fn apply(&mut self, records: Vec<(Record, Place, Option<Digest>)>, authority: Option<Authority>, now_ms: u64) {
        let mut slots = BTreeSet::new();
        let mut digests = BTreeMap::new();
        let authority_changed = authority.is_some();
        if let Some(new) = authority {
            self.authority = Arc::new(new);
        }
        let mut devices = BTreeSet::new();
        for (record, place, digest) in records {
            let number = self.insert(&record, place);
            if record.lane() == Lane::Content {
                devices.insert(record.payload().device);
                slots.insert(slot_of(&record.address()));
                if let Some(d) = digest {
                    digests.insert(number, d);
                }
            }
        }
        devices.iter().for_each(|d| self.limit_device(d));
        if authority_changed {
            self.recount(&mut slots);
            self.draw_veil(&mut slots);
        }
        for slot in slots {
            self.show(&slot, now_ms, &mut digests);
        }
        self.table.settle();
    }

    /// The time that what is written at `now_ms` has to come after. One from a time when this computer's clock was far
    /// ahead does not bind: what was written then waits for its time, and must not make all that follows wait too.
    pub fn last_hlc_at(&self, now_ms: u64) -> Hlc {
        if self.last_hlc.counts_at(now_ms) { self.last_hlc } else { Hlc::new(now_ms, 0) }
    }

    /// Takes in one record without deciding what its slot shows.
    pub fn insert(&mut self, record: &Record, place: Place) -> u32 {
        let number = self.table.insert(record, place);
        if record.payload().device == self.device {
            self.last_hlc = self.last_hlc.max(record.payload().hlc);
        }
        self.table.set(number, flag::KEPT, 0);
        if record.lane() == Lane::Content {
            self.count(number);
            self.limit_slot(&slot_of(&record.address()), number);
        }
        number
    }

    /// Asks authority whether a content row counts.
    fn count(&mut self, number: u32) {
        let Some(row) = self.table.row(number).copied() else { return };
        let device = PublicKey(self.table.devices.name(row.device));
        let owner = Id(self.table.owners.name(row.owner));
        let stands = self.authority.content_standing(&device, &owner, row.kind);
        let counts = row.has(flag::UNDERSTOOD) && self.counts_at(stands, &device, &owner, &row.id);
        let stranger = !counts && self.authority.is_stranger(&device);
        let (mut set, mut clear) = (0, 0);
        for (bit, on) in [(flag::COUNTS, counts), (flag::STRANGER, stranger)] {
            *(if on { &mut set } else { &mut clear }) |= bit;
        }
        self.table.set(number, set, clear);
    }

    /// Whether one record counts, given how all of its device's for its owner stand.
    fn counts_at(&self, stands: ContentStanding, device: &PublicKey, owner: &Id, id: &Id) -> bool {
        match stands {
            ContentStanding::Counts => true,
            ContentStanding::OnlyKept => self.authority.counts_as_kept(device, owner, id),
            ContentStanding::No => false,
        }
    }

    /// After authority changed: asks again for every (device, owner, kind) there is. Adds the slots it makes a
    /// difference to.
    pub fn recount(&mut self, slots: &mut BTreeSet<[u8; 16]>) {
        let mut answers: BTreeMap<(u32, u32, Kind), (ContentStanding, bool)> = BTreeMap::new();
        for number in 0..self.table.rows().len() as u32 {
            let row = self.table.rows()[number as usize];
            if row.flags & (flag::AUTHORITY | flag::DEAD) != 0 {
                continue;
            }
            let device = PublicKey(self.table.devices.name(row.device));
            let owner = Id(self.table.owners.name(row.owner));
            let (stands, unknown) = *answers.entry((row.device, row.owner, row.kind)).or_insert_with(|| {
                let stands = self.authority.content_standing(&device, &owner, row.kind);
                (stands, self.authority.is_stranger(&device))
            });
            let counts = row.has(flag::UNDERSTOOD) && self.counts_at(stands, &device, &owner, &row.id);
            let stranger = !counts && unknown;
            if counts != row.has(flag::COUNTS) || stranger != row.has(flag::STRANGER) {
                let bits = [(flag::COUNTS, counts), (flag::STRANGER, stranger)];
                let set = bits.iter().filter(|b| b.1).fold(0, |s, b| s | b.0);
                let clear = bits.iter().filter(|b| !b.1).fold(0, |s, b| s | b.0);
                self.table.set(number, set, clear);
                slots.insert(row.slot);
            }
        }
    }

    /// After authority changed: what is hidden now. Adds the slots it makes a difference to.
    fn draw_veil(&mut self, slots: &mut BTreeSet<[u8; 16]>) {
        let veil = Veil::of(&self.authority);
        let (changed, owners) = self.veil.difference(&veil);
        slots.extend(changed);
        let numbers: BTreeSet<u32> = owners.iter().filter_map(|o| self.table.owners.find(&o.0)).collect();
        if !numbers.is_empty() {
            let content = self.table.rows().iter().filter(|r| r.flags & (flag::AUTHORITY | flag::DEAD) == 0);
            slots.extend(content.filter(|r| numbers.contains(&r.owner)).map(|r| r.slot));
        }
        self.veil = veil;
    }

    /// Lets a row go, or keeps it only for this computer if it is its own.
    fn drop_from_k(&mut self, number: u32) {
        let own = self.table.row(number).is_some_and(|r| self.table.devices.name(r.device) == self.device.0);
        if own {
            self.table.set(number, 0, flag::KEPT);
        } else {
            self.table.remove(number);
        }
    }

    /// Rule K, step 3, after `number` was added to its slot.
    fn limit_slot(&mut self, slot: &[u8; 16], number: u32) {
        let Some(device) = self.table.row(number).map(|r| r.device) else { return };
        let mut versions = self.kept_versions(slot, device);
        if versions.len() > VERSIONS_PER_SLOT_DEVICE {
            versions.sort_unstable();
            let over = versions.len() - VERSIONS_PER_SLOT_DEVICE;
            versions[..over].iter().for_each(|(_, n)| self.drop_from_k(*n));
        }
    }

    fn kept_versions(&self, slot: &[u8; 16], device: u32) -> Vec<((Hlc, Id), u32)> {
        let rows = self.table.versions(slot).into_iter().filter_map(|n| self.table.row(n).map(|r| (n, r)));
        rows.filter(|(_, r)| r.device == device && r.has(flag::KEPT)).map(|(n, r)| (r.order(), n)).collect()
    }

    /// Rule K, step 4.
    pub fn limit_device(&mut self, device: &PublicKey) {
        let over = self.table.kept_of_device(device).saturating_sub(RECORDS_PER_DEVICE);
        let Some(number) = self.table.devices.find(&device.0).filter(|_| over > 0) else { return };
        let mine = |r: &Row| r.device == number && r.has(flag::KEPT) && !r.has(flag::AUTHORITY);
        let rows = self.table.rows().iter().enumerate();
        let mut all: Vec<_> = rows.filter(|(_, r)| mine(r)).map(|(n, r)| (r.order(), n as u32)).collect();
        all.select_nth_unstable(over - 1);
        all[..over].iter().for_each(|(_, n)| self.drop_from_k(*n));
    }

    /// Whether rule K would drop a content record at once: the slot has enough newer ones of its device.
    pub fn is_superseded(&self, record: &Record) -> bool {
        let Some(device) = self.table.devices.find(&record.payload().device.0) else { return false };
        let newer = self.kept_versions(&slot_of(&record.address()), device);
        newer.iter().filter(|(order, _)| *order > record.order()).count() >= VERSIONS_PER_SLOT_DEVICE
    }

    /// Decides again what a slot shows.
    fn show(&mut self, slot: &[u8; 16], now_ms: u64, digests: &mut BTreeMap<u32, Digest>) {
        let today = day_of_ms(now_ms);
        let versions = self.table.versions(slot);
        let rows = versions.iter().filter_map(|n| self.table.row(*n).map(|r| (*n, *r)));
        let counting: Vec<(u32, Row)> = rows.filter(|(_, r)| r.has(flag::COUNTS)).collect();
        if counting.iter().any(|(_, r)| !r.hlc.counts_at(now_ms)) {
            self.ahead.insert(*slot);
        }
        let winner = winner(counting.iter().map(|(n, r)| (*n, r)), now_ms, today)
            .filter(|n| self.table.row(*n).is_some_and(|r| !self.is_veiled(r)));
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
        if today != self.looked_at {
            let before = std::mem::replace(&mut self.looked_at, today);
            let over = |r: &&Row| r.has(flag::SHOWN) && r.expires < today;
            // A clock that was ahead hid what has not expired at all.
            let hidden =
                |r: &&Row| r.flags & (flag::AUTHORITY | flag::DEAD) == 0 && r.expires >= today && r.expires < before;
            slots.extend(self.table.rows().iter().filter(|r| over(r) || hidden(r)).map(|r| r.slot));
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
    pub fn show_all(&mut self, now_ms: u64) {
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
        let oldest = rulek::oldest_week_held(today);
        let over = |r: &Row| r.flags & (flag::AUTHORITY | flag::DEAD) == 0 && week_of(r.expires) < oldest;
        self.table.rows().iter().enumerate().filter(|(_, r)| over(r)).map(|(n, _)| n as u32).collect()
    }

    /// Lets rows go, and decides again what their slots show.
    pub fn forget(&mut self, rows: &[u32], now_ms: u64) {
        let mut slots = BTreeSet::new();
        for number in rows {
            if let Some(row) = self.table.row(*number).filter(|r| !r.has(flag::AUTHORITY)) {
                slots.insert(row.slot);
            }
            self.table.remove(*number);
        }
        for slot in slots {
            self.show(&slot, now_ms, &mut BTreeMap::new());
        }
        self.table.settle();
    }

    fn is_veiled(&self, row: &Row) -> bool {
        self.veil.covers(&row.slot, &Id(self.table.owners.name(row.owner)), row.kind)
    }

    /// The version a slot shows, or would show if nobody had hidden it.
    pub fn current(&self, slot: &[u8; 16], now_ms: u64) -> Option<&Row> {
        let rows = self.table.versions(slot).into_iter().filter_map(|n| self.table.row(n).map(|r| (n, r)));
        let counting = rows.filter(|(_, r)| r.has(flag::COUNTS));
        winner(counting, now_ms, day_of_ms(now_ms)).and_then(|n| self.table.row(n))
    }

    /// The newest versions that count and that one of these devices wrote, shown or withdrawn, newest first: what a
    /// removal names, so that it stays as it is.
    pub fn last_words(&self, devices: &[PublicKey], now_ms: u64) -> Vec<LastWord> {
        let today = day_of_ms(now_ms);
        let numbers: BTreeSet<u32> = devices.iter().filter_map(|d| self.table.devices.find(&d.0)).collect();
        let wanted = |r: &&Row| r.has(flag::COUNTS) && numbers.contains(&r.device) && r.expires >= today;
        let slots: BTreeSet<[u8; 16]> = self.table.rows().iter().filter(wanted).map(|r| r.slot).collect();
        let mut words: Vec<(Hlc, LastWord)> = Vec::new();
        for slot in slots {
            let rows = self.table.versions(&slot).into_iter().filter_map(|n| self.table.row(n));
            let counting = rows.filter(|r| r.has(flag::COUNTS) && r.hlc.counts_at(now_ms));
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

    /// All versions of a slot that are here.
    pub fn records_of(&self, address: &Address) -> Vec<Record> {
        self.table.versions(&slot_of(address)).into_iter().filter_map(|n| self.read_row(n)).collect()
    }

    /// The record of a row, read from the journal and checked against its id.
    pub fn read_row(&self, number: u32) -> Option<Record> {
        let row = self.table.row(number).filter(|r| !r.has(flag::DEAD))?;
        let wire = self.reader.read(row.place, FrameType::RECORD)?;
        Record::from_journal(&self.community, &wire).ok().filter(|r| r.id() == row.id)
    }

    /// Reads the community's time zone from its profile.
    pub fn read_zone(&mut self) {
        let address = Address { owner: self.community, kind: Kind::PROFILE, key: PROFILE_KEY.to_vec() };
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
