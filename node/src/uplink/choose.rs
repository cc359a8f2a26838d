//! Which gateway a resident's connections go through, and what each says of itself.
//!
//! One task a gateway stays in touch with it while uplink is used, so that a line that goes down is known within seconds.
//! Not for: reading programs' requests ([`super::proxy`]).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use hedgerow_protocol::flow::Purpose;
use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::uplink::statement::Entry;
use hedgerow_protocol::uplink::talk::{Hello, Message, State};
use hedgerow_protocol::uplink::voucher::{Pass, VoucherError};
use hedgerow_protocol::uplink::{Moment, Refusal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::ledger::{Ledger, Terms};
use crate::flow::path::{Attached, Path};
use crate::flow::{Hub, Meter, OpenError, Way};
use crate::mesh::{Lost, Stream, StreamOut};

/// The next gateway is tried beside the first after this long.
const NEXT_GATEWAY: Duration = Duration::from_millis(2500);
/// How long a gateway may take altogether: names, addresses, and some to spare.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(16);
/// Gateways tried for one connection.
const TRIED_MAX: usize = 4;
/// How often gateways are looked for, and called again.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A gateway that says nothing for so long is asked again.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// How often it is looked whether a receipt is due because of the time.
const SIGN_EVERY: Duration = Duration::from_secs(1);

/// A gateway that members may know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its computer.
    pub key: PublicKey,
    /// What the building is called.
    pub title: String,
    /// Price of a gigabyte in pence.
    pub pence_per_gb: u32,
    /// How it counts now.
    pub terms: Terms,
    /// When its next month begins.
    pub next_month: Option<Moment>,
    /// Whether there is a link to it now.
    pub linked: bool,
    /// What the resident agreed to with it.
    pub hello: Hello,
}

/// Knows the gateways.
pub trait Offers: Send + Sync {
    /// All that may be used, the pinned one alone where one is pinned.
    fn offers(&self) -> Vec<Offer>;
    /// The entry in a paper that came from a gateway, if it is signed by its host and about the resident.
    fn entry(&self, gateway: &PublicKey, wire: &[u8]) -> Option<Entry>;
    /// A gateway lets the resident through from now on, or does so no more.
    fn turned(&self);
}

/// How a gateway stands, as far as known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Not asked yet.
    #[default]
    Unknown,
    /// It does not answer.
    Gone,
    /// What it says itself.
    Says(State),
}

impl Standing {
    fn lets_through(&self) -> bool {
        matches!(self, Standing::Says(State { closed: None, .. }))
    }
}

/// The resident's choice of gateways.
pub struct Chooser {
    hub: Arc<Hub>,
    offers: Arc<dyn Offers>,
    standing: Mutex<BTreeMap<PublicKey, Standing>>,
    /// Why the last connection was refused, and by whom; no word of where it wanted to go.
    refused: Mutex<Option<(Refusal, String)>>,
    used: Mutex<BTreeMap<PublicKey, (u64, u64)>>,
    ledger: Arc<Ledger>,
    terms: Mutex<BTreeMap<PublicKey, Terms>>,
    /// Counts up with every change of what is known.
    news: watch::Sender<u64>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// A flow to a place on the internet.
pub struct Opened {
    /// The flow.
    pub path: Path,
    /// Its first stream.
    pub first: Attached,
    /// Counts its bytes.
    pub count: Arc<Count>,
}

impl Chooser {
    /// Begins to keep in touch with gateways.
    pub fn start(hub: Arc<Hub>, offers: Arc<dyn Offers>, ledger: Arc<Ledger>) -> Arc<Chooser> {
        let chooser = Arc::new(Chooser {
            hub,
            offers,
            standing: Mutex::default(),
            refused: Mutex::default(),
            used: Mutex::default(),
            ledger,
            terms: Mutex::default(),
            news: watch::Sender::new(0),
            task: Mutex::default(),
        });
        let task = tokio::spawn(keep_in_touch(Arc::downgrade(&chooser)));
        *chooser.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        chooser
    }

