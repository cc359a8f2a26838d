//! How people write down where a computer is: `KEY@ADDRESS:PORT`, several addresses with commas, or `KEY` alone for one
//! that is heard by itself. The key is needed: without it, anybody at that address could pretend to be the one meant.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use hedgerow_protocol::id::PublicKey;

use super::endpoint::ADDRESSES_MAX;

/// A computer and where it may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerAddress {
    /// Its transport key.
    pub key: PublicKey,
    /// Where; may be empty.
    pub addresses: BTreeSet<SocketAddr>,
}

/// Why text is not such an address, or could not be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Only `ADDRESS:PORT`. Remedy: the whole line that the other computer shows.
    #[error(
        "the key of the other computer is missing: on it, type `hedgerow neighbour me` and copy the whole line, KEY@ADDRESS:PORT"
    )]
    KeyMissing,
    /// The part before `@` is no key.
    #[error("the part before @ is not a key of 64 digits and letters a to f: copy the whole line again")]
    Key,
    /// A part after `@` is no address with a port.
    #[error("'{0}' is not an address with a port, such as 192.168.1.7:4847")]
    Address(String),
    /// Our own key.
    #[error("this is the address of this very computer")]
    Ourselves,
    /// The disk would not take it.
    #[error("the address could not be saved: {0}")]
    NotSaved(String),
}

impl FromStr for PeerAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let (key, rest) = match text.split_once('@') {
            Some((key, rest)) => (key, rest),
            None if text.contains([':', '.']) => return Err(AddressError::KeyMissing),
            None => (text, ""),
        };
        let key = key.parse().map_err(|_| AddressError::Key)?;
        let parts = rest.split(',').map(str::trim).filter(|p| !p.is_empty());
        let one = |p: &str| {
            let bad = || AddressError::Address(p.chars().filter(|c| !c.is_control()).take(64).collect());
            p.parse::<SocketAddr>().ok().filter(|a| a.port() != 0 && !a.ip().is_unspecified()).ok_or_else(bad)
        };
        let addresses = parts.take(ADDRESSES_MAX).map(one).collect::<Result<_, _>>()?;
        Ok(PeerAddress { key, addresses })
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key)?;
        for (i, address) in self.addresses.iter().enumerate() {
            write!(f, "{}{address}", if i == 0 { '@' } else { ',' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_again() {
        let key = PublicKey([0xab; 32]);
        for rest in ["", "@192.168.1.7:4847", "@10.0.0.1:1,[fd00::2]:4847"] {
            let text = format!("{key}{rest}");
            let address: PeerAddress = format!(" {text}\n").parse().unwrap();
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn mistakes_say_what_to_do() {
        let key = PublicKey([1; 32]);
        let parse = |t: &str| t.parse::<PeerAddress>().unwrap_err();
        assert_eq!(parse("192.168.1.7:4847"), AddressError::KeyMissing);
        assert_eq!(parse("abc@192.168.1.7:4847"), AddressError::Key);
        assert_eq!(parse(&format!("{key}@192.168.1.7")), AddressError::Address("192.168.1.7".into()));
        assert_eq!(parse(&format!("{key}@0.0.0.0:1")), AddressError::Address("0.0.0.0:1".into()));
    }
}
