//! Putting a backup back: all of it in a folder beside, and only then under its name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use hedgerow_protocol::fields::Reader;
use hedgerow_protocol::frame::FrameType;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Lane;
use hedgerow_protocol::record::Record;

use super::files::{SETTINGS, goes_along};
use super::frames::{Frames, read_local, read_piece};
use super::{BackupError, Counted, END, FILE, FORMAT, Header, IS_BACKUP};
use crate::core::{Core, CoreOptions, Origin, RESTORED_KEY};
use crate::files::{make_private, write_private};
use crate::identity::Keys;
use crate::kit;
use crate::paths::DataDir;

/// Records handed to the core at once.
const BATCH: usize = 500;
/// Most files, private values and records of a backup together. More: refused, it is none of ours.
const PARTS_MAX: u64 = 50_000_000;

/// What was put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// The community.
    pub community: Id,
    /// When the backup was made, Unix milliseconds.
    pub written_ms: u64,
    /// Files and private values.
    pub private: u64,
    /// Records.
    pub records: u64,
}

/// Where what is put back waits until all of it is there.
const WAITING: &str = ".hedgerow.restoring";
/// Takes its place last: without it a folder has no community.
const LAST: &str = "member.json";

/// Puts a backup back into a folder that is empty, or not there. Where it fails, the folder is as it was.
pub async fn restore(dir: &DataDir, file: &Path, secret: &str) -> Result<Restored, BackupError> {
    let place = Place::begin(dir.path())?;
    let mut core = None;
    let filled = fill(Some(&place), &mut core, open(file, secret).await?).await;
    if let Some(core) = core {
        core.close().await;
    }
    let restored = filled?;
    place.finish(dir)?;
    Ok(restored)
}

/// Reads all of a backup and keeps nothing: whether it could be put back.
pub async fn look(file: &Path, secret: &str) -> Result<Restored, BackupError> {
    fill(None, &mut None, open(file, secret).await?).await
}

async fn open(file: &Path, secret: &str) -> Result<Frames<Box<dyn Read + Send>>, BackupError> {
    let (secret, file) = (secret.to_owned(), crate::files::open(file)?);
    // Finding the key of the file takes a second; what follows reads a file piece by piece.
    let opened = tokio::task::spawn_blocking(move || kit::open_from(io::BufReader::new(file), &secret)).await;
    Ok(Frames::new(Box::new(opened.map_err(|e| io::Error::other(e.to_string()))??)))
}

/// A folder in the one that is wanted, gone again unless what is in it takes its place there.
struct Place {
    made: DataDir,
    wanted: PathBuf,
    is_new: bool,
}

impl Place {
    fn begin(wanted: &Path) -> Result<Place, BackupError> {
        let is_new = !wanted.exists();
        make_private(wanted)?;
        let made = wanted.join(WAITING);
        if made.exists() && !wanted.join(LAST).exists() {
            // One that was killed: the folder was empty before it, so all that is here is from it.
            for entry in fs::read_dir(wanted)? {
                let path = entry?.path();
                if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
            }
        }
        if fs::read_dir(wanted)?.next().is_some() {
            return Err(BackupError::NotEmpty(wanted.display().to_string()));
        }
        make_private(&made)?;
        Ok(Place { made: DataDir::choose(Some(made)), wanted: wanted.to_owned(), is_new })
    }

    /// Adds to a file, which begins so.
    fn add(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.made.path().join(name);
        if let Some(folder) = path.parent() {
            make_private(folder)?;
        }
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        file.write_all(bytes)
    }

    fn finish(self, dir: &DataDir) -> Result<(), BackupError> {
        sync_all(self.made.path())?;
        // The settings of a service are kept elsewhere.
        let settings = self.made.path().join(SETTINGS);
        if dir.config() != self.wanted.join(SETTINGS) && settings.is_file() {
            write_private(&dir.config(), &fs::read(&settings)?)?;
            fs::remove_file(&settings)?;
        }
        let mut names: Vec<_> =
            fs::read_dir(self.made.path())?.map(|e| Ok(e?.file_name())).collect::<io::Result<_>>()?;
        names.sort_by_key(|name| name == LAST);
        for name in names {
            fs::rename(self.made.path().join(&name), self.wanted.join(&name))?;
        }
        File::open(&self.wanted)?.sync_all()?;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.made.path());
        // What was made for this and stayed empty goes again.
        if self.is_new {
            let _ = fs::remove_dir(&self.wanted);
        }
    }
}

fn sync_all(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        match entry.file_type()? {
            kind if kind.is_dir() => sync_all(&entry.path())?,
            kind if kind.is_file() => File::open(entry.path())?.sync_all()?,
            _ => {}
        }
    }
    File::open(dir)?.sync_all()
}

