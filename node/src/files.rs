//! Files in folders that may be somebody else's: the one place that makes, replaces and opens them. Not for: where they
//! are (`paths`), what is in them.
//!
//! An administrator works in the folder of the service, or of another person, as whom it belongs to: a link or a file
//! that its owner put there then leads to nothing its owner could not reach anyway. What is written is there whole or
//! not at all.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::process::{self, Gid, Uid};
use rustix::thread;

mod saved;
pub use saved::{Saved, Unusable, name_aside, read_json, read_saved};

/// The longest file of a node's own that is read whole, in bytes.
const READ_BYTES_MAX: u64 = 64 << 20;

/// Whose folder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    /// Whom this process, being an administrator's, works for at this path: whoever can first lead it elsewhere on the
    /// way there. `None`: nobody but administrators can, or this process is none.
    pub fn to_work_for(path: &Path) -> Option<Owner> {
        if !process::geteuid().is_root() {
            return None;
        }
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let there = path.ancestors().find_map(|p| p.canonicalize().ok());
        // In a container the root of the file system may belong to a number that stands for the administrator outside.
        let system = fs::symlink_metadata("/").map_or(0, |root| root.uid());
        [Some(path), there].iter().flatten().find_map(|path| {
            let mut steps: Vec<&Path> = path.ancestors().collect();
            steps.reverse();
            let about = steps.iter().filter_map(|p| fs::symlink_metadata(p).ok());
            let leads = about.filter(|m| m.is_dir() || m.is_symlink());
            leads.map(|m| Owner { user: m.uid(), group: m.gid() }).find(|o| o.user != 0 && o.user != system)
        })
    }

    /// Becomes this user for good: the calling thread, and every thread and program that it starts from now on.
    pub fn become_them(self) -> io::Result<()> {
        let (user, group) = (Uid::from_raw(self.user), Gid::from_raw(self.group));
        thread::set_thread_groups(&[])?;
        thread::set_thread_res_gid(group, group, group)?;
        thread::set_thread_res_uid(user, user, user)?;
        Ok(())
    }

    /// Their name, or their number where the system knows no name.
    pub fn name(self) -> String {
        let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let mut lines = known.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let number = self.user.to_string();
        lines.find(|f| f.get(2) == Some(&number.as_str())).map_or(number.clone(), |f| f[0].to_owned())
    }
}

/// Does something with files as whom their folder belongs to. For everybody but an administrator that changes nothing.
pub fn as_owner<T: Send>(path: &Path, work: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    let Some(owner) = Owner::to_work_for(path) else { return work() };
    let done = std::thread::scope(|threads| {
        let worker = std::thread::Builder::new().spawn_scoped(threads, || {
            owner.become_them()?;
            work()
        })?;
        worker.join().unwrap_or_else(|_| Err(io::Error::other("it broke off")))
    });
    done.map_err(|e| match e.kind() {
        // Or an administrator wonders who could forbid them anything.
        kind @ io::ErrorKind::PermissionDenied => io::Error::new(kind, format!("{e} for {}", owner.name())),
        _ => e,
    })
}

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// This user alone.
    Owner,
    /// Whoever may read new files of this user.
    Usual,
}

/// Writes a file of a node's own so that after a power cut there is either the old content or the new, readable by this
/// user alone.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    as_owner(path, || {
        replace(path, &path.with_extension("new"), Readers::Owner, content)?;
        sync_name(path)
    })
}

/// Writes a file for somebody, whole or not at all. What is no file, such as a terminal, is written to as it is.
pub fn write(path: &Path, readers: Readers, content: &[u8]) -> io::Result<()> {
    as_owner(path, || {
        if fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir()) {
            let mut file = OpenOptions::new().write(true).open(path)?;
            return file.write_all(content).and_then(|()| file.flush());
        }
        // Where a link leads is what is meant.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let part = path.with_file_name(format!(".{}.part", name.to_string_lossy()));
        replace(&path, &part, readers, content)?;
        // Some folders can be written and not read, some file systems of sticks sync no names: it is written all the same.
        let _ = sync_name(&path);
        Ok(())
    })
}

/// A file for somebody on its way to be written, whole or not at all: it is made beside, and takes its place at the end.
pub struct Growing {
    path: PathBuf,
    part: PathBuf,
    file: File,
    bytes: u64,
}

impl Growing {
    /// Nothing is in it yet. For this user alone.
    pub fn begin(path: &Path) -> io::Result<Growing> {
        as_owner(path, || {
            // Where a link leads is what is meant.
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
            let part = path.with_file_name(format!(".{}.part", name.to_string_lossy()));
            match fs::remove_file(&part) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
            Ok(Growing { path, part, file, bytes: 0 })
        })
    }

