//! The link endpoint: the one file that binds and dials iroh.
//!
//! It owns the UDP sockets, the transport key and the addresses we know of others. It asks no server of anybody
//! where another computer is: addresses come from neighbours heard on the spot, from invites, or from people.
//! Not for: who may talk to us (`shield`), or what is said (`join`, `sync`, `swarm`).

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::keys::SecretKey;
use iroh::address_lookup::memory::MemoryLookup;
use iroh::endpoint::{
    BindOpts, ConnectOptions, Connection, IdleTimeout, Incoming, PortmapperConfig, QuicTransportConfig,
    QuicTransportConfigBuilder, VarInt, presets,
};
use iroh::{Endpoint, EndpointAddr, RelayMode, TransportAddr};

use super::interfaces::Addresses;
use crate::haste::hastened;

/// The UDP port a node uses unless told otherwise.
pub const PORT_DEFAULT: u16 = 4847;
/// ALPN of the join protocol, the only one a stranger may use.
pub const ALPN_JOIN: &[u8] = b"hedgerow/join/1";
/// ALPN of libp2p's behaviours; members only.
pub const ALPN_LIBP2P: &[u8] = b"hedgerow/libp2p/1";
/// ALPN of sync; members only.
pub const ALPN_SYNC: &[u8] = b"hedgerow/sync/1";
/// ALPN of flows (uplink and local sites); members only.
pub const ALPN_FLOW: &[u8] = b"hedgerow/flow/1";

/// How long a call may take before we say that there was no answer.
pub const DIAL_TIMEOUT: Duration = Duration::from_secs(5);
/// A link over which nothing comes for this long is dead.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);
const PATH_IDLE_TIMEOUT: Duration = Duration::from_secs(9);
/// Who called says a word on each path after this much silence. Who was called answers, and says one of its own only after
/// iroh's five seconds: when both do it at once, an idle link costs twice the packets, and they are most of what idling costs.
const KEEP_ALIVE: Duration = Duration::from_secs(4);
/// The same for the connection whatever its path: never, the paths are enough.
const KEEP_ALIVE_ANY_PATH: Duration = Duration::from_secs(24 * 3600);
/// Streams one link may have open at once towards us. More: the other side waits.
const STREAMS_MAX: u32 = 64;
/// Interfaces with a socket of their own for link-local addresses. More: those are not called or announced by them.
const LINK_LOCAL_MAX: usize = 8;
/// Addresses remembered for one computer. More: the rest is left out.
pub const ADDRESSES_MAX: usize = 16;

/// Why the endpoint could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another program has the port. Remedy: set another one, or 0 for any.
    #[error("UDP port {port} is already in use; choose another with `hedgerow config set port N` (0 means any)")]
    PortTaken {
        /// The port asked for.
        port: u16,
    },
    /// The address cannot be used on this computer.
    #[error("cannot open a network socket: {0}")]
    Socket(String),
}

/// Why a call did not become a link. In words a person can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// Nobody answered at any address. A wall (firewall) or a Wi-Fi that keeps guests apart looks like this.
    #[error("no answer to our call on UDP port {}", join(.ports))]
    NoAnswer {
        /// The ports that were called.
        ports: Vec<u16>,
    },
    /// We know no address of this computer.
    #[error("no address known for this computer")]
    NoAddress,
    /// Somebody answered and would not talk to us in this way.
    #[error("the other computer answered but did not take the call ({0})")]
    Refused(String),
}

fn join(ports: &[u16]) -> String {
    let text: Vec<String> = ports.iter().map(u16::to_string).collect();
    if text.is_empty() { "?".into() } else { text.join(", ") }
}

/// What to bind.
pub struct EndpointOptions {
    /// The transport key of this device.
    pub transport: SecretKey,
    /// UDP port; 0 for any. Used where `bind` is empty.
    pub port: u16,
    /// Addresses to bind instead of all; at most one IPv4 and one IPv6.
    pub bind: Vec<SocketAddr>,
    /// Whether to take calls at all. A node without a community does not.
    pub serves: bool,
}

/// The bound endpoint. Cheap to clone.
#[derive(Clone)]
pub struct LinkEndpoint {
    shared: Arc<Shared>,
    lookup: MemoryLookup,
}

struct Shared {
    /// Empty once closed: iroh keeps the sockets open for as long as anybody holds a handle.
    endpoint: RwLock<Option<Endpoint>>,
    id: PublicKey,
    sockets: Vec<SocketAddr>,
}

