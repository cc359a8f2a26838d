//! The table and the search segments in the index storage, and back.
//!
//! Written now and then, not with every record: the journal after the high-water mark is read again at the next start.
//! Every value has a checksum, and the head names the checksum of every other value, so that a value that is old, lost
//! or damaged is noticed. Whatever is wrong, the answer is an error, and the caller builds everything from the journal.
//!
//! | key | value |
//! |---|---|
//! | `m` | the head: format, community, marks, tail, checksums |
//! | `r` chunk | 256 rows with their document values |
//! | `o`, `d` | owners, devices |
//! | `h` chunk | 1,024 opening hours |
//! | `b` bucket | set hash of a bucket |
//! | `s` name | a search segment |
//! | `l` | private values |

use std::collections::{BTreeMap, BTreeSet};

use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::sync::{Bucket, SetHash, Summary};

use super::index::{Batch, IndexError, Storage, seal, unseal};
use super::journal::{Place, SegmentName};
use super::search::{SearchIndex, Segment};
use super::table::{CHUNK_ROWS, Row, Table, flag};

/// Counts up when what is kept of a document changes; an index of another format is made again from the journal.
const FORMAT: u32 = 5;
const HEAD: &[u8] = b"m";
const HOURS_CHUNK: usize = 1024;
const ROW_BYTES: usize = 32 + 16 + 8 + 8 + 12 + 12 + 4;

/// What the index knew when it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The community it is of.
    pub community: Id,
    /// How far each segment of the journal had been read.
    pub marks: BTreeMap<u32, (SegmentName, u64)>,
    /// Community time when it was written.
    pub now_ms: u64,
    /// The last time this device wrote.
    pub last_hlc: Hlc,
    /// Rows whose words are not in a segment.
    pub tail: Vec<u32>,
}

/// What is kept, as it was.
pub struct Loaded {
    /// The head.
    pub head: Head,
    /// The rows.
    pub table: Table,
    /// The segments, without the tail.
    pub search: SearchIndex,
    /// Private values.
    pub locals: BTreeMap<String, Vec<u8>>,
}

/// Chunks and buckets that changed.
pub type Dirty = (BTreeSet<u32>, BTreeSet<Bucket>);

/// A checkpoint ready to be written.
pub struct Prepared {
    batch: Batch,
    sums: BTreeMap<Vec<u8>, u32>,
}

/// Writes and reads checkpoints, remembering what is already there.
#[derive(Default)]
pub struct Checkpointer {
    sums: BTreeMap<Vec<u8>, u32>,
}

impl Checkpointer {
    /// Puts everything that changed since the last time into one batch. `dirty` comes from the table, just before.
    pub fn prepare(
        &self,
        head: &Head,
        table: &Table,
        dirty: Dirty,
        search: &SearchIndex,
        locals: &BTreeMap<String, Vec<u8>>,
    ) -> Prepared {
        let mut batch = Batch::new();
        let mut sums = self.sums.clone();
        let mut put = |key: Vec<u8>, value: Vec<u8>, batch: &mut Batch| {
            let sealed = seal(&key, &value);
            let sum = u32::from_be_bytes([sealed[0], sealed[1], sealed[2], sealed[3]]);
            if sums.get(&key) != Some(&sum) {
                sums.insert(key.clone(), sum);
                batch.insert(key, Some(sealed));
            }
        };
        let (chunks, buckets) = dirty;
        for chunk in chunks {
            put(key(b'r', u64::from(chunk)), chunk_bytes(table, chunk), &mut batch);
        }
        put(vec![b'o'], table.owners.all().concat(), &mut batch);
        put(vec![b'd'], table.devices.all().concat(), &mut batch);
        put(vec![b'l'], locals_bytes(locals), &mut batch);
        for (n, chunk) in table.hours.all().chunks(HOURS_CHUNK).enumerate() {
            put(key(b'h', n as u64), hours_bytes(chunk), &mut batch);
        }
        for bucket in &buckets {
            if let Some(hash) = table.summary().bucket(*bucket) {
                put(key(b'b', u64::from(bucket.0)), hash.to_bytes(), &mut batch);
            }
        }
        for (name, segment) in search.segments() {
            let key = key(b's', name);
            if !self.sums.contains_key(&key) {
                put(key, segment.bytes().to_vec(), &mut batch);
            }
        }
        // What is no longer needed goes in the same batch.
        let chunks = (table.rows().len() as u64).div_ceil(u64::from(CHUNK_ROWS));
        let segments: Vec<u64> = search.segments().map(|(n, _)| n).collect();
        let stale = |k: &Vec<u8>| match (k[0], number(k)) {
            (b'r', n) => n >= chunks,
            (b'b', n) => table.summary().bucket(Bucket(n as u32)).is_none(),
            (b'h', n) => n as usize * HOURS_CHUNK >= table.hours.all().len(),
            (b's', n) => !segments.contains(&n),
            _ => false,
        };
        for gone in sums.keys().filter(|k| stale(k)).cloned().collect::<Vec<_>>() {
            sums.remove(&gone);
            batch.insert(gone, None);
        }
        batch.insert(HEAD.to_vec(), Some(seal(HEAD, &head_bytes(head, table.rows().len(), &sums))));
        Prepared { batch, sums }
    }

