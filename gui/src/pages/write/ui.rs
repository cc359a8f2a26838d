//! Draws the writing page.

use egui::{Align, RichText, Ui};
use hedgerow_api::clean;
use strum::VariantArray as _;

use super::data::{Came, Owner, WriteView, form as form_of};
use super::{Field, Form, Forms, Repeat, SEVERITIES, What, Wrong};
use crate::command::{Command, Page};
use crate::deeds::{Deed, things};
use crate::icons::Icon;
use crate::pages::{Part, draw_part, item};
use crate::theme::{self, GAP, NEAR, Palette, Tone};
use crate::widgets::{self, Look};
use crate::words::Words;

/// How a field is drawn: its name, an example, what to know about it, rows and most letters.
type Line = (Field, &'static str, &'static str, &'static str, usize, usize);

const SERVICE: [Line; 13] = [
    (Field::Name, "field-name", "hint-service", "", 1, 200),
    (Field::Text, "field-what", "hint-what", "", 4, 4000),
    (Field::Hours, "hours", "hint-hours", "help-hours", 3, 1000),
    (Field::HoursNotes, "field-hours-notes", "hint-hours-notes", "", 1, 300),
    (Field::Place, "field-place-name", "hint-place", "", 1, 200),
    (Field::Address, "field-address", "hint-address", "", 1, 200),
    (Field::Town, "field-town", "hint-town", "", 1, 100),
    (Field::Postcode, "field-postcode", "hint-postcode", "", 1, 12),
    (Field::Phone, "contact-phone", "hint-phone", "", 1, 40),
    (Field::Email, "contact-email", "hint-email", "", 1, 200),
    (Field::Url, "contact-web", "hint-web", "", 1, 300),
    (Field::Cost, "cost", "hint-cost", "", 1, 300),
    (Field::Organisation, "field-organisation", "hint-organisation", "help-organisation", 1, 200),
];

const NOTICE: [Line; 4] = [
    (Field::Name, "field-title", "hint-notice", "", 1, 200),
    (Field::Text, "field-says", "hint-says", "", 4, 8000),
    (Field::From, "field-from", "hint-day", "help-from", 1, 40),
    (Field::Until, "field-until", "hint-day", "help-until", 1, 40),
];

const TIMES: Line = (Field::Times, "field-times", "hint-times", "help-times", 1, 4);

const EVENT: [Line; 8] = [
    (Field::Name, "field-title", "hint-event", "", 1, 200),
    (Field::Text, "field-what", "hint-event-what", "", 4, 4000),
    (Field::Day, "field-day", "hint-day", "", 1, 40),
    (Field::Time, "field-time", "hint-time", "help-time", 1, 20),
    (Field::EndTime, "field-end-time", "hint-end-time", "help-end-time", 1, 20),
    (Field::EndDay, "field-end-day", "hint-day", "help-end-day", 1, 40),
    (Field::Place, "field-place", "hint-place", "", 1, 200),
    (Field::Url, "contact-web", "hint-web", "", 1, 300),
];

fn lines(what: What) -> &'static [Line] {
    match what {
        What::Service => &SERVICE,
        What::Notice => &NOTICE,
        What::Event => &EVENT,
    }
}

/// All fields in the order in which they are drawn; the one that some forms leave out last.
fn drawn(what: What) -> impl Iterator<Item = &'static Line> {
    lines(what).iter().chain([&TIMES])
}

/// Draws the page.
pub(crate) fn draw(ui: &mut Ui, words: &Words, view: &Part<WriteView>, forms: &mut Forms, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        if widgets::button(ui, Look::Bare, Some(Icon::Back), &words.t("back")).clicked() {
            out.push(Command::Back);
        }
        if let Part::Here(view) = view
            && matches!(view.came, Came::Nothing | Came::Preview(_))
        {
            draw_anew(ui, words, &view.about, forms);
        }
    });
    ui.add_space(NEAR);
    match view {
        Part::Here(view) => widgets::title(ui, &view.title),
        _ => widgets::title(ui, &words.t("page-write")),
    }
    draw_part(ui, words, Icon::Write, view, out, |ui, view, out| {
        if let Some((title, body)) = &view.why_not {
            widgets::nothing_here(ui, Icon::Stop, title, body, None);
            return;
        }
        match &view.came {
            Came::Published(slot) => return draw_published(ui, words, slot, out),
            Came::Gone => return draw_next(ui, words, out),
            Came::Preview(_) | Came::Nothing => {}
        }
        let mut dropped = None;
        match form_of(forms, view) {
            Some(form) => dropped = draw_writing(ui, words, view, form, out),
            None => {
                draw_name(ui, words, view, &mut forms.group);
                draw_choices(ui, words, out);
            }
        }
        if let Some(form) = dropped {
            forms.dropped.insert(view.about.clone(), form);
        }
    });
}

