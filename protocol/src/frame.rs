//! The frame: the one container of journal, sync stream, bundle and backup.
//!
//! ```text
//! magic "HGR1" (4) | type (1) | body length, u32 BE (4) | CRC32C of type, length and body, u32 BE (4) | body
//! ```
//! Types from 128 on may be skipped by a reader that does not know them; unknown types below may not.
//! The magic lets a reader find the next frame after damage. A node's own journal has the same frames with a longer check
//! in the place of the CRC ([`Check`]). Not for: what bodies mean.

use crate::limits::{BLOCK_RECORDS_MAX, BLOCK_UNPACKED_MAX, CONTENT_BYTES_MAX, FRAME_BODY_MAX};

/// First bytes of every frame.
pub const MAGIC: [u8; 4] = *b"HGR1";
/// Bytes before the body.
pub const HEADER_BYTES: usize = 13;

/// What a frame carries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FrameType(pub u8);

impl FrameType {
    /// First frame of a file: format version, community, what the file is.
    pub const HEADER: FrameType = FrameType(1);
    /// One record in its wire form.
    pub const RECORD: FrameType = FrameType(2);
    /// Private state of this node; never leaves but in an encrypted backup.
    pub const LOCAL: FrameType = FrameType(3);
    /// Ids this node has let go of.
    pub const RETIRED: FrameType = FrameType(4);
    /// Many records, compressed: see [`pack_block`].
    pub const BLOCK: FrameType = FrameType(5);
    /// Which part of a bundle lies where, and its root.
    pub const INDEX: FrameType = FrameType(6);
    /// First of the types that only sync streams use.
    pub const SYNC_FIRST: FrameType = FrameType(16);

    /// Whether a reader that does not know it may go on without it.
    pub fn is_skippable(self) -> bool {
        self.0 >= 128
    }
}

/// How a frame shows that it is whole: what stands between the length of its body and the body.
pub trait Check {
    /// How many bytes of [`Check::sum`] a frame has.
    const BYTES: usize;
    /// The check of a frame that begins at `offset` of its file or stream.
    fn sum(&self, offset: u64, kind: FrameType, len: &[u8; 4], body: &[u8]) -> [u8; 8];

    /// Bytes before the body.
    fn header_bytes() -> usize {
        MAGIC.len() + 1 + 4 + Self::BYTES
    }
}

/// CRC32C over type, length and body: what everything has that leaves this computer. It finds damage, not malice.
pub struct Crc;

impl Check for Crc {
    const BYTES: usize = 4;
    fn sum(&self, _offset: u64, kind: FrameType, len: &[u8; 4], body: &[u8]) -> [u8; 8] {
        let crc = crc32c::crc32c(&[kind.0, len[0], len[1], len[2], len[3]]);
        let [a, b, c, d] = crc32c::crc32c_append(crc, body).to_be_bytes();
        [a, b, c, d, 0, 0, 0, 0]
    }
}

/// Appends a frame. `body` is at most [`FRAME_BODY_MAX`] bytes; the caller keeps to it.
pub fn write(out: &mut Vec<u8>, kind: FrameType, body: &[u8]) {
    write_with(&Crc, 0, out, kind, body);
}

/// As [`write()`], with another check, for a frame that will begin at `offset`.
pub fn write_with<C: Check>(check: &C, offset: u64, out: &mut Vec<u8>, kind: FrameType, body: &[u8]) {
    debug_assert!(body.len() <= FRAME_BODY_MAX);
    let len = (body.len() as u32).to_be_bytes();
    out.extend(MAGIC);
    out.push(kind.0);
    out.extend(len);
    out.extend_from_slice(&check.sum(offset, kind, &len, body)[..C::BYTES]);
    out.extend_from_slice(body);
}

/// What stands at a place in a run of frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parsed<'a> {
    /// A whole frame; the next begins at `next`.
    Frame {
        /// Its type.
        kind: FrameType,
        /// Its body.
        body: &'a [u8],
        /// Offset after it.
        next: usize,
    },
    /// The buffer ends inside the frame: it needs this many bytes from the same place.
    NeedMore(usize),
    /// No good frame here. The next place worth trying, found by its magic, or the end of the buffer less three bytes.
    Damaged {
        /// Offset to go on at; always later than where parsing began.
        next: usize,
    },
    /// The buffer ends here.
    End,
}

/// Parses at `at`. Never panics, never reads past `buf`.
pub fn parse(buf: &[u8], at: usize) -> Parsed<'_> {
    parse_with(&Crc, 0, buf, at)
}

