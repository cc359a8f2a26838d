//! `hedgerow gateway`

use clap::{Args, Subcommand};
use hedgerow_api::{GatewaySetup, GatewayStatus, GatewayTest, GatewayVerdict, HourOfUse, PolicyChange, PolicySet};

use super::fail::Fail;
use super::statement::{Paid, Statement, Waive};
use super::voucher::GatewayVoucher;
use super::{Cx, Outcome};

/// Share this building's internet with your community, within your rules.
///
/// The building's own network can never be reached. You see how much was used, never where. You can stop it at once.
///
/// Example: hedgerow gateway
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Gateway {
    #[command(subcommand)]
    command: Option<Sub>,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Setup(Box<Setup>),
    Start(Start),
    Stop(Stop),
    Pause(Pause),
    Policy(Policy),
    Test(Test),
    Prove(Prove),
    Statement(Statement),
    Paid(Paid),
    Waive(Waive),
    Voucher(GatewayVoucher),
    Stats(Stats),
}

/// Say who answers for it, how the traffic leaves, and the rules. It stays off until you start it.
///
/// Example: hedgerow gateway setup --title "Riverside Library" --responsible "Ann Lee" --contact 01234567890 --way interface:eth1 --dns 9.9.9.9 --hours "Mon-Fri 9:00-17:00" --agreed-by "Ann Lee"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Setup {
    /// Name of the building.
    #[arg(long)]
    title: String,
    /// Who answers for it.
    #[arg(long)]
    responsible: String,
    /// Their telephone or mail.
    #[arg(long)]
    contact: String,
    /// Rules to begin with.
    #[arg(long, default_value = "web", value_parser = ["community-only", "web", "custom"])]
    preset: String,
    /// How the traffic leaves: interface:NAME or source:ADDRESS for a second line or guest network; socks5://ADDRESS:PORT
    /// or http://ADDRESS:PORT through a provider; direct for the building's own line.
    #[arg(long)]
    way: String,
    /// A name server out on the internet; more than one may be given.
    #[arg(long, value_name = "ADDRESS")]
    dns: Vec<String>,
    /// Opening hours, like "Mon-Fri 9:00-17:00"; more than one may be given. Default: day and night.
    #[arg(long)]
    hours: Vec<String>,
    /// Words that people agree to before the first use.
    #[arg(long, default_value = "")]
    terms: String,
    /// Price of a gigabyte in pence.
    #[arg(long, default_value_t = 0)]
    pence_per_gb: u32,
    /// What the line carries, in Mbit/s. When it is not known, people start slowly and get faster.
    #[arg(long, default_value_t = 0, value_name = "MBIT")]
    line: u32,
    /// A range of addresses that stays closed besides the building's own, like 203.0.113.0/24.
    #[arg(long, value_name = "RANGE")]
    closed: Vec<String>,
    /// An address under which the internet sees the building, if not one of this computer's.
    #[arg(long, value_name = "ADDRESS")]
    public_address: Vec<String>,
    /// A file with closed places, one a line. It stays on this computer.
    #[arg(long, value_name = "FILE")]
    closed_places: Option<String>,
    /// Another field of the rules, like limits.day_bytes=500000000.
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field)]
    set: Vec<(String, String)>,
    /// The person who answers for the building agrees.
    #[arg(long, default_value = "", value_name = "NAME")]
    agreed_by: String,
    /// They also agree that the building's own line carries it.
    #[arg(long)]
    own_line: bool,
    /// Host it in the name of a group.
    #[arg(long = "as", value_name = "GROUP")]
    as_group: Option<String>,
}

/// Start sharing. It starts by itself after a restart, until you stop it.
///
/// Example: hedgerow gateway start
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Start {}

/// Stop sharing. Everything that is open ends at once.
///
/// Example: hedgerow gateway stop
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Stop {}

/// Pause sharing: everything that is open ends at once, and people are told. Start it again with start.
///
/// Example: hedgerow gateway pause
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Pause {}

/// Show the rules, or change them.
///
/// Example: hedgerow gateway policy --set limits.day_bytes=500000000
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Policy {
    /// A field and its value; "null" takes it away. More than one may be given.
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field)]
    set: Vec<(String, String)>,
}

/// Say what would happen to a web address, a name or an address, and by which rule. Nothing of it is kept.
///
/// Example: hedgerow gateway test https://example.org 10.0.0.1
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Test {
    /// What a member might open.
    #[arg(required = true)]
    targets: Vec<String>,
}

/// Try to reach this building's own network as a member would, and print a dated, signed page about it. Keep it: add > proof.txt
///
/// Example: hedgerow gateway prove
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Prove {}

/// Show how much was used in which hour, by members under other names. Nobody knows for what.
///
/// Example: hedgerow gateway stats
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Stats {}

fn field(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("write FIELD=VALUE")?;
    Ok((field.to_owned(), value.to_owned()))
}

fn fields(set: Vec<(String, String)>) -> Vec<PolicySet> {
    set.into_iter().map(|(field, value)| PolicySet { field, value }).collect()
}

