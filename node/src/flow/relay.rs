//! The relay loop: bytes of one program to a stream and back, over as many streams as it takes.
//!
//! One for both ends and for every purpose, and the one place where bytes are counted. What was read from the program
//! is kept until the other side has taken it, so a stream that is lost costs nothing but time. Not for: where streams
//! come from ([`super::path`]), or what may pass ([`super::Meter`]).

use std::collections::VecDeque;
use std::io::IoSlice;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::{BufMut as _, Bytes, BytesMut};
use hedgerow_protocol::flow::{Answer, FlowError, Window};
use hedgerow_protocol::limits::FLOW_WINDOW_BYTES;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Notify;

use super::path::{Attached, Path};
use super::{Meter, Way};
use crate::mesh::{Frame, Lost, StreamIn, StreamOut};

/// How much is read from the program at once.
const READ_BYTES: usize = 64 * 1024;
/// Packets that are given to the program at once, at most, and no more bytes than the meter wants to see go at once. A call
/// of the system for each packet would cost more than carrying it.
const GIVE_PARTS: usize = 64;
/// What was taken is told after so many bytes, or when there is nothing more to take.
const ACK_EVERY: u64 = 64 * 1024;
/// How long the last words may take.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(2);

/// How a flow ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Both sides said everything.
    Done,
    /// This side's program broke off.
    Broke,
    /// The other side's program broke off, or it said why the flow ends.
    There(Vec<u8>),
    /// A rule of this side ended it.
    Here(Vec<u8>),
    /// No way to the other side for too long.
    Unreachable,
    /// Nothing came or went for too long.
    Idle,
    /// The other side made no sense.
    Nonsense,
}

/// What the loops of one flow share.
struct Shared {
    /// Read from the program and not yet taken by the other side; begins at byte `window.acked()`.
    kept: VecDeque<Bytes>,
    /// What may be read, and was taken.
    window: Window,
    /// The program said everything. That counts as one byte after its last.
    out_ended: bool,
    /// Come and not yet given to the program.
    waiting: VecDeque<Bytes>,
    waiting_bytes: u64,
    /// The other side said everything.
    in_ended: bool,
    /// And the program knows.
    end_given: bool,
    /// Given to the program, and one more when the end was.
    taken: u64,
    /// Of that, what the other side was told on this stream.
    told: u64,
    active: Instant,
}

impl Shared {
    fn is_over(&self) -> bool {
        self.out_ended && self.window.acked() == self.window.sent() && self.end_given && self.told == self.taken
    }
    fn owes_ack(&self) -> bool {
        self.taken > self.told && (self.taken - self.told >= ACK_EVERY || self.waiting.is_empty())
    }
    /// The other side has taken so many.
    fn acked(&mut self, taken: u64) -> Result<(), FlowError> {
        let news = self.window.ack(taken)?;
        // The end counts too and is not kept.
        drop_first(&mut self.kept, news);
        Ok(())
    }
    /// What is given to the program next: packets up to about so many bytes, and at least one if there is one.
    fn to_give(&self, mut room: u64) -> Vec<Bytes> {
        let fits = |part: &&Bytes| {
            let is_room = room > 0;
            room = room.saturating_sub(part.len() as u64);
            is_room
        };
        self.waiting.iter().take(GIVE_PARTS).take_while(fits).cloned().collect()
    }
    /// What comes after so many bytes.
    fn after(&self, position: u64) -> Option<Bytes> {
        let mut at = self.window.acked();
        for part in &self.kept {
            let end = at + part.len() as u64;
            if position < end {
                return Some(part.slice((position.saturating_sub(at)) as usize..));
            }
            at = end;
        }
        None
    }
}

/// Takes so many bytes from the front, or all there are.
fn drop_first(parts: &mut VecDeque<Bytes>, mut bytes: u64) {
    while let Some(first) = parts.front_mut().filter(|_| bytes > 0) {
        if first.len() as u64 > bytes {
            drop(first.split_to(bytes as usize));
            return;
        }
        bytes -= first.len() as u64;
        parts.pop_front();
    }
}

/// One flow at one end.
pub struct Relay {
    shared: Mutex<Shared>,
    /// To the loop that writes to the stream.
    to_send: Notify,
    /// To the loop that writes to the program.
    to_give: Notify,
    meter: Arc<dyn Meter>,
    /// Nothing either way for this long ends it.
    idle: Duration,
}

enum Wake {
    Loop(Result<Never, Stop>),
    Attached(Option<Attached>),
    Rule(Vec<u8>),
    Idle,
}

/// A loop that goes on until it has a reason to stop.
enum Never {}

enum Stop {
    Lost,
    Over,
    End(Ended),
}

impl From<Lost> for Stop {
    fn from(lost: Lost) -> Stop {
        match lost {
            Lost::Gone => Stop::Lost,
            Lost::Nonsense(_) => Stop::End(Ended::Nonsense),
        }
    }
}

