//! People and groups whose computers come, go and renew at the same time: no mail is lost, and none goes to those who left.
//!
//! A device that was removed is one whose device-add is not among the records the authority is built from.

use proptest::prelude::*;

use super::super::sealed::{Sender, open, seal};
use super::super::{Addressee, Message, OpenError, Randomness, SealingPublic, SealingSecret};
use super::*;
use crate::authority::body::DeviceOffer;
use crate::authority::{Authority, Duty, GroupRole, build};
use crate::hlc::{DAY_MS, Hlc};
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::*;
use crate::record::{Payload, Record};

const NOW: u64 = 20_000 * DAY_MS;

fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}
fn at(n: u64) -> Hlc {
    Hlc::new(NOW - 3_600_000 + n * 1_000, 0)
}

/// Steward: person key 1, device 3. Anna: person 4, devices 5, 10, 11, 12. Ben: person 6, device 7; both in a group.
struct Street {
    authority_records: Vec<Record>,
    /// Devices that were removed.
    gone: Vec<PublicKey>,
    sealing: Vec<Record>,
    community: Id,
    anna: Id,
    group: Id,
    ticks: u64,
}

impl Street {
    fn new() -> Self {
        let genesis = build::found_community(&key(1), &[], &[key(2).public()], 1, false, [9; 16], at(0)).unwrap();
        let community = genesis.id();
        let mut authority = Authority::new(&genesis).unwrap();
        let mut records = vec![genesis];
        let mut add = |authority: &mut Authority, r: Record| {
            authority.insert(&r);
            let id = r.id();
            records.push(r);
            id
        };
        let mut people = Vec::new();
        for (person, device) in [(1, 3), (4, 5), (6, 7)] {
            let [p, d] = build::newcomer(&community, &key(person), &key(device), at(1)).unwrap();
            people.push(add(&mut authority, p));
            add(&mut authority, d);
        }
        let [_, anna, ben] = people[..] else { unreachable!() };
        for person in [anna, ben] {
            let r = build::admit(&authority, &key(3), person, None, at(2)).unwrap();
            add(&mut authority, r);
        }
        for n in [10, 11] {
            let offer = DeviceOffer::sign(&community, &anna, &key(n), Duty::Full);
            // Each next to the others in the person's log, so that it stays when another goes.
            let place = build::Place { seq: 2, prev: vec![anna] };
            let r = build::device_add(&community, &key(4), place, anna, offer, at(3)).unwrap();
            add(&mut authority, r);
        }
        let r = build::found_group(&authority, &key(3), &[anna], &[], [10; 16], at(4)).unwrap();
        let group = add(&mut authority, r);
        let offer = DeviceOffer::sign(&community, &group, &key(12), Duty::Store);
        let r = build::group_device_add(&authority, &key(3), group, offer, at(4)).unwrap();
        add(&mut authority, r);
        let r = build::group_member(&authority, &key(3), group, ben, GroupRole::Member, at(5)).unwrap();
        add(&mut authority, r);
        Street { authority_records: records, gone: vec![], sealing: vec![], community, anna, group, ticks: 10 }
    }
    fn authority(&self) -> Authority {
        let mut authority = Authority::new(&self.authority_records[0]).unwrap();
        let is_gone = |r: &Record| {
            let gone = |key: &PublicKey| r.payload().body.windows(32).any(|w| w == key.0);
            r.payload().kind == Kind::DEVICE_ADD && self.gone.iter().any(gone)
        };
        self.authority_records.iter().filter(|r| !is_gone(r)).for_each(|r| {
            authority.insert(r);
        });
        authority
    }
    fn keys(&self, owner: Id) -> OwnerKeys {
        OwnerKeys::fold(&self.authority(), owner, &self.sealing, NOW)
    }
    fn tick(&mut self) -> Hlc {
        self.ticks += 1;
        at(self.ticks)
    }
    fn announce(&mut self, owner: Id, devices: &[u8]) {
        for n in devices {
            let hlc = self.tick();
            self.sealing.push(announce(&self.community, owner, &key(*n), hlc).unwrap());
        }
    }
    fn renewal(&self, owner: Id, device: u8) -> Renewal {
        let keys = self.keys(owner);
        keys.renewal(&key(device).public(), &keys.keyring(&key(device)))
    }
    /// The record a device makes when it looks now, not yet seen by the others.
    fn renewed(&mut self, owner: Id, device: u8) -> Record {
        let hlc = self.tick();
        let keys = self.keys(owner);
        let keyring = keys.keyring(&key(device));
        let what = keys.renewal(&key(device).public(), &keyring);
        let randomness = Randomness::new([self.ticks as u8; 32]);
        keys.renew(what, &key(device), &keyring, hlc, randomness).unwrap()
    }
    fn renew(&mut self, owner: Id, device: u8) {
        let r = self.renewed(owner, device);
        // As others take it in.
        self.sealing.push(Record::from_wire(&self.community, r.wire()).unwrap());
    }
    fn mail(&mut self, to: &Addressee) -> Record {
        let hlc = self.tick();
        let ben = self.authority().person_of_device(&key(7).public()).unwrap();
        let sender = Sender { community: &self.community, person: &ben, device: &key(7) };
        let message = Message::Close { about: Id([1; 32]) };
        seal(sender, std::slice::from_ref(to), &message, hlc, hlc.day() + 90, Randomness::new([self.ticks as u8; 32]))
            .unwrap()
    }
    fn mail_to(&mut self, owner: Id) -> Record {
        let to = self.keys(owner).addressee().unwrap();
        self.mail(&to)
    }
    fn reads(&self, owner: Id, device: u8, mail: &Record) -> bool {
        match open(&self.community, mail, &self.keys(owner).keyring(&key(device))) {
            Ok(_) => true,
            Err(OpenError::NotForUs) => false,
            Err(e) => panic!("{e}"),
        }
    }
}

