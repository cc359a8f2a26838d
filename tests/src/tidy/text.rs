//! Rules about files as text: where they lie, how long they are, where their links lead, and what they must not say.

use super::Source;
use std::collections::BTreeSet;

/// Lines a Rust file may have before its unit tests. Beyond 400 ask which second job moved in; beyond this the test asks.
pub const LINES_MAX: usize = 700;

/// Everything that may lie at the root.
const TOP: [&str; 19] = [
    ".ci",
    ".config",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "deny.toml",
    "gui",
    "node",
    "protocol",
    "rustfmt.toml",
    "tests",
];

/// Folders that exist on one person's computer only.
const MACHINE: [&str; 5] = ["/home/", "/root/", "/work/", "/Users/", "/mnt/"];

/// Unfinished work, and notes to oneself. Split so that this file may hold them.
const UNFINISHED: [(&str, &str); 6] =
    [("todo", "!("), ("unimplemented", "!("), ("FIX", "ME"), ("XX", "X"), ("TO", "DO"), ("Not written", " yet")];

/// Our own jargon, which residents never see outside "Details".
const JARGON: [&str; 9] = ["node", "nodes", "peer", "peers", "hash", "hashes", "dht", "nat", "mdns"];

/// Complaints about entries at the root that are not in the plan.
pub fn top_level(sources: &[Source]) -> Vec<String> {
    let tops: BTreeSet<&str> = sources.iter().filter_map(|s| s.path.split('/').next()).collect();
    let unknown = tops.into_iter().filter(|top| !TOP.contains(top));
    unknown.map(|top| format!("{top} at the root is not in the plan")).collect()
}

/// Complaints about Rust files that are too long, or whose first line does not say what they are for.
pub fn shape(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for s in sources.iter().filter(|s| s.path.ends_with(".rs")) {
        let lines = if s.path.starts_with("tests/") { s.text.lines().count() } else { s.code().lines().count() };
        if lines > LINES_MAX {
            complaints.push(format!("{}: {lines} lines, more than {LINES_MAX}", s.path));
        }
        if !s.text.starts_with("//!") && !s.path.ends_with("/tests.rs") {
            complaints.push(format!("{}: does not open with `//!` and what it is for", s.path));
        }
    }
    complaints
}

/// Complaints about relative links in Markdown that lead nowhere.
pub fn links(sources: &[Source]) -> Vec<String> {
    let paths: BTreeSet<&str> = sources.iter().map(|s| s.path.as_str()).collect();
    links_within(sources, &|path| paths.contains(path) || paths.iter().any(|p| p.starts_with(&format!("{path}/"))))
}

/// As [`links`], asking `exists` about every target (pictures are not text, so the tree is asked).
pub fn links_within(sources: &[Source], exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut complaints = Vec::new();
    for s in sources.iter().filter(|s| s.path.ends_with(".md")) {
        for (at, _) in s.text.match_indices("](") {
            let Some(target) = s.text[at + 2..].split([')', ' ', '\n']).next() else { continue };
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() { s.path.clone() } else { join(&s.path, file) };
            if !exists(&path) {
                complaints.push(format!("{}: link to {target} leads nowhere", s.path));
                continue;
            }
            let Some(page) = sources.iter().find(|other| other.path == path) else { continue };
            if !anchor.is_empty() && !anchors(&page.text).contains(anchor) {
                complaints.push(format!("{}: no heading #{anchor} in {path}", s.path));
            }
        }
    }
    complaints
}

fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|l| l.starts_with('#'));
    let slug = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
    };
    headings.map(slug).collect()
}

