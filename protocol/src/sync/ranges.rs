//! Comparing ranges of ids: what to say about a range, and what to do about what the other side said.

use super::keys::{RoundKey, first_eight};
use super::message::{Item, Print, Range, SHORTS_MAX};
use super::outbox::{Filter, Outbox, Task};
use super::source::{PREFIX_NIBBLES_MAX, Source, for_each};
use super::summary::Bucket;
use crate::id::Id;

/// Ranges with at most this many ids are listed instead of split. At 32 a list costs about what a split does.
const LIST_IDS: usize = 32;

/// Something still to be said about a range. Small, because there can be many.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Todo {
    /// The two sides differ there, and the other has so many.
    Differs(Range, u32),
    /// The other has these, and this side did not.
    Want(Range, Vec<u64>),
}

impl Todo {
    /// Whether it may come to asking for records.
    pub fn may_ask(&self) -> bool {
        !matches!(self, Todo::Differs(_, 0))
    }
    /// Bytes of memory it takes, about.
    pub fn bytes(&self) -> usize {
        match self {
            Todo::Differs(..) => size_of::<Todo>(),
            Todo::Want(_, shorts) => size_of::<Todo>() + 8 * shorts.len(),
        }
    }
}

/// What can be said about a range where the sides differ.
pub(super) enum Next {
    /// This, and it asks for no records.
    Say(Item),
    /// This, and it asks for so many at most; without the turn to ask the other, if there is another.
    Ask(Item, u32, Option<Item>),
    /// There are too many to ask for at once: these first.
    Apart(Vec<Todo>),
}

/// What one side sees: its records, the key of the round, and how much it has looked at.
pub(super) struct Comparer<'a> {
    pub source: &'a dyn Source,
    pub key: RoundKey,
    /// Ids looked at, to bound what a peer can make this node do.
    pub scanned: u64,
}

impl Comparer<'_> {
    /// Puts it into words, by what is here now: it may have come from elsewhere meanwhile. At most `window` content
    /// records are asked for at once; the authority lane is asked for whole, as its order must not be torn.
    pub fn next(&mut self, todo: Todo, window: u32) -> Next {
        // What is asked for of the authority lane comes later, and in one go: it takes no room in the window.
        let room = |range: Range, count: u32| if range.0 == Bucket::AUTHORITY { 0 } else { count };
        let (range, theirs) = match todo {
            Todo::Want(range, shorts) => {
                let room = room(range, shorts.len() as u32);
                return Next::Ask(Item::Want(range, shorts), room, None);
            }
            Todo::Differs(range, theirs) => (range, theirs),
        };
        let is_last = range.1.len() > PREFIX_NIBBLES_MAX;
        let Some(mine) = self.shorts(range, if is_last { SHORTS_MAX } else { LIST_IDS }) else {
            return Next::Say(Item::Split(range, self.prints(range)));
        };
        if theirs == 0 {
            return Next::Say(Item::List(range, mine));
        }
        if room(range, theirs) > window && !is_last {
            if !mine.is_empty() {
                return Next::Say(Item::Split(range, self.prints(range)));
            }
            // Ids are hashes: a sixteenth of them is in each part. The last is said first.
            let part = |n| Todo::Differs((range.0, range.1.child(n)), theirs / 16 + 1);
            return Next::Apart((0..16).rev().map(part).collect());
        }
        let instead = (!mine.is_empty()).then(|| Item::List(range, mine.clone()));
        Next::Ask(Item::Except(range, mine), room(range, theirs), instead)
    }

    /// Acts on what the other side said: records it asked for go to `outbox`, what is to be said to `say`.
    pub fn consider(&mut self, item: Item, outbox: &mut Outbox, mut say: impl FnMut(Todo)) {
        match item {
            Item::Split(range, theirs) => {
                let ours = self.prints(range);
                if ours.iter().all(|p| p.count == 0) {
                    let all = theirs.iter().fold(0, |sum: u32, p| sum.saturating_add(p.count));
                    return say(Todo::Differs(range, all));
                }
                // The last of what is said is taken up first.
                for (nibble, (mine, their)) in ours.iter().zip(theirs.iter()).enumerate().rev() {
                    if mine != their {
                        say(Todo::Differs((range.0, range.1.child(nibble as u8)), their.count));
                    }
                }
            }
            Item::List(range, theirs) => self.lacking(range, theirs, say),
            Item::Except(range, theirs) => {
                self.lacking(range, theirs.clone(), say);
                self.push(range, Filter::Except(theirs), outbox);
            }
            Item::Want(range, shorts) => self.push(range, Filter::Only(shorts), outbox),
        }
    }

    fn lacking(&mut self, range: Range, mut theirs: Vec<u64>, mut say: impl FnMut(Todo)) {
        if theirs.is_empty() {
            return;
        }
        let (key, mut scanned) = (self.key, 0);
        for_each(self.source, range.0, &range.1, |id| {
            scanned += 1;
            if let Ok(at) = theirs.binary_search(&key.short(&id.0)) {
                theirs.remove(at);
            }
            true
        });
        self.scanned += scanned;
        if !theirs.is_empty() {
            say(Todo::Want(range, theirs));
        }
    }

    fn push(&mut self, range: Range, filter: Filter, outbox: &mut Outbox) {
        let task = Task::new(range, filter, self.key);
        if range.0 == Bucket::AUTHORITY {
            self.scanned += outbox.add_to_lane(task, self.source);
        } else {
            outbox.add(task);
        }
    }

    fn prints(&mut self, (bucket, prefix): Range) -> Box<[Print; 16]> {
        let mut hashes: Vec<(blake3::Hasher, u32)> = Vec::with_capacity(16);
        hashes.resize_with(16, || (self.key.hasher(), 0));
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
    fn shorts(&mut self, range: Range, most: usize) -> Option<Vec<u64>> {
        let ids: Vec<Id> = self.source.ids(range.0, &range.1.first(), &range.1.last(), most + 1);
        self.scanned += ids.len() as u64 + 1;
        if ids.len() > most {
            return None;
        }
        let mut out: Vec<u64> = ids.iter().map(|id| self.key.short(&id.0)).collect();
        out.sort_unstable();
        out.dedup();
        Some(out)
    }
}
