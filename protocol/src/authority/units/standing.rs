//! What a person is in the community: let in, taken out, given roles.
//!
//! Removal wins over whatever does not name it. What a removed person said within the cut goes on counting, so that those
//! they let in before stay. Not for: groups, which are a matter of their own.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Entry;
use super::super::body::{Admit, Body, GrantRole, Revoke};
use super::super::state::{Topic, View, planted};
use super::super::verdict::Verdict;
use super::seat::{speaks_for, spoke_for, steward};
use crate::id::{Id, PublicKey};
use crate::limits::{INVITE_DEPTH_MAX, RESIDENT_ADMITS_MAX};
use crate::record::Record;

/// Something that took a person, a group or a grant out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Removal {
    /// The revocation.
    pub id: Id,
    /// The person who signed it.
    pub by: Id,
    /// What of the subject's logs still counts: by key, the last place.
    reach: Vec<(PublicKey, u64)>,
    /// Left of their own accord: content stays, and anybody may let them in again.
    pub left: bool,
}

impl Removal {
    pub fn compute(view: &View<'_>, subject: Id) -> Vec<Removal> {
        if planted!(view, RevocationsIgnored) {
            return Vec::new();
        }
        let (filed, mut located) = (view.filed(Topic::Removals(subject)), Located::new());
        filed
            .filter_map(|e| {
                let Some(Body::Revoke(r)) = &e.body else { return None };
                let (by, left) = match r.by {
                    Some(epoch) => (steward(view, &e.record, &epoch).filter(|_| e.record.owner() != subject)?, false),
                    None if e.record.owner() == subject && speaks_for(view, &e.record, subject) => (subject, true),
                    None => return None,
                };
                Some(Removal::of(view, &mut located, e, r, by, left))
            })
            .collect()
    }

    pub fn of(view: &View<'_>, located: &mut Located, entry: &Entry, revoke: &Revoke, by: Id, left: bool) -> Self {
        let mut place = |id: &Id| *located.entry(*id).or_insert_with(|| view.located(id));
        let mut reach: Vec<(PublicKey, u64)> = revoke.cuts.iter().filter_map(&mut place).collect();
        // The last of each key is what tells most: the others matter where the log forks, and are looked up then.
        reach.sort_unstable_by(|a, b| b.cmp(a));
        reach.dedup_by_key(|(key, _)| *key);
        Removal { id: entry.record.id(), by, reach, left }
    }

    /// The cuts of all these that `after` does not name.
    pub fn cuts_unless<'r>(all: impl Iterator<Item = &'r Removal>, view: &View<'_>, after: &[Id]) -> Vec<Vec<Id>> {
        let cut = |v: &Removal| match view.complete(&v.id).and_then(|e| e.body.as_ref()) {
            Some(Body::Revoke(r)) => Some(r.cuts.clone()),
            _ => None,
        };
        all.filter(|v| after.binary_search(&v.id).is_err()).filter_map(cut).collect()
    }

    /// Whether a revocation is among them; they are in the order of their ids.
    pub fn is_among(all: &[Removal], id: &Id) -> bool {
        all.binary_search_by_key(id, |v| v.id).is_ok()
    }

    /// Whether a record still counts after all these: each is named by what it rests on, or leaves it by its cut.
    pub fn all_spare<'r>(
        removals: impl Iterator<Item = &'r Removal>,
        view: &View<'_>,
        record: &Record,
        after: &[Id],
    ) -> bool {
        let (key, seq) = (record.payload().device, record.payload().seq.unwrap_or(0));
        let is_forked = view.state.logs.is_forked(&key);
        let mut later = None;
        for removal in removals.filter(|v| after.binary_search(&v.id).is_err()) {
            if !removal.reach.iter().any(|(of, last)| *of == key && *last >= seq) {
                return false;
            }
            if is_forked {
                let later = later.get_or_insert_with(|| view.state.logs.descendants(record));
                let Some(Body::Revoke(r)) = view.state.logs.entry(&removal.id).and_then(|e| e.body.as_ref()) else {
                    return false;
                };
                if !r.cuts.iter().any(|id| later.contains(id)) {
                    view.await_all(&r.cuts);
                    return false;
                }
            }
        }
        true
    }
}

/// Where records are that cuts name, since many name the same.
pub type Located = BTreeMap<Id, Option<(PublicKey, u64)>>;

