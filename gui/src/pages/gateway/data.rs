//! The building's gateway in words.

use std::collections::BTreeMap;

use hedgerow_api::{GatewayStatus, GatewayVerdict, clean};

use crate::amount;
use crate::deeds::Outcome;
use crate::fault::spoken;
use crate::icons::Icon;
use crate::link::Attached;
use crate::pages::find::data::Mark;
use crate::pages::gateway_setup::{Form, data::summary};
use crate::pages::internet::data::{Month, months, refusal};
use crate::pages::people::data::name_of;
use crate::pages::{Cx, Part};
use crate::theme::Tone;
use crate::when;
use crate::words::{Language, Words};

/// How it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Nothing is set up, and I may do it.
    New,
    /// Nothing is set up, and somebody has to trust me first: who that could be, if that is known.
    NotTrusted(String),
    /// It is set up.
    SetUp(Box<Here>),
}

/// A gateway that is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    /// The building.
    pub title: String,
    /// `off`, `open`, `closed` or `paused`.
    pub state: String,
    /// The same as a word with its drawing.
    pub mark: Mark,
    /// The same in a sentence.
    pub sentence: String,
    /// Whether nobody has agreed yet, so that it cannot be started.
    pub not_agreed: bool,
    /// Whether it stops when this window is closed.
    pub stops: bool,
    /// How much, a line each; empty while it is off.
    pub use_now: Vec<String>,
    /// The rules, a line each.
    pub rules: Vec<String>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<How> {
    let words = cx.words;
    cx.known.gateway.part(words, ("share-new", "share-new-about"), |g| {
        Some(match (&g.setup, g.may_host) {
            (Some(setup), _) => How::SetUp(Box::new(Here {
                not_agreed: setup.agreed_by.is_empty(),
                stops: cx.attached == Some(Attached::Started) && !cx.goes_on,
                rules: summary(words, &Form::of(setup)).into_iter().skip(1).map(|(_, line)| line).collect(),
                ..here(words, g)
            })),
            (None, true) => How::New,
            (None, false) => How::NotTrusted(organisers(cx)),
        })
    })
}

/// The organisers by name, without me.
fn organisers(cx: &Cx<'_>) -> String {
    let all = cx.known.organisers.ready().map(|o| o.organisers.as_slice()).unwrap_or_default();
    let names: Vec<String> = all.iter().filter(|o| !o.me).map(|o| name_of(cx.words, &o.name)).collect();
    if names.is_empty() { String::new() } else { cx.words.with("ask-organisers", "names", &names.join(", ")) }
}

fn here(words: &Words, g: &GatewayStatus) -> Here {
    let (tone, icon, key) = match g.state.as_str() {
        "open" => (Tone::Good, Icon::Tick, "share-open"),
        "paused" => (Tone::Warn, Icon::Clock, "share-is-paused"),
        "closed" => (Tone::Plain, Icon::Clock, "share-closed"),
        _ => (Tone::Plain, Icon::Alone, "share-off"),
    };
    let sentence = match g.state.as_str() {
        "open" => words.t("share-open-about"),
        "paused" => words.t("share-is-paused-about"),
        "off" => words.t("share-off-about"),
        // The node knows when it opens again.
        _ if words.language == Language::English => spoken(&g.sentence),
        _ => refusal(words, &g.refusal),
    };
    let mut use_now = Vec::new();
    if g.state != "off" {
        let line = if g.line_up { "share-line-up" } else { "share-line-down" };
        let values = [("now", u64::from(g.circuits).into()), ("most", u64::from(g.circuits_max).into())];
        use_now.push(words.t(line));
        use_now.push(words.fill("share-circuits", &values));
        use_now.push(words.with("share-month", "what", &amount::size(g.month_bytes)));
    }
    Here {
        title: clean::line(&g.title),
        state: g.state.clone(),
        mark: Mark { tone, icon, text: words.t(key) },
        sentence,
        not_agreed: false,
        stops: false,
        use_now,
        rules: Vec::new(),
    }
}

/// What would happen to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// As it was typed.
    pub target: String,
    /// Allowed or refused.
    pub mark: Mark,
    /// Why not.
    pub sentence: String,
    /// Every rule against it.
    pub rules: Vec<String>,
}

