//! The task that keeps links: calls members, asks strangers who they are, shows who let us in, passes hints on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_protocol::id::PublicKey;
use tokio::sync::{broadcast, mpsc};

use super::MeshEvent;
use super::discovery::Notice;
use super::endpoint::{ALPN_SYNC, DialError, Goodbye};
use super::inner::{Inner, Signal, Word};
use super::join::{Visit, own_evidence};
use super::swarm::{Command, SwarmNews};
use super::sync;
use crate::core::EventKind;

const TICK: Duration = Duration::from_secs(1);
/// News of the records are gathered for this long before neighbours get a hint.
const HINT_AFTER: Duration = Duration::from_millis(200);
/// How soon we show the same computer again who let us in.
const PRESENT_AGAIN: Duration = Duration::from_secs(5);
/// Computers remembered as shown. Full: all are forgotten, and at worst shown again.
const PRESENTED_MAX: usize = 256;

/// Where news come from. An absent source never tells anything.
pub struct Sources {
    /// Who is heard nearby.
    pub sightings: Option<mpsc::Receiver<Notice>>,
    /// What the swarm tells.
    pub swarm: Option<mpsc::Receiver<SwarmNews>>,
    /// Words of other tasks.
    pub words: mpsc::Receiver<Word>,
}

enum Wake {
    Notice(Notice),
    Swarm(SwarmNews),
    Word(Word),
    Records(Result<crate::core::Event, broadcast::error::RecvError>),
    Hint,
    Tick,
}

/// Runs until the mesh stops.
pub async fn run(mesh: Arc<Inner>, mut sources: Sources) {
    let mut news = mesh.records.as_ref().map(|r| r.subscribe());
    let mut stopping = mesh.stopping.clone();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut hint_at: Option<tokio::time::Instant> = None;
    let mut keeper = Keeper { mesh, presented: BTreeMap::new(), hinted: None };
    loop {
        let wake = tokio::select! {
            Some(notice) = next(&mut sources.sightings) => Wake::Notice(notice),
            Some(event) = next(&mut sources.swarm) => Wake::Swarm(event),
            Some(word) = sources.words.recv() => Wake::Word(word),
            event = async { match &mut news { Some(n) => n.recv().await, None => std::future::pending().await } } => Wake::Records(event),
            () = async { match hint_at { Some(at) => tokio::time::sleep_until(at).await, None => std::future::pending().await } } => Wake::Hint,
            _ = tick.tick() => Wake::Tick,
            _ = stopping.changed() => return,
        };
        match wake {
            Wake::Notice(Notice::NetworkChanged) => {
                keeper.mesh.network_changed();
                keeper.look().await;
            }
            Wake::Notice(Notice::Sighting(sighting)) => {
                keeper.mesh.heard(sighting.key, sighting.addresses);
                keeper.tell(sighting.key);
                keeper.look().await;
            }
            Wake::Swarm(event) => keeper.swarm(event),
            Wake::Word(Word::Look) | Wake::Tick => keeper.look().await,
            Wake::Word(Word::Present(key)) => keeper.present(key),
            Wake::Records(event) => {
                if let Ok(event) = &event {
                    keeper.mesh.note_event(event.seq);
                }
                hint_at.get_or_insert_with(|| tokio::time::Instant::now() + HINT_AFTER);
                match event {
                    Ok(event) if event.kind != EventKind::Authority => {}
                    Err(broadcast::error::RecvError::Closed) => news = None,
                    _ => keeper.members_changed().await,
                }
            }
            Wake::Hint => {
                hint_at = None;
                keeper.hint().await;
            }
        }
    }
}

async fn next<T>(source: &mut Option<mpsc::Receiver<T>>) -> Option<T> {
    let got = match source {
        Some(receiver) => receiver.recv().await,
        None => std::future::pending().await,
    };
    if got.is_none() {
        *source = None;
    }
    got
}

struct Keeper {
    mesh: Arc<Inner>,
    presented: BTreeMap<PublicKey, Instant>,
    hinted: Option<[u8; 32]>,
}

impl Keeper {
    fn tell(&self, key: PublicKey) {
        let is_member = self.mesh.is_member(&key);
        self.mesh.tell(if is_member { MeshEvent::Neighbour(key) } else { MeshEvent::Nearby(key) });
    }

