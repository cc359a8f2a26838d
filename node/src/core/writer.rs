//! The writer: the one thread that changes anything.
//!
//! It drains what is waiting into a group, appends the whole group to the journal with one sync, brings the tables up
//! to date, answers, then sends events. A group that cannot be saved is answered with the error and leaves no trace.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::authority::build::BuildError;
use hedgerow_protocol::frame::FrameType;
use hedgerow_protocol::hlc::{Day, Hlc};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Lane;
use hedgerow_protocol::record::Record;
use tokio::sync::{mpsc, oneshot};

use super::clock::DeletionDay;
use super::digest::digest;
use super::local::{DAY_KEY, DAYS_RUN_KEY, local_body, set_local};
use super::types::*;
use super::{EVENTS_MAX, Shared};
use crate::store::checkpoint::{Checkpointer, Head};
use crate::store::index::Storage;
use crate::store::journal::{FRAME_HEAD_BYTES, Journal, JournalError};
use crate::store::search::TAIL_DOCS_MAX;
use crate::store::table::slot_of;

mod anew;
mod arrivals;
mod compaction;
mod staging;

pub(super) use anew::Anew;
pub(super) use arrivals::Waiting;
pub(super) use compaction::bytes_needed;

/// Records in one group. More arrive in the next.
const GROUP_RECORDS_MAX: usize = 4096;
/// New rows after which the index is written.
const SAVE_AFTER_ROWS: usize = 8_192;
/// Documents in the search tail when the index is written.
const TAIL_SAVED_MAX: usize = 64;
/// Idle ticks after which a disk that failed is tried again.
const TRY_AGAIN_TICKS: u32 = 3;
/// Idle ticks after which a changed index is written.
const SAVE_AFTER_TICKS: u32 = 30;
/// Dead bytes below which compaction is not worth it.
const DEAD_BYTES_MIN: u64 = 16 << 20;
/// How long the writer sleeps at most before it looks at the clock.
const TICK: Duration = Duration::from_secs(1);
/// Days without running after which the own clock alone does not say that there is another day of running.
const TRUSTED_DAYS: Day = 60;

/// Where an answer goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T, CoreError>>;

type Build = Box<dyn FnOnce(&Authority, &SecretKey, Hlc) -> Result<Record, BuildError> + Send>;

/// Everything that can be asked of the writer.
pub(super) enum Command {
    Publish(Vec<Draft>, Reply<Vec<Record>>),
    Authority(Build, Reply<Record>),
    Arrive(Vec<Record>, Origin, Reply<Arrived>),
    PutLocal(String, Vec<u8>, Reply<()>),
    Compact(Reply<()>),
    SaveIndex(Reply<()>),
    Lost(Vec<Id>),
    Close(oneshot::Sender<()>),
}

type Answer = Box<dyn FnOnce(Result<(), CoreError>) + Send>;

/// What is written with one sync.
#[derive(Default)]
struct Group {
    records: Vec<Record>,
    ids: BTreeSet<Id>,
    slots: BTreeSet<[u8; 16]>,
    locals: Vec<(String, Vec<u8>)>,
    authority: Option<Authority>,
    /// Authority records that gave their room to others.
    dropped: Vec<Id>,
    /// Whether other authority records are aside with this authority than before.
    moves_aside: bool,
    last_hlc: Option<Hlc>,
    answers: Vec<Answer>,
}

impl Group {
    fn is_empty(&self) -> bool {
        self.records.is_empty() && self.locals.is_empty() && self.answers.is_empty()
    }
    fn push(&mut self, record: Record) {
        self.ids.insert(record.id());
        if record.lane() == Lane::Content {
            self.slots.insert(slot_of(&record.address()));
        }
        self.records.push(record);
    }
}

/// The writer's own things.
pub(super) struct Writer {
    pub shared: Arc<Shared>,
    pub storage: Box<dyn Storage>,
    pub checkpointer: Checkpointer,
    pub event_seq: u64,
    pub rows_saved: usize,
    /// What came before the records that say whose it is.
    pub waiting: Waiting,
    /// What is to be said anew when the clock is right.
    pub anew: Anew,
    /// The day by which was deleted what was over.
    pub swept: Option<Day>,
    /// The day that was last written down as one on which this computer ran.
    pub noted: Option<Day>,
    /// The last to go: it holds the lock of the folder, and until the index is closed nobody else may have it.
    pub journal: Journal,
}

