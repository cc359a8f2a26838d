//! What a resident's computer and a gateway tell each other on a flow of purpose `Gateway`: once [`Hello`], then
//! [`State`] from the gateway whenever it changes, with the entries of the resident's account, and receipts from the
//! resident. On a flow without [`Hello`] a voucher or a code is handed in, and answered.
//!
//! Each message is a length (2 bytes, big endian) and a map of at most 512 bytes. Not for: the flows that carry traffic.

use super::Refusal;
use super::voucher::{HumanCode, Pass, VoucherError};
use crate::fields::{FieldError, Reader, Writer};

/// What the resident agreed to. Sent again when it changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Hello {
    /// The version of the terms that was accepted.
    pub terms: Option<u32>,
    /// The highest price in pence for a gigabyte that was accepted.
    pub pence_per_gb: Option<u32>,
}

/// How the gateway stands to this resident.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct State {
    /// Why nothing can be opened now; `None`: it can.
    pub closed: Option<Refusal>,
    /// Connections in use, of how many.
    pub circuits: (u32, u32),
    /// Bytes and seconds left of the resident's share for today; `None`: no limit.
    pub left: (Option<u64>, Option<u64>),
}

/// One message, either way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Message {
    /// From the resident.
    Hello(Hello),
    /// From the gateway.
    State(State),
    /// From the resident: a signed receipt as it is kept.
    Receipt(Vec<u8>),
    /// From the gateway: a signed entry of the resident's account as it is kept.
    Entry(Vec<u8>),
    /// From the resident: a voucher as it is kept, to be redeemed.
    Voucher(Vec<u8>),
    /// From the resident: a code that people typed, to be claimed and redeemed.
    Code(HumanCode),
    /// From the gateway: what came of that.
    Redeemed(Result<Pass, VoucherError>),
}

impl Message {
    /// With its length.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        let some = |w: &mut Writer, key: u64, value: Option<u64>| {
            if let Some(value) = value {
                w.uint(key, value);
            }
        };
        match self {
            Message::Hello(hello) => {
                w.uint(1, 1);
                some(&mut w, 2, hello.terms.map(u64::from));
                some(&mut w, 3, hello.pence_per_gb.map(u64::from));
            }
            Message::State(state) => {
                w.uint(1, 2);
                if let Some(closed) = &state.closed {
                    w.bytes(2, &closed.encode());
                }
                w.uint(3, state.circuits.0.into()).uint(4, state.circuits.1.into());
                some(&mut w, 5, state.left.0);
                some(&mut w, 6, state.left.1);
            }
            Message::Receipt(bytes) => {
                w.uint(1, 3).bytes(2, bytes);
            }
            Message::Entry(bytes) => {
                w.uint(1, 4).bytes(2, bytes);
            }
            Message::Voucher(bytes) => {
                w.uint(1, 5).bytes(2, bytes);
            }
            Message::Code(code) => {
                w.uint(1, 6).bytes(2, code.letters());
            }
            Message::Redeemed(Ok(pass)) => {
                w.uint(1, 7).uint(2, pass.bytes).uint(3, pass.until);
            }
            Message::Redeemed(Err(why)) => {
                w.uint(1, 7).uint(4, why.code());
            }
        }
        let body = w.finish();
        let mut out = (body.len() as u16).to_be_bytes().to_vec();
        out.extend(body);
        out
    }

    /// From the bytes after the length.
    pub fn decode(bytes: &[u8]) -> Result<Message, FieldError> {
        let mut r = Reader::new(bytes)?;
        let number = |r: &mut Reader<'_>, key: u64| r.has(key).then(|| r.uint(key)).transpose();
        let short = |r: &mut Reader<'_>, key: u64| {
            let value = number(r, key)?;
            value.map(|v| u32::try_from(v).map_err(|_| FieldError::Value(key))).transpose()
        };
        let message = match r.uint(1)? {
            1 => Message::Hello(Hello { terms: short(&mut r, 2)?, pence_per_gb: short(&mut r, 3)? }),
            2 => {
                let closed = r.has(2).then(|| Refusal::decode(r.bytes(2)?)).transpose()?;
                let circuits = (short(&mut r, 3)?.unwrap_or(0), short(&mut r, 4)?.unwrap_or(0));
                Message::State(State { closed, circuits, left: (number(&mut r, 5)?, number(&mut r, 6)?) })
            }
            3 => Message::Receipt(r.bytes(2)?.to_vec()),
            4 => Message::Entry(r.bytes(2)?.to_vec()),
            5 => Message::Voucher(r.bytes(2)?.to_vec()),
            6 => Message::Code(HumanCode::from_letters(r.array(2)?).ok_or(FieldError::Value(2))?),
            7 if r.has(4) => Message::Redeemed(Err(VoucherError::from_code(r.uint(4)?).ok_or(FieldError::Value(4))?)),
            7 => Message::Redeemed(Ok(Pass { bytes: r.uint(2)?, until: r.uint(3)? })),
            _ => return Err(FieldError::Value(1)),
        };
        r.finish()?;
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn messages_survive_the_wire() {
        let state = State { closed: None, circuits: (3, 200), left: (Some(1), None) };
        let mut all = vec![
            Message::Hello(Hello::default()),
            Message::Hello(Hello { terms: Some(2), pence_per_gb: Some(10) }),
            Message::State(state),
            Message::Receipt(vec![1; 300]),
            Message::Entry(vec![2; 300]),
            Message::Voucher(vec![3; 300]),
            Message::Code(HumanCode::new([7; 8])),
            Message::Redeemed(Ok(Pass { bytes: 500, until: u64::MAX })),
        ];
        all.extend((1..).map_while(VoucherError::from_code).map(|why| Message::Redeemed(Err(why))));
        all.extend(Refusal::samples().into_iter().map(|r| Message::State(State { closed: Some(r), ..state })));
        for message in all {
            let bytes = message.encode();
            assert!(bytes.len() <= crate::limits::FLOW_HEAD_BYTES_MAX);
            assert_eq!(usize::from(u16::from_be_bytes([bytes[0], bytes[1]])), bytes.len() - 2);
            assert_eq!(Message::decode(&bytes[2..]), Ok(message));
        }
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(message) = Message::decode(&bytes) {
                prop_assert_eq!(Message::decode(&message.encode()[2..]), Ok(message));
            }
        }
    }
}