/// Reads all of a backup into a folder, or without one only looks at it.
async fn fill(
    place: Option<&Place>,
    core: &mut Option<Core>,
    mut frames: Frames<impl Read>,
) -> Result<Restored, BackupError> {
    let header = match frames.next()? {
        (FrameType::HEADER, body) => read_header(body)?,
        _ => return Err(BackupError::Damaged("it does not say what it is")),
    };
    let mut counted = Counted::default();
    let mut locals: Vec<(String, Vec<u8>)> = Vec::new();
    let mut first: Vec<Record> = Vec::new();
    let mut batch: Vec<Record> = Vec::new();
    let mut is_content = false;
    let mut last_file = String::new();
    let end = loop {
        if counted.files + counted.locals + counted.records > PARTS_MAX {
            return Err(BackupError::Damaged("there is too much in it"));
        }
        match frames.next()? {
            (FILE, body) => {
                let (name, bytes) = read_piece(body).ok_or(BackupError::Damaged("a file has no name"))?;
                if !goes_along(name) {
                    return Err(BackupError::Damaged("a file has a name that no backup of ours has"));
                }
                if name != last_file {
                    counted.files += 1;
                    name.clone_into(&mut last_file);
                }
                if let Some(place) = place {
                    place.add(name, bytes)?;
                }
            }
            (FrameType::LOCAL, body) => {
                let (key, value) = read_local(body).ok_or(BackupError::Damaged("a private value has no name"))?;
                counted.locals += 1;
                if super::goes_along(key) {
                    locals.push((key.to_owned(), value.to_vec()));
                }
            }
            (FrameType::RECORD, body) => {
                let record = Record::from_wire(&header.community, body);
                let record = record.map_err(|_| BackupError::Damaged("a record is not of this community"))?;
                counted.records += 1;
                match record.lane() {
                    Lane::Authority if is_content => {
                        return Err(BackupError::Damaged("its records are out of order"));
                    }
                    Lane::Authority => first.push(record),
                    Lane::Content => {
                        is_content = true;
                        batch.push(record);
                    }
                }
                if batch.len() >= BATCH {
                    take(place, &header, core, &mut first, &mut batch).await?;
                }
            }
            (END, body) => break read_end(body)?,
            (kind, _) if kind.is_skippable() => {}
            _ => return Err(BackupError::TooNew),
        }
    };
    if end != counted || !frames.is_over() {
        return Err(BackupError::Damaged("it does not hold what it says at its end"));
    }
    take(place, &header, core, &mut first, &mut batch).await?;
    let private = counted.files + counted.locals;
    if let Some(core) = core {
        for (key, value) in locals {
            core.put_local(&key, &value).await?;
        }
        core.put_local(RESTORED_KEY, &header.written_ms.to_be_bytes()).await?;
    }
    Ok(Restored { community: header.community, written_ms: header.written_ms, private, records: counted.records })
}

/// Takes records in, and makes the folder's journal with the first of them. Without a place nothing is kept.
async fn take(
    place: Option<&Place>,
    header: &Header,
    core: &mut Option<Core>,
    first: &mut Vec<Record>,
    batch: &mut Vec<Record>,
) -> Result<(), BackupError> {
    let (first, batch) = (std::mem::take(first), std::mem::take(batch));
    let Some(place) = place else { return Ok(()) };
    if core.is_none() {
        let keys = Keys::open(&place.made)?;
        if keys.device.public() != header.device {
            return Err(BackupError::Damaged("the key in it is of another computer"));
        }
        let options = CoreOptions::new(place.made.path(), header.community, keys.device);
        let made = tokio::task::spawn_blocking(move || Core::create(options, first)).await;
        *core = Some(made.map_err(|e| io::Error::other(e.to_string()))??.0);
    }
    if let Some(core) = core {
        core.arrive(batch, Origin::Here).await?;
    }
    Ok(())
}

fn read_header(body: &[u8]) -> Result<Header, BackupError> {
    let wrong = |_| BackupError::Damaged("it does not say what it is");
    let mut r = Reader::new(body).map_err(wrong)?;
    if r.uint(1).map_err(wrong)? > FORMAT {
        return Err(BackupError::TooNew);
    }
    if r.uint(2).map_err(wrong)? != IS_BACKUP {
        return Err(BackupError::Damaged("it is a file for a stick"));
    }
    let (community, written_ms, device) =
        (r.id(3).map_err(wrong)?, r.uint(4).map_err(wrong)?, r.key(5).map_err(wrong)?);
    Ok(Header { community, device, written_ms })
}

fn read_end(body: &[u8]) -> Result<Counted, BackupError> {
    let wrong = |_| BackupError::Damaged("its end is not in order");
    let mut r = Reader::new(body).map_err(wrong)?;
    Ok(Counted {
        files: r.uint(1).map_err(wrong)?,
        locals: r.uint(2).map_err(wrong)?,
        records: r.uint(3).map_err(wrong)?,
    })
}
