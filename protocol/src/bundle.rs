//! Bundles: records in a file, to be carried on a stick or answered in one piece. The same frames as everywhere.
//!
//! ```text
//! bundle = HEADER, BLOCK or RECORD …, INDEX        have file = HEADER, IDS …
//! HEADER body = CBOR map { 1: format (u16), 2: what (0 bundle, 1 have), 3: community (32 bytes), 4: day written, 5: salt (16 bytes, have only) }
//! BLOCK body  = zstd over (length u16 BE ‖ wire) …   (see crate::frame); authority records come first, ancestors
//!               before descendants (see crate::sync::ancestors_first)
//! INDEX body  = CBOR map { 1: records, 2: authority records among them, 3: root of the set of records (32 bytes), 4: [[offset of block, records in it] …] }
//! IDS body    = short ids, 8 bytes each, ascending: first 8 bytes of keyed BLAKE3(key, id), at most 65,536 a frame;
//!               key = BLAKE3 derive-key "hedgerow 2026 short ids of a have file" over salt ‖ community
//! ```
//! Format 1; a reader refuses a higher one. A have file says what a node holds, so that another can write only what it
//! lacks; whatever is lost of it makes the answer larger, never smaller. Not for: private state, which never leaves in
//! a bundle; nor for checking records, which arrive like any others.

mod reader;
#[cfg(test)]
mod tests;

use minicbor::{Decoder, Encoder};

use crate::cbor;
use crate::frame::{self, FrameType};
use crate::hlc::Day;
use crate::id::Id;
use crate::limits::BLOCK_RECORDS_MAX;
use crate::record::Record;
use crate::sync::source::{Prefix, for_each};
use crate::sync::{Bucket, Source, Summary};

pub use reader::{Damage, Event, Reader, Refused, Report, Why};

/// The format written, and the highest read.
pub const FORMAT: u16 = 1;
/// Short ids of a have file.
pub const IDS: FrameType = FrameType(7);
/// Most ids in one frame of a have file. More: the frame is damaged.
pub const IDS_PER_FRAME_MAX: usize = 65_536;
/// Most ids taken from a have file. More: the rest is ignored, and the answer holds records the other side has.
pub const HAVE_IDS_MAX: usize = 4_000_000;
/// Plain bytes of records in one block, about.
const BLOCK_PLAIN_BYTES: usize = 1024 * 1024;
/// Plain bytes of records sorted together before they are cut into blocks.
const WINDOW_BYTES: usize = 8 * 1024 * 1024;

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// Records.
    Bundle,
    /// Short ids of the records a node has, under this salt.
    Have([u8; 16]),
}

/// The first frame of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// [`FORMAT`] when written here.
    pub format: u16,
    /// What follows.
    pub what: What,
    /// Whose records.
    pub community: Id,
    /// The day it was written on.
    pub day: Day,
}

impl Header {
    fn encode(&self) -> Vec<u8> {
        let mut e = Encoder::new(Vec::new());
        let salt = match &self.what {
            What::Bundle => None,
            What::Have(salt) => Some(salt),
        };
        let done = (|| {
            e.map(4 + u64::from(salt.is_some()))?.u8(1)?.u16(self.format)?;
            e.u8(2)?.u8(u8::from(salt.is_some()))?;
            e.u8(3)?.bytes(&self.community.0)?;
            e.u8(4)?.u32(self.day)?;
            if let Some(salt) = salt {
                e.u8(5)?.bytes(salt)?;
            }
            Ok::<(), minicbor::encode::Error<core::convert::Infallible>>(())
        })();
        debug_assert!(done.is_ok(), "writing to memory cannot fail");
        e.into_writer()
    }

    /// `Err` names a format that is too new; `Ok(None)` is not a header.
    fn decode(body: &[u8]) -> Result<Option<Header>, u16> {
        let Some((format, fields, mut d)) = Self::format(body) else { return Ok(None) };
        if format > FORMAT {
            return Err(format);
        }
        let mut rest = || {
            let (mut what, mut community, mut day, mut salt) = (None, None, None, None);
            for _ in 1..fields {
                match d.u64().ok()? {
                    2 => what = Some(d.u8().ok()?),
                    3 => community = Some(Id::from_slice(d.bytes().ok()?)?),
                    4 => day = Some(d.u32().ok()?),
                    5 => salt = Some(d.bytes().ok()?.try_into().ok()?),
                    _ => d.skip().ok()?,
                }
            }
            let what = match what? {
                0 => What::Bundle,
                1 => What::Have(salt?),
                _ => return None,
            };
            Some(Header { format, what, community: community?, day: day? })
        };
        Ok(rest())
    }

    fn format(body: &[u8]) -> Option<(u16, u64, Decoder<'_>)> {
        cbor::check(body).ok()?;
        let mut d = Decoder::new(body);
        let fields = d.map().ok()??;
        (d.u64().ok()? == 1).then_some(())?;
        Some((d.u16().ok()?, fields, d))
    }
}

