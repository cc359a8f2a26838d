//! Two sessions over two [`Memory`] stores, joined by nothing but bytes: for tests and measurements.

use std::time::Duration;

use super::*;
use crate::hlc::Hlc;
use crate::id::Id;
use crate::keys::SecretKey;
use crate::kind::Kind;
use crate::record::{Payload, Record};
use crate::retention::{self, Holder, Share};

/// 2026-11-23, noon.
pub(crate) const NOW: u64 = 1_795_435_200_000;

/// Both clocks when the own one shows this.
pub(crate) fn moment(unix_ms: u64) -> Moment {
    Moment { unix_ms, run: Duration::from_millis(unix_ms) }
}

pub(crate) fn community() -> Id {
    Id([0xc0; 32])
}

/// A signed content record, a function of its arguments.
pub(crate) fn notice(seed: u8, n: u64, days: u32) -> Record {
    version(seed, n, n, days)
}

/// Version `n` of the slot `slot` of a device.
pub(crate) fn version(seed: u8, slot: u64, n: u64, days: u32) -> Record {
    let key = SecretKey::from_seed(&[seed; 32]);
    let hlc = Hlc::new(NOW - 86_400_000 + n, 0);
    let body = format!("notice {n} of device {seed}").into_bytes();
    let mut p = Payload::content(Kind::NOTICE, Id([seed; 32]), key.public(), slot.to_be_bytes(), hlc, body);
    p.expires = Some(hlc.day() + days);
    p.sign(&community(), &key).unwrap()
}

/// A signed authority record, a function of its arguments.
pub(crate) fn grant(seed: u8, seq: u64) -> Record {
    let key = SecretKey::from_seed(&[seed; 32]);
    let hlc = Hlc::new(NOW - 86_400_000 + seq, 0);
    Payload::authority(Kind::GRANT, Id([seed; 32]), key.public(), hlc, seq, Vec::new(), vec![seed])
        .sign(&community(), &key)
        .unwrap()
}

/// The first records of one key's own authority log, each naming the one before. Its clock was set back in between.
pub(crate) fn log(seed: u8, records: u64) -> Vec<Record> {
    let key = SecretKey::from_seed(&[seed; 32]);
    let mut prev = Vec::new();
    let signed = (1..=records).map(|seq| {
        let ms = if seq < records / 3 { NOW - 1_000_000 } else { NOW - 86_400_000 };
        let payload = Payload::authority(
            Kind::GRANT,
            Id([seed; 32]),
            key.public(),
            Hlc::new(ms + seq, 0),
            seq,
            prev.clone(),
            vec![seed],
        );
        let record = payload.sign(&community(), &key).unwrap();
        prev = vec![record.id()];
        record
    });
    signed.collect()
}

/// Bytes that only look like a record: cheap, for the big counts.
pub(crate) fn raw(n: u64) -> (Id, Vec<u8>) {
    let mut wire = vec![0u8; 80];
    wire[..8].copy_from_slice(&n.to_be_bytes());
    (raw_id(&wire), wire)
}

pub(crate) fn raw_id(wire: &[u8]) -> Id {
    crate::record::record_id(&community(), &wire[..wire.len() - 64])
}

/// What a driver does with records that arrive.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Check {
    /// As in life.
    Verify,
    /// Without the signature: for many cases.
    Trust,
    /// For [`raw`].
    Raw,
    /// For [`raw`] that lie in [`week_of_raw`].
    Weeks,
}

/// One of sixteen weeks.
pub(crate) fn week_of_raw(wire: &[u8]) -> Bucket {
    Bucket::week(3000 + u32::from(wire[7] % 16))
}

/// Drops what retention drops, with a share for each device that is never used up.
pub(crate) fn apply_k(store: &mut Memory) {
    let facts: Vec<_> = store
        .all()
        .iter()
        .filter_map(|id| Record::from_journal(&community(), &store.wire(id)?).ok())
        .map(|r| {
            let share = Share { holder: Holder::Person(r.owner()), units: u64::MAX };
            retention::Facts::of(&r, Some([share].into()))
        })
        .collect();
    let oldest = retention::oldest_week_held(crate::hlc::day_of_ms(NOW));
    let kept = retention::keep(&facts, oldest);
    store.all().iter().filter(|id| !kept.contains(id)).for_each(|id| {
        store.remove(id);
    });
}

/// A small deterministic generator.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }
}

