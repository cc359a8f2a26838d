//! This computer: space, settings, the page on the building's Wi-Fi, and what is shared.

pub mod data;
pub mod ui;
