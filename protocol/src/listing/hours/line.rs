//! Lines of opening hours as people write them: "Mon-Fri 9-5", "Mon to Fri 9 till 5", "weekdays 10 - 4", "24/7".
//!
//! Which half of the day is meant is told in [`super::clock`].

use super::super::recur::weekday;
use super::super::text::plain;
use super::clock::{Clock, Half, Reading, Times, pair};

/// Most spans of one day in one line. More: not understood.
const SPANS_MAX: usize = 12;
/// Most spans in one line that can be meant in two ways. More: not understood.
const EITHER_MAX: usize = 6;
/// Longest line read, in bytes. Longer: not understood.
const LINE_BYTES_MAX: usize = 1000;
const CODES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// Six o'clock.
const MORNING: u16 = 360;
const NOON: u16 = 720;
const WHOLE_DAY: Times = (0, 1440);

/// Why a line is not taken as opening hours. The writer's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not understood.
    #[error("'{0}' is not understood as opening hours; write a line like Mon-Fri 9:00-17:00")]
    Unread(String),
    /// It can be meant in two ways.
    #[error("'{line}' as opening hours can be meant in two ways; write {one} or {other}")]
    Either {
        /// What was written.
        line: String,
        /// One way, so that there is no other: "7am-9am".
        one: String,
        /// The other.
        other: String,
    },
}

/// Whether what can hardly be meant is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) enum Care {
    /// Somebody is writing, or a table comes in: what can be meant in two ways is refused.
    Ask,
    /// It is signed and kept: what can be meant in two ways is in the morning, what is on the 24-hour clock by the letter.
    Kept,
}

/// Some days and their times.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in super::super) struct Stretch {
    /// `WEEKLY` or `MONTHLY`.
    pub freq: &'static str,
    /// As in RFC 5545: `MO,TU`, `1FR`.
    pub byday: String,
    /// Opens and closes, in minutes; none: closed.
    pub times: Vec<Times>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Token {
    Day(u8),
    /// The nth of a month, or the last.
    Nth(i8, u8),
    /// From which day on, and how many.
    Days(u8, u8),
    Time(Clock),
    Dash,
    Sep,
    AllDay,
    Closed,
}

