//! The page on the building's Wi-Fi: what is public here, for people without the app.
//!
//! A listener and a router of its own, off unless somebody turns it on. It reads through [`Public`] alone, so nothing that
//! is not public can get out, and it has no way to change anything: no address takes more than GET. It keeps no cookie
//! and no note of who looked for what, in memory only how fast each address asks. Not for: programs on this computer,
//! which have the local API (`server`).

mod answer;
mod atom;
mod board;
mod dates;
mod gate;
mod install;
mod oruk;
mod pdf;
mod poster;
mod rpde;
mod screens;
mod serve;
mod view;
mod words;

#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::sync::Semaphore;

use crate::app::Public;
use crate::mesh::Addresses;

pub use poster::{Form, Poster, url};
pub use serve::Server;
pub use words::Language;

/// Pages made at the same time. More: they wait a moment, then are told that it is busy.
const RENDERS_MAX: usize = 8;

/// Gives what is public now; nothing while there is no community.
pub type Source = Box<dyn Fn() -> Option<Public> + Send + Sync>;

/// What the page is made from.
pub struct Page {
    source: Source,
    listen: SocketAddr,
    board: board::Board,
    renders: Semaphore,
    install: PathBuf,
}

impl Page {
    /// `folder` is the data directory: the feed's memory is kept in it, and what people may take home in `install/`.
    pub fn new(source: Source, listen: SocketAddr, folder: &std::path::Path) -> Arc<Page> {
        Arc::new(Page {
            source,
            listen,
            board: board::Board::new(folder.join("page.json")),
            renders: Semaphore::new(RENDERS_MAX),
            install: folder.join("install"),
        })
    }
}

type Shared = axum::extract::State<Arc<Page>>;

/// Every address there is. Screens for people and the lists of Open Referral UK share the root: only `/` is both, and
/// answers by what is asked for. A browser always names `text/html`; who does not is a program.
pub fn router(page: Arc<Page>) -> Router {
    Router::new()
        .route("/", get(screens::home_or_details))
        .route("/find", get(screens::find))
        .route("/item/{slot}", get(screens::item))
        .route("/item/{slot}/event.ics", get(screens::item_ics))
        .route("/notices", get(screens::notices))
        .route("/events", get(screens::events))
        .route("/help", get(screens::help))
        .route("/install", get(install::screen))
        .route("/install/{name}", get(install::file))
        .route("/poster", get(poster::screen))
        .route("/poster.png", get(poster::png))
        .route("/poster.pdf", get(poster::pdf))
        .route("/style.css", get(screens::style))
        .route("/icon.svg", get(screens::icon))
        .route("/favicon.ico", get(screens::icon))
        .route("/robots.txt", get(screens::robots))
        .route("/events.ics", get(screens::events_ics))
        .route("/notices.atom", get(atom::notices))
        .route("/rpde/services", get(rpde::services))
        .route("/rpde/events", get(rpde::events))
        .route("/services", get(oruk::services))
        .route("/services/{id}", get(oruk::service))
        .route("/service_at_locations", get(oruk::places))
        .route("/service_at_locations/{id}", get(oruk::place))
        .route("/taxonomies", get(oruk::taxonomies))
        .route("/taxonomies/{id}", get(oruk::taxonomy))
        .route("/taxonomy_terms", get(oruk::terms))
        .route("/taxonomy_terms/{id}", get(oruk::term))
        .fallback(screens::nowhere)
        .method_not_allowed_fallback(screens::read_only)
        .layer(axum::middleware::from_fn(answer::headers))
        .with_state(page)
}

/// The addresses a page that listens so can be opened at from other computers, the most likely first: IPs, since names
/// ending in `.local` do not work on every telephone. Loopback only when nothing else is listened on or there is no network.
pub async fn addresses(listen: SocketAddr) -> Vec<SocketAddr> {
    if !listen.ip().is_unspecified() {
        return vec![listen];
    }
    let mut ips: Vec<IpAddr> =
        Addresses::now().await.ips.into_iter().filter(|ip| reachable(ip, &listen.ip())).collect();
    ips.sort_by_key(|ip| (ip.is_ipv6(), *ip));
    if ips.is_empty() {
        ips.push(IpAddr::from([127, 0, 0, 1]));
    }
    ips.into_iter().map(|ip| SocketAddr::new(ip, listen.port())).collect()
}

/// Whether people could type it: addresses that only mean something with an interface beside them are left out.
fn reachable(ip: &IpAddr, listen: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_link_local(),
        IpAddr::V6(ip) => listen.is_ipv6() && !ip.is_unicast_link_local(),
    }
}
