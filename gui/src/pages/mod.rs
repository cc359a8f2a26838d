//! The pages. Each is `data.rs`, which turns what the node said into plain, sorted, worded data, and `ui.rs`, which draws
//! that and answers with commands.

pub mod find;
pub mod home;
pub mod invite;
pub mod item;
pub mod links;
pub mod settings;
pub mod welcome;

use crate::fault::Said;

/// Something asked of the node.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Load<T> {
    /// Not asked, or no answer yet.
    #[default]
    Waiting,
    /// Here it is.
    Ready(T),
    /// It did not come, and why.
    Failed(crate::link::Fault),
}

impl<T> Load<T> {
    /// What is there, if it is there.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Load::Ready(value) => Some(value),
            _ => None,
        }
    }
}

impl<T> From<Result<T, crate::link::Fault>> for Load<T> {
    fn from(result: Result<T, crate::link::Fault>) -> Self {
        match result {
            Ok(value) => Load::Ready(value),
            Err(fault) => Load::Failed(fault),
        }
    }
}

/// A part of a page in one of its designed states.
#[derive(Debug, Clone, PartialEq)]
pub enum Part<T> {
    /// On its way.
    Loading,
    /// There is nothing: why, and what to do.
    Empty {
        /// A few words.
        title: String,
        /// A sentence.
        body: String,
    },
    /// It failed, or is not allowed, or nothing answers.
    Fault(Said),
    /// There it is.
    Here(T),
}

/// Draws a fault in the middle of a page, with a button to try again. Returns whether it was pressed.
pub(crate) fn draw_fault(ui: &mut egui::Ui, words: &crate::words::Words, said: &Said) -> bool {
    use crate::icons::Icon;
    let icon = if said.not_allowed {
        Icon::Stop
    } else if said.offline {
        Icon::Alone
    } else {
        Icon::Warning
    };
    let retry = words.t("try-again");
    let pressed =
        crate::widgets::nothing_here(ui, icon, &said.title, &said.body, (!said.not_allowed).then_some(&*retry));
    draw_details(ui, words, &said.details);
    pressed
}

/// A fold with details for those who can use them.
pub(crate) fn draw_details(ui: &mut egui::Ui, words: &crate::words::Words, details: &str) {
    if !details.is_empty() {
        ui.add_space(crate::theme::NEAR);
        ui.collapsing(words.t("details"), |ui| {
            crate::widgets::copyable(ui, &hedgerow_api::clean::lines(details));
        });
    }
}
