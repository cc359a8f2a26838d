//! `hedgerow man` and `hedgerow completions`: what a package puts where shells and `man` look. Made from the commands
//! themselves, so that they cannot say anything else.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Cx, Fail, Outcome};
use crate::files::fill_folder;

/// Write the manual: a page for each command.
///
/// Example: hedgerow man manual
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Man {
    /// Folder for the pages. It is made if it is not there.
    folder: PathBuf,
}

/// Print what lets a shell complete commands as you type them.
///
/// Example: hedgerow completions bash
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Completions {
    /// Your shell.
    shell: Shell,
}

impl Man {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.out.say(&format!("Would write the manual to {}.", self.folder.display()));
            return Ok(0);
        }
        let written = fill_folder(&self.folder, |folder| clap_mangen::generate_to(Cli::command(), folder));
        written.map_err(|e| Fail::file(&self.folder, &e))?;
        cx.out.say(&format!("The pages are in {}.", self.folder.display()));
        Ok(0)
    }
}

impl Completions {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "hedgerow", &mut out);
        cx.out.raw(String::from_utf8_lossy(&out).trim_end());
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_and_shells_know_it() {
        let folder = tempfile::tempdir().unwrap();
        clap_mangen::generate_to(Cli::command(), folder.path()).unwrap();
        assert!(std::fs::read_dir(folder.path()).unwrap().count() > 60);
        let text = std::fs::read_to_string(folder.path().join("hedgerow-page-poster.1")).unwrap();
        assert!(text.contains("hedgerow page poster") && text.contains("\\-\\-pdf"), "{text}");
        let mut out = Vec::new();
        clap_complete::generate(Shell::Bash, &mut Cli::command(), "hedgerow", &mut out);
        assert!(String::from_utf8(out).unwrap().contains("poster"));
    }
}
