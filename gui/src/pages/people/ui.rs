//! Draws people, groups and organisers.

use egui::{RichText, Ui};

use super::data::{GroupRow, PeopleView, PersonRow, ProposalCard};
use super::{Form, NewGroup};
use crate::command::{Command, Page};
use crate::deeds::{Deed, groups, people};
use crate::icons::Icon;
use crate::pages::ask::data::TO_GROUP;
use crate::pages::find::data::Mark;
use crate::pages::{Part, draw_details, draw_part};
use crate::theme::{self, FAR, GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<PeopleView>, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-people"));
    draw_part(ui, words, Icon::People, view, out, |ui, view, out| {
        for proposal in &view.proposals {
            draw_proposal(ui, words, proposal, out);
        }
        for person in &view.people {
            draw_person(ui, person, out);
        }
        if !view.gone.is_empty() {
            ui.add_space(NEAR);
            let text = words.with("people-gone", "count", view.gone.len() as u64);
            if widgets::toggle(ui, form.everybody, Icon::Person, &text).clicked() {
                form.everybody = !form.everybody;
            }
            ui.add_space(NEAR);
            for person in view.gone.iter().filter(|_| form.everybody) {
                draw_person(ui, person, out);
            }
        }
        ui.add_space(FAR);
        widgets::heading(ui, &words.t("groups"));
        ui.add_space(NEAR);
        if view.groups.is_empty() {
            widgets::soft(ui, &words.t("groups-none"));
        }
        for group in &view.groups {
            draw_group(ui, group, out);
        }
        ui.add_space(NEAR);
        draw_start(ui, words, view, form, out);
        ui.add_space(FAR);
        widgets::heading(ui, &words.t("organisers"));
        widgets::text(ui, &view.rule);
        if view.split {
            widgets::banner(ui, Tone::Bad, &words.t("organisers-split"), &words.t("organisers-split-do"), |_| ());
        }
        widgets::soft(ui, &words.t("organisers-how"));
    });
}

/// Pills beside each other.
pub fn draw_marks(ui: &mut Ui, marks: &[Mark]) {
    ui.horizontal_wrapped(|ui| {
        for mark in marks {
            widgets::pill(ui, mark.tone, mark.icon, &mark.text);
        }
    });
}

/// What a screen reader says of a row.
pub fn spoken(name: &str, marks: &[Mark]) -> String {
    let mut said = name.to_owned();
    for mark in marks {
        said.push_str(", ");
        said.push_str(&mark.text);
    }
    said
}

fn draw_person(ui: &mut Ui, person: &PersonRow, out: &mut Vec<Command>) {
    let row = widgets::row(ui, &person.id, &spoken(&person.name, &person.marks), |ui| {
        ui.add(egui::Label::new(RichText::new(&person.name).text_style(theme::strong())).wrap());
        draw_marks(ui, &person.marks);
    });
    if row.gained_focus() {
        row.scroll_to_me(None);
    }
    if row.clicked() {
        out.push(Command::Open(Page::Person, person.id.clone()));
    }
    ui.add_space(2.0);
}

fn draw_group(ui: &mut Ui, group: &GroupRow, out: &mut Vec<Command>) {
    let row = widgets::row(ui, &group.id, &spoken(&group.name, &group.marks), |ui| {
        ui.add(egui::Label::new(RichText::new(&group.name).text_style(theme::strong())).wrap());
        if !group.about.is_empty() {
            widgets::soft(ui, &group.about);
        }
        draw_marks(ui, &group.marks);
    });
    if row.gained_focus() {
        row.scroll_to_me(None);
    }
    if row.clicked() {
        out.push(Command::Open(Page::Group, group.id.clone()));
    }
    ui.add_space(2.0);
}

fn draw_proposal(ui: &mut Ui, words: &Words, proposal: &ProposalCard, out: &mut Vec<Command>) {
    ui.push_id(&proposal.code, |ui| {
        widgets::banner(ui, Tone::Warn, &words.t("proposal-waits"), &proposal.text, |ui| {
            widgets::pill(ui, proposal.missing.tone, proposal.missing.icon, &proposal.missing.text);
            widgets::soft(ui, &proposal.approved);
            match &proposal.mine {
                Ok(()) => {
                    if widgets::button(ui, Look::Main, None, &words.t("proposal-approve")).clicked() {
                        let (code, text) = (proposal.code.clone(), proposal.text.clone());
                        out.push(Command::Do(Deed::People(people::Deed::Approve { code, text })));
                    }
                }
                Err(why) => {
                    widgets::soft(ui, why);
                }
            }
            draw_details(ui, words, &proposal.details);
        });
    });
    ui.add_space(GAP);
}

fn draw_start(ui: &mut Ui, words: &Words, view: &PeopleView, form: &mut Form, out: &mut Vec<Command>) {
    if !view.organiser {
        widgets::soft(ui, &words.t("group-start-organisers"));
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, Some(Icon::Help), &words.t("group-ask")).clicked() {
            out.push(Command::Open(Page::Ask, TO_GROUP.into()));
        }
        return;
    }
    let Some(new) = &mut form.group else {
        if widgets::button(ui, Look::Quiet, Some(Icon::People), &words.t("group-start")).clicked() {
            form.group = Some(NewGroup::default());
        }
        return;
    };
    let mut close = false;
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("group-start-title"));
        ui.add_space(NEAR);
        let (label, hint) = (words.t("group-name"), words.t("group-name-hint"));
        let field = Field { label: &label, hint: &hint, rows: 1, limit: 100 };
        widgets::counted(ui, words, "group-name", &field, &mut new.name);
        if new.missing && new.name.trim().is_empty() {
            widgets::missing(ui, &words.t("group-name-missing"));
        }
        ui.add_space(NEAR);
        let (label, hint) = (words.t("group-about"), words.t("group-about-hint"));
        let field = Field { label: &label, hint: &hint, rows: 2, limit: 500 };
        widgets::field(ui, "group-about", &field, &mut new.description);
        ui.add_space(NEAR);
        widgets::soft(ui, &words.t("group-start-about"));
        ui.add_space(GAP);
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Main, None, &words.t("group-start")).clicked() {
                new.missing = new.name.trim().is_empty();
                if !new.missing {
                    let (name, description) = (new.name.trim().to_owned(), new.description.trim().to_owned());
                    out.push(Command::Do(Deed::Groups(groups::Deed::Start { name, description })));
                }
            }
            close = widgets::button(ui, Look::Bare, None, &words.t("never-mind")).clicked();
        });
    });
    if close {
        form.group = None;
    }
}
