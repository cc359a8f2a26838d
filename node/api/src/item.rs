//! What people find and read: listings, notices, events.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::named;

/// Whether a place is open at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OpenState {
    /// Open.
    Open,
    /// Closed at that moment.
    Closed,
    /// Closed for good, or for now.
    ClosedForGood,
    /// No hours are known.
    Unknown,
}

/// Opening at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Opening {
    /// Open or not.
    pub state: OpenState,
    /// In words: "Open until 5:30 pm", "Closed, opens Tuesday 10 am".
    pub text: String,
    /// When that changes next, Unix milliseconds: it closes, or opens. Absent where it does not, or is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes_ms: Option<u64>,
    /// Notes that go beside the hours: what the hours cannot say.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// One thing found, in a few lines.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ItemSummary {
    /// Record id of the version shown. Any version's id leads to the item.
    pub id: String,
    /// The item's address: the same for all its versions.
    pub slot: String,
    /// `service`, `notice`, `event` …
    pub kind: String,
    /// Its name or title.
    pub title: String,
    /// A few lines about it.
    pub lines: Vec<String>,
    /// Name of the person or group that publishes it.
    pub publisher: String,
    /// Id of that person or group.
    #[serde(default)]
    pub owner: String,
    /// Where it is, in words.
    #[serde(default)]
    pub place: Option<String>,
    /// Its postcode.
    #[serde(default)]
    pub postcode: Option<String>,
    /// Degrees north, where it is on the globe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Degrees east, where it is on the globe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Event: its first local start. Notice: the day it begins to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<String>,
    /// Event: its first local end; of whole days the last. Notice: the last day it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// Notice: how much it matters: `info`, `warning` (take care) or `urgent` (act now).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// When the version shown was written, Unix milliseconds; 0 where a node does not say.
    #[serde(default)]
    pub written_ms: u64,
    /// Whether I wrote the version shown, on any of my computers.
    #[serde(default, skip_serializing_if = "is_false")]
    pub by_me: bool,
    /// Event: how it comes again, as an RFC 5545 rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<String>,
    /// Event: the local start of the time that is now or comes next; absent when it is over or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_starts: Option<String>,
    /// Event: the local end of that time; of whole days the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_ends: Option<String>,
    /// Event: its rule takes so long to follow that nobody knows when it comes next.
    #[serde(default, skip_serializing_if = "is_false")]
    pub next_unknown: bool,
    /// Its telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Day on which somebody last checked it.
    #[serde(default)]
    pub assured: Option<String>,
    /// Day to check it again, if somebody named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<String>,
    /// "Checked on 3 May", "Not checked since March".
    #[serde(default)]
    pub freshness: String,
    /// Opening at the moment asked for, for places with hours.
    #[serde(default)]
    pub opening: Option<Opening>,
    /// Whether it can be read by anybody nearby.
    pub public: bool,
    /// How many other listings of the same thing were folded into this one.
    #[serde(default)]
    pub also_from: u32,
    /// How many computers keep it, this one included, as far as seen since it started; 0: not looked at.
    #[serde(default)]
    pub copies: u64,
}

/// What to look for. `GET /v1/find`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct FindQuery {
    /// Words or beginnings of words; empty for everything.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Kinds with commas between: `service,notice,event`. Empty for all of these.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kinds: String,
    /// Only what is open at the moment asked for.
    #[serde(skip_serializing_if = "is_false")]
    pub open_now: bool,
    /// The moment asked for, in the community's time zone (`2026-11-23T18:30`) or with an offset. Default: now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Only what is in this town, district or postcode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
    /// Most items in the answer, 1 to 200. Default 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where to go on: `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Only what I or my groups publish.
    #[serde(skip_serializing_if = "is_false")]
    pub mine: bool,
}

fn is_false(b: &bool) -> bool {
    !*b
}

/// One page of what was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FindPage {
    /// Best first.
    pub items: Vec<ItemSummary>,
    /// Where to go on, if there is more.
    pub next: Option<String>,
    /// How many there are in all, when counting was cheap.
    pub total: Option<u64>,
    /// Of a community nearby that was not joined: whose word this is. It was signed by that computer, and nothing else
    /// shows that it is true or whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// Whose word something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Said {
    /// What its person or group lets strangers call them; empty: nothing.
    pub name: String,
    /// The key at which that computer was called.
    pub computer: String,
    /// When it said so, Unix milliseconds by its own clock.
    pub at_ms: u64,
}

/// Where a part of an item came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemSource {
    /// Record id.
    pub id: String,
    /// Person or group that publishes it.
    pub publisher: String,
    /// The directory it was read from, if any.
    #[serde(default)]
    pub name: String,
    /// Its page there.
    #[serde(default)]
    pub url: String,
    /// Day on which somebody last checked it.
    #[serde(default)]
    pub assured: Option<String>,
}

/// One version of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ItemVersion {
    /// Record id.
    pub id: String,
    /// When it was written, Unix milliseconds.
    pub written_ms: u64,
    /// Key of the computer that wrote it.
    pub device: String,
    /// Name of the person whose computer that is; empty where it is nobody's.
    #[serde(default)]
    pub by: String,
    /// Whether it is the one shown.
    pub shown: bool,
    /// The item as this version has it, unless it is the one shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub item: Option<Box<Item>>,
}

/// One item in full. `GET /v1/items/{id}`; the header `ETag` carries the version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Item {
    /// The same in a few lines.
    pub summary: ItemSummary,
    /// The document as published.
    pub doc: Value,
    /// Where it came from, itself first, then others that describe the same thing.
    pub sources: Vec<ItemSource>,
    /// What to read beside it.
    pub notes: Vec<String>,
    /// Opening hours in words, a line each.
    #[serde(default)]
    pub hours: Vec<String>,
    /// How many computers keep this version, this one included, as far as seen since it started.
    pub copies: u64,
    /// "Kept on 3 computers", "Only on this computer".
    pub copies_text: String,
    /// More than one: changed in two places at once.
    pub versions: Vec<ItemVersion>,
    /// Last day on which it is shown.
    pub expires: Option<String>,
    /// Whether I may change or withdraw it.
    pub mine: bool,
    /// Whether it is withdrawn.
    pub withdrawn: bool,
    /// That organisers hid it, and why; then only organisers and its owner are given it, and only when they ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<crate::HiddenItem>,
}

named! {
    FindPage => "hedgerow.find/1",
    Item => "hedgerow.item/1",
}
