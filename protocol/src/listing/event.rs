//! Events: something that happens at a time, once or again and again.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value, json};

use super::notice::web_ok;
use super::read::{str, text};
use super::recur::{Rule, RuleError, STEPS_MAX, Until};
use super::zone::{self, At, datetime, day_number, second_of};
use crate::hlc::Day;

/// Longest title, in characters. Longer: refused.
const TITLE_CHARS_MAX: usize = 200;
/// Most days left out of a repeat. More: refused.
const EXCEPT_MAX: usize = 200;

/// An event as typed. Times are local, `YYYY-MM-DDTHH:MM`, or days for an event of whole days.
#[derive(Clone, Debug, Default)]
pub struct EventInput {
    /// What it is, in a line.
    pub title: String,
    /// The rest.
    pub text: Option<String>,
    /// When it begins.
    pub start: String,
    /// When it ends; for whole days the last of them.
    pub end: Option<String>,
    /// IANA name; the community's zone when absent.
    pub time_zone: Option<String>,
    /// RFC 5545 rule.
    pub rrule: Option<String>,
    /// Days left out of the repeat.
    pub except: Vec<String>,
    /// Name of the place.
    pub venue: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Its postcode.
    pub postcode: Option<String>,
    /// Web address where it happens.
    pub online: Option<String>,
    /// How many people can come.
    pub capacity: Option<u32>,
    /// Web address with more.
    pub url: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
}

/// One time an event happens. Moments in milliseconds since 1970.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// When it begins.
    pub start_ms: u64,
    /// When it ends; an hour after the start where no end is said.
    pub end_ms: u64,
    /// The beginning on the clocks of the event's zone, `YYYY-MM-DDTHH:MM`, or a day.
    pub start_local: String,
    /// The end likewise; for whole days the last of them.
    pub end_local: String,
    /// It lasts whole days.
    pub whole_days: bool,
}

/// What is wrong with an event. The writer's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// No title.
    #[error("an event needs a title")]
    Title,
    /// Too long a field.
    #[error("the {0} is too long")]
    Long(&'static str),
    /// A time that is none.
    #[error("'{0}' is not a day or time; write one like 2026-12-24T18:00 or 2026-12-24")]
    Time(String),
    /// It ends before it begins, or mixes days and times.
    #[error("the end must come after the beginning, and both be days or both times")]
    Order,
    /// Unknown zone.
    #[error("'{0}' is not a time zone; write one like Europe/London")]
    Zone(String),
    /// A repeat rule that is not understood.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The first day is none of the rule's.
    #[error("the first day does not fit the repeat rule: begin on a day it falls on")]
    FirstDay,
    /// Not a web address.
    #[error("a web address starts with https:// or http://")]
    Url,
}

/// Builds the document of an event. `community_zone` is used where none is typed.
pub fn event_doc(input: &EventInput, community_zone: &str) -> Result<Value, EventError> {
    let trimmed = |v: &Option<String>| v.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
    let mut doc = Map::new();
    doc.insert("title".into(), json!(input.title.trim()));
    doc.insert("start".into(), json!(input.start.trim()));
    doc.insert("time_zone".into(), json!(trimmed(&input.time_zone).unwrap_or_else(|| community_zone.to_owned())));
    let fields = [
        ("text", &input.text),
        ("end", &input.end),
        ("rrule", &input.rrule),
        ("online", &input.online),
        ("url", &input.url),
        ("contact", &input.contact),
    ];
    for (key, value) in fields {
        if let Some(value) = trimmed(value) {
            doc.insert(key.into(), json!(value));
        }
    }
    if let Some(rule) = trimmed(&input.rrule) {
        doc.insert("rrule".into(), json!(Rule::parse(&rule)?.to_string()));
    }
    if !input.except.is_empty() {
        doc.insert("except".into(), json!(input.except));
    }
    if let Some(capacity) = input.capacity {
        doc.insert("capacity".into(), json!(capacity));
    }
    let venue: Map<String, Value> =
        [("name", &input.venue), ("address", &input.address), ("postal_code", &input.postcode)]
            .into_iter()
            .filter_map(|(k, v)| Some((k.to_owned(), json!(trimmed(v)?))))
            .collect();
    if !venue.is_empty() {
        doc.insert("venue".into(), Value::Object(venue));
    }
    let doc = Value::Object(doc);
    event_check(&doc)?;
    Ok(doc)
}

