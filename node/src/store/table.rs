//! The record table: one short row for every record kept, in memory, with the orders that reads and sync need.
//!
//! About 140 bytes a record: no record bodies, which stay in the journal. Rows are numbered; a number is never given
//! to another record until [`Table::renumber`]. Not for: deciding what is kept or shown (`core`), the disk (`checkpoint`).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;
use hedgerow_protocol::hlc::{Day, Hlc};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::record::{Address, Audience, Record};
use hedgerow_protocol::sync::{Bucket, Summary};

use super::journal::Place;

/// No row.
pub const NONE: u32 = u32::MAX;
/// Rows that are kept in the index together.
pub const CHUNK_ROWS: u32 = 256;

/// What is known of a row, as bits.
pub mod flag {
    #![allow(missing_docs)]
    pub const AUTHORITY: u16 = 1;
    pub const WITHDRAWAL: u16 = 1 << 1;
    pub const PUBLIC: u16 = 1 << 2;
    pub const UNDERSTOOD: u16 = 1 << 3;
    /// In the set that retention keeps and nodes compare: part of buckets and summary.
    pub const KEPT: u16 = 1 << 4;
    /// Authority lets it count.
    pub const COUNTS: u16 = 1 << 5;
    /// The version its slot shows.
    pub const SHOWN: u16 = 1 << 6;
    /// Its words are in the search index.
    pub const INDEXED: u16 = 1 << 7;
    /// Gone; the bytes wait for compaction.
    pub const DEAD: u16 = 1 << 8;
    /// Nobody has a share for it.
    pub const OUTSIDE: u16 = 1 << 9;
    /// Stands in its bucket's list.
    pub(in crate::store) const IN_BUCKET: u16 = 1 << 10;
    /// Stands in its kind's list.
    pub(in crate::store) const IN_LIST: u16 = 1 << 11;
    /// Its bytes are here for some days more; it is in no set and shown to nobody.
    pub const ASIDE: u16 = 1 << 12;
    /// Bits that say where it stands in lists of memory, and are not kept.
    pub(in crate::store) const LISTS: u16 = IN_BUCKET | IN_LIST;
}

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: Id,
    /// Its slot, hashed.
    pub slot: [u8; 16],
    /// When it was written.
    pub hlc: Hlc,
    /// Its place among the versions of its slot.
    pub rank: Hlc,
    /// Where its bytes are.
    pub place: Place,
    /// Number of its owner.
    pub owner: u32,
    /// Number of its device.
    pub device: u32,
    /// Last day it is shown; 0 for authority records.
    pub expires: Day,
    /// Another row of the same slot.
    pub(super) next: u32,
    /// Where its document values begin; 0: none.
    pub(super) doc: u32,
    /// The day somebody last checked what it says; 0: not known. Follows from the document values.
    pub checked: Day,
    /// Its kind.
    pub kind: Kind,
    /// See [`flag`].
    pub flags: u16,
    /// On which day of running it was put aside; counts where [`flag::ASIDE`] is set.
    pub aside_since: u16,
}

impl Row {
    /// Whether all of these bits are set.
    pub fn has(&self, bits: u16) -> bool {
        self.flags & bits == bits
    }
    /// Whether authority lets it count, and it was not put aside.
    pub fn counts(&self) -> bool {
        self.has(flag::COUNTS) && !self.has(flag::ASIDE)
    }
    /// What decides between versions.
    pub fn order(&self) -> (Hlc, Id) {
        (self.rank, self.id)
    }
    /// What retention charges for it.
    pub fn units(&self) -> u32 {
        hedgerow_protocol::retention::units_of(self.place.len as usize)
    }
    /// Where sync looks for it.
    pub fn bucket(&self) -> Bucket {
        if self.has(flag::AUTHORITY) {
            Bucket::AUTHORITY
        } else {
            Bucket::week(hedgerow_protocol::hlc::week_of(self.expires))
        }
    }
}

