//! Draws the home page.

use egui::{RichText, Sense, Ui, Vec2};

use super::data::HomeView;
use crate::command::{Command, Page};
use crate::fault::Said;
use crate::icons::{self, Icon};
use crate::pages::checks::ui::draw_check;
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
    widgets::soft(ui, &view.counts);
    ui.add_space(GAP);
    ui.horizontal_wrapped(|ui| {
        for (icon, name, command) in &view.ways {
            if widgets::button(ui, Look::Quiet, Some(*icon), name).clicked() {
                out.push(command.clone());
            }
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
    ui.add_space(FAR);
    widgets::heading(ui, &words.t("notices"));
    ui.add_space(NEAR);
    match &view.notices {
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
    if !view.attached.is_empty() {
        ui.add_space(FAR);
        let soft = Palette::of(ui).soft;
        ui.label(RichText::new(&view.attached).small().color(soft));
    }
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
