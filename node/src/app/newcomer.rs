//! Entering a community that lets newcomers in by themselves, and becoming a member of it later.
//!
//! A newcomer reads and keeps; nothing they write counts, not even their name, until somebody lets them in. Not for:
//! joining with an invite as somebody new (`join`), or what a newcomer may do, which is the protocol's business.

use std::sync::Arc;

use hedgerow_api::{Enter, Entered, Membership, Problem};
use hedgerow_protocol::authority::{Authority, Role, build};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::invite::Ticket;
use hedgerow_protocol::join::Redemption;
use hedgerow_protocol::kind::Lane;
use hedgerow_protocol::record::Record;

use super::found::{blocking, checked_name, own_profile};
use super::problems::{internal, invalid, unbuilt, why};
use super::{App, Member};
use crate::core::{CoreError, Origin, os_now_ms};
use crate::mesh::PeerAddress;

/// Under which private key my name is remembered while nobody else sees it.
const MY_NAME: &str = "my-name";
/// What a person types to name a community here.
const BY_NAME: &str = "hedgerow join --as-newcomer NAME";

impl App {
    /// Enters a community nearby that lets newcomers in, without an invite.
    pub async fn enter_as_newcomer(self: &Arc<Self>, enter: Enter) -> Result<Entered, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        self.must_be_nobody()?;
        let my_name = checked_name("a person", &enter.my_name)?;
        let named = enter.community.as_deref().map(str::trim).filter(|n| !n.is_empty());
        let address = named.filter(|n| n.parse::<PeerAddress>().is_ok());
        let (person, device) = self.new_person()?;
        let at = Hlc::new(os_now_ms(), 0);
        let first = |community: &Id| build::newcomer(community, &person, &device, at).map_err(unbuilt);
        let (community, records) = self.links()?.enter(named, BY_NAME, first).await?;
        let [founding, _] = first(&community)?;
        let me = founding.id();
        let records = blocking(move || entry(&community, &me, records)).await??;
        self.enter(community, Some(me), records).await?;
        self.member()?.core.put_local(MY_NAME, my_name.as_bytes()).await?;
        if let Some(address) = address {
            self.links()?.meet_at(address).await?;
        }
        self.name_has_come().await;
        let Membership { community, me } = self.membership()?;
        let limits = limits(&community.name, &me.person);
        Ok(Entered { community, me, limits })
    }

    /// A newcomer uses an invite to become a member, as the same person.
    pub(super) async fn become_resident(self: &Arc<Self>, member: &Member, ticket: &Ticket) -> Result<(), Problem> {
        if ticket.is_poster() {
            return Err(invalid(
                "A poster is for people who are not here yet.",
                "Ask for an invite of your own, or an organiser to let you in: hedgerow people allow CODE",
            ));
        }
        let authority = member.authority();
        let listed = authority.device(&member.device.public()).map(|d| d.by);
        let record = |id: Option<Id>| id.and_then(|id| member.core.record(&id));
        let (Some(founding), Some(listed)) = (record(member.person), record(listed)) else {
            return Err(internal("You could not be let in.", "what says who you are is not here"));
        };
        let redemption = Redemption::new(ticket, &founding, &listed, &[], &member.device.public());
        let records = self.links()?.redeem(ticket, redemption).await?;
        member.core.arrive(records, Origin::Here).await?;
        Ok(())
    }
}

impl Member {
    /// Whether this computer's person entered by themselves and was not let in yet.
    pub(super) fn is_newcomer(&self) -> bool {
        self.person.is_some_and(|me| self.authority().role(&me) == Some(Role::Newcomer))
    }

