//! One thing in full.

pub mod data;
pub mod ui;

/// Why something can be hidden: as the API says it, and the key of its words.
pub const REASONS: [(&str, &str); 6] = [
    ("spam", "reason-spam"),
    ("wrong", "reason-wrong"),
    ("hurtful", "reason-hurtful"),
    ("private", "reason-private"),
    ("unlawful", "reason-unlawful"),
    ("other", "reason-other"),
];

/// What was typed about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// What it is about.
    pub about: String,
    /// Whether hiding it is open for typing.
    pub hiding: bool,
    /// Place of the reason among [`REASONS`]; nothing chosen yet.
    pub reason: Option<usize>,
    /// In my own words.
    pub text: String,
    /// Whether a reason was missing.
    pub missing: bool,
}
