//! What the window asks the node and what comes back. The real one is [`crate::engine`]; tests script their own.

use hedgerow_api::{Code, FindPage, FindQuery, Invite, Item, Membership, Nearby, Problem, Status};

/// Something to ask of the node.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// How this computer is doing.
    Status,
    /// Whether to keep telling which communities are near.
    WatchNearby(bool),
    /// The newest notices.
    Notices,
    /// A search. Only the newest one matters; `turn` says which one an answer belongs to.
    Find {
        /// Counts up with every search.
        turn: u64,
        /// What to look for.
        query: FindQuery,
        /// A community nearby to look in without joining; nothing for our own.
        nearby: Option<String>,
    },
    /// One item in full.
    Item(String),
    /// A new invite.
    Invite,
    /// Start a community.
    Start {
        /// Its name.
        community: String,
        /// My name.
        my_name: String,
    },
    /// Join with the text of an invite, or the path of a file that holds it.
    Join {
        /// Text or path.
        ticket: String,
        /// My name.
        my_name: String,
    },
    /// Save the text of an invite as a file for a stick.
    SaveInvite {
        /// What to save.
        ticket: String,
    },
    /// Try again to reach the node, starting it when it is not running.
    Reconnect,
}

/// Why an answer is not there.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The node does not answer. The text is a detail for those who can use it.
    Offline(String),
    /// The node said no, and why.
    Problem(Box<Problem>),
    /// A file could not be read or written: its name and the system's reason.
    File(String, String),
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
    /// Answer to [`Ask::Status`].
    Status(Result<Box<Status>, Fault>),
    /// Communities near.
    Nearby(Result<Nearby, Fault>),
    /// Answer to [`Ask::Notices`].
    Notices(Result<FindPage, Fault>),
    /// Answer to [`Ask::Find`].
    Found {
        /// The search it belongs to.
        turn: u64,
        /// What was found.
        page: Result<FindPage, Fault>,
    },
    /// Answer to [`Ask::Item`].
    Item {
        /// The id asked for.
        id: String,
        /// The item.
        item: Result<Box<Item>, Fault>,
    },
    /// Answer to [`Ask::Invite`].
    Invite(Result<Invite, Fault>),
    /// Where the invite was saved.
    InviteSaved(Result<String, Fault>),
    /// Answer to [`Ask::Start`] and [`Ask::Join`].
    Member(Result<Box<Membership>, Fault>),
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
