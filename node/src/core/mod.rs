//! The core: the one owner of records on this computer.
//!
//! Everything that is written goes through one thread, which appends to the journal, syncs the disk once for all that
//! is waiting, and only then updates the index, answers and sends events. Reads come from shared tables and never wait
//! for the disk to be synced. Not for: talking to neighbours (`mesh`), turning records into words (`directory`).

#[cfg(test)]
pub(crate) mod by_hand;
mod clock;
mod digest;
mod find;
mod hidden;
mod local;
mod mine;
mod open;
mod pages;
mod retained;
mod state;
#[cfg(test)]
pub(crate) mod tests;
mod types;
mod writer;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hedgerow_protocol::authority::build::BuildError;
use hedgerow_protocol::authority::{Authority, Role};
use hedgerow_protocol::cbor::doc_from_cbor;
use hedgerow_protocol::hlc::{Hlc, day_of_ms, week_of};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::profile::{self, is_for_strangers};
use hedgerow_protocol::record::{Address, Record};
use hedgerow_protocol::sync::{Bucket, BucketDigest, LanePlace, Source, ids_ancestors_first};
use hedgerow_protocol::view::{self, SlotView};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::store::table::{flag, slot_of};
pub use clock::{Clock, ClockState};
pub use local::{HLC_KEY as LAST_WRITTEN_KEY, RESTORED_KEY};
pub use mine::{FromElsewhere, Latest, Written};
use state::State;
pub use types::*;
use writer::Command;

/// Commands waiting for the writer. Full: callers wait.
const COMMANDS_MAX: usize = 256;
/// Events a receiver may be behind, and events remembered.
const EVENTS_MAX: usize = 1024;
/// Listings of one thing looked at. More: the smallest ids.
const SAME_MAX: usize = 32;

/// A handle on the one owner of records. Cheap to clone; the writer thread ends when [`Core::close`] is called or the
/// last handle is dropped.
#[derive(Clone)]
pub struct Core {
    shared: Arc<Shared>,
    commands: mpsc::Sender<Command>,
}

/// What handles and the writer share.
struct Shared {
    options: CoreOptions,
    clock: Clock,
    state: RwLock<State>,
    events: broadcast::Sender<Event>,
    remembered: Mutex<VecDeque<Event>>,
    journal_bytes: std::sync::atomic::AtomicU64,
    mine: Mutex<mine::Mine>,
    trouble: Mutex<Option<Trouble>>,
    /// Whether anything in the journal was found damaged since the start.
    is_damaged: std::sync::atomic::AtomicBool,
    /// Something that others publish found no room here.
    is_partial: std::sync::atomic::AtomicBool,
    lane: pages::LaneOrder,
}

impl Shared {
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    /// Opens the community kept in `options.dir`. Blocking: call it before the async part starts, or from a blocking task.
    pub fn open(options: CoreOptions) -> Result<(Core, OpenReport), CoreError> {
        open::open(options, None)
    }

    /// Starts a community's directory with its first records: the genesis, which names the community, and any others
    /// (own person, devices, admit). Fails if there is a journal already. Blocking.
    pub fn create(options: CoreOptions, first: Vec<Record>) -> Result<(Core, OpenReport), CoreError> {
        open::open(options, Some(first))
    }

