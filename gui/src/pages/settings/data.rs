//! What can be set, and the keys there are.

use crate::command::TABLE;
use crate::settings::{Settings, TEXT_SIZES};
use crate::words::{Language, Words};

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsView {
    /// Languages, and which one is chosen.
    pub languages: Vec<(Language, bool)>,
    /// Text sizes in percent, their words, and which one is chosen.
    pub sizes: Vec<(u16, String, bool)>,
    /// Shortcuts: what they do and their keys.
    pub keys: Vec<(String, String)>,
}

/// Builds the page.
pub fn view(words: &Words, settings: &Settings, ctx: &egui::Context) -> SettingsView {
    SettingsView {
        languages: Language::ALL.into_iter().map(|l| (l, l == words.language)).collect(),
        sizes: TEXT_SIZES
            .into_iter()
            .map(|s| {
                let key = match s {
                    100 => "size-normal",
                    125 => "size-large",
                    150 => "size-larger",
                    _ => "size-largest",
                };
                (s, words.t(key), s == settings.text_percent)
            })
            .collect(),
        keys: TABLE.iter().filter_map(|e| Some((words.t(e.name), ctx.format_shortcut(&e.keys?)))).collect(),
    }
}
