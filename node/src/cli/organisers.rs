//! `hedgerow organisers`

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use hedgerow_api::{KeyHolderSign, Organisers as Answer, OrganisersApprove, OrganisersChange, OrganisersChanged};

use super::out::{count, moment};
use super::{Cx, Fail, Outcome};

/// Organisers look after the community. They decide together who is one: show and change that.
///
/// Example: hedgerow organisers
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Organisers {
    #[command(subcommand)]
    command: Option<Sub>,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Add(Add),
    Remove(Remove),
    StepDown(StepDown),
    SetOpen(SetOpen),
    SetSpace(SetSpace),
    Approve(Approve),
    Fix(Fix),
    Decide(Decide),
}

/// Propose that somebody becomes an organiser. You approve it at once.
///
/// Example: hedgerow organisers add Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Add {
    /// Names or ids.
    #[arg(required = true)]
    names: Vec<String>,
    #[command(flatten)]
    even_so: EvenSo,
}

/// Propose that somebody is an organiser no more. They stay a member, unless you say --out.
///
/// Example: hedgerow organisers remove Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Remove {
    /// Names or ids.
    #[arg(required = true)]
    names: Vec<String>,
    /// Not a member either.
    #[arg(long)]
    out: bool,
    #[command(flatten)]
    even_so: EvenSo,
}

/// Propose that you are an organiser no more. You stay a member.
///
/// Example: hedgerow organisers step-down
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct StepDown {
    #[command(flatten)]
    even_so: EvenSo,
}

/// Propose whether newcomers may enter by themselves, to read.
///
/// Example: hedgerow organisers set-open no
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct SetOpen {
    /// yes or no.
    #[arg(value_parser = ["yes", "no"])]
    open: String,
    #[command(flatten)]
    even_so: EvenSo,
}

/// Propose how much everything that is published together may come to.
///
/// Half is for members, a quarter for groups, and a quarter for whom you give more. Every computer keeps it all.
///
/// Example: hedgerow organisers set-space 2048
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct SetSpace {
    /// How many MiB.
    #[arg(value_name = "MIB")]
    mib: u64,
    #[command(flatten)]
    even_so: EvenSo,
}

/// Approve what another organiser proposed.
///
/// Example: hedgerow organisers approve 3f9a1c20
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Approve {
    /// The code that "hedgerow organisers" shows.
    code: String,
    #[command(flatten)]
    even_so: EvenSo,
}

/// As a key holder, fix the organisers as they are: nothing decided before can split the community then.
///
/// Example: hedgerow organisers fix
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Fix {
    #[command(flatten)]
    key: Key,
}

/// As a key holder, decide which change holds: after a split, or when too few organisers are left.
///
/// Example: hedgerow organisers decide 3f9a1c20
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Decide {
    /// The code that "hedgerow organisers" shows.
    code: String,
    #[command(flatten)]
    key: Key,
}

#[derive(Debug, Args)]
struct EvenSo {
    /// Even though you approved another proposal. If both get enough approvals, the community is split.
    #[arg(long)]
    even_so: bool,
}

#[derive(Debug, Args)]
struct Key {
    /// A file with the 24 words of the key. Default: the key kept where the community was started.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl Key {
    fn read(&self) -> Result<KeyHolderSign, Fail> {
        let words = match &self.key_file {
            Some(path) => Some(std::fs::read_to_string(path).map_err(|e| Fail::file(path, &e))?),
            None => None,
        };
        Ok(KeyHolderSign { words })
    }
}

