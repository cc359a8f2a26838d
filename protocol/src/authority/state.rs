//! The evaluation: a graph of small pure functions, each computed again only when something it read has changed.
//!
//! Complete records are *filed* under the topics they speak to. A *unit* is one question with one answer (who a person
//! key's devices are, which epochs hold, whether an admit is valid); computing it reads topics and other units, and what
//! it read is remembered. Units are ordered by stratum, and a unit reads only lower strata, or its own along citations,
//! which cannot run in circles because ids are hashes. So the answers are a function of the set of records: taking
//! them one at a time gives the same as taking all at once, in every order. Not for: answering callers ([`super`]).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::body::{Body, DeviceAdd, Genesis};
use super::cow::{Listed, Sorted};
use super::graph::{Node, Source, Value};
pub(super) use super::graph::{Topic, Unit};
use super::log::{Logs, Over, Scope};
use super::units::{Admitted, Epochs, Given, Group, Recovery, Removal, Seat, Seated, Signer, Standing, Tree, Veil};
use super::verdict::Verdict;
use super::{Entries, Entry};
use crate::id::{Id, PublicKey};
use crate::kind::Kind;

/// Longer lists are sorted when all has been filed, not at each.
const SORTED_AT_ONCE: usize = 256;

/// Everything known of a community's authority.
#[derive(Clone, Default)]
pub(super) struct State {
    pub community: Id,
    pub logs: Logs,
    nodes: Listed<Node>,
    /// Units to compute, by their turn.
    dirty: BTreeSet<(u8, u32)>,
    /// Devices, each with the owners some device-add lists it for.
    owners: Sorted<(PublicKey, Id), ()>,
    /// Transport keys, each with the devices that name it.
    transports: Sorted<(PublicKey, PublicKey), ()>,
    /// Everybody who founded a person; whoever has a standing is among them.
    pub persons: Sorted<Id, ()>,
    pub groups: Sorted<Id, ()>,
    /// Devices, each with the persons who entered through it.
    joined: Sorted<(PublicKey, Id), ()>,
    /// Person keys that were named as recovery friends, each with by whom.
    friends: Sorted<(PublicKey, Id), ()>,
    /// Owners whom somebody wanted hidden.
    veiled: Sorted<Id, ()>,
    #[cfg(test)]
    pub planted: Option<super::tests::Bug>,
}

impl State {
    pub fn new(community: Id) -> Self {
        let mut state = State { community, ..State::default() };
        state.ask(Unit::Epochs);
        state
    }

    /// Takes in records that `entries` holds already.
    pub fn arrive(&mut self, genesis: &Genesis, entries: &Entries, fresh: &[Arc<Entry>]) {
        let mut unsorted = BTreeSet::new();
        for entry in fresh {
            for done in self.logs.add(entries, entry) {
                self.wake_readers(Source::Record(done.record.id()));
                self.file(&done, &mut unsorted);
            }
        }
        for key in self.logs.measure() {
            self.wake_readers(Source::Log(key));
        }
        for place in unsorted {
            let filed = &mut self.nodes.get_mut(place).filed;
            filed.sort_by_key(|e| e.record.id());
            filed.dedup_by_key(|e| e.record.id());
        }
        self.settle(genesis);
    }

    /// Computes what has to be, lowest stratum first, and before each what it reads for the first time.
    fn settle(&mut self, genesis: &Genesis) {
        while let Some((_, top)) = self.dirty.pop_first() {
            // Units that wait for the ones above them.
            let mut waiting = BTreeSet::new();
            let mut stack = vec![top];
            while let Some(at) = stack.last().copied() {
                let node = self.nodes.get(at);
                let Some(unit) = node.unit().filter(|_| at == top || node.value.is_none()) else {
                    stack.pop();
                    continue;
                };
                let view = View { state: self, genesis, reads: Some(RefCell::default()) };
                let value = view.compute(unit);
                let mut reads = view.reads.map(RefCell::into_inner).unwrap_or_default();
                reads.places.extend(reads.fresh.into_iter().map(|source| self.place(source)));
                reads.places.sort_unstable();
                reads.places.dedup();
                let is_missing = |place: &u32| {
                    let node = self.nodes.get(*place);
                    node.unit().is_some() && node.value.is_none() && *place != at && !waiting.contains(place)
                };
                let missing: Vec<u32> = reads.places.iter().copied().filter(is_missing).collect();
                if !missing.is_empty() {
                    waiting.insert(at);
                    stack.extend(missing);
                    continue;
                }
                stack.pop();
                waiting.remove(&at);
                self.dirty.remove(&self.turn(at));
                self.remember(at, reads.places);
                if self.nodes.get(at).value.as_deref() != Some(&value) {
                    self.nodes.get_mut(at).value = Some(Arc::new(value));
                    self.wake(at);
                }
            }
        }
    }

