//! Draws the find page.

use egui::{Label, RichText, Ui};

use super::data::{FindView, Row, Rows};
use crate::command::{Command, Page};
use crate::icons::Icon;
use crate::pages::{Part, draw_part};
use crate::theme::{self, GAP, NEAR, Palette};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Which row gets the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Focus {
    /// The first one.
    First,
    /// The one of this item.
    Item(String),
}

/// Draws the page below the search field. `focus` is cleared once its row has the keyboard.
pub fn draw(ui: &mut Ui, words: &Words, view: &FindView, focus: &mut Option<Focus>, out: &mut Vec<Command>) {
    widgets::title(ui, &view.title);
    if let Some(at) = &view.looking_at {
        widgets::soft(ui, at);
        if widgets::button(ui, Look::Bare, Some(Icon::Back), &words.t("look-stop")).clicked() {
            out.push(Command::StopLooking);
        }
        ui.add_space(NEAR);
    }
    ui.horizontal_wrapped(|ui| {
        if widgets::toggle(ui, view.open_now, Icon::Clock, &words.t("open-now")).clicked() {
            out.push(Command::OpenNow(!view.open_now));
        }
        if let Part::Here(rows) = &view.found {
            ui.add_space(GAP);
            let count = ui.add(Label::new(RichText::new(&rows.count).color(Palette::of(ui).soft)));
            widgets::announce(ui, &count);
        }
    });
    ui.add_space(GAP);
    draw_part(ui, words, Icon::Search, &view.found, out, |ui, rows, out| draw_rows(ui, words, rows, focus, out));
}

fn draw_rows(ui: &mut Ui, words: &Words, rows: &Rows, focus: &mut Option<Focus>, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 8.0;
    for row in &rows.rows {
        let response = draw_row(ui, row);
        let wanted = match focus {
            Some(Focus::First) => true,
            Some(Focus::Item(id)) => *id == row.id,
            None => false,
        };
        if wanted {
            *focus = None;
            response.request_focus();
        }
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
        if response.clicked() {
            out.push(Command::Open(Page::Item, row.id.clone()));
        }
    }
    if rows.more {
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, None, &words.t("show-more")).clicked() {
            out.push(Command::More);
        }
    }
}

/// Draws one row.
pub fn draw_row(ui: &mut Ui, row: &Row) -> egui::Response {
    widgets::row(ui, &row.slot, &row.name, |ui| {
        let soft = Palette::of(ui).soft;
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal_wrapped(|ui| {
            ui.add(Label::new(RichText::new(&row.title).text_style(theme::strong())).wrap());
            ui.label(RichText::new(&row.kind).small().color(soft));
        });
        if !row.about.is_empty() {
            ui.add(Label::new(RichText::new(&row.about).color(soft)).truncate());
        }
        if !row.place.is_empty() {
            widgets::icon_line(ui, Icon::Place, |ui| {
                ui.add(Label::new(RichText::new(&row.place).color(soft)).wrap());
            });
        }
        if row.open.is_some() || row.checked.is_some() {
            ui.add_space(2.0);
            ui.horizontal_wrapped(|ui| {
                for mark in [&row.open, &row.checked].into_iter().flatten() {
                    widgets::pill(ui, mark.tone, mark.icon, &mark.text);
                }
            });
        }
    })
}