/// As [`parse`], with another check, in a buffer that begins at `base` of its file.
pub fn parse_with<'a, C: Check>(check: &C, base: u64, buf: &'a [u8], at: usize) -> Parsed<'a> {
    let Some(rest) = buf.get(at..).filter(|r| !r.is_empty()) else { return Parsed::End };
    if !rest.starts_with(&MAGIC[..rest.len().min(4)]) {
        return damaged(buf, at);
    }
    let head = C::header_bytes();
    if rest.len() < head {
        return Parsed::NeedMore(head);
    }
    let kind = FrameType(rest[4]);
    let len = [rest[5], rest[6], rest[7], rest[8]];
    let size = u32::from_be_bytes(len) as usize;
    if size > FRAME_BODY_MAX {
        return damaged(buf, at);
    }
    let Some(body) = rest.get(head..head + size) else {
        return Parsed::NeedMore(head + size);
    };
    if check.sum(base + at as u64, kind, &len, body)[..C::BYTES] != rest[9..head] {
        return damaged(buf, at);
    }
    Parsed::Frame { kind, body, next: at + head + size }
}

/// Finds the next magic after `at`; used after damage, and when a file ends inside a frame.
pub fn resync(buf: &[u8], at: usize) -> usize {
    let from = (at + 1).min(buf.len());
    buf[from..].windows(4).position(|w| w == MAGIC).map_or_else(|| buf.len().saturating_sub(3).max(from), |p| from + p)
}

fn damaged(buf: &[u8], at: usize) -> Parsed<'_> {
    Parsed::Damaged { next: resync(buf, at) }
}

/// Why a block was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Not zstd, or damaged inside.
    #[error("the block cannot be unpacked")]
    Compression,
    /// It would unpack to more than [`BLOCK_UNPACKED_MAX`], or holds more than [`BLOCK_RECORDS_MAX`] records.
    #[error("the block unpacks to more than is allowed")]
    TooLarge,
    /// The lengths inside do not add up.
    #[error("the block's inner lengths do not add up")]
    Lengths,
}

/// Packs wire records into one block body: zstd over (length u16 BE ‖ wire) for each. Callers sort by owner, which packs best.
pub fn pack_block<'a>(wires: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut plain = Vec::new();
    for wire in wires {
        debug_assert!(wire.len() <= CONTENT_BYTES_MAX);
        plain.extend((wire.len() as u16).to_be_bytes());
        plain.extend_from_slice(wire);
    }
    zstd::bulk::compress(&plain, 3).unwrap_or_default()
}

