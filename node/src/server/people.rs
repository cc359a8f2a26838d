//! The addresses about people, organisers, groups and moderation, each with what it calls.

use axum::Json;
use axum::extract::{Path, State};
use hedgerow_api::*;
use serde::Deserialize;

use super::extract::{Answer, Input, Params};
use super::routes::Node;

/// `?all=true`: also those who wait, were taken out, or left.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct All {
    /// Also those who wait, were taken out, or left.
    all: bool,
}

/// People, me first, then by name.
#[utoipa::path(get, path = "/v1/people", tag = "people", params(All), responses((status = 200, body = People)))]
pub async fn people(State(app): Node, Params(how): Params<All>) -> Answer<People> {
    Ok(Json(app.people(how.all)?))
}

/// One person in full, named by id or name.
#[utoipa::path(get, path = "/v1/people/{person}", tag = "people", params(("person" = String, Path)), responses((status = 200, body = PersonDetail), (status = 404, body = Problem)))]
pub async fn person(State(app): Node, Path(person): Path<String>) -> Answer<PersonDetail> {
    Ok(Json(app.person(&person)?))
}

/// Why somebody is what they are here, in plain sentences.
#[utoipa::path(get, path = "/v1/people/{person}/why", tag = "people", params(("person" = String, Path)), responses((status = 200, body = PersonWhy), (status = 404, body = Problem)))]
pub async fn person_why(State(app): Node, Path(person): Path<String>) -> Answer<PersonWhy> {
    Ok(Json(app.person_why(&person)?))
}

/// Takes a person out. Organisers only.
#[utoipa::path(post, path = "/v1/people/{person}/removal", tag = "people", params(("person" = String, Path)), request_body = PersonRemove, responses((status = 200, body = Removed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn person_remove(
    State(app): Node,
    Path(person): Path<String>,
    Input(how): Input<PersonRemove>,
) -> Answer<Removed> {
    Ok(Json(app.person_remove(&person, how).await?))
}

/// Lets a person in, or in again. Organisers only.
#[utoipa::path(put, path = "/v1/people/{person}/membership", tag = "people", params(("person" = String, Path)), responses((status = 200, body = PersonDetail), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn person_allow(State(app): Node, Path(person): Path<String>) -> Answer<PersonDetail> {
    Ok(Json(app.person_allow(&person).await?))
}

/// Gives a special role. Organisers only.
#[utoipa::path(post, path = "/v1/people/{person}/grants", tag = "people", params(("person" = String, Path)), request_body = GrantNew, responses((status = 200, body = PersonDetail), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn person_grant(
    State(app): Node,
    Path(person): Path<String>,
    Input(new): Input<GrantNew>,
) -> Answer<PersonDetail> {
    Ok(Json(app.person_grant(&person, new).await?))
}

/// Takes a special role: `gateway-host`, `mentor` or `invites`. Organisers only.
#[utoipa::path(delete, path = "/v1/people/{person}/grants/{role}", tag = "people", params(("person" = String, Path), ("role" = String, Path)), responses((status = 200, body = PersonDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn person_ungrant(State(app): Node, Path((person, role)): Path<(String, String)>) -> Answer<PersonDetail> {
    Ok(Json(app.person_ungrant(&person, &role).await?))
}

/// Who the organisers are, and what they are asked to decide.
#[utoipa::path(get, path = "/v1/organisers", tag = "organisers", responses((status = 200, body = Organisers)))]
pub async fn organisers(State(app): Node) -> Answer<Organisers> {
    Ok(Json(app.organisers()?))
}

/// Proposes a change of organisers and approves it. Organisers only.
#[utoipa::path(post, path = "/v1/organisers/proposals", tag = "organisers", request_body = OrganisersChange, responses((status = 200, body = OrganisersChanged), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn organisers_propose(State(app): Node, Input(change): Input<OrganisersChange>) -> Answer<OrganisersChanged> {
    Ok(Json(app.organisers_propose(change).await?))
}

/// Approves a change, named by its code. Organisers only.
#[utoipa::path(post, path = "/v1/organisers/proposals/{code}/approval", tag = "organisers", params(("code" = String, Path)), request_body = OrganisersApprove, responses((status = 200, body = OrganisersChanged), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn organisers_approve(
    State(app): Node,
    Path(code): Path<String>,
    Input(how): Input<OrganisersApprove>,
) -> Answer<OrganisersChanged> {
    Ok(Json(app.organisers_approve(&code, how).await?))
}

/// As a key holder, says which change holds.
#[utoipa::path(post, path = "/v1/organisers/proposals/{code}/decision", tag = "organisers", params(("code" = String, Path)), request_body = KeyHolderSign, responses((status = 200, body = OrganisersChanged), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn organisers_decide(
    State(app): Node,
    Path(code): Path<String>,
    Input(sign): Input<KeyHolderSign>,
) -> Answer<OrganisersChanged> {
    Ok(Json(app.organisers_decide(&code, sign).await?))
}

/// As a key holder, fixes the organisers that hold, so that nothing decided before can split the community.
#[utoipa::path(post, path = "/v1/organisers/fix", tag = "organisers", request_body = KeyHolderSign, responses((status = 200, body = OrganisersChanged), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn organisers_fix(State(app): Node, Input(sign): Input<KeyHolderSign>) -> Answer<OrganisersChanged> {
    Ok(Json(app.organisers_fix(sign).await?))
}

