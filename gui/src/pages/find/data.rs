//! What a search found, in rows.

use hedgerow_api::clean;
use hedgerow_api::{FindPage, ItemSummary, OpenState, Opening};
use hedgerow_protocol::kind::Kind;

use super::Filters;
use crate::fault::say;
use crate::icons::Icon;
use crate::pages::{Load, Part};
use crate::theme::Tone;
use crate::when;
use crate::words::Words;

/// A state with its drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it means.
    pub tone: Tone,
    /// Its drawing.
    pub icon: Icon,
    /// Its words.
    pub text: String,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Leads to the item.
    pub id: String,
    /// The same through all versions of the item.
    pub slot: String,
    /// Its name.
    pub title: String,
    /// What kind of thing it is.
    pub kind: String,
    /// A line about it.
    pub about: String,
    /// When, for events; for notices when it was written, by whom, and until when it is shown.
    pub when: String,
    /// How urgent it is, for notices that say so.
    pub urgent: Option<Mark>,
    /// Where.
    pub place: String,
    /// Its telephone number.
    pub phone: String,
    /// Open or not, for places with hours.
    pub open: Option<Mark>,
    /// How fresh.
    pub checked: Option<Mark>,
    /// What a screen reader says.
    pub name: String,
    /// Degrees north and east, where it is on the globe.
    pub at: Option<(f64, f64)>,
    /// Its town, or its postcode; empty where nothing is known.
    pub town: String,
}

/// The rows and what stands around them.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// "2 things found".
    pub count: String,
    /// Best first.
    pub rows: Vec<Row>,
    /// Whether there are more.
    pub more: bool,
}

/// What stands above what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindView {
    /// Heading.
    pub title: String,
    /// A line below, when looking at a community without belonging to it.
    pub looking_at: Option<String>,
    /// Whether one looks from outside: then there is nothing of one's own.
    pub stranger: bool,
}

/// What was found, from the answer to the search for `text` near `near`.
pub fn found(
    words: &Words,
    text: &str,
    near: &str,
    filters: Filters,
    answer: &Load<FindPage>,
    now_ms: u64,
) -> Part<Rows> {
    match answer {
        Load::Waiting => Part::Loading,
        Load::Failed(fault) => Part::Fault(say(words, fault)),
        Load::Ready(page) if page.items.is_empty() => {
            let (title, body) = if !text.trim().is_empty() {
                (
                    words.with("find-none", "text", text.trim()),
                    words.t(if filters.open_now { "find-none-open-do" } else { "find-none-do" }),
                )
            } else if !near.trim().is_empty() {
                (words.with("find-none-near", "place", near.trim()), words.t("find-none-near-do"))
            } else if filters.kind.is_some() || filters.mine {
                (words.t("find-none-kind"), words.t("find-none-kind-do"))
            } else if filters.open_now {
                (words.t("find-none-open"), words.t("find-none-open-do"))
            } else {
                (words.t("find-empty"), words.t("find-empty-do"))
            };
            Part::Empty { title, body }
        }
        Load::Ready(page) => Part::Here(Rows {
            count: count(words, page),
            rows: page.items.iter().map(|item| row(words, item, now_ms)).collect(),
            more: page.next.is_some(),
        }),
    }
}

/// How much was found, and where I do not belong, whose word it is.
fn count(words: &Words, page: &FindPage) -> String {
    let count = words.with("found-count", "count", page.total.unwrap_or(page.items.len() as u64));
    match page.said.as_ref().map(|said| clean::line(&said.name)) {
        None => count,
        Some(name) if name.is_empty() => format!("{count} · {}", words.t("so-says-somebody")),
        Some(name) => format!("{count} · {}", words.with("so-says", "name", &name)),
    }
}

/// Builds what stands above what was found.
pub fn view(words: &Words, looking_at: Option<&str>) -> FindView {
    FindView {
        title: words.t(if looking_at.is_some() { "look-title" } else { "page-find" }),
        looking_at: looking_at.map(|name| words.with("looking-at", "name", name)),
        stranger: looking_at.is_some(),
    }
}

