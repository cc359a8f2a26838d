//! The resident's own account: how much went through each gateway this month, and the receipts that were signed for it.
//!
//! What is signed is on disk before it is sent, so that a receipt never says less than the one before. Nothing in it says
//! where anything went. Not for: sending ([`super::choose`]), or the gateway's book ([`super::book`]).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::limits::{ACCOUNT_ENTRIES_MAX, RECEIPT_EVERY_BYTES, RECEIPT_EVERY_MS};
use hedgerow_protocol::uplink::Receipt;
use hedgerow_protocol::uplink::receipt::{Amounts, Series, ceiling_left};
use hedgerow_protocol::uplink::statement::Entry;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::account::of_text;
use super::book::MONTHS_KEPT;
use crate::files::{Unusable, read_json, write_private};
use crate::flow::Way;
use crate::haste::hastened;

/// What a gateway's rules say now about counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// The month on the building's clock, from the year 0.
    pub month: u32,
    /// The day on it, from 1970.
    pub day: u32,
    /// Price of a gigabyte in pence.
    pub pence_per_gb: u32,
    /// What is free each day.
    pub floor_bytes: u64,
}

/// The account of this computer.
pub struct Ledger {
    inner: Mutex<Inner>,
    /// One write at a time, and none that overtakes a later one.
    writing: Mutex<()>,
    file: PathBuf,
    community: Id,
    device: SecretKey,
    /// Counts up when a receipt is due before its time.
    due: watch::Sender<u64>,
}

#[derive(Default)]
struct Inner {
    lines: BTreeMap<Series, Line>,
    today: BTreeMap<PublicKey, (u32, u64)>,
    ceiling_pence: u64,
    /// What hosts signed as paid and let go.
    entries: BTreeMap<[u8; 16], Entry>,
    unsaved: bool,
}

#[derive(Default)]
struct Line {
    amounts: Amounts,
    last: Option<Receipt>,
    /// Since when something was not signed for.
    since: Option<Instant>,
    /// Sign again, even if nothing was added.
    again: bool,
    touched: Option<Instant>,
}

impl Line {
    fn unsigned(&self) -> u64 {
        self.amounts.bytes().saturating_sub(self.last.as_ref().map_or(0, |r| r.amounts.bytes()))
    }
}

/// How it is on disk.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    series: Vec<KeptLine>,
    today: Vec<(String, u32, u64)>,
    #[serde(default)]
    entries: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptLine {
    gateway: String,
    month: u32,
    pence_per_gb: u32,
    up: u64,
    down: u64,
    charged: u64,
    receipt: Option<String>,
}

