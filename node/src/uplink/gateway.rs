//! The gateway: takes members' flows to the internet, within the policy.
//!
//! In this order, the first reason wins: member, hours and pause, who it is for, places left, port, closed list, every
//! address a name stands for, the line. What was asked for is in memory while it is carried, and nowhere else: no name or
//! address goes into a file, a log or a refusal. Not for: the policy's record (`app::gateway`), the resident's side.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use hedgerow_protocol::authority::Role;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::listing::At;
use hedgerow_protocol::uplink::meter::Member;
use hedgerow_protocol::uplink::policy::Asker;
use hedgerow_protocol::uplink::receipt::Series;
use hedgerow_protocol::uplink::reserve::{Reserve, Sample};
use hedgerow_protocol::uplink::talk::{Hello, Message, State};
use hedgerow_protocol::uplink::{Classifier, Host, HostList, Policy, Prefix, Refusal, Rule, Target, check_answers};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::book::{Book, Signer};
use super::egress::{Egress, NameError};
use super::hours::Hours;
use super::share::{Clock, Share};
use super::surroundings;
use crate::flow::relay::{Ended, Relay};
use crate::flow::{Arrival, Meter, Taker, Way};

/// Nothing either way for this long ends a connection.
const IDLE: Duration = Duration::from_secs(120);
/// Connections being opened at once. More: refused as busy.
const OPENING_MAX: u32 = 64;
/// How often the surroundings are looked at again.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often it is seen whether the line works.
const LINE_EVERY: Duration = Duration::from_secs(3);
/// So many times in a row without an answer, and the line is down.
const LINE_DOWN_AFTER: u32 = 2;
/// How often rights and hours of open connections are looked at.
const RIGHTS_EVERY: Duration = Duration::from_millis(500);
/// How often a resident is told how things stand, at most.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// How often the line is measured while it is used.
const SAMPLE_EVERY: Duration = Duration::from_millis(250);
/// How long a receipt may be on its way while more is wanted: longer than a resident's computer waits before it signs.
const RECEIPT_PATIENCE: Duration = Duration::from_secs(13);
/// How often the calendar is looked at, and hours are written.
const HOURS_EVERY: Duration = Duration::from_secs(2);

/// What is known of whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The person, or the group for its own computers.
    pub owner: Id,
    /// The key that their computer signs with.
    pub device: PublicKey,
    /// Their role.
    pub role: Role,
    /// Those of the groups asked for that they are in.
    pub groups: Vec<Id>,
}

/// Knows the members.
pub trait Members: Send + Sync {
    /// Whose computer this is, if it is a member's now, and in which of these groups they are.
    fn known(&self, peer: &PublicKey, groups: &[Id]) -> Option<Known>;
    /// Whether news of the organisers are too old to trust what is known.
    fn is_out_of_touch(&self) -> bool;
}

/// What a host set up, besides the policy. Stays on this computer.
pub struct Setup {
    /// The way out, with its name servers.
    pub egress: Egress,
    /// Ranges the host closes.
    pub closed: Vec<Prefix>,
    /// Under which addresses the internet sees the building.
    pub public: Vec<IpAddr>,
    /// Closed places.
    pub denied: HostList,
    /// Turns owners into other names.
    pub secret: [u8; 32],
    /// Where counters are kept.
    pub counters: PathBuf,
    /// Receipts.
    pub book: Arc<Book>,
    /// Use by the hour.
    pub hours: Arc<Hours>,
    /// This computer as others connect to it.
    pub key: PublicKey,
}

/// A gateway that runs. Stops when dropped.
pub struct Gateway {
    policy: watch::Sender<Arc<Policy>>,
    members: Arc<dyn Members>,
    egress: Egress,
    denied: HostList,
    secret: [u8; 32],
    clock: Clock,
    /// None: where this computer stands cannot be found out, so nothing leaves.
    classifier: RwLock<Option<Arc<Classifier>>>,
    line_up: watch::Sender<bool>,
    share: Arc<Share>,
    book: Arc<Book>,
    hours: Arc<Hours>,
    key: PublicKey,
    /// The month on the policy's clock.
    month: AtomicU32,
    opening: AtomicU32,
    /// What each resident's computer agreed to, while it is in touch.
    agreed: Mutex<std::collections::BTreeMap<PublicKey, Hello>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    /// Becomes true when it stops.
    stopped: watch::Sender<bool>,
}

