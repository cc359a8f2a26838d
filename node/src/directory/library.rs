//! Tables of public libraries, in the columns English councils publish them in: one library, one service with its place and hours.

use std::collections::BTreeMap;

use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, derived_uuid};
use serde_json::{Map, Value, json};

use super::decode::Table;
use super::{Gather, cells, table};

const DAYS: [(&str, &str); 7] = [
    ("monday", "MO"),
    ("tuesday", "TU"),
    ("wednesday", "WE"),
    ("thursday", "TH"),
    ("friday", "FR"),
    ("saturday", "SA"),
    ("sunday", "SU"),
];

/// The column that makes a table one of libraries.
const NAME: &str = "library name";
/// Columns that are read; any other is kept under its own name.
const KNOWN: [&str; 17] = [
    "local authority",
    "library name",
    "address 1",
    "address 2",
    "address 3",
    "postcode",
    "unique property reference number",
    "statutory",
    "type of library",
    "year opened",
    "year closed",
    "special hours",
    "co located",
    "co located with",
    "notes",
    "url",
    "email address",
];

/// Reads a table that has a column `Library name`.
pub(super) fn take(gather: &mut Gather, read: &Table, file: &str, source: Option<&str>) {
    let header: Vec<String> = read.header.iter().map(|h| listing::fold(h)).collect();
    table::rows(gather, read, file, |gather, what, cells| {
        let row = Row { cells: header.iter().map(String::as_str).zip(cells.iter().map(String::as_str)).collect() };
        let mut remark = |remark: String| gather.remark(what, &remark);
        match library(&row, &read.header, &header, source, &mut remark) {
            Ok((key, doc)) => {
                gather.add(Kind::SERVICE, key, doc, &format!("{what}: {}", row.get("library name").unwrap_or("")))
            }
            Err(reason) => gather.set_aside(what, reason),
        }
    });
}

struct Row<'a> {
    cells: BTreeMap<&'a str, &'a str>,
}

impl<'a> Row<'a> {
    fn get(&self, column: &str) -> Option<&'a str> {
        let empty = |cell: &str| cell.is_empty() || column != NAME && cells::is_nothing(cell);
        self.cells.get(column).copied().filter(|c| !empty(c))
    }
}

fn library(
    row: &Row<'_>,
    titles: &[String],
    header: &[String],
    source: Option<&str>,
    remark: &mut dyn FnMut(String),
) -> Result<(Vec<u8>, Value), String> {
    let name = row.get(NAME).ok_or("it has no library name")?;
    if listing::plain(name).is_empty() {
        return Err("its name has no letters".into());
    }
    cells::odd_name(name).into_iter().for_each(&mut *remark);
    let authority = row.get("local authority");
    let postcode = row.get("postcode");
    let here = source.or(authority).unwrap_or("library table");
    let id = match postcode.and_then(listing::postcode) {
        Some(code) => format!("{}, {code}", listing::fold(name)),
        None => listing::fold(name),
    };
    let uuid = |role: &str| derived_uuid(&["library", here, &id, role]);

    let mut hsds = Map::new();
    let mut put = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            hsds.insert(key.into(), json!(value));
        }
    };
    put("id", Some(&uuid("service")));
    let title = if listing::fold(name).contains("librar") { name.to_owned() } else { format!("{name} Library") };
    put("name", Some(&title));
    put("description", Some(&describe(row)));
    put("status", Some(if row.get("year closed").is_some() { "defunct" } else { "active" }));
    let web = row.get("url").and_then(|cell| cells::first(cell, "web address", cells::web, &mut *remark));
    let mail = row.get("email address").and_then(|cell| cells::first(cell, "mail address", cells::email, &mut *remark));
    put("url", web.as_deref());
    put("email", mail.as_deref());
    if let Some(authority) = authority {
        let id = derived_uuid(&["library authority", authority]);
        hsds.insert(
            "organization".into(),
            json!({"id": id, "name": authority, "description": format!("The local authority of {}", county(authority))}),
        );
    }
    let mut schedules = Vec::new();
    for (column, note) in [("staffed hours", None), ("unstaffed hours", Some("No staff at these times"))] {
        hours(row, column, note, &mut schedules, remark);
    }
    let notes: Vec<&str> = ["notes", "special hours"].iter().filter_map(|c| row.get(c)).collect();
    if !notes.is_empty() {
        match schedules.first_mut().filter(|s| !s.contains_key("notes")) {
            Some(first) => drop(first.insert("notes".into(), json!(notes.join(" ")))),
            None => schedules.push(Map::from_iter([("notes".to_owned(), json!(notes.join(" ")))])),
        }
    }
    for (n, schedule) in schedules.iter_mut().enumerate() {
        schedule.insert("id".into(), json!(uuid(&format!("schedule {n}"))));
    }
    if !schedules.is_empty() {
        hsds.insert("schedules".into(), json!(schedules));
    }
    if let Some(location) = location(row, &title, &uuid) {
        hsds.insert("service_at_locations".into(), json!([{"id": uuid("place"), "location": location}]));
    }

    let mut kept = Map::new();
    for (title, column) in titles.iter().zip(header) {
        let Some(value) = row.get(column) else { continue };
        let known = KNOWN.contains(&column.as_str());
        kept.insert(if known { column.replace(' ', "_") } else { title.clone() }, json!(value));
    }
    let doc = json!({
        "hsds": hsds,
        "library": kept,
        "source": {"name": here, "type": "library-table", "id": id},
    });
    Ok((listing::record_key(here, "library", &id).to_vec(), doc))
}

