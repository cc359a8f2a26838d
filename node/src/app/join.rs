//! Joining, leaving, and reading what is public nearby.

use std::sync::Arc;

use hedgerow_api::{Code, FindPage, FindQuery, Join, JoinWaiting, Joined, Problem, Said};
use hedgerow_protocol::authority::Why;
use hedgerow_protocol::authority::build;
use hedgerow_protocol::hlc::{Hlc, day_of_ms};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::invite::{Ticket, TicketError};
use hedgerow_protocol::join::{self, Redemption};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::limits::INVITE_LIFE_MS;
use hedgerow_protocol::listing;
use hedgerow_protocol::profile::PROFILE_KEY;
use hedgerow_protocol::record::{Payload, Record};
use serde_json::json;

use super::asking::Asking;
use super::found::{blocking, checked_name};
use super::items::{check, doc_of, fold_same, summarise};
use super::problems::{internal, invalid, unbuilt, why};
use super::{App, Member, locked};
use crate::core::{Origin, os_now_ms};
use crate::identity::{Keys, new_seed};
use crate::mesh::Handed;
use crate::paths::DataDir;

/// How long joining waits for the community's name.
const NAME_WITHIN: std::time::Duration = std::time::Duration::from_secs(5);

pub(super) fn bad_ticket(e: TicketError) -> Problem {
    let code = match e {
        TicketError::TooNew => Code::OtherVersion,
        _ => Code::InviteDamaged,
    };
    Problem::new(
        code,
        "This invite cannot be used.",
        format!("It says: {e}."),
        match e {
            TicketError::NotATicket => {
                "Copy the whole invite, or ask for it as a file. A community that lets newcomers in needs none: hedgerow join \
                 --as-newcomer NAME"
            }
            _ => "Copy the whole invite, or ask for it as a file.",
        },
    )
}

/// What the other side said.
pub(super) fn refusal(code: join::Code) -> Problem {
    use join::Code as C;
    let ours = match code {
        C::NotAllowed => return for_members(),
        C::Used => Code::InviteUsed,
        C::Expired => Code::InviteExpired,
        C::UnknownInvite | C::IssuerCannot => Code::InviteUnknown,
        C::OtherCommunity | C::NoCommunity => Code::InviteElsewhere,
        C::TooManyAttempts => Code::Refused,
        C::Full => Code::PosterFull,
        C::SaidNo => Code::InviteRefused,
        C::Revoked => Code::InviteRevoked,
        C::Version => Code::OtherVersion,
        C::Busy => Code::NotReachable,
        C::InviteOnly => Code::NeedsInvite,
        C::NoPlace => Code::NewcomersFull,
        C::BadRequest | C::OtherKind | C::Other(_) => Code::Refused,
    };
    match code {
        C::InviteOnly => return why(Why::InviteOnly),
        C::NoPlace => return why(Why::PlacesTaken),
        _ => {}
    }
    Problem::new(ours, "The other computer said no.", format!("It says: {code}."), "Ask the person who invited you.")
}

/// Who belongs to a community is told to its people, and to those they invite.
pub(super) fn for_members() -> Problem {
    Problem::new(
        Code::NeedsInvite,
        "An invite is needed for this.",
        "That is shown to members of the community, and to people they invite.",
        "Ask somebody there for an invite: hedgerow invite. Looking with it does not use it up.",
    )
}

impl App {
    /// Joins with an invite, or asks to with a poster.
    pub async fn join(self: &Arc<Self>, join: Join) -> Result<Joined, Problem> {
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
        if let Some(member) = self.member_if_any().filter(|m| m.is_newcomer()) {
            self.become_resident(&member, &ticket).await?;
            return self.membership().map(Joined::Member);
        }
        self.must_be_nobody()?;
        let my_name = checked_name("a person", &join.my_name)?;
        self.join_with(&ticket, &my_name).await
    }

