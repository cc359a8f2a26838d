//! Random towns: several stewards, residents, devices, groups, removals, recoveries; and liars who sign whatever a key can.

use super::Bug;
use super::world::{Rng, key};
use crate::authority::body::*;
use crate::authority::build::{self, BuildError};
use crate::authority::{Authority, quorum};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::record::{Payload, Record};

pub struct Human {
    pub person: SecretKey,
    pub id: Id,
    pub devices: Vec<SecretKey>,
}

impl Human {
    pub fn device(&self) -> &SecretKey {
        &self.devices[0]
    }
}

pub struct Town {
    pub rng: Rng,
    pub auth: Authority,
    pub community: Id,
    pub people: Vec<Human>,
    /// How many of the first people are founders.
    pub founders: usize,
    pub roots: Vec<SecretKey>,
    pub groups: Vec<Id>,
    pub records: Vec<Record>,
    clock: u64,
    keys: u64,
    /// Earlier states, from which liars go on writing.
    past: Vec<Authority>,
}

impl Town {
    /// A town of `founders` stewards and three root keys, two of which must agree.
    pub fn new(seed: u64, founders: usize, planted: Option<Bug>) -> Town {
        let roots: Vec<SecretKey> = (1..=3).map(key).collect();
        let people: Vec<SecretKey> = (0..founders as u64).map(|i| key(10 + i)).collect();
        let others: Vec<PublicKey> = people[1..].iter().map(SecretKey::public).collect();
        let root_keys: Vec<PublicKey> = roots.iter().map(SecretKey::public).collect();
        let at = Hlc::new(1_000, 0);
        let genesis =
            build::found_community(&people[0], &others, &root_keys, 2, seed.is_multiple_of(4), [7; 16], at).unwrap();
        let mut auth = Authority::new(&genesis).unwrap();
        auth.plant(planted);
        let mut town = Town {
            rng: Rng::new(seed),
            community: genesis.id(),
            past: vec![auth.clone()],
            auth,
            people: vec![],
            founders,
            roots,
            groups: vec![],
            records: vec![],
            clock: 2_000,
            keys: 100,
        };
        for person in people {
            town.arrive(person);
        }
        town
    }

    pub fn hlc(&mut self) -> Hlc {
        self.clock += 1 + self.rng.next() % 50;
        Hlc::new(self.clock, 0)
    }

    pub fn fresh(&mut self) -> SecretKey {
        self.keys += 1;
        key(self.keys)
    }

    pub fn put(&mut self, record: Record) -> Id {
        let id = record.id();
        self.auth.insert(&record);
        self.records.push(record);
        id
    }

    pub fn try_put(&mut self, made: Result<Record, BuildError>) -> Option<Id> {
        made.ok().map(|r| self.put(r))
    }

    /// The same town without its last records.
    pub fn evaluated(&self, records: &[Record], planted: Option<Bug>) -> Authority {
        let mut auth = Authority::new(self.auth.genesis()).unwrap();
        auth.plant(planted);
        auth.extend(records.iter().cloned());
        auth
    }

    /// Somebody founds a person and a device; nobody let them in yet.
    pub fn arrive(&mut self, person: SecretKey) -> usize {
        let (device, hlc) = (self.fresh(), self.hlc());
        let two = build::newcomer(&self.community, &person, &device, hlc).unwrap();
        let id = two[0].id();
        two.into_iter().for_each(|r| {
            self.put(r);
        });
        self.people.push(Human { person, id, devices: vec![device] });
        self.people.len() - 1
    }

    pub fn stranger(&mut self) -> usize {
        let person = self.fresh();
        self.arrive(person)
    }

    /// The entry of a person as a newcomer through the computer of another.
    pub fn entry(&mut self, host: usize, new: usize) -> Result<Record, BuildError> {
        let (host, person, hlc) = (self.people[host].device().clone(), self.people[new].id, self.hlc());
        build::join(&self.auth, &host, person, hlc)
    }

    /// A new resident, let in by somebody who may.
    pub fn resident(&mut self, by: usize) -> Option<usize> {
        let new = self.stranger();
        let (device, hlc) = (self.people[by].device().clone(), self.hlc());
        let made = build::admit(&self.auth, &device, self.people[new].id, None, hlc);
        self.try_put(made).map(|_| new)
    }

    pub fn anybody(&mut self) -> usize {
        self.rng.below(self.people.len())
    }

