//! The vouchers of a gateway: made, redeemed once, used up, taken back; over restarts and power cuts.
//!
//! The journal is a file to which a line is added, and is on the disk, before anything is promised. How much of each was used
//! is written every few seconds, as the other counters are. Not for: what a voucher is
//! ([`hedgerow_protocol::uplink::voucher`]), or who is one of the host's ([`super::gateway::Members`]).

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::limits::VOUCHER_DAYS_MAX;
use hedgerow_protocol::uplink::Voucher;
use hedgerow_protocol::uplink::voucher::{Entry, HumanCode, Journal, Offer, Pass, Tries, VoucherError};

use crate::files::{Unusable, name_aside, read_saved, write_private};

/// Names of the two files.
const JOURNAL: &str = "gateway-vouchers";
const USED: &str = "gateway-vouchers-used";

/// The number of a voucher.
pub type Number = [u8; 16];

/// The vouchers of one gateway.
pub struct Vouchers {
    inner: Mutex<Inner>,
    started: Instant,
    journal_file: PathBuf,
    used_file: PathBuf,
    community: Id,
    /// The gateway as others connect to it.
    gateway: PublicKey,
    /// This computer's, which signs.
    issuer: SecretKey,
}

struct Inner {
    journal: Journal,
    tries: Tries,
    /// Which were redeemed, by holder.
    redeemed: BTreeMap<PublicKey, Vec<Number>>,
    used: BTreeMap<Number, u64>,
    unsaved: bool,
}

