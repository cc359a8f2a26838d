//! The exit codes of the command line, each seen once, and the shape of what it says.

use hedgerow_tests::lab::solo::Solo;
use hedgerow_tests::lab::{Computer, Lab, Ran, hedgerow, run, story};
use std::process::{Command, Stdio};

const NOBODY: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[test]
fn without_a_node_it_says_so() {
    let dir = tempfile::tempdir().expect("a directory");
    let computer = Computer::new("library", None, dir.path().join("empty"));
    for args in [&["status"][..], &["find", "library"], &["people"], &["invite"]] {
        computer.cli(args).expect(3, "not running");
    }
    computer.cli(&["status", "--json"]).expect(3, "not-running");
    computer.cli(&["version"]).expect(0, "hedgerow");
}

#[test]
fn typed_wrongly_is_usage() {
    for args in [&["no-such-command"][..], &["find", "--no-such-flag"], &["get"], &["bundle", "export"]] {
        let said = run(Command::new(hedgerow()).args(args));
        said.expect(2, "usage");
        assert!(said.stdout.is_empty(), "talk goes to stderr: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn alone_on_one_computer() {
    let mut solo = Solo::new("library");
    solo.computer.start().await;
    let at = &solo.computer;
    at.cli(&["invite"]).expect(1, "community");
    at.cli(&["invite", "list"]).expect(1, "community");
    at.cli(&["join"]).expect(4, "not asked");
    at.cli(&["join", "--stop"]).expect(4, "not asked");
    at.cli(&["community", "new", "Riverside"]).expect(2, "name");
    at.cli(&["community", "new", "Riverside", "--name", "Ann"]).expect(0, "Riverside");
    at.cli(&["community", "new", "Hillside", "--name", "Ann"]).expect(1, "already");
    at.cli(&["get", NOBODY]).expect(4, "");
    at.cli(&["join", "nonsense", "--name", "Ann"]).expect(2, "invite");
    let picture = hedgerow_tests::root().join("gui/screenshots/find.png").display().to_string();
    at.cli(&["join", &picture, "--name", "Ann"]).expect(2, "take the picture again");
    at.cli(&["invite", "--days", "8"]).expect(2, "7 days");
    at.cli(&["invite", "revoke", "nobody"]).expect(4, "nobody");
    at.cli(&["invite", "confirm", "nobody"]).expect(4, "nobody");
    at.cli(&["invite", "refuse", "nobody"]).expect(4, "nobody");
    at.cli(&["config", "set", "prot", "5"]).expect(2, "port");
    at.cli(&["service", "import", "/no/such/file.csv"]).expect(1, "/no/such/file.csv");
    at.cli(&["bundle", "import", "/no/such/stick.hgr"]).expect(1, "/no/such/stick.hgr");

    // Changed meanwhile, as programs see it.
    let first = story::publish(at, story::notice("First")).await.item.summary.id;
    let second = at.api().edit(&first, &story::notice("Second"), Some(&first)).await.expect("edited");
    let late = at.api().edit(&first, &story::notice("Third"), Some(&first)).await.expect_err("too late");
    assert_eq!(late.code().map(hedgerow_api::Code::exit_code), Some(6), "{late}");
    assert_eq!(story::item(at, &first).await.summary.id, second.item.summary.id, "any version leads to the item");

    // Every answer names its shape, and says nothing else on stdout.
    for (args, schema) in [
        (&["status"][..], "hedgerow.status/"),
        (&["find"], "hedgerow.find/"),
        (&["people"], "hedgerow.people/"),
        (&["invite"], "hedgerow.invite/"),
        (&["invite", "list"], "hedgerow.invites/"),
        (&["invite", "requests"], "hedgerow.join-requests/"),
        (&["invite", "revoke", "all"], "hedgerow.invites/"),
        (&["version"], "hedgerow.version/"),
    ] {
        let said = at.json(args);
        assert!(said["schema"].as_str().is_some_and(|s| s.starts_with(schema)), "{args:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_allowed_and_timed_out() {
    let Some(mut lab) = Lab::new("not_allowed", &["library", "resident"]) else { return };
    for name in ["library", "resident"] {
        lab.at_mut(name).start().await;
    }
    story::found(lab.at("library"), "Riverside").await;
    let notice = story::publish(lab.at("library"), story::notice("Mine")).await.item.summary.id;
    story::join(lab.at("resident"), lab.at("library")).await;
    story::equal(&[lab.at("library"), lab.at("resident")], std::time::Duration::from_secs(5)).await;
    let resident = lab.at("resident");
    resident.cli(&["group", "new", "Food bank"]).expect(5, "organiser");
    resident.cli(&["notice", "withdraw", &notice]).expect(5, "");

    // An invite whose giver cannot be reached.
    let ticket = story::invite(lab.at("library")).await;
    lab.at_mut("library").stop().await;
    let mut solo = Solo::new("late");
    solo.computer.start().await;
    let said = solo.computer.cli(&["join", &ticket, "--name", "Late"]);
    assert_eq!(said.code, Some(7), "{said}");
}

/// The command with a full disk for its answer.
fn into_full(mut command: Command) -> Ran {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a full device");
    let out = command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped()).output().expect("it starts");
    Ran { code: out.status.code(), stdout: String::new(), stderr: String::from_utf8_lossy(&out.stderr).into_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_get_out_is_a_failure() {
    let mut solo = Solo::new("library");
    solo.computer.start().await;
    let at = &solo.computer;
    at.cli(&["community", "new", "Riverside", "--name", "Ann"]).expect(0, "Riverside");
    let id = story::publish(at, story::notice("First")).await.item.summary.id;
    for args in [
        &["status"][..],
        &["status", "--json"],
        &["find"],
        &["find", "--json"],
        &["get", &id, "--cose"],
        &["config", "get"],
        &["config", "path"],
        &["completions", "bash"],
        &["metrics"],
        &["invite"],
        &["version"],
    ] {
        into_full(at.command(args)).expect(1, "the disk is full");
    }
    at.cli(&["invite", "--file", "/dev/full"]).expect(1, "the disk is full");
    at.cli(&["bundle", "export", "/dev/full"]).expect(1, "the disk is full");
    let mut help = Command::new(hedgerow());
    help.arg("--help");
    into_full(help).expect(1, "the disk is full");

    // Whoever reads no further has had enough: no word, and no failure.
    let mut child = at.command(&["find"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let out = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.code() == Some(0) && !said.contains("could not be written"), "{:?}: {said}", out.status);
}