    /// People with a seat now, as far as they act under the key they have here.
    pub fn stewards(&self) -> Vec<usize> {
        let acting = self.auth.stewards().acting;
        (0..self.people.len()).filter(|i| acting.contains(&self.people[*i].person.public())).collect()
    }

    pub fn steward(&mut self) -> Option<usize> {
        let all = self.stewards();
        if all.is_empty() { None } else { Some(*self.rng.pick(&all)) }
    }

    /// A proposal and approvals by the first `approvals` of some stewards, in random order. The proposal.
    pub fn change(&mut self, keys: &[PublicKey], voters: &[usize], approvals: usize) -> Option<Id> {
        let by = *voters.first()?;
        let (device, hlc) = (self.people[by].device().clone(), self.hlc());
        let proposal = build::propose(&self.auth, &device, keys, build::Change::default(), &[], hlc).ok()?;
        let id = self.put(proposal);
        let mut voters = voters.to_vec();
        self.rng.shuffle(&mut voters);
        for voter in voters.into_iter().take(approvals) {
            let (device, hlc) = (self.people[voter].device().clone(), self.hlc());
            let made = build::approve(&self.auth, &device, id, hlc);
            self.try_put(made);
        }
        Some(id)
    }

    /// A steward leaves or joins the set, with enough approvals by the others.
    pub fn change_stewards(&mut self) {
        let set = self.auth.stewards();
        let stewards = self.stewards();
        if stewards.is_empty() {
            return;
        }
        let mut keys = set.seats.clone();
        let mut voters = stewards.clone();
        if keys.len() > 3 && self.rng.below(2) == 0 || keys.len() >= 9 {
            let out = *self.rng.pick(&stewards);
            let key = self.people[out].person.public();
            keys.retain(|k| *k != key);
            voters.retain(|v| *v != out);
        } else {
            let new = self.anybody();
            keys.push(self.people[new].person.public());
        }
        let needed = quorum(set.seats.len());
        self.change(&keys, &voters, needed);
    }

    /// One step of people who follow the rules.
    pub fn step(&mut self) {
        let hlc = self.hlc();
        if self.rng.below(6) == 0 {
            self.past.push(self.auth.clone());
        }
        let (i, j) = (self.anybody(), self.anybody());
        let device = self.rng.pick(&self.people[i].devices).clone();
        let (me, other) = (self.people[i].id, self.people[j].id);
        let steward = self.steward().map(|s| self.people[s].device().clone());
        let auth = self.auth.clone();
        let made = match self.rng.below(20) {
            0..=3 => {
                let by = if self.rng.below(2) == 0 { self.steward().unwrap_or(i) } else { i };
                self.resident(by);
                return;
            }
            4 => {
                let new = self.fresh();
                let duty = if self.rng.below(4) == 0 { Duty::Store } else { Duty::Full };
                let offer = DeviceOffer::sign(&self.community, &me, &new, duty);
                let signer = if self.rng.below(2) == 0 { self.people[i].person.clone() } else { device };
                self.people[i].devices.push(new);
                let place = build::Place::next(&auth, &signer.public());
                build::device_add(&self.community, &signer, place, me, offer, hlc)
            }
            5 => {
                let target = self.rng.pick(&self.people[i].devices).public();
                let signer = if self.rng.below(2) == 0 { self.people[i].person.clone() } else { device };
                build::device_remove(&auth, &signer, me, target, &[], hlc)
            }
            6 => {
                let Some(s) = steward else { return };
                let admins = [me, other];
                let nonce = [self.rng.next() as u8; 16];
                let made = build::found_group(&auth, &s, &admins, &[], nonce, hlc);
                self.groups.extend(made.as_ref().ok().map(Record::id));
                made
            }
            7 | 8 if !self.groups.is_empty() => {
                let group = *self.rng.pick(&self.groups);
                let role = if self.rng.below(2) == 0 { GroupRole::Admin } else { GroupRole::Member };
                match self.rng.below(4) {
                    0 => build::group_remove(&auth, &device, group, other, &[], hlc),
                    1 => {
                        let new = self.fresh();
                        let offer = DeviceOffer::sign(&self.community, &group, &new, Duty::Full);
                        build::group_device_add(&auth, &device, group, offer, hlc)
                    }
                    _ => build::group_member(&auth, &device, group, other, role, hlc),
                }
            }
            9 | 10 => {
                let Some(s) = steward else { return };
                build::revoke(&auth, &s, other, self.rng.below(3) == 0, &[], hlc)
            }
            11 => {
                let Some(s) = steward else { return };
                build::admit(&auth, &s, other, None, hlc)
            }
            12 => {
                let Some(s) = steward else { return };
                let role = [GrantRole::GatewayHost, GrantRole::Mentor, GrantRole::Admits(20)];
                build::grant(&auth, &s, other, *self.rng.pick(&role), hlc)
            }
            13 | 14 => {
                self.change_stewards();
                return;
            }
            15 => {
                let friends = self.three_friends(i);
                build::guardians(&auth, &self.people[i].person.clone(), me, &friends, 2, hlc)
            }
            16 => {
                self.recover(i);
                return;
            }
            17 => {
                let Some(s) = steward else { return };
                let slot = if self.rng.below(2) == 0 { None } else { Some((Kind::NOTICE, vec![1])) };
                build::hide(&auth, &s, other, slot, Reason::SPAM, hlc)
            }
            18 => {
                let Some(s) = steward else { return };
                let hides: Vec<Id> =
                    self.records.iter().filter(|r| r.payload().kind == Kind::HIDE).map(Record::id).take(3).collect();
                build::unhide(&auth, &s, &hides, hlc)
            }
            _ if self.rng.below(3) == 0 => build::leave(&auth, &device, me, hlc),
            _ => self.entry(j, i),
        };
        self.try_put(made);
    }

