//! What callers of the core hand in and get back. Plain data; no behaviour that needs the store.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_protocol::authority::build::BuildError;
use hedgerow_protocol::hlc::Day;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Address, Audience, Record};
use hedgerow_protocol::retention::Share;

/// Where the operating system's clock comes in: Unix milliseconds.
pub type OsClock = Arc<dyn Fn() -> u64 + Send + Sync>;
/// Time since some moment, on a clock that nobody can set.
pub type RunClock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// How a core is opened.
#[derive(Clone)]
pub struct CoreOptions {
    /// The data directory of one community; `journal/` and `index/` are kept inside.
    pub dir: PathBuf,
    /// The community: id of its genesis record.
    pub community: Id,
    /// The key this computer signs records with.
    pub device: SecretKey,
    /// The person this computer belongs to, if any (a donated computer has none).
    pub person: Option<Id>,
    /// Most bytes the journal may take. What others publish may take half of it, or all but 32 MiB; beyond, the node is
    /// partial. Reached: publishing is refused, nothing is lost.
    pub quota_bytes: u64,
    /// Bytes after which the journal begins another file. Compaction needs as much room as one of them.
    pub segment_bytes: u64,
    /// The operating system's clock.
    pub os_clock: OsClock,
    /// The monotonic clock.
    pub run_clock: RunClock,
}

impl CoreOptions {
    /// Options with the usual quota (8 GiB), no person and the real clock.
    pub fn new(dir: impl Into<PathBuf>, community: Id, device: SecretKey) -> Self {
        let start = Instant::now();
        CoreOptions {
            dir: dir.into(),
            community,
            device,
            person: None,
            quota_bytes: 8 << 30,
            segment_bytes: crate::store::journal::SEGMENT_BYTES_MAX,
            os_clock: Arc::new(os_now_ms),
            run_clock: Arc::new(move || start.elapsed()),
        }
    }
}

/// Unix milliseconds by the operating system.
pub fn os_now_ms() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_millis() as u64)
}

/// What opening found. `notices` are plain sentences for the user; empty when all was well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// The index was missing or did not fit and was made again from the journal.
    pub index_rebuilt: bool,
    /// Places in the journal that could not be read. What stood there comes back from neighbours.
    pub frames_damaged: u64,
    /// Bytes of an unfinished write that were moved aside.
    pub bytes_cut: u64,
    /// Records that can be read.
    pub records: u64,
    /// Sentences for the user.
    pub notices: Vec<String>,
}

/// What to publish: a new version of one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Person, group or community it belongs to.
    pub owner: Id,
    /// What it is about; a content kind.
    pub kind: Kind,
    /// Distinguishes slots of one owner and kind; at most 64 bytes.
    pub key: Vec<u8>,
    /// What it says. Empty: the slot is withdrawn.
    pub body: Vec<u8>,
    /// Who it is meant for.
    pub audience: Audience,
    /// Last UTC day on which it is shown; `None`: as late as is allowed.
    pub expires: Option<Day>,
    /// Refuse unless this is the version now shown in the slot. `Some(Id::SELF)`: unless the slot is empty.
    pub if_match: Option<Id>,
}

impl Draft {
    /// A draft for those, and with the life, that its kind has when nothing else is said.
    pub fn new(owner: Id, kind: Kind, key: impl Into<Vec<u8>>, body: Vec<u8>) -> Self {
        Draft { owner, kind, key: key.into(), body, audience: kind.rules().audience, expires: None, if_match: None }
    }
    /// Withdraws a slot.
    pub fn withdrawal(address: &Address) -> Self {
        Draft::new(address.owner, address.kind, address.key.clone(), Vec::new())
    }
    /// Its slot.
    pub fn address(&self) -> Address {
        Address { owner: self.owner, kind: self.kind, key: self.key.clone() }
    }
}

/// Where arriving records came from; only for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// A peer over sync or join, by transport key.
    Peer(PublicKey),
    /// A bundle file.
    Bundle,
    /// Made on this computer by something other than `publish` (founding records, redeemed invites).
    Here,
}

/// What became of arriving records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrived {
    /// Kept, and not known before.
    pub new: u64,
    /// Known already.
    pub known: u64,
    /// Not kept: expired, newer versions or a withdrawal are here, or nobody has a share of the space for it.
    pub superseded: u64,
    /// Of `new` and `waiting`: without effect until more authority records arrive.
    pub pending: u64,
    /// Not kept: another community's.
    pub refused: u64,
    /// In memory until authority records say whose they are.
    pub waiting: u64,
    /// Not kept: there is no room for what others publish.
    pub no_room: u64,
    /// Ids of the new ones, in the order given.
    pub new_ids: Vec<Id>,
}

pub use crate::store::journal::Trouble;

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records kept, all versions.
    pub records: u64,
    /// Of these, authority records.
    pub authority: u64,
    /// Slots that show something now.
    pub shown: u64,
    /// Bytes the journal takes on disk.
    pub journal_bytes: u64,
    /// Of these, bytes compaction would free.
    pub dead_bytes: u64,
}

/// One thing that happened, sent after it is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Grows by one with each event, and never repeats on this computer.
    pub seq: u64,
    /// What happened.
    pub kind: EventKind,
    /// The record it happened to; [`Id::SELF`] when it concerns none.
    pub id: Id,
    /// The record's kind, when it concerns one.
    pub record_kind: Option<Kind>,
}

