//! Open Referral UK v1 brought to the shape of 3.0: fields get the names they have there, nothing is thrown away.

use hedgerow_protocol::listing::read;
use serde_json::{Map, Value, json};

/// A service of either version in the shape of 3.0.
pub(super) fn upgrade_service(mut value: Value) -> Value {
    let Some(map) = value.as_object_mut() else { return value };
    rename(map, "regular_schedules", "schedules");
    rename(map, "regular_schedule", "schedules");
    rename(map, "fundings", "funding");
    if let Some(Value::Array(terms)) = map.shift_remove("service_taxonomys") {
        let mut attributes = match map.shift_remove("attributes") {
            Some(Value::Array(have)) => have,
            _ => Vec::new(),
        };
        attributes.extend(terms.into_iter().map(attribute));
        map.insert("attributes".into(), Value::Array(attributes));
    }
    ages(map);
    each(map, "service_areas", |area| fill(area, "name", "service_area"));
    each(map, "languages", |language| fill(language, "name", "language"));
    each(map, "service_at_locations", place);
    if let Some(organization) = map.get_mut("organization") {
        upgrade_organization(organization);
    }
    if let Some(Value::String(status)) = map.get_mut("status") {
        *status = status.trim().to_lowercase();
    }
    value
}

/// A service at a location by itself.
pub(super) fn upgrade_place(mut value: Value) -> Value {
    if let Some(map) = value.as_object_mut() {
        place(map);
    }
    value
}

/// An organization: its address on the web is `website` in 3.0.
pub(super) fn upgrade_organization(value: &mut Value) {
    if let Some(map) = value.as_object_mut() {
        rename(map, "url", "website");
    }
}

fn place(map: &mut Map<String, Value>) {
    rename(map, "regular_schedules", "schedules");
    rename(map, "regular_schedule", "schedules");
    let Some(location) = map.get_mut("location").and_then(Value::as_object_mut) else { return };
    for old in ["physical_addresses", "physical_address"] {
        rename(location, old, "addresses");
    }
    if location.contains_key("addresses") {
        each(location, "addresses", |address| {
            if !address.contains_key("address_type") {
                address.insert("address_type".into(), json!("physical"));
            }
        });
        if !location.contains_key("location_type") {
            location.insert("location_type".into(), json!("physical"));
        }
    }
    rename(location, "accessibility_for_disabilities", "accessibility");
    each(location, "accessibility", |access| fill(access, "description", "accessibility"));
}

/// `service_taxonomys` of v1: `{id, taxonomy: {id, name, vocabulary, parent_id}}`.
fn attribute(mut old: Value) -> Value {
    let Some(map) = old.as_object_mut() else { return old };
    if let Some(Value::Object(mut term)) = map.shift_remove("taxonomy") {
        rename(&mut term, "vocabulary", "taxonomy");
        map.insert("taxonomy_term".into(), Value::Object(term));
    }
    map.entry("link_type").or_insert_with(|| json!("service"));
    old
}

/// The ages of the widest eligibility; the eligibilities themselves stay.
fn ages(map: &mut Map<String, Value>) {
    let Some(Value::Array(list)) = map.get("eligibilitys") else { return };
    let all = |key: &str| -> Option<Vec<f64>> { list.iter().map(|e| read::number(e, key)).collect() };
    let least = all("minimum_age").and_then(|a| a.into_iter().reduce(f64::min));
    let most = all("maximum_age").and_then(|a| a.into_iter().reduce(f64::max));
    for (key, age) in [("minimum_age", least), ("maximum_age", most)] {
        if let Some(age) = age.filter(|_| !map.contains_key(key)) {
            let whole = age.fract() == 0.0 && age.abs() < 1e9;
            map.insert(key.into(), if whole { json!(age as i64) } else { json!(age) });
        }
    }
}

fn rename(map: &mut Map<String, Value>, old: &str, new: &str) {
    if !map.contains_key(new)
        && let Some(value) = map.shift_remove(old)
    {
        let value = if new.ends_with('s') && value.is_object() { Value::Array(vec![value]) } else { value };
        map.insert(new.into(), value);
    }
}

fn fill(map: &mut Map<String, Value>, new: &str, from: &str) {
    if !map.contains_key(new)
        && let Some(value) = map.get(from).cloned()
    {
        map.insert(new.into(), value);
    }
}

fn each(map: &mut Map<String, Value>, key: &str, change: impl Fn(&mut Map<String, Value>)) {
    if let Some(Value::Array(items)) = map.get_mut(key) {
        items.iter_mut().filter_map(Value::as_object_mut).for_each(change);
    }
}
