//! Hybrid logical clock: when a record was written, as one number that never runs backwards on one device.
//!
//! The wall clock comes in as an argument; nothing here asks the time.

use crate::limits::{AHEAD_MS_MAX, RANK_AHEAD_MS_MAX};

/// Milliseconds in a day.
pub const DAY_MS: u64 = 86_400_000;

/// A day in UTC, counted from 1970-01-01.
pub type Day = u32;

/// 48 bits of Unix milliseconds and 16 bits of counter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Hlc(pub u64);

impl Hlc {
    /// Builds from Unix milliseconds (the low 48 bits count) and a counter.
    pub fn new(unix_ms: u64, counter: u16) -> Self {
        Hlc(((unix_ms & 0xffff_ffff_ffff) << 16) | u64::from(counter))
    }
    /// Unix milliseconds.
    pub fn unix_ms(self) -> u64 {
        self.0 >> 16
    }
    /// The UTC day of this moment.
    pub fn day(self) -> Day {
        day_of_ms(self.unix_ms())
    }
    /// The next value to write at `now_ms`, later than `self`, which is the last one this device wrote.
    pub fn next(self, now_ms: u64) -> Self {
        Hlc::new(now_ms, 0).max(Hlc(self.0.saturating_add(1)))
    }
    /// The highest place among the versions of its slot that a record so dated may have.
    pub fn highest_rank(self) -> Self {
        Hlc(self.0.saturating_add(RANK_AHEAD_MS_MAX << 16))
    }
    /// The place of a version so dated that is to stand above one at `below`; nothing: its date does.
    pub fn rank_above(self, below: Hlc) -> Option<Self> {
        let rank = Hlc(below.0.saturating_add(1)).min(self.highest_rank());
        (rank > self).then_some(rank)
    }
    /// Whether a record so dated may win its slot at `now_ms`.
    pub fn counts_at(self, now_ms: u64) -> bool {
        self.unix_ms() <= now_ms.saturating_add(AHEAD_MS_MAX)
    }
}

/// The UTC day of a Unix time in milliseconds.
pub fn day_of_ms(unix_ms: u64) -> Day {
    (unix_ms / DAY_MS) as Day
}

/// The week a day belongs to: the unit in which records expire and roots are kept.
pub fn week_of(day: Day) -> u32 {
    day / 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_weeks_and_the_future_begin_to_the_millisecond() {
        assert_eq!([0, DAY_MS - 1, DAY_MS, 7 * DAY_MS].map(day_of_ms), [0, 0, 1, 7]);
        assert_eq!([0, 6, 7, 13, 14].map(week_of), [0, 0, 1, 1, 2]);
        assert_eq!(Hlc::new(DAY_MS, 9).day(), 1);
        assert_eq!((Hlc::new(5, 9).0, Hlc::new(1 << 48, 0).0), (5 << 16 | 9, 0));
        let at = Hlc::new(1_000 + AHEAD_MS_MAX, u16::MAX);
        assert_eq!([999, 1_000, u64::MAX].map(|now| at.counts_at(now)), [false, true, true]);
        assert_eq!(Hlc(u64::MAX).next(0), Hlc(u64::MAX));
    }

    #[test]
    fn a_rank_is_given_where_the_date_does_not_do() {
        let (early, late) = (Hlc::new(1_000, 0), Hlc::new(2_000, 0));
        assert_eq!([late.rank_above(early), late.rank_above(Hlc(late.0 - 1))], [None, None]);
        assert_eq!(late.rank_above(late), Some(Hlc(late.0 + 1)));
        assert_eq!(early.rank_above(late), Some(Hlc(late.0 + 1)));
        assert_eq!(early.rank_above(Hlc(u64::MAX)), Some(Hlc::new(1_000 + RANK_AHEAD_MS_MAX, 0)));
        assert_eq!(Hlc(u64::MAX).rank_above(Hlc(u64::MAX)), None);
    }

    #[test]
    fn never_runs_backwards() {
        let a = Hlc::new(1_000, 0);
        assert!(a.next(900) > a);
        assert_eq!(a.next(2_000), Hlc::new(2_000, 0));
        assert_eq!(Hlc::new(1_000, u16::MAX).next(1_000).unix_ms(), 1_001);
    }
}