impl Relay {
    /// A new flow.
    pub fn new(meter: Arc<dyn Meter>, idle: Duration) -> Relay {
        let shared = Shared {
            kept: VecDeque::new(),
            window: Window::new(),
            out_ended: false,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            in_ended: false,
            end_given: false,
            taken: 0,
            told: 0,
            active: Instant::now(),
        };
        Relay { shared: Mutex::new(shared), to_send: Notify::new(), to_give: Notify::new(), meter, idle }
    }

    /// Runs it to its end between a program (read from, written to) and whatever streams the path gives.
    pub async fn run(
        self,
        mut read: impl AsyncRead + Unpin + Send,
        mut write: impl AsyncWrite + Unpin + Send,
        mut path: Path,
        first: Attached,
    ) -> Ended {
        let mut now = Some(first);
        // Metered once, however often it is sent.
        let (mut metered_out, mut metered_in) = (0, 0);
        let ended = loop {
            let attached = match now.take() {
                Some(attached) => attached,
                None => {
                    let taken = self.restart();
                    tokio::select! {
                        next = path.next(taken) => match next {
                            Some(attached) => attached,
                            // The other side forgets a flow as soon as both have said everything.
                            None if self.is_nearly_over() => break Ended::Done,
                            None => break Ended::Unreachable,
                        },
                        why = self.meter.ended() => break Ended::Here(why),
                    }
                }
            };
            let (mut out, mut inn) = (attached.stream.out, attached.stream.inn);
            let taken = self.restart();
            if self.lock().acked(attached.taken).is_err() {
                break Ended::Nonsense;
            }
            if attached.wants_answer && out.message(Answer::Go(taken).encode()).await.is_err() {
                continue;
            }
            let wake = tokio::select! {
                stop = self.send(&mut read, &mut out, attached.taken, &mut metered_out) => Wake::Loop(stop),
                stop = self.receive(&mut inn) => Wake::Loop(stop),
                stop = self.give(&mut write, &mut metered_in) => Wake::Loop(stop),
                next = path.replaced() => Wake::Attached(next),
                why = self.meter.ended() => Wake::Rule(why),
                () = self.idle() => Wake::Idle,
            };
            match wake {
                Wake::Loop(Ok(never)) => match never {},
                Wake::Loop(Err(Stop::Over)) => {
                    out.finish();
                    break Ended::Done;
                }
                Wake::Loop(Err(Stop::Lost)) if self.lock().is_over() => break Ended::Done,
                Wake::Loop(Err(Stop::Lost)) => {}
                Wake::Attached(next) => now = next,
                Wake::Loop(Err(Stop::End(ended))) => {
                    if let Some(why) = told(&ended) {
                        let _ = tokio::time::timeout(GOODBYE_TIMEOUT, out.end(why)).await;
                    }
                    break ended;
                }
                Wake::Rule(why) => {
                    let _ = tokio::time::timeout(GOODBYE_TIMEOUT, out.end(&why)).await;
                    break Ended::Here(why);
                }
                Wake::Idle => {
                    let _ = tokio::time::timeout(GOODBYE_TIMEOUT, out.end(&[])).await;
                    break Ended::Idle;
                }
            }
        };
        self.meter.lost(metered_out.saturating_sub(self.lock().window.acked()));
        ended
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Over a new stream the other side begins after what was taken, and knows that from our first message.
    fn restart(&self) -> u64 {
        let mut shared = self.lock();
        shared.waiting.clear();
        shared.waiting_bytes = 0;
        shared.in_ended = shared.end_given;
        shared.told = shared.taken;
        shared.active = Instant::now();
        shared.taken
    }

    fn is_nearly_over(&self) -> bool {
        let shared = self.lock();
        shared.out_ended && shared.end_given
    }

    /// From the program to the stream, and what was taken.
    async fn send(
        &self,
        read: &mut (impl AsyncRead + Unpin),
        out: &mut StreamOut,
        mut sent: u64,
        metered: &mut u64,
    ) -> Result<Never, Stop> {
        let mut buffer = BytesMut::new();
        loop {
            self.tell_taken(out).await?;
            let (next, room, out_ended, end) = {
                let shared = self.lock();
                if shared.is_over() {
                    return Err(Stop::Over);
                }
                (shared.after(sent), shared.window.room(), shared.out_ended, shared.window.sent())
            };
            if let Some(bytes) = next {
                let upto = sent + bytes.len() as u64;
                if upto > *metered {
                    self.take(Way::Out, upto - *metered, out).await?;
                    *metered = upto;
                }
                out.data(bytes).await?;
                sent = upto;
                self.lock().active = Instant::now();
                continue;
            }
            if out_ended && sent < end {
                out.fin().await?;
                sent = end;
                continue;
            }
            // Small reads share one piece of memory, which is kept for as long as one of them is.
            if buffer.capacity() < READ_BYTES / 16 {
                buffer.reserve(READ_BYTES);
            }
            let most = room.min(READ_BYTES as u64).min(self.meter.piece());
            let mut place = (&mut buffer).limit(most as usize);
            tokio::select! {
                () = self.to_send.notified() => {}
                got = read.read_buf(&mut place), if most > 0 && !out_ended => {
                    let got = got.map_err(|_| Stop::End(Ended::Broke))?;
                    let mut shared = self.lock();
                    if got == 0 {
                        shared.out_ended = true;
                        shared.window.send(1);
                    } else {
                        shared.kept.push_back(buffer.split().freeze());
                        shared.window.send(got as u64);
                    }
                }
            }
        }
    }

    /// Waits for its turn. What is owed to the other side does not wait with it.
    async fn take(&self, way: Way, bytes: u64, out: &mut StreamOut) -> Result<(), Stop> {
        let turn = self.meter.take(way, bytes);
        let mut turn = std::pin::pin!(turn);
        loop {
            tokio::select! {
                biased;
                turn = &mut turn => return turn.map_err(|why| Stop::End(Ended::Here(why))),
                () = self.to_send.notified() => self.tell_taken(out).await?,
            }
        }
    }

    async fn tell_taken(&self, out: &mut StreamOut) -> Result<(), Stop> {
        let owed = {
            let mut shared = self.lock();
            let owed = shared.owes_ack().then_some(shared.taken);
            if owed.is_some() {
                shared.told = shared.taken;
            }
            owed
        };
        match owed {
            Some(taken) => Ok(out.ack(taken).await?),
            None => Ok(()),
        }
    }

    /// From the stream, for the program.
    async fn receive(&self, inn: &mut StreamIn) -> Result<Never, Stop> {
        loop {
            let frame = inn.frame().await?;
            let mut shared = self.lock();
            shared.active = Instant::now();
            match frame {
                Frame::Data(bytes) => {
                    shared.waiting_bytes += bytes.len() as u64;
                    if shared.in_ended || shared.waiting_bytes > FLOW_WINDOW_BYTES {
                        return Err(Stop::End(Ended::Nonsense));
                    }
                    shared.waiting.push_back(bytes);
                    self.to_give.notify_one();
                }
                Frame::Ack(taken) => {
                    shared.acked(taken).map_err(|_| Stop::End(Ended::Nonsense))?;
                    self.to_send.notify_one();
                }
                Frame::Fin => {
                    shared.in_ended = true;
                    self.to_give.notify_one();
                }
                Frame::End(why) => return Err(Stop::End(Ended::There(why))),
            }
        }
    }

    /// To the program.
    async fn give(&self, write: &mut (impl AsyncWrite + Unpin), metered: &mut u64) -> Result<Never, Stop> {
        loop {
            let piece = self.meter.piece();
            let (next, taken, is_end) = {
                let shared = self.lock();
                (shared.to_give(piece), shared.taken, shared.in_ended && !shared.end_given)
            };
            if !next.is_empty() {
                let upto = taken + next.iter().map(|part| part.len() as u64).sum::<u64>();
                if upto > *metered {
                    let turn = self.meter.take(Way::In, upto - *metered).await;
                    turn.map_err(|why| Stop::End(Ended::Here(why)))?;
                    *metered = upto;
                }
                // One write at a time: what was written is known even when this loop is stopped in the middle.
                let parts: Vec<IoSlice<'_>> = next.iter().map(|part| IoSlice::new(part)).collect();
                let n = write.write_vectored(&parts).await.map_err(|_| Stop::End(Ended::Broke))?;
                if n == 0 {
                    return Err(Stop::End(Ended::Broke));
                }
                let mut shared = self.lock();
                drop_first(&mut shared.waiting, n as u64);
                shared.waiting_bytes -= n as u64;
                shared.taken += n as u64;
            } else if is_end {
                write.shutdown().await.map_err(|_| Stop::End(Ended::Broke))?;
                let mut shared = self.lock();
                shared.taken += 1;
                shared.end_given = true;
            } else {
                self.to_give.notified().await;
                continue;
            }
            if self.lock().owes_ack() {
                self.to_send.notify_one();
            }
        }
    }

    async fn idle(&self) {
        loop {
            let left = self.idle.saturating_sub(self.lock().active.elapsed());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }
}

/// What the other side is told of an end that begins here.
fn told(ended: &Ended) -> Option<&[u8]> {
    match ended {
        Ended::Here(why) => Some(why),
        Ended::Broke | Ended::Nonsense | Ended::Idle => Some(&[]),
        Ended::Done | Ended::There(_) | Ended::Unreachable => None,
    }
}
