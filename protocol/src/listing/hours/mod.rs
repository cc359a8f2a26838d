//! Opening hours: is a place open at a moment, until when, or when next.
//!
//! Reads the schedules of Open Referral UK 3.0 and v1 into [`Hours`], which the store keeps per record as a few bytes
//! ([`Hours::to_bytes`]) and asks quickly ([`now_at`]). Clear hours give Open or Closed; whatever is not understood gives
//! Unknown on the days it touches, never Open.
//!
//! Choices where the data is ambiguous:
//! - Schedules of a service at a location come before those of the service, those before the location's own.
//! - A time with an offset (`09:00Z`, `09:00+01:00`) that the zone itself uses at some time of the year is the clock on the
//!   wall; any other offset is taken as a fixed one.
//! - After `valid_to` a schedule says nothing (Unknown); after `until` or `count` it says closed.
//! - Which half of the day `9:00` and `5:00` are in is told as in typed hours ([`clock`]); what can be meant in two ways is Unknown.
//! - On the 24-hour clock a `closes_at` at or before `opens_at` is on the next day; 00:00 to 00:00 is the whole day.
//! - In the hour told twice the first one counts; in the hour that is left out the clock has moved on.

mod clock;
mod compact;
mod days;
mod fields;
mod line;

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use clock::{Reading, Times, pair};
use days::{Days, Near};
use fields::{bound, given, read_when, standing, time, time_offset};
#[cfg(test)]
pub(super) use line::Stretch;
pub(super) use line::{Care, read as read_line};
pub use line::{HoursError, day_times, start_and_end, tidy_hours, time_of_day};
use line::{marked, two_ways};

use super::read::{self, flag, list, text};
use super::recur::{Rule, STEPS_MAX};
use super::text::{plain, plain_block, words};
use super::zone::{self, At, MONTHS, day_from_number, day_number, second_of};
use crate::kind::Kind;

/// Most spans read from one document. More: the hours are not known.
const SPANS_MAX: usize = 250;
/// Most steps for counting out all the rules of one document. A schedule that needs more is not understood.
const COUNT_STEPS_MAX: u32 = 4 * STEPS_MAX;
/// Most notes beside the hours. The rest is left out.
const NOTES_MAX: usize = 12;
/// How far ahead the next opening is looked for, in days; fewer where looking takes more than [`STEPS_MAX`] steps.
const NEXT_DAYS_MAX: i32 = 400;
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Longer open without a break is "always open": no `until`, in days.
const ALWAYS_DAYS: i32 = 8;

/// Whether a place is open, for lists and filters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Now {
    /// Open at that moment.
    Open,
    /// Closed at that moment.
    Closed,
    /// The hours are not known, or not clear for that day.
    Unknown,
    /// It will not open again.
    ClosedForGood,
}

/// Whether a place is open, and what comes next. Moments in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Open {
    /// Open; `until` is absent when it never closes.
    Open {
        /// When it closes.
        until: Option<u64>,
    },
    /// Closed; `next` is absent when no opening is known within 400 days.
    Closed {
        /// When it opens next.
        next: Option<u64>,
    },
    /// The hours are not known, or not clear for that day.
    Unknown,
    /// It will not open again.
    ClosedForGood,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Standing {
    #[default]
    Active,
    /// Inactive or closed for a time.
    Shut,
    ForGood,
}

#[derive(Clone, PartialEq, Debug)]
enum When {
    /// These weekdays, bit 0 is Monday.
    Week(u8),
    Rule(Rule, Option<Date>),
    /// Every day from `from` to `to`, closed: no opening begins.
    Shut,
    /// Every day from `from` to `to`, instead of other hours.
    Instead,
}

#[derive(Clone, PartialEq, Debug)]
struct Span {
    when: When,
    from: Option<Date>,
    to: Option<Date>,
    /// Minutes after midnight it opens and closes; absent when not understood.
    times: Option<(u16, u16)>,
    /// A fixed offset from UTC in minutes, when not the wall clock.
    offset: Option<i16>,
}