#[test]
fn readers_are_those_who_may_publish() {
    let s = Street::new();
    let authority = s.authority();
    let all: Vec<u8> = vec![3, 5, 7, 10, 11, 12];
    for owner in [s.anna, s.group, s.community] {
        let readers = readers(&authority, &owner);
        for n in &all {
            let may = authority.may_publish(&key(*n).public(), &owner, Kind::SEALING_KEY).is_ok();
            assert_eq!(readers.contains_key(&key(*n).public()), may, "device {n} for {owner}");
        }
    }
    assert_eq!(readers(&authority, &s.community).len(), 1);
    assert_eq!(readers(&authority, &s.group).len(), 4);
    assert!(readers(&authority, &Id([200; 32])).is_empty());
}

#[test]
fn a_first_key_reaches_every_device_that_has_announced_one() {
    let mut s = Street::new();
    let anna = s.anna;
    assert_eq!(s.keys(anna).addressee(), Err(NoAddressee::NoKey));
    s.announce(anna, &[5, 10]);
    assert_eq!(s.renewal(anna, 5), Renewal::NewGeneration);
    assert_eq!(s.renewal(anna, 7), Renewal::NotOurs);
    assert_eq!(s.renewal(anna, 12), Renewal::NotOurs, "a computer that only stores");
    s.renew(anna, 5);
    assert_eq!((s.renewal(anna, 5), s.renewal(anna, 10)), (Renewal::UpToDate, Renewal::UpToDate));
    let to = s.keys(anna).addressee().unwrap();
    assert_eq!((to.is_group, to.persons), (false, 1));
    let mail = s.mail_to(anna);
    assert!(s.reads(anna, 5, &mail) && s.reads(anna, 10, &mail));
    assert!(!s.reads(anna, 11, &mail) && !s.reads(anna, 7, &mail) && !s.reads(anna, 3, &mail));
}

#[test]
fn a_group_and_the_stewards_have_keys_too() {
    let mut s = Street::new();
    let (anna, group, community) = (s.anna, s.group, s.community);
    // Each device announces its key once, under its own person; it serves for the group as well.
    s.announce(anna, &[5, 10]);
    let ben = s.authority().person_of_device(&key(7).public()).unwrap();
    s.announce(ben, &[7]);
    s.renew(group, 10);
    let to = s.keys(group).addressee().unwrap();
    assert_eq!((to.is_group, to.persons), (true, 2));
    let mail = s.mail_to(group);
    assert!([5, 7, 10].iter().all(|n| s.reads(group, *n, &mail)));
    assert!(!s.reads(group, 3, &mail) && !s.reads(anna, 5, &mail), "a key of the group is not one of hers");
    s.renew(community, 3);
    let to = s.keys(community).addressee().unwrap();
    assert_eq!((to.is_group, to.persons), (true, 1));
    let report = s.mail_to(community);
    assert!(s.reads(community, 3, &report) && !s.reads(community, 5, &report));
}

