//! `hedgerow uplink`

use clap::{Args, Subcommand};
use hedgerow_api::{Gateway, Uplink as Answer, UplinkSet, UplinkTest};

use super::statement::Statement;
use super::voucher::UplinkVoucher;
use super::{Cx, Outcome};

/// Reach the internet through a building of your community.
///
/// Example: hedgerow uplink auto
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Uplink {
    #[command(subcommand)]
    command: Option<Sub>,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Status(Status),
    Auto(Auto),
    Use(Use),
    Off(Off),
    Test(Test),
    Statement(Statement),
    Voucher(UplinkVoucher),
}

/// Show which buildings share their internet, how much is left for you, and where to point your programs.
///
/// Example: hedgerow uplink status
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Status {}

/// Turn it on, through whichever building works best.
///
/// Example: hedgerow uplink auto
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Auto {
    #[command(flatten)]
    agree: Agree,
}

/// Turn it on, through one building only.
///
/// Example: hedgerow uplink use "Riverside Library"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Use {
    /// Name of the building.
    building: String,
    #[command(flatten)]
    agree: Agree,
}

/// What you agree to.
#[derive(Debug, Args)]
struct Agree {
    /// Agree to the terms of this building.
    #[arg(long, value_name = "BUILDING")]
    accept_terms: Option<String>,
    /// The most you agree to pay for a gigabyte, in pence.
    #[arg(long, value_name = "PENCE")]
    pay: Option<u32>,
    /// The most you pay in a month, in pence. Nothing is charged without it.
    #[arg(long, value_name = "PENCE")]
    ceiling: Option<u64>,
}

/// Turn it off.
///
/// Example: hedgerow uplink off
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Off {}

/// Try to reach a place on the internet, and say how it went.
///
/// Example: hedgerow uplink test example.org:443
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Test {
    /// Name and port.
    #[arg(default_value = "example.org:443")]
    target: String,
}

impl Uplink {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let set = match self.command {
            None | Some(Sub::Status(_)) => {
                let uplink = cx.client.uplink().await?;
                cx.out.data(&uplink, text);
                return Ok(if uplink.mode != "off" && !uplink.ready { 8 } else { 0 });
            }
            Some(Sub::Test(Test { target })) => {
                let tested = cx.client.uplink_test(&UplinkTest { target }).await?;
                cx.out.data(&tested, |t| t.sentence.clone());
                return Ok(if tested.works { 0 } else { 10 });
            }
            Some(Sub::Statement(statement)) => return statement.run(cx, false).await,
            Some(Sub::Voucher(voucher)) => return voucher.run(cx).await,
            Some(Sub::Auto(Auto { agree })) => set("auto".into(), agree, cx),
            Some(Sub::Use(Use { building, agree })) => set(building, agree, cx),
            Some(Sub::Off(_)) => UplinkSet { mode: "off".into(), dry_run: cx.dry_run, ..UplinkSet::default() },
        };
        let uplink = cx.client.uplink_set(&set).await?;
        cx.out.data(&uplink, text);
        if let Some(pac) = &uplink.pac {
            cx.out.next(&format!("in your browser's settings, choose automatic proxy set-up: {pac}"));
        }
        Ok(0)
    }
}

fn set(mode: String, agree: Agree, cx: &Cx) -> UplinkSet {
    UplinkSet {
        mode,
        accept_terms: agree.accept_terms,
        pence_per_gb: agree.pay,
        ceiling_pence: agree.ceiling,
        dry_run: cx.dry_run,
    }
}

fn text(uplink: &Answer) -> String {
    let mut lines = vec![uplink.sentence.clone()];
    if let Some(proxy) = &uplink.proxy {
        lines.push(format!("Proxy for your programs, SOCKS5 and HTTP: {proxy}"));
    }
    if !uplink.last_refusal.is_empty() {
        lines.push(format!("Last refusal: {}", uplink.last_refusal));
    }
    lines.extend(uplink.gateways.iter().map(line));
    lines.join("\n")
}

fn line(gateway: &Gateway) -> String {
    let price = match gateway.pence_per_gb {
        0 => "free".into(),
        pence => format!("{pence} pence for a gigabyte"),
    };
    let mut lines = vec![format!("  {} ({price}): {}", gateway.title, gateway.sentence)];
    if !gateway.terms.is_empty() {
        lines.push(format!("    To agree to: {}", gateway.terms));
        lines.push(format!("    If you do: hedgerow uplink auto --accept-terms \"{}\"", gateway.title));
    }
    lines.join("\n")
}
