//! A backup, the computer lost, and the backup put back on another one.
//!
//! Topology: Ann, Bob and Carl on one switch, and Anew, which is empty and becomes Ann's. Goal: to Bob it is the same computer; what only
//! Ann's computer had is there, what she wrote after the backup comes back from Bob, and what she writes next wins.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use hedgerow_api::{InviteNew, Join};
use hedgerow_tests::lab::records::{records, stolen_key};
use hedgerow_tests::lab::{Lab, story};

const SOON: Duration = Duration::from_secs(20);
const NAMES: [&str; 4] = ["ann", "bob", "carl", "anew"];
const SECRET: &str = "five words that nobody says\n";

/// Every file in a folder, by name.
fn files(root: &Path, at: &Path, all: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(at).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(root, &path, all);
        } else {
            all.insert(path.strip_prefix(root).expect("inside").to_string_lossy().into_owned());
        }
    }
}

/// What no backup needs: made again, of one start only, or in it one by one. A new file of a node stands here, or is in the backup.
fn is_made_again(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or_default();
    ["journal", "index", "node.lock", "node.log", "api.sock", "api.path"].contains(&first)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_computer_comes_back_as_itself() {
    let Some(mut lab) = Lab::new("a lost computer comes back as itself", &NAMES) else { return };
    lab.hasten();
    for name in ["ann", "bob"] {
        lab.at_mut(name).start().await;
    }
    let (ann, bob) = (lab.at("ann"), lab.at("bob"));
    story::found(ann, "Riverside").await;
    story::join(bob, ann).await;
    let food = story::publish(ann, story::service("Food parcels", "Mondays")).await.item.summary.slot;
    story::publish(bob, story::notice("Bob's fair")).await;
    story::equal(&[ann, bob], SOON).await;
    // What nobody else has: an open invite, whom Ann blocks, a setting, a building's vouchers.
    let ticket = ann.api().invite(&InviteNew::default()).await.expect("an invite").ticket;
    ann.cli(&["block", "bob"]).expect(0, "");
    ann.cli(&["config", "set", "quota", "3 GiB"]).expect(0, "");
    std::fs::write(ann.data.join("gateway-vouchers"), "0011\n").expect("a file of a building");

    let file = ann.data.with_extension("backup");
    let secret = ann.data.with_extension("secret");
    let (file, secret) = (file.to_str().expect("UTF-8").to_owned(), secret.to_str().expect("UTF-8").to_owned());
    std::fs::write(&secret, "short\n").expect("a file");
    ann.cli(&["backup", &file, "--passphrase-file", &secret]).expect(2, "too easy to guess");
    assert!(!Path::new(&file).exists(), "nothing is left of it");
    std::fs::write(&secret, SECRET).expect("a file");
    ann.cli(&["backup", &file, "--passphrase-file", &secret, "--dry-run"]).expect(0, "would write");
    ann.cli(&["backup", &file, "--passphrase-file", &secret]).expect(0, "written to");

    // Afterwards she changes one thing, writes another, and the computer is lost.
    ann.cli(&["service", "edit", &food, "--cost", "Free"]).expect(0, "");
    story::publish(ann, story::notice("After the backup")).await;
    story::equal(&[ann, bob], SOON).await;
    let (_, at_bob) = records(bob).await;
    let key = stolen_key(ann).public();
    let mut before = BTreeSet::new();
    files(&ann.data, &ann.data, &mut before);
    lab.at_mut("ann").kill();
    std::fs::remove_dir_all(&lab.at("ann").data).expect("lost");

    let anew = lab.at("anew");
    let wrong = anew.data.with_extension("wrong");
    std::fs::write(&wrong, "five other words that nobody says\n").expect("a file");
    let wrong = wrong.to_str().expect("UTF-8");
    anew.cli(&["restore", "nowhere", "--passphrase-file", &secret]).expect(1, "nowhere");
    anew.cli(&["restore", &file, "--passphrase-file", wrong]).expect(1, "does not open");
    let mut cut = std::fs::read(&file).expect("the backup");
    cut.truncate(cut.len() - 9);
    let half = format!("{file}.half");
    std::fs::write(&half, cut).expect("a file");
    anew.cli(&["restore", &half, "--passphrase-file", &secret]).expect(1, "nothing was changed");
    assert_eq!(std::fs::read_dir(&anew.data).expect("the folder").count(), 0, "nothing is left of it");
    anew.cli(&["restore", &file, "--passphrase-file", &secret, "--dry-run"]).expect(0, "is whole");
    let said = anew.cli(&["restore", &file, "--passphrase-file", &secret]);
    said.expect(0, "never start the old one again");
    anew.cli(&["restore", &file, "--passphrase-file", &secret]).expect(2, "something in the folder already");
    let mut after = BTreeSet::new();
    files(&anew.data, &anew.data, &mut after);
    let lost: Vec<&String> = before.difference(&after).filter(|name| !is_made_again(name)).collect();
    assert!(lost.is_empty(), "in the folder and in no backup: {lost:?}");

    // The same computer again, with all it had.
    lab.at_mut("anew").start().await;
    let (anew, bob) = (lab.at("anew"), lab.at("bob"));
    assert_eq!(stolen_key(anew).public(), key);
    story::equal(&[anew, bob], SOON).await;
    let (_, here) = records(anew).await;
    let of_ann = |all: &[hedgerow_protocol::record::Record]| {
        all.iter().filter(|r| r.payload().device == key).map(|r| r.id()).collect::<BTreeSet<_>>()
    };
    assert!(of_ann(&at_bob).is_subset(&of_ann(&here)), "also what was written after the backup");
    assert_eq!(anew.json(&["blocked"])["blocked"].as_array().map(Vec::len), Some(1));
    anew.cli(&["config", "get", "quota"]).expect(0, "3");
    assert_eq!(std::fs::read_to_string(anew.data.join("gateway-vouchers")).expect("kept"), "0011\n");
    anew.cli(&["unblock", "bob"]).expect(0, "");
    let warned = story::status(anew).await.warnings.into_iter().any(|w| w.code == "identity-restored");
    assert!(warned, "it is told that it was put back");

    // What is written now comes after what was written then, and the open invite is still good.
    anew.cli(&["service", "edit", &food, "--cost", "A pound"]).expect(0, "");
    story::equal(&[anew, bob], SOON).await;
    bob.cli(&["get", &food]).expect(0, "A pound");
    assert_eq!(story::item(bob, &food).await.versions.len(), 1);
    lab.at_mut("carl").start().await;
    let (anew, carl) = (lab.at("anew"), lab.at("carl"));
    let join = Join { ticket, my_name: "carl".into() };
    carl.api().join(&join).await.expect("let in");
    story::equal(&[anew, carl], SOON).await;
}
