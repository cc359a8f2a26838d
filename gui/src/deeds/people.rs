//! Who belongs here: letting in and taking out, special roles, blocking, and who the organisers are.

use hedgerow_api::{
    Client, ContentChoice, GrantNew, OrganisersApprove, OrganisersChange, OrganisersChanged, PersonRemove, clean,
};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome, Sure};
use crate::engine::fault;
use crate::link::Fault;
use crate::words::Words;

/// A person: the id for the node, the name for people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Who {
    /// Id.
    pub id: String,
    /// Name, made safe to show.
    pub name: String,
}

/// What can be done about people.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "people.")]
pub enum Deed {
    /// Take somebody out of the community.
    Remove {
        /// Whom.
        who: Who,
        /// Why, for members to read.
        reason: String,
        /// What they shared is shown no more.
        hide: bool,
        /// Everybody they let in goes too.
        with_everyone: bool,
    },
    /// Let somebody in, or in again.
    Allow {
        /// Whom.
        who: Who,
    },
    /// Give a special role.
    Grant {
        /// To whom.
        who: Who,
        /// `gateway-host`, `mentor` or `invites`.
        role: String,
        /// How many people, for `invites`.
        number: Option<u64>,
    },
    /// Take a special role back.
    Ungrant {
        /// From whom.
        who: Who,
        /// `gateway-host`, `mentor` or `invites`.
        role: String,
        /// How many people it was, for `invites`.
        number: Option<u64>,
    },
    /// Do not see somebody on this computer.
    Block {
        /// Whom.
        who: Who,
    },
    /// See somebody again.
    Unblock {
        /// Whom.
        who: Who,
    },
    /// Propose somebody as organiser.
    MakeOrganiser {
        /// Whom.
        who: Who,
    },
    /// Propose that somebody stops being an organiser.
    EndOrganiser {
        /// Whom.
        who: Who,
    },
    /// Propose that I stop being an organiser.
    StepDown,
    /// Propose that newcomers may enter by themselves, or no more.
    AcceptNewcomers {
        /// Whether they may.
        on: bool,
    },
    /// Agree to what was proposed.
    Approve {
        /// Which proposal.
        code: String,
        /// What it does, in words.
        text: String,
    },
}

async fn propose(client: &Client, change: OrganisersChange) -> Result<Outcome, Fault> {
    let changed = client.organisers_propose(&change).await.map_err(fault)?;
    Ok(Outcome::Organisers(Box::new(changed)))
}

fn changed(words: &Words, changed: &OrganisersChanged) -> String {
    if changed.holds { words.t("organisers-holds") } else { words.with("organisers-missing", "count", changed.missing) }
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        let done = match self {
            Deed::Remove { who, reason, hide, with_everyone } => {
                let how = PersonRemove {
                    with_everyone_they_let_in: with_everyone,
                    content: if hide { ContentChoice::Hide } else { ContentChoice::Keep },
                    reason,
                    dry_run: false,
                };
                let removed = client.person_remove(&who.id, &how).await.map_err(fault)?;
                return Ok(Outcome::Removed(Box::new(removed)));
            }
            Deed::Allow { who } => client.person_allow(&who.id).await.map(drop),
            Deed::Grant { who, role, number } => {
                client.person_grant(&who.id, &GrantNew { role, number }).await.map(drop)
            }
            Deed::Ungrant { who, role, .. } => client.person_ungrant(&who.id, &role).await.map(drop),
            Deed::Block { who } => client.block(&who.id).await.map(drop),
            Deed::Unblock { who } => client.unblock(&who.id).await.map(drop),
            Deed::MakeOrganiser { who } => {
                return propose(client, OrganisersChange { add: vec![who.id], ..Default::default() }).await;
            }
            Deed::EndOrganiser { who } => {
                return propose(client, OrganisersChange { remove: vec![who.id], ..Default::default() }).await;
            }
            Deed::StepDown => {
                return propose(client, OrganisersChange { step_down: true, ..Default::default() }).await;
            }
            Deed::AcceptNewcomers { on } => {
                return propose(client, OrganisersChange { open: Some(on), ..Default::default() }).await;
            }
            Deed::Approve { code, .. } => {
                let changed = client.organisers_approve(&code, &OrganisersApprove::default()).await.map_err(fault)?;
                return Ok(Outcome::Organisers(Box::new(changed)));
            }
        };
        done.map(|()| Outcome::Done).map_err(fault)
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        Some(match (self, outcome) {
            (Deed::Remove { who, .. }, Outcome::Removed(removed)) => {
                let mut text = words.with("person-removed", "name", &who.name);
                if removed.kept > 0 {
                    text.push(' ');
                    text.push_str(&words.with("person-removed-kept", "count", removed.kept));
                }
                if !removed.also.is_empty() {
                    let also: Vec<String> = removed.also.iter().map(|n| clean::line(n)).collect();
                    text.push(' ');
                    text.push_str(&words.with("person-removed-also", "names", &also.join(", ")));
                }
                text
            }
            (Deed::Remove { who, .. }, _) => words.with("person-removed", "name", &who.name),
            (Deed::Allow { who }, _) => words.with("person-allowed", "name", &who.name),
            (Deed::Grant { who, .. }, _) => words.with("person-granted", "name", &who.name),
            (Deed::Ungrant { who, .. }, _) => words.with("person-ungranted", "name", &who.name),
            (Deed::Block { who }, _) => words.with("person-blocked", "name", &who.name),
            (Deed::Unblock { who }, _) => words.with("person-unblocked", "name", &who.name),
            (_, Outcome::Organisers(now)) => changed(words, now),
            _ => return None,
        })
    }

    fn sure(&self, words: &Words) -> Option<Sure> {
        let (question, meaning, button) = match self {
            Deed::Remove { who, with_everyone, .. } => (
                words.with("sure-remove", "name", &who.name),
                words.t(if *with_everyone { "sure-remove-all-do" } else { "sure-remove-do" }),
                words.with("person-remove", "name", &who.name),
            ),
            Deed::MakeOrganiser { who } => (
                words.with("sure-organiser", "name", &who.name),
                words.t("sure-organiser-do"),
                words.with("organiser-make", "name", &who.name),
            ),
            Deed::EndOrganiser { who } => (
                words.with("sure-organiser-end", "name", &who.name),
                words.t("sure-organiser-end-do"),
                words.with("organiser-end", "name", &who.name),
            ),
            Deed::StepDown => (words.t("sure-step-down"), words.t("sure-step-down-do"), words.t("organiser-step-down")),
            Deed::Approve { text, .. } => {
                (words.t("sure-approve"), format!("{text} {}", words.t("sure-approve-do")), words.t("proposal-approve"))
            }
            _ => return None,
        };
        Some(Sure { question, meaning, button })
    }

    fn undo(&self, outcome: &Outcome) -> Option<super::Deed> {
        let undo = match self.clone() {
            Deed::Grant { who, role, number } => Deed::Ungrant { who, role, number },
            Deed::Ungrant { who, role, number } => Deed::Grant { who, role, number },
            Deed::Block { who } => Deed::Unblock { who },
            Deed::Unblock { who } => Deed::Block { who },
            // What others have not agreed to yet cannot be taken back by proposing the opposite.
            Deed::AcceptNewcomers { on } if matches!(outcome, Outcome::Organisers(now) if now.holds) => {
                Deed::AcceptNewcomers { on: !on }
            }
            _ => return None,
        };
        Some(super::Deed::People(undo))
    }
}
