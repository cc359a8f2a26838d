//! Telling people of files of private state that are damaged or cannot be read.
//!
//! What is damaged was set aside and begins anew: that is said until the next start. What cannot be read stops what it is for,
//! and stays as it is: that is said until it can be read. Not for: reading them ([`crate::files::read_saved`]).

use std::path::{Path, PathBuf};

use hedgerow_api::{Code, Problem, Severity, Warning};

use super::{App, locked};
use crate::files::Unusable;

/// A file was set aside.
const DAMAGED: &str = "state-damaged";
/// A file cannot be read.
const UNUSABLE: &str = "state-unreadable";

/// What is in a file, and what is different after it began anew.
fn about(file: &Path) -> (&'static str, &'static str) {
    match file.file_name().and_then(|name| name.to_str()).unwrap_or_default() {
        "gateway-receipts" => ("what members used here", "Their computers bring it again."),
        "gateway-account" => ("what was paid here", "The computers of those who paid have a copy."),
        "gateway-vouchers" => ("the vouchers of this building", "One that was used might be used once more."),
        "gateway-vouchers-used" => ("what is left on each voucher", "They count as full again."),
        "gateway-hours" => ("the use by the hour", "It begins anew."),
        "gateway-counters" | "gateway-trial" => ("what was used today", "Counting begins at zero."),
        "uplink-receipts" => ("what you used in buildings", "Counting begins anew."),
        "joining.json" => ("what you asked with a poster", "Ask again."),
        "asked.txt" => ("what you asked your friends", "Ask again."),
        _ => ("something this computer remembers", "It begins anew."),
    }
}

impl App {
    /// Passes on what reading a file came to, or some together, and says what is amiss.
    pub(super) fn saved<T, A>(&self, files: &[&Path], read: Result<(T, A), Unusable>) -> Result<T, Problem>
    where
        A: IntoIterator<Item = PathBuf>,
    {
        let before: Vec<Warning> = files.iter().map(|file| unusable(file)).collect();
        locked(&self.notices).retain(|w| !before.contains(w));
        let (saved, aside) = match read {
            Ok(read) => read,
            Err(error) => {
                self.note(unusable(&error.file));
                tracing::warn!(%error, "it stays as it is");
                return Err(problem(&error));
            }
        };
        for aside in aside {
            tracing::warn!(file = %aside.display(), "damaged, and set aside");
            self.note(damaged(&aside));
        }
        Ok(saved)
    }

    fn note(&self, warning: Warning) {
        let mut notices = locked(&self.notices);
        if !notices.contains(&warning) {
            notices.push(warning);
        }
    }
}

fn damaged(aside: &Path) -> Warning {
    let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (what, then) = about(Path::new(name.split_once(".damaged").map_or(name.as_str(), |(of, _)| of)));
    Warning {
        code: DAMAGED.into(),
        severity: Severity::Warning,
        title: "Something saved on this disk was damaged.".into(),
        text: format!("It is {what}. {then} What was there is kept in the file \"{name}\"."),
        action: "Check the disk if it happens again.".into(),
    }
}

fn unusable(file: &Path) -> Warning {
    Warning {
        code: UNUSABLE.into(),
        severity: Severity::Problem,
        title: "Something saved on this disk cannot be read.".into(),
        text: format!("It is {}. What needs it does not run, so that nothing is lost.", about(file).0),
        action: format!("Check the disk, and whose the file is: {}", file.display()),
    }
}

/// What somebody is told who wants what cannot be now.
pub(super) fn problem(error: &Unusable) -> Problem {
    Problem::new(
        Code::StateUnreadable,
        "Something saved on this disk cannot be read.",
        format!("It is {}. Nothing was changed.", about(&error.file).0),
        format!("Check the disk, and whose the file is: {} ({})", error.file.display(), error.error),
    )
}
