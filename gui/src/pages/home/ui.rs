//! Draws the home page.

use egui::{RichText, Sense, Ui, Vec2};

use super::data::HomeView;
use crate::command::{Command, Page};
use crate::fault::Said;
use crate::icons::{self, Icon};
use crate::pages::checks::ui::draw_check;
use crate::pages::find::data::Row;
use crate::pages::find::ui::draw_row;
use crate::pages::{Part, draw_fault};
use crate::theme::{FAR, GAP, NEAR, Palette, Tone};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Draws the page: `Ok(None)` while the node has not answered.
pub fn draw(ui: &mut Ui, words: &Words, view: &Result<Option<HomeView>, Said>, out: &mut Vec<Command>) {
    let view = match view {
        Ok(Some(view)) => view,
        Ok(None) => {
            widgets::title(ui, &words.t("page-home"));
            widgets::nothing_here(ui, Icon::Look, &words.t("loading"), "", None);
            return;
        }
        Err(said) => {
            widgets::title(ui, &words.t("page-home"));
            if draw_fault(ui, words, said) {
                out.push(Command::Retry);
            }
            return;
        }
    };
    widgets::title(ui, &view.title);
    if !view.me.is_empty() {
        widgets::text(ui, &view.me);
    }
    let buttons =
        |ui: &mut Ui, look: Look, icon: Option<Icon>, name: &str, command: &Command, out: &mut Vec<Command>| {
            if widgets::button(ui, look, icon, name).clicked() {
                out.push(command.clone());
            }
        };
    ui.horizontal_wrapped(|ui| {
        for (name, command) in &view.counts {
            buttons(ui, Look::Bare, None, name, command, out);
        }
    });
    ui.add_space(NEAR);
    ui.horizontal_wrapped(|ui| {
        for (icon, name, command) in &view.ways {
            buttons(ui, Look::Quiet, Some(*icon), name, command, out);
        }
    });
    ui.add_space(GAP);
    for (text, button, command) in &view.waits {
        widgets::banner(ui, Tone::Warn, text, "", |ui| {
            if widgets::button(ui, Look::Quiet, None, button).clicked() {
                out.push(command.clone());
            }
        });
        ui.add_space(NEAR);
    }
    for card in &view.cards {
        draw_check(ui, card, out);
        ui.add_space(NEAR);
    }
    if !view.todo.is_empty() {
        ui.add_space(NEAR);
        draw_todo(ui, words, view, out);
    }
    for (heading, rows) in [("notices", &view.notices), ("events", &view.events)] {
        ui.add_space(FAR);
        ui.push_id(heading, |ui| draw_rows(ui, words, heading, rows, out));
    }
    draw_attached(ui, words, view, out);
}

/// Rows under a heading, or why there are none.
fn draw_rows(ui: &mut Ui, words: &Words, heading: &str, rows: &Part<Vec<Row>>, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t(heading));
    ui.add_space(NEAR);
    match rows {
        Part::Loading => {
            widgets::soft(ui, &words.t("loading"));
        }
        Part::Empty { title, body } => widgets::card(ui, |ui| {
            widgets::text(ui, title);
            widgets::soft(ui, body);
        }),
        Part::Fault(said) => {
            widgets::banner(ui, Tone::Warn, &said.title, &said.body, |_| ());
        }
        Part::Here(rows) => {
            for row in rows {
                let response = draw_row(ui, row);
                if response.gained_focus() {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    out.push(Command::Open(Page::Item, row.id.clone()));
                }
                ui.add_space(2.0);
            }
        }
    }
}

/// How Hedgerow came to run. That it stops with this window matters to the neighbours, so there is a button for it.
fn draw_attached(ui: &mut Ui, words: &Words, view: &HomeView, out: &mut Vec<Command>) {
    if view.attached.is_empty() {
        return;
    }
    ui.add_space(FAR);
    widgets::icon_line(ui, Icon::Info, |ui| {
        if !view.stops {
            widgets::soft(ui, &view.attached);
            return;
        }
        widgets::text(ui, &view.attached);
        if widgets::button(ui, Look::Quiet, Some(Icon::Settings), &words.t("attached-change")).clicked() {
            out.push(Command::Go(Page::Settings));
        }
    });
}

fn draw_todo(ui: &mut Ui, words: &Words, view: &HomeView, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("todo"));
        ui.add_space(NEAR);
        for todo in &view.todo {
            let p = Palette::of(ui);
            ui.horizontal_wrapped(|ui| {
                let (rect, response) = ui.allocate_exact_size(Vec2::splat(20.0), Sense::hover());
                if todo.done {
                    icons::paint(ui.painter(), rect, Icon::Tick, p.good.0);
                } else {
                    ui.painter().circle_stroke(rect.center(), 8.0, egui::Stroke::new(1.6, p.edge));
                }
                let state = words.t(if todo.done { "done" } else { "not-done" });
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &state));
                ui.add_space(2.0);
                ui.label(RichText::new(&todo.text).color(if todo.done { p.soft } else { p.ink }));
                if let Some((label, command)) = &todo.action
                    && widgets::button(ui, Look::Bare, None, label).clicked()
                {
                    out.push(command.clone());
                }
            });
        }
    });
}
