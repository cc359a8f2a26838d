//! Reading requests and writing answers so that every failure is a problem document.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_api::{Code, Problem};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;

/// Largest JSON request, in bytes.
pub const JSON_BYTES_MAX: usize = 256 * 1024;
/// Largest file of a directory, in bytes.
pub const IMPORT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Largest bundle, in bytes.
pub const BUNDLE_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// A problem as an answer.
#[derive(Debug)]
pub struct Fail(pub Problem);

impl<E: Into<Problem>> From<E> for Fail {
    fn from(e: E) -> Self {
        Fail(e.into())
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = HeaderValue::from_static("application/problem+json");
        (status, [(header::CONTENT_TYPE, kind)], Json(self.0)).into_response()
    }
}

/// What a handler gives.
pub type Answer<T> = Result<Json<T>, Fail>;

/// A JSON body of at most [`JSON_BYTES_MAX`].
pub struct Input<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Fail;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fail> {
        let bytes = read_all(request.into_body(), JSON_BYTES_MAX).await?;
        serde_json::from_slice(&bytes).map(Input).map_err(|e| {
            Fail(Problem::new(
                Code::BadRequest,
                "The request could not be read.",
                format!("The body is not the JSON that belongs here: {e}."),
                "See /v1/openapi.json for its shape.",
            ))
        })
    }
}

/// A JSON body that may hold secrets: wiped after reading, and never quoted in an error.
pub struct Secret<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Secret<T> {
    type Rejection = Fail;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fail> {
        let bytes = zeroize::Zeroizing::new(read_all(request.into_body(), JSON_BYTES_MAX).await?);
        serde_json::from_slice(&bytes).map(Secret).map_err(|e| {
            Fail(Problem::new(
                Code::BadRequest,
                "The request could not be read.",
                format!("Line {}, column {} of the body is not the JSON that belongs here.", e.line(), e.column()),
                "See /v1/openapi.json for its shape.",
            ))
        })
    }
}

/// The query of the address.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fail> {
        axum::extract::Query::<T>::try_from_uri(&parts.uri).map(|q| Params(q.0)).map_err(|e| {
            Fail(Problem::new(
                Code::BadRequest,
                "The request could not be read.",
                format!("Something after the question mark is wrong: {}.", e.body_text()),
                "See /v1/openapi.json for what may stand there.",
            ))
        })
    }
}

/// Reads a body, at most `bytes_max` of it.
pub async fn read_all(mut body: Body, bytes_max: usize) -> Result<Vec<u8>, Fail> {
    let mut out = Vec::new();
    while let Some(chunk) = next_chunk(&mut body).await? {
        if out.len() + chunk.len() > bytes_max {
            return Err(Fail(too_large(bytes_max)));
        }
        out.extend_from_slice(&chunk);
    }
    Ok(out)
}

async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, Fail> {
    loop {
        let Some(frame) = body.frame().await else { return Ok(None) };
        let frame = frame.map_err(|e| {
            Fail(Problem::new(
                Code::BadRequest,
                "The request broke off.",
                format!("Not all of it arrived: {e}."),
                "Try again.",
            ))
        })?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::new(
        Code::TooLarge,
        "That is too large.",
        format!("At most {bytes_max} bytes can be taken at once."),
        "Send it in smaller parts.",
    )
}

/// The version in `If-Match`; `*` and a missing header mean any.
pub fn if_match(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::IF_MATCH)?.to_str().ok()?.trim();
    (value != "*").then(|| value.trim_start_matches("W/").trim_matches('"').to_owned())
}

/// Bytes with their media type.
pub fn file(media_type: &'static str, bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], bytes).into_response()
}
