//! The workshop itself: the one pass that lints and builds refuses a planted lint, and a step that grew slower is said.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn script(name: &str) -> PathBuf {
    hedgerow_tests::root().join("tests").join(name)
}

fn text(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

/// Compiles a file as Cargo does with `RUSTC_WORKSPACE_WRAPPER`, with the arguments that `tests/run` sets.
fn linted(dir: &Path, source: &str) -> Option<Output> {
    let run = std::fs::read_to_string(script("run")).expect("tests/run");
    let set = run.lines().find_map(|line| line.trim().strip_prefix("export CLIPPY_ARGS=")).expect("tests/run sets it");
    std::fs::write(dir.join("planted.rs"), source).expect("a file");
    let mut command = Command::new("clippy-driver");
    command.args(["rustc", "--crate-type", "lib", "--edition", "2024", "--emit", "metadata", "planted.rs"]);
    command.env("CLIPPY_ARGS", set.trim_matches('"')).current_dir(dir);
    match command.output() {
        Ok(out) => Some(out),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => panic!("clippy-driver: {e}"),
    }
}

#[test]
fn a_planted_lint_fails_the_build() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(good) = linted(dir.path(), "//! Fine.\n/// Fine.\npub fn fine(a: u32) -> bool {\n    a > 1\n}\n") else {
        return hedgerow_tests::skip("a planted lint", "clippy-driver is not installed");
    };
    assert!(good.status.success(), "{}", text(&good));
    let bad = linted(
        dir.path(),
        "//! Bad.\n/// Bad.\npub fn bad(a: u32) -> bool {\n    if a == a { true } else { false }\n}\n",
    );
    let bad = bad.expect("it was there");
    assert!(!bad.status.success() && text(&bad).contains("clippy::"), "{}", text(&bad));
}

/// What `tests/times` says of a run whose build took so many seconds, after runs that took these.
fn said(dir: &Path, before: &[u64], now: u64, args: &[&str]) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let line = |seconds: &u64| {
        let steps = serde_json::json!({ "build": seconds });
        serde_json::json!({"mode": "default", "cores": cores, "result": "passed", "steps": steps}).to_string() + "\n"
    };
    let (ledger, times) = (dir.join("ci.jsonl"), dir.join("times.txt"));
    std::fs::write(&ledger, before.iter().map(line).collect::<String>()).expect("a ledger");
    std::fs::write(&times, format!("build\t{now}\n")).expect("times");
    let out = Command::new(script("times")).arg("--ledger").arg(&ledger).args(args).arg(&times).output();
    let out = out.expect("python3");
    assert!(out.status.success(), "{}", text(&out));
    text(&out)
}

#[test]
fn a_step_that_took_a_fifth_longer_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let slower = said(dir.path(), &[100, 101, 300], 122, &[]);
    assert!(slower.contains("SLOWER: build took 122 s, 21 % more than the 101 s"), "{slower}");
    for (before, now) in [(&[100, 101, 300][..], 121), (&[100, 101], 300), (&[10, 10, 10], 14)] {
        let fine = said(dir.path(), before, now, &[]);
        assert!(!fine.contains("SLOWER") && fine.contains(&format!("build {now} s")), "{before:?} {now}: {fine}");
    }
    said(dir.path(), &[100, 101, 300], 99, &["--add"]);
    let ledger = std::fs::read_to_string(dir.path().join("ci.jsonl")).expect("a ledger");
    assert_eq!(ledger.lines().count(), 4);
    let last: serde_json::Value =
        serde_json::from_str(ledger.lines().last().unwrap_or_default()).expect("a line of JSON");
    assert_eq!((last["steps"]["build"].as_u64(), last["result"].as_str()), (Some(99), Some("passed")));
}

#[test]
fn the_factor_of_the_deadlines_is_measured() {
    let out = Command::new(script("calibrate")).env_remove("NEXTEST_ENV").output().expect("bash");
    let said = text(&out);
    let factor: f64 = said.split_whitespace().next().and_then(|f| f.parse().ok()).unwrap_or_else(|| panic!("{said}"));
    assert!((1.0..=10.0).contains(&factor), "{said}");
}
