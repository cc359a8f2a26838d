//! Draws one group.

use egui::{RichText, Ui};

use super::Form;
use super::data::{GroupView, MemberRow};
use crate::command::{Command, Page};
use crate::deeds::groups::Deed as Act;
use crate::deeds::{Deed, computers};
use crate::icons::Icon;
use crate::pages::{Part, draw_back, draw_part};
use crate::secret::Secret;
use crate::theme::{self, FAR, GAP, NEAR};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// People offered to be added at a time; typing narrows them down.
const OFFERED_MAX: usize = 8;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<GroupView>, form: &mut Form, out: &mut Vec<Command>) {
    draw_back(ui, words, out);
    let title = match view {
        Part::Here(view) => view.group.name.clone(),
        _ => words.t("page-group"),
    };
    widgets::title(ui, &title);
    draw_part(ui, words, Icon::People, view, out, |ui, view, out| draw_here(ui, words, view, form, out));
}

fn act(out: &mut Vec<Command>, deed: Act) {
    out.push(Command::Do(Deed::Groups(deed)));
}

fn draw_here(ui: &mut Ui, words: &Words, view: &GroupView, form: &mut Form, out: &mut Vec<Command>) {
    if !view.about.is_empty() {
        widgets::text(ui, &view.about);
    }
    if !view.only.is_empty() {
        widgets::soft(ui, &view.only);
    }
    if view.share {
        ui.add_space(NEAR);
        let text = words.with("group-share", "name", &view.group.name);
        if widgets::button(ui, Look::Main, Some(Icon::Write), &text).clicked() {
            out.push(Command::ShareAs(view.group.id.clone()));
        }
    }
    ui.add_space(GAP);
    widgets::heading(ui, &words.t("group-members"));
    ui.add_space(NEAR);
    for member in &view.members {
        ui.push_id(&member.who.id, |ui| draw_member(ui, words, view, member, out));
        ui.add_space(NEAR);
    }
    if view.manage {
        draw_add(ui, words, view, form, out);
    } else {
        widgets::soft(ui, &view.why_not);
    }
    ui.add_space(FAR);
    widgets::heading(ui, &words.t("group-computers"));
    if view.computers.is_empty() {
        widgets::soft(ui, &words.t("group-computers-none"));
    }
    for (computer, this) in &view.computers {
        ui.horizontal_wrapped(|ui| {
            widgets::text(ui, &computer.name);
            if *this {
                widgets::pill(ui, theme::Tone::Good, Icon::Tick, &words.t("computer-this"));
            }
            let text = words.with("computer-remove", "name", &computer.name);
            if view.manage && widgets::button(ui, Look::Bare, None, &text).clicked() {
                let (group, words) = (Some(view.group.id.clone()), Secret::default());
                let remove = computers::Deed::Remove { group, computer: computer.clone(), words };
                out.push(Command::Do(Deed::Computers(remove)));
            }
        });
    }
    if view.manage && widgets::button(ui, Look::Quiet, Some(Icon::Computer), &words.t("computer-add")).clicked() {
        out.push(Command::Open(Page::ComputerAdd, view.group.id.clone()));
    }
    ui.add_space(FAR);
    if let Some(me) = &view.me {
        let text = words.with("group-leave", "name", &view.group.name);
        if widgets::button(ui, Look::Quiet, Some(Icon::Back), &text).clicked() {
            act(out, Act::Leave { group: view.group.clone(), me: me.clone() });
        }
        ui.add_space(NEAR);
    }
    if view.close {
        draw_close(ui, words, view, form, out);
    }
}

fn draw_member(ui: &mut Ui, words: &Words, view: &GroupView, member: &MemberRow, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        ui.add(egui::Label::new(RichText::new(&member.who.name).text_style(theme::strong())).wrap());
        ui.horizontal_wrapped(|ui| {
            widgets::pill(ui, member.mark.tone, member.mark.icon, &member.mark.text);
            let text = words.with("see-person", "name", &member.who.name);
            if widgets::button(ui, Look::Bare, None, &text).clicked() {
                out.push(Command::Open(Page::Person, member.who.id.clone()));
            }
            if view.manage && !member.me {
                let key = if member.admin { "group-admin-end" } else { "group-admin-make" };
                if widgets::button(ui, Look::Bare, None, &words.with(key, "name", &member.who.name)).clicked() {
                    let (group, who) = (view.group.id.clone(), member.who.clone());
                    act(out, Act::Add { group, who, admin: !member.admin });
                }
                let text = words.with("group-take-out", "name", &member.who.name);
                if widgets::button(ui, Look::Bare, None, &text).clicked() {
                    let (group, who) = (view.group.id.clone(), member.who.clone());
                    act(out, Act::TakeOut { group, who, admin: member.admin });
                }
            }
        });
    });
}

fn draw_add(ui: &mut Ui, words: &Words, view: &GroupView, form: &mut Form, out: &mut Vec<Command>) {
    if view.others.is_empty() {
        widgets::soft(ui, &words.t("group-everybody"));
        return;
    }
    ui.add_space(NEAR);
    let (label, hint) = (words.t("group-add-who"), words.t("group-add-hint"));
    widgets::field(ui, "who", &Field { label: &label, hint: &hint, rows: 1, limit: 100 }, &mut form.who);
    ui.add_space(NEAR);
    let typed = form.who.trim().to_lowercase();
    let fits: Vec<_> = view.others.iter().filter(|o| o.name.to_lowercase().contains(&typed)).collect();
    if fits.is_empty() {
        widgets::soft(ui, &words.t("group-add-nobody"));
    }
    ui.horizontal_wrapped(|ui| {
        for who in fits.iter().take(OFFERED_MAX) {
            ui.push_id(&who.id, |ui| {
                let text = words.with("group-add", "name", &who.name);
                if widgets::button(ui, Look::Quiet, Some(Icon::Invite), &text).clicked() {
                    act(out, Act::Add { group: view.group.id.clone(), who: (*who).clone(), admin: false });
                }
            });
        }
    });
    if fits.len() > OFFERED_MAX {
        widgets::soft(ui, &words.with("more-of-them", "count", (fits.len() - OFFERED_MAX) as u64));
    }
}

fn draw_close(ui: &mut Ui, words: &Words, view: &GroupView, form: &mut Form, out: &mut Vec<Command>) {
    let button = words.with("group-close", "name", &view.group.name);
    if !form.closing {
        form.closing = widgets::button(ui, Look::Quiet, Some(Icon::Warning), &button).clicked();
        return;
    }
    widgets::card(ui, |ui| {
        widgets::text(ui, &words.t("group-close-content"));
        if widgets::choice(ui, !form.hide, &words.t("content-keep")).clicked() {
            form.hide = false;
        }
        if widgets::choice(ui, form.hide, &words.t("content-hide")).clicked() {
            form.hide = true;
        }
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Main, Some(Icon::Warning), &button).clicked() {
                act(out, Act::Close { group: view.group.clone(), hide: form.hide });
            }
            if widgets::button(ui, Look::Bare, None, &words.t("never-mind")).clicked() {
                form.closing = false;
            }
        });
    });
}