    /// Remembers what a unit has read, once and for good.
    fn remember(&mut self, at: u32, reads: Vec<u32>) {
        let before = &self.nodes.get(at).reads;
        let new: Vec<u32> = reads.into_iter().filter(|place| before.binary_search(place).is_err()).collect();
        if new.is_empty() {
            return;
        }
        for place in &new {
            self.nodes.get_mut(*place).readers.push(at);
        }
        let reads = &mut self.nodes.get_mut(at).reads;
        reads.extend(new);
        reads.sort_unstable();
    }

    /// The place of a source, made if there is none.
    fn place(&mut self, source: Source) -> u32 {
        self.nodes.find(&source).unwrap_or_else(|| self.nodes.push(Node::new(source)))
    }

    /// When a unit is computed: what has to be computed again by stratum, then what is new as it came in, since what is
    /// about the same thing came in together and reads the same, and last the standings, which read most of that.
    fn turn(&self, place: u32) -> (u8, u32) {
        let node = self.nodes.get(place);
        let stratum = node.unit().map_or(0, Unit::stratum);
        let is_new = node.value.is_none();
        (if is_new { 64 + u8::from(stratum >= Unit::Standing(Id::SELF).stratum()) } else { stratum }, place)
    }

    fn ask(&mut self, unit: Unit) {
        let place = self.place(Source::Unit(unit));
        self.dirty.insert(self.turn(place));
    }

    /// Asks for what was not computed yet.
    fn ask_first(&mut self, unit: Unit) {
        let place = self.place(Source::Unit(unit));
        if self.nodes.get(place).value.is_none() {
            self.dirty.insert(self.turn(place));
        }
    }

    fn wake_readers(&mut self, source: Source) {
        if let Some(place) = self.nodes.find(&source) {
            self.wake(place);
        }
    }

    /// Marks what has read a source.
    fn wake(&mut self, place: u32) {
        let readers: Vec<(u8, u32)> = self.nodes.get(place).readers.iter().map(|at| self.turn(*at)).collect();
        self.dirty.extend(readers);
    }

