//! Properties of the authority: the same answer for every order of arrival, with liars inside.

use super::{model, world};
use crate::authority::body::{Admit, DeviceAdd, DeviceOffer, Group, GroupMember};
use crate::authority::build::{self, Place};
use crate::authority::{Authority, Duty, GroupRole, Inserted, Role, Why};
use crate::hlc::Hlc;
use crate::id::Id;
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::GROUP_STORES_MAX;
use crate::record::{Payload, Record};
use proptest::prelude::*;
use std::collections::BTreeSet;
use world::{World, key};

/// Everything an authority answers, as text.
fn answers(a: &Authority, records: &[Record]) -> String {
    let mut out = String::new();
    for r in records {
        out += &format!("{:?} {:?}\n", r.id(), a.standing_of(&r.id()));
    }
    for p in a.persons() {
        out += &format!("{p:?} {:?}\n", a.devices_of(&p.id));
    }
    for g in a.groups() {
        out += &format!("{g:?} {:?} {:?}\n", a.group_members(&g), a.devices_of(&g));
    }
    for r in records {
        let d = r.payload().device;
        out += &format!("{:?} {:?}\n", a.device(&d), a.next_in_log(&d));
        if let Some(d) = a.device(&d) {
            out += &format!("{:?}\n", a.by_transport(&d.transport));
        }
    }
    out
}

