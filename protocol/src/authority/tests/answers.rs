//! What the authority answers when it is asked from outside, to the one: who, how many, by what.

use super::town::Town;
use crate::authority::body::{Admit, DeviceOffer, Duty, GrantRole, GroupRole, Join, Reason};
use crate::authority::{Inserted, Role, Why, build};
use crate::hlc::Hlc;
use crate::id::Id;
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::{ENTRY_PLACES_MAX, RECOVERIES_MAX, RESIDENT_AUTHORITY_RECORDS_MAX, STEWARD_AUTHORITY_RECORDS_MAX};
use crate::record::{Payload, Record};

/// A town whose first person is its only steward, and two residents.
fn town() -> (Town, usize, usize) {
    let mut t = Town::new(1, 1, None);
    let (a, b) = (t.resident(0).unwrap(), t.resident(0).unwrap());
    (t, a, b)
}

/// Somebody names three friends, and two of them agree to a new key; `keep` of the content under the old one.
fn recovers(t: &mut Town, i: usize, new: &SecretKey, keep: &[Id]) -> bool {
    let id = t.people[i].id;
    if t.auth.guardians(&id).is_none() {
        let (friends, hlc) = (t.three_friends(i), t.hlc());
        let named = build::guardians(&t.auth, &t.people[i].person.clone(), id, &friends, 2, hlc).unwrap();
        t.put(named);
    }
    let (friends, _) = t.auth.guardians(&id).unwrap();
    let keys = friends.keys.clone();
    let Ok(statement) = build::statement(&t.auth, id, new, keep) else { return false };
    for key in keys.iter().take(2) {
        let device = t.people.iter().find(|h| h.person.public() == *key).unwrap().device().clone();
        let hlc = t.hlc();
        let made = build::recover(&t.auth, &device, id, statement.clone(), hlc).unwrap();
        t.put(made);
        let asked = t.auth.recoveries_asked(&id).into_iter().map(|r| r.statement.key).collect::<Vec<_>>();
        let is_done = t.auth.person_of_key(&new.public()) == Some(id);
        assert_eq!(asked.contains(&new.public()), !is_done, "what is asked for is shown until it is done");
    }
    let done = t.auth.person_of_key(&new.public()) == Some(id);
    if done {
        t.people[i].person = new.clone();
    }
    done
}

fn note(t: &Town, i: usize, n: u8) -> Record {
    let (owner, device) = (t.people[i].id, t.people[i].device());
    let p = Payload::content(Kind::NOTICE, owner, device.public(), [n], Hlc::new(5_000, u16::from(n)), vec![n]);
    p.sign(&t.community, device).unwrap()
}

#[test]
fn a_group_says_what_took_somebody_out() {
    let (mut t, a, b) = town();
    let steward = t.people[0].device().clone();
    let (hlc, founder, member) = (t.hlc(), t.people[a].id, t.people[b].id);
    let founded = build::found_group(&t.auth, &steward, &[founder], &[], [1; 16], hlc).unwrap();
    let group = t.put(founded);
    let hlc = t.hlc();
    let made = build::group_member(&t.auth, &steward, group, member, GroupRole::Member, hlc).unwrap();
    t.put(made);
    assert_eq!(t.auth.group_removals(&group, &member), []);
    let hlc = t.hlc();
    let removal = build::group_remove(&t.auth, &steward, group, member, &[], hlc).unwrap();
    let removal = t.put(removal);
    let said = t.auth.group_removals(&group, &member);
    assert_eq!(said.iter().map(|(id, _, left)| (*id, *left)).collect::<Vec<_>>(), [(removal, false)]);
    assert_eq!(t.auth.group_removals(&group, &founder), []);
}