/// A relative path beside a file, `..` worked out.
fn join(beside: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = beside.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Complaints about folders of one computer, unfinished work and places other than the public registry.
pub fn words(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    let own = |s: &Source| s.path.starts_with("tests/src/tidy/") || s.path == "tests/tests/tidy.rs";
    for s in sources.iter().filter(|s| !own(s)) {
        let data = s.path.contains("/fixtures/") || s.path.ends_with(".lock") || s.path.starts_with("LICENSE");
        for (n, line) in s.text.lines().enumerate() {
            let at = format!("{}:{}", s.path, n + 1);
            // Tests make homes up; code and pages have no business in anybody's.
            let made_up = s.path.contains("/tests/");
            for folder in MACHINE.iter().filter(|f| alone(line, f) && !(made_up && **f == "/home/")) {
                complaints.push(format!("{at}: a folder of one computer ({folder})"));
            }
            for (a, b) in UNFINISHED {
                if !data && alone_word(line, &format!("{a}{b}")) {
                    complaints.push(format!("{at}: unfinished ({a}{b})"));
                }
            }
            if let Some(rest) = line.split_once("registry+").map(|(_, rest)| rest)
                && s.path.ends_with("Cargo.lock")
                && !rest.starts_with("https://github.com/rust-lang/crates.io-index")
            {
                complaints.push(format!("{at}: a registry other than crates.io"));
            }
            if s.path.ends_with(".rs") && ticket(line) {
                complaints.push(format!("{at}: a ticket number says nothing to a reader; give the reason"));
            }
        }
    }
    complaints
}

/// Whether a folder is named at the beginning of a path, not in the middle of a longer one or of a web address.
fn alone(line: &str, folder: &str) -> bool {
    line.match_indices(folder)
        .any(|(at, _)| !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "./_-}".contains(c)))
}

/// Whether a note stands as a word of its own, not inside a longer name.
fn alone_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(part) && !line[at + word.len()..].chars().next().is_some_and(part)
    })
}

fn ticket(line: &str) -> bool {
    let lower = line.to_lowercase();
    lower.match_indices("issue ").any(|(at, word)| {
        let rest = lower[at + word.len()..].trim_start_matches('#');
        rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// What waits without a fact.
const SLEEPS: [&str; 3] = ["sleep(", "sleep_until(", "park_timeout("];

/// The helpers that wait for facts: one for each crate. Their loops pause between two questions.
const WAITERS: [&str; 4] =
    ["tests/src/lab/wait.rs", "node/src/patience.rs", "gui/tests/support/wait.rs", "tests/tests/window/desk.rs"];

/// Complaints about sleeping in tests. What has to be there says why: `// sleeps: …` on the line or the one above.
pub fn sleeps(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    let own = |s: &Source| s.path.starts_with("tests/src/tidy/") || s.path == "tests/tests/tidy.rs";
    let waits = |s: &Source| WAITERS.iter().any(|path| s.path.starts_with(path));
    for s in sources.iter().filter(|s| s.path.ends_with(".rs") && !own(s) && !waits(s)) {
        let mut above = "";
        for (n, line) in s.test_lines() {
            let above_it = if above.trim_start().starts_with("//") { above } else { "" };
            let is_said =
                [above_it, line].iter().any(|l| l.split_once("// sleeps: ").is_some_and(|(_, why)| why.len() > 9));
            if !line.trim_start().starts_with("//") && !is_said && SLEEPS.iter().any(|word| calls(line, word)) {
                complaints.push(format!("{}:{n}: a test sleeps; wait for a fact with a deadline instead", s.path));
            }
            above = line;
        }
    }
    complaints
}

/// Whether a name with its bracket stands there, not as the end of a longer name.
fn calls(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| !line[..at].chars().next_back().is_some_and(part))
}

/// Complaints about jargon in the texts of the window (Fluent files); messages whose name says `details` may use it.
pub fn jargon(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for s in sources.iter().filter(|s| s.path.ends_with(".ftl")) {
        let mut name = "";
        for (n, line) in s.text.lines().enumerate() {
            if line.starts_with('#') {
                continue;
            }
            let value = if line.starts_with([' ', '\t']) {
                line
            } else {
                let (key, value) = line.split_once('=').unwrap_or((line, ""));
                name = key.trim();
                value
            };
            if name.contains("details") {
                continue;
            }
            let said = spoken(value);
            for word in said.split(|c: char| !c.is_alphanumeric()).filter(|w| JARGON.contains(w)) {
                complaints.push(format!("{}:{}: {name} says \"{word}\"", s.path, n + 1));
            }
        }
    }
    complaints
}

/// The text of a Fluent value without its placeables, in lower case.
fn spoken(value: &str) -> String {
    let mut depth = 0usize;
    let mut said = String::new();
    for c in value.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if depth == 0 => said.extend(c.to_lowercase()),
            _ => {}
        }
    }
    said
}
