//! Draws local sites.

use egui::{RichText, Ui};

use super::data::{PublishView, Site, wanted};
use super::{Form, Who};
use crate::command::{Command, Page};
use crate::deeds::{Deed, site};
use crate::icons::Icon;
use crate::pages::{Part, draw_copy, draw_part};
use crate::theme::{self, GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

fn act(deed: site::Deed) -> Command {
    Command::Do(Deed::Site(deed))
}

/// Draws the list.
pub(crate) fn draw(ui: &mut Ui, words: &Words, part: &Part<Vec<Site>>, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-sites"));
    widgets::soft(ui, &words.t("sites-about"));
    if widgets::button(ui, Look::Quiet, Some(Icon::Site), &words.t("site-publish")).clicked() {
        out.push(Command::Open(Page::SitePublish, String::new()));
    }
    ui.add_space(GAP);
    draw_part(ui, words, Icon::Site, part, out, |ui, sites, out| {
        for site in sites {
            ui.push_id(&site.slot, |ui| draw_site(ui, words, site, form, out));
            ui.add_space(NEAR);
        }
    });
}

fn draw_site(ui: &mut Ui, words: &Words, site: &Site, form: &mut Form, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &site.title);
        widgets::pill(ui, site.mark.tone, site.mark.icon, &site.mark.text);
        if !site.sentence.is_empty() {
            widgets::soft(ui, &site.sentence);
        }
        if !site.text.is_empty() {
            widgets::text(ui, &site.text);
        }
        widgets::icon_line(ui, Icon::Person, |ui| {
            widgets::text(ui, &site.owner);
            widgets::soft(ui, &site.audience);
        });
        ui.add_space(NEAR);
        if let Some(again) = &site.again {
            ui.horizontal_wrapped(|ui| {
                draw_open(ui, words, site, out);
                let stop = words.with("site-stop", "name", &site.title);
                if widgets::button(ui, Look::Quiet, Some(Icon::Stop), &stop).clicked() {
                    out.push(act(site::Deed::Stop { again: Box::new(again.clone()) }));
                }
            });
        } else if site.open.is_some() {
            widgets::soft(ui, &words.t(if site.named { "site-knows-you" } else { "site-knows-not" }));
            ui.horizontal_wrapped(|ui| {
                draw_open(ui, words, site, out);
                let leave = words.with("site-leave", "name", &site.title);
                if widgets::button(ui, Look::Quiet, None, &leave).clicked() {
                    out.push(act(site::Deed::Leave { site: site.slot.clone(), named: site.named }));
                }
            });
        } else if form.asking.as_deref() == Some(&site.slot) {
            draw_question(ui, words, site, form, out);
        } else {
            let visit = words.with("site-visit", "name", &site.title);
            if widgets::button(ui, Look::Main, Some(Icon::Site), &visit).clicked() {
                form.asking = Some(site.slot.clone());
            }
        }
    });
}

/// The way in that is open: a browser for a web page, an address for anything else.
fn draw_open(ui: &mut Ui, words: &Words, site: &Site, out: &mut Vec<Command>) {
    match &site.open {
        Some((address, true)) => {
            let open = words.with("site-open", "name", &site.title);
            if widgets::button(ui, Look::Main, Some(Icon::Site), &open).clicked() {
                out.push(Command::OpenUrl(address.clone()));
            }
        }
        Some((address, false)) => {
            widgets::copyable(ui, address);
            draw_copy(ui, words, Look::Quiet, &words.t("copy-address"), address, out);
        }
        None => {}
    }
}

