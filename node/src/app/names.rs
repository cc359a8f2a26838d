//! Names of people, groups and the community, read from their profiles and kept until one changes.

use std::collections::BTreeMap;

use hedgerow_protocol::cbor::doc_from_cbor;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use serde_json::Value;

use crate::core::Core;

/// Most profiles kept in memory; beyond, all are read again.
const KEPT: usize = 20_000;

/// The profiles read so far.
#[derive(Default)]
pub struct Names(BTreeMap<Id, Option<Value>>);

impl Names {
    /// The profile of an owner.
    pub fn get(&mut self, core: &Core, owner: &Id) -> Option<Value> {
        if let Some(known) = self.0.get(owner) {
            return known.clone();
        }
        let page = core.list(Kind::PROFILE, Some(*owner), None, 1);
        let doc = core.records(&page).first().and_then(|r| doc_from_cbor(&r.payload().body).ok());
        if self.0.len() >= KEPT {
            self.0.clear();
        }
        self.0.insert(*owner, doc.clone());
        doc
    }

    /// Forgets all.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}
