//! The formats from outside, one integration binary: frozen vectors, signatures at the edge, misuse of invites.

mod ed25519_edge;
mod invite_misuse;
mod vectors;
