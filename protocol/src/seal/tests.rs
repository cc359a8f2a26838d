//! Messages against people who change, strip, re-wrap and re-publish them. Keys have tests of their own.

use proptest::prelude::*;

use super::message::{About, Message};
use super::sealed::{self, Addressee, Body, Entry, OpenError, SealError, Sender, open, seal};
use super::{Keyring, Randomness, SealingPublic, SealingSecret, suite};
use crate::authority::body::Reason;
use crate::hlc::{DAY_MS, Hlc};
use crate::id::Id;
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::*;
use crate::record::{Audience, Payload, Record};

const COMMUNITY: Id = Id([1; 32]);
const ALICE: Id = Id([2; 32]);
const BOB: Id = Id([3; 32]);
const CAROL: Id = Id([4; 32]);
const AT: Hlc = Hlc((20_000 * DAY_MS) << 16);

fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}
fn secret(owner: &Id) -> SealingSecret {
    SealingSecret::from_seed(zeroize::Zeroizing::new(owner.0))
}
fn ring(owner: Id) -> Keyring {
    let mut ring = Keyring::new();
    ring.insert(owner, secret(&owner));
    ring
}
fn person(owner: Id) -> Addressee {
    Addressee { owner, key: secret(&owner).public(), is_group: false, persons: 1 }
}
fn group(owner: Id, persons: usize) -> Addressee {
    Addressee { is_group: true, persons, ..person(owner) }
}
/// Alice writes from device 5; device 6 is hers too, 7 is Bob's.
fn from<'a>(person: &'a Id, device: &'a SecretKey) -> Sender<'a> {
    Sender { community: &COMMUNITY, person, device }
}
fn answer(text: &str) -> Message {
    Message::Answer { about: Id([9; 32]), text: text.into() }
}
fn seal_to(to: &[Addressee], message: &Message, seed: u8) -> Result<Record, SealError> {
    seal(from(&ALICE, &key(5)), to, message, AT, AT.day() + 90, Randomness::new([seed; 32]))
}
/// As if the device had signed it: what stands inside has to hold without the signature outside.
fn unsigned(payload: &Payload) -> Option<Record> {
    let wire = [&payload.encode()[..], &[0; 64]].concat();
    Record::from_journal(&COMMUNITY, &wire).ok()
}
fn with_body(record: &Record, body: Vec<u8>) -> Option<Record> {
    unsigned(&Payload { body, ..record.payload().clone() })
}

#[test]
fn every_addressee_reads_it_and_nobody_else() {
    let messages = [
        Message::Request { topic: "Lamp".into(), text: "Mine is broken.".into(), from_minor: false },
        answer("Bring it on Saturday."),
        Message::Close { about: Id([9; 32]) },
        Message::Report { about: About::Owner(CAROL), reason: Reason::HURTFUL, text: "See there".into() },
    ];
    for message in messages {
        let record = seal_to(&[person(CAROL), person(BOB)], &message, 1).unwrap();
        assert_eq!(Record::from_wire(&COMMUNITY, record.wire()).unwrap(), record);
        for owner in [BOB, CAROL] {
            let opened = open(&COMMUNITY, &record, &ring(owner)).unwrap();
            assert_eq!((opened.message, opened.sender, opened.opened_as), (message.clone(), ALICE, owner));
            assert_eq!(opened.addressees, [(BOB, secret(&BOB).public()), (CAROL, secret(&CAROL).public())]);
        }
        assert_eq!(open(&COMMUNITY, &record, &ring(ALICE)), Err(OpenError::NotForUs));
        assert_eq!(open(&COMMUNITY, &record, &Keyring::new()), Err(OpenError::NotForUs));
        assert_eq!(open(&Id([8; 32]), &record, &ring(BOB)), Err(OpenError::Damaged));
    }
}

