//! Which authority records are stored: what can count, and of each party so much.
//!
//! A record is stored when its signer is somebody here (a key that a seat, an admission or an entry stands behind), its
//! own-log ancestors are stored, and its party has room. A party is a steward, a resident whom a steward let in, each guest of
//! such a resident with all whom the guest let in, or the newcomers of one member; so whoever lets liars in loses no room of
//! their own. Within a party the keys nearer to what names them come first, of one key what lies within its cuts, then the
//! log's order: a thief's forks push out nothing that a cut keeps, and nothing nearer. What is evaluated is what is stored:
//! the two are one set. Not for: content (`retention`), or what a record means.

use std::collections::{BTreeMap, BTreeSet};

use super::body::Body;
use super::state::Topic;
use super::units::{Admitted, Joined, Removal};
use super::{Authority, Entry, Inserted};
use crate::id::{Id, PublicKey};
use crate::kind::{Kind, Lane};
use crate::limits::*;
use crate::record::Record;

/// Rounds in which signers become known that others name. More: the rest waits for the next time.
const ROUNDS_MAX: usize = 64;
/// People let in by people that are followed: as deep as invites go.
const STEPS_MAX: usize = INVITE_DEPTH_MAX as usize;

/// Who answers for records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Party {
    /// A key that has or had a seat, or a root key.
    Seat(PublicKey),
    /// Somebody whom a steward let in.
    Resident(Id),
    /// Whom such a resident let in, with all whom they let in.
    Guest { host: Id, guest: Id },
    /// Who entered by themselves through a member's computers.
    Newcomers(Id),
    /// Whom somebody named as recovery friends, and who are nothing else here.
    Friends(Id),
}

impl Party {
    /// Most records, and most bytes.
    fn room(self) -> (u64, u64) {
        match self {
            Party::Seat(_) => (STEWARD_AUTHORITY_RECORDS_MAX, SEAT_AUTHORITY_BYTES_MAX),
            Party::Resident(_) => (PARTY_AUTHORITY_RECORDS_MAX, PARTY_AUTHORITY_BYTES_MAX),
            Party::Guest { .. } => (GUEST_AUTHORITY_RECORDS_MAX, GUEST_AUTHORITY_BYTES_MAX),
            Party::Newcomers(_) | Party::Friends(_) => (NEWCOMERS_AUTHORITY_RECORDS_MAX, NEWCOMERS_AUTHORITY_BYTES_MAX),
        }
    }
}

/// What became of records that were offered.
#[derive(Default, Debug)]
pub struct Taken {
    /// Stored now, with where each stands.
    pub stored: Vec<(Record, Inserted)>,
    /// Of signers who are nobody here yet: what names them may be on its way.
    pub strangers: Vec<Record>,
    /// Their own-log ancestors are not here yet.
    pub incomplete: Vec<Record>,
    /// Were stored before.
    pub known: usize,
    /// Not authority records of this community.
    pub refused: usize,
    /// Their party has no room for them.
    pub over: usize,
    /// Stored before, and not any more: something nearer needed the room.
    pub dropped: Vec<Id>,
    /// Whether other records may be [aside](Authority::aside) now than before.
    pub moves_aside: bool,
}

impl Authority {
    /// Takes in what may be stored of some records, in whichever order they are.
    pub fn take(&mut self, records: impl IntoIterator<Item = Record>) -> Taken {
        let mut taken = Taken::default();
        let (mut rest, mut ids) = (Vec::new(), BTreeSet::new());
        for record in records {
            let id = record.id();
            if record.lane() != Lane::Authority || record.payload().kind == Kind::GENESIS && id != self.community() {
                taken.refused += 1;
            } else if id == self.community() || self.entries.contains(&id) || !ids.insert(id) {
                taken.known += 1;
            } else {
                rest.push(record);
            }
        }
        let (mut fresh, mut parties) = (Vec::new(), BTreeSet::new());
        for _ in 0..ROUNDS_MAX {
            let (ready, later) = self.ready(std::mem::take(&mut rest), &mut parties, &mut taken);
            rest = later;
            if ready.is_empty() {
                break;
            }
            taken.moves_aside |= ready.iter().any(changes_who_stands);
            fresh.extend(ready.iter().cloned());
            self.extend(ready);
        }
        let here: BTreeSet<Id> = fresh.iter().map(Record::id).collect();
        for record in rest {
            let is_signer_known = self.party_of_key(&record.payload().device).is_some() || self.names_itself(&record);
            if is_signer_known { taken.incomplete.push(record) } else { taken.strangers.push(record) }
        }
        let mut out = BTreeSet::new();
        // Whoever goes names nobody any more; that ends after as many steps as people let people in.
        for _ in 0..=STEPS_MAX {
            let gone: BTreeSet<Id> = parties.iter().flat_map(|party| self.beyond_room(*party)).collect();
            if gone.is_empty() {
                break;
            }
            self.put_out(&gone);
            out.extend(gone);
        }
        taken.moves_aside |= !out.is_empty();
        taken.dropped = out.iter().filter(|id| !here.contains(id)).copied().collect();
        for record in fresh {
            match self.standing_of(&record.id()).filter(|_| !out.contains(&record.id())) {
                Some(inserted) => taken.stored.push((record, inserted)),
                None => taken.over += 1,
            }
        }
        taken
    }

