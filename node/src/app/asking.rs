//! Asking to join with a poster: what was asked is kept in a file, and asked again until there is an answer.
//!
//! The file outlives a restart. Not for: the asking itself, which is joining like any other (`join`).

use std::sync::Arc;
use std::time::Duration;

use hedgerow_api::{Code, EventKind, JoinWaiting, Joined, Problem};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::invite::Ticket;
use serde::{Deserialize, Serialize};

use super::App;
use super::invites::code_of;
use super::problems::internal;
use crate::core::os_now_ms;
use crate::files::{Saved, Unusable, read_saved, write_private};
use crate::paths::DataDir;

/// How soon it is asked again: a tenth of the time waited so far, within these.
const AGAIN_FIRST: Duration = Duration::from_secs(10);
const AGAIN_LAST: Duration = Duration::from_secs(300);
/// How soon after the start: the answer may have been waiting while this computer was off.
const FIRST: Duration = Duration::from_secs(1);
/// Past the last day of the poster, asking goes on this long, since only the other computer's clock counts.
const AFTER_LAST_DAY_MS: u64 = 86_400_000;

/// What was asked. It holds a ticket: it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asking {
    /// Of this file.
    pub format: u32,
    /// The poster.
    pub ticket: String,
    /// The name asked with.
    pub my_name: String,
    /// Short name of the person we will be, as whoever answers sees it.
    pub code: String,
    /// Name of the community, where it tells it.
    pub community: String,
    /// Since when, Unix milliseconds of this computer.
    pub since_ms: u64,
    /// Until when the poster hangs.
    pub until_ms: u64,
    /// Why it ended without letting us in.
    pub ended: Option<Problem>,
}

impl Asking {
    /// Asked just now.
    pub(super) fn new(ticket: &Ticket, my_name: &str, person: &Id, community: String) -> Self {
        Asking {
            format: 1,
            ticket: ticket.encode(),
            my_name: my_name.to_owned(),
            code: code_of(person),
            community,
            since_ms: os_now_ms(),
            until_ms: ticket.expires_ms,
            ended: None,
        }
    }

    /// As programs see it.
    pub(super) fn shown(&self) -> JoinWaiting {
        JoinWaiting {
            community: self.community.clone(),
            my_name: self.my_name.clone(),
            code: self.code.clone(),
            since_ms: self.since_ms,
            until_ms: self.until_ms,
            ended: self.ended.clone(),
        }
    }

    fn again_in(&self, now_ms: u64) -> Duration {
        Duration::from_millis(now_ms.saturating_sub(self.since_ms) / 10).clamp(AGAIN_FIRST, AGAIN_LAST)
    }
}

/// Reads what was asked before this start.
pub(super) fn read(dir: &DataDir) -> Result<Saved<Asking>, Unusable> {
    read_saved(&dir.asking(), |text| serde_json::from_slice::<Asking>(text).ok().filter(|a| a.format == 1))
}

/// Asks again now and then, as long as the node runs and there is something to ask.
pub(super) async fn keep_asking(app: Arc<App>) {
    let mut changed = app.asking.subscribe();
    let mut is_start = true;
    loop {
        let asking = changed.borrow_and_update().clone();
        let Some(asking) = asking.filter(|a| a.ended.is_none()) else {
            is_start = false;
            if changed.changed().await.is_err() {
                return;
            }
            continue;
        };
        let wait = if std::mem::take(&mut is_start) { FIRST } else { asking.again_in(os_now_ms()) };
        tokio::select! {
            () = tokio::time::sleep(wait) => app.ask_again(&asking).await,
            changed = changed.changed() => if changed.is_err() { return },
        }
    }
}

