//! Data folders that earlier versions wrote are opened by this one, with all that was in them.
//!
//! Each folder in `tests/fixtures/folders` is what one version left on one computer, without its index, which is made anew.
//! `HEDGEROW_WRITE_FOLDER=NAME` makes one more of them, of the version that is tested: once for each change of what is
//! written. Topology: Ann, and Bob where a folder is written; the clock stands at the day the folder was written.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hedgerow_api::GroupNew;
use hedgerow_tests::lab::{Computer, Lab, story};

/// The day on which the clocks of these stories stand: what is in a folder runs out some day.
const DAY: &str = "@2026-12-01 12:00:00";
/// Only what can be made anew, and what a process leaves behind.
const LEFT_OUT: [&str; 4] = ["index", "node.lock", "api.sock", "run"];

fn folders() -> PathBuf {
    hedgerow_tests::root().join("tests/fixtures/folders")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o700)).expect("its owner's");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left| name == *left) {
            continue;
        }
        let (kind, to) = (entry.file_type().expect("a kind"), to.join(&name));
        if kind.is_dir() {
            copy(&entry.path(), &to);
        } else if kind.is_file() {
            std::fs::copy(entry.path(), &to).expect("a copy");
            std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o600)).expect("its owner's");
        }
    }
}

/// What is in each folder, whoever wrote it.
async fn holds_all(ann: &Computer) {
    let status = story::status(ann).await;
    assert_eq!(status.community.as_ref().map(|c| c.name.as_str()), Some("Riverside"));
    assert_eq!(status.me.as_ref().map(|me| me.name.as_str()), Some("Ann"));
    let titles: Vec<String> = story::shown(ann).await.into_values().map(|item| item.title).collect();
    for title in ["The fair", "Food bank", "Bob's bicycles"] {
        assert!(titles.iter().any(|t| t == title), "{title}: {titles:?}");
    }
    assert!(!titles.iter().any(|t| t == "Withdrawn"), "{titles:?}");
    let people = ann.api().people().await.expect("people").people;
    assert!(people.iter().any(|p| p.name == "bob" && p.role == "resident"), "{people:?}");
    let groups = ann.api().groups().await.expect("groups").groups;
    assert!(groups.iter().any(|g| g.name == "Mentors"), "{groups:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_of_earlier_versions_open() {
    if std::env::var_os("HEDGEROW_WRITE_FOLDER").is_some() {
        return write().await;
    }
    let all: Vec<PathBuf> =
        std::fs::read_dir(folders()).expect("folders").map(|e| e.expect("an entry").path()).collect();
    assert!(!all.is_empty(), "no folder of an earlier version is here");
    for folder in all {
        let Some(mut lab) = Lab::new("folders_of_earlier_versions", &["ann"]) else { return };
        if !crate::bad_input::shift_clock("folders_of_earlier_versions", lab.at_mut("ann"), DAY) {
            return;
        }
        copy(&folder, &lab.at("ann").data);
        let before = story_records(&folder);
        // Made anew from the journal, then read as it was saved.
        for _ in 0..2 {
            lab.at_mut("ann").start().await;
            holds_all(lab.at("ann")).await;
            let records = story::status(lab.at("ann")).await.counts.records;
            assert!(records >= before, "{}: {records} of {before} records", folder.display());
            story::publish(lab.at("ann"), story::notice("Written by this version")).await;
            assert_eq!(lab.at_mut("ann").stop().await, Some(0));
        }
    }
}

/// How many records were in a folder when it was written.
fn story_records(folder: &Path) -> u64 {
    let text = std::fs::read_to_string(folder.join("records.txt")).expect("how many records it has");
    text.trim().parse().expect("a number")
}

/// Writes one more folder.
async fn write() {
    let name = std::env::var("HEDGEROW_WRITE_FOLDER").expect("a name");
    let Some(mut lab) = Lab::new("a_folder_is_written", &["ann", "bob"]) else { return };
    for name in ["ann", "bob"] {
        assert!(crate::bad_input::shift_clock("a_folder_is_written", lab.at_mut(name), DAY), "libfaketime is needed");
        lab.at_mut(name).start().await;
    }
    let (ann, bob) = (lab.at("ann"), lab.at("bob"));
    ann.cli(&["community", "new", "Riverside", "--name", "Ann"]).expect(0, "");
    story::join(bob, ann).await;
    story::equal(&[ann, bob], Duration::from_secs(20)).await;
    for what in [story::notice("The fair"), story::service("Food bank", "Mondays")] {
        story::publish(ann, what).await;
    }
    let gone = story::publish(ann, story::notice("Withdrawn")).await;
    ann.api().withdraw(&gone.item.summary.id, None, false).await.expect("withdrawn");
    story::publish(bob, story::service("Bob's bicycles", "Mended while you wait")).await;
    let new = GroupNew { name: "Mentors".into(), ..GroupNew::default() };
    ann.api().group_new(&new).await.expect("a group");
    ann.cli(&["people", "grant", "bob", "space=64"]).expect(0, "");
    ann.cli(&["invite"]).expect(0, "");
    story::equal(&[ann, bob], Duration::from_secs(20)).await;
    holds_all(ann).await;
    let records = story::status(ann).await.counts.records;
    assert_eq!(lab.at_mut("ann").stop().await, Some(0));
    let to = folders().join(name);
    copy(&lab.at("ann").data, &to);
    std::fs::write(to.join("records.txt"), format!("{records}\n")).expect("a file");
}
