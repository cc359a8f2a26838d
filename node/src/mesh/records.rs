//! What the mesh needs of the records on this computer, and nothing more.
//!
//! The core is the one real implementation; tests have a twin in memory.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::record::Record;
use hedgerow_protocol::sync::Source;
use tokio::sync::broadcast;

use crate::core::{Arrived, ClockState, Core, Event, Origin};

/// A community's records on this computer, as links see them.
pub trait Records: Send + Sync + 'static {
    /// The community.
    fn community(&self) -> Id;
    /// Who may do what, as known now.
    fn authority(&self) -> Arc<Authority>;
    /// Person or group this computer belongs to.
    fn owner(&self) -> Option<Id>;
    /// The one way in. The error is a sentence.
    fn arrive(&self, records: Vec<Record>, from: PublicKey) -> BoxFuture<'_, Result<Arrived, String>>;
    /// The records as sync compares them. Blocking; not for async threads.
    fn with_source(&self, work: &mut dyn FnMut(&dyn Source));
    /// What happens from now on.
    fn subscribe(&self) -> broadcast::Receiver<Event>;
    /// One value over everything.
    fn root(&self) -> [u8; 32];
    /// How many records.
    fn count(&self) -> u64;
    /// Community time in Unix milliseconds, and whether there is reason to trust it.
    fn now(&self) -> (u64, bool);
    /// Takes note of a member's clock.
    fn note_member_time(&self, member: &PublicKey, unix_ms: u64);
}

impl Records for Core {
    fn community(&self) -> Id {
        Core::community(self)
    }
    fn authority(&self) -> Arc<Authority> {
        Core::authority(self)
    }
    fn owner(&self) -> Option<Id> {
        let authority = Core::authority(self);
        self.person().or_else(|| authority.device(&self.device()).map(|d| d.owner))
    }
    fn arrive(&self, records: Vec<Record>, from: PublicKey) -> BoxFuture<'_, Result<Arrived, String>> {
        async move { Core::arrive(self, records, Origin::Peer(from)).await.map_err(|e| e.to_string()) }.boxed()
    }
    fn with_source(&self, work: &mut dyn FnMut(&dyn Source)) {
        work(self);
    }
    fn subscribe(&self) -> broadcast::Receiver<Event> {
        Core::subscribe(self)
    }
    fn root(&self) -> [u8; 32] {
        Core::root(self)
    }
    fn count(&self) -> u64 {
        self.counts().records
    }
    fn now(&self) -> (u64, bool) {
        (self.clock(), self.clock_state() != ClockState::Unsure)
    }
    fn note_member_time(&self, member: &PublicKey, unix_ms: u64) {
        Core::note_member_time(self, member, unix_ms);
    }
}
