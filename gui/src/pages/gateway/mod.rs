//! Sharing this building's internet: how it is, what members could reach, the proof, and what was used.

pub mod data;
pub mod ui;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// Addresses to try, one a line.
    pub targets: String,
}