/// The last frame of a bundle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Index {
    /// Records in the bundle.
    pub records: u64,
    /// Authority records among them.
    pub authority: u64,
    /// [`Summary::root_from`] week 0 over exactly these records.
    pub root: [u8; 32],
}

impl Index {
    fn encode(&self, blocks: &[(u64, u32)]) -> Vec<u8> {
        let mut e = Encoder::new(Vec::new());
        let done = (|| {
            e.map(4)?.u8(1)?.u64(self.records)?;
            e.u8(2)?.u64(self.authority)?;
            e.u8(3)?.bytes(&self.root)?;
            e.u8(4)?.array(blocks.len() as u64)?;
            for (offset, records) in blocks {
                e.array(2)?.u64(*offset)?.u32(*records)?;
            }
            Ok::<(), minicbor::encode::Error<core::convert::Infallible>>(())
        })();
        debug_assert!(done.is_ok(), "writing to memory cannot fail");
        e.into_writer()
    }

    fn decode(body: &[u8]) -> Option<Index> {
        cbor::check(body).ok()?;
        let mut d = Decoder::new(body);
        let (mut records, mut authority, mut root) = (None, None, None);
        for _ in 0..d.map().ok()?? {
            match d.u64().ok()? {
                1 => records = Some(d.u64().ok()?),
                2 => authority = Some(d.u64().ok()?),
                3 => root = Some(d.bytes().ok()?.try_into().ok()?),
                _ => d.skip().ok()?,
            }
        }
        Some(Index { records: records?, authority: authority?, root: root? })
    }
}

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Written {
    /// Counts and root, as in the file.
    pub index: Index,
    /// Length of the file in bytes.
    pub bytes: u64,
}

/// Writes a bundle record by record. Bytes go to `sink` in order; what it fails with, the writer fails with.
/// Holds at most 8 MiB of records. Add authority records first, ancestors before descendants.
pub struct Writer<S> {
    sink: S,
    bytes: u64,
    window: Vec<Vec<u8>>,
    window_bytes: usize,
    window_is_lane: bool,
    blocks: Vec<(u64, u32)>,
    summary: Summary,
    authority: u64,
}

impl<E, S: FnMut(&[u8]) -> Result<(), E>> Writer<S> {
    /// Writes the header.
    pub fn new(community: &Id, day: Day, sink: S) -> Result<Self, E> {
        let mut out = Writer {
            sink,
            bytes: 0,
            window: Vec::new(),
            window_bytes: 0,
            window_is_lane: false,
            blocks: Vec::new(),
            summary: Summary::default(),
            authority: 0,
        };
        let header = Header { format: FORMAT, what: What::Bundle, community: *community, day };
        out.frame(FrameType::HEADER, &header.encode())?;
        Ok(out)
    }

    /// Adds a record; the caller adds each only once.
    pub fn add(&mut self, record: &Record) -> Result<(), E> {
        self.add_wire(Bucket::of(record), &record.id(), record.wire().to_vec())
    }

