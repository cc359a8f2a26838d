//! The index on disk: the one file that names sled.
//!
//! sled 0.34 has open issues with damaged files, some of which end in a panic; every call is therefore fenced, and
//! whatever goes wrong comes out as an error that makes the index be built again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use super::index::{Batch, IndexError, Storage};
use crate::lock::is_held;

/// Cache of sled, in bytes: small, because the tables are in memory and sled only keeps their pages.
const CACHE_BYTES: u64 = 8 << 20;

/// The file that sled locks.
const LOCKED: &str = "db";
/// How long an index that was closed is waited for: sled's own threads keep its file open, and locked, until they have
/// done what they were at, which is some time after the last handle is gone.
const FREE_WITHIN: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Index storage in a directory.
pub struct SledStorage(sled::Db);

impl SledStorage {
    /// Opens or makes it, once it is free. Blocking.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        Self::wait_until_free(dir)?;
        Self::open_now(dir)
    }

    /// Waits until nobody has it open, in this process or another. `InUse`: somebody still has after some seconds.
    pub fn wait_until_free(dir: &Path) -> Result<(), IndexError> {
        let looks = FREE_WITHIN.as_millis() / LOOK_AGAIN.as_millis();
        free_after(dir, looks, || std::thread::sleep(LOOK_AGAIN))
    }

    fn open_now(dir: &Path) -> Result<Self, IndexError> {
        fenced(|| {
            sled::Config::new()
                .path(dir)
                .cache_capacity(CACHE_BYTES)
                .mode(sled::Mode::LowSpace)
                .flush_every_ms(None)
                .open()
                .map(SledStorage)
        })
    }
}

impl Storage for SledStorage {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError> {
        fenced(|| Ok(self.0.get(key)?.map(|v| v.to_vec())))
    }
    fn scan(&self, prefix: &[u8], each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), IndexError> {
        fenced(|| {
            for pair in self.0.scan_prefix(prefix) {
                let (k, v) = pair?;
                each(&k, &v);
            }
            Ok(())
        })
    }
    fn apply(&mut self, batch: &Batch) -> Result<(), IndexError> {
        let mut changes = sled::Batch::default();
        for (k, v) in batch {
            match v {
                Some(v) => changes.insert(k.as_slice(), v.as_slice()),
                None => changes.remove(k.as_slice()),
            }
        }
        fenced(|| self.0.apply_batch(changes))
    }
    fn clear(&mut self) -> Result<(), IndexError> {
        fenced(|| self.0.clear())
    }
    fn flush(&mut self) -> Result<(), IndexError> {
        fenced(|| self.0.flush().map(|_| ()))
    }
}

/// Looks so often whether it is free, with a pause before each look but the first.
fn free_after(dir: &Path, looks: u128, mut pause: impl FnMut()) -> Result<(), IndexError> {
    let file = dir.join(LOCKED);
    for look in 0..looks {
        if look > 0 {
            pause();
        }
        if !is_held(&file) {
            return Ok(());
        }
    }
    Err(IndexError::InUse)
}

fn fenced<T>(run: impl FnOnce() -> sled::Result<T>) -> Result<T, IndexError> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(e)) => Err(IndexError::Storage(e.to_string())),
        Err(_) => Err(IndexError::Storage("it gave up".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    fn one(key: &[u8], value: &[u8]) -> Batch {
        Batch::from([(key.to_vec(), Some(value.to_vec()))])
    }

    #[test]
    fn contract() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index");
        super::super::index::contract::run(SledStorage::open(&path).unwrap(), |s| {
            drop(s);
            SledStorage::open(&path).unwrap()
        });
    }

    #[test]
    fn it_is_opened_again_while_what_was_left_to_do_is_being_done() {
        let dir = tempfile::tempdir().unwrap();
        for round in 0..200u32 {
            let mut s = SledStorage::open(dir.path()).unwrap();
            let before = s.get(b"round").unwrap();
            assert_eq!(before.as_deref(), round.checked_sub(1).map(u32::to_be_bytes).as_ref().map(<[u8; 4]>::as_slice));
            s.apply(&one(b"round", &round.to_be_bytes())).unwrap();
            s.apply(&one(&round.to_be_bytes(), &[7; 20_000])).unwrap();
            // They go on in sled's threads when nobody waits for them, and hold the file.
            for _ in 0..4 {
                drop(s.0.flush_async().now_or_never());
            }
            drop(s);
        }
    }

    #[test]
    fn an_index_that_somebody_has_is_waited_for_but_not_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let s = SledStorage::open(dir.path()).unwrap();
        let mut pauses = 0;
        assert_eq!(free_after(dir.path(), 7, || pauses += 1), Err(IndexError::InUse));
        assert_eq!(pauses, 6);
        drop(s);
        SledStorage::wait_until_free(dir.path()).unwrap();

        let lock = std::fs::File::open(dir.path().join(LOCKED)).unwrap();
        lock.lock().unwrap();
        let mut pauses = 0;
        let freed = free_after(dir.path(), 7, || {
            pauses += 1;
            if pauses == 3 {
                lock.unlock().unwrap();
            }
        });
        assert_eq!((freed, pauses), (Ok(()), 3));
        SledStorage::open_now(dir.path()).unwrap();
    }
}
