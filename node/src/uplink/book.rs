//! The gateway's book of receipts: what each resident's computer signed for, and what it was served beyond that.
//!
//! One file holds the last receipt of each series; of a month's use that is all that is kept. Nothing in it says where
//! anybody went. Not for: the limits of a day ([`super::share`]), or adding up ([`hedgerow_protocol::uplink::statement`]).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::limits::RECEIPT_WINDOW_BYTES;
use hedgerow_protocol::uplink::meter::Member;
use hedgerow_protocol::uplink::receipt::{Amounts, Series, Tab};
use hedgerow_protocol::uplink::{Receipt, Refusal};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::files::{Unusable, read_saved, write_private};
use crate::flow::Way;

/// Months that receipts are kept, the current one included.
pub(super) const MONTHS_KEPT: u32 = 13;
/// Series in the book. More: new ones are refused as busy until old months go.
const SERIES_MAX: usize = 50_000;
/// A computer that lost count is forgiven what it cannot sign for, at most a window, this often at most.
const FORGIVE_EVERY: Duration = Duration::from_secs(24 * 3600);
/// Receipts are written at least this often, if any came.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// Most days on which a free share may have been had in one month.
const DAYS: u64 = 31;

/// The book of one gateway.
pub struct Book {
    lines: Mutex<BTreeMap<Series, Line>>,
    unsaved: AtomicBool,
    /// One write at a time, and none that overtakes a later one.
    writing: Mutex<()>,
    file: PathBuf,
    community: Id,
    gateway: PublicKey,
    /// Counts up with every receipt that is on disk.
    news: watch::Sender<u64>,
    /// Counts up with every receipt that came.
    came: watch::Sender<u64>,
}

struct Line {
    tab: Tab,
    member: Member,
    /// Bytes signed for in the receipt on disk.
    saved: u64,
    /// Something was refused since the last receipt.
    overdue: bool,
    forgiven: Option<Instant>,
}

/// One receipt as it is on disk.
#[derive(Serialize, Deserialize)]
struct Kept {
    member: String,
    receipt: String,
}

/// Whose receipt it is, and what the gateway's rules say.
#[derive(Debug, Clone, Copy)]
pub struct Signer {
    /// The key that has to have signed.
    pub device: PublicKey,
    /// Its member.
    pub member: Member,
    /// The month here.
    pub month: u32,
    /// What is free each day.
    pub floor_bytes: u64,
}

