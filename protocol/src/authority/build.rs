//! Makes authority records: the only place that fills in places in logs and what a role rests on.
//!
//! Clock and randomness come in as arguments. Functions that take an [`Authority`] refuse what would not count, with
//! the reason; the founding ones need none, since there is none yet where they are used.

use super::body::{
    Admit, Approve, Arbitrate, Checkpoint, DeviceAdd, DeviceOffer, DeviceRemove, Duty, Genesis, Grant, GrantRole,
    Group, GroupMember, GroupRole, Guardians, Hide, Join, Object, Person, Propose, RULES, Reason, Recover, Revoke,
    Statement, Unhide,
};
use super::{Authority, Role, Why};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::{
    GROUP_STORES_MAX, GUARDIANS_MAX, KEEP_MAX, LIST_MAX, RESIDENT_AUTHORITY_RECORDS_MAX, ROOTS_MAX,
    STEWARD_AUTHORITY_RECORDS_MAX, STEWARDS_MAX,
};
use crate::record::{Payload, Record, RecordError};

/// Ids that fit into one authority record in any case, beside everything else that stands in it.
const RECORD_IDS_MAX: usize = 104;
/// The same for a proposal, which names stewards as well.
const PROPOSE_IDS_MAX: usize = 88;

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
    open: bool,
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
    let body = Genesis { rules: RULES, nonce, stewards, roots, roots_needed, open }.encode();
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
    if offer.duty == Duty::Store {
        return Err(BuildError::Why(Why::Equipment));
    }
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
    let stores = authority.devices_of(&group).into_iter().filter(|(_, d)| d.duty == Duty::Store).count();
    if offer.duty == Duty::Store && stores >= GROUP_STORES_MAX {
        return Err(BuildError::Why(Why::TooManyDevices));
    }
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

/// Founds a group, by a steward's device. The group's id is that of the record; `scope` are the kinds it may publish,
/// none for all.
pub fn found_group(
    authority: &Authority,
    device: &SecretKey,
    admins: &[Id],
    scope: &[Kind],
    nonce: [u8; 16],
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let admins = sorted(admins.to_vec());
    if admins.is_empty() || admins.len() > LIST_MAX {
        return Err(BuildError::List("admins"));
    }
    authority.steward(&device.public())?;
    authority.unless_split()?;
    admins.iter().try_for_each(|p| member(authority, p))?;
    let body = Group { nonce, admins, by: authority.epoch(), scope: sorted(scope.to_vec()) }.encode();
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
    member(authority, &person)?;
    let after = sorted([authority.removals_of(&person), authority.removed_from_group(&group, &person)].concat());
    let body = GroupMember { person, role, by, after }.encode();
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
    let removals = authority.removals(&person);
    if by != authority.epoch() && removals.iter().any(|(_, _, left)| !left) {
        return Err(Why::Banned.into());
    }
    let after = lists(removals.into_iter().map(|(id, ..)| id).collect())?;
    let body = Admit { person, by, invite, after }.encode();
    sign_next(authority, device, Kind::ADMIT, owner, body, hlc)
}

/// Lets a person in to read, by a member's device, in one of its free places.
pub fn join(authority: &Authority, device: &SecretKey, person: Id, hlc: Hlc) -> Result<Record, BuildError> {
    let key = device.public();
    if !authority.stewards().is_open {
        return Err(Why::InviteOnly.into());
    }
    authority.listed_full(&key)?;
    let owner = authority.person_of_device(&key).filter(|p| authority.is_member(p)).ok_or(Why::NotMember)?;
    if authority.removals(&person).iter().any(|(_, _, left)| !left) {
        return Err(Why::Banned.into());
    }
    // Whoever enters and leaves again and again must not use up the log: half of it is for other things.
    let log =
        if authority.steward(&key).is_ok() { STEWARD_AUTHORITY_RECORDS_MAX } else { RESIDENT_AUTHORITY_RECORDS_MAX };
    if authority.entries_written(&key) >= log / 2 {
        return Err(Why::PlacesTaken.into());
    }
    let place = authority.free_entry_places(&key).first().copied().ok_or(Why::PlacesTaken)?;
    sign_next(authority, device, Kind::JOIN, owner, Join { person, place }.encode(), hlc)
}

