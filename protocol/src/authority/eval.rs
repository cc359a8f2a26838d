//! The evaluation: which authority records count, and what follows from them.
//!
//! An ordered fold. First every record whose own-log ancestors are present becomes *complete*. Then records count as
//! soon as what they rest on counts; listings of devices and admissions are taken in a fixed order (depth, clock, id),
//! because only so many of each count. While no limit is met, what counts only ever grows, so taking records one at a
//! time gives the same as taking all at once; once one is met, the fold starts again from the set of records, which is
//! the definition. Stages of later rules (epochs, removals with cuts, recovery) go before the stages they govern: a
//! removal takes out of the set what rests on it, by the ids every role carries.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

use super::body::{Body, DeviceAdd, Duty, Genesis, GroupRole};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::limits::*;
use crate::record::Record;

/// A record with what was read and checked in it once.
pub(super) struct Entry {
    pub record: Record,
    /// Nothing: without an effect under these rules, or malformed, or a counter-signature that does not fit.
    pub body: Option<Body>,
}

impl Entry {
    pub(super) fn new(community: &Id, record: &Record) -> Self {
        let p = record.payload();
        let founds = matches!(p.kind, crate::kind::Kind::PERSON | crate::kind::Kind::GROUP);
        let fits = record.is_understood() && founds == (p.owner == Id::SELF);
        let body = if fits { Body::decode(p.kind, &p.body).ok().flatten() } else { None };
        let body = body.filter(|body| match body {
            Body::DeviceAdd(add) => add.offer.verify(community, &p.owner),
            _ => true,
        });
        Entry { record: record.clone(), body }
    }
}

pub(super) type Entries = BTreeMap<Id, std::sync::Arc<Entry>>;

/// Where a record stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Status {
    /// Own-log ancestors are missing, or not evaluated yet.
    Incomplete,
    /// Complete; waits for something it rests on.
    Waiting,
    /// Beyond a limit.
    Over,
    /// Counts.
    Counts,
    /// Cannot count, whatever comes.
    Never,
}

/// What a waiting record waits for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Want {
    Complete(Id),
    Counts(Id),
    Founded(Id),
    Standing(Id),
    Live(PublicKey),
}

enum No {
    Wait(Want),
    Over,
    Never,
}

/// One key's own log, complete records only.
#[derive(Clone, Default)]
pub(super) struct Log {
    by_order: BTreeMap<(u64, Id), u64>,
    bytes: u64,
    pub heads: BTreeSet<(u64, Id)>,
}

/// A founded person. Has a role only with a standing.
#[derive(Clone)]
pub(super) struct PersonState {
    pub key: PublicKey,
    pub steward: bool,
    /// Admissions that count, with the depth each gives.
    pub bases: BTreeMap<Id, u8>,
}

impl PersonState {
    pub(super) fn has_standing(&self) -> bool {
        self.steward || !self.bases.is_empty()
    }
}

/// One counting device-add.
#[derive(Clone, Copy)]
pub(super) struct Listing {
    pub transport: PublicKey,
    pub duty: Duty,
    /// 0: enrolled by the person key or a group's admin; else one more than the enrolling device.
    depth: u32,
}

#[derive(Clone, Default)]
pub(super) struct GroupState {
    pub admins: BTreeSet<Id>,
    /// By person: group-member records that count.
    pub members: BTreeMap<Id, BTreeMap<Id, GroupRole>>,
}

impl GroupState {
    pub(super) fn role(&self, person: &Id) -> Option<GroupRole> {
        let given = self.members.get(person).and_then(|m| m.values().max().copied());
        if self.admins.contains(person) { Some(GroupRole::Admin) } else { given }
    }
}

/// What only so many count of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bucket {
    Devices(Id),
    Admits(Id),
}

/// Devices before admissions, shallow before deep, then by clock and id.
type Order = (u8, u32, Hlc, Id);

