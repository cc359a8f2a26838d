//! A backup of what only this computer has, and putting it back in an empty folder.
//!
//! In it are the files of the folder, the private values, all authority records and the records that this computer signed;
//! what others wrote comes back from them. It is one run of frames under a passphrase (`kit`), written and read piece by
//! piece: a file that was cut or changed is refused, and nothing of it stays. Not for: asking for the passphrase (`cli`), nor what is told when two
//! copies of one folder are used (`app::identity`).

pub mod files;
mod frames;
mod restore;

use std::io::{self, Write};

use hedgerow_protocol::fields::Writer;
use hedgerow_protocol::frame::FrameType;
use hedgerow_protocol::id::{Id, PublicKey};
use zeroize::Zeroizing;

use crate::core::{Core, CoreError};
use crate::identity::{self, IdentityError};
use crate::kit::{self, KitError};
use crate::paths::DataDir;
use frames::Frames;
pub use restore::{Restored, look, restore};

/// Version of the form of backups. A reader refuses a higher one.
const FORMAT: u64 = 1;
/// What a header says the file is: the next after bundle and have file.
const IS_BACKUP: u64 = 2;
/// Part of a file: length of its name, u16 BE ‖ name ‖ bytes to add to it.
const FILE: FrameType = FrameType(32);
/// The last frame: how much there was of what.
const END: FrameType = FrameType(33);
/// Bytes of a file in one frame.
const PIECE_BYTES: usize = 256 * 1024;
/// Longest name of a file with its folders, in bytes. Longer: refused.
const NAME_BYTES_MAX: usize = 512;

/// Why a backup cannot be made or put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The passphrase is too easy, or does not open the file.
    #[error(transparent)]
    Secret(KitError),
    /// Words that are none.
    #[error(transparent)]
    Words(#[from] IdentityError),
    /// Not a backup, cut short or changed. Remedy: another copy.
    #[error("this is not a whole backup: {0}")]
    Damaged(&'static str),
    /// Written by a later version. Remedy: update.
    #[error("the backup was made by a newer Hedgerow")]
    TooNew,
    /// The folder has something in it. Remedy: an empty one.
    #[error("the folder {0} is not empty")]
    NotEmpty(String),
    /// The records of the backup cannot be kept.
    #[error("the records could not be put back: {0}")]
    Records(#[from] CoreError),
    /// A disk does not do what it should.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl From<KitError> for BackupError {
    fn from(e: KitError) -> Self {
        match e {
            KitError::Damaged => BackupError::Damaged("it is not a file that a passphrase opens"),
            other => BackupError::Secret(other),
        }
    }
}

/// How much there is of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counted {
    files: u64,
    locals: u64,
    records: u64,
}

impl Counted {
    fn encode(self) -> Vec<u8> {
        Writer::new().uint(1, self.files).uint(2, self.locals).uint(3, self.records).finish()
    }
}

/// Whose backup it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    community: Id,
    device: PublicKey,
    written_ms: u64,
}

impl Header {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.uint(1, FORMAT).uint(2, IS_BACKUP).bytes(3, &self.community.0).uint(4, self.written_ms);
        w.bytes(5, &self.device.0).finish()
    }
}

/// Twenty-four words in the one form that opens what was written under them.
pub fn secret_of_words(text: &str) -> Result<Zeroizing<String>, BackupError> {
    let seed = identity::seed_of_words(text)?;
    Ok(identity::words(&hedgerow_protocol::keys::SecretKey::from_seed(&seed)))
}

/// Writes a backup of an opened folder. Blocking.
pub fn write(out: impl Write, core: &Core, dir: &DataDir, secret: &str) -> Result<(), BackupError> {
    let mut out = Frames::new(kit::seal_into(out, secret)?);
    let header = Header { community: core.community(), device: core.device(), written_ms: core.clock() };
    out.put(FrameType::HEADER, &header.encode())?;
    let mut counted = Counted::default();
    for (name, path) in files::of(dir)? {
        out.put_file(&name, &path)?;
        counted.files += 1;
    }
    for (key, value) in core.locals("").into_iter().filter(|(key, _)| goes_along(key)) {
        out.put(FrameType::LOCAL, &frames::local(&key, &value))?;
        counted.locals += 1;
    }
    for record in core.authority().records() {
        out.put(FrameType::RECORD, record.wire())?;
        counted.records += 1;
    }
    for id in core.written_here() {
        let Some(record) = core.record(&id) else { continue };
        out.put(FrameType::RECORD, record.wire())?;
        counted.records += 1;
    }
    out.put(END, &counted.encode())?;
    out.into_inner().finish()?.flush()?;
    Ok(())
}

/// Whether a private value goes along. What the core notes about its own journal does not, but for the time this computer
/// last wrote at: what it writes next has to come later.
fn goes_along(key: &str) -> bool {
    !key.starts_with("core/") || key == crate::core::LAST_WRITTEN_KEY
}

#[cfg(test)]
mod tests;
