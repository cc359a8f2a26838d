//! A stolen computer and the listings of a group: what it wrote over or withdrew comes back, whatever retention dropped
//! meanwhile and in whatever parts the records met.

use std::collections::BTreeSet;

use super::town::Town;
use crate::authority::body::{DeviceOffer, Duty, GroupRole};
use crate::authority::{Authority, Why, build};
use crate::hlc::{DAY_MS, Hlc};
use crate::id::Id;
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::VERSIONS_PER_SLOT_DEVICE;
use crate::record::{Payload, Record};
use crate::retention::{self, Facts, Fate};
use crate::view;

const NOW: u64 = 20_000 * DAY_MS;

struct Group {
    town: Town,
    id: Id,
    honest: Vec<SecretKey>,
    phone: SecretKey,
    phone_owner: Id,
    laptop: SecretKey,
}

/// A group with a steward, two members and a phone that is going to be stolen.
fn group(seed: u64) -> Group {
    let mut t = Town::new(seed, 1, None);
    let (a, b) = (t.resident(0).unwrap(), t.resident(0).unwrap());
    let steward = t.people[0].device().clone();
    let hlc = t.hlc();
    let founded = build::found_group(&t.auth, &steward, &[t.people[0].id], &[], [1; 16], hlc).unwrap();
    let id = t.put(founded);
    for member in [a, b] {
        let (hlc, person) = (t.hlc(), t.people[member].id);
        let made = build::group_member(&t.auth, &steward, id, person, GroupRole::Member, hlc).unwrap();
        t.put(made);
    }
    let (owner, laptop, phone) = (t.people[a].id, t.people[a].device().clone(), t.fresh());
    let offer = DeviceOffer::sign(&t.community, &owner, &phone, Duty::Full);
    let (hlc, place) = (t.hlc(), build::Place::next(&t.auth, &laptop.public()));
    let listed = build::device_add(&t.community, &laptop, place, owner, offer, hlc).unwrap();
    t.put(listed);
    let honest = vec![steward, laptop.clone(), t.people[b].device().clone()];
    Group { town: t, id, honest, phone, phone_owner: owner, laptop }
}

impl Group {
    fn write(&mut self, by: &SecretKey, slot: u8, ms: u64) -> Record {
        let gone = self.town.rng.below(5) == 0;
        let body = if gone { vec![] } else { vec![self.town.rng.next() as u8 & 0x17] };
        let p = Payload::content(Kind::SERVICE, self.id, by.public(), [slot], Hlc::new(ms, 0), body);
        p.sign(&self.town.community, by).unwrap()
    }
}

fn facts(records: &[&Record], authority: &Authority) -> Vec<Facts> {
    let allowances = authority.allowances();
    records.iter().map(|r| Facts::of(r, authority.shares(&allowances, r))).collect()
}

fn kept(records: &[&Record], authority: &Authority) -> BTreeSet<Id> {
    retention::keep(&facts(records, authority), retention::oldest_week_held(crate::hlc::day_of_ms(NOW)))
}

/// What a node has the bytes of: what is kept, and what a withdrawal put aside.
fn held<'a>(records: &[&'a Record], authority: &Authority) -> Vec<&'a Record> {
    let mut ids = kept(records, authority);
    let versions: Vec<_> = facts(records, authority).into_iter().filter_map(|f| f.version).collect();
    let (gone, rest): (Vec<_>, Vec<_>) = versions.into_iter().partition(|v| v.is_withdrawal);
    let newest = |slot: &retention::Slot| {
        gone.iter().filter(|v| v.slot == *slot && ids.contains(&v.order.1)).map(|v| v.order).max()
    };
    let fates = retention::judge(&rest, newest);
    let aside: Vec<Id> =
        rest.iter().zip(fates).filter(|(_, fate)| *fate == Fate::Withdrawn).map(|(v, _)| v.order.1).collect();
    ids.extend(aside);
    only(records, &ids)
}

fn only<'a>(records: &[&'a Record], ids: &BTreeSet<Id>) -> Vec<&'a Record> {
    records.iter().filter(|r| ids.contains(&r.id())).copied().collect()
}