#[derive(Clone, Default)]
pub(super) struct State {
    pub community: Id,
    pub status: BTreeMap<Id, Status>,
    pub logs: BTreeMap<PublicKey, Log>,
    pub persons: BTreeMap<Id, PersonState>,
    /// By device, then (owner, device-add).
    pub devices: BTreeMap<PublicKey, BTreeMap<(Id, Id), Listing>>,
    pub transports: BTreeMap<PublicKey, BTreeSet<PublicKey>>,
    /// By owner, the devices listed for it.
    pub devices_of: BTreeMap<Id, BTreeSet<PublicKey>>,
    pub groups: BTreeMap<Id, GroupState>,
    /// Depth that a counting admission gives.
    admits: BTreeMap<Id, (Id, u8)>,
    filled: BTreeMap<Bucket, usize>,
    waiting: BTreeMap<Want, BTreeSet<Id>>,
    held: BTreeMap<Order, Bucket>,
    to_complete: Vec<Id>,
    to_judge: Vec<Id>,
    /// A limit was met: what counts may shrink when more arrives.
    pub limited: bool,
}

impl State {
    pub(super) fn new(community: Id) -> Self {
        State { community, ..State::default() }
    }

    /// The definition: the state of a whole set of records.
    pub(super) fn fold(community: Id, genesis: &Genesis, entries: &Entries) -> Self {
        let mut state = State::new(community);
        for id in entries.keys() {
            state.to_complete.push(*id);
            state.complete_all(entries);
        }
        // All logs are whole before anything is judged, so no later record can push one out.
        state.limited = false;
        state.arrive(genesis, entries, []);
        state
    }

    /// Takes in records that `entries` holds already.
    pub(super) fn arrive(&mut self, genesis: &Genesis, entries: &Entries, ids: impl IntoIterator<Item = Id>) {
        self.to_complete.extend(ids);
        self.complete_all(entries);
        loop {
            if let Some(id) = self.to_judge.pop() {
                self.judge(genesis, entries, id);
            } else if let Some((order, bucket)) = self.held.pop_first() {
                self.take_held(entries, order.3, bucket);
            } else {
                break;
            }
        }
    }

    fn complete_all(&mut self, entries: &Entries) {
        while let Some(id) = self.to_complete.pop() {
            self.complete(entries, id);
        }
    }

    fn complete(&mut self, entries: &Entries, id: Id) {
        let Some(entry) = entries.get(&id) else { return };
        if self.status.get(&id).is_some_and(|s| *s != Status::Incomplete) {
            return;
        }
        self.status.insert(id, Status::Incomplete);
        let p = entry.record.payload();
        let mut last = 0;
        for prev in &p.prev {
            let known = entries.get(prev).filter(|_| self.status.get(prev).is_some_and(|s| *s != Status::Incomplete));
            let Some(before) = known else {
                self.waiting.entry(Want::Complete(*prev)).or_default().insert(id);
                return;
            };
            let before = before.record.payload();
            if before.device != p.device {
                return;
            }
            last = last.max(before.seq.unwrap_or(0));
        }
        let seq = p.seq.unwrap_or(0);
        if Some(seq) != last.checked_add(1) {
            return;
        }
        let size = entry.record.wire().len() as u64;
        let log = self.logs.entry(p.device).or_default();
        let is_last = log.by_order.last_key_value().is_none_or(|(k, _)| *k < (seq, id));
        log.by_order.insert((seq, id), size);
        log.bytes += size;
        log.heads.retain(|(_, head)| !p.prev.contains(head));
        log.heads.insert((seq, id));
        let large =
            log.by_order.len() as u64 > RESIDENT_AUTHORITY_RECORDS_MAX || log.bytes > RESIDENT_AUTHORITY_BYTES_MAX;
        self.limited |= large && !is_last;
        self.status.insert(id, Status::Waiting);
        self.to_judge.push(id);
        self.to_complete.extend(self.waiting.remove(&Want::Complete(id)).unwrap_or_default());
    }

