//! Hiding: which content the hides in effect name. It is out of retention, so that nobody keeps it for others or passes it on.
//!
//! The exceptions are fixed numbers of kinds, since every version has to keep the same set. Not for: which hides are in effect
//! (`units::hidden`).

use super::{Authority, Hidden};
use crate::id::Id;
use crate::kind::Kind;
use crate::record::Address;

/// What a hide names: one slot of an owner, or all that the owner publishes.
pub type HideTarget = Option<(Kind, Vec<u8>)>;

/// Kinds that only programs read: nobody can tell what is wrong with one, and others depend on it.
const NEVER_HIDDEN: [Kind; 3] = [Kind::ROLL_CALL, Kind::SEALING_KEY, Kind::SEALED];

impl Authority {
    /// Whether a hide of a slot of this owner and kind has an effect. The community's own name and time zone stay: everything
    /// shown rests on them.
    pub fn may_be_hidden(&self, owner: &Id, kind: Kind) -> bool {
        !NEVER_HIDDEN.contains(&kind) && (*owner != self.community() || kind != Kind::PROFILE)
    }

    /// Whether a hide of all that an owner publishes has an effect on this kind. The owner's name stays, so that people know
    /// whom it is about; a name that hurts is hidden as a slot of its own.
    pub fn is_hidden_with_all(&self, owner: &Id, kind: Kind) -> bool {
        *owner != self.community() && kind != Kind::PROFILE && self.may_be_hidden(owner, kind)
    }

    /// The hides in effect on an address and what each names, those of the very slot first.
    pub fn hides_on(&self, address: &Address) -> Vec<(HideTarget, Hidden)> {
        let Some(veil) = self.state.veil(address.owner) else { return Vec::new() };
        let slot = Some((address.kind, address.key.clone()));
        let of_slot = Some(slot).filter(|_| self.may_be_hidden(&address.owner, address.kind));
        let of_all = Some(None).filter(|_| self.is_hidden_with_all(&address.owner, address.kind));
        let targets = of_slot.into_iter().chain(of_all);
        let hides = targets.flat_map(|target| {
            let hides = veil.slots.get(&target).into_iter().flatten();
            hides.map(move |h| (target.clone(), Hidden { by: h.by, steward: h.steward, reason: h.reason }))
        });
        hides.collect()
    }

    /// Whether a hide in effect names an address.
    pub fn is_hidden(&self, address: &Address) -> bool {
        !self.hides_on(address).is_empty()
    }
}
