//! The sealing keys of one owner as they stand: which to seal to, what a device can open, what is to be renewed.
//!
//! The same records, authority and time give the same answer, whatever order they came in.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Addressee, Keyring, Randomness, SealingPublic, SealingSecret};
use super::body::{Announcement, Generation, Slot, generation_slot};
use crate::authority::{Authority, Duty, Role, Why};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::SEALING_DEVICES_MAX;
use crate::record::{Audience, Payload, Record, RecordError};
use crate::view;

/// The devices that read for an owner (a person, a group, or the community: its stewards), and whose each is, if it is
/// a person's: exactly those that may publish content for it.
pub fn readers(authority: &Authority, owner: &Id) -> BTreeMap<PublicKey, Option<Id>> {
    let persons: Vec<Id> = if *owner == authority.community() {
        authority.persons().filter(|p| p.role == Role::Steward).map(|p| p.id).collect()
    } else {
        authority.group_members(owner).into_iter().map(|(person, _)| person).collect()
    };
    let full = |id: &Id| authority.devices_of(id).into_iter().filter(|(_, d)| d.duty == Duty::Full);
    let whose = authority.role(owner).map(|_| *owner);
    let own = full(owner).map(|(device, _)| (device, whose));
    let theirs = persons.iter().flat_map(|p| full(p).map(|(device, _)| (device, Some(*p))));
    // A person's entry after a group's: a device listed for both is that person's.
    own.chain(theirs).collect()
}

/// A generation that could be sealed to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// From 1.
    pub number: u32,
    /// What to seal to.
    pub public: SealingPublic,
    /// The devices it was wrapped to, by any version of it that counts.
    pub wrapped: BTreeSet<PublicKey>,
    order: (Hlc, Id),
    prev: Vec<Id>,
    highest: Option<Hlc>,
}

/// Why there is nobody to seal to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAddressee {
    /// Remedy: one of their computers must start with a version that makes such a key.
    #[error("they have no key yet that messages can be sealed with: one of their computers must start first")]
    NoKey,
    /// A computer of theirs was taken out that holds the key. Remedy: wait for another one of theirs to renew it.
    #[error("they took a computer out and their key is not renewed yet: try again when another of theirs has started")]
    Renewing,
}

/// What is to be done about an owner's key, for one device that reads for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// Nothing.
    UpToDate,
    /// A reader has come: wrap the same generation again. This device can.
    WrapAgain,
    /// A reader has come, and this device has not got the secret: another one has to wrap it again. If none ever will
    /// (all are lost), [`OwnerKeys::renew`] with a generation of its own begins anew, and old mail stays closed.
    Wait,
    /// There is no key, or a device that holds it is no reader any more: make another one.
    NewGeneration,
    /// This device does not read for the owner.
    NotOurs,
}

