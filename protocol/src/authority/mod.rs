//! Who may do what: a pure function of a community's authority records.
//!
//! Same records in, same answer out, in any order of arrival, with liars inside. Records count once everything they
//! rest on counts and their own-log ancestors are here; until then they are pending. Kinds these rules do not know are
//! kept without effect. Not for: names and words (content), or how records are saved.
//!
//! Where things are: the formats in [`body`], how records are made in [`build`], who has a role in `people`, what may be
//! written and what content counts in `rights`, how much of it in `shares`, which authority records are stored in `stored`,
//! why something is so in [`explain`], and the evaluation itself in `state` and `units`.

pub mod body;
pub mod build;
mod cow;
mod evidence;
pub mod explain;
mod graph;
mod hiding;
mod log;
mod people;
mod rights;
mod shares;
mod state;
mod stored;
#[cfg(test)]
mod tests;
mod units;
mod verdict;

use std::sync::Arc;

use crate::fields::FieldError;
use crate::id::{Id, PublicKey};
use crate::kind::{Kind, Lane};
use crate::limits::*;
use crate::record::Record;

use body::{Body, Genesis, GrantRole, RULES};
pub use body::{Duty, GroupRole};
pub use hiding::HideTarget;
pub use rights::{ContentStanding, Why};
pub use shares::Allowances;
use state::{State, View};
pub use stored::{Taken, changes_who_stands};
pub use units::quorum;
use verdict::Verdict;

/// A record with what was read and checked in it once.
struct Entry {
    record: Record,
    /// Nothing: without an effect under these rules, or malformed, or a counter-signature that does not fit.
    body: Option<Body>,
}

type Entries = cow::Sorted<Id, Arc<Entry>>;

impl Entry {
    fn new(community: &Id, record: Record) -> Self {
        let p = record.payload();
        let founds = matches!(p.kind, Kind::PERSON | Kind::GROUP);
        let fits = record.is_understood() && founds == (p.owner == Id::SELF);
        let body = if fits { Body::decode(p.kind, &p.body).ok().flatten() } else { None };
        let body = body.filter(|body| match body {
            Body::DeviceAdd(add) => add.offer.verify(community, &p.owner),
            Body::Recover(r) => r.statement.verify(community, &p.owner),
            Body::Grant(_)
            | Body::Propose(_)
            | Body::Approve(_)
            | Body::Arbitrate(_)
            | Body::Checkpoint(_)
            | Body::Hide(_)
            | Body::Unhide(_) => p.owner == *community,
            _ => true,
        });
        Entry { record, body }
    }
}

/// A community's authority: the records taken in and what follows from them. A clone shares all that neither changes.
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
    /// Kept and passed on, without effect: a kind of later rules, one that cannot count, or one that was ended.
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
    /// Entered an open community by themselves: reads.
    Newcomer,
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
    /// The person key that holds now.
    pub key: PublicKey,
    /// Steward, resident or newcomer.
    pub role: Role,
    /// 0 for a steward and a newcomer; else how many invites below a steward, 1 to 4.
    pub depth: u8,
    /// The record the role rests on: the epoch for a steward, else the admit or join.
    pub by: Id,
}

/// The steward set that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StewardSet {
    /// The community id until the first change, then the proposal that was approved.
    pub epoch: Id,
    /// Person keys, ascending: everybody with a seat in it.
    pub seats: Vec<PublicKey>,
    /// How many approvals the next set needs.
    pub quorum: usize,
    /// Those who may act now: fewer than the seats while the community is split.
    pub acting: Vec<PublicKey>,
    /// The sets that contradict each other, until the key holders say which one holds.
    pub split: Vec<Id>,
    /// Whether the key holders fixed this epoch, so that nothing at or before it can split.
    pub is_fixed: bool,
    /// Whether newcomers may enter by themselves.
    pub is_open: bool,
    /// What all content together may come to, in MiB.
    pub ceiling_mib: u64,
    /// How many changes there were before.
    pub number: usize,
}

