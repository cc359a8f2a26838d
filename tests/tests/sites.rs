//! Local sites between separate computers: a program on Ann's is visited from Bob's and Carl's.
//!
//! Topology: Ann, Bob and Carl on one switch, no route out. Goal: what the program says arrives whole whatever happens to
//! the cable; who may not visit does not; nobody is named who did not agree.

use std::time::{Duration, Instant};

use hedgerow_api::{ClientError, Code, GroupNew, LocalSite, PersonRemove, SitePublish, SiteVisit};
use hedgerow_tests::lab::town::Running;
use hedgerow_tests::lab::wait::patience;
use hedgerow_tests::lab::{Computer, Download, Lab, run, story, wait};
use hedgerow_tests::{ledger, many};
use serde_json::json;

const PORT: u16 = 8099;

fn script(name: &str) -> String {
    hedgerow_tests::root().join("tests/sites").join(name).display().to_string()
}

/// Runs when this returns.
fn program(lab: &Lab, at: &str) -> Running {
    Running::start(lab.at(at), lab.desk().join("program"), "python3", &[&script("program.py"), &PORT.to_string()])
}

const NAMES: [&str; 3] = ["ann", "bob", "carl"];

/// Their nodes run, and they are one community.
async fn start(mut lab: Lab) -> Lab {
    for name in NAMES {
        lab.at_mut(name).start().await;
    }
    story::found(lab.at("ann"), "Riverside").await;
    for name in &NAMES[1..] {
        story::join(lab.at(name), lab.at("ann")).await;
    }
    story::equal(&[lab.at("ann"), lab.at("bob"), lab.at("carl")], Duration::from_secs(15)).await;
    lab
}

async fn publish(at: &Computer, name: &str, audience: &str) -> LocalSite {
    let new = SitePublish { port: PORT, name: name.into(), audience: audience.into(), ..SitePublish::default() };
    at.api().site_publish(&new).await.unwrap_or_else(|e| panic!("{} publishes: {e}", at.name))
}

/// Visits once the record has come; gives the address.
async fn visit(at: &Computer, site: &str, named: bool) -> String {
    let visit = SiteVisit { site: site.into(), named, ..SiteVisit::default() };
    let (address, _) = wait::until(&format!("{} visits {site}", at.name), Duration::from_secs(10), || async {
        at.api().site_visit(&visit).await.ok()?.address
    })
    .await;
    address
}

/// What curl gets.
fn curl(at: &Computer, args: &[&str]) -> String {
    let within = wait::seconds(many(60, 300));
    let mut all = vec!["--silent", "--show-error", "--max-time", &within];
    all.extend(args);
    run(&mut at.program("curl", &all)).stdout
}

fn digest(at: &Computer, length: u64) -> String {
    run(&mut at.program("python3", &[&script("program.py"), "digest", &length.to_string()])).stdout
}

