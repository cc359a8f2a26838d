//! What a device may write now, and which content counts.
//!
//! Writing is judged by what is live; content that is there already also counts when a removal names it in its `keep`,
//! or when its owner left of their own accord. Not for: where the records are, or what a slot shows.

use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::kind::{Kind, Lane, Party, Writers};
use crate::limits::*;
use crate::record::Record;

use super::body::{Body, Duty, GroupRole};
use super::{Authority, Device, Role};

/// Why something is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The device is not listed, or its owner has no role here. Remedy: join, or have it listed.
    #[error("this computer is not a member here")]
    NotMember,
    /// A donated computer stores and passes on; it does not write.
    #[error("this computer only stores and passes on")]
    StoresOnly,
    /// A newcomer reads. Remedy: be let in by a member.
    #[error("newcomers read; somebody has to let you in first")]
    Newcomer,
    /// Neither the owner's own device nor one of the group's people.
    #[error("this computer does not write for that person or group")]
    NotForOwner,
    /// Only stewards may. Remedy: ask a steward.
    #[error("only a steward may do this")]
    NotSteward,
    /// Only the group's admins may. Remedy: ask one.
    #[error("only an admin of the group may do this")]
    NotAdmin,
    /// The group does not publish this kind of thing.
    #[error("this group does not publish things of this kind")]
    OutOfScope,
    /// No such person in the community.
    #[error("no such person in this community")]
    NoPerson,
    /// No such group in the community.
    #[error("no such group in this community")]
    NoGroup,
    /// The person was invited at the last step of the tree. Remedy: ask whoever invited them, or a steward.
    #[error("invited too far from a steward to invite others")]
    TooDeep,
    /// All admissions of a resident are used. Remedy: ask a steward.
    #[error("has let in as many people as a resident may")]
    AdmitsUsed,
    /// Somebody who was taken out returns through a steward alone. Remedy: ask a steward.
    #[error("was taken out by a steward, so that only a steward can let them in again")]
    Banned,
    /// Nobody enters by themselves here. Remedy: be invited.
    #[error("this community lets people in by invite only")]
    InviteOnly,
    /// All places for newcomers of this computer are taken. Remedy: another computer, or an invite.
    #[error("all places for newcomers of this computer are taken")]
    PlacesTaken,
    /// The device's own log is full. Remedy: ask a steward.
    #[error("has written as many records about people and computers as allowed")]
    LogFull,
    /// The owner has as many devices as may count.
    #[error("has as many computers as allowed")]
    TooManyDevices,
    /// A device that only stores is a group's, never a person's. Remedy: have an admin of a group list it.
    #[error("a computer that only stores belongs to a group")]
    Equipment,
    /// Nearer to the person key, or to the founding of the group, than the signer.
    #[error("only somebody who was there before may take this out")]
    TooSenior,
    /// A steward hands their seat over before they leave. Remedy: have the stewards approve a set without them.
    #[error("has a seat among the stewards: hand it over first")]
    HasSeat,
    /// The steward set is split. Remedy: the key holders say which one holds.
    #[error("the stewards are split, so that nothing but taking out and hiding counts until the key holders decide")]
    Split,
    /// The stewards decided on rules that this version does not know. Remedy: update.
    #[error("this community uses newer rules: update this program")]
    UpdateNeeded,
    /// Nothing of that kind is there.
    #[error("there is nothing of that kind")]
    Nothing,
    /// The kind cannot be published that way.
    #[error("records of this kind are not published this way")]
    Kind,
    /// The record has fields this version must understand and does not. Remedy: a newer version of this program.
    #[error("this record needs a newer version of this program")]
    NotUnderstood,
}

/// Whether content of a device for an owner counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ContentStanding {
    /// None of it.
    No,
    /// What removals named in their `keep`: ask [`Authority::counts`] record by record.
    OnlyKept,
    /// All of it.
    Counts,
}

