//! Frozen bytes of every format. They never change: a change here is a change of what other people's computers read.
//!
//! The files in `vectors/` were written by this test from fixed seeds with `HEDGEROW_WRITE_VECTORS=1`; without it the
//! test compares. Another implementation can use them as they are.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use hedgerow_protocol::authority::body::DeviceOffer;
use hedgerow_protocol::authority::{Authority, Duty, GroupRole, build};
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::cose;
use hedgerow_protocol::file::{FileRef, Label};
use hedgerow_protocol::frame::{self, FrameType};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::invite::Ticket;
use hedgerow_protocol::join::{Code, Reading, Redemption, Request, Response};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::profile::PROFILE_KEY;
use hedgerow_protocol::record::{Audience, Payload, Record};
use hedgerow_protocol::said::{self, Said};
use serde_json::{Value, json};

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}
fn unhex(v: &Value) -> Vec<u8> {
    HEXLOWER.decode(v.as_str().expect("hex").as_bytes()).expect("hex")
}
/// Seeds are one byte, 32 times over.
fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}
fn at(n: u64) -> Hlc {
    Hlc::new(1_790_000_000_000 + n * 1_000, n as u16)
}

/// Writes or compares `vectors/NAME.json`, and gives back what the file says.
fn frozen(name: &str, now: Value) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(format!("{name}.json"));
    if std::env::var_os("HEDGEROW_WRITE_VECTORS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
        std::fs::write(&path, serde_json::to_string_pretty(&now).expect("json") + "\n").expect("write");
    }
    let then: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("vectors are in the repository"))
        .expect("vectors are JSON");
    assert_eq!(then, now, "{name}.json: these bytes are frozen");
    then
}

