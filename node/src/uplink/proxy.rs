//! The resident's proxy: SOCKS5 and HTTP on one loopback port, for any program, unchanged.
//!
//! Names are passed on as they are and looked up at the gateway. Not for: which gateway ([`super::choose`]).

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use fast_socks5::server::{Socks5ServerProtocol, StandardAuthentication, StandardAuthenticationStarted};
use fast_socks5::util::target_addr::TargetAddr;
use fast_socks5::{ReplyError, Socks5Command};
use hedgerow_protocol::uplink::{Host, Refusal, Target};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::choose::{Chooser, Opened};
use crate::flow::relay::{Ended, Relay};

/// Connections of programs at once. More: they wait in the queue of the system.
const CONNECTIONS_MAX: usize = 512;
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
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
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

async fn listen(listener: TcpListener, chooser: Arc<Chooser>, port: u16) {
    let places = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS_MAX));
    // Connections end with the proxy.
    let mut open = JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let chooser = chooser.clone();
                    open.spawn(async move {
                        serve(stream, chooser, port).await;
                        drop(place);
                    });
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
            Some(_) = open.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, chooser: Arc<Chooser>, port: u16) {
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    match tokio::time::timeout(ASK_TIMEOUT, stream.peek(&mut first)).await {
        Ok(Ok(1)) if first[0] == 5 => socks(stream, chooser).await,
        Ok(Ok(1)) => http(stream, chooser, port).await,
        _ => {}
    }
}

/// Carries a connection that was opened to its end.
async fn carry(opened: Opened, chooser: &Chooser, program: impl AsyncRead + AsyncWrite + Unpin + Send) {
    let (read, write) = tokio::io::split(program);
    let gateway = opened.count.gateway;
    if let Ended::There(why) = Relay::new(opened.count, IDLE).run(read, write, opened.path, opened.first).await {
        chooser.ended(&gateway, &why);
    }
}

async fn socks(stream: TcpStream, chooser: Arc<Chooser>) {
    let asked = async {
        let started = Socks5ServerProtocol::start(stream);
        let authenticated = match started.negotiate_auth(StandardAuthentication::allow_no_auth(true)).await.ok()? {
            StandardAuthenticationStarted::NoAuthentication(auth) => Socks5ServerProtocol::finish_auth(auth),
            // Any name and word will do: they keep a program's connections apart from those of others, and each
            // connection is one of its own anyhow.
            StandardAuthenticationStarted::PasswordAuthentication(auth) => {
                let (_, _, auth) = auth.read_username_password().await.ok()?;
                Socks5ServerProtocol::finish_auth(auth.accept().await.ok()?)
            }
        };
        authenticated.read_command().await.ok()
    };
    let Ok(Some((protocol, command, address))) = tokio::time::timeout(ASK_TIMEOUT, asked).await else { return };
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
    let opened = match target {
        Ok(target) => chooser.open(&target.to_text()).await,
        Err(error) => Err(error.into()),
    };
    match opened {
        Ok(opened) => {
            let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
            if let Ok(stream) = protocol.reply_success(nowhere).await {
                carry(opened, &chooser, stream).await;
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

async fn http(stream: TcpStream, chooser: Arc<Chooser>, port: u16) {
    let service = service_fn(|request| {
        let chooser = chooser.clone();
        async move { Ok::<_, Infallible>(answer(request, chooser, port).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(ASK_TIMEOUT)
        .preserve_header_case(true)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // A program that leaves in the middle is no news.
    let _ = connection.await;
}

async fn answer(request: Request<Incoming>, chooser: Arc<Chooser>, port: u16) -> Response<Body> {
    if request.method() == Method::CONNECT {
        return connect(request, chooser).await;
    }
    match (request.uri().scheme_str(), request.uri().path()) {
        (Some("http"), _) => forward(request, chooser).await,
        (Some(_), _) => sorry(&Refusal::NotUnderstood),
        (None, "/proxy.pac") => {
            let mut response = Response::new(Body::from(pac(port)));
            let kind = HeaderValue::from_static("application/x-ns-proxy-autoconfig");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        (None, _) => {
            let help = crate::sorry::page(
                "The way to the internet",
                &[
                    "Programs on this computer reach the internet here, through a building of your community.",
                    &format!(
                        "In your browser's settings, choose automatic proxy set-up: http://127.0.0.1:{port}/proxy.pac"
                    ),
                ],
            );
            page(StatusCode::NOT_FOUND, help)
        }
    }
}

async fn connect(mut request: Request<Incoming>, chooser: Arc<Chooser>) -> Response<Body> {
    let target = request.uri().authority().map(|a| a.as_str().to_owned()).unwrap_or_default();
    let opened = match Target::parse(&target) {
        Ok(target) => chooser.open(&target.to_text()).await,
        Err(error) => Err(error.into()),
    };
    match opened {
        Ok(opened) => {
            let upgraded = hyper::upgrade::on(&mut request);
            tokio::spawn(async move {
                if let Ok(program) = upgraded.await {
                    carry(opened, &chooser, TokioIo::new(program)).await;
                }
            });
            Response::new(Body::empty())
        }
        Err(refusal) => sorry(&refusal),
    }
}

/// Headers that are for the proxy and not for the place.
const FOR_US: [HeaderName; 5] = [
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("keep-alive"),
    header::TE,
    header::CONNECTION,
];

async fn forward(mut request: Request<Incoming>, chooser: Arc<Chooser>) -> Response<Body> {
    let authority = request.uri().authority().map(|a| a.as_str().to_owned()).unwrap_or_default();
    let target = match Target::parse(&authority) {
        Ok(target) => Ok(target),
        Err(_) if !authority.contains('@') => Host::parse(&authority).and_then(|_| Target::new(&authority, 80)),
        Err(error) => Err(error),
    };
    let opened = match target {
        Ok(target) => chooser.open(&target.to_text()).await,
        Err(error) => Err(error.into()),
    };
    let opened = match opened {
        Ok(opened) => opened,
        Err(refusal) => return sorry(&refusal),
    };
    for name in FOR_US {
        request.headers_mut().remove(name);
    }
    let path = request.uri().path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_else(|| "/".into());
    match (path.parse::<Uri>(), HeaderValue::from_str(&authority)) {
        (Ok(path), Ok(host)) => {
            *request.uri_mut() = path;
            request.headers_mut().insert(header::HOST, host);
        }
        _ => return sorry(&Refusal::NotUnderstood),
    }
    let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
    tokio::spawn(async move { carry(opened, &chooser, ours).await });
    let Ok((mut sender, connection)) = hyper::client::conn::http1::handshake(TokioIo::new(theirs)).await else {
        return sorry(&Refusal::NoAnswer);
    };
    tokio::spawn(connection);
    match sender.send_request(request).await {
        Ok(response) => response.map(Body::new),
        Err(_) => sorry(&Refusal::NoAnswer),
    }
}

fn sorry(refusal: &Refusal) -> Response<Body> {
    let words = refusal.words();
    let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::BAD_GATEWAY);
    page(status, crate::sorry::page(&words.happened, &[&words.means, &words.todo]))
}

fn page(status: StatusCode, html: String) -> Response<Body> {
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(crate::sorry::POLICY));
    response
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
    fn every_refusal_has_a_page_and_a_reply() {
        for refusal in Refusal::samples() {
            assert!(sorry(&refusal).status().as_u16() >= 400, "{refusal:?}");
            let _ = reply(&refusal);
        }
    }
}
