//! People: finding who is meant, listing them, one in full. Not for: why they are what they are, or changing it.

use hedgerow_api::{
    Code, GroupRef, People, Person, PersonDetail, PersonDevice, PersonGrant, Problem, Standing, Warning,
};
use hedgerow_protocol::authority::body::GrantRole;
use hedgerow_protocol::authority::{Duty, Role};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;

use super::problems::not_found;
use super::status::role_name;
use super::{App, Member};

/// Fewest digits of an id that name one.
const PREFIX_MIN: usize = 8;

impl Member {
    /// The group of an id or a name.
    pub(super) fn group_of(&self, typed: &str) -> Result<Id, Problem> {
        let groups: Vec<Id> = self.authority().groups().collect();
        self.one_of("group", typed, &groups)
    }

    /// Somebody with a role here.
    pub(super) fn person_of(&self, typed: &str) -> Result<Id, Problem> {
        let persons: Vec<Id> = self.authority().persons().map(|p| p.id).collect();
        self.one_of("person", typed, &persons)
    }

    /// Anybody, in or out; who is in goes first where two have one name.
    pub(super) fn anybody_of(&self, typed: &str) -> Result<Id, Problem> {
        let here = self.person_of(typed);
        match &here {
            Err(p) if p.code == Code::NotFound => {
                let all: Vec<Id> = self.authority().founded_persons().collect();
                self.one_of("person", typed, &all)
            }
            _ => here,
        }
    }

    /// A person, in or out, or a group.
    pub(super) fn owner_of(&self, typed: &str) -> Result<Id, Problem> {
        let authority = self.authority();
        let all: Vec<Id> = authority.founded_persons().chain(authority.groups()).collect();
        self.one_of("person or group", typed, &all)
    }

    /// By whole id, by the beginning of an id (8 digits or more), or by name if only one has it.
    pub(super) fn one_of(&self, what: &str, typed: &str, all: &[Id]) -> Result<Id, Problem> {
        let typed = typed.trim();
        let lower = typed.to_lowercase();
        let is_id = typed.len() >= PREFIX_MIN && typed.bytes().all(|b| b.is_ascii_hexdigit());
        let by_id: Vec<&Id> = all.iter().filter(|id| is_id && id.to_string().starts_with(&lower)).collect();
        if let [one] = by_id[..] {
            return Ok(*one);
        }
        let by_name: Vec<&Id> =
            all.iter().filter(|id| !lower.is_empty() && self.name(id).trim().to_lowercase() == lower).collect();
        match by_name[..] {
            [one] => Ok(*one),
            [] => Err(not_found(what, typed)),
            _ => Err(Problem::new(
                Code::Invalid,
                format!("More than one {what} is called \"{typed}\"."),
                "It is not clear which one is meant.",
                "Use the id instead of the name.",
            )),
        }
    }

    /// Whether somebody belongs here.
    pub(super) fn standing(&self, person: &Id) -> Standing {
        let authority = self.authority();
        let removals = authority.removals(person);
        match authority.role(person) {
            Some(_) => Standing::In,
            None if removals.is_empty() => Standing::Waiting,
            None => {
                // Out more than once: what came last is what people remember.
                let last = removals.iter().max_by_key(|(id, ..)| self.core.record(id).map(|r| r.order()));
                if last.is_some_and(|(_, _, left)| *left) { Standing::Left } else { Standing::Removed }
            }
        }
    }

    /// One person in a few words.
    pub(super) fn person_summary(&self, id: Id) -> Person {
        let authority = self.authority();
        let (role, standing) = (authority.role(&id), self.standing(&id));
        let mut text = match (role, standing) {
            (Some(Role::Steward), _) => "organiser",
            (Some(Role::Newcomer), _) => "newcomer, reads",
            (Some(_), _) => "member",
            (None, Standing::Left) => "left",
            (None, Standing::Removed) => "taken out",
            (None, _) => "waiting to be let in",
        }
        .to_owned();
        if role.is_some() {
            for (grant, _) in authority.grants(&id) {
                text.push_str(", ");
                text.push_str(&grant_text(grant));
            }
        }
        Person {
            id: id.to_string(),
            name: self.name(&id),
            role: role_name(role).into(),
            role_text: text,
            standing,
            devices: authority.devices_of(&id).len() as u64,
            me: self.person == Some(id),
            blocked: self.blocked().contains(&id),
        }
    }

