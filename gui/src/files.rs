//! The few files a person hands to the window or takes from it: invites, recovery kits, lists, posters.
//!
//! What is saved goes to the downloads folder, or the home folder where there is none, under a name that is still free,
//! readable by this person alone.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use hedgerow_api::ticket::{self, NoTicket};

use crate::link::Fault;

/// Names tried before giving up.
const NAMES_MAX: u32 = 1_000;

fn problem(path: &Path, reason: impl ToString) -> Fault {
    Fault::File(path.display().to_string(), reason.to_string())
}

/// A path as a person types, pastes or drops it: without quotes, `file://` or spaces around it; `~` is the home folder, and a
/// name alone is looked for where people keep such files.
pub fn typed(text: &str) -> PathBuf {
    let text = text.trim().trim_matches('"').trim_matches('\'');
    let text = text.strip_prefix("file://").unwrap_or(text);
    match text.strip_prefix("~/").zip(std::env::home_dir()) {
        Some((rest, home)) => home.join(rest),
        None => found(text, std::env::home_dir().unwrap_or_default()),
    }
}

/// Where a file of this name is: here, among the downloads, in the home folder; the name itself where it is nowhere.
fn found(text: &str, home: PathBuf) -> PathBuf {
    let path = PathBuf::from(text);
    if path.components().count() != 1 || path.exists() {
        return path;
    }
    [home.join("Downloads"), home].into_iter().map(|d| d.join(text)).find(|p| p.is_file()).unwrap_or(path)
}

/// Reads a file of at most `max` bytes.
///
/// # Errors
/// When it cannot be read, or is longer.
pub fn read(text: &str, max: u64) -> Result<Vec<u8>, Fault> {
    let path = typed(text);
    let file = std::fs::File::open(&path).map_err(|e| problem(&path, e))?;
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes).map_err(|e| problem(&path, e))?;
    if bytes.len() as u64 > max {
        return Err(problem(&path, format!("longer than {max} bytes")));
    }
    Ok(bytes)
}

/// The text of an invite: the text itself, or what the file or picture of that name holds.
///
/// # Errors
/// When it names a file that cannot be read, or a picture without one.
pub fn ticket(text: &str) -> Result<String, Fault> {
    let trimmed = text.trim();
    let is_path = trimmed.contains(std::path::MAIN_SEPARATOR) || typed(trimmed).is_file();
    if trimmed.len() > 4096 || !is_path {
        return Ok(trimmed.trim_matches('"').to_owned());
    }
    let bytes = read(trimmed, ticket::FILE_BYTES_MAX)?;
    ticket::from_file(&bytes).map_err(|e| match e {
        NoTicket::NoCode => Fault::NoInvite(typed(trimmed).display().to_string()),
        other => problem(&typed(trimmed), other),
    })
}

/// Where files are saved.
fn folder() -> PathBuf {
    let home = std::env::home_dir().unwrap_or_default();
    let downloads = home.join("Downloads");
    if downloads.is_dir() { downloads } else { home }
}

/// Saves a file under `name`, or the next free name like it. Returns where.
///
/// # Errors
/// When the folder cannot be written, or is full.
pub fn save(name: &str, bytes: &[u8]) -> Result<String, Fault> {
    save_in(&folder(), name, bytes)
}

/// A new folder that is being filled. Unless it is kept it goes again: half of it would look like the whole.
#[derive(Debug)]
pub struct NewFolder {
    path: PathBuf,
    is_whole: bool,
}

impl NewFolder {
    /// Makes one called `name`, or the next free name like it, where files are saved.
    ///
    /// # Errors
    /// When the folder cannot be written, or is full.
    pub fn make(name: &str) -> Result<NewFolder, Fault> {
        NewFolder::make_in(&folder(), name)
    }

