//! A program that knows more than this one: what it writes is kept and passed on, and shown to nobody.
//!
//! Topology: Ann, Bob and Carl on one switch; Ann's computer has a later program, whose records are brought in on a stick. Goal:
//! they reach Bob by sync and Carl, who is cut off, on a stick, byte for byte; nobody shows anything of them.

use std::time::Duration;

use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};
use hedgerow_tests::lab::records::{authority, by_stick, records, stolen_key};
use hedgerow_tests::lab::{Computer, Lab, story, wait};
use serde_json::json;

const SOON: Duration = Duration::from_secs(15);
const NAMES: [&str; 3] = ["ann", "bob", "carl"];

fn has(all: &[Record], wanted: &[Record]) -> bool {
    wanted.iter().all(|w| all.iter().any(|r| r.wire() == w.wire()))
}

/// Whether a computer says anything of it: in lists, by its address, among what happened, on the page.
async fn shows_nothing(at: &Computer, later: &[Record]) {
    let shown = story::shown(at).await;
    assert!(shown.values().all(|i| i.title == "Food parcels"), "{}: {shown:?}", at.name);
    at.cli(&["find", "later"]).expect(0, "nothing");
    at.cli(&["find", "--kind", "kind-95"]).expect(2, "no kind");
    for record in later {
        at.cli(&["get", &record.id().to_string()]).expect(4, "");
    }
    let happened = serde_json::to_string(&story::status(at).await).expect("JSON");
    assert!(!happened.contains("Later") && !happened.contains("kind-95"), "{}: {happened}", at.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_later_program_writes_goes_its_way_unread() {
    let Some(mut lab) = Lab::new("what a later program writes", &NAMES) else { return };
    lab.hasten();
    for name in NAMES {
        lab.at_mut(name).start().await;
    }
    let [ann, bob, carl] = NAMES.map(|name| lab.at(name));
    story::found(ann, "Riverside").await;
    story::join(bob, ann).await;
    story::join(carl, ann).await;
    story::publish(ann, story::service("Food parcels", "Mondays")).await;
    story::equal(&[ann, bob, carl], SOON).await;
    lab.cut("carl");
    wait::until("Ann sees that Carl is gone", Duration::from_secs(30), || async {
        (story::status(ann).await.linked() == 1).then_some(())
    })
    .await;

    let (community, before) = records(ann).await;
    let key = stolen_key(ann);
    let me = authority(&community, &before).person_of_device(&key.public()).expect("Ann");
    let at = before.iter().map(|r| r.payload().hlc).max().expect("something");
    let doc = doc_to_cbor(&json!({"title": "Later", "text": "Something new", "hsds": {"name": "Later"}}));
    let later = |n: u16, kind: Kind, edit: &dyn Fn(&mut Payload)| {
        let hlc = Hlc(at.0 + 1 + u64::from(n));
        let mut p = Payload::content(kind, me, key.public(), n.to_be_bytes(), hlc, doc.clone());
        edit(&mut p);
        p.sign(&community, &key).expect("signed")
    };
    let unknown = |p: &mut Payload| drop(p.unknown.insert(40, vec![0xa1, 0x01, 0x63, b'n', b'e', b'w']));
    let written = [
        later(1, Kind(95), &|_| {}),
        later(2, Kind::FORM, &|_| {}),
        later(3, Kind::ENTRY, &unknown),
        later(4, Kind::NOTICE, &|p| {
            p.critical = vec![40];
            unknown(p);
        }),
    ];
    by_stick(&community, &written, ann).await;
    story::equal(&[ann, bob], SOON).await;
    let (_, at_bob) = records(bob).await;
    assert!(has(&at_bob, &written), "by sync");
    shows_nothing(ann, &written).await;
    shows_nothing(bob, &written).await;

    let stick = bob.api().bundle_export(Vec::new()).await.expect("a bundle");
    let report = carl.api().bundle_import(stick, false).await.expect("imported");
    assert_eq!((report.refused_count, report.damaged), (0, 0), "{report:?}");
    let (_, at_carl) = records(carl).await;
    assert!(has(&at_carl, &written), "on a stick");
    shows_nothing(carl, &written).await;
}
