//! Rule K: what a node keeps. A pure function of a set of records and a week, so that every node that has seen the
//! same records keeps the same ones, whatever order they came in: `K(A ∪ B) = K(K(A) ∪ K(B))`.
//!
//! 1. Authority records: all of them.
//! 2. Content whose expiry week is over is out.
//! 3. Of one (owner, kind, key, device), the newest four by (HLC, id).
//! 4. Of what is left of one device, the newest [`RECORDS_PER_DEVICE`].
//!
//! Why the law holds for step 4 after step 3: of one slot-device, step 3 leaves min(4, how many are newer than r) records newer than r,
//! and that number only grows with the set. So a record kept from the whole is kept from every part that has it; and
//! whatever pushes a record out of the whole is itself kept, so it pushes it out again.
//!
//! Not for: whether a record counts (authority), or what is shown (view).

use std::collections::{BTreeMap, BTreeSet};

use crate::hlc::{Day, Hlc, week_of};
use crate::id::{Id, PublicKey};
use crate::kind::{Kind, Lane};
use crate::limits::{DELETE_AFTER_DAYS, RECORDS_PER_DEVICE, VERSIONS_PER_SLOT_DEVICE};
use crate::record::Record;

/// The week of 2060-01-01. Content that expires then or later shares one bucket, so that far-dated records cannot make
/// a node keep thousands of weeks.
pub const FAR_WEEK: u32 = 4696;

/// The week after which a content record goes. [`FAR_WEEK`] at most; 0 for authority records, which have none.
pub fn expiry_week(record: &Record) -> u32 {
    record.payload().expires.map_or(0, |d| week_of(d).min(FAR_WEEK))
}

/// The earliest expiry week a store still holds on `today`: records go [`DELETE_AFTER_DAYS`] days after the end of
/// their week, so that neighbours whose clocks are two days apart still agree on every week they compare.
pub fn oldest_week_held(today: Day) -> u32 {
    week_of(today.saturating_sub(DELETE_AFTER_DAYS)).min(FAR_WEEK)
}

/// How much is kept. Nodes that are to agree use [`Limits::PROTOCOL`]; tests use smaller ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Newest versions of one (owner, kind, key, device).
    pub versions_per_slot_device: usize,
    /// Newest content records of one device.
    pub records_per_device: usize,
}

impl Limits {
    /// What every node keeps.
    pub const PROTOCOL: Limits =
        Limits { versions_per_slot_device: VERSIONS_PER_SLOT_DEVICE, records_per_device: RECORDS_PER_DEVICE };
}

/// One slot as one device writes it: (owner, kind, key, device).
pub type SlotDevice = (Id, Kind, Vec<u8>, PublicKey);

/// What rule K looks at in a record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Facts {
    /// Its lane.
    pub lane: Lane,
    /// Its slot and device.
    pub slot: SlotDevice,
    /// What sorts versions.
    pub order: (Hlc, Id),
    /// [`expiry_week`].
    pub week: u32,
}

impl Facts {
    /// Of a record.
    pub fn of(record: &Record) -> Facts {
        let p = record.payload();
        Facts {
            lane: record.lane(),
            slot: (record.owner(), p.kind, p.key.clone(), p.device),
            order: record.order(),
            week: expiry_week(record),
        }
    }
}

/// The ids that are kept of a set, in which weeks below `oldest_week` are over.
pub fn keep<'a>(set: impl IntoIterator<Item = &'a Facts>, oldest_week: u32, limits: Limits) -> BTreeSet<Id> {
    let mut kept = BTreeSet::new();
    let mut slots: BTreeMap<&SlotDevice, BTreeSet<(Hlc, Id)>> = BTreeMap::new();
    for facts in set {
        if facts.lane == Lane::Authority {
            kept.insert(facts.order.1);
        } else if facts.week >= oldest_week {
            slots.entry(&facts.slot).or_default().insert(facts.order);
        }
    }
    let mut devices: BTreeMap<PublicKey, BTreeSet<(Hlc, Id)>> = BTreeMap::new();
    for ((.., device), versions) in slots {
        devices.entry(*device).or_default().extend(versions.iter().rev().take(limits.versions_per_slot_device));
    }
    for records in devices.into_values() {
        kept.extend(records.iter().rev().take(limits.records_per_device).map(|(_, id)| *id));
    }
    kept
}

