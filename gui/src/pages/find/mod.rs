//! Search: as you type, open now, freshness.

pub mod data;
pub mod ui;