/// Opening hours as read from a document.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Hours {
    standing: Standing,
    /// Something in the schedules was not understood, so "closed" would be a guess.
    vague: bool,
    zone: Option<String>,
    spans: Vec<Span>,
}

/// The compact opening hours of a record, for the store to keep; `None` for kinds that have none.
pub fn hours(kind: Kind, doc: &Value) -> Option<Vec<u8>> {
    kind.rules().has_hours.then(|| Hours::read(doc).to_bytes())
}

/// Whether the place with these compact hours is open. Bytes that are none of ours: Unknown.
pub fn now_at(bytes: &[u8], at: &At) -> Now {
    Hours::from_bytes(bytes).map_or(Now::Unknown, |h| h.now(at))
}

/// As [`now_at`], with what comes next.
pub fn open_from(bytes: &[u8], at: &At) -> Open {
    Hours::from_bytes(bytes).map_or(Open::Unknown, |h| h.open(at))
}

/// Whether the place a document describes is open.
pub fn open_at(doc: &Value, at: &At) -> Open {
    Hours::read(doc).open(at)
}

/// What the source wrote beside the hours: to be shown next to them, cleaned.
pub fn notes(doc: &Value) -> Vec<String> {
    let service = read::hsds(doc);
    let mut out: Vec<String> = Vec::new();
    let mut add = |text: Option<String>| {
        if let Some(note) = text.map(|t| words(&t)).filter(|t| !t.is_empty())
            && out.len() < NOTES_MAX
            && !out.contains(&note)
        {
            out.push(note);
        }
    };
    add(text(service, "alert"));
    for schedule in schedules_everywhere(service) {
        add(two_way_times(schedule));
        add(text(schedule, "notes"));
        add(text(schedule, "description"));
    }
    if let Some(library) = doc.get("library") {
        add(text(library, "notes"));
        add(text(library, "special_hours"));
    }
    out
}

fn schedules_of(holder: &Value) -> impl Iterator<Item = &Value> {
    ["schedules", "regular_schedules", "regular_schedule"].into_iter().flat_map(move |k| list(holder, k))
}

fn holidays_of(holder: &Value) -> impl Iterator<Item = &Value> {
    ["holiday_schedules", "holiday_schedule"].into_iter().flat_map(move |k| list(holder, k))
}

fn schedules_everywhere(service: &Value) -> Vec<&Value> {
    let mut out: Vec<&Value> = schedules_of(service).chain(holidays_of(service)).collect();
    for at in list(service, "service_at_locations") {
        out.extend(schedules_of(at).chain(holidays_of(at)));
    }
    for location in read::locations(service) {
        out.extend(schedules_of(location).chain(holidays_of(location)));
    }
    out
}

/// What the two times of a schedule say.
fn reading(s: &Value) -> Option<Reading> {
    let ((opens, _), (closes, _)) = (time(&text(s, "opens_at")?)?, time(&text(s, "closes_at")?)?);
    Some(pair(opens, closes))
}

/// What somebody else published is taken at its word, unless that can be meant in two ways.
fn by_the_letter(reading: Reading) -> Option<Times> {
    match reading {
        Reading::Clear(times) | Reading::Slip(times, _) => Some(times),
        Reading::Either(..) | Reading::Never => None,
    }
}

/// The opening and closing time of a schedule as `HH:MM`, where they are understood.
pub fn clear_times(schedule: &Value) -> Option<(String, String)> {
    let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
    reading(schedule).and_then(by_the_letter).map(|(o, c)| (clock(o), clock(c)))
}

