//! A community's records in memory, for meshes under test: what the core does, without disk.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use hedgerow_protocol::authority::Why;
use hedgerow_protocol::authority::{Authority, Inserted, build};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::join::page_len;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::record::{Audience, Payload, Record};
use hedgerow_protocol::sync::{Memory, Source};
use tokio::sync::broadcast;

use super::super::records::{RecordPage, Records};
use crate::core::{Arrived, Event, EventKind, os_now_ms};

pub struct Twin {
    pub community: Id,
    pub device: SecretKey,
    /// What its clock shows, Unix milliseconds; 0: the computer's.
    pub clock_ms: AtomicU64,
    state: Mutex<State>,
    events: broadcast::Sender<Event>,
}

struct State {
    memory: Memory,
    authority: Arc<Authority>,
    locals: BTreeMap<String, Vec<u8>>,
    public: Vec<Record>,
    seq: u64,
    hlc: Hlc,
    /// Nobody is let in any more, whatever is shown.
    is_closed: bool,
}

impl Twin {
    /// From the founding record on.
    pub fn new(records: &[Record], device: SecretKey) -> Arc<Twin> {
        let authority = Authority::new(&records[0]).unwrap();
        let community = authority.community();
        let mut memory = Memory::new();
        memory.insert(&records[0]);
        let locals = BTreeMap::new();
        let hlc = Hlc::new(os_now_ms(), 0);
        let state =
            State { memory, authority: Arc::new(authority), locals, public: vec![], seq: 0, hlc, is_closed: false };
        let (state, events) = (Mutex::new(state), broadcast::channel(4096).0);
        let twin = Twin { community, device, clock_ms: AtomicU64::new(0), state, events };
        twin.take(records[1..].to_vec());
        Arc::new(twin)
    }

    pub fn take(&self, records: Vec<Record>) -> Arrived {
        let mut arrived = Arrived::default();
        let mut events = Vec::new();
        {
            let state = &mut *self.state.lock().unwrap();
            for record in records {
                if record.lane() == Lane::Authority && state.is_closed {
                    arrived.refused += 1;
                    continue;
                }
                if record.lane() == Lane::Authority {
                    let mut authority = (*state.authority).clone();
                    if authority.insert(&record) == Inserted::Refused {
                        arrived.refused += 1;
                        continue;
                    }
                    state.authority = Arc::new(authority);
                }
                if !state.memory.insert(&record) {
                    arrived.known += 1;
                    continue;
                }
                if record.lane() == Lane::Content && record.payload().audience == Audience::Public {
                    state.public.push(record.clone());
                }
                state.seq += 1;
                arrived.new += 1;
                arrived.new_ids.push(record.id());
                let kind = if record.lane() == Lane::Authority { EventKind::Authority } else { EventKind::New };
                let record_kind = Some(record.payload().kind);
                events.push(Event { seq: state.seq, kind, id: record.id(), record_kind });
            }
        }
        for event in events {
            let _ = self.events.send(event);
        }
        arrived
    }

    /// Holds records as they are, whether they mean anything or not.
    pub fn plant(&self, records: &[Record]) {
        let memory = &mut self.state.lock().unwrap().memory;
        assert!(records.iter().all(|r| memory.insert(r)));
    }

    pub fn publish(&self, key: &str, audience: Audience, body: &[u8]) -> Record {
        let record = self.sign(key, audience, body, None);
        self.take(vec![record.clone()]);
        record
    }

    /// A record that is not taken in yet.
    pub fn sign(&self, key: &str, audience: Audience, body: &[u8], days: Option<u32>) -> Record {
        let mut state = self.state.lock().unwrap();
        state.hlc = state.hlc.next(os_now_ms());
        let owner = state.authority.device(&self.device.public()).unwrap().owner;
        let mut payload = Payload::content(Kind::NOTICE, owner, self.device.public(), key, state.hlc, body.to_vec());
        payload.audience = audience;
        payload.expires = days.map(|days| state.hlc.day() + days).or(payload.expires);
        payload.sign(&self.community, &self.device).unwrap()
    }

    /// Bytes of everything.
    pub fn bytes(&self) -> u64 {
        let memory = &self.state.lock().unwrap().memory;
        memory.all().iter().filter_map(|id| memory.wire(id)).map(|w| w.len() as u64).sum()
    }

    pub fn holds(&self, id: &Id) -> bool {
        self.state.lock().unwrap().memory.wire(id).is_some()
    }

    pub fn ids(&self) -> Vec<Id> {
        self.state.lock().unwrap().memory.all()
    }

