//! What must hold in every town, whoever lies. Each property takes a seed and says what went wrong, so that the same
//! property is run over many seeds, and over towns with a planted bug, where it has to fail.

use super::Bug;
use super::town::{ALL, Town, answers, seen};
use super::world::{Rng, key};
use crate::authority::body::*;
use crate::authority::{Authority, Inserted, Role, build, quorum};
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::record::{Payload, Record};

/// A property: nothing, or what went wrong.
pub type Property = fn(u64, Option<Bug>) -> Result<(), String>;

/// All of them, by name.
pub const PROPERTIES: &[(&str, Property)] = &[
    ("every order of arrival gives the same answers, and one at a time the same as all at once", orders),
    ("outsiders and people who were taken out change nothing", outsiders),
    ("a steward who was voted out changes nothing, however it is dated", removed_steward),
    ("what a steward signs without effect changes nothing", garbage),
    ("a spree of one steward is undone by a quorum and a cut", spree),
    ("removal wins, a concurrent re-grant loses, one that names the removal wins", removal_wins),
    ("who was taken out can let nobody in, and friends cannot let them in again", late_admits),
    ("two valid steward sets freeze to those in both; only the roots decide", fork),
    ("a steward is not left out without a cut", no_cut),
    ("fewer than a quorum change nothing", quorums),
    ("a fixed epoch does not fork, and a founder's old key wins nothing", fixed),
    ("with three stewards, one who approves twice wins nothing", approves_twice),
    ("a resident gives nobody a role but those they let in", resident_lies),
    ("a device that was taken out changes nothing; a junior does not take out a senior", stolen_device),
    ("one recovery friend is not enough, an objection needs the stewards, the old key says nothing more", recovery),
    ("what is hidden stays hidden until an unhide names it", hides),
];

fn steps(t: &mut Town) {
    // 95 % of the histories have at most 40 records.
    let many = if t.rng.below(20) == 0 { 20 + t.rng.below(60) } else { t.rng.below(16) };
    for _ in 0..many {
        t.step();
        if t.records.len() > 38 && many < 20 {
            break;
        }
    }
}

fn town(seed: u64, planted: Option<Bug>) -> Town {
    let founders = 1 + (seed / 7 % 9).min(seed % 11) as usize % 9;
    let mut t = Town::new(seed, founders, planted);
    steps(&mut t);
    t
}

/// A town with at least so many founders, all of them still stewards of an unsplit community.
fn quiet(seed: u64, founders: usize, planted: Option<Bug>) -> Town {
    let mut t = Town::new(seed, founders, planted);
    let many = t.rng.below(10);
    for _ in 0..many {
        t.step();
    }
    let whole = t.stewards().len() == t.auth.stewards().seats.len() && t.auth.stewards().split.is_empty();
    let listed = t.stewards().iter().all(|s| t.auth.device(&t.people[*s].device().public()).is_some());
    if whole && listed && t.stewards().len() >= founders.min(3) { t } else { Town::new(seed, founders, planted) }
}

fn same(what: &str, left: &str, right: &str) -> Result<(), String> {
    if left == right {
        return Ok(());
    }
    let differing = left.lines().zip(right.lines()).find(|(a, b)| a != b);
    Err(format!("{what}: {differing:?}"))
}

fn members(t: &Town) -> Vec<Id> {
    t.people.iter().map(|h| h.id).collect()
}

/// Adds what some keys sign and compares what everybody sees.
fn changes_nothing(t: &mut Town, what: &str, records: Vec<Record>, planted: Option<Bug>) -> Result<(), String> {
    let people = members(t);
    let before = seen(&t.auth, &people);
    let mut all = t.records.clone();
    all.extend(records);
    t.rng.shuffle(&mut all);
    same(what, &before, &seen(&t.evaluated(&all, planted), &people))
}

