//! Days, times and opening hours in the visitor's language. Calendar sums only; nobody here asks what time it is.

use hedgerow_protocol::listing::{ALL_DAY, At, Checked, Occurrence, Open, ending_day};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::words::{Language, Words};

const WEEKDAYS: [&str; 7] = ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];
const ON_WEEKDAYS: [&str; 7] =
    ["on-weekday-1", "on-weekday-2", "on-weekday-3", "on-weekday-4", "on-weekday-5", "on-weekday-6", "on-weekday-7"];
const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10",
    "month-11", "month-12",
];
const SHORT_MONTHS: [&str; 12] = [
    "short-month-1",
    "short-month-2",
    "short-month-3",
    "short-month-4",
    "short-month-5",
    "short-month-6",
    "short-month-7",
    "short-month-8",
    "short-month-9",
    "short-month-10",
    "short-month-11",
    "short-month-12",
];

/// The community's clocks at one moment.
pub struct Calendar {
    words: Words,
    zone: TimeZone,
    today: Date,
}

impl Calendar {
    /// For a visitor, now.
    pub fn new(words: Words, zone: &str, at: &At) -> Calendar {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let today = at.day().parse().unwrap_or(Date::ZERO);
        Calendar { words, zone, today }
    }

    fn local(&self, ms: u64) -> Option<DateTime> {
        let moment = Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()?;
        Some(self.zone.to_datetime(moment))
    }

    /// "3 May", with its year where it is another one than now.
    pub fn day(&self, day: Date) -> String {
        let month = self.words.t(pick(&MONTHS, day.month()));
        match day.year() == self.today.year() {
            true => format!("{} {month}", day.day()),
            false => format!("{} {month} {}", day.day(), day.year()),
        }
    }

    /// The day a record was written, by the moment it carries.
    pub fn day_at(&self, ms: u64) -> String {
        self.local(ms).map(|t| self.day(t.date())).unwrap_or_default()
    }

    /// "today", "tomorrow", "Saturday", "Saturday 3 May"; after "opens" and the like.
    fn on(&self, day: Date) -> String {
        let weekday = self.words.t(pick(&ON_WEEKDAYS, weekday_number(day)));
        match days_between(self.today, day) {
            0 => self.words.t("today"),
            1 => self.words.t("tomorrow"),
            2..=6 => weekday,
            _ => format!("{weekday} {}", self.day(day)),
        }
    }

    /// "5:30 pm", "noon"; by the clock of 24 hours where people read that.
    pub fn time(&self, time: Time) -> String {
        if self.words.language == Language::Welsh {
            return time.strftime("%H:%M").to_string();
        }
        let hour = if time.hour() % 12 == 0 { 12 } else { time.hour() % 12 };
        let half = if time.hour() < 12 { "am" } else { "pm" };
        match (time.hour(), time.minute()) {
            (12, 0) => "noon".into(),
            (0, 0) => "midnight".into(),
            (_, 0) => format!("{hour} {half}"),
            (_, minute) => format!("{hour}:{minute:02} {half}"),
        }
    }

    /// The time at which something ends.
    fn end(&self, time: Time) -> String {
        if time == Time::midnight() { self.words.t("midnight") } else { self.time(time) }
    }

    /// Whether something is open, and what comes next.
    pub fn open(&self, open: &Open) -> String {
        let w = &self.words;
        match open {
            Open::Open { until } => match until.and_then(|ms| self.local(ms)).map(ending_day) {
                None => w.t("open-now"),
                Some((day, time)) if day == self.today => w.with("open-until", "name", &self.end(time)),
                Some((day, time)) => w.with_two("open-until-day", ("day", &self.on(day)), ("time", &self.end(time))),
            },
            Open::Closed { next } => match next.and_then(|ms| self.local(ms)) {
                None => w.t("closed-now"),
                Some(next) => {
                    w.with_two("opens-day", ("day", &self.on(next.date())), ("time", &self.time(next.time())))
                }
            },
            Open::Unknown => w.t("hours-unknown"),
            Open::ClosedForGood => w.t("closed-for-good"),
        }
    }

    /// How fresh a listing is.
    pub fn checked(&self, checked: Checked) -> String {
        match checked {
            Checked::Fresh(day) => self.words.with("checked-on", "name", &self.day(day)),
            Checked::Overdue(day) => self.words.with("checked-not-since", "name", &self.day(day)),
            Checked::Unknown(_) => self.words.t("checked-unknown"),
        }
    }

    /// A line of opening hours that begins with an English weekday, as the day and its times.
    pub fn hours(&self, line: &str) -> (String, String) {
        const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let (day, times) = line.split_once(' ').unwrap_or(("", line));
        match ENGLISH.iter().position(|d| *d == day) {
            Some(n) if times == ALL_DAY => (self.words.t(WEEKDAYS[n]), self.words.t("all-day")),
            Some(n) => (self.words.t(WEEKDAYS[n]), times.to_owned()),
            None => (String::new(), line.to_owned()),
        }
    }

