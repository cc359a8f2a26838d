//! The neighbourhood: finding computers nearby, links with them, joining, sync.
//!
//! [`Mesh`] is the handle; everything behind it is tasks with bounded queues. Not for: what records mean or where they
//! are kept; those come in as [`Records`].

mod address;
mod behaviour;
mod book;
pub mod discovery;
pub mod endpoint;
mod inner;
mod interfaces;
pub mod join;
mod keeper;
mod linking;
pub mod posters;
mod records;
mod records_core;
mod shield;
mod streams;
mod swarm;
mod sync;
mod transport;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::invite::Ticket;
use hedgerow_protocol::join::Redemption;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::link::{LinkRequest, LinkTicket};
use hedgerow_protocol::record::Record;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinHandle;

pub use address::{AddressError, PeerAddress};
pub use book::{Match, State, Told};
pub use endpoint::{BindError, DialError, PORT_DEFAULT, is_link_local};
pub use interfaces::Addresses;
pub use join::{AskError, Handed, invite_local_key};
pub use linking::{LINK_NOTES, Linking, link_local_key};
pub use records::{RecordPage, Records};
pub use streams::{FIRST_MESSAGE_TIMEOUT, Flows, Frame, Lost, Stream, StreamIn, StreamOut};

use behaviour::Info;
use endpoint::{EndpointOptions, LinkEndpoint};
use inner::{Inner, WORDS_QUEUE};

/// Under which private keys added neighbours are kept.
const ADDED_PREFIX: &str = "neighbour/";
/// How long a part may take to stop.
const STOP_LINKS: Duration = Duration::from_secs(3);
const STOP_ENDPOINT: Duration = Duration::from_secs(5);

/// How a mesh is started.
pub struct MeshOptions {
    /// The transport key of this device.
    pub transport: SecretKey,
    /// UDP port, usually [`PORT_DEFAULT`]; 0 for any. If it is taken, any other is used and [`Mesh::port_taken`] says so.
    pub port: u16,
    /// Addresses to bind instead of all (at most one IPv4 and one IPv6); then a taken port is an error.
    pub bind: Vec<SocketAddr>,
    /// Whether to listen for computers nearby and be heard by them.
    pub nearby: bool,
    /// The community's records; `None` before joining: then nothing is served, but one can ask.
    pub community: Option<Arc<dyn Records>>,
    /// Whether strangers may learn the community's name.
    pub tells_name: bool,
    /// Whether strangers may read public records.
    pub shows_public: bool,
    /// Who takes the flows of members; nobody: they are told that there are too many.
    pub flows: Option<Arc<dyn Flows>>,
}

/// Why a mesh could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No socket.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The swarm refuses its settings; cannot happen with keys of this program.
    #[error("links cannot be made: {0}")]
    Swarm(String),
}

/// What happened. Details are read from the mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeshEvent {
    /// Something about this member's computer changed.
    Neighbour(PublicKey),
    /// Something about this stranger's computer changed.
    Nearby(PublicKey),
}

/// A member's computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Its transport key.
    pub key: PublicKey,
    /// Person or group it belongs to.
    pub owner: Id,
    /// The key it signs with.
    pub device: PublicKey,
    /// Whether it is heard on the network now.
    pub is_heard: bool,
    /// Whether a person added it by its address.
    pub is_added: bool,
    /// Where it may be called.
    pub addresses: Vec<SocketAddr>,
    /// Where its link goes, while there is one.
    pub linked_at: Option<SocketAddr>,
    /// How we stand.
    pub state: State,
    /// Since when, Unix milliseconds.
    pub since_ms: u64,
    /// Round-trip time of the link.
    pub rtt: Option<Duration>,
    /// When both last had the same records.
    pub matched: Option<Match>,
    /// Whether it says that it has no room for all content.
    pub is_partial: bool,
    /// That it says that we were taken out there, and why: empty when it gives no reason.
    pub says_removed: Option<String>,
}

