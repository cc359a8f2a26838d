//! My way to the internet through a building of the community.

pub mod data;
pub mod ui;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// The most for a gigabyte, in pence.
    pub gigabyte: String,
    /// The most in a month, in pounds.
    pub month: String,
    /// What is wrong with either.
    pub wrong: Option<&'static str>,
    /// A place to try.
    pub target: String,
}
