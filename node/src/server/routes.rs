//! The addresses of the API, each with what it calls.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing;
use hedgerow_api::*;
use http_body_util::BodyExt as _;
use serde::Deserialize;

use super::extract::{Answer, BUNDLE_BYTES_MAX, Fail, IMPORT_BYTES_MAX, Input, Params, file, if_match, read_all};
use super::{identity, openapi, stream};
use crate::app::App;

/// Largest file that says what another computer has, in bytes.
const HAVE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// One list makes the router, the table of routes and the OpenAPI document.
macro_rules! routes {
    ($($method:ident $path:literal => $($part:ident)::+;)*) => {
        /// Every route: method and path.
        #[cfg(test)]
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),*];

        /// What answers them.
        pub fn router() -> Router<Arc<App>> {
            Router::new()$(.route($path, routing::$method($($part)::+)))*
        }

        /// Collects what is documented.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($part)::+),*), components(schemas(Problem, Event, BundleWritten)))]
        pub struct Document;
    };
}

routes! {
    get "/v1/openapi.json" => openapi::openapi;
    get "/v1/status" => status;
    post "/v1/stop" => stop;
    get "/v1/events" => stream::events;
    get "/v1/community" => community;
    post "/v1/community" => community_new;
    delete "/v1/community" => community_leave;
    get "/v1/nearby" => nearby;
    get "/v1/nearby/{community}/find" => nearby_find;
    post "/v1/join" => join;
    post "/v1/invites" => invite;
    get "/v1/people" => people;
    get "/v1/groups" => groups;
    post "/v1/groups" => group_new;
    post "/v1/groups/{group}/members" => group_add;
    get "/v1/find" => find;
    post "/v1/items" => publish;
    get "/v1/items/{id}" => item;
    put "/v1/items/{id}" => edit;
    delete "/v1/items/{id}" => withdraw;
    get "/v1/items/{id}/ics" => ics;
    get "/v1/records/{id}/cose" => cose;
    post "/v1/import" => import;
    get "/v1/export" => export;
    post "/v1/bundle" => bundle_import;
    post "/v1/bundle/export" => bundle_export;
    get "/v1/bundle/have" => bundle_have;
    get "/v1/neighbours" => neighbours;
    post "/v1/neighbours" => neighbour_add;
    get "/v1/identity" => identity::identity;
    get "/v1/identity/kit" => identity::kit;
    post "/v1/identity/kit/file" => identity::kit_file;
    post "/v1/identity/cool" => identity::cool;
    post "/v1/identity/restore" => identity::restore;
    get "/v1/identity/computers" => identity::computers;
    post "/v1/identity/computers/remove" => identity::computer_remove;
    post "/v1/identity/give-up" => identity::give_up;
    get "/v1/identity/link-codes" => identity::link_waiting;
    post "/v1/identity/link-codes" => identity::link_code;
    post "/v1/identity/link-confirm" => identity::link_confirm;
    post "/v1/identity/link" => identity::link;
    get "/v1/identity/friends" => identity::friends;
    put "/v1/identity/friends" => identity::friends_set;
    post "/v1/identity/help" => identity::help;
    post "/v1/identity/agree" => identity::agree;
    post "/v1/identity/object" => identity::object;
    post "/v1/identity/withdraw-all" => identity::withdraw_all;
    get "/v1/config" => config;
    patch "/v1/config" => config_set;
}

pub(super) type Node = State<Arc<App>>;

/// `?dry_run=true`: only say what would happen.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DryRun {
    /// Only say what would happen.
    pub(super) dry_run: bool,
}

/// How this computer is doing.
#[utoipa::path(get, path = "/v1/status", tag = "about", responses((status = 200, body = Status)))]
async fn status(State(app): Node) -> Json<Status> {
    Json(app.status().await)
}