    fn add_wire(&mut self, bucket: Bucket, id: &Id, wire: Vec<u8>) -> Result<(), E> {
        let is_lane = bucket == Bucket::AUTHORITY;
        if is_lane != self.window_is_lane {
            self.flush()?;
            self.window_is_lane = is_lane;
        }
        self.summary.add(bucket, id);
        self.authority += u64::from(is_lane);
        self.window_bytes += wire.len();
        self.window.push(wire);
        if self.window_bytes >= WINDOW_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes the index: the bundle is whole.
    pub fn finish(mut self) -> Result<Written, E> {
        self.flush()?;
        let records = self.summary.iter().map(|(_, h)| h.count()).sum();
        let index = Index { records, authority: self.authority, root: self.summary.root_from(0) };
        let body = index.encode(&core::mem::take(&mut self.blocks));
        self.frame(FrameType::INDEX, &body)?;
        Ok(Written { index, bytes: self.bytes })
    }

    /// Sorting by bytes puts records of one kind, owner and device side by side: they pack best so. Authority records
    /// stay in their order.
    fn flush(&mut self) -> Result<(), E> {
        let mut window = core::mem::take(&mut self.window);
        self.window_bytes = 0;
        if !self.window_is_lane {
            window.sort_unstable();
        }
        let mut rest = &window[..];
        while !rest.is_empty() {
            let mut bytes = 0;
            let n = rest
                .iter()
                .take(BLOCK_RECORDS_MAX)
                .take_while(|w| {
                    let fits = bytes < BLOCK_PLAIN_BYTES;
                    bytes += w.len();
                    fits
                })
                .count();
            let (block, tail) = rest.split_at(n);
            self.blocks.push((self.bytes, n as u32));
            self.frame(FrameType::BLOCK, &frame::pack_block(block.iter().map(Vec::as_slice)))?;
            rest = tail;
        }
        Ok(())
    }

    fn frame(&mut self, kind: FrameType, body: &[u8]) -> Result<(), E> {
        let mut out = Vec::with_capacity(frame::HEADER_BYTES + body.len());
        frame::write(&mut out, kind, body);
        self.bytes += out.len() as u64;
        (self.sink)(&out)
    }
}

/// Writes all records of a store but content of weeks before `oldest_week`; with `have`, only those the other side lacks.
pub fn write<E>(
    source: &dyn Source,
    community: &Id,
    today: Day,
    oldest_week: u32,
    have: Option<&Have>,
    sink: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<Written, E> {
    let mut writer = Writer::new(community, today, sink)?;
    let lacks = |id: &Id| !have.is_some_and(|h| h.has(id));
    let mut lane = Vec::new();
    for_each(source, Bucket::AUTHORITY, &Prefix::ALL, |id| {
        lane.extend(lacks(id).then_some(*id));
        true
    });
    for id in source.ancestors_first(lane) {
        if let Some(wire) = source.wire(&id) {
            writer.add_wire(Bucket::AUTHORITY, &id, wire)?;
        }
    }
    let weeks = source.buckets().into_iter().map(|b| b.bucket);
    for bucket in weeks.filter(|b| *b != Bucket::AUTHORITY && b.counts_from(oldest_week)) {
        let mut done = Ok(());
        for_each(source, bucket, &Prefix::ALL, |id| {
            if lacks(id)
                && let Some(wire) = source.wire(id)
            {
                done = writer.add_wire(bucket, id, wire);
            }
            done.is_ok()
        });
        done?;
    }
    writer.finish()
}

/// Writes what a store holds as a have file. `salt` is 16 fresh random bytes. Gives the number of ids.
pub fn write_have<E>(
    source: &dyn Source,
    community: &Id,
    today: Day,
    salt: [u8; 16],
    mut sink: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<u64, E> {
    let mut send = |kind, body: &[u8]| {
        let mut out = Vec::new();
        frame::write(&mut out, kind, body);
        sink(&out)
    };
    let header = Header { format: FORMAT, what: What::Have(salt), community: *community, day: today };
    send(FrameType::HEADER, &header.encode())?;
    let key = short_key(&salt, community);
    let (mut shorts, mut count) = (Vec::new(), 0);
    let mut flush = |shorts: &mut Vec<u64>| {
        shorts.sort_unstable();
        shorts.dedup();
        let body: Vec<u8> = shorts.drain(..).flat_map(u64::to_be_bytes).collect();
        if body.is_empty() { Ok(()) } else { send(IDS, &body) }
    };
    for b in source.buckets() {
        let mut done = Ok(());
        for_each(source, b.bucket, &Prefix::ALL, |id| {
            count += 1;
            shorts.push(short(&key, id));
            if shorts.len() == IDS_PER_FRAME_MAX {
                done = flush(&mut shorts);
            }
            done.is_ok()
        });
        done?;
    }
    flush(&mut shorts)?;
    Ok(count)
}

/// What another node has, read from its have file.
#[derive(Clone, Debug, Default)]
pub struct Have {
    key: [u8; 32],
    shorts: Vec<u64>,
}

impl Have {
    /// Reads a have file that is in memory. Damage only makes it say less.
    pub fn read(community: &Id, bytes: &[u8]) -> Result<(Have, Report), Refused> {
        let mut reader = Reader::new(community);
        let mut key = None;
        let mut shorts: Vec<u64> = Vec::new();
        for piece in bytes.chunks(1024 * 1024).map(Some).chain([None]) {
            match piece {
                Some(piece) => reader.push(piece),
                None => reader.end(),
            }
            while let Some(event) = reader.next_event()? {
                match event {
                    Event::Header(Header { what: What::Have(salt), community, .. }) => {
                        key = Some(short_key(&salt, &community));
                    }
                    Event::Ids(more) if shorts.len() + more.len() <= HAVE_IDS_MAX => shorts.extend(more),
                    _ => {}
                }
            }
        }
        shorts.sort_unstable();
        shorts.dedup();
        let key = key.ok_or(Refused::NotThatKind)?;
        Ok((Have { key, shorts }, reader.report().clone()))
    }
    /// Whether the other node has a record.
    pub fn has(&self, id: &Id) -> bool {
        self.shorts.binary_search(&short(&self.key, id)).is_ok()
    }
    /// How many it has.
    pub fn len(&self) -> usize {
        self.shorts.len()
    }
    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.shorts.is_empty()
    }
}

fn short_key(salt: &[u8; 16], community: &Id) -> [u8; 32] {
    let mut hash = blake3::Hasher::new_derive_key("hedgerow 2026 short ids of a have file");
    *hash.update(salt).update(&community.0).finalize().as_bytes()
}

fn short(key: &[u8; 32], id: &Id) -> u64 {
    blake3::keyed_hash(key, &id.0).as_bytes()[..8].iter().fold(0, |v, b| (v << 8) | u64::from(*b))
}
