//! Locks on files: which process has a folder. Not for: threads of one process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Whoever only looks whether a lock is held holds it for a moment: that long a look may last before it counts as held.
const LOOK_WITHIN: Duration = Duration::from_millis(200);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// A lock that this process holds, until it is dropped.
#[derive(Debug)]
pub(crate) struct HeldLock(File);

impl HeldLock {
    /// Takes it, and makes the file if need be. `WouldBlock`: another holds it. Blocks for a fraction of a second then.
    pub(crate) fn take(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
        let until = Instant::now() + LOOK_WITHIN;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(HeldLock(file)),
                Err(TryLockError::Error(e)) => return Err(e),
                Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(LOOK_AGAIN),
                Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            }
        }
    }
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        // Closing the file is not enough: a program that another thread starts at this moment has a copy of the handle,
        // and with it the lock, until it runs.
        let _ = self.0.unlock();
    }
}

/// Whether anybody holds the lock on this file now, this process included.
pub(crate) fn is_held(path: &Path) -> bool {
    let Ok(file) = crate::files::open(path) else { return false };
    match file.try_lock_shared() {
        Ok(()) => {
            let _ = file.unlock();
            false
        }
        Err(e) => matches!(e, TryLockError::WouldBlock),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;
    use std::sync::atomic::{AtomicBool, AtomicUsize};

    use super::*;

    #[test]
    fn one_holds_it_and_afterwards_the_next_can() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        assert!(!is_held(&path), "there is no file");
        let held = HeldLock::take(&path).unwrap();
        assert!(is_held(&path));
        assert_eq!(HeldLock::take(&path).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(held);
        assert!(!is_held(&path));
        HeldLock::take(&path).unwrap();
    }

    #[test]
    fn a_copy_of_the_handle_in_a_program_being_started_does_not_keep_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let held = HeldLock::take(&path).unwrap();
        // What a child has between being forked and running its own program.
        let copy = held.0.try_clone().unwrap();
        drop(held);
        assert!(!is_held(&path));
        drop(copy);
    }

    #[test]
    fn looking_whether_it_is_held_keeps_nobody_from_taking_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        drop(HeldLock::take(&path).unwrap());
        let (looks, done) = (AtomicUsize::new(0), AtomicBool::new(false));
        std::thread::scope(|threads| {
            threads.spawn(|| {
                while !done.load(Relaxed) {
                    is_held(&path);
                    looks.fetch_add(1, Relaxed);
                }
            });
            // A busy processor may let the looker begin when thousands have been taken: both go on until both did enough.
            let (mut takes, mut refused) = (0, 0);
            while takes < 2_000 || looks.load(Relaxed) < 2_000 {
                takes += 1;
                refused += usize::from(HeldLock::take(&path).is_err());
            }
            done.store(true, Relaxed);
            assert_eq!(refused, 0, "of {takes}");
        });
    }
}
