//! The record: signed bytes that are the only truth.
//!
//! A [`Record`] exists only once it has been parsed and its signature checked, so whoever holds one can rely on
//! it. Whether it *counts* is for [`crate::authority`] to say. The wire form is payload ‖ signature; it is kept and
//! forwarded as it came, never encoded again.

use std::collections::BTreeMap;
use std::sync::Arc;

use minicbor::Decoder;

use crate::cbor::{self, CborError};
use crate::cose;
use crate::file::FileRef;
use crate::hlc::{Day, Hlc};
use crate::id::{Id, PublicKey};
use crate::keys::{self, SecretKey, SignatureBytes};
use crate::kind::{Kind, Lane, Writers};
use crate::limits::*;

/// Who a content record is meant for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// Anybody, members or not. Written by leaving the field out.
    #[default]
    Public,
    /// Members of this community.
    Community,
    /// Members of one group, named by the id of its founding record.
    Group(Id),
    /// Sealed to those who hold the key.
    Sealed,
}

/// What a record says, before it is signed or after it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payload {
    /// What it is about.
    pub kind: Kind,
    /// Id of the founding record of the person, group or community it belongs to; [`Id::SELF`] in a founding record.
    pub owner: Id,
    /// The key that signs it.
    pub device: PublicKey,
    /// Distinguishes slots of one owner and kind. At most [`KEY_BYTES_MAX`] bytes.
    pub key: Vec<u8>,
    /// When it was written.
    pub hlc: Hlc,
    /// Last UTC day on which it is shown. Content only, required there.
    pub expires: Option<Day>,
    /// Records this one was written in the knowledge of: own heads (authority) or heads of the slot (content). Strictly ascending.
    pub prev: Vec<Id>,
    /// Place in the device's own authority log, from 1. Authority only, required there.
    pub seq: Option<u64>,
    /// Who it is meant for. Authority records are [`Audience::Public`].
    pub audience: Audience,
    /// What it says, opaque to the core. Empty in a content record: the slot is withdrawn.
    pub body: Vec<u8>,
    /// Payload fields that must be understood for the record to have an effect. Strictly ascending.
    pub critical: Vec<u64>,
    /// Files that go with it, in the order of its writer. Content only; none in a withdrawal; at most [`FILES_MAX`].
    pub files: Vec<FileRef>,
    /// Its place among the versions of its slot, where that is not its date: above versions that its author knew and that are
    /// dated as late or later. Content only; later than `hlc`, by at most [`RANK_AHEAD_MS_MAX`].
    pub rank: Option<Hlc>,
    /// Fields of a later version, kept as they came: number and one deterministic CBOR item.
    pub unknown: BTreeMap<u64, Vec<u8>>,
}

