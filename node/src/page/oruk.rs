//! The Open Referral UK API 3.0 (HSDS-UK): services, services at locations, taxonomies and their terms, page by page.
//!
//! The shapes are those of the export (`directory::export`). Filters that are not offered are refused rather than ignored:
//! an answer that looks filtered and is not would be wrong.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use hedgerow_protocol::kind::Kind;
use serde_json::Value;

use super::answer::{Ask, as_json, make, problem};
use super::board::{Service, Snapshot, strict};
use super::{Page, Shared};
use crate::app::{Public, PublicQuery};
use crate::directory::export::{flat, page_of, short, short_place};

/// Items on a page unless asked otherwise, and most that may be asked for.
const PER_PAGE: (usize, usize) = (50, 200);
/// Most services a search looks through. More: a narrower search is asked for.
const SEARCHED_MAX: usize = 10_000;
/// Filters of the standard that are not offered here.
const NOT_OFFERED: [&str; 5] = ["start_time", "end_time", "day", "postcode", "proximity"];

/// What was wrong with a question.
struct Wrong(&'static str);

impl From<Wrong> for Response {
    fn from(wrong: Wrong) -> Response {
        problem(StatusCode::BAD_REQUEST, "That cannot be asked.", wrong.0)
    }
}

/// Which page of how many items.
fn paging(ask: &Ask) -> Result<(usize, usize), Wrong> {
    let number = |name| ask.number(name).map(|n| n.and_then(|n| usize::try_from(n).ok()));
    let page = number("page").map_err(|()| Wrong("\"page\" has to be a whole number from 1."))?.unwrap_or(1);
    let per = number("per_page").map_err(|()| Wrong("\"per_page\" has to be a whole number."))?.unwrap_or(PER_PAGE.0);
    if page == 0 || per == 0 {
        return Err(Wrong("\"page\" and \"per_page\" count from 1."));
    }
    Ok((page, per.min(PER_PAGE.1)))
}

/// One page of what `all` holds; `show` gives the form of one on a list.
fn page_from<T>(ask: &Ask, all: &[T], show: impl Fn(&T) -> Option<Value>) -> Response {
    let (page, per) = match paging(ask) {
        Ok(paging) => paging,
        Err(wrong) => return wrong.into(),
    };
    let pages = all.len().div_ceil(per).max(1);
    let begin = (page - 1).saturating_mul(per).min(all.len());
    let contents: Vec<Value> = all[begin..].iter().take(per).filter_map(show).collect();
    as_json(&page_of(&contents, page, pages, all.len()))
}

fn nothing(what: &str) -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "There is nothing with this id.",
        &format!("No {what} here has it, or it is not public."),
    )
}

/// The services that fit the filters.
fn chosen<'a>(board: &'a Snapshot, public: &Public, ask: &Ask) -> Result<Vec<&'a Service>, Wrong> {
    if ask.names().any(|n| NOT_OFFERED.contains(&n)) {
        return Err(Wrong(
            "This site offers no search by time, day, postcode or distance. \"search\" finds town names and postcodes as words.",
        ));
    }
    let age = |name: &str| match ask.text(name).as_str() {
        "" => Ok(None),
        text => text.parse::<f64>().map(Some).map_err(|_| Wrong("An age has to be a number.")),
    };
    let (minimum, maximum) = (age("minimum_age")?, age("maximum_age")?);
    let term = Some(ask.text("taxonomy_term_id")).filter(|t| !t.is_empty());
    let taxonomy = Some(ask.text("taxonomy_id")).filter(|t| !t.is_empty());
    let of_taxonomy = taxonomy.map(|taxonomy| {
        let inside =
            board.terms.iter().filter(|(_, t)| t.get("taxonomy_id").and_then(Value::as_str) == Some(&*taxonomy));
        inside.map(|(id, _)| id.clone()).collect::<BTreeSet<_>>()
    });
    let text = ask.text("search");
    let searched = match text.is_empty() {
        true => None,
        false => {
            let mut ids = BTreeSet::new();
            let mut query = PublicQuery { text, kinds: vec![Kind::SERVICE], limit: 500, ..PublicQuery::default() };
            loop {
                let page = public.ids(&query);
                ids.extend(page.0);
                if ids.len() > SEARCHED_MAX {
                    return Err(Wrong("Too many services fit. Search for more words."));
                }
                match page.1 {
                    Some(next) => query.cursor = Some(next),
                    None => break Some(ids),
                }
            }
        }
    };
    let fits = |s: &&Service| {
        minimum.is_none_or(|age| s.minimum_age.is_some_and(|m| m >= age))
            && maximum.is_none_or(|age| s.maximum_age.is_some_and(|m| m <= age))
            && term.as_ref().is_none_or(|t| s.terms.contains(t))
            && of_taxonomy.as_ref().is_none_or(|inside| s.terms.iter().any(|t| inside.contains(t)))
            && searched.as_ref().is_none_or(|ids| ids.contains(&s.record))
    };
    Ok(board.services.iter().filter(fits).collect())
}

