//! Linking: one more computer for a person, by a code that one of the person's computers shows.
//!
//! The code is an ephemeral key, like an invite's, and works once, for fifteen minutes, at the computer that made it. The
//! new computer proves to hold it and offers its keys; the old one answers with a number it drew after it saw the offer,
//! so that the six digits both show fit only if both mean the same two computers; a person compares them, and only then
//! is the new one listed. Not for: the messages ([`crate::join`]), writing the device-add, or what a clock says.

use core::net::SocketAddr;

use zeroize::Zeroizing;

use crate::authority::Duty;
use crate::authority::body::{DeviceOffer, Statement};
use crate::fields::{FieldError, Reader, Writer};
use crate::id::{Id, PublicKey};
use crate::invite::{TicketError, get_address, get_text, put_address, put_text};
use crate::join::Code;
use crate::keys::{self, SecretKey, SignatureBytes};
use crate::limits::*;

/// How every link code begins, before the version of its form.
pub const PREFIX: &str = "hedgerow-link";
/// How every request for help begins, before the version of its form.
pub const HELP_PREFIX: &str = "hedgerow-help";
/// Domain tag of the proof of holding a link code.
pub const LINK_DOMAIN: &[u8] = b"hedgerow/link/1";
const DIGITS_DOMAIN: &[u8] = b"hedgerow/link-digits/1";
const SPOKEN_DOMAIN: &[u8] = b"hedgerow/help-spoken/1";

/// What is in a link code. Whoever holds it can offer a computer: it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkTicket {
    /// The community.
    pub community: Id,
    /// Whose computer the new one becomes: a person, or a group.
    pub person: Id,
    /// Transport key of the computer that made it and alone honours it.
    pub issuer: PublicKey,
    /// Where that computer was to be found, at most 16.
    pub addresses: Vec<SocketAddr>,
    /// Seed of the ephemeral key.
    pub seed: Zeroizing<[u8; 32]>,
    /// Last moment of use, Unix milliseconds; the computer that made it decides by its own clock.
    pub expires_ms: u64,
}

impl LinkTicket {
    /// The ephemeral key.
    pub fn key(&self) -> SecretKey {
        SecretKey::from_seed(&self.seed)
    }

    /// As text, in the form of a ticket with its own prefix. More than 16 addresses: the first 16.
    pub fn encode(&self) -> String {
        let addresses: Vec<Vec<u8>> = self.addresses.iter().take(TICKET_ADDRESSES_MAX).map(put_address).collect();
        let mut w = Writer::new();
        w.bytes(1, &self.community.0).bytes(2, &self.issuer.0).list(3, addresses.iter().map(Vec::as_slice));
        w.bytes(4, &self.seed[..]).uint(5, self.expires_ms).bytes(6, &self.person.0);
        put_text(PREFIX, &Zeroizing::new(w.finish()))
    }

    /// Reads text as people paste it: white space anywhere, any case.
    pub fn decode(text: &str) -> Result<Self, TicketError> {
        let body = get_text(PREFIX, text, TICKET_CHARS_MAX)?;
        Self::read(&body).map_err(TicketError::of)
    }

    fn read(body: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(body)?;
        let (community, issuer) = (r.id(1)?, r.key(2)?);
        let addresses = r.list(3, TICKET_ADDRESSES_MAX)?;
        let addresses =
            addresses.into_iter().map(|a| get_address(a).ok_or(FieldError::Value(3))).collect::<Result<_, _>>()?;
        let (seed, expires_ms) = (Zeroizing::new(r.array(4)?), r.uint(5)?);
        let ticket = LinkTicket { community, person: r.id(6)?, issuer, addresses, seed, expires_ms };
        r.finish()?;
        Ok(ticket)
    }
}

/// A new computer asks to be linked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkRequest {
    /// The community the code names.
    pub community: Id,
    /// The person or group the code names.
    pub person: Id,
    /// Public half of the code.
    pub link: PublicKey,
    /// By the code's key over domain ‖ community ‖ person ‖ device.
    pub proof: SignatureBytes,
    /// The new computer's keys, and whether it only stores.
    pub offer: DeviceOffer,
    /// What it calls itself, at most 64 bytes. Nobody else is told.
    pub name: Option<String>,
}

/// What a computer is for, as a field that is left out by one for everything.
fn put_duty(w: &mut Writer, key: u64, duty: Duty) {
    if duty == Duty::Store {
        w.uint(key, Duty::Store as u64);
    }
}

