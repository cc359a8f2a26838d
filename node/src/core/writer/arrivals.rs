//! Arrivals: what of the records made elsewhere is stored, what waits in memory, and what is refused.
//!
//! Authority goes first; content is stored where retention keeps it and there is room. Not for: signatures, which were verified
//! before, or records made here (`staging`).

use std::collections::VecDeque;

use hedgerow_protocol::authority::{Inserted, Taken};
use hedgerow_protocol::kind::Lane;
use hedgerow_protocol::record::Record;
use hedgerow_protocol::retention;

use super::super::types::*;
use super::{GROUP_RECORDS_MAX, Group, Writer};
use crate::store::journal::FRAME_HEAD_BYTES;

/// Records that came before the authority records that say whose they are, and their bytes: in memory until those come. More:
/// the oldest goes; whoever has it offers it again.
const WAITING_MAX: usize = 1024;
/// See [`WAITING_MAX`].
const WAITING_BYTES_MAX: usize = 1 << 20;
/// Records in memory that wait for authority records: content of who is nobody yet, and authority records whose signer is, or
/// whose ancestors are not here.
#[derive(Default)]
pub(in crate::core) struct Waiting {
    records: VecDeque<Record>,
    bytes: usize,
}

impl Waiting {
    /// Takes one in, unless it is here.
    pub(super) fn push(&mut self, record: &Record) -> bool {
        if self.records.iter().any(|r| r.id() == record.id()) {
            return false;
        }
        self.bytes += record.wire().len();
        self.records.push_back(record.clone());
        while self.records.len() > WAITING_MAX || self.bytes > WAITING_BYTES_MAX {
            let Some(oldest) = self.records.pop_front() else { break };
            self.bytes -= oldest.wire().len();
        }
        true
    }

    /// Takes out what waits of a lane.
    pub(super) fn take(&mut self, lane: Lane) -> Vec<Record> {
        let (taken, left): (Vec<_>, Vec<_>) = self.records.drain(..).partition(|r| r.lane() == lane);
        self.records = left.into();
        self.bytes = self.records.iter().map(|r| r.wire().len()).sum();
        taken
    }
}

impl Writer {
    /// Takes what is new into the group; long arrivals are committed as they go.
    pub(super) fn arrive(
        &mut self,
        records: Vec<Record>,
        origin: Origin,
        group: &mut Group,
    ) -> Result<Arrived, CoreError> {
        let (authority, content): (Vec<_>, Vec<_>) = records.into_iter().partition(|r| r.lane() == Lane::Authority);
        let mut arrived = Arrived::default();
        self.arrive_authority(authority, origin, group, &mut arrived);
        let content = if group.authority.is_some() {
            self.commit_checked(group)?;
            // What came too early, then what came now.
            self.waiting.take(Lane::Content).into_iter().chain(content).collect()
        } else {
            content
        };
        for chunk in content.chunks(GROUP_RECORDS_MAX) {
            if group.records.len() + chunk.len() > GROUP_RECORDS_MAX {
                self.commit_checked(group)?;
            }
            let mut without_room = self.take_content(chunk, origin, group, &mut arrived);
            if !without_room.is_empty() {
                self.commit_checked(group)?;
                self.makes_room();
                without_room = self.take_content(&without_room, origin, group, &mut arrived);
            }
            arrived.no_room += without_room.len() as u64;
        }
        if arrived.no_room > 0 {
            self.note_room(true);
        }
        tracing::debug!(
            ?origin,
            new = arrived.new,
            known = arrived.known,
            refused = arrived.refused,
            no_room = arrived.no_room,
            "records arrived"
        );
        Ok(arrived)
    }

    /// Takes what is new of some content into the group; gives back that of others for which there is no room.
    fn take_content(
        &mut self,
        content: &[Record],
        origin: Origin,
        group: &mut Group,
        arrived: &mut Arrived,
    ) -> Vec<Record> {
        let oldest = retention::oldest_week_held(self.shared.clock.earlier_day());
        let own = self.shared.options.device.public();
        let size = |r: &Record| (FRAME_HEAD_BYTES + r.wire().len()) as u64;
        let mut room = self.room_for_others().saturating_sub(group.records.iter().map(size).sum());
        let mut without_room = Vec::new();
        let shared = self.shared.clone();
        let state = shared.read();
        for record in content {
            let id = record.id();
            let is_of_others = record.payload().device != own && !record.is_withdrawal();
            if group.ids.contains(&id) || state.table.find(&id).is_some() {
                arrived.known += 1;
            } else if retention::expiry_week(record) < oldest || state.is_hidden_from_here(record) {
                arrived.superseded += 1;
            } else if !state.has_share(record) {
                // The record that lets somebody in, or into a group, may be on its way.
                arrived.waiting += u64::from(self.waiting.push(record));
            } else if state.is_superseded(record) {
                arrived.superseded += 1;
            } else if is_of_others && size(record) > room {
                without_room.push(record.clone());
            } else {
                room -= if is_of_others { size(record) } else { 0 };
                arrived.new += 1;
                arrived.pending += u64::from(!state.authority.counts(record));
                arrived.new_ids.push(id);
                self.shared.note_mine(record, origin);
                if origin == Origin::Here && record.payload().device == own {
                    self.anew.note(&self.shared.clock, &state, id, self.shared.clock.now_ms(), group);
                }
                group.push(record.clone());
            }
        }
        without_room
    }

    fn arrive_authority(&mut self, records: Vec<Record>, origin: Origin, group: &mut Group, arrived: &mut Arrived) {
        if records.is_empty() {
            return;
        }
        let state = self.shared.read();
        let fresh: Vec<Record> = records
            .into_iter()
            .filter(|r| {
                let known = group.ids.contains(&r.id()) || state.table.find(&r.id()).is_some();
                arrived.known += u64::from(known);
                !known
            })
            .collect();
        if fresh.is_empty() {
            return;
        }
        let before = group.authority.take();
        let was_staged = before.is_some();
        let mut authority = before.unwrap_or_else(|| (*state.authority).clone());
        drop(state);
        let waited = self.waiting.take(Lane::Authority);
        let taken = authority.take(fresh.into_iter().chain(waited));
        let has_stored = !taken.stored.is_empty();
        arrived.refused += taken.refused as u64;
        arrived.superseded += taken.over as u64;
        for (record, inserted) in &taken.stored {
            arrived.new += 1;
            arrived.pending += u64::from(*inserted == Inserted::Pending);
            arrived.new_ids.push(record.id());
            self.shared.note_mine(record, origin);
        }
        arrived.waiting += self.stage_taken(taken, group);
        group.authority = (was_staged || has_stored).then_some(authority);
    }

    /// Takes what an authority took in into the group, and keeps in memory what has to wait; gives how many those are.
    pub(super) fn stage_taken(&mut self, taken: Taken, group: &mut Group) -> u64 {
        taken.stored.into_iter().for_each(|(record, _)| group.push(record));
        group.dropped.extend(taken.dropped);
        group.moves_aside |= taken.moves_aside;
        let waits = taken.strangers.iter().chain(&taken.incomplete);
        waits.map(|record| u64::from(self.waiting.push(record))).sum()
    }
}
