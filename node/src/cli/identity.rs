//! `hedgerow identity`

use std::io::{BufRead as _, IsTerminal as _};

use clap::{Args, Subcommand};
use hedgerow_api::IdentityRestore;

use super::community::membership_text;
use super::{Cx, Fail, Outcome};

/// Your recovery words: keep them, or come back with them.
///
/// Example: hedgerow identity kit
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Identity {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Kit(Kit),
    Restore(Restore),
}

/// Show the 24 words that bring you back on another computer. Whoever has them is you.
///
/// Example: hedgerow identity kit
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Kit {}

/// Come back on this computer with your 24 words. They are read from the keyboard or a pipe, never from the command.
///
/// Example: hedgerow identity restore --from KEY@192.168.1.20:47480
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Restore {
    /// A computer of your community: what "hedgerow neighbour me" prints there. Default: the ones nearby.
    #[arg(long)]
    from: Option<String>,
}

impl Identity {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::Kit(_) => {
                let kit = cx.client.identity_kit().await?;
                cx.out.say(&format!(
                    "These 24 words are you in {}. Write them on paper, in this order. Do not take a photo,",
                    kit.community_name
                ));
                cx.out.say("do not send them to anybody. Whoever has them can speak for you.");
                cx.out.data(&kit, |kit| {
                    let words: Vec<&str> = kit.words.split(' ').collect();
                    let row = |(i, four): (usize, &[&str])| {
                        let cells = four.iter().enumerate().map(|(j, w)| format!("{:>2} {w:<10}", i * 4 + j + 1));
                        cells.collect::<Vec<_>>().join(" ").trim_end().to_owned()
                    };
                    words.chunks(4).enumerate().map(row).collect::<Vec<_>>().join("\n")
                });
                Ok(0)
            }
            Sub::Restore(Restore { from }) => {
                if cx.dry_run {
                    cx.client.status().await?;
                    cx.out.say("Would bring you back on this computer.");
                    return Ok(0);
                }
                let words = read_words(cx)?;
                let restore = IdentityRestore { words, from, ..IdentityRestore::default() };
                let membership = cx.client.identity_restore(&restore).await?;
                cx.out.data(&membership, membership_text);
                cx.out.say("Welcome back. If the old computer is lost, tell an organiser.");
                Ok(0)
            }
        }
    }
}

/// Reads words until there are 24, over as many lines as it takes.
fn read_words(cx: &Cx) -> Result<String, Fail> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        cx.out.say("Type your 24 words with spaces between them, then press Enter:");
    }
    let mut words: Vec<String> = Vec::new();
    for line in stdin.lock().lines() {
        let line = line.map_err(|e| Fail::file("the keyboard".as_ref(), &e))?;
        // A number in front of a word, as on the paper, is fine.
        words.extend(line.split_whitespace().filter(|w| w.parse::<u8>().is_err()).map(str::to_owned));
        if words.len() >= 24 {
            break;
        }
    }
    Ok(words.join(" "))
}
