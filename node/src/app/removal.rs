//! Taking people out and letting them back in, special roles, and leaving oneself.
//!
//! Every removal names the content that goes on counting, read from what is kept here. Not for: groups and organisers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use hedgerow_api::{Code, ContentChoice, GrantNew, PersonDetail, PersonRemove, Problem, Removed};
use hedgerow_protocol::authority::body::GrantRole;
use hedgerow_protocol::authority::{Authority, Role, build};
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::limits::{AUTHORITY_BYTES_MAX, CEILING_MIB_MAX, KEEP_MAX, LIST_MAX, RESIDENT_ADMITS_MAX};
use hedgerow_protocol::record::{Address, Audience, Record};
use serde_json::json;

use super::people::UNITS_OF_MIB;
use super::problems::{invalid, not_found, unbuilt, why};
use super::{App, Member};
use crate::core::{Draft, LastWord};

/// Longest words about a removal or a hide, in characters.
const NOTE_CHARS_MAX: usize = 1000;
/// Most records one removal is spread over: whoever lets the person in again has to name them all.
const PARTS_MAX: usize = LIST_MAX - 4;
/// Bytes of a removal besides what it lists: payload, places in the log, signature.
const REMOVAL_BYTES: usize = 480;
/// Most people anybody may be allowed to let in.
const INVITES_MAX: u64 = 10_000;
/// How long leaving waits for a neighbour to hear of it.
const GOODBYE_WITHIN: Duration = Duration::from_secs(3);

/// What goes on counting, in parts that fit a record each, the first ones first. At least one part.
pub fn parts(keep: &[Id], cuts: usize) -> Result<Vec<Vec<Id>>, Problem> {
    // A listed id takes 34 bytes.
    let room = AUTHORITY_BYTES_MAX.saturating_sub(REMOVAL_BYTES + 34 * cuts.min(LIST_MAX)) / 34;
    let each = room.clamp(1, KEEP_MAX);
    let parts: Vec<Vec<Id>> = keep.chunks(each).map(<[Id]>::to_vec).collect();
    match parts.len() {
        0 => Ok(vec![Vec::new()]),
        n if n <= PARTS_MAX => Ok(parts),
        _ => Err(Problem::new(
            Code::Refused,
            "That is too much to keep.",
            format!("{} things are shown, and a removal can keep {} of them.", keep.len(), each * PARTS_MAX),
            "Publish what is to stay in the name of another group first, or let it go: --hide-content",
        )),
    }
}

impl Member {
    /// The content that a removal of a person keeps: what is shown of theirs, and what they last said for groups, so
    /// that a group's withdrawn things do not come back. The community's own is for the organisers to keep.
    pub(super) fn kept_of_person(&self, person: &Id, choice: ContentChoice) -> Vec<LastWord> {
        let words = self.core.last_words(&self.authority().all_devices_of(person)).into_iter();
        let is_name = |w: &LastWord| w.owner == *person && w.kind == Kind::PROFILE && !w.withdrawn;
        words
            .filter(|w| w.owner != self.community)
            // Whoever comes back makes new keys; those of groups open what was sealed to the group.
            .filter(|w| w.kind != Kind::SEALING_KEY || w.owner != *person)
            .filter(|w| match choice {
                ContentChoice::Keep => !w.withdrawn || w.owner != *person,
                ContentChoice::Hide => is_name(w),
            })
            .collect()
    }

    /// Words about a removal or a hide, as long as they are not withdrawn.
    pub(super) fn note_about(&self, record: &Id) -> String {
        self.core.note_about(record)
    }

    fn note_address(&self, record: &Id) -> Address {
        Address { owner: self.community, kind: Kind::MODERATION_NOTE, key: record.0.to_vec() }
    }

    /// Writes words about a removal or a hide. They are content, so that they can be withdrawn.
    pub(super) async fn write_note(&self, record: &Id, text: &str) -> Result<(), Problem> {
        if text.is_empty() {
            return Ok(());
        }
        let address = self.note_address(record);
        let draft = Draft {
            audience: Audience::Community,
            ..Draft::new(address.owner, address.kind, address.key, doc_to_cbor(&json!({ "text": text })))
        };
        self.core.publish(vec![draft]).await?;
        Ok(())
    }

    /// Withdraws words about what has been undone.
    pub(super) async fn erase_notes(&self, records: &[Id]) -> Result<(), Problem> {
        let written = records.iter().map(|r| self.note_address(r)).filter(|a| self.core.slot(a).shown().is_some());
        let drafts: Vec<Draft> = written.map(|a| Draft::withdrawal(&a)).collect();
        if !drafts.is_empty() {
            self.core.publish(drafts).await?;
        }
        Ok(())
    }

    /// Writes that I leave. What I published stays by itself, unless I was taken out before: then it is named.
    async fn say_goodbye(&self, me: Id) -> Result<Option<Record>, Problem> {
        let authority = self.authority();
        let was_out = authority.removals(&me).iter().any(|(_, _, left)| !left);
        let keep = if was_out { self.kept_of_person(&me, ContentChoice::Keep) } else { Vec::new() };
        let keep: Vec<Id> = keep.iter().map(|w| w.id).collect();
        let mut last = None;
        for part in parts(&keep, cuts_of(&authority, &me))? {
            let make = move |a: &Authority, device: &SecretKey, now| build::leave_keeping(a, device, me, &part, now);
            last = Some(self.core.publish_authority(make).await?);
        }
        Ok(last)
    }

