//! What goes wrong in the world: each time a clear sentence, the right exit code, and nothing lost.

use hedgerow_api::{Code, Join};
use hedgerow_tests::lab::solo::Solo;
use hedgerow_tests::lab::{Computer, Lab, run, story, wait};
use std::process::Command;
use std::time::Duration;

async fn library_with_a_notice() -> (Solo, String) {
    let mut solo = Solo::new("library");
    solo.computer.start().await;
    story::found(&solo.computer, "Riverside").await;
    let kept = story::publish(&solo.computer, story::notice("Must not be lost")).await.item.summary.id;
    (solo, kept)
}

/// The node still serves and still has what it said it had saved.
async fn nothing_lost(at: &Computer, kept: &str) {
    let item = story::item(at, kept).await;
    assert_eq!(item.summary.title, "Must not be lost");
}

/// Clock shift for a computer, by the Debian package libfaketime; `false` where it is missing.
pub fn shift_clock(test: &str, computer: &mut Computer, shift: &str) -> bool {
    let places = ["x86_64-linux-gnu", "aarch64-linux-gnu", "arm-linux-gnueabihf"];
    let found = places.iter().map(|p| format!("/usr/lib/{p}/faketime/libfaketime.so.1"));
    let Some(library) = found.into_iter().find(|p| std::path::Path::new(p).is_file()) else {
        hedgerow_tests::skip(test, "the package libfaketime is missing");
        return false;
    };
    for (name, value) in [("LD_PRELOAD", library.as_str()), ("FAKETIME", shift), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")]
    {
        computer.variables.push((name.into(), value.into()));
    }
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_that_do_not_work_say_why() {
    let test = "tickets_that_do_not_work";
    let Some(mut lab) = Lab::new(test, &["library", "resident", "late", "other"]) else { return };
    for name in ["library", "resident", "late", "other"] {
        lab.at_mut(name).start().await;
    }
    let library = lab.at("library");
    story::found(library, "Riverside").await;
    story::found(lab.at("other"), "Hillside").await;
    let ticket = story::invite(library).await;
    let joining = |who: &Computer, ticket: &str| who.cli(&["join", ticket, "--name", "Ann"]);

    // Cut off half way, and changed in one place.
    let resident = lab.at("resident");
    joining(resident, &ticket[..ticket.len() / 2]).expect(2, "invite");
    let mut changed = ticket.clone().into_bytes();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == b'b' { b'c' } else { b'b' };
    joining(resident, &String::from_utf8_lossy(&changed)).expect(2, "invite");
    joining(resident, "").expect(2, "invite");

    // For a community other than the one this computer is in.
    let elsewhere = lab.at("other").api().join(&Join { ticket: ticket.clone(), my_name: "Ann".into() }).await;
    let code = elsewhere.expect_err("one data directory is one community").code();
    assert!(matches!(code, Some(Code::InviteElsewhere | Code::AlreadyMember)), "{code:?}");
    assert_ne!(joining(lab.at("other"), &ticket).code, Some(0));

    // Once works; twice does not.
    joining(resident, &ticket).expect(0, "Riverside");
    joining(lab.at("late"), &ticket).expect(10, "used");

    // Too old: the library's clock goes on by eight days.
    let ticket = story::invite(library).await;
    lab.at_mut("library").stop().await;
    if shift_clock(test, lab.at_mut("library"), "+8d") {
        lab.at_mut("library").start().await;
        joining(lab.at("late"), &ticket).expect(10, "invite");
    }
    assert!(story::status(lab.at("late")).await.community.is_none(), "nobody came in by a bad ticket");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_thirty_years_off_changes_nothing_for_the_others() {
    let test = "a_clock_thirty_years_off";
    let Some(mut lab) = Lab::new(test, &["library", "resident", "future", "past"]) else { return };
    if !shift_clock(test, lab.at_mut("future"), "+10957d") || !shift_clock(test, lab.at_mut("past"), "-10957d") {
        return;
    }
    for name in ["library", "resident", "future", "past"] {
        lab.at_mut(name).start().await;
    }
    let library = lab.at("library");
    story::found(library, "Riverside").await;
    let kept = story::publish(library, story::notice("Must not be lost")).await.item.summary.id;
    story::join(lab.at("resident"), library).await;
    let everyone = ["library", "resident", "future", "past"].map(|name| lab.at(name));
    for name in ["future", "past"] {
        story::join(lab.at(name), library).await;
    }
    story::equal(&everyone, Duration::from_secs(15)).await;
    story::publish(lab.at("future"), story::notice("From the one ahead")).await;
    story::publish(lab.at("past"), story::notice("From the one behind")).await;
    story::equal(&everyone, Duration::from_secs(10)).await;
    for at in everyone {
        nothing_lost(at, &kept).await;
    }
    // Who came from far away in time goes by the clock of the community, and what it writes is seen by all.
    for at in [library, lab.at("resident")] {
        let titles: Vec<String> = story::shown(at).await.into_values().map(|item| item.title).collect();
        assert!(titles.iter().any(|t| t == "From the one ahead"), "{}: {titles:?}", at.name);
        assert!(titles.iter().any(|t| t == "From the one behind"), "{}: {titles:?}", at.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_of_noise_on_the_port() {
    let Some(mut lab) = Lab::new("ten_megabytes_of_noise", &["library", "resident", "noisy"]) else { return };
    for name in ["library", "resident"] {
        lab.at_mut(name).start().await;
    }
    let library = lab.at("library");
    story::found(library, "Riverside").await;
    let kept = story::publish(library, story::notice("Must not be lost")).await.item.summary.id;
    story::join(lab.at("resident"), library).await;
    let status = story::status(library).await;
    let port = status.addresses.first().and_then(|a| a.rsplit(':').next()).expect("an address with a port").to_string();
    let noise =
        format!("dd if=/dev/urandom bs=1200 count=8739 status=none > /dev/udp/{}/{port}", lab.address("library"));
    let namespace = lab.at("noisy").namespace.clone().expect("in a namespace");
    let made = run(Command::new("ip").args(["netns", "exec", &namespace, "bash", "-c", &noise]));
    assert_eq!(made.code, Some(0), "{made}");

    story::publish(lab.at("resident"), story::notice("Written in the noise")).await;
    story::equal(&[library, lab.at("resident")], Duration::from_secs(5)).await;
    nothing_lost(library, &kept).await;
    assert!(lab.at_mut("library").runs());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_does_no_harm() {
    let (mut solo, kept) = library_with_a_notice().await;
    solo.computer.cli(&["run"]).expect(1, "already running");
    nothing_lost(&solo.computer, &kept).await;
    assert!(solo.computer.runs());
    assert_eq!(solo.computer.stop().await, Some(0), "stopping is no failure");
    solo.computer.start().await;
    nothing_lost(&solo.computer, &kept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_loses_nothing_that_was_saved() {
    let (mut solo, kept) = library_with_a_notice().await;
    for round in 0..3 {
        let id = story::publish(&solo.computer, story::notice(&format!("Round {round}"))).await.item.summary.id;
        solo.computer.kill();
        solo.computer.start().await;
        nothing_lost(&solo.computer, &kept).await;
        assert_eq!(story::item(&solo.computer, &id).await.summary.title, format!("Round {round}"));
    }
}

#[test]
fn a_data_directory_that_cannot_be_used_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("not-a-directory");
    std::fs::write(&file, "a letter").expect("written");
    let mut computer = Computer::new("library", None, file.clone());
    run(&mut computer.command(&["run"])).expect(1, "not-a-directory");
    assert_eq!(std::fs::read_to_string(&file).expect("still there"), "a letter");

    // A place where nothing can be written.
    computer.data = "/proc/hedgerow".into();
    run(&mut computer.command(&["run"])).expect(1, "/proc/hedgerow");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_publishing_and_loses_nothing() {
    let test = "a_full_disk";
    let mut solo = Solo::new("library");
    let data = solo.computer.data.clone();
    let mount = run(Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "none"]).arg(&data));
    if mount.code != Some(0) {
        hedgerow_tests::skip(test, "a small disk is made with mount, which needs root");
        return;
    }
    let result = tokio::spawn(async move {
        solo.computer.start().await;
        story::found(&solo.computer, "Riverside").await;
        story::give_space(&solo.computer).await;
        let kept = story::publish(&solo.computer, story::notice("Must not be lost")).await.item.summary.id;
        let mut saved = Vec::new();
        let problem = loop {
            assert!(saved.len() < 20_000, "the disk never filled");
            let mut what = story::notice(&format!("Number {}", saved.len()));
            if let hedgerow_api::Draft::Notice(notice) = &mut what.draft {
                // Not the same letter over and over: a disk that compresses must fill too.
                notice.text = (0..7_000u64).map(|n| char::from(b'a' + (n * n % 26) as u8)).collect();
            }
            match solo.computer.api().publish(&what, None).await {
                Ok(published) => saved.push(published.item.summary.id),
                Err(e) => break e,
            }
        };
        assert_eq!(problem.code(), Some(Code::DiskFull), "after {} notices: {problem}", saved.len());
        assert!(saved.len() > 10);
        nothing_lost(&solo.computer, &kept).await;
        solo.computer.stop().await;
        solo.computer.start().await;
        nothing_lost(&solo.computer, &kept).await;
        for id in saved.iter().rev().take(50) {
            story::item(&solo.computer, id).await;
        }
        solo.computer.stop().await;
        solo
    })
    .await;
    let unmounted = run(Command::new("umount").arg("-l").arg(&data));
    drop(result.expect("the story of the full disk"));
    assert_eq!(unmounted.code, Some(0), "{unmounted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_can_be_thrown_away() {
    let (mut solo, kept) = library_with_a_notice().await;
    solo.computer.stop().await;
    let index = solo.computer.data.join("index");
    assert!(index.is_dir(), "the index is where the README says");
    std::fs::remove_dir_all(&index).expect("thrown away");
    let status = solo.computer.start().await;
    nothing_lost(&solo.computer, &kept).await;
    assert!(status.community.is_some());

    // Damaged instead of gone.
    solo.computer.stop().await;
    for entry in walk(&index) {
        let mut bytes = std::fs::read(&entry).expect("readable");
        for byte in bytes.iter_mut().step_by(97) {
            *byte ^= 0x20;
        }
        std::fs::write(&entry, bytes).expect("writable");
    }
    solo.computer.start().await;
    nothing_lost(&solo.computer, &kept).await;
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_in_the_journal_is_seen_and_heals_from_a_neighbour() {
    let Some(mut lab) = Lab::new("damage_in_the_journal", &["library", "resident"]) else { return };
    for name in ["library", "resident"] {
        lab.at_mut(name).start().await;
    }
    story::found(lab.at("library"), "Riverside").await;
    story::join(lab.at("resident"), lab.at("library")).await;
    let mut all = Vec::new();
    for n in 0..40 {
        all.push(story::publish(lab.at("library"), story::notice(&format!("Number {n}"))).await.item.summary.id);
    }
    story::equal(&[lab.at("library"), lab.at("resident")], Duration::from_secs(5)).await;

    lab.at_mut("resident").stop().await;
    let segments = walk(&lab.at("resident").data.join("journal"));
    let segment = segments.iter().max_by_key(|p| std::fs::metadata(p).map(|m| m.len()).unwrap_or(0));
    let segment = segment.expect("a journal");
    let mut bytes = std::fs::read(segment).expect("readable");
    let two_thirds = bytes.len() * 2 / 3;
    bytes[two_thirds] ^= 0x10;
    std::fs::write(segment, bytes).expect("writable");
    lab.at_mut("resident").start().await;
    // Whether the damage is seen at once or when somebody looks, what stood there comes back.
    let resident = lab.at("resident");
    for id in &all {
        wait::until("every notice can be read again", Duration::from_secs(10), || async {
            let item = resident.api().item(id).await.ok()?;
            item.summary.title.starts_with("Number").then_some(())
        })
        .await;
    }
    story::equal(&[lab.at("library"), lab.at("resident")], Duration::from_secs(10)).await;
    let status = story::status(lab.at("resident")).await;
    println!("warnings: {:?}", status.warnings.iter().map(|w| w.code.as_str()).collect::<Vec<_>>());
}
