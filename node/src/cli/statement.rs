//! `hedgerow gateway statement|paid|waive` and `hedgerow uplink statement`

use std::path::PathBuf;

use clap::Args;
use hedgerow_api::{Settle, Settled, StatementAsk, StatementRow, Statements};

use super::{Cx, Outcome, save};
use crate::files::Readers;

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
                save(&file, Readers::Usual, content.as_bytes())?;
            }
        }
        cx.out.data(&found, |found| text(found, is_gateway));
        Ok(0)
    }
}

/// Note that somebody paid for what they used. It is signed, and their computers get it.
///
/// Example: hedgerow gateway paid "Bob Reed" 2.50 --month 2026-11
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Paid {
    #[command(flatten)]
    what: Sum,
}

/// Let go what somebody owes, or a part of it. It is signed, and their computers get it.
///
/// Example: hedgerow gateway waive "Bob Reed" 1.00
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Waive {
    #[command(flatten)]
    what: Sum,
}

/// Whose, and how much.
#[derive(Debug, Args)]
struct Sum {
    /// Whose account.
    name: String,
    /// How much, like 2.50 for two pounds fifty.
    #[arg(value_parser = pence)]
    amount: u64,
    /// For which month, like 2026-11. Default: the oldest that is open.
    #[arg(long)]
    month: Option<String>,
}

impl Paid {
    pub async fn run(self, cx: &Cx) -> Outcome {
        self.what.settle(cx, "paid").await
    }
}

impl Waive {
    pub async fn run(self, cx: &Cx) -> Outcome {
        self.what.settle(cx, "waived").await
    }
}

impl Sum {
    async fn settle(self, cx: &Cx, kind: &str) -> Outcome {
        let (person, pence, month) = (self.name, self.amount, self.month);
        let new = Settle { person, kind: kind.into(), pence, month, dry_run: cx.dry_run };
        let settled = cx.client.gateway_settle(&new).await?;
        let would = if cx.dry_run { "Would note: " } else { "" };
        cx.out.data(&settled, |s: &Settled| {
            let what = if s.kind == "paid" { "paid" } else { "let go" };
            format!("{would}{}, {}: {} {what}, {} still open.", s.name, s.month, pounds(s.pence), pounds(s.due_pence))
        });
        Ok(0)
    }
}

/// Pounds as people write them, in pence.
fn pence(text: &str) -> Result<u64, String> {
    let wrong = || "write pounds and pence, like 2.50".to_owned();
    let plain = text.trim().trim_start_matches('£');
    let (pounds, pence) = plain.split_once('.').unwrap_or((plain, "00"));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if pounds.is_empty() || pence.len() != 2 || !digits(pounds) || !digits(pence) {
        return Err(wrong());
    }
    let whole: u64 = pounds.parse().map_err(|_| wrong())?;
    let part: u64 = pence.parse().map_err(|_| wrong())?;
    whole.checked_mul(100).and_then(|p| p.checked_add(part)).ok_or_else(wrong)
}

fn pounds(pence: u64) -> String {
    format!("£{}.{:02}", pence / 100, pence % 100)
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
    let money = match (row.cost_pence, row.paid_pence, row.waived_pence) {
        (0, 0, 0) => "nothing to pay".to_owned(),
        (cost, paid, waived) => {
            let [cost, paid, waived, due] = [cost, paid, waived, row.due_pence].map(pounds);
            format!("cost {cost}, paid {paid}, let go {waived}, still open {due}")
        }
    };
    format!("{}  {who}: {} bytes sent, {} fetched; {money}", row.month, row.bytes_up, row.bytes_down)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pounds_are_read_as_people_write_them() {
        for (text, is) in [("2.50", 250), ("£2.50", 250), ("3", 300), ("0.01", 1), (" 12.00 ", 1200)] {
            assert_eq!(pence(text), Ok(is), "{text}");
            assert_eq!(pence(&pounds(is)), Ok(is));
        }
        for bad in ["", ".5", "2.5", "2.500", "-1.00", "1,50", "1.2.3", "two", "99999999999999999999"] {
            assert!(pence(bad).is_err(), "{bad}");
        }
    }
}
