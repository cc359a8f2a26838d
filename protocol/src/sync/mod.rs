//! Two nodes come to hold the same records, over one ordered, reliable stream of frames (see [`crate::frame`]).
//!
//! Sans-IO: [`Session`] takes frames and facts and gives frames and facts; storage comes in as a [`Source`]. Not for:
//! who may connect (the shield stands before the first byte), verifying and keeping records (the driver does, through
//! the one way in), time-outs (the driver's).
//!
//! # Order of events
//! 1. Both sides send `HELLO` at once. Another version or community ends the session, by name.
//! 2. **Authority lane**, complete before anything else. When both hellos carry the same authority root this step is done.
//! 3. **Rounds** over everything, until the roots agree; each under fresh keys. See below.
//! 4. **Live**: the stream stays open; each side sends what is new to it at once, as `RECORD` or `BLOCK`, but not what came from the other
//!    side. (From the end of step 2 on, so that nothing falls between.) The initiator opens another round now and then.
//!
//! A round, opened by the initiator:
//! ```text
//! I → A  CHECK   my root is this
//! A → I  ROOTS   mine is this [, made of these buckets, if it is another]
//! I → A  AGREED  if meanwhile the initiator's root is the one in ROOTS; the round is over
//! I → A  ASK     about ranges that differ; repeated, one at a time, until there is nothing left to ask
//! A → I  ANSWER  exactly one for each ASK
//! ```
//! Records that a side owes the other after an `ASK` or `ANSWER` (`BLOCK`, `RECORD`) go **before** its next `ANSWER`, `ASK` or `CHECK`. So when a
//! round is over, both have received everything, and only then the next `CHECK` is sent. Records may come at any time
//! after the hello and are only ever added to the set.
//!
//! What is said about a range (an item), and what the other side does:
//! - *Split*: fingerprints of its sixteen sub-ranges. For each that differs: theirs is empty → push all mine; mine is empty → *Want all*;
//!   mine has ≤ 32 ids → *List*; else *Split*.
//! - *List*: short ids of all records there. Push what is not among them; *Want* what I lack.
//! - *Want*, *Want all*: push those.
//!
//! The same rule starts a round: each bucket that differs between CHECK and ROOTS is a range that differs.
//!
//! # Which records
//! A bucket is the authority lane (number 0) or a content expiry week (number week + 1; week = day / 7, days from 1970-01-01 UTC, weeks
//! from 4696 on count as 4696). A round compares the authority lane alone, or that and every week ≥ the floor: the week of the agreed day. The
//! agreed day is the earlier of both hellos'; when they are more than two days apart, the day of the one side that trusts its clock; when both do,
//! the session ends after step 2 (code 3). It moves on with the initiator's clock; the acceptor takes a floor that is one week
//! off its own, and ends the session with code 3 when it is further.
//!
//! # Hashes
//! All hashes are BLAKE3; *dk(context)* is its derive-key mode, *keyed(key)* its keyed mode; "short" means the first 8 bytes as u64 BE.
//! ```text
//! lanes(id)    = 2048 bytes of XOF output of dk("hedgerow 2026 set hash of record ids")(id), as 1024 u16 BE
//! set hash     = count of ids as u64 BE ‖ for each of 1024 lanes the sum over all ids mod 2^16, u16 BE
//! digest       = BLAKE3(set hash)
//! root         = dk("hedgerow 2026 root of a record set")(bucket u32 BE ‖ digest, for each non-empty bucket in scope, ascending)
//! session key  = dk("hedgerow 2026 keys of one sync session")(initiator's nonce ‖ acceptor's nonce ‖ community)
//! round key    = keyed(session key)(round u32 BE)
//! short bucket = short keyed(round key)(digest)
//! short id     = short keyed(round key)(id)
//! fingerprint  = short keyed(round key)(ids of the range, ascending, one after the other)
//! ```
//!
//! # Frames
//! All numbers big-endian; *varint* is LEB128 in its shortest form, at most u32. Bytes after the end of a body are an error.
//! ```text
//! 2  RECORD  one record: payload ‖ signature
//! 5  BLOCK   zstd over (length u16 ‖ record) …, ≤ 4096 records, about 1 MiB unpacked, at most 8 MiB; sorted by bytes
//! 16 HELLO   CBOR map, ≤ 4096 bytes, deterministic, unknown keys skipped:
//!            { 1: version (u16, = 1), 2: community (32 bytes), 3: day (u32), 4: trusts its clock (bool), 5: nonce (16 bytes),
//!              6: [features: text ≤ 32 bytes] ≤ 32, 7: authority root (32 bytes) }
//! 17 CHECK   round u32 (from 1, one by one) ‖ scope u8 (0 authority, 1 everything) ‖ floor week u32 (0 with scope 0) ‖ root (32)
//! 18 ROOTS   round u32 ‖ root (32) ‖ ( bucket u32 ‖ short bucket u64 ‖ count varint ) …, ascending, ≤ 8192; none if the roots are equal
//! 19 AGREED  round u32
//! 20 ASK     item …, ≤ 64 KiB
//! 21 ANSWER  item …
//! 22 NUDGE   empty: the acceptor asks for another round
//! 23 BYE     code u8, the last frame: 0 goodbye, 1 version, 2 community, 3 clocks, 4 malformed, 5 out of place, 6 too much,
//!            7 no agreement, 8 bad records
//!
//! item       = tag u8 ‖ bucket u32 ‖ nibbles u8 ‖ ⌈nibbles / 2⌉ bytes of prefix, high half first, spare half zero ‖ rest
//! 1 Split      16 × ( count varint ‖ fingerprint u64 unless the count is 0 ); nibbles ≤ 62
//! 2 List       n varint ≤ 256 ‖ n × short id, ascending
//! 3 Want       n varint ≤ 256 ‖ n × short id, ascending
//! 4 Want all   nothing
//! ```
//! Types ≥ 128 are skipped by who does not know them; any other unknown type ends the session (code 5). New steps (a keyed sketch before
//! the ranges) are announced by a feature name in both hellos and need no new version.
//!
//! # Bounds
//! Cut off (see [`Reason`]): five rounds in a row in which nothing changed on our side and roots still differ; more than 64 × own
//! records + 1,000,000 ids looked at for one round, or 16 MiB + 64 B × own records of items received in it; more than 4 × own records + 4096 records sent, or 4 × own + 65,536 known
//! ones received, between two agreements; more than 64 records that do not verify; 262,144 ranges waiting. One ask is open at a time and records are read from the store
//! only as the stream takes them, so a session holds at most a few MiB.
//!
//! # For the driver
//! One input ([`Session::handle_frame`], [`Session::handle_local_new`], [`Session::committed`], [`Session::tick`]), then [`Session::poll_output`] until `None`, then the
//! next. After [`Output::Deliver`]: verify, commit, [`Session::committed`], and only then the next frame, with a [`Source`] that
//! shows the commit. Tell every session of every new record: each leaves out what came from its own peer. [`Session::tick`] about once a minute.
//!
//! # Measured
//! 100,000 ids in one week, both ways, hellos and 80-byte records included: D = 0: 327 B in 1 round; D = 10: 5.8 kB, 3 asks; D = 1,000: 232 kB, 4 asks.

mod contract;
pub mod memory;
pub mod message;
mod outbox;
mod ranges;
mod session;
pub(crate) mod source;
pub mod stream;
pub mod summary;

pub use contract::{Config, Output, Reason, Role, Stats};
pub use memory::Memory;
pub use session::Session;
pub use source::{Prefix, Source};
pub use stream::{FrameReader, NotFrames};
pub use summary::{Bucket, BucketDigest, SetHash, Summary};

#[cfg(test)]
mod liars;
#[cfg(test)]
pub(crate) mod sim;
#[cfg(test)]
mod tests;
