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
mod stream;
#[cfg(test)]
mod tests;
mod uplink;

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use hedgerow_api::{Code, Problem};
use tokio::net::UnixListener;

use crate::app::App;
use crate::paths::{DataDir, write_private};
use extract::Fail;

pub use extract::{BUNDLE_BYTES_MAX, IMPORT_BYTES_MAX};

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

/// A socket that is removed again when the node stops.
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
    note: Option<PathBuf>,
}

impl Socket {
    /// Listens where programs of this user look. Call it only while holding the directory's lock: a socket that is
    /// there already belongs to a node that died, and is replaced.
    pub fn open(dir: &DataDir) -> io::Result<Socket> {
        let path = dir.socket();
        if let Some(parent) = path.parent().filter(|p| !p.exists()) {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        }
        if let Some(parent) = path.parent().filter(|p| *p != dir.path()) {
            // It may lie where everybody can make folders: somebody else's would let them answer in our place.
            let folder = std::fs::symlink_metadata(parent)?;
            let ours = std::fs::metadata(dir.path())?.uid();
            if !folder.is_dir() || folder.uid() != ours || folder.mode() & 0o022 != 0 {
                let text = format!("{} belongs to somebody else or is open to others: remove it", parent.display());
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
            }
        }
        remove(&path)?;
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let elsewhere = path.parent() != Some(dir.path());
        let note = elsewhere.then(|| dir.socket_note());
        match &note {
            Some(note) => write_private(note, path.as_os_str().as_encoded_bytes())?,
            None => remove(&dir.socket_note())?,
        }
        Ok(Socket { listener, path, note })
    }

    /// Answers until `stop` is ready and the requests under way are done.
    pub async fn serve(self, app: Arc<App>, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let Socket { listener, path, note } = self;
        let done = axum::serve(listener, router(app)).with_graceful_shutdown(stop).await;
        let removed = remove(&path).and_then(|()| note.as_deref().map_or(Ok(()), remove));
        done.and(removed)
    }
}

fn remove(path: &std::path::Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}
