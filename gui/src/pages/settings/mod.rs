//! Language, text size, shortcuts.

pub mod data;
pub mod ui;
