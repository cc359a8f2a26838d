//! A backup of this computer, as a stream under a passphrase. Not for: what is in it (`backup`).

use std::io;

use hedgerow_api::{BackupNew, Problem};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::App;
use crate::{backup, kit};

/// Bytes handed on at once, and how many such pieces may wait. More: the writer waits for the reader.
const PIECE_BYTES: usize = 64 * 1024;
const PIECES_MAX: usize = 8;

impl App {
    /// All that only this computer has, piece by piece. A piece that is an error is the last one: what came before it is no
    /// backup.
    pub fn backup(&self, new: BackupNew) -> Result<mpsc::Receiver<io::Result<Vec<u8>>>, Problem> {
        let member = self.member()?;
        let (dir, secret) = (self.dir.clone(), Zeroizing::new(new.passphrase));
        kit::must_be_strong(&secret)?;
        let (pieces, out) = mpsc::channel(PIECES_MAX);
        // A reader that stops reading stops the writer.
        tokio::task::spawn_blocking(move || {
            let sink = io::BufWriter::with_capacity(PIECE_BYTES, Pieces(pieces.clone()));
            if let Err(e) = backup::write(sink, &member.core, &dir, &secret) {
                tracing::warn!(error = %e, "a backup broke off");
                let _ = pieces.blocking_send(Err(io::Error::other(e.to_string())));
            }
        });
        Ok(out)
    }
}

/// A stream that others read from.
struct Pieces(mpsc::Sender<io::Result<Vec<u8>>>);

impl io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(bytes.to_vec()));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
