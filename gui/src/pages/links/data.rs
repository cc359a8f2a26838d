//! The other computers, in words.

use hedgerow_api::{Neighbour, Status, clean};

use crate::fault::say;
use crate::icons::Icon;
use crate::pages::find::data::Mark;
use crate::pages::home::data::{StatusLine, status_line};
use crate::pages::{Load, Part};
use crate::theme::Tone;
use crate::words::Words;

/// Another computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Whose it is.
    pub name: String,
    /// Whether it is linked.
    pub link: Mark,
    /// Whether it holds the same as this one.
    pub same: Option<Mark>,
    /// Why it is seen and not linked.
    pub reason: String,
    /// Key and addresses, for those who can use them.
    pub details: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct LinksView {
    /// How this computer is connected.
    pub status: StatusLine,
    /// Linked ones first, as the node lists them.
    pub others: Part<Vec<Other>>,
    /// This computer's own addresses, for those who can use them.
    pub details: String,
}

/// Builds the page.
pub fn view(words: &Words, status: &Load<Box<Status>>) -> LinksView {
    let line = status_line(words, status);
    let (others, details) = match status {
        Load::Waiting => (Part::Loading, String::new()),
        Load::Failed(fault) => (Part::Fault(say(words, fault)), String::new()),
        Load::Ready(s) if s.neighbours.is_empty() => {
            (Part::Empty { title: words.t("links-none"), body: words.t("links-none-do") }, s.addresses.join("\n"))
        }
        Load::Ready(s) => (Part::Here(s.neighbours.iter().map(|n| other(words, n)).collect()), s.addresses.join("\n")),
    };
    LinksView { status: line, others, details }
}

fn other(words: &Words, n: &Neighbour) -> Other {
    let name = clean::line(&n.name);
    let link = if n.linked {
        let text = words.t(if n.path == "far" { "link-far" } else { "link-near" });
        Mark { tone: Tone::Good, icon: Icon::Links, text }
    } else if n.seen {
        Mark { tone: Tone::Warn, icon: Icon::Warning, text: words.t("link-seen") }
    } else {
        Mark { tone: Tone::Plain, icon: Icon::Alone, text: words.t("link-away") }
    };
    Other {
        name: if name.is_empty() { words.t("a-computer") } else { name },
        link,
        same: n.linked.then(|| {
            if n.up_to_date {
                Mark { tone: Tone::Good, icon: Icon::Tick, text: words.t("content-up-to-date") }
            } else {
                Mark { tone: Tone::Plain, icon: Icon::Clock, text: words.t("content-updating") }
            }
        }),
        reason: clean::line(&n.reason),
        details: format!("{}\n{}", n.key, n.addresses.join("\n")).trim().to_owned(),
    }
}
