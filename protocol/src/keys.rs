//! Ed25519 keys: the one file that names ed25519-dalek.
//!
//! Seeds come in as arguments. A secret has no `Debug`, and is wiped when dropped.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::id::PublicKey;

/// A signature in its 64 bytes.
pub type SignatureBytes = [u8; 64];

/// A signing key: of a device, a person, an invite.
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// The key of a 32-byte seed. The seed is the whole secret.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        SecretKey(SigningKey::from_bytes(seed))
    }
    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }
    /// The seed, to be stored in a file only its owner can read.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }
    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> SignatureBytes {
        self.0.sign(message).to_bytes()
    }
    /// The transport key of this device: a key of its own, so that connections never sign records.
    pub fn transport(&self) -> SecretKey {
        let seed = Zeroizing::new(blake3::derive_key("hedgerow 2026 transport key of a device", &self.0.to_bytes()));
        SecretKey::from_seed(&seed)
    }
}

impl Clone for SecretKey {
    fn clone(&self) -> Self {
        SecretKey(self.0.clone())
    }
}

/// `verify_strict`, the one rule everybody uses: small-order keys and non-canonical forms are refused.
pub fn verify(key: &PublicKey, message: &[u8], signature: &SignatureBytes) -> bool {
    VerifyingKey::from_bytes(&key.0).and_then(|k| k.verify_strict(message, &Signature::from_bytes(signature))).is_ok()
}
