//! What is stored of authority: it answers as all would, is the same whatever came first, and nobody fills it for others.

use std::collections::BTreeSet;

use super::town::{Town, seen};
use super::world::Rng;
use crate::authority::body::*;
use crate::authority::build::{self, Place};
use crate::authority::{Authority, Inserted, Role, Taken};
use crate::hlc::Hlc;
use crate::id::Id;
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::*;
use crate::record::{Payload, Record};

/// A computer that knows the founding record.
fn empty(t: &Town) -> Authority {
    Authority::new(t.auth.genesis()).unwrap()
}

/// What is compared.
fn ids(a: &Authority) -> BTreeSet<Id> {
    let aside: BTreeSet<Id> = a.aside(None).into_iter().collect();
    a.records().map(Record::id).filter(|id| !aside.contains(id)).collect()
}

fn stored(a: &Authority) -> Vec<Record> {
    let ids = ids(a);
    a.records().filter(|r| ids.contains(&r.id())).cloned().collect()
}

/// Offers some records in parts, and again what had to wait, until nothing more comes of it.
fn offer(a: &mut Authority, records: &[Record], part: usize) -> usize {
    let mut rest = records.to_vec();
    let mut over = 0;
    loop {
        let before = rest.len();
        let mut waits = Vec::new();
        for part in rest.chunks(part) {
            let Taken { strangers, incomplete, over: more, .. } = a.take(part.to_vec());
            over += more;
            waits.extend(strangers.into_iter().chain(incomplete));
        }
        rest = waits;
        if rest.len() == before || rest.is_empty() {
            return over;
        }
    }
}

/// Random towns with liars in them.
fn wild(seed: u64) -> Town {
    let mut t = Town::new(seed, 1 + seed as usize % 4, None);
    for _ in 0..12 + seed % 20 {
        t.step();
    }
    for _ in 0..2 {
        t.stranger();
    }
    let keys: Vec<SecretKey> = (0..t.people.len()).flat_map(|i| t.keys_of(i)).collect();
    for lie in t.junk(&keys, super::town::ALL, 12) {
        t.put(lie);
    }
    for _ in 0..4 {
        t.step();
    }
    t
}

fn people(t: &Town) -> Vec<Id> {
    t.people.iter().map(|h| h.id).filter(|id| t.auth.role(id).is_some()).collect()
}

#[test]
fn what_is_stored_answers_as_all_would() {
    for seed in 0..SEEDS {
        let t = wild(seed);
        let mut stored = empty(&t);
        offer(&mut stored, &t.records, usize::MAX);
        let who = people(&t);
        let (one, other) = (seen(&stored, &who), seen(&t.auth, &who));
        let differs: Vec<_> = one.lines().zip(other.lines()).filter(|(a, b)| a != b).collect();
        assert!(differs.is_empty(), "seed {seed}: {differs:#?}");
        let roles = |a: &Authority| a.persons().map(|p| (p.id, p.role)).collect::<Vec<_>>();
        assert_eq!(roles(&stored), roles(&t.auth), "seed {seed}");
    }
}

/// How many towns.
const SEEDS: u64 = 300;

#[test]
fn what_is_stored_is_the_same_in_every_order_and_for_two_who_meet() {
    for seed in 0..SEEDS {
        let t = wild(seed);
        let mut all = empty(&t);
        offer(&mut all, &t.records, usize::MAX);
        let mut rng = Rng::new(seed ^ 77);
        let mut shuffled = t.records.clone();
        rng.shuffle(&mut shuffled);
        let mut other = empty(&t);
        offer(&mut other, &shuffled, 1 + rng.below(5));
        assert_eq!(ids(&all), ids(&other), "seed {seed}: another order");
        // Two who have heard of parts, and tell each other.
        let (left, right): (Vec<Record>, Vec<Record>) = shuffled.into_iter().partition(|_| rng.below(2) == 0);
        let (mut a, mut b) = (empty(&t), empty(&t));
        // What waits is not lost: whoever has it shows it again. Who names whom can lie on the two sides in turn.
        let now = |a: &Authority, b: &Authority| (ids(a), ids(b), a.records().count() + b.records().count());
        let mut before = None;
        while before.as_ref() != Some(&now(&a, &b)) {
            before = Some(now(&a, &b));
            offer(&mut a, &left, 3);
            offer(&mut b, &right, 3);
            let (of_a, of_b) = (stored(&a), stored(&b));
            offer(&mut a, &of_b, 7);
            offer(&mut b, &of_a, 7);
        }
        assert_eq!(ids(&a), ids(&b), "seed {seed}: two who meet");
        assert_eq!(ids(&a), ids(&all), "seed {seed}: two who meet, and one who heard all");
    }
}

