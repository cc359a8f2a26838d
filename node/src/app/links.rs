//! The mesh as the rest of the node uses it: starting it as a stranger or a member, and its answers in API types.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};

use hedgerow_api::{Code, Nearby, NeighbourAdd, Neighbour, Neighbours, Problem};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::invite::Ticket;
use hedgerow_protocol::join::Redemption;
use hedgerow_protocol::record::Record;

use super::problems::{internal, invalid, not_found};
use super::{App, Member};

/// The running mesh. Cheap to clone.
#[derive(Clone)]
pub struct Links {
}

impl Links {
    pub fn addresses(&self) -> Vec<SocketAddr> { Vec::new() }
    pub fn me(&self) -> Vec<String> { Vec::new() }
    pub fn neighbours(&self, member: Option<&Member>) -> Vec<Neighbour> { Vec::new() }
    pub async fn redeem(&self, ticket: &Ticket, redemption: Redemption) -> Result<Vec<Record>, Problem> { todo!() }
    pub async fn remember(&self, key: &PublicKey, addresses: &[SocketAddr]) {}
    pub async fn learn(&self, from: Option<&str>) -> Result<(Id, Vec<Record>), Problem> { todo!() }
    pub async fn public(&self, community: &str) -> Result<(Id, Vec<Record>), Problem> { todo!() }
}

impl App {
    pub(super) async fn restart_links(&self) -> Result<(), Problem> { *self.links.write().unwrap_or_else(PoisonError::into_inner) = Some(Links {}); Ok(()) }
    pub(super) async fn stop_links(&self) {}
    pub fn nearby(&self) -> Result<Nearby, Problem> { todo!() }
    pub fn neighbours(&self) -> Result<Neighbours, Problem> { todo!() }
    pub async fn neighbour_add(&self, add: NeighbourAdd) -> Result<Neighbours, Problem> { todo!() }
    pub fn my_community(&self) -> Result<hedgerow_api::Community, Problem> { let m = self.member()?; Ok(self.community(&m)) }
}
