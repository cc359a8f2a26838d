//! What people do in a story: each sentence pattern with what it writes.
//!
//! A pattern is what comes after who does it, with the verb as in "can". The builders decide whether it is allowed;
//! "all the same" writes it by hand, as a liar's program would. Not for: what is asked of the outcome.

use super::tale::{Actor, Fail, Person, Tale};
use super::words::{names, number};
use crate::authority::body::{
    Admit, Approve, Arbitrate, Body, Checkpoint, DeviceAdd, DeviceOffer, DeviceRemove, Grant, GrantRole, GroupMember,
    GroupRole, Hide, Join, Propose, Reason, Recover, Revoke,
};
use crate::authority::build::{self, BuildError, Place};
use crate::authority::{Authority, Why};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::record::{Payload, Record};

type Made = Result<Vec<Record>, Fail>;
type Act = fn(&mut Tale, &Actor, &[String]) -> Made;

pub const ACTS: &[(&str, Act)] = &[
    ("let in {} again", admit),
    ("let in {} people", admit_many),
    ("let in {}", admit),
    ("join by themselves through {}", join),
    ("leave the group {*}", |t, a, w| group_out(t, a, &[me(a)?, w[0].clone()])),
    ("leave {} times", leave_often),
    ("leave", |t, a, _| leave(t, a)),
    ("ban {} and everyone they let in", |t, a, w| ban(t, a, &w[0], true, &[])),
    ("ban {} keeping {}", |t, a, w| ban(t, a, &w[0], false, &w[1..])),
    ("ban {} {} times", ban_often),
    ("close the group {*}", |t, a, w| ban(t, a, &w[0], false, &[])),
    ("ban {}", |t, a, w| ban(t, a, &w[0], false, &[])),
    ("found the group {*} with {*} for services only", |t, a, w| found_group(t, a, w, &[Kind::SERVICE])),
    ("found the group {*} with {*}", |t, a, w| found_group(t, a, w, &[])),
    ("make {} an admin of {*}", |t, a, w| appoint(t, a, w, GroupRole::Admin)),
    ("make {} a member of {*}", |t, a, w| appoint(t, a, w, GroupRole::Member)),
    ("take {} out of {*}", group_out),
    ("give {*} a computer called {}", group_machine),
    ("take the computer {} out of {*}", |t, a, w| device_out(t, a, t.owner(&w[1])?, machine(t, &w[0])?, None)),
    ("make {} a gateway host", |t, a, w| grant(t, a, &w[0], GrantRole::GatewayHost)),
    ("make {} a mentor", |t, a, w| grant(t, a, &w[0], GrantRole::Mentor)),
    ("allow {} to let in {} people", |t, a, w| grant(t, a, &w[0], GrantRole::Admits(count(&w[1])? as u64))),
    ("take the uplink from {}", take_uplink),
    ("propose {*} as stewards open to everybody", |t, a, w| propose(t, a, &w[0], Some(true), None)),
    ("propose {*} as stewards with rules {}", |t, a, w| propose(t, a, &w[0], None, Some(count(&w[1])? as u64))),
    ("propose {*} as stewards without a cut", |t, a, w| propose(t, a, &w[0], None, None)),
    ("propose {*} as stewards", |t, a, w| propose(t, a, &w[0], None, None)),
    ("approve {*} as stewards", approve),
    ("settle on {*} as stewards", settle),
    ("fix the stewards", fix),
    ("fix {*} as stewards", fix_by_name),
    ("name {*} as recovery friends", name_friends),
    ("ask for a new key for {}", |t, a, w| ask(t, a, &w[0])),
    ("ask for a new key", |t, a, _| ask(t, a, &me(a)?)),
    ("agree that {} gets the key of {} as a founder", |t, a, w| agree(t, a, &w[0], &w[1], true)),
    ("agree that {} gets the key of {}", |t, a, w| agree(t, a, &w[0], &w[1], false)),
    ("agree that {} gets a new key", |t, a, w| agree(t, a, &w[0], &w[0], false)),
    ("object to the key of {}", |t, a, w| object(t, a, &w[0])),
    ("object to the new key", |t, a, _| object(t, a, &me(a)?)),
    ("add {} for storing only", |t, a, w| add_computer(t, a, &w[0], true)),
    ("add {} computers", add_many),
    ("add {}", |t, a, w| add_computer(t, a, &w[0], false)),
    ("remove {} and all it said", |t, a, w| {
        device_out(t, a, t.owner(&me(a)?)?, computer(t, &me(a)?, &w[0])?, Some(Hlc(0)))
    }),
    ("remove {}", |t, a, w| device_out(t, a, t.owner(&me(a)?)?, computer(t, &me(a)?, &w[0])?, None)),
    ("give itself up", |t, a, _| device_out(t, a, t.owner(&me(a)?)?, a.key.public(), None)),
    ("hide everything of {*}", |t, a, w| hide(t, a, t.owner(&w[0])?, None)),
    ("hide {} of {*}", hide_title),
    ("show everything of {*} again", |t, a, w| show(t, a, t.owner(&w[0])?, None)),
    ("show {} of {*} again", show_title),
    ("publish the form {} for {*} saying {}", |t, a, w| publish(t, a, &w[1], Kind::FORM, &w[0], &w[2])),
    ("publish {} for {*} saying {}", |t, a, w| publish(t, a, &w[1], Kind::SERVICE, &w[0], &w[2])),
    ("publish {} saying {}", |t, a, w| publish(t, a, &me(a)?, Kind::NOTICE, &w[0], &w[1])),
    ("write {} records of no meaning", |t, a, w| junk(t, a, &w[0], false)),
    ("write {} records at the beginning", |t, a, w| junk(t, a, &w[0], true)),
];

