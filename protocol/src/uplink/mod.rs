//! Uplink: the maths of sharing a building's internet within rules.
//!
//! For: the policy a host signs, what is refused and in which words, which addresses a gateway may reach, counting
//! and sharing out, receipts, vouchers and statements. Not for: sockets, looking names up, or keeping anything; the
//! node brings times and bytes and does what is answered.
//!
//! Times are seconds since 1970 unless a name says otherwise; sizes are bytes of payload.

pub mod address;
pub mod fair;
pub mod meter;
#[cfg(test)]
mod meter_cases;
mod moment;
pub mod policy;
#[cfg(test)]
mod policy_cases;
mod policy_doc;
mod refusal;
pub mod reserve;
pub mod rule;
pub mod talk;
pub mod target;

pub use address::{Classifier, Prefix, Surroundings, check_answers};
pub use fair::Fair;
pub use meter::Meter;
pub use moment::Moment;
pub use policy::Policy;
pub use policy_doc::PolicyError;
pub use refusal::{Refusal, Words};
pub use reserve::Reserve;
pub use rule::Rule;
pub use target::{Host, HostList, Target, TargetError};
