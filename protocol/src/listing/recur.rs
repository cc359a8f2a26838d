//! Recurrence: which days a rule of RFC 5545 falls on. One mechanism for opening hours and events.
//!
//! Works on civil days, so no clock change can touch it; times of day are the caller's. The author of a rule chooses
//! what it costs, so every question is bounded by work: [`Days`] counts its steps and gives up after [`STEPS_MAX`].

use core::fmt;
use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Weekday};

use super::zone::{date, day_from_number, day_number};

/// How far a search for the next day goes, in days.
const DAYS_AHEAD_MAX: i32 = 366 * 9;
/// Most steps that one question about one rule may take: a period begun, or a day looked at (see [`Rule::weight`]).
/// More: the answer is not known.
pub const STEPS_MAX: u32 = 10_000;
/// List entries compared with a day that cost as much as one step.
const ENTRIES_A_STEP: usize = 16;
/// Most entries in one BY list. More: refused.
const LIST_MAX: usize = 64;

/// How often.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Freq {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// When a rule ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Until {
    /// The last day.
    Day(Date),
    /// The last local time.
    Local(DateTime),
    /// The last moment, as a time in UTC. Day tests are lenient by a day; whoever knows the zone compares exactly.
    Utc(DateTime),
}

/// A recurrence rule without times of day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// How often.
    pub freq: Freq,
    /// Every how many days, weeks, months or years; at least 1.
    pub interval: u16,
    /// How many days in all.
    pub count: Option<u32>,
    /// The end.
    pub until: Option<Until>,
    /// First day of the week, for intervals of weeks and week numbers.
    pub week_start: Weekday,
    /// Days of the week, bit 0 is Monday.
    pub by_day: u8,
    /// The n-th (from the end when negative) such weekday of the month or year.
    pub by_nth_day: Vec<(i16, Weekday)>,
    /// Days of the month, from the end when negative.
    pub by_month_day: Vec<i16>,
    /// Days of the year, from the end when negative.
    pub by_year_day: Vec<i16>,
    /// Weeks of the year, from the end when negative.
    pub by_week: Vec<i16>,
    /// Months, bit 1 is January.
    pub by_month: u16,
    /// Which of the days of one period, from the end when negative.
    pub by_set_pos: Vec<i16>,
}

/// Why a rule was refused. The writer's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// No FREQ, or one finer than a day.
    #[error("the repeat rule needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")]
    Freq,
    /// A part this program does not know or allow.
    #[error("the repeat rule has a part that is not understood: {0}")]
    Part(String),
}

/// Finding out would take more steps than there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the repeat rule takes too long to follow")]
pub struct TooManySteps;

impl Rule {
    /// A rule with nothing but its frequency.
    pub fn new(freq: Freq) -> Rule {
        Rule {
            freq,
            interval: 1,
            count: None,
            until: None,
            week_start: Weekday::Monday,
            by_day: 0,
            by_nth_day: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week: Vec::new(),
            by_month: 0,
            by_set_pos: Vec::new(),
        }
    }

