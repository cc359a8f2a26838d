//! How much was used in which hour, by members under other names: what a host sees, for as many days as the rules say.
//!
//! Not for: what is owed ([`super::book`]).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hedgerow_protocol::uplink::meter::Member;

use super::book::member_of;
use crate::files::{Unusable, read_saved, write_private};

/// By hour (seconds since 1970, divided by 3600) and member: bytes, and how many of them cost something.
pub type Rows = BTreeMap<(u64, Member), (u64, u64)>;

/// The hours of one gateway.
pub struct Hours {
    rows: Mutex<(Rows, bool)>,
    file: PathBuf,
}

impl Hours {
    /// Goes on from what is on disk. Beside it: what a damaged file is called now.
    pub fn open(file: PathBuf) -> Result<(Hours, Option<PathBuf>), Unusable> {
        let (rows, aside) = read_saved(&file, parse)?.or_empty();
        Ok((Hours { rows: Mutex::new((rows, false)), file }, aside))
    }

    fn lock(&self) -> MutexGuard<'_, (Rows, bool)> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what was used, and forgets what is older than `days` before `hour`.
    pub fn add(&self, more: Rows, hour: u64, days: u32) {
        let mut inner = self.lock();
        let before = inner.0.len();
        let first = hour.saturating_sub(u64::from(days) * 24);
        inner.0.retain(|(at, _), _| *at >= first);
        inner.1 |= !more.is_empty() || inner.0.len() != before;
        for (key, (bytes, charged)) in more {
            let row = inner.0.entry(key).or_default();
            row.0 = row.0.saturating_add(bytes);
            row.1 = row.1.saturating_add(charged);
        }
    }

    /// All of it.
    pub fn rows(&self) -> Rows {
        self.lock().0.clone()
    }

    /// Writes it, if anything changed.
    pub fn save(&self) -> std::io::Result<()> {
        let rows: Vec<(u64, String, u64, u64)> = {
            let mut inner = self.lock();
            if !std::mem::take(&mut inner.1) {
                return Ok(());
            }
            let hex = |m: &Member| data_encoding::HEXLOWER.encode(&m.0);
            inner.0.iter().map(|((hour, m), (bytes, charged))| (*hour, hex(m), *bytes, *charged)).collect()
        };
        write_private(&self.file, &serde_json::to_vec(&rows)?).inspect_err(|_| self.lock().1 = true)
    }
}

fn parse(bytes: &[u8]) -> Option<Rows> {
    let rows: Vec<(u64, String, u64, u64)> = serde_json::from_slice(bytes).ok()?;
    rows.into_iter().map(|(hour, m, bytes, charged)| Some(((hour, member_of(&m)?), (bytes, charged)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_kept_for_the_days_of_the_rules() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("hours");
        let ann = Member([1; 16]);
        let (hours, _) = Hours::open(file.clone()).unwrap();
        hours.add(Rows::from([((1000, ann), (10, 1))]), 1000, 7);
        hours.add(Rows::from([((1000, ann), (5, 0)), ((1001, ann), (2, 2))]), 1001, 7);
        hours.save().unwrap();
        let (hours, _) = Hours::open(file.clone()).unwrap();
        assert_eq!(hours.rows(), Rows::from([((1000, ann), (15, 1)), ((1001, ann), (2, 2))]));
        hours.add(Rows::new(), 1001 + 7 * 24, 7);
        hours.save().unwrap();
        assert_eq!(Hours::open(file).unwrap().0.rows(), Rows::from([((1001, ann), (2, 2))]));
    }
}