/// A change of stewards that was proposed for the set that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// The proposal.
    pub id: Id,
    /// Who would be stewards.
    pub stewards: Vec<PublicKey>,
    /// Stewards who approve.
    pub approved: Vec<PublicKey>,
    /// Approvals it needs.
    pub needed: usize,
}

/// A recovery that somebody signed for and that has not happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecoveryAsked {
    /// What is asked.
    pub statement: body::Statement,
    /// Recovery friends who agree, by person key, and how many are needed.
    pub friends: Vec<PublicKey>,
    /// Friends needed; 0: none were named.
    pub friends_needed: u64,
    /// Stewards who agree.
    pub stewards: Vec<PublicKey>,
    /// Whether a device of the old key objects: then the stewards decide.
    pub objected: bool,
}

/// One hide in effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hidden {
    /// The hide.
    pub by: Id,
    /// The steward who hid it.
    pub steward: Id,
    /// Why.
    pub reason: body::Reason,
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
        let mut state = State::new(genesis.id());
        state.arrive(&body, &Entries::default(), &[]);
        let genesis_record = genesis.clone();
        Ok(Authority { genesis: Arc::new(body), entries: Entries::default(), state, genesis_record, generation: 0 })
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
                } else {
                    let (before, community) = (self.entries.len(), self.community());
                    let entry = self.entries.entry(id, || Arc::new(Entry::new(&community, record))).clone();
                    if self.entries.len() > before {
                        fresh.push(entry);
                        None
                    } else {
                        Some(Inserted::Known)
                    }
                },
            ));
        }
        if !fresh.is_empty() {
            self.generation += 1;
            self.state.arrive(&self.genesis, &self.entries, &fresh);
        }
        answers.into_iter().map(|(id, a)| a.or_else(|| self.standing_of(&id)).unwrap_or(Inserted::Refused)).collect()
    }

    fn view(&self) -> View<'_> {
        self.state.view(&self.genesis)
    }

    /// Where a record that was taken in stands now; nothing if it was not.
    pub fn standing_of(&self, id: &Id) -> Option<Inserted> {
        if *id == self.community() {
            return Some(Inserted::Counts);
        }
        let Some(entry) = self.state.logs.entry(id) else {
            return self.entries.contains(id).then_some(Inserted::Pending);
        };
        Some(match Verdict::of(&self.view(), entry) {
            Verdict::Counts => Inserted::Counts,
            Verdict::Waits | Verdict::Over => Inserted::Pending,
            Verdict::Never => Inserted::NoEffect,
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
    /// A record that was taken in, or the founding record.
    pub fn record(&self, id: &Id) -> Option<&Record> {
        if *id == self.community() {
            return Some(&self.genesis_record);
        }
        self.entries.get(id).map(|entry| &entry.record)
    }
    /// Records that wait, by id.
    pub fn pending(&self) -> impl Iterator<Item = &Record> {
        self.entries.values().map(|e| &e.record).filter(|r| self.standing_of(&r.id()) == Some(Inserted::Pending))
    }

    /// Place and predecessors (at most 4, ascending) of the next record in a key's own log.
    pub fn next_in_log(&self, key: &PublicKey) -> (u64, Vec<Id>) {
        let Some(log) = self.state.logs.get(key) else { return (1, Vec::new()) };
        let heads = log.heads();
        let last = heads.last().map_or(0, |(seq, _)| *seq);
        let mut prev: Vec<Id> = heads.iter().rev().take(AUTHORITY_PREV_MAX).map(|(_, id)| *id).collect();
        prev.sort_unstable();
        (last.saturating_add(1), prev)
    }

    /// The last records of a key's own log, ascending: what a cut names to leave all of it.
    pub fn heads(&self, key: &PublicKey) -> Vec<Id> {
        let mut heads: Vec<Id> =
            self.state.logs.get(key).into_iter().flat_map(|l| l.heads()).map(|(_, id)| id).collect();
        heads.sort_unstable();
        heads
    }

    /// The live listings of a device, as (owner is a group, what it is).
    fn listings(&self, key: &PublicKey) -> impl Iterator<Item = (bool, Device)> {
        self.state.owners_of(key).filter_map(|owner| {
            if let Some(group) = self.live_group(owner) {
                let d = group.devices.get(key).filter(|d| d.removed.is_empty())?;
                return Some((true, Device { owner: *owner, transport: d.transport, duty: d.duty, by: d.add }));
            }
            let key_now = self.state.standing(*owner)?.key?;
            self.role(owner)?;
            let d = self.state.tree(*owner, key_now)?.devices.get(key).filter(|d| d.is_live())?;
            Some((false, Device { owner: *owner, transport: d.transport, duty: d.duty, by: d.add }))
        })
    }

    /// A live device. Listed more than once: a full duty before storing, a person before a group, then the smallest ids.
    pub fn device(&self, key: &PublicKey) -> Option<Device> {
        self.listings(key).min_by_key(|(is_group, d)| (d.duty, *is_group, d.owner, d.by)).map(|(_, d)| d)
    }

    /// Whether no counting record ever listed a device: what it wrote is nobody's. A device that was taken out is none:
    /// what it wrote is compared and passed on like everything else, whether it counts or not.
    pub fn is_stranger(&self, key: &PublicKey) -> bool {
        self.state.owners_of(key).all(|owner| {
            let of_group = self.state.group(*owner).is_some_and(|g| g.devices.contains_key(key));
            let listed = || {
                let keys = self.state.recovery(*owner).into_iter().flat_map(|r| r.keys());
                keys.filter_map(|k| self.state.tree(*owner, k)).any(|t| t.devices.contains_key(key))
            };
            let was_member = self.state.standing(*owner).is_some_and(|s| s.was_member || s.entered());
            !(of_group || was_member && listed())
        })
    }

    /// The membership shield: who is behind a transport key, if anybody is.
    pub fn by_transport(&self, transport: &PublicKey) -> Option<Member> {
        let members = self.state.devices_at(transport).filter_map(|key| {
            let device = self.device(key).filter(|d| d.transport == *transport)?;
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

    /// The person whom a person key belongs to now.
    pub fn person_of_key(&self, key: &PublicKey) -> Option<Id> {
        let view = self.view();
        let holds = |p: &Id| self.state.standing(*p).is_some_and(|s| s.key == Some(*key));
        view.persons_of_key(*key).into_iter().find(holds)
    }

    /// The person keys somebody had, in turn; the last one holds.
    pub fn keys_of(&self, person: &Id) -> Vec<PublicKey> {
        self.state.recovery(*person).into_iter().flat_map(|r| r.keys()).collect()
    }

    /// The person whom a person key belongs to, or belonged to before a recovery.
    pub fn person_of_key_ever(&self, key: &PublicKey) -> Option<Id> {
        let persons = self.view().persons_of_key(*key);
        persons.into_iter().find(|p| self.keys_of(p).contains(key))
    }

    /// Roles besides residency that a person has now.
    pub fn grants(&self, person: &Id) -> Vec<(GrantRole, Id)> {
        let all = self.state.grants(*person).into_iter().flatten();
        all.filter(|g| g.is_live).map(|g| (g.role, g.id)).collect()
    }

    /// Whether a person may share the uplink of a building.
    pub fn is_gateway_host(&self, person: &Id) -> bool {
        self.role(person) == Some(Role::Steward)
            || self.grants(person).iter().any(|(r, _)| *r == GrantRole::GatewayHost)
    }

    /// The epoch that holds.
    pub fn epoch(&self) -> Id {
        self.state.epochs().and_then(|e| e.last()).map_or(self.community(), |e| e.id)
    }

    /// The steward set that holds.
    pub fn stewards(&self) -> StewardSet {
        let epochs = self.state.epochs();
        let last = epochs.and_then(|e| e.last());
        let seats = last.map_or(self.genesis.stewards.clone(), |e| e.stewards.clone());
        StewardSet {
            epoch: self.epoch(),
            quorum: quorum(seats.len()),
            acting: epochs.into_iter().flat_map(|e| e.stewards()).copied().collect(),
            split: epochs.and_then(|e| e.fork.as_ref()).into_iter().flat_map(|f| &f.children).map(|c| c.id).collect(),
            is_fixed: epochs.is_some_and(|e| e.fixed.contains(&self.epoch())),
            is_open: last.is_some_and(|e| e.open),
            ceiling_mib: last.map_or(CEILING_MIB, |e| e.ceiling_mib),
            number: epochs.map_or(0, |e| e.chain.len().saturating_sub(1)),
            seats,
        }
    }

    /// Rules of a later version that the stewards decided on: everything is read-only here until the update.
    pub fn needs_rules(&self) -> Option<u64> {
        self.state.epochs().and_then(|e| e.needs_rules)
    }

    /// Proposals for the set that holds, by id.
    pub fn proposals(&self) -> Vec<Proposal> {
        let view = self.view();
        let set = self.stewards();
        let filed = view.filed(state::Topic::Proposals(set.epoch));
        filed
            .filter_map(|e| {
                let Some(Body::Propose(p)) = &e.body else { return None };
                let approvals: Vec<&Record> =
                    view.filed(state::Topic::Approvals(e.record.id())).map(|a| &a.record).collect();
                let by = |key: &&PublicKey| approvals.iter().any(|r| units::signs_under(&view, r, **key));
                let approved = set.seats.iter().filter(by).copied().collect();
                Some(Proposal { id: e.record.id(), stewards: p.stewards.clone(), approved, needed: set.quorum })
            })
            .collect()
    }

    /// Recovery friends a person named, by person key, how many must agree, and the record that says so.
    pub fn guardians(&self, person: &Id) -> Option<(body::Guardians, Id)> {
        let recovery = self.state.recovery(*person)?;
        recovery.guardians.clone().zip(recovery.guardians_by).filter(|(g, _)| !g.keys.is_empty())
    }

    /// Recoveries asked for a person's current key.
    pub fn recoveries_asked(&self, person: &Id) -> Vec<RecoveryAsked> {
        let asked = self.state.recovery(*person).map_or(&[][..], |r| &r.asked);
        asked
            .iter()
            .map(|a| RecoveryAsked {
                statement: a.statement.clone(),
                friends: a.friends.iter().copied().collect(),
                friends_needed: a.needed,
                stewards: a.stewards.iter().copied().collect(),
                objected: a.objected,
            })
            .collect()
    }

    /// Everybody who founded a person here, with a role or not: to name those who were removed or wait.
    pub fn founded_persons(&self) -> impl Iterator<Item = Id> {
        self.state.persons.keys().copied()
    }

    /// What took a person, group or grant out: the revocations, with who signed them and whether they left by themselves.
    pub fn removals(&self, subject: &Id) -> Vec<(Id, Id, bool)> {
        self.state.removals(*subject).into_iter().flatten().map(|v| (v.id, v.by, v.left)).collect()
    }

    /// The ids of all groups that count and were not removed.
    pub fn groups(&self) -> impl Iterator<Item = Id> {
        self.state.groups.keys().filter(|g| self.live_group(g).is_some()).copied()
    }

    fn live_group(&self, id: &Id) -> Option<&units::Group> {
        let group = self.state.group(*id).filter(|g| g.founded_by.is_some())?;
        self.state.removals(*id).is_none_or(|r| r.is_empty()).then_some(group)
    }

    /// The people of a group and what they are in it, by person id; only those who have a role in the community.
    pub fn group_members(&self, group: &Id) -> Vec<(Id, GroupRole)> {
        let Some(g) = self.live_group(group) else { return Vec::new() };
        let people = g.people().into_iter().filter(|p| self.is_member(p));
        people.filter_map(|p| g.role(&p).map(|role| (p, role))).collect()
    }

    /// What a person is in a group.
    pub fn group_role(&self, group: &Id, person: &Id) -> Option<GroupRole> {
        if self.is_member(person) { self.live_group(group)?.role(person) } else { None }
    }

    /// What took a person out of a group, as [`Authority::removals`] for the community.
    pub fn group_removals(&self, group: &Id, person: &Id) -> Vec<(Id, Id, bool)> {
        let removals = self.state.group(*group).and_then(|g| g.removals.get(person));
        removals.into_iter().flatten().map(|(_, v)| (v.id, v.by, v.left)).collect()
    }

    /// The kinds a group may publish, ascending; none: all.
    pub fn group_scope(&self, group: &Id) -> &[Kind] {
        self.live_group(group).map_or(&[], |g| &g.scope)
    }

    /// Steward or resident.
    pub fn is_member(&self, person: &Id) -> bool {
        self.state.standing(*person).is_some_and(|s| s.is_member())
    }

    /// The live devices of a person or group, by key.
    pub fn devices_of(&self, owner: &Id) -> Vec<(PublicKey, Device)> {
        if let Some(g) = self.live_group(owner) {
            let live = g.devices.iter().filter(|(_, d)| d.removed.is_empty());
            let device =
                |d: &units::GroupDevice| Device { owner: *owner, transport: d.transport, duty: d.duty, by: d.add };
            return live.map(|(key, d)| (*key, device(d))).collect();
        }
        let Some(key) = self.person(owner).map(|p| p.key) else { return Vec::new() };
        let tree = self.state.tree(*owner, key);
        let live = tree.into_iter().flat_map(|t| &t.devices).filter(|(_, d)| d.is_live());
        live.map(|(key, d)| (*key, Device { owner: *owner, transport: d.transport, duty: d.duty, by: d.add })).collect()
    }

    /// Every device that was ever listed for a person or group, live or not, by key.
    pub fn all_devices_of(&self, owner: &Id) -> Vec<PublicKey> {
        let mut keys: Vec<PublicKey> = match self.state.group(*owner).filter(|g| g.founded_by.is_some()) {
            Some(g) => g.devices.keys().copied().collect(),
            None => {
                let person_keys = self.state.recovery(*owner).into_iter().flat_map(|r| r.keys());
                let trees = person_keys.filter_map(|k| self.state.tree(*owner, k));
                trees.flat_map(|t| t.devices.keys()).copied().collect()
            }
        };
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The persons a device writes for now.
    fn persons_of(&self, device: &PublicKey) -> impl Iterator<Item = Id> {
        self.listings(device).filter(|(is_group, d)| !is_group && d.duty == Duty::Full).map(|(_, d)| d.owner)
    }

    /// The person a device writes for, if it is one's.
    pub fn person_of_device(&self, device: &PublicKey) -> Option<Id> {
        self.persons_of(device).next()
    }

    /// Every hide in effect: whose content, which slot (none: all of it), and the hide.
    pub fn hides(&self) -> impl Iterator<Item = (Id, HideTarget, Hidden)> {
        self.owners_with_hidden().flat_map(|owner| {
            let slots = self.state.veil(owner).into_iter().flat_map(|veil| &veil.slots);
            slots.flat_map(move |(slot, hides)| {
                hides
                    .iter()
                    .map(move |h| (owner, slot.clone(), Hidden { by: h.by, steward: h.steward, reason: h.reason }))
            })
        })
    }

    /// The owners of whom something is hidden.
    pub fn owners_with_hidden(&self) -> impl Iterator<Item = Id> {
        self.state.veiled()
    }
}

impl core::fmt::Debug for Authority {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Authority({}, {} records)", self.community().short(), self.entries.len())
    }
}
