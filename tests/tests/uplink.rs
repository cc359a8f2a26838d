//! The internet through a neighbour's gateway, between separate computers.
//!
//! Topology: Ann, Bob and Carl on one switch without a way out; Ann (and Carl) have a line to the lab's internet; Ann's building
//! has a network of its own beside it, where a machine writes down what it hears. Goal: programs work unchanged, the rules
//! hold, the building's network hears nothing, and no place that was visited is on any disk.

use std::collections::HashSet;
use std::process::Command;
use std::time::{Duration, Instant};

use hedgerow_api::{
    GatewaySetup, GatewayTest, PersonRemove, PolicyChange, PolicySet, StatementAsk, StatementRow, Uplink, UplinkSet,
};
use hedgerow_tests::lab::town::{self, Building, DNS, Internet, PRINTER, WEB, share, turn_on};
use hedgerow_tests::lab::wait::patience;
use hedgerow_tests::lab::{Computer, Download, Lab, run, story, wait};
use hedgerow_tests::{ledger, many};
use serde_json::json;

/// What a gateway serves beyond the last receipt, at most.
const RECEIPT_WINDOW: u64 = 16 * 1024 * 1024;
const NAMES: [&str; 3] = ["ann", "bob", "carl"];

async fn street(test: &str) -> Option<Lab> {
    Some(start(Lab::new(test, &NAMES)?).await)
}

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

async fn when(at: &Computer, within: Duration, what: &str, fits: impl Fn(&Uplink) -> bool) -> (Uplink, Duration) {
    wait::until(&format!("{} {what}", at.name), within, || async { at.api().uplink().await.ok().filter(|u| fits(u)) })
        .await
}

fn curl(at: &Computer, proxy: &str, args: &[&str]) -> (Option<i32>, String) {
    let proxy = format!("socks5h://{proxy}");
    let within = wait::seconds(many(30, 300));
    let mut all = vec!["--silent", "--show-error", "--max-time", &within, "--proxy", &proxy];
    all.extend(args);
    let ran = run(&mut at.program("curl", &all));
    (ran.code, ran.stdout)
}

/// A page comes, in this time.
fn works_within(at: &Computer, proxy: &str, within: Duration) {
    let from = Instant::now();
    let (code, _) = curl(at, proxy, &["http://web.example/"]);
    assert!(code == Some(0) && from.elapsed() < patience(within), "{code:?} after {:?}", from.elapsed());
}

/// One program that asks for each of them in turn, however the last one went.
fn curl_each(lab: &Lab, at: &Computer, proxy: &str, urls: &[String]) {
    let file = lab.desk().join("urls.txt");
    let lines: String = urls.iter().map(|url| format!("url = \"{url}\"\noutput = \"/dev/null\"\n")).collect();
    std::fs::write(&file, lines).expect("a list");
    let (proxy, within) = (format!("socks5h://{proxy}"), wait::seconds(5));
    let args = [
        "--silent",
        "--max-time",
        &within,
        "-H",
        "Connection: close",
        "--proxy",
        &proxy,
        "-K",
        &file.display().to_string(),
    ];
    run(&mut at.program("curl", &args));
}

/// Downloads so slowly that there is time to do something meanwhile.
fn slow_download(lab: &Lab, at: &str, proxy: &str, length: u64) -> Download {
    let (proxy, url) = (format!("http://{proxy}"), format!("http://web.example/big/{length}"));
    Download::start(lab, lab.at(at), &["--limit-rate", "12M", "--proxy", &proxy, &url])
}