fn orders(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = town(seed, planted);
    let liars: Vec<_> = (0..t.people.len()).filter(|i| i % 3 == 1).flat_map(|i| t.keys_of(i)).collect();
    if !liars.is_empty() && seed.is_multiple_of(2) {
        let lies = t.junk(&liars, ALL, 8);
        lies.into_iter().for_each(|r| {
            t.put(r);
        });
    }
    let mut sorted = t.records.clone();
    sorted.sort_by_key(Record::id);
    let expected = answers(&t.evaluated(&t.records, planted), &sorted);
    if answers(&t.auth, &sorted) != expected {
        return Err(format!("in the order written: {}", differing(&t, &t.auth, &sorted, planted)));
    }
    let at_every_step = seed.is_multiple_of(8);
    let orders = if sorted.len() <= 6 { 720 } else { 20 };
    let mut list = sorted.clone();
    for order in 0..orders {
        if sorted.len() <= 6 {
            permute(&sorted, order, &mut list)
        } else {
            t.rng.shuffle(&mut list)
        }
        let mut a = t.evaluated(&[], planted);
        // One at a time, or in two heaps.
        if order % 2 == 0 {
            for (i, r) in list.iter().enumerate() {
                a.insert(r);
                if at_every_step
                    && order == 0
                    && answers(&a, &sorted) != answers(&t.evaluated(&list[..=i], planted), &sorted)
                {
                    return Err(format!("after {i} of {}", list.len()));
                }
            }
        } else {
            let cut = t.rng.below(list.len());
            a.extend(list[..cut].iter().cloned());
            a.extend(list.iter().cloned());
        }
        if answers(&a, &sorted) != expected {
            return Err(format!("in order {order}: {}", differing(&t, &a, &sorted, planted)));
        }
    }
    Ok(())
}

/// What an authority says otherwise than one that took everything in at once.
fn differing(t: &Town, a: &Authority, sorted: &[Record], planted: Option<Bug>) -> String {
    let b = t.evaluated(&t.records, planted);
    let of = |a: &Authority, r: &Record| format!("{:?} {:?}", r.payload().kind, a.standing_of(&r.id()));
    let record = sorted.iter().find(|r| of(a, r) != of(&b, r)).map(|r| (of(a, r), of(&b, r)));
    format!("{record:?} {:?}", same("seen", &seen(a, &members(t)), &seen(&b, &members(t))))
}

/// The n-th permutation.
fn permute(sorted: &[Record], mut n: usize, list: &mut Vec<Record>) {
    let mut rest = sorted.to_vec();
    list.clear();
    while !rest.is_empty() {
        let at = n % rest.len();
        n /= rest.len();
        list.push(rest.remove(at));
    }
}

fn outsiders(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = town(seed, planted);
    let first = t.stranger();
    let second = t.stranger();
    let seats = t.auth.stewards().seats;
    let is_out = |t: &Town, i: usize| {
        let h = &t.people[i];
        let removals = t.auth.removals(&h.id);
        t.auth.role(&h.id).is_none() && removals.iter().any(|(_, _, left)| !left) && !seats.contains(&h.person.public())
    };
    // Who was taken out with a cut at nothing has nothing left that could count; others keep what lies within.
    let mut liars: Vec<usize> = (0..t.people.len()).filter(|i| is_out(&t, *i)).collect();
    let ever: Vec<PublicKey> =
        t.records.iter().filter_map(|r| Propose::decode(&r.payload().body).ok()).flat_map(|p| p.stewards).collect();
    let founders = t.founders;
    liars.retain(|i| *i >= founders && !ever.contains(&t.people[*i].person.public()));
    // Recovery friends of somebody may speak for them whatever they are; that is a property of its own.
    let friends: Vec<PublicKey> =
        t.people.iter().filter_map(|h| t.auth.guardians(&h.id)).flat_map(|(g, _)| g.keys).collect();
    liars.retain(|i| !friends.contains(&t.people[*i].person.public()));
    liars.extend([first, second]);
    let own: Vec<Id> = liars.iter().map(|i| t.people[*i].id).collect();
    let keys: Vec<_> = liars.iter().flat_map(|i| t.keys_of(*i)).collect();
    let kinds: Vec<Kind> = ALL.iter().copied().filter(|k| *k != Kind::JOIN && *k != Kind::GUARDIANS).collect();
    let lies = t.junk(&keys, &kinds, 14);
    let people: Vec<Id> = members(&t).into_iter().filter(|p| !own.contains(p)).collect();
    let before = seen(&t.auth, &people);
    let mut all = t.records.clone();
    all.extend(lies);
    let after = t.evaluated(&all, planted);
    same("outsiders", &before, &seen(&after, &people))?;
    for id in own {
        if after.role(&id).is_some_and(|r| r != Role::Newcomer) {
            return Err(format!("an outsider became {:?}", after.role(&id)));
        }
    }
    Ok(())
}

