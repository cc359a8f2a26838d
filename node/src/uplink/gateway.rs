//! The gateway: takes members' flows to the internet, within the policy.
//!
//! In this order, the first reason wins: member, hours and pause, who it is for, places left, port, closed list, every
//! address a name stands for, the line. What was asked for is in memory while it is carried, and nowhere else: no name or
//! address goes into a file, a log or a refusal. Not for: the policy's record (`app::gateway`), the resident's side.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use futures::future::BoxFuture;
use hedgerow_protocol::authority::Role;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::listing::At;
use hedgerow_protocol::uplink::meter::Member;
use hedgerow_protocol::uplink::policy::Asker;
use hedgerow_protocol::uplink::talk::Hello;
use hedgerow_protocol::uplink::voucher::Pass;
use hedgerow_protocol::uplink::{Classifier, Host, HostList, Policy, Prefix, Refusal, Rule, Target, check_answers};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::account::Account;
use super::book::Book;
use super::egress::{Egress, NameError};
use super::hours::Hours;
use super::line::{keep_looking, keep_the_line_in_sight, keep_the_reserve};
use super::share::{Clock, Share};
use super::surroundings;
use super::tap::Tap;
use super::vouchers::{Number, Vouchers};
use crate::files::Unusable;
use crate::flow::relay::{Ended, Relay};
use crate::flow::{Arrival, Taker};
use crate::places::Places;

/// Nothing either way for this long ends a connection.
const IDLE: Duration = Duration::from_secs(120);
/// Connections being opened at once; nobody has all of them. More: refused as busy.
const OPENING_MAX: usize = 64;
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
    /// Whether a device is one of the host's.
    fn is_host(&self, device: &PublicKey) -> bool;
}

/// What is kept of the use of a gateway: one of each, whatever is started and stopped.
#[derive(Clone)]
pub struct Papers {
    /// Receipts.
    pub book: Arc<Book>,
    /// Use by the hour.
    pub hours: Arc<Hours>,
    /// What was paid and let go.
    pub account: Arc<Account>,
    /// Vouchers.
    pub vouchers: Arc<Vouchers>,
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
    /// What is kept of its use.
    pub papers: Papers,
    /// This computer as others connect to it.
    pub key: PublicKey,
}

