//! Draws the item page.

use egui::{Label, RichText, Ui};

use super::data::{Acts, Contact, ItemView, Version};
use super::{Form, REASONS};
use crate::command::{Command, Page};
use crate::deeds::{Deed, item, things};
use crate::icons::Icon;
use crate::pages::{Part, draw_copy, draw_fold, draw_part};
use crate::theme::{GAP, NEAR, Palette, Tone};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<ItemView>, form: &mut Form, out: &mut Vec<Command>) {
    if widgets::button(ui, Look::Bare, Some(Icon::Back), &words.t("back-to-results")).clicked() {
        out.push(Command::Back);
    }
    ui.add_space(NEAR);
    if !matches!(view, Part::Here(_)) {
        widgets::title(ui, &words.t("page-item"));
    }
    draw_part(ui, words, Icon::Search, view, out, |ui, view, out| {
        let soft = Palette::of(ui).soft;
        ui.label(RichText::new(&view.kind).small().color(soft));
        widgets::title(ui, &view.title);
        draw_rest(ui, words, view, out);
        if let Some(acts) = &view.acts {
            draw_acts(ui, words, acts, form, out);
        }
        draw_fold(ui, &words.t("details-document"), &view.details);
    });
}

/// Draws an item inside another page, which has a heading of its own.
pub fn draw_inside(ui: &mut Ui, words: &Words, view: &ItemView, out: &mut Vec<Command>) {
    let soft = Palette::of(ui).soft;
    ui.label(RichText::new(&view.kind).small().color(soft));
    widgets::heading(ui, &view.title);
    ui.add_space(NEAR);
    draw_rest(ui, words, view, out);
}

