//! The addresses under `/v1/identity`, each with what it calls.
//!
//! Bodies may hold words and passphrases: they are read by [`Secret`], which wipes and never quotes them.

use axum::Json;
use axum::extract::State;
use hedgerow_api::*;

use super::extract::{Answer, Params, Secret};
use super::routes::{DryRun, Node};

/// Who I am and what this computer is of mine.
#[utoipa::path(get, path = "/v1/identity", tag = "identity", responses((status = 200, body = Identity), (status = 409, body = Problem)))]
pub(super) async fn identity(State(app): Node) -> Answer<Identity> {
    Ok(Json(app.identity()?))
}

/// The 24 words of my identity. Secret.
#[utoipa::path(get, path = "/v1/identity/kit", tag = "identity", responses((status = 200, body = IdentityKit), (status = 409, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn kit(State(app): Node) -> Answer<IdentityKit> {
    Ok(Json(app.identity_kit()?))
}

/// The words as a file that any age tool opens with the passphrase.
#[utoipa::path(post, path = "/v1/identity/kit/file", tag = "identity", request_body = KitFileNew, responses((status = 200, body = KitFile), (status = 409, body = Problem), (status = 422, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn kit_file(State(app): Node, Secret(body): Secret<KitFileNew>) -> Answer<KitFile> {
    Ok(Json(app.identity_kit_file(body).await?))
}

/// Takes the words off this computer, once three of them were typed back.
#[utoipa::path(post, path = "/v1/identity/cool", tag = "identity", request_body = IdentityCool, responses((status = 200, body = Identity), (status = 409, body = Problem), (status = 422, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn cool(State(app): Node, Secret(body): Secret<IdentityCool>) -> Answer<Identity> {
    Ok(Json(app.identity_cool(body)?))
}

/// Chooses the name that everybody sees beside what I publish to everybody, or none.
#[utoipa::path(put, path = "/v1/identity/pen-name", tag = "identity", request_body = PenName, responses((status = 200, body = Identity), (status = 409, body = Problem), (status = 422, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn pen_name_set(State(app): Node, Secret(body): Secret<PenName>) -> Answer<Identity> {
    Ok(Json(app.pen_name_set(body).await?))
}

/// Brings an identity back on this computer.
#[utoipa::path(post, path = "/v1/identity/restore", tag = "identity", request_body = IdentityRestore, responses((status = 200, body = Membership), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn restore(State(app): Node, Secret(body): Secret<IdentityRestore>) -> Answer<Membership> {
    Ok(Json(app.restore(body).await?))
}

/// My computers, this one first.
#[utoipa::path(get, path = "/v1/identity/computers", tag = "identity", responses((status = 200, body = Computers), (status = 409, body = Problem)))]
pub(super) async fn computers(State(app): Node) -> Answer<Computers> {
    Ok(Json(app.computers()?))
}

/// Takes one of my computers out. What it published stays.
#[utoipa::path(post, path = "/v1/identity/computers/remove", tag = "identity", request_body = ComputerRemove, responses((status = 200, body = ComputerRemoved), (status = 409, body = Problem), (status = 422, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn computer_remove(State(app): Node, Secret(body): Secret<ComputerRemove>) -> Answer<ComputerRemoved> {
    Ok(Json(app.computer_remove(body).await?))
}

/// Takes this computer out by its own word.
#[utoipa::path(post, path = "/v1/identity/give-up", tag = "identity", params(DryRun), responses((status = 200, body = Computers), (status = 409, body = Problem)))]
pub(super) async fn give_up(State(app): Node, Params(dry): Params<DryRun>) -> Answer<Computers> {
    Ok(Json(app.give_up(dry.dry_run).await?))
}

/// Whether a computer waits to be linked.
#[utoipa::path(get, path = "/v1/identity/link-codes", tag = "identity", responses((status = 200, body = LinkWaiting), (status = 409, body = Problem)))]
pub(super) async fn link_waiting(State(app): Node) -> Answer<LinkWaiting> {
    Ok(Json(app.link_waiting()?))
}

/// Makes a code for one more computer of mine; one from before stops working. Secret.
#[utoipa::path(post, path = "/v1/identity/link-codes", tag = "identity", responses((status = 200, body = LinkCode), (status = 409, body = Problem)))]
pub(super) async fn link_code(State(app): Node) -> Answer<LinkCode> {
    Ok(Json(app.link_code(None).await?))
}

/// Lists the computer that shows these six digits.
#[utoipa::path(post, path = "/v1/identity/link-confirm", tag = "identity", request_body = LinkConfirm, responses((status = 200, body = Computer), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn link_confirm(State(app): Node, Secret(body): Secret<LinkConfirm>) -> Answer<Computer> {
    Ok(Json(app.link_confirm(body).await?))
}

/// Asks once to become one more computer of a person; ask again until it is done.
#[utoipa::path(post, path = "/v1/identity/link", tag = "identity", request_body = Link, responses((status = 200, body = LinkStep), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn link(State(app): Node, Secret(body): Secret<Link>) -> Answer<LinkStep> {
    Ok(Json(app.link(body).await?))
}

/// My recovery friends, and what is asked in my name.
#[utoipa::path(get, path = "/v1/identity/friends", tag = "identity", responses((status = 200, body = Friends), (status = 409, body = Problem)))]
pub(super) async fn friends(State(app): Node) -> Answer<Friends> {
    Ok(Json(app.friends()?))
}

/// Names recovery friends, in place of those named before.
#[utoipa::path(put, path = "/v1/identity/friends", tag = "identity", request_body = FriendsSet, responses((status = 200, body = Friends), (status = 409, body = Problem), (status = 422, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn friends_set(State(app): Node, Secret(body): Secret<FriendsSet>) -> Answer<Friends> {
    Ok(Json(app.friends_set(body).await?))
}

/// My words are lost: makes the request that recovery friends agree to.
#[utoipa::path(post, path = "/v1/identity/help", tag = "identity", request_body = HelpAsk, responses((status = 200, body = HelpRequest), (status = 409, body = Problem), (status = 422, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn help(State(app): Node, Secret(body): Secret<HelpAsk>) -> Answer<HelpRequest> {
    Ok(Json(app.help_ask(body).await?))
}

/// Looks at a request for help; with the five words the person said, agrees to it.
#[utoipa::path(post, path = "/v1/identity/agree", tag = "identity", request_body = Agree, responses((status = 200, body = Agreed), (status = 409, body = Problem), (status = 422, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn agree(State(app): Node, Secret(body): Secret<Agree>) -> Answer<Agreed> {
    Ok(Json(app.agree(body).await?))
}

/// Speaks against every new key asked for in my name.
#[utoipa::path(post, path = "/v1/identity/object", tag = "identity", responses((status = 200, body = Friends), (status = 409, body = Problem)))]
pub(super) async fn object(State(app): Node) -> Answer<Friends> {
    Ok(Json(app.object().await?))
}

/// Withdraws everything I published, my name last.
#[utoipa::path(post, path = "/v1/identity/withdraw-all", tag = "identity", params(DryRun), responses((status = 200, body = WithdrawnAll), (status = 409, body = Problem)))]
pub(super) async fn withdraw_all(State(app): Node, Params(dry): Params<DryRun>) -> Answer<WithdrawnAll> {
    Ok(Json(app.withdraw_all(dry.dry_run).await?))
}
