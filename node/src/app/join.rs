//! Invites, joining, leaving, and reading what is public nearby.

use std::sync::Arc;

use hedgerow_api::{Code, FindPage, FindQuery, Invite, InviteNew, Join, Membership, Problem};
use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::authority::build;
use hedgerow_protocol::hlc::{Hlc, day_of_ms};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::invite::{Issued, Ticket, TicketError};
use hedgerow_protocol::join::{self, Redemption};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::limits::{INVITE_LIFE_MS, INVITES_OPEN_MAX, STEWARD_INVITES_OPEN_MAX};
use hedgerow_protocol::listing;
use hedgerow_protocol::record::{Payload, Record};
use hedgerow_protocol::view;
use serde_json::json;

use super::found::{PROFILE_KEY, blocking, checked_name};
use super::items::{check, doc_of, fold_same, summarise};
use super::problems::{internal, invalid, not_found, unbuilt, why};
use super::{App, Member, locked};
use crate::core::{Origin, os_now_ms};
use crate::identity::{Keys, new_seed};
use crate::paths::DataDir;

/// How long joining waits for the community's name.
const NAME_WITHIN: std::time::Duration = std::time::Duration::from_secs(5);

/// Under which private key an invite is remembered.
fn note_of(invite: &PublicKey) -> String {
    crate::mesh::invite_local_key(invite)
}

fn bad_ticket(e: TicketError) -> Problem {
    let code = match e {
        TicketError::TooNew => Code::OtherVersion,
        _ => Code::InviteDamaged,
    };
    Problem::new(
        code,
        "This invite cannot be used.",
        format!("It says: {e}."),
        "Copy the whole invite, or ask for it as a file.",
    )
}

/// What the other side said.
pub(super) fn refusal(code: join::Code) -> Problem {
    use join::Code as C;
    let ours = match code {
        C::Used => Code::InviteUsed,
        C::Expired => Code::InviteExpired,
        C::UnknownInvite | C::IssuerCannot => Code::InviteUnknown,
        C::OtherCommunity | C::NoCommunity => Code::InviteElsewhere,
        C::TooManyAttempts | C::NotAllowed => Code::Refused,
        C::Version => Code::OtherVersion,
        C::Busy => Code::NotReachable,
        C::BadRequest | C::Other(_) => Code::Refused,
    };
    Problem::new(ours, "The other computer said no.", format!("It says: {code}."), "Ask the person who invited you.")
}

impl App {
    /// Makes an invite. Who may let people in is decided when it is used, and checked here so that nobody hands out
    /// what cannot work.
    pub async fn invite(&self, new: InviteNew) -> Result<Invite, Problem> {
        let member = self.member()?;
        let me = member.person.ok_or_else(|| not_found("person", "of this computer"))?;
        let authority = member.authority();
        authority.may_publish(&member.device.public(), &me, Kind::ADMIT).map_err(why)?;
        let now = member.core.clock();
        let open = member.core.locals("invite/").into_iter();
        let open = open.filter(|(_, v)| Issued::decode(v).is_ok_and(|i| i.is_open(now))).count();
        let is_organiser = super::status::role_name(authority.role(&me)) == "organiser";
        let most = if is_organiser { STEWARD_INVITES_OPEN_MAX } else { INVITES_OPEN_MAX };
        if open >= most {
            return Err(Problem::new(
                Code::InviteLimit,
                "Too many invites are open.",
                format!("{open} of yours have not been used yet; {most} may be open at once."),
                "Wait until one is used or seven days have passed, or ask an organiser.",
            ));
        }
        let seed = new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?;
        let ticket = Ticket {
            community: member.community,
            issuer: member.device.transport().public(),
            addresses: self.links()?.addresses().await,
            seed,
            expires_ms: now + INVITE_LIFE_MS,
        };
        let invite = ticket.key().public();
        let issued = Issued { invite, expires_ms: ticket.expires_ms, used_by: None };
        member.core.put_local(&note_of(&invite), &issued.encode()).await?;
        if !new.note.trim().is_empty() {
            member.core.put_local(&format!("note/{invite}"), new.note.trim().as_bytes()).await?;
        }
        Ok(Invite { ticket: ticket.encode(), expires_ms: ticket.expires_ms, community: member.name(&member.community) })
    }