fn me(actor: &Actor) -> Result<String, String> {
    actor.person.clone().ok_or_else(|| "this needs a person".into())
}

fn count(word: &str) -> Result<usize, String> {
    number(word).ok_or_else(|| format!("{word} is no number"))
}

fn computer(t: &Tale, person: &str, name: &str) -> Result<PublicKey, String> {
    let all = &t.person(person)?.computers;
    all.get(name).map(|k| k.public()).ok_or_else(|| format!("{person} has no {name}"))
}

fn machine(t: &Tale, name: &str) -> Result<PublicKey, String> {
    t.machines.get(name).map(|k| k.public()).ok_or_else(|| format!("no computer is called {name}"))
}

fn keys(t: &Tale, list: &str) -> Result<Vec<PublicKey>, String> {
    let key = |n: String| match n.strip_suffix("'s new key") {
        Some(n) => {
            t.asked.get(&(n.to_owned(), n.to_owned())).map(|(_, k)| k.public()).ok_or("no key was asked for".into())
        }
        None => t.person(&n).map(|p| p.words.public()),
    };
    let mut keys = names(list).into_iter().map(key).collect::<Result<Vec<_>, String>>()?;
    keys.sort_unstable();
    Ok(keys)
}

/// Content ids by title, whoever wrote it.
fn content(t: &Tale, titles: &[String]) -> Vec<Id> {
    let named = |r: &&Record| titles.iter().any(|n| r.payload().key == n.as_bytes());
    t.content.iter().filter(named).map(Record::id).collect()
}

fn admit(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    if !t.people.contains_key(&w[0]) {
        t.appear(&w[0], t.side(&a.side)?)?;
    }
    let (person, hlc, seen) = (t.owner(&w[0])?, t.when(a), t.actor_view(a)?);
    if a.forced {
        let by = t.claim(&seen, &me(a)?)?;
        return t.by_hand(
            a,
            Kind::ADMIT,
            t.owner(&me(a)?)?,
            Admit { person, by, invite: None, after: vec![] }.encode(),
        );
    }
    Ok(vec![build::admit(&seen, &a.key, person, None, hlc)?])
}

fn admit_many(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    for n in 1..=count(&w[0])? {
        let guest = format!("{}-guest-{n}", a.side);
        let records = admit(t, a, &[guest])?;
        t.put(a, records)?;
    }
    Ok(vec![])
}

fn join(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    let (person, hlc) = (t.owner(&me(a)?)?, t.when(a));
    let host = t.person(&w[0])?;
    let (host_id, host) = (host.id, host.computers[&host.main].clone());
    let seen = t.actor_view(a)?;
    if a.forced {
        let body = Join { person, place: 1 }.encode();
        let Place { seq, prev } = Place::next(&seen, &host.public());
        let payload = Payload::authority(Kind::JOIN, host_id, host.public(), hlc, seq, prev, body);
        return Ok(vec![payload.sign(&seen.community(), &host).map_err(BuildError::from)?]);
    }
    Ok(vec![build::join(&seen, &host, person, hlc)?])
}

fn leave(t: &mut Tale, a: &Actor) -> Made {
    let (person, hlc) = (t.owner(&me(a)?)?, t.when(a));
    Ok(vec![build::leave(t.view(&a.side)?, &a.key, person, hlc)?])
}

