//! Starting: lock the directory, read the index, read what the journal has beyond it, or build everything anew.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock, Weak};

use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::frame::FrameType;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::record::Record;
use tokio::sync::{broadcast, mpsc};

use super::clock::Clock;
use super::local::{self, GENESIS_KEY, take_local};
use super::state::State;
use super::types::*;
use super::writer::{Command, Writer, core_error};
use super::{COMMANDS_MAX, Core, EVENTS_MAX, Shared};
use crate::files::{keep_private, make_private};
use crate::store::checkpoint::{Checkpointer, Loaded};
use crate::store::disk::{Disk, RealDisk};
use crate::store::index::{IndexError, Storage};
use crate::store::journal::{Bounds, Found, Journal, JournalError, Place};
use crate::store::memory::MemoryStorage;
use crate::store::sled_index::SledStorage;
use crate::store::table::flag;

/// Opens, or with `first` records creates.
pub(super) fn open(options: CoreOptions, first: Option<Vec<Record>>) -> Result<(Core, OpenReport), CoreError> {
    let disk: Arc<dyn Disk> = match RealDisk::open(&options.dir.join("journal")) {
        Ok(disk) => Arc::new(disk),
        Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => return Err(CoreError::InUse),
        Err(e) => return Err(e.into()),
    };
    let index = options.dir.join("index");
    open_on(options, first, disk, &mut |fresh| open_index(&index, fresh))
}

/// Opens the storage of the index; `fresh` deletes it first.
fn open_index(dir: &Path, fresh: bool) -> Result<Box<dyn Storage>, IndexError> {
    if fresh && dir.exists() {
        // It was free when it was opened before this, so only what that left behind can have it. If that does not end,
        // it goes on in files without a name, and harms nobody.
        let _ = SledStorage::wait_until_free(dir);
        std::fs::remove_dir_all(dir).map_err(|e| IndexError::Storage(e.to_string()))?;
    }
    let of_disk = |e: std::io::Error| IndexError::Storage(e.to_string());
    make_private(dir).map_err(of_disk)?;
    let storage = SledStorage::open(dir)?;
    // After it made its files, and for those that an earlier start left open to others.
    keep_private(dir).map_err(of_disk)?;
    Ok(Box::new(storage))
}

type OpenIndex<'a> = &'a mut dyn FnMut(bool) -> Result<Box<dyn Storage>, IndexError>;

/// As [`open`], on any disk and index storage.
pub(super) fn open_on(
    options: CoreOptions,
    first: Option<Vec<Record>>,
    disk: Arc<dyn Disk>,
    open_index: OpenIndex<'_>,
) -> Result<(Core, OpenReport), CoreError> {
    let is_new = first.is_some();
    let Opened { core, report, writer, commands } = prepare(options, first, disk, open_index)?;
    let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| std::thread::Builder::new().name(name.into()).spawn(run);
    spawn("store", Box::new(move || writer.run(commands)))?;
    if !is_new && (!report.index_rebuilt || report.frames_damaged > 0) {
        // A start from the index has not looked at what lies before its mark: do so now, beside the work. And damage that
        // was seen is left behind, so that it is said once.
        let (weak, lost) = (Arc::downgrade(&core.shared), core.commands.downgrade());
        spawn("scrub", Box::new(move || scrub(&weak, &lost)))?;
    }
    Ok((core, report))
}

/// A core whose writer does not run yet.
pub(super) struct Opened {
    pub core: Core,
    pub report: OpenReport,
    pub writer: Writer,
    pub commands: mpsc::Receiver<Command>,
}

