//! Draws how one more computer is added.

use egui::{Label, RichText, Ui};

use super::Form;
use super::data::AddView;
use crate::command::Command;
use crate::deeds::{Deed, computers};
use crate::icons::Icon;
use crate::pages::invite::ui::draw_picture;
use crate::pages::{Part, draw_back, draw_copy, draw_part};
use crate::theme::{GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Digits to type.
const DIGITS: usize = 6;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<AddView>, form: &mut Form, out: &mut Vec<Command>) {
    draw_back(ui, words, out);
    widgets::title(ui, &words.t("page-computer-add"));
    widgets::text(ui, &words.t("computer-add-about"));
    ui.add_space(GAP);
    draw_part(ui, words, Icon::Computer, view, out, |ui, view, out| {
        if let Some(name) = &view.asked {
            draw_asked(ui, words, name, form, out);
            ui.add_space(GAP);
        }
        let Some((code, picture)) = &view.code else {
            let look = if view.asked.is_some() { Look::Quiet } else { Look::Main };
            if widgets::button(ui, look, None, &words.t("computer-code-make")).clicked() {
                let group = view.group.clone();
                out.push(Command::Do(Deed::Computers(computers::Deed::LinkCode { group })));
            }
            return;
        };
        widgets::card(ui, |ui| {
            widgets::heading(ui, &words.t("computer-code"));
            widgets::soft(ui, &view.left);
            ui.add_space(NEAR);
            ui.add(Label::new(RichText::new(code.open()).monospace()).wrap().selectable(true));
            ui.add_space(NEAR);
            draw_copy(ui, words, Look::Quiet, &words.t("computer-code-copy"), code.open(), out);
            if let Some(picture) = picture {
                ui.add_space(NEAR);
                let side = 220.0_f32.min(ui.available_width());
                draw_picture(ui, words, picture, side);
            }
        });
        if view.asked.is_none() {
            let said = widgets::soft(ui, &words.t("computer-code-waits"));
            widgets::announce(ui, &said);
        }
    });
}

fn draw_asked(ui: &mut Ui, words: &Words, name: &str, form: &mut Form, out: &mut Vec<Command>) {
    widgets::banner(ui, Tone::Warn, &words.with("computer-asks", "name", name), &words.t("computer-asks-do"), |_| ());
    ui.add_space(NEAR);
    let (label, hint) = (words.t("computer-digits"), words.t("computer-digits-hint"));
    widgets::field(ui, "digits", &Field { label: &label, hint: &hint, rows: 1, limit: 12 }, &mut form.digits);
    let digits: String = form.digits.chars().filter(char::is_ascii_digit).collect();
    if form.missing && digits.len() != DIGITS {
        widgets::missing(ui, &words.t("computer-digits-missing"));
    }
    ui.add_space(NEAR);
    if widgets::button(ui, Look::Main, Some(Icon::Tick), &words.t("computer-confirm")).clicked() {
        form.missing = digits.len() != DIGITS;
        if !form.missing {
            out.push(Command::Do(Deed::Computers(computers::Deed::LinkConfirm { digits })));
        }
    }
}
