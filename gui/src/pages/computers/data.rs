//! My computers, in words.

use hedgerow_api::{Computer, Computers, Identity, clean};

use crate::deeds::people::Who;
use crate::icons::Icon;
use crate::pages::find::data::Mark;
use crate::pages::people::data::mark;
use crate::pages::{Cx, Part};
use crate::theme::Tone;
use crate::when;
use crate::words::Words;

/// Digits of a key that tell a computer from others.
const KEY_DIGITS: usize = 8;

/// One computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputerCard {
    /// Its key and what it is called.
    pub computer: Who,
    /// How it stands.
    pub marks: Vec<Mark>,
    /// What is known of it.
    pub about: String,
    /// Whether it can be taken out from here.
    pub removable: bool,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputersView {
    /// This one first.
    pub computers: Vec<ComputerCard>,
    /// Whether my words are on this computer, in a sentence.
    pub words: String,
    /// Whether they are.
    pub words_here: bool,
    /// How many recovery friends I have.
    pub friends: String,
    /// The name that everybody sees.
    pub pen_name: String,
    /// The same in a sentence.
    pub pen_name_is: String,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<ComputersView> {
    let known = cx.known;
    known.identity.and(&known.computers).part(cx.words, ("computers-none", "computers-none-do"), |(identity, list)| {
        (!list.computers.is_empty()).then(|| page(cx, identity, list))
    })
}

fn page(cx: &Cx<'_>, identity: &Identity, list: &Computers) -> ComputersView {
    let words = cx.words;
    ComputersView {
        computers: list.computers.iter().map(|c| card(words, c, cx.known.now_ms())).collect(),
        words: words.t(if identity.words_here { "kit-here" } else { "kit-not-here" }),
        words_here: identity.words_here,
        friends: words.with("friends-count", "count", identity.friends),
        pen_name_is: match clean::line(&identity.pen_name) {
            name if name.is_empty() => words.t("pen-name-none"),
            name => words.with("pen-name-is", "name", &name),
        },
        pen_name: clean::line(&identity.pen_name),
    }
}

/// One computer in words.
pub fn card(words: &Words, computer: &Computer, now_ms: u64) -> ComputerCard {
    let name = clean::line(&computer.name);
    let digits: String = computer.key.chars().take(KEY_DIGITS).collect();
    let mut marks = Vec::new();
    if computer.this {
        marks.push(mark(Tone::Good, Icon::Computer, words.t("computer-this")));
    }
    if !computer.active {
        let key = if computer.gave_up { "computer-gave-up" } else { "computer-out" };
        marks.push(mark(Tone::Plain, Icon::Stop, words.t(key)));
    }
    let about = match computer.last_written_ms {
        Some(ms) => words.with("computer-wrote", "when", &when::ago(words, ms, now_ms)),
        None => words.t("computer-wrote-never"),
    };
    ComputerCard {
        computer: Who {
            id: computer.key.clone(),
            name: if name.is_empty() { words.with("computer-key", "key", &digits) } else { name },
        },
        marks,
        about,
        removable: computer.active && !computer.this,
    }
}
