//! What is new on either side once both had the same: ids go at once, records to whoever asks for them.

use std::collections::{BTreeSet, VecDeque};

use super::contract::Reason;
use super::message::{IDS_MAX, Message};
use super::outbox::{Block, frame_of};
use super::source::Source;
use crate::id::Id;

/// Ids of what is new that wait for the stream. More: the list is dropped and roots are checked again.
const QUEUE_MAX: usize = 4096;
/// Records the peer asked for that wait for the stream. More: the session ends as busy.
const FETCHES_MAX: usize = 8192;
/// Records that the peer is known to have. More: the oldest are forgotten, and at worst told of once more.
const KNOWN_MAX: usize = 16_384;

/// See above.
#[derive(Default)]
pub(super) struct News {
    queue: VecDeque<Id>,
    /// To be asked for.
    wanted: Vec<Id>,
    /// To be sent.
    fetches: VecDeque<Id>,
    known: BTreeSet<Id>,
    known_order: VecDeque<Id>,
}

impl News {
    /// The peer has this record.
    pub fn peer_has(&mut self, id: Id) {
        if self.known.insert(id) {
            self.known_order.push_back(id);
            if self.known_order.len() > KNOWN_MAX
                && let Some(old) = self.known_order.pop_front()
            {
                self.known.remove(&old);
            }
        }
    }
    /// A record is new here. `false`: more are than can be told one by one.
    pub fn add(&mut self, id: Id) -> bool {
        if self.known.contains(&id) {
            return true;
        }
        if self.queue.len() == QUEUE_MAX {
            self.queue.clear();
            return false;
        }
        self.queue.push_back(id);
        true
    }
    /// These are to be asked for.
    pub fn want(&mut self, ids: Vec<Id>) {
        self.wanted.extend(ids);
    }
    /// The peer asks for these.
    pub fn asked_for(&mut self, ids: Vec<Id>) -> Result<(), Reason> {
        self.fetches.extend(ids);
        if self.fetches.len() > FETCHES_MAX { Err(Reason::Busy("news asked for")) } else { Ok(()) }
    }

    /// The next frame, if there is something, and how many records are in it.
    pub fn next_frame(&mut self, source: &dyn Source) -> Option<(Vec<u8>, u64)> {
        let n = self.wanted.len().min(IDS_MAX);
        if n > 0 {
            return Some((Message::Fetch(self.wanted.drain(..n).collect()).to_frame(), 0));
        }
        let mut block = Block::default();
        while let Some(id) = self.fetches.pop_front() {
            if let Some(wire) = source.wire(&id) {
                self.peer_has(id);
                if block.add(wire) {
                    break;
                }
            }
        }
        if !block.wires.is_empty() {
            let count = block.wires.len() as u64;
            return Some((frame_of(&block.wires), count));
        }
        let mut ids = Vec::new();
        while ids.len() < IDS_MAX
            && let Some(id) = self.queue.pop_front()
        {
            // It may have come from there meanwhile, or be gone.
            if !self.known.contains(&id) && source.has(&id) {
                ids.push(id);
            }
        }
        (!ids.is_empty()).then(|| (Message::News(ids).to_frame(), 0))
    }
}
