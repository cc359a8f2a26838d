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
pub mod receipt;
mod refusal;
mod refusal_words;
pub mod reserve;
pub mod rule;
pub mod signed;
pub mod statement;
pub mod talk;
pub mod target;
pub mod voucher;
#[cfg(test)]
mod voucher_cases;

pub use address::{Classifier, Prefix, Surroundings, check_answers};
pub use fair::Fair;
pub use meter::Meter;
pub use moment::Moment;
pub use policy::Policy;
pub use policy_doc::PolicyError;
pub use receipt::Receipt;
pub use refusal::Refusal;
pub use refusal_words::Words;
pub use reserve::Reserve;
pub use rule::Rule;
pub use signed::PaperError;
pub use statement::Statement;
pub use target::{Host, HostList, Target, TargetError};
pub use voucher::Voucher;
