//! Whole processes: the lab (computers made of network namespaces), end-to-end stories, tidy.
//!
//! Knows the two binaries, the local API and the formats of `hedgerow-protocol`; never the inside of a crate.

pub mod lab;
pub mod ledger;
pub mod raw;
pub mod tidy;

/// Says loudly that a test did not run here, and why. `tests/run` counts these lines and prints them at its end.
pub fn skip(test: &str, why: &str) {
    println!("SKIPPED {test}: {why}");
}

/// How much of something: what every change must pass, or the long form of `tests/run --full`.
pub fn many<T>(every_change: T, full: T) -> T {
    if std::env::var_os("HEDGEROW_FULL").is_some() { full } else { every_change }
}

/// The root of the source tree.
pub fn root() -> std::path::PathBuf {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
