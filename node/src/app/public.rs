//! What anybody may read here, without joining: the one place that decides it.
//!
//! Public is what its writer left open to all, what counts, what is shown now and what no organiser hid: the same as a
//! stranger's computer is given. Whom this computer blocks plays no part, or its page would tell. Not for: words and
//! pages, which are made of what this gives.

use std::sync::Arc;

use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, At};
use hedgerow_protocol::record::{Address, Audience, Record};
use serde_json::Value;

use super::items::{doc_of, same_elsewhere, slot_of_text, slot_text};
use super::{App, Member};
use crate::core::{Order, Query};

/// Records read at once while walking through all of a kind.
const WALK: usize = 500;

/// The public part of a community's records on this computer.
#[derive(Clone)]
pub struct Public(Arc<Member>);

/// What to look for in what is public.
#[derive(Debug, Clone, Default)]
pub struct PublicQuery {
    /// Words; empty for everything.
    pub text: String,
    /// Of these kinds.
    pub kinds: Vec<Kind>,
    /// Only what is open now.
    pub open_now: bool,
    /// Only what is in this town or postcode; empty for everywhere.
    pub near: String,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Most items.
    pub limit: usize,
}

/// One thing that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The version that is shown.
    pub record: Record,
    /// What it says.
    pub doc: Value,
    /// How many other public listings of the same thing there are.
    pub also_from: usize,
}

impl Found {
    /// What it is.
    pub fn kind(&self) -> Kind {
        self.record.payload().kind
    }
    /// Its address, the same for all versions.
    pub fn slot(&self) -> String {
        slot_text(&self.record.address())
    }
    fn of(record: Record) -> Option<Found> {
        let doc = doc_of(&record)?;
        Some(Found { record, doc, also_from: 0 })
    }
}

/// One page of it.
#[derive(Debug, Clone, Default)]
pub struct FoundPage {
    /// Best first.
    pub items: Vec<Found>,
    /// Where to go on.
    pub next: Option<String>,
    /// How many there are, all pages together; those folded into one counted singly.
    pub total: u64,
}

impl App {
    /// What anybody may read, if this computer belongs to a community.
    pub fn public(&self) -> Option<Public> {
        self.member_if_any().map(Public)
    }
}

impl Public {
    /// Of an opened directory.
    pub fn of(member: Arc<Member>) -> Public {
        Public(member)
    }
    /// The community.
    pub fn community(&self) -> Id {
        self.0.community
    }
    /// Its name; empty while it has not arrived.
    pub fn name(&self) -> String {
        self.name_of(&self.0.community)
    }
    /// Its time zone.
    pub fn time_zone(&self) -> String {
        self.0.time_zone()
    }
    /// Now, on its clocks.
    pub fn now(&self) -> At {
        self.0.now()
    }
    /// One value over everything kept, to see whether anything changed.
    pub fn root(&self) -> [u8; 32] {
        self.0.core.root()
    }

    /// Whether whoever publishes something is a group.
    pub fn is_group(&self, owner: &Id) -> bool {
        self.0.authority().groups().any(|group| group == *owner)
    }

    /// The name of whoever publishes something, as they let everybody know it: a group's name, a person's pen name.
    pub fn name_of(&self, owner: &Id) -> String {
        let doc = self.0.core.open_name(owner);
        doc.map(|doc| listing::summary(Kind::PROFILE, &doc).title).filter(|n| n != "Untitled").unwrap_or_default()
    }

    /// One page of what fits. Notices show while they are valid.
    pub fn find(&self, query: &PublicQuery) -> FoundPage {
        let at = self.now();
        let page = self.0.core.find(&Query {
            text: query.text.clone(),
            kinds: query.kinds.clone(),
            open_at: query.open_now.then(|| at.unix_ms()),
            near: Some(query.near.clone()).filter(|n| !n.trim().is_empty()),
            public_only: true,
            cursor: query.cursor.clone(),
            limit: query.limit,
            ..Query::default()
        });
        let records = self.0.core.records(&page).into_iter().filter_map(Found::of);
        let shown = |f: &Found| f.kind() != Kind::NOTICE || listing::notice_shows(&f.doc, &at);
        let items = records.filter(shown).map(|f| Found { also_from: self.same(&f).len(), ..f }).collect();
        FoundPage { items: fold(items), next: page.next, total: page.total }
    }

