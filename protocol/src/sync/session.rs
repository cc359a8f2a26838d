//! One meeting of two nodes, without its bytes on the wire: frames and facts come in, frames and facts go out.

use std::collections::{BTreeSet, VecDeque};

use super::contract::{Config, Output, Reason, Role, Stats};
use super::message::{Hello, Item, Malformed, Message, Print, Scope, ShortBucket, VERSION};
use super::outbox::{Block, Outbox, records_frame};
use super::ranges::{Comparer, RoundKey, Todo};
use super::source::{Prefix, Source};
use super::summary::{BucketDigest, root};
use crate::frame::{self, FrameType};
use crate::hlc::{Day, day_of_ms, week_of};
use crate::id::Id;
use crate::limits::CONTENT_BYTES_MAX;
use crate::record::record_id;

/// Size at which an ask is sent; what is left waits for the answer.
const ASK_BYTES: usize = 32 * 1024;
/// Most ranges still to be talked about. More: the peer is cut off.
const TODO_MAX: usize = 262_144;
/// Rounds in a row without agreement in which nothing changed on our side. More: the peer is cut off.
const IDLE_ROUNDS_MAX: u32 = 4;
/// Rounds that follow each other at once while roots differ; the next ones wait for [`Session::tick`].
const FAST_ROUNDS: u32 = 8;
/// Records written here that wait for the stream. More: the list is dropped and roots are checked again.
const LIVE_QUEUE_MAX: usize = 4096;
/// Records of this peer that are remembered so as not to be sent back. More: the oldest are forgotten, and at worst sent back.
const RECENT_MAX: usize = 16_384;
/// Records that the driver refused. More: the peer is cut off.
const REFUSED_MAX: usize = 64;
/// Furthest two days may lie apart when both sides trust their clocks.
const DAYS_APART_MAX: u32 = 2;

/// The peer, once its hello is here.
struct Peer {
    hello: Hello,
    session_key: [u8; 32],
    /// The earlier of both days at the start of the session.
    agreed_day: Result<Day, Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// No round is open.
    Rest,
    /// A check was sent.
    AwaitRoots,
    /// Ranges are talked about; it is the initiator's turn.
    Talk,
    /// An ask was sent.
    AwaitAnswer,
}

/// One round, on either side.
struct Round {
    scope: Scope,
    key: RoundKey,
    our_root: [u8; 32],
    /// Ids looked at.
    scanned: u64,
    /// Bytes of asks or answers received.
    said_bytes: u64,
}

/// The state of one sync stream. One input, then drain [`Session::poll_output`], then the next.
pub struct Session {
    config: Config,
    started_on: Day,
    today: Day,
    hello_root: [u8; 32],
    own_count: u64,
    peer: Option<Peer>,
    events: VecDeque<Output>,
    frames: VecDeque<Vec<u8>>,
    reply: Option<Vec<u8>>,
    outbox: Outbox,
    todo: Vec<Todo>,
    step: Step,
    round: Option<Round>,
    last_root: Option<(Scope, [u8; 32])>,
    idle_rounds: u32,
    rounds_since_agreed: u32,
    sent_since_agreed: u64,
    stale_since_agreed: u64,
    refused: usize,
    lane_complete: bool,
    is_live: bool,
    check_wanted: bool,
    nudge_taken: bool,
    live: VecDeque<Id>,
    behind: bool,
    recent: VecDeque<Id>,
    recent_set: BTreeSet<Id>,
    closed: bool,
    stats: Stats,
}

