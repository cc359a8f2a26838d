//! One more computer of mine, or of a group's: the code on the old one, asking on the new one, and the six digits between them.

use std::sync::Arc;

use hedgerow_api::{Code, Computer, Link, LinkCode, LinkConfirm, LinkStep, LinkWaiting, Problem};
use hedgerow_protocol::authority::build::{self, Place};
use hedgerow_protocol::authority::{Authority, Duty};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::invite::TicketError;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::limits::{LINK_LIFE_MS, LINK_NAME_BYTES_MAX, LINK_TRIES_MAX};
use hedgerow_protocol::link::{LinkIssued, LinkRequest, LinkTicket, digits};
use hedgerow_protocol::record::Record;

use super::super::problems::{internal, invalid, why};
use super::super::{App, Member, locked};
use super::devices::name_note;
use crate::identity::new_seed;
use crate::mesh::{LINK_NOTES, Linking, link_local_key};

fn bad_code(e: TicketError) -> Problem {
    let (code, title) = match e {
        TicketError::TooNew => (Code::OtherVersion, "This code needs a newer version of Hedgerow."),
        TicketError::Truncated => (Code::InviteDamaged, "The end of this code is missing."),
        TicketError::NotATicket => (Code::InviteDamaged, "This is not a code to link a computer."),
        _ => (Code::InviteDamaged, "There is a mistake in this code."),
    };
    Problem::new(
        code,
        title,
        "Codes to link a computer begin with \"hedgerow-link1\".",
        "Copy the whole of what the other computer shows: hedgerow identity link-code",
    )
}

impl Member {
    /// The link code that is open, if one is.
    fn open_link(&self) -> Option<LinkIssued> {
        let notes = self.core.locals(LINK_NOTES);
        notes.into_iter().find_map(|(_, v)| LinkIssued::decode(&v).ok().filter(|i| self.core.clock() <= i.expires_ms))
    }
}

impl App {
    /// Makes a code for one more computer of mine, or of a group I am an admin of. A code from before stops working.
    pub async fn link_code(&self, group: Option<&str>) -> Result<LinkCode, Problem> {
        let member = self.member()?;
        let me = member.me()?;
        let owner = group.map(|g| member.group_of(g)).transpose()?.unwrap_or(me);
        let device = member.device.public();
        member.authority().may_publish(&device, &owner, Kind::DEVICE_ADD).map_err(why)?;
        let seed = new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?;
        let ticket = LinkTicket {
            community: member.community,
            person: owner,
            issuer: member.device.transport().public(),
            addresses: self.links()?.addresses().await,
            seed,
            expires_ms: member.core.clock() + LINK_LIFE_MS,
        };
        for (key, _) in member.core.locals(LINK_NOTES) {
            member.core.put_local(&key, b"").await?;
        }
        let link = ticket.key().public();
        let issued = LinkIssued { link, owner, expires_ms: ticket.expires_ms, tries: 0, asked: None };
        member.core.put_local(&link_local_key(&link), &issued.encode()).await?;
        Ok(LinkCode { code: ticket.encode(), expires_ms: ticket.expires_ms })
    }

    /// Whether a computer waits to be linked.
    pub fn link_waiting(&self) -> Result<LinkWaiting, Problem> {
        let member = self.member()?;
        let open = member.open_link();
        let asked = open.as_ref().and_then(|i| i.asked.as_ref());
        Ok(LinkWaiting {
            name: asked.map(|(_, name, _)| hedgerow_api::clean::line(name)),
            asked: asked.is_some(),
            expires_ms: open.as_ref().map(|i| i.expires_ms),
        })
    }

