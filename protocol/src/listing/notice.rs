//! Notices: something to tell people, for a time.

use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

use super::read::{str, text};
use super::zone::{self, At, datetime, day_number};
use crate::hlc::Day;

/// How long a notice is shown when nobody said, in days.
pub const NOTICE_DAYS: u32 = 30;
/// Longest title, in characters. Longer: refused.
const TITLE_CHARS_MAX: usize = 200;
/// Longest text, in characters. Longer: refused.
const TEXT_CHARS_MAX: usize = 8_000;

/// How much it matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Severity {
    /// Good to know.
    #[default]
    Info,
    /// Take care.
    Warning,
    /// Act now.
    Urgent,
}

impl Severity {
    /// The word in documents.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Urgent => "urgent",
        }
    }
    /// Reads the word in documents.
    pub fn from_name(name: &str) -> Option<Severity> {
        [Severity::Info, Severity::Warning, Severity::Urgent].into_iter().find(|s| s.name() == name)
    }
}

/// What stands before each of [`notice_order`]'s texts, and before no title.
const ORDER_MARK: u8 = 1;

/// What a list is sorted by where a notice stands in it, in place of its title: before everything else, what is urgent first,
/// then what one should take care of, then the rest; among equals what was written last.
pub fn notice_order(doc: &Value, written_ms: u64) -> String {
    let over = super::read::flag(doc, "cancelled").unwrap_or(false);
    let severity = text(doc, "severity").and_then(|s| Severity::from_name(&s)).filter(|_| !over).unwrap_or_default();
    let place = match severity {
        Severity::Urgent => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    };
    format!("{}{place}{:016x}", char::from(ORDER_MARK), u64::MAX - written_ms)
}

/// How urgent the notice is that has this order; nothing where it is the order of something else.
pub fn notice_urgency(order: &[u8]) -> Option<Severity> {
    match order {
        [ORDER_MARK, b'0', ..] => Some(Severity::Urgent),
        [ORDER_MARK, b'1', ..] => Some(Severity::Warning),
        [ORDER_MARK, b'2', ..] => Some(Severity::Info),
        _ => None,
    }
}

/// A notice as typed.
#[derive(Clone, Debug, Default)]
pub struct NoticeInput {
    /// What it is about, in a line.
    pub title: String,
    /// The rest.
    pub text: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// First day or local time it shows.
    pub valid_from: Option<String>,
    /// Last day or local time it shows.
    pub valid_to: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// Web address with more.
    pub url: Option<String>,
}

/// What is wrong with a notice. The writer's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// No title.
    #[error("a notice needs a title")]
    Title,
    /// Too long a field.
    #[error("the {0} is too long: at most {1} letters")]
    Long(&'static str, usize),
    /// A date that is none.
    #[error("'{0}' is not a day or time; write one like 2026-12-24 or 2026-12-24T18:00")]
    Time(String),
    /// It ends before it begins.
    #[error("the notice ends before it begins")]
    Order,
    /// Unknown severity.
    #[error("how much it matters must be info, warning or urgent")]
    Severity,
    /// Not a web address.
    #[error("a web address starts with https:// or http://")]
    Url,
}

/// Builds the document of a notice.
pub fn notice_doc(input: &NoticeInput) -> Result<Value, NoticeError> {
    let mut doc = Map::new();
    doc.insert("title".into(), json!(input.title.trim()));
    doc.insert("severity".into(), json!(input.severity.name()));
    let fields = [
        ("text", &input.text),
        ("valid_from", &input.valid_from),
        ("valid_to", &input.valid_to),
        ("place", &input.place),
        ("url", &input.url),
    ];
    for (key, value) in fields {
        if let Some(value) = value.as_deref().map(str::trim).filter(|v| !v.is_empty()) {
            doc.insert(key.into(), json!(value));
        }
    }
    let doc = Value::Object(doc);
    notice_check(&doc)?;
    Ok(doc)
}

/// Checks a notice before it is published.
pub fn notice_check(doc: &Value) -> Result<(), NoticeError> {
    let title = super::plain(str(doc, "title").unwrap_or_default());
    if title.is_empty() {
        return Err(NoticeError::Title);
    }
    if str(doc, "title").unwrap_or_default().chars().count() > TITLE_CHARS_MAX {
        return Err(NoticeError::Long("title", TITLE_CHARS_MAX));
    }
    if text(doc, "text").unwrap_or_default().chars().count() > TEXT_CHARS_MAX {
        return Err(NoticeError::Long("text", TEXT_CHARS_MAX));
    }
    if text(doc, "severity").is_some_and(|s| Severity::from_name(&s).is_none()) {
        return Err(NoticeError::Severity);
    }
    if str(doc, "url").is_some_and(|u| !web_ok(u)) {
        return Err(NoticeError::Url);
    }
    let time = |key| match text(doc, key) {
        None => Ok(None),
        Some(t) => datetime(&t).map(Some).ok_or_else(|| NoticeError::Time(t.chars().take(40).collect())),
    };
    if let (Some(from), Some(_)) = (time("valid_from")?, time("valid_to")?)
        && end(doc).is_some_and(|end| end <= from)
    {
        return Err(NoticeError::Order);
    }
    Ok(())
}

