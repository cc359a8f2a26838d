//! The way out of a building: sockets on the line that was chosen, and names asked over the same line.
//!
//! The one file that names the resolver. Not for: which addresses may be reached (`hedgerow_protocol::uplink`).

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use fast_socks5::client::{Config as SocksConfig, Socks5Stream};
use futures::future::{Either, select};
use futures::stream::{FuturesUnordered, StreamExt as _};
use hickory_resolver::Resolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::iocompat::AsyncIoTokioAsStd;
use hickory_resolver::net::runtime::{RuntimeProvider, TokioHandle, TokioTime};
use hickory_resolver::proto::rr::RecordType;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream, UdpSocket};

/// How long one address may take to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(8);
/// The next address is tried beside the first after this long.
const NEXT_ADDRESS: Duration = Duration::from_millis(250);
/// How long names may take, altogether.
const NAME_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one question for a name may take before it is asked again.
const ASK_TIMEOUT: Duration = Duration::from_secs(2);
/// Once a name has addresses of IPv4, those of IPv6 are waited for no longer than this: some name servers never say a word
/// about them (RFC 8305, section 3, where it is 50 ms).
const V6_LATER: Duration = Duration::from_millis(300);
/// The other way round it is worth to ask twice: most lines have IPv4, many only that.
const V4_LATER: Duration = Duration::from_millis(2500);
/// How long it is waited for an answer that only shows that the line works: by a provider, several come one after the other.
const LINE_TIMEOUT: Duration = Duration::from_secs(2);
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(3);
/// Where name servers listen.
const NAME_PORT: u16 = 53;
/// Answers kept in memory, never on disk.
const NAMES_CACHED: u64 = 1024;
/// Longest answer of an HTTP proxy to CONNECT, in bytes.
const CONNECT_ANSWER_MAX: usize = 8 * 1024;

/// How traffic leaves, as the host set it up. Kept on this computer only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WayOut {
    /// By whatever line the system chooses.
    Direct,
    /// By this network interface.
    Interface(String),
    /// From these addresses of this computer.
    Source {
        /// IPv4.
        v4: Option<Ipv4Addr>,
        /// IPv6.
        v6: Option<Ipv6Addr>,
    },
    /// Through a SOCKS5 proxy of a provider.
    Socks5(SocketAddr),
    /// Through an HTTP proxy of a provider, by CONNECT.
    HttpConnect(SocketAddr),
}

impl WayOut {
    /// Reads what a host typed: `direct`, `interface:eth1`, `source:192.0.2.7`, `socks5://ADDRESS:PORT`,
    /// `http://ADDRESS:PORT`.
    pub fn parse(text: &str) -> Option<WayOut> {
        let text = text.trim();
        if text == "direct" {
            return Some(WayOut::Direct);
        }
        if let Some(name) = text.strip_prefix("interface:") {
            let is_name = (1..=15).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
            return is_name.then(|| WayOut::Interface(name.to_owned()));
        }
        if let Some(addresses) = text.strip_prefix("source:") {
            let (mut v4, mut v6) = (None, None);
            for address in addresses.split(',') {
                match address.trim().parse().ok()? {
                    IpAddr::V4(a) => v4 = Some(a),
                    IpAddr::V6(a) => v6 = Some(a),
                }
            }
            return Some(WayOut::Source { v4, v6 });
        }
        if let Some(proxy) = text.strip_prefix("socks5://") {
            return proxy.trim_end_matches('/').parse().ok().map(WayOut::Socks5);
        }
        text.strip_prefix("http://")?.trim_end_matches('/').parse().ok().map(WayOut::HttpConnect)
    }

    /// Whether traffic appears as a provider's.
    pub fn is_tunnel(&self) -> bool {
        self.proxy().is_some()
    }

    /// The provider's proxy.
    pub fn proxy(&self) -> Option<SocketAddr> {
        match self {
            WayOut::Socks5(proxy) | WayOut::HttpConnect(proxy) => Some(*proxy),
            WayOut::Direct | WayOut::Interface(_) | WayOut::Source { .. } => None,
        }
    }
}

