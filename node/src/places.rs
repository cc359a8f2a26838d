//! Places of which nobody has all: whoever wants one may have as many as are still free.
//!
//! So one who takes what there is has half, two have a third each, and there is always one for somebody who has none, until
//! they are very many. Not for: waiting, or counting over time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Some places.
pub struct Places<K: Ord + Clone> {
    most: usize,
    taken: Mutex<BTreeMap<K, usize>>,
}

/// One of them, given back when dropped.
pub struct Place<K: Ord + Clone>(Arc<Places<K>>, K);

impl<K: Ord + Clone> Places<K> {
    /// So many, all free.
    pub fn new(most: usize) -> Arc<Places<K>> {
        Arc::new(Places { most, taken: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<K, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one, if there is one for them.
    pub fn enter(self: &Arc<Self>, who: K) -> Option<Place<K>> {
        let mut taken = self.lock();
        let free = self.most.saturating_sub(taken.values().sum());
        let own = taken.get(&who).copied().unwrap_or(0);
        if own >= free {
            return None;
        }
        taken.insert(who.clone(), own + 1);
        drop(taken);
        Some(Place(self.clone(), who))
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        self.lock().values().sum()
    }
}

impl<K: Ord + Clone> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.0.lock();
        if let Some(own) = taken.get_mut(&self.1) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_all_of_them() {
        let places = Places::new(64);
        let most = |who: u8| std::iter::from_fn(|| places.enter(who)).collect::<Vec<_>>();
        let greedy = most(1);
        assert_eq!(greedy.len(), 32);
        let (second, third) = (most(2), most(3));
        assert_eq!((second.len(), third.len(), places.taken()), (16, 8, 56));
        assert!(places.enter(1).is_none() && places.enter(4).is_some());
        drop(greedy);
        assert_eq!(most(4).len(), 20, "what comes back is shared anew");
        drop((second, third));
        assert_eq!(places.taken(), 0);
    }
}
