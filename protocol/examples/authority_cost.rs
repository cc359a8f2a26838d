//! What it costs to evaluate 100,000 authority records, and one more: realistic sets, and ones made to be slow.
//!
//! `authority_cost [--ledger FILE] [SHAPE…]`. Every shape is a community with that many records, or as many as the
//! shape can have; the ratio is by record, against the realistic one. Not for: whether the answers are right.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use hedgerow_protocol::authority::body::*;
use hedgerow_protocol::authority::{Authority, build};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};
use serde_json::json;

const RECORDS: usize = 100_000;

#[derive(Clone)]
struct Human {
    key: SecretKey,
    id: Id,
    device: SecretKey,
    /// What let them in.
    by: Id,
}

/// A community in the making.
struct Town {
    genesis: Record,
    community: Id,
    epoch: Id,
    records: Vec<Record>,
    logs: HashMap<PublicKey, (u64, Vec<Id>)>,
    clock: u64,
    keys: u64,
    dice: u64,
    stewards: Vec<Human>,
}

impl Town {
    fn new(stewards: usize) -> Town {
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
    fn below(&mut self, n: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) as usize % n.max(1)
    }
    fn fresh(&mut self) -> SecretKey {
        self.keys += 1;
        key(self.keys)
    }
    /// A record at the end of its log. Signatures count as checked, so there is none.
    fn put(&mut self, kind: Kind, owner: Id, signer: &SecretKey, body: Vec<u8>) -> Id {
        let (seq, prev) = self.logs.get(&signer.public()).cloned().unwrap_or((0, vec![]));
        self.put_after(kind, owner, signer, seq, prev, body)
    }
    /// A record after some others, the last of which is at place `seq`.
    fn put_after(&mut self, kind: Kind, owner: Id, signer: &SecretKey, seq: u64, prev: Vec<Id>, body: Vec<u8>) -> Id {
        self.clock += 1;
        let payload = Payload::authority(kind, owner, signer.public(), Hlc::new(self.clock, 0), seq + 1, prev, body);
        let wire = [payload.encode(), vec![0; 64]].concat();
        let record = Record::from_journal(&self.community, &wire).expect("a record in order");
        let id = record.id();
        self.logs.insert(signer.public(), (seq + 1, vec![id]));
        self.records.push(record);
        id
    }
    fn person(&mut self, key: SecretKey) -> Human {
        let device = self.fresh();
        let id = self.put(Kind::PERSON, Id::SELF, &key, Person::default().encode());
        self.list(&key, id, &device, None);
        Human { key, id, device, by: self.community }
    }
    fn newcomer(&mut self) -> Human {
        let key = self.fresh();
        self.person(key)
    }
    fn list(&mut self, signer: &SecretKey, owner: Id, device: &SecretKey, by: Option<Id>) -> Id {
        let offer = DeviceOffer::sign(&self.community, &owner, device, Duty::Full);
        self.put(Kind::DEVICE_ADD, owner, signer, DeviceAdd { offer, by }.encode())
    }
    fn steward(&mut self) -> Human {
        let n = self.below(self.stewards.len());
        self.stewards[n].clone()
    }
    fn admit(&mut self, from: &Human, human: &mut Human) {
        human.by = self.put(Kind::ADMIT, from.id, &from.device, admit(human.id, from.by));
    }
    /// A resident, let in by a steward.
    fn resident(&mut self) -> Human {
        let mut human = self.newcomer();
        let from = Human { by: self.epoch, ..self.steward() };
        self.admit(&from, &mut human);
        human
    }
    fn by_steward(&mut self, kind: Kind, body: Vec<u8>) -> Id {
        let steward = self.steward();
        self.put(kind, self.community, &steward.device, body)
    }
    fn revoke(&self, subject: Id, cuts: Vec<Id>) -> Vec<u8> {
        Revoke { subject, by: Some(self.epoch), cuts: sorted(cuts), keep: vec![] }.encode()
    }
    fn heads(&self, human: &Human) -> Vec<Id> {
        self.logs.get(&human.device.public()).map_or(vec![], |(_, prev)| prev.clone())
    }
    fn propose(&self, nonce: u64) -> Vec<u8> {
        let mut stewards: Vec<PublicKey> = self.stewards.iter().map(|s| s.key.public()).collect();
        stewards.push(key(nonce).public());
        let stewards = sorted(stewards);
        Propose { parent: self.epoch, stewards, cuts: vec![], rules: None, open: None, keep: vec![] }.encode()
    }
    fn hide(&self, owner: Id, n: usize) -> Vec<u8> {
        let slot = Some((Kind::NOTICE, (n as u64).to_be_bytes().to_vec()));
        Hide { owner, slot, reason: Reason::SPAM, by: self.epoch }.encode()
    }
    fn group(&mut self, admins: Vec<Id>) -> Id {
        let (nonce, steward) = ((self.clock as u128).to_be_bytes(), self.steward());
        let body = Group { nonce, admins: sorted(admins), by: self.epoch, scope: vec![] }.encode();
        self.put(Kind::GROUP, Id::SELF, &steward.device, body)
    }
    /// A new steward joins the others, approved by a quorum.
    fn change(&mut self) {
        let new = self.resident();
        let mut stewards: Vec<PublicKey> = self.stewards.iter().map(|s| s.key.public()).collect();
        stewards.push(new.key.public());
        let stewards = sorted(stewards);
        let body = Propose { parent: self.epoch, stewards, cuts: vec![], rules: None, open: None, keep: vec![] };
        let proposal = self.by_steward(Kind::PROPOSE, body.encode());
        for s in self.stewards.clone() {
            self.put(Kind::APPROVE, self.community, &s.device, Approve { proposal }.encode());
        }
        self.epoch = proposal;
        self.stewards.push(new);
    }
}

