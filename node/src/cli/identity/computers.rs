//! `hedgerow identity devices`, `give-up`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hedgerow_api::{Computer, ComputerRemove, ComputerRemoved, Computers};

use super::super::out::{count, moment};
use super::super::{Cx, Fail, Outcome};
use super::{link, secret};

/// Your computers: see them, add one, take one out.
///
/// Example: hedgerow identity devices
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Devices {
    #[command(subcommand)]
    command: Option<Sub>,
}

#[derive(Debug, Subcommand)]
enum Sub {
    List(List),
    Add(link::LinkCode),
    Remove(Remove),
}

/// Show your computers.
///
/// Example: hedgerow identity devices list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {}

/// Take a computer of yours out, for good: when it is lost, stolen or given away. What it published stays.
///
/// Example: hedgerow identity devices remove "old laptop"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Remove {
    /// Its name, or the first 8 digits of its code.
    computer: String,
    #[command(flatten)]
    since: Since,
    /// Read your 24 words from this file, where they are needed. Default: they are asked for.
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
}

/// From when on a computer was in other hands.
#[derive(Debug, Args)]
pub struct Since {
    /// Undo what it said from then on, as a day or a moment on this computer's clock: 2026-11-20 or 2026-11-20T18:30.
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
}

impl Since {
    /// Unix milliseconds.
    pub fn unix_ms(&self) -> Result<Option<u64>, Fail> {
        let Some(typed) = &self.since else { return Ok(None) };
        let read = typed.trim().parse::<jiff::civil::DateTime>().ok();
        let zone = jiff::tz::TimeZone::system();
        let at = read.and_then(|d| zone.to_ambiguous_timestamp(d).compatible().ok());
        let ms = at.and_then(|at| u64::try_from(at.as_millisecond()).ok());
        ms.map(Some).ok_or_else(|| {
            Fail::usage(
                format!("\"{typed}\" is not a day or a moment."),
                "It says from when on the computer was in other hands.",
                "Write it like 2026-11-20 or 2026-11-20T18:30",
            )
        })
    }
}

/// Give this computer up: it is not yours any more, and what it published stays. Link another one first.
///
/// Example: hedgerow identity give-up --yes
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct GiveUp {
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

impl Devices {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            None | Some(Sub::List(_)) => {
                let computers = cx.client.computers().await?;
                cx.out.data(&computers, list_text);
                cx.out.next("hedgerow identity devices add");
                Ok(0)
            }
            Some(Sub::Add(c)) => c.run(cx).await,
            Some(Sub::Remove(c)) => c.run(cx).await,
        }
    }
}

impl Remove {
    async fn run(self, cx: &Cx) -> Outcome {
        let since_ms = self.since.unix_ms()?;
        let ask = async |words| {
            let remove = ComputerRemove { computer: self.computer.clone(), words, since_ms, dry_run: cx.dry_run };
            cx.client.computer_remove(&remove).await
        };
        let removed = secret::with_words(cx, self.words_file.as_ref(), ask).await?;
        removed_text(cx, &removed, "yours");
        Ok(0)
    }
}

/// Says what taking a computer out did.
pub fn removed_text(cx: &Cx, removed: &ComputerRemoved, whose: &str) {
    cx.out.data(removed, |r| {
        let title = title(&r.computer);
        let did =
            if r.dry_run { format!("Would take out {title}.") } else { format!("{title} is not {whose} any more.") };
        let stays = match r.kept + r.published_again {
            0 => String::new(),
            n => format!(" {} it published stay.", count(n, "thing")),
        };
        format!("{did}{stays}")
    });
    if !removed.dry_run {
        cx.out.say("Others know once they meet you or somebody who knows. Until then it can still read what is new.");
    }
}

impl GiveUp {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let would = cx.client.give_up(true).await?;
        if cx.dry_run {
            cx.out.data(&would, |_| "Would give this computer up.".into());
            return Ok(0);
        }
        if !self.yes {
            return Err(Fail::usage(
                "To give this computer up, say so with --yes.",
                "It stops being yours, for good. What it published stays.",
                "hedgerow identity give-up --yes",
            ));
        }
        let computers = cx.client.give_up(false).await?;
        cx.out.data(&computers, list_text);
        cx.out.say(
            "This computer is not yours any more. Keep it on until another one of your community has heard of it.",
        );
        cx.out.next("hedgerow community leave --yes");
        Ok(0)
    }
}

/// A computer in a few words.
pub fn title(computer: &Computer) -> String {
    let code = computer.key.get(..8).unwrap_or(&computer.key);
    if computer.name.is_empty() { code.to_owned() } else { format!("{} {code}", computer.name) }
}

/// Computers, one after the other.
pub fn list_text(computers: &Computers) -> String {
    let line = |c: &Computer| {
        let mut text = title(c);
        if c.this {
            text.push_str(", this computer");
        }
        match (c.active, c.gave_up) {
            (true, _) => {}
            (false, true) => text.push_str(", given up"),
            (false, false) => text.push_str(", taken out"),
        }
        if let Some(ms) = c.since_ms {
            text.push_str(&format!("\n    here since {}", moment(ms)));
        }
        match c.last_written_ms {
            Some(ms) => text.push_str(&format!("\n    last wrote {}, shows {}", moment(ms), count(c.shown, "thing"))),
            None => text.push_str("\n    has written nothing that is known here"),
        }
        text
    };
    computers.computers.iter().map(line).collect::<Vec<_>>().join("\n")
}
