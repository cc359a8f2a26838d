//! The sealed record: one message to up to 32 people and groups, each by a public key of theirs.
//!
//! A fresh content secret is sealed to each addressee, and the padded message once to the public half of that secret.
//! Everything on the outside is bound to the message twice: by the cipher, so that no part can be changed, and by the
//! sender's signature inside, so that an addressee cannot send the message on as if the sender had. Not for: whether
//! the record counts, or which key an addressee has.

use zeroize::Zeroizing;

use super::message::{self, Message, MessageError};
use super::suite::{self, OVERHEAD};
use super::{Keyring, Randomness, SealingPublic, SealingSecret};
use crate::fields::{FieldError, Reader, Writer};
use crate::hlc::{Day, Hlc};
use crate::id::{Id, PublicKey};
use crate::keys::{self, SecretKey, SignatureBytes};
use crate::kind::Kind;
use crate::limits::{SEALED_ADDRESSEES_MAX, SEALED_BUCKETS};
use crate::record::{Audience, Payload, Record, RecordError};

/// Domain tag of the signature inside, and of what the content is sealed with.
pub const SEALED_DOMAIN: &[u8] = b"hedgerow/sealed/1";
const CONTENT_INFO: &[u8] = b"hedgerow/sealed/1 content";
const KEY_INFO: &[u8] = b"hedgerow/sealed/1 key";
/// The wrapped content secret of one addressee: encapsulated key, secret, tag.
const WRAPPED: usize = OVERHEAD + 32;
/// Bytes of the key of a sealed record's slot.
pub const SLOT_BYTES: usize = 16;

/// Somebody to seal to. [`super::OwnerKeys::addressee`] makes it from what they published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Addressee {
    /// Person, group, or the community's id for its stewards.
    pub owner: Id,
    /// Their key.
    pub key: SealingPublic,
    /// Whether the owner is a group or the stewards, and not one person.
    pub is_group: bool,
    /// How many people have a computer that this key was handed to.
    pub persons: usize,
}

/// Who seals.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    /// The community.
    pub community: &'a Id,
    /// The person who writes.
    pub person: &'a Id,
    /// The device that signs.
    pub device: &'a SecretKey,
}

/// Why a message was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Remedy: at least one addressee, at most 32; send it again to the others.
    #[error("a sealed message goes to at least one and at most 32 people or groups")]
    Addressees,
    /// The same addressee with the same key twice. Remedy: name each once.
    #[error("somebody is named twice among those it goes to")]
    Twice,
    /// Remedy: none on this side; their computer must publish a proper key.
    #[error("nothing can be sealed to the key of {0}")]
    Key(Id),
    /// Remedy: choose a group in which more than one person reads.
    #[error("a request from somebody under 18 goes to a group that at least two people read, never to one person")]
    MinorToOnePerson,
    /// See there.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The record would be refused by others.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Why a sealed record was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Of another kind, audience or key, or withdrawn. Nothing to open.
    #[error("this is not a sealed message")]
    NotSealed,
    /// The sender's encoding. Remedy: a newer version of this program, if the sender has one.
    #[error("the outside of the sealed message is not in order: {0}")]
    Outside(FieldError),
    /// Sealed to others, or to a key this computer has not been handed. Remedy: in the second case, start another
    /// computer of the same person or group.
    #[error("this message is sealed to somebody else, or to a key this computer has not got yet")]
    NotForUs,
    /// Changed on the way, or never sealed properly. Remedy: ask the sender to write again.
    #[error("the sealed message was changed or made wrongly and cannot be opened")]
    Damaged,
    /// Not written by the person and device that published it for these addressees. Remedy: none; do not trust it.
    #[error("the sealed message was not written by the one who published it")]
    Signature,
    /// Opened, but not a message this version can read. Remedy: a newer version of this program.
    #[error("the message inside cannot be read by this version: {0}")]
    Message(FieldError),
}

/// A message that was opened, with what is certain about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// What it says.
    pub message: Message,
    /// The person who wrote it.
    pub sender: Id,
    /// Everybody it is sealed to, ascending, once for each key.
    pub addressees: Vec<(Id, SealingPublic)>,
    /// The addressee as whom it was opened.
    pub opened_as: Id,
}

/// The outside of a sealed record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Body {
    /// Public half of the content secret: nobody can give two addressees two contents.
    pub content: SealingPublic,
    /// The content secret for each addressee, ascending by owner and key.
    pub entries: Vec<Entry>,
    /// The padded message, sealed to `content`.
    pub cipher: Vec<u8>,
}

