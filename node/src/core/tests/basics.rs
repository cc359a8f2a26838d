//! Publishing, finding, withdrawing, arriving, closing and opening again.

use super::*;
use crate::patience::until;
use hedgerow_protocol::view::SlotState;

#[tokio::test]
async fn published_is_found_changed_and_withdrawn() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let mut events = core.subscribe();
    let records = core.publish(vec![town.draft("a", "Café Bonheur"), town.draft("b", "The Library")]).await.unwrap();
    assert_eq!(search(&core, "cafe bon"), ["Café Bonheur"]);
    assert_eq!(titles(&core, &core.list(Kind::SERVICE, None, None, 10)), ["Café Bonheur", "The Library"]);
    assert_eq!(events.recv().await.unwrap().id, records[0].id());
    assert_eq!(core.record(&records[1].id()).unwrap(), records[1]);

    let mut changed = town.draft("a", "Café Malheur");
    changed.if_match = Some(records[1].id());
    assert!(matches!(core.publish(vec![changed.clone()]).await, Err(CoreError::Changed { .. })));
    changed.if_match = Some(records[0].id());
    let again = core.publish(vec![changed]).await.unwrap();
    assert_eq!(again[0].payload().prev, [records[0].id()]);
    assert_eq!(search(&core, "cafe"), ["Café Malheur"]);
    assert!(core.slot(&records[0].address()).heads.len() == 1);

    core.publish(vec![Draft::withdrawal(&records[0].address())]).await.unwrap();
    assert!(search(&core, "cafe").is_empty());
    assert_eq!(core.slot(&records[0].address()).state, SlotState::Withdrawn);
    let before = view(&core);
    core.close().await;
    assert!(matches!(core.publish(vec![town.draft("z", "Z")]).await, Err(CoreError::Closed)));

    let (core, report) = Core::open(town.options(dir.path())).unwrap();
    assert_eq!(report, OpenReport { records: report.records, ..OpenReport::default() });
    assert_eq!(view(&core), before);
    let more = core.publish(vec![town.draft("a", "Café Encore")]).await.unwrap();
    assert!(more[0].payload().hlc > again[0].payload().hlc);
}

#[tokio::test]
async fn a_second_start_is_refused_and_so_are_strangers_drafts() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    assert!(matches!(Core::open(town.options(dir.path())), Err(CoreError::InUse)));
    let mut foreign = town.draft("a", "A");
    foreign.owner = Id([7; 32]);
    assert!(matches!(core.publish(vec![foreign]).await, Err(CoreError::Unbuilt(_))));
    let long = Draft { body: vec![0; 20_000], ..town.draft("a", "A") };
    assert!(matches!(core.publish(vec![town.draft("b", "B"), long]).await, Err(CoreError::Draft(_))));
    assert_eq!(core.counts().shown, 0, "all or none");
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(Core::open(town.options(empty.path())), Err(CoreError::NoCommunity)));
}

#[tokio::test]
async fn content_waits_for_the_authority_it_rests_on() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let (device, person, records) = town.neighbour(&core.authority(), 20);
    let content = town.record(&device, person, "k", "Knitting", NOW, 0);
    let before = core.root();
    let arrived = core.arrive(vec![content.clone()], Origin::Bundle).await.unwrap();
    assert_eq!((arrived.new, arrived.waiting), (0, 1));
    assert_eq!(core.root(), before, "what strangers wrote is no part of the set, and not on the disk");
    assert!(!core.has(&content.id()));
    assert!(search(&core, "knit").is_empty());
    let arrived = core.arrive(records.clone(), Origin::Bundle).await.unwrap();
    assert_eq!((arrived.new, arrived.known), (4, 0), "with what waited");
    assert_eq!(search(&core, "knit"), ["Knitting"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let other = town.create(elsewhere.path());
    other.arrive([records.clone(), vec![content.clone()]].concat(), Origin::Bundle).await.unwrap();
    assert_eq!(core.root(), other.root(), "and is compared once they are known");
    let again = core.arrive([records, vec![content]].concat(), Origin::Bundle).await.unwrap();
    assert_eq!((again.new, again.known), (0, 4));
}

#[tokio::test]
async fn the_newest_two_of_a_device_are_kept_and_own_ones_stay_here() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let (device, person, records) = town.neighbour(&core.authority(), 20);
    core.arrive(records, Origin::Bundle).await.unwrap();
    let versions: Vec<Record> =
        (0..7).map(|n| town.record(&device, person, "k", &format!("V{n}"), NOW - 1_000 + n, 0)).collect();
    for v in versions.iter().rev().step_by(2).chain(&versions) {
        core.arrive(vec![v.clone()], Origin::Bundle).await.unwrap();
    }
    assert_eq!(versions.iter().filter(|v| core.has(&v.id())).count(), 2);
    assert_eq!(titles(&core, &core.list(Kind::SERVICE, None, None, 9)), ["V6"]);
    let mut own = Vec::new();
    for n in 0..6 {
        own.extend(core.publish(vec![town.draft("own", &format!("O{n}"))]).await.unwrap());
    }
    assert!(own.iter().all(|r| core.record(&r.id()).is_some()), "own versions stay");
    let synced = |id: &Id| core.buckets().iter().any(|b| core.ids(b.bucket, id, id, 1) == [*id]);
    assert_eq!(own.iter().filter(|r| synced(&r.id())).count(), 2, "but only two are in the set");
    let root = core.root();
    core.compact().await.unwrap();
    assert_eq!(core.root(), root);
    assert!(own.iter().all(|r| core.record(&r.id()).is_some()));
    assert_eq!(titles(&core, &core.list(Kind::SERVICE, None, None, 9)), ["O5", "V6"]);
}

