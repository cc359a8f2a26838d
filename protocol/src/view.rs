//! What a slot shows: a pure fold over the versions of it that are here.
//!
//! The same versions, authority and time give the same answer, whatever order they came in. Not for: choosing what is
//! kept (`retention`), nor for what a body means.

use std::collections::{BTreeMap, BTreeSet};

use crate::authority::Authority;
use crate::hlc::{Hlc, day_of_ms};
use crate::id::{Id, PublicKey};
use crate::kind::Lane;
use crate::limits::{CONTENT_PREV_MAX, HEADS_MAX};
use crate::record::Record;

/// How a slot stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SlotState {
    /// No version counts now.
    Empty,
    /// The newest is to be shown.
    Shown,
    /// The newest withdraws the slot.
    Withdrawn,
    /// The newest is past its last day. Older versions do not come back.
    Expired,
}

/// A slot as it stands at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlotView {
    /// How it stands.
    pub state: SlotState,
    /// The winner first, then versions written without knowledge of it, newest first; at most [`HEADS_MAX`].
    /// Empty only when the state is [`SlotState::Empty`].
    pub heads: Vec<Record>,
    /// Versions that count when their time has come, of each device the newest, which no other version names; the highest first.
    pub waiting: Vec<Record>,
    /// Of each other device the newest version, if it counts: another one names it. The highest first.
    pub named: Vec<Record>,
    /// The highest place that a version has, whether it counts or not.
    pub highest: Option<Hlc>,
    /// The earliest moment, in Unix milliseconds, at which the answer changes by time alone.
    pub changes_at_ms: Option<u64>,
}

impl SlotView {
    /// What people see: the winner, unless it withdraws the slot or is past its day.
    pub fn shown(&self) -> Option<&Record> {
        self.heads.first().filter(|_| self.state == SlotState::Shown)
    }
    /// The newest version that counts, shown or not.
    pub fn winner(&self) -> Option<&Record> {
        self.heads.first()
    }
    /// "Changed in two places": there is more than one head, and they do not say the same.
    pub fn is_changed_in_two_places(&self) -> bool {
        self.heads.windows(2).any(|w| w[0].payload().body != w[1].payload().body)
    }
    /// What the next version names as `prev`: the ids of the heads, of what waits, and of what they name, strictly ascending.
    ///
    /// What another version names is named again: retention keeps two versions of a device, and once the one between has gone,
    /// nothing else would say that this one is known.
    pub fn next_prev(&self) -> Vec<Id> {
        let known = self.heads.iter().chain(&self.waiting).chain(&self.named).take(CONTENT_PREV_MAX);
        let mut ids: Vec<Id> = known.map(Record::id).collect();
        ids.sort_unstable();
        ids
    }
    /// The rank of the next version, dated `hlc`: above all versions, whatever their dates.
    pub fn next_rank(&self, hlc: Hlc) -> Option<Hlc> {
        self.highest.and_then(|highest| hlc.rank_above(highest))
    }
}

/// Folds the versions of one slot (all of one address, in any order, twice or not) at `now_ms`, Unix milliseconds.
pub fn winner(versions: &[Record], authority: &Authority, now_ms: u64) -> SlotView {
    let now_ms_ahead = now_ms.saturating_add(crate::limits::AHEAD_MS_MAX);
    let content = || versions.iter().filter(|r| r.lane() == Lane::Content);
    let highest = content().map(|r| r.order().0).max();
    let (counting, late): (Vec<&Record>, Vec<&Record>) =
        content().filter(|r| authority.counts(r)).partition(|r| r.payload().hlc.counts_at(now_ms));
    let mut changes: Vec<u64> = late.iter().map(|r| now_ms + (r.payload().hlc.unix_ms() - now_ms_ahead)).collect();
    let today = day_of_ms(now_ms);
    let is_expired = |r: &Record| r.payload().expires.is_some_and(|day| day < today);
    let top = counting.iter().copied().max_by_key(|r| r.order());
    let state = match top {
        None => SlotState::Empty,
        Some(r) if is_expired(r) => SlotState::Expired,
        Some(r) if r.is_withdrawal() => SlotState::Withdrawn,
        Some(_) => SlotState::Shown,
    };

    let named = superseded(&counting);
    let newest = newest_of_each(counting.iter().copied());
    let is_top = |r: &Record| top.is_some_and(|top| top.id() == r.id());
    let mut heads: Vec<Record> = newest
        .values()
        .filter(|r| is_top(r) || !named.contains(&r.id()) && !is_expired(r))
        .map(|r| (*r).clone())
        .collect();
    heads.sort_by_key(|r| core::cmp::Reverse(r.order()));
    heads.truncate(HEADS_MAX);

    let all: Vec<&Record> = counting.iter().chain(&late).copied().collect();
    let named = superseded(&all);
    let is_late = |r: &&Record| !r.payload().hlc.counts_at(now_ms) && !named.contains(&r.id());
    let mut waiting: Vec<Record> = newest_of_each(all.iter().copied()).into_values().filter(is_late).cloned().collect();
    waiting.sort_by_key(|r| core::cmp::Reverse(r.order()));
    waiting.truncate(HEADS_MAX);

    let is_head = |r: &Record| heads.iter().chain(&waiting).any(|h| h.id() == r.id());
    let others = newest.values().filter(|r| !is_head(r) && !is_expired(r));
    let mut named: Vec<Record> = others.map(|r| (*r).clone()).collect();
    named.sort_by_key(|r| core::cmp::Reverse(r.order()));
    named.truncate(CONTENT_PREV_MAX);

    let last_days = heads.iter().filter_map(|r| r.payload().expires).filter(|day| *day >= today);
    changes.extend(last_days.map(|day| (u64::from(day) + 1) * crate::hlc::DAY_MS));
    SlotView { state, heads, waiting, named, highest, changes_at_ms: changes.into_iter().min() }
}

