//! Sizes, money and opening hours as people say them. Sums only.

use crate::words::{Fill, Words};

/// "300 MB": the same in every language.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// "25p", "£5.00".
pub fn money(pence: u64) -> String {
    if pence < 100 { format!("{pence}p") } else { format!("£{}.{:02}", pence / 100, pence % 100) }
}

/// Pence of "5", "5.50" or "£5"; nothing when it is no sum of money.
pub fn pence_of(pounds: &str) -> Option<u64> {
    let text = pounds.trim().trim_start_matches('£').trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let part = format!("{part:0<2}").parse::<u64>().ok()?;
    Some(whole.parse::<u64>().ok()? * 100 + part)
}

/// "3 hours", "45 minutes".
pub fn span(words: &Words, seconds: u64) -> String {
    match seconds {
        s if s >= 3600 && s % 3600 == 0 => words.with("span-hours", "count", s / 3600),
        s => words.with("span-minutes", "count", s / 60),
    }
}

/// The names that hours are written with, the week from Monday on.
pub const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A day of the week in full.
pub fn day_name(words: &Words, day: usize) -> String {
    words.t(match day {
        0 => "day-monday",
        1 => "day-tuesday",
        2 => "day-wednesday",
        3 => "day-thursday",
        4 => "day-friday",
        5 => "day-saturday",
        _ => "day-sunday",
    })
}

/// Hours written `Mon-Fri 9:00-17:00`, in words; what is written otherwise stays as it is.
pub fn hours(words: &Words, written: &[String]) -> String {
    if written.is_empty() {
        return words.t("hours-always");
    }
    written.iter().map(|line| hours_line(words, line)).collect::<Vec<_>>().join("; ")
}

fn hours_line(words: &Words, line: &str) -> String {
    let said = || {
        let (days, times) = line.trim().split_once(' ')?;
        let (from, to) = times.trim().split_once('-')?;
        let all_day = matches!((from.trim_start_matches('0'), to), (":00", "24:00" | "23:59" | "00:00" | "0:00"));
        if all_day && matches!(days, "Mon-Sun" | "daily") {
            return Some(words.t("hours-always"));
        }
        let name = |text: &str| DAYS.iter().position(|d| *d == text).map(|day| day_name(words, day));
        let days = match days.split_once('-') {
            Some((a, b)) => words.fill("hours-days", &[("from", (&name(a)?).into()), ("to", (&name(b)?).into())]),
            None => days.split(',').map(|d| name(d.trim())).collect::<Option<Vec<_>>>()?.join(", "),
        };
        if all_day {
            return Some(format!("{days}: {}", words.t("hours-all-day")));
        }
        let fills: [(&'static str, Fill<'_>); 3] = [("days", (&days).into()), ("from", from.into()), ("to", to.into())];
        Some(words.fill("hours-line", &fills))
    };
    said().unwrap_or_else(|| hedgerow_api::clean::line(line))
}

/// Opening hours as the node lists them, a line for each day ("Monday 10:00–13:00", "Sunday open all day"): in words, days
/// that follow each other with the same times in one line. What is written otherwise stays as it is.
pub fn opening(words: &Words, lines: &[String]) -> Vec<String> {
    const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    // From which day to which one, and what is said of them.
    let mut runs: Vec<(Option<(usize, usize)>, String)> = Vec::new();
    for line in lines {
        let line = hedgerow_api::clean::line(line);
        let (name, times) = line.split_once(' ').unwrap_or((&line, ""));
        match (ENGLISH.iter().position(|d| *d == name), runs.last_mut()) {
            (Some(day), Some((Some((_, last)), said))) if *last + 1 == day && said == times => *last = day,
            (Some(day), _) => runs.push((Some((day, day)), times.to_owned())),
            (None, _) => runs.push((None, line)),
        }
    }
    let said = |(days, times): (Option<(usize, usize)>, String)| {
        let Some((first, last)) = days else { return times };
        let is_all_day = times == "open all day";
        if is_all_day && (first, last) == (0, 6) {
            return words.t("hours-always");
        }
        let times = if is_all_day { words.t("hours-all-day") } else { times };
        let days = if first == last {
            day_name(words, first)
        } else {
            let (from, to) = (day_name(words, first), day_name(words, last));
            words.fill("hours-days", &[("from", (&from).into()), ("to", (&to).into())])
        };
        format!("{days}: {times}")
    };
    runs.into_iter().map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn days_with_the_same_hours_are_said_together() {
        let lines = |all: &[&str]| all.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>();
        let (en, cy) = (Words { language: Language::English }, Words { language: Language::Welsh });
        let week = lines(&["Monday 9:00–17:00", "Tuesday 9:00–17:00", "Thursday 9:00–17:00", "Sunday open all day"]);
        assert_eq!(
            opening(&en, &week),
            ["Monday to Tuesday: 9:00–17:00", "Thursday: 9:00–17:00", "Sunday: open all day"]
        );
        assert_eq!(opening(&cy, &week)[1..], ["Dydd Iau: 9:00–17:00", "Dydd Sul: ar agor drwy’r dydd"]);
        let always: Vec<String> = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
            .iter()
            .map(|d| format!("{d} open all day"))
            .collect();
        assert_eq!(opening(&en, &always), ["Open day and night"]);
        assert_eq!(opening(&cy, &always), ["Ar agor ddydd a nos"]);
        assert_eq!(opening(&en, &lines(&["By arrangement"])), ["By arrangement"]);
    }

    #[test]
    fn amounts_are_plain() {
        assert_eq!(size(0), "0 kB");
        assert_eq!(size(300_000_000), "300 MB");
        assert_eq!(size(1_250_000_000), "1.2 GB");
        assert_eq!(money(25), "25p");
        assert_eq!(money(505), "£5.05");
    }

    #[test]
    fn money_is_read_or_refused() {
        assert_eq!(pence_of("5"), Some(500));
        assert_eq!(pence_of(" £5.5 "), Some(550));
        assert_eq!(pence_of("0.07"), Some(7));
        for bad in ["", "-1", "5.555", "five", "1e9", "99999999"] {
            assert_eq!(pence_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn hours_are_said_in_words() {
        let words = Words::default();
        let said = hours(&words, &["Mon-Fri 9:00-17:00".into(), "Sat 10:00-13:00".into()]);
        assert_eq!(said, "Monday to Friday, 9:00 to 17:00; Saturday, 10:00 to 13:00");
        assert_eq!(hours(&words, &[]), "Open day and night");
        assert_eq!(hours(&words, &["whenever".into()]), "whenever");
        for always in ["Mon-Sun 0:00-24:00", "daily 0:00-24:00", "Mon-Sun 00:00-24:00"] {
            assert_eq!(hours(&words, &[always.into()]), "Open day and night", "{always}");
        }
        assert_eq!(hours(&words, &["Sat 0:00-24:00".into()]), "Saturday: open all day");
    }
}
