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
        let name = |text: &str| DAYS.iter().position(|d| *d == text).map(|day| day_name(words, day));
        let days = match days.split_once('-') {
            Some((a, b)) => words.fill("hours-days", &[("from", (&name(a)?).into()), ("to", (&name(b)?).into())]),
            None => days.split(',').map(|d| name(d.trim())).collect::<Option<Vec<_>>>()?.join(", "),
        };
        let fills: [(&'static str, Fill<'_>); 3] = [("days", (&days).into()), ("from", from.into()), ("to", to.into())];
        Some(words.fill("hours-line", &fills))
    };
    said().unwrap_or_else(|| hedgerow_api::clean::line(line))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
