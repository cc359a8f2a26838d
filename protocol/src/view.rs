//! What a slot shows: a pure fold over the versions of it that are here.
//!
//! The same versions, authority and time give the same answer, whatever order they came in. Not for: choosing what is
//! kept (`retention`), nor for what a body means.

use std::collections::{BTreeMap, BTreeSet};

use crate::authority::Authority;
use crate::hlc::day_of_ms;
use crate::id::{Id, PublicKey};
use crate::kind::Lane;
use crate::limits::HEADS_MAX;
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
    /// What the next version names as `prev`: the ids of the heads, strictly ascending.
    pub fn next_prev(&self) -> Vec<Id> {
        let mut ids: Vec<Id> = self.heads.iter().map(Record::id).collect();
        ids.sort_unstable();
        ids
    }
}

/// Folds the versions of one slot (all of one address, in any order, twice or not) at `now_ms`, Unix milliseconds.
pub fn winner(versions: &[Record], authority: &Authority, now_ms: u64) -> SlotView {
    let now_ms_ahead = now_ms.saturating_add(crate::limits::AHEAD_MS_MAX);
    let mut changes: Vec<u64> = Vec::new();
    let mut counting: Vec<&Record> = Vec::new();
    for r in versions.iter().filter(|r| r.lane() == Lane::Content && authority.counts(r)) {
        if r.payload().hlc.counts_at(now_ms) {
            counting.push(r);
        } else {
            changes.push(now_ms + (r.payload().hlc.unix_ms() - now_ms_ahead));
        }
    }
    let today = day_of_ms(now_ms);
    let is_expired = |r: &Record| r.payload().expires.is_some_and(|day| day < today);
    let Some(top) = counting.iter().copied().max_by_key(|r| r.order()) else {
        return SlotView { state: SlotState::Empty, heads: vec![], changes_at_ms: changes.into_iter().min() };
    };
    let state = match (is_expired(top), top.is_withdrawal()) {
        (true, _) => SlotState::Expired,
        (_, true) => SlotState::Withdrawn,
        _ => SlotState::Shown,
    };

    let superseded = superseded(&counting);
    // One device writes in sequence: only its newest version can be a head.
    let mut newest: BTreeMap<PublicKey, &Record> = BTreeMap::new();
    for r in &counting {
        let held = newest.entry(r.payload().device).or_insert(r);
        if held.order() < r.order() {
            *held = r;
        }
    }
    let mut heads: Vec<Record> = newest
        .into_values()
        .filter(|r| r.id() == top.id() || !superseded.contains(&r.id()) && !is_expired(r))
        .cloned()
        .collect();
    heads.sort_by_key(|r| core::cmp::Reverse(r.order()));
    heads.truncate(HEADS_MAX);
    let last_days = heads.iter().filter_map(|r| r.payload().expires).filter(|day| *day >= today);
    changes.extend(last_days.map(|day| (u64::from(day) + 1) * crate::hlc::DAY_MS));
    SlotView { state, heads, changes_at_ms: changes.into_iter().min() }
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
