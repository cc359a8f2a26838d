//! `hedgerow-desktop`: what residents, hosts and groups use.

fn main() {}