/// Steward: person key 1, root key 2, device 3. Resident: person 4, device 5, second device 9. Group devices 7 and, storing only, 6.
struct Street {
    community: Id,
    authority: Authority,
    records: Vec<(&'static str, Record)>,
}

fn street() -> Street {
    let genesis = build::found_community(&key(1), &[], &[key(2).public()], 1, false, [9; 16], at(0)).unwrap();
    let community = genesis.id();
    let mut s = Street { community, authority: Authority::new(&genesis).unwrap(), records: vec![("genesis", genesis)] };
    let [steward, steward_device] = build::newcomer(&community, &key(1), &key(3), at(1)).unwrap();
    let [anna, anna_device] = build::newcomer(&community, &key(4), &key(5), at(2)).unwrap();
    let (steward_id, anna_id) = (steward.id(), anna.id());
    s.add("person of the steward", steward);
    s.add("device-add of the steward", steward_device);
    s.add("person of a resident", anna);
    s.add("device-add of a resident", anna_device);
    let r = build::admit(&s.authority, &key(3), anna_id, Some(key(8).public()), at(3)).unwrap();
    s.add("admit with an invite", r);
    let offer = DeviceOffer::sign(&community, &anna_id, &key(9), Duty::Full);
    let place = build::Place::next(&s.authority, &key(5).public());
    let r = build::device_add(&community, &key(5), place, anna_id, offer, at(4)).unwrap();
    s.add("device-add by an enrolling device", r);
    let group = build::found_group(&s.authority, &key(3), &[anna_id], &[], [10; 16], at(5)).unwrap();
    let group_id = group.id();
    s.add("group", group);
    let r = build::group_member(&s.authority, &key(5), group_id, steward_id, GroupRole::Member, at(6)).unwrap();
    s.add("group-member, member", r);
    let r = build::group_member(&s.authority, &key(3), group_id, steward_id, GroupRole::Admin, at(7)).unwrap();
    s.add("group-member, admin, by a steward", r);
    let offer = DeviceOffer::sign(&community, &group_id, &key(7), Duty::Full);
    let r = build::group_device_add(&s.authority, &key(5), group_id, offer, at(8)).unwrap();
    s.add("device-add of a group", r);
    let offer = DeviceOffer::sign(&community, &group_id, &key(6), Duty::Store);
    let r = build::group_device_add(&s.authority, &key(5), group_id, offer, at(8)).unwrap();
    s.add("device-add of a group, stores only", r);
    let (seq, prev) = s.authority.next_in_log(&key(5).public());
    let later = Payload::authority(Kind(4_000), anna_id, key(5).public(), at(9), seq, prev, b"later".to_vec());
    s.add("authority record of an unknown kind", later.sign(&community, &key(5)).unwrap());

    let doc = doc_to_cbor(&json!({"name": "Mill Street", "description": "Both sides", "time_zone": "Europe/London"}));
    let p = Payload::content(Kind::PROFILE, community, key(3).public(), PROFILE_KEY, at(10), doc);
    s.sign("profile of the community", 3, Payload { audience: Audience::Public, ..p });
    let doc = doc_to_cbor(&json!({"title": "Road closed", "lines": [1, -2, 0.5, 1.1, true, null]}));
    let mut p = Payload::content(Kind::NOTICE, group_id, key(5).public(), *b"road", at(11), doc);
    p.audience = Audience::Community;
    p.expires = Some(p.hlc.day() + 7);
    let notice = s.sign("notice of a group, for members, seven days", 5, p.clone());
    p.hlc = at(12);
    p.prev = vec![notice.id()];
    p.body = vec![];
    p.expires = Some(p.hlc.day() + 400);
    s.sign("withdrawal of the notice", 5, p);
    let mut p = Payload::content(Kind(700), anna_id, key(5).public(), *b"k", at(13), vec![0xff, 0x00]);
    p.audience = Audience::Group(group_id);
    p.critical = vec![20];
    p.unknown.insert(20, vec![0x82, 0x01, 0x61, 0x61]);
    p.unknown.insert(900, vec![0xf6]);
    s.sign("content of an unknown kind with unknown fields", 5, p);
    let mut p = Payload::content(Kind::NOTICE, anna_id, key(5).public(), *b"s", at(14), vec![1; 40]);
    p.audience = Audience::Sealed;
    s.sign("sealed content", 5, p);
    let label = Some(Label { media: "text/csv".into(), name: "bins.csv".into() });
    let later = BTreeMap::from([(64, vec![0xf5])]);
    let bins = FileRef { hash: [11; 32], size: 2_000_000, label, sha256: Some([12; 32]), later };
    let secret = FileRef { hash: [13; 32], size: 4_096, label: None, sha256: None, later: BTreeMap::new() };
    let doc = doc_to_cbor(&json!({"title": "Bin days"}));
    let mut p = Payload::content(Kind::DATASET, anna_id, key(5).public(), vec![14; 16], at(15), doc);
    p.files = vec![bins, secret];
    s.sign("content with files, of a kind set aside", 5, p);
    let doc = doc_to_cbor(&json!({"title": "Road open"}));
    let mut p = Payload::content(Kind::NOTICE, anna_id, key(5).public(), *b"road", at(16), doc);
    p.prev = vec![Id([15; 32])];
    p.rank = at(16).rank_above(Hlc::new(1_950_000_000_000, 3));
    s.sign("notice that stands above one dated five years later", 5, p);
    s
}

impl Street {
    fn add(&mut self, name: &'static str, record: Record) {
        self.authority.insert(&record);
        self.records.push((name, record));
    }
    fn sign(&mut self, name: &'static str, by: u8, payload: Payload) -> Record {
        let record = payload.sign(&self.community, &key(by)).unwrap();
        self.records.push((name, record.clone()));
        record
    }
    fn named(&self, name: &str) -> &Record {
        &self.records.iter().find(|(n, _)| *n == name).unwrap().1
    }
}

fn describe(community: &Id, name: &str, r: &Record) -> Value {
    let p = r.payload();
    let mut v = json!({
        "name": name,
        "id": r.id().to_string(),
        "kind": p.kind.0,
        "owner": p.owner.to_string(),
        "device": p.device.to_string(),
        "key": hex(&p.key),
        "hlc": p.hlc.0,
        "prev": p.prev.iter().map(Id::to_string).collect::<Vec<_>>(),
        "body": hex(&p.body),
        "wire": hex(r.wire()),
        "signed_for": r.signing_community(community).to_string(),
        "cose_sign1": hex(&cose::to_cose_sign1(r)),
    });
    if let Some(seq) = p.seq {
        v["seq"] = json!(seq);
    }
    if let Some(day) = p.expires {
        v["expires"] = json!(day);
    }
    if let Some(rank) = p.rank {
        v["rank"] = json!(rank.0);
    }
    v
}

#[test]
fn records() {
    let s = street();
    let list: Vec<Value> = s.records.iter().map(|(name, r)| describe(&s.community, name, r)).collect();
    let persons: Vec<Value> = s
        .authority
        .persons()
        .map(|p| {
            json!({
                "id": p.id.to_string(), "role": format!("{:?}", p.role).to_lowercase(), "depth": p.depth,
            })
        })
        .collect();
    let first = s.named("person of the steward");
    let now = json!({
        "community": s.community.to_string(),
        "signing_input_of_the_second": hex(&cose::sig_structure(&s.community, first.payload_bytes())),
        "external_aad": hex(&cose::external_aad(&s.community)),
        "records": list,
        "persons": persons,
    });
    for v in frozen("records", now)["records"].as_array().unwrap() {
        let r = Record::from_wire(&s.community, &unhex(&v["wire"])).unwrap();
        assert_eq!(r.id().to_string(), v["id"], "{}", v["name"]);
    }
}

#[test]
fn refused_records() {
    let s = street();
    let good = s.named("notice of a group, for members, seven days").wire().to_vec();
    let edit = |name: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut wire = good.clone();
        edit(&mut wire);
        json!({"why": name, "wire": hex(&wire)})
    };
    let forms = vec![
        edit("one bit of the signature", &|w| *w.last_mut().unwrap() ^= 1),
        edit("one bit of the payload", &|w| w[20] ^= 1),
        edit("a byte after the map", &|w| w.insert(w.len() - 64, 0)),
        edit("cut short", &|w| w.truncate(w.len() - 70)),
        edit("an indefinite map", &|w| w[0] = 0xbf),
        edit("a longer head than needed", &|w| {
            w[0] = 0xb8;
            w.insert(1, 9);
        }),
        json!({"why": "signed for another community", "wire": hex(&{
            let p = s.named("sealed content").payload().clone();
            p.sign(&Id([3; 32]), &key(5)).unwrap().wire().to_vec()
        })}),
        json!({"why": "no expiry", "wire": hex(&resigned(&s, |p| p.expires = None))}),
        json!({"why": "expires more than 400 days on", "wire": hex(&resigned(&s, |p| p.expires = Some(p.hlc.day() + 401)))}),
        json!({"why": "a withdrawal that expires early", "wire": hex(&resigned(&s, |p| p.body = vec![]))}),
        json!({"why": "content owned by itself", "wire": hex(&resigned(&s, |p| p.owner = Id::SELF))}),
        json!({"why": "a content kind in the authority lane", "wire": hex(&resigned(&s, |p| {
            (p.seq, p.expires, p.audience, p.key) = (Some(1), None, Audience::Public, vec![]);
        }))}),
        json!({"why": "a kind set aside for content in the authority lane", "wire": hex(&resigned(&s, |p| {
            (p.kind, p.seq, p.expires, p.audience, p.key) = (Kind(95), Some(1), None, Audience::Public, vec![]);
        }))}),
        json!({"why": "a roll call of more than 1,024 bytes", "wire": hex(&resigned(&s, |p| {
            (p.kind, p.body) = (Kind::ROLL_CALL, vec![0; 900]);
        }))}),
        json!({"why": "files in a withdrawal", "wire": hex(&resigned(&s, |p| {
            (p.body, p.files, p.expires) = (vec![], vec![file("a.csv")], Some(p.hlc.day() + 400));
        }))}),
        json!({"why": "a file with a folder in its name", "wire": hex(&resigned(&s, |p| p.files = vec![file("../a")]))}),
        json!({"why": "a file with a type and no name", "wire": hex(&with_item(&s, "a3015820", "021907d0036474782f70"))}),
        json!({"why": "a file whose name shows beside a seal", "wire": hex(&resigned(&s, |p| {
            (p.audience, p.files) = (Audience::Sealed, vec![file("a.csv")]);
        }))}),
        json!({"why": "seventeen files", "wire": hex(&resigned(&s, |p| p.files = vec![file("a.csv"); 17]))}),
        json!({"why": "a rank no later than the date", "wire": hex(&resigned(&s, |p| p.rank = Some(p.hlc)))}),
        json!({"why": "a rank too far beyond the date", "wire": hex(&resigned(&s, |p| {
            p.rank = Some(Hlc(p.hlc.highest_rank().0 + 1));
        }))}),
        json!({"why": "a rank in the authority lane", "wire": hex(&resigned(&s, |p| {
            (p.kind, p.seq, p.expires, p.audience, p.key) = (Kind(4_000), Some(1), None, Audience::Public, vec![]);
            p.rank = Some(p.hlc.highest_rank());
        }))}),
        json!({"why": "prev not ascending", "wire": hex(&resigned(&s, |p| p.prev = vec![Id([2; 32]), Id([1; 32])]))}),
    ];
    let now = json!({"community": s.community.to_string(), "refused": forms});
    for v in frozen("refused", now)["refused"].as_array().unwrap() {
        assert!(Record::from_wire(&s.community, &unhex(&v["wire"])).is_err(), "{}", v["why"]);
    }
    assert!(Record::from_wire(&s.community, &good).is_ok());
}