    fn standings(&self) -> MutexGuard<'_, BTreeMap<PublicKey, Standing>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, key: PublicKey, standing: Standing) {
        let before = self.standings().insert(key, standing);
        if before != Some(standing) {
            self.news.send_modify(|n| *n += 1);
        }
        if before.is_some_and(|b| b.lets_through()) != standing.lets_through() {
            self.offers.turned();
        }
    }

    /// How a gateway stands.
    pub fn standing(&self, key: &PublicKey) -> Standing {
        self.standings().get(key).copied().unwrap_or_default()
    }

    /// Why the last connection was refused, and by which building.
    pub fn refused(&self) -> Option<(Refusal, String)> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Bytes up and down through each gateway since the start.
    pub fn used(&self) -> BTreeMap<PublicKey, (u64, u64)> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gateways in the order in which they are tried: those that say yes, then those that say nothing; others only if
    /// there are none of these, for the reason.
    pub fn order(&self) -> Vec<Offer> {
        let rank = |offer: &Offer| match self.standing(&offer.key) {
            Standing::Says(State { closed: None, circuits, .. }) => {
                (0, offer.pence_per_gb, circuits.0 * 100 / circuits.1.max(1))
            }
            Standing::Unknown if offer.linked => (1, offer.pence_per_gb, 0),
            Standing::Unknown => (2, offer.pence_per_gb, 0),
            Standing::Says(_) => (3, 0, 0),
            Standing::Gone => (4, 0, 0),
        };
        let mut offers = self.offers.offers();
        offers.sort_by_cached_key(|o| (rank(o), o.title.clone(), o.key));
        if offers.first().is_some_and(|o| rank(o).0 < 3) {
            offers.retain(|o| rank(o).0 < 3);
        }
        offers.truncate(TRIED_MAX);
        offers
    }

    /// Opens a connection to `host:port` through the first gateway that will have it.
    pub async fn open(self: &Arc<Self>, target: &str) -> Result<Opened, Refusal> {
        let mut order = self.order();
        // What I agreed to pay for, and cannot afford any more this month.
        let is_within = |o: &Offer| o.hello.pence_per_gb.is_none() || self.ledger.is_within(&o.terms);
        if let (Some(offer), false) = (order.first().cloned(), order.iter().any(is_within)) {
            let refusal = Refusal::Ceiling(offer.next_month);
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some((refusal, offer.title));
            return Err(refusal);
        }
        order.retain(is_within);
        let mut waiting = order.iter();
        let mut tries = FuturesUnordered::new();
        let mut last = (Refusal::GatewayGone, String::new());
        loop {
            if let Some(offer) = waiting.next() {
                tries.push(self.open_through(offer, target));
            }
            if tries.is_empty() {
                *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(last.clone());
                return Err(last.0);
            }
            let next = async {
                match waiting.len() {
                    0 => std::future::pending().await,
                    _ => tokio::time::sleep(NEXT_GATEWAY).await,
                }
            };
            tokio::select! {
                Some(tried) = tries.next() => match tried {
                    Ok(opened) => return Ok(opened),
                    Err((refusal, title)) => {
                        // What a gateway says is worth more than that another does not answer.
                        if last.0 == Refusal::GatewayGone || !refusal.try_elsewhere() {
                            last = (refusal, title);
                        }
                        if !refusal.try_elsewhere() {
                            *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(last.clone());
                            return Err(refusal);
                        }
                    }
                },
                () = next => {}
            }
        }
    }

    async fn open_through(self: &Arc<Self>, offer: &Offer, target: &str) -> Result<Opened, (Refusal, String)> {
        let ask = (target.to_owned(), false);
        self.learn(offer);
        match self.hub.open(offer.key, Purpose::Uplink, ask, ANSWER_TIMEOUT).await {
            Ok((path, first)) => {
                let count = Arc::new(Count { chooser: self.clone(), gateway: offer.key, next_month: offer.next_month });
                Ok(Opened { path, first, count })
            }
            Err(OpenError::Refused(why)) => {
                let refusal = Refusal::decode(&why).unwrap_or(Refusal::GatewayGone);
                self.note_refusal(&offer.key, refusal);
                Err((refusal, offer.title.clone()))
            }
            Err(OpenError::Dial(_) | OpenError::NoAnswer) => {
                self.note(offer.key, Standing::Gone);
                Err((Refusal::GatewayGone, offer.title.clone()))
            }
        }
    }

