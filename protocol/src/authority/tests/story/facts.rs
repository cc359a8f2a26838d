//! What a story asks: each sentence pattern with what must be so.
//!
//! The patterns at the top move people about instead, and need nobody who speaks. Not for: what people write.

use super::tale::{Fail, Tale};
use super::words::{names, number};
use crate::authority::body::GrantRole;
use crate::authority::explain::Fact;
use crate::authority::{Authority, GroupRole, Inserted, Role};
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::record::Record;
use crate::view;

type Scene = fn(&mut Tale, &[String]) -> Result<(), Fail>;

/// Sentences that nobody in particular does.
pub const SCENES: &[(&str, Scene)] = &[
    ("{*} found {} with the keys {*} needing {}", |t, w| {
        t.found(&w[1], &names(&w[0]), &names(&w[2]), number(&w[3]).unwrap_or(0) as u64, false)
    }),
    ("{*} found {} open to everybody", |t, w| t.found(&w[1], &names(&w[0]), &["Library".into()], 1, true)),
    ("{*} founds {} open to everybody", |t, w| t.found(&w[1], &names(&w[0]), &["Library".into()], 1, true)),
    ("{} founds {}", |t, w| t.found(&w[1], &names(&w[0]), &["Library".into()], 1, false)),
    ("{*} found {}", |t, w| t.found(&w[1], &names(&w[0]), &["Library".into()], 1, false)),
    ("{} turns up", |t, w| {
        let side = t.sides.values().next().copied().unwrap_or(0);
        t.appear(&w[0], side)
    }),
    ("thief takes {}'s {}", |t, w| t.copy("thief", &w[0])),
    ("{} takes {}'s {}", |t, w| t.copy(&w[0], &w[1])),
    ("{} is a copy of {}'s {}", |t, w| t.copy(&w[0], &w[1])),
    ("{*} lose touch with the others", |t, w| t.part(&names(&w[0]))),
    ("{*} loses touch with the others", |t, w| t.part(&names(&w[0]))),
    ("{} and {} lose touch", |t, w| t.part(&w[1..])),
    ("everybody meets", |t, _| t.everybody_meets(4)),
    ("{*} meet", |t, w| t.meet(&names(&w[0]))),
    ("{} hears only of {}'s last record", |t, w| {
        let id = t.last_of.get(&w[1]).copied().ok_or(format!("{} wrote nothing", w[1]))?;
        let found = t.seen.values().flat_map(Authority::records).find(|r| r.id() == id).cloned();
        let side = t.side(&w[0])?;
        if let (Some(a), Some(record)) = (t.seen.get_mut(&side), found) {
            a.insert(&record);
        }
        Ok(())
    }),
];

type Ask = fn(&Tale, &Authority, &[String]) -> Result<bool, String>;