impl LinkEndpoint {
    /// Binds the sockets. IPv6 may be missing on a computer; IPv4 may not, unless only IPv6 was asked for.
    pub async fn bind(options: &EndpointOptions) -> Result<Self, BindError> {
        let lookup = MemoryLookup::new();
        let mut builder = Endpoint::builder(presets::Minimal)
            .secret_key(iroh::SecretKey::from_bytes(&options.transport.seed()))
            .relay_mode(RelayMode::Disabled)
            .portmapper_config(PortmapperConfig::Disabled)
            .transport_config(transport_config().build())
            .address_lookup(lookup.clone())
            .clear_ip_transports();
        if options.serves {
            builder =
                builder.alpns(vec![ALPN_JOIN.to_vec(), ALPN_LIBP2P.to_vec(), ALPN_SYNC.to_vec(), ALPN_FLOW.to_vec()]);
        }
        let everywhere = [
            SocketAddr::from((Ipv4Addr::UNSPECIFIED, options.port)),
            SocketAddr::from((Ipv6Addr::UNSPECIFIED, options.port)),
        ];
        let (addrs, asked): (&[SocketAddr], bool) =
            if options.bind.is_empty() { (&everywhere, false) } else { (&options.bind, true) };
        if !asked {
            // iroh forgets on which interface a link-local address lies. A socket bound to one interface does not
            // need to know, so each gets its own, on the next port (the first is taken by the socket for all). They come
            // first because iroh takes no more once it has a default.
            let port = if options.port == 0 { 0 } else { options.port.saturating_add(1) };
            for (scope, ip) in Addresses::now().await.link_local.into_iter().take(LINK_LOCAL_MAX) {
                let addr = SocketAddrV6::new(ip, port, 0, scope);
                let opts = BindOpts::default().set_prefix_len(64).set_is_required(false).set_is_default_route(false);
                builder = builder.bind_addr_with_opts(addr, opts).map_err(|e| BindError::Socket(e.to_string()))?;
            }
        }
        for addr in addrs {
            let required = asked || addr.is_ipv4();
            builder = builder
                .bind_addr_with_opts(*addr, BindOpts::default().set_is_required(required))
                .map_err(|e| BindError::Socket(e.to_string()))?;
        }
        let endpoint = builder.bind().await.map_err(|e| {
            let text = chain(&e);
            if text.contains("in use") {
                BindError::PortTaken { port: addrs.iter().map(SocketAddr::port).next().unwrap_or(options.port) }
            } else {
                BindError::Socket(text)
            }
        })?;
        let (id, sockets) = (PublicKey(*endpoint.id().as_bytes()), endpoint.bound_sockets());
        Ok(LinkEndpoint { shared: Arc::new(Shared { endpoint: RwLock::new(Some(endpoint)), id, sockets }), lookup })
    }

    /// Our transport key.
    pub fn id(&self) -> PublicKey {
        self.shared.id
    }

    /// The sockets that are open.
    pub fn sockets(&self) -> Vec<SocketAddr> {
        self.shared.sockets.clone()
    }

    /// The port under which an address of this computer can be called, if it can. A link-local address only by a
    /// socket of its own: answers of the socket for all would not find the interface.
    pub fn port_for(&self, ip: &IpAddr) -> Option<u16> {
        let sockets = self.sockets();
        let own = sockets.iter().find(|s| s.ip() == *ip);
        let all = || sockets.iter().find(|s| s.is_ipv4() == ip.is_ipv4() && s.ip().is_unspecified());
        own.or_else(|| if is_link_local(ip) { None } else { all() }).map(SocketAddr::port)
    }

    /// Sets the addresses under which a computer may be called. Empty: forgets it.
    pub fn learn(&self, key: &PublicKey, addrs: &BTreeSet<SocketAddr>) {
        let Ok(id) = iroh::EndpointId::from_bytes(&key.0) else { return };
        if addrs.is_empty() {
            self.lookup.remove_endpoint_info(id);
            return;
        }
        let addrs = addrs.iter().take(ADDRESSES_MAX).map(|a| TransportAddr::Ip(*a));
        self.lookup.set_endpoint_info(EndpointAddr::from_parts(id, addrs));
    }