fn removed_steward(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 4 + seed as usize % 5, planted);
    let stewards = t.stewards();
    let bad = *t.rng.pick(&stewards);
    let seats = t.auth.stewards().seats;
    let keys: Vec<PublicKey> = seats.iter().copied().filter(|k| *k != t.people[bad].person.public()).collect();
    let voters: Vec<usize> = stewards.into_iter().filter(|v| *v != bad).collect();
    let number = t.auth.stewards().number;
    t.change(&keys, &voters, quorum(seats.len()));
    if t.auth.stewards().number == number {
        return Ok(());
    }
    let steward = t.people[bad].device().clone();
    // Whatever they were besides: out of that too.
    if let Some(s) = t.steward() {
        let (device, id, hlc) = (t.people[s].device().clone(), t.people[bad].id, t.hlc());
        let made = build::revoke(&t.auth, &device, id, false, &[], hlc);
        t.try_put(made);
    }
    let keys = [steward, t.people[bad].person.clone()];
    // Their own devices and friends stay their own matter.
    let own = [Kind::DEVICE_ADD, Kind::DEVICE_REMOVE, Kind::GUARDIANS, Kind::RECOVER, Kind::OBJECT, Kind::JOIN];
    let kinds: Vec<Kind> = ALL.iter().copied().filter(|k| !own.contains(k)).collect();
    let lies = t.junk(&keys[..1], &kinds, 25);
    changes_nothing(&mut t, "a removed steward", lies, planted)
}

fn garbage(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = town(seed, planted);
    let Some(s) = t.steward() else { return Ok(()) };
    let keys = [t.people[s].device().clone()];
    let lies = t.junk(&keys, &[Kind(5_000), Kind(7_000)], 8);
    changes_nothing(&mut t, "garbage", lies, planted)
}

fn spree(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 4 + seed as usize % 5, planted);
    let stewards = t.stewards();
    let bad = *t.rng.pick(&stewards);
    let people = members(&t);
    let bad_id = t.people[bad].id;
    let before_people: Vec<Option<Role>> = people.iter().filter(|p| **p != bad_id).map(|p| t.auth.role(p)).collect();
    let before = t.auth.clone();
    let device = t.people[bad].device().clone();
    let many = 1 + t.rng.below(20);
    for _ in 0..many {
        let (i, hlc) = (t.anybody(), t.hlc());
        let id = t.people[i].id;
        let made = match t.rng.below(3) {
            0 => build::revoke(&t.auth, &device, id, true, &[], hlc),
            1 => build::admit(&t.auth, &device, id, None, hlc),
            _ => build::hide(&t.auth, &device, id, None, Reason::OTHER, hlc),
        };
        t.try_put(made);
    }
    // A quorum votes the steward out with a cut from before the spree.
    let seats = before.stewards().seats;
    let bad_key = t.people[bad].person.public();
    let keys: Vec<PublicKey> = seats.iter().copied().filter(|k| *k != bad_key).collect();
    let voters: Vec<usize> = stewards.into_iter().filter(|v| *v != bad).collect();
    let (by, hlc) = (t.people[voters[0]].device().clone(), t.hlc());
    let Ok(cut_before) = build::propose(&before, &by, &keys, None, &[], hlc) else { return Ok(()) };
    let (seq, prev) = t.auth.next_in_log(&by.public());
    let p =
        Payload::authority(Kind::PROPOSE, t.community, by.public(), hlc, seq, prev, cut_before.payload().body.clone());
    let id = t.put(p.sign(&t.community, &by).unwrap());
    for voter in voters.iter().take(quorum(seats.len())) {
        let (device, hlc) = (t.people[*voter].device().clone(), t.hlc());
        let made = build::approve(&t.auth, &device, id, hlc);
        t.try_put(made);
    }
    if t.auth.epoch() != id {
        return Err("the quorum did not decide".into());
    }
    let after: Vec<Option<Role>> = people.iter().filter(|p| **p != bad_id).map(|p| t.auth.role(p)).collect();
    let strip = |roles: Vec<Option<Role>>| format!("{roles:?}");
    same("the spree", &strip(before_people), &strip(after))?;
    if t.auth.owners_with_hidden().ne(before.owners_with_hidden()) {
        return Err("a hide of the spree is left".into());
    }
    Ok(())
}

