//! What happened here lately.

pub mod data;
pub mod ui;
