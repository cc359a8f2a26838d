//! `hedgerow wait`

use std::time::Duration;

use clap::Args;
use hedgerow_api::{Freshness, Status};
use tokio::time::{Instant, timeout_at};

use super::status::sentence;
use super::{Cx, Fail, Outcome};

/// Wait until something is so. For scripts: no guessing how long things take.
///
/// Example: hedgerow wait --neighbours 3 --up-to-date --timeout 10
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Wait {
    /// At least so many other computers are linked.
    #[arg(long, value_name = "N")]
    neighbours: Option<u64>,
    /// At least so many records are here.
    #[arg(long, value_name = "N")]
    records: Option<u64>,
    /// At least so many services are here.
    #[arg(long, value_name = "N")]
    services: Option<u64>,
    /// This item is here and shown.
    #[arg(long, value_name = "ID")]
    item: Option<String>,
    /// This item is withdrawn or gone.
    #[arg(long, value_name = "ID")]
    gone: Option<String>,
    /// This computer belongs to a community.
    #[arg(long)]
    community: bool,
    /// Every linked computer has shown the same content, and at least one is linked.
    #[arg(long)]
    up_to_date: bool,
    /// The content has this root (see "root" in: hedgerow status --json).
    #[arg(long, value_name = "ROOT")]
    root: Option<String>,
    /// Give up after so many seconds.
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    timeout: f64,
}

impl Wait {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let within = Duration::try_from_secs_f64(self.timeout).map_err(|_| {
            Fail::usage(
                "That is not a time to wait.",
                "The timeout has to be a number of seconds from 0 up.",
                "--timeout 30",
            )
        })?;
        let end = Instant::now() + within;
        let mut events = cx.client.events(None).await?;
        loop {
            let status = cx.client.status().await?;
            let Some(missing) = self.missing(cx, &status).await? else {
                cx.out.data(&status, sentence);
                return Ok(0);
            };
            if Instant::now() >= end {
                return Err(Fail::timed_out(
                    format!("It did not happen within {} seconds.", self.timeout),
                    format!("Still missing: {missing}."),
                    "See how it is doing: hedgerow status",
                ));
            }
            // An event, or a quarter of a second for what makes no event, or the end.
            let look_again = (Instant::now() + Duration::from_millis(250)).min(end);
            if let Ok(None) = timeout_at(look_again, events.next()).await {
                events = cx.client.events(None).await?;
            }
        }
    }

    /// What is not so yet, in words; `None` when all is.
    async fn missing(&self, cx: &Cx, status: &Status) -> Result<Option<String>, Fail> {
        let mut missing = Vec::new();
        let mut least = |want: Option<u64>, have: u64, what: &str| {
            if let Some(want) = want.filter(|w| have < *w) {
                missing.push(format!("{have} of {want} {what}"));
            }
        };
        least(self.neighbours, status.linked() as u64, "computers linked");
        least(self.records, status.counts.records, "records here");
        least(self.services, status.counts.services, "services here");
        if self.community && status.community.is_none() {
            missing.push("a community".into());
        }
        if self.up_to_date && (status.freshness != Freshness::UpToDate || status.linked() == 0) {
            missing.push(format!("being up to date ({})", status.freshness_sentence));
        }
        if let Some(root) = &self.root
            && status.root.as_ref() != Some(root)
        {
            missing.push("the same content".into());
        }
        if let Some(id) = &self.item
            && !matches!(cx.client.item(id).await, Ok(item) if !item.withdrawn)
        {
            missing.push(format!("the item {id}"));
        }
        if let Some(id) = &self.gone
            && matches!(cx.client.item(id).await, Ok(item) if !item.withdrawn)
        {
            missing.push(format!("the end of the item {id}"));
        }
        Ok((!missing.is_empty()).then(|| missing.join(", ")))
    }
}
