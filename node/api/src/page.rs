//! The page on the building's Wi-Fi.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// Whether the page is offered, and where it can be opened. `GET /v1/page`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageStatus {
    /// Whether it is turned on in the settings.
    pub on: bool,
    /// Whether it answers now.
    pub answers: bool,
    /// Address and port it listens at, as in the settings.
    pub listen: String,
    /// Where others can open it, the most likely first: `http://192.168.1.20:8480/`. Empty while it does not answer.
    pub addresses: Vec<String>,
    /// Why it does not answer though it is on.
    pub problem: Option<String>,
}

/// Turns the page on or off, at once and for later starts. `PUT /v1/page`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageSet {
    /// On or off.
    pub on: bool,
    /// Address and port to listen at, `0.0.0.0:8480`; what is set already when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
}

/// Which poster. `GET /v1/page/poster`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct PosterQuery {
    /// `pdf`, a page to print, or `png`, the square picture alone. Default `pdf`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub format: String,
    /// Language: `en` or `cy`. Default `en`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lang: String,
}

/// A poster of an invite for many, to hang on the wall. `POST /v1/invites/poster`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitePoster {
    /// The text of the invite. Whoever has it can ask to join.
    pub ticket: String,
    /// `pdf`, a page to print, or `png`, the square picture alone. Default `pdf`.
    #[serde(default)]
    pub format: String,
    /// Language: `en` or `cy`. Default `en`.
    #[serde(default)]
    pub lang: String,
}

named! { PageStatus => "hedgerow.page/1" }
