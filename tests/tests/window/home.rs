//! A home of its own for the windows of a test: what is saved, and what is set for browsers, never touches the person who
//! runs the test.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// Set in the process that has such a home.
const MARK: &str = "HEDGEROW_TEST_HOME";

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

/// Runs the test of this name again in a process with a home of its own, unless this is one. Returns whether it did.
///
/// # Panics
/// When the test fails there.
pub fn again_in_a_home(test: &str) -> bool {
    if std::env::var_os(MARK).is_some() {
        return false;
    }
    let home = tempfile::tempdir().expect("a folder");
    let (bin, settings) = (home.path().join("bin"), home.path().join("settings"));
    for dir in [&bin, &settings] {
        std::fs::create_dir(dir).expect("a folder");
    }
    program(&bin.join("gsettings"), SETTINGS);
    program(&bin.join("chromium"), BROWSER);
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
    true
}

fn program(path: &Path, script: &str) {
    std::fs::write(path, script).expect("a program");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).expect("a program");
}
