//! Draws the first minutes.

use egui::{Key, Label, RichText, Sense, Ui, Vec2};

use super::data::{Asking, WelcomeView};
use super::{Form, Step, ui_back};
use crate::command::Command;
use crate::deeds::people::Who;
use crate::deeds::{Deed, community};
use crate::icons::{self, Icon};
use crate::pages::{Part, draw_details};
use crate::theme::{self, FAR, GAP, NEAR, Palette, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::{Language, Words};

/// Draws one step.
pub fn draw(ui: &mut Ui, words: &Words, step: Step, view: &WelcomeView, form: &mut Form, out: &mut Vec<Command>) {
    draw_logo(ui, words);
    if let Some(asking) = &view.asking {
        draw_asking(ui, words, view, asking, out);
        return;
    }
    if let Some(back) = step.back()
        && widgets::button(ui, Look::Bare, Some(Icon::Back), &words.t("back")).clicked()
    {
        out.push(Command::Step(back));
    }
    ui.add_space(NEAR);
    if form.met.is_some_and(|met| met != step) {
        form.met = None;
    }
    match step {
        Step::Language => draw_language(ui, words, view, out),
        Step::Name => draw_name(ui, words, form, out),
        Step::Community => draw_community(ui, words, view, form, out),
        Step::Invite => draw_invite(ui, words, view, form, out),
        Step::Start => draw_start(ui, words, view, form, out),
        Step::Back => ui_back::draw_ways(ui, words, out),
        Step::Restore => ui_back::draw_restore(ui, words, view, form, out),
        Step::Move => ui_back::draw_move(ui, words, view, form, out),
        Step::Friends => ui_back::draw_friends(ui, words, view, form, out),
    }
}

fn draw_logo(ui: &mut Ui, words: &Words) {
    let p = Palette::of(ui);
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(34.0), Sense::hover());
        ui.painter().rect_filled(rect, 9, p.hedge);
        icons::paint(ui.painter(), rect.shrink(6.0), Icon::Leaf, p.on_hedge);
        ui.add_space(NEAR);
        ui.add(Label::new(RichText::new(words.t("app-name")).heading().color(p.hedge)));
    });
    ui.add_space(FAR);
}

/// Somebody has to say yes: nothing else can be done meanwhile but to stop.
fn draw_asking(ui: &mut Ui, words: &Words, view: &WelcomeView, asking: &Asking, out: &mut Vec<Command>) {
    widgets::title(ui, &asking.title);
    match &asking.ended {
        None => {
            let said = widgets::text(ui, &asking.body);
            widgets::announce(ui, &said);
            ui.add_space(NEAR);
            widgets::heading(ui, &asking.code);
        }
        Some(said) => {
            widgets::banner(ui, Tone::Bad, &said.title, &said.body, |_| ());
            draw_details(ui, words, &said.details);
        }
    }
    draw_fault(ui, words, view);
    ui.add_space(GAP);
    let text = words.t(if asking.ended.is_some() { "asking-again" } else { "asking-stop" });
    if widgets::button(ui, Look::Quiet, Some(Icon::Stop), &text).clicked() {
        out.push(Command::Do(Deed::Community(community::Deed::StopAsking)));
    }
}

fn draw_language(ui: &mut Ui, words: &Words, view: &WelcomeView, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("welcome-language"));
    widgets::soft(ui, &words.t("welcome-about"));
    ui.add_space(GAP);
    for language in Language::ALL {
        let text = Words { language }.t("welcome-language-use");
        let look = if language == words.language { Look::Main } else { Look::Quiet };
        if widgets::button(ui, look, None, &text).clicked() {
            out.push(Command::Speak(language));
            out.push(Command::Step(Step::Name));
        }
        ui.add_space(NEAR);
    }
    ui.add_space(GAP);
    ui.add(Label::new(RichText::new(words.t("text-size")).text_style(theme::strong())).wrap());
    for (size, name, chosen) in &view.sizes {
        if widgets::choice(ui, *chosen, name).clicked() {
            out.push(Command::TextSize(*size));
        }
    }
}

/// Draws the words under a field that say what is missing.
pub(super) fn draw_missing(ui: &mut Ui, words: &Words, form: &Form) {
    if let Some(key) = form.missing {
        let color = Palette::of(ui).bad.0;
        let said = ui.label(RichText::new(words.t(key)).color(color));
        widgets::announce(ui, &said);
    }
}

/// Gives the keyboard to the only field of a step when one comes to it, and forgets what was missing once something is typed.
fn only_field(step: Step, field: &egui::Response, form: &mut Form) {
    if form.met != Some(step) {
        form.met = Some(step);
        field.request_focus();
    }
    if field.changed() {
        form.missing = None;
    }
}

/// Whether Enter was pressed in the field.
fn entered(ui: &Ui, field: &egui::Response) -> bool {
    field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter))
}

fn draw_name(ui: &mut Ui, words: &Words, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("welcome-name"));
    let labels = (words.t("your-name"), words.t("your-name-hint"));
    let field = Field { label: &labels.0, hint: &labels.1, rows: 1, limit: 100 };
    let response = widgets::field(ui, "name", &field, &mut form.name);
    only_field(Step::Name, &response, form);
    draw_missing(ui, words, form);
    ui.add_space(NEAR);
    widgets::soft(ui, &words.t("your-name-seen"));
    ui.add_space(GAP);
    if widgets::button(ui, Look::Main, None, &words.t("use-name")).clicked() || entered(ui, &response) {
        out.push(Command::UseName);
    }
}