/// What can be asked. A sentence holds where the answer is yes.
pub const FACTS: &[(&str, Ask)] = &[
    ("{} is a steward", |t, a, w| is(t, a, &w[0], Some(Role::Steward))),
    ("{} is a resident", |t, a, w| is(t, a, &w[0], Some(Role::Resident))),
    ("{} is a newcomer", |t, a, w| is(t, a, &w[0], Some(Role::Newcomer))),
    ("{} is a stranger", |t, a, w| is(t, a, &w[0], None)),
    ("{} is not a stranger", |t, a, w| is(t, a, &w[0], None).map(|yes| !yes)),
    ("{} is a gateway host", |t, a, w| Ok(a.is_gateway_host(&t.owner(&w[0])?))),
    ("{} is not a gateway host", |t, a, w| Ok(!a.is_gateway_host(&t.owner(&w[0])?))),
    ("{} is a mentor", |t, a, w| has(t, a, &w[0], GrantRole::Mentor)),
    ("{} is not a mentor", |t, a, w| has(t, a, &w[0], GrantRole::Mentor).map(|yes| !yes)),
    ("{} is an admin of {*}", |t, a, w| group(t, a, w, Some(GroupRole::Admin))),
    ("{} is a member of {*}", |t, a, w| group(t, a, w, Some(GroupRole::Member))),
    ("{} is not in {*}", |t, a, w| group(t, a, w, None)),
    ("the computer {} may connect", |t, a, w| Ok(a.device(&machine(t, &w[0])?).is_some())),
    ("the computer {} may not connect", |t, a, w| Ok(a.device(&machine(t, &w[0])?).is_none())),
    ("{}'s {} may connect", |t, a, w| connects(t, a, w)),
    ("{}'s {} may not connect", |t, a, w| connects(t, a, w).map(|yes| !yes)),
    ("the stewards are fixed", |_, a, _| Ok(a.stewards().is_fixed)),
    ("the stewards are {*}", |t, a, w| same_names(t, &a.stewards().acting, &w[0])),
    ("the seats are {*}", |t, a, w| same_names(t, &a.stewards().seats, &w[0])),
    ("the community is split", |_, a, _| Ok(!a.stewards().split.is_empty())),
    ("the community is not split", |_, a, _| Ok(a.stewards().split.is_empty())),
    ("the community is open", |_, a, _| Ok(a.stewards().is_open)),
    ("an update is needed", |_, a, _| Ok(a.needs_rules().is_some())),
    ("no update is needed", |_, a, _| Ok(a.needs_rules().is_none())),
    ("{} approvals are needed", |_, a, w| Ok(Some(a.stewards().quorum) == number(&w[0]))),
    ("{} people are residents", |_, a, w| {
        Ok(Some(a.persons().filter(|p| p.role == Role::Resident).count()) == number(&w[0]))
    }),
    ("{} people are newcomers", |_, a, w| {
        Ok(Some(a.persons().filter(|p| p.role == Role::Newcomer).count()) == number(&w[0]))
    }),
    ("{} has {} computers", |t, a, w| Ok(Some(a.devices_of(&t.owner(&w[0])?).len()) == number(&w[1]))),
    ("{}'s last record counts", |t, a, w| stands(t, a, t.last_of.get(&w[0]), Inserted::Counts)),
    ("{}'s last record waits", |t, a, w| stands(t, a, t.last_of.get(&w[0]), Inserted::Pending)),
    ("{}'s last record has no effect", |t, a, w| stands(t, a, t.last_of.get(&w[0]), Inserted::NoEffect)),
    ("{}'s last record does not count", |t, a, w| stands(t, a, t.last_of.get(&w[0]), Inserted::Counts).map(|yes| !yes)),
    ("{}'s {} has {} ends", |t, a, w| {
        let (_, prev) = a.next_in_log(&computer(t, &w[0], &w[1])?);
        Ok(Some(prev.len()) == number(&w[2]))
    }),
    ("nobody has heard of {}", |t, a, w| Ok(a.standing_of(&t.owner(&w[0])?).is_none())),
    ("{} can be shown to a stranger", |t, a, w| shown_to_a_stranger(a, &t.owner(&w[0])?)),
    ("{} of {*} shows nothing", |t, a, w| Ok(shown(t, a, &w[0], &w[1])?.is_none())),
    ("{} of {*} shows {}", |t, a, w| Ok(shown(t, a, &w[0], &w[1])?.as_deref() == Some(w[2].as_bytes()))),
    ("{} of {*} is hidden", |t, a, w| Ok(a.is_hidden(&t.slot(t.owner(&w[1])?, &w[0])?))),
    ("{} of {*} is not hidden", |t, a, w| Ok(!a.is_hidden(&t.slot(t.owner(&w[1])?, &w[0])?))),
    ("{} of {*} was changed in two places", |t, a, w| {
        let address = t.slot(t.owner(&w[1])?, &w[0])?;
        Ok(view::winner(&t.versions(&address), a, t.now_ms()).is_changed_in_two_places())
    }),
    ("the records of {} are refused here", |t, a, w| {
        let (_, id, old) = t.before.iter().find(|(n, ..)| *n == w[0]).ok_or(format!("{} was never left", w[0]))?;
        let mut fresh = a.clone();
        let refused = |r: &Record| {
            let here = Record::from_wire(&a.community(), r.wire());
            here.is_err() || r.id() == *id && fresh.insert(r) == Inserted::Refused
        };
        Ok(!old.is_empty() && *id != a.community() && old.iter().all(refused))
    }),
];

fn is(t: &Tale, a: &Authority, who: &str, role: Option<Role>) -> Result<bool, String> {
    Ok(a.role(&t.owner(who)?) == role)
}

fn has(t: &Tale, a: &Authority, who: &str, wanted: GrantRole) -> Result<bool, String> {
    Ok(a.grants(&t.owner(who)?).iter().any(|(role, _)| *role == wanted))
}

fn group(t: &Tale, a: &Authority, w: &[String], role: Option<GroupRole>) -> Result<bool, String> {
    Ok(a.group_role(&t.owner(&w[1])?, &t.owner(&w[0])?) == role)
}

fn computer(t: &Tale, person: &str, name: &str) -> Result<PublicKey, String> {
    let all = &t.person(person)?.computers;
    all.get(name).map(|k| k.public()).ok_or_else(|| format!("{person} has no {name}"))
}

fn machine(t: &Tale, name: &str) -> Result<PublicKey, String> {
    t.machines.get(name).map(|k| k.public()).ok_or_else(|| format!("no computer is called {name}"))
}

/// The shield: the transport key leads to this computer of this person.
fn connects(t: &Tale, a: &Authority, w: &[String]) -> Result<bool, String> {
    let all = &t.person(&w[0])?.computers;
    let key = all.get(&w[1]).ok_or_else(|| format!("{} has no {}", w[0], w[1]))?;
    let member = a.by_transport(&key.transport().public());
    Ok(member.is_some_and(|m| m.device == key.public() && Some(m.owner) == t.owner(&w[0]).ok()))
}

