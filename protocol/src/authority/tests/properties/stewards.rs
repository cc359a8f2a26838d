//! What must hold for steward sets, whoever lies.

use super::super::Bug;
use super::super::town::{ALL, Town};
use super::super::world::Rng;
use super::{changes_nothing, members, quiet, same};
use crate::authority::body::*;
use crate::authority::{Role, build, quorum};
use crate::id::PublicKey;
use crate::kind::Kind;
use crate::record::Payload;

pub fn removed_steward(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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
    // Where those who stay approved two changes of one epoch, one more approval can make two of them hold: that is a fork, and
    // freezes. The program warns before a second approval.
    if t.approved_two(&steward.public()) {
        return Ok(());
    }
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

pub fn spree(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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
    let Ok(cut_before) = build::propose(&before, &by, &keys, build::Change::default(), &[], hlc) else { return Ok(()) };
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

pub fn fork(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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
        let proposal =
            build::propose(&before, &by, &keys, build::Change::default(), &[], hlc).map_err(|e| e.to_string())?;
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

pub fn no_cut(seed: u64, planted: Option<Bug>) -> Result<(), String> {
    let mut t = quiet(seed, 3 + seed as usize % 5, planted);
    let stewards = t.stewards();
    let set = t.auth.stewards();
    let out = t.people[stewards[0]].person.public();
    let keys: Vec<PublicKey> = set.seats.iter().copied().filter(|k| *k != out).collect();
    let by = t.people[stewards[1 % stewards.len()]].device().clone();
    let body = Propose {
        parent: set.epoch,
        stewards: keys,
        cuts: vec![],
        rules: None,
        open: None,
        keep: vec![],
        ceiling: None,
    }
    .encode();
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

pub fn quorums(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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

pub fn fixed(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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
    let second =
        build::propose(&genesis, &lone, &[t.people[thief].person.public()], build::Change::default(), &[], hlc)
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

pub fn approves_twice(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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
        let proposal =
            build::propose(&before, &by, &keys, build::Change::default(), &[], hlc).map_err(|e| e.to_string())?;
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
