//! Rules against days worked out by another program (python-dateutil, `cases/recurrence.py`), and what they cost.

use super::*;
use jiff::civil::Date;
use proptest::prelude::*;

#[test]
fn rules_fall_on_the_days_another_program_says() {
    let mut rules = 0;
    for line in include_str!("cases/recurrence.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let mut parts = line.split(" | ");
        let (start, rule, days) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap_or_default());
        let start: Date = start.parse().unwrap();
        let rule = Rule::parse(rule).unwrap();
        let want: Vec<Date> = days.split(' ').filter(|d| !d.is_empty()).map(|d| d.parse().unwrap()).collect();
        let end: Date = "2032-12-31".parse().unwrap();
        let got: Vec<Date> = rule.days(start, Some(start)).take_while(|d| *d <= end).take(40).collect();
        assert_eq!(got, want, "{line}");
        // Asked day by day it is the same, and reading what was written gives the same rule.
        let told = want.get(39).copied().unwrap_or(end);
        let mut day = start;
        for _ in 0..400 {
            assert_eq!(rule.on(day, Some(start)), want.contains(&day), "{line} on {day}");
            day = day.tomorrow().unwrap();
            if day > told {
                break;
            }
        }
        // So it is when the search begins in the middle.
        for (n, day) in want.iter().enumerate().skip(1) {
            let from = want[n - 1].tomorrow().unwrap();
            assert_eq!(rule.days(from, Some(start)).next(), Some(*day), "{line} from {from}");
        }
        assert_eq!(Rule::parse(&rule.to_string()).unwrap(), rule, "{line}");
        rules += 1;
    }
    assert!(rules >= 150, "only {rules} rules were read");
}

fn numbers(to: i16) -> String {
    (1..=to).map(|n| n.to_string()).collect::<Vec<_>>().join(",")
}

/// The steps it takes to find the next day from `from`, and whether it was found.
fn next(rule: &str, start: &str, from: &str) -> (u32, Option<Date>, bool) {
    let rule = Rule::parse(rule).unwrap();
    let mut days = rule.days(from.parse().unwrap(), Some(start.parse().unwrap()));
    let day = days.next();
    (days.steps(), day, days.gave_up())
}

#[test]
fn a_yearly_rule_of_many_positions_takes_as_many_steps_as_a_year_has_days() {
    let rule = format!("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS={};COUNT=1000000", numbers(64));
    let (steps, day, gave_up) = next(&rule, "2026-01-01", "2026-11-30");
    assert_eq!((day, gave_up), (Some("2027-01-01".parse().unwrap()), false));
    assert!(steps <= 750, "{steps} steps");
    let (steps, ..) = next("FREQ=WEEKLY;BYDAY=TU", "2026-01-06", "2026-11-30");
    assert!(steps <= 20, "{steps} steps");
}

