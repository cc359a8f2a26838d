//! What went wrong, said so that a person knows what happened, what it means and what to do.

use hedgerow_api::{Code, Problem, clean};

use crate::link::Fault;
use crate::words::{Language, Words};

/// A fault in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What happened.
    pub title: String,
    /// What it means and what to do.
    pub body: String,
    /// For those who can use it; empty when there is nothing more to say.
    pub details: String,
    /// What to copy, when that helps; else empty.
    pub copy: String,
    /// Whether it is about who may do what, rather than about something broken.
    pub not_allowed: bool,
    /// Whether this computer's own part of Hedgerow does not answer.
    pub offline: bool,
}

/// The commands of the command line.
pub const COMMANDS: [&str; 44] = [
    "backup",
    "block",
    "blocked",
    "bundle",
    "community",
    "completions",
    "config",
    "demo",
    "down",
    "event",
    "find",
    "gateway",
    "get",
    "group",
    "help",
    "hidden",
    "hide",
    "identity",
    "invite",
    "join",
    "man",
    "metrics",
    "neighbour",
    "notice",
    "organisers",
    "page",
    "people",
    "report",
    "request",
    "restore",
    "run",
    "serve",
    "service",
    "settle",
    "sites",
    "status",
    "unblock",
    "unhide",
    "up",
    "uplink",
    "version",
    "visit",
    "wait",
    "node",
];

/// Whether a text names a command to type.
pub fn names_command(text: &str) -> bool {
    let is_command = |rest: &str| {
        let word = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        COMMANDS.contains(&word)
    };
    text.match_indices("hedgerow ").any(|(at, before)| is_command(&text[at + before.len()..])) || text.contains(" --")
}

/// A sentence or some of the node, on one line, without those that say what to type: a window has buttons for that.
pub fn spoken(text: &str) -> String {
    let line = clean::line(text);
    if !names_command(&line) {
        return line;
    }
    line.split_inclusive(". ").filter(|s| !names_command(s)).collect::<String>().trim().to_owned()
}

/// A sentence of the node without the command after its colon.
pub fn without_command(text: &str) -> String {
    let line = clean::line(text);
    match line.split_once(": hedgerow ") {
        Some((sentence, _)) if !names_command(sentence) => format!("{sentence}."),
        _ => spoken(&line),
    }
}

/// Says a fault.
pub fn say(words: &Words, fault: &Fault) -> Said {
    let said = |title: String, body: String, details: &str| Said {
        title,
        body,
        details: details.to_owned(),
        copy: String::new(),
        not_allowed: false,
        offline: matches!(fault, Fault::Offline(_)),
    };
    match fault {
        Fault::Offline(details) => said(words.t("fault-offline"), words.t("fault-offline-do"), details),
        Fault::Busy => said(words.t("fault-busy"), words.t("fault-busy-do"), ""),
        Fault::File(name, why) => said(words.with("fault-file", "name", name), words.t("fault-file-do"), why),
        Fault::NoInvite(name) => said(words.t("fault-no-invite"), words.t("fault-no-invite-do"), name),
        Fault::Program(name, why) if name == "gsettings" => {
            said(words.t("fault-settings"), words.t("fault-settings-do"), why)
        }
        Fault::Program(name, why) => said(words.with("fault-program", "name", name), words.t("fault-program-do"), why),
        Fault::NoBrowser(url, why) => Said {
            copy: url.clone(),
            ..said(words.t("fault-no-browser"), words.with("fault-no-browser-do", "address", url), why)
        },
        Fault::Problem(problem) => say_problem(words, problem),
    }
}

fn say_problem(words: &Words, problem: &Problem) -> Said {
    let known = match problem.code {
        Code::InviteDamaged => Some(("fault-invite-damaged", "fault-invite-damaged-do")),
        Code::InviteUsed => Some(("fault-invite-used", "fault-invite-ask-again")),
        Code::InviteExpired => Some(("fault-invite-expired", "fault-invite-ask-again")),
        Code::InviteUnknown => Some(("fault-invite-unknown", "fault-invite-ask-again")),
        Code::InviteElsewhere => Some(("fault-invite-elsewhere", "fault-invite-elsewhere-do")),
        Code::InviteLimit => Some(("fault-invite-limit", "fault-invite-limit-do")),
        Code::InviteRevoked => Some(("fault-invite-revoked", "fault-invite-ask-again")),
        Code::InviteRefused => Some(("fault-invite-refused", "fault-invite-refused-do")),
        Code::NeedsInvite => Some(("fault-needs-invite", "fault-needs-invite-do")),
        Code::NewcomersFull => Some(("fault-newcomers-full", "fault-needs-invite-do")),
        Code::PosterFull => Some(("fault-poster-full", "fault-poster-full-do")),
        Code::ApprovedAnother => Some(("fault-approved-another", "fault-approved-another-do")),
        Code::NeedsWords => Some(("fault-needs-words", "fault-needs-words-do")),
        Code::NoKeyYet => Some(("fault-no-key-yet", "fault-no-key-yet-do")),
        Code::Banned => Some(("fault-banned", "fault-not-allowed-do")),
        Code::InvitesUsedUp => Some(("fault-invites-used-up", "fault-not-allowed-do")),
        Code::NotReachable | Code::TimedOut => Some(("fault-not-reachable", "fault-not-reachable-do")),
        Code::OtherVersion => Some(("fault-other-version", "fault-other-version-do")),
        code if is_not_allowed(code) => Some(("fault-not-allowed", "fault-not-allowed-do")),
        Code::Hidden => Some(("fault-hidden", "fault-hidden-do")),
        Code::ChangedMeanwhile => Some(("fault-changed", "fault-changed-do")),
        Code::StateUnreadable => Some(("fault-state-unreadable", "fault-state-unreadable-do")),
        Code::FileDamaged => Some(("fault-file-damaged", "fault-file-damaged-do")),
        Code::TooLarge => Some(("fault-too-large", "fault-too-large-do")),
        Code::NotFound => Some(("fault-not-found", "fault-not-found-do")),
        Code::DiskFull => Some(("fault-disk-full", "fault-disk-full-do")),
        Code::NoCommunity => Some(("fault-no-community", "fault-no-community-do")),
        Code::ClockBehind => Some(("fault-clock-behind", "fault-clock-behind-do")),
        _ => None,
    };
    let [theirs, detail, action] = [&problem.title, &problem.detail, &problem.action].map(|text| spoken(text));
    let parts = [theirs.as_str(), detail.as_str(), action.as_str()];
    let whole = parts.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
    let (title, body, details) = match known {
        Some((title, body)) => (words.t(title), words.t(body), whole),
        // The node's own sentences are in English; elsewhere they go under the details.
        None if words.language == Language::English && !theirs.is_empty() => {
            let body = format!("{detail} {action}").trim().to_owned();
            (theirs, body, String::new())
        }
        None => (words.t("fault-other"), words.t("fault-other-do"), whole),
    };
    Said { title, body, details, copy: String::new(), not_allowed: is_not_allowed(problem.code), offline: false }
}

/// Whether it is for somebody else to do.
fn is_not_allowed(code: Code) -> bool {
    matches!(
        code,
        Code::NotAllowed
            | Code::NotOrganiser
            | Code::NotAdmin
            | Code::Newcomer
            | Code::StoresOnly
            | Code::TooSenior
            | Code::OutOfScope
    )
}
