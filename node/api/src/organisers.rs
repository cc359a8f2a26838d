//! Organisers: who they are, and how they decide together about who is one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// Somebody with a seat among the organisers, now or if a proposal holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organiser {
    /// Their person id; empty when the person is not known here.
    pub person: String,
    /// Their name.
    pub name: String,
    /// Whether it is me.
    pub me: bool,
    /// When a computer of theirs last said that it is there, Unix milliseconds; each says so once a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_ms: Option<u64>,
    /// Whether they may act now; not while the community is split over them.
    pub acts: bool,
}

/// A change that was proposed and does not hold yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganiserProposal {
    /// What people type to approve it.
    pub code: String,
    /// Its id.
    pub id: String,
    /// What it does, in a sentence.
    pub text: String,
    /// Who would be organisers.
    pub organisers: Vec<Organiser>,
    /// Names of those who approve.
    pub approved: Vec<String>,
    /// How many more approvals it needs.
    pub missing: u64,
    /// Whether I approved it.
    pub approved_by_me: bool,
    /// Whether it is one of those that contradict each other.
    pub split: bool,
}

/// The organisers. `GET /v1/organisers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organisers {
    /// Who has a seat.
    pub organisers: Vec<Organiser>,
    /// How many of them must approve a change.
    pub needed: u64,
    /// Whether newcomers may enter by themselves.
    pub open: bool,
    /// What everything published together may come to, in MiB; absent in answers of older versions.
    #[serde(default)]
    pub space_mib: u64,
    /// Whether two changes contradict each other, so that the key holders must decide.
    pub split: bool,
    /// Whether the key holders fixed this set: nothing before it can split the community.
    pub fixed: bool,
    /// How many key holders must agree.
    pub key_holders_needed: u64,
    /// How many key holders fixed this set so far.
    pub key_holders_signed: u64,
    /// How often the set was changed.
    pub changes: u64,
    /// Changes that wait for approvals.
    pub proposals: Vec<OrganiserProposal>,
}

/// Proposes a change, and approves it at once. `POST /v1/organisers/proposals`. Organisers only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrganisersChange {
    /// Who becomes an organiser, by id or name.
    pub add: Vec<String>,
    /// Who stops being one.
    pub remove: Vec<String>,
    /// Whether I stop being one.
    pub step_down: bool,
    /// Whether newcomers may enter by themselves; absent: as before.
    pub open: Option<bool>,
    /// What everything published together may come to, in MiB, 16 to 1,048,576; absent: as before.
    pub space_mib: Option<u64>,
    /// Do not keep those who leave as members.
    pub out: bool,
    /// Even though I approved another proposal.
    pub even_so: bool,
}

/// Approves a proposal. `POST /v1/organisers/proposals/{code}/approval`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrganisersApprove {
    /// Even though I approved another proposal.
    pub even_so: bool,
}

/// Signs with the key of a key holder: fixes the organisers that hold (`POST /v1/organisers/fix`), or says which proposal
/// holds (`POST /v1/organisers/proposals/{code}/decision`).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KeyHolderSign {
    /// The 24 words of the key; absent: the key kept on this computer since the community was started here. Secret.
    pub words: Option<String>,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganisersChanged {
    /// Whether it holds now.
    pub holds: bool,
    /// What happened, in a sentence.
    pub text: String,
    /// What people type to approve it, when it does not hold yet.
    pub code: Option<String>,
    /// How many more approvals it needs.
    pub missing: u64,
    /// The organisers as they are now.
    pub now: Organisers,
}

named! {
    Organisers => "hedgerow.organisers/1",
    OrganisersChanged => "hedgerow.organisers-changed/1",
}