fn removal_wins(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 3 + seed as usize % 4, planted);
    let s = t.steward().ok_or("no steward")?;
    let Some(r) = t.resident(s) else { return Ok(()) };
    let id = t.people[r].id;
    let other = t.another_steward(s);
    let (a, b) = (t.people[s].device().clone(), t.people[other].device().clone());
    let before = t.auth.clone();
    let (h1, h2, h3) = (t.hlc(), t.hlc(), t.hlc());
    let revoke = build::revoke(&before, &a, id, false, &[], h1).map_err(|e| e.to_string())?;
    let concurrent = build::admit(&before, &b, id, None, h2).map_err(|e| e.to_string())?;
    t.put(concurrent);
    t.put(revoke);
    if t.auth.role(&id).is_some() {
        return Err("a concurrent re-grant won".into());
    }
    let again = build::admit(&t.auth, &b, id, None, h3).map_err(|e| e.to_string())?;
    t.put(again);
    if t.auth.role(&id) != Some(Role::Resident) { Err("a re-grant that names the removal lost".into()) } else { Ok(()) }
}

fn late_admits(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 3, planted);
    let s = t.steward().ok_or("no steward")?;
    let Some(bad) = t.resident(s) else { return Ok(()) };
    let Some(friend) = t.resident(s) else { return Ok(()) };
    let early = t.resident(bad);
    let guest = t.stranger();
    let before = t.auth.clone();
    let (device, id, hlc) = (t.people[s].device().clone(), t.people[bad].id, t.hlc());
    let made = build::revoke(&t.auth, &device, id, false, &[], hlc).map_err(|e| e.to_string())?;
    t.put(made);
    let bad_device = t.people[bad].device().clone();
    let friend_device = t.people[friend].device().clone();
    // From the state before, as if they had heard nothing.
    for (device, whom) in [(&bad_device, guest), (&friend_device, bad)] {
        let (hlc, id) = (t.hlc(), t.people[whom].id);
        let made = build::admit(&before, device, id, None, hlc);
        t.try_put(made);
    }
    // In the friend's name, by the banned device.
    let base = t.auth.person(&t.people[friend].id).map(|p| p.by);
    if let Some(by) = base {
        let body = Admit { person: t.people[guest].id, by, invite: None, after: vec![] }.encode();
        for owner in [t.people[friend].id, t.people[bad].id] {
            let (seq, prev) = t.auth.next_in_log(&bad_device.public());
            let hlc = t.hlc();
            let p = Payload::authority(Kind::ADMIT, owner, bad_device.public(), hlc, seq, prev, body.clone());
            t.put(p.sign(&t.community, &bad_device).unwrap());
        }
    }
    let role = |i: usize| t.auth.role(&t.people[i].id);
    if role(bad).is_some_and(|r| r != Role::Newcomer) || role(guest).is_some_and(|r| r != Role::Newcomer) {
        return Err(format!("banned: {:?}, their guest: {:?}", role(bad), role(guest)));
    }
    match early {
        Some(early) if role(early) != Some(Role::Resident) => Err("who was let in before the cut is out".into()),
        _ => Ok(()),
    }
}

fn fork(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 3 + seed as usize % 7, planted);
    let stewards = t.stewards();
    let seats = t.auth.stewards().seats;
    if stewards.len() < 3 {
        return Ok(());
    }
    let mut pair = stewards.clone();
    t.rng.shuffle(&mut pair);
    let (x, y) = (t.people[pair[0]].person.public(), t.people[pair[1]].person.public());
    let parent = t.auth.epoch();
    let before = t.auth.clone();
    let by = t.people[pair[2]].device().clone();
    let mut made = Vec::new();
    for out in [x, y] {
        let keys: Vec<PublicKey> = seats.iter().copied().filter(|k| *k != out).collect();
        let hlc = t.hlc();
        let proposal = build::propose(&before, &by, &keys, None, &[], hlc).map_err(|e| e.to_string())?;
        made.push(proposal.id());
        t.put(proposal);
    }
    // Everybody signs both: two devices' logs, or one log forked.
    for proposal in &made {
        for voter in &stewards {
            let (device, hlc) = (t.people[*voter].device().clone(), t.hlc());
            let approval = build::approve(&before, &device, *proposal, hlc).map_err(|e| e.to_string())?;
            t.put(approval);
        }
    }
    let set = t.auth.stewards();
    if set.split.len() != 2 || set.epoch != parent || !set.acting.is_empty() {
        return Err(format!("split: {set:?}"));
    }
    // Nobody but enough roots decides.
    let mut keys: Vec<_> = (0..t.people.len()).map(|i| t.people[i].device().clone()).collect();
    keys.push(t.roots[0].clone());
    for k in &keys {
        let (seq, prev) = t.auth.next_in_log(&k.public());
        let hlc = t.hlc();
        let body = Arbitrate { parent, child: made[0] }.encode();
        let p = Payload::authority(Kind::ARBITRATE, t.community, k.public(), hlc, seq, prev, body);
        t.put(p.sign(&t.community, k).unwrap());
    }
    if t.auth.stewards() != set {
        return Err("somebody else decided".into());
    }
    let (root, hlc) = (t.roots[1].clone(), t.hlc());
    let made_by_root = build::arbitrate(&t.auth, &root, parent, made[0], hlc).map_err(|e| e.to_string())?;
    t.put(made_by_root);
    let set = t.auth.stewards();
    if set.epoch == made[0] && set.split.is_empty() { Ok(()) } else { Err(format!("undecided: {set:?}")) }
}

