//! Retention: which content a node keeps, as a pure function of a set of records, a week, and the shares that authority
//! gives. Every node that has seen the same records keeps the same ones, whatever order they came in.
//!
//! 1. Authority records: see `authority`. Content for which nobody has a share is out (newcomers, strangers, whoever was
//!    taken out), and so is content whose expiry week is over.
//! 2. *Withdrawals*, looked at alone: of one (slot, device, units) the newest two; of these, newest first, each for which
//!    no share on its path is used up by newer ones.
//! 3. *Versions*, looked at alone: out is what is older than a withdrawal of its slot that step 2 kept; then as step 2.
//!
//! A share is a count of units: 1 KiB and doubling, what a record costs in memory and on disk. Shares are nested (a computer
//! in a person's, a person in a group's), and an inner share is charged to the outer one *saturated*: never with more than it
//! is. Without saturation, K(A ∪ B) = K(K(A) ∪ K(B)) breaks.
//!
//! Why the law holds in one of steps 2 and 3: of one (slot, device, units), the rule of two leaves min(2, newer than r)
//! records newer than r, so what is charged before r only grows with the set. So a record kept from the whole is kept from every
//! part that has it; and whatever pushes a record out of the whole is itself kept, so it pushes it out again. Between the
//! steps it holds for one set of withdrawals, which is settled first: a withdrawal gives space back, so that what fell out for
//! want of it is taken in again when it is next offered, by its author's computer at the latest.
//!
//! Not for: who has which share (`authority`), or what a slot shows (`view`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::hlc::{Day, Hlc, week_of};
use crate::id::{Id, PublicKey};
use crate::kind::{Kind, Lane};
use crate::limits::{DELETE_AFTER_DAYS, UNIT_BYTES, VERSIONS_PER_SLOT_DEVICE};
use crate::record::Record;

/// The week of 2060-01-01. Content that expires then or later shares one bucket, so that far-dated records cannot make
/// a node keep thousands of weeks.
pub const FAR_WEEK: u32 = 4696;

/// The week after which a content record goes. [`FAR_WEEK`] at most; 0 for authority records, which have none.
pub fn expiry_week(record: &Record) -> u32 {
    record.payload().expires.map_or(0, |d| week_of(d).min(FAR_WEEK))
}

/// The earliest expiry week a store still holds on `today`: records go [`DELETE_AFTER_DAYS`] days after the end of
/// their week, so that neighbours whose clocks are two days apart still agree on every week they compare.
pub fn oldest_week_held(today: Day) -> u32 {
    week_of(today.saturating_sub(DELETE_AFTER_DAYS)).min(FAR_WEEK)
}

/// What a record of so many wire bytes is charged: the smallest power of two of [`UNIT_BYTES`] that it fits, 1 to 16.
///
/// Few sizes, so that versions of one slot nearly always have the same one: of each, the newest two stay.
pub fn units_of(wire_bytes: usize) -> u32 {
    u32::try_from(wire_bytes.div_ceil(UNIT_BYTES).next_power_of_two()).unwrap_or(u32::MAX)
}

/// Who answers for what is charged to a share.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Holder {
    /// A person whom organisers let in: their own things, what they write for the community, and their guests'.
    Person(Id),
    /// All whom that person let in, and whom those let in.
    Guests(Id),
    /// One of them.
    Guest(Id),
    /// A computer of a person with all that it listed.
    Computer(Id, PublicKey),
    /// A group.
    Group(Id),
    /// A person in a group: what they write in its name, and what the group's computers do that they listed.
    InGroup(Id, Id),
}

/// A share: its holder, and the units it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// Whose.
    pub holder: Holder,
    /// How many units.
    pub units: u64,
}

/// The shares that a record is charged to, outermost first; never empty. The first is the *account*: records of two accounts
/// never push one another out.
pub type Path = Arc<[Share]>;

/// Units charged to shares, each saturated in the one around it.
#[derive(Default)]
pub struct Spent(BTreeMap<Holder, u64>);

impl Spent {
    /// Whether every share on a path has room left.
    pub fn has_room(&self, path: &[Share]) -> bool {
        path.iter().all(|share| self.0.get(&share.holder).is_none_or(|spent| *spent < share.units))
    }

    /// Charges a path.
    pub fn charge(&mut self, path: &[Share], units: u32) {
        let mut more = u64::from(units);
        for share in path.iter().rev() {
            let spent = self.0.entry(share.holder).or_default();
            let before = (*spent).min(share.units);
            *spent = spent.saturating_add(more);
            more = (*spent).min(share.units) - before;
        }
    }
}

