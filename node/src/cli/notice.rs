//! `hedgerow notice`

use clap::{Args, Subcommand};
use hedgerow_api::{Draft, NoticeDraft};

use super::service::{Whose, Withdraw, list, show_published};
use super::{Cx, Outcome};

/// Notices: something to tell people, for a time.
///
/// Example: hedgerow notice new --title "Road closed" --until 2026-12-01
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Notice {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    New(New),
    Withdraw(Withdraw),
    List(List),
}

/// Publish a notice.
///
/// Example: hedgerow notice new --title "Road closed" --text "High Street, for repairs" --until 2026-12-01
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct New {
    /// Its title.
    #[arg(long)]
    title: String,
    /// What it says.
    #[arg(long, default_value = "")]
    text: String,
    /// How serious it is.
    #[arg(long, default_value = "info", value_parser = ["info", "warning", "urgent"])]
    severity: String,
    /// From when it is shown. Default: at once.
    #[arg(long, value_name = "2026-11-23")]
    from: Option<String>,
    /// Until when it is shown. Default: 30 days.
    #[arg(long, value_name = "2026-12-01")]
    until: Option<String>,
    #[command(flatten)]
    whose: Whose,
}

/// Show the notices.
///
/// Example: hedgerow notice list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {
    /// Only what you or your groups publish.
    #[arg(long)]
    mine: bool,
}

impl Notice {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::New(New { title, text, severity, from, until, whose }) => {
                let draft = Draft::Notice(NoticeDraft { title, text, severity: Some(severity), from, until });
                let publish = whose.publish(draft, cx);
                show_published(cx, &cx.client.publish(&publish, None).await?)
            }
            Sub::Withdraw(c) => c.run(cx).await,
            Sub::List(List { mine }) => list(cx, "notice", mine).await,
        }
    }
}
