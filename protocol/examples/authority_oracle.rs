//! Answers what the authority says of histories that the Python model made: `tests/authority/check.py` compares the two.
//!
//! A line of JSON on stdin is one world: its founders, its records by the model's names and ids, and the sets of them to
//! look at. Each record is made as a real signed one. A line of JSON on stdout has an answer for every set. Not for
//! anything but that comparison.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use hedgerow_protocol::authority::body::*;
use hedgerow_protocol::authority::explain::Fact;
use hedgerow_protocol::authority::{Authority, Role, build};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};
use serde_json::{Value, json};

/// Somebody of the model: a person with one computer, and for a root the key itself.
struct Actor {
    key: SecretKey,
    device: SecretKey,
    person: Id,
    founding: [Record; 2],
}

/// The people of one community; the same names are the same people in every world with the same founders.
struct Cast {
    genesis: Record,
    actors: BTreeMap<String, Actor>,
}

fn secret(part: &str, name: &str) -> SecretKey {
    SecretKey::from_seed(blake3::hash(format!("{part} {name}").as_bytes()).as_bytes())
}

impl Cast {
    fn new(stewards: &[&str], roots: &[&str], needed: u64) -> Cast {
        let person = |name: &&str| secret("person", name);
        let others: Vec<PublicKey> = stewards[1..].iter().map(|n| person(n).public()).collect();
        let roots: Vec<PublicKey> = roots.iter().map(|n| secret("root", n).public()).collect();
        let first = person(&stewards[0]);
        let genesis = build::found_community(&first, &others, &roots, needed, false, [0; 16], Hlc::new(1, 0));
        Cast { genesis: genesis.expect("a founding record"), actors: BTreeMap::new() }
    }

    fn actor(&mut self, name: &str) -> &Actor {
        let community = self.genesis.id();
        self.actors.entry(name.to_owned()).or_insert_with(|| {
            let (key, device) = (secret("person", name), secret("device", name));
            let founding = build::newcomer(&community, &key, &device, Hlc::new(2, 0)).expect("a newcomer");
            Actor { person: founding[0].id(), key, device, founding }
        })
    }
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_str).collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} of {value}"))
}

/// Made so far: the model's ids, ours, and the place in the log.
#[derive(Default)]
struct Made {
    by_model: BTreeMap<String, (Id, u64)>,
    by_ours: BTreeMap<Id, String>,
}

