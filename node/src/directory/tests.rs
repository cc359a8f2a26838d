//! Imports on our own made-up town, on odd input, and on real data where it is at hand.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hedgerow_protocol::listing::{self, At, Open};
use serde_json::json;

use super::*;

mod written;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn at(time: &str) -> At {
    At::new("Europe/London", listing::local_ms(time, "Europe/London").unwrap()).unwrap()
}

/// A plan with its items taken apart.
#[derive(Debug, PartialEq)]
struct Plan {
    whole: ImportPlan,
    items: Vec<Item>,
    quarantined: Vec<Quarantined>,
    remarks: Vec<String>,
}

impl From<ImportPlan> for Plan {
    fn from(whole: ImportPlan) -> Plan {
        let (quarantined, remarks) = (whole.quarantined.clone(), whole.remarks.clone());
        Plan { items: whole.items.iter().collect(), quarantined, remarks, whole }
    }
}

fn import(from: &str, source: Option<&str>) -> Result<Plan, ImportError> {
    super::import(from, source).map(Plan::from)
}

fn import_bytes(bytes: &[u8], name: &str, source: Option<&str>) -> Result<Plan, ImportError> {
    super::import_bytes(bytes, name, source).map(Plan::from)
}

fn import_file(path: &Path, source: Option<&str>) -> Result<Plan, ImportError> {
    super::import_file(path, source).map(Plan::from)
}

fn import_dir(dir: &Path, source: Option<&str>) -> Result<Plan, ImportError> {
    super::import_dir(dir, source).map(Plan::from)
}

fn find<'a>(plan: &'a Plan, title: &str) -> &'a Item {
    plan.items.iter().find(|i| i.title == title).unwrap_or_else(|| panic!("no {title}"))
}

/// Real data beside the checkout, where it is there; a test that needs it says loudly when it is not.
fn shared(path: &str) -> Option<PathBuf> {
    let found = Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(path)).filter(|p| p.exists());
    if found.is_none() {
        eprintln!("SKIPPED ../shared/data/{path} is not here");
    }
    found
}

#[test]
fn riverside_goes_in_and_importing_twice_changes_nothing() {
    for file in ["riverside_directory.json", "riverside_libraries.csv"] {
        let path = fixture(file);
        let first = import(path.to_str().unwrap(), None).unwrap();
        assert_eq!(first.quarantined, [], "{file}");
        let again = import(path.to_str().unwrap(), None).unwrap();
        let published: BTreeMap<(Kind, Vec<u8>), Vec<u8>> =
            first.items.iter().map(|i| ((i.kind, i.key.clone()), i.body())).collect();
        let changes = again.whole.changes(|kind, key| published.get(&(kind, key.to_vec())).cloned());
        assert_eq!(changes, Changes { new: vec![], changed: vec![], same: first.items.len() });
        assert_eq!(first.whole.changes(|_, _| None).new.len(), first.items.len());
    }
}

#[test]
fn a_changed_row_changes_one_record() {
    let text = std::fs::read_to_string(fixture("riverside_libraries.csv")).unwrap();
    let before = import_bytes(text.as_bytes(), "a.csv", None).unwrap();
    let after = import_bytes(text.replace("15:00-18:00", "15:00-19:00").as_bytes(), "b.csv", None).unwrap();
    let body = |_, key: &[u8]| before.items.iter().find(|i| i.key == key).map(Item::body);
    let changes = after.whole.changes(body);
    assert_eq!((changes.new.len(), changes.changed.len(), changes.same), (0, 1, 4));
    assert_eq!(after.items[changes.changed[0]].title, "Upper Wenlow Library");
    let fewer = import_bytes(text.lines().take(4).collect::<Vec<_>>().join("\r\n").as_bytes(), "c.csv", None).unwrap();
    let published = before.items.iter().map(|i| (i.kind, i.key.as_slice(), &i.doc));
    assert_eq!(fewer.whole.gone(published).len(), 2);
}