    fn file(&mut self, entry: &Arc<Entry>, unsorted: &mut BTreeSet<u32>) {
        let (id, p) = (entry.record.id(), entry.record.payload());
        let Some(body) = &entry.body else { return };
        let mut topics = Vec::new();
        let mut ask = Vec::new();
        match body {
            Body::Person(_) if p.seq == Some(1) => {
                topics.push(Topic::Key(p.device));
                self.persons.insert(id, ());
                // What their standing will read, in the order in which it is computed best.
                let key = p.device;
                let first = [Unit::Devices(id, key), Unit::Seated(key), Unit::Recovery(id)];
                first.into_iter().for_each(|unit| self.ask_first(unit));
                ask.push(Unit::Standing(id));
            }
            Body::Person(_) => {}
            Body::DeviceAdd(DeviceAdd { offer, .. }) => {
                topics.push(Topic::Devices(p.owner));
                self.owners.insert((offer.device, p.owner), ());
                self.transports.insert((offer.transport, offer.device), ());
            }
            Body::DeviceRemove(_) => topics.push(Topic::Devices(p.owner)),
            Body::Group(_) => {
                self.groups.insert(id, ());
                ask.push(Unit::Group(id));
            }
            Body::GroupMember(_) => topics.push(Topic::Members(p.owner)),
            Body::Admit(a) => {
                topics.extend([Topic::Entrances(a.person), Topic::Resting(a.by)]);
                self.ask_first(Unit::Seat(p.device));
                // Asked for before the person is here, who is let in by it.
                ask.extend([Unit::Admit(id), Unit::Places(a.by)]);
            }
            Body::Join(join) => {
                topics.push(Topic::Entrances(join.person));
                self.joined.insert((p.device, join.person), ());
                ask.push(Unit::Signer(p.owner, p.device));
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
            Body::Guardians(named) => {
                topics.push(Topic::Recovery(p.owner));
                named.keys.iter().for_each(|key| self.friends.insert((*key, p.owner), ()));
            }
            Body::Object(_) => topics.push(Topic::Recovery(p.owner)),
            Body::Recover(b) => topics.extend([Topic::Recovery(p.owner), Topic::Key(b.statement.key)]),
            Body::Hide(h) => {
                topics.push(Topic::Hides(h.owner));
                self.veiled.insert(h.owner, ());
                ask.push(Unit::Hidden(h.owner));
                let unhides = self.nodes.find(&Source::Topic(Topic::Unhides(id)));
                let early = unhides.map_or_else(Vec::new, |at| self.nodes.get(at).filed.clone());
                early.iter().for_each(|unhide| self.file_under(Topic::Shown(h.owner), unhide, unsorted));
            }
            Body::Unhide(u) => {
                topics.extend(u.hides.iter().map(|h| Topic::Unhides(*h)));
                let here = u.hides.iter().filter_map(|h| self.logs.entry(h));
                topics.extend(here.filter_map(|e| match &e.body {
                    Some(Body::Hide(h)) => Some(Topic::Shown(h.owner)),
                    _ => None,
                }));
                ask.push(Unit::Seat(p.device));
            }
        }
        for topic in topics {
            self.file_under(topic, entry, unsorted);
        }
        ask.into_iter().for_each(|unit| self.ask(unit));
    }

    fn file_under(&mut self, topic: Topic, entry: &Arc<Entry>, unsorted: &mut BTreeSet<u32>) {
        let (id, place) = (entry.record.id(), self.place(Source::Topic(topic)));
        let filed = &mut self.nodes.get_mut(place).filed;
        if filed.len() >= SORTED_AT_ONCE {
            filed.push(entry.clone());
            unsorted.insert(place);
        } else if let Err(at) = filed.binary_search_by_key(&id, |e| e.record.id()) {
            filed.insert(at, entry.clone());
        }
        self.wake(place);
    }

    /// For questions from outside the graph: what is read then is not remembered.
    pub fn view<'a>(&'a self, genesis: &'a Genesis) -> View<'a> {
        View { state: self, genesis, reads: None }
    }

    /// The owners of whom something is hidden.
    pub fn veiled(&self) -> impl Iterator<Item = Id> {
        self.veiled.keys().copied().filter(|owner| self.veil(*owner).is_some_and(|veil| !veil.slots.is_empty()))
    }

    /// The owners some device-add lists a device for.
    pub fn owners_of(&self, device: &PublicKey) -> impl Iterator<Item = &Id> + use<'_> {
        let device = *device;
        let from = self.owners.from(&(device, Id([0; 32])));
        from.map(|(pair, ())| pair).take_while(move |(key, _)| *key == device).map(|(_, owner)| owner)
    }

    /// The persons who entered through a device.
    pub fn entered_through(&self, host: &PublicKey) -> impl Iterator<Item = &Id> + use<'_> {
        let host = *host;
        let from = self.joined.from(&(host, Id([0; 32])));
        from.map(|(pair, ())| pair).take_while(move |(key, _)| *key == host).map(|(_, person)| person)
    }

    /// Who ever named a person key as a recovery friend.
    pub fn named_as_friend_by(&self, key: &PublicKey) -> impl Iterator<Item = &Id> + use<'_> {
        let key = *key;
        let from = self.friends.from(&(key, Id([0; 32])));
        from.map(|(pair, ())| pair).take_while(move |(of, _)| *of == key).map(|(_, by)| by)
    }

    /// The devices that name a transport key.
    pub fn devices_at(&self, transport: &PublicKey) -> impl Iterator<Item = &PublicKey> + use<'_> {
        let transport = *transport;
        let from = self.transports.from(&(transport, PublicKey([0; 32])));
        from.map(|(pair, ())| pair).take_while(move |(key, _)| *key == transport).map(|(_, device)| device)
    }

    fn value(&self, unit: Unit) -> Option<&Value> {
        self.nodes.get(self.nodes.find(&Source::Unit(unit))?).value.as_deref()
    }
}

