//! What a node holds, in a few bytes: a set hash for the authority lane and one for each expiry week.
//!
//! The set hash is LtHash (1024 lanes of 16 bits): ids are added and removed one by one, in any order, and two sets
//! have the same hash only if they are the same set. Not for finding *which* ids differ: see [`super::Session`].

use std::collections::BTreeMap;

use crate::id::Id;
use crate::kind::Lane;
use crate::record::Record;
use crate::retention;

const LANES: usize = 1024;
/// Bytes of a [`SetHash`] at rest: count (8) and lanes (2 each).
pub const SET_HASH_BYTES: usize = 8 + 2 * LANES;

/// Which part of the set a record lies in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Bucket(pub u32);

impl Bucket {
    /// The authority lane.
    pub const AUTHORITY: Bucket = Bucket(0);

    /// Content that expires in a week (see [`crate::hlc::week_of`]). Weeks from [`retention::FAR_WEEK`] on share one bucket.
    pub fn week(week: u32) -> Bucket {
        Bucket(week.min(retention::FAR_WEEK) + 1)
    }
    /// Where a record lies.
    pub fn of(record: &Record) -> Bucket {
        match record.lane() {
            Lane::Authority => Bucket::AUTHORITY,
            Lane::Content => Bucket::week(retention::expiry_week(record)),
        }
    }
    /// The expiry week, for content.
    pub fn as_week(self) -> Option<u32> {
        self.0.checked_sub(1)
    }
    /// Whether it is compared when weeks below `floor` are left out.
    pub fn counts_from(self, floor: u32) -> bool {
        self.as_week().is_none_or(|w| w >= floor)
    }
}

/// The hash and size of a set of ids.
#[derive(Clone, PartialEq, Eq)]
pub struct SetHash {
    count: u64,
    lanes: Box<[u16; LANES]>,
}

impl Default for SetHash {
    fn default() -> Self {
        SetHash { count: 0, lanes: Box::new([0; LANES]) }
    }
}

impl core::fmt::Debug for SetHash {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SetHash({} ids, {})", self.count, Id(self.digest()).short())
    }
}

impl SetHash {
    /// Takes an id in. The caller knows that it was not in before.
    pub fn add(&mut self, id: &Id) {
        self.count = self.count.wrapping_add(1);
        self.each(id, u16::wrapping_add);
    }
    /// Takes an id out. The caller knows that it was in.
    pub fn remove(&mut self, id: &Id) {
        self.count = self.count.wrapping_sub(1);
        self.each(id, u16::wrapping_sub);
    }
    fn each(&mut self, id: &Id, op: fn(u16, u16) -> u16) {
        let mut bytes = [0u8; 2 * LANES];
        let mut hash = blake3::Hasher::new_derive_key("hedgerow 2026 set hash of record ids");
        hash.update(&id.0).finalize_xof().fill(&mut bytes);
        for (lane, pair) in self.lanes.iter_mut().zip(bytes.chunks_exact(2)) {
            *lane = op(*lane, u16::from_be_bytes([pair[0], pair[1]]));
        }
    }
    /// How many ids are in.
    pub fn count(&self) -> u64 {
        self.count
    }
    /// 32 collision-resistant bytes: BLAKE3 over [`Self::to_bytes`].
    pub fn digest(&self) -> [u8; 32] {
        *blake3::hash(&self.to_bytes()).as_bytes()
    }
    /// Count (u64 BE), then 1024 lanes (u16 BE): [`SET_HASH_BYTES`] bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(SET_HASH_BYTES);
        out.extend(self.count.to_be_bytes());
        self.lanes.iter().for_each(|l| out.extend(l.to_be_bytes()));
        out
    }
    /// Reads what [`Self::to_bytes`] wrote; `None` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != SET_HASH_BYTES {
            return None;
        }
        let (count, lanes) = bytes.split_first_chunk::<8>()?;
        let mut out = SetHash { count: u64::from_be_bytes(*count), ..SetHash::default() };
        for (lane, pair) in out.lanes.iter_mut().zip(lanes.chunks_exact(2)) {
            *lane = u16::from_be_bytes([pair[0], pair[1]]);
        }
        Some(out)
    }
}

