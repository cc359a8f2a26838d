//! Where one record stands, asked from outside the graph: for tests, for `present`, and to explain things.
//!
//! Not for: the evaluation, which never asks for the standing of a record but for what it means.

use super::Entry;
use super::body::{Body, GroupRole};
use super::state::View;
use super::units::{Admitted, Given, Removal, is_root, may_object, speaks_for, steward};
use crate::id::Id;

/// Where a record stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// Counts.
    Counts,
    /// Waits for something it rests on.
    Waits,
    /// Beyond a limit.
    Over,
    /// Without effect: it cannot count, or something ended it.
    Never,
}

impl Verdict {
    /// Of a complete record.
    pub fn of(view: &View<'_>, entry: &Entry) -> Verdict {
        let (id, p) = (entry.record.id(), entry.record.payload());
        let Some(body) = &entry.body else { return Verdict::Never };
        let counts = |yes: bool| if yes { Verdict::Counts } else { Verdict::Waits };
        let has_role = |person: &Id| view.standing(*person).is_some_and(|s| s.is_member() || s.entered());
        match body {
            Body::Person(_) if p.seq != Some(1) => Verdict::Never,
            Body::Person(_) => counts(has_role(&id)),
            Body::DeviceAdd(_) | Body::DeviceRemove(_) => Self::of_device(view, entry),
            Body::Group(_) => counts(view.group(id).is_some_and(|g| g.founded_by.is_some())),
            Body::GroupMember(m) => match view.group(p.owner) {
                Some(g) if g.appointed.get(&id).is_some_and(|a| a.iter().any(|a| a.is_live)) => Verdict::Counts,
                Some(g) if g.counting.contains(&id) => Verdict::Never,
                Some(g) if g.appointed.get(&m.by).is_some_and(|a| a.iter().all(|a| a.role != GroupRole::Admin)) => {
                    Verdict::Never
                }
                _ => Verdict::Waits,
            },
            Body::Admit(a) => match view.admitted(id) {
                Some(Ok(admitted)) => match (Admitted::has_place(view, entry, a), admitted.is_live) {
                    (false, _) => Verdict::Over,
                    (true, false) => Verdict::Never,
                    (true, true) => counts(view.standing(a.person).is_some_and(|s| s.key.is_some())),
                },
                Some(Err(verdict)) => *verdict,
                None => Verdict::Waits,
            },
            Body::Join(join) => counts(view.standing(join.person).is_some_and(|s| s.joined.iter().any(|j| j.id == id))),
            Body::Grant(g) => match view.grants(g.person).and_then(|all| Given::of(all, &id)) {
                Some(given) if given.is_live => Verdict::Counts,
                Some(_) => Verdict::Never,
                None => Verdict::Waits,
            },
            Body::Revoke(r) if p.owner == view.state.community || p.owner == r.subject => {
                counts(view.removals(r.subject).is_some_and(|all| Removal::is_among(all, &id)))
            }
            Body::Revoke(_) => counts(view.group(p.owner).is_some_and(|g| g.counting.contains(&id))),
            Body::Propose(_) => counts(view.epochs().is_some_and(|e| e.get(&id).is_some())),
            Body::Approve(a) => {
                let parent = view.complete(&a.proposal).and_then(|e| match &e.body {
                    Some(Body::Propose(p)) => view.epochs()?.get(&p.parent),
                    _ => None,
                });
                let mut keys = parent.into_iter().flat_map(|(_, e)| &e.stewards);
                counts(keys.any(|key| super::units::signs_under(view, &entry.record, *key)))
            }
            Body::Arbitrate(_) | Body::Checkpoint(_) if is_root(view, &entry.record) => Verdict::Counts,
            Body::Arbitrate(_) | Body::Checkpoint(_) => Verdict::Never,
            Body::Guardians(_) => counts(view.recovery(p.owner).is_some_and(|r| r.guardians_by == Some(id))),
            Body::Recover(r) => counts(view.recovery(p.owner).is_some_and(|v| v.done().contains(&r.statement))),
            Body::Object(_) => {
                let key = view.recovery(p.owner).and_then(|r| r.current());
                counts(key.is_some_and(|key| may_object(view, &entry.record, p.owner, key)))
            }
            Body::Hide(h) => match view.veil(h.owner) {
                Some(veil) if veil.has(&h.slot, &id) => Verdict::Counts,
                _ if steward(view, &entry.record, &h.by).is_some() => Verdict::Never,
                _ => Verdict::Waits,
            },
            Body::Unhide(u) => counts(steward(view, &entry.record, &u.by).is_some()),
        }
    }

    fn of_device(view: &View<'_>, entry: &Entry) -> Verdict {
        let (id, owner) = (entry.record.id(), entry.record.owner());
        if let Some(group) = view.group(owner) {
            let of = |add: &Id| group.devices.values().find(|d| d.add == *add);
            return match &entry.body {
                Some(Body::DeviceAdd(_)) if group.over.contains(&id) => Verdict::Over,
                Some(Body::DeviceAdd(_)) => match of(&id) {
                    Some(d) if d.removed.is_empty() => Verdict::Counts,
                    Some(_) => Verdict::Never,
                    None => Verdict::Waits,
                },
                _ if group.counting.contains(&id) => Verdict::Counts,
                _ => Verdict::Waits,
            };
        }
        if matches!(&entry.body, Some(Body::DeviceAdd(a)) if a.by.is_some()) && view.state.persons.contains(&owner) {
            return Verdict::Never;
        }
        let keys = view.recovery(owner).into_iter().flat_map(|r| r.keys());
        for tree in keys.filter_map(|key| view.tree(owner, key)) {
            if tree.over.contains(&id) {
                return Verdict::Over;
            }
            for device in tree.devices.values() {
                if device.add == id {
                    let stands = view.standing(owner).is_some_and(|s| s.is_member() || s.entered());
                    return match (device.is_live(), stands) {
                        (false, _) => Verdict::Never,
                        (true, true) => Verdict::Counts,
                        (true, false) => Verdict::Waits,
                    };
                }
                if device.removed.iter().any(|(by, _)| *by == id) {
                    return Verdict::Counts;
                }
            }
        }
        Verdict::Waits
    }
}

/// As which person a record that uses a role was signed, if it is their word.
pub fn signed_as(state: &View<'_>, entry: &Entry) -> Option<Id> {
    let p = entry.record.payload();
    let by = entry.body.as_ref().and_then(super::units::basis);
    let as_steward = by.and_then(|by| steward(state, &entry.record, &by));
    as_steward.or_else(|| speaks_for(state, &entry.record, p.owner).then_some(p.owner))
}
