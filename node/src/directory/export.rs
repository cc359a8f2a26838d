//! Open Referral UK 3.0 out, strictly: only the standard's fields, of the standard's types.
//!
//! A value that does not fit is put right where that changes nothing it says, and left out where it would; an object that
//! then lacks a required field is left out, and the report says so. Nothing is invented. What the strict form has no room
//! for is kept beside it in `hedgerow.ndjson`, one record a line: importing the folder gives the same records again.
//!
//! The folder mirrors the paths of an Open Referral UK site: `index.json`, `services.json` (and `services-page-2.json` …),
//! `services/ID.json`, and likewise organizations, service_at_locations, taxonomies, taxonomy_terms.

use std::collections::BTreeMap;

use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, derived_uuid, plain, read, uuid_ok};
use serde_json::{Map, Value, json};

mod write;

use super::Quarantined;
use super::shape::{ORGANIZATION, SERVICE, SERVICE_AT_LOCATION, Shape, TAXONOMY, TAXONOMY_TERM, Type};
pub use write::{Each, oruk};

/// Items on one list page.
const PAGE_SIZE: usize = 500;
/// Most lines of a report kept.
const REPORT_MAX: usize = 2_000;
/// The file with everything the strict form has no room for.
pub const RECORDS_FILE: &str = "hedgerow.ndjson";

/// What was written, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// Files written.
    pub files: usize,
    /// Services written.
    pub services: usize,
    /// Organizations written.
    pub organizations: usize,
    /// Services at locations written.
    pub service_at_locations: usize,
    /// Taxonomies written.
    pub taxonomies: usize,
    /// Taxonomy terms written.
    pub taxonomy_terms: usize,
    /// Objects and values left out, and why.
    pub left_out: Vec<Quarantined>,
}

/// What an Open Referral UK site says about itself.
pub fn details() -> Value {
    json!({
        "version": "HSDS-UK-3.0",
        "profile": "https://docs.openreferraluk.org/en/latest/",
        "openapi_url": "https://raw.githubusercontent.com/openreferral/uk-profile/main/schema/openapi.json",
    })
}

/// Records in their strict form, by id, each list with what stands inside the records of the others.
#[derive(Default)]
pub struct Strict {
    /// Services, whole.
    pub services: BTreeMap<String, Value>,
    /// Organizations.
    pub organizations: BTreeMap<String, Value>,
    /// Services at locations.
    pub places: BTreeMap<String, Value>,
    /// Taxonomies.
    pub taxonomies: BTreeMap<String, Value>,
    /// Taxonomy terms.
    pub terms: BTreeMap<String, Value>,
    left_out: Vec<Quarantined>,
    left_out_beyond: usize,
}

/// Where in which record we are: for ids made from it, and for the report.
struct Here<'a> {
    source: &'a str,
    record: &'a str,
    path: String,
}

impl Here<'_> {
    fn inner(&self, step: &str) -> Here<'_> {
        let path = if self.path.is_empty() { step.to_owned() } else { format!("{} {step}", self.path) };
        Here { source: self.source, record: self.record, path }
    }
}

impl Strict {
    /// Takes a record in. Whether its kind belongs in a directory at all.
    pub fn record(&mut self, kind: Kind, key: &[u8], doc: &Value) -> bool {
        let shape = match kind {
            Kind::SERVICE => &SERVICE,
            Kind::ORGANIZATION => &ORGANIZATION,
            Kind::SERVICE_AT_LOCATION => &SERVICE_AT_LOCATION,
            Kind::TAXONOMY => &TAXONOMY,
            Kind::TAXONOMY_TERM => &TAXONOMY_TERM,
            Kind::LOCATION => return true,
            _ => return false,
        };
        let hsds = read::hsds(doc);
        let title = plain(&read::text(hsds, "name").unwrap_or_else(|| "without a name".into()));
        let source = doc.get("source").and_then(|s| read::text(s, "name")).unwrap_or_default();
        let record = data_encoding::HEXLOWER.encode(key);
        let here = Here { source: &source, record: &record, path: title.clone() };
        let mut hsds = hsds.clone();
        prepare(kind, &mut hsds, doc);
        let Some(object) = self.object(shape, &hsds, &here) else { return true };
        let id = read::text(&object, "id").unwrap_or_default();
        match kind {
            Kind::SERVICE => self.spread(&object, &id),
            Kind::TAXONOMY => {
                for term in read::list(&object, "taxonomy_terms") {
                    self.term(term);
                }
            }
            _ => {}
        }
        let into = match kind {
            Kind::SERVICE => &mut self.services,
            Kind::ORGANIZATION => &mut self.organizations,
            Kind::SERVICE_AT_LOCATION => &mut self.places,
            Kind::TAXONOMY => &mut self.taxonomies,
            _ => &mut self.terms,
        };
        if kind == Kind::SERVICE && into.contains_key(&id) {
            self.leave_out(&here, "another listing has the same id");
        } else {
            into.insert(id, object);
        }
        true
    }