impl Session {
    /// Begins: the first output is our hello.
    pub fn new(config: Config, source: &dyn Source) -> Session {
        let today = day_of_ms(config.now_ms);
        let buckets = source.buckets();
        let hello_root = scoped_root(&buckets, Scope::Authority);
        let hello = Message::Hello(Hello {
            version: VERSION,
            community: config.community,
            day: today,
            clock_sure: config.clock_sure,
            nonce: config.nonce,
            features: config.features.clone(),
            authority_root: hello_root,
        });
        Session {
            started_on: today,
            today,
            hello_root,
            own_count: buckets.iter().map(|b| b.count).sum(),
            peer: None,
            events: VecDeque::new(),
            frames: VecDeque::from([hello.to_frame()]),
            reply: None,
            outbox: Outbox::default(),
            todo: Vec::new(),
            step: Step::Rest,
            round: None,
            last_root: None,
            idle_rounds: 0,
            rounds_since_agreed: 0,
            sent_since_agreed: 0,
            stale_since_agreed: 0,
            refused: 0,
            lane_complete: false,
            is_live: false,
            check_wanted: false,
            nudge_taken: false,
            live: VecDeque::new(),
            behind: false,
            recent: VecDeque::new(),
            recent_set: BTreeSet::new(),
            closed: false,
            stats: Stats::default(),
            config,
        }
    }

