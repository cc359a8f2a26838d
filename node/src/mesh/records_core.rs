//! The core as the mesh sees it.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use hedgerow_protocol::authority::build::BuildError;
use hedgerow_protocol::authority::{Authority, Why, build};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::join::{PAGE_BYTES_MAX, page_len};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::profile::is_for_strangers;
use hedgerow_protocol::record::{Audience, Record};
use hedgerow_protocol::sync::{Bucket, LaneKey, Source};
use tokio::sync::broadcast;

use super::records::{RecordPage, Records};
use crate::core::{Arrived, ClockState, Core, CoreError, Event, Origin};

/// Records in one page.
const PAGE_RECORDS: usize = 500;

/// Where a page begins; a letter alone: at the first. It names a record and not a number, so that what comes meanwhile
/// moves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// After this authority record, or at the first.
    Lane(Option<LaneKey>),
    /// At this record.
    Content(Bucket, Id),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Lane(None) => f.write_str("a"),
            Place::Lane(Some((hlc, seq, id))) => write!(f, "a{:016x}{seq:016x}{id}", hlc.0),
            Place::Content(bucket, id) => write!(f, "c{:08x}{id}", bucket.0),
        }
    }
}

impl Place {
    fn first_content() -> Place {
        Place::Content(Bucket::week(0), Id([0; 32]))
    }
    fn parse(cursor: &[u8]) -> Option<Place> {
        let text = std::str::from_utf8(cursor).ok()?;
        let number = |from: usize, to: usize| u64::from_str_radix(text.get(from..to)?, 16).ok();
        let id = |from: usize| text.get(from..)?.parse::<Id>().ok();
        match text.get(..1)? {
            "a" if text.len() == 1 => Some(Place::Lane(None)),
            "a" => Some(Place::Lane(Some((Hlc(number(1, 17)?), number(17, 33)?, id(33)?)))),
            "c" if text.len() == 1 => Some(Place::first_content()),
            "c" => Some(Place::Content(Bucket(u32::try_from(number(1, 9)?).ok()?), id(9)?)),
            _ => None,
        }
    }
}

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

    fn is_partial(&self) -> bool {
        Core::is_partial(self)
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
        open_name(self, &self.community())
    }

    fn host_name(&self) -> Option<String> {
        Records::owner(self).and_then(|owner| open_name(self, &owner))
    }

    fn reason_out(&self, transport: &PublicKey) -> String {
        let authority = Core::authority(self);
        let removals = authority.owners_at(transport).into_iter().flat_map(|owner| authority.removals(&owner));
        let by_others = removals.filter(|(_, _, left)| !left).map(|(record, ..)| record);
        let last = by_others.max_by_key(|id| self.record(id).map(|r| r.order()));
        last.map(|record| self.note_about(&record)).unwrap_or_default()
    }

    fn public_page(&self, cursor: Option<&[u8]>) -> RecordPage {
        let from = match cursor.and_then(Place::parse) {
            Some(Place::Content(bucket, id)) => (bucket, id),
            _ => (Bucket::week(0), Id([0; 32])),
        };
        let authority = Core::authority(self);
        let (places, next) = self.public_from(from, PAGE_RECORDS);
        content_page(self, places, next, |record| is_for_strangers(&authority, record))
    }

    /// First who may do what, ancestors first, then what is shown. The cursor says where: `a` and a place in the authority
    /// lane, or `c` and a place in the content.
    fn member_page(&self, cursor: Option<&[u8]>) -> RecordPage {
        let after = match cursor.and_then(Place::parse).unwrap_or(Place::Lane(None)) {
            Place::Content(bucket, id) => {
                let (places, next) = self.shown_from((bucket, id), PAGE_RECORDS);
                let to_all = [Audience::Public, Audience::Community];
                return content_page(self, places, next, |record| to_all.contains(&record.payload().audience));
            }
            Place::Lane(after) => after,
        };
        let mut records = self.lane_after(after, PAGE_RECORDS + 1);
        let fits = page_len(records.iter().map(|(_, r)| r.wire())).min(PAGE_RECORDS);
        let is_last = fits == records.len();
        records.truncate(fits);
        let next = match records.last() {
            Some((key, _)) if !is_last => Some(Place::Lane(Some(*key))),
            _ => Some(Place::first_content()),
        };
        (records.iter().map(|(_, r)| r.wire().to_vec()).collect(), next.map(|place| place.to_string().into_bytes()))
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

    fn enter(&self, person: Id) -> BoxFuture<'_, Result<Record, Option<Why>>> {
        let build =
            move |authority: &Authority, device: &SecretKey, hlc: Hlc| build::join(authority, device, person, hlc);
        let why = |e: CoreError| if let CoreError::Unbuilt(BuildError::Why(why)) = e { Some(why) } else { None };
        async move { self.publish_authority(build).await.map_err(why) }.boxed()
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

/// The name that strangers are shown for a person, a group or the community.
fn open_name(core: &Core, owner: &Id) -> Option<String> {
    let doc = core.open_name(owner)?;
    doc.get("name").and_then(|n| n.as_str()).map(str::to_owned)
}

/// A page of those content records at these places that may be given.
fn content_page(
    core: &Core,
    places: Vec<(Bucket, Id)>,
    mut next: Option<(Bucket, Id)>,
    may: impl Fn(&Record) -> bool,
) -> RecordPage {
    let (mut wires, mut bytes) = (Vec::new(), 0);
    for (bucket, id) in places {
        let Some(record) = core.record(&id).filter(&may) else { continue };
        bytes += record.wire().len() + 2;
        if bytes > PAGE_BYTES_MAX {
            next = Some((bucket, id));
            break;
        }
        wires.push(record.wire().to_vec());
    }
    (wires, next.map(|(bucket, id)| Place::Content(bucket, id).to_string().into_bytes()))
}