/// What is doubtful about the hours of a document, in sentences for whoever brings it in; few.
pub fn hours_doubts(doc: &Value) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for schedule in schedules_everywhere(read::hsds(doc)) {
        let written = |key| plain(&text(schedule, key).unwrap_or_default());
        let (opens, closes) = (written("opens_at"), written("closes_at"));
        let doubt = match reading(schedule) {
            Some(Reading::Either(one, other)) => {
                let (one, other) = two_ways(one, other);
                format!(
                    "{opens} to {closes} can be {one} or {other}: it is shown as it stands, and never as open. Have the source \
                     write am and pm"
                )
            }
            Some(Reading::Slip((_, c), (_, meant))) => {
                let (late, meant) = (marked(c), marked(meant));
                format!(
                    "{opens} to {closes} is taken as until {late} of the next day. If {meant} is meant, have the source say so"
                )
            }
            _ => continue,
        };
        if !out.contains(&doubt) && out.len() < 3 {
            out.push(doubt);
        }
    }
    out
}

/// The hours of a schedule as they stand, when they can be meant in two ways: "Monday, Tuesday: 7:00 to 9:00".
pub fn two_way_times(schedule: &Value) -> Option<String> {
    let Some(Reading::Either(..)) = reading(schedule) else { return None };
    let mut steps = STEPS_MAX;
    let days = match read_when(schedule, &mut steps) {
        Some((When::Week(days), _)) => (0..7).filter(|n| days & (1 << n) != 0).map(|n| WEEKDAYS[n]).collect(),
        _ => Vec::new(),
    };
    let colon = if days.is_empty() { "" } else { ": " };
    Some(format!("{}{colon}{} to {}", days.join(", "), text(schedule, "opens_at")?, text(schedule, "closes_at")?))
}

impl Hours {
    /// Reads the hours of a service, service-at-location or location document.
    pub fn read(doc: &Value) -> Hours {
        let mut hours = Hours::default();
        let mut service = read::hsds(doc);
        hours.standing = standing(doc, service);
        let places = list(service, "service_at_locations");
        let mut chosen: Vec<&Value> = Vec::new();
        let own: Vec<&Value> = schedules_of(service).collect();
        for place in places {
            chosen.extend(schedules_of(place));
        }
        // One place without hours of its own keeps those of the service.
        if chosen.is_empty() || places.iter().any(|p| schedules_of(p).next().is_none()) {
            chosen.extend(own);
        }
        if chosen.is_empty()
            && let Some(inner) = service.get("service").filter(|v| v.is_object())
        {
            hours.standing = standing(doc, inner);
            service = inner;
            chosen.extend(schedules_of(inner));
        }
        let locations = read::locations(doc);
        if chosen.is_empty() {
            chosen.extend(locations.iter().flat_map(|l| schedules_of(l)));
        }
        let mut steps = COUNT_STEPS_MAX;
        chosen.into_iter().for_each(|s| hours.add_schedule(s, &mut steps));
        let holidays = holidays_of(service)
            .chain(places.iter().flat_map(holidays_of))
            .chain(locations.iter().flat_map(|l| holidays_of(l)));
        holidays.for_each(|h| hours.add_holiday(h));
        if hours.spans.len() > SPANS_MAX {
            hours.spans.clear();
            hours.vague = true;
        }
        hours
    }

    /// Whether there are any hours at all to go by.
    pub fn known(&self) -> bool {
        self.standing != Standing::Active || self.spans.iter().any(|s| s.times.is_some())
    }

