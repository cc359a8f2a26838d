//! Reading a bundle in pieces, stepping over damage.

use super::{Header, IDS, IDS_PER_FRAME_MAX, Index, What};
use crate::frame::{self, BlockError, FrameType, Parsed};
use crate::id::Id;
use crate::limits::CONTENT_BYTES_MAX;

/// Most damaged places that are listed one by one. More: only counted.
const DAMAGE_LISTED_MAX: usize = 100;

/// Most bytes that are summed up in vain, for heads of frames that lead nowhere. More: the file is refused.
const WASTED_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Why a part of a file was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Bytes that are not a whole frame, or whose checksum is wrong.
    #[error("damaged bytes")]
    NotAFrame,
    /// The file ends inside a frame: it was cut short.
    #[error("the file is cut short here")]
    CutShort,
    /// A block that cannot be unpacked within bounds.
    #[error("{0}")]
    Block(#[from] BlockError),
    /// A record of a size no record has.
    #[error("a record of a wrong size")]
    RecordSize,
    /// A whole frame whose content makes no sense.
    #[error("a frame with wrong content")]
    Content,
    /// A frame that has no place in a bundle, by its type.
    #[error("a frame of type {0}, which does not belong in a bundle")]
    Type(u8),
}

/// A part of a file that was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage {
    /// Where it begins, in bytes from the start of the file.
    pub offset: u64,
    /// How long it is.
    pub bytes: u64,
    /// Why.
    pub why: Why,
}

/// What the reader found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The first frame. Read on.
    Header(Header),
    /// Records as they came: verify them like any others.
    Records(Vec<Vec<u8>>),
    /// Short ids of a have file.
    Ids(Vec<u64>),
    /// The last frame of a whole bundle.
    Index(Index),
    /// Something was skipped.
    Damaged(Damage),
}

/// Why a file is not read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Written by a newer version: update this one.
    #[error("this file was written by a newer version (format {0}): update Hedgerow to read it")]
    NewerFormat(u16),
    /// Of another community.
    #[error("this file belongs to another community")]
    OtherCommunity(Id),
    /// Made to keep a computer busy for hours: thousands of overlapping frames, none of them whole.
    #[error("this file is made to do harm, and is not read further")]
    Hostile,
    /// Nothing in it is ours.
    #[error("this is not a Hedgerow bundle")]
    NotABundle,
    /// A bundle where a have file was expected, or the other way round.
    #[error("this is a Hedgerow file, but not of the kind that is needed here")]
    NotThatKind,
}

/// Counts of one reading.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Good frames.
    pub frames: u64,
    /// Records handed out.
    pub records: u64,
    /// Parts that were skipped.
    pub skipped: u64,
    /// The first hundred of them.
    pub damage: Vec<Damage>,
    /// Whether the header was there.
    pub has_header: bool,
    /// The index, when it was there: `records` short of its count are missing.
    pub index: Option<Index>,
}

impl Report {
    /// Whether everything the writer wrote was read.
    pub fn is_whole(&self) -> bool {
        self.skipped == 0 && self.has_header && self.index.is_some_and(|i| i.records == self.records)
    }
}

/// Takes a file in pieces. Holds at most one frame, one piece and one unpacked block.
pub struct Reader {
    community: Id,
    buf: Vec<u8>,
    at: usize,
    /// Offset in the file of the first byte of `buf`.
    base: u64,
    /// Where a run of bad bytes began, and why it is one.
    gap: Option<(u64, Why)>,
    waiting: Option<Event>,
    /// Bytes summed up for frames that were none.
    wasted: u64,
    ended: bool,
    is_have: bool,
    report: Report,
}

