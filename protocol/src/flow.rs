//! Flows: one stream of bytes each way between a program here and one behind another computer, for uplink and local
//! sites. A flow outlives the connection it runs on.
//!
//! A flow is opened with [`Open`] and answered with [`Answer`], each a length (2 bytes, big endian) and a map. Then
//! both sides send frames: a head of four bytes (type, 24-bit length) and the body. Every byte handed on is
//! acknowledged, and at most [`FLOW_WINDOW_BYTES`] are on their way; so whoever opened it can take a flow up again over
//! another connection, naming what it has, and nothing is lost or doubled. The end of one direction counts as one byte
//! more. Not for: who may open one ([`crate::uplink`]), or sockets.

use crate::fields::{FieldError, Reader, Writer};
use crate::limits::{FLOW_HEAD_BYTES_MAX, FLOW_REFUSAL_BYTES_MAX, FLOW_TARGET_BYTES_MAX};

/// The version this program speaks.
pub const VERSION: u64 = 1;
/// Length of the head of a frame.
pub const FRAME_HEAD: usize = 4;

/// A flow's name: random, chosen by whoever opens it, and only good together with their transport key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FlowId(pub [u8; 16]);

/// What a flow is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Purpose {
    /// To a place on the internet, as `host:port`.
    Uplink = 1,
    /// To a local site, by its name.
    Site = 2,
    /// What a gateway offers, how it is, and receipts: messages instead of a program's bytes.
    Gateway = 3,
}

/// What the first message asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// A new flow.
    New {
        /// Where to; at most [`FLOW_TARGET_BYTES_MAX`] bytes.
        target: String,
        /// Whether the other side's program may be told who asks (local sites).
        named: bool,
    },
    /// The flow goes on over this stream. So many bytes of it were taken here.
    Resume(u64),
}

/// The first message on a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open {
    /// Which flow.
    pub id: FlowId,
    /// What it is for.
    pub purpose: Purpose,
    /// New, or going on.
    pub ask: Ask,
}

/// The answer to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Go on. So many bytes of this flow were taken there (0 for a new one).
    Go(u64),
    /// No, and why, as its purpose writes it; at most [`FLOW_REFUSAL_BYTES_MAX`] bytes.
    No(Vec<u8>),
}

/// Why a message was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// The map is not what it should be.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Another version of the program.
    #[error("version {0} of flows is not known here; update the older of the two")]
    Version(u64),
    /// A frame of a type, or a length for its type, that does not exist.
    #[error("not a frame of a flow")]
    Frame,
}

impl Open {
    /// The message with its length.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.uint(1, VERSION).bytes(2, &self.id.0).uint(3, self.purpose as u64);
        match &self.ask {
            Ask::New { target, named } => w.text(4, target).flag(5, *named),
            Ask::Resume(taken) => w.uint(6, *taken),
        };
        with_length(w.finish())
    }
    /// From the bytes after the length, at most [`FLOW_HEAD_BYTES_MAX`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FlowError> {
        let mut r = bounded(bytes)?;
        let version = r.uint(1)?;
        if version != VERSION {
            return Err(FlowError::Version(version));
        }
        let id = FlowId(r.array(2)?);
        let purpose = match r.uint(3)? {
            1 => Purpose::Uplink,
            2 => Purpose::Site,
            3 => Purpose::Gateway,
            _ => return Err(FieldError::Value(3).into()),
        };
        let ask = if r.has(6) {
            Ask::Resume(r.uint(6)?)
        } else {
            let target = r.text(4)?;
            if target.len() > FLOW_TARGET_BYTES_MAX {
                return Err(FieldError::Value(4).into());
            }
            Ask::New { target: target.to_owned(), named: r.flag(5)? }
        };
        r.finish()?;
        Ok(Open { id, purpose, ask })
    }
}

