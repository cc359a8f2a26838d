//! The driver of one sync session: bytes of a link in and out, records verified off the async threads and committed
//! through the one way in.
//!
//! What is said and when is [`Session`]'s business. Writing never blocks reading: a session that waits for the other
//! side's reading while the other waits for ours would wait for ever.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use hedgerow_protocol::frame::FrameType;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::record::Record;
use hedgerow_protocol::sync::message::types;
use hedgerow_protocol::sync::{Config, FrameReader, Limits, Output, PARTIAL, Reason, Role, Session};
use iroh::endpoint::{Connection, RecvStream, SendStream};
use tokio::sync::{broadcast, mpsc};

use super::MeshEvent;
use super::book::{Link, State, Verdict};
use super::endpoint::{Goodbye, path_of, remote_key};
use super::inner::{Inner, Signal, Word};
use super::records::Records;
use crate::core::EventKind;

/// Frames read ahead. Full: the other side is slowed down.
const READ_QUEUE: usize = 16;
/// Frames handed to the writer. Full: they wait in `pending`.
const WRITE_QUEUE: usize = 4;
/// Frames that wait for the writer while we go on reading. More: we stop reading until some are gone.
const PENDING_MAX: usize = 64;
/// A link over which a frame cannot be written for this long is given up.
const STALL_MAX: Duration = Duration::from_secs(60);
/// How long the other side may take to open the stream.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// How often roots are compared when nothing says that they differ.
const TICK: Duration = Duration::from_secs(60);
/// How often they are while one of the two nodes is partial: they differ for as long as it is.
const TICK_PARTIAL: Duration = Duration::from_secs(600);
/// How long a neighbour's root may differ from ours before roots are compared. Twice as long after each time that did
/// not end it: one of the two may be fetching from a third.
const CHECK_AFTER: Duration = Duration::from_secs(1);
/// How long a link waits before it asks again whether it is its turn to fetch records.
const TURN_AGAIN: Duration = Duration::from_secs(1);
/// Local news taken up in one go.
const NEWS_BATCH: usize = 1024;
/// Fewer records are verified on one thread.
const VERIFY_SPLIT: usize = 256;

/// Runs one link from its first byte to its last. `we_called`: this side opened the connection.
pub async fn run(mesh: Arc<Inner>, connection: Connection, we_called: bool) {
    let Some(records) = mesh.records.clone() else { return Goodbye::NotMember.close(&connection) };
    let key = remote_key(&connection);
    let id = connection.stable_id();
    let at = path_of(&connection).map(|p| p.0);
    mesh.remember(key, &connection);
    let verdict = mesh.book().link_open(key, Link { id, we_called }, at, Instant::now(), mesh.now_ms());
    match verdict {
        Verdict::Keep => {}
        Verdict::Refuse => return Goodbye::Duplicate.close(&connection),
        Verdict::Replace(old) => drop(mesh.signals.send(Signal::Replaced(key, old))),
    }
    mesh.tell(MeshEvent::Neighbour(key));
    mesh.word(Word::Look);
    let ended = match mesh.is_away(&key) {
        true => End::Away,
        false => talk(&mesh, &records, &connection, we_called, key, id).await,
    };
    mesh.turn_is_over(id as u64);
    let refused = match Goodbye::of(&connection) {
        Some(Goodbye::NotMember) => Some(None),
        Some(Goodbye::Removed) => Some(Some(Goodbye::words_of(&connection))),
        _ => None,
    };
    let (reason, is_fault) = match ended {
        // Asked again at the pace of a fault: the answer seldom changes.
        _ if matches!(refused, Some(Some(_))) => (Some("it says that you, or this computer, were taken out"), true),
        _ if refused == Some(None) => (Some("it does not know yet that you belong here"), false),
        End::Session(reason) => {
            tracing::debug!(peer = %key.short(), %reason, "sync ended");
            let is_busy = matches!(reason, Reason::Busy(_));
            if is_busy {
                mesh.send_away(key);
            }
            mesh.bad_ends.fetch_add(u64::from(is_busy || reason.is_peers_fault()), Ordering::Relaxed);
            // Whoever was busy is called again no sooner than whoever was at fault.
            (Some(plain(reason)), reason.is_peers_fault() || matches!(reason, Reason::Busy(_) | Reason::PeerLeft(6)))
        }
        End::Away => (Some(BUSY), true),
        End::Lost(_) if Goodbye::of(&connection) == Some(Goodbye::Busy) => (Some(BUSY), true),
        End::Lost(text) => (Some(text), false),
        End::Replaced => (None, false),
    };
    let goodbye = match (ended, *mesh.stopping.borrow()) {
        (_, true) => Goodbye::Stopping,
        (End::Session(r), _) if r.is_peers_fault() => Goodbye::Protocol,
        (End::Session(Reason::Busy(_)) | End::Away, _) => Goodbye::Busy,
        (End::Replaced, _) => Goodbye::Duplicate,
        _ => Goodbye::Done,
    };
    goodbye.close(&connection);
    mesh.book().link_closed(&key, id, reason.map(str::to_owned), is_fault, Instant::now(), mesh.now_ms());
    if let Some(says_removed) = refused {
        mesh.book().refused(&key, says_removed);
        mesh.word(Word::Present(key));
    }
    mesh.tell(MeshEvent::Neighbour(key));
    mesh.word(Word::Look);
}

