//! Invites: an ephemeral key in a ticket that can be typed, scanned or carried as a file, and the proof of holding it.
//!
//! Single use and the last day are the local state of the issuing device ([`Issued`]), which alone redeems; nothing is
//! published before somebody was let in. A poster is an invite for many that lets nobody in: who asks with it is in
//! [`crate::poster`]. Not for: the messages of joining, which are in [`crate::join`].

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use zeroize::Zeroizing;

use crate::fields::{FieldError, Reader, Writer};
use crate::id::{Id, PublicKey};
use crate::join::Code;
use crate::keys::{self, SecretKey, SignatureBytes};
use crate::limits::{INVITE_KEPT_MS, TICKET_ADDRESSES_MAX, TICKET_CHARS_MAX};

/// How every ticket begins; the digit after it is the version of its form.
pub const PREFIX: &str = "hedgerow";
const VERSION: char = '1';
const CHECK_BYTES: usize = 4;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Domain tag of the proof of holding an invite.
pub const REDEEM_DOMAIN: &[u8] = b"hedgerow/redeem/1";
const CHECK_DOMAIN: &[u8] = b"hedgerow/ticket/1";

/// What is in an invite. Whoever holds it can use it: it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The community it lets in to.
    pub community: Id,
    /// Transport key of the device that issued it and alone redeems it.
    pub issuer: PublicKey,
    /// Where that device was to be found, at most 16; scopes of link-local addresses are not kept.
    pub addresses: Vec<SocketAddr>,
    /// Seed of the ephemeral key.
    pub seed: Zeroizing<[u8; 32]>,
    /// Last moment of use, Unix milliseconds; the issuing device decides by its own clock.
    pub expires_ms: u64,
    /// Only in a poster: when it was made, Unix milliseconds. Older readers refuse a ticket that has it.
    pub poster_since_ms: Option<u64>,
}

/// Why text is not a ticket that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// Remedy: copy it again, from "hedgerow1" to its end.
    #[error("the end of this invite is missing: copy the whole of it")]
    Truncated,
    /// Remedy: look for the text that begins with "hedgerow1".
    #[error("this is not an invite: invites begin with \"hedgerow1\"")]
    NotATicket,
    /// Remedy: a newer version of this program.
    #[error("this invite needs a newer version of Hedgerow")]
    TooNew,
    /// A letter was changed, added or lost in the middle. Remedy: copy it again.
    #[error("there is a mistake in this invite: copy it again")]
    Damaged,
    /// Longer than any ticket.
    #[error("this is too long to be an invite")]
    TooLong,
}

impl TicketError {
    /// A map that cannot be read: fields of a later version are told from damage.
    pub(crate) fn of(e: FieldError) -> Self {
        match e {
            FieldError::Unknown(_) => TicketError::TooNew,
            _ => TicketError::Damaged,
        }
    }
}

impl Ticket {
    /// Whether it is a poster: for many, and each only asks.
    pub fn is_poster(&self) -> bool {
        self.poster_since_ms.is_some()
    }

    /// The ephemeral key.
    pub fn key(&self) -> SecretKey {
        SecretKey::from_seed(&self.seed)
    }

    /// As text: `hedgerow1`, then base32 in lower case of length (u16) ‖ fields ‖ check (4 bytes).
    /// More than 16 addresses: the first 16.
    pub fn encode(&self) -> String {
        let addresses: Vec<Vec<u8>> = self.addresses.iter().take(TICKET_ADDRESSES_MAX).map(put_address).collect();
        let mut w = Writer::new();
        w.bytes(1, &self.community.0).bytes(2, &self.issuer.0).list(3, addresses.iter().map(Vec::as_slice));
        w.bytes(4, &self.seed[..]).uint(5, self.expires_ms);
        self.poster_since_ms.iter().fold(&mut w, |w, since| w.uint(6, *since));
        put_text(PREFIX, &w.finish())
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
        let poster_since_ms = if r.has(6) { Some(r.uint(6)?) } else { None };
        r.finish()?;
        Ok(Ticket { community, issuer, addresses, seed, expires_ms, poster_since_ms })
    }
}

