//! How the node is doing, in words people see.

use std::time::Duration;

use hedgerow_api::{
    Community, Counts, EventKind, Freshness, GroupRef, Me, Severity, Space, Standing, State, Status, TakenOut, Warning,
};
use hedgerow_protocol::authority::Role;
use hedgerow_protocol::kind::Kind;

use super::links::{Links, first_of};
use super::{App, Member, locked};
use crate::core::{self, Query};
use std::sync::Arc;

/// How long after the start "looking" is said before "on your own".
const LOOKING_FOR: Duration = Duration::from_secs(20);

/// The warning that nothing is saved.
const SAVING_STOPPED: &str = "saving-stopped";

/// "1 place", "3 places".
pub fn count(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

impl App {
    /// The whole of it.
    pub async fn status(&self) -> Status {
        let member = self.member_if_any();
        let links = self.links().ok();
        let neighbours = links.as_ref().map(|l| l.neighbours(member.as_deref())).unwrap_or_default();
        let linked = neighbours.iter().filter(|n| n.linked).count();
        let far = neighbours.iter().any(|n| n.linked && n.path == "far");
        let warnings = self.warnings(member.as_deref(), links.as_ref(), linked);
        let asking = self.join_waiting().ok().filter(|a| a.ended.is_none()).map(|a| a.as_problem());
        let blocked = warnings.iter().any(|w| w.severity == Severity::Problem || w.code == SAVING_STOPPED);
        let (state, sentence) = match (&member, linked) {
            (None, _) => match asking {
                Some(asked) => (State::Looking, format!("{} {}", asked.title, asked.detail)),
                None => (State::NeedsYou, "Start a community, or join one with an invite.".to_owned()),
            },
            _ if blocked => (State::NeedsYou, "Something needs you: see the warnings.".to_owned()),
            (_, 0) if self.started.elapsed() < LOOKING_FOR => {
                (State::Looking, "Looking for other computers of your community.".to_owned())
            }
            (_, 0) => (
                State::OnYourOwn,
                "No other computer can be reached right now. What you write goes out when you meet one.".to_owned(),
            ),
            (_, n) if far => (State::Connected, format!("Linked with {}.", count(n as u64, "computer"))),
            (_, n) => (State::NearbyOnly, format!("Linked with {} on your own network.", count(n as u64, "computer"))),
        };
        // Whoever has no room for everything is up to date at no time.
        let behind = neighbours.iter().filter(|n| n.linked && !n.up_to_date && !n.partial).count();
        let partial = member.as_deref().is_some_and(|m| m.core.is_partial());
        let (freshness, freshness_sentence) = match (linked, behind) {
            (0, _) => (Freshness::OnlyHere, "Waiting for another computer".to_owned()),
            _ if partial => (Freshness::Updating, "There is no room for everything on this computer".to_owned()),
            (_, 0) => (Freshness::UpToDate, "Up to date".to_owned()),
            (n, b) => (Freshness::Updating, format!("Updating: {} of {n} are up to date", n - b)),
        };
        let addresses = match &links {
            Some(links) => links.me().await,
            None => Vec::new(),
        };
        let me = member.as_deref().and_then(|m| self.me(m));
        let taken_out = member.as_deref().and_then(|m| taken_out(m, links.as_ref()));
        Status {
            state,
            sentence,
            freshness,
            freshness_sentence,
            community: member.as_deref().map(|m| self.community(m)),
            me,
            taken_out,
            neighbours,
            internet: self.reached_through(),
            counts: member.as_deref().map(counts).unwrap_or_default(),
            space: Space {
                used_bytes: member.as_deref().map_or(0, |m| m.core.counts().journal_bytes),
                quota_bytes: self.config().quota_bytes,
                partial,
            },
            warnings,
            addresses,
            root: member.as_deref().map(|m| data_encoding::HEXLOWER.encode(&m.core.root())),
            now_ms: member.as_deref().map_or_else(core::os_now_ms, |m| m.core.clock()),
            version: env!("CARGO_PKG_VERSION").into(),
            pid: std::process::id(),
        }
    }

    /// The community in a few words.
    pub(super) fn community(&self, member: &Member) -> Community {
        let authority = member.authority();
        Community {
            id: member.community.to_string(),
            name: member.name(&member.community),
            time_zone: member.time_zone(),
            people: authority.persons().count() as u64,
            groups: authority.groups().count() as u64,
        }
    }

    /// Who I am.
    pub(super) fn me(&self, member: &Member) -> Option<Me> {
        let person = member.owner()?;
        let groups = member.my_owners().into_iter().filter(|o| *o != person);
        let is_group = member.person.is_none();
        Some(Me {
            person: person.to_string(),
            name: member.my_name(&person),
            role: if is_group { "group" } else { role_name(member.authority().role(&person)) }.into(),
            device: member.device.public().to_string(),
            groups: groups.map(|g| GroupRef { id: g.to_string(), name: member.name(&g) }).collect(),
        })
    }

    fn warnings(&self, member: Option<&Member>, links: Option<&Links>, linked: usize) -> Vec<Warning> {
        let mut all = locked(&self.notices).clone();
        all.extend(links.map(|l| self.link_warnings(l, member)).unwrap_or_default());
        all.extend(self.page_warning());
        let damaged = member.and_then(damage);
        let was_damaged = damaged.is_some();
        all.extend(damaged);
        all.extend(member.map(|m| self.identity_warnings(m, was_damaged)).unwrap_or_default());
        let mut warn = |code: &str, severity, title: &str, text: String, action: &str| {
            all.push(Warning { code: code.into(), severity, title: title.into(), text, action: action.into() });
        };
        if let Some(ended) = self.join_waiting().ok().and_then(|a| a.ended) {
            warn(
                "join-ended",
                Severity::Warning,
                "You asked to join, and were not let in.",
                format!("{} {}", ended.title, ended.detail).trim().to_owned(),
                "Ask for an invite, or stop this message: hedgerow join --stop",
            );
        }
        if let Some(member) = member {
            let waiting = member.waiting_count();
            if waiting > 0 {
                warn(
                    "people-ask-to-join",
                    Severity::Info,
                    "Somebody asks to join.",
                    format!("{waiting} waiting for an answer to a poster of yours."),
                    "See who: hedgerow invite requests",
                );
            }
            if let Some(trouble) = member.core.trouble() {
                warn(
                    SAVING_STOPPED,
                    Severity::Warning,
                    match trouble {
                        core::Trouble::Full => "The disk is full, so nothing new is saved.",
                        core::Trouble::Failing => "The disk takes nothing new, so nothing is saved.",
                    },
                    "What was saved is kept. Saving goes on by itself as soon as the disk takes it.".into(),
                    match trouble {
                        core::Trouble::Full => "Make some room on the disk.",
                        core::Trouble::Failing => "Check the disk: it may be broken, or read-only.",
                    },
                );
            }
            let used = member.core.counts().journal_bytes;
            let quota = self.config().quota_bytes;
            if member.core.is_partial() {
                warn(
                    "disk-full",
                    Severity::Problem,
                    "There is no space left for what others publish.",
                    "What was saved is kept, and so are your own things and who belongs. What others publish from now on is \
                     not saved here, so this computer does not count as a copy of it."
                        .into(),
                    "Free some space, or raise the limit: hedgerow config set quota \"4 GiB\"",
                );
            } else if used >= quota / 10 * 9 {
                warn(
                    "disk-low",
                    Severity::Warning,
                    "Space is running out.",
                    "More than nine tenths of the space set aside is used.".into(),
                    "Raise the limit: hedgerow config set quota \"4 GiB\"",
                );
            }
            if member.core.clock_state() != core::ClockState::Own {
                warn(
                    "clock-wrong",
                    Severity::Warning,
                    "The clock of this computer seems wrong.",
                    "The time of the other computers of the community is used where it is known.".into(),
                    "Set the clock in the settings of the computer.",
                );
            }
            let mine_only = linked == 0 && self.started.elapsed() >= LOOKING_FOR && member.core.counts().shown > 0;
            if mine_only && links.is_none_or(|l| l.copies(0) == 0) {
                warn(
                    "single-copy",
                    Severity::Info,
                    "What is here has not met another computer since the start.",
                    "New things may be only on this computer.".into(),
                    "Connect to the network of another member, or carry a bundle: hedgerow bundle export FILE",
                );
            }
        }
        all.extend(member.map(Member::community_warnings).unwrap_or_default());
        all.sort_by_key(|w| std::cmp::Reverse(w.severity));
        all
    }

    /// Passes on what happens in the core to everybody who listens.
    pub(super) fn watch(&self, member: &Arc<Member>) {
        let mut events = member.core.subscribe();
        let (news, member) = (self.news.clone(), Arc::downgrade(member));
        let stopping = self.stopping();
        tokio::spawn(async move {
            let mut stopping = std::pin::pin!(stopping);
            if let Some(member) = member.upgrade() {
                name_if_let_in(&member).await;
            }
            loop {
                let event = tokio::select! {
                    event = events.recv() => event,
                    () = &mut stopping => return,
                };
                let Some(member) = member.upgrade() else { return };
                match event {
                    Ok(event) => {
                        member.note_arrival(event.id, event.seq);
                        if event.kind == core::EventKind::Authority {
                            name_if_let_in(&member).await;
                        }
                        if event.record_kind == Some(Kind::PROFILE) {
                            member.forget_names();
                            news.tell(EventKind::People, None);
                        }
                        let kind = match event.kind {
                            // What is sealed is no item: whoever listens reads the requests again.
                            core::EventKind::New | core::EventKind::Withdrawn
                                if event.record_kind == Some(Kind::SEALED) =>
                            {
                                news.tell(EventKind::Requests, None);
                                continue;
                            }
                            core::EventKind::New if event.record_kind.is_some_and(core::is_by_itself) => {
                                EventKind::People
                            }
                            core::EventKind::New => EventKind::Changed,
                            core::EventKind::Withdrawn => EventKind::Withdrawn,
                            core::EventKind::Authority => EventKind::People,
                            core::EventKind::Damaged | core::EventKind::Saving => EventKind::Status,
                        };
                        let item =
                            (kind != EventKind::Status && kind != EventKind::People).then(|| event.id.to_string());
                        news.tell(kind, item);
                        if event.record_kind.is_some_and(changes_what_is_shown) {
                            news.tell(EventKind::Changed, None);
                            news.tell(EventKind::Status, None);
                        }
                    }
                    Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {
                        member.forget_names();
                        name_if_let_in(&member).await;
                        news.tell(EventKind::Reset, None);
                    }
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                }
            }
        });
    }
}

/// Says my name to the community once I am let in.
async fn name_if_let_in(member: &Member) {
    if let Err(error) = member.say_my_name().await {
        tracing::warn!(%error, "the name could not be published; it is tried again at the next start or change");
    }
}

/// Whether the person of this computer was taken out, by the records or by the word of others.
fn taken_out(member: &Member, links: Option<&Links>) -> Option<TakenOut> {
    let me = member.person.filter(|me| member.standing(me) == Standing::Removed);
    let removals = me.map(|me| member.authority().removals(&me)).unwrap_or_default();
    let by_others = removals.into_iter().filter(|(_, _, left)| !left);
    let last = by_others.max_by_key(|(id, ..)| member.core.record(id).map(|r| r.order()));
    let says = links.map(Links::removed_at).unwrap_or_default();
    let told = first_of(&says);
    // The removal may be here without its reason: who hangs up on us says that too.
    let reason = last.map(|(record, ..)| member.note_about(&record)).filter(|note| !note.is_empty());
    let reason = reason.or_else(|| told.map(|(_, why)| why.clone())).unwrap_or_default();
    let by = last.map(|(_, by, _)| by).or_else(|| told.map(|(by, _)| *by))?;
    Some(TakenOut { by: member.called(&by), reason, certain: last.is_some() })
}

/// Authority records after which other things may be shown, or other warnings.
fn changes_what_is_shown(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::REVOKE
            | Kind::HIDE
            | Kind::UNHIDE
            | Kind::PROPOSE
            | Kind::APPROVE
            | Kind::ARBITRATE
            | Kind::CHECKPOINT
            | Kind::RECOVER
            | Kind::OBJECT
    )
}

/// What a role is called in the API.
pub fn role_name(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Steward) => "organiser",
        Some(Role::Resident) => "resident",
        Some(Role::Newcomer) => "newcomer",
        Some(Role::Node | Role::Group) => "node",
        None => "none",
    }
}

fn counts(member: &Member) -> Counts {
    let total = |kind| member.core.find(&Query { kinds: vec![kind], limit: 1, ..Query::default() }).total;
    let all = member.core.counts();
    Counts {
        services: total(Kind::SERVICE),
        notices: total(Kind::NOTICE),
        events: total(Kind::EVENT),
        records: all.records,
        authority_records: all.authority,
    }
}

/// What is said when something in the journal was damaged, whether that was seen at the start or later.
pub(super) fn damage(member: &Member) -> Option<Warning> {
    member.core.is_damaged().then(|| Warning {
        code: "journal-damaged".into(),
        severity: Severity::Warning,
        title: "Some saved data on this disk was damaged.".into(),
        text: "It could not be read. The rest is fine.".into(),
        action: "What is missing comes back from other computers. Check the disk if it happens again.".into(),
    })
}
