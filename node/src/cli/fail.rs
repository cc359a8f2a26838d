//! Failures on the command line: what happened, what it means, what to do, and the exit code.

use std::io::ErrorKind;

use hedgerow_api::{ClientError, Problem};

/// What a command gives: its exit code, or why it failed.
pub type Outcome = Result<u8, Fail>;

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fail {
    /// The exit code.
    pub exit: u8,
    /// Which problem it is, for programs.
    pub code: &'static str,
    /// What happened.
    pub title: String,
    /// What it means.
    pub detail: String,
    /// What to do.
    pub action: String,
}

impl Fail {
    fn new(
        exit: u8,
        code: &'static str,
        title: impl Into<String>,
        detail: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Fail { exit, code, title: title.into(), detail: detail.into(), action: action.into() }
    }
    /// It was tried and did not work.
    pub fn failed(title: impl Into<String>, detail: impl Into<String>, action: impl Into<String>) -> Self {
        Fail::new(1, "failed", title, detail, action)
    }
    /// It was typed wrongly.
    pub fn usage(title: impl Into<String>, detail: impl Into<String>, action: impl Into<String>) -> Self {
        Fail::new(2, "usage", title, detail, action)
    }
    /// It took too long.
    pub fn timed_out(title: impl Into<String>, detail: impl Into<String>, action: impl Into<String>) -> Self {
        Fail::new(7, "timed-out", title, detail, action)
    }
    /// A file could not be read or written.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Fail::unwritten(format!("The file {} could not be used.", path.display()), error)
    }
    /// Something could not be read or written for this reason.
    pub fn unwritten(title: impl Into<String>, error: &std::io::Error) -> Self {
        let action = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "The disk is full. Make some room, then try again.",
            ErrorKind::ReadOnlyFilesystem => "The disk takes nothing new. Check it, or choose another place.",
            _ => "Check that the name is right and that you may read or write it.",
        };
        Fail::failed(title, format!("The system says: {error}."), action)
    }
}

impl From<ClientError> for Fail {
    fn from(e: ClientError) -> Self {
        match e {
            ClientError::NotRunning { data } => Fail::new(
                3,
                "not-running",
                "Hedgerow is not running.",
                format!("Nothing answers for the folder {}.", data.display()),
                "Start it: hedgerow up",
            ),
            ClientError::Problem(Problem { title, detail, action, code, .. }) => {
                Fail::new(code.exit_code(), code.text(), title, detail, action)
            }
            ClientError::Broken(why) => Fail::failed(
                "The answer of Hedgerow on this computer could not be read.",
                format!("It broke off or was not understood: {why}."),
                "Try again. If it stays: hedgerow down, then hedgerow up",
            ),
        }
    }
}
