//! Whole processes, one integration binary: every story of several computers, and the rules of the tree.
//!
//! Filter by module: `cargo nextest run -p hedgerow-tests uplink::`.

mod backup;
mod bad_input;
mod bad_stick;
mod demo;
mod desktop;
mod exit_codes;
mod flood;
mod lab;
mod later_kinds;
mod memory;
mod names;
mod removal;
mod reserve;
mod shield;
mod sites;
mod small_disk;
mod street;
mod tidy;
mod tray;
mod two_places;
mod two_users;
mod upgrade;
mod uplink;
mod vouchers;
mod ways_out;
mod window;
mod workshop;
