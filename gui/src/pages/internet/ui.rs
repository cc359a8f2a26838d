//! Draws my way to the internet.

use egui::{RichText, Ui};

use super::Form;
use super::data::{BrowserView, Building, InternetView};
use crate::amount;
use crate::command::Command;
use crate::deeds::{Deed, internet};
use crate::icons::Icon;
use crate::pages::{Part, draw_copy, draw_part};
use crate::theme::{self, GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

fn act(deed: internet::Deed) -> Command {
    Command::Do(Deed::Internet(deed))
}

/// Draws the page.
pub(crate) fn draw(ui: &mut Ui, words: &Words, part: &Part<InternetView>, form: &mut Form, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-internet"));
    draw_part(ui, words, Icon::Globe, part, out, |ui, view, out| {
        widgets::pill(ui, view.mark.tone, view.mark.icon, &view.mark.text);
        widgets::text(ui, &view.sentence);
        if !view.refused.is_empty() {
            widgets::soft(ui, &view.refused);
        }
        ui.add_space(GAP);
        widgets::card(ui, |ui| {
            widgets::heading(ui, &words.t("way-question"));
            for way in &view.ways {
                if widgets::choice(ui, way.chosen, &way.name).clicked() && !way.chosen {
                    out.push(act(internet::Deed::Choose { mode: way.mode.clone(), before: view.mode.clone() }));
                }
            }
        });
        for (i, building) in view.buildings.iter().enumerate() {
            ui.add_space(GAP);
            ui.push_id(("building", i), |ui| draw_building(ui, words, building, out));
        }
        if view.dearest > 0 || view.pays.1 > 0 {
            ui.add_space(GAP);
            draw_price(ui, words, view, form, out);
        }
        if let Some(browser) = &view.browser {
            ui.add_space(GAP);
            draw_browser(ui, words, browser, form, out);
        }
        if !view.buildings.is_empty() {
            ui.add_space(GAP);
            widgets::card(ui, |ui| draw_voucher(ui, words, view, form, out));
        }
        if view.mode != "off" {
            ui.add_space(GAP);
            draw_test(ui, words, view, form, out);
        }
        if !view.months.is_empty() {
            ui.add_space(GAP);
            draw_months(ui, words, view, out);
        }
    });
}

fn draw_building(ui: &mut Ui, words: &Words, building: &Building, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &building.title);
        widgets::pill(ui, building.mark.tone, building.mark.icon, &building.mark.text);
        if !building.sentence.is_empty() {
            widgets::text(ui, &building.sentence);
        }
        for left in &building.left {
            match left.part {
                Some(part) => widgets::bar(ui, part, &left.text),
                None => drop(widgets::text(ui, &left.text)),
            }
        }
        widgets::icon_line(ui, Icon::Clock, |ui| drop(widgets::text(ui, &building.hours)));
        widgets::icon_line(ui, Icon::Info, |ui| drop(widgets::text(ui, &building.price)));
        widgets::icon_line(ui, Icon::Person, |ui| drop(widgets::text(ui, &building.contact)));
        if !building.terms.is_empty() {
            ui.add_space(NEAR);
            ui.label(RichText::new(words.t("terms-title")).text_style(theme::strong()));
            widgets::text(ui, &building.terms);
            let agree = words.with("terms-agree", "name", &building.title);
            if widgets::button(ui, Look::Main, Some(Icon::Tick), &agree).clicked() {
                out.push(act(internet::Deed::AcceptTerms { gateway: building.key.clone() }));
            }
        }
        if let Some(pence) = building.asks_pence {
            widgets::soft(ui, &words.with("price-first", "sum", &amount::money(pence.into())));
        }
    });
}

fn draw_price(ui: &mut Ui, words: &Words, view: &InternetView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("pays-question"));
        widgets::text(ui, &view.pays_text);
        widgets::soft(ui, &words.t("pays-about"));
        ui.add_space(NEAR);
        let dearest = view.dearest.to_string();
        let gigabyte = Field { label: &words.t("pays-gigabyte"), hint: &dearest, rows: 1, limit: 5 };
        widgets::field(ui, "pays-gigabyte", &gigabyte, &mut form.gigabyte);
        let month = Field { label: &words.t("pays-month"), hint: "5", rows: 1, limit: 8 };
        widgets::field(ui, "pays-month", &month, &mut form.month);
        if let Some(wrong) = form.wrong {
            widgets::banner(ui, Tone::Warn, &words.t(wrong), "", |_| ());
        }
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Quiet, Some(Icon::Tick), &words.t("pays-set")).clicked() {
                // What is left empty means the price that is asked.
                let typed = if form.gigabyte.trim().is_empty() { dearest.clone() } else { form.gigabyte.clone() };
                match (typed.trim().parse::<u32>(), amount::pence_of(&form.month)) {
                    (Ok(gigabyte), Some(month)) if month > 0 => {
                        form.wrong = None;
                        out.push(act(internet::Deed::Price { most: (gigabyte, month), before: view.pays }));
                    }
                    (Ok(_), _) => form.wrong = Some("pays-month-wrong"),
                    (Err(_), _) => form.wrong = Some("pays-gigabyte-wrong"),
                }
            }
            if view.pays.1 > 0 && widgets::button(ui, Look::Quiet, None, &words.t("pays-none")).clicked() {
                out.push(act(internet::Deed::Price { most: (0, 0), before: view.pays }));
            }
        });
    });
}

