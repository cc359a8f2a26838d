//! What this computer's own key wrote: all of it, and what of it came from elsewhere.
//!
//! A record signed here and not known here means that this folder was put back from an older copy, or that a second copy
//! of it is being used. Not for: what to tell the user about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::record::Record;

use super::types::is_by_itself;
use super::{Core, Origin, Shared};
use crate::store::table::{Row, flag};

/// Records of one computer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// When it last wrote what is known here.
    pub last: Hlc,
    /// How many things it published are shown now.
    pub shown: u64,
}

/// Something written lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    /// The record; of several, the newest.
    pub id: Id,
    /// How many of one sort were written in one go.
    pub count: u64,
}

/// Records of this computer's key that came from elsewhere since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FromElsewhere {
    /// Written before this start: the folder was put back from an older copy.
    pub before: u64,
    /// Written since this start, and not here: a second copy is in use.
    pub since: u64,
}

/// What the writer notes about it.
pub(super) struct Mine {
    opened_ms: u64,
    /// Damaged here: they come back, and mean nothing.
    lost: BTreeSet<Id>,
    seen: FromElsewhere,
}

impl Mine {
    pub fn new(opened_ms: u64) -> Self {
        Mine { opened_ms, lost: BTreeSet::new(), seen: FromElsewhere::default() }
    }
    pub fn lost(&mut self, ids: impl IntoIterator<Item = Id>) {
        self.lost.extend(ids);
    }
}

impl Shared {
    /// Looks at a record that arrived and was not known.
    pub(super) fn note_mine(&self, record: &Record, origin: Origin) {
        if record.payload().device != self.options.device.public() || origin == Origin::Here {
            return;
        }
        let mut mine = self.mine.lock().unwrap_or_else(PoisonError::into_inner);
        if mine.lost.remove(&record.id()) {
            return;
        }
        if record.payload().hlc.unix_ms() > mine.opened_ms {
            mine.seen.since += 1;
        } else {
            mine.seen.before += 1;
        }
    }
}

impl Core {
    /// What this computer's key wrote elsewhere, as far as it came here since the start.
    pub fn mine_from_elsewhere(&self) -> FromElsewhere {
        self.shared.mine.lock().unwrap_or_else(PoisonError::into_inner).seen
    }

    /// What was written last, latest first; content only if it counts: at most `lines`, without what belongs to some owners, what is sealed
    /// and what computers say by themselves. What one computer does to one kind within `together_ms` is one line. Looks at
    /// every record.
    pub fn latest(&self, lines: usize, together_ms: u64, without: &[Id]) -> Vec<Latest> {
        let state = self.shared.read();
        let without: BTreeSet<u32> = without.iter().filter_map(|o| state.table.owners.find(&o.0)).collect();
        let told = |r: &&Row| {
            let counts = r.has(flag::SHOWN) || r.has(flag::COUNTS) && r.has(flag::WITHDRAWAL) || r.has(flag::AUTHORITY);
            counts && r.kind.rules().told && !r.has(flag::DEAD) && !without.contains(&r.owner)
        };
        let mut rows: Vec<&Row> = state.table.rows().iter().filter(told).collect();
        rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.hlc, row.id)));
        let mut all: Vec<(&Row, Latest)> = Vec::new();
        for row in rows {
            if let Some((first, line)) = all.last_mut() {
                let same = first.device == row.device && first.owner == row.owner && first.kind == row.kind;
                let near = first.hlc.unix_ms().saturating_sub(row.hlc.unix_ms()) <= together_ms;
                if same && near && first.has(flag::WITHDRAWAL) == row.has(flag::WITHDRAWAL) && !row.has(flag::AUTHORITY)
                {
                    line.count += 1;
                    continue;
                }
            }
            if all.len() == lines {
                break;
            }
            all.push((row, Latest { id: row.id, count: 1 }));
        }
        all.into_iter().map(|(_, line)| line).collect()
    }

    /// Ids of all content that this computer's key wrote and that is here, oldest first, with older versions that others have
    /// let go of. Looks at every record.
    pub fn written_here(&self) -> Vec<Id> {
        let state = self.shared.read();
        let Some(number) = state.table.devices.find(&self.device().0) else { return Vec::new() };
        let rows = state.table.rows().iter().filter(|r| r.device == number && !r.has(flag::AUTHORITY));
        let mut all: Vec<_> = rows.filter(|r| !r.has(flag::DEAD)).map(|r| (r.hlc, r.id)).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, id)| id).collect()
    }

    /// When each computer last wrote, and how much of it is shown. Looks at every record.
    pub fn written(&self) -> BTreeMap<PublicKey, Written> {
        let state = self.shared.read();
        let mut all: BTreeMap<u32, Written> = BTreeMap::new();
        for row in state.table.rows().iter().filter(|r| !r.has(flag::DEAD)) {
            let written = all.entry(row.device).or_default();
            written.last = written.last.max(row.hlc);
            written.shown += u64::from(row.has(flag::SHOWN) && !is_by_itself(row.kind));
        }
        all.into_iter().map(|(n, w)| (PublicKey(state.table.devices.name(n)), w)).collect()
    }

    /// Ids of what a computer had published before a time, its last word on each slot then that is still here, newest first,
    /// without what goes with it and what it had withdrawn. Looks at every record.
    pub fn published_before(&self, device: &PublicKey, since: Hlc) -> Vec<Id> {
        let state = self.shared.read();
        let Some(number) = state.table.devices.find(&device.0) else { return Vec::new() };
        let rows = state.table.rows().iter().filter(|r| r.device == number && !r.has(flag::DEAD) && r.hlc < since);
        let mut last: BTreeMap<[u8; 16], &Row> = BTreeMap::new();
        for row in rows.filter(|r| !r.has(flag::AUTHORITY) && !is_by_itself(r.kind)) {
            let newest = last.entry(row.slot).or_insert(row);
            if row.order() > newest.order() {
                *newest = row;
            }
        }
        let mut all: Vec<_> = last.into_values().filter(|r| !r.has(flag::WITHDRAWAL)).map(|r| (r.hlc, r.id)).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.into_iter().map(|(_, id)| id).collect()
    }

    /// Ids of what a computer published that is shown now, newest first, without what goes with it, such as sealing keys.
    /// Looks at every record.
    pub fn shown_of(&self, device: &PublicKey) -> Vec<Id> {
        let state = self.shared.read();
        let Some(number) = state.table.devices.find(&device.0) else { return Vec::new() };
        let rows = state.table.rows().iter().filter(|r| r.device == number && r.has(flag::SHOWN) && !r.has(flag::DEAD));
        let rows = rows.filter(|r| !is_by_itself(r.kind));
        let mut all: Vec<_> = rows.map(|r| (r.hlc, r.id)).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.into_iter().map(|(_, id)| id).collect()
    }
}
