//! `hedgerow gateway statement` and `hedgerow uplink statement`

use std::path::PathBuf;

use clap::Args;
use hedgerow_api::{StatementAsk, StatementRow, Statements};

use super::fail::Fail;
use super::{Cx, Outcome};

/// Show what was used, from receipts that the residents' own computers signed. Nobody knows for what.
///
/// Example: hedgerow uplink statement --month 2026-11 --page november.html
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Statement {
    /// One month only, like 2026-11.
    #[arg(long)]
    month: Option<String>,
    /// Write it for a spreadsheet into this file.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write it as a page to print into this file.
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

impl Statement {
    pub async fn run(self, cx: &Cx, is_gateway: bool) -> Outcome {
        let ask = StatementAsk { month: self.month };
        let found = match is_gateway {
            true => cx.client.gateway_statement(&ask).await?,
            false => cx.client.uplink_statement(&ask).await?,
        };
        if !cx.dry_run {
            for (file, content) in [(self.csv, &found.csv), (self.page, &found.page)] {
                let Some(file) = file else { continue };
                std::fs::write(&file, content).map_err(|e| Fail::file(&file, &e))?;
            }
        }
        cx.out.data(&found, |found| text(found, is_gateway));
        Ok(0)
    }
}

fn text(found: &Statements, is_gateway: bool) -> String {
    if found.rows.is_empty() {
        return "Nothing was used.".into();
    }
    found.rows.iter().map(|row| line(row, is_gateway)).collect::<Vec<_>>().join("\n")
}

fn line(row: &StatementRow, is_gateway: bool) -> String {
    let who = match (is_gateway, row.name.is_empty()) {
        (true, true) => &row.member,
        (true, false) => &row.name,
        (false, _) if row.building.is_empty() => &row.gateway,
        (false, _) => &row.building,
    };
    let money = match (row.cost_pence, row.due_pence) {
        (0, _) => "nothing to pay".to_owned(),
        (cost, due) => {
            format!("cost {cost} pence, paid {}, let go {}, still open {due}", row.paid_pence, row.waived_pence)
        }
    };
    format!("{}  {who}: {} bytes sent, {} fetched; {money}", row.month, row.bytes_up, row.bytes_down)
}