fn file(name: &str) -> FileRef {
    let label = Some(Label { media: "text/csv".into(), name: name.into() });
    FileRef { hash: [11; 32], size: 7, label, sha256: None, later: BTreeMap::new() }
}

/// The notice with one file whose map is these bytes round 32 of a hash.
fn with_item(s: &Street, before: &str, after: &str) -> Vec<u8> {
    let unhex = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
    let item = [vec![0x81], unhex(before), vec![11; 32], unhex(after)].concat();
    resigned(s, |p| drop(p.unknown.insert(12, item.clone())))
}

/// The notice with a payload that no honest encoder would sign, signed all the same.
fn resigned(s: &Street, edit: impl Fn(&mut Payload)) -> Vec<u8> {
    let mut p = s.named("notice of a group, for members, seven days").payload().clone();
    edit(&mut p);
    let mut wire = p.encode();
    let signature = key(5).sign(&cose::sig_structure(&s.community, &wire));
    wire.extend(signature);
    wire
}

#[test]
fn ticket() {
    let community = street().community;
    let addresses: Vec<SocketAddr> = vec!["192.168.1.20:4747".parse().unwrap(), "[fe80::abcd]:4747".parse().unwrap()];
    let t = Ticket {
        community,
        issuer: key(3).transport().public(),
        addresses: addresses.clone(),
        seed: [8; 32].into(),
        expires_ms: 1_790_604_800_000,
        poster_since_ms: None,
    };
    let now = json!({
        "community": community.to_string(),
        "issuer": t.issuer.to_string(),
        "addresses": addresses.iter().map(SocketAddr::to_string).collect::<Vec<_>>(),
        "seed": hex(&t.seed[..]),
        "expires_ms": t.expires_ms,
        "ticket": t.encode(),
    });
    let then = frozen("ticket", now);
    assert!(Ticket::decode(then["ticket"].as_str().unwrap()) == Ok(t));
}

