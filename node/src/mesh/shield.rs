//! Who may say anything at all: the accept loop.
//!
//! A call is judged by the transport key its handshake proves and by what it is for, before a byte of any of our
//! protocols is read. Strangers get the join protocol, slowly; everything else is for live members.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hedgerow_protocol::limits::JOIN_FAILURES_PER_MINUTE;
use iroh::endpoint::{Connection, Incoming, IncomingAddr};
use tokio::sync::{Semaphore, mpsc};

use super::endpoint::{ALPN_FLOW, ALPN_JOIN, ALPN_LIBP2P, ALPN_SYNC, Goodbye, remote_key};
use super::inner::{Inner, Word};
use super::streams::{self, Flows};
use super::{join, sync};

/// Handshakes at once. More: the caller is told to prove its address first, and beyond twice as many, ignored.
const HANDSHAKES_MAX: usize = 64;
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// Strangers talked to at once, over all and from one address. More: told that we are busy.
const STRANGERS_MAX: usize = 32;
const STRANGERS_PER_ADDRESS: usize = 4;
/// Addresses whose attempts are remembered. Full: the one whose minute is over first makes room.
const ADDRESSES_MAX: usize = 4096;
const MINUTE: Duration = Duration::from_secs(60);
/// Requests of one address a minute. More: told to wait.
const REQUESTS_PER_MINUTE: u32 = 240;

/// Takes calls until the endpoint closes. `libp2p`: where links with members for the swarm go.
pub async fn accept_loop(mesh: Arc<Inner>, libp2p: Option<mpsc::Sender<Connection>>, flows: Option<Arc<dyn Flows>>) {
    let handshakes = Arc::new(Semaphore::new(2 * HANDSHAKES_MAX));
    let strangers = Arc::new(Semaphore::new(STRANGERS_MAX));
    let limits = Arc::new(Limits::default());
    while let Some(incoming) = mesh.endpoint.accept().await {
        if handshakes.available_permits() < HANDSHAKES_MAX && !incoming.remote_addr_validated() {
            // Only fails for those that have proved their address, which were just ruled out.
            let _ = incoming.retry();
            continue;
        }
        let Ok(permit) = handshakes.clone().try_acquire_owned() else {
            incoming.ignore();
            continue;
        };
        let (mesh, strangers, limits) = (mesh.clone(), strangers.clone(), limits.clone());
        let (libp2p, flows) = (libp2p.clone(), flows.clone());
        tokio::spawn(async move {
            let ip = address_of(&incoming);
            let Ok(Ok(connection)) = tokio::time::timeout(HANDSHAKE_TIMEOUT, incoming.into_future()).await else {
                return;
            };
            drop(permit);
            admit(mesh, connection, ip, (libp2p, flows), strangers, limits).await;
        });
    }
}

async fn admit(
    mesh: Arc<Inner>,
    connection: Connection,
    ip: IpAddr,
    (libp2p, flows): (Option<mpsc::Sender<Connection>>, Option<Arc<dyn Flows>>),
    strangers: Arc<Semaphore>,
    limits: Arc<Limits>,
) {
    let key = remote_key(&connection);
    match connection.alpn() {
        ALPN_JOIN => {
            let Ok(_permit) = strangers.try_acquire() else { return Goodbye::Busy.close(&connection) };
            let Some(_guest) = Limits::enter(&limits, ip) else { return Goodbye::Busy.close(&connection) };
            join::serve(&mesh, &connection, ip, &limits).await;
        }
        alpn @ (ALPN_LIBP2P | ALPN_SYNC | ALPN_FLOW) => {
            if !mesh.is_member(&key) {
                mesh.refuse(&key, &connection);
                // It may be a member we have not heard of, who may not have heard of us: then we have something to show.
                mesh.word(Word::Present(key));
                return;
            }
            if alpn == ALPN_SYNC {
                return sync::run(mesh, connection, false).await;
            }
            mesh.remember(key, &connection);
            if alpn == ALPN_FLOW {
                return match flows {
                    Some(flows) => streams::accept(key, connection, flows).await,
                    None => Goodbye::Busy.close(&connection),
                };
            }
            match libp2p {
                Some(libp2p) => {
                    if let Err(mpsc::error::TrySendError::Full(c) | mpsc::error::TrySendError::Closed(c)) =
                        libp2p.try_send(connection)
                    {
                        Goodbye::Busy.close(&c);
                    }
                }
                None => Goodbye::Busy.close(&connection),
            }
        }
        _ => Goodbye::Protocol.close(&connection),
    }
}