/// What a listing is sorted and filtered by without reading the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocValues {
    /// What the title is sorted by; at most 255 bytes are kept.
    pub sort: String,
    /// The day somebody last checked it; 0: not known.
    pub assured: Day,
    /// Compact opening hours; empty: none.
    pub hours: Vec<u8>,
}

/// The 16 bytes that stand for a slot.
pub fn slot_of(address: &Address) -> [u8; 16] {
    let mut hash = blake3::Hasher::new();
    hash.update(&address.owner.0).update(&address.kind.0.to_be_bytes()).update(&address.key);
    let mut out = [0; 16];
    out.copy_from_slice(&hash.finalize().as_bytes()[..16]);
    out
}

/// Numbers for 32-byte names that occur often.
#[derive(Default, Clone)]
pub struct Names {
    names: Vec<[u8; 32]>,
    by_name: HashTable<u32>,
    hash: RandomState,
}

impl Names {
    /// The number of a name, given now if need be.
    pub fn number(&mut self, name: &[u8; 32]) -> u32 {
        let hash = self.hash.hash_one(name);
        if let Some(n) = self.by_name.find(hash, |n| self.names[*n as usize] == *name) {
            return *n;
        }
        let n = self.names.len() as u32;
        self.names.push(*name);
        self.by_name.insert_unique(hash, n, |n| self.hash.hash_one(self.names[*n as usize]));
        n
    }
    /// The number of a name that has one.
    pub fn find(&self, name: &[u8; 32]) -> Option<u32> {
        self.by_name.find(self.hash.hash_one(name), |n| self.names[*n as usize] == *name).copied()
    }
    /// The name of a number.
    pub fn name(&self, number: u32) -> [u8; 32] {
        self.names.get(number as usize).copied().unwrap_or_default()
    }
    /// All names in the order of their numbers.
    pub fn all(&self) -> &[[u8; 32]] {
        &self.names
    }
}

/// Numbers for opening hours, which many listings share; 0 stands for none.
#[derive(Default, Clone)]
pub struct HoursTable {
    all: Vec<Box<[u8]>>,
    by_bytes: HashTable<u32>,
    hash: RandomState,
}

impl HoursTable {
    /// The number of these hours, given now if need be.
    pub fn number(&mut self, hours: &[u8]) -> u32 {
        if hours.is_empty() {
            return 0;
        }
        let hash = self.hash.hash_one(hours);
        if let Some(n) = self.by_bytes.find(hash, |n| *self.all[*n as usize] == *hours) {
            return n + 1;
        }
        let n = self.all.len() as u32;
        self.all.push(hours.into());
        self.by_bytes.insert_unique(hash, n, |n| self.hash.hash_one(&*self.all[*n as usize]));
        n + 1
    }
    /// The hours of a number; empty: none.
    pub fn get(&self, number: u32) -> &[u8] {
        (number as usize).checked_sub(1).and_then(|n| self.all.get(n)).map_or(&[], |h| h)
    }
    /// All of them, in the order of their numbers from 1.
    pub fn all(&self) -> &[Box<[u8]>] {
        &self.all
    }
}

/// Row numbers in an order.
#[derive(Default, Clone)]
pub(super) struct Sorted(Vec<u32>);

impl Sorted {
    fn change(&mut self, mut add: Vec<u32>, remove: &BTreeSet<u32>, order: impl Fn(u32, u32) -> Ordering) {
        if remove.len() > 32 {
            self.0.retain(|r| !remove.contains(r));
        } else {
            for r in remove {
                if let Ok(at) = self.0.binary_search_by(|x| order(*x, *r)) {
                    self.0.remove(at);
                }
            }
        }
        if add.len() > 32 {
            // Two sorted runs: the stable sort merges them in one pass.
            add.sort_by(|a, b| order(*a, *b));
            self.0.extend(add);
            self.0.sort_by(|a, b| order(*a, *b));
        } else {
            for r in add {
                let at = self.0.partition_point(|x| order(*x, r) == Ordering::Less);
                self.0.insert(at, r);
            }
        }
    }
}

