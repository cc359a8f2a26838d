//! One person: what they are here and why, and what can be done about it.

pub mod data;
pub mod ui;

/// What was typed and chosen about this person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The form to take them out is open.
    pub taking_out: bool,
    /// Why they are taken out.
    pub reason: String,
    /// What they shared is shown no more.
    pub hide: bool,
    /// Everybody they let in goes too.
    pub with_everyone: bool,
    /// How many people they may let in; 0 before one is chosen.
    pub invites: u64,
}
