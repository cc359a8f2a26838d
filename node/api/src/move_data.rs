//! Data that comes and goes as files: directories of services, bundles on sticks.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// One entry that did not go in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quarantined {
    /// Which one: its id or its place in the file.
    pub item: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// How to read a directory. Query of `POST /v1/import`; the body is the file, or empty with `from`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Name of the file or address of the page, to tell its format and to name the source.
    pub name: String,
    /// Instead of a body: a file, a folder or a web address that the node reads itself. Whole paths only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What to call the source. Default: the name without folder and ending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Group in whose name: its id, or its name. Default: mine.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub as_group: Option<String>,
    /// Only say what would happen.
    #[serde(skip_serializing_if = "is_false")]
    pub dry_run: bool,
}

fn is_false(b: &bool) -> bool {
    !*b
}

/// What came of reading a directory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// Entries read.
    pub read: u64,
    /// New listings.
    pub new: u64,
    /// Listings that changed.
    pub updated: u64,
    /// Listings that were the same already.
    pub unchanged: u64,
    /// What did not go in, at most 1,000 of them.
    pub quarantined: Vec<Quarantined>,
    /// How many did not go in.
    pub quarantined_count: u64,
    /// What to know: fields that could not be read, odd dates. At most 1,000.
    pub notes: Vec<String>,
    /// What comes in, new or changed, as people find it: the first 20.
    #[serde(default)]
    pub first: Vec<crate::ItemSummary>,
    /// Slots of the new listings, at most 200; more: none, they are not taken back in one go. Empty in a try.
    #[serde(default)]
    pub came: Vec<String>,
    /// Whether this was only a try.
    pub dry_run: bool,
}

/// A piece of a file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExportFile {
    /// Its name, with `/` between folders; never leaves the folder it is written to.
    pub name: String,
    /// What comes next in it.
    pub text: String,
}

/// Query of `GET /v1/export`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `oruk`.
    pub format: String,
    /// Only what I or my groups publish.
    #[serde(skip_serializing_if = "is_false")]
    pub mine: bool,
}

/// A line of an export. `GET /v1/export` gives one a line, and the last is `done`: without it, something is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExportPart {
    /// Text to add to the end of a file. The first piece of a file begins it; pieces of others may come between.
    File(ExportFile),
    /// That was all.
    Done(Exported),
}

/// What was written out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exported {
    /// How many listings are in the files.
    pub services: u64,
    /// How many files.
    pub files: u64,
    /// Listings that could not be written in this format.
    pub quarantined: Vec<Quarantined>,
}

/// What was in a bundle. `POST /v1/bundle`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BundleReport {
    /// Records in it that could be read.
    pub read: u64,
    /// Records that were new here.
    pub new: u64,
    /// Records that were here already.
    pub known: u64,
    /// Records that were refused, with reasons, at most 1,000.
    pub refused: Vec<Quarantined>,
    /// How many were refused.
    pub refused_count: u64,
    /// Damaged parts that were skipped.
    pub damaged: u64,
    /// Bytes that belonged to damaged parts.
    pub damaged_bytes: u64,
    /// Whether this was only a try.
    pub dry_run: bool,
}

/// Written by the command line after `bundle export` and `bundle have`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BundleWritten {
    /// The file.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Records in it.
    pub records: u64,
}

/// Asks for a backup. `POST /v1/backup`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupNew {
    /// At least 12 letters. Whoever has it and the file is this computer.
    pub passphrase: String,
}

/// Written by the command line after `backup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupWritten {
    /// The file.
    pub file: String,
    /// Its size.
    pub bytes: u64,
}

/// Written by the command line after `restore`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupRestored {
    /// The folder it was put back in; nothing after a look alone.
    pub folder: Option<String>,
    /// Id of the community.
    pub community: String,
    /// When the backup was made, Unix time in milliseconds.
    pub made_ms: u64,
    /// Records in it.
    pub records: u64,
}

named! {
    BackupWritten => "hedgerow.backup/1",
    BackupRestored => "hedgerow.restore/1",
    ImportReport => "hedgerow.import/1",
    Exported => "hedgerow.export/2",
    BundleReport => "hedgerow.bundle/1",
    BundleWritten => "hedgerow.bundle-written/1",
}