    fn add_schedule(&mut self, s: &Value, steps: &mut u32) {
        let field = |key| text(s, key);
        let names = ["freq", "byday", "bymonthday", "byyearday", "byweekno", "weekday", "dtstart"];
        let has_rule = names.iter().any(|k| given(s, k));
        let (opens, closes) = (field("opens_at"), field("closes_at"));
        if !has_rule && opens.is_none() && closes.is_none() {
            return; // Only notes: they stand beside the hours and say nothing about them.
        }
        let bounds = (bound(s, "valid_from"), bound(s, "valid_to"));
        let when = read_when(s, steps);
        let (Some((when, start)), (Ok(from), Ok(to))) = (when, bounds) else {
            // An unclear schedule that has run out no longer matters; any other makes "closed" a guess.
            match bound(s, "valid_to") {
                Ok(Some(to)) => self.spans.push(Span {
                    when: When::Week(0x7f),
                    from: bound(s, "valid_from").ok().flatten(),
                    to: Some(to),
                    times: None,
                    offset: None,
                }),
                _ => self.vague = true,
            }
            return;
        };
        let from = from.max(start);
        let zone_field = field("timezone");
        let mut offset = [&opens, &closes].into_iter().find_map(|t| time(t.as_deref()?)?.1);
        let times = reading(s).and_then(by_the_letter);
        if let Some(z) = zone_field {
            match time_offset(&z) {
                Some(o) => offset = offset.or(Some(o)),
                None if zone::zone_ok(&z) && self.zone.as_ref().is_none_or(|have| *have == z) => self.zone = Some(z),
                None => self.vague = true,
            }
        }
        self.spans.push(Span { when, from, to, times, offset });
    }

    fn add_holiday(&mut self, h: &Value) {
        let (Ok(from), Ok(to)) = (bound(h, "start_date"), bound(h, "end_date")) else {
            self.vague = true;
            return;
        };
        let (Some(from), to) = (from.or(to), to.or(from)) else { return };
        let times = reading(h).and_then(by_the_letter).filter(|times| *times != (0, 1440));
        let closed = flag(h, "closed").unwrap_or(times.is_none());
        let when = if closed { When::Shut } else { When::Instead };
        self.spans.push(Span { when, from: Some(from), to, times: if closed { None } else { times }, offset: None });
    }

    /// Whether it is open, quickly.
    pub fn now(&self, at: &At) -> Now {
        match self.standing {
            Standing::ForGood => return Now::ClosedForGood,
            Standing::Shut => return Now::Closed,
            Standing::Active => {}
        }
        let here = self.here(at);
        let at = here.as_ref().unwrap_or(at);
        let today = at.local.date();
        let mut days = Days::of(self);
        let (mut vague, mut live) = (self.vague, false);
        for span in &self.spans {
            if matches!(span.when, When::Shut) {
                continue;
            }
            if span.times.is_none() {
                vague |= days.begins(span, today);
                continue;
            }
            live |= span.to.is_none_or(|to| to >= today);
            if span.covers(at, &mut days) {
                return Now::Open;
            }
        }
        if vague || !live { Now::Unknown } else { Now::Closed }
    }

    /// Whether it is open, and what comes next.
    pub fn open(&self, at: &At) -> Open {
        match self.now(at) {
            Now::ClosedForGood => return Open::ClosedForGood,
            Now::Unknown => return Open::Unknown,
            Now::Closed if self.standing != Standing::Active => return Open::Closed { next: None },
            Now::Closed => {
                let here = self.here(at);
                let at = here.as_ref().unwrap_or(at);
                return Open::Closed { next: self.next_opening(at).0.and_then(millis) };
            }
            Now::Open => {}
        }
        let here = self.here(at);
        let at = here.as_ref().unwrap_or(at);
        let today = day_number(at.local.date());
        let near = Near::of(self, today - 2, today + ALWAYS_DAYS);
        let mut stretches: Vec<(i64, i64)> =
            (today - 2..=today + ALWAYS_DAYS).flat_map(|n| near.stretches(n, &at.zone)).collect();
        stretches.sort_unstable();
        let until = stretches.iter().fold(at.second, |t, (s, e)| if *s <= t && *e > t { *e } else { t });
        let always = until - at.second >= i64::from(ALWAYS_DAYS - 1) * 86_400;
        Open::Open { until: if always { None } else { millis(until) } }
    }

    fn here(&self, at: &At) -> Option<At> {
        let zone = zone::get(self.zone.as_deref()?).ok()?;
        Some(at.elsewhere(zone))
    }

