//! The rules of the house, kept on every change; and each of them seen to fail.

use hedgerow_tests::tidy::{self, Source, crates, licences, text};
use std::collections::{BTreeMap, BTreeSet};

fn sources() -> Vec<Source> {
    tidy::tree(&hedgerow_tests::root()).expect("the source tree can be read")
}

fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

fn packages() -> Vec<licences::Package> {
    licences::packages(&metadata())
}

fn metadata() -> serde_json::Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let out = std::process::Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &platform])
        .current_dir(hedgerow_tests::root())
        .output()
        .expect("cargo runs");
    assert!(out.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("cargo metadata answers JSON")
}

#[test]
fn the_tree_keeps_to_the_plan() {
    let sources = sources();
    assert!(sources.len() > 40, "the whole tree is looked at");
    let mut all = text::top_level(&sources);
    all.extend(text::shape(&sources));
    all.extend(text::links_within(&sources, &|path| hedgerow_tests::root().join(path).exists()));
    all.extend(text::words(&sources));
    all.extend(text::sleeps(&sources));
    all.extend(text::jargon(&sources));
    none(all);
}

#[test]
fn names_stop_in_the_place_that_adapts_them() {
    none(crates::names(&sources()));
}

#[test]
fn arrows_between_rooms_are_those_on_the_map() {
    let packages = packages();
    let deps: BTreeMap<_, _> = packages.iter().map(|p| (p.name.clone(), p.deps.clone())).collect();
    assert!(deps["hedgerow-node"].contains("hedgerow-protocol"), "arrows are seen at all");
    none(crates::arrows(&deps));
}

#[test]
fn everything_underneath_has_an_allowed_licence() {
    let deny = std::fs::read_to_string(hedgerow_tests::root().join("deny.toml")).expect("deny.toml");
    let packages = packages();
    assert!(packages.len() > 300, "all packages are looked at");
    none(licences::complaints(&packages, &deny));
}

#[test]
fn what_speaks_to_the_desktop_has_one_runtime() {
    none(licences::message_bus(&metadata()));
}

// From here on: each rule sees what it is for.

fn found(complaints: &[String], part: &str) {
    assert!(complaints.iter().any(|c| c.contains(part)), "nobody said {part:?}: {complaints:?}");
}

#[test]
fn a_wrong_arrow_is_seen() {
    let set = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    let deps = BTreeMap::from([
        ("hedgerow-protocol".to_string(), set(&["blake3", "between"])),
        ("between".to_string(), set(&["tokio"])),
        ("hedgerow-api".to_string(), set(&["hedgerow-node"])),
        ("hedgerow-gui".to_string(), set(&["hedgerow-node", "sled"])),
        ("hedgerow-tests".to_string(), set(&["hedgerow-node"])),
    ]);
    let said = crates::arrows(&deps);
    for part in ["protocol must not stand on tokio", "api must not", "gui must not name sled", "tests must not name"] {
        found(&said, part);
    }
    assert_eq!(said.len(), 4);
}

#[test]
fn a_name_in_the_wrong_place_is_seen() {
    let said = crates::names(&[
        Source::new("protocol/src/x.rs", "//! x\nuse std::fs::File;\nfn f() { SystemTime::now(); }\n"),
        Source::new("protocol/src/y.rs", "//! std::fs is fine in words\n#[cfg(test)]\nmod t { use std::fs; }\n"),
        Source::new("gui/src/app.rs", "use hedgerow_node::Core;\n"),
        Source::new("gui/src/main.rs", "use hedgerow_node::run;\n"),
        Source::new("node/src/core/mod.rs", "fn f(e: iroh::Endpoint) {}\n"),
        Source::new("node/src/mesh/a.rs", "fn f(e: iroh::Endpoint) {}\n"),
        Source::new("node/src/store/a.rs", "fn f(e: sled::Db) {}\n"),
        Source::new("node/src/store/b.rs", "fn f(e: sled::Tree) { my_sled::x() }\n"),
    ]);
    for part in ["x.rs:2", "x.rs:3", "gui/src/app.rs:1", "core/mod.rs:1", "`sled::` is adapted in one file"] {
        found(&said, part);
    }
    assert_eq!(said.len(), 5, "{said:?}");
}

#[test]
fn a_wrong_licence_is_seen() {
    let package = |name: &str, licence: Option<&str>, source: &str| licences::Package {
        name: name.into(),
        version: "1.0.0".into(),
        licence: licence.map(Into::into),
        source: Some(source.into()),
        deps: BTreeSet::new(),
    };
    let here = "registry+https://github.com/rust-lang/crates.io-index";
    let deny = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0"]
        [bans]
        deny = [{ crate = "bad", reason = "stale" }]
        [sources]
        allow-registry = ["https://github.com/rust-lang/crates.io-index"]
    "#;
    let said = licences::complaints(
        &[
            package("fine", Some("GPL-3.0 OR MIT/Apache-2.0"), here),
            package("viral", Some("GPL-3.0-only"), here),
            package("both", Some("MIT AND (GPL-2.0 OR LGPL-2.1)"), here),
            package("none", None, here),
            package("bad", Some("MIT"), here),
            package("away", Some("MIT"), "git+https://example.org/x"),
        ],
        deny,
    );
    for part in ["viral", "both", "none 1.0.0 names no", "bad 1.0.0 is banned: stale", "away 1.0.0 comes from"] {
        found(&said, part);
    }
    assert_eq!(said.len(), 5, "{said:?}");
}

