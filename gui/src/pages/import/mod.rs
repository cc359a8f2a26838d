//! Lists of services that come in and go out as files, and everything on a stick.

pub mod data;
pub mod ui;

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Where the list is.
    pub list: String,
    /// The group it is published for; nothing: me.
    pub group: Option<String>,
    /// Where the file from a stick is.
    pub stick: String,
    /// Only what I and my groups publish goes out.
    pub only_mine: bool,
    /// Key of the words that say what is missing: for the list, for the stick.
    pub missing: (bool, bool),
}