    /// The second in which the next opening begins, if there is one near enough, and the steps that finding it took.
    fn next_opening(&self, at: &At) -> (Option<i64>, u32) {
        let today = day_number(at.local.date());
        let near = Near::of(self, today - 1, today + NEXT_DAYS_MAX);
        let mut steps = 0;
        // Fixed offsets can put an opening on the neighbouring day: look a day further once one is found.
        let mut next: Option<(i32, i64)> = None;
        for n in today - 1..today + NEXT_DAYS_MAX {
            if next.is_some_and(|(found, _)| n > found + 1) || steps + near.steps > STEPS_MAX {
                break;
            }
            steps += near.steps;
            let starts = near.stretches(n, &at.zone).into_iter().map(|(s, _)| s).filter(|s| *s > at.second);
            if let Some(s) = starts.min()
                && next.is_none_or(|(_, have)| s < have)
            {
                next = Some((next.map_or(n, |(found, _)| found), s));
            }
        }
        (next.map(|(_, s)| s), steps)
    }
}

impl Span {
    /// Whether it is open at a moment because of this span.
    fn covers(&self, at: &At, days: &mut Days<'_>) -> bool {
        let Some((opens, closes)) = self.times else { return false };
        let fixed = self.fixed_offset(&at.offsets);
        let (day, second) = match fixed {
            None if !at.steady => {
                let Ok(before) = at.local.date().yesterday() else { return false };
                return [before, at.local.date()].into_iter().any(|day| {
                    days.begins(self, day)
                        && self.stretch(day, &at.zone, None).is_some_and(|(s, e)| s <= at.second && at.second < e)
                });
            }
            None => {
                let t = at.local.time();
                (Some(at.local.date()), i64::from(t.hour()) * 3600 + i64::from(t.minute()) * 60 + i64::from(t.second()))
            }
            Some(offset) => {
                let there = at.second + i64::from(offset) * 60;
                (i32::try_from(there.div_euclid(86_400)).ok().and_then(day_from_number), there.rem_euclid(86_400))
            }
        };
        let Some(day) = day else { return false };
        let (opens, closes) = (i64::from(opens) * 60, i64::from(closes) * 60);
        if closes > opens {
            return opens <= second && second < closes && days.begins(self, day);
        }
        (second >= opens && days.begins(self, day))
            || (second < closes && day.yesterday().is_ok_and(|before| days.begins(self, before)))
    }

    /// What asking it about a day costs, in steps.
    fn steps(&self) -> u32 {
        match &self.when {
            When::Rule(rule, _) => 4 + rule.weight(),
            When::Week(_) | When::Shut | When::Instead => 1,
        }
    }

    fn on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| day >= from)
            && self.to.is_none_or(|to| day <= to)
            && match &self.when {
                When::Week(days) => days & (1 << day.weekday().to_monday_zero_offset()) != 0,
                When::Rule(rule, start) => rule.on(day, *start),
                When::Shut | When::Instead => true,
            }
    }

    /// The offset to reckon with instead of the wall clock.
    fn fixed_offset(&self, zone_offsets: &[i32; 2]) -> Option<i16> {
        self.offset.filter(|o| !zone_offsets.contains(&i32::from(*o)))
    }

    fn stretch(&self, day: Date, zone: &TimeZone, fixed: Option<i16>) -> Option<(i64, i64)> {
        let (opens, closes) = self.times?;
        let second = |day: Date, minute: u16| {
            let day = if minute >= 1440 { day.tomorrow().ok()? } else { day };
            let minute = minute % 1440;
            match fixed {
                Some(offset) => {
                    Some(i64::from(day_number(day)) * 86_400 + (i64::from(minute) - i64::from(offset)) * 60)
                }
                None => second_of(zone, day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0)),
            }
        };
        let last = if closes > opens { day } else { day.tomorrow().ok()? };
        Some((second(day, opens)?, second(last, closes)?))
    }
}