/// Asked once for each site: with or without a name.
fn draw_question(ui: &mut Ui, words: &Words, site: &Site, form: &mut Form, out: &mut Vec<Command>) {
    let title = words.t(if site.needs_name { "site-asks-name" } else { "site-asks" });
    let mut chosen = None;
    widgets::banner(ui, Tone::Plain, &title, &words.t("site-asks-about"), |ui| {
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            let named = words.with("site-visit-named", "name", &site.title);
            let (first, second) = if site.needs_name { (None, Look::Main) } else { (Some(Look::Main), Look::Quiet) };
            if let Some(look) = first
                && widgets::button(ui, look, None, &words.t("site-visit-unnamed")).clicked()
            {
                chosen = Some(Some(false));
            }
            if widgets::button(ui, second, Some(Icon::Person), &named).clicked() {
                chosen = Some(Some(true));
            }
            if widgets::button(ui, Look::Bare, None, &words.t("site-visit-not")).clicked() {
                chosen = Some(None);
            }
        });
    });
    if let Some(choice) = chosen {
        form.asking = None;
        if let Some(named) = choice {
            out.push(act(site::Deed::Visit { site: site.slot.clone(), named }));
        }
    }
}

/// Draws the page for publishing.
pub(crate) fn draw_publish(ui: &mut Ui, words: &Words, view: &PublishView, form: &mut Form, out: &mut Vec<Command>) {
    crate::pages::gateway::ui::back(ui, words, out);
    widgets::title(ui, &words.t("page-site-publish"));
    widgets::text(ui, &words.t("site-publish-about"));
    ui.add_space(GAP);
    let wrong = &mut form.wrong;
    let mut field = |ui: &mut Ui, label: &str, hint: &str, value: &mut String, limit: usize| {
        let shown = Field { label: &words.t(label), hint: &words.t(hint), rows: 1, limit };
        // Whoever mends it is not told any more that it is wrong.
        if widgets::counted(ui, words, label, &shown, value).changed() {
            *wrong = None;
        }
    };
    field(ui, "site-title-field", "site-title-hint", &mut form.title, 100);
    ui.add_space(NEAR);
    field(ui, "site-name-field", "site-name-hint", &mut form.name, 32);
    widgets::soft(ui, &words.t("site-name-rule"));
    ui.add_space(NEAR);
    field(ui, "site-port-field", "site-port-hint", &mut form.port, 5);
    widgets::soft(ui, &words.t("site-port-rule"));
    ui.add_space(GAP);
    ui.label(RichText::new(words.t("site-kind")).text_style(theme::strong()));
    for (other, key) in [(false, "site-kind-page"), (true, "site-kind-other")] {
        if widgets::choice(ui, form.other == other, &words.t(key)).clicked() {
            form.other = other;
        }
    }
    ui.add_space(GAP);
    ui.label(RichText::new(words.t("site-who")).text_style(theme::strong()));
    if widgets::choice(ui, form.who == Who::Everyone, &words.t("site-who-everyone")).clicked() {
        form.who = Who::Everyone;
    }
    for (id, name) in &view.groups {
        let group = Who::Group(id.clone());
        if widgets::choice(ui, form.who == group, &words.with("site-who-group", "name", name)).clicked() {
            form.who = group;
        }
    }
    if widgets::choice(ui, form.who == Who::People, &words.t("site-who-people")).clicked() {
        form.who = Who::People;
    }
    if form.who == Who::People {
        field(ui, "site-people-field", "site-people-hint", &mut form.people, 400);
    }
    if let Some(wrong) = form.wrong {
        ui.add_space(NEAR);
        widgets::banner(ui, Tone::Warn, &words.t(wrong), "", |_| ());
    }
    if let Some(mark) = &view.checked {
        ui.add_space(NEAR);
        let word = widgets::pill(ui, mark.tone, mark.icon, &mark.text);
        widgets::announce(ui, &word);
    }
    ui.add_space(GAP);
    ui.horizontal_wrapped(|ui| {
        let publish = widgets::button(ui, Look::Main, Some(Icon::Site), &words.t("site-publish-now")).clicked();
        let check = widgets::button(ui, Look::Quiet, Some(Icon::Look), &words.t("site-check")).clicked();
        if !(publish || check) {
            return;
        }
        match wanted(form) {
            Ok(new) => {
                form.wrong = None;
                let new = Box::new(new);
                out.push(act(if publish { site::Deed::Publish(new) } else { site::Deed::Check(new) }));
            }
            Err(wrong) => form.wrong = Some(wrong),
        }
    });
    ui.add_space(GAP);
    widgets::soft(ui, &words.t("site-publish-kept"));
}
