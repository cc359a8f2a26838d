//! Draws a new request.

use egui::Ui;

use super::Form;
use super::data::AskView;
use crate::command::Command;
use crate::deeds::{Deed, help};
use crate::icons::Icon;
use crate::pages::{Part, draw_back, draw_part};
use crate::theme::{GAP, NEAR};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// People offered at a time; typing narrows them down.
const OFFERED_MAX: usize = 8;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<AskView>, form: &mut Form, out: &mut Vec<Command>) {
    draw_back(ui, words, out);
    widgets::title(ui, &words.t("page-ask"));
    widgets::text(ui, &words.t("help-sealed"));
    ui.add_space(GAP);
    draw_part(ui, words, Icon::Help, view, out, |ui, view, out| draw_here(ui, words, view, form, out));
}

fn draw_here(ui: &mut Ui, words: &Words, view: &AskView, form: &mut Form, out: &mut Vec<Command>) {
    if let Some((topic, text)) = &view.begins
        && form.begun.replace(text.clone()).is_none()
        && form.topic.is_empty()
        && form.text.is_empty()
    {
        (form.topic, form.text, form.organisers) = (topic.clone(), text.clone(), true);
    }
    let (label, hint) = (words.t("ask-topic"), words.t("ask-topic-hint"));
    widgets::counted(ui, words, "topic", &Field { label: &label, hint: &hint, rows: 1, limit: 60 }, &mut form.topic);
    ui.add_space(NEAR);
    let (label, hint) = (words.t("ask-text"), words.t("ask-text-hint"));
    widgets::counted(ui, words, "text", &Field { label: &label, hint: &hint, rows: 5, limit: 4000 }, &mut form.text);
    ui.add_space(GAP);
    widgets::heading(ui, &words.t("ask-whom"));
    ui.add_space(NEAR);
    ui.horizontal_wrapped(|ui| {
        if !view.organisers.is_empty()
            && widgets::toggle(ui, form.organisers, Icon::Leaf, &words.t("organisers")).clicked()
        {
            form.organisers = !form.organisers;
        }
        for group in &view.groups {
            ui.push_id(&group.id, |ui| draw_choice(ui, Icon::People, &group.id, &group.name, &mut form.to));
        }
    });
    if !view.organisers.is_empty() {
        let names: Vec<&str> = view.organisers.iter().map(|o| o.name.as_str()).collect();
        widgets::soft(ui, &words.with("ask-organisers", "names", &names.join(", ")));
    }
    if !view.people.is_empty() {
        ui.add_space(NEAR);
        let (label, hint) = (words.t("ask-person"), words.t("group-add-hint"));
        widgets::field(ui, "who", &Field { label: &label, hint: &hint, rows: 1, limit: 100 }, &mut form.who);
        ui.add_space(NEAR);
        let typed = form.who.trim().to_lowercase();
        let fits: Vec<_> = view
            .people
            .iter()
            .filter(|p| form.to.contains(&p.id) || !typed.is_empty() && p.name.to_lowercase().contains(&typed))
            .collect();
        ui.horizontal_wrapped(|ui| {
            for person in fits.iter().take(OFFERED_MAX) {
                ui.push_id(&person.id, |ui| draw_choice(ui, Icon::Person, &person.id, &person.name, &mut form.to));
            }
        });
        if fits.len() > OFFERED_MAX {
            widgets::soft(ui, &words.with("more-of-them", "count", (fits.len() - OFFERED_MAX) as u64));
        }
    }
    ui.add_space(NEAR);
    if widgets::toggle(ui, form.under_18, Icon::Person, &words.t("ask-under-18")).clicked() {
        form.under_18 = !form.under_18;
    }
    if form.under_18 {
        widgets::soft(ui, &words.t("ask-under-18-about"));
    }
    ui.add_space(GAP);
    if let Some(key) = form.missing {
        widgets::missing(ui, &words.t(key));
    }
    if widgets::button(ui, Look::Main, Some(Icon::Help), &words.t("ask-send")).clicked() {
        send(view, form, out);
    }
}

fn draw_choice(ui: &mut Ui, icon: Icon, id: &str, name: &str, to: &mut Vec<String>) {
    let on = to.iter().any(|t| t == id);
    if widgets::toggle(ui, on, icon, name).clicked() {
        if on {
            to.retain(|t| t != id);
        } else {
            to.push(id.to_owned());
        }
    }
}

fn send(view: &AskView, form: &mut Form, out: &mut Vec<Command>) {
    let mut to = form.to.clone();
    if form.organisers {
        to.extend(view.organisers.iter().map(|o| o.id.clone()).filter(|o| !form.to.contains(o)));
    }
    form.missing = if form.topic.trim().is_empty() {
        Some("ask-topic-missing")
    } else if to.is_empty() {
        Some("ask-whom-missing")
    } else {
        None
    };
    if form.missing.is_none() {
        let (topic, text) = (form.topic.trim().to_owned(), form.text.trim().to_owned());
        let under_18 = form.under_18;
        out.push(Command::Do(Deed::Help(help::Deed::Ask { topic, text, to, under_18 })));
    }
}
