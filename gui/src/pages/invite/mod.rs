//! Lets somebody in: an invite as text, as a picture, as a file.

pub mod data;
pub mod ui;
