//! `hedgerow status`

use std::fmt::Write as _;

use clap::Args;
use hedgerow_api::{Severity, Status as Answer};

use super::find::short;
use super::out::count;
use super::{Cx, Outcome};

/// Say how this computer is doing.
///
/// Example: hedgerow status
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Status {
    /// Exit with 8 when there are warnings and 9 when there are problems.
    #[arg(long)]
    check: bool,
}

impl Status {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let status = cx.client.status().await?;
        cx.out.data(&status, text);
        if status.community.is_none() {
            cx.out.next(match status.state {
                // It has asked, and waits for an answer.
                hedgerow_api::State::Looking => "hedgerow join   or   hedgerow join --stop",
                _ => {
                    "hedgerow community new \"NAME\" --name \"YOUR NAME\"   or   hedgerow join INVITE --name \"YOUR NAME\""
                }
            });
        }
        let worst = status.warnings.iter().map(|w| w.severity).max();
        Ok(match worst {
            Some(Severity::Problem) if self.check => 9,
            Some(Severity::Warning) if self.check => 8,
            _ => 0,
        })
    }
}

/// One line: state and community.
pub fn sentence(status: &Answer) -> String {
    format!("{}: {}", status.state.words(), status.sentence)
}

fn text(status: &Answer) -> String {
    let mut out = sentence(status);
    out.push('\n');
    if let Some(c) = &status.community {
        let _ = writeln!(out, "Community: {} ({})", c.name, count(c.people, "person"));
    }
    if let Some(me) = &status.me {
        let groups: Vec<&str> = me.groups.iter().map(|g| g.name.as_str()).collect();
        let role = match me.role.as_str() {
            "organiser" => "an organiser".to_owned(),
            "group" => "a group; this is its own computer".to_owned(),
            "newcomer" => format!("a newcomer who reads; your code is {}", short(&me.person)),
            _ => "a member".to_owned(),
        };
        let _ = write!(out, "You: {}, {role}", me.name);
        if !groups.is_empty() {
            let _ = write!(out, ", in {}", groups.join(", "));
        }
        out.push('\n');
    }
    if status.community.is_some() {
        let c = &status.counts;
        let _ = writeln!(
            out,
            "Here: {}, {}, {}",
            count(c.services, "service"),
            count(c.notices, "notice"),
            count(c.events, "event")
        );
        let _ = writeln!(out, "Content: {}", status.freshness_sentence);
    }
    for n in &status.neighbours {
        let name = if n.name.is_empty() { &n.key[..n.key.len().min(8)] } else { &n.name };
        let state = match (n.linked, n.reason.is_empty()) {
            (true, _) if n.up_to_date => "linked, up to date".to_owned(),
            (true, _) if n.partial => "linked, has no room for everything".to_owned(),
            (true, _) => "linked".to_owned(),
            (false, false) => format!("seen, not linked: {}", n.reason),
            (false, true) => "seen, not linked yet".to_owned(),
        };
        let _ = writeln!(out, "  {name}: {state}");
    }
    for w in &status.warnings {
        let mark = match w.severity {
            Severity::Problem => "Problem",
            Severity::Warning => "Warning",
            Severity::Info => "Note",
        };
        let _ = writeln!(out, "{mark}: {} {} {}", w.title, w.text, w.action);
    }
    out
}
