//! The issuing side of posters: who asked, kept as private values of this computer until a member answers.
//!
//! What to do about somebody who asks is `protocol::poster`'s business. Not for: saying yes or no, which people do
//! (`app::requests`).

use std::collections::BTreeMap;
use std::sync::Arc;

use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::invite::Issued;
use hedgerow_protocol::join::{Code, Redemption};
use hedgerow_protocol::poster::{Answer, Asked, Judgement, judge};
use hedgerow_protocol::record::Record;

use super::join::invite_local_key;
use super::records::Records;

/// Under which private keys those who asked are remembered: this, the invite, a stroke, the person.
const ASKED_PREFIX: &str = "asked/";

/// How somebody stands who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// They are in.
    Member(Id),
    /// They asked before.
    Waiting,
    /// They asked for the first time.
    New,
}

/// Somebody who waits for an answer.
#[derive(Debug, Clone)]
pub struct WaitingPerson {
    /// Public half of the poster.
    pub invite: PublicKey,
    /// Who they are once they are in.
    pub person: Id,
    /// Since when, Unix milliseconds.
    pub since_ms: u64,
    /// What they brought: the person, the first device, and then content of theirs.
    pub records: Vec<Record>,
}

/// Under which private key one person who asked is remembered.
pub fn asked_local_key(invite: &PublicKey, person: &Id) -> String {
    format!("{ASKED_PREFIX}{invite}/{person}")
}

/// Everybody a poster remembers, by person.
pub fn asked_at(records: &dyn Records, invite: &PublicKey) -> BTreeMap<Id, Asked> {
    let prefix = format!("{ASKED_PREFIX}{invite}/");
    let all = records.locals(&prefix).into_iter();
    all.filter_map(|(key, value)| Some((key.strip_prefix(&prefix)?.parse().ok()?, Asked::decode(&value).ok()?)))
        .collect()
}

/// How many wait at a poster that still hangs, those left out who are members by now.
pub fn count_waiting(records: &dyn Records, issued: &Issued) -> usize {
    let authority = records.authority();
    let asked = if issued.is_open(records.now().0) { asked_at(records, &issued.invite) } else { BTreeMap::new() };
    asked.iter().filter(|(person, asked)| asked.is_waiting() && authority.role(person).is_none()).count()
}

/// Everybody who waits at a poster that still hangs, and is no member by now, in the order in which they asked.
pub fn waiting_at(records: &dyn Records, issued: &Issued) -> Vec<WaitingPerson> {
    if !issued.is_open(records.now().0) {
        return Vec::new();
    }
    let (authority, community) = (records.authority(), records.community());
    let mut all: Vec<WaitingPerson> = asked_at(records, &issued.invite)
        .into_iter()
        .filter(|(person, _)| authority.role(person).is_none())
        .filter_map(|(person, asked)| {
            let Answer::Waiting(wires) = asked.answer else { return None };
            let records = wires.iter().map(|w| Record::from_wire(&community, w)).collect::<Result<_, _>>().ok()?;
            Some(WaitingPerson { invite: issued.invite, person, since_ms: asked.at_ms, records })
        })
        .collect();
    all.sort_by_key(|w| (w.since_ms, w.person));
    all
}

/// Takes in a request to join, or says how an earlier one stands. On disk before it is answered.
pub async fn ask_here(records: &Arc<dyn Records>, redemption: &Redemption) -> Result<Asking, Code> {
    let newcomer = redemption.verify(&records.community())?;
    let person = newcomer.person.id();
    let remembered = records.local(&invite_local_key(&redemption.invite)).ok_or(Code::UnknownInvite)?;
    let issued = Issued::decode(&remembered).map_err(|_| Code::UnknownInvite)?;
    let authority = records.authority();
    let is_member = authority.role(&person).is_some();
    let asked = asked_at(&**records, &issued.invite);
    let others = asked.iter().filter(|(p, a)| **p != person && a.is_waiting() && authority.role(p).is_none()).count();
    let now = records.now().0;
    match judge(&issued, asked.get(&person), is_member, others, now)? {
        Judgement::Member => Ok(Asking::Member(person)),
        Judgement::Waiting => Ok(Asking::Waiting),
        // Nobody is left waiting for a yes that cannot be said.
        Judgement::Keep if !records.may_admit() => Err(Code::IssuerCannot),
        Judgement::Keep => {
            let asked = Asked { at_ms: now, answer: Answer::Waiting(redemption.records.clone()) };
            let kept = records.put_local(&asked_local_key(&issued.invite, &person), asked.encode());
            kept.await.map_err(|error| {
                tracing::warn!(%error, "a request to join could not be kept");
                Code::Busy
            })?;
            Ok(Asking::New)
        }
    }
}
