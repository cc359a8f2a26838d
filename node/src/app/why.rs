//! Why somebody is what they are here, as plain sentences, and what would change it. The facts come from authority.

use hedgerow_api::{PersonWhy, Problem, Standing, WhyFact};
use hedgerow_protocol::authority::body::GrantRole;
use hedgerow_protocol::authority::explain::Fact;
use hedgerow_protocol::authority::{Authority, Role};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::limits::INVITE_DEPTH_MAX;

use super::{App, Member};

impl App {
    /// The story of a person.
    pub fn person_why(&self, typed: &str) -> Result<PersonWhy, Problem> {
        let member = self.member()?;
        let id = member.anybody_of(typed)?;
        Ok(tell(&member, id))
    }
}

fn tell(member: &Member, id: Id) -> PersonWhy {
    let authority = member.authority();
    let (name, community) = (member.called(&id), member.called(&member.community));
    let facts = in_time(member, authority.explain(&id));
    let mut told: Vec<WhyFact> = Vec::new();
    let started = authority.key_of(&id).is_some_and(|k| authority.founding().stewards.contains(&k));
    if started && !facts.contains(&Fact::Founder) {
        told.push(fact("started", format!("{name} started {community}."), None));
    }
    told.extend(facts.iter().map(|f| sentence(member, &authority, id, &name, &community, f)));
    if told.is_empty() {
        told.push(fact("unknown", format!("Nobody has let {name} in, as far as has arrived here."), None));
    }
    PersonWhy { person: member.person_summary(id), facts: told, would_change: would_change(member, id, &facts) }
}

/// Comings and goings in the order in which they were written down. By date, so only fit for telling.
fn in_time(member: &Member, facts: Vec<Fact>) -> Vec<Fact> {
    let record = |f: &Fact| match f {
        Fact::Admitted { record, .. }
        | Fact::NotAdmitted { record, .. }
        | Fact::Removed { record, .. }
        | Fact::Left { record } => Some(*record),
        _ => None,
    };
    let (mut moves, mut rest): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(|f| record(f).is_some());
    moves.sort_by_cached_key(|f| record(f).and_then(|id| member.core.record(&id)).map(|r| r.order()));
    let at = rest.iter().take_while(|f| matches!(f, Fact::Founder | Fact::Seated { .. } | Fact::Split)).count();
    rest.splice(at..at, moves);
    rest
}

fn fact(code: &str, text: String, record: Option<Id>) -> WhyFact {
    WhyFact { code: code.into(), text, record: record.map(|id| id.to_string()) }
}

fn sentence(member: &Member, authority: &Authority, id: Id, name: &str, community: &str, f: &Fact) -> WhyFact {
    let who = |ids: &[Id]| listed(&ids.iter().map(|i| member.called(i)).collect::<Vec<_>>());
    match f {
        Fact::Founder => fact("founder", format!("{name} started {community} and is an organiser."), None),
        Fact::Seated { epoch, by } => {
            let mut by = by.clone();
            by.sort_unstable();
            by.dedup();
            let text = match by.as_slice() {
                [] => format!("{name} is an organiser: the key holders decided so."),
                by => format!("{name} is an organiser. {} agreed to who the organisers are.", who(by)),
            };
            fact("seated", text, Some(*epoch))
        }
        Fact::Split => {
            fact("split", format!("{name} may not act as an organiser while the organisers are split."), None)
        }
        Fact::Admitted { record, by, depth, holds } => {
            let steps = if *depth > 1 { format!(", {} from an organiser", invites(*depth)) } else { String::new() };
            let over = authority.removals(&id).is_empty() && !holds;
            let but = if over {
                format!(", but {} let in more people than one may", member.called(by))
            } else {
                String::new()
            };
            let let_in = if *by == id {
                format!("{name} is also a member")
            } else {
                format!("{name} was let in by {}", member.called(by))
            };
            fact("admitted", format!("{let_in}{steps}{but}."), Some(*record))
        }
        Fact::NotAdmitted { record, by } => {
            let inviter = member.called(by);
            let removals = authority.removals(by);
            let why = match authority.person(by) {
                _ if removals.iter().any(|(_, _, left)| !left) => format!("but {inviter} was taken out before"),
                _ if !removals.is_empty() => format!("but {inviter} had left before"),
                Some(p) if p.role == Role::Resident && p.depth >= INVITE_DEPTH_MAX => {
                    format!("but {inviter} may not let others in, being {} from an organiser", invites(p.depth))
                }
                Some(_) => "but that does not count, as far as has arrived here".into(),
                None => format!("but {inviter} is not a member"),
            };
            fact("not-admitted", format!("{name} was let in by {inviter}, {why}."), Some(*record))
        }
        Fact::Joined => fact("joined", format!("{name} entered by themselves, to read."), None),
        Fact::Removed { record, by } => {
            let note = member.note_about(record);
            let why = if note.is_empty() { String::new() } else { format!(" The reason given: {note}") };
            fact("removed", format!("{name} was taken out by {}.{why}", member.called(by)), Some(*record))
        }
        Fact::Left { record } => fact("left", format!("{name} left of their own accord."), Some(*record)),
        Fact::Recovered { by } => {
            fact("recovered", format!("{name} got a new key. {} agreed to it.", or_nobody(who(by))), None)
        }
        Fact::RecoveryAsked { by, objected } => {
            let but = if *objected { " A computer of theirs speaks against it, so the organisers decide." } else { "" };
            let text = format!("A new key is asked for {name}. {} agreed so far.{but}", or_nobody(who(by)));
            fact("recovery-asked", text, None)
        }
        Fact::Granted { role, by, holds } => {
            let what = match role {
                GrantRole::GatewayHost => "may share the internet of a building".to_owned(),
                GrantRole::Mentor => "is a mentor of people under 18".to_owned(),
                GrantRole::Admits(n) => format!("may let in {n} people"),
                GrantRole::Units(n) => format!("may publish {} MiB", super::people::mib_of(*n)),
            };
            let (code, text) = match holds {
                true => ("granted", format!("{name} {what}. {} said so.", member.called(by))),
                false => (
                    "granted-before",
                    format!("{} once said that {name} {what}. That was taken back.", member.called(by)),
                ),
            };
            fact(code, text, None)
        }
        Fact::CannotInvite => {
            let text =
                format!("{name} may not let others in: {name} is {} from an organiser.", invites(INVITE_DEPTH_MAX));
            fact("cannot-invite", text, None)
        }
        Fact::DeviceOut { gave_up, .. } => match gave_up {
            true => fact("computer-given-up", format!("{name} gave a computer up."), None),
            false => fact("computer-out", format!("A computer of {name} was taken out."), None),
        },
    }
}