#[derive(Debug)]
enum Part {
    Days(&'static str, String),
    Times(Vec<Times>),
}

/// A line of hours: days and times, in either order.
pub(in super::super) fn read(line: &str, care: Care) -> Result<Vec<Stretch>, HoursError> {
    let unread = || HoursError::Unread(plain(line));
    let mut parts = parts(line, care)?.into_iter().peekable();
    let days_first = matches!(parts.peek(), Some(Part::Days(..)));
    let mut out = Vec::new();
    while let Some(part) = parts.next() {
        let (days, times) = if days_first { (Some(part), parts.next()) } else { (parts.next(), Some(part)) };
        let (Some(Part::Days(freq, byday)), Some(Part::Times(times))) = (days, times) else { return Err(unread()) };
        out.push(Stretch { freq, byday, times });
    }
    if out.iter().all(|s| s.times.is_empty()) { Err(unread()) } else { Ok(out) }
}

/// The times of one day, as a cell of a table with a column for each day has them; none: closed.
pub fn day_times(cell: &str) -> Result<Vec<(u16, u16)>, HoursError> {
    match <[Part; 1]>::try_from(parts(cell, Care::Ask)?) {
        Ok([Part::Times(times)]) => Ok(times),
        _ => Err(HoursError::Unread(plain(cell))),
    }
}

/// A time of day as people type it, alone, in minutes after midnight: `18:30`, `6.30pm`, `10:00`, `noon`. One that may be in
/// either half of the day is asked about: `7`, `9:30`.
pub fn time_of_day(text: &str) -> Result<u16, HoursError> {
    let clock = typed_clock(text)?;
    let in_full = clock.two_digits && clock.minutes;
    if clock.half.is_some() || clock.sure || in_full {
        return Ok(clock.literal());
    }
    let morning = Clock { half: Some(Half::Am), ..clock }.literal();
    Err(HoursError::Either { line: plain(text), one: marked(morning), other: marked(morning + NOON) })
}

/// The start and the end of something on one day, each as people type it, in minutes after midnight. Which half of the day
/// is meant follows from both, as in hours; where it does not, it is asked about.
pub fn start_and_end(start: &str, end: &str) -> Result<(u16, u16), HoursError> {
    let (o, c) = (typed_clock(start)?, typed_clock(end)?);
    match pair(o, c) {
        Reading::Clear(times) => Ok(times),
        Reading::Slip(late, early) | Reading::Either(early, late) => {
            let (one, other) = two_ways(early, late);
            Err(HoursError::Either { line: plain(&format!("{start}-{end}")), one, other })
        }
        Reading::Never => Ok((time_of_day(start)?, time_of_day(end)?)),
    }
}

fn typed_clock(text: &str) -> Result<Clock, HoursError> {
    let found = one_clock(text).filter(|clock| clock.hour < 24 && text.len() <= LINE_BYTES_MAX);
    found.ok_or_else(|| HoursError::Unread(plain(text)))
}

/// A line of hours as lines that nobody reads otherwise, one for each span: `Mon-Fri 9:00-17:00`.
pub fn tidy_hours(line: &str) -> Result<Vec<String>, HoursError> {
    let mut out = Vec::new();
    for stretch in read(line, Care::Ask)? {
        for (o, c) in &stretch.times {
            let (h, m, end_h, end_m) = (o / 60, o % 60, c / 60, c % 60);
            let days = typed_days(&stretch.byday);
            let ways = [
                format!("{days} {h}:{m:02}-{end_h}:{end_m:02}"),
                format!("{days} {h:02}:{m:02}-{end_h:02}:{end_m:02}"),
                format!("{days} {}-{}", marked(*o), marked(*c)),
            ];
            let same = |way: &String| read(way, Care::Ask).is_ok_and(|read| read.iter().all(|s| s.times == [(*o, *c)]));
            out.push(ways.into_iter().find(same).ok_or_else(|| HoursError::Unread(plain(line)))?);
        }
    }
    Ok(out)
}

/// `MO,TU,WE` as `Mon-Wed`; anything but a run of days as a list.
fn typed_days(byday: &str) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let codes: Vec<&str> = byday.split(',').collect();
    let places: Option<Vec<usize>> = codes.iter().map(|c| CODES.iter().position(|d| d == c)).collect();
    match places.as_deref() {
        Some([first, .., last]) if CODES[*first..].starts_with(&codes) => {
            format!("{}-{}", NAMES[*first], NAMES[*last])
        }
        Some(places) => places.iter().map(|n| NAMES[*n]).collect::<Vec<_>>().join(","),
        None => codes.join(","),
    }
}

/// The two ways of a span as people write them: "7am-9am" and "7pm-9pm".
pub(super) fn two_ways(one: Times, other: Times) -> (String, String) {
    let said = |(o, c): Times| format!("{}-{}", marked(o), marked(c));
    (said(one), said(other))
}

/// `9am`, `12:30pm`, `noon`, `midnight`.
pub(super) fn marked(minute: u16) -> String {
    let half = if minute % 1440 < 720 { "am" } else { "pm" };
    let hour = match minute / 60 % 12 {
        0 => 12,
        h => h,
    };
    match (minute % 1440, minute % 60) {
        (0, _) => "midnight".into(),
        (720, _) => "noon".into(),
        (_, 0) => format!("{hour}{half}"),
        (_, m) => format!("{hour}:{m:02}{half}"),
    }
}

fn parts(line: &str, care: Care) -> Result<Vec<Part>, HoursError> {
    let unread = || HoursError::Unread(plain(line));
    let tokens = tokens(line).ok_or_else(unread)?;
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Sep => at += 1,
            Token::Day(_) | Token::Days(..) | Token::Nth(..) => {
                let (freq, byday, next) = days(&tokens, at).ok_or_else(unread)?;
                out.push(Part::Days(freq, byday));
                at = next;
            }
            Token::AllDay | Token::Closed => {
                out.push(Part::Times(if *token == Token::AllDay { vec![WHOLE_DAY] } else { Vec::new() }));
                at += 1;
            }
            Token::Time(_) => {
                let mut readings = Vec::new();
                while let [Token::Time(o), Token::Dash, Token::Time(c), ..] = &tokens[at..] {
                    readings.push(pair(*o, *c));
                    at += 3;
                    // A separator may stand before the next days as well.
                    while tokens.get(at) == Some(&Token::Sep) && matches!(tokens.get(at + 1), Some(Token::Time(_))) {
                        at += 1;
                    }
                }
                let more = matches!(tokens.get(at), Some(Token::Time(_) | Token::Dash));
                if more || readings.is_empty() || readings.len() > SPANS_MAX {
                    return Err(unread());
                }
                out.push(Part::Times(one_way(&readings, care, line)?));
            }
            Token::Dash => return Err(unread()),
        }
    }
    Ok(out)
}