#[test]
fn a_library_keeps_everything() {
    let plan = import_file(&fixture("riverside_libraries.csv"), None).unwrap();
    let mill = find(&plan, "Millpond Library");
    assert_eq!(mill.doc["library"]["co_located_with"], "The Old Mill");
    assert_eq!(mill.doc["library"]["year_opened"], "1998");
    assert!(listing::notes(&mill.doc).contains(&"Closed for lunch from 12:00 to 14:00 on Thursday".to_owned()));
    // Thursday has two stretches.
    assert!(matches!(listing::open_at(&mill.doc, &at("2026-11-26T11:00")), Open::Open { .. }));
    assert!(matches!(listing::open_at(&mill.doc, &at("2026-11-26T13:00")), Open::Closed { .. }));
    assert!(matches!(listing::open_at(&mill.doc, &at("2026-11-26T15:00")), Open::Open { .. }));
    let closed = find(&plan, "Station Road Library");
    assert_eq!(closed.doc["hsds"]["status"], "defunct");
    assert_eq!(listing::open_at(&closed.doc, &at("2026-11-23T11:00")), Open::ClosedForGood);
    let visits = find(&plan, "Riverside Home Visits Library");
    assert_eq!(listing::open_at(&visits.doc, &at("2026-11-23T11:00")), Open::Unknown);
    // Without staff from eight, open all the same.
    assert!(matches!(
        listing::open_at(&find(&plan, "Riverside Library").doc, &at("2026-11-23T08:30")),
        Open::Open { .. }
    ));
}

#[test]
fn one_bad_item_is_set_aside_and_the_rest_goes_in() {
    let id = |n: u8| format!("00000000-0000-4000-8000-0000000000{n:02}");
    let long = "x".repeat(20_000);
    let mut deep = json!(1);
    for _ in 0..40 {
        deep = json!([deep]);
    }
    let page = json!({"contents": [
        {"id": id(1), "name": "Good", "status": "active", "colour": {"kept": [1, 2.5, null]}},
        {"id": id(2), "status": "active"},
        {"name": "No id", "status": "active"},
        "text",
        {"id": id(3), "name": "Long", "status": "active", "description": long},
        {"id": id(4), "name": "Deep", "status": "active", "odd": deep},
        {"id": id(1), "name": "Other", "status": "active"},
        {"id": id(1), "name": "Good", "status": "active"},
        {"id": id(5), "name": "\u{1b}[31m", "status": "active"},
        {"id": id(6), "name": "What is this"},
        {"id": id(7), "name": "Last", "status": "ACTIVE"},
    ]});
    let plan = import_bytes(page.to_string().as_bytes(), "page.json", None).unwrap();
    assert_eq!(plan.items.iter().map(|i| i.title.as_str()).collect::<Vec<_>>(), ["Good", "Last"]);
    assert_eq!(plan.items[0].doc["hsds"]["colour"], json!({"kept": [1, 2.5, null]}));
    let reasons: Vec<&str> = plan.quarantined.iter().map(|q| q.reason.as_str()).collect();
    assert_eq!(reasons.len(), 8, "{reasons:?}");
    for (n, word) in
        ["no name", "no id", "not an item", "too large", "nested", "twice", "no name", "not clear"].iter().enumerate()
    {
        assert!(reasons[n].contains(word), "{n}: {}", reasons[n]);
    }
    assert!(plan.quarantined[0].what.starts_with("page.json"));
}