    pub fn three_friends(&mut self, of: usize) -> Vec<PublicKey> {
        let mut others: Vec<usize> = (0..self.people.len()).filter(|i| *i != of).collect();
        self.rng.shuffle(&mut others);
        others.into_iter().take(3).map(|i| self.people[i].person.public()).collect()
    }

    /// The recovery friends of somebody agree to a new key; from then on the person uses it.
    pub fn recover(&mut self, i: usize) {
        let id = self.people[i].id;
        let Some((friends, _)) = self.auth.guardians(&id) else { return };
        let new = self.fresh();
        let Ok(statement) = build::statement(&self.auth, id, &new, &[]) else { return };
        for key in friends.keys.iter().take(2) {
            let friend = self.people.iter().find(|h| h.person.public() == *key).map(|h| h.device().clone());
            let (Some(device), hlc) = (friend, self.hlc()) else { continue };
            let made = build::recover(&self.auth, &device, id, statement.clone(), hlc);
            self.try_put(made);
        }
        if self.auth.person_of_key(&new.public()) == Some(id) {
            let device = self.fresh();
            let offer = DeviceOffer::sign(&self.community, &id, &device, Duty::Full);
            let (hlc, place) = (self.hlc(), build::Place::next(&self.auth, &new.public()));
            let made = build::device_add(&self.community, &new, place, id, offer, hlc);
            self.try_put(made);
            self.people[i].person = new;
            self.people[i].devices = vec![device];
        }
    }

    /// The keys somebody holds: the person's and all devices'.
    pub fn keys_of(&self, i: usize) -> Vec<SecretKey> {
        let h = &self.people[i];
        h.devices.iter().chain([&h.person]).cloned().collect()
    }

    fn any_id(&mut self) -> Id {
        match self.rng.below(8) {
            0 => self.community,
            1 => Id([9; 32]),
            _ => self.rng.pick(&self.records).id(),
        }
    }

    fn of_kind(&mut self, kind: Kind) -> Id {
        let all: Vec<Id> = self.records.iter().filter(|r| r.payload().kind == kind).map(Record::id).collect();
        if all.is_empty() || self.rng.below(6) == 0 { self.any_id() } else { *self.rng.pick(&all) }
    }

    fn epoch(&mut self) -> Id {
        match self.rng.below(3) {
            0 => self.community,
            1 => self.auth.epoch(),
            _ => self.of_kind(Kind::PROPOSE),
        }
    }

    /// Whatever some keys can sign: backdated, forked, citing anything they have seen.
    pub fn junk(&mut self, keys: &[SecretKey], kinds: &[Kind], many: usize) -> Vec<Record> {
        let mut out: Vec<Record> = Vec::new();
        for _ in 0..many {
            let k = self.rng.pick(keys).clone();
            let kind = *self.rng.pick(kinds);
            if let Some(record) = self.lie(&k, kind, &out) {
                out.push(record);
            }
        }
        out
    }

