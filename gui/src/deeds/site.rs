//! Local sites: visiting them, and publishing a program of this computer.

use hedgerow_api::{Client, SitePublish, SiteVisit};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome};
use crate::command::Page;
use crate::engine::fault;
use crate::link::Fault;
use crate::words::Words;

/// What can be done with local sites.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "site.")]
pub enum Deed {
    /// Open a way to a site, and the browser with it.
    Visit {
        /// Its slot.
        site: String,
        /// Whether it may know who I am.
        named: bool,
    },
    /// Close that way.
    Leave {
        /// Its slot.
        site: String,
        /// Whether it knew who I am.
        named: bool,
    },
    /// See whether a program answers, before it is published.
    Check(Box<SitePublish>),
    /// Publish a program.
    Publish(Box<SitePublish>),
    /// Stop publishing it.
    Stop {
        /// What publishes it again.
        again: Box<SitePublish>,
    },
}

/// What people call it: its title, or its short name where it has none.
fn called(site: &SitePublish) -> &str {
    if site.title.trim().is_empty() { &site.name } else { site.title.trim() }
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        match self {
            Deed::Visit { site, named } => {
                let visit = SiteVisit { site, named, ..SiteVisit::default() };
                Ok(Outcome::Visit(Box::new(client.site_visit(&visit).await.map_err(fault)?)))
            }
            Deed::Leave { site, .. } => client.site_leave(&site).await.map(|_| Outcome::Done).map_err(fault),
            Deed::Check(new) => {
                let new = SitePublish { dry_run: true, ..*new };
                Ok(Outcome::SiteChecked(Box::new(client.site_publish(&new).await.map_err(fault)?)))
            }
            Deed::Publish(new) => client.site_publish(&new).await.map(|_| Outcome::Done).map_err(fault),
            Deed::Stop { again } => client.site_stop(&again.name).await.map(|_| Outcome::Done).map_err(fault),
        }
    }

    fn done(&self, words: &Words, _: &Outcome) -> Option<String> {
        match self {
            Deed::Visit { named: true, .. } => Some(words.t("site-visited-named")),
            Deed::Visit { .. } => Some(words.t("site-visited")),
            Deed::Leave { .. } => Some(words.t("site-left")),
            Deed::Check(_) => None,
            Deed::Publish(new) => Some(words.with("site-published", "name", called(new))),
            Deed::Stop { again } => Some(words.with("site-stopped", "name", called(again))),
        }
    }

    fn undo(&self, _: &Outcome) -> Option<super::Deed> {
        let back = match self.clone() {
            Deed::Visit { site, named } => Deed::Leave { site, named },
            Deed::Leave { site, named } => Deed::Visit { site, named },
            Deed::Publish(new) => Deed::Stop { again: new },
            Deed::Stop { again } => Deed::Publish(again),
            Deed::Check(_) => return None,
        };
        Some(super::Deed::Site(back))
    }

    /// A site that is a web page is opened at once.
    fn then(&self, outcome: &Outcome) -> Option<super::Deed> {
        let Outcome::Visit(site) = outcome else { return None };
        let url = site.address.clone().filter(|_| site.protocol == "http")?;
        Some(super::Deed::Internet(super::internet::Deed::OpenPage { url }))
    }

    fn leads_to(&self) -> Option<Page> {
        matches!(self, Deed::Publish(_)).then_some(Page::Sites)
    }
}