#[test]
fn every_form_of_one_service_is_one_record() {
    let id = "ac148810-d857-441c-9679-408f346de14b";
    let service = json!({"id": id, "name": "Help", "status": "active"});
    let place = |n: u8| json!({"id": format!("{n}"), "location": {"id": format!("l{n}"), "location_type": "physical", "name": format!("Hall {n}")}});
    let with = |n: u8| {
        let mut p = place(n);
        p["service"] = service.clone();
        p
    };
    let lines = [
        json!({"contents": [service]}),
        with(1),
        with(2),
        json!({"id": "o", "name": "Org", "description": "d", "website": "https://x.example", "services": [service]}),
    ];
    let text: String = lines.iter().map(|l| format!("{l}\n")).collect();
    let plan = import_bytes(text.as_bytes(), "all.ndjson", None).unwrap();
    assert_eq!(plan.quarantined, []);
    let kinds: Vec<Kind> = plan.items.iter().map(|i| i.kind).collect();
    assert_eq!(kinds, [Kind::SERVICE, Kind::ORGANIZATION]);
    let hsds = &plan.items[0].doc["hsds"];
    assert_eq!(hsds["service_at_locations"].as_array().unwrap().len(), 2);
    assert_eq!(hsds["organization"]["name"], "Org");
}

