//! Draws the pages about sharing this building's internet.

use egui::{RichText, Ui};

use super::Form;
use super::data::{Debt, Here, How, Proof, UseView, Verdict};
use crate::command::{Command, Page};
use crate::deeds::{Deed, gateway};
use crate::icons::Icon;
use crate::pages::ask::data::TO_SHARE;
use crate::pages::gateway_setup::{Step, ui::ask};
use crate::pages::{Part, draw_part};
use crate::theme::{self, GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

fn act(deed: gateway::Deed) -> Command {
    Command::Do(Deed::Gateway(deed))
}

/// The way back, above a page that one came to by a button.
pub(crate) fn back(ui: &mut Ui, words: &Words, out: &mut Vec<Command>) {
    if widgets::button(ui, Look::Bare, Some(Icon::Back), &words.t("back")).clicked() {
        out.push(Command::Back);
    }
}

/// Draws how it is.
pub fn draw(ui: &mut Ui, words: &Words, part: &Part<How>, out: &mut Vec<Command>) {
    widgets::title(ui, &words.t("page-gateway"));
    draw_part(ui, words, Icon::Share, part, out, |ui, how, out| match how {
        How::NotTrusted(organisers) => {
            let (title, ask) = (words.t("share-not-trusted"), words.t("share-ask"));
            let body = format!("{} {organisers}", words.t("share-not-trusted-do"));
            if widgets::nothing_here(ui, Icon::Stop, &title, body.trim(), Some(&ask)) {
                out.push(Command::Open(Page::Ask, TO_SHARE.into()));
            }
        }
        How::New => {
            widgets::text(ui, &words.t("share-new-about"));
            for line in ["share-promise-1", "share-promise-2", "share-promise-3", "share-promise-4"] {
                widgets::icon_line(ui, Icon::Tick, |ui| drop(widgets::text(ui, &words.t(line))));
            }
            ui.add_space(GAP);
            if widgets::button(ui, Look::Main, Some(Icon::Share), &words.t("share-set-up")).clicked() {
                out.push(ask(Step::Building));
            }
            widgets::soft(ui, &words.t("share-set-up-about"));
        }
        How::SetUp(here) => draw_here(ui, words, here, out),
    });
}

fn draw_here(ui: &mut Ui, words: &Words, here: &Here, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        widgets::heading(ui, &here.title);
        let word = widgets::pill(ui, here.mark.tone, here.mark.icon, &here.mark.text);
        widgets::announce(ui, &word);
        widgets::text(ui, &here.sentence);
        for line in &here.use_now {
            widgets::soft(ui, line);
        }
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| draw_switches(ui, words, here, out));
        if here.stops {
            ui.add_space(NEAR);
            widgets::banner(ui, Tone::Warn, &words.t("share-stops"), &words.t("share-stops-do"), |ui| {
                if widgets::button(ui, Look::Quiet, Some(Icon::Settings), &words.t("attached-change")).clicked() {
                    out.push(Command::Go(Page::Settings));
                }
            });
        }
    });
    ui.add_space(GAP);
    for (page, icon, name, about) in [
        (Page::GatewayTry, Icon::Look, "page-gateway-try", "try-about"),
        (Page::GatewayProof, Icon::Tick, "page-gateway-proof", "proof-about"),
        (Page::GatewayUse, Icon::Info, "page-gateway-use", "use-about"),
        (Page::Vouchers, Icon::Person, "page-vouchers", "vouchers-about"),
        (Page::Computer, Icon::Computer, "share-poster", "share-poster-about"),
    ] {
        let title = words.t(name);
        let row = widgets::row(ui, name, &title, |ui| {
            widgets::icon_line(ui, icon, |ui| {
                ui.label(RichText::new(&title).text_style(theme::strong()));
                widgets::soft(ui, &words.t(about));
            });
        });
        if row.clicked() {
            out.push(Command::Open(page, String::new()));
        }
        ui.add_space(NEAR);
    }
    ui.add_space(NEAR);
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("share-rules"));
        for rule in &here.rules {
            widgets::text(ui, rule);
        }
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, None, &words.t("share-change")).clicked() {
            out.push(ask(Step::Building));
        }
    });
}

fn draw_switches(ui: &mut Ui, words: &Words, here: &Here, out: &mut Vec<Command>) {
    if here.not_agreed {
        widgets::soft(ui, &words.t("share-not-agreed"));
        return;
    }
    let runs = here.state != "off";
    if matches!(here.state.as_str(), "off" | "paused")
        && widgets::button(ui, Look::Main, Some(Icon::Share), &words.t("share-start")).clicked()
    {
        out.push(act(gateway::Deed::Start));
    }
    if matches!(here.state.as_str(), "open" | "closed")
        && widgets::button(ui, Look::Quiet, Some(Icon::Clock), &words.t("share-pause")).clicked()
    {
        out.push(act(gateway::Deed::Pause));
    }
    if runs && widgets::button(ui, Look::Quiet, Some(Icon::Stop), &words.t("share-stop")).clicked() {
        out.push(act(gateway::Deed::Stop));
    }
}

