//! One meeting of two nodes, without its bytes on the wire: frames and facts come in, frames and facts go out.

use std::collections::{BTreeSet, VecDeque};

use super::budget::{Budgets, Spent};
use super::contract::{Config, Moment, Output, PARTIAL, Reason, Role, Stats};
use super::keys::{RoundKey, session_key};
use super::message::{Hello, Malformed, Message, Scope, ShortBucket, VERSION};
use super::news::News;
use super::ranges::Todo;
use super::source::{Prefix, Source};
use super::summary::{BucketDigest, root};
use super::talk::{Round, Talk};
use crate::frame::{self, FrameType};
use crate::hlc::{Day, day_of_ms, week_of};
use crate::id::Id;
use crate::limits::CONTENT_BYTES_MAX;
use crate::record::record_id;

/// Rounds that follow each other at once each minute while roots differ; the next ones wait for [`Session::tick`].
const FAST_ROUNDS: u64 = 8;
/// What comparing the roots of one bucket costs, in ids looked at.
const BUCKET_WORK: u64 = 32;
/// Records that do not verify. More: the peer is cut off.
const INVALID_MAX: usize = 64;
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
    /// No round is open, or it is not this side that leads it.
    Rest,
    /// A check was sent.
    AwaitRoots,
    /// Ranges are talked about; it is the initiator's turn. Whether the last ask and its answer were both empty.
    Talk { is_over: bool },
    /// An ask was sent; whether it was empty.
    AwaitAnswer { was_empty: bool },
}

/// The state of one sync stream. One input, then drain [`Session::poll_output`], then the next.
pub struct Session {
    config: Config,
    started_on: Day,
    today: Day,
    hello_root: [u8; 32],
    peer: Option<Peer>,
    events: VecDeque<Output>,
    frames: VecDeque<Vec<u8>>,
    step: Step,
    talk: Talk,
    news: News,
    budgets: Budgets,
    fast_rounds: Spent,
    now: Moment,
    /// An ask waits for its answer; whether it was empty.
    owes_answer: Option<bool>,
    holds_turn: bool,
    check_wanted: bool,
    nudge_wanted: bool,
    /// Something was not told of: roots are to be checked again.
    behind: bool,
    lane_complete: bool,
    is_live: bool,
    /// Content is asked for.
    takes_content: bool,
    /// Records and bytes that the driver is dealing with.
    delivered: (usize, u64),
    invalid: usize,
    closed: bool,
    stats: Stats,
}

impl Session {
    /// Begins: the first output is our hello.
    pub fn new(config: Config, source: &dyn Source) -> Session {
        let today = day_of_ms(config.now.unix_ms);
        let buckets = source.buckets();
        let hello_root = root(buckets.iter().filter(|b| Scope::Authority.has(b.bucket)));
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
            peer: None,
            events: VecDeque::new(),
            frames: VecDeque::from([hello.to_frame()]),
            step: Step::Rest,
            talk: Talk::new(),
            news: News::default(),
            budgets: Budgets::new(config.limits, config.now.run, buckets.iter().map(|b| b.count).sum()),
            fast_rounds: Spent::default(),
            now: config.now,
            owes_answer: None,
            holds_turn: false,
            check_wanted: false,
            nudge_wanted: false,
            behind: false,
            lane_complete: false,
            is_live: false,
            takes_content: true,
            delivered: (0, 0),
            invalid: 0,
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
    /// Whether the peer said that it has no room for all content.
    pub fn is_peer_partial(&self) -> bool {
        self.peer().is_some_and(|h| h.features.iter().any(|f| f == PARTIAL))
    }
    /// Whether a round was gone through to its end: from then on the stream is only waiting for news.
    pub fn is_live(&self) -> bool {
        self.is_live
    }
    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        self.closed
    }
    /// Whether records were not asked for because it was another session's turn: when it is this one's, say so with
    /// [`Session::handle_turn`].
    pub fn wants_turn(&self) -> bool {
        self.talk.withheld && !self.closed
    }
    /// Counts so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Takes a frame. Records delivered by an earlier one must have been committed before.
    pub fn handle_frame(&mut self, kind: FrameType, body: &[u8], source: &dyn Source, now: Moment) {
        self.at(now);
        if self.closed {
            return;
        }
        let done = match kind {
            FrameType::RECORD => self.take_records(vec![body.to_vec()], source),
            FrameType::BLOCK => frame::unpack_block(body)
                .map_err(|_| Malformed("block of records").into())
                .and_then(|wires| self.take_records(wires, source)),
            _ => match Message::from_frame(kind, body) {
                Ok(Some(message)) => self.take_message(message, kind, body.len(), source),
                Ok(None) if kind.is_skippable() => Ok(()),
                Ok(None) => Err(Reason::OutOfPlace(kind.0)),
                Err(malformed) => Err(malformed.into()),
            },
        };
        self.end_if(done);
    }