/// Checks an event before it is published.
pub fn event_check(doc: &Value) -> Result<(), EventError> {
    let title = str(doc, "title").unwrap_or_default();
    if super::plain(title).is_empty() {
        return Err(EventError::Title);
    }
    if title.chars().count() > TITLE_CHARS_MAX {
        return Err(EventError::Long("title"));
    }
    for key in ["start", "end"] {
        if let Some(t) = text(doc, key).filter(|t| datetime(t).is_none()) {
            return Err(EventError::Time(t.chars().take(40).collect()));
        }
    }
    let start = str(doc, "start").ok_or_else(|| EventError::Time(String::new()))?;
    if let Some(end) = str(doc, "end")
        && (whole_day(start) != whole_day(end) || datetime(end) < datetime(start))
    {
        return Err(EventError::Order);
    }
    if let Some(zone) = str(doc, "time_zone").filter(|z| !zone::zone_ok(z)) {
        return Err(EventError::Zone(zone.chars().take(60).collect()));
    }
    for url in ["url", "online"].into_iter().filter_map(|k| str(doc, k)) {
        if !web_ok(url) {
            return Err(EventError::Url);
        }
    }
    let except = doc.get("except").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if except.len() > EXCEPT_MAX {
        return Err(EventError::Long("list of days left out"));
    }
    if let Some(bad) = except.iter().find(|d| d.as_str().and_then(zone::date).is_none()) {
        return Err(EventError::Time(super::plain(&bad.to_string())));
    }
    if let Some(rule) = str(doc, "rrule") {
        let rule = Rule::parse(rule)?;
        let first = datetime(start).map(|d| d.date());
        if first.is_some_and(|first| !rule.on(first, Some(first))) {
            return Err(EventError::FirstDay);
        }
    }
    Ok(())
}

/// The next times an event happens, as far as they are known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Upcoming {
    /// Soonest first.
    pub times: Vec<Occurrence>,
    /// Its rule takes so long to follow ([`STEPS_MAX`]) that there may be more, and nobody here knows.
    pub gave_up: bool,
    /// What it took, in steps of its rule.
    pub steps: u32,
}

/// The next times an event happens that end after `from_ms`, soonest first, at most `count`. `community_zone` is used where
/// the event names none. An event that is not understood has none.
pub fn occurrences(doc: &Value, community_zone: &str, from_ms: u64, count: usize) -> Upcoming {
    Event::read(doc, community_zone).map(|e| e.next(from_ms, count)).unwrap_or_default()
}

/// The time of an event that is now or comes next; none when it is over, not understood or not known. The zone of `at` is
/// used where the event names none.
pub fn next_time(doc: &Value, at: &At) -> Upcoming {
    Event::read_in(doc, || Some(at.zone.clone())).map(|e| e.next(at.unix_ms(), 1)).unwrap_or_default()
}

/// When the first time of an event ends, on the clocks of its zone: `YYYY-MM-DDTHH:MM`, or its last day. An event with a
/// time whose end is not said, or not after its beginning, lasts an hour. Everybody who asks for an end asks here.
pub fn event_end(doc: &Value) -> Option<String> {
    let first = First::read(doc)?;
    Some(first.end.strftime(first.form()).to_string())
}

/// The first time of an event.
struct First {
    start: DateTime,
    end: DateTime,
    whole_days: bool,
}

impl First {
    fn read(doc: &Value) -> Option<First> {
        let text = str(doc, "start")?;
        let (start, whole_days) = (datetime(text)?, whole_day(text));
        let said = str(doc, "end").and_then(datetime).filter(|end| *end > start || (whole_days && *end == start));
        let unsaid = if whole_days { start } else { start.checked_add(1.hour()).unwrap_or(start) };
        Some(First { start, end: said.unwrap_or(unsaid), whole_days })
    }

    fn form(&self) -> &'static str {
        if self.whole_days { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M" }
    }
}

fn whole_day(text: &str) -> bool {
    text.trim().len() <= 10
}

struct Event {
    zone: jiff::tz::TimeZone,
    first: First,
    /// How many days after the first it ends.
    days: i32,
    rule: Option<Rule>,
    /// In order.
    except: Vec<Date>,
}

impl Event {
    fn read(doc: &Value, community_zone: &str) -> Option<Event> {
        Event::read_in(doc, || zone::get(community_zone).ok())
    }

    fn read_in(doc: &Value, community_zone: impl FnOnce() -> Option<jiff::tz::TimeZone>) -> Option<Event> {
        let zone = str(doc, "time_zone").and_then(|z| zone::get(z).ok());
        let first = First::read(doc)?;
        let rule = match str(doc, "rrule") {
            Some(rule) => Some(Rule::parse(rule).ok()?),
            None => None,
        };
        let except = doc.get("except").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut except: Vec<Date> = except.iter().take(EXCEPT_MAX).filter_map(|d| zone::date(d.as_str()?)).collect();
        except.sort_unstable();
        Some(Event {
            zone: zone.or_else(community_zone)?,
            days: day_number(first.end.date()) - day_number(first.start.date()),
            first,
            rule,
            except,
        })
    }

