//! Draws this computer.

use egui::Ui;

use super::data::{ComputerView, Wifi};
use crate::command::{Command, Page};
use crate::deeds::{Deed, computer};
use crate::icons::Icon;
use crate::pages::{Part, draw_details, draw_part};
use crate::theme::{GAP, NEAR};
use crate::widgets::{self, Look};
use crate::words::{Language, Words};

fn act(deed: computer::Deed) -> Command {
    Command::Do(Deed::Computer(deed))
}

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, part: &Part<ComputerView>, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-computer"));
    draw_part(ui, words, Icon::Computer, part, out, |ui, view, out| {
        widgets::card(ui, |ui| {
            widgets::heading(ui, &words.t("space"));
            if let Some((text, part)) = &view.space {
                widgets::bar(ui, *part, text);
            }
        });
        if let Some(wifi) = &view.wifi {
            ui.add_space(GAP);
            draw_wifi(ui, words, wifi, out);
        }
        ui.add_space(GAP);
        draw_shared(ui, words, out);
        for setting in &view.settings {
            ui.add_space(GAP);
            ui.push_id(&setting.key, |ui| {
                widgets::card(ui, |ui| {
                    widgets::heading(ui, &setting.question);
                    widgets::soft(ui, &setting.about);
                    for choice in &setting.choices {
                        if widgets::choice(ui, choice.chosen, &choice.text).clicked() && !choice.chosen {
                            out.push(act(computer::Deed::Set {
                                key: setting.key.clone(),
                                value: choice.value.clone(),
                                before: setting.value.clone(),
                            }));
                        }
                    }
                });
            });
        }
        if !view.added.is_empty() {
            ui.add_space(GAP);
            draw_added(ui, words, &view.added, out);
        }
        ui.add_space(GAP);
        widgets::soft(ui, &view.version);
        draw_details(ui, words, &view.path);
    });
}

fn draw_wifi(ui: &mut Ui, words: &Words, wifi: &Wifi, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("wifi-title"));
        widgets::text(ui, &words.t("wifi-about"));
        widgets::pill(ui, wifi.mark.tone, wifi.mark.icon, &wifi.mark.text);
        if !wifi.addresses.is_empty() {
            widgets::text(ui, &words.t("wifi-where"));
        }
        for address in &wifi.addresses {
            widgets::copyable(ui, address);
        }
        ui.push_id("problem", |ui| draw_details(ui, words, &wifi.problem));
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            let (look, name) = if wifi.on { (Look::Quiet, "wifi-turn-off") } else { (Look::Main, "wifi-turn-on") };
            if widgets::button(ui, look, None, &words.t(name)).clicked() {
                out.push(act(computer::Deed::WifiPage { on: !wifi.on }));
            }
            if !wifi.addresses.is_empty() {
                draw_posters(ui, words, out);
            }
        });
    });
}

/// Buttons that save a poster.
pub(crate) fn draw_posters(ui: &mut Ui, words: &Words, out: &mut Vec<Command>) {
    for (language, picture, name) in [
        (Language::English, false, "poster-english"),
        (Language::Welsh, false, "poster-welsh"),
        (Language::English, true, "poster-picture"),
    ] {
        if widgets::button(ui, Look::Quiet, None, &words.t(name)).clicked() {
            out.push(act(computer::Deed::SavePoster { language, picture }));
        }
    }
}

fn draw_added(ui: &mut Ui, words: &Words, added: &[String], out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("added-title"));
        for (i, address) in added.iter().enumerate() {
            ui.push_id(i, |ui| {
                widgets::copyable(ui, &hedgerow_api::clean::line(address));
                if widgets::button(ui, Look::Quiet, None, &words.t("added-remove")).clicked() {
                    let rest: Vec<&str> = added.iter().filter(|a| *a != address).map(String::as_str).collect();
                    let (key, value, before) = (computer::NEIGHBOURS.into(), rest.join(", "), added.join(", "));
                    out.push(act(computer::Deed::Set { key, value, before }));
                }
            });
        }
    });
}

fn draw_shared(ui: &mut Ui, words: &Words, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("shared-title"));
        for (icon, line) in [
            (Icon::Tick, "shared-1"),
            (Icon::Tick, "shared-2"),
            (Icon::Stop, "not-shared-1"),
            (Icon::Stop, "not-shared-2"),
            (Icon::Stop, "not-shared-3"),
        ] {
            widgets::icon_line(ui, icon, |ui| drop(widgets::text(ui, &words.t(line))));
        }
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            for (page, name) in [(Page::Gateway, "page-gateway"), (Page::Sites, "page-sites")] {
                if widgets::button(ui, Look::Bare, None, &words.t(name)).clicked() {
                    out.push(Command::Open(page, String::new()));
                }
            }
        });
    });
}
