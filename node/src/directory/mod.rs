//! Directories in and out: files, folders and web addresses in; Open Referral UK files and calendars out.
//!
//! For: turning what others publish into documents for records ([`import`]), comparing them with what is published
//! ([`ImportPlan::changes`]), writing strict Open Referral UK ([`export::oruk`]) and calendars ([`ics`]).
//! Not for: publishing. A plan is plain data; whoever holds the core decides.
//!
//! Tolerant in, strict out. What a thing is, is told by its content. One bad item is set aside with a reason, the rest goes in.
//! Documents are deterministic: the same input gives the same bytes, so importing twice changes nothing.

pub mod export;
pub mod ics;

mod cells;
mod decode;
mod fetch;
mod library;
mod oruk;
mod packed;
mod shape;
mod table;
mod v1;

use std::path::{Path, PathBuf};

use hedgerow_protocol::cbor;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::limits::CONTENT_BYTES_MAX;
use hedgerow_protocol::listing;
use serde_json::Value;

pub use fetch::FetchError;
pub use packed::Items;
use packed::Numbers;

/// Largest file or answer read, in bytes. Larger: refused.
pub const INPUT_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most files read from one folder. More: refused.
pub const FILES_MAX: usize = 20_000;
/// Most items in one import. The rest is set aside, in one line.
pub const ITEMS_MAX: usize = 100_000;
/// Room for a body in a record: the rest is for keys, predecessors and the signature.
pub const BODY_BYTES_MAX: usize = CONTENT_BYTES_MAX - 800;
/// Most lines of set-aside items kept; the rest is counted.
const QUARANTINE_MAX: usize = 2_000;
/// Most remarks on single items kept; the rest is counted.
const REMARKS_MAX: usize = 2_000;

/// One document ready to be published.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// The key of its slot.
    pub key: Vec<u8>,
    /// The document.
    pub doc: Value,
    /// Its name, fit to show.
    pub title: String,
}

impl Item {
    /// The body of its record.
    pub fn body(&self) -> Vec<u8> {
        cbor::doc_to_cbor(&self.doc)
    }
}

/// Something that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Where it is: file, row, name.
    pub what: String,
    /// Why, in plain words.
    pub reason: String,
}

/// What an import would publish.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportPlan {
    /// What goes in, in the order it was found; no two with the same kind and key.
    pub items: Items,
    /// What was set aside.
    pub quarantined: Vec<Quarantined>,
    /// What else people should know, in sentences.
    pub remarks: Vec<String>,
}

/// A plan against what is already published. Indices into [`ImportPlan::items`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Not published yet.
    pub new: Vec<usize>,
    /// Published with another body.
    pub changed: Vec<usize>,
    /// Published just so.
    pub same: usize,
}

/// Why nothing could be read. One item going wrong is not among them.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file or folder cannot be read. Check its name and that you may open it.
    #[error("cannot read {0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// Too large a file. Split it.
    #[error("{0} is larger than 64 MB: split it into smaller files")]
    TooLarge(PathBuf),
    /// Too many files. Import a part at a time.
    #[error("the folder has more than {FILES_MAX} files: import a part at a time")]
    TooManyFiles,
    /// Neither JSON nor a table that is known here.
    #[error("{0}")]
    Unknown(String),
    /// The address could not be read.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

/// Reads a file, a folder or a web address (`http://`, `https://`). `source` names where it comes from; without it the
/// name of the file, folder or site is used, or what the data says itself. Blocks: not for an async task.
pub fn import(from: &str, source: Option<&str>) -> Result<ImportPlan, ImportError> {
    if from.starts_with("http://") || from.starts_with("https://") {
        return import_url(from, source);
    }
    let path = Path::new(from);
    let meta = std::fs::metadata(path).map_err(|e| ImportError::Io(path.into(), e))?;
    if meta.is_dir() { import_dir(path, source) } else { import_file(path, source) }
}

/// Reads one file already in memory. `name` is its name, for messages and as the last resort for a source.
pub fn import_bytes(bytes: &[u8], name: &str, source: Option<&str>) -> Result<ImportPlan, ImportError> {
    let mut gather = Gather::default();
    gather.bytes(bytes, name, source, source.unwrap_or(stem(name)))?;
    Ok(gather.plan())
}

/// Reads one file.
pub fn import_file(path: &Path, source: Option<&str>) -> Result<ImportPlan, ImportError> {
    let bytes = read_capped(path)?;
    import_bytes(&bytes, &name_of(path), source)
}

