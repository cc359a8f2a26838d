//! What a core keeps of whom: a share that is full, a withdrawal, a removal, and a removal that is undone.

use super::super::Core;
use super::*;
use crate::patience::until;
use hedgerow_protocol::authority::body::Reason;
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

/// What an organiser hid is compared and passed on no more. While the bytes are here an organiser can look at them and show
/// the thing again; then they go, but for its author's own.
#[tokio::test]
async fn what_is_hidden_leaves_the_set_and_goes_for_good_but_at_its_author() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let hands = Hands::at(NOW);
    let options = CoreOptions { os_clock: hands.os(), run_clock: hands.run(), ..town.options(dir.path()) };
    let (core, _) = Core::create(options.clone(), town.first.clone()).unwrap();
    let (device, bob, records) = town.neighbour(&core.authority(), 20);
    core.arrive(records, Origin::Bundle).await.unwrap();
    let his = town.record(&device, bob, "k", "Knitting", NOW, 0);
    core.arrive(vec![his.clone()], Origin::Bundle).await.unwrap();
    let own = core.publish(vec![town.draft("k", "Knitting too")]).await.unwrap().remove(0);
    let other = core.publish(vec![town.draft("s", "Sewing")]).await.unwrap().remove(0);
    let hide = |record: &Record| {
        let address = record.address();
        move |a: &Authority, d: &SecretKey, now: Hlc| {
            build::hide(a, d, address.owner, Some((address.kind, address.key)), Reason::PRIVATE, now)
        }
    };
    let mut hides = Vec::new();
    for record in [&his, &own] {
        hides.push(core.publish_authority(hide(record)).await.unwrap().id());
        assert!(!is_in_the_set(&core, record) && core.wire(&record.id()).is_none(), "passed on to nobody");
        assert!(core.slot(&record.address()).shown().is_some(), "an organiser may look at it");
    }
    assert!(is_in_the_set(&core, &other));
    assert_eq!(search(&core, "knit"), Vec::<String>::new());
    // From a neighbour who has not heard of it.
    let newer = town.record(&device, bob, "k", "Knitting again", NOW + 1, 0);
    let arrived = core.arrive(vec![newer.clone()], Origin::Bundle).await.unwrap();
    assert_eq!((arrived.new, arrived.waiting, arrived.superseded), (0, 0, 1));

    // A start from the index and one from the journal alone know the same.
    let root = core.root();
    core.close().await;
    let (core, _) = Core::open(options.clone()).unwrap();
    assert_eq!(core.root(), root);
    core.close().await;
    std::fs::remove_dir_all(dir.path().join("index")).unwrap();
    let (core, _) = Core::open(options.clone()).unwrap();
    assert_eq!(core.root(), root);

    // It was a mistake.
    let undone = hides.clone();
    let unhide = move |a: &Authority, d: &SecretKey, now| build::unhide(a, d, &undone, now);
    core.publish_authority(unhide).await.unwrap();
    assert!(is_in_the_set(&core, &his) && is_in_the_set(&core, &own));
    assert_eq!(search(&core, "knit").len(), 2);

    // And this was none.
    let mut hides = Vec::new();
    for record in [&his, &own] {
        hides.push(core.publish_authority(hide(record)).await.unwrap().id());
    }
    core.put_local("core/days-run", &40u16.to_be_bytes()).await.unwrap();
    hands.pass(STEADY);
    until("it goes for good", async || (!core.has(&his.id())).then_some(())).await;
    assert!(core.slot(&own.address()).shown().is_some(), "its author has it");
    // Years later it may be shown again: whoever wrote it has it, and says it again.
    let unhide = move |a: &Authority, d: &SecretKey, now| build::unhide(a, d, &hides, now);
    core.publish_authority(unhide).await.unwrap();
    assert!(is_in_the_set(&core, &own));
    assert_eq!(core.arrive(vec![his.clone()], Origin::Bundle).await.unwrap().new, 1);
    assert_eq!(search(&core, "knit").len(), 2);
}

#[tokio::test]
async fn keys_and_messages_are_not_hidden_with_everything_else_of_somebody() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let of = |kind: Kind| Draft::new(town.person, kind, *b"k", vec![1]);
    let kinds = [Kind::PROFILE, Kind::SEALING_KEY, Kind::SEALED, Kind::NOTICE, Kind::LOCAL_SITE, Kind(95)];
    let records = core.publish(kinds.map(of).to_vec()).await.unwrap();
    let person = town.person;
    let all = move |a: &Authority, d: &SecretKey, now: Hlc| build::hide(a, d, person, None, Reason::SPAM, now);
    core.publish_authority(all).await.unwrap();
    let left: Vec<Kind> = records.iter().filter(|r| is_in_the_set(&core, r)).map(|r| r.payload().kind).collect();
    assert_eq!(left, [Kind::PROFILE, Kind::SEALING_KEY, Kind::SEALED]);
}