/// The spans of a day. One that can be meant in two ways is clear where only one of them fits after and before the others.
fn one_way(readings: &[Reading], care: Care, line: &str) -> Result<Vec<Times>, HoursError> {
    let unread = || HoursError::Unread(plain(line));
    let mut spans: Vec<Times> = Vec::new();
    let mut open: Vec<(usize, Times, Times)> = Vec::new();
    for (n, reading) in readings.iter().enumerate() {
        spans.push(match reading {
            Reading::Clear(times) => *times,
            Reading::Slip(times, _) if care == Care::Kept => *times,
            Reading::Slip(late, early) => {
                let (one, other) = two_ways(*early, *late);
                return Err(HoursError::Either { line: plain(line), one, other });
            }
            Reading::Either(one, other) => {
                open.push((n, *one, *other));
                *one
            }
            Reading::Never => return Err(unread()),
        });
    }
    let Some((_, one, other)) = open.first().copied() else { return Ok(spans) };
    if open.len() > EITHER_MAX {
        return Err(unread());
    }
    let ascending = |spans: &[Times]| {
        let all_but_last = spans.len() - 1;
        spans[..all_but_last].iter().all(|(o, c)| o < c) && spans.windows(2).all(|w| w[0].1 <= w[1].0)
    };
    let mut fitting = (0..1u32 << open.len()).filter_map(|choice| {
        let mut spans = spans.clone();
        for (bit, (n, one, other)) in open.iter().enumerate() {
            spans[*n] = if choice & (1 << bit) == 0 { *one } else { *other };
        }
        ascending(&spans).then_some(spans)
    });
    // Nobody opens at night without saying so.
    let by_day = |spans: &[Times]| open.iter().map(|(n, ..)| spans[*n]).all(|(o, c)| o >= MORNING && (o < c || c == 0));
    match (fitting.next(), fitting.next()) {
        (Some(only), None) if by_day(&only) => Ok(only),
        // As it has been read since it was signed: in the morning.
        _ if care == Care::Kept && by_day(&spans) => Ok(spans),
        _ => {
            let (one, other) = two_ways(one, other);
            Err(HoursError::Either { line: plain(line), one, other })
        }
    }
}

/// A list of days, and where it ends.
fn days(tokens: &[Token], mut at: usize) -> Option<(&'static str, String, usize)> {
    let mut out: Vec<String> = Vec::new();
    let mut monthly = 0;
    let code = |n: u8| CODES[usize::from(n % 7)].to_owned();
    loop {
        match tokens[at..] {
            [Token::Day(first), Token::Dash, Token::Day(last), ..] => {
                out.extend((0..=(last + 7 - first) % 7).map(|n| code(first + n)));
                at += 3;
            }
            [Token::Day(day), ..] => {
                out.push(code(day));
                at += 1;
            }
            [Token::Days(first, many), ..] => {
                out.extend((0..many).map(|n| code(first + n)));
                at += 1;
            }
            [Token::Nth(n, day), ..] => {
                out.push(format!("{n}{}", code(day)));
                monthly += 1;
                at += 1;
            }
            [Token::Sep, Token::Day(_) | Token::Days(..) | Token::Nth(..), ..] => at += 1,
            _ => break,
        }
    }
    let mixed = monthly > 0 && monthly < out.len();
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|day| seen.insert(day.clone()));
    (!out.is_empty() && !mixed).then(|| (if monthly > 0 { "MONTHLY" } else { "WEEKLY" }, out.join(","), at))
}

/// A time of day by itself, as a field has it.
pub(super) fn one_clock(text: &str) -> Option<Clock> {
    match tokens(text)?[..] {
        [Token::Time(clock)] => Some(clock),
        _ => None,
    }
}