fn no_cut(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 3 + seed as usize % 5, planted);
    let stewards = t.stewards();
    let set = t.auth.stewards();
    let out = t.people[stewards[0]].person.public();
    let keys: Vec<PublicKey> = set.seats.iter().copied().filter(|k| *k != out).collect();
    let by = t.people[stewards[1 % stewards.len()]].device().clone();
    let body =
        Propose { parent: set.epoch, stewards: keys, cuts: vec![], rules: None, open: None, keep: vec![] }.encode();
    let ((seq, prev), hlc) = (t.auth.next_in_log(&by.public()), t.hlc());
    let p = Payload::authority(Kind::PROPOSE, t.community, by.public(), hlc, seq, prev, body);
    let id = t.put(p.sign(&t.community, &by).unwrap());
    for voter in &stewards {
        let (device, hlc) = (t.people[*voter].device().clone(), t.hlc());
        let made = build::approve(&t.auth, &device, id, hlc);
        t.try_put(made);
    }
    if t.auth.epoch() == set.epoch { Ok(()) } else { Err("left out without a cut".into()) }
}

fn quorums(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    // f double signers cannot make two sets valid.
    let mut rng = Rng::new(seed);
    let n = 1 + rng.below(9);
    let (f, k) = ((n - 1) / 3, quorum(n));
    let split = rng.below(n - f + 1);
    if f + split >= k && f + (n - f - split) >= k {
        return Err(format!("{n} stewards with {f} liars can split at {k}"));
    }
    let mut t = quiet(seed, 1 + seed as usize % 9, planted);
    let stewards = t.stewards();
    let set = t.auth.stewards();
    let new = t.stranger();
    let keys: Vec<PublicKey> = set.seats.iter().copied().chain([t.people[new].person.public()]).collect();
    if keys.len() > 9 {
        return Ok(());
    }
    let id = t.change(&keys, &stewards, quorum(set.seats.len()) - 1);
    let Some(id) = id else { return Ok(()) };
    // Approvals of people who are no stewards, and of a steward twice.
    let mut others: Vec<_> = (0..t.people.len()).filter(|i| !stewards.contains(i)).flat_map(|i| t.keys_of(i)).collect();
    others.push(t.roots[0].clone());
    for k in others {
        let ((seq, prev), hlc) = (t.auth.next_in_log(&k.public()), t.hlc());
        let body = Approve { proposal: id }.encode();
        let p = Payload::authority(Kind::APPROVE, t.community, k.public(), hlc, seq, prev, body);
        t.put(p.sign(&t.community, &k).unwrap());
    }
    if t.auth.epoch() != set.epoch {
        return Err("too few approvals were enough".into());
    }
    Ok(())
}

fn fixed(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = Town::new(seed, 1, planted);
    let lone = t.people[0].device().clone();
    let (a, b, c) = (t.resident(0).unwrap(), t.resident(0).unwrap(), t.resident(0).unwrap());
    let keys: Vec<PublicKey> = [a, b, c].iter().map(|i| t.people[*i].person.public()).collect();
    let genesis = t.auth.clone();
    let first = t.change(&keys, &[0], 1).ok_or("no proposal")?;
    if t.auth.epoch() != first {
        return Err("a lone founder could not seat others".into());
    }
    let is_fixed = seed.is_multiple_of(2);
    if is_fixed {
        for i in 0..2 {
            let (root, hlc) = (t.roots[i].clone(), t.hlc());
            let made = build::checkpoint(&t.auth, &root, hlc).map_err(|e| e.to_string())?;
            t.put(made);
        }
    }
    // The founder's old key approves a second child of the founding.
    let thief = t.stranger();
    let hlc = t.hlc();
    let second = build::propose(&genesis, &lone, &[t.people[thief].person.public()], None, &[], hlc)
        .map_err(|e| e.to_string())?;
    let id = t.put(second);
    let hlc = t.hlc();
    let made = build::approve(&genesis, &lone, id, hlc).map_err(|e| e.to_string())?;
    t.put(made);
    let set = t.auth.stewards();
    let thief_key = t.people[thief].person.public();
    if set.acting.contains(&thief_key) || set.epoch == id {
        return Err("the old key won".into());
    }
    match is_fixed {
        true if set.epoch != first || !set.split.is_empty() => Err("a fixed epoch forked".into()),
        false if !set.acting.is_empty() => Err("a split was settled without the roots".into()),
        _ => Ok(()),
    }
}

