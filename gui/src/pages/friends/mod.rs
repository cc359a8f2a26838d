//! Recovery friends: choosing them, objecting to a key nobody should have, and being one.

pub mod data;
pub mod ui;

use crate::deeds::people::Who;
use crate::secret::Secret;

/// What was typed and chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Who is chosen, while choosing.
    pub chosen: Option<Vec<Who>>,
    /// Beginning of a name.
    pub who: String,
    /// My words, where they are not on this computer.
    pub words: Secret,
    /// Whether too few are chosen.
    pub missing: bool,
    /// What somebody handed me who lost their words.
    pub request: String,
    /// The five words they said.
    pub spoken: String,
    /// Whether those are missing.
    pub spoken_missing: bool,
}
