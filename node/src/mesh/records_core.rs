//! The core as the mesh sees it.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use hedgerow_protocol::authority::{Authority, build};
use hedgerow_protocol::cbor::doc_from_cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::join::page_len;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Record;
use hedgerow_protocol::sync::Source;
use tokio::sync::broadcast;

use super::records::{PublicPage, Records};
use crate::core::{Arrived, ClockState, Core, Event, Order, Origin, Query};

/// Records looked at for one page of what is public.
const PUBLIC_PAGE_RECORDS: usize = 500;

impl Records for Core {
    fn community(&self) -> Id {
        Core::community(self)
    }

    fn authority(&self) -> Arc<Authority> {
        Core::authority(self)
    }

    fn owner(&self) -> Option<Id> {
        self.person().or_else(|| Core::authority(self).device(&self.device()).map(|d| d.owner))
    }

    fn arrive(&self, records: Vec<Record>, from: PublicKey) -> BoxFuture<'_, Result<Arrived, String>> {
        async move { Core::arrive(self, records, Origin::Peer(from)).await.map_err(|e| e.to_string()) }.boxed()
    }

    fn with_source(&self, work: &mut dyn FnMut(&dyn Source)) {
        work(self);
    }

    fn subscribe(&self) -> broadcast::Receiver<Event> {
        Core::subscribe(self)
    }

    fn root(&self) -> [u8; 32] {
        Core::root(self)
    }

    fn count(&self) -> u64 {
        self.counts().records
    }

    fn now(&self) -> (u64, bool) {
        (self.clock(), self.clock_state() != ClockState::Unsure)
    }

    fn note_member_time(&self, member: &PublicKey, unix_ms: u64) {
        Core::note_member_time(self, member, unix_ms);
    }

    fn name(&self) -> Option<String> {
        let query = Query { kinds: vec![Kind::PROFILE], owner: Some(self.community()), limit: 1, ..Query::default() };
        let record = self.find(&query).items.first().and_then(|hit| self.record(&hit.id))?;
        let doc = doc_from_cbor(&record.payload().body).ok()?;
        doc.get("name").and_then(|n| n.as_str()).map(str::to_owned)
    }

    fn reason_out(&self, transport: &PublicKey) -> String {
        let authority = Core::authority(self);
        let removals = authority.owners_at(transport).into_iter().flat_map(|owner| authority.removals(&owner));
        let by_others = removals.filter(|(_, _, left)| !left).map(|(record, ..)| record);
        let last = by_others.max_by_key(|id| self.record(id).map(|r| r.order()));
        last.map(|record| self.note_about(&record)).unwrap_or_default()
    }

    /// First who may do what, so that a stranger can judge what follows; then what is shown, of kinds that this version does
    /// not know as well; then what it does not understand: the stranger may know more. The cursor says how far: `a` and a
    /// number of authority records, `c` and the core's own cursor, or `u` and the last id.
    fn public_page(&self, cursor: Option<&[u8]>) -> PublicPage {
        let cursor = cursor.and_then(|c| std::str::from_utf8(c).ok()).unwrap_or("a0");
        if let Some(last) = cursor.strip_prefix('u') {
            let after = last.parse().unwrap_or(Id::SELF);
            let ids = self.not_understood(&after, PUBLIC_PAGE_RECORDS + 1);
            let all: Vec<Record> = ids.iter().filter_map(|id| self.record(id)).collect();
            let fits = page_len(all.iter().map(Record::wire)).clamp(1, PUBLIC_PAGE_RECORDS);
            let next = (fits < all.len()).then(|| format!("u{}", all[fits - 1].id()).into_bytes());
            return (all.iter().take(fits).map(|r| r.wire().to_vec()).collect(), next);
        }
        let Some(content) = cursor.strip_prefix('c') else {
            let sent = cursor.strip_prefix('a').and_then(|n| n.parse().ok()).unwrap_or(0);
            let authority = Core::authority(self);
            let rest = authority.records().skip(sent).take(PUBLIC_PAGE_RECORDS + 1);
            let mut wires: Vec<Vec<u8>> = rest.map(|r| r.wire().to_vec()).collect();
            let fits = page_len(wires.iter().map(Vec::as_slice)).min(PUBLIC_PAGE_RECORDS);
            let next = if fits < wires.len() { format!("a{}", sent + fits.max(1)) } else { "c".to_owned() };
            wires.truncate(fits.max(1));
            return (wires, Some(next.into_bytes()));
        };
        let cursor = (!content.is_empty()).then(|| content.to_owned());
        let mut limit = PUBLIC_PAGE_RECORDS;
        loop {
            let query = Query {
                kinds: self.kinds(),
                public_only: true,
                order: Order::Title,
                cursor: cursor.clone(),
                limit,
                ..Query::default()
            };
            let page = self.find(&query);
            let wires: Vec<Vec<u8>> = self.records(&page).iter().map(|r| r.wire().to_vec()).collect();
            let fits = page_len(wires.iter().map(Vec::as_slice));
            if fits >= wires.len() || limit == 1 {
                let more = || (!self.not_understood(&Id::SELF, 1).is_empty()).then(|| b"u".to_vec());
                return (wires, page.next.map(|next| format!("c{next}").into_bytes()).or_else(more));
            }
            // A page that is too large is asked for again, shorter: its cursor must fit what was sent.
            limit = fits.clamp(1, limit - 1);
        }
    }

    fn local(&self, key: &str) -> Option<Vec<u8>> {
        Core::local(self, key)
    }

    fn locals(&self, prefix: &str) -> Vec<(String, Vec<u8>)> {
        Core::locals(self, prefix)
    }

    fn put_local(&self, key: &str, value: Vec<u8>) -> BoxFuture<'_, Result<(), String>> {
        let key = key.to_owned();
        async move { Core::put_local(self, &key, &value).await.map_err(|e| e.to_string()) }.boxed()
    }

    fn may_admit(&self) -> bool {
        let authority = Core::authority(self);
        let owner = Records::owner(self);
        owner.is_some_and(|owner| authority.may_publish(&self.device(), &owner, Kind::ADMIT).is_ok())
    }

    fn admit(&self, person: Id, invite: PublicKey) -> BoxFuture<'_, Result<Record, String>> {
        let build = move |authority: &Authority, device: &SecretKey, hlc: Hlc| {
            build::admit(authority, device, person, Some(invite), hlc)
        };
        async move { self.publish_authority(build).await.map_err(|e| e.to_string()) }.boxed()
    }
}