/// Why a record was refused. All but `Signature` are the sender's encoding; none can be mended on this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Larger than its lane allows, or too small to be a record.
    #[error("wrong size for a record: {0} bytes")]
    Size(usize),
    /// Not the one canonical form.
    #[error("not canonical CBOR: {0}")]
    Cbor(#[from] CborError),
    /// A field is missing, out of range, or not allowed in this lane.
    #[error("the field '{0}' is missing, out of range or not allowed here")]
    Field(&'static str),
    /// The signature does not fit the bytes, the key and the community.
    #[error("the signature does not fit")]
    Signature,
}

/// Payload field numbers on the wire.
pub mod field {
    #![allow(missing_docs)] // the names are those of `Payload`
    pub const KIND: u64 = 1;
    pub const OWNER: u64 = 2;
    pub const DEVICE: u64 = 3;
    pub const KEY: u64 = 4;
    pub const HLC: u64 = 5;
    pub const EXPIRES: u64 = 6;
    pub const PREV: u64 = 7;
    pub const SEQ: u64 = 8;
    pub const AUDIENCE: u64 = 9;
    pub const BODY: u64 = 10;
    pub const CRITICAL: u64 = 11;
    pub const FILES: u64 = 12;
    pub const RANK: u64 = 13;
    pub const LAST_KNOWN: u64 = RANK;
}

const AUDIENCE_COMMUNITY: u64 = 1;
const AUDIENCE_SEALED: u64 = 2;

impl Payload {
    /// A content payload as its kind's is written when nothing else is said, without a predecessor.
    pub fn content(kind: Kind, owner: Id, device: PublicKey, key: impl Into<Vec<u8>>, hlc: Hlc, body: Vec<u8>) -> Self {
        Payload {
            kind,
            owner,
            device,
            key: key.into(),
            hlc,
            expires: Some(hlc.day() + if body.is_empty() { CONTENT_DAYS_MAX } else { kind.rules().days }),
            prev: Vec::new(),
            seq: None,
            audience: kind.rules().audience,
            body,
            critical: Vec::new(),
            files: Vec::new(),
            rank: None,
            unknown: BTreeMap::new(),
        }
    }

    /// An authority payload at place `seq` of the device's log, after `prev`.
    pub fn authority(
        kind: Kind,
        owner: Id,
        device: PublicKey,
        hlc: Hlc,
        seq: u64,
        prev: Vec<Id>,
        body: Vec<u8>,
    ) -> Self {
        Payload { expires: None, prev, seq: Some(seq), ..Payload::content(kind, owner, device, Vec::new(), hlc, body) }
    }

    /// The lane it travels in: authority records are those with a `seq`.
    pub fn lane(&self) -> Lane {
        if self.seq.is_some() { Lane::Authority } else { Lane::Content }
    }

    /// Whether the device that signs may write this slot: of some kinds each device has one of its own.
    pub fn fits_its_slot(&self) -> bool {
        self.kind.rules().writers != Writers::SlotKey || self.key == self.device.0
    }

    /// The one encoding of this payload.
    pub fn encode(&self) -> Vec<u8> {
        let mut e = minicbor::Encoder::new(Vec::with_capacity(192 + self.body.len()));
        let present = 3
            + usize::from(!self.key.is_empty())
            + 1
            + usize::from(self.expires.is_some())
            + usize::from(!self.prev.is_empty())
            + usize::from(self.seq.is_some())
            + usize::from(self.audience != Audience::Public)
            + usize::from(!self.body.is_empty())
            + usize::from(!self.critical.is_empty())
            + usize::from(!self.files.is_empty())
            + usize::from(self.rank.is_some())
            + self.unknown.len();
        let done = (|| {
            e.map(present as u64)?;
            e.u64(field::KIND)?.u16(self.kind.0)?;
            e.u64(field::OWNER)?.bytes(&self.owner.0)?;
            e.u64(field::DEVICE)?.bytes(&self.device.0)?;
            if !self.key.is_empty() {
                e.u64(field::KEY)?.bytes(&self.key)?;
            }
            e.u64(field::HLC)?.u64(self.hlc.0)?;
            if let Some(day) = self.expires {
                e.u64(field::EXPIRES)?.u32(day)?;
            }
            if !self.prev.is_empty() {
                e.u64(field::PREV)?.array(self.prev.len() as u64)?;
                for id in &self.prev {
                    e.bytes(&id.0)?;
                }
            }
            if let Some(seq) = self.seq {
                e.u64(field::SEQ)?.u64(seq)?;
            }
            match self.audience {
                Audience::Public => {}
                Audience::Community => {
                    e.u64(field::AUDIENCE)?.u64(AUDIENCE_COMMUNITY)?;
                }
                Audience::Sealed => {
                    e.u64(field::AUDIENCE)?.u64(AUDIENCE_SEALED)?;
                }
                Audience::Group(id) => {
                    e.u64(field::AUDIENCE)?.bytes(&id.0)?;
                }
            }
            if !self.body.is_empty() {
                e.u64(field::BODY)?.bytes(&self.body)?;
            }
            if !self.critical.is_empty() {
                e.u64(field::CRITICAL)?.array(self.critical.len() as u64)?;
                for n in &self.critical {
                    e.u64(*n)?;
                }
            }
            if !self.files.is_empty() {
                e.u64(field::FILES)?.array(self.files.len() as u64)?;
                self.files.iter().for_each(|file| e.writer_mut().extend_from_slice(&file.encode()));
            }
            if let Some(rank) = self.rank {
                e.u64(field::RANK)?.u64(rank.0)?;
            }
            for n in self.unknown.keys() {
                e.u64(*n)?;
                e.writer_mut().extend_from_slice(&self.unknown[n]);
            }
            Ok::<(), minicbor::encode::Error<core::convert::Infallible>>(())
        })();
        debug_assert!(done.is_ok(), "writing to memory cannot fail");
        e.into_writer()
    }

    /// Reads a payload and checks everything that does not need the signature.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        cbor::check(bytes)?;
        let payload = Self::read(bytes).map_err(|_| RecordError::Cbor(CborError::WrongType))?;
        payload.check_fields()?;
        // A head that passes the check can still be of another type than we write (a bool for a number): one form only.
        if payload.encode() != bytes {
            return Err(RecordError::Cbor(CborError::NotCanonical));
        }
        Ok(payload)
    }

    fn read(bytes: &[u8]) -> Result<Self, minicbor::decode::Error> {
        let missing = || minicbor::decode::Error::message("missing");
        let mut d = Decoder::new(bytes);
        let (mut kind, mut owner, mut device, mut hlc) = (None, None, None, None);
        let mut p = Payload::content(Kind(0), Id::SELF, PublicKey::default(), Vec::new(), Hlc(0), Vec::new());
        p.expires = None;
        for _ in 0..d.map()?.ok_or_else(missing)? {
            match d.u64()? {
                field::KIND => kind = Some(Kind(d.u16()?)),
                field::OWNER => owner = Some(Id::from_slice(d.bytes()?).ok_or_else(missing)?),
                field::DEVICE => device = Some(PublicKey::from_slice(d.bytes()?).ok_or_else(missing)?),
                field::KEY => p.key = d.bytes()?.to_vec(),
                field::HLC => hlc = Some(Hlc(d.u64()?)),
                field::EXPIRES => p.expires = Some(d.u32()?),
                field::PREV => {
                    for _ in 0..d.array()?.ok_or_else(missing)? {
                        p.prev.push(Id::from_slice(d.bytes()?).ok_or_else(missing)?);
                    }
                }
                field::SEQ => p.seq = Some(d.u64()?),
                field::AUDIENCE => {
                    p.audience = if d.datatype()? == minicbor::data::Type::Bytes {
                        Audience::Group(Id::from_slice(d.bytes()?).ok_or_else(missing)?)
                    } else {
                        match d.u64()? {
                            AUDIENCE_COMMUNITY => Audience::Community,
                            AUDIENCE_SEALED => Audience::Sealed,
                            _ => return Err(minicbor::decode::Error::message("audience")),
                        }
                    }
                }
                field::BODY => p.body = d.bytes()?.to_vec(),
                field::CRITICAL => {
                    for _ in 0..d.array()?.ok_or_else(missing)? {
                        p.critical.push(d.u64()?);
                    }
                }
                field::FILES => {
                    for _ in 0..d.array()?.ok_or_else(missing)? {
                        let from = d.position();
                        d.skip()?;
                        p.files.push(FileRef::decode(&bytes[from..d.position()]).map_err(|_| missing())?);
                    }
                }
                field::RANK => p.rank = Some(Hlc(d.u64()?)),
                n => {
                    let from = d.position();
                    d.skip()?;
                    p.unknown.insert(n, bytes[from..d.position()].to_vec());
                }
            }
        }
        p.kind = kind.ok_or_else(missing)?;
        p.owner = owner.ok_or_else(missing)?;
        p.device = device.ok_or_else(missing)?;
        p.hlc = hlc.ok_or_else(missing)?;
        Ok(p)
    }

    fn check_fields(&self) -> Result<(), RecordError> {
        let ascending = |ids: &[Id]| ids.windows(2).all(|w| w[0] < w[1]);
        let need = |ok: bool, name| if ok { Ok(()) } else { Err(RecordError::Field(name)) };
        need(self.key.len() <= KEY_BYTES_MAX, "key")?;
        need(ascending(&self.prev), "prev")?;
        need(self.critical.len() <= LIST_MAX && self.critical.windows(2).all(|w| w[0] < w[1]), "critical")?;
        need(self.files.len() <= FILES_MAX && self.files.iter().all(FileRef::is_in_order), "files")?;
        need(self.kind.lane().is_none_or(|l| l == self.lane()), "seq")?;
        match self.lane() {
            Lane::Authority => {
                need(self.seq != Some(0), "seq")?;
                need(self.expires.is_none(), "expires")?;
                need(self.files.is_empty(), "files")?;
                need(self.key.is_empty(), "key")?;
                need(self.audience == Audience::Public, "audience")?;
                need(self.rank.is_none(), "rank")?;
                need(self.prev.len() <= AUTHORITY_PREV_MAX, "prev")
            }
            Lane::Content => {
                let day = self.hlc.day();
                let last = day.saturating_add(CONTENT_DAYS_MAX);
                let expires = self.expires.ok_or(RecordError::Field("expires"))?;
                need(expires >= day && expires <= last, "expires")?;
                need(!self.body.is_empty() || expires == last, "expires")?;
                need(self.owner != Id::SELF, "owner")?;
                // What a file is would stand in the clear beside a seal that hides the rest.
                let hidden = self.audience != Audience::Sealed || self.files.iter().all(FileRef::is_encrypted);
                need(hidden && (self.files.is_empty() || !self.body.is_empty()), "files")?;
                need(self.rank.is_none_or(|rank| rank > self.hlc && rank <= self.hlc.highest_rank()), "rank")?;
                need(self.prev.len() <= CONTENT_PREV_MAX, "prev")
            }
        }
    }

    /// Signs it for a community. A genesis is signed for [`Id::SELF`]. Fails when the result would be refused by others.
    pub fn sign(&self, community: &Id, key: &SecretKey) -> Result<Record, RecordError> {
        if key.public() != self.device {
            return Err(RecordError::Field("device"));
        }
        let payload = self.encode();
        let signature = key.sign(&cose::sig_structure(community, &payload));
        let mut wire = payload;
        wire.extend_from_slice(&signature);
        Record::parse_unverified(community, &wire)
    }
}