/// An admin takes out those appointed after them, again too; not an equal, and nobody who never was in.
#[test]
fn an_admin_takes_out_whom_they_may() {
    let (mut t, a, b) = town();
    let c = t.resident(0).unwrap();
    let [first, second, member] = [a, b, c].map(|i| t.people[i].id);
    let (steward, admin, hlc) = (t.people[0].device().clone(), t.people[a].device().clone(), t.hlc());
    let founded = build::found_group(&t.auth, &steward, &[first, second], &[], [1; 16], hlc).unwrap();
    let group = t.put(founded);
    let remove = |t: &mut Town, by: &SecretKey, person: Id| {
        let hlc = t.hlc();
        build::group_remove(&t.auth, by, group, person, &[], hlc).map(|r| t.put(r))
    };
    assert_eq!(remove(&mut t, &steward, member), Err(Why::NoPerson.into()));
    let hlc = t.hlc();
    let made = build::group_member(&t.auth, &admin, group, member, GroupRole::Member, hlc).unwrap();
    t.put(made);
    assert_eq!(remove(&mut t, &admin, second), Err(Why::TooSenior.into()));
    assert!(remove(&mut t, &admin, member).is_ok());
    assert_eq!(t.auth.group_role(&group, &member), None);
    assert!(remove(&mut t, &admin, member).is_ok(), "what a removal keeps can need several records");
}

/// Whoever founded a group acts by its founding record, however often they were made an admin again: it falls last.
#[test]
fn an_admin_acts_by_what_falls_last() {
    let (mut t, a, _) = town();
    let steward = t.people[0].device().clone();
    let (hlc, founder) = (t.hlc(), t.people[a].id);
    let founded = build::found_group(&t.auth, &steward, &[founder], &[], [1; 16], hlc).unwrap();
    let group = t.put(founded);
    let mut again = Vec::new();
    for _ in 0..4 {
        let hlc = t.hlc();
        let made = build::group_member(&t.auth, &steward, group, founder, GroupRole::Admin, hlc).unwrap();
        again.push(t.put(made));
    }
    let device = t.people[a].device().public();
    assert_eq!(t.auth.admin_basis(&device, &group), Ok(group));
}

#[test]
fn a_key_before_a_recovery_still_says_whose_it_was() {
    let (mut t, a, _) = town();
    t.resident(0).unwrap();
    let (id, old, new) = (t.people[a].id, t.people[a].person.public(), t.fresh());
    assert!(recovers(&mut t, a, &new, &[]));
    assert_eq!(t.auth.person_of_key(&old), None);
    assert_eq!(t.auth.person_of_key_ever(&old), Some(id));
    assert_eq!(t.auth.person_of_key_ever(&new.public()), Some(id));
    let nobody = t.fresh().public();
    assert_eq!(t.auth.person_of_key_ever(&nobody), None);
}

/// Somebody with one key takes out computers that are listed under it, and no others.
#[test]
fn a_computer_that_never_was_cannot_be_taken_out() {
    let (mut t, a, b) = town();
    let (id, own) = (t.people[a].id, t.people[a].device().clone());
    let strangers = [t.fresh().public(), t.people[b].device().public()];
    for key in strangers {
        let hlc = t.hlc();
        let made = build::device_remove(&t.auth, &own, id, key, &[], hlc);
        assert_eq!(made, Err(Why::Nothing.into()));
    }
}

#[test]
fn a_recovery_keeps_what_it_names() {
    let (mut t, a, _) = town();
    t.resident(0).unwrap();
    let (kept, dropped) = (note(&t, a, 1), note(&t, a, 2));
    assert!(t.auth.counts(&kept) && t.auth.counts(&dropped));
    let new = t.fresh();
    assert!(recovers(&mut t, a, &new, &[kept.id()]));
    assert!(t.auth.counts(&kept));
    assert!(!t.auth.counts(&dropped));
}

#[test]
fn nobody_recovers_to_a_key_they_had_or_more_often_than_allowed() {
    let (mut t, a, _) = town();
    t.resident(0).unwrap();
    let first = t.people[a].person.clone();
    let mut done = 0;
    for _ in 0..RECOVERIES_MAX + 1 {
        let next = t.fresh();
        done += usize::from(recovers(&mut t, a, &next, &[]));
    }
    assert_eq!(done, RECOVERIES_MAX);
    let (mut t, a, _) = town();
    t.resident(0).unwrap();
    let second = t.fresh();
    assert!(recovers(&mut t, a, &second, &[]));
    assert!(!recovers(&mut t, a, &first, &[]), "the first key again");
}