/// A bucket with something in it, as the root sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BucketDigest {
    /// Which.
    pub bucket: Bucket,
    /// [`SetHash::digest`].
    pub digest: [u8; 32],
    /// How many ids.
    pub count: u64,
}

/// One hash over buckets in ascending order: BLAKE3 (derive-key "hedgerow 2026 root of a record set") over
/// bucket (u32 BE) ‖ digest (32) of each. Empty buckets must not be among them.
pub fn root<'a>(buckets: impl IntoIterator<Item = &'a BucketDigest>) -> [u8; 32] {
    let mut hash = blake3::Hasher::new_derive_key("hedgerow 2026 root of a record set");
    for b in buckets {
        hash.update(&b.bucket.0.to_be_bytes()).update(&b.digest);
    }
    *hash.finalize().as_bytes()
}

/// The set hashes of everything a node holds, kept with every write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    buckets: BTreeMap<Bucket, SetHash>,
}

impl Summary {
    /// From hashes that were stored one by one.
    pub fn from_parts(parts: impl IntoIterator<Item = (Bucket, SetHash)>) -> Self {
        Summary { buckets: parts.into_iter().filter(|(_, h)| h.count() > 0).collect() }
    }
    /// Takes an id in that was not in before.
    pub fn add(&mut self, bucket: Bucket, id: &Id) {
        self.buckets.entry(bucket).or_default().add(id);
    }
    /// Takes an id out that was in. Does nothing where the bucket is empty.
    pub fn remove(&mut self, bucket: Bucket, id: &Id) {
        if let Some(hash) = self.buckets.get_mut(&bucket) {
            hash.remove(id);
            if hash.count() == 0 {
                self.buckets.remove(&bucket);
            }
        }
    }
    /// The hash of one bucket, to be stored; `None` when it is empty.
    pub fn bucket(&self, bucket: Bucket) -> Option<&SetHash> {
        self.buckets.get(&bucket)
    }
    /// Every bucket with something in it, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (Bucket, &SetHash)> {
        self.buckets.iter().map(|(b, h)| (*b, h))
    }
    /// Digests of all buckets, ascending: what [`super::Source::buckets`] gives.
    pub fn digests(&self) -> Vec<BucketDigest> {
        self.iter().map(|(bucket, h)| BucketDigest { bucket, digest: h.digest(), count: h.count() }).collect()
    }
    /// The root over the authority lane and the weeks from `floor` on.
    pub fn root_from(&self, floor: u32) -> [u8; 32] {
        root(self.digests().iter().filter(|b| b.bucket.counts_from(floor)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn vector() {
        let mut h = SetHash::default();
        h.add(&Id([1; 32]));
        h.add(&Id([2; 32]));
        assert_eq!(
            data_encoding::HEXLOWER.encode(&h.digest()),
            "2407bd88b026abb7d53197f115bebd8e0d72191ad8bf0d632a5284613057bdd8"
        );
        assert_eq!(SetHash::from_bytes(&h.to_bytes()), Some(h));
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_removal_undoes(ids in prop::collection::btree_set(any::<[u8; 32]>(), 1..20), extra in any::<[u8; 32]>(), turn in any::<prop::sample::Index>()) {
            prop_assume!(!ids.contains(&extra));
            let mut ids: Vec<Id> = ids.into_iter().map(Id).collect();
            let (mut a, mut b) = (Summary::default(), Summary::default());
            ids.iter().for_each(|i| a.add(Bucket::week(u32::from(i.0[0] & 3)), i));
            let by = turn.index(ids.len());
            ids.rotate_left(by);
            b.add(Bucket::week(1), &Id(extra));
            ids.iter().for_each(|i| b.add(Bucket::week(u32::from(i.0[0] & 3)), i));
            prop_assert_ne!(a.root_from(0), b.root_from(0));
            b.remove(Bucket::week(1), &Id(extra));
            prop_assert_eq!(a.root_from(0), b.root_from(0));
            prop_assert_eq!(&a, &b);
            prop_assert_eq!(Summary::from_parts(a.iter().map(|(b, h)| (b, h.clone()))), a);
        }
    }
}