#[test]
fn a_device_added_later_reads_old_mail() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5, 10]);
    s.renew(anna, 5);
    let old = s.mail_to(anna);
    s.announce(anna, &[11]);
    assert!(!s.reads(anna, 11, &old));
    assert_eq!(s.renewal(anna, 11), Renewal::Wait);
    // Not the device that made it: any that holds it wraps it again, and the key stays the same.
    assert_eq!(s.renewal(anna, 10), Renewal::WrapAgain);
    let before = s.keys(anna).addressee().unwrap().key;
    s.renew(anna, 10);
    assert_eq!(s.keys(anna).addressee().unwrap().key, before);
    assert_eq!(s.keys(anna).candidates().len(), 1);
    assert!(s.reads(anna, 11, &old) && s.reads(anna, 5, &old));
    assert!([5, 10, 11].iter().all(|n| s.renewal(anna, *n) == Renewal::UpToDate));
}

#[test]
fn a_removed_device_reads_nothing_sealed_after_the_renewal() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5, 10]);
    s.renew(anna, 10);
    let old = s.mail_to(anna);
    let theirs = s.keys(anna).keyring(&key(10));
    s.gone.push(key(10).public());
    // Its key does not count any more, and nothing is sealed to it.
    assert_eq!(s.keys(anna).addressee(), Err(NoAddressee::NoKey));
    assert_eq!(s.renewal(anna, 5), Renewal::NewGeneration);
    assert_eq!(s.renewal(anna, 10), Renewal::NotOurs);
    assert!(s.reads(anna, 5, &old), "what the removed device had wrapped still opens");
    s.renew(anna, 5);
    let new = s.mail_to(anna);
    assert!(s.reads(anna, 5, &old) && s.reads(anna, 5, &new));
    // With all it had and all that is published since.
    assert!(!s.reads(anna, 10, &new));
    let mut all = s.keys(anna).keyring(&key(10));
    all.extend(theirs);
    assert_eq!(open(&s.community, &new, &all), Err(OpenError::NotForUs));
    // One that comes after it reads both.
    s.announce(anna, &[11]);
    s.renew(anna, 5);
    assert!(s.reads(anna, 11, &old) && s.reads(anna, 11, &new));
}

#[test]
fn nobody_seals_to_a_key_that_a_removed_device_holds() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5, 10]);
    s.renew(anna, 5);
    s.gone.push(key(10).public());
    assert_eq!(s.keys(anna).addressee(), Err(NoAddressee::Renewing));
    s.renew(anna, 5);
    assert_eq!(s.keys(anna).candidates()[0].number, 2);
    assert!(s.keys(anna).addressee().is_ok());
    // The old generation wrapped again by somebody cannot come back in front.
    assert_eq!(s.renewal(anna, 5), Renewal::UpToDate);
}

#[test]
fn two_renewals_at_the_same_time_lose_nothing() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5, 10]);
    let (one, other) = (s.renewed(anna, 5), s.renewed(anna, 10));
    assert_ne!(one.payload().key, other.payload().key);
    // Mail to each, by senders who have seen one of them only.
    s.sealing.push(one.clone());
    let to_one = s.mail_to(anna);
    s.sealing.pop();
    s.sealing.push(other.clone());
    let to_other = s.mail_to(anna);
    s.sealing.push(one);
    for n in [5, 10] {
        assert!(s.reads(anna, n, &to_one) && s.reads(anna, n, &to_other));
        assert_eq!(s.renewal(anna, n), Renewal::UpToDate);
    }
    // Everybody chooses the same: the same number, so the later.
    assert_eq!(s.keys(anna).candidates().len(), 2);
    let chosen = s.keys(anna).addressee().unwrap().key;
    s.sealing.reverse();
    assert_eq!(s.keys(anna).addressee().unwrap().key, chosen);
    assert!(other.payload().key.ends_with(&chosen.0[..8]));
    // A newcomer is handed both, and so is the next generation.
    s.announce(anna, &[11]);
    s.renew(anna, 5);
    assert!(s.reads(anna, 11, &to_one) && s.reads(anna, 11, &to_other));
    s.gone.push(key(5).public());
    s.renew(anna, 11);
    assert!([10, 11].iter().all(|n| s.reads(anna, *n, &to_one) && s.reads(anna, *n, &to_other)));
}

