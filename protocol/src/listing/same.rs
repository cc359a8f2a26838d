//! Listings of the same thing from several sources, and how fresh a listing is.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::read::{self, list, text};
use super::summary::summary;
use super::text::{fold, postcode};
use super::zone::{self, At, MONTHS};
use crate::kind::Kind;

/// Days after which a listing without a review date of its own wants checking.
const REVIEW_DAYS: i64 = 365;

/// Listings of one thing: which of them to show, and which stand behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Same {
    /// Index of the one to show: the most recently checked.
    pub shown: usize,
    /// Indices of all, the shown one first, then newest check first.
    pub all: Vec<usize>,
}

/// What a listing can be recognised by elsewhere. Two listings that share a mark describe the same thing; marks that start
/// with `name:` do so only across sources, because one source may list two groups of the same name in one building.
pub fn marks(kind: Kind, doc: &Value) -> Vec<String> {
    let hsds = read::hsds(doc);
    let mut out = Vec::new();
    let kind_name = kind.name().unwrap_or("other");
    if let Some(source) = doc.get("source")
        && let (Some(name), Some(id)) = (text(source, "name"), text(source, "id"))
        && name != "typed"
    {
        out.push(format!("source:{kind_name}:{name}:{id}"));
    }
    if let Some(id) = text(hsds, "id").filter(|id| super::uuid_ok(id)) {
        out.push(format!("id:{kind_name}:{}", id.to_ascii_lowercase()));
    }
    let s = summary(kind, doc);
    let name = fold(&s.title);
    if let Some(code) = s.postcode.as_deref().and_then(postcode).filter(|_| !name.is_empty() && s.title != "Untitled") {
        out.push(format!("name:{kind_name}:{name}:{code}"));
    }
    match kind {
        Kind::ORGANIZATION => {
            for id in list(hsds, "organization_identifiers") {
                if let (Some(scheme), Some(id)) =
                    (text(id, "identifier_scheme").or_else(|| text(id, "identifier_type")), text(id, "identifier"))
                {
                    out.push(format!("outside:{kind_name}:{}:{}", fold(&scheme), fold(&id)));
                }
            }
        }
        Kind::LOCATION => out.extend(outside_place(hsds).map(|id| format!("outside:{kind_name}:{id}"))),
        Kind::SERVICE => {
            // A building's number names the building; with the name of the service it names the service.
            for id in read::locations(doc).into_iter().filter_map(outside_place) {
                out.push(format!("name:{kind_name}:{name}:{id}"));
            }
        }
        _ => {}
    }
    out
}

fn outside_place(location: &Value) -> Option<String> {
    let kind = text(location, "external_identifier_type")?;
    let id = text(location, "external_identifier")?;
    Some(format!("{}:{}", fold(&kind), fold(&id).trim_start_matches('0')))
}

/// Groups listings that describe the same thing. The order of groups follows the first listing of each.
pub fn group(listings: &[(Kind, &Value)]) -> Vec<Same> {
    let mut parent: Vec<usize> = (0..listings.len()).collect();
    fn find(parent: &mut [usize], mut n: usize) -> usize {
        while parent[n] != n {
            parent[n] = parent[parent[n]];
            n = parent[n];
        }
        n
    }
    let source = |doc: &Value| doc.get("source").and_then(|s| text(s, "name")).unwrap_or_default();
    let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, (kind, doc)) in listings.iter().enumerate() {
        for mark in marks(*kind, doc) {
            let by_name = mark.starts_with("name:");
            let others = seen.entry(mark).or_default();
            // A source that lists two of one name means two: neither may be joined to the other through a third listing.
            let told_apart = by_name && others.iter().any(|m| source(listings[*m].1) == source(doc));
            if let Some(&other) = others.first().filter(|_| !told_apart) {
                let (a, b) = (find(&mut parent, other), find(&mut parent, n));
                parent[a.max(b)] = a.min(b);
            }
            others.push(n);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for n in 0..listings.len() {
        groups.entry(find(&mut parent, n)).or_default().push(n);
    }
    groups
        .into_values()
        .map(|mut all| {
            all.sort_by_key(|n| (core::cmp::Reverse(summary(listings[*n].0, listings[*n].1).assured), *n));
            Same { shown: all[0], all }
        })
        .collect()
}

/// How fresh a listing is on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Checked {
    /// Checked, and not yet due again.
    Fresh(Date),
    /// Past its review date.
    Overdue(Date),
    /// Nobody says when it was checked; `true` when a review date has passed all the same.
    Unknown(bool),
}

