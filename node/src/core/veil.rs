//! What organisers hid, in the shape the table asks in. Nothing is deleted: records stay, are compared and passed on.
//!
//! Not for: who may hide, and whether a hide counts (authority), nor the people that one computer blocks (queries).

use std::collections::BTreeSet;

use hedgerow_protocol::authority::{Authority, Hidden};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Address;

use crate::store::table::slot_of;

/// The slots and owners that are hidden.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Veil {
    slots: BTreeSet<[u8; 16]>,
    owners: BTreeSet<Id>,
}

impl Veil {
    /// As authority says now.
    pub fn of(authority: &Authority) -> Self {
        let mut veil = Veil::default();
        for (owner, slot, _) in authority.hides() {
            match slot {
                Some((kind, key)) if may_be_hidden(authority, &owner, kind) => {
                    veil.slots.insert(slot_of(&Address { owner, kind, key }));
                }
                None if owner != authority.community() => {
                    veil.owners.insert(owner);
                }
                _ => {}
            }
        }
        veil
    }

    /// Whether a slot is hidden. Hiding all that somebody publishes leaves their name, so that people know whom it is
    /// about; a name that hurts is hidden as a slot of its own.
    pub fn covers(&self, slot: &[u8; 16], owner: &Id, kind: Kind) -> bool {
        self.slots.contains(slot) || kind != Kind::PROFILE && self.owners.contains(owner)
    }

    /// Slots and owners that are hidden in one of two and not in the other.
    pub fn difference(&self, other: &Veil) -> (Vec<[u8; 16]>, Vec<Id>) {
        let slots = self.slots.symmetric_difference(&other.slots).copied().collect();
        (slots, self.owners.symmetric_difference(&other.owners).copied().collect())
    }
}

/// The community's own name and time zone are not hidden: everything shown rests on them.
pub fn may_be_hidden(authority: &Authority, owner: &Id, kind: Kind) -> bool {
    *owner != authority.community() || kind != Kind::PROFILE
}

/// What a hide is about: one slot, or all of an owner's.
pub type Slot = Option<(Kind, Vec<u8>)>;

/// The hides in effect on an address, those of the very slot first: which slot they name (none: all of the owner's).
pub fn hides_on(authority: &Authority, address: &Address) -> Vec<(Slot, Hidden)> {
    if !may_be_hidden(authority, &address.owner, address.kind) {
        return Vec::new();
    }
    let own = (address.kind, address.key.clone());
    let all_may = address.owner != authority.community() && address.kind != Kind::PROFILE;
    let on = |slot: &Option<(Kind, Vec<u8>)>| slot.as_ref().map_or(all_may, |s| *s == own);
    let hides = authority.hides().filter(|(owner, slot, _)| *owner == address.owner && on(slot));
    let mut hides: Vec<_> = hides.map(|(_, slot, hidden)| (slot, hidden)).collect();
    hides.sort_by_key(|(slot, hidden)| (slot.is_none(), hidden.by));
    hides
}
