//! Local sites: programs published from a computer, and visits to them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// A local site, as this computer knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LocalSite {
    /// Its name, part of its web address.
    pub name: String,
    /// Its slot: what names it where two have one name.
    pub slot: String,
    /// What it is, in a line.
    pub title: String,
    /// The rest.
    pub text: String,
    /// `http` or `tcp`.
    pub protocol: String,
    /// Name of the person or group it belongs to.
    pub owner: String,
    /// Who may visit, in words.
    pub audience: String,
    /// Whether the computer that publishes it has to know who visits.
    pub needs_name: bool,
    /// Whether it runs on this computer.
    pub here: bool,
    /// `running`, `not-running` (its program does not answer; only known for sites here), `reachable` or `offline`.
    pub state: String,
    /// The same in a sentence, with when its computer was last seen.
    pub sentence: String,
    /// Sites here: the program's port.
    #[serde(default)]
    pub port: Option<u16>,
    /// Where it can be visited on this computer now.
    #[serde(default)]
    pub address: Option<String>,
    /// Whether its program is told who visits from here.
    #[serde(default)]
    pub named: bool,
    /// Visits to it now: of others to a site here, from here to one elsewhere.
    #[serde(default)]
    pub visits: u64,
    /// The item that says more about it, by slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<String>,
}

/// Local sites. `GET /v1/sites`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LocalSites {
    /// Those here first, then by name.
    pub sites: Vec<LocalSite>,
}

/// Publishes a program. `POST /v1/sites`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SitePublish {
    /// The program's port on this computer.
    pub port: u16,
    /// The site's name: a to z, 0 to 9 and `-`, at most 32.
    pub name: String,
    /// What it is; empty: its name.
    #[serde(default)]
    pub title: String,
    /// The rest.
    #[serde(default)]
    pub text: String,
    /// `http` or `tcp`; empty: `http`.
    #[serde(default)]
    pub protocol: String,
    /// Who may visit: `community`, `group:NAME`, `people:NAME,NAME`; empty: `community`.
    #[serde(default)]
    pub audience: String,
    /// The group it belongs to, by name or id; me when absent.
    #[serde(default)]
    pub as_group: Option<String>,
    /// An item that says more about it, by id or slot.
    #[serde(default)]
    pub listing: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// Opens a door to a site. `POST /v1/visits`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteVisit {
    /// The site's name, or `NAME@OWNER`, or its slot.
    pub site: String,
    /// Whether its program may be told who visits.
    #[serde(default)]
    pub named: bool,
    /// The port to use on this computer; any when absent.
    #[serde(default)]
    pub port: Option<u16>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

named! {
    LocalSite => "hedgerow.site/1",
    LocalSites => "hedgerow.sites/1",
}
