//! Everywhere one can go and everything that works everywhere, as a list: the rail of a narrow window, and what Ctrl+K
//! searches in.

pub mod data;
pub mod ui;
