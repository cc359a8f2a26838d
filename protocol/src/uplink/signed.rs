//! Small signed papers that two sides keep: receipts, vouchers, entries of an account; and the form of what a host says to
//! strangers ([`crate::said`]).
//!
//! Wire: a map ‖ its signature (64), the signature over domain ‖ community ‖ map. Not for records, which everybody keeps.

use crate::fields::FieldError;
use crate::id::{Id, PublicKey};
use crate::keys::{SecretKey, SignatureBytes, verify};
use crate::limits::PAPER_BYTES_MAX;

/// Why a paper was refused. Only who signed it can give a better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// Too short to be one, or longer than any.
    #[error("this is not a signed paper")]
    Length,
    /// Not in the one form.
    #[error("the paper is not in order: {0}")]
    Form(#[from] FieldError),
    /// Another community, another key, or changed on the way.
    #[error("the signature does not fit")]
    Signature,
}

fn message(domain: &str, community: &Id, map: &[u8]) -> Vec<u8> {
    [domain.as_bytes(), &community.0, map].concat()
}

/// Signs a map.
pub(crate) fn sign(domain: &str, community: &Id, map: Vec<u8>, key: &SecretKey) -> Vec<u8> {
    let signature = key.sign(&message(domain, community, &map));
    [&map[..], &signature].concat()
}

/// The map of a paper and its signature, not yet looked at.
pub(super) fn parts(wire: &[u8]) -> Result<(&[u8], &SignatureBytes), PaperError> {
    parts_within(wire, PAPER_BYTES_MAX)
}

/// The same where another length is the most.
pub(crate) fn parts_within(wire: &[u8], most: usize) -> Result<(&[u8], &SignatureBytes), PaperError> {
    if wire.len() > most {
        return Err(PaperError::Length);
    }
    wire.split_last_chunk::<64>().filter(|(map, _)| !map.is_empty()).ok_or(PaperError::Length)
}

/// Checks the signature.
pub(crate) fn check(
    domain: &str,
    community: &Id,
    map: &[u8],
    by: &PublicKey,
    signature: &SignatureBytes,
) -> Result<(), PaperError> {
    if verify(by, &message(domain, community, map), signature) { Ok(()) } else { Err(PaperError::Signature) }
}
