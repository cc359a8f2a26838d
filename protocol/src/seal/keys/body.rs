//! The bodies of sealing-key records, their slots, and what each wrapping is bound to.

use zeroize::Zeroizing;

use super::super::suite::{self, OVERHEAD};
use super::super::{Randomness, SealingPublic, SealingSecret};
use crate::fields::{FieldError, Reader, Writer};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::limits::{SEALING_DEVICES_MAX, SEALING_HANDED_ON_MAX};
use crate::record::{Audience, Payload, Record, RecordError};

/// First byte of the slot in which a device announces its key.
pub const ANNOUNCED: u8 = b'd';
/// First byte of the slot of one generation.
pub const GENERATION: u8 = b'k';

const DEVICE_INFO: &[u8] = b"hedgerow/sealing-key/1 device";
const OTHERS_INFO: &[u8] = b"hedgerow/sealing-key/1 others";
/// A wrapped secret: encapsulated key, secret, tag.
const WRAPPED: usize = OVERHEAD + 32;

/// What the slot of a sealing-key record says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// A device's own key.
    Device(PublicKey),
    /// A generation of the owner's key.
    Generation {
        /// From 1.
        number: u32,
        /// The first bytes of its public key.
        start: [u8; 8],
    },
}

impl Slot {
    /// Reads the key of a slot. `None`: of another form.
    pub fn decode(key: &[u8]) -> Option<Self> {
        let (first, rest) = key.split_first()?;
        match *first {
            ANNOUNCED => PublicKey::from_slice(rest).map(Slot::Device),
            GENERATION => {
                let (number, start) = rest.split_first_chunk()?;
                let (number, start) = (u32::from_be_bytes(*number), start.try_into().ok()?);
                (number > 0).then_some(Slot::Generation { number, start })
            }
            _ => None,
        }
    }
}

/// The slot in which a device announces its key.
pub fn device_slot(device: &PublicKey) -> Vec<u8> {
    [&[ANNOUNCED][..], &device.0].concat()
}

/// The slot of a generation.
pub fn generation_slot(number: u32, public: &SealingPublic) -> Vec<u8> {
    [&[GENERATION][..], &number.to_be_bytes(), &public.0[..8]].concat()
}

/// Body of a device's announcement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Announcement {
    /// The public half of [`SealingSecret::of_device`].
    pub public: SealingPublic,
}

impl Announcement {
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().bytes(1, &self.public.0).finish()
    }
    /// Reads and checks its form.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let public = SealingPublic(r.array(1)?);
        r.finish()?;
        Ok(Announcement { public })
    }
}

/// The record in which a device announces its key. `owner`: its person or group. Written once, and renewed as content is.
pub fn announce(community: &Id, owner: Id, device: &SecretKey, hlc: Hlc) -> Result<Record, RecordError> {
    let body = Announcement { public: SealingSecret::of_device(device).public() }.encode();
    let payload = Payload::content(Kind::SEALING_KEY, owner, device.public(), device_slot(&device.public()), hlc, body);
    Payload { audience: Audience::Community, ..payload }.sign(community, device)
}

/// One generation of an owner's key, as it stands in a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Generation {
    /// From 1, as in the slot.
    pub number: u32,
    /// What to seal to.
    pub public: SealingPublic,
    /// The secret for each reader, ascending by device: encapsulated key ‖ sealed seed.
    pub wraps: Vec<(PublicKey, [u8; WRAPPED])>,
    /// The seeds of other generations, sealed to this one; empty when there are none.
    pub others: Vec<u8>,
}

impl Generation {
    /// Its one encoding, without the number, which is in the slot.
    pub fn encode(&self) -> Vec<u8> {
        let wraps: Vec<Vec<u8>> = self.wraps.iter().map(|(device, w)| [&device.0[..], w].concat()).collect();
        let mut w = Writer::new();
        w.bytes(1, &self.public.0).list(2, wraps.iter().map(Vec::as_slice));
        if !self.others.is_empty() {
            w.bytes(3, &self.others);
        }
        w.finish()
    }

