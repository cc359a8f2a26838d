//! Spans and the days they begin on, with each day's exceptions found once for all of them.
//!
//! Whoever writes a listing chooses how many schedules and exceptions it has; to compare each with each for every day
//! would be the reader's loss.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::zone::{At, day_from_number, day_number};
use super::{Hours, Span, When, noon};

/// The spans that matter for some days.
pub(super) struct Near<'h> {
    spans: Vec<&'h Span>,
    /// What one day costs, in steps.
    pub(super) steps: u32,
}

impl<'h> Near<'h> {
    /// The spans that matter from one day to another, counted from 1970.
    pub(super) fn of(hours: &'h Hours, first: i32, last: i32) -> Near<'h> {
        let matters = |s: &&Span| {
            s.from.is_none_or(|from| day_number(from) <= last) && s.to.is_none_or(|to| day_number(to) >= first)
        };
        let spans: Vec<&Span> = hours.spans.iter().filter(matters).collect();
        Near { steps: spans.iter().map(|s| s.steps()).sum(), spans }
    }

    /// Stretches of time, in seconds, that begin on a day.
    pub(super) fn stretches(&self, day: i32, zone: &TimeZone) -> Vec<(i64, i64)> {
        let Some(date) = day_from_number(day) else { return Vec::new() };
        let day = Day::of(date, self.spans.iter().copied());
        let mut offsets = None;
        self.spans
            .iter()
            .filter(|span| span.times.is_some() && day.begins(span))
            .filter_map(|span| {
                let fixed = span.offset.and_then(|_| {
                    let offsets = offsets.get_or_insert_with(|| At::in_zone(zone.clone(), noon(date)).offsets);
                    span.fixed_offset(offsets)
                });
                span.stretch(date, zone, fixed)
            })
            .collect()
    }
}

/// A day and its exceptions, found once for all the spans.
#[derive(Clone, Copy)]
struct Day {
    date: Date,
    is_shut: bool,
    is_instead: bool,
}

impl Day {
    fn of<'h>(date: Date, spans: impl Iterator<Item = &'h Span>) -> Day {
        let mut day = Day { date, is_shut: false, is_instead: false };
        for span in spans {
            match span.when {
                When::Shut => day.is_shut |= span.on(date),
                When::Instead => day.is_instead |= span.on(date),
                When::Week(_) | When::Rule(..) => {}
            }
        }
        day
    }

    /// Whether an opening of this span begins on the day.
    fn begins(&self, span: &Span) -> bool {
        let is_excepted = match span.when {
            When::Shut => false,
            When::Instead => self.is_shut,
            When::Week(_) | When::Rule(..) => self.is_shut || self.is_instead,
        };
        !is_excepted && span.on(self.date)
    }
}

/// The few days around a moment, each looked up once.
pub(super) struct Days<'h> {
    hours: &'h Hours,
    known: Vec<Day>,
}

impl<'h> Days<'h> {
    pub(super) fn of(hours: &'h Hours) -> Days<'h> {
        Days { hours, known: Vec::new() }
    }

    /// Whether an opening of this span begins on a day.
    pub(super) fn begins(&mut self, span: &Span, date: Date) -> bool {
        let day = self.known.iter().find(|d| d.date == date).copied().unwrap_or_else(|| {
            let day = Day::of(date, self.hours.spans.iter());
            self.known.push(day);
            day
        });
        day.begins(span)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Now, Open};
    use super::*;
    use serde_json::{Value, json};

    fn place(schedules: Vec<Value>, holidays: Vec<Value>) -> Hours {
        Hours::read(&json!({"hsds": {"schedules": schedules, "holiday_schedules": holidays}}))
    }

    #[test]
    fn looking_for_the_next_opening_takes_no_more_steps_than_allowed() {
        let at = At::new("Europe/London", 1_796_000_000_000).unwrap();
        let noon = json!({"opens_at": "12:00", "closes_at": "12:01"});
        let with = |n: usize, more: Value| {
            let mut one = noon.clone();
            one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            vec![one; n]
        };
        // A year of Mondays that are all holidays; and rules without a day that fits.
        let holidays = with(120, json!({"start_date": "2020-01-01", "end_date": "2040-01-01", "closed": true}));
        let days: String = (1..=31).map(|n| format!("{n},")).collect();
        let never = json!({"freq": "YEARLY", "byyearday": "60", "bymonth": "12", "bymonthday": days, "byweekno": "9"});
        for hours in
            [place(with(120, json!({"freq": "WEEKLY", "byday": "MO"})), holidays), place(with(240, never), Vec::new())]
        {
            let (next, steps) = hours.next_opening(&at);
            assert_eq!((next, hours.open(&at)), (None, Open::Closed { next: None }));
            assert!((1..=10_000).contains(&steps), "{steps} steps");
        }
        // An honest place that is shut for the winter.
        let (next, steps) =
            place(with(14, json!({"freq": "WEEKLY", "byday": "MO", "valid_from": "2027-09-01"})), Vec::new())
                .next_opening(&at);
        assert!(next.is_some() && steps <= 10_000, "{next:?} in {steps} steps");
    }

    #[test]
    fn counts_beyond_what_one_listing_may_cost_are_not_understood() {
        let at = At::new("Europe/London", 1_796_000_000_000).unwrap();
        let schedule = json!({"freq": "DAILY", "dtstart": "2020-01-01", "count": 900_000, "opens_at": "03:00", "closes_at": "03:01"});
        assert_eq!(place(vec![schedule.clone(); 3], Vec::new()).now(&at), Now::Closed);
        assert_eq!(place(vec![schedule; 200], Vec::new()).now(&at), Now::Unknown);
    }
}
