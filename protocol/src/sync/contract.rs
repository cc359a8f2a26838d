//! What a driver and a [`super::Session`] say to each other, apart from frames.

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

/// What a session is told at its start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which side.
    pub role: Role,
    /// The community both must be of.
    pub community: Id,
    /// Names of what this node can do beyond the base: at most 32, of at most 32 bytes each. None exist yet.
    pub features: Vec<String>,
    /// Unix time in milliseconds as this node believes it.
    pub now_ms: u64,
    /// Whether there is reason to trust it.
    pub clock_sure: bool,
    /// 16 fresh random bytes.
    pub nonce: [u8; 16],
}

/// What the driver has to do. Drain with [`super::Session::poll_output`] after every call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Write these bytes, one whole frame, to the stream.
    Send(Vec<u8>),
    /// Verify and commit these records, then call [`super::Session::committed`], and only then hand in the next frame.
    Deliver(Vec<Vec<u8>>),
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
    /// The peer asks for or sends more than any honest session needs.
    #[error("the other side wants too much: {0}")]
    TooMuch(&'static str),
    /// Round after round, the roots differ and nothing new comes. Try again later, or another peer.
    #[error("no agreement after round {0}")]
    NoAgreement(u32),
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
            Reason::TooMuch(_) => 6,
            Reason::NoAgreement(_) => 7,
            Reason::BadRecords => 8,
        }
    }
    /// Whether the peer broke the rules, rather than being old, out of step or gone.
    pub fn is_peers_fault(self) -> bool {
        matches!(self, Reason::Malformed(_) | Reason::OutOfPlace(_) | Reason::TooMuch(_) | Reason::BadRecords)
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
    /// Records received.
    pub records_received: u64,
    /// Records received that the driver said were new.
    pub records_new: u64,
}
