//! Who I am, over the API: words, computers, friends, and coming back.

use super::*;
use crate::patience::asked;

impl Node {
    async fn join(&self, by: &Node, name: &str) -> Membership {
        let invite = by.client.invite(&InviteNew::default()).await.unwrap();
        self.client.join(&Join { ticket: invite.ticket, my_name: name.into() }).await.unwrap()
    }
    async fn address(&self) -> String {
        self.client.status().await.unwrap().addresses[0].clone()
    }
    async fn root(&self) -> Option<String> {
        self.client.status().await.unwrap().root
    }
    async fn warnings(&self) -> Vec<String> {
        self.client.status().await.unwrap().warnings.into_iter().map(|w| w.code).collect()
    }
}

/// Waits until something is so.
async fn so(what: &str, fact: impl AsyncFn() -> bool) {
    until(what, async || fact().await.then_some(())).await;
}

async fn same(a: &Node, b: &Node) {
    if asked(async || (a.root().await == b.root().await).then_some(())).await.is_none() {
        let (a, b) = (a.client.status().await.unwrap(), b.client.status().await.unwrap());
        panic!("not the same: {:?} {:?}; {:?} {:?}", a.counts, a.neighbours, b.counts, b.neighbours);
    }
}

fn words_at(words: &str, places: [u8; 3]) -> Vec<WordAt> {
    let all: Vec<&str> = words.split(' ').collect();
    places.into_iter().map(|place| WordAt { place, word: all[usize::from(place) - 1].into() }).collect()
}