/// Opens or creates without starting a thread: whoever has the writer turns it.
pub(super) fn prepare(
    options: CoreOptions,
    first: Option<Vec<Record>>,
    disk: Arc<dyn Disk>,
    open_index: OpenIndex<'_>,
) -> Result<Opened, CoreError> {
    let clock = Clock::new(options.os_clock.clone(), options.run_clock.clone());
    let mut report = OpenReport::default();
    let found = Journal::open(disk.clone(), options.community, bounds(&options)).map_err(core_error)?;
    let is_new = first.is_some();
    let mut journal = match (found, first) {
        (Some(journal), None) => journal,
        (None, Some(first)) => create(&disk, &options, &first)?,
        (None, None) => return Err(CoreError::NoCommunity),
        (Some(_), Some(_)) => return Err(CoreError::NotAllowed("there is a community in this folder already".into())),
    };
    let now = clock.now_ms();
    let mut checkpointer = Checkpointer::default();
    let (mut storage, loaded) = load(open_index, &mut checkpointer, &options.community, &journal);
    if matches!(loaded, Err(IndexError::InUse)) {
        // Whoever has it may write to it, so it is neither read nor deleted.
        return Err(CoreError::InUse);
    }
    let mut scan = Scan::new(&options, &journal);
    let state = match loaded {
        Ok(Some(loaded)) => scan.resume(loaded, &mut journal, now).map_err(core_error)?,
        _ => None,
    };
    let state = match state {
        Some(state) => state,
        None => {
            if let Some(s) = storage.take() {
                drop(s);
            }
            checkpointer.forget();
            storage = open_index(true).ok();
            scan = Scan::new(&options, &journal);
            let state = scan.rebuild(&mut journal, now)?;
            report.index_rebuilt = !is_new;
            state
        }
    };
    let mut state = state;
    state.last_hlc = state.last_hlc.max(local::kept_hlc(&state));
    state.read_zone();
    report.frames_damaged = scan.damaged;
    report.bytes_cut = scan.cut;
    report.records = state.table.live() as u64;
    report.notices = notices(&report, storage.is_none());
    let rows_saved = if report.index_rebuilt || is_new { 0 } else { state.table.rows().len() };

    let (commands, receiver) = mpsc::channel(COMMANDS_MAX);
    let shared = Arc::new(Shared {
        clock,
        state: RwLock::new(state),
        events: broadcast::channel(EVENTS_MAX).0,
        remembered: Mutex::default(),
        journal_bytes: AtomicU64::new(journal.bytes()),
        mine: Mutex::new(super::mine::Mine::new(now)),
        trouble: Mutex::default(),
        is_damaged: AtomicBool::new(report.frames_damaged > 0),
        is_partial: AtomicBool::new(false),
        lane: super::pages::LaneOrder::default(),
        options,
    });
    let mut writer = Writer {
        shared: shared.clone(),
        storage: storage.unwrap_or_else(|| Box::new(MemoryStorage::default())),
        checkpointer,
        // Later starts begin later, so that a number is never given twice.
        event_seq: now.saturating_mul(1_000),
        rows_saved,
        waiting: super::writer::Waiting::default(),
        anew: super::writer::Anew::default(),
        swept: None,
        noted: None,
        journal,
    };
    // As it was left: content is not asked for first to find that there is no room for it.
    writer.note_room(writer.is_short_of_room());
    Ok(Opened { core: Core { shared, commands }, report, writer, commands: receiver })
}

fn bounds(options: &CoreOptions) -> Bounds {
    Bounds { quota_bytes: options.quota_bytes, segment_bytes: options.segment_bytes }
}

fn create(disk: &Arc<dyn Disk>, options: &CoreOptions, first: &[Record]) -> Result<Journal, CoreError> {
    let genesis = first.iter().find(|r| r.payload().kind == Kind::GENESIS && r.id() == options.community);
    let genesis = genesis.ok_or_else(|| CoreError::NotAllowed("the founding record is missing".into()))?;
    let mut authority = Authority::new(genesis).map_err(|e| CoreError::NotAllowed(e.to_string()))?;
    authority.extend(first.iter().filter(|r| r.lane() == Lane::Authority).cloned());
    // The founding record is what everything rests on: it is kept twice.
    let copy = local::local_body(GENESIS_KEY, genesis.wire());
    let mut frames = vec![(FrameType::LOCAL, copy.as_slice())];
    // Only what everybody else would keep: another community's founding record would make roots differ for ever.
    let kept = |r: &&Record| r.lane() == Lane::Content || authority.standing_of(&r.id()).is_some();
    frames.extend(first.iter().filter(kept).map(|r| (FrameType::RECORD, r.wire())));
    Journal::create(disk.clone(), options.community, bounds(options), &frames).map_err(core_error)
}

