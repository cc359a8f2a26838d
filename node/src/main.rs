//! `hedgerow`: the node and its command line.

fn main() {}