/// Only the old key, or a device it stands behind, speaks against a new one.
#[test]
fn a_stranger_has_no_say_in_a_recovery() {
    let (mut t, a, b) = town();
    t.resident(0).unwrap();
    let (id, new) = (t.people[a].id, t.fresh());
    let (own, other) = (t.people[a].device().clone(), t.people[b].device().clone());
    let hlc = t.hlc();
    let strange = build::object(&t.auth, &other, id, new.public(), hlc).unwrap();
    let hlc = t.hlc();
    let honest = build::object(&t.auth, &own, id, new.public(), hlc).unwrap();
    let (strange, honest) = (t.put(strange), t.put(honest));
    assert_ne!(t.auth.standing_of(&strange), Some(Inserted::Counts));
    assert_eq!(t.auth.standing_of(&honest), Some(Inserted::Counts));
}

#[test]
fn a_role_counts_until_it_is_taken_back() {
    let (mut t, a, _) = town();
    let (steward, id, hlc) = (t.people[0].device().clone(), t.people[a].id, t.hlc());
    let given = build::grant(&t.auth, &steward, id, GrantRole::Mentor, hlc).unwrap();
    let given = t.put(given);
    assert_eq!(t.auth.standing_of(&given), Some(Inserted::Counts));
    let hlc = t.hlc();
    let taken = build::revoke(&t.auth, &steward, given, false, &[], hlc).unwrap();
    let taken = t.put(taken);
    assert_ne!(t.auth.standing_of(&given), Some(Inserted::Counts));
    assert_eq!(t.auth.standing_of(&taken), Some(Inserted::Counts));
    assert_eq!(t.auth.grants(&id), []);
}

#[test]
fn a_hide_counts_while_it_holds() {
    let (mut t, a, b) = town();
    let (steward, hlc, owner) = (t.people[0].device().clone(), t.hlc(), t.people[a].id);
    let hide = build::hide(&t.auth, &steward, owner, Some((Kind::NOTICE, vec![1])), Reason::SPAM, hlc).unwrap();
    let hide = t.put(hide);
    assert_eq!(t.auth.standing_of(&hide), Some(Inserted::Counts));
    let (device, hlc) = (t.people[b].device().clone(), t.hlc());
    assert!(build::hide(&t.auth, &device, owner, None, Reason::SPAM, hlc).is_err());
}

#[test]
fn who_let_in_as_many_as_they_may_is_told_before_they_try() {
    let (mut t, a, _) = town();
    let (id, device) = (t.people[a].id, t.people[a].device().public());
    assert_eq!(t.auth.may_publish(&device, &id, Kind::ADMIT), Ok(()));
    while t.resident(a).is_some() {}
    assert_eq!(t.auth.may_publish(&device, &id, Kind::ADMIT), Err(Why::AdmitsUsed));
    assert_eq!(t.auth.may_publish(&device, &id, Kind::NOTICE), Ok(()));
    let (steward, hlc) = (t.people[0].device().clone(), t.hlc());
    let more = build::grant(&t.auth, &steward, id, GrantRole::Admits(20), hlc).unwrap();
    t.put(more);
    assert_eq!(t.auth.may_publish(&device, &id, Kind::ADMIT), Ok(()));
}

/// An organiser lets people in as themselves and not in another organiser's name.
#[test]
fn an_organiser_lets_nobody_in_as_somebody_else() {
    let mut t = Town::new(1, 2, None);
    let (device, epoch) = (t.people[0].device().clone(), t.auth.epoch());
    for (as_whom, role) in [(1, None), (0, Some(Role::Resident))] {
        let new = t.stranger();
        let (owner, person, hlc) = (t.people[as_whom].id, t.people[new].id, t.hlc());
        let (seq, prev) = t.auth.next_in_log(&device.public());
        let body = Admit { person, by: epoch, invite: None, after: vec![] }.encode();
        let p = Payload::authority(Kind::ADMIT, owner, device.public(), hlc, seq, prev, body);
        t.put(p.sign(&t.community, &device).unwrap());
        assert_eq!(t.auth.role(&person), role);
    }
}

