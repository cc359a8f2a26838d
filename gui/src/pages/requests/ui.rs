//! Draws requests and reports.

use egui::{Label, RichText, Ui};

use super::data::{RequestRow, RequestsView};
use crate::command::{Command, Page};
use crate::icons::Icon;
use crate::pages::people::ui::{draw_marks, spoken};
use crate::pages::{Part, draw_part};
use crate::theme::{self, FAR, GAP, NEAR};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<RequestsView>, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-requests"));
    widgets::text(ui, &words.t("help-sealed"));
    ui.add_space(NEAR);
    if widgets::button(ui, Look::Main, Some(Icon::Help), &words.t("help-ask")).clicked() {
        out.push(Command::Open(Page::Ask, String::new()));
    }
    ui.add_space(GAP);
    draw_part(ui, words, Icon::Help, view, out, |ui, view, out| {
        for (heading, rows) in
            [("help-others", &view.others), ("help-mine", &view.mine), ("help-reports", &view.reports)]
        {
            if !rows.is_empty() {
                widgets::heading(ui, &words.t(heading));
                ui.add_space(NEAR);
                for row in rows {
                    draw_row(ui, row, out);
                }
                ui.add_space(FAR);
            }
        }
    });
}

fn draw_row(ui: &mut Ui, request: &RequestRow, out: &mut Vec<Command>) {
    let name = spoken(&format!("{}, {}", request.topic, request.parties), &request.marks);
    let row = widgets::row(ui, &request.id, &name, |ui| {
        ui.add(Label::new(RichText::new(&request.topic).text_style(theme::strong())).wrap());
        widgets::soft(ui, &request.parties);
        draw_marks(ui, &request.marks);
    });
    if row.gained_focus() {
        row.scroll_to_me(None);
    }
    if row.clicked() {
        out.push(Command::Open(Page::Request, request.id.clone()));
    }
    ui.add_space(2.0);
}
