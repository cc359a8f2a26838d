//! Storage for the index: few keys, values of some kilobytes, each under a checksum. It can be deleted at any time; the
//! journal makes it again. Not for: anything that is not in the journal.

use std::collections::BTreeMap;

/// Why the index could not be used. The remedy is to delete it and make it again, unless it is in use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// The storage failed.
    #[error("the index storage failed: {0}")]
    Storage(String),
    /// Somebody else has it open. Leave it alone: they may be writing to it.
    #[error("the index is in use")]
    InUse,
    /// A value does not fit its checksum.
    #[error("a value of the index is damaged")]
    Damaged,
    /// It does not fit the journal.
    #[error("the index does not fit the journal")]
    Disagrees,
}

/// Changes applied together or not at all. `None` deletes.
pub type Batch = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// What the index needs of a storage. Kept by the contract suite below on every implementation.
pub trait Storage: Send {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError>;
    /// All pairs whose key begins with `prefix`, in key order.
    fn scan(&self, prefix: &[u8], each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), IndexError>;
    /// Applies a batch: after a crash either all of it is there or nothing.
    fn apply(&mut self, batch: &Batch) -> Result<(), IndexError>;
    /// Removes everything.
    fn clear(&mut self) -> Result<(), IndexError>;
    /// Makes what was applied durable.
    fn flush(&mut self) -> Result<(), IndexError>;
}

/// Puts a checksum over key and value before the value.
pub fn seal(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 4);
    out.extend(checksum(key, value).to_be_bytes());
    out.extend_from_slice(value);
    out
}

/// The value under a checksum, and the checksum.
pub fn unseal<'a>(key: &[u8], sealed: &'a [u8]) -> Result<(&'a [u8], u32), IndexError> {
    let (sum, value) = sealed.split_first_chunk::<4>().ok_or(IndexError::Damaged)?;
    let sum = u32::from_be_bytes(*sum);
    if checksum(key, value) == sum { Ok((value, sum)) } else { Err(IndexError::Damaged) }
}

fn checksum(key: &[u8], value: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(key), value)
}

/// What every storage must do; run on each implementation.
#[cfg(test)]
pub(crate) mod contract {
    use super::*;

    fn batch(pairs: &[(&[u8], Option<&[u8]>)]) -> Batch {
        pairs.iter().map(|(k, v)| (k.to_vec(), v.map(<[u8]>::to_vec))).collect()
    }
    fn all(s: &dyn Storage, prefix: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut out = Vec::new();
        s.scan(prefix, &mut |k, v| out.push((k.to_vec(), v.to_vec()))).unwrap();
        out
    }

    /// Runs the suite. `reopen` flushes, closes and opens the same storage again.
    pub fn run<S: Storage>(mut s: S, reopen: impl Fn(S) -> S) {
        assert_eq!(s.get(b"a").unwrap(), None);
        s.apply(&batch(&[(b"a", Some(b"1")), (b"b1", Some(b"2")), (b"b2", Some(b"")), (b"c", Some(b"4"))])).unwrap();
        assert_eq!(s.get(b"a").unwrap(), Some(b"1".to_vec()));
        assert_eq!(s.get(b"b2").unwrap(), Some(Vec::new()), "an empty value is a value");
        assert_eq!(all(&s, b"b"), [(b"b1".to_vec(), b"2".to_vec()), (b"b2".to_vec(), Vec::new())]);
        // A batch both writes and deletes.
        s.apply(&batch(&[(b"a", None), (b"b1", Some(b"9")), (b"zz", None)])).unwrap();
        assert_eq!(s.get(b"a").unwrap(), None);
        assert_eq!(all(&s, b"").len(), 3);
        // It survives closing.
        s.flush().unwrap();
        let mut s = reopen(s);
        assert_eq!(s.get(b"b1").unwrap(), Some(b"9".to_vec()));
        // Large values, and order by bytes rather than by insertion.
        let large = vec![7u8; 200_000];
        for n in (0..200u32).rev() {
            s.apply(&batch(&[(&[b"n".as_slice(), &n.to_be_bytes()].concat(), Some(&large[..n as usize * 100]))]))
                .unwrap();
        }
        let got = all(&s, b"n");
        assert!(got.len() == 200 && got.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1.len() < w[1].1.len()));
        s.apply(&batch(&[(b"big", Some(&large))])).unwrap();
        s.flush().unwrap();
        let mut s = reopen(s);
        assert_eq!(s.get(b"big").unwrap().unwrap(), large);
        s.clear().unwrap();
        assert!(all(&s, b"").is_empty());
        s.flush().unwrap();
        assert!(all(&reopen(s), b"").is_empty(), "cleared stays cleared");
    }

    #[test]
    fn a_sealed_value_fits_only_its_own_key_and_bytes() {
        let sealed = seal(b"k", b"value");
        assert_eq!(unseal(b"k", &sealed).unwrap().0, b"value");
        assert!(unseal(b"j", &sealed).is_err());
        for i in 0..sealed.len() * 8 {
            let mut bad = sealed.clone();
            bad[i / 8] ^= 1 << (i % 8);
            assert!(unseal(b"k", &bad).is_err());
        }
        assert!(unseal(b"k", &sealed[..3]).is_err());
    }
}