/// Stops the node, after this answer.
#[utoipa::path(post, path = "/v1/stop", tag = "about", responses((status = 202)))]
async fn stop(State(app): Node) -> StatusCode {
    app.request_stop();
    StatusCode::ACCEPTED
}

/// The community of this computer.
#[utoipa::path(get, path = "/v1/community", tag = "community", responses((status = 200, body = Community), (status = 409, body = Problem)))]
async fn community(State(app): Node) -> Answer<Community> {
    Ok(Json(app.my_community()?))
}

/// Starts a community with me as its first organiser.
#[utoipa::path(post, path = "/v1/community", tag = "community", request_body = CommunityNew, responses((status = 200, body = Membership), (status = 409, body = Problem)))]
async fn community_new(State(app): Node, Input(new): Input<CommunityNew>) -> Answer<Membership> {
    Ok(Json(app.community_new(new).await?))
}

/// Leaves the community; its data is set aside.
#[utoipa::path(delete, path = "/v1/community", tag = "community", responses((status = 204), (status = 409, body = Problem)))]
async fn community_leave(State(app): Node) -> Result<StatusCode, Fail> {
    app.leave().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Communities seen on the network.
#[utoipa::path(get, path = "/v1/nearby", tag = "community", responses((status = 200, body = Nearby)))]
async fn nearby(State(app): Node) -> Answer<Nearby> {
    Ok(Json(app.nearby()?))
}

/// What anybody may read of a community nearby, named by id or name.
#[utoipa::path(get, path = "/v1/nearby/{community}/find", tag = "community", params(("community" = String, Path), FindQuery), responses((status = 200, body = FindPage), (status = 404, body = Problem)))]
async fn nearby_find(
    State(app): Node,
    Path(community): Path<String>,
    Params(find): Params<FindQuery>,
) -> Answer<FindPage> {
    Ok(Json(app.nearby_find(&community, find).await?))
}

/// Joins a community with an invite.
#[utoipa::path(post, path = "/v1/join", tag = "community", request_body = Join, responses((status = 200, body = Membership), (status = 410, body = Problem), (status = 422, body = Problem)))]
async fn join(State(app): Node, Input(join): Input<Join>) -> Answer<Membership> {
    Ok(Json(app.join(join).await?))
}

/// Makes an invite.
#[utoipa::path(post, path = "/v1/invites", tag = "community", request_body = InviteNew, responses((status = 200, body = Invite), (status = 429, body = Problem)))]
async fn invite(State(app): Node, Input(new): Input<InviteNew>) -> Answer<Invite> {
    Ok(Json(app.invite(new).await?))
}

/// People, me first, then by name.
#[utoipa::path(get, path = "/v1/people", tag = "people", responses((status = 200, body = People)))]
async fn people(State(app): Node) -> Answer<People> {
    Ok(Json(app.people()?))
}

/// Groups, mine first, then by name.
#[utoipa::path(get, path = "/v1/groups", tag = "people", responses((status = 200, body = Groups)))]
async fn groups(State(app): Node) -> Answer<Groups> {
    Ok(Json(app.groups()?))
}

/// Starts a group with me as its admin.
#[utoipa::path(post, path = "/v1/groups", tag = "people", request_body = GroupNew, responses((status = 200, body = Group), (status = 403, body = Problem)))]
async fn group_new(State(app): Node, Input(new): Input<GroupNew>) -> Answer<Group> {
    Ok(Json(app.group_new(new).await?))
}

/// Puts someone into a group, named by id or name.
#[utoipa::path(post, path = "/v1/groups/{group}/members", tag = "people", params(("group" = String, Path)), request_body = GroupAdd, responses((status = 200, body = Group), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn group_add(State(app): Node, Path(group): Path<String>, Input(add): Input<GroupAdd>) -> Answer<Group> {
    Ok(Json(app.group_add(&group, add).await?))
}

