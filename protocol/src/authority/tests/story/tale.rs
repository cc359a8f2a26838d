//! The world of a story: people with keys and computers, sides that see different things, and the clock.
//!
//! Every person is on one side. A side has its own authority: what is written there is seen there, and nowhere else
//! until sides meet. Not for: the sentences, which are in `acts` and `facts`.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Bug;
use super::super::world::Rng;
use crate::authority::body::{Duty, Statement};
use crate::authority::build::{self, BuildError, Place};
use crate::authority::{Authority, Inserted};
use crate::hlc::{DAY_MS, Hlc};
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::record::{Address, Payload, Record};

pub const START_MS: u64 = 20_000 * DAY_MS;

/// Why a sentence did not come true.
pub enum Fail {
    /// The program refuses to write it.
    Refused(BuildError),
    /// The story is wrong, or does not hold.
    Wrong(String),
}

impl From<BuildError> for Fail {
    fn from(e: BuildError) -> Self {
        Fail::Refused(e)
    }
}

impl From<String> for Fail {
    fn from(e: String) -> Self {
        Fail::Wrong(e)
    }
}

pub struct Person {
    pub id: Id,
    pub words: SecretKey,
    pub computers: BTreeMap<String, SecretKey>,
    /// The computer that speaks when none is named.
    pub main: String,
}

/// Who speaks: with which key, and from which side.
pub struct Actor {
    pub side: String,
    pub person: Option<String>,
    pub key: SecretKey,
    /// Written whether the program would or not.
    pub forced: bool,
    /// Dated a hundred days back.
    pub backdated: bool,
}

#[derive(Default)]
pub struct Tale {
    pub people: BTreeMap<String, Person>,
    pub roots: BTreeMap<String, SecretKey>,
    pub groups: BTreeMap<String, Id>,
    /// Names of group computers.
    pub machines: BTreeMap<String, SecretKey>,
    /// Where everybody is.
    pub sides: BTreeMap<String, usize>,
    pub seen: BTreeMap<usize, Authority>,
    /// All content, whoever has it.
    pub content: Vec<Record>,
    /// New keys that were asked for: by person and who asks.
    pub asked: BTreeMap<(String, String), (Statement, SecretKey)>,
    /// The last authority record that somebody wrote, and the last of all.
    pub last_of: BTreeMap<String, Id>,
    pub last: Option<Id>,
    /// Communities that were left behind: name, id, records.
    pub before: Vec<(String, Id, Vec<Record>)>,
    pub name: String,
    pub planted: Option<Bug>,
    pub clock: u64,
}

impl Tale {
    pub fn key(&self, of: &str) -> SecretKey {
        SecretKey::from_seed(blake3::hash(of.as_bytes()).as_bytes())
    }

    pub fn hlc(&mut self) -> Hlc {
        self.clock += 1_000;
        Hlc::new(START_MS + self.clock, 0)
    }

    pub fn when(&mut self, actor: &Actor) -> Hlc {
        let now = self.hlc();
        if actor.backdated { Hlc::new(now.unix_ms() - 100 * DAY_MS, 0) } else { now }
    }

    pub fn now_ms(&self) -> u64 {
        START_MS + self.clock + 1
    }

    pub fn person(&self, name: &str) -> Result<&Person, String> {
        self.people.get(name).ok_or_else(|| format!("nobody is called {name}"))
    }

    /// A person, a group, or the community, by name.
    pub fn owner(&self, name: &str) -> Result<Id, String> {
        if name == self.name {
            return self.community();
        }
        if let Some(id) = self.groups.get(name) {
            return Ok(*id);
        }
        Ok(self.person(name)?.id)
    }

    pub fn name_of(&self, id: &Id) -> String {
        let person = self.people.iter().find(|(_, p)| p.id == *id).map(|(n, _)| n);
        person.cloned().unwrap_or_else(|| "somebody".into())
    }

    pub fn name_of_key(&self, key: &PublicKey) -> String {
        let person = self.people.iter().find(|(_, p)| p.words.public() == *key).map(|(n, _)| n.clone());
        let new = || self.asked.iter().find(|(_, (_, k))| k.public() == *key).map(|((n, _), _)| n.clone());
        person.or_else(new).unwrap_or_else(|| "somebody".into())
    }

    pub fn computer_name(&self, key: &PublicKey) -> String {
        let all = self.people.values().flat_map(|p| &p.computers);
        all.filter(|(_, k)| k.public() == *key).map(|(n, _)| n.clone()).next().unwrap_or_else(|| "something".into())
    }

    pub fn community(&self) -> Result<Id, String> {
        self.seen.values().next().map(Authority::community).ok_or_else(|| "nobody has founded anything".into())
    }