/// When a listing was last checked and whether it is due again: at its review date, or a year after the check.
pub fn checked(kind: Kind, doc: &Value, at: &At) -> Checked {
    let s = summary(kind, doc);
    let today = at.local.date();
    let assured = s.assured.as_deref().and_then(zone::date).filter(|d| *d <= today);
    let review = s
        .review_by
        .as_deref()
        .and_then(zone::date)
        .or_else(|| assured.and_then(|a| a.checked_add(REVIEW_DAYS.days()).ok()));
    let overdue = review.is_some_and(|r| today > r);
    match assured {
        Some(day) if overdue => Checked::Overdue(day),
        Some(day) => Checked::Fresh(day),
        None => Checked::Unknown(overdue),
    }
}

/// In words people read: "Checked 3 March", "Not checked since March 2024".
pub fn checked_words(checked: Checked, at: &At) -> String {
    match checked {
        Checked::Fresh(day) => {
            format!("Checked {}", zone::day_words(&day.to_string(), at).unwrap_or_default())
        }
        Checked::Overdue(day) => {
            let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
            if day.year() == at.local.year() {
                format!("Not checked since {month}")
            } else {
                format!("Not checked since {month} {}", day.year())
            }
        }
        Checked::Unknown(false) => "Not known when this was last checked".into(),
        Checked::Unknown(true) => "Due to be checked".into(),
    }
}

/// What to multiply a search score with: 1 for a fresh listing, less for one past its review date or closed for good.
pub fn rank_factor(kind: Kind, doc: &Value, at: &At) -> f32 {
    if summary(kind, doc).closed {
        return 0.3;
    }
    match checked(kind, doc, at) {
        Checked::Fresh(_) => 1.0,
        Checked::Unknown(false) => 0.9,
        Checked::Unknown(true) => 0.6,
        Checked::Overdue(day) => {
            let years = i32::from(at.local.year()) - i32::from(day.year());
            if years > 3 { 0.5 } else { 0.7 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn service(source: &str, id: &str, name: &str, code: &str, assured: &str) -> Value {
        json!({"source": {"name": source, "type": "service", "id": id}, "hsds": {"id": id, "name": name, "assured_date": assured,
            "service_at_locations": [{"location": {"addresses": [{"postal_code": code}]}}]}})
    }

    #[test]
    fn the_same_thing_from_two_sources_shows_once() {
        let docs = [
            service("county", "1", "St. Mary's Lunch Club", "ex1 1aa", "2026-01-01"),
            service("parish", "77", "St Marys lunch club", "EX1 1AA", "2026-03-01"),
            service("parish", "78", "St Marys lunch club", "EX1 1AA", "2026-02-01"),
            service("parish", "79", "Other club", "EX1 1AA", "2026-02-01"),
            service("county", "3b241101-e2bb-4255-8caf-4136c566a962", "A", "", ""),
            service("parish", "3B241101-E2BB-4255-8CAF-4136C566A962", "B", "", ""),
        ];
        let listings: Vec<(Kind, &Value)> = docs.iter().map(|d| (Kind::SERVICE, d)).collect();
        let groups = group(&listings);
        assert_eq!(
            groups.iter().map(|g| g.all.clone()).collect::<Vec<_>>(),
            [vec![1, 0], vec![2], vec![3], vec![4, 5]]
        );
        assert_eq!(groups[0].shown, 1);
        let own = [listings[1], listings[2]];
        assert_eq!(group(&own).len(), 2, "one source may list two of one name");
    }

    #[test]
    fn freshness() {
        let at = At::new("Europe/London", zone::local_ms("2026-10-01", "Europe/London").unwrap()).unwrap();
        let doc = |assured: &str, review: Option<&str>| json!({"hsds": {"name": "x"}, "assured": assured, "review_by": review});
        let words = |d: &Value| checked_words(checked(Kind::SERVICE, d, &at), &at);
        assert_eq!(words(&doc("2026-03-03", None)), "Checked 3 March");
        assert_eq!(words(&doc("2026-03-03", Some("2026-09-30"))), "Not checked since March");
        assert_eq!(words(&doc("2024-03-03", None)), "Not checked since March 2024");
        assert_eq!(words(&doc("", None)), "Not known when this was last checked");
        assert!(
            rank_factor(Kind::SERVICE, &doc("2026-03-03", Some("2026-09-30")), &at)
                < rank_factor(Kind::SERVICE, &doc("2026-03-03", None), &at)
        );
    }
}
