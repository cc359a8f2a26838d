//! `hedgerow identity kit`, `restore`, `cool`

use std::path::PathBuf;

use clap::Args;
use hedgerow_api::{IdentityCool, IdentityRestore, KitFileNew, WordAt};

use super::super::community::membership_text;
use super::super::{Cx, Fail, Outcome, save};
use super::secret;
use crate::files::Readers;

/// Show the 24 words that bring you back on another computer, or write them to a file under a passphrase.
/// Whoever has them is you.
///
/// Example: hedgerow identity kit
/// Example: hedgerow identity kit --file words.age
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Kit {
    /// Write them to this file, encrypted; any age tool opens it with the passphrase.
    #[arg(long)]
    file: Option<PathBuf>,
    /// Read the passphrase from the first line of this file. Default: it is asked for.
    #[arg(long, value_name = "FILE", requires = "file")]
    passphrase_file: Option<PathBuf>,
}

/// Come back on this computer with your 24 words. They are read from the keyboard, a pipe or a file, never from the
/// command.
///
/// Example: hedgerow identity restore --from KEY@192.168.1.20:4847
/// Example: hedgerow identity restore --bundle /media/stick/riverside.hedgerow
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Restore {
    /// A computer of your community: what "hedgerow neighbour me" prints there. Default: the ones nearby.
    #[arg(long)]
    from: Option<String>,
    /// Learn your community from a bundle file instead. No network is needed.
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    bundle: Option<PathBuf>,
    /// The file that "identity kit --file" wrote, in place of the words.
    #[arg(long, conflicts_with_all = ["words_file", "helped"])]
    file: Option<PathBuf>,
    /// Read its passphrase from the first line of this file. Default: it is asked for.
    #[arg(long, value_name = "FILE", requires = "file")]
    passphrase_file: Option<PathBuf>,
    /// Read the words from this file.
    #[arg(long, value_name = "FILE", conflicts_with = "helped")]
    words_file: Option<PathBuf>,
    /// Your words are lost, and your recovery friends have agreed to what you asked on this computer.
    #[arg(long)]
    helped: bool,
}

/// Take your words off this computer, so that whoever steals it cannot act as you. You type three of them back first.
///
/// Example: hedgerow identity cool
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Cool {
    /// You have your words elsewhere: do not check.
    #[arg(long)]
    yes_i_have_my_words: bool,
}

impl Kit {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if let Some(file) = &self.file {
            if cx.dry_run {
                cx.client.identity().await?;
                cx.out.say(&format!("Would write your words to {}.", file.display()));
                return Ok(0);
            }
            let passphrase = secret::passphrase(cx, self.passphrase_file.as_ref(), true)?;
            let kit = cx.client.identity_kit_file(&KitFileNew { passphrase: passphrase.to_string() }).await?;
            save(file, Readers::Owner, kit.file.trim_end().as_bytes())?;
            cx.out.say(&format!("Written to {}. Any age tool opens it: age -d {}", file.display(), file.display()));
            cx.out.say("Keep the passphrase apart from the file. Without it nobody can read it, you neither.");
            if cx.out.json {
                cx.out.raw(r#"{"schema":"hedgerow.identity-kit-file/1","written":true}"#);
            }
            cx.out.next("hedgerow identity cool");
            return Ok(0);
        }
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
        cx.out.next("once they are on paper: hedgerow identity cool");
        Ok(0)
    }
}

impl Restore {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.status().await?;
            cx.out.say("Would bring you back on this computer.");
            return Ok(0);
        }
        let mut restore = IdentityRestore { from: self.from, helped: self.helped, ..IdentityRestore::default() };
        // The node reads it: it may stand elsewhere.
        restore.bundle = match &self.bundle {
            Some(path) => {
                let path = std::path::absolute(path).map_err(|e| Fail::file(path, &e))?;
                Some(path.to_string_lossy().into_owned())
            }
            None => None,
        };
        match (&self.file, &self.words_file) {
            _ if self.helped => {}
            (Some(file), _) => {
                restore.file = Some(std::fs::read_to_string(file).map_err(|e| Fail::file(file, &e))?);
                restore.passphrase = Some(secret::passphrase(cx, self.passphrase_file.as_ref(), false)?.to_string());
            }
            (None, Some(file)) => restore.words = secret::words_in(file)?.to_string(),
            (None, None) => restore.words = secret::read_words(cx)?.to_string(),
        }
        let membership = cx.client.identity_restore(&restore).await?;
        cx.out.data(&membership, membership_text);
        cx.out.say("Welcome back. If your old computer is lost, take it out, so that nobody can write in your name.");
        cx.out.next("hedgerow identity devices");
        Ok(0)
    }
}

impl Cool {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.identity().await?;
            cx.out.say("Would take your words off this computer.");
            return Ok(0);
        }
        let mut cool = IdentityCool { sure: self.yes_i_have_my_words, words: Vec::new() };
        if !cool.sure {
            // Asked before anything is typed: there may be nothing to take off.
            cx.client.identity_kit().await?;
            for place in three_places() {
                let word = secret::read_line(cx, &format!("Word number {place} on your paper:"))?;
                cool.words.push(WordAt { place, word: word.trim().to_owned() });
            }
        }
        let me = cx.client.identity_cool(&cool).await?;
        cx.out.data(&me, |_| "Your words are not on this computer any more.".into());
        cx.out.say(
            "Everyday things go on as before. Taking out a computer or naming recovery friends will ask for the words.",
        );
        cx.out.say("Old backups of this folder still have them: delete those you do not need.");
        Ok(0)
    }
}

/// One place of each third of the paper, another one each time.
fn three_places() -> [u8; 3] {
    let mut drawn = [0u8; 3];
    // Without randomness the same places are asked: no harm to what is checked.
    let _ = getrandom::fill(&mut drawn);
    std::array::from_fn(|n| n as u8 * 8 + drawn[n] % 8 + 1)
}
