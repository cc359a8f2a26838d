//! Names that are 32 bytes: record ids, public keys, and how people read and type them.
//!
//! Not for secrets: those live in [`crate::keys`].

use core::fmt;
use core::str::FromStr;

macro_rules! bytes32 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub [u8; 32]);

        // The order of the bytes. Nearly always eight of them tell, and comparing a number is quicker.
        impl Ord for $name {
            #[inline]
            fn cmp(&self, other: &Self) -> core::cmp::Ordering {
                let head = |bytes: &[u8; 32]| bytes.first_chunk::<8>().map(|head| u64::from_be_bytes(*head));
                head(&self.0).cmp(&head(&other.0)).then_with(|| self.0.cmp(&other.0))
            }
        }
        impl PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl $name {
            /// The 32 bytes.
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
            /// Reads exactly 32 bytes; `None` for any other length.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
            /// The first eight hexadecimal digits, enough for people to tell things apart on one screen.
            pub fn short(&self) -> String {
                data_encoding::HEXLOWER.encode(&self.0[..4])
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.short())
            }
        }
        impl FromStr for $name {
            type Err = NotHex;
            fn from_str(text: &str) -> Result<Self, NotHex> {
                let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| NotHex)?;
                Self::from_slice(&bytes).ok_or(NotHex)
            }
        }
    };
}

bytes32! {
    /// The id of a record: BLAKE3 over domain, community and payload. Also names persons, groups and
    /// communities, by the id of their founding record.
    Id
}
bytes32! {
    /// An Ed25519 public key: of a device, a person or a transport.
    PublicKey
}

impl Id {
    /// "This very record": the owner written in a founding record, and the community of a genesis.
    pub const SELF: Id = Id([0; 32]);
}

/// The text is not 64 hexadecimal digits. Copy the whole id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 64 hexadecimal digits (0-9, a-f): copy the whole of it")]
pub struct NotHex;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let mut id = Id([0xab; 32]);
        id.0[31] = 1;
        let text = id.to_string();
        assert_eq!((text.len(), id.short(), format!("{id:?}")), (64, "abababab".into(), "Id(abababab)".into()));
        assert_eq!((text.parse(), format!(" {}\n", text.to_uppercase()).parse()), (Ok(id), Ok(id)));
        for bad in ["", "ab", &text[..62], &format!("{text}00"), &text.replace('b', "g")] {
            assert_eq!(bad.parse::<Id>(), Err(NotHex), "{bad}");
        }
        assert_eq!((Id::from_slice(&id.0), Id::from_slice(&id.0[1..])), (Some(id), None));
        assert_eq!(id.as_bytes(), &id.0);
    }

    /// The order is that of all the bytes: of the first eight, and where they are equal, of the rest.
    #[test]
    fn the_order_is_that_of_the_bytes() {
        let at = |place: usize, value: u8| {
            let mut id = Id([5; 32]);
            id.0[place] = value;
            id
        };
        for place in [0, 7, 8, 31] {
            assert!(at(place, 4) < at(place, 5) && at(place, 6) > at(place, 5), "{place}");
            assert_eq!(at(place, 9).partial_cmp(&at(place, 9)), Some(core::cmp::Ordering::Equal));
        }
    }
}