impl App {
    /// Asks once more, unless something else was asked or joined meanwhile.
    async fn ask_again(self: &Arc<Self>, asking: &Asking) {
        let _one_at_a_time = self.changing.lock().await;
        if self.member_if_any().is_some() || self.asking.borrow().as_ref() != Some(asking) {
            return;
        }
        let Ok(ticket) = Ticket::decode(&asking.ticket) else { return };
        let late = os_now_ms() > asking.until_ms.saturating_add(AFTER_LAST_DAY_MS);
        match self.join_with(&ticket, &asking.my_name).await {
            Ok(Joined::Member(_)) => tracing::info!("somebody said yes: this computer is in"),
            Ok(Joined::Waiting(_)) => {}
            Err(problem) if is_final(problem.code) || late => {
                let ended = Asking { ended: Some(problem), ..asking.clone() };
                if let Err(problem) = self.keep_what_was_asked(Some(ended)) {
                    tracing::warn!(%problem, "that asking to join has ended is not kept");
                }
                self.tell_status();
            }
            Err(problem) => tracing::debug!(%problem, "asking to join goes on"),
        }
    }

    /// Keeps what was asked, durably; nothing forgets it.
    pub(super) fn keep_what_was_asked(&self, asking: Option<Asking>) -> Result<(), Problem> {
        let path = self.dir.asking();
        if asking.is_some() {
            // What cannot be read is not written over.
            read(&self.dir).map_err(|e| super::saved::problem(&e))?;
        }
        let kept = match &asking {
            Some(asking) => serde_json::to_vec_pretty(asking)
                .map_err(std::io::Error::other)
                .and_then(|text| write_private(&path, &text)),
            None => match std::fs::remove_file(&path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
                _ => Ok(()),
            },
        };
        self.asking.send_if_modified(|was| {
            let is_new = *was != asking;
            *was = asking;
            is_new
        });
        kept.map_err(|e| internal("What you asked could not be kept.", e))
    }

    /// How asking stands.
    pub fn join_waiting(&self) -> Result<JoinWaiting, Problem> {
        self.asking.borrow().as_ref().map(Asking::shown).ok_or_else(nothing_asked)
    }

    /// Stops asking.
    pub async fn join_stop(&self) -> Result<(), Problem> {
        let _one_at_a_time = self.changing.lock().await;
        if self.asking.borrow().is_none() {
            return Err(nothing_asked());
        }
        self.keep_what_was_asked(None)?;
        self.news.tell(EventKind::Status, None);
        Ok(())
    }
}

fn nothing_asked() -> Problem {
    Problem::new(
        Code::NotFound,
        "You have not asked to join.",
        "This computer does not wait for an answer from any community.",
        "Join one with an invite or a poster: hedgerow join INVITE --name \"YOUR NAME\"",
    )
}

/// Whether asking again cannot help.
fn is_final(code: Code) -> bool {
    matches!(
        code,
        Code::InviteRefused | Code::InviteRevoked | Code::InviteExpired | Code::InviteUnknown | Code::InviteElsewhere
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asked_often_at_first_and_rarely_later() {
        let ticket = Ticket {
            community: Id([1; 32]),
            issuer: hedgerow_protocol::id::PublicKey([2; 32]),
            addresses: vec![],
            seed: [3; 32].into(),
            expires_ms: 9,
            poster_since_ms: Some(1),
        };
        let asking = Asking { since_ms: 1_000_000, ..Asking::new(&ticket, "Ann", &Id([7; 32]), "Riverside".into()) };
        assert_eq!(asking.again_in(0), AGAIN_FIRST, "a clock that went back asks often");
        assert_eq!(asking.again_in(1_000_000), AGAIN_FIRST);
        assert_eq!(asking.again_in(1_000_000 + 600_000), Duration::from_secs(60));
        assert_eq!(asking.again_in(u64::MAX), AGAIN_LAST);
        let dir = tempfile::tempdir().unwrap();
        let dir = DataDir::choose(Some(dir.path().to_owned()));
        dir.make().unwrap();
        assert!(matches!(read(&dir), Ok(Saved::Absent)));
        write_private(&dir.asking(), &serde_json::to_vec(&asking).unwrap()).unwrap();
        assert!(matches!(read(&dir), Ok(Saved::Whole(kept)) if kept == asking));
        std::fs::write(dir.asking(), "{}").unwrap();
        assert!(matches!(read(&dir), Ok(Saved::Damaged(_))));
        assert!(matches!(read(&dir), Ok(Saved::Absent)));
        std::fs::create_dir(dir.asking()).unwrap();
        assert!(read(&dir).is_err() && dir.asking().is_dir());
    }
}
