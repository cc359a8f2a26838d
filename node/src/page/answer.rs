//! Reading what was asked for and writing answers: the language, the query, the headers every answer has.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use super::Page;
use super::serve::Arrived;
use super::view::Frame;
use super::words::{Language, Words};
use crate::app::Public;

/// Most parts of a query that are looked at.
const PARTS_MAX: usize = 32;
/// Longest text of a query that is looked at, in characters. The rest is left out.
const TEXT_CHARS_MAX: usize = 200;
/// How long a page waits for its turn when many are being made.
const TURN_WITHIN: Duration = Duration::from_secs(5);

/// What the visitor's browser may do with a page: show it, in our style, and ask this computer alone.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// What was asked for, besides the address.
pub struct Ask {
    /// In which language to answer.
    pub language: Language,
    /// Whether the address says which language, so that links go on saying it.
    pub is_said: bool,
    /// The address without its query.
    pub path: String,
    /// Where the request came in; nothing in tests.
    pub arrived: Option<Arrived>,
    /// Whether a browser asks.
    pub is_browser: bool,
    parts: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for Ask {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        // What cannot be read as a query is as good as none: people do not type queries.
        let query =
            axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_or_else(|_| vec![], |q| q.0);
        let said = query.iter().find(|(k, _)| k == "lang").and_then(|(_, v)| Language::from_code(v));
        let accept = parts.headers.get(header::ACCEPT).and_then(|a| a.to_str().ok()).unwrap_or_default();
        Ok(Ask {
            language: said.unwrap_or_else(|| preferred(&parts.headers)),
            is_said: said.is_some(),
            path: parts.uri.path().to_owned(),
            arrived: parts.extensions.get().copied(),
            is_browser: accept.contains("text/html"),
            parts: query.into_iter().take(PARTS_MAX).collect(),
        })
    }
}

impl Ask {
    /// One part of the query, cut to a sensible length; empty when it is not there.
    pub fn text(&self, name: &str) -> String {
        let found = self.parts.iter().find(|(k, _)| k == name);
        found.map(|(_, v)| v.trim().chars().take(TEXT_CHARS_MAX).collect()).unwrap_or_default()
    }
    /// One part of the query as it came: a place to go on from. They are longer than what people type.
    pub fn place(&self, name: &str) -> Option<String> {
        self.parts.iter().find(|(k, v)| k == name && !v.is_empty()).map(|(_, v)| v.clone())
    }
    /// A number in the query; nothing when it is not there, `Err` when it is none.
    pub fn number(&self, name: &str) -> Result<Option<u64>, ()> {
        match self.text(name).as_str() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(drop),
        }
    }
    /// The names of the parts there are.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(k, _)| k.as_str())
    }
    /// The same address in another language, as a link.
    pub fn in_language(&self, language: Language) -> String {
        let others = self.parts.iter().filter(|(k, _)| k != "lang");
        let kept: String = others.map(|(k, v)| format!("&{}={}", encoded(k), encoded(v))).collect();
        format!("{}?lang={}{kept}", self.path, language.code())
    }
    /// The words to answer in.
    pub fn words(&self) -> Words {
        Words { language: self.language }
    }
}

/// The first of our languages that the browser asks for, by its order of preference.
fn preferred(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut best = (0.0, Language::default());
    for part in wanted.split(',').take(PARTS_MAX) {
        let (tag, rest) = part.trim().split_once(';').unwrap_or((part.trim(), ""));
        let weight: f32 = rest.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        if let Some(language) = Language::from_code(tag).filter(|_| weight > best.0) {
            best = (weight, language);
        }
    }
    best.1
}

/// Percent-encodes one value of a query or one part of a path.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(b)),
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// Headers of every answer.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A reader of PDF files is a program of its own inside the browser, which this policy would shut out.
    if headers.get(header::CONTENT_TYPE).is_none_or(|t| t != "application/pdf") {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static("camera=(), geolocation=(), microphone=()"));
    // A shared computer keeps no copy of what somebody read.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-language"));
    response
}

/// Makes an answer from what is public, away from the tasks that serve sockets. Without a community there is a screen
/// that says so.
pub async fn make(
    page: Arc<Page>,
    ask: Ask,
    work: impl FnOnce(&Page, &Ask, Public) -> Response + Send + 'static,
) -> Response {
    let Ok(Ok(_turn)) = tokio::time::timeout(TURN_WITHIN, page.renders.acquire()).await else {
        return fault(&ask, None, StatusCode::SERVICE_UNAVAILABLE, "busy");
    };
    let at = page.clone();
    let made = tokio::task::spawn_blocking(move || match (at.source)() {
        Some(public) => work(&at, &ask, public),
        None => fault(&ask, None, StatusCode::SERVICE_UNAVAILABLE, "empty"),
    });
    made.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A screen as an answer.
pub fn html(status: StatusCode, screen: &impl Template) -> Response {
    match screen.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct Fault {
    f: Frame,
    title: String,
    text: String,
}

/// What went wrong, as a screen or, for programs, as a problem document. `what` names the words.
pub fn fault(ask: &Ask, public: Option<&Public>, status: StatusCode, what: &'static str) -> Response {
    let w = ask.words();
    let (title, text) = match what {
        "busy" => (w.t("fault-busy"), w.t("fault-busy-do")),
        "empty" => (w.t("fault-empty"), w.t("fault-empty-do")),
        "gone" => (w.t("fault-gone"), w.t("fault-gone-do")),
        "read-only" => (w.t("fault-read-only"), w.t("fault-read-only-do")),
        _ => (w.t("fault-nowhere"), w.t("fault-nowhere-do")),
    };
    if !ask.is_browser {
        return problem(status, &title, &text);
    }
    html(status, &Fault { f: Frame::new(ask, public, "", &title), title: title.clone(), text })
}

/// A problem document (RFC 9457).
pub fn problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let body = json!({"title": title, "status": status.as_u16(), "detail": detail});
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

/// Too many requests from one address.
pub fn too_fast() -> Response {
    let text = "Too many pages at once. Wait a few seconds, then try again.";
    let headers = [(header::RETRY_AFTER, "3"), (header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::TOO_MANY_REQUESTS, headers, text).into_response()
}

/// JSON as an answer.
pub fn as_json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// Text of another kind as an answer.
pub fn file(media_type: &'static str, text: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, media_type)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_the_browser_likes_best() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(text).unwrap());
            preferred(&headers)
        };
        assert_eq!(of("cy,en-GB;q=0.8"), Language::Welsh);
        assert_eq!(of("en-GB,en;q=0.9,cy;q=0.2"), Language::English);
        assert_eq!(of("fr, cy;q=0.3"), Language::Welsh);
        assert_eq!(of("*;q=x,,;"), Language::English);
    }
}
