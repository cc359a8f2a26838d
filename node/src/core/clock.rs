//! Two clocks, which are never the other: community time, which orders and shows; and the clock that deletes.
//!
//! Community time is the operating system's clock, if it is not before this version was built and within 48 hours of the
//! median of at least three voices; else that median. A voice is what a person with standing said through any of their
//! computers, counted on with the monotonic clock and gone after ten minutes. Nothing a record says feeds it.
//!
//! What is deleted does not come back, so other people's clocks can only put a deletion off: see [`Clock::deletion_day`].

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use hedgerow_protocol::hlc::{Day, day_of_ms};
use hedgerow_protocol::id::Id;

use super::types::{OsClock, RunClock};

/// This version was made after 2026-11-01; a clock that says earlier is wrong. Moved on with each release.
const BUILT_AFTER_MS: u64 = 1_793_491_200_000;
/// How far the own clock may be from the median of the voices before theirs is used.
const TRUSTED_WITHIN_MS: i64 = 48 * 3_600_000;
/// Voices whose median outweighs the own clock.
const VOICES_MIN: usize = 3;
/// Voices remembered; the longest unheard makes room.
const VOICES_MAX: usize = 64;
/// How long a voice lasts. Neighbours are asked every half minute.
const VOICE_LASTS: Duration = Duration::from_secs(600);
/// How far the own clock may move against the monotonic one before it was set.
const STEP_MS: u64 = 60_000;
/// How long the own clock has to run without being set before anything is deleted by it.
const STEADY_FOR: Duration = Duration::from_secs(600);

/// Whose time is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// The computer's own.
    Own,
    /// The voices' median: the own clock is this many milliseconds behind it (negative: ahead).
    Members {
        /// Added to the own clock, in milliseconds.
        offset_ms: i64,
    },
    /// The own clock is before this version was built, and nobody has been heard.
    Unsure,
}

/// A day by which may be deleted what is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletionDay {
    /// The day.
    pub day: Day,
    /// The day by the own clock alone: the same or later.
    pub own: Day,
    /// Whether somebody else's clock says the same, to within 48 hours.
    pub is_confirmed: bool,
}

/// Community time, and the clock that deletes.
pub struct Clock {
    os: OsClock,
    run: RunClock,
    heard: Mutex<Heard>,
}

/// A time, and when on the monotonic clock it was that.
#[derive(Clone, Copy)]
struct Moment {
    unix_ms: u64,
    run: Duration,
}

impl Moment {
    fn at(&self, run: Duration) -> u64 {
        self.unix_ms.saturating_add(millis(run.saturating_sub(self.run)))
    }
}

#[derive(Default)]
struct Heard {
    voices: BTreeMap<Id, Moment>,
    /// What the voices said last, for a computer that has no clock of its own to go back to.
    agreed: Option<Moment>,
    /// The own clock when it was looked at last, and since when it has not been set.
    own: Option<(Moment, Duration)>,
}

/// The own clock and the monotonic one, at the same moment.
#[derive(Clone, Copy)]
struct Now {
    os: u64,
    run: Duration,
}

impl Clock {
    /// A clock on top of the operating system's, and of one that nobody can set.
    pub fn new(os: OsClock, run: RunClock) -> Self {
        Clock { os, run, heard: Mutex::default() }
    }

    /// Unix milliseconds of community time.
    pub fn now_ms(&self) -> u64 {
        let (now, heard) = self.look();
        heard.community_ms(now)
    }

    /// Whose time is used now.
    pub fn state(&self) -> ClockState {
        let (now, heard) = self.look();
        heard.state(now)
    }

    /// Whether the own clock cannot be right, and nobody has said what time it is.
    pub fn is_unsure(&self) -> bool {
        self.state() == ClockState::Unsure
    }

    /// Whether community time is the own clock's, or that one cannot be right anyway: nobody else's word moved it.
    pub fn is_undisputed(&self) -> bool {
        let (now, heard) = self.look();
        match heard.state(now) {
            ClockState::Own => true,
            ClockState::Members { .. } => now.os < BUILT_AFTER_MS,
            ClockState::Unsure => false,
        }
    }

    /// Whether somebody else's clock says community time, to within 48 hours.
    pub fn is_confirmed(&self) -> bool {
        let (now, heard) = self.look();
        let ms = heard.community_ms(now);
        heard.voices.values().any(|voice| voice.at(now.run).abs_diff(ms) <= TRUSTED_WITHIN_MS.unsigned_abs())
    }

