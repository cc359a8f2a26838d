//! What stands inside a sealed record: the message, and the padding around it.
//!
//! Messages are integer maps ([`crate::fields`]). Padded: length u16 ‖ signature ‖ message ‖ zeros up to the smallest
//! bucket that holds them, so that there is one form. Not for: sealing it, or what a request leads to.

use crate::authority::body::Reason;
use crate::fields::{FieldError, Reader, Writer};
use crate::id::Id;
use crate::keys::SignatureBytes;
use crate::kind::Kind;
use crate::limits::{KEY_BYTES_MAX, SEALED_BUCKETS, SEALED_TEXT_BYTES_MAX, SEALED_TOPIC_BYTES_MAX};
use crate::record::Address;

/// Bytes in front of the message: its length and the signature.
const HEAD: usize = 2 + 64;

/// A sealed message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Message {
    /// Asks for something: help, a device, a place at an event.
    Request {
        /// What it is about, in a few words: 1 to 128 bytes.
        topic: String,
        /// The request itself, at most 8 KiB.
        text: String,
        /// Whether the person who asks is under 18. Then it is sealed only to groups, see [`super::sealed::seal`].
        from_minor: bool,
    },
    /// Answers a request, or an answer.
    Answer {
        /// Id of the sealed record it answers.
        about: Id,
        /// At most 8 KiB.
        text: String,
    },
    /// Says that nothing more is needed.
    Close {
        /// Id of the sealed record that began it.
        about: Id,
    },
    /// Tells those who look after the community that something is not right.
    Report {
        /// What is reported.
        about: About,
        /// Why, as a code.
        reason: Reason,
        /// In the words of the person who reports, at most 8 KiB.
        text: String,
    },
}

/// What a report is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum About {
    /// All that a person or group publishes.
    Owner(Id),
    /// One thing they published.
    Address(Address),
}

/// Why a message cannot be sealed. The writer can mend each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Remedy: say the same in fewer words, or in two messages.
    #[error("the text is too long: at most 8,192 bytes, about four pages")]
    Text,
    /// Remedy: a few words.
    #[error("the topic must be there and have at most 128 bytes, about a line")]
    Topic,
    /// Remedy: the address of a record that can exist.
    #[error("no record can have the address that is reported")]
    About,
}

const REQUEST: u64 = 1;
const ANSWER: u64 = 2;
const CLOSE: u64 = 3;
const REPORT: u64 = 4;

mod key {
    pub const TYPE: u64 = 1;
    pub const TEXT: u64 = 2;
    pub const TOPIC: u64 = 3;
    pub const FROM_MINOR: u64 = 4;
    pub const ABOUT: u64 = 5;
    pub const OWNER: u64 = 6;
    pub const KIND: u64 = 7;
    pub const SLOT: u64 = 8;
    pub const REASON: u64 = 9;
}

