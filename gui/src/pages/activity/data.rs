//! What happened lately, a line each: from the node's records, and the links this window saw come and go.

use hedgerow_api::{Happening, clean};

use crate::command::{Command, Page};
use crate::icons::Icon;
use crate::pages::find::data::kind;
use crate::pages::{Cx, Part};
use crate::when;
use crate::words::Words;

/// Another computer was linked or went away while this window was open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When.
    pub at_ms: u64,
    /// Its name.
    pub name: String,
    /// Whether it is linked now.
    pub linked: bool,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its drawing.
    pub icon: Icon,
    /// What happened.
    pub text: String,
    /// How long ago.
    pub ago: String,
    /// The exact time.
    pub exact: String,
    /// What opens it, where there is something to open.
    pub open: Option<Command>,
    /// When.
    pub at_ms: u64,
}

/// Builds the page: latest first.
pub fn view(cx: &Cx<'_>) -> Part<Vec<Line>> {
    let (words, now) = (cx.words, cx.known.now_ms());
    cx.known.activity.part(words, ("activity-none", "activity-none-do"), |activity| {
        let mut lines: Vec<Line> = activity.happenings.iter().filter_map(|h| line(words, h, now)).collect();
        lines.extend(cx.seen.iter().map(|seen| {
            let key = if seen.linked { "happened-linked" } else { "happened-unlinked" };
            let text = words.with(key, "name", &seen.name);
            let open = Some(Command::Open(Page::Links, String::new()));
            at(words, Icon::Links, text, open, seen.at_ms, now)
        }));
        lines.sort_by_key(|line| std::cmp::Reverse(line.at_ms));
        (!lines.is_empty()).then_some(lines)
    })
}

fn at(words: &Words, icon: Icon, text: String, open: Option<Command>, at_ms: u64, now_ms: u64) -> Line {
    Line { icon, text, ago: when::ago(words, at_ms, now_ms), exact: when::exact(words, at_ms), open, at_ms }
}

fn line(words: &Words, h: &Happening, now_ms: u64) -> Option<Line> {
    let by = clean::line(&h.by);
    let by = if by.is_empty() { words.t("someone") } else { by };
    let title = clean::line(&h.title);
    let is_item = matches!(h.what.as_str(), "published" | "changed" | "withdrawn");
    let what = if is_item {
        let (one, many) = match h.what.as_str() {
            "published" => ("happened-published", "happened-published-many"),
            "changed" => ("happened-changed", "happened-changed-many"),
            _ => ("happened-withdrawn", "happened-withdrawn-many"),
        };
        if h.count > 1 {
            words.with(many, "count", h.count)
        } else if title.is_empty() {
            words.with(one, "what", &kind(words, &h.kind))
        } else {
            words.with(one, "what", &format!("{title} ({})", kind(words, &h.kind)))
        }
    } else {
        let said = words.t(other(&h.what)?);
        if title.is_empty() { said } else { format!("{said} ({title})") }
    };
    let text = words.fill("happened-by", &[("by", (&by).into()), ("what", (&what).into())]);
    let one = h.item.clone().filter(|_| h.count == 1);
    let (icon, open) = match h.what.as_str() {
        "published" => (Icon::Leaf, one),
        "changed" => (Icon::Write, one),
        "withdrawn" | "hide" => (Icon::Stop, None),
        "unhide" => (Icon::Look, None),
        "request" => (Icon::Info, None),
        _ => (Icon::Person, None),
    };
    Some(at(words, icon, text, open.map(|slot| Command::Open(Page::Item, slot)), h.at_ms, now_ms))
}

/// The words for what happened to anything but items; nothing for what a later version writes.
fn other(what: &str) -> Option<&'static str> {
    Some(match what {
        "request" => "happened-request",
        "genesis" => "happened-genesis",
        "admit" => "happened-admit",
        "person" | "join" => "happened-join",
        "device-add" => "happened-device",
        "device-remove" => "happened-device-out",
        "group" => "happened-group",
        "group-member" => "happened-group-member",
        "grant" => "happened-grant",
        "revoke" => "happened-revoke",
        "propose" | "approve" | "arbitrate" | "checkpoint" => "happened-organisers",
        "guardians" | "recover" | "object" => "happened-recovery",
        "hide" => "happened-hide",
        "unhide" => "happened-unhide",
        "profile" => "happened-profile",
        _ => return None,
    })
}