#[test]
fn a_second_runtime_for_the_desktop_is_seen() {
    let built = |features: &[&str], versions: usize| {
        let ids: Vec<String> = (0..versions).map(|n| format!("zbus@{n}")).collect();
        let packages: Vec<_> = ids.iter().map(|id| serde_json::json!({ "id": id, "name": "zbus" })).collect();
        let nodes: Vec<_> = ids.iter().map(|id| serde_json::json!({ "id": id, "features": features })).collect();
        licences::message_bus(&serde_json::json!({ "packages": packages, "resolve": { "nodes": nodes } }))
    };
    assert!(built(&["async-io", "blocking"], 1).is_empty());
    found(&built(&["async-io", "tokio"], 1), "never with");
    found(&built(&["blocking"], 1), "never with");
    found(&built(&["async-io"], 2), "2 versions");
    found(&built(&["async-io"], 0), "0 versions");
}

#[test]
fn licence_expressions_are_read_as_written() {
    let allowed: BTreeSet<String> =
        ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].iter().map(ToString::to_string).collect();
    for good in ["MIT", "MIT/GPL-3.0", "(GPL-2.0 OR MIT) AND ISC", "Apache-2.0 WITH LLVM-exception AND MIT"] {
        assert!(licences::satisfied(good, &allowed), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT", "", "MIT ISC", "Apache-2.0", "MIT OR"] {
        assert!(!licences::satisfied(bad, &allowed), "{bad}");
    }
}

#[test]
fn a_test_that_sleeps_is_seen() {
    let story = r"//! x
fn f() {
    tokio::time::sleep(D).await;
    // sleeps: this is how long it is measured.
    sleep(D);
    sleep(D); // sleeps: and this as well.
    sleep(D);
    // sleeps:
    sleep(D);
    // sleep(D);
    oversleep(D);
}
";
    let mixed = r"//! x
#[cfg(test)]
mod tests;
fn product() {
    sleep(D);
}
#[cfg(test)]
#[allow(x)]
mod inner {
    fn f() {
        std::thread::park_timeout(D);
    }
}
fn product_too() {
    sleep(D);
}
impl X {
    #[cfg(test)]
    fn only_here() {
        sleep_until(I);
    }
    fn product() {
        sleep(D);
    }
}
#[cfg(test)]
fn nothing() {}
fn product_again() {
    sleep(D);
}
";
    let said = text::sleeps(&[
        Source::new("tests/tests/a.rs", story),
        Source::new("tests/src/lab/b.rs", "//! x\nfn f() {\n    sleep(D);\n}\n"),
        Source::new("node/src/c.rs", mixed),
        Source::new("node/src/x/tests.rs", "#[tokio::test]\nasync fn f() {\n    sleep(D).await;\n}\n"),
        Source::new("tests/src/lab/wait.rs", story),
        Source::new("tests/speed/src/d.rs", story),
        Source::new("tests/a/check.py", "sleep(1)\n"),
    ]);
    let places = [
        "tests/tests/a.rs:3",
        "tests/tests/a.rs:7",
        "tests/tests/a.rs:9",
        "lab/b.rs:3",
        "src/c.rs:11",
        "src/c.rs:20",
        "x/tests.rs:3",
    ];
    for part in places {
        found(&said, &format!("{part}: a test sleeps"));
    }
    assert_eq!(said.len(), places.len(), "{said:?}");
}

#[test]
fn untidy_text_is_seen() {
    let long = format!("//! long\n{}", "x\n".repeat(text::LINES_MAX));
    let said = text::shape(&[Source::new("a/long.rs", &long), Source::new("a/mute.rs", "fn f() {}\n")]);
    found(&said, "a/long.rs: 701 lines");
    found(&said, "a/mute.rs: does not open");
    found(&text::top_level(&[Source::new("notes.txt", ""), Source::new("tests/x", "")]), "notes.txt");

    let pages = [
        Source::new("README.md", "# Map of it\n[a](docs/A.md) [b](#map-of-it) [c](#no) [d](https://x.org/y)\n"),
        Source::new("docs/B.md", "[up](../README.md#map-of-it) [gone](../GONE.md)\n"),
    ];
    let said = text::links(&pages);
    for part in ["docs/A.md leads nowhere", "no heading #no", "GONE.md leads nowhere"] {
        found(&said, part);
    }
    assert_eq!(said.len(), 3, "{said:?}");

    let said = text::words(&[
        Source::new("a.rs", "let p = \"/home/me/x\";\n// see issue #7\ntodo!()\nconst TODO_MAX: u8 = 1;\n"),
        Source::new("b.rs", "let url = \"https://example.org/home/x\";\n// an issue of trust\n"),
        Source::new("Cargo.lock", "source = \"registry+https://elsewhere.example/index\"\n"),
    ]);
    for part in ["a.rs:1: a folder", "a.rs:2: a ticket", "a.rs:3: unfinished", "Cargo.lock:1: a registry"] {
        found(&said, part);
    }
    assert_eq!(said.len(), 4, "{said:?}");

    let said = text::jargon(&[Source::new(
        "en.ftl",
        "# node\nstatus = Two nodes near\nstatus-details = The node's peers\nnote = { $peer } is { -hash } here\n    and a peer\n",
    )]);
    found(&said, "en.ftl:2: status says \"nodes\"");
    found(&said, "en.ftl:5: note says \"peer\"");
    assert_eq!(said.len(), 2, "{said:?}");
}
