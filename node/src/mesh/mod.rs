//! The neighbourhood: finding computers nearby, links with them, joining, sync.

mod behaviour;
pub mod endpoint;
mod swarm;
mod transport;
