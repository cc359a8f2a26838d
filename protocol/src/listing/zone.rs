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

    /// The moment in milliseconds since 1970.
    pub fn unix_ms(&self) -> u64 {
        self.second.max(0) as u64 * 1000
    }

    /// The day on the wall calendar, `YYYY-MM-DD`.
    pub fn day(&self) -> String {
        self.local.date().to_string()
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
}
