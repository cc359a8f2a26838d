//! How the node is doing, as numbers for Prometheus (OpenMetrics text). The one place that names prometheus-client.
//!
//! Counts only: no person, address, name or place is in a label or a value, so that a graph on a wall gives nobody away.

use std::sync::atomic::{AtomicI64, AtomicU64};

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hedgerow_api::{Freshness, PageStatus, Severity, State as Doing, Status};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::routes::Node;

/// Media type of the answer.
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Numbers about this computer, for Prometheus: without persons, addresses or names.
#[utoipa::path(get, path = "/v1/metrics", tag = "about", responses((status = 200, description = "OpenMetrics text.", content_type = "application/openmetrics-text")))]
pub async fn metrics(State(app): Node) -> Response {
    let (status, page) = (app.status().await, app.page().await);
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], text(&status, &page)).into_response()
}

/// The numbers as text.
fn text(status: &Status, page: &PageStatus) -> String {
    let mut registry = Registry::with_prefix("hedgerow");
    registry.register("build", "Version that runs", Info::new(vec![("version", status.version.clone())]));
    let mut gauge = |name: &str, help: &str, value: u64| {
        let gauge = Gauge::<i64, AtomicI64>::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    let counts = &status.counts;
    gauge("in_community", "Whether this computer belongs to a community", u64::from(status.community.is_some()));
    gauge("records", "Records kept, all versions", counts.records);
    gauge("authority_records", "Records about who may do what", counts.authority_records);
    gauge("services", "Services shown", counts.services);
    gauge("notices", "Notices shown", counts.notices);
    gauge("events", "Events shown", counts.events);
    gauge("journal_bytes", "Space that is used on the disk", status.space.used_bytes);
    gauge("quota_bytes", "Space that may be used on the disk", status.space.quota_bytes);
    gauge("neighbours_seen", "Other computers seen", status.neighbours.iter().filter(|n| n.seen).count() as u64);
    gauge("neighbours_linked", "Other computers linked", status.linked() as u64);
    let up_to_date = status.neighbours.iter().filter(|n| n.linked && n.up_to_date).count();
    gauge("neighbours_up_to_date", "Linked computers that have shown the same content", up_to_date as u64);
    gauge(
        "up_to_date",
        "Whether every linked computer has shown the same content",
        u64::from(status.freshness == Freshness::UpToDate),
    );
    gauge("needs_somebody", "Whether something has to be done by a person", u64::from(status.state == Doing::NeedsYou));
    gauge("page_answers", "Whether the page on the building's Wi-Fi answers", u64::from(page.answers));
    let warnings = Family::<Vec<(String, String)>, Gauge<u64, AtomicU64>>::default();
    for (name, severity) in [("info", Severity::Info), ("warning", Severity::Warning), ("problem", Severity::Problem)] {
        let count = status.warnings.iter().filter(|w| w.severity == severity).count();
        warnings.get_or_create(&vec![("severity".into(), name.into())]).set(count as u64);
    }
    registry.register("warnings", "Things to know or to do", warnings);
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = encode(&mut out, &registry);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_give_nobody_away() {
        let neighbour = hedgerow_api::Neighbour {
            key: "SECRETKEY".into(),
            name: "Bob".into(),
            seen: true,
            linked: true,
            reason: String::new(),
            up_to_date: true,
            partial: false,
            addresses: vec!["192.168.1.7:4847".into()],
            path: "near".into(),
            equal_since_ms: None,
        };
        let mut status = empty();
        status.neighbours = vec![neighbour];
        status.counts.records = 7;
        let page = PageStatus {
            on: true,
            answers: true,
            listen: "0.0.0.0:8480".into(),
            addresses: vec!["http://192.168.1.2/".into()],
            problem: None,
        };
        let text = text(&status, &page);
        for line in [
            "hedgerow_records 7",
            "hedgerow_neighbours_linked 1",
            "hedgerow_page_answers 1",
            "hedgerow_warnings{severity=\"problem\"} 0",
            "# EOF",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
        for word in ["Bob", "SECRETKEY", "192.168", "Riverside"] {
            assert!(!text.contains(word), "{word}");
        }
    }

    fn empty() -> Status {
        Status {
            state: Doing::NearbyOnly,
            sentence: String::new(),
            freshness: Freshness::UpToDate,
            freshness_sentence: String::new(),
            community: None,
            me: None,
            taken_out: None,
            neighbours: Vec::new(),
            internet: None,
            counts: Default::default(),
            space: hedgerow_api::Space { used_bytes: 1, quota_bytes: 2, partial: false },
            warnings: Vec::new(),
            addresses: vec!["KEY@192.168.1.2:4847".into()],
            root: None,
            now_ms: 0,
            version: "0.1.0".into(),
            pid: 1,
        }
    }
}