fn leave_often(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    for _ in 0..count(&w[0])? {
        let records = leave(t, a)?;
        t.put(a, records)?;
    }
    Ok(vec![])
}

fn ban(t: &mut Tale, a: &Actor, who: &str, all: bool, keep: &[String]) -> Made {
    let (subject, hlc, keep) = (t.owner(who)?, t.when(a), content(t, keep));
    if a.forced {
        let by = Some(t.claim(t.view(&a.side)?, &me(a)?)?);
        let body = Revoke { subject, by, cuts: vec![], keep }.encode();
        return t.by_hand(a, Kind::REVOKE, t.community()?, body);
    }
    Ok(vec![build::revoke(t.view(&a.side)?, &a.key, subject, all, &keep, hlc)?])
}

fn ban_often(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    for _ in 0..count(&w[1])? {
        let records = ban(t, a, &w[0], false, &[])?;
        t.put(a, records)?;
    }
    Ok(vec![])
}

fn found_group(t: &mut Tale, a: &Actor, w: &[String], scope: &[Kind]) -> Made {
    let admins = names(&w[1]).iter().map(|n| t.owner(n)).collect::<Result<Vec<_>, _>>()?;
    let hlc = t.when(a);
    let group = build::found_group(t.view(&a.side)?, &a.key, &admins, scope, [3; 16], hlc)?;
    t.groups.insert(w[0].clone(), group.id());
    Ok(vec![group])
}

fn appoint(t: &mut Tale, a: &Actor, w: &[String], role: GroupRole) -> Made {
    let (person, group, hlc) = (t.owner(&w[0])?, t.owner(&w[1])?, t.when(a));
    if a.forced {
        let body = GroupMember { person, role, by: group, after: vec![] }.encode();
        return t.by_hand(a, Kind::GROUP_MEMBER, group, body);
    }
    Ok(vec![build::group_member(t.view(&a.side)?, &a.key, group, person, role, hlc)?])
}

fn group_out(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    let (person, group, hlc) = (t.owner(&w[0])?, t.owner(&w[1])?, t.when(a));
    if a.forced {
        let body = Revoke { subject: person, by: Some(group), cuts: vec![], keep: vec![] }.encode();
        return t.by_hand(a, Kind::REVOKE, group, body);
    }
    Ok(vec![build::group_remove(t.view(&a.side)?, &a.key, group, person, &[], hlc)?])
}

fn group_machine(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    let (group, key, hlc) = (t.owner(&w[0])?, t.key(&format!("computer {}", w[1])), t.when(a));
    let offer = DeviceOffer::sign(&t.community()?, &group, &key, Tale::duty(false));
    t.machines.insert(w[1].clone(), key);
    Ok(vec![build::group_device_add(t.view(&a.side)?, &a.key, group, offer, hlc)?])
}

fn grant(t: &mut Tale, a: &Actor, who: &str, role: GrantRole) -> Made {
    let (person, hlc) = (t.owner(who)?, t.when(a));
    if a.forced {
        let by = t.claim(t.view(&a.side)?, &me(a)?)?;
        return t.by_hand(a, Kind::GRANT, t.community()?, Grant { person, role, by, after: vec![] }.encode());
    }
    Ok(vec![build::grant(t.view(&a.side)?, &a.key, person, role, hlc)?])
}

fn take_uplink(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    let (person, hlc, seen) = (t.owner(&w[0])?, t.when(a), t.actor_view(a)?);
    let mut given = seen.grants(&person).into_iter().filter(|(role, _)| *role == GrantRole::GatewayHost);
    let (_, id) = given.next().ok_or_else(|| format!("{} is no gateway host", w[0]))?;
    Ok(vec![build::revoke(&seen, &a.key, id, true, &[], hlc)?])
}

fn propose(t: &mut Tale, a: &Actor, list: &str, open: Option<bool>, rules: Option<u64>) -> Made {
    let (stewards, hlc, seen) = (keys(t, list)?, t.when(a), t.actor_view(a)?);
    if a.forced || rules.is_some() {
        let set = seen.stewards();
        // As one who has never heard of a later set: the first one is where a fork begins.
        let parent = if a.forced { seen.community() } else { set.epoch };
        let cuts = match a.forced {
            true => vec![],
            false => set.seats.iter().filter(|k| !stewards.contains(k)).map(|k| (*k, vec![])).collect(),
        };
        let body = Propose { parent, stewards, cuts, rules, open, keep: vec![], ceiling: None }.encode();
        return t.by_hand(a, Kind::PROPOSE, t.community()?, body);
    }
    Ok(vec![build::propose(&seen, &a.key, &stewards, build::Change { open, ..Default::default() }, &[], hlc)?])
}