    /// Everybody with a role now.
    pub(super) fn everybody(&self) -> BTreeSet<Id> {
        self.authority().persons().map(|p| p.id).collect()
    }

    /// Takes somebody or something out: one record for each part of what is kept.
    pub(super) async fn revoke(&self, subject: Id, all_that_rests: bool, keep: &[Id]) -> Result<Vec<Id>, Problem> {
        let cuts = if all_that_rests { 0 } else { cuts_of(&self.authority(), &subject) };
        let mut records = Vec::new();
        for part in parts(keep, cuts)? {
            let make = move |a: &Authority, device: &SecretKey, now| {
                build::revoke(a, device, subject, all_that_rests, &part, now)
            };
            records.push(self.core.publish_authority(make).await?.id());
        }
        Ok(records)
    }
}

/// How many heads a cut of a subject lists.
pub fn cuts_of(authority: &Authority, subject: &Id) -> usize {
    authority.all_devices_of(subject).iter().map(|d| authority.heads(d).len()).sum()
}

/// Words for members to read, cleaned.
pub fn checked_note(text: &str) -> Result<String, Problem> {
    let text = hedgerow_api::clean::lines(text.trim());
    if text.chars().count() > NOTE_CHARS_MAX {
        return Err(invalid("That is too long.", format!("It may have {NOTE_CHARS_MAX} letters.")));
    }
    Ok(text)
}

impl App {
    /// Takes a person out.
    pub async fn person_remove(&self, typed: &str, how: PersonRemove) -> Result<Removed, Problem> {
        let member = self.member()?;
        let id = member.anybody_of(typed)?;
        let (authority, name) = (member.authority(), member.called(&id));
        authority.may_publish(&member.device.public(), &member.community, Kind::REVOKE).map_err(why)?;
        if authority.role(&id) == Some(Role::Steward) {
            return Err(Problem::new(
                Code::IsOrganiser,
                format!("{name} is an organiser."),
                "The organisers together decide who is one of them.",
                format!("Propose it: hedgerow organisers remove {} --out", member.typed(&id)),
            ));
        }
        if authority.role(&id).is_none() && !authority.removals(&id).is_empty() && !how.with_everyone_they_let_in {
            return Err(Problem::new(
                Code::NotFound,
                format!("{name} is out already."),
                "Nothing was changed.",
                format!("See why: hedgerow people why {}", member.typed(&id)),
            ));
        }
        let reason = checked_note(&how.reason)?;
        let kept = member.kept_of_person(&id, how.content);
        let keep: Vec<Id> = kept.iter().map(|w| w.id).collect();
        let before = member.everybody();
        let all = how.with_everyone_they_let_in;
        let (after, records) = if how.dry_run {
            let part = parts(&keep, cuts_of(&authority, &id))?.swap_remove(0);
            let now = Hlc::new(member.core.clock(), 0);
            let record = build::revoke(&authority, &member.device, id, all, &part, now).map_err(unbuilt)?;
            let mut then = (*authority).clone();
            then.insert(&record);
            (then.persons().map(|p| p.id).collect(), Vec::new())
        } else {
            let records = member.revoke(id, all, &keep).await?;
            if let Some(first) = records.first() {
                member.write_note(first, &reason).await?;
            }
            (member.everybody(), records)
        };
        let also = before.difference(&after).filter(|other| **other != id).map(|other| member.called(other));
        Ok(Removed {
            name,
            kept: kept.iter().filter(|w| w.is_seen()).count() as u64,
            also: also.collect(),
            records: records.iter().map(Id::to_string).collect(),
        })
    }

    /// Lets a person in as an organiser: somebody who was taken out, waits, or was let in too far away.
    pub async fn person_allow(&self, typed: &str) -> Result<PersonDetail, Problem> {
        let member = self.member()?;
        let id = member.anybody_of(typed)?;
        let authority = member.authority();
        if !member.is_organiser() {
            return Err(why(hedgerow_protocol::authority::Why::NotSteward));
        }
        let person = authority.person(&id);
        let is_near = person.is_some_and(|p| p.role == Role::Steward || p.role == Role::Resident && p.depth == 1);
        if !is_near {
            let removals: Vec<Id> = authority.removals(&id).into_iter().map(|(record, ..)| record).collect();
            let make = move |a: &Authority, device: &SecretKey, now| build::admit(a, device, id, None, now);
            member.core.publish_authority(make).await?;
            member.erase_notes(&removals).await?;
        }
        Ok(member.person_detail(id))
    }

    /// Gives a special role.
    pub async fn person_grant(&self, typed: &str, new: GrantNew) -> Result<PersonDetail, Problem> {
        let member = self.member()?;
        let id = member.person_of(typed)?;
        let role = grant_role(&new.role, new.number)?;
        if !member.authority().grants(&id).iter().any(|(held, _)| *held == role) {
            let make = move |a: &Authority, device: &SecretKey, now| build::grant(a, device, id, role, now);
            member.core.publish_authority(make).await?;
        }
        Ok(member.person_detail(id))
    }

