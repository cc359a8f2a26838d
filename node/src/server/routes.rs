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

use super::extract::{
    Answer, BUNDLE_BYTES_MAX, Fail, IMPORT_BYTES_MAX, Input, Params, Secret, file, if_match, read_all,
};
use super::{identity, metrics, openapi, people, sites, stream, uplink};
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
    get "/v1/metrics" => metrics::metrics;
    get "/v1/events" => stream::events;
    get "/v1/community" => community;
    post "/v1/community" => community_new;
    delete "/v1/community" => community_leave;
    get "/v1/nearby" => nearby;
    get "/v1/nearby/{community}/find" => nearby_find;
    post "/v1/join" => join;
    post "/v1/enter" => enter;
    get "/v1/join/waiting" => join_waiting;
    delete "/v1/join/waiting" => join_stop;
    get "/v1/invites" => invites;
    post "/v1/invites" => invite;
    post "/v1/invites/poster" => invite_poster;
    delete "/v1/invites/{which}" => invite_revoke;
    get "/v1/join-requests" => join_requests;
    post "/v1/join-requests/{who}/confirm" => join_confirm;
    post "/v1/join-requests/{who}/refuse" => join_refuse;
    get "/v1/people" => people::people;
    get "/v1/people/{person}" => people::person;
    get "/v1/people/{person}/why" => people::person_why;
    post "/v1/people/{person}/removal" => people::person_remove;
    put "/v1/people/{person}/membership" => people::person_allow;
    post "/v1/people/{person}/grants" => people::person_grant;
    delete "/v1/people/{person}/grants/{role}" => people::person_ungrant;
    get "/v1/organisers" => people::organisers;
    post "/v1/organisers/proposals" => people::organisers_propose;
    post "/v1/organisers/proposals/{code}/approval" => people::organisers_approve;
    post "/v1/organisers/proposals/{code}/decision" => people::organisers_decide;
    post "/v1/organisers/fix" => people::organisers_fix;
    get "/v1/groups" => people::groups;
    post "/v1/groups" => people::group_new;
    post "/v1/groups/{group}/members" => people::group_add;
    post "/v1/groups/{group}/space" => people::group_space;
    post "/v1/groups/{group}/removal" => people::group_remove;
    get "/v1/gateway" => uplink::gateway;
    post "/v1/gateway" => uplink::setup;
    post "/v1/gateway/start" => uplink::start;
    post "/v1/gateway/stop" => uplink::stop;
    post "/v1/gateway/pause" => uplink::pause;
    patch "/v1/gateway/policy" => uplink::policy;
    post "/v1/gateway/test" => uplink::test;
    post "/v1/gateway/proof" => uplink::prove;
    get "/v1/gateway/statement" => uplink::gateway_statement;
    get "/v1/gateway/stats" => uplink::gateway_stats;
    post "/v1/gateway/settlements" => uplink::settle;
    post "/v1/gateway/vouchers" => uplink::voucher_new;
    post "/v1/gateway/vouchers/back" => uplink::voucher_back;
    post "/v1/uplink/voucher" => uplink::voucher_use;
    get "/v1/uplink" => uplink::uplink;
    get "/v1/uplink/statement" => uplink::uplink_statement;
    put "/v1/uplink" => uplink::set;
    post "/v1/uplink/test" => uplink::uplink_test;
    get "/v1/groups/{group}/computers" => people::group_computers;
    post "/v1/groups/{group}/computers/removal" => people::group_computer_remove;
    post "/v1/groups/{group}/link-codes" => people::group_link_code;
    get "/v1/sites" => sites::sites;
    post "/v1/sites" => sites::publish;
    delete "/v1/sites/{name}" => sites::stop;
    post "/v1/visits" => sites::visit;
    delete "/v1/visits/{site}" => sites::leave;
    get "/v1/hidden" => people::hidden;
    post "/v1/hidden" => people::hide;
    delete "/v1/hidden/{what}" => people::unhide;
    get "/v1/blocked" => people::blocked;
    put "/v1/blocked/{owner}" => people::block;
    delete "/v1/blocked/{owner}" => people::unblock;
    get "/v1/find" => find;
    get "/v1/activity" => activity;
    post "/v1/items" => publish;
    get "/v1/items/{id}" => item;
    put "/v1/items/{id}" => edit;
    delete "/v1/items/{id}" => withdraw;
    get "/v1/items/{id}/ics" => ics;
    get "/v1/records/{id}/cose" => cose;
    get "/v1/requests" => requests;
    post "/v1/requests" => request_new;
    get "/v1/requests/{id}" => request;
    put "/v1/requests/{id}/read" => request_read;
    post "/v1/requests/{id}/answers" => request_answer;
    post "/v1/requests/{id}/close" => request_close;
    get "/v1/reports" => reports;
    post "/v1/reports" => report_new;
    post "/v1/import" => import;
    get "/v1/export" => export;
    post "/v1/bundle" => bundle_import;
    post "/v1/bundle/export" => bundle_export;
    get "/v1/bundle/have" => bundle_have;
    post "/v1/backup" => backup;
    get "/v1/neighbours" => neighbours;
    post "/v1/neighbours" => neighbour_add;
    get "/v1/identity" => identity::identity;
    get "/v1/identity/kit" => identity::kit;
    post "/v1/identity/kit/file" => identity::kit_file;
    post "/v1/identity/cool" => identity::cool;
    put "/v1/identity/pen-name" => identity::pen_name_set;
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
    get "/v1/page" => page;
    put "/v1/page" => page_set;
    get "/v1/page/poster" => page_poster;
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