    /// Reads an RFC 5545 rule, with or without `RRULE:`. Parts finer than a day are refused.
    pub fn parse(text: &str) -> Result<Rule, RuleError> {
        let text = text.trim();
        let text = text.strip_prefix("RRULE:").unwrap_or(text);
        let parts: Vec<(String, String)> = text
            .split(';')
            .filter(|p| !p.trim().is_empty())
            .map(|p| {
                let (k, v) = p.split_once('=').ok_or_else(|| part(p))?;
                Ok((k.trim().to_ascii_uppercase(), v.trim().to_ascii_uppercase()))
            })
            .collect::<Result<_, RuleError>>()?;
        let freq = parts.iter().find(|(k, _)| k == "FREQ").and_then(|(_, v)| freq(v)).ok_or(RuleError::Freq)?;
        let mut rule = Rule::new(freq);
        for (key, value) in &parts {
            let bad = || part(&format!("{key}={value}"));
            match key.as_str() {
                "FREQ" => {}
                "INTERVAL" => rule.interval = value.parse().ok().filter(|n| *n > 0).ok_or_else(bad)?,
                "COUNT" => rule.count = Some(value.parse().ok().filter(|n| *n > 0).ok_or_else(bad)?),
                "UNTIL" => rule.until = Some(until(value).ok_or_else(bad)?),
                "WKST" => rule.week_start = weekday(value).ok_or_else(bad)?,
                "BYDAY" => rule.set_by_day(value).ok_or_else(bad)?,
                "BYMONTHDAY" => rule.by_month_day = numbers(value, 31).ok_or_else(bad)?,
                "BYYEARDAY" => rule.by_year_day = numbers(value, 366).ok_or_else(bad)?,
                "BYWEEKNO" => rule.by_week = numbers(value, 53).ok_or_else(bad)?,
                "BYSETPOS" => rule.by_set_pos = numbers(value, 366).ok_or_else(bad)?,
                "BYMONTH" => {
                    for n in numbers(value, 12).ok_or_else(bad)? {
                        rule.by_month |= 1 << u16::try_from(n).map_err(|_| bad())?;
                    }
                }
                _ => return Err(bad()),
            }
        }
        Ok(rule)
    }

    /// Sets BYDAY from a list like `MO,TU` or `1FR,-1SU`; tolerant of case, spaces and full names. `None` when any entry is not one.
    pub fn set_by_day(&mut self, value: &str) -> Option<()> {
        let entries: Vec<&str> = value.split([',', ';', ' ']).map(str::trim).filter(|e| !e.is_empty()).collect();
        if entries.is_empty() || entries.len() > LIST_MAX {
            return None;
        }
        for entry in entries {
            let at = entry.find(|c: char| c.is_ascii_alphabetic())?;
            let (n, name) = entry.split_at(at);
            let day = weekday(name)?;
            let n: i16 = if n.is_empty() { 0 } else { n.parse().ok().filter(|n: &i16| *n != 0 && n.abs() <= 53)? };
            // Below a month "the second Monday" has no meaning of its own.
            if n == 0 || matches!(self.freq, Freq::Daily | Freq::Weekly) {
                self.by_day |= 1 << day.to_monday_zero_offset();
            } else {
                self.by_nth_day.push((n, day));
            }
        }
        Some(())
    }

    /// Whether the rule says nothing definite without a first day.
    pub fn needs_start(&self) -> bool {
        let any_day = self.by_day != 0 || !self.by_nth_day.is_empty() || !self.by_month_day.is_empty();
        let any_year = any_day || !self.by_year_day.is_empty() || !self.by_week.is_empty();
        self.interval > 1
            || self.count.is_some()
            || match self.freq {
                Freq::Daily => false,
                Freq::Weekly => self.by_day == 0,
                Freq::Monthly => !any_day,
                Freq::Yearly => !any_year,
            }
    }

    /// Whether the rule, first day `start`, falls on `day`. A start that does not fit the rule is not counted in.
    pub fn on(&self, day: Date, start: Option<Date>) -> bool {
        self.between(day, day, start, STEPS_MAX).next().is_some()
    }

    /// The last day of a rule with a COUNT; `None` when it has none, or ends before it is used up. Takes its steps from
    /// `steps`, at most [`STEPS_MAX`] of them.
    pub fn last(&self, start: Date, steps: &mut u32) -> Result<Option<Date>, TooManySteps> {
        if self.count.is_none() {
            return Ok(None);
        }
        let mut days = self.between(start, Date::MAX, Some(start), STEPS_MAX.min(*steps));
        let last = days.by_ref().last();
        *steps -= days.steps();
        match days.gave_up {
            true => Err(TooManySteps),
            false => Ok(last.filter(|_| days.left == Some(0))),
        }
    }