    fn wake(&mut self, want: Want) {
        self.to_judge.extend(self.waiting.remove(&want).unwrap_or_default());
    }

    fn judge(&mut self, genesis: &Genesis, entries: &Entries, id: Id) {
        let Some(entry) = entries.get(&id).filter(|_| self.status.get(&id) == Some(&Status::Waiting)) else { return };
        let verdict = match &entry.body {
            None => Err(No::Never),
            Some(body) => self.rests(genesis, entries, &entry.record, body),
        };
        match verdict {
            Ok(None) => self.count(entries, id),
            Ok(Some((order, bucket))) => {
                self.held.insert(order, bucket);
            }
            Err(No::Wait(want)) => {
                self.waiting.entry(want).or_default().insert(id);
            }
            Err(No::Over) => self.set_over(id),
            Err(No::Never) => {
                self.status.insert(id, Status::Never);
            }
        }
    }

    fn set_over(&mut self, id: Id) {
        self.limited = true;
        self.status.insert(id, Status::Over);
    }

    /// Whether what a record rests on counts; for kinds of which only so many count, its place in the order.
    fn rests(
        &mut self,
        genesis: &Genesis,
        entries: &Entries,
        record: &Record,
        body: &Body,
    ) -> Result<Option<(Order, Bucket)>, No> {
        let (id, p) = (record.id(), record.payload());
        let signer = p.device;
        let place = |stage, depth, bucket| Ok(Some(((stage, depth, p.hlc, id), bucket)));
        match body {
            Body::Person(_) => {
                if p.seq != Some(1) {
                    return Err(No::Never);
                }
                let steward = genesis.stewards.binary_search(&signer).is_ok();
                if let Slot::Vacant(place) = self.persons.entry(id) {
                    place.insert(PersonState { key: signer, steward, bases: BTreeMap::new() });
                    self.wake(Want::Founded(id));
                }
                if !self.persons.get(&id).is_some_and(PersonState::has_standing) {
                    return Err(No::Wait(Want::Standing(id)));
                }
                self.within_log(record, steward)?;
                Ok(None)
            }
            Body::DeviceAdd(add) => {
                let (depth, steward) = self.may_list(entries, record, add)?;
                self.within_log(record, steward)?;
                place(1, depth, Bucket::Devices(p.owner))
            }
            Body::Group(group) => {
                if group.by != self.community {
                    return Err(No::Wait(Want::Counts(group.by)));
                }
                self.steward_signs(&signer)?;
                self.within_log(record, true)?;
                Ok(None)
            }
            Body::GroupMember(m) => {
                self.admin_signs(entries, &signer, &p.owner, &m.by)?;
                self.within_log(record, m.by == self.community || self.is_steward_device(&signer))?;
                Ok(None)
            }
            Body::Admit(a) => {
                if !self.writes_for(&signer, &p.owner) {
                    return Err(No::Wait(Want::Live(signer)));
                }
                let depth = if a.by == self.community {
                    if !self.persons.get(&p.owner).is_some_and(|q| q.steward) {
                        return Err(No::Never);
                    }
                    1
                } else {
                    match self.admits.get(&a.by) {
                        Some((person, depth)) if *person == p.owner => depth + 1,
                        Some(_) => return Err(No::Never),
                        None => return Err(No::Wait(Want::Counts(a.by))),
                    }
                };
                if depth > INVITE_DEPTH_MAX {
                    return Err(No::Never);
                }
                if !self.persons.contains_key(&a.person) {
                    return Err(No::Wait(Want::Founded(a.person)));
                }
                self.within_log(record, self.is_steward_device(&signer))?;
                place(2, u32::from(depth), Bucket::Admits(a.by))
            }
        }
    }