/// Gives a person a role besides residency, or a person or a group space, by a steward's device.
pub fn grant(
    authority: &Authority,
    device: &SecretKey,
    person: Id,
    role: GrantRole,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    authority.steward(&device.public())?;
    authority.unless_split()?;
    if !(matches!(role, GrantRole::Units(_)) && authority.is_group(&person)) {
        member(authority, &person)?;
    }
    let body = Grant { person, role, by: authority.epoch(), after: authority.removals_of(&person) }.encode();
    sign_next(authority, device, Kind::GRANT, authority.community(), body, hlc)
}

/// Takes a device out. `signer` is the person key or a device of the person that is nearer to it, the device itself, or
/// for a group's device an admin's. What of its log is here goes on counting.
pub fn device_remove(
    authority: &Authority,
    signer: &SecretKey,
    owner: Id,
    device: PublicKey,
    keep: &[Id],
    hlc: Hlc,
) -> Result<Record, BuildError> {
    device_remove_since(authority, signer, owner, device, None, keep, hlc)
}

/// As [`device_remove`]; of what the device's log says, what is dated `since` then or later does not count. What a thief
/// dated earlier than that is not told from its owner's.
pub fn device_remove_since(
    authority: &Authority,
    signer: &SecretKey,
    owner: Id,
    device: PublicKey,
    since: Option<Hlc>,
    keep: &[Id],
    hlc: Hlc,
) -> Result<Record, BuildError> {
    if !authority.all_devices_of(&owner).contains(&device) {
        return Err(Why::Nothing.into());
    }
    let by = if authority.is_group(&owner) {
        Some(authority.admin_basis(&signer.public(), &owner)?)
    } else {
        authority.may_take_out(&signer.public(), &owner, &device)?;
        None
    };
    let keep = kept(keep)?;
    let most = room_beside(&keep);
    let cuts = match since {
        Some(since) => authority.cut_before(&device, since, most),
        None => authority.cut_at_heads(&[device], most),
    };
    let body = DeviceRemove { device, cuts, keep, by }.encode();
    sign_next(authority, signer, Kind::DEVICE_REMOVE, owner, body, hlc)
}

/// Takes a person, a group or a grant out of the community, by a steward's device. With `all_that_rests`, nothing that
/// the person ever signed counts: everybody they let in goes too. Otherwise what is here of theirs goes on counting.
pub fn revoke(
    authority: &Authority,
    device: &SecretKey,
    subject: Id,
    all_that_rests: bool,
    keep: &[Id],
    hlc: Hlc,
) -> Result<Record, BuildError> {
    authority.steward(&device.public())?;
    let keep = kept(keep)?;
    let most = if all_that_rests { 0 } else { room_beside(&keep) };
    let cuts = authority.cut_at_heads(&authority.all_devices_of(&subject), most);
    let body = Revoke { subject, by: Some(authority.epoch()), cuts, keep }.encode();
    sign_next(authority, device, Kind::REVOKE, authority.community(), body, hlc)
}

/// A person leaves the community, by a device of theirs. Their content stays.
pub fn leave(authority: &Authority, device: &SecretKey, person: Id, hlc: Hlc) -> Result<Record, BuildError> {
    leave_keeping(authority, device, person, &[], hlc)
}

/// As [`leave`], for somebody who was taken out before and let in again: of their content, what is named stays.
pub fn leave_keeping(
    authority: &Authority,
    device: &SecretKey,
    person: Id,
    keep: &[Id],
    hlc: Hlc,
) -> Result<Record, BuildError> {
    // A seat does not end by leaving, and nobody would be there to act for it. The last one has nobody to hand it to.
    if authority.role(&person) == Some(Role::Steward) && authority.stewards().seats.len() > 1 {
        return Err(Why::HasSeat.into());
    }
    let cuts = authority.cut_at_heads(&authority.all_devices_of(&person), LIST_MAX);
    let body = Revoke { subject: person, by: None, cuts, keep: kept(keep)? }.encode();
    sign_next(authority, device, Kind::REVOKE, person, body, hlc)
}