    /// Adds to its end.
    pub fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    /// Now all is there. Gives how many bytes.
    pub fn finish(self) -> io::Result<u64> {
        self.file.sync_all()?;
        as_owner(&self.path, || {
            fs::rename(&self.part, &self.path)?;
            // Some folders can be written and not read, some file systems of sticks sync no names: it is written all the same.
            let _ = sync_name(&self.path);
            Ok(self.bytes)
        })
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        // Nothing is there under this name where it was finished.
        let _ = as_owner(&self.path, || fs::remove_file(&self.part));
    }
}

/// Writes beside, then renames.
fn replace(path: &Path, beside: &Path, readers: Readers, content: &[u8]) -> io::Result<()> {
    // Left by a power cut, or put there by somebody: never written into, wherever it leads.
    match fs::remove_file(beside) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mode = if readers == Readers::Owner { 0o600 } else { 0o666 };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(beside)?;
    let done = file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| fs::rename(beside, path));
    if done.is_err() {
        let _ = fs::remove_file(beside);
    }
    done
}

/// Makes the name of a file survive a power cut.
fn sync_name(path: &Path) -> io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(dir)?.sync_all()
}

/// A folder on its way to be filled with files, whole or not at all: they are made beside, and take their places at the end.
/// Other files that are there stay. The folder is made if it is not there.
#[derive(Debug)]
pub struct Filling {
    dir: PathBuf,
    part: PathBuf,
    is_new: bool,
}

impl Filling {
    /// Nothing is in it yet.
    pub fn begin(dir: &Path) -> io::Result<Filling> {
        as_owner(dir, || {
            let filling = Filling { dir: dir.to_owned(), part: dir.join(".hedgerow.part"), is_new: !dir.exists() };
            fs::create_dir_all(dir)?;
            let _ = fs::remove_dir_all(&filling.part);
            fs::create_dir(&filling.part)?;
            Ok(filling)
        })
    }

    /// Adds to the end of a file, which begins so. A name that would leave the folder is refused.
    pub fn add(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let name = Path::new(name);
        if name.file_name().is_none() || !name.components().all(|c| matches!(c, Component::Normal(_))) {
            let why = format!("\"{}\" is no name of a file in this folder", name.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let file = self.part.join(name);
        as_owner(&self.dir, || {
            fs::create_dir_all(file.parent().unwrap_or(&self.part))?;
            OpenOptions::new().append(true).create(true).open(&file)?.write_all(content)
        })
    }

    /// Now all is there.
    pub fn finish(self) -> io::Result<()> {
        as_owner(&self.dir, || move_into(&self.part, &self.dir))
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        let _ = as_owner(&self.dir, || {
            let _ = fs::remove_dir_all(&self.part);
            // What was made for this and stayed empty goes again.
            if self.is_new { fs::remove_dir(&self.dir) } else { Ok(()) }
        });
    }
}

/// Fills a folder with what `fill` makes in another one.
pub fn fill_folder(dir: &Path, fill: impl FnOnce(&Path) -> io::Result<()> + Send) -> io::Result<()> {
    let filling = Filling::begin(dir)?;
    as_owner(dir, || fill(&filling.part))?;
    filling.finish()
}

fn move_into(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            match fs::create_dir(&place) {
                Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
                _ => move_into(&entry.path(), &place)?,
            }
        } else {
            fs::rename(entry.path(), place)?;
        }
    }
    Ok(())
}

/// Opens a file in a node's folder for reading. What is no file is refused: nobody waits for the other end of a pipe.
pub fn open(path: &Path) -> io::Result<File> {
    as_owner(path, || {
        let file = OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
        }
        Ok(file)
    })
}

/// The text of a file in a node's folder.
pub fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.take(READ_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}

/// Makes a file that this user alone can read, empty, for what a node says.
pub fn create_log(path: &Path) -> io::Result<File> {
    as_owner(path, || {
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        Ok(file)
    })
}

/// Makes a folder for this user alone, with its parents; one that is there stays as it is.
pub fn make_private(dir: &Path) -> io::Result<()> {
    as_owner(dir, || DirBuilder::new().recursive(true).mode(0o700).create(dir))
}

/// Takes from everybody else what they may do with a file, or with a folder and all that is in it. Links are left alone.
/// A file system that knows no rights is no fault.
pub fn keep_private(path: &Path) -> io::Result<()> {
    let mut left = vec![PathBuf::from(path)];
    while let Some(path) = left.pop() {
        let about = match fs::symlink_metadata(&path) {
            Ok(about) => about,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(e),
        };
        if about.is_symlink() {
            continue;
        }
        let mode = about.mode() & 0o7777;
        if mode & 0o077 != 0
            && let Err(error) = fs::set_permissions(&path, Permissions::from_mode(mode & 0o700))
        {
            tracing::warn!(%error, "others on this computer may be able to read what is saved");
        }
        if about.is_dir() {
            for entry in fs::read_dir(&path)? {
                left.push(entry?.path());
            }
        }
    }
    Ok(())
}

/// From now on every file that this process makes is for its user alone, whatever part of it makes the file.
pub fn only_private() {
    process::umask(Mode::RWXG | Mode::RWXO);
}

#[cfg(test)]
mod tests;
