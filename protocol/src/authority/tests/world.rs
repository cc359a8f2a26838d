//! Random histories: a community that only tells the truth, unless asked otherwise.

use crate::authority::body::{Admit, DeviceAdd, DeviceOffer, Group, GroupMember};
use crate::authority::build::{self, Place};
use crate::authority::{Authority, Duty, GroupRole, Inserted};
use crate::hlc::Hlc;
use crate::id::Id;
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::record::{Payload, Record};

/// Small deterministic randomness: one seed, one history.
pub struct Rng(pub u64);
impl Rng {
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

pub fn key(n: u64) -> SecretKey {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&n.to_be_bytes());
    SecretKey::from_seed(&seed)
}

pub struct Human {
    pub person: SecretKey,
    pub id: Id,
    pub devices: Vec<SecretKey>,
}

/// A community that only tells the truth, unless asked otherwise.
pub struct World {
    pub rng: Rng,
    clock: u64,
    keys: u64,
    pub auth: Authority,
    pub community: Id,
    pub humans: Vec<Human>,
    pub groups: Vec<Id>,
    pub records: Vec<Record>,
    /// Earlier states, from which liars go on writing.
    past: Vec<Authority>,
}

impl World {
    pub fn new(seed: u64) -> World {
        let steward = key(1);
        let genesis =
            build::found_community(&steward, &[], &[key(2).public()], 1, false, [7; 16], Hlc::new(1_000, 0)).unwrap();
        let community = genesis.id();
        let auth = Authority::new(&genesis).unwrap();
        let mut w = World {
            rng: Rng::new(seed),
            clock: 2_000,
            keys: 100,
            past: vec![auth.clone()],
            auth,
            community,
            humans: vec![],
            groups: vec![],
            records: vec![],
        };
        w.join(steward);
        w
    }
    pub fn hlc(&mut self) -> Hlc {
        self.clock += 1 + self.rng.next() % 50;
        Hlc::new(self.clock, 0)
    }
    pub fn fresh(&mut self) -> SecretKey {
        self.keys += 1;
        key(self.keys)
    }
    pub fn put(&mut self, r: Record) -> Inserted {
        self.records.push(r.clone());
        self.auth.insert(&r)
    }
    pub fn join(&mut self, person: SecretKey) -> usize {
        let (device, hlc) = (self.fresh(), self.hlc());
        let two = build::newcomer(&self.community, &person, &device, hlc).unwrap();
        let id = two[0].id();
        two.into_iter().for_each(|r| {
            self.put(r);
        });
        self.humans.push(Human { person, id, devices: vec![device] });
        self.humans.len() - 1
    }
    pub fn device(&mut self) -> SecretKey {
        let h = self.rng.below(self.humans.len());
        let d = self.rng.below(self.humans[h].devices.len());
        self.humans[h].devices[d].clone()
    }
    pub fn human(&mut self) -> Id {
        let h = self.rng.below(self.humans.len());
        self.humans[h].id
    }
    pub fn id(&mut self) -> Id {
        match self.rng.below(5) {
            0 => self.community,
            1 => Id([9; 32]),
            _ => self.records[self.rng.below(self.records.len())].id(),
        }
    }
    /// Something a role could rest on.
    fn basis(&mut self) -> Id {
        let roles = [Kind::ADMIT, Kind::ADMIT, Kind::GROUP, Kind::GROUP_MEMBER];
        let kind = *self.rng.pick(&roles);
        let of_kind: Vec<Id> = self.records.iter().filter(|r| r.payload().kind == kind).map(Record::id).collect();
        if of_kind.is_empty() || self.rng.below(4) == 0 { self.id() } else { *self.rng.pick(&of_kind) }
    }
    /// The person whom a device was made for.
    fn owner_of(&self, device: &SecretKey) -> Id {
        let mine = |h: &&Human| h.devices.iter().any(|d| d.public() == device.public());
        self.humans.iter().find(mine).map_or(Id::SELF, |h| h.id)
    }
    pub fn step(&mut self, liars: bool) {
        let hlc = self.hlc();
        if self.rng.below(6) == 0 {
            self.past.push(self.auth.clone());
        }
        // A liar writes from an earlier state: a fork.
        let fork = liars && self.rng.below(4) == 0;
        let auth = if fork { self.rng.pick(&self.past).clone() } else { self.auth.clone() };
        let d = self.device();
        let made = match self.rng.below(if liars { 9 } else { 6 }) {
            0 => {
                let p = self.fresh();
                self.join(p);
                return;
            }
            1 | 2 => {
                let p = self.human();
                build::admit(&auth, &d, p, None, hlc).ok()
            }
            3 => {
                let h = self.rng.below(self.humans.len());
                let duty = if self.rng.below(3) == 0 { Duty::Store } else { Duty::Full };
                let signer = match self.rng.below(3) {
                    0 => self.humans[h].person.clone(),
                    1 if liars => d,
                    _ => self.humans[h].devices[0].clone(),
                };
                let new = self.fresh();
                let owner = self.humans[h].id;
                self.humans[h].devices.push(new.clone());
                let offer = DeviceOffer::sign(&self.community, &owner, &new, duty);
                let place = Place::next(&auth, &signer.public());
                build::device_add(&self.community, &signer, place, owner, offer, hlc).ok()
            }
            4 => {
                let admins = [self.human(), self.human()];
                let made = build::found_group(&auth, &d, &admins, &[], [self.rng.next() as u8; 16], hlc).ok();
                self.groups.extend(made.as_ref().map(Record::id));
                made
            }
            5 if self.groups.is_empty() => None,
            5 => {
                let (g, p) = (*self.rng.pick(&self.groups), self.human());
                let role = if self.rng.below(2) == 0 { GroupRole::Admin } else { GroupRole::Member };
                if self.rng.below(3) == 0 {
                    let new = self.fresh();
                    let offer = DeviceOffer::sign(&self.community, &g, &new, Duty::Full);
                    build::group_device_add(&auth, &d, g, offer, hlc).ok()
                } else {
                    build::group_member(&auth, &d, g, p, role, hlc).ok()
                }
            }
            // Whatever a key can sign.
            _ => {
                let by = self.basis();
                let (kind, body) = match self.rng.below(7) {
                    0 | 1 => (Kind::ADMIT, Admit { person: self.human(), by, invite: None, after: vec![] }.encode()),
                    2 => {
                        let body = GroupMember { person: self.human(), role: GroupRole::Admin, by, after: vec![] };
                        (Kind::GROUP_MEMBER, body.encode())
                    }
                    3 => {
                        let new = self.fresh();
                        let owner = self.id();
                        let offer = DeviceOffer::sign(&self.community, &owner, &new, Duty::Full);
                        (Kind::DEVICE_ADD, DeviceAdd { offer, by: Some(by) }.encode())
                    }
                    4 => {
                        let admins = vec![self.human()];
                        (
                            Kind::GROUP,
                            Group { nonce: [self.rng.next() as u8; 16], admins, by: self.community, scope: vec![] }
                                .encode(),
                        )
                    }
                    5 if self.rng.below(2) == 0 => (Kind::PERSON, vec![0xa0]),
                    5 => (Kind(5_000), vec![1, 2, 3]),
                    _ => (Kind::ADMIT, vec![0xa1, 0x01]),
                };
                let owner = match kind {
                    Kind::GROUP | Kind::PERSON => Id::SELF,
                    Kind::GROUP_MEMBER if !self.groups.is_empty() => *self.rng.pick(&self.groups),
                    Kind::ADMIT if self.rng.below(4) > 0 => self.owner_of(&d),
                    _ if self.rng.below(2) == 0 => self.human(),
                    _ => self.id(),
                };
                let (mut seq, mut prev) = auth.next_in_log(&d.public());
                match self.rng.below(6) {
                    0 => seq += 1,
                    1 => prev = vec![self.id()],
                    _ => {}
                }
                Payload::authority(kind, owner, d.public(), hlc, seq, prev, body).sign(&self.community, &d).ok()
            }
        };
        if let Some(r) = made {
            self.put(r);
        }
    }
}