/// Throws away what was typed, or brings it back: far from where it is published, and in a line that is there anyway.
fn draw_anew(ui: &mut Ui, words: &Words, about: &str, forms: &mut Forms) {
    let touched = forms.all.get(about).is_some_and(Form::is_touched);
    if touched && widgets::button(ui, Look::Bare, None, &words.t("write-anew")).clicked() {
        forms.start_again(about);
    } else if !touched
        && forms.dropped.contains_key(about)
        && widgets::button(ui, Look::Quiet, None, &words.t("write-bring-back")).clicked()
    {
        forms.bring_back(about);
    }
}

/// In whose name it is, and a choice where there is one.
fn draw_name(ui: &mut Ui, words: &Words, view: &WriteView, group: &mut Option<String>) {
    match &view.owners[..] {
        [] => {}
        [one] => {
            widgets::text(ui, &words.with("write-in-name", "name", &one.name));
            ui.add_space(NEAR);
        }
        owners => draw_owners(ui, words, owners, group),
    }
}

/// Who shares it: a choice, on top of what is shared.
pub(crate) fn draw_owners(ui: &mut Ui, words: &Words, owners: &[Owner], group: &mut Option<String>) {
    widgets::heading(ui, &words.t("write-as"));
    for owner in owners {
        if widgets::choice(ui, *group == owner.group, &owner.name).clicked() {
            group.clone_from(&owner.group);
        }
    }
    ui.add_space(NEAR);
}

/// What would you like to write?
fn draw_choices(ui: &mut Ui, words: &Words, out: &mut Vec<Command>) {
    widgets::text(ui, &words.t("write-which"));
    ui.add_space(GAP);
    for what in What::VARIANTS.iter().copied() {
        let (name, about) = match what {
            What::Service => ("write-service", "write-service-about"),
            What::Notice => ("write-notice", "write-notice-about"),
            What::Event => ("write-event", "write-event-about"),
        };
        let (name, about) = (words.t(name), words.t(about));
        let row = widgets::row(ui, what.name(), &name, |ui| {
            ui.label(RichText::new(&name).text_style(theme::strong()));
            widgets::soft(ui, &about);
        });
        if row.clicked() {
            out.push(Command::Open(Page::Write, what.name().to_owned()));
        }
        ui.add_space(NEAR);
    }
}

fn draw_published(ui: &mut Ui, words: &Words, slot: &str, out: &mut Vec<Command>) {
    widgets::text(ui, &words.t("published-where"));
    ui.add_space(GAP);
    if widgets::button(ui, Look::Main, Some(Icon::Look), &words.t("published-see")).clicked() {
        out.push(Command::Open(Page::Item, slot.to_owned()));
    }
    ui.add_space(NEAR);
    draw_next(ui, words, out);
}

fn draw_next(ui: &mut Ui, words: &Words, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        if widgets::button(ui, Look::Quiet, Some(Icon::Things), &words.t("see-my-things")).clicked() {
            out.push(Command::Go(Page::Things));
        }
        if widgets::button(ui, Look::Quiet, Some(Icon::Write), &words.t("write-another")).clicked() {
            out.push(Command::Open(Page::Write, String::new()));
        }
    });
}