/// What a unit sees while it is computed: everything it reads is remembered.
pub(super) struct View<'a> {
    pub state: &'a State,
    pub genesis: &'a Genesis,
    reads: Option<RefCell<Reads>>,
}

#[derive(Default)]
struct Reads {
    places: Vec<u32>,
    /// What has no place yet.
    fresh: Vec<Source>,
    /// The last few, since the same is often read again at once.
    last: [Option<(Source, u32)>; 4],
    next: usize,
}

impl<'a> View<'a> {
    fn read(&self, source: Source) -> Option<&'a Node> {
        let nodes = &self.state.nodes;
        let Some(reads) = &self.reads else { return nodes.find(&source).map(|at| nodes.get(at)) };
        let mut reads = reads.borrow_mut();
        if let Some((_, at)) = reads.last.iter().flatten().find(|(last, _)| *last == source) {
            return Some(nodes.get(*at));
        }
        let Some(at) = nodes.find(&source) else {
            reads.fresh.push(source);
            return None;
        };
        reads.places.push(at);
        let next = reads.next;
        reads.last[next % 4] = Some((source, at));
        reads.next += 1;
        Some(nodes.get(at))
    }
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
                if self.reads.is_none() {
                    return self.state.$name($($arg),*);
                }
                let unit = answers!(@unit $variant $($arg)*);
                if unit.gathers().is_some_and(|topic| self.filed(topic).next().is_none()) {
                    return None;
                }
                let node = self.read(Source::Unit(unit))?;
                match node.value.as_deref() { Some(Value::$variant(v)) => Some(v), _ => None }
            })*
        }
    };
    (@unit $variant:ident) => { Unit::$variant };
    (@unit $variant:ident $($arg:ident)+) => { Unit::$variant($($arg),+) };
}

answers! {
    /// See [`Unit::Devices`].
    tree: Devices(person: Id, key: PublicKey) -> Tree;
    /// See [`Unit::Epochs`].
    epochs: Epochs() -> Epochs;
    /// See [`Unit::Seated`].
    seated: Seated(key: PublicKey) -> Seated;
    /// See [`Unit::Recovery`].
    recovery: Recovery(person: Id) -> Recovery;
    /// See [`Unit::Stewards`].
    steward_devices: Stewards() -> BTreeSet<PublicKey>;
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
            Unit::Devices(person, key) => Value::Devices(Tree::compute(self, person, key)),
            Unit::Epochs => Value::Epochs(Epochs::compute(self)),
            Unit::Seated(key) => Value::Seated(Seated::compute(self, key)),
            Unit::Recovery(person) => Value::Recovery(Recovery::compute(self, person)),
            Unit::Stewards => Value::Stewards(Seat::stewards(self)),
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
        self.read(Source::Topic(topic)).into_iter().flat_map(|node| &node.filed).map(|e| &**e)
    }

    /// A complete record with its body.
    pub fn complete(&self, id: &Id) -> Option<&'a Entry> {
        let entry = self.state.logs.entry(id);
        if entry.is_none() {
            self.read(Source::Record(*id));
        }
        entry.map(|e| &**e)
    }

    /// What of a key's log lies within every one of some cuts.
    pub fn scope<'c>(&self, key: &PublicKey, cuts: impl IntoIterator<Item = &'c Vec<Id>> + Clone) -> Scope {
        // A log that begins to fork makes another of it.
        self.read(Source::Log(*key));
        cuts.clone().into_iter().for_each(|cut| self.await_all(cut));
        self.state.logs.scope(key, cuts)
    }

    /// Whatever a cut names and is not here yet can still come, with others among its ancestors. What those are that
    /// are here never changes.
    pub fn await_all(&self, cut: &[Id]) {
        cut.iter().filter(|id| !self.state.logs.is_complete(id)).for_each(|id| {
            self.read(Source::Record(*id));
        });
    }

    /// In which log a record is, and where, once it is complete.
    pub fn located(&self, id: &Id) -> Option<(PublicKey, u64)> {
        let p = self.complete(id)?.record.payload();
        Some((p.device, p.seq?))
    }

    /// Where that part of a key's log that some cuts leave meets its limits.
    pub fn over_in(&self, key: &PublicKey, scope: &Scope) -> Over {
        self.read(Source::Log(*key));
        self.state.logs.over_in(key, scope)
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
