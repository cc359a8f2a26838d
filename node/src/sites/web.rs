//! Visits to a program that speaks HTTP: request by request, so that the program can trust who is said to ask.
//!
//! A visitor who agreed is named in `Hedgerow-Member`; whatever came in by that name is taken out first. A page of
//! another site that makes the visitor's browser ask is never named.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::program;
use super::publish::Visitor;
use crate::http1;

/// Who asks: their id, and their name with percent signs for what is no plain letter.
pub const MEMBER: HeaderName = HeaderName::from_static("hedgerow-member");
/// Their name.
pub const MEMBER_NAME: HeaderName = HeaderName::from_static("hedgerow-member-name");
/// How all headers of ours begin.
const OURS: &str = "hedgerow-";
/// Largest head of a request, in bytes. Larger: refused.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Serves one connection of a visitor. `spare`: a connection to the program, for the first request.
pub async fn serve(
    visitor_side: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    spare: TcpStream,
    port: u16,
    member: Option<Visitor>,
) {
    let ready = Mutex::new(Some(spare));
    let service = service_fn(|request| {
        let spare = ready.lock().unwrap_or_else(PoisonError::into_inner).take();
        let member = member.as_ref();
        async move { Ok::<_, Infallible>(pass_on(request, spare, port, member).await) }
    });
    let connection = http1::server()
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(visitor_side), service)
        .with_upgrades();
    // A visitor who leaves in the middle is no news.
    let _ = connection.await;
}

async fn pass_on(
    mut request: Request<Incoming>,
    spare: Option<TcpStream>,
    port: u16,
    member: Option<&Visitor>,
) -> Response<Body> {
    if !is_ours(request.headers()) {
        // Another name that leads to the visitor's own computer would let a stranger's page read this one.
        return plain(StatusCode::MISDIRECTED_REQUEST, "This address does not belong to the site.");
    }
    let may_name = is_same_site(request.headers());
    let headers = request.headers_mut();
    let ours: Vec<HeaderName> = headers.keys().filter(|n| sounds_like_ours(n.as_str())).cloned().collect();
    for name in ours {
        headers.remove(name);
    }
    if let Some(member) = member.filter(|_| may_name) {
        let name: String = encode(&member.name);
        if let (Ok(id), Ok(name)) = (HeaderValue::from_str(&member.id), HeaderValue::from_str(&name)) {
            headers.insert(MEMBER, id);
            headers.insert(MEMBER_NAME, name);
        }
    }
    let wants_upgrade = request.headers().contains_key(header::UPGRADE);
    let visitor_upgrade = wants_upgrade.then(|| hyper::upgrade::on(&mut request));
    let Some(mut response) = program::ask(request.map(Body::new), spare, port).await else {
        let words = ["The program behind this site does not answer.", "Try again later."];
        return crate::sorry::answer(StatusCode::BAD_GATEWAY, "Not open right now", &words);
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS
        && let Some(visitor) = visitor_upgrade
    {
        let program = hyper::upgrade::on(&mut response);
        tokio::spawn(async move {
            let (Ok(visitor), Ok(program)) = tokio::join!(visitor, program) else { return };
            let (mut visitor, mut program) = (TokioIo::new(visitor), TokioIo::new(program));
            let _ = tokio::io::copy_bidirectional(&mut visitor, &mut program).await;
        });
    }
    response.map(Body::new)
}

/// Whether a header could be read as one of ours: programs behind some servers see `_` as `-`.
fn sounds_like_ours(name: &str) -> bool {
    name.replace('_', "-").starts_with(OURS)
}

/// Whether the request was meant for an address under `localhost`, as visits have.
fn is_ours(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|h| h.to_str().ok()) else { return false };
    is_local(host)
}

fn is_local(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<axum::http::uri::Authority>() else { return false };
    let host = authority.host().to_ascii_lowercase();
    matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

/// Whether no other site made the browser ask.
fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let host = text("host").unwrap_or_default();
    let origin_fits = match text("origin") {
        Some(origin) => origin.strip_prefix("http://").is_some_and(|o| o.eq_ignore_ascii_case(host)),
        None => true,
    };
    origin_fits && matches!(text("sec-fetch-site"), None | Some("same-origin" | "none"))
}

fn encode(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'.') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_comes_from_the_site_itself_is_named() {
        let with = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_str(value).unwrap());
            }
            headers
        };
        let host = ("host", "bookings.localhost:8471");
        assert!(is_same_site(&with(&[host])));
        assert!(is_same_site(&with(&[host, ("origin", "http://bookings.localhost:8471")])));
        assert!(is_same_site(&with(&[host, ("sec-fetch-site", "none")])));
        assert!(!is_same_site(&with(&[host, ("origin", "http://other.localhost:8472")])));
        assert!(!is_same_site(&with(&[host, ("origin", "null")])));
        assert!(!is_same_site(&with(&[host, ("sec-fetch-site", "cross-site")])));
        assert!(!is_same_site(&with(&[host, ("sec-fetch-site", "same-site")])));
    }

    #[test]
    fn only_addresses_of_this_computer_lead_to_a_site() {
        for good in ["bookings.localhost:8471", "localhost", "127.0.0.1:80", "[::1]:80", "BOOKINGS.LocalHost:1"] {
            assert!(is_local(good), "{good}");
        }
        for bad in ["evil.example:8471", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "@"] {
            assert!(!is_local(bad), "{bad}");
        }
        for name in ["hedgerow-member", "hedgerow_member", "hedgerow-anything"] {
            assert!(sounds_like_ours(name), "{name}");
        }
        assert!(!sounds_like_ours("x-hedgerow"));
        assert_eq!(encode("Siân O'Hara"), "Si%C3%A2n O%27Hara");
    }
}
