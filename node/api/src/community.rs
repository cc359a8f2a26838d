//! Communities, invites, and who I am.

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

/// The words that bring my identity back on another computer. `GET /v1/identity/kit`. Secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityKit {
    /// 24 words, in order, with spaces between.
    pub words: String,
    /// Id of the community they belong to.
    pub community: String,
    /// Name of the community.
    pub community_name: String,
    /// Id of my person.
    pub person: String,
}

/// Brings an identity back on this computer. `POST /v1/identity/restore`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityRestore {
    /// The 24 words.
    pub words: String,
    /// Where to learn about the community: the address of a computer in it, `KEY@ADDRESS:PORT`, an old invite of
    /// it, or nothing to ask the ones nearby.
    #[serde(default)]
    pub from: Option<String>,
}

named! {
    Membership => "hedgerow.membership/1",
    Nearby => "hedgerow.nearby/1",
    Invite => "hedgerow.invite/1",
    IdentityKit => "hedgerow.identity-kit/1",
}
