//! What programs on one machine say to a Hedgerow node: request, response, event and error types, and the client.
//!
//! The node listens on a Unix socket in its data directory and speaks HTTP with JSON under `/v1`. This crate is
//! all a program needs to talk to it: the types here are the whole contract, and [`Client`] carries them. It knows
//! nothing of how the node works. Text that came from other people is passed on as they wrote it: whoever
//! prints it to a terminal cleans it first (see [`clean`]).
//!
//! Common shapes: an id is 64 hexadecimal digits; a day is `YYYY-MM-DD`; a moment is RFC 3339 text unless the
//! name ends in `_ms`, which is Unix time in milliseconds.

mod activity;
mod client;
mod client_people;
mod client_uplink;
mod community;
mod config;
mod event;
mod group;
mod identity;
mod item;
mod moderation;
mod move_data;
mod organisers;
mod page;
mod people;
mod problem;
mod publish;
mod request;
mod site;
mod status;
mod uplink;

pub mod clean;
pub mod ticket;

pub use activity::*;
pub use client::{Client, ClientError, Events, Pieces, socket_path};
pub use community::*;
pub use config::*;
pub use event::*;
pub use group::*;
pub use identity::*;
pub use item::*;
pub use moderation::*;
pub use move_data::*;
pub use organisers::*;
pub use page::*;
pub use people::*;
pub use problem::*;
pub use publish::*;
pub use request::*;
pub use site::*;
pub use status::*;
pub use uplink::*;

/// A message that `--json` prints, with the name of its shape.
///
/// The name changes only when the shape changes in a way that breaks a reader: fields may be added under one name.
pub trait Named {
    /// For example `hedgerow.status/1`.
    const SCHEMA: &'static str;
}

macro_rules! named {
    ($($type:ty => $name:literal),* $(,)?) => { $(impl $crate::Named for $type { const SCHEMA: &'static str = $name; })* };
}
pub(crate) use named;
