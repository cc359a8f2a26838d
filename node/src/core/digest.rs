//! What the index keeps of a document: its words, what it is sorted by, when it was checked, when it is open.

use hedgerow_protocol::cbor;
use hedgerow_protocol::hlc::Day;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing;
use hedgerow_protocol::record::Record;

use crate::store::search::Terms;
use crate::store::table::DocValues;
use crate::store::words;

/// Longest sort key kept, in bytes.
const SORT_BYTES_MAX: usize = 40;

/// Of one record.
pub struct Digest {
    /// Sorting and filtering.
    pub values: DocValues,
    /// Searching.
    pub terms: Terms,
}

/// Reads a content record. Any record gives a digest; what is not understood leaves it empty.
pub fn digest(record: &Record) -> Digest {
    let kind = record.payload().kind;
    let rules = kind.rules();
    // What is sealed has no words here, and must never get any; nor has what this version does not know.
    let is_read = rules.searched && !record.payload().body.is_empty();
    let Some(doc) = is_read.then(|| cbor::doc_from_cbor(&record.payload().body).ok()).flatten() else {
        return Digest { values: DocValues::default(), terms: Terms::default() };
    };
    let summary = listing::summary(kind, &doc);
    let mut terms = Terms::default();
    for (weight, text) in listing::search_text(kind, &doc) {
        // Seven times eight, the largest weight of a field, still fits a posting.
        terms.field(weight.saturating_mul(7), &text, false);
    }
    for mark in listing::marks(kind, &doc) {
        terms.mark(&mark);
    }
    for text in summary.place.iter().chain(&summary.postcode) {
        terms.field(7, text, true);
    }
    if rules.has_hours {
        for address in listing::read::locations(&doc).into_iter().take(20).filter_map(listing::read::address) {
            for key in ["city", "region", "postal_code"] {
                if let Some(text) = listing::read::text(address, key) {
                    terms.field(7, &text, true);
                }
            }
        }
    }
    let assured = summary.assured.as_deref().and_then(day).unwrap_or(0);
    let hours = listing::hours(kind, &doc).unwrap_or_default();
    let sort = match kind {
        Kind::NOTICE => listing::notice_order(&doc, record.payload().hlc.unix_ms()),
        _ => words::sort_key(&summary.title, SORT_BYTES_MAX),
    };
    Digest { values: DocValues { sort, assured, hours }, terms: terms.finish() }
}

/// The UTC day of `YYYY-MM-DD`.
fn day(text: &str) -> Option<Day> {
    let date: jiff::civil::Date = text.parse().ok()?;
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    let days = date.since((jiff::Unit::Day, epoch)).ok()?.get_days();
    Day::try_from(days).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn days() {
        assert_eq!(super::day("1970-01-02"), Some(1));
        assert_eq!(super::day("2026-11-01"), Some(20_758));
        assert_eq!(super::day("1969-01-01"), None);
        assert_eq!(super::day("soon"), None);
    }
}
