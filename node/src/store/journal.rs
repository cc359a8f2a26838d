//! The journal: append-only segments of checksummed frames, the only truth on this computer.
//!
//! Files `NNNNNN.hgj`, read in the order of their numbers. Each begins with a header frame (format, community, number,
//! a random name, and the range of older segments it replaces). Nothing is acknowledged before its bytes, and the name
//! of the file they are in, have been synced to disk. Every read checks the frame's checksum again. Not for: deciding
//! what is kept (`core`), finding things (`table`).

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, RwLock};

use hedgerow_protocol::frame::{self, FrameType, HEADER_BYTES, Parsed};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::limits::FRAME_BODY_MAX;

use super::disk::{Disk, DiskFile};

mod mend;
pub use mend::Trouble;

/// Version of the segment format.
pub const FORMAT: u32 = 1;
/// A segment that has reached this many bytes gets no more frames.
const SEGMENT_BYTES_MAX: u64 = 64 << 20;
/// Bytes of the body of a header frame.
const HEADER_BODY_BYTES: usize = 4 + 8 + 32 + 16 + 8;
/// Read-ahead of a scan, in bytes.
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

/// Random name of a segment, to tell it from another file of the same number.
pub type SegmentName = [u8; 16];

/// A segment and how far it reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SegmentInfo {
    /// Random name; zeros if the header is damaged.
    pub name: SegmentName,
    /// Bytes of whole frames.
    pub len: u64,
}

/// What a scan saw beside good frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ScanReport {
    /// Places with bytes that are no good frame, and good frames after them.
    pub damaged: u64,
    /// End of the last good frame.
    pub end: u64,
    /// Bytes after `end`: an unfinished write, or damage at the very end.
    pub tail_bytes: u64,
}

/// Open files by segment; shared with readers.
#[derive(Clone, Default)]
pub struct Reader {
    files: Arc<RwLock<BTreeMap<u32, Arc<dyn DiskFile>>>>,
}

impl Reader {
    /// The body of the frame at `place`, if its checksum is right and it is of type `kind`.
    pub fn read(&self, place: Place, kind: FrameType) -> Option<Vec<u8>> {
        let file = self.files.read().ok()?.get(&place.segment)?.clone();
        let mut buf = vec![0; HEADER_BYTES + place.len as usize];
        file.read_exact_at(&mut buf, u64::from(place.offset)).ok()?;
        match frame::parse(&buf, 0) {
            Parsed::Frame { kind: k, next, .. } if k == kind && next == buf.len() => {
                buf.drain(..HEADER_BYTES);
                Some(buf)
            }
            _ => None,
        }
    }

