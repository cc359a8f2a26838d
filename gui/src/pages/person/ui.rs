//! Draws one person.

use egui::Ui;

use super::Form;
use super::data::PersonView;
use crate::command::{Command, Page};
use crate::deeds::Deed;
use crate::deeds::people::Deed as Act;
use crate::icons::Icon;
use crate::pages::people::ui::draw_marks;
use crate::pages::{Part, draw_back, draw_details, draw_part};
use crate::theme::{FAR, GAP, NEAR};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// How many people a member can be trusted to let in, to choose from.
const INVITES: [u64; 3] = [20, 50, 100];

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<PersonView>, form: &mut Form, out: &mut Vec<Command>) {
    draw_back(ui, words, out);
    let title = match view {
        Part::Here(view) => view.who.name.clone(),
        _ => words.t("page-person"),
    };
    widgets::title(ui, &title);
    draw_part(ui, words, Icon::Person, view, out, |ui, view, out| draw_here(ui, words, view, form, out));
}

fn draw_here(ui: &mut Ui, words: &Words, view: &PersonView, form: &mut Form, out: &mut Vec<Command>) {
    draw_marks(ui, &view.marks);
    widgets::soft(ui, &view.computers);
    for grant in &view.grants {
        ui.horizontal_wrapped(|ui| {
            widgets::text(ui, &grant.text);
            if let Some(deed) = &grant.take_back {
                let text = words.with("grant-take-back", "what", &grant.text);
                if widgets::button(ui, Look::Bare, None, &text).clicked() {
                    out.push(Command::Do(Deed::People(deed.clone())));
                }
            }
        });
    }
    if !view.groups.is_empty() {
        ui.add_space(GAP);
        widgets::heading(ui, &words.t("person-groups"));
        ui.horizontal_wrapped(|ui| {
            for (id, name) in &view.groups {
                if widgets::button(ui, Look::Quiet, Some(Icon::People), name).clicked() {
                    out.push(Command::Open(Page::Group, id.clone()));
                }
            }
        });
    }
    ui.add_space(FAR);
    widgets::heading(ui, &words.t("person-why"));
    for fact in &view.why {
        widgets::text(ui, fact);
    }
    draw_details(ui, words, &view.why_details);
    ui.add_space(FAR);
    widgets::heading(ui, &words.t("person-can"));
    ui.add_space(NEAR);
    if let Some(why) = &view.why_not {
        widgets::soft(ui, why);
        ui.add_space(NEAR);
    }
    for (text, deed) in &view.can {
        if widgets::button(ui, Look::Quiet, None, text).clicked() {
            out.push(Command::Do(Deed::People(deed.clone())));
        }
        ui.add_space(NEAR);
    }
    if view.may_grant_invites {
        draw_invites(ui, words, view, form, out);
    }
    if let Some((text, deed)) = &view.block {
        if widgets::button(ui, Look::Quiet, Some(Icon::Stop), text).clicked() {
            out.push(Command::Do(Deed::People(deed.clone())));
        }
        widgets::soft(ui, &words.t("person-block-about"));
        ui.add_space(NEAR);
        let text = words.with("person-report", "name", &view.who.name);
        if widgets::button(ui, Look::Quiet, Some(Icon::Warning), &text).clicked() {
            out.push(Command::Open(Page::Report, view.who.id.clone()));
        }
        ui.add_space(NEAR);
    }
    if view.may_remove {
        ui.add_space(GAP);
        draw_remove(ui, words, view, form, out);
    }
}

fn draw_invites(ui: &mut Ui, words: &Words, view: &PersonView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::text(ui, &words.with("grant-invites-about", "name", &view.who.name));
        ui.horizontal_wrapped(|ui| {
            for number in INVITES {
                if widgets::choice(ui, form.invites == number, &words.with("count-people", "count", number)).clicked() {
                    form.invites = number;
                }
            }
        });
        if form.invites == 0 {
            widgets::soft(ui, &words.t("grant-invites-choose"));
        } else if widgets::button(ui, Look::Quiet, None, &words.with("grant-invites", "count", form.invites)).clicked()
        {
            let deed = Act::Grant { who: view.who.clone(), role: "invites".into(), number: Some(form.invites) };
            out.push(Command::Do(Deed::People(deed)));
        }
    });
    ui.add_space(NEAR);
}

fn draw_remove(ui: &mut Ui, words: &Words, view: &PersonView, form: &mut Form, out: &mut Vec<Command>) {
    let name = &view.who.name;
    let button = words.with("person-remove", "name", name);
    if !form.taking_out {
        form.taking_out = widgets::button(ui, Look::Quiet, Some(Icon::Warning), &button).clicked();
        return;
    }
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.with("person-remove-title", "name", name));
        ui.add_space(NEAR);
        let (label, hint) = (words.t("person-remove-reason"), words.t("person-remove-reason-hint"));
        let field = Field { label: &label, hint: &hint, rows: 2, limit: 500 };
        widgets::counted(ui, words, "reason", &field, &mut form.reason);
        widgets::soft(ui, &words.t("person-remove-reason-seen"));
        ui.add_space(GAP);
        widgets::text(ui, &words.t("person-remove-content"));
        if widgets::choice(ui, !form.hide, &words.t("content-keep")).clicked() {
            form.hide = false;
        }
        if widgets::choice(ui, form.hide, &words.t("content-hide")).clicked() {
            form.hide = true;
        }
        ui.add_space(NEAR);
        widgets::text(ui, &words.t("person-remove-who"));
        if widgets::choice(ui, !form.with_everyone, &words.t("person-remove-one")).clicked() {
            form.with_everyone = false;
        }
        if widgets::choice(ui, form.with_everyone, &words.t("person-remove-everyone")).clicked() {
            form.with_everyone = true;
        }
        ui.add_space(GAP);
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Main, Some(Icon::Warning), &button).clicked() {
                out.push(Command::Do(Deed::People(Act::Remove {
                    who: view.who.clone(),
                    reason: form.reason.trim().to_owned(),
                    hide: form.hide,
                    with_everyone: form.with_everyone,
                })));
            }
            if widgets::button(ui, Look::Bare, None, &words.t("never-mind")).clicked() {
                form.taking_out = false;
            }
        });
    });
}
