//! Withdrawing everything I published.

use std::collections::BTreeSet;

use hedgerow_api::{Problem, WithdrawnAll};
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Address;

use super::super::App;
use crate::core::{CoreError, Draft, Order, Query};

/// Items looked at, and withdrawn with one sync of the disk.
const AT_ONCE: usize = 500;

impl App {
    /// Withdraws every slot of my person that shows something, my profile last: whoever stops half way still has a name
    /// beside what is left.
    pub async fn withdraw_all(&self, dry_run: bool) -> Result<WithdrawnAll, Problem> {
        let member = self.member()?;
        let me = member.me()?;
        let mut all: BTreeSet<(bool, u16, Vec<u8>)> = BTreeSet::new();
        let mut query = Query { owner: Some(me), order: Order::Title, limit: AT_ONCE, ..Query::default() };
        loop {
            let page = member.core.find(&query);
            for record in member.core.records(&page) {
                let p = record.payload();
                // Not something I published: what others seal to me with. It goes with the computer.
                if p.kind == Kind::SEALING_KEY {
                    continue;
                }
                all.insert((p.kind == Kind::PROFILE, p.kind.0, p.key.clone()));
            }
            match page.next {
                Some(next) => query.cursor = Some(next),
                None => break,
            }
        }
        let mut withdrawn = 0;
        let all: Vec<_> = all.into_iter().collect();
        for part in all.chunks(AT_ONCE).filter(|_| !dry_run) {
            let draft = |(_, kind, key): &(bool, u16, Vec<u8>)| {
                Draft::withdrawal(&Address { owner: me, kind: Kind(*kind), key: key.clone() })
            };
            let published = member.core.publish(part.iter().map(draft).collect()).await;
            withdrawn += published.map_err(|e: CoreError| Problem::from(e))?.len() as u64;
        }
        member.forget_names();
        Ok(WithdrawnAll { withdrawn: if dry_run { all.len() as u64 } else { withdrawn }, dry_run })
    }
}