/// In words people read: "Open now, until 5 pm", "Closed now, opens Tuesday at 2 pm", "Hours not known", "Closed for good".
pub fn open_words(open: &Open, at: &At) -> String {
    let clock = |ms: u64| At::in_zone(at.zone.clone(), (ms / 1000) as i64).local;
    match open {
        Open::Open { until: None } => "Open now".into(),
        Open::Open { until: Some(ms) } => {
            let (day, time) = ending_day(clock(*ms));
            match day == at.local.date() {
                true => format!("Open now, until {}", clock_words(time)),
                false => format!("Open now, until {} {}", day_name(day, at), clock_words(time)),
            }
        }
        Open::Closed { next: None } => "Closed".into(),
        Open::Closed { next: Some(ms) } => {
            let next = clock(*ms);
            format!("Closed now, opens {} at {}", day_name(next.date(), at), clock_words(next.time()))
        }
        Open::Unknown => "Hours not known".into(),
        Open::ClosedForGood => "Closed for good".into(),
    }
}

/// The day and time at which something ends. What ends as a day begins ends at midnight of the day before.
pub fn ending_day(end: DateTime) -> (Date, Time) {
    let day = if end.time() == Time::midnight() { end.date().yesterday().unwrap_or(end.date()) } else { end.date() };
    (day, end.time())
}

fn day_name(day: Date, at: &At) -> String {
    match day_number(day) - day_number(at.local.date()) {
        0 => "today".into(),
        1 => "tomorrow".into(),
        2..=6 => weekday_name(day).into(),
        _ => format!("{} {} {}", weekday_name(day), day.day(), MONTHS[usize::from(day.month().unsigned_abs()) - 1]),
    }
}

fn weekday_name(day: Date) -> &'static str {
    WEEKDAYS[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]
}

fn clock_words(t: Time) -> String {
    let hour = match t.hour() % 12 {
        0 => 12,
        h => h,
    };
    let half = if t.hour() < 12 { "am" } else { "pm" };
    match (t.hour(), t.minute()) {
        (12, 0) => "noon".into(),
        (0, 0) => "midnight".into(),
        (_, 0) => format!("{hour} {half}"),
        (_, m) => format!("{hour}:{m:02} {half}"),
    }
}

fn noon(day: Date) -> i64 {
    i64::from(day_number(day)) * 86_400 + 43_200
}

fn millis(second: i64) -> Option<u64> {
    Timestamp::from_second(second).ok().and_then(|t| u64::try_from(t.as_millisecond()).ok())
}

/// What [`hours_lines`] says of a day without a closing time.
pub const ALL_DAY: &str = "open all day";

/// The hours of a document as lines to read: "Monday 10:00–13:00, 14:00–17:00", "Sunday open all day". Rules beyond a plain
/// week are described by their source's own words, which [`notes`] gives.
pub fn hours_lines(doc: &Value) -> Vec<String> {
    let hours = Hours::read(doc);
    let mut out = Vec::new();
    for (n, name) in WEEKDAYS.iter().enumerate() {
        let mut times: Vec<(u16, u16)> = hours
            .spans
            .iter()
            .filter(|s| matches!(s.when, When::Week(days) if days & (1 << n) != 0))
            .filter_map(|s| s.times)
            .collect();
        times.sort_unstable();
        times.dedup();
        // From one midnight to the next: the last minute is often left out.
        if times.iter().any(|(o, c)| *o == 0 && (1439..=1440).contains(c)) {
            out.push(format!("{name} {ALL_DAY}"));
        } else if !times.is_empty() {
            let clock = |m: u16| format!("{:02}:{:02}", m / 60 % 24, m % 60);
            let spans: Vec<String> = times.iter().map(|(o, c)| format!("{}–{}", clock(*o), clock(*c))).collect();
            out.push(format!("{name} {}", spans.join(", ")));
        }
    }
    out.into_iter().map(|l| plain_block(&l)).collect()
}
