//! The addresses of this computer, and when they change: the one file that names netwatch.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use iroh::Watcher as _;
use netwatch::interfaces::{IpNet, State};
use netwatch::netmon::Monitor;

/// The system tells of most changes; link-local addresses that appear late are found by looking again. After so long at
/// first, and twice as long each time that nothing has changed, which costs a lasting idle computer next to nothing.
const LOOK_AGAIN: Duration = Duration::from_secs(4);
const LOOK_AGAIN_MAX: Duration = Duration::from_secs(64);

/// The addresses of the interfaces that are up, without loopback.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// All of them.
    pub ips: BTreeSet<IpAddr>,
    /// The networks they are on, as an address and the length of its prefix; loopback included.
    pub networks: BTreeSet<(IpAddr, u8)>,
    /// The link-local IPv6 address of each interface that has one, by interface number (scope).
    pub link_local: BTreeMap<u32, Ipv6Addr>,
}

impl Addresses {
    /// As they are now.
    pub async fn now() -> Self {
        Self::of(&State::new().await)
    }

    fn of(state: &State) -> Self {
        let mut found = Addresses::default();
        for net in state.interfaces.values().filter(|i| i.is_up()).flat_map(|i| i.addrs()) {
            let ip = net.addr();
            let prefix = match net {
                IpNet::V4(net) => net.prefix_len(),
                IpNet::V6 { net, .. } => net.prefix_len(),
            };
            found.networks.insert((ip, prefix));
            if ip.is_loopback() || ip.is_multicast() || ip.is_unspecified() {
                continue;
            }
            if let IpNet::V6 { net, scope_id, flags } = net {
                if flags.tentative || flags.duplicated {
                    continue;
                }
                if net.addr().is_unicast_link_local() && scope_id != 0 {
                    found.link_local.insert(scope_id, net.addr());
                }
            }
            found.ips.insert(ip);
        }
        found
    }
}

/// Tells of changes.
pub struct Interfaces {
    last: Option<State>,
    // Without a monitor (a system that gives none) looking again is all there is.
    monitor: Option<Monitor>,
    pause: Duration,
}

impl Interfaces {
    /// Starts watching. Nothing has been told yet: the first [`Interfaces::changed`] answers at once.
    pub async fn watch() -> Self {
        Interfaces { last: None, monitor: Monitor::new().await.ok(), pause: LOOK_AGAIN }
    }

    /// Waits until anything about the interfaces differs from what was told last: an address, or a cable that was
    /// pulled or put in. Safe to drop and call again.
    pub async fn changed(&mut self) -> Addresses {
        let mut watcher = self.monitor.as_ref().map(Monitor::interface_state);
        loop {
            let now = State::new().await;
            let addresses = Addresses::of(&now);
            let same = |last: &State| *last == now && Addresses::of(last) == addresses;
            if !self.last.as_ref().is_some_and(same) {
                self.last = Some(now);
                self.pause = LOOK_AGAIN;
                return addresses;
            }
            let Some(telling) = &mut watcher else {
                // Nobody tells of anything: a cable must still be noticed soon.
                tokio::time::sleep(LOOK_AGAIN).await;
                continue;
            };
            match tokio::time::timeout(self.pause, telling.updated()).await {
                Ok(Ok(_)) => {}
                Ok(Err(_)) => watcher = None,
                Err(_) => self.pause = (self.pause * 2).min(LOOK_AGAIN_MAX),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn loopback_is_not_told() {
        let found = Addresses::now().await;
        assert!(found.ips.iter().all(|ip| !ip.is_loopback()), "{found:?}");
    }
}
