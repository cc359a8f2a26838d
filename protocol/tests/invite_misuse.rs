//! Invites used as they are not meant to be: one line a case, each with the exact answer.
//!
//! Here is what needs no computer: the text of a ticket, the form of a request, and what the issuing device says by what
//! it remembers. That nothing is written by any of it is tested where writing happens, in the node.

use data_encoding::BASE32_NOPAD;
use hedgerow_protocol::authority::body::{DeviceOffer, Duty};
use hedgerow_protocol::authority::build::{self, Place};
use hedgerow_protocol::fields::Writer;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::invite::{Issued, IssuedKind, IssuedState, Ticket, TicketError};
use hedgerow_protocol::join::{Code, Redemption, Request};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::limits::{POSTER_WAITING_MAX, TICKET_CHARS_MAX};
use hedgerow_protocol::poster::{self, Answer, Asked};
use hedgerow_protocol::record::{Payload, Record};

fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}

const HERE: Id = Id([1; 32]);

fn ticket() -> Ticket {
    Ticket {
        community: HERE,
        issuer: key(9).public(),
        addresses: vec!["192.168.1.7:47480".parse().unwrap(), "[2001:db8::7]:47480".parse().unwrap()],
        seed: [8; 32].into(),
        expires_ms: 1_790_000_000_000,
        poster_since_ms: None,
    }
}

/// The text of a map of fields, with its length and check in order.
fn text_of(body: &[u8]) -> String {
    let mut out = (body.len() as u16).to_be_bytes().to_vec();
    out.extend_from_slice(body);
    let mut hash = blake3::Hasher::new();
    let check = hash.update(b"hedgerow/ticket/1").update(&out).finalize();
    out.extend_from_slice(&check.as_bytes()[..4]);
    format!("hedgerow1{}", BASE32_NOPAD.encode(&out).to_ascii_lowercase())
}

fn fields() -> Writer {
    let mut w = Writer::new();
    w.bytes(1, &[1; 32]).bytes(2, &[2; 32]).bytes(4, &[3; 32]).uint(5, 7);
    w
}

#[test]
fn tickets_that_are_not_in_order() {
    use TicketError::*;
    let good = ticket().encode();
    let poster = Ticket { poster_since_ms: Some(5), ..ticket() }.encode();
    let put = |at: usize, c: char| good.chars().enumerate().map(|(i, was)| if i == at { c } else { was }).collect();
    let other = |at: usize| if good.as_bytes()[at] == b'a' { 'b' } else { 'a' };
    let swapped = {
        let mut bytes = good.clone().into_bytes();
        let at = (40..100).find(|i| bytes[*i] != bytes[i + 1]).unwrap();
        bytes.swap(at, at + 1);
        String::from_utf8(bytes).unwrap()
    };
    let poster_flag_cut = {
        // What somebody would try who wants a poster to let them in: the same without its mark.
        let bytes = BASE32_NOPAD.decode(poster[9..].to_ascii_uppercase().as_bytes()).unwrap();
        let body = &bytes[2..bytes.len() - 4];
        let shorter = [&[body[0] - 1], &body[1..body.len() - 2]].concat();
        let text = [&(shorter.len() as u16).to_be_bytes()[..], &shorter, &bytes[bytes.len() - 4..]].concat();
        format!("hedgerow1{}", BASE32_NOPAD.encode(&text).to_ascii_lowercase())
    };
    let cases: Vec<(&str, String, TicketError)> = vec![
        ("nothing", String::new(), NotATicket),
        ("only white space", " \r\n\t".into(), NotATicket),
        ("another word", "hello".into(), NotATicket),
        ("a web address", "https://example.org/hedgerow1abc".into(), NotATicket),
        ("the name alone", "hedgerow".into(), Truncated),
        ("the beginning alone", "hedgerow1".into(), Truncated),
        ("version 2", format!("hedgerow2{}", &good[9..]), TooNew),
        ("version 9", "hedgerow9".into(), TooNew),
        ("version 0", format!("hedgerow0{}", &good[9..]), NotATicket),
        ("no version", format!("hedgerow{}", &good[9..]), NotATicket),
        ("the last letter cut", good[..good.len() - 1].into(), Truncated),
        ("the last half cut", good[..good.len() / 2].into(), Truncated),
        ("the first letter cut", good[1..].into(), NotATicket),
        ("a letter cut in the middle", format!("{}{}", &good[..50], &good[51..]), Truncated),
        ("a letter twice", format!("{}{}", &good[..51], &good[50..]), Damaged),
        ("a letter more", format!("{good}a"), Damaged),
        ("twice in a row", format!("{good}{good}"), Damaged),
        ("a wrong letter early", put(20, other(20)), Damaged),
        ("a wrong letter late", put(good.len() - 9, other(good.len() - 9)), Damaged),
        ("a wrong letter in the check", put(good.len() - 3, other(good.len() - 3)), Damaged),
        ("two letters changed places", swapped, Damaged),
        ("a zero for an o", put(30, '0'), Damaged),
        ("a one for an l", put(30, '1'), Damaged),
        ("a letter with an accent", put(30, 'é'), Damaged),
        ("an invisible character", put(30, '\u{200b}'), Damaged),
        ("a padding sign at the end", format!("{good}="), Damaged),
        ("far too long", good.repeat(50), TooLong),
        ("one letter too long", format!("hedgerow1{}", "a".repeat(TICKET_CHARS_MAX - 8)), TooLong),
        ("a poster without its mark", poster_flag_cut, Damaged),
        ("a field of a later version", text_of(&fields().uint(7, 1).finish()), TooNew),
        ("no community", text_of(&Writer::new().bytes(2, &[2; 32]).bytes(4, &[3; 32]).uint(5, 7).finish()), Damaged),
        ("a short seed", text_of(&fields().bytes(4, &[3; 31]).finish()), Damaged),
        ("a long issuer", text_of(&fields().bytes(2, &[2; 33]).finish()), Damaged),
        ("a day that is text", text_of(&fields().text(5, "tomorrow").finish()), Damaged),
        ("a mark that is text", text_of(&fields().text(6, "yes").finish()), Damaged),
        ("seventeen addresses", text_of(&fields().list(3, [&[1u8; 6][..]; 17]).finish()), Damaged),
        ("an address of five bytes", text_of(&fields().list(3, [&[1u8; 5][..]]).finish()), Damaged),
        ("not a map", text_of(&[0x80]), Damaged),
        ("an empty map", text_of(&[0xa0]), Damaged),
        ("bytes after the map", text_of(&[fields().finish(), vec![0]].concat()), Damaged),
    ];
    assert!(Ticket::decode(&text_of(&fields().finish())).is_ok(), "what the cases were made from is in order");
    for (name, text, error) in &cases {
        assert_eq!(Ticket::decode(text).err(), Some(*error), "{name}");
    }
    assert!(cases.len() >= 40);
}