impl Answer {
    /// The message with its length.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        match self {
            Answer::Go(taken) => w.uint(1, *taken),
            Answer::No(why) => w.bytes(2, why),
        };
        with_length(w.finish())
    }
    /// From the bytes after the length, at most [`FLOW_HEAD_BYTES_MAX`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FlowError> {
        let mut r = bounded(bytes)?;
        let answer = if r.has(1) {
            Answer::Go(r.uint(1)?)
        } else {
            let why = r.bytes(2)?;
            if why.len() > FLOW_REFUSAL_BYTES_MAX {
                return Err(FieldError::Value(2).into());
            }
            Answer::No(why.to_vec())
        };
        r.finish()?;
        Ok(answer)
    }
}

fn bounded(bytes: &[u8]) -> Result<Reader<'_>, FlowError> {
    if bytes.len() > FLOW_HEAD_BYTES_MAX {
        return Err(FlowError::Frame);
    }
    Ok(Reader::new(bytes)?)
}

fn with_length(body: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 2);
    // Bounded by what goes in: far below 64 KiB.
    out.extend_from_slice(&(body.len() as u16).to_be_bytes());
    out.extend_from_slice(&body);
    out
}

/// The head of a frame: what follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Head {
    /// So many bytes of the program, 1 to 2^24 - 1.
    Data(u32),
    /// Eight bytes: how many bytes were taken, big endian.
    Ack,
    /// Nothing: this direction ends here.
    Fin,
    /// So many bytes that say why the whole flow ends, as its purpose writes it; none: the program broke off.
    End(u32),
}

impl Head {
    /// On the wire.
    pub fn encode(self) -> [u8; FRAME_HEAD] {
        let (kind, length) = match self {
            Head::Data(length) => (0, length),
            Head::Ack => (1, 8),
            Head::Fin => (2, 0),
            Head::End(length) => (3, length),
        };
        let [_, a, b, c] = length.to_be_bytes();
        [kind, a, b, c]
    }
    /// From the wire.
    pub fn decode([kind, a, b, c]: [u8; FRAME_HEAD]) -> Result<Self, FlowError> {
        let length = u32::from_be_bytes([0, a, b, c]);
        match (kind, length) {
            (0, 1..) => Ok(Head::Data(length)),
            (1, 8) => Ok(Head::Ack),
            (2, 0) => Ok(Head::Fin),
            (3, _) if length as usize <= FLOW_REFUSAL_BYTES_MAX => Ok(Head::End(length)),
            _ => Err(FlowError::Frame),
        }
    }
}

/// How much one side may have on its way: small at first, so that a side that never takes anything costs little, and
/// doubled for as long as the other keeps up.
#[derive(Debug, Clone)]
pub struct Window {
    bytes: u64,
    sent: u64,
    acked: u64,
    was_full: bool,
}

impl Window {
    /// As a flow starts.
    pub fn new() -> Self {
        Window { bytes: crate::limits::FLOW_WINDOW_START_BYTES, sent: 0, acked: 0, was_full: false }
    }
    /// How many more bytes may be sent now.
    pub fn room(&self) -> u64 {
        self.bytes.saturating_sub(self.sent - self.acked)
    }
    /// How many bytes were sent altogether.
    pub fn sent(&self) -> u64 {
        self.sent
    }
    /// How many of them the other side has taken.
    pub fn acked(&self) -> u64 {
        self.acked
    }
    /// Bytes go out.
    pub fn send(&mut self, bytes: u64) {
        self.sent += bytes;
        self.was_full |= self.room() == 0;
    }
    /// The other side has taken so many altogether. Returns how many of them are news.
    ///
    /// # Errors
    /// More than was sent, or fewer than before: it makes things up.
    pub fn ack(&mut self, taken: u64) -> Result<u64, FlowError> {
        if taken > self.sent || taken < self.acked {
            return Err(FlowError::Frame);
        }
        let news = taken - self.acked;
        self.acked = taken;
        if self.was_full && news > 0 {
            self.was_full = false;
            self.bytes = (self.bytes * 2).min(crate::limits::FLOW_WINDOW_BYTES);
        }
        Ok(news)
    }
}

