//! Two nodes come to hold the same records.

pub mod memory;
pub mod message;
mod outbox;
mod ranges;
mod session;
pub(crate) mod source;
pub mod stream;
pub mod summary;

pub use memory::Memory;
pub use session::{Config, Output, Reason, Role, Session, Stats};
pub use source::{Prefix, Source};
pub use stream::{FrameReader, NotFrames};
pub use summary::{Bucket, BucketDigest, SetHash, Summary};

#[cfg(test)]
pub(crate) mod sim;
#[cfg(test)]
mod tests;
