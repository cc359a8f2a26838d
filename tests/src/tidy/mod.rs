//! The rules of the house as plain functions: text in, complaints out.
//!
//! `tests/tests/tidy.rs` feeds them the source tree, and feeds them bad text to see that each rule can fail.
//! Not for style that rustfmt and Clippy keep.

pub mod crates;
pub mod licences;
pub mod text;

use std::path::{Path, PathBuf};

/// One file of the source tree.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path from the root, with `/`.
    pub path: String,
    /// The text, lossy where a file is not UTF-8.
    pub text: String,
}

impl Source {
    /// A file made up for a test of the rules.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The part of a Rust file before its unit tests (tests come last in a file, and may use what the code may not).
    pub fn code(&self) -> &str {
        if self.path.contains("/tests/") || self.path.ends_with("/tests.rs") {
            return "";
        }
        // A file that is all tests is declared as such in its parent; here its first test gives it away.
        let end = ["#[cfg(test)]", "#[test]"].iter().filter_map(|mark| self.text.find(mark)).min();
        &self.text[..end.unwrap_or(self.text.len())]
    }

    /// Lines that only tests run, with their numbers from 1: whole files of tests, the lab, and in other files each item
    /// that is marked as a test's (read by rustfmt's indentation).
    pub fn test_lines(&self) -> Vec<(usize, &str)> {
        let all = self.text.lines().enumerate().map(|(n, line)| (n + 1, line));
        let is_whole = self.path.contains("/tests/") || self.path.ends_with("/tests.rs");
        if is_whole || self.path.starts_with("tests/src/") {
            return all.collect();
        }
        // Where the item that is being read ends: at a closing brace of this indentation.
        let (mut marked, mut within) = (None, None);
        let mut found = Vec::new();
        for (n, line) in all {
            let text = line.trim_start();
            let indent = &line[..line.len() - text.len()];
            if within.is_none() && is_mark(text) {
                marked = Some(indent);
            }
            if marked == Some(indent) && !text.starts_with(['#', '/']) {
                marked = None;
                within = (!text.ends_with([';', ',', '}'])).then_some(indent);
                found.push((n, line));
            } else if let Some(of) = within {
                found.push((n, line));
                if indent == of && text.starts_with('}') {
                    within = None;
                }
            }
        }
        found
    }

    /// Lines of code with their numbers from 1, comments left out.
    pub fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code()
            .lines()
            .enumerate()
            .map(|(n, line)| (n + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Whether what follows an attribute is a test, or there for tests only.
fn is_mark(text: &str) -> bool {
    ["#[cfg(test)]", "#[test]", "#[tokio::test"].iter().any(|mark| text.starts_with(mark))
}

/// Every file that is or would be under version control, as text; binary files are left out.
///
/// # Errors
/// A folder or file that cannot be read.
pub fn tree(root: &Path) -> std::io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths(root)? {
        let bytes = std::fs::read(root.join(&path))?;
        if bytes.contains(&0) {
            continue;
        }
        sources.push(Source {
            path: path.to_string_lossy().replace('\\', "/"),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        });
    }
    Ok(sources)
}

/// Paths of the tree: what git tracks or would track, or everything outside `target` where there is no git.
fn paths(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    let git = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root)
        .output();
    if let Ok(out) = git
        && out.status.success()
        && !out.stdout.is_empty()
    {
        let names = String::from_utf8_lossy(&out.stdout).into_owned();
        let listed = names.split('\0').filter(|n| !n.is_empty()).map(PathBuf::from);
        return Ok(listed.filter(|p| root.join(p).is_file()).collect());
    }
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if path == Path::new("target") || path == Path::new(".git") {
                continue;
            }
            if entry.file_type()?.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}
