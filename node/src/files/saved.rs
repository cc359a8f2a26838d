//! Files of private state: one way to read them, so that what was saved is never written over because it could not be read.
//!
//! There are three outcomes. Nothing is there: it begins empty. It is there and cannot be read: what it is for stops, and
//! nothing is written in its place. It can be read and is not what was written: it is set aside under another name, that is
//! said, and it begins anew. Not for: the journal (`store`), keys and the note of the community, which are never begun anew.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{READ_BYTES_MAX, as_owner, open, sync_name};

/// Names that damaged files get at most. More of them: somebody has to look.
const ASIDE_MAX: usize = 100;

/// What there is of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved<T> {
    /// No file: nothing was saved yet.
    Absent,
    /// What was saved.
    Whole(T),
    /// It was not what was written, and has this name now.
    Damaged(PathBuf),
}

/// A file is there and cannot be read, or moved aside. Remedy: look at the disk and at whose file it is; then it goes on.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used: {error}", file.display())]
pub struct Unusable {
    /// Which.
    pub file: PathBuf,
    /// What the system says.
    pub error: io::Error,
}

impl Unusable {
    /// What the system says about this file.
    pub fn new(file: &Path, error: io::Error) -> Unusable {
        Unusable { file: file.to_owned(), error }
    }
}

impl<T: Default> Saved<T> {
    /// What was saved, or nothing; and where what was damaged is now.
    pub fn or_empty(self) -> (T, Option<PathBuf>) {
        match self {
            Saved::Absent => (T::default(), None),
            Saved::Whole(saved) => (saved, None),
            Saved::Damaged(aside) => (T::default(), Some(aside)),
        }
    }
}

/// Reads a file; `parse` says what is in it, or that it is not what was written.
pub fn read_saved<T>(file: &Path, parse: impl FnOnce(&[u8]) -> Option<T>) -> Result<Saved<T>, Unusable> {
    let bytes = match read(file) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Saved::Absent),
        Err(e) => return Err(Unusable::new(file, e)),
    };
    match parse(&bytes) {
        Some(saved) => Ok(Saved::Whole(saved)),
        None => set_aside(file).map(Saved::Damaged).map_err(|e| Unusable::new(file, e)),
    }
}

/// As [`read_saved`], for JSON.
pub fn read_json<T: serde::de::DeserializeOwned>(file: &Path) -> Result<Saved<T>, Unusable> {
    read_saved(file, |bytes| serde_json::from_slice(bytes).ok())
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let file = open(file)?;
    if file.metadata()?.len() > READ_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::new();
    file.take(READ_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Gives a damaged file another name, which no other has.
fn set_aside(file: &Path) -> io::Result<PathBuf> {
    let aside = name_aside(file)?;
    as_owner(file, || {
        fs::rename(file, &aside)?;
        sync_name(&aside)
    })?;
    Ok(aside)
}

/// A name for a damaged file, or what could not be understood in it, that no other has.
pub fn name_aside(file: &Path) -> io::Result<PathBuf> {
    let name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let names = (1..=ASIDE_MAX).map(|n| match n {
        1 => format!("{name}.damaged"),
        n => format!("{name}.damaged-{n}"),
    });
    for name in names {
        let aside = file.with_file_name(name);
        match fs::symlink_metadata(&aside) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(aside),
            Err(e) => return Err(e),
            Ok(_) => {}
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many damaged files were set aside"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_whole_damaged_and_unusable() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("list.json");
        let read = || read_json::<Vec<u8>>(&file);
        assert_eq!(read().unwrap(), Saved::Absent);
        fs::write(&file, "[1,2]").unwrap();
        assert_eq!(read().unwrap(), Saved::Whole(vec![1, 2]));
        for (text, name) in [("[1", "list.json.damaged"), ("{}", "list.json.damaged-2"), ("", "list.json.damaged-3")] {
            fs::write(&file, text).unwrap();
            let aside = dir.path().join(name);
            assert_eq!(read().unwrap(), Saved::Damaged(aside.clone()));
            assert_eq!(fs::read_to_string(aside).unwrap(), text);
            assert_eq!(read().unwrap(), Saved::Absent, "it begins anew");
        }
        // What cannot be read stays as it is, whatever it is.
        fs::create_dir(&file).unwrap();
        assert_eq!(read().unwrap_err().file, file);
        assert!(file.is_dir());
        fs::remove_dir(&file).unwrap();
        std::os::unix::fs::symlink("list.json", &file).unwrap();
        assert!(read().is_err() && file.is_symlink());
        fs::remove_file(&file).unwrap();
        fs::File::create(&file).unwrap().set_len(READ_BYTES_MAX + 1).unwrap();
        assert!(read().is_err() && file.is_file());
    }
}