/// A gateway that runs. Stops when dropped.
pub struct Gateway {
    pub(super) policy: watch::Sender<Arc<Policy>>,
    pub(super) members: Arc<dyn Members>,
    egress: Egress,
    denied: HostList,
    pub(super) secret: [u8; 32],
    clock: Clock,
    /// None: where this computer stands cannot be found out, so nothing leaves.
    classifier: RwLock<Option<Arc<Classifier>>>,
    pub(super) line_up: watch::Sender<bool>,
    share: Arc<Share>,
    pub(super) papers: Papers,
    pub(super) key: PublicKey,
    /// The month on the policy's clock.
    pub(super) month: AtomicU32,
    opening: Arc<Places<Member>>,
    /// What each resident's computer agreed to, and in which talk, while it is in touch.
    pub(super) agreed: Mutex<BTreeMap<PublicKey, (u64, Hello)>>,
    /// Counts up with every talk.
    pub(super) talks: AtomicU64,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    /// Becomes true when it stops.
    pub(super) stopped: watch::Sender<bool>,
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
    /// Starts one. Beside it: what damaged counters are called now.
    pub async fn start(
        setup: Setup,
        policy: Policy,
        members: Arc<dyn Members>,
        clock: Clock,
    ) -> Result<(Arc<Gateway>, Option<PathBuf>), Unusable> {
        let (share, aside) = Share::open(setup.counters, policy.clone(), clock.clone())?;
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
            papers: setup.papers.clone(),
            key: setup.key,
            month: AtomicU32::new(0),
            opening: Places::new(OPENING_MAX),
            agreed: Mutex::default(),
            talks: AtomicU64::new(0),
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
        let receipts = tokio::spawn(setup.papers.book.keep_saved(month));
        let turns = tokio::spawn(share.clone().give_turns());
        let saving = tokio::spawn(share.keep_saved());
        *gateway.tasks.lock().unwrap_or_else(PoisonError::into_inner) =
            vec![looking, line, reserve, turns, saving, hours, receipts];
        Ok((gateway, aside))
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

    /// The way out.
    pub(super) fn egress(&self) -> &Egress {
        &self.egress
    }

    /// Now, by its clock.
    pub(super) fn second(&self) -> u64 {
        (self.clock)()
    }

    /// What the line was seen to do.
    pub(super) fn set_line_up(&self, is_up: bool) {
        self.line_up.send_if_modified(|up| std::mem::replace(up, is_up) != is_up);
    }

    /// Looks at the calendar, and notes what was used.
    pub fn keep_hours(&self) {
        let (policy, second) = (self.policy(), self.second());
        if let Ok(at) = At::new(&policy.time_zone, second.saturating_mul(1000)) {
            self.month.store(at.month_count(), Ordering::Relaxed);
        }
        self.papers.hours.add(self.share.take_usage(), second / 3600, policy.recorded.days.into());
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
        if let Err(refusal) = policy.is_open(self.second()) {
            return Some(refusal);
        }
        if self.members.is_out_of_touch() {
            return Some(Refusal::OutOfTouch);
        }
        let knows = self.classifier.read().unwrap_or_else(PoisonError::into_inner).is_some();
        (!knows || !self.line_is_up()).then_some(Refusal::UplinkDown)
    }

    pub(super) fn member(&self, owner: &Id) -> Member {
        Member::new(&self.secret, owner)
    }

    fn hello(&self, peer: &PublicKey) -> Hello {
        let agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        agreed.get(peer).map(|(_, hello)| *hello).unwrap_or_default()
    }

    /// Whether somebody may use it now, places left aside.
    pub(super) fn may_use(&self, peer: &PublicKey) -> Result<May, Refusal> {
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
        let mut pass = None;
        match policy.may_use(&asker) {
            // A voucher is not touched while its holder may come in without it.
            Err(Refusal::NotForYou) if policy.who.vouchers => {
                let vouchers = &self.papers.vouchers;
                let none = || if vouchers.is_known(&known.device) { Refusal::Voucher } else { Refusal::NotForYou };
                pass = Some(vouchers.left(&known.device, self.second()).ok_or_else(none)?);
                policy.may_use(&Asker { voucher: true, ..asker })?;
            }
            answer => answer?,
        }
        let price_accepted = policy.price_accepted(hello.pence_per_gb);
        Ok(May { member: self.member(&known.owner), price_accepted, device: known.device, pass })
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
        let target = match Target::typed(typed).map_err(Refusal::from) {
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

    pub(super) async fn look_round(&self, closed: &[Prefix], public: &[IpAddr], nat64: &[Prefix]) {
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
        let may = self.may_use(peer)?;
        let target = Target::parse(asked).map_err(Refusal::from)?;
        let _opening = self.opening.enter(may.member).ok_or(Refusal::Busy)?;
        self.share.enter(may.member, may.price_accepted)?;
        // From here on the place is given back whatever happens.
        let tap = Tap { gateway: self.clone(), peer: *peer, may };
        let addresses = self.addresses(&target).await?;
        let stream = self.egress.connect(&addresses, target.port).await.map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => Refusal::OtherAnswered,
            _ if !self.line_is_up() => Refusal::UplinkDown,
            _ => Refusal::NoAnswer,
        })?;
        Ok((stream, tap))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
        self.keep_hours();
        let month = self.month.load(Ordering::Relaxed);
        let Papers { book, hours, vouchers, .. } = &self.papers;
        let saved = self.share.save().and(hours.save()).and(book.save(month)).and(vouchers.save());
        if let Err(error) = saved {
            tracing::warn!(%error, "what was used could not be written");
        }
    }
}

/// That somebody may use it, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct May {
    /// Who it is, under another name.
    pub(super) member: Member,
    /// Whether they said yes to the price.
    pub(super) price_accepted: bool,
    /// Signs the receipts.
    pub(super) device: PublicKey,
    /// The voucher that lets them in, and what is left of it.
    pub(super) pass: Option<(Number, Pass)>,
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

/// Keeps the calendar and the hours.
async fn keep_the_hours(gateway: std::sync::Weak<Gateway>) {
    loop {
        tokio::time::sleep(HOURS_EVERY).await;
        let Some(running) = gateway.upgrade() else { return };
        running.keep_hours();
        let Papers { hours, vouchers, .. } = running.papers.clone();
        drop(running);
        let saved = tokio::task::spawn_blocking(move || hours.save().and(vouchers.save())).await;
        if let Ok(Err(error)) = saved {
            tracing::warn!(%error, "what was used could not be written; trying again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow_protocol::keys::SecretKey;
    use hedgerow_protocol::uplink::policy::{Consent, Preset, Responsible};

    use super::super::egress::WayOut;

    /// Everybody is a member, and the organisers are silent.
    struct Silent;

    impl Members for Silent {
        fn known(&self, peer: &PublicKey, _: &[Id]) -> Option<Known> {
            Some(Known { owner: Id(peer.0), device: *peer, role: Role::Resident, groups: Vec::new() })
        }
        fn is_out_of_touch(&self) -> bool {
            true
        }
        fn is_host(&self, _: &PublicKey) -> bool {
            false
        }
    }

    #[tokio::test]
    async fn who_has_not_heard_of_organisers_lets_nobody_through_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let (town, key, now) = (Id([5; 32]), PublicKey([2; 32]), 1_790_000_000);
        let papers = Papers {
            book: Arc::new(Book::open(dir.path().join("book"), town, key).unwrap().0),
            hours: Arc::new(Hours::open(dir.path().join("hours")).unwrap().0),
            account: Arc::new(Account::open(dir.path().join("account"), &town).unwrap().0),
            vouchers: Arc::new(Vouchers::open(dir.path(), town, key, SecretKey::from_seed(&[1; 32]), now).unwrap().0),
        };
        let setup = Setup {
            egress: Egress::new(WayOut::Direct, vec![]).unwrap(),
            closed: Vec::new(),
            public: Vec::new(),
            denied: HostList::default(),
            secret: [7; 32],
            counters: dir.path().join("counters"),
            papers,
            key,
        };
        let responsible = Responsible { name: "Ann".into(), contact: "ann@example.org".into() };
        let mut policy = Policy::preset(Preset::Web, "Library", responsible, "UTC");
        policy.consent = Some(Consent { by: "Ann".into(), on: "2026-09-01".into(), own_line: false });
        let clock: Clock = Arc::new(move || now);
        let (gateway, _) = Gateway::start(setup, policy.clone(), Arc::new(Silent), clock).await.unwrap();
        assert_eq!(gateway.closed(), Some(Refusal::OutOfTouch));
        let refusal = gateway.may_use(&PublicKey([9; 32])).unwrap_err();
        assert!(refusal.sentence().contains("organisers for a long time"), "{refusal}");
        // The host's own reasons come first.
        gateway.set_policy(Policy { paused: true, ..policy });
        assert_eq!(gateway.closed(), Some(Refusal::Paused));
    }
}
