//! What the mesh needs of the records on this computer, and nothing more.
//!
//! The core is the one real implementation; tests have a twin in memory.

use std::sync::Arc;

use futures::future::BoxFuture;
use hedgerow_protocol::authority::{Authority, Why};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::record::Record;
use hedgerow_protocol::sync::Source;
use tokio::sync::broadcast;

use crate::core::{Arrived, Event};

/// One page of records: as they are on the wire, and where to go on.
pub type RecordPage = (Vec<Vec<u8>>, Option<Vec<u8>>);

/// A community's records on this computer, as links see them. Errors are sentences.
pub trait Records: Send + Sync + 'static {
    /// The community.
    fn community(&self) -> Id;
    /// Who may do what, as known now.
    fn authority(&self) -> Arc<Authority>;
    /// Person or group this computer belongs to.
    fn owner(&self) -> Option<Id>;
    /// The one way in.
    fn arrive(&self, records: Vec<Record>, from: PublicKey) -> BoxFuture<'_, Result<Arrived, String>>;
    /// The records as sync compares them. Blocking: not for async threads.
    fn with_source(&self, work: &mut dyn FnMut(&dyn Source));
    /// What happens from now on.
    fn subscribe(&self) -> broadcast::Receiver<Event>;
    /// One value over everything.
    fn root(&self) -> [u8; 32];
    /// Whether there is no room here for all that others publish.
    fn is_partial(&self) -> bool;
    /// How many records.
    fn count(&self) -> u64;
    /// Community time in Unix milliseconds, and whether there is reason to trust it.
    fn now(&self) -> (u64, bool);
    /// Takes note of a member's clock.
    fn note_member_time(&self, member: &PublicKey, unix_ms: u64);
    /// The community's name, once its profile is here.
    fn name(&self) -> Option<String>;
    /// What whoever this computer belongs to lets themselves be called by strangers.
    fn host_name(&self) -> Option<String>;
    /// The reason given when whoever is behind a transport key was taken out; empty when there is none.
    fn reason_out(&self, transport: &PublicKey) -> String;
    /// What anybody may read, page by page. Blocking.
    fn public_page(&self, cursor: Option<&[u8]>) -> RecordPage;
    /// What members read: who may do what, the founding record first, then what is shown to all of them.
    /// Blocking.
    fn member_page(&self, cursor: Option<&[u8]>) -> RecordPage;
    /// A private value of this computer.
    fn local(&self, key: &str) -> Option<Vec<u8>>;
    /// Private values whose key begins so, in order.
    fn locals(&self, prefix: &str) -> Vec<(String, Vec<u8>)>;
    /// Keeps a private value; empty forgets it. On disk when it returns.
    fn put_local(&self, key: &str, value: Vec<u8>) -> BoxFuture<'_, Result<(), String>>;
    /// Lets a person in to read, in one of this computer's places. On disk when it returns.
    fn enter(&self, person: Id) -> BoxFuture<'_, Result<Record, Option<Why>>>;
    /// Whether this computer's person may let somebody in now.
    fn may_admit(&self) -> bool;
    /// Lets a person in, in the name of this computer's person. On disk when it returns.
    fn admit(&self, person: Id, invite: PublicKey) -> BoxFuture<'_, Result<Record, String>>;
}
