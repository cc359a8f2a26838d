//! libp2p's transport over iroh connections: reaching a node stays iroh's job, libp2p only talks.
//!
//! The one address there is is `/p2p/KEY`. Incoming connections have passed the shield before they get here.
//! Not for: addresses, hole punching, encryption; iroh does all of these.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use hedgerow_protocol::id::PublicKey;
use iroh::endpoint::{Connection, ConnectionError, RecvStream, SendStream};
use libp2p::core::Endpoint as Role;
use libp2p::core::muxing::{StreamMuxer, StreamMuxerEvent};
use libp2p::core::transport::{DialOpts, ListenerId, TransportError, TransportEvent};
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::sync::mpsc;

use super::endpoint::{ALPN_LIBP2P, DialError, Goodbye, LinkEndpoint, remote_key};

/// Connections that passed the shield and wait to be taken up. Full: the newest is told that we are busy.
pub const ACCEPTED_QUEUE: usize = 64;

/// The name libp2p has for a transport key. `None` when the 32 bytes are no key.
pub fn peer_id(key: &PublicKey) -> Option<PeerId> {
    let key = libp2p::identity::ed25519::PublicKey::try_from_bytes(&key.0).ok()?;
    Some(PeerId::from_public_key(&key.into()))
}

/// The transport key inside a libp2p name; `None` for names that are not Ed25519 keys themselves.
pub fn public_key(peer: &PeerId) -> Option<PublicKey> {
    let hash = peer.as_ref();
    if hash.code() != 0 {
        return None;
    }
    let key = libp2p::identity::PublicKey::try_decode_protobuf(hash.digest()).ok()?;
    Some(PublicKey(key.try_into_ed25519().ok()?.to_bytes()))
}

/// The one address of a peer.
pub fn address(peer: PeerId) -> Multiaddr {
    Multiaddr::empty().with(Protocol::P2p(peer))
}

fn peer_of(address: &Multiaddr) -> Option<PeerId> {
    let mut parts = address.iter();
    match (parts.next(), parts.next()) {
        (Some(Protocol::P2p(peer)), None) => Some(peer),
        _ => None,
    }
}

/// Why a libp2p link failed.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The call got no link.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The link broke.
    #[error("the link broke: {0}")]
    Broken(#[from] ConnectionError),
    /// Our own key is unusable; cannot happen with a key made by this program.
    #[error("not a usable key")]
    Key,
}

/// The transport libp2p's swarm runs on.
pub struct Transport {
    endpoint: LinkEndpoint,
    accepted: mpsc::Receiver<Connection>,
    listener: Option<ListenerId>,
    events: VecDeque<TransportEvent<Upgrade, LinkError>>,
    waker: Option<Waker>,
}

type Upgrade = BoxFuture<'static, Result<(PeerId, Muxer), LinkError>>;

impl Transport {
    /// A transport, and where the shield puts the connections it let through.
    pub fn new(endpoint: LinkEndpoint) -> (Self, mpsc::Sender<Connection>) {
        let (sender, accepted) = mpsc::channel(ACCEPTED_QUEUE);
        (Transport { endpoint, accepted, listener: None, events: VecDeque::new(), waker: None }, sender)
    }

