//! Which keys a person had, in turn.
//!
//! A person key is replaced when enough of the friends it named, or a quorum of stewards, agree to the same statement.
//! An objection by a device of the old key leaves the decision to the stewards, which is final. Not for: what the new
//! key's devices do.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::super::Entry;
use super::super::body::{Body, Guardians, Statement};
use super::super::state::{Topic, View, planted};
use super::Epochs;
use super::epochs::{quorum, signs_under};
use crate::id::{Id, PublicKey};
use crate::limits::RECOVERIES_MAX;
use crate::record::Record;

/// A recovery that somebody signed and that has not (yet) happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub statement: Statement,
    /// Person keys of the recovery friends who agree.
    pub friends: BTreeSet<PublicKey>,
    pub needed: u64,
    /// Person keys of the stewards who agree.
    pub stewards: BTreeSet<PublicKey>,
    pub objected: bool,
}

/// The keys of one person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recovery {
    first: Option<PublicKey>,
    /// Each replaced the key before it.
    done: Vec<Statement>,
    /// What is asked for the current key.
    pub asked: Vec<Asked>,
    /// The friends the current key named.
    pub guardians: Option<Guardians>,
    /// The record that names them.
    pub guardians_by: Option<Id>,
}

impl Recovery {
    pub fn compute(view: &View<'_>, person: Id) -> Self {
        let founding = view.complete(&person).filter(|e| matches!(e.body, Some(Body::Person(_))));
        let Some(first) = founding.map(|e| e.record.payload()).filter(|p| p.seq == Some(1)) else {
            return Recovery::default();
        };
        let mut all = Recovery { first: Some(first.device), ..Recovery::default() };
        while let Some(current) = all.current() {
            let words = words(view, person, current);
            let named = guardians(view, current, &words, None);
            (all.guardians_by, all.guardians) = named.map(|(id, g)| (id, g.clone())).unzip();
            let asked = asked(view, person, current, &words);
            let by_stewards: Vec<&(Asked, bool, bool)> = asked.iter().filter(|a| a.1).collect();
            let by_friends: Vec<&(Asked, bool, bool)> = asked.iter().filter(|a| a.2).collect();
            // One that the stewards agreed to is final; two that contradict each other are none.
            let next = match (by_stewards.as_slice(), by_friends.as_slice()) {
                ([one], _) | ([], [one]) => Some(one.0.statement.clone()),
                _ => None,
            };
            let next = next.filter(|s| all.done.len() < RECOVERIES_MAX && all.keys().all(|k| k != s.key));
            match next {
                Some(statement) => all.done.push(statement),
                None => {
                    all.asked = asked.into_iter().map(|(a, ..)| a).collect();
                    break;
                }
            }
        }
        all
    }

    /// All keys, the first one first.
    pub fn keys(&self) -> impl Iterator<Item = PublicKey> {
        self.first.into_iter().chain(self.done.iter().map(|s| s.key))
    }

    /// The key that holds.
    pub fn current(&self) -> Option<PublicKey> {
        self.done.last().map(|s| s.key).or(self.first)
    }

    /// For a key the person has or had: what the next one left of it, if there is a next one.
    pub fn cut_of(&self, key: &PublicKey) -> Option<Option<&Vec<Id>>> {
        self.keys().any(|k| k == *key).then(|| self.done.iter().find(|s| s.parent == *key).map(|s| &s.cuts))
    }

    /// Content under earlier keys that still counts.
    pub fn keeps(&self, content: &Id) -> bool {
        self.done.iter().any(|s| s.keep.binary_search(content).is_ok())
    }

    pub fn done(&self) -> &[Statement] {
        &self.done
    }
}

/// What a person key said of its recovery friends, the last word first.
fn words<'a>(view: &View<'a>, person: Id, key: PublicKey) -> Vec<&'a Entry> {
    let filed = view.filed(Topic::Recovery(person)).filter(|e| matches!(e.body, Some(Body::Guardians(_))));
    let mut words: Vec<&Entry> = filed.filter(|e| e.record.payload().device == key).collect();
    words.sort_by_key(|e| Reverse((e.record.payload().seq, e.record.id())));
    words
}