fn same_names(t: &Tale, keys: &[PublicKey], list: &str) -> Result<bool, String> {
    let mut are: Vec<String> = keys.iter().map(|k| t.name_of_key(k)).collect();
    let mut wanted = names(list);
    are.sort();
    wanted.sort();
    if are == wanted { Ok(true) } else { Err(format!("they are {are:?}")) }
}

fn stands(t: &Tale, a: &Authority, id: Option<&Id>, wanted: Inserted) -> Result<bool, String> {
    Ok(t.standing(a, id)? == wanted)
}

/// Whether somebody who has the founding record and nothing else learns the same about a person or a group from the evidence.
fn shown_to_a_stranger(a: &Authority, id: &Id) -> Result<bool, String> {
    let mut stranger = Authority::new(a.genesis()).map_err(|e| e.to_string())?;
    stranger.extend(a.evidence(id, usize::MAX));
    let known = |a: &Authority| (a.person(id).map(|p| (p.key, p.role)), a.group_members(id), a.devices_of(id));
    Ok(!a.devices_of(id).is_empty() && known(a) == known(&stranger))
}

fn shown(t: &Tale, a: &Authority, title: &str, owner: &str) -> Result<Option<Vec<u8>>, String> {
    let address = t.slot(t.owner(owner)?, title)?;
    Ok(view::winner(&t.versions(&address), a, t.now_ms()).shown().map(|r| r.payload().body.clone()))
}

/// What somebody may do: the words after "may", or "may not".
pub fn may(t: &Tale, a: &Authority, key: &PublicKey, me: Option<Id>, what: &str) -> Result<(), Result<String, String>> {
    let own = |kind| Ok::<_, String>((me.ok_or("this needs a person")?, kind));
    let asked = match what.split_once(" for ") {
        Some(("publish services", of)) => t.owner(of).map(|id| (id, Kind::SERVICE)),
        Some(("publish forms", of)) => t.owner(of).map(|id| (id, Kind::FORM)),
        Some(("publish notices", of)) => t.owner(of).map(|id| (id, Kind::NOTICE)),
        Some(("appoint people", of)) => t.owner(of).map(|id| (id, Kind::GROUP_MEMBER)),
        _ => match what {
            "publish notices" => own(Kind::NOTICE),
            "publish forms" => own(Kind::FORM),
            "let people in" => own(Kind::ADMIT),
            "add computers" => own(Kind::DEVICE_ADD),
            "found groups" => own(Kind::GROUP),
            "hide things" => t.community().map(|c| (c, Kind::HIDE)),
            "ban people" => t.community().map(|c| (c, Kind::REVOKE)),
            "propose stewards" => t.community().map(|c| (c, Kind::PROPOSE)),
            _ => Err(format!("nobody knows what it is to \"{what}\"")),
        },
    };
    let (owner, kind) = asked.map_err(Err)?;
    a.may_publish(key, &owner, kind).map_err(|why| Ok(why.to_string()))
}

/// The facts about a person, each in a few words.
pub fn why(t: &Tale, a: &Authority, who: &Id) -> Vec<String> {
    let people = |ids: &[Id]| {
        let mut all: Vec<String> = ids.iter().map(|id| t.name_of(id)).collect();
        all.sort();
        all.join(" and ")
    };
    let no_more = |holds: bool| if holds { "" } else { ", no more" };
    let text = |fact| match fact {
        Fact::Founder => "a founder".to_owned(),
        Fact::Seated { by, .. } => format!("a seat by {}", people(&by)),
        Fact::Split => "no say while the stewards are split".into(),
        Fact::Admitted { by, depth, holds, .. } => {
            format!("let in by {} at step {depth}{}", t.name_of(&by), no_more(holds))
        }
        Fact::NotAdmitted { by, .. } => format!("not let in by {}", t.name_of(&by)),
        Fact::Joined => "came by themselves".into(),
        Fact::Removed { by, .. } => format!("taken out by {}", t.name_of(&by)),
        Fact::Left { .. } => "left".into(),
        Fact::Recovered { by } => format!("a new key by {}", people(&by)),
        Fact::RecoveryAsked { by, objected } => {
            format!("a new key asked by {}{}", people(&by), if objected { ", with an objection" } else { "" })
        }
        Fact::Granted { role, by, holds } => {
            let role = match role {
                GrantRole::GatewayHost => "a gateway".to_owned(),
                GrantRole::Admits(n) => format!("{n} admissions"),
                GrantRole::Mentor => "mentoring".into(),
                GrantRole::Units(n) => format!("{n} units of space"),
            };
            format!("{role} given by {}{}", t.name_of(&by), no_more(holds))
        }
        Fact::CannotInvite => "too far from a steward to invite".into(),
        Fact::DeviceOut { device, gave_up } => {
            format!("{} {}", t.computer_name(&device), if gave_up { "gave itself up" } else { "is out" })
        }
    };
    a.explain(who).into_iter().map(text).collect()
}
