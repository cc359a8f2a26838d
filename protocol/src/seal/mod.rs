//! Sealed records: private requests, answers and reports that only those can read to whom they are sealed.
//!
//! [`keys`] holds the public keys people seal with and how their secrets reach each device; [`sealed`] the message on
//! the outside; [`message`] what stands inside. Sender, addressees and time are visible to everybody who holds the
//! record, sizes only by bucket; there is no forward secrecy for one message. Not for: whether a record counts
//! ([`crate::authority`]), where it is kept, or who may be asked.

pub mod keys;
pub mod message;
pub mod sealed;
mod suite;
#[cfg(test)]
mod tests;

use core::fmt;
use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::id::Id;
use crate::keys::SecretKey;

pub use crate::authority::body::Reason;
pub use keys::{NoAddressee, OwnerKeys, Renewal};
pub use message::{About, Message};
pub use sealed::{Addressee, OpenError, SealError};

/// A public key to seal with: X25519.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealingPublic(pub [u8; 32]);

impl fmt::Debug for SealingPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingPublic({})", data_encoding::HEXLOWER.encode(&self.0[..4]))
    }
}

impl SealingPublic {
    /// Whether somebody can hold the other half. A few keys give the same secret to everybody: nothing is sealed to them.
    pub fn is_sound(&self) -> bool {
        suite::is_sound(&self.0)
    }
}

/// The secret half: a seed of 32 bytes. It has no `Debug`, and is wiped when dropped.
#[derive(Clone)]
pub struct SealingSecret {
    seed: Zeroizing<[u8; 32]>,
    pair: suite::Pair,
}

impl SealingSecret {
    /// The key pair of a seed (RFC 9180 `DeriveKeyPair`). The seed is the whole secret.
    pub fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        let pair = suite::Pair::derive(&seed);
        SealingSecret { seed, pair }
    }
    /// The sealing key of a device: derived, so that there is nothing more to store, and no signing key seals.
    pub fn of_device(device: &SecretKey) -> Self {
        let seed = device.seed();
        Self::from_seed(Zeroizing::new(blake3::derive_key("hedgerow 2026 sealing key of a device", &seed[..])))
    }
    /// The public half.
    pub fn public(&self) -> SealingPublic {
        SealingPublic(*self.pair.public())
    }
    /// The seed, to be sealed to somebody else or stored where only its owner can read.
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }
}

/// Secrets by owner and public half: everything one device can open with, for the persons and groups it reads for.
#[derive(Clone, Default)]
pub struct Keyring(BTreeMap<(Id, SealingPublic), SealingSecret>);

impl Keyring {
    /// No key.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds a key of an owner. Returns whether it is new.
    pub fn insert(&mut self, owner: Id, secret: SealingSecret) -> bool {
        self.0.insert((owner, secret.public()), secret).is_none()
    }
    /// Adds all keys of another.
    pub fn extend(&mut self, other: Keyring) {
        self.0.extend(other.0);
    }
    /// The secret of an owner's public key, if it is here.
    pub fn get(&self, owner: &Id, public: &SealingPublic) -> Option<&SealingSecret> {
        self.0.get(&(*owner, *public))
    }
    /// Owners and public halves, ascending.
    pub fn publics(&self) -> impl Iterator<Item = &(Id, SealingPublic)> {
        self.0.keys()
    }
    /// How many keys are here.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether no key is here.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Randomness for one operation: 32 fresh bytes from the caller, spread over what the operation needs.
///
/// It is not `Clone` and is used up: the same bytes for two operations would give two messages one ephemeral key.
pub struct Randomness {
    seed: Zeroizing<[u8; 32]>,
    used: u64,
}

impl Randomness {
    /// Of 32 bytes that come from the operating system's generator and are used for nothing else.
    pub fn new(seed: [u8; 32]) -> Self {
        Randomness { seed: Zeroizing::new(seed), used: 0 }
    }
    /// The next 32 bytes.
    fn next(&mut self) -> Zeroizing<[u8; 32]> {
        let mut hash = blake3::Hasher::new_derive_key("hedgerow 2026 randomness of one sealing");
        hash.update(&self.seed[..]).update(&self.used.to_be_bytes());
        self.used += 1;
        Zeroizing::new(*hash.finalize().as_bytes())
    }
}
