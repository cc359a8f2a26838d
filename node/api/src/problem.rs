//! What goes wrong, as RFC 9457 problem documents.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a request was not done. Media type `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the code says what kind it is.
    #[serde(rename = "type", default = "blank")]
    pub kind: String,
    /// What happened, in a few plain words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What it means here, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Which problem it is, for programs.
    pub code: Code,
    /// What to do about it, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub action: String,
}

fn blank() -> String {
    "about:blank".into()
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $exit:literal;)*) => {
        /// Every problem there is. Each has one HTTP status and one exit code on the command line.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum Code {
            $($(#[$doc])* $name,)*
            /// A code of a newer node.
            #[serde(other)]
            Other,
        }
        impl Code {
            /// The text in JSON.
            pub fn text(self) -> &'static str {
                match self { $(Code::$name => $text,)* Code::Other => "other" }
            }
            /// The HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status,)* Code::Other => 500 }
            }
            /// The exit code of the command line: 1 failed, 2 usage, 4 not found, 5 not allowed, 6 changed
            /// meanwhile, 7 timed out, 10 refused.
            pub fn exit_code(self) -> u8 {
                match self { $(Code::$name => $exit,)* Code::Other => 1 }
            }
        }
    };
}

codes! {
    /// The request cannot be read.
    BadRequest = "bad-request", 400, 2;
    /// A field has a value that is not allowed.
    Invalid = "invalid", 422, 2;
    /// There is no such thing here.
    NotFound = "not-found", 404, 4;
    /// There is no such address in the API.
    NoSuchRoute = "no-such-route", 404, 4;
    /// The address does not take this method.
    NoSuchMethod = "no-such-method", 405, 2;
    /// The body is larger than allowed.
    TooLarge = "too-large", 413, 2;
    /// You may not do this.
    NotAllowed = "not-allowed", 403, 5;
    /// Only organisers may do this.
    NotOrganiser = "not-organiser", 403, 5;
    /// Only admins of the group may do this.
    NotAdmin = "not-admin", 403, 5;
    /// Newcomers read; somebody has to let them in first.
    Newcomer = "newcomer", 403, 5;
    /// This computer only stores and passes on.
    StoresOnly = "stores-only", 403, 5;
    /// Only somebody who was there before may do this.
    TooSenior = "too-senior", 403, 5;
    /// The group does not publish things of this kind.
    OutOfScope = "out-of-scope", 403, 5;
    /// Organisers hid it.
    Hidden = "hidden", 403, 10;
    /// The organisers are split: until the key holders decide, only taking out and hiding count.
    Split = "split", 409, 10;
    /// The community uses newer rules than this version knows.
    UpdateNeeded = "update-needed", 409, 10;
    /// Was taken out: comes back through an organiser alone.
    Banned = "banned", 409, 10;
    /// Too many steps away from an organiser to let people in.
    TooDeep = "too-deep", 409, 10;
    /// Has let in as many people as one may.
    InvitesUsedUp = "invites-used-up", 409, 10;
    /// Has as many computers, or wrote as many records about people and computers, as one may.
    LimitReached = "limit-reached", 409, 10;
    /// That person is an organiser: the organisers decide about their own.
    IsOrganiser = "is-organiser", 409, 10;
    /// Another proposal was approved already: approving two could split the community.
    ApprovedAnother = "approved-another", 409, 10;
    /// This needs a key holder, and the key is not on this computer.
    KeyNeeded = "key-needed", 409, 10;
    /// This needs the person's 24 words, which are not on this computer.
    NeedsWords = "needs-words", 403, 5;
    /// Whoever lets you in has to know who you are, and you did not say that they may.
    NeedsName = "needs-name", 403, 5;
    /// Somebody changed it since you read it.
    ChangedMeanwhile = "changed-meanwhile", 412, 6;
    /// This needs a community, and there is none on this computer yet.
    NoCommunity = "no-community", 409, 1;
    /// There is a community here already.
    AlreadyMember = "already-member", 409, 1;
    /// The invite cannot be read: part of it is missing or was changed.
    InviteDamaged = "invite-damaged", 422, 2;
    /// The invite was used before.
    InviteUsed = "invite-used", 410, 10;
    /// The invite is too old.
    InviteExpired = "invite-expired", 410, 10;
    /// The computer that gave the invite does not know it.
    InviteUnknown = "invite-unknown", 410, 10;
    /// The invite is for another community than the one here.
    InviteElsewhere = "invite-elsewhere", 409, 10;
    /// The invite was taken back.
    InviteRevoked = "invite-revoked", 410, 10;
    /// Somebody was asked and said no.
    InviteRefused = "invite-refused", 403, 10;
    /// The community lets nobody in without an invite.
    NeedsInvite = "needs-invite", 403, 10;
    /// All places for newcomers are taken.
    NewcomersFull = "newcomers-full", 409, 10;
    /// Too many people wait at the poster.
    PosterFull = "poster-full", 429, 10;
    /// Asked with a poster: somebody there has to say yes first. Asking goes on by itself.
    JoinWaiting = "join-waiting", 409, 1;
    /// Nothing can be sealed to somebody yet: no computer of theirs has made a key.
    NoKeyYet = "no-key-yet", 409, 10;
    /// Too many invites are open at once.
    InviteLimit = "invite-limit", 429, 10;
    /// The other computer could not be reached.
    NotReachable = "not-reachable", 502, 7;
    /// The other computer has a version that this one cannot talk to.
    OtherVersion = "other-version", 502, 1;
    /// It took too long.
    TimedOut = "timed-out", 504, 7;
    /// The disk, or the space set aside for Hedgerow, is full.
    DiskFull = "disk-full", 507, 1;
    /// A file that this needs is there and cannot be read; nothing was written in its place.
    StateUnreadable = "state-unreadable", 500, 1;
    /// The file cannot be used.
    FileDamaged = "file-damaged", 422, 1;
    /// The same idempotency key came with another request.
    KeyReused = "key-reused", 422, 2;
    /// The folder was put back from a backup, and the clock says a time before that was made.
    ClockBehind = "clock-behind", 409, 10;
    /// Nothing was accepted because of a rule.
    Refused = "refused", 409, 10;
    /// The node is stopping.
    Stopping = "stopping", 503, 3;
    /// Something broke inside the node.
    Internal = "internal", 500, 1;
}

impl Problem {
    /// A problem of this code: what happened, what it means, what to do.
    pub fn new(code: Code, title: impl Into<String>, detail: impl Into<String>, action: impl Into<String>) -> Self {
        Problem {
            kind: blank(),
            title: title.into(),
            status: code.status(),
            detail: detail.into(),
            code,
            action: action.into(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.title)?;
        if !self.detail.is_empty() {
            write!(f, " {}", self.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_text_is_what_json_says() {
        for code in [Code::BadRequest, Code::NoSuchRoute, Code::InviteElsewhere, Code::DiskFull] {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.text()));
        }
        assert_eq!(serde_json::from_str::<Code>("\"from-the-future\"").unwrap(), Code::Other);
    }
}
