//! Draws what is hidden and who is blocked.

use egui::{Label, RichText, Ui};

use super::data::{HiddenView, Line};
use crate::command::{Command, Page};
use crate::icons::Icon;
use crate::pages::{Part, draw_part};
use crate::theme::{self, GAP, NEAR};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &HiddenView, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-hidden"));
    widgets::text(ui, &words.t(if view.organiser { "hidden-about-organiser" } else { "hidden-about" }));
    ui.add_space(NEAR);
    draw_lines(ui, words, "hidden", &view.hidden, ("item-unhide", "unhide-it"), out);
    ui.add_space(GAP);
    widgets::heading(ui, &words.t("blocked"));
    widgets::soft(ui, &words.t("blocked-about"));
    ui.add_space(NEAR);
    draw_lines(ui, words, "blocked", &view.blocked, ("unblock", "unblock-it"), out);
}

fn draw_lines(
    ui: &mut Ui,
    words: &Words,
    salt: &str,
    part: &Part<Vec<Line>>,
    (name, named): (&str, &str),
    out: &mut Vec<Command>,
) {
    ui.push_id(salt, |ui| {
        draw_part(ui, words, Icon::Look, part, out, |ui, lines, out| {
            for (n, line) in lines.iter().enumerate() {
                ui.push_id(n, |ui| draw_line(ui, words, line, (name, named), out));
                ui.add_space(NEAR);
            }
        });
    });
}

fn draw_line(ui: &mut Ui, words: &Words, line: &Line, (name, named): (&str, &str), out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        ui.add(Label::new(RichText::new(&line.title).text_style(theme::strong())).wrap());
        for text in &line.lines {
            widgets::soft(ui, text);
        }
        ui.horizontal_wrapped(|ui| {
            if let Some(item) = &line.item {
                let said = words.with("thing-see-it", "title", &line.title);
                let see = widgets::button(ui, Look::Quiet, Some(Icon::Look), &words.t("thing-see"));
                if see.accessible_name(said).clicked() {
                    out.push(Command::Open(Page::Item, item.clone()));
                }
            }
            if let Some(undo) = &line.undo {
                let said = words.with(named, "title", &line.title);
                let button = widgets::button(ui, Look::Quiet, Some(Icon::Tick), &words.t(name));
                if button.accessible_name(said).clicked() {
                    out.push(Command::Do(undo.clone()));
                }
            }
        });
    });
}
