//! Taking people and computers out, with a partition in between and a thief who writes whatever their keys can sign.
//!
//! Topology: Ann, Bob, Carl and Dora on one switch, Ann an organiser; in one story a group's own computer. Goal: once a removal has arrived, the removed are out
//! everywhere within five seconds, nothing they wrote beyond it shows, and every computer shows the same.

use std::collections::BTreeMap;
use std::time::Duration;

use hedgerow_api::{
    Code, ComputerRemove, GroupAdd, GroupNew, InviteNew, Join, Link, LinkConfirm, OrganisersChange, PersonRemove,
    Publish,
};
use hedgerow_protocol::authority::body::{Admit, Revoke};
use hedgerow_protocol::authority::build;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};
use hedgerow_tests::lab::records::{authority, by_stick, records, stolen_key};
use hedgerow_tests::lab::{Computer, Lab, story, wait};

const NAMES: [&str; 4] = ["ann", "bob", "carl", "dora"];

/// All four, joined through Ann.
async fn street(test: &str) -> Option<Lab> {
    let mut lab = Lab::new(test, &NAMES)?;
    // What waits is only that a cut is noticed; nothing promised about removals hangs on it.
    lab.hasten();
    for name in NAMES {
        lab.at_mut(name).start().await;
    }
    story::found(lab.at("ann"), "Riverside").await;
    for name in &NAMES[1..] {
        story::join(lab.at(name), lab.at("ann")).await;
    }
    let everyone: Vec<&Computer> = NAMES.iter().map(|n| lab.at(n)).collect();
    story::equal(&everyone, Duration::from_secs(15)).await;
    Some(lab)
}

/// Name and role of everybody, as one computer sees them.
async fn roles(at: &Computer) -> BTreeMap<String, String> {
    let people = at.api().people().await.unwrap_or_else(|e| panic!("{}: {e}", at.name));
    people.people.into_iter().map(|p| (p.name, p.role)).collect()
}

async fn titles(at: &Computer) -> Vec<String> {
    let mut titles: Vec<String> = story::shown(at).await.into_values().map(|i| i.title).collect();
    titles.sort();
    titles
}

/// What a computer warns of under a code.
async fn warning(at: &Computer, code: &str) -> Option<hedgerow_api::Warning> {
    story::status(at).await.warnings.into_iter().find(|w| w.code == code)
}

