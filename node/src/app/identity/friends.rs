//! Recovery friends: who may together give me a new key when my words are lost.

use hedgerow_api::{Friend, Friends, FriendsSet, KeyAsked, Problem};
use hedgerow_protocol::authority::build;
use hedgerow_protocol::authority::{Authority, RecoveryAsked};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::limits::GUARDIANS_MAX;

use super::super::problems::{invalid, not_found};
use super::super::{App, Member};
use super::nobody_here;

impl App {
    /// My recovery friends, and what is asked in my name.
    pub fn friends(&self) -> Result<Friends, Problem> {
        let member = self.member()?;
        let me = member.person.ok_or_else(nobody_here)?;
        let authority = member.authority();
        let (keys, needed) = authority.guardians(&me).map_or((Vec::new(), 0), |(g, _)| (g.keys, g.needed));
        let named = keys.len();
        let people = keys.iter().filter_map(|k| authority.person_of_key(k)).filter(|p| authority.is_member(p));
        let mut friends: Vec<Friend> =
            people.map(|p| Friend { person: p.to_string(), name: member.name(&p) }).collect();
        friends.sort_by(|a, b| (a.name.to_lowercase(), &a.person).cmp(&(b.name.to_lowercase(), &b.person)));
        let asked = authority.recoveries_asked(&me);
        Ok(Friends {
            stale: (named - friends.len()) as u64,
            friends,
            needed,
            asked: asked.iter().map(|a| key_asked(&member, a)).collect(),
        })
    }

    /// Names recovery friends, in place of those named before.
    pub async fn friends_set(&self, set: FriendsSet) -> Result<Friends, Problem> {
        let member = self.member()?;
        let me = member.person.ok_or_else(nobody_here)?;
        let authority = member.authority();
        let mut keys: Vec<PublicKey> = Vec::new();
        for typed in &set.friends {
            let person = member.person_of(typed)?;
            if person == me {
                return Err(invalid("You cannot be your own recovery friend.", "Name other people you trust."));
            }
            keys.push(authority.key_of(&person).ok_or_else(|| not_found("person", typed))?);
        }
        keys.sort_unstable();
        keys.dedup();
        if keys.len() == 1 || keys.len() > GUARDIANS_MAX || keys.len() < set.friends.len() {
            return Err(invalid(
                "These friends cannot be named together.",
                format!("Name 2 to {GUARDIANS_MAX} different people; three is a good number."),
            ));
        }
        // More than half, so that no two groups of friends can say different things.
        let needed = set.needed.unwrap_or(keys.len() as u64 / 2 + 1);
        if !keys.is_empty() && !(2..=keys.len() as u64).contains(&needed) {
            return Err(invalid(
                "That number of friends cannot be asked for.",
                format!("It has to be 2 to {}.", keys.len()),
            ));
        }
        let key = self.person_key(&member, set.words, "Naming recovery friends is signed with your own key.")?;
        if !set.dry_run {
            let build = move |a: &Authority, _: &SecretKey, now: Hlc| build::guardians(a, &key, me, &keys, needed, now);
            member.core.publish_authority(build).await?;
        }
        self.friends()
    }

    /// Speaks against every new key asked for in my name. Gives how many there were.
    pub async fn object(&self) -> Result<Friends, Problem> {
        let member = self.member()?;
        let me = member.person.ok_or_else(nobody_here)?;
        let asked = member.authority().recoveries_asked(&me);
        if asked.is_empty() {
            return Err(invalid("Nobody asks for a new key in your name.", "There is nothing to object to."));
        }
        for asked in asked.into_iter().filter(|a| !a.objected) {
            let key = asked.statement.key;
            let build = move |a: &Authority, device: &SecretKey, now: Hlc| build::object(a, device, me, key, now);
            member.core.publish_authority(build).await?;
        }
        self.friends()
    }
}

/// A new key that is asked for, in words.
pub(super) fn key_asked(member: &Member, asked: &RecoveryAsked) -> KeyAsked {
    let authority = member.authority();
    let name = |p: Id| {
        let name = member.name(&p);
        if name.is_empty() { p.short().to_string() } else { name }
    };
    let names = |keys: &[PublicKey]| keys.iter().filter_map(|k| authority.person_of_key(k)).map(name).collect();
    KeyAsked {
        key: asked.statement.key.to_string(),
        friends: names(&asked.friends),
        needed: asked.friends_needed,
        organisers: names(&asked.stewards),
        objected: asked.objected,
    }
}