/// The kinds of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A content record was kept.
    New,
    /// A withdrawal was kept.
    Withdrawn,
    /// An authority record was kept.
    Authority,
    /// A record could not be read from disk any more; it will come back from a neighbour.
    Damaged,
    /// The disk refuses what is written, or takes it again.
    Saving,
}

/// In which order a list comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// Best match first with a text, else as lists are sorted.
    #[default]
    Best,
    /// As lists are sorted: notices first, what is urgent before what is new ([`hedgerow_protocol::listing::notice_order`]),
    /// then the rest by title.
    Title,
    /// Latest written first.
    Newest,
}

/// What to look for. Every condition given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Words; each must occur, as a whole word or the beginning of one. Empty: everything.
    pub text: String,
    /// Kinds to look in; empty: every kind that shows something.
    pub kinds: Vec<Kind>,
    /// Only what belongs to this person or group.
    pub owner: Option<Id>,
    /// Only what is open at this Unix time in milliseconds.
    pub open_at: Option<u64>,
    /// Only what is in this town, district or postcode (words that must occur in the place).
    pub near: Option<String>,
    /// Only records anybody may read.
    pub public_only: bool,
    /// Nothing that belongs to these: people and groups that were blocked on this computer.
    pub without: Vec<Id>,
    /// In which order.
    pub order: Order,
    /// Whether nobody needs to know how many there are over all pages: walking through lists costs much less so.
    pub uncounted: bool,
    /// Go on after this place: [`Page::next`] of the page before.
    pub cursor: Option<String>,
    /// Most items; 0 means 20, at most 500.
    pub limit: usize,
}

/// One item of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The record shown.
    pub id: Id,
    /// How well it fits; larger is better; 0 in lists.
    pub score: u32,
}

/// One page of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The items, in order.
    pub items: Vec<Hit>,
    /// Where to go on; `None` at the end.
    pub next: Option<String>,
    /// How many there are over all pages; 0 where [`Query::uncounted`].
    pub total: u64,
    /// Whether `total` was counted to the end.
    pub total_is_exact: bool,
}

/// The newest version of a slot that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastWord {
    /// The record.
    pub id: Id,
    /// Person, group or community it belongs to.
    pub owner: Id,
    /// Its kind.
    pub kind: Kind,
    /// Whether it withdraws the slot.
    pub withdrawn: bool,
}

/// Kinds that computers publish by themselves: nobody's thing, and gone with the computer.
pub fn is_by_itself(kind: Kind) -> bool {
    kind.rules().by_itself
}

impl LastWord {
    /// Whether people see it as something published: no name, key or withdrawal.
    pub fn is_seen(&self) -> bool {
        !self.withdrawn && self.kind != Kind::PROFILE && !is_by_itself(self.kind)
    }
}

/// Why the core did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// Another process has this data directory open. Use that one, or stop it first.
    #[error("this folder is already in use by another Hedgerow on this computer")]
    InUse,
    /// The journal was written by a later version. Update Hedgerow.
    #[error("the saved data was written by a newer Hedgerow (format {found}, this one reads {known}): please update")]
    NewerFormat {
        /// Format of the files.
        found: u32,
        /// Format this version reads.
        known: u32,
    },
    /// The journal was written before the first release, in a format that nothing reads any more. Begin in a new folder.
    #[error(
        "the saved data was written by a test version of Hedgerow (format {found}, this one reads {known}): begin in a new folder"
    )]
    OlderFormat {
        /// Format of the files.
        found: u32,
        /// Format this version reads.
        known: u32,
    },
    /// The journal belongs to another community than asked for. Give the right directory.
    #[error("this folder belongs to another community")]
    OtherCommunity,
    /// There is no journal where one was expected. Found or join a community first.
    #[error("there is no community in this folder yet")]
    NoCommunity,
    /// The disk, or the space allowed in the settings, is full. Free some, or raise `quota_bytes`; nothing was lost.
    #[error("there is no space left to save this: free some space and try again. Nothing that was saved is lost")]
    NoSpace,
    /// The disk answered with an error. Nothing that was saved is lost; look at the disk.
    #[error("the disk could not be written or read: {0}")]
    Disk(Arc<std::io::Error>),
    /// This computer may not publish that.
    #[error("not allowed: {0}")]
    NotAllowed(String),
    /// The rules of the community do not let a record of that kind be made, or count.
    #[error(transparent)]
    Unbuilt(#[from] BuildError),
    /// Somebody changed the slot meanwhile: read it again, then try again.
    #[error("it was changed meanwhile: look at the new version first")]
    Changed {
        /// The version shown now, if any.
        current: Option<Id>,
    },
    /// Too long, or with fields that are not allowed.
    #[error("this cannot be saved: {0}")]
    Draft(String),
    /// A share of the community's space is used up. Withdraw something first, or have a steward grant more.
    #[error("the share of {} KiB is used up", .0.units)]
    ShareFull(Share),
    /// The folder was put back from a backup, and the clock says a time before that was made. Set the clock, or meet another
    /// computer: what is written has to come after what was written before.
    #[error("the clock of this computer is behind, so that what you write would stand before what you wrote already")]
    ClockBehind,
    /// The core has been closed.
    #[error("Hedgerow is shutting down")]
    Closed,
}

impl From<std::io::Error> for CoreError {
    fn from(e: std::io::Error) -> Self {
        match e.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => CoreError::NoSpace,
            _ => CoreError::Disk(Arc::new(e)),
        }
    }
}

/// A record as kept, and whether it counts now.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The record.
    pub record: Record,
    /// Whether authority lets it count now.
    pub counts: bool,
}
