//! One item as plain text blocks, read tolerantly from the document as it was published.

use hedgerow_api::{Item, ItemSummary, ItemVersion, LocalSites, clean};
use hedgerow_protocol::kind::Kind;
use serde_json::Value;

use crate::amount;
use crate::deeds::{Deed, things};
use crate::icons::Icon;
use crate::pages::find::data::{Mark, kind, open_mark, place, urgency};
use crate::pages::{Cx, Part};
use crate::theme::Tone;
use crate::when;
use crate::words::Words;

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What it is: telephone, e-mail, web page.
    pub label: String,
    /// The number or address.
    pub value: String,
    /// What opens it, when something can.
    pub url: Option<String>,
}

/// Where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Who publishes it, and from which directory.
    pub text: String,
    /// How fresh, for what can be checked.
    pub checked: Option<Mark>,
}

/// What can be done with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acts {
    /// Its slot.
    pub slot: String,
    /// Its title.
    pub title: String,
    /// Whether it is mine to change and take back.
    pub mine: bool,
    /// Whether there is a form to change it in.
    pub can_write: bool,
    /// Whether it can be checked again.
    pub can_check: bool,
    /// Whether it can be saved for a calendar.
    pub calendar: bool,
    /// Whether I can report it.
    pub can_report: bool,
    /// Whether I may hide it.
    pub can_hide: bool,
    /// Why it is hidden: the reason and the words said about it.
    pub hidden: Option<(String, String)>,
    /// Whom I could stop seeing: id and name.
    pub block: Option<(String, String)>,
}

/// One version of something that was changed in two places.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// When it was written and by whom, and whether it is the one shown.
    pub written: String,
    /// What the one shown says and this one does not.
    pub not_here: Vec<String>,
    /// What this one says and the one shown does not.
    pub here: Vec<String>,
    /// What to know of it beside.
    pub remark: String,
    /// What makes it the only one: what the button says, and what it does; nothing where it is not mine to say.
    pub keep: Option<(String, Deed)>,
}

/// The item page.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemView {
    /// Its name.
    pub title: String,
    /// What kind of thing it is.
    pub kind: String,
    /// How urgent it is, for notices that say so.
    pub urgent: Option<Mark>,
    /// Open or not.
    pub open: Option<Mark>,
    /// What it is and for whom.
    pub about: Vec<String>,
    /// When, for events: the time, and that it repeats. For notices: when it was written, by whom, and until when it is shown.
    pub when: Vec<String>,
    /// Where.
    pub place: String,
    /// Opening hours, a line each.
    pub hours: Vec<String>,
    /// What to read beside the hours.
    pub notes: Vec<String>,
    /// Ways to reach somebody.
    pub contacts: Vec<Contact>,
    /// Where it came from.
    pub sources: Vec<Source>,
    /// What it costs.
    pub cost: String,
    /// How many computers keep it, as far as known.
    pub copies: Option<Mark>,
    /// What to know about this version.
    pub remarks: Vec<(Tone, String, String)>,
    /// Its versions, when it was changed in two places, the one shown first.
    pub versions: Vec<Version>,
    /// A local site that goes with it: what to say about it, and where it is open on this computer.
    pub site: Option<(String, Option<String>)>,
    /// What can be done with it.
    pub acts: Option<Acts>,
    /// The document, for those who can use it.
    pub details: String,
}

/// Builds the page of something that is only known by its summary: what a stranger reads before joining.
pub fn glance(words: &Words, summary: &ItemSummary, now_ms: u64) -> ItemView {
    let title = clean::line(&summary.title);
    let place = place(summary.place.as_deref(), summary.postcode.as_deref());
    let (when, open) = when_and_open(words, summary, now_ms);
    ItemView {
        kind: kind(words, &summary.kind),
        urgent: urgency(words, summary),
        open,
        when,
        about: about(&Value::Null, summary, &title, &place),
        hours: Vec::new(),
        notes: summary.opening.iter().flat_map(|o| o.notes.iter()).map(|n| clean::line(n)).collect(),
        contacts: summary.phone.iter().map(|p| phone(words, p)).collect(),
        sources: vec![Source {
            text: match clean::line(&summary.publisher) {
                name if name.is_empty() => words.t("someone"),
                name => name,
            },
            checked: checked(words, &summary.kind, summary.assured.as_deref(), now_ms),
        }],
        cost: String::new(),
        copies: None,
        remarks: Vec::new(),
        versions: Vec::new(),
        site: None,
        acts: None,
        details: String::new(),
        title,
        place,
    }
}

