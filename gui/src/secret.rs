//! Text that must not end in a log: no `Debug` of what it holds, and wiped when it is let go.

use zeroize::Zeroizing;

/// Words, passphrases, codes.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps a text.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text, to show it or send it on.
    pub fn open(&self) -> &str {
        &self.0
    }

    /// The text, to be typed into.
    pub fn edit(&mut self) -> &mut String {
        &mut self.0
    }

    /// Whether there is nothing in it but space.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_nothing_when_it_is_printed() {
        let secret = Secret::new("correct horse");
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(secret.open(), "correct horse");
    }
}
