//! Lets somebody in: an invite as text, as a picture, as a file; a poster for many; who asked to join; newcomers.

pub mod data;
pub mod ui;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The form for a poster is open.
    pub poster: bool,
    /// A note to myself about the poster.
    pub note: String,
}
