//! The API as programs see it: through the real socket, with a real node behind it, alone on loopback.

use std::path::PathBuf;
use std::time::Duration;

use hedgerow_api::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

use crate::app::{RunError, RunOptions, is_locked, run};
use crate::paths::DataDir;
use crate::patience::{SOON, patience, soon, until};

mod again;
mod identity;
mod invites;
mod known;
mod names;
mod newcomers;
mod people;
mod saved;
mod socket;
mod things;

/// How long a node may take to stop: ten seconds are promised.
const STOP_MAX: Duration = Duration::from_secs(12);

struct Node {
    dir: PathBuf,
    client: Client,
    task: JoinHandle<Result<Vec<&'static str>, RunError>>,
}

fn options(dir: &std::path::Path) -> RunOptions {
    RunOptions {
        dir: DataDir::choose(Some(dir.to_owned())),
        port: Some(0),
        multicast: false,
        bind: vec![std::net::IpAddr::from([127, 0, 0, 1])],
    }
}

async fn start(dir: &std::path::Path) -> Node {
    let client = Client::new(dir);
    let task = tokio::spawn(run(options(dir), |_| {}));
    client.wait_until_serving(patience(SOON)).await.unwrap();
    Node { dir: dir.to_owned(), client, task }
}

impl Node {
    async fn found(&self) -> Membership {
        let new = CommunityNew {
            name: "Riverside".into(),
            time_zone: Some("Europe/London".into()),
            my_name: "Ann".into(),
            accept_newcomers: false,
        };
        self.client.community_new(&new).await.unwrap()
    }
    async fn stop(self) {
        self.client.stop().await.unwrap();
        let left = tokio::time::timeout(patience(STOP_MAX), self.task).await.unwrap().unwrap().unwrap();
        assert!(left.is_empty(), "{left:?}");
        assert!(!is_locked(&DataDir::choose(Some(self.dir))));
    }
    /// Raw bytes in, status and body out.
    async fn raw(&self, request: &str) -> (u16, String) {
        let mut stream = UnixStream::connect(socket_path(&self.dir)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        (status, answer)
    }
}

fn notice(title: &str) -> Publish {
    let draft = Draft::Notice(NoticeDraft { title: title.into(), text: "Text".into(), ..NoticeDraft::default() });
    Publish { draft, as_group: None, audience: Audience::Public, dry_run: false }
}

fn code<T>(answer: Result<T, ClientError>) -> Code {
    answer.err().and_then(|e| e.code()).expect("a problem with a code")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_community_it_says_so_and_every_error_is_a_problem() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(socket_path(temp.path())).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let status = node.client.status().await.unwrap();
    assert_eq!(status.state, State::NeedsYou);
    assert!(status.community.is_none() && status.root.is_none());
    assert_eq!(code(node.client.find(&FindQuery::default()).await), Code::NoCommunity);
    assert_eq!(code(node.client.people().await), Code::NoCommunity);
    assert_eq!(code(node.client.identity_kit().await), Code::NoCommunity);
    assert!(node.client.nearby().await.unwrap().communities.is_empty());

    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let post = |path: &str, body: &str| {
        format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    for (request, status, code) in [
        (get("/v1/nothing"), 404, "no-such-route"),
        (get("/"), 404, "no-such-route"),
        (get("/v1/join"), 405, "no-such-method"),
        (get("/v1/join-requests/x/confirm"), 405, "no-such-method"),
        (get("/v1/find?limit=many"), 400, "bad-request"),
        (get("/v1/find?colour=red"), 400, "bad-request"),
        (post("/v1/join", "{"), 400, "bad-request"),
        (post("/v1/join", "[]"), 400, "bad-request"),
        (post("/v1/community", "{\"name\":\"x\",\"my_name\":\"y\",\"odd\":1}"), 400, "bad-request"),
        (post("/v1/community", &format!("{{\"name\":\"{}\"}}", "x".repeat(300_000))), 413, "too-large"),
    ] {
        let (got, answer) = node.raw(&request).await;
        let line = request.lines().next().unwrap();
        assert_eq!(got, status, "{line}: {answer}");
        assert!(answer.to_lowercase().contains("content-type: application/problem+json"), "{line}: {answer}");
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{line}: {answer}");
        assert!(answer.contains("\"action\":"), "{line}: {answer}");
    }
    let join = Join { ticket: "hedgerow1abc".into(), my_name: "Bob".into() };
    assert_eq!(code(node.client.join(&join).await), Code::InviteDamaged);
    let nameless = CommunityNew { name: "  ".into(), time_zone: None, my_name: "Ann".into(), accept_newcomers: false };
    assert_eq!(code(node.client.community_new(&nameless).await), Code::Invalid);
    let zoneless = CommunityNew {
        name: "X".into(),
        time_zone: Some("Mars/Base".into()),
        my_name: "Ann".into(),
        accept_newcomers: false,
    };
    assert_eq!(code(node.client.community_new(&zoneless).await), Code::Invalid);

    // A second start says who is there, and does not disturb.
    assert!(matches!(run(options(temp.path()), |_| {}).await, Err(RunError::AlreadyRunning)));
    node.client.status().await.unwrap();
    node.stop().await;
    assert!(!temp.path().join("api.sock").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_found_changed_and_withdrawn() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    let client = node.client.clone();
    let membership = node.found().await;
    assert_eq!(membership.community.name, "Riverside");
    assert_eq!(membership.me.role, "organiser");
    let again = CommunityNew { name: "Other".into(), time_zone: None, my_name: "Ann".into(), accept_newcomers: false };
    assert_eq!(code(client.community_new(&again).await), Code::AlreadyMember);

    // Once with a key is once.
    let mut events = client.events(None).await.unwrap();
    let first = client.publish(&notice("Flood"), Some("key-1")).await.unwrap();
    let second = client.publish(&notice("Flood"), Some("key-1")).await.unwrap();
    assert!(first.saved && !second.saved);
    assert_eq!(first.item.summary.slot, second.item.summary.slot);
    assert_eq!(code(client.publish(&notice("Fire"), Some("key-1")).await), Code::KeyReused);
    assert_eq!(client.status().await.unwrap().counts.notices, 1);

    // It is told, and who comes back gets what was missed.
    let told = soon("it is told", async {
        loop {
            let event = events.next().await.unwrap();
            if event.item.as_deref() == Some(first.item.summary.id.as_str()) {
                return event;
            }
        }
    })
    .await;
    assert_eq!(told.kind, EventKind::Changed);
    drop(events);

    // A dry run changes nothing.
    let dry = Publish { dry_run: true, ..notice("Maybe") };
    let preview = client.publish(&dry, None).await.unwrap();
    assert!(!preview.saved && preview.item.summary.title == "Maybe");
    assert_eq!(client.status().await.unwrap().counts.notices, 1);

    // Changing needs the version that was read.
    let id = first.item.summary.id.clone();
    let changed = client.edit(&id, &notice("Flood is over"), Some(&id)).await.unwrap();
    assert!(changed.saved);
    assert_eq!(code(client.edit(&id, &notice("Flood is back"), Some(&id)).await), Code::ChangedMeanwhile);
    assert_eq!(client.item(&id).await.unwrap().summary.title, "Flood is over", "any version leads to the item");
    assert_eq!(client.item(&id[..12]).await.unwrap().summary.title, "Flood is over");
    let same = client.edit(&id, &notice("Flood is over"), None).await.unwrap();
    assert!(!same.saved, "the same again is nothing new");

    let mut resumed = client.events(Some(&told.id)).await.unwrap();
    let next = soon("the next event", resumed.next()).await.unwrap();
    assert_eq!(next.item.as_deref(), Some(changed.item.summary.id.as_str()));
    drop(resumed);

    // Withdrawn is gone from view and known as withdrawn.
    let slot = first.item.summary.slot;
    assert!(client.withdraw(&slot, None, true).await.unwrap().id.is_none());
    assert!(client.withdraw(&slot, None, false).await.unwrap().id.is_some());
    assert!(client.item(&slot).await.unwrap().withdrawn);
    assert_eq!(code(client.withdraw(&slot, None, false).await), Code::NotFound);
    assert!(client.find(&FindQuery::default()).await.unwrap().items.is_empty());
    assert_eq!(code(client.item("0000000000").await), Code::NotFound);
    assert_eq!(code(client.item("x").await), Code::NotFound);
    node.stop().await;

    // All of it is there after a restart.
    let node = start(temp.path()).await;
    assert!(node.client.item(&slot).await.unwrap().withdrawn);
    assert_eq!(node.client.community().await.unwrap().name, "Riverside");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn services_pages_groups_and_files() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    let client = node.client.clone();
    node.found().await;
    let group = client.group_new(&GroupNew { name: "Food bank".into(), ..GroupNew::default() }).await.unwrap();
    assert!(group.mine);
    let service = ServiceDraft {
        name: "Food parcels".into(),
        postcode: "ZZ1 1AA".into(),
        town: "Riverside".into(),
        hours: vec!["Mon,Wed 10:00-12:00".into()],
        ..ServiceDraft::default()
    };
    let publish = |draft: &ServiceDraft| Publish {
        draft: Draft::Service(draft.clone()),
        as_group: Some("food bank".into()),
        audience: Audience::Public,
        dry_run: false,
    };
    let published = client.publish(&publish(&service), None).await.unwrap().item;
    assert_eq!(published.summary.publisher, "Food bank");
    assert!(!published.hours.is_empty());
    let bad = ServiceDraft { hours: vec!["sometimes".into()], ..service.clone() };
    assert_eq!(code(client.publish(&publish(&bad), None).await), Code::Invalid);

    // An edit changes what it names and keeps the rest.
    let edit = ServiceDraft { phone: "01392 000000".into(), ..ServiceDraft::default() };
    let edit = Publish { as_group: None, ..publish(&edit) };
    let edited = client.edit(&published.summary.id, &edit, None).await.unwrap().item;
    assert_eq!(edited.summary.title, "Food parcels");
    assert_eq!(edited.hours, published.hours);
    assert!(edited.doc.to_string().contains("01392 000000") && edited.doc.to_string().contains("ZZ1 1AA"));

    // Pages neither repeat nor leave out.
    for n in 0..7 {
        client.publish(&notice(&format!("Number {n}")), None).await.unwrap();
    }
    let mut titles = Vec::new();
    let mut find = FindQuery { limit: Some(3), ..FindQuery::default() };
    loop {
        let page = client.find(&find).await.unwrap();
        assert!(page.items.len() <= 3);
        titles.extend(page.items.into_iter().map(|i| i.title));
        find.cursor = page.next;
        if find.cursor.is_none() {
            break;
        }
    }
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), 8, "{titles:?}");
    let mine = client.find(&FindQuery { mine: true, limit: Some(5), ..FindQuery::default() }).await.unwrap();
    assert_eq!(mine.items.len(), 5);
    let odd = FindQuery { cursor: Some("nonsense".into()), ..FindQuery::default() };
    assert_eq!(code(client.find(&odd).await), Code::Invalid);

    // A directory in, twice; out; and a bundle of all.
    let csv = include_bytes!("../../fixtures/riverside_libraries.csv").to_vec();
    let how = ImportQuery { name: "riverside_libraries.csv".into(), ..ImportQuery::default() };
    let dry = ImportQuery { dry_run: true, ..how.clone() };
    assert!(client.import(&dry, csv.clone()).await.unwrap().new > 3);
    let report = client.import(&how, csv.clone()).await.unwrap();
    assert!(report.new > 3 && report.quarantined_count == 0, "{report:?}");
    let again = client.import(&how, csv).await.unwrap();
    assert_eq!((again.new, again.updated, again.unchanged), (0, 0, report.new));
    assert_eq!(code(client.import(&how, b"hello".to_vec()).await), Code::FileDamaged);
    let mut parts = client.export(&ExportQuery::default()).await.unwrap();
    let mut names = std::collections::BTreeSet::new();
    let done = loop {
        match parts.next().await.unwrap() {
            ExportPart::File(file) => drop(names.insert(file.name)),
            ExportPart::Done(done) => break done,
        }
    };
    assert!(names.contains("services.json") && names.len() as u64 == done.files, "{done:?} {names:?}");
    assert!(parts.next().await.is_err(), "nothing comes after the end");
    let mut bundle = client.bundle_export(Vec::new()).await.unwrap();
    let report = client.bundle_import(bundle.clone(), false).await.unwrap();
    assert_eq!((report.new, report.refused_count, report.damaged), (0, 0, 0), "{report:?}");
    assert!(report.known > 10);
    let middle = bundle.len() / 2;
    bundle[middle] ^= 1;
    assert!(client.bundle_import(bundle, true).await.unwrap().damaged > 0);
    assert_eq!(code(client.bundle_import(b"not a bundle at all".to_vec(), false).await), Code::FileDamaged);
    assert_eq!(client.cose(&published.summary.id).await.unwrap()[0], 0xd2, "a tagged COSE_Sign1");
    assert_eq!(client.identity_kit().await.unwrap().words.split(' ').count(), 24);

    // The same thing from another source shows once, with both.
    let county = serde_json::json!({"id": "0b6b8a5c-6f1e-4a53-9a56-5a0d7f3f9a01", "name": "Food parcels",
        "status": "active", "assured_date": "2026-09-01", "service_at_locations": [{"location": {"name": "Hall",
        "addresses": [{"address_1": "1 High Street", "city": "Riverside", "postal_code": "ZZ1 1AA"}]}}]});
    let how = ImportQuery { name: "county.json".into(), ..ImportQuery::default() };
    let report = client.import(&how, county.to_string().into_bytes()).await.unwrap();
    assert_eq!(report.new, 1, "{report:?}");
    let parcels = FindQuery { text: "food parcels".into(), kinds: "service".into(), ..FindQuery::default() };
    let page = client.find(&parcels).await.unwrap();
    assert_eq!((page.items.len(), page.items[0].also_from), (1, 1), "{:?}", page.items);
    let item = client.item(&page.items[0].id).await.unwrap();
    assert_eq!(item.sources.len(), 2, "{:?}", item.sources);
    assert!(item.sources.iter().any(|s| s.assured.as_deref() == Some("2026-09-01")));

    // Leaving sets aside and starts afresh.
    client.community_leave().await.unwrap();
    assert_eq!(code(client.community().await), Code::NoCommunity);
    node.found().await;
    node.stop().await;
}

/// Asks again until the keys of the others have come, or says what else is in the way.
async fn ask_when_ready(client: &Client, new: &RequestNew) -> RequestSent {
    until("their keys have come", async || {
        let sent = client.request_new(new).await;
        sent.inspect_err(|e| assert!(matches!(e.code(), Some(Code::NoKeyYet | Code::NotFound)), "{e}")).ok()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_goes_by_stick_is_answered_and_closed() {
    let (at_ann, at_bob) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (ann, bob) = (start(at_ann.path()).await, start(at_bob.path()).await);
    ann.found().await;
    let invite = ann.client.invite(&InviteNew::default()).await.unwrap();
    bob.client.join(&Join { ticket: invite.ticket, my_name: "Bob".into() }).await.unwrap();
    let new = RequestNew {
        topic: "Zeppelinform".into(),
        text: "Quittenbrot".into(),
        to: vec!["ann".into()],
        ..RequestNew::default()
    };
    let dry = ask_when_ready(&bob.client, &RequestNew { dry_run: true, ..new.clone() }).await;
    assert!(!dry.saved && bob.client.requests().await.unwrap().requests.is_empty());
    let young = RequestNew { under_18: true, ..new.clone() };
    assert_eq!(code(bob.client.request_new(&young).await), Code::Refused);
    ann.stop().await;

    // Only Bob's computer runs, then only Ann's: nothing but the stick goes between them.
    let mut events = bob.client.events(None).await.unwrap();
    let id = bob.client.request_new(&new).await.unwrap().id.unwrap();
    let told = soon("the request is told", async {
        loop {
            let event = events.next().await.unwrap();
            if event.kind == EventKind::Requests {
                return event;
            }
        }
    });
    assert_eq!(told.await.item, None);
    drop(events);
    let stick = bob.client.bundle_export(Vec::new()).await.unwrap();
    bob.stop().await;
    let ann = start(at_ann.path()).await;
    ann.client.bundle_import(stick, false).await.unwrap();
    let seen = ann.client.requests().await.unwrap().requests;
    assert_eq!((seen.len(), seen[0].topic.as_str(), seen[0].unread), (1, "Zeppelinform", true));
    ann.client.request_read(&id).await.unwrap();
    assert!(!ann.client.request(&id[..8]).await.unwrap().summary.unread);
    let empty = RequestAnswer::default();
    assert_eq!(code(ann.client.request_answer(&id, &empty).await), Code::Invalid);
    let answer = RequestAnswer { text: "Wolkenkuckuck".into(), dry_run: false };
    ann.client.request_answer(&id, &answer).await.unwrap();
    let stick = ann.client.bundle_export(Vec::new()).await.unwrap();
    ann.stop().await;
    let bob = start(at_bob.path()).await;
    bob.client.bundle_import(stick, false).await.unwrap();
    let thread = bob.client.request(&id).await.unwrap();
    assert_eq!(thread.summary.state, RequestState::Answered);
    assert_eq!(thread.messages[1].text, "Wolkenkuckuck");
    assert!(bob.client.request_close(&id, true).await.is_ok_and(|s| !s.saved));
    bob.client.request_close(&id, false).await.unwrap();
    assert_eq!(bob.client.request(&id).await.unwrap().summary.state, RequestState::Closed);

    // By no other address: it is no item, is not found, and cannot be published or withdrawn as one.
    assert_eq!(code(bob.client.item(&id).await), Code::NotFound);
    assert_eq!(code(bob.client.withdraw(&id, None, false).await), Code::NotFound);
    let sealed = FindQuery { kinds: "sealed".into(), ..FindQuery::default() };
    assert_eq!(code(bob.client.find(&sealed).await), Code::Invalid);
    for word in ["Zeppelinform", "Quittenbrot", "Wolkenkuckuck"] {
        let find = FindQuery { text: word.into(), ..FindQuery::default() };
        assert!(bob.client.find(&find).await.unwrap().items.is_empty());
    }
    let draft = Draft::Document { kind: "sealed".into(), doc: serde_json::json!({}) };
    assert_eq!(code(bob.client.publish(&Publish { draft, ..notice("") }, None).await), Code::Invalid);

    let report = |about: &str| ReportNew {
        about: about.into(),
        reason: ReportReason::Wrong,
        text: "It is not so".into(),
        dry_run: false,
    };
    let own = bob.client.publish(&notice("Flood"), None).await.unwrap().item.summary;
    let sent = bob.client.report_new(&report(&own.id)).await.unwrap();
    assert_eq!(sent.to[0].name, "Ann");
    assert_eq!(code(bob.client.report_new(&report("Ann")).await), Code::Refused);
    let reports = bob.client.reports().await.unwrap().requests;
    assert_eq!((reports.len(), reports[0].topic.as_str()), (1, "Flood"));
    assert_eq!(reports[0].about.as_deref(), Some(own.slot.as_str()));
    assert_eq!(bob.client.requests().await.unwrap().requests.len(), 1, "reports are apart");
    bob.stop().await;
}