#[test]
fn a_key_of_one_owner_does_not_open_what_names_another() {
    let named_wrongly = Addressee { owner: CAROL, ..person(BOB) };
    let record = seal_to(&[named_wrongly], &answer("hello"), 1).unwrap();
    assert_eq!(open(&COMMUNITY, &record, &ring(BOB)), Err(OpenError::NotForUs));
}

#[test]
fn only_the_size_of_a_bucket_is_seen() {
    let length = |text: usize| {
        let record = seal_to(&[person(BOB)], &answer(&"x".repeat(text)), 1).unwrap();
        Body::decode(&record.payload().body).unwrap().cipher.len() - 48
    };
    assert_eq!(length(0), 512);
    // 2 length, 64 signature, 46 the map around a text of 256 to 65,535 bytes.
    let room = 2 + 64 + 1 + 2 + (1 + 3) + (1 + 2 + 32);
    for (i, bucket) in SEALED_BUCKETS[..5].iter().enumerate() {
        assert_eq!(length(bucket - room), *bucket);
        assert_eq!(length(bucket - room + 1), SEALED_BUCKETS[i + 1]);
    }
    assert_eq!(length(SEALED_TEXT_BYTES_MAX), 10_240);
}

#[test]
fn the_longest_message_to_the_most_addressees_fits_a_record() {
    let to: Vec<Addressee> = (0..32).map(|n| group(Id([n + 40; 32]), 2)).collect();
    let message = Message::Request { topic: "t".repeat(128), text: "x".repeat(8_192), from_minor: true };
    let record = seal_to(&to, &message, 1).unwrap();
    // With the most heads of its slot as predecessors, too.
    assert!(record.wire().len() + 8 * 34 + 3 <= CONTENT_BYTES_MAX, "{}", record.wire().len());
    assert_eq!(open(&COMMUNITY, &record, &ring(Id([71; 32]))).unwrap().message, message);
    let one_more: Vec<Addressee> = (0..33).map(|n| group(Id([n + 40; 32]), 2)).collect();
    assert_eq!(seal_to(&one_more, &message, 1), Err(SealError::Addressees));
}

#[test]
fn what_cannot_be_sealed_is_said() {
    assert_eq!(seal_to(&[], &answer(""), 1), Err(SealError::Addressees));
    assert_eq!(seal_to(&[person(BOB), person(BOB)], &answer(""), 1), Err(SealError::Twice));
    let bad = Addressee { key: SealingPublic([0; 32]), ..person(BOB) };
    assert_eq!(seal_to(&[bad], &answer(""), 1), Err(SealError::Key(BOB)));
    let long = answer(&"x".repeat(8_193));
    assert_eq!(seal_to(&[person(BOB)], &long, 1), Err(super::message::MessageError::Text.into()));
    let randomness = Randomness::new([1; 32]);
    let late = seal(from(&ALICE, &key(5)), &[person(BOB)], &answer(""), AT, AT.day() + 401, randomness);
    assert!(matches!(late, Err(SealError::Record(_))));
}

#[test]
fn a_request_from_somebody_under_18_never_goes_to_one_person() {
    let request = |from_minor| Message::Request { topic: "Help".into(), text: "please".into(), from_minor };
    let minor = |to: &[Addressee]| seal_to(to, &request(true), 1).map(|_| ());
    assert_eq!(minor(&[group(CAROL, 2)]), Ok(()));
    assert_eq!(minor(&[group(CAROL, 2), person(ALICE)]), Ok(()), "her own copy");
    for to in [
        vec![person(BOB)],
        vec![group(CAROL, 2), person(BOB)],
        vec![group(CAROL, 1)],
        vec![group(CAROL, 0)],
        vec![person(ALICE)],
        vec![],
    ] {
        assert_eq!(minor(&to), Err(SealError::MinorToOnePerson), "{to:?}");
    }
    assert!(seal_to(&[person(BOB)], &request(false), 1).is_ok());
}

