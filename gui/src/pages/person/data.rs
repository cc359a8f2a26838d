//! One person, in words.

use hedgerow_api::{PersonDetail, PersonWhy, Standing, WhyFact, clean};

use crate::deeds::people::{Deed, Who};
use crate::fault::without_command;
use crate::pages::find::data::Mark;
use crate::pages::people::data::{marks, name_of};
use crate::pages::{Cx, Part};
use crate::words::{Language, Words};

/// A special role somebody has.
#[derive(Debug, Clone, PartialEq)]
pub struct GrantLine {
    /// What it lets them do.
    pub text: String,
    /// What takes it back, where I may.
    pub take_back: Option<Deed>,
}

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonView {
    /// Who.
    pub who: Who,
    /// Role and standing.
    pub marks: Vec<Mark>,
    /// How many computers they have.
    pub computers: String,
    /// Groups they are in: id and name.
    pub groups: Vec<(String, String)>,
    /// Special roles.
    pub grants: Vec<GrantLine>,
    /// Why they are what they are.
    pub why: Vec<String>,
    /// More about it, for those who can use it.
    pub why_details: String,
    /// What I can do: the words of the button, and the deed.
    pub can: Vec<(String, Deed)>,
    /// Whether I may take them out.
    pub may_remove: bool,
    /// Whether I may let them invite more people.
    pub may_grant_invites: bool,
    /// Why I can do less than an organiser, or less to this person.
    pub why_not: Option<String>,
    /// Blocking or seeing again; nothing for myself.
    pub block: Option<(String, Deed)>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<PersonView> {
    cx.known
        .person
        .and(&cx.known.person_why)
        .part(cx.words, ("person-none", "person-none-do"), |(person, why)| Some(page(cx, person, why)))
}

fn page(cx: &Cx<'_>, detail: &PersonDetail, why: &PersonWhy) -> PersonView {
    let (words, person) = (cx.words, &detail.person);
    let who = Who { id: person.id.clone(), name: name_of(words, &person.name) };
    let said = |key: &str| words.with(key, "name", &who.name);
    let organiser = cx.is_organiser();
    let inside = person.standing == Standing::In;
    let theirs_is_seat = person.role == "organiser";
    let has = |role: &str| detail.grants.iter().any(|g| g.role == role);
    let mut can = Vec::new();
    let waits = person.standing == Standing::Waiting || person.role == "newcomer";
    if !person.me && (organiser && !inside || waits && matches!(cx.role(), "organiser" | "resident")) {
        let key = if waits { "person-allow" } else { "person-allow-again" };
        can.push((said(key), Deed::Allow { who: who.clone() }));
    }
    if organiser && inside {
        for (role, key) in [("gateway-host", "grant-gateway"), ("mentor", "grant-mentor")] {
            if !has(role) && person.role != "newcomer" {
                can.push((said(key), Deed::Grant { who: who.clone(), role: role.into(), number: None }));
            }
        }
        match (theirs_is_seat, person.me) {
            (true, true) => can.push((words.t("organiser-step-down"), Deed::StepDown)),
            (true, false) => can.push((said("organiser-end"), Deed::EndOrganiser { who: who.clone() })),
            (false, _) if person.role == "resident" => {
                can.push((said("organiser-make"), Deed::MakeOrganiser { who: who.clone() }));
            }
            _ => {}
        }
    }
    let why_not = if !organiser && !person.me {
        Some(words.t("person-organisers-only"))
    } else if organiser && theirs_is_seat && !person.me {
        Some(words.t("person-is-organiser"))
    } else {
        None
    };
    let mut facts: Vec<String> = why.facts.iter().map(|f| fact(words, &who.name, f)).collect();
    let pen_name = clean::line(&detail.pen_name);
    if !pen_name.is_empty() {
        facts.push(words.with("person-pen-name", "name", &pen_name));
    }
    let mut details: Vec<String> = Vec::new();
    if words.language != Language::English {
        details.extend(why.facts.iter().map(|f| clean::line(&f.text)));
    }
    details.extend(why.would_change.iter().map(|t| without_command(t)).filter(|t| !t.is_empty()));
    let block = if person.blocked {
        (said("person-unblock"), Deed::Unblock { who: who.clone() })
    } else {
        (said("person-block"), Deed::Block { who: who.clone() })
    };
    PersonView {
        marks: marks(words, person),
        computers: words.with("count-computers", "count", person.devices),
        groups: detail.groups.iter().map(|g| (g.id.clone(), name_of(words, &g.name))).collect(),
        grants: detail.grants.iter().map(|g| grant(words, &who, organiser, g)).collect(),
        why: facts,
        why_details: details.join("\n"),
        can,
        may_remove: organiser && inside && !theirs_is_seat && !person.me,
        may_grant_invites: organiser && inside && !has("invites") && person.role == "resident",
        why_not,
        block: (!person.me).then_some(block),
        who,
    }
}

fn grant(words: &Words, who: &Who, organiser: bool, grant: &hedgerow_api::PersonGrant) -> GrantLine {
    let text = match grant.role.as_str() {
        "gateway-host" => words.t("has-gateway"),
        "mentor" => words.t("has-mentor"),
        "invites" => words.with("has-invites", "count", grant.number.unwrap_or_default()),
        _ => clean::line(&grant.text),
    };
    let take_back =
        organiser.then(|| Deed::Ungrant { who: who.clone(), role: grant.role.clone(), number: grant.number });
    GrantLine { text, take_back }
}

/// One reason. The node tells it with names in English; elsewhere we have shorter sentences of our own.
fn fact(words: &Words, name: &str, fact: &WhyFact) -> String {
    let theirs = clean::line(&fact.text);
    if words.language == Language::English && !theirs.is_empty() {
        return theirs;
    }
    let key = match fact.code.as_str() {
        "founder" | "started" => "why-started",
        "seated" => "why-seated",
        "split" => "why-split",
        "admitted" => "why-admitted",
        "not-admitted" => "why-not-admitted",
        "joined" => "why-joined",
        "removed" => "why-removed",
        "left" => "why-left",
        "recovered" => "why-recovered",
        "recovery-asked" => "why-recovery-asked",
        "granted" => "why-granted",
        "granted-before" => "why-granted-before",
        "cannot-invite" => "why-cannot-invite",
        "computer-given-up" | "computer-out" => "why-computer-out",
        "unknown" => "why-unknown",
        _ => "why-other",
    };
    words.with(key, "name", name)
}