async fn linked(at: &Computer) -> usize {
    story::status(at).await.linked()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_meets_what_the_removed_did_meanwhile() {
    let Some(mut lab) = street("a_removal_meets_what_the_removed_did").await else { return };
    story::publish(lab.at("bob"), story::notice("Bob's fair")).await;
    let all: Vec<&Computer> = NAMES.iter().map(|n| lab.at(n)).collect();
    story::equal(&all, Duration::from_secs(10)).await;
    let (community, before) = records(lab.at("bob")).await;

    // Ann is cut off, and takes Bob out there.
    lab.cut("ann");
    wait::until("Bob sees that Ann is gone", Duration::from_secs(60), || async {
        (linked(lab.at("bob")).await == 2).then_some(())
    })
    .await;
    let remove = PersonRemove { reason: "Was rude to everybody.".into(), ..PersonRemove::default() };
    let removed = lab.at("ann").api().person_remove("bob", &remove).await.expect("removed");
    assert_eq!(warning(lab.at("bob"), "removed-here").await, None, "nobody has told Bob yet");
    assert!(removed.kept >= 1, "what was there is kept: {removed:?}");

    // On the other side Bob publishes, lets a friend in, and backdates.
    story::publish(lab.at("bob"), story::notice("Bob was here")).await;
    let bob_key = stolen_key(lab.at("bob"));
    let me = authority(&community, &before).person_of_device(&bob_key.public()).expect("Bob");
    let fair = before.iter().find(|r| r.payload().kind == Kind::NOTICE && r.owner() == me).expect("the fair");
    let mut forged = fair.payload().clone();
    forged.hlc = Hlc(fair.payload().hlc.0 + 1);
    forged.body = hedgerow_protocol::cbor::doc_to_cbor(&serde_json::json!({"title": "Bob's sale", "text": "Buy!"}));
    let backdated = forged.sign(&community, &bob_key).expect("signed");
    let (friend, friend_device) = (SecretKey::from_seed(&[77; 32]), SecretKey::from_seed(&[78; 32]));
    let early = fair.payload().hlc;
    let newcomer = build::newcomer(&community, &friend, &friend_device, early).expect("two records");
    let friend_id = newcomer[0].id();
    let seen = authority(&community, &before);
    let by = seen.person(&me).expect("Bob").by;
    let ((seq, prev), body) =
        (seen.next_in_log(&bob_key.public()), Admit { person: friend_id, by, invite: None, after: vec![] }.encode());
    let admit = Payload::authority(Kind::ADMIT, me, bob_key.public(), early, seq, prev, body);
    let admit = admit.sign(&community, &bob_key).expect("signed");
    // And takes Ann out, for what it is worth.
    let ann = seen.persons().find(|p| p.depth == 0).expect("Ann").id;
    let revoke = Revoke { subject: ann, by: Some(community), cuts: vec![], keep: vec![] }.encode();
    let revoke =
        Payload::authority(Kind::REVOKE, community, bob_key.public(), early, seq + 1, vec![admit.id()], revoke);
    let revoke = revoke.sign(&community, &bob_key).expect("signed");
    let forged: Vec<Record> = newcomer.into_iter().chain([admit, revoke, backdated]).collect();
    by_stick(&community, &forged, lab.at("carl")).await;
    story::equal(&[lab.at("bob"), lab.at("carl"), lab.at("dora")], Duration::from_secs(10)).await;
    assert!(titles(lab.at("dora")).await.contains(&"Bob's sale".to_owned()), "it shows where nobody knows better");

    lab.mend("ann");
    let others = [lab.at("ann"), lab.at("carl"), lab.at("dora")];
    let (_, took) = wait::until("everybody knows that Bob is out", Duration::from_secs(20), || async {
        for at in others {
            if roles(at).await.contains_key("bob") {
                return None;
            }
        }
        Some(())
    })
    .await;
    println!("mended: Bob is out everywhere after {took:?}");
    // Out of live connections within five seconds of the removal's arrival.
    let (_, took) = wait::until("Bob has no link left", Duration::from_secs(5), || async {
        (linked(lab.at("bob")).await == 0).then_some(())
    })
    .await;
    println!("and without a link {took:?} later");
    story::equal(&others, Duration::from_secs(15)).await;
    let expected = roles(lab.at("ann")).await;
    assert_eq!(expected.get("ann").map(String::as_str), Some("organiser"));
    assert_eq!(expected.len(), 3, "the friend is nobody: {expected:?}");
    for at in others {
        assert_eq!(roles(at).await, expected, "{}", at.name);
        let titles = titles(at).await;
        assert!(titles.contains(&"Bob's fair".to_owned()), "{}: the fair is as it was: {titles:?}", at.name);
        assert!(!titles.iter().any(|t| t == "Bob was here" || t == "Bob's sale"), "{}: {titles:?}", at.name);
        let why = at.api().person_why("bob").await.expect("why");
        assert!(why.facts.iter().any(|f| f.code.contains("removed")), "{}: {why:?}", at.name);
    }
    // Nothing new reaches Bob, and a restart changes nothing.
    story::publish(lab.at("ann"), story::notice("For those who are in")).await;
    lab.at_mut("bob").stop().await;
    lab.at_mut("bob").start().await;
    story::equal(&[lab.at("ann"), lab.at("carl"), lab.at("dora")], Duration::from_secs(10)).await;
    // Bob's computer has called the others and says why there is no link.
    wait::until("Bob is refused at every door", Duration::from_secs(30), || async {
        let all = lab.at("bob").api().neighbours().await.ok()?.neighbours;
        (all.len() == 3 && all.iter().all(|n| !n.linked && !n.reason.is_empty())).then_some(())
    })
    .await;
    assert_eq!(linked(lab.at("bob")).await, 0);
    // It was told, says so and what to do, and counts nobody as keeping what Bob publishes now.
    let told = warning(lab.at("bob"), "removed-here").await.expect("Bob's computer says so");
    for part in ["computer", "taken out of Riverside", "hedgerow organisers"] {
        assert!(format!("{} {}", told.title, told.action).contains(part), "{part}: {told:?}");
    }
    // Why, it was told too: whoever hangs up on him says it, whether the removal itself reached him or not.
    let reason = wait::until("Bob reads why", Duration::from_secs(60), || async {
        let out = story::status(lab.at("bob")).await.taken_out.expect("Bob is out");
        Some(out.reason).filter(|reason| !reason.is_empty())
    });
    assert_eq!(reason.await.0, "Was rude to everybody.");
    // Whether the removal itself reached Bob, and undid the forged version for him too, is a matter of who hung up first.
    let is_fair = |title: &str| ["Bob's fair", "Bob's sale"].contains(&title);
    let fair = story::shown(lab.at("bob")).await.into_values().find(|i| is_fair(&i.title)).expect("the fair");
    assert_eq!(story::item(lab.at("bob"), &fair.id).await.copies, 1);
    for at in [lab.at("ann"), lab.at("carl"), lab.at("dora")] {
        assert_eq!(warning(at, "removed-here").await, None, "{}: nobody else was told", at.name);
    }
    assert!(!titles(lab.at("bob")).await.contains(&"For those who are in".to_owned()));
    // The invite Bob once used is no way back.
    let invite = lab.at("carl").api().invite(&InviteNew::default()).await.expect("an invite").ticket;
    let back = lab.at("bob").api().join(&Join { ticket: invite, my_name: "bob".into() }).await;
    assert!(back.is_err(), "{back:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_taken_out_while_away_is_told_and_not_fooled() {
    let Some(lab) = street("who_was_taken_out_while_away").await else { return };
    let (ann, bob, everyone) = (lab.at("ann"), lab.at("bob"), NAMES.map(|n| lab.at(n)));
    let fair = story::publish(bob, story::notice("Bob's fair")).await.item.summary.id;
    let kept_on = |n: u64| async move {
        let id = fair_id(bob).await;
        (story::item(bob, &id).await.copies == n).then_some(())
    };
    assert_eq!(fair, fair_id(bob).await);
    wait::until("the fair is kept on all four", Duration::from_secs(15), || kept_on(4)).await;

    // Nothing of the removal reaches Bob: when he is back, all the others know.
    lab.cut("bob");
    wait::until("Bob is alone", Duration::from_secs(60), || async { (linked(bob).await == 0).then_some(()) }).await;
    let remove = PersonRemove { reason: "Moved away.".into(), ..PersonRemove::default() };
    ann.api().person_remove("bob", &remove).await.expect("removed");
    story::equal(&[ann, lab.at("carl"), lab.at("dora")], Duration::from_secs(15)).await;
    lab.mend("bob");
    wait::until("all three tell Bob", Duration::from_secs(30), || async {
        let told = warning(bob, "removed-here").await?;
        told.title.contains("2 others say").then_some(())
    })
    .await;
    let status = story::status(bob).await;
    assert_eq!(status.me.expect("Bob").role, "resident", "their word is shown, and changes nothing");
    let out = status.taken_out.expect("their word");
    assert_eq!((out.reason.as_str(), out.certain), ("Moved away.", false), "{out:?}");
    wait::until("the fair counts as kept here alone", Duration::from_secs(5), || kept_on(1)).await;
    let alone = story::publish(bob, story::notice("Is anybody there?")).await.item;
    assert_eq!((alone.copies, alone.copies_text.as_str()), (1, "Only on this computer, as far as known"));

    // Let in again, Bob hears of it, and so does everybody of what he wrote meanwhile.
    ann.api().person_allow("bob").await.expect("allowed");
    story::equal(&everyone, Duration::from_secs(30)).await;
    wait::until("nobody says so any more", Duration::from_secs(15), || async {
        warning(bob, "removed-here").await.is_none().then_some(())
    })
    .await;
    assert!(titles(lab.at("dora")).await.contains(&"Is anybody there?".to_owned()));
}

/// The id of the notice of Bob's fair.
async fn fair_id(at: &Computer) -> String {
    let shown = story::shown(at).await.into_values();
    shown.filter(|i| i.title == "Bob's fair").map(|i| i.id).next().expect("the fair")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_organisers_against_each_other() {
    let Some(lab) = street("two_organisers_against_each_other").await else { return };
    let (ann, bob) = (lab.at("ann"), lab.at("bob"));
    let add = OrganisersChange { add: vec!["bob".into()], even_so: true, ..OrganisersChange::default() };
    let changed = ann.api().organisers_propose(&add).await.expect("Bob is an organiser");
    assert!(changed.holds, "{changed:?}");
    let everyone = NAMES.map(|n| lab.at(n));
    story::equal(&everyone, Duration::from_secs(10)).await;
    assert_eq!(roles(bob).await.get("bob").map(String::as_str), Some("organiser"));

    // Out of touch, each wants to be alone.
    lab.cut("ann");
    wait::until("Bob sees that Ann is gone", Duration::from_secs(60), || async {
        (linked(bob).await == 2).then_some(())
    })
    .await;
    for (at, other) in [(ann, "bob"), (bob, "ann")] {
        let change = OrganisersChange { remove: vec![other.into()], ..OrganisersChange::default() };
        let changed = at.api().organisers_propose(&change).await.expect("proposed");
        assert!(!changed.holds && changed.missing == 1, "one of two is not enough: {changed:?}");
        // What one organiser may do alone: but a seat is not lost by it.
        let _ = at.api().person_remove(other, &PersonRemove::default()).await;
    }
    lab.mend("ann");
    story::equal(&everyone, Duration::from_secs(20)).await;
    let (expected, set) = (roles(ann).await, ann.api().organisers().await.expect("organisers"));
    assert_eq!(set.organisers.len(), 2, "{set:?}");
    assert_eq!(set.proposals.len(), 2, "both are open: {set:?}");
    for at in everyone {
        assert_eq!(roles(at).await, expected, "{}", at.name);
        let here = at.api().organisers().await.expect("organisers");
        assert_eq!((here.organisers.len(), here.proposals.len(), here.split), (2, 2, false), "{}", at.name);
    }
}

/// Which version of what is shown: what was as before is the very same record.
async fn versions(at: &Computer) -> BTreeMap<String, String> {
    story::shown(at).await.into_values().map(|i| (i.title, i.id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_computer_of_a_group_leaves_its_listings_as_they_were() {
    let Some(mut lab) = Lab::new("a_stolen_computer_of_a_group", &["ann", "bob", "carl", "till"]) else { return };
    lab.hasten();
    for name in ["ann", "bob", "carl", "till"] {
        lab.at_mut(name).start().await;
    }
    let (ann, bob, carl, till) = (lab.at("ann"), lab.at("bob"), lab.at("carl"), lab.at("till"));
    story::found(ann, "Riverside").await;
    story::join(bob, ann).await;
    story::join(carl, ann).await;
    story::equal(&[ann, bob, carl], Duration::from_secs(15)).await;
    let food_bank = "Food bank";
    let group = GroupNew { name: food_bank.into(), ..GroupNew::default() };
    ann.api().group_new(&group).await.expect("a group");
    ann.api().group_add(food_bank, &GroupAdd { person: "bob".into(), admin: true }).await.expect("its admin");
    story::equal(&[ann, bob, carl], Duration::from_secs(15)).await;

    // Bob links the till: nobody else may, and it becomes the group's, not Bob's.
    let refused = carl.api().group_link_code(food_bank).await;
    assert_eq!(refused.err().and_then(|e| e.code()), Some(Code::NotAdmin));
    let code = bob.api().group_link_code(food_bank).await.expect("a code").code;
    let ask = Link { code, name: "till".into(), ..Link::default() };
    let step = till.api().link(&ask).await.expect("asked");
    bob.api().link_confirm(&LinkConfirm { digits: step.digits }).await.expect("confirmed");
    let in_now = till.api().link(&ask).await.expect("linked").membership.expect("in");
    assert_eq!((in_now.me.role.as_str(), in_now.me.name.as_str()), ("group", food_bank));
    assert_eq!(bob.api().computers().await.expect("Bob's").computers.len(), 1);
    let everyone = [ann, bob, carl, till];
    story::equal(&everyone, Duration::from_secs(15)).await;
    let computers = ann.api().group_computers(food_bank).await.expect("listed").computers;
    assert_eq!(computers.iter().filter(|c| c.active).count(), 1, "{computers:?}");

    // It lists something itself, and so does Bob for the group.
    let own = story::publish(till, story::service("Food parcels", "Mondays")).await.item;
    let class = Publish { as_group: Some(food_bank.into()), ..story::service("Cooking class", "Tuesdays") };
    let class = story::publish(bob, class).await.item;
    assert_eq!(own.summary.publisher, food_bank);
    story::equal(&everyone, Duration::from_secs(15)).await;
    let before = versions(ann).await;
    assert_eq!(before.len(), 2, "{before:?}");
    let (community, records) = records(till).await;

    // Stolen. Bob, on an island of his own, takes it out; on the other one the thief overwrites, backdates and withdraws.
    lab.cut("bob");
    wait::until("Bob is alone", Duration::from_secs(60), || async { (linked(bob).await == 0).then_some(()) }).await;
    let remove = ComputerRemove { computer: computers[0].key[..8].into(), ..ComputerRemove::default() };
    let removed = bob.api().group_computer_remove(food_bank, &remove).await.expect("taken out");
    assert!(removed.kept >= 1 && !removed.computer.active, "{removed:?}");
    let stolen = |title: &str| story::service(title, "Send money");
    till.api().edit(&own.summary.id, &stolen("Stolen parcels"), None).await.expect("the thief writes");
    till.api().edit(&class.summary.id, &stolen("Stolen class"), None).await.expect("the thief writes");
    let key = stolen_key(till);
    let original = records.iter().find(|r| r.id().to_string() == own.summary.id).expect("the listing").payload();
    let forged = |at: Hlc, key_of_slot: &[u8], title: &str| {
        let mut doc = hedgerow_protocol::cbor::doc_from_cbor(&original.body).expect("a document");
        doc["hsds"]["name"] = serde_json::json!(title);
        let body = hedgerow_protocol::cbor::doc_to_cbor(&doc);
        let payload = Payload { hlc: at, body, key: key_of_slot.to_vec(), prev: vec![], ..original.clone() };
        payload.sign(&community, &key).expect("signed")
    };
    let backdated = [
        forged(Hlc(original.hlc.0 + 1), &original.key, "Backdated parcels"),
        forged(Hlc(original.hlc.0 - 1), b"never-was", "Backdated jumble sale"),
    ];
    by_stick(&community, &backdated, carl).await;
    story::equal(&[ann, carl, till], Duration::from_secs(15)).await;
    let fooled = titles(ann).await;
    assert!(fooled.contains(&"Stolen class".to_owned()), "it shows where nobody knows better: {fooled:?}");

    lab.mend("bob");
    let knows = |at: &'_ Computer| {
        let api = at.api();
        async move { api.group_computers(food_bank).await.is_ok_and(|c| c.computers.iter().all(|c| !c.active)) }
    };
    let (_, took) = wait::until("everybody knows that the till is out", Duration::from_secs(20), || async {
        (knows(ann).await && knows(bob).await && knows(carl).await).then_some(())
    })
    .await;
    println!("mended: the till is out everywhere after {took:?}");
    let (_, took) = wait::until("the till has no link left", Duration::from_secs(5), || async {
        (linked(till).await == 0).then_some(())
    })
    .await;
    println!("and without a link {took:?} later");
    story::equal(&[ann, bob, carl], Duration::from_secs(15)).await;
    for at in [ann, bob, carl] {
        assert_eq!(versions(at).await, before, "{}: as before", at.name);
    }
    // It stays refused, over a restart too, and nothing new reaches it.
    story::publish(ann, story::notice("For those who are in")).await;
    lab.at_mut("till").stop().await;
    lab.at_mut("till").start().await;
    let till = lab.at("till");
    wait::until("the till is refused at every door", Duration::from_secs(30), || async {
        let all = till.api().neighbours().await.ok()?.neighbours;
        (all.len() == 3 && all.iter().all(|n| !n.linked && n.reason.contains("taken out"))).then_some(())
    })
    .await;
    assert!(!titles(till).await.contains(&"For those who are in".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_backup_put_back_loses_nothing() {
    let Some(mut lab) = street("an_old_backup_put_back").await else { return };
    let data = lab.at("carl").data.clone();
    let backup = lab.desk().join("carl-backup");
    lab.at_mut("carl").stop().await;
    copy(&data, &backup);
    lab.at_mut("carl").start().await;
    story::publish(lab.at("carl"), story::notice("After the backup")).await;
    story::equal(&NAMES.map(|n| lab.at(n)), Duration::from_secs(15)).await;

    // The disk dies; the backup comes back.
    lab.at_mut("carl").kill();
    std::fs::remove_dir_all(&data).expect("the old disk is gone");
    copy(&backup, &data);
    lab.at_mut("carl").start().await;
    story::publish(lab.at("carl"), story::notice("After the accident")).await;
    let everyone = NAMES.map(|n| lab.at(n));
    story::equal(&everyone, Duration::from_secs(15)).await;
    for at in everyone {
        let titles = titles(at).await;
        for title in ["After the backup", "After the accident"] {
            assert!(titles.contains(&title.to_owned()), "{}: {titles:?}", at.name);
        }
        assert_eq!(roles(at).await.get("carl").map(String::as_str), Some("resident"), "nobody is punished");
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    let done = std::process::Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp runs");
    assert!(done.success(), "{} is copied", from.display());
}
