//! Days and times as people type them, in English and Welsh. Sums on text only.

use hedgerow_protocol::listing;

use super::Wrong;
use crate::when::day_number;

/// Names of the months, in English and Welsh.
const MONTHS: [[&str; 2]; 12] = [
    ["january", "ionawr"],
    ["february", "chwefror"],
    ["march", "mawrth"],
    ["april", "ebrill"],
    ["may", "mai"],
    ["june", "mehefin"],
    ["july", "gorffennaf"],
    ["august", "awst"],
    ["september", "medi"],
    ["october", "hydref"],
    ["november", "tachwedd"],
    ["december", "rhagfyr"],
];
/// Fewest letters of a month: with less, more than one could be meant.
const MONTH_LETTERS_MIN: usize = 3;

/// A day, or a day and a time, as people type them: `12 June 2027`, `12 Meh 2027 6pm`, `12/6/2027`, `12.6.27 18:00`,
/// `2027-06-12T18:00`.
///
/// # Errors
/// When it is no day, or when its time can be meant in two ways.
pub fn moment(text: &str) -> Result<String, Wrong> {
    const NO_DAY: Wrong = Wrong::Key("wrong-day");
    let text = text.trim();
    let (day, time) = match spoken(text) {
        Some(found) => found,
        None => {
            let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
            (in_numbers(day).ok_or(NO_DAY)?, time.to_owned())
        }
    };
    day_number(&day).filter(|_| day.len() == 10).ok_or(NO_DAY)?;
    match time.trim() {
        "" => Ok(day),
        time => match clock(time) {
            Ok(time) => Ok(format!("{day}T{time}")),
            Err(Wrong::Key(_)) => Err(NO_DAY),
            Err(either) => Err(either),
        },
    }
}

/// A day in numbers: `12/6/2027`, `12.6.27`, `12-6-2027`, `2027-06-12`.
fn in_numbers(text: &str) -> Option<String> {
    let mut parts = text.split(['/', '.', '-']).map(|p| p.parse::<u32>().ok());
    let (first, month, last) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    Some(if first >= 1000 { dated(last, month, first) } else { dated(first, month, last) })
}

fn dated(day: u32, month: u32, year: u32) -> String {
    format!("{:04}-{month:02}-{day:02}", if year < 100 { year + 2000 } else { year })
}

/// A day with the name of its month, and what stands behind it: `Sat 12th of June 2027 18:00`, `June 12, 2027`.
fn spoken(text: &str) -> Option<(String, String)> {
    let words: Vec<&str> =
        text.split([' ', ',']).filter(|w| !w.is_empty() && !matches!(*w, "of" | "o" | "at")).collect();
    // The last one: in Welsh, March and Tuesday have the same name.
    let at = words.iter().rposition(|w| month(w).is_some())?;
    let month = month(words[at])?;
    let day = |word: &str| {
        let digits = word.trim_end_matches(char::is_alphabetic);
        digits.parse::<u32>().ok().filter(|_| digits.len() <= 2)
    };
    // In front of the day there is at most the day of the week, which says nothing new.
    let (day, rest) = match at.checked_sub(1).and_then(|n| day(words[n])) {
        Some(found) if at <= 3 => (found, at + 1),
        Some(_) => return None,
        None if at <= 1 => (day(words.get(at + 1)?)?, at + 2),
        None => return None,
    };
    let year = words.get(rest)?.parse::<u32>().ok()?;
    Some((dated(day, month, year), words[rest + 1..].join(" ")))
}

/// The number of a month by its name or the first letters of it.
fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_lowercase();
    if word.chars().count() < MONTH_LETTERS_MIN {
        return None;
    }
    let at = MONTHS.iter().position(|names| names.iter().any(|name| name.starts_with(&word)))?;
    u32::try_from(at + 1).ok()
}

/// A time of day as people type it, as `HH:MM`: `18:30`, `6.30pm`, `9am`, `noon`. Read as opening hours are.
///
/// # Errors
/// When it is no time, or may be in either half of the day.
pub fn clock(text: &str) -> Result<String, Wrong> {
    listing::time_of_day(text).map(of_minutes).map_err(|error| Wrong::of(error, "wrong-time"))
}

/// Minutes after midnight as `HH:MM`.
pub fn of_minutes(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_people_type() {
        assert_eq!(moment("24/12/2026").as_deref(), Ok("2026-12-24"));
        assert_eq!(moment("1.2.27").as_deref(), Ok("2027-02-01"));
        assert_eq!(moment(" 2026-12-24T18:00 ").as_deref(), Ok("2026-12-24T18:00"));
        assert_eq!(moment("24/12/2026 6pm").as_deref(), Ok("2026-12-24T18:00"));
        for bad in ["", "soon", "31/2/2026", "2026-13-01", "1/2/3/4", "2026-12-24T25:00"] {
            assert_eq!(moment(bad), Err(Wrong::Key("wrong-day")), "{bad}");
        }
        for (text, time) in
            [("18:30", "18:30"), ("6.30pm", "18:30"), ("9am", "09:00"), ("12am", "00:00"), ("07:00", "07:00")]
        {
            assert_eq!(clock(text).as_deref(), Ok(time), "{text}");
        }
        for bad in ["", "noonish", "25:00", "13pm", "9:75"] {
            assert_eq!(clock(bad), Err(Wrong::Key("wrong-time")), "{bad}");
        }
    }

    #[test]
    fn days_with_the_name_of_their_month() {
        let same = [
            "12 June 2027",
            "12 Jun 2027",
            "12 jun. 27",
            "12th of June 2027",
            "June 12, 2027",
            "Saturday 12 June 2027",
            "12 Mehefin 2027",
            "Dydd Mawrth 12 Meh 2027",
            "12/6/2027",
            "12-6-2027",
            "2027-06-12",
        ];
        for text in same {
            assert_eq!(moment(text).as_deref(), Ok("2027-06-12"), "{text}");
        }
        assert_eq!(moment("12 June 2027 at 6pm").as_deref(), Ok("2027-06-12T18:00"));
        for (month, n) in [("Ionawr", 1), ("Chwefror", 2), ("Mawrth", 3), ("Mai", 5), ("Gorffennaf", 7), ("Rhag", 12)] {
            assert_eq!(moment(&format!("3 {month} 2027")), Ok(format!("2027-{n:02}-03")), "{month}");
        }
        for bad in
            ["12 June", "June 2027", "31 June 2027", "12 Ju 2027", "the 4 or 12 June 2027", "12 June 2027 noonish"]
        {
            assert_eq!(moment(bad), Err(Wrong::Key("wrong-day")), "{bad}");
        }
    }
}
