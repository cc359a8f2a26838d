//! Answering who asked to join with a poster: yes writes the admission, no is remembered.

use std::collections::BTreeMap;

use hedgerow_api::{Code, JoinRequest, JoinRequests, Problem, clean};
use hedgerow_protocol::authority::build;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::limits::POSTER_REFUSED_MAX;
use hedgerow_protocol::poster::{Answer, Asked};
use hedgerow_protocol::record::Record;

use super::invites::code_of;
use super::items::doc_of;
use super::problems::invalid;
use super::{App, Member};
use crate::core::Origin;
use crate::mesh::posters::{WaitingPerson, asked_at, asked_local_key, waiting_at};

/// Longest name shown, in characters: what strangers write is not checked before somebody says yes.
const NAME_CHARS_MAX: usize = 100;

impl Member {
    /// Everybody who waits at one of my posters, in the order in which they asked.
    pub(super) fn who_waits(&self) -> Vec<WaitingPerson> {
        let mut all: Vec<WaitingPerson> = self.issued().iter().flat_map(|i| waiting_at(&self.core, i)).collect();
        all.sort_by_key(|w| (w.since_ms, w.person, w.invite));
        all
    }

    fn requests(&self, waiting: &[WaitingPerson]) -> Vec<JoinRequest> {
        let same = |name: &str| clean::line(name.trim()).to_lowercase();
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let authority = self.authority();
        let members = authority.persons().filter(|p| authority.role(&p.id).is_some()).map(|p| self.name(&p.id));
        // One person who asks at two posters has the same name as nobody but themselves.
        let asking: BTreeMap<_, _> = self.who_waits().iter().map(|w| (w.person, name_in(w))).collect();
        for name in members.chain(asking.into_values()) {
            *names.entry(same(&name)).or_default() += 1;
        }
        let request = |w: &WaitingPerson| {
            let name = name_in(w);
            JoinRequest {
                code: code_of(&w.person),
                person: w.person.to_string(),
                same_name: names.get(&same(&name)).is_some_and(|n| *n > 1),
                name,
                since_ms: w.since_ms,
                poster: code_of(&w.invite),
                note: self.invite_note(&w.invite),
            }
        };
        waiting.iter().map(request).collect()
    }

    /// Those meant by a code or a name; the same person at two posters counts as one.
    fn waiting_called(&self, typed: &str, takes_all: bool) -> Result<Vec<WaitingPerson>, Problem> {
        let all = self.who_waits();
        let wanted = typed.trim().to_lowercase();
        if takes_all && wanted == "all" {
            return Ok(all);
        }
        let is_code = wanted.len() >= 8 && wanted.bytes().all(|b| b.is_ascii_hexdigit());
        let by_code = |w: &&WaitingPerson| is_code && w.person.to_string().starts_with(&wanted);
        let mut chosen: Vec<WaitingPerson> = all.iter().filter(by_code).cloned().collect();
        if chosen.is_empty() {
            chosen = all.into_iter().filter(|w| name_in(w).trim().to_lowercase() == wanted).collect();
        }
        let mut people: Vec<_> = chosen.iter().map(|w| w.person).collect();
        people.sort();
        people.dedup();
        match people.len() {
            1 => Ok(chosen),
            0 => Err(Problem::new(
                Code::NotFound,
                format!("Nobody called \"{}\" waits for an answer.", typed.trim().chars().take(80).collect::<String>()),
                "They may have been answered already, or the poster has run out.",
                "See who waits: hedgerow invite requests",
            )),
            _ => Err(invalid(
                format!("More than one person who waits is called \"{}\".", typed.trim()),
                format!(
                    "Ask them for the code their computer shows, and use it: {}.",
                    people.iter().map(code_of).collect::<Vec<_>>().join(", ")
                ),
            )),
        }
    }
}

/// The name somebody gives themselves.
fn name_in(waiting: &WaitingPerson) -> String {
    let profile = waiting.records.iter().filter(|r| r.payload().kind == Kind::PROFILE).find_map(doc_of);
    let name = profile.as_ref().and_then(|doc| doc.get("name")?.as_str()).unwrap_or_default();
    clean::line(name.trim()).chars().take(NAME_CHARS_MAX).collect()
}

impl App {
    /// Everybody who asked with one of my posters and waits.
    pub fn join_requests(&self) -> Result<JoinRequests, Problem> {
        let member = self.member()?;
        Ok(JoinRequests { requests: member.requests(&member.who_waits()) })
    }

    /// Says yes: the admission is written, and the newcomer is let in when they ask next.
    pub async fn join_confirm(&self, who: &str, dry_run: bool) -> Result<JoinRequests, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let member = self.member()?;
        member.who_may_admit()?;
        let chosen = member.waiting_called(who, false)?;
        let answered = JoinRequests { requests: member.requests(&chosen) };
        if !dry_run && let Some(waiting) = chosen.first() {
            let (person, invite) = (waiting.person, waiting.invite);
            let (first, others): (Vec<Record>, Vec<Record>) =
                waiting.records.iter().cloned().partition(|r| r.lane() == Lane::Authority);
            member.core.arrive(first.clone(), Origin::Here).await?;
            if member.authority().role(&person).is_none() {
                let admit = member
                    .core
                    .publish_authority(move |a, device, now| build::admit(a, device, person, Some(invite), now));
                admit.await?;
            }
            // Who they are waited in memory for the admission; whatever came meanwhile, it is here now.
            member.core.arrive(first, Origin::Here).await?;
            // What they bring beside (a profile) is welcome; without it they are in all the same.
            if let Err(error) = member.core.arrive(others, Origin::Here).await {
                tracing::debug!(%error, "what a newcomer brought was not kept");
            }
            for done in &chosen {
                member.core.put_local(&asked_local_key(&done.invite, &done.person), &[]).await?;
            }
            self.tell_status();
        }
        Ok(answered)
    }

    /// Says no. It is remembered, so that asking again changes nothing.
    pub async fn join_refuse(&self, who: &str, dry_run: bool) -> Result<JoinRequests, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let member = self.member()?;
        let chosen = member.waiting_called(who, true)?;
        let answered = JoinRequests { requests: member.requests(&chosen) };
        if !dry_run {
            for waiting in &chosen {
                let no = Asked { at_ms: waiting.since_ms, answer: Answer::No };
                member.core.put_local(&asked_local_key(&waiting.invite, &waiting.person), &no.encode()).await?;
                let mut refused: Vec<_> =
                    asked_at(&member.core, &waiting.invite).into_iter().filter(|(_, a)| !a.is_waiting()).collect();
                refused.sort_by_key(|(person, asked)| (asked.at_ms, *person));
                for (person, _) in refused.iter().take(refused.len().saturating_sub(POSTER_REFUSED_MAX)) {
                    member.core.put_local(&asked_local_key(&waiting.invite, person), &[]).await?;
                }
            }
            self.tell_status();
        }
        Ok(answered)
    }
}
