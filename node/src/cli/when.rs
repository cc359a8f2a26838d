//! When an event is, in words.

use hedgerow_api::ItemSummary;
use hedgerow_protocol::listing::{day_of, weekday_words};

use crate::app::day_text;

/// "Saturday 5 December 2026, 10:00 to 13:00 · it repeats every month": the time that is now or comes next, else the first
/// one. Nothing for anything but events, and where no day is known.
pub fn when(item: &ItemSummary) -> Option<String> {
    let first = item.starts.as_deref().filter(|_| item.kind == "event")?;
    let (start, end) = match &item.next_starts {
        Some(next) => (next.as_str(), item.next_ends.as_deref()),
        None => (first, item.ends.as_deref()),
    };
    let mut parts = vec![span(start, end.unwrap_or(start))?];
    parts.extend(item.repeats.as_deref().map(|rule| repeats(rule).to_owned()));
    match &item.next_starts {
        Some(_) => {}
        None if item.next_unknown => parts.push("no next date is known".into()),
        None => parts.push("it is over".into()),
    }
    Some(parts.join(" · "))
}

/// "Take care" or "Act now", of a notice that says so.
pub fn urgency(item: &ItemSummary) -> Option<&'static str> {
    match item.severity.as_deref() {
        Some("urgent") => Some("Act now"),
        Some("warning") => Some("Take care"),
        _ => None,
    }
}

/// "Written on Saturday 5 December 2026 by Ann, shown until Sunday 6 December 2026", of a notice.
pub fn said(item: &ItemSummary) -> Option<String> {
    if item.kind != "notice" || item.written_ms == 0 {
        return None;
    }
    let day = span_of_day(&day_text(hedgerow_protocol::hlc::day_of_ms(item.written_ms)))?;
    let by = match item.publisher.as_str() {
        "" => String::new(),
        name => format!(" by {}", hedgerow_api::clean::line(name)),
    };
    let until = item.ends.as_deref().and_then(|end| span(end, end)).map(|end| end.replace(", all day", ""));
    Some(format!("Written on {day}{by}{}", until.map(|u| format!(", shown until {u}")).unwrap_or_default()))
}

fn span_of_day(day: &str) -> Option<String> {
    Some(span(day, day)?.replace(", all day", ""))
}

/// Two local days or times, the second on the first day's line where it is the same day.
fn span(start: &str, end: &str) -> Option<String> {
    let halves = |text: &str| {
        let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
        let day = format!("{} {}", weekday_words(day_of(date)?), date.get(..4)?);
        Some((day, time.map(|t| t.get(..5).unwrap_or(t).to_owned())))
    };
    let ((day, time), (end_day, end_time)) = (halves(start)?, halves(end)?);
    Some(match (time, end_time) {
        (None, _) if day == end_day => format!("{day}, all day"),
        (None, _) => format!("{day} to {end_day}"),
        (Some(time), Some(end)) if day != end_day => format!("{day}, {time} to {end_day}, {end}"),
        (Some(time), Some(end)) if time != end => format!("{day}, {time} to {end}"),
        (Some(time), _) => format!("{day}, {time}"),
    })
}

fn repeats(rule: &str) -> &'static str {
    let part = |name: &str| rule.split(';').find_map(|p| p.trim().strip_prefix(name)?.strip_prefix('='));
    match (part("FREQ"), part("INTERVAL").unwrap_or("1")) {
        (Some("DAILY"), "1") => "it repeats every day",
        (Some("WEEKLY"), "1") => "it repeats every week",
        (Some("WEEKLY"), "2") => "it repeats every second week",
        (Some("MONTHLY"), "1") => "it repeats every month",
        (Some("YEARLY"), "1") => "it repeats every year",
        _ => "it repeats on other days",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_notice_says_how_urgent_it_is_when_it_was_written_and_by_whom() {
        let notice = ItemSummary {
            kind: "notice".into(),
            title: "Water off".into(),
            severity: Some("urgent".into()),
            written_ms: 1_796_472_000_000,
            publisher: "Ann".into(),
            ends: Some("2026-12-06".into()),
            ..ItemSummary::default()
        };
        let by = "Written on Saturday 5 December 2026 by Ann, shown until Sunday 6 December 2026";
        let lists = super::super::find::item_text(&notice);
        assert!(lists.contains("[notice: Act now]") && lists.contains(by), "{lists}");
        let whole = json!({"summary": notice, "doc": {}, "sources": [], "notes": [], "copies": 1, "copies_text": "", "versions": [],
            "mine": true, "withdrawn": false});
        let whole = super::super::get::text(&serde_json::from_value(whole).unwrap());
        assert!(whole.contains("\nAct now\n") && whole.contains(by), "{whole}");
        assert_eq!(said(&ItemSummary { kind: "service".into(), ..notice.clone() }), None);
        assert_eq!(urgency(&ItemSummary { severity: Some("info".into()), ..notice }), None);
    }

    #[test]
    fn an_event_says_its_day_its_times_and_that_it_repeats() {
        let item = |start: &str, end: &str| ItemSummary {
            kind: "event".into(),
            starts: Some(start.into()),
            ends: Some(end.into()),
            next_starts: Some(start.into()),
            next_ends: Some(end.into()),
            ..ItemSummary::default()
        };
        let said = |item: &ItemSummary| when(item).unwrap_or_default();
        let one = item("2026-12-05T10:00", "2026-12-05T13:00");
        assert_eq!(said(&one), "Saturday 5 December 2026, 10:00 to 13:00");
        let lists = super::super::find::item_text(&one);
        assert!(lists.contains("\n    Saturday 5 December 2026, 10:00 to 13:00"), "{lists}");
        let whole = json!({"summary": one, "doc": {}, "sources": [], "notes": [], "copies": 1, "copies_text": "", "versions": [],
            "mine": true, "withdrawn": false});
        let whole = super::super::get::text(&serde_json::from_value(whole).unwrap());
        assert!(whole.contains("\nSaturday 5 December 2026, 10:00 to 13:00\n"), "{whole}");
        let again = ItemSummary {
            repeats: Some("FREQ=MONTHLY;BYDAY=1SA".into()),
            next_starts: Some("2027-01-02T10:00".into()),
            next_ends: Some("2027-01-02T13:00".into()),
            ..one.clone()
        };
        assert_eq!(said(&again), "Saturday 2 January 2027, 10:00 to 13:00 · it repeats every month");
        let last = ItemSummary { next_starts: None, next_ends: None, ..again };
        assert_eq!(said(&last), "Saturday 5 December 2026, 10:00 to 13:00 · it repeats every month · it is over");
        let lost = ItemSummary { next_unknown: true, ..last };
        assert!(said(&lost).ends_with("every month · no next date is known"), "{}", said(&lost));
        assert_eq!(said(&item("2026-12-05", "2026-12-05")), "Saturday 5 December 2026, all day");
        assert_eq!(said(&item("2026-12-05", "2026-12-06")), "Saturday 5 December 2026 to Sunday 6 December 2026");
        let night = item("2026-12-05T22:00", "2026-12-06T02:00");
        assert_eq!(said(&night), "Saturday 5 December 2026, 22:00 to Sunday 6 December 2026, 02:00");
        assert_eq!(when(&ItemSummary { kind: "notice".into(), ..one.clone() }), None);
        assert_eq!(when(&item("soon", "later")), None);
    }
}
