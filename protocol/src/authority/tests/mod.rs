//! Tests of the authority: that every order gives the same answer, that liars change nothing, and that bugs planted on
//! purpose are found.

mod answers;
mod content;
mod first;
mod model;
mod properties;
mod shares;
mod stored;
mod story;
mod town;
mod world;

/// Bugs that can be planted, to see the properties find them. Only here: a program that is used has none of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bug {
    /// What a removed steward signed counts, cut or no cut.
    NoCutCheck,
    /// More than half of the stewards is enough.
    SimpleMajority,
    /// Revocations have no effect.
    RevocationsIgnored,
    /// A resident can let a banned person in again.
    AdmitBeatsRevoke,
    /// Who was taken out goes on letting people in.
    LateAdmits,
    /// Anybody may sign what only a steward may.
    NonStewardAuthor,
    /// Anybody's approval of a steward set counts.
    AnyApprover,
    /// An admit in another's name counts.
    ImpersonatedAdmit,
    /// Anybody may settle a split.
    AnyArbitrator,
    /// A steward can be left out without a cut.
    CutNotRequired,
    /// A device that was taken out goes on signing.
    RemovedDeviceSigns,
    /// A device takes out the one that listed it.
    JuniorRemovesSenior,
    /// A fixed epoch forks all the same.
    CheckpointIgnored,
    /// One recovery friend is enough.
    OneGuardian,
    /// An objection to a recovery changes nothing.
    ObjectionIgnored,
    /// What was hidden is shown.
    HidesIgnored,
}

impl Bug {
    /// Every one.
    pub const ALL: &[Bug] = &[
        Bug::NoCutCheck,
        Bug::SimpleMajority,
        Bug::RevocationsIgnored,
        Bug::AdmitBeatsRevoke,
        Bug::LateAdmits,
        Bug::NonStewardAuthor,
        Bug::AnyApprover,
        Bug::ImpersonatedAdmit,
        Bug::AnyArbitrator,
        Bug::CutNotRequired,
        Bug::RemovedDeviceSigns,
        Bug::JuniorRemovesSenior,
        Bug::CheckpointIgnored,
        Bug::OneGuardian,
        Bug::ObjectionIgnored,
        Bug::HidesIgnored,
    ];
}

impl super::Authority {
    /// Plants a bug, before any record is taken in.
    pub(super) fn plant(&mut self, bug: Option<Bug>) {
        self.state.planted = bug;
    }
}
