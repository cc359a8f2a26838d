//! The other computers, in words.

use hedgerow_api::{Neighbour, Status, clean};

use crate::fault::spoken;
use crate::icons::Icon;
use crate::pages::find::data::Mark;
use crate::pages::home::data::{StatusLine, status_line};
use crate::pages::{Load, Part};
use crate::theme::Tone;
use crate::words::Words;

/// How far a computer is: the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
    /// Linked, on the same network.
    Near,
    /// Linked, by a longer way.
    Far,
    /// Seen, and not linked.
    Seen,
    /// Not here now.
    Away,
}

/// What the drawing shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What stands in the middle.
    pub me: String,
    /// The others, the nearest first.
    pub others: Vec<Other>,
    /// The same in a sentence, for who cannot see it.
    pub said: String,
}

/// Another computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Whose it is.
    pub name: String,
    /// How far it is.
    pub distance: Distance,
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
    /// The nearest first.
    pub others: Part<Picture>,
    /// What others type to reach this computer.
    pub addresses: Vec<String>,
}

/// Builds the page.
pub fn view(words: &Words, status: &Load<Box<Status>>) -> LinksView {
    let line = status_line(words, status);
    let others = status.part(words, ("links-none", "links-none-do"), |s| {
        (!s.neighbours.is_empty()).then(|| {
            let mut others: Vec<Other> = s.neighbours.iter().map(|n| other(words, n)).collect();
            others.sort_by_key(|o| o.distance);
            Picture { me: words.t("links-me"), said: said(words, &others), others }
        })
    });
    let addresses = status.ready().map(|s| s.addresses.iter().map(|a| clean::line(a)).collect());
    LinksView { status: line, others, addresses: addresses.unwrap_or_default() }
}

/// The drawing in words.
fn said(words: &Words, others: &[Other]) -> String {
    let mut parts = vec![words.t("links-drawing")];
    for (distance, key) in [
        (Distance::Near, "links-drawing-near"),
        (Distance::Far, "links-drawing-far"),
        (Distance::Seen, "links-drawing-seen"),
        (Distance::Away, "links-drawing-away"),
    ] {
        let names: Vec<&str> = others.iter().filter(|o| o.distance == distance).map(|o| o.name.as_str()).collect();
        if !names.is_empty() {
            parts.push(words.with(key, "names", &names.join(", ")));
        }
    }
    parts.join(" ")
}

fn other(words: &Words, n: &Neighbour) -> Other {
    let name = clean::line(&n.name);
    let distance = match (n.linked, n.path.as_str(), n.seen) {
        (true, "far", _) => Distance::Far,
        (true, ..) => Distance::Near,
        (false, _, true) => Distance::Seen,
        (false, _, false) => Distance::Away,
    };
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
        distance,
        link,
        same: n.linked.then(|| {
            if n.up_to_date {
                Mark { tone: Tone::Good, icon: Icon::Tick, text: words.t("content-up-to-date") }
            } else if n.partial {
                Mark { tone: Tone::Warn, icon: Icon::Warning, text: words.t("content-part") }
            } else {
                Mark { tone: Tone::Plain, icon: Icon::Clock, text: words.t("content-updating") }
            }
        }),
        reason: spoken(&n.reason),
        details: format!("{}\n{}", n.key, n.addresses.join("\n")).trim().to_owned(),
    }
}