    /// The live computers of a person or group.
    pub(super) fn devices_shown(&self, owner: &Id) -> Vec<PersonDevice> {
        let me = self.device.public();
        let device = |(key, d): (hedgerow_protocol::id::PublicKey, hedgerow_protocol::authority::Device)| {
            PersonDevice { key: key.to_string(), stores_only: d.duty == Duty::Store, this: key == me }
        };
        self.authority().devices_of(owner).into_iter().map(device).collect()
    }

    /// One person in full.
    pub(super) fn person_detail(&self, id: Id) -> PersonDetail {
        let authority = self.authority();
        let groups = authority.groups().filter(|g| authority.group_role(g, &id).is_some());
        let devices = authority.devices_of(&id);
        let may_invite = devices.iter().any(|(key, _)| authority.may_publish(key, &id, Kind::ADMIT).is_ok());
        PersonDetail {
            person: self.person_summary(id),
            devices: self.devices_shown(&id),
            groups: groups.map(|g| GroupRef { id: g.to_string(), name: self.name(&g) }).collect(),
            grants: authority.grants(&id).into_iter().map(|(role, record)| grant(role, record)).collect(),
            steps: authority.person(&id).map_or(0, |p| p.depth),
            may_invite,
            pen_name: self.pen_name(&id),
        }
    }

    /// What members should know about the community itself.
    pub(super) fn community_warnings(&self) -> Vec<Warning> {
        super::organisers::warnings(self)
    }
}

/// Units of retention in one MiB.
pub const UNITS_OF_MIB: u64 = 1024 * 1024 / hedgerow_protocol::limits::UNIT_BYTES as u64;

/// Units of retention in whole MiB.
pub fn mib_of(units: u64) -> u64 {
    units / UNITS_OF_MIB
}

/// A special role in words.
pub fn grant_text(role: GrantRole) -> String {
    match role {
        GrantRole::GatewayHost => "may share the internet of a building".into(),
        GrantRole::Mentor => "mentor of people under 18".into(),
        GrantRole::Admits(n) => format!("may let in {n} people"),
        GrantRole::Units(n) => format!("may publish {} MiB", mib_of(n)),
    }
}

fn grant(role: GrantRole, record: Id) -> PersonGrant {
    let (name, number) = match role {
        GrantRole::GatewayHost => ("gateway-host", None),
        GrantRole::Mentor => ("mentor", None),
        GrantRole::Admits(n) => ("invites", Some(n)),
        GrantRole::Units(n) => ("space", Some(mib_of(n))),
    };
    PersonGrant { role: name.into(), number, text: grant_text(role), record: record.to_string() }
}

impl App {
    /// Everybody, me first, then by name; with `all` also those who wait, were taken out, or left.
    pub fn people(&self, all: bool) -> Result<People, Problem> {
        let member = self.member()?;
        let authority = member.authority();
        let ids: Vec<Id> = match all {
            true => authority.founded_persons().collect(),
            false => authority.persons().map(|p| p.id).collect(),
        };
        let mut people: Vec<Person> = ids.into_iter().map(|id| member.person_summary(id)).collect();
        let out = |p: &Person| p.standing != Standing::In;
        people.sort_by(|a, b| {
            (!a.me, out(a), a.name.to_lowercase(), &a.id).cmp(&(!b.me, out(b), b.name.to_lowercase(), &b.id))
        });
        Ok(People { people })
    }

    /// One person in full.
    pub fn person(&self, typed: &str) -> Result<PersonDetail, Problem> {
        let member = self.member()?;
        let id = member.anybody_of(typed)?;
        Ok(member.person_detail(id))
    }
}
