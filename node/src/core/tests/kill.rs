//! Real SIGKILL, again and again, in the middle of writing, compacting and taking in: what was acknowledged is there.
//!
//! The test starts itself as a child, which writes and says on its output what was acknowledged, and kills it.

use super::*;
use crate::patience::patience;
use hedgerow_protocol::authority::body::GrantRole;
use hedgerow_protocol::limits::CEILING_MIB;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command as Program, Stdio};
use std::time::{Duration, Instant};

const DIR: &str = "HEDGEROW_TEST_DIR";

/// No test, but what the child does.
#[test]
#[ignore = "started by the tests below, to be killed"]
fn child() {
    let dir = std::env::var_os(DIR).expect("the test that starts it says where to write");
    let (town, dir) = (Town::new(), std::path::PathBuf::from(dir));
    let clock = CoreOptions { os_clock: Arc::new(os_now_ms), ..town.options(&dir) };
    let (core, _) = if dir.join("journal").exists() {
        Core::open(clock).unwrap()
    } else {
        Core::create(clock, town.first.clone()).unwrap()
    };
    let say = |records: &[Record]| {
        let mut out = std::io::stdout().lock();
        for r in records {
            writeln!(out, "saved {}", r.id()).unwrap();
        }
        out.flush().unwrap();
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (device, owner, records) = town.neighbour(&core.authority(), 20);
    runtime.block_on(async {
        core.arrive(records, Origin::Bundle).await.unwrap();
        // Nothing is let go for want of a share, however fast this computer writes.
        for holder in [town.person, owner].into_iter().filter(|id| core.authority().grants(id).is_empty()) {
            let space = GrantRole::Units(CEILING_MIB * 1024 / 8);
            let grant = move |a: &Authority, d: &SecretKey, now| build::grant(a, d, holder, space, now);
            core.publish_authority(grant).await.unwrap();
        }
        let start = core.clock();
        let write = |name: &'static str| {
            let (core, town) = (core.clone(), &town);
            async move {
                for n in 0u64.. {
                    let drafts =
                        (0..1 + n % 7).map(|m| town.draft(&format!("{name}{start}-{n}-{m}"), "Killed?")).collect();
                    say(&core.publish(drafts).await.unwrap());
                }
            }
        };
        let import = async {
            for n in 0u64.. {
                let batch: Vec<Record> = (0..40)
                    .map(|m| town.record(&device, owner, &format!("i{start}-{n}-{m}"), "Import", start + n, m))
                    .collect();
                core.arrive(batch.clone(), Origin::Bundle).await.unwrap();
                say(&batch);
            }
        };
        let compact = async {
            loop {
                core.compact().await.unwrap();
                core.save_index().await.unwrap();
                // sleeps: the pace of this part of the load; nothing waits for it.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        futures::join!(write("a"), write("b"), import, compact);
    });
}

/// After so many kills it goes on with a new community: what a round costs grows with all that was written before, and a
/// community is killed while young more often so.
const KILLS_A_TOWN: u64 = 25;

/// Kills a child in each of these rounds and says how many acknowledged records were not there afterwards.
fn lost(rounds: std::ops::Range<u64>, early: bool) -> usize {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let town = Town::new();
    let mut saved: Vec<Id> = Vec::new();
    let mut lost = 0;
    for round in rounds.clone() {
        let mut program = Program::new(std::env::current_exe().unwrap());
        program.args(["--exact", "core::tests::kill::child", "--ignored", "--nocapture", "--test-threads=1"]);
        program.env(DIR, &data).stdout(Stdio::piped()).stderr(Stdio::null());
        if early {
            program.env("HEDGEROW_TEST_EARLY", "1");
        }
        let mut child = program.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Killed at a moment that differs from round to round, but only once something was acknowledged.
        let mut end = None;
        let mut new = 0;
        let deadline = Instant::now() + patience(Duration::from_secs(60));
        for line in &mut lines {
            let Ok(line) = line else { break };
            if let Some(id) = line.rsplit_once("saved ").and_then(|(_, id)| id.parse().ok()) {
                saved.push(id);
                new += 1;
            }
            let now = Instant::now();
            if new > 0 && now >= *end.get_or_insert(now + Duration::from_millis(3 + round * 37 % 160)) || now > deadline
            {
                child.kill().unwrap();
                break;
            }
        }
        // What it had said before it died was said.
        saved.extend(
            lines.map_while(Result::ok).filter_map(|l| l.strip_prefix("saved ").and_then(|id| id.parse::<Id>().ok())),
        );
        let status = child.wait().unwrap();
        assert!(!status.success() && new > 0, "round {round}: the child ended by itself: {status}");
        let clock = CoreOptions { os_clock: Arc::new(os_now_ms), ..town.options(&data) };
        let (core, _) = Core::open(clock).unwrap();
        lost += saved.iter().filter(|id| core.record(id).is_none()).count();
        if early && lost > 0 {
            break;
        }
        let shown = core.counts().shown as usize;
        assert!(
            early
                || shown
                    == core.find(&Query { text: "killed".into(), ..Query::default() }).total as usize
                        + core.find(&Query { text: "import".into(), ..Query::default() }).total as usize
        );
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(core.close());
    }
    assert!(saved.len() as u64 >= rounds.end - rounds.start || lost > 0);
    lost
}

#[test]
fn nothing_acknowledged_is_lost() {
    let rounds = std::env::var("HEDGEROW_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    for first in (0..rounds).step_by(KILLS_A_TOWN as usize) {
        assert_eq!(lost(first..rounds.min(first + KILLS_A_TOWN), false), 0, "in rounds from {first}");
    }
}

#[test]
fn acknowledging_before_the_write_is_noticed() {
    assert!(lost(0..20, true) > 0, "records were acknowledged before they were written, and nobody noticed");
}
