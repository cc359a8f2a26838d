//! Errors of the inside as problems people can do something about.

use hedgerow_api::{Code, Problem};
use hedgerow_protocol::authority::Why;
use hedgerow_protocol::authority::build::BuildError;
use hedgerow_protocol::limits::UNIT_BYTES;
use hedgerow_protocol::retention::{Holder, Share};

use super::member::NoteError;
use crate::backup::BackupError;
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
            CoreError::Unbuilt(e) => unbuilt(*e),
            CoreError::Changed { .. } => {
                p(Code::ChangedMeanwhile, "Somebody changed it meanwhile.", "Read it again, then make your change.")
            }
            CoreError::Draft(_) => p(Code::Invalid, "This cannot be saved.", "Shorten or correct it."),
            CoreError::ShareFull(share) => share_full(share),
            CoreError::ClockBehind => p(
                Code::ClockBehind,
                "The clock of this computer is behind.",
                "Set the clock of this computer, or wait until it has met another one of your community.",
            ),
            CoreError::Closed => p(Code::Stopping, "Hedgerow is stopping.", "Start it again: hedgerow up"),
            CoreError::NoCommunity
            | CoreError::OtherCommunity
            | CoreError::InUse
            | CoreError::NewerFormat { .. }
            | CoreError::OlderFormat { .. } => p(
                Code::Internal,
                "What is saved in this folder cannot be used.",
                "Check that the folder is the right one.",
            ),
            CoreError::Disk(_) => p(
                Code::Internal,
                "The disk does not do what it should.",
                "Check the disk. What was saved is kept, and saving goes on by itself once the disk is well.",
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
                "This file cannot be used.",
                "Take another copy of the file, or the words on paper: hedgerow identity restore",
            ),
            KitError::Io => (Code::Internal, "The file could not be made.", "Try again."),
        };
        Problem::new(code, title, format!("It is because: {e}."), action)
    }
}