    /// Who may list a device, as (enrolment depth, whether the signer has a steward's limits).
    fn may_list(&self, entries: &Entries, record: &Record, add: &DeviceAdd) -> Result<(u32, bool), No> {
        let (owner, signer) = (record.payload().owner, record.payload().device);
        if let Some(person) = self.persons.get(&owner) {
            if add.by.is_some() {
                return Err(No::Never);
            }
            if !person.has_standing() {
                return Err(No::Wait(Want::Standing(owner)));
            }
            if signer == person.key {
                return Ok((0, person.steward));
            }
            let depth = self.listings(&signer, &owner).filter(|l| l.duty == Duty::Full).map(|l| l.depth + 1).min();
            return depth.map(|d| (d, person.steward)).ok_or(No::Wait(Want::Live(signer)));
        }
        if !self.groups.contains_key(&owner) {
            return Err(No::Wait(Want::Founded(owner)));
        }
        let Some(by) = &add.by else { return Err(No::Never) };
        self.admin_signs(entries, &signer, &owner, by)?;
        Ok((0, self.is_steward_device(&signer)))
    }

    fn steward_signs(&self, signer: &PublicKey) -> Result<(), No> {
        if self.is_steward_device(signer) { Ok(()) } else { Err(No::Wait(Want::Live(*signer))) }
    }

    /// Whether the signer writes for a person whom `by` makes an admin of the group.
    fn admin_signs(&self, entries: &Entries, signer: &PublicKey, group: &Id, by: &Id) -> Result<(), No> {
        if *by == self.community {
            return match self.groups.contains_key(group) {
                true => self.steward_signs(signer),
                false => Err(No::Wait(Want::Founded(*group))),
            };
        }
        let Some(state) = self.groups.get(group) else { return Err(No::Wait(Want::Founded(*group))) };
        let entitled = |person: &Id| -> bool {
            by == group && state.admins.contains(person)
                || state.members.get(person).is_some_and(|m| m.get(by) == Some(&GroupRole::Admin))
        };
        if self.persons_of(signer).any(|p| entitled(&p)) {
            return Ok(());
        }
        if by != group && self.status.get(by) != Some(&Status::Counts) {
            return Err(No::Wait(Want::Counts(*by)));
        }
        let could = by == group
            || entries.get(by).is_some_and(|e| {
                e.record.owner() == *group
                    && matches!(&e.body, Some(Body::GroupMember(m)) if m.role == GroupRole::Admin)
            });
        if could { Err(No::Wait(Want::Live(*signer))) } else { Err(No::Never) }
    }

    /// Whether a record is among those of its key's log that count, by number and by bytes.
    fn within_log(&self, record: &Record, steward: bool) -> Result<(), No> {
        let Some(log) = self.logs.get(&record.payload().device) else { return Err(No::Never) };
        let (most, most_bytes) = match steward {
            true => (STEWARD_AUTHORITY_RECORDS_MAX, u64::MAX),
            false => (RESIDENT_AUTHORITY_RECORDS_MAX, RESIDENT_AUTHORITY_BYTES_MAX),
        };
        if log.by_order.len() as u64 <= most && log.bytes <= most_bytes {
            return Ok(());
        }
        let (mut rank, mut bytes) = (0u64, 0u64);
        for ((_, id), size) in &log.by_order {
            (rank, bytes) = (rank + 1, bytes + size);
            if rank > most || bytes > most_bytes {
                return Err(No::Over);
            }
            if *id == record.id() {
                return Ok(());
            }
        }
        Err(No::Over)
    }

    fn take_held(&mut self, entries: &Entries, id: Id, bucket: Bucket) {
        let most = match &bucket {
            Bucket::Admits(by) if *by == self.community => usize::MAX,
            Bucket::Admits(_) => RESIDENT_ADMITS_MAX,
            Bucket::Devices(owner) => match self.persons.get(owner) {
                Some(p) if !p.steward => RESIDENT_DEVICES_MAX,
                _ => STEWARD_DEVICES_MAX,
            },
        };
        let filled = self.filled.entry(bucket).or_default();
        if *filled >= most {
            return self.set_over(id);
        }
        *filled += 1;
        self.count(entries, id);
    }