impl Default for Window {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn opens() -> Vec<Open> {
        let id = FlowId([7; 16]);
        let new = |target: &str, named| Ask::New { target: target.into(), named };
        vec![
            Open { id, purpose: Purpose::Uplink, ask: new("example.org:443", false) },
            Open { id, purpose: Purpose::Site, ask: new("bookings", true) },
            Open { id, purpose: Purpose::Gateway, ask: new("", false) },
            Open { id, purpose: Purpose::Uplink, ask: Ask::Resume(u64::MAX) },
        ]
    }

    #[test]
    fn messages_survive_the_wire_and_have_one_form() {
        for open in opens() {
            let bytes = open.encode();
            assert_eq!(usize::from(u16::from_be_bytes([bytes[0], bytes[1]])), bytes.len() - 2);
            assert_eq!(Open::decode(&bytes[2..]), Ok(open));
        }
        for answer in [Answer::Go(0), Answer::Go(1 << 40), Answer::No(vec![1, 2, 3]), Answer::No(Vec::new())] {
            assert_eq!(Answer::decode(&answer.encode()[2..]), Ok(answer));
        }
        for head in [Head::Data(1), Head::Data((1 << 24) - 1), Head::Ack, Head::Fin, Head::End(0), Head::End(64)] {
            assert_eq!(Head::decode(head.encode()), Ok(head));
        }
    }

    #[test]
    fn what_is_too_long_or_unknown_is_refused() {
        let long = Ask::New { target: "a".repeat(FLOW_TARGET_BYTES_MAX + 1), named: false };
        let open = Open { id: FlowId([0; 16]), purpose: Purpose::Uplink, ask: long };
        assert_eq!(Open::decode(&open.encode()[2..]), Err(FieldError::Value(4).into()));
        assert_eq!(Open::decode(&vec![0xa0; FLOW_HEAD_BYTES_MAX + 1]), Err(FlowError::Frame));
        let newer = Writer::new().uint(1, 2).finish();
        assert_eq!(Open::decode(&newer), Err(FlowError::Version(2)));
        assert_eq!(
            Answer::decode(&Answer::No(vec![0; FLOW_REFUSAL_BYTES_MAX + 1]).encode()[2..]),
            Err(FieldError::Value(2).into())
        );
        for bad in [[0, 0, 0, 0], [1, 0, 0, 7], [2, 0, 0, 1], [3, 0, 1, 0], [4, 0, 0, 0], [255; 4]] {
            assert_eq!(Head::decode(bad), Err(FlowError::Frame), "{bad:?}");
        }
    }

    #[test]
    fn the_window_grows_only_for_who_takes_what_is_sent() {
        let mut w = Window::new();
        let start = w.room();
        w.send(start);
        assert_eq!(w.room(), 0);
        assert_eq!(w.ack(start + 1), Err(FlowError::Frame), "more than was sent");
        assert_eq!(w.ack(start), Ok(start));
        assert_eq!(w.ack(start - 1), Err(FlowError::Frame), "fewer than before");
        assert_eq!(w.room(), 2 * start);
        w.send(1);
        assert_eq!(w.ack(start + 1), Ok(1));
        assert_eq!(w.room(), 2 * start, "it was not full");
        for _ in 0..40 {
            w.send(w.room());
            w.ack(w.sent()).unwrap();
        }
        assert_eq!(w.room(), crate::limits::FLOW_WINDOW_BYTES);
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(open) = Open::decode(&bytes) {
                prop_assert_eq!(Open::decode(&open.encode()[2..]), Ok(open));
            }
            if let Ok(answer) = Answer::decode(&bytes) {
                prop_assert_eq!(Answer::decode(&answer.encode()[2..]), Ok(answer));
            }
        }
        #[test]
        fn a_changed_byte_is_read_as_written_or_refused(n in 0usize..4, at in 2usize..80, to in any::<u8>()) {
            let mut bytes = opens()[n].encode();
            let at = 2 + at % (bytes.len() - 2);
            bytes[at] = to;
            if let Ok(open) = Open::decode(&bytes[2..]) {
                // What a later version may add is passed over, and not written again.
                prop_assert!(open.encode().len() <= bytes.len());
                prop_assert_eq!(Open::decode(&open.encode()[2..]), Ok(open));
            }
        }
    }
}
