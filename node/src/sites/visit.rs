//! Visits: a door on this computer, on loopback only, that leads to a site elsewhere.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hedgerow_protocol::flow::Purpose;
use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::site::{Protocol, SiteRefusal};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::flow::relay::Relay;
use crate::flow::{Free, Hub, OpenError};

/// How long the site's computer may take to answer once it was reached.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(8);
/// As at the other end.
const IDLE: Duration = Duration::from_secs(2 * 3600);
/// Connections through one door at once. More: they wait in the queue of the system.
const AT_ONCE: usize = 64;
/// How much of a request is read before it is told why not.
const UNREAD_BYTES_MAX: usize = 64 * 1024;

/// Where a door leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The site's name.
    pub site: String,
    /// Its computer.
    pub computer: PublicKey,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Whether its program may be told who visits.
    pub named: bool,
}

/// An open door. Closed when dropped.
pub struct Door {
    /// Where it leads.
    pub visit: Visit,
    /// Its port.
    pub port: u16,
    open: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

/// What a visit that did not work says to the person, by their browser.
pub type Words = Arc<dyn Fn(&Visit, &OpenError) -> String + Send + Sync>;

impl Door {
    /// Opens a door on a port; 0 for any.
    pub async fn open(hub: Arc<Hub>, visit: Visit, port: u16, words: Words) -> std::io::Result<Door> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let port = listener.local_addr()?.port();
        let open = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn(listen(listener, hub, visit.clone(), open.clone(), words));
        Ok(Door { visit, port, open, task })
    }

    /// What people type or click.
    pub fn address(&self) -> String {
        match self.visit.protocol {
            Protocol::Http => format!("http://{}.localhost:{}/", self.visit.site, self.port),
            Protocol::Tcp => format!("127.0.0.1:{}", self.port),
        }
    }

    /// Closes it, and waits until its port is free again.
    pub async fn close(mut self) {
        self.task.abort();
        // It says that it was stopped, which is what was wanted.
        let _ = (&mut self.task).await;
    }

    /// Connections through it now.
    pub fn connections(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(listener: TcpListener, hub: Arc<Hub>, visit: Visit, open: Arc<AtomicUsize>, words: Words) {
    let places = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    // Ends with the door: what is in it is let go.
    let mut visits = tokio::task::JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let (hub, visit, words, open) = (hub.clone(), visit.clone(), words.clone(), open.clone());
                    visits.spawn(async move {
                        open.fetch_add(1, Ordering::Relaxed);
                        carry(stream, &hub, &visit, &words).await;
                        open.fetch_sub(1, Ordering::Relaxed);
                        drop(place);
                    });
                }
                // Out of descriptors, for one: it passes.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
            Some(_) = visits.join_next() => {}
        }
    }
}

async fn carry(stream: TcpStream, hub: &Arc<Hub>, visit: &Visit, words: &Words) {
    let _ = stream.set_nodelay(true);
    let ask = (visit.site.clone(), visit.named);
    match hub.open(visit.computer, Purpose::Site, ask, ANSWER_TIMEOUT).await {
        Ok((path, first)) => {
            let (read, write) = stream.into_split();
            drop(Relay::new(Arc::new(Free), IDLE).run(read, write, path, first).await);
        }
        Err(error) if visit.protocol == Protocol::Http => say(stream, &words(visit, &error)).await,
        Err(_) => {}
    }
}

/// Says a sentence where a page was expected.
async fn say(mut stream: TcpStream, sentence: &str) {
    let page = crate::sorry::page("Not open right now", &[sentence]);
    let policy = crate::sorry::POLICY;
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: {policy}\r\nCache-Control: no-store\r\n\
         Retry-After: 10\r\nConnection: close\r\n\r\n",
        page.len()
    );
    // A browser that is answered before it has said everything would show its own page instead.
    let mut request = Vec::new();
    let ask = async {
        while !request.windows(4).any(|w| w == b"\r\n\r\n") && request.len() < UNREAD_BYTES_MAX {
            if stream.read_buf(&mut request).await.is_ok_and(|n| n > 0) {
                continue;
            }
            break;
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), ask).await;
    if stream.write_all(head.as_bytes()).await.is_ok() && stream.write_all(page.as_bytes()).await.is_ok() {
        let _ = stream.shutdown().await;
    }
}

/// Why a visit was refused, when it was.
pub fn refusal(error: &OpenError) -> Option<SiteRefusal> {
    match error {
        OpenError::Refused(why) => Some(SiteRefusal::decode(why)),
        OpenError::Dial(_) | OpenError::NoAnswer => None,
    }
}
