//! One request, in words.

use hedgerow_api::{RequestState, RequestThread, clean};

use crate::pages::find::data::Mark;
use crate::pages::people::data::name_of;
use crate::pages::requests::data::{marks, parties, topic};
use crate::pages::{Cx, Part};
use crate::when;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageCard {
    /// Who wrote it.
    pub from: String,
    /// When.
    pub when: String,
    /// What it says.
    pub text: String,
    /// More about it: that it closes the request, or came from outside.
    pub note: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestView {
    /// Id.
    pub id: String,
    /// What it is about.
    pub topic: String,
    /// Who asks whom.
    pub parties: String,
    /// How it stands.
    pub marks: Vec<Mark>,
    /// Oldest first.
    pub messages: Vec<MessageCard>,
    /// Whether it can be closed.
    pub open: bool,
    /// How long it is kept.
    pub kept: String,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<RequestView> {
    cx.known.request.part(cx.words, ("fault-not-found", "fault-not-found-do"), |thread| Some(page(cx, thread)))
}

fn page(cx: &Cx<'_>, thread: &RequestThread) -> RequestView {
    let (words, summary) = (cx.words, &thread.summary);
    let message = |m: &hedgerow_api::RequestMessage| MessageCard {
        from: if m.mine { words.t("that-is-me") } else { name_of(words, &m.from.name) },
        when: when::ago(words, m.written_ms, cx.known.now_ms()),
        text: clean::lines(&m.text),
        note: if m.closes {
            words.t("help-closes")
        } else if m.outsider {
            words.t("help-outsider")
        } else {
            String::new()
        },
    };
    RequestView {
        id: summary.id.clone(),
        topic: topic(words, summary),
        parties: parties(words, summary),
        marks: marks(words, summary),
        messages: thread.messages.iter().map(message).collect(),
        open: summary.state != RequestState::Closed,
        kept: words.with("help-kept-until", "day", &when::day(words, &summary.expires)),
    }
}
