//! Uplink: the maths of sharing a building's internet within rules.
//!
//! For: the policy a host signs, what is refused and in which words, which addresses a gateway may reach, counting
//! and sharing out, receipts, vouchers and statements. Not for: sockets, looking names up, or keeping anything; the
//! node brings times and bytes and does what is answered.
//!
//! Times are seconds since 1970 unless a name says otherwise; sizes are bytes of payload.

pub mod address;
mod moment;
pub mod policy;
#[cfg(test)]
mod policy_cases;
mod policy_doc;
mod refusal;
pub mod rule;
pub mod talk;
pub mod target;

pub use address::{Classifier, Prefix, Surroundings, check_answers};
pub use moment::Moment;
pub use policy::Policy;
pub use policy_doc::PolicyError;
pub use refusal::{Refusal, Words};
pub use rule::Rule;
pub use target::{Host, HostList, Target, TargetError};
