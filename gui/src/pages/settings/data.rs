//! What can be set, and the keys there are.

use crate::command::TABLE;
use crate::fault::{Said, say};
use crate::link::Fault;
use crate::settings::{Settings, TEXT_SIZES};
use crate::theme::Colours;
use crate::words::{Language, Words};

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsView {
    /// Languages, and which one is chosen.
    pub languages: Vec<(Language, bool)>,
    /// Text sizes in percent, their words, and which one is chosen.
    pub sizes: Vec<(u16, String, bool)>,
    /// Colours, their words, and which are chosen.
    pub colours: Vec<(Colours, String, bool)>,
    /// Whether the desktop says what came in.
    pub tells: bool,
    /// Whether Hedgerow goes on when the window closes.
    pub goes_on: bool,
    /// Whether it starts with the computer; nothing where that cannot be set.
    pub autostart: Option<bool>,
    /// Why that could not be set.
    pub fault: Option<Said>,
    /// Shortcuts: what they do and their keys.
    pub keys: Vec<(String, String)>,
}

/// Builds the page.
pub fn view(
    words: &Words,
    settings: &Settings,
    autostart: Option<bool>,
    fault: Option<&Fault>,
    ctx: &egui::Context,
) -> SettingsView {
    SettingsView {
        colours: Colours::ALL
            .into_iter()
            .map(|c| {
                let key = match c {
                    Colours::System => "colours-system",
                    Colours::Light => "colours-light",
                    Colours::Dark => "colours-dark",
                    Colours::High => "colours-high",
                };
                (c, words.t(key), c == settings.colours)
            })
            .collect(),
        tells: settings.tells,
        goes_on: settings.goes_on == Some(true),
        autostart,
        fault: fault.map(|f| say(words, f)),
        languages: Language::ALL.into_iter().map(|l| (l, l == words.language)).collect(),
        sizes: sizes(words, settings),
        keys: TABLE.iter().filter_map(|e| Some((words.t(e.name), ctx.format_shortcut(&e.keys?)))).collect(),
    }
}

/// The text sizes in percent, their words, and which one is chosen.
pub fn sizes(words: &Words, settings: &Settings) -> Vec<(u16, String, bool)> {
    TEXT_SIZES
        .into_iter()
        .map(|size| {
            let key = match size {
                100 => "size-normal",
                125 => "size-large",
                150 => "size-larger",
                _ => "size-largest",
            };
            (size, words.t(key), size == settings.text_percent)
        })
        .collect()
}
