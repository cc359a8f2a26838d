//! The speed table: each figure measured five times or more, a peer measured beside it in the same run.
//!
//! Not for pass or fail: the machine is shared and noisy. Counts that must hold are asserted in tests.

use anyhow::Result;
use std::time::Duration;

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which figure: `P3`.
    pub id: &'static str,
    /// What was measured, with its unit.
    pub what: String,
    /// What Hedgerow did.
    pub ours: String,
    /// What the peer did, and who it is; empty where there is none.
    pub beside: String,
    /// What is aimed at.
    pub aim: &'static str,
}

impl Row {
    /// A line.
    pub fn new(id: &'static str, what: impl Into<String>, ours: String, beside: String, aim: &'static str) -> Row {
        Row { id, what: what.into(), ours, beside, aim }
    }
}

/// Durations in order, to take middles and tails from.
#[derive(Debug, Clone, Default)]
pub struct Sample(Vec<Duration>);

impl Sample {
    /// One more.
    pub fn add(&mut self, took: Duration) {
        let at = self.0.partition_point(|d| *d <= took);
        self.0.insert(at, took);
    }

    /// The value below which this share (0 to 1) of the sample lies; zero when there is none.
    pub fn at(&self, share: f64) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get((share * last as f64).round() as usize).copied().unwrap_or_default()
    }

    /// Middle and tail in words.
    pub fn words(&self) -> String {
        format!("p50 {}, p95 {}, p99 {}", ms(self.at(0.5)), ms(self.at(0.95)), ms(self.at(0.99)))
    }
}

/// A duration in milliseconds.
pub fn ms(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.2} ms") } else { format!("{ms:.0} ms") }
}

/// Prints the table and adds it to the ledger.
///
/// # Errors
/// The ledger cannot be written.
pub fn report(rows: &[Row]) -> Result<()> {
    for row in rows {
        println!("{}  {}", row.id, row.what);
        println!("      ours    {}", row.ours);
        if !row.beside.is_empty() {
            println!("      beside  {}", row.beside);
        }
        println!("      aim     {}", row.aim);
    }
    let rows: Vec<_> = rows
        .iter()
        .map(|r| serde_json::json!({"id": r.id, "what": r.what, "ours": r.ours, "beside": r.beside, "aim": r.aim}))
        .collect();
    let cores = std::thread::available_parallelism().map(usize::from).unwrap_or(0);
    let at = hedgerow_tests::ledger::add("bench", serde_json::json!({"cores": cores, "rows": rows}))?;
    println!("added to {at}");
    Ok(())
}