/// Finds listings, notices and events.
#[utoipa::path(get, path = "/v1/find", tag = "items", params(FindQuery), responses((status = 200, body = FindPage), (status = 422, body = Problem)))]
async fn find(State(app): Node, Params(find): Params<FindQuery>) -> Answer<FindPage> {
    let page = crate::app::blocking(move || app.find(&find)).await??;
    Ok(Json(page))
}

/// Publishes something.
#[utoipa::path(post, path = "/v1/items", tag = "items",
    params(("idempotency-key" = Option<String>, Header, description = "A repeat with the same key does nothing twice.")),
    request_body = Publish, responses((status = 200, body = Published), (status = 403, body = Problem), (status = 507, body = Problem)))]
async fn publish(State(app): Node, headers: HeaderMap, Input(publish): Input<Publish>) -> Result<Response, Fail> {
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
    published(app.publish(publish, key.as_deref()).await?)
}

/// One item, by the id of any of its versions, the first 8 or more digits of one, or its slot.
#[utoipa::path(get, path = "/v1/items/{id}", tag = "items", params(("id" = String, Path)), responses((status = 200, body = Item, headers(("ETag" = String))), (status = 404, body = Problem)))]
async fn item(State(app): Node, Path(id): Path<String>) -> Result<Response, Fail> {
    let item = crate::app::blocking(move || app.item(&id)).await??;
    Ok(with_etag(&item.summary.id.clone(), Json(item)))
}

/// Replaces an item; fields that a typed service leaves empty stay as they are.
#[utoipa::path(put, path = "/v1/items/{id}", tag = "items",
    params(("id" = String, Path), ("if-match" = Option<String>, Header, description = "Only while this version is the one shown.")),
    request_body = Publish, responses((status = 200, body = Published, headers(("ETag" = String))), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn edit(
    State(app): Node,
    Path(id): Path<String>,
    headers: HeaderMap,
    Input(publish): Input<Publish>,
) -> Result<Response, Fail> {
    published(app.edit(&id, publish, if_match(&headers).as_deref()).await?)
}

/// Withdraws an item.
#[utoipa::path(delete, path = "/v1/items/{id}", tag = "items",
    params(("id" = String, Path), DryRun, ("if-match" = Option<String>, Header, description = "Only while this version is the one shown.")),
    responses((status = 200, body = Withdrawn), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn withdraw(
    State(app): Node,
    Path(id): Path<String>,
    Params(dry): Params<DryRun>,
    headers: HeaderMap,
) -> Answer<Withdrawn> {
    Ok(Json(app.withdraw(&id, if_match(&headers).as_deref(), dry.dry_run).await?))
}

/// An event for calendar programs.
#[utoipa::path(get, path = "/v1/items/{id}/ics", tag = "items", params(("id" = String, Path)), responses((status = 200, body = String, content_type = "text/calendar"), (status = 404, body = Problem)))]
async fn ics(State(app): Node, Path(id): Path<String>) -> Result<Response, Fail> {
    Ok(file("text/calendar; charset=utf-8", app.ics(&id)?.into_bytes()))
}

/// A record as a COSE_Sign1 message.
#[utoipa::path(get, path = "/v1/records/{id}/cose", tag = "items", params(("id" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "application/cose"), (status = 404, body = Problem)))]
async fn cose(State(app): Node, Path(id): Path<String>) -> Result<Response, Fail> {
    Ok(file("application/cose; cose-type=\"cose-sign1\"", app.cose(&id)?))
}

/// Reads a directory of services: the body is the file, unless `from` names what the node is to read.
#[utoipa::path(post, path = "/v1/import", tag = "data", params(ImportQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = ImportReport), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn import(State(app): Node, Params(how): Params<ImportQuery>, request: Request) -> Answer<ImportReport> {
    let bytes = read_all(request.into_body(), IMPORT_BYTES_MAX).await?;
    Ok(Json(app.import(how, bytes).await?))
}

/// Writes the directory out.
#[utoipa::path(get, path = "/v1/export", tag = "data", params(ExportQuery), responses((status = 200, body = Export), (status = 422, body = Problem)))]
async fn export(State(app): Node, Params(how): Params<ExportQuery>) -> Answer<Export> {
    Ok(Json(app.export(how).await?))
}

/// Takes a bundle in.
#[utoipa::path(post, path = "/v1/bundle", tag = "data", params(DryRun), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = BundleReport), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn bundle_import(State(app): Node, Params(dry): Params<DryRun>, request: Request) -> Answer<BundleReport> {
    let mut import = app.bundle_import(dry.dry_run)?;
    let mut body = request.into_body();
    let mut seen = 0;
    while let Some(frame) = body.frame().await {
        let broken = |e| {
            Problem::new(
                Code::BadRequest,
                "The request broke off.",
                format!("Not all of it arrived: {e}."),
                "Try again.",
            )
        };
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        seen += data.len();
        if seen > BUNDLE_BYTES_MAX {
            let detail = format!("At most {BUNDLE_BYTES_MAX} bytes can be taken at once. What came first was kept.");
            return Err(Problem::new(Code::TooLarge, "That is too large.", detail, "Make a smaller one.").into());
        }
        import.push(&data).await?;
    }
    Ok(Json(import.finish().await?))
}

