//! Whose turn it is: the line is shared between members, not between their streams, so that twenty streams get no more
//! than one.
//!
//! The next turn is that of the member who has had least. Who comes, or comes back after long, begins with as much as those
//! who are served now have had: nobody saves turns up, and nobody gains by asking in small pieces. (Plain round robin gives a
//! stream that asks in small pieces one piece a round.) Who comes back at once loses nothing by having been away: between the
//! answer to one question and the next there is always a moment. Within a member the streams take turns.
//!
//! Order of calls: [`Fair::want`] when a stream has bytes to move; [`Fair::next`] whenever the line can take some;
//! [`Fair::end`] when a stream is over. Not for: how fast the line goes ([`super::reserve`]), or who may have how much
//! ([`super::meter`]).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::limits::{FAIR_MEMBERS_MAX, FAIR_STREAMS_MAX};

/// One turn: this stream may move so many bytes, 1 or more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Turn<K, S> {
    /// The member.
    pub member: K,
    /// The member's stream.
    pub stream: S,
    /// How many.
    pub bytes: u64,
}

/// So many turns of others may pass while a member asks again, and are made up for.
const AWAY_TURNS: u64 = 16;

/// There is no room for another stream or member. Let it wait, or refuse it as busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many connections wait for their turn")]
pub struct NoRoom;

/// The turns of members `K` with streams `S`.
#[derive(Clone, Debug)]
pub struct Fair<K, S> {
    quantum: u64,
    /// What the member served last had had by then.
    level: u64,
    waiting: BTreeMap<K, Queue<S>>,
    /// The waiting members by what they have had.
    order: BTreeSet<(u64, K)>,
    /// What members who want nothing now have had, if they left only now.
    away: BTreeMap<K, u64>,
}

#[derive(Clone, Debug)]
struct Queue<S> {
    streams: VecDeque<(S, u64)>,
    had: u64,
}

impl<K: Ord + Copy, S: PartialEq + Copy> Fair<K, S> {
    /// Turns of `quantum` bytes at most (at least 1). Smaller is smoother, larger is cheaper.
    pub fn new(quantum: u64) -> Fair<K, S> {
        Fair {
            quantum: quantum.max(1),
            level: 0,
            waiting: BTreeMap::new(),
            order: BTreeSet::new(),
            away: BTreeMap::new(),
        }
    }

    /// A stream has `bytes` to move, besides what it has asked for before.
    pub fn want(&mut self, member: K, stream: S, bytes: u64) -> Result<(), NoRoom> {
        if bytes == 0 {
            return Ok(());
        }
        if let Some(queue) = self.waiting.get_mut(&member) {
            if let Some((_, wanted)) = queue.streams.iter_mut().find(|(s, _)| *s == stream) {
                *wanted = wanted.saturating_add(bytes);
                return Ok(());
            }
            if queue.streams.len() >= FAIR_STREAMS_MAX {
                return Err(NoRoom);
            }
            queue.streams.push_back((stream, bytes));
            return Ok(());
        }
        if self.waiting.len() >= FAIR_MEMBERS_MAX {
            return Err(NoRoom);
        }
        let had = self.away.remove(&member).map_or(self.level, |had| had.max(self.floor()));
        self.waiting.insert(member, Queue { streams: VecDeque::from([(stream, bytes)]), had });
        self.order.insert((had, member));
        Ok(())
    }

    /// The next turn, of at most `room` bytes; `None` when nobody wants anything or there is no room.
    pub fn next(&mut self, room: u64) -> Option<Turn<K, S>> {
        if room == 0 {
            return None;
        }
        let (had, member) = self.order.pop_first()?;
        let queue = self.waiting.get_mut(&member)?;
        let (stream, wanted) = queue.streams.pop_front()?;
        let bytes = wanted.min(self.quantum).min(room);
        if wanted > bytes {
            queue.streams.push_back((stream, wanted - bytes));
        }
        self.level = had;
        queue.had = had.saturating_add(bytes);
        if queue.streams.is_empty() {
            self.leave(member);
        } else {
            self.order.insert((queue.had, member));
        }
        Some(Turn { member, stream, bytes })
    }

    /// A stream is over; what it still wanted is forgotten.
    pub fn end(&mut self, member: K, stream: S) {
        let Some(queue) = self.waiting.get_mut(&member) else { return };
        queue.streams.retain(|(s, _)| *s != stream);
        if queue.streams.is_empty() {
            self.leave(member);
        }
    }