/// Unpacks a block body into wire records, within bounds.
pub fn unpack_block(body: &[u8]) -> Result<Vec<Vec<u8>>, BlockError> {
    use std::io::Read as _;
    let mut plain = Vec::new();
    let mut decoder = zstd::stream::read::Decoder::new(body).map_err(|_| BlockError::Compression)?;
    // A stream may ask for a window of 128 MiB before its first byte: no more than a whole block is ever needed.
    decoder.window_log_max(BLOCK_UNPACKED_MAX.ilog2()).map_err(|_| BlockError::Compression)?;
    decoder.take(BLOCK_UNPACKED_MAX as u64 + 1).read_to_end(&mut plain).map_err(|_| BlockError::Compression)?;
    if plain.len() > BLOCK_UNPACKED_MAX {
        return Err(BlockError::TooLarge);
    }
    let mut out = Vec::new();
    let mut rest = &plain[..];
    while !rest.is_empty() {
        if out.len() == BLOCK_RECORDS_MAX {
            return Err(BlockError::TooLarge);
        }
        let (len, tail) = rest.split_first_chunk::<2>().ok_or(BlockError::Lengths)?;
        let len = usize::from(u16::from_be_bytes(*len));
        if len > tail.len() {
            return Err(BlockError::Lengths);
        }
        out.push(tail[..len].to_vec());
        rest = &tail[len..];
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn vector() {
        let mut out = Vec::new();
        write(&mut out, FrameType::RECORD, b"hedge");
        assert_eq!(data_encoding::HEXLOWER.encode(&out), "484752310200000005081b9d1b6865646765");
        assert_eq!(parse(&out, 0), Parsed::Frame { kind: FrameType::RECORD, body: b"hedge", next: out.len() });
    }

    #[test]
    fn a_frame_says_how_much_it_still_needs() {
        let mut buf = vec![9; 3];
        write(&mut buf, FrameType::RECORD, &[7; 40]);
        for cut in 0..buf.len() - 3 {
            let need = if cut < HEADER_BYTES { HEADER_BYTES } else { HEADER_BYTES + 40 };
            let expected = if cut == 0 { Parsed::End } else { Parsed::NeedMore(need) };
            assert_eq!(parse(&buf[..3 + cut], 3), expected, "{cut}");
        }
        assert_eq!(parse(&buf, 3), Parsed::Frame { kind: FrameType::RECORD, body: &[7; 40], next: buf.len() });
        assert_eq!((parse(&buf, buf.len()), parse(&buf, buf.len() + 1)), (Parsed::End, Parsed::End));
        // Before it is damage, up to where it begins; after it nothing but the last three bytes could begin another.
        assert_eq!((parse(&buf, 0), resync(&buf, 2)), (Parsed::Damaged { next: 3 }, 3));
        assert_eq!(resync(&buf, 3), buf.len() - 3);
        assert_eq!(resync(&buf, buf.len() - 2), buf.len() - 1);
        assert_eq!((resync(&buf, buf.len()), resync(&[], 0)), (buf.len(), 0));
        assert_eq!([0, 127, 128, 255].map(|n| FrameType(n).is_skippable()), [false, false, true, true]);
    }

    #[test]
    fn the_longest_frame_is_read_and_no_longer_one() {
        let mut buf = Vec::new();
        write(&mut buf, FrameType::BLOCK, &vec![1; FRAME_BODY_MAX]);
        assert!(matches!(parse(&buf, 0), Parsed::Frame { body, .. } if body.len() == FRAME_BODY_MAX));
        buf[5..9].copy_from_slice(&(FRAME_BODY_MAX as u32 + 1).to_be_bytes());
        assert!(matches!(parse(&buf, 0), Parsed::Damaged { .. }));
    }

    #[test]
    fn a_block_holds_what_was_packed_up_to_its_bounds() {
        let wires: Vec<Vec<u8>> = [0, 1, 255, 256, CONTENT_BYTES_MAX].map(|n| vec![n as u8; n]).to_vec();
        assert_eq!(unpack_block(&pack_block(wires.iter().map(Vec::as_slice))), Ok(wires));
        let many = |n: usize| unpack_block(&pack_block(vec![&[1u8][..]; n])).map(|all| all.len());
        assert_eq!(many(BLOCK_RECORDS_MAX), Ok(BLOCK_RECORDS_MAX));
        assert_eq!(many(BLOCK_RECORDS_MAX + 1), Err(BlockError::TooLarge));
        let plain = |bytes: &[u8]| unpack_block(&zstd::bulk::compress(bytes, 3).unwrap());
        for bad in [&[0u8][..], &[0, 1], &[0, 2, 7], &[0, 1, 7, 0]] {
            assert_eq!(plain(bad), Err(BlockError::Lengths), "{bad:?}");
        }
        // Records of the greatest length up to the greatest block: beyond it nothing is looked at.
        let wire = [&(u16::MAX).to_be_bytes()[..], &vec![0; u16::MAX.into()]].concat();
        let mut full = wire.repeat(BLOCK_UNPACKED_MAX / wire.len());
        let rest = BLOCK_UNPACKED_MAX - full.len() - 2;
        full.extend((rest as u16).to_be_bytes());
        full.extend(vec![0; rest]);
        assert!(plain(&full).is_ok());
        full.push(0);
        assert_eq!(plain(&full), Err(BlockError::TooLarge));
        assert_eq!(unpack_block(b"no zstd"), Err(BlockError::Compression));
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = zstd::bulk::compress(&vec![0u8; 64 * 1024 * 1024], 3).unwrap();
        assert_eq!(unpack_block(&bomb), Err(BlockError::TooLarge));
    }

    #[test]
    fn a_hungry_window_is_refused() {
        use std::io::Write as _;
        for (window, good) in [(20, true), (26, false)] {
            let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
            encoder.window_log(window).unwrap();
            encoder.write_all(&[0, 1, 7]).unwrap();
            encoder.flush().unwrap();
            encoder.write_all(&[0, 1, 8]).unwrap();
            assert_eq!(unpack_block(&encoder.finish().unwrap()).is_ok(), good);
        }
    }

    proptest! {
        #[test]
        fn one_damaged_byte_costs_one_frame(bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..12), at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let mut buf = Vec::new();
            for b in &bodies { write(&mut buf, FrameType::RECORD, b); }
            let i = at.index(buf.len());
            buf[i] ^= 1 << bit;
            let (mut pos, mut good) = (0, 0);
            loop {
                match parse(&buf, pos) {
                    Parsed::Frame { next, .. } => { good += 1; pos = next; }
                    Parsed::NeedMore(_) => pos = resync(&buf, pos),
                    Parsed::Damaged { next } => { prop_assert!(next > pos); pos = next; }
                    Parsed::End => break,
                }
            }
            prop_assert!(good >= bodies.len() - 1);
        }
        #[test]
        fn parsing_never_panics(buf in prop::collection::vec(any::<u8>(), 0..100), at in 0usize..120) {
            let _ = parse(&buf, at);
            let _ = unpack_block(&buf);
        }
    }
}
