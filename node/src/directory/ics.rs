//! Calendars out: events as an iCalendar file (RFC 5545) that any calendar program reads.
//!
//! Written here rather than by a library: it is one page, and the ones looked at write no time zones. Times keep the clocks of
//! the event's zone; the zone's rules travel in the file.

use std::collections::BTreeMap;
use std::fmt::Write;

use hedgerow_protocol::listing::{self, Rule, Until, read};
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

/// How many years of clock changes are written after the year of an event's beginning.
const YEARS_AHEAD: i16 = 12;
/// Longest line in bytes before it is folded.
const LINE_BYTES_MAX: usize = 75;

/// One event to write.
pub struct Entry<'a> {
    /// What tells it apart for ever, such as the hexadecimal key and owner of its record.
    pub uid: &'a str,
    /// When its record was written, in milliseconds since 1970.
    pub written_ms: u64,
    /// Its document.
    pub doc: &'a Value,
}

/// A calendar file. `name` is shown by calendar programs; `zone` is for events that name none. Events whose times are not
/// understood are left out; their number is returned beside the text.
pub fn calendar<'a>(name: &str, zone: &str, entries: impl IntoIterator<Item = Entry<'a>>) -> (String, usize) {
    let mut zones: BTreeMap<String, i16> = BTreeMap::new();
    let mut events = String::new();
    let mut left_out = 0;
    for entry in entries {
        match event(&entry, zone, &mut zones) {
            Some(text) => events.push_str(&text),
            None => left_out += 1,
        }
    }
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//Hedgerow//Hedgerow//EN");
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    for (zone, year) in &zones {
        time_zone(&mut out, zone, *year);
    }
    out.push_str(&events);
    line(&mut out, "END:VCALENDAR");
    (out, left_out)
}

fn event(entry: &Entry<'_>, community_zone: &str, zones: &mut BTreeMap<String, i16>) -> Option<String> {
    let doc = entry.doc;
    let start_text = read::str(doc, "start")?;
    let whole_days = start_text.len() <= 10;
    let start = local(start_text)?;
    let zone = read::str(doc, "time_zone").filter(|z| listing::zone_ok(z)).unwrap_or(community_zone);
    let tz = zone_of(zone)?;
    let utc = tz == TimeZone::UTC;
    if !whole_days && !utc {
        let first = zones.entry(zone.to_owned()).or_insert(start.year());
        *first = (*first).min(start.year());
    }
    let moment = |t: DateTime| match (whole_days, utc) {
        (true, _) => format!(";VALUE=DATE:{}", t.strftime("%Y%m%d")),
        (false, true) => format!(":{}Z", t.strftime("%Y%m%dT%H%M%S")),
        (false, false) => format!(";TZID={zone}:{}", t.strftime("%Y%m%dT%H%M%S")),
    };

    let mut out = String::new();
    line(&mut out, "BEGIN:VEVENT");
    line(&mut out, &format!("UID:{}@hedgerow", escaped(entry.uid)));
    let written = Timestamp::from_millisecond(i64::try_from(entry.written_ms).ok()?).ok()?;
    line(&mut out, &format!("DTSTAMP:{}", written.strftime("%Y%m%dT%H%M%SZ")));
    line(&mut out, &format!("DTSTART{}", moment(start)));
    if let Some(end) = listing::event_end(doc).as_deref().and_then(local) {
        // For whole days the standard wants the day after the last.
        let end = if whole_days { end.checked_add(1.day()).ok()? } else { end };
        line(&mut out, &format!("DTEND{}", moment(end)));
    }
    if let Some(rule) = read::str(doc, "rrule") {
        let mut rule = Rule::parse(rule).ok()?;
        rule.until = rule.until.map(|u| until(u, whole_days, start, &tz)).transpose_none()?;
        line(&mut out, &format!("RRULE:{rule}"));
    }
    for day in doc.get("except").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        let Ok(day) = day.get(..10).unwrap_or(day).parse::<Date>() else { continue };
        line(&mut out, &format!("EXDATE{}", moment(day.to_datetime(start.time()))));
    }
    line(&mut out, &format!("SUMMARY:{}", escaped(&listing::plain(read::str(doc, "title")?))));
    if let Some(text) = read::str(doc, "text") {
        line(&mut out, &format!("DESCRIPTION:{}", escaped(&listing::plain_block(text))));
    }
    let venue = doc.get("venue");
    let place: Vec<String> = ["name", "address", "postal_code"]
        .iter()
        .filter_map(|k| read::str(venue?, k))
        .map(listing::plain)
        .filter(|p| !p.is_empty())
        .collect();
    if !place.is_empty() {
        line(&mut out, &format!("LOCATION:{}", escaped(&place.join(", "))));
    }
    let summary = listing::summary(hedgerow_protocol::kind::Kind::EVENT, doc);
    if let Some(url) = summary.url {
        line(&mut out, &format!("URL:{url}"));
    }
    if summary.closed {
        line(&mut out, "STATUS:CANCELLED");
    }
    line(&mut out, "END:VEVENT");
    Some(out)
}

