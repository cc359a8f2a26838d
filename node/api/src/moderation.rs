//! Moderation: what organisers hide from everybody, and whom one computer does not want to see.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// That something is hidden, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HiddenItem {
    /// `item`, or `everything` of a person or group.
    pub what: String,
    /// Title of the item, or name of the person or group.
    pub title: String,
    /// What shows it again: the item's slot, or the id of the person or group.
    pub target: String,
    /// Name of the person or group it belongs to.
    pub owner: String,
    /// `spam`, `wrong`, `hurtful`, `private`, `unlawful` or `other`.
    pub reason: String,
    /// The reason in words.
    pub reason_text: String,
    /// Name of the organiser who hid it.
    pub by: String,
    /// The organiser's own words; empty: none, or withdrawn.
    #[serde(default)]
    pub note: String,
    /// When, Unix milliseconds.
    pub hidden_ms: u64,
    /// The record that hides it.
    pub record: String,
}

/// What is hidden. `GET /v1/hidden`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HiddenList {
    /// Latest first.
    pub hidden: Vec<HiddenItem>,
}

/// Hides something. `POST /v1/hidden`. Organisers only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HideNew {
    /// An item, by id or slot, or a person or group, by id or name: then everything of theirs but the name.
    pub what: String,
    /// `spam`, `wrong`, `hurtful`, `private`, `unlawful` or `other`.
    pub reason: String,
    /// Words for members to read. They can be withdrawn later.
    #[serde(default)]
    pub note: String,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// What came of hiding or showing again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moderated {
    /// Title of the item, or name of the person or group.
    pub title: String,
    /// The records that were written; none in a dry run.
    pub records: Vec<String>,
}

/// Somebody blocked on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockedOwner {
    /// Id of the person or group.
    pub id: String,
    /// Name.
    pub name: String,
}

/// Whom I blocked: private to this computer. `GET /v1/blocked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Blocked {
    /// By name.
    pub blocked: Vec<BlockedOwner>,
}

named! {
    HiddenList => "hedgerow.hidden/1",
    Moderated => "hedgerow.moderated/1",
    Blocked => "hedgerow.blocked/1",
}
