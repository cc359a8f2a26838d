//! Local sites between separate computers: a program on Ann's is visited from Bob's and Carl's.
//!
//! Topology: Ann, Bob and Carl on one switch, no route out. Goal: what the program says arrives whole whatever happens to
//! the cable; who may not visit does not; nobody is named who did not agree.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hedgerow_api::{ClientError, Code, GroupNew, LocalSite, PersonRemove, SitePublish, SiteVisit};
use hedgerow_tests::lab::{Computer, Lab, run, story, wait};
use hedgerow_tests::{ledger, many};
use serde_json::json;

const PORT: u16 = 8099;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn script(name: &str) -> String {
    hedgerow_tests::root().join("tests/sites").join(name).display().to_string()
}

fn program(at: &Computer) -> Running {
    let mut command = at.program("python3", &[&script("program.py"), &PORT.to_string()]);
    Running(command.stdin(Stdio::null()).spawn().expect("python3"))
}

async fn street(test: &str) -> Option<Lab> {
    let names = ["ann", "bob", "carl"];
    let mut lab = Lab::new(test, &names)?;
    for name in names {
        lab.at_mut(name).start().await;
    }
    story::found(lab.at("ann"), "Riverside").await;
    for name in &names[1..] {
        story::join(lab.at(name), lab.at("ann")).await;
    }
    story::equal(&[lab.at("ann"), lab.at("bob"), lab.at("carl")], Duration::from_secs(15)).await;
    Some(lab)
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
    let mut all = vec!["--silent", "--show-error", "--max-time", many("60", "300")];
    all.extend(args);
    run(&mut at.program("curl", &all)).stdout
}

fn start(mut command: Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts")
}

fn digest(at: &Computer, length: u64) -> String {
    run(&mut at.program("python3", &[&script("program.py"), "digest", &length.to_string()])).stdout
}

/// Downloads so slowly that there is time to do something meanwhile, and hands what came to sha256sum.
fn slow_download(at: &Computer, address: &str, length: u64) -> Child {
    let line = format!("set -o pipefail; curl --silent --limit-rate 8M {address}big/{length} | sha256sum");
    start(at.program("bash", &["-c", &line]))
}

fn finish(mut child: Child) -> (bool, String) {
    let mut said = String::new();
    child.stdout.take().expect("its output").read_to_string(&mut said).expect("text");
    (child.wait().expect("an end").success(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_visited_from_other_computers() {
    let Some(lab) = street("a program is visited").await else { return };
    let (ann, bob, carl) = (lab.at("ann"), lab.at("bob"), lab.at("carl"));
    let running = program(ann);
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
    let Some(mut lab) = street("a visit outlives a pulled cable").await else { return };
    let _running = program(lab.at("ann"));
    publish(lab.at("ann"), "bookings", "").await;
    let address = visit(lab.at("bob"), "bookings", false).await;
    let length = 64_000_000;
    let expected = digest(lab.at("ann"), length);

    // Longer than a connection lives without a word.
    let download = slow_download(lab.at("bob"), &address, length);
    tokio::time::sleep(Duration::from_secs(2)).await;
    lab.cut("ann");
    tokio::time::sleep(Duration::from_secs(12)).await;
    lab.mend("ann");
    let (ok, got) = finish(download);
    assert!(ok, "the download goes on");
    assert_eq!(&got[..64], &expected[..64], "and is whole");

    // The publisher dies, and is back at the same address.
    let download = slow_download(lab.at("bob"), &address, length);
    tokio::time::sleep(Duration::from_secs(1)).await;
    lab.at_mut("ann").kill();
    lab.at_mut("ann").start().await;
    assert!(!finish(download).0, "its half of the connection is gone with it");
    let bob = lab.at("bob");
    wait::until("the site is back", Duration::from_secs(30), || async {
        (curl(bob, &[&address]) == "<h1>Bookings</h1>\n").then_some(())
    })
    .await;

    // Bob is taken out while he downloads.
    let mut download = slow_download(bob, &address, 400_000_000);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(matches!(download.try_wait(), Ok(None)), "it goes on");
    let removal = PersonRemove { reason: "other".into(), ..PersonRemove::default() };
    lab.at("ann").api().person_remove("bob", &removal).await.expect("removed");
    let from = Instant::now();
    let (ok, _) = finish(download);
    assert!(!ok && from.elapsed() < Duration::from_secs(5), "out after {:?}", from.elapsed());
}
