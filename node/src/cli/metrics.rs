//! `hedgerow metrics`

use clap::Args;

use super::{Cx, Outcome};

/// Print how this computer is doing as numbers for Prometheus, without names or addresses.
///
/// Example: hedgerow metrics
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Metrics {}

impl Metrics {
    pub async fn run(self, cx: &Cx) -> Outcome {
        cx.out.raw(cx.client.metrics().await?.trim_end());
        Ok(0)
    }
}