#[test]
fn nothing_honest_is_lost_to_a_stolen_computer() {
    for seed in 0..400 {
        let mut g = group(seed);
        let mut honest: Vec<Record> = Vec::new();
        let mut ms = NOW - DAY_MS;
        for slot in 0..3 {
            // No computer writes one listing more often than that here, so that every honest version is kept.
            for _ in 0..1 + g.town.rng.below(VERSIONS_PER_SLOT_DEVICE) {
                ms += 1_000;
                let mut writers = g.honest.clone();
                writers.push(g.phone.clone());
                let by = g.town.rng.pick(&writers).clone();
                honest.push(g.write(&by, slot, ms));
            }
        }
        // The thief writes over everything, as often as it likes, before and after in time.
        let mut all = honest.clone();
        for _ in 0..g.town.rng.below(40) {
            let (slot, at) = (g.town.rng.below(3) as u8, NOW - 2 * DAY_MS + g.town.rng.next() % (2 * DAY_MS));
            let phone = g.phone.clone();
            all.push(g.write(&phone, slot, at));
        }
        // Two computers have a part each; the first is the remover's, who names what of the phone's it has and trusts.
        let by_phone = |r: &&Record| r.payload().device == g.phone.public();
        let all_refs: Vec<&Record> = all.iter().collect();
        let in_a: BTreeSet<Id> = all.iter().filter(|_| g.town.rng.below(2) == 0).map(Record::id).collect();
        let (a, b): (Vec<&Record>, Vec<&Record>) = all.iter().partition(|r| in_a.contains(&r.id()));
        let before = g.town.auth.clone();
        let met: Vec<&Record> = [held(&a, &before), held(&b, &before)].concat();
        let there: BTreeSet<Id> = held(&a, &before).iter().map(|r| r.id()).collect();
        let keep: Vec<Id> = honest.iter().filter(by_phone).map(Record::id).filter(|id| there.contains(id)).collect();
        let hlc = g.town.hlc();
        let removal =
            build::device_remove(&g.town.auth, &g.laptop, g.phone_owner, g.phone.public(), &keep, hlc).unwrap();
        g.town.put(removal);
        // K and authority commute: whatever two computers held before they met, both show the same.
        let k = kept(&all_refs, &g.town.auth);
        let at_once = only(&all_refs, &k);
        assert_eq!(kept(&met, &g.town.auth), k, "seed {seed}: K(K(A) ∪ K(B)) = K(A ∪ B)");
        for slot in 0..3u8 {
            let of_slot = |list: &[&Record]| -> Vec<Record> {
                list.iter().filter(|r| r.payload().key == [slot]).map(|r| (*r).clone()).collect()
            };
            let shown = view::winner(&of_slot(&at_once), &g.town.auth, NOW);
            let in_parts = view::winner(&of_slot(&only(&met, &k)), &g.town.auth, NOW);
            assert_eq!(shown.shown().map(Record::id), in_parts.shown().map(Record::id), "seed {seed}");
            let all_there: BTreeSet<Id> = held(&met, &g.town.auth).iter().map(|r| r.id()).collect();
            // What is shown is the newest honest version that is still there: all but the phone's own that its thief
            // pushed out.
            let there: Vec<&Record> = honest.iter().filter(|r| !by_phone(r) || keep.contains(&r.id())).collect();
            assert!(there.iter().all(|r| all_there.contains(&r.id())), "seed {seed}: an honest version is gone");
            let expected = view::winner(&of_slot(&there), &before, NOW);
            assert_eq!(shown.shown().map(Record::id), expected.shown().map(Record::id), "seed {seed}, slot {slot}");
        }
    }
}

/// Content of somebody who was taken out, of somebody who left, and of a group that lost a member.
#[test]
fn what_a_removal_keeps_goes_on_counting() {
    let mut t = Town::new(3, 1, None);
    let r = t.resident(0).unwrap();
    let (steward, me, device) = (t.people[0].device().clone(), t.people[r].id, t.people[r].device().clone());
    let community = t.community;
    let note = |n: u8| {
        let p = Payload::content(Kind::NOTICE, me, device.public(), [n], Hlc::new(NOW, u16::from(n)), vec![n]);
        p.sign(&community, &device).unwrap()
    };
    let (kept, dropped) = (note(1), note(2));
    assert!(t.auth.counts(&kept) && t.auth.counts(&dropped));
    let before = t.auth.clone();
    let hlc = t.hlc();
    let removal = build::revoke(&t.auth, &steward, me, false, &[kept.id()], hlc).unwrap();
    t.put(removal);
    assert!(t.auth.counts(&kept));
    assert!(!t.auth.counts(&dropped));
    assert!(!t.auth.counts(&note(3)), "nothing new counts");
    // Who leaves keeps everything.
    let mut left = before;
    let hlc = t.hlc();
    left.insert(&build::leave(&left, &device, me, hlc).unwrap());
    assert!(left.role(&me).is_none());
    assert!(left.counts(&kept) && left.counts(&dropped));
}