fn describe(row: &Row<'_>) -> String {
    let kind = match row.get("type of library") {
        Some("CRL") => "Public library run by the community.",
        Some("ICL") => "Independent community library.",
        _ => "Public library.",
    };
    match row.get("co located with") {
        Some(other) => format!("{kind} Shares its building with: {other}."),
        None => kind.into(),
    }
}

/// "Devon" of "Devon County Council".
fn county(authority: &str) -> String {
    let mut words: Vec<&str> = authority.split_whitespace().collect();
    while words.len() > 1
        && ["council", "county", "borough", "city", "district", "metropolitan", "london", "royal", "mbc"]
            .contains(&words[words.len() - 1].to_lowercase().as_str())
    {
        words.pop();
    }
    words.join(" ")
}

fn location(row: &Row<'_>, title: &str, uuid: &dyn Fn(&str) -> String) -> Option<Value> {
    let lines: Vec<&str> = ["address 1", "address 2", "address 3"].iter().filter_map(|c| row.get(c)).collect();
    if lines.is_empty() && row.get("postcode").is_none() {
        return None;
    }
    let mut address = Map::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            address.insert(key.into(), json!(value));
        }
    };
    put("id", Some(uuid("address")));
    put("address_1", lines.first().map(|l| (*l).to_owned()));
    put("city", row.get("address 2").or(row.get("address 3")).map(str::to_owned));
    put("region", row.get("address 3").filter(|_| row.get("address 2").is_some()).map(str::to_owned));
    put("state_province", row.get("local authority").map(county));
    put("postal_code", row.get("postcode").map(str::to_owned));
    put("country", Some("GB".into()));
    put("address_type", Some("physical".into()));
    let mut location = Map::new();
    location.insert("id".into(), json!(uuid("location")));
    location.insert("location_type".into(), json!("physical"));
    location.insert("name".into(), json!(title));
    if let Some(uprn) = row.get("unique property reference number") {
        location.insert("external_identifier".into(), json!(uprn));
        location.insert("external_identifier_type".into(), json!("UPRN"));
    }
    location.insert("addresses".into(), json!([address]));
    Some(Value::Object(location))
}

/// Days with the same hours become one schedule. A cell that is not understood is kept as words, on its day.
fn hours(
    row: &Row<'_>,
    column: &str,
    note: Option<&str>,
    out: &mut Vec<Map<String, Value>>,
    remark: &mut dyn FnMut(String),
) {
    let mut by_time: Vec<((u16, u16), Vec<&str>)> = Vec::new();
    for (day, code) in DAYS {
        let Some(cell) = row.get(&format!("{day} {column}")) else { continue };
        match listing::day_times(cell) {
            Ok(spans) => {
                for times in spans {
                    match by_time.iter_mut().find(|(have, _)| *have == times) {
                        Some((_, days)) => days.push(code),
                        None => by_time.push((times, vec![code])),
                    }
                }
            }
            Err(why) => {
                remark(table::as_it_stands(&why));
                out.push(Map::from_iter([
                    ("freq".to_owned(), json!("WEEKLY")),
                    ("byday".to_owned(), json!(code)),
                    ("notes".to_owned(), json!(cell)),
                ]));
            }
        }
    }
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    for ((opens, closes), days) in by_time {
        let mut schedule = Map::new();
        schedule.insert("freq".into(), json!("WEEKLY"));
        schedule.insert("byday".into(), json!(days.join(",")));
        schedule.insert("opens_at".into(), json!(clock(opens)));
        schedule.insert("closes_at".into(), json!(clock(closes)));
        if let Some(note) = note {
            schedule.insert("description".into(), json!(note));
        }
        out.push(schedule);
    }
}
