//! What a directory of thousands costs in memory. Topology: one computer. Goal: a long answer is made and read piece by piece,
//! so that a donated computer with little memory can give it.

use hedgerow_api::{ExportPart, ExportQuery, ImportQuery};
use hedgerow_tests::lab::solo::Solo;
use hedgerow_tests::lab::{Computer, story};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Listings: as many as a debug build takes in within seconds, and enough to tell "all at once" from "piece by piece".
const LISTINGS: usize = 8_000;

/// A table of places that are all different.
fn table(rows: usize) -> String {
    let mut text = String::from("name,description,address,town,postcode,phone,email,hours,cost\n");
    for n in 0..rows {
        let _ = writeln!(
            text,
            "Lunch club {n},Soup and company for whoever comes to number {n}: no need to say so before,{n} High Street,\
             Exeter,EX4 {} AA,01392 {n:06},club{n}@example.org,Mon-Fri 12:00-14:00,Free",
            n % 10
        );
    }
    text
}

/// What the system says of its node.
fn proc(at: &Computer) -> PathBuf {
    PathBuf::from(format!("/proc/{}", at.pid().expect("it runs")))
}

/// Resident memory of its node in bytes: now, and the most since [`forget_peak`].
fn memory(at: &Computer) -> (u64, u64) {
    let status = std::fs::read_to_string(proc(at).join("status")).expect("it runs");
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        kib.unwrap_or_else(|| panic!("no {name} in {status}")) * 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

fn forget_peak(at: &Computer) {
    std::fs::write(proc(at).join("clear_refs"), "5").expect("it runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_of_thousands_goes_out_piece_by_piece() {
    let mut solo = Solo::new("library");
    solo.computer.start().await;
    let at = &solo.computer;
    at.cli(&["community", "new", "Riverside", "--name", "Ann"]).expect(0, "Riverside");
    story::give_space(at).await;
    let how = ImportQuery { name: "clubs.csv".into(), ..ImportQuery::default() };
    let report = at.api().import(&how, table(LISTINGS).into_bytes()).await.expect("imported");
    assert_eq!(report.new, LISTINGS as u64, "{:?}", report.quarantined);
    // What the import itself took is another matter.
    solo.computer.stop().await;
    solo.computer.start().await;
    let at = &solo.computer;
    at.cli(&["find", "club"]).expect(0, "Lunch club");
    let (idle, _) = memory(at);
    forget_peak(at);
    let mut parts = at.api().export(&ExportQuery::default()).await.expect("it begins");
    let mut bytes = 0;
    let done = loop {
        match parts.next().await.expect("a part") {
            ExportPart::File(file) => bytes += file.text.len(),
            ExportPart::Done(done) => break done,
        }
    };
    let (_, peak) = memory(at);
    println!("{LISTINGS} listings: idle {idle}, peak {peak} bytes while {bytes} bytes went out");
    assert_eq!(done.services, LISTINGS as u64);
    assert!(bytes > 20 << 20, "too little to tell: {bytes} bytes");
    assert!(peak < idle + (16 << 20), "{peak} bytes at the most, {idle} before; {bytes} bytes went out");

    // And into a folder, with the same command that people type.
    let folder = solo.dir.path().join("out");
    at.cli(&["service", "export", &folder.display().to_string()]).expect(8, "8000 services");
    assert!(folder.join("services-page-16.json").is_file() && !folder.join(".hedgerow.part").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_import_needed_is_given_back() {
    let mut solo = Solo::new("library");
    solo.computer.start().await;
    let at = &solo.computer;
    at.cli(&["community", "new", "Riverside", "--name", "Ann"]).expect(0, "Riverside");
    story::give_space(at).await;
    let how = ImportQuery { name: "clubs.csv".into(), ..ImportQuery::default() };
    let report = at.api().import(&how, table(LISTINGS).into_bytes()).await.expect("imported");
    assert_eq!(report.new, LISTINGS as u64, "{:?}", report.quarantined);
    at.cli(&["find", "club"]).expect(0, "Lunch club");
    let (after, _) = memory(at);
    solo.computer.stop().await;
    solo.computer.start().await;
    let at = &solo.computer;
    at.cli(&["find", "club"]).expect(0, "Lunch club");
    let (anew, _) = memory(at);
    println!("{LISTINGS} listings: {after} bytes after the import, {anew} after a start");
    assert!(after < anew + (30 << 20), "{after} bytes after the import, {anew} after a start");
}