/// The newest proposal of a set, and its parent.
fn proposal(seen: &Authority, stewards: &[PublicKey]) -> Result<(Id, Id), String> {
    let read = |r: &Record| match Body::decode(r.payload().kind, &r.payload().body) {
        Ok(Some(Body::Propose(p))) if p.stewards == stewards => Some((r.order(), (r.id(), p.parent))),
        _ => None,
    };
    let newest = seen.records().skip(1).filter_map(read).max();
    newest.map(|(_, ids)| ids).ok_or_else(|| "nobody proposed these".into())
}

fn approve(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    let (stewards, hlc, seen) = (keys(t, &w[0])?, t.when(a), t.actor_view(a)?);
    let (proposal, _) = proposal(&seen, &stewards)?;
    if a.forced {
        return t.by_hand(a, Kind::APPROVE, t.community()?, Approve { proposal }.encode());
    }
    Ok(vec![build::approve(&seen, &a.key, proposal, hlc)?])
}

fn settle(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    let (stewards, hlc, seen) = (keys(t, &w[0])?, t.when(a), t.actor_view(a)?);
    let (child, parent) = proposal(&seen, &stewards)?;
    if a.forced {
        return t.by_hand(a, Kind::ARBITRATE, t.community()?, Arbitrate { parent, child }.encode());
    }
    Ok(vec![build::arbitrate(&seen, &a.key, parent, child, hlc)?])
}

fn fix(t: &mut Tale, a: &Actor, _: &[String]) -> Made {
    let hlc = t.when(a);
    Ok(vec![build::checkpoint(t.view(&a.side)?, &a.key, hlc)?])
}

fn fix_by_name(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    let (epoch, _) = proposal(t.view(&a.side)?, &keys(t, &w[0])?)?;
    t.by_hand(a, Kind::CHECKPOINT, t.community()?, Checkpoint { epoch }.encode())
}

fn name_friends(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    let (friends, me, hlc) = (keys(t, &w[0])?, me(a)?, t.when(a));
    let words = t.person(&me)?.words.clone();
    Ok(vec![build::guardians(t.view(&a.side)?, &words, t.owner(&me)?, &friends, 2, hlc)?])
}

fn ask(t: &mut Tale, a: &Actor, who: &str) -> Made {
    let asker = if a.person.as_deref() == Some(who) { who.to_owned() } else { a.side.clone() };
    let new = t.key(&format!("{who}'s key of {asker}, {}", t.asked.len()));
    let statement = build::statement(t.view(&a.side)?, t.owner(who)?, &new, &[])?;
    t.asked.insert((who.to_owned(), asker), (statement, new));
    Ok(vec![])
}

fn agree(t: &mut Tale, a: &Actor, who: &str, asker: &str, as_founder: bool) -> Made {
    let asked = t.asked.get(&(who.to_owned(), asker.to_owned()));
    let (statement, person, hlc) = (asked.ok_or("nobody asked for it".to_owned())?.0.clone(), t.owner(who)?, t.when(a));
    if a.forced || as_founder {
        let by = if as_founder { t.community()? } else { t.claim(t.view(&a.side)?, &me(a)?)? };
        return t.by_hand(a, Kind::RECOVER, person, Recover { statement, by }.encode());
    }
    Ok(vec![build::recover(t.view(&a.side)?, &a.key, person, statement, hlc)?])
}

/// Against the newest key asked for.
fn object(t: &mut Tale, a: &Actor, asker: &str) -> Made {
    let (me, hlc) = (me(a)?, t.when(a));
    let key = t.asked.get(&(me.clone(), asker.to_owned())).ok_or("nobody asked for it".to_owned())?.1.public();
    Ok(vec![build::object(t.view(&a.side)?, &a.key, t.owner(&me)?, key, hlc)?])
}

fn add_computer(t: &mut Tale, a: &Actor, name: &str, storing: bool) -> Made {
    let (me, hlc) = (me(a)?, t.when(a));
    let (owner, key) = (t.owner(&me)?, t.key(&format!("{me}'s {name}")));
    let offer = DeviceOffer::sign(&t.community()?, &owner, &key, Tale::duty(storing));
    let by_hand = a.forced && storing;
    let body = DeviceAdd { offer: offer.clone(), by: None }.encode();
    t.people.entry(me).and_modify(|p: &mut Person| {
        p.computers.insert(name.to_owned(), key);
    });
    if by_hand {
        return t.by_hand(a, Kind::DEVICE_ADD, owner, body);
    }
    let place = Place::next(t.view(&a.side)?, &a.key.public());
    Ok(vec![build::device_add(&t.community()?, &a.key, place, owner, offer, hlc)?])
}

