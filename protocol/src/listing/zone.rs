//! Moments and the clocks on people's walls.
//!
//! The one file where a time zone's rules are asked; nobody here asks what time it is.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// Why a time or zone was not understood. The writer's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// No such zone. Write one like Europe/London.
    #[error("'{0}' is not a time zone; write one like Europe/London")]
    Zone(String),
    /// Not a time. Write one like 2026-03-29T14:30.
    #[error("'{0}' is not a time; write one like 2026-03-29T14:30 or 2026-03-29")]
    Time(String),
}

/// One moment as a clock in one zone shows it, worked out once and used for many listings.
#[derive(Clone, Debug)]
pub struct At {
    pub(super) zone: TimeZone,
    pub(super) second: i64,
    pub(super) local: DateTime,
    /// No clock change from a day before to two days after: wall-clock comparison is enough.
    pub(super) steady: bool,
    /// The offsets of the zone half a year around, in minutes.
    pub(super) offsets: [i32; 2],
}

impl At {
    /// The moment `unix_ms` on the clocks of `zone` (an IANA name; empty means UTC).
    pub fn new(zone: &str, unix_ms: u64) -> Result<At, ZoneError> {
        Ok(At::in_zone(get(zone)?, (unix_ms / 1000).min(200_000_000_000) as i64))
    }

    pub(super) fn in_zone(zone: TimeZone, second: i64) -> At {
        let moment = |s: i64| Timestamp::from_second(s).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset = |s: i64| zone.to_offset(moment(s));
        let local = offset(second).to_datetime(moment(second));
        let steady = offset(second - 2 * 86_400) == offset(second + 3 * 86_400);
        // January and July of that year are on either side of any yearly clock change.
        let seasons = [1, 7].map(|month| {
            let day = DateTime::constant(local.year(), month, 1, 12, 0, 0, 0);
            Offset::UTC.to_timestamp(day).map_or(0, |t| zone.to_offset(t).seconds() / 60)
        });
        At { steady, local, second, offsets: seasons, zone }
    }

    /// The same moment in another zone.
    pub(super) fn elsewhere(&self, zone: TimeZone) -> At {
        At::in_zone(zone, self.second)
    }

    /// Another moment on the same clock.
    pub(crate) fn at_second(&self, second: u64) -> At {
        At::in_zone(self.zone.clone(), second.min(200_000_000_000) as i64)
    }

    /// The moment in milliseconds since 1970.
    pub fn unix_ms(&self) -> u64 {
        self.second.max(0) as u64 * 1000
    }

    /// The day on the wall calendar, `YYYY-MM-DD`.
    pub fn day(&self) -> String {
        self.local.date().to_string()
    }

    /// Minutes that the clock is ahead of UTC.
    pub fn offset_minutes(&self) -> i16 {
        let moment = Timestamp::from_second(self.second).unwrap_or(Timestamp::UNIX_EPOCH);
        (self.zone.to_offset(moment).seconds() / 60) as i16
    }

    /// Days from 1970 to the day on the wall calendar.
    pub fn day_count(&self) -> u32 {
        day_number(self.local.date()).max(0) as u32
    }

    /// Months from the year 0 to the month on the wall calendar.
    pub fn month_count(&self) -> u32 {
        let day = self.local.date();
        day.year().max(0) as u32 * 12 + day.month().unsigned_abs() as u32 - 1
    }

    /// When the next day begins on this clock, in seconds since 1970. At the end of the calendar: never.
    pub fn next_day_second(&self) -> u64 {
        self.begin(self.local.date().tomorrow().ok())
    }

    /// When the next month begins on this clock, in seconds since 1970. At the end of the calendar: never.
    pub fn next_month_second(&self) -> u64 {
        self.begin(self.local.date().last_of_month().tomorrow().ok())
    }

    fn begin(&self, day: Option<Date>) -> u64 {
        let second = day.and_then(|day| second_of(&self.zone, day.at(0, 0, 0, 0)));
        second.map_or(u64::MAX, |s| s.max(0) as u64)
    }
}

pub(super) fn get(zone: &str) -> Result<TimeZone, ZoneError> {
    let name = zone.trim();
    if name.is_empty() || name == "UTC" || name == "Z" {
        return Ok(TimeZone::UTC);
    }
    TimeZone::get(name).map_err(|_| ZoneError::Zone(name.chars().take(60).collect()))
}

/// Whether `zone` is a time zone this program knows.
pub fn zone_ok(zone: &str) -> bool {
    !zone.trim().is_empty() && get(zone).is_ok()
}

/// Seconds since 1970 of a wall-clock time. In a gap the clock has jumped past it: later by the gap; told twice: the first.
pub(super) fn second_of(zone: &TimeZone, local: DateTime) -> Option<i64> {
    zone.to_ambiguous_timestamp(local).compatible().ok().map(|t| t.as_second())
}

