//! How the community's space is dealt out: nobody makes another's share smaller, and every record is charged to whoever
//! answers for it.

use super::town::Town;
use crate::authority::body::{DeviceOffer, Duty, GrantRole, GroupRole, Reason};
use crate::authority::build::{self, Place};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::*;
use crate::record::Payload;
use crate::retention::{Holder, Path, Share};

fn path(t: &Town, device: &SecretKey, owner: &Id) -> Option<Path> {
    path_of(t, device, owner, Kind::NOTICE, b"n")
}

fn path_of(t: &Town, device: &SecretKey, owner: &Id, kind: Kind, key: &[u8]) -> Option<Path> {
    let content = Payload::content(kind, *owner, device.public(), key, Hlc::new(1, 0), vec![1]);
    t.auth.shares(&t.auth.allowances(), &content.sign(&t.community, device).unwrap())
}

fn holders(path: &[Share]) -> Vec<Holder> {
    path.iter().map(|share| share.holder).collect()
}

/// A computer lists another.
fn list(t: &mut Town, by: &SecretKey, person: usize) -> SecretKey {
    let (new, owner) = (t.fresh(), t.people[person].id);
    let offer = DeviceOffer::sign(&t.community, &owner, &new, Duty::Full);
    let (hlc, place) = (t.hlc(), Place::next(&t.auth, &by.public()));
    let made = build::device_add(&t.community, by, place, owner, offer, hlc).unwrap();
    t.put(made);
    new
}

fn group(t: &mut Town, n: u8) -> Id {
    let (steward, admin, hlc) = (t.people[0].device().clone(), t.people[0].id, t.hlc());
    let founded = build::found_group(&t.auth, &steward, &[admin], &[], [n; 16], hlc).unwrap();
    t.put(founded)
}

fn grant(t: &mut Town, to: Id, units: u64) {
    let (steward, hlc) = (t.people[0].device().clone(), t.hlc());
    let made = build::grant(&t.auth, &steward, to, GrantRole::Units(units), hlc).unwrap();
    t.put(made);
}

#[test]
fn nobody_has_a_share_who_was_not_let_in() {
    let mut t = Town::new(4, 1, None);
    let stranger = t.stranger();
    let (device, id) = (t.people[stranger].device().clone(), t.people[stranger].id);
    assert_eq!(path(&t, &device, &id), None);
    // This town is open.
    let join = t.entry(0, stranger).unwrap();
    t.put(join);
    assert_eq!(path(&t, &device, &id), None, "newcomers read");
    let (steward, hlc) = (t.people[0].device().clone(), t.hlc());
    let admit = build::admit(&t.auth, &steward, id, None, hlc).unwrap();
    t.put(admit);
    assert_eq!(holders(&path(&t, &device, &id).unwrap()), [Holder::Person(id), Holder::Computer(id, device.public())]);
    let hlc = t.hlc();
    let removal = build::revoke(&t.auth, &steward, id, false, &[], hlc).unwrap();
    t.put(removal);
    assert_eq!(path(&t, &device, &id), None, "what was taken out takes no space");
}

#[test]
fn letting_people_in_makes_nobody_elses_share_smaller() {
    let mut t = Town::new(1, 1, None);
    let (honest, mallory) = (t.resident(0).unwrap(), t.resident(0).unwrap());
    let before = t.auth.allowances();
    assert_eq!(before.resident, RESIDENT_UNITS_MAX);
    let mut inside = vec![mallory];
    for _ in 0..3 {
        for by in std::mem::take(&mut inside) {
            inside.extend((0..RESIDENT_ADMITS_MAX).filter_map(|_| t.resident(by)).take(4));
        }
    }
    assert!(inside.len() >= 60);
    assert_eq!(t.auth.allowances(), before);
    let (me, host) = (t.people[honest].id, t.people[mallory].id);
    let mine = path(&t, &t.people[honest].device().clone(), &me).unwrap();
    for sock in inside {
        let (device, id) = (t.people[sock].device().clone(), t.people[sock].id);
        let theirs = path(&t, &device, &id).unwrap();
        assert_eq!(
            holders(&theirs),
            [Holder::Person(host), Holder::Guests(host), Holder::Guest(id), Holder::Computer(id, device.public())],
            "as deep as they are, the one whom a steward let in answers"
        );
        assert!(holders(&mine).iter().all(|holder| !holders(&theirs).contains(holder)));
        assert_eq!(theirs[1].units, RESIDENT_UNITS_MAX / 4, "the host keeps the rest");
    }
}

