//! Makes authority records: the only place that fills in places in logs and what a role rests on.
//!
//! Clock and randomness come in as arguments. Functions that take an [`Authority`] refuse what would not count, with
//! the reason; the founding ones need none, since there is none yet where they are used.

use super::body::{Admit, DeviceAdd, DeviceOffer, Duty, Genesis, Group, GroupMember, GroupRole, Person, RULES};
use super::{Authority, Why};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::{LIST_MAX, ROOTS_MAX, STEWARDS_MAX};
use crate::record::{Payload, Record, RecordError};

/// Why a record was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// It would not count.
    #[error(transparent)]
    Why(#[from] Why),
    /// Too many or too few of what the record lists.
    #[error("the list of {0} has the wrong length")]
    List(&'static str),
    /// The new device's own signature does not fit this community and owner.
    #[error("the new computer's signature does not fit")]
    Offer,
    /// It would be refused by others.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Place of a record in its signer's own log: [`Authority::next_in_log`], or one of the constants here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// From 1.
    pub seq: u64,
    /// Heads of the log so far, strictly ascending, at most 4.
    pub prev: Vec<Id>,
}

impl Place {
    /// Right after one record.
    pub fn after(record: &Record) -> Self {
        Place { seq: record.payload().seq.unwrap_or(0) + 1, prev: vec![record.id()] }
    }
    /// The next place in a key's log, as far as `authority` knows it.
    pub fn next(authority: &Authority, key: &PublicKey) -> Self {
        let (seq, prev) = authority.next_in_log(key);
        Place { seq, prev }
    }
}

/// Founds a community. `steward` is the person key that signs; `others` are further founding stewards' person keys.
/// Root keys should be of their own, kept on paper: a root key that is also a person key guards nothing.
pub fn found_community(
    steward: &SecretKey,
    others: &[PublicKey],
    roots: &[PublicKey],
    roots_needed: u64,
    nonce: [u8; 16],
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let mut stewards = others.to_vec();
    stewards.push(steward.public());
    let (stewards, roots) = (sorted(stewards), sorted(roots.to_vec()));
    if stewards.len() > STEWARDS_MAX {
        return Err(BuildError::List("stewards"));
    }
    if roots.len() > ROOTS_MAX || !(1..=roots.len() as u64).contains(&roots_needed) {
        return Err(BuildError::List("root keys"));
    }
    let body = Genesis { rules: RULES, nonce, stewards, roots, roots_needed }.encode();
    // It stands outside the log of the key that signs it: that begins with the person's founding record.
    Ok(Payload::authority(Kind::GENESIS, Id::SELF, steward.public(), hlc, 1, vec![], body).sign(&Id::SELF, steward)?)
}

/// Founds a person: the first record in the person key's log.
pub fn found_person(community: &Id, person: &SecretKey, hlc: Hlc) -> Result<Record, BuildError> {
    let body = Person::default().encode();
    Ok(Payload::authority(Kind::PERSON, Id::SELF, person.public(), hlc, 1, vec![], body).sign(community, person)?)
}

/// Lists a person's device. `signer` is the person key or another full device of that person.
pub fn device_add(
    community: &Id,
    signer: &SecretKey,
    place: Place,
    owner: Id,
    offer: DeviceOffer,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    list_device(community, signer, place, owner, DeviceAdd { offer, by: None }, hlc)
}

/// Lists a group's device; `signer` is a device of one of the group's admins or of a steward.
pub fn group_device_add(
    authority: &Authority,
    signer: &SecretKey,
    group: Id,
    offer: DeviceOffer,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let by = Some(authority.admin_basis(&signer.public(), &group)?);
    let place = Place::next(authority, &signer.public());
    list_device(&authority.community(), signer, place, group, DeviceAdd { offer, by }, hlc)
}

fn list_device(
    community: &Id,
    signer: &SecretKey,
    place: Place,
    owner: Id,
    add: DeviceAdd,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    if !add.offer.verify(community, &owner) {
        return Err(BuildError::Offer);
    }
    let (seq, prev) = (place.seq, place.prev);
    let payload = Payload::authority(Kind::DEVICE_ADD, owner, signer.public(), hlc, seq, prev, add.encode());
    Ok(payload.sign(community, signer)?)
}

/// A newcomer's two records: the person, and this computer as the person's first device.
pub fn newcomer(community: &Id, person: &SecretKey, device: &SecretKey, hlc: Hlc) -> Result<[Record; 2], BuildError> {
    let founding = found_person(community, person, hlc)?;
    let id = founding.id();
    let offer = DeviceOffer::sign(community, &id, device, Duty::Full);
    let listed = device_add(community, person, Place::after(&founding), id, offer, Hlc(hlc.0.saturating_add(1)))?;
    Ok([founding, listed])
}

/// Founds a group, by a steward's device. The group's id is that of the record.
pub fn found_group(
    authority: &Authority,
    device: &SecretKey,
    admins: &[Id],
    nonce: [u8; 16],
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let admins = sorted(admins.to_vec());
    if admins.is_empty() || admins.len() > LIST_MAX {
        return Err(BuildError::List("admins"));
    }
    authority.steward(&device.public())?;
    admins.iter().try_for_each(|p| authority.role(p).map(|_| ()).ok_or(Why::NoPerson))?;
    let body = Group { nonce, admins, by: authority.community() }.encode();
    sign_next(authority, device, Kind::GROUP, Id::SELF, body, hlc)
}

/// Gives a person a role in a group, by an admin's or a steward's device.
pub fn group_member(
    authority: &Authority,
    device: &SecretKey,
    group: Id,
    person: Id,
    role: GroupRole,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let by = authority.admin_basis(&device.public(), &group)?;
    authority.role(&person).ok_or(Why::NoPerson)?;
    let body = GroupMember { person, role, by, after: vec![] }.encode();
    sign_next(authority, device, Kind::GROUP_MEMBER, group, body, hlc)
}

/// Lets a person in, by a member's device; `invite` is the public half of the invite that was redeemed.
pub fn admit(
    authority: &Authority,
    device: &SecretKey,
    person: Id,
    invite: Option<PublicKey>,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let key = device.public();
    authority.listed_full(&key)?;
    let owner = authority.person_of_device(&key).ok_or(Why::NotForOwner)?;
    let by = authority.admit_basis(&key, &owner)?;
    let body = Admit { person, by, invite, after: vec![] }.encode();
    sign_next(authority, device, Kind::ADMIT, owner, body, hlc)
}

fn sign_next(
    authority: &Authority,
    device: &SecretKey,
    kind: Kind,
    owner: Id,
    body: Vec<u8>,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let (seq, prev) = authority.next_in_log(&device.public());
    let payload = Payload::authority(kind, owner, device.public(), hlc, seq, prev, body);
    Ok(payload.sign(&authority.community(), device)?)
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}
