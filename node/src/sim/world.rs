//! Everything there is in a run, and how it moves on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hedgerow_protocol::authority::body::Reason;
use hedgerow_protocol::authority::{Authority, build};
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Address, Record};
use serde_json::json;

use super::link::Link;
use super::node::Node;
use super::plan::{Act, Dice};
use crate::core::Draft;
use crate::store::sim_disk::Fault;

/// 2026-11-23, noon.
const BEGIN_MS: u64 = 1_795_435_200_000;
/// How often nodes look at their clocks, and at whom they have no link with.
const TICK_MS: u64 = 5_000;
/// How often roots are compared, and the time is asked for.
const MINUTE_MS: u64 = 60_000;
/// How long a frame is on its way.
const LATENCY_MS: u64 = 80;
/// One in so many ticks a link breaks by itself.
const BREAKS: u64 = 200;
/// How long everything is well at the end.
const QUIET_MS: u64 = 40 * MINUTE_MS;

/// The last thing somebody said of a thing, and that was acknowledged.
#[derive(Clone)]
pub struct Said {
    /// The node.
    pub node: usize,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// Its words.
    pub body: Vec<u8>,
}

enum Happens {
    Tick,
    Frame { link: u64, pair: (usize, usize), side: usize, frame: Vec<u8> },
}

/// See above.
pub struct World {
    pub nodes: Vec<Node>,
    pub community: Id,
    /// Every record whose writer was told that it is saved.
    pub acknowledged: Vec<Record>,
    /// Of things that one computer alone writes.
    pub said: BTreeMap<Address, Said>,
    /// What was said after that and not acknowledged: the power went, and it may be there or not.
    pub unsure: BTreeMap<Address, Vec<Vec<u8>>>,
    /// What must not happen, seen on the way.
    pub complaints: Vec<String>,
    time: Arc<AtomicU64>,
    links: BTreeMap<(usize, usize), Link>,
    /// No link again before.
    rests: BTreeMap<(usize, usize), u64>,
    ahead: BTreeMap<(u64, u64), Happens>,
    made: u64,
    sides: u64,
    dice: Dice,
    texts: u64,
}

fn key(seed: u64, n: u64) -> SecretKey {
    SecretKey::from_seed(blake3::hash(&[seed.to_be_bytes(), n.to_be_bytes()].concat()).as_bytes())
}

impl World {
    /// A community of so many people with a computer each, all let in; the first is its steward.
    pub fn new(seed: u64, count: usize) -> World {
        let time = Arc::new(AtomicU64::new(BEGIN_MS));
        let hlc = |n: u64| Hlc::new(BEGIN_MS - 1_000_000 + n, 0);
        let steward = key(seed, 0);
        let genesis = build::found_community(&steward, &[], &[key(seed, 99).public()], 1, false, [5; 16], hlc(0))
            .expect("a community");
        let community = genesis.id();
        let mut first = vec![genesis];
        let mut people: Vec<(Id, SecretKey)> = Vec::new();
        for n in 0..count as u64 {
            let (person, device) = (key(seed, n), key(seed, 1_000 + n));
            let new = build::newcomer(&community, &person, &device, hlc(1 + n)).expect("a person");
            people.push((new[0].id(), device));
            first.extend(new);
        }
        let mut authority = Authority::new(&first[0]).expect("a founding record");
        authority.extend(first[1..].iter().cloned());
        for (n, (person, _)) in people.iter().enumerate().skip(1) {
            let admit = build::admit(&authority, &people[0].1, *person, None, hlc(100 + n as u64)).expect("an admit");
            authority.insert(&admit);
            first.push(admit);
        }
        let node = |(person, device)| Node::new(time.clone(), community, person, device, first.clone());
        let nodes = people.into_iter().map(node).collect();
        let mut world = World {
            nodes,
            community,
            acknowledged: first.clone(),
            said: BTreeMap::new(),
            unsure: BTreeMap::new(),
            complaints: Vec::new(),
            time: time.clone(),
            links: BTreeMap::new(),
            rests: BTreeMap::new(),
            ahead: BTreeMap::new(),
            made: 0,
            sides: 0,
            dice: Dice(seed),
            texts: 0,
        };
        world.later(TICK_MS, Happens::Tick);
        world
    }

    pub fn now_ms(&self) -> u64 {
        self.time.load(Ordering::SeqCst)
    }

    fn later(&mut self, after_ms: u64, what: Happens) {
        self.made += 1;
        let at = (self.now_ms() + after_ms, self.made);
        self.ahead.insert(at, what);
    }