    /// Lists the computer that shows these six digits.
    pub async fn link_confirm(&self, confirm: LinkConfirm) -> Result<Computer, Problem> {
        let member = self.member()?;
        let me = member.me()?;
        let again = "Make a new code: hedgerow identity link-code";
        let Some(mut issued) = member.open_link() else {
            return Err(invalid("No computer waits to be linked.", again));
        };
        let Some((offer, name, drawn)) = issued.asked.clone() else {
            return Err(invalid(
                "No computer has used the code yet.",
                "On the new computer, type: hedgerow identity link CODE",
            ));
        };
        let typed: String = confirm.digits.chars().filter(|c| !c.is_whitespace()).collect();
        let note = link_local_key(&issued.link);
        if typed != digits(&member.community, &issued.link, &offer, &drawn) {
            issued.tries += 1;
            let is_over = issued.tries >= LINK_TRIES_MAX;
            member.core.put_local(&note, &if is_over { Vec::new() } else { issued.encode() }).await?;
            return Err(Problem::new(
                Code::Refused,
                "These are not the digits.",
                if is_over {
                    "That was the third time: the code is gone."
                } else {
                    "They are on the screen of the new computer."
                },
                if is_over {
                    again
                } else {
                    "If other digits are shown there, somebody else has used your code: do not go on."
                },
            ));
        }
        let (device, owner) = (offer.device, issued.owner);
        let kept = locked(&self.keys).person.clone();
        let build = move |a: &Authority, own: &SecretKey, now: Hlc| {
            a.may_publish(&own.public(), &owner, Kind::DEVICE_ADD)?;
            if owner != me {
                return build::group_device_add(a, own, owner, offer, now);
            }
            // By the person key where it is at hand: then neither computer is the other's senior.
            let signer = kept.as_ref().filter(|k| a.key_of(&me) == Some(k.public())).unwrap_or(own);
            build::device_add(&a.community(), signer, Place::next(a, &signer.public()), me, offer, now)
        };
        member.core.publish_authority(build).await?;
        if !name.is_empty() {
            member.core.put_local(&name_note(&device), name.as_bytes()).await?;
        }
        let key = device.to_string();
        let listed = self.computers_of(&member, &owner).into_iter().find(|c| c.key == key);
        listed
            .filter(|c| c.active)
            .ok_or_else(|| internal("The computer could not be linked.", "it was taken out before"))
    }

    /// Asks the other computer once. Ask again until it is done.
    pub async fn link(self: &Arc<Self>, link: Link) -> Result<LinkStep, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let ticket = LinkTicket::decode(&link.code).map_err(bad_code)?;
        let device = locked(&self.keys).device.clone();
        let name = hedgerow_api::clean::line(link.name.trim());
        if name.len() > LINK_NAME_BYTES_MAX {
            return Err(invalid("That name is too long.", "At most about 60 letters."));
        }
        let duty = if link.stores_only { Duty::Store } else { Duty::Full };
        let request = LinkRequest::new(&ticket, &device, duty, Some(name.clone()).filter(|n| !n.is_empty()));
        let shown = |drawn: &[u8; 16]| digits(&ticket.community, &request.link, &request.offer, drawn);
        if let Some(member) = self.member_if_any()
            && member.owner() == Some(ticket.person)
        {
            // The answer to an earlier question was lost on the way to the program that asked.
            return Ok(LinkStep { digits: String::new(), membership: Some(self.membership()?) });
        }
        self.must_be_nobody()?;
        match self.links()?.link(&ticket, request.clone()).await? {
            Linking::Waits(drawn) => Ok(LinkStep { digits: shown(&drawn), membership: None }),
            Linking::Done(records) => {
                let is_group = |r: &Record| r.id() == ticket.person && r.payload().kind == Kind::GROUP;
                let me = (!records.iter().any(is_group)).then_some(ticket.person);
                self.enter(ticket.community, me, records).await?;
                if !name.is_empty() {
                    let member = self.member()?;
                    member.core.put_local(&name_note(&device.public()), name.as_bytes()).await?;
                }
                self.links()?.meet_link(&ticket);
                self.name_has_come().await;
                Ok(LinkStep { digits: String::new(), membership: Some(self.membership()?) })
            }
        }
    }
}
