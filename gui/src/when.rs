//! Days and spans of time in words. Calendar sums only: no clock, no time zones.

use hedgerow_api::ItemSummary;

use crate::amount::day_name;
use crate::theme::Tone;
use crate::words::{Fill, Words};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A listing that nobody checked for longer than this many days is shown as not checked.
const STALE_DAYS: i64 = 183;

/// Days since 1 January 1970 of a `YYYY-MM-DD`, if it is a real day.
pub fn day_number(day: &str) -> Option<i64> {
    let mut parts = day.get(..10)?.split('-').map(|p| p.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *lengths.get(usize::try_from(month - 1).ok()?)?;
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years counted from March, so that the leap day comes last.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// "3 May 2026" of a `YYYY-MM-DD`; the text itself when it is not a day.
pub fn day(words: &Words, day: &str) -> String {
    if day_number(day).is_none() {
        return day.to_owned();
    }
    let number = day[8..10].trim_start_matches('0');
    format!("{number} {} {}", month(words, &day[5..7]), &day[..4])
}

/// "May 2026" of a `YYYY-MM`; the text itself when it is none.
pub fn year_month(words: &Words, text: &str) -> String {
    match day_number(&format!("{text}-01")) {
        Some(_) => format!("{} {}", month(words, &text[5..7]), &text[..4]),
        None => text.to_owned(),
    }
}

fn month(words: &Words, number: &str) -> String {
    let key = match number {
        "01" => "month-1",
        "02" => "month-2",
        "03" => "month-3",
        "04" => "month-4",
        "05" => "month-5",
        "06" => "month-6",
        "07" => "month-7",
        "08" => "month-8",
        "09" => "month-9",
        "10" => "month-10",
        "11" => "month-11",
        _ => "month-12",
    };
    words.t(key)
}

/// How fresh something is that was checked on `assured`, in words and tone.
pub fn checked(words: &Words, assured: Option<&str>, now_ms: u64) -> (Tone, String) {
    let Some((assured, then)) = assured.and_then(|d| Some((d, day_number(d)?))) else {
        return (Tone::Plain, words.t("checked-never"));
    };
    let today = i64::try_from(now_ms / DAY_MS).unwrap_or(i64::MAX);
    match today - then {
        ..=0 => (Tone::Good, words.t("checked-today")),
        1 => (Tone::Good, words.t("checked-yesterday")),
        days @ 2..=13 => (Tone::Good, words.with("checked-days", "count", days.unsigned_abs())),
        days if days <= STALE_DAYS => (Tone::Good, words.with("checked-on", "day", &day(words, assured))),
        _ => {
            let since = format!("{} {}", month(words, &assured[5..7]), &assured[..4]);
            (Tone::Warn, words.with("checked-not-since", "when", &since))
        }
    }
}

/// How long ago something was, in words: "5 minutes ago", "yesterday", and the day once that is more than two weeks.
pub fn ago(words: &Words, then_ms: u64, now_ms: u64) -> String {
    let minutes = now_ms.saturating_sub(then_ms) / 60_000;
    match minutes {
        0 => words.t("ago-now"),
        1..=59 => words.with("ago-minutes", "count", minutes),
        60..=1439 => words.with("ago-hours", "count", minutes / 60),
        1440..=20_159 => words.with("ago-days", "count", minutes / 1440),
        _ => day(words, &day_of(then_ms)),
    }
}

/// The day of a moment, `YYYY-MM-DD`, in universal time.
pub fn day_of(ms: u64) -> String {
    // Years counted from March, so that the leap day comes last.
    let days = i64::try_from(ms / DAY_MS).unwrap_or_default() + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The exact moment, for those who point at "yesterday": day and time of the world's clock.
pub fn exact(words: &Words, ms: u64) -> String {
    let minutes = ms / 60_000 % 1440;
    format!("{}, {:02}:{:02} UTC", day(words, &day_of(ms)), minutes / 60, minutes % 60)
}

/// A local day and time as it stands in an event: "8 December 2026, 18:00".
pub fn local(words: &Words, text: &str) -> String {
    match text.split_once('T') {
        Some((date, time)) => format!("{}, {}", day(words, date), time.get(..5).unwrap_or(time)),
        None => day(words, text),
    }
}

/// When an event is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happens {
    /// "Saturday 12 June 2027, 14:00 to 16:00": the time that is now or comes next, else the first one.
    pub when: String,
    /// "It repeats every week", if it does.
    pub repeats: Option<String>,
    /// Whether it will not happen again.
    pub is_over: bool,
}

impl Happens {
    /// All of it in one line.
    pub fn line(&self) -> String {
        match &self.repeats {
            Some(repeats) => format!("{} · {repeats}", self.when),
            None => self.when.clone(),
        }
    }
}

/// When an event is; nothing for anything else, and where no day is known.
pub fn happens(words: &Words, item: &ItemSummary, now_ms: u64) -> Option<Happens> {
    let first = item.starts.as_deref().filter(|_| item.kind == "event")?;
    let first_end = item.ends.as_deref().unwrap_or(first);
    let (start, end) = match &item.next_starts {
        Some(next) => (next.as_str(), item.next_ends.as_deref().unwrap_or(next)),
        None => (first, first_end),
    };
    let past = day_number(first_end).is_some_and(|day| day < day_number(&day_of(now_ms)).unwrap_or_default());
    Some(Happens {
        when: span(words, start, end),
        repeats: match item.next_unknown {
            true => Some(words.t("repeats-unknown")),
            false => item.repeats.as_deref().map(|rule| repeats(words, rule)),
        },
        is_over: item.next_starts.is_none() && past && !item.next_unknown,
    })
}

/// "23 November 2026 · Gwen · until 1 December 2026": when a notice was written, by whom, and until when it is shown.
pub fn written(words: &Words, item: &ItemSummary) -> Option<String> {
    if item.kind != "notice" {
        return None;
    }
    let day_written = (item.written_ms > 0).then(|| day(words, &day_of(item.written_ms)));
    let publisher = Some(hedgerow_api::clean::line(&item.publisher)).filter(|name| !name.is_empty());
    let until = item.ends.as_deref().map(|end| words.with("notice-until", "day", &local(words, end)));
    let parts: Vec<String> = [day_written, publisher, until].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// "Saturday 12 June 2027, 14:00 to 16:00" of two local days or times.
fn span(words: &Words, start: &str, end: &str) -> String {
    let halves = |text: &str| -> (String, Option<String>) {
        let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
        (long_day(words, day), time.map(|t| t.get(..5).unwrap_or(t).to_owned()))
    };
    let ((day, time), (end_day, end_time)) = (halves(start), halves(end));
    let both = |key: &str, from: &str, to: &str| words.fill(key, &[("from", Fill::Text(from)), ("to", Fill::Text(to))]);
    match (time, end_time) {
        (None, _) if day == end_day => words.with("event-all-day", "day", &day),
        (None, _) => both("event-days", &day, &end_day),
        (Some(time), Some(end)) if day == end_day && time != end => {
            format!("{day}, {}", both("event-times", &time, &end))
        }
        (Some(time), Some(end)) if day != end_day => {
            both("event-days", &format!("{day}, {time}"), &format!("{end_day}, {end}"))
        }
        (Some(time), _) => format!("{day}, {time}"),
    }
}

/// "Saturday 12 June 2027" of a `YYYY-MM-DD`; the text itself when it is not a day.
fn long_day(words: &Words, text: &str) -> String {
    match day_number(text) {
        // The first of January 1970 was a Thursday.
        Some(number) => {
            let weekday = usize::try_from((number + 3).rem_euclid(7)).unwrap_or_default();
            format!("{} {}", day_name(words, weekday), day(words, text))
        }
        None => text.to_owned(),
    }
}

/// "It repeats every week" of a rule; only that it repeats where the rule is more special than that.
fn repeats(words: &Words, rule: &str) -> String {
    let part = |name: &str| rule.split(';').find_map(|p| p.trim().strip_prefix(name)?.strip_prefix('='));
    words.t(match (part("FREQ"), part("INTERVAL").unwrap_or("1")) {
        (Some("DAILY"), "1") => "repeats-daily",
        (Some("WEEKLY"), "1") => "repeats-weekly",
        (Some("WEEKLY"), "2") => "repeats-fortnightly",
        (Some("MONTHLY"), "1") => "repeats-monthly",
        (Some("YEARLY"), "1") => "repeats-yearly",
        _ => "repeats-other",
    })
}

/// How much time is left until `then_ms`, in whole days or hours.
pub fn left(words: &Words, then_ms: u64, now_ms: u64) -> String {
    let ms = then_ms.saturating_sub(now_ms);
    if ms == 0 {
        words.t("left-none")
    } else if ms >= DAY_MS {
        words.with("left-days", "count", (ms + DAY_MS / 2) / DAY_MS)
    } else {
        words.with("left-hours", "count", ms.div_ceil(DAY_MS / 24))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        assert_eq!(day_number("1970-01-01"), Some(0));
        assert_eq!(day_number("2000-03-01"), Some(11_017));
        assert_eq!(day_number("2026-11-23"), Some(20_780));
        assert_eq!(day_number("2024-02-29"), Some(19_782));
        for bad in ["2025-02-29", "2026-13-01", "2026-00-10", "nonsense!!", "2026-11-2", "", "2026-11-31", "äöü-äö-äö"]
        {
            assert_eq!(day_number(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_come_back() {
        for number in [0, 11_016, 11_017, 19_782, 20_780, 47_540] {
            assert_eq!(day_number(&day_of(number * DAY_MS + 5)), Some(number as i64));
        }
        let words = Words::default();
        let now = 20_780 * DAY_MS + 11 * 3_600_000;
        assert_eq!(ago(&words, now - 20_000, now), "Just now");
        assert_eq!(ago(&words, now - 120_000, now), "2 minutes ago");
        assert_eq!(ago(&words, now - 90 * 60_000, now), "1 hour ago");
        assert_eq!(ago(&words, now - 3 * DAY_MS, now), "3 days ago");
        assert_eq!(ago(&words, now - 30 * DAY_MS, now), "24 October 2026");
        assert_eq!(exact(&words, now), "23 November 2026, 11:00 UTC");
        assert_eq!(local(&words, "2026-12-08T18:00"), "8 December 2026, 18:00");
    }

    #[test]
    fn an_event_says_its_day_its_times_and_that_it_repeats() {
        let now = 20_780 * DAY_MS;
        let item = |start: &str, end: Option<&str>| ItemSummary {
            kind: "event".into(),
            starts: Some(start.into()),
            ends: end.map(str::to_owned),
            ..ItemSummary::default()
        };
        let said = |item: &ItemSummary, language| happens(&Words { language }, item, now).unwrap();
        let (en, cy) = (crate::words::Language::English, crate::words::Language::Welsh);
        let one = item("2027-06-12T14:00", Some("2027-06-12T16:30"));
        assert_eq!(said(&one, en).line(), "Saturday 12 June 2027, 14:00 to 16:30");
        assert_eq!(said(&one, cy).line(), "Dydd Sadwrn 12 Mehefin 2027, 14:00 tan 16:30");
        assert_eq!(said(&item("2027-06-12T14:00", None), en).when, "Saturday 12 June 2027, 14:00");
        assert_eq!(said(&item("2027-06-12", None), en).when, "Saturday 12 June 2027, all day");
        assert_eq!(
            said(&item("2027-06-12", Some("2027-06-13")), en).when,
            "Saturday 12 June 2027 to Sunday 13 June 2027"
        );
        let again = ItemSummary {
            repeats: Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA".into()),
            next_starts: Some("2026-12-05T14:00".into()),
            next_ends: Some("2026-12-05T16:30".into()),
            ..item("2026-01-03T14:00", Some("2026-01-03T16:30"))
        };
        assert_eq!(said(&again, en).line(), "Saturday 5 December 2026, 14:00 to 16:30 · It repeats every second week");
        assert!(!said(&again, en).is_over);
        let lost = ItemSummary { next_starts: None, next_unknown: true, ..again.clone() };
        assert!(!said(&lost, en).is_over);
        assert_eq!(said(&lost, en).repeats.as_deref(), Some("It repeats, and no next date is known"));
        assert!(said(&ItemSummary { next_starts: None, ..again }, en).is_over);
        assert_eq!(happens(&Words::default(), &ItemSummary { kind: "notice".into(), ..one }, now), None);
    }

    #[test]
    fn freshness_turns_to_a_warning_after_half_a_year() {
        let words = Words::default();
        let now = 20_780 * DAY_MS + 3;
        assert_eq!(checked(&words, Some("2026-11-23"), now), (Tone::Good, "Checked today".into()));
        assert_eq!(checked(&words, Some("2026-11-22"), now), (Tone::Good, "Checked yesterday".into()));
        assert_eq!(checked(&words, Some("2026-11-13"), now), (Tone::Good, "Checked 10 days ago".into()));
        assert_eq!(checked(&words, Some("2026-06-01"), now), (Tone::Good, "Checked on 1 June 2026".into()));
        assert_eq!(checked(&words, Some("2026-03-09"), now), (Tone::Warn, "Not checked since March 2026".into()));
        assert_eq!(checked(&words, None, now).0, Tone::Plain);
    }
}