/// Somebody nearby who is no member here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearby {
    /// Its transport key.
    pub key: PublicKey,
    /// Where it may be called.
    pub addresses: Vec<SocketAddr>,
    /// What it says of itself; `None`: it did not answer or has no community.
    pub told: Option<Told>,
}

/// The running neighbourhood of one data directory.
pub struct Mesh {
    inner: Arc<Inner>,
    tasks: Vec<(&'static str, JoinHandle<()>)>,
    stop: watch::Sender<bool>,
    port_taken: Option<u16>,
    /// Why nobody nearby can be heard, if that failed.
    deaf: Option<String>,
}

impl Mesh {
    /// Opens the sockets and starts all tasks.
    pub async fn start(options: MeshOptions) -> Result<Mesh, StartError> {
        let serves = options.community.is_some();
        let mut ask =
            EndpointOptions { transport: options.transport.clone(), port: options.port, bind: options.bind, serves };
        let (endpoint, port_taken) = match bind_again(&ask).await {
            Err(BindError::PortTaken { port }) if ask.bind.is_empty() && port != 0 => {
                ask.port = 0;
                (LinkEndpoint::bind(&ask).await?, Some(port))
            }
            bound => (bound?, None),
        };
        let (stop, stopping) = watch::channel(false);
        let (words, word_queue) = mpsc::channel(WORDS_QUEUE);
        let mut tasks = Vec::new();
        let (mut swarm_commands, mut swarm_news, mut accepted) = (None, None, None);
        if let Some(records) = &options.community {
            let asked = records.clone();
            let info = Arc::new(move || Info {
                version: Info::VERSION,
                unix_ms: asked.now().0,
                root: asked.root(),
                records: asked.count(),
            });
            let swarm = swarm::start(endpoint.clone(), &options.transport, &records.community(), info)
                .map_err(StartError::Swarm)?;
            (swarm_commands, swarm_news, accepted) = (Some(swarm.commands), Some(swarm.news), Some(swarm.accepted));
            tasks.push(("swarm", swarm.task));
        }
        let doorway = join::Doorway {
            tells_name: options.tells_name,
            shows_public: options.shows_public,
            signs: options.transport.clone(),
            redeeming: tokio::sync::Mutex::default(),
        };
        let (sightings, deaf) = match options.nearby.then(|| discovery::start(endpoint.clone())) {
            Some(Ok((sightings, task))) => {
                tasks.push(("finding neighbours", task));
                (Some(sightings), None)
            }
            Some(Err(error)) => (None, Some(error.to_string())),
            None => (None, None),
        };
        let inner = Arc::new(Inner::new(endpoint, options.community, Some(doorway), swarm_commands, words, stopping));
        let flows = options.flows;
        if let Some(records) = &inner.records {
            for (key, value) in records.locals(ADDED_PREFIX) {
                let text = format!("{}@{}", key.trim_start_matches(ADDED_PREFIX), String::from_utf8_lossy(&value));
                // A line of an older version that cannot be read is no reason not to start.
                if let Ok(address) = text.trim_end_matches(['@', '-']).parse::<PeerAddress>() {
                    Self::learn(&inner, &address);
                }
            }
        }
        // Who does not look for others does not call where they were, either.
        if options.nearby {
            inner.recall_met();
        }
        let sources = keeper::Sources { sightings, swarm: swarm_news, words: word_queue };
        tasks.push(("calls", tokio::spawn(shield::accept_loop(inner.clone(), accepted, flows))));
        tasks.push(("links", tokio::spawn(keeper::run(inner.clone(), sources))));
        Ok(Mesh { inner, tasks, stop, port_taken, deaf })
    }

    /// Our transport key.
    pub fn id(&self) -> PublicKey {
        self.inner.endpoint.id()
    }

    /// The open sockets.
    pub fn sockets(&self) -> Vec<SocketAddr> {
        self.inner.endpoint.sockets()
    }

