//! The page as visitors see it: the router in this process, with real records behind it; and the listener with sockets.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use hedgerow_protocol::authority::body::Reason;
use hedgerow_protocol::authority::{Authority, build};
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Audience;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::ServiceExt as _;

use super::*;
use crate::app::{Member, slot_text};
use crate::core::Draft;
use crate::core::tests::Town;
use crate::patience::{soon, until};

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

struct Place {
    router: Router,
    town: Town,
    member: Arc<Member>,
    page: Arc<Page>,
    _dir: tempfile::TempDir,
}

/// A town with a name, a directory of services, notices and events; some of it not for everybody.
async fn place() -> Place {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let member = Member::create(town.options(dir.path()), town.first.clone()).unwrap().0;
    let draft = |kind, key: &str, doc: Value| Draft::new(town.person, kind, key.as_bytes(), doc_to_cbor(&doc));
    let plan = crate::directory::import_file(
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/riverside_directory.json")),
        None,
    );
    let plan = plan.unwrap();
    let services = plan.items.iter().map(|i| Draft::new(town.person, i.kind, i.key.clone(), i.body()));
    let mut drafts: Vec<Draft> = services.collect();
    let community = Draft::new(
        town.id(),
        Kind::PROFILE,
        *b"profile",
        doc_to_cbor(&json!({"name": "Riverside <&> Co", "time_zone": "Europe/London"})),
    );
    drafts.extend([
        Draft { audience: Audience::Public, ..community },
        draft(Kind::PROFILE, "profile", json!({"name": "Ann the Organiser"})),
        Draft { audience: Audience::Public, ..draft(Kind::PROFILE, "pen-name", json!({"name": "Annie \u{202e}\"Gardener\""})) },
        draft(Kind::NOTICE, "road", json!({"title": "Road closed", "text": "High Street\n\nFor repairs", "severity": "urgent"})),
        draft(Kind::NOTICE, "evil", json!({"title": "</title><script>alert(1)</script>Evil & Sons", "text": "]]><b>bold</b>", "url": "javascript:alert(1)"})),
        draft(Kind::NOTICE, "past", json!({"title": "Long past", "text": "x", "valid_to": "2026-01-01"})),
        draft(Kind::EVENT, "repair", json!({"title": "Repair Café", "text": "Bring it", "start": "2026-12-05T10:00", "end": "2026-12-05T13:00", "time_zone": "Europe/London", "rrule": "FREQ=MONTHLY;BYDAY=1SA", "venue": {"name": "Village Hall", "postal_code": "ZZ1 1AA"}})),
        draft(Kind::EVENT, "over", json!({"title": "Over and done", "start": "2026-01-05T10:00", "end": "2026-01-05T13:00"})),
        draft(Kind::NOTICE, "hide-me", json!({"title": "Hidden words", "text": "Hidden text"})),
        Draft { audience: Audience::Community, ..draft(Kind::NOTICE, "inside", json!({"title": "Members alone", "text": "Inner words"})) },
        Draft { audience: Audience::Community, ..draft(Kind::SERVICE, "inside", json!({"hsds": {"name": "Members' larder", "status": "active"}})) },
    ]);
    member.core.publish(drafts).await.unwrap();
    let (owner, slot) = (town.person, Some((Kind::NOTICE, b"hide-me".to_vec())));
    let hide =
        move |a: &Authority, device: &SecretKey, now: Hlc| build::hide(a, device, owner, slot, Reason::SPAM, now);
    member.core.publish_authority(hide).await.unwrap();
    let at = member.clone();
    let page = Page::new(Box::new(move || Some(Public::of(at.clone()))), "127.0.0.1:0".parse().unwrap(), dir.path());
    Place { router: router(page.clone()), town, member, page, _dir: dir }
}