#[test]
fn keys_and_counter_signature() {
    let s = street();
    let (owner, device) = (s.named("person of a resident").id(), key(5));
    let offer = DeviceOffer::sign(&s.community, &owner, &device, Duty::Full);
    frozen(
        "keys",
        json!({
            "device_seed": hex(&device.seed()[..]),
            "device": device.public().to_string(),
            "transport_seed": hex(&device.transport().seed()[..]),
            "transport": device.transport().public().to_string(),
            "owner": owner.to_string(),
            "community": s.community.to_string(),
            "counter_message": hex(&DeviceOffer::message(&s.community, &owner, &offer.device, &offer.transport, Duty::Full)),
            "counter_signature": hex(&offer.counter),
        }),
    );
}

#[test]
fn frames() {
    let s = street();
    let wires: Vec<&[u8]> = s.records.iter().map(|(_, r)| r.wire()).collect();
    let one = |kind: FrameType, body: &[u8]| {
        let mut out = Vec::new();
        frame::write(&mut out, kind, body);
        json!({"type": kind.0, "body": hex(body), "frame": hex(&out)})
    };
    let now = json!({
        "frames": [one(FrameType::RECORD, wires[1]), one(FrameType::LOCAL, b""), one(FrameType(200), b"skip me")],
    });
    frozen("frames", now);
    // Packing may improve, so a block is frozen for reading only.
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/block.hex");
    if std::env::var_os("HEDGEROW_WRITE_VECTORS").is_some() {
        std::fs::write(&path, hex(&frame::pack_block(wires.iter().copied())) + "\n").unwrap();
    }
    let block = HEXLOWER.decode(std::fs::read_to_string(&path).unwrap().trim().as_bytes()).unwrap();
    assert_eq!(frame::unpack_block(&block).unwrap(), wires);
}

