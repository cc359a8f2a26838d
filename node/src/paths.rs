//! Where the files of a node are.
//!
//! One data directory is one community, one process, one transport key. Nothing here reads what is in the files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Longest path of a Unix socket that every system takes, in bytes.
const SOCKET_PATH_BYTES_MAX: usize = 100;

/// The data directory of the service that a package installs. Its settings and its socket are where administrators look
/// for those of a service.
const SERVICE_DATA: &str = "/var/lib/hedgerow";
const SERVICE_CONFIG: &str = "/etc/hedgerow/config.toml";
const SERVICE_RUNTIME: &str = "/run/hedgerow";

/// A data directory and the names in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// The one named, else the one of the user: `$XDG_DATA_HOME/hedgerow/home` or `~/.local/share/hedgerow/home`.
    pub fn choose(named: Option<PathBuf>) -> Self {
        let path = named.unwrap_or_else(|| {
            let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
            let home = || std::env::var_os("HOME").map_or_else(|| PathBuf::from("/var/lib"), PathBuf::from);
            base.unwrap_or_else(|| home().join(".local/share")).join("hedgerow").join("home")
        });
        DataDir(std::path::absolute(&path).unwrap_or(path))
    }
    /// The directory.
    pub fn path(&self) -> &Path {
        &self.0
    }
    /// Makes it, for this user alone, with its parents.
    pub fn make(&self) -> io::Result<()> {
        crate::files::make_private(&self.0)
    }
    /// The settings.
    pub fn config(&self) -> PathBuf {
        if self.0 == Path::new(SERVICE_DATA) {
            return PathBuf::from(SERVICE_CONFIG);
        }
        self.0.join("config.toml")
    }
    /// The secret keys.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }
    /// Which community this is and who I am in it.
    pub fn member(&self) -> PathBuf {
        self.0.join("member.json")
    }
    /// What was asked with a poster, while there is no answer.
    pub fn asking(&self) -> PathBuf {
        self.0.join("joining.json")
    }
    /// Held by the process that owns the directory.
    pub fn lock(&self) -> PathBuf {
        self.0.join("node.lock")
    }
    /// What the node says while it runs in the background.
    pub fn log(&self) -> PathBuf {
        self.0.join("node.log")
    }
    /// Names the socket where it is not `api.sock`.
    pub fn socket_note(&self) -> PathBuf {
        self.0.join("api.path")
    }
    /// Where to listen: in the directory, or at a short path elsewhere when this one is too long for a socket.
    pub fn socket(&self) -> PathBuf {
        if self.0 == Path::new(SERVICE_DATA) && Path::new(SERVICE_RUNTIME).is_dir() {
            return Path::new(SERVICE_RUNTIME).join("api.sock");
        }
        let here = self.0.join("api.sock");
        if here.as_os_str().len() <= SOCKET_PATH_BYTES_MAX {
            return here;
        }
        let short = blake3::hash(self.0.as_os_str().as_encoded_bytes()).to_hex();
        let short = format!("{}.sock", &short[..16]);
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|p| p.is_dir());
        runtime.unwrap_or_else(|| std::env::temp_dir().join(format!("hedgerow-{}", user()))).join(short)
    }
}

/// The user's name or number, to keep directories in a shared place apart.
fn user() -> String {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").map(|m| m.uid().to_string()).or_else(|_| std::env::var("USER")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_has_its_settings_in_etc_and_nobody_else() {
        assert_eq!(DataDir::choose(Some(SERVICE_DATA.into())).config(), Path::new(SERVICE_CONFIG));
        assert_eq!(DataDir::choose(Some("/tmp/a".into())).config(), Path::new("/tmp/a/config.toml"));
    }

    #[test]
    fn a_long_directory_gets_a_short_socket() {
        let dir = DataDir::choose(Some(PathBuf::from("/tmp").join("x".repeat(120))));
        assert!(dir.socket().as_os_str().len() <= SOCKET_PATH_BYTES_MAX, "{:?}", dir.socket());
        assert_eq!(DataDir::choose(Some("/tmp/a".into())).socket(), Path::new("/tmp/a/api.sock"));
    }
}
