//! A group: who founded it, its people and what they may, its own devices.
//!
//! Appointments form a tree by rank: founding admins are 0, whom a steward appoints 1, whom an admin appoints one more
//! than the admin. Who is nearer to the founding removes who is further, stewards remove anybody, and everybody may
//! leave, so that removals never run in circles. Not for: whether the people have a role in the community now.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Entry;
use super::super::body::{Body, DeviceAdd, Duty, GroupRole};
use super::super::state::{Topic, View};
use super::seat::{basis, speaks_for, spoke_for, steward};
use super::standing::{Located, Removal, overrides};
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::limits::{GROUP_DEPTH_MAX, GROUP_DEVICES_MAX, GROUP_STORES_MAX};
use crate::record::Record;

/// One appointment that is or was valid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Appointed {
    pub person: Id,
    pub role: GroupRole,
    rank: u32,
    after: Vec<Id>,
    pub is_live: bool,
}

impl Appointed {
    fn new(person: Id, role: GroupRole, rank: u32, after: &[Id]) -> Self {
        Appointed { person, role, rank, after: after.to_vec(), is_live: false }
    }
}

/// A device of the group itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupDevice {
    pub add: Id,
    pub transport: PublicKey,
    pub duty: Duty,
    /// The device-removes that took it out.
    pub removed: Vec<Id>,
}

/// A device-add of a group by somebody who may.
#[derive(Clone, Copy)]
struct Listing<'a> {
    by: Id,
    record: &'a Record,
    add: &'a DeviceAdd,
}

impl Listing<'_> {
    /// Equipment is replaced again and again, and says nothing that would have to go on counting: what was taken out makes
    /// room.
    fn is_replaced(&self, removes: &BTreeMap<PublicKey, Vec<Id>>) -> bool {
        self.add.offer.duty == Duty::Store && removes.contains_key(&self.add.offer.device)
    }
}

/// A group.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Group {
    /// The steward who founded it, once that counts.
    pub founded_by: Option<Id>,
    pub scope: Vec<Kind>,
    /// By the record that gives it: the group's own id for founding admins.
    pub appointed: BTreeMap<Id, Vec<Appointed>>,
    /// Removals from the group, by person, with the rank from which they work: −1 works on everybody.
    pub removals: BTreeMap<Id, Vec<(i64, Removal)>>,
    pub devices: BTreeMap<PublicKey, GroupDevice>,
    /// Device-adds beyond the limit.
    pub over: BTreeSet<Id>,
    /// Records of admins and stewards that count.
    pub counting: BTreeSet<Id>,
}

impl Group {
    pub fn compute(view: &View<'_>, id: Id) -> Self {
        let mut group = Group::default();
        let Some(founding) = view.complete(&id) else { return group };
        let Some(Body::Group(body)) = &founding.body else { return group };
        let Some(by) = steward(view, &founding.record, &body.by) else { return group };
        (group.founded_by, group.scope) = (Some(by), body.scope.clone());
        let mut by_basis: BTreeMap<Id, Vec<&Entry>> = BTreeMap::new();
        for topic in [Topic::Members(id), Topic::Devices(id)] {
            for entry in view.filed(topic) {
                if let Some(by) = entry.body.as_ref().and_then(basis) {
                    by_basis.entry(by).or_default().push(entry);
                }
            }
        }
        let mut devices = Vec::new();
        // Stewards first: what they say binds every rank.
        let of_stewards: Vec<(&Entry, Id)> = by_basis
            .values()
            .flatten()
            .filter_map(|e| Some((*e, steward(view, &e.record, &e.body.as_ref().and_then(basis)?)?)))
            .collect();
        group.remove_people(view, &of_stewards, -1);
        group.let_leave(view, &by_basis);
        let admin = |person: &Id| Appointed::new(*person, GroupRole::Admin, 0, &[]);
        group.appointed.insert(id, body.admins.iter().map(admin).collect());
        group.act(&of_stewards, 1, &mut devices);
        let mut bases = vec![id];
        for rank in 0..=GROUP_DEPTH_MAX {
            // Whom a steward appointed acts with the rank 1.
            let of_rank = |(by, list): (&Id, &Vec<Appointed>)| list.iter().any(|a| a.rank == rank).then_some(*by);
            bases.clear();
            bases.extend(group.appointed.iter().filter_map(of_rank));
            let acts: Vec<(&Entry, Id)> = bases
                .iter()
                .flat_map(|by| by_basis.get(by).into_iter().flatten().map(move |e| (*e, *by)))
                .filter_map(|(e, by)| group.permits(view, &e.record, &by).map(|person| (e, person)))
                .collect();
            group.remove_people(view, &acts, i64::from(rank));
            group.act(&acts, rank + 1, &mut devices);
        }
        group.decide_who_is_in(view);
        let removes = group.device_removes(&by_basis);
        group.list(devices, &removes);
        group.remove_devices(&removes);
        group
    }