/// `/services`
pub async fn services(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page, ask, public| match chosen(&page.board.get(&public), &public, ask) {
        Ok(all) => page_from(ask, &all, |s| whole_service(&public, s).as_ref().map(short)),
        Err(wrong) => wrong.into(),
    })
    .await
}

fn whole_service(public: &Public, service: &Service) -> Option<Value> {
    strict(&public.version(&service.record)?).services.remove(&service.id)
}

/// `/services/{id}`
pub async fn service(State(page): Shared, Path(id): Path<String>, ask: Ask) -> Response {
    make(page, ask, move |page, _, public| {
        let board = page.board.get(&public);
        let found = board.services.binary_search_by(|s| s.id.as_str().cmp(&id)).ok();
        let service = found.and_then(|n| whole_service(&public, &board.services[n]));
        service.map_or_else(|| nothing("service"), |s| as_json(&s))
    })
    .await
}

fn whole_place(board: &Snapshot, public: &Public, id: &str) -> Option<Value> {
    strict(&public.version(board.places.get(id)?)?).places.remove(id)
}

/// `/service_at_locations`
pub async fn places(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page, ask, public| {
        let board = page.board.get(&public);
        let all: Vec<&String> = match chosen(&board, &public, ask) {
            Ok(services) if services.len() == board.services.len() => board.places.keys().collect(),
            Ok(services) => {
                let records: BTreeSet<_> = services.iter().map(|s| s.record).collect();
                board.places.iter().filter(|(_, r)| records.contains(r)).map(|(id, _)| id).collect()
            }
            Err(wrong) => return wrong.into(),
        };
        page_from(ask, &all, |id| whole_place(&board, &public, id).as_ref().map(short_place))
    })
    .await
}

/// `/service_at_locations/{id}`
pub async fn place(State(page): Shared, Path(id): Path<String>, ask: Ask) -> Response {
    make(page, ask, move |page, _, public| {
        let place = whole_place(&page.board.get(&public), &public, &id);
        place.map_or_else(|| nothing("service at a location"), |p| as_json(&p))
    })
    .await
}

/// `/taxonomies`
pub async fn taxonomies(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page: &Page, ask, public| {
        let board = page.board.get(&public);
        page_from(ask, &board.taxonomies.values().collect::<Vec<_>>(), |t| Some(flat(t)))
    })
    .await
}

/// `/taxonomies/{id}`
pub async fn taxonomy(State(page): Shared, Path(id): Path<String>, ask: Ask) -> Response {
    make(page, ask, move |page, _, public| {
        page.board.get(&public).taxonomies.get(&id).map_or_else(|| nothing("taxonomy"), as_json)
    })
    .await
}

/// `/taxonomy_terms`
pub async fn terms(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page, ask, public| {
        let board = page.board.get(&public);
        page_from(ask, &board.terms.values().collect::<Vec<_>>(), |t| Some((*t).clone()))
    })
    .await
}

/// `/taxonomy_terms/{id}`
pub async fn term(State(page): Shared, Path(id): Path<String>, ask: Ask) -> Response {
    make(page, ask, move |page, _, public| {
        page.board.get(&public).terms.get(&id).map_or_else(|| nothing("taxonomy term"), as_json)
    })
    .await
}