    /// The day by which may be deleted what was over; none while the own clock is not to be believed.
    ///
    /// The own clock must not be before this version was built, and must have run for ten minutes since it was set or
    /// the start. Where other people's clocks say an earlier time, that one is used: they can keep a thing from being
    /// deleted and never bring it about.
    pub fn deletion_day(&self) -> Option<DeletionDay> {
        let (now, heard) = self.look();
        let is_steady = heard.own.is_some_and(|(_, since)| now.run.saturating_sub(since) >= STEADY_FOR);
        if now.os < BUILT_AFTER_MS || !is_steady {
            return None;
        }
        let ms = heard.median(now.run).map_or(now.os, |median| median.min(now.os));
        let near = |voice: &Moment| voice.at(now.run).abs_diff(ms) <= TRUSTED_WITHIN_MS.unsigned_abs();
        Some(DeletionDay { day: day_of_ms(ms), own: day_of_ms(now.os), is_confirmed: heard.voices.values().any(near) })
    }

    /// The earlier of community time and the own clock: the day by which what is over need not be taken in any more.
    pub fn earlier_day(&self) -> Day {
        let (now, heard) = self.look();
        let community = heard.community_ms(now);
        day_of_ms(if now.os >= BUILT_AFTER_MS { community.min(now.os) } else { community })
    }

    /// Takes note of the time a person with standing says it is. Whoever calls makes sure that they have it.
    pub fn note_voice(&self, person: Id, unix_ms: u64) {
        let (now, mut heard) = self.look();
        heard.voices.insert(person, Moment { unix_ms, run: now.run });
        if heard.voices.len() > VOICES_MAX
            && let Some(oldest) = heard.voices.iter().min_by_key(|(_, v)| v.run).map(|(person, _)| *person)
        {
            heard.voices.remove(&oldest);
        }
        heard.agreed = heard.median(now.run).map(|unix_ms| Moment { unix_ms, run: now.run });
    }

    /// Reads both clocks, and lets go of what no longer holds.
    fn look(&self) -> (Now, MutexGuard<'_, Heard>) {
        let mut heard = self.heard.lock().unwrap_or_else(|e| e.into_inner());
        let now = self.both();
        let since = match heard.own {
            Some((own, since)) => {
                let passed = millis(now.run.saturating_sub(own.run));
                // Two good clocks differ by less than a thousandth.
                let was_set = own.at(now.run).abs_diff(now.os) > STEP_MS.saturating_add(passed / 1000);
                if was_set {
                    // A suspended computer's monotonic clock stood still, and the voices with it.
                    heard.voices.clear();
                }
                if was_set { now.run } else { since }
            }
            None => now.run,
        };
        heard.own = Some((Moment { unix_ms: now.os, run: now.run }, since));
        heard.voices.retain(|_, voice| now.run.saturating_sub(voice.run) <= VOICE_LASTS);
        (now, heard)
    }

    /// Both clocks at once: read again where this thread was stopped between them.
    fn both(&self) -> Now {
        let read = || {
            let before = (self.run)();
            (before, (self.os)(), (self.run)())
        };
        let (mut before, mut os, mut run) = read();
        for _ in 0..3 {
            if run.saturating_sub(before) < Duration::from_secs(1) {
                break;
            }
            (before, os, run) = read();
        }
        Now { os, run }
    }
}

impl Heard {
    fn state(&self, now: Now) -> ClockState {
        let is_believable = now.os >= BUILT_AFTER_MS;
        let from = |unix_ms: u64| ClockState::Members { offset_ms: signed(unix_ms).saturating_sub(signed(now.os)) };
        match self.median(now.run) {
            Some(median) if !is_believable => from(median),
            Some(median)
                if self.voices.len() >= VOICES_MIN && median.abs_diff(now.os) > TRUSTED_WITHIN_MS.unsigned_abs() =>
            {
                from(median)
            }
            None if !is_believable => self.agreed.map_or(ClockState::Unsure, |agreed| from(agreed.at(now.run))),
            _ => ClockState::Own,
        }
    }

    fn community_ms(&self, now: Now) -> u64 {
        match self.state(now) {
            ClockState::Own | ClockState::Unsure => now.os,
            ClockState::Members { offset_ms } => now.os.saturating_add_signed(offset_ms),
        }
    }