/// The content secret for one addressee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Who.
    pub owner: Id,
    /// By which key of theirs.
    pub key: SealingPublic,
    /// Encapsulated key ‖ sealed content secret.
    pub wrapped: [u8; WRAPPED],
}

impl Entry {
    fn bytes(&self) -> Vec<u8> {
        [&self.owner.0[..], &self.key.0, &self.wrapped].concat()
    }
}

impl Body {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let entries: Vec<Vec<u8>> = self.entries.iter().map(Entry::bytes).collect();
        let mut w = Writer::new();
        w.bytes(1, &self.content.0).list(2, entries.iter().map(Vec::as_slice)).bytes(3, &self.cipher);
        w.finish()
    }
    /// Reads and checks its form.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let content = SealingPublic(r.array(1)?);
        let entries: Vec<Entry> = r
            .list(2, SEALED_ADDRESSEES_MAX)?
            .into_iter()
            .map(|entry| {
                let (owner, rest) = entry.split_first_chunk()?;
                let (key, wrapped) = rest.split_first_chunk()?;
                let wrapped = wrapped.try_into().ok()?;
                Some(Entry { owner: Id(*owner), key: SealingPublic(*key), wrapped })
            })
            .collect::<Option<_>>()
            .ok_or(FieldError::Value(2))?;
        let cipher = r.bytes(3)?.to_vec();
        r.finish()?;
        let is_ascending = entries.windows(2).all(|w| (w[0].owner, w[0].key) < (w[1].owner, w[1].key));
        if entries.is_empty() || !is_ascending {
            return Err(FieldError::Value(2));
        }
        if !SEALED_BUCKETS.contains(&cipher.len().wrapping_sub(OVERHEAD)) {
            return Err(FieldError::Value(3));
        }
        Ok(Body { content, entries, cipher })
    }
}

/// What stands on the outside of one record, in the order it is bound.
struct Outside<'a> {
    community: &'a Id,
    person: &'a Id,
    device: PublicKey,
    slot: &'a [u8],
    content: SealingPublic,
}

impl Outside<'_> {
    fn head(&self) -> Vec<u8> {
        [&self.community.0[..], &self.person.0, &self.device.0, self.slot, &self.content.0].concat()
    }
    /// What one addressee's content secret is bound to.
    fn of_key(&self, owner: &Id, key: &SealingPublic) -> Vec<u8> {
        [&self.head()[..], &owner.0, &key.0].concat()
    }
    /// What the content is bound to: all of the outside but the content itself.
    fn of_content(&self, entries: &[Entry]) -> Vec<u8> {
        let mut out = self.head();
        out.push(entries.len() as u8);
        entries.iter().for_each(|e| out.extend(e.bytes()));
        out
    }
}

/// What the sender signs inside: domain ‖ all of the outside ‖ the message.
fn signed(outside: &[u8], message: &[u8]) -> Vec<u8> {
    [SEALED_DOMAIN, outside, message].concat()
}

/// Seals a message, and gives the record to publish. Its slot is chosen at random.
///
/// A request from somebody under 18 goes only to groups that at least two people read; the sender's own copy may go
/// along. Whether the device may publish is for [`crate::authority::Authority::may_publish`] to say.
pub fn seal(
    sender: Sender<'_>,
    to: &[Addressee],
    message: &Message,
    hlc: Hlc,
    expires: Day,
    randomness: Randomness,
) -> Result<Record, SealError> {
    message.check()?;
    if let Message::Request { from_minor: true, .. } = message {
        let mut others = to.iter().filter(|a| a.owner != *sender.person).peekable();
        if others.peek().is_none() || !others.all(|a| a.is_group && a.persons >= 2) {
            return Err(SealError::MinorToOnePerson);
        }
    }
    if !(1..=SEALED_ADDRESSEES_MAX).contains(&to.len()) {
        return Err(SealError::Addressees);
    }
    let mut to: Vec<&Addressee> = to.iter().collect();
    to.sort_by_key(|a| (a.owner, a.key));
    if to.windows(2).any(|w| (w[0].owner, w[0].key) == (w[1].owner, w[1].key)) {
        return Err(SealError::Twice);
    }

    let text = Zeroizing::new(message.encode());
    seal_text(sender, &to, &text, |signed| sender.device.sign(signed), hlc, expires, randomness)
}