#[test]
fn join_messages() {
    let s = street();
    let t = Ticket {
        community: s.community,
        issuer: key(3).transport().public(),
        addresses: vec![],
        seed: [8; 32].into(),
        expires_ms: 1,
        poster_since_ms: None,
    };
    let (person, device) = (s.named("person of a resident"), s.named("device-add of a resident"));
    let redeem = Redemption::new(&t, person, device, &[], &key(5).public());
    assert!(redeem.verify(&s.community).is_ok());
    let present = Request::Present { community: s.community, records: vec![person.wire().to_vec()] };
    let requests = [
        ("who", Request::Who),
        ("public, first page", Request::Public { reading: [7; 16], cursor: None }),
        ("public, next page", Request::Public { reading: [7; 16], cursor: Some(vec![1, 2, 3]) }),
        ("redeem", Request::Redeem(redeem)),
        ("present", present),
        (
            "enter",
            Request::Enter { community: s.community, records: [person, device].map(|r| r.wire().to_vec()).into() },
        ),
        ("read, first page", Request::Read(Reading::new(s.community, &key(1), &key(5).transport().public(), None))),
        (
            "read, next page",
            Request::Read(Reading::new(s.community, &key(1), &key(5).transport().public(), Some(vec![1]))),
        ),
    ];
    let who = Response::Who { community: s.community, name: Some("Mill Street".into()), is_public_readable: true };
    let page: Vec<Vec<u8>> = ["profile of the community", "content with files, of a kind set aside"]
        .map(|n| s.named(n).wire().to_vec())
        .into();
    let host = key(3).transport();
    let said = Said {
        community: s.community,
        reading: [7; 16],
        cursor: None,
        next: Some(vec![1, 2, 3]),
        records: said::hash(page.iter().map(Vec::as_slice)),
        at_ms: 1_790_000_000_000,
        community_name: Some("Mill Street".into()),
        host_name: Some("The gardener".into()),
    };
    let last =
        Said { cursor: Some(vec![1, 2, 3]), next: None, records: said::hash([]), host_name: None, ..said.clone() };
    let public =
        |said: &Said, records: &[Vec<u8>]| Response::Public { records: records.to_vec(), said: said.sign(&host) };
    let responses = [
        ("who", who),
        ("public, first page", public(&said, &page)),
        ("public, last page", public(&last, &[])),
        ("read", Response::Read { records: page.clone(), next: Some(vec![1]) }),
        ("presented", Response::Presented { is_member: true }),
        ("failed, used", Response::Failed(Code::Used)),
    ];
    let now = json!({
        "requests": requests.iter().map(|(n, r)| json!({"name": n, "bytes": hex(&r.encode())})).collect::<Vec<_>>(),
        "responses": responses.iter().map(|(n, r)| json!({"name": n, "bytes": hex(&r.encode().unwrap())}))
            .collect::<Vec<_>>(),
        "host": host.public().to_string(),
        "caller": key(5).transport().public().to_string(),
        "community": s.community.to_string(),
    });
    let then = frozen("join", now);
    for (then, name) in [(said, "public, first page"), (last, "public, last page")] {
        let Some((_, Response::Public { said: bytes, records })) = responses.iter().find(|(n, _)| *n == name) else {
            panic!("{name}")
        };
        assert_eq!(Said::verify(bytes, &host.public()).as_ref(), Ok(&then), "{name}");
        assert!(then.fits(&s.community, &[7; 16], then.cursor.as_deref(), records), "{name}");
    }
    for (v, (name, r)) in then["requests"].as_array().unwrap().iter().zip(&requests) {
        assert_eq!(&Request::decode(&unhex(&v["bytes"])).unwrap(), r, "{name}");
    }
    for (v, (name, r)) in then["responses"].as_array().unwrap().iter().zip(&responses) {
        assert_eq!(&Response::decode(&unhex(&v["bytes"])).unwrap(), r, "{name}");
    }
}

