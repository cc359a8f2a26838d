//! One thing changed on two computers that could not reach each other.
//!
//! Topology: Ann, Bob and Carl on one switch; Ann and Bob both write for the food bank. Goal: once they meet again everybody
//! reads both versions, whoever it belongs to says which is right, and then it is the only one everywhere.

use hedgerow_api::{GroupAdd, GroupNew, Publish};
use hedgerow_tests::lab::{Lab, story, wait};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_are_read_and_one_is_kept() {
    let names = ["ann", "bob", "carl"];
    let Some(mut lab) = Lab::new("changed in two places", &names) else { return };
    lab.hasten();
    for name in names {
        lab.at_mut(name).start().await;
    }
    let [ann, bob, carl] = names.map(|name| lab.at(name));
    let everyone = [ann, bob, carl];
    story::found(ann, "Riverside").await;
    story::join(bob, ann).await;
    story::join(carl, ann).await;
    let group = GroupNew { name: "Food bank".into(), ..GroupNew::default() };
    ann.api().group_new(&group).await.expect("a group");
    ann.api().group_add("Food bank", &GroupAdd { person: "bob".into(), admin: true }).await.expect("its admin");
    story::equal(&everyone, SOON).await;
    let parcels = Publish { as_group: Some("Food bank".into()), ..story::service("Food parcels", "Mondays") };
    let parcels = story::publish(ann, parcels).await.item.summary.slot;
    story::equal(&everyone, SOON).await;
    let apart = || async {
        lab.cut("bob");
        wait::until("Ann sees that Bob is gone", Duration::from_secs(30), || async {
            (story::status(ann).await.linked() == 1).then_some(())
        })
        .await;
    };
    let together = || async {
        lab.mend("bob");
        story::equal(&everyone, Duration::from_secs(20)).await;
    };

    apart().await;
    ann.cli(&["service", "edit", &parcels, "--phone", "01632 960111"]).expect(0, "");
    bob.cli(&["service", "edit", &parcels, "--phone", "01632 960222"]).expect(0, "");
    together().await;
    for at in everyone {
        let read = at.cli(&["get", &parcels]);
        // Bob wrote last, so his is shown; the other is told beside it, by whom and how it differs.
        let both =
            ["Changed in two places", "ann", "bob (shown)", "- Telephone: 01632 960222", "+ Telephone: 01632 960111"];
        for words in both {
            read.expect(0, words);
        }
        assert_eq!(read.stderr.contains("hedgerow settle"), at.name != "carl", "{read}");
        let item = story::item(at, &parcels).await;
        assert_eq!(item.versions.len(), 2, "{item:?}");
    }
    let item = story::item(ann, &parcels).await;
    let others = |shown: bool| item.versions.iter().find(|v| v.shown == shown).expect("one of each").id.clone();
    let (shown, other) = (others(true), others(false));
    carl.cli(&["settle", &parcels, &other]).expect(5, "");
    ann.cli(&["settle", &parcels, "0000"]).expect(2, "does not name one of its versions");
    ann.cli(&["settle", &parcels, &other, "--dry-run"]).expect(0, "01632 960111");
    assert_eq!(story::item(ann, &parcels).await.versions.len(), 2, "only tried");
    ann.cli(&["settle", &parcels, &other[..12]]).expect(0, "01632 960111");
    story::equal(&everyone, SOON).await;
    for at in everyone {
        let item = story::item(at, &parcels).await;
        assert_eq!((item.versions.len(), item.summary.phone.as_deref()), (1, Some("01632 960111")), "{}", at.name);
        assert_ne!(item.summary.id, shown);
        at.cli(&["settle", &parcels, &other]).expect(1, "was not changed in two places");
    }

    // Taken back on one side and changed on the other: the change is what is right, and it comes back.
    apart().await;
    bob.cli(&["service", "edit", &parcels, "--cost", "Free"]).expect(0, "");
    ann.cli(&["service", "withdraw", &parcels]).expect(0, "");
    together().await;
    let item = story::item(bob, &parcels).await;
    assert!(item.withdrawn && item.versions.len() == 2, "{item:?}");
    let other = item.versions.iter().find(|v| !v.shown).expect("Bob's").id.clone();
    bob.cli(&["settle", &parcels, &other]).expect(0, "Free");
    story::equal(&everyone, SOON).await;
    let item = story::item(carl, &parcels).await;
    assert!(!item.withdrawn && item.versions.len() == 1, "{item:?}");

    // The one that is shown is right: saying so settles it too.
    apart().await;
    ann.cli(&["service", "edit", &parcels, "--cost", "A pound"]).expect(0, "");
    bob.cli(&["service", "edit", &parcels, "--cost", "Two pounds"]).expect(0, "");
    together().await;
    let shown = story::item(ann, &parcels).await;
    assert_eq!(shown.versions.len(), 2, "{shown:?}");
    ann.cli(&["settle", &parcels, &shown.summary.id]).expect(0, "Two pounds");
    story::equal(&everyone, SOON).await;
    assert_eq!(story::item(carl, &parcels).await.versions.len(), 1);
}
