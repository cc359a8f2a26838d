//! The evaluation: a graph of small pure functions, each computed again only when something it read has changed.
//!
//! Complete records are *filed* under the topics they speak to. A *unit* is one question with one answer (who a person
//! key's devices are, which epochs hold, whether an admit is valid); computing it reads topics and other units, and what
//! it read is remembered. Units are ordered by stratum, and a unit reads only lower strata, or its own along citations,
//! which cannot run in circles because ids are hashes. So the answers are a function of the set of records: taking
//! them one at a time gives the same as taking all at once, in every order. Not for: answering callers ([`super`]).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::body::{Body, DeviceAdd, Genesis};
use super::log::{Logs, Over, Scope};
use super::units::{Admitted, Epochs, Given, Group, Recovery, Removal, Seat, Seated, Signer, Standing, Tree, Veil};
use super::verdict::Verdict;
use super::{Entries, Entry};
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::record::Record;

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
enum Source {
    /// Whether a record is complete.
    Record(Id),
    Topic(Topic),
    Unit(Unit),
}

/// Everything known of a community's authority.
#[derive(Clone, Default)]
pub(super) struct State {
    pub community: Id,
    pub logs: Logs,
    filed: BTreeMap<Topic, BTreeSet<Id>>,
    values: BTreeMap<Unit, Value>,
    readers: BTreeMap<Source, BTreeSet<Unit>>,
    dirty: BTreeSet<Unit>,
    /// By device, the owners some device-add lists it for.
    pub owners: BTreeMap<PublicKey, BTreeSet<Id>>,
    /// By transport key, the devices that name it.
    pub transports: BTreeMap<PublicKey, BTreeSet<PublicKey>>,
    /// Everybody who founded a person; whoever has a standing is among them.
    pub persons: BTreeSet<Id>,
    pub groups: BTreeSet<Id>,
    /// Persons with a `join` of their own.
    pub joined: BTreeSet<Id>,
    #[cfg(test)]
    pub planted: Option<super::tests::Bug>,
}

impl State {
    pub fn new(community: Id) -> Self {
        State { community, dirty: BTreeSet::from([Unit::Epochs]), ..State::default() }
    }

    /// Takes in records that `entries` holds already.
    pub fn arrive(&mut self, genesis: &Genesis, entries: &Entries, ids: impl IntoIterator<Item = Id>) {
        for id in ids {
            for done in self.logs.add(entries, id) {
                if let Some(entry) = entries.get(&done) {
                    let log = Unit::Log(entry.record.payload().device);
                    if self.values.contains_key(&log) {
                        self.dirty.insert(log);
                    }
                    self.wake(Source::Record(done));
                    self.file(entry);
                }
            }
        }
        while let Some(unit) = self.dirty.pop_first() {
            let view = View { state: self, genesis, entries, reads: RefCell::default() };
            let value = view.compute(unit);
            for source in view.reads.into_inner() {
                if let Source::Unit(read) = source
                    && !self.values.contains_key(&read)
                {
                    self.dirty.insert(read);
                }
                self.readers.entry(source).or_default().insert(unit);
            }
            if self.values.get(&unit) != Some(&value) {
                self.values.insert(unit, value);
                self.wake(Source::Unit(unit));
            }
        }
    }

    /// Marks what read a source.
    fn wake(&mut self, source: Source) {
        self.dirty.extend(self.readers.get(&source).into_iter().flatten());
    }

