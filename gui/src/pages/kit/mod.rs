//! My 24 words: shown after asking, checked, saved under a passphrase, and taken off this computer. They vanish with the page.

pub mod data;
pub mod ui;

use crate::secret::Secret;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The words are hidden, and two of them are asked for.
    pub checking: bool,
    /// The two words typed back.
    pub back: [Secret; 2],
    /// How the last check went.
    pub right: Option<bool>,
    /// What opens the file.
    pub passphrase: Secret,
    /// The same once more.
    pub again: Secret,
    /// Key of the words that say what is wrong with it.
    pub missing: Option<&'static str>,
}

impl Form {
    /// The file is saved: what was typed for it is not needed any more.
    pub fn forget_passphrase(&mut self) {
        self.passphrase = Secret::default();
        self.again = Secret::default();
        self.missing = None;
    }
}
