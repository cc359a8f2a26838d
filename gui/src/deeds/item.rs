//! What can be done with something that is shown: hide it, not see its publisher any more, keep it as a file.

use hedgerow_api::{Client, HideNew};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome};
use crate::engine::fault;
use crate::files;
use crate::link::Fault;
use crate::words::Words;

/// What can be done with something shown.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "item.")]
pub enum Deed {
    /// Hide it from everybody.
    Hide {
        /// Its slot, or the id of a person or group.
        what: String,
        /// Its title or their name.
        title: String,
        /// Why: one of [`crate::pages::item::REASONS`].
        reason: String,
        /// Words for everybody.
        note: String,
    },
    /// Show it again.
    Unhide {
        /// Its slot, or the id of a person or group.
        what: String,
        /// Its title or their name.
        title: String,
        /// Why it was hidden.
        reason: String,
        /// What was said about it.
        note: String,
    },
    /// Do not see a person or group on this computer any more.
    Block {
        /// Their id.
        owner: String,
        /// Their name.
        name: String,
    },
    /// See them again.
    Unblock {
        /// Their id.
        owner: String,
        /// Their name.
        name: String,
    },
    /// Save an event as a file for a calendar.
    SaveCalendar {
        /// Its slot.
        item: String,
        /// Its title.
        title: String,
    },
}

/// A file name from a title: short, plain letters and numbers.
fn file_name(title: &str) -> String {
    let plain: String = title.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(60).collect();
    let name = plain.split('-').filter(|p| !p.is_empty()).collect::<Vec<_>>().join("-");
    if name.is_empty() { "event".into() } else { name }
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        match self {
            Deed::Hide { what, reason, note, .. } => {
                let hide = HideNew { what, reason, note, dry_run: false };
                client.hide(&hide).await.map(|_| Outcome::Done).map_err(fault)
            }
            Deed::Unhide { what, .. } => client.unhide(&what).await.map(|_| Outcome::Done).map_err(fault),
            Deed::Block { owner, .. } => client.block(&owner).await.map(|_| Outcome::Done).map_err(fault),
            Deed::Unblock { owner, .. } => client.unblock(&owner).await.map(|_| Outcome::Done).map_err(fault),
            Deed::SaveCalendar { item, title } => {
                let text = client.ics(&item).await.map_err(fault)?;
                files::save(&format!("{}.ics", file_name(&title)), text.as_bytes()).map(Outcome::Saved)
            }
        }
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        let clean = hedgerow_api::clean::line;
        Some(match (self, outcome) {
            (_, Outcome::Saved(path)) => words.with("done-saved", "path", path),
            (Deed::Hide { title, .. }, _) => words.with("done-hidden", "title", &clean(title)),
            (Deed::Unhide { title, .. }, _) => words.with("done-unhidden", "title", &clean(title)),
            (Deed::Block { name, .. }, _) => words.with("done-blocked", "name", &clean(name)),
            (Deed::Unblock { name, .. }, _) => words.with("done-unblocked", "name", &clean(name)),
            _ => return None,
        })
    }

    fn undo(&self, _outcome: &Outcome) -> Option<super::Deed> {
        let undo = match self.clone() {
            Deed::Hide { what, title, reason, note } => Deed::Unhide { what, title, reason, note },
            Deed::Unhide { what, title, reason, note } => Deed::Hide { what, title, reason, note },
            Deed::Block { owner, name } => Deed::Unblock { owner, name },
            Deed::Unblock { owner, name } => Deed::Block { owner, name },
            Deed::SaveCalendar { .. } => return None,
        };
        Some(super::Deed::Item(undo))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_tame() {
        assert_eq!(file_name("Harvest supper, 7pm!"), "Harvest-supper-7pm");
        assert_eq!(file_name("../../etc/passwd"), "etc-passwd");
        assert_eq!(file_name("…"), "event");
    }
}
