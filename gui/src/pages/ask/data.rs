//! Whom one can ask, in words.

use hedgerow_api::{Groups, People, Standing};

use crate::deeds::people::Who;
use crate::pages::people::data::name_of;
use crate::pages::{Cx, Part};

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskView {
    /// Groups.
    pub groups: Vec<Who>,
    /// People, without me.
    pub people: Vec<Who>,
    /// Ids of the organisers, without me.
    pub organisers: Vec<String>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<AskView> {
    cx.known
        .people
        .and(&cx.known.groups)
        .part(cx.words, ("ask-nobody", "ask-nobody-do"), |(people, groups)| page(cx, people, groups))
}

fn page(cx: &Cx<'_>, people: &People, groups: &Groups) -> Option<AskView> {
    let others = || people.people.iter().filter(|p| p.standing == Standing::In && !p.me);
    let view = AskView {
        groups: groups.groups.iter().map(|g| Who { id: g.id.clone(), name: name_of(cx.words, &g.name) }).collect(),
        people: others().map(|p| Who { id: p.id.clone(), name: name_of(cx.words, &p.name) }).collect(),
        organisers: others().filter(|p| p.role == "organiser").map(|p| p.id.clone()).collect(),
    };
    (!view.groups.is_empty() || !view.people.is_empty()).then_some(view)
}
