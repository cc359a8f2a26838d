//! Reading the journal: one frame at its place, or all of a segment, through whatever is damaged in it.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use hedgerow_protocol::frame::{self, FrameType, Parsed};
use hedgerow_protocol::id::Id;

use super::key::{HEAD_BYTES, Key, Secret, read_head};
use super::{FRAME_HEAD_BYTES, JournalError, Place, SCAN_BYTES};
use crate::store::disk::DiskFile;

/// What a scan saw beside good frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ScanReport {
    /// Places with bytes that are no good frame, and good frames after them; and a header that is none.
    pub damaged: u64,
    /// End of the last good frame; 0 if there is none, nor a header.
    pub end: u64,
    /// Bytes after `end`: an unfinished write, or damage at the very end.
    pub tail_bytes: u64,
}

/// A good frame that a scan came upon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its type.
    pub kind: FrameType,
    /// What it holds.
    pub body: &'a [u8],
    /// Whether something before it in this segment is damaged. That its check holds says then that whoever wrote it knew
    /// the segment's key, which somebody may who has read a copy of the file: what can be verified should be.
    pub is_behind_damage: bool,
}

/// A segment's file and key.
#[derive(Clone)]
pub(super) struct Open {
    pub file: Arc<dyn DiskFile>,
    pub key: Arc<Key>,
    /// Whether its header could be read.
    pub has_head: bool,
}

/// Open files by segment; shared with readers.
#[derive(Clone, Default)]
pub struct Reader {
    files: Arc<RwLock<BTreeMap<u32, Open>>>,
}

impl Reader {
    /// The body of the frame at `place`, if its check holds and it is of type `kind`.
    pub fn read(&self, place: Place, kind: FrameType) -> Option<Vec<u8>> {
        let Open { file, key, .. } = self.files.read().ok()?.get(&place.segment)?.clone();
        let mut buf = vec![0; FRAME_HEAD_BYTES + place.len as usize];
        let offset = u64::from(place.offset);
        file.read_exact_at(&mut buf, offset).ok()?;
        match frame::parse_with(&*key, offset, &buf, 0) {
            Parsed::Frame { kind: k, next, .. } if k == kind && next == buf.len() => {
                buf.drain(..FRAME_HEAD_BYTES);
                Some(buf)
            }
            _ => None,
        }
    }

    pub(super) fn set(&self, segment: u32, open: Open) {
        self.files.write().unwrap_or_else(PoisonError::into_inner).insert(segment, open);
    }
    pub(super) fn forget(&self, segment: u32) {
        self.files.write().unwrap_or_else(PoisonError::into_inner).remove(&segment);
    }
    pub(super) fn get(&self, segment: u32) -> io::Result<Open> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.get(&segment).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Numbers of the segments that are open.
    pub fn segments(&self) -> Vec<u32> {
        self.files.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Reads segment `number` from `from` on (0: all of it) and hands each good frame to `each`.
    pub fn scan(&self, number: u32, from: u64, each: impl FnMut(Found<'_>)) -> io::Result<ScanReport> {
        let open = self.get(number)?;
        let mut report = scan(&*open.file, &open.key, number, from, each)?;
        if from == 0 {
            report.damaged += u64::from(!open.has_head);
            if !open.has_head && report.end == HEAD_BYTES {
                report.tail_bytes += std::mem::take(&mut report.end);
            }
        }
        Ok(report)
    }
}

/// Finds the key of a segment; `others` are those that stand in its name and beside it.
pub(super) fn open(
    file: Box<dyn DiskFile>,
    number: u32,
    community: &Id,
    others: [Option<Secret>; 2],
) -> Result<Open, JournalError> {
    let file: Arc<dyn DiskFile> = Arc::from(file);
    if let Some(secret) = read_head(&*file, community)? {
        return Ok(Open { file, key: Arc::new(Key::of(secret)), has_head: true });
    }
    let mut found = None;
    for key in others.into_iter().flatten().map(Key::of) {
        let mut opens = false;
        scan(&*file, &key, number, 0, |_| opens = true)?;
        if opens {
            found = Some(key);
            break;
        }
    }
    // Where nothing opens anything nothing can be read, and nobody shall be able to write what could.
    let key = match found.or_else(|| others.into_iter().flatten().next().map(Key::of)) {
        Some(key) => key,
        None => Key::draw()?,
    };
    Ok(Open { file, key: Arc::new(key), has_head: false })
}

fn scan(
    file: &dyn DiskFile,
    key: &Key,
    number: u32,
    from: u64,
    mut each: impl FnMut(Found<'_>),
) -> io::Result<ScanReport> {
    let size = file.len()?;
    let from = from.max(HEAD_BYTES);
    if size < from {
        return Ok(ScanReport { tail_bytes: size, ..ScanReport::default() });
    }
    let mut report = ScanReport { end: from, ..ScanReport::default() };
    let (mut buf, mut base, mut at) = (Vec::new(), from, 0usize);
    let (mut in_damage, mut is_behind_damage) = (false, false);
    loop {
        let read_to = base + buf.len() as u64;
        match frame::parse_with(key, base, &buf, at) {
            Parsed::Frame { kind, body, next } => {
                let offset = base + at as u64;
                let place = Place { segment: number, offset: offset as u32, len: body.len() as u32 };
                report.damaged += u64::from(std::mem::take(&mut in_damage));
                report.end = base + next as u64;
                each(Found { place, kind, body, is_behind_damage });
                at = next;
            }
            // More to read: move what is left to the front and fill up.
            parsed @ (Parsed::NeedMore(_) | Parsed::End) if read_to < size => {
                let need = if let Parsed::NeedMore(n) = parsed { n } else { 0 };
                buf.drain(..at);
                base += at as u64;
                at = 0;
                let want = (need.max(SCAN_BYTES) - buf.len()).min((size - read_to) as usize);
                let old = buf.len();
                buf.resize(old + want, 0);
                file.read_exact_at(&mut buf[old..], read_to)?;
            }
            Parsed::NeedMore(_) => {
                (in_damage, is_behind_damage) = (true, true);
                at = frame::resync(&buf, at);
            }
            Parsed::Damaged { next } if read_to < size && next + 3 >= buf.len() => {
                // The next magic may begin in bytes not read yet.
                (in_damage, is_behind_damage) = (true, true);
                buf.drain(..next.min(buf.len()));
                base += next as u64;
                at = 0;
                let old = buf.len();
                let want = SCAN_BYTES.min((size - base - old as u64) as usize);
                buf.resize(old + want, 0);
                file.read_exact_at(&mut buf[old..], base + old as u64)?;
            }
            Parsed::Damaged { next } => {
                (in_damage, is_behind_damage) = (true, true);
                at = next;
            }
            Parsed::End => break,
        }
    }
    report.tail_bytes = size.saturating_sub(report.end);
    Ok(report)
}