/// The incremental form of step 3: which versions of one slot-device are dropped, given all that are held of it.
pub fn dropped_from_slot(versions: &[(Hlc, Id)]) -> Vec<Id> {
    beyond_newest(versions, VERSIONS_PER_SLOT_DEVICE)
}

/// The incremental form of step 4: how many of a device's oldest records are dropped when it has `held` after step 3.
/// Applied after each write, this and [`dropped_from_slot`] keep a store at exactly K.
pub fn dropped_from_device(held: usize) -> usize {
    held.saturating_sub(RECORDS_PER_DEVICE)
}

fn beyond_newest(versions: &[(Hlc, Id)], newest: usize) -> Vec<Id> {
    let mut sorted: Vec<_> = versions.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted.dedup();
    sorted.into_iter().skip(newest).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: Limits = Limits { versions_per_slot_device: 2, records_per_device: 5 };

    fn facts() -> impl Strategy<Value = Facts> {
        (0u8..12, 0u8..4, 0u8..2, 0u64..8, 0u8..6, 0u32..6).prop_map(|(lane, key, device, hlc, id, week)| {
            let lane = if lane == 0 { Lane::Authority } else { Lane::Content };
            // As in life, everything else follows from the id.
            let name = [lane as u8, key, device, hlc as u8, id, week as u8];
            Facts {
                lane,
                slot: (Id([1; 32]), Kind::NOTICE, vec![key], PublicKey([device; 32])),
                order: (Hlc(hlc), Id(*blake3::hash(&name).as_bytes())),
                week,
            }
        })
    }

    fn only(set: &[Facts], ids: &BTreeSet<Id>) -> Vec<Facts> {
        set.iter().filter(|f| ids.contains(&f.order.1)).cloned().collect()
    }

    /// What a store does: one record at a time, dropping as it goes.
    fn one_by_one(set: &[Facts], oldest: u32, limits: Limits) -> BTreeSet<Id> {
        let mut held: BTreeSet<Facts> = BTreeSet::new();
        for f in set {
            if f.lane == Lane::Content && f.week < oldest {
                continue;
            }
            held.insert(f.clone());
            if f.lane == Lane::Authority {
                continue;
            }
            let slot: Vec<_> = held.iter().filter(|h| h.lane == f.lane && h.slot == f.slot).map(|h| h.order).collect();
            let out = beyond_newest(&slot, limits.versions_per_slot_device);
            held.retain(|h| h.lane != f.lane || !out.contains(&h.order.1));
            let device: Vec<_> =
                held.iter().filter(|h| h.lane == f.lane && h.slot.3 == f.slot.3).map(|h| h.order).collect();
            let out = beyond_newest(&device, limits.records_per_device);
            held.retain(|h| h.lane != f.lane || !out.contains(&h.order.1));
        }
        held.into_iter().map(|f| f.order.1).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn k_of_a_union_is_k_of_the_parts_kept(
            a in prop::collection::vec(facts(), 0..30),
            b in prop::collection::vec(facts(), 0..30),
            oldest in 0u32..4,
            turn in any::<prop::sample::Index>(),
        ) {
            let mut both: Vec<Facts> = a.iter().chain(&b).cloned().collect();
            let whole = keep(&both, oldest, SMALL);
            let (ka, kb) = (only(&a, &keep(&a, oldest, SMALL)), only(&b, &keep(&b, oldest, SMALL)));
            prop_assert_eq!(&keep(ka.iter().chain(&kb), oldest, SMALL), &whole);
            prop_assert_eq!(&one_by_one(&both, oldest, SMALL), &whole);
            if !both.is_empty() {
                let by = turn.index(both.len());
                both.rotate_left(by);
                both.reverse();
            }
            prop_assert_eq!(&one_by_one(&both, oldest, SMALL), &whole);
        }
    }

    #[test]
    fn weeks_are_held_three_days_longer() {
        let last_day_of_week_9 = 9 * 7 + 6;
        assert_eq!(oldest_week_held(last_day_of_week_9 + 3), 9);
        assert_eq!(oldest_week_held(last_day_of_week_9 + 4), 10);
    }

    #[test]
    fn the_newest_four_stay() {
        let v: Vec<_> = (0..6u8).map(|n| (Hlc(u64::from(n % 3)), Id([n; 32]))).collect();
        let mut out = dropped_from_slot(&v);
        out.sort();
        assert_eq!(out, [Id([0; 32]), Id([3; 32])]);
        assert_eq!(dropped_from_device(RECORDS_PER_DEVICE + 2), 2);
        assert_eq!(dropped_from_device(3), 0);
    }
}
