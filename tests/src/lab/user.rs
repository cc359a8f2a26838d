//! Somebody who uses a computer and does not look after it. Tests run as root; what one user may do to another is only
//! seen by two that are not.
//!
//! The users are numbers without an entry in any list of accounts, so that nothing has to be set up or taken away.

use super::{Computer, hedgerow};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A user without any privilege, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User(u32);

/// One of two.
pub const ONE: User = User(61001);
/// The other.
pub const OTHER: User = User(61002);

impl User {
    /// The words before a command that make it run as this user: no group but the user's own, and nothing that it starts
    /// gets more.
    pub fn before(self) -> Vec<String> {
        let User(id) = self;
        let words = ["setpriv", "--clear-groups", "--inh-caps=-all", "--no-new-privs"].map(str::to_owned);
        words.into_iter().chain([format!("--reuid={id}"), format!("--regid={id}")]).collect()
    }

    /// Gives a file or folder to this user.
    ///
    /// # Panics
    /// When that is not possible: only root may.
    pub fn owns(self, path: &Path) {
        std::os::unix::fs::chown(path, Some(self.0), Some(self.0))
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
}

/// Where people have their folders on a computer that several use: every home can be walked into and looked at, as most
/// systems have it, so what is in it protects itself or is open.
pub struct Homes {
    dir: tempfile::TempDir,
}

impl Homes {
    /// None yet.
    ///
    /// # Panics
    /// When the disk is full.
    pub fn new() -> Homes {
        let dir = tempfile::Builder::new().prefix("hedgerow-homes").tempdir().unwrap_or_else(|e| panic!("{e}"));
        open_to_all(dir.path());
        let homes = Homes { dir };
        // The program may lie where its builder alone can go.
        let program = homes.program();
        let linked =
            std::fs::hard_link(hedgerow(), &program).or_else(|_| std::fs::copy(hedgerow(), &program).map(drop));
        linked.unwrap_or_else(|e| panic!("{}: {e}", program.display()));
        homes
    }

    /// The program under test, where every user can start it.
    pub fn program(&self) -> PathBuf {
        self.dir.path().join("hedgerow")
    }

    /// The home of a user, made when it is asked for first.
    ///
    /// # Panics
    /// When the disk is full.
    pub fn of(&self, user: User) -> PathBuf {
        let home = self.dir.path().join(format!("user{}", user.0));
        if !home.is_dir() {
            std::fs::create_dir(&home).unwrap_or_else(|e| panic!("{}: {e}", home.display()));
            open_to_all(&home);
            user.owns(&home);
        }
        home
    }

    /// A computer as this user has it: their programs, and a data directory that is not there yet.
    pub fn computer(&self, name: &str, at: &Computer, user: User) -> Computer {
        let mut computer = Computer::new(name, at.namespace.clone(), self.of(user).join("data"));
        computer.user = Some((user, self.program()));
        computer.run = vec!["run", "--port", "0", "--no-multicast", "--bind", "127.0.0.1"];
        computer
    }
}

impl Default for Homes {
    fn default() -> Self {
        Homes::new()
    }
}

fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder, mode).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
}

/// A program in a namespace, or in none, as a user, or as whoever runs the tests.
pub(super) fn start(namespace: Option<&str>, user: Option<User>, program: &Path) -> Command {
    let mut words: Vec<OsString> = Vec::new();
    // Into the namespace first: only root may.
    words.extend(namespace.into_iter().flat_map(|ns| ["ip", "netns", "exec", ns]).map(OsString::from));
    words.extend(user.into_iter().flat_map(User::before).map(OsString::from));
    words.push(OsString::from(program));
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    if user.is_some() {
        // Not the path of whoever runs the tests: it may lead through a home of theirs.
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    }
    command
}
