//! Who is connected: a list by distance, a drawing of it, and a way to add a computer by its address.

pub mod data;
mod drawing;
pub mod ui;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// The address of a computer to add.
    pub address: String,
    /// What is wrong with it.
    pub wrong: bool,
}
