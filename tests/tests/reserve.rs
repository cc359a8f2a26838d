//! The building comes first: what its own people fetch gets its share of the line within seconds.
//!
//! Topology: Ann's gateway has a slow line with a long queue; Bob downloads through it, then somebody in Ann's building does.

use std::future::ready;
use std::time::{Duration, Instant};

use hedgerow_tests::lab::town::{self, Internet};
use hedgerow_tests::lab::{Download, Lab, story, wait};

/// What the line carries, and the percent of it that the building keeps.
const LINE_MBIT: u32 = 20;
const PERCENT: u8 = 80;
/// Longer than anybody looks.
const BIG: &str = "http://web.example/big/400000000";
/// Over how long a share is measured.
const MEASURED: Duration = Duration::from_secs(5);

/// Over how long members alone are measured, before the building begins.
const ALONE: Duration = Duration::from_secs(8);

/// How fast a download is, from how much had come whenever somebody looked.
#[derive(Default)]
struct Speed(Vec<(Instant, u64)>);

impl Speed {
    /// Megabits a second over so long until now; nothing while it goes on for less.
    fn over(&mut self, span: Duration, bytes: u64) -> Option<f64> {
        let now = Instant::now();
        self.0.push((now, bytes));
        let (then, before) = *self.0.iter().rev().find(|(at, _)| now - *at >= span)?;
        Some((bytes - before) as f64 * 8.0 / 1e6 / (now - then).as_secs_f64())
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

    let socks = format!("socks5h://{proxy}");
    let members = Download::start(&lab, lab.at("bob"), &["--proxy", &socks, BIG]);
    let mut speed = Speed::default();
    // So long they have the line to themselves, that the gateway knows what it carries.
    let (alone, _) = wait::until("members use an idle line", ALONE + Duration::from_secs(12), || {
        ready(speed.over(ALONE, members.bytes()).filter(|mbit| *mbit > 1.0))
    })
    .await;

    let resolve = format!("web.example:80:{}", town::WEB);
    let building = Download::start(&lab, lab.at("ann"), &["--resolve", &resolve, BIG]);
    let share = f64::from(LINE_MBIT) * f64::from(PERCENT) / 100.0;
    let (mut theirs, mut ours, mut last) = (Speed::default(), Speed::default(), None);
    // Two downloads that nobody holds back would have half of the line each.
    let fits = |theirs: f64, ours: f64| theirs > 0.68 * share && theirs > 1.5 * ours && ours > 0.5;
    let had = wait::by(MEASURED + Duration::from_secs(5), || {
        last = theirs.over(MEASURED, building.bytes()).zip(ours.over(MEASURED, members.bytes()));
        ready(last.filter(|(theirs, ours)| fits(*theirs, *ours)))
    })
    .await;
    let Some(((theirs, ours), took)) = had else {
        panic!("the building does not get its {share:.1} Mbit/s, or members are stopped: {last:.1?}")
    };
    eprintln!("alone {alone:.1}; the building {theirs:.1}, members {ours:.1} Mbit/s until {took:.1?} later");
}