fn draw_rest(ui: &mut Ui, words: &Words, view: &ItemView, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        for mark in [&view.urgent, &view.open].into_iter().flatten() {
            widgets::pill(ui, mark.tone, mark.icon, &mark.text);
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
    if !view.versions.is_empty() {
        for version in &view.versions {
            widgets::card(ui, |ui| draw_version(ui, words, version, out));
            ui.add_space(NEAR);
        }
        ui.add_space(GAP);
    }
    if let Some((text, address)) = &view.site {
        widgets::banner(ui, Tone::Plain, text, "", |ui| match address {
            Some(address) => {
                if widgets::button(ui, Look::Quiet, None, &words.t("item-site-open")).clicked() {
                    out.push(Command::OpenUrl(address.clone()));
                }
            }
            None => {
                if widgets::button(ui, Look::Quiet, Some(Icon::Site), &words.t("item-site-where")).clicked() {
                    out.push(Command::Open(Page::Sites, String::new()));
                }
            }
        });
        ui.add_space(GAP);
    }
    if !view.about.is_empty() || !view.place.is_empty() || !view.when.is_empty() {
        widgets::card(ui, |ui| {
            if !view.when.is_empty() {
                widgets::icon_line(ui, Icon::Clock, |ui| {
                    for line in &view.when {
                        widgets::copyable(ui, line);
                    }
                });
            }
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
    if !view.sources.is_empty() {
        widgets::card(ui, |ui| {
            widgets::heading(ui, &words.t("sources"));
            ui.add_space(NEAR);
            for source in &view.sources {
                ui.horizontal_wrapped(|ui| {
                    ui.add(Label::new(&source.text).wrap());
                    if let Some(checked) = &source.checked {
                        widgets::pill(ui, checked.tone, checked.icon, &checked.text);
                    }
                });
            }
        });
        ui.add_space(GAP);
    }
}

/// One of several versions: what is different in it, and the button that makes it the only one.
fn draw_version(ui: &mut Ui, words: &Words, version: &Version, out: &mut Vec<Command>) {
    widgets::text(ui, &version.written);
    if !version.remark.is_empty() {
        widgets::soft(ui, &version.remark);
    }
    for (key, lines) in [("version-says", &version.here), ("version-not", &version.not_here)] {
        if !lines.is_empty() {
            ui.add_space(NEAR);
            widgets::soft(ui, &words.t(key));
            for line in lines {
                widgets::text(ui, line);
            }
        }
    }
    if let Some((label, deed)) = &version.keep {
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, Some(Icon::Tick), label).clicked() {
            out.push(Command::Do(deed.clone()));
        }
    }
}

/// What can be done with it: first what is mine to do, then what anybody may.
fn draw_acts(ui: &mut Ui, words: &Words, acts: &Acts, form: &mut Form, out: &mut Vec<Command>) {
    if form.about != acts.slot {
        *form = Form { about: acts.slot.clone(), ..Form::default() };
    }
    let slot = || acts.slot.clone();
    let title = || acts.title.clone();
    ui.horizontal_wrapped(|ui| {
        let mut act = |ui: &mut Ui, look: Look, icon: Option<Icon>, name: &str, command: Command| {
            if widgets::button(ui, look, icon, name).clicked() {
                out.push(command);
            }
        };
        if acts.mine && acts.can_write {
            act(ui, Look::Main, Some(Icon::Write), &words.t("thing-change"), Command::Open(Page::Write, slot()));
        }
        if acts.mine && acts.can_check {
            let deed = Deed::Things(things::Deed::CheckAgain { item: slot() });
            act(ui, Look::Quiet, Some(Icon::Tick), &words.t("thing-check"), Command::Do(deed));
        }
        if acts.calendar {
            let deed = Deed::Item(item::Deed::SaveCalendar { item: slot(), title: title() });
            act(ui, Look::Quiet, Some(Icon::File), &words.t("item-calendar"), Command::Do(deed));
        }
        if acts.mine {
            let deed = Deed::Things(things::Deed::Withdraw { item: slot() });
            act(ui, Look::Quiet, None, &words.t("thing-withdraw"), Command::Do(deed));
        }
        if let Some((reason, note)) = acts.hidden.clone() {
            let deed = Deed::Item(item::Deed::Unhide { what: slot(), title: title(), reason, note });
            act(ui, Look::Quiet, Some(Icon::Look), &words.t("item-unhide"), Command::Do(deed));
        }
        if acts.can_report {
            act(ui, Look::Quiet, Some(Icon::Warning), &words.t("item-report"), Command::Open(Page::Report, slot()));
        }
        if acts.can_hide && widgets::button(ui, Look::Quiet, Some(Icon::Warning), &words.t("item-hide")).clicked() {
            *form = Form { hiding: !form.hiding, reason: None, missing: false, ..std::mem::take(form) };
        }
        if let Some((owner, name)) = acts.block.clone() {
            let label = words.with("item-block", "name", &name);
            let deed = Deed::Item(item::Deed::Block { owner, name });
            if widgets::button(ui, Look::Quiet, Some(Icon::Stop), &label).clicked() {
                out.push(Command::Do(deed));
            }
        }
    });
    ui.add_space(GAP);
    if form.hiding {
        widgets::card(ui, |ui| draw_hide(ui, words, acts, form, out));
    }
}

/// Asks why, before something is hidden.
fn draw_hide(ui: &mut Ui, words: &Words, acts: &Acts, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("hide-why"));
    widgets::soft(ui, &words.t("hide-about"));
    ui.add_space(NEAR);
    for (n, (_, key)) in REASONS.iter().enumerate() {
        if widgets::choice(ui, form.reason == Some(n), &words.t(key)).clicked() {
            form.reason = Some(n);
            form.missing = false;
        }
    }
    ui.add_space(NEAR);
    let (label, hint) = (words.t("hide-text"), words.t("own-words"));
    let shown = widgets::Field { label: &label, hint: &hint, rows: 3, limit: 2000 };
    widgets::counted(ui, words, "own-words", &shown, &mut form.text);
    if form.missing {
        widgets::soft(ui, &words.t("reason-missing"));
    }
    ui.add_space(NEAR);
    if widgets::button(ui, Look::Main, None, &words.t("hide-go")).clicked() {
        let Some(n) = form.reason else {
            form.missing = true;
            return;
        };
        let (what, title, note) = (acts.slot.clone(), acts.title.clone(), form.text.trim().to_owned());
        out.push(Command::Do(Deed::Item(item::Deed::Hide { what, title, reason: REASONS[n].0.into(), note })));
    }
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
                draw_copy(ui, words, Look::Bare, &words.t("copy"), &contact.value, out).accessible_name(name);
            }
        }
    });
}
