//! The words on the page, in the visitor's language. Everything but what people wrote themselves comes through here.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::Loader;
use fluent_templates::fluent_bundle::FluentValue;
use unic_langid::{LanguageIdentifier, langid};

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "./src/page/locales",
        fallback_language: "en",
        // Inserted names are isolated by the browser (`dir="auto"`, `bdi`) where it matters.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ENGLISH: LanguageIdentifier = langid!("en");
static WELSH: LanguageIdentifier = langid!("cy");

/// A language the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Cymraeg.
    Welsh,
}

impl Language {
    /// All of them, in the order they are offered.
    pub const ALL: [Language; 2] = [Language::English, Language::Welsh];

    /// Its own name for itself.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Welsh => "Cymraeg",
        }
    }
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Welsh => "cy",
        }
    }
    /// Which way it is written, for HTML. The style follows it by itself.
    pub fn direction(self) -> &'static str {
        match self {
            Language::English | Language::Welsh => "ltr",
        }
    }
    /// The language of a code such as `cy` or `cy-GB`, if it is one of ours.
    pub fn from_code(code: &str) -> Option<Language> {
        let first = code.trim().split(['-', '_']).next().unwrap_or_default();
        Language::ALL.into_iter().find(|l| first.eq_ignore_ascii_case(l.code()))
    }
    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Language::English => &ENGLISH,
            Language::Welsh => &WELSH,
        }
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
        LOCALES.try_lookup(self.language.id(), key).unwrap_or_else(|| key.to_owned())
    }
    /// The text under `key` with a text filled in.
    pub fn with(&self, key: &str, name: &'static str, text: &str) -> String {
        self.filled(key, &[(name, FluentValue::from(text.to_owned()))])
    }
    /// The text under `key` with two texts filled in.
    pub fn with_two(&self, key: &str, one: (&'static str, &str), two: (&'static str, &str)) -> String {
        self.filled(key, &[one, two].map(|(name, text)| (name, FluentValue::from(text.to_owned()))))
    }
    /// The text under `key` with a number filled in, which may choose the plural.
    pub fn count(&self, key: &str, count: u64) -> String {
        self.filled(key, &[("count", FluentValue::from(count))])
    }

    fn filled(&self, key: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
        let args: HashMap<_, _> = values.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
        LOCALES.try_lookup_with_args(self.language.id(), key, &args).unwrap_or_else(|| key.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/page"))
    }

    fn keys(language: &str) -> Vec<String> {
        let file = std::fs::read_to_string(root().join("locales").join(language).join("page.ftl")).unwrap();
        let lines = file.lines().filter(|l| !l.starts_with(['#', ' ', '}']));
        lines.filter_map(|l| l.split_once(" =").map(|(k, _)| k.to_owned())).collect()
    }

    fn sources() -> String {
        let templates = std::fs::read_dir(root().join("templates")).unwrap();
        let code = std::fs::read_dir(root()).unwrap();
        let files = templates.chain(code).map(|e| e.unwrap().path()).filter(|p| p.is_file());
        files.map(|p| std::fs::read_to_string(p).unwrap()).collect()
    }

    #[test]
    fn both_languages_say_the_same_things_and_all_of_it_is_said() {
        let (en, cy) = (keys("en"), keys("cy"));
        assert!(en.len() > 100, "{}", en.len());
        assert_eq!(en, cy, "the same texts in the same order");
        let source = sources();
        let quoted: BTreeSet<&str> = source.split('"').collect();
        let unused: Vec<_> = en.iter().filter(|k| !quoted.contains(k.as_str())).collect();
        assert!(unused.is_empty(), "nobody shows these: {unused:?}");
        for call in [".t(\"", ".with(\"", ".with_two(\"", ".count(\""] {
            let called: Vec<&str> = source.split(call).skip(1).filter_map(|r| r.split('"').next()).collect();
            assert!(!called.is_empty(), "nothing is said with {call}");
            for key in called {
                assert!(en.iter().any(|k| k == key), "{key} is not in the language files");
            }
        }
    }

    /// A text with something in each of its gaps.
    fn whole(words: Words, key: &str) -> String {
        let names = ["name", "day", "time", "from", "to", "directory"].map(|n| (n, FluentValue::from("Ann")));
        words.filled(key, &[&names[..], &[("count", FluentValue::from(3))]].concat())
    }

    #[test]
    fn every_text_can_be_read_in_every_language() {
        for language in Language::ALL {
            let w = Words { language };
            for key in keys("en") {
                let text = whole(w, &key);
                // Some words are their own keys.
                assert!(!text.is_empty() && (text != key || !key.contains('-')), "{key}");
            }
        }
        let cy = Words { language: Language::Welsh };
        assert_ne!(cy.t("home"), Words::default().t("home"));
    }

    /// Flesch–Kincaid grade over all sentences; 11 years old is about grade 6.
    #[test]
    fn an_eleven_year_old_can_read_it() {
        let (mut sentences, mut words, mut syllables) = (0.0, 0.0, 0.0);
        for key in keys("en") {
            let text = whole(Words::default(), &key);
            for sentence in text.split(['.', '?', '!']).filter(|s| s.split_whitespace().count() > 3) {
                let count = sentence.split_whitespace().count();
                assert!(count <= 22, "{key}: {count} words in a sentence: {sentence}");
                sentences += 1.0;
                words += count as f64;
                syllables += sentence.split_whitespace().map(syllables_in).sum::<f64>();
            }
        }
        let grade = 0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59;
        assert!(sentences > 40.0 && grade <= 6.0, "grade {grade:.1} over {sentences} sentences");
    }

    fn syllables_in(word: &str) -> f64 {
        let word = word.to_lowercase();
        let (mut count, mut before) = (0, false);
        for c in word.strip_suffix('e').unwrap_or(&word).chars() {
            let vowel = "aeiouy".contains(c);
            count += i32::from(vowel && !before);
            before = vowel;
        }
        f64::from(count.max(1))
    }
}
