//! Records on their way out: ranges to push, read from the store only as the stream takes them.

use std::collections::VecDeque;

use super::message::Range;
use super::ranges::RoundKey;
use super::source::{Source, successor};
use crate::frame::{self, FrameType};
use crate::id::Id;
use crate::limits::BLOCK_RECORDS_MAX;

/// Plain bytes of records that go into one block, about.
pub const BLOCK_PLAIN_BYTES: usize = 1024 * 1024;

/// Ids looked up at once.
const PAGE: usize = 256;

/// Which records of a range to push. Lists are sorted.
#[derive(Debug)]
pub(super) enum Filter {
    All,
    Only(Vec<u64>),
    Except(Vec<u64>),
}

/// A range to push from.
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
            Filter::All => true,
            Filter::Only(shorts) => shorts.binary_search(&self.key.short(&id.0)).is_ok(),
            Filter::Except(shorts) => shorts.binary_search(&self.key.short(&id.0)).is_err(),
        }
    }
}

/// What is still to be pushed in this round.
#[derive(Default)]
pub(super) struct Outbox {
    tasks: VecDeque<Task>,
    /// Ids looked at so far, to bound what a peer can make this node do.
    pub scanned: u64,
}

impl Outbox {
    pub fn add(&mut self, task: Task) {
        self.tasks.push_back(task);
    }
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
    /// Forgets everything: a new round begins.
    pub fn clear(&mut self) {
        *self = Outbox::default();
    }

    /// The next block's records; empty when nothing is left, or when more than `scans_max` ids have been looked at.
    pub fn next_wires(&mut self, source: &dyn Source, scans_max: u64) -> Vec<Vec<u8>> {
        let mut block = Block::default();
        while let Some(task) = self.tasks.front_mut() {
            if self.scanned > scans_max {
                break;
            }
            let (bucket, last) = (task.range.0, task.range.1.last());
            let page = match task.next {
                Some(first) if first <= last => source.ids(bucket, &first, &last, PAGE),
                _ => Vec::new(),
            };
            let whole = page.len() == PAGE;
            self.scanned += page.len() as u64 + 1;
            for id in &page {
                task.next = successor(id);
                if task.passes(id)
                    && let Some(wire) = source.wire(id)
                    && block.add(wire)
                {
                    return block.wires;
                }
            }
            if !whole {
                self.tasks.pop_front();
            }
        }
        block.wires
    }
}

/// Collects records until a block is full.
#[derive(Default)]
pub(crate) struct Block {
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

/// A frame of records: sorted by their bytes, which puts those of one kind, owner and device side by side.
/// A single record goes as it is.
pub(crate) fn records_frame(mut wires: Vec<Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::new();
    if let [one] = &wires[..] {
        frame::write(&mut out, FrameType::RECORD, one);
    } else {
        wires.sort_unstable();
        frame::write(&mut out, FrameType::BLOCK, &frame::pack_block(wires.iter().map(Vec::as_slice)));
    }
    out
}
