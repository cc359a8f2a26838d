//! What comes and goes as files: lists of services, and everything on a stick.

use hedgerow_api::{Client, ExportPart, ExportQuery, ImportQuery};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome};
use crate::engine::fault;
use crate::files;
use crate::link::Fault;
use crate::sticks;
use crate::words::Words;

/// Longest list that is read, bytes.
const LIST_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Longest stick file that is read, bytes.
const BUNDLE_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// What can be carried.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "carry.")]
pub enum Deed {
    /// Bring in a list of services, or only look at what would come in.
    Import {
        /// The file.
        path: String,
        /// The group it is published for; nothing: me.
        group: Option<String>,
        /// Only look.
        only_look: bool,
    },
    /// Take back what just came in.
    TakeBack {
        /// The slots.
        items: Vec<String>,
    },
    /// Save all services as files.
    Export {
        /// Only what I and my groups publish.
        mine: bool,
    },
    /// Save everything as one file for a stick.
    Pack {
        /// The stick's folder; nothing: where downloads are.
        folder: Option<String>,
    },
    /// Take in such a file, or only look at what is in it.
    Unpack {
        /// The file, or the folder with it: then the newest.
        path: String,
        /// Only look.
        only_look: bool,
    },
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        match self {
            Deed::Import { path, group, only_look } => {
                let bytes = files::read(&path, LIST_BYTES_MAX)?;
                let name = files::typed(&path).file_name().map(|n| n.to_string_lossy().into_owned());
                let how = ImportQuery {
                    name: name.unwrap_or_default(),
                    as_group: group,
                    dry_run: only_look,
                    ..ImportQuery::default()
                };
                client.import(&how, bytes).await.map(|r| Outcome::Import(Box::new(r))).map_err(fault)
            }
            Deed::TakeBack { items } => {
                for item in &items {
                    client.withdraw(item, None, false).await.map_err(fault)?;
                }
                Ok(Outcome::Done)
            }
            Deed::Export { mine } => {
                let how = ExportQuery { format: "oruk".into(), mine };
                let mut parts = client.export(&how).await.map_err(fault)?;
                let folder = files::NewFolder::make("hedgerow-services")?;
                let export = loop {
                    match parts.next().await.map_err(fault)? {
                        ExportPart::File(file) => folder.add(&file.name, &file.text)?,
                        ExportPart::Done(export) => break export,
                    }
                };
                let (services, left_out) = (export.services, export.quarantined.len() as u64);
                Ok(Outcome::Exported { path: folder.keep(), services, left_out })
            }
            Deed::Pack { folder } => {
                let bytes = client.bundle_export(Vec::new()).await.map_err(fault)?;
                let name = "community.hedgerow";
                let saved = match folder {
                    Some(folder) => files::save_in(&files::typed(&folder), name, &bytes),
                    None => files::save(name, &bytes),
                };
                saved.map(Outcome::Saved)
            }
            Deed::Unpack { path, only_look } => {
                let newest = sticks::carried(&files::typed(&path)).into_iter().next();
                let bytes = files::read(&newest.unwrap_or(path), BUNDLE_BYTES_MAX)?;
                client.bundle_import(bytes, only_look).await.map(|r| Outcome::Bundle(Box::new(r))).map_err(fault)
            }
        }
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        match (self, outcome) {
            (Deed::Pack { folder: Some(_) }, Outcome::Saved(path)) => {
                let name = files::typed(path).file_name().map(|n| n.to_string_lossy().into_owned());
                Some(words.with("stick-saved", "file", &name.unwrap_or_default()))
            }
            (_, Outcome::Saved(path)) => Some(words.with("done-saved", "path", path)),
            (_, Outcome::Exported { path, .. }) => Some(words.with("done-saved", "path", path)),
            (Deed::Import { only_look: false, .. }, Outcome::Import(r)) => {
                Some(words.with("done-imported", "count", r.new + r.updated))
            }
            (Deed::TakeBack { items }, Outcome::Done) => {
                Some(words.with("done-taken-back", "count", items.len() as u64))
            }
            (Deed::Unpack { only_look: false, .. }, Outcome::Bundle(r)) => {
                Some(words.with("done-unpacked", "count", r.new))
            }
            _ => None,
        }
    }

    /// Only what is all new: what was changed would have to be put back as it was.
    fn undo(&self, outcome: &Outcome) -> Option<super::Deed> {
        let Outcome::Import(r) = outcome else { return None };
        let items = r.came.clone();
        (!items.is_empty() && r.updated == 0).then_some(super::Deed::Carry(Deed::TakeBack { items }))
    }
}
