//! Who has a role: stewards, residents, and the newcomers to whom a member's computer gives a place.
//!
//! Not for: what a role permits.

use super::units::Joined;
use super::{Authority, PersonInfo, Role};
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::limits::ENTRY_PLACES_MAX;

impl Authority {
    /// Whether whoever is behind a transport key was somebody here once and is nobody now: their device, or all of them,
    /// was taken out or left. A key that nothing here ever listed is not taken out, but unknown.
    pub fn was_taken_out(&self, transport: &PublicKey) -> bool {
        self.by_transport(transport).is_none() && self.state.devices_at(transport).any(|key| !self.is_stranger(key))
    }

    /// Whose devices are, or were, behind a transport key.
    pub fn owners_at(&self, transport: &PublicKey) -> Vec<Id> {
        self.state.devices_at(transport).flat_map(|device| self.state.owners_of(device)).copied().collect()
    }

    /// A person with a role.
    pub fn person(&self, id: &Id) -> Option<PersonInfo> {
        let s = self.state.standing(*id)?;
        let (role, depth, by) = match (s.is_steward, s.bases.first()) {
            (true, _) => (Role::Steward, 0, self.epoch()),
            // The stewards have to seat the new key. Until then nobody who lets them in again gives them a deeper place.
            (false, first) if s.seat_waits && first.is_none_or(|(depth, _)| *depth > 1) => {
                (Role::Resident, 1, self.epoch())
            }
            (false, Some((depth, by))) => (Role::Resident, *depth, *by),
            (false, None) => (Role::Newcomer, 0, s.joined.iter().find(|j| self.has_entry_place(id, j))?.id),
        };
        Some(PersonInfo { id: *id, key: s.key?, role, depth, by })
    }

    /// Whether an entry has its place: the host is a member, and nobody entered there later.
    pub(super) fn has_entry_place(&self, person: &Id, entry: &Joined) -> bool {
        self.is_member(&entry.host)
            && self
                .entries_through(&entry.device)
                .all(|(other, e)| e.place != entry.place || other == *person || e.at < entry.at)
    }

    /// The entries of newcomers through a device.
    fn entries_through(&self, device: &PublicKey) -> impl Iterator<Item = (Id, &Joined)> {
        let device = *device;
        self.state.entered_through(&device).flat_map(move |person| {
            let standing = self.state.standing(*person).filter(|s| !s.is_member());
            let joined = standing.into_iter().flat_map(|s| &s.joined);
            joined.filter(move |j| j.device == device).map(|j| (*person, j))
        })
    }

    /// The free places for newcomers at a device, ascending.
    pub fn free_entry_places(&self, device: &PublicKey) -> Vec<u64> {
        let taken: Vec<u64> = self.entries_through(device).map(|(_, e)| e.place).collect();
        (1..=ENTRY_PLACES_MAX).filter(|place| !taken.contains(place)).collect()
    }

    /// How many entries a device wrote, of newcomers who are here and of those who left.
    pub(super) fn entries_written(&self, device: &PublicKey) -> u64 {
        let log = self.state.logs.all(device).filter_map(|(id, _)| self.entries.get(&id));
        log.filter(|entry| entry.record.payload().kind == Kind::JOIN).count() as u64
    }

    /// Everybody with a role, by id.
    pub fn persons(&self) -> impl Iterator<Item = PersonInfo> {
        self.state.persons.keys().filter_map(|id| self.person(id))
    }
}
