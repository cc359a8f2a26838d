//! The chain of steward sets, advanced only by a quorum of the last set, or by the root keys.
//!
//! Two valid children of one parent freeze the community to the stewards of both, until the roots say which holds. No
//! tie is broken by hash or time: those can be ground or forged. Not for: what stewards do with their seats.

use std::collections::{BTreeMap, BTreeSet};

use super::super::body::{Body, Propose, RULES};
use super::super::state::{Topic, View, planted};
use super::DeviceState;
use crate::id::{Id, PublicKey};
use crate::limits::CEILING_MIB;
use crate::record::Record;

/// How many of n stewards must approve: ⌊(n+f)/2⌋+1 with f = ⌊(n−1)/3⌋.
pub fn quorum(n: usize) -> usize {
    let f = n.saturating_sub(1) / 3;
    (n + f) / 2 + 1
}

/// One steward set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Epoch {
    /// The community id, or the proposal.
    pub id: Id,
    /// Person keys, ascending.
    pub stewards: Vec<PublicKey>,
    /// What of the leaving stewards' logs still counts, and of those who stay what counts as a quorum of the one before.
    pub cuts: BTreeMap<PublicKey, Vec<Id>>,
    pub rules: u64,
    pub open: bool,
    /// What all content together may come to, in MiB.
    pub ceiling_mib: u64,
}

impl Epoch {
    pub fn seats(&self, key: &PublicKey) -> bool {
        self.stewards.binary_search(key).is_ok()
    }
}

/// A split that only the roots can settle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fork {
    pub children: Vec<Epoch>,
    /// Who approved more than one child, and with which records.
    pub doubles: BTreeMap<PublicKey, Vec<Id>>,
}

/// The steward sets so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Epochs {
    pub chain: Vec<Epoch>,
    pub fork: Option<Fork>,
    /// The next epoch calls for rules this version does not know.
    pub needs_rules: Option<u64>,
    /// Everybody who ever had a seat.
    pub ever: BTreeSet<PublicKey>,
    /// Epochs fixed by the roots.
    pub fixed: BTreeSet<Id>,
}

/// Approvals of one proposal: by steward, the records.
type Approvals = BTreeMap<PublicKey, Vec<Id>>;

impl Epochs {
    pub fn compute(view: &View<'_>) -> Self {
        let g = view.genesis;
        let first = Epoch {
            id: view.state.community,
            stewards: g.stewards.clone(),
            cuts: BTreeMap::new(),
            rules: g.rules,
            open: g.open,
            ceiling_mib: CEILING_MIB,
        };
        let mut all = Epochs { fixed: fixed(view), chain: vec![first], ..Epochs::default() };
        let path = path_to(view, &all.fixed);
        while let Some(parent) = all.chain.last() {
            let mut children = children(view, parent);
            // Where the roots fixed an epoch, only the way to it is open.
            let proposals = || view.filed(Topic::Proposals(parent.id)).map(|e| e.record.id());
            let on_path: BTreeSet<Id> =
                if path.is_empty() { BTreeSet::new() } else { proposals().filter(|id| path.contains(id)).collect() };
            if !on_path.is_empty() && !planted!(view, CheckpointIgnored) {
                children.retain(|(c, _)| on_path.contains(&c.id));
            }
            let settled = arbitrated(view, parent);
            if let [one] = settled.as_slice() {
                children = vec![(one.clone(), Approvals::new())];
            }
            match children.as_slice() {
                [] => break,
                [(child, _)] if child.rules > RULES => {
                    all.needs_rules = Some(child.rules);
                    break;
                }
                [(child, _)] => {
                    let child = child.clone();
                    all.chain.push(child);
                }
                _ => {
                    all.fork = Some(Fork::of(children));
                    break;
                }
            }
        }
        all.ever = all.chain.iter().flat_map(|e| e.stewards.iter().copied()).collect();
        all
    }

    /// The set that holds, or the last before a split.
    pub fn last(&self) -> Option<&Epoch> {
        self.chain.last()
    }

    pub fn get(&self, id: &Id) -> Option<(usize, &Epoch)> {
        self.chain.iter().enumerate().rev().find(|(_, e)| e.id == *id)
    }

    /// Stewards now: while the community is split, those of all children who approved only one.
    pub fn stewards(&self) -> impl Iterator<Item = &PublicKey> {
        let keys = self.last().into_iter().flat_map(|e| &e.stewards);
        keys.filter(|k| {
            self.fork.as_ref().is_none_or(|f| f.children.iter().all(|c| c.seats(k)) && !f.doubles.contains_key(*k))
        })
    }

    /// What of a steward's log counts as of one epoch's: within all of these.
    pub fn cuts_of(&self, _view: &View<'_>, from: usize, key: &PublicKey) -> Vec<Vec<Id>> {
        let left = self.chain.iter().skip(from + 1).find(|e| !e.seats(key));
        let cut = |e: &Epoch| e.cuts.get(key).cloned().unwrap_or_default();
        if planted!(_view, NoCutCheck) {
            return Vec::new();
        }
        match left {
            Some(epoch) => vec![cut(epoch)],
            None => {
                let children = self.fork.iter().flat_map(|f| &f.children);
                children.filter(|c| !c.seats(key)).map(cut).collect()
            }
        }
    }
}

impl Fork {
    fn of(children: Vec<(Epoch, Approvals)>) -> Self {
        let mut by_steward: BTreeMap<PublicKey, (usize, Vec<Id>)> = BTreeMap::new();
        for (_, approvals) in &children {
            for (key, records) in approvals {
                let entry = by_steward.entry(*key).or_default();
                entry.0 += 1;
                entry.1.extend(records);
            }
        }
        let doubles =
            by_steward.into_iter().filter(|(_, (n, _))| *n > 1).map(|(k, (_, records))| (k, records)).collect();
        Fork { children: children.into_iter().map(|(c, _)| c).collect(), doubles }
    }
}

