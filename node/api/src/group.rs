//! Groups: who is in them, what they publish, their computers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ContentChoice, PersonDevice, named};

/// Someone in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupMember {
    /// Their person id.
    pub person: String,
    /// Their name.
    pub name: String,
    /// `admin` or `member`.
    pub role: String,
}

/// A group that publishes in its own name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Who is in it.
    pub members: Vec<GroupMember>,
    /// Whether I may publish in its name.
    pub mine: bool,
    /// The only kinds it publishes: `notice`, `event` …; empty: all.
    #[serde(default)]
    pub only: Vec<String>,
    /// Its own computers.
    #[serde(default)]
    pub devices: Vec<PersonDevice>,
}

/// Groups. `GET /v1/groups`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Groups {
    /// Mine first, then by name.
    pub groups: Vec<Group>,
}

/// Starts a group with me as its admin. `POST /v1/groups`. Organisers only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupNew {
    /// Its name, 1 to 100 characters.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub description: String,
    /// The only kinds it may publish: `notice`, `event` …; empty: all.
    #[serde(default)]
    pub only: Vec<String>,
}

/// Puts someone into a group. `POST /v1/groups/{id}/members`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupAdd {
    /// Their person id, or their name when only one person has it.
    pub person: String,
    /// Whether they may add others.
    #[serde(default)]
    pub admin: bool,
}

/// Gives a group space for what it publishes. `POST /v1/groups/{id}/space`. Organisers only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupSpace {
    /// How many MiB.
    pub mib: u64,
}

/// Takes someone out of a group, or closes the group. `POST /v1/groups/{id}/removal`. Me is leaving.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupRemove {
    /// Who, by id or name; nobody: the whole group is closed, by an organiser.
    pub person: Option<String>,
    /// What becomes of what was published in the group's name, by that person or by all.
    pub content: ContentChoice,
    /// Only say what would happen.
    pub dry_run: bool,
}

named! {
    Groups => "hedgerow.groups/1",
    Group => "hedgerow.group/1",
}