    fn learn(&self, offer: &Offer) {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner).insert(offer.key, offer.terms);
    }

    fn terms(&self, gateway: &PublicKey) -> Terms {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner).get(gateway).copied().unwrap_or_default()
    }

    /// A gateway that waits for a receipt gets one.
    fn note_refusal(&self, gateway: &PublicKey, refusal: Refusal) {
        if refusal == Refusal::ReceiptOverdue {
            self.ledger.sign_again(gateway, &self.terms(gateway));
        }
    }

    /// A flow ended by a rule of its gateway: kept for people to see.
    pub fn ended(&self, gateway: &PublicKey, why: &[u8]) {
        if let Ok(refusal) = Refusal::decode(why) {
            self.note_refusal(gateway, refusal);
            let title = self.offers.offers().into_iter().find(|o| o.key == *gateway).map(|o| o.title);
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some((refusal, title.unwrap_or_default()));
        }
    }
}

impl Drop for Chooser {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
        if let Err(error) = self.ledger.save() {
            tracing::warn!(%error, "what was used could not be written");
        }
    }
}

/// Counts what goes through one gateway.
pub struct Count {
    chooser: Arc<Chooser>,
    /// The gateway.
    pub gateway: PublicKey,
    next_month: Option<Moment>,
}

impl Meter for Count {
    fn take(&self, way: Way, bytes: u64) -> BoxFuture<'_, Result<(), Vec<u8>>> {
        if !self.chooser.ledger.count(&self.gateway, &self.chooser.terms(&self.gateway), way, bytes) {
            let why = Refusal::Ceiling(self.next_month).encode();
            self.chooser.ended(&self.gateway, &why);
            return Box::pin(std::future::ready(Err(why)));
        }
        let mut used = self.chooser.used.lock().unwrap_or_else(PoisonError::into_inner);
        let (up, down) = used.entry(self.gateway).or_default();
        match way {
            Way::Out => *up += bytes,
            Way::In => *down += bytes,
        }
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Starts and stops a task for each gateway.
async fn keep_in_touch(chooser: std::sync::Weak<Chooser>) {
    let mut tasks: BTreeMap<PublicKey, (Hello, tokio::task::AbortHandle)> = BTreeMap::new();
    // Ends what it started when it is stopped itself.
    let mut running = tokio::task::JoinSet::new();
    loop {
        let Some(here) = chooser.upgrade() else { return };
        let offers = here.offers.offers();
        offers.iter().for_each(|offer| here.learn(offer));
        let ledger = here.ledger.clone();
        drop(here);
        let saved = tokio::task::spawn_blocking(move || ledger.save()).await;
        if let Ok(Err(error)) = saved {
            tracing::warn!(%error, "what was used could not be written; trying again");
        }
        tasks.retain(|key, (hello, task)| {
            let is_still = offers.iter().any(|o| o.key == *key && o.hello == *hello);
            if !is_still {
                task.abort();
            }
            is_still && !task.is_finished()
        });
        for offer in offers {
            tasks.entry(offer.key).or_insert_with(|| {
                let task = running.spawn(listen(chooser.clone(), offer.key, offer.hello));
                (offer.hello, task)
            });
        }
        while running.try_join_next().is_some() {}
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Says hello to a gateway and hears how it stands, until it is gone.
async fn listen(chooser: std::sync::Weak<Chooser>, key: PublicKey, hello: Hello) {
    let Some(hub) = chooser.upgrade().map(|c| c.hub.clone()) else { return };
    let opened = hub.open(key, Purpose::Gateway, (String::new(), false), Duration::from_secs(4)).await;
    let heard = match opened {
        Ok((_path, attached)) => {
            let (mut out, mut inn) = (attached.stream.out, attached.stream.inn);
            // Whether it only had nothing to say: then it stands as it did until it was asked again.
            let hearing = async {
                loop {
                    let bytes = match tokio::time::timeout(SILENCE_MAX, inn.message()).await {
                        Ok(Ok(bytes)) => bytes,
                        Ok(Err(_)) => return false,
                        Err(_) => return true,
                    };
                    let Some(here) = chooser.upgrade() else { return false };
                    match Message::decode(&bytes) {
                        Ok(Message::State(state)) => here.note(key, Standing::Says(state)),
                        Ok(Message::Entry(wire)) => {
                            here.offers.entry(&key, &wire).into_iter().for_each(|entry| here.ledger.keep(entry));
                        }
                        _ => return false,
                    }
                }
            };
            if out.message(Message::Hello(hello).encode()).await.is_ok() {
                let was_silent = tokio::select! {
                    silent = hearing => silent,
                    () = give_receipts(&chooser, key, &mut out) => false,
                };
                if was_silent {
                    return;
                }
            }
            Standing::Gone
        }
        Err(OpenError::Refused(why)) => {
            let closed = Some(Refusal::decode(&why).unwrap_or(Refusal::GatewayGone));
            Standing::Says(State { closed, ..State::default() })
        }
        Err(OpenError::Dial(_) | OpenError::NoAnswer) => Standing::Gone,
    };
    if let Some(here) = chooser.upgrade() {
        here.note(key, heard);
    }
    tokio::time::sleep(LOOK_EVERY).await;
}

/// Hands a voucher or a code in at a gateway, again where the connection goes meanwhile: it is used once, however often it
/// comes. None: there was no answer.
pub async fn hand_in(hub: &Arc<Hub>, gateway: PublicKey, paper: Message) -> Option<Result<Pass, VoucherError>> {
    let paper = paper.encode();
    let handing_in = async {
        loop {
            let opened = hub.open(gateway, Purpose::Gateway, (String::new(), false), ANSWER_TIMEOUT).await;
            let (_path, attached) = opened.ok()?;
            if let Ok(answer) = answer_to(attached.stream, paper.clone()).await {
                return Some(answer);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(ANSWER_TIMEOUT, handing_in).await.ok()?
}

/// Says a paper on a stream and waits for what becomes of it.
async fn answer_to(stream: Stream, paper: Vec<u8>) -> Result<Result<Pass, VoucherError>, Lost> {
    let (mut out, mut inn) = (stream.out, stream.inn);
    out.message(paper).await?;
    loop {
        // How it stands is said meanwhile.
        if let Ok(Message::Redeemed(answer)) = Message::decode(&inn.message().await?) {
            return Ok(answer);
        }
    }
}

/// Signs receipts as they are due, and sends them, until the stream is gone.
async fn give_receipts(chooser: &std::sync::Weak<Chooser>, key: PublicKey, out: &mut StreamOut) {
    let Some(ledger) = chooser.upgrade().map(|c| c.ledger.clone()) else { return };
    let mut due = ledger.due();
    let mut is_new = true;
    loop {
        due.mark_unchanged();
        let signing = ledger.clone();
        match tokio::task::spawn_blocking(move || signing.sign(&key, is_new)).await {
            Ok(Ok(receipts)) => {
                for receipt in receipts {
                    if out.message(Message::Receipt(receipt).encode()).await.is_err() {
                        return;
                    }
                }
                is_new = false;
            }
            // What was signed goes with the next connection: it must not be sent before it is on disk.
            Ok(Err(error)) => {
                tracing::warn!(%error, "receipts could not be written; trying again");
                tokio::time::sleep(SIGN_EVERY).await;
                is_new = true;
                continue;
            }
            Err(_) => return,
        }
        let _ = tokio::time::timeout(SIGN_EVERY, due.changed()).await;
    }
}
