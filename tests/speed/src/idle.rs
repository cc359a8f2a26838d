//! P7: what a node costs that does nothing but know eight neighbours.

use crate::table::Row;
use anyhow::{Context as _, Result};
use hedgerow_tests::lab::cost::{memory_kb, ticks_of};
use hedgerow_tests::lab::{Computer, Lab, story, wait};
use std::time::Duration;

const NAMES: [&str; 9] = ["middle", "a", "b", "c", "d", "e", "f", "g", "h"];
const WATCHED: Duration = Duration::from_secs(60);

/// Memory, processor and bytes sent, over a minute.
///
/// # Errors
/// The process or its network card cannot be read.
pub async fn p7() -> Result<Vec<Row>> {
    let Some(mut lab) = Lab::new("P7", &NAMES) else { return Ok(Vec::new()) };
    for name in NAMES {
        lab.at_mut(name).start().await;
    }
    let middle = lab.at("middle");
    story::found(middle, "Bench").await;
    story::import(middle, &story::directory("P7")).await;
    for name in &NAMES[1..] {
        story::join(lab.at(name), middle).await;
    }
    let everyone: Vec<&Computer> = lab.all().collect();
    story::equal(&everyone, Duration::from_secs(60)).await;
    wait::until("eight links", Duration::from_secs(60), || async {
        (story::status(middle).await.linked() == 8).then_some(())
    })
    .await;
    // Let the joining settle: this is about a node that idles, and for half a minute it still looks around.
    tokio::time::sleep(Duration::from_secs(45)).await;
    let before = (ticks(middle)?, sent(middle)?);
    tokio::time::sleep(WATCHED).await;
    let after = (ticks(middle)?, sent(middle)?);
    let seconds = WATCHED.as_secs_f64();
    // Linux counts processor time in hundredths of a second.
    let share = (after.0 - before.0) as f64 / 100.0 / seconds * 100.0;
    Ok(vec![Row::new(
        "P7",
        "idle with 8 neighbours, one minute: memory, share of one core, bytes sent a second",
        format!(
            "{:.1} MB, {share:.2} %, {:.0} B/s",
            memory_kb(middle)? as f64 / 1024.0,
            (after.1 - before.1) as f64 / seconds
        ),
        "both stacks bare with 2 neighbours, measured earlier elsewhere: 37 MB, 0.2 %".into(),
        "<= 48 MB, <= 0.3 %, <= 3,000 B/s",
    )])
}

fn ticks(at: &Computer) -> Result<u64> {
    ticks_of(at.pid().context("not running")?)
}

fn sent(at: &Computer) -> Result<u64> {
    let namespace = at.namespace.as_deref().context("in a namespace")?;
    let counter = "/sys/class/net/eth0/statistics/tx_bytes";
    let said =
        hedgerow_tests::lab::run(std::process::Command::new("ip").args(["netns", "exec", namespace, "cat", counter]));
    Ok(said.stdout.trim().parse()?)
}