    /// Saves what was not yet written to the index and lets go of the directory. Later writes fail with `Closed`.
    pub async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.commands.send(Command::Close(reply)).await.is_ok() {
            let _ = closed.await;
        }
    }

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
        let restored = self.comes_later()?;
        let records = self.ask(|reply| Command::Publish(drafts, reply)).await?;
        self.has_written(restored).await?;
        Ok(records)
    }

    /// Writes the next record of this device's authority log. `build` runs in the writer, so that place and time are
    /// nobody else's; the functions of `authority::build` fit as they are. On disk when it returns.
    pub async fn publish_authority<F>(&self, build: F) -> Result<Record, CoreError>
    where
        F: FnOnce(&Authority, &SecretKey, Hlc) -> Result<Record, BuildError> + Send + 'static,
    {
        let restored = self.comes_later()?;
        let record = self.ask(|reply| Command::Authority(Box::new(build), reply)).await?;
        self.has_written(restored).await?;
        Ok(record)
    }

    /// Whether what is written now comes after all that this computer ever wrote. A folder that was put back from a backup
    /// does not know what it wrote last: only a clock that is right does. Gives whether the folder was put back.
    fn comes_later(&self) -> Result<bool, CoreError> {
        let Some(written) = self.local(RESTORED_KEY) else { return Ok(false) };
        let made_ms = u64::from_be_bytes(written.as_slice().try_into().unwrap_or_default());
        let is_behind = self.clock_state() == ClockState::Unsure || self.clock() < made_ms;
        if is_behind { Err(CoreError::ClockBehind) } else { Ok(true) }
    }

    /// From now on the last thing written is known again.
    async fn has_written(&self, restored: bool) -> Result<(), CoreError> {
        if restored { self.put_local(RESTORED_KEY, b"").await } else { Ok(()) }
    }

    /// The one way in for records made elsewhere (sync, join, bundles): they are verified already, being `Record`s.
    /// Authority records go first whatever their order. Returns when the new ones are on disk.
    pub async fn arrive(&self, records: Vec<Record>, from: Origin) -> Result<Arrived, CoreError> {
        self.ask(|reply| Command::Arrive(records, from, reply)).await
    }

    /// Keeps a private value of this computer (never sent anywhere); an empty value forgets the key. On disk when it returns.
    pub async fn put_local(&self, key: &str, value: &[u8]) -> Result<(), CoreError> {
        self.ask(|reply| Command::PutLocal(key.to_owned(), value.to_vec(), reply)).await
    }
    /// A private value.
    pub fn local(&self, key: &str) -> Option<Vec<u8>> {
        self.shared.read().locals.get(key).cloned()
    }
    /// Private values whose key begins so, in order.
    pub fn locals(&self, prefix: &str) -> Vec<(String, Vec<u8>)> {
        let state = self.shared.read();
        let from = state.locals.range(prefix.to_owned()..);
        from.take_while(|(k, _)| k.starts_with(prefix)).map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    /// Rewrites the journal without what is no longer needed. It also happens by itself.
    pub async fn compact(&self) -> Result<(), CoreError> {
        self.ask(Command::Compact).await
    }
    /// Brings the index on disk up to the journal. It also happens by itself.
    pub async fn save_index(&self) -> Result<(), CoreError> {
        self.ask(Command::SaveIndex).await
    }

    async fn ask<T>(&self, make: impl FnOnce(writer::Reply<T>) -> Command) -> Result<T, CoreError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(make(reply)).await.map_err(|_| CoreError::Closed)?;
        answer.await.map_err(|_| CoreError::Closed)?
    }

    /// A record by id, read from the journal and checked. `None`: not here, or its bytes are damaged.
    pub fn record(&self, id: &Id) -> Option<Record> {
        let (found, damaged) = {
            let state = self.shared.read();
            let number = state.table.find(id)?;
            let found = state.read_row(number);
            (found.clone(), found.is_none())
        };
        if damaged {
            // The writer looks again and lets go of it, so that a neighbour can bring it back.
            let _ = self.commands.try_send(Command::Lost(vec![*id]));
        }
        found
    }
    /// Whether a record is here.
    pub fn has(&self, id: &Id) -> bool {
        self.shared.read().table.find(id).is_some()
    }
    /// Ids that begin with these hexadecimal digits, at most `limit`.
    pub fn ids_with_prefix(&self, hex: &str, limit: usize) -> Vec<Id> {
        let hex = hex.to_ascii_lowercase();
        if hex.len() > 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Vec::new();
        }
        let filled = |fill: char| hex.chars().chain(std::iter::repeat(fill)).take(64).collect::<String>().parse::<Id>();
        let (Ok(first), Ok(last)) = (filled('0'), filled('f')) else { return Vec::new() };
        let state = self.shared.read();
        let buckets: Vec<Bucket> = state.table.summary().iter().map(|(b, _)| b).collect();
        let mut ids: Vec<Id> = buckets.into_iter().flat_map(|b| state.table.ids(b, &first, &last, limit)).collect();
        ids.sort_unstable();
        ids.truncate(limit);
        ids
    }
    /// A slot as it stands now.
    pub fn slot(&self, address: &Address) -> SlotView {
        let (records, authority) = {
            let state = self.shared.read();
            (state.records_of(address), state.authority.clone())
        };
        view::winner(&records, &authority, self.clock())
    }

    /// What somebody says of themselves to their community, unless an organiser hid it.
    pub fn profile(&self, owner: &Id) -> Option<serde_json::Value> {
        self.unhidden(&profile::slot(owner)).and_then(|r| doc_from_cbor(&r.payload().body).ok())
    }

    /// What strangers are shown of who somebody is: a group's or the community's profile, a person's pen name.
    pub fn open_name(&self, owner: &Id) -> Option<serde_json::Value> {
        let authority = self.authority();
        let shown = self.unhidden(&profile::open_name(&authority, owner));
        shown.filter(|r| is_for_strangers(&authority, r)).and_then(|r| doc_from_cbor(&r.payload().body).ok())
    }

    fn unhidden(&self, address: &Address) -> Option<Record> {
        let shown = self.shared.read().shown(&slot_of(address)).map(|(_, row)| row.id);
        shown.and_then(|id| self.record(&id))
    }

    /// Words about a removal or a hide, as long as they are not withdrawn.
    pub fn note_about(&self, record: &Id) -> String {
        let address = Address { owner: self.community(), kind: Kind::MODERATION_NOTE, key: record.0.to_vec() };
        let doc = self.slot(&address).shown().and_then(|r| doc_from_cbor(&r.payload().body).ok());
        doc.and_then(|d| d.get("text")?.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The newest counting versions that any of these devices wrote, shown or withdrawn, newest first.
    pub fn last_words(&self, devices: &[PublicKey]) -> Vec<LastWord> {
        self.shared.read().last_words(devices, self.clock())
    }

    /// Searches. Never touches the network; 20 ms or less at 100,000 records.
    pub fn find(&self, query: &Query) -> Page {
        find::find(&self.shared.read(), query, self.clock())
    }
    /// One page of what a kind shows now, by title.
    pub fn list(&self, kind: Kind, owner: Option<Id>, cursor: Option<String>, limit: usize) -> Page {
        self.find(&Query { kinds: vec![kind], owner, cursor, limit, order: Order::Title, ..Query::default() })
    }
    /// The records of a page, in order; what turned out damaged is left out.
    pub fn records(&self, page: &Page) -> Vec<Record> {
        page.items.iter().filter_map(|h| self.record(&h.id)).collect()
    }
    /// Every record of a kind that is here, by time: those shown, or all versions of all slots, counting or not. Reads
    /// each from the journal: for kinds of which there are few.
    pub fn of_kind(&self, kind: Kind, shown_only: bool) -> Vec<Record> {
        let state = self.shared.read();
        let rows = state.table.rows().iter().enumerate();
        let fits = |row: &crate::store::table::Row| {
            row.kind == kind && !row.has(flag::DEAD) && (!shown_only || row.has(flag::SHOWN))
        };
        let mut records: Vec<Record> =
            rows.filter(|(_, row)| fits(row)).filter_map(|(n, _)| state.read_row(u32::try_from(n).ok()?)).collect();
        records.sort_by_key(Record::order);
        records
    }
    /// Up to `limit` ids of the records that retention keeps, ascending, from `first` on: to walk through everything.
    pub fn ids_from(&self, bucket: Bucket, first: &Id, limit: usize) -> Vec<Id> {
        self.shared.read().table.ids(bucket, first, &Id([0xff; 32]), limit)
    }

    /// Who may do what, as of now.
    pub fn authority(&self) -> Arc<Authority> {
        self.shared.read().authority.clone()
    }
    /// The community's time zone, from its profile; empty if it has none.
    pub fn time_zone(&self) -> String {
        self.shared.read().zone.clone()
    }
    /// Shown records that share one of these marks of sameness ([`hedgerow_protocol::listing::marks`]); at most
    /// [`SAME_MAX`], by id.
    pub fn marked(&self, marks: &[String]) -> Vec<Record> {
        let ids: std::collections::BTreeSet<Id> = {
            let state = self.shared.read();
            let rows = marks.iter().flat_map(|m| state.search.marked(m));
            rows.filter_map(|n| state.table.row(n)).filter(|r| r.has(flag::SHOWN)).map(|r| r.id).collect()
        };
        ids.iter().take(SAME_MAX).filter_map(|id| self.record(id)).collect()
    }

    /// Whether there is no room here for all that others publish. Authority, what this computer publishes, and what is here
    /// already are kept.
    pub fn is_partial(&self) -> bool {
        self.shared.is_partial.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// How many records, and how much disk.
    pub fn counts(&self) -> Counts {
        let state = self.shared.read();
        let journal_bytes = self.shared.journal_bytes.load(std::sync::atomic::Ordering::Relaxed);
        Counts {
            records: state.table.summary().iter().map(|(_, set)| set.count()).sum(),
            authority: state.table.summary().bucket(Bucket::AUTHORITY).map_or(0, |h| h.count()),
            shown: state.table.shown() as u64,
            journal_bytes,
            dead_bytes: journal_bytes.saturating_sub(writer::bytes_needed(&state)),
        }
    }
    /// Why nothing can be saved at the moment, if so. Tried again by itself, and with everything that is to be saved.
    pub fn trouble(&self) -> Option<Trouble> {
        *self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Whether something that was saved was found damaged since the start, then or later.
    pub fn is_damaged(&self) -> bool {
        self.shared.is_damaged.load(std::sync::atomic::Ordering::Relaxed)
    }
    /// One collision-resistant value over everything kept that is not over yet; two computers that agree on it on the
    /// same day hold the same records.
    pub fn root(&self) -> [u8; 32] {
        let floor = week_of(day_of_ms(self.clock()));
        self.shared.read().table.summary().root_from(floor)
    }

    /// Community time in Unix milliseconds: what "now" means for every decision.
    pub fn clock(&self) -> u64 {
        self.shared.clock.now_ms()
    }
    /// Whether community time is the computer's own, and if not why.
    pub fn clock_state(&self) -> ClockState {
        self.shared.clock.state()
    }
    /// Somebody's idea of the time, heard just now through a connection with this key. Only a resident's or organiser's
    /// counts, and one for each person: anybody can enter an open community, with any number of computers.
    pub fn note_member_time(&self, transport: &PublicKey, unix_ms: u64) {
        if let Some(member) = self.authority().by_transport(transport)
            && matches!(member.role, Role::Steward | Role::Resident)
        {
            self.shared.clock.note_voice(member.owner, unix_ms);
        }
    }

    /// Events from now on. A receiver that falls more than 1,024 behind gets `Lagged` and should read its view again.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.shared.events.subscribe()
    }
    /// The event with which a record came, while it is among the last 1,024.
    pub fn event_of(&self, id: &Id) -> Option<u64> {
        let remembered = self.shared.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.iter().rev().find(|e| e.id == *id).map(|e| e.seq)
    }
    /// Events after `seq` that are still remembered (the last 1,024); `None` if some are not: read the view again.
    pub fn events_since(&self, seq: u64) -> Option<Vec<Event>> {
        let remembered = self.shared.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        match remembered.front() {
            Some(first) if first.seq <= seq + 1 => Some(remembered.iter().filter(|e| e.seq > seq).cloned().collect()),
            _ => None,
        }
    }
}

impl Source for Core {
    fn buckets(&self) -> Vec<BucketDigest> {
        self.shared.read().table.summary().digests()
    }
    fn ids(&self, bucket: Bucket, first: &Id, last: &Id, limit: usize) -> Vec<Id> {
        self.shared.read().table.ids(bucket, first, last, limit)
    }
    fn wire(&self, id: &Id) -> Option<Vec<u8>> {
        // What was put aside, and this computer's own old versions, are in no set and go to nobody.
        let is_kept = {
            let state = self.shared.read();
            state.table.find(id).and_then(|n| state.table.row(n)).is_some_and(|row| row.has(flag::KEPT))
        };
        self.record(id).filter(|_| is_kept).map(|r| r.wire().to_vec())
    }
    fn has(&self, id: &Id) -> bool {
        Core::has(self, id)
    }
    fn ancestors_first(&self, ids: Vec<Id>) -> Vec<Id> {
        let authority = self.authority();
        ids_ancestors_first(ids, |id| authority.record(id).map(LanePlace::of))
    }
}