    fn set(&self, segment: u32, file: Box<dyn DiskFile>) {
        self.files.write().unwrap_or_else(|e| e.into_inner()).insert(segment, Arc::from(file));
    }
    fn get(&self, segment: u32) -> io::Result<Arc<dyn DiskFile>> {
        let files = self.files.read().unwrap_or_else(|e| e.into_inner());
        files.get(&segment).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Numbers of the segments that are open.
    pub fn segments(&self) -> Vec<u32> {
        self.files.read().unwrap_or_else(|e| e.into_inner()).keys().copied().collect()
    }

    /// Reads segment `number` from `from` on and hands each good frame to `each`, with its place.
    pub fn scan(
        &self,
        number: u32,
        from: u64,
        mut each: impl FnMut(Place, FrameType, &[u8]),
    ) -> io::Result<ScanReport> {
        let file = self.get(number)?;
        let size = file.len()?;
        let mut report = ScanReport { end: from, ..ScanReport::default() };
        let (mut buf, mut base, mut at) = (Vec::new(), from, 0usize);
        let mut in_damage = false;
        loop {
            let read_to = base + buf.len() as u64;
            match frame::parse(&buf, at) {
                Parsed::Frame { kind, body, next } => {
                    let offset = base + at as u64;
                    let place = Place { segment: number, offset: offset as u32, len: body.len() as u32 };
                    report.damaged += u64::from(std::mem::take(&mut in_damage));
                    report.end = base + next as u64;
                    each(place, kind, body);
                    at = next;
                }
                // More to read: move what is left to the front and fill up.
                Parsed::NeedMore(_) | Parsed::End if read_to < size => {
                    let need = if let Parsed::NeedMore(n) = frame::parse(&buf, at) { n } else { 0 };
                    buf.drain(..at);
                    base += at as u64;
                    at = 0;
                    let want = (need.max(SCAN_BYTES) - buf.len()).min((size - read_to) as usize);
                    let old = buf.len();
                    buf.resize(old + want, 0);
                    file.read_exact_at(&mut buf[old..], read_to)?;
                }
                Parsed::NeedMore(_) => {
                    in_damage = true;
                    at = frame::resync(&buf, at);
                }
                Parsed::Damaged { next } if read_to < size && next + 3 >= buf.len() => {
                    // The next magic may begin in bytes not read yet.
                    in_damage = true;
                    buf.drain(..next.min(buf.len()));
                    base += next as u64;
                    at = 0;
                    let old = buf.len();
                    let want = SCAN_BYTES.min((size - base - old as u64) as usize);
                    buf.resize(old + want, 0);
                    file.read_exact_at(&mut buf[old..], base + old as u64)?;
                }
                Parsed::Damaged { next } => {
                    in_damage = true;
                    at = next;
                }
                Parsed::End => break,
            }
        }
        report.tail_bytes = size.saturating_sub(report.end);
        Ok(report)
    }
}

/// The journal, held by its one writer.
pub struct Journal {
    disk: Arc<dyn Disk>,
    reader: Reader,
    community: Id,
    segments: BTreeMap<u32, SegmentInfo>,
    quota_bytes: u64,
    /// What the disk refused last, and how many bytes that were.
    trouble: Option<(Trouble, usize)>,
    /// Whether an error left open what is in the files.
    is_unsure: bool,
    /// Says "saved" before the bytes are on disk: the crash tests must catch it.
    #[cfg(test)]
    pub acknowledge_early: bool,
}

struct Header {
    format: u32,
    community: Id,
    name: SegmentName,
    replaces: Option<(u32, u32)>,
}

impl Header {
    fn encode(&self) -> Vec<u8> {
        let (lo, hi) = self.replaces.unwrap_or((0, 0));
        let mut out = self.format.to_be_bytes().to_vec();
        out.extend(b"journal\0");
        out.extend(self.community.0);
        out.extend(self.name);
        out.extend(lo.to_be_bytes());
        out.extend(hi.to_be_bytes());
        out
    }
    /// `Err(format)` for a format this version does not know; `Ok(None)` when it is no header of ours.
    fn decode(body: &[u8]) -> Result<Option<Header>, u32> {
        let Some((format, rest)) = body.split_first_chunk::<4>() else { return Ok(None) };
        let format = u32::from_be_bytes(*format);
        if format > FORMAT {
            return Err(format);
        }
        if rest.len() != HEADER_BODY_BYTES - 4 || &rest[..8] != b"journal\0" {
            return Ok(None);
        }
        let int = |at: usize| u32::from_be_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]]);
        let Some(community) = Id::from_slice(&rest[8..40]) else { return Ok(None) };
        let mut name = [0; 16];
        name.copy_from_slice(&rest[40..56]);
        let (lo, hi) = (int(56), int(60));
        Ok(Some(Header { format, community, name, replaces: (hi != 0).then_some((lo, hi)) }))
    }
}

fn file_name(number: u32) -> String {
    format!("{number:06}.hgj")
}

fn random_name() -> io::Result<SegmentName> {
    let mut name = [0; 16];
    getrandom::fill(&mut name).map_err(io::Error::other)?;
    Ok(name)
}

impl Journal {
    /// Opens what is there; `None` if there is no journal. Removes what a crash left half-done, cuts nothing yet: the
    /// caller scans, then calls [`Journal::cut`].
    pub fn open(disk: Arc<dyn Disk>, community: Id, quota_bytes: u64) -> Result<Option<Journal>, JournalError> {
        let mut segments = BTreeMap::new();
        let mut replaced = Vec::new();
        let reader = Reader::default();
        for name in disk.list()? {
            if name.ends_with(".new") {
                disk.remove(&name)?;
                continue;
            }
            let Some(number) = name.strip_suffix(".hgj").and_then(|n| n.parse::<u32>().ok()) else { continue };
            let file = disk.open(&name)?;
            let header = read_header(&*file)?;
            let info = SegmentInfo { name: header.as_ref().map_or([0; 16], |h| h.name), len: file.len()? };
            if let Some(h) = header {
                if h.community != community {
                    return Err(JournalError::OtherCommunity);
                }
                replaced.extend(h.replaces);
            }
            reader.set(number, file);
            segments.insert(number, info);
        }
        // A compaction that was cut off after its rename: what it replaced goes now.
        for (lo, hi) in replaced {
            let old: Vec<u32> = segments.range(lo..=hi).map(|(n, _)| *n).collect();
            for number in old {
                disk.remove(&file_name(number))?;
                segments.remove(&number);
                reader.files.write().unwrap_or_else(|e| e.into_inner()).remove(&number);
            }
        }
        if segments.is_empty() {
            return Ok(None);
        }
        Ok(Some(Journal {
            disk,
            reader,
            community,
            segments,
            quota_bytes,
            trouble: None,
            is_unsure: false,
            #[cfg(test)]
            acknowledge_early: std::env::var_os("HEDGEROW_TEST_EARLY").is_some(),
        }))
    }

