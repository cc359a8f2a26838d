//! What a list shows of a record, and the words it is found by.

use serde_json::Value;

use super::read::{self, flag, list, number, str, text};
use super::text::{plain, words};
use crate::kind::Kind;

/// The few things a list, a search result or a card shows. All texts are plain.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Summary {
    /// Its name; never empty ("Untitled" where there is none).
    pub title: String,
    /// One to three short lines below the title: what it is, where.
    pub lines: Vec<String>,
    /// Who runs it.
    pub organization: Option<String>,
    /// Where, in one line.
    pub place: Option<String>,
    /// The postcode as written.
    pub postcode: Option<String>,
    /// Degrees north and east, when both are on the globe.
    pub position: Option<(f64, f64)>,
    /// The day somebody last checked it, `YYYY-MM-DD`.
    pub assured: Option<String>,
    /// The day it should be checked again, `YYYY-MM-DD`.
    pub review_by: Option<String>,
    /// Where the words came from.
    pub source: Option<String>,
    /// Web address, http or https only.
    pub url: Option<String>,
    /// Electronic mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Event: its first local start. Notice: the day it begins to show.
    pub starts: Option<String>,
    /// Event: its first local end ([`super::event_end`]). Notice: the last day it shows.
    pub ends: Option<String>,
    /// Event: how it comes again, as an RFC 5545 rule.
    pub repeats: Option<String>,
    /// Notice: `info`, `warning` or `urgent`.
    pub severity: Option<String>,
    /// Whether it has closed for good.
    pub closed: bool,
}

/// Reads what a list shows. Any document gives a summary; a missing thing is left out.
pub fn summary(kind: Kind, doc: &Value) -> Summary {
    let mut s = match kind {
        Kind::NOTICE => notice(doc),
        Kind::EVENT => event(doc),
        Kind::PROFILE => profile(doc),
        Kind::LOCAL_SITE => Summary {
            title: line(doc, "title").unwrap_or_default(),
            lines: line(doc, "text").into_iter().collect(),
            ..Summary::default()
        },
        _ => directory(kind, doc),
    };
    s.assured = day(doc, "assured").or(s.assured);
    s.review_by = day(doc, "review_by");
    s.source = doc.get("source").and_then(|v| text(v, "name")).map(|t| plain(&t)).filter(|t| !t.is_empty());
    if s.title.is_empty() {
        s.title = "Untitled".into();
    }
    s.lines.retain(|l| !l.is_empty());
    s
}

fn line(v: &Value, key: &str) -> Option<String> {
    text(v, key).map(|t| words(&t)).filter(|t| !t.is_empty())
}

fn day(v: &Value, key: &str) -> Option<String> {
    super::zone::date(str(v, key)?).map(|d| d.to_string())
}

fn web(v: &Value, key: &str) -> Option<String> {
    line(v, key)
        .filter(|u| u.starts_with("https://") || u.starts_with("http://"))
        .filter(|u| !u.contains(char::is_whitespace))
}

fn directory(kind: Kind, doc: &Value) -> Summary {
    let hsds = read::hsds(doc);
    let mut s = Summary { title: line(hsds, "name").unwrap_or_default(), ..Summary::default() };
    let inner = hsds.get("service").filter(|v| v.is_object());
    if s.title.is_empty() {
        s.title = inner
            .and_then(|v| line(v, "name"))
            .or_else(|| hsds.get("location").and_then(|v| line(v, "name")))
            .unwrap_or_default();
    }
    let organization = hsds.get("organization").filter(|v| v.is_object());
    s.organization = organization.and_then(|o| line(o, "name")).filter(|o| *o != s.title);
    let locations = if kind == Kind::LOCATION { vec![hsds] } else { read::locations(doc) };
    for location in &locations {
        let address = read::address(location);
        let parts = [
            line(location, "name").filter(|n| *n != s.title),
            address.and_then(|a| line(a, "address_1")),
            address.and_then(|a| line(a, "address_2")),
            address.and_then(|a| line(a, "city")),
        ];
        let mut place: Vec<String> = Vec::new();
        for part in parts.into_iter().flatten() {
            if !place.iter().any(|p| p.contains(&part)) {
                place.push(part);
            }
        }
        s.postcode = s.postcode.or_else(|| address.and_then(|a| line(a, "postal_code")));
        s.position = s.position.or_else(|| {
            let (lat, lon) = (number(location, "latitude")?, number(location, "longitude")?);
            (lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat, lon) != (0.0, 0.0)).then_some((lat, lon))
        });
        if s.place.is_none() && !place.is_empty() {
            s.place = Some(plain(&place.join(", ")));
        }
    }
    s.assured = day(hsds, "assured_date").or_else(|| day(hsds, "last_modified"));
    s.url = web(hsds, "url").or_else(|| web(hsds, "website")).or_else(|| organization.and_then(|o| web(o, "website")));
    s.email = line(hsds, "email").or_else(|| organization.and_then(|o| line(o, "email")));
    s.phone = phone(hsds).or_else(|| organization.and_then(phone));
    let status = text(hsds, "status").unwrap_or_default().to_lowercase();
    s.closed = matches!(status.as_str(), "defunct" | "closed" | "permanently closed");
    let where_line = match (&s.place, &s.postcode) {
        (Some(p), Some(c)) => Some(format!("{p}, {c}")),
        (p, c) => p.clone().or_else(|| c.clone()),
    };
    s.lines = [line(hsds, "description"), s.organization.clone(), where_line].into_iter().flatten().collect();
    s
}

