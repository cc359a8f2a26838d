//! What was paid and let go at a gateway: entries that the host's computer signed, for the months that are kept.
//!
//! The member's computers get theirs when they are in touch, and keep them as proof. Not for: what was used ([`super::book`]),
//! or adding up ([`hedgerow_protocol::uplink::statement`]).

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use hedgerow_protocol::id::Id;
use hedgerow_protocol::limits::ACCOUNT_ENTRIES_MAX;
use hedgerow_protocol::uplink::statement::Entry;
use tokio::sync::watch;

use super::book::MONTHS_KEPT;
use crate::files::{Unusable, read_saved, write_private};

/// The entries of one gateway.
pub struct Account {
    entries: Mutex<Vec<Entry>>,
    file: PathBuf,
    /// Counts up with every entry that is on disk.
    news: watch::Sender<u64>,
}

impl Account {
    /// Goes on from what is on disk. Beside it: what a damaged file is called now; members' computers have a copy.
    pub fn open(file: PathBuf, community: &Id) -> Result<(Account, Option<PathBuf>), Unusable> {
        let (entries, aside) = read_saved(&file, |bytes| parse(bytes, community))?.or_empty();
        Ok((Account { entries: Mutex::new(entries), file, news: watch::Sender::new(0) }, aside))
    }

    /// All of them, in the order in which they were made.
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds one; it counts once it is on disk. `month` is the current one.
    pub fn add(&self, entry: Entry, month: u32) -> std::io::Result<()> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = entries.clone();
        all.retain(|e| e.month + MONTHS_KEPT > month);
        if all.len() >= ACCOUNT_ENTRIES_MAX {
            return Err(std::io::Error::other("there are too many entries: old months have to go first"));
        }
        all.push(entry);
        let rows: Vec<String> = all.iter().map(|e| data_encoding::HEXLOWER.encode(e.wire())).collect();
        write_private(&self.file, &serde_json::to_vec(&rows)?)?;
        *entries = all;
        drop(entries);
        self.news.send_modify(|n| *n += 1);
        Ok(())
    }

    /// Changes with every new entry.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }
}

fn parse(bytes: &[u8], community: &Id) -> Option<Vec<Entry>> {
    let rows: Vec<String> = serde_json::from_slice(bytes).ok()?;
    rows.iter().map(|row| of_text(row, community)).collect()
}

/// An entry as it stands in a file.
pub(super) fn of_text(row: &str, community: &Id) -> Option<Entry> {
    Entry::verify(community, &data_encoding::HEXLOWER.decode(row.as_bytes()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow_protocol::id::PublicKey;
    use hedgerow_protocol::keys::SecretKey;
    use hedgerow_protocol::uplink::statement::Why;

    #[test]
    fn what_was_paid_stays_so_over_a_restart_for_thirteen_months() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("account");
        let (town, host) = (Id([5; 32]), SecretKey::from_seed(&[8; 32]));
        let entry =
            |n: u8, month| Entry::sign(&town, (PublicKey([2; 32]), Id([3; 32]), month), Why::Paid, 100, [n; 16], &host);
        let (account, _) = Account::open(file.clone(), &town).unwrap();
        let news = account.news();
        account.add(entry(1, 24_310), 24_310).unwrap();
        account.add(entry(2, 24_311), 24_311).unwrap();
        assert!(news.has_changed().unwrap());
        let (account, sorry) = Account::open(file.clone(), &town).unwrap();
        assert_eq!((sorry, account.entries()), (None, vec![entry(1, 24_310), entry(2, 24_311)]));
        account.add(entry(3, 24_323), 24_323).unwrap();
        assert_eq!(account.entries(), [entry(2, 24_311), entry(3, 24_323)]);
        // Somebody else's file, and a damaged one, count for nothing.
        assert!(
            Account::open(file.clone(), &Id([6; 32])).unwrap().1.is_some() && file.with_extension("damaged").exists()
        );
        std::fs::write(&file, b"[1").unwrap();
        assert!(Account::open(file, &town).unwrap().1.is_some());
    }
}