/// Records of no meaning in a key's own log, from a place on.
fn log(t: &Town, key: &SecretKey, owner: Id, from: Place, many: u64, bytes: usize) -> Vec<Record> {
    let mut place = from;
    (0..many)
        .map(|n| {
            let Place { seq, prev } = place.clone();
            let body = vec![7; bytes];
            let payload = Payload::authority(Kind(6_000), owner, key.public(), Hlc::new(9_000 + n, 0), seq, prev, body);
            let record = payload.sign(&t.community, key).unwrap();
            place = Place::after(&record);
            record
        })
        .collect()
}

#[test]
fn strangers_cost_nothing() {
    let mut t = Town::new(1, 1, None);
    let stranger = t.fresh();
    let flood = log(&t, &stranger, t.people[0].id, Place { seq: 1, prev: vec![] }, 3_000, 100);
    let before = ids(&t.auth);
    let taken = t.auth.take(flood);
    assert_eq!((taken.stored.len(), taken.strangers.len(), taken.dropped.len()), (0, 3_000, 0));
    assert_eq!(ids(&t.auth), before);
    // Nor do thousands of people whom nobody let in, each with a log of one, who name one another.
    let mut people = Vec::new();
    for _ in 0..300 {
        let (person, device, hlc) = (t.fresh(), t.fresh(), t.hlc());
        let [founding, listed] = build::newcomer(&t.community, &person, &device, hlc).unwrap();
        let body = Join { person: founding.id(), place: 1 }.encode();
        let joined = Payload::authority(Kind::JOIN, founding.id(), device.public(), hlc, 1, vec![], body);
        people.extend([founding, listed, joined.sign(&t.community, &device).unwrap()]);
    }
    assert_eq!(t.auth.take(people).stored.len(), 0);
}

#[test]
fn a_member_fills_their_own_room_and_is_taken_out_all_the_same() {
    let mut t = Town::new(1, 1, None);
    let (honest, mallory) = (t.resident(0).unwrap(), t.resident(0).unwrap());
    let device = t.people[mallory].device().clone();
    let place = Place::next(&t.auth, &device.public());
    let id = t.people[mallory].id;
    for bytes in [10, 3_500] {
        let flood = log(&t, &device, id, place.clone(), 2_000, bytes);
        for part in flood.chunks(500) {
            t.auth.take(part.to_vec());
        }
        let own = t.auth.records().filter(|r| r.payload().device == device.public());
        let (records, size) = own.fold((0, 0), |(n, sum), r| (n + 1, sum + r.wire().len() as u64));
        assert!(records <= PARTY_AUTHORITY_RECORDS_MAX, "{records} records");
        assert!(size <= PARTY_AUTHORITY_BYTES_MAX + AUTHORITY_BYTES_MAX as u64, "{size} bytes");
    }
    // Their person key is nearer than their computer: it can still take the computer out, and the others go on.
    let (person, hlc) = (t.people[mallory].person.clone(), t.hlc());
    let removal = build::device_remove(&t.auth, &person, id, device.public(), &[], hlc).unwrap();
    let taken = t.auth.take([removal.clone()]);
    assert_eq!(taken.stored.first().map(|(_, how)| *how), Some(Inserted::Counts));
    let (steward, hlc) = (t.people[0].device().clone(), t.hlc());
    let revoke = build::revoke(&t.auth, &steward, id, true, &[], hlc).unwrap();
    t.auth.take([revoke]);
    assert_eq!(t.auth.role(&id), None);
    let guest = t.stranger();
    let (by, hlc) = (t.people[honest].device().clone(), t.hlc());
    let admit = build::admit(&t.auth, &by, t.people[guest].id, None, hlc).unwrap();
    assert_eq!(t.auth.take([admit]).stored.len(), 1);
    assert_eq!(t.auth.role(&t.people[guest].id), Some(Role::Resident));
}