    fn begin(&self, genesis: &Record) -> Result<Authority, String> {
        let mut a = Authority::new(genesis).map_err(|e| e.to_string())?;
        a.state.planted = self.planted;
        Ok(a)
    }

    /// Begins a community with these stewards; who was in an earlier one keeps keys and nothing else.
    pub fn found(
        &mut self,
        name: &str,
        stewards: &[String],
        roots: &[String],
        needed: u64,
        open: bool,
    ) -> Result<(), Fail> {
        if let Some(old) = self.seen.values().next() {
            let records = old.records().cloned().collect();
            self.before.push((std::mem::take(&mut self.name), old.community(), records));
            (self.people, self.groups, self.sides, self.seen) = Default::default();
        }
        self.name = name.to_owned();
        self.roots = roots.iter().map(|r| (r.clone(), self.key(r))).collect();
        let root_keys: Vec<PublicKey> = self.roots.values().map(SecretKey::public).collect();
        let keys: Vec<SecretKey> = stewards.iter().map(|s| self.key(s)).collect();
        let others: Vec<PublicKey> = keys[1..].iter().map(SecretKey::public).collect();
        let hlc = self.hlc();
        let genesis = build::found_community(&keys[0], &others, &root_keys, needed, open, [1; 16], hlc)?;
        self.seen.insert(0, self.begin(&genesis)?);
        for root in roots {
            self.sides.insert(root.clone(), 0);
        }
        for steward in stewards {
            self.appear(steward, 0)?;
        }
        Ok(())
    }

    /// Somebody new: a person with a laptop, known on one side.
    pub fn appear(&mut self, name: &str, side: usize) -> Result<(), Fail> {
        let community = self.community()?;
        let (words, laptop) = (self.key(name), self.key(&format!("{name}'s laptop")));
        let hlc = self.hlc();
        let two = build::newcomer(&community, &words, &laptop, hlc)?;
        let computers = BTreeMap::from([("laptop".to_owned(), laptop)]);
        let person = Person { id: two[0].id(), words, computers, main: "laptop".into() };
        self.people.insert(name.to_owned(), person);
        self.sides.insert(name.to_owned(), side);
        self.deliver(side, two.to_vec());
        Ok(())
    }

    pub fn side(&self, of: &str) -> Result<usize, String> {
        self.sides.get(of).copied().ok_or_else(|| format!("{of} is not in this story yet"))
    }

    pub fn view(&self, of: &str) -> Result<&Authority, String> {
        self.seen.get(&self.side(of)?).ok_or_else(|| format!("{of} sees nothing"))
    }

    pub fn actor_view(&self, actor: &Actor) -> Result<Authority, String> {
        self.view(&actor.side).cloned()
    }

    fn deliver(&mut self, side: usize, records: Vec<Record>) {
        if let Some(a) = self.seen.get_mut(&side) {
            a.extend(records);
        }
    }

    /// Records that an actor wrote: content goes to everybody, authority to the actor's side.
    pub fn put(&mut self, actor: &Actor, records: Vec<Record>) -> Result<(), Fail> {
        let side = self.side(&actor.side)?;
        let who = actor.person.clone().unwrap_or_else(|| actor.side.clone());
        for r in &records {
            if r.payload().seq.is_some() {
                self.last_of.insert(who.clone(), r.id());
                self.last = Some(r.id());
            } else {
                self.content.push(r.clone());
            }
        }
        self.deliver(side, records.into_iter().filter(|r| r.payload().seq.is_some()).collect());
        Ok(())
    }

    /// Some go off together: what they see from now on is their own.
    pub fn part(&mut self, who: &[String]) -> Result<(), Fail> {
        let first = who.first().ok_or("nobody goes".to_owned())?;
        let seen = self.view(first)?.clone();
        let new = self.seen.keys().max().map_or(0, |n| n + 1);
        self.seen.insert(new, seen);
        for name in who {
            self.side(name)?;
            self.sides.insert(name.clone(), new);
        }
        Ok(())
    }

    /// A copy of a computer: it begins with what its side has seen, and is a side of its own.
    pub fn copy(&mut self, name: &str, of: &str) -> Result<(), Fail> {
        let side = self.side(of)?;
        self.sides.insert(name.to_owned(), side);
        self.part(&[name.to_owned()])
    }

    /// Sides come together, and everybody on them.
    pub fn meet(&mut self, who: &[String]) -> Result<(), Fail> {
        let met: BTreeSet<usize> = who.iter().map(|n| self.side(n)).collect::<Result<_, _>>()?;
        let mut sides = met.iter().filter_map(|s| self.seen.remove(s));
        let mut all = sides.next().ok_or("nobody meets".to_owned())?;
        for other in sides {
            all.extend(other.records().skip(1).cloned());
        }
        let to = *met.first().ok_or("nobody meets".to_owned())?;
        self.seen.insert(to, all);
        self.sides.values_mut().filter(|s| met.contains(s)).for_each(|s| *s = to);
        Ok(())
    }

