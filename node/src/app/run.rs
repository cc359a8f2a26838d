//! From start to stop: the lock, the directory, the parts in order, and the same backwards.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use hedgerow_api::{Severity, Warning};
use tokio::sync::watch;

use super::member::{Member, NoteError, read_note};
use super::{App, News, locked};
use crate::config::{Config, ConfigError};
use crate::core::{CoreError, OpenReport, os_now_ms};
use crate::files::{Saved, keep_private};
use crate::identity::{IdentityError, Keys};
use crate::lock::{HeldLock, is_held};
use crate::paths::DataDir;
use crate::server::Socket;

/// How long stopping may take, altogether.
const STOP_WITHIN: Duration = Duration::from_secs(9);
/// The part that has the folder open.
const INDEX: &str = "the index";

/// How a node is run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Its directory.
    pub dir: DataDir,
    /// UDP port; the config's when absent.
    pub port: Option<u16>,
    /// Whether to look for others on the same network, if the config says so too.
    pub multicast: bool,
    /// Addresses to listen on; all when empty.
    pub bind: Vec<IpAddr>,
}

/// What there is to say once the node answers.
#[derive(Debug, Clone)]
pub struct Ready {
    /// Sentences about what was found at the start.
    pub notices: Vec<String>,
    /// Whether there is a community.
    pub has_community: bool,
}

/// Why a node did not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Another process has this directory. Use that one: it answers all commands.
    #[error("Hedgerow is already running for this folder")]
    AlreadyRunning,
    /// The directory cannot be made or written. Choose another, or mend its owner and rights.
    #[error("{0}: {1}")]
    Directory(String, std::io::Error),
    /// The settings are wrong. Correct the file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The keys cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The note about the community cannot be used.
    #[error(transparent)]
    Member(#[from] NoteError),
    /// The saved records cannot be opened.
    #[error(transparent)]
    Store(#[from] CoreError),
    /// No links can be made.
    #[error("{0}")]
    Mesh(String),
    /// Programs cannot talk to the node.
    #[error("the socket for programs: {0}")]
    Socket(std::io::Error),
}

/// Whether a node owns this directory now.
pub fn is_locked(dir: &DataDir) -> bool {
    is_held(&dir.lock())
}

/// Runs a node until it is asked to stop (by signal or through the API); `ready` is called once it answers.
/// Gives the names of parts that did not stop in time.
pub async fn run(options: RunOptions, ready: impl FnOnce(&Ready)) -> Result<Vec<&'static str>, RunError> {
    let dir = options.dir.clone();
    let named = |e| RunError::Directory(dir.path().display().to_string(), e);
    dir.make().map_err(named)?;
    let path = dir.lock();
    let taken = tokio::task::spawn_blocking(move || HeldLock::take(&path)).await;
    let lock = taken.map_err(|e| named(std::io::Error::other(e)))?.map_err(|e| match e.kind() {
        std::io::ErrorKind::WouldBlock => RunError::AlreadyRunning,
        _ => named(e),
    })?;
    // A folder that somebody else made, or an earlier version, may have left them open to others.
    for own in [dir.keys(), dir.lock(), dir.log()] {
        keep_private(&own).map_err(named)?;
    }
    let config = Config::load(&dir.config())?;
    let keys = Keys::open(&dir)?;
    let note = read_note(&dir)?;
    let flows = crate::flow::Hub::new();
    let app = Arc::new_cyclic(|me| App {
        dir: dir.clone(),
        news: News::new(os_now_ms() as u32),
        options,
        config: RwLock::new(config),
        keys: Mutex::new(keys),
        member: RwLock::new(None),
        links: RwLock::new(None),
        sites: super::sites::Sites::new(me.clone(), &flows),
        gateways: super::gateway::Gateways::new(&flows),
        way: Default::default(),
        flows,
        changing: tokio::sync::Mutex::new(()),
        offer: super::page::Offer::default(),
        asking: watch::Sender::new(None),
        notices: Mutex::default(),
        started: Instant::now(),
        stop: watch::Sender::new(false),
    });
    if note.is_none() {
        // What cannot be read is said, and the rest goes on.
        let asked = super::asking::read(&dir).map(|saved| match saved {
            Saved::Damaged(aside) => (None, Some(aside)),
            Saved::Whole(asking) => (Some(asking), None),
            Saved::Absent => (None, None),
        });
        app.asking.send_replace(app.saved(&[&dir.asking()], asked).unwrap_or_default());
    }
    if let Some((community, person)) = note {
        let options = app.core_options(community, person);
        let opened = tokio::task::spawn_blocking(move || Member::open(options)).await;
        let (member, report) = opened.map_err(|e| RunError::Mesh(e.to_string()))??;
        app.note_report(&report);
        app.watch(&member);
        *app.member.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(member);
    }
    app.restart_links().await.map_err(|p| RunError::Mesh(p.to_string()))?;
    app.offer_page().await;
    let socket = Socket::open(&dir).map_err(RunError::Socket)?;
    let damaged = app.member_if_any().and_then(|m| super::status::damage(&m));
    let notices = locked(&app.notices).iter().chain(&damaged).map(|w| format!("{} {}", w.title, w.text)).collect();
    ready(&Ready { notices, has_community: app.member_if_any().is_some() });

    let signals = tokio::spawn(stop_on_signal(app.clone()));
    let renewing = tokio::spawn(super::renew::keep_renewed(app.clone()));
    let asking = tokio::spawn(super::asking::keep_asking(app.clone()));
    let sealing = tokio::spawn(super::seal::keep_keys(app.clone()));
    let served = socket.serve(app.clone(), app.stopping());
    let mut served = std::pin::pin!(served);
    let mut left = Vec::new();
    let result = tokio::select! {
        result = &mut served => result,
        () = after_stop(&app, Duration::from_secs(3)) => {
            left.push("requests of programs");
            Ok(())
        }
    };
    signals.abort();
    renewing.abort();
    asking.abort();
    sealing.abort();
    left.extend(app.shut_down().await);
    if left.contains(&INDEX) {
        // It is still being written: the folder is free when this process has gone, and not before.
        std::mem::forget(lock);
    } else {
        drop(lock);
    }
    result.map_err(RunError::Socket)?;
    Ok(left)
}

/// Ready this long after the node was asked to stop: an answer that does not end must not keep it.
async fn after_stop(app: &App, grace: Duration) {
    app.stopping().await;
    tokio::time::sleep(grace).await;
}

async fn stop_on_signal(app: Arc<App>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        tracing::warn!("signals cannot be listened for: stop with \"hedgerow down\"");
        return;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    app.request_stop();
}

impl App {
    /// Says goodbye, saves what is open, lets go. Gives what did not finish in time.
    async fn shut_down(&self) -> Vec<&'static str> {
        self.request_stop();
        let mut left = Vec::new();
        self.halt_gateway();
        self.stop_page().await;
        let half = STOP_WITHIN / 2;
        if tokio::time::timeout(half, self.stop_links()).await.is_err() {
            left.push("links to other computers");
        }
        let member = self.member.write().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(member) = member
            && tokio::time::timeout(half, member.core.close()).await.is_err()
        {
            left.push(INDEX);
        }
        left
    }

    /// Turns what opening found into things people are told.
    pub(super) fn note_report(&self, report: &OpenReport) {
        if report.index_rebuilt {
            locked(&self.notices).push(Warning {
                code: "index-rebuilt".into(),
                severity: Severity::Info,
                title: "The index was made again.".into(),
                text: "It was missing or damaged. Nothing was lost.".into(),
                action: String::new(),
            });
        }
    }
}
