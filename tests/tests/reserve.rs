//! The building comes first: what its own people fetch gets its share of the line within seconds.
//!
//! Topology: Ann's gateway has a slow line with a long queue; Bob downloads through it, then somebody in Ann's building does.

use std::process::{Child, Stdio};
use std::time::Duration;

use hedgerow_tests::lab::town::{self, Internet};
use hedgerow_tests::lab::{Computer, Lab, story};

/// What the line carries, and the percent of it that the building keeps.
const LINE_MBIT: u32 = 20;
const PERCENT: u8 = 80;

struct Download(Child, std::path::PathBuf);

impl Download {
    fn start(at: &Computer, into: std::path::PathBuf, how: &[&str]) -> Download {
        let file = into.display().to_string();
        let mut args = vec!["--silent", "-o", &file, "http://web.example/big/400000000"];
        args.extend(how);
        let mut command = at.program("curl", &args);
        Download(command.stdin(Stdio::null()).spawn().expect("curl"), into)
    }

    fn bytes(&self) -> u64 {
        std::fs::metadata(&self.1).map_or(0, |m| m.len())
    }

    /// Megabits a second over a while from now.
    async fn speed(&self, over: Duration) -> f64 {
        let before = self.bytes();
        tokio::time::sleep(over).await;
        (self.bytes() - before) as f64 * 8.0 / 1e6 / over.as_secs_f64()
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_building_gets_its_share_within_seconds() {
    let Some(mut lab) = Lab::new("the building gets its share", &["ann", "bob"]) else { return };
    for name in ["ann", "bob"] {
        lab.at_mut(name).start().await;
    }
    story::found(lab.at("ann"), "Riverside").await;
    story::join(lab.at("bob"), lab.at("ann")).await;
    let internet = Internet::new(&lab, &["ann"]);
    internet.slow_line(0, LINE_MBIT);
    town::share_with(lab.at("ann"), "Library", LINE_MBIT, PERCENT).await;
    let proxy = town::turn_on(lab.at("bob")).await;

    let members = Download::start(lab.at("bob"), lab.desk().join("b"), &["--proxy", &format!("socks5h://{proxy}")]);
    tokio::time::sleep(Duration::from_secs(4)).await;
    let alone = members.speed(Duration::from_secs(4)).await;
    assert!(alone > 0.6 * f64::from(LINE_MBIT), "an idle line is used: {alone:.1} Mbit/s");

    let resolve = format!("web.example:80:{}", town::WEB);
    let building = Download::start(lab.at("ann"), lab.desk().join("a"), &["--resolve", &resolve]);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (theirs, ours) = tokio::join!(building.speed(Duration::from_secs(6)), members.speed(Duration::from_secs(6)));
    let share = f64::from(LINE_MBIT) * f64::from(PERCENT) / 100.0;
    // Two downloads that nobody holds back would have half of the line each.
    assert!(
        theirs > 0.68 * share && theirs > 1.5 * ours,
        "the building has {theirs:.1} of its {share:.1} Mbit/s, members {ours:.1}"
    );
    assert!(ours > 0.5, "and members are slowed down, not stopped: {ours:.1} Mbit/s");
    eprintln!("alone {alone:.1}; then the building {theirs:.1}, members {ours:.1} Mbit/s");
}
