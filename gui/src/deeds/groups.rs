//! Groups: starting and closing one, who is in it.

use hedgerow_api::{Client, ContentChoice, GroupAdd, GroupNew, GroupRemove};
use strum::{IntoStaticStr, VariantNames};

use super::people::Who;
use super::{Act, Outcome, Sure};
use crate::engine::fault;
use crate::link::Fault;
use crate::words::Words;

/// What can be done about groups.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "groups.")]
pub enum Deed {
    /// Start a group with me as its admin.
    Start {
        /// Its name.
        name: String,
        /// What it is.
        description: String,
    },
    /// Put somebody in, or say whether they look after it.
    Add {
        /// Id of the group.
        group: String,
        /// Whom.
        who: Who,
        /// Whether they may add others.
        admin: bool,
    },
    /// Take somebody out.
    TakeOut {
        /// Id of the group.
        group: String,
        /// Whom.
        who: Who,
        /// Whether they looked after it.
        admin: bool,
    },
    /// Leave it.
    Leave {
        /// The group.
        group: Who,
        /// Id of my person.
        me: String,
    },
    /// Close it.
    Close {
        /// The group.
        group: Who,
        /// What it shared is shown no more.
        hide: bool,
    },
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        match self {
            Deed::Start { name, description } => {
                client.group_new(&GroupNew { name, description, only: Vec::new() }).await.map(drop)
            }
            Deed::Add { group, who, admin } => {
                client.group_add(&group, &GroupAdd { person: who.id, admin }).await.map(drop)
            }
            Deed::TakeOut { group, who, .. } => {
                client.group_remove(&group, &GroupRemove { person: Some(who.id), ..Default::default() }).await.map(drop)
            }
            Deed::Leave { group, me } => {
                client.group_remove(&group.id, &GroupRemove { person: Some(me), ..Default::default() }).await.map(drop)
            }
            Deed::Close { group, hide } => {
                let content = if hide { ContentChoice::Hide } else { ContentChoice::Keep };
                client.group_remove(&group.id, &GroupRemove { person: None, content, dry_run: false }).await.map(drop)
            }
        }
        .map(|()| Outcome::Done)
        .map_err(fault)
    }

    fn done(&self, words: &Words, _: &Outcome) -> Option<String> {
        let (key, name) = match self {
            Deed::Start { name, .. } => ("group-started", name),
            Deed::Add { who, admin: true, .. } => ("group-admin-made", &who.name),
            Deed::Add { who, .. } => ("group-added", &who.name),
            Deed::TakeOut { who, .. } => ("group-taken-out", &who.name),
            Deed::Leave { group, .. } => ("group-left", &group.name),
            Deed::Close { group, .. } => ("group-closed", &group.name),
        };
        Some(words.with(key, "name", name))
    }

    fn sure(&self, words: &Words) -> Option<Sure> {
        let (question, meaning, button, name) = match self {
            Deed::Leave { group, .. } => ("sure-group-leave", "sure-group-leave-do", "group-leave", &group.name),
            Deed::Close { group, .. } => ("sure-group-close", "sure-group-close-do", "group-close", &group.name),
            _ => return None,
        };
        Some(Sure {
            question: words.with(question, "name", name),
            meaning: words.t(meaning),
            button: words.with(button, "name", name),
        })
    }

    fn undo(&self, _: &Outcome) -> Option<super::Deed> {
        let undo = match self.clone() {
            Deed::Add { group, who, admin: false } => Deed::TakeOut { group, who, admin: false },
            Deed::Add { group, who, admin: true } => Deed::Add { group, who, admin: false },
            Deed::TakeOut { group, who, admin } => Deed::Add { group, who, admin },
            Deed::Start { .. } | Deed::Leave { .. } | Deed::Close { .. } => return None,
        };
        Some(super::Deed::Groups(undo))
    }
}