/// A thief runs the log in thousands of directions; what the cut keeps is whole, and the same for everybody.
#[test]
fn forks_of_a_thief_push_out_nothing_that_a_cut_keeps() {
    let mut t = Town::new(1, 1, None);
    let mallory = t.resident(0).unwrap();
    let (id, device) = (t.people[mallory].id, t.people[mallory].device().clone());
    let honest = log(&t, &device, id, Place::next(&t.auth, &device.public()), 150, 20);
    t.auth.take(honest.clone());
    let (person, hlc) = (t.people[mallory].person.clone(), t.hlc());
    let removal = build::device_remove(&t.auth, &person, id, device.public(), &[], hlc).unwrap();
    // The thief begins again at the first place, before and after the cut.
    let mut forks = Vec::new();
    for n in 0..1_500u64 {
        let payload =
            Payload::authority(Kind(6_001), id, device.public(), Hlc::new(n, 1), 1, vec![], n.to_be_bytes().to_vec());
        forks.push(payload.sign(&t.community, &device).unwrap());
    }
    let base: Vec<Record> = t.records.clone();
    let orders: [Vec<&[Record]>; 3] = [
        vec![&honest, std::slice::from_ref(&removal), &forks],
        vec![&forks, &honest, std::slice::from_ref(&removal), &honest],
        vec![&forks, std::slice::from_ref(&removal), &honest, &forks],
    ];
    let mut sets = Vec::new();
    for order in orders {
        let mut a = empty(&t);
        offer(&mut a, &base, usize::MAX);
        for part in order {
            offer(&mut a, part, 400);
        }
        let stored = ids(&a);
        assert!(honest.iter().all(|r| stored.contains(&r.id())), "the honest log is whole");
        sets.push((stored, a));
    }
    // Each tells the others.
    for _ in 0..2 {
        for (from, to) in [(0, 1), (1, 2), (2, 0)] {
            let records = stored(&sets[from].1);
            offer(&mut sets[to].1, &records, 100);
        }
    }
    let all: Vec<BTreeSet<Id>> = sets.iter().map(|(_, a)| ids(a)).collect();
    assert!(all[0] == all[1] && all[1] == all[2], "{:?}", all.iter().map(BTreeSet::len).collect::<Vec<_>>());
}

#[test]
fn whom_a_liar_let_in_goes_with_them_where_nothing_is_kept() {
    let mut t = Town::new(1, 1, None);
    let mallory = t.resident(0).unwrap();
    let socks: Vec<usize> = (0..5).map(|_| t.resident(mallory).unwrap()).collect();
    let before = ids(&t.auth).len();
    let (id, steward, hlc) = (t.people[mallory].id, t.people[0].device().clone(), t.hlc());
    let revoke = build::revoke(&t.auth, &steward, id, true, &[], hlc).unwrap();
    let own = t.people[socks[1]].id;
    assert!(t.auth.take([revoke]).moves_aside);
    assert_eq!(ids(&t.auth).len(), before + 1 - 2 * socks.len(), "their founding records and computers");
    assert_eq!(t.auth.aside(Some(&own)).len(), 2 * socks.len() - 2, "at home what is one's own stays");
    assert!(socks.iter().all(|s| t.auth.role(&t.people[*s].id).is_none()));
    // A steward lets one of them in: what was aside is back.
    let hlc = t.hlc();
    let admit = build::admit(&t.auth, &steward, own, None, hlc).unwrap();
    t.auth.take([admit]);
    assert_eq!(ids(&t.auth).len(), before + 2 - 2 * socks.len() + 2);
}
