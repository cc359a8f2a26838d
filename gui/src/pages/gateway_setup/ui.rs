//! Draws one question of the set-up.

use egui::Ui;

use super::data::{SetupView, summary};
use super::{Form, Step, Way};
use crate::amount::day_name;
use crate::command::{Command, Page};
use crate::deeds::{Deed, gateway};
use crate::icons::Icon;
use crate::theme::{GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Words of a question: heading, what it is for.
fn question(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Building => ("setup-building", "setup-building-about"),
        Step::Responsible => ("setup-responsible", "setup-responsible-about"),
        Step::Contact => ("setup-contact", "setup-contact-about"),
        Step::Preset => ("setup-preset", "setup-preset-about"),
        Step::Way => ("setup-way", "setup-way-about"),
        Step::Names => ("setup-names", "setup-names-about"),
        Step::Speed => ("setup-speed", "setup-speed-about"),
        Step::Hours => ("setup-hours", "setup-hours-about"),
        Step::Limits => ("setup-limits", "setup-limits-about"),
        Step::Price => ("setup-price", "setup-price-about"),
        Step::Terms => ("setup-terms", "setup-terms-about"),
        Step::Agree => ("setup-agree", "setup-agree-about"),
    }
}

/// Shows a question.
pub(crate) fn ask(step: Step) -> Command {
    Command::Open(Page::GatewaySetup, <&'static str>::from(step).to_owned())
}

/// Draws the page.
pub(crate) fn draw(ui: &mut Ui, words: &Words, view: &SetupView, form: &mut Form, out: &mut Vec<Command>) {
    let step = view.step;
    let (title, about) = question(step);
    widgets::soft(ui, &view.place);
    widgets::title(ui, &words.t(title));
    widgets::text(ui, &words.t(about));
    ui.add_space(GAP);
    let entered = match step {
        Step::Preset => draw_preset(ui, words, form),
        Step::Way => draw_way(ui, words, view, form),
        Step::Hours => draw_hours(ui, words, form),
        Step::Limits => draw_limits(ui, words, form),
        Step::Agree => draw_agree(ui, words, form, out),
        Step::Terms => {
            text(ui, words, "setup-terms-field", "setup-terms-hint", &mut form.terms, 4);
            false
        }
        Step::Building => text(ui, words, "setup-building-field", "setup-building-hint", &mut form.building, 1),
        Step::Responsible => {
            text(ui, words, "setup-responsible-field", "setup-responsible-hint", &mut form.responsible, 1)
        }
        Step::Contact => text(ui, words, "setup-contact-field", "setup-contact-hint", &mut form.contact, 1),
        Step::Names => text(ui, words, "setup-names-field", "setup-names-hint", &mut form.names, 1),
        Step::Speed => text(ui, words, "setup-speed-field", "setup-speed-hint", &mut form.mbit, 1),
        Step::Price => text(ui, words, "setup-price-field", "setup-price-hint", &mut form.pounds_a_gigabyte, 1),
    };
    if let Some(wrong) = form.wrong.filter(|wrong| form.wrong_with(step) == Some(*wrong)) {
        ui.add_space(NEAR);
        widgets::banner(ui, Tone::Warn, &words.t(wrong), "", |_| ());
    }
    ui.add_space(GAP);
    ui.horizontal_wrapped(|ui| {
        let last = step == Step::Agree;
        let next = words.t(if last { "setup-save" } else { "setup-next" });
        if widgets::button(ui, Look::Main, last.then_some(Icon::Tick), &next).clicked() || entered {
            go_on(step, form, out);
        }
        if widgets::button(ui, Look::Bare, Some(Icon::Back), &words.t("back")).clicked() {
            out.push(Command::Back);
        }
    });
    ui.add_space(GAP);
    widgets::soft(ui, &words.t("setup-kept"));
}

/// On to the next question, if this one is answered.
fn go_on(step: Step, form: &mut Form, out: &mut Vec<Command>) {
    form.wrong = form.wrong_with(step);
    if form.wrong.is_some() {
        return;
    }
    match (form.after(step), form.first_wrong()) {
        (Some(next), _) => out.push(ask(next)),
        // Somebody who came by another way still has to answer what was left out.
        (None, Some(missing)) => {
            form.wrong = form.wrong_with(missing);
            out.push(ask(missing));
        }
        (None, None) => out.push(Command::Do(Deed::Gateway(gateway::Deed::SetUp(Box::new(form.setup()))))),
    }
}

/// A field under its name. Returns whether Enter was pressed in it.
fn text(ui: &mut Ui, words: &Words, label: &str, hint: &str, value: &mut String, rows: usize) -> bool {
    let limit = if rows > 1 { 4000 } else { 200 };
    let field = Field { label: &words.t(label), hint: &words.t(hint), rows, limit };
    let response = widgets::counted(ui, words, label, &field, value);
    rows == 1 && response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter))
}

