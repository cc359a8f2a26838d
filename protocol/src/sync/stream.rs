//! From the bytes of a stream to whole frames, in bounded memory.
//!
//! A stream between two nodes is reliable, so damage there means a broken or hostile peer and ends the stream. Files,
//! where damage is expected and stepped over, have a reader of their own: [`crate::bundle`].

use crate::frame::{self, FrameType, Parsed};

/// The bytes are not frames. The stream cannot go on; connect again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stream does not carry frames")]
pub struct NotFrames;

/// Collects bytes until a frame is whole. Holds at most one frame and what came with its last bytes.
#[derive(Debug, Default)]
pub struct FrameReader {
    buf: Vec<u8>,
    at: usize,
}

impl FrameReader {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// Takes bytes as they come. Call [`Self::next_frame`] until it says `None` before pushing more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buf.drain(..self.at);
        self.at = 0;
        self.buf.extend_from_slice(bytes);
    }
    /// The next whole frame; `Ok(None)`: push more.
    pub fn next_frame(&mut self) -> Result<Option<(FrameType, Vec<u8>)>, NotFrames> {
        match frame::parse(&self.buf, self.at) {
            Parsed::Frame { kind, body, next } => {
                let body = body.to_vec();
                self.at = next;
                Ok(Some((kind, body)))
            }
            Parsed::NeedMore(_) | Parsed::End => Ok(None),
            Parsed::Damaged { .. } => Err(NotFrames),
        }
    }
    /// Whether the stream ended between two frames.
    pub fn is_at_boundary(&self) -> bool {
        self.at == self.buf.len()
    }
}