    /// The days of the rule from `from` on, at most nine years ahead.
    pub fn days(&self, from: Date, start: Option<Date>) -> Days<'_> {
        let from = start.map_or(from, |s| s.max(from));
        let to = day_from_number(day_number(from) + DAYS_AHEAD_MAX - 1).unwrap_or(Date::MAX);
        self.between(from, to, start, STEPS_MAX)
    }

    /// The days of the rule from `from` to `to`, found in at most `steps_max` steps.
    fn between(&self, from: Date, to: Date, start: Option<Date>, steps_max: u32) -> Days<'_> {
        let from = start.map_or(from, |s| s.max(from));
        let ends = match self.until {
            None => Date::MAX,
            Some(Until::Day(last)) => last,
            Some(Until::Local(last)) => last.date(),
            Some(Until::Utc(last)) => last.date().tomorrow().unwrap_or(Date::MAX),
        };
        // What is counted is counted from the beginning.
        let begin = start.filter(|_| self.count.is_some()).unwrap_or(from);
        let is_definite = start.is_some() || !self.needs_start();
        Days {
            rule: self,
            start,
            from,
            begin,
            to: to.min(ends),
            period: if is_definite { self.first_period(begin, start) } else { None },
            found: Vec::new(),
            left: self.count,
            steps_left: steps_max,
            steps_max,
            gave_up: false,
        }
    }

    /// What it costs to look at one day, in steps.
    pub(super) fn weight(&self) -> u32 {
        let lists = [&self.by_month_day, &self.by_year_day, &self.by_week];
        let entries = lists.iter().map(|l| l.len()).sum::<usize>() + self.by_nth_day.len();
        1 + (entries / ENTRIES_A_STEP) as u32
    }

    /// The first day of the day, week, month or year around `day`.
    fn period_of(&self, day: Date) -> Date {
        match self.freq {
            Freq::Daily => day,
            Freq::Weekly => self.week_of(day),
            Freq::Monthly => day.first_of_month(),
            Freq::Yearly => day.first_of_year(),
        }
    }

    /// The last day of the period that begins on `first`.
    fn period_end(&self, first: Date) -> Date {
        match self.freq {
            Freq::Daily => first,
            Freq::Weekly => day_from_number(day_number(first) + 6).unwrap_or(Date::MAX),
            Freq::Monthly => first.last_of_month(),
            Freq::Yearly => first.last_of_year(),
        }
    }

    /// The period `n` after the one that begins on `first`; none beyond the calendar.
    fn period_after(&self, first: Date, n: i32) -> Option<Date> {
        match self.freq {
            Freq::Daily if n == 1 => first.tomorrow().ok(),
            Freq::Daily => day_from_number(day_number(first) + n),
            Freq::Weekly => day_from_number(day_number(first) + 7 * n),
            Freq::Monthly => {
                let month = months(first) + n;
                Date::new(month.div_euclid(12).try_into().ok()?, (month.rem_euclid(12) + 1) as i8, 1).ok()
            }
            Freq::Yearly => Date::new((i32::from(first.year()) + n).try_into().ok()?, 1, 1).ok(),
        }
    }

    /// The first period of the rule that ends on `day` or later.
    fn first_period(&self, day: Date, start: Option<Date>) -> Option<Date> {
        let here = self.period_of(day);
        let Some(start) = start.filter(|_| self.interval > 1) else { return Some(here) };
        let apart = match self.freq {
            Freq::Daily => day_number(here) - day_number(start),
            Freq::Weekly => (day_number(here) - day_number(self.week_of(start))) / 7,
            Freq::Monthly => months(here) - months(start),
            Freq::Yearly => i32::from(here.year()) - i32::from(start.year()),
        };
        match apart.rem_euclid(i32::from(self.interval)) {
            0 => Some(here),
            over => self.period_after(here, i32::from(self.interval) - over),
        }
    }

    /// Whether nothing but the first day says which days of a period are meant.
    fn is_bare(&self) -> bool {
        self.by_day == 0
            && self.by_nth_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_year_day.is_empty()
            && self.by_week.is_empty()
    }

    fn month_fits(&self, day: Date) -> bool {
        self.by_month == 0 || self.by_month & (1 << day.month()) != 0
    }

    /// Whether a day of a fitting month and period is one of the rule's, positions aside.
    fn day_fits(&self, look: &Look, start: Option<Date>) -> bool {
        if self.is_bare() {
            let weekday = |s: Date| s.weekday().to_monday_zero_offset() == look.weekday;
            return self.freq == Freq::Daily || start.is_some_and(weekday);
        }
        let weekday = (self.by_day == 0 && self.by_nth_day.is_empty())
            || self.by_day & (1 << look.weekday) != 0
            || self.by_nth_day.iter().any(|(n, w)| w.to_monday_zero_offset() == look.weekday && self.nth(look, *n));
        weekday
            && from_either_end(&self.by_month_day, look.date.day().into(), look.month_days)
            && from_either_end(&self.by_year_day, look.year_day, look.year_days)
            && (self.by_week.is_empty() || self.week_fits(look))
    }

    /// Whether a day is the n-th of its weekday in the month (or in the year, for a yearly rule without months).
    fn nth(&self, look: &Look, n: i16) -> bool {
        let (place, length) = if self.freq == Freq::Yearly && self.by_month == 0 {
            (look.year_day, look.year_days)
        } else {
            (look.date.day().into(), look.month_days)
        };
        if n > 0 { (place - 1) / 7 + 1 == n } else { (length - place) / 7 + 1 == -n }
    }

    fn week_of(&self, day: Date) -> Date {
        let back = day.weekday().since(self.week_start);
        day_from_number(day_number(day) - i32::from(back)).unwrap_or(day)
    }

    /// A week belongs to the year that holds most of its days: the year of its fourth day.
    fn week_fits(&self, look: &Look) -> bool {
        let back = (look.weekday - self.week_start.to_monday_zero_offset()).rem_euclid(7);
        let fourth = look.year_day - i16::from(back) + 3;
        let (fourth, length) = if fourth < 1 {
            let before = days_in_year(look.date.year() - 1);
            (fourth + before, before)
        } else if fourth > look.year_days {
            (fourth - look.year_days, days_in_year(look.date.year() + 1))
        } else {
            (fourth, look.year_days)
        };
        let week = (fourth - 1) / 7 + 1;
        from_either_end(&self.by_week, week, week + (length - fourth) / 7)
    }
}