    /// What the peer said of itself, once it did.
    pub fn peer(&self) -> Option<&Hello> {
        self.peer.as_ref().map(|p| &p.hello)
    }
    /// Whether both sides have a feature.
    pub fn has_feature(&self, name: &str) -> bool {
        let has = |list: &[String]| list.iter().any(|n| n == name);
        has(&self.config.features) && self.peer().is_some_and(|h| has(&h.features))
    }
    /// Whether roots agreed at least once: from then on the stream is only waiting for news.
    pub fn is_live(&self) -> bool {
        self.is_live
    }
    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        self.closed
    }
    /// Counts so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Takes a frame. Records delivered by an earlier one must have been committed before.
    pub fn handle_frame(&mut self, kind: FrameType, body: &[u8], source: &dyn Source, now_ms: u64) {
        self.today = day_of_ms(now_ms);
        if self.closed {
            return;
        }
        let done = match kind {
            FrameType::RECORD => self.take_records(vec![body.to_vec()]),
            FrameType::BLOCK => frame::unpack_block(body)
                .map_err(|_| Malformed("block of records").into())
                .and_then(|wires| self.take_records(wires)),
            _ => match Message::from_frame(kind, body) {
                Ok(Some(message)) => self.take_message(message, kind, body.len(), source),
                Ok(None) if kind.is_skippable() => Ok(()),
                Ok(None) => Err(Reason::OutOfPlace(kind.0)),
                Err(malformed) => Err(malformed.into()),
            },
        };
        if let Err(reason) = done {
            self.end(reason);
        }
    }

    /// A record is new in the store, written here or come from elsewhere. What came from this very peer is not sent back.
    pub fn handle_local_new(&mut self, id: Id) {
        if self.closed || self.recent_set.contains(&id) {
            return;
        }
        self.own_count += 1;
        if self.live.len() == LIVE_QUEUE_MAX {
            self.live.clear();
            self.behind = true;
        }
        self.live.push_back(id);
    }

    /// The driver has dealt with one [`Output::Deliver`]: so many were new, so many refused.
    pub fn committed(&mut self, new: usize, refused: usize, delivered: usize) {
        self.own_count += new as u64;
        self.stats.records_new += new as u64;
        self.refused += refused;
        self.stale_since_agreed += delivered.saturating_sub(new) as u64;
        if self.refused > REFUSED_MAX {
            self.end(Reason::BadRecords);
        } else if self.stale_since_agreed > 4 * self.own_count + 65_536 {
            self.end(Reason::TooMuch("records we have already"));
        }
    }

    /// Time has passed (once a minute or so), or something says that the roots may differ: they are compared again.
    pub fn tick(&mut self, now_ms: u64) {
        self.today = day_of_ms(now_ms);
        self.nudge_taken = false;
        match self.config.role {
            Role::Initiator => self.check_wanted |= self.peer.is_some(),
            Role::Acceptor => self.behind |= self.lane_complete,
        }
    }

    /// News may have been missed: roots are to be checked again, whichever side this is.
    pub fn fell_behind(&mut self) {
        self.behind = true;
    }

    /// Ends the session from this side.
    pub fn goodbye(&mut self) {
        self.end(Reason::Goodbye);
    }

    /// The next thing to do, or `None` until the next input. Call it only when the stream can take a frame: records
    /// are read from the store at that moment.
    pub fn poll_output(&mut self, source: &dyn Source) -> Option<Output> {
        if let Some(frame) = self.frames.pop_front() {
            return Some(Output::Send(frame));
        }
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        if self.closed || self.peer.is_none() {
            return None;
        }
        if let Some(frame) = self.next_live(source) {
            return Some(Output::Send(frame));
        }
        if !self.outbox.is_empty() {
            let most = self.scans_max();
            let wires = self.outbox.next_wires(source, most);
            self.sent_since_agreed += wires.len() as u64;
            if self.outbox.scanned > most || self.sent_since_agreed > 4 * self.own_count + 4096 {
                self.end(Reason::TooMuch("records asked for again and again"));
                return self.poll_output(source);
            }
            if !wires.is_empty() {
                self.stats.records_sent += wires.len() as u64;
                return Some(Output::Send(records_frame(wires)));
            }
        }
        if let Some(frame) = self.reply.take() {
            return Some(Output::Send(frame));
        }
        self.next_step(source).map(Output::Send)
    }

    // ---- what comes in

    fn take_records(&mut self, wires: Vec<Vec<u8>>) -> Result<(), Reason> {
        if self.peer.is_none() {
            return Err(Reason::OutOfPlace(FrameType::BLOCK.0));
        }
        if wires.iter().any(|w| w.len() <= 64 || w.len() > CONTENT_BYTES_MAX) {
            return Err(Malformed("record of a wrong size").into());
        }
        if wires.is_empty() {
            return Ok(());
        }
        for wire in &wires {
            let id = record_id(&self.config.community, &wire[..wire.len() - 64]);
            if self.recent_set.insert(id) {
                self.recent.push_back(id);
                if self.recent.len() > RECENT_MAX
                    && let Some(old) = self.recent.pop_front()
                {
                    self.recent_set.remove(&old);
                }
            }
        }
        self.stats.records_received += wires.len() as u64;
        self.events.push_back(Output::Deliver(wires));
        Ok(())
    }

    fn take_message(
        &mut self,
        message: Message,
        kind: FrameType,
        bytes: usize,
        source: &dyn Source,
    ) -> Result<(), Reason> {
        let out_of_place = Err(Reason::OutOfPlace(kind.0));
        let initiator = self.config.role == Role::Initiator;
        match message {
            Message::Bye(code) => {
                self.closed = true;
                self.events.push_back(Output::Closed(Reason::PeerLeft(code)));
                Ok(())
            }
            Message::Hello(hello) if self.peer.is_none() => self.take_hello(hello),
            _ if self.peer.is_none() => out_of_place,
            Message::Check { round, scope, root } if !initiator => self.take_check(round, scope, root, source),
            Message::Roots { round, root, buckets } if initiator && self.step == Step::AwaitRoots => {
                if round != self.stats.rounds {
                    return out_of_place;
                }
                self.take_roots(root, &buckets, source)
            }
            Message::Agreed { round } if !initiator && round == self.stats.rounds => {
                let Some(r) = &self.round else { return out_of_place };
                let (scope, root) = (r.scope, r.our_root);
                self.agreed(scope, root)
            }
            Message::Ask(items) if !initiator && self.round.is_some() && self.reply.is_none() => {
                let mut say = Vec::new();
                self.consider(items, bytes, source, &mut say)?;
                let reply = self.with_comparer(source, |c| say.into_iter().map(|t| c.item(t)).collect());
                self.reply = Some(Message::Answer(reply).to_frame());
                self.within_budget()
            }
            Message::Answer(items) if initiator && self.step == Step::AwaitAnswer => {
                let mut say = core::mem::take(&mut self.todo);
                self.consider(items, bytes, source, &mut say)?;
                self.todo = say;
                self.step = Step::Talk;
                if self.todo.len() > TODO_MAX { Err(Reason::TooMuch("ranges")) } else { Ok(()) }
            }
            Message::Nudge if initiator => {
                self.check_wanted |= !self.nudge_taken;
                self.nudge_taken = true;
                Ok(())
            }
            _ => out_of_place,
        }
    }

    fn take_hello(&mut self, hello: Hello) -> Result<(), Reason> {
        if hello.version != VERSION {
            return Err(Reason::Version(hello.version));
        }
        if hello.community != self.config.community {
            return Err(Reason::OtherCommunity);
        }
        let (first, second) = match self.config.role {
            Role::Initiator => (self.config.nonce, hello.nonce),
            Role::Acceptor => (hello.nonce, self.config.nonce),
        };
        let mut hash = blake3::Hasher::new_derive_key("hedgerow 2026 keys of one sync session");
        hash.update(&first).update(&second).update(&hello.community.0);
        let (ours, theirs) = (self.started_on, hello.day);
        let apart = ours.abs_diff(theirs) > DAYS_APART_MAX;
        let agreed_day = match (self.config.clock_sure, hello.clock_sure) {
            (true, true) if apart => Err(Reason::ClocksApart { ours, theirs }),
            (true, false) if apart => Ok(ours),
            (false, true) if apart => Ok(theirs),
            _ => Ok(ours.min(theirs)),
        };
        // Judged by the two hellos alone, so that both sides come to the same answer.
        let same_hellos = hello.authority_root == self.hello_root;
        self.peer = Some(Peer { hello, session_key: *hash.finalize().as_bytes(), agreed_day });
        self.check_wanted = true;
        if same_hellos { self.complete_lane() } else { Ok(()) }
    }

    fn take_check(&mut self, round: u32, scope: Scope, theirs: [u8; 32], source: &dyn Source) -> Result<(), Reason> {
        let Some(peer) = &self.peer else { return Err(Reason::OutOfPlace(0)) };
        if round != self.stats.rounds.wrapping_add(1) {
            return Err(Malformed("round number").into());
        }
        if let Scope::From(week) = scope {
            peer.agreed_day?;
            if !self.lane_complete {
                return Err(Malformed("scope of a check").into());
            }
            // A clock that was set meanwhile is nobody's fault: the next session begins with the right days.
            if week.abs_diff(self.floor()) > 1 {
                return Err(Reason::ClocksApart { ours: self.today, theirs: week.saturating_mul(7) });
            }
        }
        let buckets = self.begin_round(scope, source)?;
        let Some(round_state) = &self.round else { return Ok(()) };
        let (our_root, key) = (round_state.our_root, round_state.key);
        let list = if our_root == theirs { Vec::new() } else { short_buckets(&buckets, key) };
        self.reply = Some(Message::Roots { round, root: our_root, buckets: list }.to_frame());
        if our_root == theirs { self.agreed(scope, our_root) } else { Ok(()) }
    }

    fn take_roots(&mut self, theirs: [u8; 32], list: &[ShortBucket], source: &dyn Source) -> Result<(), Reason> {
        let Some(round) = &self.round else { return Err(Reason::OutOfPlace(0)) };
        let (scope, key, sent) = (round.scope, round.key, round.our_root);
        let buckets = scoped(source.buckets(), scope);
        let ours = root(&buckets);
        if theirs == sent || theirs == ours {
            if theirs != sent {
                self.frames.push_back(Message::Agreed { round: self.stats.rounds }.to_frame());
            }
            self.step = Step::Rest;
            return self.agreed(scope, theirs);
        }
        if list.iter().any(|b| !scope.has(b.bucket)) {
            return Err(Malformed("bucket out of scope").into());
        }
        let mut say = Vec::new();
        let mine = short_buckets(&buckets, key);
        let (outbox, mut comparer) = (&mut self.outbox, Comparer { source, key, scanned: 0 });
        let find = |of: &[ShortBucket], b| of.binary_search_by_key(&b, |s: &ShortBucket| s.bucket).ok().map(|i| of[i]);
        let all: BTreeSet<_> = mine.iter().chain(list).map(|b| b.bucket).collect();
        for bucket in all {
            let (m, t) = (find(&mine, bucket), find(list, bucket));
            if m != t {
                let mine = m.map_or(Print::default(), |m| Print { short: m.short, count: m.count });
                comparer.differing((bucket, Prefix::ALL), mine, t.map_or(0, |t| t.count), outbox, |t| say.push(t));
            }
        }
        self.todo = say;
        self.step = Step::Talk;
        Ok(())
    }

    fn consider(
        &mut self,
        items: Vec<Item>,
        bytes: usize,
        source: &dyn Source,
        say: &mut Vec<Todo>,
    ) -> Result<(), Reason> {
        let scans_max = self.scans_max();
        let said_max = 16 * 1024 * 1024 + 64 * self.own_count;
        let Some(round) = &mut self.round else { return Err(Reason::OutOfPlace(0)) };
        self.stats.asks += 1;
        round.said_bytes += bytes as u64;
        if round.said_bytes > said_max {
            return Err(Reason::TooMuch("words about ranges"));
        }
        let mut comparer = Comparer { source, key: round.key, scanned: round.scanned };
        for item in items {
            if !round.scope.has(item.range().0) {
                return Err(Malformed("bucket out of scope").into());
            }
            comparer.consider(item, &mut self.outbox, |t| say.push(t));
            if comparer.scanned > scans_max {
                return Err(Reason::TooMuch("ranges compared"));
            }
        }
        round.scanned = comparer.scanned;
        Ok(())
    }

    // ---- what goes out

    fn next_live(&mut self, source: &dyn Source) -> Option<Vec<u8>> {
        if !self.lane_complete {
            return None;
        }
        if core::mem::take(&mut self.behind) {
            self.check_wanted = true;
            if self.config.role == Role::Acceptor {
                return Some(Message::Nudge.to_frame());
            }
        }
        let mut block = Block::default();
        while let Some(id) = self.live.pop_front() {
            if !self.recent_set.contains(&id)
                && let Some(wire) = source.wire(&id)
                && block.add(wire)
            {
                break;
            }
        }
        if block.wires.is_empty() {
            return None;
        }
        self.stats.records_sent += block.wires.len() as u64;
        Some(records_frame(block.wires))
    }

    /// The initiator's turn.
    fn next_step(&mut self, source: &dyn Source) -> Option<Vec<u8>> {
        if self.config.role == Role::Acceptor {
            return None;
        }
        if self.step == Step::Talk {
            if let Some(ask) = self.next_ask(source) {
                self.step = Step::AwaitAnswer;
                return Some(ask);
            }
            if self.closed {
                return self.frames.pop_front();
            }
            self.step = Step::Rest;
            self.check_wanted |= self.rounds_since_agreed < FAST_ROUNDS;
        }
        if self.step != Step::Rest || !core::mem::take(&mut self.check_wanted) {
            return None;
        }
        let scope = if self.lane_complete { Scope::From(self.floor()) } else { Scope::Authority };
        let begun = match (scope, &self.peer) {
            (Scope::From(_), Some(Peer { agreed_day: Err(reason), .. })) => Err(*reason),
            _ => self.begin_round(scope, source),
        };
        match (begun, &self.round) {
            (Ok(_), Some(round)) => {
                self.step = Step::AwaitRoots;
                Some(Message::Check { round: self.stats.rounds, scope, root: round.our_root }.to_frame())
            }
            (Err(reason), _) => {
                self.end(reason);
                self.frames.pop_front()
            }
            (Ok(_), None) => None,
        }
    }

    fn next_ask(&mut self, source: &dyn Source) -> Option<Vec<u8>> {
        let (mut items, mut bytes) = (Vec::new(), Vec::new());
        while bytes.len() < ASK_BYTES
            && let Some(todo) = self.todo.pop()
        {
            let item = self.with_comparer(source, |c| c.item(todo));
            item.write(&mut bytes);
            items.push(item);
        }
        if let Err(reason) = self.within_budget() {
            self.end(reason);
            return None;
        }
        (!items.is_empty()).then(|| Message::Ask(items).to_frame())
    }

    // ---- rounds

    /// Opens the next round and takes stock: buckets in scope.
    fn begin_round(&mut self, scope: Scope, source: &dyn Source) -> Result<Vec<BucketDigest>, Reason> {
        let Some(peer) = &self.peer else { return Err(Reason::OutOfPlace(0)) };
        let buckets = scoped(source.buckets(), scope);
        self.own_count = buckets.iter().map(|b| b.count).sum();
        let our_root = root(&buckets);
        self.stats.rounds = self.stats.rounds.wrapping_add(1);
        self.rounds_since_agreed += 1;
        self.idle_rounds = if self.last_root == Some((scope, our_root)) { self.idle_rounds + 1 } else { 0 };
        if self.idle_rounds > IDLE_ROUNDS_MAX {
            return Err(Reason::NoAgreement(self.stats.rounds));
        }
        self.last_root = Some((scope, our_root));
        let key = blake3::keyed_hash(&peer.session_key, &self.stats.rounds.to_be_bytes());
        self.outbox.clear();
        self.todo.clear();
        self.round = Some(Round { scope, key: RoundKey(*key.as_bytes()), our_root, scanned: 0, said_bytes: 0 });
        Ok(buckets)
    }

    fn agreed(&mut self, scope: Scope, root: [u8; 32]) -> Result<(), Reason> {
        self.round = None;
        self.outbox.clear();
        self.last_root = None;
        (self.idle_rounds, self.rounds_since_agreed) = (0, 0);
        (self.sent_since_agreed, self.stale_since_agreed) = (0, 0);
        match scope {
            Scope::Authority => {
                self.check_wanted = true;
                self.complete_lane()
            }
            Scope::From(_) => {
                self.is_live = true;
                self.events.push_back(Output::RootsAgree { root });
                Ok(())
            }
        }
    }

    fn complete_lane(&mut self) -> Result<(), Reason> {
        if !core::mem::replace(&mut self.lane_complete, true) {
            self.events.push_back(Output::LaneComplete);
        }
        Ok(())
    }

    /// The earliest week compared: that of the agreed day, which moves on with our clock.
    fn floor(&self) -> u32 {
        let day = self.peer.as_ref().and_then(|p| p.agreed_day.ok()).unwrap_or(self.started_on);
        week_of(day.saturating_add(self.today.saturating_sub(self.started_on)))
    }

    /// Most ids looked at for one round, and again for what is pushed in it.
    fn scans_max(&self) -> u64 {
        64 * self.own_count + 1_000_000
    }

    fn within_budget(&self) -> Result<(), Reason> {
        match &self.round {
            Some(r) if r.scanned > self.scans_max() => Err(Reason::TooMuch("ranges compared")),
            _ => Ok(()),
        }
    }

    fn with_comparer<T>(&mut self, source: &dyn Source, work: impl FnOnce(&mut Comparer<'_>) -> T) -> T {
        let (key, scanned) = self.round.as_ref().map_or((RoundKey([0; 32]), 0), |r| (r.key, r.scanned));
        let mut comparer = Comparer { source, key, scanned };
        let out = work(&mut comparer);
        if let Some(round) = &mut self.round {
            round.scanned = comparer.scanned;
        }
        out
    }

    fn end(&mut self, reason: Reason) {
        if core::mem::replace(&mut self.closed, true) {
            return;
        }
        self.frames.push_back(Message::Bye(reason.code()).to_frame());
        self.events.push_back(Output::Closed(reason));
    }
}

fn scoped(mut buckets: Vec<BucketDigest>, scope: Scope) -> Vec<BucketDigest> {
    buckets.retain(|b| scope.has(b.bucket) && b.count > 0);
    buckets
}

fn scoped_root(buckets: &[BucketDigest], scope: Scope) -> [u8; 32] {
    root(buckets.iter().filter(|b| scope.has(b.bucket) && b.count > 0))
}

fn short_buckets(buckets: &[BucketDigest], key: RoundKey) -> Vec<ShortBucket> {
    buckets
        .iter()
        .map(|b| ShortBucket {
            bucket: b.bucket,
            short: key.short(&b.digest),
            count: u32::try_from(b.count).unwrap_or(u32::MAX),
        })
        .collect()
}
