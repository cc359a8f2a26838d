//! Web addresses in: the one file that speaks HTTP outwards.
//!
//! Follows the pages of an Open Referral UK site and asks for the full form of each service. Everything is bounded: time,
//! bytes, pages, items; only `http` and `https`.

use std::time::Duration;

use hedgerow_protocol::listing::{read, uuid_ok};
use serde_json::Value;

use super::decode::{self, Content};
use super::{Gather, INPUT_BYTES_MAX, oruk, table};

/// Most pages followed from one address.
const PAGES_MAX: u64 = 1_000;
/// Most services whose full form is asked for one by one.
const DETAILS_MAX: usize = 5_000;
/// Failures in a row after which the rest of the full forms is left.
const FAILURES_MAX: usize = 5;

/// Why an address could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No connection, refused, or too slow. Check the address and the internet connection.
    #[error("cannot reach {0}: {1}")]
    Reach(String, String),
    /// The site answered with an error.
    #[error("{0} answered with an error: {1}")]
    Status(String, u16),
    /// The answer is larger than 64 MB.
    #[error("the answer of {0} is larger than 64 MB")]
    TooLarge(String),
    /// The answer is no directory.
    #[error("{0}: {1}")]
    Unknown(String, String),
}

struct Site {
    agent: ureq::Agent,
    bytes_left: u64,
}