impl std::fmt::Display for WayOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WayOut::Direct => f.write_str("direct"),
            WayOut::Interface(name) => write!(f, "interface:{name}"),
            WayOut::Source { v4, v6 } => {
                let all = v4.map(|a| a.to_string()).into_iter().chain(v6.map(|a| a.to_string()));
                write!(f, "source:{}", all.collect::<Vec<_>>().join(","))
            }
            WayOut::Socks5(proxy) => write!(f, "socks5://{proxy}"),
            WayOut::HttpConnect(proxy) => write!(f, "http://{proxy}"),
        }
    }
}

/// Why a name gave no addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameError {
    /// There is no such name, or it has no address.
    NotFound,
    /// Nobody answered in time.
    Slow,
}

/// What one question for a name lacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// There is no such name, so that no other question helps.
    Name,
    /// It has no address of that family.
    Addresses,
    /// Nobody answered, or not with an answer.
    Answer,
}

/// Waits for the other family: not for long once it is known whether the name leads anywhere.
async fn the_other(
    first: &Result<Vec<IpAddr>, Missing>,
    later: Duration,
    other: impl Future<Output = Result<Vec<IpAddr>, Missing>>,
) -> Result<Vec<IpAddr>, Missing> {
    let is_known = match first {
        Ok(found) => !found.is_empty(),
        Err(missing) => *missing == Missing::Name,
    };
    let within = if is_known { later } else { NAME_TIMEOUT };
    tokio::time::timeout(within, other).await.unwrap_or(Err(Missing::Answer))
}

/// The line out.
#[derive(Clone)]
pub struct Egress {
    way: Arc<WayOut>,
    names: Resolver<Line>,
    servers: Arc<Vec<IpAddr>>,
}

impl Egress {
    /// By a way, with names asked of these servers.
    pub fn new(way: WayOut, servers: Vec<IpAddr>) -> io::Result<Egress> {
        Egress::with_names_at(way, servers, NAME_PORT)
    }

    fn with_names_at(way: WayOut, servers: Vec<IpAddr>, port: u16) -> io::Result<Egress> {
        let way = Arc::new(way);
        let line = Line { way: way.clone(), handle: TokioHandle::default() };
        // A provider's proxy carries no single packets.
        let server = |ip: &IpAddr| {
            let mut server = match way.is_tunnel() {
                true => NameServerConfig::tcp(*ip),
                false => NameServerConfig::udp_and_tcp(*ip),
            };
            server.connections.iter_mut().for_each(|c| c.port = port);
            server
        };
        let config = ResolverConfig::from_parts(None, vec![], servers.iter().map(server).collect::<Vec<_>>());
        let mut builder = Resolver::builder_with_config(config, line);
        let options = builder.options_mut();
        options.use_hosts_file = ResolveHosts::Never;
        options.cache_size = NAMES_CACHED;
        options.timeout = ASK_TIMEOUT;
        options.attempts = 2;
        options.ndots = 0;
        options.case_randomization = true;
        let names = builder.build().map_err(io::Error::other)?;
        Ok(Egress { way, names, servers: Arc::new(servers) })
    }

    /// The addresses of a name, asked over the line: those of IPv4 first.
    pub async fn lookup(&self, name: &str) -> Result<Vec<IpAddr>, NameError> {
        let asked = async {
            let v4 = pin!(self.ask(name, RecordType::A));
            let v6 = pin!(self.ask(name, RecordType::AAAA));
            match select(v4, v6).await {
                Either::Left((v4, v6)) => {
                    let v6 = the_other(&v4, V6_LATER, v6).await;
                    (v4, v6)
                }
                Either::Right((v6, v4)) => {
                    let v4 = the_other(&v6, V4_LATER, v4).await;
                    (v4, v6)
                }
            }
        };
        let answers = tokio::time::timeout(NAME_TIMEOUT, asked).await.map_err(|_| NameError::Slow)?;
        let found: Vec<IpAddr> = [&answers.0, &answers.1].into_iter().flatten().flatten().copied().collect();
        if !found.is_empty() {
            return Ok(found);
        }
        match answers {
            (Err(Missing::Name), _) | (_, Err(Missing::Name)) => Err(NameError::NotFound),
            (Err(Missing::Answer), _) | (_, Err(Missing::Answer)) => Err(NameError::Slow),
            _ => Err(NameError::NotFound),
        }
    }

