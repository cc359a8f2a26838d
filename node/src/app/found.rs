//! Starting a community: its founding records, and this directory as its first member.

use std::sync::Arc;

use hedgerow_api::{CommunityNew, EventKind, Membership, Problem};
use hedgerow_protocol::authority::build;
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::profile::PROFILE_KEY;
use hedgerow_protocol::record::Audience;
use serde_json::{Value, json};

use super::problems::{internal, invalid, unbuilt};
use super::{App, Member, locked};
use crate::config::{is_time_zone, time_zone_here};
use crate::core::{CoreOptions, Draft, os_now_ms};
use crate::identity::new_seed;

/// Longest name of a community, person or group, in characters.
const NAME_CHARS_MAX: usize = 100;

/// A name as it is kept: one line, 1 to 100 characters, nothing hidden in it.
pub fn checked_name(what: &str, name: &str) -> Result<String, Problem> {
    let name = hedgerow_api::clean::line(name.trim());
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.contains('\u{fffd}') {
        return Err(invalid(
            format!("The name of {what} cannot be used."),
            format!("It has to be one line of 1 to {NAME_CHARS_MAX} letters."),
        ));
    }
    Ok(name)
}

/// What a group or the community says of itself, to everybody.
pub fn profile(owner: Id, doc: &Value) -> Draft {
    Draft { audience: Audience::Public, ..Draft::new(owner, Kind::PROFILE, PROFILE_KEY, doc_to_cbor(doc)) }
}

/// What a person is called, which is for their community.
pub fn own_profile(me: Id, name: &str) -> Draft {
    Draft::new(me, Kind::PROFILE, PROFILE_KEY, doc_to_cbor(&json!({ "name": name })))
}

impl App {
    /// How the core of this directory is opened.
    pub(super) fn core_options(&self, community: Id, person: Option<Id>) -> CoreOptions {
        let device = locked(&self.keys).device.clone();
        let options = CoreOptions::new(self.dir.path(), community, device);
        CoreOptions { person, quota_bytes: self.config().quota_bytes, ..options }
    }

    /// Starts a community with me as its first organiser.
    pub async fn community_new(self: &Arc<Self>, new: CommunityNew) -> Result<Membership, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        self.must_be_nobody()?;
        let name = checked_name("the community", &new.name)?;
        let my_name = checked_name("a person", &new.my_name)?;
        let zone = new.time_zone.or_else(|| self.config().time_zone).unwrap_or_else(time_zone_here);
        if !is_time_zone(&zone) {
            return Err(invalid(format!("There is no time zone \"{zone}\"."), "Write one like Europe/London."));
        }
        let random = |e| internal("There is no randomness on this computer.", e);
        let (person_seed, root_seed) = (new_seed().map_err(random)?, new_seed().map_err(random)?);
        let person = SecretKey::from_seed(&person_seed);
        let root = SecretKey::from_seed(&root_seed);
        let device = {
            let mut keys = locked(&self.keys);
            keys.keep_person(&self.dir, &person_seed)?;
            keys.keep_root(&self.dir, &root_seed)?;
            keys.device.clone()
        };
        let nonce_seed = new_seed().map_err(random)?;
        let nonce = std::array::from_fn(|i| nonce_seed[i]);
        let now = Hlc::new(os_now_ms(), 0);
        let genesis = build::found_community(&person, &[], &[root.public()], 1, new.accept_newcomers, nonce, now)
            .map_err(unbuilt)?;
        let community = genesis.id();
        let [founding, listed] = build::newcomer(&community, &person, &device, Hlc(now.0 + 1)).map_err(unbuilt)?;
        let me = founding.id();

        let options = self.core_options(community, Some(me));
        self.make_room().await?;
        let (member, _) = blocking(move || Member::create(options, vec![genesis, founding, listed])).await??;
        let profiles = vec![profile(community, &json!({ "name": name, "time_zone": zone })), own_profile(me, &my_name)];
        member.core.publish(profiles).await?;
        self.become_member(member).await?;
        self.membership()
    }

    /// Refuses when there is a community already.
    pub(super) fn must_be_nobody(&self) -> Result<(), Problem> {
        let Some(member) = self.member_if_any() else { return Ok(()) };
        Err(Problem::new(
            hedgerow_api::Code::AlreadyMember,
            format!("This computer belongs to {} already.", member.name(&member.community)),
            "A folder holds one community.",
            "Use another folder for another community: --data DIR",
        ))
    }

    /// From here on this node is a member: the note is written, links are made again as a member's.
    pub(super) async fn become_member(self: &Arc<Self>, member: Arc<Member>) -> Result<(), Problem> {
        super::member::write_note(&self.dir, &member.community, member.person.as_ref())?;
        self.watch(&member);
        *self.member.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(member);
        if let Err(problem) = self.keep_what_was_asked(None) {
            tracing::warn!(%problem, "what was asked with a poster is still in its file; it is not used any more");
        }
        self.restart_links().await?;
        self.news.tell(EventKind::Reset, None);
        Ok(())
    }

    /// My community and who I am in it.
    pub fn membership(&self) -> Result<Membership, Problem> {
        let member = self.member()?;
        let me = self.me(&member).ok_or_else(|| {
            Problem::new(
                hedgerow_api::Code::NotFound,
                "This computer belongs to nobody.",
                "It keeps and passes on what others write.",
                "",
            )
        })?;
        Ok(Membership { community: self.community(&member), me })
    }
}

/// Runs something that waits for the disk without holding up others.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|e| internal("A part of Hedgerow stopped.", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_and_hide_nothing() {
        assert_eq!(checked_name("x", "  Caffi Trwsio ").unwrap(), "Caffi Trwsio");
        for bad in ["", "   ", "a\u{202e}b", "a\u{1b}[0m", &"x".repeat(101)] {
            assert!(checked_name("x", bad).is_err(), "{bad:?}");
        }
    }
}
