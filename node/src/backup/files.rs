//! Which files of a folder a backup holds: all but those named here, each with the reason. A new file of a node's own is in
//! the backup unless somebody says why not.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::paths::DataDir;

/// Names at the top of a folder that no backup needs, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("journal", "its records and private values go along one by one"),
    ("index", "is made again from the records"),
    ("install", "the host puts programs for visitors there by hand"),
    ("gateway-trial", "lasts as long as a trial"),
    ("node.lock", "says which program has the folder"),
    ("node.log", "is for whoever looks why a start failed"),
    ("api.sock", "is a way to a program that runs"),
    ("api.path", "says where that is"),
];
/// Endings of files that are on their way to be another one.
const ON_THE_WAY: &[&str] = &["new", "part"];
/// The settings, wherever they are kept.
pub const SETTINGS: &str = "config.toml";
/// Folders inside each other.
const DEPTH_MAX: usize = 8;

/// The files of a backup: the name in it and the path, in the order of names.
pub fn of(dir: &DataDir) -> io::Result<Vec<(String, PathBuf)>> {
    let mut all = Vec::new();
    walk(dir.path(), dir.path(), &mut all)?;
    let settings = dir.config();
    if !settings.starts_with(dir.path()) && settings.is_file() {
        all.push((SETTINGS.to_owned(), settings));
    }
    all.sort();
    Ok(all)
}

fn walk(root: &Path, at: &Path, all: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(at)? {
        let path = entry?.path();
        let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) else { continue };
        if !goes_along(name) {
            continue;
        }
        match fs::symlink_metadata(&path) {
            Ok(about) if about.is_dir() => walk(root, &path, all)?,
            Ok(about) if about.is_file() => all.push((name.to_owned(), path)),
            // Links lead elsewhere, and what went meanwhile was not to stay.
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Whether a file of this name, with its folders, belongs in a backup; and with that, whether one is taken from it.
pub fn goes_along(name: &str) -> bool {
    let steps: Vec<Component<'_>> = Path::new(name).components().collect();
    let plain = steps.iter().all(|step| matches!(step, Component::Normal(_)));
    let step = |n: usize| steps.get(n).and_then(|s| s.as_os_str().to_str()).unwrap_or_default();
    // In `left` are folders of communities that were left; their search index can be made again, too.
    let left_out = LEFT_OUT.iter().any(|(name, _)| *name == step(0)) || step(0) == "left" && step(2) == "index";
    let on_the_way = Path::new(name).extension().is_some_and(|e| ON_THE_WAY.iter().any(|end| e == *end));
    plain && (1..=DEPTH_MAX).contains(&steps.len()) && name.len() <= super::NAME_BYTES_MAX && !left_out && !on_the_way
}