    /// The same, once all of that is in order; for asking again as well.
    pub(super) async fn join_with(self: &Arc<Self>, ticket: &Ticket, my_name: &str) -> Result<Joined, Problem> {
        let (person, device) = self.new_person()?;
        // The founding record is dated by the ticket, so that trying again makes the same person.
        let founded = Hlc::new(made_ms(ticket), 0);
        let [founding, listed] = build::newcomer(&ticket.community, &person, &device, founded).map_err(unbuilt)?;
        let at = self.time_for_profile(ticket);
        let profile = profile_record(&ticket.community, founding.id(), my_name, &device, at)?;
        let redemption = Redemption::new(ticket, &founding, &listed, std::slice::from_ref(&profile), &device.public());
        let links = self.links()?;
        let mut first = if ticket.is_poster() {
            let (community, records) = links.ask_to_join(ticket, redemption).await?;
            let Some(records) = records else {
                return Ok(Joined::Waiting(self.wait_for_yes(Asking::new(
                    ticket,
                    my_name,
                    &founding.id(),
                    community,
                ))?));
            };
            records
        } else {
            links.redeem(ticket, redemption).await?
        };
        drop(links);
        let me = founding.id();
        for own in [founding, listed, profile] {
            if !first.contains(&own) {
                first.push(own);
            }
        }
        self.enter(ticket.community, Some(me), first).await?;
        self.links()?.meet(ticket);
        self.name_has_come().await;
        self.membership().map(Joined::Member)
    }

    /// The keys of a person who comes in, and of this computer; kept before anybody hears of them.
    pub(super) fn new_person(&self) -> Result<(SecretKey, SecretKey), Problem> {
        let mut keys = locked(&self.keys);
        let seed = match keys.person.as_ref() {
            // A join that broke off half way goes on with the same key, or the invite would count as used.
            Some(kept) => kept.seed(),
            None => new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?,
        };
        keys.keep_person(&self.dir, &seed)?;
        Ok((SecretKey::from_seed(&seed), keys.device.clone()))
    }

    /// Keeps that we asked, so that it is asked again; with what it was, if it is the same poster and name.
    fn wait_for_yes(&self, asking: Asking) -> Result<JoinWaiting, Problem> {
        let before = self.asking.borrow().clone().filter(|b| b.ticket == asking.ticket && b.my_name == asking.my_name);
        let asking = match before {
            Some(before) => {
                let community = if asking.community.is_empty() { before.community } else { asking.community };
                Asking { community, ended: None, ..before }
            }
            None => asking,
        };
        let shown = asking.shown();
        if self.asking.borrow().as_ref() != Some(&asking) {
            self.keep_what_was_asked(Some(asking))?;
            self.tell_status();
        }
        Ok(shown)
    }

    /// Dates my first profile by the computer's clock, or by the invite's where the clock is behind it.
    fn time_for_profile(&self, ticket: &Ticket) -> Hlc {
        let issued = made_ms(ticket);
        let now = os_now_ms();
        // A clock that is years off would date the name where nobody sees it.
        let believable = now >= issued && now <= ticket.expires_ms;
        Hlc::new(if believable { now } else { issued }, 1)
    }

