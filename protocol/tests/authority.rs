//! Properties of the authority: the same answer for every order of arrival, with liars inside.

use hedgerow_protocol::authority::body::{Admit, DeviceAdd, DeviceOffer, GroupMember};
use hedgerow_protocol::authority::build::{self, Place};
use hedgerow_protocol::authority::{Authority, Duty, GroupRole, Inserted, Role, Why};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};
use proptest::prelude::*;

/// Small deterministic randomness: one seed, one history.
struct Rng(u64);
impl Rng {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

fn key(n: u64) -> SecretKey {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&n.to_be_bytes());
    SecretKey::from_seed(&seed)
}

struct Human {
    person: SecretKey,
    id: Id,
    devices: Vec<SecretKey>,
}

/// A community that only tells the truth, unless asked otherwise.
struct World {
    rng: Rng,
    clock: u64,
    keys: u64,
    auth: Authority,
    community: Id,
    humans: Vec<Human>,
    groups: Vec<Id>,
    records: Vec<Record>,
    /// Earlier states, from which liars go on writing.
    past: Vec<Authority>,
}

impl World {
    fn new(seed: u64) -> World {
        let steward = key(1);
        let genesis =
            build::found_community(&steward, &[], &[key(2).public()], 1, [7; 16], Hlc::new(1_000, 0)).unwrap();
        let community = genesis.id();
        let auth = Authority::new(&genesis).unwrap();
        let mut w = World {
            rng: Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
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
    fn hlc(&mut self) -> Hlc {
        self.clock += 1 + self.rng.next() % 50;
        Hlc::new(self.clock, 0)
    }
    fn fresh(&mut self) -> SecretKey {
        self.keys += 1;
        key(self.keys)
    }
    fn put(&mut self, r: Record) -> Inserted {
        self.records.push(r.clone());
        self.auth.insert(&r)
    }
    fn join(&mut self, person: SecretKey) -> usize {
        let (device, hlc) = (self.fresh(), self.hlc());
        let two = build::newcomer(&self.community, &person, &device, hlc).unwrap();
        let id = two[0].id();
        two.into_iter().for_each(|r| {
            self.put(r);
        });
        self.humans.push(Human { person, id, devices: vec![device] });
        self.humans.len() - 1
    }
    fn device(&mut self) -> SecretKey {
        let h = self.rng.below(self.humans.len());
        let d = self.rng.below(self.humans[h].devices.len());
        self.humans[h].devices[d].clone()
    }
    fn human(&mut self) -> Id {
        let h = self.rng.below(self.humans.len());
        self.humans[h].id
    }
    fn id(&mut self) -> Id {
        match self.rng.below(5) {
            0 => self.community,
            1 => Id([9; 32]),
            _ => self.records[self.rng.below(self.records.len())].id(),
        }
    }
    fn step(&mut self, liars: bool) {
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
                let made = build::found_group(&auth, &d, &admins, [self.rng.next() as u8; 16], hlc).ok();
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
                let (kind, body) = match self.rng.below(5) {
                    0 => {
                        let body = Admit { person: self.human(), by: self.id(), invite: None, after: vec![] };
                        (Kind::ADMIT, body.encode())
                    }
                    1 => {
                        let body =
                            GroupMember { person: self.human(), role: GroupRole::Admin, by: self.id(), after: vec![] };
                        (Kind::GROUP_MEMBER, body.encode())
                    }
                    2 => {
                        let new = self.fresh();
                        let owner = self.id();
                        let offer = DeviceOffer::sign(&self.community, &owner, &new, Duty::Full);
                        (Kind::DEVICE_ADD, DeviceAdd { offer, by: Some(self.id()) }.encode())
                    }
                    3 => (Kind(5_000), vec![1, 2, 3]),
                    _ => (Kind::ADMIT, vec![0xa1, 0x01]),
                };
                let owner = if self.rng.below(2) == 0 { self.human() } else { self.id() };
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

/// Everything an authority answers, as text.
fn answers(a: &Authority, records: &[Record]) -> String {
    let mut out = String::new();
    for r in records {
        out += &format!("{:?} {:?}\n", r.id(), a.standing_of(&r.id()));
    }
    for p in a.persons() {
        out += &format!("{p:?} {:?}\n", a.devices_of(&p.id));
    }
    for g in a.groups() {
        out += &format!("{g:?} {:?} {:?}\n", a.group_members(&g), a.devices_of(&g));
    }
    for r in records {
        let d = r.payload().device;
        out += &format!("{:?} {:?}\n", a.device(&d), a.next_in_log(&d));
        if let Some(d) = a.device(&d) {
            out += &format!("{:?}\n", a.by_transport(&d.transport));
        }
    }
    out
}

fn same_for_every_order(w: &mut World, orders: usize) {
    let mut sorted = w.records.clone();
    sorted.sort_by_key(Record::id);
    let mut batch = Authority::new(w.auth.genesis()).unwrap();
    batch.extend(w.records.clone());
    let expected = answers(&batch, &sorted);
    assert_eq!(answers(&w.auth, &sorted), expected, "in the order written");
    for order in 0..orders {
        let mut list = w.records.clone();
        w.rng.shuffle(&mut list);
        let mut a = Authority::new(w.auth.genesis()).unwrap();
        for (i, r) in list.iter().enumerate() {
            a.insert(r);
            if i % 7 == order % 7 {
                a.insert(r);
                // At every step, not only at the end.
                let mut so_far = Authority::new(w.auth.genesis()).unwrap();
                so_far.extend(list[..=i].iter().rev().cloned());
                assert_eq!(answers(&a, &sorted), answers(&so_far, &sorted), "after {i}");
            }
        }
        assert_eq!(answers(&a, &sorted), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn every_order_gives_the_same_answer(seed in any::<u64>(), steps in 1usize..45, liars in any::<bool>()) {
        let mut w = World::new(seed);
        for _ in 0..steps { w.step(liars); }
        same_for_every_order(&mut w, 3);
    }

    #[test]
    fn outsiders_change_nothing(seed in any::<u64>()) {
        let mut w = World::new(seed);
        for _ in 0..25 { w.step(false); }
        let roles = |a: &Authority| format!("{:?}", a.persons().map(|p| (p, a.devices_of(&p.id))).collect::<Vec<_>>());
        let before = (roles(&w.auth), w.auth.groups().count());
        // Two strangers who know everything write whatever they like.
        let p = w.fresh();
        let first = w.humans.len();
        w.join(p);
        let p = w.fresh();
        w.join(p);
        w.humans.drain(..first);
        for _ in 0..20 { w.step(true); }
        prop_assert_eq!(before, (roles(&w.auth), w.auth.groups().count()));
    }
}

fn cases() -> u32 {
    std::env::var("HEDGEROW_AUTHORITY_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}

#[test]
fn a_first_street() {
    let mut w = World::new(1);
    let steward = w.humans[0].devices[0].clone();
    let anna_key = w.fresh();
    let anna = w.join(anna_key);
    let (anna_id, anna_device) = (w.humans[anna].id, w.humans[anna].devices[0].clone());
    assert_eq!(w.auth.role(&w.humans[0].id), Some(Role::Steward));
    assert_eq!(w.auth.role(&anna_id), None);
    assert!(w.auth.by_transport(&anna_device.transport().public()).is_none());
    assert_eq!(w.auth.may_publish(&anna_device.public(), &anna_id, Kind::NOTICE), Err(Why::NotMember));

    let admit = build::admit(&w.auth, &steward, anna_id, None, Hlc::new(9_000, 0)).unwrap();
    assert_eq!(w.put(admit), Inserted::Counts);
    assert_eq!(w.auth.role(&anna_id), Some(Role::Resident));
    let member = w.auth.by_transport(&anna_device.transport().public()).unwrap();
    assert_eq!((member.owner, member.device, member.role), (anna_id, anna_device.public(), Role::Resident));
    assert_eq!(w.auth.may_publish(&anna_device.public(), &anna_id, Kind::NOTICE), Ok(()));
    assert_eq!(w.auth.may_publish(&anna_device.public(), &w.community, Kind::PROFILE), Err(Why::NotSteward));
    assert_eq!(w.auth.may_publish(&steward.public(), &w.community, Kind::PROFILE), Ok(()));

    let none = build::found_group(&w.auth, &anna_device, &[anna_id], [1; 16], Hlc::new(9_001, 0));
    assert_eq!(none, Err(build::BuildError::Why(Why::NotSteward)));
    let group = build::found_group(&w.auth, &steward, &[anna_id], [1; 16], Hlc::new(9_001, 0)).unwrap();
    let gid = group.id();
    assert_eq!(w.put(group), Inserted::Counts);
    assert_eq!(w.auth.may_publish(&anna_device.public(), &gid, Kind::SERVICE), Ok(()));
    let offer = DeviceOffer::sign(&w.community, &gid, &key(77), Duty::Store);
    let add = build::group_device_add(&w.auth, &anna_device, gid, offer, Hlc::new(9_002, 0)).unwrap();
    assert_eq!(w.put(add), Inserted::Counts);
    assert_eq!(w.auth.by_transport(&key(77).transport().public()).unwrap().role, Role::Node);
    assert_eq!(w.auth.may_publish(&key(77).public(), &gid, Kind::SERVICE), Err(Why::StoresOnly));

    // What a stranger's node needs to see that Anna is a member is in the evidence, and enough.
    let mut other = Authority::new(w.auth.genesis()).unwrap();
    for r in w.auth.evidence(&anna_id, 64) {
        other.insert(&r);
    }
    assert_eq!(other.role(&anna_id), Some(Role::Resident));
    assert!(other.device(&anna_device.public()).is_some());
}

#[test]
fn invites_end_at_the_fourth_step() {
    let mut w = World::new(2);
    let mut from = w.humans[0].devices[0].clone();
    for step in 1..=5u8 {
        let p = w.fresh();
        let h = w.join(p);
        let id = w.humans[h].id;
        let hlc = w.hlc();
        let admit = build::admit(&w.auth, &from, id, None, hlc);
        if step == 5 {
            assert_eq!(admit, Err(build::BuildError::Why(Why::TooDeep)));
            // Written all the same, it has no effect.
            let by = w.auth.person(&w.auth.person_of_device(&from.public()).unwrap()).unwrap();
            let body = Admit { person: id, by: by.by, invite: None, after: vec![] }.encode();
            let (seq, prev) = w.auth.next_in_log(&from.public());
            let r = Payload::authority(Kind::ADMIT, by.id, from.public(), hlc, seq, prev, body);
            assert_eq!(w.put(r.sign(&w.community, &from).unwrap()), Inserted::NoEffect);
            assert_eq!(w.auth.role(&id), None);
        } else {
            assert_eq!(w.put(admit.unwrap()), Inserted::Counts);
            assert_eq!(w.auth.person(&id).unwrap().depth, step);
            from = w.humans[h].devices[0].clone();
        }
    }
}

/// A resident who forks the log to let in more than ten: ten count, the same ten for everybody.
#[test]
fn ten_admits_a_resident_even_with_forks() {
    let mut w = World::new(3);
    let steward = w.humans[0].devices[0].clone();
    let p = w.fresh();
    let r = w.join(p);
    let (rid, rdev) = (w.humans[r].id, w.humans[r].devices[0].clone());
    let hlc = w.hlc();
    let admit = build::admit(&w.auth, &steward, rid, None, hlc).unwrap();
    w.put(admit);
    let before = w.auth.clone();
    for i in 0..14 {
        let p = w.fresh();
        let h = w.join(p);
        let id = w.humans[h].id;
        let hlc = w.hlc();
        let base = if i % 3 == 0 { &before } else { &w.auth };
        match build::admit(base, &rdev, id, None, hlc) {
            Ok(a) => {
                w.put(a);
            }
            Err(e) => assert_eq!(e, build::BuildError::Why(Why::AdmitsUsed)),
        }
    }
    let admitted = w.auth.persons().filter(|p| p.depth == 2).count();
    assert_eq!(admitted, 10);
    assert!(w.auth.pending().any(|r| r.payload().kind == Kind::ADMIT));
    same_for_every_order(&mut w, 6);
}

/// Beyond 200 records in one log nothing counts; a fork cannot bring more in, whatever comes first.
#[test]
fn a_full_log_counts_no_further() {
    let mut w = World::new(4);
    let steward = w.humans[0].devices[0].clone();
    let p = w.fresh();
    let r = w.join(p);
    let (rid, rdev) = (w.humans[r].id, w.humans[r].devices[0].clone());
    let hlc = w.hlc();
    let admit = build::admit(&w.auth, &steward, rid, None, hlc).unwrap();
    w.put(admit);
    let early = w.auth.clone();
    for _ in 0..205 {
        let (seq, prev) = w.auth.next_in_log(&rdev.public());
        let hlc = w.hlc();
        let junk = Payload::authority(Kind(6_000), rid, rdev.public(), hlc, seq, prev, vec![1]);
        assert_ne!(w.put(junk.sign(&w.community, &rdev).unwrap()), Inserted::Counts);
    }
    let hlc = w.hlc();
    assert_eq!(build::admit(&w.auth, &rdev, rid, None, hlc), Err(build::BuildError::Why(Why::LogFull)));
    let p = w.fresh();
    let late = w.join(p);
    let id = w.humans[late].id;
    let hlc = w.hlc();
    let admit = build::admit(&early, &rdev, id, None, hlc).unwrap();
    assert_eq!(w.put(admit), Inserted::Counts, "a fork at the beginning of the log takes its place there");
    let mut sorted = w.records.clone();
    sorted.sort_by_key(Record::id);
    for _ in 0..3 {
        w.rng.shuffle(&mut sorted);
        let mut a = Authority::new(w.auth.genesis()).unwrap();
        a.extend(sorted.clone());
        assert_eq!(answers(&a, &sorted), answers(&w.auth, &sorted));
    }
}

#[test]
fn a_device_must_have_signed_for_itself() {
    let mut w = World::new(5);
    let (owner, person) = (w.humans[0].id, w.humans[0].person.clone());
    let mut offer = DeviceOffer::sign(&w.community, &owner, &key(50), Duty::Store);
    offer.duty = Duty::Full;
    let hlc = w.hlc();
    let place = Place::next(&w.auth, &person.public());
    let refused = build::device_add(&w.community, &person, place.clone(), owner, offer.clone(), hlc);
    assert_eq!(refused, Err(build::BuildError::Offer));
    let body = DeviceAdd { offer, by: None }.encode();
    let forced = Payload::authority(Kind::DEVICE_ADD, owner, person.public(), hlc, place.seq, place.prev, body);
    assert_eq!(w.put(forced.sign(&w.community, &person).unwrap()), Inserted::NoEffect);
    assert!(w.auth.device(&key(50).public()).is_none());
}
