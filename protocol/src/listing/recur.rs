//! Recurrence: which days a rule of RFC 5545 falls on. One mechanism for opening hours and events.
//!
//! Works on civil days, so no clock change can touch it; times of day are the caller's. Every question is bounded:
//! a day is tested by arithmetic, searching stops after [`DAYS_AHEAD_MAX`].

use core::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

use super::zone::{date, day_number};

/// How far a search for the next day goes, in days.
pub const DAYS_AHEAD_MAX: i32 = 366 * 9;
/// How far COUNT is followed, in days from the start. A rule that has not used its count up by then has no end here.
const COUNT_DAYS_MAX: i32 = 366 * 60;
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
        self.on_uncounted(day, start)
            && match (self.count, start) {
                (Some(_), Some(start)) => self.last(start).is_none_or(|last| day <= last),
                (Some(_), None) => false,
                (None, _) => true,
            }
    }

    /// The last day of a rule with a COUNT; `None` when it has none or lies beyond sixty years.
    pub fn last(&self, start: Date) -> Option<Date> {
        let mut left = self.count?;
        let mut day = start;
        for _ in 0..COUNT_DAYS_MAX {
            if self.on_uncounted(day, Some(start)) {
                left -= 1;
                if left == 0 {
                    return Some(day);
                }
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    /// The days of the rule from `from` on, at most nine years ahead.
    pub fn days(&self, from: Date, start: Option<Date>) -> impl Iterator<Item = Date> + '_ {
        let from = start.map_or(from, |s| s.max(from));
        let last = start.and_then(|s| self.last(s));
        core::iter::successors(Some(from), |d| d.tomorrow().ok())
            .take(DAYS_AHEAD_MAX as usize)
            .take_while(move |d| last.is_none_or(|l| *d <= l))
            .filter(move |d| self.on_uncounted(*d, start))
    }

    fn on_uncounted(&self, day: Date, start: Option<Date>) -> bool {
        if start.is_some_and(|s| day < s) || (start.is_none() && self.needs_start()) {
            return false;
        }
        let ended = match self.until {
            None => false,
            Some(Until::Day(last)) => day > last,
            Some(Until::Local(last)) => day > last.date(),
            Some(Until::Utc(last)) => last.date().tomorrow().is_ok_and(|d| day > d),
        };
        !ended
            && self.in_period(day, start)
            && self.day_fits(day, start)
            && (self.by_set_pos.is_empty() || self.set_pos_fits(day, start))
    }

    fn in_period(&self, day: Date, start: Option<Date>) -> bool {
        let Some(start) = start.filter(|_| self.interval > 1) else { return true };
        let apart = match self.freq {
            Freq::Daily => day_number(day) - day_number(start),
            Freq::Weekly => (day_number(self.week_of(day)) - day_number(self.week_of(start))) / 7,
            Freq::Monthly => months(day) - months(start),
            Freq::Yearly => i32::from(day.year()) - i32::from(start.year()),
        };
        apart % i32::from(self.interval) == 0
    }

    fn day_fits(&self, day: Date, start: Option<Date>) -> bool {
        if self.by_month != 0 && self.by_month & (1 << day.month()) == 0 {
            return false;
        }
        let none = self.by_day == 0
            && self.by_nth_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_year_day.is_empty()
            && self.by_week.is_empty();
        if none {
            return match (self.freq, start) {
                (Freq::Daily, _) => true,
                (_, None) => false,
                (Freq::Weekly, Some(s)) => day.weekday() == s.weekday(),
                (Freq::Monthly, Some(s)) => day.day() == s.day(),
                (Freq::Yearly, Some(s)) => day.day() == s.day() && (self.by_month != 0 || day.month() == s.month()),
            };
        }
        let weekday = (self.by_day == 0 && self.by_nth_day.is_empty())
            || self.by_day & (1 << day.weekday().to_monday_zero_offset()) != 0
            || self.by_nth_day.iter().any(|(n, w)| *w == day.weekday() && self.nth(day, *n));
        weekday
            && from_either_end(&self.by_month_day, day.day().into(), day.days_in_month().into())
            && from_either_end(&self.by_year_day, day.day_of_year(), day.days_in_year())
            && (self.by_week.is_empty() || self.week_fits(day))
    }

    /// Whether `day` is the n-th of its weekday in the month (or in the year, for a yearly rule without months).
    fn nth(&self, day: Date, n: i16) -> bool {
        let (place, length) = if self.freq == Freq::Yearly && self.by_month == 0 {
            (day.day_of_year(), day.days_in_year())
        } else {
            (day.day().into(), day.days_in_month().into())
        };
        if n > 0 { (place - 1) / 7 + 1 == n } else { (length - place) / 7 + 1 == -n }
    }

    fn week_of(&self, day: Date) -> Date {
        let back = day.weekday().since(self.week_start);
        day.checked_sub(i32::from(back).days()).unwrap_or(day)
    }

    /// A week belongs to the year that holds most of its days.
    fn week_fits(&self, day: Date) -> bool {
        let middle = |d: Date| self.week_of(d).checked_add(3.days()).unwrap_or(d);
        let week = |d: Date| (middle(d).day_of_year() - 1) / 7 + 1;
        let year = middle(day).year();
        let end = Date::constant(year.clamp(-9998, 9998), 12, 31);
        let weeks = if middle(end).year() == year { week(end) } else { week(end.checked_sub(7.days()).unwrap_or(end)) };
        from_either_end(&self.by_week, week(day), weeks)
    }

    fn set_pos_fits(&self, day: Date, start: Option<Date>) -> bool {
        let (first, length): (Date, i32) = match self.freq {
            Freq::Daily => (day, 1),
            Freq::Weekly => (self.week_of(day), 7),
            Freq::Monthly => (day.first_of_month(), day.days_in_month().into()),
            Freq::Yearly => (day.first_of_year(), day.days_in_year().into()),
        };
        let fitting = (0..length).filter_map(|n| first.checked_add(n.days()).ok()).filter(|d| self.day_fits(*d, start));
        let (mut place, mut all) = (0i16, 0i16);
        for d in fitting {
            all += 1;
            if d == day {
                place = all;
            }
        }
        from_either_end(&self.by_set_pos, place, all)
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

fn months(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month())
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