    /// Calls whoever is due.
    async fn look(&mut self) {
        let now = Instant::now();
        let mesh = &self.mesh;
        let members = mesh.records.as_ref().map(|r| r.authority());
        let is_member = |k: &PublicKey| members.as_ref().is_some_and(|a| a.by_transport(k).is_some());
        let (calls, strangers) = {
            let mut book = mesh.book();
            (book.due_calls(now, is_member), book.due_who(now, is_member))
        };
        for key in calls {
            tokio::spawn(call(mesh.clone(), key));
        }
        for key in strangers {
            tokio::spawn(ask_who(mesh.clone(), key));
        }
        let ours = mesh.endpoint.id();
        let now_ms = mesh.now_ms();
        let wanting: Vec<PublicKey> = {
            let book = mesh.book();
            // One side calls for libp2p; the other only if that did not happen.
            let due = |k: &PublicKey, since_ms: u64| ours < *k || now_ms.saturating_sub(since_ms) > 10_000;
            book.iter()
                .filter(|(k, p)| p.link.is_some() && !p.swarm_up && due(k, p.since_ms))
                .map(|(k, _)| *k)
                .collect()
        };
        if let Some(swarm) = &mesh.swarm {
            for key in wanting {
                // A swarm with a full queue is asked again at the next tick.
                let _ = swarm.try_send(Command::Dial(key));
            }
        }
    }

    fn swarm(&mut self, event: SwarmNews) {
        match event {
            SwarmNews::Up(key) => self.mesh.book().swarm(&key, true),
            SwarmNews::Down(key) => self.mesh.book().swarm(&key, false),
            SwarmNews::Failed(key, reason) => tracing::debug!(peer = %key.short(), reason, "no libp2p link"),
            SwarmNews::Rtt(key, rtt) => self.mesh.book().rtt(&key, rtt),
            SwarmNews::Hint(key, root) => drop(self.mesh.signals.send(Signal::Root(key, root))),
            SwarmNews::Info(key, info, took) => {
                if let Some(records) = &self.mesh.records {
                    let half = u64::try_from(took.as_millis() / 2).unwrap_or(0);
                    records.note_member_time(&key, info.unix_ms.saturating_add(half));
                }
                let _ = self.mesh.signals.send(Signal::Root(key, info.root));
            }
        }
    }

    /// Who may do what has changed: links of those who are out go, those who are in are called.
    async fn members_changed(&mut self) {
        for key in self.mesh.drop_strangers() {
            self.mesh.tell(MeshEvent::Neighbour(key));
        }
        self.look().await;
    }

    async fn hint(&mut self) {
        let (Some(records), Some(swarm)) = (&self.mesh.records, &self.mesh.swarm) else { return };
        let root = records.root();
        if self.hinted != Some(root) {
            self.hinted = Some(root);
            let _ = swarm.try_send(Command::Hint(root));
        }
    }

    fn present(&mut self, key: PublicKey) {
        let now = Instant::now();
        if self.presented.get(&key).is_some_and(|at| now.duration_since(*at) < PRESENT_AGAIN) {
            return;
        }
        if self.presented.len() >= PRESENTED_MAX {
            self.presented.clear();
        }
        self.presented.insert(key, now);
        tokio::spawn(present(self.mesh.clone(), key));
    }
}

async fn call(mesh: Arc<Inner>, key: PublicKey) {
    match mesh.endpoint.dial(&key, ALPN_SYNC).await {
        Ok(connection) if mesh.is_member(&key) => sync::run(mesh, connection, true).await,
        Ok(connection) => Goodbye::NotMember.close(&connection),
        Err(error) => {
            let is_heard = mesh.book().get(&key).is_some_and(|p| !p.heard.is_empty());
            mesh.book().call_failed(&key, plain(&error, is_heard), Instant::now(), mesh.now_ms());
            mesh.tell(MeshEvent::Neighbour(key));
        }
    }
}

/// Why somebody cannot be reached, for people.
fn plain(error: &DialError, is_heard: bool) -> String {
    match error {
        DialError::NoAnswer { .. } if is_heard => {
            format!("seen but not reachable: {error}. A firewall may block it, or a Wi-Fi that keeps its guests apart")
        }
        DialError::NoAnswer { .. } => format!("{error}. It may be switched off, or its address may have changed"),
        _ => error.to_string(),
    }
}

async fn ask_who(mesh: Arc<Inner>, key: PublicKey) {
    let told = async { Visit::call(&mesh.endpoint, &key).await?.who().await }.await;
    let ours = mesh.records.as_ref().map(|r| r.community());
    let is_ours = told.as_ref().is_ok_and(|t| Some(t.community) == ours);
    if mesh.book().told(&key, told.ok(), Instant::now()) {
        mesh.tell(MeshEvent::Nearby(key));
    }
    if is_ours {
        // One of ours that we do not know: it was let in elsewhere, and may not know us either.
        mesh.word(Word::Present(key));
    }
}

async fn present(mesh: Arc<Inner>, key: PublicKey) {
    let Some(records) = mesh.records.clone() else { return };
    let shown = async {
        let visit = Visit::call(&mesh.endpoint, &key).await?;
        let told = visit.who().await?;
        if told.community != records.community() {
            return Ok(false);
        }
        visit.present(told.community, &own_evidence(&*records)).await
    };
    let shown: Result<bool, super::join::AskError> = shown.await;
    tracing::debug!(peer = %key.short(), ?shown, "showed who let us in");
    if shown == Ok(true) {
        mesh.book().call_soon(&key, Instant::now());
        mesh.word(Word::Look);
    }
}