fn draw_community(ui: &mut Ui, words: &Words, view: &WelcomeView, form: &Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("welcome-community"));
    widgets::heading(ui, &words.t("near"));
    ui.add_space(NEAR);
    match &view.near {
        Part::Loading => {
            let said = widgets::soft(ui, &words.t("near-looking"));
            widgets::announce(ui, &said);
        }
        Part::Empty { title, body } => widgets::card(ui, |ui| {
            let said = widgets::text(ui, title);
            widgets::announce(ui, &said);
            widgets::soft(ui, body);
        }),
        Part::Fault(said) => widgets::banner(ui, Tone::Bad, &said.title, &said.body, |ui| {
            if widgets::button(ui, Look::Quiet, None, &words.t("try-again")).clicked() {
                out.push(Command::Retry);
            }
        }),
        Part::Here(list) => {
            for near in list {
                ui.push_id(&near.id, |ui| widgets::card(ui, |ui| draw_near(ui, words, near, form, out)));
                ui.add_space(NEAR);
            }
        }
    }
    if view.busy {
        let said = widgets::text(ui, &words.t("joining"));
        widgets::announce(ui, &said);
    }
    draw_fault(ui, words, view);
    ui.add_space(FAR);
    for (look, icon, name, about, step) in [
        (Look::Main, Icon::Invite, "have-invite", "have-invite-about", Step::Invite),
        (Look::Quiet, Icon::Leaf, "start-community", "start-community-about", Step::Start),
        (Look::Quiet, Icon::Back, "back-title", "back-about", Step::Back),
    ] {
        if choice(ui, look, Some(icon), &words.t(name), &words.t(about)) {
            out.push(Command::Step(step));
        }
    }
}

/// A button with a line below that says what sets it apart from the others.
fn choice(ui: &mut Ui, look: Look, icon: Option<Icon>, name: &str, about: &str) -> bool {
    let pressed = widgets::button(ui, look, icon, name).clicked();
    widgets::soft(ui, about);
    ui.add_space(NEAR);
    pressed
}

fn draw_near(ui: &mut Ui, words: &Words, near: &super::data::Near, form: &Form, out: &mut Vec<Command>) {
    ui.label(RichText::new(&near.name).text_style(theme::strong()));
    widgets::soft(ui, &near.about);
    ui.add_space(NEAR);
    let mut offer =
        |key: &str, about: &str| choice(ui, Look::Quiet, None, &words.with(key, "name", &near.name), &words.t(about));
    if offer("look-around", "look-around-about") {
        out.push(Command::LookAround(near.id.clone(), near.name.clone()));
    }
    if offer("join-near", "join-near-about") {
        out.push(Command::Step(Step::Invite));
    }
    if offer("enter-near", "enter-about") {
        let community = Who { id: near.id.clone(), name: near.name.clone() };
        let my_name = form.name.trim().to_owned();
        out.push(Command::Do(Deed::Community(community::Deed::Enter { community, my_name })));
    }
}

pub(super) fn draw_fault(ui: &mut Ui, words: &Words, view: &WelcomeView) {
    if let Some(said) = &view.fault {
        ui.add_space(NEAR);
        widgets::banner(ui, Tone::Bad, &said.title, &said.body, |_| ());
        draw_details(ui, words, &said.details);
    }
}

fn draw_invite(ui: &mut Ui, words: &Words, view: &WelcomeView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("welcome-invite"));
    widgets::soft(ui, &words.t("welcome-invite-about"));
    widgets::soft(ui, &words.t("invite-is-picture"));
    ui.add_space(GAP);
    let labels = (words.t("invite-field"), words.t("invite-field-hint"));
    let field = Field { label: &labels.0, hint: &labels.1, rows: 3, limit: 8192 };
    let response = widgets::field(ui, "ticket", &field, &mut form.ticket);
    only_field(Step::Invite, &response, form);
    draw_missing(ui, words, form);
    ui.add_space(NEAR);
    widgets::soft(ui, &words.with("join-seen", "name", form.name.trim()));
    draw_fault(ui, words, view);
    ui.add_space(GAP);
    if view.busy {
        let said = widgets::text(ui, &words.t("joining"));
        widgets::announce(ui, &said);
    } else if widgets::button(ui, Look::Main, None, &words.t("join")).clicked() {
        out.push(Command::Join);
    }
}

fn draw_start(ui: &mut Ui, words: &Words, view: &WelcomeView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("welcome-start"));
    let labels = (words.t("community-name"), words.t("community-name-hint"));
    let field = Field { label: &labels.0, hint: &labels.1, rows: 1, limit: 100 };
    let response = widgets::field(ui, "community", &field, &mut form.community);
    only_field(Step::Start, &response, form);
    draw_missing(ui, words, form);
    ui.add_space(GAP);
    widgets::banner(ui, Tone::Warn, &words.t("single-organiser"), &words.t("single-organiser-do"), |_| ());
    draw_fault(ui, words, view);
    ui.add_space(GAP);
    if view.busy {
        let said = widgets::text(ui, &words.t("starting"));
        widgets::announce(ui, &said);
        return;
    }
    let name = form.community.trim();
    let text = if name.is_empty() { words.t("start-community") } else { words.with("start-named", "name", name) };
    if widgets::button(ui, Look::Main, None, &text).clicked() || entered(ui, &response) {
        out.push(Command::Start);
    }
}
