//! A home of its own for the windows of a test: what is saved, and what is set for browsers, never touches the person who
//! runs the test.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Set in the process that has such a home.
const MARK: &str = "HEDGEROW_TEST_HOME";

/// Written there by the test that runs in it.
const BEGAN: &str = "test-began";

/// The system's settings, kept as files; and a browser that writes down how it was started.
const SETTINGS: &str = r#"#!/bin/sh
cd "$HOME/settings"
case $1 in
writable) echo true;;
get) read -r value < "$3"; echo "$value";;
set) echo "$4" > "$3";;
esac
"#;
const BROWSER: &str = "#!/bin/sh\necho \"$@\" > \"$HOME/browser-started\"\n";
/// What opens a page on a desktop; it too writes down which.
const OPENER: &str = "#!/bin/sh\necho \"$@\" > \"$HOME/page-opened\"\n";

/// Runs the test of this name again in a process with a home of its own, unless this is one. Returns whether it did.
///
/// # Panics
/// When the test fails there.
pub fn again_in_a_home(test: &str) -> bool {
    if std::env::var_os(MARK).is_some() {
        let home = PathBuf::from(std::env::var_os("HOME").expect("a home"));
        std::fs::write(home.join(BEGAN), test).expect("room for a mark");
        return false;
    }
    let home = tempfile::tempdir().expect("a folder");
    let (bin, settings) = (home.path().join("bin"), home.path().join("settings"));
    for dir in [&bin, &settings] {
        std::fs::create_dir(dir).expect("a folder");
    }
    program(&bin.join("gsettings"), SETTINGS);
    program(&bin.join("chromium"), BROWSER);
    program(&bin.join("xdg-open"), OPENER);
    std::fs::write(settings.join("mode"), "'none'\n").expect("a setting");
    std::fs::write(settings.join("autoconfig-url"), "''\n").expect("a setting");
    let mut path = bin.into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture"])
        .env(MARK, "1")
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .env("PATH", path)
        .status()
        .expect("this program again");
    assert!(status.success(), "{test} in a home of its own: {status}");
    // A name that no test has runs none, which ends well.
    let began = std::fs::read_to_string(home.path().join(BEGAN)).unwrap_or_default();
    assert_eq!(began, test, "which test was run again");
    true
}

/// What the browser was started with from the window.
///
/// # Panics
/// When it was not.
pub fn browser_arguments() -> Vec<String> {
    said("browser-started").split_whitespace().map(str::to_owned).collect()
}

/// The page that was opened last.
///
/// # Panics
/// When there was none.
pub fn page_opened() -> String {
    said("page-opened").trim().to_owned()
}

fn said(file: &str) -> String {
    let home = PathBuf::from(std::env::var_os("HOME").expect("a home"));
    std::fs::read_to_string(home.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

/// The real browser, behind the one of this home; nothing where none is installed.
pub fn real_browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).skip(1).map(|dir| dir.join("chromium")).find(|file| file.is_file())
}

fn program(path: &Path, script: &str) {
    std::fs::write(path, script).expect("a program");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).expect("a program");
}
