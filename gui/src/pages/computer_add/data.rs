//! The code, and who has used it.

use hedgerow_api::{LinkWaiting, clean};

use crate::deeds::Outcome;
use crate::pages::{Cx, Part};
use crate::qr::Picture;
use crate::secret::Secret;
use crate::when;

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct AddView {
    /// The group it is for; nothing: for me.
    pub group: Option<String>,
    /// The code, while it was made here and works.
    pub code: Option<(Secret, Option<Picture>)>,
    /// How long it works.
    pub left: String,
    /// What the new computer calls itself, once it has asked.
    pub asked: Option<String>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<AddView> {
    cx.known.link_waiting.part(cx.words, ("fault-not-found", "fault-not-found-do"), |waiting| Some(page(cx, waiting)))
}

fn page(cx: &Cx<'_>, waiting: &LinkWaiting) -> AddView {
    let words = cx.words;
    let open = waiting.expires_ms.is_some();
    AddView {
        group: (!cx.about.is_empty()).then(|| cx.about.to_owned()),
        code: match cx.outcome {
            Some(Outcome::LinkCode { code, .. }) if open => Some((code.clone(), Picture::of(code.open()))),
            _ => None,
        },
        left: waiting.expires_ms.map(|ms| when::left(words, ms, cx.known.now_ms())).unwrap_or_default(),
        asked: waiting.asked.then(|| {
            let name = waiting.name.as_deref().map(clean::line).unwrap_or_default();
            if name.is_empty() { words.t("a-computer") } else { name }
        }),
    }
}
