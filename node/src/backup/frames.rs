//! The frames of a backup, one after the other, to and from a stream.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use hedgerow_protocol::frame::{self, FrameType, HEADER_BYTES, Parsed};
use hedgerow_protocol::limits::FRAME_BODY_MAX;

use super::{BackupError, FILE, PIECE_BYTES};

/// Writes, or reads, frames.
pub struct Frames<S> {
    stream: S,
    buffer: Vec<u8>,
}

impl<S> Frames<S> {
    pub fn new(stream: S) -> Self {
        Frames { stream, buffer: Vec::new() }
    }
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: Write> Frames<S> {
    pub fn put(&mut self, kind: FrameType, body: &[u8]) -> io::Result<()> {
        self.buffer.clear();
        frame::write(&mut self.buffer, kind, body);
        self.stream.write_all(&self.buffer)
    }

    /// A file in pieces; at least one, so that an empty file is there, too.
    pub fn put_file(&mut self, name: &str, path: &Path) -> io::Result<()> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            // It went since the folder was looked through.
            Err(e) if e.kind() == io::ErrorKind::NotFound => return self.put(FILE, &piece(name, &[])),
            Err(e) => return Err(e),
        };
        let mut bytes = vec![0; PIECE_BYTES];
        let mut is_first = true;
        loop {
            let n = file.read(&mut bytes)?;
            if n == 0 && !is_first {
                return Ok(());
            }
            self.put(FILE, &piece(name, &bytes[..n]))?;
            is_first = false;
        }
    }
}

impl<S: Read> Frames<S> {
    /// The next frame: its type and its body.
    pub fn next(&mut self) -> Result<(FrameType, &[u8]), BackupError> {
        self.buffer.resize(HEADER_BYTES, 0);
        let read = |stream: &mut S, into: &mut [u8]| {
            stream.read_exact(into).map_err(|_| BackupError::Damaged("it was cut short or changed"))
        };
        read(&mut self.stream, &mut self.buffer)?;
        let length = [self.buffer[5], self.buffer[6], self.buffer[7], self.buffer[8]];
        let length = u32::from_be_bytes(length) as usize;
        if length > FRAME_BODY_MAX {
            return Err(BackupError::Damaged("a part of it is too long"));
        }
        self.buffer.resize(HEADER_BYTES + length, 0);
        read(&mut self.stream, &mut self.buffer[HEADER_BYTES..])?;
        match frame::parse(&self.buffer, 0) {
            Parsed::Frame { kind, body, .. } => Ok((kind, body)),
            _ => Err(BackupError::Damaged("a part of it is not in order")),
        }
    }

    /// Whether nothing follows. Only who reads to the end knows that the end is there.
    pub fn is_over(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]), Ok(0))
    }
}

fn piece(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = (name.len() as u16).to_be_bytes().to_vec();
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(bytes);
    body
}

/// Name and bytes of a part of a file.
pub fn read_piece(body: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = body.split_first_chunk::<2>()?;
    let (name, bytes) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((core::str::from_utf8(name).ok()?, bytes))
}

/// A private value, as in the journal: length of the key, u32 BE ‖ key ‖ value.
pub fn local(key: &str, value: &[u8]) -> Vec<u8> {
    let mut body = (key.len() as u32).to_be_bytes().to_vec();
    body.extend_from_slice(key.as_bytes());
    body.extend_from_slice(value);
    body
}

/// Key and value.
pub fn read_local(body: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = body.split_first_chunk::<4>()?;
    let (key, value) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    Some((core::str::from_utf8(key).ok()?, value))
}
