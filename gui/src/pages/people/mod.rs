//! People, groups and organisers.

pub mod data;
pub mod ui;

/// What was typed and unfolded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Those who left or were taken out are shown too.
    pub everybody: bool,
    /// The group that is being started, while its form is open.
    pub group: Option<NewGroup>,
}

/// A group that is being started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewGroup {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Whether a name is missing.
    pub missing: bool,
}
