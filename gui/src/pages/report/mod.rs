//! Tells the organisers that something is not right.

pub mod ui;

use hedgerow_api::ReportReason;

/// What was typed and chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Why; nothing before one is chosen.
    pub reason: Option<ReportReason>,
    /// More about it.
    pub text: String,
}
