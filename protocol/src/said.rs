//! What a computer says over a page of records that it gives to strangers.
//!
//! A stranger has nothing to judge the records by: a list of who may do what would have to be whole, and nobody can prove
//! that, and it would tell strangers who belongs. So the host answers for the page with one signature, and the reader knows
//! whose word it is. Not for members, who judge for themselves.

use crate::fields::{FieldError, Reader, Writer};
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::limits::{CURSOR_BYTES_MAX, SAID_BYTES_MAX, WHO_NAME_BYTES_MAX};
use crate::uplink::PaperError;
use crate::uplink::signed;

const DOMAIN: &str = "hedgerow/said/1";
const PAGE: &str = "hedgerow 2026 page of records for strangers";

/// One statement: these records, in this order, are what this community shows to everybody at this place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// The community.
    pub community: Id,
    /// Drawn by the reader, the same for all pages of one reading.
    pub reading: [u8; 16],
    /// Where the page begins; nothing: at the beginning.
    pub cursor: Option<Vec<u8>>,
    /// Where the next page begins; nothing: this was the last.
    pub next: Option<Vec<u8>>,
    /// [`hash`] of the records.
    pub records: [u8; 32],
    /// When, Unix milliseconds by the host's clock.
    pub at_ms: u64,
    /// What the community is called, where the host says so.
    pub community_name: Option<String>,
    /// What the host's person or group lets itself be called by strangers.
    pub host_name: Option<String>,
}

/// Over the records of a page, as they are.
pub fn hash<'a>(wires: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(PAGE);
    for wire in wires {
        hasher.update(&(wire.len() as u32).to_be_bytes()).update(wire);
    }
    *hasher.finalize().as_bytes()
}

impl Said {
    /// Signs it with the transport key of the host: the key it is called at, the only one that a stranger knows.
    pub fn sign(&self, host: &SecretKey) -> Vec<u8> {
        let mut w = Writer::new();
        w.bytes(1, &self.community.0).bytes(2, &self.reading);
        w.bytes(5, &self.records).uint(6, self.at_ms);
        for (key, place) in [(3, &self.cursor), (4, &self.next)] {
            place.iter().fold(&mut w, |w, place| w.bytes(key, place));
        }
        for (key, name) in [(7, &self.community_name), (8, &self.host_name)] {
            name.iter().fold(&mut w, |w, name| w.text(key, name));
        }
        signed::sign(DOMAIN, &self.community, w.finish(), host)
    }

    /// Reads what a host signed.
    pub fn verify(bytes: &[u8], host: &PublicKey) -> Result<Said, PaperError> {
        let (map, signature) = signed::parts_within(bytes, SAID_BYTES_MAX)?;
        let mut r = Reader::new(map)?;
        let (community, reading) = (r.id(1)?, r.array(2)?);
        let (cursor, next) = (cursor(&mut r, 3)?, cursor(&mut r, 4)?);
        let (records, at_ms) = (r.array(5)?, r.uint(6)?);
        let (community_name, host_name) = (name(&mut r, 7)?, name(&mut r, 8)?);
        r.finish()?;
        signed::check(DOMAIN, &community, map, host, signature)?;
        Ok(Said { community, reading, cursor, next, records, at_ms, community_name, host_name })
    }

    /// Whether it is about just these records, of this community, asked for in this reading at this place.
    pub fn fits(&self, community: &Id, reading: &[u8; 16], cursor: Option<&[u8]>, wires: &[Vec<u8>]) -> bool {
        self.community == *community
            && self.reading == *reading
            && self.cursor.as_deref() == cursor
            && self.records == hash(wires.iter().map(Vec::as_slice))
    }
}

/// A place to go on from, if there is one.
pub(crate) fn cursor(r: &mut Reader<'_>, key: u64) -> Result<Option<Vec<u8>>, FieldError> {
    if !r.has(key) {
        return Ok(None);
    }
    let bytes = r.bytes(key)?;
    if bytes.len() > CURSOR_BYTES_MAX { Err(FieldError::Value(key)) } else { Ok(Some(bytes.to_vec())) }
}