fn same_for_every_order(w: &mut World, orders: usize) {
    let mut sorted = w.records.clone();
    sorted.sort_by_key(Record::id);
    let mut batch = Authority::new(w.auth.genesis()).unwrap();
    batch.extend(w.records.clone());
    let expected = answers(&batch, &sorted);
    assert_eq!(answers(&w.auth, &sorted), expected, "in the order written");
    for order in 0..orders {
        let mut list = w.records.clone();
        w.rng.shuffle(&mut list);
        let mut a = Authority::new(w.auth.genesis()).unwrap();
        for (i, r) in list.iter().enumerate() {
            a.insert(r);
            if i % 7 == order % 7 {
                a.insert(r);
                // At every step, not only at the end.
                let mut so_far = Authority::new(w.auth.genesis()).unwrap();
                so_far.extend(list[..=i].iter().rev().cloned());
                assert_eq!(answers(&a, &sorted), answers(&so_far, &sorted), "after {i}");
            }
        }
        assert_eq!(answers(&a, &sorted), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn every_order_gives_the_same_answer(seed in any::<u64>(), steps in 1usize..45, liars in any::<bool>()) {
        let mut w = World::new(seed);
        for _ in 0..steps { w.step(liars); }
        same_for_every_order(&mut w, 3);
    }

    /// What counts is what the rules say, read off them a second time without any cleverness.
    #[test]
    fn what_counts_is_what_the_rules_say(seed in any::<u64>(), steps in 1usize..60, liars in any::<bool>()) {
        let mut w = World::new(seed);
        for _ in 0..steps { w.step(liars); }
        let expected = model::counting(w.auth.genesis(), &w.records);
        for r in &w.records {
            let counts = w.auth.standing_of(&r.id()) == Some(Inserted::Counts);
            prop_assert_eq!(counts, expected.contains(&r.id()), "{:?} {:?}", r, r.payload());
        }
    }

    #[test]
    fn outsiders_change_nothing(seed in any::<u64>()) {
        let mut w = World::new(seed);
        for _ in 0..25 { w.step(false); }
        let roles = |a: &Authority| format!("{:?}", a.persons().map(|p| (p, a.devices_of(&p.id))).collect::<Vec<_>>());
        let before = (roles(&w.auth), w.auth.groups().count());
        // Two strangers who know everything write whatever they like.
        let p = w.fresh();
        let first = w.humans.len();
        w.join(p);
        let p = w.fresh();
        w.join(p);
        w.humans.drain(..first);
        for _ in 0..20 { w.step(true); }
        prop_assert_eq!(before, (roles(&w.auth), w.auth.groups().count()));
    }
}

fn cases() -> u32 {
    std::env::var("HEDGEROW_AUTHORITY_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

#[test]
fn a_first_street() {
    let mut w = World::new(1);
    let steward = w.humans[0].devices[0].clone();
    let anna_key = w.fresh();
    let anna = w.join(anna_key);
    let (anna_id, anna_device) = (w.humans[anna].id, w.humans[anna].devices[0].clone());
    assert_eq!(w.auth.role(&w.humans[0].id), Some(Role::Steward));
    assert_eq!(w.auth.role(&anna_id), None);
    assert!(w.auth.by_transport(&anna_device.transport().public()).is_none());
    assert!(!w.auth.was_taken_out(&anna_device.transport().public()));
    assert_eq!(w.auth.may_publish(&anna_device.public(), &anna_id, Kind::NOTICE), Err(Why::NotMember));

    let admit = build::admit(&w.auth, &steward, anna_id, None, Hlc::new(9_000, 0)).unwrap();
    assert_eq!(w.put(admit), Inserted::Counts);
    assert_eq!(w.auth.role(&anna_id), Some(Role::Resident));
    let member = w.auth.by_transport(&anna_device.transport().public()).unwrap();
    assert_eq!((member.owner, member.device, member.role), (anna_id, anna_device.public(), Role::Resident));
    assert_eq!(w.auth.may_publish(&anna_device.public(), &anna_id, Kind::NOTICE), Ok(()));
    assert_eq!(w.auth.may_publish(&anna_device.public(), &w.community, Kind::PROFILE), Err(Why::NotSteward));
    assert_eq!(w.auth.may_publish(&steward.public(), &w.community, Kind::PROFILE), Ok(()));

    let none = build::found_group(&w.auth, &anna_device, &[anna_id], &[], [1; 16], Hlc::new(9_001, 0));
    assert_eq!(none, Err(build::BuildError::Why(Why::NotSteward)));
    let group = build::found_group(&w.auth, &steward, &[anna_id], &[], [1; 16], Hlc::new(9_001, 0)).unwrap();
    let gid = group.id();
    assert_eq!(w.put(group), Inserted::Counts);
    assert_eq!(w.auth.may_publish(&anna_device.public(), &gid, Kind::SERVICE), Ok(()));
    let offer = DeviceOffer::sign(&w.community, &gid, &key(77), Duty::Store);
    let add = build::group_device_add(&w.auth, &anna_device, gid, offer, Hlc::new(9_002, 0)).unwrap();
    assert_eq!(w.put(add), Inserted::Counts);
    assert_eq!(w.auth.by_transport(&key(77).transport().public()).unwrap().role, Role::Node);
    assert_eq!(w.auth.may_publish(&key(77).public(), &gid, Kind::SERVICE), Err(Why::StoresOnly));

    // What a stranger's node needs to see that Anna is a member is in the evidence, and enough.
    let mut other = Authority::new(w.auth.genesis()).unwrap();
    for r in w.auth.evidence(&anna_id, 64) {
        other.insert(&r);
    }
    assert_eq!(other.role(&anna_id), Some(Role::Resident));
    assert!(other.device(&anna_device.public()).is_some());

    // Taken out is something else than unknown, or not let in yet, or in.
    let node = key(77).transport().public();
    let all = [&node, &anna_device.transport().public(), &key(99).transport().public()];
    let out = |a: &Authority| all.map(|transport| a.was_taken_out(transport));
    assert_eq!(out(&w.auth), [false, false, false]);
    let remove = build::device_remove(&w.auth, &anna_device, gid, key(77).public(), &[], Hlc::new(9_003, 0)).unwrap();
    assert_eq!(w.put(remove), Inserted::Counts);
    assert_eq!(out(&w.auth), [true, false, false]);
    let revoke = build::revoke(&w.auth, &steward, anna_id, false, &[], Hlc::new(9_004, 0)).unwrap();
    assert_eq!(w.put(revoke), Inserted::Counts);
    assert_eq!(out(&w.auth), [true, true, false]);
    let back = build::admit(&w.auth, &steward, anna_id, None, Hlc::new(9_005, 0)).unwrap();
    assert_eq!(w.put(back), Inserted::Counts);
    assert_eq!(out(&w.auth), [true, false, false]);
}

#[test]
fn a_computer_is_taken_out_as_it_was_before_a_day() {
    let mut w = World::new(3);
    let (me, laptop, person) = (w.humans[0].id, w.humans[0].devices[0].clone(), w.humans[0].person.clone());
    let at = |n: u64| Hlc::new(9_000 + n, 0);
    let group = |w: &mut World, n: u64| {
        let made = build::found_group(&w.auth, &laptop, &[me], &[], [n as u8; 16], at(n)).unwrap();
        assert_eq!(w.put(made.clone()), Inserted::Counts);
        made.id()
    };
    let all: Vec<Id> = (0..4).map(|n| group(&mut w, n)).collect();
    for (since, left) in [(at(9), 4), (at(2), 2), (Hlc(0), 0)] {
        let mut after = w.auth.clone();
        let remove = build::device_remove_since(&w.auth, &person, me, laptop.public(), Some(since), &[], at(20));
        assert_eq!(after.insert(&remove.unwrap()), Inserted::Counts);
        assert_eq!(after.groups().count(), left, "since {since:?}");
        assert!(all[..left].iter().all(|g| after.groups().any(|there| there == *g)));
        assert!(after.device(&laptop.public()).is_none());
    }
}

#[test]
fn invites_end_at_the_fourth_step() {
    let mut w = World::new(2);
    let mut from = w.humans[0].devices[0].clone();
    for step in 1..=5u8 {
        let p = w.fresh();
        let h = w.join(p);
        let id = w.humans[h].id;
        let hlc = w.hlc();
        let admit = build::admit(&w.auth, &from, id, None, hlc);
        if step == 5 {
            assert_eq!(admit, Err(build::BuildError::Why(Why::TooDeep)));
            // Written all the same, it has no effect.
            let by = w.auth.person(&w.auth.person_of_device(&from.public()).unwrap()).unwrap();
            let body = Admit { person: id, by: by.by, invite: None, after: vec![] }.encode();
            let (seq, prev) = w.auth.next_in_log(&from.public());
            let r = Payload::authority(Kind::ADMIT, by.id, from.public(), hlc, seq, prev, body);
            assert_eq!(w.put(r.sign(&w.community, &from).unwrap()), Inserted::NoEffect);
            assert_eq!(w.auth.role(&id), None);
        } else {
            assert_eq!(w.put(admit.unwrap()), Inserted::Counts);
            assert_eq!(w.auth.person(&id).unwrap().depth, step);
            from = w.humans[h].devices[0].clone();
        }
    }
}

/// A resident who forks the log to let in more than ten: ten count, the same ten for everybody.
#[test]
fn ten_admits_a_resident_even_with_forks() {
    let mut w = World::new(3);
    let steward = w.humans[0].devices[0].clone();
    let p = w.fresh();
    let r = w.join(p);
    let (rid, rdev) = (w.humans[r].id, w.humans[r].devices[0].clone());
    let hlc = w.hlc();
    let admit = build::admit(&w.auth, &steward, rid, None, hlc).unwrap();
    w.put(admit);
    let before = w.auth.clone();
    for i in 0..14 {
        let p = w.fresh();
        let h = w.join(p);
        let id = w.humans[h].id;
        let hlc = w.hlc();
        let base = if i % 3 == 0 { &before } else { &w.auth };
        match build::admit(base, &rdev, id, None, hlc) {
            Ok(a) => {
                w.put(a);
            }
            Err(e) => assert_eq!(e, build::BuildError::Why(Why::AdmitsUsed)),
        }
    }
    let admitted = w.auth.persons().filter(|p| p.depth == 2).count();
    assert_eq!(admitted, 10);
    let waits: BTreeSet<Id> = w.auth.pending().map(Record::id).collect();
    let standing = |r: &&Record| w.auth.standing_of(&r.id()) == Some(Inserted::Pending);
    assert_eq!(waits, w.records.iter().filter(standing).map(Record::id).collect());
    assert!(w.auth.pending().any(|r| r.payload().kind == Kind::ADMIT));
    same_for_every_order(&mut w, 6);
}

/// Beyond 200 records in one log nothing counts; a fork cannot bring more in, whatever comes first.
#[test]
fn a_full_log_counts_no_further() {
    let mut w = World::new(4);
    let steward = w.humans[0].devices[0].clone();
    let p = w.fresh();
    let r = w.join(p);
    let (rid, rdev) = (w.humans[r].id, w.humans[r].devices[0].clone());
    let hlc = w.hlc();
    let admit = build::admit(&w.auth, &steward, rid, None, hlc).unwrap();
    w.put(admit);
    let early = w.auth.clone();
    for _ in 0..205 {
        let (seq, prev) = w.auth.next_in_log(&rdev.public());
        let hlc = w.hlc();
        let junk = Payload::authority(Kind(6_000), rid, rdev.public(), hlc, seq, prev, vec![1]);
        assert_ne!(w.put(junk.sign(&w.community, &rdev).unwrap()), Inserted::Counts);
    }
    let hlc = w.hlc();
    assert_eq!(build::admit(&w.auth, &rdev, rid, None, hlc), Err(build::BuildError::Why(Why::LogFull)));
    // Written all the same, it waits.
    let forced = admit_by_hand(&mut w, rid, &rdev, rid);
    assert_eq!(w.put(forced), Inserted::Pending);
    let p = w.fresh();
    let late = w.join(p);
    let id = w.humans[late].id;
    let hlc = w.hlc();
    let admit = build::admit(&early, &rdev, id, None, hlc).unwrap();
    assert_eq!(w.put(admit), Inserted::Counts, "a fork at the beginning of the log takes its place there");
    let mut sorted = w.records.clone();
    sorted.sort_by_key(Record::id);
    for _ in 0..3 {
        w.rng.shuffle(&mut sorted);
        let mut a = Authority::new(w.auth.genesis()).unwrap();
        a.extend(sorted.clone());
        assert_eq!(answers(&a, &sorted), answers(&w.auth, &sorted));
    }
}

#[test]
fn a_device_must_have_signed_for_itself() {
    let mut w = World::new(5);
    let (owner, person) = (w.humans[0].id, w.humans[0].person.clone());
    let mut offer = DeviceOffer::sign(&w.community, &owner, &key(50), Duty::Store);
    offer.duty = Duty::Full;
    let hlc = w.hlc();
    let place = Place::next(&w.auth, &person.public());
    let refused = build::device_add(&w.community, &person, place.clone(), owner, offer.clone(), hlc);
    assert_eq!(refused, Err(build::BuildError::Offer));
    let body = DeviceAdd { offer, by: None }.encode();
    let forced = Payload::authority(Kind::DEVICE_ADD, owner, person.public(), hlc, place.seq, place.prev, body);
    assert_eq!(w.put(forced.sign(&w.community, &person).unwrap()), Inserted::NoEffect);
    assert!(w.auth.device(&key(50).public()).is_none());
}

/// An admit that no honest program would write: it does not ask what is allowed.
fn admit_by_hand(w: &mut World, owner: Id, device: &SecretKey, person: Id) -> Record {
    let by = w.auth.person(&owner).unwrap().by;
    let body = Admit { person, by, invite: None, after: vec![] }.encode();
    let (seq, prev) = w.auth.next_in_log(&device.public());
    let hlc = w.hlc();
    Payload::authority(Kind::ADMIT, owner, device.public(), hlc, seq, prev, body).sign(&w.community, device).unwrap()
}

/// A resident with one device, let in by the steward.
fn resident(w: &mut World) -> (Id, SecretKey) {
    let steward = w.humans[0].devices[0].clone();
    let p = w.fresh();
    let h = w.join(p);
    let (id, device) = (w.humans[h].id, w.humans[h].devices[0].clone());
    let hlc = w.hlc();
    let admit = build::admit(&w.auth, &steward, id, None, hlc).unwrap();
    assert_eq!(w.put(admit), Inserted::Counts);
    (id, device)
}

fn junk(w: &mut World, owner: Id, device: &SecretKey, size: usize) {
    let (seq, prev) = w.auth.next_in_log(&device.public());
    let hlc = w.hlc();
    let junk = Payload::authority(Kind(6_000), owner, device.public(), hlc, seq, prev, vec![1; size]);
    assert_eq!(w.put(junk.sign(&w.community, device).unwrap()), Inserted::NoEffect);
}

/// The last record that counts in a full log is pushed out by a fork at its beginning, for those who saw it count too.
#[test]
fn a_fork_pushes_the_last_out_of_a_full_log() {
    let mut w = World::new(6);
    let (rid, rdev) = resident(&mut w);
    let early = w.auth.clone();
    for _ in 0..199 {
        junk(&mut w, rid, &rdev, 1);
    }
    let p = w.fresh();
    let h = w.join(p);
    let guest = w.humans[h].id;
    let last = admit_by_hand(&mut w, rid, &rdev, guest);
    let last_id = last.id();
    assert_eq!(w.put(last), Inserted::Counts);
    let hlc = w.hlc();
    let fork = build::admit(&early, &rdev, rid, None, hlc).unwrap();
    assert_eq!(w.put(fork), Inserted::Counts);
    assert_eq!(w.auth.standing_of(&last_id), Some(Inserted::Pending));
    assert_eq!(w.auth.role(&guest), None);
}

#[test]
fn sixty_four_kilobytes_fill_a_log_too() {
    let mut w = World::new(7);
    let (rid, rdev) = resident(&mut w);
    for _ in 0..15 {
        junk(&mut w, rid, &rdev, 3_900);
    }
    let admit = admit_by_hand(&mut w, rid, &rdev, rid);
    assert_eq!(w.put(admit), Inserted::Counts);
    junk(&mut w, rid, &rdev, 3_900);
    let admit = admit_by_hand(&mut w, rid, &rdev, rid);
    assert_eq!(w.put(admit), Inserted::Pending);
}

/// Taking a computer out does not make room in what it had written: by number or by size, what did not count before does not
/// count then, and what did count still does.
#[test]
fn a_full_log_stays_full_within_a_cut() {
    for (many, size) in [(199, 1), (16, 3_900)] {
        let mut w = World::new(14);
        let (rid, rdev) = resident(&mut w);
        let person = w.humans.iter().find(|h| h.id == rid).unwrap().person.clone();
        let guest = |w: &mut World| {
            let p = w.fresh();
            let h = w.join(p);
            w.humans[h].id
        };
        let (first, last) = (guest(&mut w), guest(&mut w));
        let admit = admit_by_hand(&mut w, rid, &rdev, first);
        assert_eq!(w.put(admit), Inserted::Counts);
        for _ in 0..many {
            junk(&mut w, rid, &rdev, size);
        }
        let beyond = admit_by_hand(&mut w, rid, &rdev, last);
        assert_eq!(w.put(beyond), Inserted::Pending, "{many} of {size}");
        let hlc = w.hlc();
        let remove = build::device_remove(&w.auth, &person, rid, rdev.public(), &[], hlc).unwrap();
        assert_eq!(w.put(remove), Inserted::Counts);
        assert_eq!((w.auth.role(&first), w.auth.role(&last)), (Some(Role::Resident), None), "{many} of {size}");
    }
}

#[test]
fn a_resident_has_sixty_four_computers_at_most() {
    let mut w = World::new(8);
    let (rid, rdev) = resident(&mut w);
    for n in 0..64u64 {
        let offer = DeviceOffer::sign(&w.community, &rid, &key(10_000 + n), Duty::Full);
        let (hlc, place) = (w.hlc(), Place::next(&w.auth, &rdev.public()));
        let add = build::device_add(&w.community, &rdev, place, rid, offer, hlc).unwrap();
        // The first is the one the resident came with.
        let expected = if n < 63 { Inserted::Counts } else { Inserted::Pending };
        assert_eq!(w.put(add), expected, "{n}");
    }
    assert_eq!(w.auth.devices_of(&rid).len(), 64);
    assert_eq!(w.auth.may_publish(&rdev.public(), &rid, Kind::DEVICE_ADD), Err(Why::TooManyDevices));
}

#[test]
fn what_must_be_understood_and_is_not_has_no_effect() {
    let mut w = World::new(9);
    let (rid, rdev) = resident(&mut w);
    let p = w.fresh();
    let h = w.join(p);
    let guest = w.humans[h].id;
    let mut payload = admit_by_hand(&mut w, rid, &rdev, guest).payload().clone();
    payload.critical = vec![40];
    assert_eq!(w.put(payload.sign(&w.community, &rdev).unwrap()), Inserted::NoEffect);
    assert_eq!(w.auth.role(&guest), None);
}

/// A group with one device that only stores: its id, and the device.
fn equipment(w: &mut World) -> (Id, SecretKey) {
    let (owner, steward, store) = (w.humans[0].id, w.humans[0].devices[0].clone(), key(20_000));
    let hlc = w.hlc();
    let group = build::found_group(&w.auth, &steward, &[owner], &[], [9; 16], hlc).unwrap();
    let id = group.id();
    assert_eq!(w.put(group), Inserted::Counts);
    let (hlc, offer) = (w.hlc(), DeviceOffer::sign(&w.community, &id, &store, Duty::Store));
    let add = build::group_device_add(&w.auth, &steward, id, offer, hlc).unwrap();
    assert_eq!(w.put(add), Inserted::Counts);
    (id, store)
}

/// A computer that only stores cannot let anybody in, found groups or enrol.
#[test]
fn a_storing_computer_signs_nothing() {
    let mut w = World::new(10);
    let owner = w.humans[0].id;
    let (_, store) = equipment(&mut w);
    let groups = w.auth.groups().count();
    let hlc = w.hlc();
    let refused = build::found_group(&w.auth, &store, &[owner], &[], [1; 16], hlc);
    assert_eq!(refused, Err(build::BuildError::Why(Why::StoresOnly)));
    let admit = admit_by_hand(&mut w, owner, &store, owner);
    assert_eq!(w.put(admit), Inserted::Pending);
    let body = Group { nonce: [1; 16], admins: vec![owner], by: w.community, scope: vec![] }.encode();
    let (seq, prev) = w.auth.next_in_log(&store.public());
    let hlc = w.hlc();
    let group = Payload::authority(Kind::GROUP, Id::SELF, store.public(), hlc, seq, prev, body);
    assert_eq!(w.put(group.sign(&w.community, &store).unwrap()), Inserted::Pending);
    assert_eq!(w.auth.groups().count(), groups);
}

/// It connects, and that is all: nothing it writes counts for anybody, it is nobody who lives here, and it lets nobody in.
#[test]
fn equipment_has_no_say() {
    let mut w = World::new(10);
    let (owner, community) = (w.humans[0].id, w.community);
    let residents = w.auth.persons().count();
    let (group, store) = equipment(&mut w);
    let member = w.auth.by_transport(&store.transport().public()).unwrap();
    assert_eq!((member.owner, member.role), (group, Role::Node));
    assert_eq!(w.auth.persons().count(), residents, "never counted as somebody who lives here");
    for owner in [owner, group, community] {
        for kind in [Kind::NOTICE, Kind::PROFILE, Kind::SEALING_KEY, Kind::LOCAL_SITE, Kind::ROLL_CALL, Kind::ADMIT] {
            assert!(w.auth.may_publish(&store.public(), &owner, kind).is_err(), "{kind}");
            if kind != Kind::ADMIT {
                let hlc = w.hlc();
                let p = Payload::content(kind, owner, store.public(), store.public().0, hlc, vec![1]);
                assert!(!w.auth.counts(&p.sign(&community, &store).unwrap()), "{kind}");
            }
        }
    }
    assert_eq!(w.auth.person_of_device(&store.public()), None);
}

/// Thirty-two of a group, and no more until one was taken out.
#[test]
fn a_group_has_so_much_equipment() {
    let mut w = World::new(12);
    let (group, first) = equipment(&mut w);
    let (steward, community) = (w.humans[0].devices[0].clone(), w.community);
    let by = w.auth.epoch();
    let list = |w: &mut World, n: u64| {
        let (hlc, offer) = (w.hlc(), DeviceOffer::sign(&community, &group, &key(30_000 + n), Duty::Store));
        let made = build::group_device_add(&w.auth, &steward, group, offer.clone(), hlc);
        let (seq, prev) = w.auth.next_in_log(&steward.public());
        let body = DeviceAdd { offer, by: Some(by) }.encode();
        let by_hand = Payload::authority(Kind::DEVICE_ADD, group, steward.public(), hlc, seq, prev, body);
        (made.is_ok(), w.put(by_hand.sign(&community, &steward).unwrap()))
    };
    for n in 1..GROUP_STORES_MAX as u64 {
        assert_eq!(list(&mut w, n), (true, Inserted::Counts), "{n}");
    }
    assert_eq!(list(&mut w, 99), (false, Inserted::Pending));
    assert!(w.auth.device(&key(30_099).public()).is_none());
    // A full device of the group takes no place among them.
    let steward = w.humans[0].devices[0].clone();
    let (hlc, offer) = (w.hlc(), DeviceOffer::sign(&community, &group, &key(40_000), Duty::Full));
    let full = build::group_device_add(&w.auth, &steward, group, offer, hlc).unwrap();
    assert_eq!(w.put(full), Inserted::Counts);
    let hlc = w.hlc();
    let out = build::device_remove(&w.auth, &steward, group, first.public(), &[], hlc).unwrap();
    assert_eq!(w.put(out), Inserted::Counts);
    assert!(w.auth.device(&key(30_099).public()).is_some(), "the one that waited has its place");
}

#[test]
fn a_member_of_a_group_is_not_its_admin() {
    let mut w = World::new(11);
    let steward = w.humans[0].devices[0].clone();
    let (rid, rdev) = resident(&mut w);
    let (hlc, admins) = (w.hlc(), [w.humans[0].id]);
    let group = build::found_group(&w.auth, &steward, &admins, &[], [1; 16], hlc).unwrap();
    let gid = group.id();
    w.put(group);
    let hlc = w.hlc();
    let member = build::group_member(&w.auth, &steward, gid, rid, GroupRole::Member, hlc).unwrap();
    let by = member.id();
    assert_eq!(w.put(member), Inserted::Counts);
    let hlc = w.hlc();
    let refused = build::group_member(&w.auth, &rdev, gid, rid, GroupRole::Admin, hlc);
    assert_eq!(refused, Err(build::BuildError::Why(Why::NotAdmin)));
    let body = GroupMember { person: rid, role: GroupRole::Admin, by, after: vec![] }.encode();
    let (seq, prev) = w.auth.next_in_log(&rdev.public());
    let forced = Payload::authority(Kind::GROUP_MEMBER, gid, rdev.public(), hlc, seq, prev, body);
    assert_eq!(w.put(forced.sign(&w.community, &rdev).unwrap()), Inserted::NoEffect);
    assert_eq!(w.auth.group_role(&gid, &rid), Some(GroupRole::Member));
}

/// A person is founded by the first record of its key, and by no later one.
#[test]
fn a_person_begins_a_log() {
    let mut w = World::new(12);
    let person = w.humans[0].person.clone();
    let (seq, prev) = w.auth.next_in_log(&person.public());
    let hlc = w.hlc();
    let second = Payload::authority(Kind::PERSON, Id::SELF, person.public(), hlc, seq, prev, vec![0xa0]);
    assert_eq!(w.put(second.sign(&w.community, &person).unwrap()), Inserted::NoEffect);
    assert_eq!(w.auth.persons().count(), 1);
}

/// However long the logs are, what a standing rests on by name fits into one `present`.
#[test]
fn evidence_begins_with_what_matters() {
    let mut w = World::new(13);
    let steward = w.humans[0].devices[0].clone();
    let sid = w.humans[0].id;
    for _ in 0..100 {
        junk(&mut w, sid, &steward, 1);
    }
    let (rid, rdev) = resident(&mut w);
    let few = w.auth.evidence(&rid, 8);
    // Somebody who has the steward's log up to a while ago.
    let mut other = Authority::new(w.auth.genesis()).unwrap();
    let theirs: Vec<Record> = w.records.iter().filter(|r| r.payload().kind != Kind::ADMIT).cloned().collect();
    other.extend(theirs.into_iter().filter(|r| r.owner() != rid && r.id() != rid));
    assert!(other.device(&rdev.public()).is_none());
    other.extend(few);
    assert!(other.device(&rdev.public()).is_some());
    // And all of it is enough for somebody who has nothing.
    let mut stranger = Authority::new(w.auth.genesis()).unwrap();
    stranger.extend(w.auth.evidence(&rid, usize::MAX));
    assert_eq!(stranger.role(&rid), Some(Role::Resident));
}

/// Each kind of record, and who may write it for whom.
#[test]
fn every_kind_asks_for_its_own_right() {
    let mut w = World::new(15);
    let (sid, steward) = (w.humans[0].id, w.humans[0].devices[0].clone());
    let ((rid, admin), (other, neighbour)) = (resident(&mut w), resident(&mut w));
    let p = w.fresh();
    let outside = w.join(p);
    let (xid, stranger) = (w.humans[outside].id, w.humans[outside].devices[0].clone());
    let hlc = w.hlc();
    let group = build::found_group(&w.auth, &steward, &[rid], &[], [1; 16], hlc).unwrap();
    let gid = group.id();
    assert_eq!(w.put(group), Inserted::Counts);
    let (oven, hlc) = (w.fresh(), w.hlc());
    let offer = DeviceOffer::sign(&w.community, &gid, &oven, Duty::Full);
    let add = build::group_device_add(&w.auth, &admin, gid, offer, hlc).unwrap();
    assert_eq!(w.put(add), Inserted::Counts);
    let (town, nobody) = (w.community, Id([9; 32]));
    let may = |by: &SecretKey, owner: &Id, kind| w.auth.may_publish(&by.public(), owner, kind);

    for kind in [Kind::GENESIS, Kind::PERSON, Kind::ARBITRATE, Kind::CHECKPOINT, Kind::GUARDIANS] {
        for (by, owner) in [(&steward, &sid), (&steward, &town), (&admin, &rid)] {
            assert_eq!(may(by, owner, kind), Err(Why::Kind), "{kind}");
        }
    }
    for kind in [Kind::GROUP, Kind::GRANT, Kind::PROPOSE, Kind::APPROVE, Kind::HIDE, Kind::UNHIDE, Kind::REVOKE] {
        assert_eq!(may(&steward, &town, kind), Ok(()), "{kind}");
        assert_eq!(may(&admin, &town, kind), Err(Why::NotSteward), "{kind}");
        assert_eq!(may(&stranger, &town, kind), Err(Why::NotMember), "{kind}");
    }
    for kind in [Kind::GROUP_MEMBER, Kind::DEVICE_ADD] {
        assert_eq!((may(&steward, &gid, kind), may(&admin, &gid, kind)), (Ok(()), Ok(())), "{kind}");
        assert_eq!(may(&neighbour, &gid, kind), Err(Why::NotAdmin), "{kind}");
        assert_eq!(may(&admin, &nobody, kind), Err(Why::NoGroup), "{kind}");
        assert_eq!(may(&stranger, &gid, kind), Err(Why::NotMember), "{kind}");
    }
    for kind in [Kind::DEVICE_ADD, Kind::ADMIT, Kind::REVOKE, Kind::NOTICE, Kind::SERVICE] {
        assert_eq!(may(&admin, &rid, kind), Ok(()), "{kind} of one's own");
    }
    for kind in [Kind::ADMIT, Kind::REVOKE, Kind::NOTICE] {
        assert_eq!(may(&admin, &other, kind), Err(Why::NotForOwner), "{kind} of somebody else");
        assert_eq!(may(&stranger, &xid, kind), Err(Why::NotMember), "{kind} of a stranger");
    }
    for (by, community, group) in [
        (&steward, Ok(()), Err(Why::NotForOwner)),
        (&admin, Err(Why::NotSteward), Ok(())),
        (&oven, Err(Why::NotSteward), Ok(())),
        (&neighbour, Err(Why::NotSteward), Err(Why::NotForOwner)),
        (&stranger, Err(Why::NotMember), Err(Why::NotMember)),
    ] {
        assert_eq!((may(by, &town, Kind::NOTICE), may(by, &gid, Kind::NOTICE)), (community, group));
    }
}
