//! A sorted map and a list that are cheap to copy: a copy shares everything until one of the two changes a part.
//!
//! Whoever writes a record makes a copy of the whole authority first, so that what readers see stays as it was. Not for:
//! small things, which a `BTreeMap` holds as well.

use std::sync::Arc;

use crate::id::{Id, PublicKey};

/// Entries of one part. Copying a part is what a change after a copy costs.
const PART: usize = 64;

/// A number that is in the order of the keys, and nearly always tells two apart: looking things up compares numbers.
pub(super) trait Quick {
    fn quick(&self) -> u64;
}

impl Quick for Id {
    #[inline]
    fn quick(&self) -> u64 {
        self.0.first_chunk::<8>().map_or(0, |head| u64::from_be_bytes(*head))
    }
}
impl Quick for PublicKey {
    #[inline]
    fn quick(&self) -> u64 {
        Id(self.0).quick()
    }
}
impl Quick for u64 {
    #[inline]
    fn quick(&self) -> u64 {
        *self
    }
}
impl<A: Quick, B> Quick for (A, B) {
    #[inline]
    fn quick(&self) -> u64 {
        self.0.quick()
    }
}

/// A map in the order of its keys, in parts of at most [`PART`].
#[derive(Clone)]
pub(super) struct Sorted<K, V> {
    /// The first key of each part, and its number.
    firsts: Vec<K>,
    quick: Vec<u64>,
    parts: Vec<Arc<Vec<(K, V)>>>,
    len: usize,
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Sorted { firsts: Vec::new(), quick: Vec::new(), parts: Vec::new(), len: 0 }
    }
}

impl<K: Copy + Ord + Quick, V: Clone> Sorted<K, V> {
    pub fn len(&self) -> usize {
        self.len
    }

    /// The part a key belongs to.
    fn part(&self, key: &K) -> usize {
        let quick = key.quick();
        let mut at = self.quick.partition_point(|first| *first < quick);
        if self.quick.get(at) == Some(&quick) {
            at += self.firsts[at..].partition_point(|first| first <= key);
        }
        at.saturating_sub(1)
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        let part = self.parts.get(self.part(key))?;
        let at = part.binary_search_by(|(k, _)| k.cmp(key)).ok()?;
        part.get(at).map(|(_, v)| v)
    }

    pub fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// The value of a key, made if there is none.
    pub fn entry(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        if self.parts.is_empty() {
            self.firsts.push(key);
            self.quick.push(key.quick());
            self.parts.push(Arc::new(Vec::new()));
        }
        let mut at = self.part(&key);
        let place = match self.parts[at].binary_search_by(|(k, _)| k.cmp(&key)) {
            Ok(place) => place,
            Err(mut place) => {
                if self.parts[at].len() >= PART {
                    // What is filled in order leaves full parts behind it.
                    let end = at + 1 == self.parts.len() && place == PART;
                    let rest = Arc::make_mut(&mut self.parts[at]).split_off(if end { PART } else { PART / 2 });
                    let first = rest.first().map_or(key, |(k, _)| *k);
                    self.firsts.insert(at + 1, first);
                    self.quick.insert(at + 1, first.quick());
                    self.parts.insert(at + 1, Arc::new(rest));
                    if place > self.parts[at].len() || end {
                        place -= self.parts[at].len();
                        at += 1;
                    }
                }
                let part = Arc::make_mut(&mut self.parts[at]);
                part.insert(place, (key, make()));
                (self.firsts[at], self.quick[at]) = (part[0].0, part[0].0.quick());
                self.len += 1;
                place
            }
        };
        &mut Arc::make_mut(&mut self.parts[at])[place].1
    }

    pub fn insert(&mut self, key: K, value: V) {
        let new = value.clone();
        *self.entry(key, || new) = value;
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.part(key);
        let place = self.parts.get(at)?.binary_search_by(|(k, _)| k.cmp(key)).ok()?;
        let part = Arc::make_mut(&mut self.parts[at]);
        let (_, value) = part.remove(place);
        self.len -= 1;
        match part.first() {
            Some((first, _)) => (self.firsts[at], self.quick[at]) = (*first, first.quick()),
            None => {
                self.firsts.remove(at);
                self.quick.remove(at);
                self.parts.remove(at);
            }
        }
        Some(value)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.parts.iter().flat_map(|part| part.iter()).map(|(k, v)| (k, v))
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(k, _)| k)
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, v)| v)
    }

    /// From a key on.
    pub fn from(&self, key: &K) -> impl Iterator<Item = (&K, &V)> + use<'_, K, V> {
        let at = self.part(key);
        let place = self.parts.get(at).map_or(0, |part| part.partition_point(|(k, _)| k < key));
        let first = self.parts.get(at).map_or(&[][..], |part| &part[place..]);
        let rest = self.parts.get(at + 1..).unwrap_or(&[]);
        first.iter().chain(rest.iter().flat_map(|part| part.iter())).map(|(k, v)| (k, v))
    }
}

/// A list that only grows.
#[derive(Clone)]
pub(super) struct Pages<T> {
    pages: Vec<Arc<Vec<T>>>,
    len: usize,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Pages { pages: Vec::new(), len: 0 }
    }
}

impl<T: Clone> Pages<T> {
    /// Gives its place.
    pub fn push(&mut self, value: T) -> u32 {
        let at = self.len;
        if at.is_multiple_of(PART) {
            self.pages.push(Arc::new(Vec::with_capacity(PART)));
        }
        Arc::make_mut(&mut self.pages[at / PART]).push(value);
        self.len += 1;
        at as u32
    }
    pub fn get(&self, at: u32) -> &T {
        &self.pages[at as usize / PART][at as usize % PART]
    }
    pub fn get_mut(&mut self, at: u32) -> &mut T {
        &mut Arc::make_mut(&mut self.pages[at as usize / PART])[at as usize % PART]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Many keys to one number, so that it does not tell them apart.
    impl Quick for u16 {
        fn quick(&self) -> u64 {
            u64::from(*self / 100)
        }
    }

    proptest! {
        /// Does what a `BTreeMap` does, and a copy stays what it was.
        #[test]
        fn a_sorted_map_is_a_map(steps in prop::collection::vec((0u16..600, 0u8..5), 0..900), probe in 0u16..600) {
            let (mut ours, mut theirs) = (Sorted::default(), BTreeMap::new());
            let mut copy = None;
            for (n, (key, what)) in steps.iter().enumerate() {
                if *what == 0 {
                    prop_assert_eq!(ours.remove(key), theirs.remove(key));
                } else {
                    ours.insert(*key, n);
                    theirs.insert(*key, n);
                }
                if n == steps.len() / 2 {
                    copy = Some((ours.clone(), theirs.clone()));
                }
            }
            for (ours, theirs) in copy.into_iter().chain([(ours, theirs)]) {
                prop_assert!(ours.iter().eq(theirs.iter()));
                prop_assert!(ours.from(&probe).eq(theirs.range(probe..)));
                prop_assert_eq!((ours.get(&probe), ours.len()), (theirs.get(&probe), theirs.len()));
            }
        }
    }

    #[test]
    fn a_list_in_pages_is_a_list() {
        let mut list = Pages::default();
        (0..1_000).for_each(|n| assert_eq!(list.push(n), n));
        let copy = list.clone();
        *list.get_mut(700) = 1;
        assert_eq!((*list.get(700), *copy.get(700), *list.get(999)), (1, 700, 999));
    }
}
