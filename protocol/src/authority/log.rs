//! The logs: each key's own chain of authority records, as far as it is whole.
//!
//! A record is *complete* when all its predecessors are here, complete and by the same key, and its place is one more
//! than the last of theirs. Nothing is judged before it is complete. Forks are kept. Not for: what a record means.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cow::{Keyed, Listed, Quick, Sorted};
use super::{Entries, Entry};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::limits::*;
use crate::record::Record;

/// One key's own log, complete records only.
#[derive(Clone)]
pub(super) struct Log {
    key: PublicKey,
    /// The ids and sizes of a log that does not fork, in which place alone tells what comes first: nearly every one.
    line: Vec<(Id, u64)>,
    /// All of one that does.
    forked: Option<Box<Forked>>,
    bytes: u64,
    /// As it was measured last.
    over: Over,
}

#[derive(Clone, Default)]
struct Forked {
    by_order: BTreeMap<(u64, Id), u64>,
    heads: BTreeSet<(u64, Id)>,
}

impl Keyed for Arc<Log> {
    type Key = PublicKey;
    fn key(&self) -> PublicKey {
        self.key
    }
    fn number(key: &PublicKey) -> u32 {
        (key.quick() >> 32) as u32
    }
}

impl Log {
    fn new(key: PublicKey) -> Self {
        Log { key, line: Vec::new(), forked: None, bytes: 0, over: Over::default() }
    }

    fn len(&self) -> usize {
        self.forked.as_ref().map_or(self.line.len(), |forked| forked.by_order.len())
    }

    /// The last records, ascending.
    pub fn heads(&self) -> Vec<(u64, Id)> {
        match &self.forked {
            Some(forked) => forked.heads.iter().copied().collect(),
            None => self.line.last().map(|(id, _)| (self.line.len() as u64, *id)).into_iter().collect(),
        }
    }

    /// All records after a place, by place and id, with their sizes.
    fn after(&self, seq: u64) -> impl Iterator<Item = ((u64, Id), u64)> {
        let line = (1u64..).zip(&self.line).skip(seq as usize).map(|(seq, (id, size))| ((seq, *id), *size));
        let from = (seq.saturating_add(1), Id([0; 32]));
        let forked = self.forked.iter().flat_map(move |forked| forked.by_order.range(from..));
        line.chain(forked.map(|(place, size)| (*place, *size)))
    }

    /// Adds a record that is complete; `before` are the places of its predecessors.
    fn add(&mut self, place: (u64, Id), before: &[(u64, Id)], size: u64) {
        self.bytes += size;
        if self.forked.is_none() && before.len() <= 1 && self.line.len() as u64 == place.0 - 1 {
            self.line.push((place.1, size));
            return;
        }
        if self.forked.is_none() {
            let (by_order, heads) = (self.after(0).collect(), self.heads().into_iter().collect());
            self.forked = Some(Box::new(Forked { by_order, heads }));
            self.line = Vec::new();
        }
        if let Some(forked) = &mut self.forked {
            forked.by_order.insert(place, size);
            before.iter().for_each(|place| _ = forked.heads.remove(place));
            forked.heads.insert(place);
        }
    }

    fn is_long(&self) -> bool {
        self.len() as u64 > RESIDENT_AUTHORITY_RECORDS_MAX || self.bytes > RESIDENT_AUTHORITY_BYTES_MAX
    }

    /// Where it meets its limits.
    fn measure(&self) -> Over {
        let mut over = Over { is_forked: self.forked.is_some(), ..Over::default() };
        if self.is_long() {
            let most = STEWARD_AUTHORITY_RECORDS_MAX as usize;
            over.steward = if self.len() > most { self.after(0).nth(most).map(|(place, _)| place) } else { None };
            let mut bytes = 0;
            let resident = self.after(0).enumerate().find(|(rank, (_, size))| {
                bytes += size;
                *rank as u64 >= RESIDENT_AUTHORITY_RECORDS_MAX || bytes > RESIDENT_AUTHORITY_BYTES_MAX
            });
            over.resident = resident.map(|(_, (place, _))| place);
        }
        over
    }
}

/// The first place of a log beyond its limits, for a resident's key and for a steward's.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Over {
    resident: Option<(u64, Id)>,
    steward: Option<(u64, Id)>,
    /// Whether place alone does not tell what comes first: a [`Scope`] made before is another then.
    is_forked: bool,
}

/// What of one key's log counts after some cuts.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) enum Scope {
    /// There were none.
    #[default]
    All,
    /// Up to a place, in a log that does not fork.
    UpTo(u64),
    /// These.
    Only(Arc<BTreeSet<Id>>),
}