    /// What a service holds of the other lists: its organization, its places, its terms.
    fn spread(&mut self, service: &Value, id: &str) {
        if let Some(organization) = service.get("organization")
            && let Some(id) = read::text(organization, "id")
        {
            self.organizations.entry(id).or_insert_with(|| organization.clone());
        }
        let mut bare = service.clone();
        if let Some(map) = bare.as_object_mut() {
            map.shift_remove("service_at_locations");
        }
        for place in read::list(service, "service_at_locations") {
            let mut place = place.clone();
            place["service"] = bare.clone();
            let place_id = read::text(&place, "id").unwrap_or_else(|| id.to_owned());
            self.places.entry(place_id).or_insert(place);
        }
        for attribute in read::list(service, "attributes") {
            if let Some(term) = attribute.get("taxonomy_term") {
                self.term(term);
            }
        }
    }

    fn term(&mut self, term: &Value) {
        if let Some(id) = read::text(term, "id") {
            self.terms.entry(id).or_insert_with(|| term.clone());
        }
    }

    fn leave_out(&mut self, here: &Here<'_>, reason: impl Into<String>) {
        self.leave_out_named(&here.path, reason);
    }

    fn leave_out_named(&mut self, what: &str, reason: impl Into<String>) {
        if self.left_out.len() < REPORT_MAX {
            self.left_out.push(Quarantined { what: plain(what), reason: reason.into() });
        } else {
            self.left_out_beyond += 1;
        }
    }

    /// The object in its strict shape; `None`, and a line in the report, when a required field is missing.
    fn object(&mut self, shape: &Shape, value: &Value, here: &Here<'_>) -> Option<Value> {
        if !value.is_object() {
            self.leave_out(here, format!("its {} is not an object", shape.name));
            return None;
        }
        let mut out = Map::new();
        for (name, kind) in shape.fields {
            let field = value.get(*name).filter(|v| !v.is_null() && v.as_str().is_none_or(|s| !s.trim().is_empty()));
            let fitted = match (field, kind) {
                // An id of its own is all that a part without one lacks.
                (None, Type::Uuid) if *name == "id" => Some(json!(derived_uuid(&["export", here.record, &here.path]))),
                (None, _) => None,
                (Some(v), Type::One(inner)) => self.object(inner, v, &here.inner(name)),
                (Some(v), Type::Many(inner)) => {
                    let items = match v {
                        Value::Array(items) => items.as_slice(),
                        one => core::slice::from_ref(one),
                    };
                    let fitted: Vec<Value> = items
                        .iter()
                        .enumerate()
                        .filter_map(|(n, item)| {
                            let here = here.inner(&format!("{} {}", inner.name, n + 1));
                            let mut item = item.clone();
                            if inner.name == "schedule" && !self.schedule(&mut item, &here) {
                                return None;
                            }
                            if inner.name == "address" {
                                complete_address(&mut item, value);
                            }
                            self.object(inner, &item, &here)
                        })
                        .collect();
                    (!fitted.is_empty()).then_some(Value::Array(fitted))
                }
                (Some(v), kind) => {
                    let fitted = scalar(kind, v, here.source);
                    if fitted.is_none() {
                        self.leave_out(here, format!("its {name} does not fit the standard"));
                    }
                    fitted
                }
            };
            if let Some(v) = fitted {
                out.insert((*name).into(), v);
            }
        }
        // A term or an organization that says nothing more about itself is described by its name.
        if shape.required.contains(&"description")
            && !out.contains_key("description")
            && let Some(name) = out.get("name").cloned()
        {
            out.insert("description".into(), name);
        }
        let missing: Vec<&str> = shape.required.iter().copied().filter(|r| !out.contains_key(*r)).collect();
        if missing.is_empty() {
            return Some(Value::Object(out));
        }
        self.leave_out(here, format!("the standard needs a {} here: {} left out", missing.join(" and a "), shape.name));
        None
    }