#[derive(Debug, Clone, Copy)]
enum End {
    Session(Reason),
    Lost(&'static str),
    Replaced,
    /// It cost too much a moment ago.
    Away,
}

const BUSY: &str = "the two computers had too much to say to each other; they try again in a minute";

/// Why a session ended, for people.
fn plain(reason: Reason) -> &'static str {
    match reason {
        Reason::Goodbye | Reason::PeerLeft(0) => "the other computer said goodbye",
        Reason::Version(_) | Reason::PeerLeft(1) => {
            "the other computer has another version of Hedgerow: one of the two needs an update"
        }
        Reason::OtherCommunity | Reason::PeerLeft(2) => "the other computer belongs to another community",
        Reason::ClocksApart { .. } | Reason::PeerLeft(3) => {
            "the clocks of the two computers are days apart: set the wrong one right"
        }
        Reason::Busy(_) | Reason::PeerLeft(6) => BUSY,
        _ => "the other computer sent something that makes no sense; trying again later",
    }
}

/// A session on its way through a blocking thread, with what it asked for.
struct Stepped {
    session: Box<Session>,
    sends: Vec<Vec<u8>>,
    delivery: Option<Delivery>,
    facts: Vec<Fact>,
    /// Nothing but bulk is left, so the next input may come.
    settled: bool,
    /// More output may come without input.
    more: bool,
    /// Records were not asked for, because it is another link's turn.
    wants_turn: bool,
    /// The neighbour has no room for all content.
    is_peer_partial: bool,
}

struct Delivery {
    good: Vec<Record>,
    delivered: usize,
}

enum Fact {
    LaneComplete,
    Agree([u8; 32]),
    Closed(Reason),
}

enum Input {
    Frame(FrameType, Vec<u8>),
    News(Vec<Id>),
    Committed { new: usize, invalid: usize },
    Turn,
    Tick,
    Behind,
    Goodbye,
}