impl Authority {
    /// Whether a device may now publish a record of this kind for this owner (the community id: for the community).
    /// For an admit, the owner is the person who lets in; for a group's founding record, the person who founds it.
    pub fn may_publish(&self, device: &PublicKey, owner: &Id, kind: Kind) -> Result<(), Why> {
        if self.needs_rules().is_some() {
            return Err(Why::UpdateNeeded);
        }
        let own = self.persons_of(device).any(|p| p == *owner) || self.is_group_device(device, owner);
        match kind {
            Kind::GENESIS | Kind::PERSON | Kind::ARBITRATE | Kind::CHECKPOINT | Kind::GUARDIANS => {
                return Err(Why::Kind);
            }
            Kind::GROUP | Kind::GRANT | Kind::PROPOSE | Kind::APPROVE => {
                self.steward(device)?;
                return self.unless_split();
            }
            Kind::HIDE | Kind::UNHIDE => return self.steward(device),
            Kind::REVOKE if *owner == self.community() => return self.steward(device),
            Kind::GROUP_MEMBER => return self.admin_basis(device, owner).map(|_| ()),
            Kind::DEVICE_ADD if own => {
                let room = self.devices_of(owner).len() < PERSON_DEVICES_MAX;
                return if room { self.room_in_log(device) } else { Err(Why::TooManyDevices) };
            }
            Kind::DEVICE_ADD => return self.admin_basis(device, owner).map(|_| ()),
            Kind::ADMIT if own => return self.admit_basis(device, owner).map(|_| ()),
            _ => {}
        }
        if kind.lane() != Some(Lane::Authority) && !self.is_owners_kind(owner, kind) {
            return Err(Why::Kind);
        }
        if kind.rules().writers == Writers::Admins && self.is_group(owner) {
            self.listed_full(device)?;
            let of_admin = |p: Id| self.group_role(owner, &p) == Some(GroupRole::Admin);
            return if self.persons_of(device).any(of_admin) { self.in_scope(owner, kind) } else { Err(Why::NotAdmin) };
        }
        if own {
            let is_newcomer = self.role(owner) == Some(Role::Newcomer);
            return if is_newcomer && kind != Kind::JOIN { Err(Why::Newcomer) } else { self.in_scope(owner, kind) };
        }
        if *owner == self.community() {
            // Content does not use the log: a full one takes nothing back.
            self.listed_full(device)?;
            return if self.is_steward_device(device) { Ok(()) } else { Err(Why::NotSteward) };
        }
        if self.persons_of(device).any(|p| self.group_role(owner, &p).is_some()) {
            return self.in_scope(owner, kind);
        }
        match self.device(device) {
            None => Err(Why::NotMember),
            Some(d) if d.duty == Duty::Store => Err(Why::StoresOnly),
            Some(_) => Err(Why::NotForOwner),
        }
    }

    fn in_scope(&self, owner: &Id, kind: Kind) -> Result<(), Why> {
        let scope = self.live_group(owner).map_or(&[][..], |g| &g.scope);
        let free = scope.is_empty() || kind.rules().beyond_scope || kind.lane() == Some(Lane::Authority);
        if free || scope.binary_search(&kind).is_ok() { Ok(()) } else { Err(Why::OutOfScope) }
    }

    fn is_group_device(&self, device: &PublicKey, owner: &Id) -> bool {
        self.listings(device).any(|(is_group, d)| is_group && d.owner == *owner && d.duty == Duty::Full)
    }

    /// Whether content of this kind may be this owner's at all.
    fn is_owners_kind(&self, owner: &Id, kind: Kind) -> bool {
        let party = match *owner {
            id if id == self.community() => Party::Community,
            id if self.is_group(&id) => Party::Group,
            _ => Party::Person,
        };
        kind.rules().owners.contains(&party)
    }

    /// Whether a content record counts now.
    pub fn counts(&self, content: &Record) -> bool {
        self.check_content(content).is_ok()
    }