#[test]
fn version_one_is_brought_to_three() {
    let v1 = json!({"totalElements": 1, "totalPages": 1, "number": 1, "size": 1, "first": true, "last": true, "content": [{
        "id": "1502", "name": "Holiday club", "description": "<p>Fun &amp; games</p>", "status": "Active",
        "organization": {"id": "9", "name": "Club", "description": "d", "url": "https://club.example"},
        "regular_schedules": [{"id": "r", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00:00", "closes_at": "12:00:00"}],
        "holiday_schedules": [{"id": "h", "closed": true, "start_date": "2026-11-23", "end_date": "2026-11-23"}],
        "service_taxonomys": [{"id": "t", "taxonomy": {"id": "x", "name": "Sport", "vocabulary": "local"}}],
        "eligibilitys": [{"id": "e", "minimum_age": 4, "maximum_age": 11}, {"id": "f", "minimum_age": 2, "maximum_age": 9}],
        "service_at_locations": [{"id": "s", "location": {"id": "l", "latitude": 51.5, "longitude": -1.2,
            "physical_addresses": [{"id": "a", "address_1": "1 High St", "city": "Town", "postal_code": "ZZ1 1AA"}]}}],
    }]});
    let plan = import_bytes(v1.to_string().as_bytes(), "v1.json", None).unwrap();
    assert_eq!(plan.quarantined, []);
    let item = &plan.items[0];
    let hsds = &item.doc["hsds"];
    assert_eq!(hsds["attributes"][0]["taxonomy_term"]["name"], "Sport");
    assert_eq!((&hsds["minimum_age"], &hsds["maximum_age"]), (&json!(2), &json!(11)));
    assert_eq!(hsds["organization"]["website"], "https://club.example");
    assert_eq!(hsds["status"], "active");
    let s = listing::summary(item.kind, &item.doc);
    assert_eq!((s.postcode.as_deref(), s.place.as_deref()), (Some("ZZ1 1AA"), Some("1 High St, Town")));
    assert_eq!(s.lines[0], "Fun & games");
    assert!(matches!(listing::open_at(&item.doc, &at("2026-11-24T10:00")), Open::Open { .. }));
    assert!(matches!(listing::open_at(&item.doc, &at("2026-11-23T10:00")), Open::Closed { .. }));
    // Numbers mean something only at their source.
    let other = import_bytes(v1.to_string().as_bytes(), "other.json", None).unwrap();
    assert_ne!(other.items[0].key, item.key);
}

#[test]
fn tables_in_any_dress() {
    let table = "\u{feff}Library name;Postcode;Monday staffed hours;Shelf colour\r\nCaf\u{e9} corner;ZZ1 1AA;9.30am \u{2013} 5pm;green\r\n;;;\r\n;ZZ9;;\r\nBy bus;;by appointment;\r\n";
    let plan = import_bytes(table.as_bytes(), "t.csv", None).unwrap();
    assert_eq!(plan.quarantined.len(), 1);
    assert!(plan.quarantined[0].what.contains("row 4"));
    let corner = find(&plan, "Café corner Library");
    assert_eq!(corner.doc["library"]["Shelf colour"], "green");
    assert!(matches!(listing::open_at(&corner.doc, &at("2026-11-23T16:59")), Open::Open { .. }));
    assert_eq!(listing::open_at(&find(&plan, "By bus Library").doc, &at("2026-11-23T16:59")), Open::Unknown);
    assert!(matches!(import_bytes(b"a,b\n1,2\n", "x.csv", None), Err(ImportError::Unknown(_))));
    assert!(matches!(import("/no/such/file", None), Err(ImportError::Io(..))));
}

/// A table as a group keeps it: its own headings, a row without a name, hours nobody understands, columns nobody reads.
#[test]
fn a_table_of_ones_own_goes_in_as_it_is() {
    let table = "Name,Description,Town,Telephone,Opening hours,Website,Colour\n\
                 Baby Bank,\"Clothes, prams and cots\",Riverside,01632 960111,Mon 10:00-12:00; Thu 14:00-16:00,babybank.example,red\n\
                 ,Nobody,Riverside,,,,\n\
                 Repair Café,Toasters mended,Riverside,,every so often,,\n\
                 Warm Room,,,,,https://warm.example,\n";
    let plan = import_bytes(table.as_bytes(), "places.csv", None).unwrap();
    let titles: Vec<&str> = plan.items.iter().map(|i| i.title.as_str()).collect();
    assert_eq!(titles, ["Baby Bank", "Repair Café", "Warm Room"]);
    let aside: Vec<(&str, &str)> = plan.quarantined.iter().map(|q| (q.what.as_str(), q.reason.as_str())).collect();
    assert_eq!(aside, [("places.csv, row 3", "it has no name")]);
    let bank = find(&plan, "Baby Bank");
    let hsds = &bank.doc["hsds"];
    assert_eq!(
        (&hsds["description"], &hsds["url"]),
        (&json!("Clothes, prams and cots"), &json!("https://babybank.example"))
    );
    assert!(bank.doc.to_string().contains("01632 960111") && !bank.doc.to_string().contains("red"));
    assert!(matches!(listing::open_at(&bank.doc, &at("2026-11-23T11:00")), Open::Open { .. }));
    assert!(find(&plan, "Repair Café").doc.to_string().contains("every so often"));
    let remarks = plan.remarks.join("\n");
    assert!(remarks.contains("Colour") && remarks.contains("\"every so often\" is shown as it stands"), "{remarks}");
    // Once more changes nothing, and a table without names says what is missing.
    let again = import_bytes(table.as_bytes(), "places.csv", None).unwrap();
    assert_eq!(
        again.items.iter().map(Item::body).collect::<Vec<_>>(),
        plan.items.iter().map(Item::body).collect::<Vec<_>>()
    );
    let renamed = import_bytes(table.as_bytes(), "places of 2027.csv", None).unwrap();
    assert_eq!(
        renamed.items.iter().map(|i| &i.key).collect::<Vec<_>>(),
        plan.items.iter().map(|i| &i.key).collect::<Vec<_>>()
    );
    let ids = |phone: &str| {
        let table = format!("name,town,phone\nLunch club,Riverside,{phone}\n");
        listing::marks(Kind::SERVICE, &import_bytes(table.as_bytes(), "x.csv", None).unwrap().items[0].doc)
    };
    let (one, other) = (ids("1"), ids("2"));
    assert!(!one.is_empty() && one.iter().all(|mark| !other.contains(mark)), "two clubs are taken for one: {one:?}");
    let part = import_bytes(b"id,name,parent_organization_id\n1,Council,\n", "organizations.csv", None);
    assert!(matches!(part, Err(ImportError::Unknown(why)) if why.contains("one of several tables")));
    let Err(ImportError::Unknown(why)) = import_bytes(b"a,b\n1,2\n", "x.csv", None) else { panic!("no name") };
    assert!(why.contains("no column is called \"name\"") && why.contains("postcode"), "{why}");
}

#[test]
fn real_data_goes_in() {
    if let Some(path) = shared("libraries/devon_county_council.csv") {
        let plan = import_file(&path, None).unwrap();
        assert_eq!((plan.items.len(), plan.quarantined.len()), (53, 0), "{:?}", plan.quarantined);
    }
    if let Some(dir) = shared("oruk/examples") {
        let plan = import_dir(&dir, None).unwrap();
        let kinds: std::collections::BTreeSet<Kind> = plan.items.iter().map(|i| i.kind).collect();
        let all = [Kind::ORGANIZATION, Kind::SERVICE, Kind::TAXONOMY, Kind::TAXONOMY_TERM];
        assert!(all.iter().all(|k| kinds.contains(k)), "{kinds:?} {:?}", plan.quarantined);
        assert_eq!(plan.items.iter().filter(|i| i.kind == Kind::SERVICE).count(), 1, "one service in many forms");
    }
}

fn exported(plan: &Plan, dir: &Path) -> export::ExportReport {
    let filling = crate::files::Filling::begin(dir).unwrap();
    let walk =
        |each: export::Each<'_, std::io::Error>| plan.items.iter().try_for_each(|i| each(i.kind, &i.key, &i.doc));
    let report = export::oruk(walk, |name, text| filling.add(name, text.as_bytes())).unwrap();
    filling.finish().unwrap();
    report
}

#[test]
fn what_is_exported_comes_back_the_same() {
    for file in ["riverside_directory.json", "riverside_libraries.csv"] {
        let dir = tempfile::tempdir().unwrap();
        let plan = import_file(&fixture(file), None).unwrap();
        let report = exported(&plan, dir.path());
        assert_eq!(report.services, plan.items.len(), "{:?}", report.left_out);
        let back = import_dir(dir.path(), None).unwrap();
        let same = |kind, key: &[u8]| plan.items.iter().find(|i| i.kind == kind && i.key == key).map(Item::body);
        let changes = back.whole.changes(same);
        assert_eq!(changes, Changes { same: plan.items.len(), ..Changes::default() }, "{:?}", back.quarantined);
        // The strict form alone gives the same services under the same keys where their ids are the standard's.
        std::fs::remove_file(dir.path().join(export::RECORDS_FILE)).unwrap();
        let strict = import_dir(dir.path(), None).unwrap();
        assert_eq!(strict.quarantined, []);
        assert_eq!(strict.items.iter().filter(|i| i.kind == Kind::SERVICE).count(), plan.items.len());
        // And exporting that once more changes nothing.
        let again = tempfile::tempdir().unwrap();
        exported(&strict, again.path());
        let service = |dir: &Path| {
            let page = std::fs::read(dir.join("services.json")).unwrap();
            let mut page: Value = serde_json::from_slice(&page).unwrap();
            let contents = page["contents"].as_array_mut().unwrap();
            contents.sort_by_key(|service| service["id"].to_string());
            page
        };
        assert_eq!(service(dir.path()), service(again.path()));
    }
}

#[test]
fn strict_out_leaves_out_what_does_not_fit_and_says_so() {
    let service = json!({
        "id": "1502", "name": "Club", "status": "Closed", "email": "not a mail address", "url": "www.club.example", "colour": "red",
        "minimum_age": "4", "last_modified": "2026-01-01",
        "schedules": [
            {"freq": "DAILY", "opens_at": "09:00", "closes_at": "10:00"},
            {"freq": "YEARLY", "dtstart": "2026-05-01", "opens_at": "09:00", "closes_at": "10:00", "notes": "May Day"},
        ],
        "service_at_locations": [{"id": "7", "location": {"id": "8", "location_type": "PHYSICAL", "addresses": [
            {"address_1": "1 High St", "city": "Town", "region": "Shire", "postal_code": "ZZ1 1AA"},
            {"address_1": "2 High St"},
        ]}}],
    });
    let nameless = json!({"hsds": {"id": "2", "status": "active"}});
    let doc = json!({"hsds": service, "source": {"name": "x"}});
    let dir = tempfile::tempdir().unwrap();
    let item = |key: &[u8], doc: Value| Item { kind: Kind::SERVICE, key: key.to_vec(), doc, title: String::new() };
    let items = vec![item(b"a", doc), item(b"b", nameless)];
    let plan = Plan { items, ..Plan::from(ImportPlan::default()) };
    let report = exported(&plan, dir.path());
    assert_eq!((report.services, report.service_at_locations), (1, 1));
    let reasons: Vec<&str> = report.left_out.iter().map(|q| q.reason.as_str()).collect();
    for word in ["email", "url", "last_modified", "repeat rule", "needs a city", "needs a name"] {
        assert!(reasons.iter().any(|r| r.contains(word)), "{word}: {reasons:?}");
    }
    let file = std::fs::read_dir(dir.path().join("services")).unwrap().next().unwrap().unwrap();
    let out: Value = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
    assert_eq!(out["status"], "defunct");
    assert_eq!(out["minimum_age"], 4);
    assert!(listing::uuid_ok(out["id"].as_str().unwrap()));
    assert!(out.get("colour").is_none());
    assert_eq!(out["schedules"][0]["byday"], "MO,TU,WE,TH,FR,SA,SU");
    assert_eq!((out["schedules"][1].get("freq"), &out["schedules"][1]["notes"]), (None, &json!("May Day")));
    let addresses = out["service_at_locations"][0]["location"]["addresses"].as_array().unwrap();
    assert_eq!(addresses.len(), 1);
    assert_eq!((&addresses[0]["country"], &addresses[0]["state_province"]), (&json!("GB"), &json!("Shire")));
    assert_eq!(addresses[0]["address_type"], "physical");
}

/// Serves fixed answers on a loopback port until dropped: path and query to status and body.
struct Site {
    address: String,
    asked: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
}

impl Site {
    fn serve(answers: Vec<(&'static str, u16, String)>) -> Site {
        use std::io::{BufRead, BufReader, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut lines = BufReader::new(&stream).lines();
                let Some(Ok(first)) = lines.next() else { continue };
                while lines.next().is_some_and(|l| l.is_ok_and(|l| !l.is_empty())) {}
                let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                let found = answers.iter().find(|(p, ..)| *p == path);
                let (status, body) = found.map_or((404, ""), |(_, status, body)| (*status, body.as_str()));
                seen.lock().unwrap().push(path);
                let head =
                    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
            }
        });
        Site { address, asked }
    }
}

#[test]
fn a_site_is_read_page_by_page() {
    let service = |n: u8| json!({"id": format!("s{n}"), "name": format!("Service {n}"), "status": "active"});
    let full = |n: u8| {
        let mut s = service(n);
        s["schedules"] = json!([{"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "10:00"}]);
        s.to_string()
    };
    let page = |n: u8| {
        json!({"total_pages": 2, "page_number": n, "contents": [service(n * 2 - 1), service(n * 2)]}).to_string()
    };
    let site = Site::serve(vec![
        ("/api", 200, json!({"version": "3.0", "profile": "p", "openapi_url": "o"}).to_string()),
        ("/api/services", 200, page(1)),
        ("/api/services?page=2", 200, page(2)),
        ("/api/services/s1", 200, full(1)),
        ("/api/services/s2", 200, full(2)),
        ("/api/services/s3", 200, full(3)),
        ("/api/services/s4", 500, String::new()),
        ("/page", 200, "<html></html>".into()),
    ]);
    let plan = import(&format!("{}/api", site.address), None).unwrap();
    let titles: Vec<&str> = plan.items.iter().map(|i| i.title.as_str()).collect();
    assert_eq!(titles, ["Service 1", "Service 2", "Service 3", "Service 4"]);
    assert!(plan.items[..3].iter().all(|i| i.doc["hsds"]["schedules"].is_array()));
    assert!(plan.remarks[0].contains("500"), "{:?}", plan.remarks);
    assert_eq!(plan.items[0].doc["source"]["url"], format!("{}/api/services", site.address));
    assert_eq!(site.asked.lock().unwrap().iter().filter(|p| p.contains("page=")).count(), 1);
    // The same address again gives the same bytes.
    let again = import(&format!("{}/api/services", site.address), None).unwrap();
    assert_eq!(again.items, plan.items);
    assert!(matches!(
        import(&format!("{}/none", site.address), None),
        Err(ImportError::Fetch(FetchError::Status(_, 404)))
    ));
    assert!(matches!(
        import(&format!("{}/page", site.address), None),
        Err(ImportError::Fetch(FetchError::Unknown(..)))
    ));
}

#[test]
fn a_site_that_repeats_itself_is_left() {
    let page = json!({"totalPages": 500, "number": 1, "content": [{"id": "1", "name": "One", "status": "active", "schedules": []}]});
    let mut answers = vec![("/services", 200, page.to_string())];
    answers.push(("/services?page=2", 200, page.to_string()));
    let site = Site::serve(answers);
    let plan = import(&format!("{}/services", site.address), None).unwrap();
    assert_eq!((plan.items.len(), site.asked.lock().unwrap().len()), (1, 2));
}

/// Read off the table by hand: day, time, and whether the library is open.
#[test]
fn devon_is_open_when_its_table_says() {
    let Some(path) = shared("libraries/devon_county_council.csv") else { return };
    let plan = import_file(&path, None).unwrap();
    let answer = |title: &str, time: &str| {
        let at = at(time);
        listing::open_words(&listing::open_at(&find(&plan, title).doc, &at), &at)
    };
    for (library, time, want) in [
        // 23 November 2026 is a Monday.
        ("Appledore Library", "2026-11-23T10:00", "Closed now, opens tomorrow at 10 am"),
        ("Appledore Library", "2026-11-24T10:00", "Open now, until 1 pm"),
        ("Appledore Library", "2026-11-24T13:00", "Closed now, opens tomorrow at 2 pm"),
        ("Appledore Library", "2026-11-26T12:00", "Closed now, opens Saturday at 10 am"),
        ("Appledore Library", "2026-11-28T12:00", "Closed now, opens Tuesday at 10 am"),
        ("Ashburton Library", "2026-11-29T12:59", "Open now, until 1 pm"),
        ("Ashburton Library", "2026-11-29T13:00", "Closed now, opens tomorrow at 8 am"),
        ("Ashburton Library", "2026-03-29T09:00", "Open now, until 1 pm"),
        ("Ashburton Library", "2026-03-29T08:59", "Closed now, opens today at 9 am"),
        ("Ashburton Library", "2026-10-25T12:30", "Open now, until 1 pm"),
        ("Axminster Library", "2026-11-24T17:59", "Open now, until 6 pm"),
        ("Axminster Library", "2026-11-25T12:00", "Closed now, opens tomorrow at 10 am"),
        ("Bampton Library", "2026-11-23T16:00", "Closed for good"),
    ] {
        assert_eq!(answer(library, time), want, "{library} {time}");
    }
    let closed: Vec<&Item> = plan.items.iter().filter(|i| i.doc["library"].get("year_closed").is_some()).collect();
    assert!(closed.len() >= 3);
    for item in closed {
        for hour in 0..24 * 7 {
            let at =
                At::new("Europe/London", listing::local_ms("2026-11-23", "Europe/London").unwrap() + hour * 3_600_000)
                    .unwrap();
            assert_eq!(listing::open_at(&item.doc, &at), Open::ClosedForGood);
        }
    }
    let lunch: Vec<&Item> = plan.items.iter().filter(|i| !listing::notes(&i.doc).is_empty()).collect();
    assert!(lunch.iter().any(|i| listing::notes(&i.doc)[0].starts_with("Closed for lunch")));
}
