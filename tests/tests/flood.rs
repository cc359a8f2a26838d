//! Somebody who belongs writes more than their share, and whatever their key can sign.
//!
//! Topology: Ann, Bob and Mal on one switch, each with a small disk; Ann an organiser. Goal: what Mal writes takes up Mal's
//! share and no more, on every computer it comes to; the others publish on; who takes Mal out has the space back.

use std::time::Duration;

use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};
use hedgerow_tests::lab::records::{by_stick, large, stick, stolen_key};
use hedgerow_tests::lab::{Computer, Lab, story, wait};
use hedgerow_tests::many;

/// Of everything a computer keeps.
const QUOTA_MIB: u64 = 24;
/// Of what Mal writes: more than a disk holds.
const RECORDS: u64 = 2_000;
/// The same for the long form.
const RECORDS_FULL: u64 = 60_000;
/// A person's computer has half of the person's share, in KiB.
const SHARE_KIB: u64 = 4 * 1024;
/// What three nodes say by themselves meanwhile: names, roll calls.
const OWN_RECORDS: u64 = 8;

async fn used(at: &Computer) -> u64 {
    story::status(at).await.space.used_bytes
}

async fn records(at: &Computer) -> u64 {
    story::status(at).await.counts.records
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_fills_a_share_and_not_the_disks() {
    let Some(mut lab) = Lab::new("a_member_fills_a_share", &["ann", "bob", "mal"]) else { return };
    lab.hasten();
    let quota = format!("{QUOTA_MIB} MiB");
    for name in ["ann", "bob", "mal"] {
        lab.at(name).cli(&["config", "set", "quota", &quota]).expect(0, "");
        lab.at_mut(name).start().await;
    }
    let community: Id = story::found(lab.at("ann"), "Riverside").await.community.id.parse().expect("an id");
    for name in ["bob", "mal"] {
        story::join(lab.at(name), lab.at("ann")).await;
    }
    let all: Vec<&Computer> = ["ann", "bob", "mal"].map(|n| lab.at(n)).into();
    story::equal(&all, Duration::from_secs(15)).await;
    let before = records(lab.at("ann")).await;

    let (mal, key) = (story::owner_of(lab.at("mal")).await, stolen_key(lab.at("mal")));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let records_of_mal = many(RECORDS, RECORDS_FULL);
    let now_ms = u64::try_from(now.as_millis()).expect("before the year 500 million") - records_of_mal;
    for from in (0..records_of_mal).step_by(250) {
        let flood = large(community, mal, &key, from, 250, now_ms);
        // Whether the stick is refused or not: what comes of it counts.
        let _ = lab.at("ann").api().bundle_import(stick(&community, &flood), false).await;
    }

    let at_ann = records(lab.at("ann")).await - before;
    assert!(at_ann <= SHARE_KIB / 16 + OWN_RECORDS, "{at_ann} records, most of 16 KiB, on Ann's computer");
    // Mal's own computer keeps all that its key signed: the full disk is Mal's.
    let others = [lab.at("ann"), lab.at("bob")];
    story::equal(&others, Duration::from_secs(30)).await;
    for name in ["ann", "bob"] {
        let used = used(lab.at(name)).await;
        assert!(used <= QUOTA_MIB << 20, "{name}: {used}");
        story::publish(lab.at(name), story::notice(&format!("{name}'s fair"))).await;
    }
    story::equal(&others, Duration::from_secs(30)).await;

    // An organiser takes Mal out, here and on every other computer.
    let with_fairs = records(lab.at("bob")).await;
    lab.at("ann").cli(&["people", "remove", "mal", "--hide-content"]).expect(0, "");
    wait::until("what Mal wrote is in no set any more", Duration::from_secs(30), || async {
        let left = [records(lab.at("ann")).await, records(lab.at("bob")).await];
        left.iter().all(|n| *n < with_fairs - 100).then_some(())
    })
    .await;
    // The bytes wait for a while, in case the removal is taken back, and go first when somebody needs the space.
    let (bob, bobs_key) = (story::owner_of(lab.at("bob")).await, stolen_key(lab.at("bob")));
    for n in 0..4 {
        let things = large(community, bob, &bobs_key, n * 60, 60, now_ms);
        by_stick(&community, &things, lab.at("ann")).await;
    }
    story::publish(lab.at("ann"), story::notice("Room again")).await;
    story::equal(&others, Duration::from_secs(30)).await;
    let used = used(lab.at("ann")).await;
    assert!(used <= QUOTA_MIB << 20, "{used}");
}

/// Records about people and computers, of no meaning: a log as long as a key can sign it.
fn authority(community: Id, owner: Id, key: &SecretKey, many: u64) -> Vec<Record> {
    let (mut seq, mut prev) = (1, Vec::new());
    let mut next = || {
        let body = vec![7; 500];
        let p = Payload::authority(Kind(6_000), owner, key.public(), Hlc::new(seq, 0), seq, prev.clone(), body);
        let record = p.sign(&community, key).expect("it fits");
        (seq, prev) = (seq + 1, vec![record.id()]);
        record
    };
    (0..many).map(|_| next()).collect()
}

/// Most authority records of a resident whom an organiser let in.
const RESIDENT_RECORDS: u64 = 1_024;

#[tokio::test(flavor = "multi_thread")]
async fn records_about_people_fill_no_computer_either() {
    let Some(mut lab) = Lab::new("records_about_people", &["ann", "bob", "mal"]) else { return };
    lab.hasten();
    for name in ["ann", "bob", "mal"] {
        lab.at_mut(name).start().await;
    }
    let community: Id = story::found(lab.at("ann"), "Riverside").await.community.id.parse().expect("an id");
    for name in ["bob", "mal"] {
        story::join(lab.at(name), lab.at("ann")).await;
    }
    let all: Vec<&Computer> = ["ann", "bob", "mal"].map(|n| lab.at(n)).into();
    story::equal(&all, Duration::from_secs(15)).await;
    let before = records(lab.at("bob")).await;

    // Keys that nobody let in, by a stick of a member.
    let mal = story::owner_of(lab.at("mal")).await;
    let (memory_before, disk_before) = (memory(lab.at("bob")), used(lab.at("bob")).await);
    for n in 0..4 {
        let nobody = SecretKey::from_seed(&[100 + n; 32]);
        let flood = authority(community, mal, &nobody, many(750, 15_000));
        let _ = lab.at("bob").api().bundle_import(stick(&community, &flood), false).await;
    }
    let at_bob = records(lab.at("bob")).await;
    assert!(at_bob <= before + OWN_RECORDS, "{} records of nobody", at_bob - before);
    let (memory_after, disk_after) = (memory(lab.at("bob")), used(lab.at("bob")).await);
    println!("memory {memory_before} and {memory_after} bytes, journal {disk_before} and {disk_after}");
    assert!(disk_after <= disk_before + OWN_RECORDS * 1_024, "journal: {disk_before} and {disk_after} bytes");
    // What reading the stick took is given back, or used for the next: the same for 3,000 records and for 60,000.
    assert!(memory_after <= memory_before + MEMORY_MORE, "memory: {memory_before} and {memory_after} bytes");
    // A member's own key.
    let flood = authority(community, mal, &stolen_key(lab.at("mal")), 3_000);
    let _ = lab.at("bob").api().bundle_import(stick(&community, &flood), false).await;
    let at_bob = records(lab.at("bob")).await;
    assert!(at_bob > before + 100, "the flood came: {before} and {at_bob}");
    assert!(at_bob <= before + RESIDENT_RECORDS + OWN_RECORDS, "{} records of Mal", at_bob - before);
    let others = [lab.at("ann"), lab.at("bob")];
    story::equal(&others, Duration::from_secs(30)).await;

    // It keeps nobody from publishing, an organiser from taking Mal out, or a computer from starting again.
    lab.at("ann").cli(&["people", "remove", "mal"]).expect(0, "");
    lab.at_mut("bob").stop().await;
    lab.at_mut("bob").start().await;
    story::publish(lab.at("bob"), story::notice("The fair")).await;
    story::equal(&[lab.at("ann"), lab.at("bob")], Duration::from_secs(30)).await;
    let people = lab.at("bob").api().people().await.expect("people").people;
    assert!(people.iter().all(|p| p.name != "mal" || p.role == "removed"), "{people:?}");
}

/// What a node may take more for reading sticks, in bytes: a frame of the largest size and what is unpacked from it.
const MEMORY_MORE: u64 = 24 << 20;

/// Resident memory of a node, in bytes.
fn memory(at: &Computer) -> u64 {
    let pid = at.pid().expect("it runs");
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line about memory");
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1_024
}
