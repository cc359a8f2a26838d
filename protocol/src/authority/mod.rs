//! Who may do what: a pure function of a community's authority records.
//!
//! Same records in, same answer out, in any order of arrival, with liars inside. Records count once everything they
//! rest on counts and their own-log ancestors are here; until then they are pending. Kinds these rules do not know are
//! kept without effect. Not for: names and words (content), storage, or deciding what is stored.
//!
//! What is here: founding stewards, persons, devices, groups and their members, the tree of invites, limits along each
//! key's own log. Stewards that change (epochs), removals with cuts, recovery and hiding are further stages of the same
//! fold, over the same records: see [`body`] for how every role names what it rests on.

pub mod body;
pub mod build;
mod eval;

use std::sync::Arc;

use crate::fields::FieldError;
use crate::id::{Id, PublicKey};
use crate::kind::{Kind, Lane};
use crate::limits::*;
use crate::record::Record;

use body::{Body, Genesis, RULES};
pub use body::{Duty, GroupRole};
use eval::{Entries, Entry, State, Status};

/// A community's authority: the records taken in and what follows from them. Cloning copies the maps, not the records.
#[derive(Clone)]
pub struct Authority {
    genesis_record: Record,
    genesis: Arc<Genesis>,
    entries: Entries,
    state: State,
    generation: u64,
}

/// Why a record cannot begin an [`Authority`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// Another kind of record.
    #[error("this record does not found a community")]
    Kind,
    /// The body is malformed.
    #[error("the founding record is malformed: {0}")]
    Body(#[from] FieldError),
    /// Signed by a key that is not a founding steward's, or not the first of its log.
    #[error("the founding record is not signed by one of its stewards")]
    Signer,
    /// The community uses newer rules. Remedy: a newer version of this program.
    #[error("this community uses newer rules ({0}): update this program")]
    RulesTooNew(u64),
}

/// What became of a record that was taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inserted {
    /// It counts.
    Counts,
    /// It waits: for its own-log ancestors, for what it rests on, or beyond a limit.
    Pending,
    /// Kept and passed on, without effect: a kind of later rules, or one that cannot count.
    NoEffect,
    /// Was here already; see [`Authority::standing_of`] for where it stands.
    Known,
    /// Not an authority record of this community: not kept, not to be stored.
    Refused,
}

/// What somebody or something is in the community.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Grants, moderates, founds groups, lets people in.
    Steward,
    /// Reads, publishes, invites.
    Resident,
    /// A group's own device.
    Group,
    /// A donated computer: stores and forwards only.
    Node,
}

/// A live device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Device {
    /// Person or group.
    pub owner: Id,
    /// The key that opens its connections.
    pub transport: PublicKey,
    /// What it is for.
    pub duty: Duty,
    /// The device-add this rests on.
    pub by: Id,
}

/// Who is behind a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    /// Person or group.
    pub owner: Id,
    /// The device.
    pub device: PublicKey,
    /// What its owner is; [`Role::Node`] for a device that only stores.
    pub role: Role,
}

/// A person with a role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PersonInfo {
    /// Id of the founding record.
    pub id: Id,
    /// The person key.
    pub key: PublicKey,
    /// Steward or resident.
    pub role: Role,
    /// 0 for a steward; else how many invites below one, 1 to 4.
    pub depth: u8,
    /// The record the role rests on: the community id for a founding steward, else the admit.
    pub by: Id,
}

/// Why something is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The device is not listed, or its owner has no role here. Remedy: join, or have it listed.
    #[error("this computer is not a member here")]
    NotMember,
    /// A donated computer stores and passes on; it does not write.
    #[error("this computer only stores and passes on")]
    StoresOnly,
    /// Neither the owner's own device nor one of the group's people.
    #[error("this computer does not write for that person or group")]
    NotForOwner,
    /// Only stewards may. Remedy: ask a steward.
    #[error("only a steward may do this")]
    NotSteward,
    /// Only the group's admins may. Remedy: ask one.
    #[error("only an admin of the group may do this")]
    NotAdmin,
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
    /// The device's own log is full. Remedy: ask a steward.
    #[error("has written as many records about people and computers as allowed")]
    LogFull,
    /// The owner has as many devices as may count.
    #[error("has as many computers as allowed")]
    TooManyDevices,
    /// The kind cannot be published that way.
    #[error("records of this kind are not published this way")]
    Kind,
    /// The record has fields this version must understand and does not. Remedy: a newer version of this program.
    #[error("this record needs a newer version of this program")]
    NotUnderstood,
}