struct Newcomer {
    person: Record,
    device: Record,
}

fn newcomer(community: &Id, person: u8, device: u8) -> Newcomer {
    let [person, device] = build::newcomer(community, &key(person), &key(device), Hlc::new(5, 0)).unwrap();
    Newcomer { person, device }
}

fn profile(owner: Id, device: u8) -> Record {
    let p = Payload::content(Kind::PROFILE, owner, key(device).public(), "profile", Hlc::new(6, 0), vec![0xa0]);
    p.sign(&HERE, &key(device)).unwrap()
}

/// A request with these records, signed for the invite as it should be.
fn with(records: &[&Record]) -> Redemption {
    let good = newcomer(&HERE, 1, 2);
    let mut r = Redemption::new(&ticket(), &good.person, &good.device, &[], &key(2).public());
    r.records = records.iter().map(|r| r.wire().to_vec()).collect();
    r
}

#[test]
fn requests_that_do_not_fit_together() {
    let Newcomer { person, device } = newcomer(&HERE, 1, 2);
    let me = person.id();
    let good = with(&[&person, &device]);
    let edited = |edit: &dyn Fn(&mut Redemption)| {
        let mut r = good.clone();
        edit(&mut r);
        r
    };
    let proved = |invite: u8, community: Id, who: &Id, on: &PublicKey| {
        let proof = hedgerow_protocol::invite::prove(&SecretKey::from_seed(&[invite; 32]), &community, who, on);
        edited(&|r| r.proof = proof)
    };
    let second = {
        // A second device of the same person, listed by another key than the person's.
        let offer = DeviceOffer::sign(&HERE, &me, &key(2), Duty::Full);
        build::device_add(&HERE, &key(7), Place { seq: 1, prev: vec![] }, me, offer, Hlc::new(6, 0)).unwrap()
    };
    let foreign = newcomer(&Id([2; 32]), 1, 2);
    let other = newcomer(&HERE, 5, 6);
    let mine = key(2).public();
    let cases: Vec<(&str, Redemption, Code)> = vec![
        ("another community named", edited(&|r| r.community = Id([2; 32])), Code::OtherCommunity),
        ("a proof by another invite", proved(7, HERE, &me, &mine), Code::BadRequest),
        ("a proof for another person", proved(8, HERE, &other.person.id(), &mine), Code::BadRequest),
        ("a proof for another computer", proved(8, HERE, &me, &key(6).public()), Code::BadRequest),
        ("a proof for another community", proved(8, Id([2; 32]), &me, &mine), Code::BadRequest),
        ("another invite named", edited(&|r| r.invite = key(7).public()), Code::BadRequest),
        ("an invite that is no key", edited(&|r| r.invite = PublicKey([0xff; 32])), Code::BadRequest),
        (
            "an invite of small order",
            edited(&|r| r.invite = PublicKey(std::array::from_fn(|i| (i == 0) as u8))),
            Code::BadRequest,
        ),
        ("no proof", edited(&|r| r.proof = [0; 64]), Code::BadRequest),
        ("one bit of the proof", edited(&|r| r.proof[0] ^= 1), Code::BadRequest),
        ("records of another community", with(&[&foreign.person, &foreign.device]), Code::BadRequest),
        ("the computer before the person", with(&[&device, &person]), Code::BadRequest),
        ("the person alone", with(&[&person]), Code::BadRequest),
        ("nothing at all", with(&[]), Code::BadRequest),
        ("the person twice", with(&[&person, &person]), Code::BadRequest),
        ("somebody else's computer", with(&[&person, &other.device]), Code::BadRequest),
        ("a computer listed by another key", with(&[&person, &second]), Code::BadRequest),
        ("content of another person", with(&[&person, &device, &profile(other.person.id(), 2)]), Code::BadRequest),
        ("content by another computer", with(&[&person, &device, &profile(me, 6)]), Code::BadRequest),
        ("a third record of authority", with(&[&person, &device, &other.person]), Code::BadRequest),
        ("a damaged record", edited(&|r| r.records[1][40] ^= 1), Code::BadRequest),
        ("a record cut short", edited(&|r| r.records[1].truncate(50)), Code::BadRequest),
        ("an empty record", edited(&|r| r.records[0].clear()), Code::BadRequest),
    ];
    assert!(good.verify(&HERE).is_ok());
    assert!(with(&[&person, &device, &profile(me, 2)]).verify(&HERE).is_ok());
    for (name, redemption, code) in &cases {
        assert_eq!(redemption.verify(&HERE).err(), Some(*code), "{name}");
    }
    // What is too much for a request is refused before anything in it is looked at.
    for (name, records) in [("nine records", vec![vec![1]; 9]), ("a record too large", vec![vec![1], vec![0; 16_385]])]
    {
        let r = edited(&|r| r.records = records.clone());
        assert!(Request::decode(&Request::Redeem(r.clone()).encode()).is_err(), "{name}");
        assert!(Request::decode(&Request::Ask(r).encode()).is_err(), "{name}");
    }
}

