//! `tests/bench` runs this after a release build: prints the speed table and adds it to the ledger.

use anyhow::Result;
use hedgerow_tests::bench::{self, idle, large, publish, size, uplink, window};

#[tokio::main]
async fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let wants = |ids: &[&str]| asked.is_empty() || asked.iter().any(|a| ids.contains(&a.as_str()));
    let mut rows = Vec::new();
    if wants(&["P3"]) {
        eprintln!("P3: publishing");
        rows.extend(publish::p3().await?);
    }
    if wants(&["P4"]) {
        eprintln!("P4: to a neighbour");
        rows.extend(publish::p4().await?);
    }
    if wants(&["P5"]) {
        eprintln!("P5: through a gateway");
        rows.extend(uplink::p5().await?);
    }
    if wants(&["P7"]) {
        eprintln!("P7: idling");
        rows.extend(idle::p7().await?);
    }
    if wants(&["P8", "P9"]) {
        eprintln!("P8, P9: a large directory");
        rows.extend(large::p8_p9().await?);
    }
    if wants(&["P10"]) {
        eprintln!("P10: the window");
        rows.extend(window::p10().await?);
    }
    if wants(&["P11"]) {
        rows.extend(size::p11()?);
    }
    anyhow::ensure!(!rows.is_empty(), "rows are P3, P4, P5, P7, P8, P9, P10 and P11");
    bench::report(&rows)
}
