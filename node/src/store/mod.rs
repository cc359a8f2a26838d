//! Storage: the journal (truth), the index that is made from it, and search.

pub mod checkpoint;
pub mod disk;
pub mod index;
pub mod journal;
pub mod memory;
pub mod search;
#[cfg(test)]
pub(crate) mod sim_disk;
pub mod sled_index;
pub mod table;
pub mod words;