#[test]
fn every_changed_bit_is_refused() {
    let record = seal_to(&[person(BOB), person(CAROL)], &answer("hello"), 1).unwrap();
    let body = record.payload().body.clone();
    let ring = ring(BOB);
    assert!(open(&COMMUNITY, &with_body(&record, body.clone()).unwrap(), &ring).is_ok());
    for bit in 0..body.len() * 8 {
        let mut changed = body.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&COMMUNITY, &with_body(&record, changed).unwrap(), &ring).is_err(), "bit {bit} of the body");
    }
    for bit in 0..record.wire().len() * 8 {
        let mut changed = record.wire().to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(Record::from_wire(&COMMUNITY, &changed).is_err(), "bit {bit} of the record");
    }
}

#[test]
fn what_is_outside_is_bound() {
    let record = seal_to(&[person(BOB)], &answer("hello"), 1).unwrap();
    let p = record.payload().clone();
    let read = |p: Payload| open(&COMMUNITY, &unsigned(&p).unwrap(), &ring(BOB)).map(|_| ());
    assert_eq!(read(p.clone()), Ok(()));
    // Another device of hers, another person, another slot: as if each had signed the record.
    assert_eq!(read(Payload { device: key(6).public(), ..p.clone() }), Err(OpenError::Damaged));
    assert_eq!(read(Payload { owner: CAROL, ..p.clone() }), Err(OpenError::Damaged));
    assert_eq!(read(Payload { key: vec![0; 16], ..p.clone() }), Err(OpenError::Damaged));
    for other in [
        Payload { kind: Kind::NOTICE, ..p.clone() },
        Payload { audience: Audience::Public, ..p.clone() },
        Payload { key: vec![0; 15], ..p.clone() },
        Payload { body: vec![], expires: Some(p.hlc.day() + 400), ..p.clone() },
    ] {
        assert_eq!(read(other), Err(OpenError::NotSealed));
    }
    // Really signed by the other device, and by Bob as his own.
    for (owner, device) in [(ALICE, key(6)), (BOB, key(7))] {
        let again = Payload { owner, device: device.public(), ..p.clone() }.sign(&COMMUNITY, &device).unwrap();
        assert_eq!(open(&COMMUNITY, &again, &ring(BOB)), Err(OpenError::Damaged));
    }
}

#[test]
fn an_addressee_cannot_send_it_on_as_if_the_sender_had() {
    let record = seal_to(&[person(BOB)], &answer("for Bob only"), 1).unwrap();
    let inside = sealed::unseal(&COMMUNITY, &record, &ring(BOB)).unwrap();
    let again = |from: Sender<'_>, to: &Addressee| {
        let randomness = Randomness::new([9; 32]);
        sealed::seal_text(from, &[to], &inside.text, |_| inside.signature, AT, AT.day(), randomness).unwrap()
    };
    // In Bob's name, with Alice's signature inside.
    let bobs = again(from(&BOB, &key(7)), &person(CAROL));
    assert_eq!(open(&COMMUNITY, &bobs, &ring(CAROL)), Err(OpenError::Signature));
    // In Alice's name, were her device's signature outside to be had.
    let hers = again(from(&ALICE, &key(5)), &person(CAROL));
    assert_eq!(open(&COMMUNITY, &hers, &ring(CAROL)), Err(OpenError::Signature));
    let to_bob = again(from(&ALICE, &key(5)), &person(BOB));
    assert_eq!(open(&COMMUNITY, &to_bob, &ring(BOB)), Err(OpenError::Signature));
    // The same body with one more on the list: the content is bound to the list.
    let mut body = Body::decode(&record.payload().body).unwrap();
    body.entries.push(Entry { owner: CAROL, ..body.entries[0].clone() });
    let longer = with_body(&record, body.encode()).unwrap();
    assert_eq!(open(&COMMUNITY, &longer, &ring(BOB)), Err(OpenError::Damaged));
}