/// Where a newer record replaces an older one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Address {
    /// Whose slot it is.
    pub owner: Id,
    /// What it is about.
    pub kind: Kind,
    /// Which of the owner's.
    pub key: Vec<u8>,
}

/// A record whose form and signature have been checked. Cheap to clone.
#[derive(Clone)]
pub struct Record(Arc<Inner>);

struct Inner {
    id: Id,
    payload: Payload,
    wire: Box<[u8]>,
}

impl Record {
    /// Parses and verifies bytes from outside. This is the one way in.
    pub fn from_wire(community: &Id, wire: &[u8]) -> Result<Self, RecordError> {
        let record = Self::parse_unverified(community, wire)?;
        let community = record.signing_community(community);
        let message = cose::sig_structure(&community, record.payload_bytes());
        if !keys::verify(&record.payload().device, &message, &record.signature()) {
            return Err(RecordError::Signature);
        }
        Ok(record)
    }

    /// Parses bytes that this node verified before and kept under a checksum. Never for bytes from outside.
    pub fn from_journal(community: &Id, wire: &[u8]) -> Result<Self, RecordError> {
        Self::parse_unverified(community, wire)
    }

    fn parse_unverified(community: &Id, wire: &[u8]) -> Result<Self, RecordError> {
        if wire.len() <= 64 || wire.len() > CONTENT_BYTES_MAX {
            return Err(RecordError::Size(wire.len()));
        }
        let bytes = &wire[..wire.len() - 64];
        let payload = Payload::decode(bytes)?;
        let most = match payload.lane() {
            Lane::Authority => AUTHORITY_BYTES_MAX,
            Lane::Content => payload.kind.rules().bytes_max,
        };
        if wire.len() > most {
            return Err(RecordError::Size(wire.len()));
        }
        let community = if payload.kind == Kind::GENESIS { Id::SELF } else { *community };
        let id = record_id(&community, bytes);
        Ok(Record(Arc::new(Inner { id, payload, wire: wire.into() })))
    }