/// A poster's ticket, and what is said with it.
#[test]
fn poster() {
    let s = street();
    let t = Ticket {
        community: s.community,
        issuer: key(3).transport().public(),
        addresses: vec!["192.168.1.20:4747".parse().unwrap()],
        seed: [18; 32].into(),
        expires_ms: 1_824_560_000_000,
        poster_since_ms: Some(1_790_000_000_000),
    };
    let (person, device) = (s.named("person of a resident"), s.named("device-add of a resident"));
    let ask = Request::Ask(Redemption::new(&t, person, device, &[], &key(5).public()));
    let codes = [Code::Full, Code::SaidNo, Code::Revoked, Code::OtherKind];
    let failed = |c: Code| json!({"code": c.number(), "bytes": hex(&Response::Failed(c).encode().unwrap())});
    let now = json!({
        "ticket": t.encode(),
        "expires_ms": t.expires_ms,
        "poster_since_ms": t.poster_since_ms,
        "ask": hex(&ask.encode()),
        "waiting": hex(&Response::Waiting.encode().unwrap()),
        "failed": codes.map(failed),
    });
    let then = frozen("poster", now);
    assert!(Ticket::decode(then["ticket"].as_str().unwrap()) == Ok(t));
    assert_eq!(Request::decode(&unhex(&then["ask"])), Ok(ask));
    assert_eq!(Response::decode(&unhex(&then["waiting"])), Ok(Response::Waiting));
}

#[test]
fn sync() {
    use hedgerow_protocol::sync::keys::{RoundKey, session_key};
    use hedgerow_protocol::sync::message::{Hello, Item, Message, Print, Scope, ShortBucket};
    use hedgerow_protocol::sync::{Bucket, LanePlace, Prefix, Role, Summary, ancestors_first};

    let s = street();
    let mut summary = Summary::default();
    s.records.iter().for_each(|(_, r)| summary.add(Bucket::of(r), &r.id()));
    let buckets: Vec<Value> = summary
        .digests()
        .iter()
        .map(|b| json!({"bucket": b.bucket.0, "count": b.count, "digest": hex(&b.digest)}))
        .collect();
    let range = (Bucket(2959), Prefix::ALL.child(10).child(3).child(15));
    let mut prints = Box::new([Print::default(); 16]);
    prints[2] = Print { short: 0x0102_0304_0506_0708, count: 300 };
    let hello = Hello {
        version: 1,
        community: s.community,
        day: 20_717,
        clock_sure: true,
        nonce: [5; 16],
        features: vec!["later".into()],
        authority_root: summary.digests()[0].digest,
    };
    let short = ShortBucket { bucket: Bucket::AUTHORITY, short: 9, count: 128 };
    let messages = [
        ("hello", Message::Hello(hello)),
        ("check, authority", Message::Check { round: 1, scope: Scope::Authority, root: [1; 32] }),
        ("check, content", Message::Check { round: 2, scope: Scope::From(2958), root: [2; 32] }),
        ("roots", Message::Roots { round: 2, root: [3; 32], buckets: vec![short] }),
        ("ask", Message::Ask(vec![Item::Split(range, prints), Item::Except((Bucket::AUTHORITY, Prefix::ALL), vec![])])),
        ("answer", Message::Answer(vec![Item::List(range, vec![1, 2]), Item::Want(range, vec![3])])),
        ("nudge", Message::Nudge),
        ("news", Message::News(vec![Id([6; 32]), Id([7; 32])])),
        ("fetch", Message::Fetch(vec![Id([7; 32])])),
        ("bye", Message::Bye(7)),
    ];
    let digests = summary.digests();
    let session = session_key(&[5; 16], &[6; 16], &s.community);
    let round = RoundKey::new(&session, 2);
    let order = ancestors_first(
        s.records.iter().map(|(_, r)| r).filter(|r| Bucket::of(r) == Bucket::AUTHORITY).map(LanePlace::of).collect(),
    );
    let now = json!({
        "buckets_of_records": buckets,
        "root_of_records": hex(&summary.root_from(0)),
        "authority_records_as_they_travel": order.iter().map(|(_, _, id)| hex(&id.0)).collect::<Vec<_>>(),
        "session_of_nonces_5_and_6": hex(&session),
        "roots_in_its_second_round": {
            "initiator": hex(&round.root(Role::Initiator, &digests)),
            "acceptor": hex(&round.root(Role::Acceptor, &digests)),
        },
        "short_of_the_first_digest": hex(&round.short(&digests[0].digest).to_be_bytes()),
        "frames": messages.iter().map(|(name, m)| json!({"name": name, "frame": hex(&m.to_frame())})).collect::<Vec<_>>(),
    });
    let then = frozen("sync", now);
    for (v, (name, m)) in then["frames"].as_array().unwrap().iter().zip(&messages) {
        let bytes = unhex(&v["frame"]);
        let frame::Parsed::Frame { kind, body, .. } = frame::parse(&bytes, 0) else { panic!("{name}") };
        assert_eq!(Message::from_frame(kind, body).unwrap().as_ref(), Some(m), "{name}");
    }
}

