//! Draws lists and sticks.

use egui::{Label, RichText, Ui};

use super::Form;
use super::data::{Came, Found, ImportView};
use crate::command::Command;
use crate::deeds::{Deed, carry};
use crate::icons::Icon;
use crate::pages::{draw_details, draw_part, write};
use crate::theme::{self, GAP, NEAR, Tone};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &ImportView, form: &mut Form, out: &mut Vec<Command>) {
    if widgets::button(ui, Look::Bare, Some(Icon::Back), &words.t("back")).clicked() {
        out.push(Command::Back);
    }
    ui.add_space(NEAR);
    widgets::title(ui, &words.t("page-import"));
    widgets::card(ui, |ui| draw_list(ui, words, view, form, out));
    ui.add_space(GAP);
    widgets::card(ui, |ui| draw_out(ui, words, view, form, out));
    ui.add_space(GAP);
    widgets::card(ui, |ui| draw_stick(ui, words, view, form, out));
}

fn carry(deed: carry::Deed) -> Command {
    Command::Do(Deed::Carry(deed))
}

fn draw_list(ui: &mut Ui, words: &Words, view: &ImportView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("import-list"));
    if view.owners.len() > 1 {
        write::ui::draw_owners(ui, words, &view.owners, &mut form.group);
    }
    widgets::text(ui, &words.t("import-list-about"));
    widgets::soft(ui, &words.t("import-list-columns"));
    ui.add_space(NEAR);
    file_field(ui, words, "list", ("import-file", "import-file-hint"), &mut form.list, &mut form.missing.0);
    let look = |form: &Form, only_look| {
        carry(carry::Deed::Import { path: form.list.trim().to_owned(), group: form.group.clone(), only_look })
    };
    if view.busy {
        widgets::soft(ui, &words.t("doing"));
    } else if widgets::button(ui, Look::Quiet, Some(Icon::Look), &words.t("import-look")).clicked() {
        form.missing.0 = form.list.trim().is_empty();
        if !form.missing.0 {
            out.push(look(form, true));
        }
    }
    if let Came::List(path, group, found) = &view.came
        && *path == form.list.trim()
        && *group == form.group
    {
        ui.add_space(NEAR);
        draw_found(ui, words, found);
        if found.only_looked && !view.busy {
            ui.add_space(NEAR);
            if found.changes == 0 {
                widgets::soft(ui, &words.t("import-nothing"));
            } else if widgets::button(
                ui,
                Look::Main,
                Some(Icon::Tick),
                &words.with("import-go", "count", found.changes),
            )
            .clicked()
            {
                out.push(look(form, false));
            }
        }
    }
}

fn draw_out(ui: &mut Ui, words: &Words, view: &ImportView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("export"));
    widgets::text(ui, &words.t("export-about"));
    ui.add_space(NEAR);
    for (mine, key) in [(false, "export-all"), (true, "export-mine")] {
        if widgets::choice(ui, form.only_mine == mine, &words.t(key)).clicked() {
            form.only_mine = mine;
        }
    }
    ui.add_space(NEAR);
    if !view.busy && widgets::button(ui, Look::Quiet, Some(Icon::File), &words.t("export-go")).clicked() {
        out.push(carry(carry::Deed::Export { mine: form.only_mine }));
    }
    if let Came::Out(text) = &view.came {
        widgets::soft(ui, text);
    }
}