impl Book {
    /// Opens the book. Beside it: what a damaged one is called now; residents bring their receipts again.
    pub fn open(file: PathBuf, community: Id, gateway: PublicKey) -> Result<(Book, Option<PathBuf>), Unusable> {
        let (kept, aside) = read_saved(&file, |bytes| parse(bytes, &community))?.or_empty();
        let line = |(member, receipt): (Member, Receipt)| {
            let saved = receipt.amounts.bytes();
            (receipt.series, Line { tab: Tab::restore(receipt), member, saved, overdue: false, forgiven: None })
        };
        let lines = kept.into_iter().filter(|(_, r)| r.series.gateway == gateway).map(line).collect();
        let (news, came) = (watch::Sender::new(0), watch::Sender::new(0));
        let (lines, unsaved, writing) = (Mutex::new(lines), AtomicBool::new(false), Mutex::new(()));
        Ok((Book { lines, unsaved, writing, file, community, gateway, news, came }, aside))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Series, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts bytes that are about to go, if they fit into the window beyond the receipt that is on disk: what a power
    /// cut takes is never more than a window.
    pub fn serve(&self, series: Series, member: Member, way: Way, bytes: u64) -> Result<(), Refusal> {
        let mut lines = self.lock();
        if lines.len() >= SERIES_MAX && !lines.contains_key(&series) {
            return Err(Refusal::Busy);
        }
        let new = || Line { tab: Tab::new(series), member, saved: 0, overdue: false, forgiven: None };
        let line = lines.entry(series).or_insert_with(new);
        let beyond = line.tab.served.bytes().saturating_sub(line.saved);
        if beyond.saturating_add(bytes) > RECEIPT_WINDOW_BYTES {
            line.overdue = true;
            return Err(Refusal::ReceiptOverdue);
        }
        line.tab.serve(amounts(way, bytes));
        Ok(())
    }

    /// The same, but gives the receipt time to come.
    pub async fn serve_soon(
        &self,
        series: Series,
        member: Member,
        (way, bytes): (Way, u64),
        patience: Duration,
    ) -> Result<(), Refusal> {
        let mut news = self.news.subscribe();
        let until = tokio::time::Instant::now() + patience;
        loop {
            match self.serve(series, member, way, bytes) {
                Err(Refusal::ReceiptOverdue) => {
                    let waited = tokio::time::timeout_at(until, news.changed()).await;
                    if !matches!(waited, Ok(Ok(()))) {
                        return Err(Refusal::ReceiptOverdue);
                    }
                }
                done => return done,
            }
        }
    }

    /// Of what was served, so many bytes cost something.
    pub fn charge(&self, series: &Series, charged: u64) {
        if let Some(line) = self.lock().get_mut(series) {
            line.tab.serve(Amounts { charged, ..Amounts::default() });
        }
    }

    /// Bytes that were counted and did not arrive.
    pub fn give_back(&self, series: &Series, way: Way, bytes: u64) {
        if let Some(line) = self.lock().get_mut(series) {
            let served = &mut line.tab.served;
            match way {
                Way::In => served.up = served.up.saturating_sub(bytes),
                Way::Out => served.down = served.down.saturating_sub(bytes),
            }
            served.charged = served.charged.min(served.bytes());
        }
    }

    /// Takes a receipt from outside. `Err` says why not.
    pub fn take(&self, wire: &[u8], from: Signer) -> Result<(), String> {
        let receipt = Receipt::verify(&self.community, wire).map_err(|e| e.to_string())?;
        let series = receipt.series;
        if series.gateway != self.gateway || series.device != from.device || series.month.abs_diff(from.month) > 1 {
            return Err("it belongs to another account".into());
        }
        let mut lines = self.lock();
        if lines.len() >= SERIES_MAX && !lines.contains_key(&series) {
            return Err("there is no room for more".into());
        }
        let new = || Line { tab: Tab::new(series), member: from.member, saved: 0, overdue: false, forgiven: None };
        let line = lines.entry(series).or_insert_with(new);
        // Each computer counts its own free share, the gateway one for all of a person's: so much may be between them.
        let slack = RECEIPT_WINDOW_BYTES.saturating_add(from.floor_bytes.saturating_mul(DAYS));
        if series.pence_per_gb > 0 && receipt.amounts.charged.saturating_add(slack) < line.tab.served.charged {
            return Err("it leaves out what costs something".into());
        }
        // More than was counted here is the signer's own word: after a power cut it knows better.
        let (served, says) = (&mut line.tab.served, receipt.amounts);
        let least = |says: u64| says.saturating_sub(RECEIPT_WINDOW_BYTES);
        served.up = served.up.max(least(says.up));
        served.down = served.down.max(least(says.down));
        served.charged = served.charged.max(least(says.charged));
        let before = line.tab.last.as_ref().map(|r| r.amounts);
        line.tab.take(receipt).map_err(|e| e.to_string())?;
        // "That is all I had": signed again because something was refused.
        let is_all = std::mem::take(&mut line.overdue) && before == Some(says);
        if is_all && line.forgiven.is_none_or(|at| at.elapsed() >= FORGIVE_EVERY) {
            line.tab.served = says;
            line.forgiven = Some(Instant::now());
        }
        drop(lines);
        self.unsaved.store(true, Ordering::SeqCst);
        self.came.send_modify(|n| *n += 1);
        Ok(())
    }

    /// The last receipt of each series, with its member.
    pub fn receipts(&self) -> Vec<(Member, Receipt)> {
        let lines = self.lock();
        lines.values().filter_map(|line| Some((line.member, line.tab.last.clone()?))).collect()
    }

    /// Writes what came, if anything did.
    pub fn save(&self, month: u32) -> std::io::Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.unsaved.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        let kept: Vec<(Member, Receipt)> = {
            let mut lines = self.lock();
            lines.retain(|series, _| series.month + MONTHS_KEPT > month);
            lines.values().filter_map(|line| Some((line.member, line.tab.last.clone()?))).collect()
        };
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        let rows = kept.iter().map(|(m, r)| Kept { member: hex(&m.0), receipt: hex(r.wire()) });
        let bytes = serde_json::to_vec(&rows.collect::<Vec<_>>())?;
        write_private(&self.file, &bytes).inspect_err(|_| self.unsaved.store(true, Ordering::SeqCst))?;
        let mut lines = self.lock();
        for (_, receipt) in kept {
            if let Some(line) = lines.get_mut(&receipt.series) {
                line.saved = line.saved.max(receipt.amounts.bytes());
            }
        }
        drop(lines);
        self.news.send_modify(|n| *n += 1);
        Ok(())
    }

