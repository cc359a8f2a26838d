//! Deterministic CBOR (RFC 8949 §4.2.1): the one check everything from outside passes before it is read,
//! and JSON-shaped documents as deterministic CBOR.
//!
//! Refused: indefinite lengths, longer-than-needed heads, map keys out of order or twice, floats that fit a
//! shorter form, NaN, tags, undefined, invalid UTF-8, trailing bytes, nesting deeper than [`CBOR_DEPTH_MAX`].

use serde_json::{Map, Number, Value};

use crate::limits::CBOR_DEPTH_MAX;

/// Why bytes are not deterministic CBOR. The sender's fault; nothing can be mended here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// The bytes end inside an item.
    #[error("cut short")]
    Truncated,
    /// There are bytes after the item.
    #[error("bytes after the end")]
    Trailing,
    /// A head, float or order that deterministic encoding forbids.
    #[error("not the one canonical form")]
    NotCanonical,
    /// An item this profile does not use.
    #[error("an item type that is not used here")]
    Unsupported,
    /// Nested too deeply.
    #[error("nested too deeply")]
    TooDeep,
    /// A known item has another type or length than its place calls for.
    #[error("a field of the wrong type or length")]
    WrongType,
}

struct Head {
    major: u8,
    info: u8,
    value: u64,
}

fn head(bytes: &[u8], at: &mut usize) -> Result<Head, CborError> {
    let first = *bytes.get(*at).ok_or(CborError::Truncated)?;
    *at += 1;
    let (major, info) = (first >> 5, first & 31);
    let width = match info {
        0..=23 => return Ok(Head { major, info, value: u64::from(info) }),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return Err(CborError::NotCanonical),
    };
    let raw = bytes.get(*at..*at + width).ok_or(CborError::Truncated)?;
    *at += width;
    let value = raw.iter().fold(0u64, |v, b| (v << 8) | u64::from(*b));
    let least = match width {
        1 => 24,
        2 => 0x100,
        4 => 0x1_0000,
        _ => 0x1_0000_0000,
    };
    if major != 7 && value < least {
        return Err(CborError::NotCanonical);
    }
    Ok(Head { major, info, value })
}

fn take<'a>(bytes: &'a [u8], at: &mut usize, len: u64) -> Result<&'a [u8], CborError> {
    let len = usize::try_from(len).map_err(|_| CborError::Truncated)?;
    let end = at.checked_add(len).ok_or(CborError::Truncated)?;
    let out = bytes.get(*at..end).ok_or(CborError::Truncated)?;
    *at = end;
    Ok(out)
}

/// Moves `at` past one deterministic item.
pub fn skip(bytes: &[u8], at: &mut usize, depth: usize) -> Result<(), CborError> {
    if depth > CBOR_DEPTH_MAX {
        return Err(CborError::TooDeep);
    }
    let h = head(bytes, at)?;
    match h.major {
        0 | 1 => Ok(()),
        2 => take(bytes, at, h.value).map(|_| ()),
        3 => core::str::from_utf8(take(bytes, at, h.value)?).map(|_| ()).map_err(|_| CborError::NotCanonical),
        4 => (0..h.value).try_for_each(|_| skip(bytes, at, depth + 1)),
        5 => {
            let mut last: Option<&[u8]> = None;
            for _ in 0..h.value {
                let from = *at;
                skip(bytes, at, depth + 1)?;
                let key = &bytes[from..*at];
                if last.is_some_and(|l| l >= key) {
                    return Err(CborError::NotCanonical);
                }
                last = Some(key);
                skip(bytes, at, depth + 1)?;
            }
            Ok(())
        }
        7 => match h.info {
            20..=22 => Ok(()),
            25 if half_value(h.value as u16).is_some_and(|v| !v.is_nan()) => Ok(()),
            26 => {
                let v = f32::from_bits(h.value as u32);
                if v.is_nan() || half_bits(v).is_some() { Err(CborError::NotCanonical) } else { Ok(()) }
            }
            27 => {
                let v = f64::from_bits(h.value);
                if v.is_nan() || f64::from(v as f32) == v { Err(CborError::NotCanonical) } else { Ok(()) }
            }
            _ => Err(CborError::Unsupported),
        },
        _ => Err(CborError::Unsupported),
    }
}

/// Checks that `bytes` are exactly one deterministic item.
pub fn check(bytes: &[u8]) -> Result<(), CborError> {
    let mut at = 0;
    skip(bytes, &mut at, 0)?;
    if at == bytes.len() { Ok(()) } else { Err(CborError::Trailing) }
}

/// The bits of `v` as an IEEE half, if it is exactly one.
fn half_bits(v: f32) -> Option<u16> {
    let bits = v.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let exp = ((bits >> 23) & 0xff) as i32 - 127;
    let man = bits & 0x7f_ffff;
    match exp {
        -127 if man == 0 => Some(sign),
        128 if man == 0 => Some(sign | 0x7c00),
        -14..=15 if man & 0x1fff == 0 => Some(sign | (((exp + 15) as u16) << 10) | (man >> 13) as u16),
        -24..=-15 => {
            let full = man | 0x80_0000;
            let shift = (-exp - 1) as u32;
            (full & ((1 << shift) - 1) == 0).then_some(sign | (full >> shift) as u16)
        }
        _ => None,
    }
}

fn half_value(bits: u16) -> Option<f32> {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exp, man) = (i32::from((bits >> 10) & 0x1f), f32::from(bits & 0x3ff));
    Some(match exp {
        0 => sign * man * 2f32.powi(-24),
        31 if man == 0.0 => sign * f32::INFINITY,
        31 => return None,
        _ => sign * (1.0 + man / 1024.0) * 2f32.powi(exp - 15),
    })
}

