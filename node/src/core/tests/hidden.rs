//! What organisers hide: gone from every read at once, for members and strangers. What becomes of the records: `shares`.

use hedgerow_protocol::authority::body::Reason;
use hedgerow_protocol::record::Audience;

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
async fn hidden_is_hidden_from_members_and_strangers() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    core.publish(vec![town.draft("a", "Knitting"), town.draft("b", "Sewing")]).await.unwrap();
    let (root, shown) = (core.root(), core.counts().shown);
    assert_eq!(to_strangers(&core), 2);
    let hidden = core.publish_authority(hide(&town, "a")).await.unwrap().id();
    assert_eq!(search(&core, "knit"), Vec::<String>::new());
    assert_eq!((to_strangers(&core), core.counts().shown), (1, shown - 1));
    assert_eq!(core.list(Kind::SERVICE, None, None, 10).total, 1);
    assert!(core.slot(&town.draft("a", "").address()).shown().is_some(), "its author has it");
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

/// What a later version writes is handed to strangers as it came, and shown to nobody here: of a kind or with a field that is
/// not known, also where it has to be understood.
#[tokio::test]
async fn what_a_later_version_writes_is_handed_on_unread() {
    let temp = tempfile::tempdir().unwrap();
    let town = Town::new();
    let core = town.create(temp.path());
    core.publish(vec![town.draft("food", "Food parcels")]).await.unwrap();
    let later = |kind: Kind, key: &[u8], edit: &dyn Fn(&mut Payload)| {
        let hlc = Hlc::new(NOW - 1_000, 0);
        let mut p = Payload::content(kind, town.person, town.device.public(), key, hlc, service("Later", "Exeter"));
        edit(&mut p);
        p.sign(&town.id(), &town.device).unwrap()
    };
    let unknown_field = |p: &mut Payload| drop(p.unknown.insert(40, vec![0x82, 0x01, 0x02]));
    let critical = |p: &mut Payload| {
        p.critical = vec![40];
        unknown_field(p);
    };
    let open = [
        later(Kind(95), b"kind", &|_| {}),
        later(Kind(95), b"field", &unknown_field),
        later(Kind(95), b"must", &critical),
        later(Kind::NOTICE, b"must", &critical),
    ];
    let (stranger, _, _) = town.neighbour(&core.authority(), 60);
    let closed = [
        later(Kind(95), b"members", &|p| p.audience = Audience::Community),
        later(Kind(95), b"over", &|p| {
            p.hlc = Hlc::new(NOW - 2 * 86_400_000, 0);
            (p.expires, p.critical) = (Some(p.hlc.day()), vec![40]);
        }),
        later(Kind(95), b"members must", &|p| (p.audience, p.critical) = (Audience::Community, vec![40])),
        {
            let hlc = Hlc::new(NOW - 1_000, 0);
            let mut p = Payload::content(Kind(95), town.person, stranger.public(), *b"s", hlc, vec![1]);
            p.critical = vec![40];
            p.sign(&town.id(), &stranger).unwrap()
        },
    ];
    core.arrive(open.iter().chain(&closed).cloned().collect(), Origin::Bundle).await.unwrap();
    let (mut wires, mut cursor) = (Vec::new(), Some(b"c".to_vec()));
    while let Some(at) = cursor {
        let (page, next) = Records::public_page(&core, Some(&at));
        wires.extend(page);
        cursor = next;
    }
    for record in &open {
        assert!(wires.iter().any(|w| w == record.wire()), "{:?}", record.payload().key);
    }
    assert_eq!(wires.len(), 1 + open.len());
    assert_eq!(search(&core, "Later"), Vec::<String>::new());
    assert_eq!(core.find(&Query::default()).total, 1);
}

#[tokio::test]
async fn a_name_for_strangers_that_was_hidden_is_not_shown() {
    use hedgerow_protocol::cbor::doc_to_cbor;
    use hedgerow_protocol::profile::{PEN_NAME_KEY, open_name};
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let name = |key: &[u8], audience, name: &str| Draft {
        audience,
        ..Draft::new(town.person, Kind::PROFILE, key, doc_to_cbor(&serde_json::json!({ "name": name })))
    };
    let pen_name = name(PEN_NAME_KEY, Audience::Public, "Riverside Council");
    core.publish(vec![name(b"profile", Audience::Community, "Ann"), pen_name.clone()]).await.unwrap();
    let names = || {
        let of = |doc: Option<serde_json::Value>| doc.and_then(|d| d["name"].as_str().map(str::to_owned));
        (of(core.profile(&town.person)), of(core.open_name(&town.person)))
    };
    assert_eq!(names(), (Some("Ann".into()), Some("Riverside Council".into())));
    assert_eq!(open_name(&core.authority(), &town.person), pen_name.address());
    let (owner, slot) = (town.person, Some((Kind::PROFILE, PEN_NAME_KEY.to_vec())));
    let hide = move |a: &Authority, d: &SecretKey, now: Hlc| build::hide(a, d, owner, slot, Reason::SPAM, now);
    core.publish_authority(hide).await.unwrap();
    assert_eq!(names(), (Some("Ann".into()), None));
}
