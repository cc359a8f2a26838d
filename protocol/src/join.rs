//! The join protocol: all that a stranger can say to a member's computer.
//!
//! One request and one answer a stream: the whole of the bytes is one message, within its bound. `who` asks which
//! community is here, `public` reads what is public, `redeem` uses an invite, `present` shows authority records that a
//! member may lack, `link` asks to become one more computer of a person, `read` is for whoever comes back. Not for: deciding whether an invite is open ([`crate::invite::Issued`]), limits on speed, or links.

use crate::authority::body::DeviceAdd;
use crate::fields::{FieldError, Reader, Writer};
use crate::frame::{self, BlockError};
use crate::id::{Id, PublicKey};
use crate::invite;
use crate::keys::{self, SecretKey, SignatureBytes};
use crate::kind::{Kind, Lane};
use crate::limits::*;
use crate::link::LinkRequest;
use crate::record::Record;
use crate::said::{cursor, name};

/// Version of these messages.
pub const VERSION: u64 = 1;

/// Bytes of wire records to put into one page of `public`, before packing; well within [`JOIN_RESPONSE_BYTES_MAX`].
pub const PAGE_BYTES_MAX: usize = JOIN_RESPONSE_BYTES_MAX / 2;

/// Records that come with [`Request::Enter`].
const ENTER_RECORDS: usize = 2;

/// What a stranger asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// Which community is this, if its people allow that to be told?
    Who,
    /// Records whose audience is public, page by page.
    Public {
        /// Drawn by the asker, the same for all pages of one reading.
        reading: [u8; 16],
        /// From the page before; nothing for the first page. Opaque to the asker, at most 128 bytes.
        cursor: Option<Vec<u8>>,
    },
    /// What members read, for somebody whose computer is not listed but who holds a key that says they may.
    Read(Reading),
    /// Uses an invite.
    Redeem(Redemption),
    /// Asks to be let in with a poster; the same again asks how it stands.
    Ask(Redemption),
    /// Authority records that the asked may lack, so that it knows the asker.
    Present {
        /// The community they belong to.
        community: Id,
        /// Wire records: 1 to 32, at most 64 KiB together.
        records: Vec<Vec<u8>>,
    },
    /// Asks for a place as a newcomer, where the community lets people in to read.
    Enter {
        /// The community.
        community: Id,
        /// Wire records: the person, the first device.
        records: Vec<Vec<u8>>,
    },
    /// Uses a link code: asks again and again until a person has confirmed it.
    Link(LinkRequest),
}

/// An invite, used by one person on one device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redemption {
    /// The community the ticket names.
    pub community: Id,
    /// Public half of the invite.
    pub invite: PublicKey,
    /// [`invite::prove`].
    pub proof: SignatureBytes,
    /// Wire records: the person, the first device, then what else the newcomer brings (a profile): 2 to 8.
    pub records: Vec<Vec<u8>>,
}

/// A claim to read as members do: by the key of a person who belongs here, or of an open invite of the asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The community.
    pub community: Id,
    /// A person key, or the public half of an invite.
    pub key: PublicKey,
    /// By that key, see [`Reading::new`].
    pub proof: SignatureBytes,
    /// From the page before; nothing for the first page. Opaque to the asker, at most 128 bytes.
    pub cursor: Option<Vec<u8>>,
}

impl Reading {
    /// A claim that only the computer with this transport key can use.
    pub fn new(community: Id, key: &SecretKey, caller: &PublicKey, cursor: Option<Vec<u8>>) -> Self {
        let proof = key.sign(&Self::message(&community, caller));
        Reading { community, key: key.public(), proof, cursor }
    }

    /// Whether the key signed for the computer that calls.
    pub fn is_by(&self, caller: &PublicKey) -> bool {
        keys::verify(&self.key, &Self::message(&self.community, caller), &self.proof)
    }

    fn message(community: &Id, caller: &PublicKey) -> Vec<u8> {
        [b"hedgerow/read/1".as_slice(), &community.0, &caller.0].concat()
    }
}