    /// The standard knows weeks and months only, and none of the rarer rules: a schedule that cannot be said with them is left
    /// out rather than said wrongly. Its words stay.
    fn schedule(&mut self, item: &mut Value, here: &Here<'_>) -> bool {
        let Some(map) = item.as_object_mut() else { return true };
        let freq = map.get("freq").and_then(Value::as_str).map(str::to_ascii_uppercase);
        let plain_day = !map.contains_key("byday") && map.get("interval").is_none_or(|i| *i == json!(1));
        let fits = match freq.as_deref() {
            Some("DAILY") if plain_day => {
                map.insert("freq".into(), json!("WEEKLY"));
                map.insert("byday".into(), json!("MO,TU,WE,TH,FR,SA,SU"));
                true
            }
            None | Some("WEEKLY" | "MONTHLY") => true,
            Some(_) => false,
        };
        let rare = ["until", "count", "byyearday", "byweekno", "bymonth", "timezone"];
        let rare = rare.iter().any(|k| map.get(*k).is_some_and(|v| !v.is_null() && v.as_str() != Some("")));
        if fits && !rare {
            for key in ["byday", "bymonthday"] {
                if let Some(Value::Array(items)) = map.get(key) {
                    let words: Vec<String> =
                        items.iter().map(|i| i.as_str().map_or_else(|| i.to_string(), str::to_owned)).collect();
                    map.insert(key.into(), json!(words.join(",")));
                }
            }
            self.times(item, here);
            return true;
        }
        self.leave_out(here, "its repeat rule cannot be said in the standard");
        map.retain(|k, _| matches!(k.as_str(), "id" | "description" | "notes" | "schedule_link" | "attending_type"));
        map.keys().any(|k| k != "id")
    }

    /// Opening and closing times on the 24-hour clock. What can be meant in two ways is said in words, for others would guess.
    fn times(&mut self, item: &mut Value, here: &Here<'_>) {
        let as_written = |key| item.get(key).and_then(Value::as_str).is_none_or(is_standard_time);
        if as_written("opens_at") && as_written("closes_at") {
            return;
        }
        let (clear, two_ways) = (listing::clear_times(item), listing::two_way_times(item));
        let Some(map) = item.as_object_mut() else { return };
        if let Some((opens, closes)) = clear {
            map.insert("opens_at".into(), json!(opens));
            map.insert("closes_at".into(), json!(closes));
        } else if let Some(words) = two_ways {
            map.retain(|k, _| k != "opens_at" && k != "closes_at");
            map.entry("notes").or_insert(json!(words));
            self.leave_out(here, "its opening hours can be meant in two ways, so they are written in words");
        }
    }
}

/// Times as the standard writes them. A time with an offset or a date says more, and stays.
fn is_standard_time(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() >= 5 && b[2] == b':' && [b[0], b[1], b[3], b[4]].iter().all(u8::is_ascii_digit)
        || text.contains(['T', 'Z', '+'])
}

/// What can be said in the standard's own fields though it stands elsewhere in the record.
fn prepare(kind: Kind, hsds: &mut Value, doc: &Value) {
    if kind != Kind::SERVICE {
        return;
    }
    let Some(map) = hsds.as_object_mut() else { return };
    let status = match map.get("status").and_then(Value::as_str).map(|s| s.trim().to_lowercase()).as_deref() {
        Some("closed" | "permanently closed") => Some("defunct"),
        Some("suspended") => Some("temporarily closed"),
        _ => None,
    };
    if let Some(status) = status {
        map.insert("status".into(), json!(status));
    }
    if !map.contains_key("assured_date")
        && let Some(day) = doc.get("assured")
    {
        map.insert("assured_date".into(), day.clone());
    }
}

