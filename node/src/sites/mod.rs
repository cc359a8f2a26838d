//! Local sites: programs published from this computer, and visits to those of others.
//!
//! [`Publisher`] takes visits, checks who may come, and hands them to the program ([`web`] where it speaks HTTP, which asks
//! [`program`] request by request).
//! [`visit`] is the other end: a door on this computer that leads there. Not for: records of sites (`app::sites`).

mod program;
mod publish;
#[cfg(test)]
mod tests;
pub mod visit;
mod web;

pub use publish::{Health, Published, Publisher, Visitor, Who, health};