/// A name, if there is one.
pub(crate) fn name(r: &mut Reader<'_>, key: u64) -> Result<Option<String>, FieldError> {
    if !r.has(key) {
        return Ok(None);
    }
    let text = r.text(key)?;
    if text.len() > WHO_NAME_BYTES_MAX { Err(FieldError::Value(key)) } else { Ok(Some(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn host() -> SecretKey {
        SecretKey::from_seed(&[4; 32])
    }

    fn page() -> Vec<Vec<u8>> {
        vec![vec![1, 2, 3], vec![4], vec![5; 300]]
    }

    fn said() -> Said {
        Said {
            community: Id([1; 32]),
            reading: [2; 16],
            cursor: Some(b"here".to_vec()),
            next: Some(b"there".to_vec()),
            records: hash(page().iter().map(Vec::as_slice)),
            at_ms: 1_790_000_000_000,
            community_name: Some("Mill Street".into()),
            host_name: Some("A. Lee".into()),
        }
    }

    fn fits(said: &Said, records: &[Vec<u8>]) -> bool {
        said.fits(&Id([1; 32]), &[2; 16], Some(b"here"), records)
    }

    #[test]
    fn it_comes_back_and_only_from_its_host() {
        let bare = Said { cursor: None, next: None, community_name: None, host_name: None, ..said() };
        for said in [said(), bare] {
            let bytes = said.sign(&host());
            assert_eq!(Said::verify(&bytes, &host().public()), Ok(said));
            let other = SecretKey::from_seed(&[5; 32]).public();
            assert_eq!(Said::verify(&bytes, &other), Err(PaperError::Signature));
        }
    }

    #[test]
    fn nothing_is_left_out_added_moved_or_taken_from_another_page() {
        assert!(fits(&said(), &page()));
        let mut changed = vec![page(); 6];
        changed[0].pop();
        changed[1].push(vec![6]);
        changed[2].swap(0, 1);
        changed[3][1] = vec![5];
        // The same bytes, cut elsewhere.
        changed[4][0] = vec![1, 2];
        changed[4][1] = vec![3, 4];
        changed[5].clear();
        for records in &changed {
            assert!(!fits(&said(), records), "{records:?}");
        }
        for other in [
            Said { community: Id([9; 32]), ..said() },
            Said { reading: [9; 16], ..said() },
            Said { cursor: None, ..said() },
            Said { cursor: Some(b"elsewhere".to_vec()), ..said() },
        ] {
            assert!(!fits(&other, &page()), "{other:?}");
        }
    }

    #[test]
    fn bounds_are_kept() {
        let most = Said {
            cursor: Some(vec![7; CURSOR_BYTES_MAX]),
            next: Some(vec![7; CURSOR_BYTES_MAX]),
            at_ms: u64::MAX,
            community_name: Some("n".repeat(WHO_NAME_BYTES_MAX)),
            host_name: Some("n".repeat(WHO_NAME_BYTES_MAX)),
            ..said()
        };
        let read = |said: &Said| Said::verify(&said.sign(&host()), &host().public());
        assert_eq!(read(&most).as_ref(), Ok(&most));
        for more in [
            Said { cursor: Some(vec![7; CURSOR_BYTES_MAX + 1]), ..said() },
            Said { next: Some(vec![7; CURSOR_BYTES_MAX + 1]), ..said() },
            Said { community_name: Some("n".repeat(WHO_NAME_BYTES_MAX + 1)), ..said() },
            Said { host_name: Some("n".repeat(WHO_NAME_BYTES_MAX + 1)), ..said() },
        ] {
            assert!(matches!(read(&more), Err(PaperError::Form(_))), "{more:?}");
        }
        assert_eq!(Said::verify(&[0; SAID_BYTES_MAX + 1], &host().public()), Err(PaperError::Length));
        assert_eq!(Said::verify(&[], &host().public()), Err(PaperError::Length));
    }

    proptest! {
        #[test]
        fn no_changed_byte_passes(at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut bytes = said().sign(&host());
            let at = at.index(bytes.len());
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            prop_assert!(Said::verify(&bytes, &host().public()).is_err());
        }
        #[test]
        fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Said::verify(&bytes, &host().public());
        }
    }
}