impl Scope {
    pub fn has(&self, record: &Record) -> bool {
        match self {
            Scope::All => true,
            Scope::UpTo(last) => record.payload().seq.unwrap_or(0) <= *last,
            Scope::Only(ids) => ids.contains(&record.id()),
        }
    }
}

impl Over {
    /// Whether a record is among those that count, by number and by bytes.
    pub fn has_room_for(&self, record: &Record, is_steward: bool) -> bool {
        let first_over = if is_steward { self.steward } else { self.resident };
        first_over.is_none_or(|over| (record.payload().seq.unwrap_or(0), record.id()) < over)
    }
}

impl Keyed for Arc<Entry> {
    type Key = Id;
    fn key(&self) -> Id {
        self.record.id()
    }
    fn number(key: &Id) -> u32 {
        (key.quick() >> 32) as u32
    }
}

#[derive(Clone, Default)]
pub(super) struct Logs {
    logs: Listed<Arc<Log>>,
    /// What is complete.
    complete: Listed<Arc<Entry>>,
    /// Missing predecessors, each with who waits for it.
    waiting: Sorted<(Id, Id), ()>,
    /// Keys whose logs may meet their limits elsewhere than when they were measured.
    grown: BTreeSet<PublicKey>,
}

impl Logs {
    pub fn is_complete(&self, id: &Id) -> bool {
        self.complete.find(id).is_some()
    }

    /// A record, if it is complete.
    pub fn entry(&self, id: &Id) -> Option<&Arc<Entry>> {
        self.complete.find(id).map(|at| self.complete.get(at))
    }

    pub fn get(&self, key: &PublicKey) -> Option<&Log> {
        self.logs.find(key).map(|at| &**self.logs.get(at))
    }

    /// Takes in a record; gives the records that are complete now and were not before. `entries` holds all there are.
    pub fn add(&mut self, entries: &Entries, entry: &Arc<Entry>) -> Vec<Arc<Entry>> {
        let (mut todo, mut done) = (vec![entry.clone()], Vec::new());
        while let Some(entry) = todo.pop() {
            if self.complete(&entry) {
                let id = entry.record.id();
                done.push(entry);
                let from = self.waiting.from(&(id, Id([0; 32]))).map(|(pair, ())| *pair);
                let pairs: Vec<(Id, Id)> = from.take_while(|(before, _)| *before == id).collect();
                for pair in pairs {
                    self.waiting.remove(&pair);
                    todo.extend(entries.get(&pair.1).cloned());
                }
            }
        }
        done
    }

    fn complete(&mut self, entry: &Arc<Entry>) -> bool {
        let (id, p) = (entry.record.id(), entry.record.payload());
        if self.is_complete(&id) {
            return false;
        }
        let mut last = 0;
        let mut places = Vec::with_capacity(p.prev.len());
        for prev in &p.prev {
            let Some(before) = self.entry(prev) else {
                self.waiting.insert((*prev, id), ());
                return false;
            };
            let before = before.record.payload();
            if before.device != p.device {
                return false;
            }
            let place = before.seq.unwrap_or(0);
            last = last.max(place);
            places.push((place, *prev));
        }
        let seq = p.seq.unwrap_or(0);
        if Some(seq) != last.checked_add(1) {
            return false;
        }
        let at = self.logs.find(&p.device).unwrap_or_else(|| self.logs.push(Arc::new(Log::new(p.device))));
        let log = Arc::make_mut(self.logs.get_mut(at));
        log.add((seq, id), &places, entry.record.wire().len() as u64);
        if log.forked.is_some() || log.is_long() {
            self.grown.insert(p.device);
        }
        self.complete.push(entry.clone());
        true
    }

    /// Finds out where what has grown meets its limits; gives the keys of those logs that meet them elsewhere now.
    pub fn measure(&mut self) -> Vec<PublicKey> {
        let mut changed = Vec::new();
        for key in std::mem::take(&mut self.grown) {
            let Some(at) = self.logs.find(&key) else { continue };
            let over = self.logs.get(at).measure();
            if over != self.logs.get(at).over {
                Arc::make_mut(self.logs.get_mut(at)).over = over;
                changed.push(key);
            }
        }
        changed
    }

    /// Where a key's log meets its limits.
    pub fn over(&self, key: &PublicKey) -> Over {
        self.get(key).map_or_else(Over::default, |log| log.over)
    }

