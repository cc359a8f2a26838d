//! `hedgerow event`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hedgerow_api::{Draft, EventDraft};

use super::service::{Whose, Withdraw, list, show_published};
use super::{Cx, Outcome, save};
use crate::files::Readers;

/// Events: something that happens at a time, once or again and again.
///
/// Example: hedgerow event new --title "Repair café" --start 2026-12-05T10:00 --repeat "FREQ=MONTHLY;BYDAY=1SA"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Event {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    New(New),
    Withdraw(Withdraw),
    List(List),
    Ics(Ics),
}

/// Publish an event.
///
/// Example: hedgerow event new --title "Repair café" --start 2026-12-05T10:00 --end 2026-12-05T13:00 --place "Village hall"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct New {
    /// Its title.
    #[arg(long)]
    title: String,
    /// What it is.
    #[arg(long, default_value = "")]
    text: String,
    /// When it starts: a local time, or a day for all day.
    #[arg(long, value_name = "2026-12-05T10:00")]
    start: String,
    /// When it ends.
    #[arg(long, value_name = "2026-12-05T13:00")]
    end: Option<String>,
    /// Its time zone. Default: the community's.
    #[arg(long, value_name = "Europe/London")]
    time_zone: Option<String>,
    /// How it comes back, as calendars write it.
    #[arg(long, value_name = "FREQ=WEEKLY;BYDAY=TU")]
    repeat: Option<String>,
    /// Where it is.
    #[arg(long, default_value = "")]
    place: String,
    /// Web page.
    #[arg(long, default_value = "")]
    url: String,
    #[command(flatten)]
    whose: Whose,
}

/// Show the events.
///
/// Example: hedgerow event list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {
    /// Only what you or your groups publish.
    #[arg(long)]
    mine: bool,
}

/// Write an event for a calendar program.
///
/// Example: hedgerow event ics 3f9a1c20 repair-cafe.ics
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Ics {
    /// Its id, or the first 8 or more digits of it.
    id: String,
    /// The file to write. None: print it.
    file: Option<PathBuf>,
}

impl Event {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::New(New { title, text, start, end, time_zone, repeat, place, url, whose }) => {
                let draft = Draft::Event(EventDraft { title, text, start, end, time_zone, repeat, place, url });
                let publish = whose.publish(draft, cx);
                show_published(cx, &cx.client.publish(&publish, None).await?)
            }
            Sub::Withdraw(c) => c.run(cx).await,
            Sub::List(List { mine }) => list(cx, "event", mine).await,
            Sub::Ics(Ics { id, file }) => {
                let text = cx.client.ics(&id).await?;
                match file {
                    Some(path) if !cx.dry_run => {
                        save(&path, Readers::Usual, text.as_bytes())?;
                        cx.out.say(&format!("Written to {}.", path.display()));
                    }
                    Some(path) => cx.out.say(&format!("Would write {}.", path.display())),
                    None => cx.out.raw(text.trim_end()),
                }
                Ok(0)
            }
        }
    }
}