/// Draws the form. Returns what was typed into it, where that was put aside for something newer.
fn draw_writing(ui: &mut Ui, words: &Words, view: &WriteView, form: &mut Form, out: &mut Vec<Command>) -> Option<Form> {
    if let (Came::Preview(shown), Some(asked)) = (&view.came, &form.preview)
        && shown.0 == **asked
        && **asked == form.publish()
    {
        draw_preview(ui, words, view, form, &shown.1, out);
        return None;
    }
    let dropped = draw_changed(ui, words, view, form, out);
    if form.base.is_none() {
        draw_name(ui, words, view, &mut form.group);
    } else if let Some(item) = &view.item {
        widgets::text(ui, &words.with("write-in-name", "name", &clean::line(&item.summary.publisher)));
        ui.add_space(NEAR);
    }
    let needed = match form.what {
        What::Service => "write-needs-name",
        What::Notice => "write-needs-title",
        What::Event => "write-needs-title-day",
    };
    widgets::soft(ui, &format!("{} {}", words.t(needed), words.t("write-kept")));
    ui.add_space(NEAR);
    // What the node finds fault with is gone to once, as what is found here.
    if let Some((field, _)) = view.blamed
        && std::mem::take(&mut form.asked)
    {
        form.go_to = Some(field);
    }
    for line in lines(form.what) {
        draw_field(ui, words, view, form, line);
        if form.what == What::Event && line.0 == Field::Place {
            draw_repeat(ui, words, view, form);
        }
    }
    if form.what == What::Notice {
        draw_severity(ui, words, form);
    }
    draw_who(ui, words, view, form);
    ui.add_space(GAP);
    if !form.wrong.is_empty() {
        let count = form.wrong.len() as u64;
        let names: Vec<String> =
            drawn(form.what).filter(|l| form.wrong.contains_key(&l.0)).map(|l| format!("“{}”", words.t(l.1))).collect();
        let where_to = words.with("write-wrong-do", "fields", &names.join(", "));
        widgets::banner(ui, Tone::Warn, &words.with("write-wrong", "count", count), &where_to, |_| ());
        ui.add_space(NEAR);
    }
    ui.horizontal_wrapped(|ui| {
        draw_publish(ui, words, view, form, out);
        if widgets::button(ui, Look::Quiet, Some(Icon::Look), &words.t("write-preview")).clicked() && is_right(form) {
            let publish = Box::new(form.publish());
            form.preview = Some(publish.clone());
            out.push(Command::Do(Deed::Things(things::Deed::Preview { base: form.base.clone(), publish })));
        }
    });
    dropped
}

/// Whether nothing is wrong. If something is, the first field of it gets the keyboard.
fn is_right(form: &mut Form) -> bool {
    form.asked = form.check();
    form.go_to = drawn(form.what).map(|l| l.0).find(|f| form.wrong.contains_key(f));
    form.asked
}

fn draw_publish(ui: &mut Ui, words: &Words, view: &WriteView, form: &mut Form, out: &mut Vec<Command>) {
    let name = words.t(if form.base.is_some() { "write-save" } else { "write-publish" });
    if view.busy {
        widgets::soft(ui, &words.t("doing"));
    } else if widgets::button(ui, Look::Main, Some(Icon::Tick), &name).clicked() && is_right(form) {
        let publish = Box::new(form.publish());
        let deed = match form.base.clone() {
            Some((item, version)) => things::Deed::Change { item, version, publish },
            None => things::Deed::Publish { form: view.about.clone(), key: form.key(&publish), publish },
        };
        out.push(Command::Do(Deed::Things(deed)));
    }
}

fn draw_preview(
    ui: &mut Ui,
    words: &Words,
    view: &WriteView,
    form: &mut Form,
    shown: &item::data::ItemView,
    out: &mut Vec<Command>,
) {
    widgets::text(ui, &words.t("preview-about"));
    ui.add_space(NEAR);
    ui.horizontal_wrapped(|ui| {
        draw_publish(ui, words, view, form, out);
        if widgets::button(ui, Look::Quiet, Some(Icon::Write), &words.t("preview-back")).clicked() {
            form.preview = None;
        }
    });
    ui.add_space(GAP);
    item::ui::draw_inside(ui, words, shown, out);
}

/// Somebody else changed it while this was written.
fn draw_changed(ui: &mut Ui, words: &Words, view: &WriteView, form: &mut Form, out: &mut Vec<Command>) -> Option<Form> {
    let (item, (slot, version)) = (view.item.as_ref()?, form.base.clone()?);
    if item.summary.id == version && !view.changed {
        return None;
    }
    let mut dropped = None;
    let newest = item.summary.id.clone();
    widgets::banner(ui, Tone::Warn, &words.t("write-changed"), &words.t("write-changed-do"), |ui| {
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Quiet, Some(Icon::Look), &words.t("write-changed-see")).clicked() {
                out.push(Command::Open(Page::Item, slot.clone()));
            }
            if newest != version {
                if widgets::button(ui, Look::Quiet, None, &words.t("write-changed-mine")).clicked() {
                    form.base = Some((slot.clone(), newest.clone()));
                    out.push(Command::Dismiss);
                }
                if widgets::button(ui, Look::Quiet, None, &words.t("write-changed-theirs")).clicked()
                    && let Some(fresh) = Form::of(item)
                {
                    dropped = Some(std::mem::replace(form, fresh));
                    out.push(Command::Dismiss);
                }
            }
        });
    });
    ui.add_space(GAP);
    dropped
}