    /// [`Authority::counts`], with the reason when it does not.
    pub fn check_content(&self, content: &Record) -> Result<(), Why> {
        let p = content.payload();
        if content.lane() != Lane::Content {
            return Err(Why::Kind);
        }
        if !content.is_understood() {
            return Err(Why::NotUnderstood);
        }
        match self.content_standing(&p.device, &p.owner, p.kind) {
            ContentStanding::Counts => Ok(()),
            ContentStanding::OnlyKept if self.counts_as_kept(&p.device, &p.owner, p.kind, &content.id()) => Ok(()),
            _ => Err(self.may_publish(&p.device, &p.owner, p.kind).err().unwrap_or(Why::NotForOwner)),
        }
    }

    /// Whether the content of a device for an owner counts, whichever record it is.
    pub fn content_standing(&self, device: &PublicKey, owner: &Id, kind: Kind) -> ContentStanding {
        if self.in_scope(owner, kind).is_err() || !self.is_owners_kind(owner, kind) {
            return ContentStanding::No;
        }
        self.standing_of_parts(device, owner, kind)
    }

    /// The same whatever the group publishes, and whoever may own the kind.
    pub(super) fn standing_of_parts(&self, device: &PublicKey, owner: &Id, kind: Kind) -> ContentStanding {
        let part = self.content_parts(device, owner, kind, None);
        if part == Part::Live {
            return ContentStanding::Counts;
        }
        if part == Part::Kept { ContentStanding::OnlyKept } else { ContentStanding::No }
    }

    /// Whether one record counts because the removals that took its device or owner out say so.
    pub fn counts_as_kept(&self, device: &PublicKey, owner: &Id, kind: Kind, content: &Id) -> bool {
        self.content_parts(device, owner, kind, Some(content)) != Part::No
    }

    /// How content of a device stands for an owner. Without an id: `Kept` where some ids might count.
    fn content_parts(&self, device: &PublicKey, owner: &Id, kind: Kind, content: Option<&Id>) -> Part {
        let kept = |by: &Id| match (content, self.entries.get(by).and_then(|e| e.body.as_ref())) {
            (None, _) => true,
            (Some(id), Some(Body::DeviceRemove(r))) => r.keep.binary_search(id).is_ok(),
            (Some(id), Some(Body::Revoke(r))) => r.keep.binary_search(id).is_ok(),
            (Some(id), Some(Body::Propose(p))) => p.keep.binary_search(id).is_ok(),
            _ => false,
        };
        let any_kept =
            |by: &mut dyn Iterator<Item = Id>| by.fold(Part::No, |p, id| if kept(&id) { Part::Kept } else { p });
        if *owner == self.community() {
            let epochs = self.state.epochs();
            let ever = |p: &Id| self.state.standing(*p).is_some_and(|s| s.was_member);
            // A steward's own computer that was given up or taken out leaves what it wrote for the community as it leaves
            // what it wrote for the steward: moving to a new computer must not take the community's name away.
            let of = self.state.owners_of(device);
            let of = of.filter(|p| self.state.standing(**p).is_some_and(|s| s.is_steward));
            let by_steward = of.map(|p| self.device_part(p, device, content, &kept)).max().unwrap_or(Part::No);
            if by_steward == Part::Live {
                return Part::Live;
            }
            if !self.state.owners_of(device).any(ever) {
                return Part::No;
            }
            return any_kept(&mut epochs.into_iter().flat_map(|e| &e.chain).map(|e| e.id)).max(by_steward);
        }
        let person_part = |person: &Id| {
            // The person, and their device: what is against each must be overridden by a keep of its own.
            let standing = match self.state.removals(*person).map_or(&[][..], Vec::as_slice) {
                _ if self.is_member(person) => Part::Live,
                // Who has no role and was not taken out either (voted out, or whoever let them in fell) has nothing that counts
                // here; who left of their own accord keeps everything.
                removals
                    if !removals.is_empty()
                        && removals.iter().all(|v| v.left)
                        && self.state.standing(*person).is_some_and(|s| s.was_member) =>
                {
                    Part::Live
                }
                removals => any_kept(&mut removals.iter().map(|v| v.id)),
            };
            standing.min(self.device_part(person, device, content, &kept))
        };
        if let Some(group) = self.state.group(*owner).filter(|g| g.founded_by.is_some()) {
            let whole = match self.state.removals(*owner).map_or(&[][..], Vec::as_slice) {
                [] => Part::Live,
                removals => any_kept(&mut removals.iter().map(|v| v.id)),
            };
            // What only admins write counts from people who are admins, and from no computer of the group's own.
            let by_admins = kind.rules().writers == Writers::Admins;
            let own = group.devices.get(device).filter(|d| d.duty == Duty::Full && !by_admins).map_or(Part::No, |d| {
                if d.removed.is_empty() { Part::Live } else { any_kept(&mut d.removed.iter().copied()) }
            });
            let people = self.state.owners_of(device).map(|person| {
                let removals = group.removals.get(person).into_iter().flatten().map(|(_, v)| v);
                let ever = if by_admins { group.was_ever_admin(person) } else { group.people().contains(person) };
                let role = match group.role(person) {
                    Some(GroupRole::Admin) => Part::Live,
                    Some(GroupRole::Member) if !by_admins => Part::Live,
                    _ if !ever => Part::No,
                    None if removals.clone().all(|v| v.left) && removals.clone().next().is_some() => Part::Live,
                    // Gone from the group, or from the community and so from the group; or from among its admins.
                    _ => {
                        let community = self.state.removals(*person).into_iter().flatten();
                        any_kept(&mut removals.chain(community).map(|v| v.id))
                    }
                };
                role.min(person_part(person))
            });
            return whole.min(people.max().unwrap_or(Part::No).max(own));
        }
        person_part(owner)
    }

