//! The sticks and cards that are in this computer, and what was carried on them.
//!
//! Asks the system what is mounted where people's sticks are; touches nothing else. Not for: mounting, or taking out.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Where desktops mount what people put in.
const PLACES: [&str; 2] = ["/media/", "/run/media/"];
/// What a file with everything in it ends with.
const ENDING: &str = "hedgerow";
/// Sticks, and files of one, that are shown.
const SHOWN_MAX: usize = 8;
/// Names of a folder that are looked at.
const NAMES_MAX: usize = 10_000;
/// A stick that does not answer sooner is left out.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// One stick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stick {
    /// What people call it.
    pub name: String,
    /// Its folder.
    pub folder: String,
    /// Files on it that hold what others wrote, newest first.
    pub files: Vec<String>,
}

/// Those that are in now, by name.
pub async fn here() -> Vec<Stick> {
    let found = tokio::task::spawn_blocking(|| {
        let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let mut sticks: Vec<Stick> = folders(&mounts).into_iter().map(|folder| stick(&folder)).collect();
        sticks.sort_by(|a, b| (&a.name, &a.folder).cmp(&(&b.name, &b.folder)));
        sticks.truncate(SHOWN_MAX);
        sticks
    });
    tokio::time::timeout(ANSWERS_WITHIN, found).await.ok().and_then(Result::ok).unwrap_or_default()
}

/// The folders of sticks in what the system says is mounted: a line each, the folder second, odd characters as `\040`.
fn folders(mounts: &str) -> Vec<PathBuf> {
    let folders = mounts.lines().filter_map(|line| line.split(' ').nth(1)).map(plain);
    let mut all: Vec<PathBuf> =
        folders.filter(|folder| PLACES.iter().any(|place| folder.starts_with(place))).map(PathBuf::from).collect();
    all.sort();
    all.dedup();
    all
}

/// The system writes a space as `\040`.
fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..3).filter(|_| *first == b'\\').and_then(|c| std::str::from_utf8(c).ok());
        match code.and_then(|c| u8::from_str_radix(c, 8).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[3..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn stick(folder: &Path) -> Stick {
    let name = folder.file_name().map(|n| hedgerow_api::clean::line(&n.to_string_lossy())).unwrap_or_default();
    Stick { name, folder: folder.display().to_string(), files: carried(folder) }
}

/// Files in a folder that hold what was carried, newest first.
pub fn carried(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<(SystemTime, String)> = entries
        .take(NAMES_MAX)
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|e| e == ENDING))
        .filter_map(|entry| {
            let about = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some((about.modified().unwrap_or(SystemTime::UNIX_EPOCH), entry.path().display().to_string()))
        })
        .collect();
    files.sort_by(|a, b| b.cmp(a));
    files.truncate(SHOWN_MAX);
    files.into_iter().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sticks_are_what_is_mounted_where_people_put_them_in() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\n\
            /dev/sdb1 /media/pat/MY\\040STICK vfat rw 0 0\n\
            tmpfs /run/user/1000 tmpfs rw 0 0\n\
            /dev/sdb1 /media/pat/MY\\040STICK vfat rw 0 0\n\
            /dev/sdc1 /run/media/pat/caf\\303\\251 vfat rw 0 0\n\
            odd\n";
        let found: Vec<String> = folders(mounts).iter().map(|f| f.display().to_string()).collect();
        assert_eq!(found, ["/media/pat/MY STICK", "/run/media/pat/café"]);
        assert_eq!(plain("a\\04"), "a\\04");
    }

    #[test]
    fn what_was_carried_is_found_newest_first() {
        let dir = std::env::temp_dir().join(format!("hedgerow-sticks-{}", std::process::id()));
        std::fs::create_dir_all(dir.join("folder.hedgerow")).unwrap();
        for (name, age) in [("old.hedgerow", 60), ("new.hedgerow", 0), ("letter.txt", 0)] {
            let file = std::fs::File::create(dir.join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
        }
        let files = carried(&dir);
        assert!(files[0].ends_with("new.hedgerow") && files[1].ends_with("old.hedgerow"), "{files:?}");
        assert_eq!(files.len(), 2);
        assert_eq!(stick(&dir).files, files);
        assert!(carried(&dir.join("nothing")).is_empty());
        std::fs::remove_dir_all(dir).unwrap();
    }
}
