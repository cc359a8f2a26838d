//! One request or report with everything written in it.

pub mod data;
pub mod ui;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The answer.
    pub text: String,
    /// Whether it is missing.
    pub missing: bool,
}
