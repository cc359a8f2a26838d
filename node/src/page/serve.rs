//! The listener: sockets, how long they may take, and a clean end. The one place of the page that names hyper.
//!
//! Slow and greedy visitors get an end, so that others get an answer. Nothing of a request is logged, at any level.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::gate::{CONNECTIONS_MAX, Gate, Pass};
use super::{Page, answer, router};

/// How long the head of a request may take, and how long a connection may wait for the next one.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long one connection may last; long enough to take the program home over a slow line.
const CONNECTION_MAX: Duration = Duration::from_secs(10 * 60);
/// Largest head of a request in bytes. Larger: refused.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Most header fields. More: refused.
const HEADERS_MAX: usize = 64;
/// How long answers under way may take when the page is turned off.
const GRACE: Duration = Duration::from_secs(2);

/// Where a request came in.
#[derive(Debug, Clone, Copy)]
pub struct Arrived {
    /// The address of this computer that the visitor typed or was led to.
    pub local: SocketAddr,
}

/// A page that is being offered.
pub struct Server {
    local: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts listening.
    pub async fn start(page: Arc<Page>) -> io::Result<Server> {
        let listener = TcpListener::bind(page.listen).await?;
        let local = listener.local_addr()?;
        let stop = watch::Sender::new(false);
        let task = tokio::spawn(accept(listener, router(page), stop.subscribe()));
        Ok(Server { local, stop, task })
    }

    /// Where it listens; with the port that was found, where any was asked for.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Stops, within a few seconds.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // It ends itself; a panic in it is as good an end.
        let _ = self.task.await;
    }
}

async fn accept(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let gate = Arc::new(Gate::default());
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let begun = Instant::now();
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(_) => {
                    // Out of sockets, or a visitor that left at once: a moment later there is room again.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            Some(_) = connections.join_next() => continue,
            () = stopped(&mut stop) => break,
        };
        let Ok(place) = room.clone().try_acquire_owned() else { continue };
        let Some(pass) = gate.connect(peer.ip(), begun.elapsed().as_millis() as u64) else { continue };
        let (router, stop) = (router.clone(), stop.clone());
        connections.spawn(async move {
            connection(stream, router, pass, begun, stop).await;
            drop(place);
        });
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, ended).await;
    connections.shutdown().await;
}

/// Ready when the page is turned off; also when there is nobody left who could.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn connection(stream: TcpStream, router: Router, pass: Pass, begun: Instant, mut stop: watch::Receiver<bool>) {
    let Ok(local) = stream.local_addr() else { return };
    // Small pages are sent whole.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let pass = Arc::new(pass);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let may = pass.ask(begun.elapsed().as_millis() as u64);
        request.extensions_mut().insert(Arrived { local });
        let answered = may.then(|| router.call(request));
        async move {
            match answered {
                Some(answered) => answered.await,
                None => Ok::<Response, _>(answer::too_fast().into_response()),
            }
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(HEAD_BYTES_MAX);
    builder.max_headers(HEADERS_MAX);
    let mut serving = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // Visitors that break off are no news.
        _ = serving.as_mut() => return,
        () = tokio::time::sleep(CONNECTION_MAX) => return,
        () = stopped(&mut stop) => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}
