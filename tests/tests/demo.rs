//! `hedgerow demo` tells the truth, quickly, and leaves nothing behind; and it can fail.

use hedgerow_tests::lab::wait::patience;
use hedgerow_tests::lab::{Ran, hedgerow, run};
use std::process::Command;
use std::time::{Duration, Instant};

fn demo(args: &[&str]) -> (Ran, Duration, Vec<String>) {
    let temp = tempfile::Builder::new().prefix("hr-demo").tempdir().expect("a directory");
    let home = temp.path().join("home");
    std::fs::create_dir(&home).expect("a home");
    let mut command = Command::new(hedgerow());
    command.arg("demo").args(args).env("TMPDIR", temp.path()).env("HOME", &home);
    command.env("XDG_DATA_HOME", home.join("data")).env("XDG_CONFIG_HOME", home.join("config")).env("NO_COLOR", "1");
    let from = Instant::now();
    let ran = run(&mut command);
    let took = from.elapsed();
    let left = |dir: &std::path::Path| {
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
        entries.map(|e| e.path().display().to_string()).collect::<Vec<_>>()
    };
    let mut behind: Vec<String> = left(temp.path()).into_iter().filter(|p| !p.ends_with("/home")).collect();
    behind.extend(left(&home));
    (ran, took, behind)
}

#[test]
fn the_demo_passes_and_leaves_nothing_behind() {
    let (ran, took, behind) = demo(&[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(took < patience(Duration::from_secs(60)), "under a minute, not {took:?}");
    assert!(ran.stdout.lines().count() + ran.stderr.lines().count() >= 8, "it tells what it does: {ran}");
    assert!(behind.is_empty(), "left behind: {behind:?}");
}

#[test]
fn the_demo_fails_when_a_record_is_dropped() {
    let (ran, _, behind) = demo(&["--test-drop-one"]);
    assert_eq!(ran.code, Some(1), "a claim was false: {ran}");
    assert!(!ran.stderr.contains("panicked at"), "{ran}");
    assert!(behind.is_empty(), "left behind: {behind:?}");
}