/// Leaves the community: tells the others, and sets its data aside.
#[utoipa::path(delete, path = "/v1/community", tag = "community", responses((status = 204), (status = 409, body = Problem)))]
async fn community_leave(State(app): Node) -> Result<StatusCode, Fail> {
    app.community_leave().await?;
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

/// Joins a community with an invite, or asks to with a poster: then somebody there has to say yes, and the node keeps asking.
#[utoipa::path(post, path = "/v1/join", tag = "community", request_body = Join, responses((status = 200, body = Membership), (status = 202, body = JoinWaiting), (status = 403, body = Problem), (status = 410, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn join(State(app): Node, Input(join): Input<Join>) -> Result<Response, Fail> {
    Ok(match app.join(join).await? {
        Joined::Member(membership) => Json(membership).into_response(),
        Joined::Waiting(waiting) => (StatusCode::ACCEPTED, Json(waiting)).into_response(),
    })
}

/// Enters a community that lets newcomers in, without an invite.
#[utoipa::path(post, path = "/v1/enter", tag = "community", request_body = Enter, responses((status = 200, body = Entered), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 502, body = Problem)))]
async fn enter(State(app): Node, Input(enter): Input<Enter>) -> Answer<Entered> {
    Ok(Json(app.enter_as_newcomer(enter).await?))
}

/// How asking to join with a poster stands.
#[utoipa::path(get, path = "/v1/join/waiting", tag = "community", responses((status = 200, body = JoinWaiting), (status = 404, body = Problem)))]
async fn join_waiting(State(app): Node) -> Answer<JoinWaiting> {
    Ok(Json(app.join_waiting()?))
}

/// Stops asking to join.
#[utoipa::path(delete, path = "/v1/join/waiting", tag = "community", responses((status = 204), (status = 404, body = Problem)))]
async fn join_stop(State(app): Node) -> Result<StatusCode, Fail> {
    app.join_stop().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Invites of this computer that can still be used.
#[utoipa::path(get, path = "/v1/invites", tag = "community", responses((status = 200, body = Invites), (status = 409, body = Problem)))]
async fn invites(State(app): Node) -> Answer<Invites> {
    Ok(Json(app.invites()?))
}

/// Makes an invite or a poster.
#[utoipa::path(post, path = "/v1/invites", tag = "community", request_body = InviteNew, responses((status = 200, body = Invite), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn invite(State(app): Node, Input(new): Input<InviteNew>) -> Answer<Invite> {
    Ok(Json(app.invite(new).await?))
}

/// A poster of an invite for many, to hang on the wall.
#[utoipa::path(post, path = "/v1/invites/poster", tag = "community", request_body = InvitePoster, responses((status = 200, description = "A PDF or a PNG.", content_type = "application/pdf"), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn invite_poster(State(app): Node, Input(poster): Input<InvitePoster>) -> Result<Response, Fail> {
    let media_type = if poster.format == "png" { "image/png" } else { "application/pdf" };
    Ok(file(media_type, app.invite_poster(&poster)?))
}