/// What a stranger is answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Response {
    /// To `who`.
    Who {
        /// The community's id.
        community: Id,
        /// Its name, where the host lets strangers see it; at most 256 bytes.
        name: Option<String>,
        /// Whether `public` will be answered.
        is_public_readable: bool,
    },
    /// To `public`.
    Public {
        /// Wire records.
        records: Vec<Vec<u8>>,
        /// What the host says of them, signed: [`crate::said::Said::verify`]. It names the next page.
        said: Vec<u8>,
    },
    /// To `read`.
    Read {
        /// Wire records, the founding record first on the first page.
        records: Vec<Vec<u8>>,
        /// Where the next page begins; nothing on the last.
        next: Option<Vec<u8>>,
    },
    /// To `redeem` and `enter`, and to `ask` once a member has said yes: the newcomer is in.
    Redeemed {
        /// Wire records, the founding record first, the admission among them: enough to see both sides as members.
        records: Vec<Vec<u8>>,
    },
    /// To `ask`: it is remembered, and a member has to say yes.
    Waiting,
    /// To `present`.
    Presented {
        /// Whether the asker is a member now.
        is_member: bool,
    },
    /// To `link`, while nobody has confirmed it: the number drawn for this offer ([`crate::link::digits`]).
    LinkWaits {
        /// Sixteen bytes.
        drawn: [u8; 16],
    },
    /// To `link`: the new computer is listed.
    Linked {
        /// Wire records, the founding record first: enough to see it as a member.
        records: Vec<Vec<u8>>,
    },
    /// To any.
    Failed(Code),
}

/// Why a request was not met. Its text is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Code {
    /// Somebody has used the invite. Remedy: ask for a new one.
    #[error("this has been used already: ask for a new one")]
    Used,
    /// It is past its last day. Remedy: ask for a new one.
    #[error("this is too old: ask for a new one")]
    Expired,
    /// This computer did not make it, or has forgotten it. Remedy: join beside the computer that made it.
    #[error("that computer did not make this: only the computer that made it can let you in")]
    UnknownInvite,
    /// The request names another community than the one here.
    #[error("this is for another community than the one there")]
    OtherCommunity,
    /// Ten failures in a minute. Remedy: wait a minute.
    #[error("too many attempts: wait a minute and try again")]
    TooManyAttempts,
    /// The asked speaks another version. Remedy: update the older of the two.
    #[error("the two computers use different versions of Hedgerow: update the older one")]
    Version,
    /// The proof or the records do not fit together.
    #[error("the request is not in order")]
    BadRequest,
    /// The host does not let strangers see this.
    #[error("this community does not show that to people who have not joined")]
    NotAllowed,
    /// No community lives on this computer yet.
    #[error("there is no community on this computer yet")]
    NoCommunity,
    /// Whoever made the invite may not let people in any more.
    #[error("whoever made this invite cannot let people in just now: ask them")]
    IssuerCannot,
    /// Disk full, or stopping. Remedy: try later.
    #[error("that computer cannot do this just now: try again later")]
    Busy,
    /// As many people wait at this poster as may. Remedy: try later, or ask a member for an invite.
    #[error("too many people wait for an answer there: try again later, or ask somebody for an invite")]
    Full,
    /// A member was asked and said no.
    #[error("somebody there was asked and said no")]
    SaidNo,
    /// It was taken back. Remedy: ask for a new one.
    #[error("this invite was withdrawn: ask for a new one")]
    Revoked,
    /// A poster was used like an invite for one person, or the other way round.
    #[error("this invite is not used that way: copy it again")]
    OtherKind,
    /// Nobody enters by themselves there. Remedy: ask a member for an invite.
    #[error("this community lets people in by invite only: ask a member for one")]
    InviteOnly,
    /// All places for newcomers of that computer are taken. Remedy: another computer, or an invite.
    #[error("all places for newcomers are taken there")]
    NoPlace,
    /// A code of a later version.
    #[error("that computer said no, for a reason this version does not know ({0}): update this program")]
    Other(u64),
}