/// Takes a person out of a group, by an admin who was there before them, a steward, or the person who leaves.
pub fn group_remove(
    authority: &Authority,
    device: &SecretKey,
    group: Id,
    person: Id,
    keep: &[Id],
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let by = authority.group_remove_basis(&device.public(), &group, &person)?;
    let keep = kept(keep)?;
    let cuts = authority.cut_at_heads(&authority.all_devices_of(&person), room_beside(&keep));
    let body = Revoke { subject: person, by: Some(by), cuts, keep }.encode();
    sign_next(authority, device, Kind::REVOKE, group, body, hlc)
}

/// What a proposal changes beside the stewards; nothing: as before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Change {
    /// Whether newcomers may enter by themselves.
    pub open: Option<bool>,
    /// What all content together may come to, in MiB.
    pub ceiling_mib: Option<u64>,
}

/// Proposes the next stewards, by person key; by a steward's device, or a root key where no steward is left. Everybody
/// who leaves is cut at what is here of their logs; what those who stay agreed to as stewards of this set is cut there too.
pub fn propose(
    authority: &Authority,
    device: &SecretKey,
    stewards: &[PublicKey],
    change: Change,
    keep: &[Id],
    hlc: Hlc,
) -> Result<Record, BuildError> {
    if is_root(authority, device).is_err() {
        authority.steward(&device.public())?;
    }
    let stewards = sorted(stewards.to_vec());
    if stewards.is_empty() || stewards.len() > STEWARDS_MAX {
        return Err(BuildError::List("stewards"));
    }
    let set = authority.stewards();
    let keep = kept(keep)?;
    let leaving: Vec<PublicKey> = set.seats.iter().filter(|k| stewards.binary_search(k).is_err()).copied().collect();
    let staying = set.seats.iter().filter(|k| stewards.binary_search(k).is_ok()).copied().collect();
    // They share the room there is in one record; those who leave come first.
    let mut room = PROPOSE_IDS_MAX.saturating_sub(keep.len());
    let mut cuts = Vec::new();
    for keys in [leaving, staying] {
        let each = (room / keys.len().max(1)).min(LIST_MAX);
        let cut = |key: PublicKey| (key, authority.cut_at_heads(&authority.keys_under(&key), each));
        cuts.extend(keys.into_iter().map(cut));
        room -= cuts.iter().map(|(_, heads)| heads.len()).sum::<usize>().min(room);
    }
    cuts.sort_unstable();
    let Change { open, ceiling_mib: ceiling } = change;
    let body = Propose { parent: set.epoch, stewards, cuts, rules: None, open, keep, ceiling }.encode();
    sign_next(authority, device, Kind::PROPOSE, authority.community(), body, hlc)
}

/// Approves a proposal, by a steward's device.
pub fn approve(authority: &Authority, device: &SecretKey, proposal: Id, hlc: Hlc) -> Result<Record, BuildError> {
    authority.steward(&device.public())?;
    authority.unless_split()?;
    sign_next(authority, device, Kind::APPROVE, authority.community(), Approve { proposal }.encode(), hlc)
}

/// A root key says which child of an epoch holds.
pub fn arbitrate(
    authority: &Authority,
    root: &SecretKey,
    parent: Id,
    child: Id,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    is_root(authority, root)?;
    let body = Arbitrate { parent, child }.encode();
    sign_next(authority, root, Kind::ARBITRATE, authority.community(), body, hlc)
}

/// A root key fixes the epoch that holds.
pub fn checkpoint(authority: &Authority, root: &SecretKey, hlc: Hlc) -> Result<Record, BuildError> {
    is_root(authority, root)?;
    let body = Checkpoint { epoch: authority.epoch() }.encode();
    sign_next(authority, root, Kind::CHECKPOINT, authority.community(), body, hlc)
}

