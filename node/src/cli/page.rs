//! `hedgerow page`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hedgerow_api::{PageSet, PageStatus, PosterQuery};

use super::{Cx, Outcome, save};
use crate::files::Readers;

/// Show what is public here as a page, to people without Hedgerow on the same Wi-Fi.
///
/// It is off unless you turn it on. Only what everybody may read is shown, nobody can change anything there, and who
/// reads what is not kept.
///
/// Example: hedgerow page on
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Page {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    On(On),
    Off(Off),
    Status(Status),
    Poster(Poster),
}

/// Show the page from now on.
///
/// Example: hedgerow page on --listen 192.168.1.20:8480
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct On {
    /// Address and port to show it at. Default: the one in the settings, at first all addresses and port 8480.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
}

/// Stop showing the page.
///
/// Example: hedgerow page off
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Off {}

/// Say whether the page is shown, and where it can be opened.
///
/// Example: hedgerow page status
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Status {}

/// Write a poster with the address of the page, as a picture for telephones, to hang on the wall.
///
/// Example: hedgerow page poster --pdf poster.pdf
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Poster {
    /// Write a page of A4 to print.
    #[arg(long, value_name = "FILE", required_unless_present = "png")]
    pdf: Option<PathBuf>,
    /// Write the square picture alone.
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Language of the poster: en or cy.
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    lang: String,
}

impl Page {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::On(On { listen }) => {
                if cx.dry_run {
                    cx.out.say("Would show the page to everybody on the same network.");
                    return Ok(0);
                }
                let page = cx.client.page_set(&PageSet { on: true, listen }).await?;
                show(cx, &page);
                if page.answers {
                    cx.out.next("hedgerow page poster --pdf poster.pdf   then hang it on the wall");
                }
                Ok(if page.problem.is_some() { 1 } else { 0 })
            }
            Sub::Off(_) => {
                if cx.dry_run {
                    cx.out.say("Would stop showing the page.");
                    return Ok(0);
                }
                show(cx, &cx.client.page_set(&PageSet { on: false, listen: None }).await?);
                Ok(0)
            }
            Sub::Status(_) => {
                show(cx, &cx.client.page().await?);
                Ok(0)
            }
            Sub::Poster(Poster { pdf, png, lang }) => {
                for (file, format) in [(pdf, "pdf"), (png, "png")] {
                    let Some(file) = file else { continue };
                    let query = PosterQuery { format: format.into(), lang: lang.clone() };
                    let poster = cx.client.page_poster(&query).await?;
                    if cx.dry_run {
                        cx.out.say(&format!("Would write {}.", file.display()));
                        continue;
                    }
                    save(&file, Readers::Usual, &poster)?;
                    cx.out.say(&format!("The poster is in {}.", file.display()));
                }
                Ok(0)
            }
        }
    }
}

fn show(cx: &Cx, page: &PageStatus) {
    cx.out.data(page, |page| match (page.on, page.addresses.is_empty(), &page.problem) {
        (false, ..) => "The page is off.".into(),
        (true, false, _) => format!("The page is on. It can be opened at:\n  {}", page.addresses.join("\n  ")),
        (true, true, Some(problem)) => format!("The page is on, but nobody can open it: {problem}"),
        (true, true, None) => "The page is on, and will be shown from the next start.".into(),
    });
}