    /// The community that the signature and id are bound to: none in a genesis, whose own id it becomes.
    pub fn signing_community(&self, community: &Id) -> Id {
        if self.payload().kind == Kind::GENESIS { Id::SELF } else { *community }
    }

    /// Its id.
    pub fn id(&self) -> Id {
        self.0.id
    }
    /// What it says.
    pub fn payload(&self) -> &Payload {
        &self.0.payload
    }
    /// The bytes to keep and to send: payload ‖ signature.
    pub fn wire(&self) -> &[u8] {
        &self.0.wire
    }
    /// The signed payload as it came.
    pub fn payload_bytes(&self) -> &[u8] {
        &self.0.wire[..self.0.wire.len() - 64]
    }
    /// The signature.
    pub fn signature(&self) -> SignatureBytes {
        let wire = &self.0.wire;
        wire[wire.len() - 64..].try_into().unwrap_or([0; 64])
    }
    /// The founding id this record belongs to: its own when it founds something.
    pub fn owner(&self) -> Id {
        if self.payload().owner == Id::SELF { self.id() } else { self.payload().owner }
    }
    /// Its slot.
    pub fn address(&self) -> Address {
        Address { owner: self.owner(), kind: self.payload().kind, key: self.payload().key.clone() }
    }
    /// The lane it travels in.
    pub fn lane(&self) -> Lane {
        self.payload().lane()
    }
    /// What decides between versions of one slot: the later rank wins (the HLC, where none is given), then the larger id.
    pub fn order(&self) -> (Hlc, Id) {
        (self.payload().rank.unwrap_or(self.payload().hlc), self.id())
    }
    /// Of authority records: place in the signer's own log, then the id. A liar writes there as well, but not before what
    /// others have read without a fork; a clock says what it is told to.
    pub fn log_order(&self) -> (u64, Id) {
        (self.payload().seq.unwrap_or(0), self.id())
    }
    /// Whether it withdraws its slot.
    pub fn is_withdrawal(&self) -> bool {
        self.lane() == Lane::Content && self.payload().body.is_empty()
    }
    /// Whether this version understands every field that must be understood.
    pub fn is_understood(&self) -> bool {
        self.payload().critical.iter().all(|n| *n <= field::LAST_KNOWN)
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.0.wire == other.0.wire
    }
}
impl Eq for Record {}