fn verdict(words: &Words, v: &GatewayVerdict) -> Verdict {
    let (tone, icon, key) = match v.allowed {
        true => (Tone::Plain, Icon::Globe, "try-allowed"),
        false => (Tone::Good, Icon::Stop, "try-refused"),
    };
    let sentence = match (v.allowed, words.language) {
        (true, _) => String::new(),
        (_, Language::English) => spoken(&v.sentence),
        _ => refusal(words, &v.refusal),
    };
    Verdict {
        target: clean::line(&v.target),
        mark: Mark { tone, icon, text: words.t(key) },
        sentence,
        rules: v.rules.iter().map(|rule| words.with("try-rule", "rule", &clean::line(rule))).collect(),
    }
}

/// What came of the dry run.
pub fn tried(cx: &Cx<'_>) -> Part<Vec<Verdict>> {
    cx.known.gateway.part(cx.words, ("share-new", "share-new-about"), |g| {
        g.setup.as_ref()?;
        Some(match cx.outcome {
            Some(Outcome::Verdicts(all)) => all.verdicts.iter().map(|v| verdict(cx.words, v)).collect(),
            _ => Vec::new(),
        })
    })
}

/// The proof, once it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Whether everything was refused.
    pub passed: bool,
    /// How often it was tried.
    pub tries: u64,
    /// What can be reached and should not.
    pub open: Vec<String>,
    /// What was tried, a line each.
    pub lines: String,
    /// The page to save.
    pub page: String,
}

/// What came of the proof; nothing before it was made.
pub fn proof(cx: &Cx<'_>) -> Part<Option<Proof>> {
    cx.known.gateway.part(cx.words, ("share-new", "share-new-about"), |g| {
        g.setup.as_ref()?;
        Some(match cx.outcome {
            Some(Outcome::Proof(proof)) => Some(Proof {
                passed: proof.passed,
                tries: proof.verdicts.len() as u64,
                open: proof.verdicts.iter().filter(|v| v.allowed).map(|v| clean::line(&v.target)).collect(),
                lines: clean::lines(&proof.page),
                page: proof.page.clone(),
            }),
            _ => None,
        })
    })
}

/// What members used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseView {
    /// "Kept for 7 days."
    pub kept: String,
    /// Members under other names, who used most first: name and how much.
    pub members: Vec<(String, String)>,
    /// What is still to be paid.
    pub debts: Vec<Debt>,
    /// Months, from receipts.
    pub months: Vec<Month>,
}

/// What somebody owes for a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debt {
    /// Who it is.
    pub person: String,
    /// `2026-11`.
    pub month: String,
    /// How much, in pence.
    pub pence: u64,
    /// All of it in a sentence.
    pub sentence: String,
}

/// Builds the page about use.
pub fn used(cx: &Cx<'_>) -> Part<UseView> {
    let words = cx.words;
    cx.known.host_stats.part(words, ("use-none", "use-none-do"), |stats| {
        let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
        for hour in &stats.hours {
            let sum = sums.entry(&hour.member).or_default();
            *sum = sum.saturating_add(hour.bytes);
        }
        let mut sums: Vec<(&str, u64)> = sums.into_iter().collect();
        sums.sort_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), *name));
        let months = cx.known.host_use.ready().map(|all| months_by_member(words, all)).unwrap_or_default();
        let name = |id: &str| words.with("use-member", "name", &id.chars().take(6).collect::<String>());
        (!sums.is_empty() || !months.is_empty()).then(|| UseView {
            kept: words.with("use-kept", "count", u64::from(stats.days)),
            debts: cx.known.host_use.ready().map(|all| debts(words, all)).unwrap_or_default(),
            members: sums.into_iter().map(|(id, bytes)| (name(id), amount::size(bytes))).collect(),
            months,
        })
    })
}

/// What is still to be paid, by those who can be named.
fn debts(words: &Words, all: &hedgerow_api::Statements) -> Vec<Debt> {
    let open = all.rows.iter().filter(|row| row.due_pence > 0 && !row.name.is_empty());
    let debt = |row: &hedgerow_api::StatementRow| {
        let (name, sum) = (clean::line(&row.name), amount::money(row.due_pence));
        let month = when::year_month(words, &row.month);
        let values = [("name", (&name).into()), ("sum", (&sum).into()), ("month", (&month).into())];
        Debt {
            person: row.name.clone(),
            month: row.month.clone(),
            pence: row.due_pence,
            sentence: words.fill("use-owes", &values),
        }
    };
    open.map(debt).collect()
}

/// A month names the member here, not the building.
fn months_by_member(words: &Words, all: &hedgerow_api::Statements) -> Vec<Month> {
    let mut all = all.clone();
    for row in &mut all.rows {
        let short: String = row.member.chars().take(6).collect();
        row.building = if row.name.is_empty() { words.with("use-member", "name", &short) } else { row.name.clone() };
    }
    months(words, &all)
}