/// Whether a notice is to be shown at a moment. One whose dates are not understood is shown.
pub fn notice_shows(doc: &Value, at: &At) -> bool {
    let begun = str(doc, "valid_from").and_then(datetime).is_none_or(|from| at.local >= from);
    begun && end(doc).is_none_or(|end| at.local < end)
}

/// The first local time after it: a last day counts to its end.
fn end(doc: &Value) -> Option<DateTime> {
    let text = str(doc, "valid_to")?;
    let time = datetime(text)?;
    if text.len() <= 10 { time.date().tomorrow().ok().map(|d| d.at(0, 0, 0, 0)) } else { Some(time) }
}

pub(super) fn last_day(doc: &Value, zone: &str) -> Option<Day> {
    let end = zone::second_of(&zone::get(zone).ok()?, end(doc)?)?;
    u32::try_from((end - 1).div_euclid(86_400)).ok().or_else(|| Some(day_number(self::end(doc)?.date()).max(0) as u32))
}

/// A notice that was written on one day, as if it had been another: where nobody said how long it is shown, its last day goes with
/// it. Nothing: its writer chose a day, and that stays.
pub fn notice_rewritten(doc: &Value, was: Day, is: Day) -> Option<Value> {
    let last = str(doc, "valid_to").filter(|text| text.len() <= 10).and_then(datetime)?.date();
    let days = i64::from(day_number(last)) - i64::from(was);
    // The day of the writer's own zone may be the one before or after.
    if doc.get("valid_from").is_some() || (days - i64::from(NOTICE_DAYS)).abs() > 1 {
        return None;
    }
    let moved = last.checked_add(jiff::Span::new().try_days(i64::from(is) - i64::from(was)).ok()?).ok()?;
    let mut doc = doc.clone();
    doc.as_object_mut()?.insert("valid_to".into(), json!(moved.to_string()));
    Some(doc)
}

/// Whether a text is a web address that can be opened: `https://` or `http://`, and something behind it.
pub fn web_ok(url: &str) -> bool {
    ["https://", "http://"].iter().any(|p| url.strip_prefix(p).is_some_and(|r| r.len() > 1))
        && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_that_nobody_chose_goes_with_the_day_of_writing() {
        let notice = |to: &str| json!({ "title": "Road closed", "valid_to": to });
        // Day 20,000 is 2024-10-04.
        for (to, moved) in [("2024-11-03", "2026-11-03"), ("2024-11-02", "2026-11-02")] {
            assert_eq!(notice_rewritten(&notice(to), 20_000, 20_730), Some(notice(moved)));
        }
        assert_eq!(notice_rewritten(&notice("2026-11-03"), 20_730, 20_000), Some(notice("2024-11-03")));
        for chosen in ["2024-11-07", "2024-11-03T10:00", "soon"] {
            assert_eq!(notice_rewritten(&notice(chosen), 20_000, 20_730), None, "{chosen}");
        }
        let from = json!({ "title": "x", "valid_from": "2024-10-04", "valid_to": "2024-11-03" });
        assert_eq!(notice_rewritten(&from, 20_000, 20_730), None);
    }

    #[test]
    fn what_is_urgent_and_new_comes_first() {
        let order =
            |severity: &str, written: u64| notice_order(&json!({ "title": "x", "severity": severity }), written);
        let sorted = [
            order("urgent", 9),
            order("urgent", 2),
            order("warning", 700),
            order("info", 701),
            order("no such word", 8),
            order("info", 0),
        ];
        assert!(sorted.is_sorted(), "{sorted:?}");
        assert_eq!(notice_urgency(sorted[0].as_bytes()), Some(Severity::Urgent));
        assert_eq!(notice_urgency(sorted[2].as_bytes()), Some(Severity::Warning));
        assert_eq!(notice_urgency(b"0 library"), None);
        let over = notice_order(&json!({"severity": "urgent", "cancelled": true}), 9);
        assert_eq!(notice_urgency(over.as_bytes()), Some(Severity::Info));
    }

    #[test]
    fn checked_and_shown_in_its_time() {
        let input = NoticeInput {
            title: "Road closed".into(),
            valid_from: Some("2026-10-24".into()),
            valid_to: Some("2026-10-25".into()),
            ..NoticeInput::default()
        };
        let doc = notice_doc(&input).unwrap();
        let at = |t: &str| At::new("Europe/London", super::super::local_ms(t, "Europe/London").unwrap()).unwrap();
        assert!(!notice_shows(&doc, &at("2026-10-23T23:59")));
        assert!(notice_shows(&doc, &at("2026-10-24")));
        assert!(notice_shows(&doc, &at("2026-10-25T23:59")));
        assert!(!notice_shows(&doc, &at("2026-10-26")));
        assert_eq!(last_day(&doc, "Europe/London"), Some(20_751));
        for (bad, why) in [
            (NoticeInput::default(), NoticeError::Title),
            (NoticeInput { valid_to: Some("2026-10-23".into()), ..input.clone() }, NoticeError::Order),
            (NoticeInput { valid_to: Some("soon".into()), ..input.clone() }, NoticeError::Time("soon".into())),
            (NoticeInput { url: Some("javascript:x".into()), ..input.clone() }, NoticeError::Url),
            (NoticeInput { title: "\u{202e}\u{1b}[1m".into(), ..input.clone() }, NoticeError::Title),
        ] {
            assert_eq!(notice_doc(&bad), Err(why));
        }
    }
}
