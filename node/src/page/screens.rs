//! The screens people read.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing;

use super::answer::{Ask, as_json, encoded, fault, file, html, make};
use super::view::{Card, Frame, Viewer, Whole};
use super::{Page, Shared};
use crate::app::{Found, Public, PublicQuery};
use crate::directory::{export, ics};

/// Things on one page of results, of notices and of events.
const ON_A_PAGE: usize = 20;
/// Notices and events on the first screen.
const ON_HOME: usize = 3;
/// Kinds of help offered on the first screen.
const SUBJECTS: usize = 12;
/// Most notices and events looked at for their screens and feeds. More: the oldest notices and latest events are left out.
pub const LISTED_MAX: usize = 1000;

/// For browsers the first screen, for programs what an Open Referral UK site says about itself.
pub async fn home_or_details(State(page): Shared, ask: Ask) -> Response {
    if !ask.is_browser {
        return as_json(&export::details());
    }
    make(page, ask, home).await
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    f: Frame,
    listings: u64,
    subjects: Vec<(String, String)>,
    notices: Vec<Card>,
    events: Vec<Card>,
}

fn home(page: &Page, ask: &Ask, public: Public) -> Response {
    let f = Frame::new(ask, Some(&public), "home", "");
    let board = page.board.get(&public);
    let viewer = Viewer::new(&public, &f);
    let events = board.events.iter().filter_map(|(_, id)| public.version(id)).take(ON_HOME);
    let events = events.map(|e| viewer.card(&e)).collect();
    let notices = public.notices(LISTED_MAX);
    let notices = notices.iter().take(ON_HOME).map(|n| viewer.card(n)).collect();
    let subjects = board.subjects.iter().take(SUBJECTS);
    let subjects = subjects.map(|(name, _)| (name.clone(), f.link(&format!("/find?kind=service&q={}", encoded(name)))));
    let listings = board.services.len() as u64;
    let subjects = subjects.collect();
    html(StatusCode::OK, &Home { listings, subjects, notices, events, f })
}

#[derive(Template)]
#[template(path = "find.html")]
struct Find {
    f: Frame,
    q: String,
    kind: &'static str,
    near: String,
    open: bool,
    asked: bool,
    count: String,
    items: Vec<Card>,
    more: Option<String>,
    first: Option<String>,
}

/// Looking for something.
pub async fn find(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |_, ask, public| {
        let w = ask.words();
        let (q, near, open) = (ask.text("q"), ask.text("near"), !ask.text("open").is_empty());
        let asked = ask.text("kind");
        let mut named = Kind::in_every_list().into_iter().filter_map(|k| Some((k.name()?, k)));
        let (kind, kinds) = match named.find(|(name, _)| *name == asked) {
            Some((name, kind)) => (name, vec![kind]),
            None => ("", Kind::in_every_list()),
        };
        let cursor = ask.place("from");
        let found = public.find(&PublicQuery {
            text: q.clone(),
            kinds,
            open_now: open,
            near: near.clone(),
            cursor: cursor.clone(),
            limit: ON_A_PAGE,
        });
        let title = if q.is_empty() { w.t("find") } else { w.with("found-for", "name", &q) };
        let f = Frame::new(ask, Some(&public), "find", &title);
        let viewer = Viewer::new(&public, &f);
        let items: Vec<Card> = found.items.iter().map(|i| viewer.card(i)).collect();
        let count = w.count("found-count", found.total.max(items.len() as u64));
        let mut again = String::from("/find?");
        for (name, value) in [("q", q.as_str()), ("kind", kind), ("near", &near), ("open", if open { "1" } else { "" })]
        {
            if !value.is_empty() {
                again.push_str(&format!("{name}={}&", encoded(value)));
            }
        }
        let first = cursor.map(|_| f.link(again.trim_end_matches(['&', '?'])));
        let more = found.next.map(|next| f.link(&format!("{again}from={next}")));
        let asked = !(q.is_empty() && near.is_empty() && !open && kind.is_empty());
        html(StatusCode::OK, &Find { q, kind, near, open, asked, count, items, more, first, f })
    })
    .await
}

#[derive(Template)]
#[template(path = "item.html")]
struct Item {
    f: Frame,
    i: Whole,
}

