//! The rules of SPEC.md section 6 read off once more: sweep over all records until nothing changes. Slow and plain.
//! Leaves out the limits, which histories of this size do not meet.

use std::collections::BTreeSet;

use crate::authority::body::{Body, Genesis};
use crate::authority::{Duty, GroupRole};
use crate::id::{Id, PublicKey};
use crate::record::Record;

struct Model<'a> {
    community: Id,
    stewards: Vec<PublicKey>,
    complete: Vec<(&'a Record, Option<Body>)>,
    counts: BTreeSet<Id>,
}

/// The ids that count.
pub fn counting(genesis: &Record, records: &[Record]) -> BTreeSet<Id> {
    let stewards = Genesis::decode(&genesis.payload().body).unwrap().stewards;
    let mut complete: Vec<(&Record, Option<Body>)> = Vec::new();
    loop {
        let before = complete.len();
        for r in records {
            let p = r.payload();
            let prev: Vec<_> =
                complete.iter().filter(|(c, _)| p.prev.contains(&c.id())).map(|(c, _)| c.payload()).collect();
            let next = prev.iter().filter_map(|p| p.seq).max().unwrap_or(0) + 1;
            let whole = prev.len() == p.prev.len() && prev.iter().all(|b| b.device == p.device) && p.seq == Some(next);
            if whole && !complete.iter().any(|(c, _)| c.id() == r.id()) {
                complete.push((r, body(&genesis.id(), r)));
            }
        }
        if complete.len() == before {
            break;
        }
    }
    let mut m = Model { community: genesis.id(), stewards, complete, counts: BTreeSet::new() };
    loop {
        let more: Vec<Id> = m.complete.iter().filter(|(r, b)| m.rule(r, b.as_ref())).map(|(r, _)| r.id()).collect();
        let before = m.counts.len();
        m.counts.extend(more);
        if m.counts.len() == before {
            return m.counts;
        }
    }
}

fn body(community: &Id, r: &Record) -> Option<Body> {
    let body = Body::decode(r.payload().kind, &r.payload().body).ok()??;
    let founds = matches!(body, Body::Person(_) | Body::Group(_));
    let signed = match &body {
        Body::DeviceAdd(a) => a.offer.verify(community, &r.payload().owner),
        _ => true,
    };
    (signed && founds == (r.payload().owner == Id::SELF)).then_some(body)
}

impl Model<'_> {
    fn counting(&self) -> impl Iterator<Item = (&Record, &Body)> {
        self.complete.iter().filter(|(r, _)| self.counts.contains(&r.id())).filter_map(|(r, b)| Some((*r, b.as_ref()?)))
    }
    fn person_key(&self, id: &Id) -> Option<PublicKey> {
        let found = self
            .complete
            .iter()
            .find(|(r, b)| r.id() == *id && r.payload().seq == Some(1) && matches!(b, Some(Body::Person(_))));
        found.map(|(r, _)| r.payload().device)
    }
    fn is_steward(&self, person: &Id) -> bool {
        self.person_key(person).is_some_and(|k| self.stewards.contains(&k))
    }
    fn has_standing(&self, person: &Id) -> bool {
        self.is_steward(person)
            || self.counting().any(|(_, b)| matches!(b, Body::Admit(a) if a.person == *person))
                && self.person_key(person).is_some()
    }
    fn full(&self, device: &PublicKey, owner: &Id) -> bool {
        self.counting().any(|(r, b)| {
            r.payload().owner == *owner
                && matches!(b, Body::DeviceAdd(a) if a.offer.device == *device && a.offer.duty == Duty::Full)
        })
    }
    fn by_steward(&self, signer: &PublicKey) -> bool {
        self.complete.iter().any(|(r, _)| self.is_steward(&r.id()) && self.full(signer, &r.id()))
    }
    fn group_counts(&self, id: &Id) -> bool {
        self.counting().any(|(r, b)| r.id() == *id && matches!(b, Body::Group(_)))
    }
    fn entitled(&self, signer: &PublicKey, group: &Id, by: &Id) -> bool {
        let by_person = |p: &Id| self.person_key(p).is_some() && self.full(signer, p);
        self.group_counts(group)
            && (*by == self.community && self.by_steward(signer)
                || self.counting().filter(|(r, _)| r.id() == *by).any(|(r, b)| match b {
                    Body::Group(g) => by == group && g.admins.iter().any(by_person),
                    Body::GroupMember(m) => r.owner() == *group && m.role == GroupRole::Admin && by_person(&m.person),
                    _ => false,
                }))
    }
    /// How many steps below a steward an admit that counts is.
    fn depth(&self, admit: &Id) -> Option<usize> {
        let (_, b) = self.counting().find(|(r, _)| r.id() == *admit)?;
        match b {
            Body::Admit(a) if a.by == self.community => Some(1),
            Body::Admit(a) => Some(self.depth(&a.by)? + 1),
            _ => None,
        }
    }
    fn rule(&self, r: &Record, body: Option<&Body>) -> bool {
        let (signer, owner) = (&r.payload().device, &r.payload().owner);
        match body {
            // Histories of this model take nobody out.
            None => false,
            Some(Body::Person(_)) => r.payload().seq == Some(1) && self.has_standing(&r.id()),
            Some(Body::DeviceAdd(a)) => match (self.person_key(owner), &a.by) {
                (Some(key), None) => self.has_standing(owner) && (*signer == key || self.full(signer, owner)),
                (None, Some(by)) => self.entitled(signer, owner, by),
                _ => false,
            },
            Some(Body::Group(g)) => g.by == self.community && self.by_steward(signer),
            Some(Body::GroupMember(m)) => self.entitled(signer, owner, &m.by),
            Some(Body::Admit(a)) => {
                let rests = match a.by == self.community {
                    true => self.is_steward(owner),
                    false => {
                        let of_owner = |b: &Body| matches!(b, Body::Admit(up) if up.person == *owner);
                        self.counting().any(|(up, b)| up.id() == a.by && of_owner(b))
                            && self.depth(&a.by).is_some_and(|d| d < 4)
                    }
                };
                rests && self.full(signer, owner) && self.person_key(&a.person).is_some()
            }
            Some(_) => false,
        }
    }
}
