//! Names for imported things: the key of their record, and ids for the parts we write ourselves.

/// The slot key of an imported item: BLAKE3 over where it came from, what it is there, and its id there.
pub fn record_key(source: &str, kind: &str, id: &str) -> [u8; 32] {
    let mut h = blake3::Hasher::new();
    h.update(b"hedgerow listing key 1");
    for part in [source, kind, id] {
        h.update(&(part.len() as u64).to_be_bytes());
        h.update(part.as_bytes());
    }
    *h.finalize().as_bytes()
}

/// A UUID (version 8) that is always the same for the same parts.
pub fn derived_uuid(parts: &[&str]) -> String {
    let mut h = blake3::Hasher::new();
    h.update(b"hedgerow uuid 1");
    for part in parts {
        h.update(&(part.len() as u64).to_be_bytes());
        h.update(part.as_bytes());
    }
    let mut b = [0u8; 16];
    b.copy_from_slice(&h.finalize().as_bytes()[..16]);
    b[6] = b[6] & 0x0f | 0x80;
    b[8] = b[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&b);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Whether a text is a UUID in the usual form, in either case.
pub fn uuid_ok(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(n, b)| match n {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(record_key("ab", "c", "d"), record_key("a", "bc", "d"));
        assert_eq!(derived_uuid(&["a", "b"]), derived_uuid(&["a", "b"]));
        assert_ne!(derived_uuid(&["a", "b"]), derived_uuid(&["ab"]));
        assert!(uuid_ok(&derived_uuid(&["x"])));
        assert!(!uuid_ok("1234"));
    }
}
