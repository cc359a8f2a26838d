//! What a driver and a [`super::Session`] say to each other, apart from frames.

use std::time::Duration;

use super::message::{Malformed, VERSION};
use crate::hlc::Day;
use crate::id::Id;

/// Which side opened the stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Opened it, and asks the questions.
    Initiator,
    /// Accepted it, and answers.
    Acceptor,
}

/// What the two clocks of a computer show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Unix time in milliseconds as this node believes it. It may jump.
    pub unix_ms: u64,
    /// Time since some moment, on a clock that nobody can set: what budgets are counted by.
    pub run: Duration,
}

/// What one peer may cost, each minute. What is beyond ends the session as busy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Ids compared and looked up, besides sixteen for each record held.
    pub work: u64,
    /// Bytes of records that were here already, or that are not kept here.
    pub useless_bytes: u64,
    /// Records sent that were sent before in this session.
    pub again: u64,
    /// Content records asked for at once; the next are asked for when these are here. Not a matter of time.
    pub window: u32,
}

impl Limits {
    /// Those of every node.
    pub const PROTOCOL: Limits = Limits { work: 1_000_000, useless_bytes: 32 << 20, again: 4096, window: 16_384 };
}

/// The feature of a node that has no room for all content: it asks for none, and is no copy of anything.
pub const PARTIAL: &str = "partial";

/// What a session is told at its start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which side.
    pub role: Role,
    /// The community both must be of.
    pub community: Id,
    /// Names of what is special about this node: at most 32, of at most 32 bytes each. One exists: [`PARTIAL`].
    pub features: Vec<String>,
    /// What time it is.
    pub now: Moment,
    /// Whether there is reason to trust [`Moment::unix_ms`].
    pub clock_sure: bool,
    /// What the peer may cost.
    pub limits: Limits,
    /// 16 fresh random bytes.
    pub nonce: [u8; 16],
}

/// What the driver has to do. Drain with [`super::Session::poll_output`] after every call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Write these bytes, one whole frame, to the stream.
    Send(Vec<u8>),
    /// Verify and commit these records, then call [`super::Session::committed`], and only then hand in the next frame.
    ///
    /// They are records that were not here when the frame came: what is known is left out before it is verified.
    Deliver(Vec<Vec<u8>>),
    /// Records are to be asked for: say with [`super::Session::handle_turn`] whether this session may
    /// ([`super::Intake::ask`]). Until then nothing else is asked.
    NeedTurn,
    /// Everything that was asked for is here ([`super::Intake::done`]).
    TurnOver,
    /// The peer has these, which are not here: hand those that are to be fetched from it to [`super::Session::fetch`]
    /// ([`super::Intake::fetch`]).
    News(Vec<Id>),
    /// Both sides hold the same authority records.
    LaneComplete,
    /// Both sides hold the same records, in both lanes. The first time: the stream is live now.
    RootsAgree {
        /// The root both have.
        root: [u8; 32],
    },
    /// The session is over. Flush what was sent, then close the stream.
    Closed(Reason),
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// This side said goodbye.
    #[error("said goodbye")]
    Goodbye,
    /// The other side left; the number is its [`Reason::code`].
    #[error("the other side left (code {0})")]
    PeerLeft(u8),
    /// The peer speaks another version: one of the two needs an update.
    #[error("the other side speaks version {0} of the sync stream, this one {VERSION}")]
    Version(u16),
    /// The peer is of another community: it should not have been let through.
    #[error("the other side is of another community")]
    OtherCommunity,
    /// Both sides trust their clocks, and they are more than two days apart: one must be set right. Authority records were synced.
    #[error("the clocks are too far apart: day {ours} here, day {theirs} there")]
    ClocksApart {
        /// Our day.
        ours: Day,
        /// Theirs.
        theirs: Day,
    },
    /// Bytes that do not fit their type.
    #[error("{0} from the other side")]
    Malformed(#[from] Malformed),
    /// A frame at a time when it has no meaning, or of a type this version does not know and may not skip.
    #[error("a frame of type {0} that has no place here")]
    OutOfPlace(u8),
    /// The peer costs more than one peer may in a minute. That is no fault: it may come back later.
    #[error("busy: too many {0} within a minute")]
    Busy(&'static str),
    /// Too many records that did not verify.
    #[error("the other side sends records that are not valid")]
    BadRecords,
}

impl Reason {
    /// The number sent in the last frame.
    pub fn code(self) -> u8 {
        match self {
            Reason::Goodbye | Reason::PeerLeft(_) => 0,
            Reason::Version(_) => 1,
            Reason::OtherCommunity => 2,
            Reason::ClocksApart { .. } => 3,
            Reason::Malformed(_) => 4,
            Reason::OutOfPlace(_) => 5,
            Reason::Busy(_) => 6,
            Reason::BadRecords => 7,
        }
    }
    /// Whether the peer broke the rules, rather than being old, out of step, much or gone: what it sent proves it.
    pub fn is_peers_fault(self) -> bool {
        matches!(self, Reason::Malformed(_) | Reason::OutOfPlace(_) | Reason::BadRecords)
    }
}

/// Exact counts of one session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Rounds begun.
    pub rounds: u32,
    /// Asks sent or answered.
    pub asks: u64,
    /// Records sent.
    pub records_sent: u64,
    /// Records received, known or not.
    pub records_received: u64,
    /// The bytes of these, unpacked.
    pub bytes_received: u64,
    /// Records received that the driver said were new.
    pub records_new: u64,
}
