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
    /// The organisers, without me.
    pub organisers: Vec<Who>,
    /// What the request begins with, where a button of another page led here: what it is about, and more.
    pub begins: Option<(String, String)>,
}

/// What the page is about when somebody asks to be trusted with sharing a building's internet.
pub const TO_SHARE: &str = "to-share-internet";

/// What it is about when somebody asks for a group of their own.
pub const TO_GROUP: &str = "to-start-a-group";

/// What requests begin with that a button led to: what the page is about, and keys of words.
const BEGINNINGS: [(&str, &str, &str); 2] =
    [(TO_SHARE, "ask-share-topic", "ask-share-text"), (TO_GROUP, "ask-group-topic", "ask-group-text")];

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<AskView> {
    cx.known
        .people
        .and(&cx.known.groups)
        .part(cx.words, ("ask-nobody", "ask-nobody-do"), |(people, groups)| page(cx, people, groups))
}

fn page(cx: &Cx<'_>, people: &People, groups: &Groups) -> Option<AskView> {
    let who = |p: &hedgerow_api::Person| Who { id: p.id.clone(), name: name_of(cx.words, &p.name) };
    let others = || people.people.iter().filter(|p| p.standing == Standing::In && !p.me);
    let view = AskView {
        groups: groups.groups.iter().map(|g| Who { id: g.id.clone(), name: name_of(cx.words, &g.name) }).collect(),
        people: others().map(who).collect(),
        organisers: others().filter(|p| p.role == "organiser").map(who).collect(),
        // Once it is sent, the page is empty again.
        begins: BEGINNINGS
            .iter()
            .find(|(about, ..)| cx.about == *about && cx.last.is_none())
            .map(|(_, topic, text)| (cx.words.t(topic), cx.words.t(text))),
    };
    (!view.groups.is_empty() || !view.people.is_empty()).then_some(view)
}
