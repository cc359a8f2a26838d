//! Draws the settings.

use egui::{Grid, RichText, Ui};

use super::data::SettingsView;
use crate::command::Command;
use crate::icons::Icon;
use crate::pages::draw_details;
use crate::theme::{GAP, NEAR, Palette, Tone};
use crate::widgets;
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &SettingsView, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-settings"));
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("language"));
        for (language, chosen) in &view.languages {
            if widgets::choice(ui, *chosen, language.name()).clicked() {
                out.push(Command::Speak(*language));
            }
        }
    });
    ui.add_space(GAP);
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("text-size"));
        for (size, name, chosen) in &view.sizes {
            if widgets::choice(ui, *chosen, name).clicked() {
                out.push(Command::TextSize(*size));
            }
        }
    });
    ui.add_space(GAP);
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("colours"));
        for (colours, name, chosen) in &view.colours {
            if widgets::choice(ui, *chosen, name).clicked() {
                out.push(Command::Colour(*colours));
            }
        }
    });
    ui.add_space(GAP);
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("bell"));
        widgets::soft(ui, &words.t("bell-about"));
        for (tells, key) in [(true, "bell-on"), (false, "bell-off")] {
            if widgets::choice(ui, view.tells == tells, &words.t(key)).clicked() {
                out.push(Command::Tells(tells));
            }
        }
    });
    ui.add_space(GAP);
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("background"));
        widgets::soft(ui, &words.t("background-about"));
        for (goes_on, key) in [(true, "background-on"), (false, "background-off")] {
            if widgets::choice(ui, view.goes_on == goes_on, &words.t(key)).clicked() {
                out.push(Command::GoOn(goes_on));
            }
        }
        if let Some(on) = view.autostart {
            ui.add_space(NEAR);
            if widgets::toggle(ui, on, Icon::Home, &words.t("autostart")).clicked() {
                out.push(Command::StartWithComputer(!on));
            }
        }
        if let Some(said) = &view.fault {
            widgets::banner(ui, Tone::Bad, &said.title, &said.body, |ui| draw_details(ui, words, &said.details));
        }
    });
    ui.add_space(GAP);
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("shortcuts"));
        ui.add_space(NEAR);
        let soft = Palette::of(ui).soft;
        Grid::new("shortcuts").num_columns(2).spacing([24.0, 8.0]).show(ui, |ui| {
            for (name, keys) in &view.keys {
                ui.label(name);
                ui.label(RichText::new(keys).color(soft));
                ui.end_row();
            }
        });
    });
}