    /// A record counts: what follows.
    fn count(&mut self, entries: &Entries, id: Id) {
        let Some(entry) = entries.get(&id) else { return };
        self.status.insert(id, Status::Counts);
        let p = entry.record.payload();
        match &entry.body {
            Some(Body::Person(_)) => self.wake(Want::Standing(id)),
            Some(Body::DeviceAdd(add)) => {
                let depth = self.listings(&p.device, &p.owner).map(|l| l.depth + 1).min().unwrap_or(0);
                let o = &add.offer;
                let listing = Listing { transport: o.transport, duty: o.duty, depth };
                self.devices.entry(o.device).or_default().insert((p.owner, id), listing);
                self.transports.entry(o.transport).or_default().insert(o.device);
                self.devices_of.entry(p.owner).or_default().insert(o.device);
                self.wake(Want::Live(o.device));
            }
            Some(Body::Group(g)) => {
                self.groups.entry(id).or_default().admins.extend(&g.admins);
                self.wake(Want::Founded(id));
            }
            Some(Body::GroupMember(m)) => {
                let group = self.groups.entry(p.owner).or_default();
                group.members.entry(m.person).or_default().insert(id, m.role);
            }
            Some(Body::Admit(a)) => {
                // The place in the order was found a moment ago; `by` has not changed since.
                let depth = self.admits.get(&a.by).map_or(1, |(_, d)| d + 1);
                self.admits.insert(id, (a.person, depth));
                if let Some(person) = self.persons.get_mut(&a.person) {
                    person.bases.insert(id, depth);
                }
                self.wake(Want::Standing(a.person));
            }
            None => {}
        }
        self.wake(Want::Counts(id));
    }

    fn listings(&self, device: &PublicKey, owner: &Id) -> impl Iterator<Item = &Listing> {
        self.listed(device, owner).map(|(_, l)| l)
    }

    /// The device-adds that list a device for an owner, by id.
    pub(super) fn listed(&self, device: &PublicKey, owner: &Id) -> impl Iterator<Item = (&Id, &Listing)> {
        let range = (*owner, Id([0; 32]))..=(*owner, Id([255; 32]));
        self.devices.get(device).into_iter().flat_map(move |l| l.range(range.clone()).map(|((_, by), l)| (by, l)))
    }

    /// Whether a device may sign for an owner.
    pub(super) fn writes_for(&self, device: &PublicKey, owner: &Id) -> bool {
        self.listings(device, owner).any(|l| l.duty == Duty::Full)
    }

    /// The persons a device may sign for.
    pub(super) fn persons_of(&self, device: &PublicKey) -> impl Iterator<Item = Id> {
        let listed = self.devices.get(device).into_iter().flatten();
        listed.filter(|((o, _), l)| l.duty == Duty::Full && self.persons.contains_key(o)).map(|((owner, _), _)| *owner)
    }

    pub(super) fn is_steward_device(&self, device: &PublicKey) -> bool {
        self.persons_of(device).any(|p| self.persons.get(&p).is_some_and(|p| p.steward))
    }

    /// Places taken of the admissions that may rest on a record.
    pub(super) fn admits_resting_on(&self, by: &Id) -> usize {
        self.filled.get(&Bucket::Admits(*by)).copied().unwrap_or(0)
    }

    /// Device-adds of an owner that count.
    pub(super) fn devices_listed(&self, owner: &Id) -> usize {
        self.filled.get(&Bucket::Devices(*owner)).copied().unwrap_or(0)
    }

    /// Records of a key's log that are complete, and their bytes.
    pub(super) fn log_size(&self, key: &PublicKey) -> (u64, u64) {
        self.logs.get(key).map_or((0, 0), |l| (l.by_order.len() as u64, l.bytes))
    }
}
