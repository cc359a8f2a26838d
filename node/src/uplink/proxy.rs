//! The resident's proxy: SOCKS5 and HTTP on one loopback port, for any program, unchanged.
//!
//! Names are passed on as they are and looked up at the gateway. Not for: which gateway ([`super::choose`]).

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use fast_socks5::util::target_addr::TargetAddr;
use fast_socks5::{ReplyError, Socks5Command};
use hedgerow_protocol::uplink::{Host, Refusal, Target, TargetError};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::Instant;

use super::choose::{Chooser, Opened};
use super::socks;
use crate::flow::relay::{Ended, Relay};
use crate::http1;

/// Programs that have not yet been given a place. One more, and the one that has waited longest is let go: those that never
/// say what they want cannot keep out those that say it at once.
const ASKING_MAX: usize = 256;
/// Connections of programs at once, of those that said what they want. More: they wait for a place.
const CONNECTIONS_MAX: usize = 512;
/// Connections that the system holds until they are accepted.
const BACKLOG: u32 = 1024;
/// A browser opens more connections at once than a person may have: the others wait this long for their turn.
const TURN_MAX: Duration = Duration::from_secs(8);
/// How often a turn is asked for.
const TURN_EVERY: Duration = Duration::from_millis(250);
/// How long a program may take to say what it wants.
const ASK_TIMEOUT: Duration = Duration::from_secs(10);
/// As at the gateway, and a little more, so that the gateway's word comes first.
const IDLE: Duration = Duration::from_secs(130);
/// Between the two halves of a connection inside this program.
const PIPE_BYTES: usize = 64 * 1024;