fn address_of(incoming: &Incoming) -> IpAddr {
    match incoming.remote_addr() {
        IncomingAddr::Ip(addr) => subject(addr.ip().to_canonical()),
        _ => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

/// What limits count by: an IPv4 address, or the /64 an IPv6 address is in, of which one computer may have all.
fn subject(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => {
            let s = v6.segments();
            // Link-local addresses share their /64 with everybody on the cable.
            if v6.is_unicast_link_local() { ip } else { Ipv6Addr::new(s[0], s[1], s[2], s[3], 0, 0, 0, 0).into() }
        }
    }
}

/// What strangers may still do, by address.
#[derive(Default)]
pub struct Limits(Mutex<BTreeMap<IpAddr, Tally>>);

#[derive(Clone, Copy)]
struct Tally {
    since: Instant,
    failures: u32,
    requests: u32,
    inside: usize,
}

/// One stranger being talked to; leaves when dropped.
pub struct Guest {
    limits: Arc<Limits>,
    ip: IpAddr,
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.limits.with(self.ip, |t| t.inside = t.inside.saturating_sub(1));
    }
}

impl Limits {
    fn with<T>(&self, ip: IpAddr, work: impl FnOnce(&mut Tally) -> T) -> T {
        let now = Instant::now();
        let mut all = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if all.len() >= ADDRESSES_MAX && !all.contains_key(&ip) {
            all.retain(|_, t| t.inside > 0 || now.duration_since(t.since) < MINUTE);
            if all.len() >= ADDRESSES_MAX {
                let oldest = all.iter().filter(|(_, t)| t.inside == 0).min_by_key(|(_, t)| t.since).map(|(ip, _)| *ip);
                oldest.and_then(|ip| all.remove(&ip));
            }
        }
        let tally = all.entry(ip).or_insert(Tally { since: now, failures: 0, requests: 0, inside: 0 });
        if now.duration_since(tally.since) >= MINUTE {
            *tally = Tally { since: now, failures: 0, requests: 0, inside: tally.inside };
        }
        work(tally)
    }

    fn enter(limits: &Arc<Limits>, ip: IpAddr) -> Option<Guest> {
        let free = limits.with(ip, |t| {
            let free = t.inside < STRANGERS_PER_ADDRESS;
            t.inside += usize::from(free);
            free
        });
        free.then(|| Guest { limits: limits.clone(), ip })
    }

    /// Counts a request; false: the address has had its ten failures, or its requests, for this minute.
    pub fn may_ask(&self, ip: IpAddr) -> bool {
        self.with(ip, |t| {
            t.requests = t.requests.saturating_add(1);
            t.failures < JOIN_FAILURES_PER_MINUTE && t.requests <= REQUESTS_PER_MINUTE
        })
    }

    /// Counts a failure.
    pub fn failed(&self, ip: IpAddr) {
        self.with(ip, |t| t.failures = t.failures.saturating_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_a_minute_an_address() {
        let limits = Limits::default();
        let (bad, good) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        for _ in 0..JOIN_FAILURES_PER_MINUTE {
            assert!(limits.may_ask(bad));
            limits.failed(bad);
        }
        assert!(!limits.may_ask(bad));
        assert!(limits.may_ask(good));
    }

    #[test]
    fn addresses_remembered_are_bounded_and_guests_leave() {
        let limits = Arc::new(Limits::default());
        for i in 0..10_000u32 {
            limits.failed(IpAddr::from(i.to_be_bytes()));
        }
        assert!(limits.0.lock().unwrap().len() <= ADDRESSES_MAX);
        let ip = IpAddr::from([1, 2, 3, 4]);
        let guests: Vec<_> = (0..STRANGERS_PER_ADDRESS).map(|_| Limits::enter(&limits, ip).unwrap()).collect();
        assert!(Limits::enter(&limits, ip).is_none());
        drop(guests);
        assert!(Limits::enter(&limits, ip).is_some());
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        assert_eq!(subject("2001:db8::1".parse().unwrap()), subject("2001:db8::ffff".parse().unwrap()));
        assert_ne!(subject("fe80::1".parse().unwrap()), subject("fe80::2".parse().unwrap()));
    }
}
