//! The addresses of the uplink, each with what it calls.

use axum::Json;
use axum::extract::State;
use hedgerow_api::*;

use super::extract::{Answer, Input, Params};
use super::routes::Node;

/// This computer as a gateway.
#[utoipa::path(get, path = "/v1/gateway", tag = "uplink", responses((status = 200, body = GatewayStatus), (status = 409, body = Problem)))]
pub(super) async fn gateway(State(app): Node) -> Answer<GatewayStatus> {
    Ok(Json(app.gateway()?))
}

/// Sets this computer up as a gateway, or again.
#[utoipa::path(post, path = "/v1/gateway", tag = "uplink", request_body = GatewaySetup, responses((status = 200, body = GatewayStatus), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn setup(State(app): Node, Input(new): Input<GatewaySetup>) -> Answer<GatewayStatus> {
    Ok(Json(app.gateway_setup(new).await?))
}

/// Opens it.
#[utoipa::path(post, path = "/v1/gateway/start", tag = "uplink", responses((status = 200, body = GatewayStatus), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn start(State(app): Node) -> Answer<GatewayStatus> {
    Ok(Json(app.gateway_start().await?))
}

/// Closes it; connections end.
#[utoipa::path(post, path = "/v1/gateway/stop", tag = "uplink", responses((status = 200, body = GatewayStatus), (status = 404, body = Problem)))]
pub(super) async fn stop(State(app): Node) -> Answer<GatewayStatus> {
    Ok(Json(app.gateway_stop().await?))
}

/// Pauses it; connections end at once.
#[utoipa::path(post, path = "/v1/gateway/pause", tag = "uplink", responses((status = 200, body = GatewayStatus), (status = 404, body = Problem)))]
pub(super) async fn pause(State(app): Node) -> Answer<GatewayStatus> {
    Ok(Json(app.gateway_pause().await?))
}

/// Changes the rules.
#[utoipa::path(patch, path = "/v1/gateway/policy", tag = "uplink", request_body = PolicyChange, responses((status = 200, body = GatewayStatus), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn policy(State(app): Node, Input(change): Input<PolicyChange>) -> Answer<GatewayStatus> {
    Ok(Json(app.gateway_policy(change).await?))
}

/// Says what would happen to some targets; nothing of it is kept.
#[utoipa::path(post, path = "/v1/gateway/test", tag = "uplink", request_body = GatewayTest, responses((status = 200, body = GatewayVerdicts), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn test(State(app): Node, Input(test): Input<GatewayTest>) -> Answer<GatewayVerdicts> {
    Ok(Json(app.gateway_test(test).await?))
}

/// Tries the building's own network as a member would.
#[utoipa::path(post, path = "/v1/gateway/proof", tag = "uplink", responses((status = 200, body = GatewayProof), (status = 404, body = Problem)))]
pub(super) async fn prove(State(app): Node) -> Answer<GatewayProof> {
    Ok(Json(app.gateway_prove().await?))
}

/// My way to the internet.
#[utoipa::path(get, path = "/v1/uplink", tag = "uplink", responses((status = 200, body = Uplink), (status = 409, body = Problem)))]
pub(super) async fn uplink(State(app): Node) -> Answer<Uplink> {
    Ok(Json(app.uplink()?))
}

/// Chooses it.
#[utoipa::path(put, path = "/v1/uplink", tag = "uplink", request_body = UplinkSet, responses((status = 200, body = Uplink), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn set(State(app): Node, Input(set): Input<UplinkSet>) -> Answer<Uplink> {
    Ok(Json(app.uplink_set(set).await?))
}

/// Tries it.
#[utoipa::path(post, path = "/v1/uplink/test", tag = "uplink", request_body = UplinkTest, responses((status = 200, body = UplinkTested), (status = 422, body = Problem)))]
pub(super) async fn uplink_test(State(app): Node, Input(test): Input<UplinkTest>) -> Answer<UplinkTested> {
    Ok(Json(app.uplink_test(test).await?))
}

/// What members used here, by month.
#[utoipa::path(get, path = "/v1/gateway/statement", tag = "uplink", params(StatementAsk), responses((status = 200, body = Statements), (status = 422, body = Problem)))]
pub(super) async fn gateway_statement(State(app): Node, Params(ask): Params<StatementAsk>) -> Answer<Statements> {
    Ok(Json(app.gateway_statement(ask)?))
}

/// What members used here, by the hour.
#[utoipa::path(get, path = "/v1/gateway/stats", tag = "uplink", responses((status = 200, body = GatewayStats), (status = 409, body = Problem)))]
pub(super) async fn gateway_stats(State(app): Node) -> Answer<GatewayStats> {
    Ok(Json(app.gateway_stats()?))
}

/// What I used through buildings, by month.
#[utoipa::path(get, path = "/v1/uplink/statement", tag = "uplink", params(StatementAsk), responses((status = 200, body = Statements), (status = 422, body = Problem)))]
pub(super) async fn uplink_statement(State(app): Node, Params(ask): Params<StatementAsk>) -> Answer<Statements> {
    Ok(Json(app.uplink_statement(ask)?))
}

/// Notes that a member paid, or that what they owe is let go.
#[utoipa::path(post, path = "/v1/gateway/settlements", tag = "uplink", request_body = Settle, responses((status = 200, body = Settled), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn settle(State(app): Node, Input(new): Input<Settle>) -> Answer<Settled> {
    Ok(Json(app.gateway_settle(new).await?))
}

/// Makes a voucher for internet at this gateway.
#[utoipa::path(post, path = "/v1/gateway/vouchers", tag = "uplink", request_body = VoucherNew, responses((status = 200, body = VoucherMade), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn voucher_new(State(app): Node, Input(new): Input<VoucherNew>) -> Answer<VoucherMade> {
    Ok(Json(app.voucher_new(new).await?))
}

/// Takes a voucher back.
#[utoipa::path(post, path = "/v1/gateway/vouchers/back", tag = "uplink", request_body = VoucherBack, responses((status = 200, body = GatewayStatus), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn voucher_back(State(app): Node, Input(back): Input<VoucherBack>) -> Answer<GatewayStatus> {
    Ok(Json(app.voucher_back(back).await?))
}

/// Uses a voucher at its building.
#[utoipa::path(post, path = "/v1/uplink/voucher", tag = "uplink", request_body = VoucherUse, responses((status = 200, body = VoucherUsed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn voucher_use(State(app): Node, Input(using): Input<VoucherUse>) -> Answer<VoucherUsed> {
    Ok(Json(app.voucher_use(using).await?))
}
