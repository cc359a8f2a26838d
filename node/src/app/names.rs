//! Names of people, groups and the community, read from their profiles and kept until one changes, or who may do what:
//! the name of somebody who was let in counts from then on.

use std::collections::BTreeMap;

use hedgerow_protocol::id::Id;
use serde_json::Value;

use crate::core::Core;

/// Most profiles kept in memory; beyond, all are read again.
const KEPT: usize = 20_000;

/// The profiles read so far.
#[derive(Default)]
pub struct Names {
    read: BTreeMap<Id, Option<Value>>,
    /// The state of the authority they were read at.
    generation: u64,
}

impl Names {
    /// The profile of an owner.
    pub fn get(&mut self, core: &Core, owner: &Id) -> Option<Value> {
        // Looked at before reading: what is read may be newer, never older.
        let generation = core.authority().generation();
        if generation != self.generation {
            self.forget();
            self.generation = generation;
        }
        if let Some(known) = self.read.get(owner) {
            return known.clone();
        }
        let doc = core.profile(owner);
        if self.read.len() >= KEPT {
            self.forget();
        }
        self.read.insert(*owner, doc.clone());
        doc
    }

    /// Forgets all.
    pub fn forget(&mut self) {
        self.read.clear();
    }
}
