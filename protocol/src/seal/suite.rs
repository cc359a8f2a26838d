//! HPKE (RFC 9180): the one file that names the hpke crate.
//!
//! Base mode, single shot, one suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. Randomness comes in as
//! 32 bytes for each sealing. Not for: what is sealed to whom, and what a sealing is bound to.

use core::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use zeroize::Zeroizing;

type Kem = X25519HkdfSha256;
type PublicKey = <Kem as hpke::Kem>::PublicKey;
type PrivateKey = <Kem as hpke::Kem>::PrivateKey;
type Encapsulated = <Kem as hpke::Kem>::EncappedKey;

/// Bytes of an encapsulated key, in front of every ciphertext here.
pub(super) const ENC: usize = 32;
/// What sealing adds to the length of a text: the encapsulated key and the tag.
pub(super) const OVERHEAD: usize = ENC + 16;

/// A key pair that opens. The crate wipes the secret half when it is dropped.
#[derive(Clone)]
pub(super) struct Pair {
    private: PrivateKey,
    public: [u8; 32],
}

impl Pair {
    /// RFC 9180 `DeriveKeyPair`.
    pub fn derive(seed: &[u8; 32]) -> Self {
        let (private, public) = Kem::derive_keypair(seed);
        Pair { private, public: public.to_bytes().into() }
    }
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

/// The crate asks a generator for the 32 bytes of an ephemeral key; this one gives what it was given.
struct Given(Zeroizing<[u8; 32]>);

impl TryRng for Given {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut word = [0; 4];
        self.try_fill_bytes(&mut word)?;
        Ok(u32::from_le_bytes(word))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut word = [0; 8];
        self.try_fill_bytes(&mut word)?;
        Ok(u64::from_le_bytes(word))
    }
    /// Asked once by this version of the crate; asked again, it goes on with other bytes and never the same.
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for chunk in out.chunks_mut(32) {
            chunk.copy_from_slice(&self.0[..chunk.len()]);
            self.0 = Zeroizing::new(blake3::derive_key("hedgerow 2026 further bytes for one sealing", &self.0[..]));
        }
        Ok(())
    }
}

impl TryCryptoRng for Given {}

/// Seals to a public key: encapsulated key ‖ ciphertext. `None`: nobody can hold the other half of that key.
pub(super) fn seal(
    to: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    text: &[u8],
    ephemeral: Zeroizing<[u8; 32]>,
) -> Option<Vec<u8>> {
    let to = PublicKey::from_bytes(to).ok()?;
    let (enc, text) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeS::Base,
        &to,
        info,
        text,
        aad,
        &mut Given(ephemeral),
    )
    .ok()?;
    let mut out = enc.to_bytes().to_vec();
    out.extend(text);
    Some(out)
}

/// Opens encapsulated key ‖ ciphertext. `None`: not sealed to this key, or not with these words, or changed.
pub(super) fn open(pair: &Pair, info: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (enc, text) = sealed.split_at_checked(ENC)?;
    let enc = Encapsulated::from_bytes(enc).ok()?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(&OpModeR::Base, &pair.private, &enc, info, text, aad)
        .ok()
        .map(Zeroizing::new)
}

/// Whether something can be sealed to a key at all: points of small order give the same secret to everybody.
pub(super) fn is_sound(public: &[u8; 32]) -> bool {
    seal(public, b"", b"", b"", Zeroizing::new([1; 32])).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
    }
    fn seed(text: &str) -> [u8; 32] {
        unhex(text).try_into().unwrap()
    }

    /// RFC 9180, A.2.1: the suite used here in base mode, sequence number 0.
    #[test]
    fn the_vector_of_rfc_9180() {
        let ephemeral = seed("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
        let recipient = seed("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df");
        let pair = Pair::derive(&recipient);
        assert_eq!(pair.public()[..], unhex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"));
        // The RFC shows the secret as derived; the crate keeps it as X25519 uses it, without the highest bit.
        let mut private = unhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        private[31] &= 0x7f;
        assert_eq!(pair.private.to_bytes()[..], private);
        let (info, aad) = (b"Ode on a Grecian Urn", b"Count-0");
        let text = b"Beauty is truth, truth beauty";
        let sealed = seal(pair.public(), info, aad, text, Zeroizing::new(ephemeral)).unwrap();
        let (enc, cipher) = sealed.split_at(ENC);
        assert_eq!(enc, unhex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"));
        let expected = "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28";
        assert_eq!(cipher, unhex(expected));
        assert_eq!(open(&pair, info, aad, &sealed).unwrap()[..], text[..]);
        assert_eq!(sealed.len(), text.len() + OVERHEAD);
    }

    #[test]
    fn other_words_another_key_and_every_changed_bit_are_refused() {
        let pair = Pair::derive(&[7; 32]);
        let sealed = seal(pair.public(), b"info", b"aad", b"text", Zeroizing::new([9; 32])).unwrap();
        assert!(open(&pair, b"info", b"aad", &sealed).is_some());
        assert!(open(&pair, b"inf0", b"aad", &sealed).is_none());
        assert!(open(&pair, b"info", b"", &sealed).is_none());
        assert!(open(&Pair::derive(&[8; 32]), b"info", b"aad", &sealed).is_none());
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&pair, b"info", b"aad", &changed).is_none(), "bit {bit}");
        }
        for end in 0..sealed.len() {
            assert!(open(&pair, b"info", b"aad", &sealed[..end]).is_none(), "{end} bytes");
        }
    }

    #[test]
    fn keys_that_nobody_can_hold_are_told() {
        assert!(is_sound(Pair::derive(&[7; 32]).public()));
        let mut one = [0; 32];
        assert!(!is_sound(&one));
        one[0] = 1;
        assert!(!is_sound(&one));
        let order_eight = seed("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800");
        assert!(!is_sound(&order_eight));
    }
}