fn approves_twice(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = Town::new(seed, 3, planted);
    let mut who = [0, 1, 2];
    t.rng.shuffle(&mut who);
    let [bad, left, right] = who;
    let before = t.auth.clone();
    let mut ids = Vec::new();
    for (with, out) in [(left, right), (right, left)] {
        let keys: Vec<PublicKey> =
            before.stewards().seats.into_iter().filter(|k| *k != t.people[out].person.public()).collect();
        let (by, hlc) = (t.people[with].device().clone(), t.hlc());
        let proposal = build::propose(&before, &by, &keys, None, &[], hlc).map_err(|e| e.to_string())?;
        let id = t.put(proposal);
        ids.push(id);
        for voter in [with, bad] {
            let (device, hlc) = (t.people[voter].device().clone(), t.hlc());
            let made = build::approve(&before, &device, id, hlc).map_err(|e| e.to_string())?;
            t.put(made);
        }
    }
    let set = t.auth.stewards();
    if set.acting.is_empty() && !ids.contains(&set.epoch) { Ok(()) } else { Err(format!("one of them won: {set:?}")) }
}

fn resident_lies(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = town(seed, planted);
    let Some(s) = t.steward() else { return Ok(()) };
    let Some(liar) = t.resident(s) else { return Ok(()) };
    let liar_id = t.people[liar].id;
    let people: Vec<Id> = members(&t).into_iter().filter(|p| *p != liar_id).collect();
    let keys = t.keys_of(liar);
    let stranger_roles = |a: &Authority| people.iter().filter(|p| a.role(p).is_none()).copied().collect::<Vec<Id>>();
    let strangers = stranger_roles(&t.auth);
    let before: Vec<_> = people.iter().filter(|p| !strangers.contains(p)).map(|p| t.auth.person(p)).collect();
    let set = t.auth.stewards();
    let groups: Vec<_> = t.auth.groups().map(|g| (g, t.auth.group_members(&g), t.auth.devices_of(&g))).collect();
    let lies = t.junk(&keys, ALL, 14);
    let mut all = t.records.clone();
    all.extend(lies);
    let after = t.evaluated(&all, planted);
    let now: Vec<_> = people.iter().filter(|p| !strangers.contains(p)).map(|p| after.person(p)).collect();
    // Somebody may get one more admit from the liar, and with it a shallower place; never lose or change a role.
    for (b, n) in before.iter().flatten().zip(now.iter()) {
        let n = n.ok_or("somebody lost a role")?;
        if b.role != Role::Newcomer && (n.role != b.role || n.depth > b.depth) {
            return Err(format!("{b:?} became {n:?}"));
        }
    }
    if after.stewards() != set {
        return Err("the steward set changed".into());
    }
    for p in &strangers {
        // Only by the liar's own word, never a banned person, and no deeper than one step below the liar.
        if let Some(info) = after.person(p).filter(|i| i.role != Role::Newcomer) {
            let banned = t.auth.removals(p).iter().any(|(_, _, left)| !left);
            if info.role != Role::Resident || info.depth < 2 || banned {
                return Err(format!("a stranger became {info:?}, banned {banned}"));
            }
        }
    }
    let now: Vec<_> = after.groups().map(|g| (g, after.group_members(&g), after.devices_of(&g))).collect();
    let people_now: Vec<_> = now.iter().map(|(g, m, d)| (g, m.len(), d)).collect();
    let people_then: Vec<_> = groups.iter().map(|(g, m, d)| (g, m.len(), d)).collect();
    if !strangers.is_empty() && people_now != people_then && now.len() != groups.len() {
        return Err("a group was founded".into());
    }
    if after.owners_with_hidden().ne(t.auth.owners_with_hidden()) || after.grants(&liar_id) != t.auth.grants(&liar_id) {
        return Err("a resident hid something or gave themselves a role".into());
    }
    Ok(())
}