    pub fn everybody_meets(&mut self, orders: usize) -> Result<(), Fail> {
        let all: Vec<String> = self.sides.keys().cloned().collect();
        let before: Vec<Authority> = self.seen.values().cloned().collect();
        self.meet(&all)?;
        let Some(met) = self.seen.values().next() else { return Ok(()) };
        let expected = self.answers(met);
        // Whoever learns the rest of it says the same.
        for mut side in before {
            side.extend(met.records().skip(1).cloned());
            self.same(&expected, &side, "a side that heard the rest")?;
        }
        let mut records: Vec<Record> = met.records().skip(1).cloned().collect();
        let mut rng = Rng(records.len() as u64 * 2 + 77);
        for order in 0..if records.len() > 300 { 1 } else { orders } {
            rng.shuffle(&mut records);
            let mut a = self.begin(met.genesis())?;
            if order == 0 {
                a.extend(records.clone());
            } else {
                records.iter().for_each(|r| {
                    a.insert(r);
                });
            }
            self.same(&expected, &a, "another order of arrival")?;
        }
        Ok(())
    }

    fn same(&self, expected: &str, a: &Authority, who: &str) -> Result<(), Fail> {
        let got = self.answers(a);
        if got == expected {
            return Ok(());
        }
        let lines = expected.lines().zip(got.lines()).find(|(e, g)| e != g);
        Err(format!("{who} gives another answer: {lines:?}").into())
    }

    /// Everything an authority answers, as text.
    fn answers(&self, a: &Authority) -> String {
        let mut out = format!("{:?} {:?} {:?}\n", a.stewards(), a.needs_rules(), a.proposals());
        for r in a.records() {
            let d = r.payload().device;
            out += &format!("{:?} {:?} {:?} {:?}\n", r.id(), a.standing_of(&r.id()), a.device(&d), a.next_in_log(&d));
        }
        for p in a.founded_persons() {
            out += &format!("{p:?} {:?} {:?} {:?}\n", a.person(&p), a.devices_of(&p), a.explain(&p));
            out += &format!("{:?} {:?} {:?}\n", a.grants(&p), a.removals(&p), a.recoveries_asked(&p));
        }
        for g in a.groups() {
            out += &format!("{g:?} {:?} {:?}\n", a.group_members(&g), a.devices_of(&g));
        }
        for c in &self.content {
            out += &format!("{:?} {:?} {:?}\n", c.id(), a.check_content(c), a.hides_on(&c.address()));
        }
        out
    }

    /// A record as no honest program would write it: signed, and nothing asked.
    pub fn by_hand(&mut self, actor: &Actor, kind: Kind, owner: Id, body: Vec<u8>) -> Result<Vec<Record>, Fail> {
        let hlc = self.when(actor);
        let a = self.view(&actor.side)?;
        let Place { seq, prev } = Place::next(a, &actor.key.public());
        let payload = Payload::authority(kind, owner, actor.key.public(), hlc, seq, prev, body);
        Ok(vec![payload.sign(&a.community(), &actor.key).map_err(BuildError::from)?])
    }

    pub fn versions(&self, address: &Address) -> Vec<Record> {
        self.content.iter().filter(|r| r.address() == *address).cloned().collect()
    }

    /// The slot with this title that somebody wrote, of whichever kind.
    pub fn slot(&self, owner: Id, title: &str) -> Result<Address, String> {
        let of = |r: &&Record| r.owner() == owner && r.payload().key == title.as_bytes();
        self.content.iter().find(of).map(Record::address).ok_or_else(|| format!("nobody wrote \"{title}\""))
    }

    pub fn standing(&self, a: &Authority, id: Option<&Id>) -> Result<Inserted, String> {
        let id = id.ok_or("nothing was written")?;
        a.standing_of(id).ok_or_else(|| "that record is not here".into())
    }

    /// What a person's records on people rest on, as a liar would guess it: the seat, else what let them in.
    pub fn claim(&self, a: &Authority, who: &str) -> Result<Id, Fail> {
        let id = self.person(who)?.id;
        if let Some(p) = a.person(&id) {
            return Ok(p.by);
        }
        let admit = a.records().find(|r| {
            use crate::authority::body::Admit;
            r.payload().kind == Kind::ADMIT && Admit::decode(&r.payload().body).is_ok_and(|a| a.person == id)
        });
        Ok(admit.map_or(a.epoch(), Record::id))
    }

    pub fn duty(storing: bool) -> Duty {
        if storing { Duty::Store } else { Duty::Full }
    }
}