/// When an event is, and whether it is over; for anything else whether it is open.
fn when_and_open(words: &Words, summary: &ItemSummary, now_ms: u64) -> (Vec<String>, Option<Mark>) {
    match when::happens(words, summary, now_ms) {
        Some(happens) => {
            let over = Mark { tone: Tone::Plain, icon: Icon::Clock, text: words.t("event-over") };
            ([Some(happens.when), happens.repeats].into_iter().flatten().collect(), happens.is_over.then_some(over))
        }
        None if summary.kind == "notice" => (when::written(words, summary).into_iter().collect(), None),
        None => (Vec::new(), summary.opening.as_ref().and_then(|o| open_mark(words, o))),
    }
}

/// How fresh something is, where somebody checks it again: notices and events come and go.
fn checked(words: &Words, kind: &str, assured: Option<&str>, now_ms: u64) -> Option<Mark> {
    let (tone, text) = when::checked(words, assured, now_ms);
    let icon = if tone == Tone::Warn { Icon::Warning } else { Icon::Clock };
    let is_checked = Kind::from_name(kind).is_some_and(|k| k.rules().is_checked);
    is_checked.then_some(Mark { tone, icon, text })
}

fn phone(words: &Words, number: &str) -> Contact {
    Contact { label: words.t("contact-phone"), value: clean::line(number), url: None }
}

/// How many computers keep something; 0 is not known.
pub fn copies(words: &Words, copies: u64) -> Mark {
    if copies > 1 {
        Mark { tone: Tone::Good, icon: Icon::Tick, text: words.with("copies", "count", copies) }
    } else {
        Mark { tone: Tone::Plain, icon: Icon::Alone, text: words.t("content-only-here") }
    }
}

