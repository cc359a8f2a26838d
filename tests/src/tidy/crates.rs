//! The arrows between rooms, and third-party names that stop in the place that adapts them.

use super::Source;
use std::collections::{BTreeMap, BTreeSet};

/// Crates that must not appear anywhere below a room, with the reason a reader gets.
const NOT_BELOW: [(&str, &[&str]); 3] = [
    ("hedgerow-protocol", &["tokio", "libp2p", "iroh", "sled", "hedgerow-api", "hedgerow-node"]),
    ("hedgerow-api", &["libp2p", "iroh", "sled", "hedgerow-node", "hedgerow-gui"]),
    ("hedgerow-node", &["eframe", "egui", "hedgerow-gui"]),
];

/// Crates that a room must not name in its own manifest.
const NOT_NAMED: [(&str, &[&str]); 2] =
    [("hedgerow-gui", &["libp2p", "iroh", "sled", "rusqlite"]), ("hedgerow-tests", &["hedgerow-node"])];

/// What the inside has no verbs for.
const OUTSIDE: [&str; 8] =
    ["std::fs", "std::net", "std::thread", "std::process", "std::env", "SystemTime", "Instant::now", "Timestamp::now"];

/// Names allowed only under these paths (a folder ends in `/`), in every crate but the tests.
const ONLY_UNDER: [(&str, &[&str]); 11] = [
    ("iroh::", &["node/src/mesh/"]),
    ("libp2p::", &["node/src/mesh/"]),
    (
        "axum::",
        &[
            "node/src/server/",
            "node/src/page/",
            "node/src/sites/web.rs",
            "node/src/sites/program.rs",
            "node/src/sorry.rs",
            "node/src/uplink/proxy.rs",
        ],
    ),
    ("utoipa::", &["node/src/server/", "node/api/"]),
    ("clap::", &["node/src/cli/", "node/src/main.rs", "gui/src/main.rs"]),
    ("egui::", &["gui/"]),
    ("eframe::", &["gui/"]),
    ("hedgerow_node", &["node/", "gui/src/main.rs"]),
    ("fluent_templates", &["gui/", "node/src/page/words.rs"]),
    ("askama::", &["node/src/page/"]),
    ("rusqlite", &["tests/speed/"]),
];

/// Names that one file of a crate alone may say.
const ONE_FILE: [&str; 14] = [
    "sled::",
    "ed25519_dalek::",
    "hpke::",
    "bip39::",
    "fast_qr::",
    "ureq::",
    "zstd::",
    "age::",
    "pdf_writer::",
    "sd_notify::",
    "prometheus_client::",
    "rustix::",
    "ksni::",
    "notify_rust::",
];

/// Complaints about what stands below each room. `deps` gives the direct dependencies of each package, resolved for
/// the target (development dependencies left out).
pub fn arrows(deps: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (room, banned) in NOT_BELOW {
        let below = below(deps, room);
        for name in banned.iter().filter(|name| below.contains(**name)) {
            complaints.push(format!("{room} must not stand on {name}"));
        }
    }
    for (room, banned) in NOT_NAMED {
        let own = deps.get(room).cloned().unwrap_or_default();
        for name in banned.iter().filter(|name| own.contains(**name)) {
            complaints.push(format!("{room} must not name {name} in its manifest"));
        }
    }
    complaints
}

fn below(deps: &BTreeMap<String, BTreeSet<String>>, room: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![room.to_string()];
    while let Some(name) = next.pop() {
        for dep in deps.get(&name).into_iter().flatten() {
            if seen.insert(dep.clone()) {
                next.push(dep.clone());
            }
        }
    }
    seen
}

/// Complaints about names used where they do not belong.
pub fn names(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    let rust: Vec<&Source> =
        sources.iter().filter(|s| s.path.ends_with(".rs") && !s.path.starts_with("tests/")).collect();
    for source in &rust {
        for (line, code) in source.code_lines() {
            if source.path.starts_with("protocol/src/") {
                for name in OUTSIDE.iter().filter(|name| code.contains(**name)) {
                    complaints.push(format!("{}:{line}: the inside has no verb for `{name}`", source.path));
                }
            }
            for (name, places) in ONLY_UNDER {
                if says(code, name) && !places.iter().any(|place| source.path.starts_with(place)) {
                    complaints.push(format!("{}:{line}: `{name}` belongs in {}", source.path, places.join(" or ")));
                }
            }
        }
    }
    for name in ONE_FILE {
        let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for source in rust.iter().filter(|s| s.code_lines().any(|(_, code)| says(code, name))) {
            let room = source.path.split('/').next().unwrap_or_default();
            files.entry(room).or_default().insert(&source.path);
        }
        for files in files.values().filter(|files| files.len() > 1) {
            complaints.push(format!("`{name}` is adapted in one file, but these say it: {files:?}"));
        }
    }
    complaints
}

/// Whether a line says a name as a word of its own (`egui::` is not inside `my_egui::`).
fn says(code: &str, name: &str) -> bool {
    code.match_indices(name)
        .any(|(at, _)| !code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':'))
}