/// Reads every file in a folder, three levels deep; of a folder we exported, the file with the records themselves. Files that
/// are no directory are counted in a remark.
pub fn import_dir(dir: &Path, source: Option<&str>) -> Result<ImportPlan, ImportError> {
    let own = dir.join(export::RECORDS_FILE);
    if own.is_file() {
        let mut plan = import_file(&own, source)?;
        let remark = "This folder is a Hedgerow export: its records were read from hedgerow.ndjson. Delete that file to read the others.";
        plan.remarks.push(remark.into());
        return Ok(plan);
    }
    let mut files = Vec::new();
    walk(dir, 0, &mut files)?;
    files.sort();
    let folder = name_of(dir);
    let mut gather = Gather::default();
    let mut skipped = 0;
    for path in &files {
        let name = path.strip_prefix(dir).unwrap_or(path).display().to_string();
        let read = read_capped(path).and_then(|bytes| gather.bytes(&bytes, &name, source, source.unwrap_or(&folder)));
        match read {
            Ok(()) => {}
            Err(ImportError::Unknown(_)) if !name.ends_with(".json") && !name.ends_with(".csv") => skipped += 1,
            Err(e) => gather.set_aside(&name, e.to_string()),
        }
    }
    if skipped > 0 {
        gather.remarks.push(format!("{skipped} other files in the folder were left alone."));
    }
    Ok(gather.plan())
}

/// Reads an Open Referral UK site, following its pages, or one file from the web.
pub fn import_url(url: &str, source: Option<&str>) -> Result<ImportPlan, ImportError> {
    let mut gather = Gather::default();
    fetch::into(url, source, &mut gather)?;
    Ok(gather.plan())
}

impl ImportPlan {
    /// What would change, given the body now published under a kind and key.
    pub fn changes(&self, existing: impl Fn(Kind, &[u8]) -> Option<Vec<u8>>) -> Changes {
        let mut out = Changes::default();
        for n in 0..self.items.len() {
            match existing(self.items.kind(n), self.items.key(n)) {
                None => out.new.push(n),
                Some(body) if body == self.items.body(n) => out.same += 1,
                Some(_) => out.changed.push(n),
            }
        }
        out
    }

    /// Published things from the same sources that this import no longer has. They are reported; withdrawing them is a
    /// decision for people.
    pub fn gone<'a>(&self, published: impl IntoIterator<Item = (Kind, &'a [u8], &'a Value)>) -> Vec<(Kind, Vec<u8>)> {
        let name = |doc: &Value| doc.get("source").and_then(|s| listing::read::text(s, "name"));
        let sources: std::collections::BTreeSet<String> = self.items.iter().filter_map(|i| name(&i.doc)).collect();
        let numbers = 0..self.items.len();
        let here: std::collections::BTreeSet<(Kind, &[u8])> =
            numbers.map(|n| (self.items.kind(n), self.items.key(n))).collect();
        published
            .into_iter()
            .filter(|(kind, key, doc)| {
                name(doc).is_some_and(|n| sources.contains(&n)) && !here.contains(&(*kind, *key))
            })
            .map(|(kind, key, _)| (kind, key.to_vec()))
            .collect()
    }
}

/// Collects items, merging what comes twice.
#[derive(Default)]
pub(crate) struct Gather {
    items: Items,
    places: Numbers,
    /// Items of our own export win over the strict form of the same thing.
    exact: std::collections::BTreeSet<usize>,
    quarantined: Vec<Quarantined>,
    set_aside_beyond: usize,
    remarks: Vec<String>,
    remarks_beyond: usize,
}

impl Gather {
    fn bytes(&mut self, bytes: &[u8], name: &str, source: Option<&str>, fallback: &str) -> Result<(), ImportError> {
        match decode::read(bytes) {
            decode::Content::Json(value) => oruk::take(self, value, name, &oruk::From { source: fallback, url: None }),
            decode::Content::Parts(parts) => {
                for (place, part) in parts.iter() {
                    let what = format!("{name}, {place}");
                    match part {
                        Ok(value) => oruk::take(self, value, &what, &oruk::From { source: fallback, url: None }),
                        Err(reason) => self.set_aside(&what, reason),
                    }
                }
            }
            decode::Content::Table(rows) => table::take(self, &rows, name, source)?,
            decode::Content::Unknown(why) => return Err(ImportError::Unknown(format!("{name}: {why}"))),
        }
        Ok(())
    }

    pub(crate) fn set_aside(&mut self, what: &str, reason: impl Into<String>) {
        if self.quarantined.len() < QUARANTINE_MAX {
            let reason = listing::plain(&reason.into());
            self.quarantined.push(Quarantined { what: listing::plain(what), reason });
        } else {
            self.set_aside_beyond += 1;
        }
    }

    /// Says something about one item, once.
    pub(crate) fn remark(&mut self, what: &str, remark: &str) {
        let line = format!("{what}: {remark}");
        if self.remarks.len() >= REMARKS_MAX {
            self.remarks_beyond += 1;
        } else if !self.remarks.contains(&line) {
            self.remarks.push(line);
        }
    }

    /// Takes an item in, or sets it aside.
    pub(crate) fn add(&mut self, kind: Kind, key: Vec<u8>, doc: Value, what: &str) {
        self.put(kind, key, doc, what, false);
    }

