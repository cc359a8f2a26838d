//! Same records, same view: whatever order they came in, in however many pieces, and however often.
//!
//! A small community with a person let in, a group, versions by two computers, withdrawals, an item changed in two
//! places and one of a kind nobody knows yet, arrives 1,000 times in shuffled order at an empty computer. What `find`
//! shows, every slot and the root must be the same each time.

use hedgerow_node::core::{Core, CoreOptions, Order, Origin, Query};
use hedgerow_protocol::authority::{Authority, build};
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};
use std::collections::BTreeSet;

const ORDERS: u64 = 1_000;
/// A day in 2030, in Unix milliseconds: later than this was built, or the clock would not be believed.
const THEN: u64 = 1_900_000_000_000;

fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}

fn at(second: u64) -> Hlc {
    Hlc::new(THEN + second * 1000, 0)
}

/// Everything there is, the genesis first.
fn community() -> Vec<Record> {
    let (ann, laptop, bob, phone) = (key(1), key(2), key(3), key(4));
    let genesis = build::found_community(&ann, &[], &[key(9).public()], 1, false, [7; 16], at(0)).expect("genesis");
    let id = genesis.id();
    let mut authority = Authority::new(&genesis).expect("authority");
    let mut all = vec![genesis];
    let mut add = |authority: &mut Authority, record: Record| {
        authority.insert(&record);
        all.push(record);
    };
    let ann_records = build::newcomer(&id, &ann, &laptop, at(1)).expect("ann");
    let ann_id = ann_records[0].id();
    let bob_records = build::newcomer(&id, &bob, &phone, at(2)).expect("bob");
    let bob_id = bob_records[0].id();
    for record in ann_records.into_iter().chain(bob_records) {
        add(&mut authority, record);
    }
    let admit = build::admit(&authority, &laptop, bob_id, None, at(3)).expect("admit");
    add(&mut authority, admit);
    let group = build::found_group(&authority, &laptop, &[ann_id], &[], [8; 16], at(4)).expect("group");
    let group_id = group.id();
    add(&mut authority, group);
    let role = hedgerow_protocol::authority::GroupRole::Member;
    let member = build::group_member(&authority, &laptop, group_id, bob_id, role, at(5)).expect("member");
    add(&mut authority, member);

    let mut write = |kind: Kind, owner: Id, device: &SecretKey, slot: &str, second: u64, prev: Vec<Id>, title: &str| {
        let body = if title.is_empty() {
            Vec::new()
        } else {
            doc_to_cbor(&serde_json::json!({"title": title, "text": format!("{title}, in other words")}))
        };
        let mut payload = Payload::content(kind, owner, device.public(), slot, at(second), body);
        payload.prev = prev;
        let record = payload.sign(&id, device).expect("signed");
        let made = record.id();
        all.push(record);
        made
    };
    for n in 0..6 {
        write(Kind::NOTICE, ann_id, &laptop, &format!("ann-{n}"), 10 + n, vec![], &format!("Ann says {n}"));
        write(Kind::NOTICE, bob_id, &phone, &format!("bob-{n}"), 20 + n, vec![], &format!("Bob says {n}"));
    }
    // Replaced, withdrawn, and written again after that.
    for version in 0..7 {
        write(Kind::NOTICE, ann_id, &laptop, "ann-0", 40 + version, vec![], &format!("Ann corrects {version}"));
    }
    write(Kind::NOTICE, bob_id, &phone, "bob-1", 50, vec![], "");
    write(Kind::NOTICE, ann_id, &laptop, "ann-2", 51, vec![], "");
    write(Kind::NOTICE, ann_id, &laptop, "ann-2", 52, vec![], "Ann changed her mind");
    // The same second, on two computers of one group that had not met: the id decides, and both are kept.
    let first = write(Kind::NOTICE, group_id, &laptop, "fair", 60, vec![], "Fair");
    write(Kind::NOTICE, group_id, &laptop, "fair", 61, vec![first], "Fair at noon");
    write(Kind::NOTICE, group_id, &phone, "fair", 61, vec![first], "Fair at one");
    // From the future, of an unknown kind, and by somebody who may not.
    write(Kind::NOTICE, bob_id, &phone, "bob-3", 40_000_000_000, vec![], "Not yet");
    write(Kind(4_000), bob_id, &phone, "mystery", 70, vec![], "Who knows");
    write(Kind::NOTICE, ann_id, &phone, "ann-4", 80, vec![], "Bob in Ann's name");
    all
}

/// xorshift: the same seed gives the same order.
fn shuffle(records: &mut [Record], seed: u64) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for n in (1..records.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        records.swap(n, (state % (n as u64 + 1)) as usize);
    }
}

/// All that a person could look at.
#[derive(Debug, PartialEq)]
struct View {
    root: [u8; 32],
    found: Vec<Id>,
    searched: Vec<Id>,
    slots: Vec<(String, Option<Id>, Vec<Id>)>,
}

fn view(core: &Core, records: &[Record]) -> View {
    let query = |text: &str, order| Query {
        text: text.into(),
        kinds: vec![Kind::NOTICE],
        order,
        limit: 100,
        ..Query::default()
    };
    let ids = |query: &Query| core.find(query).items.into_iter().map(|hit| hit.id).collect::<Vec<_>>();
    let addresses: BTreeSet<_> =
        records.iter().filter(|r| r.payload().seq.is_none()).map(|r| (r.address().key.clone(), r.address())).collect();
    let slots = addresses.into_iter().map(|(name, address)| {
        let slot = core.slot(&address);
        (
            String::from_utf8_lossy(&name).into_owned(),
            slot.shown().map(Record::id),
            slot.heads.iter().map(Record::id).collect(),
        )
    });
    View {
        root: core.root(),
        found: ids(&query("", Order::Title)),
        searched: ids(&query("ann", Order::Best)),
        slots: slots.collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_arrival_orders_show_the_same() {
    let records = community();
    let mut expected: Option<View> = None;
    for seed in 0..ORDERS {
        // In memory where there is such a place: this is about orders, not about disks.
        let memory = std::path::Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let dir = dir.expect("a directory");
        let mut options = CoreOptions::new(dir.path(), records[0].id(), key(200));
        options.os_clock = std::sync::Arc::new(|| THEN + 3_600_000);
        let (core, _) = Core::create(options, vec![records[0].clone()]).expect("created");
        let mut order = records[1..].to_vec();
        shuffle(&mut order, seed);
        // In one to seven pieces, and the first piece twice.
        let pieces = 1 + (seed as usize % 7);
        for (n, piece) in order.chunks(order.len().div_ceil(pieces)).enumerate() {
            core.arrive(piece.to_vec(), Origin::Bundle).await.expect("arrived");
            if n == 0 {
                core.arrive(piece.to_vec(), Origin::Bundle).await.expect("arrived again");
            }
        }
        let seen = view(&core, &records);
        core.close().await;
        if seed == 0 {
            assert!(seen.found.len() >= 10, "there is something to see: {seen:?}");
            let heads = |name: &str| seen.slots.iter().find(|s| s.0 == name).map(|s| s.2.len());
            assert_eq!(heads("fair"), Some(2), "changed in two places");
        }
        match &expected {
            None => expected = Some(seen),
            Some(expected) => assert_eq!(&seen, expected, "order {seed}"),
        }
    }
}