fn key(n: u64) -> SecretKey {
    SecretKey::from_seed(blake3::hash(&n.to_be_bytes()).as_bytes())
}

fn admit(person: Id, by: Id) -> Vec<u8> {
    Admit { person, by, invite: None, after: vec![] }.encode()
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

/// Thousands of people, groups and computers; a few who are taken out, a few changes of stewards.
fn realistic() -> Town {
    let mut t = Town::new(4);
    let mut people: Vec<Human> = (0..40).map(|_| t.resident()).collect();
    let mut depths = vec![1; people.len()];
    let mut groups: Vec<(Id, Human)> = Vec::new();
    let mut n = 0;
    while t.records.len() < RECORDS - 10 {
        n += 1;
        if n % 9_000 == 0 {
            t.change();
        }
        let who = t.below(people.len());
        match t.below(100) {
            0..=29 => {
                let mut new = t.newcomer();
                // Three in ten by a steward; a resident lets few in.
                let from = if t.below(10) < 3 || depths[who] >= 3 { None } else { Some(people[who].clone()) };
                depths.push(if from.is_some() { depths[who] + 1 } else { 1 });
                let from = from.unwrap_or(Human { by: t.epoch, ..t.steward() });
                t.admit(&from, &mut new);
                people.push(new);
            }
            30..=49 => {
                let (p, device) = (people[who].clone(), t.fresh());
                t.list(&p.key, p.id, &device, None);
            }
            50..=51 => {
                let id = t.group(vec![people[who].id]);
                groups.push((id, people[who].clone()));
            }
            52..=76 if !groups.is_empty() => {
                let at = t.below(groups.len());
                let (group, admin) = groups[at].clone();
                let body = GroupMember { person: people[who].id, role: GroupRole::Member, by: group, after: vec![] };
                t.put(Kind::GROUP_MEMBER, group, &admin.device, body.encode());
            }
            77..=79 if !groups.is_empty() => {
                let at = t.below(groups.len());
                let ((group, admin), device) = (groups[at].clone(), t.fresh());
                t.list(&admin.device, group, &device, Some(group));
            }
            80..=81 => {
                let body = t.revoke(people[who].id, t.heads(&people[who]));
                t.by_steward(Kind::REVOKE, body);
            }
            82..=84 => {
                let body =
                    Grant { person: people[who].id, role: GrantRole::Mentor, by: t.epoch, after: vec![] }.encode();
                t.by_steward(Kind::GRANT, body);
            }
            85..=91 => {
                let body = t.hide(people[who].id, n);
                t.by_steward(Kind::HIDE, body);
            }
            _ => {
                let friends = sorted((0..3).map(|i| people[(who + 7 * i) % people.len()].key.public()).collect());
                let p = people[who].clone();
                t.put(Kind::GUARDIANS, p.id, &p.key, Guardians { keys: friends, needed: 2 }.encode());
            }
        }
    }
    t
}

/// One steward takes one person out 20,000 times, each time leaving another part of what that person signed.
fn many_removals() -> Town {
    let mut t = Town::new(4);
    let victim = t.resident();
    let mut signed = Vec::new();
    for _ in 0..10 {
        let mut guest = t.newcomer();
        t.admit(&victim, &mut guest);
        signed.push(guest.by);
    }
    for _ in 0..150 {
        signed.push(t.put(Kind(6_000), victim.id, &victim.device, vec![1]));
    }
    let steward = t.stewards[0].clone();
    while t.logs.get(&steward.device.public()).map_or(0, |(seq, _)| *seq) < 20_000 {
        let cuts: Vec<Id> = (0..4).map(|_| signed[t.below(signed.len())]).collect();
        let body = t.revoke(victim.id, cuts);
        t.put(Kind::REVOKE, t.community, &steward.device, body);
    }
    t
}

/// A steward's log that forks everywhere, and then the steward leaves with a cut across it.
fn forked() -> Town {
    let mut t = Town::new(5);
    let steward = t.stewards[4].clone();
    let people: Vec<Human> = (0..200).map(|_| t.resident()).collect();
    let mut own: Vec<(Id, u64)> = Vec::new();
    while t.records.len() < RECORDS - 10 {
        let at = t.below(own.len());
        let (prev, seq) = own.get(at).map_or((vec![], 0), |(id, seq)| (vec![*id], *seq));
        let who = t.below(people.len());
        let body = Grant { person: people[who].id, role: GrantRole::Mentor, by: t.community, after: vec![] }.encode();
        let id = t.put_after(Kind::GRANT, t.community, &steward.device, seq, prev, body);
        own.push((id, seq + 1));
    }
    leave(&mut t, &steward, own.iter().rev().take(64).map(|(id, _)| *id).collect());
    t
}

/// A steward's log in which every record merges the four before it; then the steward leaves.
fn merges() -> Town {
    let mut t = Town::new(5);
    let steward = t.stewards[4].clone();
    let people: Vec<Human> = (0..200).map(|_| t.resident()).collect();
    let mut last: Vec<Id> = Vec::new();
    let mut seq = 0;
    let mut half = Vec::new();
    while t.records.len() < RECORDS - 10 {
        // Four at each place, each after all four at the place before.
        let mut row = Vec::new();
        for _ in 0..4 {
            let who = t.below(people.len());
            let body = Grant { person: people[who].id, role: GrantRole::Mentor, by: t.community, after: vec![] };
            row.push(t.put_after(Kind::GRANT, t.community, &steward.device, seq, sorted(last.clone()), body.encode()));
        }
        seq += 1;
        last = row;
        if t.records.len() < RECORDS / 2 {
            half.clone_from(&last);
        }
    }
    leave(&mut t, &steward, half);
    t
}

fn leave(t: &mut Town, steward: &Human, heads: Vec<Id>) {
    let stay: Vec<Human> = t.stewards.iter().filter(|s| s.id != steward.id).cloned().collect();
    let stewards = sorted(stay.iter().map(|s| s.key.public()).collect());
    let cuts = vec![(steward.key.public(), sorted(heads))];
    let body = Propose { parent: t.epoch, stewards, cuts, rules: None, open: None, keep: vec![] }.encode();
    t.stewards = stay;
    let proposal = t.by_steward(Kind::PROPOSE, body);
    for s in t.stewards.clone() {
        t.put(Kind::APPROVE, t.community, &s.device, Approve { proposal }.encode());
    }
    t.epoch = proposal;
}

fn proposals() -> Town {
    let mut t = Town::new(4);
    for n in 0..20_000 {
        let body = t.propose(n);
        t.by_steward(Kind::PROPOSE, body);
    }
    t
}

/// 20,000 approvals of a proposal that has one steward for it.
fn approvals() -> Town {
    let mut t = Town::new(4);
    let body = t.propose(5);
    let proposal = t.by_steward(Kind::PROPOSE, body);
    let steward = t.stewards[0].clone();
    for _ in 0..20_000 {
        t.put(Kind::APPROVE, t.community, &steward.device, Approve { proposal }.encode());
    }
    t
}

/// One computer that thousands of people say is theirs.
fn shared_device() -> Town {
    let mut t = Town::new(4);
    let device = t.fresh();
    while t.records.len() < 40_000 {
        let p = t.resident();
        t.list(&p.key, p.id, &device, None);
    }
    t
}

fn big_group() -> Town {
    let mut t = Town::new(4);
    let admins: Vec<Human> = (0..64).map(|_| t.resident()).collect();
    let group = t.group(admins.iter().map(|a| a.id).collect());
    let steward = t.stewards[1].clone();
    for _ in 0..4_096 {
        let device = t.fresh();
        let epoch = t.epoch;
        t.list(&steward.device, group, &device, Some(epoch));
    }
    let other = t.stewards[2].clone();
    for _ in 0..6_000 {
        let person = t.resident();
        let body = GroupMember { person: person.id, role: GroupRole::Member, by: t.epoch, after: vec![] };
        t.put(Kind::GROUP_MEMBER, group, &other.device, body.encode());
    }
    t
}

/// Thousands of new keys for one person, each agreed to by one steward.
fn recoveries() -> Town {
    let mut t = Town::new(4);
    let p = t.resident();
    for _ in 0..5_000 {
        let new = t.fresh();
        let statement = Statement::sign(&t.community, &p.id, p.key.public(), &new, vec![], vec![]);
        let steward = t.steward();
        t.put(Kind::RECOVER, p.id, &steward.device, Recover { statement, by: t.epoch }.encode());
    }
    t
}

fn hides() -> Town {
    let mut t = Town::new(4);
    let p = t.resident();
    for n in 0..20_000 {
        let body = t.hide(p.id, n);
        t.by_steward(Kind::HIDE, body);
    }
    t
}

/// Everybody lets ten in, as deep as it goes, and one near the root is taken out.
fn admits() -> Town {
    let mut t = Town::new(4);
    let mut first = None;
    while t.records.len() < RECORDS - 10 {
        let top = t.resident();
        let mut row = vec![top.clone()];
        for _ in 0..3 {
            let above = std::mem::take(&mut row);
            for from in above.iter().take(60) {
                for _ in 0..10 {
                    let mut new = t.newcomer();
                    t.admit(from, &mut new);
                    row.push(new);
                }
            }
        }
        first.get_or_insert(top);
    }
    if let Some(top) = first {
        let body = t.revoke(top.id, t.heads(&top));
        t.by_steward(Kind::REVOKE, body);
    }
    t
}

/// One key that founds thousands of people, each with a computer and let in.
fn one_key() -> Town {
    let mut t = Town::new(4);
    let key = t.fresh();
    for n in 0..10_000u128 {
        t.clock += 1;
        // All first in the key's log: it forks from its beginning.
        let body = Person { sealing: Some(*blake3::hash(&n.to_be_bytes()).as_bytes()) }.encode();
        let id = t.put_after(Kind::PERSON, Id::SELF, &key, 0, vec![], body);
        let device = t.fresh();
        t.list(&key, id, &device, None);
        let body = admit(id, t.epoch);
        let steward = t.steward();
        t.put(Kind::ADMIT, steward.id, &steward.device, body);
    }
    t
}

/// One record of each kind that comes after everything, and one more of what the shape is made of.
fn more(t: &mut Town) -> Vec<(&'static str, Record)> {
    let before = t.records.len();
    let last = t.records[before - 1].clone();
    let mut names = Vec::new();
    // The last again, with another clock: the same thing once more.
    let p = last.payload().clone();
    let clock = Hlc::new(t.clock + 1, 0);
    let again = Payload { hlc: clock, seq: p.seq.map(|s| s + 1), prev: vec![last.id()], ..p };
    let wire = [again.encode(), vec![0; 64]].concat();
    let again = Record::from_journal(&t.community, &wire).expect("a record in order");
    t.logs.insert(again.payload().device, (again.payload().seq.unwrap_or(1), vec![again.id()]));
    t.clock += 2;
    t.records.push(again);
    names.push("the last again");
    let new = t.newcomer();
    names.extend(["person", "device-add"]);
    // Each after the one before it in some log: the newcomer's records count among those measured.
    let known = t.stewards[0].clone();
    let body = admit(new.id, t.epoch);
    t.put(Kind::ADMIT, known.id, &known.device, body);
    names.push("admit");
    let body = Grant { person: new.id, role: GrantRole::Mentor, by: t.epoch, after: vec![] }.encode();
    t.by_steward(Kind::GRANT, body);
    names.push("grant");
    let body = t.hide(new.id, 1);
    let hide = t.by_steward(Kind::HIDE, body);
    names.push("hide");
    t.by_steward(Kind::UNHIDE, Unhide { hides: vec![hide], by: t.epoch }.encode());
    names.push("unhide");
    let group = t.group(vec![new.id]);
    names.push("group");
    let body = GroupMember { person: known.id, role: GroupRole::Member, by: group, after: vec![] }.encode();
    t.put(Kind::GROUP_MEMBER, group, &new.device, body);
    names.push("group-member");
    let friends = sorted(t.stewards.iter().map(|s| s.key.public()).take(3).collect());
    t.put(Kind::GUARDIANS, new.id, &new.key, Guardians { keys: friends, needed: 2 }.encode());
    names.push("guardians");
    let statement = Statement::sign(&t.community, &new.id, new.key.public(), &key(7), vec![], vec![]);
    t.put(Kind::RECOVER, new.id, &known.device, Recover { statement, by: t.epoch }.encode());
    names.push("recover");
    let body = t.revoke(new.id, t.heads(&new));
    t.by_steward(Kind::REVOKE, body);
    names.push("revoke");
    let body = t.propose(8);
    let proposal = t.by_steward(Kind::PROPOSE, body);
    names.push("propose");
    t.by_steward(Kind::APPROVE, Approve { proposal }.encode());
    names.push("approve");
    names.into_iter().zip(t.records.drain(before..)).collect()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Memory of this process, in bytes.
fn resident_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) * 4096
}

