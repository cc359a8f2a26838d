//! A disk that loses power, fills up and fails, for tests.
//!
//! What was not synced may survive a power cut or not, by whole sectors of 512 bytes and in any order, as the seed says;
//! names that were not synced survive up to some point in time.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use super::disk::{Disk, DiskFile};

/// What goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Power is gone: this and every later operation fails.
    PowerCut,
    /// This and every later write and creation finds no room, until [`SimDisk::mend`]. Half of a write is there.
    NoSpace,
    /// This operation alone fails.
    Error,
    /// This and every later change fails, until [`SimDisk::mend`]: the system has made the disk read-only.
    ReadOnly,
}

#[derive(Clone, Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Clone, Debug)]
enum NameChange {
    Set(String, u64),
    Remove(String),
}

#[derive(Clone, Default)]
struct FileState {
    now: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
    /// How many have it open.
    handles: usize,
}

#[derive(Clone, Default)]
struct State {
    files: BTreeMap<u64, FileState>,
    names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    pending_names: Vec<NameChange>,
    next_file: u64,
    operations: u64,
    fault: Option<(u64, Fault)>,
    dead: bool,
    full: bool,
    read_only: bool,
    no_file_sync: bool,
    no_name_sync: bool,
    /// Bytes that fit on it.
    room: Option<u64>,
}

impl State {
    /// Bytes of the files that have a name, or that somebody has open.
    fn used(&self) -> u64 {
        let named: std::collections::BTreeSet<u64> = self.names.values().copied().collect();
        let there = self.files.iter().filter(|(n, f)| f.handles > 0 || named.contains(n));
        there.map(|(_, f)| f.now.len() as u64).sum()
    }

    /// Counts an operation and says what goes wrong with it.
    fn operation(&mut self, writes: bool) -> io::Result<()> {
        let number = self.operations;
        self.operations += 1;
        if self.dead {
            return Err(io::Error::other("no power"));
        }
        match self.fault {
            Some((at, Fault::PowerCut)) if at == number => {
                self.dead = true;
                Err(io::Error::other("power cut"))
            }
            Some((at, Fault::Error)) if at == number => Err(io::Error::other("broken sector")),
            Some((at, Fault::NoSpace)) if at == number => {
                self.full = true;
                if writes { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
            }
            Some((at, Fault::ReadOnly)) if at == number => {
                self.read_only = true;
                Err(io::ErrorKind::ReadOnlyFilesystem.into())
            }
            _ if self.read_only => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            _ if self.full && writes => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }
}

/// The disk.
#[derive(Clone, Default)]
pub struct SimDisk(Arc<Mutex<State>>);

impl SimDisk {
    /// A disk on which operation `at` (from 0) goes wrong.
    pub fn with_fault(at: u64, fault: Fault) -> Self {
        let disk = SimDisk::default();
        disk.lock().fault = Some((at, fault));
        disk
    }
    /// A disk that says it has synced and has not: content, or names.
    pub fn without_sync(self, file: bool, name: bool) -> Self {
        let mut state = self.lock();
        (state.no_file_sync, state.no_name_sync) = (file, name);
        drop(state);
        self
    }
    /// Bytes that are taken.
    pub fn used(&self) -> u64 {
        self.lock().used()
    }
    /// From now on no more bytes than these fit on it.
    pub fn set_room(&self, bytes: u64) {
        self.lock().room = Some(bytes);
    }
    /// So many operations from now, this goes wrong.
    pub fn fail_in(&self, operations: u64, fault: Fault) {
        let mut state = self.lock();
        state.fault = Some((state.operations + operations, fault));
    }
    fn handle(&self, state: &mut State, file: u64) -> Box<dyn DiskFile> {
        if let Some(file) = state.files.get_mut(&file) {
            file.handles += 1;
        }
        Box::new(SimFile(self.clone(), file))
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
    /// Operations so far.
    pub fn operations(&self) -> u64 {
        self.lock().operations
    }
    /// Whether the fault has come about.
    pub fn has_failed(&self) -> bool {
        let s = self.lock();
        s.fault.is_some_and(|(at, _)| s.operations > at)
    }
    /// There is room again, and nothing fails any more.
    pub fn mend(&self) {
        let mut state = self.lock();
        (state.fault, state.full, state.read_only) = (None, false, false);
    }
    /// Does something to the bytes of the last file whose name ends so, as a bad sector does: nobody is told.
    pub fn harm(&self, ending: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.lock();
        let named = state.names.iter().rev().find(|(name, _)| name.ends_with(ending)).map(|(_, file)| *file);
        let Some(file) = named.and_then(|n| state.files.get_mut(&n)) else { return };
        change(&mut file.now);
        (file.durable, file.pending) = (file.now.clone(), Vec::new());
    }
    /// The disk as it is after power came back.
    pub fn after_power_cut(&self, seed: u64) -> SimDisk {
        let mut state = self.lock().clone();
        let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut roll = move |sides: u64| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            (x >> 20) % sides
        };
        for file in state.files.values_mut() {
            let mut bytes = std::mem::take(&mut file.durable);
            for change in std::mem::take(&mut file.pending) {
                match change {
                    Change::Truncate(len) if roll(2) == 0 => bytes.truncate(len as usize),
                    Change::Truncate(_) => {}
                    Change::Write(at, data) => {
                        let mut from = 0;
                        while from < data.len() {
                            let to = (from + 512 - (at as usize + from) % 512).min(data.len());
                            if roll(2) == 0 {
                                let end = at as usize + to;
                                bytes.resize(bytes.len().max(end), 0);
                                bytes[at as usize + from..end].copy_from_slice(&data[from..to]);
                            }
                            from = to;
                        }
                    }
                }
            }
            (file.now, file.durable, file.handles) = (bytes.clone(), bytes, 0);
        }
        let mut names = std::mem::take(&mut state.durable_names);
        let kept = roll(state.pending_names.len() as u64 + 1) as usize;
        for change in state.pending_names.drain(..).take(kept) {
            apply_name(&mut names, change);
        }
        (state.names, state.durable_names) = (names.clone(), names);
        (state.fault, state.dead, state.full, state.read_only) = (None, false, false, false);
        (state.no_file_sync, state.no_name_sync) = (false, false);
        SimDisk(Arc::new(Mutex::new(state)))
    }
}

fn apply_name(names: &mut BTreeMap<String, u64>, change: NameChange) {
    match change {
        NameChange::Set(name, file) => names.insert(name, file),
        NameChange::Remove(name) => names.remove(&name),
    };
}

struct SimFile(SimDisk, u64);

impl Drop for SimFile {
    fn drop(&mut self) {
        if let Some(file) = self.0.lock().files.get_mut(&self.1) {
            file.handles = file.handles.saturating_sub(1);
        }
    }
}

impl Disk for SimDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.lock().names.keys().cloned().collect())
    }
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut s = self.lock();
        s.operation(true)?;
        if s.names.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        s.next_file += 1;
        let file = s.next_file;
        s.files.insert(file, FileState::default());
        s.names.insert(name.into(), file);
        s.pending_names.push(NameChange::Set(name.into(), file));
        Ok(self.handle(&mut s, file))
    }
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut s = self.lock();
        let file = *s.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(self.handle(&mut s, file))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut s = self.lock();
        s.operation(false)?;
        let file = s.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        s.names.insert(to.into(), file);
        // One step on a journalling file system: both names change together. The old name goes with the new one's coming.
        s.pending_names.push(NameChange::Set(to.into(), file));
        s.pending_names.push(NameChange::Remove(from.into()));
        Ok(())
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        let mut s = self.lock();
        s.operation(false)?;
        s.names.remove(name).ok_or(io::ErrorKind::NotFound)?;
        s.pending_names.push(NameChange::Remove(name.into()));
        Ok(())
    }
    fn sync_dir(&self) -> io::Result<()> {
        let mut s = self.lock();
        s.operation(false)?;
        if !s.no_name_sync {
            s.durable_names = s.names.clone();
            s.pending_names.clear();
        }
        Ok(())
    }
}