/// A bundle of everything, or, with a body, of what the writer of that "have" file lacks.
#[utoipa::path(post, path = "/v1/bundle/export", tag = "data", request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 422, body = Problem)))]
async fn bundle_export(State(app): Node, request: Request) -> Result<Response, Fail> {
    let have = read_all(request.into_body(), HAVE_BYTES_MAX).await?;
    let pieces = app.bundle_export(have).await?;
    let stream = futures::stream::unfold(pieces, |mut pieces| async move {
        pieces.recv().await.map(|piece| (Ok::<_, std::convert::Infallible>(piece), pieces))
    });
    let kind = HeaderValue::from_static("application/octet-stream");
    Ok(([(header::CONTENT_TYPE, kind)], Body::from_stream(stream)).into_response())
}

/// What is here, for someone else to make a small bundle.
#[utoipa::path(get, path = "/v1/bundle/have", tag = "data", responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
async fn bundle_have(State(app): Node) -> Result<Response, Fail> {
    Ok(file("application/octet-stream", app.bundle_have().await?))
}

/// The other computers, and what they type to reach this one.
#[utoipa::path(get, path = "/v1/neighbours", tag = "neighbours", responses((status = 200, body = Neighbours)))]
async fn neighbours(State(app): Node) -> Answer<Neighbours> {
    Ok(Json(app.neighbours().await?))
}

/// Connects to a computer that is not found by itself.
#[utoipa::path(post, path = "/v1/neighbours", tag = "neighbours", request_body = NeighbourAdd, responses((status = 200, body = Neighbours), (status = 422, body = Problem)))]
async fn neighbour_add(State(app): Node, Input(add): Input<NeighbourAdd>) -> Answer<Neighbours> {
    Ok(Json(app.neighbour_add(add).await?))
}

/// The settings.
#[utoipa::path(get, path = "/v1/config", tag = "about", responses((status = 200, body = Config)))]
async fn config(State(app): Node) -> Json<Config> {
    Json(app.config().show(&app.dir))
}

/// Changes a setting; it holds from the next start.
#[utoipa::path(patch, path = "/v1/config", tag = "about", request_body = ConfigSet, responses((status = 200, body = Config), (status = 422, body = Problem)))]
async fn config_set(State(app): Node, Input(set): Input<ConfigSet>) -> Answer<Config> {
    Ok(Json(app.config_set(&set)?))
}

fn published(published: Published) -> Result<Response, Fail> {
    Ok(with_etag(&published.item.summary.id.clone(), Json(published)))
}

fn with_etag(version: &str, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    // Hexadecimal digits are always a valid header.
    if let Ok(value) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}
