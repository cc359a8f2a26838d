//! Draws the page about vouchers.

use egui::Ui;

use super::Form;
use super::data::{Made, View, typed};
use crate::command::Command;
use crate::deeds::{Deed, gateway};
use crate::icons::Icon;
use crate::pages::gateway::ui::back;
use crate::pages::{Part, draw_copy, draw_part};
use crate::theme::{GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

fn act(deed: gateway::Deed) -> Command {
    Command::Do(Deed::Gateway(deed))
}

/// Draws the page.
pub(crate) fn draw(ui: &mut Ui, words: &Words, part: &Part<View>, form: &mut Form, out: &mut Vec<Command>) {
    back(ui, words, out);
    widgets::title(ui, &words.t("page-vouchers"));
    draw_part(ui, words, Icon::Share, part, out, |ui, view, out| {
        widgets::text(ui, &words.t("vouchers-about"));
        ui.add_space(GAP);
        if !view.takes {
            widgets::soft(ui, &words.t("vouchers-not-taken"));
            ui.add_space(NEAR);
            if widgets::button(ui, Look::Main, Some(Icon::Tick), &words.t("vouchers-take")).clicked() {
                out.push(act(gateway::Deed::TakeVouchers { on: true }));
            }
            return;
        }
        if let Some(made) = &view.made {
            draw_made(ui, words, made, out);
            ui.add_space(GAP);
        }
        widgets::card(ui, |ui| draw_new(ui, words, form, out));
        ui.add_space(GAP);
        widgets::card(ui, |ui| {
            widgets::heading(ui, &words.t("voucher-back-title"));
            let label = words.t("voucher-text");
            widgets::field(
                ui,
                "voucher-back",
                &Field { label: &label, hint: "", rows: 1, limit: 2000 },
                &mut form.back,
            );
            ui.add_space(NEAR);
            let text = form.back.trim().to_owned();
            if text.is_empty() {
                widgets::soft(ui, &words.t("voucher-back-about"));
            } else if widgets::button(ui, Look::Quiet, Some(Icon::Stop), &words.t("voucher-back")).clicked() {
                out.push(act(gateway::Deed::VoucherBack { text }));
            }
        });
        ui.add_space(GAP);
        if widgets::button(ui, Look::Quiet, Some(Icon::Stop), &words.t("vouchers-take-no-more")).clicked() {
            out.push(act(gateway::Deed::TakeVouchers { on: false }));
        }
    });
}

fn draw_made(ui: &mut Ui, words: &Words, made: &Made, out: &mut Vec<Command>) {
    widgets::banner(ui, Tone::Good, &words.t("voucher-here"), &made.sentence, |ui| {
        widgets::copyable(ui, &made.text);
        ui.horizontal_wrapped(|ui| {
            draw_copy(ui, words, Look::Quiet, &words.t("voucher-copy"), &made.text, out);
            if widgets::button(ui, Look::Quiet, Some(Icon::Stop), &words.t("voucher-back-this")).clicked() {
                out.push(act(gateway::Deed::VoucherBack { text: made.text.clone() }));
            }
        });
    });
}

fn draw_new(ui: &mut Ui, words: &Words, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("voucher-new-title"));
    let field = |ui: &mut Ui, key: &str, hint: &str, limit: usize, value: &mut String| {
        let label = words.t(key);
        widgets::field(ui, key, &Field { label: &label, hint, rows: 1, limit }, value);
        ui.add_space(NEAR);
    };
    field(ui, "voucher-amount", "500", 7, &mut form.megabytes);
    field(ui, "voucher-days", "30", 3, &mut form.days);
    field(ui, "voucher-who", "", 100, &mut form.who);
    widgets::soft(ui, &words.t("voucher-who-about"));
    if let Some(key) = form.wrong {
        widgets::missing(ui, &words.t(key));
    }
    ui.add_space(NEAR);
    if widgets::button(ui, Look::Main, Some(Icon::Tick), &words.t("voucher-make")).clicked() {
        match typed(form) {
            Ok(new) => {
                form.wrong = None;
                out.push(act(gateway::Deed::VoucherNew(Box::new(new))));
            }
            Err(wrong) => form.wrong = Some(wrong),
        }
    }
}