    /// The ids of what fits, and where to go on: for filters, without reading the records.
    pub fn ids(&self, query: &PublicQuery) -> (Vec<Id>, Option<String>) {
        let page = self.0.core.find(&Query {
            text: query.text.clone(),
            kinds: query.kinds.clone(),
            public_only: true,
            cursor: query.cursor.clone(),
            limit: query.limit,
            ..Query::default()
        });
        (page.items.iter().map(|hit| hit.id).collect(), page.next)
    }

    /// The newest of a kind, newest first. Notices show while they are valid.
    pub fn newest(&self, kind: Kind, limit: usize) -> Vec<Found> {
        let at = self.now();
        let query =
            Query { kinds: vec![kind], public_only: true, order: Order::Newest, limit: WALK, ..Query::default() };
        let records = self.0.core.records(&self.0.core.find(&query)).into_iter().filter_map(Found::of);
        records.filter(|f| kind != Kind::NOTICE || listing::notice_shows(&f.doc, &at)).take(limit).collect()
    }

    /// The notices that are valid now, in the order of lists: what is urgent, then what is new.
    pub fn notices(&self, limit: usize) -> Vec<Found> {
        let at = self.now();
        let query = Query { kinds: vec![Kind::NOTICE], public_only: true, limit: WALK, ..Query::default() };
        let records = self.0.core.records(&self.0.core.find(&query)).into_iter().filter_map(Found::of);
        records.filter(|f| listing::notice_shows(&f.doc, &at)).take(limit).collect()
    }

    /// One thing by its address.
    pub fn item(&self, slot: &str) -> Option<Found> {
        let address = slot_of_text(slot)?;
        let record = self.0.core.slot(&address).shown()?.clone();
        self.open_to_all(&address, &record).then(|| Found::of(record)).flatten()
    }

    /// One thing by the id of the version that was found.
    pub fn version(&self, id: &Id) -> Option<Found> {
        let record = self.0.core.record(id)?;
        let address = record.address();
        let view = self.0.core.slot(&address);
        let shown = view.shown().is_some_and(|r| r.id() == *id);
        (shown && self.open_to_all(&address, &record)).then(|| Found::of(record)).flatten()
    }

    fn open_to_all(&self, address: &Address, record: &Record) -> bool {
        address.kind.rules().on_page
            && record.payload().audience == Audience::Public
            && !self.0.authority().is_hidden(address)
    }

    /// Other public listings of the same thing.
    pub fn same(&self, found: &Found) -> Vec<Found> {
        let others = same_elsewhere(&self.0.core, &found.record, &found.doc).into_iter();
        let public = others.filter(|(r, _)| r.payload().audience == Audience::Public);
        public.map(|(record, doc)| Found { record, doc, also_from: 0 }).collect()
    }

    /// Hands over everything of a kind, by title. What is handed over is not kept: there may be a hundred thousand.
    pub fn each(&self, kind: Kind, mut take: impl FnMut(Found)) {
        let mut cursor = None;
        loop {
            let query = Query {
                kinds: vec![kind],
                public_only: true,
                order: Order::Title,
                uncounted: true,
                cursor,
                limit: WALK,
                ..Query::default()
            };
            let page = self.0.core.find(&query);
            self.0.core.records(&page).into_iter().filter_map(Found::of).for_each(&mut take);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return,
            }
        }
    }
}

/// Folds listings of the same thing into the one checked last, as far as they are in one page.
fn fold(items: Vec<Found>) -> Vec<Found> {
    let listings: Vec<(Kind, &Value)> = items.iter().map(|f| (f.kind(), &f.doc)).collect();
    let mut shown: Vec<bool> = vec![false; items.len()];
    for same in listing::group(&listings) {
        shown[same.shown] = true;
    }
    items.into_iter().zip(shown).filter_map(|(f, shown)| shown.then_some(f)).collect()
}