#[test]
fn bundles() {
    use hedgerow_protocol::bundle::{Event, Reader, Writer};

    let s = street();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/bundle.hex");
    if std::env::var_os("HEDGEROW_WRITE_VECTORS").is_some() {
        let mut out: Vec<u8> = Vec::new();
        let mut writer = Writer::new(&s.community, 20_717, |bytes: &[u8]| {
            out.extend_from_slice(bytes);
            Ok::<(), ()>(())
        })
        .unwrap();
        s.records.iter().for_each(|(_, r)| writer.add(r).unwrap());
        writer.finish().unwrap();
        std::fs::write(&path, hex(&out) + "\n").unwrap();
    }
    // Frozen for reading: packing may improve.
    let bytes = HEXLOWER.decode(std::fs::read_to_string(&path).unwrap().trim().as_bytes()).unwrap();
    let mut reader = Reader::new(&s.community);
    reader.push(&bytes);
    reader.end();
    let mut ids = Vec::new();
    while let Some(event) = reader.next_event().unwrap() {
        if let Event::Records(wires) = event {
            ids.extend(wires.iter().map(|w| Record::from_wire(&s.community, w).unwrap().id()));
        }
    }
    let mut expected: Vec<Id> = s.records.iter().map(|(_, r)| r.id()).collect();
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected);
}

#[test]
fn sealed() {
    use hedgerow_protocol::seal::keys::{Generation, OwnerKeys, Renewal, announce};
    use hedgerow_protocol::seal::sealed::{Body, Sender, open, seal};
    use hedgerow_protocol::seal::{About, Addressee, Message, Randomness, Reason, SealingSecret};

    let s = street();
    let (community, anna) = (s.community, s.named("person of a resident").id());
    let steward = s.named("person of the steward").id();
    let now_ms = at(60).unix_ms();
    // The steward's device announces its key and makes two generations; a sender who is a resident writes to both.
    let mut keys = vec![announce(&community, steward, &key(3), at(20)).unwrap()];
    for n in 0..2u8 {
        let view = OwnerKeys::fold(&s.authority, steward, &keys, now_ms);
        let (ring, hlc) = (view.keyring(&key(3)), at(21 + u64::from(n)));
        let randomness = Randomness::new([n + 30; 32]);
        keys.push(view.renew(Renewal::NewGeneration, &key(3), &ring, hlc, randomness).unwrap());
    }
    let view = OwnerKeys::fold(&s.authority, steward, &keys, now_ms);
    let ring = view.keyring(&key(3));
    let older = view.candidates()[1].public;
    let newest = view.addressee().unwrap();
    let to = [newest.clone(), Addressee { key: older, ..newest }];
    let address = s.named("notice of a group, for members, seven days").address();
    let messages = [
        ("request", Message::Request { topic: "A lamp".into(), text: "Mine is broken.".into(), from_minor: false }),
        ("answer", Message::Answer { about: Id([9; 32]), text: "x".repeat(500) }),
        ("close", Message::Close { about: Id([9; 32]) }),
        (
            "report",
            Message::Report { about: About::Address(address), reason: Reason::SPAM, text: "It is open.".into() },
        ),
    ];
    let sealed: Vec<(&str, &Message, Record)> = messages
        .iter()
        .enumerate()
        .map(|(n, (name, message))| {
            let sender = Sender { community: &community, person: &anna, device: &key(5) };
            let hlc = at(30 + n as u64);
            let randomness = Randomness::new([n as u8 + 40; 32]);
            (*name, message, seal(sender, &to, message, hlc, hlc.day() + 90, randomness).unwrap())
        })
        .collect();
    let device = SealingSecret::of_device(&key(3));
    let secrets: Vec<Value> = ring
        .publics()
        .map(|(owner, public)| {
            let seed = hex(ring.get(owner, public).unwrap().seed());
            json!({"owner": owner.to_string(), "public": hex(&public.0), "seed": seed})
        })
        .collect();
    let now = json!({
        "community": community.to_string(),
        "device_seed": hex(&key(3).seed()[..]),
        "device_sealing_seed": hex(device.seed()),
        "device_sealing_public": hex(&device.public().0),
        "sealing_keys": keys.iter().map(|r| json!({"key": hex(&r.payload().key), "wire": hex(r.wire())})).collect::<Vec<_>>(),
        "secrets": secrets,
        "sealed": sealed.iter().map(|(name, message, r)| json!({
            "name": name, "message": hex(&message.encode()), "id": r.id().to_string(), "wire": hex(r.wire()),
        })).collect::<Vec<_>>(),
    });
    let then = frozen("sealed", now);
    // Read from the file alone, by the device's seed.
    let wires = |name: &str| -> Vec<Record> {
        let list = then[name].as_array().unwrap().iter();
        list.map(|v| Record::from_wire(&community, &unhex(&v["wire"])).unwrap()).collect()
    };
    let keys = wires("sealing_keys");
    let last = &keys[2];
    assert_eq!(Generation::decode(&last.payload().key, &last.payload().body).unwrap().others.len(), 48 + 32);
    let ring = OwnerKeys::fold(&s.authority, steward, &keys, now_ms).keyring(&key(3));
    assert_eq!(ring.len(), 2);
    for (record, (name, message)) in wires("sealed").iter().zip(&messages) {
        let opened = open(&community, record, &ring).unwrap();
        assert_eq!((&opened.message, opened.sender, opened.opened_as), (message, anna, steward), "{name}");
        let bucket = if *name == "answer" { 1024 } else { 512 };
        assert_eq!(Body::decode(&record.payload().body).unwrap().cipher.len(), 48 + bucket);
    }
}

