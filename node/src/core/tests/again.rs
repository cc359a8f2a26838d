//! Closed and opened again at once: nothing of the last time is in the way, and nothing of it is thrown away.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::lock::is_held;
use crate::store::disk::RealDisk;
use crate::store::index::{Batch, IndexError, Storage};
use crate::store::memory::MemoryStorage;

#[tokio::test]
async fn fifty_times_in_a_row_with_the_index_it_had() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let mut core = town.create(dir.path());
    for round in 0..50 {
        core.publish(vec![town.draft(&format!("{round}"), &format!("Club {round}"))]).await.unwrap();
        // Once with an index that was just written, once with one that closing writes.
        if round % 2 == 0 {
            core.save_index().await.unwrap();
        }
        let before = view(&core);
        core.close().await;
        let (next, report) = Core::open(town.options(dir.path())).unwrap();
        assert_eq!(report, OpenReport { records: round + 4, ..OpenReport::default() }, "round {round}");
        assert_eq!(view(&next), before);
        core = next;
    }
    core.close().await;
}

#[test]
fn an_index_that_somebody_has_is_neither_read_nor_deleted() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(town.create(dir.path()).close());
    let disk = || Arc::new(RealDisk::open(&dir.path().join("journal")).unwrap());
    let mut asked = Vec::new();
    let opened = open::open_on(town.options(dir.path()), None, disk(), &mut |fresh| {
        asked.push(fresh);
        Err(IndexError::InUse)
    });
    assert!(matches!(opened, Err(CoreError::InUse)));
    assert_eq!(asked, [false]);
    // Any other trouble with it: made anew.
    let (core, report) = open::open_on(town.options(dir.path()), None, disk(), &mut |fresh| {
        asked.push(fresh);
        if fresh { Ok(Box::new(MemoryStorage::default())) } else { Err(IndexError::Damaged) }
    })
    .unwrap();
    assert!(report.index_rebuilt);
    assert_eq!(asked, [false, false, true]);
    runtime.block_on(core.close());
}

/// An index that notes, when it is closed, whether the folder was still locked.
struct Watched {
    kept: MemoryStorage,
    lock: std::path::PathBuf,
    was_locked: Arc<AtomicBool>,
}

impl Storage for Watched {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError> {
        self.kept.get(key)
    }
    fn scan(&self, prefix: &[u8], each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), IndexError> {
        self.kept.scan(prefix, each)
    }
    fn apply(&mut self, batch: &Batch) -> Result<(), IndexError> {
        self.kept.apply(batch)
    }
    fn clear(&mut self) -> Result<(), IndexError> {
        self.kept.clear()
    }
    fn flush(&mut self) -> Result<(), IndexError> {
        self.kept.flush()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.was_locked.store(is_held(&self.lock), Ordering::Relaxed);
    }
}

#[tokio::test]
async fn the_folder_is_free_only_once_the_index_is_closed() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let (journal, was_locked) = (dir.path().join("journal"), Arc::new(AtomicBool::new(false)));
    let lock = journal.join("lock");
    let disk = Arc::new(RealDisk::open(&journal).unwrap());
    let (core, _) = open::open_on(town.options(dir.path()), Some(town.first.clone()), disk, &mut |_| {
        let (lock, was_locked) = (lock.clone(), was_locked.clone());
        Ok(Box::new(Watched { kept: MemoryStorage::default(), lock, was_locked }))
    })
    .unwrap();
    core.close().await;
    assert!(was_locked.load(Ordering::Relaxed), "somebody else could have opened the index while it was being closed");
    assert!(!is_held(&lock));
}