    /// When an event is, in one line.
    pub fn when(&self, o: &Occurrence) -> String {
        let Some((start_day, start)) = moment(&o.start_local) else { return o.start_local.clone() };
        let (end_day, end) = match moment(&o.end_local) {
            Some((day, Some(time))) if day > start_day => {
                let (day, time) = ending_day(day.to_datetime(time));
                (day, Some(time))
            }
            Some(end) => end,
            None => (start_day, start),
        };
        let w = &self.words;
        let full = |day: Date| format!("{} {}", w.t(pick(&WEEKDAYS, weekday_number(day))), self.day(day));
        let first = full(start_day);
        match (start, end) {
            (None, _) | (_, None) if end_day > start_day => {
                w.with_two("from-to", ("from", &first), ("to", &full(end_day)))
            }
            (None, _) | (_, None) => first,
            (Some(start), Some(end)) if end_day == start_day && o.end_local > o.start_local => {
                let times = w.with_two("from-to", ("from", &self.time(start)), ("to", &self.end(end)));
                format!("{first}, {times}")
            }
            (Some(start), Some(end)) if end_day > start_day => {
                let from = format!("{first}, {}", self.time(start));
                let to = format!("{}, {}", full(end_day), self.end(end));
                w.with_two("from-to", ("from", &from), ("to", &to))
            }
            (Some(start), _) => format!("{first}, {}", self.time(start)),
        }
    }

    /// Day and short month for the little calendar leaf beside an event.
    pub fn leaf(&self, o: &Occurrence) -> Option<(String, String)> {
        let (day, _) = moment(&o.start_local)?;
        Some((day.day().to_string(), self.words.t(pick(&SHORT_MONTHS, day.month()))))
    }
}

fn moment(text: &str) -> Option<(Date, Option<Time>)> {
    let day = text.get(..10)?.parse().ok()?;
    let time = text.get(11..).and_then(|t| format!("2000-01-01T{t}").parse::<DateTime>().ok()).map(|t| t.time());
    Some((day, time))
}

fn weekday_number(day: Date) -> i8 {
    day.weekday().to_monday_one_offset()
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

/// The name with this number, counted from 1.
fn pick<'a>(names: &[&'a str], number: i8) -> &'a str {
    names[usize::try_from(number - 1).unwrap_or(0).min(names.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(language: Language) -> Calendar {
        let at = At::new("Europe/London", 1_795_435_200_000).unwrap();
        Calendar::new(Words { language }, "Europe/London", &at)
    }

    #[test]
    fn opening_is_said_in_both_languages() {
        let (en, cy) = (calendar(Language::English), calendar(Language::Welsh));
        let hour = 3_600_000;
        let now = 1_795_435_200_000;
        let open = Open::Open { until: Some(now + 5 * hour + hour / 2) };
        assert_eq!(en.open(&open), "Open now, until 5:30 pm");
        assert!(cy.open(&open).ends_with("17:30"), "{}", cy.open(&open));
        // The clock stands at noon: what ends in twelve hours ends tonight, and not tomorrow.
        let until = |hours| Open::Open { until: Some(now + hours * hour) };
        assert_eq!(en.open(&until(12)), "Open now, until midnight");
        assert_eq!(cy.open(&until(12)), "Ar agor nawr, tan hanner nos");
        assert_eq!(en.open(&until(36)), "Open now, until tomorrow midnight");
        assert_eq!(cy.open(&until(36)), "Ar agor nawr, tan yfory hanner nos");
        assert_eq!(en.open(&until(37)), "Open now, until Wednesday 1 am");
        assert_eq!(en.open(&Open::Closed { next: Some(now + 22 * hour) }), "Closed now, opens tomorrow at 10 am");
        assert_eq!(en.open(&Open::Closed { next: Some(now + 70 * hour) }), "Closed now, opens Thursday at 10 am");
        assert!(cy.open(&Open::Closed { next: Some(now + 70 * hour) }).contains("ddydd Iau"));
        assert_eq!(en.hours("Monday 10:00–13:00, 14:00–17:00").1, "10:00–13:00, 14:00–17:00");
        assert_eq!(cy.hours("Monday 10:00–13:00").0, "Dydd Llun");
        assert_eq!(en.hours("Monday open all day").1, "open all day");
        assert_eq!(cy.hours("Monday open all day").1, "ar agor drwy’r dydd");
    }

    #[test]
    fn events_are_said_in_one_line() {
        let en = calendar(Language::English);
        let of = |start: &str, end: &str| {
            let whole_days = start.len() == 10;
            let (start_local, end_local) = (start.to_owned(), end.to_owned());
            en.when(&Occurrence { start_ms: 0, end_ms: 0, start_local, end_local, whole_days })
        };
        assert_eq!(of("2026-12-12T10:00", "2026-12-12T13:00"), "Saturday 12 December, 10 am to 1 pm");
        assert_eq!(of("2027-07-03", "2027-07-04"), "Saturday 3 July 2027 to Sunday 4 July 2027");
        assert_eq!(of("2026-12-12T19:00", "2026-12-13T00:00"), "Saturday 12 December, 7 pm to midnight");
        assert_eq!(of("2026-12-12T00:00", "2026-12-13T00:00"), "Saturday 12 December, midnight to midnight");
        assert_eq!(
            of("2026-12-12T19:00", "2026-12-13T00:30"),
            "Saturday 12 December, 7 pm to Sunday 13 December, 12:30 am"
        );
        assert_eq!(of("2026-12-14T01:00", "2026-12-14T01:00"), "Monday 14 December, 1 am");
        assert_eq!(of("2026-12-14T00:00", "2026-12-14T00:00"), "Monday 14 December, midnight");
        assert_eq!(of("soon", ""), "soon");
    }
}
