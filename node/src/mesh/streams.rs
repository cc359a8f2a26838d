//! Streams of flows over links: the one file that knows how iroh carries them.
//!
//! One connection to a computer carries all flows towards it and is made when the first is opened. Only members get
//! one, and it goes with their membership. Not for: what flows are about, or how they outlive a connection
//! ([`crate::flow`]).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use hedgerow_protocol::flow::{FRAME_HEAD, FlowError, Head};
use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::limits::FLOW_HEAD_BYTES_MAX;
use iroh::endpoint::{Connection, RecvStream, SendStream};

use super::endpoint::{ALPN_FLOW, DialError, Goodbye};
use super::inner::Inner;

/// How much is read from a stream at once.
const READ_BYTES: usize = 64 * 1024;
/// How long the other side may take to say what a new stream is for.
pub const FIRST_MESSAGE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long opening a stream over an open connection may take before the connection counts as dead.
const OPEN_TIMEOUT: Duration = Duration::from_secs(2);

/// Who takes the flows of others.
pub trait Flows: Send + Sync {
    /// A member's computer opened a stream. Returns at once.
    fn serve(&self, peer: PublicKey, stream: Stream);
}

/// Why a stream is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// The connection is gone, or the other side let go of the stream.
    #[error("the connection is gone")]
    Gone,
    /// What came makes no sense.
    #[error(transparent)]
    Nonsense(#[from] FlowError),
}

/// Something that came over a stream. A long run of bytes comes in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// Bytes of the program.
    Data(Bytes),
    /// So many were taken.
    Ack(u64),
    /// This direction ends.
    Fin,
    /// The flow ends, and why.
    End(Vec<u8>),
}

/// One stream, both ways.
pub struct Stream {
    /// Towards the other side.
    pub out: StreamOut,
    /// From it.
    pub inn: StreamIn,
    connection: Connection,
}

/// The way out.
pub struct StreamOut(SendStream);

/// The way in.
pub struct StreamIn {
    recv: RecvStream,
    /// Came and not looked at.
    held: Bytes,
    /// Of the bytes of the program that were announced, how many have not come.
    data_left: usize,
}

impl Stream {
    fn new(connection: &Connection, (send, recv): (SendStream, RecvStream)) -> Self {
        let inn = StreamIn { recv, held: Bytes::new(), data_left: 0 };
        Stream { out: StreamOut(send), inn, connection: connection.clone() }
    }