    /// Writes receipts as they come, several at once while the disk is slow.
    pub async fn keep_saved(self: Arc<Self>, month: impl Fn() -> u32) {
        let mut came = self.came.subscribe();
        while came.changed().await.is_ok() {
            let (book, month) = (self.clone(), month());
            let saved = tokio::task::spawn_blocking(move || book.save(month)).await;
            if let Ok(Err(error)) = saved {
                tracing::warn!(%error, "receipts could not be written; trying again");
                tokio::time::sleep(SAVE_EVERY).await;
                came.mark_changed();
            }
        }
    }
}

/// What one way's bytes are in an account: a flow's `In` comes from the resident.
fn amounts(way: Way, bytes: u64) -> Amounts {
    match way {
        Way::In => Amounts { up: bytes, ..Amounts::default() },
        Way::Out => Amounts { down: bytes, ..Amounts::default() },
    }
}

/// The receipts that a file holds.
fn parse(bytes: &[u8], community: &Id) -> Option<Vec<(Member, Receipt)>> {
    let rows: Vec<Kept> = serde_json::from_slice(bytes).ok()?;
    let one = |row: &Kept| {
        let wire = data_encoding::HEXLOWER.decode(row.receipt.as_bytes()).ok()?;
        Some((member_of(&row.member)?, Receipt::verify(community, &wire).ok()?))
    };
    rows.iter().map(one).collect()
}

