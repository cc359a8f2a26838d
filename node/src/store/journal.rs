//! The journal: append-only segments of frames, the only truth on this computer.
//!
//! Files `NNNNNN-KEY.hgj`, read in the order of their numbers. Each begins with a header frame (format, community, key);
//! what follows holds under the segment's key alone ([`key`]). Nothing is acknowledged before its bytes, and the name of
//! the file they are in, have been synced to disk. Every read checks the frame again. The journal is this computer's: no
//! other reads it. Not for: deciding what is kept (`core`), finding things (`table`).

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use hedgerow_protocol::frame::{self, FrameType, HEADER_BYTES};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::limits::FRAME_BODY_MAX;

use super::disk::{Disk, DiskFile};
use key::{HEAD_BYTES, Key};
use scan::Open;

mod compact;
mod key;
mod mend;
mod scan;
#[cfg(test)]
pub(crate) mod tests;

pub use mend::Trouble;
pub use scan::{Found, Reader, ScanReport};

/// Version of the segment format.
pub const FORMAT: u32 = 2;
/// A segment that has reached this many bytes gets no more frames. Compaction needs as much room as that, and no more.
pub const SEGMENT_BYTES_MAX: u64 = 16 << 20;
/// Bytes before the body of a frame in the journal.
pub const FRAME_HEAD_BYTES: usize = HEADER_BYTES + 4;
/// Read-ahead of a scan, and what is written at a time, in bytes.
const SCAN_BYTES: usize = 1 << 20;

/// Where a frame stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash)]
pub struct Place {
    /// Number of the segment.
    pub segment: u32,
    /// Offset of the frame's first byte.
    pub offset: u32,
    /// Length of its body.
    pub len: u32,
}

/// Why the journal did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Written by a later version. Update.
    #[error("written in format {0}")]
    Newer(u32),
    /// Written by a version from before the first release. Begin in a new folder.
    #[error("written in format {0}, of before the first release")]
    Older(u32),
    /// Another community's. Give the right directory.
    #[error("another community's journal")]
    OtherCommunity,
    /// The quota or the disk is full. Nothing was kept of this write.
    #[error("no space")]
    NoSpace,
    /// The disk answered with an error. Nothing was kept of this write.
    #[error("disk: {0}")]
    Io(io::Error),
}

impl From<io::Error> for JournalError {
    fn from(e: io::Error) -> Self {
        match e.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => JournalError::NoSpace,
            _ => JournalError::Io(e),
        }
    }
}

/// What a segment is known by, to tell it from another of the same number; drawn with it.
pub type SegmentName = [u8; 16];

/// A segment and how far it reaches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SegmentInfo {
    /// What it is known by.
    pub name: SegmentName,
    /// Bytes of whole frames.
    pub len: u64,
    /// Name of its file.
    file: String,
}

/// How much a journal may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// All of it. Compaction may take a segment more for a moment.
    pub quota_bytes: u64,
    /// Beyond this a segment gets no more frames: [`SEGMENT_BYTES_MAX`], or less in tests.
    pub segment_bytes: u64,
}

/// The journal, held by its one writer.
pub struct Journal {
    disk: Arc<dyn Disk>,
    reader: Reader,
    community: Id,
    segments: BTreeMap<u32, SegmentInfo>,
    bounds: Bounds,
    /// What the disk refused last, and how many bytes that were.
    trouble: Option<(Trouble, usize)>,
    /// Whether an error left open what is in the files.
    is_unsure: bool,
    /// Says "saved" before the bytes are on disk: the crash tests must catch it.
    #[cfg(test)]
    pub acknowledge_early: bool,
}

/// A segment that is being made.
struct Filling<'a> {
    file: &'a dyn DiskFile,
    key: &'a Key,
    number: u32,
    buf: Vec<u8>,
    written: u64,
}

impl Filling<'_> {
    fn push(&mut self, kind: FrameType, body: &[u8]) -> io::Result<Place> {
        let offset = self.written + self.buf.len() as u64;
        let place = Place { segment: self.number, offset: offset as u32, len: body.len() as u32 };
        if offset + (FRAME_HEAD_BYTES + body.len()) as u64 > u64::from(u32::MAX) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        frame::write_with(self.key, offset, &mut self.buf, kind, body);
        if self.buf.len() >= SCAN_BYTES {
            self.flush()?;
        }
        Ok(place)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.write_at(&self.buf, self.written)?;
        self.written += self.buf.len() as u64;
        self.buf.clear();
        Ok(())
    }
}