/// Why a connection may not be, in a dry run at the host's own computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The refusal; none: it may.
    pub refusal: Option<Refusal>,
    /// Every rule of the egress list against it, with the address it is against.
    pub rules: Vec<(IpAddr, Rule)>,
}

impl Gateway {
    /// Starts one. The sentence says what was found amiss.
    pub async fn start(
        setup: Setup,
        policy: Policy,
        members: Arc<dyn Members>,
        clock: Clock,
    ) -> (Arc<Gateway>, Option<String>) {
        let (share, sorry) = Share::open(setup.counters, policy.clone(), clock.clone());
        // Nobody talks to the provider's proxy but this computer.
        let proxy = setup.egress.way().proxy().map(|p| p.ip());
        let proxy = proxy.and_then(|ip| Prefix::new(ip, if ip.is_ipv4() { 32 } else { 128 }));
        let closed: Vec<Prefix> = setup.closed.into_iter().chain(proxy).collect();
        let gateway = Arc::new(Gateway {
            policy: watch::Sender::new(Arc::new(policy)),
            members,
            egress: setup.egress,
            denied: setup.denied,
            secret: setup.secret,
            clock,
            classifier: RwLock::new(None),
            line_up: watch::Sender::new(true),
            share: share.clone(),
            book: setup.book.clone(),
            hours: setup.hours,
            key: setup.key,
            month: AtomicU32::new(0),
            opening: AtomicU32::new(0),
            agreed: Mutex::default(),
            tasks: Mutex::default(),
            stopped: watch::Sender::new(false),
        });
        gateway.look_round(&closed, &setup.public, &[]).await;
        gateway.keep_hours();
        let weak = Arc::downgrade(&gateway);
        let looking = tokio::spawn(keep_looking(weak.clone(), closed, setup.public));
        let line = tokio::spawn(keep_the_line_in_sight(weak.clone()));
        let reserve = tokio::spawn(keep_the_reserve(weak.clone()));
        let hours = tokio::spawn(keep_the_hours(weak.clone()));
        let month = move || weak.upgrade().map_or(0, |g| g.month.load(Ordering::Relaxed));
        let receipts = tokio::spawn(setup.book.keep_saved(month));
        let turns = tokio::spawn(share.clone().give_turns());
        let saving = tokio::spawn(share.keep_saved());
        *gateway.tasks.lock().unwrap_or_else(PoisonError::into_inner) =
            vec![looking, line, reserve, turns, saving, hours, receipts];
        (gateway, sorry)
    }

    /// Other rules from now on; connections they do not allow end.
    pub fn set_policy(&self, policy: Policy) {
        self.share.set_policy(policy.clone());
        self.policy.send_replace(Arc::new(policy));
    }

    /// Ends everything that runs through it.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// The rules.
    pub fn policy(&self) -> Arc<Policy> {
        self.policy.borrow().clone()
    }

    /// Counters.
    pub fn share(&self) -> &Arc<Share> {
        &self.share
    }

    /// Receipts.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Use by the hour.
    pub fn hours(&self) -> &Hours {
        self.keep_hours();
        &self.hours
    }

    /// Looks at the calendar, and notes what was used.
    fn keep_hours(&self) {
        let (policy, second) = (self.policy(), (self.clock)());
        if let Ok(at) = At::new(&policy.time_zone, second.saturating_mul(1000)) {
            self.month.store(at.month_count(), Ordering::Relaxed);
        }
        self.hours.add(self.share.take_usage(), second / 3600, policy.recorded.days.into());
    }

    /// Takes a receipt of a resident's computer. One that is of no use changes nothing.
    fn receipt(&self, peer: &PublicKey, wire: &[u8]) {
        let Some(known) = self.members.known(peer, &[]) else { return };
        let (month, floor_bytes) = (self.month.load(Ordering::Relaxed), self.policy().limits.floor_bytes);
        let signer = Signer { device: known.device, member: self.member(&known.owner), month, floor_bytes };
        if let Err(why) = self.book.take(wire, signer) {
            tracing::debug!(why, "a receipt was not taken");
        }
    }