    fn make_in(folder: &Path, name: &str) -> Result<NewFolder, Fault> {
        let mut path = folder.join(name);
        for n in 2..NAMES_MAX {
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(NewFolder { path, is_whole: false }),
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => path = folder.join(format!("{name}-{n}")),
                Err(e) => return Err(problem(&path, e)),
            }
        }
        Err(problem(&path, "too many folders of this name"))
    }

    /// Adds text to the end of a file in it.
    ///
    /// # Errors
    /// When the disk is full, or the file would leave the folder.
    pub fn add(&self, name: &str, text: &str) -> Result<(), Fault> {
        let plain = Path::new(name).components().all(|c| matches!(c, std::path::Component::Normal(_)));
        let file = self.path.join(name);
        if !plain || name.is_empty() {
            return Err(problem(&file, "a file would leave its folder"));
        }
        let added = std::fs::create_dir_all(file.parent().unwrap_or(&self.path)).and_then(|()| {
            let mut open = std::fs::OpenOptions::new().append(true).create(true).open(&file)?;
            open.write_all(text.as_bytes())
        });
        added.map_err(|e| problem(&file, e))
    }

    /// It is whole. Where it is.
    pub fn keep(mut self) -> String {
        self.is_whole = true;
        self.path.display().to_string()
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.is_whole {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Saves a file in a folder of the person's choice, under `name` or the next free name like it. Returns where.
///
/// # Errors
/// When the folder cannot be written, or is full.
pub fn save_in(folder: &Path, name: &str, bytes: &[u8]) -> Result<String, Fault> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut path = folder.join(name);
    for n in 2..NAMES_MAX {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(mut file) => {
                let written = file.write_all(bytes).and_then(|()| file.sync_all());
                if let Err(e) = written {
                    // Half a file would look like a whole one.
                    let _ = std::fs::remove_file(&path);
                    return Err(problem(&path, e));
                }
                return Ok(path.display().to_string());
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                path = folder.join(format!("{stem}-{n}.{ending}"))
            }
            Err(e) => return Err(problem(&path, e)),
        }
    }
    Err(problem(&path, "too many files of this name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("hedgerow-files-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        dir
    }

    #[test]
    fn nothing_that_is_there_is_written_over() {
        let dir = scratch("save");
        let first = save_in(&dir, "a.csv", b"one").unwrap();
        let second = save_in(&dir, "a.csv", b"two").unwrap();
        assert!(first.ends_with("a.csv") && second.ends_with("a-2.csv"), "{first} {second}");
        assert_eq!(std::fs::read(first).unwrap(), b"one");
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn files_of_a_folder_stay_in_it() {
        let dir = scratch("folder");
        let folder = NewFolder::make_in(&dir, "all").unwrap();
        for (name, text) in [("index.json", "{}"), ("services/a.json", "1"), ("services/a.json", "2")] {
            folder.add(name, text).unwrap();
        }
        let first = folder.keep();
        assert_eq!(std::fs::read_to_string(Path::new(&first).join("services/a.json")).unwrap(), "12");
        let second = NewFolder::make_in(&dir, "all").unwrap();
        assert!(second.path.ends_with("all-2"));
        for bad in ["../x", "/etc/x", "a/../../x", ""] {
            assert!(matches!(second.add(bad, "x"), Err(Fault::File(..))), "{bad}");
        }
        // What was not filled to the end does not look as if it were.
        drop(second);
        assert!(!dir.join("all-2").exists());
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_name_alone_is_looked_for_in_the_downloads_and_at_home() {
        let home = scratch("home");
        std::fs::create_dir_all(home.join("Downloads")).unwrap();
        std::fs::write(home.join("Downloads/hedgerow-list.csv"), "a").unwrap();
        std::fs::write(home.join("hedgerow-other.csv"), "b").unwrap();
        assert_eq!(found("hedgerow-list.csv", home.clone()), home.join("Downloads/hedgerow-list.csv"));
        assert_eq!(found("hedgerow-other.csv", home.clone()), home.join("hedgerow-other.csv"));
        assert_eq!(found("nowhere.csv", home.clone()), PathBuf::from("nowhere.csv"));
        assert_eq!(found("/no/such/list.csv", home.clone()), PathBuf::from("/no/such/list.csv"));
        std::fs::remove_dir_all(home).unwrap();
    }

    #[test]
    fn a_ticket_is_text_or_a_file_and_a_file_has_a_limit() {
        let dir = scratch("ticket");
        let path = dir.join("invite.txt");
        std::fs::write(&path, "hedgerow1abc\n").unwrap();
        assert_eq!(ticket(&format!(" file://{} ", path.display())).unwrap(), "hedgerow1abc");
        assert_eq!(ticket(" hedgerow1xyz\n").unwrap(), "hedgerow1xyz");
        assert!(matches!(ticket("/no/such/file"), Err(Fault::File(..))));
        std::fs::write(&path, vec![b'a'; 64 * 1024 + 1]).unwrap();
        assert!(matches!(ticket(&path.display().to_string()), Err(Fault::File(..))));
        std::fs::remove_dir_all(dir).unwrap();
    }
}