    fn device_part(&self, person: &Id, device: &PublicKey, content: Option<&Id>, kept: &dyn Fn(&Id) -> bool) -> Part {
        let Some(recovery) = self.state.recovery(*person) else { return Part::No };
        let mut best = Part::No;
        for key in recovery.keys() {
            let Some(listed) = self.state.tree(*person, key).and_then(|t| t.signs(device)) else { continue };
            let is_current = recovery.current() == Some(key);
            let part = match (is_current, listed.is_live() || listed.gave_up) {
                (true, true) => Part::Live,
                (false, true) if content.is_none_or(|id| recovery.keeps(id)) => Part::Kept,
                _ if listed.removed.iter().any(|(by, _)| kept(by)) => Part::Kept,
                _ if content.is_some_and(|id| recovery.keeps(id)) => Part::Kept,
                _ => Part::No,
            };
            best = best.max(part);
        }
        best
    }

    pub(super) fn listed_full(&self, device: &PublicKey) -> Result<Device, Why> {
        let d = self.device(device).ok_or(Why::NotMember)?;
        match self.role(&d.owner) {
            _ if d.duty == Duty::Store => Err(Why::StoresOnly),
            Some(Role::Newcomer) => Err(Why::Newcomer),
            _ => Ok(d),
        }
    }

    pub(super) fn is_steward_device(&self, device: &PublicKey) -> bool {
        self.persons_of(device).any(|p| self.state.standing(p).is_some_and(|s| s.is_steward))
    }

    pub(super) fn steward(&self, device: &PublicKey) -> Result<(), Why> {
        self.listed_full(device)?;
        if self.is_steward_device(device) { self.room_in_log(device) } else { Err(Why::NotSteward) }
    }

    pub(super) fn unless_split(&self) -> Result<(), Why> {
        let is_split = self.state.epochs().is_some_and(|e| e.fork.is_some());
        if is_split { Err(Why::Split) } else { Ok(()) }
    }

    pub(super) fn room_in_log(&self, device: &PublicKey) -> Result<(), Why> {
        if self.needs_rules().is_some() {
            return Err(Why::UpdateNeeded);
        }
        let (records, bytes) = self.state.logs.size(device);
        let room = match self.is_steward_device(device) {
            true => records < STEWARD_AUTHORITY_RECORDS_MAX,
            false => {
                records < RESIDENT_AUTHORITY_RECORDS_MAX
                    && bytes + AUTHORITY_BYTES_MAX as u64 <= RESIDENT_AUTHORITY_BYTES_MAX
            }
        };
        if room { Ok(()) } else { Err(Why::LogFull) }
    }