fn digest(length: u64) -> String {
    let script = hedgerow_tests::root().join("tests/sites/program.py");
    run(Command::new("python3").arg(script).arg("digest").arg(length.to_string())).stdout[..64].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_reach_the_internet_and_never_the_building() {
    let Some(lab) = street("programs reach the internet").await else { return };
    let (ann, bob) = (lab.at("ann"), lab.at("bob"));
    let internet = Internet::new(&lab, &["ann"]);
    let building = Building::new(&lab, "ann");
    share(ann, "Riverside Library").await;
    let proxy = turn_on(bob).await;

    // Pages, by every door, by name and by address; large files both ways; anything else on an allowed port.
    let page = "<h1>Bookings</h1>\n";
    assert_eq!(curl(bob, &proxy, &["http://web.example/"]), (Some(0), page.into()));
    assert_eq!(curl(bob, &proxy, &["--proxy-user", "a:b", "http://web.example/"]), (Some(0), page.into()));
    assert_eq!(curl(bob, &proxy, &[&format!("http://{WEB}/")]), (Some(0), page.into()));
    let http = format!("http://{proxy}");
    assert_eq!(curl(bob, &proxy, &["--proxy", &http, "http://web.example/"]), (Some(0), page.into()));
    assert_eq!(curl(bob, &proxy, &["--proxy", &http, "-p", "http://web.example/"]), (Some(0), page.into()));
    let length = many(64_000_000, 1_000_000_000);
    let expected = digest(length);
    let line = format!("curl --silent --proxy {http} http://web.example/big/{length} | sha256sum");
    let got = run(&mut bob.program("bash", &["-c", &line])).stdout;
    assert_eq!(&got[..64], expected, "{length} bytes down");
    let (file, sum) = lab.large_file(length);
    let up = curl(bob, &proxy, &["-X", "POST", "-T", &file, "http://web.example/"]);
    assert_eq!(up.1.trim(), sum, "{length} bytes up");

    // What must not be reached, however it is written. Nobody on the building's network hears of it.
    let closed = [
        format!("http://{PRINTER}/"),
        "http://192.168.7.1/".into(),
        "http://10.77.0.1/".into(),
        "http://127.0.0.1/".into(),
        "http://[::1]/".into(),
        "http://169.254.169.254/".into(),
        "http://100.64.0.1/".into(),
        "http://[2606:4700:7::9]/".into(),
        "http://[::ffff:192.168.7.9]/".into(),
        "http://[::192.168.7.9]/".into(),
        "http://[64:ff9b::c0a8:709]/".into(),
        "http://[2002:c0a8:709::1]/".into(),
        "http://[fe80::1]/".into(),
        "http://lan.example/".into(),
        "http://mixed.example/".into(),
        "http://mapped.example/".into(),
        "http://nat64.example/".into(),
        "http://many.example/".into(),
        "http://printer/".into(),
        "http://printer.local/".into(),
        format!("http://{WEB}:8080/"),
        format!("http://{WEB}:25/"),
    ];
    for url in &closed {
        let (code, said) = curl(bob, &proxy, &["-g", url]);
        assert!(code != Some(0) && said.is_empty(), "{url}: {code:?} {said}");
    }
    for odd in ["0x7f.1", "017700000001", "2130706433", "192.168.1801", "0300.0250.7.9"] {
        // A program that passes such a spelling on as a name.
        let line = format!(
            "exec 3<>/dev/tcp/{}; printf '\\5\\1\\0' >&3; head -c 2 <&3 >/dev/null; \
             printf '\\5\\1\\0\\3\\x{:02x}{odd}\\0\\120' >&3; head -c 2 <&3 | tail -c 1 | od -An -tu1",
            proxy.replace(':', "/"),
            odd.len()
        );
        let reply = run(&mut bob.program("bash", &["-c", &line])).stdout;
        assert_eq!(reply.trim(), "8", "{odd}");
    }
    // Either all its answers are public when it is looked up, or it is refused.
    let rebinding: Vec<String> = (0..many(50, 10_000)).map(|n| format!("http://n{n}.rebind.example/")).collect();
    curl_each(&lab, bob, &proxy, &rebinding);
    assert!(internet.servers.said().contains(&rebinding[rebinding.len() - 1][7..20]), "they were asked for");
    assert_eq!(building.witness.said(), "", "the building's network heard of it");

    // The host sees what would happen, and proves it.
    let targets =
        vec!["https://example.org".into(), PRINTER.to_owned() + ":80", "printer.local:80".into(), PRINTER.into()];
    let verdicts = ann.api().gateway_test(&GatewayTest { targets }).await.expect("verdicts").verdicts;
    assert_eq!(verdicts.iter().map(|v| v.allowed).collect::<Vec<_>>(), [true, false, false, false]);
    for printer in [&verdicts[1], &verdicts[3]] {
        assert!(printer.rules.iter().any(|r| r.contains("Private-Use")), "{verdicts:?}");
    }
    let proof = ann.api().gateway_prove().await.expect("a proof");
    assert!(proof.passed && proof.verdicts.len() > 20, "{}", proof.page);
    assert_eq!(building.witness.said(), "", "nor of the proof");

    // No place that was visited is on any disk, nor in what a node wrote, on either side.
    let markers: Vec<String> = (0..many(1_000, 10_000)).map(|n| format!("marker{n}x{}", std::process::id())).collect();
    let there: Vec<String> = markers.iter().map(|m| format!("http://{m}.web.example/who?{m}")).collect();
    curl_each(&lab, bob, &proxy, &there);
    let nowhere: Vec<String> = markers.iter().map(|m| format!("http://{m}.nowhere.example/")).collect();
    curl_each(&lab, bob, &proxy, &nowhere);
    let said = internet.servers.said();
    let asked: HashSet<&str> = said.lines().filter_map(|line| line.strip_prefix("asked ")).collect();
    for marker in &markers {
        assert!(asked.contains(format!("{marker}.web.example").as_str()), "{marker} was not asked for");
        assert!(asked.contains(format!("{marker}.nowhere.example").as_str()), "{marker} was not asked for");
    }
    for computer in [ann, bob] {
        let text = [computer.data.clone(), computer.data.with_extension("log")];
        for place in text {
            let found =
                run(Command::new("grep").args(["-r", "-l", "-a", "-E", "marker[0-9]+x|web\\.example"]).arg(&place));
            assert_eq!(found.stdout, "", "{}: {}", computer.name, place.display());
        }
    }
    ledger::long_form(json!({
        "what": "uplink", "bytes_each_way": length, "names_that_rebind": rebinding.len(), "packets_to_the_building": 0,
        "markers": markers.len(), "markers_found": 0,
    }));
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_bite_at_once() {
    let Some(mut lab) = street("rules bite at once").await else { return };
    let internet = Internet::new(&lab, &["ann", "carl"]);
    share(lab.at("ann"), "Riverside Library").await;
    let proxy = turn_on(lab.at("bob")).await;

    // Paused: what is open ends within a second, and Bob is told in words.
    let mut download = slow_download(&lab, "bob", &proxy, 400_000_000);
    download.under_way().await;
    let from = Instant::now();
    lab.at("ann").api().gateway_pause().await.expect("paused");
    assert!(!download.finish(), "it ends");
    let (came, took) = (download.bytes(), from.elapsed());
    assert!(took < patience(Duration::from_secs(2)), "ended after {took:?}");
    let paused = |u: &Uplink| !u.ready && u.sentence.contains("paused");
    when(lab.at("bob"), Duration::from_secs(5), "is told of the pause", paused).await;
    lab.at("ann").api().gateway_start().await.expect("started");
    when(lab.at("bob"), Duration::from_secs(5), "can go on", |u| u.ready).await;

    // The line of the building goes; it is told within ten seconds, and it comes back alone.
    internet.line(0, false);
    let down = |u: &Uplink| {
        !u.ready && u.gateways.iter().any(|g| g.sentence.contains("line") || g.sentence.contains("internet"))
    };
    when(lab.at("bob"), Duration::from_secs(12), "is told of the line", down).await;
    internet.line(0, true);
    run(&mut lab.at("ann").program("ip", &["route", "add", "default", "via", "100.64.0.1"]));
    when(lab.at("bob"), Duration::from_secs(15), "is back", |u| u.ready).await;

    // Killed in the middle of the month: what was used is still known.
    let ann = lab.at("ann");
    let (before, _) = wait::until("the month is on disk", Duration::from_secs(10), || async {
        let here = ann.api().gateway().await.ok()?.month_bytes;
        (town::month_bytes_on_disk(ann) == Some(here)).then_some(here)
    })
    .await;
    assert!(before >= came, "{before} of {came}");
    lab.at_mut("ann").kill();
    lab.at_mut("ann").start().await;
    let after = lab.at("ann").api().gateway().await.expect("a gateway");
    assert_eq!((after.state.as_str(), after.month_bytes), ("open", before));
    works_within(lab.at("bob"), &proxy, Duration::from_secs(4));

    // What is used up is refused in words, and so is what is closed.
    let change = |field: &str, value: &str| PolicyChange {
        set: vec![PolicySet { field: field.into(), value: value.into() }],
        dry_run: false,
    };
    lab.at("ann").api().gateway_policy(&change("limits.day_bytes", "1000000")).await.expect("changed");
    let used_up = |u: &Uplink| u.gateways.iter().any(|g| g.sentence.contains("share for today is used up"));
    wait::until("Bob is told that his share is used up", Duration::from_secs(10), || async {
        let _ = curl(lab.at("bob"), &proxy, &["http://web.example/"]);
        let uplink = lab.at("bob").api().uplink().await.ok()?;
        (used_up(&uplink) || uplink.last_refusal.contains("used up")).then_some(())
    })
    .await;
    lab.at("ann").api().gateway_policy(&change("limits.day_bytes", "2000000000")).await.expect("changed");

    // A second building: when the first goes dark, new connections are there within three seconds.
    let grant = hedgerow_api::GrantNew { role: "gateway-host".into(), number: None };
    lab.at("ann").api().person_grant("carl", &grant).await.expect("granted");
    wait::until("Carl may share", Duration::from_secs(10), || async {
        let new = GatewaySetup {
            title: "Carl's hall".into(),
            responsible: "carl".into(),
            contact: "x".into(),
            way: "interface:wan0".into(),
            dns: vec![DNS.into()],
            agreed_by: "carl".into(),
            ..GatewaySetup::default()
        };
        lab.at("carl").api().gateway_setup(&new).await.ok()
    })
    .await;
    lab.at("carl").api().gateway_start().await.expect("started");
    when(lab.at("bob"), Duration::from_secs(15), "sees both", |u| u.gateways.iter().filter(|g| g.open).count() == 2)
        .await;
    lab.cut("ann");
    works_within(lab.at("bob"), &proxy, Duration::from_secs(4));
    lab.mend("ann");

    // Bob is taken out while he downloads.
    let mut download = slow_download(&lab, "bob", &proxy, 400_000_000);
    download.under_way().await;
    wait::until("Ann is linked again", Duration::from_secs(30), || async {
        let status = lab.at("ann").api().status().await.ok()?;
        status.neighbours.iter().any(|n| n.linked && n.name == "carl").then_some(())
    })
    .await;
    let removal = PersonRemove { reason: "other".into(), ..PersonRemove::default() };
    lab.at("ann").api().person_remove("bob", &removal).await.expect("removed");
    let from = Instant::now();
    assert!(!download.finish(), "he is out");
    assert!(from.elapsed() < patience(Duration::from_secs(6)), "out after {:?}", from.elapsed());
}

/// The one line of the host's statement and of the resident's, when both say the same, and at least so many bytes down of
/// which so many cost something.
async fn agreed(host: &Computer, resident: &Computer, down: u64, charged: u64) -> StatementRow {
    let ask = StatementAsk::default();
    let what = format!("both sides agree on {down} bytes or more, {charged} of them charged");
    let (row, _) = wait::until(&what, Duration::from_secs(30), || async {
        let theirs = host.api().gateway_statement(&ask).await.ok()?;
        let mine = resident.api().uplink_statement(&ask).await.ok()?;
        let fits = theirs.csv == mine.csv
            && mine.rows.first().is_some_and(|r| r.bytes_down >= down && r.bytes_charged >= charged);
        assert!(theirs.rows.len() <= 1 && mine.rows.len() <= 1, "one member, one month: {theirs:?} {mine:?}");
        fits.then(|| theirs.rows[0].clone())
    })
    .await;
    row
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_is_signed_for_and_costs_nothing_unasked() {
    let Some(mut lab) = Lab::new("what was used is signed for", &NAMES) else { return };
    lab.hasten();
    let mut lab = start(lab).await;
    let _internet = Internet::new(&lab, &["ann"]);
    share(lab.at("ann"), "Riverside Library").await;
    let proxy = turn_on(lab.at("bob")).await;
    let (length, expected) = (48_000_000, digest(48_000_000));

    // A cable is pulled in mid-download, for longer than a connection lives: it goes on, is whole, and is counted once.
    let mut download = slow_download(&lab, "bob", &proxy, length);
    download.under_way().await;
    lab.cut("bob");
    story::alone(lab.at("bob")).await;
    lab.mend("bob");
    assert!(download.finish(), "the download goes on");
    assert_eq!(download.sum(), expected, "three windows of it, whole");
    let row = agreed(lab.at("ann"), lab.at("bob"), length, 0).await;
    assert_eq!((row.name.as_str(), row.cost_pence, row.bytes_charged), ("bob", 0, 0));
    assert!(row.bytes_down < length + 100_000 && row.bytes_up > 0, "{row:?}");
    wait::until("the hours are on the disk", Duration::from_secs(3), || async {
        (town::hours_bytes_on_disk(lab.at("ann")) >= length).then_some(())
    })
    .await;

    // Killed in the middle of a download: of what was signed for, no more than a window is lost, and then nothing.
    let mut download = slow_download(&lab, "bob", &proxy, length);
    let (ask, bob) = (StatementAsk::default(), lab.at("bob"));
    wait::until("receipts come during a download", Duration::from_secs(20), || async {
        let signed = bob.api().uplink_statement(&ask).await.ok()?.rows;
        (signed[0].bytes_down > length + RECEIPT_WINDOW + 4_000_000).then_some(())
    })
    .await;
    assert!(download.ended().is_none(), "it goes on meanwhile");
    lab.at_mut("ann").kill();
    let signed = lab.at("bob").api().uplink_statement(&ask).await.expect("a statement").rows;
    lab.at_mut("ann").start().await;
    let kept = lab.at("ann").api().gateway_statement(&ask).await.expect("a statement").rows;
    assert!(kept[0].bytes_down + RECEIPT_WINDOW >= signed[0].bytes_down, "{kept:?} {signed:?}");
    assert!(!download.finish(), "its other half is gone");
    when(lab.at("bob"), Duration::from_secs(15), "can go on", |u| u.ready).await;
    let mut download = slow_download(&lab, "bob", &proxy, length);
    assert!(download.finish(), "nothing is owed from before");
    assert_eq!(download.sum(), expected);
    agreed(lab.at("ann"), lab.at("bob"), signed[0].bytes_down + length, 0).await;
    let stats = lab.at("ann").api().gateway_stats().await.expect("hours");
    let all: u64 = stats.hours.iter().map(|h| h.bytes).sum();
    assert!(stats.days == 7 && all >= 2 * length && stats.hours.iter().all(|h| h.member == row.member), "{stats:?}");

    // A price: refused until it is agreed to, with a limit for the month; a penny is a megabyte.
    let price = PolicySet { field: "tariff.pence_per_gb".into(), value: "1000".into() };
    let change = PolicyChange { set: vec![price], dry_run: false };
    lab.at("ann").api().gateway_policy(&change).await.expect("changed");
    let asks = |u: &Uplink| !u.ready && u.sentence.contains("for each gigabyte");
    when(lab.at("bob"), Duration::from_secs(10), "is told the price", asks).await;
    assert_ne!(curl(lab.at("bob"), &proxy, &["http://web.example/"]).0, Some(0), "not agreed to");
    let pay = |ceiling_pence| UplinkSet { pence_per_gb: Some(1000), ceiling_pence, ..UplinkSet::default() };
    let refused = lab.at("bob").api().uplink_set(&pay(None)).await.expect_err("no limit");
    assert!(refused.to_string().contains("no limit yet"), "{refused}");
    lab.at("bob").api().uplink_set(&pay(Some(5))).await.expect("agreed");
    when(lab.at("bob"), Duration::from_secs(15), "has agreed", |u| u.ready).await;
    assert_eq!(curl(lab.at("bob"), &proxy, &["http://web.example/"]).0, Some(0));
    let mut download = slow_download(&lab, "bob", &proxy, length);
    assert!(!download.finish(), "it costs more than the limit");
    // What is left is less than a piece; nothing larger fits.
    assert_ne!(curl(lab.at("bob"), &proxy, &["--output", "/dev/null", "http://web.example/big/200000"]).0, Some(0));
    let (_, _) = when(lab.at("bob"), Duration::from_secs(5), "is told of the limit", |u| {
        u.last_refusal.contains("the limit you set for this month")
    })
    .await;
    // What came at the price is signed for, to the last byte.
    let row = agreed(lab.at("ann"), lab.at("bob"), length, download.bytes()).await;
    assert!(row.cost_pence == 4 || row.cost_pence == 5, "used, and never passed: {row:?}");
    assert!(row.bytes_charged <= 5_000_000 && row.due_pence == row.cost_pence, "{row:?}");
    let files = (lab.desk().join("used.csv"), lab.desk().join("used.html"));
    let (csv, page) = (files.0.display().to_string(), files.1.display().to_string());
    let ran = lab.at("bob").cli(&["uplink", "statement", "--month", &row.month, "--csv", &csv, "--page", &page]);
    ran.expect(0, "Riverside Library");
    let text = |file| std::fs::read_to_string(file).expect("a file");
    assert!(text(&files.0).contains(",used,1000,1,") && text(&files.1).contains("Riverside Library"));
    lab.at("ann").cli(&["gateway", "statement", "--month", &row.month]).expect(0, "bob");
    lab.at("ann").cli(&["gateway", "stats"]).expect(0, &row.member);
}
