//! What must hold for people, their devices and what is hidden, whoever lies.

use super::super::Bug;
use super::super::town::{ALL, Town, seen};
use super::{changes_nothing, members, quiet, same, town};
use crate::authority::body::*;
use crate::authority::{Authority, Role, build};
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::record::Payload;

pub fn outsiders(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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
    let strangers = [first, second];
    let own: Vec<Id> = liars.iter().chain(&strangers).map(|i| t.people[*i].id).collect();
    let once: Vec<_> = liars.iter().flat_map(|i| t.keys_of(*i)).collect();
    let never: Vec<_> = strangers.iter().flat_map(|i| t.keys_of(*i)).collect();
    let kinds: Vec<Kind> = ALL.iter().copied().filter(|k| *k != Kind::JOIN && *k != Kind::GUARDIANS).collect();
    let mut lies = t.junk(&never, &kinds, 7);
    if !once.is_empty() {
        // Their devices stay their own matter: with one they can take back whom it let in.
        let kinds: Vec<Kind> = kinds.into_iter().filter(|k| *k != Kind::DEVICE_REMOVE).collect();
        lies.extend(t.junk(&once, &kinds, 7));
    }
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

pub fn removal_wins(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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

pub fn late_admits(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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

pub fn resident_lies(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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

pub fn stolen_device(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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

pub fn recovery(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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

pub fn hides(seed: u64, planted: Option<Bug>) -> Result<(), String> {
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
    let still = t.auth.hides_on(&address);
    if still.len() != 1 || still[0].1.by != hides[1] {
        return Err(format!("hidden by {still:?}"));
    }
    let hlc = t.hlc();
    let made = build::unhide(&t.auth, &device, &hides, hlc).map_err(|e| e.to_string())?;
    t.put(made);
    if !t.auth.is_hidden(&address) { Ok(()) } else { Err("an unhide changed nothing".into()) }
}
