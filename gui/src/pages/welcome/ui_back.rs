//! Draws how somebody comes back who was here before: with words, with the other computer, with the help of friends.

use egui::{Label, RichText, Ui};

use super::data::WelcomeView;
use super::ui::{draw_fault, draw_missing};
use super::{Form, Step};
use crate::command::Command;
use crate::deeds::Deed;
use crate::deeds::computers::Deed as Act;
use crate::icons::Icon;
use crate::pages::draw_copy;
use crate::theme::{FAR, GAP, NEAR};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Draws the ways back.
pub(super) fn draw_ways(ui: &mut Ui, words: &Words, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("back-title"));
    for (key, step) in [("back-words", Step::Restore), ("back-move", Step::Move), ("back-friends", Step::Friends)] {
        if widgets::button(ui, Look::Quiet, None, &words.t(key)).clicked() {
            out.push(Command::Step(step));
        }
        ui.add_space(NEAR);
    }
}

/// Says that it is being done, or draws the button. Returns whether that was pressed.
fn go(ui: &mut Ui, words: &Words, view: &WelcomeView, form: &Form, key: &str) -> bool {
    draw_missing(ui, words, form);
    draw_fault(ui, words, view);
    ui.add_space(GAP);
    if view.busy {
        let said = widgets::text(ui, &words.t("back-doing"));
        widgets::announce(ui, &said);
        return false;
    }
    widgets::button(ui, Look::Main, None, &words.t(key)).clicked()
}

/// Draws coming back with words or a file of them.
pub(super) fn draw_restore(ui: &mut Ui, words: &Words, view: &WelcomeView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("back-words-title"));
    widgets::soft(ui, &words.t("back-words-about"));
    ui.add_space(GAP);
    let (label, hint) = (words.t("kit-words-field"), words.t("kit-words-hint"));
    let field = Field { label: &label, hint: &hint, rows: 3, limit: 400 };
    widgets::field(ui, "words", &field, form.secrets.words.edit());
    ui.add_space(GAP);
    let (label, hint) = (words.t("back-file"), words.t("back-file-hint"));
    let field = Field { label: &label, hint: &hint, rows: 1, limit: 4096 };
    widgets::field(ui, "file", &field, &mut form.secrets.file);
    if !form.secrets.file.trim().is_empty() {
        ui.add_space(NEAR);
        widgets::secret(ui, "passphrase", &words.t("kit-passphrase"), form.secrets.passphrase.edit());
    }
    ui.add_space(GAP);
    let (label, hint) = (words.t("back-from"), words.t("back-from-hint"));
    let field = Field { label: &label, hint: &hint, rows: 1, limit: 8192 };
    widgets::field(ui, "from", &field, &mut form.secrets.from);
    if go(ui, words, view, form, "back-words-do") {
        let secrets = &form.secrets;
        if secrets.words.is_blank() && secrets.file.trim().is_empty() {
            form.missing = Some("back-words-missing");
        } else {
            form.missing = None;
            out.push(Command::Do(Deed::Computers(Act::Restore {
                words: secrets.words.clone(),
                file: secrets.file.trim().to_owned(),
                passphrase: secrets.passphrase.clone(),
                from: secrets.from.trim().to_owned(),
            })));
        }
    }
}

/// Draws making this computer one more of mine.
pub(super) fn draw_move(ui: &mut Ui, words: &Words, view: &WelcomeView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("back-move-title"));
    if let Some(digits) = &view.digits {
        widgets::text(ui, &words.t("back-move-digits"));
        ui.add_space(NEAR);
        widgets::heading(ui, digits);
        ui.add_space(GAP);
        let said = widgets::soft(ui, &words.t("back-move-waits"));
        widgets::announce(ui, &said);
        if widgets::button(ui, Look::Quiet, Some(Icon::Stop), &words.t("doing-stop")).clicked() {
            out.push(Command::Cancel);
        }
        return;
    }
    widgets::soft(ui, &words.t("back-move-about"));
    ui.add_space(GAP);
    let (label, hint) = (words.t("back-code"), words.t("back-code-hint"));
    widgets::field(ui, "code", &Field { label: &label, hint: &hint, rows: 3, limit: 8192 }, form.secrets.code.edit());
    ui.add_space(NEAR);
    let (label, hint) = (words.t("back-computer"), words.t("back-computer-hint"));
    let field = Field { label: &label, hint: &hint, rows: 1, limit: 40 };
    widgets::field(ui, "computer", &field, &mut form.secrets.computer);
    if go(ui, words, view, form, "back-move-do") {
        form.missing = form.secrets.code.is_blank().then_some("back-code-missing");
        if form.missing.is_none() {
            let (code, name) = (form.secrets.code.clone(), form.secrets.computer.trim().to_owned());
            out.push(Command::Do(Deed::Computers(Act::Link { code, name, again: false })));
        }
    }
}

/// Draws asking recovery friends.
pub(super) fn draw_friends(ui: &mut Ui, words: &Words, view: &WelcomeView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("back-friends-title"));
    let Some(help) = &view.help else {
        widgets::soft(ui, &words.t("back-friends-about"));
        ui.add_space(GAP);
        let (label, hint) = (words.t("back-person"), words.t("your-name-hint"));
        let field = Field { label: &label, hint: &hint, rows: 1, limit: 100 };
        widgets::field(ui, "person", &field, &mut form.secrets.person);
        ui.add_space(GAP);
        let (label, hint) = (words.t("back-invite"), words.t("back-from-hint"));
        let field = Field { label: &label, hint: &hint, rows: 1, limit: 8192 };
        widgets::field(ui, "from", &field, &mut form.secrets.from);
        if go(ui, words, view, form, "back-friends-do") {
            form.missing = form.secrets.person.trim().is_empty().then_some("your-name-missing");
            if form.missing.is_none() {
                let person = form.secrets.person.trim().to_owned();
                let invite = form.secrets.from.clone();
                out.push(Command::Do(Deed::Computers(Act::AskFriends { person, invite })));
            }
        }
        if !view.busy && widgets::button(ui, Look::Quiet, None, &words.t("back-friends-agreed")).clicked() {
            out.push(Command::Do(Deed::Computers(Act::ComeBack)));
        }
        return;
    };
    widgets::text(ui, &words.t("back-friends-send"));
    ui.add_space(NEAR);
    widgets::card(ui, |ui| {
        ui.add(Label::new(RichText::new(&help.request).monospace()).wrap().selectable(true));
        ui.add_space(NEAR);
        draw_copy(ui, words, Look::Quiet, &words.t("back-friends-copy"), &help.request, out);
    });
    ui.add_space(GAP);
    widgets::text(ui, &words.t("back-friends-say"));
    widgets::heading(ui, &help.spoken);
    ui.add_space(NEAR);
    widgets::soft(ui, &help.needed);
    ui.add_space(FAR);
    if go(ui, words, view, form, "back-friends-agreed") {
        out.push(Command::Do(Deed::Computers(Act::ComeBack)));
    }
}