    /// A record is new in the store, written here or come from elsewhere. What this very peer has is not told it.
    pub fn handle_local_new(&mut self, id: Id) {
        self.budgets.grown(1);
        // Until both had the same, rounds find it.
        self.behind |= !self.is_live || !self.news.add(id);
    }

    /// The driver's answer to [`Output::NeedTurn`], or, where [`Session::wants_turn`], that it is this session's turn now.
    pub fn handle_turn(&mut self, granted: bool) {
        self.holds_turn |= granted;
        if self.talk.waits_for_turn() {
            self.talk.turn(granted);
        } else if granted {
            self.talk.withheld = false;
            self.check_soon();
        }
    }

    /// Whether content is asked for from now on: not while there is no room for it. Authority records always are.
    pub fn take_content(&mut self, takes: bool) {
        let before = std::mem::replace(&mut self.takes_content, takes);
        if takes && !before && self.peer.is_some() {
            self.check_soon();
        }
    }

    /// Asks the peer for these records, of which it told.
    pub fn fetch(&mut self, ids: Vec<Id>) {
        self.news.want(ids);
    }

    /// The driver has dealt with one [`Output::Deliver`]: so many of the records were new, and so many did not verify.
    /// The others are not kept here.
    pub fn committed(&mut self, new: usize, invalid: usize) {
        let (count, bytes) = std::mem::take(&mut self.delivered);
        self.stats.records_new += new as u64;
        self.invalid += invalid;
        let useless = bytes * count.saturating_sub(new) as u64 / count.max(1) as u64;
        let done = if self.invalid > INVALID_MAX { Err(Reason::BadRecords) } else { self.budgets.useless(useless) };
        self.end_if(done);
    }