impl SimFile {
    fn with<T>(&self, writes: bool, run: impl FnOnce(&mut FileState) -> T) -> io::Result<T> {
        let mut s = self.0.lock();
        s.operation(writes)?;
        s.files.get_mut(&self.1).map(run).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn put(bytes: &mut Vec<u8>, data: &[u8], at: u64) {
    let end = at as usize + data.len();
    bytes.resize(bytes.len().max(end), 0);
    bytes[at as usize..end].copy_from_slice(data);
}

impl DiskFile for SimFile {
    fn len(&self) -> io::Result<u64> {
        let s = self.0.lock();
        Ok(s.files.get(&self.1).map_or(0, |f| f.now.len() as u64))
    }
    fn read_at(&self, buf: &mut [u8], at: u64) -> io::Result<usize> {
        let s = self.0.lock();
        let bytes = s.files.get(&self.1).map_or(&[][..], |f| &f.now);
        let rest = bytes.get(at as usize..).unwrap_or_default();
        let n = rest.len().min(buf.len());
        buf[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
    fn write_at(&self, data: &[u8], at: u64) -> io::Result<()> {
        let mut s = self.0.lock();
        let was_dead = s.dead;
        let mut result = s.operation(true);
        let is_longer = at + data.len() as u64;
        let grows = s.files.get(&self.1).map_or(0, |f| is_longer.saturating_sub(f.now.len() as u64));
        if result.is_ok() && s.room.is_some_and(|room| s.used() + grows > room) {
            result = Err(io::ErrorKind::StorageFull.into());
        }
        // A write that fails may have got half-way; one that a power cut interrupts is among what may survive.
        let done = match &result {
            // A read-only disk takes not even a part.
            Err(_) if was_dead || s.read_only => return result,
            Err(_) if !s.dead => &data[..data.len() / 2],
            _ => data,
        };
        if let Some(file) = s.files.get_mut(&self.1) {
            put(&mut file.now, done, at);
            file.pending.push(Change::Write(at, done.to_vec()));
        }
        result
    }
    fn truncate(&self, len: u64) -> io::Result<()> {
        self.with(false, |f| {
            f.now.truncate(len as usize);
            f.pending.push(Change::Truncate(len));
        })
    }
    fn sync(&self) -> io::Result<()> {
        let skip = self.0.lock().no_file_sync;
        self.with(false, |f| {
            if !skip {
                f.durable = f.now.clone();
                f.pending.clear();
            }
        })
    }
}
