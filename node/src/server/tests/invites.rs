//! Invites and posters as programs see them: real nodes on loopback.

use std::path::Path;

use hedgerow_protocol::invite::Ticket;
use hedgerow_protocol::limits::INVITES_OPEN_MAX;

use super::*;

const DAY_MS: u64 = 86_400_000;

async fn invite(node: &Node, note: &str, poster: bool, days: Option<u32>) -> Invite {
    node.client.invite(&InviteNew { note: note.into(), poster, days }).await.unwrap()
}

fn joining(ticket: &str, name: &str) -> Join {
    Join { ticket: ticket.into(), my_name: name.into() }
}

async fn asked(node: &Node, ticket: &str, name: &str) -> JoinWaiting {
    match node.client.ask_to_join(&joining(ticket, name)).await.unwrap() {
        Joined::Waiting(waiting) => waiting,
        Joined::Member(m) => panic!("{} was let in", m.me.name),
    }
}

/// Names and contents of everything in a folder but what says that a node runs.
fn files(dir: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                all.push((path.clone(), std::fs::read(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}

async fn until_member(node: &Node) {
    let mut events = node.client.events(None).await.unwrap();
    let come =
        async { while node.client.status().await.unwrap().community.is_none() && events.next().await.is_some() {} };
    soon("let in", come).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invites_are_listed_and_taken_back() {
    let temp = tempfile::tempdir().unwrap();
    let ann = start(&temp.path().join("ann")).await;
    assert_eq!(code(ann.client.invites().await), Code::NoCommunity);
    assert_eq!(code(ann.client.join_requests().await), Code::NoCommunity);
    ann.found().await;
    for (poster, days) in [(false, 0), (false, 8), (true, 0), (true, 401)] {
        let new = InviteNew { poster, days: Some(days), ..InviteNew::default() };
        assert_eq!(code(ann.client.invite(&new).await), Code::Invalid, "{poster} {days}");
    }
    let long = InviteNew { note: "x".repeat(201), ..InviteNew::default() };
    assert_eq!(code(ann.client.invite(&long).await), Code::Invalid);
    let now = ann.client.status().await.unwrap().now_ms;
    let hung = invite(&ann, "Village hall", true, Some(400)).await;
    let short = invite(&ann, " Bob ", false, Some(1)).await;
    let usual = invite(&ann, "", false, None).await;
    let twin = invite(&ann, "bob", false, None).await;
    for (made, days) in [(&hung, 400), (&short, 1), (&usual, 7)] {
        assert!((now + days * DAY_MS..now + days * DAY_MS + 60_000).contains(&made.expires_ms), "{days}");
        let ticket = Ticket::decode(&made.ticket).unwrap();
        assert_eq!((ticket.is_poster(), ticket.expires_ms), (made.poster, made.expires_ms));
    }
    let open = ann.client.invites().await.unwrap().invites;
    assert_eq!(open.len(), 4);
    assert_eq!((open[0].note.as_str(), open[0].poster, open[0].code.as_str()), ("Bob", false, short.code.as_str()));
    assert_eq!((open[3].note.as_str(), open[3].poster, open[3].waiting), ("Village hall", true, 0));

    // By note, by code, all; not where it is not clear, and not twice.
    let unclear = ann.client.invite_revoke("BOB", false).await;
    let Err(ClientError::Problem(problem)) = unclear else { panic!("{unclear:?}") };
    assert!(problem.action.contains(&short.code) && problem.action.contains(&twin.code), "{problem:?}");
    assert_eq!(code(ann.client.invite_revoke("nobody", false).await), Code::NotFound);
    assert_eq!(code(ann.client.invite_revoke(&usual.code[..7], false).await), Code::NotFound);
    assert_eq!(ann.client.invite_revoke(&usual.code, true).await.unwrap().invites.len(), 1);
    assert_eq!(ann.client.invites().await.unwrap().invites.len(), 4, "a dry run changes nothing");
    assert_eq!(ann.client.invite_revoke(&usual.code, false).await.unwrap().invites[0].code, usual.code);
    assert_eq!(code(ann.client.invite_revoke(&usual.code, false).await), Code::NotFound);

    let bob = start(&temp.path().join("bob")).await;
    assert_eq!(code(bob.client.join(&joining(&usual.ticket, "Bob")).await), Code::InviteRevoked);
    assert_eq!(bob.client.join(&joining(&short.ticket.to_uppercase(), "Bob")).await.unwrap().me.name, "Bob");
    assert_eq!(ann.client.invites().await.unwrap().invites.len(), 2, "the used one is not open");
    // A resident has fewer; taking one back makes room.
    until("his membership has come", async || {
        (bob.client.status().await.unwrap().counts.authority_records >= 5).then_some(())
    })
    .await;
    for _ in 0..INVITES_OPEN_MAX {
        invite(&bob, "", false, None).await;
    }
    assert_eq!(code(bob.client.invite(&InviteNew::default()).await), Code::InviteLimit);
    assert_eq!(bob.client.invite_revoke("all", false).await.unwrap().invites.len(), INVITES_OPEN_MAX);
    invite(&bob, "", false, None).await;
    bob.stop().await;
    ann.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_ticket_leaves_the_folder_as_it_is() {
    let temp = tempfile::tempdir().unwrap();
    let (ann, bob) = (start(&temp.path().join("ann")).await, start(&temp.path().join("bob")).await);
    ann.found().await;
    let good = invite(&ann, "", false, None).await.ticket;
    let before = files(&temp.path().join("bob"));
    let flipped = format!("{}{}{}", &good[..60], if &good[60..61] == "a" { "b" } else { "a" }, &good[61..]);
    for (name, ticket, expected) in [
        ("nothing", String::new(), Code::InviteDamaged),
        ("cut", good[..good.len() - 1].into(), Code::InviteDamaged),
        ("cut in the middle", good[..100].into(), Code::InviteDamaged),
        ("a wrong letter", flipped, Code::InviteDamaged),
        ("a letter more", format!("{good}a"), Code::InviteDamaged),
        ("twice", good.repeat(2), Code::InviteDamaged),
        ("far too long", good.repeat(100), Code::InviteDamaged),
        ("another version", format!("hedgerow2{}", &good[9..]), Code::OtherVersion),
        ("an address", "http://example.org/".into(), Code::InviteDamaged),
    ] {
        assert_eq!(code(bob.client.join(&joining(&ticket, "Bob")).await), expected, "{name}");
        assert!(files(&temp.path().join("bob")) == before, "{name}: something was written");
    }
    assert_eq!(code(bob.client.join(&joining(&good, "  ")).await), Code::Invalid, "without a name");
    assert!(files(&temp.path().join("bob")) == before);
    bob.client.join(&joining(&good, "Bob")).await.unwrap();
    bob.stop().await;
    ann.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poster_asks_and_somebody_says_yes_or_no() {
    let temp = tempfile::tempdir().unwrap();
    let ann = start(&temp.path().join("ann")).await;
    ann.found().await;
    let hung = invite(&ann, "Village hall", true, None).await;
    let bob = start(&temp.path().join("bob")).await;
    assert_eq!(code(bob.client.join_waiting().await), Code::NotFound);
    assert_eq!(code(bob.client.join_stop().await), Code::NotFound);
    let waiting = asked(&bob, &hung.ticket, "Bob").await;
    assert_eq!((waiting.community.as_str(), waiting.my_name.as_str()), ("Riverside", "Bob"));
    assert_eq!(bob.client.join_waiting().await.unwrap(), waiting);
    let status = bob.client.status().await.unwrap();
    assert!(
        status.sentence.starts_with("You have asked to join Riverside. Somebody there has to say yes"),
        "{status:?}"
    );
    // Programs that know only joined or not.
    assert_eq!(code(bob.client.join(&joining(&hung.ticket, "Bob")).await), Code::JoinWaiting);
    let other = start(&temp.path().join("other")).await;
    asked(&other, &hung.ticket, "bob").await;
    let carol = start(&temp.path().join("carol")).await;
    asked(&carol, &hung.ticket, "Carol").await;

    let requests = ann.client.join_requests().await.unwrap().requests;
    let seen: Vec<_> = requests.iter().map(|r| (r.name.as_str(), r.same_name, r.note.as_str())).collect();
    assert_eq!(seen, [("Bob", true, "Village hall"), ("bob", true, "Village hall"), ("Carol", false, "Village hall")]);
    assert_eq!(waiting.code, requests[0].code, "both sides see the same code");
    assert_eq!(ann.client.invites().await.unwrap().invites[0].waiting, 3);
    assert_eq!(ann.client.people().await.unwrap().people.len(), 1, "nobody is in yet");
    let warnings = ann.client.status().await.unwrap().warnings;
    assert!(warnings.iter().any(|w| w.code == "people-ask-to-join"), "{warnings:?}");

    // Two of a name: by code only.
    let unclear = ann.client.join_confirm("Bob", false).await;
    let Err(ClientError::Problem(problem)) = unclear else { panic!("{unclear:?}") };
    assert!(requests[..2].iter().all(|r| problem.action.contains(&r.code)), "{problem:?}");
    assert_eq!(code(ann.client.join_confirm("Dan", false).await), Code::NotFound);
    assert_eq!(code(ann.client.join_confirm("all", false).await), Code::NotFound, "nobody lets in all at once");
    assert_eq!(ann.client.join_confirm(&requests[0].code, true).await.unwrap().requests.len(), 1);
    assert_eq!(ann.client.join_requests().await.unwrap().requests.len(), 3, "a dry run changes nothing");

    // Yes while Bob's computer is off; it asks by itself when it is back.
    bob.stop().await;
    assert_eq!(ann.client.join_confirm(&requests[0].code, false).await.unwrap().requests[0].name, "Bob");
    assert_eq!(code(ann.client.join_confirm(&requests[0].code, false).await), Code::NotFound);
    let names: Vec<String> = ann.client.people().await.unwrap().people.into_iter().map(|p| p.name).collect();
    assert_eq!(names, ["Ann", "Bob"]);
    let bob = start(&temp.path().join("bob")).await;
    until_member(&bob).await;
    assert_eq!(code(bob.client.join_waiting().await), Code::NotFound);
    assert!(!temp.path().join("bob").join("joining.json").exists());
    let me = bob.client.status().await.unwrap().me.unwrap();
    assert_eq!((me.person.as_str(), me.name.as_str()), (requests[0].person.as_str(), "Bob"));

    // No, and no again.
    assert_eq!(ann.client.join_refuse("carol", false).await.unwrap().requests.len(), 1);
    assert_eq!(code(carol.client.join(&joining(&hung.ticket, "Carol")).await), Code::InviteRefused);
    assert_eq!(ann.client.join_requests().await.unwrap().requests.len(), 1);
    // She stops asking by herself: the answer is final.
    carol.stop().await;
    let carol = start(&temp.path().join("carol")).await;
    until("it has ended", async || carol.client.join_waiting().await.unwrap().ended).await;
    let status = carol.client.status().await.unwrap();
    assert!(status.warnings.iter().any(|w| w.code == "join-ended"), "{status:?}");
    carol.client.join_stop().await.unwrap();
    assert!(!carol.client.status().await.unwrap().warnings.iter().any(|w| w.code == "join-ended"));

    // Taken down: who waited is told so.
    ann.client.invite_revoke("village hall", false).await.unwrap();
    assert!(ann.client.join_requests().await.unwrap().requests.is_empty());
    assert_eq!(code(other.client.join(&joining(&hung.ticket, "bob")).await), Code::InviteRevoked);
    for node in [other, carol, bob, ann] {
        node.stop().await;
    }
}
