//! Comparing ranges of ids: what to say about a range, and what to do about what the other side said.

use super::message::{Item, Print, Range, SHORTS_MAX};
use super::outbox::{Filter, Outbox, Task};
use super::source::{PREFIX_NIBBLES_MAX, Source, for_each};
use crate::id::Id;

/// Ranges with at most this many ids are listed instead of split. At 32 a list costs about what a split does.
pub(super) const LIST_IDS: u32 = 32;

/// The key of one round: nobody could prepare records whose short forms collide under it.
#[derive(Clone, Copy)]
pub(super) struct RoundKey(pub [u8; 32]);

impl RoundKey {
    /// Eight bytes that stand for an id (or any 32 bytes) in this round.
    pub fn short(&self, bytes: &[u8; 32]) -> u64 {
        first_eight(&blake3::keyed_hash(&self.0, bytes))
    }
}

fn first_eight(hash: &blake3::Hash) -> u64 {
    hash.as_bytes()[..8].iter().fold(0, |v, b| (v << 8) | u64::from(*b))
}

/// Something still to be said about a range. Small, because there can be many.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Todo {
    Split(Range),
    List(Range),
    Want(Range, Vec<u64>),
    WantAll(Range),
}

/// What one side sees: its records, the key of the round, and how much it has looked at.
pub(super) struct Comparer<'a> {
    pub source: &'a dyn Source,
    pub key: RoundKey,
    /// Ids looked at, to bound what a peer can make this node do.
    pub scanned: u64,
}

impl Comparer<'_> {
    /// Puts it into words.
    pub fn item(&mut self, todo: Todo) -> Item {
        match todo {
            Todo::Split(range) => Item::Split(range, self.prints(range)),
            Todo::List(range) => match self.shorts(range, SHORTS_MAX) {
                Some(shorts) => Item::List(range, shorts),
                // It has grown meanwhile.
                None => Item::Split(range, self.prints(range)),
            },
            Todo::Want(range, shorts) => Item::Want(range, shorts),
            Todo::WantAll(range) => Item::WantAll(range),
        }
    }

    /// Acts on what the other side said: records to push go to `outbox`, what is to be said to `say`.
    pub fn consider(&mut self, item: Item, outbox: &mut Outbox, mut say: impl FnMut(Todo)) {
        match item {
            Item::Split(range, theirs) => {
                let ours = self.prints(range);
                for (nibble, (mine, their)) in ours.iter().zip(theirs.iter()).enumerate() {
                    let child = (range.0, range.1.child(nibble as u8));
                    if mine == their {
                        continue;
                    }
                    self.differing(child, *mine, their.count, outbox, &mut say);
                }
            }
            Item::List(range, theirs) => {
                let mut lacking = theirs.clone();
                let mut more = false;
                let key = self.key;
                let mut scanned = 0;
                for_each(self.source, range.0, &range.1, |id| {
                    scanned += 1;
                    match lacking.binary_search(&key.short(&id.0)) {
                        Ok(at) => {
                            lacking.remove(at);
                        }
                        Err(_) => more = true,
                    }
                    true
                });
                self.scanned += scanned;
                if more {
                    outbox.add(Task::new(range, Filter::Except(theirs), key));
                }
                if !lacking.is_empty() {
                    say(Todo::Want(range, lacking));
                }
            }
            Item::Want(range, shorts) => outbox.add(Task::new(range, Filter::Only(shorts), self.key)),
            Item::WantAll(range) => outbox.add(Task::new(range, Filter::All, self.key)),
        }
    }

    /// A range in which the two sides differ: mine and theirs are not the same.
    pub fn differing(
        &mut self,
        range: Range,
        mine: Print,
        theirs: u32,
        outbox: &mut Outbox,
        mut say: impl FnMut(Todo),
    ) {
        if theirs == 0 {
            outbox.add(Task::new(range, Filter::All, self.key));
        } else if mine.count == 0 {
            say(Todo::WantAll(range));
        } else if mine.count <= LIST_IDS || range.1.len() > PREFIX_NIBBLES_MAX {
            say(Todo::List(range));
        } else {
            say(Todo::Split(range));
        }
    }

    fn prints(&mut self, (bucket, prefix): Range) -> Box<[Print; 16]> {
        let mut hashes: Vec<(blake3::Hasher, u32)> = Vec::with_capacity(16);
        hashes.resize_with(16, || (blake3::Hasher::new_keyed(&self.key.0), 0));
        let mut scanned = 0;
        for_each(self.source, bucket, &prefix, |id| {
            let (hash, count) = &mut hashes[prefix.child_of(id)];
            hash.update(&id.0);
            *count = count.saturating_add(1);
            scanned += 1;
            true
        });
        self.scanned += scanned;
        let mut out = Box::new([Print::default(); 16]);
        for (print, (hash, count)) in out.iter_mut().zip(hashes) {
            let short = if count > 0 { first_eight(&hash.finalize()) } else { 0 };
            *print = Print { short, count };
        }
        out
    }

    /// Sorted short forms of all ids in a range; `None` when there are more than `most`.
    fn shorts(&mut self, (bucket, prefix): Range, most: usize) -> Option<Vec<u64>> {
        let ids: Vec<Id> = self.source.ids(bucket, &prefix.first(), &prefix.last(), most + 1);
        self.scanned += ids.len() as u64;
        if ids.len() > most {
            return None;
        }
        let mut out: Vec<u64> = ids.iter().map(|id| self.key.short(&id.0)).collect();
        out.sort_unstable();
        out.dedup();
        Some(out)
    }
}
