//! Draws help and checks.

use egui::{Label, RichText, Ui};

use super::data::{Check, ChecksView};
use crate::command::Command;
use crate::icons::Icon;
use crate::pages::{Part, draw_copy, draw_details, draw_part};
use crate::theme::{self, GAP, NEAR, Palette};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Where the manual is.
const HELP: [(&str, &str); 3] =
    [("help-lost", "help-lost-do"), ("help-find", "help-find-do"), ("help-away", "help-away-do")];

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<ChecksView>, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-checks"));
    draw_part(ui, words, Icon::Tick, view, out, |ui, view, out| {
        widgets::banner(ui, view.summary.tone, &view.summary.title, &view.summary.body, |_| ());
        ui.add_space(GAP);
        for check in &view.checks {
            draw_check(ui, check, out);
            ui.add_space(NEAR);
        }
        ui.add_space(GAP);
        draw_copy(ui, words, Look::Quiet, &words.t("report-copy"), &view.report, out);
        widgets::soft(ui, &words.t("report-about"));
        draw_details(ui, words, &view.report);
        ui.add_space(GAP);
        widgets::heading(ui, &words.t("help-questions"));
        for (question, answer) in HELP {
            ui.add_space(NEAR);
            widgets::card(ui, |ui| {
                ui.add(Label::new(RichText::new(words.t(question)).text_style(theme::strong())).wrap());
                widgets::soft(ui, &words.t(answer));
            });
        }
    });
}

/// One check with its button.
pub(crate) fn draw_check(ui: &mut Ui, check: &Check, out: &mut Vec<Command>) {
    let plain = matches!(check.tone, theme::Tone::Good | theme::Tone::Plain);
    let fix = |ui: &mut Ui, out: &mut Vec<Command>| {
        if check.fixes.is_empty() {
            return;
        }
        ui.horizontal_wrapped(|ui| {
            for (label, command) in &check.fixes {
                if widgets::button(ui, Look::Quiet, None, label).clicked() {
                    out.push(command.clone());
                }
            }
        });
    };
    if !plain {
        widgets::banner(ui, check.tone, &check.title, &check.body, |ui| fix(ui, out));
        return;
    }
    widgets::card(ui, |ui| {
        widgets::pill(ui, check.tone, check.icon, &check.title);
        if !check.body.is_empty() {
            let soft = Palette::of(ui).soft;
            ui.add(Label::new(RichText::new(&check.body).color(soft)).wrap());
        }
        fix(ui, out);
    });
}
