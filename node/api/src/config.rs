//! The settings of a node.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// One setting as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Setting {
    /// Its name in `config.toml`.
    pub key: String,
    /// Its value, as it would be written in `config.toml`.
    pub value: String,
    /// Whether it comes from the file rather than from the program.
    pub set: bool,
    /// What it does.
    pub help: String,
}

/// Settings. `GET /v1/config`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Config {
    /// Where they are kept.
    pub path: String,
    /// All of them, by name.
    pub settings: Vec<Setting>,
}

/// Changes one setting. `PATCH /v1/config`. It holds from the next start of the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigSet {
    /// Its name.
    pub key: String,
    /// Its new value as text; nothing to go back to what the program chooses.
    pub value: Option<String>,
}

named! { Config => "hedgerow.config/1" }