/// The days of a rule, soonest first, found one period after another.
///
/// Ends where the rule does, where the search does, or where it has taken too many steps: then [`Days::gave_up`].
#[derive(Debug)]
pub struct Days<'r> {
    rule: &'r Rule,
    start: Option<Date>,
    /// Earlier days count and are not given.
    from: Date,
    /// Earlier days do not count.
    begin: Date,
    to: Date,
    /// The first day of the period to look at next; none after the last.
    period: Option<Date>,
    /// What was found in the period looked at last, latest first.
    found: Vec<Date>,
    /// What is left of COUNT.
    left: Option<u32>,
    steps_left: u32,
    steps_max: u32,
    gave_up: bool,
}

impl Iterator for Days<'_> {
    type Item = Date;

    fn next(&mut self) -> Option<Date> {
        loop {
            while self.left != Some(0)
                && let Some(day) = self.found.pop()
            {
                self.left = self.left.map(|n| n - 1);
                if day >= self.from {
                    return Some(day);
                }
            }
            let first = self.period.take().filter(|first| self.left != Some(0) && *first <= self.to)?;
            if self.look_through(first).is_none() {
                self.gave_up = true;
                self.found.clear();
                return None;
            }
            self.period = self.rule.period_after(first, i32::from(self.rule.interval));
        }
    }
}