    /// Splits what can be stored now from what has to wait; counts what has no room.
    fn ready(
        &self,
        records: Vec<Record>,
        parties: &mut BTreeSet<Party>,
        taken: &mut Taken,
    ) -> (Vec<Record>, Vec<Record>) {
        let mut known: BTreeMap<PublicKey, Option<Party>> = BTreeMap::new();
        let mut rooms: BTreeMap<Party, Room> = BTreeMap::new();
        let (mut ready, mut later, mut here) = (Vec::new(), Vec::new(), BTreeSet::new());
        for record in records {
            let p = record.payload();
            let is_whole = p.prev.iter().all(|id| self.state.logs.is_complete(id) || here.contains(id));
            let party = *known.entry(p.device).or_insert_with(|| self.party_of_key(&p.device));
            match party {
                _ if !is_whole => later.push(record),
                None if !self.names_itself(&record) => later.push(record),
                None => {
                    here.insert(record.id());
                    ready.push(record);
                }
                Some(party) => {
                    parties.insert(party);
                    let room = rooms.entry(party).or_insert_with(|| self.room_of(party));
                    // Looked at before it is evaluated, so that a flood costs a look each.
                    let is_after = |end: &Place| self.place_among(&room.keys, &record).is_some_and(|at| at > *end);
                    if room.end.as_ref().is_some_and(is_after) && !self.awaits_cut(&p.device) {
                        taken.over += 1;
                    } else {
                        here.insert(record.id());
                        ready.push(record);
                    }
                }
            }
        }
        (ready, later)
    }

    /// Whether a record of a key that is nobody's makes it somebody's: a person who was let in.
    fn names_itself(&self, record: &Record) -> bool {
        record.payload().kind == Kind::PERSON && self.party_of_person(&record.id()).is_some()
    }

    /// The party of a key that somebody here stands behind: the one with most room, where there are several.
    pub(super) fn party_of_key(&self, key: &PublicKey) -> Option<Party> {
        let seats = self.state.epochs().is_some_and(|e| e.ever.contains(key));
        if seats || self.genesis.stewards.contains(key) || self.genesis.roots.contains(key) {
            return Some(Party::Seat(*key));
        }
        let of_key = self.view().persons_of_key(*key).into_iter().filter(|p| self.keys_of(p).contains(key));
        let listed = self.state.owners_of(key).copied().filter(|p| {
            let mut trees = self.keys_of(p).into_iter().filter_map(|k| self.state.tree(*p, k));
            trees.any(|tree| tree.devices.contains_key(key))
        });
        of_key.chain(listed).filter_map(|person| self.party_of_person(&person)).min()
    }

    /// The party of somebody who has, or had, a standing here, or may speak for somebody who lost their key.
    fn party_of_person(&self, person: &Id) -> Option<Party> {
        self.party_by_entrance(person).or_else(|| {
            let keys = self.keys_of(person).into_iter();
            let named = keys.flat_map(|key| self.state.named_as_friend_by(&key).copied().collect::<Vec<_>>());
            named.filter(|by| self.party_by_entrance(by).is_some()).min().map(Party::Friends)
        })
    }

    fn party_by_entrance(&self, person: &Id) -> Option<Party> {
        let ever = self.state.epochs().map(|e| &e.ever);
        if let Some(key) = self.keys_of(person).into_iter().find(|k| ever.is_some_and(|ever| ever.contains(k))) {
            return Some(Party::Seat(key));
        }
        let view = self.view();
        let parties = view.filed(Topic::Entrances(*person)).filter_map(|entry| match &entry.body {
            Some(Body::Admit(a)) => {
                let admitted = view.admitted(entry.record.id())?.as_ref().ok()?;
                let counts = Admitted::has_place(&view, entry, a);
                counts
                    .then(|| if admitted.depth <= 1 { Some(Party::Resident(*person)) } else { self.guest_of(entry) })?
            }
            Some(Body::Join(_)) => {
                let joined = Joined::of(&view, entry)?;
                self.has_entry_place(person, &joined).then_some(Party::Newcomers(joined.host))
            }
            _ => None,
        });
        parties.min()
    }