fn phone(v: &Value) -> Option<String> {
    list(v, "phones")
        .iter()
        .chain(list(v, "contacts").iter().flat_map(|c| list(c, "phones")))
        .find_map(|p| line(p, "number"))
        .or_else(|| list(v, "contacts").iter().find_map(|c| line(c, "phone")))
}

fn notice(doc: &Value) -> Summary {
    Summary {
        title: line(doc, "title").unwrap_or_default(),
        lines: [line(doc, "text"), line(doc, "place")].into_iter().flatten().collect(),
        place: line(doc, "place"),
        url: web(doc, "url"),
        starts: line(doc, "valid_from"),
        ends: line(doc, "valid_to"),
        severity: line(doc, "severity"),
        closed: flag(doc, "cancelled").unwrap_or(false),
        ..Summary::default()
    }
}

fn event(doc: &Value) -> Summary {
    let venue = doc.get("venue").filter(|v| v.is_object());
    let place = venue.and_then(|v| {
        let parts: Vec<String> = ["name", "address"].iter().filter_map(|k| line(v, k)).collect();
        (!parts.is_empty()).then(|| plain(&parts.join(", ")))
    });
    let postcode = venue.and_then(|v| line(v, "postal_code"));
    let place_line = place.clone().or_else(|| web(doc, "online").map(|_| "Online".into()));
    Summary {
        title: line(doc, "title").unwrap_or_default(),
        lines: [line(doc, "text"), place_line].into_iter().flatten().collect(),
        place,
        postcode,
        url: web(doc, "url").or_else(|| web(doc, "online")),
        email: line(doc, "contact").filter(|c| c.contains('@')),
        starts: line(doc, "start"),
        ends: super::event_end(doc),
        repeats: line(doc, "rrule"),
        closed: flag(doc, "cancelled").unwrap_or(false),
        ..Summary::default()
    }
}

fn profile(doc: &Value) -> Summary {
    Summary {
        title: line(doc, "name").unwrap_or_default(),
        lines: line(doc, "description").into_iter().collect(),
        url: web(doc, "url"),
        email: line(doc, "email"),
        ..Summary::default()
    }
}

/// Words a record is found by, with their weight: 8 name, 5 place and organization, 4 kind of help, 2 description, 1 the rest.
pub fn search_text(kind: Kind, doc: &Value) -> Vec<(u8, String)> {
    let s = summary(kind, doc);
    let mut out: Vec<(u8, String)> = Vec::new();
    let mut add = |weight: u8, text: Option<String>| {
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            out.push((weight, text));
        }
    };
    add(8, Some(s.title));
    add(5, s.place);
    add(5, s.postcode);
    add(5, s.organization);
    let hsds = read::hsds(doc);
    add(8, line(hsds, "alternate_name"));
    add(2, line(hsds, "description").or_else(|| line(doc, "text")));
    for key in
        ["eligibility_description", "application_process", "fees", "interpretation_services", "accreditations", "alert"]
    {
        add(1, line(hsds, key));
    }
    for attribute in list(hsds, "attributes").iter().take(40) {
        let term = attribute.get("taxonomy_term").filter(|v| v.is_object());
        add(4, term.and_then(|t| line(t, "name")).or_else(|| line(attribute, "label")));
    }
    for area in list(hsds, "service_areas").iter().take(20) {
        add(2, line(area, "name").or_else(|| line(area, "service_area")));
    }
    for language in list(hsds, "languages").iter().take(20) {
        add(2, line(language, "name").or_else(|| line(language, "language")));
    }
    for option in list(hsds, "cost_options").iter().take(10) {
        add(1, line(option, "option"));
    }
    for location in read::locations(doc).into_iter().take(20) {
        add(5, line(location, "name"));
        if let Some(address) = read::address(location) {
            for key in ["address_1", "address_2", "city", "region", "state_province", "postal_code"] {
                add(3, line(address, key));
            }
        }
        for access in list(location, "accessibility").iter().take(10) {
            add(1, line(access, "description").or_else(|| line(access, "accessibility")));
        }
    }
    if let Some(library) = doc.get("library") {
        add(3, line(library, "co_located_with"));
        add(1, line(library, "notes"));
        add(4, Some("library".into()));
    }
    for note in super::notes(doc).into_iter().take(4) {
        add(1, Some(note));
    }
    out.truncate(200);
    out
}