    /// Says my name to the community as soon as I was let in: a newcomer's stays on their computer. Whether it did.
    pub(super) async fn say_my_name(&self) -> Result<bool, CoreError> {
        let (Some(me), Some(name)) = (self.person, self.core.local(MY_NAME)) else { return Ok(false) };
        if !matches!(self.authority().role(&me), Some(Role::Resident | Role::Steward)) {
            return Ok(false);
        }
        let draft = own_profile(me, &String::from_utf8_lossy(&name));
        let is_said = self.core.slot(&draft.address()).winner().is_some();
        if !is_said {
            self.core.publish(vec![draft]).await?;
        }
        self.core.put_local(MY_NAME, &[]).await?;
        Ok(!is_said)
    }

    /// My name: as others see it, or, while nobody does, as I gave it.
    pub(super) fn my_name(&self, me: &Id) -> String {
        let seen = self.name(me);
        if !seen.is_empty() {
            return seen;
        }
        self.core.local(MY_NAME).and_then(|n| String::from_utf8(n).ok()).unwrap_or_default()
    }
}

/// The records with which somebody enters, if they make a newcomer.
fn entry(community: &Id, me: &Id, records: Vec<Record>) -> Result<Vec<Record>, Problem> {
    let unread = |e: &dyn std::fmt::Display| internal("The community could not be read.", e);
    let genesis = records.iter().find(|r| r.id() == *community);
    let genesis = genesis.ok_or_else(|| unread(&"its founding record is missing"))?;
    let mut authority = Authority::new(genesis).map_err(|e| unread(&e))?;
    authority.extend(records.iter().filter(|r| r.lane() == Lane::Authority).cloned());
    if authority.needs_rules().is_some() {
        return Err(why(hedgerow_protocol::authority::Why::UpdateNeeded));
    }
    match authority.role(me) {
        Some(Role::Newcomer) => Ok(records),
        _ => Err(unread(&"the place that was given does not count")),
    }
}

/// What a newcomer can and cannot do, in sentences.
fn limits(community: &str, person: &str) -> Vec<String> {
    let code = &person[..person.len().min(8)];
    vec![
        format!("You are a newcomer in {community}: you can read everything its members publish, and keep it."),
        "You cannot publish, ask for help or invite others yet, and nobody sees your name.".into(),
        format!(
            "To be let in, use an invite of a member, or tell an organiser your code, {code}: hedgerow people allow {code}"
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    use hedgerow_protocol::profile;
    use hedgerow_protocol::record::Audience;

    use crate::core::tests::{NOW, Town, key};

    #[tokio::test]
    async fn a_name_is_said_to_the_community_once_its_person_is_let_in() {
        let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
        let at = Hlc::new(NOW - 1_000, 0);
        let [founding, listed] = build::newcomer(&town.id(), &key(11), &key(12), at).unwrap();
        let me = founding.id();
        let options = crate::core::CoreOptions { person: Some(me), device: key(12), ..town.options(dir.path()) };
        let first = town.first.iter().cloned().chain([founding, listed]).collect();
        let member = Member::create(options, first).unwrap().0;
        member.core.put_local(MY_NAME, "Cy".as_bytes()).await.unwrap();
        let records = || member.core.counts().records;
        let before = records();
        assert!(!member.say_my_name().await.unwrap());
        assert_eq!((records(), member.my_name(&me), member.name(&me)), (before, "Cy".into(), String::new()));

        let authority = member.authority();
        let admit = build::admit(&authority, &town.device, me, None, Hlc::new(NOW - 500, 0)).unwrap();
        member.core.arrive(vec![admit], Origin::Here).await.unwrap();
        assert!(member.say_my_name().await.unwrap());
        let view = member.core.slot(&profile::slot(&me));
        let said = view.shown().unwrap();
        assert_eq!((member.name(&me).as_str(), said.payload().audience), ("Cy", Audience::Community));
        // Once, and not again after it was withdrawn.
        member.core.publish(vec![crate::core::Draft::withdrawal(&profile::slot(&me))]).await.unwrap();
        assert!(!member.say_my_name().await.unwrap());
        assert!(member.core.slot(&profile::slot(&me)).shown().is_none());
    }
}