/// What a test needs of everybody: titles that are shown.
async fn titles(node: &Node) -> Vec<String> {
    let find = FindQuery { limit: Some(100), ..FindQuery::default() };
    let mut all: Vec<String> = node.client.find(&find).await.unwrap().items.into_iter().map(|i| i.title).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn words_go_on_paper_and_into_a_file_and_come_off_the_computer() {
    let temp = tempfile::tempdir().unwrap();
    let ann = start(&temp.path().join("ann")).await;
    assert_eq!(code(ann.client.identity().await), Code::NoCommunity);
    ann.found().await;
    let me = ann.client.identity().await.unwrap();
    assert!(me.words_here && me.computer.this && me.computer.active && me.computers == 1);
    let words = ann.client.identity_kit().await.unwrap().words;
    assert_eq!(code(ann.client.identity_kit_file(&KitFileNew { passphrase: "short".into() }).await), Code::Invalid);
    let passphrase = "five green hedges grow".to_owned();
    let file = ann.client.identity_kit_file(&KitFileNew { passphrase: passphrase.clone() }).await.unwrap().file;
    ann.client.publish(&notice("Flood"), None).await.unwrap();

    // Three words show that they are on paper.
    let cool = |words, sure| IdentityCool { words, sure };
    assert_eq!(code(ann.client.identity_cool(&cool(Vec::new(), false)).await), Code::Invalid);
    let mut wrong = words_at(&words, [1, 9, 24]);
    wrong[1].word = "zoo".into();
    let is_zoo = words.split(' ').nth(8) == Some("zoo");
    assert!(is_zoo || code(ann.client.identity_cool(&cool(wrong, false)).await) == Code::Invalid);
    assert_eq!(code(ann.client.identity_cool(&cool(words_at(&words, [1, 1, 1]), false)).await), Code::Invalid);
    let me = ann.client.identity_cool(&cool(words_at(&words, [1, 9, 24]), false)).await.unwrap();
    assert!(!me.words_here);
    assert!(!temp.path().join("ann/keys/person").exists());
    assert_eq!(code(ann.client.identity_kit().await), Code::NotFound);
    ann.client.publish(&notice("Everyday things go on"), None).await.unwrap();

    // What needs the words asks for them, and takes nobody else's.
    let set = FriendsSet::default();
    assert_eq!(code(ann.client.friends_set(&set).await), Code::NeedsWords);
    let other = hedgerow_protocol::keys::SecretKey::from_seed(&[9; 32]);
    let others = crate::identity::words(&other).to_string();
    let set = FriendsSet { words: Some(others.clone()), ..set };
    assert_eq!(code(ann.client.friends_set(&set).await), Code::Invalid);
    ann.client.friends_set(&FriendsSet { words: Some(words.clone()), ..set }).await.unwrap();

    // The file brings her back on another computer, which finds the community by what is in it.
    let new = start(&temp.path().join("new")).await;
    let restore = IdentityRestore {
        file: Some(file.clone()),
        passphrase: Some("wrong one entirely".into()),
        ..Default::default()
    };
    assert_eq!(code(new.client.identity_restore(&restore).await), Code::Invalid);
    let restore = IdentityRestore { words: others, from: Some(ann.address().await), ..Default::default() };
    assert_eq!(code(new.client.identity_restore(&restore).await), Code::NotFound);
    let restore = IdentityRestore { file: Some(file), passphrase: Some(passphrase), ..Default::default() };
    let back = new.client.identity_restore(&restore).await.unwrap();
    assert_eq!(back.me.person, me.person);
    same(&ann, &new).await;
    assert_eq!(ann.client.computers().await.unwrap().computers.iter().filter(|c| c.active).count(), 2);
    new.stop().await;
    ann.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_on_a_stick_is_enough_to_come_back() {
    let temp = tempfile::tempdir().unwrap();
    let ann = start(&temp.path().join("ann")).await;
    ann.found().await;
    ann.client.publish(&notice("Flood"), None).await.unwrap();
    let words = ann.client.identity_kit().await.unwrap().words;
    let stick = temp.path().join("stick.hedgerow");
    std::fs::write(&stick, ann.client.bundle_export(Vec::new()).await.unwrap()).unwrap();
    let person = ann.client.identity().await.unwrap().person;
    ann.stop().await;

    let new = start(&temp.path().join("new")).await;
    let restore = |bundle: &std::path::Path| IdentityRestore {
        words: words.clone(),
        bundle: Some(bundle.to_string_lossy().into_owned()),
        ..Default::default()
    };
    assert_eq!(code(new.client.identity_restore(&restore(&temp.path().join("none"))).await), Code::NotFound);
    let junk = temp.path().join("junk");
    std::fs::write(&junk, b"no bundle").unwrap();
    assert_eq!(code(new.client.identity_restore(&restore(&junk)).await), Code::FileDamaged);
    let back = new.client.identity_restore(&restore(&stick)).await.unwrap();
    assert_eq!((back.me.person, back.community.name.as_str()), (person, "Riverside"));
    assert_eq!(titles(&new).await, ["Flood"]);
    new.client.publish(&notice("Back again"), None).await.unwrap();
    new.stop().await;

    // The old computer, had it only been mislaid, learns of all that.
    let (ann, new) = (start(&temp.path().join("ann")).await, start(&temp.path().join("new")).await);
    new.client.neighbour_add(&NeighbourAdd { address: ann.address().await }).await.unwrap();
    ann.client.neighbour_add(&NeighbourAdd { address: new.address().await }).await.unwrap();
    let bundle = new.client.bundle_export(Vec::new()).await.unwrap();
    ann.client.bundle_import(bundle, false).await.unwrap();
    same(&ann, &new).await;
    assert_eq!(titles(&ann).await, ["Back again", "Flood"]);
    new.stop().await;
    ann.stop().await;
}

async fn link(old: &Node, new: &Node, name: &str) -> Membership {
    let code = old.client.link_code().await.unwrap().code;
    let ask = Link { code, name: name.into(), ..Link::default() };
    let step = new.client.link(&ask).await.unwrap();
    assert!(step.membership.is_none());
    old.client.link_confirm(&LinkConfirm { digits: step.digits }).await.unwrap();
    new.client.link(&ask).await.unwrap().membership.unwrap()
}

/// A computer that only keeps and passes on: a group's by a code and six digits, nobody's own, and it writes and invites not.
#[tokio::test(flavor = "multi_thread")]
async fn equipment_of_a_group_is_linked_and_has_no_say() {
    let temp = tempfile::tempdir().unwrap();
    let (ann, shed) = (start(&temp.path().join("ann")).await, start(&temp.path().join("shed")).await);
    ann.found().await;
    ann.client.group_new(&GroupNew { name: "Shed".into(), ..GroupNew::default() }).await.unwrap();
    ann.client.publish(&notice("Kept in the shed"), None).await.unwrap();

    let own = Link { code: ann.client.link_code().await.unwrap().code, stores_only: true, ..Link::default() };
    let step = shed.client.link(&own).await.unwrap();
    let refused = ann.client.link_confirm(&LinkConfirm { digits: step.digits }).await;
    assert_eq!(code(refused), Code::NotAllowed, "no person has one");

    let ticket = ann.client.group_link_code("Shed").await.unwrap().code;
    let ask = Link { code: ticket, name: "box".into(), stores_only: true };
    let step = shed.client.link(&ask).await.unwrap();
    ann.client.link_confirm(&LinkConfirm { digits: step.digits }).await.unwrap();
    assert!(shed.client.link(&ask).await.unwrap().membership.is_some());
    same(&ann, &shed).await;
    assert_eq!(titles(&shed).await, ["Kept in the shed"]);
    let group = ann.client.groups().await.unwrap().groups.remove(0);
    assert_eq!(group.devices.iter().map(|d| d.stores_only).collect::<Vec<_>>(), [true]);
    let residents = ann.client.people().await.unwrap().people.len();
    assert_eq!(residents, 1, "it is nobody who lives here");

    assert_eq!(code(shed.client.publish(&notice("From the shed"), None).await), Code::StoresOnly);
    let as_group = Publish { as_group: Some("Shed".into()), ..notice("From the shed") };
    assert_eq!(code(shed.client.publish(&as_group, None).await), Code::StoresOnly);
    assert_eq!(code(shed.client.invite(&InviteNew::default()).await), Code::NotFound, "nobody is there to invite");
    for node in [shed, ann] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_computer_is_taken_out_as_it_was_before_the_theft() {
    let temp = tempfile::tempdir().unwrap();
    let (old, new) = (start(&temp.path().join("old")).await, start(&temp.path().join("new")).await);
    old.found().await;
    link(&old, &new, "laptop").await;
    let mine = new.client.publish(&notice("Mine"), None).await.unwrap().item.summary.id;
    new.client.publish(&notice("Mine too"), None).await.unwrap();
    // The clock has gone on since then, so that what comes next is later than what was there.
    let written_ms = new.client.status().await.unwrap().now_ms;
    let later = async || Some(new.client.status().await.unwrap().now_ms).filter(|now_ms| *now_ms > written_ms + 1);
    let since_ms = Some(until("a later millisecond", later).await);
    let thief = &new.client;
    thief.edit(&mine, &notice("Stolen"), None).await.unwrap();
    thief.publish(&notice("Send money"), None).await.unwrap();
    let invite = thief.invite(&InviteNew::default()).await.unwrap().ticket;
    let mallory = start(&temp.path().join("mallory")).await;
    mallory.client.join(&Join { ticket: invite, my_name: "Mallory".into() }).await.unwrap();
    same(&old, &new).await;
    so("everybody believes the thief", async || titles(&old).await == ["Mine too", "Send money", "Stolen"]).await;
    let people = async || old.client.people().await.unwrap().people.len();
    so("Mallory is in", async || people().await == 2).await;

    let remove = ComputerRemove { computer: "laptop".into(), since_ms, ..ComputerRemove::default() };
    let removed = old.client.computer_remove(&remove).await.unwrap();
    assert_eq!(removed.kept, 2);
    assert_eq!(titles(&old).await, ["Mine", "Mine too"], "as before, the overwritten one too");
    assert_eq!(people().await, 1, "whom the thief let in is out again");
    for node in [mallory, new, old] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_computer_is_linked_and_the_first_one_given_up() {
    let temp = tempfile::tempdir().unwrap();
    let [old, new, thief] = ["old", "new", "thief"].map(|n| temp.path().join(n));
    let (old, new, thief) = (start(&old).await, start(&new).await, start(&thief).await);
    let me = old.found().await.me;
    old.client.publish(&notice("From the old one"), None).await.unwrap();
    old.client.identity_cool(&IdentityCool { sure: true, ..Default::default() }).await.unwrap();

    assert_eq!(code(old.client.give_up(false).await), Code::Refused, "the only one");
    assert_eq!(code(old.client.link_confirm(&LinkConfirm { digits: "123456".into() }).await), Code::Invalid);
    let first = old.client.link_code().await.unwrap().code;
    let second = old.client.link_code().await.unwrap().code;
    let ask = |code: &str| Link { code: code.into(), name: "laptop".into(), ..Link::default() };
    assert_eq!(code(new.client.link(&ask("hedgerow1abc")).await), Code::InviteDamaged);
    assert_eq!(code(new.client.link(&ask(&first)).await), Code::InviteUnknown, "a newer code took its place");
    let step = new.client.link(&ask(&second)).await.unwrap();
    assert_eq!(new.client.link(&ask(&second)).await.unwrap(), step, "the same digits each time");
    assert_eq!(code(thief.client.link(&ask(&second)).await), Code::InviteUsed);
    assert_eq!(old.client.link_waiting().await.unwrap().name.as_deref(), Some("laptop"));
    let wrong = if step.digits == "000000" { "000001" } else { "000000" };
    assert_eq!(code(old.client.link_confirm(&LinkConfirm { digits: wrong.into() }).await), Code::Refused);
    assert_eq!(old.client.identity().await.unwrap().computers, 1);
    let listed = old.client.link_confirm(&LinkConfirm { digits: format!("{} ", step.digits) }).await.unwrap();
    assert_eq!((listed.name.as_str(), listed.active), ("laptop", true));
    let done = new.client.link(&ask(&second)).await.unwrap().membership.unwrap();
    assert_eq!(done.me.person, me.person);
    assert!(new.client.link(&ask(&second)).await.unwrap().membership.is_some(), "again is the same");
    same(&old, &new).await;
    assert_eq!(new.client.identity().await.unwrap().computer.name, "laptop");

    // The new one was listed by the old one: it may not take it out without the words, but the old one may leave.
    let old_key = old.client.identity().await.unwrap().computer.key;
    let remove = ComputerRemove { computer: old_key[..8].into(), ..Default::default() };
    assert_eq!(code(new.client.computer_remove(&remove).await), Code::NeedsWords);
    old.client.give_up(false).await.unwrap();
    so("the new one knows", async || new.client.identity().await.unwrap().computers == 1).await;
    let computers = new.client.computers().await.unwrap().computers;
    assert!(computers.iter().any(|c| c.key == old_key && c.gave_up && !c.active));
    assert_eq!(titles(&new).await, ["From the old one"]);
    assert_eq!(new.client.community().await.unwrap().name, "Riverside", "its name does not go with the computer");
    assert!(old.warnings().await.contains(&"computer-out".to_owned()));
    new.client.publish(&notice("From the new one"), None).await.unwrap();
    for node in [old, new, thief] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_wrong_digits_and_the_code_is_gone() {
    let temp = tempfile::tempdir().unwrap();
    let (old, new) = (start(&temp.path().join("old")).await, start(&temp.path().join("new")).await);
    old.found().await;
    let ask = Link { code: old.client.link_code().await.unwrap().code, ..Link::default() };
    let step = new.client.link(&ask).await.unwrap();
    for _ in 0..3 {
        assert_eq!(code(old.client.link_confirm(&LinkConfirm { digits: "wrong".into() }).await), Code::Refused);
    }
    assert_eq!(code(old.client.link_confirm(&LinkConfirm { digits: step.digits }).await), Code::Invalid);
    assert_eq!(code(new.client.link(&ask).await), Code::InviteUnknown);
    old.stop().await;
    new.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_computer_is_taken_out_and_what_it_said_stays() {
    let temp = tempfile::tempdir().unwrap();
    let (old, new) = (start(&temp.path().join("old")).await, start(&temp.path().join("new")).await);
    old.found().await;
    let words = old.client.identity_kit().await.unwrap().words;
    old.client.identity_cool(&IdentityCool { sure: true, ..Default::default() }).await.unwrap();
    link(&old, &new, "laptop").await;
    for n in 0..95 {
        new.client.publish(&notice(&format!("Number {n:02}")), None).await.unwrap();
    }
    same(&old, &new).await;
    let before = titles(&old).await;
    assert_eq!(before.len(), 95);
    new.stop().await;
    let remove = ComputerRemove { computer: "Laptop".into(), ..Default::default() };
    assert_eq!(
        code(old.client.computer_remove(&ComputerRemove { computer: "none".into(), ..remove.clone() }).await),
        Code::NotFound
    );
    let dry = old.client.computer_remove(&ComputerRemove { dry_run: true, ..remove.clone() }).await.unwrap();
    assert!(dry.dry_run && dry.computer.active && dry.kept == 95);
    let removed = old.client.computer_remove(&remove).await.unwrap();
    assert!(!removed.computer.active && removed.kept == dry.kept);
    assert_eq!(titles(&old).await, before, "it stays, in more than one record");
    assert_eq!(code(old.client.computer_remove(&remove).await), Code::Invalid, "once is enough");
    let this = old.client.identity().await.unwrap().computer.key;
    let remove = ComputerRemove { computer: this, words: Some(words), ..ComputerRemove::default() };
    assert_eq!(code(old.client.computer_remove(&remove).await), Code::Invalid, "not this one, not that way");

    // What the lost one writes from then on is nobody's.
    let new = start(&temp.path().join("new")).await;
    new.client.publish(&notice("By the thief"), None).await.unwrap();
    let bundle = new.client.bundle_export(Vec::new()).await.unwrap();
    old.client.bundle_import(bundle, false).await.unwrap();
    assert_eq!(titles(&old).await, before);
    new.stop().await;
    old.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_three_friends_give_a_new_key() {
    let temp = tempfile::tempdir().unwrap();
    let at = |name: &str| temp.path().join(name);
    let (ann, bob, cat, dan) =
        (start(&at("ann")).await, start(&at("bob")).await, start(&at("cat")).await, start(&at("dan")).await);
    ann.found().await;
    for (node, name) in [(&bob, "Bob"), (&cat, "Cat"), (&dan, "Dan")] {
        node.join(&ann, name).await;
    }
    for node in [&bob, &cat, &dan] {
        same(&ann, node).await;
    }
    so("names", async || bob.client.people().await.unwrap().people.iter().all(|p| !p.name.is_empty())).await;
    let set = |friends: &[&str], needed| FriendsSet {
        friends: friends.iter().map(|f| (*f).to_owned()).collect(),
        needed,
        ..Default::default()
    };
    for bad in
        [set(&["Cat"], None), set(&["Cat", "Cat"], None), set(&["Bob", "Cat"], None), set(&["Cat", "Dan"], Some(3))]
    {
        assert_eq!(code(bob.client.friends_set(&bad).await), Code::Invalid);
    }
    assert_eq!(code(bob.client.friends_set(&set(&["Cat", "Eve"], None)).await), Code::NotFound);
    let named = bob.client.friends_set(&set(&["Ann", "Cat", "Dan"], None)).await.unwrap();
    assert_eq!((named.friends.len(), named.needed, named.stale), (3, 2, 0));
    bob.client.publish(&notice("Bob's own"), None).await.unwrap();
    same(&ann, &bob).await;
    bob.stop().await;

    // The words and the computer are gone. A new computer asks.
    let new = start(&at("new")).await;
    assert_eq!(
        code(new.client.identity_restore(&IdentityRestore { helped: true, ..Default::default() }).await),
        Code::NotFound
    );
    let at_ann = HelpAsk { person: "bob".into(), from: Some(ann.address().await), bundle: None };
    assert_eq!(code(new.client.help_ask(&at_ann).await), Code::NeedsInvite, "names are told to nobody without one");
    let invite = ann.client.invite(&InviteNew::default()).await.unwrap().ticket;
    let ask = HelpAsk { from: Some(invite), ..at_ann };
    assert_eq!(code(new.client.help_ask(&HelpAsk { person: "Eve".into(), ..ask.clone() }).await), Code::NotFound);
    let help = new.client.help_ask(&ask).await.unwrap();
    assert_eq!((help.name.as_str(), help.community_name.as_str(), help.needed), ("Bob", "Riverside", 2));
    assert_eq!(new.client.help_ask(&ask).await.unwrap(), help, "asking again asks the same");
    let text = format!("Please help me.\n\n{}\n", help.request);
    let say = |spoken: Option<&str>| Agree { request: text.clone(), spoken: spoken.map(str::to_owned) };
    let look = ann.client.agree(&say(None)).await.unwrap();
    assert!(look.name == "Bob" && !look.agreed && look.as_what == "friend");
    assert_eq!(code(ann.client.agree(&say(Some("abandon abandon abandon abandon abandon"))).await), Code::Refused);
    let restore = IdentityRestore { helped: true, from: Some(ann.address().await), ..Default::default() };
    assert_eq!(code(new.client.identity_restore(&restore).await), Code::Refused);
    let agreed = ann.client.agree(&say(Some(&help.spoken.to_uppercase()))).await.unwrap();
    assert!(agreed.agreed && !agreed.holds);
    assert!(ann.client.agree(&say(Some(&help.spoken))).await.unwrap().agreed, "twice is once");
    let refused = new.client.identity_restore(&restore).await.err().unwrap();
    assert!(refused.to_string().contains("1 of the 2"), "{refused}");
    same(&ann, &cat).await;
    assert!(cat.client.agree(&say(Some(&help.spoken))).await.unwrap().holds);
    same(&ann, &cat).await;
    let back = new.client.identity_restore(&restore).await.unwrap();
    assert_eq!(back.me.name, "Bob", "his name, too, is there at once");
    same(&ann, &new).await;
    assert!(titles(&ann).await.contains(&"Bob's own".to_owned()), "what he published stays");
    new.client.publish(&notice("I am back"), None).await.unwrap();
    same(&ann, &new).await;
    assert!(titles(&ann).await.contains(&"I am back".to_owned()));
    let me = new.client.identity().await.unwrap();
    assert!(me.words_here && me.computers == 1, "the old computer is out");
    for node in [ann, cat, dan, new] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_not_me_is_objected_to() {
    let temp = tempfile::tempdir().unwrap();
    let at = |name: &str| temp.path().join(name);
    let (ann, bob, cat) = (start(&at("ann")).await, start(&at("bob")).await, start(&at("cat")).await);
    ann.found().await;
    bob.join(&ann, "Bob").await;
    cat.join(&ann, "Cat").await;
    same(&ann, &bob).await;
    same(&ann, &cat).await;
    so("names", async || cat.client.people().await.unwrap().people.iter().all(|p| !p.name.is_empty())).await;
    assert_eq!(code(bob.client.object().await), Code::Invalid, "nobody asks");
    let eve = start(&at("eve")).await;
    let invite = ann.client.invite(&InviteNew::default()).await.unwrap().ticket;
    let ask = HelpAsk { person: "Bob".into(), from: Some(invite), bundle: None };
    let help = eve.client.help_ask(&ask).await.unwrap();
    let agree = Agree { request: help.request, spoken: Some(help.spoken) };
    assert_eq!(code(cat.client.agree(&agree).await), Code::NotOrganiser, "neither friend nor organiser");
    let friends = FriendsSet { friends: vec!["Ann".into(), "Cat".into()], ..Default::default() };
    bob.client.friends_set(&friends).await.unwrap();
    same(&bob, &cat).await;
    same(&bob, &ann).await;
    assert_eq!(code(cat.client.agree(&agree).await), Code::Refused, "made before she was named");
    let again = eve.client.help_ask(&ask).await.unwrap();
    assert_ne!(again.request, agree.request);
    let agree = Agree { request: again.request, spoken: Some(again.spoken) };
    let agreed = cat.client.agree(&agree).await.unwrap();
    assert!(agreed.agreed, "{agreed:?}");
    so("he is told", async || bob.warnings().await.contains(&"new-key-asked".to_owned())).await;
    let asked = bob.client.object().await.unwrap().asked;
    assert!(asked.len() == 1 && asked[0].objected);
    same(&ann, &bob).await;
    // Ann has a seat as well: as the only organiser her word is final, so she asks first, and does not agree.
    let look = ann.client.agree(&Agree { spoken: None, ..agree }).await.unwrap();
    assert!(look.asked.is_some_and(|a| a.objected) && !look.holds);
    let restore = IdentityRestore { helped: true, from: Some(ann.address().await), ..Default::default() };
    let refused = eve.client.identity_restore(&restore).await.err().unwrap();
    assert!(refused.to_string().contains("objects"), "{refused}");
    for node in [ann, bob, cat, eve] {
        node.stop().await;
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_put_back_from_an_older_copy_goes_on_as_if_nothing_had_been() {
    let temp = tempfile::tempdir().unwrap();
    let at = |name: &str| temp.path().join(name);
    let (ann, bob) = (start(&at("ann")).await, start(&at("bob")).await);
    ann.found().await;
    bob.join(&ann, "Bob").await;
    same(&ann, &bob).await;
    ann.stop().await;
    copy(&at("ann"), &at("backup"));

    // She goes on, with content and with records about who may do what.
    let ann = start(&at("ann")).await;
    ann.client.neighbour_add(&NeighbourAdd { address: bob.address().await }).await.unwrap();
    ann.client
        .group_new(&GroupNew { name: "Later".into(), description: String::new(), only: Vec::new() })
        .await
        .unwrap();
    let later = ann.client.publish(&notice("Later"), None).await.unwrap().item.summary.id;
    ann.client.edit(&later, &notice("Later still"), None).await.unwrap();
    same(&ann, &bob).await;
    ann.stop().await;
    std::fs::remove_dir_all(at("ann")).unwrap();
    copy(&at("backup"), &at("ann"));

    // Put back, she even writes before she meets anybody: her log forks, and grows together again.
    let ann = start(&at("ann")).await;
    ann.client
        .group_new(&GroupNew { name: "Beside".into(), description: String::new(), only: Vec::new() })
        .await
        .unwrap();
    ann.client.publish(&notice("Beside"), None).await.unwrap();
    assert!(!ann.warnings().await.iter().any(|w| w.starts_with("identity-")));
    ann.client.neighbour_add(&NeighbourAdd { address: bob.address().await }).await.unwrap();
    same(&ann, &bob).await;
    assert_eq!(titles(&ann).await, ["Beside", "Later still"]);
    let warnings = ann.warnings().await;
    assert!(warnings.contains(&"identity-restored".to_owned()), "{warnings:?}");
    assert!(!warnings.contains(&"identity-copied".to_owned()), "{warnings:?}");
    ann.client
        .group_new(&GroupNew { name: "After".into(), description: String::new(), only: Vec::new() })
        .await
        .unwrap();
    ann.client.edit(&later, &notice("Last word"), None).await.unwrap();
    same(&ann, &bob).await;
    assert_eq!(titles(&bob).await, ["Beside", "Last word"], "what is written later wins, and nothing is lost");
    let mut groups: Vec<String> = bob.client.groups().await.unwrap().groups.into_iter().map(|g| g.name).collect();
    groups.sort();
    assert_eq!(groups, ["After", "Beside", "Later"]);

    // The backup is used as well: a second copy, which somebody has to be told about.
    let twin = start(&at("backup")).await;
    twin.client.publish(&notice("By the twin"), None).await.unwrap();
    let bundle = twin.client.bundle_export(Vec::new()).await.unwrap();
    ann.client.bundle_import(bundle, false).await.unwrap();
    assert!(ann.warnings().await.contains(&"identity-copied".to_owned()));
    assert!(titles(&ann).await.contains(&"By the twin".to_owned()), "nobody is punished");
    for node in [ann, bob, twin] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_withdrawn_at_once_and_the_name_last() {
    let temp = tempfile::tempdir().unwrap();
    let (ann, bob) = (start(&temp.path().join("ann")).await, start(&temp.path().join("bob")).await);
    ann.found().await;
    bob.join(&ann, "Bob").await;
    for n in 0..12 {
        bob.client.publish(&notice(&format!("Number {n}")), None).await.unwrap();
    }
    ann.client.publish(&notice("Ann's"), None).await.unwrap();
    same(&ann, &bob).await;
    assert_eq!(bob.client.withdraw_all(true).await.unwrap().withdrawn, 13);
    assert_eq!(titles(&bob).await.len(), 13);
    assert_eq!(bob.client.withdraw_all(false).await.unwrap().withdrawn, 13);
    assert_eq!(bob.client.withdraw_all(false).await.unwrap().withdrawn, 0);
    same(&ann, &bob).await;
    assert_eq!(titles(&ann).await, ["Ann's"]);
    assert!(ann.client.people().await.unwrap().people.iter().any(|p| p.name.is_empty()), "his name is gone");
    assert_eq!(bob.client.identity().await.unwrap().role, "resident", "he is still in");
    ann.stop().await;
    bob.stop().await;
}

/// Everything the node says while it works, kept to be searched.
#[derive(Clone, Default)]
struct Said(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The forms in which a seed could be seen.
fn forms(seed: &[u8], words: Option<&str>) -> Vec<Vec<u8>> {
    let upper = data_encoding::BASE32_NOPAD.encode(seed);
    let list = format!("{seed:?}");
    let mut all = vec![
        seed.to_vec(),
        data_encoding::HEXLOWER.encode(seed).into_bytes(),
        data_encoding::HEXUPPER.encode(seed).into_bytes(),
        upper.to_lowercase().into_bytes(),
        upper.into_bytes(),
        data_encoding::BASE64.encode(seed).trim_end_matches('=').as_bytes().to_vec(),
        list.trim_matches(['[', ']']).as_bytes().to_vec(),
    ];
    // Four words in a row are enough to know them.
    all.extend(words.map(|w| w.split(' ').take(4).collect::<Vec<_>>().join(" ").into_bytes()));
    all
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|w| w == part)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_logged_answered_or_written_anywhere_but_in_keys() {
    let said = Said::default();
    let writer = said.clone();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let logging = log.try_init().is_ok();
    let temp = tempfile::tempdir().unwrap();
    let at = |name: &str| temp.path().join(name);
    let (ann, bob, new) = (start(&at("ann")).await, start(&at("bob")).await, start(&at("new")).await);
    ann.found().await;
    bob.join(&ann, "Bob").await;
    let words = ann.client.identity_kit().await.unwrap().words;
    let bobs = bob.client.identity_kit().await.unwrap().words;
    let passphrase = "five green hedges grow";
    let file = ann.client.identity_kit_file(&KitFileNew { passphrase: passphrase.into() }).await.unwrap().file;
    let mut answers: Vec<String> = vec![file.clone()];

    // All that can go wrong with words in hand.
    let with =
        |words: &str| IdentityRestore { words: words.into(), from: Some("nonsense".into()), ..Default::default() };
    let cut: Vec<&str> = words.split(' ').take(23).collect();
    let mut errors = vec![
        bob.client.identity_restore(&with(&words)).await.unwrap_err(),
        new.client.identity_restore(&with(&words)).await.unwrap_err(),
        new.client.identity_restore(&with(&cut.join(" "))).await.unwrap_err(),
        new.client.identity_restore(&with(&format!("{} hedgerowx", cut.join(" ")))).await.unwrap_err(),
        bob.client.friends_set(&FriendsSet { words: Some(words.clone()), ..Default::default() }).await.unwrap_err(),
        ann.client
            .identity_cool(&IdentityCool { words: words_at(&words.replace(' ', " x"), [2, 3, 4]), sure: false })
            .await
            .unwrap_err(),
        new.client
            .identity_restore(&IdentityRestore {
                file: Some(file),
                passphrase: Some("not that one at all".into()),
                ..Default::default()
            })
            .await
            .unwrap_err(),
    ];
    errors.push(ann.client.identity_kit_file(&KitFileNew { passphrase: "grow".into() }).await.err().unwrap());
    answers.extend(errors.iter().map(|e| format!("{e} {e:?}")));
    let body = format!("{{\"words\":[\"{words}\"],\"{words}\":1}}");
    let post = format!(
        "POST /v1/identity/restore HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    answers.push(new.raw(&post).await.1);
    let link_code = ann.client.link_code().await.unwrap().code;
    let ask = Link { code: link_code.clone(), name: "laptop".into(), ..Link::default() };
    let step = new.client.link(&ask).await.unwrap();
    ann.client.link_confirm(&LinkConfirm { digits: step.digits.clone() }).await.unwrap();
    new.client.link(&ask).await.unwrap();
    answers.push(format!("{step:?}"));
    ann.client.identity_cool(&IdentityCool { sure: true, ..Default::default() }).await.unwrap();
    for node in [&ann, &bob, &new] {
        for path in ["identity", "identity/computers", "identity/friends", "config", "people", "status", "neighbours"] {
            let value: serde_json::Value = node.client.get(&format!("/v1/{path}")).await.unwrap();
            answers.push(value.to_string());
        }
    }

    let mut secrets: Vec<(String, Vec<Vec<u8>>)> = vec![
        ("Ann's words".into(), forms(&*crate::identity::seed_of_words(&words).unwrap(), Some(&words))),
        ("Bob's words".into(), forms(&*crate::identity::seed_of_words(&bobs).unwrap(), Some(&bobs))),
        ("the passphrase".into(), vec![passphrase.as_bytes().to_vec()]),
        ("the link code".into(), vec![link_code.as_bytes()[20..60].to_vec()]),
    ];
    for name in ["ann", "bob", "new"] {
        for file in ["device", "root"] {
            if let Ok(seed) = std::fs::read(at(name).join("keys").join(file)) {
                let seed: [u8; 32] = seed[..32].try_into().unwrap();
                secrets.push((format!("{file} of {name}"), forms(&seed, None)));
                let transport = hedgerow_protocol::keys::SecretKey::from_seed(&seed).transport().seed();
                secrets.push((format!("transport of {name}"), forms(&*transport, None)));
            }
        }
    }
    assert!(secrets.len() >= 4 + 2 * 3, "each has at least its computer's key");
    for node in [ann, bob, new] {
        node.stop().await;
    }
    let log = said.0.lock().unwrap().clone();
    assert!(!logging || log.len() > 1000, "the log is listened to");
    let mut places: Vec<(String, Vec<u8>)> = vec![("the log".into(), log)];
    places.extend(answers.into_iter().map(|a| ("an answer".into(), a.into_bytes())));
    let mut folders = vec![temp.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            match entry.file_type().unwrap().is_dir() {
                true if path.ends_with("keys") => {
                    use std::os::unix::fs::PermissionsExt as _;
                    let mode = |p: &std::path::Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
                    assert_eq!(mode(&path), 0o700);
                    for key in std::fs::read_dir(&path).unwrap().flatten() {
                        assert_eq!(mode(&key.path()), 0o600, "{:?}", key.path());
                    }
                }
                true => folders.push(path),
                false => places.push((path.display().to_string(), std::fs::read(&path).unwrap())),
            }
        }
    }
    assert!(places.len() > 40, "{}", places.len());
    for (what, forms) in &secrets {
        for (place, text) in &places {
            assert!(!forms.iter().any(|form| holds(text, form)), "{what} is in {place}");
        }
    }
    // The search finds what is there.
    assert!(forms(&[7; 32], Some("one two three four five")).iter().any(|f| holds(b"..one two three four..", f)));
}
