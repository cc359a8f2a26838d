//! Groups: starting and closing them, who is in them, what they publish.

use std::sync::Arc;

use hedgerow_api::{
    ContentChoice, Group, GroupAdd, GroupMember, GroupNew, GroupRemove, GroupSpace, Groups, Problem, Removed,
};
use hedgerow_protocol::authority::build;
use hedgerow_protocol::authority::{Authority, GroupRole};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use serde_json::json;

use super::found::{checked_name, profile};
use super::items::named_kind;
use super::problems::{internal, not_found, unbuilt, why};
use super::removal::{cuts_of, parts};
use super::{App, Member};
use crate::core::LastWord;
use crate::identity::new_seed;

impl App {
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
        let scope: Vec<Kind> = new.only.iter().map(|name| named_kind(name)).collect::<Result<_, _>>()?;
        let seed = new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?;
        let nonce = std::array::from_fn(|i| seed[i]);
        let record = member
            .core
            .publish_authority(move |a, device, now| build::found_group(a, device, &[me], &scope, nonce, now))
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

    /// Puts someone into a group, or makes them its admin.
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

    /// Gives a group space for what it publishes.
    pub async fn group_space(&self, group_typed: &str, space: GroupSpace) -> Result<Group, Problem> {
        let member = self.member()?;
        let id = member.group_of(group_typed)?;
        let role = super::removal::grant_role("space", Some(space.mib))?;
        if !member.authority().grants(&id).iter().any(|(held, _)| *held == role) {
            let make = move |a: &Authority, device: &SecretKey, now| build::grant(a, device, id, role, now);
            member.core.publish_authority(make).await?;
        }
        Ok(group(&member, id))
    }

    /// Takes someone out of a group (me: leaving it), or closes the group.
    pub async fn group_remove(&self, group_typed: &str, remove: GroupRemove) -> Result<Removed, Problem> {
        let member = self.member()?;
        let id = member.group_of(group_typed)?;
        let Some(person) = &remove.person else { return close(&member, id, &remove).await };
        let person = member.anybody_of(person)?;
        let authority = member.authority();
        let name = member.called(&person);
        if authority.group_role(&id, &person).is_none() {
            return Err(not_found(&format!("person in {} called", member.called(&id)), &name));
        }
        // What somebody published who leaves of their own accord stays by itself, unless they were taken out before.
        let is_leaving = member.person == Some(person);
        let stays = is_leaving && authority.group_removals(&id, &person).iter().all(|(_, _, left)| *left);
        let words = member.core.last_words(&authority.all_devices_of(&person));
        let kept = kept(words, id, if is_leaving { ContentChoice::Keep } else { remove.content });
        let named = if stays { Vec::new() } else { ids(&kept) };
        let parts = parts(&named, cuts_of(&authority, &person))?;
        let now = Hlc::new(member.core.clock(), 0);
        // Refused before anything is written.
        build::group_remove(&authority, &member.device, id, person, &[], now).map_err(unbuilt)?;
        let mut records = Vec::new();
        if !remove.dry_run {
            for part in parts {
                let make = move |a: &Authority, device: &SecretKey, now| {
                    build::group_remove(a, device, id, person, &part, now)
                };
                records.push(member.core.publish_authority(make).await?.id().to_string());
            }
        }
        Ok(Removed { name, kept: shown(&kept), also: Vec::new(), records })
    }
}

/// Closes a group.
async fn close(member: &Member, id: Id, remove: &GroupRemove) -> Result<Removed, Problem> {
    let authority = member.authority();
    authority.may_publish(&member.device.public(), &member.community, Kind::REVOKE).map_err(why)?;
    let writers: Vec<_> = authority
        .all_devices_of(&id)
        .into_iter()
        .chain(authority.founded_persons().flat_map(|p| authority.all_devices_of(&p)))
        .collect();
    let mut kept = kept(member.core.last_words(&writers), id, remove.content);
    if remove.content == ContentChoice::Keep {
        kept.retain(|w| !w.withdrawn);
    }
    let name = member.called(&id);
    let records = match remove.dry_run {
        true => {
            parts(&ids(&kept), cuts_of(&authority, &id))?;
            Vec::new()
        }
        false => member.revoke(id, false, &ids(&kept)).await?,
    };
    Ok(Removed { name, kept: shown(&kept), also: Vec::new(), records: records.iter().map(Id::to_string).collect() })
}

/// Of what was last said, what a removal from a group keeps.
fn kept(words: Vec<LastWord>, group: Id, choice: ContentChoice) -> Vec<LastWord> {
    let is_name = |w: &LastWord| w.kind == Kind::PROFILE && !w.withdrawn;
    words.into_iter().filter(|w| w.owner == group && (choice == ContentChoice::Keep || is_name(w))).collect()
}

fn ids(words: &[LastWord]) -> Vec<Id> {
    words.iter().map(|w| w.id).collect()
}

fn shown(words: &[LastWord]) -> u64 {
    words.iter().filter(|w| w.is_seen()).count() as u64
}

fn group(member: &Arc<Member>, id: Id) -> Group {
    let profile = member.profile(&id);
    let text = |key: &str| profile.as_ref().and_then(|d| d.get(key)?.as_str().map(str::to_owned)).unwrap_or_default();
    let authority = member.authority();
    let members = authority.group_members(&id).into_iter().map(|(person, role)| GroupMember {
        person: person.to_string(),
        name: member.name(&person),
        role: if role == GroupRole::Admin { "admin" } else { "member" }.into(),
    });
    Group {
        id: id.to_string(),
        name: text("name"),
        description: text("description"),
        members: members.collect(),
        mine: member.may_write(&id, Kind::PROFILE),
        only: authority.group_scope(&id).iter().map(ToString::to_string).collect(),
        devices: member.devices_shown(&id),
    }
}