impl Made {
    /// The id of a record, or of one that nobody will ever see.
    fn id(&self, model: &str) -> Id {
        self.by_model.get(model).map_or_else(|| Id(*blake3::hash(model.as_bytes()).as_bytes()), |(id, _)| *id)
    }
    fn ids(&self, value: &Value) -> Vec<Id> {
        sorted(texts(value).into_iter().map(|m| self.id(m)).collect())
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

/// A record of the model as a real one.
fn record(cast: &mut Cast, made: &Made, number: usize, r: &Value) -> (Record, u64) {
    let (community, author) = (cast.genesis.id(), text(r, "author"));
    let mut key_of = |name: &str| cast.actor(name).key.public();
    let (kind, of_community, body) = match text(r, "kind") {
        "propose" => {
            let stewards = sorted(texts(&r["stewards"]).into_iter().map(&mut key_of).collect());
            let cuts = r["cuts"].as_object().into_iter().flatten();
            let cuts = sorted(cuts.map(|(name, heads)| (key_of(name), made.ids(heads))).collect());
            let parent = made.id(text(r, "parent"));
            (
                Kind::PROPOSE,
                true,
                Propose { parent, stewards, cuts, rules: None, open: None, keep: vec![], ceiling: None }.encode(),
            )
        }
        "approve" => (Kind::APPROVE, true, Approve { proposal: made.id(text(r, "prop")) }.encode()),
        "arb" => {
            let (parent, child) = (made.id(text(r, "parent")), made.id(text(r, "child")));
            (Kind::ARBITRATE, true, Arbitrate { parent, child }.encode())
        }
        "grant" | "admit" => {
            let person = cast.actor(text(r, "subject")).person;
            let (by, after) = (made.id(text(r, "by")), made.ids(&r["after"]));
            (Kind::ADMIT, false, Admit { person, by, invite: None, after }.encode())
        }
        "revoke" => {
            let subject = cast.actor(text(r, "subject")).person;
            let (by, cuts) = (Some(made.id(text(r, "epoch"))), made.ids(&r["cuts"]));
            (Kind::REVOKE, true, Revoke { subject, by, cuts, keep: vec![] }.encode())
        }
        _ => (Kind(6_000), false, text(r, "id").as_bytes().to_vec()),
    };
    let actor = cast.actor(author);
    let root = author.starts_with("root").then(|| secret("root", author));
    let signer = root.as_ref().unwrap_or(&actor.device);
    let owner = if of_community { community } else { actor.person };
    let prev: Vec<(Id, u64)> = texts(&r["prev"]).into_iter().map(|m| made.by_model[m]).collect();
    let seq = prev.iter().map(|(_, seq)| *seq).max().unwrap_or(0) + 1;
    let prev = sorted(prev.into_iter().map(|(id, _)| id).collect());
    let hlc = Hlc::new(1_000 + number as u64, 0);
    let payload = Payload::authority(kind, owner, signer.public(), hlc, seq, prev, body);
    (payload.sign(&community, signer).expect("a record in order"), seq)
}

fn answer(authority: &Authority, cast: &Cast, made: &Made) -> Value {
    let names: BTreeMap<PublicKey, &str> = cast.actors.iter().map(|(n, a)| (a.key.public(), n.as_str())).collect();
    let set = authority.stewards();
    let mut active = BTreeMap::new();
    for (name, actor) in &cast.actors {
        let depth = match authority.person(&actor.person) {
            // A steward has no depth: what it would be without the seat is among the facts.
            Some(p) if p.role == Role::Steward => {
                let facts = authority.explain(&p.id).into_iter();
                facts
                    .filter_map(|f| if let Fact::Admitted { depth, holds: true, .. } = f { Some(depth) } else { None })
                    .min()
            }
            Some(p) => Some(p.depth),
            None => None,
        };
        if let Some(depth) = depth {
            active.insert(name, depth - 1);
        }
    }
    let epoch = if set.epoch == authority.community() { "" } else { &made.by_ours[&set.epoch] };
    let acting = sorted(set.acting.iter().map(|k| names[k]).collect());
    json!({"epoch": epoch, "number": set.number, "stewards": acting, "frozen": !set.split.is_empty(), "active": active})
}

fn main() {
    let mut casts: BTreeMap<String, Cast> = BTreeMap::new();
    let (input, mut out) = (std::io::stdin().lock(), std::io::stdout().lock());
    for line in input.lines() {
        let line = line.expect("text on stdin");
        let world: Value = serde_json::from_str(&line).expect("one JSON object a line");
        let (stewards, roots) = (texts(&world["stewards"]), texts(&world["roots"]));
        let needed = world["needed"].as_u64().unwrap_or(1);
        let cast = casts.entry(world["stewards"].to_string()).or_insert_with(|| Cast::new(&stewards, &roots, needed));
        let mut made = Made::default();
        made.by_model.insert(text(&world, "genesis").to_owned(), (cast.genesis.id(), 0));
        let mut records = Vec::new();
        for name in texts(&world["names"]) {
            cast.actor(name);
        }
        for (number, r) in world["records"].as_array().into_iter().flatten().enumerate() {
            let (record, seq) = record(cast, &made, number, r);
            made.by_model.insert(text(r, "id").to_owned(), (record.id(), seq));
            made.by_ours.insert(record.id(), text(r, "id").to_owned());
            records.push(record);
        }
        let mut founded = Authority::new(&cast.genesis).expect("a founding record");
        founded.extend(cast.actors.values().flat_map(|a| a.founding.clone()));
        let mut answers = Vec::new();
        for (n, set) in world["sets"].as_array().into_iter().flatten().enumerate() {
            let at = set.as_array().into_iter().flatten().filter_map(Value::as_u64);
            let chosen: Vec<Record> = at.filter_map(|i| records.get(usize::try_from(i).ok()?)).cloned().collect();
            let mut authority = founded.clone();
            if n % 4 == 3 {
                // One at a time, as if shuffled: by id.
                let mut shuffled = chosen;
                shuffled.sort_by_key(Record::id);
                shuffled.iter().for_each(|r| {
                    authority.insert(r);
                });
            } else {
                authority.extend(chosen);
            }
            answers.push(answer(&authority, cast, &made));
        }
        writeln!(out, "{}", Value::Array(answers)).expect("stdout is open");
        out.flush().expect("stdout is open");
    }
}