    /// The port that was asked for and taken by another program.
    pub fn port_taken(&self) -> Option<u16> {
        self.port_taken
    }

    /// Why nobody nearby can be heard (no multicast sockets), if so.
    pub fn deaf(&self) -> Option<&str> {
        self.deaf.as_deref()
    }

    /// Where others can call this computer now; best first, at most 16. Link-local addresses are left out.
    pub async fn addresses(&self) -> Vec<SocketAddr> {
        let endpoint = &self.inner.endpoint;
        let bound = endpoint.sockets().into_iter().filter(|s| !s.ip().is_unspecified());
        let mut all: Vec<SocketAddr> = Addresses::now()
            .await
            .ips
            .iter()
            .filter_map(|ip| Some(SocketAddr::new(*ip, endpoint.port_for(ip)?)))
            .chain(bound)
            .filter(|a| !endpoint::is_link_local(&a.ip()))
            .collect();
        all.sort_by_key(|a| (a.is_ipv6(), *a));
        all.dedup();
        all.truncate(endpoint::ADDRESSES_MAX);
        all
    }

    /// What others type to add this computer as a neighbour: `KEY@ADDRESS:PORT,…`.
    pub async fn me(&self) -> PeerAddress {
        PeerAddress { key: self.id(), addresses: self.addresses().await.into_iter().collect() }
    }

    /// Bytes of records that came over links since the start, known ones too; and how many links ended because the other
    /// side cost too much or broke the rules.
    pub fn sync_cost(&self) -> (u64, u64) {
        let read = |n: &std::sync::atomic::AtomicU64| n.load(std::sync::atomic::Ordering::Relaxed);
        (read(&self.inner.record_bytes), read(&self.inner.bad_ends))
    }

    /// Members' computers known to be somewhere, by key.
    pub fn neighbours(&self) -> Vec<Neighbour> {
        let Some(authority) = self.inner.records.as_ref().map(|r| r.authority()) else { return Vec::new() };
        let book = self.inner.book();
        let known =
            book.iter().filter(|(_, p)| p.is_added || p.link.is_some() || !p.heard.is_empty() || p.met.is_some());
        known
            .filter_map(|(key, peer)| {
                let member = authority.by_transport(key)?;
                Some(Neighbour {
                    key: *key,
                    owner: member.owner,
                    device: member.device,
                    is_heard: !peer.heard.is_empty(),
                    is_added: peer.is_added,
                    addresses: peer.addresses().into_iter().collect(),
                    linked_at: peer.linked_at.filter(|_| peer.link.is_some()),
                    state: peer.state.clone(),
                    since_ms: peer.since_ms,
                    rtt: peer.rtt,
                    matched: peer.matched,
                    is_partial: peer.is_partial && peer.link.is_some(),
                    says_removed: peer.says_removed.clone(),
                })
            })
            .collect()
    }

    /// Strangers nearby, by key.
    pub fn nearby(&self) -> Vec<Nearby> {
        let book = self.inner.book();
        book.iter()
            .filter(|(key, peer)| !peer.addresses().is_empty() && !self.inner.is_member(key))
            .map(|(key, peer)| Nearby {
                key: *key,
                addresses: peer.addresses().into_iter().collect(),
                told: peer.told.clone(),
            })
            .collect()
    }

    /// Adds a computer by its address, for networks on which it is not heard by itself, and calls it. Kept over restarts
    /// once there is a community.
    pub async fn add_neighbour(&self, address: &PeerAddress) -> Result<(), AddressError> {
        if address.key == self.id() {
            return Err(AddressError::Ourselves);
        }
        Self::learn(&self.inner, address);
        if let Some(records) = &self.inner.records {
            let all: Vec<String> = address.addresses.iter().map(SocketAddr::to_string).collect();
            let value = if all.is_empty() { "-".to_owned() } else { all.join(",") };
            let key = format!("{ADDED_PREFIX}{}", address.key);
            records.put_local(&key, value.into_bytes()).await.map_err(AddressError::NotSaved)?;
        }
        self.inner.word(inner::Word::Look);
        Ok(())
    }

