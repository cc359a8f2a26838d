//! A community in the making: records at the ends of their logs, without signatures. Not for: what is in it.

use std::collections::HashMap;

use hedgerow_protocol::authority::body::*;
use hedgerow_protocol::authority::build;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};

#[derive(Clone)]
pub struct Human {
    pub key: SecretKey,
    pub id: Id,
    pub device: SecretKey,
    /// What let them in.
    pub by: Id,
}

/// A community in the making.
pub struct Town {
    pub genesis: Record,
    pub community: Id,
    pub epoch: Id,
    pub records: Vec<Record>,
    pub logs: HashMap<PublicKey, (u64, Vec<Id>)>,
    pub clock: u64,
    pub keys: u64,
    pub dice: u64,
    pub stewards: Vec<Human>,
}

impl Town {
    pub fn new(stewards: usize) -> Town {
        let keys: Vec<SecretKey> = (1..=stewards as u64).map(key).collect();
        let others: Vec<PublicKey> = keys[1..].iter().map(SecretKey::public).collect();
        let genesis = build::found_community(&keys[0], &others, &[key(99).public()], 1, false, [1; 16], Hlc::new(1, 0));
        let genesis = genesis.expect("a founding record");
        let community = genesis.id();
        let mut t = Town {
            genesis,
            community,
            epoch: community,
            records: vec![],
            logs: HashMap::new(),
            clock: 1_000,
            keys: 1_000,
            dice: 1,
            stewards: vec![],
        };
        t.stewards = keys.into_iter().map(|k| t.person(k)).collect();
        t
    }
    pub fn below(&mut self, n: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) as usize % n.max(1)
    }
    pub fn fresh(&mut self) -> SecretKey {
        self.keys += 1;
        key(self.keys)
    }
    /// A record at the end of its log. Signatures count as checked, so there is none.
    pub fn put(&mut self, kind: Kind, owner: Id, signer: &SecretKey, body: Vec<u8>) -> Id {
        let (seq, prev) = self.logs.get(&signer.public()).cloned().unwrap_or((0, vec![]));
        self.put_after(kind, owner, signer, seq, prev, body)
    }
    /// A record after some others, the last of which is at place `seq`.
    pub fn put_after(
        &mut self,
        kind: Kind,
        owner: Id,
        signer: &SecretKey,
        seq: u64,
        prev: Vec<Id>,
        body: Vec<u8>,
    ) -> Id {
        self.clock += 1;
        let payload = Payload::authority(kind, owner, signer.public(), Hlc::new(self.clock, 0), seq + 1, prev, body);
        let wire = [payload.encode(), vec![0; 64]].concat();
        let record = Record::from_journal(&self.community, &wire).expect("a record in order");
        let id = record.id();
        self.logs.insert(signer.public(), (seq + 1, vec![id]));
        self.records.push(record);
        id
    }
    pub fn person(&mut self, key: SecretKey) -> Human {
        let device = self.fresh();
        let id = self.put(Kind::PERSON, Id::SELF, &key, Person::default().encode());
        self.list(&key, id, &device, None);
        Human { key, id, device, by: self.community }
    }
    pub fn newcomer(&mut self) -> Human {
        let key = self.fresh();
        self.person(key)
    }
    pub fn list(&mut self, signer: &SecretKey, owner: Id, device: &SecretKey, by: Option<Id>) -> Id {
        let offer = DeviceOffer::sign(&self.community, &owner, device, Duty::Full);
        self.put(Kind::DEVICE_ADD, owner, signer, DeviceAdd { offer, by }.encode())
    }
    pub fn steward(&mut self) -> Human {
        let n = self.below(self.stewards.len());
        self.stewards[n].clone()
    }
    pub fn admit(&mut self, from: &Human, human: &mut Human) {
        human.by = self.put(Kind::ADMIT, from.id, &from.device, admit(human.id, from.by));
    }
    /// A resident, let in by a steward.
    pub fn resident(&mut self) -> Human {
        let mut human = self.newcomer();
        let from = Human { by: self.epoch, ..self.steward() };
        self.admit(&from, &mut human);
        human
    }
    pub fn by_steward(&mut self, kind: Kind, body: Vec<u8>) -> Id {
        let steward = self.steward();
        self.put(kind, self.community, &steward.device, body)
    }
    pub fn revoke(&self, subject: Id, cuts: Vec<Id>) -> Vec<u8> {
        Revoke { subject, by: Some(self.epoch), cuts: sorted(cuts), keep: vec![] }.encode()
    }
    pub fn heads(&self, human: &Human) -> Vec<Id> {
        self.logs.get(&human.device.public()).map_or(vec![], |(_, prev)| prev.clone())
    }
    pub fn propose(&self, nonce: u64) -> Vec<u8> {
        let mut stewards: Vec<PublicKey> = self.stewards.iter().map(|s| s.key.public()).collect();
        stewards.push(key(nonce).public());
        let stewards = sorted(stewards);
        Propose { parent: self.epoch, stewards, cuts: vec![], rules: None, open: None, keep: vec![], ceiling: None }
            .encode()
    }
    pub fn hide(&self, owner: Id, n: usize) -> Vec<u8> {
        let slot = Some((Kind::NOTICE, (n as u64).to_be_bytes().to_vec()));
        Hide { owner, slot, reason: Reason::SPAM, by: self.epoch }.encode()
    }
    pub fn group(&mut self, admins: Vec<Id>) -> Id {
        let (nonce, steward) = ((self.clock as u128).to_be_bytes(), self.steward());
        let body = Group { nonce, admins: sorted(admins), by: self.epoch, scope: vec![] }.encode();
        self.put(Kind::GROUP, Id::SELF, &steward.device, body)
    }
    /// A new steward joins the others, approved by a quorum.
    pub fn change(&mut self) {
        let new = self.resident();
        let mut stewards: Vec<PublicKey> = self.stewards.iter().map(|s| s.key.public()).collect();
        stewards.push(new.key.public());
        let stewards = sorted(stewards);
        let body = Propose {
            parent: self.epoch,
            stewards,
            cuts: vec![],
            rules: None,
            open: None,
            keep: vec![],
            ceiling: None,
        };
        let proposal = self.by_steward(Kind::PROPOSE, body.encode());
        for s in self.stewards.clone() {
            self.put(Kind::APPROVE, self.community, &s.device, Approve { proposal }.encode());
        }
        self.epoch = proposal;
        self.stewards.push(new);
    }
}

pub fn key(n: u64) -> SecretKey {
    SecretKey::from_seed(blake3::hash(&n.to_be_bytes()).as_bytes())
}

pub fn admit(person: Id, by: Id) -> Vec<u8> {
    Admit { person, by, invite: None, after: vec![] }.encode()
}

pub fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}
