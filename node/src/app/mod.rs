//! The running node: one data directory, its keys, its records, its links, and what programs ask of it.
//!
//! Ties core, mesh and server together. A node can run with an empty directory: it has no community yet, and becomes
//! a member without a restart. What is asked for comes in and goes out in the types of `hedgerow-api`.

mod activity;
mod asking;
mod backup;
mod found;
mod gateway;
mod gateway_words;
mod groups;
mod identity;
mod invites;
mod items;
mod join;
mod join_requests;
mod links;
mod member;
mod moderation;
mod names;
mod newcomer;
mod news;
mod organisers;
mod page;
mod people;
mod problems;
mod prove;
mod public;
mod publish;
mod removal;
mod renew;
mod requests;
mod rollcall;
mod run;
mod saved;
mod seal;
mod sites;
mod statement;
mod status;
mod transfer;
mod uplink;
mod vouchers;
mod why;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use hedgerow_api::{Code, EventKind, Problem, Warning};
use tokio::sync::watch;

pub use found::blocking;
pub use items::day_text;
#[cfg(test)]
pub use items::slot_text;
pub use member::Member;
pub use news::News;
pub use public::{Found, FoundPage, Public, PublicQuery};
pub use run::{Ready, RunError, RunOptions, is_locked, run};

use crate::config::Config;
use crate::identity::Keys;
use crate::paths::DataDir;
use links::Links;

/// A running node. Shared by everything that answers requests.
pub struct App {
    /// Its directory.
    pub dir: DataDir,
    /// What happened lately.
    pub news: News,
    options: RunOptions,
    config: RwLock<Config>,
    keys: Mutex<Keys>,
    member: RwLock<Option<Arc<Member>>>,
    links: RwLock<Option<Links>>,
    /// What travels live between computers.
    flows: Arc<crate::flow::Hub>,
    sites: sites::Sites,
    gateways: gateway::Gateways,
    way: uplink::Way,
    /// Starting, joining and leaving happen one at a time.
    changing: tokio::sync::Mutex<()>,
    /// The page on the building's Wi-Fi.
    offer: page::Offer,
    /// What was asked with a poster, if there is no answer yet.
    asking: watch::Sender<Option<asking::Asking>>,
    /// What was found at the start that people should know.
    notices: Mutex<Vec<Warning>>,
    started: Instant,
    stop: watch::Sender<bool>,
}

/// Locks that only guard plain values: a panic while one was held left the value whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Asks the node to stop. Returns at once.
    pub fn request_stop(&self) {
        self.stop.send_replace(true);
    }
    /// Ready when the node has been asked to stop.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stop = self.stop.subscribe();
        async move {
            // An error means that the node is gone altogether.
            let _ = stop.wait_for(|stop| *stop).await;
        }
    }

    /// My membership, or the problem that there is none.
    pub fn member(&self) -> Result<Arc<Member>, Problem> {
        self.member_if_any().ok_or_else(|| {
            Problem::new(
                Code::NoCommunity,
                "This computer does not belong to a community yet.",
                "There is nothing here to read or to change until it does.",
                "Start one: hedgerow community new \"NAME\". Or join one: hedgerow join INVITE",
            )
        })
    }

    fn member_if_any(&self) -> Option<Arc<Member>> {
        self.member.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn links(&self) -> Result<Links, Problem> {
        let links = self.links.read().unwrap_or_else(PoisonError::into_inner).clone();
        links.ok_or_else(|| {
            Problem::new(
                Code::Stopping,
                "The network is being set up again.",
                "This happens while joining, leaving and stopping.",
                "Try again in a moment.",
            )
        })
    }

    /// The settings as they were at the start, or as changed since.
    pub fn config(&self) -> Config {
        self.config.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes a setting in the file; what is read at the start holds from the next one.
    pub fn config_set(&self, set: &hedgerow_api::ConfigSet) -> Result<hedgerow_api::Config, Problem> {
        let config = crate::config::set(&self.dir, &set.key, set.value.as_deref())?;
        let shown = config.show(&self.dir);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(shown)
    }

    fn tell_status(&self) {
        self.news.tell(EventKind::Status, None);
    }
}