/// What an address says of itself elsewhere: its region is its county, a British postcode is in Britain, and it is of the
/// kind its location is.
fn complete_address(item: &mut Value, location: &Value) {
    let kind = location.get("location_type").cloned().filter(|t| !t.is_null());
    let Some(map) = item.as_object_mut() else { return };
    let text = |map: &Map<String, Value>, key: &str| {
        map.get(key).and_then(Value::as_str).map(str::trim).unwrap_or("").to_owned()
    };
    if text(map, "state_province").is_empty() && !text(map, "region").is_empty() {
        map.insert("state_province".into(), json!(text(map, "region")));
    }
    if text(map, "country").is_empty() && british(&text(map, "postal_code")) {
        map.insert("country".into(), json!("GB"));
    }
    if text(map, "address_type").is_empty()
        && let Some(kind) = kind
    {
        map.insert("address_type".into(), kind);
    }
}

/// Whether a postcode has the British form: one or two letters, one or two digits or a letter after them, then a digit and two letters.
fn british(code: &str) -> bool {
    let code: Vec<u8> = code.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let Some((outward, inward)) = code.len().checked_sub(3).and_then(|at| code.split_at_checked(at)) else {
        return false;
    };
    let inward_ok = inward[0].is_ascii_digit() && inward[1..].iter().all(u8::is_ascii_alphabetic);
    let letters = outward.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    inward_ok
        && (1..=2).contains(&letters)
        && (letters + 1..=letters + 2).contains(&outward.len())
        && outward[letters].is_ascii_digit()
        && outward[letters + 1..].iter().all(u8::is_ascii_alphanumeric)
}

fn scalar(kind: &Type, value: &Value, source: &str) -> Option<Value> {
    let text = match value {
        Value::String(s) => Some(s.trim().to_owned()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(if *b { "Yes" } else { "No" }.to_owned()),
        _ => None,
    };
    match kind {
        Type::Text => text.map(Value::String),
        Type::Number => match value {
            Value::Number(n) => Some(Value::Number(n.clone())),
            _ => {
                let n: f64 = text?.parse().ok().filter(|n: &f64| n.is_finite())?;
                Some(if n.fract() == 0.0 && n.abs() < 1e15 { json!(n as i64) } else { json!(n) })
            }
        },
        // A number that is an id at its source keeps meaning the same thing wherever it is referred to.
        Type::Uuid => {
            text.map(|t| if uuid_ok(&t) { json!(t) } else { json!(derived_uuid(&["foreign id", source, &t])) })
        }
        Type::Url => text.filter(|t| url_ok(t)).map(Value::String),
        Type::Email => text.filter(|t| email_ok(t)).map(Value::String),
        Type::Moment => {
            text.filter(|t| t.parse::<jiff::Timestamp>().is_ok() && t.contains(['T', 't'])).map(Value::String)
        }
        Type::OneOf(words) => {
            let text = text?;
            words.iter().find(|w| w.eq_ignore_ascii_case(&text)).map(|w| json!(w))
        }
        Type::One(_) | Type::Many(_) => None,
    }
}

fn url_ok(text: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|p| text.strip_prefix(p));
    let allowed = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
    rest.is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && r.chars().all(allowed))
}

fn email_ok(text: &str) -> bool {
    let Some((name, site)) = text.rsplit_once('@') else { return false };
    !name.is_empty()
        && !site.is_empty()
        && !name.contains('@')
        && text.chars().all(|c| {
            c.is_ascii_graphic() && !matches!(c, '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | ']' | '\\')
        })
}

/// The short form a list page has: no lists of parts, and the organization without its own.
pub fn short(v: &Value) -> Value {
    let mut out = flat(v);
    if let Some(organization) = v.get("organization") {
        out["organization"] = flat(organization);
    }
    out
}

/// The short form of a service at a location.
pub fn short_place(place: &Value) -> Value {
    let mut place = place.clone();
    for (key, form) in [("location", flat as fn(&Value) -> Value), ("service", short)] {
        if let Some(inner) = place.get_mut(key) {
            *inner = form(inner);
        }
    }
    place
}

/// The fields that are neither objects nor lists.
pub fn flat(v: &Value) -> Value {
    match v {
        Value::Object(map) => {
            map.iter().filter(|(_, v)| !v.is_object() && !v.is_array()).map(|(k, v)| (k.clone(), v.clone())).collect()
        }
        other => other.clone(),
    }
}

/// One page of a list, counted from 1.
pub fn page_of(contents: &[Value], number: usize, pages: usize, total: usize) -> Value {
    json!({
        "total_items": total, "total_pages": pages, "page_number": number, "size": contents.len(),
        "first_page": number == 1, "last_page": number == pages, "empty": contents.is_empty(), "contents": contents,
    })
}