/// All rows and their orders.
pub struct Table {
    rows: Vec<Row>,
    docs: Vec<u8>,
    by_id: HashTable<u32>,
    by_slot: HashTable<u32>,
    hash: RandomState,
    /// Numbers of owners.
    pub owners: Names,
    /// Numbers of devices.
    pub devices: Names,
    /// Numbers of opening hours.
    pub hours: HoursTable,
    buckets: BTreeMap<Bucket, Sorted>,
    lists: BTreeMap<Kind, Sorted>,
    summary: Summary,
    touched: Vec<u32>,
    dirty: BTreeSet<u32>,
    dirty_buckets: BTreeSet<Bucket>,
    dead_rows: u32,
    live_bytes: u64,
}

impl Default for Table {
    fn default() -> Self {
        Table {
            rows: Vec::new(),
            docs: vec![0],
            by_id: HashTable::new(),
            by_slot: HashTable::new(),
            hash: RandomState::new(),
            owners: Names::default(),
            devices: Names::default(),
            hours: HoursTable::default(),
            buckets: BTreeMap::new(),
            lists: BTreeMap::new(),
            summary: Summary::default(),
            touched: Vec::new(),
            dirty: BTreeSet::new(),
            dirty_buckets: BTreeSet::new(),
            dead_rows: 0,
            live_bytes: 0,
        }
    }
}

impl Table {
    /// Takes in a record that is not there yet. It counts for nothing until [`Table::set`] says so.
    pub fn insert(&mut self, record: &Record, place: Place) -> u32 {
        let p = record.payload();
        let mut flags = 0;
        for (bit, set) in [
            (flag::AUTHORITY, record.lane() == Lane::Authority),
            (flag::WITHDRAWAL, record.is_withdrawal()),
            (flag::PUBLIC, p.audience == Audience::Public),
            (flag::UNDERSTOOD, record.is_understood()),
        ] {
            flags |= if set { bit } else { 0 };
        }
        let row = Row {
            id: record.id(),
            slot: slot_of(&record.address()),
            hlc: p.hlc,
            rank: record.order().0,
            place,
            owner: self.owners.number(&record.owner().0),
            device: self.devices.number(&p.device.0),
            expires: p.expires.unwrap_or(0),
            next: NONE,
            doc: 0,
            checked: 0,
            kind: p.kind,
            flags,
            aside_since: 0,
        };
        self.push(row)
    }