fn stolen_device(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 1 + seed as usize % 4, planted);
    let s = t.steward().ok_or("no steward")?;
    // A steward's or a resident's second computer is stolen.
    let owner = if seed.is_multiple_of(2) { s } else { t.resident(s).ok_or("no resident")? };
    let (id, senior) = (t.people[owner].id, t.people[owner].device().clone());
    let stolen = t.fresh();
    let offer = DeviceOffer::sign(&t.community, &id, &stolen, Duty::Full);
    let (hlc, place) = (t.hlc(), build::Place::next(&t.auth, &senior.public()));
    let made = build::device_add(&t.community, &senior, place, id, offer, hlc).map_err(|e| e.to_string())?;
    t.put(made);
    let before = t.auth.clone();
    // The thief turns against the computer that listed it.
    let hlc = t.hlc();
    let body = DeviceRemove { device: senior.public(), cuts: vec![], keep: vec![], by: None }.encode();
    let ((seq, prev), public) = (t.auth.next_in_log(&stolen.public()), stolen.public());
    let p = Payload::authority(Kind::DEVICE_REMOVE, id, public, hlc, seq, prev, body);
    t.put(p.sign(&t.community, &stolen).unwrap());
    if t.auth.device(&senior.public()).is_none() {
        return Err("a junior took out a senior".into());
    }
    // The removal knows the log as it was before.
    let hlc = t.hlc();
    let removal = build::device_remove(&before, &senior, id, stolen.public(), &[], hlc).map_err(|e| e.to_string())?;
    t.put(removal);
    if t.auth.device(&stolen.public()).is_some() {
        return Err("still listed".into());
    }
    // Whatever it signs, also from before; its own children included.
    let lies = t.junk(std::slice::from_ref(&stolen), ALL, 20);
    changes_nothing(&mut t, "a stolen device", lies, planted)
}

fn recovery(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 3, planted);
    let s = t.steward().ok_or("no steward")?;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(t.resident(s).ok_or("no resident")?);
    }
    let [owner, f1, f2, f3] = all[..] else { return Err("four".into()) };
    let id = t.people[owner].id;
    let friends: Vec<PublicKey> = [f1, f2, f3].iter().map(|i| t.people[*i].person.public()).collect();
    let (person, hlc) = (t.people[owner].person.clone(), t.hlc());
    let made = build::guardians(&t.auth, &person, id, &friends, 2, hlc).map_err(|e| e.to_string())?;
    t.put(made);
    let new = t.fresh();
    let statement = build::statement(&t.auth, id, &new, &[]).map_err(|e| e.to_string())?;
    let agree = |t: &mut Town, by: usize| {
        let (device, hlc) = (t.people[by].device().clone(), t.hlc());
        let made = build::recover(&t.auth, &device, id, statement.clone(), hlc);
        t.try_put(made);
    };
    agree(&mut t, f1);
    // The same friend again, with a second device, and a stranger.
    agree(&mut t, f1);
    let stranger = t.stranger();
    agree(&mut t, stranger);
    if t.auth.key_of(&id) != Some(person.public()) {
        return Err("one friend was enough".into());
    }
    let objects = seed.is_multiple_of(3);
    if objects {
        let (device, hlc) = (t.people[owner].device().clone(), t.hlc());
        let made = build::object(&t.auth, &device, id, new.public(), hlc).map_err(|e| e.to_string())?;
        t.put(made);
    }
    agree(&mut t, f2);
    if objects {
        if t.auth.key_of(&id) != Some(person.public()) {
            return Err("an objection changed nothing".into());
        }
        // The stewards decide, and that is final.
        let needed = t.auth.stewards().quorum;
        let voters: Vec<usize> = t.stewards().into_iter().take(needed).collect();
        for voter in voters {
            agree(&mut t, voter);
        }
    }
    if t.auth.key_of(&id) != Some(new.public()) {
        return Err("the recovery did not happen".into());
    }
    if !t.auth.devices_of(&id).is_empty() {
        return Err("an old device is live".into());
    }
    if t.auth.role(&id) != Some(Role::Resident) {
        return Err("the recovered person is out".into());
    }
    // Whoever has the old key and device says nothing more; but an objection still leaves it to the stewards.
    let keys = t.keys_of(owner);
    let kinds: Vec<Kind> = ALL.iter().copied().filter(|k| *k != Kind::OBJECT && *k != Kind::JOIN).collect();
    let lies = t.junk(&keys, &kinds, 15);
    changes_nothing(&mut t, "an old key", lies, planted)
}

