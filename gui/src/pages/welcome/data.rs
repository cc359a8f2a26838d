//! Communities near, in words.

use hedgerow_api::{JoinWaiting, Nearby, clean};

use crate::deeds::Outcome;
use crate::fault::{Said, say};
use crate::link::Fault;
use crate::pages::settings::data::sizes;
use crate::pages::{Cx, Load, Part};
use crate::settings::Settings;
use crate::words::Words;

/// A community seen nearby.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How much of it is near.
    pub about: String,
}

/// What the steps show besides what was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct WelcomeView {
    /// Communities near, by name.
    pub near: Part<Vec<Near>>,
    /// Why the last try to start or join failed.
    pub fault: Option<Said>,
    /// Whether an answer is on its way.
    pub busy: bool,
    /// Text sizes in percent, their words, and which one is chosen.
    pub sizes: Vec<(u16, String, bool)>,
    /// Six digits to type on the other computer, while this one waits for that.
    pub digits: Option<String>,
    /// What was asked of my recovery friends.
    pub help: Option<HelpText>,
    /// Asking to join goes on, or ended without a yes.
    pub asking: Option<Asking>,
}

/// What to hand to recovery friends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpText {
    /// The text.
    pub request: String,
    /// Five words to say by voice.
    pub spoken: String,
    /// How many must agree.
    pub needed: String,
}

/// How asking to join stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    /// Heading.
    pub title: String,
    /// What to do.
    pub body: String,
    /// My code, for whoever says yes.
    pub code: String,
    /// Why it ended, if it did.
    pub ended: Option<Said>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>, settings: &Settings, fault: Option<&Fault>) -> WelcomeView {
    let words = cx.words;
    WelcomeView {
        near: near(words, &cx.known.nearby),
        fault: fault.map(|f| say(words, f)),
        busy: cx.doing.is_some(),
        sizes: sizes(words, settings),
        digits: match cx.outcome {
            Some(Outcome::Linking { digits, is_in: false }) if cx.doing.is_some() => Some(digits.clone()),
            _ => None,
        },
        help: match cx.outcome {
            Some(Outcome::FriendsAsked(asked)) => Some(HelpText {
                request: clean::line(&asked.request),
                spoken: clean::line(&asked.spoken),
                needed: if asked.needed == 0 {
                    words.t("back-friends-none")
                } else {
                    words.with("friends-needed", "count", asked.needed)
                },
            }),
            _ => None,
        },
        // Nobody asked: that is a fault to the node, and nothing to a person.
        asking: cx.known.join_waiting.ready().map(|waiting| asking(words, waiting)),
    }
}

fn asking(words: &Words, waiting: &JoinWaiting) -> Asking {
    let name = clean::line(&waiting.community);
    Asking {
        title: if name.is_empty() { words.t("asking-somewhere") } else { words.with("asking-title", "name", &name) },
        body: words.t("asking-do"),
        code: words.with("asking-code", "code", &clean::line(&waiting.code)),
        ended: waiting.ended.as_ref().map(|problem| say(words, &Fault::Problem(Box::new(problem.clone())))),
    }
}

fn near(words: &Words, nearby: &Load<Box<Nearby>>) -> Part<Vec<Near>> {
    match nearby {
        Load::Waiting => Part::Loading,
        Load::Failed(fault) => Part::Fault(say(words, fault)),
        Load::Ready(nearby) => {
            let mut near: Vec<Near> = nearby
                .communities
                .iter()
                .map(|c| {
                    let name = clean::line(&c.name);
                    Near {
                        id: c.id.clone(),
                        name: if name.is_empty() { words.t("near-unnamed") } else { name },
                        about: words.with("near-computers", "count", c.computers),
                    }
                })
                .collect();
            near.sort_by(|a, b| (a.name.to_lowercase(), &a.id).cmp(&(b.name.to_lowercase(), &b.id)));
            if near.is_empty() {
                Part::Empty { title: words.t("near-none"), body: words.t("near-none-do") }
            } else {
                Part::Here(near)
            }
        }
    }
}