impl Code {
    /// As a number on the wire.
    pub fn number(self) -> u64 {
        match self {
            Code::Used => 1,
            Code::Expired => 2,
            Code::UnknownInvite => 3,
            Code::OtherCommunity => 4,
            Code::TooManyAttempts => 5,
            Code::Version => 6,
            Code::BadRequest => 7,
            Code::NotAllowed => 8,
            Code::NoCommunity => 9,
            Code::IssuerCannot => 10,
            Code::Busy => 11,
            Code::Full => 12,
            Code::SaidNo => 13,
            Code::Revoked => 14,
            Code::OtherKind => 15,
            Code::InviteOnly => 16,
            Code::NoPlace => 17,
            Code::Other(n) => n,
        }
    }
    /// From the wire; never [`Code::Other`] for a number that has a name.
    pub fn from_number(n: u64) -> Self {
        use Code::*;
        let named = [
            Used,
            Expired,
            UnknownInvite,
            OtherCommunity,
            TooManyAttempts,
            Version,
            BadRequest,
            NotAllowed,
            NoCommunity,
            IssuerCannot,
            Busy,
            Full,
            SaidNo,
            Revoked,
            OtherKind,
            InviteOnly,
            NoPlace,
        ];
        named.into_iter().find(|c| c.number() == n).unwrap_or(Other(n))
    }
    /// Whether it counts towards the ten failures a minute: attempts at guessing do, bad luck does not.
    pub fn is_suspicious(self) -> bool {
        matches!(self, Code::UnknownInvite | Code::BadRequest | Code::Used | Code::TooManyAttempts | Code::OtherKind)
    }
}

/// Why a message was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// Larger than its bound.
    #[error("the message is too large: {0} bytes")]
    TooLarge(usize),
    /// Of another version than [`VERSION`]. Answer a request with [`Code::Version`].
    #[error("the message is of version {0}")]
    Version(u64),
    /// Malformed.
    #[error("the message is malformed: {0}")]
    Field(#[from] FieldError),
    /// A block of records that cannot be unpacked.
    #[error("the records cannot be read: {0}")]
    Block(#[from] BlockError),
}

const V: u64 = 0;
const TYPE: u64 = 1;
const FAILED: u64 = 0;
const WHO: u64 = 1;
const PUBLIC: u64 = 2;
const REDEEM: u64 = 3;
const PRESENT: u64 = 4;
const ASK: u64 = 5;
const LINK: u64 = 6;
const ENTER: u64 = 8;
const READ: u64 = 7;

impl Request {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.uint(V, VERSION);
        match self {
            Request::Who => w.uint(TYPE, WHO),
            Request::Public { reading, cursor } => {
                let w = w.uint(TYPE, PUBLIC).bytes(3, reading);
                cursor.iter().fold(w, |w, cursor| w.bytes(2, cursor))
            }
            Request::Read(r) => {
                let w = w.uint(TYPE, READ).bytes(2, &r.community.0).bytes(3, &r.key.0).bytes(4, &r.proof);
                r.cursor.iter().fold(w, |w, cursor| w.bytes(5, cursor))
            }
            Request::Redeem(r) | Request::Ask(r) => {
                let what = if matches!(self, Request::Ask(_)) { ASK } else { REDEEM };
                w.uint(TYPE, what).bytes(2, &r.community.0).bytes(3, &r.invite.0).bytes(4, &r.proof);
                w.list(5, r.records.iter().map(Vec::as_slice))
            }
            Request::Present { community, records } => {
                w.uint(TYPE, PRESENT).bytes(2, &community.0).list(3, records.iter().map(Vec::as_slice))
            }
            Request::Enter { community, records } => {
                w.uint(TYPE, ENTER).bytes(2, &community.0).list(3, records.iter().map(Vec::as_slice))
            }
            Request::Link(link) => {
                link.put(w.uint(TYPE, LINK));
                &mut w
            }
        };
        w.finish()
    }

    /// Reads a request, within its bounds.
    pub fn decode(bytes: &[u8]) -> Result<Self, JoinError> {
        let (what, mut r) = open(bytes, JOIN_REQUEST_BYTES_MAX)?;
        let request = match what {
            WHO => Request::Who,
            PUBLIC => Request::Public { reading: r.array(3)?, cursor: cursor(&mut r, 2)? },
            READ => {
                let (community, key, proof) = (r.id(2)?, r.key(3)?, r.array(4)?);
                Request::Read(Reading { community, key, proof, cursor: cursor(&mut r, 5)? })
            }
            REDEEM | ASK => {
                let (community, invite, proof) = (r.id(2)?, r.key(3)?, r.array(4)?);
                let most_bytes = if what == ASK { POSTER_REQUEST_BYTES_MAX } else { usize::MAX };
                let records = wires(r.list(5, REDEEM_RECORDS_MAX)?, 5, 2, most_bytes)?;
                let redemption = Redemption { community, invite, proof, records };
                if what == ASK { Request::Ask(redemption) } else { Request::Redeem(redemption) }
            }
            PRESENT => {
                let community = r.id(2)?;
                let records = wires(r.list(3, PRESENT_RECORDS_MAX)?, 3, 1, PRESENT_BYTES_MAX)?;
                Request::Present { community, records }
            }
            ENTER => {
                let community = r.id(2)?;
                let records = wires(r.list(3, ENTER_RECORDS)?, 3, ENTER_RECORDS, 2 * AUTHORITY_BYTES_MAX)?;
                Request::Enter { community, records }
            }
            LINK => Request::Link(LinkRequest::get(&mut r)?),
            _ => return Err(FieldError::Value(TYPE).into()),
        };
        r.finish()?;
        Ok(request)
    }
}

