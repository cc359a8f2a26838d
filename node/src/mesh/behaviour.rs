//! What libp2p does on our links, put together: hints by gossip, questions and answers, ping, limits, block list.
//!
//! Relay, dcutr, autonat, identify and kad stay off: reaching a node is iroh's job. Record bodies never travel here.

use std::convert::Infallible;
use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use libp2p::core::transport::PortUse;
use libp2p::core::{Endpoint as Role, Multiaddr};
use libp2p::request_response as rr;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
    dummy,
};
use libp2p::{PeerId, StreamProtocol, allow_block_list, connection_limits, gossipsub, identity, ping};

use super::transport::address;

/// Links of one pair at once: two, because both may call at the same moment, and one would lose both.
const PER_PEER_MAX: u32 = 2;
/// Neighbours with a link at once.
const NEIGHBOURS_MAX: u32 = 128;
/// Largest hint, in bytes. Larger: dropped by gossipsub.
pub const HINT_BYTES_MAX: usize = 512;
/// Largest answer to an info question, in bytes. Larger: refused.
const INFO_BYTES_MAX: usize = 256;
const INFO_PROTOCOL: StreamProtocol = StreamProtocol::new("/hedgerow/info/1");
const INFO_TIMEOUT: Duration = Duration::from_secs(5);
/// Gossip carries hints only; a slower beat costs a hint that comes late, and wakes idle computers less.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// Says how far away they are; that they are there at all is known from the link itself.
const PING_INTERVAL: Duration = Duration::from_secs(60);

/// All of it.
#[derive(NetworkBehaviour)]
pub struct Behaviour {
    pub block: allow_block_list::Behaviour<allow_block_list::BlockedPeers>,
    pub limits: connection_limits::Behaviour,
    pub addresses: Addresses,
    pub gossip: gossipsub::Behaviour,
    pub info: rr::Behaviour<InfoCodec>,
    pub ping: ping::Behaviour,
}

impl Behaviour {
    /// With the transport key. Fails only when gossipsub refuses its own settings.
    pub fn new(key: &identity::Keypair) -> Result<Self, String> {
        let config = gossipsub::ConfigBuilder::default()
            .heartbeat_interval(HEARTBEAT)
            .validation_mode(gossipsub::ValidationMode::Strict)
            .max_transmit_size(HINT_BYTES_MAX * 2)
            .history_length(3)
            .history_gossip(2)
            .build()
            .map_err(|e| e.to_string())?;
        let limits = connection_limits::ConnectionLimits::default()
            .with_max_established_per_peer(Some(PER_PEER_MAX))
            .with_max_established(Some(NEIGHBOURS_MAX * PER_PEER_MAX))
            .with_max_pending_incoming(Some(32))
            .with_max_pending_outgoing(Some(32));
        Ok(Behaviour {
            block: Default::default(),
            limits: connection_limits::Behaviour::new(limits),
            addresses: Addresses,
            gossip: gossipsub::Behaviour::new(gossipsub::MessageAuthenticity::Signed(key.clone()), config)
                .map_err(str::to_owned)?,
            info: rr::Behaviour::new(
                [(INFO_PROTOCOL, rr::ProtocolSupport::Full)],
                rr::Config::default().with_request_timeout(INFO_TIMEOUT).with_max_concurrent_streams(8),
            ),
            ping: ping::Behaviour::new(ping::Config::new().with_interval(PING_INTERVAL)),
        })
    }
}

/// What a neighbour says of itself: enough for a clock median and to see at a glance whether anything is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    /// Version of this message; a reader takes what it knows from a later one.
    pub version: u8,
    /// Its clock, Unix milliseconds.
    pub unix_ms: u64,
    /// Its root over all records.
    pub root: [u8; 32],
    /// Records it holds.
    pub records: u64,
}

impl Info {
    /// This program's version of the message.
    pub const VERSION: u8 = 1;
    const BYTES: usize = 1 + 8 + 32 + 8;

    fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.version];
        out.extend(self.unix_ms.to_be_bytes());
        out.extend(self.root);
        out.extend(self.records.to_be_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.get(..Self::BYTES)?.split_first()?;
        let (ms, rest) = rest.split_first_chunk::<8>()?;
        let (root, rest) = rest.split_first_chunk::<32>()?;
        let (records, _) = rest.split_first_chunk::<8>()?;
        Some(Info {
            version: *version,
            unix_ms: u64::from_be_bytes(*ms),
            root: *root,
            records: u64::from_be_bytes(*records),
        })
    }
}

/// The question is empty; the answer is one [`Info`] behind its length (u16 BE).
#[derive(Clone, Default)]
pub struct InfoCodec;

impl rr::Codec for InfoCodec {
    type Protocol = StreamProtocol;
    type Request = ();
    type Response = Info;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<()>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut one = [0u8; 1];
        match io.read(&mut one).await? {
            0 => Ok(()),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Info>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut len = [0u8; 2];
        io.read_exact(&mut len).await?;
        let len = usize::from(u16::from_be_bytes(len));
        if len > INFO_BYTES_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut body = vec![0; len];
        io.read_exact(&mut body).await?;
        Info::decode(&body).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, (): ()) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.close().await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, info: Info) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        let body = info.encode();
        io.write_all(&(body.len() as u16).to_be_bytes()).await?;
        io.write_all(&body).await?;
        io.close().await
    }
}

/// Gives every peer its one address, so that "call this peer" needs no address book.
pub struct Addresses;

impl NetworkBehaviour for Addresses {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_outbound_connection(
        &mut self,
        _: ConnectionId,
        peer: Option<PeerId>,
        known: &[Multiaddr],
        _: Role,
    ) -> Result<Vec<Multiaddr>, ConnectionDenied> {
        Ok(peer.filter(|_| known.is_empty()).map(address).into_iter().collect())
    }

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Role,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Infallible, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_comes_back_and_longer_ones_are_read() {
        let info = Info { version: 1, unix_ms: 77, root: [9; 32], records: 3 };
        let mut bytes = info.encode();
        assert_eq!(Info::decode(&bytes), Some(info));
        bytes.push(1);
        assert_eq!(Info::decode(&bytes), Some(info), "a later version may append");
        assert_eq!(Info::decode(&bytes[..40]), None);
    }
}
