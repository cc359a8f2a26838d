//! Flows between computers: opening them, taking them, and carrying them over lost connections.
//!
//! The [`Hub`] knows every flow that others opened here and who takes new ones. What a flow is for is known where it is
//! taken: [`crate::uplink`] and [`crate::sites`]. Not for: what travels on a stream (`hedgerow_protocol::flow`).

pub mod path;
pub mod relay;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use futures::future::BoxFuture;
use hedgerow_protocol::flow::{Answer, Ask, FlowId, Open, Purpose};
use hedgerow_protocol::id::PublicKey;
use tokio::sync::mpsc;

use crate::mesh::{DialError, FIRST_MESSAGE_TIMEOUT, Flows, Lost, Mesh, Stream};
use path::{Attached, Called, Caller, Path};

/// Flows one computer may have here, those that wait for a new connection included. More: refused.
const FLOWS_PER_PEER: usize = 128;

/// A connection over which nothing comes for this long after something was said is dead.
const DEAF_AFTER: Duration = Duration::from_millis(1200);

/// How many bytes are read from a program at once.
const PIECE: u64 = 64 * 1024;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the program here to the other side.
    Out,
    /// From the other side to the program here.
    In,
}

/// What counts a flow's bytes and may hold them back or end it.
pub trait Meter: Send + Sync {
    /// Ready when so many bytes may pass, or when they may not, with the reason for the other side.
    fn take(&self, way: Way, bytes: u64) -> BoxFuture<'_, Result<(), Vec<u8>>>;
    /// How many bytes are best moved at once: few where they have to be spread out, so that they do not come in bursts.
    fn piece(&self) -> u64 {
        PIECE
    }
    /// Ready when the flow must end, with the reason for the other side.
    fn ended(&self) -> BoxFuture<'_, Vec<u8>> {
        Box::pin(std::future::pending())
    }
    /// The flow ended, and so many bytes that went out were not taken by the other side.
    fn lost(&self, _bytes: u64) {}
}

/// Lets everything pass.
pub struct Free;

impl Meter for Free {
    fn take(&self, _: Way, _: u64) -> BoxFuture<'_, Result<(), Vec<u8>>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Who takes new flows of one purpose.
pub trait Taker: Send + Sync {
    /// A member's computer wants a flow. Answers on the stream, and carries it to its end.
    fn take(self: Arc<Self>, arrival: Arrival) -> BoxFuture<'static, ()>;
}

/// A flow that somebody wants.
pub struct Arrival {
    /// Whose computer it is.
    pub peer: PublicKey,
    /// Where they want to go.
    pub target: String,
    /// Whether the program may be told who they are.
    pub named: bool,
    stream: Stream,
    called: Called,
}

impl Arrival {
    /// Says no, and why.
    pub async fn refuse(mut self, why: Vec<u8>) {
        if self.stream.out.message(Answer::No(why).encode()).await.is_ok() {
            self.stream.out.finish();
        }
    }
    /// Says yes. What comes next runs on the path, beginning with the stream.
    pub async fn accept(mut self) -> Result<(Path, Attached), Lost> {
        self.stream.out.message(Answer::Go(0).encode()).await?;
        Ok((Path::Called(self.called), Attached { stream: self.stream, taken: 0, wants_answer: false }))
    }
}

/// Why a flow could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The other computer cannot be reached.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// It was reached and did not answer in time.
    #[error("no answer in time")]
    NoAnswer,
    /// It says no, and why.
    #[error("refused")]
    Refused(Vec<u8>),
}

/// All flows of this computer.
pub struct Hub {
    mesh: RwLock<Weak<Mesh>>,
    takers: RwLock<BTreeMap<u8, Arc<dyn Taker>>>,
    called: Mutex<BTreeMap<(PublicKey, FlowId), mpsc::Sender<Attached>>>,
    /// For the tasks that streams of others start.
    me: Weak<Hub>,
}

impl Hub {
    /// Without links, and with nobody to take flows.
    pub fn new() -> Arc<Hub> {
        Arc::new_cyclic(|me| Hub {
            mesh: RwLock::default(),
            takers: RwLock::default(),
            called: Mutex::default(),
            me: me.clone(),
        })
    }

    /// From now on over these links.
    pub fn use_mesh(&self, mesh: &Arc<Mesh>) {
        *self.mesh.write().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(mesh);
    }

    /// From now on new flows of this purpose go there.
    pub fn serve_with(&self, purpose: Purpose, taker: Arc<dyn Taker>) {
        self.takers.write().unwrap_or_else(PoisonError::into_inner).insert(purpose as u8, taker);
    }

    /// Whether a computer is a member's now.
    pub fn is_member(&self, key: &PublicKey) -> bool {
        self.mesh().is_some_and(|m| m.is_member(key))
    }

    /// Opens a stream to a member's computer.
    pub async fn open_stream(&self, key: &PublicKey) -> Result<Stream, DialError> {
        match self.mesh() {
            Some(mesh) => mesh.open_stream(key).await,
            None => Err(DialError::Refused("the network is being set up again".into())),
        }
    }

