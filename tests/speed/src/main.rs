//! `tests/bench` runs this after a release build: prints the speed table and adds it to the ledger.

mod idle;
mod large;
mod publish;
mod size;
mod table;
mod uplink;
mod window;

use anyhow::Result;
use table::Row;

#[tokio::main]
async fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let wants = |ids: &[&str]| asked.is_empty() || asked.iter().any(|a| ids.contains(&a.as_str()));
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    // What cannot be measured costs its own rows, and no others.
    let mut take = |ids: &'static str, measured: Result<Vec<Row>>| match measured {
        Ok(measured) => rows.extend(measured),
        Err(e) => {
            eprintln!("{ids} could not be measured: {e:#}");
            failed.push(ids);
        }
    };
    if wants(&["P3"]) {
        eprintln!("P3: publishing");
        take("P3", publish::p3().await);
    }
    if wants(&["P4"]) {
        eprintln!("P4: to a neighbour");
        take("P4", publish::p4().await);
    }
    if wants(&["P5"]) {
        eprintln!("P5: through a gateway");
        take("P5", uplink::p5().await);
    }
    if wants(&["P7"]) {
        eprintln!("P7: idling");
        take("P7", idle::p7().await);
    }
    if wants(&["P8", "P9"]) {
        eprintln!("P8, P9: a large directory");
        take("P8, P9", large::p8_p9().await);
    }
    if wants(&["P10"]) {
        eprintln!("P10: the window");
        take("P10", window::p10().await);
    }
    if wants(&["P11"]) {
        take("P11", size::p11());
    }
    anyhow::ensure!(!rows.is_empty() || !failed.is_empty(), "rows are P3, P4, P5, P7, P8, P9, P10 and P11");
    table::report(&rows)?;
    anyhow::ensure!(failed.is_empty(), "not measured: {}", failed.join(", "));
    Ok(())
}