impl Days<'_> {
    /// The steps taken so far, at most [`STEPS_MAX`].
    pub fn steps(&self) -> u32 {
        self.steps_max - self.steps_left
    }

    /// Whether it ended because of the steps it took: whether there are more days is not known.
    pub fn gave_up(&self) -> bool {
        self.gave_up
    }

    fn spend(&mut self, steps: u32) -> Option<()> {
        self.steps_left = self.steps_left.checked_sub(steps)?;
        Some(())
    }

    /// Finds the days of one period; `None` when that takes too many steps.
    fn look_through(&mut self, first: Date) -> Option<()> {
        self.spend(1)?;
        let rule = self.rule;
        let last = rule.period_end(first);
        let by_position = !rule.by_set_pos.is_empty();
        // Positions are counted in the whole period.
        let wanted = if by_position { first..=last } else { first.max(self.begin)..=last.min(self.to) };
        match self.start.filter(|_| rule.is_bare()) {
            Some(start) if rule.freq == Freq::Monthly => {
                let day = Date::new(first.year(), first.month(), start.day()).ok();
                self.found.extend(day.filter(|d| rule.month_fits(*d) && wanted.contains(d)));
            }
            Some(start) if rule.freq == Freq::Yearly => {
                let months = if rule.by_month == 0 { start.month()..=start.month() } else { 1..=12 };
                self.spend(months.len() as u32)?;
                let days = months.filter_map(|month| Date::new(first.year(), month, start.day()).ok());
                self.found.extend(days.filter(|d| rule.month_fits(*d) && wanted.contains(d)));
            }
            _ => {
                let weight = rule.weight();
                let mut look = Some(Look::at(*wanted.start()));
                while let Some(here) = look.filter(|l| l.date <= *wanted.end()) {
                    if !rule.month_fits(here.date) {
                        self.spend(1)?;
                        look = here.date.last_of_month().tomorrow().ok().map(Look::at);
                        continue;
                    }
                    self.spend(weight)?;
                    if rule.day_fits(&here, self.start) {
                        self.found.push(here.date);
                    }
                    look = here.tomorrow();
                }
            }
        }
        if by_position {
            self.spend((rule.by_set_pos.len() / ENTRIES_A_STEP) as u32)?;
            let places = rule.by_set_pos.iter().filter_map(|n| {
                let n = isize::from(*n);
                let all = self.found.len();
                if n > 0 { usize::try_from(n - 1).ok() } else { all.checked_add_signed(n) }.filter(|at| *at < all)
            });
            let places: BTreeSet<usize> = places.collect();
            let days: Vec<Date> = places.into_iter().map(|at| self.found[at]).collect();
            self.found.clear();
            self.found.extend(days.into_iter().filter(|d| (self.begin..=self.to).contains(d)));
        }
        self.found.reverse();
        Some(())
    }
}

/// A day and its place in month and year. Going on to the next one takes no calendar sums.
#[derive(Clone, Copy)]
struct Look {
    date: Date,
    /// 0 is Monday.
    weekday: i8,
    month_days: i16,
    year_day: i16,
    year_days: i16,
}

impl Look {
    fn at(date: Date) -> Look {
        Look {
            date,
            weekday: date.weekday().to_monday_zero_offset(),
            month_days: date.days_in_month().into(),
            year_day: date.day_of_year(),
            year_days: date.days_in_year(),
        }
    }

