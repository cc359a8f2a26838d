//! Sentences that stories are made of: found a street, join it, write, look, compare.

use super::{Computer, wait};
use hedgerow_api::{
    CommunityNew, Draft, FindQuery, ImportQuery, ImportReport, InviteNew, Item, ItemSummary, Join, Membership,
    NoticeDraft, Publish, Published, ServiceDraft, Status,
};
use hedgerow_protocol::id::Id;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// The directory that stories import: the real one when it is here, else our own smaller one, said loudly.
pub fn directory(test: &str) -> PathBuf {
    let shared = crate::root().join("../shared/data/libraries/devon_county_council.csv");
    if shared.is_file() {
        return shared;
    }
    crate::skip(test, "the real directory is not here (../shared); a smaller one of our own is used");
    crate::root().join("node/fixtures/riverside_libraries.csv")
}

/// Starts a community on a computer whose node runs.
///
/// # Panics
/// When it does not work; so with all sentences here.
pub async fn found(computer: &Computer, name: &str) -> Membership {
    let new = CommunityNew {
        name: name.into(),
        time_zone: Some("Europe/London".into()),
        my_name: computer.name.clone(),
        accept_newcomers: false,
    };
    computer.api().community_new(&new).await.unwrap_or_else(|e| panic!("{} founds: {e}", computer.name))
}

/// A ticket from a member.
pub async fn invite(by: &Computer) -> String {
    let invite = by.api().invite(&InviteNew::default()).await;
    invite.unwrap_or_else(|e| panic!("{} invites: {e}", by.name)).ticket
}

/// Lets one computer in with a ticket from another.
pub async fn join(who: &Computer, by: &Computer) -> Membership {
    let ticket = invite(by).await;
    let join = Join { ticket, my_name: who.name.clone() };
    who.api().join(&join).await.unwrap_or_else(|e| panic!("{} joins: {e}", who.name))
}

/// Imports a file.
pub async fn import(at: &Computer, file: &std::path::Path) -> ImportReport {
    let bytes = std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let how = ImportQuery { name, ..ImportQuery::default() };
    at.api().import(&how, bytes).await.unwrap_or_else(|e| panic!("{} imports: {e}", at.name))
}

/// A notice ready to publish.
pub fn notice(title: &str) -> Publish {
    let draft = NoticeDraft { title: title.into(), text: "As it says.".into(), ..NoticeDraft::default() };
    Publish { draft: Draft::Notice(draft), as_group: None, audience: Default::default(), dry_run: false }
}

/// A service ready to publish.
pub fn service(name: &str, description: &str) -> Publish {
    let draft = ServiceDraft { name: name.into(), description: description.into(), ..ServiceDraft::default() };
    Publish { draft: Draft::Service(draft), as_group: None, audience: Default::default(), dry_run: false }
}

/// Publishes.
pub async fn publish(at: &Computer, what: Publish) -> Published {
    at.api().publish(&what, None).await.unwrap_or_else(|e| panic!("{} publishes: {e}", at.name))
}

/// How a computer is doing.
pub async fn status(at: &Computer) -> Status {
    at.api().status().await.unwrap_or_else(|e| panic!("{}: {e}", at.name))
}

/// Everything a computer shows, by address, every page of it.
pub async fn shown(at: &Computer) -> BTreeMap<String, ItemSummary> {
    let mut all = BTreeMap::new();
    let mut find = FindQuery { limit: Some(200), ..FindQuery::default() };
    loop {
        let page = at.api().find(&find).await.unwrap_or_else(|e| panic!("{} finds: {e}", at.name));
        all.extend(page.items.into_iter().map(|item| (item.slot.clone(), item)));
        find.cursor = page.next;
        if find.cursor.is_none() {
            return all;
        }
    }
}

/// One item in full.
pub async fn item(at: &Computer, id: &str) -> Item {
    at.api().item(id).await.unwrap_or_else(|e| panic!("{} reads {id}: {e}", at.name))
}

/// Waits until these computers hold the same records and nothing is pending; gives how long it took.
pub async fn equal(computers: &[&Computer], within: Duration) -> Duration {
    let names: Vec<&str> = computers.iter().map(|c| c.name.as_str()).collect();
    let what = format!("{names:?} hold the same records");
    let (_, took) = wait::until(&what, within, || async {
        let mut seen = None;
        for computer in computers {
            let status = computer.api().status().await.ok()?;
            let this = (status.root?, status.counts.authority_records);
            if seen.get_or_insert_with(|| this.clone()) != &this {
                return None;
            }
        }
        Some(())
    })
    .await;
    took
}

/// Waits until a computer has no link left: longer than a connection lives without a word.
pub async fn alone(at: &Computer) {
    wait::until(&format!("{} is alone", at.name), Duration::from_secs(30), || async {
        let status = at.api().status().await.ok()?;
        status.neighbours.iter().all(|n| !n.linked).then_some(())
    })
    .await;
}

/// Checks that two computers show the same things in the same words, and hold byte-identical records of them.
pub async fn same_views(one: &Computer, other: &Computer) -> usize {
    let (here, there) = (shown(one).await, shown(other).await);
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>(), "{} and {}", one.name, other.name);
    for (slot, item) in &here {
        assert_eq!(item.id, there[slot].id, "the same version of {}", item.title);
        assert_eq!(item.title, there[slot].title);
        let (mine, theirs) = (one.api().cose(&item.id).await, other.api().cose(&item.id).await);
        let (mine, theirs) = (mine.unwrap_or_else(|e| panic!("{e}")), theirs.unwrap_or_else(|e| panic!("{e}")));
        assert!(mine.len() > 64, "a record has bytes");
        assert_eq!(mine, theirs, "{}: the same bytes", item.title);
    }
    here.len()
}

/// Gives whoever is at a computer of an organiser as much space as there is to give.
pub async fn give_space(at: &Computer) {
    let people = at.api().people().await.unwrap_or_else(|e| panic!("{}: {e}", at.name)).people;
    let me = people.iter().find(|p| p.me).unwrap_or_else(|| panic!("{} is nobody", at.name));
    let space = hedgerow_api::GrantNew { role: "space".into(), number: Some(256) };
    at.api().person_grant(&me.id, &space).await.unwrap_or_else(|e| panic!("{}: {e}", at.name));
}

/// Whose a computer is.
///
/// # Panics
/// When it is nobody's.
pub async fn owner_of(at: &Computer) -> Id {
    let people = at.api().people().await.expect("people").people;
    people.iter().find(|p| p.me).expect("somebody").id.parse().expect("an id")
}
