//! What the sessions of one node share: over which link records are fetched, so that a node with many neighbours
//! downloads what it lacks about once.
//!
//! All links compare ids at any time; records themselves come over one link at a time (its *turn*), and what is new is
//! fetched from the first link that tells of it. A link that does not deliver loses its turn, so a slow or lying one
//! holds up the others for a while and no longer. Time comes in as an argument, on a clock that nobody can set.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::id::Id;

/// Longest turn while others wait.
const TURN_MAX: Duration = Duration::from_secs(60);
/// A turn in which nothing new came for this long is over when others wait.
const TURN_IDLE: Duration = Duration::from_secs(15);
/// A session that waited for its turn and did not ask for this long waits no more.
const WAITS_MAX: Duration = Duration::from_secs(5);
/// News that somebody was asked for and that did not come for this long may be asked for elsewhere.
const NEWS_MAX: Duration = Duration::from_secs(10);
/// News on their way that are remembered. More: all are forgotten, and at worst come twice.
const NEWS_ON_THEIR_WAY_MAX: usize = 65_536;

struct Turn {
    session: u64,
    since: Duration,
    brought: Duration,
}

struct Waits {
    since: Duration,
    asked: Duration,
}

/// See above. Sessions are named by numbers that their driver gives.
#[derive(Default)]
pub struct Intake {
    turn: Option<Turn>,
    waiting: BTreeMap<u64, Waits>,
    on_their_way: BTreeMap<Id, Duration>,
}

impl Intake {
    /// A session wants to ask for records: whether it is its turn. If not, it may ask again after a second.
    pub fn ask(&mut self, session: u64, now: Duration) -> bool {
        self.waiting.retain(|_, w| now.saturating_sub(w.asked) < WAITS_MAX);
        let others_wait = self.waiting.keys().any(|w| *w != session);
        let is_over = |t: &Turn| now.saturating_sub(t.since) >= TURN_MAX || now.saturating_sub(t.brought) >= TURN_IDLE;
        match &mut self.turn {
            Some(t) if t.session == session && !(others_wait && is_over(t)) => {
                if !others_wait {
                    (t.since, t.brought) = (now, now);
                }
                return true;
            }
            Some(t) if t.session != session && !is_over(t) => {
                self.wait(session, now);
                return false;
            }
            // Its own turn is over, and others wait.
            Some(t) if t.session == session => {
                self.turn = None;
                self.wait(session, now);
                return false;
            }
            _ => {}
        }
        let first = self.waiting.iter().min_by_key(|(_, w)| w.since).map(|(s, _)| *s);
        if first.is_some_and(|s| s != session) {
            self.wait(session, now);
            return false;
        }
        self.waiting.remove(&session);
        self.turn = Some(Turn { session, since: now, brought: now });
        true
    }

    fn wait(&mut self, session: u64, now: Duration) {
        self.waiting.entry(session).or_insert(Waits { since: now, asked: now }).asked = now;
    }

    /// Something new came over a session.
    pub fn brought(&mut self, session: u64, now: Duration) {
        if let Some(turn) = self.turn.as_mut().filter(|t| t.session == session) {
            turn.brought = now;
        }
    }

    /// A session has all it wanted, or is gone. Says whether the turn is free now.
    pub fn done(&mut self, session: u64) -> bool {
        self.waiting.remove(&session);
        let was = self.turn.as_ref().is_some_and(|t| t.session == session);
        if was {
            self.turn = None;
        }
        was
    }

    /// Of news that a session tells of, those to be fetched over it: nobody else was asked for them just now.
    pub fn fetch(&mut self, news: Vec<Id>, now: Duration) -> Vec<Id> {
        if self.on_their_way.len() + news.len() > NEWS_ON_THEIR_WAY_MAX {
            self.on_their_way.clear();
        }
        let is_free = |at: &Duration| now.saturating_sub(*at) >= NEWS_MAX;
        let mut wanted = news;
        wanted.retain(|id| self.on_their_way.get(id).is_none_or(is_free));
        self.on_their_way.extend(wanted.iter().map(|id| (*id, now)));
        wanted
    }

    /// These are here.
    pub fn came<'a>(&mut self, ids: impl IntoIterator<Item = &'a Id>) {
        for id in ids {
            self.on_their_way.remove(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(1000 + seconds)
    }

    #[test]
    fn one_at_a_time_and_the_next_when_it_is_done() {
        let mut intake = Intake::default();
        assert!(intake.ask(1, at(0)));
        assert!(!intake.ask(2, at(0)) && !intake.ask(3, at(1)));
        assert!(intake.ask(1, at(2)), "it goes on");
        assert!(intake.done(1));
        assert!(!intake.ask(3, at(3)), "two waited longer");
        assert!(intake.ask(2, at(3)) && !intake.done(1) && intake.done(2));
        assert!(intake.ask(3, at(4)));
    }

    #[test]
    fn whoever_brings_nothing_loses_its_turn() {
        let mut intake = Intake::default();
        assert!(intake.ask(1, at(0)));
        for second in 0..15 {
            assert!(!intake.ask(2, at(second)));
        }
        assert!(intake.ask(2, at(15)));
        assert!(!intake.ask(1, at(16)));
    }

    #[test]
    fn a_trickle_does_not_hold_it_for_ever() {
        let mut intake = Intake::default();
        assert!(intake.ask(1, at(0)));
        for second in 0..60 {
            assert!(!intake.ask(2, at(second)), "{second}");
            assert!(intake.ask(1, at(second)));
            intake.brought(1, at(second));
        }
        assert!(!intake.ask(1, at(60)), "others wait");
        assert!(intake.ask(2, at(60)));
    }

    #[test]
    fn whoever_waits_and_goes_holds_nobody_up() {
        let mut intake = Intake::default();
        assert!(intake.ask(1, at(0)) && !intake.ask(2, at(0)));
        intake.done(1);
        assert!(!intake.ask(3, at(1)), "two may still come");
        assert!(intake.ask(3, at(5)));
        assert!(intake.ask(3, at(500)), "alone, as long as it likes");
    }

    #[test]
    fn news_are_fetched_from_one() {
        let mut intake = Intake::default();
        let ids: Vec<Id> = (0..3).map(|n| Id([n; 32])).collect();
        assert_eq!(intake.fetch(ids[..2].to_vec(), at(0)), ids[..2]);
        assert_eq!(intake.fetch(ids.clone(), at(1)), ids[2..]);
        intake.came(&ids[..1]);
        assert_eq!(intake.fetch(ids.clone(), at(9)), ids[..1], "what was let go of since may come again");
        assert_eq!(intake.fetch(ids.clone(), at(10)), ids[1..2], "it did not come");
        let many = |from: u32| (from..from + 40_000).map(|n| Id(*blake3::hash(&n.to_be_bytes()).as_bytes())).collect();
        (0..9).for_each(|n| drop(intake.fetch(many(n * 40_000), at(20))));
        assert!(intake.on_their_way.len() <= NEWS_ON_THEIR_WAY_MAX);
    }
}