#[test]
fn a_steward_confirms_a_guest() {
    let mut t = Town::new(1, 1, None);
    let host = t.resident(0).unwrap();
    let guest = t.resident(host).unwrap();
    let (device, id) = (t.people[guest].device().clone(), t.people[guest].id);
    assert_eq!(path(&t, &device, &id).unwrap()[0].holder, Holder::Person(t.people[host].id));
    let (steward, hlc) = (t.people[0].device().clone(), t.hlc());
    let admit = build::admit(&t.auth, &steward, id, None, hlc).unwrap();
    t.put(admit);
    assert_eq!(path(&t, &device, &id).unwrap()[0], Share { holder: Holder::Person(id), units: RESIDENT_UNITS_MAX });
}

/// A stolen computer that lists as many others as it can has what it has, and the one that listed it has the rest.
#[test]
fn a_thief_with_many_computers_has_the_share_of_one() {
    let mut t = Town::new(1, 1, None);
    let ann = t.resident(0).unwrap();
    let (laptop, id) = (t.people[ann].device().clone(), t.people[ann].id);
    let phone = list(&mut t, &laptop, ann);
    let stolen = path(&t, &phone, &id).unwrap();
    assert_eq!(
        stolen.iter().map(|s| s.units).collect::<Vec<_>>(),
        [RESIDENT_UNITS_MAX, RESIDENT_UNITS_MAX / 2, RESIDENT_UNITS_MAX / 4]
    );
    for _ in 0..10 {
        let more = list(&mut t, &phone, ann);
        let theirs = path(&t, &more, &id).unwrap();
        assert_eq!(theirs[..3], stolen[..], "within the share of the stolen one");
        assert_eq!(theirs.len(), 4);
    }
    assert_eq!(path(&t, &laptop, &id).unwrap()[..], stolen[..2]);
}

#[test]
fn a_person_has_a_quarter_of_a_group_and_answers_for_its_computers() {
    let mut t = Town::new(1, 1, None);
    let member = t.resident(0).unwrap();
    let id = group(&mut t, 1);
    let (steward, person, hlc) = (t.people[0].device().clone(), t.people[member].id, t.hlc());
    let made = build::group_member(&t.auth, &steward, id, person, GroupRole::Member, hlc).unwrap();
    t.put(made);
    let theirs = path(&t, &t.people[member].device().clone(), &id).unwrap();
    assert_eq!(
        theirs[..],
        [
            Share { holder: Holder::Group(id), units: GROUP_UNITS_MAX },
            Share { holder: Holder::InGroup(id, person), units: GROUP_UNITS_MAX / 4 }
        ]
    );
    let till = t.fresh();
    let offer = DeviceOffer::sign(&t.community, &id, &till, Duty::Full);
    let (hlc, by) = (t.hlc(), t.people[0].id);
    let made = build::group_device_add(&t.auth, &steward, id, offer, hlc).unwrap();
    t.put(made);
    assert_eq!(path(&t, &till, &id).unwrap()[1].holder, Holder::InGroup(id, by), "whoever listed it");
}

#[test]
fn what_stewards_write_for_the_community_is_charged_to_them() {
    let t = Town::new(1, 2, None);
    let (device, id) = (t.people[1].device().clone(), t.people[1].id);
    assert_eq!(path(&t, &device, &t.community), path(&t, &device, &id));
}

