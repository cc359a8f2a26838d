//! How a record is signed: COSE_Sign1 (RFC 9052) with the constant parts left off the wire.

use crate::id::Id;
use crate::record::Record;

/// Domain tag of record signatures and ids.
pub const DOMAIN: &[u8] = b"hedgerow/record/1";

/// The protected header every record has: a map {1 (alg): -8 (EdDSA)}.
pub const PROTECTED: [u8; 3] = [0xa1, 0x01, 0x27];

/// The external data bound into every signature: domain tag ‖ community id.
pub fn external_aad(community: &Id) -> Vec<u8> {
    [DOMAIN, &community.0].concat()
}

/// The bytes that are signed: `["Signature1", protected, external_aad, payload]` in CBOR.
pub fn sig_structure(community: &Id, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 96);
    out.extend([0x84, 0x6a]);
    out.extend(b"Signature1");
    put_bytes(&mut out, &PROTECTED);
    put_bytes(&mut out, &external_aad(community));
    put_bytes(&mut out, payload);
    out
}

/// A record as a tagged COSE_Sign1, for any COSE library. The external data is [`external_aad`].
pub fn to_cose_sign1(record: &Record) -> Vec<u8> {
    let mut out = Vec::with_capacity(record.wire().len() + 16);
    out.extend([0xd2, 0x84]);
    put_bytes(&mut out, &PROTECTED);
    out.push(0xa0);
    put_bytes(&mut out, record.payload_bytes());
    put_bytes(&mut out, &record.signature());
    out
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    match bytes.len() {
        n @ 0..=23 => out.push(0x40 | n as u8),
        n @ 24..=0xff => out.extend([0x58, n as u8]),
        n @ 0x100..=0xffff => {
            out.push(0x59);
            out.extend((n as u16).to_be_bytes());
        }
        n => {
            out.push(0x5a);
            out.extend((n as u32).to_be_bytes());
        }
    }
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9052, section 4.4: the context, the protected header, what is bound in, and the payload, each with its length.
    #[test]
    fn what_is_signed_says_for_whom() {
        let community = Id([7; 32]);
        let bound = [&b"hedgerow/record/1"[..], &[7; 32]].concat();
        assert_eq!(external_aad(&community), bound);
        for (length, head) in [
            (0, vec![0x40]),
            (23, vec![0x57]),
            (24, vec![0x58, 24]),
            (0xff, vec![0x58, 0xff]),
            (0x100, vec![0x59, 1, 0]),
            (0xffff, vec![0x59, 0xff, 0xff]),
            (0x1_0000, vec![0x5a, 0, 1, 0, 0]),
        ] {
            let payload = vec![3; length];
            let expected = [&b"\x84\x6aSignature1\x43\xa1\x01\x27\x58\x31"[..], &bound, &head, &payload].concat();
            assert_eq!(sig_structure(&community, &payload), expected, "{length}");
        }
    }
}
