//! Vouchers: internet at one gateway for whoever holds a key, without asking anybody else.
//!
//! A voucher is a signed paper of a computer of the host's, bound to the holder's key, so that a copy is of no use to
//! others. The gateway checks it alone and keeps a journal in which each is redeemed once. A code that people type only
//! *claims* a voucher: it is drawn beforehand, and turned into one for the key that comes with it first. Not for: who may
//! use what it is good for ([`super::policy`]), or how it travels.

use std::collections::BTreeMap;

use super::signed::{self, PaperError};
use crate::fields::{FieldError, Reader, Writer};
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::limits::{CLAIMS_PER_MINUTE, CLAIMS_PER_MINUTE_ALL, VOUCHER_DAYS_MAX, VOUCHERS_MAX};

const DOMAIN: &str = "hedgerow/voucher/1";
const PREFIX: &str = "hedgerowvoucher";
const TEXT_CHARS_MAX: usize = 600;

/// What a voucher is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Bytes in all.
    pub bytes: u64,
    /// Seconds from the moment it is redeemed.
    pub seconds: u64,
    /// The last second in which it can be redeemed.
    pub until: u64,
}

/// A voucher.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Voucher {
    /// The gateway's transport key.
    pub gateway: PublicKey,
    /// The device that issued it: one of the host's.
    pub issuer: PublicKey,
    /// Whose it is.
    pub holder: PublicKey,
    /// Drawn at random; also of the code that claimed it.
    pub number: [u8; 16],
    /// What for.
    pub offer: Offer,
    wire: Vec<u8>,
}

/// Why a voucher or a code is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VoucherError {
    /// Damaged or forged. Remedy: copy the whole of it, or ask for another.
    #[error("this is not a voucher: {0}")]
    Paper(#[from] PaperError),
    /// Remedy: use it at the building it is for.
    #[error("the voucher is for another building")]
    Elsewhere,
    /// Remedy: ask the people in the building.
    #[error("the voucher was not made by those who run this building's internet")]
    Issuer,
    /// Remedy: use it on the computer it was claimed with.
    #[error("the voucher belongs to another computer")]
    Holder,
    /// Remedy: ask for another.
    #[error("the voucher has run out")]
    Over,
    /// Remedy: ask for another.
    #[error("the voucher was taken back")]
    Revoked,
    /// Remedy: look at the letters again.
    #[error("there is no voucher with that code")]
    Code,
    /// Remedy: wait a minute.
    #[error("too many codes were tried: wait a minute")]
    TooOften,
    /// Remedy: let old ones run out, or make them for fewer days.
    #[error("there are too many vouchers: let some run out first")]
    Full,
    /// Remedy: ask the people in the building.
    #[error("this building takes no vouchers")]
    NotTaken,
}

impl VoucherError {
    /// All but the faults of a paper, which are one on the wire.
    const ALL: [VoucherError; 10] = [
        VoucherError::Paper(PaperError::Signature),
        VoucherError::Elsewhere,
        VoucherError::Issuer,
        VoucherError::Holder,
        VoucherError::Over,
        VoucherError::Revoked,
        VoucherError::Code,
        VoucherError::TooOften,
        VoucherError::Full,
        VoucherError::NotTaken,
    ];

    /// The number on the wire, from 1. Numbers never change.
    pub fn code(&self) -> u64 {
        let same = |other: &VoucherError| core::mem::discriminant(other) == core::mem::discriminant(self);
        VoucherError::ALL.iter().position(same).map_or(0, |at| at as u64 + 1)
    }

    /// What a number stands for.
    pub fn from_code(code: u64) -> Option<VoucherError> {
        VoucherError::ALL.get(usize::try_from(code).ok()?.checked_sub(1)?).copied()
    }
}

mod key {
    pub const GATEWAY: u64 = 1;
    pub const ISSUER: u64 = 2;
    pub const HOLDER: u64 = 3;
    pub const NUMBER: u64 = 4;
    pub const BYTES: u64 = 5;
    pub const SECONDS: u64 = 6;
    pub const UNTIL: u64 = 7;
    /// In the journal.
    pub const WHAT: u64 = 8;
    pub const CODE: u64 = 9;
    pub const AT: u64 = 10;
}

