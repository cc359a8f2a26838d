//! What the tasks of the mesh share: endpoint, book, records, and where news go.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::sync::{Intake, Moment};
use iroh::endpoint::{Connection, WeakConnectionHandle};
use tokio::sync::{Notify, broadcast, mpsc, watch};

use super::MeshEvent;
use super::book::{Book, Match};
use super::endpoint::{Goodbye, LinkEndpoint};
use super::join::Doorway;
use super::records::Records;
use super::streams::Pool;
use super::swarm::Command;

/// News for whoever listens. A listener further behind reads the neighbours again.
pub const EVENTS_QUEUE: usize = 256;
/// Words between tasks. Full: the sender waits, or, where it must not, leaves it to the next tick.
pub const WORDS_QUEUE: usize = 256;

/// How long whoever cost more than one neighbour may has to stay away.
const AWAY: Duration = Duration::from_secs(60);

/// Local values that say where a member was met: this and its transport key.
pub const MET_PREFIX: &str = "met/";

/// What one task of the mesh tells the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A newer link takes the place of the one with this id.
    Replaced(PublicKey, usize),
    /// A member's root, as it says itself.
    Root(PublicKey, [u8; 32]),
}

/// What wakes the task that keeps links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Look at who is due to be called now.
    Look,
    /// Somebody was refused, or refused us: show each other who let us in.
    Present(PublicKey),
}

/// Shared by all tasks of one mesh.
pub struct Inner {
    /// The sockets.
    pub endpoint: LinkEndpoint,
    /// The community's records; none before joining.
    pub records: Option<Arc<dyn Records>>,
    /// What the join protocol needs beyond that.
    pub doorway: Option<Doorway>,
    /// Orders for the swarm.
    pub swarm: Option<mpsc::Sender<Command>>,
    /// News for listeners.
    pub events: broadcast::Sender<MeshEvent>,
    /// News between tasks.
    pub signals: broadcast::Sender<Signal>,
    /// To the task that keeps links.
    pub words: mpsc::Sender<Word>,
    /// Becomes true when the mesh stops.
    pub stopping: watch::Receiver<bool>,
    /// Connections for flows that we made.
    pub pool: Pool,
    /// Wakes links that wait for their turn to fetch records.
    pub turn_over: Notify,
    /// Bytes of records that came over links, known ones too, and links that ended because they cost too much or broke
    /// the rules.
    pub record_bytes: AtomicU64,
    pub bad_ends: AtomicU64,
    intake: Mutex<Intake>,
    /// Who has to stay away, and until when.
    away: Mutex<BTreeMap<PublicKey, Instant>>,
    started: Instant,
    book: Mutex<Book>,
    /// The last event of the records that was heard of.
    event_seq: AtomicU64,
    /// Open connections that only members may have, by transport key.
    open: Mutex<BTreeMap<PublicKey, Vec<WeakConnectionHandle>>>,
}

impl Inner {
    /// With an empty book.
    pub fn new(
        endpoint: LinkEndpoint,
        records: Option<Arc<dyn Records>>,
        doorway: Option<Doorway>,
        swarm: Option<mpsc::Sender<Command>>,
        words: mpsc::Sender<Word>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let book = Mutex::new(Book::new(endpoint.id()));
        let events = broadcast::channel(EVENTS_QUEUE).0;
        let signals = broadcast::channel(EVENTS_QUEUE).0;
        Inner {
            endpoint,
            records,
            doorway,
            swarm,
            events,
            signals,
            words,
            stopping,
            pool: Pool::default(),
            turn_over: Notify::new(),
            record_bytes: AtomicU64::new(0),
            bad_ends: AtomicU64::new(0),
            intake: Mutex::default(),
            away: Mutex::default(),
            started: Instant::now(),
            book,
            event_seq: AtomicU64::new(0),
            open: Mutex::default(),
        }
    }

    /// The book, for a moment; never across an await.
    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// What the links share about fetching records, for a moment; never across an await.
    pub fn intake(&self) -> MutexGuard<'_, Intake> {
        self.intake.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// A link has all it asked for, or is gone.
    pub fn turn_is_over(&self, link: u64) {
        if self.intake().done(link) {
            self.turn_over.notify_waiters();
        }
    }

    /// What the clocks show: the community's, and one that nobody can set.
    pub fn moment(&self) -> Moment {
        Moment { unix_ms: self.now_ms(), run: self.started.elapsed() }
    }

    /// Somebody cost more than one neighbour may in a minute.
    pub fn send_away(&self, key: PublicKey) {
        let mut away = self.away.lock().unwrap_or_else(|e| e.into_inner());
        let now = Instant::now();
        away.retain(|_, until| *until > now);
        away.insert(key, now + AWAY);
    }