    /// Opens a flow. `within`: how long the answer may take once the other computer was reached.
    pub async fn open(
        self: &Arc<Self>,
        peer: PublicKey,
        purpose: Purpose,
        ask: (String, bool),
        within: Duration,
    ) -> Result<(Path, Attached), OpenError> {
        let (target, named) = ask;
        let mut open = Open { id: new_id()?, purpose, ask: Ask::New { target, named } };
        let (stream, answer) = self.ask(&peer, &mut open, within).await?;
        match answer {
            Some(Answer::Go(taken)) => {
                let path = Path::Caller(Caller { hub: self.clone(), peer, id: open.id, purpose });
                Ok((path, Attached { stream, taken, wants_answer: false }))
            }
            Some(Answer::No(why)) => Err(OpenError::Refused(why)),
            None => Err(OpenError::NoAnswer),
        }
    }

    /// Says the first message of a stream and waits for the answer. A connection to a computer that has restarted looks alive
    /// for seconds: where not even an acknowledgement comes, a new one is made, once. So it is where the connection went
    /// while we waited and the other side did not say goodbye: somebody else here may have found it dead first.
    async fn ask(
        &self,
        peer: &PublicKey,
        open: &mut Open,
        within: Duration,
    ) -> Result<(Stream, Option<Answer>), DialError> {
        let mut is_first = true;
        loop {
            let mut stream = self.open_stream(peer).await?;
            let deaf = stream.deaf(DEAF_AFTER);
            let asked = async {
                stream.out.message(open.encode()).await?;
                Ok(Answer::decode(&stream.inn.message().await?).ok())
            };
            let answer = tokio::select! {
                answer = tokio::time::timeout(within, asked) => answer.unwrap_or(Ok(None)),
                () = deaf, if is_first => Err(Lost::Gone),
            };
            match answer {
                Ok(answer) => return Ok((stream, answer)),
                Err(_) if is_first && !stream.is_told_goodbye() => stream.hang_up(),
                Err(_) => return Ok((stream, None)),
            }
            is_first = false;
            // The other side may know of the first already, and has nobody to answer.
            if matches!(open.ask, Ask::New { .. }) {
                open.id = new_id()?;
            }
        }
    }

    fn mesh(&self) -> Option<Arc<Mesh>> {
        self.mesh.read().unwrap_or_else(PoisonError::into_inner).upgrade()
    }

    fn called(&self) -> MutexGuard<'_, BTreeMap<(PublicKey, FlowId), mpsc::Sender<Attached>>> {
        self.called.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, peer: &PublicKey, id: &FlowId) {
        self.called().remove(&(*peer, *id));
    }

    /// Notes a flow of others. None: it exists, or there are too many of theirs.
    fn note(&self, peer: PublicKey, id: FlowId) -> Option<Called> {
        let mut called = self.called();
        let of_peer = (peer, FlowId([0; 16]))..=(peer, FlowId([0xff; 16]));
        if called.contains_key(&(peer, id)) || called.range(of_peer).count() >= FLOWS_PER_PEER {
            return None;
        }
        let (sender, streams) = mpsc::channel(1);
        called.insert((peer, id), sender);
        Some(Called { hub: self.me.upgrade()?, peer, id, streams })
    }

    async fn arrived(self: Arc<Self>, peer: PublicKey, mut stream: Stream) {
        let first = tokio::time::timeout(FIRST_MESSAGE_TIMEOUT, stream.inn.message()).await;
        let Ok(Ok(message)) = first else { return };
        let Ok(open) = Open::decode(&message) else { return };
        match open.ask {
            Ask::Resume(taken) => {
                let waiting = self.called().get(&(peer, open.id)).cloned();
                match waiting {
                    // Its queue holds one: whoever calls twice at once is served once.
                    Some(flow) => drop(flow.try_send(Attached { stream, taken, wants_answer: true })),
                    None => {
                        let _ = stream.out.message(Answer::No(Vec::new()).encode()).await;
                    }
                }
            }
            Ask::New { target, named } => {
                let taker =
                    self.takers.read().unwrap_or_else(PoisonError::into_inner).get(&(open.purpose as u8)).cloned();
                let (Some(taker), Some(called)) = (taker, self.note(peer, open.id)) else {
                    let _ = stream.out.message(Answer::No(Vec::new()).encode()).await;
                    return;
                };
                taker.take(Arrival { peer, target, named, stream, called }).await;
            }
        }
    }
}

fn new_id() -> Result<FlowId, DialError> {
    let mut id = FlowId([0; 16]);
    getrandom::fill(&mut id.0).map_err(|e| DialError::Refused(e.to_string()))?;
    Ok(id)
}

impl Flows for Hub {
    fn serve(&self, peer: PublicKey, stream: Stream) {
        if let Some(hub) = self.me.upgrade() {
            tokio::spawn(hub.arrived(peer, stream));
        }
    }
}
