//! The index storage's twin in memory: for tests, and for a start where the disk refuses the real one.

use std::collections::BTreeMap;

use super::index::{Batch, IndexError, Storage};

/// Index storage that forgets when dropped.
#[derive(Default, Clone)]
pub struct MemoryStorage(BTreeMap<Vec<u8>, Vec<u8>>);

impl Storage for MemoryStorage {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError> {
        Ok(self.0.get(key).cloned())
    }
    fn scan(&self, prefix: &[u8], each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), IndexError> {
        for (k, v) in self.0.range(prefix.to_vec()..).take_while(|(k, _)| k.starts_with(prefix)) {
            each(k, v);
        }
        Ok(())
    }
    fn apply(&mut self, batch: &Batch) -> Result<(), IndexError> {
        for (k, v) in batch {
            match v {
                Some(v) => self.0.insert(k.clone(), v.clone()),
                None => self.0.remove(k),
            };
        }
        Ok(())
    }
    fn clear(&mut self) -> Result<(), IndexError> {
        self.0.clear();
        Ok(())
    }
    fn flush(&mut self) -> Result<(), IndexError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn contract() {
        super::super::index::contract::run(super::MemoryStorage::default(), |s| s);
    }
}
