//! One thing in full.

pub mod data;
pub mod ui;

use hedgerow_api::ReportReason;

/// Why something can be hidden: as the API says it, and the key of its words.
pub const REASONS: [(&str, &str); 6] = [
    ("spam", "reason-spam"),
    ("wrong", "reason-wrong"),
    ("hurtful", "reason-hurtful"),
    ("private", "reason-private"),
    ("unlawful", "reason-unlawful"),
    ("other", "reason-other"),
];

/// Why something can be reported, and the key of its words.
pub const REPORTS: [(ReportReason, &str); 8] = [
    (ReportReason::Spam, "reason-spam"),
    (ReportReason::Wrong, "reason-wrong"),
    (ReportReason::Hurtful, "reason-hurtful"),
    (ReportReason::Private, "reason-private"),
    (ReportReason::Unlawful, "reason-unlawful"),
    (ReportReason::Dangerous, "reason-dangerous"),
    (ReportReason::Pretends, "reason-pretends"),
    (ReportReason::Other, "reason-other"),
];

/// A part of the page that is open for typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Telling the organisers.
    Report,
    /// Hiding it.
    Hide,
}

/// What was typed about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// What it is about.
    pub about: String,
    /// What is open.
    pub open: Option<Panel>,
    /// Place of the reason among [`REASONS`] or [`REPORTS`]; nothing chosen yet.
    pub reason: Option<usize>,
    /// In my own words.
    pub text: String,
    /// Whether a reason was missing.
    pub missing: bool,
}
