//! Entering a community without an invite: real nodes on loopback, one that lets newcomers in and one that does not.

use super::*;

async fn open_town(dir: &std::path::Path, accept_newcomers: bool) -> (Node, String) {
    let node = start(dir).await;
    let new = CommunityNew {
        name: "Riverside".into(),
        time_zone: Some("Europe/London".into()),
        my_name: "Ann".into(),
        accept_newcomers,
    };
    node.client.community_new(&new).await.unwrap();
    let address = node.client.neighbours().await.unwrap().me.remove(0);
    (node, address)
}

fn entering(community: &str) -> Enter {
    Enter { community: Some(community.into()), my_name: "Dee".into() }
}

async fn sees(client: &Client, title: &str) -> Option<()> {
    let page = client.find(&FindQuery::default()).await.ok()?;
    page.items.iter().any(|i| i.title == title).then_some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_enters_reads_and_is_let_in_with_an_invite() {
    let temp = tempfile::tempdir().unwrap();
    let (ann, address) = open_town(&temp.path().join("ann"), true).await;
    let notice = notice("Soup on Friday");
    ann.client.publish(&notice, None).await.unwrap();
    let dee = start(&temp.path().join("dee")).await;
    let entered = dee.client.enter(&entering(&address)).await.unwrap();
    assert_eq!((entered.community.name.as_str(), entered.me.role.as_str()), ("Riverside", "newcomer"));
    assert_eq!(entered.me.name, "Dee", "her own computer knows her name");
    let told = entered.limits.join(" ");
    let code = &entered.me.person[..8];
    for part in ["newcomer in Riverside", "read everything", "cannot publish", "nobody sees your name", code] {
        assert!(told.contains(part), "{part}: {told}");
    }
    until("Dee reads what Ann wrote", || sees(&dee.client, "Soup on Friday")).await;
    until("Ann sees a newcomer without a name", || async {
        let people = ann.client.people().await.ok()?.people;
        people.iter().any(|p| p.role == "newcomer" && p.name.is_empty()).then_some(())
    })
    .await;

    // What is not hers to do is refused with what to do.
    let report = ReportNew { about: "Ann".into(), reason: ReportReason::Spam, text: String::new(), dry_run: false };
    for refused in [
        dee.client.publish(&notice, None).await.map(drop),
        dee.client.invite(&InviteNew::default()).await.map(drop),
        dee.client.report_new(&report).await.map(drop),
    ] {
        assert!(matches!(refused.unwrap_err().code(), Some(Code::Newcomer | Code::NotAllowed | Code::NotFound)));
    }
    assert_eq!(code_of(dee.client.enter(&entering(&address)).await.map(drop)), Some(Code::AlreadyMember));
    let pen_name = PenName { name: "D.".into() };
    assert_eq!(code_of(dee.client.pen_name_set(&pen_name).await.map(drop)), Some(Code::Newcomer));

    // Nothing of hers goes round as hers, and an invite makes her a member: the same person, now with a name.
    assert!(ann.client.people().await.unwrap().people.iter().all(|p| p.name != "Dee"));
    let poster = InviteNew { poster: true, ..InviteNew::default() };
    let poster = ann.client.invite(&poster).await.unwrap().ticket;
    let asked = dee.client.join(&Join { ticket: poster, my_name: "Dee".into() }).await;
    assert_eq!(code_of(asked.map(drop)), Some(Code::Invalid));
    let invite = ann.client.invite(&InviteNew::default()).await.unwrap().ticket;
    let join = Join { ticket: invite, my_name: "Dee".into() };
    let member = dee.client.join(&join).await.unwrap();
    assert_eq!((member.me.role.as_str(), &member.me.person), ("resident", &entered.me.person));
    until("Ann sees Dee", || async {
        let people = ann.client.people().await.ok()?.people;
        people.iter().any(|p| p.role == "resident" && p.name == "Dee").then_some(())
    })
    .await;
    let back = dee.client.publish(&super::notice("Thank you"), None).await.unwrap();
    assert!(back.saved);
    until("Ann reads what Dee wrote", || sees(&ann.client, "Thank you")).await;
    dee.stop().await;
    ann.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_is_let_in_by_an_organiser_and_a_closed_door_says_so() {
    let temp = tempfile::tempdir().unwrap();
    let (ann, address) = open_town(&temp.path().join("ann"), false).await;
    let dee = start(&temp.path().join("dee")).await;
    let refused = dee.client.enter(&entering(&address)).await;
    let Err(ClientError::Problem(closed)) = &refused else { panic!("{refused:?}") };
    assert_eq!(closed.code, Code::NeedsInvite);
    assert!(closed.title.contains("by invite only") && closed.action.contains("hedgerow join INVITE"), "{closed:?}");
    assert!(dee.client.status().await.unwrap().community.is_none(), "nothing is left of it");
    assert_eq!(code_of(dee.client.enter(&entering("Nowhere")).await.map(drop)), Some(Code::NotFound));
    let nameless = Enter { community: Some(address.clone()), my_name: " ".into() };
    assert_eq!(code_of(dee.client.enter(&nameless).await.map(drop)), Some(Code::Invalid));

    let open = OrganisersChange { open: Some(true), ..OrganisersChange::default() };
    assert!(ann.client.organisers_propose(&open).await.unwrap().holds);
    let entered = dee.client.enter(&entering(&address)).await.unwrap();
    let code = entered.me.person[..8].to_owned();
    until("Ann hears of the newcomer", || async { ann.client.person(&code).await.ok() }).await;
    ann.client.person_allow(&code).await.unwrap();
    until("Dee is a member with a name", || async {
        let name = ann.client.person(&code).await.ok()?.person.name;
        let role = dee.client.status().await.ok()?.me?.role;
        (name == "Dee" && role == "resident").then_some(())
    })
    .await;
    // Who is in already stays in when the door closes.
    let shut = OrganisersChange { open: Some(false), ..OrganisersChange::default() };
    assert!(ann.client.organisers_propose(&shut).await.unwrap().holds);
    assert_eq!(ann.client.person(&code).await.unwrap().person.role, "resident");
    dee.stop().await;
    ann.stop().await;
}

fn code_of(answer: Result<(), ClientError>) -> Option<Code> {
    answer.err().and_then(|e| e.code())
}