    /// Takes a special role.
    pub async fn person_ungrant(&self, typed: &str, role: &str) -> Result<PersonDetail, Problem> {
        let member = self.member()?;
        let id = member.anybody_of(typed)?;
        // The number does not matter: all of them go.
        let wanted = grant_role(role, Some(INVITES_MAX))?;
        let same = |held: &GrantRole| core::mem::discriminant(held) == core::mem::discriminant(&wanted);
        let held: Vec<Id> =
            member.authority().grants(&id).into_iter().filter(|(r, _)| same(r)).map(|(_, record)| record).collect();
        if held.is_empty() {
            return Err(not_found("such role", role));
        }
        for grant in held {
            member.revoke(grant, false, &[]).await?;
        }
        Ok(member.person_detail(id))
    }

    /// Says goodbye to the others, then leaves.
    pub async fn community_leave(self: &Arc<Self>) -> Result<(), Problem> {
        let member = self.member()?;
        if let Some(me) = member.person.filter(|me| member.authority().role(me).is_some()) {
            match member.say_goodbye(me).await {
                Ok(Some(last)) => self.wait_until_heard(&member, &last).await,
                Ok(None) => {}
                // Whoever wants to go may go, even where the others cannot be told.
                Err(error) => tracing::warn!(%error, "leaving without the record that says so"),
            }
        }
        drop(member);
        self.leave().await
    }

    /// Waits a moment until a neighbour has a record, or there is none to have it.
    async fn wait_until_heard(&self, member: &Member, record: &Record) {
        let heard = async {
            let mut look = tokio::time::interval(Duration::from_millis(50));
            loop {
                look.tick().await;
                let arrival = member.arrival(record);
                let Ok(links) = self.links() else { return };
                let is_linked = links.neighbours(None).iter().any(|n| n.linked);
                if !is_linked || arrival > 0 && links.copies(arrival) > 0 {
                    return;
                }
            }
        };
        // Those who hear of it let go of the link; a link that hangs must not keep anybody here.
        let _ = tokio::time::timeout(GOODBYE_WITHIN, heard).await;
    }
}

pub(super) fn grant_role(name: &str, number: Option<u64>) -> Result<GrantRole, Problem> {
    let least = RESIDENT_ADMITS_MAX as u64 + 1;
    match (name.trim(), number) {
        ("gateway-host", _) => Ok(GrantRole::GatewayHost),
        ("mentor", _) => Ok(GrantRole::Mentor),
        ("invites", Some(n)) if (least..=INVITES_MAX).contains(&n) => Ok(GrantRole::Admits(n)),
        ("invites", _) => Err(invalid(
            "That is not a number of people to let in.",
            format!(
                "Everybody may let in {RESIDENT_ADMITS_MAX}; it has to be from {least} to {INVITES_MAX}: invites=30"
            ),
        )),
        ("space", Some(mib)) if (1..=CEILING_MIB_MAX).contains(&mib) => Ok(GrantRole::Units(mib * UNITS_OF_MIB)),
        ("space", _) => {
            Err(invalid("That is not a size.", format!("It has to be from 1 to {CEILING_MIB_MAX} MiB: space=64")))
        }
        _ => Err(invalid(
            format!("There is no role \"{name}\"."),
            "There are: gateway-host, mentor, invites=30, space=64. For an organiser: hedgerow organisers add NAME",
        )),
    }
}

impl Member {
    /// Whether this computer acts for an organiser now.
    pub(super) fn is_organiser(&self) -> bool {
        self.authority().may_publish(&self.device.public(), &self.community, Kind::HIDE).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(n: usize) -> Vec<Id> {
        (0..n).map(|i| Id(*blake3::hash(&i.to_be_bytes()).as_bytes())).collect()
    }

    #[test]
    fn what_is_kept_is_spread_over_records_that_fit() {
        assert_eq!(parts(&[], 1).unwrap(), vec![Vec::<Id>::new()]);
        let split = parts(&ids(250), 1).unwrap();
        assert_eq!(split.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 50]);
        let split = parts(&ids(250), LIST_MAX).unwrap();
        assert!(split.iter().all(|p| (p.len() + LIST_MAX) * 34 + REMOVAL_BYTES <= AUTHORITY_BYTES_MAX));
        assert_eq!(split.concat(), ids(250));
        assert_eq!(parts(&ids(10_000), 1).unwrap_err().code, Code::Refused);
    }

    #[test]
    fn roles_are_read_as_people_type_them() {
        assert_eq!(grant_role("mentor", None).unwrap(), GrantRole::Mentor);
        assert_eq!(grant_role("invites", Some(30)).unwrap(), GrantRole::Admits(30));
        for (name, number) in [("invites", None), ("invites", Some(10)), ("king", None), ("", Some(3))] {
            assert_eq!(grant_role(name, number).unwrap_err().code, Code::Invalid, "{name}");
        }
    }
}
