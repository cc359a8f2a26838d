//! A computer with a small disk stays of use: who belongs is known there, what it publishes goes out, and it says that it is no
//! copy of what found no room.
//!
//! Topology: Ann, Bob and Carl on one switch; Bob with the smallest quota. Goal: Bob's links stay up, nothing of his is refused,
//! nobody counts his computer as a copy, and with more room everything comes by itself.

use std::time::Duration;

use hedgerow_api::{Freshness, Neighbour};
use hedgerow_tests::lab::records::{by_stick, large, stolen_key};
use hedgerow_tests::lab::{Computer, Lab, story, wait};

/// The smallest that may be set: what others publish has half of it.
const QUOTA: &str = "16 MiB";
/// Records of 16 KiB: more than that half.
const RECORDS: u64 = 700;
const SOON: Duration = Duration::from_secs(30);

async fn as_seen_by(at: &Computer, name: &str) -> Option<Neighbour> {
    story::status(at).await.neighbours.into_iter().find(|n| n.name == name && n.linked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_disk_takes_part_and_is_no_copy() {
    let Some(mut lab) = Lab::new("a_small_disk_takes_part", &["ann", "bob", "carl"]) else { return };
    lab.at("bob").cli(&["config", "set", "quota", QUOTA]).expect(0, "");
    for name in ["ann", "bob", "carl"] {
        lab.at_mut(name).start().await;
    }
    let community = story::found(lab.at("ann"), "Riverside").await.community.id.parse().expect("an id");
    for name in ["bob", "carl"] {
        story::join(lab.at(name), lab.at("ann")).await;
    }
    story::give_space(lab.at("ann")).await;
    story::equal(&["ann", "bob", "carl"].map(|n| lab.at(n)), SOON).await;

    let owner = story::owner_of(lab.at("ann")).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let now_ms = u64::try_from(now.as_millis()).expect("before the year 500 million") - RECORDS;
    for from in (0..RECORDS).step_by(100) {
        let things = large(community, owner, &stolen_key(lab.at("ann")), from, 100, now_ms);
        by_stick(&community, &things, lab.at("ann")).await;
    }
    story::equal(&[lab.at("ann"), lab.at("carl")], SOON).await;
    wait::until("Bob's computer says that it has no room", SOON, || async {
        let status = story::status(lab.at("bob")).await;
        let warns = status.warnings.iter().any(|w| w.code == "disk-full");
        (status.space.partial && warns && status.freshness != Freshness::UpToDate).then_some(())
    })
    .await;
    wait::until("the others are up to date all the same", SOON, || async {
        (story::status(lab.at("ann")).await.freshness == Freshness::UpToDate).then_some(())
    })
    .await;
    let used = story::status(lab.at("bob")).await.space.used_bytes;
    assert!(used <= 8 << 20, "{used}");

    // What is Bob's goes out, and what organisers decide comes in.
    let his = story::publish(lab.at("bob"), story::notice("Bob's fair")).await.item.summary.id;
    wait::until("Bob's fair", SOON, || async { lab.at("ann").api().item(&his).await.ok() }).await;
    let mine = story::publish(lab.at("ann"), story::notice("Ann's fair")).await.item.summary.id;
    wait::until("Carl's computer is the one copy", SOON, || async {
        (story::item(lab.at("ann"), &mine).await.copies == 2).then_some(())
    })
    .await;
    lab.at("ann").cli(&["people", "remove", "carl"]).expect(0, "");
    wait::until("Bob's computer hears who was taken out", SOON, || async {
        let people = lab.at("bob").api().people().await.expect("people").people;
        people.iter().all(|p| p.name != "carl" || p.role == "removed").then_some(())
    })
    .await;
    let failures = lab.at("bob").log().matches("could not be saved").count();
    assert_eq!(failures, 0, "{}", lab.at("bob").log());

    // It says so when it comes back, and others see it.
    lab.at_mut("bob").stop().await;
    lab.at_mut("bob").start().await;
    wait::until("Ann sees it", SOON, || async {
        as_seen_by(lab.at("ann"), "bob").await.filter(|bob| bob.partial && !bob.up_to_date)
    })
    .await;
    assert_eq!(story::item(lab.at("ann"), &mine).await.copies, 1, "Carl was taken out, and Bob's is no copy");

    // More room: everything comes.
    lab.at_mut("bob").stop().await;
    lab.at("bob").cli(&["config", "set", "quota", "64 MiB"]).expect(0, "");
    lab.at_mut("bob").start().await;
    story::equal(&[lab.at("ann"), lab.at("bob")], SOON).await;
    assert!(!story::status(lab.at("bob")).await.space.partial);
}