    /// The same for that part of a log that some cuts leave: what somebody writes beyond a cut pushes nothing out.
    pub fn over_in(&self, key: &PublicKey, scope: &Scope) -> Over {
        let mut over = self.over(key);
        if *scope == Scope::All || over.resident.is_none() {
            return over;
        }
        (over.resident, over.steward) = (None, None);
        let (mut records, mut bytes) = (0u64, 0);
        let inside = |id: &Id| self.entry(id).is_some_and(|e| scope.has(&e.record));
        let log = self.get(key).into_iter().flat_map(|log| log.after(0));
        for (place, size) in log.filter(|((_, id), _)| inside(id)) {
            (records, bytes) = (records + 1, bytes + size);
            if records > RESIDENT_AUTHORITY_RECORDS_MAX || bytes > RESIDENT_AUTHORITY_BYTES_MAX {
                over.resident = over.resident.or(Some(place));
            }
            if records > STEWARD_AUTHORITY_RECORDS_MAX {
                over.steward = Some(place);
                break;
            }
        }
        over
    }

    /// The keys that have a log.
    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.logs.iter().map(|log| &log.key)
    }

    /// All records of a key's log by place, with their sizes.
    pub fn all(&self, key: &PublicKey) -> impl Iterator<Item = (Id, u64)> {
        self.get(key).into_iter().flat_map(|log| log.after(0)).map(|((_, id), size)| (id, size))
    }

    /// Records of a key's log, and their bytes.
    pub fn size(&self, key: &PublicKey) -> (u64, u64) {
        self.get(key).map_or((0, 0), |log| (log.len() as u64, log.bytes))
    }

    /// Place of a record in a key's own log, if it is complete there.
    pub fn place(&self, key: &PublicKey, id: &Id) -> Option<u64> {
        let p = self.entry(id)?.record.payload();
        if p.device == *key { p.seq } else { None }
    }

    pub fn is_forked(&self, key: &PublicKey) -> bool {
        self.get(key).is_some_and(|log| log.forked.is_some())
    }

    /// What of a key's log lies within every one of some cuts: is one of what a cut names, or an ancestor of one.
    pub fn scope<'c>(&self, key: &PublicKey, cuts: impl IntoIterator<Item = &'c Vec<Id>>) -> Scope {
        let cuts = cuts.into_iter();
        if !self.is_forked(key) {
            let last = |cut: &Vec<Id>| cut.iter().filter_map(|id| self.place(key, id)).max().unwrap_or(0);
            return cuts.map(last).min().map_or(Scope::All, Scope::UpTo);
        }
        let distinct: BTreeSet<&Vec<Id>> = cuts.collect();
        let mut within: Option<BTreeSet<Id>> = None;
        for cut in distinct {
            let mut ancestors = self.ancestors(key, cut);
            if let Some(before) = &within {
                ancestors.retain(|id| before.contains(id));
            }
            if ancestors.is_empty() {
                return Scope::UpTo(0);
            }
            within = Some(ancestors);
        }
        within.map_or(Scope::All, |ids| Scope::Only(Arc::new(ids)))
    }

    fn ancestors(&self, key: &PublicKey, cut: &[Id]) -> BTreeSet<Id> {
        let mut todo: Vec<Id> = cut.iter().filter(|id| self.place(key, id).is_some()).copied().collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            if seen.insert(id) {
                todo.extend(self.entry(&id).into_iter().flat_map(|e| &e.record.payload().prev));
            }
        }
        seen
    }

    /// The last records of a key's log dated before a time, with nothing later among what they come after; ascending by place.
    pub fn heads_before(&self, key: &PublicKey, since: Hlc) -> Vec<(u64, Id)> {
        let Some(log) = self.get(key) else { return Vec::new() };
        let (mut early, mut heads) = (BTreeSet::new(), BTreeSet::new());
        for ((seq, id), _) in log.after(0) {
            let Some(p) = self.entry(&id).map(|e| e.record.payload()) else { continue };
            if p.hlc < since && p.prev.iter().all(|before| early.contains(before)) {
                early.insert(id);
                heads.retain(|(_, head)| !p.prev.contains(head));
                heads.insert((seq, id));
            }
        }
        heads.into_iter().collect()
    }

    /// A record and all that come after it in its log: those whose being named by a cut leaves it.
    pub fn descendants(&self, record: &Record) -> BTreeSet<Id> {
        let p = record.payload();
        let mut reached = BTreeSet::from([record.id()]);
        let Some(log) = self.get(&p.device) else { return reached };
        for ((_, id), _) in log.after(p.seq.unwrap_or(0)) {
            let mut prev = self.entry(&id).into_iter().flat_map(|e| &e.record.payload().prev);
            if prev.any(|id| reached.contains(id)) {
                reached.insert(id);
            }
        }
        reached
    }
}