#[test]
fn grants_give_space_within_a_quarter_of_the_ceiling() {
    let mut t = Town::new(1, 1, None);
    let resident = t.resident(0).unwrap();
    let (device, person) = (t.people[resident].device().clone(), t.people[resident].id);
    let held = group(&mut t, 1);
    let pool = CEILING_MIB * 1024 / 4;
    grant(&mut t, person, 4 * RESIDENT_UNITS_MAX);
    assert_eq!(path(&t, &device, &person).unwrap()[0].units, 4 * RESIDENT_UNITS_MAX);
    grant(&mut t, held, 2 * pool);
    let steward = t.people[0].device().clone();
    let (group_has, person_has) =
        (path(&t, &steward, &held).unwrap()[0].units, path(&t, &device, &person).unwrap()[0].units);
    assert!(group_has < pool && group_has > pool / 2, "{group_has}");
    assert!((RESIDENT_UNITS_MAX..4 * RESIDENT_UNITS_MAX).contains(&person_has), "{person_has}");
    let all = t.auth.allowances();
    let together = all.granted(4 * RESIDENT_UNITS_MAX) + all.granted(2 * pool);
    assert!(together <= pool, "{together}");
}

#[test]
fn many_share_what_there_is_and_stewards_make_it_more() {
    let mut t = Town::new(1, 1, None);
    for _ in 0..200 {
        t.resident(0).unwrap();
    }
    let few = t.auth.allowances();
    assert_eq!(few.resident, 2_048, "half a gibibyte for 201, rounded down to a power of two");
    let keys: Vec<PublicKey> = t.auth.stewards().seats;
    let (steward, hlc) = (t.people[0].device().clone(), t.hlc());
    let change = build::Change { ceiling_mib: Some(8 * CEILING_MIB), ..build::Change::default() };
    let proposal = build::propose(&t.auth, &steward, &keys, change, &[], hlc).unwrap();
    let proposal = t.put(proposal);
    assert_eq!(t.auth.allowances(), few, "a proposal is none yet");
    let hlc = t.hlc();
    let approval = build::approve(&t.auth, &steward, proposal, hlc).unwrap();
    t.put(approval);
    assert_eq!(t.auth.stewards().ceiling_mib, 8 * CEILING_MIB);
    assert_eq!(t.auth.allowances().resident, RESIDENT_UNITS_MAX);
}

#[test]
fn what_is_hidden_has_no_share_and_has_it_back_when_it_is_shown_again() {
    let mut t = Town::new(4, 1, None);
    let r = t.resident(0).unwrap();
    let (steward, me, device) = (t.people[0].device().clone(), t.people[r].id, t.people[r].device().clone());
    let has_share = |t: &Town, kind: Kind, key: &[u8]| path_of(t, &device, &me, kind, key).is_some();
    for slot in [Some((Kind::NOTICE, b"n".to_vec())), None] {
        let hlc = t.hlc();
        let hide = build::hide(&t.auth, &steward, me, slot.clone(), Reason::PRIVATE, hlc).unwrap();
        let hide = t.put(hide);
        assert!(!has_share(&t, Kind::NOTICE, b"n"));
        assert_eq!(has_share(&t, Kind::NOTICE, b"another"), slot.is_some());
        assert_eq!(has_share(&t, Kind(4_000), b"n"), slot.is_some(), "kinds of later versions too");
        for kind in [Kind::PROFILE, Kind::ROLL_CALL, Kind::SEALING_KEY, Kind::SEALED] {
            assert!(has_share(&t, kind, b"n"), "{kind}");
        }
        let hlc = t.hlc();
        let unhide = build::unhide(&t.auth, &steward, &[hide], hlc).unwrap();
        t.put(unhide);
        assert!(has_share(&t, Kind::NOTICE, b"n"));
    }
    // A name that hurts is hidden as a slot of its own; what is sealed cannot be.
    for (kind, is_hidden) in [(Kind::PROFILE, true), (Kind::SEALED, false)] {
        let hlc = t.hlc();
        let hide = build::hide(&t.auth, &steward, me, Some((kind, b"n".to_vec())), Reason::HURTFUL, hlc).unwrap();
        t.put(hide);
        assert_eq!(has_share(&t, kind, b"n"), !is_hidden);
    }
}