    /// Time goes by.
    fn pass(&mut self, ms: u64) {
        let until = self.now_ms() + ms;
        while let Some(((at, _), _)) = self.ahead.first_key_value()
            && *at <= until
        {
            let Some(((at, _), what)) = self.ahead.pop_first() else { break };
            self.time.store(at, Ordering::SeqCst);
            match what {
                Happens::Tick => self.tick(),
                Happens::Frame { link, pair, side, frame } => {
                    let node = &self.nodes[if side == 0 { pair.0 } else { pair.1 }];
                    if let Some(open) = self.links.get_mut(&pair).filter(|open| open.id == link) {
                        open.take(side, node, &frame);
                    }
                }
            }
            self.settle();
        }
        self.time.store(until, Ordering::SeqCst);
    }

    fn tick(&mut self) {
        for node in &mut self.nodes {
            if let Some(up) = &mut node.up {
                up.hand.tick();
            }
        }
        let is_minute = (self.now_ms() / TICK_MS).is_multiple_of(MINUTE_MS / TICK_MS);
        for (a, b) in pairs(self.nodes.len()) {
            let may = self.may_talk(a, b);
            let breaks = self.dice.roll(BREAKS) == 0;
            if !may || breaks {
                self.close((a, b), 0);
            }
            if self.links.contains_key(&(a, b)) {
                self.keep_talking((a, b), is_minute);
            } else if may && self.rests.get(&(a, b)).is_none_or(|until| *until <= self.now_ms()) {
                self.made += 1;
                let link = Link::open(self.made, [&self.nodes[a], &self.nodes[b]], &mut self.dice);
                self.links.insert((a, b), link);
            }
        }
        self.later(TICK_MS, Happens::Tick);
    }

    fn keep_talking(&mut self, pair: (usize, usize), is_minute: bool) {
        let Some(link) = self.links.get_mut(&pair) else { return };
        for (side, n, other) in [(0, pair.0, pair.1), (1, pair.1, pair.0)] {
            link.ask_turn(side, &mut self.nodes[n]);
            if is_minute {
                link.tick(side, &self.nodes[n]);
                let (key, says) = (self.nodes[other].transport, self.nodes[other].own_ms());
                self.nodes[n].core().note_member_time(&key, says);
            }
        }
    }

    /// Whether two hear each other, and each takes the other for a member.
    fn may_talk(&self, a: usize, b: usize) -> bool {
        let (a_side, b_side) = (self.sides >> a & 1, self.sides >> b & 1);
        let knows = |one: &Node, other: &Node| one.core().authority().by_transport(&other.transport).is_some();
        let (a, b) = (&self.nodes[a], &self.nodes[b]);
        a_side == b_side && a.up.is_some() && b.up.is_some() && knows(a, b) && knows(b, a)
    }

    fn close(&mut self, pair: (usize, usize), rests_ms: u64) {
        if let Some(link) = self.links.remove(&pair) {
            for n in [pair.0, pair.1] {
                if let Some(up) = &mut self.nodes[n].up {
                    up.intake.done(link.id);
                }
            }
        }
        self.rests.insert(pair, self.now_ms() + rests_ms);
    }

