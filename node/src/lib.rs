//! The node: journal, index, neighbourhood, links, sync, API server and command line.
//!
//! Knows nothing of drawing. What nodes agree on lives in `hedgerow-protocol`; what programs say to a node, in `hedgerow-api`.

pub mod app;
pub mod backup;
pub mod cli;
pub mod config;
pub mod core;
pub mod directory;
pub mod files;
pub mod flow;
mod haste;
mod http1;
pub mod identity;
pub mod kit;
mod lock;
pub mod mesh;
pub mod page;
pub mod paths;
#[cfg(test)]
mod patience;
mod places;
pub mod qr;
pub mod server;
#[cfg(test)]
mod sim;
pub mod sites;
pub mod sorry;
pub mod store;
pub mod uplink;
