//! The first minutes: language, name, then a community, joined, started or only looked at.

pub mod data;
pub mod ui;
pub mod ui_back;

use crate::secret::Secret;

/// One question at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
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
    /// Have you been here before?
    Back,
    /// What are your 24 words?
    Restore,
    /// What does the other computer show?
    Move,
    /// Who are you, so that friends can help?
    Friends,
}

impl Step {
    /// The step before.
    pub fn back(self) -> Option<Step> {
        match self {
            Step::Language => None,
            Step::Name => Some(Step::Language),
            Step::Community => Some(Step::Name),
            Step::Invite | Step::Start | Step::Back => Some(Step::Community),
            Step::Restore | Step::Move | Step::Friends => Some(Step::Back),
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
    /// What brings me back.
    pub secrets: Secrets,
    /// The step whose field was given the keyboard.
    pub met: Option<Step>,
}

/// What was typed to come back. Forgotten as soon as the welcome is left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// My 24 words.
    pub words: Secret,
    /// Where a file of them is.
    pub file: String,
    /// What opens it.
    pub passphrase: Secret,
    /// An old invite or an address, where nothing of the community is near.
    pub from: String,
    /// What the other computer shows.
    pub code: Secret,
    /// What I call this computer.
    pub computer: String,
    /// My name in the community.
    pub person: String,
}
