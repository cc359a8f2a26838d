//! Draws my computers.

use egui::{Label, RichText, Ui};

use super::Form;
use super::data::{ComputerCard, ComputersView};
use crate::command::{Command, Page};
use crate::deeds::{Deed, computers};
use crate::icons::Icon;
use crate::pages::people::ui::draw_marks;
use crate::pages::{Part, draw_part};
use crate::theme::{self, FAR, GAP, NEAR};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<ComputersView>, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-computers"));
    draw_part(ui, words, Icon::Computer, view, out, |ui, view, out| {
        for card in &view.computers {
            ui.push_id(&card.computer.id, |ui| draw_computer(ui, words, view, card, form, out));
            ui.add_space(NEAR);
        }
        if widgets::button(ui, Look::Main, Some(Icon::Computer), &words.t("computer-add")).clicked() {
            out.push(Command::Open(Page::ComputerAdd, String::new()));
        }
        ui.add_space(FAR);
        widgets::heading(ui, &words.t("kit"));
        widgets::text(ui, &view.words);
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, None, &words.t("kit-open")).clicked() {
            out.push(Command::Open(Page::Kit, String::new()));
        }
        ui.add_space(FAR);
        widgets::heading(ui, &words.t("friends"));
        widgets::text(ui, &view.friends);
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, Some(Icon::People), &words.t("friends-open")).clicked() {
            out.push(Command::Open(Page::Friends, String::new()));
        }
        ui.add_space(FAR);
        draw_pen_name(ui, words, view, form, out);
        ui.add_space(FAR);
        widgets::heading(ui, &words.t("leaving"));
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, None, &words.t("leaving-open")).clicked() {
            out.push(Command::Open(Page::Leaving, String::new()));
        }
    });
}

/// Draws the name that everybody sees, and a field to change it.
fn draw_pen_name(ui: &mut Ui, words: &Words, view: &ComputersView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("pen-name"));
    widgets::text(ui, &view.pen_name_is);
    ui.add_space(NEAR);
    let (label, hint) = (words.t("pen-name-field"), words.t("pen-name-hint"));
    let field = Field { label: &label, hint: &hint, rows: 1, limit: 100 };
    let name = form.pen_name.get_or_insert_with(|| view.pen_name.clone());
    widgets::field(ui, "pen-name", &field, name);
    ui.add_space(NEAR);
    if widgets::button(ui, Look::Quiet, None, &words.t("pen-name-do")).clicked() {
        let name = name.trim().to_owned();
        out.push(Command::Do(Deed::Computers(computers::Deed::PenName { name })));
    }
}

fn draw_computer(
    ui: &mut Ui,
    words: &Words,
    view: &ComputersView,
    card: &ComputerCard,
    form: &mut Form,
    out: &mut Vec<Command>,
) {
    widgets::card(ui, |ui| {
        ui.add(Label::new(RichText::new(&card.computer.name).text_style(theme::strong())).wrap());
        draw_marks(ui, &card.marks);
        widgets::soft(ui, &card.about);
        if !card.removable {
            return;
        }
        let button = words.with("computer-remove", "name", &card.computer.name);
        if form.removing != card.computer.id {
            if widgets::button(ui, Look::Bare, None, &button).clicked() {
                *form = Form { removing: card.computer.id.clone(), ..Form::default() };
            }
            return;
        }
        ui.add_space(GAP);
        widgets::text(ui, &words.t("computer-remove-about"));
        if !view.words_here {
            ui.add_space(NEAR);
            let (label, hint) = (words.t("kit-words-field"), words.t("kit-words-hint"));
            let field = Field { label: &label, hint: &hint, rows: 3, limit: 400 };
            widgets::field(ui, "words", &field, form.words.edit());
            widgets::soft(ui, &words.t("computer-remove-words"));
        }
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Main, Some(Icon::Warning), &button).clicked() {
                let (computer, words) = (card.computer.clone(), form.words.clone());
                out.push(Command::Do(Deed::Computers(computers::Deed::Remove { group: None, computer, words })));
            }
            if widgets::button(ui, Look::Bare, None, &words.t("never-mind")).clicked() {
                *form = Form::default();
            }
        });
    });
}