impl Ledger {
    /// Goes on from what is on disk. Beside it: what a damaged file is called now; counting begins anew.
    pub fn open(file: PathBuf, community: Id, device: SecretKey) -> Result<(Ledger, Option<PathBuf>), Unusable> {
        let (kept, aside) = read_json::<Kept>(&file)?.or_empty();
        let mut inner = Inner::default();
        for k in kept.series {
            let Ok(gateway) = k.gateway.parse() else { continue };
            let series = Series { gateway, device: device.public(), month: k.month, pence_per_gb: k.pence_per_gb };
            let wire = k.receipt.and_then(|hex| data_encoding::HEXLOWER.decode(hex.as_bytes()).ok());
            let last = wire.and_then(|w| Receipt::verify(&community, &w).ok()).filter(|r| r.series == series);
            let amounts = Amounts { up: k.up, down: k.down, charged: k.charged };
            let mut line = Line { amounts, last, ..Line::default() };
            line.since = (line.unsigned() > 0).then(Instant::now);
            inner.lines.insert(series, line);
        }
        let entries = kept.entries.iter().filter_map(|row| of_text(row, &community));
        inner.entries = entries.map(|entry| (entry.number, entry)).collect();
        let day = |(gateway, day, bytes): (String, u32, u64)| Some((gateway.parse().ok()?, (day, bytes)));
        inner.today = kept.today.into_iter().filter_map(day).collect();
        let due = watch::Sender::new(0);
        Ok((Ledger { inner: Mutex::new(inner), writing: Mutex::new(()), file, community, device, due }, aside))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn series(&self, gateway: &PublicKey, terms: &Terms) -> Series {
        let (month, pence_per_gb) = (terms.month, terms.pence_per_gb);
        Series { gateway: *gateway, device: self.device.public(), month, pence_per_gb }
    }

    /// The most to be spent in a month, in pence.
    pub fn set_ceiling(&self, pence: u64) {
        self.lock().ceiling_pence = pence;
    }

    /// Whether a gateway's price leaves anything to be had this month.
    pub fn is_within(&self, terms: &Terms) -> bool {
        self.lock().left(terms) > 0
    }

    /// Counts bytes; `false`: they would pass the ceiling.
    pub fn count(&self, gateway: &PublicKey, terms: &Terms, way: Way, bytes: u64) -> bool {
        let series = self.series(gateway, terms);
        let mut inner = self.lock();
        let today = inner.today.entry(*gateway).or_default();
        if today.0 != terms.day {
            *today = (terms.day, 0);
        }
        let before = today.1;
        let after = before.saturating_add(bytes);
        let beyond = |n: u64| n.saturating_sub(terms.floor_bytes);
        let charged = if terms.pence_per_gb == 0 { 0 } else { beyond(after) - beyond(before) };
        if charged > inner.left(terms) {
            return false;
        }
        inner.today.insert(*gateway, (terms.day, after));
        inner.unsaved = true;
        let line = inner.lines.entry(series).or_default();
        let due = line.unsigned() / RECEIPT_EVERY_BYTES;
        match way {
            Way::Out => line.amounts.up = line.amounts.up.saturating_add(bytes),
            Way::In => line.amounts.down = line.amounts.down.saturating_add(bytes),
        }
        line.amounts.charged = line.amounts.charged.saturating_add(charged);
        let now = Instant::now();
        line.since.get_or_insert(now);
        line.touched = Some(now);
        let is_due = line.unsigned() / RECEIPT_EVERY_BYTES > due;
        drop(inner);
        if is_due {
            self.due.send_modify(|n| *n += 1);
        }
        true
    }

    /// A gateway waits for a receipt: it gets one, whatever was counted.
    pub fn sign_again(&self, gateway: &PublicKey, terms: &Terms) {
        let series = self.series(gateway, terms);
        self.lock().lines.entry(series).or_default().again = true;
        self.due.send_modify(|n| *n += 1);
    }

    /// Changes when receipts are due.
    pub fn due(&self) -> watch::Receiver<u64> {
        self.due.subscribe()
    }

    /// Signs what is due at a gateway and keeps it; then gives what is to be sent, on a new connection the last ones too.
    pub fn sign(&self, gateway: &PublicKey, is_new: bool) -> std::io::Result<Vec<Vec<u8>>> {
        let every = hastened(Duration::from_millis(RECEIPT_EVERY_MS));
        let mut signed = Vec::new();
        {
            let mut inner = self.lock();
            let newest = inner.lines.keys().filter(|s| s.gateway == *gateway).map(|s| s.month).max().unwrap_or(0);
            let mut is_changed = false;
            for (series, line) in inner.lines.iter_mut().filter(|(s, _)| s.gateway == *gateway) {
                let unsigned = line.unsigned();
                let is_late = unsigned > 0 && (is_new || line.since.is_some_and(|at| at.elapsed() >= every));
                if unsigned >= RECEIPT_EVERY_BYTES || is_late || line.again {
                    let number = line.last.as_ref().map_or(1, |r| r.number + 1);
                    let receipt = Receipt::sign(&self.community, *series, number, line.amounts, &self.device);
                    signed.push(receipt.wire().to_vec());
                    (line.last, line.since, line.again) = (Some(receipt), None, false);
                    is_changed = true;
                } else if is_new && series.month + 1 >= newest {
                    signed.extend(line.last.as_ref().map(|r| r.wire().to_vec()));
                }
            }
            inner.unsaved |= is_changed;
        }
        self.save()?;
        Ok(signed)
    }

    /// Writes it, if anything changed.
    pub fn save(&self) -> std::io::Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = {
            let mut inner = self.lock();
            if !std::mem::take(&mut inner.unsaved) {
                return Ok(());
            }
            let newest = inner.lines.keys().map(|s| s.month).max().unwrap_or(0);
            inner.lines.retain(|series, _| series.month + MONTHS_KEPT > newest);
            let line = |(series, line): (&Series, &Line)| KeptLine {
                gateway: series.gateway.to_string(),
                month: series.month,
                pence_per_gb: series.pence_per_gb,
                up: line.amounts.up,
                down: line.amounts.down,
                charged: line.amounts.charged,
                receipt: line.last.as_ref().map(|r| data_encoding::HEXLOWER.encode(r.wire())),
            };
            let today = inner.today.iter().map(|(gateway, (day, bytes))| (gateway.to_string(), *day, *bytes));
            let newest = inner.entries.values().map(|e| e.month).max().unwrap_or(0).max(newest);
            let months = |e: &&Entry| e.month + MONTHS_KEPT > newest;
            let hex = |e: &Entry| data_encoding::HEXLOWER.encode(e.wire());
            let entries = inner.entries.values().filter(months).map(hex).collect();
            Kept { series: inner.lines.iter().map(line).collect(), today: today.collect(), entries }
        };
        write_private(&self.file, &serde_json::to_vec(&kept)?).inspect_err(|_| self.lock().unsaved = true)
    }