/// A map as text that survives being typed, pasted and scanned: prefix, `1`, then base32 in lower case of length (u16) ‖
/// map ‖ check (4 bytes).
pub(crate) fn put_text(prefix: &str, body: &[u8]) -> String {
    let mut out = Zeroizing::new((body.len() as u16).to_be_bytes().to_vec());
    out.extend_from_slice(body);
    let sum = check(&out);
    out.extend(sum);
    format!("{prefix}{VERSION}{}", data_encoding::BASE32_NOPAD.encode(&out).to_ascii_lowercase())
}

/// Reads [`put_text`]: white space anywhere, any case, at most `chars_max` letters.
pub(crate) fn get_text(prefix: &str, text: &str, chars_max: usize) -> Result<Zeroizing<Vec<u8>>, TicketError> {
    if text.len() > 2 * chars_max {
        return Err(TicketError::TooLong);
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    if text.len() > chars_max {
        return Err(TicketError::TooLong);
    }
    let rest = text.strip_prefix(prefix).ok_or(TicketError::NotATicket)?;
    let mut chars = rest.chars();
    match chars.next() {
        Some(VERSION) => {}
        Some('2'..='9') => return Err(TicketError::TooNew),
        None => return Err(TicketError::Truncated),
        Some(_) => return Err(TicketError::NotATicket),
    }
    let rest = chars.as_str();
    let digits: Vec<u32> = rest
        .bytes()
        .map(|b| ALPHABET.iter().position(|a| *a == b).map(|p| p as u32).ok_or(TicketError::Damaged))
        .collect::<Result<_, _>>()?;
    // The length stands in front, so that a missing end is told from a wrong letter.
    let [a, b, c, d, ..] = digits[..] else { return Err(TicketError::Truncated) };
    let body_len = ((a << 15 | b << 10 | c << 5 | d) >> 4) as usize;
    let whole = (2 + body_len + CHECK_BYTES) * 8;
    match digits.len().cmp(&whole.div_ceil(5)) {
        core::cmp::Ordering::Less => return Err(TicketError::Truncated),
        core::cmp::Ordering::Greater => return Err(TicketError::Damaged),
        core::cmp::Ordering::Equal => {}
    }
    let bytes =
        data_encoding::BASE32_NOPAD.decode(rest.to_ascii_uppercase().as_bytes()).map_err(|_| TicketError::Damaged)?;
    let mut bytes = Zeroizing::new(bytes);
    let (head, sum) = bytes.split_at_checked(2 + body_len).ok_or(TicketError::Damaged)?;
    if check(head) != sum {
        return Err(TicketError::Damaged);
    }
    bytes.truncate(2 + body_len);
    bytes.drain(..2);
    Ok(bytes)
}

fn check(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let mut out = [0; CHECK_BYTES];
    let mut hash = blake3::Hasher::new();
    out.copy_from_slice(&hash.update(CHECK_DOMAIN).update(bytes).finalize().as_bytes()[..CHECK_BYTES]);
    out
}

/// 4 or 16 bytes of address and two of port.
pub(crate) fn put_address(address: &SocketAddr) -> Vec<u8> {
    let mut out = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    out.extend(address.port().to_be_bytes());
    out
}

pub(crate) fn get_address(bytes: &[u8]) -> Option<SocketAddr> {
    let (ip, port) = bytes.split_last_chunk::<2>()?;
    let ip = match ip.len() {
        4 => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(ip).ok()?)),
        16 => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(ip).ok()?)),
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::from_be_bytes(*port)))
}

fn message(community: &Id, person: &Id, device: &PublicKey) -> Vec<u8> {
    [REDEEM_DOMAIN, &community.0, &person.0, &device.0].concat()
}

/// Proves to hold an invite, for one person and device: domain ‖ community ‖ person ‖ device, signed with its key.
pub fn prove(invite: &SecretKey, community: &Id, person: &Id, device: &PublicKey) -> SignatureBytes {
    invite.sign(&message(community, person, device))
}

/// Checks [`prove`].
pub fn verify(invite: &PublicKey, community: &Id, person: &Id, device: &PublicKey, proof: &SignatureBytes) -> bool {
    keys::verify(invite, &message(community, person, device), proof)
}