    /// Starts a journal with its first frames, in a directory that has none: after a crash all of them are there or no
    /// journal is.
    pub fn create(
        disk: Arc<dyn Disk>,
        community: Id,
        quota_bytes: u64,
        frames: &[(FrameType, &[u8])],
    ) -> Result<Journal, JournalError> {
        let header = Header { format: FORMAT, community, name: random_name()?, replaces: None };
        let mut bytes = Vec::new();
        frame::write(&mut bytes, FrameType::HEADER, &header.encode());
        frames.iter().for_each(|(kind, body)| frame::write(&mut bytes, *kind, body));
        if bytes.len() as u64 > quota_bytes {
            return Err(JournalError::NoSpace);
        }
        let temporary = "000001.new";
        let made = (|| {
            let file = disk.create(temporary)?;
            file.write_at(&bytes, 0)?;
            file.sync()?;
            disk.rename(temporary, &file_name(1))?;
            disk.sync_dir()?;
            Ok::<_, io::Error>(file)
        })();
        if made.is_err() {
            let _ = disk.remove(temporary);
        }
        let reader = Reader::default();
        reader.set(1, made?);
        Ok(Journal {
            disk,
            reader,
            community,
            segments: BTreeMap::from([(1, SegmentInfo { name: header.name, len: bytes.len() as u64 })]),
            quota_bytes,
            trouble: None,
            is_unsure: false,
            #[cfg(test)]
            acknowledge_early: std::env::var_os("HEDGEROW_TEST_EARLY").is_some(),
        })
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

    /// After a scan: what follows `end` in the last segment is moved aside into `NNNNNN.torn` and cut off.
    pub fn cut(&mut self, number: u32, end: u64) -> Result<(), JournalError> {
        let file = self.reader.get(number)?;
        let size = file.len()?;
        let aside = format!("{number:06}.torn");
        if end == 0 {
            // Not even its header: a crash while it was begun, or damage all over. The next write begins a new one.
            self.disk.rename(&file_name(number), &aside)?;
            self.disk.sync_dir()?;
            self.segments.remove(&number);
            self.forget_replaced();
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
        if let Some(info) = self.segments.get_mut(&number) {
            info.len = end;
        }
        Ok(())
    }

    /// Begins a new segment.
    pub fn roll(&mut self) -> Result<(), JournalError> {
        let number = self.active() + 1;
        let header = Header { format: FORMAT, community: self.community, name: random_name()?, replaces: None };
        let mut bytes = Vec::new();
        frame::write(&mut bytes, FrameType::HEADER, &header.encode());
        let name = file_name(number);
        let made = (|| {
            let file = self.disk.create(&name)?;
            file.write_at(&bytes, 0)?;
            file.sync()?;
            self.disk.sync_dir()?;
            Ok::<_, io::Error>(file)
        })();
        match made {
            Ok(file) => {
                self.reader.set(number, file);
                self.segments.insert(number, SegmentInfo { name: header.name, len: bytes.len() as u64 });
                Ok(())
            }
            Err(e) => {
                // Leaving the half-made file would block the next try; if it cannot go now, it has to go first.
                self.is_unsure |= self.disk.remove(&name).is_err_and(|e| e.kind() != io::ErrorKind::NotFound);
                Err(e.into())
            }
        }
    }

    /// Appends frames and syncs once. When it returns `Ok`, all of them survive a power cut; on an error none of them
    /// is kept.
    pub fn append(&mut self, frames: &[(FrameType, &[u8])]) -> Result<Vec<Place>, JournalError> {
        if frames.iter().any(|(_, body)| body.len() > FRAME_BODY_MAX) {
            return Err(JournalError::Io(io::ErrorKind::InvalidInput.into()));
        }
        let size: usize = frames.iter().map(|(_, b)| HEADER_BYTES + b.len()).sum();
        if self.bytes() + size as u64 > self.quota_bytes {
            return Err(JournalError::NoSpace);
        }
        let done = self.make_sure().and_then(|()| self.append_now(frames, size));
        self.note(size, done)
    }

    fn append_now(&mut self, frames: &[(FrameType, &[u8])], size: usize) -> Result<Vec<Place>, JournalError> {
        let full = |s: &SegmentInfo| s.len > SEGMENT_BYTES_MAX || s.len + size as u64 > u64::from(u32::MAX);
        if self.segments.get(&self.active()).is_none_or(full) {
            self.roll()?;
        }
        let number = self.active();
        let start = self.segments[&number].len;
        let mut bytes = Vec::with_capacity(size);
        let mut places = Vec::with_capacity(frames.len());
        for (kind, body) in frames {
            let offset = (start + bytes.len() as u64) as u32;
            places.push(Place { segment: number, offset, len: body.len() as u32 });
            frame::write(&mut bytes, *kind, body);
        }
        let file = self.reader.get(number)?;
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

    /// Writes the live frames to one new segment that replaces all others, atomically. Returns the new place of each
    /// live frame, `None` where it turned out damaged. `locals` are written as they are. On an error the old segments stay.
    pub fn compact(&mut self, live: &[Place], locals: &[Vec<u8>]) -> Result<Vec<Option<Place>>, JournalError> {
        self.make_sure()?;
        let number = self.active() + 1;
        let temporary = format!("{number:06}.new");
        let first = self.segments.first_key_value().map_or(0, |(n, _)| *n);
        let replaces = Some((first, self.active()));
        let header = Header { format: FORMAT, community: self.community, name: random_name()?, replaces };
        let written = self.write_compacted(&temporary, number, &header, live, locals);
        let (places, len) = match written {
            Ok(done) => done,
            Err(e) => {
                let _ = self.disk.remove(&temporary);
                return Err(e.into());
            }
        };
        let swapped = (|| {
            self.disk.rename(&temporary, &file_name(number))?;
            self.disk.sync_dir()?;
            self.disk.open(&file_name(number))
        })();
        match swapped {
            Ok(file) => self.reader.set(number, file),
            Err(e) => {
                // The rename may or may not have reached the disk. What was written after it would be lost with it.
                self.is_unsure = true;
                return Err(e.into());
            }
        }
        let old: Vec<u32> = self.segments.keys().copied().collect();
        self.segments.insert(number, SegmentInfo { name: header.name, len });
        for n in old {
            // What cannot be removed now is removed at the next start: the header says it is replaced.
            let _ = self.disk.remove(&file_name(n));
            self.segments.remove(&n);
        }
        let _ = self.disk.sync_dir();
        Ok(places)
    }

    /// Closes the files that compaction replaced; called when no reader uses their places any more.
    pub fn forget_replaced(&self) {
        let mut files = self.reader.files.write().unwrap_or_else(|e| e.into_inner());
        files.retain(|n, _| self.segments.contains_key(n));
    }

    fn write_compacted(
        &self,
        temporary: &str,
        number: u32,
        header: &Header,
        live: &[Place],
        locals: &[Vec<u8>],
    ) -> io::Result<(Vec<Option<Place>>, u64)> {
        let _ = self.disk.remove(temporary);
        let file = self.disk.create(temporary)?;
        let mut buf = Vec::new();
        let mut at = 0u64;
        let mut places = Vec::with_capacity(live.len());
        frame::write(&mut buf, FrameType::HEADER, &header.encode());
        for body in locals {
            frame::write(&mut buf, FrameType::LOCAL, body);
        }
        for place in live {
            let offset = at + buf.len() as u64;
            places.push(match self.reader.read(*place, FrameType::RECORD) {
                Some(body) if offset + (body.len() as u64) < u64::from(u32::MAX) => {
                    frame::write(&mut buf, FrameType::RECORD, &body);
                    Some(Place { segment: number, offset: offset as u32, len: place.len })
                }
                Some(_) => return Err(io::Error::other("more than four gibibytes of live records")),
                None => None,
            });
            if buf.len() >= SCAN_BYTES {
                file.write_at(&buf, at)?;
                at += buf.len() as u64;
                buf.clear();
            }
        }
        file.write_at(&buf, at)?;
        at += buf.len() as u64;
        file.sync()?;
        Ok((places, at))
    }
}

fn read_header(file: &dyn DiskFile) -> Result<Option<Header>, JournalError> {
    let mut buf = vec![0; 256.min(file.len()? as usize)];
    file.read_exact_at(&mut buf, 0)?;
    match frame::parse(&buf, 0) {
        Parsed::Frame { kind: FrameType::HEADER, body, .. } => Header::decode(body).map_err(JournalError::Newer),
        _ => Ok(None),
    }
}
