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
//! 4. **Live**: the stream stays open; each side tells the ids of what is new to it at once (`NEWS`), and the other fetches what it
//!    lacks (`FETCH`). The initiator opens another round now and then.
//!
//! A round, opened by the initiator:
//! ```text
//! I → A  CHECK   my root is this
//! A → I  ROOTS   mine is this [, made of these buckets, if we do not hold the same]
//! I → A  ASK     about ranges that differ; repeated, one at a time, until an ask and its answer are both empty
//! A → I  ANSWER  exactly one for each ASK
//! ```
//! Roots are keyed with the round and the side that says them, so that saying one proves that its sayer knows what both hold: it
//! cannot be repeated after the other side. Nothing else that a peer says is believed.
//!
//! Records are only sent when they are asked for. Those a side was asked for by an `ASK` or `ANSWER` go **before** its next `ANSWER`,
//! `ASK` or `CHECK`; authority records together, [ancestors first](ancestors_first), once the other side asks for no more of them.
//! So when a round is over, both have received everything, and only then the next `CHECK` is sent.
//!
//! What is said about a range (an item), and what the other side does:
//! - *Split*: fingerprints of its sixteen sub-ranges. For each that differs: mine has > 32 ids → *Split*; theirs is empty → *List*; else
//!   *Except*. (For the whole range where all of mine is empty.)
//! - *List*: short ids of all records there. *Want* what I lack.
//! - *Except*: the same, and I push what is not among them.
//! - *Want*: push those.
//!
//! The same rule starts a round: each bucket that differs between CHECK and ROOTS is a range that differs. Whoever does not ask for
//! records now, because [it is another session's turn](Intake), says *List* for *Except*, and no *Want*.
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
//! round root   = keyed(round key)(side u8: 0 initiator, 1 acceptor ‖ bucket u32 BE ‖ digest, as in root): what CHECK and ROOTS say
//! short bucket = short keyed(round key)(digest)
//! short id     = short keyed(round key)(id)
//! fingerprint  = short keyed(round key)(ids of the range, ascending, one after the other)
//! ```
//!
//! # Frames
//! All numbers big-endian; *varint* is LEB128 in its shortest form, at most u32. Bytes after the end of a body are an error.
//! ```text
//! 2  RECORD  one record: payload ‖ signature
//! 5  BLOCK   zstd over (length u16 ‖ record) …, ≤ 4096 records, about 1 MiB unpacked, at most 8 MiB; content sorted by bytes
//! 16 HELLO   CBOR map, ≤ 4096 bytes, deterministic, unknown keys skipped:
//!            { 1: version (u16, = 1), 2: community (32 bytes), 3: day (u32), 4: trusts its clock (bool), 5: nonce (16 bytes),
//!              6: [features: text ≤ 32 bytes] ≤ 32, 7: authority root (32 bytes) }
//! 17 CHECK   round u32 (from 1, one by one) ‖ scope u8 (0 authority, 1 everything) ‖ floor week u32 (0 with scope 0) ‖ root (32)
//! 18 ROOTS   round u32 ‖ root (32) ‖ ( bucket u32 ‖ short bucket u64 ‖ count varint ) …, ascending, ≤ 8192; none if the roots are equal
//! 19 ASK     item …, ≤ 64 KiB
//! 20 ANSWER  item …, ≤ 64 KiB
//! 21 NUDGE   empty: the acceptor asks for another round
//! 22 NEWS    id (32) …, ≤ 1024
//! 23 FETCH   id (32) …, ≤ 1024
//! 24 BYE     code u8, the last frame: 0 goodbye, 1 version, 2 community, 3 clocks, 4 malformed, 5 out of place, 6 busy, 7 bad records
//!
//! item       = tag u8 ‖ bucket u32 ‖ nibbles u8 ‖ ⌈nibbles / 2⌉ bytes of prefix, high half first, spare half zero ‖ rest
//! 1 Split      16 × ( count varint ‖ fingerprint u64 unless the count is 0 ); nibbles ≤ 62
//! 2 List       n varint ≤ 256 ‖ n × short id, ascending
//! 3 Want       n varint ≤ 256 ‖ n × short id, ascending
//! 4 Except     n varint ≤ 256 ‖ n × short id, ascending
//! ```
//! Types ≥ 128 are skipped by who does not know them; any other unknown type ends the session (code 5). New steps (a keyed sketch before
//! the ranges) are announced by a feature name in both hellos and need no new version.
//!
//! # Bounds
//! What one peer may cost in a minute is in [`Limits`], and ends the session as busy (see [`Reason`]): ids looked at, records that are of no
//! use here, and records sent again. No word of the peer sets a counter back. More than 64 records that do not verify are a fault.
//! One ask is open at a time, at most [`Limits::window`] content records are asked for at once, and records are read from the store
//! only as the stream takes them, so a session holds a few MiB, and at most 16 MiB of ranges that are still to be talked about.
//!
//! # For the driver
//! One input ([`Session::handle_frame`], [`Session::handle_local_new`], [`Session::committed`], [`Session::tick`]), then [`Session::poll_output`] until `None`, then the
//! next. After [`Output::Deliver`]: verify, commit, [`Session::committed`], and only then the next frame, with a [`Source`] that
//! shows the commit. Answer [`Output::NeedTurn`] and [`Output::News`] from the one [`Intake`] of the node, and tell every session
//! of every new record: each leaves out what its own peer has. [`Session::tick`] about once a minute.
//!
//! # Measured
//! 100,000 ids in one week, both ways, hellos and 80-byte records included: D = 0: 327 B in 1 round; D = 10: 5.8 kB, 4 asks; D = 1,000: 233 kB, 9 asks.

mod budget;
mod contract;
mod intake;
pub mod keys;
pub mod memory;
pub mod message;
mod news;
mod order;
mod outbox;
mod ranges;
mod session;
pub(crate) mod source;
pub mod stream;
pub mod summary;
mod talk;

pub use contract::{Config, Limits, Moment, Output, PARTIAL, Reason, Role, Stats};
pub use intake::Intake;
pub use memory::Memory;
pub use order::{LaneKey, LanePlace, ancestors_first, ids_ancestors_first};
pub use session::Session;
pub use source::{Prefix, Source};
pub use stream::{FrameReader, NotFrames};
pub use summary::{Bucket, BucketDigest, SetHash, Summary};

#[cfg(test)]
mod liars;
#[cfg(test)]
pub(crate) mod sim;
#[cfg(test)]
mod star;
#[cfg(test)]
mod tests;
