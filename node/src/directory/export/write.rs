//! Writing a directory out piece by piece: what is in memory is one record, one list page and the ids, however many there are.

use std::collections::HashSet;

use hedgerow_protocol::kind::Kind;
use serde_json::{Value, json};

use super::{ExportReport, PAGE_SIZE, RECORDS_FILE, Strict, details, flat, page_of, short, short_place};
use crate::directory::Quarantined;

/// Lines of records are handed on when they are so many bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// What an object looks like on a list.
type Form = fn(&Value) -> Value;

/// The lists, by the name of their folder.
const LISTS: [(&str, Form); 5] = [
    ("services", short),
    ("organizations", flat),
    ("service_at_locations", short_place),
    ("taxonomies", flat),
    ("taxonomy_terms", Value::clone),
];
const SERVICES: usize = 0;

/// Takes a record, or says why there is no point in more.
pub type Each<'a, E> = &'a mut dyn FnMut(Kind, &[u8], &Value) -> Result<(), E>;

/// Writes records as Open Referral UK 3.0. `walk` gives all of them and is called twice; organizations and terms come before
/// the services that name them, or what the service says of them is taken. `out` gets the name of a file and text to add to
/// it; the pieces of one file come in order, with those of others between them.
pub fn oruk<E>(
    walk: impl Fn(Each<'_, E>) -> Result<(), E>,
    mut out: impl FnMut(&str, &str) -> Result<(), E>,
) -> Result<ExportReport, E> {
    let mut strict = Strict::default();
    let mut written: [HashSet<u128>; 5] = Default::default();
    let mut lines = String::new();
    let mut files = 2;
    out("index.json", &pretty(&details()))?;
    walk(&mut |kind, key, doc| {
        if !strict.record(kind, key, doc) {
            return Ok(());
        }
        let line = json!({"hedgerow": 1, "kind": kind.name(), "key": data_encoding::HEXLOWER.encode(key), "doc": doc});
        lines.push_str(&line.to_string());
        lines.push('\n');
        if lines.len() >= PIECE_BYTES {
            out(RECORDS_FILE, &lines)?;
            lines.clear();
        }
        for (list, id, object) in strict.take() {
            if written[list].insert(short_of(&id)) {
                files += 1;
                out(&format!("{}/{id}.json", LISTS[list].0), &pretty(&object))?;
            } else if list == SERVICES {
                let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
                strict.leave_out_named(name, "another listing has the same id");
            }
        }
        Ok(())
    })?;
    out(RECORDS_FILE, &lines)?;
    drop(lines);
    let counts = std::array::from_fn::<usize, 5, _>(|list| written[list].len());
    let mut pages: [Pages; 5] = std::array::from_fn(|list| Pages::new(list, counts[list]));
    let mut again = Strict::default();
    walk(&mut |kind, key, doc| {
        again.record(kind, key, doc);
        for (list, id, object) in again.take() {
            // Only what has a file: something may have been published since.
            if written[list].remove(&short_of(&id)) {
                pages[list].add(LISTS[list].1(&object), &mut out)?;
            }
        }
        Ok(())
    })?;
    for list in &mut pages {
        list.end(&mut out)?;
        files += list.number;
    }
    let mut left_out = strict.left_out;
    if strict.left_out_beyond > 0 {
        let reason = format!("{} more things were left out", strict.left_out_beyond);
        left_out.push(Quarantined { what: "and more".into(), reason });
    }
    let [services, organizations, service_at_locations, taxonomies, taxonomy_terms] = counts;
    Ok(ExportReport { files, services, organizations, service_at_locations, taxonomies, taxonomy_terms, left_out })
}

/// The pages of one list.
struct Pages {
    list: usize,
    total: usize,
    /// Pages that are out.
    number: usize,
    contents: Vec<Value>,
}

impl Pages {
    fn new(list: usize, total: usize) -> Pages {
        Pages { list, total, number: 0, contents: Vec::new() }
    }

    fn add<E>(&mut self, item: Value, out: &mut impl FnMut(&str, &str) -> Result<(), E>) -> Result<(), E> {
        self.contents.push(item);
        if self.contents.len() == PAGE_SIZE { self.turn(out) } else { Ok(()) }
    }

    /// A list with nothing in it has one page.
    fn end<E>(&mut self, out: &mut impl FnMut(&str, &str) -> Result<(), E>) -> Result<(), E> {
        if self.contents.is_empty() && self.number > 0 { Ok(()) } else { self.turn(out) }
    }

    fn turn<E>(&mut self, out: &mut impl FnMut(&str, &str) -> Result<(), E>) -> Result<(), E> {
        self.number += 1;
        let (name, number) = (LISTS[self.list].0, self.number);
        let file = if number == 1 { format!("{name}.json") } else { format!("{name}-page-{number}.json") };
        let pages = self.total.div_ceil(PAGE_SIZE).max(number);
        let page = page_of(&self.contents, number, pages, self.total);
        self.contents.clear();
        out(&file, &pretty(&page))
    }
}

impl Strict {
    /// What the last record gave, in the order of [`LISTS`], and forgets it.
    fn take(&mut self) -> Vec<(usize, String, Value)> {
        let lists =
            [&mut self.services, &mut self.organizations, &mut self.places, &mut self.taxonomies, &mut self.terms];
        let each = lists.into_iter().enumerate();
        each.flat_map(|(list, map)| std::mem::take(map).into_iter().map(move |(id, v)| (list, id, v))).collect()
    }
}

/// An id in few bytes: there may be many.
fn short_of(id: &str) -> u128 {
    let hash = blake3::hash(id.as_bytes());
    u128::from_be_bytes(std::array::from_fn(|n| hash.as_bytes()[n]))
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
