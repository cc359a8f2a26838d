//! The command table in words.

use crate::command::{Command, Page, TABLE};
use crate::icons::Icon;
use crate::words::Words;

/// One command.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// Its drawing.
    pub icon: Icon,
    /// Its keys; empty when it has none.
    pub keys: String,
    /// What it does.
    pub command: Command,
}

/// Every command whose name holds all the words typed, in the order of the table. Pages only, where `pages` says so.
pub fn lines(words: &Words, typed: &str, pages: bool, ctx: &egui::Context) -> Vec<Line> {
    let typed = plain(typed);
    TABLE
        .iter()
        .filter(|e| !pages || e.in_rail)
        .filter(|e| !matches!(e.command, Command::Palette(_) | Command::Go(Page::Menu)))
        .map(|e| Line {
            name: words.t(e.name),
            icon: e.icon,
            keys: e.keys.map(|k| ctx.format_shortcut(&k)).unwrap_or_default(),
            command: e.command.clone(),
        })
        .filter(|line| {
            let name = plain(&line.name);
            typed.split_whitespace().all(|word| name.contains(word))
        })
        .collect()
}

/// Text as people type it: small letters, and no marks such as apostrophes, of which there are several.
fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_by_any_of_their_words_with_any_apostrophe() {
        let ctx = egui::Context::default();
        let found =
            |typed: &str| lines(&Words::default(), typed, false, &ctx).into_iter().map(|l| l.name).collect::<Vec<_>>();
        assert_eq!(found("who’s CONN"), ["Who’s connected"]);
        assert_eq!(found("whos"), ["Who’s connected"]);
        assert!(found("").len() > 10);
        assert!(found("no such thing").is_empty());
    }
}
