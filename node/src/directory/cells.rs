//! What people write into cells and fields: "N/A", "none", "not known" or "-" for nothing, two web addresses for one.
//!
//! Every way in cleans here. A name is left as it is, for somebody may be called so; whoever brings it in is told.

use hedgerow_protocol::listing;
use serde_json::{Map, Value};

/// As [`listing::fold`] makes them: no case, no points. Not "no", which is an answer.
const WORDS: [&str; 53] = [
    "n a",
    "na",
    "none",
    "nil",
    "null",
    "nan",
    "undefined",
    "unknown",
    "not known",
    "unk",
    "none known",
    "not yet known",
    "dont know",
    "do not know",
    "not applicable",
    "not relevant",
    "not available",
    "not provided",
    "not supplied",
    "not given",
    "not stated",
    "not specified",
    "not recorded",
    "not listed",
    "none given",
    "none provided",
    "none available",
    "no data",
    "no information",
    "no details",
    "no website",
    "no web site",
    "no web page",
    "no web address",
    "no url",
    "no link",
    "no email",
    "no e mail",
    "no email address",
    "no phone",
    "no telephone",
    "no phone number",
    "no telephone number",
    "no number",
    "no address",
    "no postcode",
    "tbc",
    "tba",
    "tbd",
    "to be confirmed",
    "to be advised",
    "to be announced",
    "to follow",
];

/// Whether a text says that there is nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    // Marks alone: "-", "--", "?", "…".
    if !text.chars().any(char::is_alphanumeric) {
        return text.chars().all(|c| c.is_ascii_punctuation() || matches!(c, '–' | '—' | '…' | '\u{a0}'));
    }
    text.len() <= 40 && WORDS.contains(&listing::fold(text).as_str())
}

/// Whether it says so where "none" is an answer: of what it costs or how long one waits.
pub(super) fn is_no_amount(text: &str) -> bool {
    is_nothing(text) && !matches!(listing::fold(text).as_str(), "none" | "nil")
}

/// Fields of Open Referral that people read or use. What else a source has is its own.
const FIELDS: [&str; 31] = [
    "name",
    "alternate_name",
    "description",
    "url",
    "website",
    "email",
    "phone",
    "number",
    "extension",
    "title",
    "department",
    "alert",
    "notes",
    "details",
    "interpretation_services",
    "application_process",
    "accreditations",
    "licenses",
    "eligibility_description",
    "attention",
    "address_1",
    "address_2",
    "city",
    "region",
    "state_province",
    "postal_code",
    "transportation",
    "opens_at",
    "closes_at",
    "schedule_link",
    "logo",
];
/// Where "none" is an answer.
const AMOUNTS: [&str; 3] = ["fees", "fees_description", "wait_time"];
/// A term may be called "none".
const NAMED_ONLY: [&str; 5] = ["attributes", "taxonomy", "taxonomy_term", "taxonomy_terms", "service_taxonomys"];

/// What is said of a thing whose name is a word for nothing.
pub(super) fn odd_name(name: &str) -> Option<String> {
    is_nothing(name).then(|| format!("it is called \"{name}\": is that its name?"))
}

/// The first web address in a cell, and whether there is more than that.
pub(super) fn web(cell: &str) -> Option<(String, bool)> {
    // Commas are allowed in an address, so only a list is taken apart.
    let is_list = cell.contains(char::is_whitespace) || cell.matches("://").count() > 1;
    let parts = cell.split(|c: char| is_list && (c.is_whitespace() || c == ',' || c == ';'));
    let mut found = parts.map(|part| part.trim_matches([',', ';', '(', ')', '<', '>'])).filter_map(|part| {
        let whole = if part.contains("://") { part.to_owned() } else { format!("https://{part}") };
        let host = whole.split_once("://")?.1.split(['/', '?', '#']).next()?;
        let named = host.split_once('.').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        (named && !host.contains('@') && listing::web_ok(&whole)).then_some(whole)
    });
    Some((found.next()?, found.next().is_some()))
}

/// The first mail address in a cell, and whether there is more than that.
pub(super) fn email(cell: &str) -> Option<(String, bool)> {
    let parts = cell.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')'));
    let mut found = parts.filter_map(|part| {
        let part = part.strip_prefix("mailto:").unwrap_or(part);
        part.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty()).then(|| part.to_owned())
    });
    Some((found.next()?, found.next().is_some()))
}