    fn file(&mut self, entry: &Entry) {
        let (id, p) = (entry.record.id(), entry.record.payload());
        let Some(body) = &entry.body else { return };
        let mut topics = Vec::new();
        let mut ask = Vec::new();
        match body {
            Body::Person(_) if p.seq == Some(1) => {
                topics.push(Topic::Key(p.device));
                self.persons.insert(id);
                ask.push(Unit::Standing(id));
            }
            Body::Person(_) => {}
            Body::DeviceAdd(DeviceAdd { offer, .. }) => {
                topics.push(Topic::Devices(p.owner));
                self.owners.entry(offer.device).or_default().insert(p.owner);
                self.transports.entry(offer.transport).or_default().insert(offer.device);
            }
            Body::DeviceRemove(_) => topics.push(Topic::Devices(p.owner)),
            Body::Group(_) => {
                self.groups.insert(id);
                ask.push(Unit::Group(id));
            }
            Body::GroupMember(_) => topics.push(Topic::Members(p.owner)),
            Body::Admit(a) => {
                topics.extend([Topic::Admits(a.person), Topic::Resting(a.by)]);
                ask.push(Unit::Admit(id));
            }
            Body::Join(_) => {
                topics.push(Topic::Joins(p.owner));
                self.joined.insert(p.owner);
            }
            Body::Grant(g) => {
                topics.push(Topic::Grants(g.person));
                ask.push(Unit::Grants(g.person));
            }
            Body::Revoke(r) if p.owner == self.community || p.owner == r.subject => {
                topics.push(Topic::Removals(r.subject));
                ask.push(Unit::Removals(r.subject));
            }
            Body::Revoke(_) => topics.push(Topic::Members(p.owner)),
            Body::Propose(b) => topics.push(Topic::Proposals(b.parent)),
            Body::Approve(b) => topics.push(Topic::Approvals(b.proposal)),
            Body::Arbitrate(b) => topics.push(Topic::Arbitrations(b.parent)),
            Body::Checkpoint(_) => topics.push(Topic::Checkpoints),
            Body::Guardians(_) => topics.push(Topic::Guardians(p.owner)),
            Body::Recover(b) => topics.extend([Topic::Recoveries(p.owner), Topic::Key(b.statement.key)]),
            Body::Object(_) => topics.push(Topic::Objections(p.owner)),
            Body::Hide(h) => {
                topics.push(Topic::Hides(h.owner));
                ask.push(Unit::Hidden(h.owner));
            }
            Body::Unhide(u) => {
                topics.extend(u.hides.iter().map(|h| Topic::Unhides(*h)));
                ask.push(Unit::Seat(p.device));
            }
        }
        for topic in topics {
            self.filed.entry(topic).or_default().insert(id);
            self.wake(Source::Topic(topic));
        }
        self.dirty.extend(ask);
    }

    /// For questions from outside the graph: what is read then is not remembered.
    pub fn view<'a>(&'a self, genesis: &'a Genesis, entries: &'a Entries) -> View<'a> {
        View { state: self, genesis, entries, reads: RefCell::default() }
    }

    /// The owners of whom something is hidden.
    pub fn veiled(&self) -> impl Iterator<Item = Id> {
        let from = Unit::Hidden(Id([0; 32]));
        self.values.range(from..).filter_map(|(unit, value)| match (unit, value) {
            (Unit::Hidden(owner), Value::Hidden(veil)) if !veil.slots.is_empty() => Some(*owner),
            _ => None,
        })
    }

    pub fn filed(&self, topic: Topic) -> impl DoubleEndedIterator<Item = &Id> {
        self.filed.get(&topic).into_iter().flatten()
    }
}

impl State {
    fn value(&self, unit: Unit) -> Option<&Value> {
        self.values.get(&unit)
    }
}

/// What a unit sees while it is computed: everything it reads is remembered.
pub(super) struct View<'a> {
    pub state: &'a State,
    pub genesis: &'a Genesis,
    pub entries: &'a Entries,
    reads: RefCell<BTreeSet<Source>>,
}

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident: $variant:ident($($arg:ident: $ty:ty),*) -> $value:ty;)*) => {
        impl State {
            $($(#[$doc])* pub fn $name(&self $(, $arg: $ty)*) -> Option<&$value> {
                match self.value(answers!(@unit $variant $($arg)*)) { Some(Value::$variant(v)) => Some(v), _ => None }
            })*
        }
        impl<'a> View<'a> {
            $($(#[$doc])* pub fn $name(&self $(, $arg: $ty)*) -> Option<&'a $value> {
                self.reads.borrow_mut().insert(Source::Unit(answers!(@unit $variant $($arg)*)));
                self.state.$name($($arg),*)
            })*
        }
    };
    (@unit $variant:ident) => { Unit::$variant };
    (@unit $variant:ident $($arg:ident)+) => { Unit::$variant($($arg),+) };
}

