//! Shares: how much content each person and group may have, and to whose shares a record is charged.
//!
//! The community's ceiling is dealt out in three parts that none can exceed: half to the residents whom stewards let in, a
//! quarter to groups, a quarter to whom stewards granted space. Only what stewards did divides a part, so that nobody makes
//! the others' shares smaller by letting people in or listing computers. Not for: what is kept then (`retention`).

use std::sync::Arc;

use super::body::{Body, Duty, GrantRole};
use super::units::{Group, Standing};
use super::{Authority, ContentStanding};
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::limits::*;
use crate::record::Record;
use crate::retention::{Holder, Path, Share};

/// A kind that no version will know: without rules of its own.
const NO_KIND: Kind = Kind(0);

/// The sizes of shares that follow from a community's authority. Good for one [`Authority::generation`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowances {
    /// What all content together may come to, in units.
    pub ceiling: u64,
    /// Of a resident whom a steward let in.
    pub resident: u64,
    /// Of a group.
    pub group: u64,
    /// What grants of space come to when all are added up.
    granted: u64,
}

impl Allowances {
    /// What a grant is worth: all of it, or its part where stewards granted more than a quarter of the ceiling.
    pub fn granted(&self, units: u64) -> u64 {
        let pool = self.ceiling / 4;
        let part = u128::from(units) * u128::from(pool) / u128::from(self.granted.max(pool).max(1));
        u64::try_from(part).unwrap_or(pool).max(SHARE_UNITS_MIN)
    }

    /// A part of the ceiling for each of so many, rounded down to a power of two so that it seldom changes.
    fn each(pool: u64, many: usize, most: u64) -> u64 {
        let each = (pool / (many as u64).max(1)).max(1);
        (1 << each.ilog2()).clamp(SHARE_UNITS_MIN, most)
    }
}

impl Authority {
    /// The sizes of shares now. Goes through all persons and groups once.
    pub fn allowances(&self) -> Allowances {
        let mib = self.state.epochs().and_then(|e| e.last()).map_or(CEILING_MIB, |e| e.ceiling_mib);
        let ceiling = mib.saturating_mul(1024 * 1024 / UNIT_BYTES as u64);
        let persons = self.state.persons.keys().filter(|p| self.state.standing(**p).is_some_and(has_own_share)).count();
        let groups: Vec<Id> = self.groups().collect();
        let holders = self.state.persons.keys().chain(&groups);
        let granted = holders.filter_map(|id| self.units_granted(id)).fold(0u64, u64::saturating_add);
        Allowances {
            ceiling,
            resident: Allowances::each(ceiling / 2, persons, RESIDENT_UNITS_MAX),
            group: Allowances::each(ceiling / 4, groups.len(), GROUP_UNITS_MAX),
            granted,
        }
    }

    /// The most that stewards granted a person or a group, in units.
    fn units_granted(&self, id: &Id) -> Option<u64> {
        let all = self.grants(id).into_iter();
        all.filter_map(|(role, _)| if let GrantRole::Units(n) = role { Some(n) } else { None }).max()
    }

    /// The shares that a content record is charged to; nothing: nobody has a share for it, or it is hidden, and it is not kept.
    pub fn shares(&self, allowances: &Allowances, record: &Record) -> Option<Path> {
        let (device, owner) = (record.payload().device, record.owner());
        match self.share_standing(&device, &owner) {
            ContentStanding::Counts => {}
            ContentStanding::OnlyKept if self.has_share_as_kept(&device, &owner, &record.id()) => {}
            _ => return None,
        }
        if self.is_hidden(&record.address()) { None } else { self.path(allowances, &device, &owner) }
    }

    /// Whether there is a share for content of a device for an owner. The kind has no part in it: a version that knows more
    /// of a kind, or less, must keep the same.
    pub fn share_standing(&self, device: &PublicKey, owner: &Id) -> ContentStanding {
        self.standing_of_parts(device, owner, NO_KIND)
    }

    /// The same for one record, where removals say so.
    pub fn has_share_as_kept(&self, device: &PublicKey, owner: &Id, content: &Id) -> bool {
        self.counts_as_kept(device, owner, NO_KIND, content)
    }

