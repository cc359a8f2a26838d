//! Reading documents tolerantly: a missing, empty or oddly typed field is simply not there.
//!
//! Not for judging: strictness is for typed input and for exports.

use serde_json::Value;

/// The text of a field, trimmed; `None` when missing, empty or not a text. Numbers read as text.
pub fn text(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(s) => {
            let s = s.trim();
            (!s.is_empty()).then(|| s.to_owned())
        }
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// The same without a copy, for texts only.
pub fn str<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().map(str::trim).filter(|s| !s.is_empty())
}

/// The items of a field: an array's, or the one thing that stands where an array belongs.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    match value.get(key) {
        Some(Value::Array(items)) => items,
        Some(one @ Value::Object(_)) => core::slice::from_ref(one),
        _ => &[],
    }
}

/// A number, also one written as text. Never NaN or infinite.
pub fn number(value: &Value, key: &str) -> Option<f64> {
    match value.get(key)? {
        Value::Number(n) => n.as_f64(),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
    .filter(|n: &f64| n.is_finite())
}

/// Yes or no, also written as a word or a number.
pub fn flag(value: &Value, key: &str) -> Option<bool> {
    match value.get(key)? {
        Value::Bool(b) => Some(*b),
        Value::String(s) => match s.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "1" => Some(true),
            "false" | "no" | "n" | "0" => Some(false),
            _ => None,
        },
        Value::Number(n) => n.as_i64().map(|n| n != 0),
        _ => None,
    }
}

/// The Open Referral object inside a document: `hsds`, or the document itself where it is bare.
pub fn hsds(doc: &Value) -> &Value {
    doc.get("hsds").filter(|v| v.is_object()).unwrap_or(doc)
}

/// Every location of a service document, in order.
pub fn locations(doc: &Value) -> Vec<&Value> {
    let service = hsds(doc);
    list(service, "service_at_locations")
        .iter()
        .filter_map(|at| at.get("location"))
        .chain(list(service, "locations"))
        .chain(service.get("location"))
        .filter(|v| v.is_object())
        .collect()
}

/// The first usable address of a location, or of a bare address holder.
pub fn address(location: &Value) -> Option<&Value> {
    ["addresses", "physical_addresses", "physical_address"].iter().find_map(|k| list(location, k).first())
}