fn draw_preset(ui: &mut Ui, words: &Words, form: &mut Form) -> bool {
    for (preset, name) in [("web", "preset-web"), ("community-only", "preset-community"), ("custom", "preset-custom")] {
        if widgets::choice(ui, form.preset == preset, &words.t(name)).clicked() {
            form.preset = preset.to_owned();
        }
    }
    form.preset == "custom" && text(ui, words, "setup-ports-field", "setup-ports-hint", &mut form.ports, 1)
}

fn draw_way(ui: &mut Ui, words: &Words, view: &SetupView, form: &mut Form) -> bool {
    for (way, name, about) in [
        (Way::Line, "way-line", "way-line-about"),
        (Way::Provider, "way-provider", "way-provider-about"),
        (Way::Source, "way-source", "way-source-about"),
        (Way::Own, "way-own", "way-own-about"),
    ] {
        if widgets::choice(ui, form.way == way, &words.t(name)).clicked() {
            form.way = way;
        }
        if form.way == way {
            ui.indent(name, |ui| widgets::soft(ui, &words.t(about)));
        }
    }
    ui.add_space(GAP);
    match form.way {
        Way::Line => {
            if !view.lines.is_empty() {
                widgets::heading(ui, &words.t("setup-line-which"));
            }
            for line in &view.lines {
                if widgets::choice(ui, form.line == line.name, &line.text).clicked() {
                    form.line.clone_from(&line.name);
                }
            }
            text(ui, words, "setup-line-field", "setup-line-hint", &mut form.line, 1)
        }
        Way::Source => text(ui, words, "setup-source-field", "setup-source-hint", &mut form.source, 1),
        Way::Provider => text(ui, words, "setup-provider-field", "setup-provider-hint", &mut form.provider, 1),
        Way::Own => false,
    }
}

fn draw_hours(ui: &mut Ui, words: &Words, form: &mut Form) -> bool {
    if widgets::choice(ui, form.always, &words.t("hours-always")).clicked() {
        form.always = true;
    }
    if widgets::choice(ui, !form.always, &words.t("hours-some")).clicked() {
        form.always = false;
    }
    if form.always {
        return false;
    }
    ui.add_space(NEAR);
    ui.horizontal_wrapped(|ui| {
        for (day, on) in form.days.iter_mut().enumerate() {
            if widgets::toggle(ui, *on, Icon::Clock, &day_name(words, day)).clicked() {
                *on = !*on;
            }
        }
    });
    ui.add_space(NEAR);
    text(ui, words, "hours-from", "hours-from-hint", &mut form.from, 1);
    text(ui, words, "hours-to", "hours-to-hint", &mut form.to, 1);
    text(ui, words, "hours-more", "hours-more-hint", &mut form.more, 2);
    false
}

fn draw_limits(ui: &mut Ui, words: &Words, form: &mut Form) -> bool {
    text(ui, words, "limit-hours", "limit-none", &mut form.hours_a_day, 1);
    text(ui, words, "limit-megabytes", "limit-none", &mut form.megabytes_a_day, 1);
    text(ui, words, "limit-gigabytes", "limit-none", &mut form.gigabytes_a_month, 1);
    text(ui, words, "limit-kept", "limit-kept-hint", &mut form.kept_percent, 1);
    false
}

fn draw_agree(ui: &mut Ui, words: &Words, form: &mut Form, out: &mut Vec<Command>) -> bool {
    widgets::card(ui, |ui| {
        for (step, line) in summary(words, form) {
            ui.horizontal_top(|ui| {
                let name: &'static str = step.into();
                ui.push_id(name, |ui| {
                    let change = words.with("setup-change", "what", &words.t(question(step).0));
                    let press = widgets::button(ui, Look::Bare, None, &words.t("setup-change-short"));
                    press.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &change));
                    if press.clicked() {
                        out.push(ask(step));
                    }
                });
                ui.vertical(|ui| {
                    ui.add_space(NEAR);
                    widgets::text(ui, &line);
                });
            });
        }
    });
    ui.add_space(GAP);
    if form.way == Way::Own {
        widgets::banner(ui, Tone::Warn, &words.t("own-line-title"), &words.t("own-line-about"), |_| ());
        ui.add_space(NEAR);
        if widgets::toggle(ui, form.own_line, Icon::Warning, &words.t("own-line-accept")).clicked() {
            form.own_line = !form.own_line;
        }
    }
    text(ui, words, "setup-agree-field", "setup-responsible-hint", &mut form.agreed_by, 1)
}