impl Authority {
    /// Begins with a community's founding record.
    pub fn new(genesis: &Record) -> Result<Authority, GenesisError> {
        let p = genesis.payload();
        if p.kind != Kind::GENESIS || p.owner != Id::SELF {
            return Err(GenesisError::Kind);
        }
        let body = Genesis::decode(&p.body)?;
        if body.rules > RULES || !genesis.is_understood() {
            return Err(GenesisError::RulesTooNew(body.rules));
        }
        if p.seq != Some(1) || !p.prev.is_empty() || body.stewards.binary_search(&p.device).is_err() {
            return Err(GenesisError::Signer);
        }
        Ok(Authority {
            genesis: Arc::new(body),
            entries: Entries::new(),
            state: State::new(genesis.id()),
            genesis_record: genesis.clone(),
            generation: 0,
        })
    }

    /// Takes in one record. The same as taking in all at once, for every order.
    pub fn insert(&mut self, record: &Record) -> Inserted {
        match self.extend([record.clone()]).pop() {
            Some(inserted) => inserted,
            None => Inserted::Refused,
        }
    }

    /// Takes in many records at once; the answers are in their order. Quicker than one at a time.
    pub fn extend(&mut self, records: impl IntoIterator<Item = Record>) -> Vec<Inserted> {
        let mut answers = Vec::new();
        let mut fresh = Vec::new();
        for record in records {
            let id = record.id();
            answers.push((
                id,
                if id == self.community() {
                    Some(Inserted::Known)
                } else if record.lane() != Lane::Authority || record.payload().kind == Kind::GENESIS {
                    Some(Inserted::Refused)
                } else if self.entries.contains_key(&id) {
                    Some(Inserted::Known)
                } else {
                    self.entries.insert(id, Arc::new(Entry::new(&self.community(), &record)));
                    fresh.push(id);
                    None
                },
            ));
        }
        if !fresh.is_empty() {
            self.generation += 1;
            if !self.state.limited {
                self.state.arrive(&self.genesis, &self.entries, fresh);
            }
            if self.state.limited {
                self.state = State::fold(self.community(), &self.genesis, &self.entries);
            }
        }
        answers.into_iter().map(|(id, a)| a.or_else(|| self.standing_of(&id)).unwrap_or(Inserted::Refused)).collect()
    }

    /// Where a record that was taken in stands now; nothing if it was not.
    pub fn standing_of(&self, id: &Id) -> Option<Inserted> {
        if *id == self.community() {
            return Some(Inserted::Counts);
        }
        self.entries.get(id).map(|_| match self.state.status.get(id) {
            Some(Status::Counts) => Inserted::Counts,
            Some(Status::Never) => Inserted::NoEffect,
            _ => Inserted::Pending,
        })
    }

