//! Which half of the day people mean: one opening time and one closing time, as written, into minutes of the day.
//!
//! Every door that takes hours reads them here: typed lines, cells of tables, Open Referral fields, a gateway's hours.
//!
//! # Rules
//!
//! A time is on the **24-hour clock** when it says so: a nought in front (`09:00`), an hour of 0 or from 13 on, seconds, or an
//! offset; and `10:00` beside such a time. It is **marked** when am, pm, noon or midnight stands with it. Anything else (`9`,
//! `9:00`, `10.30`) is a time by a clock on the wall, and its half of the day follows from the other time:
//!
//! | written | read | why |
//! |---|---|---|
//! | `9am-5pm`, `10pm-2am` | as written | both are marked |
//! | `1-3pm` | 13:00–15:00 | one mark counts for both where that gives a later end within half a day |
//! | `9-5pm`, `11-1pm`, `9-12pm` | 9:00–17:00, 11:00–13:00, 9:00–12:00 | else the first is in the other half |
//! | `9am-5`, `8pm-2` | 9:00–17:00, 20:00–02:00 | the end is the first such time after the start |
//! | `09:00-17:00`, `18:00-02:00`, `21-7` | as written | the 24-hour clock; an earlier end is on the next day |
//! | `9-5`, `9:00-5:00`, `9-9` | 9:00–17:00, 9:00–21:00 | an end that is not after the start is in the afternoon |
//! | `12-2` | 12:00–14:00 | twelve is noon |
//! | `9-11`, `10-12`, `8-12` | 9:00–11:00, 10:00–12:00, 8:00–12:00 | from nine on, and until noon, it is the morning |
//! | `1-3`, `2:00-4:00` | 13:00–15:00, 14:00–16:00 | nobody opens at night without saying so |
//! | `7-9`, `6:30-8:00` | two ways | breakfast club or evening class |
//! | `9-12am` | two ways | people write 12am for noon and for midnight |
//! | `13:00-5:00`, `2-18`, `18-12` | two ways | two clocks in one line |
//! | `09:00-05:00` | a slip, or until 5 in the morning | spreadsheets write `5:00` as `05:00` |
//!
//! So what is read from times without a mark never touches the hours from midnight to six, unless it is on the 24-hour clock.

/// Minutes after midnight: when it opens (before 1440), and when it closes (up to 1440; at or before the opening: next day).
pub(super) type Times = (u16, u16);

const NOON: u16 = 720;
const DAY: u16 = 1440;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Half {
    Am,
    Pm,
}

/// A time of day as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Clock {
    /// As written: up to 24, or 1 to 12 with a mark.
    pub hour: u8,
    pub minute: u8,
    pub half: Option<Half>,
    /// "noon" or "midnight": nobody takes one for the other, as people do 12am and 12pm.
    pub word: bool,
    /// On the 24-hour clock beyond doubt.
    pub sure: bool,
    /// Two digits of an hour: on the 24-hour clock when the other time is.
    pub two_digits: bool,
    /// With minutes.
    pub minutes: bool,
}

/// What two times say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reading {
    /// This.
    Clear(Times),
    /// This by the letter, and hardly what was meant; the second is what a slip would have meant.
    Slip(Times, Times),
    /// Either; the first is the earlier one.
    Either(Times, Times),
    /// No time at all: it opens when it closes.
    Never,
}

impl Clock {
    /// Minutes after midnight, by the mark or by the 24-hour clock.
    pub(super) fn literal(self) -> u16 {
        let minutes = u16::from(self.minute);
        match self.half {
            Some(half) => self.on_wall() + if half == Half::Pm { NOON } else { 0 },
            None => u16::from(self.hour) * 60 + minutes,
        }
    }

    /// Minutes since the clock on the wall last showed twelve.
    fn on_wall(self) -> u16 {
        u16::from(self.hour) % 12 * 60 + u16::from(self.minute)
    }

    /// Whether the hour can only be one of the 24-hour clock.
    fn beyond_twelve(self) -> bool {
        self.hour == 0 || self.hour > 12
    }
}

