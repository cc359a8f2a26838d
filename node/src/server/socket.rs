//! Where the node listens for programs of this user.

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::unix::SocketAddr;
use tokio::net::{UnixListener, UnixStream};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::router;
use crate::app::App;
use crate::files::write_private;
use crate::paths::DataDir;

/// How often it is looked whether the socket is still where programs look: cleaners of `/tmp` and restored folders take it
/// away, and then no program reaches a node that runs.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A socket that is removed again when the node stops, and made again when somebody else removes it.
pub struct Socket {
    dir: DataDir,
    place: Place,
    listener: UnixListener,
    look: Interval,
}

/// A socket in the file system.
#[derive(Debug, Clone)]
struct Place {
    path: PathBuf,
    /// Says where the socket is, when it is not in the directory.
    note: Option<PathBuf>,
    /// Which file it is: of the device, and its number there.
    file: (u64, u64),
}

impl Socket {
    /// Listens where programs of this user look. Call it only while holding the directory's lock: a socket that is
    /// there already belongs to a node that died, and is replaced.
    pub fn open(dir: &DataDir) -> io::Result<Socket> {
        let (place, listener) = bind(dir)?;
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Socket { dir: dir.clone(), place, listener, look })
    }

    /// Answers until `stop` is ready and the requests under way are done.
    pub async fn serve(self, app: Arc<App>, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let Place { path, note, .. } = self.place.clone();
        let done = axum::serve(self, router(app)).with_graceful_shutdown(stop).await;
        let removed = remove(&path).and_then(|()| note.as_deref().map_or(Ok(()), remove));
        done.and(removed)
    }

    /// Makes the socket again if it is gone. A file of another kind in its place is somebody's and stays.
    fn look(&mut self) {
        match std::fs::symlink_metadata(&self.place.path) {
            Ok(there) if (there.dev(), there.ino()) == self.place.file || !there.file_type().is_socket() => {}
            Err(error) if error.kind() != io::ErrorKind::NotFound => {}
            // Gone, or a dead one that came back with a restored folder: the directory is ours while its lock is.
            _ => match bind(&self.dir) {
                Ok((place, listener)) => {
                    tracing::warn!("somebody removed the socket of this node; it was made again");
                    (self.place, self.listener) = (place, listener);
                }
                Err(error) => tracing::debug!(%error, "the socket of this node is gone and cannot be made again yet"),
            },
        }
    }
}

impl Listener for Socket {
    type Io = UnixStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (UnixStream, SocketAddr) {
        loop {
            tokio::select! {
                accepted = Listener::accept(&mut self.listener) => return accepted,
                _ = self.look.tick() => self.look(),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn bind(dir: &DataDir) -> io::Result<(Place, UnixListener)> {
    let path = dir.socket();
    if let Some(parent) = path.parent().filter(|p| !p.exists()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    }
    if let Some(parent) = path.parent().filter(|p| *p != dir.path()) {
        // It may lie where everybody can make folders: somebody else's would let them answer in our place.
        let folder = std::fs::symlink_metadata(parent)?;
        let ours = std::fs::metadata(dir.path())?.uid();
        if !folder.is_dir() || folder.uid() != ours || folder.mode() & 0o022 != 0 {
            let text = format!("{} belongs to somebody else or is open to others: remove it", parent.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
    }
    remove(&path)?;
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    let elsewhere = path.parent() != Some(dir.path());
    let note = elsewhere.then(|| dir.socket_note());
    match &note {
        Some(note) => write_private(note, path.as_os_str().as_encoded_bytes())?,
        None => remove(&dir.socket_note())?,
    }
    let made = std::fs::symlink_metadata(&path)?;
    Ok((Place { path, note, file: (made.dev(), made.ino()) }, listener))
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}