    /// The shares of content of a device for an owner, if there is one.
    pub fn path(&self, allowances: &Allowances, device: &PublicKey, owner: &Id) -> Option<Path> {
        let shares = if *owner == self.community() {
            let ever = |p: &&Id| self.state.standing(**p).is_some_and(|s| s.was_member);
            self.of_person(allowances, self.state.owners_of(device).find(ever)?, device)
        } else if let Some(group) = self.state.group(*owner).filter(|g| g.founded_by.is_some()) {
            let units = self.units_granted(owner).map_or(0, |n| allowances.granted(n)).max(allowances.group);
            let person = self.in_group(group, device)?;
            vec![
                Share { holder: Holder::Group(*owner), units },
                Share { holder: Holder::InGroup(*owner, person), units: (units / 4).max(SHARE_UNITS_MIN) },
            ]
        } else {
            self.of_person(allowances, owner, device)
        };
        Some(Arc::from(shares))
    }

    /// The person in a group who answers for a device: its owner; of the group's own computers, whoever listed it.
    fn in_group(&self, group: &Group, device: &PublicKey) -> Option<Id> {
        let people = group.people();
        let of_group = |device: &PublicKey| self.state.owners_of(device).find(|p| people.contains(p)).copied();
        let listed = || {
            let add = group.devices.get(device).filter(|d| d.duty == Duty::Full)?.add;
            let by = self.entries.get(&add)?.record.payload().device;
            // A steward may list one as well.
            of_group(&by).or_else(|| self.state.owners_of(&by).next().copied())
        };
        of_group(device).or_else(listed)
    }

    fn of_person(&self, allowances: &Allowances, person: &Id, device: &PublicKey) -> Vec<Share> {
        let granted = self.units_granted(person).map(|n| allowances.granted(n));
        let host = if granted.is_some() { None } else { self.let_in_by_resident(person) };
        let own = granted.unwrap_or(0).max(allowances.resident);
        let (mut path, base) = match host {
            None => (vec![Share { holder: Holder::Person(*person), units: own }], own),
            Some(host) => {
                let units = self.units_granted(&host).map_or(0, |n| allowances.granted(n)).max(allowances.resident);
                let path = vec![
                    Share { holder: Holder::Person(host), units },
                    Share { holder: Holder::Guests(host), units: (units / 4).max(SHARE_UNITS_MIN) },
                    Share { holder: Holder::Guest(*person), units: (units / 8).max(SHARE_UNITS_MIN) },
                ];
                (path, units / 8)
            }
        };
        for (step, computer) in self.line_of(person, device).into_iter().enumerate() {
            let units = base.checked_shr(step as u32 + 1).unwrap_or(0).max(SHARE_UNITS_MIN);
            path.push(Share { holder: Holder::Computer(*person, computer), units });
        }
        path
    }

    /// The resident who answers for somebody whom no steward let in: the one at the first step below a steward.
    fn let_in_by_resident(&self, person: &Id) -> Option<Id> {
        let standing = self.state.standing(*person).filter(|s| !has_own_share(s))?;
        let mut by = standing.bases.first()?.1;
        // As deep as invites go.
        for _ in 0..INVITE_DEPTH_MAX {
            let Some(Body::Admit(admit)) = self.entries.get(&by).and_then(|e| e.body.as_ref()) else { return None };
            let above = self.entries.get(&admit.by).and_then(|e| e.body.as_ref());
            match above {
                Some(Body::Admit(_)) => by = admit.by,
                _ => return Some(admit.person).filter(|host| host != person),
            }
        }
        None
    }

    /// A computer of a person and those that listed one another down to it, the one that the person key listed first.
    fn line_of(&self, person: &Id, device: &PublicKey) -> Vec<PublicKey> {
        let keys = self.state.recovery(*person).into_iter().flat_map(|r| r.keys());
        let trees = keys.filter_map(|key| self.state.tree(*person, key));
        // The newest key's tree that lists it.
        let Some(tree) = trees.filter(|t| t.devices.contains_key(device)).last() else { return Vec::new() };
        let (mut line, mut at) = (Vec::new(), *device);
        while let Some(listed) = tree.devices.get(&at).filter(|_| line.len() < PERSON_DEVICES_MAX) {
            line.push(at);
            let Some(by) = self.entries.get(&listed.add) else { break };
            at = by.record.payload().device;
        }
        line.reverse();
        line
    }
}

/// Whether stewards let somebody in, by a seat or an admit of theirs.
fn has_own_share(standing: &Standing) -> bool {
    standing.is_steward || standing.seat_waits || standing.bases.first().is_some_and(|(depth, _)| *depth <= 1)
}
