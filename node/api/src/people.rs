//! People: who belongs, why, taking out, letting back in, and special roles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{GroupRef, named};

/// Whether somebody belongs to the community.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Belongs to it.
    #[default]
    In,
    /// Known here, and nobody who may has let them in, as far as has arrived.
    Waiting,
    /// Was taken out by an organiser.
    Removed,
    /// Left of their own accord.
    Left,
    /// A standing of a newer node.
    #[serde(other)]
    Other,
}

/// A person of the community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their name, empty while it has not arrived.
    pub name: String,
    /// `organiser`, `resident`, `newcomer`, `node`, or `none`.
    pub role: String,
    /// The role in words: "organiser", "member, may share the internet".
    #[serde(default)]
    pub role_text: String,
    /// Whether they belong.
    #[serde(default)]
    pub standing: Standing,
    /// How many computers they have.
    pub devices: u64,
    /// Whether it is me.
    pub me: bool,
    /// Whether I blocked them on this computer.
    #[serde(default)]
    pub blocked: bool,
}

/// People. `GET /v1/people`; with `?all=true` also those who wait, were taken out, or left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct People {
    /// Me first, then by name.
    pub people: Vec<Person>,
}

/// A computer of a person or a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonDevice {
    /// Its key.
    pub key: String,
    /// Whether it only stores and passes on.
    pub stores_only: bool,
    /// Whether it is this one.
    pub this: bool,
}

/// A role besides membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonGrant {
    /// `gateway-host`, `mentor`, `invites` or `space`.
    pub role: String,
    /// How many people they may let in, for `invites`.
    #[serde(default)]
    pub number: Option<u64>,
    /// In words.
    pub text: String,
    /// The record that gives it.
    pub record: String,
}

/// One person in full. `GET /v1/people/{person}`, named by id, the beginning of an id, or name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonDetail {
    /// In a few words.
    pub person: Person,
    /// Their computers.
    pub devices: Vec<PersonDevice>,
    /// Groups they are in.
    pub groups: Vec<GroupRef>,
    /// Special roles.
    pub grants: Vec<PersonGrant>,
    /// How many steps from an organiser they were let in; 0 for organisers and newcomers.
    pub steps: u8,
    /// Whether they may let others in.
    pub may_invite: bool,
    /// The name they chose for what they publish to everybody; empty: none.
    #[serde(default)]
    pub pen_name: String,
}

/// One reason why somebody is what they are here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhyFact {
    /// Which kind of fact, for programs: `founder`, `admitted`, `removed` …
    pub code: String,
    /// A plain sentence.
    pub text: String,
    /// The record it was read from, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
}

/// Why somebody is what they are here. `GET /v1/people/{person}/why`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonWhy {
    /// Who.
    pub person: Person,
    /// The story, in order.
    pub facts: Vec<WhyFact>,
    /// What would change it, each a sentence with the command.
    pub would_change: Vec<String>,
}

/// What becomes of the content of somebody who is taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContentChoice {
    /// What is shown now stays.
    #[default]
    Keep,
    /// It is shown no more; their name stays, so that people know whom it was about.
    Hide,
}

/// Takes a person out. `POST /v1/people/{person}/removal`. Organisers only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PersonRemove {
    /// Also everybody they let in, and so on.
    pub with_everyone_they_let_in: bool,
    /// What becomes of their content.
    pub content: ContentChoice,
    /// Why, in words that members can read. It can be withdrawn later.
    pub reason: String,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// What came of a removal, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Removed {
    /// Name of the person, or of the group.
    pub name: String,
    /// How many of their things stay.
    pub kept: u64,
    /// Names of the others who are out with them.
    pub also: Vec<String>,
    /// The records that say so; none in a dry run.
    pub records: Vec<String>,
}

/// Gives a role besides membership. `POST /v1/people/{person}/grants`. Organisers only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantNew {
    /// `gateway-host`, `mentor`, `invites` or `space`.
    pub role: String,
    /// How many people they may let in all in all, for `invites`: more than 10. How many MiB, for `space`.
    #[serde(default)]
    pub number: Option<u64>,
}

named! {
    People => "hedgerow.people/1",
    Person => "hedgerow.person/1",
    PersonDetail => "hedgerow.person-detail/1",
    PersonWhy => "hedgerow.person-why/1",
    Removed => "hedgerow.removed/1",
}
