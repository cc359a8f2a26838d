//! The fields of a schedule: days, times and bounds as sources write them, tolerantly read.

use jiff::civil::Date;
use serde_json::Value;

use super::super::read::{number, text};
use super::super::recur::{Freq, Rule, STEPS_MAX, TooManySteps, Until, freq, numbers, until, weekday};
use super::super::zone;
use super::clock::Clock;
use super::line::one_clock;
use super::{Standing, When};

pub(super) fn standing(doc: &Value, service: &Value) -> Standing {
    let closed_year = doc.get("library").is_some_and(|l| given(l, "year_closed"));
    let status = text(service, "status").unwrap_or_default().to_lowercase();
    match status.as_str() {
        "defunct" | "closed" | "permanently closed" => Standing::ForGood,
        _ if closed_year => Standing::ForGood,
        "inactive" | "temporarily closed" | "suspended" => Standing::Shut,
        _ => Standing::Active,
    }
}

pub(super) fn given(v: &Value, key: &str) -> bool {
    match v.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::String(s)) => !s.trim().is_empty(),
        Some(Value::Array(a)) => !a.is_empty(),
        Some(_) => true,
    }
}

/// A day that bounds something: absent, a day, or not understood.
pub(super) fn bound(v: &Value, key: &str) -> Result<Option<Date>, ()> {
    if !given(v, key) {
        return Ok(None);
    }
    text(v, key).and_then(|t| zone::date(&t)).map(Some).ok_or(())
}

/// A field that is a list in one text, also where it came as an array or a number.
pub(super) fn joined(v: &Value, key: &str) -> Option<String> {
    match v.get(key)? {
        Value::Array(items) => {
            let all: Option<Vec<String>> = items
                .iter()
                .map(|i| i.as_str().map(str::to_owned).or_else(|| i.as_i64().map(|n| n.to_string())))
                .collect();
            all.map(|a| a.join(","))
        }
        _ => text(v, key),
    }
}

/// The days of a schedule and the first of them; `None` when they are not understood. `steps` is what counting may still
/// cost for this document; a count that needs more is not understood.
pub(super) fn read_when(s: &Value, steps: &mut u32) -> Option<(When, Option<Date>)> {
    let start = bound(s, "dtstart");
    let byday = if given(s, "byday") { Some(joined(s, "byday")?) } else { None };
    let byday = match byday {
        Some(b) => Some(b),
        None if given(s, "weekday") => Some(weekday_field(s)?),
        None => None,
    };
    let nth = byday.as_ref().is_some_and(|b| b.contains(|c: char| c.is_ascii_digit()));
    let freq = match text(s, "freq") {
        Some(f) => freq(&f)?,
        None if nth || given(s, "bymonthday") => Freq::Monthly,
        None if byday.is_some() => Freq::Weekly,
        None if given(s, "byyearday") || given(s, "byweekno") => Freq::Yearly,
        None => {
            // No repeat at all: that one day.
            let day = start.ok()??;
            let mut rule = Rule::new(Freq::Daily);
            rule.until = Some(Until::Day(day));
            return Some((When::Rule(rule, Some(day)), None));
        }
    };
    let mut rule = Rule::new(freq);
    if let Some(days) = &byday {
        if nth && matches!(freq, Freq::Daily | Freq::Weekly) {
            return None;
        }
        rule.set_by_day(days)?;
    }
    if given(s, "interval") {
        let n = number(s, "interval")?;
        if n.fract() != 0.0 || !(1.0..=1000.0).contains(&n) {
            return None;
        }
        rule.interval = n as u16;
    }
    let numbers_of = |key, most| if given(s, key) { numbers(&joined(s, key)?, most) } else { Some(Vec::new()) };
    rule.by_month_day = numbers_of("bymonthday", 31)?;
    rule.by_year_day = numbers_of("byyearday", 366)?;
    rule.by_week = numbers_of("byweekno", 53)?;
    if freq == Freq::Weekly && !rule.by_month_day.is_empty() {
        return None; // RFC 5545 forbids the pair, and which one is meant nobody can tell.
    }
    for month in numbers_of("bymonth", 12)? {
        rule.by_month |= 1 << u16::try_from(month).ok()?;
    }
    if given(s, "wkst") {
        rule.week_start = weekday(&text(s, "wkst")?)?;
    }
    if given(s, "until") {
        rule.until = Some(until(&text(s, "until")?)?);
    }
    if given(s, "count") {
        rule.count = Some(number(s, "count").filter(|n| n.fract() == 0.0 && (1.0..=1e6).contains(n))? as u32);
    }
    let start = match start {
        Ok(start) => start,
        Err(()) if rule.needs_start() => return None,
        Err(()) => None,
    };
    if start.is_none() && rule.needs_start() {
        return None;
    }
    if let (Some(_), Some(start)) = (rule.count, start) {
        // Counting once here keeps the question cheap.
        let has_enough = *steps >= STEPS_MAX;
        let last = match rule.last(start, steps) {
            Ok(last) => last,
            // It goes on for so many years that nobody will see the end.
            Err(TooManySteps) if has_enough => None,
            Err(TooManySteps) => return None,
        };
        rule.count = None;
        rule.until = match (last, rule.until) {
            (Some(last), Some(Until::Day(d))) => Some(Until::Day(last.min(d))),
            (Some(last), _) => Some(Until::Day(last)),
            (None, until) => until,
        };
    }
    let mut plain_week = Rule::new(Freq::Weekly);
    plain_week.by_day = rule.by_day;
    plain_week.week_start = rule.week_start;
    Some(if rule == plain_week && rule.by_day != 0 {
        (When::Week(rule.by_day), start)
    } else if rule == Rule::new(Freq::Daily) {
        (When::Week(0x7f), start)
    } else {
        (When::Rule(rule, start), None)
    })
}