/// Milliseconds since 1970 of a time people type: `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM[:SS]` (also with a space) in `zone`,
/// or with an offset or `Z` of its own.
pub fn local_ms(text: &str, zone: &str) -> Result<u64, ZoneError> {
    let text = text.trim();
    let bad = || ZoneError::Time(text.chars().take(60).collect());
    if let Ok(moment) = text.parse::<Timestamp>() {
        return u64::try_from(moment.as_millisecond()).map_err(|_| bad());
    }
    let second = second_of(&get(zone)?, datetime(text).ok_or_else(bad)?).ok_or_else(bad)?;
    Ok(u64::try_from(second).map_err(|_| bad())? * 1000)
}

/// A day, or the day of a date-time.
pub(super) fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Some(head) = text.get(..10)
        && let Ok(day) = head.parse::<Date>()
    {
        return Some(day);
    }
    // 31/12/2026, as people in Britain write it.
    let mut parts = text.get(..10)?.split('/');
    let (d, m, y) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Date::new(y, m, d).ok()
}

/// A local date-time; a bare day is its first minute.
pub(super) fn datetime(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if text.len() <= 10 {
        return text.parse::<Date>().ok().map(|d| d.at(0, 0, 0, 0));
    }
    text.replacen(' ', "T", 1).parse::<DateTime>().ok()
}

/// Days since 1970.
pub(super) fn day_number(day: Date) -> i32 {
    (day - Date::constant(1970, 1, 1)).get_days()
}

pub(super) fn day_from_number(days: i32) -> Option<Date> {
    // Numbers from outside may be beyond the calendar.
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// A day in words: "3 March 2026", without the year when it is that of `now`.
pub fn day_words(day: &str, now: &At) -> Option<String> {
    let day = date(day)?;
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    Some(if day.year() == now.local.year() {
        format!("{} {month}", day.day())
    } else {
        format!("{} {month} {}", day.day(), day.year())
    })
}

/// A day, counted from 1970, in words: "Tuesday 3 March".
pub fn weekday_words(days: u32) -> String {
    let Some(day) = i32::try_from(days).ok().and_then(day_from_number) else { return "a day far off".into() };
    let name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        [usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())];
    format!("{name} {} {}", day.day(), MONTHS[usize::from(day.month().unsigned_abs()) - 1])
}

/// A day as people write it, `YYYY-MM-DD`, counted from 1970.
pub fn day_of(text: &str) -> Option<u32> {
    (text.len() == 10).then(|| date(text)).flatten().and_then(|d| u32::try_from(day_number(d)).ok())
}

/// The first second of a day, counted from 1970, on the clocks of `zone`.
pub fn day_second(zone: &str, days: u32) -> Option<u64> {
    let day = i32::try_from(days).ok().and_then(day_from_number)?;
    second_of(&get(zone).ok()?, day.at(0, 0, 0, 0)).and_then(|s| u64::try_from(s).ok())
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_people_type() {
        let ms = |t: &str| local_ms(t, "Europe/London").unwrap();
        assert_eq!(ms("2026-07-01T12:00"), ms("2026-07-01T11:00Z"));
        assert_eq!(ms("2026-01-01 12:00"), ms("2026-01-01T12:00:00Z"));
        assert_eq!(ms("2026-01-01"), ms("2026-01-01T00:00:00Z"));
        assert!(local_ms("soon", "Europe/London").is_err());
        assert!(local_ms("2026-01-01", "Mars/Olympus").is_err());
        assert!(At::new("Europe/London", u64::MAX).is_ok());
    }

    #[test]
    fn days_and_months_end_when_the_clock_says_so() {
        let at = |t: &str| At::new("Europe/London", local_ms(t, "Europe/London").unwrap()).unwrap();
        let second = |t: &str| local_ms(t, "Europe/London").unwrap() / 1000;
        // The clocks go forward on 29 March 2026: that day has 23 hours.
        let day = at("2026-03-29T12:00");
        assert_eq!((day.next_day_second(), day.offset_minutes()), (second("2026-03-30"), 60));
        assert_eq!(day.next_day_second() - at("2026-03-28T12:00").next_day_second(), 23 * 3600);
        assert_eq!(at("2026-12-31T23:59").next_month_second(), second("2027-01-01"));
        assert_eq!(at("2027-01-01").month_count() - at("2026-12-31").month_count(), 1);
        assert_eq!(at("2027-01-01").day_count() - at("2026-12-31").day_count(), 1);
        assert_eq!(at("2026-06-30T23:30").day_count(), at("2026-06-30").day_count());
        assert_eq!(weekday_words(at("2026-03-03").day_count()), "Tuesday 3 March");
        assert_eq!(weekday_words(u32::MAX), "a day far off");
        assert_eq!(day_second("Europe/London", day_of("2026-07-01").unwrap()), Some(second("2026-07-01")));
        assert_eq!((day_of("2026-13-01"), day_of("1/2/2026"), day_of("2026-07-01T10:00")), (None, None, None));
        assert!(At::new("UTC", u64::MAX).unwrap().next_month_second() > 100_000_000_000);
    }
}