    fn at(&self, day: Date) -> Option<Occurrence> {
        let start = day.to_datetime(self.first.start.time());
        let end = day.checked_add(self.days.days()).ok()?.to_datetime(self.first.end.time());
        // The last whole day counts to its end.
        let end_moment = if self.first.whole_days { end.date().tomorrow().ok()?.at(0, 0, 0, 0) } else { end };
        let ms = |t| second_of(&self.zone, t).and_then(|s| u64::try_from(s * 1000).ok());
        Some(Occurrence {
            start_ms: ms(start)?,
            end_ms: ms(end_moment)?,
            start_local: start.strftime(self.first.form()).to_string(),
            end_local: end.strftime(self.first.form()).to_string(),
            whole_days: self.first.whole_days,
        })
    }

    fn next(&self, from_ms: u64, count: usize) -> Upcoming {
        let fits = |o: &Occurrence| o.end_ms > from_ms;
        let first = self.first.start.date();
        let Some(rule) = &self.rule else {
            let times = self.at(first).filter(fits).into_iter().take(count).collect();
            return Upcoming { times, ..Upcoming::default() };
        };
        let from = zone::day_from_number((from_ms / 86_400_000) as i32 - self.days - 2).unwrap_or(first);
        let mut days = rule.days(from, Some(first));
        let times: Vec<Occurrence> = days
            .by_ref()
            .filter(|d| self.except.binary_search(d).is_err())
            .filter_map(|d| self.at(d))
            .take_while(|o| self.before_end(rule, o))
            .filter(fits)
            .take(count)
            .collect();
        Upcoming { gave_up: days.gave_up(), steps: days.steps(), times }
    }

    fn before_end(&self, rule: &Rule, o: &Occurrence) -> bool {
        match rule.until {
            Some(Until::Local(last)) => datetime(&o.start_local).is_none_or(|s| s <= last),
            Some(Until::Utc(last)) => second_of(&jiff::tz::TimeZone::UTC, last)
                .is_none_or(|s| o.start_ms <= u64::try_from(s * 1000).unwrap_or(0)),
            _ => true,
        }
    }
}

