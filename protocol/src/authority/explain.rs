//! Why somebody is what they are here: the facts, in the order of a story. The sentences are for whoever shows them.
//!
//! Not for: deciding anything. Every fact names the record it was read from.

use super::Authority;
use super::Role;
use super::body::{Body, GrantRole};
use super::state::Topic;
use super::verdict::signed_as;
use crate::id::{Id, PublicKey};
use crate::limits::INVITE_DEPTH_MAX;

/// One fact about a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fact {
    /// Has a seat since the founding.
    Founder,
    /// Has a seat since a change of stewards, approved by these.
    Seated {
        /// The proposal.
        epoch: Id,
        /// Stewards who approved.
        by: Vec<Id>,
    },
    /// Has a seat, but may not act while the stewards are split.
    Split,
    /// Was let in.
    Admitted {
        /// The admit.
        record: Id,
        /// Who let them in.
        by: Id,
        /// How many steps below a steward.
        depth: u8,
        /// Whether it still holds.
        holds: bool,
    },
    /// An admit that does not count, because whoever signed it may not, or not any more.
    NotAdmitted {
        /// The admit.
        record: Id,
        /// Who signed it.
        by: Id,
    },
    /// Entered by themselves.
    Joined,
    /// Was taken out by a steward.
    Removed {
        /// The revocation.
        record: Id,
        /// The steward.
        by: Id,
    },
    /// Left of their own accord.
    Left {
        /// The revocation.
        record: Id,
    },
    /// Got a new person key.
    Recovered {
        /// Who agreed.
        by: Vec<Id>,
    },
    /// Somebody asks for a new key for them.
    RecoveryAsked {
        /// Who agrees so far.
        by: Vec<Id>,
        /// Whether one of their own devices objects.
        objected: bool,
    },
    /// Was given a role.
    Granted {
        /// What.
        role: GrantRole,
        /// By which steward.
        by: Id,
        /// Whether it still holds.
        holds: bool,
    },
    /// Cannot let others in: too far from a steward.
    CannotInvite,
    /// A device that was taken out.
    DeviceOut {
        /// The device.
        device: PublicKey,
        /// Gave itself up.
        gave_up: bool,
    },
}

impl Authority {
    /// The facts about a person, with a role or without.
    pub fn explain(&self, person: &Id) -> Vec<Fact> {
        let view = self.view();
        let mut facts = Vec::new();
        let Some(standing) = self.state.standing(*person) else { return facts };
        if let (Some(epochs), Some(key)) = (self.state.epochs(), standing.key)
            && let Some(last) = epochs.last().filter(|e| e.seats(&key))
        {
            if epochs.chain.len() == 1 {
                facts.push(Fact::Founder);
            } else {
                let approvals = view
                    .filed(Topic::Approvals(last.id))
                    .filter_map(|e| self.state.owners_of(&e.record.payload().device).next().copied());
                facts.push(Fact::Seated { epoch: last.id, by: approvals.collect() });
            }
            if !standing.is_steward {
                facts.push(Fact::Split);
            }
        }
        for entry in view.filed(Topic::Entrances(*person)).filter(|e| matches!(e.body, Some(Body::Admit(_)))) {
            let record = entry.record.id();
            facts.push(match self.state.admitted(record) {
                Some(Ok(a)) => {
                    let holds = standing.bases.iter().any(|(_, id)| *id == record);
                    Fact::Admitted { record, by: a.by, depth: a.depth, holds }
                }
                _ => Fact::NotAdmitted { record, by: signed_as(&view, entry).unwrap_or(entry.record.owner()) },
            });
        }
        facts.extend(standing.entered().then_some(Fact::Joined));
        facts.extend(self.removals(person).into_iter().map(|(record, by, left)| match left {
            true => Fact::Left { record },
            false => Fact::Removed { record, by },
        }));
        self.explain_keys(person, &mut facts);
        let granted = self.state.grants(*person).into_iter().flatten();
        facts.extend(granted.map(|g| Fact::Granted { role: g.role, by: g.by, holds: g.is_live }));
        let depth = standing.bases.first().map(|(depth, _)| *depth);
        if self.role(person) == Some(Role::Resident) && depth >= Some(INVITE_DEPTH_MAX) {
            facts.push(Fact::CannotInvite);
        }
        facts
    }

    fn explain_keys(&self, person: &Id, facts: &mut Vec<Fact>) {
        let view = self.view();
        let Some(recovery) = self.state.recovery(*person) else { return };
        let signers = |wanted: &super::body::Statement| -> Vec<Id> {
            let signed = view
                .filed(Topic::Recovery(*person))
                .filter(|e| matches!(&e.body, Some(Body::Recover(r)) if r.statement == *wanted));
            let of = |e: &super::Entry| self.state.owners_of(&e.record.payload().device).next().copied();
            signed.filter_map(of).collect()
        };
        facts.extend(recovery.done().iter().map(|s| Fact::Recovered { by: signers(s) }));
        let asked = recovery.asked.iter();
        facts.extend(asked.map(|a| Fact::RecoveryAsked { by: signers(&a.statement), objected: a.objected }));
        if let Some(key) = recovery.current() {
            let devices = self.state.tree(*person, key).into_iter().flat_map(|t| &t.devices);
            let out = devices.filter(|(_, d)| !d.is_live());
            facts.extend(out.map(|(device, d)| Fact::DeviceOut { device: *device, gave_up: d.gave_up }));
        }
    }
}