/// What the issuing device remembers of an invite. Private: it is kept, not sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Issued {
    /// Public half of the invite.
    pub invite: PublicKey,
    /// Last moment of use, Unix milliseconds.
    pub expires_ms: u64,
    /// What became of it.
    pub state: IssuedState,
    /// For one person, or for many who ask.
    pub kind: IssuedKind,
}

/// What became of an invite.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IssuedState {
    /// It waits to be used; a poster always does.
    Open,
    /// This person used it.
    UsedBy(Id),
    /// It was taken back.
    Revoked,
}

/// For whom an invite is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IssuedKind {
    /// One person, who is let in at once.
    Single,
    /// Many, who each ask and wait.
    Poster,
}

/// What to do about somebody who proved to hold an invite.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// Let them in.
    Admit,
    /// They were let in before and ask again, because the answer was lost: give it again.
    Again,
}

impl Issued {
    /// As it was just made.
    pub fn new(ticket: &Ticket) -> Self {
        let kind = if ticket.is_poster() { IssuedKind::Poster } else { IssuedKind::Single };
        Issued { invite: ticket.key().public(), expires_ms: ticket.expires_ms, state: IssuedState::Open, kind }
    }
    /// Whether `person` may use it at `now_ms`.
    pub fn judge(&self, person: &Id, now_ms: u64) -> Result<Judgement, Code> {
        match (self.kind, self.state) {
            (IssuedKind::Poster, _) => Err(Code::OtherKind),
            (IssuedKind::Single, IssuedState::UsedBy(who)) if who == *person => Ok(Judgement::Again),
            (IssuedKind::Single, IssuedState::UsedBy(_)) => Err(Code::Used),
            (IssuedKind::Single, IssuedState::Revoked) => Err(Code::Revoked),
            (IssuedKind::Single, IssuedState::Open) if now_ms > self.expires_ms => Err(Code::Expired),
            (IssuedKind::Single, IssuedState::Open) => Ok(Judgement::Admit),
        }
    }
    /// Whether it still waits to be used at `now_ms`.
    pub fn is_open(&self, now_ms: u64) -> bool {
        self.state == IssuedState::Open && now_ms <= self.expires_ms
    }
    /// Whether it may be forgotten at `now_ms`: nobody needs to be told why it does not work any more.
    pub fn is_over(&self, now_ms: u64) -> bool {
        now_ms > self.expires_ms.saturating_add(INVITE_KEPT_MS)
    }
    /// For local state.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.bytes(1, &self.invite.0).uint(2, self.expires_ms);
        match &self.state {
            IssuedState::Open => {}
            IssuedState::UsedBy(who) => drop(w.bytes(3, &who.0)),
            IssuedState::Revoked => drop(w.flag(4, true)),
        }
        if self.kind == IssuedKind::Poster {
            w.flag(5, true);
        }
        w.finish()
    }
    /// From local state.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let (invite, expires_ms) = (r.key(1)?, r.uint(2)?);
        let state = if r.has(3) {
            IssuedState::UsedBy(r.id(3)?)
        } else if r.has(4) && r.flag(4)? {
            IssuedState::Revoked
        } else {
            IssuedState::Open
        };
        let kind = if r.has(5) && r.flag(5)? { IssuedKind::Poster } else { IssuedKind::Single };
        r.finish()?;
        Ok(Issued { invite, expires_ms, state, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ticket(addresses: Vec<SocketAddr>) -> Ticket {
        let (community, issuer) = (Id([1; 32]), PublicKey([2; 32]));
        let (seed, expires_ms) = (Zeroizing::new([3; 32]), 1_800_000_000_000);
        Ticket { community, issuer, addresses, seed, expires_ms, poster_since_ms: None }
    }

    #[test]
    fn every_cut_is_told_as_a_cut() {
        let text = ticket(vec!["192.168.1.7:4747".parse().unwrap(), "[fe80::1]:4747".parse().unwrap()]).encode();
        for end in PREFIX.len()..text.len() {
            assert_eq!(Ticket::decode(&text[..end]).err(), Some(TicketError::Truncated), "{end}");
        }
        assert!(Ticket::decode(&text).is_ok());
    }

    #[test]
    fn every_wrong_letter_is_noticed() {
        let text = ticket(vec!["10.0.0.1:1".parse().unwrap()]).encode();
        for at in 0..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = if wrong[at] == b'q' { b'r' } else { b'q' };
            assert!(Ticket::decode(core::str::from_utf8(&wrong).unwrap()).is_err(), "{at}");
        }
        assert_eq!(Ticket::decode("hedgerow2abc").err(), Some(TicketError::TooNew));
        assert_eq!(Ticket::decode("hello").err(), Some(TicketError::NotATicket));
        assert_eq!(Ticket::decode(&(text.clone() + "a")).err(), Some(TicketError::Damaged));
        assert_eq!(Ticket::decode(&text.repeat(40)).err(), Some(TicketError::TooLong));
    }

    #[test]
    fn pasted_with_line_breaks_and_in_capitals() {
        let t = ticket(vec![]);
        let text = t.encode().to_uppercase();
        let (a, b) = text.split_at(40);
        assert!(Ticket::decode(&format!("  {a}\r\n {b}\n")) == Ok(t));
    }

    #[test]
    fn used_once() {
        let (anna, ben) = (Id([1; 32]), Id([2; 32]));
        let mut i = Issued { expires_ms: 100, ..Issued::new(&ticket(vec![])) };
        assert_eq!(i.judge(&anna, 100), Ok(Judgement::Admit));
        assert_eq!(i.judge(&anna, 101), Err(Code::Expired));
        i.state = IssuedState::UsedBy(anna);
        assert_eq!(i.judge(&anna, 101), Ok(Judgement::Again));
        assert_eq!(i.judge(&ben, 1), Err(Code::Used));
        assert_eq!(Issued::decode(&i.encode()), Ok(i));
        i.state = IssuedState::Revoked;
        assert_eq!(i.judge(&anna, 1), Err(Code::Revoked));
        assert_eq!(Issued::decode(&i.encode()), Ok(i));
        assert!(!i.is_over(100 + INVITE_KEPT_MS) && i.is_over(101 + INVITE_KEPT_MS));
    }

    #[test]
    fn a_poster_is_refused_by_readers_that_do_not_know_it_and_lets_nobody_in() {
        let poster = Ticket { poster_since_ms: Some(1_790_000_000_000), ..ticket(vec![]) };
        assert!(Ticket::decode(&poster.encode()) == Ok(poster.clone()));
        // A reader of before posters: every field up to 5, and no other.
        let text = poster.encode().to_uppercase();
        let bytes = data_encoding::BASE32_NOPAD.decode(&text.as_bytes()[PREFIX.len() + 1..]).unwrap();
        let mut r = Reader::new(&bytes[2..bytes.len() - CHECK_BYTES]).unwrap();
        for key in 1..=5 {
            assert!(r.has(key) || key == 3);
            let _ = r.bytes(key);
        }
        assert_eq!(r.finish(), Err(FieldError::Unknown(6)));
        let issued = Issued::new(&poster);
        assert_eq!(issued.judge(&Id([1; 32]), 0), Err(Code::OtherKind));
        assert!(issued.is_open(poster.expires_ms) && !issued.is_open(poster.expires_ms + 1));
        assert_eq!(Issued::decode(&issued.encode()), Ok(issued));
    }

    proptest! {
        #[test]
        fn tickets_come_back(ips in prop::collection::vec(any::<(core::net::IpAddr, u16)>(), 0..17), seed in any::<[u8; 32]>(), since in any::<Option<u64>>()) {
            let mut t = ticket(ips.into_iter().map(|(ip, port)| SocketAddr::new(ip, port)).take(16).collect());
            (t.seed, t.poster_since_ms) = (Zeroizing::new(seed), since);
            let text = t.encode();
            prop_assert!(text.len() <= TICKET_CHARS_MAX);
            prop_assert!(Ticket::decode(&text) == Ok(t));
        }
        #[test]
        fn decoding_never_panics(text in ".{0,80}", tail in "[a-z2-7]{0,200}") {
            let _ = Ticket::decode(&text);
            let _ = Ticket::decode(&format!("hedgerow1{tail}"));
        }
    }
}
