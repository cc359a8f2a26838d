//! Bodies of the records that change what stands: removals with cuts, steward epochs, recovery, moderation.
//!
//! A *cut* is a set of ids: the last authority records of the removed party that still count. What is not among them or
//! their own-log ancestors has no effect, however it is dated. A *keep* names content that still counts. Not for: what
//! they bring about, which is the evaluation's.

use super::{ids, names, need};
use crate::fields::{FieldError, Reader, Writer};
use crate::id::{Id, PublicKey};
use crate::keys::{self, SecretKey, SignatureBytes};
use crate::kind::Kind;
use crate::limits::{
    CEILING_MIB_MAX, CEILING_MIB_MIN, ENTRY_PLACES_MAX, GUARDIANS_MAX, KEEP_MAX, KEY_BYTES_MAX, LIST_MAX, STEWARDS_MAX,
};

/// Domain tag of a new person key's counter-signature.
pub const RECOVER_DOMAIN: &[u8] = b"hedgerow/recover/1";

/// Takes a device out, for good. Signed by the person key, a shallower device of the person, or the device itself; for
/// a group's device by an admin or a steward.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceRemove {
    /// The device.
    pub device: PublicKey,
    /// Its last authority records that still count.
    pub cuts: Vec<Id>,
    /// Its content that still counts, at most [`KEEP_MAX`]; more go into further records.
    pub keep: Vec<Id>,
    /// What makes the signer an admin, when the owner is a group; nothing when it is a person.
    pub by: Option<Id>,
}

/// Lets somebody enter an open community, to read. Signed by a device of the member through whose computer they come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Join {
    /// Who enters.
    pub person: Id,
    /// Which of that device's places for newcomers: 1 to [`ENTRY_PLACES_MAX`]. The last in the device's log holds it.
    pub place: u64,
}

/// What a grant gives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GrantRole {
    /// May advertise and serve uplink.
    GatewayHost,
    /// May let in so many people in all, instead of ten.
    Admits(u64),
    /// Attested to mentor people under 18.
    Mentor,
    /// Space for so many units of content ([`crate::retention`]), a person's or a group's.
    Units(u64),
}

/// Gives a person a role besides residency, or a person or a group space. Signed by a steward's device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// Who: a person, or with [`GrantRole::Units`] a group.
    pub person: Id,
    /// What.
    pub role: GrantRole,
    /// The epoch in which the signer is a steward.
    pub by: Id,
    /// Revocations of the person this one overrides.
    pub after: Vec<Id>,
}

/// Takes somebody or something out, with a cut. Owner: the community (signed by a steward's device), a group (by a more
/// senior admin's or a steward's), or the person who leaves (by a device of that person).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revoke {
    /// A person or group, or one grant.
    pub subject: Id,
    /// What the signer's role rests on; nothing for a person who leaves.
    pub by: Option<Id>,
    /// Last authority records of the subject that still count. None: all falls that rests on the subject's word.
    pub cuts: Vec<Id>,
    /// Content that still counts, at most [`KEEP_MAX`]; more go into further records.
    pub keep: Vec<Id>,
}

/// Proposes the next steward set. Counts with approvals of k of the parent's n stewards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Propose {
    /// The epoch it follows: the community id, or an earlier proposal.
    pub parent: Id,
    /// Person keys of the new stewards, 1 to 9.
    pub stewards: Vec<PublicKey>,
    /// For every steward of the parent who is not among them, the last authority records that still count. For those who
    /// stay, the last ones with which they could make up a quorum of the parent: a smaller set decides nothing later.
    pub cuts: Vec<(PublicKey, Vec<Id>)>,
    /// Rules version from here on; nothing: as before.
    pub rules: Option<u64>,
    /// Whether newcomers may enter by themselves; nothing: as before.
    pub open: Option<bool>,
    /// Content of the community by leaving stewards that still counts.
    pub keep: Vec<Id>,
    /// What all content together may come to, in MiB; nothing: as before.
    pub ceiling: Option<u64>,
}

/// Approves a proposal. Signed by a device of a steward of the parent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approve {
    /// The proposal.
    pub proposal: Id,
}