    /// Keeps an entry that a host signed. What is here already, and what is beyond all bounds, changes nothing.
    pub fn keep(&self, entry: Entry) {
        let mut inner = self.lock();
        if inner.entries.len() < ACCOUNT_ENTRIES_MAX && !inner.entries.contains_key(&entry.number) {
            inner.entries.insert(entry.number, entry);
            inner.unsaved = true;
        }
    }

    /// What hosts signed as paid and let go.
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().entries.values().cloned().collect()
    }

    /// The last receipt of each series.
    pub fn receipts(&self) -> Vec<Receipt> {
        self.lock().lines.values().filter_map(|line| line.last.clone()).collect()
    }
}

impl Inner {
    /// Bytes that cost something and may still be had this month, at a price.
    fn left(&self, terms: &Terms) -> u64 {
        let spent = self.lines.iter().filter(|(s, _)| s.month == terms.month);
        ceiling_left(spent.map(|(s, l)| (l.amounts.charged, s.pence_per_gb)), self.ceiling_pence, terms.pence_per_gb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow_protocol::uplink::statement::Why;

    const TOWN: Id = Id([5; 32]);
    const GATEWAY: PublicKey = PublicKey([2; 32]);

    fn open(file: PathBuf) -> Ledger {
        let (ledger, sorry) = Ledger::open(file, TOWN, SecretKey::from_seed(&[1; 32])).unwrap();
        assert_eq!(sorry, None);
        ledger
    }

    #[test]
    fn receipts_go_on_over_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger");
        let terms = Terms { month: 24_310, day: 20_000, ..Terms::default() };
        let ledger = open(file.clone());
        let due = ledger.due();
        assert!(ledger.count(&GATEWAY, &terms, Way::In, RECEIPT_EVERY_BYTES - 1));
        assert!(ledger.sign(&GATEWAY, false).unwrap().is_empty() && !due.has_changed().unwrap());
        assert!(ledger.count(&GATEWAY, &terms, Way::Out, 1));
        assert!(due.has_changed().unwrap());
        let first = ledger.sign(&GATEWAY, false).unwrap();
        let receipt = Receipt::verify(&TOWN, &first[0]).unwrap();
        let amounts = Amounts { up: 1, down: RECEIPT_EVERY_BYTES - 1, charged: 0 };
        assert_eq!((first.len(), receipt.number, receipt.amounts), (1, 1, amounts));

        let ledger = open(file.clone());
        assert!(ledger.sign(&GATEWAY, false).unwrap().is_empty());
        assert_eq!(ledger.sign(&GATEWAY, true).unwrap(), first, "on a new connection it is sent again");
        ledger.sign_again(&GATEWAY, &terms);
        let again = ledger.sign(&GATEWAY, false).unwrap();
        let receipt = Receipt::verify(&TOWN, &again[0]).unwrap();
        assert_eq!((receipt.number, receipt.amounts), (2, amounts));
        assert!(ledger.count(&GATEWAY, &Terms { month: 24_311, ..terms }, Way::Out, 5));
        assert_eq!(ledger.sign(&GATEWAY, true).unwrap().len(), 2, "a new month is a new series");
        // What a host signed is kept with it, once.
        let host = SecretKey::from_seed(&[8; 32]);
        let entry = Entry::sign(&TOWN, (GATEWAY, Id([3; 32]), 24_311), Why::Paid, 100, [1; 16], &host);
        ledger.keep(entry.clone());
        ledger.keep(entry.clone());
        ledger.save().unwrap();
        assert_eq!(open(file.clone()).entries(), [entry]);
        std::fs::write(&file, b"{").unwrap();
        assert!(Ledger::open(file, TOWN, SecretKey::from_seed(&[1; 32])).unwrap().1.is_some());
    }

    #[test]
    fn the_ceiling_is_never_passed() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = open(dir.path().join("ledger"));
        let terms = Terms { month: 24_310, day: 20_000, pence_per_gb: 1000, floor_bytes: 500_000 };
        assert!(!ledger.is_within(&terms), "no ceiling, no charge");
        assert!(ledger.count(&GATEWAY, &terms, Way::In, 500_000), "what is free is free");
        assert!(!ledger.count(&GATEWAY, &terms, Way::In, 1));
        // A penny is a megabyte.
        ledger.set_ceiling(2);
        assert!(ledger.count(&GATEWAY, &terms, Way::In, 2_000_000));
        assert!(!ledger.count(&GATEWAY, &terms, Way::In, 1) && !ledger.is_within(&terms));
        let free = Terms { pence_per_gb: 0, ..terms };
        assert!(ledger.is_within(&free) && ledger.count(&GATEWAY, &free, Way::In, 1 << 40));
        assert!(ledger.is_within(&Terms { month: 24_311, ..terms }), "a new month begins");
    }
}
