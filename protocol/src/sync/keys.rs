//! The keys of a session and of each round in it, and what is said under them. Layouts: see the module above.

use super::contract::Role;
use super::summary::BucketDigest;
use crate::id::Id;

/// The key of one session, from the nonce of the initiator and that of the acceptor.
pub fn session_key(initiator: &[u8; 16], acceptor: &[u8; 16], community: &Id) -> [u8; 32] {
    let mut hash = blake3::Hasher::new_derive_key("hedgerow 2026 keys of one sync session");
    *hash.update(initiator).update(acceptor).update(&community.0).finalize().as_bytes()
}

/// The key of one round: nobody could prepare records whose short forms collide under it.
#[derive(Clone, Copy)]
pub struct RoundKey([u8; 32]);

impl RoundKey {
    /// Of the round with this number.
    pub fn new(session: &[u8; 32], round: u32) -> RoundKey {
        RoundKey(*blake3::keyed_hash(session, &round.to_be_bytes()).as_bytes())
    }
    /// Eight bytes that stand for an id (or any 32 bytes) in this round.
    pub fn short(&self, bytes: &[u8; 32]) -> u64 {
        first_eight(&blake3::keyed_hash(&self.0, bytes))
    }
    /// Takes the ids of a range, for [`first_eight`] of it.
    pub(super) fn hasher(&self) -> blake3::Hasher {
        blake3::Hasher::new_keyed(&self.0)
    }
    /// The root over buckets in ascending order as one side says it in this round. It proves that the sayer knows every
    /// digest: what the other side said, or anybody in another round, is of no help.
    pub fn root<'a>(&self, by: Role, buckets: impl IntoIterator<Item = &'a BucketDigest>) -> [u8; 32] {
        let mut hash = self.hasher();
        hash.update(&[match by {
            Role::Initiator => 0,
            Role::Acceptor => 1,
        }]);
        for b in buckets {
            hash.update(&b.bucket.0.to_be_bytes()).update(&b.digest);
        }
        *hash.finalize().as_bytes()
    }
}

/// The first eight bytes of a hash, as a number.
pub(super) fn first_eight(hash: &blake3::Hash) -> u64 {
    hash.as_bytes()[..8].iter().fold(0, |v, b| (v << 8) | u64::from(*b))
}
