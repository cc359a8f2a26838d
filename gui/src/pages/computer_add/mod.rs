//! One more computer, of mine or of a group: a code here, six digits from there.

pub mod data;
pub mod ui;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The six digits the new computer shows.
    pub digits: String,
    /// Whether they are missing.
    pub missing: bool,
}