/// One blocking hop: an input, then outputs until there is enough to do.
fn step(mesh: &Inner, records: &dyn Records, link: u64, mut session: Box<Session>, input: Option<Input>) -> Stepped {
    let now = mesh.moment();
    let bytes_before = session.stats().bytes_received;
    let community = records.community();
    let (mut sends, mut delivery, mut facts) = (Vec::new(), None, Vec::new());
    let (mut settled, mut more) = (false, false);
    session.take_content(!records.is_partial());
    let wires = {
        let mut wires = None;
        records.with_source(&mut |source| {
            match &input {
                Some(Input::Frame(kind, body)) => session.handle_frame(*kind, body, source, now),
                Some(Input::News(ids)) => ids.iter().for_each(|id| session.handle_local_new(*id)),
                Some(Input::Committed { new, invalid }) => session.committed(*new, *invalid),
                Some(Input::Turn) if session.wants_turn() && mesh.intake().ask(link, now.run) => {
                    session.handle_turn(true)
                }
                Some(Input::Turn) => {}
                Some(Input::Tick) => session.tick(now),
                Some(Input::Behind) => session.fell_behind(),
                Some(Input::Goodbye) => session.goodbye(),
                None => {}
            }
            loop {
                match session.poll_output(source) {
                    Some(Output::Send(frame)) => {
                        // Hello and bye go before what has to be dealt with; everything else comes after it.
                        let kind = frame.get(4).copied();
                        settled = kind != Some(types::HELLO.0) && kind != Some(types::BYE.0);
                        sends.push(frame);
                        more = true;
                        if settled {
                            return;
                        }
                    }
                    Some(Output::Deliver(list)) => {
                        wires = Some(list);
                        more = true;
                        return;
                    }
                    Some(Output::NeedTurn) => {
                        let is_ours = mesh.intake().ask(link, now.run);
                        session.handle_turn(is_ours);
                    }
                    Some(Output::TurnOver) => mesh.turn_is_over(link),
                    Some(Output::News(ids)) => {
                        let wanted = mesh.intake().fetch(ids, now.run);
                        session.fetch(wanted);
                    }
                    Some(Output::LaneComplete) => facts.push(Fact::LaneComplete),
                    Some(Output::RootsAgree { root }) => facts.push(Fact::Agree(root)),
                    Some(Output::Closed(reason)) => facts.push(Fact::Closed(reason)),
                    None => {
                        (settled, more) = (true, false);
                        return;
                    }
                }
            }
        });
        wires
    };
    if let Some(wires) = wires {
        delivery = Some(Delivery { delivered: wires.len(), good: verify(&community, &wires) });
    }
    mesh.record_bytes.fetch_add(session.stats().bytes_received - bytes_before, Ordering::Relaxed);
    let (wants_turn, is_peer_partial) = (session.wants_turn(), session.is_peer_partial());
    Stepped { session, sends, delivery, facts, settled, more, wants_turn, is_peer_partial }
}

/// The records whose signature fits. Large batches use more than one thread: checking is what a first sync waits for.
fn verify(community: &Id, wires: &[Vec<u8>]) -> Vec<Record> {
    let one = |part: &[Vec<u8>]| -> Vec<Record> {
        part.iter().filter_map(|w| Record::from_wire(community, w).ok()).collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get()).min(4);
    if wires.len() < VERIFY_SPLIT || threads < 2 {
        return one(wires);
    }
    let parts: Vec<&[Vec<u8>]> = wires.chunks(wires.len().div_ceil(threads)).collect();
    std::thread::scope(|scope| {
        let handles: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || one(part))).collect();
        handles.into_iter().flat_map(|h| h.join().unwrap_or_default()).collect()
    })
}

struct Talk<'a> {
    mesh: &'a Arc<Inner>,
    records: &'a Arc<dyn Records>,
    key: PublicKey,
    id: usize,
    session: Option<Box<Session>>,
    pending: VecDeque<Vec<u8>>,
    more: bool,
    /// The neighbour's latest root, as it said itself, and when to see whether ours still differs.
    said: Option<[u8; 32]>,
    /// The root that both proved to each other last, and whether this side opens the rounds.
    proven: Option<[u8; 32]>,
    leads: bool,
    check_at: Option<tokio::time::Instant>,
    check_after: Duration,
    /// Whether the neighbour is partial, and when roots were last compared because time had passed.
    is_peer_partial: bool,
    ticked_at: tokio::time::Instant,
    /// When to ask again whether it is our turn to fetch records.
    turn_at: Option<tokio::time::Instant>,
    closed: Option<Reason>,
}