    /// Whether the line works.
    pub fn line_is_up(&self) -> bool {
        *self.line_up.borrow()
    }

    /// Why nobody can open anything now, if so.
    pub fn closed(&self) -> Option<Refusal> {
        if *self.stopped.borrow() {
            return Some(Refusal::Stopping);
        }
        let policy = self.policy();
        if let Err(refusal) = policy.is_open((self.clock)()) {
            return Some(refusal);
        }
        if self.members.is_out_of_touch() {
            return Some(Refusal::OutOfTouch);
        }
        let knows = self.classifier.read().unwrap_or_else(PoisonError::into_inner).is_some();
        (!knows || !self.line_is_up()).then_some(Refusal::UplinkDown)
    }

    fn member(&self, owner: &Id) -> Member {
        Member::new(&self.secret, owner)
    }

    fn hello(&self, peer: &PublicKey) -> Hello {
        self.agreed.lock().unwrap_or_else(PoisonError::into_inner).get(peer).copied().unwrap_or_default()
    }

    /// Whether somebody may use it now, places left aside.
    fn may_use(&self, peer: &PublicKey) -> Result<(Member, bool, PublicKey), Refusal> {
        let (policy, hello) = (self.policy(), self.hello(peer));
        let known = self.members.known(peer, &policy.who.groups).ok_or(Refusal::NotMember)?;
        if let Some(closed) = self.closed() {
            return Err(closed);
        }
        let asker = Asker {
            owner: known.owner,
            role: Some(known.role),
            groups: &known.groups,
            voucher: false,
            terms: hello.terms,
            pence_per_gb: hello.pence_per_gb,
        };
        policy.may_use(&asker)?;
        Ok((self.member(&known.owner), policy.price_accepted(hello.pence_per_gb), known.device))
    }

    /// Every address of a target, checked, in the order to call them.
    async fn addresses(&self, target: &Target) -> Result<Vec<IpAddr>, Refusal> {
        self.policy().allows_port(target.port, false)?;
        let classifier = self.classifier.read().unwrap_or_else(PoisonError::into_inner).clone();
        let classifier = classifier.ok_or(Refusal::UplinkDown)?;
        match &target.host {
            Host::Ip(ip) => check_answers(&[*ip], &classifier),
            Host::Name(name) => {
                if self.denied.closes(name) {
                    return Err(Refusal::DeniedHost);
                }
                let answers = self.egress.lookup(name).await.map_err(|e| match e {
                    NameError::NotFound => Refusal::NameNotFound,
                    NameError::Slow if !self.line_is_up() => Refusal::UplinkDown,
                    NameError::Slow => Refusal::NameSlow,
                })?;
                check_answers(&answers, &classifier)
            }
        }
    }

    /// Tries what a member would, without sending anything but the question for the name.
    pub async fn verdict(&self, typed: &str) -> Verdict {
        let target = match target(typed) {
            Ok(target) => target,
            Err(refusal) => return Verdict { refusal: Some(refusal), rules: Vec::new() },
        };
        let classifier = self.classifier.read().unwrap_or_else(PoisonError::into_inner).clone();
        let refusal = self.addresses(&target).await.err();
        let asked = match &target.host {
            Host::Ip(ip) => vec![*ip],
            // Known from a moment ago.
            Host::Name(name) if refusal != Some(Refusal::DeniedHost) => {
                self.egress.lookup(name).await.unwrap_or_default()
            }
            Host::Name(_) => Vec::new(),
        };
        let rules = |ip: &IpAddr| {
            let all = classifier.as_ref().map(|c| c.rules(*ip)).unwrap_or_default();
            all.into_iter().map(|rule| (*ip, rule)).collect::<Vec<_>>()
        };
        Verdict { refusal, rules: asked.iter().flat_map(rules).collect() }
    }

