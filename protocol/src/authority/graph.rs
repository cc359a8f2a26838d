//! The parts of the evaluation's graph: what records are filed under, what is asked, and what knows who has read it.
//!
//! Not for: how it is computed ([`super::state`]), or what the answers mean ([`super::units`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Entry;
use super::cow::{Keyed, Quick};
use super::units::{Admitted, Epochs, Given, Group, Recovery, Removal, Seat, Seated, Signer, Standing, Tree, Veil};
use super::verdict::Verdict;
use crate::id::{Id, PublicKey};

/// What complete records are filed under.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Topic {
    /// Persons founded by a key, and recovery statements that name it as the new one.
    Key(PublicKey),
    /// Device-adds and device-removes, by owner.
    Devices(Id),
    Proposals(Id),
    Approvals(Id),
    Arbitrations(Id),
    Checkpoints,
    /// Recovery friends, recovery statements and objections, by person.
    Recovery(Id),
    Removals(Id),
    Grants(Id),
    /// Admits and joins, by who comes in.
    Entrances(Id),
    /// Admits, by what they rest on.
    Resting(Id),
    /// Group-member records and removals of people from a group.
    Members(Id),
    Hides(Id),
    /// Unhides, by the hide.
    Unhides(Id),
    /// Unhides of hides that are here, by whom those hid.
    Shown(Id),
}

impl Topic {
    /// What it is about, and a number for each kind of topic.
    fn parts(self) -> ([u8; 32], u8) {
        match self {
            Topic::Key(key) => (key.0, 1),
            Topic::Checkpoints => ([0; 32], 2),
            Topic::Devices(id) => (id.0, 3),
            Topic::Proposals(id) => (id.0, 4),
            Topic::Approvals(id) => (id.0, 5),
            Topic::Arbitrations(id) => (id.0, 6),
            Topic::Recovery(id) => (id.0, 7),
            Topic::Removals(id) => (id.0, 8),
            Topic::Grants(id) => (id.0, 9),
            Topic::Entrances(id) => (id.0, 10),
            Topic::Resting(id) => (id.0, 11),
            Topic::Members(id) => (id.0, 12),
            Topic::Hides(id) => (id.0, 13),
            Topic::Unhides(id) => (id.0, 14),
            Topic::Shown(id) => (id.0, 15),
        }
    }
}

/// One question. The order is that of the strata.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Unit {
    /// The devices that a person's key stands behind.
    Devices(Id, PublicKey),
    /// The chain of steward sets.
    Epochs,
    /// Whether a person key is or was a steward's.
    Seated(PublicKey),
    /// Which keys a person had, in turn.
    Recovery(Id),
    /// The devices of whoever is or was a steward.
    Stewards,
    /// As which steward a device signs, epoch by epoch.
    Seat(PublicKey),
    /// Which records of a device are a person's word.
    Signer(Id, PublicKey),
    /// What took a person, a group or a grant out.
    Removals(Id),
    /// Roles besides residency.
    Grants(Id),
    /// Whether an admit is valid, and how deep.
    Admit(Id),
    /// Which of the admits resting on one have a place.
    Places(Id),
    /// What a person is in the community.
    Standing(Id),
    /// A group, its people and devices.
    Group(Id),
    /// What is hidden of an owner's.
    Hidden(Id),
}

impl Unit {
    pub fn stratum(self) -> u8 {
        match self {
            Unit::Devices(..) => 0,
            Unit::Epochs => 1,
            Unit::Seated(_) => 2,
            Unit::Recovery(_) => 3,
            Unit::Stewards => 4,
            Unit::Seat(_) => 5,
            Unit::Signer(..) => 6,
            Unit::Removals(_) => 7,
            Unit::Grants(_) => 8,
            Unit::Admit(_) => 9,
            Unit::Places(_) => 10,
            Unit::Standing(_) => 11,
            Unit::Group(_) => 12,
            Unit::Hidden(_) => 13,
        }
    }

    /// Of a unit that says something of each record filed under a topic: the topic, without which it says nothing.
    pub fn gathers(self) -> Option<Topic> {
        match self {
            Unit::Removals(id) => Some(Topic::Removals(id)),
            Unit::Grants(id) => Some(Topic::Grants(id)),
            _ => None,
        }
    }
}

/// The answer to a [`Unit`].
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    Devices(Tree),
    Epochs(Epochs),
    Seated(Seated),
    Recovery(Recovery),
    Stewards(BTreeSet<PublicKey>),
    Seat(Seat),
    Signer(Signer),
    Removals(Vec<Removal>),
    Grants(Vec<Given>),
    Admit(Result<Admitted, Verdict>),
    Places(BTreeSet<Id>),
    Standing(Standing),
    Group(Group),
    Hidden(Veil),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Whether a record is complete: asked while it is not.
    Record(Id),
    /// Where a key's log meets its limits, and whether it forks.
    Log(PublicKey),
    Topic(Topic),
    Unit(Unit),
}

impl Source {
    /// What it is about, and a number for each kind of source.
    fn parts(&self) -> ([u8; 32], u8) {
        match self {
            Source::Record(id) => (id.0, 0),
            Source::Log(key) => (key.0, 31),
            Source::Topic(topic) => topic.parts(),
            Source::Unit(unit) => match unit {
                Unit::Epochs | Unit::Stewards => ([0; 32], 32 + unit.stratum()),
                Unit::Seated(key) | Unit::Seat(key) => (key.0, 32 + unit.stratum()),
                Unit::Devices(id, _)
                | Unit::Signer(id, _)
                | Unit::Recovery(id)
                | Unit::Removals(id)
                | Unit::Grants(id)
                | Unit::Admit(id)
                | Unit::Places(id)
                | Unit::Standing(id)
                | Unit::Group(id)
                | Unit::Hidden(id) => (id.0, 32 + unit.stratum()),
            },
        }
    }
}

/// A source, with what has read it. Nodes name each other by their place in the list of all.
#[derive(Clone)]
pub(super) struct Node {
    pub source: Source,
    /// Of a unit: its answer once it was computed, and what it has read.
    pub value: Option<Arc<Value>>,
    pub reads: Vec<u32>,
    /// Of a topic: what is filed under it, by id.
    pub filed: Vec<Arc<Entry>>,
    pub readers: Vec<u32>,
}

impl Keyed for Node {
    type Key = Source;
    fn key(&self) -> Source {
        self.source
    }
    /// What is asked about the same is in one row of a table, and so found at once; what is filed about it in another.
    fn number(source: &Source) -> u32 {
        let (about, kind) = source.parts();
        let half = u32::from(matches!(source, Source::Unit(_))) << 31;
        half ^ (Id(about).quick() >> 40 << 8) as u32 ^ u32::from(kind)
    }
}

impl Node {
    pub fn new(source: Source) -> Self {
        Node { source, value: None, reads: Vec::new(), filed: Vec::new(), readers: Vec::new() }
    }

    pub fn unit(&self) -> Option<Unit> {
        if let Source::Unit(unit) = self.source { Some(unit) } else { None }
    }
}