    /// Writes what was prepared, durably.
    pub fn store(&mut self, storage: &mut dyn Storage, prepared: Prepared) -> Result<(), IndexError> {
        storage.apply(&prepared.batch)?;
        storage.flush()?;
        self.sums = prepared.sums;
        Ok(())
    }

    /// Forgets what is there, so that the next save writes everything. The caller marks the table dirty.
    pub fn forget(&mut self) {
        self.sums.clear();
    }

    /// Reads what [`Checkpointer::store`] wrote. `Ok(None)`: there is nothing.
    pub fn load(&mut self, storage: &dyn Storage, community: &Id) -> Result<Option<Loaded>, IndexError> {
        let Some(sealed) = storage.get(HEAD)? else { return Ok(None) };
        let (bytes, _) = unseal(HEAD, &sealed)?;
        let (head, row_count, sums) = read_head(bytes).ok_or(IndexError::Damaged)?;
        if head.community != *community {
            return Err(IndexError::Disagrees);
        }
        let mut values: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        let mut wrong = false;
        storage.scan(b"", &mut |k, v| {
            if let Some(sum) = sums.get(k) {
                match unseal(k, v) {
                    Ok((value, s)) if s == *sum => {
                        values.insert(k.to_vec(), value.to_vec());
                    }
                    _ => wrong = true,
                }
            }
        })?;
        if wrong || values.len() != sums.len() {
            return Err(IndexError::Damaged);
        }
        let loaded = decode(head, row_count, &values).ok_or(IndexError::Damaged)?;
        self.sums = sums;
        Ok(Some(loaded))
    }
}

fn key(kind: u8, number: u64) -> Vec<u8> {
    let mut out = vec![kind];
    out.extend(number.to_be_bytes());
    out
}

fn number(key: &[u8]) -> u64 {
    key.get(1..9).and_then(|b| b.first_chunk::<8>()).map_or(0, |b| u64::from_be_bytes(*b))
}

fn chunk_bytes(table: &Table, chunk: u32) -> Vec<u8> {
    let rows = table.rows();
    let from = (chunk * CHUNK_ROWS) as usize;
    let mut out = Vec::with_capacity(CHUNK_ROWS as usize * (ROW_BYTES + 64));
    for row in &rows[from.min(rows.len())..(from + CHUNK_ROWS as usize).min(rows.len())] {
        out.extend(row.id.0);
        out.extend(row.slot);
        out.extend(row.hlc.0.to_be_bytes());
        out.extend(row.rank.0.to_be_bytes());
        for n in [row.place.segment, row.place.offset, row.place.len, row.owner, row.device, row.expires] {
            out.extend(n.to_be_bytes());
        }
        out.extend(row.kind.0.to_be_bytes());
        out.extend((row.flags & !flag::LISTS).to_be_bytes());
        out.extend(row.aside_since.to_be_bytes());
        let doc = table.doc_bytes(row);
        out.extend((doc.len() as u32).to_be_bytes());
        out.extend_from_slice(doc);
    }
    out
}

fn hours_bytes(hours: &[Box<[u8]>]) -> Vec<u8> {
    let mut out = Vec::new();
    for h in hours {
        out.extend((h.len() as u32).to_be_bytes());
        out.extend_from_slice(h);
    }
    out
}

fn locals_bytes(locals: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::new();
    for (k, v) in locals {
        out.extend((k.len() as u32).to_be_bytes());
        out.extend(k.as_bytes());
        out.extend((v.len() as u32).to_be_bytes());
        out.extend(v);
    }
    out
}

