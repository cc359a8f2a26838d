//! Errors of the inside as problems people can do something about.

use hedgerow_api::{Code, Problem};
use hedgerow_protocol::authority::Why;
use hedgerow_protocol::authority::build::BuildError;

use super::member::NoteError;
use crate::config::ConfigError;
use crate::core::CoreError;
use crate::identity::IdentityError;
use crate::kit::KitError;

impl From<CoreError> for Problem {
    fn from(e: CoreError) -> Self {
        let text = format!("{e}.");
        let p = |code, title: &str, action: &str| Problem::new(code, title, text.clone(), action);
        match &e {
            CoreError::NoSpace => p(
                Code::DiskFull,
                "There is no space left.",
                "Free some space on the disk, or raise the limit: hedgerow config set quota \"4 GiB\"",
            ),
            CoreError::NotAllowed(_) => {
                p(Code::NotAllowed, "You may not do that.", "Ask an organiser, or an admin of the group.")
            }
            CoreError::Changed { .. } => {
                p(Code::ChangedMeanwhile, "Somebody changed it meanwhile.", "Read it again, then make your change.")
            }
            CoreError::Draft(_) => p(Code::Invalid, "This cannot be saved.", "Shorten or correct it."),
            CoreError::DeviceFull => p(
                Code::Refused,
                "This computer has published as much as one may.",
                "Withdraw something, or publish from another computer.",
            ),
            CoreError::Closed => p(Code::Stopping, "Hedgerow is stopping.", "Start it again: hedgerow up"),
            CoreError::NoCommunity | CoreError::OtherCommunity | CoreError::InUse | CoreError::NewerFormat { .. } => p(
                Code::Internal,
                "What is saved in this folder cannot be used.",
                "Check that the folder is the right one.",
            ),
            CoreError::Stopped | CoreError::Disk(_) => p(
                Code::Internal,
                "The disk does not do what it should.",
                "Check the disk, then: hedgerow down, hedgerow up. What was saved is kept.",
            ),
        }
    }
}

impl From<IdentityError> for Problem {
    fn from(e: IdentityError) -> Self {
        match e {
            IdentityError::Words(_) => Problem::new(
                Code::Invalid,
                "These words do not bring anybody back.",
                format!("{e}."),
                "Check each of the 24 words and their order on your paper.",
            ),
            _ => Problem::new(
                Code::Internal,
                "The keys of this computer cannot be used.",
                format!("{e}."),
                "Check the disk and the folder named keys.",
            ),
        }
    }
}

impl From<KitError> for Problem {
    fn from(e: KitError) -> Self {
        let (code, title, action) = match e {
            KitError::Weak => (
                Code::Invalid,
                "This passphrase is too easy to guess.",
                "Take four or five words that nobody would put together but you.",
            ),
            KitError::Passphrase => {
                (Code::Invalid, "This passphrase does not open the file.", "Type it again; look for capitals.")
            }
            KitError::Damaged | KitError::TooMuchWork => (
                Code::FileDamaged,
                "This file of recovery words cannot be used.",
                "Take another copy of the file, or the words on paper: hedgerow identity restore",
            ),
            KitError::Io => (Code::Internal, "The file of recovery words could not be made.", "Try again."),
        };
        Problem::new(code, title, format!("It is because: {e}."), action)
    }
}

impl From<NoteError> for Problem {
    fn from(e: NoteError) -> Self {
        Problem::new(
            Code::Internal,
            "The note about the community could not be written.",
            format!("{e}."),
            "Check the disk, then try again.",
        )
    }
}

impl From<ConfigError> for Problem {
    fn from(e: ConfigError) -> Self {
        let code = match e {
            ConfigError::Unreadable(..) => Code::Internal,
            _ => Code::Invalid,
        };
        Problem::new(
            code,
            "The settings could not be changed.",
            format!("{e}."),
            "See all settings: hedgerow config get",
        )
    }
}

/// Why the rules do not allow something.
pub fn why(e: Why) -> Problem {
    let code = match e {
        Why::NoPerson | Why::NoGroup => Code::NotFound,
        Why::AdmitsUsed | Why::LogFull | Why::TooManyDevices | Why::TooDeep => Code::Refused,
        Why::Kind | Why::NotUnderstood => Code::Invalid,
        _ => Code::NotAllowed,
    };
    let action = match e {
        Why::NotSteward | Why::AdmitsUsed | Why::LogFull | Why::TooDeep | Why::TooManyDevices => {
            "Ask an organiser of the community."
        }
        Why::NotAdmin | Why::NotForOwner => "Ask an admin of the group.",
        Why::NotMember => "Wait until your membership has arrived, or join with a new invite.",
        Why::NoPerson => "See who there is: hedgerow people",
        Why::NoGroup => "See the groups: hedgerow group list",
        _ => "See: hedgerow status",
    };
    Problem::new(code, "That is not possible.", format!("It is because: {e}."), action)
}

/// Why a record was not made.
pub fn unbuilt(e: BuildError) -> Problem {
    match e {
        BuildError::Why(e) => why(e),
        other => internal("The record could not be made.", other),
    }
}

/// Something that should not happen.
pub fn internal(title: &str, e: impl std::fmt::Display) -> Problem {
    Problem::new(
        Code::Internal,
        title,
        format!("{e}."),
        "Try again. If it stays, restart: hedgerow down, then hedgerow up",
    )
}

/// A field with a value that does not fit.
pub fn invalid(title: impl Into<String>, action: impl Into<String>) -> Problem {
    Problem::new(Code::Invalid, title, "", action)
}

/// A thing that is not here.
pub fn not_found(what: &str, id: &str) -> Problem {
    let shown: String = id.chars().take(80).collect();
    Problem::new(
        Code::NotFound,
        format!("There is no {what} \"{shown}\" here."),
        "It may have been withdrawn, or not have arrived yet.",
        "Look for it: hedgerow find WORD",
    )
}
