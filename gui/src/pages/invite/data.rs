//! An invite and the state of making one.

use hedgerow_api::clean;

use crate::deeds::Outcome;
use crate::pages::Cx;
use crate::qr::Picture;
use crate::when;

/// An invite, ready to hand over.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// The text.
    pub ticket: String,
    /// How long it works.
    pub left: String,
    /// The text as a picture; absent when it is too long for one.
    pub picture: Option<Picture>,
}

/// The invite page.
#[derive(Debug, Clone, PartialEq)]
pub struct InviteView {
    /// Heading: "Invite somebody to Riverside".
    pub title: String,
    /// Why I cannot invite, if so.
    pub why_not: Option<(String, String)>,
    /// Whether one is being made.
    pub making: bool,
    /// The invite.
    pub ready: Option<Ready>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> InviteView {
    let words = cx.words;
    let status = cx.known.status.ready();
    let community = status.and_then(|s| s.community.as_ref()).map(|c| clean::line(&c.name)).unwrap_or_default();
    let member = status.and_then(|s| s.me.as_ref()).is_some_and(|me| me.role != "none");
    InviteView {
        title: if community.is_empty() {
            words.t("page-invite")
        } else {
            words.with("invite-title", "name", &community)
        },
        why_not: (status.is_some() && !member).then(|| (words.t("invite-not-yet"), words.t("invite-not-yet-do"))),
        making: cx.doing.is_some(),
        ready: match cx.outcome {
            Some(Outcome::Invite(invite)) => Some(Ready {
                ticket: clean::line(&invite.ticket),
                left: when::left(words, invite.expires_ms, cx.known.now_ms()),
                picture: Picture::of(&invite.ticket),
            }),
            _ => None,
        },
    }
}
