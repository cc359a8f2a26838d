//! The client, continued: local sites and the uplink.

use hyper::Method;

use crate::client::{Answer, query, seg};
use crate::*;

impl Client {
    /// Local sites.
    pub async fn local_sites(&self) -> Answer<LocalSites> {
        self.get("/v1/sites").await
    }
    /// Publishes a program of this computer.
    pub async fn site_publish(&self, new: &SitePublish) -> Answer<LocalSite> {
        self.post("/v1/sites", new).await
    }
    /// Stops a program that is published from this computer.
    pub async fn site_stop(&self, name: &str) -> Answer<LocalSites> {
        self.delete(&format!("/v1/sites/{}", seg(name))).await
    }
    /// Opens a door to a local site.
    pub async fn site_visit(&self, visit: &SiteVisit) -> Answer<LocalSite> {
        self.post("/v1/visits", visit).await
    }
    /// Closes it.
    pub async fn site_leave(&self, site: &str) -> Answer<LocalSites> {
        self.delete(&format!("/v1/visits/{}", seg(site))).await
    }
    /// This computer as a gateway.
    pub async fn gateway(&self) -> Answer<GatewayStatus> {
        self.get("/v1/gateway").await
    }
    /// Sets it up, or again.
    pub async fn gateway_setup(&self, new: &GatewaySetup) -> Answer<GatewayStatus> {
        self.post("/v1/gateway", new).await
    }
    /// Opens it.
    pub async fn gateway_start(&self) -> Answer<GatewayStatus> {
        self.post("/v1/gateway/start", &()).await
    }
    /// Closes it.
    pub async fn gateway_stop(&self) -> Answer<GatewayStatus> {
        self.post("/v1/gateway/stop", &()).await
    }
    /// Pauses it.
    pub async fn gateway_pause(&self) -> Answer<GatewayStatus> {
        self.post("/v1/gateway/pause", &()).await
    }
    /// Changes its rules.
    pub async fn gateway_policy(&self, change: &PolicyChange) -> Answer<GatewayStatus> {
        self.json(Method::PATCH, "/v1/gateway/policy", change, &[]).await
    }
    /// Says what would happen to some targets.
    pub async fn gateway_test(&self, test: &GatewayTest) -> Answer<GatewayVerdicts> {
        self.post("/v1/gateway/test", test).await
    }
    /// Tries the building's own network.
    pub async fn gateway_prove(&self) -> Answer<GatewayProof> {
        self.post("/v1/gateway/proof", &()).await
    }
    /// What members used here.
    pub async fn gateway_statement(&self, ask: &StatementAsk) -> Answer<Statements> {
        self.get(&format!("/v1/gateway/statement?{}", query(ask))).await
    }
    /// Notes that a member paid, or that what they owe is let go.
    pub async fn gateway_settle(&self, new: &Settle) -> Answer<Settled> {
        self.post("/v1/gateway/settlements", new).await
    }
    /// Makes a voucher.
    pub async fn voucher_new(&self, new: &VoucherNew) -> Answer<VoucherMade> {
        self.post("/v1/gateway/vouchers", new).await
    }
    /// Takes one back.
    pub async fn voucher_back(&self, back: &VoucherBack) -> Answer<GatewayStatus> {
        self.post("/v1/gateway/vouchers/back", back).await
    }
    /// Uses one.
    pub async fn voucher_use(&self, using: &VoucherUse) -> Answer<VoucherUsed> {
        self.post("/v1/uplink/voucher", using).await
    }
    /// Use by the hour.
    pub async fn gateway_stats(&self) -> Answer<GatewayStats> {
        self.get("/v1/gateway/stats").await
    }
    /// What I used.
    pub async fn uplink_statement(&self, ask: &StatementAsk) -> Answer<Statements> {
        self.get(&format!("/v1/uplink/statement?{}", query(ask))).await
    }
    /// My way to the internet.
    pub async fn uplink(&self) -> Answer<Uplink> {
        self.get("/v1/uplink").await
    }
    /// Chooses it.
    pub async fn uplink_set(&self, set: &UplinkSet) -> Answer<Uplink> {
        self.json(Method::PUT, "/v1/uplink", set, &[]).await
    }
    /// Tries it.
    pub async fn uplink_test(&self, test: &UplinkTest) -> Answer<UplinkTested> {
        self.post("/v1/uplink/test", test).await
    }
}
