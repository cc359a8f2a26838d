//! An empty stand-in: see `[patch.crates-io]` in the workspace manifest for why.