trait TransposeNone<T> {
    /// `Some(None)`, a value that failed, becomes `None`; everything else stays.
    fn transpose_none(self) -> Option<Option<T>>;
}

impl<T> TransposeNone<T> for Option<Option<T>> {
    fn transpose_none(self) -> Option<Option<T>> {
        match self {
            Some(None) => None,
            Some(Some(v)) => Some(Some(v)),
            None => Some(None),
        }
    }
}

/// The end of a rule as the standard wants it: a day for whole days, else a moment in UTC.
fn until(until: Until, whole_days: bool, start: DateTime, tz: &TimeZone) -> Option<Until> {
    let day = match until {
        Until::Day(d) => d,
        Until::Local(t) | Until::Utc(t) => t.date(),
    };
    if whole_days {
        return Some(Until::Day(day));
    }
    let local = match until {
        Until::Day(d) => d.to_datetime(start.time()),
        Until::Local(t) => t,
        Until::Utc(_) => return Some(until),
    };
    let moment = tz.to_ambiguous_timestamp(local).compatible().ok()?;
    Some(Until::Utc(Offset::UTC.to_datetime(moment)))
}

/// The zone's clock changes from the year before the first event on.
fn time_zone(out: &mut String, name: &str, first_year: i16) {
    let Some(tz) = zone_of(name) else { return };
    let at_year = |year: i16| Date::new(year, 1, 1).ok().and_then(|d| Offset::UTC.to_timestamp(d.at(0, 0, 0, 0)).ok());
    let (Some(from), Some(to)) = (at_year(first_year - 1), at_year(first_year.saturating_add(YEARS_AHEAD))) else {
        return;
    };
    line(out, "BEGIN:VTIMEZONE");
    line(out, &format!("TZID:{name}"));
    // Changes between the same two offsets are one block with a list of dates.
    let mut blocks: Vec<(Offset, Offset, bool, String, Vec<DateTime>)> = Vec::new();
    for change in tz.following(from).take_while(|t| t.timestamp() < to).take(64) {
        let before = tz.to_offset(change.timestamp().checked_sub(1.second()).unwrap_or(from));
        let dst = change.dst().is_dst();
        let wall = before.to_datetime(change.timestamp());
        let same =
            |b: &&mut (Offset, Offset, bool, String, Vec<DateTime>)| (b.0, b.1, b.2) == (before, change.offset(), dst);
        match blocks.iter_mut().find(same) {
            Some(block) => block.4.push(wall),
            None => blocks.push((before, change.offset(), dst, change.abbreviation().to_owned(), vec![wall])),
        }
    }
    let start = tz.to_offset_info(from);
    let begun = (start.offset(), start.offset(), start.dst().is_dst(), start.abbreviation().to_owned());
    let begun = (begun.0, begun.1, begun.2, begun.3, vec![begun.0.to_datetime(from)]);
    for (before, after, dst, abbreviation, walls) in std::iter::once(begun).chain(blocks) {
        let part = if dst { "DAYLIGHT" } else { "STANDARD" };
        line(out, &format!("BEGIN:{part}"));
        line(out, &format!("DTSTART:{}", walls[0].strftime("%Y%m%dT%H%M%S")));
        let later: Vec<String> = walls[1..].iter().map(|w| w.strftime("%Y%m%dT%H%M%S").to_string()).collect();
        if !later.is_empty() {
            line(out, &format!("RDATE:{}", later.join(",")));
        }
        line(out, &format!("TZOFFSETFROM:{}", offset_words(before)));
        line(out, &format!("TZOFFSETTO:{}", offset_words(after)));
        line(out, &format!("TZNAME:{}", escaped(&abbreviation)));
        line(out, &format!("END:{part}"));
    }
    line(out, "END:VTIMEZONE");
}