fn put_offer(w: &mut Writer, offer: &Offer) {
    w.uint(key::BYTES, offer.bytes).uint(key::SECONDS, offer.seconds).uint(key::UNTIL, offer.until);
}

fn get_offer(r: &mut Reader<'_>) -> Result<Offer, FieldError> {
    Ok(Offer { bytes: r.uint(key::BYTES)?, seconds: r.uint(key::SECONDS)?, until: r.uint(key::UNTIL)? })
}

impl Voucher {
    /// Issues a voucher.
    pub fn issue(
        community: &Id,
        gateway: PublicKey,
        holder: PublicKey,
        number: [u8; 16],
        offer: Offer,
        issuer: &SecretKey,
    ) -> Voucher {
        let by = issuer.public();
        let mut w = Writer::new();
        w.bytes(key::GATEWAY, &gateway.0)
            .bytes(key::ISSUER, &by.0)
            .bytes(key::HOLDER, &holder.0)
            .bytes(key::NUMBER, &number);
        put_offer(&mut w, &offer);
        Voucher {
            gateway,
            issuer: by,
            holder,
            number,
            offer,
            wire: signed::sign(DOMAIN, community, w.finish(), issuer),
        }
    }

    /// Reads a voucher and checks its signature; [`Journal::redeem`] says whether it is good.
    pub fn verify(community: &Id, wire: &[u8]) -> Result<Voucher, PaperError> {
        let (map, signature) = signed::parts(wire)?;
        let mut r = Reader::new(map)?;
        let (gateway, issuer, holder) = (r.key(key::GATEWAY)?, r.key(key::ISSUER)?, r.key(key::HOLDER)?);
        let (number, offer) = (r.array(key::NUMBER)?, get_offer(&mut r)?);
        r.finish()?;
        signed::check(DOMAIN, community, map, &issuer, signature)?;
        Ok(Voucher { gateway, issuer, holder, number, offer, wire: wire.to_vec() })
    }

    /// The bytes to send and to keep.
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// As text that can be pasted, mailed and scanned.
    pub fn to_text(&self) -> String {
        crate::invite::put_text(PREFIX, &self.wire)
    }

    /// Reads [`Voucher::to_text`].
    pub fn from_text(community: &Id, text: &str) -> Result<Voucher, PaperError> {
        let wire = crate::invite::get_text(PREFIX, text, TEXT_CHARS_MAX).map_err(|_| PaperError::Length)?;
        Voucher::verify(community, &wire)
    }
}

/// A code that people read out and type: twelve letters and digits in threes of four, of 60 bits. No I, L, O or U, so
/// that nothing is misread and no word comes about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HumanCode([u8; 12]);

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl HumanCode {
    /// A code from random bytes.
    pub fn new(random: [u8; 8]) -> HumanCode {
        let bits = u64::from_be_bytes(random);
        HumanCode(core::array::from_fn(|n| LETTERS[(bits >> (59 - 5 * n) & 31) as usize]))
    }

    /// Reads what somebody typed: any case, spaces and hyphens anywhere, O as 0, I and L as 1.
    pub fn parse(text: &str) -> Option<HumanCode> {
        let mut out = [0; 12];
        let mut len = 0;
        for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '‐' | '.')) {
            let c = match c.to_ascii_uppercase() {
                'O' => b'0',
                'I' | 'L' => b'1',
                c => u8::try_from(c).ok().filter(|c| LETTERS.contains(c))?,
            };
            *out.get_mut(len)? = c;
            len += 1;
        }
        (len == 12).then_some(HumanCode(out))
    }

    /// `ABCD-EFGH-JKMN`.
    pub fn to_text(&self) -> String {
        self.0
            .chunks(4)
            .map(|part| part.iter().map(|b| char::from(*b)).collect::<String>())
            .collect::<Vec<_>>()
            .join("-")
    }

    /// As it travels: the text's twelve letters without hyphens.
    pub(super) fn letters(&self) -> &[u8; 12] {
        &self.0
    }

    /// Reads [`HumanCode::letters`].
    pub(super) fn from_letters(letters: [u8; 12]) -> Option<HumanCode> {
        letters.iter().all(|c| LETTERS.contains(c)).then_some(HumanCode(letters))
    }

    /// What a journal keeps of it: without the gateway's secret nobody can try codes against a stolen disk.
    fn mark(&self, secret: &[u8; 32]) -> [u8; 16] {
        let hash = blake3::keyed_hash(secret, &[b"hedgerow/voucher-code/1", &self.0[..]].concat());
        core::array::from_fn(|n| hash.as_bytes()[n])
    }
}