/// The first moment of a clock on the wall after another moment of the day, at most half a day later.
fn first_after(opens: u16, wall: u16) -> u16 {
    let gap = (wall + DAY - opens) % NOON;
    let close = opens + if gap == 0 { NOON } else { gap };
    close % DAY
}

/// The two times of a span. See the rules above.
pub(super) fn pair(opens: Clock, closes: Clock) -> Reading {
    let (o, c) = (opens.literal(), closes.literal());
    match (opens.half, closes.half) {
        (Some(_), Some(_)) => letter(o, c),
        (Some(_), None) if closes.beyond_twelve() => letter(o, c),
        (Some(_), None) => Reading::Clear((o, first_after(o, closes.on_wall()))),
        (None, Some(_)) if opens.beyond_twelve() => letter(o, c),
        (None, Some(half)) => {
            let gap = |o: u16| (c + DAY - o) % DAY;
            let wall = opens.on_wall();
            let (same, other) = if half == Half::Pm { (wall + NOON, wall) } else { (wall, wall + NOON) };
            let start = if (1..=NOON).contains(&gap(same)) { same } else { other };
            if closes.hour == 12 && half == Half::Am && !closes.word && start >= NOON {
                return Reading::Either((wall, NOON + u16::from(closes.minute)), (start, c));
            }
            // "12-12pm": twelve without a mark is never midnight.
            if start < 60 && half == Half::Pm { Reading::Never } else { Reading::Clear((start, c)) }
        }
        (None, None) => unmarked(opens, closes),
    }
}

fn letter(o: u16, c: u16) -> Reading {
    match (o, c) {
        (0 | DAY, 0 | DAY) => Reading::Clear((0, DAY)),
        (o, c) if o == c || o >= DAY => Reading::Never,
        times => Reading::Clear(times),
    }
}

fn unmarked(opens: Clock, closes: Clock) -> Reading {
    let (o, c) = (opens.literal(), closes.literal());
    let by_the_clock = |one: Clock, other: Clock| one.sure || (one.two_digits && other.sure);
    match (by_the_clock(opens, closes), by_the_clock(closes, opens)) {
        (true, true) => {
            let until_morning = o < 13 * 60 && (60..o).contains(&c);
            // "18-12": until midnight, or until noon of the next day.
            let until_when = !closes.sure && !closes.minutes && c < o && o < c + NOON;
            match letter(o, c) {
                Reading::Clear(times) if until_morning => Reading::Slip(times, (o, (c + NOON).min(DAY))),
                Reading::Clear(times) if until_when => Reading::Either((o, (c + NOON) % DAY), times),
                reading => reading,
            }
        }
        // A start by the 24-hour clock, an end by the one on the wall.
        (true, false) if opens.beyond_twelve() => {
            if c > o || c + NOON <= o {
                letter(o, c)
            } else {
                Reading::Either((o, c + NOON), (o, c))
            }
        }
        (true, false) if c > o && o >= 360 => letter(o, c),
        (true, false) => on_the_wall(opens, closes),
        (false, true) => {
            let afternoon = o < 360;
            if closes.beyond_twelve() {
                let later = o + NOON;
                let fits = c < o || later < c;
                if afternoon && fits { Reading::Either((o, c), (later, c)) } else { letter(o, c) }
            } else if c > o && !afternoon {
                letter(o, c)
            } else {
                on_the_wall(opens, closes)
            }
        }
        (false, false) => on_the_wall(opens, closes),
    }
}

/// Two times from 1 to 12 without a mark.
fn on_the_wall(opens: Clock, closes: Clock) -> Reading {
    let (o, c) = (opens.literal(), closes.literal());
    match (opens.hour, closes.hour) {
        (12, 12) | (9..=11, _) | (6..=8, 12) if c > o => Reading::Clear((o, c)),
        (12, 12) => Reading::Never,
        (6..=12, _) if c <= o => Reading::Clear((o, c + NOON)),
        // Until noon, or until midnight.
        (_, 12) => Reading::Either((o, c), (o + NOON, c - NOON)),
        (6..=8, _) => Reading::Either((o, c), (o + NOON, c + NOON)),
        _ if c > o => Reading::Clear((o + NOON, c + NOON)),
        _ => Reading::Either((o, c + NOON), (o + NOON, c)),
    }
}
