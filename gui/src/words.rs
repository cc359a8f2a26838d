//! The words people see, in their language. Every text on screen comes from `locales/` through here, except what
//! people wrote themselves and what the node says about its own state.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::Loader;
use fluent_templates::fluent_bundle::FluentValue;
use unic_langid::{LanguageIdentifier, langid};

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // The marks that isolate inserted text are drawn as boxes by typefaces that lack them.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ENGLISH: LanguageIdentifier = langid!("en");
static WELSH: LanguageIdentifier = langid!("cy");

/// A language the desktop speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Cymraeg.
    Welsh,
    /// No language: English made longer and strange, for tests that find what is cut off or was never in a language file.
    Pseudo,
}

impl Language {
    /// All of them, in the order they are offered.
    pub const ALL: [Language; 2] = [Language::English, Language::Welsh];

    /// Its own name for itself.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Welsh => "Cymraeg",
            Language::Pseudo => "Pseudo",
        }
    }

    /// Its code, as settings keep it.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Welsh => "cy",
            Language::Pseudo => "qps",
        }
    }

    /// The language of a code such as `cy` or `cy_GB.UTF-8`, if it is one of ours.
    pub fn from_code(code: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|l| code.get(..2).is_some_and(|c| c.eq_ignore_ascii_case(l.code())))
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Language::English | Language::Pseudo => &ENGLISH,
            Language::Welsh => &WELSH,
        }
    }
}

/// A value put into a text.
pub enum Fill<'a> {
    /// Text, as it is.
    Text(&'a str),
    /// A number, which may choose the plural.
    Count(u64),
}

impl<'a> From<&'a str> for Fill<'a> {
    fn from(text: &'a str) -> Self {
        Fill::Text(text)
    }
}

impl<'a> From<&'a String> for Fill<'a> {
    fn from(text: &'a String) -> Self {
        Fill::Text(text)
    }
}

impl From<u64> for Fill<'_> {
    fn from(count: u64) -> Self {
        Fill::Count(count)
    }
}

/// Looks words up in one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The language.
    pub language: Language,
}

impl Words {
    /// The text under `key`. A key that does not exist shows as itself; a test keeps that from happening.
    pub fn t(&self, key: &str) -> String {
        self.said(LOCALES.try_lookup(self.language.id(), key), key)
    }

    /// The text under `key` with one value filled in.
    pub fn with<'a>(&self, key: &str, name: &'static str, value: impl Into<Fill<'a>>) -> String {
        self.fill(key, &[(name, value.into())])
    }

    /// The text under `key` with several values filled in.
    pub fn fill(&self, key: &str, values: &[(&'static str, Fill<'_>)]) -> String {
        let value = |fill: &Fill<'_>| match fill {
            Fill::Text(text) => FluentValue::from((*text).to_owned()),
            Fill::Count(count) => FluentValue::from(*count),
        };
        let args: HashMap<_, _> = values.iter().map(|(name, fill)| (Cow::Borrowed(*name), value(fill))).collect();
        self.said(LOCALES.try_lookup_with_args(self.language.id(), key, &args), key)
    }

    fn said(&self, found: Option<String>, key: &str) -> String {
        let text = found.unwrap_or_else(|| key.to_owned());
        if self.language == Language::Pseudo { stretched(&text) } else { text }
    }
}

/// Half as long again, with marks on the vowels, as some languages are.
fn stretched(text: &str) -> String {
    let mut out = String::from("[");
    for c in text.chars() {
        match c {
            'a' => out.push_str("åå"),
            'e' => out.push_str("éé"),
            'i' => out.push('ï'),
            'o' => out.push_str("öö"),
            'u' => out.push_str("üü"),
            c => out.push(c),
        }
    }
    out.push(']');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_their_codes() {
        assert_eq!(Language::from_code("cy_GB.UTF-8"), Some(Language::Welsh));
        assert_eq!(Language::from_code("EN"), Some(Language::English));
        assert_eq!(Language::from_code("fr"), None);
        assert_eq!(Language::from_code("c"), None);
    }

    #[test]
    fn plurals_follow_the_language() {
        let en = Words { language: Language::English };
        assert_eq!(en.with("found-count", "count", 1), "1 thing found");
        assert_eq!(en.with("found-count", "count", 2), "2 things found");
        let cy = Words { language: Language::Welsh };
        assert_ne!(cy.with("found-count", "count", 2), en.with("found-count", "count", 2));
    }
}
