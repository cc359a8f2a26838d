//! The reference [`Source`]: everything in ordered maps. For tests, simulations and small tools; not for a node.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{LanePlace, ids_ancestors_first};
use super::source::Source;
use super::summary::{Bucket, BucketDigest, Summary};
use crate::id::Id;
use crate::record::{Record, RecordError};

/// Records in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    buckets: BTreeMap<Bucket, BTreeSet<Id>>,
    wires: BTreeMap<Id, (Bucket, Vec<u8>)>,
    /// Of the authority records that were looked at.
    places: BTreeMap<Id, LanePlace>,
    summary: Summary,
}

impl Memory {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// Verifies and keeps a record from outside. Says whether it was new.
    pub fn arrive(&mut self, community: &Id, wire: &[u8]) -> Result<bool, RecordError> {
        Ok(self.insert(&Record::from_wire(community, wire)?))
    }
    /// Keeps a record. Says whether it was new.
    pub fn insert(&mut self, record: &Record) -> bool {
        if Bucket::of(record) == Bucket::AUTHORITY {
            self.places.insert(record.id(), LanePlace::of(record));
        }
        self.insert_raw(Bucket::of(record), record.id(), record.wire().to_vec())
    }
    /// Keeps bytes under an id without looking at them: for measuring.
    pub fn insert_raw(&mut self, bucket: Bucket, id: Id, wire: Vec<u8>) -> bool {
        if self.wires.contains_key(&id) {
            return false;
        }
        self.wires.insert(id, (bucket, wire));
        self.buckets.entry(bucket).or_default().insert(id);
        self.summary.add(bucket, &id);
        true
    }
    /// Lets a record go. Says whether it was there.
    pub fn remove(&mut self, id: &Id) -> bool {
        let Some((bucket, _)) = self.wires.remove(id) else { return false };
        self.summary.remove(bucket, id);
        self.places.remove(id);
        if let Some(ids) = self.buckets.get_mut(&bucket) {
            ids.remove(id);
        }
        true
    }
    /// All ids, ascending.
    pub fn all(&self) -> Vec<Id> {
        self.wires.keys().copied().collect()
    }
    /// How many records.
    pub fn len(&self) -> usize {
        self.wires.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.wires.is_empty()
    }
    /// The set hashes.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }
}

impl Source for Memory {
    fn buckets(&self) -> Vec<BucketDigest> {
        self.summary.digests()
    }
    fn ids(&self, bucket: Bucket, first: &Id, last: &Id, limit: usize) -> Vec<Id> {
        let Some(ids) = self.buckets.get(&bucket).filter(|_| first <= last) else { return Vec::new() };
        ids.range(*first..=*last).take(limit).copied().collect()
    }
    fn wire(&self, id: &Id) -> Option<Vec<u8>> {
        self.wires.get(id).map(|(_, w)| w.clone())
    }
    fn has(&self, id: &Id) -> bool {
        self.wires.contains_key(id)
    }
    fn ancestors_first(&self, ids: Vec<Id>) -> Vec<Id> {
        ids_ancestors_first(ids, |id| self.places.get(id).copied())
    }
}
