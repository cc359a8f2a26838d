//! Who may ask how much: connections and requests, counted by address.
//!
//! Kept in memory for as long as somebody is asking and never written down. Knows nothing of what is asked.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections at once, altogether. More: closed unanswered, so that those there are go on.
pub const CONNECTIONS_MAX: usize = 256;
/// Connections at once from one address: a guest network may hide many telephones behind one. More: closed unanswered.
pub const CONNECTIONS_PER_ADDRESS_MAX: u32 = 32;
/// Requests that one address may make at once before it has to slow down.
const BURST: f64 = 240.0;
/// Requests a second that one address may go on making.
const RATE: f64 = 20.0;
/// Addresses remembered. Full: those that are quiet are forgotten; if all are busy, a new one is turned away.
const ADDRESSES_MAX: usize = 4096;

struct Visitor {
    connections: u32,
    /// Requests it may still make at once, as of `at_ms`.
    left: f64,
    at_ms: u64,
}

/// Counts.
#[derive(Default)]
pub struct Gate(Mutex<HashMap<IpAddr, Visitor>>);

/// A connection that was let in; counted until it is dropped.
pub struct Pass {
    gate: Arc<Gate>,
    address: IpAddr,
}

impl Gate {
    /// Lets a connection in, or not.
    pub fn connect(self: &Arc<Self>, address: IpAddr, now_ms: u64) -> Option<Pass> {
        let address = home_of(address);
        let mut all = self.lock();
        if !all.contains_key(&address) {
            if all.len() >= ADDRESSES_MAX {
                all.retain(|_, v| v.connections > 0 || v.now(now_ms) < BURST);
            }
            if all.len() >= ADDRESSES_MAX {
                return None;
            }
        }
        let visitor = all.entry(address).or_insert(Visitor { connections: 0, left: BURST, at_ms: now_ms });
        if visitor.connections >= CONNECTIONS_PER_ADDRESS_MAX {
            return None;
        }
        visitor.connections += 1;
        Some(Pass { gate: self.clone(), address })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Visitor>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// Whether this address may make one more request now.
    pub fn ask(&self, now_ms: u64) -> bool {
        let mut all = self.gate.lock();
        // It is there as long as the pass is.
        let Some(visitor) = all.get_mut(&self.address) else { return false };
        visitor.left = visitor.now(now_ms);
        visitor.at_ms = now_ms;
        let may = visitor.left >= 1.0;
        if may {
            visitor.left -= 1.0;
        }
        may
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(visitor) = self.gate.lock().get_mut(&self.address) {
            visitor.connections = visitor.connections.saturating_sub(1);
        }
    }
}

impl Visitor {
    fn now(&self, now_ms: u64) -> f64 {
        let seconds = now_ms.saturating_sub(self.at_ms) as f64 / 1000.0;
        (self.left + seconds * RATE).min(BURST)
    }
}

/// One home or telephone has a whole /64 of IPv6 addresses, and changes them at will.
fn home_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => IpAddr::V4(ip),
            None => IpAddr::V6(Ipv6Addr::from(u128::from(ip) >> 64 << 64)),
        },
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_all() {
        let gate = Arc::new(Gate::default());
        let ip = IpAddr::from([192, 168, 1, 7]);
        let passes: Vec<_> = (0..CONNECTIONS_PER_ADDRESS_MAX).map(|_| gate.connect(ip, 0).unwrap()).collect();
        assert!(gate.connect(ip, 0).is_none());
        assert!(gate.connect(IpAddr::from([192, 168, 1, 8]), 0).is_some());
        assert_eq!(passes.iter().cycle().take(1000).filter(|p| p.ask(0)).count(), BURST as usize);
        assert_eq!(passes.iter().take(30).filter(|p| p.ask(1000)).count(), RATE as usize, "it slows down, no more");
        drop(passes);
        assert!(gate.connect(ip, 0).is_some());
    }

    #[test]
    fn changing_the_end_of_an_ipv6_address_does_not_help() {
        let gate = Arc::new(Gate::default());
        let at = |n: u128| IpAddr::V6(Ipv6Addr::from((0x2001_0db8_u128 << 96) | n));
        let passes: Vec<_> = (0..100).filter_map(|n| gate.connect(at(n), 0)).collect();
        assert_eq!(passes.len(), CONNECTIONS_PER_ADDRESS_MAX as usize);
        assert_eq!(home_of("::ffff:10.0.0.1".parse().unwrap()), IpAddr::from([10, 0, 0, 1]));
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_the_quiet() {
        let gate = Arc::new(Gate::default());
        let ip = |n: u32| IpAddr::from(n.to_be_bytes());
        for n in 0..ADDRESSES_MAX as u32 {
            assert!(gate.connect(ip(n), 0).is_some_and(|p| p.ask(0)));
        }
        assert!(gate.connect(ip(9_999_999), 0).is_none(), "all of them have just asked");
        assert!(gate.connect(ip(9_999_999), 60_000).is_some());
        assert_eq!(gate.lock().len(), 1);
    }
}
