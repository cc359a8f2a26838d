//! Recovery friends, in words.

use hedgerow_api::{Friends, Identity, KeyAsked, People, Standing, clean};

use crate::deeds::Outcome;
use crate::deeds::people::Who;
use crate::pages::people::data::name_of;
use crate::pages::{Cx, Part};

/// What somebody asks who lost their words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpCard {
    /// Who.
    pub name: String,
    /// As what I may agree.
    pub as_what: String,
    /// Whether I agree already.
    pub agreed: bool,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FriendsView {
    /// My friends.
    pub friends: Vec<Who>,
    /// How many must agree.
    pub needed: String,
    /// How many cannot help any more.
    pub stale: Option<String>,
    /// New keys asked for in my name: who agrees.
    pub asked: Vec<String>,
    /// People who can be chosen.
    pub people: Vec<Who>,
    /// Whether my words are on this computer.
    pub words_here: bool,
    /// What was handed to me.
    pub help: Option<HelpCard>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<FriendsView> {
    let known = cx.known;
    known.friends.and(&known.people).and(&known.identity).part(
        cx.words,
        ("fault-not-found", "fault-not-found-do"),
        |((friends, people), identity)| Some(page(cx, friends, people, identity)),
    )
}

fn page(cx: &Cx<'_>, friends: &Friends, people: &People, identity: &Identity) -> FriendsView {
    let words = cx.words;
    let others = people.people.iter().filter(|p| !p.me && p.standing == Standing::In && p.role != "newcomer");
    FriendsView {
        friends: friends.friends.iter().map(|f| Who { id: f.person.clone(), name: name_of(words, &f.name) }).collect(),
        needed: words.with("friends-needed", "count", friends.needed),
        stale: (friends.stale > 0).then(|| words.with("friends-stale", "count", friends.stale)),
        asked: friends.asked.iter().map(|a| who_agrees(cx, a)).collect(),
        people: others.map(|p| Who { id: p.id.clone(), name: name_of(words, &p.name) }).collect(),
        words_here: identity.words_here,
        help: match cx.outcome {
            Some(Outcome::Agreed(agreed)) => Some(HelpCard {
                name: name_of(words, &agreed.name),
                as_what: words.t(if agreed.as_what == "organiser" { "help-as-organiser" } else { "help-as-friend" }),
                agreed: agreed.agreed,
            }),
            _ => None,
        },
    }
}

fn who_agrees(cx: &Cx<'_>, asked: &KeyAsked) -> String {
    let names: Vec<String> = asked.friends.iter().chain(&asked.organisers).map(|n| clean::line(n)).collect();
    if names.is_empty() {
        cx.words.t("friends-asked-nobody")
    } else {
        cx.words.with("friends-asked-agree", "names", &names.join(", "))
    }
}
