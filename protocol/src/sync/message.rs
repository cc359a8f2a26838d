//! The frames of a sync stream as values, and their byte layouts. See the module above for the layouts in words.
//!
//! Decoders are strict and bounded: a body that is too long, too short or out of range is [`Malformed`].

use minicbor::{Decoder, Encoder};

use super::source::{PREFIX_NIBBLES_MAX, Prefix};
use super::summary::Bucket;
use crate::cbor;
use crate::frame::{self, FrameType};
use crate::hlc::Day;
use crate::id::Id;

/// The types of frame only a sync stream has.
pub mod types {
    #![allow(missing_docs)] // the names are those of `Message`
    use crate::frame::FrameType;
    pub const HELLO: FrameType = FrameType::SYNC_FIRST;
    pub const CHECK: FrameType = FrameType(17);
    pub const ROOTS: FrameType = FrameType(18);
    pub const ASK: FrameType = FrameType(19);
    pub const ANSWER: FrameType = FrameType(20);
    pub const NUDGE: FrameType = FrameType(21);
    pub const NEWS: FrameType = FrameType(22);
    pub const FETCH: FrameType = FrameType(23);
    pub const BYE: FrameType = FrameType(24);
}

/// The version of the stream this crate speaks.
pub const VERSION: u16 = 1;
/// Largest hello body, in bytes. Larger: malformed.
pub const HELLO_BYTES_MAX: usize = 4096;
/// Most feature names in a hello, and most bytes of one. More: malformed.
pub const FEATURES_MAX: usize = 32;
/// Largest body of an ask or an answer, in bytes. Larger: malformed.
pub const ITEMS_BYTES_MAX: usize = 64 * 1024;
/// Most ids in news or in a fetch. More: malformed.
pub const IDS_MAX: usize = 1024;
/// Most buckets in a list of roots. More: malformed.
pub const BUCKETS_MAX: usize = 8192;
/// Most ids in one list of short ids. More: malformed.
pub const SHORTS_MAX: usize = 256;

/// The bytes of a frame are not what its type calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a malformed {0}")]
pub struct Malformed(pub &'static str);

/// First frame of each side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hello {
    /// Version of the stream.
    pub version: u16,
    /// Which community.
    pub community: Id,
    /// The day the sender believes it is.
    pub day: Day,
    /// Whether it has reason to trust its clock.
    pub clock_sure: bool,
    /// Fresh random bytes, for the keys of this session.
    pub nonce: [u8; 16],
    /// Names of what it can do beyond the base.
    pub features: Vec<String>,
    /// Root of its authority lane.
    pub authority_root: [u8; 32],
}

/// What a round compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The authority lane alone: comes first.
    Authority,
    /// The authority lane and every content week from this one on.
    From(u32),
}

impl Scope {
    pub(super) fn has(self, bucket: Bucket) -> bool {
        match self {
            Scope::Authority => bucket == Bucket::AUTHORITY,
            Scope::From(week) => bucket.counts_from(week),
        }
    }
    fn write(self, out: &mut Vec<u8>) {
        let (lane, week) = match self {
            Scope::Authority => (0, 0),
            Scope::From(week) => (1, week),
        };
        out.push(lane);
        out.extend(week.to_be_bytes());
    }
}

/// A short name of a bucket's set hash, keyed for one round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShortBucket {
    /// Which.
    pub bucket: Bucket,
    /// Keyed short form of its digest.
    pub short: u64,
    /// How many ids, at most `u32::MAX`.
    pub count: u32,
}

/// A keyed fingerprint of the ids in a range and how many they are. Zero ids: no fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Print {
    /// Keyed short hash of the ids.
    pub short: u64,
    /// How many, at most `u32::MAX`.
    pub count: u32,
}

/// A range of a bucket.
pub type Range = (Bucket, Prefix);