/// One thing in full.
pub async fn item(State(page): Shared, Path(slot): Path<String>, ask: Ask) -> Response {
    make(page, ask, move |_, ask, public| {
        let Some(found) = public.item(&slot) else {
            return fault(ask, Some(&public), StatusCode::NOT_FOUND, "gone");
        };
        let here = match found.kind() {
            Kind::NOTICE => "notices",
            Kind::EVENT => "events",
            _ => "find",
        };
        let title = listing::summary(found.kind(), &found.doc).title;
        let f = Frame::new(ask, Some(&public), here, &title);
        let i = Viewer::new(&public, &f).whole(&found);
        html(StatusCode::OK, &Item { i, f })
    })
    .await
}

#[derive(Template)]
#[template(path = "notices.html")]
struct Notices {
    f: Frame,
    items: Vec<Card>,
}

/// The notices that are valid now.
pub async fn notices(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |_, ask, public| {
        let f = Frame::new(ask, Some(&public), "notices", &ask.words().t("notices"));
        let viewer = Viewer::new(&public, &f);
        let notices = public.notices(LISTED_MAX);
        let items = notices.iter().take(ON_A_PAGE * 2).map(|n| viewer.card(n)).collect();
        html(StatusCode::OK, &Notices { items, f })
    })
    .await
}

#[derive(Template)]
#[template(path = "events.html")]
struct Events {
    f: Frame,
    items: Vec<Card>,
    more: Option<String>,
}

/// Events to come, soonest first.
pub async fn events(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page, ask, public| {
        let f = Frame::new(ask, Some(&public), "events", &ask.words().t("events"));
        let viewer = Viewer::new(&public, &f);
        let board = page.board.get(&public);
        let from = ask.number("from").ok().flatten().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let rest = board.events.iter().skip(from);
        let items = rest.take(ON_A_PAGE).filter_map(|(_, id)| public.version(id)).map(|e| viewer.card(&e)).collect();
        let next = from.saturating_add(ON_A_PAGE);
        let more = (next < board.events.len()).then(|| f.link(&format!("/events?from={next}")));
        html(StatusCode::OK, &Events { items, more, f })
    })
    .await
}

#[derive(Template)]
#[template(path = "help.html")]
struct Help {
    f: Frame,
}

/// What this is, and what it does not keep.
pub async fn help(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |_, ask, public| {
        html(StatusCode::OK, &Help { f: Frame::new(ask, Some(&public), "help", &ask.words().t("help")) })
    })
    .await
}

/// All events to come as a calendar that programs subscribe to.
pub async fn events_ics(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page, _, public| {
        let board = page.board.get(&public);
        let events: Vec<Found> =
            board.events.iter().take(LISTED_MAX).filter_map(|(_, id)| public.version(id)).collect();
        calendar(&public.name(), &public, &events)
    })
    .await
}

/// One event, to be taken up in a calendar.
pub async fn item_ics(State(page): Shared, Path(slot): Path<String>, ask: Ask) -> Response {
    make(page, ask, move |_, ask, public| match public.item(&slot).filter(|f| f.kind() == Kind::EVENT) {
        Some(event) => calendar(&listing::summary(Kind::EVENT, &event.doc).title, &public, &[event]),
        None => fault(ask, Some(&public), StatusCode::NOT_FOUND, "gone"),
    })
    .await
}

fn calendar(name: &str, public: &Public, events: &[Found]) -> Response {
    let slots: Vec<String> = events.iter().map(Found::slot).collect();
    let entries = events.iter().zip(&slots).map(|(event, slot)| ics::Entry {
        uid: slot,
        written_ms: event.record.payload().hlc.unix_ms(),
        doc: &event.doc,
    });
    let (text, _) = ics::calendar(name, &public.time_zone(), entries);
    file("text/calendar; charset=utf-8", text)
}

/// The style of all screens.
pub async fn style() -> Response {
    kept("text/css; charset=utf-8", include_str!("style.css"))
}

/// The mark in the browser's tab.
pub async fn icon() -> Response {
    kept("image/svg+xml", include_str!("icon.svg"))
}

/// Nobody's crawler needs a page inside a building.
pub async fn robots() -> Response {
    kept("text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n")
}

fn kept(media_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "max-age=3600")], text).into_response()
}

/// There is no such address.
pub async fn nowhere(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |_, ask, public| fault(ask, Some(&public), StatusCode::NOT_FOUND, "nowhere")).await
}

/// Somebody tried to change something.
pub async fn read_only(ask: Ask) -> Response {
    let mut answer = fault(&ask, None, StatusCode::METHOD_NOT_ALLOWED, "read-only");
    answer.headers_mut().insert(header::ALLOW, axum::http::HeaderValue::from_static("GET, HEAD"));
    answer
}