    /// What entitles a device to act as an admin of a group.
    pub(super) fn admin_basis(&self, device: &PublicKey, group: &Id) -> Result<Id, Why> {
        self.listed_full(device)?;
        let g = self.live_group(group).ok_or(Why::NoGroup)?;
        self.room_in_log(device)?;
        if self.is_steward_device(device) {
            return Ok(self.epoch());
        }
        for person in self.persons_of(device).filter(|p| self.is_member(p)) {
            let admin = g.appointments(&person).filter(|(role, _)| *role == GroupRole::Admin);
            // The founding record first, then the smallest id: the least that can fall.
            if let Some((_, by)) = admin.min_by_key(|(_, by)| (by != group, *by)) {
                return Ok(by);
            }
        }
        Err(Why::NotAdmin)
    }

    /// What entitles a device to let people in as `person`.
    pub(super) fn admit_basis(&self, device: &PublicKey, person: &Id) -> Result<Id, Why> {
        self.listed_full(device)?;
        let standing = self.state.standing(*person).ok_or(Why::NoPerson)?;
        if !self.persons_of(device).any(|p| p == *person) {
            return Err(Why::NotForOwner);
        }
        self.room_in_log(device)?;
        if standing.is_steward {
            self.unless_split()?;
            return Ok(self.epoch());
        }
        let deep_enough: Vec<Id> =
            standing.bases.iter().filter(|(depth, _)| *depth < INVITE_DEPTH_MAX).map(|(_, by)| *by).collect();
        if deep_enough.is_empty() {
            return Err(Why::TooDeep);
        }
        deep_enough.into_iter().find(|by| self.has_room_for_admit(by)).ok_or(Why::AdmitsUsed)
    }

    fn has_room_for_admit(&self, base: &Id) -> bool {
        let Some(Body::Admit(up)) = self.entries.get(base).and_then(|e| e.body.as_ref()) else { return false };
        let raised = self.grants(&up.person).into_iter().filter_map(|(role, _)| match role {
            super::body::GrantRole::Admits(n) => usize::try_from(n).ok(),
            _ => None,
        });
        let most = raised.max().unwrap_or(0).max(RESIDENT_ADMITS_MAX);
        self.state.places(*base).is_none_or(|p| p.len() < most)
    }
}

/// What builders fill in.
impl Authority {
    /// The removals a new grant or admit of a person has to name, at most [`LIST_MAX`], ascending.
    pub(super) fn removals_of(&self, person: &Id) -> Vec<Id> {
        let mut ids: Vec<Id> = self.removals(person).into_iter().map(|(id, ..)| id).take(LIST_MAX).collect();
        ids.sort_unstable();
        ids
    }

    pub(super) fn removed_from_group(&self, group: &Id, person: &Id) -> Vec<Id> {
        let group = self.state.group(*group);
        group.and_then(|g| g.removals.get(person)).into_iter().flatten().map(|(_, v)| v.id).collect()
    }

    pub(super) fn is_group(&self, id: &Id) -> bool {
        self.state.group(*id).is_some_and(|g| g.founded_by.is_some())
    }

    /// The person key that holds, of a person with a role or without.
    pub fn key_of(&self, person: &Id) -> Option<PublicKey> {
        self.state.standing(*person)?.key
    }

    /// A person key and the devices it stands behind.
    pub(super) fn keys_under(&self, key: &PublicKey) -> Vec<PublicKey> {
        let persons = self.view().persons_of_key(*key);
        let devices = persons.iter().filter_map(|p| self.state.tree(*p, *key)).flat_map(|t| t.devices.keys());
        devices.chain([key]).copied().collect()
    }