    /// Calls a computer by its key, within [`DIAL_TIMEOUT`].
    pub async fn dial(&self, key: &PublicKey, alpn: &[u8]) -> Result<Connection, DialError> {
        let id = iroh::EndpointId::from_bytes(&key.0).map_err(|_| DialError::Refused("its key is not a key".into()))?;
        let known = self.lookup.get_endpoint_info(id);
        let called: BTreeSet<u16> =
            known.iter().flat_map(|i| i.ip_addrs().map(SocketAddr::port).collect::<Vec<_>>()).collect();
        let no_answer = || DialError::NoAnswer { ports: called.iter().copied().collect() };
        let Some(endpoint) = self.endpoint() else { return Err(DialError::Refused("Hedgerow is stopping".into())) };
        let calling = transport_config().default_path_keep_alive_interval(hastened(KEEP_ALIVE)).build();
        let connect = async {
            let options = ConnectOptions::new().with_transport_config(calling);
            endpoint.connect_with_opts(id, alpn, options).await.map_err(|e| chain(&e))?.await.map_err(|e| chain(&e))
        };
        match tokio::time::timeout(DIAL_TIMEOUT, connect).await {
            Ok(Ok(connection)) => Ok(connection),
            Err(_) => Err(no_answer()),
            Ok(Err(_)) if called.is_empty() => Err(DialError::NoAddress),
            Ok(Err(text)) => Err(if text.contains("timed out") { no_answer() } else { DialError::Refused(text) }),
        }
    }

    /// The next call that comes in, before any handshake; `None` once closed. For the shield.
    pub async fn accept(&self) -> Option<Incoming> {
        self.endpoint()?.accept().await
    }

    /// Says goodbye to everybody and closes the sockets.
    pub async fn close(&self) {
        let endpoint = self.shared.endpoint.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(endpoint) = endpoint {
            endpoint.close().await;
        }
    }

    fn endpoint(&self) -> Option<Endpoint> {
        self.shared.endpoint.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Whether an address means something on one interface only (`fe80::…`).
pub fn is_link_local(ip: &IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local())
}

/// The transport key at the other end.
pub fn remote_key(connection: &Connection) -> PublicKey {
    PublicKey(*connection.remote_id().as_bytes())
}

/// Round-trip time and address of the path in use.
pub fn path_of(connection: &Connection) -> Option<(SocketAddr, Duration)> {
    let paths = connection.paths();
    let path = paths.iter().find(|p| p.is_selected()).or_else(|| paths.iter().next())?;
    match path.remote_addr() {
        TransportAddr::Ip(addr) => Some((*addr, path.rtt())),
        _ => None,
    }
}

/// Longest words sent or read with a code, bytes: a packet of 1,200 with its own has room for them.
const GOODBYE_WORDS_BYTES_MAX: usize = 900;

/// Why a link is being closed, as the code the other side sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Goodbye {
    /// Nothing more to say.
    Done = 0,
    /// Too many at once; try again later.
    Busy = 1,
    /// The other side is not a member here, as far as this node knows: it may be one that has not been heard of.
    NotMember = 2,
    /// The other link of the two is kept.
    Duplicate = 3,
    /// Too many failures or bytes.
    Abuse = 4,
    /// The node is stopping.
    Stopping = 5,
    /// The bytes made no sense.
    Protocol = 6,
    /// The other side was a member here, and it or its owner was taken out or left.
    Removed = 7,
}

impl Goodbye {
    /// Closes a connection with this code.
    pub fn close(self, connection: &Connection) {
        self.close_saying(connection, "");
    }

    /// Closes a connection with this code and words for people, as far as they fit into one packet.
    pub fn close_saying(self, connection: &Connection, words: &str) {
        let fits = words.floor_char_boundary(GOODBYE_WORDS_BYTES_MAX);
        connection.close(VarInt::from_u32(self as u32), &words.as_bytes()[..fits]);
    }

    /// The words the other side closed with: one line, empty when there are none.
    pub fn words_of(connection: &Connection) -> String {
        use iroh::endpoint::ConnectionError::ApplicationClosed;
        let Some(ApplicationClosed(close)) = connection.close_reason() else { return String::new() };
        let bytes = &close.reason[..close.reason.len().min(GOODBYE_WORDS_BYTES_MAX)];
        hedgerow_api::clean::line(&String::from_utf8_lossy(bytes))
    }

    /// The code the other side closed with, if it did.
    pub fn of(connection: &Connection) -> Option<Goodbye> {
        use iroh::endpoint::ConnectionError::ApplicationClosed;
        let ApplicationClosed(close) = connection.close_reason()? else { return None };
        use Goodbye::*;
        [Done, Busy, NotMember, Duplicate, Abuse, Stopping, Protocol, Removed]
            .into_iter()
            .find(|g| u64::from(close.error_code) == u64::from(*g as u32))
    }
}

fn transport_config() -> QuicTransportConfigBuilder {
    QuicTransportConfig::builder()
        .max_idle_timeout(IdleTimeout::try_from(hastened(IDLE_TIMEOUT)).ok())
        .default_path_max_idle_timeout(hastened(PATH_IDLE_TIMEOUT))
        .keep_alive_interval(KEEP_ALIVE_ANY_PATH)
        .max_concurrent_bidi_streams(VarInt::from_u32(STREAMS_MAX))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
}

/// An error and its causes in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
