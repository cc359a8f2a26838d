//! Communities near, in words.

use hedgerow_api::{Nearby, clean};

use crate::fault::{Said, say};
use crate::link::Fault;
use crate::pages::settings::data::sizes;
use crate::pages::{Load, Part};
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
}

/// Builds the page.
pub fn view(
    words: &Words,
    settings: &Settings,
    nearby: &Load<Box<Nearby>>,
    fault: Option<&Fault>,
    busy: bool,
) -> WelcomeView {
    let near = match nearby {
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
    };
    WelcomeView { near, fault: fault.map(|f| say(words, f)), busy, sizes: sizes(words, settings) }
}