#[test]
fn uplink() {
    use hedgerow_protocol::uplink::policy::{Consent, Preset, Responsible};
    use hedgerow_protocol::uplink::receipt::{Amounts, Series};
    use hedgerow_protocol::uplink::statement::{Entry, Why};
    use hedgerow_protocol::uplink::voucher::Offer;
    use hedgerow_protocol::uplink::{Moment, Policy, Receipt, Refusal, Voucher};

    let (town, gateway, member, month) = (Id([9; 32]), key(5).transport().public(), Id([4; 32]), 2026 * 12 + 6);
    let responsible = Responsible { name: "Ann Lee".into(), contact: "ann@example.org".into() };
    let mut policy = Policy::preset(Preset::Web, "Riverside Library", responsible, "Europe/London");
    policy.hours = vec!["Mon-Fri 9:00-17:00".into()];
    policy.consent = Some(Consent { by: "Ann Lee".into(), on: "2026-07-01".into(), own_line: false });
    let again = Moment { second: 1_782_900_000, offset_minutes: 60, days_ahead: 1 };
    let refusals = Refusal::samples().into_iter().chain([Refusal::DayBytes(Some(again)), Refusal::Other(999)]);
    let series = Series { gateway, device: key(6).public(), month, pence_per_gb: 40 };
    let amounts = Amounts { up: 1_000, down: 2_000_000_000, charged: 1_900_000_000 };
    let offer = Offer { bytes: 1_000_000_000, seconds: 86_400, until: 1_790_000_000 };
    let receipt = Receipt::sign(&town, series, 7, amounts, &key(6));
    let entry = Entry::sign(&town, (gateway, member, month), Why::Waived, 36, [8; 16], &key(5));
    let voucher = Voucher::issue(&town, gateway, key(7).public(), [3; 16], offer, &key(5));
    let then = frozen(
        "uplink",
        json!({
            "community": town.to_string(),
            "policy": policy.to_doc(),
            "policy_body": hex(&doc_to_cbor(&policy.to_doc())),
            "refusals": refusals.map(|r| json!({"name": r.name(), "code": r.code(), "wire": hex(&r.encode())})).collect::<Vec<_>>(),
            "receipt": hex(receipt.wire()),
            "entry": hex(entry.wire()),
            "voucher": hex(voucher.wire()),
            "voucher_text": voucher.to_text(),
        }),
    );
    assert_eq!(Policy::from_doc(&then["policy"]), Ok(policy));
    assert_eq!(Receipt::verify(&town, &unhex(&then["receipt"])), Ok(receipt));
    assert_eq!(Entry::verify(&town, &unhex(&then["entry"])), Ok(entry));
    assert_eq!(Voucher::verify(&town, &unhex(&then["voucher"])), Ok(voucher.clone()));
    assert_eq!(Voucher::from_text(&town, then["voucher_text"].as_str().unwrap()), Ok(voucher));
    for refusal in then["refusals"].as_array().unwrap() {
        let read = Refusal::decode(&unhex(&refusal["wire"])).unwrap();
        assert_eq!((json!(read.name()), json!(read.code())), (refusal["name"].clone(), refusal["code"].clone()));
    }
}