/// A member's computer has so many places, whatever others do; of two in one place the later in its log has it.
#[test]
fn newcomers_have_the_places_that_a_computer_gives() {
    let mut t = Town::new(4, 1, None);
    assert!(t.auth.stewards().is_open);
    let host = t.resident(0).unwrap();
    let is_in = |t: &Town, who: &[usize]| -> Vec<bool> {
        who.iter().map(|i| t.auth.role(&t.people[*i].id) == Some(Role::Newcomer)).collect()
    };
    let mut joined = Vec::new();
    for _ in 0..ENTRY_PLACES_MAX {
        let new = t.stranger();
        let made = t.entry(host, new).unwrap();
        t.put(made);
        joined.push(new);
    }
    assert_eq!(is_in(&t, &joined), vec![true; joined.len()]);
    let key = t.people[host].device().clone();
    assert!(t.auth.free_entry_places(&key.public()).is_empty(), "all taken");
    // Somebody else's places are no matter of theirs, and newcomers have none.
    let (elsewhere, nowhere) = (t.stranger(), t.stranger());
    assert_eq!(t.entry(host, elsewhere).unwrap_err(), Why::PlacesTaken.into());
    let made = t.entry(0, elsewhere).unwrap();
    t.put(made);
    assert!(t.entry(elsewhere, nowhere).is_err(), "newcomers let nobody in");
    let enter = |t: &mut Town, by: usize, who: usize, place: u64| {
        let (device, owner, person, hlc) = (t.people[by].device().clone(), t.people[by].id, t.people[who].id, t.hlc());
        let (seq, prev) = t.auth.next_in_log(&device.public());
        let body = Join { person, place }.encode();
        let payload = Payload::authority(Kind::JOIN, owner, device.public(), hlc, seq, prev, body);
        t.put(payload.sign(&t.community, &device).unwrap());
    };
    enter(&mut t, elsewhere, nowhere, 1);
    assert_eq!(is_in(&t, &[elsewhere, nowhere]), [true, false]);
    // Whoever gives a place again takes it from whom it was given to before.
    let late = t.stranger();
    enter(&mut t, host, late, 3);
    assert_eq!(is_in(&t, &[joined[2], late]), [false, true]);
    // Whoever is let in as a resident leaves the place to others.
    let (steward, id, hlc) = (t.people[0].device().clone(), t.people[joined[4]].id, t.hlc());
    let admit = build::admit(&t.auth, &steward, id, None, hlc).unwrap();
    t.put(admit);
    assert_eq!(t.auth.free_entry_places(&key.public()), [5]);
    // With the member go those who came through them.
    let (owner, hlc) = (t.people[host].id, t.hlc());
    let removed = build::revoke(&t.auth, &steward, owner, false, &[], hlc).unwrap();
    t.put(removed);
    assert_eq!(is_in(&t, &[late, joined[0], elsewhere]), [false, false, true]);
}

/// Somebody who enters and leaves again and again, each time as somebody new, uses up half of the host's log and no more.
#[test]
fn coming_and_going_does_not_use_up_a_hosts_log() {
    let mut t = Town::new(4, 1, None);
    let host = t.resident(0).unwrap();
    let mut entered = 0;
    let refused = loop {
        let new = t.stranger();
        match t.entry(host, new) {
            Ok(made) => t.put(made),
            Err(why) => break why,
        };
        entered += 1;
        let (device, id, hlc) = (t.people[new].device().clone(), t.people[new].id, t.hlc());
        let left = build::leave(&t.auth, &device, id, hlc).unwrap();
        t.put(left);
        assert!(entered < RESIDENT_AUTHORITY_RECORDS_MAX, "there is an end to it");
    };
    assert_eq!((refused, entered), (Why::PlacesTaken.into(), RESIDENT_AUTHORITY_RECORDS_MAX / 2));
    let friend = t.resident(host).expect("the host lets people in as before");
    assert_eq!(t.auth.role(&t.people[friend].id), Some(Role::Resident));
}

#[test]
fn what_is_taken_in_changes_the_generation() {
    let (mut t, _, _) = town();
    let before = t.auth.generation();
    assert!(before > 0);
    t.stranger();
    assert!(t.auth.generation() > before);
    let (again, now) = (t.records[0].clone(), t.auth.generation());
    t.auth.insert(&again);
    assert_eq!(t.auth.generation(), now, "what was known is not news");
}