fn get_duty(r: &mut Reader<'_>, key: u64) -> Result<Duty, FieldError> {
    match r.has(key) {
        false => Ok(Duty::Full),
        true if r.uint(key)? == Duty::Store as u64 => Ok(Duty::Store),
        true => Err(FieldError::Value(key)),
    }
}

fn message(community: &Id, person: &Id, device: &PublicKey) -> Vec<u8> {
    [LINK_DOMAIN, &community.0, &person.0, &device.0].concat()
}

impl LinkRequest {
    /// Made on the new computer.
    pub fn new(ticket: &LinkTicket, device: &SecretKey, duty: Duty, name: Option<String>) -> Self {
        let (community, person, link) = (ticket.community, ticket.person, ticket.key());
        let proof = link.sign(&message(&community, &person, &device.public()));
        let offer = DeviceOffer::sign(&community, &person, device, duty);
        LinkRequest { community, person, link: link.public(), proof, offer, name }
    }

    /// Checks everything that needs no memory. `caller`: the transport key of whoever sent it.
    pub fn verify(&self, community: &Id, caller: &PublicKey) -> Result<(), Code> {
        if self.community != *community {
            return Err(Code::OtherCommunity);
        }
        let proved = keys::verify(&self.link, &message(community, &self.person, &self.offer.device), &self.proof);
        let in_order = self.offer.transport == *caller && self.offer.verify(community, &self.person);
        if proved && in_order { Ok(()) } else { Err(Code::BadRequest) }
    }

    /// Fields from 2 on: community, person, link, proof, device, transport, counter, name, duty.
    pub(crate) fn put(&self, w: &mut Writer) {
        w.bytes(2, &self.community.0).bytes(3, &self.person.0).bytes(4, &self.link.0).bytes(5, &self.proof);
        w.bytes(6, &self.offer.device.0).bytes(7, &self.offer.transport.0).bytes(8, &self.offer.counter);
        if let Some(name) = &self.name {
            w.text(9, name);
        }
        put_duty(w, 10, self.offer.duty);
    }

    pub(crate) fn get(r: &mut Reader<'_>) -> Result<Self, FieldError> {
        let (community, person, link, proof) = (r.id(2)?, r.id(3)?, r.key(4)?, r.array(5)?);
        let duty = get_duty(r, 10)?;
        let offer = DeviceOffer { device: r.key(6)?, transport: r.key(7)?, counter: r.array(8)?, duty };
        let name = if r.has(9) { Some(r.text(9)?.to_owned()) } else { None };
        if name.as_ref().is_some_and(|n| n.len() > LINK_NAME_BYTES_MAX) {
            return Err(FieldError::Value(9));
        }
        Ok(LinkRequest { community, person, link, proof, offer, name })
    }
}

/// The six digits that both computers show, for an offer and the number drawn after it.
pub fn digits(community: &Id, link: &PublicKey, offer: &DeviceOffer, drawn: &[u8; 16]) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(DIGITS_DOMAIN).update(&community.0).update(&link.0);
    hash.update(&offer.device.0).update(&offer.transport.0).update(drawn);
    let mut head = [0; 8];
    head.copy_from_slice(&hash.finalize().as_bytes()[..8]);
    format!("{:06}", u64::from_be_bytes(head) % 1_000_000)
}

/// What the computer that made a code remembers of it. Private: it is kept, not sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkIssued {
    /// Public half of the code.
    pub link: PublicKey,
    /// Whose computer the new one becomes.
    pub owner: Id,
    /// Last moment of use, Unix milliseconds.
    pub expires_ms: u64,
    /// Wrong digits typed so far.
    pub tries: u64,
    /// Who used it: the offer, what it calls itself, and the number drawn for it.
    pub asked: Option<(DeviceOffer, String, [u8; 16])>,
}

