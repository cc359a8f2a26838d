//! Uplink: a building's internet shared with members within rules, and a resident's way to it.
//!
//! [`gateway`] is the building's side with [`egress`] and [`surroundings`], what it keeps in [`share`], [`book`], [`hours`],
//! [`account`] and [`vouchers`]; [`proxy`] with [`socks`], [`choose`] and [`ledger`] are the resident's.
//! Not for: the maths of rules and counting (`hedgerow_protocol::uplink`), or records (`app`).

pub mod account;
pub mod book;
pub mod choose;
pub mod egress;
pub mod gateway;
pub mod hours;
pub mod ledger;
mod line;
pub mod near;
pub mod proxy;
pub mod share;
mod socks;
pub mod surroundings;
mod talk;
mod tap;
pub mod vouchers;