/// Settles a split, or seats stewards when the quorum is lost. Signed by a root key; counts with r of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arbitrate {
    /// The epoch that split.
    pub parent: Id,
    /// The proposal that follows it.
    pub child: Id,
}

/// Fixes an epoch: nothing at or before it forks. Signed by a root key; counts with r of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The epoch.
    pub epoch: Id,
}

/// Names recovery friends. Signed by the person key; the last in its log holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guardians {
    /// Their person keys, at most [`GUARDIANS_MAX`]; none: nobody.
    pub keys: Vec<PublicKey>,
    /// How many must agree: 2 to all of them. 0 with an empty list.
    pub needed: u64,
}

/// Gives a person (the owner) a new key. One record from each guardian or steward who agrees, all with the same statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recover {
    /// What is agreed to.
    pub statement: Statement,
    /// What entitles the signer: the person's guardians record, or a steward epoch.
    pub by: Id,
}

/// What those who agree to a recovery all say.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Statement {
    /// The key that is replaced.
    pub parent: PublicKey,
    /// The new person key.
    pub key: PublicKey,
    /// By the new key, over [`Statement::message`].
    pub counter: SignatureBytes,
    /// Last authority records under the old key that still count.
    pub cuts: Vec<Id>,
    /// Content under the old key that still counts.
    pub keep: Vec<Id>,
}

/// Speaks against a recovery: the stewards decide it then. Signed by the old person key or one of its devices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    /// The new key of the recovery.
    pub key: PublicKey,
}

/// Why something is hidden or reported, as the number on the wire; words about it are content. Numbers this version
/// does not know are kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reason(pub u8);

impl Reason {
    /// Advertising, or the same thing over and over.
    pub const SPAM: Reason = Reason(1);
    /// Wrong or misleading.
    pub const WRONG: Reason = Reason(2);
    /// Attacks somebody.
    pub const HURTFUL: Reason = Reason(3);
    /// Somebody's private matters.
    pub const PRIVATE: Reason = Reason(4);
    /// Against the law.
    pub const UNLAWFUL: Reason = Reason(5);
    /// Something else.
    pub const OTHER: Reason = Reason(6);
    /// Somebody could come to harm.
    pub const DANGEROUS: Reason = Reason(7);
    /// Pretends to be somebody else.
    pub const PRETENDS: Reason = Reason(8);
}

/// Hides one address, or all of an owner's content. Signed by a steward's device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hide {
    /// Whose content.
    pub owner: Id,
    /// Which slot; nothing: all of the owner's.
    pub slot: Option<(Kind, Vec<u8>)>,
    /// Why.
    pub reason: Reason,
    /// The epoch in which the signer is a steward.
    pub by: Id,
}

/// Undoes hides, by naming them. Signed by a steward's device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unhide {
    /// The hides it undoes.
    pub hides: Vec<Id>,
    /// The epoch in which the signer is a steward.
    pub by: Id,
}

impl DeviceRemove {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.bytes(1, &self.device.0).list(2, ids(&self.cuts)).list(3, ids(&self.keep));
        optional(&mut w, 4, self.by).finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let device = r.key(1)?;
        let d = DeviceRemove { device, cuts: names(&mut r, 2)?, keep: keep(&mut r, 3)?, by: maybe(&mut r, 4)? };
        r.finish().map(|()| d)
    }
}

impl Join {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().bytes(1, &self.person.0).uint(2, self.place).finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let join = Join { person: r.id(1)?, place: r.uint(2)? };
        need((1..=ENTRY_PLACES_MAX).contains(&join.place), 2)?;
        r.finish().map(|()| join)
    }
}

impl Grant {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        let (role, number) = match self.role {
            GrantRole::GatewayHost => (1, None),
            GrantRole::Admits(n) => (2, Some(n)),
            GrantRole::Mentor => (3, None),
            GrantRole::Units(n) => (4, Some(n)),
        };
        w.bytes(1, &self.person.0).uint(2, role).bytes(3, &self.by.0).list(4, ids(&self.after));
        if let Some(n) = number {
            w.uint(5, n);
        }
        w.finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let person = r.id(1)?;
        let role = match r.uint(2)? {
            1 => GrantRole::GatewayHost,
            2 => GrantRole::Admits(r.uint(5)?),
            3 => GrantRole::Mentor,
            4 => GrantRole::Units(r.uint(5)?),
            _ => return Err(FieldError::Value(2)),
        };
        let g = Grant { person, role, by: r.id(3)?, after: names(&mut r, 4)? };
        r.finish().map(|()| g)
    }
}