impl Place {
    async fn ask(&self, path: &str, accept: &str) -> Response {
        let request = Request::get(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }
    async fn text(&self, path: &str, accept: &str) -> (StatusCode, String) {
        let answer = self.ask(path, accept).await;
        let status = answer.status();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }
    async fn screen(&self, path: &str) -> String {
        let (status, text) = self.text(path, BROWSER).await;
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        text
    }
    async fn json(&self, path: &str) -> Value {
        let (status, text) = self.text(path, "application/json").await;
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }
    fn slot(&self, kind: Kind, key: &str) -> String {
        slot_text(&Draft::new(self.town.person, kind, key.as_bytes(), Vec::new()).address())
    }
}

/// Every address a visitor can be led to.
const SCREENS: [&str; 7] = ["/", "/find", "/notices", "/events", "/help", "/install", "/poster"];
const FEEDS: [&str; 8] = [
    "/services?per_page=200",
    "/service_at_locations?per_page=200",
    "/taxonomies",
    "/taxonomy_terms",
    "/events.ics",
    "/notices.atom",
    "/rpde/services",
    "/rpde/events",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_small_whole_and_shut_in() {
    let place = place().await;
    let item = format!("/item/{}", place.slot(Kind::NOTICE, "road"));
    let event = format!("/item/{}", place.slot(Kind::EVENT, "repair"));
    for path in SCREENS.into_iter().chain([item.as_str(), &event, "/find?q=food&open=1", "/nowhere"]) {
        for language in Language::ALL {
            let path = format!("{path}{}lang={}", if path.contains('?') { '&' } else { '?' }, language.code());
            let answer = place.ask(&path, BROWSER).await;
            let header = |name: &str| answer.headers().get(name).unwrap().to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), "text/html; charset=utf-8", "{path}");
            assert!(header("content-security-policy").starts_with("default-src 'none'; style-src 'self';"));
            assert_eq!(
                (header("x-content-type-options"), header("referrer-policy")),
                ("nosniff".into(), "no-referrer".into())
            );
            assert_eq!(header("cache-control"), "no-store", "a shared computer keeps no copy");
            assert!(answer.headers().get(header::SET_COOKIE).is_none());
            let bytes = answer.into_body().collect().await.unwrap().to_bytes();
            let text = std::str::from_utf8(&bytes).unwrap();
            let first_view = bytes.len() + include_str!("style.css").len() + include_str!("icon.svg").len();
            assert!(first_view <= 50_000, "{path}: {first_view} bytes");
            assert!(text.contains(&format!("<html lang=\"{}\" dir=\"ltr\">", language.code())), "{path}");
            assert_eq!(text.matches("<h1").count(), 1, "{path}");
            assert!(text.contains("class=\"skip\" href=\"#main\""));
            for word in ["<script", " style=", " onclick", "javascript:", "{{", "\u{202e}"] {
                assert!(!text.contains(word), "{path} says {word}");
            }
            for link in
                text.split("href=\"").skip(1).chain(text.split("src=\"").skip(1)).filter_map(|r| r.split('"').next())
            {
                let inside = link.starts_with('/') || link.starts_with('#');
                let outside = link.starts_with("http://")
                    || link.starts_with("https://")
                    || link.starts_with("mailto:")
                    || link.starts_with("tel:");
                assert!(inside || outside, "{path}: {link}");
                assert!(!link.contains("<"), "{path}: {link}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_public_gets_out() {
    let place = place().await;
    for path in
        SCREENS.into_iter().chain(FEEDS).chain(["/find?q=members", "/find?q=hidden", "/find?q=inner&kind=notice"])
    {
        for accept in [BROWSER, "application/json"] {
            let (_, text) = place.text(path, accept).await;
            for secret in ["Members alone", "Inner words", "Hidden words", "Hidden text", "larder", "Long past"] {
                assert!(!text.contains(secret), "{path} says {secret}");
            }
        }
    }
    for (kind, key) in
        [(Kind::NOTICE, "inside"), (Kind::SERVICE, "inside"), (Kind::NOTICE, "hide-me"), (Kind::PROFILE, "profile")]
    {
        let path = format!("/item/{}", place.slot(kind, key));
        assert_eq!(place.text(&path, BROWSER).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let home = place.screen("/").await;
    assert!(
        home.contains("Riverside &#60;&#38;&#62; Co") && home.contains("Road closed") && home.contains("Repair Café")
    );
    assert!(home.find("Road closed").unwrap() < home.find("Evil").unwrap(), "urgent first, though it is older");
    for path in ["/", "/notices", "/find?kind=notice"] {
        let screen = place.screen(path).await;
        let said = screen.contains("Urgent") && screen.contains("Since ") && screen.contains("From Annie");
        assert!(said, "{path} does not say how urgent a notice is, its day and who wrote it");
    }
    assert!(!place.screen("/events").await.contains("Over and done"));
    assert!(place.screen("/find?q=cupboard").await.contains("Food Cupboard"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_name_is_on_no_screen_and_in_no_feed() {
    let place = place().await;
    let items =
        [(Kind::NOTICE, "road"), (Kind::EVENT, "repair")].map(|(kind, key)| format!("/item/{}", place.slot(kind, key)));
    for path in SCREENS.iter().chain(&FEEDS).map(|p| (*p).to_owned()).chain(items) {
        for accept in [BROWSER, "application/json"] {
            let (_, text) = place.text(&path, accept).await;
            assert!(!text.contains("Organiser"), "{path} says a name that is for members");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_says_what_is_known_of_it() {
    let place = place().await;
    let list = place.screen("/find?q=lunch+club").await;
    let link =
        list.split("href=\"").filter_map(|r| r.split('"').next()).find(|l| l.starts_with("/item/service")).unwrap();
    let item = place.screen(link).await;
    for word in [
        "Lunch Club",
        "Wednesday",
        "12:00–14:00",
        "Please book by Monday.",
        "tel:01632960102",
        "£5 for two courses",
        "Bridge Street Chapel",
        "mailto:hello@care.riverside.example",
        "Level entrance",
        "/find?q=Older%20people",
        "Checked on 30 August",
    ] {
        assert!(item.contains(word), "{word}");
    }
    let welsh = place.screen(&format!("{link}?lang=cy")).await;
    for word in ["Dydd Mercher", "Oriau agor", "Gwiriwyd ar 30 Awst", "/find?lang=cy", "Ar gau nawr"] {
        assert!(welsh.contains(word), "{word}");
    }
    let event = place.screen(&format!("/item/{}", place.slot(Kind::EVENT, "repair"))).await;
    assert!(event.contains("Saturday 5 December, 10 am to 1 pm") && event.contains("Saturday 2 January 2027"));
    let (_, ics) = place.text(&format!("/item/{}/event.ics", place.slot(Kind::EVENT, "repair")), "*/*").await;
    assert!(ics.starts_with("BEGIN:VCALENDAR\r\n") && ics.contains("SUMMARY:Repair Café"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_rule_takes_too_long_is_shown_last_without_a_date() {
    let place = place().await;
    let rule = "FREQ=DAILY;COUNT=1000000";
    let doc = json!({"title": "Endless", "start": "1980-01-01T10:00", "end": "1980-01-01T11:00", "rrule": rule});
    place
        .member
        .core
        .publish(vec![Draft::new(place.town.person, Kind::EVENT, *b"endless", doc_to_cbor(&doc))])
        .await
        .unwrap();
    let events = place.screen("/events").await;
    assert!(events.find("Repair Café").unwrap() < events.find("Endless").unwrap());
    let path = format!("/item/{}", place.slot(Kind::EVENT, "endless"));
    assert!(place.screen(&path).await.contains("No next date known"));
    assert!(place.screen(&format!("{path}?lang=cy")).await.contains("Dyddiad nesaf ddim yn hysbys"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_results_lead_to_all_of_them_once() {
    let place = place().await;
    let mut seen = std::collections::BTreeSet::new();
    let mut path = "/find?kind=service&lang=cy".to_owned();
    for _ in 0..5 {
        let text = place.screen(&path).await;
        for link in text.split("href=\"").filter_map(|r| r.split('"').next()).filter(|l| l.starts_with("/item/")) {
            assert!(seen.insert(link.to_owned()), "twice: {link}");
        }
        match text.split("class=\"next\" href=\"").nth(1).and_then(|r| r.split('"').next()) {
            Some(next) => path = next.replace("&#38;", "&"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 26);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_questions_get_plain_answers() {
    let place = place().await;
    let long = "x".repeat(5000);
    for path in [
        "/find?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/find?q=%00%ff%fe",
        "/find?from=zz",
        "/find?from=%22%3E",
        "/find?q=%22%3E%3Ci%3E",
        "/find?kind=genesis",
        "/find?kind=sealed&open=yes",
        "/find?q=*&near=*",
        "/find?lang=xx",
        "/events?from=-1",
        "/events?from=99999999999999999999",
        "/find?q=a&q=b&q=c",
        "/find?&&&=&",
        &format!("/find?q={long}"),
        "/find?from=00",
    ] {
        let (status, text) = place.text(path, BROWSER).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(!text.contains("<script") && !text.contains("\"><i>") && text.len() < 50_000, "{path}");
    }
    for path in [
        "/item/",
        "/item/x",
        "/item/../../etc/passwd",
        "/item/profile.00.00",
        "/install/..%2fnode.lock",
        "/install/page.json",
        "/v1/status",
        "/v1/stop",
        "/services/nonsense",
        "/taxonomies/%00",
        "/item/service.zz.zz/event.ics",
    ] {
        let (status, text) = place.text(path, BROWSER).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}: {text}");
    }
    for path in [
        "/services?page=0",
        "/services?page=x",
        "/services?per_page=-1",
        "/services?day=MO",
        "/services?minimum_age=old",
        "/rpde/services?afterTimestamp=x&afterId=1",
        "/rpde/services?afterTimestamp=1",
        "/rpde/events?afterId=1",
    ] {
        assert_eq!(place.text(path, "*/*").await.0, StatusCode::BAD_REQUEST, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        for path in ["/", "/find", "/services", "/poster.pdf"] {
            let request = Request::builder().method(method).uri(path).body(Body::from("x")).unwrap();
            let answer = place.router.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_referral_uk_pages_filters_and_single_things() {
    let place = place().await;
    assert_eq!(place.json("/").await["version"], "HSDS-UK-3.0");
    let first = place.json("/services?per_page=10").await;
    assert_eq!(
        (first["total_items"].clone(), first["total_pages"].clone(), first["size"].clone()),
        (json!(26), json!(3), json!(10))
    );
    assert_eq!(
        (first["first_page"].clone(), first["last_page"].clone(), first["empty"].clone()),
        (json!(true), json!(false), json!(false))
    );
    let mut ids = std::collections::BTreeSet::new();
    for page in 1..=3 {
        for service in place.json(&format!("/services?per_page=10&page={page}")).await["contents"].as_array().unwrap() {
            assert!(ids.insert(service["id"].as_str().unwrap().to_owned()));
        }
    }
    assert_eq!(ids.len(), 26);
    let beyond = place.json("/services?page=99999999999").await;
    assert_eq!((beyond["empty"].clone(), beyond["contents"].clone()), (json!(true), json!([])));
    let lunch = place.json("/services?search=lunch").await;
    assert_eq!(lunch["contents"][0]["name"], "Lunch Club");
    let whole = place.json(&format!("/services/{}", lunch["contents"][0]["id"].as_str().unwrap())).await;
    assert!(whole["schedules"].is_array() && whole["service_at_locations"].is_array());
    let at = whole["service_at_locations"][0]["id"].as_str().unwrap();
    assert_eq!(place.json(&format!("/service_at_locations/{at}")).await["service"]["name"], "Lunch Club");
    assert_eq!(place.json("/service_at_locations?search=lunch").await["total_items"], 1);
    let term = whole["attributes"][0]["taxonomy_term"]["id"].as_str().unwrap();
    let of_term = place.json(&format!("/services?taxonomy_term_id={term}")).await["total_items"].as_u64().unwrap();
    assert!((1..26).contains(&of_term));
    assert_eq!(place.json(&format!("/taxonomy_terms/{term}")).await["id"], *term);
    assert_eq!(place.json("/services?minimum_age=60").await["contents"][0]["name"], "Lunch Club");
}

#[tokio::test(flavor = "multi_thread")]
async fn rpde_tells_of_changes_and_deletions() {
    let place = place().await;
    let first = place.json("/rpde/events").await;
    let items = first["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "what is over is still public");
    assert!(items.iter().all(|i| i["state"] == "updated" && i["kind"] == "Event" && i["data"]["name"].is_string()));
    let next = first["next"].as_str().unwrap().strip_prefix("http://127.0.0.1:0").unwrap().to_owned();
    let end = place.json(&next).await;
    assert_eq!((end["items"].clone(), end["next"].as_str().unwrap().ends_with(&next)), (json!([]), true));
    let gone = Draft::withdrawal(&Draft::new(place.town.person, Kind::EVENT, *b"repair", Vec::new()).address());
    place.member.core.publish(vec![gone]).await.unwrap();
    let told = loop {
        // A summary holds for a moment.
        let told = place.json(&next).await;
        if told["items"] != json!([]) {
            break told;
        }
    };
    assert_eq!(told["items"].as_array().unwrap().len(), 1);
    assert_eq!(told["items"][0]["state"], "deleted");
    assert!(told["items"][0].get("data").is_none());
    assert!(items.iter().any(|i| i["id"] == told["items"][0]["id"]));
    // A page that starts again remembers what it told.
    let at = place.member.clone();
    let folder = place._dir.path();
    let again = Page::new(Box::new(move || Some(Public::of(at.clone()))), "127.0.0.1:0".parse().unwrap(), folder);
    let request = Request::get(&next).body(Body::empty()).unwrap();
    let bytes = router(again).oneshot(request).await.unwrap().into_body().collect().await.unwrap().to_bytes();
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap()["items"], told["items"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_community_it_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(Page::new(Box::new(|| None), "127.0.0.1:0".parse().unwrap(), dir.path()));
    for path in ["/", "/find", "/poster.pdf"] {
        let request = Request::get(path).header(header::ACCEPT, BROWSER).body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let text = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(String::from_utf8_lossy(&text).contains("nothing to read here yet"));
    }
}

/// Raw bytes in, the answer out; nothing when the connection was closed unanswered.
async fn raw(at: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is turned away may be gone before the question is written.
    let _ = stream.write_all(request.as_bytes()).await;
    let _ = soon("the end of the answer", stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_takes_any_name_and_keeps_its_bounds() {
    let place = place().await;
    let server = Server::start(place.page.clone()).await.unwrap();
    let at = server.local();
    let get = |host: &str, more: &str| {
        format!("GET /help HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\nconnection: close\r\n{more}\r\n")
    };
    for host in ["192.168.1.20:8480", "library.local", "[::1]", "evil.example"] {
        let answer = raw(at, &get(host, "")).await;
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("evil.example"), "{host}: {answer}");
    }
    let poster = raw(at, "GET /notices.atom HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n").await;
    assert!(poster.contains(&format!("http://{at}/notices.atom")) && !poster.contains("evil.example"));
    assert!(raw(at, &get("x", &format!("x-long: {}\r\n", "y".repeat(40_000)))).await.starts_with("HTTP/1.1 431"));
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    assert!(raw(at, &get("x", &many)).await.starts_with("HTTP/1.1 431"));
    // One visitor cannot hold more than its share of connections, and the others are answered once it lets go.
    let mut held = Vec::new();
    for _ in 0..gate::CONNECTIONS_PER_ADDRESS_MAX + 8 {
        held.push(TcpStream::connect(at).await.unwrap());
    }
    assert_eq!(raw(at, &get("x", "")).await, "", "the address has all it may have");
    drop(held);
    let get_page = get("x", "");
    until("there is room again", async || raw(at, &get_page).await.starts_with("HTTP/1.1 200").then_some(())).await;
    // A flood is told to slow down.
    let mut stream = TcpStream::connect(at).await.unwrap();
    let one = "GET /style.css HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut slowed = false;
    let mut buffer = vec![0; 64 * 1024];
    for _ in 0..400 {
        stream.write_all(one.as_bytes()).await.unwrap();
        let read = stream.read(&mut buffer).await.unwrap();
        if buffer[..read].starts_with(b"HTTP/1.1 429") {
            slowed = true;
            break;
        }
    }
    assert!(slowed);
    soon("it stops", server.stop()).await;
    assert!(TcpStream::connect(at).await.is_err());
}

#[test]
fn the_style_is_ready_for_languages_written_from_right_to_left() {
    let style = include_str!("style.css");
    let rules = style.split("/*").map(|p| p.split_once("*/").map_or(p, |(_, rest)| rest)).collect::<String>();
    for side in ["left", "right"] {
        assert!(!rules.contains(side), "a physical side: {side}");
    }
    assert!(!rules.contains("http") && !rules.contains("@import"));
}