/// A computer's own words stay where they were said until the newer ones are sure to be its own, and not for ever.
#[tokio::test]
async fn own_old_versions_go_after_a_month() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let hands = Hands::at(NOW);
    let options = CoreOptions { os_clock: hands.os(), run_clock: hands.run(), ..town.options(dir.path()) };
    let (core, _) = Core::create(options, town.first.clone()).unwrap();
    let mut versions = Vec::new();
    for n in 0..5 {
        versions.extend(core.publish(vec![town.draft("a", &format!("Version {n}"))]).await.unwrap());
    }
    versions.extend(core.publish(vec![town.draft("b", "Gone")]).await.unwrap());
    core.publish(vec![Draft::withdrawal(&versions[5].address())]).await.unwrap();
    let in_set = |core: &Core| versions.iter().map(|r| is_in_the_set(core, r)).collect::<Vec<_>>();
    assert_eq!(in_set(&core), [false, false, false, true, true, false]);
    assert!(versions.iter().all(|r| core.has(&r.id())));
    core.put_local("core/days-run", &40u16.to_be_bytes()).await.unwrap();
    hands.pass(STEADY);
    until("they go for good", async || (!core.has(&versions[0].id())).then_some(())).await;
    let left: Vec<bool> = versions.iter().map(|r| core.has(&r.id())).collect();
    assert_eq!(left, [false, false, false, true, true, false]);
    assert_eq!(search(&core, "version"), ["Version 4"]);
}

/// A small disk: what others publish finds no room, and stops nothing else.
#[tokio::test]
async fn a_small_disk_keeps_authority_and_its_own_and_says_that_it_is_partial() {
    const QUOTA: u64 = 4 << 20;
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let options = CoreOptions { quota_bytes: QUOTA, ..town.options(dir.path()) };
    let (core, _) = Core::create(options.clone(), town.first.clone()).unwrap();
    let (device, bob, records) = town.neighbour(&core.authority(), 20);
    core.arrive(records, Origin::Bundle).await.unwrap();
    let his = |n: u64| {
        let hlc = Hlc::new(NOW - 10_000 + n, 0);
        let p = Payload::content(Kind::NOTICE, bob, device.public(), n.to_be_bytes(), hlc, vec![n as u8; 15_000]);
        p.sign(&town.id(), &device).unwrap()
    };
    let all: Vec<Record> = (0..200).map(his).collect();
    let arrived = core.arrive(all.clone(), Origin::Bundle).await.unwrap();
    assert!(arrived.new > 100 && arrived.new + arrived.no_room == 200, "{arrived:?}");
    assert!(core.is_partial());
    assert!(core.counts().journal_bytes <= QUOTA / 2, "what others publish leaves room");
    // It lets go of nothing for it, and takes what else there is to take.
    assert_eq!(core.arrive(vec![all[0].clone()], Origin::Bundle).await.unwrap().known, 1);
    for n in 0..40u64 {
        let own = Draft::new(town.person, Kind::NOTICE, n.to_be_bytes(), vec![1; 15_000]);
        core.publish(vec![own]).await.unwrap();
    }
    let (_, carl, records) = town.neighbour(&core.authority(), 21);
    assert_eq!(core.arrive(records, Origin::Bundle).await.unwrap().new, 3);
    assert!(core.authority().is_member(&carl));
    let gone = Payload::content(Kind::NOTICE, bob, device.public(), 0u64.to_be_bytes(), Hlc::new(NOW, 0), Vec::new());
    let gone = gone.sign(&town.id(), &device).unwrap();
    assert_eq!(core.arrive(vec![gone], Origin::Bundle).await.unwrap().new, 1, "a withdrawal");
    core.close().await;
    let (core, _) = Core::open(options).unwrap();
    assert!(core.is_partial(), "after a start as well, before anything is asked for");

    // An organiser takes away what filled it: the space comes back, and with it the rest.
    let out = move |a: &Authority, d: &SecretKey, now| build::revoke(a, d, bob, false, &[], now);
    core.publish_authority(out).await.unwrap();
    let (device, dora, records) = town.neighbour(&core.authority(), 22);
    core.arrive(records, Origin::Bundle).await.unwrap();
    let hers: Vec<Record> =
        (0..100).map(|n| town.record(&device, dora, &format!("{n}"), "Sewing", NOW - 100 + n, 0)).collect();
    let arrived = core.arrive(hers, Origin::Bundle).await.unwrap();
    assert_eq!((arrived.new, arrived.no_room), (100, 0));
    until("it is partial no more", async || (!core.is_partial()).then_some(())).await;
}