fn hides(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 3, planted);
    let s = t.steward().ok_or("no steward")?;
    let device = t.people[s].device().clone();
    let target = t.resident(s).ok_or("no resident")?;
    let id = t.people[target].id;
    let slot = Some((Kind::NOTICE, vec![1]));
    let address = crate::record::Address { owner: id, kind: Kind::NOTICE, key: vec![1] };
    let mut hides = Vec::new();
    for _ in 0..2 {
        let hlc = t.hlc();
        let made = build::hide(&t.auth, &device, id, slot.clone(), Reason::WRONG, hlc).map_err(|e| e.to_string())?;
        hides.push(t.put(made));
    }
    let hlc = t.hlc();
    let made = build::unhide(&t.auth, &device, &hides[..1], hlc).map_err(|e| e.to_string())?;
    t.put(made);
    // The hidden one undoes it themselves.
    let keys = t.keys_of(target);
    let lies = t.junk(&keys, &[Kind::UNHIDE], 6);
    lies.into_iter().for_each(|r| {
        t.put(r);
    });
    let still = t.auth.hidden(&address);
    if still.len() != 1 || still[0].by != hides[1] {
        return Err(format!("hidden by {still:?}"));
    }
    let hlc = t.hlc();
    let made = build::unhide(&t.auth, &device, &hides, hlc).map_err(|e| e.to_string())?;
    t.put(made);
    if t.auth.hidden(&address).is_empty() { Ok(()) } else { Err("an unhide changed nothing".into()) }
}

impl Town {
    /// Another steward than one, or the same if there is no other.
    fn another_steward(&mut self, not: usize) -> usize {
        let all: Vec<usize> = self.stewards().into_iter().filter(|s| *s != not).collect();
        if all.is_empty() { not } else { *self.rng.pick(&all) }
    }
}

fn cases() -> u64 {
    std::env::var("HEDGEROW_AUTHORITY_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_250)
}

/// The seed from which a run begins: another one every time with `HEDGEROW_AUTHORITY_SEED`.
fn first_seed() -> u64 {
    std::env::var("HEDGEROW_AUTHORITY_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

macro_rules! properties {
    ($($test:ident = $property:ident;)*) => { $(
        #[test]
        fn $test() {
            for seed in first_seed()..first_seed() + cases() {
                if let Err(e) = $property(seed, None) {
                    panic!("seed {seed}: {e}");
                }
            }
        }
    )* };
}

properties! {
    every_order_gives_the_same_answers = orders;
    outsiders_change_nothing = outsiders;
    a_removed_steward_changes_nothing = removed_steward;
    garbage_changes_nothing = garbage;
    a_spree_is_undone = spree;
    removal_wins_over_a_concurrent_grant = removal_wins;
    late_admits_do_not_count = late_admits;
    a_fork_freezes_until_the_roots_decide = fork;
    no_removal_without_a_cut = no_cut;
    too_few_approvals_change_nothing = quorums;
    a_fixed_epoch_does_not_fork = fixed;
    approving_twice_wins_nothing = approves_twice;
    a_resident_gives_nobody_a_role = resident_lies;
    a_stolen_device_says_nothing_more = stolen_device;
    recovery_needs_friends_and_no_objection = recovery;
    hidden_until_unhidden = hides;
}

/// Every planted bug makes some property fail within a few hundred towns.
#[test]
fn planted_bugs_are_found() {
    for bug in Bug::ALL {
        let found = (1..400u64).find_map(|seed| {
            PROPERTIES.iter().find_map(|(name, property)| property(seed, Some(*bug)).err().map(|e| (seed, *name, e)))
        });
        let (seed, name, e) = found.unwrap_or_else(|| panic!("{bug:?} was not found"));
        println!("{bug:?}: seed {seed}, \"{name}\": {}", e.chars().take(120).collect::<String>());
    }
}

/// What a property says of one seed, to look at it by hand.
#[test]
fn an_inserted_record_is_known_the_second_time() {
    let mut t = Town::new(1, 1, None);
    let r = t.records[0].clone();
    assert_eq!(t.auth.insert(&r), Inserted::Known);
    assert_eq!(key(1).public(), t.roots[0].public());
}