impl Journal {
    fn empty(disk: Arc<dyn Disk>, community: Id, bounds: Bounds) -> Journal {
        Journal {
            disk,
            reader: Reader::default(),
            community,
            segments: BTreeMap::new(),
            bounds,
            trouble: None,
            is_unsure: false,
            #[cfg(test)]
            acknowledge_early: std::env::var_os("HEDGEROW_TEST_EARLY").is_some(),
        }
    }

    /// Opens what is there; `None` if there is no journal. Removes what a crash left half-done, cuts nothing yet: the
    /// caller scans, then calls [`Journal::cut`].
    pub fn open(disk: Arc<dyn Disk>, community: Id, bounds: Bounds) -> Result<Option<Journal>, JournalError> {
        let mut journal = Journal::empty(disk, community, bounds);
        let listed = key::read_list(&*journal.disk);
        for file_name in journal.disk.list()? {
            if file_name.ends_with(".new") {
                journal.disk.remove(&file_name)?;
                continue;
            }
            let Some((number, named)) = key::of_file_name(&file_name) else { continue };
            let file = journal.disk.open(&file_name)?;
            let len = file.len()?;
            let open = scan::open(file, number, &community, [named, listed.get(&number).copied()])?;
            let info = SegmentInfo { name: open.key.name, len, file: file_name };
            if let Some(other) = journal.segments.insert(number, info) {
                let why = format!("two files are segment {number}: {} is one", other.file);
                return Err(JournalError::Io(io::Error::new(io::ErrorKind::InvalidData, why)));
            }
            journal.reader.set(number, open);
        }
        if journal.segments.is_empty() {
            return Ok(None);
        }
        if journal.keys() != listed {
            // Two copies of each key are left, so a disk that takes nothing now is no reason not to start.
            let _ = key::write_list(&*journal.disk, journal.keys().into_iter()).and_then(|()| journal.disk.sync_dir());
        }
        Ok(Some(journal))
    }

    /// Starts a journal with its first frames, in a directory that has none: after a crash all of them are there or no
    /// journal is.
    pub fn create(
        disk: Arc<dyn Disk>,
        community: Id,
        bounds: Bounds,
        frames: &[(FrameType, &[u8])],
    ) -> Result<Journal, JournalError> {
        let size: usize = frames.iter().map(|(_, body)| FRAME_HEAD_BYTES + body.len()).sum();
        if HEAD_BYTES + size as u64 > bounds.quota_bytes {
            return Err(JournalError::NoSpace);
        }
        let mut journal = Journal::empty(disk, community, bounds);
        journal.begin(|new| frames.iter().try_for_each(|(kind, body)| new.push(*kind, body).map(drop)))?;
        Ok(journal)
    }