fn add_many(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    for n in 1..=count(&w[0])? {
        let records = add_computer(t, a, &format!("{}-computer-{n}", a.side), false)?;
        t.put(a, records)?;
    }
    Ok(vec![])
}

fn device_out(t: &mut Tale, a: &Actor, owner: Id, device: PublicKey, since: Option<Hlc>) -> Made {
    let hlc = t.when(a);
    if a.forced {
        let body = DeviceRemove { device, cuts: vec![], keep: vec![], by: None }.encode();
        return t.by_hand(a, Kind::DEVICE_REMOVE, owner, body);
    }
    Ok(vec![build::device_remove_since(t.view(&a.side)?, &a.key, owner, device, since, &[], hlc)?])
}

fn hide(t: &mut Tale, a: &Actor, owner: Id, slot: Option<(Kind, Vec<u8>)>) -> Made {
    let hlc = t.when(a);
    if a.forced {
        let by = t.claim(t.view(&a.side)?, &me(a)?)?;
        return t.by_hand(a, Kind::HIDE, t.community()?, Hide { owner, slot, reason: Reason::SPAM, by }.encode());
    }
    Ok(vec![build::hide(t.view(&a.side)?, &a.key, owner, slot, Reason::SPAM, hlc)?])
}

fn hide_title(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    let owner = t.owner(&w[1])?;
    let address = t.slot(owner, &w[0])?;
    hide(t, a, owner, Some((address.kind, address.key)))
}

fn show(t: &mut Tale, a: &Actor, owner: Id, title: Option<&str>) -> Made {
    let (hlc, seen) = (t.when(a), t.view(&a.side)?);
    let address = match title {
        Some(title) => t.slot(owner, title)?,
        None => crate::record::Address { owner, kind: Kind::NOTICE, key: vec![] },
    };
    let hides: Vec<Id> = seen.hides_on(&address).iter().map(|(_, h)| h.by).collect();
    Ok(vec![build::unhide(seen, &a.key, &hides, hlc)?])
}

fn show_title(t: &mut Tale, a: &Actor, w: &[String]) -> Made {
    show(t, a, t.owner(&w[1])?, Some(&w[0]))
}

fn publish(t: &mut Tale, a: &Actor, owner: &str, kind: Kind, title: &str, text: &str) -> Made {
    let owner = t.owner(owner)?;
    let kind = if owner == t.community()? && kind != Kind::FORM { Kind::NOTICE } else { kind };
    let (hlc, seen) = (t.when(a), t.actor_view(a)?);
    if !a.forced {
        seen.may_publish(&a.key.public(), &owner, kind).map_err(BuildError::Why)?;
    }
    let mut p = Payload::content(kind, owner, a.key.public(), title.as_bytes(), hlc, text.as_bytes().to_vec());
    let address = crate::record::Address { owner, kind, key: title.as_bytes().to_vec() };
    p.prev = crate::view::winner(&t.versions(&address), &seen, t.now_ms()).next_prev();
    Ok(vec![p.sign(&t.community()?, &a.key).map_err(BuildError::from)?])
}

/// Records without an effect: along the log, or each one as if it were the first.
fn junk(t: &mut Tale, a: &Actor, n: &str, at_beginning: bool) -> Made {
    let owner = t.owner(&me(a)?)?;
    for i in 0..count(n)? {
        let (hlc, key) = (t.hlc(), a.key.public());
        let seen = t.view(&a.side)?;
        let Place { seq, prev } = if at_beginning { Place { seq: 1, prev: vec![] } } else { Place::next(seen, &key) };
        // Small ids come first among those of one place: a liar looks for them.
        let sign = |salt: u8| {
            let body = vec![i as u8, (i >> 8) as u8, salt];
            Payload::authority(Kind(6_000), owner, key, hlc, seq, prev.clone(), body).sign(&seen.community(), &a.key)
        };
        let tries = if at_beginning { 8 } else { 1 };
        let least = (0..tries).filter_map(|s| sign(s).ok()).min_by_key(Record::id);
        let record = least.ok_or(Fail::Refused(BuildError::Why(Why::Nothing)))?;
        t.put(a, vec![record])?;
    }
    Ok(vec![])
}
