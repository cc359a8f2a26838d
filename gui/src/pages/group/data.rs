//! One group, in words.

use hedgerow_api::{Group, People, Standing, clean};

use crate::deeds::people::Who;
use crate::icons::Icon;
use crate::pages::find::data::{Mark, kind};
use crate::pages::people::data::{mark, name_of};
use crate::pages::{Cx, Part};
use crate::theme::Tone;

/// Digits of a computer's key that tell it from others.
const KEY_DIGITS: usize = 8;

/// Somebody in the group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Who.
    pub who: Who,
    /// Whether they look after it.
    pub admin: bool,
    /// The same as a pill.
    pub mark: Mark,
    /// Whether it is me.
    pub me: bool,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupView {
    /// The group.
    pub group: Who,
    /// What it is.
    pub about: String,
    /// What it may publish, where that is not everything.
    pub only: String,
    /// Who is in it: those who look after it first.
    pub members: Vec<MemberRow>,
    /// Whether I may add people and take them out.
    pub manage: bool,
    /// Why not, if not.
    pub why_not: String,
    /// My person id, while I am in it.
    pub me: Option<String>,
    /// Whether I may publish in its name.
    pub share: bool,
    /// Whether I may close it.
    pub close: bool,
    /// People who can be added.
    pub others: Vec<Who>,
    /// Its own computers: what each is called, and whether it is this one.
    pub computers: Vec<(Who, bool)>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<GroupView> {
    cx.known.groups.and(&cx.known.people).part(cx.words, ("group-none", "group-none-do"), |(groups, people)| {
        groups.groups.iter().find(|g| g.id == cx.about).map(|group| page(cx, group, people))
    })
}

fn page(cx: &Cx<'_>, group: &Group, people: &People) -> GroupView {
    let words = cx.words;
    let my_id = cx.me().map(|me| me.person.as_str()).unwrap_or_default();
    let mut members: Vec<MemberRow> = group
        .members
        .iter()
        .map(|m| {
            let admin = m.role == "admin";
            let (tone, icon, key) = if admin {
                (Tone::Good, Icon::Leaf, "group-admin")
            } else {
                (Tone::Plain, Icon::Person, "role-member")
            };
            MemberRow {
                who: Who { id: m.person.clone(), name: name_of(words, &m.name) },
                admin,
                mark: mark(tone, icon, words.t(key)),
                me: m.person == my_id,
            }
        })
        .collect();
    members.sort_by_key(|m| (!m.admin, m.who.name.to_lowercase()));
    let mine = members.iter().find(|m| m.me);
    let manage = mine.is_some_and(|m| m.admin);
    let inside = |id: &str| group.members.iter().any(|m| m.person == id);
    let others = people.people.iter().filter(|p| p.standing == Standing::In && p.role != "newcomer" && !inside(&p.id));
    GroupView {
        group: Who { id: group.id.clone(), name: name_of(words, &group.name) },
        about: clean::lines(&group.description),
        only: if group.only.is_empty() {
            String::new()
        } else {
            let kinds: Vec<String> = group.only.iter().map(|k| kind(words, k)).collect();
            words.with("group-only", "kinds", &kinds.join(", "))
        },
        manage,
        why_not: if manage { String::new() } else { words.t("group-admins-only") },
        me: mine.map(|m| m.who.id.clone()),
        share: cx.me().is_some_and(|me| me.groups.iter().any(|g| g.id == group.id)),
        close: cx.is_organiser(),
        others: others.map(|p| Who { id: p.id.clone(), name: name_of(words, &p.name) }).collect(),
        computers: group
            .devices
            .iter()
            .map(|d| {
                let digits: String = d.key.chars().take(KEY_DIGITS).collect();
                (Who { id: d.key.clone(), name: words.with("computer-key", "key", &digits) }, d.this)
            })
            .collect(),
        members,
    }
}