fn draw_field(ui: &mut Ui, words: &Words, view: &WriteView, form: &mut Form, line: &Line) {
    let (field, label, hint, help, rows, limit) = *line;
    if field == Field::Hours && form.odd_hours {
        widgets::heading(ui, &words.t("write-hours-now"));
        for line in &view.hours_now {
            widgets::soft(ui, line);
        }
        widgets::soft(ui, &words.t("write-hours-odd"));
        ui.add_space(NEAR);
    }
    if field == Field::HoursNotes && form.odd_hours && form.text(Field::Hours).is_empty() {
        return;
    }
    let blamed = view.blamed.filter(|b| b.0 == field).map(|b| Wrong::Key(b.1));
    let wrong = form.wrong.get(&field).cloned().or(blamed);
    let means = form.means(field);
    let value = form.texts.entry(field).or_default();
    let (label, hint) = (words.t(label), words.t(hint));
    let shown = widgets::Field { label: &label, hint: &hint, rows, limit };
    let response = widgets::counted(ui, words, &format!("{field:?}"), &shown, value);
    if response.changed() {
        form.wrong.remove(&field);
    }
    if form.go_to == Some(field) {
        form.go_to = None;
        response.request_focus();
        response.scroll_to_me(Some(Align::Center));
    }
    if let Some(wrong) = wrong {
        wrong_line(ui, &wrong.said(words));
    } else if let Some(time) = means {
        widgets::soft(ui, &words.with("time-means", "time", &time));
    } else if !help.is_empty() {
        widgets::soft(ui, &words.t(help));
    }
    ui.add_space(NEAR);
}

fn wrong_line(ui: &mut Ui, text: &str) {
    let color = Palette::of(ui).bad.0;
    widgets::icon_line(ui, Icon::Warning, |ui| {
        let said = ui.add(egui::Label::new(RichText::new(text).color(color)).wrap());
        widgets::announce(ui, &said);
    });
}

fn draw_severity(ui: &mut Ui, words: &Words, form: &mut Form) {
    widgets::heading(ui, &words.t("field-severity"));
    for (n, (_, key)) in SEVERITIES.iter().enumerate() {
        if widgets::choice(ui, form.severity == n, &words.t(key)).clicked() {
            form.severity = n;
        }
    }
    ui.add_space(NEAR);
}

fn draw_repeat(ui: &mut Ui, words: &Words, view: &WriteView, form: &mut Form) {
    widgets::heading(ui, &words.t("field-repeat"));
    let mut choices = vec![
        (Repeat::Once, "repeat-once"),
        (Repeat::Daily, "repeat-daily"),
        (Repeat::Weekly, "repeat-weekly"),
        (Repeat::Fortnightly, "repeat-fortnightly"),
        (Repeat::Monthly, "repeat-monthly"),
    ];
    if let Some(kept @ Repeat::Kept(_)) = form.fresh.as_ref().map(|f| f.repeat.clone()) {
        choices.push((kept, "repeat-kept"));
    }
    for (repeat, key) in choices {
        if widgets::choice(ui, form.repeat == repeat, &words.t(key)).clicked() {
            form.repeat = repeat;
        }
    }
    ui.add_space(NEAR);
    if !matches!(form.repeat, Repeat::Once | Repeat::Kept(_)) {
        draw_field(ui, words, view, form, &TIMES);
    }
}

/// Who may read it.
fn draw_who(ui: &mut Ui, words: &Words, view: &WriteView, form: &mut Form) {
    widgets::heading(ui, &words.t("write-for"));
    for (members_only, key) in [(false, "for-everybody"), (true, "for-members")] {
        if widgets::choice(ui, form.members_only == members_only, &words.t(key)).clicked() {
            form.members_only = members_only;
        }
    }
    if form.base.is_none() && view.owners.len() == 1 {
        widgets::soft(ui, &words.t("write-name-seen"));
    }
}