/// A member's other name, from its text.
pub fn member_of(text: &str) -> Option<Member> {
    Some(Member(data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow_protocol::keys::SecretKey;

    const TOWN: Id = Id([5; 32]);
    const GATEWAY: PublicKey = PublicKey([2; 32]);
    const MONTH: u32 = 24_310;
    const ANN: Member = Member([7; 16]);

    fn device() -> SecretKey {
        SecretKey::from_seed(&[1; 32])
    }

    fn series(pence_per_gb: u32) -> Series {
        Series { gateway: GATEWAY, device: device().public(), month: MONTH, pence_per_gb }
    }

    fn paper(number: u64, pence: u32, down: u64, charged: u64) -> Vec<u8> {
        let amounts = Amounts { up: 0, down, charged };
        Receipt::sign(&TOWN, series(pence), number, amounts, &device()).wire().to_vec()
    }

    fn from() -> Signer {
        Signer { device: device().public(), member: ANN, month: MONTH, floor_bytes: 0 }
    }

    #[test]
    fn one_window_beyond_the_receipt_on_disk_and_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("receipts");
        let (book, _) = Book::open(file.clone(), TOWN, GATEWAY).unwrap();
        let window = RECEIPT_WINDOW_BYTES;
        let serve = |book: &Book, bytes| book.serve(series(0), ANN, Way::Out, bytes);
        assert_eq!(serve(&book, window), Ok(()), "the first window needs no receipt");
        assert_eq!(serve(&book, 1), Err(Refusal::ReceiptOverdue));
        book.take(&paper(1, 0, window, 0), from()).unwrap();
        assert_eq!(serve(&book, 1), Err(Refusal::ReceiptOverdue), "not while it could be lost");
        book.save(MONTH).unwrap();
        assert_eq!(serve(&book, window), Ok(()));
        assert_eq!(serve(&book, 1), Err(Refusal::ReceiptOverdue));
        // What never arrived is not counted.
        book.give_back(&series(0), Way::Out, 10);
        assert_eq!(serve(&book, 10), Ok(()));

        // Killed: what was signed for is known, and the resident's later word counts.
        let (book, sorry) = Book::open(file.clone(), TOWN, GATEWAY).unwrap();
        assert_eq!((sorry, book.receipts()[0].1.amounts.down), (None, window));
        book.take(&paper(9, 0, 5 * window, 0), from()).unwrap();
        assert_eq!(book.take(&paper(9, 0, 5 * window, 0), from()), Err("a newer receipt is here already".into()));
        assert_eq!(
            book.take(&paper(10, 0, window, 0), from()),
            Err("the receipt says less than the one before".into())
        );
        book.save(MONTH).unwrap();
        book.take(&paper(10, 0, 5 * window, 0), from()).unwrap();
        book.save(MONTH + MONTHS_KEPT).unwrap();
        assert!(book.receipts().is_empty(), "after thirteen months it is gone");

        std::fs::write(&file, b"[{").unwrap();
        let (_, sorry) = Book::open(file.clone(), TOWN, GATEWAY).unwrap();
        assert!(sorry.is_some() && file.with_extension("damaged").exists());
    }

    #[test]
    fn who_lost_count_is_forgiven_a_window_once_a_day() {
        let dir = tempfile::tempdir().unwrap();
        let (book, _) = Book::open(dir.path().join("receipts"), TOWN, GATEWAY).unwrap();
        let full = |book: &Book| {
            assert_eq!(book.serve(series(0), ANN, Way::Out, RECEIPT_WINDOW_BYTES), Ok(()));
            assert_eq!(book.serve(series(0), ANN, Way::Out, 1), Err(Refusal::ReceiptOverdue));
        };
        book.take(&paper(1, 0, 0, 0), from()).unwrap();
        full(&book);
        book.take(&paper(2, 0, 0, 0), from()).unwrap();
        full(&book);
        book.take(&paper(3, 0, 0, 0), from()).unwrap();
        assert_eq!(book.serve(series(0), ANN, Way::Out, 1), Err(Refusal::ReceiptOverdue));
    }

    #[test]
    fn papers_of_others_and_papers_that_leave_out_the_price_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let (book, _) = Book::open(dir.path().join("receipts"), TOWN, GATEWAY).unwrap();
        assert!(book.take(&[0; 90], from()).is_err());
        assert!(book.take(&paper(1, 0, 1, 0), Signer { device: GATEWAY, ..from() }).is_err());
        assert!(book.take(&paper(1, 0, 1, 0), Signer { month: MONTH + 2, ..from() }).is_err());
        for number in 1..=2 {
            book.serve(series(40), ANN, Way::Out, RECEIPT_WINDOW_BYTES).unwrap();
            book.charge(&series(40), RECEIPT_WINDOW_BYTES);
            let honest = number * RECEIPT_WINDOW_BYTES;
            if number == 2 {
                assert!(book.take(&paper(2, 40, honest, RECEIPT_WINDOW_BYTES - 1), from()).is_err());
            }
            book.take(&paper(number, 40, honest, honest), from()).unwrap();
            book.save(MONTH).unwrap();
        }
        assert_eq!(book.receipts()[0].1.amounts.charged, 2 * RECEIPT_WINDOW_BYTES);
    }
}