/// Why nothing was promised.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It is of no use.
    #[error(transparent)]
    No(#[from] VoucherError),
    /// The disk, or the system's randomness, did not work. Remedy: try again.
    #[error("it could not be written: {0}")]
    Io(#[from] std::io::Error),
}

/// What was made.
pub enum Made {
    /// Bound to a key already.
    Ticket(Voucher),
    /// To be claimed.
    Code(HumanCode),
}

impl Vouchers {
    /// Goes on from what is on disk. Beside it: what damaged files are called now. Of the journal every line counts that
    /// can be read; with the others a voucher might be redeemed once more.
    pub fn open(
        dir: &Path,
        community: Id,
        gateway: PublicKey,
        issuer: SecretKey,
        now: u64,
    ) -> Result<(Vouchers, Vec<PathBuf>), Unusable> {
        let (journal_file, used_file) = (dir.join(JOURNAL), dir.join(USED));
        // Both before anything is written or renamed: one of them that cannot be read leaves the other as it is.
        let (Lines { mut journal, damaged }, _) = read_saved(&journal_file, |bytes| Some(parse(bytes)))?.or_empty();
        let (mut used, used_aside) = read_saved(&used_file, parse_used)?.or_empty();
        let cannot = |e| Unusable::new(&journal_file, e);
        let mut aside: Vec<PathBuf> = used_aside.into_iter().collect();
        if let Some(bytes) = damaged {
            // Kept for whoever wants to look, before what could be read of it takes its place.
            let name = name_aside(&journal_file).map_err(cannot)?;
            write_private(&name, &bytes).map_err(cannot)?;
            aside.push(name);
        }
        let mut redeemed: BTreeMap<PublicKey, Vec<Number>> = BTreeMap::new();
        let lines = journal.compact(now);
        for entry in &lines {
            if let Entry::Redeemed { number, holder, .. } = entry {
                redeemed.entry(*holder).or_default().push(*number);
            }
        }
        let text: String = lines.iter().map(line).collect();
        write_private(&journal_file, text.as_bytes()).map_err(cannot)?;
        used.retain(|number, _| journal.pass(number, now).is_some());
        let inner = Inner { journal, tries: Tries::default(), redeemed, used, unsaved: false };
        let inner = Mutex::new(inner);
        Ok((Vouchers { inner, started: Instant::now(), journal_file, used_file, community, gateway, issuer }, aside))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line, then goes by it.
    fn note(&self, inner: &mut Inner, entry: &Entry) -> Result<(), Failed> {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&self.journal_file)?;
        let before = file.metadata()?.len();
        let written = file.write_all(line(entry).as_bytes()).and_then(|()| file.sync_data());
        if written.is_err() {
            // Half a line would take the next one with it.
            file.set_len(before)?;
        }
        written?;
        inner.journal.apply(entry)?;
        if let Entry::Redeemed { number, holder, .. } = entry {
            inner.redeemed.entry(*holder).or_default().push(*number);
        }
        Ok(())
    }

    /// Makes one: for a key, or for whoever comes first with the code.
    pub fn make(&self, holder: Option<PublicKey>, offer: Offer, secret: &[u8; 32], now: u64) -> Result<Made, Failed> {
        let mut drawn = [0; 24];
        getrandom::fill(&mut drawn).map_err(|e| std::io::Error::other(e.to_string()))?;
        let (number, random) = (core::array::from_fn(|n| drawn[n]), core::array::from_fn(|n| drawn[16 + n]));
        let Some(holder) = holder else {
            let code = HumanCode::new(random);
            let mut inner = self.lock();
            let entry = inner.journal.draw(&code, number, offer, secret, now)?;
            self.note(&mut inner, &entry)?;
            return Ok(Made::Code(code));
        };
        if offer.until < now || offer.until > now.saturating_add(VOUCHER_DAYS_MAX * 86_400) {
            return Err(VoucherError::Over.into());
        }
        Ok(Made::Ticket(Voucher::issue(&self.community, self.gateway, holder, number, offer, &self.issuer)))
    }

    /// Redeems a voucher that a computer brings, once; again it gives the same.
    pub fn redeem(
        &self,
        wire: &[u8],
        presenter: &PublicKey,
        is_host: impl Fn(&PublicKey) -> bool,
        now: u64,
    ) -> Result<Pass, Failed> {
        let voucher = Voucher::verify(&self.community, wire).map_err(VoucherError::from)?;
        self.redeem_in(&mut self.lock(), &voucher, presenter, is_host, now)
    }

    fn redeem_in(
        &self,
        inner: &mut Inner,
        voucher: &Voucher,
        presenter: &PublicKey,
        is_host: impl Fn(&PublicKey) -> bool,
        now: u64,
    ) -> Result<Pass, Failed> {
        let (entry, pass) = inner.journal.redeem(voucher, &self.gateway, presenter, is_host, now)?;
        if let Some(entry) = entry {
            self.note(inner, &entry)?;
        }
        Ok(pass)
    }

    /// Claims a code for a computer, and redeems what it stands for.
    pub fn claim(&self, code: &HumanCode, presenter: &PublicKey, secret: &[u8; 32], now: u64) -> Result<Pass, Failed> {
        let mut inner = self.lock();
        inner.tries.allow(presenter, self.started.elapsed().as_millis() as u64)?;
        let (entry, number, offer) = inner.journal.claim(code, *presenter, secret, now)?;
        if let Some(entry) = entry {
            self.note(&mut inner, &entry)?;
        }
        let voucher = Voucher::issue(&self.community, self.gateway, *presenter, number, offer, &self.issuer);
        self.redeem_in(&mut inner, &voucher, presenter, |by| *by == self.issuer.public(), now)
    }

    /// Takes one back, whether it was redeemed or not.
    pub fn revoke(&self, number: Number, now: u64) -> Result<(), Failed> {
        let mut inner = self.lock();
        let entry = inner.journal.revoke(number, now);
        self.note(&mut inner, &entry)
    }

    /// The number of a code that was drawn here.
    pub fn number_of(&self, code: &HumanCode, secret: &[u8; 32]) -> Option<Number> {
        self.lock().journal.number_of(code, secret)
    }

    /// What a computer still has: the voucher that ends first, its bytes left, and the first second after it.
    pub fn left(&self, holder: &PublicKey, now: u64) -> Option<(Number, Pass)> {
        let inner = self.lock();
        let left = |number: &Number| {
            let pass = inner.journal.pass(number, now)?;
            let bytes = pass.bytes.saturating_sub(inner.used.get(number).copied().unwrap_or(0));
            (bytes > 0).then_some((*number, Pass { bytes, ..pass }))
        };
        inner.redeemed.get(holder)?.iter().filter_map(left).min_by_key(|(_, pass)| pass.until)
    }

    /// Whether a computer ever redeemed one that is remembered.
    pub fn is_known(&self, holder: &PublicKey) -> bool {
        self.lock().redeemed.contains_key(holder)
    }

    /// Counts bytes that are about to go, if the voucher has so many left.
    pub fn take(&self, number: &Number, bytes: u64, now: u64) -> bool {
        let mut inner = self.lock();
        let Some(pass) = inner.journal.pass(number, now) else { return false };
        let used = inner.used.get(number).copied().unwrap_or(0).saturating_add(bytes);
        if used > pass.bytes {
            return false;
        }
        inner.used.insert(*number, used);
        inner.unsaved = true;
        true
    }

    /// Bytes that were counted and did not go.
    pub fn give_back(&self, number: &Number, bytes: u64) {
        if let Some(used) = self.lock().used.get_mut(number) {
            *used = used.saturating_sub(bytes);
        }
    }

    /// Writes how much was used, if anything was.
    pub fn save(&self) -> std::io::Result<()> {
        let rows: Vec<(String, u64)> = {
            let mut inner = self.lock();
            if !std::mem::take(&mut inner.unsaved) {
                return Ok(());
            }
            inner.used.iter().map(|(number, bytes)| (data_encoding::HEXLOWER.encode(number), *bytes)).collect()
        };
        write_private(&self.used_file, &serde_json::to_vec(&rows)?).inspect_err(|_| self.lock().unsaved = true)
    }
}

fn line(entry: &Entry) -> String {
    format!("{}\n", data_encoding::HEXLOWER.encode(&entry.encode()))
}

/// What a journal says.
#[derive(Default)]
struct Lines {
    journal: Journal,
    /// All of it, if there are lines that could not be read.
    damaged: Option<Vec<u8>>,
}

/// A last line without its end was never promised to anybody: power was lost while it was written.
fn parse(bytes: &[u8]) -> Lines {
    let (mut journal, mut bad) = (Journal::default(), 0);
    for row in bytes.split_inclusive(|b| *b == b'\n').filter_map(|row| row.strip_suffix(b"\n")) {
        let entry = data_encoding::HEXLOWER.decode(row).ok().and_then(|bytes| Entry::decode(&bytes).ok());
        if entry.is_none_or(|entry| journal.apply(&entry).is_err()) {
            bad += 1;
        }
    }
    Lines { journal, damaged: (bad > 0).then(|| bytes.to_vec()) }
}

fn parse_used(bytes: &[u8]) -> Option<BTreeMap<Number, u64>> {
    let rows: Vec<(String, u64)> = serde_json::from_slice(bytes).ok()?;
    let number = |hex: &str| Number::try_from(data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?).ok();
    rows.into_iter().map(|(hex, bytes)| Some((number(&hex)?, bytes))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWN: Id = Id([5; 32]);
    const HALL: PublicKey = PublicKey([2; 32]);
    const ANN: PublicKey = PublicKey([3; 32]);
    const BEN: PublicKey = PublicKey([4; 32]);
    const SECRET: [u8; 32] = [7; 32];
    const DAY: u64 = 86_400;
    const NOW: u64 = 20_000 * DAY;
    const OFFER: Offer = Offer { bytes: 1000, seconds: 2 * DAY, until: NOW + 10 * DAY };

    fn open(dir: &Path) -> Vouchers {
        let (vouchers, aside) = Vouchers::open(dir, TOWN, HALL, SecretKey::from_seed(&[8; 32]), NOW).unwrap();
        assert!(aside.is_empty());
        vouchers
    }

    fn ticket(vouchers: &Vouchers, holder: PublicKey) -> Voucher {
        match vouchers.make(Some(holder), OFFER, &SECRET, NOW).unwrap() {
            Made::Ticket(voucher) => voucher,
            Made::Code(_) => panic!("a code"),
        }
    }

    fn why(result: Result<Pass, Failed>) -> VoucherError {
        match result {
            Err(Failed::No(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn redeemed_once_whatever_is_killed_when() {
        let dir = tempfile::tempdir().unwrap();
        let vouchers = open(dir.path());
        let (first, second) = (ticket(&vouchers, ANN), ticket(&vouchers, ANN));
        let host = |key: &PublicKey| *key == first.issuer;
        let pass = vouchers.redeem(first.wire(), &ANN, host, NOW).unwrap();
        assert_eq!(pass, Pass { bytes: 1000, until: NOW + 2 * DAY });
        assert!(vouchers.take(&first.number, 600, NOW) && !vouchers.take(&first.number, 401, NOW));
        vouchers.give_back(&first.number, 100);
        vouchers.save().unwrap();

        // Killed, with a line half written: what was promised is known, what was not is not.
        let file = dir.path().join("gateway-vouchers");
        let whole = std::fs::read(&file).unwrap();
        let entry = Entry::Redeemed { number: second.number, holder: ANN, at: NOW, offer: OFFER };
        let half = &line(&entry)[..90];
        std::fs::write(&file, [&whole, half.as_bytes()].concat()).unwrap();
        let vouchers = open(dir.path());
        assert_eq!(vouchers.left(&ANN, NOW), Some((first.number, Pass { bytes: 500, ..pass })));
        assert_eq!(vouchers.redeem(first.wire(), &ANN, host, NOW + DAY).unwrap(), pass, "the same, no second helping");
        assert_eq!(vouchers.redeem(second.wire(), &ANN, host, NOW + DAY).unwrap().until, NOW + 3 * DAY);
        assert_eq!(vouchers.left(&ANN, NOW + DAY).unwrap().0, first.number, "what ends first goes first");
        assert!(vouchers.take(&first.number, 500, NOW + DAY));
        assert_eq!(vouchers.left(&ANN, NOW + DAY).unwrap().0, second.number);
        assert_eq!(vouchers.left(&ANN, NOW + 4 * DAY), None, "over");
        assert_eq!(why(vouchers.redeem(first.wire(), &ANN, host, NOW + 3 * DAY)), VoucherError::Over);

        // Stolen, of another building, forged, damaged, taken back.
        assert_eq!(why(vouchers.redeem(first.wire(), &BEN, host, NOW)), VoucherError::Holder);
        let far = tempfile::tempdir().unwrap();
        let (other, _) = Vouchers::open(far.path(), TOWN, BEN, SecretKey::from_seed(&[9; 32]), NOW).unwrap();
        assert_eq!(why(other.redeem(first.wire(), &ANN, |_| true, NOW)), VoucherError::Elsewhere);
        let forged = Voucher::issue(&TOWN, HALL, ANN, [1; 16], OFFER, &SecretKey::from_seed(&[9; 32]));
        assert_eq!(why(vouchers.redeem(forged.wire(), &ANN, host, NOW)), VoucherError::Issuer);
        let mut bad = second.wire().to_vec();
        bad[40] ^= 1;
        assert!(matches!(why(vouchers.redeem(&bad, &ANN, host, NOW)), VoucherError::Paper(_)));
        vouchers.revoke(second.number, NOW).unwrap();
        assert_eq!((vouchers.left(&ANN, NOW + DAY), vouchers.take(&second.number, 1, NOW)), (None, false));
        let vouchers = open(dir.path());
        assert_eq!(why(vouchers.redeem(second.wire(), &ANN, host, NOW)), VoucherError::Revoked);

        // One line that cannot be read, and not even as text, costs that line; the file as it was is kept beside.
        let whole = [&b"zz\n\xff\n"[..], &std::fs::read(&file).unwrap()].concat();
        std::fs::write(&file, &whole).unwrap();
        let open_again = || Vouchers::open(dir.path(), TOWN, HALL, SecretKey::from_seed(&[8; 32]), NOW);
        let (vouchers, aside) = open_again().unwrap();
        assert_eq!(why(vouchers.redeem(second.wire(), &ANN, host, NOW)), VoucherError::Revoked);
        assert_eq!((aside.len(), std::fs::read(&aside[0]).unwrap()), (1, whole));
        // What cannot be read at all is left alone: or vouchers that were redeemed would be good again.
        for name in [JOURNAL, USED] {
            let file = dir.path().join(name);
            let bytes = std::fs::read(&file).unwrap();
            std::fs::remove_file(&file).unwrap();
            std::fs::create_dir(&file).unwrap();
            assert_eq!(open_again().err().map(|e| e.file), Some(file.clone()), "{name}");
            std::fs::remove_dir(&file).unwrap();
            std::fs::write(&file, bytes).unwrap();
        }
        let (vouchers, _) = open_again().unwrap();
        assert_eq!(why(vouchers.redeem(second.wire(), &ANN, host, NOW)), VoucherError::Revoked);
    }

    #[test]
    fn a_code_is_for_whoever_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        let vouchers = open(dir.path());
        let Made::Code(code) = vouchers.make(None, OFFER, &SECRET, NOW).unwrap() else { panic!("a ticket") };
        let letters = code.to_text().replace('-', "");
        assert!(!std::fs::read_to_string(dir.path().join("gateway-vouchers")).unwrap().contains(&letters));
        // Claimed, and killed before it was redeemed.
        {
            let mut inner = vouchers.lock();
            let (entry, ..) = inner.journal.claim(&code, ANN, &SECRET, NOW).unwrap();
            vouchers.note(&mut inner, &entry.unwrap()).unwrap();
        }
        let vouchers = open(dir.path());
        assert_eq!(why(vouchers.claim(&code, &BEN, &SECRET, NOW)), VoucherError::Code);
        let pass = vouchers.claim(&code, &ANN, &SECRET, NOW).unwrap();
        assert_eq!(open(dir.path()).claim(&code, &ANN, &SECRET, NOW + 1).unwrap(), pass);
        let guess = HumanCode::new([1; 8]);
        let guesses: Vec<VoucherError> = (0..5).map(|_| why(vouchers.claim(&guess, &BEN, &SECRET, NOW))).collect();
        assert_eq!(guesses.last(), Some(&VoucherError::TooOften), "{guesses:?}");
        let number = vouchers.number_of(&code, &SECRET).unwrap();
        vouchers.revoke(number, NOW).unwrap();
        assert_eq!(vouchers.left(&ANN, NOW), None);
        for until in [NOW - 1, NOW + 401 * DAY] {
            for holder in [None, Some(ANN)] {
                assert!(vouchers.make(holder, Offer { until, ..OFFER }, &SECRET, NOW).is_err());
            }
        }
    }
}