pub(crate) fn put_head(out: &mut Vec<u8>, major: u8, value: u64) {
    let m = major << 5;
    match value {
        0..=23 => out.push(m | value as u8),
        24..=0xff => out.extend([m | 24, value as u8]),
        0x100..=0xffff => {
            out.push(m | 25);
            out.extend((value as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(m | 26);
            out.extend((value as u32).to_be_bytes());
        }
        _ => {
            out.push(m | 27);
            out.extend(value.to_be_bytes());
        }
    }
}

fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0xf6),
        Value::Bool(b) => out.push(if *b { 0xf5 } else { 0xf4 }),
        Value::Number(n) => put_number(out, n),
        Value::String(s) => {
            put_head(out, 3, s.len() as u64);
            out.extend(s.as_bytes());
        }
        Value::Array(items) => {
            put_head(out, 4, items.len() as u64);
            items.iter().for_each(|v| put_value(out, v));
        }
        Value::Object(map) => {
            let mut pairs: Vec<(&String, &Value)> = map.iter().collect();
            // Deterministic order is that of the encoded keys: shorter first, then bytewise.
            pairs.sort_by(|a, b| a.0.len().cmp(&b.0.len()).then_with(|| a.0.cmp(b.0)));
            put_head(out, 5, pairs.len() as u64);
            for (k, v) in pairs {
                put_head(out, 3, k.len() as u64);
                out.extend(k.as_bytes());
                put_value(out, v);
            }
        }
    }
}

fn put_number(out: &mut Vec<u8>, n: &Number) {
    if let Some(u) = n.as_u64() {
        put_head(out, 0, u);
    } else if let Some(i) = n.as_i64() {
        put_head(out, 1, !(i as u64));
    } else {
        let v = n.as_f64().unwrap_or_default();
        let single = v as f32;
        if f64::from(single) != v {
            out.push(0xfb);
            out.extend(v.to_bits().to_be_bytes());
        } else if let Some(half) = half_bits(single) {
            out.push(0xf9);
            out.extend(half.to_be_bytes());
        } else {
            out.push(0xfa);
            out.extend(single.to_bits().to_be_bytes());
        }
    }
}

fn get_value(bytes: &[u8], at: &mut usize) -> Result<Value, CborError> {
    let start = *at;
    let h = head(bytes, at)?;
    Ok(match h.major {
        0 => Value::from(h.value),
        1 => Value::from(i64::try_from(h.value).map(|v| -1 - v).map_err(|_| CborError::Unsupported)?),
        3 => Value::from(core::str::from_utf8(take(bytes, at, h.value)?).map_err(|_| CborError::NotCanonical)?),
        4 => Value::Array((0..h.value).map(|_| get_value(bytes, at)).collect::<Result<_, _>>()?),
        5 => {
            let mut map = Map::new();
            for _ in 0..h.value {
                let Value::String(key) = get_value(bytes, at)? else { return Err(CborError::WrongType) };
                map.insert(key, get_value(bytes, at)?);
            }
            Value::Object(map)
        }
        7 => match h.info {
            20 => Value::Bool(false),
            21 => Value::Bool(true),
            22 => Value::Null,
            25 => float(f64::from(half_value(h.value as u16).ok_or(CborError::NotCanonical)?))?,
            26 => float(f64::from(f32::from_bits(h.value as u32)))?,
            27 => float(f64::from_bits(h.value))?,
            _ => return Err(CborError::Unsupported),
        },
        _ => {
            *at = start;
            return Err(CborError::Unsupported);
        }
    })
}

fn float(v: f64) -> Result<Value, CborError> {
    Number::from_f64(v).map(Value::Number).ok_or(CborError::Unsupported)
}

/// A JSON-shaped document as deterministic CBOR. Key order of the input is not kept.
pub fn doc_to_cbor(doc: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    put_value(&mut out, doc);
    out
}

/// Reads a document written by [`doc_to_cbor`]. Strict: anything but the one canonical form is refused.
pub fn doc_from_cbor(bytes: &[u8]) -> Result<Value, CborError> {
    check(bytes)?;
    get_value(bytes, &mut 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::from),
            any::<f32>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| Value::from(f64::from(f))),
            (-2000i32..2000).prop_map(|n| Value::from(f64::from(n) / 64.0)),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map(".{0,6}", inner, 0..6).prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn documents_come_back_and_pass_the_check(v in json()) {
            let bytes = doc_to_cbor(&v);
            prop_assert_eq!(check(&bytes), Ok(()));
            let back = doc_from_cbor(&bytes).unwrap();
            prop_assert_eq!(doc_to_cbor(&back), bytes);
            prop_assert_eq!(back, v);
        }
        #[test]
        fn decoding_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(v) = doc_from_cbor(&bytes) {
                prop_assert_eq!(doc_to_cbor(&v), bytes);
            }
        }
    }

    #[test]
    fn rfc_8949_examples() {
        for (hex, ok) in [
            ("f93c00", true),
            ("fa3f800000", false),
            ("fb3ff199999999999a", true),
            ("f90001", true),
            ("fa47c35000", true),
            ("1818", true),
            ("1817", false),
            ("9fff", false),
            ("a2616101616202", true),
            ("a2616201616102", false),
            ("a2616101616102", false),
            ("c074", false),
            ("f7", false),
            ("60ff", false),
            ("f97e00", false),
            ("1b0000000100000000", true),
            ("1b00000000ffffffff", false),
        ] {
            let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
            assert_eq!(check(&bytes).is_ok(), ok, "{hex}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let mut bytes = vec![0x81; CBOR_DEPTH_MAX + 1];
        bytes.push(0);
        assert_eq!(check(&bytes), Err(CborError::TooDeep));
    }
}
