//! Said anew: what this computer dated by a clock that was wrong, once its clock is right.
//!
//! A date that waits says itself that a clock was ahead. That one was behind is seen only while it is so: what is written then is
//! noted as doubtful, with the latest date that this computer had given before, until its clock says at least that. Nobody's voice
//! brings a pass about: there is none while community time is not the own clock's, unless that is one that cannot be right.
//! Not for: what other computers wrote, which they say anew themselves.

use std::collections::BTreeSet;
use std::time::Duration;

use hedgerow_protocol::hlc::{DAY_MS, Day};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::limits::{CONTENT_DAYS_MAX, CONTENT_PREV_MAX};
use hedgerow_protocol::record::{Audience, Payload, Record};
use hedgerow_protocol::{cbor, listing, view};

use super::super::clock::Clock;
use super::super::local::{DOUBT_KEYS, RESTORED_KEY};
use super::super::state::State;
use super::super::types::CoreError;
use super::staging::Charged;
use super::{Group, Writer};
use crate::store::table::{Row, flag};

/// How long a clock has to run without being set: one that is put right by the network often moves twice.
const SETTLED_FOR: Duration = Duration::from_secs(20);
/// How long a pass waits that something speaks against.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How long a pass waits that the disk or a share did not let through.
const AGAIN_AFTER: Duration = Duration::from_secs(600);
/// How far a clock moves against the monotonic one when it is set.
const STEP_MS: u64 = 60_000;
/// Passes within an hour, however often the clock is set.
const PASSES_MAX: usize = 4;
/// See [`PASSES_MAX`].
const PASSES_WITHIN: Duration = Duration::from_secs(3600);
/// How far behind a date has to be to be wrong: what is about right stays as it is.
const WRONG_MS: u64 = 2 * DAY_MS;
/// Doubts that are remembered. More: those written after are not said anew.
const DOUBTS_MAX: usize = 4096;
/// Days of running after which a doubt is over that no clock has settled.
const DOUBT_DAYS: u16 = 60;
/// Records that are saved together.
const TOGETHER_MAX: usize = 512;

/// What the writer remembers between two looks at the clock.
#[derive(Default)]
pub(in crate::core) struct Anew {
    /// What the own clock was ahead of the monotonic one, and whether it was to be used.
    looked: Option<(i64, bool)>,
    /// When to look through everything.
    next: Option<Duration>,
    /// Whether that waits for nothing but somebody who agrees with the clock.
    only_agreed: bool,
    passes: Vec<Duration>,
    /// Written since the own clock was set.
    written: Vec<Id>,
    /// Written before it was set, days ahead: wrong if somebody agrees with how it is now.
    behind: Vec<Id>,
}

impl Anew {
    /// Looks at both clocks. Gives whether it is time to look through everything.
    fn is_due(&mut self, os_ms: u64, run: Duration, is_undisputed: bool) -> bool {
        let signed = |ms: u128| i64::try_from(ms).unwrap_or(i64::MAX);
        let offset = signed(os_ms.into()).saturating_sub(signed(run.as_millis()));
        let before = self.looked.replace((offset, is_undisputed));
        let step = before.map_or(0, |(before, _)| offset.saturating_sub(before));
        let was_set = step.unsigned_abs() > STEP_MS;
        if was_set {
            let written = std::mem::take(&mut self.written);
            self.behind = if step > WRONG_MS.cast_signed() { written } else { Vec::new() };
        }
        if was_set || before.is_none_or(|(_, before)| before != is_undisputed) {
            self.next = is_undisputed.then(|| run + SETTLED_FOR);
            self.only_agreed = false;
        }
        self.next.is_some_and(|at| run >= at)
    }

    /// Whether there may be another pass now.
    fn may_pass(&mut self, run: Duration) -> bool {
        self.passes.retain(|at| run.saturating_sub(*at) < PASSES_WITHIN);
        self.passes.len() < PASSES_MAX
    }

    /// Takes note of something written here, and in the group of a doubt about its date.
    pub(super) fn note(&mut self, clock: &Clock, state: &State, id: Id, now: u64, group: &mut Group) {
        if self.written.len() < DOUBTS_MAX {
            self.written.push(id);
        }
        let at_least = match clock.is_unsure() {
            true => 0,
            false if !state.last_hlc.counts_at(now) && !clock.is_confirmed() => state.last_hlc.unix_ms(),
            false => return,
        };
        if state.doubts().count() + group.locals.len() < DOUBTS_MAX {
            let value = [&at_least.to_be_bytes()[..], &state.days_run().to_be_bytes()].concat();
            group.locals.push((format!("{DOUBT_KEYS}{id}"), value));
        }
    }
}

