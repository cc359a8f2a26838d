//! Help and checks: what was looked at on this computer, how it is, and what puts it right.

pub mod data;
pub mod ui;