/// It is worth something: never printed by chance.
impl core::fmt::Debug for HumanCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("HumanCode(…)")
    }
}

/// How often codes were tried in the last minute: a gateway has one of these.
#[derive(Clone, Debug, Default)]
pub struct Tries {
    minute: u64,
    all: u32,
    by: BTreeMap<PublicKey, u32>,
}

impl Tries {
    /// Whether somebody may try a code now; counts the try.
    pub fn allow(&mut self, who: &PublicKey, tick_ms: u64) -> Result<(), VoucherError> {
        let minute = tick_ms / 60_000;
        if minute != self.minute {
            *self = Tries { minute, ..Tries::default() };
        }
        // The bound on all also bounds the map.
        if self.all >= CLAIMS_PER_MINUTE_ALL {
            return Err(VoucherError::TooOften);
        }
        let own = self.by.entry(*who).or_default();
        if *own >= CLAIMS_PER_MINUTE {
            return Err(VoucherError::TooOften);
        }
        *own += 1;
        self.all += 1;
        Ok(())
    }
}

/// One line of a gateway's journal of vouchers. The node writes it to the disk before it acts on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// A code was drawn.
    Drawn {
        /// The voucher's number.
        number: [u8; 16],
        /// What is kept of the code.
        mark: [u8; 16],
        /// What it will be good for.
        offer: Offer,
    },
    /// A code was claimed for a key.
    Claimed {
        /// The voucher's number.
        number: [u8; 16],
        /// For whom.
        holder: PublicKey,
    },
    /// A voucher was redeemed.
    Redeemed {
        /// The voucher's number.
        number: [u8; 16],
        /// By whom.
        holder: PublicKey,
        /// When.
        at: u64,
        /// What for.
        offer: Offer,
    },
    /// A voucher was taken back.
    Revoked {
        /// The voucher's number.
        number: [u8; 16],
        /// Until when it could have been of use: later nothing need be remembered.
        until: u64,
    },
}

const DRAWN: u64 = 1;
const CLAIMED: u64 = 2;
const REDEEMED: u64 = 3;
const REVOKED: u64 = 4;

impl Entry {
    /// The number of the voucher it is about.
    pub fn number(&self) -> [u8; 16] {
        match self {
            Entry::Drawn { number, .. }
            | Entry::Claimed { number, .. }
            | Entry::Redeemed { number, .. }
            | Entry::Revoked { number, .. } => *number,
        }
    }

    /// The line for the disk.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        match self {
            Entry::Drawn { number, mark, offer } => {
                w.uint(key::WHAT, DRAWN).bytes(key::NUMBER, number).bytes(key::CODE, mark);
                put_offer(&mut w, offer);
            }
            Entry::Claimed { number, holder } => {
                w.uint(key::WHAT, CLAIMED).bytes(key::NUMBER, number).bytes(key::HOLDER, &holder.0);
            }
            Entry::Redeemed { number, holder, at, offer } => {
                w.uint(key::WHAT, REDEEMED).bytes(key::NUMBER, number).bytes(key::HOLDER, &holder.0).uint(key::AT, *at);
                put_offer(&mut w, offer);
            }
            Entry::Revoked { number, until } => {
                w.uint(key::WHAT, REVOKED).bytes(key::NUMBER, number).uint(key::UNTIL, *until);
            }
        }
        w.finish()
    }

    /// Reads a line.
    pub fn decode(bytes: &[u8]) -> Result<Entry, FieldError> {
        let mut r = Reader::new(bytes)?;
        let (what, number) = (r.uint(key::WHAT)?, r.array(key::NUMBER)?);
        let entry = match what {
            DRAWN => Entry::Drawn { number, mark: r.array(key::CODE)?, offer: get_offer(&mut r)? },
            CLAIMED => Entry::Claimed { number, holder: r.key(key::HOLDER)? },
            REDEEMED => {
                Entry::Redeemed { number, holder: r.key(key::HOLDER)?, at: r.uint(key::AT)?, offer: get_offer(&mut r)? }
            }
            REVOKED => Entry::Revoked { number, until: r.uint(key::UNTIL)? },
            _ => return Err(FieldError::Value(key::WHAT)),
        };
        r.finish()?;
        Ok(entry)
    }
}

