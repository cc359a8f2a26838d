//! What a core keeps of whom: a share that is full, a withdrawal, a removal, and a removal that is undone.

use super::super::Core;
use super::*;
use crate::patience::until;
use hedgerow_protocol::limits::RESIDENT_UNITS_MAX;

/// How long the own clock has to run before anything is deleted by it, and a little more.
const STEADY: u64 = 601_000;

fn is_in_the_set(core: &Core, record: &Record) -> bool {
    let id = record.id();
    core.buckets().iter().any(|b| core.ids(b.bucket, &id, &id, 1) == [id])
}

#[tokio::test]
async fn a_full_share_is_said_and_a_withdrawal_gives_room() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    // Sixteen units each; one computer has half of a person's share.
    let large = |n: u64| Draft::new(town.person, Kind::NOTICE, n.to_be_bytes(), vec![n as u8; 15_000]);
    let mut saved = Vec::new();
    let full = loop {
        match core.publish(vec![large(saved.len() as u64)]).await {
            Ok(records) => saved.extend(records),
            Err(e) => break e,
        }
        assert!(saved.len() < 1_000);
    };
    assert!(matches!(full, CoreError::ShareFull(share) if share.units == RESIDENT_UNITS_MAX / 2), "{full}");
    assert_eq!(saved.len() as u64, RESIDENT_UNITS_MAX / 2 / 16);
    assert!(saved.iter().all(|r| is_in_the_set(&core, r)), "nothing was pushed out for it");
    core.publish(vec![Draft::withdrawal(&saved[7].address())]).await.unwrap();
    assert!(!is_in_the_set(&core, &saved[7]), "what was withdrawn goes to nobody any more");
    core.publish(vec![large(5_000)]).await.unwrap();
    let again = core.publish(vec![large(5_001)]).await;
    assert!(matches!(again, Err(CoreError::ShareFull(_))));
    let root = core.root();
    core.close().await;
    let (core, _) = Core::open(town.options(dir.path())).unwrap();
    assert_eq!(core.root(), root);
    assert!(matches!(core.publish(vec![large(5_001)]).await, Err(CoreError::ShareFull(_))), "after a start as well");
}

#[tokio::test]
async fn what_a_removal_took_away_comes_back_with_the_person_and_goes_for_good_in_a_month() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let hands = Hands::at(NOW);
    let options = CoreOptions { os_clock: hands.os(), run_clock: hands.run(), ..town.options(dir.path()) };
    let (core, _) = Core::create(options.clone(), town.first.clone()).unwrap();
    let (device, person, records) = town.neighbour(&core.authority(), 20);
    core.arrive(records, Origin::Bundle).await.unwrap();
    let content = town.record(&device, person, "k", "Knitting", NOW, 0);
    core.arrive(vec![content.clone()], Origin::Bundle).await.unwrap();
    assert_eq!(search(&core, "knit"), ["Knitting"]);

    let out = move |a: &Authority, d: &SecretKey, now| build::revoke(a, d, person, false, &[], now);
    core.publish_authority(out).await.unwrap();
    assert!(search(&core, "knit").is_empty() && !is_in_the_set(&core, &content));
    assert!(core.has(&content.id()), "the bytes wait");
    core.close().await;
    let (core, _) = Core::open(options.clone()).unwrap();
    assert!(core.has(&content.id()) && !is_in_the_set(&core, &content));

    // It was a mistake.
    let back = move |a: &Authority, d: &SecretKey, now| build::admit(a, d, person, None, now);
    core.publish_authority(back).await.unwrap();
    assert!(is_in_the_set(&core, &content));
    assert_eq!(search(&core, "knit"), ["Knitting"]);

    // And this was none.
    let out = move |a: &Authority, d: &SecretKey, now| build::revoke(a, d, person, false, &[], now);
    core.publish_authority(out).await.unwrap();
    core.put_local("core/days-run", &40u16.to_be_bytes()).await.unwrap();
    hands.pass(STEADY);
    until("it goes for good", async || (!core.has(&content.id())).then_some(())).await;
}

/// Whom somebody let in goes out of the set with them where nothing of theirs is kept, and is back once somebody else does.
#[tokio::test]
async fn authority_behind_whom_nobody_stands_is_aside_and_comes_back() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let (mallory, liar, records) = town.neighbour(&core.authority(), 20);
    core.arrive(records, Origin::Bundle).await.unwrap();
    // Whoever is let in comes before the record that does it: they wait for it in memory.
    let [founding, listed] = build::newcomer(&town.id(), &key(60), &key(61), Hlc::new(NOW, 0)).unwrap();
    let before = core.counts().authority;
    let came = core.arrive(vec![founding.clone(), listed.clone()], Origin::Bundle).await.unwrap();
    assert_eq!((came.new, came.waiting, core.counts().authority), (0, 2, before));
    let guest = founding.id();
    let admit = build::admit(&core.authority(), &mallory, guest, None, Hlc::new(NOW, 1)).unwrap();
    core.arrive(vec![admit.clone()], Origin::Bundle).await.unwrap();
    assert!([&founding, &listed, &admit].into_iter().all(|r| is_in_the_set(&core, r)));

    let out = move |a: &Authority, d: &SecretKey, now| build::revoke(a, d, liar, true, &[], now);
    core.publish_authority(out).await.unwrap();
    assert!(!is_in_the_set(&core, &founding) && !is_in_the_set(&core, &listed));
    assert!(core.wire(&listed.id()).is_none(), "and is passed on to nobody");
    let root = core.root();
    core.close().await;
    let (core, _) = Core::open(town.options(dir.path())).unwrap();
    assert_eq!(core.root(), root);
    core.close().await;
    std::fs::remove_dir_all(dir.path().join("index")).unwrap();
    let (core, _) = Core::open(town.options(dir.path())).unwrap();
    assert_eq!(core.root(), root, "from the journal as well");

    let back = move |a: &Authority, d: &SecretKey, now| build::admit(a, d, guest, None, now);
    core.publish_authority(back).await.unwrap();
    assert!([&founding, &listed].into_iter().all(|r| is_in_the_set(&core, r)));
    assert!(core.authority().is_member(&guest));
}

#[tokio::test]
async fn what_nobody_has_a_share_for_takes_no_disk() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let before = core.counts().journal_bytes;
    let stranger = key(77);
    for round in 0..4u64 {
        let many = (0..1_000).map(|n| town.record(&stranger, town.person, &format!("{round}/{n}"), "Junk", NOW, n));
        let arrived = core.arrive(many.collect(), Origin::Bundle).await.unwrap();
        assert_eq!((arrived.new, arrived.waiting), (0, 1_000));
    }
    assert_eq!(core.counts().journal_bytes, before);
}
