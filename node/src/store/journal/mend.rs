//! Going on after the disk failed: what is on it is made certain again before anything more is written.
//!
//! After a failed sync nobody knows what the disk holds of the last write, and the system's memory of the file may say
//! otherwise (Rebello and others, "Can Applications Recover from fsync Failures?", 2020). So what was not acknowledged is
//! cut off, that cut is synced, and what comes next goes into a new segment. Acknowledged frames were synced before.

use std::io;

use super::key::{HEAD_BYTES, Key, of_file_name, read_head};
use super::scan::Open;
use super::{Journal, JournalError};

/// What is written to see whether the disk takes anything. Left behind, it goes at the next start like everything new.
const PROBE: &str = "probe.new";
/// Most bytes of it.
const PROBE_BYTES_MAX: usize = 1 << 20;

/// Why nothing is saved at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The disk is full.
    Full,
    /// The disk answers with errors, or takes nothing new.
    Failing,
}

impl Journal {
    /// What the disk said last, if that was no. The limit of the settings is no trouble of the disk.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble.map(|(trouble, _)| trouble)
    }

    /// Keeps in mind what came of a write of so many bytes.
    pub(super) fn note<T>(&mut self, bytes: usize, done: Result<T, JournalError>) -> Result<T, JournalError> {
        self.trouble = match &done {
            Ok(_) => None,
            Err(JournalError::NoSpace) => Some((Trouble::Full, bytes)),
            Err(_) => Some((Trouble::Failing, bytes)),
        };
        done
    }

    /// Looks whether the disk takes again what it refused.
    pub fn try_again(&mut self) {
        let Some((_, bytes)) = self.trouble else { return };
        let done = self.make_sure().and_then(|()| Ok(self.probe(bytes)?));
        let _ = self.note(bytes, done);
    }

    /// Before anything is written: nothing, or after an error everything it takes to be sure of the files again.
    pub(super) fn make_sure(&mut self) -> Result<(), JournalError> {
        if self.is_unsure {
            self.cut_unacknowledged()?;
            self.is_unsure = false;
            let only_begun = |s: &super::SegmentInfo| s.len <= HEAD_BYTES;
            if !self.segments.get(&self.active()).is_some_and(only_begun) {
                self.roll()?;
            }
        }
        Ok(())
    }

    fn cut_unacknowledged(&mut self) -> io::Result<()> {
        // A segment that was begun, or that others were to be moved into: it has not been used.
        for name in self.disk.list()? {
            if of_file_name(&name).is_some_and(|(number, _)| number > self.active()) {
                self.disk.remove(&name)?;
            }
        }
        let mut opened = Vec::new();
        for (number, info) in &self.segments {
            let (file, known) = (self.disk.open(&info.file)?, self.reader.get(*number)?);
            let secret = match read_head(&*file, &self.community) {
                Ok(secret) => secret,
                Err(JournalError::Io(e)) => return Err(e),
                Err(e) => return Err(io::Error::other(e)),
            };
            let is_same = secret.map(|s| Key::of(s).name) == known.has_head.then_some(info.name);
            if !is_same || file.len()? < info.len {
                // Mounted anew, and not what was there before.
                return Err(io::Error::other("other files are in place of the journal"));
            }
            opened.push((*number, info.len, Open { file: file.into(), ..known }));
        }
        if let Some((_, len, open)) = opened.last() {
            open.file.truncate(*len)?;
            open.file.sync()?;
        }
        self.disk.sync_dir()?;
        for (number, _, open) in opened {
            self.reader.set(number, open);
        }
        Ok(())
    }

    fn probe(&self, bytes: usize) -> io::Result<()> {
        let _ = self.disk.remove(PROBE);
        let written = self.disk.create(PROBE).and_then(|file| {
            file.write_at(&vec![0; bytes.min(PROBE_BYTES_MAX)], 0)?;
            file.sync()
        });
        match self.disk.remove(PROBE) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => written.and(Err(e)),
            _ => written,
        }
    }
}
