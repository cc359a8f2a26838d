//! What people write: listings, notices, events typed by hand.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{Item, named};

/// Who may read it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Anybody, members or not.
    #[default]
    Public,
    /// Members of the community.
    Community,
}

/// A service typed by hand. In an edit, fields that are empty stay as they are, unless `clear` names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceDraft {
    /// Its name. Needed.
    pub name: String,
    /// What it is and for whom.
    pub description: String,
    /// The organisation that runs it. Default: who publishes it.
    pub organisation: String,
    /// Telephone number.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Web page.
    pub url: String,
    /// What the place is called: `Village hall`.
    pub place: String,
    /// Street address, without town and postcode.
    pub address: String,
    /// Town or village.
    pub town: String,
    /// Postcode.
    pub postcode: String,
    /// Opening hours, a line each, as people write them: `Mon-Fri 9-5`, `Tue,Thu 10am-1pm`, `1FR 14:00-16:00`.
    pub hours: Vec<String>,
    /// What people should know about the hours.
    pub hours_notes: String,
    /// What it costs, in words.
    pub cost: String,
    /// Day on which it was checked. Default: today.
    pub assured: Option<String>,
    /// In an edit: names of the fields above that become empty, such as `phone`. Not the name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clear: Vec<String>,
}

/// A notice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NoticeDraft {
    /// Its title. Needed.
    pub title: String,
    /// What it says.
    pub text: String,
    /// `info`, `warning` or `urgent`. Default `info`.
    pub severity: Option<String>,
    /// From when it is shown, day or moment. Default: at once.
    pub from: Option<String>,
    /// Until when it is shown, day or moment. Default: 30 days.
    pub until: Option<String>,
}

/// An event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EventDraft {
    /// Its title. Needed.
    pub title: String,
    /// What it is.
    pub text: String,
    /// Start, local time: `2026-12-01T18:30`. Needed.
    pub start: String,
    /// End, local time. Default: one hour later.
    pub end: Option<String>,
    /// Time zone. Default: the community's.
    pub time_zone: Option<String>,
    /// How it comes back, as in iCalendar: `FREQ=WEEKLY;BYDAY=TU;COUNT=10`.
    pub repeat: Option<String>,
    /// Where it is.
    pub place: String,
    /// Web page.
    pub url: String,
}

/// What to publish: exactly one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Draft {
    /// A service.
    Service(ServiceDraft),
    /// A notice.
    Notice(NoticeDraft),
    /// An event.
    Event(EventDraft),
    /// A document of a kind, ready made; unknown fields in it survive.
    Document {
        /// `service`, `notice`, `event` …
        kind: String,
        /// The document.
        doc: Value,
    },
}

/// Publishes something. `POST /v1/items`; with an `Idempotency-Key` header a repeat does nothing twice.
/// `PUT /v1/items/{id}` replaces an item, with `If-Match` only when nobody changed it since; what was withdrawn comes back
/// with a ready-made document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// What.
    pub draft: Draft,
    /// Group in whose name: its id, or its name. Default: mine.
    #[serde(default, rename = "as")]
    pub as_group: Option<String>,
    /// Who may read it.
    #[serde(default)]
    pub audience: Audience,
    /// Only show what would be published.
    #[serde(default)]
    pub dry_run: bool,
}

/// What was published, or would be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Published {
    /// Whether it was saved: not in a dry run, nor when nothing changed.
    pub saved: bool,
    /// As others see it.
    pub item: Item,
}

/// What was withdrawn. `DELETE /v1/items/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Withdrawn {
    /// The record that withdraws it; absent in a dry run.
    pub id: Option<String>,
    /// Address of the item.
    pub slot: String,
    /// Its title.
    pub title: String,
}

named! {
    Published => "hedgerow.published/1",
    Withdrawn => "hedgerow.withdrawn/1",
}