    /// The addresses of IPv6 of a name, however long they take; none where none were told.
    pub async fn lookup_v6(&self, name: &str) -> Vec<Ipv6Addr> {
        let asked = tokio::time::timeout(NAME_TIMEOUT, self.ask(name, RecordType::AAAA)).await;
        let found = asked.unwrap_or(Err(Missing::Answer)).unwrap_or_default();
        let v6 = |ip| match ip {
            IpAddr::V6(v6) => Some(v6),
            IpAddr::V4(_) => None,
        };
        found.into_iter().filter_map(v6).collect()
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Result<Vec<IpAddr>, Missing> {
        // The dot keeps it from being completed with a domain of the building's.
        let whole = format!("{}.", name.trim_end_matches('.'));
        match self.names.lookup(whole, kind).await {
            Ok(found) => Ok(found.answers().iter().filter_map(|record| record.data.ip_addr()).collect()),
            Err(error) if error.is_nx_domain() => Err(Missing::Name),
            Err(error) if error.is_no_records_found() => Err(Missing::Addresses),
            Err(_) => Err(Missing::Answer),
        }
    }

    /// A connection to one of these addresses, in their order.
    pub async fn connect(&self, addresses: &[IpAddr], port: u16) -> io::Result<TcpStream> {
        let mut attempts = FuturesUnordered::new();
        let mut left = addresses.iter();
        let mut last = io::ErrorKind::AddrNotAvailable.into();
        loop {
            if let Some(ip) = left.next() {
                attempts.push(connect(&self.way, SocketAddr::new(*ip, port)));
            }
            if attempts.is_empty() {
                return Err(last);
            }
            let next = async {
                match left.len() {
                    0 => std::future::pending().await,
                    _ => tokio::time::sleep(NEXT_ADDRESS).await,
                }
            };
            tokio::select! {
                Some(done) = attempts.next() => match done {
                    Ok(stream) => return Ok(stream),
                    Err(error) => last = error,
                },
                () = next => {}
            }
        }
    }

    /// Whether the internet answers over the line: one of its name servers, by the whole way.
    pub async fn is_up(&self) -> bool {
        for server in self.servers.iter() {
            if asks(&self.way, *server).await.unwrap_or(false) {
                return true;
            }
        }
        false
    }

    /// Whether anything answers just beyond the building's line, which is quicker told where a provider is in between.
    pub async fn is_near_up(&self) -> bool {
        match self.way.proxy() {
            Some(proxy) => {
                let called = tokio::time::timeout(LINE_TIMEOUT, plain(&WayOut::Direct, proxy)).await;
                matches!(called, Ok(Ok(_)))
            }
            None => self.is_up().await,
        }
    }

    /// How it leaves.
    pub fn way(&self) -> &WayOut {
        &self.way
    }
}

/// Asks a name server for the root's own servers, and waits for any answer to that question.
async fn asks(way: &WayOut, server: IpAddr) -> io::Result<bool> {
    const QUESTION: [u8; 17] = [0x48, 0x52, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];
    const HEAD: usize = 12;
    let server = SocketAddr::new(server, NAME_PORT);
    if way.is_tunnel() {
        let asked = async {
            let mut stream = connect(way, server).await?;
            stream.write_all(&[&(QUESTION.len() as u16).to_be_bytes()[..], &QUESTION].concat()).await?;
            let mut answer = [0; 2 + HEAD];
            stream.read_exact(&mut answer).await?;
            Ok(answer[2..4] == QUESTION[..2])
        };
        return tokio::time::timeout(PROVIDER_TIMEOUT, asked).await.unwrap_or(Ok(false));
    }
    let socket = udp(way, server.is_ipv4()).await?;
    socket.connect(server).await?;
    socket.send(&QUESTION).await?;
    let mut answer = [0; 512];
    let got = tokio::time::timeout(LINE_TIMEOUT, socket.recv(&mut answer)).await;
    Ok(matches!(got, Ok(Ok(n)) if n >= HEAD && answer[..2] == QUESTION[..2]))
}

async fn connect(way: &WayOut, to: SocketAddr) -> io::Result<TcpStream> {
    let connected = async {
        match way {
            WayOut::Socks5(proxy) => {
                let stream = plain(&WayOut::Direct, *proxy).await?;
                let mut stream =
                    Socks5Stream::use_stream(stream, None, SocksConfig::default()).await.map_err(io::Error::other)?;
                // The checked address is sent, never the name.
                let target = fast_socks5::util::target_addr::TargetAddr::Ip(to);
                stream.request(fast_socks5::Socks5Command::TCPConnect, target).await.map_err(io::Error::other)?;
                Ok(stream.get_socket())
            }
            WayOut::HttpConnect(proxy) => http_connect(plain(&WayOut::Direct, *proxy).await?, to).await,
            _ => {
                let stream = plain(way, to).await?;
                let there = stream.peer_addr()?;
                // What answers has to be what was checked.
                let is_it = there.ip().to_canonical() == to.ip().to_canonical() && there.port() == to.port();
                if is_it { Ok(stream) } else { Err(io::ErrorKind::InvalidData.into()) }
            }
        }
    };
    let stream = tokio::time::timeout(CONNECT_TIMEOUT, connected).await.map_err(|_| io::ErrorKind::TimedOut)??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn http_connect(mut stream: TcpStream, to: SocketAddr) -> io::Result<TcpStream> {
    stream.write_all(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() >= CONNECT_ANSWER_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
        answer.push(stream.read_u8().await?);
    }
    let is_ok = answer.starts_with(b"HTTP/1.1 200") || answer.starts_with(b"HTTP/1.0 200");
    if is_ok { Ok(stream) } else { Err(io::ErrorKind::ConnectionRefused.into()) }
}

async fn plain(way: &WayOut, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    match way {
        WayOut::Interface(name) => socket.bind_device(Some(name.as_bytes()))?,
        WayOut::Source { .. } => socket.bind(source(way, to.is_ipv4())?)?,
        WayOut::Direct | WayOut::Socks5(_) | WayOut::HttpConnect(_) => {}
    }
    socket.connect(to).await
}

async fn udp(way: &WayOut, is_v4: bool) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(source(way, is_v4)?).await?;
    if let WayOut::Interface(name) = way {
        socket.bind_device(Some(name.as_bytes()))?;
    }
    Ok(socket)
}

fn source(way: &WayOut, is_v4: bool) -> io::Result<SocketAddr> {
    let ip: Option<IpAddr> = match way {
        WayOut::Source { v4, v6 } if is_v4 || v6.is_none() => v4.filter(|_| is_v4).map(IpAddr::V4),
        WayOut::Source { v6, .. } => v6.map(IpAddr::V6),
        _ if is_v4 => Some(Ipv4Addr::UNSPECIFIED.into()),
        _ => Some(Ipv6Addr::UNSPECIFIED.into()),
    };
    ip.map(|ip| SocketAddr::new(ip, 0)).ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

/// The resolver's sockets, on the line.
#[derive(Clone)]
struct Line {
    way: Arc<WayOut>,
    handle: TokioHandle,
}

type Later<T> = Pin<Box<dyn Send + Future<Output = io::Result<T>>>>;

impl RuntimeProvider for Line {
    type Handle = TokioHandle;
    type Timer = TokioTime;
    type Udp = UdpSocket;
    type Tcp = AsyncIoTokioAsStd<TcpStream>;

    fn create_handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    fn connect_tcp(&self, server: SocketAddr, _: Option<SocketAddr>, _: Option<Duration>) -> Later<Self::Tcp> {
        let way = self.way.clone();
        Box::pin(async move { connect(&way, server).await.map(AsyncIoTokioAsStd) })
    }

    fn bind_udp(&self, _: SocketAddr, server: SocketAddr) -> Later<Self::Udp> {
        let way = self.way.clone();
        Box::pin(async move { udp(&way, server.is_ipv4()).await })
    }
}

#[cfg(test)]
mod tests;
