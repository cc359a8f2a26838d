//! Draws recovery friends.

use egui::Ui;

use super::Form;
use super::data::{FriendsView, HelpCard};
use crate::command::Command;
use crate::deeds::Deed;
use crate::deeds::computers::Deed as Act;
use crate::deeds::people::Who;
use crate::icons::Icon;
use crate::pages::{Part, draw_back, draw_part};
use crate::theme::{FAR, GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Fewest friends there can be.
const FRIENDS_MIN: usize = 2;
/// People offered at a time; typing narrows them down.
const OFFERED_MAX: usize = 8;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<FriendsView>, form: &mut Form, out: &mut Vec<Command>) {
    draw_back(ui, words, out);
    widgets::title(ui, &words.t("friends"));
    widgets::text(ui, &words.t("friends-about"));
    ui.add_space(GAP);
    draw_part(ui, words, Icon::People, view, out, |ui, view, out| {
        for agrees in &view.asked {
            widgets::banner(ui, Tone::Bad, &words.t("friends-asked"), agrees, |ui| {
                widgets::soft(ui, &words.t("friends-asked-do"));
                if widgets::button(ui, Look::Quiet, Some(Icon::Stop), &words.t("friends-object")).clicked() {
                    out.push(Command::Do(Deed::Computers(Act::Object)));
                }
            });
            ui.add_space(NEAR);
        }
        draw_mine(ui, words, view, form, out);
        ui.add_space(FAR);
        draw_helping(ui, words, view.help.as_ref(), form, out);
    });
}

fn draw_mine(ui: &mut Ui, words: &Words, view: &FriendsView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("friends-mine"));
    if view.friends.is_empty() {
        widgets::text(ui, &words.t("friends-none"));
    } else {
        let names: Vec<&str> = view.friends.iter().map(|f| f.name.as_str()).collect();
        widgets::text(ui, &names.join(", "));
        widgets::soft(ui, &view.needed);
    }
    if let Some(stale) = &view.stale {
        widgets::pill(ui, Tone::Warn, Icon::Warning, stale);
    }
    ui.add_space(NEAR);
    let Some(chosen) = &mut form.chosen else {
        if view.people.len() < FRIENDS_MIN {
            widgets::soft(ui, &words.t("friends-too-few-here"));
        } else if widgets::button(ui, Look::Main, Some(Icon::People), &words.t("friends-choose")).clicked() {
            form.chosen = Some(view.friends.clone());
        }
        return;
    };
    let (label, hint) = (words.t("friends-who"), words.t("group-add-hint"));
    widgets::field(ui, "who", &Field { label: &label, hint: &hint, rows: 1, limit: 100 }, &mut form.who);
    ui.add_space(NEAR);
    let typed = form.who.trim().to_lowercase();
    let (picked, rest): (Vec<&Who>, Vec<&Who>) = view.people.iter().partition(|p| chosen.contains(p));
    let fits = rest.iter().filter(|p| p.name.to_lowercase().contains(&typed)).take(OFFERED_MAX);
    ui.horizontal_wrapped(|ui| {
        for person in picked.iter().chain(fits) {
            ui.push_id(&person.id, |ui| {
                let on = chosen.contains(person);
                if widgets::toggle(ui, on, Icon::Person, &person.name).clicked() {
                    if on {
                        chosen.retain(|c| c != *person);
                    } else {
                        chosen.push((*person).clone());
                    }
                }
            });
        }
    });
    if !view.words_here {
        ui.add_space(NEAR);
        let (label, hint) = (words.t("kit-words-field"), words.t("kit-words-hint"));
        widgets::field(ui, "words", &Field { label: &label, hint: &hint, rows: 3, limit: 400 }, form.words.edit());
    }
    if form.missing && chosen.len() < FRIENDS_MIN {
        widgets::missing(ui, &words.t("friends-too-few"));
    }
    ui.add_space(NEAR);
    let mut close = false;
    ui.horizontal_wrapped(|ui| {
        if widgets::button(ui, Look::Main, None, &words.t("friends-save")).clicked() {
            form.missing = chosen.len() < FRIENDS_MIN;
            if !form.missing {
                let (friends, before, words) = (chosen.clone(), view.friends.clone(), form.words.clone());
                out.push(Command::Do(Deed::Computers(Act::SetFriends { friends, before, words })));
            }
        }
        close = widgets::button(ui, Look::Bare, None, &words.t("never-mind")).clicked();
    });
    if close {
        form.chosen = None;
    }
}

fn draw_helping(ui: &mut Ui, words: &Words, help: Option<&HelpCard>, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("friends-help"));
    widgets::soft(ui, &words.t("friends-help-about"));
    ui.add_space(NEAR);
    let (label, hint) = (words.t("friends-request"), words.t("friends-request-hint"));
    widgets::field(ui, "request", &Field { label: &label, hint: &hint, rows: 3, limit: 8192 }, &mut form.request);
    ui.add_space(NEAR);
    if form.request.trim().is_empty() {
        widgets::soft(ui, &words.t("friends-request-first"));
        return;
    }
    if widgets::button(ui, Look::Quiet, None, &words.t("friends-look")).clicked() {
        let request = form.request.trim().to_owned();
        out.push(Command::Do(Deed::Computers(Act::LookAtHelp { request })));
    }
    let Some(help) = help else { return };
    ui.add_space(NEAR);
    widgets::card(ui, |ui| {
        widgets::text(ui, &words.with("friends-help-who", "name", &help.name));
        widgets::soft(ui, &help.as_what);
        if help.agreed {
            widgets::pill(ui, Tone::Good, Icon::Tick, &words.t("friends-agreed-already"));
            return;
        }
        ui.add_space(NEAR);
        let (label, hint) = (words.t("friends-spoken"), words.t("friends-spoken-hint"));
        widgets::field(ui, "spoken", &Field { label: &label, hint: &hint, rows: 1, limit: 100 }, &mut form.spoken);
        if form.spoken_missing && form.spoken.trim().is_empty() {
            widgets::missing(ui, &words.t("friends-spoken-missing"));
        }
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Main, None, &words.with("friends-agree", "name", &help.name)).clicked() {
            form.spoken_missing = form.spoken.trim().is_empty();
            if !form.spoken_missing {
                let (request, spoken) = (form.request.trim().to_owned(), form.spoken.trim().to_owned());
                let name = help.name.clone();
                out.push(Command::Do(Deed::Computers(Act::Agree { request, spoken, name })));
            }
        }
    });
}
