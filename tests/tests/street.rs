//! Four computers on one switch, with no internet, no name server and no default route.
//!
//! Topology: library, resident, group and donated on one bridge. Goal: a directory published on one is on all within
//! ten seconds of joining, byte for byte; whoever was cut off catches up within five seconds of the cable going back.

use hedgerow_tests::lab::wait::patience;
use hedgerow_tests::lab::{Lab, story, wait};
use std::time::{Duration, Instant};

const NAMES: [&str; 4] = ["library", "resident", "group", "donated"];

/// From asking to join to having all there is, as promised.
const EVERYTHING_MAX: Duration = Duration::from_secs(10);

/// All four running and joined, the directory on the library; gives how many things are shown.
async fn street(test: &str) -> Option<(Lab, usize)> {
    let mut lab = Lab::new(test, &NAMES)?;
    for name in NAMES {
        lab.at_mut(name).start().await;
    }
    let library = lab.at("library");
    story::found(library, "Riverside").await;
    let report = story::import(library, &story::directory(test)).await;
    assert!(report.new >= 4 && report.quarantined_count == 0, "{report:?}");
    let count = story::shown(library).await.len();
    assert!(count >= 4, "{count} libraries are shown");

    for name in &NAMES[1..] {
        let from = Instant::now();
        story::join(lab.at(name), library).await;
        story::equal(&[library, lab.at(name)], EVERYTHING_MAX).await;
        let took = from.elapsed();
        println!("{name} has everything {took:?} after asking to join");
        assert!(took < patience(EVERYTHING_MAX), "{name} has everything after {took:?}");
    }
    Some((lab, count))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_reaches_everyone_and_who_was_cut_off_catches_up() {
    let Some((lab, count)) = street("a_directory_reaches_everyone").await else { return };
    let [library, resident, group, donated] = NAMES.map(|name| lab.at(name));
    let everyone = [library, resident, group, donated];
    story::equal(&everyone, Duration::from_secs(10)).await;
    for other in &everyone[1..] {
        assert_eq!(story::same_views(library, other).await, count);
    }

    // Something of everyone's own, so that both sides have something to change.
    let fair = story::publish(group, story::notice("Fair on Saturday")).await.item.summary;
    let soup = story::publish(group, story::service("Soup kitchen", "Tuesdays")).await.item.summary;
    let flood = story::publish(library, story::notice("Path flooded")).await.item.summary;
    let books = story::publish(library, story::service("Books by bicycle", "Thursdays")).await.item.summary;
    let took = story::equal(&everyone, Duration::from_secs(5)).await;
    println!("live: equal {took:?} after publishing");

    lab.cut("group");
    wait::until("the library sees that the group is gone", Duration::from_secs(60), || async {
        let status = library.api().status().await.ok()?;
        (status.linked() == 2).then_some(())
    })
    .await;
    // On the side that was cut off.
    story::publish(group, story::notice("Written on our own")).await;
    group.api().withdraw(&fair.id, None, false).await.expect("withdrawn");
    group.api().edit(&soup.id, &story::service("Soup kitchen", "Tuesdays and Fridays"), None).await.expect("edited");
    // And on the other.
    story::publish(library, story::notice("Written meanwhile")).await;
    library.api().withdraw(&flood.id, None, false).await.expect("withdrawn");
    library.api().edit(&books.id, &story::service("Books by bicycle", "Mondays"), None).await.expect("edited");
    story::equal(&[library, resident, donated], Duration::from_secs(5)).await;
    assert_ne!(story::status(group).await.root, story::status(library).await.root, "the cut was real");

    lab.mend("group");
    let took = story::equal(&everyone, Duration::from_secs(5)).await;
    println!("mended: equal after {took:?}");
    for other in &everyone[1..] {
        assert_eq!(story::same_views(library, other).await, count + 4);
    }
    for at in everyone {
        let shown = story::shown(at).await;
        let titles: Vec<&str> = shown.values().map(|item| item.title.as_str()).collect();
        assert!(!titles.contains(&"Fair on Saturday") && !titles.contains(&"Path flooded"), "withdrawn is gone");
        assert!(titles.contains(&"Written on our own") && titles.contains(&"Written meanwhile"));
        let soup = story::item(at, &soup.slot).await;
        assert!(soup.doc.to_string().contains("Tuesdays and Fridays"), "{}: the newest text", at.name);
        let books = story::item(at, &books.slot).await;
        assert!(books.doc.to_string().contains("Mondays"), "{}: the newest text", at.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_travels_by_stick_alone() {
    let Some((lab, count)) = street("the_same_travels_by_stick").await else { return };
    let [library, resident, group, donated] = NAMES.map(|name| lab.at(name));
    let everyone = [library, resident, group, donated];
    let fair = story::publish(group, story::notice("Fair on Saturday")).await.item.summary;
    story::equal(&everyone, Duration::from_secs(10)).await;
    for name in NAMES {
        lab.cut(name);
    }
    story::publish(library, story::notice("Written at the library")).await;
    story::publish(resident, story::notice("Written at home")).await;
    group.api().withdraw(&fair.id, None, false).await.expect("withdrawn");

    // Round the village with one stick: everybody puts everything on it and takes everything off it; twice, since
    // the first computer cannot know on the first round what the last one wrote.
    let stick = lab.desk().join("stick.hgr");
    let stick = stick.to_string_lossy();
    let mut last: Option<&hedgerow_tests::lab::Computer> = None;
    for at in everyone.into_iter().chain(everyone) {
        if last.is_some() {
            let report = at.json(&["bundle", "import", &stick]);
            assert_eq!(report["refused_count"], 0, "{report}");
            assert_eq!(report["damaged"], 0, "{report}");
        }
        at.json(&["bundle", "export", &stick]);
        last = Some(at);
    }
    story::equal(&everyone, Duration::from_secs(2)).await;
    for other in &everyone[1..] {
        assert_eq!(story::same_views(library, other).await, count + 2);
    }

    // An answer to "what I have" carries only what is missing.
    story::publish(donated, story::notice("One thing more")).await;
    let have = library.api().bundle_have().await.expect("have");
    let small = donated.api().bundle_export(have).await.expect("small bundle");
    let whole = donated.api().bundle_export(Vec::new()).await.expect("whole bundle");
    assert!(small.len() * 4 < whole.len(), "{} against {} bytes", small.len(), whole.len());
    let report = library.api().bundle_import(small, false).await.expect("imported");
    assert_eq!((report.new, report.refused_count), (1, 0), "{report:?}");
    story::equal(&[library, donated], Duration::from_secs(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_reads_what_is_public_and_no_more() {
    let Some(mut lab) = Lab::new("a_stranger_reads_what_is_public", &["library", "stranger"]) else { return };
    lab.at_mut("library").start().await;
    lab.at_mut("stranger").start().await;
    let (library, stranger) = (lab.at("library"), lab.at("stranger"));
    let community = story::found(library, "Riverside").await.community;
    story::publish(library, story::notice("For everybody")).await;
    let mut private = story::notice("For members");
    private.audience = hedgerow_api::Audience::Community;
    story::publish(library, private).await;

    let (_, took) = wait::until("the community is seen", Duration::from_secs(5), || async {
        let nearby = stranger.api().nearby().await.ok()?;
        nearby.communities.iter().any(|c| c.id == community.id && c.name == "Riverside").then_some(())
    })
    .await;
    println!("seen after {took:?}");
    let page = stranger.api().nearby_public(&community.id, &Default::default()).await.expect("public reading");
    let titles: Vec<&str> = page.items.iter().map(|item| item.title.as_str()).collect();
    assert!(titles.contains(&"For everybody"), "{titles:?}");
    assert!(!titles.contains(&"For members"), "{titles:?}");
}
