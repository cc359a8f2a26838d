//! The key of a segment: what makes its frames this computer's own, wherever their bytes came from.
//!
//! A frame's check is the first 8 bytes of BLAKE3, keyed, over type, length, the frame's place in the segment and body.
//! Somebody whose bytes are kept here, and who has not read the file, can write no frame that holds: not inside a record
//! that a power cut tears open, and not one that is moved elsewhere.
//!
//! The key is drawn with the segment and stands in three places, so that one bad bit loses one frame and not the segment:
//! in the header, in the name of the file, and in the file `segments` beside it. The header's counts if its checksum is
//! right; if not, the first of the other two that opens a frame.
//!
//! Who has a copy of the file can make frames. So records that are found behind damage are verified like those that arrive
//! (`core::open`). A private value could be forged by somebody who has a copy of this very segment, foretells at which byte a
//! record of theirs will stand in it, and has the power fail while it is written. Not for: what frames hold.

use std::collections::BTreeMap;
use std::io;

use hedgerow_protocol::frame::{self, Check, FrameType, HEADER_BYTES, Parsed};
use hedgerow_protocol::id::Id;

use super::{FORMAT, JournalError, SegmentName};
use crate::store::disk::{Disk, DiskFile};

/// What is drawn.
pub(super) type Secret = [u8; 16];

/// Bytes of the body of a header frame.
const HEADER_BODY_BYTES: usize = 4 + 8 + 32 + 16;
/// Bytes of a segment before its first frame.
pub(super) const HEAD_BYTES: u64 = (HEADER_BYTES + HEADER_BODY_BYTES) as u64;
/// Says what file it is, and that it is a journal's.
const WHAT: &[u8; 8] = b"journal\0";
/// The file that says the key of every segment.
pub(super) const LIST: &str = "segments";
const CONTEXT: &str = "hedgerow 2026-11-30 journal segment";

/// The key of one segment.
#[derive(Clone)]
pub(super) struct Key {
    pub secret: Secret,
    /// What others may know it by, such as the index: the secret does not follow from it.
    pub name: SegmentName,
    check: [u8; 32],
}

impl Key {
    pub fn draw() -> io::Result<Key> {
        let mut secret = [0; 16];
        getrandom::fill(&mut secret).map_err(io::Error::other)?;
        Ok(Key::of(secret))
    }

    pub fn of(secret: Secret) -> Key {
        let mut made = [0; 48];
        blake3::Hasher::new_derive_key(CONTEXT).update(&secret).finalize_xof().fill(&mut made);
        let (mut check, mut name) = ([0; 32], [0; 16]);
        check.copy_from_slice(&made[..32]);
        name.copy_from_slice(&made[32..]);
        Key { secret, name, check }
    }

    /// The name of the file of a segment with this key.
    pub fn file_name(&self, number: u32) -> String {
        format!("{number:06}-{}.hgj", data_encoding::HEXLOWER.encode(&self.secret))
    }
}

impl Check for Key {
    const BYTES: usize = 8;
    fn sum(&self, offset: u64, kind: FrameType, len: &[u8; 4], body: &[u8]) -> [u8; 8] {
        let mut place = [0; 13];
        place[..8].copy_from_slice(&offset.to_be_bytes());
        place[8] = kind.0;
        place[9..].copy_from_slice(len);
        let hash = blake3::Hasher::new_keyed(&self.check).update(&place).update(body).finalize();
        let mut sum = [0; 8];
        sum.copy_from_slice(&hash.as_bytes()[..8]);
        sum
    }
}

/// The number of a segment and the key that stands in the name of its file, if it is one. A name that somebody changed
/// is a segment's all the same.
pub(super) fn of_file_name(name: &str) -> Option<(u32, Option<Secret>)> {
    let stem = name.strip_suffix(".hgj")?;
    let (number, key) = stem.split_once('-').unwrap_or((stem, ""));
    Some((number.parse().ok()?, secret(key)))
}

fn secret(hex: &str) -> Option<Secret> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?.try_into().ok()
}

/// What a segment begins with: a header frame as every file of ours has it, so that any version can say what it found.
pub(super) fn head(community: &Id, key: &Key) -> Vec<u8> {
    let mut body = FORMAT.to_be_bytes().to_vec();
    body.extend(WHAT);
    body.extend(community.0);
    body.extend(key.secret);
    let mut out = Vec::new();
    frame::write(&mut out, FrameType::HEADER, &body);
    out
}

/// The key in a segment's header; none if that is damaged.
pub(super) fn read_head(file: &dyn DiskFile, community: &Id) -> Result<Option<Secret>, JournalError> {
    let mut buf = vec![0; 256.min(file.len()? as usize)];
    file.read_exact_at(&mut buf, 0)?;
    let Parsed::Frame { kind: FrameType::HEADER, body, .. } = frame::parse(&buf, 0) else { return Ok(None) };
    let Some((format, rest)) = body.split_first_chunk::<4>() else { return Ok(None) };
    let Some(rest) = rest.strip_prefix(WHAT) else { return Ok(None) };
    match u32::from_be_bytes(*format) {
        FORMAT => {}
        older if older < FORMAT => return Err(JournalError::Older(older)),
        newer => return Err(JournalError::Newer(newer)),
    }
    let Some((town, secret)) = rest.split_at_checked(32) else { return Ok(None) };
    let Ok(secret) = Secret::try_from(secret) else { return Ok(None) };
    if town == community.0 { Ok(Some(secret)) } else { Err(JournalError::OtherCommunity) }
}

/// The keys in the file beside the segments, as far as they can be read: what is wrong opens nothing.
pub(super) fn read_list(disk: &dyn Disk) -> BTreeMap<u32, Secret> {
    let text = disk.open(LIST).and_then(|file| {
        let mut bytes = vec![0; file.len()?.min(1 << 20) as usize];
        file.read_exact_at(&mut bytes, 0)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    });
    let text = text.unwrap_or_default();
    let line = |line: &str| {
        let (number, hex) = line.split_once(' ')?;
        Some((number.parse().ok()?, secret(hex)?))
    };
    text.lines().filter_map(line).collect()
}

/// Writes the file beside the segments, whole or not at all; durable after the next [`Disk::sync_dir`].
pub(super) fn write_list(disk: &dyn Disk, keys: impl Iterator<Item = (u32, Secret)>) -> io::Result<()> {
    let line = |(number, secret): (u32, Secret)| format!("{number:06} {}\n", data_encoding::HEXLOWER.encode(&secret));
    let text: String = keys.map(line).collect();
    let beside = format!("{LIST}.new");
    let _ = disk.remove(&beside);
    let file = disk.create(&beside)?;
    file.write_at(text.as_bytes(), 0)?;
    file.sync()?;
    disk.rename(&beside, LIST)
}