#[tokio::test]
async fn a_record_from_the_future_waits_for_its_time() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let clock = Arc::new(std::sync::atomic::AtomicU64::new(NOW));
    let time = clock.clone();
    let options = CoreOptions {
        os_clock: Arc::new(move || time.load(std::sync::atomic::Ordering::Relaxed)),
        ..town.options(dir.path())
    };
    let (core, _) = Core::create(options.clone(), town.first.clone()).unwrap();
    let (device, person, records) = town.neighbour(&core.authority(), 20);
    core.arrive(records, Origin::Bundle).await.unwrap();
    let ahead = town.record(&device, person, "k", "Tomorrow", NOW + 86_400_000, 0);
    let now = town.record(&device, person, "k", "Today", NOW, 0);
    core.arrive(vec![ahead, now], Origin::Bundle).await.unwrap();
    assert_eq!(titles(&core, &core.list(Kind::SERVICE, None, None, 9)), ["Today"]);
    clock.store(NOW + 86_400_000, std::sync::atomic::Ordering::Relaxed);
    // The next write lets the writer look at the clock, whether or not its own tick came first.
    let shown = || titles(&core, &core.list(Kind::SERVICE, None, None, 9));
    until("tomorrow is here", async || (shown() == ["Tomorrow"]).then_some(())).await;
    core.close().await;
    clock.store(NOW, std::sync::atomic::Ordering::Relaxed);
    let (core, _) = Core::open(options.clone()).unwrap();
    assert_eq!(titles(&core, &core.list(Kind::SERVICE, None, None, 9)), ["Today"]);
    core.close().await;
    clock.store(NOW + 450 * 86_400_000, std::sync::atomic::Ordering::Relaxed);
    let (core, _) = Core::open(options).unwrap();
    assert_eq!(core.counts().shown, 0, "expired is not shown");
    // The writer looks at the clock before it takes anything: what it answers, it answers after that.
    core.save_index().await.unwrap();
    assert!(core.counts().records > 6, "but a clock that jumped a year ahead deletes nothing by itself");
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps_in_every_order() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let drafts: Vec<Draft> = (0..57).map(|n| town.draft(&format!("k{n}"), &format!("Club {}", n % 20))).collect();
    core.publish(drafts).await.unwrap();
    let event = Draft::new(
        town.person,
        Kind::EVENT,
        b"e".as_slice(),
        cbor::doc_to_cbor(&json!({"title": "Club 7 outing", "start": "2026-12-01"})),
    );
    core.publish(vec![event]).await.unwrap();
    for (text, order) in [
        ("", Order::Title),
        ("", Order::Newest),
        ("club", Order::Best),
        ("cl", Order::Newest),
        ("club 1", Order::Title),
    ] {
        let query = Query { text: text.into(), order, limit: 500, ..Query::default() };
        let whole = core.find(&query);
        assert!(whole.total as usize == whole.items.len() && whole.next.is_none());
        let mut parts = Vec::new();
        let mut cursor = None;
        loop {
            let page = core.find(&Query { cursor, limit: 10, ..query.clone() });
            assert_eq!(page.total, whole.total);
            parts.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(parts, whole.items, "{text:?} {order:?}");
    }
    let owner = core.find(&Query { owner: Some(Id([3; 32])), ..Query::default() });
    assert_eq!(owner.total, 0);
    assert_eq!(core.find(&Query { near: Some("exeter".into()), text: "club".into(), ..Query::default() }).total, 57);
    assert_eq!(core.find(&Query { near: Some("ex4 3px".into()), ..Query::default() }).total, 57);
    assert_eq!(core.find(&Query { near: Some("bideford".into()), ..Query::default() }).total, 0);
    assert_eq!(core.find(&Query { kinds: vec![Kind::EVENT], ..Query::default() }).total, 1);
    assert_eq!(core.find(&Query { text: "--".into(), ..Query::default() }).total, 0);
    assert_eq!(core.find(&Query { cursor: Some("rubbish".into()), ..Query::default() }).total, 58);
    let prefix = core.find(&Query::default()).items[0].id.to_string();
    assert_eq!(core.ids_with_prefix(&prefix[..9], 3), [core.find(&Query::default()).items[0].id]);
    assert!(core.ids_with_prefix("xyz", 3).is_empty());
}