/// A running proxy. Stops when dropped.
pub struct Proxy {
    /// Its port on loopback.
    pub port: u16,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Opens it on a port of this computer alone; 0 for any.
    pub async fn open(port: u16, chooser: Arc<Chooser>) -> std::io::Result<Proxy> {
        let socket = TcpSocket::new_v4()?;
        // As the system's own listeners: a port that was used a moment ago can be used again.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        let listener = socket.listen(BACKLOG)?;
        let port = listener.local_addr()?.port();
        Ok(Proxy { port, task: tokio::spawn(listen(listener, chooser, port)) })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a browser asks to find the way: everything through the proxy but this computer itself, and nothing around it.
pub fn pac(port: u16) -> String {
    format!(
        "function FindProxyForURL(url, host) {{\n\
         \x20 if (host === \"localhost\" || dnsDomainIs(host, \".localhost\") || host === \"127.0.0.1\" || host === \"[::1]\" || host === \"::1\") return \"DIRECT\";\n\
         \x20 return \"PROXY 127.0.0.1:{port}; SOCKS5 127.0.0.1:{port}\";\n}}\n"
    )
}

/// A connection of a program, for as long as anything that it opened goes on.
struct Program {
    chooser: Arc<Chooser>,
    port: u16,
    places: Arc<Semaphore>,
    /// Its place, once it said what it wants.
    place: OnceCell<OwnedSemaphorePermit>,
    /// Changes when the proxy is closed.
    closed: watch::Receiver<()>,
}

impl Program {
    /// Opens what it asked for.
    async fn open(&self, target: Result<Target, TargetError>) -> Result<Opened, Refusal> {
        let target = target?.to_text();
        // Places are never closed, so there is always one in the end.
        let _ = self.place.get_or_try_init(|| self.places.clone().acquire_owned()).await;
        let until = Instant::now() + TURN_MAX;
        loop {
            match self.chooser.open(&target).await {
                Err(Refusal::Circuits(_)) if Instant::now() < until => tokio::time::sleep(TURN_EVERY).await,
                opened => return opened,
            }
        }
    }

    /// Carries a connection that was opened to its end, or to that of the proxy.
    async fn carry(&self, opened: Opened, stream: impl AsyncRead + AsyncWrite + Unpin + Send) {
        let (read, write) = tokio::io::split(stream);
        let gateway = opened.count.gateway;
        let mut closed = self.closed.clone();
        tokio::select! {
            ended = Relay::new(opened.count, IDLE).run(read, write, opened.path, opened.first) => {
                if let Ended::There(why) = ended {
                    self.chooser.ended(&gateway, &why);
                }
            }
            _ = closed.changed() => {}
        }
    }
}

async fn listen(listener: TcpListener, chooser: Arc<Chooser>, port: u16) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    // Dropped with the proxy, which ends all that was opened through it.
    let (_open, closed) = watch::channel(());
    let mut programs = JoinSet::new();
    // Those without a place, the one that has waited longest first.
    let mut asking: VecDeque<(Weak<Program>, AbortHandle)> = VecDeque::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let program = Arc::new(Program {
                        chooser: chooser.clone(),
                        port,
                        places: places.clone(),
                        place: OnceCell::new(),
                        closed: closed.clone(),
                    });
                    let weak = Arc::downgrade(&program);
                    asking.push_back((weak, programs.spawn(serve(stream, program))));
                    if asking.len() > ASKING_MAX {
                        asking.retain(|(p, _)| p.upgrade().is_some_and(|p| !p.place.initialized()));
                    }
                    if asking.len() > ASKING_MAX
                        && let Some((_, longest)) = asking.pop_front()
                    {
                        longest.abort();
                    }
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
            Some(_) = programs.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, program: Arc<Program>) {
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    match tokio::time::timeout(ASK_TIMEOUT, stream.peek(&mut first)).await {
        Ok(Ok(1)) if first[0] == 5 => socks(stream, &program).await,
        Ok(Ok(1)) => http(stream, program).await,
        _ => {}
    }
}

async fn socks(stream: TcpStream, program: &Program) {
    let asked = tokio::time::timeout(ASK_TIMEOUT, socks::ask(stream)).await;
    let Ok(Some((protocol, command, address))) = asked else { return };
    if command != Socks5Command::TCPConnect {
        drop(protocol.reply_error(&ReplyError::CommandNotSupported).await);
        return;
    }
    let target = match &address {
        TargetAddr::Ip(address) => Target::ip(address.ip(), address.port()),
        TargetAddr::Domain(name, port) => match name.parse() {
            // Some programs send an address where a name belongs.
            Ok(ip) => Target::ip(ip, *port),
            Err(_) => Target::new(name, *port),
        },
    };
    match program.open(target).await {
        Ok(opened) => {
            let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
            if let Ok(stream) = protocol.reply_success(nowhere).await {
                program.carry(opened, stream).await;
            }
        }
        Err(refusal) => drop(protocol.reply_error(&reply(&refusal)).await),
    }
}

fn reply(refusal: &Refusal) -> ReplyError {
    match refusal.socks_reply() {
        2 => ReplyError::ConnectionNotAllowed,
        3 => ReplyError::NetworkUnreachable,
        4 => ReplyError::HostUnreachable,
        8 => ReplyError::AddressTypeNotSupported,
        _ => ReplyError::GeneralFailure,
    }
}

async fn http(stream: TcpStream, program: Arc<Program>) {
    let service = service_fn(|request| {
        let program = program.clone();
        async move { Ok::<_, Infallible>(answer(request, program).await) }
    });
    let connection = http1::server()
        .timer(TokioTimer::new())
        .header_read_timeout(ASK_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // A program that leaves in the middle is no news.
    let _ = connection.await;
}

async fn answer(request: Request<Incoming>, program: Arc<Program>) -> Response<Body> {
    let port = program.port;
    if request.method() == Method::CONNECT {
        return connect(request, program).await;
    }
    match (request.uri().scheme_str(), request.uri().path()) {
        (Some("http"), _) => forward(request, program).await,
        (Some(_), _) => sorry(&Refusal::NotUnderstood),
        (None, "/proxy.pac") => {
            let mut response = Response::new(Body::from(pac(port)));
            let kind = HeaderValue::from_static("application/x-ns-proxy-autoconfig");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        (None, _) => {
            let how =
                format!("In your browser's settings, choose automatic proxy set-up: http://127.0.0.1:{port}/proxy.pac");
            let what = "Programs on this computer reach the internet here, through a building of your community.";
            crate::sorry::answer(StatusCode::NOT_FOUND, "The way to the internet", &[what, &how])
        }
    }
}

async fn connect(mut request: Request<Incoming>, program: Arc<Program>) -> Response<Body> {
    let target = request.uri().authority().map(|a| a.as_str().to_owned()).unwrap_or_default();
    match program.open(Target::parse(&target)).await {
        Ok(opened) => {
            let upgraded = hyper::upgrade::on(&mut request);
            tokio::spawn(async move {
                if let Ok(stream) = upgraded.await {
                    program.carry(opened, TokioIo::new(stream)).await;
                }
            });
            Response::new(Body::empty())
        }
        Err(refusal) => sorry(&refusal),
    }
}

/// Headers that are for the next computer alone, with those that it is told of in `Connection` (RFC 9110, section 7.6.1).
const FOR_US: [HeaderName; 6] = [
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("keep-alive"),
    header::TE,
    header::UPGRADE,
    header::CONNECTION,
];
/// What says where a message ends, and for whom it is, is passed on whoever names it.
const NEVER_FOR_US: [HeaderName; 3] = [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

fn take_out_ours(headers: &mut HeaderMap) {
    let named = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let named = named.flat_map(|value| value.split(',')).filter_map(|name| name.trim().parse::<HeaderName>().ok());
    let named: Vec<HeaderName> = named.filter(|name| !NEVER_FOR_US.contains(name)).collect();
    for name in named.iter().chain(&FOR_US) {
        headers.remove(name);
    }
}

/// What is asked of the place itself: the address without its beginning. `http://place?x` asks for `/?x` (RFC 9112, section 3.2.1).
fn there(uri: &Uri) -> Option<Uri> {
    match uri.query() {
        Some(query) => format!("{}?{query}", uri.path()).parse().ok(),
        None => uri.path().parse().ok(),
    }
}

async fn forward(mut request: Request<Incoming>, program: Arc<Program>) -> Response<Body> {
    let authority = request.uri().authority().map(|a| a.as_str().to_owned()).unwrap_or_default();
    let target = match Target::parse(&authority) {
        Ok(target) => Ok(target),
        Err(_) if !authority.contains('@') => Host::parse(&authority).and_then(|_| Target::new(&authority, 80)),
        Err(error) => Err(error),
    };
    let opened = match program.open(target).await {
        Ok(opened) => opened,
        Err(refusal) => return sorry(&refusal),
    };
    take_out_ours(request.headers_mut());
    match (there(request.uri()), HeaderValue::from_str(&authority)) {
        (Some(path), Ok(host)) => {
            *request.uri_mut() = path;
            request.headers_mut().insert(header::HOST, host);
        }
        _ => return sorry(&Refusal::NotUnderstood),
    }
    let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
    tokio::spawn(async move { program.carry(opened, ours).await });
    let Ok((mut sender, connection)) = http1::client().handshake(TokioIo::new(theirs)).await else {
        return sorry(&Refusal::NoAnswer);
    };
    tokio::spawn(connection);
    match sender.send_request(request).await {
        Ok(mut response) => {
            take_out_ours(response.headers_mut());
            response.map(Body::new)
        }
        Err(_) => sorry(&Refusal::NoAnswer),
    }
}

fn sorry(refusal: &Refusal) -> Response<Body> {
    let words = refusal.words();
    let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::BAD_GATEWAY);
    crate::sorry::answer(status, &words.happened, &[&words.means, &words.todo])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_around_the_proxy() {
        let pac = pac(4849);
        assert_eq!(pac.matches("DIRECT").count(), 1, "for this computer alone");
        assert!(pac.contains("PROXY 127.0.0.1:4849"));
    }

    #[test]
    fn an_address_without_a_slash_asks_for_the_first_page() {
        for (asked, wanted) in [
            ("http://web.example", "/"),
            ("http://web.example/", "/"),
            ("http://web.example?x=1", "/?x=1"),
            ("http://web.example:80?", "/?"),
            ("HTTP://WEB.example:80/a//b?x=/?", "/a//b?x=/?"),
            ("http://web.example/?x=1&y=%20", "/?x=1&y=%20"),
        ] {
            let got = there(&asked.parse().unwrap()).map(|uri| uri.to_string());
            assert_eq!(got.as_deref(), Some(wanted), "{asked}");
        }
    }

    #[test]
    fn what_is_for_the_next_computer_goes_no_further() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Secret"),
            ("connection", "Host,content-length, TRANSFER-ENCODING, , b@d"),
            ("x-secret", "1"),
            ("x-secret", "2"),
            ("host", "web.example"),
            ("content-length", "5"),
            ("upgrade", "h2c"),
            ("proxy-authorization", "x"),
            ("accept", "*/*"),
        ] {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_static(value));
        }
        take_out_ours(&mut headers);
        let mut left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["accept", "content-length", "host"]);
    }

    #[test]
    fn every_refusal_has_a_page_and_a_reply() {
        let samples = Refusal::samples();
        assert!(samples.len() > 30, "{}", samples.len());
        for refusal in samples {
            assert_eq!(sorry(&refusal).status().as_u16(), refusal.http_status(), "{refusal:?}");
            assert_eq!(reply(&refusal).as_u8(), refusal.socks_reply(), "{refusal:?}");
        }
    }
}