type LoadedIndex = (Option<Box<dyn Storage>>, Result<Option<Loaded>, IndexError>);

fn load(open_index: OpenIndex<'_>, checkpointer: &mut Checkpointer, community: &Id, journal: &Journal) -> LoadedIndex {
    let storage = match open_index(false) {
        Ok(storage) => storage,
        Err(e) => return (None, Err(e)),
    };
    let loaded = checkpointer.load(&*storage, community).and_then(|loaded| {
        let fits = |l: &Loaded| {
            l.head
                .marks
                .iter()
                .all(|(n, (name, len))| journal.segments().get(n).is_some_and(|s| s.name == *name && s.len >= *len))
        };
        match loaded {
            Some(l) if !fits(&l) || l.head.marks.is_empty() => Err(IndexError::Disagrees),
            other => Ok(other),
        }
    });
    (Some(storage), loaded)
}

fn notices(report: &OpenReport, no_index: bool) -> Vec<String> {
    let mut out = Vec::new();
    if report.index_rebuilt {
        out.push("The search index was missing or damaged, so it was made again. Nothing was lost.".into());
    }
    if report.frames_damaged > 0 {
        out.push(format!(
            "Some saved data is damaged on the disk ({} places). The rest is fine, and what is missing comes back from other computers of your community.",
            report.frames_damaged
        ));
    }
    if report.bytes_cut > 0 {
        out.push("The last save was cut off, perhaps by a power cut. What had been saved before is all here.".into());
    }
    if no_index {
        out.push("The search index cannot be kept on this disk, so starting takes longer.".into());
    }
    out
}

/// Reads the journal into a state.
struct Scan {
    community: Id,
    device: SecretKey,
    person: Option<Id>,
    reader: crate::store::journal::Reader,
    damaged: u64,
    cut: u64,
    genesis: Option<Record>,
    authority: Vec<Record>,
}

impl Scan {
    fn new(options: &CoreOptions, journal: &Journal) -> Self {
        Scan {
            community: options.community,
            device: options.device.clone(),
            person: options.person,
            reader: journal.reader(),
            damaged: 0,
            cut: 0,
            genesis: None,
            authority: Vec::new(),
        }
    }

