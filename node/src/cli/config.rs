//! `hedgerow config`: works without a running node, on the file.

use clap::{Args, Subcommand};

use super::{Cx, Fail, Outcome};
use crate::config::{self, ConfigError};

/// Read and change the settings.
///
/// Example: hedgerow config set quota "4 GiB"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Config {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Get(Get),
    Set(Set),
    Check(Check),
    Path(Path),
}

/// Show one setting, or all.
///
/// Example: hedgerow config get quota
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Get {
    /// Its name. None: all.
    key: Option<String>,
}

/// Change a setting. It holds from the next start.
///
/// Example: hedgerow config set port 47480
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Set {
    /// Its name.
    key: String,
    /// Its new value. None: back to what Hedgerow chooses.
    #[arg(allow_hyphen_values = true)]
    value: Option<String>,
}

/// Say whether the settings can be used.
///
/// Example: hedgerow config check
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Check {}

/// Print where the settings are.
///
/// Example: hedgerow config path
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Path {}

impl Config {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::Get(Get { key }) => {
                let mut all = config::Config::load(&cx.dir.config())?.show(&cx.dir);
                if let Some(key) = key {
                    config::Config::check_name(&key)?;
                    all.settings.retain(|s| s.key == key);
                    cx.out
                        .data(&all, |all| all.settings.iter().map(|s| s.value.clone()).collect::<Vec<_>>().join("\n"));
                } else {
                    cx.out.data(&all, |all| {
                        let line = |s: &hedgerow_api::Setting| format!("{:<11} {:<16} {}", s.key, s.value, s.help);
                        all.settings.iter().map(line).collect::<Vec<_>>().join("\n")
                    });
                }
            }
            Sub::Set(Set { key, value }) => {
                if cx.dry_run {
                    config::Config::check_name(&key)?;
                    cx.out.say(&format!("Would change {key}."));
                    return Ok(0);
                }
                let now = config::set(&cx.dir, &key, value.as_deref())?;
                let mut all = now.show(&cx.dir);
                all.settings.retain(|s| s.key == key);
                cx.out.data(&all, |all| {
                    all.settings.iter().map(|s| format!("{} = {}", s.key, s.value)).collect::<Vec<_>>().join("\n")
                });
                if crate::app::is_locked(&cx.dir) {
                    cx.out.next("hedgerow down, then hedgerow up: it holds from the next start");
                }
            }
            Sub::Check(_) => {
                let all = config::Config::load(&cx.dir.config())?.show(&cx.dir);
                cx.out.data(&all, |all| format!("The settings in {} are fine.", all.path));
            }
            Sub::Path(_) => cx.out.raw(&cx.dir.config().display().to_string()),
        }
        Ok(0)
    }
}

/// Begins with a capital letter and ends with a stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

impl From<ConfigError> for Fail {
    fn from(e: ConfigError) -> Self {
        match e {
            ConfigError::Unreadable(..) => Fail::failed(
                "The settings could not be read or written.",
                format!("{e}."),
                "Check that the file is yours and that the disk has space.",
            ),
            ConfigError::Syntax(_) => Fail::usage(
                "The settings cannot be read.",
                e.to_string(),
                "Correct that line; hedgerow config path prints where the file is.",
            ),
            ConfigError::Unknown { .. } | ConfigError::Value { .. } => Fail::usage(
                sentence(&e.to_string()),
                "A setting that is not known or does not fit is refused, so that a slip is not silently nothing.",
                "See all settings: hedgerow config get",
            ),
        }
    }
}