impl Message {
    /// Whether it may be sealed.
    pub fn check(&self) -> Result<(), MessageError> {
        let need = |ok: bool, error| if ok { Ok(()) } else { Err(error) };
        let text = match self {
            Message::Request { topic, text, .. } => {
                need((1..=SEALED_TOPIC_BYTES_MAX).contains(&topic.len()), MessageError::Topic)?;
                text
            }
            Message::Answer { text, .. } => text,
            Message::Close { .. } => return Ok(()),
            Message::Report { about, text, .. } => {
                if let About::Address(address) = about {
                    need(address.key.len() <= KEY_BYTES_MAX, MessageError::About)?;
                }
                text
            }
        };
        need(text.len() <= SEALED_TEXT_BYTES_MAX, MessageError::Text)
    }

    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        match self {
            Message::Request { topic, text, from_minor } => {
                w.uint(key::TYPE, REQUEST).text(key::TEXT, text).text(key::TOPIC, topic);
                if *from_minor {
                    w.flag(key::FROM_MINOR, true);
                }
            }
            Message::Answer { about, text } => {
                w.uint(key::TYPE, ANSWER).text(key::TEXT, text).bytes(key::ABOUT, &about.0);
            }
            Message::Close { about } => {
                w.uint(key::TYPE, CLOSE).bytes(key::ABOUT, &about.0);
            }
            Message::Report { about, reason, text } => {
                w.uint(key::TYPE, REPORT).text(key::TEXT, text).uint(key::REASON, reason.0.into());
                match about {
                    About::Owner(owner) => {
                        w.bytes(key::OWNER, &owner.0);
                    }
                    About::Address(address) => {
                        w.bytes(key::OWNER, &address.owner.0).uint(key::KIND, address.kind.0.into());
                        if !address.key.is_empty() {
                            w.bytes(key::SLOT, &address.key);
                        }
                    }
                }
            }
        }
        w.finish()
    }

    /// Reads and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let message = match r.uint(key::TYPE)? {
            REQUEST => Message::Request {
                topic: r.text(key::TOPIC)?.to_owned(),
                text: r.text(key::TEXT)?.to_owned(),
                from_minor: match r.has(key::FROM_MINOR) {
                    true if r.flag(key::FROM_MINOR)? => true,
                    true => return Err(FieldError::Value(key::FROM_MINOR)),
                    false => false,
                },
            },
            ANSWER => Message::Answer { about: r.id(key::ABOUT)?, text: r.text(key::TEXT)?.to_owned() },
            CLOSE => Message::Close { about: r.id(key::ABOUT)? },
            REPORT => {
                let owner = r.id(key::OWNER)?;
                let about = if r.has(key::KIND) {
                    let kind = u16::try_from(r.uint(key::KIND)?).map_err(|_| FieldError::Value(key::KIND))?;
                    let has_slot = r.has(key::SLOT);
                    let key = if has_slot { r.bytes(key::SLOT)?.to_vec() } else { Vec::new() };
                    // An empty key is left out: one form.
                    if has_slot && key.is_empty() {
                        return Err(FieldError::Value(key::SLOT));
                    }
                    About::Address(Address { owner, kind: Kind(kind), key })
                } else {
                    About::Owner(owner)
                };
                let reason = Reason(u8::try_from(r.uint(key::REASON)?).map_err(|_| FieldError::Value(key::REASON))?);
                Message::Report { about, reason, text: r.text(key::TEXT)?.to_owned() }
            }
            _ => return Err(FieldError::Value(key::TYPE)),
        };
        r.finish()?;
        message.check().map_err(|e| match e {
            MessageError::Text => FieldError::Value(key::TEXT),
            MessageError::Topic => FieldError::Value(key::TOPIC),
            MessageError::About => FieldError::Value(key::SLOT),
        })?;
        Ok(message)
    }
}

/// The smallest bucket that holds a message of this length with what goes with it.
fn bucket(message: usize) -> Option<usize> {
    SEALED_BUCKETS.into_iter().find(|size| message + HEAD <= *size)
}

/// length ‖ signature ‖ message ‖ zeros. `None`: longer than the largest bucket.
pub(super) fn pad(signature: &SignatureBytes, message: &[u8]) -> Option<Vec<u8>> {
    let size = bucket(message.len())?;
    let mut out = Vec::with_capacity(size);
    out.extend_from_slice(&u16::try_from(message.len()).ok()?.to_be_bytes());
    out.extend_from_slice(signature);
    out.extend_from_slice(message);
    out.resize(size, 0);
    Some(out)
}