#[tokio::test]
async fn private_values_stay_and_authority_is_published() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    core.put_local("invite/1", b"open").await.unwrap();
    core.put_local("invite/2", b"open").await.unwrap();
    core.put_local("invite/1", b"used").await.unwrap();
    core.put_local("invite/2", b"").await.unwrap();
    let person = town.person;
    let group = core
        .publish_authority(move |a, key, hlc| build::found_group(a, key, &[person], &[], [3; 16], hlc))
        .await
        .unwrap();
    assert!(core.authority().groups().any(|g| g == group.id()));
    core.publish(vec![Draft { owner: group.id(), ..town.draft("g", "Group walk") }]).await.unwrap();
    core.compact().await.unwrap();
    core.close().await;
    for rebuild in [false, true] {
        if rebuild {
            std::fs::remove_dir_all(dir.path().join("index")).unwrap();
        }
        let (core, report) = Core::open(town.options(dir.path())).unwrap();
        assert_eq!(report.index_rebuilt, rebuild);
        assert_eq!(report.notices.len(), usize::from(rebuild));
        assert_eq!(core.locals("invite/"), [("invite/1".to_owned(), b"used".to_vec())]);
        assert!(core.authority().groups().any(|g| g == group.id()));
        assert_eq!(search(&core, "walk"), ["Group walk"]);
        core.close().await;
    }
}

#[tokio::test]
async fn a_clock_that_was_far_ahead_once_does_not_hide_what_comes_later() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let clock = Arc::new(std::sync::atomic::AtomicU64::new(NOW + 30 * 365 * 86_400_000));
    let time = clock.clone();
    let os_clock: OsClock = Arc::new(move || time.load(std::sync::atomic::Ordering::Relaxed));
    let options = CoreOptions { os_clock, ..town.options(dir.path()) };
    let (core, _) = Core::create(options.clone(), town.first.clone()).unwrap();
    core.publish(vec![town.draft("far", "Far ahead")]).await.unwrap();
    clock.store(NOW, std::sync::atomic::Ordering::Relaxed);
    core.publish(vec![town.draft("now", "Knitting")]).await.unwrap();
    assert_eq!(search(&core, "knit"), ["Knitting"]);
    core.close().await;
    let (core, _) = Core::open(options).unwrap();
    core.publish(vec![town.draft("later", "Sewing")]).await.unwrap();
    assert_eq!(search(&core, "sewing"), ["Sewing"]);
}

#[tokio::test]
async fn another_communitys_founding_record_among_the_first_is_left_out() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let foreign =
        build::found_community(&key(30), &[], &[key(31).public()], 1, false, [6; 16], Hlc::new(NOW, 0)).unwrap();
    let first = [town.first.clone(), vec![foreign.clone()]].concat();
    let (core, _) = Core::create(town.options(dir.path()), first).unwrap();
    assert!(core.record(&foreign.id()).is_none());
    let clean = tempfile::tempdir().unwrap();
    assert_eq!(core.root(), town.create(clean.path()).root());
}

