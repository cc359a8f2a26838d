//! How this computer is doing.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// How this computer is connected, in the words people see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Linked with others of the community, here and further away.
    Connected,
    /// Linked with others on the same network, which is fine.
    NearbyOnly,
    /// Started a moment ago; looking for others.
    Looking,
    /// Nobody else can be found right now. Everything kept here still works.
    OnYourOwn,
    /// Stopped by hand.
    Paused,
    /// Something has to be done by a person: see the warnings, or start or join a community.
    NeedsYou,
}

impl State {
    /// The words people see.
    pub fn words(self) -> &'static str {
        match self {
            State::Connected => "Connected",
            State::NearbyOnly => "Nearby only (fine)",
            State::Looking => "Looking",
            State::OnYourOwn => "On your own",
            State::Paused => "Paused",
            State::NeedsYou => "Needs you",
        }
    }
}

/// How current the content here is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Freshness {
    /// Every linked computer has shown the same content.
    UpToDate,
    /// Catching up with at least one computer.
    Updating,
    /// Nobody to compare with yet.
    OnlyHere,
}

/// How serious a warning is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth doing something about.
    Warning,
    /// Something does not work until it is dealt with.
    Problem,
}

/// One thing to know or to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Warning {
    /// Which warning, for programs: `disk-low`, `index-rebuilt`, `one-organiser` …
    pub code: String,
    /// How serious.
    pub severity: Severity,
    /// A few words.
    pub title: String,
    /// What it means.
    pub text: String,
    /// What to do about it; empty when there is nothing to do.
    pub action: String,
}

/// The community this computer belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Community {
    /// Its id.
    pub id: String,
    /// Its name, empty while it has not arrived.
    pub name: String,
    /// Its time zone, for example `Europe/London`.
    pub time_zone: String,
    /// How many people belong to it, as far as known here.
    pub people: u64,
    /// How many groups it has.
    pub groups: u64,
}

/// Who I am in the community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// Id of my person, or of the group whose own computer this is.
    pub person: String,
    /// My name as others see it.
    pub name: String,
    /// `organiser`, `resident` or `newcomer`; `group` on a group's own computer; `none` while my membership has not arrived.
    pub role: String,
    /// Key of this computer.
    pub device: String,
    /// Ids and names of the groups I may publish for.
    pub groups: Vec<GroupRef>,
}

/// A group in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupRef {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// How much there is, as counted here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Listings of services.
    pub services: u64,
    /// Notices that can be seen now.
    pub notices: u64,
    /// Events.
    pub events: u64,
    /// All records kept, old versions and withdrawals included.
    pub records: u64,
    /// Of these, records that say who may do what.
    pub authority_records: u64,
}

/// That I was taken out of the community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakenOut {
    /// Name of whoever did it, or of the owner of a computer that says so.
    pub by: String,
    /// The reason given; empty when there is none.
    pub reason: String,
    /// Whether the records here say it. If not, it is the word of another computer, which decides nothing.
    pub certain: bool,
}

/// Room on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Space {
    /// Bytes used by the journal.
    pub used_bytes: u64,
    /// Most bytes it may use.
    pub quota_bytes: u64,
    /// Whether there is no room for all that others publish: then not all of it is kept here.
    #[serde(default)]
    pub partial: bool,
}

/// Another computer of the community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Neighbour {
    /// The key it connects with.
    pub key: String,
    /// Name of the person or group it belongs to, when known.
    pub name: String,
    /// Whether it was seen on the network in the last moments.
    pub seen: bool,
    /// Whether there is a live link to it.
    pub linked: bool,
    /// Why it was seen and is not linked; empty otherwise.
    pub reason: String,
    /// Whether what it keeps and what is kept here were found equal since the last change.
    pub up_to_date: bool,
    /// Whether it says that it has no room for everything: then it is no copy of what is here.
    #[serde(default)]
    pub partial: bool,
    /// Where it was reached or seen: IP address and port.
    pub addresses: Vec<String>,
    /// How the link goes: `nearby` (same network) or `far`.
    pub path: String,
    /// When both were last found equal, Unix milliseconds.
    pub equal_since_ms: Option<u64>,
}

/// How this computer is doing. `GET /v1/status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// How it is connected.
    pub state: State,
    /// The same in a sentence.
    pub sentence: String,
    /// How current the content is.
    pub freshness: Freshness,
    /// The same in a sentence.
    pub freshness_sentence: String,
    /// The community, if there is one yet.
    pub community: Option<Community>,
    /// Who I am in it.
    pub me: Option<Me>,
    /// That I was taken out of it, if I was, or if others say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_out: Option<TakenOut>,
    /// The other computers, linked ones first.
    pub neighbours: Vec<Neighbour>,
    /// The building through which I reach the internet right now, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internet: Option<String>,
    /// How much there is.
    pub counts: Counts,
    /// Room on the disk.
    pub space: Space,
    /// What to know or do, worst first.
    pub warnings: Vec<Warning>,
    /// What others type to reach this computer where it is not found by itself: `KEY@ADDRESS:PORT`.
    pub addresses: Vec<String>,
    /// One value over all content: two computers with the same value hold the same. Absent without a community.
    pub root: Option<String>,
    /// The time the community goes by, Unix milliseconds.
    pub now_ms: u64,
    /// Version of the program.
    pub version: String,
    /// Process id of the node.
    pub pid: u32,
}

impl Status {
    /// How many other computers are linked.
    pub fn linked(&self) -> usize {
        self.neighbours.iter().filter(|n| n.linked).count()
    }
}

/// The other computers. `GET /v1/neighbours`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Neighbours {
    /// Linked ones first.
    pub neighbours: Vec<Neighbour>,
    /// What others type to reach this computer: `KEY@ADDRESS:PORT`.
    pub me: Vec<String>,
}

/// A computer to connect to. `POST /v1/neighbours`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeighbourAdd {
    /// `KEY@ADDRESS:PORT`, as `neighbour me` prints it there, or `KEY` alone of a computer that is heard nearby. A call
    /// needs the key to know whom it reached.
    pub address: String,
}

named! {
    Status => "hedgerow.status/1",
    Neighbours => "hedgerow.neighbours/1",
    Neighbour => "hedgerow.neighbour/1",
}