/// One content record, as retention sees it. `S` stands for its slot and `D` for its device, whatever a store has for them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version<S, D> {
    /// Its slot.
    pub slot: S,
    /// The device that wrote it.
    pub device: D,
    /// What sorts versions.
    pub order: (Hlc, Id),
    /// [`units_of`] its wire bytes.
    pub units: u32,
    /// Whether it withdraws its slot.
    pub is_withdrawal: bool,
    /// The shares it is charged to.
    pub path: Path,
}

/// What becomes of a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// It is kept.
    Kept,
    /// A newer withdrawal of its slot is kept.
    Withdrawn,
    /// Two newer ones of its slot, device and size are there.
    Superseded,
    /// Newer ones use up a share it is charged to.
    BeyondShare,
}

/// Step 2, over withdrawals of whole accounts; the answers are in their order. Step 3 is the same, over versions: `withdrawn`
/// says by which newest withdrawal that step 2 kept a slot is withdrawn.
pub fn judge<S: Ord, D: Ord>(set: &[Version<S, D>], withdrawn: impl Fn(&S) -> Option<(Hlc, Id)>) -> Vec<Fate> {
    let mut newest_first: Vec<usize> = (0..set.len()).collect();
    newest_first.sort_unstable_by(|a, b| set[*b].order.cmp(&set[*a].order));
    let mut fates = vec![Fate::Kept; set.len()];
    let (mut newer, mut spent) = (BTreeMap::<(&S, &D, u32), usize>::new(), Spent::default());
    for at in newest_first {
        let v = &set[at];
        if !v.is_withdrawal && withdrawn(&v.slot).is_some_and(|by| by > v.order) {
            fates[at] = Fate::Withdrawn;
            continue;
        }
        let before = newer.entry((&v.slot, &v.device, v.units)).or_default();
        if *before >= VERSIONS_PER_SLOT_DEVICE {
            fates[at] = Fate::Superseded;
            continue;
        }
        *before += 1;
        if !spent.has_room(&v.path) {
            fates[at] = Fate::BeyondShare;
        }
        spent.charge(&v.path, v.units);
    }
    fates
}

/// Steps 2 and 3 over records of whole accounts, none of them expired: those that are kept.
pub fn kept<S: Ord + Clone, D: Ord + Clone>(set: &[Version<S, D>]) -> Vec<Version<S, D>> {
    let (withdrawals, versions): (Vec<_>, Vec<_>) = set.iter().cloned().partition(|v| v.is_withdrawal);
    let fates = judge(&withdrawals, |_| None);
    let mut kept = only_kept(withdrawals, fates);
    let mut newest: BTreeMap<S, (Hlc, Id)> = BTreeMap::new();
    for v in &kept {
        let by = newest.entry(v.slot.clone()).or_insert(v.order);
        *by = v.order.max(*by);
    }
    let fates = judge(&versions, |slot| newest.get(slot).copied());
    kept.extend(only_kept(versions, fates));
    kept
}

fn only_kept<T>(set: Vec<T>, fates: Vec<Fate>) -> Vec<T> {
    set.into_iter().zip(fates).filter(|(_, fate)| *fate == Fate::Kept).map(|(v, _)| v).collect()
}

/// A slot: (owner, kind, key).
pub type Slot = (Id, Kind, Vec<u8>);

/// What retention looks at in a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Its lane.
    pub lane: Lane,
    /// [`expiry_week`].
    pub week: u32,
    /// The rest; nothing: nobody has a share for it.
    pub version: Option<Version<Slot, PublicKey>>,
    /// Its id.
    pub id: Id,
}

impl Facts {
    /// Of a record that is charged to a path; nothing: nobody has a share for it.
    pub fn of(record: &Record, path: Option<Path>) -> Facts {
        let p = record.payload();
        let version = path.map(|path| Version {
            slot: (record.owner(), p.kind, p.key.clone()),
            device: p.device,
            order: record.order(),
            units: units_of(record.wire().len()),
            is_withdrawal: record.is_withdrawal(),
            path,
        });
        Facts { lane: record.lane(), week: expiry_week(record), version, id: record.id() }
    }
}

/// The ids that are kept of a set, in which weeks below `oldest_week` are over.
pub fn keep<'a>(set: impl IntoIterator<Item = &'a Facts>, oldest_week: u32) -> BTreeSet<Id> {
    let (mut ids, mut versions) = (BTreeSet::new(), BTreeMap::new());
    for facts in set {
        if facts.lane == Lane::Authority {
            ids.insert(facts.id);
        } else if facts.week >= oldest_week
            && let Some(version) = &facts.version
        {
            versions.insert(facts.id, version.clone());
        }
    }
    let versions: Vec<Version<Slot, PublicKey>> = versions.into_values().collect();
    ids.extend(kept(&versions).into_iter().map(|v| v.order.1));
    ids
}

#[cfg(test)]
mod tests;