impl Gateway {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let client = &cx.client;
        match self.command {
            None => {
                let status = client.gateway().await?;
                cx.out.data(&status, text);
                if status.state == "not-set-up" {
                    cx.out.next("hedgerow gateway setup --help");
                }
                Ok(0)
            }
            Some(Sub::Setup(s)) => {
                let new = GatewaySetup {
                    title: s.title,
                    responsible: s.responsible,
                    contact: s.contact,
                    preset: s.preset,
                    way: s.way,
                    dns: s.dns,
                    hours: s.hours,
                    terms: s.terms,
                    pence_per_gb: s.pence_per_gb,
                    line_mbit: s.line,
                    closed: s.closed,
                    public_addresses: s.public_address,
                    closed_places: s.closed_places.map(absolute).transpose()?,
                    set: fields(s.set),
                    agreed_by: s.agreed_by,
                    own_line: s.own_line,
                    as_group: s.as_group,
                    dry_run: cx.dry_run,
                };
                let status = client.gateway_setup(&new).await?;
                cx.out.data(&status, text);
                if status.state == "off" && !cx.dry_run {
                    cx.out.next("look at what members could reach: hedgerow gateway test https://example.org 192.168.0.1   then: hedgerow gateway start");
                }
                Ok(0)
            }
            Some(Sub::Start(_)) => {
                if cx.dry_run {
                    return would(cx, "Would start sharing.").await;
                }
                let status = client.gateway_start().await?;
                cx.out.data(&status, text);
                cx.out.next("prove that the building's own network is out of reach: hedgerow gateway prove");
                Ok(0)
            }
            Some(Sub::Stop(_)) => {
                if cx.dry_run {
                    return would(cx, "Would stop sharing; everything that is open would end.").await;
                }
                cx.out.data(&client.gateway_stop().await?, text);
                Ok(0)
            }
            Some(Sub::Pause(_)) => {
                if cx.dry_run {
                    return would(cx, "Would pause sharing; everything that is open would end.").await;
                }
                cx.out.data(&client.gateway_pause().await?, text);
                cx.out.next("hedgerow gateway start");
                Ok(0)
            }
            Some(Sub::Policy(Policy { set })) => {
                let status = match set.is_empty() {
                    true => client.gateway().await?,
                    false => {
                        let change = PolicyChange { set: fields(set), dry_run: cx.dry_run };
                        client.gateway_policy(&change).await?
                    }
                };
                cx.out.data(&status, |s| {
                    let document = serde_json::to_string_pretty(&s.policy).unwrap_or_default();
                    format!("{}\n\n{document}", s.rules.join("\n"))
                });
                Ok(0)
            }
            Some(Sub::Test(Test { targets })) => {
                let verdicts = client.gateway_test(&GatewayTest { targets }).await?;
                cx.out.data(&verdicts, |v| v.verdicts.iter().map(verdict).collect::<Vec<_>>().join("\n"));
                Ok(0)
            }
            Some(Sub::Statement(statement)) => statement.run(cx, true).await,
            Some(Sub::Paid(paid)) => paid.run(cx).await,
            Some(Sub::Waive(waive)) => waive.run(cx).await,
            Some(Sub::Voucher(voucher)) => voucher.run(cx).await,
            Some(Sub::Stats(_)) => {
                let stats = client.gateway_stats().await?;
                cx.out.data(&stats, |stats| {
                    let hour = |h: &HourOfUse| format!("{}  {}  {} bytes", h.from, h.member, h.bytes);
                    let lines: Vec<String> = stats.hours.iter().map(hour).collect();
                    if lines.is_empty() { "Nothing was used.".into() } else { lines.join("\n") }
                });
                Ok(0)
            }
            Some(Sub::Prove(_)) => {
                let proof = client.gateway_prove().await?;
                cx.out.data(&proof, |p| p.page.clone());
                Ok(if proof.passed { 0 } else { 9 })
            }
        }
    }
}

async fn would(cx: &Cx, sentence: &str) -> Outcome {
    cx.client.gateway().await?;
    cx.out.say(sentence);
    Ok(0)
}

/// The node may run in another folder.
fn absolute(file: String) -> Result<String, Fail> {
    match std::path::absolute(&file) {
        Ok(path) => Ok(path.display().to_string()),
        Err(e) => Err(Fail::file(std::path::Path::new(&file), &e)),
    }
}

fn text(status: &GatewayStatus) -> String {
    let mut lines = vec![status.sentence.clone()];
    if !status.title.is_empty() {
        lines.insert(0, format!("{} ({})", status.title, status.way));
        if matches!(status.state.as_str(), "open" | "closed" | "paused") {
            let mega = status.month_bytes.div_ceil(1_000_000);
            lines.push(format!(
                "{} of {} connections open; {mega} MB this month.",
                status.circuits, status.circuits_max
            ));
        }
        lines.extend(status.rules.iter().map(|r| format!("  {r}")));
    }
    lines.join("\n")
}

fn verdict(v: &GatewayVerdict) -> String {
    let mut lines = vec![match v.allowed {
        true => format!("{}: allowed", v.target),
        false => format!("{}: refused. {}", v.target, v.sentence),
    }];
    lines.extend(v.rules.iter().map(|r| format!("  {r}")));
    lines.join("\n")
}
