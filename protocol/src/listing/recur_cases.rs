//! Rules against days worked out by another program (python-dateutil, `cases/recurrence.py`).

use super::*;
use jiff::civil::Date;

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
        assert!(want.iter().take(5).all(|d| rule.on(*d, Some(start))), "{line}");
        assert_eq!(Rule::parse(&rule.to_string()).unwrap(), rule, "{line}");
        rules += 1;
    }
    assert!(rules >= 150, "only {rules} rules were read");
}