    fn lie(&mut self, signer: &SecretKey, kind: Kind, before: &[Record]) -> Option<Record> {
        let someone = self.anybody();
        let (person, person_key) = (self.people[someone].id, self.people[someone].person.public());
        let mine =
            self.people.iter().find(|h| h.devices.iter().chain([&h.person]).any(|d| d.public() == signer.public()));
        let me = mine.map_or(person, |h| h.id);
        let my_key = mine.map_or(person_key, |h| h.person.public());
        let revocations = self.records.iter().filter(|r| r.payload().kind == Kind::REVOKE).map(Record::id);
        let mut after: Vec<Id> = revocations.collect();
        after.sort_unstable();
        after.truncate(60);
        let own: Vec<Id> =
            self.records.iter().filter(|r| r.payload().device == signer.public()).map(Record::id).collect();
        let by = match self.rng.below(3) {
            0 => self.epoch(),
            1 => self.of_kind(Kind::ADMIT),
            _ => self.of_kind(Kind::GROUP),
        };
        let mut owner = if self.rng.below(4) == 0 { person } else { me };
        let body = match kind {
            Kind::ADMIT => Admit { person, by, invite: None, after }.encode(),
            Kind::REVOKE => {
                owner = if self.rng.below(4) == 0 { by } else { self.community };
                let by = self.epoch();
                Revoke { subject: person, by: Some(by), cuts: vec![], keep: vec![] }.encode()
            }
            Kind::GRANT => {
                owner = self.community;
                Grant { person, role: GrantRole::GatewayHost, by: self.epoch(), after }.encode()
            }
            Kind::GROUP => {
                owner = Id::SELF;
                Group { nonce: [self.rng.next() as u8; 16], admins: vec![me], by: self.epoch(), scope: vec![] }.encode()
            }
            Kind::GROUP_MEMBER => {
                owner = self.of_kind(Kind::GROUP);
                GroupMember { person, role: GroupRole::Admin, by, after }.encode()
            }
            Kind::PROPOSE => {
                owner = self.community;
                let parent = self.epoch();
                let mut cuts: Vec<(PublicKey, Vec<Id>)> =
                    self.people.iter().map(|h| (h.person.public(), vec![])).collect();
                cuts.sort_unstable();
                cuts.dedup_by_key(|c| c.0);
                cuts.truncate(9);
                Propose {
                    parent,
                    stewards: vec![my_key],
                    cuts,
                    rules: None,
                    open: Some(true),
                    keep: vec![],
                    ceiling: None,
                }
                .encode()
            }
            Kind::APPROVE => {
                owner = self.community;
                let lies: Vec<Id> =
                    before.iter().filter(|r| r.payload().kind == Kind::PROPOSE).map(Record::id).collect();
                let proposal = if lies.is_empty() { self.of_kind(Kind::PROPOSE) } else { *self.rng.pick(&lies) };
                Approve { proposal }.encode()
            }
            Kind::ARBITRATE => {
                owner = self.community;
                Arbitrate { parent: self.epoch(), child: self.of_kind(Kind::PROPOSE) }.encode()
            }
            Kind::CHECKPOINT => {
                owner = self.community;
                Checkpoint { epoch: self.epoch() }.encode()
            }
            Kind::DEVICE_ADD => {
                let new = self.fresh();
                let offer = DeviceOffer::sign(&self.community, &owner, &new, Duty::Full);
                DeviceAdd { offer, by: if self.rng.below(2) == 0 { None } else { Some(by) } }.encode()
            }
            Kind::DEVICE_REMOVE => {
                let device = self.rng.pick(&self.people[someone].devices).public();
                DeviceRemove { device, cuts: vec![], keep: vec![], by: None }.encode()
            }
            Kind::GUARDIANS => {
                let mut keys = self.three_friends(someone);
                keys.sort_unstable();
                if keys.len() < 2 {
                    return None;
                }
                Guardians { keys, needed: 2 }.encode()
            }
            Kind::RECOVER => {
                let new = self.fresh();
                let statement = Statement::sign(&self.community, &owner, person_key, &new, vec![], vec![]);
                let by = if self.rng.below(2) == 0 { self.epoch() } else { self.of_kind(Kind::GUARDIANS) };
                Recover { statement, by }.encode()
            }
            Kind::OBJECT => {
                let new = self.fresh().public();
                Object { key: new }.encode()
            }
            Kind::HIDE => {
                owner = self.community;
                Hide { owner: person, slot: None, reason: Reason::OTHER, by: self.epoch() }.encode()
            }
            Kind::UNHIDE => {
                owner = self.community;
                Unhide { hides: vec![self.of_kind(Kind::HIDE)], by: self.epoch() }.encode()
            }
            Kind::JOIN => Join { person, place: 1 + self.rng.below(3) as u64 }.encode(),
            _ => vec![1, 2, 3],
        };
        // Anywhere in the signer's own log: at its end, in the middle, at the beginning.
        let at = if own.is_empty() || self.rng.below(5) == 0 { None } else { Some(*self.rng.pick(&own)) };
        let (seq, prev) = match (self.rng.below(3), at) {
            (0, _) => self.auth.next_in_log(&signer.public()),
            (_, Some(at)) => {
                let seq = self.records.iter().find(|r| r.id() == at).and_then(|r| r.payload().seq).unwrap_or(0);
                (seq + 1, vec![at])
            }
            (_, None) => (1, vec![]),
        };
        let hlc = Hlc::new(1_500 + self.rng.next() % 20_000, 0);
        Payload::authority(kind, owner, signer.public(), hlc, seq, prev, body).sign(&self.community, signer).ok()
    }
}