/// What a redeemed voucher gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pass {
    /// Bytes in all; what was had already is the meter's.
    pub bytes: u64,
    /// The first second in which it no longer holds.
    pub until: u64,
}

/// The vouchers of one gateway: what was drawn, claimed, redeemed and taken back.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    states: BTreeMap<[u8; 16], State>,
    codes: BTreeMap<[u8; 16], [u8; 16]>,
}

#[derive(Clone, Debug, Default)]
struct State {
    drawn: Option<([u8; 16], Offer)>,
    holder: Option<PublicKey>,
    redeemed: Option<(u64, Offer)>,
    /// Taken back; remembered until then.
    revoked: Option<u64>,
}

impl State {
    /// The first second in which nothing need be known of it.
    fn ends(&self) -> u64 {
        let redeemed = self.redeemed.map(|(at, offer)| at.saturating_add(offer.seconds).max(offer.until));
        let drawn = self.drawn.map(|(_, offer)| offer.until);
        [redeemed, drawn, self.revoked].into_iter().flatten().max().unwrap_or(0).saturating_add(1)
    }
}

impl Journal {
    /// Takes a line from the disk, or one that was just written. The order is that of the disk; the first claim and the
    /// first redemption of a number hold.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), VoucherError> {
        let number = entry.number();
        if !self.states.contains_key(&number) && self.states.len() >= VOUCHERS_MAX {
            return Err(VoucherError::Full);
        }
        let state = self.states.entry(number).or_default();
        match entry {
            Entry::Drawn { mark, offer, .. } => {
                if state.drawn.is_none() {
                    state.drawn = Some((*mark, *offer));
                    self.codes.insert(*mark, number);
                }
            }
            Entry::Claimed { holder, .. } => drop(state.holder.get_or_insert(*holder)),
            Entry::Redeemed { holder, at, offer, .. } => {
                state.holder.get_or_insert(*holder);
                state.redeemed.get_or_insert((*at, *offer));
            }
            Entry::Revoked { until, .. } => state.revoked = state.revoked.max(Some(*until)),
        }
        Ok(())
    }

    /// Draws a code. Write and [`apply`](Journal::apply) the entry, then show the code.
    pub fn draw(
        &self,
        code: &HumanCode,
        number: [u8; 16],
        offer: Offer,
        secret: &[u8; 32],
        now: u64,
    ) -> Result<Entry, VoucherError> {
        if self.states.len() >= VOUCHERS_MAX {
            return Err(VoucherError::Full);
        }
        if offer.until < now || offer.until > now.saturating_add(VOUCHER_DAYS_MAX * 86_400) {
            return Err(VoucherError::Over);
        }
        Ok(Entry::Drawn { number, mark: code.mark(secret), offer })
    }

    /// Claims a code for a key, after [`Tries::allow`]. Write and apply the entry, if there is one, then [`Voucher::issue`] with
    /// the number and offer. The same key claiming again gets the same voucher.
    pub fn claim(
        &self,
        code: &HumanCode,
        holder: PublicKey,
        secret: &[u8; 32],
        now: u64,
    ) -> Result<(Option<Entry>, [u8; 16], Offer), VoucherError> {
        let number = *self.codes.get(&code.mark(secret)).ok_or(VoucherError::Code)?;
        let state = self.states.get(&number).ok_or(VoucherError::Code)?;
        let (_, offer) = state.drawn.ok_or(VoucherError::Code)?;
        if state.revoked.is_some() {
            return Err(VoucherError::Revoked);
        }
        match state.holder {
            // Whoever tries codes learns no more of a claimed one than of none.
            Some(other) if other != holder => Err(VoucherError::Code),
            _ if now > offer.until => Err(VoucherError::Over),
            Some(_) => Ok((None, number, offer)),
            None => Ok((Some(Entry::Claimed { number, holder }), number, offer)),
        }
    }

    /// Redeems a voucher that `presenter` brings; `is_host` says whether a device is one of the host's. Write and apply the
    /// entry, if there is one, before anything is served. Again by the same key: the same pass.
    pub fn redeem(
        &self,
        voucher: &Voucher,
        gateway: &PublicKey,
        presenter: &PublicKey,
        is_host: impl Fn(&PublicKey) -> bool,
        now: u64,
    ) -> Result<(Option<Entry>, Pass), VoucherError> {
        if voucher.gateway != *gateway {
            return Err(VoucherError::Elsewhere);
        }
        if voucher.holder != *presenter {
            return Err(VoucherError::Holder);
        }
        if !is_host(&voucher.issuer) {
            return Err(VoucherError::Issuer);
        }
        let state = self.states.get(&voucher.number);
        if state.is_some_and(|s| s.revoked.is_some()) {
            return Err(VoucherError::Revoked);
        }
        // A second voucher with the number of a first one is no second helping.
        if state.and_then(|s| s.holder).is_some_and(|holder| holder != voucher.holder) {
            return Err(VoucherError::Holder);
        }
        let pass = |at: u64, offer: &Offer| Pass { bytes: offer.bytes, until: at.saturating_add(offer.seconds) };
        if let Some((at, offer)) = state.and_then(|s| s.redeemed) {
            let pass = pass(at, &offer);
            return if now < pass.until { Ok((None, pass)) } else { Err(VoucherError::Over) };
        }
        if state.is_none() && self.states.len() >= VOUCHERS_MAX {
            return Err(VoucherError::Full);
        }
        let offer = voucher.offer;
        if now > offer.until || offer.until > now.saturating_add(VOUCHER_DAYS_MAX * 86_400) {
            return Err(VoucherError::Over);
        }
        let entry = Entry::Redeemed { number: voucher.number, holder: voucher.holder, at: now, offer };
        Ok((Some(entry), pass(now, &offer)))
    }

    /// What a redeemed voucher still gives.
    pub fn pass(&self, number: &[u8; 16], now: u64) -> Option<Pass> {
        let state = self.states.get(number).filter(|s| s.revoked.is_none())?;
        let (at, offer) = state.redeemed?;
        let pass = Pass { bytes: offer.bytes, until: at.saturating_add(offer.seconds) };
        (now < pass.until).then_some(pass)
    }

    /// The number of a code that was drawn here.
    pub fn number_of(&self, code: &HumanCode, secret: &[u8; 32]) -> Option<[u8; 16]> {
        self.codes.get(&code.mark(secret)).copied()
    }

    /// Takes a voucher back, whether or not it was seen here. Write and apply the entry.
    pub fn revoke(&self, number: [u8; 16], now: u64) -> Entry {
        let known = self.states.get(&number).map(State::ends);
        Entry::Revoked { number, until: known.unwrap_or(0).max(now.saturating_add(VOUCHER_DAYS_MAX * 86_400)) }
    }

    /// Forgets what is over, and gives the lines that the rest is, to write a shorter journal.
    pub fn compact(&mut self, now: u64) -> Vec<Entry> {
        self.states.retain(|_, state| now < state.ends());
        let states = &self.states;
        self.codes.retain(|_, number| states.contains_key(number));
        let mut out = Vec::new();
        for (number, state) in &self.states {
            let number = *number;
            out.extend(state.drawn.map(|(mark, offer)| Entry::Drawn { number, mark, offer }));
            match (state.holder, state.redeemed) {
                (Some(holder), Some((at, offer))) => out.push(Entry::Redeemed { number, holder, at, offer }),
                (Some(holder), None) => out.push(Entry::Claimed { number, holder }),
                _ => {}
            }
            out.extend(state.revoked.map(|until| Entry::Revoked { number, until }));
        }
        out
    }
}
