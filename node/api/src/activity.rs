//! What happened in the community lately, read from its records: it is still there after a restart.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// One thing that happened, or several of one sort by one hand in one go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Happening {
    /// When it was written, Unix milliseconds; of several, the last.
    pub at_ms: u64,
    /// What was done: `published`, `changed`, `withdrawn`, `request`, or the kind of a record about people, such as `admit`,
    /// `group`, `hide`.
    pub what: String,
    /// What it was done to: `service`, `notice` …; empty for what is about people.
    #[serde(default)]
    pub kind: String,
    /// Title of the item, or name of what it is about; empty when nothing can be said.
    #[serde(default)]
    pub title: String,
    /// Name of the person or group that did it.
    #[serde(default)]
    pub by: String,
    /// Leads to the item, if it is one and still shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// How many; more than 1 when several of one sort were done in one go.
    pub count: u64,
}

/// What happened lately. `GET /v1/activity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    /// Latest first.
    pub happenings: Vec<Happening>,
}

named! { Activity => "hedgerow.activity/1" }
