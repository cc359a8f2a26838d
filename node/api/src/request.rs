//! Requests, answers and reports that are sealed: only those they are for can read them.
//!
//! The node opens them each time they are asked for and keeps no readable copy.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// Asks for something in private. `POST /v1/requests`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RequestNew {
    /// What it is about, in a few words: at most 128 bytes. Needed.
    pub topic: String,
    /// The request itself: at most 8,192 bytes.
    pub text: String,
    /// Whom it is for: people and groups, each by name or id. Needed.
    pub to: Vec<String>,
    /// Whether the person who asks is under 18: then it goes only to groups of at least two attested mentors.
    pub under_18: bool,
    /// Only check, and say who would get it.
    pub dry_run: bool,
}

/// Answers a request or a report. `POST /v1/requests/{id}/answers`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RequestAnswer {
    /// What to say: 1 to 8,192 bytes.
    pub text: String,
    /// Only check, and say who would get it.
    pub dry_run: bool,
}

/// Tells the organisers that something is not right. `POST /v1/reports`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportNew {
    /// What: an item by id, or a person or group by name or id.
    pub about: String,
    /// Why.
    pub reason: ReportReason,
    /// In your own words: at most 8,192 bytes.
    #[serde(default)]
    pub text: String,
    /// Only check, and say who would get it.
    #[serde(default)]
    pub dry_run: bool,
}

/// Why something is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReportReason {
    /// Advertising, or the same thing over and over.
    Spam,
    /// Wrong or misleading.
    Wrong,
    /// Hurts, threatens or insults somebody.
    Hurtful,
    /// Somebody's private matters.
    Private,
    /// Against the law.
    Unlawful,
    /// Somebody could come to harm.
    Dangerous,
    /// Pretends to be somebody else.
    Pretends,
    /// Something else: the text says what.
    #[serde(other)]
    Other,
}

/// A person or group that writes or is written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Party {
    /// Its id.
    pub id: String,
    /// Its name; empty while it has not arrived.
    pub name: String,
    /// Whether it is a group.
    pub group: bool,
}

/// What was sealed and sent, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestSent {
    /// Whether it was saved: not in a dry run.
    pub saved: bool,
    /// The request or report it belongs to; absent in the dry run of a new one.
    pub id: Option<String>,
    /// Who can read it. I can too.
    pub to: Vec<Party>,
    /// Who was meant to get it and cannot yet, because no computer of theirs has made a key.
    pub left_out: Vec<Party>,
    /// Last day on which it is kept, if it was saved.
    pub expires: Option<String>,
}

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestState {
    /// It waits for those it is for.
    Open,
    /// Somebody it is for has answered last.
    Answered,
    /// Nothing more is needed.
    Closed,
}

/// One request or report that I can read, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestSummary {
    /// Its id. The first 8 or more digits are enough to name it.
    pub id: String,
    /// Who asks.
    pub from: Party,
    /// Whom it is for, without the one who asks.
    pub to: Vec<Party>,
    /// What it is about. Of a report: the title or name of what is reported.
    pub topic: String,
    /// Why, if it is a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReportReason>,
    /// What is reported, if it is a report: an item's address, or the id of a person or group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How it stands.
    pub state: RequestState,
    /// Whether I asked.
    pub mine: bool,
    /// Whether somebody else wrote in it since I last marked it as read.
    pub unread: bool,
    /// Whether the person who asks is under 18.
    pub under_18: bool,
    /// Messages in it, the first included.
    pub messages: u64,
    /// When it was written.
    pub written_ms: u64,
    /// When the last message in it was written.
    pub changed_ms: u64,
    /// Last day on which it is kept.
    pub expires: String,
}

/// The requests I can read, those changed last first. `GET /v1/requests`, `GET /v1/reports`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Requests {
    /// All of them.
    pub requests: Vec<RequestSummary>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestMessage {
    /// Id of the record it came in.
    pub id: String,
    /// Who wrote it.
    pub from: Party,
    /// Whether I did.
    pub mine: bool,
    /// When.
    pub written_ms: u64,
    /// What it says.
    pub text: String,
    /// Whether it closes the request.
    pub closes: bool,
    /// Whether it was written by somebody who neither asked nor is one of those asked (any more). Such a message
    /// changes nothing about how the request stands.
    pub outsider: bool,
}

/// A request in full. `GET /v1/requests/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestThread {
    /// In short.
    pub summary: RequestSummary,
    /// Everything written in it, the oldest first.
    pub messages: Vec<RequestMessage>,
}

named! {
    RequestSent => "hedgerow.request-sent/1",
    Requests => "hedgerow.requests/1",
    RequestThread => "hedgerow.request/1",
}