#[test]
fn two_wrappings_again_at_the_same_time_are_one() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5, 10]);
    s.renew(anna, 5);
    let mail = s.mail_to(anna);
    s.announce(anna, &[11]);
    let (one, other) = (s.renewed(anna, 5), s.renewed(anna, 10));
    s.sealing.extend([one, other]);
    assert_eq!(s.keys(anna).candidates().len(), 1);
    assert!(s.reads(anna, 11, &mail));
    assert_eq!(s.renewal(anna, 11), Renewal::UpToDate);
}

#[test]
fn more_generations_than_are_handed_on_are_reached_through_one_another() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5]);
    let mut mail = Vec::new();
    for n in 0..40u8 {
        s.ticks += 1;
        let keys = s.keys(anna);
        let keyring = keys.keyring(&key(5));
        let randomness = Randomness::new([n + 100; 32]);
        let made = keys.renew(Renewal::NewGeneration, &key(5), &keyring, at(s.ticks), randomness).unwrap();
        s.sealing.push(made);
        mail.push(s.mail_to(anna));
    }
    s.announce(anna, &[10]);
    s.renew(anna, 5);
    let newest = s.sealing.last().unwrap();
    let body = Generation::decode(&newest.payload().key, &newest.payload().body).unwrap();
    assert_eq!((body.number, body.others.len()), (40, 48 + 16 * 32));
    assert!(mail.iter().all(|m| s.reads(anna, 10, m)));
    assert_eq!(s.keys(anna).keyring(&key(10)).len(), 40);
}

#[test]
fn the_last_number_is_not_the_last_renewal() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5]);
    let secret = SealingSecret::from_seed([77; 32].into());
    let device = SealingSecret::of_device(&key(5)).public();
    let randomness = Randomness::new([1; 32]);
    let devices = [(key(5).public(), device)];
    let body = Generation::wrap(&s.community, &anna, u32::MAX, &secret, devices, [], randomness);
    let slot = generation_slot(u32::MAX, &secret.public());
    let hlc = at(3_000);
    let r = Payload::content(Kind::SEALING_KEY, anna, key(5).public(), slot, hlc, body.encode());
    s.sealing.push(r.sign(&s.community, &key(5)).unwrap());
    assert_eq!(s.keys(anna).addressee().unwrap().key, secret.public());
    let keys = s.keys(anna);
    let ring = keys.keyring(&key(5));
    let made = keys.renew(Renewal::NewGeneration, &key(5), &ring, at(20), Randomness::new([2; 32])).unwrap();
    assert!(made.payload().hlc > hlc);
    s.sealing.push(made);
    assert_ne!(s.keys(anna).addressee().unwrap().key, secret.public());
}

