//! People and groups.

use std::sync::Arc;

use hedgerow_api::{Code, Group, GroupAdd, GroupMember, GroupNew, Groups, People, Person, Problem};
use hedgerow_protocol::authority::build;
use hedgerow_protocol::authority::{Authority, GroupRole};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use serde_json::json;

use super::found::{checked_name, profile};
use super::problems::{internal, not_found};
use super::status::role_name;
use super::{App, Member};
use crate::identity::new_seed;

impl Member {
    /// The group of an id or a name.
    pub(super) fn group_of(&self, typed: &str) -> Result<Id, Problem> {
        let authority = self.authority();
        let groups: Vec<Id> = authority.groups().collect();
        self.one_of("group", typed, &groups)
    }

    pub(super) fn person_of(&self, typed: &str) -> Result<Id, Problem> {
        let authority = self.authority();
        let persons: Vec<Id> = authority.persons().map(|p| p.id).collect();
        self.one_of("person", typed, &persons)
    }

    /// By whole id, by the beginning of an id (8 digits or more), or by name if only one has it.
    fn one_of(&self, what: &str, typed: &str, all: &[Id]) -> Result<Id, Problem> {
        let typed = typed.trim();
        let lower = typed.to_lowercase();
        let is_id = typed.len() >= 8 && typed.bytes().all(|b| b.is_ascii_hexdigit());
        let by_id: Vec<&Id> = all.iter().filter(|id| is_id && id.to_string().starts_with(&lower)).collect();
        if let [one] = by_id[..] {
            return Ok(*one);
        }
        let by_name: Vec<&Id> = all.iter().filter(|id| self.name(id).trim().to_lowercase() == lower).collect();
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
}

impl App {
    /// Everybody, me first, then by name.
    pub fn people(&self) -> Result<People, Problem> {
        let member = self.member()?;
        let authority = member.authority();
        let person = |id: Id| Person {
            id: id.to_string(),
            name: member.name(&id),
            role: role_name(authority.role(&id)).into(),
            devices: authority.devices_of(&id).len() as u64,
            me: member.person == Some(id),
        };
        let mut people: Vec<Person> = authority.persons().map(|p| person(p.id)).collect();
        people.sort_by(|a, b| (!a.me, a.name.to_lowercase(), &a.id).cmp(&(!b.me, b.name.to_lowercase(), &b.id)));
        Ok(People { people })
    }

    /// All groups, mine first, then by name.
    pub fn groups(&self) -> Result<Groups, Problem> {
        let member = self.member()?;
        let ids: Vec<Id> = member.authority().groups().collect();
        let mut groups: Vec<Group> = ids.into_iter().map(|id| group(&member, id)).collect();
        groups.sort_by(|a, b| (!a.mine, a.name.to_lowercase(), &a.id).cmp(&(!b.mine, b.name.to_lowercase(), &b.id)));
        Ok(Groups { groups })
    }

    /// Starts a group.
    pub async fn group_new(&self, new: GroupNew) -> Result<Group, Problem> {
        let member = self.member()?;
        let name = checked_name("the group", &new.name)?;
        let me = member.person.ok_or_else(|| not_found("person", "of this computer"))?;
        let seed = new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?;
        let nonce = std::array::from_fn(|i| seed[i]);
        let record = member
            .core
            .publish_authority(move |a, device, now| build::found_group(a, device, &[me], &[], nonce, now))
            .await?;
        let id = record.id();
        let mut doc = json!({ "name": name });
        if !new.description.trim().is_empty() {
            doc["description"] = json!(new.description.trim());
        }
        member.core.publish(vec![profile(id, &doc)]).await?;
        member.forget_names();
        Ok(group(&member, id))
    }

    /// Puts someone into a group.
    pub async fn group_add(&self, group_typed: &str, add: GroupAdd) -> Result<Group, Problem> {
        let member = self.member()?;
        let (id, person) = (member.group_of(group_typed)?, member.person_of(&add.person)?);
        let role = if add.admin { GroupRole::Admin } else { GroupRole::Member };
        if member.authority().group_role(&id, &person) != Some(role) {
            let build =
                move |a: &Authority, device: &SecretKey, now| build::group_member(a, device, id, person, role, now);
            member.core.publish_authority(build).await?;
        }
        Ok(group(&member, id))
    }
}

fn group(member: &Arc<Member>, id: Id) -> Group {
    let profile = member.profile(&id);
    let text = |key: &str| profile.as_ref().and_then(|d| d.get(key)?.as_str().map(str::to_owned)).unwrap_or_default();
    let members = member.authority().group_members(&id).into_iter().map(|(person, role)| GroupMember {
        person: person.to_string(),
        name: member.name(&person),
        role: if role == GroupRole::Admin { "admin" } else { "member" }.into(),
    });
    Group {
        id: id.to_string(),
        name: text("name"),
        description: text("description"),
        members: members.collect(),
        mine: member.may_write(&id, Kind::SERVICE),
    }
}