#[test]
fn invites_that_are_not_open() {
    let (anna, ben) = (Id([1; 32]), Id([2; 32]));
    let single =
        Issued { invite: key(8).public(), expires_ms: 100, state: IssuedState::Open, kind: IssuedKind::Single };
    let (used, revoked) =
        (Issued { state: IssuedState::UsedBy(anna), ..single }, Issued { state: IssuedState::Revoked, ..single });
    let hung = Issued { kind: IssuedKind::Poster, ..single };
    for (name, issued, who, now, code) in [
        ("one millisecond late", single, anna, 101, Code::Expired),
        ("for ever late", single, anna, u64::MAX, Code::Expired),
        ("used by somebody else", used, ben, 50, Code::Used),
        ("used by somebody else, and late", used, ben, 101, Code::Used),
        ("taken back", revoked, anna, 50, Code::Revoked),
        ("taken back, and late", revoked, anna, 101, Code::Revoked),
        ("a poster used like an invite", hung, anna, 50, Code::OtherKind),
    ] {
        assert_eq!(issued.judge(&who, now), Err(code), "{name}");
    }
    let taken_down = Issued { state: IssuedState::Revoked, ..hung };
    let no = Asked { at_ms: 1, answer: Answer::No };
    let waits = Asked { at_ms: 1, answer: Answer::Waiting(vec![vec![1], vec![2]]) };
    for (name, issued, asked, others, now, code) in [
        ("an invite used like a poster", single, None, 0, 50, Code::OtherKind),
        ("a used invite used like a poster", used, None, 0, 50, Code::OtherKind),
        ("a poster one millisecond late", hung, None, 0, 101, Code::Expired),
        ("waiting when the poster ran out", hung, Some(&waits), 0, 101, Code::Expired),
        ("a poster taken down", taken_down, None, 0, 50, Code::Revoked),
        ("waiting when the poster was taken down", taken_down, Some(&waits), 0, 50, Code::Revoked),
        ("told no and asking again", hung, Some(&no), 0, 50, Code::SaidNo),
        ("told no at a full poster", hung, Some(&no), POSTER_WAITING_MAX, 50, Code::SaidNo),
        ("one too many", hung, None, POSTER_WAITING_MAX, 50, Code::Full),
    ] {
        assert_eq!(poster::judge(&issued, asked, false, others, now), Err(code), "{name}");
    }
}
