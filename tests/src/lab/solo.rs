//! One computer alone on the loopback network of this machine: for what needs no neighbours, and no root.

use super::Computer;

/// A computer with its own data directory and a port of its own, taken away when dropped.
pub struct Solo {
    /// The computer.
    pub computer: Computer,
    /// Holds the data directory.
    pub dir: tempfile::TempDir,
}

impl Solo {
    /// Nothing running, no community. It listens on loopback only, on a port that the system picks.
    ///
    /// # Panics
    /// When there is no room for a directory.
    pub fn new(name: &str) -> Solo {
        let dir = tempfile::Builder::new().prefix("hedgerow-solo").tempdir().unwrap_or_else(|e| panic!("{e}"));
        let data = dir.path().join(name);
        std::fs::create_dir_all(&data).unwrap_or_else(|e| panic!("{e}"));
        let mut computer = Computer::new(name, None, data);
        computer.run = vec!["run", "--port", "0", "--no-multicast", "--bind", "127.0.0.1"];
        Solo { computer, dir }
    }
}
