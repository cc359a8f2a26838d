//! Draws who is connected.

use egui::{RichText, Ui};

use super::data::LinksView;
use crate::command::Command;
use crate::icons::Icon;
use crate::pages::{Part, draw_details, draw_fault};
use crate::theme::{self, GAP, NEAR};
use crate::widgets;
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &LinksView, out: &mut Vec<Command>) {
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
    match &view.others {
        Part::Loading => {
            widgets::nothing_here(ui, Icon::Look, &words.t("loading"), "", None);
        }
        Part::Empty { title, body } => {
            widgets::nothing_here(ui, Icon::Alone, title, body, None);
        }
        Part::Fault(said) => {
            if draw_fault(ui, words, said) {
                out.push(Command::Retry);
            }
        }
        Part::Here(others) => {
            for (i, other) in others.iter().enumerate() {
                ui.push_id(("other", i), |ui| {
                    widgets::card(ui, |ui| {
                        ui.label(RichText::new(&other.name).text_style(theme::strong()));
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
                });
                ui.add_space(NEAR);
            }
        }
    }
    ui.push_id("mine", |ui| draw_details(ui, words, &view.details));
}
