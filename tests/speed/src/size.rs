//! P11: how large the programs are.

use crate::table::Row;
use anyhow::{Context as _, Result};

/// The release binaries, which the release profile strips.
///
/// # Errors
/// They were not built.
pub fn p11() -> Result<Vec<Row>> {
    let node = hedgerow_tests::lab::hedgerow();
    let size = |path: &std::path::Path| -> Result<String> {
        let bytes = std::fs::metadata(path).with_context(|| path.display().to_string())?.len();
        Ok(format!("{:.1} MB", bytes as f64 / 1e6))
    };
    let desktop = node.with_file_name("hedgerow-desktop");
    Ok(vec![Row::new(
        "P11",
        "stripped binaries: node, desktop (with a node inside)",
        format!("{}, {}", size(&node)?, size(&desktop).unwrap_or_else(|_| "not built".into())),
        String::new(),
        "<= 25 MB, <= 40 MB",
    )])
}
