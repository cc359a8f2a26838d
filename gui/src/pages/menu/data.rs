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
    let typed = typed.to_lowercase();
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
            let name = line.name.to_lowercase();
            typed.split_whitespace().all(|word| name.contains(word))
        })
        .collect()
}
