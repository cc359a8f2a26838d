//! Many short pieces of bytes in one piece of memory.
//!
//! Pieces of their own that are freed between others that stay are not given back to the system. An import of thousands of
//! rows left the node ten times as large as what it kept; what is packed goes as a whole.

use std::collections::HashMap;

use hedgerow_protocol::cbor;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing;
use serde_json::Value;

use super::Item;

/// Byte strings by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    /// Where each begins, and how long it is.
    places: Vec<(usize, usize)>,
}

impl Packed {
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }
    /// Adds one. Its number is how many there were.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.places.push((self.bytes.len(), piece.len()));
        self.bytes.extend_from_slice(piece);
    }
    /// Nothing where there is none of this number.
    pub(super) fn get(&self, n: usize) -> &[u8] {
        let (from, len) = self.places.get(n).copied().unwrap_or_default();
        &self.bytes[from..from + len]
    }
    /// Puts another in its place. What it was stays where it is until all goes: this is for the rare one.
    pub(super) fn set(&mut self, n: usize, piece: &[u8]) {
        if let Some(place) = self.places.get_mut(n) {
            *place = (self.bytes.len(), piece.len());
            self.bytes.extend_from_slice(piece);
        }
    }
}

/// Numbers by what they stand for, which is not kept itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers(HashMap<u128, u32>);

impl Numbers {
    pub(super) fn get(&self, name: &[&[u8]]) -> Option<usize> {
        self.0.get(&short(name)).map(|n| *n as usize)
    }
    pub(super) fn set(&mut self, name: &[&[u8]], n: usize) {
        self.0.insert(short(name), u32::try_from(n).unwrap_or(u32::MAX));
    }
}

/// So many bits of a hash that nobody makes two alike.
fn short(name: &[&[u8]]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    for part in name {
        hasher.update(&(part.len() as u64).to_be_bytes()).update(part);
    }
    let hash = hasher.finalize();
    u128::from_be_bytes(std::array::from_fn(|n| hash.as_bytes()[n]))
}

/// Documents ready to be published, in the order they were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    kinds: Vec<Kind>,
    keys: Packed,
    bodies: Packed,
}

impl Items {
    /// How many.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
    /// What number `n` is.
    pub fn kind(&self, n: usize) -> Kind {
        self.kinds[n]
    }
    /// The key of its slot.
    pub fn key(&self, n: usize) -> &[u8] {
        self.keys.get(n)
    }
    /// The body of its record.
    pub fn body(&self, n: usize) -> &[u8] {
        self.bodies.get(n)
    }
    /// Its document.
    pub fn doc(&self, n: usize) -> Value {
        cbor::doc_from_cbor(self.body(n)).unwrap_or_default()
    }
    /// All of them, each taken apart when it is its turn.
    pub fn iter(&self) -> impl Iterator<Item = Item> {
        (0..self.len()).map(|n| {
            let (kind, doc) = (self.kind(n), self.doc(n));
            let title = listing::summary(kind, &doc).title;
            Item { kind, key: self.key(n).to_vec(), doc, title }
        })
    }
    pub(super) fn push(&mut self, kind: Kind, key: &[u8], body: &[u8]) {
        self.kinds.push(kind);
        self.keys.push(key);
        self.bodies.push(body);
    }
    pub(super) fn set_body(&mut self, n: usize, body: &[u8]) {
        self.bodies.set(n, body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        let mut packed = Packed::default();
        for piece in [&b"one"[..], b"", b"three"] {
            packed.push(piece);
        }
        packed.set(0, b"another");
        packed.set(9, b"nobody's");
        assert_eq!((packed.len(), packed.get(0), packed.get(1)), (3, &b"another"[..], &b""[..]));
        assert_eq!((packed.get(2), packed.get(3)), (&b"three"[..], &b""[..]));
        let mut numbers = Numbers::default();
        numbers.set(&[b"ab", b"c"], 5);
        assert_eq!((numbers.get(&[b"ab", b"c"]), numbers.get(&[b"a", b"bc"])), (Some(5), None));
    }
}