/// A doubt about the date of a record of this computer.
pub(in crate::core) struct Doubt {
    id: Id,
    /// Its date is wrong if it is right that it was later than this.
    at_least_ms: u64,
    days_run: u16,
}

impl State {
    /// What was written in doubt of the clock.
    fn doubts(&self) -> impl Iterator<Item = Doubt> + '_ {
        let keys = self.locals.range(DOUBT_KEYS.to_owned()..).take_while(|(key, _)| key.starts_with(DOUBT_KEYS));
        keys.filter_map(|(key, value)| {
            let (at_least, days) = value.split_first_chunk::<8>()?;
            Some(Doubt {
                id: key.get(DOUBT_KEYS.len()..)?.parse().ok()?,
                at_least_ms: u64::from_be_bytes(*at_least),
                days_run: u16::from_be_bytes(days.try_into().ok()?),
            })
        })
    }

    /// Whether other people's last words on something are dated days from now: then it is this clock that is behind.
    fn is_contradicted(&self, now: u64) -> bool {
        let mine = self.authority.device(&self.device).map(|d| d.owner);
        let is_mine = |row: &Row| {
            let key = hedgerow_protocol::id::PublicKey(self.table.devices.name(row.device));
            key == self.device || mine.is_some() && self.authority.device(&key).map(|d| d.owner) == mine
        };
        let late = |row: &&Row| {
            row.has(flag::KEPT | flag::COUNTS)
                && row.flags & (flag::AUTHORITY | flag::DEAD) == 0
                && row.hlc.unix_ms() > now.saturating_add(WRONG_MS)
        };
        let is_last = |row: &Row| {
            let rows = self.table.versions(&row.slot).into_iter().filter_map(|n| self.table.row(n));
            rows.filter(|r| r.counts()).all(|r| r.order() <= row.order())
        };
        self.table.rows().iter().filter(late).any(|row| !is_mine(row) && is_last(row))
    }

    /// What is to be said anew: of this computer's last words those that wait, and of these ids those that are far behind.
    fn misdated(&self, now: u64, behind: &BTreeSet<Id>) -> Vec<Record> {
        let Some(own) = self.table.devices.find(&self.device.0) else { return Vec::new() };
        let is_wrong = |row: &Row| {
            let is_late = !row.hlc.counts_at(now);
            is_late || row.hlc.unix_ms().saturating_add(WRONG_MS) < now && behind.contains(&row.id)
        };
        let is_own = |row: &Row| row.device == own && row.flags & (flag::AUTHORITY | flag::DEAD) == 0 && row.counts();
        let is_last_of_own = |row: &Row| {
            let rows = self.table.versions(&row.slot).into_iter().filter_map(|n| self.table.row(n));
            rows.filter(|r| is_own(r)).all(|r| r.order() <= row.order())
        };
        let rows = self.table.rows().iter().enumerate();
        let wrong = rows.filter(|(_, row)| is_own(row) && is_wrong(row) && is_last_of_own(row));
        let records = wrong.filter_map(|(n, _)| self.read_row(u32::try_from(n).ok()?));
        let mut records: Vec<Record> = records
            .filter(|r| !view::is_superseded(&r.id(), &self.records_of(&r.address()), &self.authority))
            .filter(|r| self.authority.may_publish(&self.device, &r.owner(), r.payload().kind).is_ok())
            .collect();
        // Names first.
        records.sort_by_key(|r| (r.payload().kind != Kind::PROFILE, r.order()));
        records
    }
}

/// The body of what is said anew, where its last day was counted from a wrong one.
fn body_anew(p: &Payload, today: Day) -> Option<Vec<u8>> {
    if p.kind != Kind::NOTICE || p.body.is_empty() || p.audience == Audience::Sealed {
        return None;
    }
    let doc = cbor::doc_from_cbor(&p.body).ok()?;
    listing::notice_rewritten(&doc, p.hlc.day(), today).map(|doc| cbor::doc_to_cbor(&doc))
}

