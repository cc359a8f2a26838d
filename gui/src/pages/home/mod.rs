//! Home: how things are, what needs somebody, what is new, what to do first.

pub mod data;
pub mod ui;