/// Downloads at Bob's so slowly that there is time to do something meanwhile.
fn slow_download(lab: &Lab, address: &str, length: u64) -> Download {
    Download::start(lab, lab.at("bob"), &["--limit-rate", "12M", &format!("{address}big/{length}")])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_visited_from_other_computers() {
    let Some(lab) = Lab::new("a program is visited", &NAMES) else { return };
    let lab = start(lab).await;
    let (ann, bob, carl) = (lab.at("ann"), lab.at("bob"), lab.at("carl"));
    let running = program(&lab, "ann");
    publish(ann, "bookings", "").await;
    let address = visit(bob, "bookings", false).await;
    assert!(address.starts_with("http://bookings.localhost:"), "{address}");
    wait::until("the program answers", Duration::from_secs(10), || async {
        (curl(bob, &[&address]) == "<h1>Bookings</h1>\n").then_some(())
    })
    .await;

    // Nobody is named who did not agree, whatever is in the request.
    let spoof = ["-H", "Hedgerow-Member: ann", "-H", "hedgerow_member: ann", &format!("{address}who")];
    assert_eq!(curl(bob, &spoof), "[]\n");
    let named = visit(bob, "bookings", true).await;
    assert_eq!(named, address, "the same address as before");
    let who = curl(bob, &spoof);
    assert!(who.contains("'bob'") && !who.contains("ann"), "{who}");
    // A page of another site that makes the browser ask, or another name for this computer.
    assert_eq!(curl(bob, &["-H", "Origin: http://elsewhere.example", &format!("{address}who")]), "[]\n");
    let other_name = curl(bob, &["-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: elsewhere.example", &address]);
    assert_eq!(other_name, "421");

    // Both ways at once over an upgraded connection, and a large file up.
    let port = address.rsplit(':').next().expect("a port").trim_end_matches('/');
    let echo = run(&mut bob.program("python3", &[&script("echo.py"), "bookings.localhost", port]));
    assert_eq!(echo.stdout, "echo 5120005\n", "{echo}");
    let length = many(64_000_000, 500_000_000);
    let (file, sum) = lab.large_file(length);
    let up = curl(bob, &["-X", "POST", "-T", &file, &address]);
    assert_eq!(up.trim(), sum);
    ledger::long_form(json!({"what": "a file to a local site", "bytes": length}));

    // For some only: the others are told first, and refused where the program runs.
    let new = GroupNew { name: "Mentors".into(), ..GroupNew::default() };
    ann.api().group_new(&new).await.expect("a group");
    publish(ann, "rota", "group:Mentors").await;
    story::equal(&[ann, bob, carl], Duration::from_secs(10)).await;
    let unnamed = SiteVisit { site: "rota".into(), ..SiteVisit::default() };
    let refused = carl.api().site_visit(&unnamed).await.expect_err("its name is needed");
    assert!(matches!(&refused, ClientError::Problem(p) if p.code == Code::NeedsName), "{refused}");
    let rota = visit(carl, "rota", true).await;
    let page = curl(carl, &[&rota]);
    assert!(page.contains("is for others"), "{page}");

    // The program stops; Ann stops the site; her computer is off.
    drop(running);
    let page = curl(bob, &[&address]);
    assert!(page.contains("its program does not answer"), "{page}");
    ann.api().site_stop("bookings").await.expect("stopped");
    let page = curl(bob, &[&address]);
    assert!(page.contains("is not published any more"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_outlives_a_pulled_cable_and_ends_with_membership() {
    let Some(mut lab) = Lab::new("a visit outlives a pulled cable", &NAMES) else { return };
    lab.hasten();
    let mut lab = start(lab).await;
    let _running = program(&lab, "ann");
    publish(lab.at("ann"), "bookings", "").await;
    let address = visit(lab.at("bob"), "bookings", false).await;
    let length = 48_000_000;
    let expected = digest(lab.at("ann"), length);

    // Longer than a connection lives without a word.
    let mut download = slow_download(&lab, &address, length);
    download.under_way().await;
    lab.cut("ann");
    story::alone(lab.at("ann")).await;
    lab.mend("ann");
    assert!(download.finish(), "the download goes on");
    assert_eq!(download.sum(), &expected[..64], "and is whole");

    // The publisher dies, and is back at the same address.
    let mut download = slow_download(&lab, &address, length);
    download.under_way().await;
    lab.at_mut("ann").kill();
    lab.at_mut("ann").start().await;
    assert!(!download.finish(), "its half of the connection is gone with it");
    let bob = lab.at("bob");
    wait::until("the site is back", Duration::from_secs(30), || async {
        (curl(bob, &[&address]) == "<h1>Bookings</h1>\n").then_some(())
    })
    .await;

    // Bob is taken out while he downloads.
    let mut download = slow_download(&lab, &address, 400_000_000);
    download.under_way().await;
    let removal = PersonRemove { reason: "other".into(), ..PersonRemove::default() };
    lab.at("ann").api().person_remove("bob", &removal).await.expect("removed");
    let from = Instant::now();
    assert!(!download.finish(), "he is out");
    assert!(from.elapsed() < patience(Duration::from_secs(5)), "out after {:?}", from.elapsed());
}