    async fn look_round(&self, closed: &[Prefix], public: &[IpAddr], nat64: &[Prefix]) {
        let found = surroundings::now(closed, public, nat64).await;
        let classifier = found.map(|s| Arc::new(Classifier::new(&s)));
        *self.classifier.write().unwrap_or_else(PoisonError::into_inner) = classifier;
    }

    async fn carry(self: Arc<Self>, arrival: Arrival) {
        let (peer, asked) = (arrival.peer, arrival.target.clone());
        let opened = self.open(&peer, &asked).await;
        let (stream, tap) = match opened {
            Ok(opened) => opened,
            Err(refusal) => return arrival.refuse(refusal.encode()).await,
        };
        let Ok((path, first)) = arrival.accept().await else { return };
        let (read, write) = stream.into_split();
        if let Ended::Idle = Relay::new(Arc::new(tap), IDLE).run(read, write, path, first).await {
            tracing::debug!("a connection was idle for too long");
        }
    }

    async fn open(self: &Arc<Self>, peer: &PublicKey, asked: &str) -> Result<(tokio::net::TcpStream, Tap), Refusal> {
        let (member, price_accepted, device) = self.may_use(peer)?;
        let target = target(asked)?;
        let _opening = Opening::enter(&self.opening).ok_or(Refusal::Busy)?;
        self.share.enter(member, price_accepted)?;
        // From here on the place is given back whatever happens.
        let tap = Tap { gateway: self.clone(), peer: *peer, device, member, price_accepted };
        let addresses = self.addresses(&target).await?;
        let stream = self.egress.connect(&addresses, target.port).await.map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => Refusal::OtherAnswered,
            _ if !self.line_is_up() => Refusal::UplinkDown,
            _ => Refusal::NoAnswer,
        })?;
        Ok((stream, tap))
    }

    /// Talks with a resident's computer until it leaves.
    async fn talk(self: Arc<Self>, arrival: Arrival) {
        let peer = arrival.peer;
        if self.members.known(&peer, &[]).is_none() {
            return arrival.refuse(Refusal::NotMember.encode()).await;
        }
        let Ok((_path, attached)) = arrival.accept().await else { return };
        let (mut out, mut inn) = (attached.stream.out, attached.stream.inn);
        let (mut policy, mut line) = (self.policy.subscribe(), self.line_up.subscribe());
        let mut stopped = self.stopped.subscribe();
        let (hellos, mut said) = tokio::sync::mpsc::channel(4);
        let reading = async {
            loop {
                let Ok(bytes) = inn.message().await else { return };
                let Ok(message) = Message::decode(&bytes) else { return };
                if hellos.send(message).await.is_err() {
                    return;
                }
            }
        };
        let telling = async {
            let mut told = None;
            loop {
                let state = self.state(&peer);
                if told != Some(state) {
                    if out.message(Message::State(state).encode()).await.is_err() {
                        return;
                    }
                    told = Some(state);
                }
                tokio::select! {
                    message = said.recv() => match message {
                        Some(Message::Hello(hello)) => {
                            self.agreed.lock().unwrap_or_else(PoisonError::into_inner).insert(peer, hello);
                        }
                        Some(Message::Receipt(wire)) => self.receipt(&peer, &wire),
                        Some(Message::State(_)) => {}
                        None => return,
                    },
                    changed = policy.changed() => if changed.is_err() { return },
                    changed = line.changed() => if changed.is_err() { return },
                    () = tokio::time::sleep(TELL_EVERY) => {}
                }
            }
        };
        tokio::select! {
            () = reading => {}
            () = telling => {}
            // Another one may run in its place: they ask again, and find it.
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
        self.agreed.lock().unwrap_or_else(PoisonError::into_inner).remove(&peer);
    }

    fn state(&self, peer: &PublicKey) -> State {
        let policy = self.policy();
        let (closed, left) = match self.may_use(peer) {
            Err(refusal) => (Some(refusal), (None, None)),
            Ok((member, ..)) => {
                let usage = self.share.usage(member);
                (None, (usage.bytes_left, usage.seconds_left))
            }
        };
        // In steps, so that a download is not a message a second.
        let step = |bytes: u64| bytes / 1_000_000 * 1_000_000;
        let left = (left.0.map(step), left.1.map(|s| s / 60 * 60));
        State { closed, circuits: (self.share.circuits(), policy.limits.circuits), left }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
        self.keep_hours();
        let month = self.month.load(Ordering::Relaxed);
        let saved = self.share.save().and(self.hours.save()).and(self.book.save(month));
        if let Err(error) = saved {
            tracing::warn!(%error, "what was used could not be written");
        }
    }
}