fn offset_words(offset: Offset) -> String {
    let s = offset.seconds();
    let mut out = format!("{}{:02}{:02}", if s < 0 { '-' } else { '+' }, s.abs() / 3600, s.abs() / 60 % 60);
    if s % 60 != 0 {
        let _ = write!(out, "{:02}", s.abs() % 60);
    }
    out
}

fn zone_of(name: &str) -> Option<TimeZone> {
    match name.trim() {
        "" | "UTC" | "Z" => Some(TimeZone::UTC),
        name => TimeZone::get(name).ok(),
    }
}

fn local(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if text.len() <= 10 {
        return text.parse::<Date>().ok().map(|d| d.at(0, 0, 0, 0));
    }
    text.replacen(' ', "T", 1).parse().ok()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// One content line, folded so that no line is longer than 75 bytes and no letter is cut.
fn line(out: &mut String, text: &str) {
    let mut room = LINE_BYTES_MAX;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE_BYTES_MAX - 1;
        }
        out.push(c);
        room -= c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn riverside() -> Vec<(&'static str, Value)> {
        vec![
            (
                "repair",
                json!({"title": "Repair Café: bring it, mend it; keep it", "start": "2026-10-10T10:00", "end": "2026-10-10T13:00",
                    "time_zone": "Europe/London", "rrule": "FREQ=MONTHLY;BYDAY=2SA;UNTIL=20270313", "except": ["2026-12-12"],
                    "text": "Lamps, toasters, jumpers, bicycles.\nTea and cake — and a very long line that has to be folded, with letters like é and ž in it.",
                    "venue": {"name": "Riverside Village Hall", "address": "1 Green Lane, Riverside", "postal_code": "ZZ1 1AA"},
                    "url": "https://repair.riverside.example/cafe"}),
            ),
            ("fair", json!({"title": "Summer Fair", "start": "2027-07-03", "end": "2027-07-04"})),
            (
                "call",
                json!({"title": "Call with New York", "start": "2026-11-01T09:00", "end": "2026-11-01T09:30",
                "time_zone": "America/New_York", "rrule": "FREQ=WEEKLY;COUNT=3", "online": "https://meet.riverside.example/x"}),
            ),
            ("utc", json!({"title": "Watch the sky", "start": "2026-12-14T01:00", "time_zone": "UTC"})),
            ("broken", json!({"title": "No time"})),
        ]
    }

    /// The file is frozen; `tests/ics/check.py` reads it with a library of its own.
    #[test]
    fn the_calendar_of_riverside() {
        let events = riverside();
        let entries = events.iter().map(|(uid, doc)| Entry { uid, written_ms: 1_790_000_000_000, doc });
        let (text, left_out) = calendar("Riverside, what is on", "Europe/London", entries);
        assert_eq!(left_out, 1);
        assert!(text.lines().all(|l| l.len() <= LINE_BYTES_MAX));
        assert!(text.split("\r\n").all(|l| !l.contains(['\r', '\n'])));
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/riverside_events.ics");
        // Frozen with bare line feeds, so that no version control mends its line ends.
        let text = text.replace("\r\n", "\n");
        if std::env::var_os("HEDGEROW_FREEZE").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(text, std::fs::read_to_string(path).unwrap());
    }

    #[test]
    fn hostile_text_stays_text() {
        let doc = json!({"title": "A\r\nEND:VEVENT\u{1b}[1m", "text": "x\r\nATTACH:http://evil.example", "start": "2026-01-01",
            "url": "https://x.example\r\nATTACH:y"});
        let (text, _) = calendar("n\nX-EVIL:1", "UTC", [Entry { uid: "u\r\nX:1", written_ms: 0, doc: &doc }]);
        assert_eq!(text.matches("\r\nEND:VEVENT\r\n").count(), 1);
        assert!(!text.contains("\r\nATTACH") && !text.contains("\r\nX-EVIL") && !text.contains("\r\nX:1"));
    }
}
