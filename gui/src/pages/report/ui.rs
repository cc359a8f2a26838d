//! Draws a report.

use egui::Ui;
use hedgerow_api::ReportReason;

use super::Form;
use crate::command::Command;
use crate::deeds::{Deed, help};
use crate::icons::Icon;
use crate::pages::draw_back;
use crate::pages::requests::data::reason_key;
use crate::theme::{GAP, NEAR};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// The reasons, in the order they are offered.
const REASONS: [ReportReason; 8] = [
    ReportReason::Wrong,
    ReportReason::Hurtful,
    ReportReason::Dangerous,
    ReportReason::Private,
    ReportReason::Pretends,
    ReportReason::Spam,
    ReportReason::Unlawful,
    ReportReason::Other,
];

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, about: &str, form: &mut Form, out: &mut Vec<Command>) {
    draw_back(ui, words, out);
    widgets::title(ui, &words.t("page-report"));
    widgets::text(ui, &words.t("report-who-reads"));
    ui.add_space(GAP);
    for reason in REASONS {
        if widgets::choice(ui, form.reason == Some(reason), &words.t(reason_key(reason))).clicked() {
            form.reason = Some(reason);
        }
    }
    ui.add_space(NEAR);
    let (label, hint) = (words.t("report-more"), words.t("report-text-hint"));
    widgets::counted(ui, words, "text", &Field { label: &label, hint: &hint, rows: 4, limit: 4000 }, &mut form.text);
    ui.add_space(GAP);
    let Some(reason) = form.reason else {
        widgets::soft(ui, &words.t("report-choose"));
        return;
    };
    if widgets::button(ui, Look::Main, Some(Icon::Warning), &words.t("report-to-organisers")).clicked() {
        let (about, text) = (about.to_owned(), form.text.trim().to_owned());
        out.push(Command::Do(Deed::Help(help::Deed::Report { about, reason, text })));
    }
}
