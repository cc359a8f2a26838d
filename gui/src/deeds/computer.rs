//! This computer: its settings, the page on the building's Wi-Fi, and neighbours typed in.

use hedgerow_api::{Client, ConfigSet, NeighbourAdd, PageSet, PosterQuery};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome};
use crate::engine::fault;
use crate::files;
use crate::link::Fault;
use crate::words::{Language, Words};

/// The setting that lists neighbours typed in.
pub const NEIGHBOURS: &str = "neighbours";

/// What can be done about this computer.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "computer.")]
pub enum Deed {
    /// Change a setting.
    Set {
        /// Its name.
        key: String,
        /// Its new value.
        value: String,
        /// Its value until now.
        before: String,
    },
    /// Turn the page on the building's Wi-Fi on or off.
    WifiPage {
        /// On.
        on: bool,
    },
    /// Save a poster that leads to that page.
    SavePoster {
        /// In which language.
        language: Language,
        /// Whether as the square picture alone.
        picture: bool,
    },
    /// Connect to a computer that is not found by itself, now and after a restart.
    AddNeighbour {
        /// `KEY@ADDRESS:PORT`.
        address: String,
    },
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        let set = |key: &str, value: String| {
            let set = ConfigSet { key: key.to_owned(), value: Some(value).filter(|v| !v.is_empty()) };
            async move { client.config_set(&set).await.map_err(fault) }
        };
        match self {
            Deed::Set { key, value, .. } => set(&key, value).await.map(|_| Outcome::Done),
            Deed::WifiPage { on } => {
                client.page_set(&PageSet { on, listen: None }).await.map(|_| Outcome::Done).map_err(fault)
            }
            Deed::SavePoster { language, picture } => {
                let (format, name) =
                    if picture { ("png", "hedgerow-poster.png") } else { ("pdf", "hedgerow-poster.pdf") };
                let lang = if language == Language::Welsh { "cy" } else { "en" };
                let query = PosterQuery { format: format.into(), lang: lang.into() };
                let poster = client.page_poster(&query).await.map_err(fault)?;
                files::save(name, &poster).map(Outcome::Saved)
            }
            Deed::AddNeighbour { address } => {
                client.neighbour_add(&NeighbourAdd { address: address.clone() }).await.map_err(fault)?;
                let known = client.config().await.map_err(fault)?;
                let before = known.settings.into_iter().find(|s| s.key == NEIGHBOURS).map(|s| s.value);
                let before = before.unwrap_or_default();
                if !before.split(',').any(|one| one.trim() == address) {
                    let list = if before.is_empty() { address } else { format!("{before}, {address}") };
                    set(NEIGHBOURS, list.clone()).await?;
                    return Ok(Outcome::Listed { list, before });
                }
                Ok(Outcome::Done)
            }
        }
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        match (self, outcome) {
            (_, Outcome::Saved(path)) => Some(words.with("saved-as", "path", path)),
            (Deed::Set { .. }, _) => Some(words.t("setting-kept")),
            (Deed::WifiPage { on: true }, _) => Some(words.t("wifi-now-on")),
            (Deed::WifiPage { on: false }, _) => Some(words.t("wifi-now-off")),
            (Deed::AddNeighbour { .. }, _) => Some(words.t("neighbour-added")),
            (Deed::SavePoster { .. }, _) => None,
        }
    }

    fn undo(&self, outcome: &Outcome) -> Option<super::Deed> {
        let back = match (self.clone(), outcome) {
            (Deed::Set { key, value, before }, _) => Deed::Set { key, value: before, before: value },
            (Deed::WifiPage { on }, _) => Deed::WifiPage { on: !on },
            (Deed::AddNeighbour { .. }, Outcome::Listed { list, before }) => {
                Deed::Set { key: NEIGHBOURS.into(), value: before.clone(), before: list.clone() }
            }
            _ => return None,
        };
        Some(super::Deed::Computer(back))
    }
}
