//! What the window asks the node and what comes back. The real one is [`crate::engine`]; tests script their own.

use hedgerow_api::{Code, FindPage, FindQuery, Problem};

use crate::arrivals::Told;
use crate::deeds::{Deed, Outcome};
use crate::known::{Fact, Question};

/// Something to ask of the node.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Read something once.
    Read(Question),
    /// Keep reading these, and tell when an answer changes, in place of those watched before.
    Watch(Vec<Question>),
    /// Read these once more, because time has passed, and tell of those whose answer is another one now.
    Again(Vec<Question>),
    /// A search. Only the newest one matters; `turn` says which one an answer belongs to.
    Find {
        /// Counts up with every search.
        turn: u64,
        /// What to look for.
        query: FindQuery,
        /// A community nearby to look in without joining; nothing for our own.
        nearby: Option<String>,
    },
    /// Do something. `turn` says which deed an answer belongs to.
    Do {
        /// Counts up with every deed.
        turn: u64,
        /// What to do.
        deed: Deed,
    },
    /// Stop waiting for a deed.
    Cancel {
        /// Its turn.
        turn: u64,
    },
    /// Whether a node this window started goes on when the window closes.
    Keep(bool),
    /// Say something on the desktop.
    Tell(Told),
    /// Try again to reach the node, starting it when it is not running.
    Reconnect,
}

/// Why an answer is not there.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The node does not answer. The text is a detail for those who can use it.
    Offline(String),
    /// Too much waits to be done already, so this was not taken on.
    Busy,
    /// The node said no, and why.
    Problem(Box<Problem>),
    /// A file could not be read or written: its name and the system's reason.
    File(String, String),
    /// No invite can be seen in a picture: its name.
    NoInvite(String),
    /// Another program of this computer did not do what was asked: its name and what it said.
    Program(String, String),
    /// No program of this computer opens pages: the address, and what was tried.
    NoBrowser(String, String),
}

impl Fault {
    /// The code of the problem, if it is one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Fault::Problem(p) => Some(p.code),
            _ => None,
        }
    }
}

/// How the node came to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attached {
    /// It was running before this window opened, and goes on when it closes.
    Running,
    /// This window started it.
    Started,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The node can be asked now.
    Attached(Attached),
    /// The node is gone or could not be started.
    Gone(Fault),
    /// Answer to [`Ask::Read`], or news of what is watched.
    Read(Question, Fact),
    /// Answer to [`Ask::Find`].
    Found {
        /// The search it belongs to.
        turn: u64,
        /// What was found.
        page: Result<FindPage, Fault>,
    },
    /// Answer to [`Ask::Do`].
    Did {
        /// Which deed.
        turn: u64,
        /// What came of it.
        result: Result<Outcome, Fault>,
    },
    /// Something changed, several changes taken together.
    News {
        /// Items changed.
        content: bool,
    },
}

/// The way to the node. Asking never waits.
pub trait Link {
    /// Asks. The answer comes through [`Link::next`].
    fn ask(&mut self, ask: Ask);
    /// The next answer that has come.
    fn next(&mut self) -> Option<Answer>;
}
