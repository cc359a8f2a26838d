//! Who has a role: stewards, residents, and as many newcomers as an open community takes.
//!
//! Not for: what a role permits.

use super::{Authority, PersonInfo, Role};
use crate::hlc::Hlc;
use crate::id::{Id, PublicKey};
use crate::limits::NEWCOMERS_MIN;

/// When somebody entered by themselves, and the record that says so.
type Joining = (Hlc, Id);

impl Authority {
    /// A person with a role.
    pub fn person(&self, id: &Id) -> Option<PersonInfo> {
        self.person_if(id, |at| self.newcomers_before(at) < self.newcomers_max())
    }

    /// Whether whoever is behind a transport key was somebody here once and is nobody now: their device, or all of them,
    /// was taken out or left. A key that nothing here ever listed is not taken out, but unknown.
    pub fn was_taken_out(&self, transport: &PublicKey) -> bool {
        self.by_transport(transport).is_none() && self.state.devices_at(transport).any(|key| !self.is_stranger(key))
    }

    /// Whose devices are, or were, behind a transport key.
    pub fn owners_at(&self, transport: &PublicKey) -> Vec<Id> {
        self.state.devices_at(transport).flat_map(|device| self.state.owners_of(device)).copied().collect()
    }

    fn person_if(&self, id: &Id, has_place: impl Fn(Joining) -> bool) -> Option<PersonInfo> {
        let s = self.state.standing(*id)?;
        let (role, depth, by) = match (s.is_steward, s.bases.first()) {
            (true, _) => (Role::Steward, 0, self.epoch()),
            // The stewards have to seat the new key. Until then nobody who lets them in again gives them a deeper place.
            (false, first) if s.seat_waits && first.is_none_or(|(depth, _)| *depth > 1) => {
                (Role::Resident, 1, self.epoch())
            }
            (false, Some((depth, by))) => (Role::Resident, *depth, *by),
            (false, None) => (Role::Newcomer, 0, s.joined.filter(|at| has_place(*at))?.1),
        };
        Some(PersonInfo { id: *id, key: s.key?, role, depth, by })
    }

    /// Who entered by themselves and nothing else: when, by clock and id.
    fn newcomers(&self) -> impl Iterator<Item = Joining> {
        let joined = self.state.joined.keys().filter_map(|p| self.state.standing(*p));
        joined.filter(|s| !s.is_member()).filter_map(|s| s.joined)
    }

    fn newcomers_before(&self, at: Joining) -> usize {
        self.newcomers().filter(|other| *other < at).count()
    }

    /// Newcomers are one for every twenty members, and a few: the first by clock and id.
    fn newcomers_max(&self) -> usize {
        let is_member = |p: &&Id| self.state.standing(**p).is_some_and(|s| s.is_member());
        NEWCOMERS_MIN + self.state.persons.keys().filter(is_member).count() / 20
    }

    /// Everybody with a role, by id.
    pub fn persons(&self) -> impl Iterator<Item = PersonInfo> {
        // Where the places end is asked once: an open community can have thousands who would like one.
        let mut newcomers: Vec<Joining> = self.newcomers().collect();
        newcomers.sort_unstable();
        let first_over = newcomers.get(self.newcomers_max()).copied();
        let has_place = move |at: Joining| first_over.is_none_or(|over| at < over);
        self.state.persons.keys().filter_map(move |id| self.person_if(id, has_place))
    }
}