#[tokio::test]
async fn a_version_never_ends_before_the_one_it_replaces_nor_later_than_it_may() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let today = day_of_ms(NOW);
    let until = |day| Draft { expires: Some(day), ..town.draft("k", "K") };
    let far = core.publish(vec![until(today + 4_000)]).await.unwrap();
    assert_eq!(far[0].payload().expires, Some(today + 400));
    let soon = core.publish(vec![until(today + 2)]).await.unwrap();
    assert_eq!(soon[0].payload().expires, Some(today + 400), "or the old version would come back");
    let past = core.publish(vec![Draft { key: b"other".to_vec(), ..until(today - 3) }]).await.unwrap();
    assert_eq!(past[0].payload().expires, Some(today));
}

#[tokio::test]
async fn what_is_saved_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let open_to_others = |folder: &Path| {
        let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
        let modes = files.chain([folder.to_owned()]).map(|p| (std::fs::metadata(&p).unwrap().permissions().mode(), p));
        modes.filter(|(mode, _)| mode & 0o077 != 0).collect::<Vec<_>>()
    };
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let (journal, index) = (dir.path().join("journal"), dir.path().join("index"));
    for folder in [&journal, &index] {
        // Made beforehand, as a careless hand or an earlier version leaves it.
        std::fs::create_dir(folder).unwrap();
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let core = town.create(dir.path());
    core.publish(vec![town.draft("k", "Library")]).await.unwrap();
    core.compact().await.unwrap();
    assert_eq!(open_to_others(&journal), []);
    core.close().await;
    drop(core);
    for file in std::fs::read_dir(&journal).unwrap().chain(std::fs::read_dir(&index).unwrap()) {
        let path = file.unwrap().path();
        if path.is_file() {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
    assert!(open_to_others(&journal).len() > 1);
    let (core, _) = Core::open(town.options(dir.path())).unwrap();
    assert_eq!((open_to_others(&journal), open_to_others(&index)), (vec![], vec![]));
    core.close().await;
}

#[tokio::test]
async fn what_is_urgent_and_new_comes_first_in_every_list() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let notice = |key: &str, title: &str, severity: &str| {
        let doc = json!({"title": title, "text": "about water", "severity": severity});
        Draft::new(town.person, Kind::NOTICE, key.as_bytes().to_vec(), cbor::doc_to_cbor(&doc))
    };
    for (key, title, severity) in [
        ("a", "Aaa water water", "info"),
        ("b", "Boil the water", "urgent"),
        ("c", "Care", "warning"),
        ("d", "Zzz newest", "info"),
        ("e", "Evacuate", "urgent"),
    ] {
        core.publish(vec![notice(key, title, severity)]).await.unwrap();
    }
    core.publish(vec![town.draft("s", "Aardvark water club")]).await.unwrap();
    let titles = |text: &str, limit: usize| {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let page = core.find(&Query { text: text.into(), limit, cursor, ..Query::default() });
            all.extend(core.records(&page).iter().map(|r| {
                let doc = cbor::doc_from_cbor(&r.payload().body).unwrap();
                hedgerow_protocol::listing::summary(r.payload().kind, &doc).title
            }));
            cursor = page.next;
            if cursor.is_none() {
                return all;
            }
        }
    };
    let order = ["Evacuate", "Boil the water", "Care", "Zzz newest", "Aaa water water", "Aardvark water club"];
    for limit in [1, 2, 50] {
        assert_eq!(titles("", limit), order);
        // With words too: what one has to act on, then the best match.
        assert_eq!(titles("water", limit)[..3], ["Boil the water", "Evacuate", "Care"]);
    }
}

#[tokio::test]
async fn folders_that_others_could_read_are_closed_with_all_that_is_in_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    for name in ["journal", "index"] {
        let made = dir.path().join(name);
        std::fs::create_dir(&made).unwrap();
        std::fs::set_permissions(made, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let core = town.create(dir.path());
    core.publish(vec![town.draft("a", "Café")]).await.unwrap();
    core.compact().await.unwrap();
    core.close().await;
    let mut left = vec![dir.path().join("journal"), dir.path().join("index")];
    let mut files = 0;
    while let Some(path) = left.pop() {
        let about = std::fs::metadata(&path).unwrap();
        let mode = about.permissions().mode() & 0o777;
        if about.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            left.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
        } else {
            // What is made later in a closed folder is not reached by anybody, whatever its own rights are.
            let is_ours = path.extension().is_some_and(|e| e == "hgj") || path.ends_with("segments");
            assert!(!is_ours || mode == 0o600, "{} {mode:o}", path.display());
            files += usize::from(is_ours);
        }
    }
    assert!(files >= 2);
}
