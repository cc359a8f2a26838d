//! A simulated computer: its disk, its clock, and the node on it while it is up.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};
use hedgerow_protocol::sync::{Intake, Moment};

use crate::core::by_hand::ByHand;
use crate::core::{Core, CoreOptions};
use crate::store::sim_disk::SimDisk;

/// What runs while it is up.
pub struct Running {
    pub hand: ByHand,
    pub intake: Intake,
    booted_ms: u64,
}

/// One computer.
pub struct Node {
    device: SecretKey,
    /// What it signs with, and what it connects with.
    pub key: PublicKey,
    pub transport: PublicKey,
    pub person: Id,
    pub disk: SimDisk,
    pub up: Option<Running>,
    /// How far its clock is from the right time.
    pub off_ms: Arc<AtomicI64>,
    time: Arc<AtomicU64>,
    community: Id,
}

impl Node {
    /// A computer with a community's first records on it, up.
    pub fn new(time: Arc<AtomicU64>, community: Id, person: Id, device: SecretKey, first: Vec<Record>) -> Node {
        let (disk, off_ms) = (SimDisk::default(), Arc::default());
        let (key, transport) = (device.public(), device.transport().public());
        let mut node = Node { device, key, transport, person, disk, up: None, off_ms, time, community };
        node.open(Some(first));
        node
    }

    fn open(&mut self, first: Option<Vec<Record>>) {
        let booted_ms = self.time.load(Ordering::SeqCst);
        let (time, off_ms, run) = (self.time.clone(), self.off_ms.clone(), self.time.clone());
        let options = CoreOptions {
            person: Some(self.person),
            os_clock: Arc::new(move || {
                time.load(Ordering::SeqCst).saturating_add_signed(off_ms.load(Ordering::SeqCst))
            }),
            run_clock: Arc::new(move || Duration::from_millis(run.load(Ordering::SeqCst) - booted_ms)),
            ..CoreOptions::new("/simulated", self.community, self.device.clone())
        };
        let hand = ByHand::start(options, first, Arc::new(self.disk.clone()));
        let hand = hand.unwrap_or_else(|e| panic!("a folder that does not open: {e}"));
        self.up = Some(Running { hand, intake: Intake::default(), booted_ms });
    }

    /// Starts it, where it is not up.
    pub fn start(&mut self) {
        if self.up.is_none() {
            self.open(None);
        }
    }

    /// Closes it as a person does.
    pub fn stop(&mut self) {
        if let Some(mut running) = self.up.take() {
            let core = running.hand.core.clone();
            running.hand.wait(async move { core.close().await });
        }
    }

    /// The power is gone: what was not synced may be there or not.
    pub fn cut_power(&mut self, seed: u64) {
        self.up = None;
        self.disk = self.disk.after_power_cut(seed);
    }

    /// The core of one that is up.
    pub fn core(&self) -> &Core {
        &self.up.as_ref().expect("it is up").hand.core
    }

    /// A record by its key, without its knowing.
    pub fn sign(&self, kind: Kind, key: &[u8], body: Vec<u8>, ms: u64) -> Record {
        let payload = Payload::content(kind, self.person, self.key, key, Hlc::new(ms, 0), body);
        payload.sign(&self.community, &self.device).expect("a record in order")
    }

    /// What its clocks say.
    pub fn moment(&self) -> Moment {
        let run = self.up.as_ref().map_or(0, |r| self.time.load(Ordering::SeqCst) - r.booted_ms);
        Moment { unix_ms: self.core().clock(), run: Duration::from_millis(run) }
    }

    /// What the clock on its wall says.
    pub fn own_ms(&self) -> u64 {
        self.time.load(Ordering::SeqCst).saturating_add_signed(self.off_ms.load(Ordering::SeqCst))
    }
}