impl Response {
    /// Its encoding. Fails when the records are too many for one answer: [`PAGE_BYTES_MAX`] always fits.
    pub fn encode(&self) -> Result<Vec<u8>, JoinError> {
        let mut w = Writer::new();
        w.uint(V, VERSION);
        match self {
            Response::Who { community, name, is_public_readable } => {
                w.uint(TYPE, WHO).bytes(2, &community.0);
                name.iter().fold(&mut w, |w, name| w.text(3, name)).flag(4, *is_public_readable)
            }
            Response::Public { records, said } => w.uint(TYPE, PUBLIC).bytes(2, &block(records)).bytes(3, said),
            Response::Read { records, next } => {
                w.uint(TYPE, READ).bytes(2, &block(records));
                next.iter().fold(&mut w, |w, next| w.bytes(3, next))
            }
            Response::Redeemed { records } => w.uint(TYPE, REDEEM).bytes(2, &block(records)),
            Response::Waiting => w.uint(TYPE, ASK),
            Response::Presented { is_member } => w.uint(TYPE, PRESENT).flag(2, *is_member),
            Response::LinkWaits { drawn } => w.uint(TYPE, LINK).bytes(2, drawn),
            Response::Linked { records } => w.uint(TYPE, LINK).bytes(3, &block(records)),
            Response::Failed(code) => w.uint(TYPE, FAILED).uint(2, code.number()),
        };
        let out = w.finish();
        if out.len() > JOIN_RESPONSE_BYTES_MAX { Err(JoinError::TooLarge(out.len())) } else { Ok(out) }
    }

    /// Reads an answer, within its bounds.
    pub fn decode(bytes: &[u8]) -> Result<Self, JoinError> {
        let (what, mut r) = open(bytes, JOIN_RESPONSE_BYTES_MAX)?;
        let response = match what {
            FAILED => Response::Failed(Code::from_number(r.uint(2)?)),
            WHO => {
                let (community, name) = (r.id(2)?, name(&mut r, 3)?);
                Response::Who { community, name, is_public_readable: r.flag(4)? }
            }
            PUBLIC => {
                let (records, said) = (frame::unpack_block(r.bytes(2)?)?, r.bytes(3)?.to_vec());
                if said.len() > SAID_BYTES_MAX {
                    return Err(FieldError::Value(3).into());
                }
                Response::Public { records, said }
            }
            READ => Response::Read { records: frame::unpack_block(r.bytes(2)?)?, next: cursor(&mut r, 3)? },
            REDEEM => Response::Redeemed { records: frame::unpack_block(r.bytes(2)?)? },
            ASK => Response::Waiting,
            PRESENT => Response::Presented { is_member: r.flag(2)? },
            LINK if r.has(2) => Response::LinkWaits { drawn: r.array(2)? },
            LINK => Response::Linked { records: frame::unpack_block(r.bytes(3)?)? },
            _ => return Err(FieldError::Value(TYPE).into()),
        };
        r.finish()?;
        Ok(response)
    }
}

