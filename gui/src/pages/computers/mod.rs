//! My computers.

pub mod data;
pub mod ui;

use crate::secret::Secret;

/// What was chosen and typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Key of the computer whose form to take it out is open; empty: none.
    pub removing: String,
    /// My words, where they are needed.
    pub words: Secret,
    /// The name for everybody to see, once it was changed.
    pub pen_name: Option<String>,
}
