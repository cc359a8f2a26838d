//! Bare iroh, without any of Hedgerow: for strangers at the door, and for measuring what the wire alone costs.

use anyhow::{Context as _, Result};
use iroh::endpoint::{PortmapperConfig, presets};
use iroh::{Endpoint, EndpointAddr, RelayMode, TransportAddr};
use std::net::SocketAddr;

/// An endpoint with a new key that talks to nobody unasked.
///
/// # Errors
/// No socket.
pub async fn endpoint(alpns: &[&[u8]]) -> Result<Endpoint> {
    let alpns = alpns.iter().map(|a| a.to_vec()).collect();
    let builder = Endpoint::builder(presets::Minimal).relay_mode(RelayMode::Disabled);
    let builder = builder.portmapper_config(PortmapperConfig::Disabled).alpns(alpns);
    builder.bind().await.context("a UDP socket")
}

/// Reads `KEY@ADDRESS:PORT`, as `hedgerow neighbour me` prints it.
///
/// # Errors
/// Anything else.
pub fn address(text: &str) -> Result<EndpointAddr> {
    let (key, socket) = text.split_once('@').context("KEY@ADDRESS:PORT")?;
    anyhow::ensure!(key.len() == 64, "a key has 64 digits");
    let mut bytes = [0; 32];
    for (byte, two) in bytes.iter_mut().zip(key.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(two)?, 16)?;
    }
    let id = iroh::EndpointId::from_bytes(&bytes).context("not a key")?;
    Ok(EndpointAddr::from_parts(id, [TransportAddr::Ip(socket.parse::<SocketAddr>()?)]))
}