impl LinkIssued {
    /// Takes an offer in at `now_ms`, or says why not; gives the number drawn for it. `draw` is used once at most.
    pub fn ask(&mut self, request: &LinkRequest, now_ms: u64, draw: [u8; 16]) -> Result<[u8; 16], Code> {
        if request.person != self.owner {
            return Err(Code::UnknownInvite);
        }
        match &self.asked {
            Some((offer, _, drawn)) if *offer == request.offer => Ok(*drawn),
            Some(_) => Err(Code::Used),
            None if now_ms > self.expires_ms => Err(Code::Expired),
            None => {
                self.asked = Some((request.offer.clone(), request.name.clone().unwrap_or_default(), draw));
                Ok(draw)
            }
        }
    }
    /// For local state.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.bytes(1, &self.link.0).uint(2, self.expires_ms).uint(3, self.tries);
        if let Some((offer, name, drawn)) = &self.asked {
            w.bytes(4, &offer.device.0).bytes(5, &offer.transport.0).bytes(6, &offer.counter);
            w.text(7, name).bytes(8, drawn);
            put_duty(&mut w, 10, offer.duty);
        }
        w.bytes(9, &self.owner.0);
        w.finish()
    }
    /// From local state.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let (link, expires_ms, tries, owner) = (r.key(1)?, r.uint(2)?, r.uint(3)?, r.id(9)?);
        let asked = if r.has(4) {
            let duty = get_duty(&mut r, 10)?;
            let offer = DeviceOffer { device: r.key(4)?, transport: r.key(5)?, counter: r.array(6)?, duty };
            Some((offer, r.text(7)?.to_owned(), r.array(8)?))
        } else {
            None
        };
        r.finish()?;
        Ok(LinkIssued { link, owner, expires_ms, tries, asked })
    }
}

/// A request for help: the new key a person asks their recovery friends to agree to. Not secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Help {
    /// The community.
    pub community: Id,
    /// Whose key it would be.
    pub person: Id,
    /// What is agreed to.
    pub statement: Statement,
}

impl Help {
    /// As text, in the form of a ticket with its own prefix.
    pub fn encode(&self) -> String {
        let s = &self.statement;
        let mut w = Writer::new();
        w.bytes(1, &self.community.0).bytes(2, &self.person.0).bytes(3, &s.parent.0).bytes(4, &s.key.0);
        w.bytes(5, &s.counter).list(6, s.cuts.iter().map(|i| &i.0[..])).list(7, s.keep.iter().map(|i| &i.0[..]));
        put_text(HELP_PREFIX, &w.finish())
    }

    /// Reads it, and checks that the new key stands behind it.
    pub fn decode(text: &str) -> Result<Self, TicketError> {
        let body = get_text(HELP_PREFIX, text, HELP_CHARS_MAX)?;
        let help = Self::read(&body).map_err(TicketError::of)?;
        let fits = help.statement.verify(&help.community, &help.person) && help.statement.key != help.statement.parent;
        if fits { Ok(help) } else { Err(TicketError::Damaged) }
    }

    fn read(body: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(body)?;
        let (community, person) = (r.id(1)?, r.id(2)?);
        let (parent, key, counter) = (r.key(3)?, r.key(4)?, r.array(5)?);
        let ids = |names: Vec<[u8; 32]>| names.into_iter().map(Id).collect();
        let statement =
            Statement { parent, key, counter, cuts: ids(r.names(6, LIST_MAX)?), keep: ids(r.names(7, KEEP_MAX)?) };
        r.finish()?;
        Ok(Help { community, person, statement })
    }