    /// Joins with an invite.
    pub async fn join(self: &Arc<Self>, join: Join) -> Result<Membership, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let ticket = Ticket::decode(&join.ticket).map_err(bad_ticket)?;
        if let Some(member) = self.member_if_any()
            && member.community != ticket.community
        {
            return Err(Problem::new(
                Code::InviteElsewhere,
                "This invite is for another community.",
                format!("This computer belongs to {} already.", member.name(&member.community)),
                "Use another folder for another community: --data DIR",
            ));
        }
        self.must_be_nobody()?;
        let my_name = checked_name("a person", &join.my_name)?;
        let person_seed = match locked(&self.keys).person.as_ref() {
            // A join that broke off half way goes on with the same key, or the invite would count as used.
            Some(kept) => kept.seed(),
            None => new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?,
        };
        let (person, device) = {
            let mut keys = locked(&self.keys);
            keys.keep_person(&self.dir, &person_seed)?;
            (SecretKey::from_seed(&person_seed), keys.device.clone())
        };
        // The founding record is dated by the ticket, so that trying again makes the same person.
        let founded = Hlc::new(ticket.expires_ms.saturating_sub(INVITE_LIFE_MS), 0);
        let [founding, listed] = build::newcomer(&ticket.community, &person, &device, founded).map_err(unbuilt)?;
        let profile =
            profile_record(&ticket.community, founding.id(), &my_name, &device, self.time_for_profile(&ticket))?;
        let redemption = Redemption::new(&ticket, &founding, &listed, std::slice::from_ref(&profile), &device.public());
        let links = self.links()?;
        let mut first = links.redeem(&ticket, redemption).await?;
        let me = founding.id();
        for own in [founding, listed, profile] {
            if !first.contains(&own) {
                first.push(own);
            }
        }
        self.enter(ticket.community, me, first).await?;
        self.links()?.meet(&ticket);
        self.name_has_come().await;
        self.membership()
    }

    /// Dates my first profile by the computer's clock, or by the invite's where the clock is behind it.
    fn time_for_profile(&self, ticket: &Ticket) -> Hlc {
        let issued = ticket.expires_ms.saturating_sub(INVITE_LIFE_MS);
        let now = os_now_ms();
        // A clock that is years off would date the name where nobody sees it.
        let believable = now >= issued && now <= ticket.expires_ms;
        Hlc::new(if believable { now } else { issued }, 1)
    }

    /// Makes this directory a member's from the first records of a community.
    pub(super) async fn enter(self: &Arc<Self>, community: Id, me: Id, records: Vec<Record>) -> Result<(), Problem> {
        // The founding record first; content follows once who wrote it is known.
        let (mut first, rest): (Vec<_>, Vec<_>) = records.into_iter().partition(|r| r.lane() == Lane::Authority);
        first.sort_by_key(|r| r.id() != community);
        let options = self.core_options(community, Some(me));
        self.make_room().await?;
        let (member, _) = blocking(move || Member::create(options, first)).await??;
        if !rest.is_empty() {
            member.core.arrive(rest, Origin::Here).await?;
        }
        self.become_member(member).await
    }

    /// Waits a moment for the community's name, which comes with the first sync: a sentence without it helps nobody.
    pub(super) async fn name_has_come(&self) {
        let Ok(member) = self.member() else { return };
        let mut news = self.news.listen(None);
        let come = async {
            while member.name(&member.community).is_empty() {
                news.next().await;
            }
        };
        // Without it in time, the answer has an empty name, and it follows when it comes.
        let _ = tokio::time::timeout(NAME_WITHIN, come).await;
    }

    /// Moves away what a start or join that broke off half way has left: without its note nothing refers to it.
    pub(super) async fn make_room(&self) -> Result<(), Problem> {
        let dir = self.dir.clone();
        let made = blocking(move || match dir.path().join("journal").exists() {
            true => move_aside(&dir, &["journal", "index"]),
            false => Ok(()),
        });
        made.await?.map_err(|e| internal("The folder could not be used.", e))
    }

    /// Leaves: what is here is set aside, and the node goes on without a community.
    pub async fn leave(self: &Arc<Self>) -> Result<(), Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let member = self.member()?;
        self.stop_links().await;
        *self.member.write().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
        member.core.close().await;
        drop(member);
        let dir = self.dir.clone();
        let keys = blocking(move || set_aside(&dir)).await?;
        *locked(&self.keys) = keys.map_err(|e| internal("The folder could not be set aside.", e))?;
        self.restart_links().await?;
        self.news.tell(hedgerow_api::EventKind::Reset, None);
        Ok(())
    }

    /// What anybody may read of a community nearby, without joining.
    pub async fn nearby_find(&self, community: &str, find: FindQuery) -> Result<FindPage, Problem> {
        let links = self.links()?;
        let (community, records) = links.public(community).await?;
        blocking(move || public_page(&community, &records, &find)).await?
    }

    /// The addresses and key others connect to.
    pub(super) fn transport_key(&self) -> SecretKey {
        locked(&self.keys).device.transport()
    }
}

