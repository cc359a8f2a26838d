//! Local sites: programs that people of the community publish from their computers.

pub mod data;
pub mod ui;

/// Who may visit a program of mine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Who {
    /// Everybody in the community.
    #[default]
    Everyone,
    /// A group, by its id.
    Group(String),
    /// People, by the names typed.
    People,
}

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// The site that is about to be visited, while it is asked how.
    pub asking: Option<String>,
    pub port: String,
    pub name: String,
    pub title: String,
    pub who: Who,
    pub people: String,
    /// Whether it is no web page.
    pub other: bool,
    /// What is wrong.
    pub wrong: Option<&'static str>,
}