    /// How many members wait for a turn.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn leave(&mut self, member: K) {
        let Some(queue) = self.waiting.remove(&member) else { return };
        self.order.remove(&(queue.had, member));
        // When there are many, those who left long ago go; if none has, a few of them may get a turn too early.
        self.away.insert(member, queue.had);
        if self.away.len() > FAIR_MEMBERS_MAX {
            let floor = self.floor();
            self.away.retain(|_, had| *had > floor);
            if self.away.len() > FAIR_MEMBERS_MAX {
                self.away.pop_first();
            }
        }
    }

    /// How far behind the others somebody who was away may begin.
    fn floor(&self) -> u64 {
        self.level.saturating_sub(self.quantum.saturating_mul(AWAY_TURNS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// A hundred megabytes among 200 members with 1 to 20 streams, each of which wants more as soon as it was served, as a
    /// download does, in pieces of different sizes.
    fn spread(streams: impl Fn(u32) -> u32, piece: impl Fn(u32, u32) -> u64) -> (u64, u64) {
        let mut fair = Fair::new(16 * 1024);
        let mut had: BTreeMap<u32, u64> = BTreeMap::new();
        for m in 0..200 {
            for s in 0..streams(m) {
                fair.want(m, s, piece(m, s)).unwrap();
            }
        }
        let mut room = 10 * 1024 * 1024 * 10;
        while room > 0 {
            let turn = fair.next(room.min(1500 * 10)).unwrap();
            room -= turn.bytes;
            *had.entry(turn.member).or_default() += turn.bytes;
            fair.want(turn.member, turn.stream, turn.bytes.min(piece(turn.member, turn.stream))).unwrap();
        }
        assert_eq!(had.len(), 200);
        (*had.values().max().unwrap(), *had.values().min().unwrap())
    }

    #[test]
    fn two_hundred_members_with_twenty_streams_get_the_same() {
        for (max, min) in [
            spread(|_| 20, |_, _| 100_000),
            spread(|m| m % 20 + 1, |_, _| 100_000),
            spread(|m| m % 20 + 1, |m, s| u64::from(m * 7919 + s * 104_729) % 60_000 + 1_000),
            spread(|m| if m == 0 { 20 } else { 1 }, |m, _| if m == 0 { 1_000_000 } else { 16_384 }),
        ] {
            assert!(max as f64 / min as f64 <= 1.5, "{max} / {min}");
        }
    }

    #[test]
    fn a_small_want_is_not_kept_waiting_by_large_ones() {
        let mut fair = Fair::new(10_000);
        for m in 1..=20 {
            fair.want(m, 0, u64::MAX).unwrap();
        }
        fair.want(99, 0, 500).unwrap();
        let before: u64 =
            core::iter::from_fn(|| fair.next(u64::MAX)).take_while(|t| t.member != 99).map(|t| t.bytes).sum();
        assert_eq!(before, 200_000, "a turn each");
        let (_, own) =
            (0..400).map(|_| fair.next(500).unwrap()).fold((0, 0), |(n, m), t| (n + t.bytes, m.max(t.bytes)));
        assert_eq!(own, 500, "no turn is larger than the room");
    }

    /// Members ask again a while after they were served, as programs do; the line gives several turns meanwhile.
    #[test]
    fn who_asks_again_in_a_moment_loses_nothing_and_who_was_away_saves_nothing_up() {
        let mut fair = Fair::new(10_000);
        let mut had = [0u64; 3];
        for s in 0..20 {
            fair.want(0, s, 10_000).unwrap();
        }
        fair.want(1, 0, 10_000).unwrap();
        let mut back = Vec::new();
        for _ in 0..500 {
            for (member, stream) in back.drain(..) {
                fair.want(member, stream, 10_000).unwrap();
            }
            for _ in 0..8 {
                let Some(turn) = fair.next(10_000) else { break };
                had[turn.member] += turn.bytes;
                back.push((turn.member, turn.stream));
            }
        }
        assert_eq!(had[0], had[1] * 7, "it has a turn whenever it asks");
        // Somebody new has no claim on what was given before.
        fair.want(2, 0, u64::MAX).unwrap();
        let before = had[0];
        for _ in 0..300 {
            let turn = fair.next(10_000).unwrap();
            had[turn.member] += turn.bytes;
            fair.want(turn.member, turn.stream, turn.bytes).unwrap();
        }
        assert!(had[2] <= (had[0] - before) + 17 * 10_000, "{had:?}");
    }

    #[test]
    fn room_has_an_end() {
        let mut fair = Fair::new(1);
        for s in 0..FAIR_STREAMS_MAX {
            fair.want(0, s, 1).unwrap();
        }
        assert_eq!(fair.want(0, FAIR_STREAMS_MAX, 1), Err(NoRoom));
        assert_eq!(fair.want(0, 0, 1), Ok(()));
        for m in 1..FAIR_MEMBERS_MAX {
            fair.want(m, 0, 1).unwrap();
        }
        assert_eq!(fair.want(FAIR_MEMBERS_MAX, 0, 1), Err(NoRoom));
        fair.end(5, 0);
        fair.end(5, 0);
        assert_eq!(fair.waiting(), FAIR_MEMBERS_MAX - 1);
        assert_eq!((fair.want(FAIR_MEMBERS_MAX, 0, 1), fair.next(0)), (Ok(()), None));
    }

    proptest! {
        /// Every byte that was wanted gets a turn, and no other.
        #[test]
        fn what_is_wanted_is_served_once(wants in prop::collection::vec((0u8..5, 0u8..4, 0u64..5000, 1u64..3000), 0..60), quantum in 0u64..2000) {
            let (mut fair, mut wanted, mut had) = (Fair::new(quantum), BTreeMap::new(), BTreeMap::new());
            let mut serve = |fair: &mut Fair<u8, u8>, room| match fair.next(room) {
                None => false,
                Some(turn) => {
                    assert!((1..=room).contains(&turn.bytes));
                    *had.entry((turn.member, turn.stream)).or_insert(0) += turn.bytes;
                    true
                }
            };
            for (member, stream, bytes, room) in wants {
                fair.want(member, stream, bytes).unwrap();
                if bytes > 0 {
                    *wanted.entry((member, stream)).or_insert(0) += bytes;
                }
                serve(&mut fair, room);
            }
            while serve(&mut fair, 1000) {}
            prop_assert_eq!(had, wanted);
            prop_assert_eq!(fair.waiting(), 0);
        }
    }
}