async fn talk(
    mesh: &Arc<Inner>,
    records: &Arc<dyn Records>,
    connection: &Connection,
    we_called: bool,
    key: PublicKey,
    id: usize,
) -> End {
    // Subscribed before the first look at the records, so that nothing falls in between.
    let mut news = records.subscribe();
    let mut signals = mesh.signals.subscribe();
    let mut stopping = mesh.stopping.clone();
    let opened = tokio::time::timeout(OPEN_TIMEOUT, async {
        if we_called { connection.open_bi().await } else { connection.accept_bi().await }
    });
    let (send, recv) = match opened.await {
        Ok(Ok(streams)) => streams,
        _ => return End::Lost("the other computer hung up"),
    };
    let (frames_in, mut frames) = mpsc::channel(READ_QUEUE);
    let (out, out_queue) = mpsc::channel(WRITE_QUEUE);
    let reader = tokio::spawn(read(recv, frames_in));
    let writer = tokio::spawn(write(send, out_queue));
    let writer_abort = writer.abort_handle();

    let mut nonce = [0u8; 16];
    if getrandom::fill(&mut nonce).is_err() {
        return End::Lost("this computer has no random numbers to give");
    }
    let (now, clock_sure) = (mesh.moment(), records.now().1);
    let role = if we_called { Role::Initiator } else { Role::Acceptor };
    let config = Config {
        role,
        community: records.community(),
        features: records.is_partial().then(|| PARTIAL.to_owned()).into_iter().collect(),
        now,
        clock_sure,
        limits: Limits::PROTOCOL,
        nonce,
    };
    let begin = records.clone();
    let session = tokio::task::spawn_blocking(move || {
        let mut session = None;
        begin.with_source(&mut |source| session = Some(Box::new(Session::new(config.clone(), source))));
        session
    });
    let Ok(Some(session)) = session.await else { return End::Lost("the records could not be read") };
    let mut talk = Talk {
        mesh,
        records,
        key,
        id,
        session: Some(session),
        pending: VecDeque::new(),
        more: true,
        said: None,
        proven: None,
        leads: we_called,
        check_at: None,
        check_after: CHECK_AFTER,
        is_peer_partial: false,
        ticked_at: tokio::time::Instant::now(),
        turn_at: None,
        closed: None,
    };
    talk.state(State::Syncing);
    if talk.settle(None).await.is_err() {
        return End::Lost("the records could not be saved here");
    }
    let mut tick = tokio::time::interval_at(tokio::time::Instant::now() + TICK, TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut said_goodbye = false;
    let end = loop {
        if let Some(reason) = talk.closed {
            break End::Session(reason);
        }
        let input = tokio::select! {
            permit = out.reserve(), if !talk.pending.is_empty() => match permit {
                Ok(permit) => {
                    if let Some(frame) = talk.pending.pop_front() {
                        permit.send(frame);
                    }
                    continue;
                }
                Err(_) => break End::Lost("the link broke"),
            },
            () = std::future::ready(()), if talk.pending.is_empty() && talk.more => None,
            frame = frames.recv(), if talk.pending.len() < PENDING_MAX => match frame {
                Some(Ok((kind, body))) => Some(Input::Frame(kind, body)),
                Some(Err(ReadEnd::Noise)) => break End::Session(Reason::OutOfPlace(0)),
                Some(Err(ReadEnd::Lost)) | None => break End::Lost("the link broke"),
            },
            event = news.recv() => match talk.take_news(event, &mut news) {
                Some(input) => Some(input),
                None => break End::Lost("Hedgerow is shutting down"),
            },
            signal = signals.recv() => match signal {
                Ok(Signal::Replaced(k, old)) if k == key && old == id => break End::Replaced,
                Ok(Signal::Root(k, root)) if k == key => {
                    talk.hint(root);
                    continue;
                }
                // The word that another link took the place of this one may be among those that were missed.
                Err(broadcast::error::RecvError::Lagged(_)) if !mesh.book().is_link(&key, id) => break End::Replaced,
                _ => continue,
            },
            () = until(talk.turn_at), if talk.turn_at.is_some() => {
                talk.turn_at = None;
                Some(Input::Turn)
            }
            () = mesh.turn_over.notified(), if talk.turn_at.is_some() => {
                talk.turn_at = None;
                Some(Input::Turn)
            }
            () = until(talk.check_at), if talk.check_at.is_some() => {
                talk.check_at = None;
                if !talk.may_differ() {
                    continue;
                }
                talk.check_after = (2 * talk.check_after).min(if talk.is_partial() { TICK_PARTIAL } else { TICK });
                Some(Input::Tick)
            }
            _ = tick.tick() => {
                if let Some((_, rtt)) = path_of(connection) {
                    mesh.book().rtt(&key, rtt);
                }
                if talk.is_partial() && talk.ticked_at.elapsed() < TICK_PARTIAL {
                    continue;
                }
                talk.ticked_at = tokio::time::Instant::now();
                Some(Input::Tick)
            }
            changed = stopping.changed(), if !said_goodbye => {
                said_goodbye = changed.is_err() || *stopping.borrow();
                if said_goodbye { Some(Input::Goodbye) } else { continue }
            }
        };
        if talk.settle(input).await.is_err() {
            break End::Lost("the records could not be saved here");
        }
    };
    // What was said goes out before the link closes, within reason.
    let last = async {
        for frame in talk.pending.drain(..) {
            if out.send(frame).await.is_err() {
                return;
            }
        }
        drop(out);
        let _ = writer.await;
    };
    if matches!(end, End::Session(_)) {
        let _ = tokio::time::timeout(Duration::from_secs(2), last).await;
    }
    writer_abort.abort();
    reader.abort();
    end
}

async fn until(at: Option<tokio::time::Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl Talk<'_> {
    /// Hands in one input and deals with what must be dealt with before the next.
    async fn settle(&mut self, mut input: Option<Input>) -> Result<(), ()> {
        loop {
            let Some(session) = self.session.take() else { return Err(()) };
            let (mesh, records, link) = (self.mesh.clone(), self.records.clone(), self.id as u64);
            let next = input.take();
            let stepped = tokio::task::spawn_blocking(move || step(&mesh, &*records, link, session, next));
            let stepped = stepped.await.map_err(|_| ())?;
            self.session = Some(stepped.session);
            self.pending.extend(stepped.sends);
            self.more = stepped.more;
            if stepped.is_peer_partial && !self.is_peer_partial {
                self.mesh.book().link_is_partial(&self.key, self.id);
            }
            self.is_peer_partial = stepped.is_peer_partial;
            self.turn_at = match stepped.wants_turn {
                true => self.turn_at.or_else(|| Some(tokio::time::Instant::now() + TURN_AGAIN)),
                false => None,
            };
            for fact in stepped.facts {
                match fact {
                    Fact::LaneComplete => {}
                    Fact::Agree(root) => self.agreed(root),
                    Fact::Closed(reason) => self.closed = Some(reason),
                }
            }
            if let Some(delivery) = stepped.delivery {
                let bad = delivery.delivered - delivery.good.len();
                let arrived = self.records.arrive(delivery.good, self.key).await.map_err(|reason| {
                    tracing::warn!(%reason, "records from a neighbour could not be saved");
                })?;
                let new = arrived.new_ids.len();
                {
                    let mut intake = self.mesh.intake();
                    intake.came(&arrived.new_ids);
                    if new > 0 {
                        intake.brought(self.id as u64, self.mesh.moment().run);
                    }
                }
                // Only what does not verify speaks against the peer: what our own limits refuse, an honest one may hold.
                input = Some(Input::Committed { new, invalid: bad });
            } else if stepped.settled {
                return Ok(());
            }
        }
    }

    fn agreed(&mut self, root: [u8; 32]) {
        (self.proven, self.check_after) = (Some(root), CHECK_AFTER);
        self.state(State::UpToDate);
        self.mesh.compare(&self.key, root);
    }

    /// The neighbour's root as it says itself. Anybody could say ours after us, so it proves nothing: where both have
    /// something new, roots are compared a little later, when what is on its way has come.
    fn hint(&mut self, root: [u8; 32]) {
        self.said = Some(root);
        if self.may_differ() {
            self.check_at.get_or_insert_with(|| tokio::time::Instant::now() + self.check_after);
        } else {
            self.check_at = None;
        }
    }

    /// Whether this node or the neighbour is partial.
    fn is_partial(&self) -> bool {
        self.is_peer_partial || self.records.is_partial()
    }

    /// Whether what the neighbour said last is something to compare: it is not ours, or ours and not proven yet.
    fn may_differ(&self) -> bool {
        let is_ours = self.said == Some(self.records.root());
        self.said.is_some() && !(is_ours && (self.proven == self.said || !self.leads))
    }

    fn state(&self, state: State) {
        if self.mesh.book().link_state(&self.key, self.id, state, self.mesh.now_ms()) {
            self.mesh.tell(MeshEvent::Neighbour(self.key));
        }
    }

    fn take_news(
        &mut self,
        first: Result<crate::core::Event, broadcast::error::RecvError>,
        news: &mut broadcast::Receiver<crate::core::Event>,
    ) -> Option<Input> {
        let mut ids = Vec::new();
        let mut next = Some(first);
        while let Some(event) = next {
            match event {
                Ok(event) => {
                    self.mesh.note_event(event.seq);
                    if matches!(event.kind, EventKind::New | EventKind::Withdrawn | EventKind::Authority) {
                        ids.push(event.id);
                    }
                }
                // Too much at once to follow one by one: comparing roots finds all of it.
                Err(broadcast::error::RecvError::Lagged(_)) => return Some(Input::Behind),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
            next = if ids.len() < NEWS_BATCH {
                match news.try_recv() {
                    Ok(event) => Some(Ok(event)),
                    Err(broadcast::error::TryRecvError::Lagged(n)) => Some(Err(broadcast::error::RecvError::Lagged(n))),
                    Err(_) => None,
                }
            } else {
                None
            };
        }
        Some(Input::News(ids))
    }
}

enum ReadEnd {
    /// Not frames.
    Noise,
    /// The stream ended.
    Lost,
}

async fn read(mut recv: RecvStream, frames: mpsc::Sender<Result<(FrameType, Vec<u8>), ReadEnd>>) {
    let mut reader = FrameReader::new();
    let mut buf = vec![0u8; 64 * 1024];
    loop {
        let n = match recv.read(&mut buf).await {
            Ok(Some(n)) => n,
            _ => {
                let _ = frames.send(Err(ReadEnd::Lost)).await;
                return;
            }
        };
        reader.push(&buf[..n]);
        loop {
            let sent = match reader.next_frame() {
                Ok(Some(frame)) => frames.send(Ok(frame)).await,
                Ok(None) => break,
                Err(_) => {
                    let _ = frames.send(Err(ReadEnd::Noise)).await;
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    }
}

async fn write(mut send: SendStream, mut frames: mpsc::Receiver<Vec<u8>>) {
    while let Some(frame) = frames.recv().await {
        match tokio::time::timeout(STALL_MAX, send.write_all(&frame)).await {
            Ok(Ok(())) => {}
            _ => return,
        }
    }
    if send.finish().is_ok() {
        let _ = send.stopped().await;
    }
}
