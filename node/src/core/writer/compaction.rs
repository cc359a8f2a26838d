//! Compaction, and the room on the disk: the rows follow the journal's steps ([`crate::store::journal`]), then they are numbered anew.
//!
//! Readers go on meanwhile: between two steps every row has a place that can be read. Not for: when it is worth it, which
//! the commit loop knows.

use std::sync::atomic::Ordering;

use hedgerow_protocol::id::Id;

use super::super::local::{HLC_KEY, local_body, set_local};
use super::super::state::State;
use super::super::types::{CoreError, EventKind, Trouble};
use super::{Writer, core_error};
use crate::store::journal::FRAME_HEAD_BYTES;
use crate::store::table::{NONE, flag};

/// What of the quota content leaves to organisers' acts, withdrawals and private values, and at most this part of it: who is
/// flooded can still take out whoever does it.
const RESERVE_BYTES: u64 = 16 << 20;
/// See [`RESERVE_BYTES`]. What others publish leaves as much again to what this computer publishes.
const RESERVE_PART: u64 = 4;
/// Room that has to be there again before a partial node takes what others publish, and at most this part of the quota.
const ROOM_AGAIN_BYTES: u64 = 1 << 20;
/// See [`ROOM_AGAIN_BYTES`].
const ROOM_AGAIN_PART: u64 = 16;
/// Dead bytes in a full journal that are worth a compaction, and at least this part of it: rewriting what is live costs more the
/// larger it is. Fewer: there is no room.
const DEAD_BYTES_WORTH: u64 = 256 * 1024;
/// See [`DEAD_BYTES_WORTH`].
const DEAD_PART_WORTH: u64 = 64;

impl Writer {
    /// Rewrites the journal with what is live, and numbers the rows anew.
    pub(super) fn compact(&mut self) -> Result<(), CoreError> {
        let (live, mut locals) = {
            let state = self.shared.read();
            let rows = state.table.rows().iter().enumerate().filter(|(_, r)| !r.has(flag::DEAD));
            let mut live: Vec<_> = rows.map(|(n, r)| (r.place, n as u32)).collect();
            live.sort_unstable();
            let locals: Vec<Vec<u8>> = state.locals.iter().map(|(k, v)| local_body(k, v)).collect();
            (live, locals)
        };
        let last = self.shared.read().last_hlc.0.to_be_bytes();
        locals.push(local_body(HLC_KEY, &last));
        let places: Vec<_> = live.iter().map(|(p, _)| *p).collect();
        let now = self.now();
        let (mut content, mut again) = (Vec::new(), Vec::new());
        let (mut has_moved, mut done) = (false, Ok(()));
        for (old, range) in self.journal.steps(&places) {
            let moved = match self.journal.copy(&places[range.clone()], &std::mem::take(&mut locals)) {
                Ok(moved) => moved,
                Err(e) if has_moved => {
                    done = Err(core_error(e));
                    break;
                }
                Err(e) => return Err(core_error(e)),
            };
            has_moved = true;
            let mut state = self.shared.write();
            for ((_, number), place) in live[range].iter().zip(moved) {
                let row = state.table.row(*number).copied();
                match (place, row) {
                    (Some(place), _) => state.table.set_place(*number, place),
                    (None, Some(row)) if row.has(flag::AUTHORITY) => again.push(row.id),
                    _ => content.push(*number),
                }
            }
            drop(state);
            // Readers look places up and read them under one lock, so nobody uses the old ones any more.
            if let Err(e) = self.journal.delete(&old) {
                done = Err(core_error(e));
                break;
            }
        }
        {
            let mut state = self.shared.write();
            set_local(&mut state, HLC_KEY, &last);
            state.forget(&content, now);
        }
        // Only the writer changes anything, so what is made here from a read lock still fits when it is put in place.
        let (table, search, map) = {
            let state = self.shared.read();
            let (table, map) = state.table.renumber();
            let search = state.search.renumbered(|n| map.get(n as usize).copied().filter(|m| *m != NONE));
            (table, search, map)
        };
        {
            let mut state = self.shared.write();
            state.table = table;
            state.retained.renumber(&map);
            state.search.install(search);
        }
        self.checkpointer.forget();
        // Authority records whose bytes were damaged are still in memory: they are written again.
        self.lost(&again);
        self.shared.journal_bytes.store(self.journal.bytes(), Ordering::Relaxed);
        self.save_index();
        done
    }

    /// Whether so many bytes of this computer's content leave enough of the quota for what is not content.
    pub(super) fn has_room(&self, bytes: u64) -> bool {
        self.journal.bytes() + bytes <= self.shared.options.quota_bytes - self.reserve_bytes()
    }

    /// What is left for content of others.
    pub(super) fn room_for_others(&self) -> u64 {
        if self.journal.trouble() == Some(Trouble::Full) {
            return 0;
        }
        let room = self.shared.options.quota_bytes.saturating_sub(2 * self.reserve_bytes());
        room.saturating_sub(self.journal.bytes())
    }

    /// Whether a partial node stays one.
    pub(in crate::core) fn is_short_of_room(&self) -> bool {
        self.room_for_others() < ROOM_AGAIN_BYTES.min(self.shared.options.quota_bytes / ROOM_AGAIN_PART)
    }

    fn reserve_bytes(&self) -> u64 {
        RESERVE_BYTES.min(self.shared.options.quota_bytes / RESERVE_PART)
    }

    /// A partial node, on which something of others found no room, is one until there is some again.
    pub(in crate::core) fn note_room(&mut self, was_turned_away: bool) {
        let before = self.shared.is_partial.load(Ordering::Relaxed);
        let now = was_turned_away || before && self.is_short_of_room();
        if before != now {
            self.shared.is_partial.store(now, Ordering::Relaxed);
            match now {
                true => tracing::warn!("there is no room for all that others publish; this node is partial"),
                false => tracing::info!("there is room again for what others publish"),
            }
            self.send(EventKind::Saving, Id::SELF, None);
        }
    }

    /// Lets go of what was put aside, and of what nobody needs, if that is worth the work.
    pub(super) fn makes_room(&mut self) -> bool {
        let aside = self.shared.read().aside(true);
        if !aside.is_empty() {
            let now = self.now();
            self.shared.write().forget(&aside, now);
        }
        let worth = DEAD_BYTES_WORTH.max(self.journal.bytes() / DEAD_PART_WORTH);
        self.dead_bytes() > worth && self.compact().is_ok()
    }

    /// Journal bytes that a compaction would free.
    pub(super) fn dead_bytes(&self) -> u64 {
        self.journal.bytes().saturating_sub(bytes_needed(&self.shared.read()))
    }
}

/// Bytes the journal would take after compaction.
pub(in crate::core) fn bytes_needed(state: &State) -> u64 {
    let locals: usize = state.locals.iter().map(|(k, v)| FRAME_HEAD_BYTES + 4 + k.len() + v.len()).sum();
    state.table.live_bytes() + (state.table.live() * FRAME_HEAD_BYTES + locals + 128) as u64
}
