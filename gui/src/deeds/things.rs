//! What I and my groups publish: writing it, changing it, checking it again, taking it back.

use hedgerow_api::{Audience, Client, Draft, Item, Publish, Published, ServiceDraft};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome};
use crate::engine::fault;
use crate::link::Fault;
use crate::words::Words;

/// What can be done about what I publish.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "things.")]
pub enum Deed {
    /// Show what would be published, as others would see it.
    Preview {
        /// The item that is being changed and the version it was read in; nothing for a new one.
        base: Option<(String, String)>,
        /// What was written.
        publish: Box<Publish>,
    },
    /// Publish something new.
    Publish {
        /// Which form it was written in.
        form: String,
        /// The same for the same words, so that pressing twice publishes once.
        key: String,
        /// What was written.
        publish: Box<Publish>,
    },
    /// Change something, as long as nobody else changed it.
    Change {
        /// The item's slot, which is also its form.
        item: String,
        /// The version it was read in.
        version: String,
        /// What was written.
        publish: Box<Publish>,
    },
    /// Say that a service was checked today.
    CheckAgain {
        /// Its slot.
        item: String,
    },
    /// Take something back.
    Withdraw {
        /// Its slot.
        item: String,
    },
    /// Put back what was there before.
    PutBack {
        /// Its slot.
        item: String,
        /// The version that goes.
        version: String,
        /// What was there.
        publish: Box<Publish>,
    },
}

/// A new version of something, and what it was before.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// As it is now.
    pub item: Item,
    /// As it was, if it was there.
    pub before: Option<Item>,
}

/// Something taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Gone {
    /// As it was.
    pub before: Item,
    /// The version that takes it back.
    pub version: String,
}

/// Who may read something that is there.
pub(crate) fn audience(item: &Item) -> Audience {
    if item.summary.public { Audience::Public } else { Audience::Community }
}

/// Publishes a document as it stands.
pub(crate) fn as_it_was(item: &Item) -> Publish {
    Publish {
        draft: Draft::Document { kind: item.summary.kind.clone(), doc: item.doc.clone() },
        as_group: None,
        audience: audience(item),
        dry_run: false,
    }
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        let changed = |published: Published, before: Option<Item>| {
            Outcome::Changed(Box::new(Change { item: published.item, before }))
        };
        match self {
            Deed::Preview { base, publish } => {
                let dry = Publish { dry_run: true, ..(*publish).clone() };
                let shown = match &base {
                    Some((item, version)) => client.edit(item, &dry, Some(version)).await,
                    None => client.publish(&dry, None).await,
                };
                Ok(Outcome::Preview(Box::new((*publish, shown.map_err(fault)?.item))))
            }
            Deed::Publish { key, publish, .. } => {
                Ok(changed(client.publish(&publish, Some(&key)).await.map_err(fault)?, None))
            }
            Deed::Change { item, version, publish } => {
                let before = client.item_even_if_hidden(&item).await.map_err(fault)?;
                Ok(changed(client.edit(&item, &publish, Some(&version)).await.map_err(fault)?, Some(before)))
            }
            Deed::CheckAgain { item } => {
                let before = client.item_even_if_hidden(&item).await.map_err(fault)?;
                // Nothing but the day changes: an edit without one says today.
                let publish = Publish { draft: Draft::Service(ServiceDraft::default()), ..as_it_was(&before) };
                let version = before.summary.id.clone();
                Ok(changed(client.edit(&item, &publish, Some(&version)).await.map_err(fault)?, Some(before)))
            }
            Deed::Withdraw { item } => {
                let before = client.item_even_if_hidden(&item).await.map_err(fault)?;
                let gone = client.withdraw(&item, Some(&before.summary.id), false).await.map_err(fault)?;
                Ok(Outcome::Gone(Box::new(Gone { before, version: gone.id.unwrap_or_default() })))
            }
            Deed::PutBack { item, version, publish } => {
                client.edit(&item, &publish, Some(&version)).await.map_err(fault)?;
                Ok(Outcome::Done)
            }
        }
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        let title = |item: &Item| hedgerow_api::clean::line(&item.summary.title);
        match (self, outcome) {
            (Deed::Publish { .. }, Outcome::Changed(c)) => Some(words.with("done-published", "title", &title(&c.item))),
            (Deed::Change { .. }, Outcome::Changed(c)) => Some(words.with("done-changed", "title", &title(&c.item))),
            (Deed::CheckAgain { .. }, Outcome::Changed(c)) => {
                Some(words.with("done-checked", "title", &title(&c.item)))
            }
            (Deed::Withdraw { .. }, Outcome::Gone(g)) => Some(words.with("done-withdrawn", "title", &title(&g.before))),
            (Deed::PutBack { .. }, _) => Some(words.t("done-put-back")),
            _ => None,
        }
    }

    fn undo(&self, outcome: &Outcome) -> Option<super::Deed> {
        let back = |item: &Item, version: &str| Deed::PutBack {
            item: item.summary.slot.clone(),
            version: version.to_owned(),
            publish: Box::new(as_it_was(item)),
        };
        let undo = match (self, outcome) {
            (Deed::Publish { .. }, Outcome::Changed(c)) => Deed::Withdraw { item: c.item.summary.slot.clone() },
            (Deed::Change { .. } | Deed::CheckAgain { .. }, Outcome::Changed(c)) => {
                back(c.before.as_ref()?, &c.item.summary.id)
            }
            (Deed::Withdraw { .. }, Outcome::Gone(g)) => back(&g.before, &g.version),
            _ => return None,
        };
        Some(super::Deed::Things(undo))
    }
}
