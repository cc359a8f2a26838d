//! The first minutes: language, name, then a community, joined, started or only looked at.

pub mod data;
pub mod ui;

/// One question at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Step {
    /// Which language?
    #[default]
    Language,
    /// What is your name?
    Name,
    /// Which community?
    Community,
    /// Do you have an invite?
    Invite,
    /// What is the new community called?
    Start,
}

impl Step {
    /// The step before.
    pub fn back(self) -> Option<Step> {
        match self {
            Step::Language => None,
            Step::Name => Some(Step::Language),
            Step::Community => Some(Step::Name),
            Step::Invite | Step::Start => Some(Step::Community),
        }
    }
}

/// What was typed so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// My name.
    pub name: String,
    /// An invite, or where its file is.
    pub ticket: String,
    /// The name of a new community.
    pub community: String,
    /// Key of the words that say what is missing, under the field.
    pub missing: Option<&'static str>,
}
