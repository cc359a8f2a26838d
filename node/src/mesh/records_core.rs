//! The core as the mesh sees it.

use std::collections::{BTreeMap, BTreeSet};
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
/// Authority records sent along for one author.
const PUBLIC_EVIDENCE_RECORDS: usize = 64;

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

    fn public_page(&self, cursor: Option<&[u8]>) -> PublicPage {
        let first = cursor.is_none();
        let cursor = cursor.and_then(|c| String::from_utf8(c.to_vec()).ok());
        let mut limit = PUBLIC_PAGE_RECORDS;
        loop {
            let query =
                Query { public_only: true, order: Order::Title, cursor: cursor.clone(), limit, ..Query::default() };
            let page = self.find(&query);
            let records = self.records(&page);
            let authority = Core::authority(self);
            let mut wires: Vec<Vec<u8>> = Vec::with_capacity(records.len() + 1);
            if first {
                wires.push(authority.genesis().wire().to_vec());
            }
            // A stranger can tell what counts only with what its authors' standing rests on.
            let authors: BTreeSet<Id> = records.iter().map(Record::owner).collect();
            let standing: BTreeMap<Id, Record> = authors
                .iter()
                .flat_map(|author| authority.evidence(author, PUBLIC_EVIDENCE_RECORDS))
                .map(|record| (record.id(), record))
                .collect();
            wires.extend(standing.values().map(|r| r.wire().to_vec()));
            let beside = wires.len();
            wires.extend(records.iter().map(|r| r.wire().to_vec()));
            let fits = page_len(wires.iter().map(Vec::as_slice));
            if fits >= wires.len() || limit == 1 {
                return (wires, page.next.map(String::into_bytes));
            }
            // A page that is too large is asked for again, shorter: its cursor must fit what was sent.
            limit = (fits.saturating_sub(beside)).clamp(1, limit - 1);
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

    fn admit(&self, person: Id, invite: PublicKey) -> BoxFuture<'_, Result<Record, String>> {
        let build = move |authority: &Authority, device: &SecretKey, hlc: Hlc| {
            build::admit(authority, device, person, Some(invite), hlc)
        };
        async move { self.publish_authority(build).await.map_err(|e| e.to_string()) }.boxed()
    }
}