/// Takes the padding off. `None`: not the one form.
pub(super) fn unpad(padded: &[u8]) -> Option<(SignatureBytes, &[u8])> {
    let (length, rest) = padded.split_first_chunk::<2>()?;
    let (signature, rest) = rest.split_first_chunk::<64>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (message, zeros) = rest.split_at_checked(length)?;
    let is_one_form = bucket(length) == Some(padded.len()) && zeros.iter().all(|b| *b == 0);
    is_one_form.then_some((*signature, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn any_message() -> impl Strategy<Value = Message> {
        let id = || any::<[u8; 32]>().prop_map(Id);
        let request = ("\\PC{1,20}", "\\PC{0,80}", any::<bool>())
            .prop_map(|(topic, text, from_minor)| Message::Request { topic, text, from_minor });
        let answer = (id(), "\\PC{0,80}").prop_map(|(about, text)| Message::Answer { about, text });
        let close = id().prop_map(|about| Message::Close { about });
        let about = prop_oneof![
            id().prop_map(About::Owner),
            (id(), any::<u16>(), prop::collection::vec(any::<u8>(), 0..64))
                .prop_map(|(owner, kind, key)| About::Address(Address { owner, kind: Kind(kind), key })),
        ];
        let report = (about, any::<u8>(), "\\PC{0,80}").prop_map(|(about, reason, text)| Message::Report {
            about,
            reason: Reason(reason),
            text,
        });
        prop_oneof![request, answer, close, report]
    }

    proptest! {
        #[test]
        fn messages_come_back(message in any_message()) {
            prop_assert_eq!(Message::decode(&message.encode()), Ok(message));
        }
        #[test]
        fn decoding_never_panics(
            message in any_message(),
            noise in prop::collection::vec(any::<u8>(), 0..120),
            at in any::<prop::sample::Index>(),
            to in any::<u8>(),
        ) {
            let _ = (Message::decode(&noise), unpad(&noise));
            let mut bytes = message.encode();
            let at = at.index(bytes.len());
            bytes[at] = to;
            if let Ok(read) = Message::decode(&bytes) {
                prop_assert_eq!(read.encode(), bytes);
            }
        }
        #[test]
        fn padding_comes_off(length in 0usize..10_175, signature in any::<[u8; 32]>()) {
            let signature: [u8; 64] = [signature, signature].concat().try_into().unwrap();
            let message = vec![5; length];
            match pad(&signature, &message) {
                Some(padded) => {
                    prop_assert!(SEALED_BUCKETS.contains(&padded.len()));
                    prop_assert_eq!(unpad(&padded), Some((signature, &message[..])));
                }
                None => prop_assert!(length + HEAD > 10_240),
            }
        }
    }

    #[test]
    fn buckets_are_exact() {
        let size = |length: usize| pad(&[1; 64], &vec![5; length]).map(|p| p.len());
        for (i, most) in SEALED_BUCKETS.into_iter().enumerate() {
            assert_eq!(size(most - HEAD), Some(most));
            assert_eq!(size(most - HEAD + 1), SEALED_BUCKETS.get(i + 1).copied());
        }
        assert_eq!(size(0), Some(512));
        // Another bucket than the smallest, a set padding bit, a length past the end: each another form of the same.
        let mut padded = pad(&[1; 64], b"short").unwrap();
        assert!(unpad(&padded).is_some());
        padded.resize(1024, 0);
        assert_eq!(unpad(&padded), None);
        padded.truncate(512);
        padded[511] = 1;
        assert_eq!(unpad(&padded), None);
        padded[511] = 0;
        padded[0] = 0xff;
        assert_eq!(unpad(&padded), None);
        assert_eq!(unpad(&[]), None);
    }

    #[test]
    fn the_longest_message_fits_the_largest_bucket() {
        let longest = Message::Request {
            topic: "t".repeat(SEALED_TOPIC_BYTES_MAX),
            text: "x".repeat(SEALED_TEXT_BYTES_MAX),
            from_minor: true,
        };
        assert_eq!(longest.check(), Ok(()));
        assert!(pad(&[0; 64], &longest.encode()).is_some());
        let address = Address { owner: Id([1; 32]), kind: Kind(65_535), key: vec![1; KEY_BYTES_MAX] };
        let text = "x".repeat(SEALED_TEXT_BYTES_MAX);
        let report = Message::Report { about: About::Address(address), reason: Reason(255), text };
        assert!(pad(&[0; 64], &report.encode()).is_some());
    }

    #[test]
    fn what_is_too_long_or_empty_is_told_to_the_writer_and_refused_by_the_reader() {
        let request = |topic: usize, text: usize| Message::Request {
            topic: "t".repeat(topic),
            text: "x".repeat(text),
            from_minor: false,
        };
        for (message, error, field) in [
            (request(0, 1), MessageError::Topic, key::TOPIC),
            (request(129, 1), MessageError::Topic, key::TOPIC),
            (request(1, 8_193), MessageError::Text, key::TEXT),
        ] {
            assert_eq!(message.check(), Err(error));
            assert_eq!(Message::decode(&message.encode()), Err(FieldError::Value(field)));
        }
        let empty_key = Writer::new()
            .uint(key::TYPE, REPORT)
            .text(key::TEXT, "")
            .uint(key::REASON, 1)
            .bytes(key::OWNER, &[1; 32])
            .uint(key::KIND, 66)
            .bytes(key::SLOT, b"")
            .finish();
        assert_eq!(Message::decode(&empty_key), Err(FieldError::Value(key::SLOT)));
        assert_eq!(Message::decode(&Writer::new().uint(key::TYPE, 5).finish()), Err(FieldError::Value(key::TYPE)));
    }
}
