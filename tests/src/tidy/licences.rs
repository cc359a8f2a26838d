//! What stands underneath: licences and crates against deny.toml, from `cargo metadata`, with nothing to install.

use std::collections::{BTreeMap, BTreeSet};

/// One package as Cargo resolved it.
#[derive(Debug, Clone)]
pub struct Package {
    /// The crate's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its SPDX licence expression, when it has one.
    pub licence: Option<String>,
    /// Where it came from; `None` for our own.
    pub source: Option<String>,
    /// Names of its direct dependencies, development ones left out.
    pub deps: BTreeSet<String>,
}

/// Reads `cargo metadata --format-version 1`, keeping only what the target really uses.
pub fn packages(metadata: &serde_json::Value) -> Vec<Package> {
    let text = |v: &serde_json::Value| v.as_str().map(str::to_string);
    let names: BTreeMap<&str, &str> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|p| Some((p["id"].as_str()?, p["name"].as_str()?)))
        .collect();
    let mut used: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for node in metadata["resolve"]["nodes"].as_array().into_iter().flatten() {
        let deps = node["deps"].as_array().into_iter().flatten();
        let real = deps.filter(|d| d["dep_kinds"].as_array().into_iter().flatten().any(|k| k["kind"] != "dev"));
        let deps = real.filter_map(|d| names.get(d["pkg"].as_str()?).map(ToString::to_string)).collect();
        used.insert(node["id"].as_str().unwrap_or_default(), deps);
    }
    let all = metadata["packages"].as_array().into_iter().flatten();
    all.filter_map(|p| {
        Some(Package {
            deps: used.get(p["id"].as_str()?)?.clone(),
            name: text(&p["name"])?,
            version: text(&p["version"])?,
            licence: text(&p["license"]),
            source: text(&p["source"]),
        })
    })
    .collect()
}

/// Complaints about the D-Bus library: of its two runtimes one is used, the same by whatever speaks D-Bus here. With both it
/// chooses the other one, and outside of that one nothing of it works.
pub fn message_bus(metadata: &serde_json::Value) -> Vec<String> {
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    let name = |id: &str| {
        let packages = metadata["packages"].as_array().into_iter().flatten();
        packages.filter(|p| p["id"] == id).find_map(|p| p["name"].as_str().map(str::to_owned))
    };
    let mut complaints = Vec::new();
    let mut found = 0;
    for node in nodes {
        if name(node["id"].as_str().unwrap_or_default()).as_deref() != Some("zbus") {
            continue;
        }
        found += 1;
        let has = |feature: &str| node["features"].as_array().into_iter().flatten().any(|f| f == feature);
        if has("tokio") || !has("async-io") {
            complaints.push("zbus is built with the feature \"async-io\" and never with \"tokio\"".to_owned());
        }
    }
    if found != 1 {
        complaints.push(format!("there are {found} versions of zbus, and not one"));
    }
    complaints
}

/// Complaints about licences, banned crates and foreign registries. `deny` is the text of deny.toml.
pub fn complaints(packages: &[Package], deny: &str) -> Vec<String> {
    let deny: toml::Value = match deny.parse::<toml::Table>() {
        Ok(table) => toml::Value::Table(table),
        Err(e) => return vec![format!("deny.toml does not parse: {e}")],
    };
    let list = |v: Option<&toml::Value>| v.and_then(|v| v.as_array()).cloned().unwrap_or_default();
    let texts = |v: Vec<toml::Value>| v.iter().filter_map(|v| v.as_str().map(str::to_string)).collect::<BTreeSet<_>>();
    let allowed = texts(list(deny.get("licenses").and_then(|l| l.get("allow"))));
    let registries = texts(list(deny.get("sources").and_then(|l| l.get("allow-registry"))));
    let mut banned = BTreeMap::new();
    for entry in list(deny.get("bans").and_then(|b| b.get("deny"))) {
        if let Some(name) = entry.get("crate").and_then(|c| c.as_str()) {
            let reason = entry.get("reason").and_then(|r| r.as_str()).unwrap_or("banned");
            banned.insert(name.to_string(), reason.to_string());
        }
    }
    let mut complaints = Vec::new();
    for p in packages {
        let what = format!("{} {}", p.name, p.version);
        match &p.licence {
            None => complaints.push(format!("{what} names no licence")),
            Some(l) if !satisfied(l, &allowed) => complaints.push(format!("{what}: licence {l} is not in deny.toml")),
            Some(_) => {}
        }
        if let Some(reason) = banned.get(&p.name) {
            complaints.push(format!("{what} is banned: {reason}"));
        }
        if let Some(source) = &p.source
            && !registries.iter().any(|r| source == &format!("registry+{r}"))
        {
            complaints.push(format!("{what} comes from {source}"));
        }
    }
    complaints
}

/// Whether an SPDX expression can be satisfied with the allowed licences. `/` is the old way to write OR.
pub fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<String> = Vec::new();
    for word in spaced.split_whitespace() {
        // "X WITH Y" is one licence with an exception, and is allowed by that name.
        match words.last_mut() {
            Some(last) if word == "WITH" || last.ends_with(" WITH") => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_string()),
        }
    }
    let mut at = 0;
    let result = any(&words, &mut at, allowed);
    result && at == words.len()
}

fn any(words: &[String], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut result = all(words, at, allowed);
    while words.get(*at).is_some_and(|w| w == "OR") {
        *at += 1;
        result |= all(words, at, allowed);
    }
    result
}

fn all(words: &[String], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut result = one(words, at, allowed);
    while words.get(*at).is_some_and(|w| w == "AND") {
        *at += 1;
        result &= one(words, at, allowed);
    }
    result
}

fn one(words: &[String], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    // Counted even when nothing is there, so that an expression that stops early is never whole.
    *at += 1;
    let Some(word) = words.get(*at - 1) else { return false };
    if word != "(" {
        return allowed.contains(word);
    }
    let result = any(words, at, allowed);
    let closed = words.get(*at).is_some_and(|w| w == ")");
    *at += 1;
    result && closed
}