#[test]
fn records_of_others_are_never_sealed_to_and_push_nothing_out() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5]);
    s.renew(anna, 5);
    let mail = s.mail_to(anna);
    let (keys, hlc) = (s.keys(anna), s.tick());
    let ring = keys.keyring(&key(5));
    let made = keys.renew(Renewal::NewGeneration, &key(5), &ring, hlc, Randomness::new([200; 32])).unwrap();
    s.sealing.push(made);
    let chosen = s.keys(anna).addressee().unwrap();
    // Ben wraps keys of his own to Anna's device, in her name, with higher numbers and smaller bytes than her old one.
    let device = SealingSecret::of_device(&key(5)).public();
    let old = keys.candidates()[0].public;
    let random = |n: u32| SealingSecret::from_seed(blake3::derive_key("test", &n.to_be_bytes()).into());
    let smaller = (0u32..).map(random).filter(|s| s.public() < old).take(30);
    for (n, secret) in (0u8..).zip(smaller) {
        let number = 100 + u32::from(n);
        let devices = [(key(5).public(), device)];
        let body = Generation::wrap(&s.community, &anna, number, &secret, devices, [], Randomness::new([n; 32]));
        let slot = generation_slot(number, &secret.public());
        let r = Payload::content(Kind::SEALING_KEY, anna, key(7).public(), slot, at(900), body.encode());
        s.sealing.push(r.sign(&s.community, &key(7)).unwrap());
    }
    assert_eq!(s.keys(anna).addressee().unwrap(), chosen);
    assert_eq!(s.renewal(anna, 5), Renewal::UpToDate);
    // Nor an announcement for a device that is not his.
    let false_key = Announcement { public: SealingPublic([9; 32]) }.encode();
    let ben = s.authority().person_of_device(&key(7).public()).unwrap();
    let slot = device_slot(&key(10).public());
    let r = Payload::content(Kind::SEALING_KEY, ben, key(7).public(), slot, at(900), false_key);
    s.sealing.push(r.sign(&s.community, &key(7)).unwrap());
    assert_eq!(s.renewal(anna, 5), Renewal::UpToDate);
    // Anna's device opens them, and yet her old key is among the sixteen that are handed on.
    assert_eq!(s.keys(anna).keyring(&key(5)).len(), 32);
    s.announce(anna, &[10]);
    s.renew(anna, 5);
    // Even when nothing else is held any more.
    s.sealing.drain(..s.sealing.len() - 1);
    assert!(s.reads(anna, 10, &mail));
}

#[test]
fn an_announced_key_that_nobody_can_hold_stops_nobody() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5]);
    let body = Announcement { public: SealingPublic([0; 32]) }.encode();
    let slot = device_slot(&key(10).public());
    let r = Payload::content(Kind::SEALING_KEY, anna, key(10).public(), slot, at(900), body);
    s.sealing.push(r.sign(&s.community, &key(10)).unwrap());
    s.renew(anna, 5);
    assert_eq!(s.renewal(anna, 5), Renewal::UpToDate);
}

#[test]
fn a_withdrawn_key_still_opens() {
    let mut s = Street::new();
    let anna = s.anna;
    s.announce(anna, &[5]);
    s.renew(anna, 5);
    let mail = s.mail_to(anna);
    let p = s.sealing.last().unwrap().payload().clone();
    let hlc = s.tick();
    let p = Payload { hlc, expires: Some(hlc.day() + CONTENT_DAYS_MAX), body: vec![], ..p };
    s.sealing.push(p.sign(&s.community, &key(5)).unwrap());
    assert_eq!(s.keys(anna).addressee(), Err(NoAddressee::NoKey));
    assert_eq!(s.renewal(anna, 5), Renewal::NewGeneration);
    assert!(s.reads(anna, 5, &mail));
}

#[test]
fn a_wrapping_opens_in_its_place_only() {
    let s = Street::new();
    let secret = SealingSecret::from_seed([77; 32].into());
    let older = SealingSecret::from_seed([78; 32].into());
    let device = SealingSecret::of_device(&key(5));
    let devices = [(key(5).public(), device.public())];
    let body = Generation::wrap(&s.community, &s.anna, 3, &secret, devices, [&older], Randomness::new([1; 32]));
    let open = |body: &Generation, community: &Id, owner: &Id| {
        body.open(community, owner, &key(5).public(), &device).map(|s| s.public())
    };
    assert_eq!(open(&body, &s.community, &s.anna), Some(secret.public()));
    assert_eq!(open(&body, &s.anna, &s.anna), None);
    assert_eq!(open(&body, &s.community, &s.group), None);
    assert_eq!(open(&Generation { number: 4, ..body.clone() }, &s.community, &s.anna), None);
    let renamed = vec![(key(10).public(), body.wraps[0].1)];
    let renamed = Generation { wraps: renamed, ..body.clone() };
    assert!(renamed.open(&s.community, &s.anna, &key(10).public(), &device).is_none());
    let other_public = Generation { public: older.public(), ..body.clone() };
    assert_eq!(open(&other_public, &s.community, &s.anna), None);
    assert_eq!(body.open_others(&s.community, &s.anna, &secret).len(), 1);
    assert!(body.open_others(&s.community, &s.group, &secret).is_empty());
    assert!(body.open_others(&s.community, &s.anna, &older).is_empty());
    // A secret that is not the one of the public key.
    let lie = Generation::wrap(&s.community, &s.anna, 3, &older, devices, [], Randomness::new([2; 32]));
    assert_eq!(open(&Generation { public: secret.public(), ..lie }, &s.community, &s.anna), None);
}

