//! The parts of the evaluation's graph: what records are filed under, what is asked, and what knows who has read it.
//!
//! Not for: how it is computed ([`super::state`]), or what the answers mean ([`super::units`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Entry;
use super::cow::Quick;
use super::log::Over;
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
    Guardians(Id),
    Recoveries(Id),
    Objections(Id),
    Removals(Id),
    Grants(Id),
    /// Admits, by who is let in.
    Admits(Id),
    /// Admits, by what they rest on.
    Resting(Id),
    Joins(Id),
    /// Group-member records and removals of people from a group.
    Members(Id),
    Hides(Id),
    /// Unhides, by the hide.
    Unhides(Id),
    /// Unhides of hides that are here, by whom those hid.
    Shown(Id),
}

impl Topic {
    fn parts(self) -> (u64, [u8; 32]) {
        match self {
            Topic::Key(key) => (1, key.0),
            Topic::Checkpoints => (2, [0; 32]),
            Topic::Devices(id) => (3, id.0),
            Topic::Proposals(id) => (4, id.0),
            Topic::Approvals(id) => (5, id.0),
            Topic::Arbitrations(id) => (6, id.0),
            Topic::Guardians(id) => (7, id.0),
            Topic::Recoveries(id) => (8, id.0),
            Topic::Objections(id) => (9, id.0),
            Topic::Removals(id) => (10, id.0),
            Topic::Grants(id) => (11, id.0),
            Topic::Admits(id) => (12, id.0),
            Topic::Resting(id) => (13, id.0),
            Topic::Joins(id) => (14, id.0),
            Topic::Members(id) => (15, id.0),
            Topic::Hides(id) => (16, id.0),
            Topic::Unhides(id) => (17, id.0),
            Topic::Shown(id) => (18, id.0),
        }
    }
}

/// One question. The order is that of the strata.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Unit {
    /// Where a key's log meets its limits.
    Log(PublicKey),
    /// The devices that a person's key stands behind.
    Devices(Id, PublicKey),
    /// The chain of steward sets.
    Epochs,
    /// Whether a person key is or was a steward's.
    Seated(PublicKey),
    /// Which keys a person had, in turn.
    Recovery(Id),
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
            Unit::Log(_) => 0,
            Unit::Devices(..) => 1,
            Unit::Epochs => 2,
            Unit::Seated(_) => 3,
            Unit::Recovery(_) => 4,
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
}

/// The answer to a [`Unit`].
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    Log(Over),
    Devices(Tree),
    Epochs(Epochs),
    Seated(Seated),
    Recovery(Recovery),
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
    Topic(Topic),
    Unit(Unit),
}

impl Source {
    /// What it is looked up by: a number that tells nearly all apart.
    pub fn number(self) -> u64 {
        let (tag, id) = match self {
            Source::Record(id) => (0, id.0),
            Source::Topic(topic) => topic.parts(),
            Source::Unit(unit) => match unit {
                Unit::Log(k) | Unit::Seated(k) | Unit::Seat(k) => (32 + u64::from(unit.stratum()), k.0),
                Unit::Epochs => (32, [0; 32]),
                Unit::Devices(id, k) | Unit::Signer(id, k) => {
                    let mut both = id.0;
                    both.iter_mut().zip(k.0).for_each(|(a, b)| *a ^= b);
                    (32 + u64::from(unit.stratum()), both)
                }
                Unit::Recovery(id)
                | Unit::Removals(id)
                | Unit::Grants(id)
                | Unit::Admit(id)
                | Unit::Places(id)
                | Unit::Standing(id)
                | Unit::Group(id)
                | Unit::Hidden(id) => (32 + u64::from(unit.stratum()), id.0),
            },
        };
        Id(id).quick().rotate_left(6) ^ tag
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

impl Node {
    pub fn new(source: Source) -> Self {
        Node { source, value: None, reads: Vec::new(), filed: Vec::new(), readers: Vec::new() }
    }

    pub fn unit(&self) -> Option<Unit> {
        if let Source::Unit(unit) = self.source { Some(unit) } else { None }
    }
}