impl Revoke {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.bytes(1, &self.subject.0).list(3, ids(&self.cuts)).list(4, ids(&self.keep));
        optional(&mut w, 2, self.by).finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let subject = r.id(1)?;
        let v = Revoke { subject, by: maybe(&mut r, 2)?, cuts: names(&mut r, 3)?, keep: keep(&mut r, 4)? };
        r.finish().map(|()| v)
    }
}

impl Propose {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        let cuts: Vec<Vec<u8>> = self.cuts.iter().map(|(k, heads)| [&k.0[..], &flat(heads)].concat()).collect();
        w.bytes(1, &self.parent.0)
            .list(2, self.stewards.iter().map(|k| &k.0[..]))
            .list(3, cuts.iter().map(Vec::as_slice));
        if let Some(rules) = self.rules {
            w.uint(4, rules);
        }
        if let Some(open) = self.open {
            w.flag(5, open);
        }
        w.list(6, ids(&self.keep));
        if let Some(ceiling) = self.ceiling {
            w.uint(7, ceiling);
        }
        w.finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let parent = r.id(1)?;
        let stewards: Vec<PublicKey> = r.names(2, STEWARDS_MAX)?.into_iter().map(PublicKey).collect();
        let cuts = r.list(3, STEWARDS_MAX)?.into_iter().map(cut_of).collect::<Result<Vec<_>, _>>()?;
        let rules = if r.has(4) { Some(r.uint(4)?) } else { None };
        let open = if r.has(5) { Some(r.flag(5)?) } else { None };
        let keep = keep(&mut r, 6)?;
        let ceiling = if r.has(7) { Some(r.uint(7)?) } else { None };
        let p = Propose { parent, stewards, cuts, rules, open, keep, ceiling };
        r.finish()?;
        need(p.ceiling.is_none_or(|mib| (CEILING_MIB_MIN..=CEILING_MIB_MAX).contains(&mib)), 7)?;
        need(!p.stewards.is_empty(), 2)?;
        need(p.cuts.windows(2).all(|w| w[0].0 < w[1].0), 3)?;
        Ok(p)
    }
}

/// One entry of a proposal's cuts: a person key, then heads, strictly ascending.
fn cut_of(bytes: &[u8]) -> Result<(PublicKey, Vec<Id>), FieldError> {
    let wrong = FieldError::Value(3);
    let (key, heads) = bytes.split_first_chunk::<32>().ok_or(wrong)?;
    let (heads, rest) = heads.as_chunks::<32>();
    let ascending = heads.windows(2).all(|w| w[0] < w[1]);
    if !rest.is_empty() || heads.len() > LIST_MAX || !ascending {
        return Err(wrong);
    }
    Ok((PublicKey(*key), heads.iter().map(|h| Id(*h)).collect()))
}

impl Approve {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().bytes(1, &self.proposal.0).finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let a = Approve { proposal: r.id(1)? };
        r.finish().map(|()| a)
    }
}

impl Arbitrate {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().bytes(1, &self.parent.0).bytes(2, &self.child.0).finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let a = Arbitrate { parent: r.id(1)?, child: r.id(2)? };
        r.finish().map(|()| a)
    }
}

impl Checkpoint {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().bytes(1, &self.epoch.0).finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let c = Checkpoint { epoch: r.id(1)? };
        r.finish().map(|()| c)
    }
}

impl Guardians {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().list(1, self.keys.iter().map(|k| &k.0[..])).uint(2, self.needed).finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let keys: Vec<PublicKey> = r.names(1, GUARDIANS_MAX)?.into_iter().map(PublicKey).collect();
        let g = Guardians { keys, needed: r.uint(2)? };
        r.finish()?;
        need(if g.keys.is_empty() { g.needed == 0 } else { (2..=g.keys.len() as u64).contains(&g.needed) }, 2)?;
        Ok(g)
    }
}

