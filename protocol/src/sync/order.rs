//! In which order authority records travel: ancestors first, everywhere they travel.
//!
//! Whoever takes them in keeps only so many that wait for their ancestors. A record names its predecessors in its key's
//! own log; what else it rests on (who let whom in) is not looked up, but time tells: it was written before.

use std::collections::BTreeMap;

use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::record::Record;

/// What decides where an authority record stands among others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LanePlace {
    /// The key whose log it is in.
    pub device: PublicKey,
    /// Its place there.
    pub seq: u64,
    /// When it was written, as it says.
    pub hlc: Hlc,
    /// Its id.
    pub id: Id,
}

/// A place in the order: the latest time in its log so far, its place there, its id.
pub type LaneKey = (Hlc, u64, Id);

impl LanePlace {
    /// Of a record. The founding record of a community comes before everything.
    pub fn of(record: &Record) -> LanePlace {
        let p = record.payload();
        let (hlc, seq) = if p.kind == Kind::GENESIS { (Hlc(0), 0) } else { (p.hlc, p.seq.unwrap_or(0)) };
        LanePlace { device: p.device, seq, hlc, id: record.id() }
    }
}

/// [`ancestors_first`] of ids; those without a place come last.
pub fn ids_ancestors_first(ids: Vec<Id>, place: impl Fn(&Id) -> Option<LanePlace>) -> Vec<Id> {
    let (mut places, mut others) = (Vec::with_capacity(ids.len()), Vec::new());
    for id in ids {
        match place(&id) {
            Some(place) => places.push(place),
            None => others.push(id),
        }
    }
    ancestors_first(places).into_iter().map(|(_, _, id)| id).chain(others).collect()
}

/// Puts authority records into the order of their time; within one key's log into that of their places, whatever their
/// clocks say. So ancestors come before descendants, and what a record rests on comes before it where clocks were right.
pub fn ancestors_first(mut places: Vec<LanePlace>) -> Vec<LaneKey> {
    places.sort_unstable_by_key(|p| (p.seq, p.id));
    let mut latest: BTreeMap<PublicKey, Hlc> = BTreeMap::new();
    let keyed = places.iter().map(|p| {
        let time = latest.entry(p.device).or_default();
        *time = p.hlc.max(*time);
        (*time, p.seq, p.id)
    });
    let mut keyed: Vec<LaneKey> = keyed.collect();
    keyed.sort_unstable();
    keyed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_record_comes_before_one_of_its_log_with_a_lower_place(
            places in prop::collection::vec((0u8..4, 1u64..30, any::<u64>(), any::<[u8; 32]>()), 0..60),
            turn in any::<prop::sample::Index>(),
        ) {
            let place = |(device, seq, hlc, id)| LanePlace { device: PublicKey([device; 32]), seq, hlc: Hlc(hlc), id: Id(id) };
            let mut places: Vec<LanePlace> = places.into_iter().map(place).collect();
            let order = ancestors_first(places.clone());
            let of = |key: &LaneKey| *places.iter().find(|p| p.id == key.2).unwrap();
            for (n, key) in order.iter().enumerate() {
                let later = order[n + 1..].iter().map(of);
                prop_assert!(later.into_iter().all(|p| p.device != of(key).device || p.seq >= key.1));
            }
            if !places.is_empty() {
                let by = turn.index(places.len());
                places.rotate_left(by);
            }
            prop_assert_eq!(ancestors_first(places), order, "whatever order they came in");
        }
    }
}