/// One thing said about a range.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// "These are my sixteen sub-ranges."
    Split(Range, Box<[Print; 16]>),
    /// "These are all I have there": ask for what you miss.
    List(Range, Vec<u64>),
    /// "Send me these."
    Want(Range, Vec<u64>),
    /// "These are all I have there": ask for what you miss, and send me all the others.
    Except(Range, Vec<u64>),
}

/// A frame of the stream, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Message {
    /// See [`Hello`].
    Hello(Hello),
    /// Initiator: "my root is this" — a new round begins.
    Check {
        /// Number of the round, from 1.
        round: u32,
        /// What is compared.
        scope: Scope,
        /// The initiator's root over it, under the key of the round.
        root: [u8; 32],
    },
    /// Acceptor: "mine is this, made of these". The list is empty when the roots are equal.
    Roots {
        /// Of which round.
        round: u32,
        /// The acceptor's root, under the key of the round.
        root: [u8; 32],
        /// Its buckets in scope, ascending.
        buckets: Vec<ShortBucket>,
    },
    /// Initiator's questions and requests.
    Ask(Vec<Item>),
    /// The acceptor's reply to one ask; records it was asked for come before it.
    Answer(Vec<Item>),
    /// Acceptor: "please check again".
    Nudge,
    /// Either side: "these are new here".
    News(Vec<Id>),
    /// Either side: "send me these", of news.
    Fetch(Vec<Id>),
    /// Last frame: why the sender leaves.
    Bye(u8),
}

const SPLIT: u8 = 1;
const LIST: u8 = 2;
const WANT: u8 = 3;
const EXCEPT: u8 = 4;

/// Keys of the hello map.
mod hello_field {
    pub const VERSION: u64 = 1;
    pub const COMMUNITY: u64 = 2;
    pub const DAY: u64 = 3;
    pub const CLOCK_SURE: u64 = 4;
    pub const NONCE: u64 = 5;
    pub const FEATURES: u64 = 6;
    pub const AUTHORITY_ROOT: u64 = 7;
}

impl Message {
    /// The whole frame.
    pub fn to_frame(&self) -> Vec<u8> {
        let mut body = Vec::new();
        let kind = match self {
            Message::Hello(h) => {
                body = h.encode();
                types::HELLO
            }
            Message::Check { round, scope, root } => {
                body.extend(round.to_be_bytes());
                scope.write(&mut body);
                body.extend(root);
                types::CHECK
            }
            Message::Roots { round, root, buckets } => {
                body.extend(round.to_be_bytes());
                body.extend(root);
                for b in buckets {
                    body.extend(b.bucket.0.to_be_bytes());
                    body.extend(b.short.to_be_bytes());
                    put_varint(&mut body, b.count);
                }
                types::ROOTS
            }
            Message::Ask(items) => {
                items.iter().for_each(|i| i.write(&mut body));
                types::ASK
            }
            Message::Answer(items) => {
                items.iter().for_each(|i| i.write(&mut body));
                types::ANSWER
            }
            Message::Nudge => types::NUDGE,
            Message::News(ids) => {
                ids.iter().for_each(|id| body.extend(id.0));
                types::NEWS
            }
            Message::Fetch(ids) => {
                ids.iter().for_each(|id| body.extend(id.0));
                types::FETCH
            }
            Message::Bye(code) => {
                body.push(*code);
                types::BYE
            }
        };
        let mut out = Vec::with_capacity(frame::HEADER_BYTES + body.len());
        frame::write(&mut out, kind, &body);
        out
    }