fn invites(n: u8) -> &'static str {
    match n {
        1 => "one invite away",
        2 => "two invites away",
        3 => "three invites away",
        _ => "four invites away",
    }
}

/// "Ann", "Ann and Bob", "Ann, Bob and Carl".
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn or_nobody(text: String) -> String {
    if text.is_empty() { "Nobody".into() } else { text }
}

fn would_change(member: &Member, id: Id, facts: &[Fact]) -> Vec<String> {
    let authority = member.authority();
    let name = member.called(&id);
    let typed = member.typed(&id);
    let mut out = Vec::new();
    let standing = member.standing(&id);
    match standing {
        Standing::Removed => out.push(format!("An organiser can let {name} in again: hedgerow people allow {typed}")),
        Standing::Left if authority.removals(&id).iter().all(|(_, _, left)| *left) => {
            out.push(format!("{name} can come back with a new invite."));
        }
        Standing::Left => out.push(format!("An organiser can let {name} in again: hedgerow people allow {typed}")),
        Standing::Waiting => out.push(format!("An organiser can let {name} in: hedgerow people allow {typed}")),
        _ => {}
    }
    if facts.contains(&Fact::CannotInvite) {
        out.push(format!(
            "If an organiser lets {name} in too, {name} is one step away and may invite: hedgerow people allow {typed}"
        ));
    }
    match authority.role(&id) {
        Some(Role::Steward) => {
            out.push(format!("The organisers together decide who is one: hedgerow organisers remove {typed}"));
        }
        Some(Role::Newcomer) => {
            out.push(format!("An organiser can make {name} a member: hedgerow people allow {typed}"));
        }
        Some(_) if standing == Standing::In => {
            out.push(format!("An organiser can take {name} out: hedgerow people remove {typed}"));
        }
        _ => {}
    }
    out
}

impl Member {
    /// What to type for a person or group: the name where it is clear, else the beginning of the id.
    pub(super) fn typed(&self, id: &Id) -> String {
        let name = self.name(id);
        match self.owner_of(&name) {
            Ok(one) if one == *id && !name.contains('"') => {
                if name.contains(' ') {
                    format!("\"{name}\"")
                } else {
                    name
                }
            }
            _ => id.to_string()[..12].to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_people_say_them() {
        let names = |n: usize| ["Ann", "Bob", "Carl"][..n].iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(listed(&names(0)), "");
        assert_eq!(listed(&names(1)), "Ann");
        assert_eq!(listed(&names(2)), "Ann and Bob");
        assert_eq!(listed(&names(3)), "Ann, Bob and Carl");
    }
}