/// The last word of a person key on its recovery friends; with a cut, the last within it, so that a thief of the key cannot
/// name other friends after the fact and so undo a recovery.
fn guardians<'a>(
    view: &View<'_>,
    key: PublicKey,
    words: &[&'a Entry],
    cut: Option<&Vec<Id>>,
) -> Option<(Id, &'a Guardians)> {
    words.first()?;
    let scope = view.scope(&key, cut);
    let last = words.iter().find(|e| scope.has(&e.record))?;
    match &last.body {
        Some(Body::Guardians(g)) => Some((last.record.id(), g)),
        _ => None,
    }
}

/// Who agrees to a statement: friends, and stewards by the epoch they name.
type Agreed = (BTreeSet<PublicKey>, BTreeMap<Id, BTreeSet<PublicKey>>);

/// The statements signed for a key, by the statement; whether the stewards agree, and whether the friends do.
fn asked(view: &View<'_>, person: Id, parent: PublicKey, words: &[&Entry]) -> Vec<(Asked, bool, bool)> {
    let mut by_statement: BTreeMap<&Statement, Agreed> = BTreeMap::new();
    let epochs = view.epochs();
    for entry in view.filed(Topic::Recovery(person)) {
        let Some(Body::Recover(r)) = &entry.body else { continue };
        if r.statement.parent != parent {
            continue;
        }
        let agreed = by_statement.entry(&r.statement).or_default();
        if let Some((_, epoch)) = epochs.and_then(|e| e.get(&r.by)) {
            let keys = epoch.stewards.iter().filter(|k| approves(view, epochs, &entry.record, k, &r.by));
            agreed.1.entry(r.by).or_default().extend(keys);
        } else {
            let named = guardians(view, parent, words, Some(&r.statement.cuts));
            let keys = named.into_iter().flat_map(|(_, g)| &g.keys);
            agreed.0.extend(keys.filter(|k| signs_under(view, &entry.record, **k)));
        }
    }
    let objected = objected(view, person, parent);
    let of = |(statement, (friends, stewards)): (&&Statement, &Agreed)| {
        let by_stewards = stewards.iter().any(|(epoch, keys)| {
            let n = epochs.and_then(|e| e.get(epoch)).map_or(usize::MAX / 2, |(_, e)| e.stewards.len());
            keys.len() >= quorum(n)
        });
        let objected = objected.contains(&statement.key) && !planted!(view, ObjectionIgnored);
        let needed = guardians(view, parent, words, Some(&statement.cuts)).map_or(0, |(_, g)| g.needed);
        let n = friends.len() as u64;
        let enough = needed > 0 && (n >= needed || n > 0 && planted!(view, OneGuardian));
        let by_friends = enough && !objected;
        let stewards = stewards.values().flatten().copied().collect();
        let asked = Asked { statement: (*statement).clone(), friends: friends.clone(), needed, stewards, objected };
        (asked, by_stewards, by_friends)
    };
    by_statement.iter().map(of).collect()
}

/// Whether a record is a steward's of an epoch, within what later epochs left.
fn approves(view: &View<'_>, epochs: Option<&Epochs>, record: &Record, key: &PublicKey, epoch: &Id) -> bool {
    let Some(epochs) = epochs else { return false };
    let Some((at, _)) = epochs.get(epoch) else { return false };
    if !signs_under(view, record, *key) {
        return false;
    }
    // Who stays in the next set was one of fewer before: a founder alone would be a quorum for ever. What those who
    // approved the next set had not heard of has to be agreed to again by the larger one.
    let known = epochs.chain.get(at + 1).map(|next| next.cuts.get(key).cloned().unwrap_or_default());
    let cuts: Vec<Vec<Id>> = epochs.cuts_of(view, at, key).into_iter().chain(known).collect();
    cuts.is_empty() || view.scope(&record.payload().device, &cuts).has(record)
}

/// The new keys that somebody objects to who may.
fn objected(view: &View<'_>, person: Id, parent: PublicKey) -> BTreeSet<PublicKey> {
    let objections = view.filed(Topic::Recovery(person)).filter_map(|e| match &e.body {
        Some(Body::Object(o)) if may_object(view, &e.record, person, parent) => Some(o.key),
        _ => None,
    });
    objections.collect()
}

/// Whether a record is signed by a person key, or a device it stands behind.
pub fn may_object(view: &View<'_>, record: &Record, person: Id, key: PublicKey) -> bool {
    let signer = record.payload().device;
    let state = view.tree(person, key).and_then(|t| t.signs(&signer));
    signer == key || state.is_some_and(|s| s.scope.has(record))
}