#[test]
fn the_most_devices_and_generations_fit_a_record() {
    let s = Street::new();
    let secret = |n: u32| SealingSecret::from_seed(blake3::derive_key("test", &n.to_be_bytes()).into());
    let devices = (0..128u32).map(|n| (SecretKey::from_seed(secret(n).seed()).public(), secret(n).public()));
    let others: Vec<SealingSecret> = (200..230).map(secret).collect();
    let made = secret(300);
    let body = Generation::wrap(&s.community, &s.anna, u32::MAX, &made, devices, &others, Randomness::new([1; 32]));
    assert_eq!(body.wraps.len(), SEALING_DEVICES_MAX);
    let slot = generation_slot(u32::MAX, &made.public());
    let prev = (0..8).map(|n| Id([n; 32])).collect();
    let p = Payload::content(Kind::SEALING_KEY, s.anna, key(5).public(), slot.clone(), at(1), body.encode());
    let r = Payload { prev, ..p }.sign(&s.community, &key(5)).unwrap();
    assert!(r.wire().len() <= CONTENT_BYTES_MAX, "{}", r.wire().len());
    assert_eq!(Generation::decode(&slot, &r.payload().body), Ok(body));
}

#[test]
fn slots_have_one_form() {
    let public = SealingPublic([7; 32]);
    assert_eq!(Slot::decode(&device_slot(&key(5).public())), Some(Slot::Device(key(5).public())));
    let generation = Slot::Generation { number: 258, start: [7; 8] };
    assert_eq!(Slot::decode(&generation_slot(258, &public)), Some(generation));
    assert_eq!(Slot::decode(&generation_slot(0, &public)), None, "generations count from 1");
    for bad in [&b""[..], b"d", b"k", b"x12345678901234567890123456789012", b"k1234567"] {
        assert_eq!(Slot::decode(bad), None);
    }
}

proptest! {
    #[test]
    fn decoding_never_panics(
        noise in prop::collection::vec(any::<u8>(), 0..200),
        slot in prop::collection::vec(any::<u8>(), 0..40),
        others in 0usize..3,
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
    ) {
        let _ = (Slot::decode(&slot), Generation::decode(&slot, &noise), Announcement::decode(&noise));
        let public = SealingPublic([7; 32]);
        let slot = generation_slot(1, &public);
        let _ = Generation::decode(&slot, &noise);
        let others = if others == 0 { vec![] } else { vec![3; 48 + 32 * others] };
        let wraps = vec![(PublicKey([1; 32]), [5; 80]), (PublicKey([2; 32]), [6; 80])];
        let generation = Generation { number: 1, public, wraps, others };
        let mut bytes = generation.encode();
        prop_assert_eq!(Generation::decode(&slot, &bytes), Ok(generation));
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(read) = Generation::decode(&slot, &bytes) {
            prop_assert_eq!(read.encode(), bytes);
        }
    }
    /// Whatever comes in whatever order: the same choice, and the same keys open.
    #[test]
    fn order_and_repetition_do_not_matter(order in Just((0..7usize).collect::<Vec<_>>()).prop_shuffle(), twice in 0usize..7) {
        let mut s = Street::new();
        let anna = s.anna;
        s.announce(anna, &[5, 10]);
        let (one, other) = (s.renewed(anna, 5), s.renewed(anna, 10));
        s.sealing.extend([one, other]);
        s.announce(anna, &[11]);
        s.renew(anna, 10);
        s.gone.push(key(5).public());
        s.renew(anna, 11);
        prop_assert_eq!(s.sealing.len(), 7);
        let state = |s: &Street| {
            let keys = s.keys(anna);
            let rings = [5, 10, 11].map(|n| keys.keyring(&key(n)).publics().copied().collect::<Vec<_>>());
            (keys.addressee(), keys.candidates().to_vec(), rings)
        };
        let before = state(&s);
        let records = s.sealing.clone();
        s.sealing = order.into_iter().map(|i| records[i].clone()).collect();
        s.sealing.push(records[twice].clone());
        prop_assert_eq!(state(&s), before);
    }
}