/// One device writes in sequence: only the newest version of each can be a head.
fn newest_of_each<'a>(versions: impl Iterator<Item = &'a Record>) -> BTreeMap<PublicKey, &'a Record> {
    let mut newest: BTreeMap<PublicKey, &Record> = BTreeMap::new();
    for r in versions {
        let held = newest.entry(r.payload().device).or_insert(r);
        if held.order() < r.order() {
            *held = r;
        }
    }
    newest
}

/// Whether a version was written in the knowledge of another one, itself or through others that are here.
pub fn is_superseded(id: &Id, versions: &[Record], authority: &Authority) -> bool {
    let counting: Vec<&Record> = versions.iter().filter(|r| authority.counts(r)).collect();
    superseded(&counting).contains(id)
}

/// The ids that counting versions were written in the knowledge of, directly or through one another.
fn superseded(counting: &[&Record]) -> BTreeSet<Id> {
    let by_id: BTreeMap<Id, &Record> = counting.iter().map(|r| (r.id(), *r)).collect();
    let mut seen = BTreeSet::new();
    let mut todo: Vec<Id> = counting.iter().flat_map(|r| r.payload().prev.iter().copied()).collect();
    while let Some(id) = todo.pop() {
        if seen.insert(id) {
            todo.extend(by_id.get(&id).into_iter().flat_map(|r| r.payload().prev.iter().copied()));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::{Duty, body::DeviceOffer, build};
    use crate::hlc::{DAY_MS, Hlc};
    use crate::keys::SecretKey;
    use crate::kind::Kind;
    use crate::record::Payload;
    use proptest::prelude::*;

    const NOW: u64 = 20_000 * DAY_MS;

    /// A community with a steward who has two devices, 3 and 4; 5 is nobody's.
    struct Street {
        authority: Authority,
        owner: Id,
    }

    fn key(n: u8) -> SecretKey {
        SecretKey::from_seed(&[n; 32])
    }

    fn street() -> Street {
        let (person, t) = (key(1), Hlc::new(NOW - 9 * DAY_MS, 0));
        let genesis = build::found_community(&person, &[], &[key(2).public()], 1, false, [0; 16], t).unwrap();
        let mut authority = Authority::new(&genesis).unwrap();
        let two = build::newcomer(&genesis.id(), &person, &key(3), t).unwrap();
        let owner = two[0].id();
        let offer = DeviceOffer::sign(&genesis.id(), &owner, &key(4), Duty::Full);
        let place = build::Place::after(&two[1]);
        let third = build::device_add(&genesis.id(), &person, place, owner, offer, t).unwrap();
        authority.extend(two.into_iter().chain([third]));
        Street { authority, owner }
    }

    impl Street {
        fn write(&self, device: u8, ms: u64, body: &[u8], prev: &[&Record], expires: Option<u32>) -> Record {
            let hlc = Hlc::new(ms, 0);
            let mut p = Payload::content(Kind::NOTICE, self.owner, key(device).public(), *b"a", hlc, body.to_vec());
            p.prev = prev.iter().map(|r| r.id()).collect();
            p.prev.sort_unstable();
            p.expires = expires.or(p.expires);
            p.sign(&self.authority.community(), &key(device)).unwrap()
        }
        fn see(&self, versions: &[&Record], now: u64) -> SlotView {
            winner(&versions.iter().map(|r| (*r).clone()).collect::<Vec<_>>(), &self.authority, now)
        }
    }

    #[test]
    fn the_last_write_wins_and_a_withdrawal_is_a_write() {
        let s = street();
        let a = s.write(3, NOW - 50, b"\x01", &[], None);
        let b = s.write(4, NOW - 40, b"\x02", &[&a], None);
        let gone = s.write(3, NOW - 30, b"", &[&b], None);
        assert_eq!(s.see(&[&b, &a], NOW).shown(), Some(&b));
        assert!(!s.see(&[&b, &a], NOW).is_changed_in_two_places());
        let view = s.see(&[&a, &gone, &b], NOW);
        assert_eq!((view.state, view.shown()), (SlotState::Withdrawn, None));
        assert_eq!(view.heads, [gone]);
    }

    #[test]
    fn written_apart_both_are_kept() {
        let s = street();
        let a = s.write(3, NOW - 50, b"\x01", &[], None);
        let b = s.write(4, NOW - 40, b"\x02", &[&a], None);
        let c = s.write(3, NOW - 30, b"\x03", &[&a], None);
        let view = s.see(&[&a, &b, &c], NOW);
        assert_eq!(view.heads, [c.clone(), b.clone()]);
        assert!(view.is_changed_in_two_places());
        let both = s.write(4, NOW - 20, b"\x04", &[&b, &c], None);
        assert_eq!(s.see(&[&a, &b, &c, &both], NOW).heads, [both]);
    }

    #[test]
    fn a_stranger_shows_nothing() {
        let s = street();
        let a = s.write(5, NOW - 50, b"\x01", &[], None);
        assert_eq!(s.see(&[&a], NOW).state, SlotState::Empty);
    }

    #[test]
    fn a_version_from_the_future_waits_for_its_time() {
        let s = street();
        let a = s.write(3, NOW - 50, b"\x01", &[], None);
        let late = s.write(4, NOW + DAY_MS, b"\x02", &[], None);
        let view = s.see(&[&a, &late], NOW);
        assert_eq!(view.shown(), Some(&a));
        let then = view.changes_at_ms.unwrap();
        assert_eq!(s.see(&[&a, &late], then - 1).shown(), Some(&a));
        assert_eq!(s.see(&[&a, &late], then).shown(), Some(&late));
    }

    #[test]
    fn after_its_last_day_nothing_comes_back() {
        let s = street();
        let today = day_of_ms(NOW);
        let a = s.write(3, NOW - 50, b"\x01", &[], None);
        let b = s.write(3, NOW - 40, b"\x02", &[&a], Some(today));
        let view = s.see(&[&a, &b], NOW);
        assert_eq!(view.shown(), Some(&b));
        assert_eq!(view.changes_at_ms, Some(NOW + DAY_MS));
        assert_eq!(s.see(&[&a, &b], NOW + DAY_MS).state, SlotState::Expired);
    }

    /// Years ahead, a little ahead, right, and far behind.
    const CLOCKS: [i64; 5] = [5 * 365 * DAY_MS as i64, 3 * DAY_MS as i64, 600_000, 0, -500 * DAY_MS as i64];

    impl Street {
        /// What a computer writes whose clock is off, and that knows these versions.
        fn write_knowing(&self, device: u8, count: u16, off_ms: i64, known: &[Record]) -> Record {
            let now = NOW.saturating_add_signed(off_ms) + u64::from(count);
            let (view, hlc) = (winner(known, &self.authority, now), Hlc::new(now, count));
            let body = if count % 5 == 4 { vec![] } else { vec![count as u8] };
            let p = Payload::content(Kind::NOTICE, self.owner, key(device).public(), *b"a", hlc, body);
            let p = Payload { prev: view.next_prev(), rank: view.next_rank(hlc), ..p };
            p.sign(&self.authority.community(), &key(device)).unwrap()
        }
    }

    fn some_of(all: &[Record], mask: u16) -> Vec<Record> {
        all.iter().enumerate().filter(|(n, _)| mask >> n & 1 == 1).map(|(_, r)| r.clone()).collect()
    }

    /// What retention keeps of these, as a node does that has seen them all.
    fn kept(all: &[Record]) -> Vec<Record> {
        use crate::retention::{Facts, Holder, Share, keep};
        let path = [Share { holder: Holder::Person(Id([1; 32])), units: 1_000 }];
        let facts: Vec<Facts> = all.iter().map(|r| Facts::of(r, Some(path.into()))).collect();
        let ids = keep(&facts, 0);
        all.iter().filter(|r| ids.contains(&r.id())).cloned().collect()
    }

    #[test]
    fn what_a_clock_wrote_that_was_ahead_gives_way_to_what_is_said_when_it_is_right() {
        let s = street();
        let mut all: Vec<Record> = Vec::new();
        for (count, off) in [(0, CLOCKS[0]), (1, CLOCKS[0]), (2, CLOCKS[0]), (3, 0)] {
            all.push(s.write_knowing(3, count, off, &all));
        }
        let right = all.last().unwrap();
        let holds = kept(&all);
        assert!(holds.contains(right), "two that are dated ahead do not push it out");
        for now in [NOW, NOW + 6 * 365 * DAY_MS] {
            assert_eq!(winner(&holds, &s.authority, now).winner(), Some(right), "nor win when their time has come");
        }
        let gone = s.write_knowing(4, 4, CLOCKS[0], &all);
        all.push(gone);
        let back = s.write_knowing(3, 5, 0, &all);
        all.push(back.clone());
        assert!(back.payload().prev.contains(&all[4].id()), "another computer's version that waits is named");
        assert_eq!(
            winner(&kept(&all), &s.authority, NOW).shown(),
            Some(&back),
            "a withdrawal dated ahead is taken back"
        );
    }

    #[test]
    fn what_was_written_in_turn_is_never_changed_in_two_places() {
        let s = street();
        // One computer writes once, the other goes on: what it knew is known when retention let the versions between go.
        for turns in [[3, 4, 4, 4, 4, 4, 4, 4], [3, 4, 4, 3, 4, 4, 4, 4], [4, 3, 3, 3, 4, 3, 3, 3]] {
            let mut holds: Vec<Record> = Vec::new();
            for (count, device) in turns.into_iter().enumerate() {
                holds.push(s.write_knowing(device, count as u16, 0, &holds));
                holds = kept(&holds);
                assert_eq!(winner(&holds, &s.authority, NOW).heads.len(), 1, "{turns:?} after {count}");
            }
        }
    }

    proptest! {
        /// Computers whose clocks are right or wrong write, each in the knowledge of some of what was written before.
        #[test]
        fn a_version_that_another_names_never_wins(
            writes in prop::collection::vec((3u8..5, 0usize..5, any::<u16>()), 1..12),
            (seen, other) in (any::<u16>(), any::<u16>()),
            later_days in 0u64..3_000,
        ) {
            let s = street();
            let mut all: Vec<Record> = Vec::new();
            for (count, (device, clock, knows)) in writes.into_iter().enumerate() {
                // Whoever writes knows at least what it wrote itself.
                let own = all.iter().enumerate().filter(|(_, r)| r.payload().device == key(device).public());
                let mask = own.fold(knows, |mask, (n, _)| mask | 1 << n);
                all.push(s.write_knowing(device, count as u16, CLOCKS[clock], &some_of(&all, mask)));
            }
            let now = NOW + later_days * DAY_MS;
            let (a, b) = (some_of(&all, seen), some_of(&all, other));
            let parts = [kept(&a), kept(&b)].concat();
            for set in [&a, &b, &kept(&a), &parts, &kept(&all), &all] {
                let view = winner(set, &s.authority, now);
                let Some(won) = view.winner() else { continue };
                let by = set.iter().find(|r| r.payload().hlc.counts_at(now) && r.payload().prev.contains(&won.id()));
                prop_assert_eq!(by, None, "{:?} is named and wins", won);
            }
            // What is kept of a union is what is kept of what is kept of its parts.
            let union: Vec<Record> = some_of(&all, seen | other);
            let withdrawn = union.iter().any(Record::is_withdrawal);
            let ids = |set: &[Record]| set.iter().map(Record::id).collect::<BTreeSet<Id>>();
            if !withdrawn {
                prop_assert_eq!(ids(&kept(&parts)), ids(&kept(&union)));
            }
        }
    }

    proptest! {
        #[test]
        fn order_and_repetition_do_not_matter(
            writes in prop::collection::vec((3u8..6, 0u64..4, any::<u8>(), any::<prop::sample::Index>()), 1..9),
            shuffle in any::<u64>(),
        ) {
            let s = street();
            let mut all: Vec<Record> = Vec::new();
            for (device, back, body, cites) in writes {
                let prev: Vec<&Record> = if all.is_empty() { vec![] } else { vec![&all[cites.index(all.len())]] };
                let body = if body % 4 == 0 { vec![] } else { vec![body] };
                let r = s.write(device, NOW + 2 - back * 500_000, &body, &prev, None);
                all.push(r);
            }
            let expected = winner(&all, &s.authority, NOW);
            let mut twice = [all.clone(), all].concat();
            twice.sort_by_key(|r| blake3::hash(&[&r.id().0[..], &shuffle.to_be_bytes()].concat()).as_bytes().to_owned());
            prop_assert_eq!(winner(&twice, &s.authority, NOW), expected);
        }
    }
}
