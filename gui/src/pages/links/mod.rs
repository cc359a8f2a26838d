//! Who is connected.

pub mod data;
pub mod ui;
