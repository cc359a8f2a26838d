//! My things: what I and my groups publish, how fresh it is, and how many keep it.

pub mod data;
pub mod ui;