/// Folds public records as a member would, and gives one page.
fn public_page(community: &Id, records: &[Record], find: &FindQuery) -> Result<FindPage, Problem> {
    use std::collections::BTreeMap;
    let genesis = records.iter().find(|r| r.id() == *community);
    let genesis =
        genesis.ok_or_else(|| internal("The community could not be read.", "its founding record is missing"))?;
    let mut authority = Authority::new(genesis).map_err(|e| internal("The community could not be read.", e))?;
    authority.extend(records.iter().filter(|r| r.lane() == Lane::Authority).cloned());
    let mut slots: BTreeMap<_, Vec<Record>> = BTreeMap::new();
    for record in records.iter().filter(|r| r.lane() == Lane::Content) {
        slots.entry(record.address()).or_default().push(record.clone());
    }
    let now = os_now_ms();
    let shown: Vec<Record> = slots.values().filter_map(|v| view::winner(v, &authority, now).shown().cloned()).collect();
    let profiles: BTreeMap<Id, serde_json::Value> = shown
        .iter()
        .filter(|r| r.payload().kind == Kind::PROFILE)
        .filter_map(|r| Some((r.owner(), doc_of(r)?)))
        .collect();
    let text = |owner: &Id, key: &str| {
        profiles.get(owner).and_then(|d| d.get(key)?.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let zone = Some(text(community, "time_zone")).filter(|z| listing::zone_ok(z)).unwrap_or_else(|| "UTC".into());
    let asked = check(find, &zone, now)?;
    let at = listing::At::new(&zone, asked.at_ms.unwrap_or(now)).map_err(|e| invalid(e.to_string(), ""))?;
    let wanted: Vec<String> = listing::fold(&find.text).split_whitespace().map(str::to_owned).collect();
    let mut found = Vec::new();
    for record in &shown {
        let kind = record.payload().kind;
        let Some(doc) = doc_of(record).filter(|_| asked.kinds.contains(&kind)) else { continue };
        if kind == Kind::NOTICE && !listing::notice_shows(&doc, &at) {
            continue;
        }
        let words: Vec<String> = listing::search_text(kind, &doc)
            .iter()
            .flat_map(|(_, t)| listing::fold(t).split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        if !wanted.iter().all(|w| words.iter().any(|have| have.starts_with(w.as_str()))) {
            continue;
        }
        let summary = summarise(record, &doc, text(&record.owner(), "name"), &at);
        let is_open = summary.opening.as_ref().is_some_and(|o| o.state == hedgerow_api::OpenState::Open);
        if find.open_now && !is_open {
            continue;
        }
        found.push((summary, kind, doc));
    }
    found.sort_by(|a, b| (a.0.title.to_lowercase(), &a.0.id).cmp(&(b.0.title.to_lowercase(), &b.0.id)));
    let mut items = fold_same(found);
    let total = items.len() as u64;
    let start: usize = match &find.cursor {
        Some(c) => {
            c.parse().map_err(|_| invalid("That is not a place to go on from.", "Use \"next\" of the page before."))?
        }
        None => 0,
    };
    let next = (start + asked.limit < items.len()).then(|| (start + asked.limit).to_string());
    items = items.into_iter().skip(start).take(asked.limit).collect();
    Ok(FindPage { items, next, total: Some(total) })
}

fn profile_record(community: &Id, me: Id, name: &str, device: &SecretKey, at: Hlc) -> Result<Record, Problem> {
    let body = hedgerow_protocol::cbor::doc_to_cbor(&json!({ "name": name }));
    let payload = Payload::content(Kind::PROFILE, me, device.public(), PROFILE_KEY, at, body);
    payload.sign(community, device).map_err(|e| internal("The name could not be signed.", e))
}

/// Moves everything of the community that was left into `left/DAY-…`, and makes new keys.
fn set_aside(dir: &DataDir) -> std::io::Result<Keys> {
    // The note goes first: without it the directory has no community, whatever else is still in it.
    move_aside(dir, &["member.json", "keys", "journal", "index"])?;
    Keys::open(dir).map_err(|e| std::io::Error::other(e.to_string()))
}

fn move_aside(dir: &DataDir, names: &[&str]) -> std::io::Result<()> {
    let left = dir.path().join("left");
    let day = super::items::day_text(day_of_ms(os_now_ms()));
    let place = (1..).map(|n| left.join(format!("{day}-{n}"))).find(|p| !p.exists());
    let place = place.ok_or_else(|| std::io::Error::other("no free name"))?;
    std::fs::create_dir_all(&place)?;
    for name in names {
        let from = dir.path().join(name);
        if from.exists() {
            std::fs::rename(&from, place.join(name))?;
        }
    }
    Ok(())
}