/// A group's own computers.
#[utoipa::path(get, path = "/v1/groups/{group}/computers", tag = "groups", params(("group" = String, Path)), responses((status = 200, body = Computers), (status = 404, body = Problem)))]
pub async fn group_computers(State(app): Node, Path(group): Path<String>) -> Answer<Computers> {
    Ok(Json(app.group_computers(&group)?))
}

/// Takes one of a group's own computers out. Its admins and organisers only.
#[utoipa::path(post, path = "/v1/groups/{group}/computers/removal", tag = "groups", params(("group" = String, Path)), request_body = ComputerRemove, responses((status = 200, body = ComputerRemoved), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn group_computer_remove(
    State(app): Node,
    Path(group): Path<String>,
    Input(ask): Input<ComputerRemove>,
) -> Answer<ComputerRemoved> {
    Ok(Json(app.group_computer_remove(&group, ask).await?))
}

/// Makes a code that links one more computer of a group's own. Confirmed like one of mine. Its admins and organisers only.
#[utoipa::path(post, path = "/v1/groups/{group}/link-codes", tag = "groups", params(("group" = String, Path)), responses((status = 200, body = LinkCode), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn group_link_code(State(app): Node, Path(group): Path<String>) -> Answer<LinkCode> {
    Ok(Json(app.link_code(Some(&group)).await?))
}

/// Groups, mine first, then by name.
#[utoipa::path(get, path = "/v1/groups", tag = "groups", responses((status = 200, body = Groups)))]
pub async fn groups(State(app): Node) -> Answer<Groups> {
    Ok(Json(app.groups()?))
}

/// Starts a group with me as its admin. Organisers only.
#[utoipa::path(post, path = "/v1/groups", tag = "groups", request_body = GroupNew, responses((status = 200, body = Group), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn group_new(State(app): Node, Input(new): Input<GroupNew>) -> Answer<Group> {
    Ok(Json(app.group_new(new).await?))
}

/// Puts someone into a group, named by id or name, or makes them its admin.
#[utoipa::path(post, path = "/v1/groups/{group}/members", tag = "groups", params(("group" = String, Path)), request_body = GroupAdd, responses((status = 200, body = Group), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn group_add(State(app): Node, Path(group): Path<String>, Input(add): Input<GroupAdd>) -> Answer<Group> {
    Ok(Json(app.group_add(&group, add).await?))
}

/// Gives a group space for what it publishes. Organisers only.
#[utoipa::path(post, path = "/v1/groups/{group}/space", tag = "groups", params(("group" = String, Path)), request_body = GroupSpace, responses((status = 200, body = Group), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn group_space(
    State(app): Node,
    Path(group): Path<String>,
    Input(space): Input<GroupSpace>,
) -> Answer<Group> {
    Ok(Json(app.group_space(&group, space).await?))
}

/// Takes someone out of a group (me: I leave it), or closes the group.
#[utoipa::path(post, path = "/v1/groups/{group}/removal", tag = "groups", params(("group" = String, Path)), request_body = GroupRemove, responses((status = 200, body = Removed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn group_remove(
    State(app): Node,
    Path(group): Path<String>,
    Input(remove): Input<GroupRemove>,
) -> Answer<Removed> {
    Ok(Json(app.group_remove(&group, remove).await?))
}

/// What organisers hid, with who and why.
#[utoipa::path(get, path = "/v1/hidden", tag = "moderation", responses((status = 200, body = HiddenList)))]
pub async fn hidden(State(app): Node) -> Answer<HiddenList> {
    Ok(Json(app.hidden()?))
}

/// Hides an item, or everything of a person or group but the name. Organisers only.
#[utoipa::path(post, path = "/v1/hidden", tag = "moderation", request_body = HideNew, responses((status = 200, body = Moderated), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn hide(State(app): Node, Input(hide): Input<HideNew>) -> Answer<Moderated> {
    Ok(Json(app.hide(hide).await?))
}

/// Shows an item, or everything of a person or group, again. Organisers only.
#[utoipa::path(delete, path = "/v1/hidden/{what}", tag = "moderation", params(("what" = String, Path)), responses((status = 200, body = Moderated), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn unhide(State(app): Node, Path(what): Path<String>) -> Answer<Moderated> {
    Ok(Json(app.unhide(&what).await?))
}

/// Whom I blocked on this computer. Private.
#[utoipa::path(get, path = "/v1/blocked", tag = "moderation", responses((status = 200, body = Blocked)))]
pub async fn blocked(State(app): Node) -> Answer<Blocked> {
    Ok(Json(app.blocked()?))
}

/// Leaves the things of a person or group out of what is found on this computer.
#[utoipa::path(put, path = "/v1/blocked/{owner}", tag = "moderation", params(("owner" = String, Path)), responses((status = 200, body = Blocked), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn block(State(app): Node, Path(owner): Path<String>) -> Answer<Blocked> {
    Ok(Json(app.block(&owner).await?))
}

/// Shows the things of a person or group on this computer again.
#[utoipa::path(delete, path = "/v1/blocked/{owner}", tag = "moderation", params(("owner" = String, Path)), responses((status = 200, body = Blocked), (status = 404, body = Problem)))]
pub async fn unblock(State(app): Node, Path(owner): Path<String>) -> Answer<Blocked> {
    Ok(Json(app.unblock(&owner).await?))
}
