//! Compaction: what is live moves out of the oldest segments into new ones, a segment at a time.
//!
//! Each step makes one new segment of as many old ones as fit into it, and only then are those deleted; so it needs the
//! room of one segment whatever the journal holds, and frees as it goes. Private values are told apart by their order: the
//! first new segment begins with all of them, and old ones go oldest first, so that what is left is always the end of the
//! story. A power cut leaves some records twice, which costs their bytes until the next time.

use std::ops::Range;

use hedgerow_protocol::frame::FrameType;

use super::{FRAME_HEAD_BYTES, Journal, JournalError, Place};

/// Old segments that become one, and which of the live places are theirs.
pub type Step = (Vec<u32>, Range<usize>);

impl Journal {
    /// The steps that compact everything, in their order. `live` is sorted.
    pub fn steps(&self, live: &[Place]) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let mut size = u64::MAX;
        let mut from = 0;
        for number in self.segments.keys() {
            let to = from + live[from..].partition_point(|p| p.segment <= *number);
            let more = live[from..to].iter().map(|p| (FRAME_HEAD_BYTES + p.len as usize) as u64).sum();
            match steps.last_mut() {
                // What holds nothing any more goes first, by itself: that may be all there is room for.
                Some((numbers, range)) if size > 0 && size.saturating_add(more) <= self.bounds.segment_bytes => {
                    numbers.push(*number);
                    range.end = to;
                    size += more;
                }
                _ => {
                    steps.push((vec![*number], from..to));
                    size = more;
                }
            }
            from = to;
        }
        // What is said to be in no segment that is there goes with the last, and turns out lost.
        if let Some((_, range)) = steps.last_mut() {
            range.end = live.len();
        }
        steps
    }

    /// Writes live frames once more, into a new segment, after private values. Returns the new place of each frame, `None`
    /// where it turned out damaged. On an error nothing has changed.
    pub fn copy(&mut self, live: &[Place], locals: &[Vec<u8>]) -> Result<Vec<Option<Place>>, JournalError> {
        self.make_sure()?;
        let reader = self.reader.clone();
        let mut places = Vec::with_capacity(live.len());
        if live.is_empty() && locals.is_empty() {
            return Ok(places);
        }
        self.begin(|new| {
            for body in locals {
                new.push(FrameType::LOCAL, body)?;
            }
            for place in live {
                let body = reader.read(*place, FrameType::RECORD);
                places.push(body.map(|body| new.push(FrameType::RECORD, &body)).transpose()?);
            }
            Ok(())
        })?;
        Ok(places)
    }

    /// Deletes segments, oldest first; called when nobody uses a place in them any more.
    pub fn delete(&mut self, numbers: &[u32]) -> Result<(), JournalError> {
        for number in numbers {
            let Some(info) = self.segments.get(number) else { continue };
            // One that cannot go now keeps those after it: a private value must not outlive that it was taken back.
            self.disk.remove(&info.file)?;
            self.segments.remove(number);
            self.reader.forget(*number);
        }
        Ok(self.disk.sync_dir()?)
    }
}