    /// A cut that leaves what is here of some logs, in at most so many heads, ascending. Somebody who runs their log in
    /// more directions than that does not escape: the longest branch of every log comes first, then the second ones.
    pub(super) fn cut_at_heads(&self, keys: &[PublicKey], most: usize) -> Vec<Id> {
        let logs = keys.iter().filter_map(|key| self.state.logs.get(key));
        let ranked = logs.flat_map(|log| log.heads().into_iter().rev().enumerate().map(|(rank, (_, id))| (rank, id)));
        Self::cut_of(ranked.collect(), most)
    }

    /// The same for one log, of what it says before a time.
    pub(super) fn cut_before(&self, key: &PublicKey, since: Hlc, most: usize) -> Vec<Id> {
        let heads = self.state.logs.heads_before(key, since).into_iter();
        Self::cut_of(heads.rev().enumerate().map(|(rank, (_, id))| (rank, id)).collect(), most)
    }

    fn cut_of(mut ranked: Vec<(usize, Id)>, most: usize) -> Vec<Id> {
        ranked.sort_unstable();
        let mut cut: Vec<Id> = ranked.into_iter().take(most).map(|(_, id)| id).collect();
        cut.sort_unstable();
        cut.dedup();
        cut
    }

    /// Whether a key may take out a device that a person has or had.
    pub(super) fn may_take_out(&self, signer: &PublicKey, person: &Id, device: &PublicKey) -> Result<(), Why> {
        let key = self.key_of(person).ok_or(Why::NoPerson)?;
        if *signer == key || signer == device {
            return Ok(());
        }
        let depth_of = |d: &PublicKey| self.state.tree(*person, key)?.devices.get(d).filter(|d| d.is_live());
        let from = depth_of(signer).filter(|d| d.duty == Duty::Full).ok_or(Why::NotForOwner)?.depth;
        match self.state.tree(*person, key).and_then(|t| t.devices.get(device)) {
            Some(target) if target.depth <= from => Err(Why::TooSenior),
            Some(_) => Ok(()),
            // Listed under an earlier key: out already.
            None => Ok(()),
        }
    }

    /// What entitles a device to take a person out of a group.
    pub(super) fn group_remove_basis(&self, device: &PublicKey, group: &Id, person: &Id) -> Result<Id, Why> {
        let g = self.live_group(group).ok_or(Why::NoGroup)?;
        let of_person = |p: &Id| g.ranks(p).min();
        // Who is out already may be taken out again: what a removal keeps can need several records.
        let rank = of_person(person).or_else(|| g.ranks_ever(person).min()).ok_or(Why::NoPerson)?;
        if self.persons_of(device).any(|p| p == *person) {
            let was_in = || g.appointed.iter().find(|(_, list)| list.iter().any(|a| a.person == *person));
            let by = g.appointments(person).map(|(_, by)| by).next();
            return by.or_else(|| was_in().map(|(by, _)| *by)).ok_or(Why::NoPerson);
        }
        let by = self.admin_basis(device, group)?;
        let from = self.persons_of(device).filter_map(|p| of_person(&p)).min();
        if self.is_steward_device(device) || from.is_some_and(|from| from < rank) {
            Ok(by)
        } else {
            Err(Why::TooSenior)
        }
    }

    /// What entitles a device to agree to a new key for a person: a recovery friend's place, or a steward's seat.
    pub(super) fn recover_basis(&self, device: &PublicKey, person: &Id) -> Result<Id, Why> {
        self.listed_full(device)?;
        let friends = self.guardians(person);
        let is_friend = |keys: &[PublicKey]| {
            self.persons_of(device).filter_map(|p| self.key_of(&p)).any(|key| keys.binary_search(&key).is_ok())
        };
        match friends {
            Some((g, by)) if is_friend(&g.keys) => Ok(by),
            _ if self.is_steward_device(device) => Ok(self.epoch()),
            _ => Err(Why::NotSteward),
        }
    }
}

/// How one part of what content rests on stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    No,
    Kept,
    Live,
}