    /// The resident at the first step below a steward, and the guest at the second, for an admit further down.
    fn guest_of(&self, admit: &Entry) -> Option<Party> {
        let mut at = admit;
        for _ in 0..STEPS_MAX {
            let Some(Body::Admit(a)) = &at.body else { return None };
            let above: &Entry = self.entries.get(&a.by)?;
            let view = self.view();
            if view.admitted(above.record.id())?.as_ref().is_ok_and(|up| up.depth <= 1) {
                return Some(Party::Guest { host: at.record.owner(), guest: a.person });
            }
            at = above;
        }
        None
    }

    /// The people of a party, in the order in which they have room.
    fn people_of(&self, party: Party) -> Vec<Id> {
        let view = self.view();
        let mut people: Vec<Id> = match party {
            Party::Seat(key) => view.persons_of_key(key).into_iter().collect(),
            Party::Resident(person) => vec![person],
            Party::Guest { guest, .. } => vec![guest],
            Party::Friends(by) => {
                let friends = self.guardians(&by).into_iter().flat_map(|(g, _)| g.keys);
                friends.flat_map(|key| view.persons_of_key(key)).collect()
            }
            Party::Newcomers(host) => {
                let devices = self.all_devices_of(&host).into_iter();
                devices.flat_map(|device| self.state.entered_through(&device).copied().collect::<Vec<_>>()).collect()
            }
        };
        if let Party::Guest { .. } = party {
            // Nearer ones first: each step is what the step before let in.
            let mut step = people.clone();
            for _ in 0..STEPS_MAX {
                let admits = step.iter().flat_map(|p| self.admits_of(p));
                let resting = admits.flat_map(|admit| view.filed(Topic::Resting(admit)));
                let let_in = resting.filter_map(|e| match &e.body {
                    Some(Body::Admit(a)) => Some((e.record.log_order(), a.person)),
                    _ => None,
                });
                let mut let_in: Vec<_> = let_in.collect();
                let_in.sort_unstable();
                step = let_in.into_iter().map(|(_, person)| person).filter(|p| !people.contains(p)).collect();
                people.extend(&step);
            }
        }
        let mut seen = BTreeSet::new();
        people.retain(|p| seen.insert(*p) && self.party_of_person(p) == Some(party));
        people
    }

    /// The admits that let somebody in.
    fn admits_of(&self, person: &Id) -> Vec<Id> {
        let view = self.view();
        let filed = view.filed(Topic::Entrances(*person)).filter(|e| matches!(e.body, Some(Body::Admit(_))));
        filed.map(|e| e.record.id()).collect()
    }

    /// The keys of a party with how near each is: whom it belongs to, which of their keys, how deep below it.
    fn keys_of_party(&self, party: Party) -> BTreeMap<PublicKey, Nearness> {
        let mut keys = BTreeMap::new();
        if let Party::Seat(key) = party {
            keys.insert(key, (0, 0, 0));
        }
        for (at, person) in self.people_of(party).into_iter().enumerate() {
            // The key that holds comes first: what a thief signs with an earlier one is for whoever is left.
            for (age, key) in self.keys_of(&person).into_iter().rev().enumerate() {
                keys.entry(key).or_insert((at, age, 0));
                let devices = self.state.tree(person, key).into_iter().flat_map(|t| &t.devices);
                for (device, state) in devices {
                    keys.entry(*device).or_insert((at, age, state.depth));
                }
            }
        }
        keys.retain(|key, _| self.party_of_key(key) == Some(party));
        keys
    }

    /// Where a record comes among those of a party's keys.
    fn place_among(&self, keys: &BTreeMap<PublicKey, Nearness>, record: &Record) -> Option<Place> {
        let key = record.payload().device;
        let near = *keys.get(&key)?;
        Some((near, !self.is_within_cuts(&key, record), record.log_order()))
    }

    /// Whether everything that took a key out leaves a record.
    fn is_within_cuts(&self, key: &PublicKey, record: &Record) -> bool {
        let view = self.view();
        self.state.owners_of(key).all(|person| {
            let spares = |all: &[Removal]| Removal::all_spare(all.iter(), &view, record, &[]);
            let mut keys = self.keys_of(person).into_iter();
            let listed = keys.find_map(|k| Some((k, self.state.tree(*person, k)?.devices.get(key)?)));
            let within = listed.is_none_or(|(under, device)| {
                let replaced = self.state.recovery(*person).and_then(|r| r.cut_of(&under)).flatten();
                device.scope.has(record) && replaced.is_none_or(|cut| view.scope(key, [cut]).has(record))
            });
            within && self.state.removals(*person).is_none_or(|all| spares(all))
        })
    }

