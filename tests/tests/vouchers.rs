//! Vouchers and settled accounts at a building, between separate computers.
//!
//! Topology: Ann, Bob and Carl on one switch; Ann's computer has a line to the lab's internet. Goal: a voucher lets its holder
//! in once and nobody else, whatever is killed meanwhile; what was paid and let go stands on both sides' statements.

use std::time::Duration;

use hedgerow_api::{
    Code, PolicyChange, PolicySet, Settle, StatementAsk, StatementRow, Uplink, UplinkSet, VoucherBack, VoucherNew,
    VoucherUse,
};
use hedgerow_tests::lab::town::{self, Internet};
use hedgerow_tests::lab::{Computer, Lab, run, story, wait};

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

async fn set(at: &Computer, field: &str, value: &str) {
    let set = vec![PolicySet { field: field.into(), value: value.into() }];
    at.api().gateway_policy(&PolicyChange { set, dry_run: false }).await.expect("changed");
}

async fn when(at: &Computer, what: &str, fits: impl Fn(&Uplink) -> bool) -> Uplink {
    let what = format!("{} {what}", at.name);
    wait::until(&what, Duration::from_secs(15), || async { at.api().uplink().await.ok().filter(|u| fits(u)) }).await.0
}

fn fetch(at: &Computer, proxy: &str, bytes: u64) -> bool {
    let (proxy, url) = (format!("socks5h://{proxy}"), format!("http://web.example/big/{bytes}"));
    let within = wait::seconds(30);
    let args = ["--silent", "--max-time", &within, "--output", "/dev/null", "--proxy", &proxy, &url];
    run(&mut at.program("curl", &args)).code == Some(0)
}

/// The one line of both statements, once they agree that so much was used, paid and let go.
async fn settled(lab: &Lab, paid: u64, waived: u64) -> StatementRow {
    let ask = StatementAsk::default();
    let what = format!("both sides say that {paid} was paid and {waived} let go");
    let both = wait::until(&what, Duration::from_secs(40), || async {
        let theirs = lab.at("ann").api().gateway_statement(&ask).await.ok()?;
        let mine = lab.at("bob").api().uplink_statement(&ask).await.ok()?;
        let row = theirs.rows.first()?.clone();
        let fits = (row.cost_pence, row.paid_pence, row.waived_pence) == (20, paid, waived);
        (fits && theirs.csv == mine.csv).then_some(row)
    });
    both.await.0
}