/// Draws the dry run.
pub(crate) fn draw_try(ui: &mut Ui, words: &Words, part: &Part<Vec<Verdict>>, form: &mut Form, out: &mut Vec<Command>) {
    back(ui, words, out);
    widgets::title(ui, &words.t("page-gateway-try"));
    draw_part(ui, words, Icon::Share, part, out, |ui, verdicts, out| {
        widgets::text(ui, &words.t("try-about"));
        widgets::soft(ui, &words.t("try-nothing-kept"));
        ui.add_space(NEAR);
        let hint = "https://example.org\n192.168.1.1";
        let field = Field { label: &words.t("try-field"), hint, rows: 4, limit: 4000 };
        widgets::counted(ui, words, "try-targets", &field, &mut form.targets);
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Main, Some(Icon::Look), &words.t("try-now")).clicked() {
            let typed = if form.targets.trim().is_empty() { hint } else { form.targets.as_str() };
            let lines = typed.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty());
            out.push(act(gateway::Deed::Try { targets: lines.take(100).collect() }));
        }
        for (i, verdict) in verdicts.iter().enumerate() {
            ui.add_space(NEAR);
            ui.push_id(("verdict", i), |ui| {
                widgets::card(ui, |ui| {
                    ui.add(egui::Label::new(RichText::new(&verdict.target).text_style(theme::strong())).wrap());
                    widgets::pill(ui, verdict.mark.tone, verdict.mark.icon, &verdict.mark.text);
                    if !verdict.sentence.is_empty() {
                        widgets::text(ui, &verdict.sentence);
                    }
                    for rule in &verdict.rules {
                        widgets::soft(ui, rule);
                    }
                })
            });
        }
    });
}

/// Draws the proof.
pub fn draw_proof(ui: &mut Ui, words: &Words, part: &Part<Option<Proof>>, out: &mut Vec<Command>) {
    back(ui, words, out);
    widgets::title(ui, &words.t("page-gateway-proof"));
    draw_part(ui, words, Icon::Share, part, out, |ui, proof, out| {
        widgets::text(ui, &words.t("proof-about"));
        ui.add_space(GAP);
        if let Some(proof) = proof {
            draw_result(ui, words, proof, out);
            ui.add_space(GAP);
        }
        let (look, name) = match proof {
            Some(_) => (Look::Quiet, "proof-again"),
            None => (Look::Main, "proof-run"),
        };
        if widgets::button(ui, look, Some(Icon::Tick), &words.t(name)).clicked() {
            out.push(act(gateway::Deed::Prove));
        }
    });
}

fn draw_result(ui: &mut Ui, words: &Words, proof: &Proof, out: &mut Vec<Command>) {
    let (tone, title, about) = match proof.passed {
        true => (Tone::Good, words.with("proof-passed", "count", proof.tries), "proof-passed-about"),
        false => (Tone::Bad, words.t("proof-failed"), "proof-failed-do"),
    };
    widgets::banner(ui, tone, &title, &words.t(about), |ui| {
        for open in &proof.open {
            widgets::text(ui, open);
        }
        if !proof.passed && widgets::button(ui, Look::Main, Some(Icon::Stop), &words.t("share-stop")).clicked() {
            out.push(act(gateway::Deed::Stop));
        }
    });
    ui.add_space(NEAR);
    if widgets::button(ui, Look::Main, None, &words.t("proof-save")).clicked() {
        out.push(act(gateway::Deed::SaveProof { page: proof.page.clone() }));
    }
    ui.collapsing(words.t("proof-lines"), |ui| widgets::copyable(ui, &proof.lines));
}

/// Draws what was used.
pub fn draw_use(ui: &mut Ui, words: &Words, part: &Part<UseView>, out: &mut Vec<Command>) {
    back(ui, words, out);
    widgets::title(ui, &words.t("page-gateway-use"));
    draw_part(ui, words, Icon::Share, part, out, |ui, view, out| {
        widgets::text(ui, &words.t("use-about"));
        if !view.members.is_empty() {
            ui.add_space(GAP);
            widgets::card(ui, |ui| {
                widgets::heading(ui, &words.t("use-members"));
                widgets::soft(ui, &view.kept);
                for (name, size) in &view.members {
                    widgets::text(ui, &format!("{name}: {size}"));
                }
            });
        }
        for (i, debt) in view.debts.iter().enumerate() {
            ui.add_space(GAP);
            ui.push_id(("debt", i), |ui| widgets::card(ui, |ui| draw_debt(ui, words, debt, out)));
        }
        if !view.months.is_empty() {
            ui.add_space(GAP);
            widgets::card(ui, |ui| {
                widgets::heading(ui, &words.t("use-months"));
                for month in &view.months {
                    ui.add(egui::Label::new(RichText::new(&month.name).text_style(theme::strong())).wrap());
                    widgets::text(ui, &month.text);
                }
                ui.add_space(NEAR);
                ui.horizontal_wrapped(|ui| {
                    if widgets::button(ui, Look::Quiet, None, &words.t("save-page")).clicked() {
                        out.push(act(gateway::Deed::SaveUse { table: false }));
                    }
                    if widgets::button(ui, Look::Quiet, None, &words.t("save-table")).clicked() {
                        out.push(act(gateway::Deed::SaveUse { table: true }));
                    }
                });
            });
        }
    });
}

/// What somebody owes for a month, and the buttons that settle it.
fn draw_debt(ui: &mut Ui, words: &Words, debt: &Debt, out: &mut Vec<Command>) {
    widgets::text(ui, &debt.sentence);
    ui.horizontal_wrapped(|ui| {
        for (paid, icon, key) in [(true, Some(Icon::Tick), "settle-paid"), (false, None, "settle-waive")] {
            if widgets::button(ui, Look::Quiet, icon, &words.t(key)).clicked() {
                let (person, month, pence) = (debt.person.clone(), debt.month.clone(), debt.pence);
                out.push(act(gateway::Deed::Settle { person, month, pence, paid }));
            }
        }
    });
}