fn head_bytes(head: &Head, rows: usize, sums: &BTreeMap<Vec<u8>, u32>) -> Vec<u8> {
    let mut out = FORMAT.to_be_bytes().to_vec();
    out.extend(head.community.0);
    out.extend(head.now_ms.to_be_bytes());
    out.extend(head.last_hlc.0.to_be_bytes());
    out.extend((rows as u32).to_be_bytes());
    out.extend((head.marks.len() as u32).to_be_bytes());
    for (segment, (name, len)) in &head.marks {
        out.extend(segment.to_be_bytes());
        out.extend(name);
        out.extend(len.to_be_bytes());
    }
    out.extend((head.tail.len() as u32).to_be_bytes());
    head.tail.iter().for_each(|r| out.extend(r.to_be_bytes()));
    out.extend((sums.len() as u32).to_be_bytes());
    for (key, sum) in sums {
        out.push(key.len() as u8);
        out.extend(key);
        out.extend(sum.to_be_bytes());
    }
    out
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
    fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }
    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }
    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }
}

fn read_head(bytes: &[u8]) -> Option<(Head, usize, BTreeMap<Vec<u8>, u32>)> {
    let mut b = Bytes(bytes);
    if b.u32()? != FORMAT {
        return None;
    }
    let mut head = Head { community: Id(b.array()?), now_ms: b.u64()?, last_hlc: Hlc(b.u64()?), ..Head::default() };
    let rows = b.u32()? as usize;
    for _ in 0..b.u32()? {
        head.marks.insert(b.u32()?, (b.array()?, b.u64()?));
    }
    for _ in 0..b.u32()? {
        head.tail.push(b.u32()?);
    }
    let mut sums = BTreeMap::new();
    for _ in 0..b.u32()? {
        let len = usize::from(b.array::<1>()?[0]);
        sums.insert(b.take(len)?.to_vec(), b.u32()?);
    }
    b.0.is_empty().then_some((head, rows, sums))
}

fn decode(head: Head, row_count: usize, values: &BTreeMap<Vec<u8>, Vec<u8>>) -> Option<Loaded> {
    let mut table = Table::default();
    for (key, names) in [(b"o", &mut table.owners), (b"d", &mut table.devices)] {
        for name in values.get(key.as_slice())?.chunks(32) {
            names.number(name.try_into().ok()?);
        }
    }
    let (owners, devices) = (table.owners.all().len() as u32, table.devices.all().len() as u32);
    // The count comes from a checked value; still, no more room is made than the rows there are can take.
    let row_bytes: usize = values.iter().filter(|(k, _)| k[0] == b'r').map(|(_, v)| v.len()).sum();
    table.reserve(row_count.min(row_bytes / ROW_BYTES));
    let mut locals = BTreeMap::new();
    let (mut segments, mut buckets) = (Vec::new(), Vec::new());
    for (key, value) in values {
        let mut b = Bytes(value);
        match key[0] {
            b'r' => {
                while !b.0.is_empty() {
                    let (id, slot, hlc, rank) = (Id(b.array()?), b.array()?, Hlc(b.u64()?), Hlc(b.u64()?));
                    let place = Place { segment: b.u32()?, offset: b.u32()?, len: b.u32()? };
                    let (owner, device, expires) = (b.u32()?, b.u32()?, b.u32()?);
                    let (kind, flags, aside_since) = (Kind(b.u16()?), b.u16()?, b.u16()?);
                    if owner >= owners || device >= devices {
                        return None;
                    }
                    let number = table.push(Row {
                        id,
                        slot,
                        hlc,
                        rank,
                        place,
                        owner,
                        device,
                        expires,
                        next: 0,
                        doc: 0,
                        checked: 0,
                        kind,
                        flags,
                        aside_since,
                    });
                    let doc = b.u32()? as usize;
                    table.set_doc_bytes(number, b.take(doc)?);
                }
            }
            b'h' => {
                while !b.0.is_empty() {
                    let len = b.u32()? as usize;
                    table.hours.number(b.take(len)?);
                }
            }
            b'b' => buckets.push((Bucket(number(key) as u32), SetHash::from_bytes(value)?)),
            b's' => segments.push((number(key), Segment::parse(value.as_slice().into())?)),
            b'l' => {
                while !b.0.is_empty() {
                    let len = b.u32()? as usize;
                    let key = String::from_utf8(b.take(len)?.to_vec()).ok()?;
                    let len = b.u32()? as usize;
                    locals.insert(key, b.take(len)?.to_vec());
                }
            }
            _ => {}
        }
    }
    if table.rows().len() != row_count || head.tail.iter().any(|r| *r as usize >= row_count) {
        return None;
    }
    table.settle_loaded(Summary::from_parts(buckets));
    Some(Loaded { head, table, search: SearchIndex::from_segments(segments), locals })
}
