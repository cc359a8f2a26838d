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

    /// In lists, in the keys of maps and in their values, to the level.
    #[test]
    fn nesting_is_bounded() {
        for (around, after) in [(&[0x81][..], &[][..]), (&[0xa1], &[0]), (&[0xa1, 0], &[])] {
            let nested = |levels| [around.repeat(levels), vec![0], after.repeat(levels)].concat();
            assert_eq!(check(&nested(CBOR_DEPTH_MAX)), Ok(()), "{around:x?}");
            assert_eq!(check(&nested(CBOR_DEPTH_MAX + 1)), Err(CborError::TooDeep), "{around:x?}");
        }
    }

    /// Each length of a head from its first number to its last; a number that fits a shorter one is refused in a longer.
    #[test]
    fn numbers_take_the_shortest_head() {
        let edges = [0, 23, 24, 0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, u64::MAX];
        let lengths = [1, 1, 2, 2, 3, 3, 5, 5, 9, 9];
        for (value, length) in edges.into_iter().zip(lengths) {
            let mut bytes = Vec::new();
            put_head(&mut bytes, 0, value);
            assert_eq!((bytes.len(), check(&bytes)), (length, Ok(())), "{value}");
            assert_eq!(doc_from_cbor(&bytes), Ok(Value::from(value)));
            for (info, width) in [(24u8, 1usize), (25, 2), (26, 4), (27, 8)].into_iter().filter(|(_, w)| w + 1 > length)
            {
                let longer = [&[info], &value.to_be_bytes()[8 - width..]].concat();
                assert_eq!(check(&longer), Err(CborError::NotCanonical), "{value} in {width} bytes");
            }
            for cut in 0..length {
                assert_eq!(check(&bytes[..cut]), Err(CborError::Truncated), "{value} cut after {cut}");
            }
        }
    }

    /// Every float has the one shortest form: what a half holds exactly is refused as a single, and so on.
    #[test]
    fn floats_take_the_shortest_form() {
        let halves =
            [0x0000u16, 0x8000, 0x0001, 0x8001, 0x03ff, 0x0400, 0x3c00, 0x3c01, 0xbc00, 0x7bff, 0x7c00, 0xfc00];
        let values =
            [0.0, -0.0, 2f32.powi(-24), -(2f32.powi(-24)), 1023.0 * 2f32.powi(-24), 2f32.powi(-14), 1.0, 1.0009766];
        let values = values.into_iter().chain([-1.0, 65_504.0, f32::INFINITY, f32::NEG_INFINITY]);
        for (half, single) in halves.into_iter().zip(values) {
            assert_eq!(half_value(half).map(f32::to_bits), Some(single.to_bits()), "{half:04x}");
            assert_eq!(half_bits(single), Some(half), "{single}");
            assert_eq!(check(&[&[0xf9][..], &half.to_be_bytes()].concat()), Ok(()), "{half:04x}");
            assert_eq!(check(&[&[0xfa][..], &single.to_bits().to_be_bytes()].concat()), Err(CborError::NotCanonical));
        }
        // Just beside a half in length, and beyond both ends of what halves reach.
        let beside =
            [1.0 + 2f32.powi(-11), 1025.5 * 2f32.powi(-24), 1.5 * 2f32.powi(-24), 2f32.powi(-25), 65_536.0, 65_520.0];
        for single in beside {
            assert_eq!(half_bits(single), None, "{single}");
            assert_eq!(check(&[&[0xfa][..], &single.to_bits().to_be_bytes()].concat()), Ok(()), "{single}");
            let double = f64::from(single).to_bits().to_be_bytes();
            assert_eq!(check(&[&[0xfb][..], &double].concat()), Err(CborError::NotCanonical), "{single}");
        }
        for not_a_number in ["f97c01", "f9fe00", "fa7fc00000", "fa7f800001", "fb7ff8000000000000"] {
            let bytes = data_encoding::HEXLOWER.decode(not_a_number.as_bytes()).unwrap();
            assert!(check(&bytes).is_err(), "{not_a_number}");
        }
    }

    /// Byte strings may stand in a body and in no document; tags and unassigned simple values stand nowhere.
    #[test]
    fn what_documents_do_not_hold_is_refused() {
        assert_eq!(check(&[0x42, 1, 2]), Ok(()));
        assert_eq!(doc_from_cbor(&[0x42, 1, 2]), Err(CborError::Unsupported));
        assert_eq!(doc_from_cbor(&[0xa1, 0x01, 0x02]), Err(CborError::WrongType), "a key that is no text");
        assert_eq!(doc_from_cbor(&[0xf9, 0x7c, 0x00]), Err(CborError::Unsupported), "JSON knows no infinity");
        let below_i64 = [&[0x3b][..], &(1u64 << 63).to_be_bytes()].concat();
        assert_eq!((check(&below_i64), doc_from_cbor(&below_i64)), (Ok(()), Err(CborError::Unsupported)));
        assert_eq!(doc_from_cbor(&[0x3b, 0x7f, 255, 255, 255, 255, 255, 255, 255]), Ok(Value::from(i64::MIN)));
        for bytes in [&[0xe0][..], &[0xf3], &[0xf7], &[0xf8, 0x20], &[0xc0, 0x00]] {
            assert_eq!(check(bytes), Err(CborError::Unsupported), "{bytes:x?}");
        }
        for bytes in [&[0x1c][..], &[0x5f], &[0xff], &[0x61, 0xff]] {
            assert_eq!(check(bytes), Err(CborError::NotCanonical), "{bytes:x?}");
        }
        assert_eq!(check(&[0x42, 1]), Err(CborError::Truncated));
        assert_eq!(check(&[]), Err(CborError::Truncated));
        assert_eq!(check(&[0, 0]), Err(CborError::Trailing));
    }
}