    /// Forgets everybody but the founder's key: as if all others had been removed.
    pub fn forget_members(&self) {
        {
            let mut state = self.state.lock().unwrap();
            state.authority = Arc::new(Authority::new(state.authority.genesis()).unwrap());
            state.is_closed = true;
        }
        let _ = self.events.send(Event { seq: 0, kind: EventKind::Authority, id: Id::SELF, record_kind: None });
    }
}

impl Records for Twin {
    fn community(&self) -> Id {
        self.community
    }
    fn authority(&self) -> Arc<Authority> {
        self.state.lock().unwrap().authority.clone()
    }
    fn owner(&self) -> Option<Id> {
        self.authority().device(&self.device.public()).map(|d| d.owner)
    }
    fn arrive(&self, records: Vec<Record>, _: PublicKey) -> BoxFuture<'_, Result<Arrived, String>> {
        async move { Ok(self.take(records)) }.boxed()
    }
    fn with_source(&self, work: &mut dyn FnMut(&dyn Source)) {
        work(&self.state.lock().unwrap().memory);
    }
    fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
    fn root(&self) -> [u8; 32] {
        self.state.lock().unwrap().memory.summary().root_from(0)
    }
    fn is_partial(&self) -> bool {
        false
    }
    fn count(&self) -> u64 {
        self.state.lock().unwrap().memory.len() as u64
    }
    fn now(&self) -> (u64, bool) {
        match self.clock_ms.load(Ordering::Relaxed) {
            0 => (os_now_ms(), true),
            shown => (shown, true),
        }
    }
    fn note_member_time(&self, _: &PublicKey, _: u64) {}
    fn name(&self) -> Option<String> {
        Some("Mill Street".into())
    }
    fn reason_out(&self, _: &PublicKey) -> String {
        String::new()
    }
    fn host_name(&self) -> Option<String> {
        Some("A. Founder".into())
    }
    fn public_page(&self, cursor: Option<&[u8]>) -> RecordPage {
        let state = self.state.lock().unwrap();
        let from = cursor.and_then(|c| c.try_into().ok()).map_or(0, |c| u64::from_be_bytes(c) as usize);
        let mut wires: Vec<Vec<u8>> = state.public.iter().skip(from).map(|r| r.wire().to_vec()).collect();
        wires.truncate(page_len(wires.iter().map(Vec::as_slice)));
        let next = from + wires.len();
        let more = (next < state.public.len()).then(|| (next as u64).to_be_bytes().to_vec());
        (wires, more)
    }
    fn member_page(&self, _: Option<&[u8]>) -> RecordPage {
        (self.authority().records().map(|r| r.wire().to_vec()).collect(), None)
    }
    fn local(&self, key: &str) -> Option<Vec<u8>> {
        self.state.lock().unwrap().locals.get(key).cloned()
    }
    fn locals(&self, prefix: &str) -> Vec<(String, Vec<u8>)> {
        let state = self.state.lock().unwrap();
        state.locals.iter().filter(|(k, _)| k.starts_with(prefix)).map(|(k, v)| (k.clone(), v.clone())).collect()
    }
    fn put_local(&self, key: &str, value: Vec<u8>) -> BoxFuture<'_, Result<(), String>> {
        let locals = &mut self.state.lock().unwrap().locals;
        match value.is_empty() {
            true => drop(locals.remove(key)),
            false => drop(locals.insert(key.to_owned(), value)),
        }
        async { Ok(()) }.boxed()
    }
    fn enter(&self, person: Id) -> BoxFuture<'_, Result<Record, Option<Why>>> {
        let made = build::join(&self.authority(), &self.device, person, Hlc::new(os_now_ms(), 0)).map_err(|_| None);
        if let Ok(record) = &made {
            self.take(vec![record.clone()]);
        }
        async move { made }.boxed()
    }
    fn may_admit(&self) -> bool {
        let (authority, owner) = (self.authority(), self.owner());
        owner.is_some_and(|owner| authority.may_publish(&self.device.public(), &owner, Kind::ADMIT).is_ok())
    }
    fn admit(&self, person: Id, invite: PublicKey) -> BoxFuture<'_, Result<Record, String>> {
        let hlc = Hlc::new(os_now_ms(), 0);
        let admit = build::admit(&self.authority(), &self.device, person, Some(invite), hlc).map_err(|e| e.to_string());
        if let Ok(record) = &admit {
            self.take(vec![record.clone()]);
        }
        async move { admit }.boxed()
    }
}
