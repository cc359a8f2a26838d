//! What stewards hid of an owner's content, and did not show again.
//!
//! Hiding wins: an unhide undoes only the hides it names. Not for: deleting anything, or a person's own block list.

use std::collections::{BTreeMap, BTreeSet};

use super::super::body::{Body, Reason};
use super::super::state::{Topic, View, planted};
use super::seat::steward;
use crate::id::Id;
use crate::kind::Kind;

/// One hide in effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hidden {
    /// The hide.
    pub by: Id,
    /// The steward who hid it.
    pub steward: Id,
    /// Why.
    pub reason: Reason,
}

/// Hides in effect, by slot and id; no slot: all of the owner's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Veil {
    pub slots: BTreeMap<Option<(Kind, Vec<u8>)>, Vec<Hidden>>,
}

impl Veil {
    /// Whether a hide of a slot is in effect.
    pub fn has(&self, slot: &Option<(Kind, Vec<u8>)>, hide: &Id) -> bool {
        self.slots.get(slot).is_some_and(|all| all.binary_search_by_key(hide, |hidden| hidden.by).is_ok())
    }

    pub fn compute(view: &View<'_>, owner: Id) -> Self {
        let mut veil = Veil::default();
        let undone = view.filed(Topic::Shown(owner)).filter_map(|undo| match &undo.body {
            Some(Body::Unhide(u)) if steward(view, &undo.record, &u.by).is_some() => Some(&u.hides),
            _ => None,
        });
        let undone: BTreeSet<Id> = undone.flatten().copied().collect();
        for entry in view.filed(Topic::Hides(owner)) {
            let (id, Some(Body::Hide(h))) = (entry.record.id(), &entry.body) else { continue };
            let Some(by) = steward(view, &entry.record, &h.by) else { continue };
            let shown = undone.contains(&id);
            if !shown && !planted!(view, HidesIgnored) {
                veil.slots.entry(h.slot.clone()).or_default().push(Hidden { by: id, steward: by, reason: h.reason });
            }
        }
        veil
    }
}
