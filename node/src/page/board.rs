//! A summary of all that is public, kept for as long as nothing changes: what is on, the subjects there are, and the
//! order of the feeds for programs.
//!
//! Making it reads every public record, so it is made at most so often that it takes a twentieth of one processor, and
//! only when somebody asks. Holds ids, not documents: a hundred thousand listings take some twenty megabytes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, read};
use serde_json::Value;

use super::rpde::{Feed, slot_number};
use crate::app::{Found, Public};
use crate::directory::export;

/// How long a summary holds though nothing changed: events go by.
const HOLDS: Duration = Duration::from_secs(60);
/// A summary that took so long is not made again before twenty times as long.
const REST: u32 = 20;
/// Most taxonomy terms kept. The rest is left out of the list of terms, not out of the services.
const TERMS_MAX: usize = 20_000;

/// What is public, in order.
#[derive(Default)]
pub struct Snapshot {
    /// Services by their id in the standard.
    pub services: Vec<Service>,
    /// Services at locations: id, and the record that tells of it.
    pub places: BTreeMap<String, Id>,
    /// Taxonomies by id.
    pub taxonomies: BTreeMap<String, Value>,
    /// Terms by id.
    pub terms: BTreeMap<String, Value>,
    /// Kinds of help and how many services are of that kind, most first.
    pub subjects: Vec<(String, usize)>,
    /// Events to come: when they begin, and their record.
    pub events: Vec<(u64, Id)>,
    /// What programs are told of changes.
    pub feed: Feed,
}

/// What lists are filtered by.
pub struct Service {
    /// Its id in the standard.
    pub id: String,
    /// Its record.
    pub record: Id,
    /// For people from this age.
    pub minimum_age: Option<f64>,
    /// For people up to this age.
    pub maximum_age: Option<f64>,
    /// Its terms, by id.
    pub terms: Vec<String>,
}

/// Keeps the latest summary.
pub struct Board {
    file: PathBuf,
    kept: Mutex<Option<Kept>>,
    /// Held by whoever makes the next one.
    making: Mutex<()>,
}

struct Kept {
    community: Id,
    root: [u8; 32],
    made: Instant,
    took: Duration,
    snapshot: Arc<Snapshot>,
}

impl Board {
    /// `file` is where the feed remembers what it told.
    pub fn new(file: PathBuf) -> Board {
        Board { file, kept: Mutex::new(None), making: Mutex::new(()) }
    }

    /// The summary as of now, or as of a little while ago. Blocking: who comes first makes it; the others get the one before
    /// meanwhile, and wait only where there is none.
    pub fn get(&self, public: &Public) -> Arc<Snapshot> {
        let before = match self.known(public) {
            (Some(snapshot), true) => return snapshot,
            (before, _) => before,
        };
        let _turn = match (self.making.try_lock(), before) {
            (Ok(turn), _) => turn,
            (Err(TryLockError::Poisoned(turn)), _) => turn.into_inner(),
            (Err(TryLockError::WouldBlock), Some(before)) => return before,
            (Err(TryLockError::WouldBlock), None) => self.making.lock().unwrap_or_else(PoisonError::into_inner),
        };
        if let (Some(made_meanwhile), true) = self.known(public) {
            return made_meanwhile;
        }
        let (community, root, begun) = (public.community(), public.root(), Instant::now());
        let (mut snapshot, seen) = gather(public);
        snapshot.feed = Feed::told(&self.file, public, &seen);
        let snapshot = Arc::new(snapshot);
        let kept = Kept { community, root, made: begun, took: begun.elapsed(), snapshot: snapshot.clone() };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        snapshot
    }

    /// What there is of this community, and whether it still holds.
    fn known(&self, public: &Public) -> (Option<Arc<Snapshot>>, bool) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = kept.as_ref().filter(|k| k.community == public.community()) else { return (None, false) };
        let age = kept.made.elapsed();
        let holds = age < kept.took * REST || (age < HOLDS && kept.root == public.root());
        (Some(kept.snapshot.clone()), holds)
    }
}

/// Slots that the feeds tell of now: what shows in each, and whether it is a service.
pub type Seen = BTreeMap<[u8; 16], (Id, Kind)>;

fn gather(public: &Public) -> (Snapshot, Seen) {
    let mut made = Snapshot::default();
    let mut seen = Seen::new();
    let mut subjects: BTreeMap<String, usize> = BTreeMap::new();
    let now = public.now().unix_ms();
    let zone = public.time_zone();
    public.each(Kind::SERVICE, |found| {
        seen.insert(slot_number(&found), (found.record.id(), Kind::SERVICE));
        service(&mut made, &mut subjects, &found);
    });
    for kind in [Kind::SERVICE_AT_LOCATION, Kind::TAXONOMY, Kind::TAXONOMY_TERM] {
        public.each(kind, |found| {
            let parts = strict(&found);
            made.places.extend(parts.places.into_keys().map(|id| (id, found.record.id())));
            made.taxonomies.extend(parts.taxonomies);
            made.terms.extend(parts.terms);
        });
    }
    public.each(Kind::EVENT, |found| {
        seen.insert(slot_number(&found), (found.record.id(), Kind::EVENT));
        if let Some(next) = listing::occurrences(&found.doc, &zone, now, 1).first() {
            made.events.push((next.start_ms, found.record.id()));
        }
    });
    made.services.sort_by(|a, b| a.id.cmp(&b.id));
    made.services.dedup_by(|a, b| a.id == b.id);
    made.events.sort_unstable();
    made.subjects = subjects.into_iter().collect();
    made.subjects.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    (made, seen)
}

fn service(made: &mut Snapshot, subjects: &mut BTreeMap<String, usize>, found: &Found) {
    let parts = strict(found);
    let Some((id, service)) = parts.services.into_iter().next() else { return };
    let mut terms = Vec::new();
    for (id, term) in parts.terms {
        terms.push(id.clone());
        if made.terms.len() < TERMS_MAX {
            made.terms.entry(id).or_insert(term);
        }
    }
    let names = read::list(read::hsds(&found.doc), "attributes").iter();
    let names = names.filter_map(|a| read::text(a.get("taxonomy_term")?, "name")).map(|n| listing::plain(&n));
    let names: BTreeSet<String> = names.filter(|n| (2..=40).contains(&n.chars().count())).collect();
    for name in names {
        if subjects.len() < TERMS_MAX || subjects.contains_key(&name) {
            *subjects.entry(name).or_default() += 1;
        }
    }
    made.places.extend(parts.places.into_keys().map(|id| (id, found.record.id())));
    made.services.push(Service {
        id,
        record: found.record.id(),
        minimum_age: read::number(&service, "minimum_age"),
        maximum_age: read::number(&service, "maximum_age"),
        terms,
    });
}

/// A record in the strict form of Open Referral UK, with what stands inside it.
pub fn strict(found: &Found) -> export::Strict {
    let mut strict = export::Strict::default();
    strict.record(found.kind(), &found.record.payload().key, &found.doc);
    strict
}