    /// Goes on from a loaded index. `None`: it does not fit after all.
    fn resume(&mut self, loaded: Loaded, journal: &mut Journal, now: u64) -> Result<Option<State>, JournalError> {
        let Loaded { head, table, search, locals } = loaded;
        // Authority is read from its records: they are few.
        let mut records = Vec::new();
        for number in table.authority_rows() {
            let Some(row) = table.row(number) else { return Ok(None) };
            let wire = self.reader.read(row.place, FrameType::RECORD);
            let record = wire.and_then(|w| Record::from_journal(&self.community, &w).ok());
            match record.filter(|r| r.id() == row.id) {
                Some(record) => records.push(record),
                None => return Ok(None),
            }
        }
        let genesis = records.iter().find(|r| r.id() == self.community);
        let Some(mut authority) = genesis.and_then(|g| Authority::new(g).ok()) else { return Ok(None) };
        authority.extend(records);
        let mut state = State::new(self.community, self.device.public(), authority, self.reader.clone());
        (state.table, state.search, state.locals, state.last_hlc) = (table, search, locals, head.last_hlc);
        for number in &head.tail {
            let digest = state.read_row(*number).map(|r| super::digest::digest(&r));
            match digest {
                Some(d) => state.search.add(*number, d.terms),
                // Shown without its words would be silently wrong; the scrub finds the damage and lets go of it.
                None => state.table.set(*number, 0, flag::INDEXED),
            }
        }
        state.after_load(head.now_ms, now);
        let mut fresh = Vec::new();
        let numbers: Vec<u32> = journal.segments().keys().copied().collect();
        for number in numbers {
            let from = head.marks.get(&number).map_or(0, |(_, len)| *len);
            if from < journal.segments()[&number].len || Some(&number) == journal.segments().keys().last() {
                let community = self.community;
                self.segment(journal, number, from, |found| match found.kind {
                    FrameType::RECORD => match record_of(&community, found) {
                        Some(record) => {
                            fresh.push((record, found.place));
                            true
                        }
                        None => false,
                    },
                    FrameType::LOCAL => take_local(&mut state, found.body),
                    _ => true,
                })?;
            }
        }
        let authority = {
            let new = fresh.iter().map(|(r, _)| r).filter(|r| r.lane() == Lane::Authority).cloned();
            let new: Vec<Record> = new.collect();
            (!new.is_empty()).then(|| {
                let mut a = (*state.authority).clone();
                a.extend(new);
                a
            })
        };
        // What a compaction had copied when the power went is there twice: the copy counts, so that the rest can go.
        let mut seen = std::collections::BTreeSet::new();
        fresh.reverse();
        fresh.retain(|(r, place)| {
            let known = state.table.find(&r.id());
            let is_last = seen.insert(r.id());
            if let (Some(number), true) = (known, is_last) {
                state.table.set_place(number, *place);
            }
            known.is_none() && is_last
        });
        fresh.reverse();
        let rows = fresh.into_iter().map(|(r, p)| (r, p, None)).collect();
        state.apply(rows, authority, now);
        if state.search.wants_freeze() {
            let frozen = state.frozen();
            state.search.install(frozen);
        }
        Ok(Some(state))
    }

    /// Builds everything from the journal.
    fn rebuild(&mut self, journal: &mut Journal, now: u64) -> Result<State, CoreError> {
        let mut locals: Vec<Vec<u8>> = Vec::new();
        let mut rows: Vec<(Record, Place)> = Vec::new();
        let numbers: Vec<u32> = journal.segments().keys().copied().collect();
        // Content waits until authority is known; to keep memory small only its place is remembered.
        let mut content: Vec<Place> = Vec::new();
        for number in numbers {
            let community = self.community;
            let mut genesis = None;
            let mut authority = Vec::new();
            self.segment(journal, number, 0, |found| {
                match found.kind {
                    FrameType::RECORD => match record_of(&community, found) {
                        Some(r) if r.lane() == Lane::Content => content.push(found.place),
                        Some(r) if r.id() == community => {
                            genesis = Some(r.clone());
                            rows.push((r, found.place));
                        }
                        Some(r) => {
                            authority.push(r.clone());
                            rows.push((r, found.place));
                        }
                        None => return false,
                    },
                    FrameType::LOCAL => locals.push(found.body.to_vec()),
                    _ => {}
                }
                true
            })
            .map_err(core_error)?;
            self.genesis = self.genesis.take().or(genesis);
            self.authority.append(&mut authority);
        }
        let copy = locals.iter().rev().find_map(|b| {
            let wire = b.strip_prefix(local::local_body(GENESIS_KEY, b"").as_slice())?;
            Record::from_wire(&self.community, wire).ok().filter(|r| r.id() == self.community)
        });
        let rewrite = self.genesis.is_none();
        let genesis = self.genesis.clone().or(copy).ok_or_else(|| {
            let text = "the founding record cannot be read; join your community again with a new invitation";
            CoreError::Disk(Arc::new(std::io::Error::new(std::io::ErrorKind::InvalidData, text)))
        })?;
        if rewrite {
            let places = journal.append(&[(FrameType::RECORD, genesis.wire())]).map_err(core_error)?;
            rows.extend(places.first().map(|p| (genesis.clone(), *p)));
        }
        let mut authority = Authority::new(&genesis).map_err(|e| CoreError::NotAllowed(e.to_string()))?;
        // Not what gave its room to others. All else was taken in once; what nobody stands behind now is aside.
        let taken = authority.take(self.authority.drain(..));
        authority.extend(taken.strangers.into_iter().chain(taken.incomplete));
        let mut state = State::new(self.community, self.device.public(), authority, self.reader.clone());
        for body in &locals {
            take_local(&mut state, body);
        }
        let mut touched = super::retained::Touched::default();
        let read = |p: &Place| {
            let wire = self.reader.read(*p, FrameType::RECORD)?;
            Record::from_journal(&self.community, &wire).ok().map(|r| (r, *p))
        };
        for (record, place) in rows.into_iter().chain(content.iter().filter_map(read)) {
            let belongs = record.lane() == Lane::Content || state.authority.standing_of(&record.id()).is_some();
            match state.table.find(&record.id()) {
                // Copied by a compaction that was cut off: the copy counts, so that the rest can go.
                Some(number) => state.table.set_place(number, place),
                None if belongs => {
                    state.insert(&record, place, &mut touched);
                }
                None => {}
            }
        }
        state.show_all(touched, now);
        state.move_aside(self.person.as_ref());
        Ok(state)
    }

