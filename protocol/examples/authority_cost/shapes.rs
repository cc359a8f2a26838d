//! The sets of records that are measured: a realistic one, and what somebody would write to be slow to look at.

use hedgerow_protocol::authority::body::*;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};

use crate::town::{Human, Town, admit, key, sorted};

const RECORDS: usize = 100_000;

/// Thousands of people, groups and computers; a few who are taken out, a few changes of stewards.
pub fn realistic() -> Town {
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
pub fn many_removals() -> Town {
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
pub fn forked() -> Town {
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
pub fn merges() -> Town {
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

pub fn leave(t: &mut Town, steward: &Human, heads: Vec<Id>) {
    let stay: Vec<Human> = t.stewards.iter().filter(|s| s.id != steward.id).cloned().collect();
    let stewards = sorted(stay.iter().map(|s| s.key.public()).collect());
    let cuts = vec![(steward.key.public(), sorted(heads))];
    let body =
        Propose { parent: t.epoch, stewards, cuts, rules: None, open: None, keep: vec![], ceiling: None }.encode();
    t.stewards = stay;
    let proposal = t.by_steward(Kind::PROPOSE, body);
    for s in t.stewards.clone() {
        t.put(Kind::APPROVE, t.community, &s.device, Approve { proposal }.encode());
    }
    t.epoch = proposal;
}

pub fn proposals() -> Town {
    let mut t = Town::new(4);
    for n in 0..20_000 {
        let body = t.propose(n);
        t.by_steward(Kind::PROPOSE, body);
    }
    t
}

/// 20,000 approvals of a proposal that has one steward for it.
pub fn approvals() -> Town {
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
pub fn shared_device() -> Town {
    let mut t = Town::new(4);
    let device = t.fresh();
    while t.records.len() < 40_000 {
        let p = t.resident();
        t.list(&p.key, p.id, &device, None);
    }
    t
}

pub fn big_group() -> Town {
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
pub fn recoveries() -> Town {
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

pub fn hides() -> Town {
    let mut t = Town::new(4);
    let p = t.resident();
    for n in 0..20_000 {
        let body = t.hide(p.id, n);
        t.by_steward(Kind::HIDE, body);
    }
    t
}

/// Everybody lets ten in, as deep as it goes, and one near the root is taken out.
pub fn admits() -> Town {
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
pub fn one_key() -> Town {
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

/// A steward gives roles to 19,000 people who are not there, with ids that begin alike.
pub fn alike() -> Town {
    let mut t = Town::new(4);
    let steward = t.stewards[0].clone();
    for n in 0..19_000u64 {
        let mut person = [7; 32];
        person[24..].copy_from_slice(&n.to_be_bytes());
        let body = Grant { person: Id(person), role: GrantRole::Mentor, by: t.epoch, after: vec![] };
        t.put(Kind::GRANT, t.community, &steward.device, body.encode());
    }
    t
}

/// One record of each kind that comes after everything, and one more of what the shape is made of.
pub fn more(t: &mut Town) -> Vec<(&'static str, Record)> {
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
