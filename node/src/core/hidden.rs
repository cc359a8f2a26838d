//! The hidden set: what organisers hid, in the shape the table asks in.
//!
//! Not for: who may hide, whether a hide counts, and what it names (authority), nor the people that one computer blocks
//! (queries).

use std::collections::BTreeSet;

use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Address;

use crate::store::table::slot_of;

/// The slots and owners that are hidden.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct HiddenSet {
    slots: BTreeSet<[u8; 16]>,
    owners: BTreeSet<Id>,
}

impl HiddenSet {
    /// As authority says now.
    pub fn of(authority: &Authority) -> Self {
        let mut set = HiddenSet::default();
        for (owner, slot, _) in authority.hides() {
            match slot {
                Some((kind, key)) if authority.may_be_hidden(&owner, kind) => {
                    set.slots.insert(slot_of(&Address { owner, kind, key }));
                }
                Some(_) => {}
                None => {
                    set.owners.insert(owner);
                }
            }
        }
        set
    }

    /// Whether a slot is hidden.
    pub fn covers(&self, authority: &Authority, slot: &[u8; 16], owner: &Id, kind: Kind) -> bool {
        self.slots.contains(slot) || self.owners.contains(owner) && authority.is_hidden_with_all(owner, kind)
    }

    /// Slots and owners that are hidden in one of two and not in the other.
    pub fn difference(&self, other: &HiddenSet) -> (Vec<[u8; 16]>, Vec<Id>) {
        let slots = self.slots.symmetric_difference(&other.slots).copied().collect();
        (slots, self.owners.symmetric_difference(&other.owners).copied().collect())
    }
}
