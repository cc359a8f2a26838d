//! Reading what the window keeps in files, so that nothing is written over because it could not be read.
//!
//! Nothing is there: it begins empty. It is not what was written: it is set aside under another name, and begins empty. It
//! cannot be read: whoever asked stops keeping it. The node has the same rule for its own files, and more to say about them.

use std::io::{self, Read as _};
use std::path::Path;

use crate::link::Fault;

/// Longest file that is read, bytes. A longer one is none of ours.
const BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Names that damaged files get at most.
const ASIDE_MAX: usize = 100;

/// What is in a file; `parse` says whether it is what was written.
pub(crate) fn read<T: Default>(file: &Path, parse: impl FnOnce(&[u8]) -> Option<T>) -> io::Result<T> {
    match std::fs::metadata(file) {
        // Nobody waits for the other end of a pipe.
        Ok(about) if !about.is_file() || about.len() > BYTES_MAX => return Err(io::ErrorKind::InvalidInput.into()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(T::default()),
        Ok(_) => {}
        Err(e) => return Err(e),
    }
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(BYTES_MAX).read_to_end(&mut bytes)?;
    match parse(&bytes) {
        Some(saved) => Ok(saved),
        None => set_aside(file).map(|()| T::default()),
    }
}

/// What is said of a file that is there and cannot be read.
pub(crate) fn unreadable(file: &Path, error: &io::Error) -> Fault {
    Fault::File(file.file_name().unwrap_or_default().to_string_lossy().into_owned(), error.to_string())
}

fn set_aside(file: &Path) -> io::Result<()> {
    let name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
    let names = (1..=ASIDE_MAX).map(|n| if n == 1 { format!("{name}.damaged") } else { format!("{name}.damaged-{n}") });
    for name in names {
        let aside = file.with_file_name(name);
        match std::fs::symlink_metadata(&aside) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return std::fs::rename(file, aside),
            Err(e) => return Err(e),
            Ok(_) => {}
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
