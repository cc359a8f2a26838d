//! Names of people are for their community, and so is who let whom in.
//!
//! Topology: Ann, Bob and a stranger on one switch; or Ann and a newcomer. Goal: whatever a stranger asks for, there is no
//! name in it that nobody chose for them; and what a newcomer is called is on nobody's disk until they are let in.

use std::time::Duration;

use hedgerow_api::{CommunityNew, Enter, Join, PageSet, PenName};
use hedgerow_protocol::kind::Kind;
use hedgerow_tests::lab::records::records;
use hedgerow_tests::lab::{Computer, Lab, run, story, wait};

const ANN: &str = "Ann Leominster";
const BOB: &str = "Bob Redcar";
const CY: &str = "Cy Quietly";

/// Ann's community, where newcomers may enter.
async fn founded(ann: &Computer) -> String {
    let new = CommunityNew {
        name: "Riverside".into(),
        time_zone: Some("Europe/London".into()),
        my_name: ANN.into(),
        accept_newcomers: true,
    };
    ann.api().community_new(&new).await.expect("founded").community.id
}

/// Waits until a community is seen nearby.
async fn sees(at: &Computer, community: &str) {
    wait::until("the community is seen", Duration::from_secs(10), || async {
        at.api().nearby().await.ok()?.communities.iter().any(|c| c.id == community).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_told_nobodys_name() {
    let Some(mut lab) = Lab::new("a_stranger_is_told_nobodys_name", &["ann", "bob", "stranger"]) else { return };
    for name in ["ann", "bob", "stranger"] {
        lab.at_mut(name).start().await;
    }
    let (ann, bob, stranger) = (lab.at("ann"), lab.at("bob"), lab.at("stranger"));
    let community = founded(ann).await;
    let ticket = story::invite(ann).await;
    bob.api().join(&Join { ticket, my_name: BOB.into() }).await.expect("joined");
    story::publish(bob, story::notice("Lost cat")).await;
    story::equal(&[ann, bob], Duration::from_secs(15)).await;

    sees(stranger, &community).await;
    let page = stranger.api().nearby_public(&community, &Default::default()).await.expect("public reading");
    assert!(page.items.iter().any(|i| i.title == "Lost cat"), "{page:?}");
    let told = serde_json::to_string(&page).expect("JSON");

    let set = PageSet { on: true, listen: Some("0.0.0.0:8480".into()) };
    ann.api().page_set(&set).await.expect("a page");
    let base = format!("http://{}:8480", lab.address("ann"));
    let mut read = told;
    for path in ["/", "/notices", "/find", "/notices.atom", "/events.ics", "/rpde/events", "/services"] {
        let url = format!("{base}{path}");
        let said = run(&mut stranger.program("curl", &["-s", "-m", "20", "-H", "Accept: text/html, */*", &url])).stdout;
        assert!(path != "/notices" || said.contains("Lost cat"), "{said}");
        read.push_str(&said);
    }
    for name in [ANN, BOB] {
        assert!(!read.contains(name), "a stranger reads {name}");
    }
    assert!(read.contains("Somebody here"), "it says that nobody is named: {read}");
    assert_eq!(page.said.as_ref().map(|said| said.name.as_str()), Some(""), "Ann has no name for strangers");

    // A name that they chose for it stands there.
    let (gardener, host) = ("The gardener", "The house on the corner");
    for (at, name) in [(bob, gardener), (ann, host)] {
        at.api().pen_name_set(&PenName { name: name.into() }).await.expect("a pen name");
    }
    story::equal(&[ann, bob], Duration::from_secs(15)).await;
    let page = stranger.api().nearby_public(&community, &Default::default()).await.expect("public reading");
    let cat = page.items.iter().find(|i| i.title == "Lost cat").expect("the notice");
    let host_said = page.said.map(|said| said.name);
    // Either of the two computers may have been asked.
    assert!(
        cat.publisher == gardener && [Some(host.into()), Some(gardener.into())].contains(&host_said),
        "{host_said:?}"
    );
    let url = format!("{base}/notices");
    let said = run(&mut stranger.program("curl", &["-s", "-m", "20", "-H", "Accept: text/html", &url])).stdout;
    assert!(said.contains(gardener), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomers_name_comes_when_they_are_let_in() {
    let Some(mut lab) = Lab::new("a_newcomers_name_comes", &["ann", "cy"]) else { return };
    for name in ["ann", "cy"] {
        lab.at_mut(name).start().await;
    }
    let (ann, cy) = (lab.at("ann"), lab.at("cy"));
    let community = founded(ann).await;
    sees(cy, &community).await;
    let entered = cy.api().enter(&Enter { community: Some(community), my_name: CY.into() }).await.expect("entered");
    assert_eq!(entered.me.name, CY, "they know themselves");
    let role = |wanted: &'static str| async move {
        let people = ann.api().people().await.ok()?;
        people.people.into_iter().find(|p| p.role == wanted && p.name != ANN)
    };
    let (newcomer, _) = wait::until("Ann sees a newcomer", Duration::from_secs(30), || role("newcomer")).await;
    story::equal(&[ann, cy], Duration::from_secs(15)).await;
    for at in [ann, cy] {
        let kept = records(at).await.1;
        let names = kept.iter().filter(|r| r.payload().kind == Kind::PROFILE && r.owner().to_string() == newcomer.id);
        assert_eq!(names.count(), 0, "the name is in what {} passes on", at.name);
    }
    ann.api().person_allow(&newcomer.id).await.expect("let in");
    wait::until("Ann learns the name", Duration::from_secs(30), || async {
        (role("resident").await?.name == CY).then_some(())
    })
    .await;
}
