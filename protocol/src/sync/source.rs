//! What a session needs of a store, in plain types.

use super::summary::{Bucket, BucketDigest};
use crate::id::Id;

/// A store, or a snapshot of one, as sync sees it. Answers come from memory or a local index: they do not fail.
///
/// A store that lost something says that it does not have it; the next round of a session then fetches it again.
pub trait Source {
    /// Digests of all buckets that hold something, ascending.
    fn buckets(&self) -> Vec<BucketDigest>;
    /// Up to `limit` ids of a bucket from `first` to `last`, both included, ascending.
    fn ids(&self, bucket: Bucket, first: &Id, last: &Id, limit: usize) -> Vec<Id>;
    /// A record in its wire form.
    fn wire(&self, id: &Id) -> Option<Vec<u8>>;
    /// Whether a record is here, in whatever bucket.
    fn has(&self, id: &Id) -> bool;
    /// Ids of the authority lane in the order in which they are to travel: see [`super::ancestors_first`].
    fn ancestors_first(&self, ids: Vec<Id>) -> Vec<Id>;
}

/// Most nibbles of a prefix that is still split.
pub const PREFIX_NIBBLES_MAX: u8 = 62;

/// A range of ids: those that begin with certain nibbles (half bytes).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Prefix {
    bytes: [u8; 32],
    len: u8,
}

impl Prefix {
    /// All ids.
    pub const ALL: Prefix = Prefix { bytes: [0; 32], len: 0 };

    /// How many nibbles.
    pub fn len(&self) -> u8 {
        self.len
    }
    /// Whether it is the range of all ids.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The sub-range of one more nibble (0 to 15). `self` has at most 62.
    pub fn child(&self, nibble: u8) -> Prefix {
        let mut out = *self;
        let (at, shift) = (usize::from(self.len / 2), 4 * (1 - self.len % 2));
        if let Some(b) = out.bytes.get_mut(at) {
            *b |= (nibble & 15) << shift;
            out.len += 1;
        }
        out
    }
    /// The sub-range an id of this range falls in: 0 to 15.
    pub fn child_of(&self, id: &Id) -> usize {
        let b = id.0.get(usize::from(self.len / 2)).copied().unwrap_or(0);
        usize::from(if self.len.is_multiple_of(2) { b >> 4 } else { b & 15 })
    }
    /// The smallest id in the range.
    pub fn first(&self) -> Id {
        Id(self.bytes)
    }
    /// The largest id in the range.
    pub fn last(&self) -> Id {
        let mut bytes = self.bytes;
        let whole = usize::from(self.len / 2);
        bytes[whole + usize::from(self.len % 2)..].fill(0xff);
        if self.len % 2 == 1 {
            bytes[whole] |= 0x0f;
        }
        Id(bytes)
    }
    /// Nibble count (1 byte), then the nibbles, two a byte, high first, the last low half zero.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(self.len);
        out.extend_from_slice(&self.bytes[..usize::from(self.len).div_ceil(2)]);
    }
    /// Reads what [`Self::write`] wrote, from nibble count and bytes. `None` when it is not the one form.
    pub fn from_parts(len: u8, nibbles: &[u8]) -> Option<Prefix> {
        if len > PREFIX_NIBBLES_MAX + 1 || nibbles.len() != usize::from(len).div_ceil(2) {
            return None;
        }
        if len % 2 == 1 && nibbles.last().is_some_and(|b| b & 15 != 0) {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..nibbles.len()].copy_from_slice(nibbles);
        Some(Prefix { bytes, len })
    }
}

/// The id after `id`; `None` after the last of all.
pub(super) fn successor(id: &Id) -> Option<Id> {
    let mut bytes = id.0;
    for b in bytes.iter_mut().rev() {
        *b = b.wrapping_add(1);
        if *b != 0 {
            return Some(Id(bytes));
        }
    }
    None
}

/// Ids looked up at once.
const PAGE: usize = 2048;

/// Calls `each` for every id of a bucket in a range, in order, until it says `false`. Memory: one page.
pub(crate) fn for_each(source: &dyn Source, bucket: Bucket, range: &Prefix, mut each: impl FnMut(&Id) -> bool) {
    let (mut first, last) = (range.first(), range.last());
    loop {
        let page = source.ids(bucket, &first, &last, PAGE);
        if !page.iter().all(&mut each) || page.len() < PAGE {
            return;
        }
        match page.last().and_then(successor) {
            Some(next) if next <= last => first = next,
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_bound_their_ids() {
        let p = Prefix::ALL.child(0xa).child(0xb).child(0xc);
        assert_eq!(p.first().short(), "abc00000");
        assert_eq!(p.last().short(), "abcfffff");
        assert_eq!(p.last().0[31], 0xff);
        assert_eq!(p.child_of(&Id([0xab; 32])), 0xb);
        let mut out = Vec::new();
        p.write(&mut out);
        assert_eq!(out, [3, 0xab, 0xc0]);
        assert_eq!(Prefix::from_parts(3, &out[1..]), Some(p));
        assert_eq!(Prefix::from_parts(3, &[0xab, 0xcd]), None);
        assert_eq!(Prefix::ALL.last(), Id([0xff; 32]));
        assert_eq!(successor(&Id([0xff; 32])), None);
        let deep = (0..63).fold(Prefix::ALL, |p, _| p.child(15));
        assert_eq!(deep.len(), 63);
        assert_eq!(deep.first().0[31], 0xf0);
    }
}