/// Takes invites back, named by code, by note, or `all`.
#[utoipa::path(delete, path = "/v1/invites/{which}", tag = "community", params(("which" = String, Path), DryRun), responses((status = 200, body = Invites), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn invite_revoke(State(app): Node, Path(which): Path<String>, Params(dry): Params<DryRun>) -> Answer<Invites> {
    Ok(Json(app.invite_revoke(&which, dry.dry_run).await?))
}

/// Who asked with a poster of this computer and waits for an answer.
#[utoipa::path(get, path = "/v1/join-requests", tag = "community", responses((status = 200, body = JoinRequests), (status = 409, body = Problem)))]
async fn join_requests(State(app): Node) -> Answer<JoinRequests> {
    Ok(Json(app.join_requests()?))
}

/// Lets somebody in who waits, named by code or name.
#[utoipa::path(post, path = "/v1/join-requests/{who}/confirm", tag = "community", params(("who" = String, Path), DryRun), responses((status = 200, body = JoinRequests), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn join_confirm(State(app): Node, Path(who): Path<String>, Params(dry): Params<DryRun>) -> Answer<JoinRequests> {
    Ok(Json(app.join_confirm(&who, dry.dry_run).await?))
}

/// Says no to somebody who waits, named by code or name, or to `all`.
#[utoipa::path(post, path = "/v1/join-requests/{who}/refuse", tag = "community", params(("who" = String, Path), DryRun), responses((status = 200, body = JoinRequests), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn join_refuse(State(app): Node, Path(who): Path<String>, Params(dry): Params<DryRun>) -> Answer<JoinRequests> {
    Ok(Json(app.join_refuse(&who, dry.dry_run).await?))
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

/// `?even_if_hidden=true`: also what organisers hid, for them and for its owner.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct EvenIfHidden {
    /// Also what organisers hid, for them and for its owner.
    even_if_hidden: bool,
}

/// What happened in the community lately.
#[utoipa::path(get, path = "/v1/activity", tag = "news", responses((status = 200, body = Activity), (status = 409, body = Problem)))]
async fn activity(State(app): Node) -> Answer<Activity> {
    Ok(Json(crate::app::blocking(move || app.activity()).await??))
}

/// One item, by the id of any of its versions, the first 8 or more digits of one, or its slot.
#[utoipa::path(get, path = "/v1/items/{id}", tag = "items", params(("id" = String, Path), EvenIfHidden), responses((status = 200, body = Item, headers(("ETag" = String))), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn item(State(app): Node, Path(id): Path<String>, Params(how): Params<EvenIfHidden>) -> Result<Response, Fail> {
    let item = crate::app::blocking(move || app.item(&id, how.even_if_hidden)).await??;
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

/// The requests I can read, those changed last first. They are opened for this answer; no opened copy is kept.
#[utoipa::path(get, path = "/v1/requests", tag = "requests", responses((status = 200, body = Requests)))]
async fn requests(State(app): Node) -> Answer<Requests> {
    Ok(Json(crate::app::blocking(move || app.requests()).await??))
}

/// Asks for something in private: sealed to those it is for.
#[utoipa::path(post, path = "/v1/requests", tag = "requests", request_body = RequestNew, responses((status = 200, body = RequestSent), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn request_new(State(app): Node, Input(new): Input<RequestNew>) -> Answer<RequestSent> {
    Ok(Json(app.request_new(new).await?))
}

/// One request or report with everything written in it, by its id or the first 8 or more digits of it.
#[utoipa::path(get, path = "/v1/requests/{id}", tag = "requests", params(("id" = String, Path)), responses((status = 200, body = RequestThread), (status = 404, body = Problem)))]
async fn request(State(app): Node, Path(id): Path<String>) -> Answer<RequestThread> {
    Ok(Json(crate::app::blocking(move || app.request(&id)).await??))
}

/// Notes that I have read all of it.
#[utoipa::path(put, path = "/v1/requests/{id}/read", tag = "requests", params(("id" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn request_read(State(app): Node, Path(id): Path<String>) -> Result<StatusCode, Fail> {
    app.request_read(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers a request or report: sealed to everybody it went to.
#[utoipa::path(post, path = "/v1/requests/{id}/answers", tag = "requests", params(("id" = String, Path)), request_body = RequestAnswer, responses((status = 200, body = RequestSent), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn request_answer(
    State(app): Node,
    Path(id): Path<String>,
    Input(answer): Input<RequestAnswer>,
) -> Answer<RequestSent> {
    Ok(Json(app.request_answer(&id, answer).await?))
}