impl Statement {
    /// What the new key signs: domain ‖ community ‖ person ‖ parent ‖ key ‖ number of cuts, one byte ‖ cuts ‖ keep.
    pub fn message(
        community: &Id,
        person: &Id,
        parent: &PublicKey,
        key: &PublicKey,
        cuts: &[Id],
        keep: &[Id],
    ) -> Vec<u8> {
        let (head, count) = ([&community.0[..], &person.0, &parent.0, &key.0].concat(), [cuts.len() as u8]);
        [RECOVER_DOMAIN, &head, &count, &flat(cuts), &flat(keep)].concat()
    }
    /// Made by whoever holds the new key.
    pub fn sign(community: &Id, person: &Id, parent: PublicKey, key: &SecretKey, cuts: Vec<Id>, keep: Vec<Id>) -> Self {
        let counter = key.sign(&Self::message(community, person, &parent, &key.public(), &cuts, &keep));
        Statement { parent, key: key.public(), counter, cuts, keep }
    }
    /// Whether the counter-signature fits this community and person.
    pub fn verify(&self, community: &Id, person: &Id) -> bool {
        let message = Self::message(community, person, &self.parent, &self.key, &self.cuts, &self.keep);
        keys::verify(&self.key, &message, &self.counter)
    }
}

impl Recover {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let s = &self.statement;
        let mut w = Writer::new();
        w.bytes(1, &s.parent.0).bytes(2, &s.key.0).bytes(3, &s.counter).list(4, ids(&s.cuts)).list(5, ids(&s.keep));
        w.bytes(6, &self.by.0).finish()
    }
    /// Reads and checks its form; the counter-signature is for [`Statement::verify`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let (parent, key, counter) = (r.key(1)?, r.key(2)?, r.array(3)?);
        let statement = Statement { parent, key, counter, cuts: names(&mut r, 4)?, keep: keep(&mut r, 5)? };
        let v = Recover { statement, by: r.id(6)? };
        r.finish()?;
        need(v.statement.key != v.statement.parent, 2)?;
        Ok(v)
    }
}

impl Object {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().bytes(1, &self.key.0).finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let o = Object { key: r.key(1)? };
        r.finish().map(|()| o)
    }
}

impl Hide {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.bytes(1, &self.owner.0).uint(4, u64::from(self.reason.0)).bytes(5, &self.by.0);
        if let Some((kind, key)) = &self.slot {
            w.uint(2, u64::from(kind.0)).bytes(3, key);
        }
        w.finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let owner = r.id(1)?;
        let slot = if r.has(2) {
            let kind = Kind(u16::try_from(r.uint(2)?).map_err(|_| FieldError::Value(2))?);
            let key = r.bytes(3)?.to_vec();
            need(key.len() <= KEY_BYTES_MAX, 3)?;
            Some((kind, key))
        } else {
            None
        };
        let reason = Reason(u8::try_from(r.uint(4)?).map_err(|_| FieldError::Value(4))?);
        let h = Hide { owner, slot, reason, by: r.id(5)? };
        r.finish().map(|()| h)
    }
}

impl Unhide {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().list(1, ids(&self.hides)).bytes(2, &self.by.0).finish()
    }
    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let u = Unhide { hides: names(&mut r, 1)?, by: r.id(2)? };
        r.finish()?;
        need(!u.hides.is_empty(), 1)?;
        Ok(u)
    }
}

fn optional(w: &mut Writer, field: u64, id: Option<Id>) -> &mut Writer {
    match id {
        Some(id) => w.bytes(field, &id.0),
        None => w,
    }
}

fn maybe(r: &mut Reader<'_>, field: u64) -> Result<Option<Id>, FieldError> {
    if r.has(field) { r.id(field).map(Some) } else { Ok(None) }
}

fn keep(r: &mut Reader<'_>, field: u64) -> Result<Vec<Id>, FieldError> {
    Ok(r.names(field, KEEP_MAX)?.into_iter().map(Id).collect())
}

fn flat(ids: &[Id]) -> Vec<u8> {
    ids.iter().flat_map(|id| id.0).collect()
}