/// The first of several addresses, or none where the cell has none, and a remark on what is left out.
pub(super) fn first(
    cell: &str,
    what: &str,
    read: fn(&str) -> Option<(String, bool)>,
    mut remark: impl FnMut(String),
) -> Option<String> {
    match read(cell) {
        Some((address, more)) => {
            if more {
                remark(format!("\"{cell}\" is more than one {what}: the first is taken"));
            }
            Some(address)
        }
        None => {
            remark(format!("\"{cell}\" is no {what} and is left out"));
            None
        }
    }
}

/// Takes out of an Open Referral object what says that there is nothing; a name of its own that it needs stays.
pub(super) fn clear(object: &mut Value, keeps_name: bool) {
    if let Value::Object(map) = object {
        let name = map.get("name").filter(|_| keeps_name).cloned();
        clear_map(map, 0);
        if let Some(name) = name {
            map.insert("name".into(), name);
        }
    }
}

fn clear_map(map: &mut Map<String, Value>, depth: usize) {
    map.retain(|key, value| match value {
        Value::String(text) if FIELDS.contains(&key.as_str()) => text.trim().is_empty() || !is_nothing(text),
        Value::String(text) if AMOUNTS.contains(&key.as_str()) => text.trim().is_empty() || !is_no_amount(text),
        _ => true,
    });
    // Deeper than any of the standard's; what is too deep is set aside later.
    if depth > 8 {
        return;
    }
    for (key, value) in map.iter_mut().filter(|(key, _)| !NAMED_ONLY.contains(&key.as_str())) {
        match value {
            Value::Object(inner) => clear_map(inner, depth + 1),
            Value::Array(items) => {
                items.iter_mut().filter_map(Value::as_object_mut).for_each(|item| clear_map(item, depth + 1));
                // A telephone without a number is none.
                if key == "phones" {
                    items.retain(|phone| !phone.is_object() || phone.get("number").is_some());
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_for_nothing() {
        for nothing in [
            "",
            "-",
            "--",
            "—",
            "?",
            "...",
            "N/A",
            "n/a.",
            "NA",
            "None",
            "(none)",
            "Not known",
            "TBC",
            "tba",
            "No website",
            "#N/A",
            " null ",
            "Not Applicable",
            "To be confirmed.",
        ] {
            assert!(is_nothing(nothing), "{nothing:?}");
        }
        for something in ["no", "0", "Nora", "None of us", "N", "Not on Sundays", "☎", "-5", "Free", "Naan", "無"] {
            assert!(!is_nothing(something), "{something:?}");
        }
        assert!(is_no_amount("n/a") && !is_no_amount("None"));
    }

    #[test]
    fn addresses_in_a_cell() {
        for (cell, want) in [
            ("babybank.example", Some(("https://babybank.example", false))),
            ("http://a.example  http://b.example", Some(("http://a.example", true))),
            ("http://a.example;https://b.example", Some(("http://a.example", true))),
            ("www.a.example or www.b.example", Some(("https://www.a.example", true))),
            ("https://a.example/x,y?q=a;b", Some(("https://a.example/x,y?q=a;b", false))),
            ("see our page", None),
            ("ann@a.example", None),
        ] {
            let want = want.map(|(address, more)| (address.to_owned(), more));
            assert_eq!(web(cell), want, "{cell}");
        }
        assert_eq!(email("a@b.example; c@d.example"), Some(("a@b.example".into(), true)));
        assert_eq!(email("Ann <a@b.example>"), Some(("a@b.example".into(), false)));
        assert_eq!(email("ask inside"), None);
    }

    #[test]
    fn an_object_loses_what_says_nothing_and_keeps_its_name() {
        let mut service = json!({
            "id": "1", "name": "None", "url": "N/A", "email": "", "fees": "None", "wait_time": "not known", "colour": "none",
            "organization": {"id": "o", "name": "n/a", "website": "-"},
            "phones": [{"id": "p", "number": "none"}, {"id": "q", "number": "01632 960001", "extension": "NA"}],
            "attributes": [{"taxonomy_term": {"id": "t", "name": "None"}}],
            "service_at_locations": [{"location": {"addresses": [{"address_1": "TBC", "city": "Riverside"}]}}],
        });
        clear(&mut service, true);
        assert_eq!(
            service,
            json!({
                "id": "1", "name": "None", "email": "", "fees": "None", "colour": "none", "organization": {"id": "o"},
                "phones": [{"id": "q", "number": "01632 960001"}],
                "attributes": [{"taxonomy_term": {"id": "t", "name": "None"}}],
                "service_at_locations": [{"location": {"addresses": [{"city": "Riverside"}]}}],
            })
        );
    }
}
