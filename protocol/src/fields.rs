//! Maps with small integer keys in deterministic CBOR: authority bodies, tickets and join messages.
//!
//! A reader that meets a key it does not know below [`SKIPPABLE_FROM`] refuses the whole map, because what it does not
//! understand could change the meaning of what it does; keys from there on are passed over. Not for: documents,
//! which are [`crate::cbor::doc_to_cbor`].

use std::collections::BTreeMap;

use minicbor::Decoder;

use crate::cbor::{self, CborError, put_head};
use crate::id::{Id, PublicKey};

/// First key that a reader may pass over without knowing it.
pub const SKIPPABLE_FROM: u64 = 64;

/// Why a map was refused. The writer's fault; the number is that of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Not deterministic CBOR, or not a map with integer keys.
    #[error("not canonical CBOR: {0}")]
    Cbor(#[from] CborError),
    /// A field that must be there is not.
    #[error("field {0} is missing")]
    Missing(u64),
    /// A field has another type, length or range than its place calls for.
    #[error("field {0} has the wrong type, length or range")]
    Value(u64),
    /// A field this version does not know and may not pass over.
    #[error("field {0} is not known to this version")]
    Unknown(u64),
}

/// Writes a map, in any order of calls.
#[derive(Default)]
pub struct Writer(BTreeMap<u64, Vec<u8>>);

impl Writer {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds an unsigned number.
    pub fn uint(&mut self, key: u64, value: u64) -> &mut Self {
        let mut item = Vec::new();
        put_head(&mut item, 0, value);
        self.put(key, item)
    }
    /// Adds a byte string.
    pub fn bytes(&mut self, key: u64, value: &[u8]) -> &mut Self {
        let mut item = Vec::with_capacity(value.len() + 5);
        put_head(&mut item, 2, value.len() as u64);
        item.extend_from_slice(value);
        self.put(key, item)
    }
    /// Adds a text.
    pub fn text(&mut self, key: u64, value: &str) -> &mut Self {
        let mut item = Vec::with_capacity(value.len() + 5);
        put_head(&mut item, 3, value.len() as u64);
        item.extend_from_slice(value.as_bytes());
        self.put(key, item)
    }
    /// Adds `true` or `false`.
    pub fn flag(&mut self, key: u64, value: bool) -> &mut Self {
        self.put(key, vec![if value { 0xf5 } else { 0xf4 }])
    }
    /// Adds a list of byte strings; an empty list is left out.
    pub fn list<'a>(&mut self, key: u64, values: impl IntoIterator<Item = &'a [u8]>) -> &mut Self {
        let values: Vec<&[u8]> = values.into_iter().collect();
        if values.is_empty() {
            return self;
        }
        let mut item = Vec::new();
        put_head(&mut item, 4, values.len() as u64);
        for value in values {
            put_head(&mut item, 2, value.len() as u64);
            item.extend_from_slice(value);
        }
        self.put(key, item)
    }
    /// Adds an item as it was written before.
    pub fn item(&mut self, key: u64, item: &[u8]) -> &mut Self {
        self.put(key, item.to_vec())
    }
    fn put(&mut self, key: u64, item: Vec<u8>) -> &mut Self {
        self.0.insert(key, item);
        self
    }
    /// The encoded map.
    pub fn finish(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.values().map(|v| v.len() + 2).sum::<usize>() + 3);
        put_head(&mut out, 5, self.0.len() as u64);
        for (key, item) in &self.0 {
            put_head(&mut out, 0, *key);
            out.extend_from_slice(item);
        }
        out
    }
}

/// Reads a map field by field; [`Reader::finish`] says whether anything was left that matters.
pub struct Reader<'a>(BTreeMap<u64, &'a [u8]>);