/// Reads a target: `host:port`, or a web address for dry runs.
fn target(typed: &str) -> Result<Target, Refusal> {
    use hedgerow_protocol::uplink::TargetError;
    let parsed = match typed.split_once("://") {
        None => Target::parse(typed),
        Some((scheme, rest)) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let port = if scheme.eq_ignore_ascii_case("https") { 443 } else { 80 };
            Target::parse(authority).or_else(|error| match error {
                TargetError::Port => Target::new(authority, port),
                error => Err(error),
            })
        }
    };
    parsed.map_err(Refusal::from)
}

/// One place among those who open a connection.
struct Opening<'a>(&'a AtomicU32);

impl<'a> Opening<'a> {
    fn enter(opening: &'a AtomicU32) -> Option<Self> {
        let entered =
            opening.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < OPENING_MAX).then_some(n + 1));
        entered.is_ok().then_some(Opening(opening))
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts one connection, and ends it when the rules say so.
struct Tap {
    gateway: Arc<Gateway>,
    peer: PublicKey,
    /// Signs the receipts.
    device: PublicKey,
    member: Member,
    price_accepted: bool,
}

impl Tap {
    fn series(&self) -> Series {
        let (month, policy) = (self.gateway.month.load(Ordering::Relaxed), self.gateway.policy());
        Series { gateway: self.gateway.key, device: self.device, month, pence_per_gb: policy.pence_per_gb }
    }
}

impl Meter for Tap {
    fn piece(&self) -> u64 {
        self.gateway.share.piece()
    }
    fn take(&self, way: Way, bytes: u64) -> BoxFuture<'_, Result<(), Vec<u8>>> {
        Box::pin(async move {
            let (book, share, series) = (&self.gateway.book, &self.gateway.share, self.series());
            let served = book.serve_soon(series, self.member, (way, bytes), RECEIPT_PATIENCE).await;
            served.map_err(|refusal| refusal.encode())?;
            match share.take(self.member, bytes, self.price_accepted).await {
                Ok(0) => {}
                Ok(charged) => book.charge(&series, charged),
                Err(refusal) => {
                    book.give_back(&series, way, bytes);
                    return Err(refusal.encode());
                }
            }
            Ok(())
        })
    }
    fn lost(&self, bytes: u64) {
        self.gateway.book.give_back(&self.series(), Way::Out, bytes);
    }
    fn ended(&self) -> BoxFuture<'_, Vec<u8>> {
        let (mut policy, mut stopped) = (self.gateway.policy.subscribe(), self.gateway.stopped.subscribe());
        Box::pin(async move {
            loop {
                match self.gateway.may_use(&self.peer) {
                    Err(Refusal::UplinkDown) | Ok(_) => {}
                    Err(refusal) => return refusal.encode(),
                }
                // Pausing is felt at once; hours and membership within the half second.
                tokio::select! {
                    _ = policy.changed() => {}
                    _ = stopped.changed() => {}
                    () = tokio::time::sleep(RIGHTS_EVERY) => {}
                }
            }
        })
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.gateway.share.leave(self.member);
    }
}

/// Takes the flows of members, while a gateway runs here.
pub struct Entrance {
    /// The gateway, if one runs.
    pub gateway: Arc<RwLock<Option<Arc<Gateway>>>>,
    /// Whether this takes talk instead of traffic.
    pub talks: bool,
}

impl Taker for Entrance {
    fn take(self: Arc<Self>, arrival: Arrival) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let gateway = self.gateway.read().unwrap_or_else(PoisonError::into_inner).clone();
            match gateway {
                None => arrival.refuse(Refusal::GatewayGone.encode()).await,
                Some(gateway) if self.talks => gateway.talk(arrival).await,
                Some(gateway) => gateway.carry(arrival).await,
            }
        })
    }
}

