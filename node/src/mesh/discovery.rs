//! Hearing who is nearby: libp2p's multicast DNS, driven without a swarm, once for IPv4 and once for IPv6.
//!
//! We announce the socket of the link endpoint on every address of this computer, and announce again when the
//! addresses change. It says where somebody may be, not that they are reachable or who they are.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures::future::poll_fn;
use hedgerow_protocol::id::PublicKey;
use libp2p::core::transport::ListenerId;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::{ExpiredListenAddr, NewListenAddr};
use libp2p::swarm::{FromSwarm, NetworkBehaviour as _, ToSwarm};
use libp2p::{Multiaddr, PeerId, mdns};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::endpoint::{ADDRESSES_MAX, LinkEndpoint, is_link_local};
use super::interfaces::{Addresses, Interfaces};
use super::transport::{peer_id, public_key};

/// How long an announcement is believed: three questions' time.
const TTL: Duration = Duration::from_secs(20);
/// How often we ask who is there. Everybody hears every answer, so who has heard one waits; who comes new asks at once.
const QUERY_INTERVAL: Duration = Duration::from_secs(6);
/// Computers remembered as seen. Full: new ones are not noticed until others go.
const SEEN_MAX: usize = 512;
/// Sightings waiting for the mesh. Full: hearing waits.
const QUEUE: usize = 64;

/// Where a computer was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Its transport key, as it says.
    pub key: PublicKey,
    /// Where it says it is. Empty: not heard for longer than its announcement is believed.
    pub addresses: BTreeSet<SocketAddr>,
}

/// What is told to the mesh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Somebody was heard, or is not any more.
    Sighting(Sighting),
    /// Something about this computer's network changed: who could not be reached may be reachable now.
    NetworkChanged,
}

/// Starts listening and announcing. The task ends when the receiver is dropped.
pub fn start(endpoint: LinkEndpoint) -> Result<(mpsc::Receiver<Notice>, JoinHandle<()>), std::io::Error> {
    let ours = peer_id(&endpoint.id()).ok_or(std::io::ErrorKind::InvalidInput)?;
    let family = |enable_ipv6| {
        mdns::tokio::Behaviour::new(mdns::Config { ttl: TTL, query_interval: QUERY_INTERVAL, enable_ipv6 }, ours)
    };
    let (sender, receiver) = mpsc::channel(QUEUE);
    let v4 = family(false)?;
    // A computer without IPv6 still has neighbours.
    let v6 = family(true).ok();
    let discovery =
        Discovery { endpoint, ours, v4, v6, announced: BTreeMap::new(), seen: BTreeMap::new(), sightings: sender };
    Ok((receiver, tokio::spawn(discovery.run())))
}

struct Discovery {
    endpoint: LinkEndpoint,
    ours: PeerId,
    v4: mdns::tokio::Behaviour,
    v6: Option<mdns::tokio::Behaviour>,
    announced: BTreeMap<Multiaddr, ListenerId>,
    /// By key: what was announced, as it came (link-local addresses come without their scope).
    seen: BTreeMap<PublicKey, BTreeSet<SocketAddr>>,
    sightings: mpsc::Sender<Notice>,
}

enum Heard {
    Addresses(Addresses),
    Mdns(mdns::Event),
}

impl Discovery {
    async fn run(mut self) {
        let mut interfaces = Interfaces::watch().await;
        loop {
            let (v4, v6, closed) = (&mut self.v4, &mut self.v6, self.sightings.clone());
            let heard = tokio::select! {
                addresses = interfaces.changed() => Heard::Addresses(addresses),
                event = hear(v4) => Heard::Mdns(event),
                event = async { match v6 { Some(v6) => hear(v6).await, None => std::future::pending().await } } => Heard::Mdns(event),
                () = closed.closed() => return,
            };
            let changed = match heard {
                Heard::Addresses(addresses) => {
                    self.announce(addresses);
                    if self.sightings.send(Notice::NetworkChanged).await.is_err() {
                        return;
                    }
                    continue;
                }
                Heard::Mdns(mdns::Event::Discovered(found)) => self.note(found, true),
                Heard::Mdns(mdns::Event::Expired(gone)) => self.note(gone, false),
            };
            for key in changed {
                let sighting = Sighting { key, addresses: self.callable(&key) };
                if self.sightings.send(Notice::Sighting(sighting)).await.is_err() {
                    return;
                }
            }
        }
    }

