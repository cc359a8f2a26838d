//! The units of the evaluation, one file a matter. See [`super::state`] for how they hang together.

mod devices;
mod epochs;
mod group;
mod hidden;
mod recovery;
mod seat;
mod standing;

use devices::DeviceState;
pub(super) use devices::Tree;
pub use epochs::quorum;
pub(super) use epochs::{Epochs, Seated, is_root, signs_under};
pub(super) use group::{Group, GroupDevice};
pub(super) use hidden::Veil;
pub(super) use recovery::{Recovery, may_object};
pub(super) use seat::{Seat, Signer, basis, speaks_for, steward};
pub(super) use standing::{Admitted, Given, Joined, Removal, Standing};