/// Something as others would see it, before it is published.
pub fn preview(words: &Words, item: &Item, now_ms: u64) -> ItemView {
    ItemView { copies: None, sources: Vec::new(), details: String::new(), ..whole(words, item, now_ms) }
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<ItemView> {
    let words = cx.words;
    cx.known.item.part(words, ("fault-not-found", "fault-not-found-do"), |item| {
        Some(ItemView {
            site: cx.known.sites.ready().and_then(|sites| site(words, sites, &item.summary.slot)),
            acts: Some(acts(cx, item)),
            ..whole(words, item, cx.known.now_ms())
        })
    })
}

/// The local site that goes with an item.
fn site(words: &Words, sites: &LocalSites, slot: &str) -> Option<(String, Option<String>)> {
    let site = sites.sites.iter().find(|s| s.listing.as_deref() == Some(slot))?;
    Some((words.with("item-site", "name", &clean::line(&site.title)), site.address.clone()))
}

fn acts(cx: &Cx<'_>, item: &Item) -> Acts {
    let me = cx.known.status.ready().and_then(|s| s.me.as_ref());
    let member = me.is_some_and(|m| m.role == "organiser" || m.role == "resident");
    let is_me = me.is_some_and(|m| m.person == item.summary.owner);
    let there = !item.withdrawn;
    let publisher = clean::line(&item.summary.publisher);
    let form = crate::pages::write::What::of(&item.summary.kind).is_some();
    Acts {
        slot: item.summary.slot.clone(),
        title: clean::line(&item.summary.title),
        mine: item.mine && there,
        can_write: form,
        can_check: item.summary.kind == "service",
        calendar: item.summary.kind == "event" && there && item.hidden.is_none(),
        can_report: member && !item.mine && there && item.hidden.is_none(),
        can_hide: me.is_some_and(|m| m.role == "organiser") && there && item.hidden.is_none(),
        hidden: item
            .hidden
            .as_ref()
            .filter(|_| me.is_some_and(|m| m.role == "organiser"))
            .map(|h| (h.reason.clone(), h.note.clone())),
        block: (!is_me && !item.mine && !item.summary.owner.is_empty())
            .then(|| (item.summary.owner.clone(), publisher))
            .map(|(id, name)| (id, if name.is_empty() { cx.words.t("someone") } else { name })),
    }
}

/// The words for a reason to hide or report.
pub fn reason(words: &Words, reason: &str) -> String {
    let key = super::REASONS.iter().find(|r| r.0 == reason).map_or("reason-other", |r| r.1);
    words.t(key)
}

/// All of an item that is the same for everybody.
fn whole(words: &Words, item: &Item, now_ms: u64) -> ItemView {
    let summary = &item.summary;
    // A service stands in its directory's own form, one level down.
    let doc = item.doc.get("hsds").unwrap_or(&item.doc);
    let mut remarks = Vec::new();
    if item.withdrawn {
        remarks.push((Tone::Bad, words.t("item-withdrawn"), words.t("item-withdrawn-do")));
    }
    if item.versions.len() > 1 {
        let choose = if item.mine { words.t("item-two-places-choose") } else { String::new() };
        let body = format!("{} {choose}", words.t("item-two-places-do"));
        remarks.push((Tone::Warn, words.t("item-two-places"), body.trim().to_owned()));
    }
    if let Some(hidden) = &item.hidden {
        let note = clean::line(&hidden.note);
        let by = words.with("item-hidden-by", "name", &clean::line(&hidden.by));
        let body = [reason(words, &hidden.reason), by, note].into_iter().filter(|t| !t.is_empty());
        remarks.push((Tone::Warn, words.t("fault-hidden"), body.collect::<Vec<_>>().join("\n")));
    }
    let title = clean::line(&summary.title);
    let place = place(summary.place.as_deref(), summary.postcode.as_deref());
    let (when, open) = when_and_open(words, summary, now_ms);
    ItemView {
        versions: versions(words, item, now_ms),
        site: None,
        acts: None,
        urgent: urgency(words, summary),
        open,
        when,
        kind: kind(words, &summary.kind),
        about: about(doc, summary, &title, &place),
        hours: amount::opening(words, &item.hours),
        notes: notes(item),
        contacts: contacts(words, doc),
        sources: item
            .sources
            .iter()
            .map(|s| {
                let publisher = clean::line(&s.publisher);
                let name = clean::line(&s.name);
                Source {
                    text: match (publisher.is_empty(), name.is_empty() || name == publisher) {
                        (false, true) => publisher,
                        (false, false) => format!("{publisher} ({name})"),
                        (true, false) => name,
                        (true, true) => words.t("someone"),
                    },
                    checked: checked(words, &summary.kind, s.assured.as_deref(), now_ms),
                }
            })
            .collect(),
        cost: clean::line(text(doc, &["fees", "fees_description"]).unwrap_or_default()),
        copies: Some(copies(words, item.copies)),
        remarks,
        details: serde_json::to_string_pretty(&item.doc).unwrap_or_default(),
        title,
        place,
    }
}

/// Its versions, when it was changed in two places.
fn versions(words: &Words, item: &Item, now_ms: u64) -> Vec<Version> {
    if item.versions.len() < 2 {
        return Vec::new();
    }
    let shown = item.versions.iter().filter(|v| v.shown).map(|v| (v, item));
    let others = item.versions.iter().filter_map(|v| Some((v, v.item.as_deref()?)));
    let here = lines(&whole(words, &Item { versions: Vec::new(), ..item.clone() }, now_ms));
    let version = |(v, as_there): (&ItemVersion, &Item)| {
        let there = if v.shown { here.clone() } else { lines(&whole(words, as_there, now_ms)) };
        let missing = |from: &[String], of: &[String]| from.iter().filter(|l| !of.contains(l)).cloned().collect();
        let (not_here, here): (Vec<_>, Vec<_>) = match as_there.withdrawn {
            true => (Vec::new(), Vec::new()),
            false => (missing(&here, &there), missing(&there, &here)),
        };
        let name = clean::line(&v.by);
        let name = if name.is_empty() { words.t("someone") } else { name };
        let when = when::ago(words, v.written_ms, now_ms);
        let remark = match (v.shown, as_there.withdrawn, not_here.is_empty() && here.is_empty()) {
            (false, true, _) => words.t("version-withdrawn"),
            (false, false, true) => words.t("version-same"),
            _ => String::new(),
        };
        let label = words.t(if v.shown { "version-keep-shown" } else { "version-keep-other" });
        let said = if v.shown { "version-shown" } else { "version-other" };
        let slot = || item.summary.slot.clone();
        let deed = match as_there.withdrawn {
            true => things::Deed::Withdraw { item: slot() },
            false => things::Deed::Change {
                item: slot(),
                version: item.summary.id.clone(),
                publish: Box::new(things::as_it_was(as_there)),
            },
        };
        Version {
            written: words.fill(said, &[("when", (&when).into()), ("name", (&name).into())]),
            not_here,
            here,
            remark,
            // What is taken back here is not taken back once more.
            keep: (item.mine && !(v.shown && item.withdrawn)).then_some((label, Deed::Things(deed))),
        }
    };
    shown.chain(others).map(version).collect()
}

/// All that a page says of an item, as lines that can be compared.
fn lines(view: &ItemView) -> Vec<String> {
    let contacts = view.contacts.iter().map(|c| format!("{}: {}", c.label, c.value));
    let one = [view.title.clone()].into_iter();
    let lines = one.chain(view.when.clone()).chain(view.about.clone()).chain([view.place.clone(), view.cost.clone()]);
    let lines = lines.chain(view.hours.clone()).chain(view.notes.clone()).chain(contacts);
    lines.filter(|l| !l.trim().is_empty()).collect()
}

fn text<'a>(value: &'a Value, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| value.get(name)?.as_str()).map(str::trim).filter(|t| !t.is_empty())
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The description, and what the summary says beyond it: first where the summary says when, as for events.
fn about(doc: &Value, summary: &ItemSummary, title: &str, place: &str) -> Vec<String> {
    let whole = clean::lines(text(doc, &["description", "text"]).unwrap_or_default());
    let said: Vec<String> = whole.split('\n').map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    let mut beyond: Vec<String> = Vec::new();
    for line in summary.lines.iter().map(|l| clean::line(l)) {
        // The first of the summary lines repeats the description, cut short.
        let known = whole.replace('\n', " ").contains(line.trim_end_matches('…').trim());
        if !line.trim().is_empty() && !known && line != title && !place.contains(line.trim()) {
            beyond.push(line);
        }
    }
    if summary.kind == "service" { [said, beyond].concat() } else { [beyond, said].concat() }
}