impl From<BackupError> for Problem {
    fn from(e: BackupError) -> Self {
        match e {
            BackupError::Secret(e) => e.into(),
            BackupError::Words(e) => e.into(),
            e => internal("The backup could not be made.", e),
        }
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

/// Why the rules do not allow something, in the words people see.
pub fn why(e: Why) -> Problem {
    const ASK: &str = "Ask an organiser: hedgerow organisers";
    let (code, title, text, action) = match e {
        Why::NotMember => (
            Code::NotAllowed,
            "You may not do that.",
            "This computer is not a member here, as far as has arrived.",
            "Wait until your membership has arrived, or join with a new invite.",
        ),
        Why::StoresOnly => (
            Code::StoresOnly,
            "This computer only keeps and passes on.",
            "It does not write for anybody.",
            "Do it on your own computer.",
        ),
        Why::Newcomer => (
            Code::Newcomer,
            "Newcomers read.",
            "Somebody has to let you in before you write.",
            "Use an invite of a member: hedgerow join INVITE. Or tell an organiser your code, which hedgerow status shows.",
        ),
        Why::NotForOwner => (
            Code::NotAllowed,
            "You may not do that.",
            "This computer does not write for that person or group.",
            "Ask an admin of the group: hedgerow group list",
        ),
        Why::NotSteward => {
            (Code::NotOrganiser, "Only organisers may do that.", "You are not one of them, or may not act now.", ASK)
        }
        Why::NotAdmin => (
            Code::NotAdmin,
            "Only an admin of the group may do that.",
            "You are not one of them.",
            "Ask an admin of the group: hedgerow group list",
        ),
        Why::OutOfScope => (
            Code::OutOfScope,
            "This group does not publish things of this kind.",
            "It was started for other kinds.",
            "See what it publishes: hedgerow group list. Or publish in your own name.",
        ),
        Why::NoPerson => (
            Code::NotFound,
            "There is no such person in this community.",
            "Perhaps they have not been let in, or it has not arrived.",
            "See who there is: hedgerow people --all",
        ),
        Why::NoGroup => (
            Code::NotFound,
            "There is no such group in this community.",
            "Perhaps it was closed, or it has not arrived.",
            "See the groups: hedgerow group list",
        ),
        Why::TooDeep => (
            Code::TooDeep,
            "You may not let others in.",
            "You are four invites away from an organiser.",
            "Ask an organiser to invite them, or to let you in: hedgerow people allow NAME",
        ),
        Why::AdmitsUsed => (
            Code::InvitesUsedUp,
            "You have let in as many people as you may.",
            "It is ten, unless an organiser raises the number.",
            "Ask an organiser: hedgerow people grant NAME invites=30",
        ),
        Why::InviteOnly => (
            Code::NeedsInvite,
            "This community lets people in by invite only.",
            "Newcomers cannot enter by themselves there.",
            "Ask a member for an invite, then: hedgerow join INVITE. What is public you can read without joining.",
        ),
        Why::PlacesTaken => (
            Code::NewcomersFull,
            "All places for newcomers are taken there.",
            "A member's computer lets a few newcomers in.",
            "Ask a member for an invite, or enter through another computer of the community.",
        ),
        Why::Banned => (
            Code::Banned,
            "That person was taken out.",
            "Only an organiser can let them in again.",
            "Ask an organiser: hedgerow people allow NAME",
        ),
        Why::LogFull => (
            Code::LimitReached,
            "This computer has written as much about people and computers as it may.",
            "What it publishes is not affected.",
            ASK,
        ),
        Why::TooManyDevices => (
            Code::LimitReached,
            "There are as many computers as allowed.",
            "No more can be added.",
            "Take one out first, or start a group for a place with many computers.",
        ),
        Why::Equipment => (
            Code::NotAllowed,
            "A computer that only keeps and passes on belongs to a group.",
            "Nobody's own computer is one.",
            "Ask an admin of a group to add it: hedgerow group computer add",
        ),
        Why::TooSenior => (
            Code::TooSenior,
            "You may not take that out.",
            "Only somebody who was there before may.",
            "Ask somebody who was there before, or an organiser.",
        ),
        Why::HasSeat => (
            Code::IsOrganiser,
            "You are an organiser.",
            "An organiser hands over before they leave.",
            "Step down first: hedgerow organisers step-down",
        ),
        Why::Split => (
            Code::Split,
            "The organisers are split.",
            "Two changes contradict each other. Until the key holders decide, only taking out and hiding count.",
            "Ask a key holder: hedgerow organisers, then hedgerow organisers decide CODE",
        ),
        Why::UpdateNeeded => (
            Code::UpdateNeeded,
            "This computer needs an update.",
            "The community has newer rules than this version knows. You can read, but not write.",
            "Update Hedgerow, then try again.",
        ),
        Why::Nothing => (
            Code::NotFound,
            "There is nothing of that kind.",
            "Perhaps it was taken out already.",
            "See who there is: hedgerow people --all",
        ),
        Why::Kind => (
            Code::Invalid,
            "This cannot be published that way.",
            "It is not a thing that people publish.",
            "See what can be published: hedgerow --help",
        ),
        Why::NotUnderstood => (
            Code::UpdateNeeded,
            "This needs a newer version.",
            "It has parts that this version does not know.",
            "Update Hedgerow, then try again.",
        ),
    };
    Problem::new(code, title, text, action)
}

/// Whose share is full, and what to do.
fn share_full(share: &Share) -> Problem {
    let kib = share.units * (UNIT_BYTES as u64) / 1024;
    let size = if kib >= 1024 { format!("{} MiB", kib / 1024) } else { format!("{kib} KiB") };
    let whose = match share.holder {
        Holder::Group(_) => "The group's share",
        Holder::InGroup(..) => "Your part of the group's share",
        Holder::Guests(_) => "What a member and the people they let in may use together",
        Holder::Person(_) | Holder::Guest(_) => "Your share",
        Holder::Computer(..) => "This computer's part of your share",
    };
    Problem::new(
        Code::Refused,
        format!("{whose} of the community's space is full."),
        format!("It is {size}."),
        "Withdraw what is no longer needed, or ask an organiser for more space.",
    )
}

/// Why a record was not made.
pub fn unbuilt(e: BuildError) -> Problem {
    match e {
        BuildError::Why(e) => why(e),
        BuildError::List(_) | BuildError::Record(_) => Problem::new(
            Code::Invalid,
            "That is too much, or too little, at once.",
            format!("It was not done: {e}."),
            "Try with fewer, or with other choices.",
        ),
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