    /// Everybody does what there is to do, until nobody has anything.
    fn settle(&mut self) {
        loop {
            let mut moved = false;
            for pair in pairs(self.nodes.len()) {
                for side in [0, 1] {
                    moved |= self.turn(pair, side);
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn turn(&mut self, pair: (usize, usize), side: usize) -> bool {
        let Some(mut link) = self.links.remove(&pair) else { return false };
        let (one, other) = if side == 0 { (pair.0, pair.1) } else { (pair.1, pair.0) };
        let (low, high) = self.nodes.split_at_mut(pair.1);
        let (node, peer) = if side == 0 { (&mut low[pair.0], &high[0]) } else { (&mut high[0], &low[pair.0]) };
        let turned = link.turn(side, node, peer);
        let id = link.id;
        self.links.insert(pair, link);
        for frame in turned.frames {
            // In order: each frame takes as long as the last one at least.
            let after = LATENCY_MS / 2 + self.made % (LATENCY_MS / 2);
            let last = self.ahead.iter().rev().find(
                |(_, what)| matches!(what, Happens::Frame { link, side: to, .. } if *link == id && *to == 1 - side),
            );
            let after = last.map_or(after, |((at, _), _)| after.max(at - self.now_ms()));
            self.later(after, Happens::Frame { link: id, pair, side: 1 - side, frame });
        }
        if let Some(reason) = turned.closed {
            if reason.is_peers_fault() {
                self.complaints.push(format!("{one} cut {other} off: {reason}"));
            }
            // What was said last is on its way; the other side hears it or that the link is gone.
            let code_is_busy = reason.code() == 6;
            self.close(pair, if code_is_busy { MINUTE_MS } else { TICK_MS });
        }
        turned.moved
    }

    /// Lets something happen, and a little time go by.
    pub fn act(&mut self, act: &Act) {
        match act {
            Act::Write { node, thing, length, of_community } => {
                self.texts += 1;
                let text = json!({"title": format!("{} of {node}", self.texts), "text": "x".repeat(*length as usize)});
                self.say(*node, *thing, *of_community, doc_to_cbor(&text));
            }
            Act::Withdraw { node, thing, of_community } => self.say(*node, *thing, *of_community, Vec::new()),
            Act::Hide { of, thing } => {
                let (owner, slot) = (self.nodes[*of].person, Some((Kind::NOTICE, thing.to_be_bytes().to_vec())));
                self.decide(move |a, d, now| build::hide(a, d, owner, slot, Reason::WRONG, now));
            }
            Act::Unhide { of, thing } => {
                let (owner, slot) = (self.nodes[*of].person, Some((Kind::NOTICE, thing.to_be_bytes().to_vec())));
                self.decide(move |a, d, now| {
                    let hides: Vec<Id> =
                        a.hides().filter(|(o, s, _)| *o == owner && *s == slot).map(|(.., h)| h.by).collect();
                    build::unhide(a, d, &hides, now)
                });
            }
            Act::Remove { of } => {
                let person = self.nodes[*of].person;
                self.decide(move |a, d, now| build::revoke(a, d, person, false, &[], now));
            }
            Act::Admit { of } => {
                let person = self.nodes[*of].person;
                self.decide(move |a, d, now| build::admit(a, d, person, None, now));
            }
            Act::Part { sides } => self.sides = *sides,
            Act::Heal => self.sides = 0,
            Act::Restart { node } => {
                self.hang_up(*node);
                self.nodes[*node].stop();
                self.nodes[*node].start();
            }
            Act::PowerCut { node, after, seed } => {
                if self.nodes[*node].up.is_some() {
                    self.nodes[*node].disk.fail_in(*after, Fault::PowerCut);
                    self.texts += 1;
                    let text = json!({"title": format!("{} of {node}", self.texts), "text": "the last words"});
                    self.say(*node, *seed % 6, false, doc_to_cbor(&text));
                    self.hang_up(*node);
                    self.nodes[*node].cut_power(*seed);
                    self.nodes[*node].start();
                }
            }
            Act::Stop { node } => {
                self.hang_up(*node);
                self.nodes[*node].stop();
            }
            Act::Clock { node, off_ms } => self.nodes[*node].off_ms.store(*off_ms, Ordering::SeqCst),
            Act::Wait { ms } => self.pass(*ms),
        }
        self.settle();
        let ms = self.dice.roll(3_000);
        self.pass(ms);
    }

    /// Everybody is up, hears everybody and is right about the time, for a while.
    pub fn quiet(&mut self) {
        self.sides = 0;
        for node in &mut self.nodes {
            node.off_ms.store(0, Ordering::SeqCst);
            node.start();
        }
        self.settle();
        self.pass(QUIET_MS);
    }

    /// A record that a node could have signed and never did.
    pub fn forge(&self, n: usize) -> Record {
        let body = doc_to_cbor(&json!({"title": "Never said"}));
        self.nodes[n].sign(Kind::NOTICE, b"never", body, self.now_ms())
    }

    fn hang_up(&mut self, node: usize) {
        for pair in pairs(self.nodes.len()).filter(|(a, b)| *a == node || *b == node) {
            self.close(pair, 0);
        }
    }

    fn say(&mut self, n: usize, thing: u64, of_community: bool, body: Vec<u8>) {
        let owner = if of_community { self.community } else { self.nodes[n].person };
        let node = &mut self.nodes[n];
        let Some(up) = &mut node.up else { return };
        let draft = Draft::new(owner, Kind::NOTICE, thing.to_be_bytes(), body.clone());
        let (address, core) = (draft.address(), up.hand.core.clone());
        let Ok(saved) = up.hand.wait(async move { core.publish(vec![draft]).await }) else {
            self.unsure.entry(address).or_default().push(body);
            return;
        };
        self.acknowledged.extend(saved);
        self.unsure.remove(&address);
        if !of_community {
            self.said.insert(address, Said { node: n, withdrawn: body.is_empty(), body });
        }
    }

    /// The steward does something, if their computer is up and the rules let them.
    fn decide<F>(&mut self, build: F)
    where
        F: FnOnce(&Authority, &SecretKey, Hlc) -> Result<Record, build::BuildError> + Send + 'static,
    {
        let Some(up) = &mut self.nodes[0].up else { return };
        let core = up.hand.core.clone();
        if let Ok(record) = up.hand.wait(async move { core.publish_authority(build).await }) {
            self.acknowledged.push(record);
        }
    }
}

fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)))
}