impl<'a> Reader<'a> {
    /// Checks the whole of `bytes` and takes the map apart.
    pub fn new(bytes: &'a [u8]) -> Result<Self, FieldError> {
        cbor::check(bytes)?;
        let wrong = |_| FieldError::Cbor(CborError::WrongType);
        let mut d = Decoder::new(bytes);
        let count = d.map().map_err(wrong)?.ok_or(FieldError::Cbor(CborError::WrongType))?;
        let mut fields = BTreeMap::new();
        for _ in 0..count {
            let key = d.u64().map_err(wrong)?;
            let from = d.position();
            let mut at = from;
            cbor::skip(bytes, &mut at, 1)?;
            d.set_position(at);
            fields.insert(key, &bytes[from..at]);
        }
        Ok(Reader(fields))
    }
    /// Whether a field is there and not yet read.
    pub fn has(&self, key: u64) -> bool {
        self.0.contains_key(&key)
    }
    fn take(&mut self, key: u64) -> Result<Decoder<'a>, FieldError> {
        self.0.remove(&key).map(Decoder::new).ok_or(FieldError::Missing(key))
    }
    /// An unsigned number that must be there.
    pub fn uint(&mut self, key: u64) -> Result<u64, FieldError> {
        self.take(key)?.u64().map_err(|_| FieldError::Value(key))
    }
    /// A byte string that must be there.
    pub fn bytes(&mut self, key: u64) -> Result<&'a [u8], FieldError> {
        self.take(key)?.bytes().map_err(|_| FieldError::Value(key))
    }
    /// A byte string of exactly `N` bytes that must be there.
    pub fn array<const N: usize>(&mut self, key: u64) -> Result<[u8; N], FieldError> {
        self.bytes(key)?.try_into().map_err(|_| FieldError::Value(key))
    }
    /// An id that must be there.
    pub fn id(&mut self, key: u64) -> Result<Id, FieldError> {
        self.array(key).map(Id)
    }
    /// A public key that must be there.
    pub fn key(&mut self, key: u64) -> Result<PublicKey, FieldError> {
        self.array(key).map(PublicKey)
    }
    /// A text that must be there.
    pub fn text(&mut self, key: u64) -> Result<&'a str, FieldError> {
        self.take(key)?.str().map_err(|_| FieldError::Value(key))
    }
    /// `true` or `false`, which must be there.
    pub fn flag(&mut self, key: u64) -> Result<bool, FieldError> {
        self.take(key)?.bool().map_err(|_| FieldError::Value(key))
    }
    /// A list of 1 to `most` byte strings; nothing at all is the empty list.
    pub fn list(&mut self, key: u64, most: usize) -> Result<Vec<&'a [u8]>, FieldError> {
        if !self.has(key) {
            return Ok(Vec::new());
        }
        let wrong = |_| FieldError::Value(key);
        let mut d = self.take(key)?;
        let count = d.array().map_err(wrong)?.ok_or(FieldError::Value(key))?;
        if count == 0 || count > most as u64 {
            return Err(FieldError::Value(key));
        }
        (0..count).map(|_| d.bytes().map_err(wrong)).collect()
    }
    /// A strictly ascending list of 32-byte names, at most `most`.
    pub fn names(&mut self, key: u64, most: usize) -> Result<Vec<[u8; 32]>, FieldError> {
        let list = self.list(key, most)?;
        let names: Vec<[u8; 32]> =
            list.into_iter().map(|b| b.try_into().map_err(|_| FieldError::Value(key))).collect::<Result<_, _>>()?;
        if names.windows(2).all(|w| w[0] < w[1]) { Ok(names) } else { Err(FieldError::Value(key)) }
    }
    /// Refuses what was not read and may not be passed over.
    pub fn finish(self) -> Result<(), FieldError> {
        self.rest().map(|_| ())
    }
    /// The same, giving what was passed over, for whoever writes the map again.
    pub fn rest(self) -> Result<BTreeMap<u64, Vec<u8>>, FieldError> {
        match self.0.keys().next() {
            Some(key) if *key < SKIPPABLE_FROM => Err(FieldError::Unknown(*key)),
            _ => Ok(self.0.into_iter().map(|(key, item)| (key, item.to_vec())).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_known_is_refused_or_passed_over() {
        let mut w = Writer::new();
        w.uint(1, 7).uint(SKIPPABLE_FROM, 1);
        let bytes = w.finish();
        let mut r = Reader::new(&bytes).unwrap();
        assert_eq!(r.uint(1), Ok(7));
        assert_eq!(r.finish(), Ok(()));
        let bytes = w.uint(63, 1).finish();
        let mut r = Reader::new(&bytes).unwrap();
        assert_eq!(r.uint(1), Ok(7));
        assert_eq!(r.finish(), Err(FieldError::Unknown(63)));
    }

    /// What was written is read back, each kind under its own key, and a list takes as many as it may and no more.
    #[test]
    fn everything_written_is_read_back() {
        let names = [[1u8; 32], [2; 32]];
        let mut w = Writer::new();
        w.uint(1, 7).bytes(2, b"ab").text(3, "cd").flag(4, true).flag(5, false).list(6, names.iter().map(|n| &n[..]));
        w.bytes(7, &[3; 32]).bytes(8, &[4; 32]);
        let bytes = w.finish();
        let mut r = Reader::new(&bytes).unwrap();
        assert!(r.has(1) && !r.has(9));
        assert_eq!((r.uint(1), r.bytes(2), r.text(3)), (Ok(7), Ok(&b"ab"[..]), Ok("cd")));
        assert_eq!((r.flag(4), r.flag(5), r.names(6, 2)), (Ok(true), Ok(false), Ok(names.to_vec())));
        assert_eq!((r.id(7), r.key(8)), (Ok(Id([3; 32])), Ok(PublicKey([4; 32]))));
        assert!(!r.has(1));
        assert_eq!(r.finish(), Ok(()));
        let wrong = |read: fn(&mut Reader<'_>) -> bool| read(&mut Reader::new(&bytes).unwrap());
        assert!(wrong(|r| r.uint(2) == Err(FieldError::Value(2)) && r.bytes(1) == Err(FieldError::Value(1))));
        assert!(wrong(|r| r.text(2) == Err(FieldError::Value(2)) && r.flag(1) == Err(FieldError::Value(1))));
        assert!(wrong(|r| r.id(2) == Err(FieldError::Value(2)) && r.list(1, 9) == Err(FieldError::Value(1))));
        assert!(wrong(|r| r.names(6, 1) == Err(FieldError::Value(6)) && r.names(9, 1) == Ok(vec![])));
        let twice = Writer::new().list(1, [&[1u8; 32][..], &[1; 32][..]]).finish();
        assert_eq!(Reader::new(&twice).unwrap().names(1, 4), Err(FieldError::Value(1)));
    }

    #[test]
    fn one_form_only() {
        // {1: []}: an empty list is left out. {1: [h'02…', h'01…']}: not ascending. {-1: 0}: not an unsigned key.
        assert_eq!(Reader::new(&[0xa1, 1, 0x80]).unwrap().list(1, 4), Err(FieldError::Value(1)));
        let two = Writer::new().list(1, [&[2u8; 32][..], &[1; 32][..]]).finish();
        assert_eq!(Reader::new(&two).unwrap().names(1, 4), Err(FieldError::Value(1)));
        assert_eq!(Reader::new(&two).unwrap().list(1, 1), Err(FieldError::Value(1)));
        assert!(Reader::new(&[0xa1, 0x20, 0]).is_err());
        assert!(Reader::new(&[0x80]).is_err());
        assert_eq!(Writer::new().list(1, []).finish(), [0xa0]);
        assert_eq!(Reader::new(&[0xa0]).unwrap().uint(1), Err(FieldError::Missing(1)));
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..120), key in 0u64..6) {
            if let Ok(mut r) = Reader::new(&bytes) {
                let _ = (r.uint(key), r.bytes(key + 1), r.text(key + 2), r.names(key + 3, 8), r.flag(key + 4));
                let _ = r.finish();
            }
        }
    }
}
