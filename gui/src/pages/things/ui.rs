//! Draws my things.

use egui::{Label, RichText, Ui};

use super::data::{All, Mine};
use crate::command::{Command, Page};
use crate::deeds::{Deed, things};
use crate::icons::Icon;
use crate::pages::{Part, draw_part, find};
use crate::theme::{self, GAP, NEAR, Palette};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Draws the page; `begun` is what is not published yet: what its form is about, and its title.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<All>, begun: &[(String, String)], out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-things"));
    widgets::text(ui, &words.t("things-about"));
    ui.add_space(NEAR);
    ui.horizontal_wrapped(|ui| {
        for (look, name, about) in [
            (Look::Main, "write-service", "service"),
            (Look::Quiet, "write-notice", "notice"),
            (Look::Quiet, "write-event", "event"),
        ] {
            if widgets::button(ui, look, Some(Icon::Write), &words.t(name)).clicked() {
                out.push(Command::Open(Page::Write, about.into()));
            }
        }
        if widgets::button(ui, Look::Quiet, Some(Icon::File), &words.t("page-import")).clicked() {
            out.push(Command::Open(Page::Import, String::new()));
        }
        if widgets::button(ui, Look::Bare, None, &words.t("page-hidden")).clicked() {
            out.push(Command::Open(Page::Hidden, String::new()));
        }
    });
    ui.add_space(GAP);
    if !begun.is_empty() {
        widgets::heading(ui, &words.t("things-begun"));
        ui.add_space(NEAR);
        for (about, title) in begun {
            let go_on = words.with("things-go-on", "title", title);
            if widgets::button(ui, Look::Quiet, Some(Icon::Write), &go_on).clicked() {
                out.push(Command::Open(Page::Write, about.clone()));
            }
        }
        ui.add_space(GAP);
    }
    draw_part(ui, words, Icon::Things, view, out, |ui, all, out| {
        widgets::heading(ui, &all.count);
        ui.add_space(NEAR);
        for mine in &all.things {
            ui.push_id(&mine.slot, |ui| draw_mine(ui, words, mine, out));
            ui.add_space(NEAR);
        }
        if all.more && widgets::button(ui, Look::Quiet, Some(Icon::Search), &words.t("things-more")).clicked() {
            out.push(Command::FindAll(find::Filters { mine: true, ..find::Filters::default() }));
        }
    });
}

fn draw_mine(ui: &mut Ui, words: &Words, mine: &Mine, out: &mut Vec<Command>) {
    let soft = Palette::of(ui).soft;
    widgets::card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.add(Label::new(RichText::new(&mine.title).text_style(theme::strong())).wrap());
            ui.label(RichText::new(&mine.kind).small().color(soft));
        });
        if !mine.place.is_empty() {
            widgets::soft(ui, &mine.place);
        }
        ui.horizontal_wrapped(|ui| {
            for mark in &mine.marks {
                widgets::pill(ui, mark.tone, mark.icon, &mark.text);
            }
        });
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            let mut button = |ui: &mut Ui, look: Look, icon: Option<Icon>, name: &str, key: &str, command: Command| {
                let said = words.with(key, "title", &mine.title);
                if widgets::button(ui, look, icon, &words.t(name)).accessible_name(said).clicked() {
                    out.push(command);
                }
            };
            let slot = || mine.slot.clone();
            button(ui, Look::Quiet, Some(Icon::Look), "thing-see", "thing-see-it", Command::Open(Page::Item, slot()));
            button(
                ui,
                Look::Quiet,
                Some(Icon::Write),
                "thing-change",
                "thing-change-it",
                Command::Open(Page::Write, slot()),
            );
            if mine.can_check {
                let deed = Deed::Things(things::Deed::CheckAgain { item: slot() });
                button(ui, Look::Quiet, Some(Icon::Tick), "thing-check", "thing-check-it", Command::Do(deed));
            }
            let deed = Deed::Things(things::Deed::Withdraw { item: slot() });
            button(ui, Look::Quiet, None, "thing-withdraw", "thing-withdraw-it", Command::Do(deed));
        });
    });
}