    /// Takes an added computer away. False: it was not added.
    pub async fn remove_neighbour(&self, key: &PublicKey) -> Result<bool, AddressError> {
        let (was, left) = self.inner.book().remove(key);
        self.inner.endpoint.learn(key, &left);
        if let Some(records) = &self.inner.records {
            let name = format!("{ADDED_PREFIX}{key}");
            records.put_local(&name, Vec::new()).await.map_err(AddressError::NotSaved)?;
            let met = format!("{}{key}", inner::MET_PREFIX);
            records.put_local(&met, Vec::new()).await.map_err(AddressError::NotSaved)?;
        }
        Ok(was)
    }

    fn learn(inner: &Inner, address: &PeerAddress) {
        let all = inner.book().add(address.key, &address.addresses, Instant::now(), inner.now_ms());
        inner.endpoint.learn(&address.key, &all);
    }

    /// Uses an invite at the computer that issued it. The answer is verified records, the founding record first.
    pub async fn redeem(&self, ticket: &Ticket, redemption: Redemption) -> Result<Vec<Record>, AskError> {
        self.learn_ticket(ticket);
        join::Visit::call(&self.inner.endpoint, &ticket.issuer).await?.redeem(redemption).await
    }

    /// Asks with a poster at the computer that issued it, for the community's name as well. Nothing: not yet.
    pub async fn ask_to_join(
        &self,
        ticket: &Ticket,
        redemption: Redemption,
    ) -> Result<(Option<String>, Option<Vec<Record>>), AskError> {
        self.learn_ticket(ticket);
        let visit = join::Visit::call(&self.inner.endpoint, &ticket.issuer).await?;
        let records = visit.ask_to_join(redemption).await?;
        // Whether the name may be told is for that computer to say; it is no reason to fail.
        let told = visit.who().await.ok().filter(|t| t.community == ticket.community);
        Ok((told.and_then(|t| t.name), records))
    }

    /// Asks the computer that made a link code to list this one, once.
    pub async fn link(&self, ticket: &LinkTicket, request: LinkRequest) -> Result<Linking, AskError> {
        self.learn_at(ticket.issuer, &ticket.addresses);
        join::Visit::call(&self.inner.endpoint, &ticket.issuer).await?.link(request).await
    }

    /// Remembers where the issuer of a ticket was, for the time this mesh runs.
    pub fn learn_ticket(&self, ticket: &Ticket) {
        self.learn_at(ticket.issuer, &ticket.addresses);
    }

    /// Remembers where a computer was, for the time this mesh runs.
    pub fn learn_at(&self, key: PublicKey, addresses: &[SocketAddr]) {
        Self::learn(&self.inner, &PeerAddress { key, addresses: addresses.iter().copied().collect() });
    }

    /// Asks a computer nearby which community it is of.
    pub async fn who(&self, key: &PublicKey) -> Result<Told, AskError> {
        join::Visit::call(&self.inner.endpoint, key).await?.who().await
    }

    /// Asks a computer to be let in to read, with the person and the first device.
    pub async fn enter(&self, key: &PublicKey, community: Id, wires: [&Record; 2]) -> Result<Vec<Record>, AskError> {
        join::Visit::call(&self.inner.endpoint, key).await?.enter(community, wires).await
    }

    /// Reads what anybody may read from a computer nearby: at most `most` records, verified, as it says.
    pub async fn public(&self, key: &PublicKey, most: usize) -> Result<Handed, AskError> {
        join::Visit::call(&self.inner.endpoint, key).await?.public(most).await
    }

    /// Reads what members read, with a key that says we may: a person's, or an open invite's. The community, and at most
    /// `most` records, verified, the founding record first.
    pub async fn read(&self, from: &PublicKey, with: &SecretKey, most: usize) -> Result<(Id, Vec<Record>), AskError> {
        join::Visit::call(&self.inner.endpoint, from).await?.read(with, &self.id(), most).await
    }

