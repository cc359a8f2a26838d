//! What a file would bring, in words.

use hedgerow_api::{BundleReport, ImportReport, ItemSummary, Quarantined, clean};

use crate::deeds::{Deed, Outcome, carry};
use crate::pages::write::data::Owner;
use crate::pages::{Cx, Part};
use crate::sticks::Stick;
use crate::words::{Language, Words};

/// Lines set aside that are listed; the rest is counted.
const LISTED_MAX: usize = 50;

/// Something that does not come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Which line or entry.
    pub what: String,
    /// Why; empty where it is only known in another language, and stands under the details then.
    pub why: String,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whether this was only a look.
    pub only_looked: bool,
    /// "12 new", "3 changed", "40 as before": words.
    pub counts: Vec<String>,
    /// How much would come in, new or changed.
    pub changes: u64,
    /// "2 entries cannot come in", if so.
    pub aside_count: Option<String>,
    /// The first of them.
    pub aside: Vec<Aside>,
    /// "And 30 more", if so.
    pub aside_more: Option<String>,
    /// The first that come in, as people will find them: name, and what is said under it.
    pub first: Vec<(String, String)>,
    /// "And 30 more", if so.
    pub first_more: Option<String>,
    /// What else to know.
    pub notes: Vec<String>,
    /// For those who can use it.
    pub details: String,
}

/// What came of the last file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// Nothing yet.
    Nothing,
    /// A list: what it was read from, for whom, and what is in it.
    List(String, Option<String>, Found),
    /// A file from a stick.
    Stick(String, Found),
    /// Services went out as files.
    Out(String),
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// Who can publish.
    pub owners: Vec<Owner>,
    /// The sticks in this computer.
    pub sticks: Part<Vec<Stick>>,
    /// What came of the last file.
    pub came: Came,
    /// Whether something is being done.
    pub busy: bool,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> ImportView {
    let words = cx.words;
    let me = cx.known.status.ready().and_then(|s| s.me.as_ref());
    let mut owners = Vec::new();
    if let Some(me) = me {
        owners.push(Owner { group: None, name: words.with("owner-me", "name", &clean::line(&me.name)) });
        let groups = me.groups.iter().filter(|g| g.id != me.person);
        owners.extend(groups.map(|g| Owner { group: Some(g.id.clone()), name: clean::line(&g.name) }));
    }
    let came = match (cx.outcome, cx.last) {
        (Some(Outcome::Import(report)), Some(Deed::Carry(carry::Deed::Import { path, group, .. }))) => {
            Came::List(path.clone(), group.clone(), list(words, report))
        }
        (Some(Outcome::Bundle(report)), Some(Deed::Carry(carry::Deed::Unpack { path, .. }))) => {
            Came::Stick(path.clone(), stick(words, report))
        }
        (Some(Outcome::Exported { services, left_out, .. }), _) => {
            let count = words.with("exported-count", "count", *services);
            let left = (*left_out > 0).then(|| words.with("exported-left-out", "count", *left_out));
            Came::Out([Some(count), left].into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
        _ => Came::Nothing,
    };
    let sticks = cx.known.sticks.part(words, ("stick-none", "stick-none-do"), |sticks| {
        Some((**sticks).clone()).filter(|sticks| !sticks.is_empty())
    });
    ImportView { owners, sticks, came, busy: cx.doing.is_some() }
}

fn aside(words: &Words, all: &[Quarantined]) -> Vec<Aside> {
    let english = words.language == Language::English;
    all.iter()
        .take(LISTED_MAX)
        .map(|q| Aside {
            what: clean::line(&q.item),
            why: if english { clean::line(&q.reason) } else { String::new() },
        })
        .collect()
}

fn reasons(words: &Words, all: &[Quarantined], notes: &[String]) -> String {
    if words.language == Language::English {
        return String::new();
    }
    let lines = all.iter().take(LISTED_MAX).map(|q| format!("{}: {}", q.item, q.reason));
    lines.chain(notes.iter().take(LISTED_MAX).cloned()).collect::<Vec<_>>().join("\n")
}

fn found(words: &Words, counts: Vec<String>, changes: u64, all: &[Quarantined], count: u64, dry: bool) -> Found {
    let listed = all.len().min(LISTED_MAX) as u64;
    Found {
        only_looked: dry,
        counts,
        changes,
        aside_count: (count > 0).then(|| words.with("aside-count", "count", count)),
        aside: aside(words, all),
        aside_more: (count > listed).then(|| words.with("aside-more", "count", count - listed)),
        first: Vec::new(),
        first_more: None,
        notes: Vec::new(),
        details: reasons(words, all, &[]),
    }
}

fn list(words: &Words, r: &ImportReport) -> Found {
    let counts = vec![
        words.with("import-new", "count", r.new),
        words.with("import-changed", "count", r.updated),
        words.with("import-same", "count", r.unchanged),
    ];
    let changes = r.new + r.updated;
    let english = words.language == Language::English;
    let listed = r.first.len() as u64;
    Found {
        first: r.first.iter().map(|s| (clean::line(&s.title), under(s))).collect(),
        first_more: (changes > listed && listed > 0).then(|| words.with("aside-more", "count", changes - listed)),
        notes: r.notes.iter().filter(|_| english).take(LISTED_MAX).map(|n| clean::line(n)).collect(),
        details: reasons(words, &r.quarantined, &r.notes),
        ..found(words, counts, changes, &r.quarantined, r.quarantined_count, r.dry_run)
    }
}

/// What is said of a listing in one line: what it is, where, its telephone.
fn under(s: &ItemSummary) -> String {
    let said = s.lines.iter().map(String::as_str).chain(s.place.as_deref()).chain(s.phone.as_deref());
    let mut out: Vec<String> = Vec::new();
    for text in said.map(clean::line).filter(|t| !t.trim().is_empty()) {
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out.join(" · ")
}

fn stick(words: &Words, r: &BundleReport) -> Found {
    let mut counts = vec![words.with("stick-new", "count", r.new), words.with("stick-known", "count", r.known)];
    if r.damaged > 0 {
        counts.push(words.with("stick-damaged", "count", r.damaged));
    }
    found(words, counts, r.new, &r.refused, r.refused_count, r.dry_run)
}
