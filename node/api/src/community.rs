//! Communities, invites, and who I am.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Code, Community, Me, Problem, named};

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

/// Enters a community that lets newcomers in, without an invite. `POST /v1/enter`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    /// Its name or id as `GET /v1/nearby` shows it, or the address of one of its computers (`KEY@ADDRESS:PORT`). Default: the
    /// only one nearby.
    #[serde(default)]
    pub community: Option<String>,
    /// My name as others see it once I am let in, 1 to 100 characters.
    pub my_name: String,
}

/// What came of entering as a newcomer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Entered {
    /// The community.
    pub community: Community,
    /// Who I am in it.
    pub me: Me,
    /// What a newcomer can and cannot do, and how to be let in, in sentences.
    pub limits: Vec<String>,
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

/// How asking to join with a poster stands. `GET /v1/join/waiting`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JoinWaiting {
    /// Name of the community; empty where its computers do not tell.
    pub community: String,
    /// The name I asked with.
    pub my_name: String,
    /// My short name at whoever answers, 8 hexadecimal digits: names can be the same.
    pub code: String,
    /// Since when I ask, Unix milliseconds.
    pub since_ms: u64,
    /// Until when the poster hangs, Unix milliseconds.
    pub until_ms: u64,
    /// Why asking has ended without letting me in; absent while it goes on by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Problem>,
}

impl JoinWaiting {
    /// For programs that only know joined and not joined: what happened, what it means, what to do.
    pub fn as_problem(&self) -> Problem {
        let name = if self.community.is_empty() { "that community" } else { &self.community };
        self.ended.clone().unwrap_or_else(|| {
            Problem::new(
                Code::JoinWaiting,
                format!("You have asked to join {name}."),
                "Somebody there has to say yes; this keeps asking.",
                format!("If they ask, your code is {}. Keep this computer on now and then.", self.code),
            )
        })
    }
}

/// What came of asking to join: 200 with a membership, or 202 while somebody has to say yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// I am in.
    Member(Membership),
    /// I have asked; the node keeps asking by itself.
    Waiting(JoinWaiting),
}

/// Asks for an invite. `POST /v1/invites`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteNew {
    /// A note to myself: who it is for. It stays on this computer.
    #[serde(default)]
    pub note: String,
    /// A poster: for many, who each ask and wait until a member says yes.
    #[serde(default)]
    pub poster: bool,
    /// For how many days, 1 to 7 (default 7); for a poster 1 to 400 (default 30).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

/// An invite: lets one person in, once, while this computer can be reached. A poster: lets many ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invite {
    /// The text to hand over. Whoever has it can join.
    pub ticket: String,
    /// Until when it works, Unix milliseconds.
    pub expires_ms: u64,
    /// Name of the community.
    pub community: String,
    /// Its short name here, 8 hexadecimal digits: to take it back.
    #[serde(default)]
    pub code: String,
    /// Whether it is a poster.
    #[serde(default)]
    pub poster: bool,
}

/// An invite that can still be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenInvite {
    /// Its short name here, 8 hexadecimal digits.
    pub code: String,
    /// The note to myself, often empty.
    pub note: String,
    /// Until when it works, Unix milliseconds.
    pub expires_ms: u64,
    /// Whether it is a poster.
    pub poster: bool,
    /// How many people have asked with it and wait for an answer.
    pub waiting: u64,
}

/// Invites that can still be used. `GET /v1/invites`; the ones taken back by `DELETE /v1/invites/{which}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invites {
    /// The one that ends first, first.
    pub invites: Vec<OpenInvite>,
}

/// Somebody who asked to join with one of my posters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JoinRequest {
    /// Their short name here, 8 hexadecimal digits: names can be the same.
    pub code: String,
    /// The id they will have.
    pub person: String,
    /// The name they give themselves. Nobody has checked it.
    pub name: String,
    /// Since when they wait, Unix milliseconds.
    pub since_ms: u64,
    /// Code of the poster.
    pub poster: String,
    /// Note of the poster, often empty.
    pub note: String,
    /// Whether somebody else who waits or belongs to the community has the same name.
    pub same_name: bool,
}

/// Who waits. `GET /v1/join-requests`; the ones answered by `POST /v1/join-requests/{who}/confirm` or `/refuse`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JoinRequests {
    /// In the order in which they asked.
    pub requests: Vec<JoinRequest>,
}

named! {
    Membership => "hedgerow.membership/1",
    Entered => "hedgerow.entered/1",
    Nearby => "hedgerow.nearby/1",
    Invite => "hedgerow.invite/1",
    Invites => "hedgerow.invites/1",
    JoinRequests => "hedgerow.join-requests/1",
    JoinWaiting => "hedgerow.join-waiting/1",
}