/// What a steward wrote for the community stays where the vote that put the steward out says so; nobody else's does, whatever
/// the vote says.
#[test]
fn what_a_vote_keeps_for_the_community_goes_on_counting() {
    let mut t = Town::new(3, 3, None);
    let out = t.people[2].device().clone();
    let stranger = t.stranger();
    let stranger = t.people[stranger].device().clone();
    let community = t.community;
    let name = |by: &SecretKey, n: u8| {
        let p = Payload::content(Kind::NOTICE, community, by.public(), [n], Hlc::new(NOW, u16::from(n)), vec![n]);
        p.sign(&community, by).unwrap()
    };
    let (kept, dropped, strange) = (name(&out, 1), name(&out, 2), name(&stranger, 3));
    assert!(t.auth.counts(&kept) && t.auth.counts(&dropped) && !t.auth.counts(&strange));
    let (first, second) = (t.people[0].device().clone(), t.people[1].device().clone());
    let seats = [t.people[0].person.public(), t.people[1].person.public()];
    let mut keep = [kept.id(), strange.id()];
    keep.sort();
    let hlc = t.hlc();
    let proposal = build::propose(&t.auth, &first, &seats, build::Change::default(), &keep, hlc).unwrap();
    let proposal = t.put(proposal);
    for by in [&first, &second] {
        let hlc = t.hlc();
        let approval = build::approve(&t.auth, by, proposal, hlc).unwrap();
        t.put(approval);
    }
    assert_eq!(t.auth.stewards().seats.len(), 2);
    assert!(t.auth.counts(&kept));
    assert!(!t.auth.counts(&dropped));
    assert!(!t.auth.counts(&strange));
}

/// A form is an admin's: neither the group's own computer nor a member writes one, and a removal of the admin keeps those it
/// names and no others.
#[test]
fn forms_of_a_group_count_from_its_admins() {
    let mut t = Town::new(4, 1, None);
    let (a, b) = (t.resident(0).unwrap(), t.resident(0).unwrap());
    let (steward, community) = (t.people[0].device().clone(), t.community);
    let hlc = t.hlc();
    let founded = build::found_group(&t.auth, &steward, &[t.people[a].id], &[], [2; 16], hlc).unwrap();
    let id = t.put(founded);
    let (admin, member, till) = (t.people[a].device().clone(), t.people[b].device().clone(), t.fresh());
    let hlc = t.hlc();
    let made = build::group_member(&t.auth, &admin, id, t.people[b].id, GroupRole::Member, hlc).unwrap();
    t.put(made);
    let (hlc, offer) = (t.hlc(), DeviceOffer::sign(&community, &id, &till, Duty::Full));
    let listed = build::group_device_add(&t.auth, &admin, id, offer, hlc).unwrap();
    t.put(listed);
    let write = |kind: Kind, by: &SecretKey, n: u8| {
        let p = Payload::content(kind, id, by.public(), [n], Hlc::new(NOW, u16::from(n)), vec![n]);
        p.sign(&community, by).unwrap()
    };
    let counting = |t: &Town, kind: Kind| [&admin, &member, &till].map(|by| t.auth.counts(&write(kind, by, 1)));
    assert_eq!(counting(&t, Kind::SERVICE), [true; 3]);
    assert_eq!(counting(&t, Kind::FORM), [true, false, false]);
    let may = [&admin, &member, &till].map(|by| t.auth.may_publish(&by.public(), &id, Kind::FORM));
    assert_eq!(may, [Ok(()), Err(Why::NotAdmin), Err(Why::NotAdmin)]);
    let kept = write(Kind::FORM, &admin, 1);
    let hlc = t.hlc();
    let out = build::group_remove(&t.auth, &steward, id, t.people[a].id, &[kept.id()], hlc).unwrap();
    t.put(out);
    assert!(t.auth.counts(&kept) && !t.auth.counts(&write(Kind::FORM, &admin, 2)));
    let hlc = t.hlc();
    let back = build::group_member(&t.auth, &steward, id, t.people[a].id, GroupRole::Member, hlc).unwrap();
    t.put(back);
    assert!(t.auth.counts(&kept) && !t.auth.counts(&write(Kind::FORM, &admin, 2)));
    assert!(t.auth.counts(&write(Kind::SERVICE, &admin, 2)));
}

/// What nobody may have in that name does not count, whoever signs it.
#[test]
fn a_kind_counts_only_for_owners_it_may_have() {
    let t = Town::new(5, 1, None);
    let (steward, me, community) = (t.people[0].device().clone(), t.people[0].id, t.community);
    let counts = |kind: Kind, owner: Id| {
        let p = Payload::content(kind, owner, steward.public(), steward.public().0, Hlc::new(NOW, 0), vec![1]);
        let record = p.sign(&community, &steward).unwrap();
        assert_eq!(t.auth.may_publish(&steward.public(), &owner, kind).is_ok(), t.auth.counts(&record), "{kind}");
        t.auth.counts(&record)
    };
    assert_eq!((counts(Kind::NOTICE, me), counts(Kind::NOTICE, community)), (true, true));
    assert_eq!((counts(Kind::ROLL_CALL, me), counts(Kind::ROLL_CALL, community)), (false, true));
    assert_eq!((counts(Kind::GATEWAY_POLICY, me), counts(Kind::GATEWAY_POLICY, community)), (true, false));
    assert_eq!((counts(Kind(6_000), me), counts(Kind(6_000), community)), (true, true));
}
