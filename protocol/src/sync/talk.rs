//! One round on either side: what is still to be said about ranges, what is still to be sent, and whose turn it is to
//! ask for records.

use super::budget::Budgets;
use super::contract::Reason;
use super::keys::RoundKey;
use super::message::{Item, Malformed, Scope};
use super::outbox::Outbox;
use super::ranges::{Comparer, Next, Todo};
use super::source::Source;
use super::summary::{Bucket, BucketDigest};

/// Size at which an ask or an answer is sent; what is left waits for the next.
const ITEMS_BYTES: usize = 32 * 1024;
/// Most memory for ranges that are still to be talked about. More: the session ends as busy.
const TODO_BYTES_MAX: usize = 16 << 20;
/// Bytes of items that cost as much as looking at an id.
const ITEM_BYTES_FOR_WORK: usize = 8;

/// What was fixed when a round began.
pub(super) struct Round {
    pub scope: Scope,
    pub key: RoundKey,
    pub buckets: Vec<BucketDigest>,
}

/// Whether records may be asked for in the next ask or answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Unknown,
    /// The driver was asked.
    Asked,
    Ours,
    Others,
}

/// See above.
pub(super) struct Talk {
    pub round: Option<Round>,
    pub outbox: Outbox,
    /// Records came or went in this round.
    pub moved: bool,
    /// Something was not asked for, because it was another session's turn.
    pub withheld: bool,
    /// Authority records were asked for: they come when everything is said.
    pub asked_lane: bool,
    /// Content was asked for, and since then records came.
    asked: bool,
    pub came: bool,
    todo: Vec<Todo>,
    todo_bytes: usize,
    /// How many of them may ask for records.
    asking: usize,
    turn: Turn,
}

impl Talk {
    pub fn new() -> Talk {
        Talk {
            round: None,
            outbox: Outbox::default(),
            moved: false,
            withheld: false,
            asked_lane: false,
            asked: false,
            came: false,
            todo: Vec::new(),
            todo_bytes: 0,
            asking: 0,
            turn: Turn::Unknown,
        }
    }

    /// Forgets the round before and opens this one, or none.
    pub fn open(&mut self, round: Option<Round>) {
        *self = Talk { round, ..Talk::new() };
    }

    /// Whether the driver was asked for the turn and has not answered.
    pub fn waits_for_turn(&self) -> bool {
        self.turn == Turn::Asked
    }
    /// The driver's answer.
    pub fn turn(&mut self, granted: bool) {
        self.turn = if granted { Turn::Ours } else { Turn::Others };
    }

    /// Something is to be said, before everything that is to be said already.
    pub fn add(&mut self, todo: Todo) -> Result<(), Reason> {
        self.todo_bytes += todo.bytes();
        self.asking += usize::from(todo.may_ask());
        self.todo.push(todo);
        if self.todo_bytes > TODO_BYTES_MAX { Err(Reason::Busy("ranges that differ")) } else { Ok(()) }
    }
    fn pop(&mut self) -> Option<Todo> {
        let todo = self.todo.pop()?;
        self.todo_bytes -= todo.bytes();
        self.asking -= usize::from(todo.may_ask());
        Some(todo)
    }

    /// Takes what the other side says.
    pub fn take(
        &mut self,
        items: Vec<Item>,
        bytes: usize,
        source: &dyn Source,
        budgets: &mut Budgets,
    ) -> Result<(), Reason> {
        let Some(round) = &self.round else { return Ok(()) };
        let (scope, key) = (round.scope, round.key);
        budgets.work((bytes / ITEM_BYTES_FOR_WORK) as u64)?;
        if std::mem::take(&mut self.asked) && !self.came {
            // It says that it has what it does not send: what else it says it has is not asked for in this round.
            (self.todo, self.todo_bytes, self.asking) = (Vec::new(), 0, 0);
        }
        let mut about_lane = false;
        for item in items {
            let bucket = item.range().0;
            if !scope.has(bucket) {
                return Err(Malformed("bucket out of scope").into());
            }
            about_lane |= bucket == Bucket::AUTHORITY;
            let mut say = Vec::new();
            let mut comparer = Comparer { source, key, scanned: 0 };
            comparer.consider(item, &mut self.outbox, |todo| say.push(todo));
            budgets.work(comparer.scanned)?;
            say.into_iter().try_for_each(|todo| self.add(todo))?;
        }
        if !about_lane {
            self.outbox.close_lane(source);
        }
        Ok(())
    }

    /// What to say next, at most an ask full. `None`: ask the driver for the turn first.
    pub fn next_items(
        &mut self,
        window: u32,
        takes_content: bool,
        source: &dyn Source,
        budgets: &mut Budgets,
    ) -> Result<Option<Vec<Item>>, Reason> {
        let Some(key) = self.round.as_ref().map(|r| r.key) else { return Ok(Some(Vec::new())) };
        if self.turn == Turn::Unknown && self.asking > 0 {
            self.turn = Turn::Asked;
            return Ok(None);
        }
        let (mut items, mut bytes, mut left) = (Vec::new(), Vec::new(), window);
        while bytes.len() < ITEMS_BYTES
            && let Some(todo) = self.pop()
        {
            let mut comparer = Comparer { source, key, scanned: 0 };
            let next = comparer.next(todo.clone(), window);
            budgets.work(comparer.scanned)?;
            let item = match next {
                Next::Say(item) => item,
                Next::Apart(parts) => {
                    parts.into_iter().try_for_each(|part| self.add(part))?;
                    continue;
                }
                Next::Ask(item, _, instead) if !takes_content && item.range().0 != Bucket::AUTHORITY => {
                    let Some(item) = instead else { continue };
                    item
                }
                // Where nothing was asked for yet, the window takes whatever comes.
                Next::Ask(item, count, _) if self.turn == Turn::Ours && (count <= left || left == window) => {
                    left = left.saturating_sub(count);
                    self.asked_lane |= item.range().0 == Bucket::AUTHORITY;
                    item
                }
                Next::Ask(..) if self.turn == Turn::Ours => {
                    self.add(todo)?;
                    break;
                }
                Next::Ask(_, _, instead) => {
                    self.withheld = true;
                    let Some(item) = instead else { continue };
                    item
                }
            };
            item.write(&mut bytes);
            items.push(item);
        }
        (self.turn, self.asked, self.came) = (Turn::Unknown, left < window, false);
        Ok(Some(items))
    }
}