impl Organisers {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let propose = |c: OrganisersChange| async move { cx.client.organisers_propose(&c).await };
        let (what, ask) = match self.command {
            None => {
                let now = cx.client.organisers().await?;
                cx.out.data(&now, text);
                suggest(cx, &now);
                return Ok(0);
            }
            Some(Sub::Add(Add { names, even_so })) => {
                let what = format!("propose that {} become organisers", names.join(", "));
                (what, Ask::Change(OrganisersChange { add: names, even_so: even_so.even_so, ..Default::default() }))
            }
            Some(Sub::Remove(Remove { names, out, even_so })) => {
                let what = format!("propose that {} be organisers no more", names.join(", "));
                let change = OrganisersChange { remove: names, out, even_so: even_so.even_so, ..Default::default() };
                (what, Ask::Change(change))
            }
            Some(Sub::StepDown(StepDown { even_so })) => {
                let change = OrganisersChange { step_down: true, even_so: even_so.even_so, ..Default::default() };
                ("propose that you be an organiser no more".into(), Ask::Change(change))
            }
            Some(Sub::SetOpen(SetOpen { open, even_so })) => {
                let change =
                    OrganisersChange { open: Some(open == "yes"), even_so: even_so.even_so, ..Default::default() };
                (format!("propose: newcomers may enter by themselves: {open}"), Ask::Change(change))
            }
            Some(Sub::SetSpace(SetSpace { mib, even_so })) => {
                let change = OrganisersChange { space_mib: Some(mib), even_so: even_so.even_so, ..Default::default() };
                (format!("propose: everything published together may come to {mib} MiB"), Ask::Change(change))
            }
            Some(Sub::Approve(Approve { code, even_so })) => {
                (format!("approve {code}"), Ask::Approve(code, OrganisersApprove { even_so: even_so.even_so }))
            }
            Some(Sub::Fix(Fix { key })) => ("fix the organisers as they are".into(), Ask::Fix(key.read()?)),
            Some(Sub::Decide(Decide { code, key })) => {
                (format!("decide that {code} holds"), Ask::Decide(code, key.read()?))
            }
        };
        if cx.dry_run {
            cx.client.organisers().await?;
            cx.out.say(&format!("Would {what}."));
            return Ok(0);
        }
        let is_fix = matches!(ask, Ask::Fix(_));
        let out = match &ask {
            Ask::Change(change) if change.out => change.remove.clone(),
            _ => Vec::new(),
        };
        let changed = match ask {
            Ask::Change(change) => propose(change).await?,
            Ask::Approve(code, how) => cx.client.organisers_approve(&code, &how).await?,
            Ask::Fix(sign) => cx.client.organisers_fix(&sign).await?,
            Ask::Decide(code, sign) => cx.client.organisers_decide(&code, &sign).await?,
        };
        cx.out.data(&changed, |c: &OrganisersChanged| c.text.clone());
        match &changed.code {
            Some(code) => {
                for name in out {
                    cx.out.say(&format!(
                        "Once it holds, take them out as a member too: hedgerow people remove \"{name}\""
                    ));
                }
                cx.out.next(&format!("another organiser types: hedgerow organisers approve {code}"));
            }
            None if !is_fix => suggest(cx, &changed.now),
            None => {}
        }
        Ok(0)
    }
}

enum Ask {
    Change(OrganisersChange),
    Approve(String, OrganisersApprove),
    Fix(KeyHolderSign),
    Decide(String, KeyHolderSign),
}

/// What to do next about the organisers.
fn suggest(cx: &Cx, now: &Answer) {
    if now.split {
        cx.out.next("a key holder types: hedgerow organisers decide CODE");
    } else if let Some(p) = now.proposals.iter().find(|p| !p.approved_by_me) {
        cx.out.next(&format!("if you agree: hedgerow organisers approve {}", p.code));
    } else if now.organisers.len() == 1 {
        cx.out.next("hedgerow organisers add NAME   so that one lost computer does not leave the community alone");
    } else if !now.fixed && now.changes > 0 {
        cx.out.next("the key holder types: hedgerow organisers fix");
    }
}

fn text(now: &Answer) -> String {
    let mut out = String::new();
    for o in &now.organisers {
        let me = if o.me { ", you" } else { "" };
        let waits = if o.acts { "" } else { ", may not act while the organisers are split" };
        let heard = o.heard_ms.map(|at| format!(", last heard of {}", moment(at))).unwrap_or_default();
        let _ = writeln!(out, "{}{me}{waits}{heard}", o.name);
    }
    let of = count(now.organisers.len() as u64, "organiser");
    let _ = writeln!(out, "{} of {of} must approve a change.", now.needed);
    if now.split {
        out.push_str("The organisers are split: two changes contradict each other.\n");
    }
    let fixed = match (now.fixed, now.key_holders_signed) {
        (true, _) => "Fixed by the key holders.".to_owned(),
        (false, 0) if now.changes == 0 => "As at the start.".to_owned(),
        (false, n) => format!("Not fixed yet: {n} of {} key holders have signed.", now.key_holders_needed),
    };
    let _ = writeln!(out, "{fixed}");
    let open = if now.open { "Newcomers may enter by themselves, to read." } else { "New people need an invite." };
    let _ = writeln!(out, "{open}");
    for p in &now.proposals {
        let by = if p.approved.is_empty() { "nobody yet".to_owned() } else { p.approved.join(", ") };
        let missing = if p.split {
            "contradicts another change".to_owned()
        } else {
            format!("{} missing", count(p.missing, "approval"))
        };
        let _ = writeln!(out, "{}  {} Approved by {by}; {missing}.", p.code, p.text);
    }
    out
}
