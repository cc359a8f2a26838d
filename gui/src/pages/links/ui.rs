//! Draws who is connected.

use egui::{RichText, Ui};

use super::data::{LinksView, Other};
use super::{Form, drawing};
use crate::command::Command;
use crate::deeds::{Deed, computer};
use crate::icons::Icon;
use crate::pages::{draw_copy, draw_details, draw_part};
use crate::theme::{self, GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Draws the page.
pub(crate) fn draw(ui: &mut Ui, words: &Words, view: &LinksView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-links"));
    widgets::text(ui, &view.status.sentence);
    ui.horizontal_wrapped(|ui| {
        let mark = &view.status.mark;
        widgets::pill(ui, mark.tone, mark.icon, &mark.text);
        if let Some(content) = &view.status.content {
            widgets::pill(ui, content.tone, content.icon, &content.text);
        }
    });
    ui.add_space(GAP);
    draw_part(ui, words, Icon::Alone, &view.others, out, |ui, picture, _| {
        drawing::draw(ui, picture);
        ui.add_space(GAP);
        for (i, other) in picture.others.iter().enumerate() {
            ui.push_id(("other", i), |ui| draw_other(ui, words, other));
            ui.add_space(NEAR);
        }
    });
    ui.add_space(NEAR);
    draw_add(ui, words, view, form, out);
}

fn draw_other(ui: &mut Ui, words: &Words, other: &Other) {
    widgets::card(ui, |ui| {
        ui.add(egui::Label::new(RichText::new(&other.name).text_style(theme::strong())).wrap());
        ui.horizontal_wrapped(|ui| {
            widgets::pill(ui, other.link.tone, other.link.icon, &other.link.text);
            if let Some(same) = &other.same {
                widgets::pill(ui, same.tone, same.icon, &same.text);
            }
        });
        if !other.reason.is_empty() {
            widgets::soft(ui, &other.reason);
        }
        draw_details(ui, words, &other.details);
    });
}

/// For a computer that is not found by itself: its address, and this one's to hand over there.
fn draw_add(ui: &mut Ui, words: &Words, view: &LinksView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("links-add"));
        widgets::soft(ui, &words.t("links-add-about"));
        let field =
            Field { label: &words.t("links-address"), hint: &words.t("links-address-hint"), rows: 1, limit: 300 };
        widgets::field(ui, "links-address", &field, &mut form.address);
        if form.wrong {
            widgets::banner(ui, Tone::Warn, &words.t("links-address-wrong"), "", |_| ());
        }
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, Some(Icon::Links), &words.t("links-add-now")).clicked() {
            let address = form.address.trim().to_owned();
            form.wrong = !address.contains('@') || address.contains([',', ' ']);
            if !form.wrong {
                out.push(Command::Do(Deed::Computer(computer::Deed::AddNeighbour { address })));
            }
        }
        ui.add_space(GAP);
        if !view.addresses.is_empty() {
            ui.label(RichText::new(words.t("links-mine")).text_style(theme::strong()));
        }
        for (i, address) in view.addresses.iter().take(3).enumerate() {
            ui.push_id(("mine", i), |ui| {
                widgets::copyable(ui, address);
                draw_copy(ui, words, Look::Quiet, &words.t("copy-address"), address, out);
            });
        }
    });
}
