//! The devices a person's key stands behind.
//!
//! A tree by depth: the person key is depth 0, a device one more than who listed it. What is shallower removes what is
//! deeper, so that removals never run in circles; a device may also give itself up. Looks at the person's own records
//! only. Not for: whether the person has a role, or the key is still theirs.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Entry;
use super::super::body::{Body, DeviceAdd, Duty};
use super::super::log::{Over, Scope};
use super::super::state::{Topic, View, planted};
use crate::id::{Id, PublicKey};
use crate::limits::PERSON_DEVICES_MAX;
use crate::record::Record;

/// One listed device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceState {
    /// The device-add that lists it.
    pub add: Id,
    pub transport: PublicKey,
    pub duty: Duty,
    pub depth: u32,
    /// The device-removes that took it out, if any, and what of its log each leaves.
    pub removed: Vec<(Id, Vec<Id>)>,
    /// What of its log counts: within all of these.
    pub scope: Scope,
    /// Where that meets the limits of a log.
    pub over: Over,
    /// Out by its own word alone: its content stays.
    pub gave_up: bool,
}

impl DeviceState {
    pub fn is_live(&self) -> bool {
        self.removed.is_empty()
    }
    /// The cuts that apply to its log.
    pub fn cuts(&self) -> impl Iterator<Item = &Vec<Id>> + Clone {
        self.removed.iter().map(|(_, cut)| cut)
    }
}

/// All devices of one person under one key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    pub devices: BTreeMap<PublicKey, DeviceState>,
    /// Device-adds beyond the limit.
    pub over: BTreeSet<Id>,
}

impl Tree {
    pub fn compute(view: &View<'_>, person: Id, key: PublicKey) -> Self {
        let mut by_signer: BTreeMap<PublicKey, Vec<&Entry>> = BTreeMap::new();
        for entry in view.filed(Topic::Devices(person)) {
            by_signer.entry(entry.record.payload().device).or_default().push(entry);
        }
        let mut tree = Tree::default();
        // By target: what removes it, with what is left.
        let mut removals: BTreeMap<PublicKey, Vec<(Id, Vec<Id>)>> = BTreeMap::new();
        let mut signers = vec![key];
        let mut depth = 0;
        while !signers.is_empty() {
            let mut adds: Vec<(&Record, &DeviceAdd)> = Vec::new();
            for signer in &signers {
                let records = by_signer.get(signer).map_or(&[][..], Vec::as_slice);
                tree.give_up(view, *signer, records);
                let over = tree.devices.get(signer).map_or_else(|| view.over_in(signer, &Scope::All), |d| d.over);
                for entry in records {
                    let is_within = tree.devices.get(signer).is_none_or(|d| d.scope.has(&entry.record));
                    let counts =
                        over.has_room_for(&entry.record, true) && (planted!(view, RemovedDeviceSigns) || is_within);
                    match &entry.body {
                        Some(Body::DeviceAdd(add)) if counts && add.by.is_none() => adds.push((&entry.record, add)),
                        Some(Body::DeviceRemove(r)) if counts && r.by.is_none() && r.device != *signer => {
                            removals.entry(r.device).or_default().push((entry.record.id(), r.cuts.clone()));
                        }
                        _ => {}
                    }
                }
            }
            signers = tree.list(key, adds, depth + 1, &removals);
            depth += 1;
        }
        if planted!(view, JuniorRemovesSenior) {
            for (device, state) in &mut tree.devices {
                state.removed.extend(removals.remove(device).unwrap_or_default());
                state.scope = view.scope(device, state.cuts());
            }
        }
        tree
    }

    /// A device's own removal of itself: what it said before that counts.
    fn give_up(&mut self, view: &View<'_>, signer: PublicKey, records: &[&Entry]) {
        let Some(state) = self.devices.get_mut(&signer) else { return };
        state.scope = view.scope(&signer, state.cuts());
        let own = records.iter().filter(|e| matches!(&e.body, Some(Body::DeviceRemove(r)) if r.device == signer));
        let own: Vec<Id> = own.filter(|e| state.scope.has(&e.record)).map(|e| e.record.id()).collect();
        if !own.is_empty() {
            state.gave_up = state.removed.is_empty();
            state.removed.extend(own.iter().map(|id| (*id, vec![*id])));
            state.scope = view.scope(&signer, state.cuts());
        }
        state.over = view.over_in(&signer, &state.scope);
    }

    /// Lists the devices of one depth, in the order of their device-adds in the logs; gives those that may sign.
    fn list(
        &mut self,
        key: PublicKey,
        mut adds: Vec<(&Record, &DeviceAdd)>,
        depth: u32,
        removals: &BTreeMap<PublicKey, Vec<(Id, Vec<Id>)>>,
    ) -> Vec<PublicKey> {
        adds.sort_by_key(|(r, _)| r.log_order());
        let mut signers = Vec::new();
        for (record, add) in adds {
            let o = &add.offer;
            if o.device == key || self.devices.contains_key(&o.device) {
                // Listed already, nearer to the person key: nothing is added to it.
                continue;
            }
            if self.devices.len() >= PERSON_DEVICES_MAX {
                self.over.insert(record.id());
                continue;
            }
            // All of them are from less deep: who signs deeper was not looked at yet, and comes too late.
            let removed = removals.get(&o.device).cloned().unwrap_or_default();
            let (add, transport, duty, scope) = (record.id(), o.transport, o.duty, Scope::All);
            let over = Over::default();
            let state = DeviceState { add, transport, duty, depth, removed, scope, over, gave_up: false };
            if o.duty == Duty::Full {
                signers.push(o.device);
            }
            self.devices.insert(o.device, state);
        }
        signers
    }

    /// The device, if it may sign.
    pub fn signs(&self, device: &PublicKey) -> Option<&DeviceState> {
        self.devices.get(device).filter(|d| d.duty == Duty::Full)
    }
}
