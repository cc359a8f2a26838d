//! What organisers hid from everybody, and whom I do not see on this computer.

pub mod data;
pub mod ui;
