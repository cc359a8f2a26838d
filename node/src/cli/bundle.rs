//! `hedgerow bundle`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use hedgerow_api::{BundleReport, BundleWritten};

use super::out::count;
use super::{Cx, Fail, Outcome, save};
use crate::files::Readers;

/// Longest file that says what another computer has, in bytes.
const HAVE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Carry records on a stick between computers that cannot see each other.
///
/// Example: hedgerow bundle export /media/stick/riverside.hedgerow
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Bundle {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Export(Export),
    Import(Import),
    Have(Have),
}

/// Write everything here to a file, or only what another computer lacks.
///
/// Example: hedgerow bundle export /media/stick/riverside.hedgerow --for /media/stick/bob.have
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Export {
    /// The file to write.
    file: PathBuf,
    /// What the other computer has: a file made there with "hedgerow bundle have".
    #[arg(long = "for", value_name = "HAVE")]
    have: Option<PathBuf>,
}

/// Take in what is in a file. Damaged parts are skipped and counted.
///
/// Example: hedgerow bundle import /media/stick/riverside.hedgerow
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Import {
    /// The file to read.
    file: PathBuf,
}

/// Write down what is here, so that another computer can make a small bundle.
///
/// Example: hedgerow bundle have /media/stick/bob.have
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Have {
    /// The file to write.
    file: PathBuf,
}

impl Bundle {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::Export(c) => c.run(cx).await,
            Sub::Import(c) => c.run(cx).await,
            Sub::Have(c) => {
                if cx.dry_run {
                    cx.client.community().await?;
                    cx.out.say(&format!("Would write {}.", c.file.display()));
                    return Ok(0);
                }
                let bytes = cx.client.bundle_have().await?;
                let written = write(&c.file, &bytes, cx).await?;
                cx.out.data(&written, |w| format!("Written to {} ({} bytes).", w.file, w.bytes));
                cx.out.next(&format!("on the other computer: hedgerow bundle export FILE --for {}", c.file.display()));
                Ok(0)
            }
        }
    }
}

impl Export {
    async fn run(self, cx: &Cx) -> Outcome {
        let have = match &self.have {
            Some(path) => read(path, HAVE_BYTES_MAX)?,
            None => Vec::new(),
        };
        if cx.dry_run {
            cx.client.community().await?;
            cx.out.say(&format!("Would write {}.", self.file.display()));
            return Ok(0);
        }
        let bytes = cx.client.bundle_export(have).await?;
        let written = write(&self.file, &bytes, cx).await?;
        cx.out.data(&written, |w| format!("Written to {} ({} bytes).", w.file, w.bytes));
        cx.out.next(&format!("on the other computer: hedgerow bundle import {}", self.file.display()));
        Ok(0)
    }
}

impl Import {
    async fn run(self, cx: &Cx) -> Outcome {
        let bytes = read(&self.file, crate::server::BUNDLE_BYTES_MAX as u64)?;
        let report = cx.client.bundle_import(bytes, cx.dry_run).await?;
        cx.out.data(&report, text);
        if report.damaged + report.refused_count > 0 {
            cx.out
                .say("Nothing that was here is lost. A fresh bundle, or meeting the other computer, brings the rest.");
            return Ok(8);
        }
        Ok(0)
    }
}

fn text(r: &BundleReport) -> String {
    let mut lines = vec![format!(
        "{} read: {} new, {} here already.{}",
        count(r.read, "record"),
        r.new,
        r.known,
        if r.dry_run { " Nothing was changed." } else { "" }
    )];
    if r.damaged > 0 {
        lines.push(format!("{} skipped ({} bytes).", count(r.damaged, "damaged part"), r.damaged_bytes));
    }
    if r.refused_count > 0 {
        lines.push(format!("{} refused:", count(r.refused_count, "record")));
        lines.extend(r.refused.iter().take(10).map(|q| format!("  {}: {}", q.item, q.reason)));
    }
    lines.join("\n")
}

async fn write(path: &Path, bytes: &[u8], cx: &Cx) -> Result<BundleWritten, Fail> {
    save(path, Readers::Usual, bytes)?;
    let records = cx.client.status().await?.counts.records;
    Ok(BundleWritten { file: path.display().to_string(), bytes: bytes.len() as u64, records })
}

fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Fail> {
    let length = path.metadata().map_err(|e| Fail::file(path, &e))?.len();
    if length > bytes_max {
        return Err(Fail::usage(
            format!("{} is too large.", path.display()),
            format!("It has {length} bytes; at most {bytes_max} can be taken at once."),
            "Make a smaller one: hedgerow bundle have on this computer, then hedgerow bundle export --for on the other.",
        ));
    }
    std::fs::read(path).map_err(|e| Fail::file(path, &e))
}
