//! Sharing the line out: every byte of the community asks here before it goes.
//!
//! Wraps the maths of `hedgerow_protocol::uplink` (counters, turns, the building's share) in one lock, one task that
//! gives turns, and a file. Not for: who may come in at all ([`super::gateway`]).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hedgerow_protocol::uplink::fair::Fair;
use hedgerow_protocol::uplink::meter::{Answer, Member, Meter, Now, Usage};
use hedgerow_protocol::uplink::{Policy, Refusal};
use tokio::sync::{Notify, oneshot};

use crate::files::{Unusable, read_saved, write_private};

/// Largest turn, in bytes.
const QUANTUM: u64 = 64 * 1024;
/// Smallest piece, in bytes.
const PIECE_MIN: u64 = 4096;
/// The shared bucket holds this much time's worth.
const BURST: Duration = Duration::from_millis(5);
/// Counters are written this often at most.
const SAVE_EVERY: Duration = Duration::from_secs(3);

/// The current wall clock in seconds.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// All counters and turns of one gateway.
pub struct Share {
    inner: Mutex<Inner>,
    /// Somebody wants a turn.
    wanted: Notify,
    clock: Clock,
    started: Instant,
    file: PathBuf,
}

struct Inner {
    meter: Meter,
    turns: Fair<Member, u64>,
    asking: BTreeMap<u64, Asking>,
    next: u64,
    /// Bytes a second for everybody together; none: as fast as the line goes.
    rate: Option<u64>,
    /// What the shared bucket holds.
    room: f64,
    filled: Instant,
    /// Bytes that went since the line was looked at last.
    since_look: u64,
    /// Used since the counters were written.
    unsaved: bool,
    usage: BTreeMap<(u64, Member), (u64, u64)>,
}

struct Asking {
    member: Member,
    bytes: u64,
    price_accepted: bool,
    reply: oneshot::Sender<Result<(u64, u64), Refusal>>,
}

