//! Staging: drafts become signed records of a group, if authority and shares let them. Not for: saving them.

use std::collections::{BTreeMap, BTreeSet};

use hedgerow_protocol::authority::build::BuildError;
use hedgerow_protocol::authority::{Inserted, Why, changes_who_stands};
use hedgerow_protocol::hlc::day_of_ms;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Lane;
use hedgerow_protocol::limits::{CONTENT_DAYS_MAX, VERSIONS_PER_SLOT_DEVICE};
use hedgerow_protocol::record::{Payload, Record};
use hedgerow_protocol::retention::{Holder, Path, Share, units_of};
use hedgerow_protocol::view;

use super::super::state::State;
use super::super::types::*;
use super::{Build, Group, Writer};
use crate::store::table::{Row, flag, slot_of};

/// What records that are about to be written add to shares.
#[derive(Default, Clone)]
pub(super) struct Charged(Vec<(Path, u64)>);

impl Charged {
    /// Adds one, less what goes for it. Withdrawals cost nothing: they are charged apart, and always accepted.
    pub(super) fn add(&mut self, state: &State, record: &Record, goes: u32) {
        if record.lane() != Lane::Content || record.is_withdrawal() {
            return;
        }
        let Some(path) = state.retained.path_of(&state.table, &state.authority, record) else { return };
        let units = u64::from(units_of(record.wire().len()).saturating_sub(goes));
        match self.0.iter_mut().find(|(of, _)| *of == path) {
            Some((_, sum)) => *sum += units,
            None => self.0.push((path, units)),
        }
    }

    /// A share that does not hold all of it.
    pub(super) fn without_room(&self, state: &State) -> Option<Share> {
        let mut more: BTreeMap<Holder, u64> = BTreeMap::new();
        for (path, units) in &self.0 {
            path.iter().for_each(|share| *more.entry(share.holder).or_default() += units);
        }
        let paths = self.0.iter().filter(|(_, units)| *units > 0);
        let mut full = paths.filter_map(|(path, _)| {
            state.retained.without_room(path, |share| more.get(&share.holder).copied().unwrap_or(0))
        });
        full.next()
    }
}

