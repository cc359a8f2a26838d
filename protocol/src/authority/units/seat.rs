//! In whose name a device signs: a steward's, epoch by epoch, or a person's.
//!
//! Both are the same question, which records of a device are somebody's word: the device is listed under a key of
//! theirs, and the record lies within every cut that applies to it. Not for: what the word is about.

use std::collections::{BTreeMap, BTreeSet};

use super::super::body::Body;
use super::super::log::{Over, Scope};
use super::super::state::{View, planted};
use crate::id::{Id, PublicKey};
use crate::record::Record;

/// As which steward a device signs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Seat {
    /// By epoch: the person, and what of the device's log counts.
    epochs: BTreeMap<Id, (Id, Scope, Over)>,
}

impl Seat {
    pub fn compute(view: &View<'_>, device: PublicKey) -> Self {
        let mut seat = Seat::default();
        if view.steward_devices().is_none_or(|devices| !devices.contains(&device)) {
            return seat;
        }
        let Some(epochs) = view.epochs() else { return seat };
        for key in &epochs.ever {
            for person in view.persons_of_key(*key) {
                let Some(listed) = view.tree(person, *key).and_then(|t| t.signs(&device)) else { continue };
                let Some(recovery) = view.recovery(person) else { continue };
                // Which of the person's keys this is, and what the next one left of it.
                let Some(superseded) = recovery.cut_of(key) else { continue };
                let mut cuts: Vec<Vec<Id>> = listed.cuts().chain(superseded).cloned().collect();
                if planted!(view, RemovedDeviceSigns) {
                    cuts.clear();
                }
                if let Some(double) = epochs.fork.as_ref().and_then(|f| f.doubles.get(key)) {
                    // Who approved two sets: what this device signed before it did.
                    let mine = double
                        .iter()
                        .filter(|id| view.complete(id).is_some_and(|e| e.record.payload().device == device));
                    cuts.extend(mine.map(|id| vec![*id]));
                }
                for (at, epoch) in epochs.chain.iter().enumerate().filter(|(_, e)| e.seats(key)) {
                    let mut all = cuts.clone();
                    all.extend(epochs.cuts_of(view, at, key));
                    let scope = view.scope(&device, &all);
                    let over = view.over_in(&device, &scope);
                    seat.epochs.insert(epoch.id, (person, scope, over));
                }
            }
        }
        seat
    }

    /// All devices that may have a seat: most have none, and need not be asked about each steward.
    pub fn stewards(view: &View<'_>) -> BTreeSet<PublicKey> {
        let ever = view.epochs().into_iter().flat_map(|epochs| &epochs.ever);
        let trees = ever.flat_map(|key| view.persons_of_key(*key).into_iter().filter_map(|p| view.tree(p, *key)));
        trees.flat_map(|tree| tree.devices.keys().filter(|device| tree.signs(device).is_some())).copied().collect()
    }

    /// The person as whom a record was signed by a steward of the epoch it names.
    pub fn person(&self, record: &Record, epoch: &Id) -> Option<Id> {
        let (person, scope, over) = self.epochs.get(epoch)?;
        (over.has_room_for(record, true) && scope.has(record)).then_some(*person)
    }

    /// Whether the device has or had a seat in an epoch.
    pub fn has_epoch(&self, epoch: &Id) -> bool {
        self.epochs.contains_key(epoch)
    }
}

/// The steward as whom a record was signed, if it names an epoch in which its signer had a seat.
pub fn steward(view: &View<'_>, record: &Record, epoch: &Id) -> Option<Id> {
    let seat = view.seat(record.payload().device);
    let found = seat.and_then(|s| s.person(record, epoch));
    if planted!(view, NonStewardAuthor) { found.or(Some(record.owner())) } else { found }
}

/// Which records of a device are a person's word.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Signer {
    /// Within one of these: one for each key of the person that lists the device.
    any: Vec<(Scope, Over)>,
    is_steward: bool,
}

impl Signer {
    pub fn compute(view: &View<'_>, person: Id, device: PublicKey) -> Self {
        let mut signer = Signer::default();
        let Some(recovery) = view.recovery(person) else { return signer };
        for key in recovery.keys() {
            let Some(listed) = view.tree(person, key).and_then(|t| t.signs(&device)) else { continue };
            let superseded = recovery.cut_of(&key).into_iter().flatten();
            let scope = view.scope(&device, listed.cuts().chain(superseded));
            let over = view.over_in(&device, &scope);
            signer.any.push((scope, over));
            signer.is_steward |= view.seated(key).is_some_and(|s| s.ever);
        }
        if planted!(view, RemovedDeviceSigns) {
            signer.any.iter_mut().for_each(|(scope, _)| *scope = Scope::All);
        }
        signer
    }

    fn permits(&self, record: &Record) -> bool {
        self.any.iter().any(|(scope, over)| scope.has(record) && over.has_room_for(record, self.is_steward))
    }

    /// The same after the removals of the person: a log that grew too long beyond their cuts loses nothing within.
    fn permits_within(&self, view: &View<'_>, record: &Record, removals: &[Vec<Id>]) -> bool {
        let device = record.payload().device;
        let left = view.scope(&device, removals);
        let has_room = || view.over_in(&device, &left).has_room_for(record, self.is_steward);
        !removals.is_empty() && left.has(record) && self.any.iter().any(|(scope, _)| scope.has(record)) && has_room()
    }

    /// Whether the only thing against a record is that the log is full.
    pub fn is_over(&self, record: &Record) -> bool {
        !self.any.is_empty() && !self.any.iter().any(|(_, over)| over.has_room_for(record, self.is_steward))
    }
}

/// Whether a record is a person's word: by one of their devices, within what removals of device and key left.
pub fn speaks_for(view: &View<'_>, record: &Record, person: Id) -> bool {
    view.signer(person, record.payload().device).is_some_and(|s| s.permits(record))
}

/// Whether a record was a person's word, whom something took out: `cuts` are what the removals left.
pub fn spoke_for(view: &View<'_>, record: &Record, person: Id, cuts: impl Fn() -> Vec<Vec<Id>>) -> bool {
    let signer = view.signer(person, record.payload().device);
    signer.is_some_and(|s| s.permits(record) || s.permits_within(view, record, &cuts()))
}

/// The `by` of an admission, and of what a steward or an admin does in a group.
pub fn basis(body: &Body) -> Option<Id> {
    match body {
        Body::Revoke(r) => r.by,
        Body::Admit(a) => Some(a.by),
        Body::GroupMember(m) => Some(m.by),
        Body::DeviceAdd(d) => d.by,
        Body::DeviceRemove(d) => d.by,
        _ => None,
    }
}