/// The last day of what is said anew: as long after now as before it was after its date, if it was to live as long as things of its
/// kind do, or is over; what has a day of its own keeps that.
fn last_day(p: &Payload, today: Day, is_counted: bool) -> Day {
    let expires = p.expires.unwrap_or(today);
    let life = expires.saturating_sub(p.hlc.day());
    let is_usual = is_counted || life == CONTENT_DAYS_MAX || life == p.kind.rules().days || p.body.is_empty();
    let longest = today + CONTENT_DAYS_MAX;
    // Within what a record may live, never before what it stands for: that would come back when its time has come.
    let anew = if is_usual || expires < today || expires > longest { today + life } else { expires };
    let last = if expires <= longest { anew.max(expires) } else { anew };
    if p.body.is_empty() { longest } else { last.min(longest) }
}

impl Writer {
    /// Looks at the clock; says anew what it dated wrong.
    pub(super) fn say_anew(&mut self) {
        let shared = self.shared.clone();
        let (run, is_undisputed) = ((shared.options.run_clock)(), shared.clock.is_undisputed());
        if !self.anew.is_due((shared.options.os_clock)(), run, is_undisputed) {
            return;
        }
        self.anew.next = Some(run + LOOK_EVERY);
        let (now, is_confirmed) = (self.now(), shared.clock.is_confirmed());
        if self.anew.only_agreed && !is_confirmed {
            return;
        }
        {
            let state = shared.read();
            let is_restored = state.locals.contains_key(RESTORED_KEY);
            if is_restored || !is_confirmed && state.is_contradicted(now) || !self.anew.may_pass(run) {
                return;
            }
        }
        match self.pass(now, is_confirmed) {
            Ok(said) => {
                self.anew.passes.extend((said > 0).then_some(run));
                self.anew.only_agreed = true;
                self.anew.next = self.anew.next.filter(|_| !self.anew.behind.is_empty());
            }
            Err(error) => {
                tracing::warn!(%error, "what a wrong clock dated is said anew later");
                self.anew.next = Some(run + AGAIN_AFTER);
            }
        }
    }

    /// Says anew what is dated wrong. Gives how much that was.
    fn pass(&mut self, now: u64, is_confirmed: bool) -> Result<usize, CoreError> {
        let shared = self.shared.clone();
        let state = shared.read();
        let (mut behind, mut settled) = (BTreeSet::new(), Vec::new());
        if is_confirmed {
            behind.extend(std::mem::take(&mut self.anew.behind));
        }
        for doubt in state.doubts() {
            let has_come = doubt.at_least_ms <= now;
            if has_come {
                behind.insert(doubt.id);
            }
            // Somebody agrees with the clock as it is now: the later date was the wrong one.
            if has_come || is_confirmed || state.days_run().wrapping_sub(doubt.days_run) > DOUBT_DAYS {
                settled.push(doubt.id);
            }
        }
        let wrong = state.misdated(now, &behind);
        let (mut charged, mut full) = (Charged::default(), None);
        let mut last = state.last_hlc_at(now);
        let mut anew = Vec::with_capacity(wrong.len());
        for record in wrong {
            last = last.next(now);
            let mut p = record.payload().clone();
            p.rank = last.rank_above(record.order().0);
            let body = body_anew(&p, last.day());
            p.expires = Some(last_day(&p, last.day(), body.is_some()));
            p.body = body.unwrap_or(p.body);
            p.hlc = last;
            p.prev.insert(0, record.id());
            p.prev.truncate(CONTENT_PREV_MAX);
            p.prev.sort_unstable();
            let Ok(again) = p.sign(&shared.options.community, &shared.options.device) else { continue };
            let mut with_it = charged.clone();
            with_it.add(&state, &again, 0);
            match with_it.without_room(&state) {
                Some(share) => full = Some(share),
                None => {
                    charged = with_it;
                    anew.push(again);
                }
            }
        }
        if !anew.is_empty() {
            tracing::info!(records = anew.len(), "said anew: a wrong clock had dated it");
        }
        let mut groups: Vec<Group> = Vec::new();
        for records in anew.chunks(TOGETHER_MAX) {
            let mut group = Group::default();
            for record in records {
                self.anew.note(&shared.clock, &state, record.id(), now, &mut group);
                group.push(record.clone());
            }
            groups.push(group);
        }
        let locals = settled.iter().map(|id| (format!("{DOUBT_KEYS}{id}"), Vec::new())).collect();
        groups.push(Group { locals, ..Group::default() });
        drop(state);
        for mut group in groups {
            self.commit_checked(&mut group)?;
        }
        full.map_or(Ok(anew.len()), |share| Err(CoreError::ShareFull(share)))
    }
}
