//! The one rule for signatures, held to 200 frozen signatures at its edges.
//!
//! `tests/ed25519/make.py` made the file; `tests/ed25519/check.py` finds the same answers with arithmetic of its own.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::keys;
use serde_json::Value;

#[test]
fn the_strict_rule_at_its_edges() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/ed25519_edge.json"));
    let file: Value = serde_json::from_str(&text.expect("the vectors are in the repository")).expect("JSON");
    let vectors = file["vectors"].as_array().expect("a list");
    let bytes = |v: &Value| HEXLOWER.decode(v.as_str().expect("hex").as_bytes()).expect("hex");
    let (mut names, mut accepted) = (BTreeSet::new(), 0);
    for v in vectors {
        let key = PublicKey(bytes(&v["key"]).try_into().expect("32 bytes"));
        let signature = bytes(&v["signature"]).try_into().expect("64 bytes");
        let accept = v["accept"].as_bool().expect("an answer");
        assert_eq!(keys::verify(&key, &bytes(&v["message"]), &signature), accept, "{}", v["name"]);
        accepted += usize::from(accept);
        names.insert(v["name"].as_str());
    }
    assert_eq!(vectors.len(), 200);
    assert!(accepted > 30 && names.len() > 150, "{accepted} accepted, {} names", names.len());
}