    /// Reads a frame. `Ok(None)`: a type that is not of these.
    pub fn from_frame(kind: FrameType, body: &[u8]) -> Result<Option<Message>, Malformed> {
        let mut r = Reader(body);
        let message = match kind {
            types::HELLO => return Hello::decode(body).map(|h| Some(Message::Hello(h))).ok_or(Malformed("hello")),
            types::CHECK => r.check().ok_or(Malformed("check"))?,
            types::ROOTS => r.roots().ok_or(Malformed("list of roots"))?,
            types::ASK | types::ANSWER if body.len() > ITEMS_BYTES_MAX => return Err(Malformed("ask or answer")),
            types::ASK => r.items().map(Message::Ask).ok_or(Malformed("ask"))?,
            types::ANSWER => r.items().map(Message::Answer).ok_or(Malformed("answer"))?,
            types::NUDGE => Message::Nudge,
            types::NEWS => r.ids().map(Message::News).ok_or(Malformed("news"))?,
            types::FETCH => r.ids().map(Message::Fetch).ok_or(Malformed("fetch"))?,
            types::BYE => r.u8().map(Message::Bye).ok_or(Malformed("bye"))?,
            _ => return Ok(None),
        };
        if r.0.is_empty() { Ok(Some(message)) } else { Err(Malformed("frame with bytes after its end")) }
    }
}

impl Hello {
    fn encode(&self) -> Vec<u8> {
        let mut e = Encoder::new(Vec::new());
        let done = (|| {
            e.map(7)?.u64(hello_field::VERSION)?.u16(self.version)?;
            e.u64(hello_field::COMMUNITY)?.bytes(&self.community.0)?;
            e.u64(hello_field::DAY)?.u32(self.day)?;
            e.u64(hello_field::CLOCK_SURE)?.bool(self.clock_sure)?;
            e.u64(hello_field::NONCE)?.bytes(&self.nonce)?;
            e.u64(hello_field::FEATURES)?.array(self.features.len() as u64)?;
            for name in &self.features {
                e.str(name)?;
            }
            e.u64(hello_field::AUTHORITY_ROOT)?.bytes(&self.authority_root)?;
            Ok::<(), minicbor::encode::Error<core::convert::Infallible>>(())
        })();
        debug_assert!(done.is_ok(), "writing to memory cannot fail");
        e.into_writer()
    }

    fn decode(body: &[u8]) -> Option<Hello> {
        if body.len() > HELLO_BYTES_MAX {
            return None;
        }
        cbor::check(body).ok()?;
        let mut d = Decoder::new(body);
        let (mut community, mut day, mut nonce, mut root) = (None, None, None, None);
        let (mut clock_sure, mut features) = (false, Vec::new());
        let fields = d.map().ok()??;
        // The version is the first field of every version; what follows it in others is theirs to say.
        if d.u64().ok()? != hello_field::VERSION {
            return None;
        }
        let version = d.u16().ok()?;
        if version != VERSION {
            let (nonce, authority_root) = Default::default();
            return Some(Hello { version, community: Id::SELF, day: 0, clock_sure, nonce, features, authority_root });
        }
        for _ in 1..fields {
            match d.u64().ok()? {
                hello_field::COMMUNITY => community = Some(Id::from_slice(d.bytes().ok()?)?),
                hello_field::DAY => day = Some(d.u32().ok()?),
                hello_field::CLOCK_SURE => clock_sure = d.bool().ok()?,
                hello_field::NONCE => nonce = Some(d.bytes().ok()?.try_into().ok()?),
                hello_field::FEATURES => {
                    let n = d.array().ok()??;
                    if n > FEATURES_MAX as u64 {
                        return None;
                    }
                    for _ in 0..n {
                        let name = d.str().ok()?;
                        if name.len() > FEATURES_MAX {
                            return None;
                        }
                        features.push(name.to_owned());
                    }
                }
                hello_field::AUTHORITY_ROOT => root = Some(d.bytes().ok()?.try_into().ok()?),
                _ => d.skip().ok()?,
            }
        }
        Some(Hello {
            version,
            community: community?,
            day: day?,
            clock_sure,
            nonce: nonce?,
            features,
            authority_root: root?,
        })
    }
}