#[test]
fn a_rule_that_takes_too_long_is_given_up_and_one_that_has_ended_is_not() {
    let lists = format!("BYYEARDAY={};BYWEEKNO={};BYMONTHDAY={}", numbers(64), numbers(53), numbers(31));
    // Day 64 is in the spring, and no April has a day 31.
    let never = format!("FREQ=YEARLY;{lists};BYMONTH=4,5,6,7,8,9,10,11,12");
    for (rule, start) in [
        ("FREQ=DAILY;COUNT=1000000", "1990-01-01"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=100000", "1900-01-01"),
        (&format!("{never};BYSETPOS={}", numbers(64)), "2026-01-01"),
        (&format!("{never};COUNT=10"), "2026-01-01"),
    ] {
        let (steps, day, gave_up) = next(rule, start, "2026-11-30");
        assert_eq!((day, gave_up), (None, true), "{rule}");
        assert!(steps <= 10_000, "{rule}: {steps} steps");
    }
    for rule in ["FREQ=DAILY;COUNT=10", "FREQ=DAILY;UNTIL=20260601", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"] {
        let (steps, day, gave_up) = next(rule, "2026-01-01", "2026-11-30");
        assert_eq!((day, gave_up), (None, false), "{rule}");
        assert!(steps <= 1_000, "{rule}: {steps} steps");
    }
}

#[test]
fn counting_to_the_last_day_takes_no_more_steps_than_there_are() {
    let start: Date = "2026-01-05".parse().unwrap();
    let last = |rule: &str, steps: &mut u32| Rule::parse(rule).unwrap().last(start, steps);
    let mut steps = 1_000;
    assert_eq!(last("FREQ=WEEKLY;COUNT=3", &mut steps), Ok(Some("2026-01-19".parse().unwrap())));
    assert_eq!(last("FREQ=WEEKLY;COUNT=3;UNTIL=20260112", &mut steps), Ok(None));
    assert!((900..1_000).contains(&steps), "{steps} left");
    assert_eq!(last("FREQ=DAILY;COUNT=10000", &mut steps), Err(TooManySteps));
    assert_eq!((steps, last("FREQ=WEEKLY;COUNT=3", &mut steps)), (0, Err(TooManySteps)));
    let mut steps = u32::MAX;
    assert_eq!(last("FREQ=DAILY;COUNT=1000000", &mut steps), Err(TooManySteps));
    assert!(u32::MAX - steps <= 10_000);
}

fn list(most: i16) -> impl Strategy<Value = String> {
    let one = (1..=most, any::<bool>()).prop_map(|(n, end)| if end { -n } else { n }.to_string());
    prop_oneof![2 => Just(String::new()), 1 => prop::collection::vec(one, 1..=64).prop_map(|l| l.join(","))]
}

fn by_day() -> impl Strategy<Value = String> {
    let day = prop::sample::select(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"]);
    let one = (-53i16..=53, day).prop_map(|(n, d)| if n == 0 { d.to_owned() } else { format!("{n}{d}") });
    prop_oneof![1 => Just(String::new()), 1 => prop::collection::vec(one, 1..=64).prop_map(|l| l.join(","))]
}

proptest! {
    #[test]
    fn no_rule_takes_more_steps_than_allowed(
        freq in prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        interval in prop_oneof![Just(1u16), 1u16..5, any::<u16>().prop_map(|n| n.max(1))],
        count in prop_oneof![Just(0u32), 1u32..1_000_000],
        lists in (by_day(), list(31), list(366), list(53), list(366), list(12)),
        years_ago in 0i16..300,
        steps in 0u32..20_000,
    ) {
        let mut text = format!("FREQ={freq};INTERVAL={interval}");
        if count > 0 {
            text += &format!(";COUNT={count}");
        }
        let months = lists.5.replace('-', "");
        let parts = [("BYDAY", &lists.0), ("BYMONTHDAY", &lists.1), ("BYYEARDAY", &lists.2), ("BYWEEKNO", &lists.3),
            ("BYSETPOS", &lists.4), ("BYMONTH", &months)];
        for (name, list) in parts.into_iter().filter(|(_, l)| !l.is_empty()) {
            text += &format!(";{name}={list}");
        }
        let rule = Rule::parse(&text).unwrap();
        let from: Date = "2026-11-30".parse().unwrap();
        let start = Date::new(2026 - years_ago, 1, 1).unwrap();
        for start in [Some(start), None] {
            let mut days = rule.days(from, start);
            let found: Vec<Date> = days.by_ref().take(20).collect();
            prop_assert!(days.steps() <= 10_000, "{} steps: {text}", days.steps());
            prop_assert!(found.is_sorted() && found.iter().all(|d| *d >= from), "{text}");
            // What is found is found again when asked for that day alone, if that is not too much to count.
            if rule.count.is_none() {
                prop_assert!(found.iter().all(|d| rule.on(*d, start)), "{text}");
            }
        }
        let mut left = steps;
        let last = rule.last(start, &mut left);
        prop_assert!(left <= steps && steps - left <= 10_000, "{text}");
        prop_assert!(count > 0 || last == Ok(None), "{text}");
    }
}
