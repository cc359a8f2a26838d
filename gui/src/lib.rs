//! The desktop as a library, so that its screens can be tested without a window.
//!
//! It talks to a node through `hedgerow-api` and nothing else: no network, no store, no records. Of `hedgerow-protocol` it
//! knows how typed hours and times are read. Data flows one way:
//! the [`link`] brings answers, each page's `data` turns them into plain words, its `ui` draws those and answers with
//! [`command`]s, and [`app`] runs them. The window draws only when something changed.

pub mod amount;
pub mod app;
pub mod arrivals;
pub mod autostart;
mod bell;
pub mod browser;
pub mod command;
pub mod deeds;
mod drafts;
pub mod engine;
pub mod fault;
pub mod files;
mod fonts;
pub mod icons;
pub mod known;
pub mod link;
pub mod pages;
pub mod qr;
mod saved;
pub mod secret;
pub mod settings;
mod shell;
pub mod sizes;
pub mod sticks;
pub mod theme;
pub mod tray;
pub mod when;
pub mod widgets;
pub mod words;