answers! {
    /// See [`Unit::Log`].
    over: Log(key: PublicKey) -> Over;
    /// See [`Unit::Devices`].
    tree: Devices(person: Id, key: PublicKey) -> Tree;
    /// See [`Unit::Epochs`].
    epochs: Epochs() -> Epochs;
    /// See [`Unit::Seated`].
    seated: Seated(key: PublicKey) -> Seated;
    /// See [`Unit::Recovery`].
    recovery: Recovery(person: Id) -> Recovery;
    /// See [`Unit::Seat`].
    seat: Seat(device: PublicKey) -> Seat;
    /// See [`Unit::Signer`].
    signer: Signer(person: Id, device: PublicKey) -> Signer;
    /// See [`Unit::Removals`].
    removals: Removals(subject: Id) -> Vec<Removal>;
    /// See [`Unit::Grants`].
    grants: Grants(person: Id) -> Vec<Given>;
    /// See [`Unit::Admit`].
    admitted: Admit(admit: Id) -> Result<Admitted, Verdict>;
    /// See [`Unit::Places`].
    places: Places(base: Id) -> BTreeSet<Id>;
    /// See [`Unit::Standing`].
    standing: Standing(person: Id) -> Standing;
    /// See [`Unit::Group`].
    group: Group(id: Id) -> Group;
    /// See [`Unit::Hidden`].
    veil: Hidden(owner: Id) -> Veil;
}

impl<'a> View<'a> {
    fn compute(&self, unit: Unit) -> Value {
        match unit {
            Unit::Log(key) => Value::Log(self.state.logs.over(&key)),
            Unit::Devices(person, key) => Value::Devices(Tree::compute(self, person, key)),
            Unit::Epochs => Value::Epochs(Epochs::compute(self)),
            Unit::Seated(key) => Value::Seated(Seated::compute(self, key)),
            Unit::Recovery(person) => Value::Recovery(Recovery::compute(self, person)),
            Unit::Seat(device) => Value::Seat(Seat::compute(self, device)),
            Unit::Signer(person, device) => Value::Signer(Signer::compute(self, person, device)),
            Unit::Removals(subject) => Value::Removals(Removal::compute(self, subject)),
            Unit::Grants(person) => Value::Grants(Given::compute(self, person)),
            Unit::Admit(admit) => Value::Admit(Admitted::compute(self, admit)),
            Unit::Places(base) => Value::Places(Admitted::places(self, base)),
            Unit::Standing(person) => Value::Standing(Standing::compute(self, person)),
            Unit::Group(id) => Value::Group(Group::compute(self, id)),
            Unit::Hidden(owner) => Value::Hidden(Veil::compute(self, owner)),
        }
    }

    /// The complete records filed under a topic, by id.
    pub fn filed(&self, topic: Topic) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.reads.borrow_mut().insert(Source::Topic(topic));
        let (state, entries) = (self.state, self.entries);
        state.filed(topic).filter_map(|id| entries.get(id).map(|e| &**e))
    }

    /// A complete record with its body.
    pub fn complete(&self, id: &Id) -> Option<&'a Entry> {
        self.reads.borrow_mut().insert(Source::Record(*id));
        self.entries.get(id).map(|e| &**e).filter(|_| self.state.logs.is_complete(id))
    }

    /// What of a key's log lies within every one of some cuts.
    pub fn scope<'c>(&self, key: &PublicKey, cuts: impl IntoIterator<Item = &'c Vec<Id>> + Clone) -> Scope {
        // A log that begins to fork makes another of it.
        self.over(*key);
        cuts.clone().into_iter().for_each(|cut| self.await_all(cut));
        self.state.logs.scope(self.entries, key, cuts)
    }

    /// Whatever a cut names and is not here yet can still come, with others among its ancestors. What those are that
    /// are here never changes.
    pub fn await_all(&self, cut: &[Id]) {
        let missing = cut.iter().filter(|id| !self.state.logs.is_complete(id));
        self.reads.borrow_mut().extend(missing.map(|id| Source::Record(*id)));
    }

    /// Whether a record is within its key's log limits.
    pub fn has_room(&self, record: &Record, is_steward: bool) -> bool {
        self.over(record.payload().device).is_none_or(|over| over.has_room_for(record, is_steward))
    }

    /// The persons a person key belongs to: founded by it, or given to it by a recovery that somebody signed.
    pub fn persons_of_key(&self, key: PublicKey) -> BTreeSet<Id> {
        let of = |e: &Entry| if e.record.payload().kind == Kind::PERSON { e.record.id() } else { e.record.owner() };
        self.filed(Topic::Key(key)).map(of).collect()
    }

    /// Whether a bug was planted, to see the tests find it.
    #[cfg(test)]
    pub fn planted(&self, bug: super::tests::Bug) -> bool {
        self.state.planted == Some(bug)
    }
}

/// True only in tests that plant a bug to see it found.
macro_rules! planted {
    ($view:expr, $bug:ident) => {{
        #[cfg(test)]
        {
            $view.planted($crate::authority::tests::Bug::$bug)
        }
        #[cfg(not(test))]
        {
            false
        }
    }};
}
pub(super) use planted;
