//! Programs published from this computer: who may come, and whether they run.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::site::{Protocol, SiteRefusal};
use tokio::net::TcpStream;

use super::web;
use crate::flow::relay::Relay;
use crate::flow::{Arrival, Free, Meter, Taker, Way};
use crate::places::Places;

/// How long the program may take to take a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Nothing either way for this long ends a visit. Long: pages that wait for news say nothing for hours.
const IDLE: Duration = Duration::from_secs(2 * 3600);
/// Connections to one site at once; no visitor has all of them. More: told that it is busy.
const VISITS_MAX: usize = 256;
/// How often members' rights are looked at while they visit.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between the two halves of a connection inside this program.
const PIPE_BYTES: usize = 64 * 1024;

/// A program that is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its port on this computer.
    pub port: u16,
    /// How it is spoken to.
    pub protocol: Protocol,
}

/// Who comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Their id, in ASCII.
    pub id: String,
    /// Their name, as members know it.
    pub name: String,
}

/// Knows the members.
pub trait Who: Send + Sync {
    /// Whose computer this is, if it may visit the site now.
    fn may_visit(&self, site: &str, peer: &PublicKey) -> Result<Visitor, SiteRefusal>;
}

/// Whether a program answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It takes connections.
    Up,
    /// It does not.
    Down,
}

/// All that is published from this computer.
pub struct Publisher {
    sites: Mutex<BTreeMap<String, Entry>>,
    who: Arc<dyn Who>,
}

struct Entry {
    published: Published,
    /// One place a visit, by visitor.
    visits: Arc<Places<String>>,
    stop: tokio::sync::watch::Sender<bool>,
}

impl Publisher {
    /// With nothing published.
    pub fn new(who: Arc<dyn Who>) -> Arc<Publisher> {
        Arc::new(Publisher { sites: Mutex::default(), who })
    }

    /// Publishes a program under a name, in place of what had it. Visits to that end.
    pub fn publish(&self, name: &str, published: Published) {
        let visits = Places::new(VISITS_MAX);
        let entry = Entry { published, visits, stop: tokio::sync::watch::Sender::new(false) };
        self.sites().insert(name.to_owned(), entry);
    }

    /// Stops it. Visits end.
    pub fn withdraw(&self, name: &str) -> bool {
        self.sites().remove(name).is_some()
    }

    /// What is published.
    pub fn all(&self) -> BTreeMap<String, Published> {
        self.sites().iter().map(|(name, e)| (name.clone(), e.published.clone())).collect()
    }

    /// How many visits there are to a site now.
    pub fn visits(&self, name: &str) -> usize {
        self.sites().get(name).map_or(0, |e| e.visits.taken())
    }

    fn sites(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn visit(self: Arc<Self>, arrival: Arrival) {
        let (peer, name, named) = (arrival.peer, arrival.target.clone(), arrival.named);
        let entry = self.sites().get(&name).map(|e| (e.published.clone(), e.visits.clone(), e.stop.subscribe()));
        let Some((published, visits, stop)) = entry else {
            return arrival.refuse(SiteRefusal::Unknown.encode()).await;
        };
        let visitor = match self.who.may_visit(&name, &peer) {
            Ok(visitor) => visitor,
            Err(why) => return arrival.refuse(why.encode()).await,
        };
        let Some(_place) = visits.enter(visitor.id.clone()) else {
            return arrival.refuse(SiteRefusal::Busy.encode()).await;
        };
        let program = match connect(published.port).await {
            Ok(program) => program,
            Err(_) => return arrival.refuse(SiteRefusal::ProgramDown.encode()).await,
        };
        let Ok((path, first)) = arrival.accept().await else { return };
        let meter = Arc::new(Door { who: self.who.clone(), name: name.clone(), peer, stop });
        let relay = Relay::new(meter, IDLE);
        match published.protocol {
            Protocol::Tcp => {
                let (read, write) = program.into_split();
                drop(relay.run(read, write, path, first).await);
            }
            Protocol::Http => {
                let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
                let (read, write) = tokio::io::split(ours);
                let member = named.then_some(visitor);
                // The connection that showed that the program is there serves the first request.
                let web = web::serve(theirs, program, published.port, member);
                tokio::pin!(web);
                let run = relay.run(read, write, path, first);
                tokio::pin!(run);
                tokio::select! {
                    _ = &mut run => {}
                    // What it said last still has to get there.
                    () = &mut web => drop(run.await),
                }
            }
        }
    }
}

impl Taker for Publisher {
    fn take(self: Arc<Self>, arrival: Arrival) -> BoxFuture<'static, ()> {
        Box::pin(self.visit(arrival))
    }
}

/// Ends a visit when the site is stopped or the visitor may not come any more.
struct Door {
    who: Arc<dyn Who>,
    name: String,
    peer: PublicKey,
    stop: tokio::sync::watch::Receiver<bool>,
}

impl Meter for Door {
    fn take(&self, way: Way, bytes: u64) -> BoxFuture<'_, Result<(), Vec<u8>>> {
        Free.take(way, bytes)
    }
    fn ended(&self) -> BoxFuture<'_, Vec<u8>> {
        let mut stop = self.stop.clone();
        Box::pin(async move {
            loop {
                // An error: what sends it is gone with the site.
                match tokio::time::timeout(LOOK_EVERY, stop.changed()).await {
                    Ok(_) => return SiteRefusal::Unknown.encode(),
                    Err(_) => {
                        if let Err(why) = self.who.may_visit(&self.name, &self.peer) {
                            return why.encode();
                        }
                    }
                }
            }
        })
    }
}

/// A connection to a program on this computer, and only this computer.
pub(super) async fn connect(port: u16) -> std::io::Result<TcpStream> {
    let mut last = std::io::ErrorKind::ConnectionRefused.into();
    for ip in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
        match tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(SocketAddr::new(ip, port))).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Err(e)) => last = e,
            Err(_) => last = std::io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}

/// Whether the program on a port takes connections.
pub async fn health(port: u16) -> Health {
    if connect(port).await.is_ok() { Health::Up } else { Health::Down }
}

impl Publisher {
    /// Whether each published program takes connections now.
    pub async fn health(&self) -> BTreeMap<String, Health> {
        let mut all = BTreeMap::new();
        for (name, published) in self.all() {
            all.insert(name, health(published.port).await);
        }
        all
    }
}