#[test]
fn the_signature_inside_is_needed() {
    let with = |signature: [u8; 64]| {
        let (device, randomness) = (key(5), Randomness::new([9; 32]));
        let text = answer("hello").encode();
        let to = person(BOB);
        let r = sealed::seal_text(from(&ALICE, &device), &[&to], &text, |_| signature, AT, AT.day(), randomness);
        open(&COMMUNITY, &r.unwrap(), &ring(BOB))
    };
    assert_eq!(with([0; 64]), Err(OpenError::Signature), "stripped");
    assert_eq!(with(key(5).sign(b"something else")), Err(OpenError::Signature), "of other words");
    let text = [0xff; 3];
    let randomness = Randomness::new([9; 32]);
    let to = person(BOB);
    let sign = |signed: &[u8]| key(5).sign(signed);
    let r = sealed::seal_text(from(&ALICE, &key(5)), &[&to], &text, sign, AT, AT.day(), randomness).unwrap();
    assert!(matches!(open(&COMMUNITY, &r, &ring(BOB)), Err(OpenError::Message(_))));
}

#[test]
fn two_addressees_cannot_be_given_two_contents() {
    // Carol's content secret is another one: she sees that it is not the one on the outside.
    let one = seal_to(&[person(BOB), person(CAROL)], &answer("hello"), 1).unwrap();
    let other = seal_to(&[person(BOB), person(CAROL)], &answer("hello"), 2).unwrap();
    let mut body = Body::decode(&one.payload().body).unwrap();
    body.entries[1] = Body::decode(&other.payload().body).unwrap().entries[1].clone();
    let mixed = with_body(&one, body.encode()).unwrap();
    assert_eq!(open(&COMMUNITY, &mixed, &ring(CAROL)), Err(OpenError::Damaged));
    assert_eq!(open(&COMMUNITY, &mixed, &ring(BOB)), Err(OpenError::Damaged));
}

#[test]
fn the_content_is_that_of_the_key_outside() {
    // A sender who names one content key to all and hands Carol another secret, with everything else in order: the
    // bytes are put together here as the specification says, so that both secrets can be tried.
    let record = seal_to(&[person(CAROL)], &answer("to all"), 1).unwrap();
    let text = answer("to Carol").encode();
    let sealed_with = |outside: &SealingSecret, inside: &SealingSecret| {
        let (slot, device) = (&record.payload().key, key(5));
        let mut head = [&COMMUNITY.0[..], &ALICE.0, &device.public().0, slot].concat();
        head.extend(outside.public().0);
        let (carol, random) = (secret(&CAROL).public(), || zeroize::Zeroizing::new([9; 32]));
        let aad = [&head[..], &CAROL.0, &carol.0].concat();
        let wrapped = suite::seal(&carol.0, b"hedgerow/sealed/1 key", &aad, inside.seed(), random()).unwrap();
        let aad = [&head[..], &[1], &CAROL.0, &carol.0, &wrapped].concat();
        let signature = device.sign(&[b"hedgerow/sealed/1", &aad[..], &text].concat());
        let mut padded = [&(text.len() as u16).to_be_bytes()[..], &signature, &text].concat();
        padded.resize(512, 0);
        let cipher = suite::seal(&inside.public().0, b"hedgerow/sealed/1 content", &aad, &padded, random()).unwrap();
        let entries = vec![Entry { owner: CAROL, key: carol, wrapped: wrapped.try_into().unwrap() }];
        let body = Body { content: outside.public(), entries, cipher }.encode();
        open(&COMMUNITY, &with_body(&record, body).unwrap(), &ring(CAROL)).map(|o| o.message)
    };
    let (one, other) = (secret(&Id([50; 32])), secret(&Id([51; 32])));
    assert_eq!(sealed_with(&one, &one), Ok(answer("to Carol")));
    assert_eq!(sealed_with(&one, &other), Err(OpenError::Damaged));
}