pub(crate) struct Side {
    pub store: Memory,
    pub session: Session,
    pub reader: FrameReader,
    pub events: Vec<Output>,
    pub check: Check,
    pub published: Vec<Id>,
    pub rule_k: bool,
    /// Whether it may ask for records.
    pub turn: bool,
    /// The order in which records came.
    pub arrived: Vec<Id>,
    /// The clock of this side, in days after [`NOW`], and before it.
    pub days: u64,
    pub days_behind: u64,
    pub sent_bytes: usize,
    pub sent_frames: usize,
}

impl Side {
    pub fn new(role: Role, store: Memory, nonce: u8) -> Side {
        Side::with(config(role, nonce), store)
    }
    pub fn with(config: Config, store: Memory) -> Side {
        let session = Session::new(config, &store);
        let reader = FrameReader::new();
        Side {
            store,
            session,
            reader,
            events: Vec::new(),
            check: Check::Trust,
            published: Vec::new(),
            rule_k: false,
            turn: true,
            arrived: Vec::new(),
            days: 0,
            days_behind: 0,
            sent_bytes: 0,
            sent_frames: 0,
        }
    }
    /// Everything there is to do, as a driver does it. Gives the bytes to send.
    pub fn drain(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some(output) = self.session.poll_output(&self.store) {
            match output {
                Output::Send(frame) => {
                    self.sent_frames += 1;
                    out.extend(frame);
                }
                Output::Deliver(wires) => {
                    let (mut new, mut refused) = (0, 0);
                    for w in &wires {
                        let arrived = match self.check {
                            Check::Verify => self.store.arrive(&community(), w),
                            Check::Trust => Record::from_journal(&community(), w).map(|r| self.store.insert(&r)),
                            Check::Weeks => Ok(self.store.insert_raw(week_of_raw(w), raw_id(w), w.clone())),
                            Check::Raw => Ok(self.store.insert_raw(Bucket::week(3000), raw_id(w), w.clone())),
                        };
                        self.arrived.push(raw_id(w));
                        match arrived {
                            Ok(true) => new += 1,
                            Ok(false) => {}
                            Err(_) => refused += 1,
                        }
                    }
                    if self.rule_k {
                        apply_k(&mut self.store);
                    }
                    self.session.committed(new, refused);
                }
                Output::NeedTurn => self.session.handle_turn(self.turn),
                Output::TurnOver => {}
                Output::News(ids) => self.session.fetch(ids),
                event => self.events.push(event),
            }
        }
        self.sent_bytes += out.len();
        out
    }
    pub fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.reader.push(bytes);
        let mut out = Vec::new();
        while let Some((kind, body)) = self.reader.next_frame().unwrap() {
            let now = NOW + self.days * 86_400_000 - self.days_behind * 86_400_000;
            self.session.handle_frame(kind, &body, &self.store, moment(now));
            out.extend(self.drain());
        }
        out
    }
    pub fn publish(&mut self, record: &Record) {
        self.store.insert(record);
        self.published.push(record.id());
        self.session.handle_local_new(record.id());
    }
    /// Whether it was ever said that both have the same.
    pub fn agreed(&self) -> bool {
        self.events.iter().any(|e| matches!(e, Output::RootsAgree { .. }))
    }
    pub fn closed(&self) -> Option<Reason> {
        self.events.iter().find_map(|e| match e {
            Output::Closed(r) => Some(*r),
            _ => None,
        })
    }
}

pub(crate) fn config(role: Role, nonce: u8) -> Config {
    Config {
        role,
        community: community(),
        features: Vec::new(),
        now: moment(NOW),
        clock_sure: true,
        limits: Limits::PROTOCOL,
        nonce: [nonce; 16],
    }
}

/// Carries bytes both ways in pieces of random size until nothing moves, or `frames` pieces went.
pub(crate) fn run(a: &mut Side, b: &mut Side, dice: &mut Dice, pieces_max: usize) -> usize {
    let (mut to_b, mut to_a) = (a.drain(), b.drain());
    let mut pieces = 0;
    while (!to_a.is_empty() || !to_b.is_empty()) && pieces < pieces_max {
        pieces += 1;
        let into_a = !to_a.is_empty() && (to_b.is_empty() || dice.roll(2) == 0);
        let (side, inbox, outbox) =
            if into_a { (&mut *a, &mut to_a, &mut to_b) } else { (&mut *b, &mut to_b, &mut to_a) };
        let most = if dice.roll(3) == 0 { 40 } else { 400_000 };
        let n = (1 + dice.roll(most) as usize).min(inbox.len());
        let piece: Vec<u8> = inbox.drain(..n).collect();
        outbox.extend(side.take(&piece));
    }
    pieces
}
