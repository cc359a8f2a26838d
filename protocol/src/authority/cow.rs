//! A sorted map and a list that are cheap to copy: a copy shares everything until one of the two changes a part.
//!
//! Where order matters there is [`Sorted`]; what is only looked up is in a [`Listed`], which is several times quicker.
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
struct Pages<T> {
    pages: Vec<Arc<Vec<T>>>,
    len: usize,
}

impl<T: Clone> Pages<T> {
    /// Gives its place.
    fn push(&mut self, value: T) -> u32 {
        let at = self.len;
        if at.is_multiple_of(PART) {
            self.pages.push(Arc::new(Vec::with_capacity(PART)));
        }
        Arc::make_mut(&mut self.pages[at / PART]).push(value);
        self.len += 1;
        at as u32
    }
    fn get(&self, at: u32) -> &T {
        &self.pages[at as usize / PART][at as usize % PART]
    }
    fn get_mut(&mut self, at: u32) -> &mut T {
        &mut Arc::make_mut(&mut self.pages[at as usize / PART])[at as usize % PART]
    }
}

/// What a [`Listed`] can hold.
pub(super) trait Keyed {
    type Key: Copy + Ord;
    fn key(&self) -> Self::Key;
    /// Tells nearly all keys apart, and is spread evenly as long as nobody chose them to be otherwise.
    fn number(key: &Self::Key) -> u32;
}

/// Places in one row of the table, at most; half of them are taken when it grows.
const ROW: usize = 16;
/// Rows that are copied together.
const ROWS: usize = 32;

/// For each place its number, and one more than the place itself; the free ones are zeros at the end.
type Row = [(u32, u32); ROW];

/// A list that only grows, each with its own key, found by a table of their numbers. Whoever writes records chooses keys
/// as they like, and so can fill rows: what finds its row full is in a sorted map, so that nothing is ever slow to find.
#[derive(Clone)]
pub(super) struct Listed<T: Keyed> {
    list: Pages<T>,
    rows: Vec<Arc<[Row; ROWS]>>,
    rest: Sorted<(u64, T::Key), u32>,
}

impl<T: Keyed> Default for Listed<T> {
    fn default() -> Self {
        Listed { list: Pages { pages: Vec::new(), len: 0 }, rows: Vec::new(), rest: Sorted::default() }
    }
}

impl<T: Keyed + Clone> Listed<T> {
    pub fn get(&self, at: u32) -> &T {
        self.list.get(at)
    }
    /// Its key has to stay as it is.
    pub fn get_mut(&mut self, at: u32) -> &mut T {
        self.list.get_mut(at)
    }

    /// All, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.list.len as u32).map(|at| self.get(at))
    }

    /// The place of a key.
    pub fn find(&self, key: &T::Key) -> Option<u32> {
        let number = T::number(key);
        let (page, row) = self.row(number);
        let row = self.rows.get(page).map_or(&[][..], |page| &page[row]);
        let taken = row.iter().take_while(|(_, next)| *next != 0);
        let mut same = taken.filter(|(n, _)| *n == number).map(|(_, next)| *next - 1);
        same.find(|at| self.get(*at).key() == *key).or_else(|| self.rest.get(&(u64::from(number), *key)).copied())
    }

    /// Takes in what is not there yet; gives its place.
    pub fn push(&mut self, value: T) -> u32 {
        if self.list.len * 2 >= self.rows.len() * ROWS * ROW {
            let larger = (0..(self.rows.len() * 2).max(1)).map(|_| Arc::new([Row::default(); ROWS])).collect();
            let smaller = std::mem::replace(&mut self.rows, larger);
            for (number, next) in smaller.iter().flat_map(|page| page.as_flattened()).filter(|(_, next)| *next != 0) {
                self.put(*number, *next);
            }
        }
        let key = value.key();
        let (number, at) = (T::number(&key), self.list.push(value));
        if !self.put(number, at + 1) {
            self.rest.insert((u64::from(number), key), at);
        }
        at
    }

    /// The page and the row of a number.
    fn row(&self, number: u32) -> (usize, usize) {
        let row = (u64::from(number) * (self.rows.len() * ROWS) as u64) >> 32;
        (row as usize / ROWS, row as usize % ROWS)
    }

    /// Whether there was room in the row.
    fn put(&mut self, number: u32, next: u32) -> bool {
        let (page, row) = self.row(number);
        let free = self.rows[page][row].iter().position(|(_, next)| *next == 0);
        if let Some(free) = free {
            Arc::make_mut(&mut self.rows[page])[row][free] = (number, next);
        }
        free.is_some()
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

    impl Keyed for (u16, usize) {
        type Key = u16;
        fn key(&self) -> u16 {
            self.0
        }
        /// Many of one number, in a few rows that are soon full.
        fn number(key: &u16) -> u32 {
            if *key < 400 { u32::from(*key / 100) } else { u32::from(*key) << 16 }
        }
    }

    proptest! {
        /// Finds what a `BTreeMap` finds, and a copy stays what it was.
        #[test]
        fn a_list_finds_by_key(keys in prop::collection::vec(0u16..6_000, 0..2_500), probe in 0u16..6_000) {
            let (mut ours, mut theirs) = (Listed::<(u16, usize)>::default(), BTreeMap::new());
            let mut copy = None;
            for (n, key) in keys.iter().enumerate() {
                match (ours.find(key), theirs.get(key).copied()) {
                    (Some(at), Some((place, _))) => {
                        prop_assert_eq!(at, place);
                        ours.get_mut(at).1 = n;
                        theirs.insert(*key, (place, n));
                    }
                    (None, None) => {
                        theirs.insert(*key, (ours.push((*key, n)), n));
                    }
                    (ours, theirs) => prop_assert!(false, "{ours:?} {theirs:?}"),
                }
                if n == keys.len() / 2 {
                    copy = Some((ours.clone(), theirs.clone()));
                }
            }
            for (ours, theirs) in copy.into_iter().chain([(ours, theirs)]) {
                for (key, (at, n)) in &theirs {
                    prop_assert_eq!((ours.find(key), *ours.get(*at)), (Some(*at), (*key, *n)));
                }
                prop_assert_eq!(ours.find(&probe).is_some(), theirs.contains_key(&probe));
            }
        }
    }
}