/// Names recovery friends, by the person key. None: nobody.
pub fn guardians(
    authority: &Authority,
    person_key: &SecretKey,
    person: Id,
    friends: &[PublicKey],
    needed: u64,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let keys = sorted(friends.to_vec());
    if keys.len() > GUARDIANS_MAX || !keys.is_empty() && !(2..=keys.len() as u64).contains(&needed) {
        return Err(BuildError::List("recovery friends"));
    }
    if authority.person_of_key(&person_key.public()) != Some(person) {
        return Err(Why::NotForOwner.into());
    }
    let needed = if keys.is_empty() { 0 } else { needed };
    sign_next(authority, person_key, Kind::GUARDIANS, person, Guardians { keys, needed }.encode(), hlc)
}

/// What is agreed to when a person gets a new key; made by whoever holds the new key, or for them. The old key's devices
/// count as far as they are here.
pub fn statement(authority: &Authority, person: Id, key: &SecretKey, keep: &[Id]) -> Result<Statement, BuildError> {
    let parent = authority.key_of(&person).ok_or(Why::NoPerson)?;
    let keep = kept(keep)?;
    let cuts = authority.cut_at_heads(&authority.keys_under(&parent), room_beside(&keep));
    Ok(Statement::sign(&authority.community(), &person, parent, key, cuts, keep))
}

/// A recovery friend or a steward agrees to a new key for a person.
pub fn recover(
    authority: &Authority,
    device: &SecretKey,
    person: Id,
    statement: Statement,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    let by = authority.recover_basis(&device.public(), &person)?;
    sign_next(authority, device, Kind::RECOVER, person, Recover { statement, by }.encode(), hlc)
}

/// The old key, or a device of it, speaks against a new one.
pub fn object(
    authority: &Authority,
    signer: &SecretKey,
    person: Id,
    key: PublicKey,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    sign_next(authority, signer, Kind::OBJECT, person, Object { key }.encode(), hlc)
}

/// Hides one slot of an owner, or all, by a steward's device.
pub fn hide(
    authority: &Authority,
    device: &SecretKey,
    owner: Id,
    slot: Option<(Kind, Vec<u8>)>,
    reason: Reason,
    hlc: Hlc,
) -> Result<Record, BuildError> {
    authority.steward(&device.public())?;
    let body = Hide { owner, slot, reason, by: authority.epoch() }.encode();
    sign_next(authority, device, Kind::HIDE, authority.community(), body, hlc)
}

/// Undoes hides, by a steward's device.
pub fn unhide(authority: &Authority, device: &SecretKey, hides: &[Id], hlc: Hlc) -> Result<Record, BuildError> {
    authority.steward(&device.public())?;
    let hides = lists(hides.to_vec())?;
    if hides.is_empty() {
        return Err(Why::Nothing.into());
    }
    let body = Unhide { hides, by: authority.epoch() }.encode();
    sign_next(authority, device, Kind::UNHIDE, authority.community(), body, hlc)
}

fn member(authority: &Authority, person: &Id) -> Result<(), Why> {
    if authority.is_member(person) { Ok(()) } else { Err(Why::NoPerson) }
}

fn is_root(authority: &Authority, root: &SecretKey) -> Result<(), Why> {
    if authority.founding().roots.binary_search(&root.public()).is_ok() { Ok(()) } else { Err(Why::NotForOwner) }
}

/// Sorted, and no longer than a list may be.
fn lists(ids: Vec<Id>) -> Result<Vec<Id>, BuildError> {
    let ids = sorted(ids);
    if ids.len() > LIST_MAX { Err(BuildError::List("records that still count")) } else { Ok(ids) }
}

/// How many heads fit into one record beside what it keeps: 4 KiB hold about a hundred ids.
fn room_beside(keep: &[Id]) -> usize {
    (RECORD_IDS_MAX.saturating_sub(keep.len())).min(LIST_MAX)
}

fn kept(ids: &[Id]) -> Result<Vec<Id>, BuildError> {
    let ids = sorted(ids.to_vec());
    if ids.len() > KEEP_MAX { Err(BuildError::List("content that still counts")) } else { Ok(ids) }
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