    /// The median of what is said; of an even number the earlier one.
    fn median(&self, run: Duration) -> Option<u64> {
        let mut all: Vec<u64> = self.voices.values().map(|v| v.at(run)).collect();
        all.sort_unstable();
        all.get(all.len().saturating_sub(1) / 2).copied()
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::tests::Hands;
    use super::*;

    const DAY: u64 = 86_400_000;
    const NOW: u64 = BUILT_AFTER_MS + DAY;

    fn clock(os: u64) -> (Clock, Hands) {
        let hands = Hands::at(os);
        (Clock::new(hands.os(), hands.run()), hands)
    }
    fn note(c: &Clock, n: u8, ms: u64) {
        c.note_voice(Id([n; 32]), ms);
    }

    #[test]
    fn a_good_clock_is_its_own_master() {
        let (c, _) = clock(NOW);
        for n in 0..5 {
            note(&c, n, NOW + 3_600_000);
        }
        assert_eq!((c.state(), c.now_ms()), (ClockState::Own, NOW));
    }

    #[test]
    fn thirty_years_off_takes_the_median_and_two_people_do_not_outvote() {
        let wrong = NOW + 30 * 365 * DAY;
        let (c, _) = clock(wrong);
        note(&c, 1, NOW);
        note(&c, 1, NOW + 1);
        note(&c, 2, NOW + 5);
        assert_eq!(c.now_ms(), wrong);
        note(&c, 3, 7); // a liar does not move the median far
        assert_eq!(c.now_ms(), NOW + 1);
    }

    #[test]
    fn before_it_was_built_even_one_voice_is_better_and_lasts() {
        let (c, hands) = clock(1_000);
        assert_eq!(c.state(), ClockState::Unsure);
        note(&c, 1, NOW);
        note(&c, 2, NOW + 9_000_000);
        assert_eq!(c.now_ms(), NOW);
        hands.pass(DAY);
        assert_eq!(c.now_ms(), NOW + DAY, "though nobody is heard any more");
        assert_eq!(c.deletion_day(), None);
    }

    #[test]
    fn voices_are_bounded_and_gone_after_ten_minutes() {
        let (c, hands) = clock(NOW);
        for n in 0..=255u8 {
            note(&c, n, NOW + 30 * DAY);
        }
        assert_eq!(c.heard.lock().unwrap().voices.len(), VOICES_MAX);
        assert_eq!(c.now_ms(), NOW + 30 * DAY);
        hands.pass(601_000);
        assert_eq!((c.state(), c.now_ms()), (ClockState::Own, NOW + 601_000));
    }

    #[test]
    fn a_clock_that_is_put_right_needs_nobodys_offset() {
        let (c, hands) = clock(NOW);
        let right = NOW + 70 * DAY;
        for n in 0..3 {
            note(&c, n, right);
        }
        assert_eq!(c.now_ms(), right);
        hands.set(right);
        assert_eq!((c.state(), c.now_ms()), (ClockState::Own, right));
    }

    #[test]
    fn only_an_own_clock_that_ran_for_a_while_deletes_and_others_put_it_off() {
        let (c, hands) = clock(NOW);
        let today = day_of_ms(NOW);
        let by = |day, own, is_confirmed| Some(DeletionDay { day, own, is_confirmed });
        assert_eq!(c.deletion_day(), None);
        hands.pass(599_000);
        assert_eq!(c.deletion_day(), None, "ten minutes have not gone by");
        hands.pass(1_000);
        assert_eq!(c.deletion_day(), by(today, today, false));
        // A year ahead, all of them: nothing is deleted earlier for it.
        for n in 0..64 {
            note(&c, n, NOW + 450 * DAY);
        }
        assert_eq!((c.deletion_day(), c.earlier_day()), (by(today, today, false), today));
        for n in 0..64 {
            note(&c, n, NOW - 40 * DAY);
        }
        assert_eq!(c.deletion_day(), by(today - 40, today, true));
        note(&c, 0, NOW);
        hands.set(NOW + 450 * DAY);
        assert_eq!(c.deletion_day(), None, "it was set");
        hands.pass(600_000);
        assert_eq!(c.deletion_day(), by(today + 450, today + 450, false));
    }
}