impl Item {
    /// What it is about.
    pub fn range(&self) -> Range {
        match self {
            Item::Split(r, _) | Item::List(r, _) | Item::Want(r, _) | Item::Except(r, _) => *r,
        }
    }
    /// Appends the item.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let (tag, range) = match self {
            Item::Split(r, _) => (SPLIT, r),
            Item::List(r, _) => (LIST, r),
            Item::Want(r, _) => (WANT, r),
            Item::Except(r, _) => (EXCEPT, r),
        };
        out.push(tag);
        out.extend(range.0.0.to_be_bytes());
        range.1.write(out);
        match self {
            Item::Split(_, prints) => {
                for p in prints.iter() {
                    put_varint(out, p.count);
                    if p.count > 0 {
                        out.extend(p.short.to_be_bytes());
                    }
                }
            }
            Item::List(_, shorts) | Item::Want(_, shorts) | Item::Except(_, shorts) => {
                put_varint(out, shorts.len() as u32);
                shorts.iter().for_each(|s| out.extend(s.to_be_bytes()));
            }
        }
    }
}

fn put_varint(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n)?;
        self.0 = tail;
        Some(head)
    }
    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|b| b[0])
    }
    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }
    fn u64(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_be_bytes)
    }
    fn varint(&mut self) -> Option<u32> {
        let mut n = 0u64;
        for shift in [0, 7, 14, 21, 28] {
            let b = self.u8()?;
            n |= u64::from(b & 0x7f) << shift;
            if b < 0x80 {
                // The shortest form only.
                return if b == 0 && shift > 0 { None } else { u32::try_from(n).ok() };
            }
        }
        None
    }
    fn root(&mut self) -> Option<[u8; 32]> {
        self.take(32)?.try_into().ok()
    }
    fn check(&mut self) -> Option<Message> {
        let round = self.u32()?;
        let scope = match (self.u8()?, self.u32()?) {
            (0, 0) => Scope::Authority,
            (1, week) => Scope::From(week),
            _ => return None,
        };
        Some(Message::Check { round, scope, root: self.root()? })
    }
    fn roots(&mut self) -> Option<Message> {
        let (round, root) = (self.u32()?, self.root()?);
        let mut buckets: Vec<ShortBucket> = Vec::new();
        while !self.0.is_empty() {
            let b = ShortBucket { bucket: Bucket(self.u32()?), short: self.u64()?, count: self.varint()? };
            if buckets.len() == BUCKETS_MAX || b.count == 0 || buckets.last().is_some_and(|l| l.bucket >= b.bucket) {
                return None;
            }
            buckets.push(b);
        }
        Some(Message::Roots { round, root, buckets })
    }
    fn items(&mut self) -> Option<Vec<Item>> {
        let mut out = Vec::new();
        while !self.0.is_empty() {
            let tag = self.u8()?;
            let bucket = Bucket(self.u32()?);
            let nibbles = self.u8()?;
            let prefix = Prefix::from_parts(nibbles, self.take(usize::from(nibbles).div_ceil(2))?)?;
            let range = (bucket, prefix);
            out.push(match tag {
                SPLIT if nibbles <= PREFIX_NIBBLES_MAX => {
                    let mut prints = Box::new([Print::default(); 16]);
                    for p in prints.iter_mut() {
                        p.count = self.varint()?;
                        p.short = if p.count > 0 { self.u64()? } else { 0 };
                    }
                    Item::Split(range, prints)
                }
                LIST => Item::List(range, self.shorts()?),
                WANT => Item::Want(range, self.shorts()?),
                EXCEPT => Item::Except(range, self.shorts()?),
                _ => return None,
            });
        }
        Some(out)
    }
    fn ids(&mut self) -> Option<Vec<Id>> {
        let whole = self.0.len().is_multiple_of(32) && self.0.len() <= 32 * IDS_MAX;
        let ids = whole.then(|| self.0.chunks_exact(32).filter_map(Id::from_slice).collect());
        self.0 = &[];
        ids
    }
    fn shorts(&mut self) -> Option<Vec<u64>> {
        let n = self.varint()? as usize;
        if n > SHORTS_MAX {
            return None;
        }
        let bytes = self.take(8 * n)?;
        let out: Vec<u64> = bytes.chunks_exact(8).map(|c| c.iter().fold(0, |v, b| (v << 8) | u64::from(*b))).collect();
        out.windows(2).all(|w| w[0] < w[1]).then_some(out)
    }
}