impl Share {
    /// Goes on from the counters on disk, or begins at zero. Beside it: what a damaged file is called now.
    pub fn open(file: PathBuf, policy: Policy, clock: Clock) -> Result<(Arc<Share>, Option<PathBuf>), Unusable> {
        let started = Instant::now();
        let now = Now { second: clock(), tick_ms: 0 };
        let restore = |bytes: &[u8]| Some(Some(Meter::restore(policy.clone(), bytes, now).ok()?));
        let (restored, aside) = read_saved(&file, restore)?.or_empty();
        let meter = restored.unwrap_or_else(|| Meter::new(policy, now));
        let inner = Inner {
            meter,
            turns: Fair::new(QUANTUM),
            asking: BTreeMap::new(),
            next: 0,
            rate: None,
            room: 0.0,
            filled: Instant::now(),
            since_look: 0,
            unsaved: false,
            usage: BTreeMap::new(),
        };
        let share = Share { inner: Mutex::new(inner), wanted: Notify::new(), clock, started, file };
        Ok((Arc::new(share), aside))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Now {
        Now { second: (self.clock)(), tick_ms: self.started.elapsed().as_millis() as u64 }
    }

    /// Other rules from now on.
    pub fn set_policy(&self, policy: Policy) {
        let now = self.now();
        self.lock().meter.set_policy(policy, now);
    }

    /// Bytes a second for everybody together; none: as fast as the line goes.
    pub fn set_rate(&self, rate: Option<u64>) {
        self.lock().rate = rate;
        self.wanted.notify_one();
    }

    /// A new connection of somebody.
    pub fn enter(&self, member: Member, price_accepted: bool) -> Result<(), Refusal> {
        let now = self.now();
        self.lock().meter.open(member, price_accepted, now)
    }

    /// It ended.
    pub fn leave(&self, member: Member) {
        self.lock().meter.close(member);
    }

    /// What somebody used today and has left.
    pub fn usage(&self, member: Member) -> Usage {
        let now = self.now();
        self.lock().meter.usage(member, now)
    }

    /// Connections open now, over all.
    pub fn circuits(&self) -> u32 {
        self.lock().meter.circuits()
    }

    /// Bytes of everybody this month.
    pub fn month_bytes(&self) -> u64 {
        self.lock().meter.month_bytes()
    }

    /// Bytes since this was asked last.
    pub fn since_look(&self) -> u64 {
        std::mem::take(&mut self.lock().since_look)
    }

    /// Bytes by hour (seconds since 1970, divided by 3600) and member since this was asked last: what was used, and of
    /// that, what costs something.
    pub fn take_usage(&self) -> BTreeMap<(u64, Member), (u64, u64)> {
        std::mem::take(&mut self.lock().usage)
    }

    /// How many bytes are best moved at once: five milliseconds' worth, so that the line's queue stays short.
    pub fn piece(&self) -> u64 {
        self.lock().rate.map_or(QUANTUM, |rate| (rate / 200).clamp(PIECE_MIN, QUANTUM))
    }

    /// Ready when so many bytes may go. Gives how many of them cost something.
    pub async fn take(&self, member: Member, mut bytes: u64, price_accepted: bool) -> Result<u64, Refusal> {
        let mut charged = 0;
        while bytes > 0 {
            let now = self.now();
            let reply = {
                let mut inner = self.lock();
                let want = bytes.min(QUANTUM);
                let id = inner.next;
                inner.next += 1;
                if inner.turns.want(member, id, want).is_err() {
                    return Err(Refusal::Busy);
                }
                // Where nobody waits and there is room, its turn is now.
                if inner.turns.waiting() == 1 && inner.asking.is_empty() && inner.room() >= want {
                    let _ = inner.turns.next(want);
                    match inner.grant(member, want, price_accepted, now) {
                        (Answer::Grant(granted), costs) => {
                            bytes -= granted;
                            charged += costs;
                            continue;
                        }
                        (Answer::Refuse(refusal), _) => return Err(refusal),
                        (Answer::Wait(_), _) => inner.turns.want(member, id, want).map_err(|_| Refusal::Busy)?,
                    }
                }
                let (reply, answer) = oneshot::channel();
                inner.asking.insert(id, Asking { member, bytes: want, price_accepted, reply });
                (answer, Queued { share: self, member, id })
            };
            self.wanted.notify_one();
            let (answer, queued) = reply;
            // The task that answers lives as long as the gateway.
            let (granted, costs) = answer.await.map_err(|_| Refusal::Stopping)??;
            drop(queued);
            charged += costs;
            bytes = bytes.saturating_sub(granted);
        }
        Ok(charged)
    }

    /// Gives turns, for as long as the gateway runs.
    pub async fn give_turns(self: Arc<Self>) {
        loop {
            let wait = self.turn();
            match wait {
                Some(wait) if wait.is_zero() => tokio::task::yield_now().await,
                Some(wait) => tokio::time::sleep(wait).await,
                None => self.wanted.notified().await,
            }
        }
    }

    /// Gives what turns there are. How long until there may be more; none: until somebody wants one.
    fn turn(self: &Arc<Self>) -> Option<Duration> {
        let now = self.now();
        let mut inner = self.lock();
        for _ in 0..256 {
            let room = inner.room();
            // Crumbs are not handed out: between one turn and the next there must be time to ask again, or those with many
            // streams would get what those with one cannot ask for yet.
            if room < inner.rate.map_or(1, |rate| (rate / 500).clamp(1500, QUANTUM)) {
                return (inner.turns.waiting() > 0).then_some(Duration::from_millis(1));
            }
            let turn = inner.turns.next(room)?;
            let Some(asking) = inner.asking.remove(&turn.stream) else { continue };
            match inner.grant(asking.member, turn.bytes.min(asking.bytes), asking.price_accepted, now) {
                (Answer::Grant(granted), costs) => {
                    let _ = asking.reply.send(Ok((granted, costs)));
                }
                (Answer::Refuse(refusal), _) => {
                    let _ = asking.reply.send(Err(refusal));
                }
                (Answer::Wait(ms), _) => {
                    let share = self.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(Duration::from_millis(ms)).await;
                        share.ask_again(turn.stream, asking);
                    });
                }
            }
            // The whole want of a stream is in its one question: what is left of it is asked for anew.
            inner.turns.end(turn.member, turn.stream);
        }
        Some(Duration::ZERO)
    }

    fn ask_again(&self, id: u64, asking: Asking) {
        if asking.reply.is_closed() {
            return;
        }
        let mut inner = self.lock();
        if inner.turns.want(asking.member, id, asking.bytes).is_err() {
            let _ = asking.reply.send(Err(Refusal::Busy));
            return;
        }
        inner.asking.insert(id, asking);
        drop(inner);
        self.wanted.notify_one();
    }

    /// Writes the counters, if anything changed.
    pub fn save(&self) -> std::io::Result<()> {
        let bytes = {
            let mut inner = self.lock();
            if !std::mem::take(&mut inner.unsaved) {
                return Ok(());
            }
            inner.meter.encode()
        };
        write_private(&self.file, &bytes)
    }

    /// Writes them now and then, for as long as the gateway runs.
    pub async fn keep_saved(self: Arc<Self>) {
        loop {
            tokio::time::sleep(SAVE_EVERY).await;
            let share = self.clone();
            let saved = tokio::task::spawn_blocking(move || share.save()).await;
            if let Ok(Err(error)) = saved {
                tracing::warn!(%error, "what was used could not be written; trying again");
                self.lock().unsaved = true;
            }
        }
    }
}