    /// Ready when nothing at all came over the connection for a while, not even that something arrived: it is dead, though
    /// the timers do not know yet. Never ready when something comes.
    pub fn deaf(&self, within: Duration) -> impl Future<Output = ()> + Send + use<> {
        let connection = self.connection.clone();
        let heard = connection.stats().udp_rx.datagrams;
        async move {
            tokio::time::sleep(within).await;
            if connection.stats().udp_rx.datagrams != heard {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Gives the connection up, so that whatever runs over it looks for another.
    pub fn hang_up(self) {
        Goodbye::Done.close(&self.connection);
    }

    /// Whether the other side hung up and said so.
    pub fn is_told_goodbye(&self) -> bool {
        Goodbye::of(&self.connection).is_some()
    }

    /// Whether the other side hung up because we are no member there.
    pub fn is_turned_away(&self) -> bool {
        matches!(Goodbye::of(&self.connection), Some(Goodbye::NotMember | Goodbye::Removed))
    }
}

impl StreamOut {
    /// Sends a message that has its length in front.
    pub async fn message(&mut self, bytes: Vec<u8>) -> Result<(), Lost> {
        self.0.write_chunk(bytes.into()).await.map_err(|_| Lost::Gone)
    }
    /// Sends bytes of the program, at most 2^24 - 1.
    pub async fn data(&mut self, bytes: Bytes) -> Result<(), Lost> {
        let head = Head::Data(u32::try_from(bytes.len()).unwrap_or(u32::MAX)).encode();
        self.write(&mut [Bytes::copy_from_slice(&head), bytes]).await
    }
    /// Says how many bytes were taken.
    pub async fn ack(&mut self, taken: u64) -> Result<(), Lost> {
        let mut frame = Head::Ack.encode().to_vec();
        frame.extend_from_slice(&taken.to_be_bytes());
        self.write(&mut [frame.into()]).await
    }
    /// Says that this direction ends.
    pub async fn fin(&mut self) -> Result<(), Lost> {
        self.write(&mut [Bytes::copy_from_slice(&Head::Fin.encode())]).await
    }
    /// Says that the flow ends and why, and lets go.
    pub async fn end(mut self, why: &[u8]) {
        let mut frame = Head::End(u32::try_from(why.len()).unwrap_or(u32::MAX)).encode().to_vec();
        frame.extend_from_slice(why);
        if self.write(&mut [frame.into()]).await.is_ok() {
            self.finish();
        }
    }
    /// Nothing more will come. What was written still arrives.
    pub fn finish(&mut self) {
        // Fails only when the other side let go already.
        let _ = self.0.finish();
    }
    async fn write(&mut self, parts: &mut [Bytes]) -> Result<(), Lost> {
        self.0.write_all_chunks(parts).await.map_err(|_| Lost::Gone)
    }
}

impl StreamIn {
    /// A message that has its length in front.
    pub async fn message(&mut self) -> Result<Bytes, Lost> {
        let length = usize::from(u16::from_be_bytes(self.exact().await?));
        if length > FLOW_HEAD_BYTES_MAX {
            return Err(FlowError::Frame.into());
        }
        self.run(length).await
    }

    /// The next frame, or the next part of one.
    pub async fn frame(&mut self) -> Result<Frame, Lost> {
        if self.data_left == 0 {
            match Head::decode(self.exact::<FRAME_HEAD>().await?)? {
                Head::Data(length) => self.data_left = length as usize,
                Head::Ack => return Ok(Frame::Ack(u64::from_be_bytes(self.exact().await?))),
                Head::Fin => return Ok(Frame::Fin),
                Head::End(length) => return Ok(Frame::End(self.run(length as usize).await?.to_vec())),
            }
        }
        self.fill().await?;
        let part = self.held.split_to(self.data_left.min(self.held.len()));
        self.data_left -= part.len();
        Ok(Frame::Data(part))
    }

    async fn exact<const N: usize>(&mut self) -> Result<[u8; N], Lost> {
        let mut bytes = [0; N];
        let mut have = 0;
        while have < N {
            self.fill().await?;
            let n = (N - have).min(self.held.len());
            bytes[have..have + n].copy_from_slice(&self.held[..n]);
            self.held.advance(n);
            have += n;
        }
        Ok(bytes)
    }

    /// Few bytes in one piece.
    async fn run(&mut self, length: usize) -> Result<Bytes, Lost> {
        let mut bytes = Vec::with_capacity(length);
        while bytes.len() < length {
            self.fill().await?;
            let part = self.held.split_to((length - bytes.len()).min(self.held.len()));
            bytes.extend_from_slice(&part);
        }
        Ok(bytes.into())
    }

    async fn fill(&mut self) -> Result<(), Lost> {
        if self.held.is_empty() {
            let chunk = self.recv.read_chunk(READ_BYTES).await.map_err(|_| Lost::Gone)?;
            self.held = chunk.ok_or(Lost::Gone)?;
        }
        Ok(())
    }
}

/// One place for a connection: whoever needs it while it is made waits for it.
type Slot = Arc<tokio::sync::Mutex<Option<Connection>>>;

/// Open connections for flows, by the computer they lead to.
#[derive(Default)]
pub struct Pool(Mutex<BTreeMap<PublicKey, Slot>>);

impl Pool {
    fn slot(&self, key: &PublicKey) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody waits for those that are not in use.
        slots.retain(|k, slot| {
            let is_dead = || slot.try_lock().is_ok_and(|s| s.as_ref().is_none_or(|c| c.close_reason().is_some()));
            k == key || Arc::strong_count(slot) > 1 || !is_dead()
        });
        slots.entry(*key).or_default().clone()
    }
}

#[cfg(test)]
impl Pool {
    pub(super) fn hang_up(&self) {
        for slot in self.0.lock().unwrap_or_else(PoisonError::into_inner).values() {
            if let Ok(slot) = slot.try_lock()
                && let Some(connection) = slot.as_ref()
            {
                Goodbye::Abuse.close(connection);
            }
        }
    }
}

/// Opens a stream to a member's computer, over the connection there is or a new one.
pub async fn open(mesh: &Inner, key: &PublicKey) -> Result<Stream, DialError> {
    let slot = mesh.pool.slot(key);
    let mut slot = slot.lock().await;
    if let Some(connection) = slot.as_ref().filter(|c| c.close_reason().is_none()) {
        let connection = connection.clone();
        match tokio::time::timeout(OPEN_TIMEOUT, connection.open_bi()).await {
            Ok(Ok(streams)) => return Ok(Stream::new(&connection, streams)),
            // All its streams are in use: that is no reason to make another connection.
            Err(_) if connection.close_reason().is_none() => {
                return Err(DialError::Refused("too much at once; try again when something has ended".into()));
            }
            _ => *slot = None,
        }
    }
    if !mesh.is_member(key) {
        return Err(DialError::Refused("it is not a member's".into()));
    }
    let connection = mesh.endpoint.dial(key, ALPN_FLOW).await?;
    mesh.remember(*key, &connection);
    let streams = connection.open_bi().await.map_err(|_| match Goodbye::of(&connection) {
        Some(Goodbye::NotMember) => DialError::Refused("it does not know us".into()),
        Some(Goodbye::Removed) => DialError::Refused("it says that we were taken out".into()),
        _ => DialError::Refused("it hung up".into()),
    })?;
    let stream = Stream::new(&connection, streams);
    *slot = Some(connection);
    Ok(stream)
}

/// Takes the streams of a member's connection until it ends.
pub async fn accept(key: PublicKey, connection: Connection, flows: Arc<dyn Flows>) {
    while let Ok(streams) = connection.accept_bi().await {
        flows.serve(key, Stream::new(&connection, streams));
    }
}