fn using(text: &str) -> VoucherUse {
    VoucherUse { text: text.into(), ..VoucherUse::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_lets_its_holder_in_and_nobody_else() {
    let Some(lab) = Lab::new("a voucher lets its holder in", &NAMES) else { return };
    let mut lab = start(lab).await;
    let _internet = Internet::new(&lab, &["ann"]);
    town::share(lab.at("ann"), "Riverside Library").await;

    // The rules have to take them.
    let new = VoucherNew { person: Some("bob".into()), bytes: 3_000_000, ..VoucherNew::default() };
    let no = lab.at("ann").api().voucher_new(&new).await.expect_err("not taken");
    assert!(no.to_string().contains("vouchers"), "{no}");
    set(lab.at("ann"), "who", r#"{"community": false, "vouchers": true}"#).await;
    for name in ["bob", "carl"] {
        let on = UplinkSet { mode: "auto".into(), ..UplinkSet::default() };
        lab.at(name).api().uplink_set(&on).await.expect("on");
        when(lab.at(name), "is not let in", |u| !u.ready && u.sentence.contains("smaller group")).await;
    }

    // Made by the command line, tried without doing it, and never twice the same.
    let args = ["gateway", "voucher", "new", "--for", "bob", "--amount", "3MB", "--days", "2"];
    let ann = lab.at("ann");
    let dry: Vec<&str> = args.iter().copied().chain(["--dry-run"]).collect();
    ann.cli(&dry).expect(0, "It would be for bob: 3 MB");
    let made = ann.cli(&args);
    let ticket = made.expect(0, "hedgerow uplink voucher").stdout.trim().to_owned();
    assert!(ticket.starts_with("hedgerowvoucher1") && !ticket.contains(char::is_whitespace), "{ticket}");
    let past = VoucherNew { until: Some("2020-01-01".into()), ..new.clone() };
    let no = ann.api().voucher_new(&past).await.expect_err("it has run out").to_string();
    assert!(no.contains("run out"), "{no}");

    // A copy is of no use to Carl: neither his own program takes it, nor would the building (see the unit tests).
    let no = lab.at("carl").cli(&["uplink", "voucher", &ticket]);
    no.expect(10, "belongs to another computer");
    lab.at("bob").cli(&["uplink", "voucher", &ticket[..80]]).expect(10, "not a voucher");
    lab.at("bob").cli(&["uplink", "voucher", &ticket, "--dry-run"]).expect(0, "would be used at Riverside Library");
    when(lab.at("bob"), "is still outside", |u| !u.ready).await;

    // Killed right after it was promised: it is known, and it is not given twice.
    let used = lab.at("bob").api().voucher_use(&using(&ticket)).await.expect("used");
    assert_eq!((used.building.as_str(), used.bytes), ("Riverside Library", 3_000_000));
    lab.at_mut("ann").kill();
    lab.at_mut("ann").start().await;
    let again = wait::until("the building answers again", Duration::from_secs(20), || async {
        lab.at("bob").api().voucher_use(&using(&ticket)).await.ok()
    })
    .await
    .0;
    assert_eq!(again, used, "the same, to the day");
    let uplink = when(lab.at("bob"), "is let in", |u| u.ready).await;
    let left = uplink.gateways[0].bytes_left.expect("so much is left");
    assert!(left <= 3_000_000 && uplink.gateways[0].seconds_left.is_some_and(|s| s <= 2 * 86_400), "{uplink:?}");
    let proxy = uplink.proxy.expect("a proxy");
    assert!(fetch(lab.at("bob"), &proxy, 1_500_000), "half of it");
    let ann = lab.at("ann");
    wait::until("what was used is on disk", Duration::from_secs(15), || async {
        (town::voucher_bytes_on_disk(ann)? >= 1_500_000).then_some(())
    })
    .await;
    lab.at_mut("ann").kill();
    lab.at_mut("ann").start().await;
    when(lab.at("bob"), "is let in again", |u| u.ready).await;
    wait::until("Bob is told that it is used up", Duration::from_secs(20), || async {
        assert!(!fetch(lab.at("bob"), &proxy, 2_000_000), "what was used stays used");
        let uplink = lab.at("bob").api().uplink().await.ok()?;
        uplink.last_refusal.contains("voucher does not work").then_some(())
    })
    .await;

    // A code: for whoever comes first, and taken back.
    let code = lab.at("ann").cli(&["gateway", "voucher", "new", "--anyone", "--amount", "5MB"]);
    let code = code.expect(0, "whoever types it first").stdout.trim().to_owned();
    let typed = code.to_lowercase().replace('-', " ");
    lab.at("carl").cli(&["uplink", "voucher", &typed]).expect(0, "5 MB at Riverside Library");
    lab.at("carl").cli(&["uplink", "voucher", &code]).expect(0, "5 MB at Riverside Library");
    lab.at("bob").cli(&["uplink", "voucher", &code]).expect(10, "no voucher with that code");
    let proxy = when(lab.at("carl"), "is let in", |u| u.ready).await.proxy.expect("a proxy");
    assert!(fetch(lab.at("carl"), &proxy, 1_000_000));
    lab.at("ann").cli(&["gateway", "voucher", "back", &code]).expect(0, "taken back");
    when(lab.at("carl"), "is outside again", |u| !u.ready).await;
    let no = lab.at("carl").api().voucher_use(&using(&code)).await.expect_err("taken back");
    assert!(no.to_string().contains("taken back"), "{no}");
    let unknown = VoucherBack { text: "0000-0000-0000".into(), dry_run: false };
    assert!(lab.at("ann").api().voucher_back(&unknown).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_and_let_go_stands_on_both_sides() {
    let Some(mut lab) = Lab::new("what was paid stands on both sides", &NAMES) else { return };
    lab.hasten();
    let mut lab = start(lab).await;
    let _internet = Internet::new(&lab, &["ann"]);
    town::share(lab.at("ann"), "Riverside Library").await;
    // A penny is a megabyte.
    set(lab.at("ann"), "tariff.pence_per_gb", "1000").await;
    let agree =
        UplinkSet { mode: "auto".into(), pence_per_gb: Some(1000), ceiling_pence: Some(500), ..UplinkSet::default() };
    lab.at("bob").api().uplink_set(&agree).await.expect("agreed");
    let proxy = when(lab.at("bob"), "can open something", |u| u.ready).await.proxy.expect("a proxy");
    assert!(fetch(lab.at("bob"), &proxy, 20_500_000));
    assert_eq!(settled(&lab, 0, 0).await.due_pence, 20);

    // Nobody else can say that something was paid, and nothing more than what is owed.
    let settle = |kind: &str, pence| Settle { person: "bob".into(), kind: kind.into(), pence, ..Settle::default() };
    let no = lab.at("bob").api().gateway_settle(&settle("paid", 5)).await.expect_err("not his");
    assert_eq!(no.code(), Some(Code::NotFound), "{no}");
    for (wrong, why) in
        [(settle("paid", 21), "which is less"), (settle("paid", 0), "nothing"), (settle("lost", 5), "no way")]
    {
        let no = lab.at("ann").api().gateway_settle(&wrong).await.expect_err("wrong").to_string();
        assert!(no.contains(why), "{no}");
    }
    lab.at("ann").cli(&["gateway", "paid", "carl", "0.05"]).expect(2, "carl owes nothing");
    lab.at("ann").cli(&["gateway", "paid", "bob", "0.12", "--dry-run"]).expect(0, "Would note: bob");
    assert_eq!(settled(&lab, 0, 0).await.due_pence, 20, "a dry run changes nothing");

    lab.at("ann").cli(&["gateway", "paid", "bob", "0.12"]).expect(0, "£0.08 still open");
    assert_eq!(settled(&lab, 12, 0).await.due_pence, 8, "while they are in touch");
    // Killed at once, while Bob is away: it is on both disks in the end.
    lab.cut("bob");
    let waived = lab.at("ann").cli(&["gateway", "waive", "bob", "0.05", "--json"]).json();
    assert_eq!((&waived["kind"], &waived["due_pence"]), (&serde_json::json!("waived"), &serde_json::json!(3)));
    lab.at_mut("ann").kill();
    lab.at_mut("ann").start().await;
    lab.mend("bob");
    assert_eq!(settled(&lab, 12, 5).await.due_pence, 3);
    lab.at("bob").cli(&["uplink", "statement"]).expect(0, "cost £0.20, paid £0.12, let go £0.05, still open £0.03");
    let page = lab.at("bob").api().uplink_statement(&StatementAsk::default()).await.expect("a page").page;
    assert!(page.contains("Paid £0.12. Let go £0.05."), "{page}");
    // Bob's own disk keeps it, whoever is there.
    let bob = lab.at("bob");
    wait::until("both notes are on his disk", Duration::from_secs(10), || async {
        (town::settlements_on_disk(bob)? == 2).then_some(())
    })
    .await;
    lab.at_mut("ann").kill();
    lab.at_mut("bob").kill();
    lab.at_mut("bob").start().await;
    let rows = lab.at("bob").api().uplink_statement(&StatementAsk::default()).await.expect("rows").rows;
    assert_eq!((rows[0].paid_pence, rows[0].waived_pence), (12, 5));
}