impl Reader {
    /// For the files of one community.
    pub fn new(community: &Id) -> Self {
        Reader {
            community: *community,
            buf: Vec::new(),
            at: 0,
            base: 0,
            gap: None,
            waiting: None,
            wasted: 0,
            ended: false,
            is_have: false,
            report: Report::default(),
        }
    }
    /// Takes the next piece (64 KiB to 1 MiB is a good size). Drain [`Self::next_event`] before the next.
    pub fn push(&mut self, piece: &[u8]) {
        self.buf.drain(..self.at);
        self.base += self.at as u64;
        self.at = 0;
        self.buf.extend_from_slice(piece);
    }
    /// There are no more pieces. Drain [`Self::next_event`] once more.
    pub fn end(&mut self) {
        self.ended = true;
    }
    /// Bytes held at the moment.
    pub fn held_bytes(&self) -> usize {
        self.buf.len()
    }
    /// What was found so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// What comes next; `Ok(None)`: push more, or, after [`Self::end`], it is done.
    pub fn next_event(&mut self) -> Result<Option<Event>, Refused> {
        if let Some(event) = self.waiting.take() {
            return Ok(Some(event));
        }
        loop {
            let from = self.base + self.at as u64;
            match frame::parse(&self.buf, self.at) {
                Parsed::Frame { kind, body, next } => {
                    let read = Self::read(&self.community, kind, body, self.is_have);
                    let bytes = (next - self.at) as u64;
                    self.at = next;
                    self.report.frames += 1;
                    let gap = self.close_gap(from);
                    let event = match read? {
                        Ok(Some(event)) => {
                            self.note(&event);
                            Some(event)
                        }
                        Ok(None) => None,
                        Err(why) => Some(self.damaged(Damage { offset: from, bytes, why })),
                    };
                    match (gap, event) {
                        (Some(gap), event) => {
                            self.waiting = event;
                            return Ok(Some(gap));
                        }
                        (None, Some(event)) => return Ok(Some(event)),
                        (None, None) => {}
                    }
                }
                Parsed::Damaged { next } => {
                    self.wasted += claimed(&self.buf[self.at..]);
                    if self.wasted > WASTED_MAX {
                        return Err(Refused::Hostile);
                    }
                    self.gap.get_or_insert((from, Why::NotAFrame));
                    self.at = next;
                }
                Parsed::NeedMore(_) if self.ended => {
                    self.gap.get_or_insert((from, Why::CutShort));
                    self.at = frame::resync(&self.buf, self.at);
                }
                Parsed::NeedMore(_) => return Ok(None),
                Parsed::End if self.ended => {
                    if self.report.frames == 0 {
                        return Err(Refused::NotABundle);
                    }
                    return Ok(self.close_gap(from));
                }
                Parsed::End => return Ok(None),
            }
        }
    }

    /// `Err`: the file is refused. `Ok(Err)`: the frame is skipped and counted. `Ok(Ok(None))`: skipped as it should be.
    #[allow(clippy::type_complexity)]
    fn read(
        community: &Id,
        kind: FrameType,
        body: &[u8],
        is_have: bool,
    ) -> Result<Result<Option<Event>, Why>, Refused> {
        let sized = |w: &Vec<u8>| w.len() > 64 && w.len() <= CONTENT_BYTES_MAX;
        Ok(match kind {
            FrameType::HEADER => match Header::decode(body) {
                Err(format) => return Err(Refused::NewerFormat(format)),
                Ok(None) => Err(Why::Content),
                Ok(Some(h)) if h.community != *community => return Err(Refused::OtherCommunity(h.community)),
                Ok(Some(h)) => Ok(Some(Event::Header(h))),
            },
            FrameType::RECORD if !is_have => {
                let wire = body.to_vec();
                if sized(&wire) { Ok(Some(Event::Records(vec![wire]))) } else { Err(Why::RecordSize) }
            }
            FrameType::BLOCK if !is_have => match frame::unpack_block(body) {
                Err(e) => Err(e.into()),
                Ok(wires) if !wires.iter().all(sized) => Err(Why::RecordSize),
                Ok(wires) => Ok(Some(Event::Records(wires))),
            },
            FrameType::INDEX if !is_have => Index::decode(body).map(|i| Some(Event::Index(i))).ok_or(Why::Content),
            IDS => {
                if !body.len().is_multiple_of(8) || body.len() > 8 * IDS_PER_FRAME_MAX {
                    Err(Why::Content)
                } else {
                    let ids = body.chunks_exact(8).map(|c| c.iter().fold(0u64, |v, b| (v << 8) | u64::from(*b)));
                    Ok(Some(Event::Ids(ids.collect())))
                }
            }
            kind if kind.is_skippable() => Ok(None),
            kind => Err(Why::Type(kind.0)),
        })
    }

    fn note(&mut self, event: &Event) {
        match event {
            Event::Header(h) => {
                self.report.has_header = true;
                self.is_have = matches!(h.what, What::Have(_));
            }
            Event::Records(wires) => self.report.records += wires.len() as u64,
            Event::Index(index) => self.report.index = Some(*index),
            Event::Ids(_) | Event::Damaged(_) => {}
        }
    }

    fn close_gap(&mut self, until: u64) -> Option<Event> {
        let (offset, why) = self.gap.take()?;
        Some(self.damaged(Damage { offset, bytes: until - offset, why }))
    }

    fn damaged(&mut self, damage: Damage) -> Event {
        self.report.skipped += 1;
        if self.report.damage.len() < DAMAGE_LISTED_MAX {
            self.report.damage.push(damage);
        }
        Event::Damaged(damage)
    }
}

/// How many bytes a head that turned out damaged made us sum up.
fn claimed(at: &[u8]) -> u64 {
    match at.get(..9) {
        Some([b'H', b'G', b'R', b'1', _, len @ ..]) => len.iter().fold(0, |n, b| (n << 8) | u64::from(*b)),
        _ => 0,
    }
    .min(at.len() as u64)
}
