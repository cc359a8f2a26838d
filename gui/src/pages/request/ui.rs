//! Draws one request.

use egui::{Label, RichText, Ui};

use super::Form;
use super::data::{MessageCard, RequestView};
use crate::command::Command;
use crate::deeds::{Deed, help};
use crate::icons::Icon;
use crate::pages::people::ui::draw_marks;
use crate::pages::{Part, draw_back, draw_part};
use crate::theme::{self, GAP, NEAR};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<RequestView>, form: &mut Form, out: &mut Vec<Command>) {
    draw_back(ui, words, out);
    let title = match view {
        Part::Here(view) => view.topic.clone(),
        _ => words.t("page-request"),
    };
    widgets::title(ui, &title);
    draw_part(ui, words, Icon::Help, view, out, |ui, view, out| {
        widgets::soft(ui, &view.parties);
        draw_marks(ui, &view.marks);
        ui.add_space(GAP);
        for (i, message) in view.messages.iter().enumerate() {
            ui.push_id(i, |ui| draw_message(ui, message));
            ui.add_space(NEAR);
        }
        ui.add_space(NEAR);
        let (label, hint) = (words.t("help-answer-text"), words.t("help-answer-hint"));
        widgets::counted(
            ui,
            words,
            "answer",
            &Field { label: &label, hint: &hint, rows: 4, limit: 4000 },
            &mut form.text,
        );
        if form.missing && form.text.trim().is_empty() {
            widgets::missing(ui, &words.t("help-answer-missing"));
        }
        widgets::soft(ui, &words.t("help-answer-seen"));
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Main, None, &words.t("help-answer")).clicked() {
                form.missing = form.text.trim().is_empty();
                if !form.missing {
                    let (request, text) = (view.id.clone(), form.text.trim().to_owned());
                    out.push(Command::Do(Deed::Help(help::Deed::Answer { request, text })));
                }
            }
            if view.open && widgets::button(ui, Look::Quiet, Some(Icon::Tick), &words.t("help-close")).clicked() {
                out.push(Command::Do(Deed::Help(help::Deed::Close { request: view.id.clone() })));
            }
        });
        widgets::soft(ui, &view.kept);
    });
}

fn draw_message(ui: &mut Ui, message: &MessageCard) {
    widgets::card(ui, |ui| {
        ui.add(Label::new(RichText::new(&message.from).text_style(theme::strong())).wrap());
        widgets::soft(ui, &message.when);
        if !message.text.is_empty() {
            widgets::copyable(ui, &message.text);
        }
        if !message.note.is_empty() {
            widgets::soft(ui, &message.note);
        }
    });
}