pub(super) fn last_day(doc: &Value, zone: &str) -> Option<Day> {
    let event = Event::read(doc, zone)?;
    let last = match &event.rule {
        None => event.at(event.first.start.date())?,
        Some(rule) => {
            let start = event.first.start.date();
            let mut steps = STEPS_MAX;
            let end = match (rule.last(start, &mut steps).ok().flatten(), rule.until) {
                (Some(day), _) | (None, Some(Until::Day(day))) => day,
                (None, Some(Until::Local(t) | Until::Utc(t))) => t.date(),
                (None, None) => return None,
            };
            event.at(end)?
        }
    };
    u32::try_from(last.end_ms / 86_400_000).ok().map(|d| d + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> EventInput {
        EventInput {
            title: "Repair café".into(),
            start: "2026-10-24T10:00".into(),
            end: Some("2026-10-24T13:00".into()),
            rrule: Some("RRULE:freq=weekly;byday=SA;count=4".into()),
            except: vec!["2026-10-31".into()],
            venue: Some("Village hall".into()),
            ..EventInput::default()
        }
    }

    #[test]
    fn repeats_keep_the_wall_clock_over_the_clock_change() {
        let doc = event_doc(&input(), "Europe/London").unwrap();
        assert_eq!(doc["rrule"], "FREQ=WEEKLY;COUNT=4;BYDAY=SA");
        let from = super::super::local_ms("2026-10-24T12:59", "Europe/London").unwrap();
        let next = occurrences(&doc, "UTC", from, 10).times;
        let starts: Vec<&str> = next.iter().map(|o| o.start_local.as_str()).collect();
        assert_eq!(starts, ["2026-10-24T10:00", "2026-11-07T10:00", "2026-11-14T10:00"]);
        assert_eq!(next[1].start_ms - next[0].start_ms, (14 * 24 + 1) * 3_600_000);
        assert_eq!(occurrences(&doc, "UTC", from + 60_000, 1).times[0].start_local, "2026-11-07T10:00");
        assert_eq!(last_day(&doc, "UTC"), Some((next[2].end_ms / 86_400_000) as u32 + 1));
        let at = |ms| At::new("UTC", ms).unwrap();
        assert_eq!(next_time(&doc, &at(from)).times.first(), next.first());
        let over = next_time(&doc, &at(next[2].end_ms + 1000));
        assert_eq!((over.times, over.gave_up), (vec![], false), "it is over");
    }

    #[test]
    fn whole_days_and_ends() {
        let doc = event_doc(
            &EventInput {
                title: "Fair".into(),
                start: "2026-07-04".into(),
                end: Some("2026-07-05".into()),
                ..Default::default()
            },
            "Europe/London",
        )
        .unwrap();
        let at = |t| super::super::local_ms(t, "Europe/London").unwrap();
        assert_eq!(occurrences(&doc, "", at("2026-07-05T23:59"), 1).times.len(), 1);
        assert_eq!(occurrences(&doc, "", at("2026-07-06"), 1).times.len(), 0);
        let utc_end = EventInput { rrule: Some("FREQ=DAILY;UNTIL=20261026T100000Z".into()), except: vec![], ..input() };
        let doc = event_doc(&utc_end, "Europe/London").unwrap();
        // 10:00 local is 10:00 UTC on the 26th, after the clock change: still in.
        assert_eq!(occurrences(&doc, "", 0, 10).times.len(), 3);
    }

    #[test]
    fn an_event_without_an_end_lasts_an_hour() {
        let at = |t| super::super::local_ms(t, "Europe/London").unwrap();
        let doc = |start: &str, end: Value| json!({"title": "Talk", "start": start, "end": end});
        for end in [Value::Null, json!(""), json!("soon"), json!("2026-12-05T18:00"), json!("2026-12-05T17:00")] {
            let doc = doc("2026-12-05T18:00", end);
            let last = occurrences(&doc, "Europe/London", at("2026-12-05T18:59"), 1).times;
            assert_eq!(last[0].end_local, "2026-12-05T19:00", "{doc}");
            assert_eq!(last[0].end_ms - last[0].start_ms, 3_600_000);
            assert!(occurrences(&doc, "Europe/London", at("2026-12-05T19:00"), 1).times.is_empty(), "{doc}");
            assert_eq!(event_end(&doc).as_deref(), Some("2026-12-05T19:00"));
        }
        // Over midnight it is the next day's, in what is shown and in how long it is kept.
        let late = doc("2026-12-05T23:30", Value::Null);
        assert_eq!(event_end(&late).as_deref(), Some("2026-12-06T00:30"));
        let day = (at("2026-12-06") / 86_400_000) as Day;
        assert_eq!(last_day(&late, "Europe/London"), Some(day + 1));
        let weekly = json!({"title": "Talk", "start": "2026-12-05T23:30", "rrule": "FREQ=WEEKLY"});
        let next = occurrences(&weekly, "Europe/London", at("2026-12-13T00:29"), 1).times;
        assert_eq!(
            (next[0].start_local.as_str(), next[0].end_local.as_str()),
            ("2026-12-12T23:30", "2026-12-13T00:30")
        );
        // Whole days end with the day, and at the end of the calendar it cannot go on.
        assert_eq!(event_end(&doc("2026-12-05", Value::Null)).as_deref(), Some("2026-12-05"));
        assert_eq!(event_end(&doc("9999-12-31T23:30", Value::Null)).as_deref(), Some("9999-12-31T23:30"));
        assert_eq!(event_end(&json!({"title": "Talk"})), None);
    }

    #[test]
    fn what_is_refused() {
        let bad = |change: fn(&mut EventInput)| {
            let mut i = input();
            change(&mut i);
            event_doc(&i, "Europe/London").unwrap_err()
        };
        assert_eq!(bad(|i| i.title.clear()), EventError::Title);
        assert_eq!(bad(|i| i.start = "2026-10-25T10:00".into()), EventError::Order);
        assert_eq!(bad(|i| i.end = Some("2026-10-25".into())), EventError::Order);
        assert_eq!(bad(|i| i.time_zone = Some("Narnia".into())), EventError::Zone("Narnia".into()));
        assert_eq!(bad(|i| i.rrule = Some("FREQ=WEEKLY;BYDAY=SU".into())), EventError::FirstDay);
        assert_eq!(bad(|i| i.rrule = Some("FREQ=HOURLY".into())), EventError::Rule(RuleError::Freq));
        assert_eq!(bad(|i| i.online = Some("meet me".into())), EventError::Url);
        assert!(occurrences(&json!({"title": "x"}), "UTC", 0, 5).times.is_empty());
        assert!(occurrences(&json!([1]), "UTC", 0, 5).times.is_empty());
    }
}