    /// Makes room for this many rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        let (all, hash) = (&self.rows, &self.hash);
        self.by_id.reserve(rows, |r| hash.hash_one(all[*r as usize].id.0));
        self.by_slot.reserve(rows, |r| hash.hash_one(all[*r as usize].slot));
        self.rows.reserve_exact(rows);
    }

    /// Takes in a row as it was kept, with its flags.
    pub(super) fn push(&mut self, mut row: Row) -> u32 {
        let number = self.rows.len() as u32;
        let flags = row.flags & !flag::LISTS;
        row.flags = 0;
        row.next = NONE;
        if flags & flag::DEAD == 0 {
            let (id_hash, slot_hash) = (self.hash.hash_one(row.id.0), self.hash.hash_one(row.slot));
            let (rows, hash) = (&self.rows, &self.hash);
            self.by_id.insert_unique(id_hash, number, |r| hash.hash_one(rows[*r as usize].id.0));
            if flags & flag::AUTHORITY == 0 {
                match self.by_slot.find_mut(slot_hash, |r| rows[*r as usize].slot == row.slot) {
                    Some(head) => row.next = std::mem::replace(head, number),
                    None => {
                        self.by_slot.insert_unique(slot_hash, number, |r| hash.hash_one(rows[*r as usize].slot));
                    }
                }
            }
            self.live_bytes += u64::from(row.place.len);
            self.rows.push(row);
            self.set(number, flags, 0);
            self.dirty.insert(number / CHUNK_ROWS);
        } else {
            self.dead_rows += 1;
            row.flags = flags;
            self.rows.push(row);
        }
        number
    }

    /// Sets and clears flags, and keeps the tallies that follow from them. Lists follow at [`Table::settle`].
    pub fn set(&mut self, number: u32, set: u16, clear: u16) {
        let Some(row) = self.rows.get_mut(number as usize) else { return };
        let old = row.flags;
        row.flags = (old | set) & !clear;
        let (new, len) = (row.flags, u64::from(row.place.len));
        if old == new {
            return;
        }
        if old & flag::DEAD == 0 && new & flag::DEAD != 0 {
            self.dead_rows += 1;
            self.live_bytes -= len;
        }
        self.touched.push(number);
        self.dirty.insert(number / CHUNK_ROWS);
    }

    /// Lets a record go: it can be found no more, and its bytes go with the next compaction.
    pub fn remove(&mut self, number: u32) {
        let Some(row) = self.rows.get(number as usize).copied().filter(|r| !r.has(flag::DEAD)) else { return };
        if let Ok(found) = self.by_id.find_entry(self.hash.hash_one(row.id.0), |r| *r == number) {
            found.remove();
        }
        if !row.has(flag::AUTHORITY) {
            let rows = &mut self.rows;
            let hash = self.hash.hash_one(row.slot);
            match self.by_slot.find_entry(hash, |r| rows[*r as usize].slot == row.slot) {
                Ok(mut entry) if *entry.get() == number => {
                    if row.next == NONE {
                        entry.remove();
                    } else {
                        *entry.get_mut() = row.next;
                    }
                }
                Ok(entry) => {
                    let mut at = *entry.get();
                    while at != NONE {
                        let next = rows[at as usize].next;
                        if next == number {
                            rows[at as usize].next = row.next;
                            break;
                        }
                        at = next;
                    }
                }
                Err(_) => {}
            }
        }
        self.set(number, flag::DEAD, flag::KEPT | flag::SHOWN | flag::COUNTS | flag::ASIDE);
    }

    /// Brings summary, buckets and lists up to the flags. After each batch.
    pub fn settle(&mut self) {
        self.settle_with(true);
    }

    /// As [`Table::settle`] for rows that were loaded: the summary was kept, and nothing has changed.
    pub(super) fn settle_loaded(&mut self, summary: Summary) {
        self.settle_with(false);
        self.summary = summary;
        self.dirty.clear();
        self.dirty_buckets.clear();
    }

    fn settle_with(&mut self, with_summary: bool) {
        type Change = (Vec<u32>, BTreeSet<u32>);
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        touched.dedup();
        let mut buckets: BTreeMap<Bucket, Change> = BTreeMap::new();
        let mut lists: BTreeMap<Kind, Change> = BTreeMap::new();
        for number in touched {
            let row = &mut self.rows[number as usize];
            let compared = row.has(flag::KEPT);
            if compared != row.has(flag::IN_BUCKET) {
                let change = buckets.entry(row.bucket()).or_default();
                if compared {
                    change.0.push(number);
                    if with_summary {
                        self.summary.add(row.bucket(), &row.id);
                    }
                } else {
                    change.1.insert(number);
                    if with_summary {
                        self.summary.remove(row.bucket(), &row.id);
                    }
                }
                row.flags ^= flag::IN_BUCKET;
            }
            if row.has(flag::SHOWN) != row.has(flag::IN_LIST) {
                let change = lists.entry(row.kind).or_default();
                if row.has(flag::SHOWN) {
                    change.0.push(number);
                } else {
                    change.1.insert(number);
                }
                row.flags ^= flag::IN_LIST;
            }
        }
        for (bucket, (add, remove)) in buckets {
            self.dirty_buckets.insert(bucket);
            let mut sorted = self.buckets.remove(&bucket).unwrap_or_default();
            sorted.change(add, &remove, |a, b| self.rows[a as usize].id.cmp(&self.rows[b as usize].id));
            if !sorted.0.is_empty() {
                self.buckets.insert(bucket, sorted);
            }
        }
        for (kind, (add, remove)) in lists {
            let mut sorted = self.lists.remove(&kind).unwrap_or_default();
            sorted.change(add, &remove, |a, b| self.by_title(a, b));
            self.lists.insert(kind, sorted);
        }
    }

    /// The order of lists: title, then id.
    pub fn by_title(&self, a: u32, b: u32) -> Ordering {
        self.sort_of(a).cmp(self.sort_of(b)).then_with(|| self.rows[a as usize].id.cmp(&self.rows[b as usize].id))
    }

    /// Keeps document values for a row. Once for each row.
    pub fn set_doc(&mut self, number: u32, values: &DocValues) {
        let at = self.docs.len();
        let sort = &values.sort.as_bytes()[..values.sort.len().min(255)];
        let hours = self.hours.number(&values.hours);
        if let (Some(row), Ok(doc)) = (self.rows.get_mut(number as usize), u32::try_from(at)) {
            row.doc = doc;
            row.checked = values.assured;
            self.docs.push(sort.len() as u8);
            self.docs.extend_from_slice(sort);
            self.docs.extend(values.assured.to_be_bytes());
            self.docs.extend(hours.to_be_bytes());
            self.dirty.insert(number / CHUNK_ROWS);
        }
    }
    /// The bytes of a row's document values, as [`Table::set_doc`] wrote them; empty without.
    pub(super) fn doc_bytes(&self, row: &Row) -> &[u8] {
        let Some(rest) = self.docs.get(row.doc as usize..).filter(|_| row.doc != 0) else { return &[] };
        &rest[..usize::from(rest[0]) + 9]
    }
    /// Takes in bytes of document values as they were kept, if they add up.
    pub(super) fn set_doc_bytes(&mut self, number: u32, bytes: &[u8]) {
        let fits = bytes.first().is_some_and(|n| bytes.len() == usize::from(*n) + 9);
        if let (true, Some(row)) = (fits, self.rows.get_mut(number as usize)) {
            row.doc = self.docs.len() as u32;
            let day = &bytes[bytes.len() - 8..bytes.len() - 4];
            row.checked = u32::from_be_bytes([day[0], day[1], day[2], day[3]]);
            self.docs.extend_from_slice(bytes);
        }
    }
    fn sort_of(&self, number: u32) -> &[u8] {
        let doc = self.doc_bytes(&self.rows[number as usize]);
        doc.split_first().map_or(&[], |(n, rest)| &rest[..usize::from(*n)])
    }
    /// What a row is sorted by.
    pub fn title_sort(&self, number: u32) -> &[u8] {
        self.sort_of(number)
    }
    /// The number of its compact hours; 0: none.
    pub fn hours_number(&self, row: &Row) -> u32 {
        let doc = self.doc_bytes(row);
        let at = 5 + doc.first().map_or(0, |n| usize::from(*n));
        doc.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
    }

    /// A row by number.
    pub fn row(&self, number: u32) -> Option<&Row> {
        self.rows.get(number as usize)
    }
    /// All rows, dead ones too.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
    /// The number of a record's row.
    pub fn find(&self, id: &Id) -> Option<u32> {
        self.by_id.find(self.hash.hash_one(id.0), |r| self.rows[*r as usize].id == *id).copied()
    }
    /// The rows of a content slot, in no order.
    pub fn versions(&self, slot: &[u8; 16]) -> Vec<u32> {
        let head = self.by_slot.find(self.hash.hash_one(slot), |r| self.rows[*r as usize].slot == *slot);
        let mut out = Vec::new();
        let mut at = head.copied().unwrap_or(NONE);
        while at != NONE {
            out.push(at);
            at = self.rows[at as usize].next;
        }
        out
    }
    /// What a kind shows, by title.
    pub fn list(&self, kind: Kind) -> &[u32] {
        self.lists.get(&kind).map_or(&[], |s| &s.0)
    }
    /// Kinds that show something.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.lists.iter().filter(|(_, s)| !s.0.is_empty()).map(|(k, _)| *k)
    }
    /// How many slots show something.
    pub fn shown(&self) -> usize {
        self.lists.values().map(|s| s.0.len()).sum()
    }
    /// Ids of a bucket in a range, ascending.
    pub fn ids(&self, bucket: Bucket, first: &Id, last: &Id, limit: usize) -> Vec<Id> {
        let rows = self.buckets.get(&bucket).map_or(&[][..], |s| &s.0);
        let from = rows.partition_point(|r| self.rows[*r as usize].id < *first);
        rows[from..].iter().map(|r| self.rows[*r as usize].id).take_while(|id| id <= last).take(limit).collect()
    }
    /// Rows of a bucket from an id on, by id.
    pub fn rows_from(&self, bucket: Bucket, first: &Id) -> impl Iterator<Item = &Row> {
        let rows = self.buckets.get(&bucket).map_or(&[][..], |s| &s.0);
        let from = rows.partition_point(|r| self.rows[*r as usize].id < *first);
        rows[from..].iter().map(|r| &self.rows[*r as usize])
    }
    /// Row numbers of the authority lane: those in the set by id, then those aside. Goes through all rows.
    pub fn authority_rows(&self) -> Vec<u32> {
        let mut rows = self.buckets.get(&Bucket::AUTHORITY).map_or_else(Vec::new, |s| s.0.clone());
        rows.extend(self.authority_aside());
        rows
    }
    /// Row numbers of the authority lane that are aside. Goes through all rows.
    pub fn authority_aside(&self) -> impl Iterator<Item = u32> + '_ {
        let is_aside = |r: &Row| r.has(flag::AUTHORITY) && r.has(flag::ASIDE) && !r.has(flag::DEAD);
        self.rows.iter().enumerate().filter(move |(_, row)| is_aside(row)).map(|(number, _)| number as u32)
    }
    /// The set hashes of what retention keeps.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }
    /// Records that can be read.
    pub fn live(&self) -> usize {
        self.rows.len() - self.dead_rows as usize
    }
    /// Bytes of their bodies in the journal.
    pub fn live_bytes(&self) -> u64 {
        self.live_bytes
    }
    /// Notes on which day of running a row was put aside.
    pub fn set_aside_since(&mut self, number: u32, day: u16) {
        if let Some(row) = self.rows.get_mut(number as usize) {
            row.aside_since = day;
            self.dirty.insert(number / CHUNK_ROWS);
        }
    }
    /// Moves a row's bytes.
    pub fn set_place(&mut self, number: u32, place: Place) {
        if let Some(row) = self.rows.get_mut(number as usize) {
            row.place = place;
            self.dirty.insert(number / CHUNK_ROWS);
        }
    }
    /// Chunks and buckets changed since they were last taken.
    pub fn take_dirty(&mut self) -> (BTreeSet<u32>, BTreeSet<Bucket>) {
        (std::mem::take(&mut self.dirty), std::mem::take(&mut self.dirty_buckets))
    }
    /// Marks everything as changed.
    pub fn mark_all_dirty(&mut self) {
        self.dirty = (0..(self.rows.len() as u32).div_ceil(CHUNK_ROWS)).collect();
        self.dirty_buckets = self.summary.iter().map(|(b, _)| b).collect();
    }
    /// Whether anything changed since dirty chunks were last taken.
    pub fn is_dirty(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// The same table without dead rows. Returns it with the new number of each old row, [`NONE`] for the dead.
    pub fn renumber(&self) -> (Table, Vec<u32>) {
        let (owners, devices, hours) = (self.owners.clone(), self.devices.clone(), self.hours.clone());
        let mut table = Table { owners, devices, hours, ..Table::default() };
        table.reserve(self.live());
        let mut map = vec![NONE; self.rows.len()];
        for (old, row) in self.rows.iter().enumerate() {
            if !row.has(flag::DEAD) {
                let new = table.push(Row { doc: 0, ..*row });
                table.set_doc_bytes(new, self.doc_bytes(row));
                map[old] = new;
            }
        }
        table.settle_with(false);
        table.summary = self.summary.clone();
        table.dirty = (0..(table.rows.len() as u32).div_ceil(CHUNK_ROWS)).collect();
        table.dirty_buckets = self.summary.iter().map(|(b, _)| b).collect();
        (table, map)
    }
}
