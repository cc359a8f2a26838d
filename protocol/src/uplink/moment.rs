//! When something starts again, fit for the wire and for a sentence on any computer.

use crate::listing::{At, weekday_words};

/// A moment as the gateway's wall clock shows it. It carries the clock's offset and how many days ahead it is, so that
/// a computer elsewhere says the same words without knowing the zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Seconds since 1970.
    pub second: u64,
    /// Minutes that the gateway's clock is ahead of UTC then: −1,440 to 1,440.
    pub offset_minutes: i16,
    /// Days from the day it was said to the day it is: 0 is today. At most 400; further is 400.
    pub days_ahead: u16,
}

/// Beyond this a moment is named with its date only, so nothing is lost.
const DAYS_AHEAD_MAX: u32 = 400;
const OFFSET_MAX: i16 = 1440;

impl Moment {
    /// The moment `second`, said at `now`.
    pub fn new(second: u64, now: &At) -> Moment {
        let then = now.at_second(second);
        let ahead = then.day_count().saturating_sub(now.day_count()).min(DAYS_AHEAD_MAX);
        Moment { second, offset_minutes: then.offset_minutes(), days_ahead: ahead as u16 }
    }

    /// In words: "at 08:00", "tomorrow at 08:00", "on Tuesday 3 March at 08:00".
    pub fn words(&self) -> String {
        let local = (self.second / 60).min(u64::from(u32::MAX)) as i64 + i64::from(self.offset_minutes);
        let clock = format!("at {:02}:{:02}", local.rem_euclid(1440) / 60, local.rem_euclid(60));
        match self.days_ahead {
            0 => clock,
            1 => format!("tomorrow {clock}"),
            _ => format!("on {} {clock}", weekday_words(local.div_euclid(1440).max(0) as u32)),
        }
    }

    /// Offset and days ahead as one number for the wire.
    pub(super) fn detail(&self) -> u64 {
        (i64::from(self.offset_minutes) + i64::from(OFFSET_MAX)) as u64 * 1000 + u64::from(self.days_ahead)
    }

    pub(super) fn from_detail(second: u64, detail: u64) -> Option<Moment> {
        let offset = i64::try_from(detail / 1000).ok()? - i64::from(OFFSET_MAX);
        let days_ahead = u16::try_from(detail % 1000).ok().filter(|d| u32::from(*d) <= DAYS_AHEAD_MAX)?;
        let offset_minutes = i16::try_from(offset).ok().filter(|o| (-OFFSET_MAX..=OFFSET_MAX).contains(o))?;
        Some(Moment { second, offset_minutes, days_ahead })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::local_ms;

    #[test]
    fn in_words_of_the_gateways_clock() {
        let ms = |t: &str| local_ms(t, "Europe/London").unwrap();
        let now = At::new("Europe/London", ms("2026-07-01T21:00")).unwrap();
        for (then, words) in [
            ("2026-07-01T22:30", "at 22:30"),
            ("2026-07-02T08:00", "tomorrow at 08:00"),
            ("2026-07-06T00:00", "on Monday 6 July at 00:00"),
            ("2026-11-02T09:05", "on Monday 2 November at 09:05"),
        ] {
            let moment = Moment::new(ms(then) / 1000, &now);
            assert_eq!(moment.words(), words);
            assert_eq!(Moment::from_detail(moment.second, moment.detail()), Some(moment));
        }
        assert_eq!(Moment::new(0, &now).days_ahead, 0);
        let far = Moment::new(u64::MAX, &now);
        assert!(!far.words().is_empty());
        assert_eq!(far.days_ahead, 400);
        let odd = |offset_minutes, days_ahead| Moment { second: 7, offset_minutes, days_ahead };
        for moment in [odd(-1440, 0), odd(1440, 400), odd(-1, 399), odd(0, 2)] {
            assert_eq!(Moment::from_detail(7, moment.detail()), Some(moment));
        }
        // A clock behind UTC, over midnight and before 1970.
        let said = |second, offset_minutes, days_ahead| Moment { second, offset_minutes, days_ahead }.words();
        assert_eq!(said(86_400 + 59, -300, 0), "at 19:00");
        assert_eq!(said(86_400 + 60, -300, 2), "on Thursday 1 January at 19:01");
        assert_eq!(said(0, -300, 2), "on Thursday 1 January at 19:00");
        for detail in [401, 999, 2_881_000, u64::MAX] {
            assert_eq!(Moment::from_detail(0, detail), None, "{detail}");
        }
    }
}
