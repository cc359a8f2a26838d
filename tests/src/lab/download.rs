//! Downloads that go on while the story does: curl writes into a file, and the file says how far it is.
//!
//! Not for: downloads that a story only waits for (those run curl to its end).

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::{Computer, Lab, run, wait};

/// Each has a file of its own.
static NEXT: AtomicU32 = AtomicU32::new(0);
/// From here on it goes on by itself: more than the first buffers hold.
const UNDER_WAY_BYTES: u64 = 1_000_000;
/// How long a quiet computer may take for a whole one.
const END_MAX: Duration = Duration::from_secs(100);

/// A download, ended and taken away with its file when dropped.
pub struct Download {
    child: Child,
    file: PathBuf,
}

impl Download {
    /// Begins with these arguments of curl, the address among them.
    ///
    /// # Panics
    /// When curl is not there.
    pub fn start(lab: &Lab, at: &Computer, args: &[&str]) -> Download {
        let file = lab.desk().join(format!("download{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        let into = file.display().to_string();
        let mut command = at.program("curl", &["--silent", "--output", &into]);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Download { child: command.spawn().unwrap_or_else(|e| panic!("curl: {e}")), file }
    }

    /// How much came.
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |m| m.len())
    }

    /// Waits until so much came that it goes on by itself, and sees that it has not ended.
    ///
    /// # Panics
    /// When it ends, or not enough comes in time.
    pub async fn under_way(&mut self) {
        let file = self.file.clone();
        wait::until("the download is under way", Duration::from_secs(20), || {
            let ended = self.ended();
            let bytes = std::fs::metadata(&file).map_or(0, |m| m.len());
            async move {
                assert!(ended.is_none(), "it ended after {bytes} bytes: {ended:?}");
                (bytes >= UNDER_WAY_BYTES).then_some(())
            }
        })
        .await;
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap_or_else(|e| panic!("curl: {e}"))
    }

    /// Waits for the end; whether curl was content.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn finish(&mut self) -> bool {
        wait::until_now("the download ends", END_MAX, || self.ended()).success()
    }

    /// SHA-256 of what came, as `sha256sum` writes it.
    ///
    /// # Panics
    /// When nothing came.
    pub fn sum(&self) -> String {
        let ran = run(Command::new("sha256sum").arg(&self.file));
        assert_eq!(ran.code, Some(0), "{ran}");
        ran.stdout[..64].to_owned()
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        // It may have ended by itself, and nothing may have come.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.file);
    }
}
