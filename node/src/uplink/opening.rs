//! Places for connections that are being opened: looked up and called, not there yet.
//!
//! Places that nobody answers for stay taken for seconds, so one member must not have them all. Not for: connections that are
//! open, which are counted by [`super::share`].

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hedgerow_protocol::uplink::Refusal;
use hedgerow_protocol::uplink::meter::Member;

/// Connections being opened at once, for everybody together. More: refused as busy.
const OPENING_MAX: u32 = 64;

/// The places of one gateway.
#[derive(Default)]
pub struct Openings(Mutex<BTreeMap<Member, u32>>);

/// One of them, given back when dropped.
pub struct Opening<'a>(&'a Openings, Member);

impl Openings {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Member, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place. A member may have as many as are still free: half of them alone, a third each of two.
    pub fn enter(&self, member: Member) -> Result<Opening<'_>, Refusal> {
        let mut by = self.lock();
        let free = OPENING_MAX.saturating_sub(by.values().sum());
        let own = by.entry(member).or_default();
        if *own >= free {
            if *own == 0 {
                by.remove(&member);
            }
            return Err(Refusal::Busy);
        }
        *own += 1;
        Ok(Opening(self, member))
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        let mut by = self.0.lock();
        if let Some(own) = by.get_mut(&self.1) {
            *own -= 1;
            if *own == 0 {
                by.remove(&self.1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_member_never_has_all_places() {
        let openings = Openings::default();
        let most = |n: u8| std::iter::from_fn(|| openings.enter(Member([n; 16])).ok()).collect::<Vec<_>>();
        let greedy = most(1);
        assert_eq!(greedy.len(), 32);
        let (second, third) = (most(2), most(3));
        assert_eq!((second.len(), third.len()), (16, 8));
        assert!(openings.enter(Member([1; 16])).is_err());
        drop(greedy);
        assert_eq!(most(4).len(), 20, "what comes back is shared anew");
        drop((second, third));
        assert!(openings.lock().is_empty());
    }
}
