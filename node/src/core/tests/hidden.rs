//! What organisers hide: gone from every read at once, for members and strangers, and kept and compared all the same.

use hedgerow_protocol::authority::body::Reason;

use super::*;
use crate::mesh::Records;

fn hide(town: &Town, key: &str) -> impl FnOnce(&Authority, &SecretKey, Hlc) -> Result<Record, BuildError> + use<> {
    let (owner, slot) = (town.person, Some((Kind::SERVICE, key.as_bytes().to_vec())));
    move |a, device, now| build::hide(a, device, owner, slot, Reason::SPAM, now)
}

fn to_strangers(core: &Core) -> usize {
    Records::public_page(core, Some(b"c")).0.len()
}

#[tokio::test]
async fn hidden_is_hidden_from_members_and_strangers_and_syncs_on() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    core.publish(vec![town.draft("a", "Knitting"), town.draft("b", "Sewing")]).await.unwrap();
    let (root, shown) = (core.root(), core.counts().shown);
    assert_eq!(to_strangers(&core), 2);
    let hidden = core.publish_authority(hide(&town, "a")).await.unwrap().id();
    assert_eq!(search(&core, "knit"), Vec::<String>::new());
    assert_eq!((to_strangers(&core), core.counts().shown), (1, shown - 1));
    assert_eq!(core.list(Kind::SERVICE, None, None, 10).total, 1);
    assert!(core.slot(&town.draft("a", "").address()).shown().is_some(), "the record is there as before");
    assert_ne!(core.root(), root, "the hide itself is compared");

    // A new version is hidden like the old one, and both come back together.
    core.publish(vec![town.draft("a", "Knitting again")]).await.unwrap();
    assert_eq!(search(&core, "knit"), Vec::<String>::new());
    let undone = move |a: &Authority, device: &SecretKey, now| build::unhide(a, device, &[hidden], now);
    core.publish_authority(undone).await.unwrap();
    assert_eq!(search(&core, "knit"), ["Knitting again"]);
    assert_eq!(to_strangers(&core), 2);
}

#[tokio::test]
async fn everything_of_an_owner_is_hidden_but_the_name_and_only_of_that_owner() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let (device, bob, records) = town.neighbour(&core.authority(), 20);
    core.arrive(records, Origin::Here).await.unwrap();
    let his = town.record(&device, bob, "k", "Welding", NOW - 5, 0);
    let name =
        Payload::content(Kind::PROFILE, bob, device.public(), b"profile", Hlc::new(NOW - 6, 0), service("Bob", ""));
    core.arrive(vec![his, name.sign(&town.id(), &device).unwrap()], Origin::Here).await.unwrap();
    core.publish(vec![town.draft("a", "Knitting")]).await.unwrap();
    let all = move |a: &Authority, device: &SecretKey, now| build::hide(a, device, bob, None, Reason::HURTFUL, now);
    core.publish_authority(all).await.unwrap();
    assert_eq!(search(&core, "weld"), Vec::<String>::new());
    assert_eq!(search(&core, "knit"), ["Knitting"]);
    assert_eq!(core.list(Kind::PROFILE, Some(bob), None, 1).total, 1);
    // Hidden before it comes is hidden when it comes.
    core.arrive(vec![town.record(&device, bob, "k2", "Welding twice", NOW - 4, 0)], Origin::Here).await.unwrap();
    assert_eq!(search(&core, "weld"), Vec::<String>::new());
}

#[tokio::test]
async fn who_is_left_out_is_left_out_of_pages_and_totals() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let (device, bob, records) = town.neighbour(&core.authority(), 20);
    core.arrive(records, Origin::Here).await.unwrap();
    for n in 0..6u64 {
        let title = format!("Club {n}");
        core.arrive(vec![town.record(&device, bob, &title, &title, NOW - 9 + n, 0)], Origin::Here).await.unwrap();
        core.publish(vec![town.draft(&title, &format!("Club {n} too"))]).await.unwrap();
    }
    for text in ["", "club"] {
        let mut seen = Vec::new();
        let mut query = Query { text: text.into(), without: vec![bob], limit: 4, ..Query::default() };
        loop {
            let page = core.find(&query);
            assert_eq!(page.total, 6);
            seen.extend(titles(&core, &page));
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 6, "{seen:?}");
        assert!(seen.iter().all(|t| t.ends_with("too")), "{seen:?}");
    }
}
