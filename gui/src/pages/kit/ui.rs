//! Draws my 24 words.

use egui::{Label, RichText, Ui};

use super::Form;
use super::data::KitView;
use crate::command::Command;
use crate::deeds::{Deed, computers};
use crate::icons::Icon;
use crate::pages::{Part, draw_back, draw_part};
use crate::secret::Secret;
use crate::theme::{FAR, GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Fewest letters of a passphrase the node takes.
const PASSPHRASE_MIN: usize = 12;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<KitView>, form: &mut Form, out: &mut Vec<Command>) {
    draw_back(ui, words, out);
    widgets::title(ui, &words.t("kit"));
    widgets::text(ui, &words.t("kit-about"));
    ui.add_space(GAP);
    draw_part(ui, words, Icon::Info, view, out, |ui, view, out| {
        if !view.here {
            widgets::banner(ui, Tone::Plain, &words.t("kit-not-here"), &words.t("kit-not-here-do"), |_| ());
            return;
        }
        match &view.shown {
            None => {
                widgets::banner(ui, Tone::Warn, &words.t("kit-alone"), &words.t("kit-alone-do"), |_| ());
                ui.add_space(GAP);
                if widgets::button(ui, Look::Main, None, &words.t("kit-show")).clicked() {
                    out.push(Command::Do(Deed::Computers(computers::Deed::ShowWords)));
                }
            }
            Some(shown) if form.checking => draw_check(ui, words, view, shown, form, out),
            Some(shown) => {
                draw_words(ui, shown);
                ui.add_space(GAP);
                if widgets::button(ui, Look::Main, None, &words.t("kit-written")).clicked() {
                    form.checking = true;
                }
            }
        }
        ui.add_space(FAR);
        draw_file(ui, words, form, out);
        ui.add_space(FAR);
        widgets::heading(ui, &words.t("kit-paper-only"));
        if form.right == Some(true) {
            widgets::soft(ui, &words.t("kit-paper-only-about"));
            ui.add_space(NEAR);
            if widgets::button(ui, Look::Quiet, Some(Icon::Warning), &words.t("kit-forget")).clicked() {
                out.push(Command::Do(Deed::Computers(computers::Deed::ForgetWords)));
            }
        } else {
            widgets::soft(ui, &words.t("kit-paper-only-first"));
        }
    });
}

fn draw_words(ui: &mut Ui, shown: &[Secret]) {
    widgets::card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            for (i, word) in shown.iter().enumerate() {
                let text = format!("{:>2}. {}", i + 1, word.open());
                let size = egui::vec2(130.0, 26.0);
                ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.set_min_size(size);
                    ui.add(Label::new(RichText::new(text).monospace()));
                });
            }
        });
    });
}

fn draw_check(ui: &mut Ui, words: &Words, view: &KitView, shown: &[Secret], form: &mut Form, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("kit-check"));
        ui.add_space(NEAR);
        for (i, place) in view.places.into_iter().enumerate() {
            let label = words.with("kit-word-number", "count", place as u64 + 1);
            let field = Field { label: &label, hint: "", rows: 1, limit: 20 };
            if widgets::field(ui, if i == 0 { "first" } else { "second" }, &field, form.back[i].edit()).changed() {
                form.right = None;
            }
            ui.add_space(NEAR);
        }
        match form.right {
            Some(true) => {
                widgets::banner(ui, Tone::Good, &words.t("kit-right"), &words.t("kit-right-do"), |_| ());
            }
            Some(false) => widgets::missing(ui, &words.t("kit-wrong")),
            None => {}
        }
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Main, Some(Icon::Tick), &words.t("kit-check-do")).clicked() {
                let fits = |i: usize| {
                    let typed = form.back[i].open().trim().to_lowercase();
                    shown.get(view.places[i]).is_some_and(|word| word.open() == typed)
                };
                let right = fits(0) && fits(1);
                form.right = Some(right);
                if right {
                    out.push(Command::WordsKept);
                }
            }
            if widgets::button(ui, Look::Bare, None, &words.t("kit-show-again")).clicked() {
                form.checking = false;
                form.back = Default::default();
            }
        });
    });
}

fn draw_file(ui: &mut Ui, words: &Words, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("kit-file"));
    widgets::soft(ui, &words.t("kit-file-about"));
    ui.add_space(NEAR);
    let label = words.t("kit-passphrase");
    widgets::secret(ui, "passphrase", &label, form.passphrase.edit());
    ui.add_space(NEAR);
    let label = words.t("kit-passphrase-again");
    widgets::secret(ui, "passphrase-again", &label, form.again.edit());
    if let Some(key) = form.missing {
        widgets::missing(ui, &words.t(key));
    }
    ui.add_space(NEAR);
    if widgets::button(ui, Look::Quiet, None, &words.t("kit-file-save")).clicked() {
        form.missing = if form.passphrase.open().chars().count() < PASSPHRASE_MIN {
            Some("kit-passphrase-short")
        } else if form.passphrase != form.again {
            Some("kit-passphrase-differs")
        } else {
            None
        };
        if form.missing.is_none() {
            let passphrase = form.passphrase.clone();
            out.push(Command::Do(Deed::Computers(computers::Deed::SaveWords { passphrase })));
        }
    }
}
