//! One group: who is in it, its computers.

pub mod data;
pub mod ui;

/// What was typed and chosen about this group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Beginning of the name of somebody to add.
    pub who: String,
    /// The form to close it is open.
    pub closing: bool,
    /// What it shared is shown no more once it is closed.
    pub hide: bool,
}