impl Inner {
    /// What may go now, over all.
    fn room(&mut self) -> u64 {
        let Some(rate) = self.rate else { return u64::MAX };
        let now = Instant::now();
        let full = (rate as f64 * BURST.as_secs_f64()).max(3000.0);
        self.room = (self.room + rate as f64 * (now - self.filled).as_secs_f64()).min(full);
        self.filled = now;
        self.room.max(0.0) as u64
    }

    /// With how many of the granted bytes cost something.
    fn grant(&mut self, member: Member, want: u64, price_accepted: bool, now: Now) -> (Answer, u64) {
        let mut charged = 0;
        let answer = self.meter.allow(member, want, price_accepted, now);
        if let Answer::Grant(granted) = answer {
            charged = self.meter.took(member, granted, granted, now);
            self.room -= granted as f64;
            self.since_look += granted;
            self.unsaved = true;
            let used = self.usage.entry((now.second / 3600, member)).or_default();
            used.0 += granted;
            used.1 += charged;
        }
        (answer, charged)
    }
}

/// A question that waits for its turn; taken back when nobody waits for the answer any more.
struct Queued<'a> {
    share: &'a Share,
    member: Member,
    id: u64,
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        let mut inner = self.share.lock();
        if inner.asking.remove(&self.id).is_some() {
            inner.turns.end(self.member, self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow_protocol::uplink::policy::{Preset, Responsible};

    fn policy() -> Policy {
        let responsible = Responsible { name: "Ann".into(), contact: "ann@example.org".into() };
        Policy::preset(Preset::Web, "Library", responsible, "UTC")
    }

    fn clock() -> Clock {
        Arc::new(|| 1_790_000_000)
    }

    fn member(n: u8) -> Member {
        Member([n; 16])
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn members_share_a_full_line_whatever_they_open() {
        let dir = tempfile::tempdir().unwrap();
        let mut policy = policy();
        policy.limits.day_bytes = None;
        let (share, sorry) = Share::open(dir.path().join("counters"), policy, clock()).unwrap();
        assert_eq!(sorry, None);
        share.set_rate(Some(4_000_000));
        let turns = tokio::spawn(share.clone().give_turns());
        let mut streams = tokio::task::JoinSet::new();
        // The first has twenty streams, the others one to three.
        for m in 0..10u8 {
            for _ in 0..if m == 0 { 20 } else { 1 + m % 3 } {
                let share = share.clone();
                streams.spawn(async move {
                    loop {
                        share.take(member(m), 20_000, true).await.unwrap();
                    }
                });
            }
        }
        // Two seconds' worth of the line.
        let usage = || (0..10).map(|m| share.usage(member(m)).day_bytes).collect::<Vec<u64>>();
        let enough = async || Some(usage()).filter(|had| had.iter().sum::<u64>() >= 8_000_000);
        let had = crate::patience::until("eight megabytes went", enough).await;
        streams.abort_all();
        let (max, min) = (*had.iter().max().unwrap(), *had.iter().min().unwrap());
        assert!(min > 0 && max as f64 / min as f64 <= 1.5, "{had:?}");
        turns.abort();
    }

    #[tokio::test]
    async fn a_share_that_is_used_up_stays_so_over_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("counters");
        let mut policy = policy();
        policy.limits.day_bytes = Some(100_000);
        {
            let (share, _) = Share::open(file.clone(), policy.clone(), clock()).unwrap();
            let turns = tokio::spawn(share.clone().give_turns());
            share.take(member(1), 90_000, true).await.unwrap();
            share.save().unwrap();
            turns.abort();
        }
        let (share, sorry) = Share::open(file.clone(), policy.clone(), clock()).unwrap();
        assert_eq!(sorry, None);
        let turns = tokio::spawn(share.clone().give_turns());
        assert_eq!(share.usage(member(1)).bytes_left, Some(10_000));
        assert!(matches!(share.take(member(1), 20_000, true).await, Err(Refusal::DayBytes(_))));
        assert_eq!(share.usage(member(1)).bytes_left, Some(0), "to the byte");
        turns.abort();
        std::fs::write(&file, b"not counters").unwrap();
        let (share, sorry) = Share::open(file.clone(), policy, clock()).unwrap();
        assert!(sorry.is_some() && file.with_extension("damaged").exists());
        assert_eq!(share.usage(member(1)).day_bytes, 0);
    }
}