fn main() {
    type Shape = (&'static str, fn() -> Town);
    let shapes: [Shape; 12] = [
        ("realistic", realistic),
        ("20,000 removals of one person", many_removals),
        ("forked log", forked),
        ("merged log", merges),
        ("20,000 proposals", proposals),
        ("20,000 approvals", approvals),
        ("a computer of thousands", shared_device),
        ("a group of thousands", big_group),
        ("5,000 recoveries of one person", recoveries),
        ("20,000 hides of one owner", hides),
        ("admits by admits", admits),
        ("one key, thousands of people", one_key),
    ];
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let ledger = args.iter().position(|a| a == "--ledger").map(|at| args.drain(at..at + 2).nth(1).unwrap_or_default());
    let runs = if args.iter().any(|a| a == "--once") { 1 } else { 5 };
    args.retain(|a| a != "--once");
    println!(
        "{:32} {:>7} {:>9} {:>9} {:>6} {:>9} {:>9}  slowest one more",
        "", "records", "all ms", "us/record", "ratio", "clone ms", "bytes/r"
    );
    let (mut rows, mut usual) = (Vec::new(), None);
    for (name, make) in shapes {
        if !args.is_empty() && name != "realistic" && !args.iter().any(|a| name.contains(a.as_str())) {
            continue;
        }
        if args.iter().any(|a| a == "--alone") && !args.iter().any(|a| name.contains(a.as_str())) {
            continue;
        }
        let mut town = make();
        let records = std::mem::take(&mut town.records);
        let mut all = Vec::new();
        let before = resident_bytes();
        let mut authority = None;
        for _ in 0..runs {
            let mut a = Authority::new(&town.genesis).expect("a founding record");
            let list = records.clone();
            let started = Instant::now();
            a.extend(list);
            all.push(started.elapsed());
            authority.get_or_insert(a);
        }
        let mut authority = authority.expect("at least one run");
        let bytes = resident_bytes().saturating_sub(before) / records.len() as u64;
        let clones = (0..runs).map(|_| {
            let started = Instant::now();
            black_box(authority.clone());
            started.elapsed()
        });
        let clone = median(clones.collect());
        town.records.clone_from(&records);
        let mut slowest = (Duration::ZERO, "");
        let mut kinds = Vec::new();
        for (kind, record) in more(&mut town) {
            let times = (0..runs).map(|_| {
                let mut copy = authority.clone();
                let started = Instant::now();
                copy.insert(&record);
                started.elapsed()
            });
            let time = median(times.collect());
            authority.insert(&record);
            slowest = slowest.max((time, kind));
            kinds.push(json!({"kind": kind, "us": time.as_micros() as u64}));
        }
        let all = median(all);
        let each = all.as_secs_f64() * 1e6 / records.len() as f64;
        let ratio = each / *usual.get_or_insert(each);
        let ms = |d: Duration| d.as_secs_f64() * 1e3;
        println!(
            "{name:32} {:7} {:9.0} {each:9.2} {ratio:6.2} {:9.2} {bytes:9}  {:.2} ms: {}",
            records.len(),
            ms(all),
            ms(clone),
            ms(slowest.0),
            slowest.1,
        );
        rows.push(json!({"shape": name, "records": records.len(), "all_ms": ms(all), "us_per_record": each,
            "ratio": ratio, "clone_ms": ms(clone), "bytes_per_record": bytes, "one_more": kinds}));
    }
    if let Some(file) = ledger {
        let run = |program: &str, args: &[&str]| {
            let out = std::process::Command::new(program).args(args).output();
            out.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
        };
        let line = json!({"date": run("date", &["-u", "+%Y-%m-%dT%H:%MZ"]),
            "commit": run("git", &["rev-parse", "--short=12", "HEAD"]), "rows": rows});
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(&file);
        let written = opened.and_then(|mut f| writeln!(f, "{line}"));
        written.unwrap_or_else(|e| panic!("{file}: {e}"));
    }
}
