//! The node without its programs, one integration binary: neighbours and orders of arrival.

mod arrival_orders;
mod nearby;
#[path = "../src/patience.rs"]
mod patience;