/// Seals the bytes of a message to addressees in their order, with the signature that is to stand inside.
pub(super) fn seal_text(
    sender: Sender<'_>,
    to: &[&Addressee],
    text: &[u8],
    sign: impl FnOnce(&[u8]) -> SignatureBytes,
    hlc: Hlc,
    expires: Day,
    mut randomness: Randomness,
) -> Result<Record, SealError> {
    let slot = randomness.next()[..SLOT_BYTES].to_vec();
    let secret = SealingSecret::from_seed(randomness.next());
    let content = secret.public();
    let device = sender.device.public();
    let outside = Outside { community: sender.community, person: sender.person, device, slot: &slot, content };
    let entries: Vec<Entry> = to
        .iter()
        .map(|a| {
            let aad = outside.of_key(&a.owner, &a.key);
            let wrapped = suite::seal(&a.key.0, KEY_INFO, &aad, secret.seed(), randomness.next());
            let wrapped = wrapped.and_then(|w| w.try_into().ok()).ok_or(SealError::Key(a.owner))?;
            Ok(Entry { owner: a.owner, key: a.key, wrapped })
        })
        .collect::<Result<_, SealError>>()?;
    let aad = outside.of_content(&entries);
    let signature = sign(&Zeroizing::new(signed(&aad, text)));
    let padded = message::pad(&signature, text).map(Zeroizing::new).ok_or(MessageError::Text)?;
    // A key pair made here is sound.
    let cipher = suite::seal(&content.0, CONTENT_INFO, &aad, &padded, randomness.next());
    let cipher = cipher.ok_or(SealError::Key(*sender.person))?;
    let body = Body { content, entries, cipher }.encode();
    let payload = Payload {
        audience: Audience::Sealed,
        expires: Some(expires),
        ..Payload::content(Kind::SEALED, *sender.person, device, slot.clone(), hlc, body)
    };
    Ok(payload.sign(sender.community, sender.device)?)
}

/// Opens a sealed record with the keys this device has.
///
/// The record is one of this community that [`crate::authority::Authority::counts`]: that is what makes the sender
/// somebody.
pub fn open(community: &Id, record: &Record, keyring: &Keyring) -> Result<Opened, OpenError> {
    let inside = unseal(community, record, keyring)?;
    let p = record.payload();
    if !keys::verify(&p.device, &Zeroizing::new(signed(&inside.aad, &inside.text)), &inside.signature) {
        return Err(OpenError::Signature);
    }
    Ok(Opened {
        message: Message::decode(&inside.text).map_err(OpenError::Message)?,
        sender: p.owner,
        addressees: inside.body.entries.iter().map(|e| (e.owner, e.key)).collect(),
        opened_as: inside.opened_as,
    })
}

/// What stands inside, before its signature is checked.
pub(super) struct Inside {
    pub signature: SignatureBytes,
    pub text: Zeroizing<Vec<u8>>,
    /// All of the outside but the content.
    aad: Vec<u8>,
    body: Body,
    opened_as: Id,
}

pub(super) fn unseal(community: &Id, record: &Record, keyring: &Keyring) -> Result<Inside, OpenError> {
    let p = record.payload();
    if p.kind != Kind::SEALED || p.audience != Audience::Sealed || p.key.len() != SLOT_BYTES || p.body.is_empty() {
        return Err(OpenError::NotSealed);
    }
    let body = Body::decode(&p.body).map_err(OpenError::Outside)?;
    let outside = Outside { community, person: &p.owner, device: p.device, slot: &p.key, content: body.content };
    let mut ours = body.entries.iter().filter_map(|e| Some((e, keyring.get(&e.owner, &e.key)?))).peekable();
    if ours.peek().is_none() {
        return Err(OpenError::NotForUs);
    }
    // Opened as the first for whom it works: somebody may be addressed as a person and in a group.
    let (opened_as, secret) = ours
        .find_map(|(e, key)| {
            let aad = outside.of_key(&e.owner, &e.key);
            let seed = suite::open(&key.pair, KEY_INFO, &aad, &e.wrapped)?;
            let seed: [u8; 32] = seed.as_slice().try_into().ok()?;
            Some((e.owner, SealingSecret::from_seed(Zeroizing::new(seed))))
        })
        .ok_or(OpenError::Damaged)?;
    if secret.public() != body.content {
        return Err(OpenError::Damaged);
    }
    let aad = outside.of_content(&body.entries);
    let padded = suite::open(&secret.pair, CONTENT_INFO, &aad, &body.cipher).ok_or(OpenError::Damaged)?;
    let (signature, text) = message::unpad(&padded).ok_or(OpenError::Damaged)?;
    Ok(Inside { signature, text: Zeroizing::new(text.to_vec()), aad, body, opened_as })
}
