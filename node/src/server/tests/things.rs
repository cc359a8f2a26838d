//! What one publishes: emptying a field, putting back what was withdrawn, and what happened lately.

use super::*;

fn service(name: &str) -> Publish {
    let draft = ServiceDraft {
        name: name.into(),
        phone: "01392 000000".into(),
        town: "Bideford".into(),
        postcode: "EX39 1QS".into(),
        hours: vec!["Wed 12:00-14:00".into()],
        hours_notes: "Closed in August".into(),
        assured: Some("2020-01-01".into()),
        ..ServiceDraft::default()
    };
    Publish { draft: Draft::Service(draft), as_group: None, audience: Audience::Public, dry_run: false }
}

fn changed(draft: ServiceDraft) -> Publish {
    Publish { draft: Draft::Service(draft), ..service("") }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_is_emptied_and_what_was_withdrawn_is_put_back() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    let client = node.client.clone();
    let me = node.found().await;
    let first = client.publish(&service("Lunch club"), None).await.unwrap().item;
    assert_eq!((first.summary.owner.as_str(), first.summary.copies), (me.me.person.as_str(), 1));
    let slot = first.summary.slot.clone();

    // Nothing but the day: an edit without one says today.
    let checked = client.edit(&slot, &changed(ServiceDraft::default()), None).await.unwrap().item;
    assert_eq!((&checked.hours, checked.summary.postcode.as_deref()), (&first.hours, Some("EX39 1QS")));
    assert!(checked.summary.assured > first.summary.assured);

    let clear =
        |names: &[&str]| ServiceDraft { clear: names.iter().map(|n| (*n).into()).collect(), ..Default::default() };
    let emptied = client.edit(&slot, &changed(clear(&["phone", "postcode", "hours_notes"])), None).await.unwrap().item;
    let text = emptied.doc.to_string();
    assert!(!text.contains("01392") && !text.contains("EX39") && !text.contains("August"), "{text}");
    assert!(text.contains("Bideford") && emptied.hours == first.hours, "{text}");
    let emptied = client.edit(&slot, &changed(clear(&["hours", "town"])), None).await.unwrap().item;
    assert!(emptied.hours.is_empty() && !emptied.doc.to_string().contains("Bideford"));
    assert_eq!(code(client.edit(&slot, &changed(clear(&["name"])), None).await), Code::Invalid);

    // A place with no address left gets a name, an address again, and loses the name.
    let hall = ServiceDraft { place: "Village hall".into(), ..Default::default() };
    let named = client.edit(&slot, &changed(hall), None).await.unwrap().item;
    assert_eq!(named.summary.place.as_deref(), Some("Village hall"));
    let lane = ServiceDraft { address: "3 Mill Lane".into(), ..Default::default() };
    let at = client.edit(&slot, &changed(lane), None).await.unwrap().item.summary.place.unwrap_or_default();
    assert!(at.contains("Village hall") && at.contains("3 Mill Lane"), "{at}");
    let emptied = client.edit(&slot, &changed(clear(&["place", "address"])), None).await.unwrap().item;
    assert!(emptied.summary.place.is_none(), "{:?}", emptied.summary.place);

    let gone = client.withdraw(&slot, None, false).await.unwrap().id.unwrap();
    let back = Publish { draft: Draft::Document { kind: "service".into(), doc: emptied.doc.clone() }, ..service("") };
    assert_eq!(code(client.edit(&slot, &back, Some(&first.summary.id)).await), Code::ChangedMeanwhile);
    let again = client.edit(&slot, &back, Some(&gone)).await.unwrap();
    assert!(again.saved && !again.item.withdrawn && again.item.doc == emptied.doc);
    assert_eq!(again.item.summary.slot, slot);
    assert_eq!(code(client.edit(&slot, &back, Some(&gone)).await), Code::ChangedMeanwhile);

    let happened = client.activity().await.unwrap().happenings;
    let lately = happened.iter().find(|h| h.kind == "service").unwrap();
    assert_eq!((lately.what.as_str(), lately.title.as_str(), lately.by.as_str()), ("changed", "Lunch club", "Ann"));
    assert!(happened.iter().any(|h| h.what == "genesis" || h.what == "person"), "{happened:?}");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_a_notice_finds_it_before_and_after_its_time() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    let client = node.client.clone();
    node.found().await;
    let later = NoticeDraft { title: "Fair".into(), from: Some("2030-01-01".into()), ..NoticeDraft::default() };
    let publish = Publish { draft: Draft::Notice(later), ..service("") };
    client.publish(&publish, None).await.unwrap();
    assert!(client.find(&FindQuery::default()).await.unwrap().items.is_empty());
    let mine = client.find(&FindQuery { mine: true, ..FindQuery::default() }).await.unwrap();
    assert_eq!(mine.items[0].starts.as_deref(), Some("2030-01-01"));
    // What is brought in by the hundred is one line.
    let csv = include_bytes!("../../../fixtures/riverside_libraries.csv").to_vec();
    let how = ImportQuery { name: "libraries.csv".into(), ..ImportQuery::default() };
    let report = client.import(&how, csv).await.unwrap();
    let happened = client.activity().await.unwrap().happenings;
    let services: Vec<_> = happened.iter().filter(|h| h.kind == "service").collect();
    assert_eq!((services.len(), services[0].count), (1, report.new));
    let json = include_bytes!("../../../fixtures/riverside_directory.json").to_vec();
    let how = ImportQuery { name: "riverside_directory.json".into(), ..ImportQuery::default() };
    assert!(client.import(&how, json).await.unwrap().new > 0);
    let placed = client.find(&FindQuery { kinds: "service".into(), ..FindQuery::default() }).await.unwrap();
    assert!(placed.items.iter().any(|i| i.lat.is_some() && i.lon.is_some()), "{:?}", placed.items);
    node.stop().await;
}