/// Why a key was not renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RenewError {
    /// The device does not read for the owner, or it has not got the secret that is to be wrapped again.
    #[error("this computer cannot renew that key")]
    NotOurs,
    /// More computers than fit a record. Remedy: a smaller group.
    #[error("at most 128 computers can open what is sealed to one person or group: use a smaller group")]
    TooManyDevices,
    /// It would not count.
    #[error(transparent)]
    Why(#[from] Why),
    /// It would be refused by others.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// The sealing keys of one owner at one moment.
pub struct OwnerKeys {
    community: Id,
    owner: Id,
    is_group: bool,
    readers: BTreeMap<PublicKey, Option<Id>>,
    announced: BTreeMap<PublicKey, SealingPublic>,
    candidates: Vec<Candidate>,
    /// Every generation that is here, and whether its record counts.
    bodies: Vec<(Generation, bool)>,
}

impl OwnerKeys {
    /// Folds sealing-key records: all of the owner, and the announcements of its readers, whoever owns those. Others
    /// are passed over. Records that do not count help to open and are never sealed to.
    pub fn fold<'a>(
        authority: &Authority,
        owner: Id,
        records: impl IntoIterator<Item = &'a Record>,
        now_ms: u64,
    ) -> Self {
        let readers = readers(authority, &owner);
        let mut announcements: BTreeMap<PublicKey, &Record> = BTreeMap::new();
        let mut slots: BTreeMap<&[u8], Vec<Record>> = BTreeMap::new();
        let mut bodies = BTreeMap::new();
        for r in records.into_iter().filter(|r| r.payload().kind == Kind::SEALING_KEY) {
            let p = r.payload();
            match Slot::decode(&p.key) {
                // A device speaks for itself alone, whoever the record belongs to.
                Some(Slot::Device(device))
                    if device == p.device && readers.contains_key(&device) && authority.counts(r) =>
                {
                    let newest = announcements.entry(device).or_insert(r);
                    if newest.order() < r.order() {
                        *newest = r;
                    }
                }
                Some(Slot::Generation { .. }) if p.owner == owner => {
                    let counts = authority.counts(r);
                    if counts {
                        slots.entry(&p.key).or_default().push(r.clone());
                    }
                    if let Ok(body) = Generation::decode(&p.key, &p.body) {
                        bodies.insert(r.id(), (body, counts));
                    }
                }
                _ => {}
            }
        }
        let announced = announcements
            .into_iter()
            .filter_map(|(device, r)| Some((device, Announcement::decode(&r.payload().body).ok()?.public)))
            .filter(|(_, public)| public.is_sound())
            .collect();
        let bodies: Vec<(Generation, bool)> = bodies.into_values().collect();
        let mut candidates: Vec<Candidate> = slots
            .into_values()
            .filter_map(|versions| {
                let slot = view::winner(&versions, authority, now_ms);
                let shown = slot.shown()?;
                let body = Generation::decode(&shown.payload().key, &shown.payload().body).ok()?;
                let (number, public) = (body.number, body.public);
                let same = bodies.iter().filter(|(b, counts)| *counts && b.public == public);
                let wrapped = same.flat_map(|(b, _)| b.wraps.iter().map(|(device, _)| *device)).collect();
                let (order, prev, highest) = ((shown.payload().hlc, shown.id()), slot.next_prev(), slot.highest);
                let found = Candidate { number, public, wrapped, order, prev, highest };
                public.is_sound().then_some(found)
            })
            .collect();
        candidates.sort_by_key(|c| core::cmp::Reverse((c.number, c.order)));
        OwnerKeys {
            community: authority.community(),
            owner,
            is_group: authority.role(&owner).is_none(),
            readers,
            announced,
            candidates,
            bodies,
        }
    }

    /// Generations that are shown, the newest first: by number, then HLC, then record id.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The key to seal to: the newest that no device holds which does not read for the owner any more.
    pub fn addressee(&self) -> Result<Addressee, NoAddressee> {
        let held_by_readers = |c: &&Candidate| c.wrapped.iter().all(|device| self.readers.contains_key(device));
        let chosen = match self.candidates.iter().find(held_by_readers) {
            Some(c) => c,
            None if self.candidates.is_empty() => return Err(NoAddressee::NoKey),
            None => return Err(NoAddressee::Renewing),
        };
        let persons: BTreeSet<Id> = chosen.wrapped.iter().filter_map(|d| *self.readers.get(d)?).collect();
        Ok(Addressee { owner: self.owner, key: chosen.public, is_group: self.is_group, persons: persons.len() })
    }

    /// Every secret a device can get at: those wrapped to it, and those handed on with them, and so on.
    pub fn keyring(&self, device: &SecretKey) -> Keyring {
        self.open(device, |_| true)
    }

    fn open(&self, device: &SecretKey, use_body: impl Fn(bool) -> bool) -> Keyring {
        let (key, secret) = (device.public(), SealingSecret::of_device(device));
        let mut ring = Keyring::new();
        let mut closed: Vec<&Generation> = self.bodies.iter().filter(|(_, c)| use_body(*c)).map(|(b, _)| b).collect();
        for body in &closed {
            if ring.get(&self.owner, &body.public).is_none()
                && let Some(secret) = body.open(&self.community, &self.owner, &key, &secret)
            {
                ring.insert(self.owner, secret);
            }
        }
        // Each body is opened once; every turn but the last opens one at least.
        loop {
            let before = closed.len();
            closed.retain(|body| match ring.get(&self.owner, &body.public).cloned() {
                None => true,
                Some(secret) => {
                    for other in body.open_others(&self.community, &self.owner, &secret) {
                        ring.insert(self.owner, other);
                    }
                    false
                }
            });
            if closed.len() == before {
                return ring;
            }
        }
    }

    /// What a device with this keyring has to do.
    pub fn renewal(&self, device: &PublicKey, keyring: &Keyring) -> Renewal {
        if !self.readers.contains_key(device) {
            return Renewal::NotOurs;
        }
        let Some(newest) = self.candidates.first() else { return Renewal::NewGeneration };
        if newest.wrapped.iter().any(|d| !self.readers.contains_key(d)) {
            return Renewal::NewGeneration;
        }
        let is_missing = self.announced.keys().any(|d| !newest.wrapped.contains(d)) || !newest.wrapped.contains(device);
        match (is_missing, keyring.get(&self.owner, &newest.public)) {
            (false, _) => Renewal::UpToDate,
            (true, Some(_)) => Renewal::WrapAgain,
            (true, None) => Renewal::Wait,
        }
    }

    /// Makes the record that [`OwnerKeys::renewal`] calls for: [`Renewal::WrapAgain`] or [`Renewal::NewGeneration`].
    /// `keyring` is this device's, with what it has kept from before. The record's HLC is later than what it replaces.
    pub fn renew(
        &self,
        what: Renewal,
        device: &SecretKey,
        keyring: &Keyring,
        hlc: Hlc,
        mut randomness: Randomness,
    ) -> Result<Record, RenewError> {
        let own = device.public();
        if !self.readers.contains_key(&own) {
            return Err(RenewError::NotOurs);
        }
        let newest = self.candidates.first();
        let (number, secret, prev, hlc, highest) = match (what, newest) {
            (Renewal::NewGeneration, _) => {
                let number = newest.map_or(1, |c| c.number.saturating_add(1));
                // At the last number the later one is the newer.
                let hlc = newest.map_or(hlc, |c| hlc.max(Hlc(c.order.0.0.saturating_add(1))));
                (number, SealingSecret::from_seed(randomness.next()), vec![], hlc, None)
            }
            (Renewal::WrapAgain, Some(c)) => {
                let secret = keyring.get(&self.owner, &c.public).ok_or(RenewError::NotOurs)?.clone();
                (c.number, secret, c.prev.clone(), hlc.max(Hlc(c.order.0.0.saturating_add(1))), c.highest)
            }
            _ => return Err(RenewError::NotOurs),
        };
        let mut devices = self.announced.clone();
        devices.insert(own, SealingSecret::of_device(device).public());
        if devices.len() > SEALING_DEVICES_MAX {
            return Err(RenewError::TooManyDevices);
        }
        let public = secret.public();
        let others = self.to_hand_on(device, keyring, &public);
        let body = Generation::wrap(&self.community, &self.owner, number, &secret, devices, others, randomness);
        let slot = generation_slot(number, &public);
        let payload = Payload::content(Kind::SEALING_KEY, self.owner, own, slot, hlc, body.encode());
        let rank = highest.and_then(|highest| hlc.rank_above(highest));
        Ok(Payload { audience: Audience::Community, prev, rank, ..payload }.sign(&self.community, device)?)
    }

    /// The other secrets in the order in which they are handed on: generations that are shown, the newest first; then
    /// what counting records hold or hand on; then the rest, so that nobody else's records push those out.
    fn to_hand_on<'a>(
        &self,
        device: &SecretKey,
        keyring: &'a Keyring,
        but: &SealingPublic,
    ) -> impl Iterator<Item = &'a SealingSecret> {
        let counting = self.open(device, |counts| counts);
        let shown: Vec<SealingPublic> = self.candidates.iter().map(|c| c.public).collect();
        let rank = |public: &SealingPublic| match shown.iter().position(|p| p == public) {
            Some(place) => (0, place),
            None => (if counting.get(&self.owner, public).is_some() { 1 } else { 2 }, 0),
        };
        let ours = keyring.publics().filter(|(owner, public)| *owner == self.owner && public != but);
        let mut ranked: Vec<_> = ours.map(|(owner, public)| (rank(public), owner, public)).collect();
        ranked.sort_unstable();
        ranked.into_iter().filter_map(|(_, owner, public)| keyring.get(owner, public))
    }
}
