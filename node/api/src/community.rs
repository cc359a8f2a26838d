//! Communities, people, groups, invites, and who I am.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Community, Me, named};

/// Starts a community with me as its first organiser. `POST /v1/community`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommunityNew {
    /// Its name, 1 to 100 characters. Everyone in and near the community sees it.
    pub name: String,
    /// Its time zone, for example `Europe/London`. Default: the one in the config, else this computer's.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// My name as others see it, 1 to 100 characters.
    pub my_name: String,
    /// Whether newcomers may enter by themselves, to read.
    #[serde(default)]
    pub accept_newcomers: bool,
}

/// What came of starting or joining a community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Membership {
    /// The community.
    pub community: Community,
    /// Who I am in it.
    pub me: Me,
}

/// A community seen on the network. `GET /v1/nearby`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NearbyCommunity {
    /// Its id.
    pub id: String,
    /// Its name; empty when its hosts do not say.
    pub name: String,
    /// How many computers of it are near.
    pub computers: u64,
    /// Whether it is the one this computer belongs to.
    pub mine: bool,
    /// Transport keys of those computers, to read what is public from.
    pub keys: Vec<String>,
}

/// Communities seen on the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Nearby {
    /// My own first, then by name.
    pub communities: Vec<NearbyCommunity>,
}

/// Joins a community. `POST /v1/join`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The invite, as text.
    pub ticket: String,
    /// My name as others see it, 1 to 100 characters.
    pub my_name: String,
}

/// Asks for an invite. `POST /v1/invites`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteNew {
    /// A note to myself: who it is for. It stays on this computer.
    #[serde(default)]
    pub note: String,
}

/// An invite: lets one person in, once, for seven days, while this computer can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invite {
    /// The text to hand over. Whoever has it can join.
    pub ticket: String,
    /// Until when it works, Unix milliseconds.
    pub expires_ms: u64,
    /// Name of the community.
    pub community: String,
}

/// A person of the community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their name, empty while it has not arrived.
    pub name: String,
    /// `organiser`, `resident`, `node`, or `none`.
    pub role: String,
    /// How many computers they have.
    pub devices: u64,
    /// Whether it is me.
    pub me: bool,
}

/// People. `GET /v1/people`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct People {
    /// Me first, then by name.
    pub people: Vec<Person>,
}

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
}

/// Groups. `GET /v1/groups`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Groups {
    /// Mine first, then by name.
    pub groups: Vec<Group>,
}

/// Starts a group with me as its admin. `POST /v1/groups`. Organisers only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupNew {
    /// Its name, 1 to 100 characters.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub description: String,
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

named! {
    Membership => "hedgerow.membership/1",
    Nearby => "hedgerow.nearby/1",
    Invite => "hedgerow.invite/1",
    People => "hedgerow.people/1",
    Groups => "hedgerow.groups/1",
    Group => "hedgerow.group/1",
}