impl Writer {
    /// Runs until closed or until the last handle is gone.
    pub fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return };
        let mut idle_ticks = 0;
        let mut closing = Vec::new();
        self.begin();
        let mut ticked = Instant::now();
        while closing.is_empty() {
            let next = runtime.block_on(async { tokio::time::timeout(TICK, commands.recv()).await });
            // Whatever else arrives.
            if next.is_err() || ticked.elapsed() >= TICK {
                self.tick();
                ticked = Instant::now();
            }
            let first = match next {
                Ok(Some(command)) => command,
                Ok(None) => break,
                Err(_) => {
                    idle_ticks += 1;
                    if self.journal.trouble().is_some() && idle_ticks % TRY_AGAIN_TICKS == 0 {
                        self.journal.try_again();
                        self.note_trouble();
                    }
                    if idle_ticks >= SAVE_AFTER_TICKS && self.shared.read().table.is_dirty() {
                        idle_ticks = 0;
                        self.save_index();
                    }
                    continue;
                }
            };
            closing = self.turn(first, &mut commands);
        }
        commands.close();
        while let Ok(command) = commands.try_recv() {
            // Dropping a command answers `Closed`.
            if let Command::Close(reply) = command {
                closing.push(reply);
            }
        }
        self.save_index();
        drop(self);
        closing.into_iter().for_each(|reply| {
            let _ = reply.send(());
        });
    }

    /// What comes before the first command.
    pub(in crate::core) fn begin(&mut self) {
        self.tick();
        if self.rows_saved == 0 {
            self.save_index();
        }
    }

    /// Takes a command and what else waits, and commits it as one group. Gives who asked for the end.
    pub(in crate::core) fn turn(
        &mut self,
        first: Command,
        commands: &mut mpsc::Receiver<Command>,
    ) -> Vec<oneshot::Sender<()>> {
        let mut closing = Vec::new();
        let mut group = Group::default();
        let mut next = Some(first);
        while let Some(command) = next {
            match command {
                Command::Close(reply) => closing.push(reply),
                other => self.take(other, &mut group),
            }
            let room = group.records.len() < GROUP_RECORDS_MAX && closing.is_empty();
            next = if room { commands.try_recv().ok() } else { None };
        }
        self.commit(&mut group);
        self.after_commit();
        closing
    }

    fn now(&self) -> u64 {
        self.shared.clock.now_ms()
    }

    fn take(&mut self, command: Command, group: &mut Group) {
        match command {
            Command::Publish(drafts, reply) => match self.stage_publish(&drafts, group) {
                Ok(records) => answer(group, reply, records),
                Err(e) => drop(reply.send(Err(e))),
            },
            Command::Authority(build, reply) => match self.stage_authority(build, group) {
                Ok(record) => answer(group, reply, record),
                Err(e) => drop(reply.send(Err(e))),
            },
            Command::Arrive(records, origin, reply) => match self.arrive(records, origin, group) {
                Ok(arrived) => answer(group, reply, arrived),
                Err(e) => drop(reply.send(Err(e))),
            },
            Command::PutLocal(key, value, reply) => {
                group.locals.push((key, value));
                answer(group, reply, ());
            }
            Command::Compact(reply) => {
                self.commit(group);
                // What is over needs no place in the new journal.
                self.tick();
                drop(reply.send(self.compact()));
            }
            Command::SaveIndex(reply) => {
                self.commit(group);
                self.save_index();
                drop(reply.send(Ok(())));
            }
            Command::Lost(ids) => {
                self.commit(group);
                self.lost(&ids);
            }
            Command::Close(_) => {}
        }
    }

    fn commit_checked(&mut self, group: &mut Group) -> Result<(), CoreError> {
        let (send, result) = std::sync::mpsc::channel();
        group.answers.push(Box::new(move |r| drop(send.send(r))));
        self.commit(group);
        result.recv().unwrap_or(Err(CoreError::Closed))
    }

    /// Saves the group, brings the tables up to date, answers, and sends events. Leaves an empty group.
    fn commit(&mut self, group: &mut Group) {
        let group = std::mem::take(group);
        if group.is_empty() {
            return;
        }
        let has_authority = group.authority.is_some();
        let result = self.write(&group.records, &group.locals, group.authority);
        // Whatever authority changed by may stand behind what is aside again.
        let may_move = group.moves_aside || has_authority && self.shared.read().has_authority_aside();
        if result.is_ok() && (may_move || !group.dropped.is_empty()) {
            let (now, mut state) = (self.now(), self.shared.write());
            let gone: Vec<u32> = group.dropped.iter().filter_map(|id| state.table.find(id)).collect();
            state.forget(&gone, now);
            state.move_aside(self.shared.options.person.as_ref());
        }
        // Before the answer: whoever published something can ask at once with which event it came.
        if result.is_ok() {
            self.announce(&group.records);
        }
        for answer in group.answers {
            answer(match &result {
                Ok(()) => Ok(()),
                Err(e) => Err(copy_error(e)),
            });
        }
    }

    fn write(
        &mut self,
        records: &[Record],
        locals: &[(String, Vec<u8>)],
        authority: Option<Authority>,
    ) -> Result<(), CoreError> {
        let bodies: Vec<Vec<u8>> = locals.iter().map(|(k, v)| local_body(k, v)).collect();
        let frames = records.iter().map(|r| (FrameType::RECORD, r.wire()));
        let frames: Vec<_> = frames.chain(bodies.iter().map(|b| (FrameType::LOCAL, b.as_slice()))).collect();
        if frames.is_empty() {
            return Ok(());
        }
        let size: usize = frames.iter().map(|(_, body)| FRAME_HEAD_BYTES + body.len()).sum();
        if records.iter().any(|r| r.lane() == Lane::Content && !r.is_withdrawal()) && !self.has_room(size as u64) {
            self.makes_room();
            if !self.has_room(size as u64) {
                return Err(CoreError::NoSpace);
            }
        }
        let places = match self.journal.append(&frames) {
            // What nobody needs any more makes room, if there is enough of it to be worth the work.
            Err(JournalError::NoSpace) if self.makes_room() => self.journal.append(&frames),
            appended => appended,
        };
        self.note_trouble();
        let places = places.map_err(core_error)?;
        // Words are read before the lock is taken, so that readers do not wait for it.
        let wants_digest = |r: &Record| r.lane() == Lane::Content && !r.is_withdrawal();
        let rows =
            records.iter().zip(places).map(|(r, p)| (r.clone(), p, wants_digest(r).then(|| digest(r)))).collect();
        let now = self.now();
        {
            let mut state = self.shared.write();
            state.apply(rows, authority, now);
            for (key, value) in locals {
                set_local(&mut state, key, value);
            }
        }
        self.freeze_beyond(TAIL_DOCS_MAX);
        self.shared.journal_bytes.store(self.journal.bytes(), Ordering::Relaxed);
        Ok(())
    }

    fn freeze_beyond(&self, documents: usize) {
        let state = self.shared.read();
        if state.search.tail_docs().len() > documents {
            let frozen = state.frozen();
            drop(state);
            self.shared.write().search.install(frozen);
        }
    }

    fn announce(&mut self, records: &[Record]) {
        for record in records {
            let kind = match record.lane() {
                Lane::Authority => EventKind::Authority,
                Lane::Content if record.is_withdrawal() => EventKind::Withdrawn,
                Lane::Content => EventKind::New,
            };
            self.send(kind, record.id(), Some(record.payload().kind));
        }
    }

    fn send(&mut self, kind: EventKind, id: Id, record_kind: Option<hedgerow_protocol::kind::Kind>) {
        self.event_seq += 1;
        let event = Event { seq: self.event_seq, kind, id, record_kind };
        let mut remembered = self.shared.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.push_back(event.clone());
        if remembered.len() > EVENTS_MAX {
            remembered.pop_front();
        }
        drop(remembered);
        let _ = self.shared.events.send(event);
    }

    fn after_commit(&mut self) {
        let (rows, dead) = {
            let state = self.shared.read();
            (state.table.rows().len(), self.journal.bytes().saturating_sub(bytes_needed(&state)))
        };
        if rows >= self.rows_saved + SAVE_AFTER_ROWS {
            self.save_index();
        }
        if dead > DEAD_BYTES_MIN
            && dead > self.journal.bytes() / 2
            && let Err(e) = self.compact()
        {
            tracing::warn!(error = %e, "compaction put off");
        }
    }

    /// Tells readers whether the disk takes what is written.
    fn note_trouble(&mut self) {
        let now = self.journal.trouble();
        let before = std::mem::replace(&mut *self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner), now);
        if before != now {
            match now {
                Some(trouble) => tracing::warn!(?trouble, "the disk takes nothing; it is tried again"),
                None => tracing::info!("the disk takes what is written again"),
            }
            self.send(EventKind::Saving, Id::SELF, None);
        }
    }

    /// Looks at the clock: what shows now, what has expired for good.
    pub(in crate::core) fn tick(&mut self) {
        let now = self.now();
        let believed = {
            let mut state = self.shared.write();
            state.tick(now);
            state.locals.get(DAY_KEY).and_then(|v| Some(Day::from_be_bytes(v.as_slice().try_into().ok()?)))
        };
        self.note_room(false);
        // Before anything is deleted by the same clock.
        self.say_anew();
        let Some(DeletionDay { day: today, own, is_confirmed }) = self.shared.clock.deletion_day() else { return };
        // What was put aside long enough ago.
        let aside = self.shared.read().aside(false);
        if !aside.is_empty() {
            self.shared.write().forget(&aside, now);
        }
        // Only what was over on an earlier day of running: a clock that is wrong has a day to be put right.
        if let Some(before) = believed.filter(|day| *day < today && self.swept != Some(*day)) {
            self.swept = Some(before);
            let gone = self.shared.read().over(before);
            if !gone.is_empty() {
                self.shared.write().forget(&gone, now);
            }
        }
        let day = match believed {
            // It was noted by a clock that was ahead.
            Some(day) if day > own => Some(own),
            // A clock that jumped far ahead makes a day of running only once somebody agrees.
            Some(day) => {
                let is_trusted = is_confirmed || today <= day.saturating_add(TRUSTED_DAYS);
                Some(today).filter(|today| *today > day && is_trusted)
            }
            None => Some(today),
        };
        if let Some(day) = day.filter(|_| self.noted != day) {
            self.noted = Some(day);
            let mut group = Group::default();
            group.locals.push((DAY_KEY.into(), day.to_be_bytes().to_vec()));
            let days = self.shared.read().days_run().wrapping_add(1);
            group.locals.push((DAYS_RUN_KEY.into(), days.to_be_bytes().to_vec()));
            self.commit(&mut group);
        }
    }

    /// Lets go of records whose bytes cannot be read. Authority records are in memory and are written again.
    fn lost(&mut self, ids: &[Id]) {
        let (mut again, mut gone) = (Vec::new(), Vec::new());
        {
            let state = self.shared.read();
            for id in ids {
                let Some(number) = state.table.find(id).filter(|n| state.read_row(*n).is_none()) else { continue };
                match state.authority.records().find(|r| r.id() == *id) {
                    Some(record) => again.push((number, record.clone())),
                    None => gone.push((number, *id)),
                }
            }
        }
        if !again.is_empty() || !gone.is_empty() {
            self.shared.is_damaged.store(true, Ordering::Relaxed);
        }
        let frames: Vec<_> = again.iter().map(|(_, r)| (FrameType::RECORD, r.wire())).collect();
        if let (false, Ok(places)) = (frames.is_empty(), self.journal.append(&frames)) {
            let mut state = self.shared.write();
            for ((number, _), place) in again.iter().zip(places) {
                state.table.set_place(*number, place);
            }
        }
        if gone.is_empty() {
            return;
        }
        let now = self.now();
        let numbers: Vec<u32> = gone.iter().map(|(n, _)| *n).collect();
        self.shared.write().forget(&numbers, now);
        self.shared.mine.lock().unwrap_or_else(PoisonError::into_inner).lost(gone.iter().map(|(_, id)| *id));
        tracing::warn!(records = gone.len(), "damaged in the journal; they come back from neighbours");
        for (_, id) in gone {
            self.send(EventKind::Damaged, id, None);
        }
    }

    /// Brings the index on disk up to the journal. Trouble here costs only the next start's time.
    fn save_index(&mut self) {
        // What is in the tail has to be read and taken apart again at the next start: not too much of it.
        self.freeze_beyond(TAIL_SAVED_MAX);
        // Only taking the list of what changed needs the lock to itself; readers go on while the rest is done.
        let dirty = self.shared.write().table.take_dirty();
        let prepared = {
            let state = self.shared.read();
            let head = Head {
                community: self.shared.options.community,
                marks: self.journal.segments().iter().map(|(n, s)| (*n, (s.name, s.len))).collect(),
                now_ms: self.shared.clock.now_ms(),
                last_hlc: state.last_hlc,
                tail: state.search.tail_docs().to_vec(),
            };
            self.rows_saved = state.table.rows().len();
            self.checkpointer.prepare(&head, &state.table, dirty, &state.search, &state.locals)
        };
        if let Err(e) = self.checkpointer.store(&mut *self.storage, prepared) {
            tracing::warn!(error = %e, "the index could not be saved; the next start makes it again");
            self.shared.write().table.mark_all_dirty();
            self.checkpointer.forget();
            let _ = self.storage.clear();
        }
    }
}

fn answer<T: Send + 'static>(group: &mut Group, reply: Reply<T>, value: T) {
    group.answers.push(Box::new(move |saved| drop(reply.send(saved.map(|()| value)))));
}

pub(super) fn core_error(e: JournalError) -> CoreError {
    match e {
        JournalError::NoSpace => CoreError::NoSpace,
        JournalError::Newer(found) => CoreError::NewerFormat { found, known: crate::store::journal::FORMAT },
        JournalError::Older(found) => CoreError::OlderFormat { found, known: crate::store::journal::FORMAT },
        JournalError::OtherCommunity => CoreError::OtherCommunity,
        JournalError::Io(e) => e.into(),
    }
}

fn copy_error(e: &CoreError) -> CoreError {
    match e {
        CoreError::NoSpace => CoreError::NoSpace,
        CoreError::Disk(e) => CoreError::Disk(e.clone()),
        _ => CoreError::Closed,
    }
}
