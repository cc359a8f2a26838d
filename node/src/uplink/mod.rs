//! Uplink: a building's internet shared with members within rules, and a resident's way to it.
//!
//! [`gateway`] is the building's side with [`egress`], [`surroundings`], [`share`], [`book`] and [`hours`]; [`proxy`], [`choose`]
//! and [`ledger`] the resident's.
//! Not for: the maths of rules and counting (`hedgerow_protocol::uplink`), or records (`app`).

pub mod book;
pub mod choose;
pub mod egress;
pub mod gateway;
pub mod hours;
pub mod ledger;
pub mod near;
pub mod proxy;
pub mod share;
pub mod surroundings;
