//! The records a standing rests on: for `present`, and for the answer to a redemption.
//!
//! Not for: deciding anything; whoever gets them evaluates them like any others.

use std::collections::{BTreeSet, VecDeque};

use super::Authority;
use super::body::{Body, GrantRole};
use super::state::Topic;
use crate::id::Id;
use crate::record::Record;

impl Authority {
    /// The records that the standing of `owner`, a person or group, rests on. What it rests on by name comes first
    /// (admissions, devices, founding records, steward sets), then the logs those stand in, nearest first: where not
    /// all fit within `most`, what is left out is what others most likely have.
    pub fn evidence(&self, owner: &Id, most: usize) -> Vec<Record> {
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
            for device_owner in self.state.owners_of(&p.device) {
                named.extend(self.listing_of(device_owner, &p.device));
            }
            match &entry.body {
                Some(Body::Person(_)) => {
                    named.extend(self.person(&id).map(|p| p.by));
                    let done = self.state.recovery(id).map_or(&[][..], |r| r.done());
                    let view = self.view();
                    let signed = view
                        .filed(Topic::Recovery(id))
                        .filter(|e| matches!(&e.body, Some(Body::Recover(r)) if done.contains(&r.statement)));
                    named.extend(signed.map(|e| e.record.id()));
                    named.extend(self.guardians(&id).map(|(_, by)| by));
                }
                Some(Body::DeviceAdd(a)) => named.extend(a.by),
                Some(Body::Admit(a)) => {
                    named.extend([a.by, a.person].into_iter().chain(a.after.iter().copied()));
                    // Beyond ten, an admit counts because a steward allowed more.
                    let granted = self.grants(&p.owner).into_iter();
                    named.extend(granted.filter(|(role, _)| matches!(role, GrantRole::Admits(_))).map(|(_, id)| id));
                }
                Some(Body::Join(join)) => named.push_back(join.person),
                Some(Body::GroupMember(m)) => named.extend([m.by, m.person]),
                Some(Body::Group(g)) => named.push_back(g.by),
                Some(Body::Propose(e)) => {
                    named.push_back(e.parent);
                    let view = self.view();
                    named.extend(view.filed(Topic::Approvals(id)).map(|a| a.record.id()));
                    named.extend(view.filed(Topic::Arbitrations(e.parent)).map(|a| a.record.id()));
                    named.extend(e.stewards.iter().filter_map(|k| self.person_of_key(k)));
                }
                Some(Body::Recover(r)) => named.push_back(r.by),
                Some(Body::Grant(g)) => named.push_back(g.by),
                _ => {}
            }
        }
        records
    }

    /// The device-add that lists a device for an owner, live or not.
    fn listing_of(&self, owner: &Id, device: &crate::id::PublicKey) -> Option<Id> {
        if let Some(group) = self.state.group(*owner) {
            return group.devices.get(device).map(|d| d.add);
        }
        let mut keys = self.state.recovery(*owner)?.keys();
        keys.find_map(|k| self.state.tree(*owner, k)?.devices.get(device).map(|d| d.add))
    }
}
