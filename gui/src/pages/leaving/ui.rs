//! Draws going away.

use egui::Ui;

use super::data::LeavingView;
use crate::command::Command;
use crate::deeds::Deed;
use crate::deeds::computers::Deed as Act;
use crate::icons::Icon;
use crate::pages::{Part, draw_back, draw_part};
use crate::theme::{FAR, NEAR};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &Part<LeavingView>, out: &mut Vec<Command>) {
    draw_back(ui, words, out);
    widgets::title(ui, &words.t("leaving"));
    draw_part(ui, words, Icon::Back, view, out, |ui, view, out| {
        let act = |out: &mut Vec<Command>, deed: Act| out.push(Command::Do(Deed::Computers(deed)));
        widgets::heading(ui, &words.t("withdraw-title"));
        widgets::text(ui, &view.shared);
        widgets::soft(ui, &words.t("withdraw-about"));
        ui.add_space(NEAR);
        if view.count > 0
            && widgets::button(ui, Look::Quiet, Some(Icon::Warning), &words.with("withdraw-all", "count", view.count))
                .clicked()
        {
            act(out, Act::WithdrawAll { count: view.count });
        }
        ui.add_space(FAR);
        widgets::heading(ui, &words.t("leave-title"));
        widgets::text(ui, &words.t("leave-about"));
        ui.add_space(NEAR);
        let text = words.with("leave", "name", &view.community);
        if widgets::button(ui, Look::Quiet, Some(Icon::Warning), &text).clicked() {
            act(out, Act::Leave { community: view.community.clone() });
        }
        ui.add_space(FAR);
        widgets::heading(ui, &words.t("give-up-title"));
        widgets::text(ui, &view.others);
        widgets::soft(ui, &words.t("give-up-about"));
        ui.add_space(NEAR);
        if widgets::button(ui, Look::Quiet, Some(Icon::Warning), &words.t("give-up")).clicked() {
            act(out, Act::GiveUp);
        }
    });
}