/// Closes a request or report.
#[utoipa::path(post, path = "/v1/requests/{id}/close", tag = "requests", params(("id" = String, Path), DryRun), responses((status = 200, body = RequestSent), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn request_close(State(app): Node, Path(id): Path<String>, Params(dry): Params<DryRun>) -> Answer<RequestSent> {
    Ok(Json(app.request_close(&id, dry.dry_run).await?))
}

/// The reports I can read: my own, and as an organiser those of others.
#[utoipa::path(get, path = "/v1/reports", tag = "requests", responses((status = 200, body = Requests)))]
async fn reports(State(app): Node) -> Answer<Requests> {
    Ok(Json(crate::app::blocking(move || app.reports()).await??))
}

/// Reports something to the organisers: sealed to each of them, but not to one it is about.
#[utoipa::path(post, path = "/v1/reports", tag = "requests", request_body = ReportNew, responses((status = 200, body = RequestSent), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn report_new(State(app): Node, Input(new): Input<ReportNew>) -> Answer<RequestSent> {
    Ok(Json(app.report_new(new).await?))
}

/// Reads a directory of services: the body is the file, unless `from` names what the node is to read.
#[utoipa::path(post, path = "/v1/import", tag = "data", params(ImportQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = ImportReport), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn import(State(app): Node, Params(how): Params<ImportQuery>, request: Request) -> Answer<ImportReport> {
    let bytes = read_all(request.into_body(), IMPORT_BYTES_MAX).await?;
    Ok(Json(app.import(how, bytes).await?))
}

/// Writes the directory out, a part a line.
#[utoipa::path(get, path = "/v1/export", tag = "data", params(ExportQuery), responses((status = 200, body = ExportPart, content_type = "application/x-ndjson"), (status = 422, body = Problem)))]
async fn export(State(app): Node, Params(how): Params<ExportQuery>) -> Result<Response, Fail> {
    Ok(in_pieces("application/x-ndjson", app.export(how).await?))
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
    Ok(in_pieces("application/octet-stream", app.bundle_export(have).await?))
}

/// An answer of any length.
fn in_pieces(kind: &'static str, pieces: tokio::sync::mpsc::Receiver<Vec<u8>>) -> Response {
    let stream = futures::stream::unfold(pieces, |mut pieces| async move {
        pieces.recv().await.map(|piece| (Ok::<_, std::convert::Infallible>(piece), pieces))
    });
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], Body::from_stream(stream)).into_response()
}

/// All that only this computer has, in a file that the passphrase opens.
#[utoipa::path(post, path = "/v1/backup", tag = "data", request_body = BackupNew, responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn backup(State(app): Node, Secret(new): Secret<BackupNew>) -> Result<Response, Fail> {
    let stream = futures::stream::unfold(app.backup(new)?, |mut pieces| async move {
        pieces.recv().await.map(|piece| (piece, pieces))
    });
    // A piece that is an error breaks the answer off, so that nobody takes what came for a whole one.
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

/// Whether the page on the building's Wi-Fi is offered, and where it can be opened.
#[utoipa::path(get, path = "/v1/page", tag = "page", responses((status = 200, body = PageStatus)))]
async fn page(State(app): Node) -> Json<PageStatus> {
    Json(app.page().await)
}

/// Turns the page on or off, at once and for later starts.
#[utoipa::path(put, path = "/v1/page", tag = "page", request_body = PageSet, responses((status = 200, body = PageStatus), (status = 422, body = Problem)))]
async fn page_set(State(app): Node, Input(set): Input<PageSet>) -> Answer<PageStatus> {
    Ok(Json(app.page_set(&set).await?))
}

/// A poster with the address of the page.
#[utoipa::path(get, path = "/v1/page/poster", tag = "page", params(PosterQuery), responses((status = 200, description = "A PDF or a PNG.", content_type = "application/pdf"), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn page_poster(State(app): Node, Params(which): Params<PosterQuery>) -> Result<Response, Fail> {
    let media_type = if which.format == "png" { "image/png" } else { "application/pdf" };
    Ok(file(media_type, app.page_poster(&which).await?))
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