    /// Scans one segment; `each` says whether it understood a frame.
    fn segment(
        &mut self,
        journal: &mut Journal,
        number: u32,
        from: u64,
        mut each: impl FnMut(Found<'_>) -> bool,
    ) -> Result<(), JournalError> {
        let mut not_understood = 0;
        let report = self.reader.scan(number, from, |found| {
            not_understood += u64::from(!each(found));
        })?;
        self.damaged += report.damaged + not_understood;
        let is_last = journal.segments().keys().last() == Some(&number);
        if is_last {
            self.cut += report.tail_bytes;
            journal.cut(number, report.end)?;
        } else if report.tail_bytes > 0 {
            self.damaged += 1;
        }
        Ok(())
    }
}

/// The record in a frame. Behind damage it is verified like one that arrives: who has read a copy of the journal can make
/// frames, and no signatures.
fn record_of(community: &Id, found: Found<'_>) -> Option<Record> {
    let read = if found.is_behind_damage { Record::from_wire } else { Record::from_journal };
    read(community, found.body).ok()
}

/// Reads every segment once and reports the records whose bytes are damaged.
fn scrub(shared: &Weak<Shared>, commands: &mpsc::WeakSender<Command>) {
    let Some(reader) = shared.upgrade().map(|s| s.read().reader.clone()) else { return };
    for number in reader.segments() {
        // In the order of the file, so sorted.
        let mut good: Vec<u32> = Vec::new();
        let Ok(report) = reader.scan(number, 0, |found| good.push(found.place.offset)) else { continue };
        let Some(shared) = shared.upgrade() else { return };
        // At the end of the last one may stand what is being written just now.
        let is_damaged = report.damaged > 0 || report.tail_bytes > 0 && Some(&number) != reader.segments().last();
        shared.is_damaged.fetch_or(is_damaged, Ordering::Relaxed);
        let end = report.end + report.tail_bytes;
        let lost: Vec<Id> = {
            let state = shared.read();
            let rows = state.table.rows().iter().filter(|r| r.place.segment == number && !r.has(flag::DEAD));
            let rows = rows.filter(|r| u64::from(r.place.offset) < end && good.binary_search(&r.place.offset).is_err());
            rows.map(|r| r.id).collect()
        };
        drop(shared);
        let has_lost = !lost.is_empty();
        if has_lost {
            let Some(commands) = commands.upgrade() else { return };
            if commands.blocking_send(Command::Lost(lost)).is_err() {
                return;
            }
        }
        if is_damaged || has_lost {
            // What is whole, private values too, is written again away from the damage.
            let Some(commands) = commands.upgrade() else { return };
            let _ = commands.blocking_send(Command::Compact(tokio::sync::oneshot::channel().0));
            return;
        }
    }
}
