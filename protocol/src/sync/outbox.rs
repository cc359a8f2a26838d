//! Records on their way out: those that were asked for, read from the store only as the stream takes them.

use std::collections::{BTreeSet, VecDeque};

use super::keys::RoundKey;
use super::message::Range;
use super::source::{Source, for_each, successor};
use crate::frame::{self, FrameType};
use crate::id::Id;
use crate::limits::BLOCK_RECORDS_MAX;

/// Plain bytes of records that go into one block, about.
pub const BLOCK_PLAIN_BYTES: usize = 1024 * 1024;

/// Ids looked up at once.
const PAGE: usize = 256;

/// Which records of a range to send. Lists are sorted.
#[derive(Debug)]
pub(super) enum Filter {
    Only(Vec<u64>),
    Except(Vec<u64>),
}

/// A range to send from.
pub(super) struct Task {
    range: Range,
    next: Option<Id>,
    filter: Filter,
    key: RoundKey,
}

impl Task {
    pub fn new(range: Range, filter: Filter, key: RoundKey) -> Task {
        Task { range, next: Some(range.1.first()), filter, key }
    }
    fn passes(&self, id: &Id) -> bool {
        match &self.filter {
            Filter::Only(shorts) => shorts.binary_search(&self.key.short(&id.0)).is_ok(),
            Filter::Except(shorts) => shorts.is_empty() || shorts.binary_search(&self.key.short(&id.0)).is_err(),
        }
    }
}

/// What is still to be sent in this round.
#[derive(Default)]
pub(super) struct Outbox {
    /// Authority records asked for so far: they go together, ancestors first, when the other side asks for no more.
    lane: BTreeSet<Id>,
    ordered: VecDeque<Id>,
    tasks: VecDeque<Task>,
}

impl Outbox {
    /// Content to be sent.
    pub fn add(&mut self, task: Task) {
        self.tasks.push_back(task);
    }
    /// Authority records to be sent: what they are is decided now. Gives the ids looked at.
    pub fn add_to_lane(&mut self, task: Task, source: &dyn Source) -> u64 {
        let mut scanned = 0;
        for_each(source, task.range.0, &task.range.1, |id| {
            scanned += 1;
            if task.passes(id) {
                self.lane.insert(*id);
            }
            true
        });
        scanned
    }
    /// The other side has asked for all it wants of the authority lane.
    pub fn close_lane(&mut self, source: &dyn Source) {
        if !self.lane.is_empty() {
            let ids = std::mem::take(&mut self.lane).into_iter().collect();
            self.ordered.extend(source.ancestors_first(ids));
        }
    }
    /// Whether nothing can be sent now.
    pub fn is_empty(&self) -> bool {
        self.ordered.is_empty() && self.tasks.is_empty()
    }

    /// The next frame of records, how many they are, and how many ids were looked at. No frame: nothing is left, or so
    /// many were looked at that somebody should ask whether to go on.
    pub fn next_frame(&mut self, source: &dyn Source) -> (Option<Vec<u8>>, u64, u64) {
        let (mut block, mut scanned) = (Block::default(), 0);
        while let Some(id) = self.ordered.pop_front() {
            scanned += 1;
            if let Some(wire) = source.wire(&id)
                && block.add(wire)
            {
                break;
            }
        }
        if !block.wires.is_empty() {
            let count = block.wires.len() as u64;
            return (Some(frame_of(&block.wires)), count, scanned);
        }
        while let Some(task) = self.tasks.front_mut()
            && scanned < SCANS_AT_ONCE
        {
            let (bucket, last) = (task.range.0, task.range.1.last());
            let page = match task.next {
                Some(first) if first <= last => source.ids(bucket, &first, &last, PAGE),
                _ => Vec::new(),
            };
            scanned += page.len() as u64 + 1;
            let mut is_full = false;
            for id in &page {
                task.next = successor(id);
                if task.passes(id)
                    && let Some(wire) = source.wire(id)
                    && block.add(wire)
                {
                    is_full = true;
                    break;
                }
            }
            if is_full {
                break;
            }
            if page.len() < PAGE {
                self.tasks.pop_front();
            }
        }
        let count = block.wires.len() as u64;
        ((count > 0).then(|| records_frame(block.wires)), count, scanned)
    }
}

/// Ids looked at before it is asked whether that is too much.
const SCANS_AT_ONCE: u64 = 65_536;

/// Collects records until a block is full.
#[derive(Default)]
pub(super) struct Block {
    /// What it holds.
    pub wires: Vec<Vec<u8>>,
    bytes: usize,
}

impl Block {
    /// Takes a record in; says whether the block is full now.
    pub fn add(&mut self, wire: Vec<u8>) -> bool {
        self.bytes += wire.len();
        self.wires.push(wire);
        self.bytes >= BLOCK_PLAIN_BYTES || self.wires.len() == BLOCK_RECORDS_MAX
    }
}

/// A frame of content: sorted by bytes, which puts records of one kind, owner and device side by side.
pub(super) fn records_frame(mut wires: Vec<Vec<u8>>) -> Vec<u8> {
    wires.sort_unstable();
    frame_of(&wires)
}

/// A frame of records in this order. A single record goes as it is.
pub(super) fn frame_of(wires: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    if let [one] = wires {
        frame::write(&mut out, FrameType::RECORD, one);
    } else {
        frame::write(&mut out, FrameType::BLOCK, &frame::pack_block(wires.iter().map(Vec::as_slice)));
    }
    out
}