/// The well-formed proposals of a parent.
fn proposals<'a>(view: &View<'a>, parent: &Epoch) -> Vec<(&'a Record, &'a Propose)> {
    let filed = view.filed(Topic::Proposals(parent.id));
    let read = filed.filter_map(|e| match &e.body {
        Some(Body::Propose(p)) => Some((&e.record, p)),
        _ => None,
    });
    read.filter(|(_, p)| {
        // A removal without a cut is no removal.
        let leaving = parent.stewards.iter().filter(|k| p.stewards.binary_search(k).is_err());
        let mut leaving = leaving.filter(|k| p.cuts.binary_search_by_key(k, |(key, _)| key).is_err());
        (leaving.next().is_none() || planted!(view, CutNotRequired)) && p.rules.is_none_or(|r| r >= parent.rules)
    })
    .collect()
}

fn epoch_of(parent: &Epoch, record: &Record, p: &Propose) -> Epoch {
    Epoch {
        id: record.id(),
        stewards: p.stewards.clone(),
        cuts: p.cuts.iter().cloned().collect(),
        rules: p.rules.unwrap_or(parent.rules),
        open: p.open.unwrap_or(parent.open),
        ceiling_mib: p.ceiling.unwrap_or(parent.ceiling_mib),
    }
}

/// The children of a parent that a quorum of it approved, by id.
fn children(view: &View<'_>, parent: &Epoch) -> Vec<(Epoch, Approvals)> {
    let mut children = Vec::new();
    for (record, p) in proposals(view, parent) {
        let mut approvals = Approvals::new();
        for entry in view.filed(Topic::Approvals(record.id())) {
            let r = &entry.record;
            let keys = parent.stewards.iter().copied();
            let mut approver = keys.filter(|key| signs_under(view, r, *key));
            let anybody = || planted!(view, AnyApprover).then_some(r.payload().device);
            if let Some(key) = approver.next().or_else(anybody) {
                approvals.entry(key).or_default().push(r.id());
            }
        }
        let n = parent.stewards.len();
        let needed = if planted!(view, SimpleMajority) { n / 2 + 1 } else { quorum(n) };
        if approvals.len() >= needed {
            children.push((epoch_of(parent, record, p), approvals));
        }
    }
    children
}

/// Whether a record is signed by a device that a person key stands behind, within what counts of that device.
pub fn signs_under(view: &View<'_>, record: &Record, key: PublicKey) -> bool {
    let device = record.payload().device;
    view.persons_of_key(key).into_iter().any(|person| {
        let state = view.tree(person, key).and_then(|tree| tree.signs(&device));
        state.is_some_and(|s: &DeviceState| s.scope.has(record) && s.over.has_room_for(record, true))
    })
}

/// The children that enough root keys chose: whether approved or not, so that they can seat stewards where a quorum is lost.
fn arbitrated(view: &View<'_>, parent: &Epoch) -> Vec<Epoch> {
    let mut by_child: BTreeMap<Id, BTreeSet<PublicKey>> = BTreeMap::new();
    for entry in view.filed(Topic::Arbitrations(parent.id)) {
        if let Some(Body::Arbitrate(a)) = &entry.body
            && (is_root(view, &entry.record) || planted!(view, AnyArbitrator))
        {
            by_child.entry(a.child).or_default().insert(entry.record.payload().device);
        }
    }
    by_child.retain(|_, by| by.len() as u64 >= view.genesis.roots_needed);
    if by_child.is_empty() {
        return Vec::new();
    }
    let all = proposals(view, parent);
    all.iter().filter(|(r, _)| by_child.contains_key(&r.id())).map(|(r, p)| epoch_of(parent, r, p)).collect()
}

pub fn is_root(view: &View<'_>, record: &Record) -> bool {
    view.genesis.roots.binary_search(&record.payload().device).is_ok()
}

/// Epochs that enough root keys fixed.
fn fixed(view: &View<'_>) -> BTreeSet<Id> {
    let mut by_epoch: BTreeMap<Id, BTreeSet<PublicKey>> = BTreeMap::new();
    for entry in view.filed(Topic::Checkpoints) {
        if let Some(Body::Checkpoint(c)) = &entry.body
            && is_root(view, &entry.record)
        {
            by_epoch.entry(c.epoch).or_default().insert(entry.record.payload().device);
        }
    }
    by_epoch.retain(|_, by| by.len() as u64 >= view.genesis.roots_needed);
    by_epoch.into_keys().collect()
}

/// Fixed epochs and all that lead to them.
fn path_to(view: &View<'_>, fixed: &BTreeSet<Id>) -> BTreeSet<Id> {
    let mut path = BTreeSet::new();
    for epoch in fixed {
        let mut at = *epoch;
        while path.insert(at) {
            // A proposal names its parent, and so does the proposal of that one: the chain ends at the founding record.
            match view.complete(&at).map(|e| &e.body) {
                Some(Some(Body::Propose(p))) => at = p.parent,
                _ => break,
            }
        }
    }
    path
}

/// Whether a person key has or had a seat.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Seated {
    pub now: bool,
    pub ever: bool,
}

impl Seated {
    pub fn compute(view: &View<'_>, key: PublicKey) -> Self {
        let Some(epochs) = view.epochs() else { return Seated::default() };
        Seated { now: epochs.stewards().any(|k| *k == key), ever: epochs.ever.contains(&key) }
    }
}