    /// Whether somebody still has to stay away.
    pub fn is_away(&self, key: &PublicKey) -> bool {
        let away = self.away.lock().unwrap_or_else(|e| e.into_inner());
        away.get(key).is_some_and(|until| *until > Instant::now())
    }

    /// Community time in Unix milliseconds, or this computer's before joining.
    pub fn now_ms(&self) -> u64 {
        self.records.as_ref().map_or_else(crate::core::os_now_ms, |r| r.now().0)
    }

    /// The membership shield: whether a transport key belongs to a live member now.
    pub fn is_member(&self, key: &PublicKey) -> bool {
        self.records.as_ref().is_some_and(|r| r.authority().by_transport(key).is_some())
    }

    /// Hangs up on somebody who is no member, and tells them whether they were one, and why they are not, or are not known here.
    pub fn refuse(&self, key: &PublicKey, connection: &Connection) {
        match self.records.as_ref().filter(|r| r.authority().was_taken_out(key)) {
            Some(records) => Goodbye::Removed.close_saying(connection, &records.reason_out(key)),
            None => Goodbye::NotMember.close(connection),
        }
    }

    /// Tells listeners. Nobody listening is fine.
    pub fn tell(&self, event: MeshEvent) {
        let _ = self.events.send(event);
    }

    /// Wakes the task that keeps links; if its queue is full it is awake anyway.
    pub fn word(&self, word: Word) {
        let _ = self.words.try_send(word);
    }

    /// Remembers a connection only a member may have.
    pub fn remember(&self, key: PublicKey, connection: &Connection) {
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        let of_key = open.entry(key).or_default();
        of_key.retain(|w| w.upgrade().is_some_and(|c| c.close_reason().is_none()));
        of_key.push(connection.weak_handle());
    }

    /// Closes the connections of everybody who is no member any more; returns whose.
    pub fn drop_strangers(&self) -> BTreeSet<PublicKey> {
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        let mut dropped = BTreeSet::new();
        open.retain(|key, handles| {
            if self.is_member(key) {
                handles.retain(|w| w.upgrade().is_some_and(|c| c.close_reason().is_none()));
                return !handles.is_empty();
            }
            for connection in handles.iter().filter_map(WeakConnectionHandle::upgrade) {
                self.refuse(key, &connection);
                dropped.insert(*key);
            }
            false
        });
        dropped
    }

    /// An event of the records was heard of.
    pub fn note_event(&self, seq: u64) {
        self.event_seq.fetch_max(seq, Ordering::Relaxed);
    }

    /// A member says that its root is this; where it is ours as well, both hold the same. Returns whether it is.
    pub fn compare(&self, key: &PublicKey, root: [u8; 32]) -> bool {
        let Some(records) = &self.records else { return false };
        // Read before the root, so that the root holds at least what is claimed.
        let event_seq = self.event_seq.load(Ordering::Relaxed);
        if records.root() != root {
            return false;
        }
        if self.book().matched(key, Match { at_ms: self.now_ms(), event_seq }) {
            self.tell(MeshEvent::Neighbour(*key));
        }
        self.keep_where_met(key);
        true
    }

    /// Keeps where records were exchanged with somebody, so that a restart finds the way without multicast.
    fn keep_where_met(&self, key: &PublicKey) {
        let (Some(records), Some(at)) = (self.records.clone(), self.book().met_now(key)) else { return };
        let name = format!("{MET_PREFIX}{key}");
        tokio::spawn(async move {
            if let Err(error) = records.put_local(&name, at.to_string().into_bytes()).await {
                tracing::debug!(error, "where a neighbour was met is not kept");
            }
        });
    }

    /// Puts whoever was met before this start, and is still a member, back into the book.
    pub fn recall_met(&self) {
        let Some(records) = &self.records else { return };
        for (name, value) in records.locals(MET_PREFIX) {
            let key = name.trim_start_matches(MET_PREFIX).parse::<PublicKey>();
            let at = String::from_utf8_lossy(&value).parse();
            if let (Ok(key), Ok(at)) = (key, at)
                && self.is_member(&key)
            {
                let all = self.book().met_before(key, at, Instant::now(), self.now_ms());
                self.endpoint.learn(&key, &all);
            }
        }
    }

    /// Whoever has no link is called again at once, where it was last.
    pub fn network_changed(&self) {
        let callable = self.book().network_changed(Instant::now());
        for (key, addrs) in callable {
            self.endpoint.learn(&key, &addrs);
        }
    }

    /// Somebody was heard, or is not any more.
    pub fn heard(&self, key: PublicKey, addrs: BTreeSet<SocketAddr>) {
        let all = self.book().heard(key, addrs, Instant::now(), self.now_ms());
        self.endpoint.learn(&key, &all);
    }
}