async fn keep_looking(gateway: std::sync::Weak<Gateway>, closed: Vec<Prefix>, public: Vec<IpAddr>) {
    let mut nat64 = Vec::new();
    let mut asked_at: Option<Instant> = None;
    loop {
        let Some(running) = gateway.upgrade() else { return };
        if asked_at.is_none_or(|at| at.elapsed() > Duration::from_secs(300)) {
            asked_at = Some(Instant::now());
            nat64 = discover_nat64(&running.egress).await;
        }
        running.look_round(&closed, &public, &nat64).await;
        drop(running);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Behind which prefix IPv4 is reached over IPv6 here (RFC 7050).
async fn discover_nat64(egress: &Egress) -> Vec<Prefix> {
    let known = [[192, 0, 0, 170], [192, 0, 0, 171]];
    let answers = egress.lookup("ipv4only.arpa").await.unwrap_or_default();
    let mut found = Vec::new();
    for ip in answers {
        let IpAddr::V6(v6) = ip else { continue };
        let o = v6.octets();
        // Where the four bytes stand for each length of prefix (RFC 6052); byte 8 is left out.
        for (len, places) in [
            (32u8, [4, 5, 6, 7]),
            (40, [5, 6, 7, 9]),
            (48, [6, 7, 9, 10]),
            (56, [7, 9, 10, 11]),
            (64, [9, 10, 11, 12]),
            (96, [12, 13, 14, 15]),
        ] {
            if known.contains(&places.map(|n| o[n])) {
                found.extend(Prefix::new(ip, len));
            }
        }
    }
    found
}

async fn keep_the_line_in_sight(gateway: std::sync::Weak<Gateway>) {
    let mut missed = 0;
    loop {
        let Some(running) = gateway.upgrade() else { return };
        let egress = running.egress.clone();
        drop(running);
        missed = if egress.is_up().await { 0 } else { missed + 1 };
        let Some(running) = gateway.upgrade() else { return };
        let is_up = missed < LINE_DOWN_AFTER;
        running.line_up.send_if_modified(|up| std::mem::replace(up, is_up) != is_up);
        drop(running);
        tokio::time::sleep(LINE_EVERY).await;
    }
}

/// Keeps the calendar and the hours.
async fn keep_the_hours(gateway: std::sync::Weak<Gateway>) {
    loop {
        tokio::time::sleep(HOURS_EVERY).await;
        let Some(running) = gateway.upgrade() else { return };
        running.keep_hours();
        let hours = running.hours.clone();
        drop(running);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || hours.save()).await {
            tracing::warn!(%error, "the hours could not be written; trying again");
        }
    }
}

/// Keeps the building's share of the line, where the policy has one.
async fn keep_the_reserve(gateway: std::sync::Weak<Gateway>) {
    let mut reserve: Option<(Option<u64>, Reserve)> = None;
    let started = Instant::now();
    loop {
        tokio::time::sleep(SAMPLE_EVERY).await;
        let Some(running) = gateway.upgrade() else { return };
        let policy = running.policy();
        let percent = policy.reserve_percent((running.clock)());
        let known = policy.reserve.line_bytes_per_second;
        let bytes = running.share.since_look();
        if !policy.reserve.enforced || percent == 0 {
            reserve = None;
            let capped = hedgerow_protocol::uplink::reserve::capped_rate(percent, known);
            running.share.set_rate(capped.filter(|_| percent > 0));
            continue;
        }
        let (of, controller) = reserve.get_or_insert_with(|| (known, Reserve::new(percent, known)));
        if *of != known {
            (*of, *controller) = (known, Reserve::new(percent, known));
        }
        controller.set_percent(percent);
        // Nobody uses it, so nothing has to be held back, and nobody's line is bothered.
        if bytes == 0 {
            continue;
        }
        let asked = Instant::now();
        let is_up = running.egress.is_near_up().await;
        let rtt_us = is_up.then(|| u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        controller.sample(Sample { tick_ms: started.elapsed().as_millis() as u64, rtt_us, bytes });
        running.share.set_rate(Some(controller.rate()));
    }
}
