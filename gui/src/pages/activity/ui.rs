//! Draws what happened lately.

use egui::{Frame, Label, Margin, RichText, Ui};

use super::data::Line;
use crate::command::Command;
use crate::icons::Icon;
use crate::pages::{Part, draw_part};
use crate::theme::{NEAR, Palette};
use crate::widgets;
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<Vec<Line>>, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-activity"));
    widgets::soft(ui, &words.t("activity-about"));
    ui.add_space(NEAR);
    draw_part(ui, words, Icon::Clock, view, out, |ui, lines, out| {
        let id = ui.scope_id().with("pointed_at");
        let before: Option<usize> = ui.data(|d| d.get_temp::<Option<usize>>(id)).flatten();
        let mut pointed = None;
        for (n, line) in lines.iter().enumerate() {
            let exact = before == Some(n);
            match &line.open {
                Some(open) => {
                    let name = format!("{}, {}, {}", line.text, line.ago, line.exact);
                    let row = widgets::row(ui, &format!("happened-{n}"), &name, |ui| draw_line(ui, line, exact));
                    if row.hovered() || row.has_focus() {
                        pointed = Some(n);
                    }
                    if row.gained_focus() {
                        row.scroll_to_me(None);
                    }
                    if row.clicked() {
                        out.push(open.clone());
                    }
                }
                None => {
                    let frame = Frame::new().inner_margin(Margin::symmetric(18, 8));
                    let shown = frame.show(ui, |ui| {
                        ui.set_width(ui.available_width());
                        draw_line(ui, line, exact);
                    });
                    if shown.response.contains_pointer() {
                        pointed = Some(n);
                    }
                }
            }
            ui.add_space(2.0);
        }
        if pointed != before {
            ui.data_mut(|d| d.insert_temp(id, pointed));
            ui.ctx().request_repaint();
        }
    });
}

/// The exact time takes the place of "yesterday" for whoever points at the line or comes to it with the keyboard.
fn draw_line(ui: &mut Ui, line: &Line, exact: bool) {
    let soft = Palette::of(ui).soft;
    widgets::icon_line(ui, line.icon, |ui| {
        ui.add(Label::new(&line.text).wrap());
        let when = if exact { &line.exact } else { &line.ago };
        ui.add(Label::new(RichText::new(when).small().color(soft)).wrap());
    });
}
