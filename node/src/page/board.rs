//! A summary of all that is public, kept for as long as nothing changes: what is on, the subjects there are, and the
//! order of the feeds for programs.
//!
//! Making it reads every public record, so it is made at most so often that it takes a twentieth of one processor, and
//! only when somebody asks. Holds ids, not documents: a hundred thousand listings take some twenty megabytes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use hedgerow_protocol::hlc::DAY_MS;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, Upcoming, read};
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
    /// Events to come: when they begin, and their record. Those whose next time nobody knows come last.
    pub events: Vec<(u64, Id)>,
    /// When each event comes next.
    times: NextTimes,
    /// What programs are told of changes.
    pub feed: Option<Feed>,
}

/// When each event comes next, worked out once for each version and not for each summary.
///
/// As many as there are public events.
#[derive(Default)]
struct NextTimes {
    as_of_ms: u64,
    zone: String,
    of: HashMap<Id, NextTime>,
}

/// When an event comes next.
#[derive(Clone, Copy)]
struct NextTime {
    /// Its beginning; [`u64::MAX`] where it is not known, nothing where it is over.
    start_ms: Option<u64>,
    /// Until when that stays true.
    holds_until_ms: u64,
}

impl NextTimes {
    /// What was worked out for this version before, if it is still true; what `find` finds otherwise.
    fn still(&self, id: &Id, now_ms: u64, zone: &str, find: impl FnOnce() -> Upcoming) -> NextTime {
        // A clock that was set back makes past times come again.
        let is_usable = |t: &&NextTime| self.as_of_ms <= now_ms && now_ms < t.holds_until_ms && self.zone == zone;
        self.of.get(id).filter(is_usable).copied().unwrap_or_else(|| {
            let found = find();
            let tomorrow = (now_ms / DAY_MS + 1) * DAY_MS;
            match found.times.first() {
                Some(next) => NextTime { start_ms: Some(next.start_ms), holds_until_ms: next.end_ms },
                None => NextTime { start_ms: found.gave_up.then_some(u64::MAX), holds_until_ms: tomorrow },
            }
        })
    }
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
        let last = before.clone().unwrap_or_default();
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
        let (mut snapshot, seen) = gather(public, &last.times);
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

fn gather(public: &Public, before: &NextTimes) -> (Snapshot, Seen) {
    let mut made = Snapshot::default();
    let mut seen = Seen::new();
    let mut subjects: BTreeMap<String, usize> = BTreeMap::new();
    let now = public.now().unix_ms();
    let zone = public.time_zone();
    let mut times = NextTimes { as_of_ms: now, zone: zone.clone(), of: HashMap::new() };
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
        let id = found.record.id();
        let next = before.still(&id, now, &zone, || listing::occurrences(&found.doc, &zone, now, 1));
        made.events.extend(next.start_ms.map(|start| (start, id)));
        times.of.insert(id, next);
    });
    made.services.sort_by(|a, b| a.id.cmp(&b.id));
    made.services.dedup_by(|a, b| a.id == b.id);
    made.events.sort_unstable();
    made.times = times;
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

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow_protocol::listing::Occurrence;

    #[test]
    fn the_next_time_of_an_event_is_worked_out_once_until_it_is_over() {
        let (start_local, end_local) = (String::new(), String::new());
        let at = Occurrence { start_ms: 5_000, end_ms: 9_000, start_local, end_local, whole_days: false };
        let found = |times: &[&Occurrence], gave_up| {
            let times = times.iter().map(|o| (*o).clone()).collect();
            Upcoming { times, gave_up, steps: 0 }
        };
        let mut times = NextTimes { as_of_ms: 1_000, zone: "UTC".into(), of: HashMap::new() };
        let ids = [1, 2, 3].map(|n| Id([n; 32]));
        for (id, what) in ids.iter().zip([found(&[&at], false), found(&[], true), found(&[], false)]) {
            let next = times.still(id, 1_000, "UTC", || what);
            times.of.insert(*id, next);
        }
        let start = |id: &Id, now, zone| {
            let mut asked = false;
            let again = || {
                asked = true;
                found(&[], false)
            };
            (times.still(id, now, zone, again).start_ms, asked)
        };
        assert_eq!(start(&ids[0], 8_999, "UTC"), (Some(5_000), false));
        assert_eq!(start(&ids[0], 9_000, "UTC"), (None, true), "it is over");
        assert_eq!(start(&ids[0], 999, "UTC"), (None, true), "the clock was set back");
        assert_eq!(start(&ids[0], 8_999, "Europe/London"), (None, true), "other clocks");
        assert_eq!(start(&ids[1], DAY_MS - 1, "UTC"), (Some(u64::MAX), false), "not known, and last");
        assert_eq!(start(&ids[1], DAY_MS, "UTC"), (None, true));
        assert_eq!(start(&ids[2], DAY_MS - 1, "UTC"), (None, false), "it is over");
        assert_eq!(start(&Id([4; 32]), 2_000, "UTC"), (None, true), "another version");
    }
}