    pub(crate) fn put(&mut self, kind: Kind, key: Vec<u8>, doc: Value, what: &str, exact: bool) {
        let body = cbor::doc_to_cbor(&doc);
        if body.len() > BODY_BYTES_MAX {
            let kib = body.len().div_ceil(1024);
            return self
                .set_aside(what, format!("too large for one record: {kib} KB, at most 15 KB; shorten its texts"));
        }
        if cbor::check(&body).is_err() {
            return self.set_aside(what, "nested too deeply");
        }
        let number = kind.0.to_be_bytes();
        let slot = [number.as_slice(), key.as_slice()];
        let Some(at) = self.places.get(&slot) else {
            if self.items.len() >= ITEMS_MAX {
                return self.set_aside(what, "more than 100,000 items in one import: import a part at a time");
            }
            if exact {
                self.exact.insert(self.items.len());
            }
            self.places.set(&slot, self.items.len());
            self.items.push(kind, &key, &body);
            return;
        };
        let mut have = self.items.doc(at);
        match (exact, self.exact.contains(&at)) {
            (true, false) => {
                self.exact.insert(at);
                self.items.set_body(at, &body);
            }
            (false, true) => {}
            _ if within(&doc, &have) => {}
            _ if within(&have, &doc) => self.items.set_body(at, &body),
            _ if merge_places(&mut have, &doc) => match cbor::doc_to_cbor(&have) {
                merged if merged.len() <= BODY_BYTES_MAX => self.items.set_body(at, &merged),
                _ => self.set_aside(what, "with its other places it is too large for one record"),
            },
            _ => self.set_aside(what, "the same id comes twice and says different things: the first was kept"),
        }
    }

    fn plan(self) -> ImportPlan {
        let mut remarks = self.remarks;
        if self.set_aside_beyond > 0 {
            remarks.push(format!("{} more items were set aside.", self.set_aside_beyond));
        }
        if self.remarks_beyond > 0 {
            remarks.push(format!("{} more remarks of this kind.", self.remarks_beyond));
        }
        ImportPlan { items: self.items, quarantined: self.quarantined, remarks }
    }
}

/// Whether everything `a` says is also said by `b`: a list page's short form within the full form.
fn within(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => a.iter().all(|(k, v)| b.get(k).is_some_and(|w| within(v, w))),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| within(x, y)),
        _ => a == b,
    }
}

/// Two forms of one service that differ only in the places they tell of: the places of both.
fn merge_places(have: &mut Value, more: &Value) -> bool {
    const PLACES: &str = "service_at_locations";
    let (Some(a), Some(b)) = (have.get("hsds"), more.get("hsds")) else { return false };
    let without = |v: &Value| {
        let mut v = v.clone();
        v.as_object_mut().map(|o| o.shift_remove(PLACES));
        v
    };
    let (a, b) = (without(a), without(b));
    let rest = if within(&b, &a) {
        a
    } else if within(&a, &b) {
        b
    } else {
        return false;
    };
    let mut places = have["hsds"].get(PLACES).and_then(Value::as_array).cloned().unwrap_or_default();
    for place in more["hsds"].get(PLACES).and_then(Value::as_array).into_iter().flatten() {
        match places.iter_mut().find(|p| p.get("id").is_some() && p.get("id") == place.get("id")) {
            Some(old) if within(old, place) => *old = place.clone(),
            Some(old) if within(place, old) => {}
            Some(_) => return false,
            None => places.push(place.clone()),
        }
    }
    let mut rest = rest;
    rest[PLACES] = Value::Array(places);
    have["hsds"] = rest;
    true
}

fn read_capped(path: &Path) -> Result<Vec<u8>, ImportError> {
    use std::io::Read;
    let io = |e| ImportError::Io(path.into(), e);
    let file = std::fs::File::open(path).map_err(io)?;
    if !file.metadata().map_err(io)?.is_file() {
        return Err(ImportError::Io(path.into(), std::io::Error::other("it is not a file")));
    }
    let mut bytes = Vec::new();
    file.take(INPUT_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > INPUT_BYTES_MAX {
        return Err(ImportError::TooLarge(path.into()));
    }
    Ok(bytes)
}

fn walk(dir: &Path, depth: usize, out: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    for entry in std::fs::read_dir(dir).map_err(|e| ImportError::Io(dir.into(), e))? {
        let entry = entry.map_err(|e| ImportError::Io(dir.into(), e))?;
        let kind = entry.file_type().map_err(|e| ImportError::Io(entry.path(), e))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        // Links are not followed: a folder holds what is in it.
        if kind.is_dir() && depth < 3 {
            walk(&entry.path(), depth + 1, out)?;
        } else if kind.is_file() {
            if out.len() >= FILES_MAX {
                return Err(ImportError::TooManyFiles);
            }
            out.push(entry.path());
        }
    }
    Ok(())
}

fn name_of(path: &Path) -> String {
    let full = path.file_name().map(|n| n.to_string_lossy().into_owned());
    full.or_else(|| Some(path.canonicalize().ok()?.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_else(|| "import".into())
}

fn stem(name: &str) -> &str {
    Path::new(name).file_stem().and_then(|s| s.to_str()).unwrap_or(name)
}

#[cfg(test)]
mod tests;
