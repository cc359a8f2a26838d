//! `hedgerow backup` and `hedgerow restore`

use std::path::PathBuf;

use clap::Args;
use hedgerow_api::{BackupNew, BackupRestored, BackupWritten, Code};

use super::identity::secret;
use super::out::moment;
use super::{Cx, Fail, Outcome};
use crate::app::is_locked;
use crate::backup::{self, BackupError, secret_of_words};
use crate::files::Growing;
use crate::kit::KitError;

/// What opens the file.
#[derive(Debug, Args)]
struct Under {
    /// Your 24 words open it, in place of a passphrase.
    #[arg(long, conflicts_with = "passphrase_file")]
    words: bool,
    /// Read the words from this file.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    words_file: Option<PathBuf>,
    /// Read the passphrase from the first line of this file. Default: it is asked for.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Write all that only this computer has to a file under a passphrase: who you are, your keys and settings, what you
/// published, open invites, vouchers, whom you block. What others wrote comes back from them.
///
/// Keep the file off this computer, and make a new one from time to time. If this computer is lost:
/// hedgerow restore FILE
///
/// Example: hedgerow backup /media/stick/me.backup
/// Example: hedgerow backup /media/stick/me.backup --words
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Backup {
    /// The file to write.
    file: PathBuf,
    #[command(flatten)]
    under: Under,
}

/// Put a backup back on a new computer, in an empty folder. It is then the same computer to all others, so the old one
/// must not be used any more.
///
/// To use both computers, do not restore: link the new one with hedgerow identity link-code.
///
/// Example: hedgerow restore /media/stick/me.backup
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Restore {
    /// The file that "hedgerow backup" wrote.
    file: PathBuf,
    #[command(flatten)]
    under: Under,
}

impl Backup {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.community().await?;
            cx.out.say(&format!("Would write {}.", self.file.display()));
            return Ok(0);
        }
        // Asked before anything is typed.
        cx.client.community().await?;
        let passphrase = match (self.under.words, &self.under.words_file) {
            (_, Some(file)) => secret_of_words(&secret::words_in(file)?)?,
            (true, None) => match cx.client.identity_kit().await {
                Ok(kit) => secret_of_words(&kit.words)?,
                Err(e) if e.code() == Some(Code::NeedsWords) => secret_of_words(&secret::read_words(cx)?)?,
                Err(e) => return Err(e.into()),
            },
            (false, None) => secret::passphrase(cx, self.under.passphrase_file.as_ref(), true)?,
        };
        let mut pieces = cx.client.backup(&BackupNew { passphrase: passphrase.to_string() }).await?;
        let mut file = Growing::begin(&self.file).map_err(|e| Fail::file(&self.file, &e))?;
        while let Some(piece) = pieces.next().await? {
            file.add(&piece).map_err(|e| Fail::file(&self.file, &e))?;
        }
        let bytes = file.finish().map_err(|e| Fail::file(&self.file, &e))?;
        let written = BackupWritten { file: self.file.display().to_string(), bytes };
        cx.out.data(&written, |w| format!("Written to {} ({} bytes).", w.file, w.bytes));
        cx.out.say("Whoever has this file and what opens it is you. Keep the two apart, and both off this computer.");
        cx.out.next(&format!("if this computer is lost, on a new one: hedgerow restore {}", self.file.display()));
        Ok(0)
    }
}

impl Restore {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if is_locked(&cx.dir) {
            return Err(Fail::usage(
                "Hedgerow is running in this folder.",
                "A backup goes into a folder with nothing in it.",
                "Choose another folder: hedgerow --data FOLDER restore FILE",
            ));
        }
        // Before anything is typed.
        crate::files::open(&self.file).map_err(|e| Fail::file(&self.file, &e))?;
        let secret = match (self.under.words, &self.under.words_file) {
            (_, Some(file)) => secret_of_words(&secret::words_in(file)?)?,
            (true, None) => secret_of_words(&secret::read_words(cx)?)?,
            (false, None) => secret::passphrase(cx, self.under.passphrase_file.as_ref(), false)?,
        };
        let put_back = match cx.dry_run {
            true => backup::look(&self.file, &secret).await?,
            false => backup::restore(&cx.dir, &self.file, &secret).await?,
        };
        let restored = BackupRestored {
            folder: (!cx.dry_run).then(|| cx.dir.path().display().to_string()),
            community: put_back.community.to_string(),
            made_ms: put_back.written_ms,
            records: put_back.records,
        };
        cx.out.data(&restored, |r| match &r.folder {
            Some(folder) => format!("Put back in {folder}, as it was on {}.", moment(r.made_ms)),
            None => format!("This backup of {} is whole. Nothing was changed.", moment(r.made_ms)),
        });
        if !cx.dry_run {
            cx.out
                .say("To all others this is the old computer now. Never start the old one again: two that are one get");
            cx.out.say("into each other's way. What you wrote after the backup comes back from the others.");
            cx.out.next("hedgerow up");
        }
        Ok(0)
    }
}

impl From<BackupError> for Fail {
    fn from(e: BackupError) -> Self {
        let detail = format!("It is because: {e}.");
        let (title, action) = match &e {
            BackupError::Secret(KitError::Weak) => (
                "This passphrase is too easy to guess.",
                "Take four or five words that nobody would put together but you.",
            ),
            BackupError::Secret(KitError::Passphrase) => {
                ("This does not open the backup.", "Type it again; look for capitals. Was it made with --words?")
            }
            BackupError::Words(_) => {
                ("These are not your words.", "Check each of the 24 words and their order on your paper.")
            }
            BackupError::NotEmpty(_) => (
                "There is something in the folder already.",
                "Choose another one, and the backup goes there: hedgerow --data FOLDER restore FILE",
            ),
            BackupError::TooNew => ("This backup is too new for this Hedgerow.", "Update Hedgerow, then try again."),
            BackupError::Damaged(_) | BackupError::Secret(_) => {
                ("This backup cannot be used.", "Take another copy of it. Nothing was changed.")
            }
            BackupError::Records(_) | BackupError::Io(_) => {
                ("The backup could not be put back.", "Check the disk, then try again. Nothing was changed.")
            }
        };
        match e {
            BackupError::NotEmpty(_) | BackupError::Words(_) | BackupError::Secret(KitError::Weak) => {
                Fail::usage(title, detail, action)
            }
            _ => Fail::failed(title, detail, action),
        }
    }
}