    fn push(&mut self, event: TransportEvent<Upgrade, LinkError>) {
        self.events.push_back(event);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl libp2p::core::Transport for Transport {
    type Output = (PeerId, Muxer);
    type Error = LinkError;
    type ListenerUpgrade = Upgrade;
    type Dial = Upgrade;

    fn listen_on(&mut self, id: ListenerId, addr: Multiaddr) -> Result<(), TransportError<LinkError>> {
        let ours = peer_id(&self.endpoint.id());
        if self.listener.is_some() || ours.is_none() || peer_of(&addr) != ours {
            return Err(TransportError::MultiaddrNotSupported(addr));
        }
        self.listener = Some(id);
        self.push(TransportEvent::NewAddress { listener_id: id, listen_addr: addr });
        Ok(())
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        if self.listener != Some(id) {
            return false;
        }
        self.listener = None;
        self.push(TransportEvent::ListenerClosed { listener_id: id, reason: Ok(()) });
        true
    }

    fn dial(&mut self, addr: Multiaddr, options: DialOpts) -> Result<Upgrade, TransportError<LinkError>> {
        let peer = peer_of(&addr).filter(|_| options.role == Role::Dialer);
        let Some(key) = peer.as_ref().and_then(public_key) else {
            return Err(TransportError::MultiaddrNotSupported(addr));
        };
        let endpoint = self.endpoint.clone();
        Ok(async move { upgrade(endpoint.dial(&key, ALPN_LIBP2P).await?) }.boxed())
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<TransportEvent<Upgrade, LinkError>> {
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(event);
        }
        while let Poll::Ready(Some(connection)) = self.accepted.poll_recv(cx) {
            let ours = peer_id(&self.endpoint.id());
            let theirs = peer_id(&remote_key(&connection));
            let (Some(listener_id), Some(ours), Some(theirs)) = (self.listener, ours, theirs) else {
                Goodbye::Stopping.close(&connection);
                continue;
            };
            return Poll::Ready(TransportEvent::Incoming {
                listener_id,
                upgrade: async move { upgrade(connection) }.boxed(),
                local_addr: address(ours),
                send_back_addr: address(theirs),
            });
        }
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

fn upgrade(connection: Connection) -> Result<(PeerId, Muxer), LinkError> {
    let peer = peer_id(&remote_key(&connection)).ok_or(LinkError::Key)?;
    Ok((peer, Muxer::new(connection)))
}

type Opened = Result<(SendStream, RecvStream), ConnectionError>;

/// One iroh connection as libp2p's many streams.
pub struct Muxer {
    connection: Connection,
    // Kept over polls: a future made anew each time would lose its waker.
    inbound: Option<BoxFuture<'static, Opened>>,
    outbound: Option<BoxFuture<'static, Opened>>,
    closed: BoxFuture<'static, ConnectionError>,
}

impl Muxer {
    fn new(connection: Connection) -> Self {
        let watched = connection.clone();
        let closed = async move { watched.closed().await }.boxed();
        Muxer { connection, inbound: None, outbound: None, closed }
    }
}

/// A connection lives as long as any clone of it, and every open stream holds one: so close it in so many words.
impl Drop for Muxer {
    fn drop(&mut self) {
        Goodbye::Done.close(&self.connection);
    }
}

impl StreamMuxer for Muxer {
    type Substream = Substream;
    type Error = LinkError;

    fn poll_inbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Substream, LinkError>> {
        let connection = self.connection.clone();
        let waiting = self.inbound.get_or_insert_with(|| async move { connection.accept_bi().await }.boxed());
        let opened = ready!(waiting.poll_unpin(cx));
        self.inbound = None;
        Poll::Ready(Substream::new(opened))
    }

    fn poll_outbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Substream, LinkError>> {
        let connection = self.connection.clone();
        let waiting = self.outbound.get_or_insert_with(|| async move { connection.open_bi().await }.boxed());
        let opened = ready!(waiting.poll_unpin(cx));
        self.outbound = None;
        Poll::Ready(Substream::new(opened))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), LinkError>> {
        // The endpoint outlives the muxer and sends the goodbye.
        Goodbye::Done.close(&self.connection);
        Poll::Ready(Ok(()))
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, LinkError>> {
        // Without this a dead link is noticed only by whoever waits for a stream.
        if let Some(reason) = self.connection.close_reason() {
            return Poll::Ready(Err(reason.into()));
        }
        Poll::Ready(Err(ready!(self.closed.poll_unpin(cx)).into()))
    }
}

/// One stream.
pub struct Substream {
    send: SendStream,
    recv: RecvStream,
    finished: bool,
}

impl Substream {
    fn new(opened: Opened) -> Result<Self, LinkError> {
        let (send, recv) = opened?;
        Ok(Substream { send, recv, finished: false })
    }
}

impl futures::AsyncRead for Substream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(buf);
        ready!(Pin::new(&mut self.recv).poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }
}

impl futures::AsyncWrite for Substream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        tokio::io::AsyncWrite::poll_write(Pin::new(&mut self.send), cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.send).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.finished {
            ready!(Pin::new(&mut self.send).poll_shutdown(cx))?;
            self.finished = true;
        }
        Poll::Ready(Ok(()))
    }
}