/// A newcomer whose request is in order. Whether the invite is open is still to be judged.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Founding record of the person.
    pub person: Record,
    /// Listing of the person's first device.
    pub device: Record,
    /// The rest of what was brought: content of that device for that person.
    pub others: Vec<Record>,
}

impl Redemption {
    /// Makes a request from what [`crate::authority::build::newcomer`] made, and perhaps a profile.
    pub fn new(ticket: &invite::Ticket, person: &Record, device: &Record, others: &[Record], key: &PublicKey) -> Self {
        let invite = ticket.key();
        Redemption {
            community: ticket.community,
            invite: invite.public(),
            proof: invite::prove(&invite, &ticket.community, &person.id(), key),
            records: [person, device].into_iter().chain(others).map(|r| r.wire().to_vec()).collect(),
        }
    }

    /// Checks everything that needs no memory: signatures, and that the records belong together.
    pub fn verify(&self, community: &Id) -> Result<Newcomer, Code> {
        if self.community != *community {
            return Err(Code::OtherCommunity);
        }
        let (newcomer, key) = Newcomer::verify(community, &self.records)?;
        if invite::verify(&self.invite, community, &newcomer.person.id(), &key, &self.proof) {
            Ok(newcomer)
        } else {
            Err(Code::BadRequest)
        }
    }
}

impl Newcomer {
    /// Reads what somebody brings: signatures, and that the records belong together. Also gives the device's key.
    pub fn verify(community: &Id, wires: &[Vec<u8>]) -> Result<(Newcomer, PublicKey), Code> {
        let records = wires.iter().map(|w| Record::from_wire(community, w).map_err(|_| Code::BadRequest));
        let mut records = records.collect::<Result<Vec<_>, _>>()?.into_iter();
        let (Some(person), Some(device)) = (records.next(), records.next()) else { return Err(Code::BadRequest) };
        let others: Vec<Record> = records.collect();
        let add = DeviceAdd::decode(&device.payload().body).map_err(|_| Code::BadRequest)?;
        let key = add.offer.device;
        let in_order = person.payload().kind == Kind::PERSON
            && person.payload().owner == Id::SELF
            && device.payload().kind == Kind::DEVICE_ADD
            && device.owner() == person.id()
            && device.payload().device == person.payload().device
            && add.offer.verify(community, &person.id())
            && others
                .iter()
                .all(|r| r.lane() == Lane::Content && r.payload().device == key && r.owner() == person.id());
        if in_order { Ok((Newcomer { person, device, others }, key)) } else { Err(Code::BadRequest) }
    }
}

/// How many of the next records fit into one page of `public`. At least one, if there is one.
pub fn page_len<'a>(wires: impl IntoIterator<Item = &'a [u8]>) -> usize {
    let mut bytes = 0;
    wires
        .into_iter()
        .take(BLOCK_RECORDS_MAX)
        .take_while(|w| {
            bytes += w.len() + 2;
            bytes <= PAGE_BYTES_MAX
        })
        .count()
}

fn open(bytes: &[u8], most: usize) -> Result<(u64, Reader<'_>), JoinError> {
    if bytes.len() > most {
        return Err(JoinError::TooLarge(bytes.len()));
    }
    let mut r = Reader::new(bytes)?;
    let version = r.uint(V)?;
    if version != VERSION {
        return Err(JoinError::Version(version));
    }
    let what = r.uint(TYPE)?;
    Ok((what, r))
}

fn wires(list: Vec<&[u8]>, key: u64, least: usize, most_bytes: usize) -> Result<Vec<Vec<u8>>, FieldError> {
    let bytes: usize = list.iter().map(|w| w.len()).sum();
    if list.len() < least || bytes > most_bytes || list.iter().any(|w| w.len() > CONTENT_BYTES_MAX) {
        return Err(FieldError::Value(key));
    }
    Ok(list.into_iter().map(<[u8]>::to_vec).collect())
}