    /// 55 bits that stand for all of it, to be told by voice as five words of a list of 2,048: each below 2,048.
    pub fn spoken(&self) -> [u16; 5] {
        let s = &self.statement;
        let message = Statement::message(&self.community, &self.person, &s.parent, &s.key, &s.cuts, &s.keep);
        let hash = blake3::Hasher::new().update(SPOKEN_DOMAIN).update(&message).finalize();
        let bytes = hash.as_bytes();
        core::array::from_fn(|n| u16::from_be_bytes([bytes[2 * n], bytes[2 * n + 1]]) % 2048)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ticket() -> LinkTicket {
        LinkTicket {
            community: Id([1; 32]),
            person: Id([2; 32]),
            issuer: SecretKey::from_seed(&[3; 32]).public(),
            addresses: vec!["192.168.1.20:47480".parse().unwrap(), "[fd00::1]:9".parse().unwrap()],
            seed: Zeroizing::new([4; 32]),
            expires_ms: 1_800_000_000_000,
        }
    }

    #[test]
    fn a_code_survives_typing_and_is_not_an_invite() {
        let text = ticket().encode();
        let typed = format!(" {} ", text.to_uppercase().replace('7', "7\n"));
        assert!(LinkTicket::decode(&typed).is_ok_and(|t| t == ticket()));
        assert!(matches!(crate::invite::Ticket::decode(&text), Err(TicketError::NotATicket)));
        assert!(matches!(LinkTicket::decode(&text[..text.len() - 2]), Err(TicketError::Truncated)));
        assert!(matches!(LinkTicket::decode("hedgerow1abc"), Err(TicketError::NotATicket)));
        let wrong = text.replacen('b', "c", 1);
        assert!(wrong == text || LinkTicket::decode(&wrong).is_err());
    }

    #[test]
    fn a_request_is_bound_to_code_person_community_and_caller() {
        let device = SecretKey::from_seed(&[5; 32]);
        let request = LinkRequest::new(&ticket(), &device, Duty::Full, Some("laptop".into()));
        let caller = device.transport().public();
        assert_eq!(request.verify(&Id([1; 32]), &caller), Ok(()));
        assert_eq!(request.verify(&Id([9; 32]), &caller), Err(Code::OtherCommunity));
        assert_eq!(request.verify(&Id([1; 32]), &device.public()), Err(Code::BadRequest));
        let other = LinkRequest { person: Id([7; 32]), ..request.clone() };
        assert_eq!(other.verify(&Id([1; 32]), &caller), Err(Code::BadRequest));
        let stolen = LinkRequest { link: SecretKey::from_seed(&[8; 32]).public(), ..request };
        assert_eq!(stolen.verify(&Id([1; 32]), &caller), Err(Code::BadRequest));
    }

    #[test]
    fn the_first_offer_binds_a_code_and_the_digits_follow_what_was_drawn() {
        let (one, two) = (SecretKey::from_seed(&[5; 32]), SecretKey::from_seed(&[6; 32]));
        let (link, owner) = (ticket().key().public(), ticket().person);
        let mut issued = LinkIssued { link, owner, expires_ms: 1_000, tries: 0, asked: None };
        let first = LinkRequest::new(&ticket(), &one, Duty::Full, None);
        let elsewhere = LinkRequest { person: Id([7; 32]), ..first.clone() };
        assert_eq!(issued.ask(&elsewhere, 900, [1; 16]), Err(Code::UnknownInvite), "a code is for one owner");
        assert_eq!(issued.clone().ask(&first, 1_001, [1; 16]), Err(Code::Expired));
        assert_eq!(issued.ask(&first, 900, [1; 16]), Ok([1; 16]));
        assert_eq!(issued.ask(&first, 2_000, [2; 16]), Ok([1; 16]), "the same again, even late, is the same");
        assert_eq!(issued.ask(&LinkRequest::new(&ticket(), &two, Duty::Full, None), 900, [3; 16]), Err(Code::Used));
        assert_eq!(LinkIssued::decode(&issued.encode()).unwrap(), issued);
        let shown = |drawn| digits(&Id([1; 32]), &issued.link, &first.offer, drawn);
        assert_eq!(shown(&[1; 16]).len(), 6);
        assert_ne!(shown(&[1; 16]), shown(&[2; 16]));
    }

    #[test]
    fn a_request_for_help_is_whole_or_nothing() {
        let (old, new) = (SecretKey::from_seed(&[5; 32]), SecretKey::from_seed(&[6; 32]));
        let cuts: Vec<Id> = (0..LIST_MAX as u8).map(|n| Id([n; 32])).collect();
        let keep: Vec<Id> = (0..KEEP_MAX as u8).map(|n| Id([n; 32])).collect();
        let statement = Statement::sign(&Id([1; 32]), &Id([2; 32]), old.public(), &new, cuts, keep);
        let help = Help { community: Id([1; 32]), person: Id([2; 32]), statement };
        assert_eq!(Help::decode(&help.encode()), Ok(help.clone()), "the largest fits");
        let moved = Help { person: Id([3; 32]), ..help.clone() };
        assert_eq!(Help::decode(&moved.encode()), Err(TicketError::Damaged));
        assert_ne!(moved.spoken(), help.spoken());
        assert!(help.spoken().iter().all(|w| *w < 2048));
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in ".{0,200}", tail in "[a-z2-7]{0,300}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (LinkTicket::decode(&text), Help::decode(&text), LinkIssued::decode(&bytes));
            let _ = (LinkTicket::decode(&format!("{PREFIX}1{tail}")), Help::decode(&format!("{HELP_PREFIX}1{tail}")));
            if let Ok(mut r) = Reader::new(&bytes) {
                let _ = LinkRequest::get(&mut r);
            }
        }
    }
}