impl core::fmt::Debug for Record {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Record({} {})", self.payload().kind, self.id().short())
    }
}

/// BLAKE3 over domain, community and payload.
pub fn record_id(community: &Id, payload: &[u8]) -> Id {
    let mut hash = blake3::Hasher::new();
    hash.update(cose::DOMAIN).update(&community.0).update(payload);
    Id(*hash.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::Label;

    const COMMUNITY: Id = Id([5; 32]);
    const DAY: Day = 20_000;

    fn key() -> SecretKey {
        SecretKey::from_seed(&[1; 32])
    }

    fn content() -> Payload {
        let at = Hlc::new(u64::from(DAY) * crate::hlc::DAY_MS, 0);
        Payload::content(Kind::NOTICE, Id([2; 32]), key().public(), *b"slot", at, vec![1])
    }

    fn authority() -> Payload {
        Payload::authority(Kind::ADMIT, Id([2; 32]), key().public(), content().hlc, 1, vec![], vec![1])
    }

    fn file(name: &str) -> FileRef {
        let label = Some(Label { media: "text/csv".into(), name: name.into() });
        FileRef { hash: [3; 32], size: 9, label, sha256: None, later: BTreeMap::new() }
    }

    fn ids(n: usize) -> Vec<Id> {
        (0..n).map(|i| Id([i as u8; 32])).collect()
    }

    fn with(mut p: Payload, edit: impl Fn(&mut Payload)) -> Result<Record, RecordError> {
        edit(&mut p);
        p.sign(&COMMUNITY, &key())
    }

    /// Every field alone and all of them together come back, and whoever reads them sees what was written.
    #[test]
    fn every_field_comes_back() {
        type Edit = fn(&mut Payload);
        let edits: [Edit; 11] = [
            |p| p.key = vec![],
            |p| p.prev = ids(2),
            |p| p.audience = Audience::Community,
            |p| p.audience = Audience::Sealed,
            |p| p.audience = Audience::Group(Id([9; 32])),
            |p| p.body = vec![],
            |p| p.expires = Some(DAY),
            |p| p.critical = vec![3, 11],
            |p| p.files = vec![file("a.csv"), FileRef { label: None, ..file("") }],
            |p| p.rank = Some(p.hlc.highest_rank()),
            |p| p.unknown = BTreeMap::from([(20, vec![0x01]), (70, vec![0x42, 1, 2])]),
        ];
        // All but the empty body, which has an expiry of its own and no files.
        let all = |p: &mut Payload| edits.iter().enumerate().filter(|(n, _)| *n != 5).for_each(|(_, e)| e(p));
        let made = edits
            .iter()
            .map(|e| with(content(), e))
            .chain([with(content(), all), with(authority(), |p| p.prev = ids(4))]);
        for record in made {
            let record = record.unwrap();
            assert_eq!(Payload::decode(record.payload_bytes()).as_ref(), Ok(record.payload()));
            assert_eq!(Record::from_wire(&COMMUNITY, record.wire()).as_ref(), Ok(&record));
            assert_eq!(record.id(), record_id(&COMMUNITY, record.payload_bytes()));
        }
    }

    /// What each field takes, and one more.
    #[test]
    fn bounds_hold_to_the_one() {
        type Edit = fn(&mut Payload);
        let last = DAY + CONTENT_DAYS_MAX;
        assert_eq!(content().expires, Some(last));
        let rows: [(&str, Payload, Edit, Edit); 24] = [
            ("key", content(), |p| p.key = vec![7; KEY_BYTES_MAX], |p| p.key = vec![7; KEY_BYTES_MAX + 1]),
            ("prev", content(), |p| p.prev = ids(CONTENT_PREV_MAX), |p| p.prev = ids(CONTENT_PREV_MAX + 1)),
            ("prev", authority(), |p| p.prev = ids(AUTHORITY_PREV_MAX), |p| p.prev = ids(AUTHORITY_PREV_MAX + 1)),
            ("prev", content(), |p| p.prev = ids(1), |p| p.prev = vec![Id([1; 32]), Id([1; 32])]),
            (
                "critical",
                content(),
                |p| p.critical = (1..=LIST_MAX as u64).collect(),
                |p| p.critical = (0..=LIST_MAX as u64).collect(),
            ),
            ("critical", content(), |p| p.critical = vec![1, 2], |p| p.critical = vec![1, 1]),
            ("critical", content(), |p| p.critical = vec![2, 3], |p| p.critical = vec![3, 2]),
            ("seq", authority(), |p| p.seq = Some(1), |p| p.seq = Some(0)),
            ("rank", content(), |p| p.rank = Some(Hlc(p.hlc.0 + 1)), |p| p.rank = Some(p.hlc)),
            (
                "rank",
                content(),
                |p| p.rank = Some(p.hlc.highest_rank()),
                |p| p.rank = Some(Hlc(p.hlc.highest_rank().0 + 1)),
            ),
            ("rank", authority(), |_| {}, |p| p.rank = Some(p.hlc.highest_rank())),
            ("seq", authority(), |p| p.kind = Kind(6_000), |p| p.kind = Kind::NOTICE),
            ("seq", authority(), |p| p.kind = Kind(96), |p| p.kind = Kind(95)),
            ("expires", authority(), |_| {}, |p| p.expires = Some(DAY)),
            (
                "files",
                content(),
                |p| p.files = vec![file("a"); FILES_MAX],
                |p| p.files = vec![file("a"); FILES_MAX + 1],
            ),
            ("files", content(), |p| p.files = vec![file("a")], |p| p.files = vec![file("a/b")]),
            ("files", content(), |p| p.body = vec![], |p| (p.body, p.files) = (vec![], vec![file("a")])),
            ("files", authority(), |_| {}, |p| p.files = vec![file("a")]),
            (
                "files",
                Payload { audience: Audience::Sealed, ..content() },
                |p| p.files = vec![FileRef { label: None, ..file("") }],
                |p| p.files = vec![file("a")],
            ),
            ("key", authority(), |_| {}, |p| p.key = vec![1]),
            ("audience", authority(), |_| {}, |p| p.audience = Audience::Community),
            ("expires", content(), |p| p.expires = Some(DAY), |p| p.expires = Some(DAY - 1)),
            ("expires", content(), |_| {}, |p| p.expires = p.expires.map(|day| day + 1)),
            ("expires", content(), |p| p.body = vec![], |p| (p.body, p.expires) = (vec![], Some(DAY + 1))),
        ];
        for (name, payload, good, bad) in rows {
            assert!(with(payload.clone(), good).is_ok(), "{name}");
            assert_eq!(with(payload, bad), Err(RecordError::Field(name)), "{name}");
        }
        assert_eq!(with(content(), |p| p.owner = Id::SELF), Err(RecordError::Field("owner")));
        assert_eq!(with(content(), |p| p.expires = None), Err(RecordError::Field("expires")));
        assert_eq!(with(content(), |p| p.device = PublicKey([8; 32])), Err(RecordError::Field("device")));
    }

    #[test]
    fn each_lane_has_its_size() {
        let full = |p: Payload, most: usize, more: usize| {
            let empty = with(p.clone(), |p| p.body = vec![0; 300]).unwrap().wire().len();
            with(p, |p| p.body = vec![0; 300 + most - empty + more])
        };
        let call = || Payload { kind: Kind::ROLL_CALL, ..content() };
        let unknown = || Payload { kind: Kind(6_000), ..content() };
        let rows = [(content(), CONTENT_BYTES_MAX), (authority(), AUTHORITY_BYTES_MAX), (unknown(), CONTENT_BYTES_MAX)];
        for (payload, most) in rows.into_iter().chain([(call(), ROLL_CALL_BYTES_MAX)]) {
            assert_eq!(full(payload.clone(), most, 0).unwrap().wire().len(), most);
            assert_eq!(full(payload, most, 1), Err(RecordError::Size(most + 1)));
        }
        for n in [0, 1, 63, 64] {
            assert_eq!(Record::from_wire(&COMMUNITY, &vec![0xa0; n]), Err(RecordError::Size(n)));
        }
        assert!(matches!(Record::from_wire(&COMMUNITY, &[0xa0; 65]), Err(RecordError::Cbor(_))));
    }

    #[test]
    fn who_reads_a_record_learns_what_it_is() {
        let note = with(content(), |_| {}).unwrap();
        let gone = with(content(), |p| p.body = vec![]).unwrap();
        let log = with(authority(), |p| p.body = vec![]).unwrap();
        assert_eq!([&note, &gone, &log].map(Record::is_withdrawal), [false, true, false]);
        assert_eq!([&note, &gone, &log].map(Record::lane), [Lane::Content, Lane::Content, Lane::Authority]);
        assert_eq!(note.address(), Address { owner: Id([2; 32]), kind: Kind::NOTICE, key: b"slot".to_vec() });
        assert_eq!(note.order(), (content().hlc, note.id()));
        // A founding record belongs to itself, a genesis is signed for no community but its own.
        let found = |kind| with(authority(), |p| (p.kind, p.owner) = (kind, Id::SELF)).unwrap();
        let (person, genesis) = (found(Kind::PERSON), found(Kind::GENESIS));
        assert_eq!((person.owner(), note.owner()), (person.id(), Id([2; 32])));
        assert_eq!(
            (person.signing_community(&COMMUNITY), genesis.signing_community(&COMMUNITY)),
            (COMMUNITY, Id::SELF)
        );
        assert_eq!(genesis.id(), record_id(&Id::SELF, genesis.payload_bytes()));
        // What has to be understood and is not known yet.
        for (critical, understood) in [(vec![], true), (vec![1, 12], true), (vec![12, 20], false), (vec![20], false)] {
            let mut p = content();
            p.critical = critical;
            assert_eq!(p.sign(&COMMUNITY, &key()).unwrap().is_understood(), understood);
        }
    }

    #[test]
    fn a_signature_holds_for_one_community_and_one_key() {
        let note = with(content(), |_| {}).unwrap();
        assert_eq!(Record::from_wire(&Id([6; 32]), note.wire()), Err(RecordError::Signature));
        let mut wire = note.wire().to_vec();
        let end = wire.len() - 1;
        wire[end] ^= 1;
        assert_eq!(Record::from_wire(&COMMUNITY, &wire), Err(RecordError::Signature));
        assert_ne!(Record::from_journal(&COMMUNITY, &wire).unwrap(), note);
    }
}