    /// As which admin a record was signed that rests on `by`.
    fn permits(&self, view: &View<'_>, record: &Record, by: &Id) -> Option<Id> {
        let admins = self.appointed.get(by)?.iter().filter(|a| a.role == GroupRole::Admin);
        let mut permitted = admins.filter(|a| {
            let of_community = || view.removals(a.person).into_iter().flatten();
            let all = || of_community().chain(self.removals_of(&a.person, a.rank));
            spoke_for(view, record, a.person, || Removal::cuts_unless(all(), view, &a.after))
                && view.standing(a.person).is_some_and(|s| s.was_member)
                && Removal::all_spare(of_community(), view, record, &a.after)
                && Removal::all_spare(self.removals_of(&a.person, a.rank), view, record, &a.after)
        });
        permitted.next().map(|a| a.person)
    }

    fn removals_of(&self, person: &Id, rank: u32) -> impl Iterator<Item = &Removal> {
        let all = self.removals.get(person).into_iter().flatten();
        all.filter(move |(from, _)| *from < i64::from(rank)).map(|(_, v)| v)
    }

    /// Whether nothing took a person of a rank out but what `after` names.
    fn is_clear(&self, view: &View<'_>, person: &Id, rank: u32, after: &[Id]) -> bool {
        let community = view.removals(*person).map_or(&[][..], Vec::as_slice);
        overrides(community, after) && self.removals_of(person, rank).all(|v| after.binary_search(&v.id).is_ok())
    }

    fn remove_people(&mut self, view: &View<'_>, acts: &[(&Entry, Id)], rank: i64) {
        for (entry, by) in acts {
            if let Some(Body::Revoke(r)) = &entry.body {
                self.remove(rank, r.subject, Removal::of(view, &mut Located::new(), entry, r, *by, false));
            }
        }
    }

    /// Who leaves need not be an admin: their own word is enough, whatever their rank.
    fn let_leave(&mut self, view: &View<'_>, by_basis: &BTreeMap<Id, Vec<&Entry>>) {
        for entry in by_basis.values().flatten() {
            if let Some(Body::Revoke(r)) = &entry.body
                && speaks_for(view, &entry.record, r.subject)
            {
                self.remove(-1, r.subject, Removal::of(view, &mut Located::new(), entry, r, r.subject, true));
            }
        }
    }

    fn remove(&mut self, rank: i64, person: Id, removal: Removal) {
        self.counting.insert(removal.id);
        self.removals.entry(person).or_default().push((rank, removal));
    }

