//! Walking through everything, page by page, for whoever is not a neighbour: a page costs the page, however much there
//! is, and what comes or goes meanwhile moves no place. Not for: lists that people read (`find`).

use std::sync::{Arc, Mutex, PoisonError};

use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::record::Record;
use hedgerow_protocol::sync::{Bucket, LaneKey, LanePlace, ancestors_first};

use super::Core;
use super::state::State;
use crate::store::table::{Row, flag};

/// Where a record of content is in the order of pages: its bucket, and its id.
pub type ContentPlace = (Bucket, Id);

/// Rows looked at for one page. A page may be short, or empty, and not the last.
const ROWS_MAX: usize = 4096;

/// The order of the authority lane at one generation of authority: made once for each, and only when somebody asks.
#[derive(Default)]
pub(super) struct LaneOrder(Mutex<(u64, Arc<Vec<LaneKey>>)>);

impl LaneOrder {
    fn of(&self, authority: &Authority) -> Arc<Vec<LaneKey>> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if made.1.is_empty() || made.0 != authority.generation() {
            let order = ancestors_first(authority.records().map(LanePlace::of).collect());
            *made = (authority.generation(), Arc::new(order));
        }
        made.1.clone()
    }
}

impl Core {
    /// The next authority records after a place, ancestors first, the founding record before all.
    pub fn lane_after(&self, after: Option<LaneKey>, limit: usize) -> Vec<(LaneKey, Record)> {
        let authority = self.authority();
        let order = self.shared.lane.of(&authority);
        let from = after.map_or(0, |after| order.partition_point(|key| *key <= after));
        let state = self.shared.read();
        // What is aside is passed on to nobody.
        let is_kept =
            |id: &Id| state.table.find(id).and_then(|n| state.table.row(n)).is_some_and(|r| r.has(flag::KEPT));
        let page = order[from..].iter().filter(|key| is_kept(&key.2)).take(limit);
        page.filter_map(|key| authority.record(&key.2).map(|record| (*key, record.clone()))).collect()
    }

    /// Where the next content is that anybody may read, from a place on; and where to go on, if that was not all.
    pub fn public_from(&self, from: ContentPlace, limit: usize) -> (Vec<ContentPlace>, Option<ContentPlace>) {
        self.places_from(from, limit, |state, row, now| {
            row.has(flag::SHOWN | flag::PUBLIC) || state.is_for_later(row, now)
        })
    }

    /// The same for all that is shown, whomever it is for.
    pub fn shown_from(&self, from: ContentPlace, limit: usize) -> (Vec<ContentPlace>, Option<ContentPlace>) {
        self.places_from(from, limit, |_, row, _| row.has(flag::SHOWN))
    }

    fn places_from(
        &self,
        (bucket, id): ContentPlace,
        limit: usize,
        fits: impl Fn(&State, &Row, u64) -> bool,
    ) -> (Vec<ContentPlace>, Option<ContentPlace>) {
        let (state, now) = (self.shared.read(), self.clock());
        let (mut found, mut looked_at) = (Vec::new(), 0);
        let weeks = state.table.summary().iter().map(|(b, _)| b);
        for week in weeks.filter(|b| *b >= bucket && *b != Bucket::AUTHORITY) {
            let first = if week == bucket { id } else { Id([0; 32]) };
            for row in state.table.rows_from(week, &first) {
                if found.len() == limit || looked_at == ROWS_MAX {
                    return (found, Some((week, row.id)));
                }
                looked_at += 1;
                super::find::note_row();
                if fits(&state, row, now) {
                    found.push((week, row.id));
                }
            }
        }
        (found, None)
    }
}
