//! Draws the item page.

use egui::{Label, RichText, Ui};

use super::data::{Contact, ItemView};
use crate::command::Command;
use crate::icons::Icon;
use crate::pages::{Part, draw_details, draw_part};
use crate::theme::{GAP, NEAR, Palette, Tone};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<ItemView>, out: &mut Vec<Command>) {
    if widgets::button(ui, Look::Bare, Some(Icon::Back), &words.t("back-to-results")).clicked() {
        out.push(Command::Back);
    }
    ui.add_space(NEAR);
    if !matches!(view, Part::Here(_)) {
        widgets::title(ui, &words.t("page-item"));
    }
    draw_part(ui, words, Icon::Search, view, out, |ui, view, out| draw_item(ui, words, view, out));
}

fn draw_item(ui: &mut Ui, words: &Words, view: &ItemView, out: &mut Vec<Command>) {
    let soft = Palette::of(ui).soft;
    ui.label(RichText::new(&view.kind).small().color(soft));
    widgets::title(ui, &view.title);
    ui.horizontal_wrapped(|ui| {
        if let Some(open) = &view.open {
            widgets::pill(ui, open.tone, open.icon, &open.text);
        }
        if let Some(copies) = &view.copies {
            widgets::pill(ui, copies.tone, copies.icon, &copies.text);
        }
    });
    ui.add_space(GAP);
    for (tone, title, body) in &view.remarks {
        widgets::banner(ui, *tone, title, body, |_| ());
        ui.add_space(NEAR);
    }
    if !view.about.is_empty() || !view.place.is_empty() {
        widgets::card(ui, |ui| {
            for paragraph in &view.about {
                widgets::copyable(ui, paragraph);
                ui.add_space(2.0);
            }
            if !view.place.is_empty() {
                widgets::icon_line(ui, Icon::Place, |ui| {
                    widgets::copyable(ui, &view.place);
                });
            }
        });
        ui.add_space(GAP);
    }
    if !view.hours.is_empty() || !view.notes.is_empty() {
        widgets::card(ui, |ui| draw_hours(ui, words, view));
        ui.add_space(GAP);
    }
    if !view.cost.is_empty() {
        widgets::card(ui, |ui| {
            widgets::heading(ui, &words.t("cost"));
            widgets::copyable(ui, &view.cost);
        });
        ui.add_space(GAP);
    }
    if !view.contacts.is_empty() {
        widgets::card(ui, |ui| {
            widgets::heading(ui, &words.t("contact"));
            ui.add_space(NEAR);
            for contact in &view.contacts {
                draw_contact(ui, words, contact, out);
            }
        });
        ui.add_space(GAP);
    }
    if !view.sources.is_empty() {
        widgets::card(ui, |ui| {
            widgets::heading(ui, &words.t("sources"));
            ui.add_space(NEAR);
            for source in &view.sources {
                ui.horizontal_wrapped(|ui| {
                    ui.add(Label::new(&source.text).wrap());
                    widgets::pill(ui, source.checked.tone, source.checked.icon, &source.checked.text);
                });
            }
        });
    }
    draw_details(ui, words, &view.details);
}

fn draw_hours(ui: &mut Ui, words: &Words, view: &ItemView) {
    let wide = ui.available_width() > 480.0 && !view.hours.is_empty() && !view.notes.is_empty();
    let hours = |ui: &mut Ui| {
        widgets::heading(ui, &words.t("hours"));
        ui.add_space(NEAR);
        for line in &view.hours {
            widgets::copyable(ui, line);
        }
    };
    let notes = |ui: &mut Ui| {
        if !view.notes.is_empty() {
            widgets::banner(ui, Tone::Warn, &words.t("note"), &view.notes.join("\n"), |_| ());
        }
    };
    if wide {
        ui.columns(2, |columns| {
            hours(&mut columns[0]);
            notes(&mut columns[1]);
        });
    } else {
        if !view.hours.is_empty() {
            hours(ui);
        }
        notes(ui);
    }
}

fn draw_contact(ui: &mut Ui, words: &Words, contact: &Contact, out: &mut Vec<Command>) {
    let soft = Palette::of(ui).soft;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(&contact.label).color(soft));
        match &contact.url {
            Some(url) => {
                if widgets::button(ui, Look::Bare, None, &contact.value).clicked() {
                    out.push(Command::OpenUrl(url.clone()));
                }
            }
            None => {
                widgets::copyable(ui, &contact.value);
                let name = words.with("copy-that", "what", &contact.value);
                let copy = widgets::button(ui, Look::Bare, Some(Icon::Copy), &words.t("copy")).accessible_name(name);
                if copy.clicked() {
                    out.push(Command::Copy(contact.value.clone()));
                }
            }
        }
    });
}
