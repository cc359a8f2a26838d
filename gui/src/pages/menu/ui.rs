//! Draws the list of commands.

use egui::{Key, Label, Modal, Modifiers, RichText, ScrollArea, TextEdit, Ui};

use super::data::{Line, lines};
use crate::command::Command;
use crate::icons;
use crate::theme::{NEAR, Palette};
use crate::widgets;
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("menu"));
    for line in lines(words, "", true, &ui.ctx().clone()) {
        if draw_line(ui, &line).clicked() {
            out.push(line.command);
        }
        ui.add_space(2.0);
    }
}

fn draw_line(ui: &mut Ui, line: &Line) -> egui::Response {
    widgets::row(ui, &line.name, &line.name, |ui| {
        ui.horizontal_wrapped(|ui| {
            let p = Palette::of(ui);
            let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(20.0), egui::Sense::hover());
            icons::paint(ui.painter(), rect, line.icon, p.hedge);
            ui.add_space(4.0);
            ui.add(Label::new(&line.name).wrap());
            ui.add(Label::new(RichText::new(&line.keys).small().color(p.soft)));
        });
    })
}

/// Draws the list above the page, with a field to search in it. The first line found is done on Enter.
pub(crate) fn palette(ui: &mut Ui, words: &Words, typed: &mut String, out: &mut Vec<Command>) {
    let modal = Modal::new(egui::Id::unique("palette")).show(ui.ctx(), |ui| {
        ui.set_width((ui.ctx().content_rect().width() - 60.0).clamp(160.0, 460.0));
        let found = lines(words, typed, false, &ui.ctx().clone());
        let entered = ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
        let field = ui.add(
            TextEdit::singleline(typed)
                .id_salt("palette-field")
                .hint_text(words.t("palette-hint"))
                .char_limit(60)
                .desired_width(f32::INFINITY),
        );
        let field = field.accessible_name(words.t("do-palette"));
        // Until somebody moves on with Tab, what is typed goes into the field.
        if ui.memory(|m| m.focused().is_none()) {
            field.request_focus();
        }
        let chosen = (entered && (field.has_focus() || field.lost_focus())).then(|| found.first()).flatten();
        if let Some(line) = chosen {
            out.push(Command::Palette(false));
            out.push(line.command.clone());
        }
        ui.add_space(NEAR);
        let height = (ui.ctx().content_rect().height() - 160.0).max(80.0);
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            if found.is_empty() {
                widgets::soft(ui, &words.t("palette-none"));
            }
            for line in &found {
                let row = draw_line(ui, line);
                if row.gained_focus() {
                    row.scroll_to_me(None);
                }
                if row.clicked() {
                    out.push(Command::Palette(false));
                    out.push(line.command.clone());
                }
            }
        });
    });
    if modal.should_close() {
        out.push(Command::Palette(false));
    }
}
