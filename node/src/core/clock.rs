//! Community time: what "now" is on a computer whose own clock may be years off.
//!
//! The operating system's clock, if it is not before this version was built and within 48 hours of the median of at
//! least three members; else that median; else the first member's. Nothing a record says feeds it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use hedgerow_protocol::id::PublicKey;

use super::types::OsClock;

/// This version was made after 2026-11-01; a clock that says earlier is wrong. Moved on with each release.
const BUILT_AFTER_MS: u64 = 1_793_491_200_000;
/// How far the own clock may be from the members' median before theirs is used.
const TRUSTED_WITHIN_MS: i64 = 48 * 3_600_000;
/// Members whose median outweighs the own clock.
const MEMBERS_MIN: usize = 3;
/// Members remembered; the longest unheard makes room.
const MEMBERS_MAX: usize = 64;

/// Whose time is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// The computer's own.
    Own,
    /// The members' median: the own clock is this many milliseconds behind it (negative: ahead).
    Members {
        /// Added to the own clock, in milliseconds.
        offset_ms: i64,
    },
    /// The own clock is before this version was built, and no member has been heard.
    Unsure,
}

/// Community time.
pub struct Clock {
    os: OsClock,
    members: Mutex<Members>,
}

#[derive(Default)]
struct Members {
    /// Offset from the own clock in milliseconds, and when it was heard, counted in notes.
    offsets: BTreeMap<PublicKey, (i64, u64)>,
    notes: u64,
    first: Option<i64>,
}

impl Clock {
    /// A clock on top of the operating system's.
    pub fn new(os: OsClock) -> Self {
        Clock { os, members: Mutex::default() }
    }

    /// Unix milliseconds of community time.
    pub fn now_ms(&self) -> u64 {
        let os = (self.os)();
        match self.state_at(os) {
            ClockState::Own | ClockState::Unsure => os,
            ClockState::Members { offset_ms } => os.saturating_add_signed(offset_ms),
        }
    }

    /// Whose time is used now.
    pub fn state(&self) -> ClockState {
        self.state_at((self.os)())
    }

    /// Whether a member has said, since the start, what agrees with the time used now to within 48 hours.
    pub fn is_confirmed(&self) -> bool {
        let os = (self.os)();
        // Time that was taken from members is not confirmed by the one member it came from.
        let (offset, needed) = match self.state_at(os) {
            ClockState::Members { offset_ms } => (offset_ms, 2),
            ClockState::Own => (0, 1),
            ClockState::Unsure => return false,
        };
        let members = self.members.lock().unwrap_or_else(|e| e.into_inner());
        let near = members.offsets.values().filter(|(o, _)| o.abs_diff(offset) <= TRUSTED_WITHIN_MS.unsigned_abs());
        near.count() >= needed
    }

    fn state_at(&self, os: u64) -> ClockState {
        let members = self.members.lock().unwrap_or_else(|e| e.into_inner());
        let median = members.median();
        let believable = os >= BUILT_AFTER_MS;
        match median {
            Some(m) if !believable || m.saturating_abs() > TRUSTED_WITHIN_MS => ClockState::Members { offset_ms: m },
            None if !believable => match members.first {
                Some(offset_ms) => ClockState::Members { offset_ms },
                None => ClockState::Unsure,
            },
            _ => ClockState::Own,
        }
    }

    /// Takes note of a member's time.
    pub fn note_member(&self, member: &PublicKey, unix_ms: u64) {
        let signed = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        let offset = signed(unix_ms).saturating_sub(signed((self.os)()));
        let mut members = self.members.lock().unwrap_or_else(|e| e.into_inner());
        members.notes += 1;
        let note = members.notes;
        members.first.get_or_insert(offset);
        members.offsets.insert(*member, (offset, note));
        if members.offsets.len() > MEMBERS_MAX
            && let Some(oldest) = members.offsets.iter().min_by_key(|(_, v)| v.1).map(|(k, _)| *k)
        {
            members.offsets.remove(&oldest);
        }
    }
}

impl Members {
    fn median(&self) -> Option<i64> {
        if self.offsets.len() < MEMBERS_MIN {
            return None;
        }
        let mut all: Vec<i64> = self.offsets.values().map(|v| v.0).collect();
        all.sort_unstable();
        Some(all[all.len() / 2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const NOW: u64 = BUILT_AFTER_MS + 86_400_000;

    fn clock(os: u64) -> Clock {
        Clock::new(Arc::new(move || os))
    }
    fn note(c: &Clock, n: u8, ms: u64) {
        c.note_member(&PublicKey([n; 32]), ms);
    }

    #[test]
    fn a_good_clock_is_its_own_master() {
        let c = clock(NOW);
        for n in 0..5 {
            note(&c, n, NOW + 3_600_000);
        }
        assert_eq!((c.state(), c.now_ms()), (ClockState::Own, NOW));
    }

    #[test]
    fn thirty_years_off_takes_the_median_and_two_members_do_not_outvote() {
        let wrong = NOW + 30 * 365 * 86_400_000;
        let c = clock(wrong);
        note(&c, 1, NOW);
        note(&c, 2, NOW + 5);
        assert_eq!(c.now_ms(), wrong);
        note(&c, 3, 7); // a liar does not move the median far
        assert_eq!(c.now_ms(), NOW);
    }

    #[test]
    fn before_it_was_built_even_one_member_is_better() {
        let c = clock(1_000);
        assert_eq!(c.state(), ClockState::Unsure);
        note(&c, 1, NOW);
        note(&c, 2, NOW + 9_000_000);
        assert_eq!(c.now_ms(), NOW);
    }

    #[test]
    fn members_are_bounded() {
        let c = clock(NOW);
        for n in 0..=255u8 {
            note(&c, n, NOW);
        }
        assert_eq!(c.members.lock().unwrap().offsets.len(), MEMBERS_MAX);
    }
}