    /// Makes this directory a member's from the first records of a community.
    /// `me`: absent on a group's computer.
    pub(super) async fn enter(
        self: &Arc<Self>,
        community: Id,
        me: Option<Id>,
        records: Vec<Record>,
    ) -> Result<(), Problem> {
        // The founding record first; content follows once who wrote it is known.
        let (mut first, rest): (Vec<_>, Vec<_>) = records.into_iter().partition(|r| r.lane() == Lane::Authority);
        first.sort_by_key(|r| r.id() != community);
        let options = self.core_options(community, me);
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

    /// What anybody may read of a community nearby, without joining, as one of its computers says.
    pub async fn nearby_find(&self, community: &str, find: FindQuery) -> Result<FindPage, Problem> {
        let links = self.links()?;
        let (host, handed) = links.public(community).await?;
        blocking(move || handed_page(&host, &handed, &find)).await?
    }

    /// The addresses and key others connect to.
    pub(super) fn transport_key(&self) -> SecretKey {
        locked(&self.keys).device.transport()
    }
}

/// When a ticket was made, or a little earlier: one for less than seven days does not say.
fn made_ms(ticket: &Ticket) -> u64 {
    ticket.poster_since_ms.unwrap_or(ticket.expires_ms.saturating_sub(INVITE_LIFE_MS))
}

/// Folds what a computer gave to a stranger, and gives one page. Whether it counts, the computer says; of versions that it
/// gave together the newest is shown.
fn handed_page(host: &PublicKey, handed: &Handed, find: &FindQuery) -> Result<FindPage, Problem> {
    use std::collections::BTreeMap;
    let now = os_now_ms();
    let today = day_of_ms(now);
    let mut slots: BTreeMap<_, &Record> = BTreeMap::new();
    for record in handed.records.iter().filter(|r| r.lane() == Lane::Content && r.payload().hlc.counts_at(now)) {
        let newest = slots.entry(record.address()).or_insert(record);
        if record.order() > newest.order() {
            *newest = record;
        }
    }
    let shows = |r: &&Record| !r.is_withdrawal() && r.payload().expires.is_none_or(|day| day >= today);
    let shown: Vec<&Record> = slots.into_values().filter(shows).collect();
    let profiles: BTreeMap<Id, serde_json::Value> = shown
        .iter()
        .filter(|r| r.payload().kind == Kind::PROFILE)
        .filter_map(|r| Some((r.owner(), doc_of(r)?)))
        .collect();
    let text = |owner: &Id, key: &str| {
        profiles.get(owner).and_then(|d| d.get(key)?.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let zone =
        Some(text(&handed.told.community, "time_zone")).filter(|z| listing::zone_ok(z)).unwrap_or_else(|| "UTC".into());
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
    let said = Said {
        name: handed.host_name.as_deref().map(hedgerow_api::clean::line).unwrap_or_default(),
        computer: host.to_string(),
        at_ms: handed.at_ms,
    };
    Ok(FindPage { items, next, total: Some(total), said: Some(said) })
}

/// A name, for the community, before there is a core to publish it.
pub(super) fn profile_record(
    community: &Id,
    me: Id,
    name: &str,
    device: &SecretKey,
    at: Hlc,
) -> Result<Record, Problem> {
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
    crate::files::make_private(&place)?;
    for name in names {
        let from = dir.path().join(name);
        if from.exists() {
            std::fs::rename(&from, place.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    use hedgerow_protocol::cbor::doc_to_cbor;
    use hedgerow_protocol::profile::PEN_NAME_KEY;
    use serde_json::Value;

    use crate::mesh::Told;

    const TOWN: Id = Id([7; 32]);
    const ANN: Id = Id([1; 32]);
    const GROUP: Id = Id([2; 32]);

    fn record(owner: Id, kind: Kind, key: &[u8], ago_ms: i64, doc: Option<Value>) -> Record {
        let device = SecretKey::from_seed(&[3; 32]);
        let at = Hlc::new(os_now_ms().saturating_add_signed(-ago_ms), 0);
        let body = doc.map(|doc| doc_to_cbor(&doc)).unwrap_or_default();
        Payload::content(kind, owner, device.public(), key, at, body).sign(&TOWN, &device).unwrap()
    }

    #[test]
    fn a_stranger_is_shown_the_newest_of_what_was_given_and_whose_word_it_is() {
        let notice = |owner, key: &[u8], ago, title: &str| {
            record(owner, Kind::NOTICE, key, ago, Some(json!({ "title": title, "text": "Words" })))
        };
        let name = |owner, key: &[u8], name: &str| record(owner, Kind::PROFILE, key, 50, Some(json!({ "name": name })));
        let records = vec![
            notice(ANN, b"cat", 100, "The cat is lost"),
            notice(ANN, b"cat", 10, "The cat is back"),
            notice(GROUP, b"soup", 100, "Soup"),
            notice(Id([4; 32]), b"x", 100, "By somebody"),
            notice(ANN, b"gone", 100, "Withdrawn"),
            record(ANN, Kind::NOTICE, b"gone", 10, None),
            notice(ANN, b"soon", -3_600_000, "From the future"),
            name(ANN, PEN_NAME_KEY, "The gardener"),
            name(GROUP, PROFILE_KEY, "Food bank"),
        ];
        let told = Told { community: TOWN, name: None };
        let handed = Handed { told, host_name: Some("Mill\u{202e} House".into()), at_ms: 5, records };
        let host = PublicKey([9; 32]);
        let page = handed_page(&host, &handed, &FindQuery::default()).unwrap();
        let seen: Vec<(&str, &str)> = page.items.iter().map(|i| (i.title.as_str(), i.publisher.as_str())).collect();
        assert_eq!(seen, [("By somebody", ""), ("Soup", "Food bank"), ("The cat is back", "The gardener")]);
        let said = page.said.unwrap();
        assert!(!said.name.contains('\u{202e}') && said.name.contains("Mill"), "{said:?}");
        assert_eq!((said.computer, said.at_ms), (host.to_string(), 5));
    }
}