/// A small generator, so that the same mutations come again on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % sides as u64) as usize
    }
}

/// Changes a body in one of the ways that keep its form more often than noise would.
fn mutate(body: &[u8], donor: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = body.to_vec();
    let at = dice.roll(out.len());
    match dice.roll(8) {
        0 => out[at] ^= 1 << dice.roll(8),
        1 => out[at] = dice.roll(256) as u8,
        2 => {
            let other = dice.roll(out.len());
            out.swap(at, other);
        }
        3 => out.truncate(at),
        4 => out.insert(at, dice.roll(256) as u8),
        5 => {
            // A piece of another message in its place.
            let end = (at + 1 + dice.roll(200)).min(out.len()).min(donor.len()).max(at);
            if at < end {
                out[at..end].copy_from_slice(&donor[at..end]);
            }
        }
        6 => (0..1 + dice.roll(9)).for_each(|_| {
            let at = dice.roll(out.len());
            out[at] ^= dice.roll(256) as u8;
        }),
        _ => {
            // The parts are in order and one of them is another's.
            let (mut a, b) = (Body::decode(body).unwrap(), Body::decode(donor).unwrap());
            let from = b.entries[dice.roll(b.entries.len())].clone();
            let place = dice.roll(a.entries.len());
            match dice.roll(5) {
                0 => a.content = b.content,
                1 => a.cipher = b.cipher,
                2 => a.entries[place].wrapped = from.wrapped,
                3 => {
                    a.entries.push(from);
                    a.entries.sort_by_key(|e| (e.owner, e.key));
                }
                _ => {
                    a.entries.remove(place);
                }
            }
            out = a.encode();
        }
    }
    out
}

#[test]
fn a_hundred_thousand_mutations_and_none_is_accepted() {
    let texts = ["", "hello", "A longer text, that is all.", "x"];
    let lists = [vec![person(BOB)], vec![person(BOB), person(CAROL)], vec![group(BOB, 3), person(CAROL)]];
    let mut records = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        for list in &lists {
            records.push(seal_to(list, &answer(text), n as u8 * 3 + list.len() as u8).unwrap());
        }
    }
    let ring = ring(BOB);
    let (mut tried, mut well_formed, mut dice) = (0, 0, Dice(7));
    while tried < 100_000 {
        let record = &records[dice.roll(records.len())];
        let donor = &records[dice.roll(records.len())];
        let body = mutate(&record.payload().body, &donor.payload().body, &mut dice);
        if body == record.payload().body || body.is_empty() {
            continue;
        }
        tried += 1;
        well_formed += usize::from(Body::decode(&body).is_ok());
        let Some(changed) = with_body(record, body) else { continue };
        let opened = open(&COMMUNITY, &changed, &ring);
        assert!(opened.is_err(), "mutation {tried}: {opened:?}");
    }
    assert!(well_formed > 30_000, "only {well_formed} came as far as the ciphers");
}

proptest! {
    #[test]
    fn bodies_come_back(content in any::<[u8; 32]>(), owners in prop::collection::btree_set(any::<[u8; 32]>(), 1..6)) {
        let entries = owners.into_iter().map(|o| {
            Entry { owner: Id(o), key: SealingPublic(content), wrapped: [7; 80] }
        });
        let body = Body { content: SealingPublic(content), entries: entries.collect(), cipher: vec![1; 512 + 48] };
        prop_assert_eq!(Body::decode(&body.encode()), Ok(body));
    }
    #[test]
    fn decoding_never_panics(noise in prop::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let _ = Body::decode(&noise);
        let wrapped = [7; 80];
        let entries = vec![Entry { owner: BOB, key: SealingPublic([1; 32]), wrapped }];
        let mut bytes = Body { content: SealingPublic([2; 32]), entries, cipher: vec![1; 560] }.encode();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(read) = Body::decode(&bytes) {
            prop_assert_eq!(read.encode(), bytes);
        }
    }
}
