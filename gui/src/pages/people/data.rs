//! People, groups and organisers, in words.

use hedgerow_api::{Groups, OrganiserProposal, Organisers, People, Person, Standing, clean};

use crate::icons::Icon;
use crate::pages::find::data::Mark;
use crate::pages::{Cx, Part};
use crate::theme::Tone;
use crate::words::{Language, Words};

/// Somebody, in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Role, and what else there is to know.
    pub marks: Vec<Mark>,
}

/// A group, in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub about: String,
    /// How many belong to it, and whether I do.
    pub marks: Vec<Mark>,
}

/// A change of organisers that waits for approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalCard {
    /// What people type to approve it.
    pub code: String,
    /// What it does.
    pub text: String,
    /// Who agreed so far.
    pub approved: String,
    /// How many more must agree.
    pub missing: Mark,
    /// Whether I can agree, and if not, why not.
    pub mine: Result<(), String>,
    /// The node's own sentence, where it is not what is shown.
    pub details: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleView {
    /// Those who belong here, me first.
    pub people: Vec<PersonRow>,
    /// Those who wait, left, or were taken out.
    pub gone: Vec<PersonRow>,
    /// Groups, mine first.
    pub groups: Vec<GroupRow>,
    /// How many organisers must agree to a change.
    pub rule: String,
    /// Set while two changes contradict each other.
    pub split: bool,
    /// Changes that wait.
    pub proposals: Vec<ProposalCard>,
    /// Whether I am an organiser: may start groups.
    pub organiser: bool,
}

/// A mark.
pub fn mark(tone: Tone, icon: Icon, text: String) -> Mark {
    Mark { tone, icon, text }
}

/// A name, or what stands for it while it has not arrived.
pub fn name_of(words: &Words, name: &str) -> String {
    let name = clean::line(name);
    if name.trim().is_empty() { words.t("someone") } else { name }
}

/// What somebody is here, as pills.
pub fn marks(words: &Words, person: &Person) -> Vec<Mark> {
    let (tone, icon, key) = match (person.standing, person.role.as_str()) {
        (Standing::Removed, _) => (Tone::Bad, Icon::Stop, "standing-removed"),
        (Standing::Left, _) => (Tone::Plain, Icon::Alone, "standing-left"),
        (Standing::Waiting, _) | (_, "none") => (Tone::Warn, Icon::Clock, "standing-waiting"),
        (_, "organiser") => (Tone::Good, Icon::Leaf, "role-organiser"),
        (_, "newcomer") => (Tone::Plain, Icon::Look, "role-newcomer"),
        (_, "node") => (Tone::Plain, Icon::Links, "role-keeper"),
        _ => (Tone::Good, Icon::Person, "role-member"),
    };
    let mut marks = vec![mark(tone, icon, words.t(key))];
    if person.me {
        marks.push(mark(Tone::Plain, Icon::Person, words.t("that-is-you")));
    }
    if person.blocked {
        marks.push(mark(Tone::Warn, Icon::Stop, words.t("blocked-here")));
    }
    marks
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<PeopleView> {
    let known = cx.known;
    let people_and_groups = known.people.and(&known.groups);
    people_and_groups.and(&known.organisers).part(
        cx.words,
        ("people-none", "people-none-do"),
        |((people, groups), organisers)| (!people.people.is_empty()).then(|| page(cx, people, groups, organisers)),
    )
}

fn page(cx: &Cx<'_>, people: &People, groups: &Groups, organisers: &Organisers) -> PeopleView {
    let words = cx.words;
    let rows = |inside: bool| {
        let rows = people.people.iter().filter(|p| (p.standing == Standing::In) == inside);
        rows.map(|p| PersonRow { id: p.id.clone(), name: name_of(words, &p.name), marks: marks(words, p) }).collect()
    };
    let groups = groups.groups.iter().map(|g| {
        let mut marks =
            vec![mark(Tone::Plain, Icon::People, words.with("count-people", "count", g.members.len() as u64))];
        if g.mine {
            marks.push(mark(Tone::Good, Icon::Tick, words.t("group-mine")));
        }
        GroupRow { id: g.id.clone(), name: name_of(words, &g.name), about: clean::line(&g.description), marks }
    });
    let proposals = organisers.proposals.iter().map(|p| proposal(cx, organisers, p));
    PeopleView {
        people: rows(true),
        gone: rows(false),
        groups: groups.collect(),
        rule: words.with("organisers-rule", "count", organisers.needed),
        split: organisers.split,
        proposals: proposals.collect(),
        organiser: cx.is_organiser(),
    }
}

fn proposal(cx: &Cx<'_>, now: &Organisers, p: &OrganiserProposal) -> ProposalCard {
    let words = cx.words;
    let theirs = clean::line(&p.text);
    let english = words.language == Language::English && !theirs.is_empty();
    let without = |a: &[hedgerow_api::Organiser], b: &[hedgerow_api::Organiser]| {
        let names = a.iter().filter(|o| !b.iter().any(|other| other.person == o.person));
        names.map(|o| name_of(words, &o.name)).collect::<Vec<_>>().join(", ")
    };
    let mut own = Vec::new();
    let (joins, leaves) = (without(&p.organisers, &now.organisers), without(&now.organisers, &p.organisers));
    if !joins.is_empty() {
        own.push(words.with("proposal-joins", "names", &joins));
    }
    if !leaves.is_empty() {
        own.push(words.with("proposal-leaves", "names", &leaves));
    }
    if own.is_empty() {
        own.push(words.t("proposal-other"));
    }
    let approved: Vec<String> = p.approved.iter().map(|n| name_of(words, n)).collect();
    ProposalCard {
        code: p.code.clone(),
        text: if english { theirs.clone() } else { own.join(" ") },
        approved: words.with("proposal-approved", "names", &approved.join(", ")),
        missing: mark(Tone::Warn, Icon::Clock, words.with("organisers-missing", "count", p.missing)),
        mine: if p.approved_by_me {
            Err(words.t("proposal-mine"))
        } else if !cx.is_organiser() {
            Err(words.t("proposal-organisers-only"))
        } else {
            Ok(())
        },
        details: if english { String::new() } else { theirs },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_turn_the_page_round() {
        let words = Words::default();
        assert!(!name_of(&words, "B\u{202e}ob").contains('\u{202e}'));
        assert_eq!(name_of(&words, " "), words.t("someone"));
    }
}