pub(super) fn into(url: &str, source: Option<&str>, gather: &mut Gather) -> Result<(), FetchError> {
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_global(Some(Duration::from_secs(60)))
        .max_redirects(5)
        .user_agent(concat!("hedgerow/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false);
    // A proxy for the internet does not lead to this computer itself.
    let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|p| url.starts_with(p));
    let config = if here { config.proxy(None) } else { config };
    let mut site = Site { agent: config.build().into(), bytes_left: INPUT_BYTES_MAX * 4 };
    let (mut base, query) = match url.split_once('?') {
        Some((base, query)) => (base.trim_end_matches('/').to_owned(), Some(query)),
        None => (url.trim_end_matches('/').to_owned(), None),
    };
    let mut first = match decode::read(&site.get(url)?) {
        Content::Json(value) => value,
        Content::Table(rows) => {
            return table::take(gather, &rows, url, source).map_err(|e| FetchError::Unknown(url.into(), e.to_string()));
        }
        Content::Parts(parts) => {
            let name = source.unwrap_or(&base);
            for (place, part) in parts.iter() {
                match part {
                    Ok(v) => oruk::take(gather, v, url, &oruk::From { source: name, url: Some(&base) }),
                    Err(reason) => gather.set_aside(&format!("{url}, {place}"), reason),
                }
            }
            return Ok(());
        }
        Content::Unknown(why) => return Err(FetchError::Unknown(url.into(), why)),
    };
    if first.get("openapi_url").is_some() {
        base = format!("{base}/services");
        first = site.json(&base)?;
    }
    let name = source.map_or_else(|| site_name(&base), str::to_owned);
    let from = oruk::From { source: &name, url: Some(&base) };
    let pages = follow(&mut site, &base, query, first, gather)?;
    let mut details = 0;
    let mut failures = 0;
    for page in pages {
        let Some(items) = contents(&page).cloned() else {
            oruk::take(gather, page, url, &from);
            continue;
        };
        for item in items {
            let detail = detail_address(&base, &item).filter(|_| details < DETAILS_MAX && failures < FAILURES_MAX);
            let Some(address) = detail else {
                oruk::take(gather, item, url, &from);
                continue;
            };
            details += 1;
            match site.json(&address) {
                Ok(full) if same_id(&full, &item) => {
                    failures = 0;
                    oruk::take(gather, full, &address, &from);
                }
                Ok(_) => oruk::take(gather, item, url, &from),
                Err(e) => {
                    failures += 1;
                    gather.remarks.push(format!("Only the short form of one service was read: {e}."));
                    oruk::take(gather, item, url, &from);
                }
            }
        }
    }
    Ok(())
}

/// The first page and those after it.
fn follow(
    site: &mut Site,
    base: &str,
    query: Option<&str>,
    first: Value,
    gather: &mut Gather,
) -> Result<Vec<Value>, FetchError> {
    let total = read::number(&first, "total_pages").or_else(|| read::number(&first, "totalPages")).unwrap_or(1.0);
    let total = if total >= 1.0 { total.min(1e9) as u64 } else { 1 };
    let asked_for_one = query.is_some_and(|q| q.split('&').any(|p| p.starts_with("page=")));
    let mut pages = vec![first];
    if contents(&pages[0]).is_none() || asked_for_one {
        return Ok(pages);
    }
    // 3.0 counts pages from 1; some v1 sites from 0.
    let number = read::number(&pages[0], "page_number").or_else(|| read::number(&pages[0], "number")).unwrap_or(1.0);
    let first_number = if number == 0.0 { 0 } else { 1 };
    if total > PAGES_MAX {
        gather.remarks.push(format!("Only the first {PAGES_MAX} of {total} pages were read."));
    }
    for n in (first_number + 1)..(first_number + total.min(PAGES_MAX)) {
        let extra = query.map(|q| format!("{q}&")).unwrap_or_default();
        let address = format!("{base}?{extra}page={n}");
        match site.json(&address) {
            // A site that ignores the page number would give the first page again and again.
            Ok(page) if contents(&page).is_none_or(Vec::is_empty) || pages.last() == Some(&page) => break,
            Ok(page) if contents(&page) == contents(&pages[0]) => break,
            Ok(page) => pages.push(page),
            Err(e) => {
                gather.remarks.push(format!("Reading stopped after {} of {total} pages: {e}.", pages.len()));
                break;
            }
        }
    }
    Ok(pages)
}

fn contents(page: &Value) -> Option<&Vec<Value>> {
    ["contents", "content"].iter().find_map(|k| page.get(k)?.as_array())
}

/// Where the full form of a service on a list page is; `None` when the page has it already.
fn detail_address(base: &str, item: &Value) -> Option<String> {
    let short = ["schedules", "service_at_locations", "regular_schedules", "service_areas", "cost_options"];
    if !base.ends_with("/services") || short.iter().any(|k| item.get(k).is_some()) {
        return None;
    }
    let id = read::text(item, "id")?;
    let safe =
        uuid_ok(&id) || (id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    safe.then(|| format!("{base}/{id}"))
}

fn same_id(full: &Value, item: &Value) -> bool {
    read::text(full, "id").is_some() && read::text(full, "id") == read::text(item, "id")
}

/// The site and path without the scheme: what a person would call it.
fn site_name(base: &str) -> String {
    let bare = base.split_once("://").map_or(base, |(_, rest)| rest);
    let bare = bare.rsplit_once('@').map_or(bare, |(_, rest)| rest);
    bare.strip_suffix("/services").unwrap_or(bare).to_owned()
}

impl Site {
    fn json(&mut self, address: &str) -> Result<Value, FetchError> {
        let bytes = self.get(address)?;
        serde_json::from_slice(&bytes)
            .map_err(|e| FetchError::Unknown(address.into(), format!("the answer is not JSON: {e}")))
    }

    fn get(&mut self, address: &str) -> Result<Vec<u8>, FetchError> {
        let reach = |e: ureq::Error| match e {
            ureq::Error::BodyExceedsLimit(_) => FetchError::TooLarge(address.into()),
            e => FetchError::Reach(address.into(), e.to_string()),
        };
        let mut answer =
            self.agent.get(address).header("accept", "application/json, text/csv;q=0.5").call().map_err(reach)?;
        if !answer.status().is_success() {
            return Err(FetchError::Status(address.into(), answer.status().as_u16()));
        }
        let bytes =
            answer.body_mut().with_config().limit(INPUT_BYTES_MAX.min(self.bytes_left)).read_to_vec().map_err(reach)?;
        self.bytes_left = self.bytes_left.saturating_sub(bytes.len() as u64);
        Ok(bytes)
    }
}
