//! The core, whole: from drafts to pages, through closing, damage and full disks.

mod again;
mod anew;
mod basics;
mod compact;
mod damage;
mod faults;
mod forger;
mod hidden;
mod kill;
mod order;
mod pages;
mod shares;
mod time;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hedgerow_protocol::authority::build;
use hedgerow_protocol::cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::record::Payload;
use serde_json::{Value, json};

use super::*;

/// 2026-11-23, midday.
pub const NOW: u64 = 1_795_435_200_000;

/// The two clocks of a computer, in the hands of a test.
#[derive(Clone)]
pub struct Hands {
    run_ms: Arc<AtomicU64>,
    /// What the own clock is ahead of the monotonic one.
    ahead_ms: Arc<AtomicU64>,
}

impl Hands {
    /// The own clock shows this.
    pub fn at(unix_ms: u64) -> Hands {
        Hands { run_ms: Arc::default(), ahead_ms: Arc::new(AtomicU64::new(unix_ms)) }
    }
    /// Time goes by.
    pub fn pass(&self, ms: u64) {
        self.run_ms.fetch_add(ms, Ordering::SeqCst);
    }
    /// Somebody sets the own clock.
    pub fn set(&self, unix_ms: u64) {
        self.ahead_ms.store(unix_ms - self.run_ms.load(Ordering::SeqCst), Ordering::SeqCst);
    }
    pub fn os(&self) -> OsClock {
        let hands = self.clone();
        Arc::new(move || hands.ahead_ms.load(Ordering::SeqCst) + hands.run_ms.load(Ordering::SeqCst))
    }
    pub fn run(&self) -> RunClock {
        let hands = self.clone();
        Arc::new(move || Duration::from_millis(hands.run_ms.load(Ordering::SeqCst)))
    }
}

pub fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}

/// A community with one steward, whose device is `device`.
pub struct Town {
    pub genesis: Record,
    pub person: Id,
    pub device: SecretKey,
    pub first: Vec<Record>,
}

impl Town {
    pub fn new() -> Town {
        let (steward, device) = (key(1), key(2));
        let hlc = Hlc::new(NOW - 1_000_000, 0);
        let genesis = build::found_community(&steward, &[], &[key(9).public()], 1, false, [5; 16], hlc).unwrap();
        let [person, listed] = build::newcomer(&genesis.id(), &steward, &device, hlc).unwrap();
        let id = person.id();
        let first = vec![genesis.clone(), person, listed];
        Town { genesis, person: id, device, first }
    }
    pub fn id(&self) -> Id {
        self.genesis.id()
    }
    pub fn options(&self, dir: &Path) -> CoreOptions {
        CoreOptions {
            person: Some(self.person),
            os_clock: Arc::new(|| NOW),
            ..CoreOptions::new(dir, self.id(), self.device.clone())
        }
    }
    pub fn create(&self, dir: &Path) -> Core {
        Core::create(self.options(dir), self.first.clone()).unwrap().0
    }
    pub fn draft(&self, key: &str, title: &str) -> Draft {
        Draft::new(self.person, Kind::SERVICE, key.as_bytes(), service(title, "Exeter"))
    }
    /// A content record of any device, made elsewhere.
    pub fn record(&self, device: &SecretKey, owner: Id, key: &str, title: &str, ms: u64, counter: u16) -> Record {
        let hlc = Hlc::new(ms, counter);
        Payload::content(Kind::SERVICE, owner, device.public(), key.as_bytes(), hlc, service(title, "Exeter"))
            .sign(&self.id(), device)
            .unwrap()
    }
    /// Another person with a device, let in by the steward: the records that say so.
    pub fn neighbour(&self, authority: &Authority, n: u8) -> (SecretKey, Id, Vec<Record>) {
        let (person, device) = (key(n), key(n + 100));
        let hlc = Hlc::new(NOW - 500_000, u16::from(n));
        let [founding, listed] = build::newcomer(&self.id(), &person, &device, hlc).unwrap();
        let id = founding.id();
        let mut known = authority.clone();
        known.extend([founding.clone(), listed.clone()]);
        let admit = build::admit(&known, &self.device, id, None, hlc).unwrap();
        (device, id, vec![founding, listed, admit])
    }
}

pub fn service(title: &str, town: &str) -> Vec<u8> {
    let doc = json!({"hsds": {"name": title, "service_at_locations": [{"location": {"name": "Hall",
        "addresses": [{"address_1": "1 High Street", "city": town, "postal_code": "EX4 3PX"}]}}]},
        "assured": "2026-10-01"});
    cbor::doc_to_cbor(&doc)
}

pub fn title(record: &Record) -> String {
    let doc: Value = cbor::doc_from_cbor(&record.payload().body).unwrap_or_default();
    doc["hsds"]["name"].as_str().unwrap_or_default().to_owned()
}

pub fn titles(core: &Core, page: &Page) -> Vec<String> {
    core.records(page).iter().map(title).collect()
}

pub fn search(core: &Core, text: &str) -> Vec<String> {
    titles(core, &core.find(&Query { text: text.into(), ..Query::default() }))
}

/// Everything a reader can see, to compare cores with.
pub fn view(core: &Core) -> (Vec<Id>, [u8; 32], Vec<String>) {
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page = core.find(&Query { cursor, limit: 500, order: Order::Title, ..Query::default() });
        ids.extend(page.items.iter().map(|h| h.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    (ids, core.root(), search(core, "caf"))
}