fn tokens(line: &str) -> Option<Vec<Token>> {
    if line.len() > LINE_BYTES_MAX {
        return None;
    }
    let lower: Vec<char> = line.to_lowercase().chars().collect();
    let mut rest = &lower[..];
    let mut out: Vec<Token> = Vec::new();
    while let Some(c) = rest.first() {
        match c {
            c if c.is_whitespace() => rest = &rest[1..],
            '-' | '–' | '—' | '‒' | '−' | '‐' | '‑' | '~' => {
                let list_goes_on = matches!(out.last(), None | Some(Token::Sep | Token::Nth(..)));
                match number(&rest[1..]).filter(|_| list_goes_on) {
                    Some((Token::Nth(n, day), after)) => {
                        out.push(Token::Nth(-n, day));
                        rest = after;
                    }
                    _ => {
                        out.push(Token::Dash);
                        rest = &rest[1..];
                    }
                }
            }
            ',' | ';' | '&' | '+' | '/' => {
                out.push(Token::Sep);
                rest = &rest[1..];
            }
            // "Mon:", "Mon."
            ':' | '.' if out.last().is_some_and(|t| !matches!(t, Token::Dash)) => rest = &rest[1..],
            c if c.is_ascii_digit() => {
                let (token, after) = number(rest)?;
                // "24/7" is days and times at once.
                if token == Token::AllDay && after.starts_with(&['/', '7']) {
                    out.push(Token::Days(0, 7));
                    rest = &after[2..];
                } else {
                    rest = after;
                }
                out.push(token);
            }
            '\'' | '’' if rest.get(1).is_some_and(|c| *c == 't') => rest = &rest[1..],
            c if c.is_alphabetic() => {
                let (word, after) = word(rest);
                rest = after;
                match token(&word) {
                    Some(Some(token)) => out.push(token),
                    Some(None) => {}
                    None if matches!(word.as_str(), "every" | "all") => {
                        let (next, after) = self::word(skip(rest));
                        match (word.as_str(), next.as_str()) {
                            ("every", "day") => out.push(Token::Days(0, 7)),
                            ("all", "day") => out.push(Token::AllDay),
                            ("every", _) => continue,
                            _ => return None,
                        }
                        rest = after;
                    }
                    None => return None,
                }
            }
            _ => return None,
        }
    }
    Some(out)
}

/// What a word is; nothing inside for one that changes nothing.
fn token(word: &str) -> Option<Option<Token>> {
    let noon = |half| Token::Time(Clock { hour: 12, half: Some(half), word: true, ..BARE });
    Some(Some(match word {
        "daily" | "everyday" => Token::Days(0, 7),
        "weekdays" | "weekday" => Token::Days(0, 5),
        "weekends" | "weekend" => Token::Days(5, 2),
        "noon" | "midday" => noon(Half::Pm),
        "midnight" => noon(Half::Am),
        // The last three are Welsh: the window takes Welsh names of days.
        "to" | "till" | "til" | "until" | "thru" | "through" | "i" | "hyd" | "tan" => Token::Dash,
        "and" | "a" | "ac" => Token::Sep,
        "closed" | "shut" => Token::Closed,
        "from" | "open" | "opens" | "opening" | "hours" | "hrs" | "times" | "on" => return Some(None),
        _ => Token::Day(day(word)?),
    }))
}

const BARE: Clock =
    Clock { hour: 0, minute: 0, half: None, word: false, sure: false, two_digits: false, minutes: false };

/// A day of the week by its name or the beginning of it, of one or of many.
fn day(word: &str) -> Option<u8> {
    let word = if word == "weds" { "wed" } else { word };
    let found = weekday(word).or_else(|| weekday(word.strip_suffix('s')?))?;
    u8::try_from(found.to_monday_zero_offset()).ok()
}

