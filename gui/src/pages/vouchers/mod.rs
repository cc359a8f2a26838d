//! Vouchers for this building's internet: letting them in, making one, taking one back.

pub mod data;
pub mod ui;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// Whom one is for; empty: a code for whoever comes first.
    pub who: String,
    /// How much, in megabytes.
    pub megabytes: String,
    /// For how many days.
    pub days: String,
    /// What is wrong with these: a key of words.
    pub wrong: Option<&'static str>,
    /// One to take back.
    pub back: String,
}
