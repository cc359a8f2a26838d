//! What Hedgerow nodes agree on.
//!
//! Keys, records, kinds, authority, views, reconciliation, bundles, invites, sealed records, flows. Everything here is a function of its
//! arguments: time, bytes, randomness and storage come in, values go out. It knows no clock, file, socket or thread.
//! `SPEC.md` beside this crate is enough for a second implementation.

pub mod authority;
pub mod bundle;
pub mod cbor;
pub mod cose;
pub mod fields;
pub mod file;
pub mod flow;
pub mod frame;
pub mod hlc;
pub mod id;
pub mod invite;
pub mod join;
pub mod keys;
pub mod kind;
pub mod limits;
pub mod link;
pub mod listing;
pub mod poster;
pub mod profile;
pub mod record;
pub mod retention;
pub mod rollcall;
pub mod said;
pub mod seal;
pub mod site;
pub mod sync;
pub mod uplink;
pub mod view;