fn draw_voucher(ui: &mut Ui, words: &Words, view: &InternetView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::heading(ui, &words.t("voucher-question"));
    widgets::soft(ui, &words.t("voucher-question-about"));
    ui.add_space(NEAR);
    let label = words.t("voucher-text");
    widgets::field(
        ui,
        "voucher",
        &Field { label: &label, hint: "ABCD-EFGH-JKMN", rows: 1, limit: 2000 },
        &mut form.voucher,
    );
    let text = form.voucher.trim().to_owned();
    if text.is_empty() {
        return;
    }
    ui.add_space(NEAR);
    if view.buildings.len() > 1 {
        widgets::text(ui, &words.t("voucher-where"));
        for building in &view.buildings {
            let chosen = form.voucher_at.as_deref() == Some(building.key.as_str());
            if widgets::choice(ui, chosen, &building.title).clicked() {
                form.voucher_at = Some(building.key.clone());
            }
        }
        ui.add_space(NEAR);
    }
    if widgets::button(ui, Look::Main, Some(Icon::Tick), &words.t("voucher-use")).clicked() {
        out.push(act(internet::Deed::UseVoucher { text, building: form.voucher_at.clone() }));
    }
}

fn draw_browser(ui: &mut Ui, words: &Words, view: &BrowserView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("browser-title"));
        match (&view.set, &view.pac) {
            (Some(set), Some(pac)) if set == pac => {
                widgets::pill(ui, Tone::Good, Icon::Tick, &words.t("browser-set"));
                widgets::text(ui, &words.t("browser-set-about"));
                draw_undo(ui, words, set, out);
            }
            (Some(set), None) => {
                widgets::pill(ui, Tone::Warn, Icon::Warning, &words.t("browser-stranded"));
                widgets::text(ui, &words.t("browser-stranded-do"));
                draw_undo(ui, words, set, out);
            }
            (_, None) => {
                widgets::soft(ui, &words.t("browser-first"));
            }
            (_, Some(pac)) if view.by_button => {
                widgets::text(ui, &words.t("browser-about"));
                if widgets::button(ui, Look::Main, Some(Icon::Globe), &words.t("browser-set-up")).clicked() {
                    out.push(act(internet::Deed::SetUpBrowser { pac: pac.clone() }));
                }
                ui.add_space(NEAR);
                if form.by_hand {
                    draw_by_hand(ui, words, view, pac, out);
                } else if widgets::button(ui, Look::Bare, None, &words.t("browser-by-hand")).clicked() {
                    form.by_hand = true;
                }
            }
            (_, Some(pac)) => {
                widgets::text(ui, &words.t("browser-by-hand-about"));
                draw_by_hand(ui, words, view, pac, out);
            }
        }
    });
}

fn draw_undo(ui: &mut Ui, words: &Words, pac: &str, out: &mut Vec<Command>) {
    if widgets::button(ui, Look::Quiet, Some(Icon::Back), &words.t("browser-undo")).clicked() {
        out.push(act(internet::Deed::UndoBrowser { pac: pac.to_owned() }));
    }
}

fn draw_by_hand(ui: &mut Ui, words: &Words, view: &BrowserView, pac: &str, out: &mut Vec<Command>) {
    for (program, name) in &view.startable {
        let text = words.with("browser-start", "name", name);
        if widgets::button(ui, Look::Quiet, Some(Icon::Globe), &text).clicked() {
            out.push(act(internet::Deed::StartBrowser { program: program.clone(), pac: pac.to_owned() }));
        }
        widgets::soft(ui, &words.with("browser-start-about", "name", name));
    }
    ui.label(RichText::new(words.t("browser-firefox")).text_style(theme::strong()));
    for step in ["browser-firefox-1", "browser-firefox-2", "browser-firefox-3"] {
        widgets::text(ui, &words.t(step));
    }
    widgets::copyable(ui, pac);
    draw_copy(ui, words, Look::Quiet, &words.t("browser-copy"), pac, out);
}

fn draw_test(ui: &mut Ui, words: &Words, view: &InternetView, form: &mut Form, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("test-title"));
        let target = Field { label: &words.t("test-target"), hint: "example.org", rows: 1, limit: 200 };
        let field = widgets::field(ui, "test-target", &target, &mut form.target);
        let entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, Some(Icon::Look), &words.t("test-try")).clicked() || entered {
            let typed = form.target.trim();
            let target = if typed.is_empty() { "example.org".to_owned() } else { typed.to_owned() };
            out.push(act(internet::Deed::Test { target }));
        }
        if let Some((works, text)) = &view.tested {
            ui.add_space(NEAR);
            widgets::banner(ui, if *works { Tone::Good } else { Tone::Warn }, text, "", |_| ());
        }
    });
}

fn draw_months(ui: &mut Ui, words: &Words, view: &InternetView, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("my-use"));
        widgets::soft(ui, &words.t("my-use-about"));
        for month in &view.months {
            ui.label(RichText::new(&month.name).text_style(theme::strong()));
            widgets::text(ui, &month.text);
        }
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Quiet, None, &words.t("save-page")).clicked() {
                out.push(act(internet::Deed::SaveStatement { table: false }));
            }
            if widgets::button(ui, Look::Quiet, None, &words.t("save-table")).clicked() {
                out.push(act(internet::Deed::SaveStatement { table: true }));
            }
        });
    });
}
