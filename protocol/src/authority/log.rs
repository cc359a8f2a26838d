//! The logs: each key's own chain of authority records, as far as it is whole.
//!
//! A record is *complete* when all its predecessors are here, complete and by the same key, and its place is one more
//! than the last of theirs. Nothing is judged before it is complete. Forks are kept. Not for: what a record means.

use std::collections::{BTreeMap, BTreeSet};

use super::Entries;
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
    logs: BTreeMap<PublicKey, Log>,
    /// Taken in so far, and whether complete.
    seen: BTreeMap<Id, bool>,
    /// By the missing predecessor.
    waiting: BTreeMap<Id, BTreeSet<Id>>,
}

impl Logs {
    pub fn is_complete(&self, id: &Id) -> bool {
        self.seen.get(id) == Some(&true)
    }

    pub fn get(&self, key: &PublicKey) -> Option<&Log> {
        self.logs.get(key)
    }

    /// Takes in a record that `entries` holds; gives the records that are complete now and were not before.
    pub fn add(&mut self, entries: &Entries, id: Id) -> Vec<Id> {
        let (mut todo, mut done) = (vec![id], Vec::new());
        while let Some(id) = todo.pop() {
            if self.complete(entries, id) {
                done.push(id);
                todo.extend(self.waiting.remove(&id).unwrap_or_default());
            }
        }
        done
    }

    fn complete(&mut self, entries: &Entries, id: Id) -> bool {
        let Some(entry) = entries.get(&id).filter(|_| !self.is_complete(&id)) else { return false };
        self.seen.insert(id, false);
        let p = entry.record.payload();
        let mut last = 0;
        for prev in &p.prev {
            let Some(before) = entries.get(prev).filter(|_| self.is_complete(prev)) else {
                self.waiting.entry(*prev).or_default().insert(id);
                return false;
            };
            let before = before.record.payload();
            if before.device != p.device {
                return false;
            }
            last = last.max(before.seq.unwrap_or(0));
        }
        let seq = p.seq.unwrap_or(0);
        if Some(seq) != last.checked_add(1) {
            return false;
        }
        let size = entry.record.wire().len() as u64;
        let log = self.logs.entry(p.device).or_default();
        log.is_forked |= p.prev.len() > 1 || log.by_order.len() as u64 != seq - 1;
        log.by_order.insert((seq, id), size);
        log.bytes += size;
        log.heads.retain(|(_, head)| !p.prev.contains(head));
        log.heads.insert((seq, id));
        self.seen.insert(id, true);
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
        Over { resident: resident.map(|(_, (place, _))| *place), steward }
    }

    /// Records of a key's log, and their bytes.
    pub fn size(&self, key: &PublicKey) -> (u64, u64) {
        self.logs.get(key).map_or((0, 0), |l| (l.by_order.len() as u64, l.bytes))
    }

    /// Whether a record is one of `cut` or an own-log ancestor of one.
    pub fn is_within(&self, entries: &Entries, record: &Record, cut: &[Id]) -> bool {
        let p = record.payload();
        let (key, seq) = (p.device, p.seq.unwrap_or(0));
        let Some(log) = self.logs.get(&key) else { return false };
        let of_log = |id: &Id| {
            let head = entries.get(id).filter(|_| self.is_complete(id))?.record.payload();
            (head.device == key && head.seq >= Some(seq)).then_some((head.seq, *id))
        };
        if !log.is_forked {
            return cut.iter().any(|id| of_log(id).is_some());
        }
        let mut todo: Vec<Id> = cut.to_vec();
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            if of_log(&id).is_none() || !seen.insert(id) {
                continue;
            }
            if id == record.id() {
                return true;
            }
            todo.extend(entries.get(&id).into_iter().flat_map(|e| &e.record.payload().prev));
        }
        false
    }
}
