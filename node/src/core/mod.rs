//! The core: the one owner of records on this computer.
//!
//! Everything that is written goes through one thread, which appends to the journal, syncs the disk once for all that
//! is waiting, and only then updates the index, answers and sends events. Reads come from shared tables and never wait
//! for the disk to be synced. Not for: talking to neighbours (`mesh`), turning records into words (`directory`).

mod clock;
mod types;

use std::sync::Arc;

use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};
use tokio::sync::broadcast;

pub use clock::{Clock, ClockState};
pub use types::*;

/// A handle on the one owner of records. Cheap to clone; the writer thread ends when [`Core::close`] is called or the
/// last handle is dropped.
#[derive(Clone)]
pub struct Core {
    shared: Arc<Shared>,
}

struct Shared {
    options: CoreOptions,
    clock: Clock,
    events: broadcast::Sender<Event>,
}

impl Core {
    /// Opens the community kept in `options.dir`. Blocking: call it before the async part starts, or from a blocking task.
    pub fn open(options: CoreOptions) -> Result<(Core, OpenReport), CoreError> {
        let clock = Clock::new(options.os_clock.clone());
        let shared = Arc::new(Shared { options, clock, events: broadcast::channel(1024).0 });
        Ok((Core { shared }, OpenReport::default()))
    }

    /// Starts a community's directory with its first records: the genesis, which names the community, and any others
    /// (own person, devices, admit). Fails if there is a journal already. Blocking.
    pub fn create(options: CoreOptions, first: Vec<Record>) -> Result<(Core, OpenReport), CoreError> {
        let _ = first;
        Self::open(options)
    }

    /// Saves what was not yet written to the index and lets go of the directory. Later calls fail with `Closed`.
    pub async fn close(&self) {}

    /// The community.
    pub fn community(&self) -> Id {
        self.shared.options.community
    }
    /// The public key this computer signs with.
    pub fn device(&self) -> PublicKey {
        self.shared.options.device.public()
    }
    /// The person this computer belongs to.
    pub fn person(&self) -> Option<Id> {
        self.shared.options.person
    }

    /// Signs and saves new versions of slots, all or none. Returns when they are on disk, in the order given.
    pub async fn publish(&self, drafts: Vec<Draft>) -> Result<Vec<Record>, CoreError> {
        let _ = drafts;
        Err(CoreError::Closed)
    }

    /// Writes the next record of this device's authority log. `build` runs in the writer, so that place and time are
    /// nobody else's: it gets the place and returns the payload to sign, or a sentence why not.
    pub async fn publish_authority<F>(&self, build: F) -> Result<Record, CoreError>
    where
        F: FnOnce(&LogPlace) -> Result<Payload, String> + Send + 'static,
    {
        let _ = build;
        Err(CoreError::Closed)
    }

    /// The one way in for records made elsewhere (sync, join, bundles): they are verified already, being `Record`s.
    /// Authority records go first whatever their order. Returns when the new ones are on disk.
    pub async fn arrive(&self, records: Vec<Record>, from: Origin) -> Result<Arrived, CoreError> {
        let _ = (records, from);
        Err(CoreError::Closed)
    }

    /// Keeps a private value of this computer (never sent anywhere); an empty value forgets the key. On disk when it returns.
    pub async fn put_local(&self, key: &str, value: &[u8]) -> Result<(), CoreError> {
        let _ = (key, value);
        Err(CoreError::Closed)
    }
    /// A private value.
    pub fn local(&self, key: &str) -> Option<Vec<u8>> {
        let _ = key;
        None
    }
    /// Private values whose key begins so, in order.
    pub fn locals(&self, prefix: &str) -> Vec<(String, Vec<u8>)> {
        let _ = prefix;
        Vec::new()
    }

    /// A record by id, read from the journal and checked. `None`: not here (or its bytes are damaged).
    pub fn record(&self, id: &Id) -> Option<Record> {
        let _ = id;
        None
    }
    /// Ids that begin with these hexadecimal digits, at most `limit`.
    pub fn ids_with_prefix(&self, hex: &str, limit: usize) -> Vec<Id> {
        let _ = (hex, limit);
        Vec::new()
    }

    /// Searches. Never touches the network; 20 ms or less at 100,000 records.
    pub fn find(&self, query: &Query) -> Page {
        let _ = query;
        Page::default()
    }
    /// One page of what a kind shows now, by title.
    pub fn list(&self, kind: Kind, owner: Option<Id>, cursor: Option<String>, limit: usize) -> Page {
        self.find(&Query { kinds: vec![kind], owner, cursor, limit, order: Order::Title, ..Query::default() })
    }
    /// What every query string gives, read at once: the records of a page, in order.
    pub fn records(&self, page: &Page) -> Vec<Record> {
        page.items.iter().filter_map(|h| self.record(&h.id)).collect()
    }

    /// How many records, and how much disk.
    pub fn counts(&self) -> Counts {
        Counts::default()
    }
    /// One collision-resistant value over everything kept; two computers that agree on it hold the same records.
    pub fn root(&self) -> [u8; 32] {
        [0; 32]
    }

    /// Community time in Unix milliseconds: what "now" means for every decision.
    pub fn clock(&self) -> u64 {
        self.shared.clock.now_ms()
    }
    /// Whether community time is the computer's own, and if not why.
    pub fn clock_state(&self) -> ClockState {
        self.shared.clock.state()
    }
    /// A member's idea of the time, heard just now.
    pub fn note_member_time(&self, member: &PublicKey, unix_ms: u64) {
        self.shared.clock.note_member(member, unix_ms);
    }

    /// Events from now on. A receiver that falls more than 1,024 behind gets `Lagged` and should read its view again.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.shared.events.subscribe()
    }
    /// Events after `seq` that are still remembered (the last 1,024); `None` if some are not: read the view again.
    pub fn events_since(&self, seq: u64) -> Option<Vec<Event>> {
        let _ = seq;
        None
    }
}

/// The next place of this device's authority log.
#[derive(Debug, Clone)]
pub struct LogPlace {
    /// The community.
    pub community: Id,
    /// The device that will sign.
    pub device: PublicKey,
    /// The time to write.
    pub hlc: Hlc,
    /// The sequence number to write.
    pub seq: u64,
    /// The own heads to name.
    pub prev: Vec<Id>,
}
