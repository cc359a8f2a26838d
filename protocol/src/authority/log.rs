//! The logs: each key's own chain of authority records, as far as it is whole.
//!
//! A record is *complete* when all its predecessors are here, complete and by the same key, and its place is one more
//! than the last of theirs. Nothing is judged before it is complete. Forks are kept. Not for: what a record means.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cow::Sorted;
use super::{Entries, Entry};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::limits::*;
use crate::record::Record;

/// One key's own log, complete records only.
#[derive(Clone, Default)]
pub(super) struct Log {
    by_order: BTreeMap<(u64, Id), u64>,
    bytes: u64,
    pub heads: BTreeSet<(u64, Id)>,
    /// Whether every record has the one before it as its only predecessor: then place alone tells what comes first.
    is_forked: bool,
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

#[derive(Clone, Default)]
pub(super) struct Logs {
    logs: Sorted<PublicKey, Arc<Log>>,
    /// What is complete.
    complete: Sorted<Id, Arc<Entry>>,
    /// Missing predecessors, each with who waits for it.
    waiting: Sorted<(Id, Id), ()>,
}

impl Logs {
    pub fn is_complete(&self, id: &Id) -> bool {
        self.complete.contains(id)
    }

    /// A record, if it is complete.
    pub fn entry(&self, id: &Id) -> Option<&Arc<Entry>> {
        self.complete.get(id)
    }

    pub fn get(&self, key: &PublicKey) -> Option<&Log> {
        self.logs.get(key).map(|log| &**log)
    }

    /// Takes in a record that `entries` holds; gives the records that are complete now and were not before.
    pub fn add(&mut self, entries: &Entries, id: Id) -> Vec<Id> {
        let (mut todo, mut done) = (vec![id], Vec::new());
        while let Some(id) = todo.pop() {
            if self.complete(entries, id) {
                done.push(id);
                let from = self.waiting.from(&(id, Id([0; 32]))).map(|(pair, ())| *pair);
                let pairs: Vec<(Id, Id)> = from.take_while(|(before, _)| *before == id).collect();
                for pair in pairs {
                    self.waiting.remove(&pair);
                    todo.push(pair.1);
                }
            }
        }
        done
    }

    fn complete(&mut self, entries: &Entries, id: Id) -> bool {
        let Some(entry) = entries.get(&id).filter(|_| !self.is_complete(&id)) else { return false };
        let p = entry.record.payload();
        let mut last = 0;
        let mut places = Vec::with_capacity(p.prev.len());
        for prev in &p.prev {
            let Some(before) = self.complete.get(prev) else {
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
        let size = entry.record.wire().len() as u64;
        let log = Arc::make_mut(self.logs.entry(p.device, Arc::default));
        log.is_forked |= p.prev.len() > 1 || log.by_order.len() as u64 != seq - 1;
        log.by_order.insert((seq, id), size);
        log.bytes += size;
        for place in &places {
            log.heads.remove(place);
        }
        log.heads.insert((seq, id));
        self.complete.insert(id, entry.clone());
        true
    }

    /// Where a key's log meets its limits.
    pub fn over(&self, key: &PublicKey) -> Over {
        let Some(log) = self.logs.get(key) else { return Over::default() };
        let most = STEWARD_AUTHORITY_RECORDS_MAX as usize;
        let steward = if log.by_order.len() > most { log.by_order.keys().nth(most).copied() } else { None };
        let mut bytes = 0;
        let resident = log.by_order.iter().enumerate().find(|(rank, (_, size))| {
            bytes += **size;
            *rank as u64 >= RESIDENT_AUTHORITY_RECORDS_MAX || bytes > RESIDENT_AUTHORITY_BYTES_MAX
        });
        Over { resident: resident.map(|(_, (place, _))| *place), steward, is_forked: log.is_forked }
    }

    /// The same for that part of a log that some cuts leave: what somebody writes beyond a cut pushes nothing out.
    pub fn over_in(&self, key: &PublicKey, scope: &Scope) -> Over {
        let mut over = self.over(key);
        if *scope == Scope::All || over.resident.is_none() {
            return over;
        }
        (over.resident, over.steward) = (None, None);
        let (mut records, mut bytes) = (0u64, 0);
        let inside = |id: &Id| self.complete.get(id).is_some_and(|e| scope.has(&e.record));
        let log = self.logs.get(key).into_iter().flat_map(|l| &l.by_order);
        for (place, size) in log.filter(|((_, id), _)| inside(id)) {
            (records, bytes) = (records + 1, bytes + size);
            if records > RESIDENT_AUTHORITY_RECORDS_MAX || bytes > RESIDENT_AUTHORITY_BYTES_MAX {
                over.resident = over.resident.or(Some(*place));
            }
            if records > STEWARD_AUTHORITY_RECORDS_MAX {
                over.steward = Some(*place);
                break;
            }
        }
        over
    }

    /// Records of a key's log, and their bytes.
    pub fn size(&self, key: &PublicKey) -> (u64, u64) {
        self.logs.get(key).map_or((0, 0), |l| (l.by_order.len() as u64, l.bytes))
    }

    /// Place of a record in a key's own log, if it is complete there.
    pub fn place(&self, key: &PublicKey, id: &Id) -> Option<u64> {
        let p = self.complete.get(id)?.record.payload();
        if p.device == *key { p.seq } else { None }
    }

    pub fn is_forked(&self, key: &PublicKey) -> bool {
        self.logs.get(key).is_some_and(|log| log.is_forked)
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
                todo.extend(self.complete.get(&id).into_iter().flat_map(|e| &e.record.payload().prev));
            }
        }
        seen
    }

    /// The last records of a key's log dated before a time, with nothing later among what they come after; ascending by place.
    pub fn heads_before(&self, key: &PublicKey, since: Hlc) -> Vec<(u64, Id)> {
        let Some(log) = self.logs.get(key) else { return Vec::new() };
        let (mut early, mut heads) = (BTreeSet::new(), BTreeSet::new());
        for (seq, id) in log.by_order.keys() {
            let Some(p) = self.complete.get(id).map(|e| e.record.payload()) else { continue };
            if p.hlc < since && p.prev.iter().all(|before| early.contains(before)) {
                early.insert(*id);
                heads.retain(|(_, head)| !p.prev.contains(head));
                heads.insert((*seq, *id));
            }
        }
        heads.into_iter().collect()
    }

    /// A record and all that come after it in its log: those whose being named by a cut leaves it.
    pub fn descendants(&self, record: &Record) -> BTreeSet<Id> {
        let p = record.payload();
        let mut reached = BTreeSet::from([record.id()]);
        let Some(log) = self.logs.get(&p.device) else { return reached };
        for (_, id) in log.by_order.range((p.seq.unwrap_or(0) + 1, Id([0; 32]))..).map(|(place, _)| place) {
            let mut prev = self.complete.get(id).into_iter().flat_map(|e| &e.record.payload().prev);
            if prev.any(|id| reached.contains(id)) {
                reached.insert(*id);
            }
        }
        reached
    }
}