fn draw_stick(ui: &mut Ui, words: &Words, view: &ImportView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("stick"));
    widgets::text(ui, &words.t("stick-about"));
    ui.add_space(NEAR);
    let look_at = |path: &str| carry(carry::Deed::Unpack { path: path.to_owned(), only_look: true });
    draw_part(ui, words, Icon::File, &view.sticks, out, |ui, sticks, out| {
        for stick in sticks {
            let save = words.with("stick-save-on", "name", &stick.name);
            if !view.busy && widgets::button(ui, Look::Main, Some(Icon::File), &save).clicked() {
                out.push(carry(carry::Deed::Pack { folder: Some(stick.folder.clone()) }));
            }
            for file in &stick.files {
                let look = words.with("stick-look-at", "file", file_name(file));
                if !view.busy && widgets::button(ui, Look::Quiet, Some(Icon::Look), &look).clicked() {
                    form.stick.clone_from(file);
                    out.push(look_at(file));
                }
            }
            ui.add_space(NEAR);
        }
    });
    ui.add_space(GAP);
    file_field(ui, words, "stick", ("stick-file", "stick-file-hint"), &mut form.stick, &mut form.missing.1);
    if !view.busy {
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Quiet, Some(Icon::File), &words.t("stick-pack")).clicked() {
                let typed = Some(form.stick.trim()).filter(|t| !t.is_empty()).map(str::to_owned);
                out.push(carry(carry::Deed::Pack { folder: typed }));
            }
            if widgets::button(ui, Look::Quiet, Some(Icon::Look), &words.t("stick-look")).clicked() {
                form.missing.1 = form.stick.trim().is_empty();
                if !form.missing.1 {
                    out.push(look_at(form.stick.trim()));
                }
            }
        });
    }
    if let Came::Stick(path, found) = &view.came
        && *path == form.stick.trim()
    {
        ui.add_space(NEAR);
        draw_found(ui, words, found);
        if found.only_looked && !view.busy {
            ui.add_space(NEAR);
            if found.changes == 0 {
                widgets::soft(ui, &words.t("stick-nothing"));
            } else if widgets::button(ui, Look::Main, Some(Icon::Tick), &words.t("stick-go")).clicked() {
                out.push(carry(carry::Deed::Unpack { path: path.clone(), only_look: false }));
            }
        }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(std::path::MAIN_SEPARATOR).next().unwrap_or(path)
}

fn file_field(
    ui: &mut Ui,
    words: &Words,
    salt: &str,
    (label, hint): (&str, &str),
    value: &mut String,
    missing: &mut bool,
) {
    let (label, hint) = (words.t(label), words.t(hint));
    let field = widgets::Field { label: &label, hint: &hint, rows: 1, limit: 1000 };
    if widgets::field(ui, salt, &field, value).changed() {
        *missing = false;
    }
    widgets::soft(ui, &words.t(if *missing { "file-missing" } else { "file-drop" }));
    ui.add_space(NEAR);
}

fn draw_found(ui: &mut Ui, words: &Words, found: &Found) {
    let title = words.t(if found.only_looked { "found-in-file" } else { "taken-from-file" });
    let tone = if found.only_looked { Tone::Plain } else { Tone::Good };
    widgets::banner(ui, tone, &title, &found.counts.join(" · "), |_| ());
    for (title, under) in &found.first {
        ui.add_space(4.0);
        ui.add(Label::new(RichText::new(title).text_style(theme::strong())).wrap());
        if !under.is_empty() {
            widgets::soft(ui, under);
        }
    }
    if let Some(more) = &found.first_more {
        widgets::soft(ui, more);
    }
    if let Some(count) = &found.aside_count {
        ui.add_space(NEAR);
        widgets::banner(ui, Tone::Warn, count, &words.t("aside-do"), |_| ());
        for aside in &found.aside {
            ui.add_space(4.0);
            ui.add(Label::new(RichText::new(&aside.what).text_style(theme::strong())).wrap());
            if !aside.why.is_empty() {
                widgets::soft(ui, &aside.why);
            }
        }
        if let Some(more) = &found.aside_more {
            widgets::soft(ui, more);
        }
    }
    if !found.notes.is_empty() {
        ui.add_space(NEAR);
        widgets::heading(ui, &words.t("note"));
        for note in &found.notes {
            widgets::soft(ui, note);
        }
    }
    draw_details(ui, words, &found.details);
}