    /// Time has passed (once a minute or so), or something says that the roots may differ: they are compared again.
    pub fn tick(&mut self, now: Moment) {
        self.at(now);
        if self.peer.is_some() {
            self.check_soon();
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
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if let Some(frame) = self.frames.pop_front() {
                return Some(Output::Send(frame));
            }
            if self.closed || self.peer.is_none() {
                return None;
            }
            match self.advance(source) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(reason) => self.end(reason),
            }
        }
    }

    fn at(&mut self, now: Moment) {
        self.now = now;
        self.today = day_of_ms(now.unix_ms);
        self.budgets.at(now.run);
    }

    fn check_soon(&mut self) {
        match self.config.role {
            Role::Initiator => self.check_wanted = true,
            Role::Acceptor => self.nudge_wanted = true,
        }
    }

    // ---- what comes in

    fn take_records(&mut self, wires: Vec<Vec<u8>>, source: &dyn Source) -> Result<(), Reason> {
        if self.peer.is_none() {
            return Err(Reason::OutOfPlace(FrameType::BLOCK.0));
        }
        if wires.iter().any(|w| w.len() <= 64 || w.len() > CONTENT_BYTES_MAX) {
            return Err(Malformed("record of a wrong size").into());
        }
        (self.talk.moved, self.talk.came) = (true, true);
        let (mut unknown, mut unknown_bytes, mut known_bytes) = (Vec::new(), 0, 0);
        for wire in wires {
            let bytes = wire.len() as u64;
            self.stats.records_received += 1;
            self.stats.bytes_received += bytes;
            // An id is a hash of the record: what is known need not be verified once more, which costs fifty times as much.
            let id = record_id(&self.config.community, &wire[..wire.len() - 64]);
            self.news.peer_has(id);
            if source.has(&id) {
                known_bytes += bytes;
            } else {
                unknown_bytes += bytes;
                unknown.push(wire);
            }
        }
        self.budgets.useless(known_bytes)?;
        if !unknown.is_empty() {
            self.delivered = (unknown.len(), unknown_bytes);
            self.events.push_back(Output::Deliver(unknown));
        }
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
            Message::Check { round, scope, root } if !initiator && self.owes_answer.is_none() => {
                self.take_check(round, scope, root, source)
            }
            Message::Roots { round, root, buckets } if initiator && self.step == Step::AwaitRoots => {
                if round != self.stats.rounds {
                    return out_of_place;
                }
                self.take_roots(root, &buckets, source)
            }
            Message::Ask(items) if !initiator && self.talk.round.is_some() && self.owes_answer.is_none() => {
                self.stats.asks += 1;
                self.owes_answer = Some(items.is_empty());
                self.talk.take(items, bytes, source, &mut self.budgets)
            }
            Message::Answer(items) if initiator => {
                let Step::AwaitAnswer { was_empty } = self.step else { return out_of_place };
                self.stats.asks += 1;
                self.step = Step::Talk { is_over: was_empty && items.is_empty() };
                self.talk.take(items, bytes, source, &mut self.budgets)
            }
            Message::Nudge if initiator => {
                self.check_wanted = true;
                Ok(())
            }
            Message::News(ids) => {
                self.budgets.work(ids.len() as u64)?;
                ids.iter().for_each(|id| self.news.peer_has(*id));
                let unknown: Vec<Id> = ids.into_iter().filter(|id| !source.has(id)).collect();
                if !unknown.is_empty() {
                    self.events.push_back(Output::News(unknown));
                }
                Ok(())
            }
            Message::Fetch(ids) => {
                self.budgets.work(ids.len() as u64)?;
                self.news.asked_for(ids)
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
        let session_key = session_key(&first, &second, &hello.community);
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
        self.peer = Some(Peer { hello, session_key, agreed_day });
        self.check_wanted = true;
        if same_hellos {
            self.complete_lane();
        }
        Ok(())
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
        // One that was not over, or after which authority records were still to come.
        if self.talk.round.take().is_some() || self.talk.asked_lane {
            self.give_up_turn();
        }
        let (key, buckets) = self.begin_round(scope, source)?;
        let same = key.root(Role::Initiator, &buckets) == theirs;
        let list = if same { Vec::new() } else { short_buckets(&buckets, key) };
        let root = key.root(Role::Acceptor, &buckets);
        self.frames.push_back(Message::Roots { round, root, buckets: list }.to_frame());
        if same {
            self.agreed(scope, &buckets);
        }
        Ok(())
    }

    fn take_roots(&mut self, theirs: [u8; 32], list: &[ShortBucket], source: &dyn Source) -> Result<(), Reason> {
        let Some(Round { scope, key, buckets }) = &self.talk.round else { return Err(Reason::OutOfPlace(0)) };
        let (scope, key) = (*scope, *key);
        if theirs == key.root(Role::Acceptor, buckets) {
            let buckets = buckets.clone();
            self.step = Step::Rest;
            self.agreed(scope, &buckets);
            return Ok(());
        }
        if list.iter().any(|b| !scope.has(b.bucket)) {
            return Err(Malformed("bucket out of scope").into());
        }
        let buckets = scoped(source.buckets(), scope);
        if theirs == key.root(Role::Acceptor, &buckets) {
            // Meanwhile this side has become equal: the next round says so.
            self.step = Step::Rest;
            self.talk.open(None);
            self.check_wanted |= self.fast_rounds.spend(1, FAST_ROUNDS, self.now.run);
            return Ok(());
        }
        let mine = short_buckets(&buckets, key);
        let find = |of: &[ShortBucket], b| of.binary_search_by_key(&b, |s: &ShortBucket| s.bucket).ok().map(|i| of[i]);
        let all: BTreeSet<_> = mine.iter().chain(list).map(|b| b.bucket).collect();
        // The last is talked about first: the authority lane.
        for bucket in all.into_iter().rev() {
            let theirs = find(list, bucket);
            if find(&mine, bucket) != theirs {
                self.talk.add(Todo::Differs((bucket, Prefix::ALL), theirs.map_or(0, |t| t.count)))?;
            }
        }
        self.step = Step::Talk { is_over: false };
        Ok(())
    }

    // ---- what goes out

    /// Makes the next frame or event, if there is something to do. Gives whether there was.
    fn advance(&mut self, source: &dyn Source) -> Result<bool, Reason> {
        // Many may be missed one after the other: what is beyond waits for the next tick.
        if self.is_live && self.behind && self.fast_rounds.spend(1, FAST_ROUNDS, self.now.run) {
            self.behind = false;
            self.check_soon();
        }
        if self.config.role == Role::Acceptor && std::mem::take(&mut self.nudge_wanted) {
            return Ok(self.send(Message::Nudge));
        }
        if let Some((frame, records)) = self.news.next_frame(source) {
            return self.send_records(frame, records);
        }
        while !self.talk.outbox.is_empty() {
            let (frame, records, scanned) = self.talk.outbox.next_frame(source);
            self.budgets.work(scanned)?;
            if let Some(frame) = frame {
                self.talk.moved = true;
                return self.send_records(frame, records);
            }
        }
        if self.talk.waits_for_turn() {
            return Ok(false);
        }
        let leads = match self.step {
            Step::Talk { is_over: true } => {
                self.step = Step::Rest;
                self.round_is_over();
                return Ok(true);
            }
            Step::Talk { is_over: false } => true,
            _ => false,
        };
        if leads || self.owes_answer.is_some() {
            let Some(items) =
                self.talk.next_items(self.config.limits.window, self.takes_content, source, &mut self.budgets)?
            else {
                self.events.push_back(Output::NeedTurn);
                return Ok(true);
            };
            if leads {
                self.step = Step::AwaitAnswer { was_empty: items.is_empty() };
                return Ok(self.send(Message::Ask(items)));
            }
            // As the initiator sees it: what both have nothing more to say about is over.
            if self.owes_answer.take() == Some(true) && items.is_empty() {
                self.round_is_over();
            }
            return Ok(self.send(Message::Answer(items)));
        }
        let may_check = self.config.role == Role::Initiator && self.step == Step::Rest;
        if may_check && std::mem::take(&mut self.check_wanted) {
            return self.send_check(source);
        }
        Ok(false)
    }

    fn send(&mut self, message: Message) -> bool {
        self.frames.push_back(message.to_frame());
        true
    }

    fn send_records(&mut self, frame: Vec<u8>, records: u64) -> Result<bool, Reason> {
        self.budgets.sent(records)?;
        self.stats.records_sent += records;
        self.frames.push_back(frame);
        Ok(true)
    }

    fn send_check(&mut self, source: &dyn Source) -> Result<bool, Reason> {
        let scope = if self.lane_complete { Scope::From(self.floor()) } else { Scope::Authority };
        if let (Scope::From(_), Some(peer)) = (scope, &self.peer) {
            peer.agreed_day?;
        }
        let (key, buckets) = self.begin_round(scope, source)?;
        self.step = Step::AwaitRoots;
        let root = key.root(Role::Initiator, &buckets);
        Ok(self.send(Message::Check { round: self.stats.rounds, scope, root }))
    }

    // ---- rounds

    /// Opens the next round and takes stock: its key and the buckets in scope.
    fn begin_round(&mut self, scope: Scope, source: &dyn Source) -> Result<(RoundKey, Vec<BucketDigest>), Reason> {
        let Some(peer) = &self.peer else { return Err(Reason::OutOfPlace(0)) };
        let all = source.buckets();
        self.budgets.owns(all.iter().map(|b| b.count).sum());
        self.budgets.work(BUCKET_WORK * (all.len() as u64 + 1))?;
        // What was not told of is in the roots.
        self.behind = false;
        self.stats.rounds = self.stats.rounds.wrapping_add(1);
        let key = RoundKey::new(&peer.session_key, self.stats.rounds);
        let buckets = scoped(all, scope);
        self.talk.open(Some(Round { scope, key, buckets: buckets.clone() }));
        Ok((key, buckets))
    }

    /// Everything that could be said in a round was said. Does nothing where none is open.
    fn round_is_over(&mut self) {
        let Some(round) = &self.talk.round else { return };
        self.is_live |= !self.talk.withheld && matches!(round.scope, Scope::From(_));
        if self.config.role == Role::Initiator && self.talk.moved {
            self.check_wanted |= self.fast_rounds.spend(1, FAST_ROUNDS, self.now.run);
        }
        self.talk.round = None;
        if !(self.config.role == Role::Acceptor && self.talk.asked_lane) {
            self.give_up_turn();
        }
    }

    fn agreed(&mut self, scope: Scope, buckets: &[BucketDigest]) {
        self.talk.open(None);
        self.give_up_turn();
        match scope {
            Scope::Authority => {
                self.check_wanted = true;
                self.complete_lane();
            }
            Scope::From(_) => {
                self.is_live = true;
                self.events.push_back(Output::RootsAgree { root: root(buckets) });
            }
        }
    }

    fn give_up_turn(&mut self) {
        if std::mem::take(&mut self.holds_turn) {
            self.events.push_back(Output::TurnOver);
        }
    }

    fn complete_lane(&mut self) {
        if !std::mem::replace(&mut self.lane_complete, true) {
            self.events.push_back(Output::LaneComplete);
        }
    }

    /// The earliest week compared: that of the agreed day, which moves on with our clock.
    fn floor(&self) -> u32 {
        let day = self.peer.as_ref().and_then(|p| p.agreed_day.ok()).unwrap_or(self.started_on);
        week_of(day.saturating_add(self.today.saturating_sub(self.started_on)))
    }

    fn end_if(&mut self, done: Result<(), Reason>) {
        if let Err(reason) = done {
            self.end(reason);
        }
    }

    fn end(&mut self, reason: Reason) {
        if std::mem::replace(&mut self.closed, true) {
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

fn short_buckets(buckets: &[BucketDigest], key: RoundKey) -> Vec<ShortBucket> {
    let short = |b: &BucketDigest| ShortBucket {
        bucket: b.bucket,
        short: key.short(&b.digest),
        count: u32::try_from(b.count).unwrap_or(u32::MAX),
    };
    buckets.iter().map(short).collect()
}