/// Every kind a liar may try.
pub const ALL: &[Kind] = &[
    Kind::ADMIT,
    Kind::REVOKE,
    Kind::GRANT,
    Kind::GROUP,
    Kind::GROUP_MEMBER,
    Kind::PROPOSE,
    Kind::APPROVE,
    Kind::ARBITRATE,
    Kind::CHECKPOINT,
    Kind::DEVICE_ADD,
    Kind::DEVICE_REMOVE,
    Kind::GUARDIANS,
    Kind::RECOVER,
    Kind::OBJECT,
    Kind::HIDE,
    Kind::UNHIDE,
    Kind::JOIN,
    Kind(5_000),
];

/// What stewards and members of a town see, without what liars made of themselves.
pub fn seen(a: &Authority, of: &[Id]) -> String {
    let mut out = format!("{:?}\n", a.stewards());
    for id in of {
        let grants = a.grants(id);
        out += &format!("{id:?} {:?} {:?} {grants:?} {:?}\n", a.person(id), a.devices_of(id), a.guardians(id));
        let all = crate::record::Address { owner: *id, kind: Kind::SERVICE, key: vec![9] };
        out += &format!("{:?}\n", a.hides_on(&all));
    }
    for g in a.groups() {
        out += &format!("{g:?} {:?} {:?}\n", a.group_members(&g), a.devices_of(&g));
    }
    out
}

/// Every answer there is, as bytes.
pub fn answers(a: &Authority, records: &[Record]) -> Vec<u8> {
    let mut out = Vec::new();
    for r in records {
        out.push(a.standing_of(&r.id()).map_or(9, |s| s as u8));
    }
    for p in a.founded_persons() {
        out.extend(p.0);
        if let Some(info) = a.person(&p) {
            out.extend([info.role as u8, info.depth]);
            out.extend([info.key.0, info.by.0].concat());
        }
        for (key, d) in a.devices_of(&p) {
            out.extend([key.0, d.transport.0, d.by.0].concat());
        }
        out.extend(a.grants(&p).iter().flat_map(|(_, id)| id.0));
        out.extend(a.removals(&p).iter().flat_map(|(id, ..)| id.0));
        out.extend(a.recoveries_asked(&p).iter().flat_map(|r| r.statement.key.0));
        let slot = crate::record::Address { owner: p, kind: Kind::NOTICE, key: vec![1] };
        out.extend(a.hides_on(&slot).iter().flat_map(|(_, h)| h.by.0));
    }
    for g in a.groups() {
        out.extend(g.0);
        out.extend(a.group_members(&g).iter().flat_map(|(p, role)| [&p.0[..], &[*role as u8]].concat()));
        out.extend(a.devices_of(&g).iter().flat_map(|(d, _)| d.0));
    }
    let set = a.stewards();
    out.extend(set.acting.iter().flat_map(|k| k.0));
    out.extend(set.split.iter().flat_map(|k| k.0));
    out.extend(set.epoch.0);
    for r in records {
        let d = r.payload().device;
        if let Some(device) = a.device(&d) {
            out.extend(device.owner.0);
            out.extend(a.by_transport(&device.transport).map_or([0; 32], |m| m.device.0));
        }
    }
    out
}
