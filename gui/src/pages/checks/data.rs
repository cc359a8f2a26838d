//! What is checked, in words, and the report to copy.

use hedgerow_api::{Freshness, Severity, State, Status, Warning, clean};

use crate::command::{Command, Page};
use crate::fault::spoken;
use crate::icons::Icon;
use crate::pages::find::Filters;
use crate::pages::{Cx, Part};
use crate::sizes;
use crate::theme::Tone;
use crate::words::{Fill, Words};

/// One thing that was looked at, or needs somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// How it is.
    pub tone: Tone,
    /// Its drawing.
    pub icon: Icon,
    /// A few words.
    pub title: String,
    /// What it means and what to do; empty when there is nothing to add.
    pub body: String,
    /// What puts it right: what each button says and does.
    pub fixes: Vec<(String, Command)>,
}

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct ChecksView {
    /// "Everything is fine" or how many things need somebody.
    pub summary: Check,
    /// Worst first.
    pub checks: Vec<Check>,
    /// The report: no names of people, no addresses.
    pub report: String,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<ChecksView> {
    cx.known.status.part(cx.words, ("loading", "loading"), |status| Some(checks(cx.words, status)))
}

fn checks(words: &Words, status: &Status) -> ChecksView {
    let mut checks: Vec<Check> = warnings(words, status);
    checks.sort_by_key(|c| match c.tone {
        Tone::Bad => 0,
        Tone::Warn => 1,
        Tone::Plain | Tone::Good => 2,
    });
    let open = checks.iter().filter(|c| matches!(c.tone, Tone::Bad | Tone::Warn)).count() as u64;
    checks.push(good(words.with("check-runs", "version", &clean::line(&status.version)), String::new()));
    // Whoever was taken out is told so: that nobody is near would be another story.
    let belongs = status.taken_out.is_none();
    if belongs {
        checks.push(links(words, status));
    }
    if belongs && status.community.is_some() {
        checks.push(match status.freshness {
            Freshness::UpToDate => good(words.t("content-up-to-date"), words.t("check-fresh")),
            Freshness::Updating => plain(words.t("content-updating"), words.t("check-updating")),
            Freshness::OnlyHere => plain(words.t("content-only-here"), words.t("check-only-here")),
        });
    }
    let (used, quota) = (sizes::bytes(words, status.space.used_bytes), sizes::bytes(words, status.space.quota_bytes));
    checks.push(good(words.with("check-space", "used", &used), words.with("check-space-of", "all", &quota)));
    ChecksView { summary: summary(words, open), report: report(status), checks }
}

fn summary(words: &Words, open: u64) -> Check {
    if open == 0 {
        good(words.t("checks-fine"), String::new())
    } else {
        Check {
            tone: Tone::Warn,
            icon: Icon::Warning,
            title: words.with("checks-open", "count", open),
            body: String::new(),
            fixes: Vec::new(),
        }
    }
}

fn good(title: String, body: String) -> Check {
    Check { tone: Tone::Good, icon: Icon::Tick, title, body, fixes: Vec::new() }
}

fn plain(title: String, body: String) -> Check {
    Check { tone: Tone::Plain, icon: Icon::Clock, title, body, fixes: Vec::new() }
}

fn links(words: &Words, status: &Status) -> Check {
    let linked = status.linked() as u64;
    if linked > 0 {
        return good(words.with("check-linked", "count", linked), String::new());
    }
    let title = words.t(if status.state == State::Looking { "state-looking-sentence" } else { "check-alone" });
    Check {
        tone: Tone::Plain,
        icon: Icon::Alone,
        title,
        body: words.t("check-alone-do"),
        fixes: vec![(words.t("check-alone-fix"), Command::Go(Page::Links))],
    }
}

/// The warnings that somebody in my role can do something about, in words. That there is one organiser alone is for that one to
/// change: others would read that their own computer must not be lost.
pub fn warnings(words: &Words, status: &Status) -> Vec<Check> {
    let organiser = status.me.as_ref().is_some_and(|me| me.role == "organiser");
    let is_out = status.taken_out.is_some();
    let mine = |w: &&Warning| match w.code.as_str() {
        "one-organiser" => organiser,
        // One card says it, and what the others say would contradict it.
        "removed-here" | "taken-out" | "single-copy" | "organisers-silent" | "news-missing" => !is_out,
        _ => true,
    };
    let others = status.warnings.iter().filter(mine).map(|w| warning(words, w));
    taken_out(words, status).into_iter().chain(others).collect()
}

/// That I was taken out: who says so, why, and what I can do.
fn taken_out(words: &Words, status: &Status) -> Option<Check> {
    let out = status.taken_out.as_ref()?;
    let name = community_name(words, status);
    let by = clean::line(&out.by);
    let title = match (out.certain, by.is_empty()) {
        (false, false) => words.fill("out-said", &[("who", Fill::Text(&by)), ("name", Fill::Text(&name))]),
        _ => words.with("out", "name", &name),
    };
    let reason = clean::line(&out.reason);
    let why = match reason.is_empty() {
        true => words.t("out-no-reason"),
        false => words.with("out-reason", "reason", &reason),
    };
    Some(Check {
        tone: Tone::Bad,
        icon: Icon::Stop,
        title,
        body: format!("{why} {}", words.t("out-do")),
        fixes: vec![
            (words.t("out-ask"), Command::Go(Page::People)),
            (words.t("out-kept"), Command::FindAll(Filters::default())),
            (words.t("leaving-open"), Command::Open(Page::Leaving, String::new())),
        ],
    })
}

/// The name of the community, or words for it.
pub fn community_name(words: &Words, status: &Status) -> String {
    let name = status.community.as_ref().map(|c| clean::line(&c.name)).unwrap_or_default();
    if name.is_empty() { words.t("leaving-community") } else { name }
}

/// A warning in words: ours where we know it, because the node's own name commands to type; else the node's.
pub fn warning(words: &Words, warning: &Warning) -> Check {
    let (tone, icon) = match warning.severity {
        Severity::Info => (Tone::Plain, Icon::Info),
        Severity::Warning => (Tone::Warn, Icon::Warning),
        Severity::Problem => (Tone::Bad, Icon::Stop),
    };
    let known = match warning.code.as_str() {
        "one-organiser" => Some(("warn-one-organiser", "warn-one-organiser-do")),
        "single-copy" => Some(("warn-single-copy", "warn-single-copy-do")),
        "disk-full" => Some(("fault-disk-full", "fault-disk-full-do")),
        "saving-stopped" => Some(("warn-saving-stopped", "warn-saving-stopped-do")),
        "disk-low" => Some(("warn-disk-low", "warn-disk-low-do")),
        "clock-wrong" => Some(("warn-clock-wrong", "warn-clock-wrong-do")),
        "port-taken" => Some(("warn-port-taken", "warn-port-taken-do")),
        "cannot-look-nearby" => Some(("warn-cannot-look", "warn-cannot-look-do")),
        "index-rebuilt" => Some(("warn-index-rebuilt", "warn-index-rebuilt-do")),
        "state-damaged" => Some(("warn-state-damaged", "warn-state-damaged-do")),
        "state-unreadable" => Some(("fault-state-unreadable", "fault-state-unreadable-do")),
        "journal-damaged" => Some(("warn-damaged", "warn-damaged-do")),
        "join-ended" => Some(("warn-join-ended", "warn-join-ended-do")),
        "people-ask-to-join" => Some(("warn-askers", "warn-askers-do")),
        "update-needed" => Some(("warn-update", "warn-update-do")),
        "organisers-split" => Some(("warn-split", "warn-split-do")),
        "organisers-not-fixed" => Some(("warn-not-fixed", "warn-not-fixed-do")),
        "organisers-silent" | "news-missing" => Some(("warn-silent", "warn-silent-do")),
        "approval-wanted" => Some(("warn-approval", "warn-approval-do")),
        "recovery-asked" => Some(("warn-recovery", "warn-recovery-do")),
        "new-key-asked" => Some(("warn-new-key", "friends-asked-do")),
        "computer-out" => Some(("warn-computer-out", "warn-computer-out-do")),
        "identity-copied" => Some(("warn-copied", "warn-copied-do")),
        "identity-restored" => Some(("warn-restored", "warn-restored-do")),
        "page-not-offered" => Some(("warn-page", "warn-page-do")),
        _ => None,
    };
    let (title, body) = match known {
        Some((title, body)) => (words.t(title), words.t(body)),
        None => {
            let body = format!("{} {}", spoken(&warning.text), spoken(&warning.action));
            (spoken(&warning.title), body.trim().to_owned())
        }
    };
    Check { tone, icon, title, body, fixes: fix(words, &warning.code).into_iter().collect() }
}

/// The button that puts a warning right, where a page of the window can.
fn fix(words: &Words, code: &str) -> Option<(String, Command)> {
    let (key, page) = match code {
        "one-organiser" => ("page-invite", Page::Invite),
        "single-copy" | "cannot-look-nearby" | "organisers-silent" | "news-missing" => ("page-links", Page::Links),
        "people-ask-to-join" => ("waits-askers-see", Page::Invite),
        "approval-wanted" | "organisers-split" | "organisers-not-fixed" => ("page-people", Page::People),
        "recovery-asked" | "new-key-asked" => ("friends-open", Page::Friends),
        "computer-out" => ("leaving-open", Page::Leaving),
        "page-not-offered" => ("page-computer", Page::Computer),
        _ => return None,
    };
    Some((words.t(key), Command::Go(page)))
}

/// What somebody who helps needs to know, in English, without anybody's name or address.
fn report(status: &Status) -> String {
    let codes: Vec<&str> = status.warnings.iter().map(|w| w.code.as_str()).collect();
    format!(
        "Hedgerow {} on {} {}\nstate: {}\nlinked: {} of {} seen\ncontent: {}\nrecords: {} ({} about people and rights)\nspace: {} of {} bytes\nwarnings: {}\n",
        clean::line(&status.version),
        std::env::consts::OS,
        std::env::consts::ARCH,
        status.state.words(),
        status.linked(),
        status.neighbours.len(),
        match status.freshness {
            Freshness::UpToDate => "up to date",
            Freshness::Updating => "updating",
            Freshness::OnlyHere => "only here",
        },
        status.counts.records,
        status.counts.authority_records,
        status.space.used_bytes,
        status.space.quota_bytes,
        if codes.is_empty() { "none".to_owned() } else { codes.join(", ") },
    )
}
