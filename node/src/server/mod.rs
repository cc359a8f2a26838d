//! The local API: HTTP with JSON on a Unix socket that only this user can open.
//!
//! Turns requests into calls of [`crate::app`] and answers into JSON; every error is a problem document. Decides
//! nothing itself.

mod extract;
mod identity;
mod known;
mod metrics;
mod openapi;
mod people;
mod routes;
mod sites;
mod socket;
mod stream;
#[cfg(test)]
mod tests;
mod uplink;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use hedgerow_api::{Code, Problem};

use crate::app::App;
use extract::Fail;

pub use extract::{BUNDLE_BYTES_MAX, IMPORT_BYTES_MAX};
pub use socket::Socket;

/// Every address of the API, with what answers when there is none.
pub fn router(app: Arc<App>) -> Router {
    routes::router()
        .route_layer(middleware::from_fn(known::only_known))
        .fallback(|| async {
            Fail(Problem::new(
                Code::NoSuchRoute,
                "There is no such address here.",
                "The program that asked may be newer than this Hedgerow.",
                "See /v1/openapi.json for all addresses.",
            ))
        })
        .method_not_allowed_fallback(|| async {
            Fail(Problem::new(
                Code::NoSuchMethod,
                "This address does not take that method.",
                "It is there for something else.",
                "See /v1/openapi.json for what each address takes.",
            ))
        })
        .layer(middleware::from_fn(headers))
        .with_state(app)
}

/// Answers are about now: nobody keeps them.
async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