/// The `weekday` of v1: a name, or a number from 1 for Monday to 7.
fn weekday_field(s: &Value) -> Option<String> {
    let field = joined(s, "weekday")?;
    match field.parse::<usize>() {
        Ok(n @ 1..=7) => Some(["MO", "TU", "WE", "TH", "FR", "SA", "SU"][n - 1].to_owned()),
        Ok(_) => None,
        Err(_) => Some(field),
    }
}

/// A time of day as written, and the offset from UTC in minutes if one is. Tolerates `9:00`, `09:00:00`, `9am`, `2.30pm`, and
/// a date in front. What has an offset or a date was written by a program, on the 24-hour clock.
pub(super) fn time(text: &str) -> Option<(Clock, Option<i16>)> {
    let mut t = text.trim().to_ascii_lowercase();
    let mut dated = false;
    if let Some((_, after)) = t.split_once('t').filter(|(d, _)| d.len() == 10) {
        t = after.to_owned();
        dated = true;
    }
    let mut offset = None;
    if let Some(rest) = t.strip_suffix('z') {
        offset = Some(0);
        t = rest.to_owned();
    } else if let Some(at) = t.find(['+', '-']) {
        offset = Some(time_offset(&t[at..])?);
        t.truncate(at);
    }
    let clock = one_clock(&t)?;
    Some((Clock { sure: clock.sure || dated || offset.is_some(), ..clock }, offset))
}

/// `+01:00`, `-5`, `+0530`, `UTC+1`, `Z`: minutes from UTC.
pub(super) fn time_offset(text: &str) -> Option<i16> {
    let t = text.trim().to_ascii_uppercase();
    let t = t.strip_prefix("UTC").or_else(|| t.strip_prefix("GMT")).unwrap_or(&t);
    if t.is_empty() || t == "Z" {
        return Some(0);
    }
    let (sign, digits) = match t.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ if t == "0" => return Some(0),
        _ => return None,
    };
    let bare: String = digits.chars().filter(|c| *c != ':').collect();
    if bare.is_empty() || bare.len() > 4 || !bare.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: i16 = bare.parse().ok()?;
    let minutes = if bare.len() <= 2 { n * 60 } else { n / 100 * 60 + n % 100 };
    (minutes <= 14 * 60).then_some(sign * minutes)
}