fn notes(item: &Item) -> Vec<String> {
    let beside = item.summary.opening.iter().flat_map(|o| o.notes.iter());
    let mut out: Vec<String> = Vec::new();
    for note in beside.chain(item.notes.iter()).map(|n| clean::line(n)) {
        if !note.trim().is_empty() && !out.contains(&note) {
            out.push(note);
        }
    }
    out
}

/// Telephone numbers, e-mail and web addresses, wherever in the document they stand, each once.
fn contacts(words: &Words, doc: &Value) -> Vec<Contact> {
    let mut places = vec![doc];
    places.extend(list(doc, "contacts"));
    for at in list(doc, "service_at_locations") {
        places.push(at);
        places.extend(list(at, "contacts"));
        places.extend(at.get("location"));
    }
    places.extend(doc.get("organization"));
    let mut out: Vec<Contact> = Vec::new();
    let mut push = |label: &str, value: &str, url: Option<String>| {
        let value = clean::line(value);
        if !out.iter().any(|c| c.value == value) {
            out.push(Contact { label: words.t(label), value, url });
        }
    };
    for place in places {
        for phone in list(place, "phones") {
            if let Some(number) = text(phone, &["number"]) {
                push("contact-phone", number, None);
            }
        }
        if let Some(person) = text(place, &["contact"]) {
            push("contact-person", person, None);
        }
        if let Some(email) = text(place, &["email"]) {
            let safe = email.chars().all(|c| c.is_ascii_alphanumeric() || "@.+-_".contains(c));
            push("contact-email", email, safe.then(|| format!("mailto:{email}")));
        }
        for url in ["url", "website", "online"].iter().filter_map(|name| text(place, &[name])) {
            let safe = url.starts_with("https://") || url.starts_with("http://");
            push("contact-web", url, safe.then(|| url.to_owned()));
        }
    }
    out
}
