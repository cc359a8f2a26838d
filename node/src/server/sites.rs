//! The addresses of local sites, each with what it calls.

use axum::Json;
use axum::extract::{Path, State};
use hedgerow_api::*;

use super::extract::{Answer, Input};
use super::routes::Node;

/// Local sites, those of this computer first.
#[utoipa::path(get, path = "/v1/sites", tag = "sites", responses((status = 200, body = LocalSites), (status = 409, body = Problem)))]
pub(super) async fn sites(State(app): Node) -> Answer<LocalSites> {
    Ok(Json(app.local_sites().await?))
}

/// Publishes a program of this computer.
#[utoipa::path(post, path = "/v1/sites", tag = "sites", request_body = SitePublish, responses((status = 200, body = LocalSite), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn publish(State(app): Node, Input(new): Input<SitePublish>) -> Answer<LocalSite> {
    Ok(Json(app.site_publish(new).await?))
}

/// Stops a program that is published from this computer.
#[utoipa::path(delete, path = "/v1/sites/{name}", tag = "sites", params(("name" = String, Path)), responses((status = 200, body = LocalSites), (status = 404, body = Problem)))]
pub(super) async fn stop(State(app): Node, Path(name): Path<String>) -> Answer<LocalSites> {
    Ok(Json(app.site_stop(&name).await?))
}

/// Opens a door to a site on this computer.
#[utoipa::path(post, path = "/v1/visits", tag = "sites", request_body = SiteVisit, responses((status = 200, body = LocalSite), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn visit(State(app): Node, Input(visit): Input<SiteVisit>) -> Answer<LocalSite> {
    Ok(Json(app.site_visit(visit).await?))
}

/// Closes it.
#[utoipa::path(delete, path = "/v1/visits/{site}", tag = "sites", params(("site" = String, Path)), responses((status = 200, body = LocalSites), (status = 404, body = Problem)))]
pub(super) async fn leave(State(app): Node, Path(site): Path<String>) -> Answer<LocalSites> {
    Ok(Json(app.site_leave(&site).await?))
}
