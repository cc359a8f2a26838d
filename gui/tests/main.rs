//! The window against a scripted node, one integration binary: a module for each part of the window.
//!
//! Filter by module: `cargo nextest run -p hedgerow-gui pictures::`.

mod arrivals;
mod clipboard;
mod computers;
mod drafts;
mod engine;
mod fonts;
mod gateway;
mod help;
mod internet;
mod joining;
mod keyboard;
mod people;
mod pictures;
mod places;
mod screens;
mod states;
mod support;
mod taken_out;
mod things;
mod time;
mod words;