/// A number and what belongs to it: a time, a day of a month, all day.
fn number(chars: &[char]) -> Option<(Token, &[char])> {
    let digits = |chars: &[char]| chars.iter().take_while(|c| c.is_ascii_digit()).count();
    let value = |chars: &[char]| chars.iter().fold(0u32, |n, c| n * 10 + c.to_digit(10).unwrap_or_default());
    let count = digits(chars);
    if !(1..=4).contains(&count) {
        return None;
    }
    let (hour, mut rest) = (value(&chars[..count]), &chars[count..]);
    // Minutes, then seconds: exactly two digits each.
    let two = |rest: &[char]| {
        (matches!(rest.first(), Some(':' | '.')) && digits(&rest[1..]) == 2).then(|| value(&rest[1..3]))
    };
    let mut clock = Clock { two_digits: count == 2 || count == 4, ..BARE };
    let (hour, minute) = match two(rest) {
        Some(minute) if count <= 2 => {
            rest = &rest[3..];
            (hour, Some(minute))
        }
        Some(_) => return None,
        None if count > 2 => (hour / 100, Some(hour % 100)),
        None => (hour, None),
    };
    clock.minutes = minute.is_some();
    let second = two(rest).filter(|_| minute.is_some());
    if second.is_some() {
        rest = &rest[3..];
    }
    // A colon that nothing follows is no time.
    if matches!(rest.first(), Some(':' | '.')) && digits(&rest[1..]) > 0 {
        return None;
    }
    let (mark, after) = word(skip(rest));
    let attached = rest.first().is_some_and(|c| c.is_alphabetic());
    if minute.is_none() && hour < 6 {
        // "1FR", "1st Friday"; "4TH" is a Thursday.
        let (next, past) = word(skip(after));
        let is_ordinal = matches!(mark.as_str(), "st" | "nd" | "rd" | "th");
        let named = day(&next).filter(|_| is_ordinal).map(|d| (d, past)).or_else(|| Some((day(&mark)?, after)));
        if let Some((day, past)) = named.filter(|_| attached && hour > 0) {
            return Some((Token::Nth(i8::try_from(hour).ok()?, day), past));
        }
    }
    match mark.as_str() {
        "am" | "a" if mark == "am" || attached => (clock.half, rest) = (Some(Half::Am), after),
        "pm" | "p" if mark == "pm" || attached => (clock.half, rest) = (Some(Half::Pm), after),
        "noon" | "midday" if hour == 12 => (clock.half, clock.word, rest) = (Some(Half::Pm), true, after),
        "midnight" if hour == 12 => (clock.half, clock.word, rest) = (Some(Half::Am), true, after),
        "h" | "hr" | "hrs" | "hour" | "hours" => {
            if hour == 24 && minute.is_none() {
                return Some((Token::AllDay, after));
            }
            rest = after;
        }
        "days" if hour == 7 && minute.is_none() => {
            // "7 days a week"
            let (a, next) = word(skip(after));
            let (week, past) = word(skip(next));
            let whole = matches!(a.as_str(), "a" | "per") && week == "week";
            return Some((Token::Days(0, 7), if whole { past } else { after }));
        }
        _ if attached && !mark.is_empty() && token(&mark).is_none() => return None,
        _ => {}
    }
    if hour == 24 && minute.is_none() && rest.starts_with(&['/', '7']) {
        return Some((Token::AllDay, rest));
    }
    let (hour, minute) = (u8::try_from(hour).ok()?, u8::try_from(minute.unwrap_or_default()).ok()?);
    let fits = if clock.half.is_some() { (1..=12).contains(&hour) } else { hour < 24 || hour == 24 && minute == 0 };
    if !fits || minute > 59 || second.is_some_and(|s| s > 60) {
        return None;
    }
    clock.sure = hour == 0 || hour > 12 || chars[0] == '0' || second.is_some();
    (clock.hour, clock.minute) = (hour, minute);
    // 23:59:59 is how some write "until midnight".
    if (hour, minute) == (23, 59) && second.is_some_and(|s| s >= 59) {
        (clock.hour, clock.minute) = (24, 0);
    }
    Some((Token::Time(clock), rest))
}

fn skip(chars: &[char]) -> &[char] {
    &chars[chars.iter().take_while(|c| c.is_whitespace()).count()..]
}

/// A word, and what is behind it. "a.m." is "am".
fn word(chars: &[char]) -> (String, &[char]) {
    if let [half @ ('a' | 'p'), '.', ' ' | 'm', ..] = chars {
        let rest = skip(&chars[2..]);
        if let ['m', after @ ..] = rest
            && !after.first().is_some_and(|c| c.is_alphabetic())
        {
            let after = if after.first() == Some(&'.') { &after[1..] } else { after };
            return (format!("{half}m"), after);
        }
    }
    let count = chars.iter().take_while(|c| c.is_alphabetic()).count();
    (chars[..count].iter().collect(), &chars[count..])
}
