//! The index on disk: the one file that names sled.
//!
//! sled 0.34 has open issues with damaged files, some of which end in a panic; every call is therefore fenced, and
//! whatever goes wrong comes out as an error that makes the index be built again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::index::{Batch, IndexError, Storage};

/// Cache of sled, in bytes: small, because the tables are in memory and sled only keeps their pages.
const CACHE_BYTES: u64 = 8 << 20;

/// Index storage in a directory.
pub struct SledStorage(sled::Db);

impl SledStorage {
    /// Opens or makes it.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
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

    #[test]
    fn contract() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index");
        super::super::index::contract::run(SledStorage::open(&path).unwrap(), |s| {
            drop(s);
            SledStorage::open(&path).unwrap()
        });
    }
}
