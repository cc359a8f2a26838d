//! Requests for help that I can read, mine and others’, and what was reported.

pub mod data;
pub mod ui;