    /// What readers use.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }
    /// The segments in reading order.
    pub fn segments(&self) -> &BTreeMap<u32, SegmentInfo> {
        &self.segments
    }
    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        self.segments.values().map(|s| s.len).sum()
    }

    fn active(&self) -> u32 {
        self.segments.last_key_value().map_or(0, |(n, _)| *n)
    }

    /// The keys of all segments.
    fn keys(&self) -> BTreeMap<u32, key::Secret> {
        let secret = |n: &u32| Some((*n, self.reader.get(*n).ok()?.key.secret));
        self.segments.keys().filter_map(secret).collect()
    }

    /// After a scan: what follows `end` in the last segment is moved aside into `NNNNNN.torn` and cut off.
    pub fn cut(&mut self, number: u32, end: u64) -> Result<(), JournalError> {
        let file = self.reader.get(number)?.file;
        let size = file.len()?;
        let aside = format!("{number:06}.torn");
        let Some(info) = self.segments.get_mut(&number) else { return Ok(()) };
        if end == 0 {
            // Not even its header: damage all over. The next write begins a new one.
            self.disk.rename(&info.file, &aside)?;
            self.disk.sync_dir()?;
            self.segments.remove(&number);
            self.reader.forget(number);
            return Ok(());
        }
        if end < size {
            let mut tail = vec![0; (size - end).min(8 << 20) as usize];
            file.read_exact_at(&mut tail, end)?;
            // Only for whoever wants to look at it later: not being able to keep it (a full disk) is no reason not to start.
            let _ = self.disk.remove(&aside);
            let _ = self.disk.create(&aside).and_then(|f| f.write_at(&tail, 0));
            file.truncate(end)?;
            file.sync()?;
        }
        info.len = end;
        Ok(())
    }

    /// Begins a new segment.
    pub fn roll(&mut self) -> Result<(), JournalError> {
        self.begin(|_| Ok(()))
    }

    /// Makes the next segment with its first frames: after a crash all of it is there, or nothing.
    fn begin(&mut self, fill: impl FnOnce(&mut Filling<'_>) -> io::Result<()>) -> Result<(), JournalError> {
        let (number, key) = (self.active() + 1, Key::draw()?);
        let (file_name, temporary) = (key.file_name(number), format!("{number:06}.new"));
        let _ = self.disk.remove(&temporary);
        let made = (|| {
            let file = self.disk.create(&temporary)?;
            let buf = key::head(&self.community, &key);
            let mut filling = Filling { file: &*file, key: &key, number, buf, written: 0 };
            fill(&mut filling)?;
            filling.flush()?;
            let len = filling.written;
            file.sync()?;
            Ok::<_, io::Error>((file, len))
        })();
        let (file, len) = match made {
            Ok(made) => made,
            Err(e) => {
                let _ = self.disk.remove(&temporary);
                return Err(e.into());
            }
        };
        let named = self.disk.rename(&temporary, &file_name).and_then(|()| {
            // The third copy of the key. That it cannot be written is no reason to refuse what can be.
            let keys = self.keys().into_iter().chain([(number, key.secret)]);
            let _ = key::write_list(&*self.disk, keys);
            self.disk.sync_dir()
        });
        if let Err(e) = named {
            // The name may or may not have reached the disk. What was written after it would be lost with it.
            self.is_unsure = true;
            return Err(e.into());
        }
        self.segments.insert(number, SegmentInfo { name: key.name, len, file: file_name });
        self.reader.set(number, Open { file: Arc::from(file), key: Arc::new(key), has_head: true });
        Ok(())
    }

    /// Appends frames and syncs once. When it returns `Ok`, all of them survive a power cut; on an error none of them
    /// is kept.
    pub fn append(&mut self, frames: &[(FrameType, &[u8])]) -> Result<Vec<Place>, JournalError> {
        if frames.iter().any(|(_, body)| body.len() > FRAME_BODY_MAX) {
            return Err(JournalError::Io(io::ErrorKind::InvalidInput.into()));
        }
        let size: usize = frames.iter().map(|(_, b)| FRAME_HEAD_BYTES + b.len()).sum();
        if self.bytes() + size as u64 > self.bounds.quota_bytes {
            return Err(JournalError::NoSpace);
        }
        let done = self.make_sure().and_then(|()| self.append_now(frames, size));
        self.note(size, done)
    }

    fn append_now(&mut self, frames: &[(FrameType, &[u8])], size: usize) -> Result<Vec<Place>, JournalError> {
        let most = self.bounds.segment_bytes;
        // What is longer than a whole segment gets one of its own.
        let full = |s: &SegmentInfo| s.len > HEAD_BYTES && s.len + size as u64 > most;
        if self.segments.get(&self.active()).is_none_or(full) {
            self.roll()?;
        }
        let number = self.active();
        let start = self.segments[&number].len;
        let Open { file, key, .. } = self.reader.get(number)?;
        let mut bytes = Vec::with_capacity(size);
        let mut places = Vec::with_capacity(frames.len());
        for (kind, body) in frames {
            let offset = start + bytes.len() as u64;
            places.push(Place { segment: number, offset: offset as u32, len: body.len() as u32 });
            frame::write_with(&*key, offset, &mut bytes, *kind, body);
        }
        #[cfg(test)]
        if self.acknowledge_early {
            if let Some(info) = self.segments.get_mut(&number) {
                info.len += bytes.len() as u64;
            }
            std::thread::spawn(move || {
                // sleeps: this is the bug that is planted; what is acknowledged is written later.
                std::thread::sleep(std::time::Duration::from_millis(50));
                let _ = file.write_at(&bytes, start);
            });
            return Ok(places);
        }
        if let Err(e) = file.write_at(&bytes, start) {
            // Part of it may be there: cut it off for good, or a later write would stand behind half a frame, or a whole
            // one that was refused would be there at the next start.
            self.is_unsure |= file.truncate(start).and_then(|()| file.sync()).is_err();
            return Err(e.into());
        }
        if let Err(e) = file.sync() {
            let _ = file.truncate(start);
            self.is_unsure = true;
            return Err(e.into());
        }
        if let Some(info) = self.segments.get_mut(&number) {
            info.len += bytes.len() as u64;
        }
        Ok(places)
    }
}
