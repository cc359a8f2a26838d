//! A new request for help: what, and of whom.

pub mod data;
pub mod ui;

/// What was typed and chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// What it is about.
    pub topic: String,
    /// The request.
    pub text: String,
    /// Whether the organisers are asked.
    pub organisers: bool,
    /// Ids of the people and groups asked.
    pub to: Vec<String>,
    /// Beginning of the name of a person to ask.
    pub who: String,
    /// Whether I am under 18.
    pub under_18: bool,
    /// The text it was begun with by a button of another page.
    pub begun: Option<String>,
    /// Key of the words that say what is missing.
    pub missing: Option<&'static str>,
}
