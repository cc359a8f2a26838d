//! Open Referral UK in: every answer of a 3.0 or v1 site, whole or in parts, as documents.

use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, read};
use serde_json::{Map, Value, json};

use super::{Gather, cells, v1};

/// Where things come from.
pub(super) struct From<'a> {
    /// Name of the source.
    pub source: &'a str,
    /// Web address of the site, when it came from one.
    pub url: Option<&'a str>,
}

/// Takes in everything found in a value.
pub(super) fn take(gather: &mut Gather, value: Value, what: &str, from: &From<'_>) {
    take_deep(gather, value, what, from, hint(what), 0);
}

/// What the name of a file or address says about things that do not tell themselves: an organization with nothing but a name
/// and a description looks just like a taxonomy.
fn hint(what: &str) -> Option<Kind> {
    let what = what.to_lowercase();
    [("taxonomy_term", Kind::TAXONOMY_TERM), ("taxonom", Kind::TAXONOMY), ("organi", Kind::ORGANIZATION)]
        .into_iter()
        .find(|(word, _)| what.contains(word))
        .map(|(_, kind)| kind)
}

fn take_deep(gather: &mut Gather, value: Value, what: &str, from: &From<'_>, hint: Option<Kind>, depth: usize) {
    match value {
        Value::Array(items) if depth < 3 => {
            for (n, item) in items.into_iter().enumerate() {
                let what = if item.is_object() { what.to_owned() } else { format!("{what}, item {}", n + 1) };
                take_deep(gather, item, &what, from, hint, depth + 1);
            }
        }
        Value::Object(map) => object(gather, map, what, from, hint, depth),
        _ => gather.set_aside(what, "this is not an item of a directory"),
    }
}

/// Lists that hold items of one kind, in a page, a package or an organization.
const LISTS: [(&str, Option<Kind>); 8] = [
    ("contents", None),
    ("content", None),
    ("organizations", Some(Kind::ORGANIZATION)),
    ("services", Some(Kind::SERVICE)),
    ("locations", Some(Kind::LOCATION)),
    ("service_at_locations", Some(Kind::SERVICE_AT_LOCATION)),
    ("taxonomies", Some(Kind::TAXONOMY)),
    ("taxonomy_terms", Some(Kind::TAXONOMY_TERM)),
];

fn object(
    gather: &mut Gather,
    mut map: Map<String, Value>,
    what: &str,
    from: &From<'_>,
    hint: Option<Kind>,
    depth: usize,
) {
    if let (Some(1), Some(kind)) =
        (map.get("hedgerow").and_then(Value::as_u64), map.get("kind").and_then(Value::as_str))
    {
        return own(gather, kind, &map, what);
    }
    let named = map.contains_key("name") || map.contains_key("id");
    if !named && depth < 3 {
        let lists: Vec<(Option<Kind>, Value)> = LISTS
            .iter()
            .filter_map(|(key, kind)| Some((*kind, map.shift_remove(*key).filter(Value::is_array)?)))
            .collect();
        if !lists.is_empty() {
            lists.into_iter().for_each(|(kind, list)| take_deep(gather, list, what, from, kind.or(hint), depth + 1));
            return;
        }
        if map.contains_key("openapi_url") || map.contains_key("profile") {
            return; // What a site says about itself.
        }
    }
    let value = Value::Object(map);
    match kind_of(&value).or(hint) {
        Some(Kind::SERVICE) => service(gather, value, what, from),
        Some(Kind::ORGANIZATION) => organization(gather, value, what, from),
        Some(Kind::SERVICE_AT_LOCATION) => place(gather, value, what, from),
        Some(kind) => item(gather, kind, value, what, from),
        None => {
            let name = named_in(what, &value);
            gather.set_aside(&name, "it is not clear what this is: no service, organization, location or taxonomy");
        }
    }
}

/// What an object is, by the fields it has.
fn kind_of(v: &Value) -> Option<Kind> {
    let has = |keys: &[&str]| keys.iter().any(|k| v.get(k).is_some());
    let is_object = |k| v.get(k).is_some_and(Value::is_object);
    if has(&["taxonomy_terms"]) {
        return Some(Kind::TAXONOMY);
    }
    if is_object("service") || (is_object("location") && !has(&["name", "status"])) {
        return Some(Kind::SERVICE_AT_LOCATION);
    }
    if has(&["term", "term_uri", "vocabulary", "parent_id"]) || v.get("taxonomy").is_some_and(Value::is_string) {
        return Some(Kind::TAXONOMY_TERM);
    }
    if has(&["services", "organization_identifiers", "parent_organization_id", "legal_status", "logo", "website"]) {
        return Some(Kind::ORGANIZATION);
    }
    let service = [
        "status",
        "organization",
        "organization_id",
        "service_at_locations",
        "service_taxonomys",
        "cost_options",
        "eligibilitys",
        "service_areas",
        "assured_date",
        "fees",
    ];
    if has(&["location_type", "addresses", "physical_addresses", "external_identifier"])
        && !has(&["status", "organization"])
    {
        return Some(Kind::LOCATION);
    }
    if has(&service) {
        return Some(Kind::SERVICE);
    }
    if has(&["latitude", "longitude"]) {
        return Some(Kind::LOCATION);
    }
    if has(&["schedules", "regular_schedules"]) {
        return Some(Kind::SERVICE);
    }
    if has(&["version"]) && has(&["name"]) {
        return Some(Kind::TAXONOMY);
    }
    if has(&["uri", "year_incorporated", "tax_id"]) {
        return Some(Kind::ORGANIZATION);
    }
    None
}