    /// On how many members' computers (besides this one) everything up to an event of the core is kept as well: those
    /// whose root was the same as ours since, and who still let us in.
    pub fn copies(&self, event_seq: u64) -> usize {
        let book = self.inner.book();
        let kept = |m: &Match| m.event_seq >= event_seq;
        book.iter().filter(|(key, p)| p.matched.as_ref().is_some_and(kept) && self.inner.is_member(key)).count()
    }

    /// The same for what was here before a moment of community time, in Unix milliseconds.
    pub fn copies_since(&self, unix_ms: u64) -> usize {
        let book = self.inner.book();
        let kept = |m: &Match| m.at_ms >= unix_ms;
        book.iter().filter(|(key, p)| p.matched.as_ref().is_some_and(kept) && self.inner.is_member(key)).count()
    }

    /// Opens a stream to a member's computer. The first one makes the connection.
    pub async fn open_stream(&self, key: &PublicKey) -> Result<Stream, DialError> {
        streams::open(&self.inner, key).await
    }

    /// Breaks the connections for flows, as a pulled cable does.
    #[cfg(test)]
    pub(crate) fn hang_up_flows(&self) {
        self.inner.pool.hang_up();
    }

    /// Whether a transport key belongs to a live member now.
    pub fn is_member(&self, key: &PublicKey) -> bool {
        self.inner.is_member(key)
    }

    /// What happens from now on. A listener that lags reads [`Mesh::neighbours`] again.
    pub fn events(&self) -> broadcast::Receiver<MeshEvent> {
        self.inner.events.subscribe()
    }

    /// Says goodbye, closes everything, and gives the names of parts that did not stop in time. At most about 8 s.
    pub async fn shutdown(&self) -> Vec<&'static str> {
        let mut late = Vec::new();
        let sockets = self.sockets();
        let mut events = self.inner.events.subscribe();
        let _ = self.stop.send(true);
        let gone = async {
            while self.inner.book().iter().any(|(_, p)| p.link.is_some()) {
                if matches!(events.recv().await, Err(broadcast::error::RecvError::Closed)) {
                    return;
                }
            }
        };
        if tokio::time::timeout(STOP_LINKS, gone).await.is_err() {
            late.push("links");
        }
        if tokio::time::timeout(STOP_ENDPOINT, self.inner.endpoint.close()).await.is_err() {
            late.push("sockets");
        }
        for (_, task) in &self.tasks {
            task.abort();
        }
        give_back(&sockets);
        late
    }
}

/// Ports that a mesh of this program gave back, and when: the system takes a moment to close the sockets, and joining
/// or leaving a community starts a new mesh on the same port at once.
static GIVEN_BACK: Mutex<BTreeMap<u16, Instant>> = Mutex::new(BTreeMap::new());
/// How long a port that was given back is waited for.
const GIVEN_BACK_WAIT: Duration = Duration::from_secs(2);

async fn bind_again(options: &EndpointOptions) -> Result<LinkEndpoint, BindError> {
    loop {
        let bound = LinkEndpoint::bind(options).await;
        let Err(BindError::PortTaken { port }) = &bound else { return bound };
        let given_back = GIVEN_BACK.lock().unwrap_or_else(PoisonError::into_inner).get(port).copied();
        if given_back.is_none_or(|at| at.elapsed() > GIVEN_BACK_WAIT) {
            return bound;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn give_back(sockets: &[SocketAddr]) {
    let mut given_back = GIVEN_BACK.lock().unwrap_or_else(PoisonError::into_inner);
    given_back.retain(|_, at| at.elapsed() < GIVEN_BACK_WAIT);
    given_back.extend(sockets.iter().map(|s| (s.port(), Instant::now())));
}

#[cfg(test)]
pub(crate) mod tests;