impl Writer {
    /// Signs drafts into the group, or says why not and leaves the group as it was.
    pub(super) fn stage_publish(&mut self, drafts: &[Draft], group: &mut Group) -> Result<Vec<Record>, CoreError> {
        let slots: Vec<[u8; 16]> = drafts.iter().map(|d| slot_of(&d.address())).collect();
        let distinct: BTreeSet<_> = slots.iter().collect();
        if distinct.len() != slots.len() {
            return Err(CoreError::Draft("the same listing twice in one go".into()));
        }
        // What is decided from the slot's versions must see those of this group.
        if group.authority.is_some() || slots.iter().any(|s| group.slots.contains(s)) {
            self.commit(group);
        }
        let now = self.now();
        let device = self.shared.options.device.public();
        let state = self.shared.read();
        let own = state.table.devices.find(&device.0);
        let mut more = Charged::default();
        group.records.iter().filter(|r| r.payload().device == device).for_each(|r| more.add(&state, r, 0));
        let mut last = group.last_hlc.unwrap_or_else(|| state.last_hlc_at(now));
        let mut records = Vec::with_capacity(drafts.len());
        for (draft, slot) in drafts.iter().zip(&slots) {
            if draft.kind.lane() == Some(Lane::Authority) {
                return Err(CoreError::NotAllowed("records of this kind are not published this way".into()));
            }
            state.authority.may_publish(&device, &draft.owner, draft.kind).map_err(BuildError::from)?;
            let versions = state.table.versions(slot);
            if let Some(expected) = draft.if_match {
                let current = state.current(slot, now).map(|r| r.id);
                if current.unwrap_or(Id::SELF) != expected {
                    return Err(CoreError::Changed { current });
                }
            }
            let (mut known, mut replaced_expire) = (None, 0);
            if !versions.is_empty() {
                let replaced = state.records_of(&draft.address());
                // What was dated years ahead lives longer than anything that may replace it now.
                let within = |day: &u32| *day <= day_of_ms(now) + CONTENT_DAYS_MAX;
                let days = replaced.iter().filter_map(|r| r.payload().expires).filter(within);
                replaced_expire = days.max().unwrap_or(0);
                let view = view::winner(&replaced, &state.authority, now);
                // Written in the knowledge of a version from a clock a little ahead, this one must still come after it.
                last = view.winner().map_or(last, |w| last.max(w.payload().hlc));
                known = Some(view);
            }
            last = last.next(now);
            let mut payload =
                Payload::content(draft.kind, draft.owner, device, draft.key.clone(), last, draft.body.clone());
            if let Some(view) = known {
                (payload.prev, payload.rank) = (view.next_prev(), view.next_rank(last));
            }
            payload.audience = draft.audience;
            if !draft.body.is_empty() {
                let day = draft.expires.unwrap_or(last.day() + draft.kind.rules().days);
                // Never before what it replaces, or the old version would come back when this one has gone; and within
                // what a record may live: what is to stay longer is renewed.
                let longest = last.day() + CONTENT_DAYS_MAX;
                payload.expires = Some(day.max(replaced_expire).clamp(last.day(), longest));
            }
            let record = payload
                .sign(&self.shared.options.community, &self.shared.options.device)
                .map_err(|e| CoreError::Draft(e.to_string()))?;
            let units = units_of(record.wire().len());
            let rows = versions.iter().filter_map(|n| state.table.row(*n));
            let same =
                |r: &&Row| Some(r.device) == own && r.units() == units && r.has(flag::KEPT) && !r.has(flag::WITHDRAWAL);
            // The oldest of its own makes room for it.
            let makes_room = rows.filter(same).count() >= VERSIONS_PER_SLOT_DEVICE;
            more.add(&state, &record, if makes_room { units } else { 0 });
            records.push(record);
        }
        if let Some(share) = more.without_room(&state) {
            return Err(CoreError::ShareFull(share));
        }
        for record in &records {
            self.anew.note(&self.shared.clock, &state, record.id(), now, group);
            group.push(record.clone());
        }
        drop(state);
        group.last_hlc = Some(last);
        Ok(records)
    }

    pub(super) fn stage_authority(&mut self, build: Build, group: &mut Group) -> Result<Record, CoreError> {
        let now = self.now();
        let state = self.shared.read();
        let current = state.authority.clone();
        let mut authority = group.authority.take().unwrap_or_else(|| (*current).clone());
        let hlc = group.last_hlc.unwrap_or_else(|| state.last_hlc_at(now)).next(now);
        drop(state);
        let built = build(&authority, &self.shared.options.device, hlc).map_err(CoreError::from);
        let taken = built.and_then(|record| {
            // Whatever others would not store for want of room is refused here.
            let taken = authority.take([record.clone()]);
            if taken.over > 0 {
                return Err(BuildError::Why(Why::LogFull).into());
            }
            // Of whom nobody stands behind any more, this computer keeps its own all the same.
            let is_in = !taken.stored.is_empty() || taken.known > 0;
            match is_in || authority.insert(&record) != Inserted::Refused {
                true => Ok((record, taken)),
                false => Err(CoreError::NotAllowed("that is not a record of this community".into())),
            }
        });
        match taken {
            Ok((record, own)) => {
                group.dropped.extend(own.dropped);
                // What it names may have come before it; what it takes out stands no more.
                let waited = self.waiting.take(Lane::Authority);
                let taken = authority.take(waited);
                self.stage_taken(taken, group);
                group.moves_aside |= own.moves_aside || changes_who_stands(&record);
                group.authority = Some(authority);
                group.last_hlc = Some(hlc.max(record.payload().hlc));
                if !group.ids.contains(&record.id()) && self.shared.read().table.find(&record.id()).is_none() {
                    group.push(record.clone());
                }
                Ok(record)
            }
            Err(e) => {
                // Records of this group that were there before still need their authority.
                let staged = group.records.iter().any(|r| r.lane() == Lane::Authority);
                group.authority = staged.then_some(authority);
                Err(e)
            }
        }
    }
}
