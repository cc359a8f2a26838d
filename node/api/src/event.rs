//! News from the node while it happens: server-sent events at `GET /v1/events`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// Something new or changed: `item` says which record, if it is one. Without: what is shown may have changed.
    Changed,
    /// Something was withdrawn: `item` says which record.
    Withdrawn,
    /// People, groups or rights changed.
    People,
    /// A sealed request, answer or report was kept, perhaps one for me: read the requests again.
    Requests,
    /// Neighbours or the connection changed: read the status again.
    Status,
    /// Events were missed: read everything again.
    Reset,
    /// Something this version does not know.
    #[serde(other)]
    Other,
}

/// One piece of news. To go on after a break, send the last `id` in the header `Last-Event-ID`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Its place, to resume after.
    pub id: String,
    /// What it is about.
    pub kind: EventKind,
    /// The record concerned, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

named! { Event => "hedgerow.event/1" }