fn block(records: &[Vec<u8>]) -> Vec<u8> {
    frame::pack_block(records.iter().map(Vec::as_slice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::Duty;
    use crate::authority::build;
    use crate::hlc::Hlc;
    use crate::invite::Ticket;
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    fn key(n: u8) -> SecretKey {
        SecretKey::from_seed(&[n; 32])
    }

    fn redemption() -> (Ticket, Redemption) {
        let ticket = Ticket {
            community: Id([1; 32]),
            issuer: key(9).public(),
            addresses: vec![],
            seed: Zeroizing::new([8; 32]),
            expires_ms: 1,
            poster_since_ms: None,
        };
        let [person, device] = build::newcomer(&ticket.community, &key(1), &key(2), Hlc::new(5, 0)).unwrap();
        let r = Redemption::new(&ticket, &person, &device, &[], &key(2).public());
        (ticket, r)
    }

    fn link(duty: Duty, name: Option<&str>) -> LinkRequest {
        let ticket = crate::link::LinkTicket {
            community: Id([1; 32]),
            person: Id([2; 32]),
            issuer: key(9).public(),
            addresses: vec![],
            seed: Zeroizing::new([8; 32]),
            expires_ms: 1,
        };
        LinkRequest::new(&ticket, &key(3), duty, name.map(str::to_owned))
    }

    fn examples() -> (Vec<Request>, Vec<Response>) {
        let (ticket, redeem) = redemption();
        let records = redeem.records.clone();
        let requests = vec![
            Request::Who,
            Request::Public { reading: [3; 16], cursor: None },
            Request::Public { reading: [3; 16], cursor: Some(vec![1, 2]) },
            Request::Read(Reading::new(ticket.community, &key(1), &key(2).public(), None)),
            Request::Read(Reading::new(ticket.community, &key(1), &key(2).public(), Some(vec![1, 2]))),
            Request::Present { community: ticket.community, records: records.clone() },
            Request::Enter { community: ticket.community, records: records.clone() },
            Request::Redeem(redeem.clone()),
            Request::Ask(redeem),
            Request::Link(link(Duty::Full, None)),
            Request::Link(link(Duty::Store, None)),
            Request::Link(link(Duty::Full, Some("Ann's laptop"))),
        ];
        let responses = vec![
            Response::Who { community: ticket.community, name: Some("Mill Street".into()), is_public_readable: true },
            Response::Who { community: ticket.community, name: None, is_public_readable: false },
            Response::Public { records: records.clone(), said: vec![7; SAID_BYTES_MAX] },
            Response::Public { records: vec![], said: vec![7] },
            Response::Read { records: records.clone(), next: Some(vec![7]) },
            Response::Read { records: vec![], next: None },
            Response::Redeemed { records: records.clone() },
            Response::LinkWaits { drawn: [6; 16] },
            Response::Linked { records },
            Response::Presented { is_member: true },
            Response::Waiting,
            Response::Failed(Code::Used),
            Response::Failed(Code::Other(77)),
        ];
        (requests, responses)
    }

    #[test]
    fn messages_come_back() {
        let (requests, responses) = examples();
        for r in requests {
            assert_eq!(Request::decode(&r.encode()), Ok(r));
        }
        for r in responses {
            assert_eq!(Response::decode(&r.encode().unwrap()), Ok(r));
        }
    }

    #[test]
    fn every_code_has_one_number() {
        for n in 1..=17 {
            assert!(!matches!(Code::from_number(n), Code::Other(_)), "{n}");
            assert_eq!(Code::from_number(n).number(), n);
        }
        assert_eq!(Code::from_number(18), Code::Other(18));
    }

    #[test]
    fn another_version_is_told() {
        let bytes = Writer::new().uint(V, 2).uint(TYPE, WHO).bytes(50, b"later").finish();
        assert_eq!(Request::decode(&bytes), Err(JoinError::Version(2)));
    }

    #[test]
    fn bounds_are_kept() {
        let present = |n: usize, size| Request::Present { community: Id([1; 32]), records: vec![vec![0; size]; n] };
        assert!(Request::decode(&present(32, 2000).encode()).is_ok());
        assert!(Request::decode(&present(33, 10).encode()).is_err());
        assert!(Request::decode(&present(32, 2100).encode()).is_err());
        let (_, mut ask) = redemption();
        let used: usize = ask.records.iter().map(Vec::len).sum();
        ask.records.push(vec![0; POSTER_REQUEST_BYTES_MAX - used]);
        assert!(Request::decode(&Request::Ask(ask.clone()).encode()).is_ok());
        ask.records[2].push(0);
        assert!(Request::decode(&Request::Ask(ask.clone()).encode()).is_err());
        assert!(Request::decode(&Request::Redeem(ask).encode()).is_ok());
        let noise = Response::Redeemed { records: (0..100u8).map(|i| blake_noise(i, 16_000)).collect() };
        assert!(matches!(noise.encode(), Err(JoinError::TooLarge(_))));
        let page: Vec<Vec<u8>> = (0..100u8).map(|i| blake_noise(i, 16_000)).collect();
        let n = page_len(page.iter().map(Vec::as_slice));
        assert!(n >= 30 && Response::Read { records: page[..n].to_vec(), next: None }.encode().is_ok());
        let said = |n| Response::Public { records: page[..1].to_vec(), said: vec![0; n] }.encode().unwrap();
        assert!(Response::decode(&said(SAID_BYTES_MAX)).is_ok());
        assert!(Response::decode(&said(SAID_BYTES_MAX + 1)).is_err());
    }

    fn blake_noise(n: u8, len: usize) -> Vec<u8> {
        let mut out = vec![0; len];
        blake3::Hasher::new().update(&[n]).finalize_xof().fill(&mut out);
        out
    }

    #[test]
    fn a_claim_to_read_is_for_one_caller_and_one_community() {
        let claim = Reading::new(Id([1; 32]), &key(1), &key(2).public(), None);
        assert!(claim.is_by(&key(2).public()));
        assert!(!claim.is_by(&key(3).public()));
        assert!(!Reading { community: Id([2; 32]), ..claim.clone() }.is_by(&key(2).public()));
        assert!(!Reading { key: key(3).public(), ..claim }.is_by(&key(2).public()));
    }

    #[test]
    fn a_redemption_must_fit_together() {
        let (ticket, good) = redemption();
        let check = |r: &Redemption| r.verify(&ticket.community).map(|n| n.person.id());
        assert!(check(&good).is_ok());
        assert_eq!(good.verify(&Id([4; 32])).err(), Some(Code::OtherCommunity));
        let mut bad = good.clone();
        bad.proof[3] ^= 1;
        assert_eq!(check(&bad), Err(Code::BadRequest));
        let mut bad = good.clone();
        bad.invite = key(7).public();
        assert_eq!(check(&bad), Err(Code::BadRequest));
        let mut bad = good.clone();
        bad.records.reverse();
        assert_eq!(check(&bad), Err(Code::BadRequest));
        // Somebody else's person with one's own device.
        let [_, other] = build::newcomer(&ticket.community, &key(5), &key(2), Hlc::new(5, 0)).unwrap();
        let mut bad = good.clone();
        bad.records[1] = other.wire().to_vec();
        assert_eq!(check(&bad), Err(Code::BadRequest));
    }

    proptest! {
        #[test]
        fn decoding_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (Request::decode(&bytes), Response::decode(&bytes));
        }
        #[test]
        fn damage_never_panics(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let (requests, responses) = examples();
            let mut all: Vec<Vec<u8>> = requests.iter().map(Request::encode).collect();
            all.extend(responses.iter().map(|r| r.encode().unwrap()));
            let mut bytes = all[which.index(all.len())].clone();
            let i = at.index(bytes.len());
            bytes[i] = to;
            let _ = (Request::decode(&bytes), Response::decode(&bytes));
        }
    }
}