/// Whether all removals are named in `after`.
pub fn overrides(removals: &[Removal], after: &[Id]) -> bool {
    removals.iter().all(|v| after.binary_search(&v.id).is_ok())
}

/// A role besides residency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// The grant.
    pub id: Id,
    pub role: GrantRole,
    /// The steward who gave it.
    pub by: Id,
    pub is_live: bool,
}

impl Given {
    /// The one of a grant; they are in the order of their ids.
    pub fn of<'g>(all: &'g [Given], id: &Id) -> Option<&'g Given> {
        all.binary_search_by_key(id, |given| given.id).ok().and_then(|at| all.get(at))
    }

    pub fn compute(view: &View<'_>, person: Id) -> Vec<Given> {
        let filed = view.filed(Topic::Grants(person));
        filed
            .filter_map(|e| {
                let Some(Body::Grant(g)) = &e.body else { return None };
                let id = e.record.id();
                let by = steward(view, &e.record, &g.by)?;
                let of = |subject| view.removals(subject).map_or(&[][..], Vec::as_slice);
                let is_live = overrides(of(person), &g.after) && of(id).is_empty();
                Some(Given { id, role: g.role, by, is_live })
            })
            .collect()
    }
}

/// A valid admit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Admitted {
    /// 1 by a steward; else one more than the admit it rests on.
    pub depth: u8,
    /// The person who let in.
    pub by: Id,
    /// No removal of the person let in that it does not override.
    pub is_live: bool,
}

impl Admitted {
    pub fn compute(view: &View<'_>, id: Id) -> Result<Admitted, Verdict> {
        let entry = view.complete(&id).ok_or(Verdict::Waits)?;
        let Some(Body::Admit(a)) = &entry.body else { return Err(Verdict::Never) };
        let removals = view.removals(a.person).map_or(&[][..], Vec::as_slice);
        // A steward of the epoch it names, as the person who is the owner.
        if let Some(by) = steward(view, &entry.record, &a.by) {
            if by != entry.record.owner() && !planted!(view, NonStewardAuthor) {
                return Err(Verdict::Never);
            }
            return Ok(Admitted { depth: 1, by, is_live: overrides(removals, &a.after) });
        }
        let by = entry.record.owner();
        let depth = Self::resting(view, entry, a)?;
        // A banned person returns through a steward alone; who left, through anybody who knows it.
        let may_return = removals.iter().all(|v| v.left) && overrides(removals, &a.after);
        Ok(Admitted { depth, by, is_live: may_return || planted!(view, AdmitBeatsRevoke) })
    }

    /// The depth of an admit by a resident.
    fn resting(view: &View<'_>, entry: &Entry, a: &Admit) -> Result<u8, Verdict> {
        let (record, owner) = (&entry.record, entry.record.owner());
        let base = view.complete(&a.by).ok_or(Verdict::Waits)?;
        let Some(Body::Admit(up)) = &base.body else { return Err(Verdict::Waits) };
        let impersonates = planted!(view, ImpersonatedAdmit);
        if up.person != owner && !impersonates {
            return Err(Verdict::Never);
        }
        let valid = view.admitted(a.by).and_then(|v| v.as_ref().ok()).ok_or(Verdict::Waits)?;
        if !Self::has_place(view, base, up) {
            return Err(Verdict::Waits);
        }
        if valid.depth >= INVITE_DEPTH_MAX {
            return Err(Verdict::Never);
        }
        let removals = view.removals(owner).map_or(&[][..], Vec::as_slice);
        let cuts = || Removal::cuts_unless(removals.iter(), view, &up.after);
        if !spoke_for(view, record, owner, cuts) && !impersonates {
            let is_over = view.signer(owner, record.payload().device).is_some_and(|s| s.is_over(record));
            return Err(if is_over { Verdict::Over } else { Verdict::Waits });
        }
        if !Removal::all_spare(removals.iter(), view, record, &up.after) && !planted!(view, LateAdmits) {
            return Err(Verdict::Never);
        }
        Ok(valid.depth + 1)
    }

    /// Whether an admit is among those of its base that count.
    pub fn has_place(view: &View<'_>, admit: &Entry, a: &Admit) -> bool {
        let is_epoch = view.seat(admit.record.payload().device).is_some_and(|s| s.has_epoch(&a.by));
        is_epoch || view.places(a.by).is_some_and(|p| p.contains(&admit.record.id()))
    }

