//! An invite and the state of making one.

use hedgerow_api::{Invite, Status, clean};

use crate::fault::{Said, say};
use crate::pages::Load;
use crate::qr::Picture;
use crate::when;
use crate::words::Words;

/// An invite, ready to hand over.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// The text.
    pub ticket: String,
    /// How long it works.
    pub left: String,
    /// The text as a picture; absent when it is too long for one.
    pub picture: Option<Picture>,
    /// Where it was saved, or why it was not.
    pub saved: Option<Result<String, Said>>,
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
    /// What went wrong.
    pub fault: Option<Said>,
    /// The invite.
    pub ready: Option<Ready>,
}

/// Builds the page. `invite` is nothing before the button was pressed.
pub fn view(
    words: &Words,
    status: &Load<Box<Status>>,
    invite: Option<&Load<Invite>>,
    saved: Option<&Result<String, crate::link::Fault>>,
) -> InviteView {
    let status = status.ready();
    let community = status.and_then(|s| s.community.as_ref()).map(|c| clean::line(&c.name)).unwrap_or_default();
    let member = status.and_then(|s| s.me.as_ref()).is_some_and(|me| me.role != "none");
    InviteView {
        title: if community.is_empty() {
            words.t("page-invite")
        } else {
            words.with("invite-title", "name", &community)
        },
        why_not: (status.is_some() && !member).then(|| (words.t("invite-not-yet"), words.t("invite-not-yet-do"))),
        making: matches!(invite, Some(Load::Waiting)),
        fault: match invite {
            Some(Load::Failed(fault)) => Some(say(words, fault)),
            _ => None,
        },
        ready: invite.and_then(Load::ready).map(|invite| Ready {
            ticket: clean::line(&invite.ticket),
            left: when::left(words, invite.expires_ms, status.map_or(0, |s| s.now_ms)),
            picture: Picture::of(&invite.ticket),
            saved: saved
                .map(|s| s.as_ref().map(|path| words.with("invite-saved", "path", path)).map_err(|f| say(words, f))),
        }),
    }
}