    fn tomorrow(&self) -> Option<Look> {
        let date = self.date.tomorrow().ok()?;
        if date.day() == 1 {
            return Some(Look::at(date));
        }
        Some(Look { date, weekday: (self.weekday + 1) % 7, year_day: self.year_day + 1, ..*self })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let freq = match self.freq {
            Freq::Daily => "DAILY",
            Freq::Weekly => "WEEKLY",
            Freq::Monthly => "MONTHLY",
            Freq::Yearly => "YEARLY",
        };
        write!(f, "FREQ={freq}")?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        match self.until {
            None => {}
            Some(Until::Day(d)) => write!(f, ";UNTIL={}", d.strftime("%Y%m%d"))?,
            Some(Until::Local(d)) => write!(f, ";UNTIL={}", d.strftime("%Y%m%dT%H%M%S"))?,
            Some(Until::Utc(d)) => write!(f, ";UNTIL={}Z", d.strftime("%Y%m%dT%H%M%S"))?,
        }
        let months: Vec<String> = (1..=12).filter(|m| self.by_month & (1 << m) != 0).map(|m| m.to_string()).collect();
        if !months.is_empty() {
            write!(f, ";BYMONTH={}", months.join(","))?;
        }
        for (name, list) in
            [("BYWEEKNO", &self.by_week), ("BYYEARDAY", &self.by_year_day), ("BYMONTHDAY", &self.by_month_day)]
        {
            put_list(f, name, list)?;
        }
        let days = DAYS.iter().enumerate().filter(|(n, _)| self.by_day & (1 << n) != 0).map(|(_, d)| (*d).to_owned());
        let nth = self.by_nth_day.iter().map(|(n, w)| format!("{n}{}", DAYS[w.to_monday_zero_offset() as usize]));
        let days: Vec<String> = days.chain(nth).collect();
        if !days.is_empty() {
            write!(f, ";BYDAY={}", days.join(","))?;
        }
        put_list(f, "BYSETPOS", &self.by_set_pos)?;
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", DAYS[self.week_start.to_monday_zero_offset() as usize])?;
        }
        Ok(())
    }
}

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn put_list(f: &mut fmt::Formatter<'_>, name: &str, list: &[i16]) -> fmt::Result {
    if list.is_empty() {
        return Ok(());
    }
    let items: Vec<String> = list.iter().map(i16::to_string).collect();
    write!(f, ";{name}={}", items.join(","))
}

fn from_either_end(list: &[i16], place: i16, length: i16) -> bool {
    list.is_empty() || list.iter().any(|n| *n == place || *n == place - length - 1)
}

/// Months from the year 0.
fn months(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

fn days_in_year(year: i16) -> i16 {
    if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) { 366 } else { 365 }
}

fn part(text: &str) -> RuleError {
    RuleError::Part(super::plain(text).chars().take(60).collect())
}

/// FREQ in any case; `None` for one finer than a day or unknown.
pub(super) fn freq(text: &str) -> Option<Freq> {
    match text.trim().to_ascii_uppercase().as_str() {
        "DAILY" => Some(Freq::Daily),
        "WEEKLY" => Some(Freq::Weekly),
        "MONTHLY" => Some(Freq::Monthly),
        "YEARLY" => Some(Freq::Yearly),
        _ => None,
    }
}

/// A weekday by its two letters or its English name, in any case.
pub(super) fn weekday(text: &str) -> Option<Weekday> {
    const NAMES: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    let text = text.trim().to_ascii_uppercase();
    let at =
        NAMES.iter().position(|name| text.len() >= 2 && (name.starts_with(&text) || text == format!("{name}S")))?;
    Weekday::from_monday_zero_offset(at as i8).ok()
}

/// UNTIL as RFC 5545 writes it or as a plain day.
pub(super) fn until(text: &str) -> Option<Until> {
    let text = text.trim();
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    match text.len() {
        8 if digits(text) => Date::strptime("%Y%m%d", text).ok().map(Until::Day),
        15 => DateTime::strptime("%Y%m%dT%H%M%S", text).ok().map(Until::Local),
        16 if text.ends_with('Z') => DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok().map(Until::Utc),
        _ => date(text).map(Until::Day),
    }
}

/// A list of whole numbers, none of them zero, none further from it than `most`.
pub(super) fn numbers(text: &str, most: i16) -> Option<Vec<i16>> {
    let items: Vec<&str> = text.split([',', ';', ' ']).map(str::trim).filter(|e| !e.is_empty()).collect();
    if items.is_empty() || items.len() > LIST_MAX {
        return None;
    }
    items.iter().map(|n| n.parse().ok().filter(|n: &i16| *n != 0 && n.unsigned_abs() <= most.unsigned_abs())).collect()
}