    /// The admits resting on one that have a place: the first by place in their own logs and id, as many as its person may let
    /// in. A log has no room before what is there but by a fork, which a cut leaves out; a clock says what it is told to.
    pub fn places(view: &View<'_>, base: Id) -> BTreeSet<Id> {
        let Some(Body::Admit(up)) = view.complete(&base).map(|e| &e.body).and_then(Option::as_ref) else {
            return BTreeSet::new();
        };
        let raised = view.grants(up.person).into_iter().flatten().filter(|g| g.is_live).filter_map(|g| match g.role {
            GrantRole::Admits(n) => usize::try_from(n).ok(),
            _ => None,
        });
        let most = raised.max().unwrap_or(0).max(RESIDENT_ADMITS_MAX);
        let resting = view.filed(Topic::Resting(base));
        let valid = resting.filter(|e| view.admitted(e.record.id()).is_some_and(Result::is_ok));
        let mut valid: Vec<_> = valid.map(|e| e.record.log_order()).collect();
        valid.sort_unstable();
        valid.into_iter().take(most).map(|(_, id)| id).collect()
    }
}

/// What a person is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// The person key that holds.
    pub key: Option<PublicKey>,
    pub is_steward: bool,
    /// An earlier key has a seat: the stewards have to seat the new one. Until then, a resident.
    pub seat_waits: bool,
    /// Admits that give residency now, with the depth of each.
    pub bases: Vec<(u8, Id)>,
    /// Was ever a member: what they said within the cuts can count.
    pub was_member: bool,
    /// What let them in to read, by id: whether they have the place is another question.
    pub joined: Vec<Joined>,
}

/// An entry to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Joined {
    pub id: Id,
    /// The member, the device they came through, and which of its places.
    pub host: Id,
    pub device: PublicKey,
    pub place: u64,
    /// Where in the device's log: of two in one place the later one has it.
    pub at: (u64, Id),
}

impl Joined {
    /// The entry of a record that is its owner's word.
    pub fn of(view: &View<'_>, entry: &Entry) -> Option<Joined> {
        let Some(Body::Join(join)) = &entry.body else { return None };
        let (record, host) = (&entry.record, entry.record.owner());
        let joined = || Joined {
            id: record.id(),
            host,
            device: record.payload().device,
            place: join.place,
            at: record.log_order(),
        };
        speaks_for(view, record, host).then(joined)
    }
}

impl Standing {
    pub fn compute(view: &View<'_>, person: Id) -> Self {
        let Some(key) = view.recovery(person).and_then(|r| r.current()) else { return Standing::default() };
        let keys = view.recovery(person).into_iter().flat_map(|r| r.keys());
        let (mut ever, mut seat_waits) = (false, false);
        for earlier in keys {
            // Asked for, so that callers find the devices of everybody, under earlier keys too.
            let _ = view.tree(person, earlier);
            let seated = view.seated(earlier).copied().unwrap_or_default();
            ever |= seated.ever;
            seat_waits |= seated.now && earlier != key;
        }
        let mut standing = Standing {
            key: Some(key),
            is_steward: view.seated(key).is_some_and(|s| s.now),
            seat_waits,
            was_member: ever,
            ..Standing::default()
        };
        for entry in view.filed(Topic::Entrances(person)) {
            let (id, Some(Body::Admit(a))) = (entry.record.id(), &entry.body) else { continue };
            let Some(Ok(admitted)) = view.admitted(id) else { continue };
            if Admitted::has_place(view, entry, a) {
                standing.was_member = true;
                if admitted.is_live {
                    standing.bases.push((admitted.depth, id));
                }
            }
        }
        standing.bases.sort_unstable();
        let is_out = view.removals(person).is_some_and(|r| !r.is_empty());
        let is_open = || view.epochs().and_then(|e| e.last()).is_some_and(|e| e.open);
        let mut joins = view.filed(Topic::Entrances(person)).filter_map(|e| Joined::of(view, e)).peekable();
        if joins.peek().is_some() && !is_out && is_open() {
            standing.joined = joins.collect();
        }
        standing
    }

    /// Whether they entered by themselves.
    pub fn entered(&self) -> bool {
        !self.joined.is_empty()
    }

    /// Steward or resident.
    pub fn is_member(&self) -> bool {
        self.is_steward || self.seat_waits || !self.bases.is_empty()
    }
}
