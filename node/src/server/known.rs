//! What each address takes, read from the document of the API. Anything else is refused before something is done.
//!
//! A name that nobody knows here may be one that somebody relies on: with `?dryrun=true` ignored, a trial would publish.
//! Not for: whether a value is right (the handler's own types).

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Query, Request};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::Response;
use hedgerow_api::{Code, Problem};
use serde_json::Value;

use super::extract::{Fail, JSON_BYTES_MAX, read_all};
use super::openapi;

/// Letters of a name that are said again in an answer.
const SAID_MAX: usize = 64;

/// What one address takes.
#[derive(Debug, Default)]
pub struct Takes {
    /// Names after the question mark.
    pub query: Vec<String>,
    /// Names in the body; none in a body that is a file. `None`: it takes no body.
    pub body: Option<Vec<String>>,
}

/// By method, in small letters, and path.
static TAKES: LazyLock<HashMap<(String, String), Takes>> = LazyLock::new(read);

/// What an address takes; nothing where the document does not have it.
pub fn takes(method: &str, path: &str) -> &'static Takes {
    static NOTHING: Takes = Takes { query: Vec::new(), body: None };
    TAKES.get(&(method.to_owned(), path.to_owned())).unwrap_or(&NOTHING)
}

fn read() -> HashMap<(String, String), Takes> {
    // A document that could not be written would show in the test that reads it; then nothing is taken.
    let doc = serde_json::to_value(openapi::document()).unwrap_or_default();
    let mut all = HashMap::new();
    for (path, methods) in doc["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let query = parameters.filter(|p| p["in"] == "query").filter_map(|p| p["name"].as_str());
            let takes =
                Takes { query: query.map(str::to_owned).collect(), body: body(&doc, &operation["requestBody"]) };
            all.insert((method.clone(), path.clone()), takes);
        }
    }
    all
}

fn body(doc: &Value, body: &Value) -> Option<Vec<String>> {
    let content = body["content"].as_object()?;
    let named = content.get("application/json").and_then(|c| c["schema"]["$ref"].as_str());
    let shape = named.and_then(|name| doc.pointer(name.trim_start_matches('#')));
    let fields = shape.and_then(|s| s["properties"].as_object());
    Some(fields.map(|f| f.keys().cloned().collect()).unwrap_or_default())
}

/// Lets through what names nothing unknown.
pub async fn only_known(path: MatchedPath, request: Request, next: Next) -> Result<Response, Fail> {
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let takes = takes(&method.as_str().to_ascii_lowercase(), path.as_str());
    for name in names(request.uri())? {
        if !takes.query.contains(&name) {
            return Err(Fail(unknown(&name, takes)));
        }
    }
    if takes.body.is_some() || request.body().is_end_stream() {
        return Ok(next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let said = read_all(body, JSON_BYTES_MAX).await?;
    // Programs send an empty object or `null` where nothing is asked for. Neither says anything.
    if !matches!(said.trim_ascii(), b"" | b"{}" | b"null") {
        return Err(Fail(bodiless(&said, takes)));
    }
    Ok(next.run(Request::from_parts(parts, Body::empty())).await)
}

fn names(uri: &Uri) -> Result<Vec<String>, Fail> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
    pairs.map(|q| q.0.into_iter().map(|(name, _)| name).collect()).map_err(|e| {
        Fail(refusal(format!("What stands after the question mark could not be read: {}.", e.body_text())))
    })
}

fn unknown(name: &str, takes: &Takes) -> Problem {
    let known = match takes.query.as_slice() {
        [] => "Nothing may stand there.".to_owned(),
        known => format!("Known there: {}.", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")),
    };
    let fields = takes.body.as_deref().unwrap_or_default();
    let hint = match fields.iter().find(|field| sounds_like(field, name)) {
        Some(field) => format!(" `{field}` belongs into the body of this request."),
        None => String::new(),
    };
    refusal(format!("This address knows no `{}` after the question mark. {known}{hint}", short(name)))
}

fn bodiless(said: &[u8], takes: &Takes) -> Problem {
    let fields = serde_json::from_slice::<serde_json::Map<String, Value>>(said).unwrap_or_default();
    let misplaced = takes.query.iter().find(|known| fields.keys().any(|field| sounds_like(known, field)));
    let hint = match misplaced {
        Some(known) => format!(" `{known}` belongs after the question mark."),
        None => String::new(),
    };
    refusal(format!("This address takes no body, and the request has one.{hint}"))
}

fn refusal(detail: String) -> Problem {
    let action = "See /v1/openapi.json for what it takes.";
    Problem::new(Code::BadRequest, "The request could not be read. Nothing was done.", detail, action)
}

fn short(name: &str) -> String {
    name.chars().take(SAID_MAX).flat_map(char::escape_debug).collect()
}

/// The same but for `_`, `-` and large letters.
fn sounds_like(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(SAID_MAX).collect()
    };
    plain(one) == plain(other)
}