    /// Announces what is new and takes back what is gone.
    fn announce(&mut self, now: Addresses) {
        let wanted: BTreeSet<Multiaddr> = now
            .ips
            .iter()
            .filter_map(|ip| Some(to_multiaddr(SocketAddr::new(*ip, self.endpoint.port_for(ip)?), self.ours)))
            .collect();
        let gone: Vec<(Multiaddr, ListenerId)> =
            self.announced.iter().filter(|(a, _)| !wanted.contains(*a)).map(|(a, l)| (a.clone(), *l)).collect();
        for (addr, listener_id) in gone {
            self.announced.remove(&addr);
            self.tell(FromSwarm::ExpiredListenAddr(ExpiredListenAddr { listener_id, addr: &addr }));
        }
        for addr in wanted {
            if !self.announced.contains_key(&addr) {
                let listener_id = ListenerId::next();
                self.tell(FromSwarm::NewListenAddr(NewListenAddr { listener_id, addr: &addr }));
                self.announced.insert(addr, listener_id);
            }
        }
    }

    fn tell(&mut self, event: FromSwarm<'_>) {
        self.v4.on_swarm_event(event);
        if let Some(v6) = &mut self.v6 {
            v6.on_swarm_event(event);
        }
    }

    fn note(&mut self, found: Vec<(PeerId, Multiaddr)>, here: bool) -> BTreeSet<PublicKey> {
        let mut changed = BTreeSet::new();
        for (peer, addr) in found {
            let (Some(key), Some(addr)) = (public_key(&peer).filter(|_| peer != self.ours), to_socket(&addr)) else {
                continue;
            };
            if here {
                if !self.seen.contains_key(&key) && self.seen.len() >= SEEN_MAX {
                    continue;
                }
                let addrs = self.seen.entry(key).or_default();
                if addrs.len() < ADDRESSES_MAX && addrs.insert(addr) {
                    changed.insert(key);
                }
            } else if let Some(addrs) = self.seen.get_mut(&key)
                && addrs.remove(&addr)
            {
                changed.insert(key);
                if addrs.is_empty() {
                    self.seen.remove(&key);
                }
            }
        }
        changed
    }

    /// The addresses one may call. Link-local ones only where there are no others: they do not say on which interface
    /// they lie, and with several interfaces only the first is tried.
    fn callable(&self, key: &PublicKey) -> BTreeSet<SocketAddr> {
        let heard = self.seen.get(key).into_iter().flatten().copied();
        let (local, wide): (BTreeSet<_>, BTreeSet<_>) = heard.partition(|a| is_link_local(&a.ip()));
        if wide.is_empty() { local } else { wide }
    }
}

async fn hear(behaviour: &mut mdns::tokio::Behaviour) -> mdns::Event {
    loop {
        if let ToSwarm::GenerateEvent(event) = poll_fn(|cx| behaviour.poll(cx)).await {
            return event;
        }
    }
}

fn to_multiaddr(addr: SocketAddr, peer: PeerId) -> Multiaddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) => Protocol::Ip4(ip),
        IpAddr::V6(ip) => Protocol::Ip6(ip),
    };
    Multiaddr::empty().with(ip).with(Protocol::Udp(addr.port())).with(Protocol::QuicV1).with(Protocol::P2p(peer))
}

/// The socket of `/ip4|ip6/…/udp/PORT/quic-v1[/p2p/KEY]`; nothing else is ours.
fn to_socket(addr: &Multiaddr) -> Option<SocketAddr> {
    let mut parts = addr.iter();
    let ip: IpAddr = match parts.next()? {
        Protocol::Ip4(ip) => ip.into(),
        Protocol::Ip6(ip) => ip.into(),
        _ => return None,
    };
    let Some(Protocol::Udp(port)) = parts.next() else { return None };
    let quic = matches!(parts.next(), Some(Protocol::QuicV1));
    let usable = port != 0 && !ip.is_loopback() && !ip.is_unspecified() && !ip.is_multicast();
    (quic && usable).then(|| SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow_protocol::keys::SecretKey;

    #[test]
    fn announcements_come_back_as_sockets() {
        let peer = peer_id(&SecretKey::from_seed(&[1; 32]).public()).unwrap();
        for text in ["192.168.1.7:4847", "[fe80::1]:4847", "[fd00::2]:1"] {
            let addr: SocketAddr = text.parse().unwrap();
            assert_eq!(to_socket(&to_multiaddr(addr, peer)), Some(addr));
        }
        for other in [
            "/ip4/127.0.0.1/udp/1/quic-v1",
            "/ip4/10.0.0.1/tcp/1",
            "/ip4/10.0.0.1/udp/0/quic-v1",
            "/dns/x/udp/1/quic-v1",
        ] {
            assert_eq!(to_socket(&other.parse().unwrap()), None, "{other}");
        }
    }
}