    /// Whether a cut of a key names what is not here: what comes may be within it.
    fn awaits_cut(&self, key: &PublicKey) -> bool {
        let is_here = |id: &Id| self.state.logs.is_complete(id);
        self.state.owners_of(key).any(|person| {
            let trees = self.keys_of(person).into_iter().filter_map(|k| Some((k, self.state.tree(*person, k)?)));
            let mut listed = trees.filter_map(|(k, tree)| Some((k, tree.devices.get(key)?)));
            let of_device = listed.any(|(under, device)| {
                let replaced = self.state.recovery(*person).and_then(|r| r.cut_of(&under)).flatten();
                !device.cuts().chain(replaced).flatten().all(is_here)
            });
            let revoked = |removal: &Removal| match self.entries.get(&removal.id).and_then(|e| e.body.as_ref()) {
                Some(Body::Revoke(r)) => !r.cuts.iter().all(is_here),
                _ => false,
            };
            of_device || self.state.removals(*person).is_some_and(|all| all.iter().any(revoked))
        })
    }

    /// The records of a party in its order, with their sizes.
    fn records_of(&self, keys: &BTreeMap<PublicKey, Nearness>) -> Vec<(Place, u64)> {
        let mut records = Vec::new();
        for key in keys.keys() {
            for (id, size) in self.state.logs.all(key) {
                let place = self.entries.get(&id).and_then(|entry| self.place_among(keys, &entry.record));
                records.extend(place.map(|place| (place, size)));
            }
        }
        records.sort_unstable();
        records
    }

    /// What a party has stored.
    fn room_of(&self, party: Party) -> Room {
        let keys = self.keys_of_party(party);
        let mut room = Room { records: 0, bytes: 0, end: None, keys };
        for (records, bytes) in room.keys.keys().map(|key| self.state.logs.size(key)) {
            room.records += records;
            room.bytes += bytes;
        }
        if room.is_full(party) {
            room.end = self.records_of(&room.keys).last().map(|(place, _)| *place);
        }
        room
    }

    /// What a party has beyond its room: a record is kept while those before it do not fill it. So what two computers keep,
    /// and what they keep of both, is the same whatever each had first (as in `retention`).
    fn beyond_room(&self, party: Party) -> Vec<Id> {
        let room = self.room_of(party);
        if !room.is_full(party) {
            return Vec::new();
        }
        let mut before = Room { records: 0, bytes: 0, ..Room::default() };
        let mut gone = Vec::new();
        for ((_, _, (_, id)), size) in self.records_of(&room.keys) {
            if before.is_full(party) {
                gone.push(id);
            }
            before.records += 1;
            before.bytes += size;
        }
        gone
    }

    /// The records of signers whom nobody stands behind any more: of no effect, in no set that is compared, and never passed on,
    /// but here, since authority can change back. Not: those of `own`, whose computer this is. Goes through all logs.
    pub fn aside(&self, own: Option<&Id>) -> Vec<Id> {
        let own_keys = own.map_or_else(Vec::new, |own| [self.keys_of(own), self.all_devices_of(own)].concat());
        let keys = self.state.logs.keys().filter(|key| self.party_of_key(key).is_none() && !own_keys.contains(key));
        keys.flat_map(|key| self.state.logs.all(key).map(|(id, _)| id)).collect()
    }

    /// Evaluates again without some records.
    fn put_out(&mut self, gone: &BTreeSet<Id>) {
        let kept: Vec<Record> =
            self.entries.values().map(|e| &e.record).filter(|r| !gone.contains(&r.id())).cloned().collect();
        if let Ok(mut without) = Authority::new(&self.genesis_record) {
            #[cfg(test)]
            without.plant(self.state.planted);
            without.extend(kept);
            without.generation += self.generation;
            *self = without;
        }
    }
}

/// What a party has stored, and by which keys.
#[derive(Default)]
struct Room {
    records: u64,
    bytes: u64,
    /// The last of them, where it is full.
    end: Option<Place>,
    keys: BTreeMap<PublicKey, Nearness>,
}

impl Room {
    fn is_full(&self, party: Party) -> bool {
        let (most, most_bytes) = party.room();
        self.records >= most || self.bytes >= most_bytes
    }
}

/// How near a key is to what names it: whose it is, which key of theirs it is listed under, how deep.
type Nearness = (usize, usize, u32);
/// Where a record comes in its party: nearness, whether a cut leaves it out, place in its log.
type Place = (Nearness, bool, (u64, Id));

/// Whether a record may leave somebody, or what they signed, with nobody behind it, or give it back: whether what is
/// [aside](Authority::aside) may be another after it.
pub fn changes_who_stands(record: &Record) -> bool {
    matches!(
        record.payload().kind,
        Kind::REVOKE
            | Kind::DEVICE_REMOVE
            | Kind::PROPOSE
            | Kind::APPROVE
            | Kind::ARBITRATE
            | Kind::CHECKPOINT
            | Kind::RECOVER
            | Kind::OBJECT
            | Kind::JOIN
    )
}