    /// The community's id.
    pub fn community(&self) -> Id {
        self.genesis_record.id()
    }
    /// The founding record.
    pub fn genesis(&self) -> &Record {
        &self.genesis_record
    }
    /// What the founding record says.
    pub fn founding(&self) -> &Genesis {
        &self.genesis
    }
    /// Grows whenever a record was taken in: answers given at one generation hold until the next.
    pub fn generation(&self) -> u64 {
        self.generation
    }
    /// Every record taken in, the founding record first, then by id.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        core::iter::once(&self.genesis_record).chain(self.entries.values().map(|e| &e.record))
    }
    /// Records that wait, by id.
    pub fn pending(&self) -> impl Iterator<Item = &Record> {
        self.entries.values().map(|e| &e.record).filter(|r| self.standing_of(&r.id()) == Some(Inserted::Pending))
    }

    /// Place and predecessors (at most 4, ascending) of the next record in a key's own log.
    pub fn next_in_log(&self, key: &PublicKey) -> (u64, Vec<Id>) {
        let Some(log) = self.state.logs.get(key) else { return (1, Vec::new()) };
        let last = log.heads.last().map_or(0, |(seq, _)| *seq);
        let mut prev: Vec<Id> = log.heads.iter().rev().take(AUTHORITY_PREV_MAX).map(|(_, id)| *id).collect();
        prev.sort_unstable();
        (last.saturating_add(1), prev)
    }

    /// A live device. Listed more than once: a full duty before storing, a person before a group, then the smallest ids.
    pub fn device(&self, key: &PublicKey) -> Option<Device> {
        let listed = self.state.devices.get(key)?.iter().map(|((owner, by), l)| {
            let rank = (l.duty, !self.state.persons.contains_key(owner), *owner, *by);
            (rank, Device { owner: *owner, transport: l.transport, duty: l.duty, by: *by })
        });
        listed.min_by_key(|(rank, _)| *rank).map(|(_, device)| device)
    }

    /// The membership shield: who is behind a transport key, if anybody is.
    pub fn by_transport(&self, transport: &PublicKey) -> Option<Member> {
        let devices = self.state.transports.get(transport)?;
        let members = devices.iter().filter_map(|key| {
            let device = self.device(key)?;
            let role = match (device.duty, self.role(&device.owner)) {
                (Duty::Store, _) => Role::Node,
                (_, Some(role)) => role,
                (_, None) => Role::Group,
            };
            Some(Member { owner: device.owner, device: *key, role })
        });
        members.min_by_key(|m| (m.role, m.device))
    }

    /// A person's role; nothing for groups and strangers.
    pub fn role(&self, person: &Id) -> Option<Role> {
        self.person(person).map(|p| p.role)
    }

    /// A person with a role.
    pub fn person(&self, id: &Id) -> Option<PersonInfo> {
        let p = self.state.persons.get(id)?;
        let (role, depth, by) = match p.steward {
            true => (Role::Steward, 0, self.community()),
            false => {
                let (by, depth) = p.bases.iter().min_by_key(|(by, depth)| (**depth, **by))?;
                (Role::Resident, *depth, *by)
            }
        };
        Some(PersonInfo { id: *id, key: p.key, role, depth, by })
    }

    /// Everybody with a role, by id.
    pub fn persons(&self) -> impl Iterator<Item = PersonInfo> {
        self.state.persons.keys().filter_map(|id| self.person(id))
    }

    /// The ids of all groups.
    pub fn groups(&self) -> impl Iterator<Item = Id> {
        self.state.groups.keys().copied()
    }

    /// The people of a group and what they are in it, by person id; only those who have a role in the community.
    pub fn group_members(&self, group: &Id) -> Vec<(Id, GroupRole)> {
        let Some(g) = self.state.groups.get(group) else { return Vec::new() };
        let people: std::collections::BTreeSet<&Id> = g.admins.iter().chain(g.members.keys()).collect();
        let people = people.into_iter().filter(|p| self.role(p).is_some());
        people.filter_map(|p| g.role(p).map(|role| (*p, role))).collect()
    }

    /// What a person is in a group.
    pub fn group_role(&self, group: &Id, person: &Id) -> Option<GroupRole> {
        self.role(person)?;
        self.state.groups.get(group)?.role(person)
    }

    /// The live devices of a person or group, by key.
    pub fn devices_of(&self, owner: &Id) -> Vec<(PublicKey, Device)> {
        let keys = self.state.devices_of.get(owner).into_iter().flatten();
        keys.flat_map(|key| {
            let device = |(by, l): (&Id, &eval::Listing)| Device {
                owner: *owner,
                transport: l.transport,
                duty: l.duty,
                by: *by,
            };
            self.state.listed(key, owner).map(move |listed| (*key, device(listed)))
        })
        .collect()
    }

    /// The person a device writes for, if it is one's.
    pub fn person_of_device(&self, device: &PublicKey) -> Option<Id> {
        self.state.persons_of(device).next()
    }

    /// Whether a device may now publish a record of this kind for this owner (the community id: for the community).
    /// For an admit, the owner is the person who lets in; for a group's founding record, the person who founds it.
    pub fn may_publish(&self, device: &PublicKey, owner: &Id, kind: Kind) -> Result<(), Why> {
        let own = self.state.writes_for(device, owner);
        match kind {
            Kind::GENESIS | Kind::PERSON => return Err(Why::Kind),
            Kind::GROUP => return self.steward(device),
            Kind::GROUP_MEMBER => return self.admin_basis(device, owner).map(|_| ()),
            Kind::DEVICE_ADD if own => {
                let most =
                    if self.role(owner) == Some(Role::Resident) { RESIDENT_DEVICES_MAX } else { STEWARD_DEVICES_MAX };
                let room = self.state.devices_listed(owner) < most;
                return if room { self.room_in_log(device) } else { Err(Why::TooManyDevices) };
            }
            Kind::DEVICE_ADD => return self.admin_basis(device, owner).map(|_| ()),
            Kind::ADMIT if own => return self.admit_basis(device, owner).map(|_| ()),
            _ => {}
        }
        if own {
            return Ok(());
        }
        if *owner == self.community() {
            // Content does not use the log: a full one takes nothing back.
            self.listed_full(device)?;
            return if self.state.is_steward_device(device) { Ok(()) } else { Err(Why::NotSteward) };
        }
        let member = self.state.persons_of(device).any(|p| self.group_role(owner, &p).is_some());
        if member {
            return Ok(());
        }
        match self.device(device) {
            None => Err(Why::NotMember),
            Some(d) if d.duty == Duty::Store => Err(Why::StoresOnly),
            Some(_) => Err(Why::NotForOwner),
        }
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
        self.may_publish(&p.device, &p.owner, p.kind)
    }

    /// The records that a standing rests on: for `present`, and for the answer to a redemption. `owner` is a person or
    /// group. What it rests on by name comes first (admissions, devices, founding records), then the logs those stand
    /// in, nearest first: where not all fit within `most`, what is left out is what others most likely have.
    pub fn evidence(&self, owner: &Id, most: usize) -> Vec<Record> {
        use std::collections::{BTreeSet, VecDeque};
        let mut named: VecDeque<Id> =
            [*owner].into_iter().chain(self.devices_of(owner).iter().map(|(_, d)| d.by)).collect();
        let mut logs: VecDeque<Id> = VecDeque::new();
        let mut seen = BTreeSet::new();
        let mut records = Vec::new();
        while records.len() < most
            && let Some((id, is_named)) =
                named.pop_front().map(|id| (id, true)).or_else(|| logs.pop_front().map(|id| (id, false)))
        {
            let Some(entry) = self.entries.get(&id).filter(|_| seen.insert(id)) else { continue };
            let p = entry.record.payload();
            records.push(entry.record.clone());
            logs.extend(&p.prev);
            if !is_named {
                continue;
            }
            named.push_back(p.owner);
            named.extend(self.state.devices.get(&p.device).into_iter().flatten().map(|((_, by), _)| *by));
            match &entry.body {
                Some(Body::Person(_)) => named.extend(self.person(&id).map(|p| p.by)),
                Some(Body::DeviceAdd(a)) => named.extend(a.by),
                Some(Body::Admit(a)) => named.extend([a.by, a.person]),
                Some(Body::GroupMember(m)) => named.extend([m.by, m.person]),
                Some(Body::Group(_)) | None => {}
            }
        }
        records
    }

    fn listed_full(&self, device: &PublicKey) -> Result<Device, Why> {
        let d = self.device(device).ok_or(Why::NotMember)?;
        if d.duty == Duty::Store { Err(Why::StoresOnly) } else { Ok(d) }
    }

    fn steward(&self, device: &PublicKey) -> Result<(), Why> {
        self.listed_full(device)?;
        if self.state.is_steward_device(device) { self.room_in_log(device) } else { Err(Why::NotSteward) }
    }

    fn room_in_log(&self, device: &PublicKey) -> Result<(), Why> {
        let (records, bytes) = self.state.log_size(device);
        let room = match self.state.is_steward_device(device) {
            true => records < STEWARD_AUTHORITY_RECORDS_MAX,
            false => {
                records < RESIDENT_AUTHORITY_RECORDS_MAX
                    && bytes + AUTHORITY_BYTES_MAX as u64 <= RESIDENT_AUTHORITY_BYTES_MAX
            }
        };
        if room { Ok(()) } else { Err(Why::LogFull) }
    }

    /// What entitles a device to act as an admin of a group.
    fn admin_basis(&self, device: &PublicKey, group: &Id) -> Result<Id, Why> {
        self.listed_full(device)?;
        let g = self.state.groups.get(group).ok_or(Why::NoGroup)?;
        self.room_in_log(device)?;
        if self.state.is_steward_device(device) {
            return Ok(self.community());
        }
        for person in self.state.persons_of(device) {
            if g.admins.contains(&person) {
                return Ok(*group);
            }
            let given = g.members.get(&person).into_iter().flatten();
            if let Some((by, _)) = given.filter(|(_, role)| **role == GroupRole::Admin).min() {
                return Ok(*by);
            }
        }
        Err(Why::NotAdmin)
    }

    /// What entitles a device to let people in as `person`.
    fn admit_basis(&self, device: &PublicKey, person: &Id) -> Result<Id, Why> {
        self.listed_full(device)?;
        let p = self.state.persons.get(person).ok_or(Why::NoPerson)?;
        if !self.state.writes_for(device, person) {
            return Err(Why::NotForOwner);
        }
        self.room_in_log(device)?;
        if p.steward {
            return Ok(self.community());
        }
        let deep_enough = p.bases.iter().filter(|(_, depth)| **depth < INVITE_DEPTH_MAX);
        let mut bases: Vec<(u8, Id)> = deep_enough.map(|(by, depth)| (*depth, *by)).collect();
        if bases.is_empty() {
            return Err(Why::TooDeep);
        }
        bases.sort_unstable();
        let free = bases.iter().find(|(_, by)| self.state.admits_resting_on(by) < RESIDENT_ADMITS_MAX);
        free.map(|(_, by)| *by).ok_or(Why::AdmitsUsed)
    }
}

impl core::fmt::Debug for Authority {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Authority({}, {} records)", self.community().short(), self.entries.len())
    }
}
