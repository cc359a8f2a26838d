//! Sealing keys: the records that publish them, and how their secrets reach every device that should open with them.
//!
//! Two uses of one kind, told apart by the key of the slot:
//!
//! - `d` ‖ device: a device announces its own sealing key. It is derived from the device's seed, see
//!   [`super::SealingSecret::of_device`].
//! - `k` ‖ generation ‖ the first 8 bytes of the public key: one generation of the key of a person, of a group, or (owner:
//!   the community) of the stewards. Its secret is wrapped to each device that reads for the owner, and the secrets of
//!   other generations go along, sealed to the new one.
//!
//! A *reader* of an owner is a full device that may publish for it. When a reader is gone, another generation is made
//! and the old ones are handed on; when one has come, the same generation is wrapped again. Two devices may do so at
//! the same time: slots of two generations differ by public key, and what is sealed to either opens with the keyring.
//! Not for: when to look, and how often: that is the caller's.

mod body;
#[cfg(test)]
mod tests;
mod view;

pub use body::{ANNOUNCED, Announcement, GENERATION, Generation, Slot, announce, device_slot, generation_slot};
pub use view::{Candidate, NoAddressee, OwnerKeys, RenewError, Renewal, readers};