/// An organiser's log counts to its twenty thousandth record and no further, within a cut too.
#[test]
fn an_organisers_log_counts_to_the_last_that_has_room() {
    let mut t = Town::new(1, 1, None);
    let (person, id) = (t.people[0].person.clone(), t.people[0].id);
    let device = t.fresh();
    let offer = DeviceOffer::sign(&t.community, &id, &device, Duty::Full);
    let (hlc, place) = (t.hlc(), build::Place::next(&t.auth, &person.public()));
    let listed = build::device_add(&t.community, &person, place, id, offer, hlc).unwrap();
    t.put(listed);
    let (mut seq, mut prev, mut log) = (1, vec![], Vec::new());
    let mut write = |t: &mut Town, owner: Id, kind: Kind, body: Vec<u8>| {
        let hlc = t.hlc();
        let p = Payload::authority(kind, owner, device.public(), hlc, seq, prev.clone(), body);
        let record = p.sign(&t.community, &device).unwrap();
        (seq, prev) = (seq + 1, vec![record.id()]);
        record
    };
    for _ in 1..STEWARD_AUTHORITY_RECORDS_MAX {
        log.push(write(&mut t, id, Kind(6_000), vec![1]));
    }
    let by = t.auth.person(&id).unwrap().by;
    let guests = [t.stranger(), t.stranger()].map(|i| t.people[i].id);
    for person in guests {
        let body = Admit { person, by, invite: None, after: vec![] }.encode();
        log.push(write(&mut t, id, Kind::ADMIT, body));
    }
    t.auth.extend(log);
    let roles = |t: &Town| guests.map(|id| t.auth.role(&id));
    assert_eq!(roles(&t), [Some(Role::Resident), None]);
    let hlc = t.hlc();
    let removal = build::device_remove(&t.auth, &person, id, device.public(), &[], hlc).unwrap();
    t.put(removal);
    assert_eq!(roles(&t), [Some(Role::Resident), None], "the computer is taken out, and its log no longer nor shorter");
}

/// Whom a thief let in with a computer that was taken out stays out when its owner is taken out too, whose removal names all
/// that the computer wrote.
#[test]
fn a_second_removal_makes_nothing_of_a_thief_count() {
    let (mut t, a, _) = town();
    let (id, laptop, phone) = (t.people[a].id, t.people[a].device().clone(), t.fresh());
    let offer = DeviceOffer::sign(&t.community, &id, &phone, Duty::Full);
    let (hlc, place) = (t.hlc(), build::Place::next(&t.auth, &laptop.public()));
    let listed = build::device_add(&t.community, &laptop, place, id, offer, hlc).unwrap();
    t.put(listed);
    let by = t.auth.person(&id).unwrap().by;
    let guests = [t.stranger(), t.stranger()].map(|i| t.people[i].id);
    let admit = |t: &mut Town, person: Id| {
        let (seq, prev) = t.auth.next_in_log(&phone.public());
        let body = Admit { person, by, invite: None, after: vec![] }.encode();
        let hlc = t.hlc();
        let p = Payload::authority(Kind::ADMIT, id, phone.public(), hlc, seq, prev, body);
        t.put(p.sign(&t.community, &phone).unwrap());
    };
    let roles = |t: &Town| guests.map(|id| t.auth.role(&id));
    admit(&mut t, guests[0]);
    let hlc = t.hlc();
    let removal = build::device_remove(&t.auth, &laptop, id, phone.public(), &[], hlc).unwrap();
    t.put(removal);
    admit(&mut t, guests[1]);
    assert_eq!(roles(&t), [Some(Role::Resident), None]);
    let (steward, hlc) = (t.people[0].device().clone(), t.hlc());
    let removal = build::revoke(&t.auth, &steward, id, false, &[], hlc).unwrap();
    t.put(removal);
    assert_eq!(t.auth.role(&id), None);
    assert_eq!(roles(&t), [Some(Role::Resident), None]);
}
