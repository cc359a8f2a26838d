//! `hedgerow`: the node and its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    hedgerow_node::cli::main(std::env::args_os())
}
