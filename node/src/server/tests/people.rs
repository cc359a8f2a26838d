//! People, organisers, groups and moderation through the API: on one node, and as a story of three that meet.

use super::*;

/// A node that joins with an invite of another.
async fn joined(dir: &std::path::Path, host: &Client, name: &str) -> Node {
    let node = start(dir).await;
    let invite = host.invite(&InviteNew::default()).await.unwrap();
    node.client.join(&Join { ticket: invite.ticket, my_name: name.into() }).await.unwrap();
    let name = name.to_owned();
    until("the name is known", || async { host.person(&name).await.ok() }).await;
    node
}

fn titles(page: &FindPage) -> Vec<String> {
    page.items.iter().map(|i| i.title.clone()).collect()
}

async fn found(client: &Client) -> Vec<String> {
    titles(&client.find(&FindQuery::default()).await.unwrap())
}

async fn said(client: &Client, name: &str) -> Vec<String> {
    client.person_why(name).await.unwrap().facts.into_iter().map(|f| f.text).collect()
}

/// How many proposals have arrived with the approval of whoever made them.
async fn known_proposals(client: &Client) -> usize {
    client.organisers().await.unwrap().proposals.iter().filter(|p| !p.approved.is_empty()).count()
}

async fn has_warning(client: &Client, code: &str) -> bool {
    client.status().await.unwrap().warnings.iter().any(|w| w.code == code)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_nowhere_and_comes_back() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    let client = node.client.clone();
    node.found().await;
    for n in 0..7 {
        client.publish(&notice(&format!("Number {n}")), None).await.unwrap();
    }
    let all = client.find(&FindQuery::default()).await.unwrap();
    assert_eq!(all.total, Some(7));
    let third = all.items[3].clone();

    // A wrong reason, a thing that is not there, and a dry run change nothing.
    let hide = |what: &str, reason: &str| HideNew {
        what: what.into(),
        reason: reason.into(),
        note: "Says a shop is a charity".into(),
        dry_run: false,
    };
    assert_eq!(code(client.hide(&hide(&third.id, "bored")).await), Code::Invalid);
    assert_eq!(code(client.hide(&hide("nobody", "spam")).await), Code::NotFound);
    assert_eq!(code(client.hide(&hide("Riverside", "spam")).await), Code::NotFound);
    assert!(client.hide(&HideNew { dry_run: true, ..hide(&third.id, "wrong") }).await.unwrap().records.is_empty());
    assert_eq!(found(&client).await.len(), 7);

    let mut events = client.events(None).await.unwrap();
    assert_eq!(client.hide(&hide(&third.id, "wrong")).await.unwrap().title, "Number 3");
    let told = async {
        loop {
            let event = events.next().await.unwrap();
            if event.kind == EventKind::Changed && event.item.is_none() {
                return;
            }
        }
    };
    soon("open windows look again", told).await;

    // Lists, words, counts and pages agree.
    let mut seen = Vec::new();
    let mut find = FindQuery { limit: Some(2), ..FindQuery::default() };
    loop {
        let page = client.find(&find).await.unwrap();
        assert_eq!(page.total, Some(6));
        seen.extend(titles(&page));
        find.cursor = page.next;
        if find.cursor.is_none() {
            break;
        }
    }
    // The newest first.
    assert_eq!(seen, ["Number 6", "Number 5", "Number 4", "Number 2", "Number 1", "Number 0"]);
    let words = FindQuery { text: "number".into(), ..FindQuery::default() };
    assert_eq!(client.find(&words).await.unwrap().total, Some(6));
    assert_eq!(client.status().await.unwrap().counts.notices, 6);

    // Read it all the same: only who asks, and says so.
    assert_eq!(code(client.item(&third.id).await), Code::Hidden);
    assert_eq!(code(client.ics(&third.id).await), Code::Hidden);
    let item = client.item_even_if_hidden(&third.id).await.unwrap();
    let hidden = item.hidden.unwrap();
    assert_eq!((hidden.reason.as_str(), hidden.by.as_str()), ("wrong", "Ann"));
    assert_eq!(hidden.note, "Says a shop is a charity");
    let list = client.hidden().await.unwrap().hidden;
    assert_eq!((list.len(), list[0].title.as_str(), list[0].target.clone()), (1, "Number 3", third.slot.clone()));
    // Whoever it belongs to may still change it, and the change is hidden too.
    let edited = client.edit(&third.id, &notice("Number three"), Some(&third.id)).await.unwrap();
    assert!(edited.saved && edited.item.hidden.is_some());
    assert_eq!(found(&client).await.len(), 6);

    // A restart knows it from the index, and from the journal alone.
    node.stop().await;
    let node = start(temp.path()).await;
    assert_eq!(found(&node.client).await.len(), 6);
    node.stop().await;
    std::fs::remove_dir_all(temp.path().join("index")).unwrap();
    let node = start(temp.path()).await;
    let client = node.client.clone();
    assert_eq!(found(&client).await.len(), 6);

    client.unhide(&third.slot).await.unwrap();
    assert_eq!(code(client.unhide(&third.slot).await), Code::NotFound);
    assert!(found(&client).await.contains(&"Number three".to_owned()));
    assert!(client.hidden().await.unwrap().hidden.is_empty());
    assert!(client.item(&third.slot).await.unwrap().hidden.is_none());
    let notes = FindQuery { kinds: "moderation-note".into(), ..FindQuery::default() };
    assert_eq!(client.find(&notes).await.unwrap().total, Some(0), "the words about it are withdrawn");

    // Everything of somebody, but not the name.
    client.hide(&hide("Ann", "spam")).await.unwrap();
    assert!(found(&client).await.is_empty());
    assert_eq!(client.person("Ann").await.unwrap().person.name, "Ann");
    assert_eq!(code(client.unhide(&third.slot).await), Code::Refused);
    client.unhide("Ann").await.unwrap();
    assert_eq!(found(&client).await.len(), 7);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_with_a_scope_and_roles_for_people() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    let client = node.client.clone();
    assert_eq!(code(client.organisers().await), Code::NoCommunity);
    assert_eq!(code(client.hidden().await), Code::NoCommunity);
    node.found().await;

    let new = GroupNew { name: "Notice board".into(), only: vec!["notice".into()], ..GroupNew::default() };
    let odd = GroupNew { only: vec!["genesis".into()], ..new.clone() };
    assert_eq!(code(client.group_new(&odd).await), Code::Invalid);
    let group = client.group_new(&new).await.unwrap();
    assert_eq!((group.only.as_slice(), group.mine), (&["notice".to_owned()][..], true));
    let told = Publish { as_group: Some("Notice board".into()), ..notice("Fair on Sunday") };
    client.publish(&told, None).await.unwrap();
    let service = Draft::Service(ServiceDraft { name: "Stall".into(), ..ServiceDraft::default() });
    let out = Publish { draft: service, ..told };
    assert_eq!(code(client.publish(&out, None).await), Code::OutOfScope);

    // Closing keeps what it published, or does not.
    let dry = GroupRemove { dry_run: true, ..GroupRemove::default() };
    assert_eq!(client.group_remove("Notice board", &dry).await.unwrap().kept, 1);
    client.group_remove("Notice board", &GroupRemove::default()).await.unwrap();
    assert!(client.groups().await.unwrap().groups.is_empty());
    assert_eq!(found(&client).await, ["Fair on Sunday"]);
    assert_eq!(code(client.group_remove("Notice board", &GroupRemove::default()).await), Code::NotFound);
    let other = client.group_new(&GroupNew { name: "Other".into(), ..GroupNew::default() }).await.unwrap();
    let told = Publish { as_group: Some("Other".into()), ..notice("Gone soon") };
    client.publish(&told, None).await.unwrap();
    let hide = GroupRemove { content: ContentChoice::Hide, ..GroupRemove::default() };
    client.group_remove(&other.id, &hide).await.unwrap();
    assert_eq!(found(&client).await, ["Fair on Sunday"]);

    // Special roles.
    let grant = |role: &str, number| GrantNew { role: role.into(), number };
    assert_eq!(code(client.person_grant("Ann", &grant("king", None)).await), Code::Invalid);
    assert_eq!(code(client.person_grant("Zoe", &grant("mentor", None)).await), Code::NotFound);
    let ann = client.person_grant("Ann", &grant("invites", Some(30))).await.unwrap();
    assert_eq!((ann.grants.len(), ann.grants[0].number), (1, Some(30)));
    assert_eq!(client.person_grant("Ann", &grant("invites", Some(30))).await.unwrap().grants.len(), 1);
    assert!(client.person_ungrant("Ann", "invites").await.unwrap().grants.is_empty());
    assert_eq!(code(client.person_ungrant("Ann", "invites").await), Code::NotFound);

    // A lone organiser stays one, and cannot be taken out.
    let step_down = OrganisersChange { step_down: true, ..OrganisersChange::default() };
    assert_eq!(code(client.organisers_propose(&step_down).await), Code::Refused);
    assert_eq!(code(client.organisers_propose(&OrganisersChange::default()).await), Code::Invalid);
    assert_eq!(code(client.person_remove("Ann", &PersonRemove::default()).await), Code::IsOrganiser);
    assert!(has_warning(&client, "one-organiser").await);
    assert_eq!(
        said(&client, "Ann").await,
        [
            "Ann started Riverside and is an organiser.",
            "Ann once said that Ann may let in 30 people. That was taken back."
        ]
    );

    // One's own block list is not for oneself.
    assert_eq!(code(client.block("Ann").await), Code::Invalid);
    assert_eq!(code(client.unblock("Ann").await), Code::NotFound);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_take_out_let_in_and_leave() {
    let temp = tempfile::tempdir().unwrap();
    let dir = |name: &str| {
        let dir = temp.path().join(name);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    };
    let ann_node = start(&dir("ann")).await;
    ann_node.found().await;
    let ann = ann_node.client.clone();
    let bob_node = joined(&dir("bob"), &ann, "Bob").await;
    let bob = bob_node.client.clone();
    bob.publish(&notice("Bob's jumble sale"), None).await.unwrap();
    bob.publish(&notice("Bob's lost cat"), None).await.unwrap();
    let carl_node = joined(&dir("carl"), &bob, "Carl").await;
    let carl = carl_node.client.clone();
    until("Ann knows Carl and Bob's notices", || async {
        (ann.person("Carl").await.is_ok() && found(&ann).await.len() == 2).then_some(())
    })
    .await;
    let me = carl.status().await.unwrap().addresses;
    ann.neighbour_add(&NeighbourAdd { address: me[0].clone() }).await.unwrap();

    assert_eq!(said(&ann, "Bob").await, ["Bob was let in by Ann."]);
    assert_eq!(said(&ann, "Carl").await, ["Carl was let in by Bob, two invites away from an organiser."]);
    assert_eq!(code(carl.person_remove("Bob", &PersonRemove::default()).await), Code::NotOrganiser);
    assert_eq!(
        code(carl.organisers_propose(&OrganisersChange { step_down: true, ..Default::default() }).await),
        Code::NotOrganiser
    );
    let hide = HideNew { what: "Bob".into(), reason: "spam".into(), note: String::new(), dry_run: false };
    assert_eq!(code(carl.hide(&hide).await), Code::NotOrganiser);

    // Blocking is private, and leaves pages and totals right.
    assert_eq!(carl.block("Bob").await.unwrap().blocked[0].name, "Bob");
    let page = carl.find(&FindQuery::default()).await.unwrap();
    assert_eq!((page.items.len(), page.total), (0, Some(0)));
    assert_eq!(found(&ann).await.len(), 2);
    assert!(carl.people().await.unwrap().people.iter().any(|p| p.name == "Bob" && p.blocked));
    carl.unblock("Bob").await.unwrap();
    assert_eq!(found(&carl).await.len(), 2);

    // What would happen, then what does.
    let dry = PersonRemove { with_everyone_they_let_in: true, dry_run: true, ..PersonRemove::default() };
    let would = ann.person_remove("Bob", &dry).await.unwrap();
    assert_eq!((would.also, would.kept, would.records.len()), (vec!["Carl".to_owned()], 2, 0));
    let how = PersonRemove { reason: "Sold things at the door".into(), ..PersonRemove::default() };
    let removed = ann.person_remove("Bob", &how).await.unwrap();
    assert_eq!((removed.name.as_str(), removed.kept, removed.also.len()), ("Bob", 2, 0));
    assert_eq!(code(ann.person_remove("Bob", &how).await), Code::NotFound);
    let reason = "Bob was taken out by Ann. The reason given: Sold things at the door";
    until("Carl hears why", || async {
        let said = carl.person_why("Bob").await.unwrap().facts;
        said.iter().any(|f| f.code == "removed" && f.text == reason).then_some(())
    })
    .await;
    assert!(!carl.people().await.unwrap().people.iter().any(|p| p.name == "Bob"));
    let all = carl.people_all().await.unwrap().people;
    assert!(all.iter().any(|p| p.name == "Bob" && p.standing == Standing::Removed && p.role_text == "taken out"));
    assert_eq!(found(&carl).await.len(), 2, "what Bob published stays");
    assert!(carl.people().await.unwrap().people.iter().any(|p| p.name == "Carl"), "whom Bob let in stays");
    assert_eq!(code(carl.person_allow("Bob").await), Code::NotOrganiser);
    let change = ann.person_why("Bob").await.unwrap().would_change;
    assert_eq!(change, ["An organiser can let Bob in again: hedgerow people allow Bob"]);

    // In again; the words about it go.
    assert_eq!(ann.person_allow("Bob").await.unwrap().person.standing, Standing::In);
    until("Carl sees Bob again, without the reason", || async {
        let why = carl.person_why("Bob").await.unwrap();
        let gone = !why.facts.iter().any(|f| f.text.contains("at the door"));
        (gone && why.person.standing == Standing::In).then_some(())
    })
    .await;

    let story = ["Bob was let in by Ann.", "Bob was taken out by Ann.", "Bob was let in by Ann."];
    assert_eq!(said(&carl, "Bob").await, story, "in the order of time");

    // Hidden by an organiser: gone for Carl too, who is not given it; Bob may see his own.
    let id = carl.find(&FindQuery { text: "cat".into(), ..Default::default() }).await.unwrap().items[0].id.clone();
    let hide = HideNew { what: id.clone(), reason: "private".into(), note: String::new(), dry_run: false };
    ann.hide(&hide).await.unwrap();
    until("Carl is not shown it", || async { (found(&carl).await == ["Bob's jumble sale"]).then_some(()) }).await;
    assert_eq!(code(carl.item_even_if_hidden(&id).await), Code::Hidden);
    assert_eq!(carl.hidden().await.unwrap().hidden[0].title, "(notice)", "not read out to everybody");
    until("Bob hears of it", || async {
        let own = bob.item_even_if_hidden(&id).await.ok()?;
        (own.hidden?.reason == "private").then_some(())
    })
    .await;

    // Carl goes, and the others are told before he does.
    carl.community_leave().await.unwrap();
    assert_eq!(code(carl.people().await), Code::NoCommunity);
    until("Carl has left", || async {
        let all = ann.people_all().await.unwrap().people;
        all.iter().any(|p| p.name == "Carl" && p.standing == Standing::Left).then_some(())
    })
    .await;
    for node in [carl_node, bob_node, ann_node] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn organisers_decide_together() {
    let temp = tempfile::tempdir().unwrap();
    let dir = |name: &str| {
        let dir = temp.path().join(name);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    };
    let ann_node = start(&dir("ann")).await;
    ann_node.found().await;
    let ann = ann_node.client.clone();
    let bob_node = joined(&dir("bob"), &ann, "Bob").await;
    let bob = bob_node.client.clone();
    let carl_node = joined(&dir("carl"), &ann, "Carl").await;
    let carl = carl_node.client.clone();
    until("Bob knows Carl", || async { bob.person("Carl").await.ok() }).await;
    let add = |name: &str| OrganisersChange { add: vec![name.into()], ..OrganisersChange::default() };
    let remove = |name: &str| OrganisersChange { remove: vec![name.into()], ..OrganisersChange::default() };

    // A lone founder decides alone, and the key holder fixes it.
    let now = ann.organisers().await.unwrap();
    assert_eq!((now.organisers.len(), now.needed, now.fixed, now.changes), (1, 1, false, 0));
    assert_eq!(code(ann.organisers_propose(&add("Zoe")).await), Code::NotFound);
    assert_eq!(code(ann.organisers_propose(&remove("Bob")).await), Code::NotFound);
    let changed = ann.organisers_propose(&add("Bob")).await.unwrap();
    assert!(changed.holds && changed.missing == 0 && changed.code.is_none(), "{changed:?}");
    assert!(has_warning(&ann, "organisers-not-fixed").await);
    until("Bob is one", || async { (bob.organisers().await.unwrap().organisers.len() == 2).then_some(()) }).await;
    assert_eq!(code(bob.organisers_fix(&KeyHolderSign::default()).await), Code::KeyNeeded);
    let wrong = KeyHolderSign { words: Some(bob.identity_kit().await.unwrap().words) };
    assert_eq!(code(bob.organisers_fix(&wrong).await), Code::KeyNeeded);
    assert_eq!(code(bob.organisers_fix(&KeyHolderSign { words: Some("one two".into()) }).await), Code::Invalid);
    assert!(ann.organisers_fix(&KeyHolderSign::default()).await.unwrap().now.fixed);
    assert!(!has_warning(&ann, "organisers-not-fixed").await);

    // Two of two: Bob proposes, Ann is asked, and the very same proposal is an approval.
    let asked = bob.organisers_propose(&add("Carl")).await.unwrap();
    assert_eq!((asked.holds, asked.missing), (false, 1));
    assert_eq!(
        code(bob.organisers_propose(&OrganisersChange { open: Some(true), ..Default::default() }).await),
        Code::ApprovedAnother
    );
    until("Ann is asked", || async { (known_proposals(&ann).await == 1).then_some(()) }).await;
    assert!(has_warning(&ann, "approval-wanted").await);
    let open = ann.organisers().await.unwrap().proposals;
    assert_eq!((open.len(), open[0].text.as_str()), (1, "Carl becomes an organiser."));
    assert_eq!((open[0].approved.as_slice(), Some(&open[0].code)), (&["Bob".to_owned()][..], asked.code.as_ref()));
    assert_eq!(code(ann.organisers_approve("00000000", &OrganisersApprove::default()).await), Code::NotFound);
    let same = ann.organisers_propose(&add("Carl")).await.unwrap();
    assert!(same.holds && same.now.organisers.len() == 3 && same.now.needed == 2, "{same:?}");
    until("Carl is one", || async { (carl.organisers().await.unwrap().organisers.len() == 3).then_some(()) }).await;

    // Ann steps down: she stays a member, and the community keeps the name that she gave it.
    let step = ann.organisers_propose(&OrganisersChange { step_down: true, ..Default::default() }).await.unwrap();
    let step_code = step.code.unwrap();
    until("Carl is asked", || async {
        carl.organisers().await.unwrap().proposals.iter().any(|p| p.code == step_code && p.missing == 1).then_some(())
    })
    .await;
    let done = carl.organisers_approve(&step_code, &OrganisersApprove::default()).await.unwrap();
    assert!(done.holds && done.now.organisers.len() == 2, "{done:?}");
    assert_eq!(carl.person("Ann").await.unwrap().person.role, "resident");
    assert_eq!(carl.community().await.unwrap().name, "Riverside");
    until("Ann hears of it", || async { (ann.person("Ann").await.unwrap().person.role == "resident").then_some(()) })
        .await;
    assert_eq!(code(ann.organisers_propose(&add("Ann")).await), Code::NotOrganiser);
    assert_eq!(said(&carl, "Ann").await, ["Ann started Riverside.", "Ann is also a member."]);

    // Bob removes Carl, Carl adds Ann: each has half. The key holder decides, by words or by the key kept at the start.
    until("Bob hears of it", || async { (bob.organisers().await.unwrap().organisers.len() == 2).then_some(()) }).await;
    let out = bob.organisers_propose(&remove("Carl")).await.unwrap().code.unwrap();
    let back = carl.organisers_propose(&add("Ann")).await.unwrap().code.unwrap();
    until("Ann knows both", || async { (known_proposals(&ann).await == 2).then_some(()) }).await;
    let approve = OrganisersApprove::default();
    until("Carl knows both", || async { (known_proposals(&carl).await == 2).then_some(()) }).await;
    assert_eq!(code(carl.organisers_approve(&out, &approve).await), Code::ApprovedAnother);
    let decided = ann.organisers_decide(&back, &KeyHolderSign::default()).await.unwrap();
    assert!(decided.holds && decided.now.organisers.len() == 3, "{decided:?}");
    until("Bob hears of it", || async { (bob.organisers().await.unwrap().organisers.len() == 3).then_some(()) }).await;

    for node in [carl_node, bob_node, ann_node] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_changes_that_both_get_enough_split_the_organisers_until_the_key_holder_decides() {
    let temp = tempfile::tempdir().unwrap();
    let dir = |name: &str| {
        let dir = temp.path().join(name);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    };
    let ann_node = start(&dir("ann")).await;
    ann_node.found().await;
    let ann = ann_node.client.clone();
    let bob_node = joined(&dir("bob"), &ann, "Bob").await;
    let carl_node = joined(&dir("carl"), &ann, "Carl").await;
    let (bob, carl) = (bob_node.client.clone(), carl_node.client.clone());
    let add = OrganisersChange { add: vec!["Bob".into(), "Carl".into()], ..OrganisersChange::default() };
    assert!(ann.organisers_propose(&add).await.unwrap().holds);
    for client in [&bob, &carl] {
        until("all three are", || async { (client.organisers().await.unwrap().organisers.len() == 3).then_some(()) })
            .await;
    }
    // Ann approves two, although she is told not to. Bob and Carl, apart from each other, agree to one each.
    let open = OrganisersChange { open: Some(true), ..OrganisersChange::default() };
    let one = ann.organisers_propose(&open).await.unwrap().code.unwrap();
    let down = OrganisersChange { step_down: true, ..OrganisersChange::default() };
    assert_eq!(code(ann.organisers_propose(&down).await), Code::ApprovedAnother);
    let two = ann.organisers_propose(&OrganisersChange { even_so: true, ..down }).await.unwrap().code.unwrap();
    for client in [&bob, &carl] {
        until("both are known", || async { (known_proposals(client).await == 2).then_some(()) }).await;
    }
    carl_node.stop().await;
    assert!(bob.organisers_approve(&one, &OrganisersApprove::default()).await.unwrap().holds);
    bob_node.stop().await;
    ann_node.stop().await;
    let carl_node = start(&dir("carl")).await;
    assert!(carl.organisers_approve(&two, &OrganisersApprove::default()).await.unwrap().holds);

    // They meet.
    let (ann_node, bob_node) = (start(&dir("ann")).await, start(&dir("bob")).await);
    let address = |status: Status| NeighbourAdd { address: status.addresses[0].clone() };
    bob.neighbour_add(&address(carl.status().await.unwrap())).await.unwrap();
    ann.neighbour_add(&address(bob.status().await.unwrap())).await.unwrap();
    for client in [&ann, &bob, &carl] {
        until("they see it", || async { client.organisers().await.unwrap().split.then_some(()) }).await;
    }
    assert!(has_warning(&bob, "organisers-split").await);
    let now = bob.organisers().await.unwrap();
    assert!(now.organisers.iter().all(|o| o.acts == (o.name != "Ann")), "who approved both may not act: {now:?}");
    assert!(!now.proposals.is_empty() && now.proposals.iter().all(|p| p.split), "{now:?}");
    let add = OrganisersChange { open: Some(true), ..OrganisersChange::default() };
    assert_eq!(code(bob.organisers_propose(&add).await), Code::Split);
    assert_eq!(code(bob.person_grant("Carl", &GrantNew { role: "mentor".into(), number: None }).await), Code::Split);
    assert_eq!(code(ann.organisers_fix(&KeyHolderSign::default()).await), Code::Split);
    assert_eq!(code(bob.organisers_decide(&one, &KeyHolderSign::default()).await), Code::KeyNeeded);
    let decided = ann.organisers_decide(&one, &KeyHolderSign::default()).await.unwrap();
    assert!(decided.holds && decided.now.open && decided.now.organisers.len() == 3, "{decided:?}");
    until("Carl follows", || async { (!carl.organisers().await.unwrap().split).then_some(()) }).await;
    for node in [carl_node, bob_node, ann_node] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_keeps_what_was_published_for_it() {
    let temp = tempfile::tempdir().unwrap();
    let dir = |name: &str| {
        let dir = temp.path().join(name);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    };
    let ann_node = start(&dir("ann")).await;
    ann_node.found().await;
    let ann = ann_node.client.clone();
    let bob_node = joined(&dir("bob"), &ann, "Bob").await;
    let bob = bob_node.client.clone();
    ann.group_new(&GroupNew { name: "Food bank".into(), ..GroupNew::default() }).await.unwrap();
    let as_group = |title: &str| Publish { as_group: Some("Food bank".into()), ..notice(title) };
    let withdrawn = ann.publish(&as_group("Closed on Monday"), None).await.unwrap().item.summary.slot;
    until("Bob knows the group", || async {
        bob.groups().await.unwrap().groups.iter().any(|g| g.name == "Food bank").then_some(())
    })
    .await;
    assert_eq!(code(bob.publish(&as_group("Hello"), None).await), Code::NotAllowed);
    let remove = |who: &str| GroupRemove { person: Some(who.into()), ..GroupRemove::default() };
    assert_eq!(code(bob.group_remove("Food bank", &remove("Ann")).await), Code::NotAdmin);
    assert_eq!(code(bob.group_remove("Food bank", &GroupRemove::default()).await), Code::NotOrganiser);
    assert_eq!(code(ann.group_remove("Food bank", &remove("Bob")).await), Code::NotFound);
    ann.group_add("Food bank", &GroupAdd { person: "Bob".into(), admin: true }).await.unwrap();
    until("Bob is in it", || async { bob.groups().await.unwrap().groups[0].mine.then_some(()) }).await;
    assert_eq!(code(bob.group_remove("Food bank", &remove("Ann")).await), Code::TooSenior);

    // Bob publishes more for it than one record can keep, and withdraws something of Ann's.
    for n in 0..130 {
        bob.publish(&as_group(&format!("Parcel {n:03}")), None).await.unwrap();
    }
    until("it is there", || async { bob.item(&withdrawn).await.ok() }).await;
    bob.withdraw(&withdrawn, None, false).await.unwrap();
    until("Ann has all of it", || async {
        let all = ann.status().await.unwrap().counts.notices == 130;
        (all && ann.item(&withdrawn).await.unwrap().withdrawn).then_some(())
    })
    .await;
    let removed = ann.group_remove("Food bank", &remove("Bob")).await.unwrap();
    assert_eq!((removed.kept, removed.records.len()), (130, 2), "{removed:?}");
    assert_eq!(ann.status().await.unwrap().counts.notices, 130);
    assert!(ann.item(&withdrawn).await.unwrap().withdrawn, "what was withdrawn for the group does not come back");
    // The removal is two records, each with a part of what stays, and they may come one after the other.
    until("Bob is out of it, and has all that stays", || async {
        let out = !bob.groups().await.unwrap().groups[0].mine;
        (out && bob.status().await.unwrap().counts.notices == 130).then_some(())
    })
    .await;

    // In again, and leaving of one's own accord keeps everything.
    ann.group_add("Food bank", &GroupAdd { person: "Bob".into(), admin: false }).await.unwrap();
    until("Bob is in it", || async { bob.groups().await.unwrap().groups[0].mine.then_some(()) }).await;
    bob.publish(&as_group("Parcel 130"), None).await.unwrap();
    let me = bob.status().await.unwrap().me.unwrap().person;
    bob.group_remove("Food bank", &remove(&me)).await.unwrap();
    assert!(!bob.groups().await.unwrap().groups[0].mine);
    until("nothing is lost", || async {
        let left = ann.groups().await.unwrap().groups[0].members.len() == 1;
        (left && ann.status().await.unwrap().counts.notices == 131).then_some(())
    })
    .await;
    assert_eq!(bob.status().await.unwrap().counts.notices, 131);
    for node in [bob_node, ann_node] {
        node.stop().await;
    }
}
