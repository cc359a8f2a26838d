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
    /// Whether the way by hand is shown though a button does it.
    pub by_hand: bool,
    /// A voucher.
    pub voucher: String,
    /// At which of several buildings: its computer's key.
    pub voucher_at: Option<String>,
    /// A place to try.
    pub target: String,
}
