//! The neighbourhood: finding computers nearby, links with them, joining, sync.

mod behaviour;
pub mod discovery;
pub mod endpoint;
mod interfaces;
mod swarm;
mod transport;