    /// Reads a record's slot and body and checks their form.
    pub fn decode(slot: &[u8], bytes: &[u8]) -> Result<Self, FieldError> {
        let Some(Slot::Generation { number, start }) = Slot::decode(slot) else { return Err(FieldError::Missing(1)) };
        let mut r = Reader::new(bytes)?;
        let public = SealingPublic(r.array(1)?);
        let wraps: Vec<(PublicKey, [u8; WRAPPED])> = r
            .list(2, SEALING_DEVICES_MAX)?
            .into_iter()
            .map(|wrap| {
                let (device, wrapped) = wrap.split_first_chunk()?;
                Some((PublicKey(*device), wrapped.try_into().ok()?))
            })
            .collect::<Option<_>>()
            .ok_or(FieldError::Value(2))?;
        let others = if r.has(3) { Some(r.bytes(3)?.to_vec()) } else { None };
        r.finish()?;
        if !public.0.starts_with(&start) {
            return Err(FieldError::Value(1));
        }
        if wraps.is_empty() || !wraps.windows(2).all(|w| w[0].0 < w[1].0) {
            return Err(FieldError::Value(2));
        }
        if others.as_ref().is_some_and(|o| !(1..=SEALING_HANDED_ON_MAX).any(|n| o.len() == OVERHEAD + 32 * n)) {
            return Err(FieldError::Value(3));
        }
        Ok(Generation { number, public, wraps, others: others.unwrap_or_default() })
    }

    /// Wraps a secret to devices, and other secrets to it. A device whose key nobody can hold is left out.
    /// The caller keeps to [`SEALING_DEVICES_MAX`]; of the others, the first [`SEALING_HANDED_ON_MAX`] go along.
    pub fn wrap<'a>(
        community: &Id,
        owner: &Id,
        number: u32,
        secret: &SealingSecret,
        devices: impl IntoIterator<Item = (PublicKey, SealingPublic)>,
        others: impl IntoIterator<Item = &'a SealingSecret>,
        mut randomness: Randomness,
    ) -> Self {
        let public = secret.public();
        let aad = bound(community, owner, number, &public);
        let mut wraps: Vec<(PublicKey, [u8; WRAPPED])> = devices
            .into_iter()
            .filter_map(|(device, to)| {
                let aad = [&aad[..], &device.0].concat();
                let wrapped = suite::seal(&to.0, DEVICE_INFO, &aad, secret.seed(), randomness.next())?;
                Some((device, wrapped.try_into().ok()?))
            })
            .collect();
        wraps.sort_unstable_by_key(|(device, _)| *device);
        let mut seeds = Zeroizing::new(Vec::with_capacity(32 * SEALING_HANDED_ON_MAX));
        others.into_iter().take(SEALING_HANDED_ON_MAX).for_each(|s| seeds.extend_from_slice(s.seed()));
        let others = match seeds.is_empty() {
            true => None,
            false => suite::seal(&public.0, OTHERS_INFO, &aad, &seeds, randomness.next()),
        };
        Generation { number, public, wraps, others: others.unwrap_or_default() }
    }

    /// The secret, by a device it is wrapped to. Checked against the public key.
    pub fn open(
        &self,
        community: &Id,
        owner: &Id,
        device: &PublicKey,
        device_secret: &SealingSecret,
    ) -> Option<SealingSecret> {
        let at = self.wraps.binary_search_by_key(device, |(d, _)| *d).ok()?;
        let aad = [&bound(community, owner, self.number, &self.public)[..], &device.0].concat();
        let seed = suite::open(&device_secret.pair, DEVICE_INFO, &aad, &self.wraps[at].1)?;
        let secret = secret_of(&seed)?;
        (secret.public() == self.public).then_some(secret)
    }

    /// The secrets that go along, by the secret of this generation.
    pub fn open_others(&self, community: &Id, owner: &Id, secret: &SealingSecret) -> Vec<SealingSecret> {
        let aad = bound(community, owner, self.number, &self.public);
        let seeds = match self.others.is_empty() {
            true => None,
            false => suite::open(&secret.pair, OTHERS_INFO, &aad, &self.others),
        };
        seeds.iter().flat_map(|s| s.chunks_exact(32)).filter_map(secret_of).collect()
    }
}

/// What every wrapping of a generation is bound to.
fn bound(community: &Id, owner: &Id, number: u32, public: &SealingPublic) -> Vec<u8> {
    [&community.0[..], &owner.0, &number.to_be_bytes(), &public.0].concat()
}

fn secret_of(seed: &[u8]) -> Option<SealingSecret> {
    let seed: [u8; 32] = seed.try_into().ok()?;
    Some(SealingSecret::from_seed(Zeroizing::new(seed)))
}