/// One item as a row.
pub fn row(words: &Words, item: &ItemSummary, now_ms: u64) -> Row {
    let title = clean::line(&item.title);
    let kind = kind(words, &item.kind);
    let place = place(item.place.as_deref(), item.postcode.as_deref());
    let happens = when::happens(words, item, now_ms);
    let over = || Mark { tone: Tone::Plain, icon: Icon::Clock, text: words.t("event-over") };
    let open = match &happens {
        Some(happens) => happens.is_over.then(over),
        None => item.opening.as_ref().and_then(|o| open_mark(words, o)),
    };
    let when = match happens {
        Some(happens) => happens.line(),
        None => when::written(words, item).unwrap_or_default(),
    };
    let urgent = urgency(words, item);
    let phone = item.phone.as_deref().map(clean::line).unwrap_or_default();
    let checked = (item.kind == "service").then(|| {
        let (tone, text) = when::checked(words, item.assured.as_deref(), now_ms);
        Mark { tone, icon: if tone == Tone::Warn { Icon::Warning } else { Icon::Clock }, text }
    });
    let about =
        item.lines.iter().map(|l| clean::line(l)).find(|l| !l.trim().is_empty() && *l != place).unwrap_or_default();
    let name = [
        Some(&title),
        Some(&kind),
        urgent.as_ref().map(|m| &m.text),
        open.as_ref().map(|m| &m.text),
        (!when.is_empty()).then_some(&when),
        (!place.is_empty()).then_some(&place),
        checked.as_ref().map(|m| &m.text),
    ]
    .into_iter()
    .flatten()
    .map(String::as_str)
    .collect::<Vec<_>>()
    .join(", ");
    // Where a place is told in parts, the town comes last.
    let said = item.place.as_deref().map(clean::line).unwrap_or_default();
    let town = said.rsplit(',').next().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let town = town.or_else(|| item.postcode.as_deref().map(clean::line)).unwrap_or_default();
    let at = item.lat.zip(item.lon).filter(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0);
    Row {
        id: item.id.clone(),
        slot: item.slot.clone(),
        title,
        kind,
        about,
        when,
        urgent,
        place,
        phone,
        open,
        checked,
        name,
        at,
        town,
    }
}

/// "Take care" or "Act now", for a notice that says so.
pub fn urgency(words: &Words, item: &ItemSummary) -> Option<Mark> {
    let (tone, icon, key) = match item.severity.as_deref() {
        Some("urgent") => (Tone::Bad, Icon::Stop, "severity-urgent"),
        Some("warning") => (Tone::Warn, Icon::Warning, "severity-warning"),
        _ => return None,
    };
    Some(Mark { tone, icon, text: words.t(key) })
}

/// Place and postcode in one line, the postcode once.
pub fn place(place: Option<&str>, postcode: Option<&str>) -> String {
    let place = clean::line(place.unwrap_or_default());
    match postcode.map(clean::line).filter(|p| !p.is_empty() && !place.contains(p.as_str())) {
        Some(postcode) if place.is_empty() => postcode,
        Some(postcode) => format!("{place}, {postcode}"),
        None => place,
    }
}

/// The word for a kind of thing.
pub fn kind(words: &Words, kind: &str) -> String {
    words.t(match Kind::from_name(kind) {
        Some(Kind::SERVICE) => "kind-service",
        Some(Kind::NOTICE) => "kind-notice",
        Some(Kind::EVENT) => "kind-event",
        Some(Kind::LOCAL_SITE) => "kind-site",
        Some(Kind::ORGANIZATION) => "kind-organisation",
        Some(Kind::LOCATION | Kind::SERVICE_AT_LOCATION) => "kind-place",
        Some(Kind::TAXONOMY | Kind::TAXONOMY_TERM) => "kind-subject",
        Some(Kind::PROFILE) => "kind-name",
        Some(Kind::MODERATION_NOTE) => "kind-note",
        Some(Kind::GATEWAY_POLICY) => "kind-gateway",
        _ => "kind-other",
    })
}

/// Open or not. In English the node's own sentence, which says until when; elsewhere the plain word.
pub fn open_mark(words: &Words, opening: &Opening) -> Option<Mark> {
    let (tone, icon, key) = match opening.state {
        OpenState::Open => (Tone::Good, Icon::Tick, "open-yes"),
        OpenState::Closed => (Tone::Plain, Icon::Clock, "open-no"),
        OpenState::ClosedForGood => (Tone::Bad, Icon::Stop, "open-never"),
        OpenState::Unknown => return None,
    };
    let text = match words.language {
        crate::words::Language::English if !opening.text.is_empty() => clean::line(&opening.text),
        _ => words.t(key),
    };
    Some(Mark { tone, icon, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_in_a_list_has_a_word_of_its_own() {
        let words = Words::default();
        let listed = Kind::known().filter(|s| s.kind.is_listed());
        let nameless: Vec<&str> =
            listed.map(|s| s.name).filter(|name| kind(&words, name) == words.t("kind-other")).collect();
        assert!(nameless.is_empty(), "{nameless:?}");
        assert_eq!(kind(&words, "form"), words.t("kind-other"));
    }
}
