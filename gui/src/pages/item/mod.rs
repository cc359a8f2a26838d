//! One thing in full.

pub mod data;
pub mod ui;