fn service(gather: &mut Gather, value: Value, what: &str, from: &From<'_>) {
    item(gather, Kind::SERVICE, v1::upgrade_service(value), what, from);
}

/// An organization with its services: the organization by itself, and each service with the organization in it.
fn organization(gather: &mut Gather, mut value: Value, what: &str, from: &From<'_>) {
    let services = value.as_object_mut().and_then(|o| o.shift_remove("services"));
    v1::upgrade_organization(&mut value);
    if let Some(Value::Array(services)) = services {
        for mut service in services {
            if let Some(map) = service.as_object_mut()
                && !map.get("organization").is_some_and(Value::is_object)
            {
                map.insert("organization".into(), value.clone());
            }
            if service.is_object() {
                self::service(gather, service, what, from);
            } else {
                gather.set_aside(what, "a service in it is not an object");
            }
        }
    }
    item(gather, Kind::ORGANIZATION, value, what, from);
}

/// A service at a location: turned round into the service with that place in it, so that one listing is one record.
fn place(gather: &mut Gather, mut value: Value, what: &str, from: &From<'_>) {
    let service = value.as_object_mut().and_then(|o| o.shift_remove("service"));
    match service {
        Some(Value::Object(mut service)) => {
            let mut places = match service.shift_remove("service_at_locations") {
                Some(Value::Array(places)) => places,
                _ => Vec::new(),
            };
            if !places.iter().any(|p| p.get("id").is_some() && p.get("id") == value.get("id")) {
                places.push(value);
            }
            service.insert("service_at_locations".into(), Value::Array(places));
            self::service(gather, Value::Object(service), what, from);
        }
        _ => item(gather, Kind::SERVICE_AT_LOCATION, v1::upgrade_place(value), what, from),
    }
}

fn item(gather: &mut Gather, kind: Kind, mut hsds: Value, what: &str, from: &From<'_>) {
    let what = named_in(what, &hsds);
    let nameless = matches!(kind, Kind::LOCATION | Kind::SERVICE_AT_LOCATION);
    cells::clear(&mut hsds, !nameless);
    let Some(id) = read::text(&hsds, "id") else {
        return gather.set_aside(&what, "it has no id, so it could not be recognised next time");
    };
    if id.len() > 200 {
        return gather.set_aside(&what, "its id is longer than 200 letters");
    }
    if !nameless && listing::plain(&read::text(&hsds, "name").unwrap_or_default()).is_empty() {
        return gather.set_aside(&what, "it has no name");
    }
    let is_term = matches!(kind, Kind::TAXONOMY | Kind::TAXONOMY_TERM);
    let odd = read::str(&hsds, "name").filter(|_| !nameless && !is_term).and_then(cells::odd_name);
    for remark in odd.into_iter().chain(listing::hours_doubts(&hsds)) {
        gather.remark(&what, &remark);
    }
    let kind_name = kind.name().unwrap_or_default();
    let id_key = id.to_ascii_lowercase();
    // A UUID is the same thing wherever it comes from; a number only means something at its source.
    let scope = if listing::uuid_ok(&id) { "" } else { from.source };
    let key = listing::record_key(scope, kind_name, &id_key).to_vec();
    gather.add(kind, key, document(hsds, kind_name, &id, from), &what);
}

/// The document around an Open Referral object.
fn document(hsds: Value, kind_name: &str, id: &str, from: &From<'_>) -> Value {
    let mut source = Map::new();
    source.insert("name".into(), json!(from.source));
    source.insert("type".into(), json!(kind_name));
    source.insert("id".into(), json!(id));
    if let Some(url) = from.url {
        source.insert("url".into(), json!(url));
    }
    let mut doc = Map::new();
    let assured = ["assured_date", "last_modified"].iter().find_map(|k| listing_day(read::str(&hsds, k)?));
    doc.insert("hsds".into(), hsds);
    doc.insert("source".into(), Value::Object(source));
    if let Some(day) = assured {
        doc.insert("assured".into(), json!(day));
    }
    Value::Object(doc)
}

fn listing_day(text: &str) -> Option<String> {
    let day: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    Some(day.to_string())
}

/// A line of our own export: the record just as it was.
fn own(gather: &mut Gather, kind: &str, map: &Map<String, Value>, what: &str) {
    let key = map.get("key").and_then(Value::as_str).and_then(|k| data_encoding::HEXLOWER.decode(k.as_bytes()).ok());
    match (Kind::from_name(kind), key, map.get("doc").filter(|d| d.is_object())) {
        (Some(kind), Some(key), Some(doc)) if key.len() <= hedgerow_protocol::limits::KEY_BYTES_MAX => {
            gather.put(kind, key, doc.clone(), what, true);
        }
        _ => gather.set_aside(what, "this line of a Hedgerow export is damaged"),
    }
}

fn named_in(what: &str, v: &Value) -> String {
    match read::text(v, "name").or_else(|| read::text(v, "id")) {
        Some(name) => format!("{what}: {name}"),
        None => what.to_owned(),
    }
}