    /// Appointments and device-adds by people of one rank.
    fn act<'a>(&mut self, acts: &[(&'a Entry, Id)], rank: u32, devices: &mut Vec<Listing<'a>>) {
        for (entry, by) in acts {
            let id = entry.record.id();
            match &entry.body {
                Some(Body::GroupMember(m)) if rank <= GROUP_DEPTH_MAX => {
                    let appointed = Appointed::new(m.person, m.role, rank, &m.after);
                    self.appointed.entry(id).or_default().push(appointed);
                    self.counting.insert(id);
                }
                Some(Body::DeviceAdd(add)) => devices.push(Listing { by: *by, record: &entry.record, add }),
                Some(Body::DeviceRemove(_)) => {
                    self.counting.insert(id);
                }
                _ => {}
            }
        }
    }

    fn decide_who_is_in(&mut self, view: &View<'_>) {
        let mut appointed = std::mem::take(&mut self.appointed);
        for a in appointed.values_mut().flatten() {
            a.is_live = self.is_clear(view, &a.person, a.rank, &a.after);
        }
        self.appointed = appointed;
    }

    /// What takes devices out, by device.
    fn device_removes(&self, by_basis: &BTreeMap<Id, Vec<&Entry>>) -> BTreeMap<PublicKey, Vec<Id>> {
        let mut removes: BTreeMap<PublicKey, Vec<Id>> = BTreeMap::new();
        for entry in by_basis.values().flatten().filter(|e| self.counting.contains(&e.record.id())) {
            if let Some(Body::DeviceRemove(r)) = &entry.body {
                removes.entry(r.device).or_default().push(entry.record.id());
            }
        }
        removes
    }

    /// Lists what there is room for: the first that each person lists, then the second of each, and so on, so that nobody
    /// takes all the room.
    fn list(&mut self, mut devices: Vec<Listing<'_>>, removes: &BTreeMap<PublicKey, Vec<Id>>) {
        devices.sort_by_key(|l| (l.by, l.record.log_order()));
        let mut turns: BTreeMap<(Id, Duty), usize> = BTreeMap::new();
        let mut in_turn: Vec<(usize, Listing<'_>)> = Vec::with_capacity(devices.len());
        for listing in devices {
            let turn = turns.entry((listing.by, listing.add.offer.duty)).or_default();
            in_turn.push((*turn, listing));
            *turn += usize::from(!listing.is_replaced(removes));
        }
        in_turn.sort_by_key(|(turn, l)| (*turn, l.by, l.record.log_order()));
        let mut stores = 0;
        let mut listed = BTreeSet::new();
        for (_, listing) in in_turn {
            let Listing { record, add, .. } = listing;
            if !listed.insert(record.id()) {
                continue;
            }
            let o = &add.offer;
            if self.devices.contains_key(&o.device) {
                continue;
            }
            let takes_room = o.duty == Duty::Store && !listing.is_replaced(removes);
            if self.devices.len() >= GROUP_DEVICES_MAX || takes_room && stores >= GROUP_STORES_MAX {
                self.over.insert(record.id());
                continue;
            }
            stores += usize::from(takes_room);
            let (transport, duty) = (o.transport, o.duty);
            self.devices.insert(o.device, GroupDevice { add: record.id(), transport, duty, removed: vec![] });
        }
    }

    fn remove_devices(&mut self, removes: &BTreeMap<PublicKey, Vec<Id>>) {
        for (device, by) in removes {
            if let Some(device) = self.devices.get_mut(device) {
                device.removed.extend(by);
            }
        }
    }

    /// The highest role a person has.
    pub fn role(&self, person: &Id) -> Option<GroupRole> {
        let live = self.appointed.values().flatten().filter(|a| a.is_live && a.person == *person);
        live.map(|a| a.role).max()
    }

    /// The live appointments of a person, as (role, what gives it).
    pub fn appointments(&self, person: &Id) -> impl Iterator<Item = (GroupRole, Id)> {
        let all = self.appointed.iter().flat_map(|(by, list)| list.iter().map(move |a| (by, a)));
        all.filter(move |(_, a)| a.is_live && a.person == *person).map(|(by, a)| (a.role, *by))
    }

    /// The ranks at which a person is in the group.
    pub fn ranks(&self, person: &Id) -> impl Iterator<Item = u32> {
        self.appointed.values().flatten().filter(move |a| a.is_live && a.person == *person).map(|a| a.rank)
    }

    /// The ranks at which a person is or was in the group.
    pub fn ranks_ever(&self, person: &Id) -> impl Iterator<Item = u32> {
        self.appointed.values().flatten().filter(move |a| a.person == *person).map(|a| a.rank)
    }

    /// Whether a person is or was an admin.
    pub fn was_ever_admin(&self, person: &Id) -> bool {
        self.appointed.values().flatten().any(|a| a.person == *person && a.role == GroupRole::Admin)
    }

    /// Everybody who is or was in the group.
    pub fn people(&self) -> BTreeSet<Id> {
        self.appointed.values().flatten().map(|a| a.person).collect()
    }
}
