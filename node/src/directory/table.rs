//! Tables as people keep them: one place or service a row, under headings that say what is in each column.
//!
//! Not for: tables of public libraries as councils publish them ([`super::library`]), which are told by their columns.

use std::collections::BTreeMap;

use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, HoursError, ServiceError, ServiceInput, derived_uuid, service_doc};
use serde_json::{Value, json};

use super::decode::Table;
use super::packed::{Numbers, Packed};
use super::{Gather, ImportError, cells, library};

/// What a column can be, by the headings people give it.
const COLUMNS: [(&str, &[&str]); 12] = [
    ("name", &["name", "title", "service", "service name", "what", "place name"]),
    ("description", &["description", "about", "details", "what it is", "text"]),
    ("organisation", &["organisation", "organization", "provider", "run by", "group"]),
    ("place", &["place", "venue", "building", "location", "where"]),
    ("address", &["address", "street", "street address", "address 1", "road"]),
    ("town", &["town", "city", "village", "town or village"]),
    ("postcode", &["postcode", "post code", "postal code"]),
    ("phone", &["phone", "telephone", "tel", "phone number", "telephone number", "mobile"]),
    ("email", &["email", "e mail", "email address", "mail"]),
    ("web", &["web", "website", "web site", "web page", "url", "link", "web address"]),
    ("hours", &["hours", "opening hours", "opening times", "open", "times", "when"]),
    ("cost", &["cost", "price", "fee", "fees", "how much"]),
];

/// Where a table comes from when nobody says: from whoever publishes it, as what they type. Not from its file, or the same table
/// under another name would bring everything in twice.
const TYPED: &str = "typed";

/// Reads a table of either kind.
pub(super) fn take(gather: &mut Gather, table: &Table, file: &str, source: Option<&str>) -> Result<(), ImportError> {
    let header: Vec<String> = table.header.iter().map(|h| listing::fold(h)).collect();
    if header.iter().any(|h| h == "library name") {
        library::take(gather, table, file, source);
        return Ok(());
    }
    // Where rows are told apart by ids and all headings are a program's, a row may be a place, a person or a telephone.
    let is_programs = |heading: &String| heading.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if header.iter().any(|h| h == "id") && table.header.iter().all(is_programs) {
        return Err(ImportError::Unknown(format!(
            "{file}: this is one of several tables of a directory, made by a program. Give the directory's JSON file or address"
        )));
    }
    let column = |wanted: &str| {
        let (_, headings) = COLUMNS.iter().find(|(name, _)| *name == wanted)?;
        headings.iter().find_map(|heading| header.iter().position(|h| h == heading))
    };
    let columns: BTreeMap<&'static str, usize> =
        COLUMNS.iter().filter_map(|(name, _)| Some((*name, column(name)?))).collect();
    if !columns.contains_key("name") {
        let begins: Vec<String> = table.header.iter().take(4).map(|h| listing::plain(h)).collect();
        let others: Vec<&str> = COLUMNS[1..].iter().map(|(name, _)| *name).collect();
        return Err(ImportError::Unknown(format!(
            "{file}: no column is called \"name\" (the table begins: {}). Give the column with the names that heading. Other columns \
             that are read: {}",
            begins.join(", "),
            others.join(", ")
        )));
    }
    let days = days(&header);
    // What has no place in a listing stays at home: a column may be a note to oneself.
    let beyond: Vec<String> = (0..header.len())
        .filter(|n| !header[*n].is_empty() && !columns.values().any(|c| c == n) && !days.iter().any(|(_, c)| c == n))
        .map(|n| listing::plain(&table.header[n]))
        .take(20)
        .collect();
    if !beyond.is_empty() {
        gather.remarks.push(format!(
            "{file}: these columns are left out: {}. Read are: {}.",
            beyond.join(", "),
            columns.keys().copied().collect::<Vec<_>>().join(", ")
        ));
    }
    let mut listed = Listed::default();
    rows(gather, table, file, |_, what, cells| {
        let cell = |n: &usize| cells.get(*n).map(String::as_str).unwrap_or_default();
        let filled = columns.iter().map(|(name, n)| (*name, cell(n))).filter(|(name, cell)| is_filled(name, cell));
        let hours = days.iter().map(|(day, n)| (*day, cell(n))).filter(|(_, cell)| is_filled("hours", cell));
        listed.add(what, filled.chain(hours).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect());
    });
    for n in 0..listed.rows.len() {
        let (what, row) = listed.row(n);
        let get = |name: &str| row.get(name).map(String::as_str);
        match service(&get, source.unwrap_or(TYPED), |remark| gather.remark(&what, &remark)) {
            Ok((key, doc)) => gather.add(Kind::SERVICE, key, doc, &format!("{what}: {}", get("name").unwrap_or(""))),
            Err(reason) => gather.set_aside(&what, reason),
        }
    }
    Ok(())
}

/// Whether a cell has something in it. A name may be any word, and what is free costs "none".
fn is_filled(column: &str, cell: &str) -> bool {
    match column {
        "name" => !cell.is_empty(),
        "cost" => !cells::is_no_amount(cell),
        _ => !cells::is_nothing(cell),
    }
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The columns with the hours of one day: "Monday", "Opening hours Monday", "Mon times".
fn days(header: &[String]) -> Vec<(&'static str, usize)> {
    let about = ["opening", "open", "hours", "times"];
    let day = |heading: &String| -> Option<&'static str> {
        let rest: Vec<&str> = heading.split(' ').filter(|word| !about.contains(word)).collect();
        let [word] = rest[..] else { return None };
        DAYS.into_iter().find(|day| word.len() >= 3 && day.to_lowercase().starts_with(word))
    };
    let mut out: Vec<(&str, usize)> = Vec::new();
    for (n, heading) in header.iter().enumerate() {
        if let Some(day) = day(heading).filter(|day| !out.iter().any(|(have, _)| have == day)) {
            out.push((day, n));
        }
    }
    out
}

/// What a row says, by its column.
type Filled = BTreeMap<String, String>;

/// The rows of a table. Two rows of one place that do not contradict each other are one: filled cells are joined.
#[derive(Default)]
struct Listed {
    /// What names each row, and the row, as JSON.
    rows: Packed,
    /// Rows by what tells them apart, and their number among those that are told apart so.
    places: Numbers,
}

impl Listed {
    /// Most rows of one name at one place that a row is compared with. More: it stands by itself.
    const COMPARED_MAX: u8 = 8;

    fn add(&mut self, what: &str, row: Filled) {
        if let Some(id) = id_of(&|name| row.get(name).map(String::as_str)) {
            for among in 0..Self::COMPARED_MAX {
                let name: [&[u8]; 2] = [id.as_bytes(), &[among]];
                let Some(n) = self.places.get(&name) else {
                    self.places.set(&name, self.rows.len());
                    break;
                };
                let (first, mut have) = self.row(n);
                if row.iter().all(|(k, v)| have.get(k).is_none_or(|w| v == w)) {
                    for (name, cell) in row {
                        have.entry(name).or_insert(cell);
                    }
                    self.rows.set(n, &packed(&first, &have));
                    return;
                }
            }
        }
        self.rows.push(&packed(what, &row));
    }

    fn row(&self, n: usize) -> (String, Filled) {
        serde_json::from_slice(self.rows.get(n)).unwrap_or_default()
    }
}

fn packed(what: &str, row: &Filled) -> Vec<u8> {
    serde_json::to_vec(&(what, row)).unwrap_or_default()
}

/// What tells a row from others: its name, and its postcode or town.
fn id_of<'a>(get: &dyn Fn(&str) -> Option<&'a str>) -> Option<String> {
    let name = listing::fold(get("name")?);
    Some(match get("postcode").and_then(listing::postcode).or_else(|| get("town").map(listing::fold)) {
        Some(place) => format!("{name}, {place}"),
        None => name,
    })
}

/// Why hours are shown as words.
pub(super) fn as_it_stands(why: &HoursError) -> String {
    match why {
        HoursError::Unread(line) => {
            format!("\"{line}\" is shown as it stands: write hours like Mon-Fri 9:00-17:00 to have them understood")
        }
        HoursError::Either { line, one, other } => format!(
            "\"{line}\" is shown as it stands, for it can be meant in two ways: write {one} or {other} to have it understood"
        ),
    }
}

/// Gives every row that has something in it, and sets aside those that cannot be read. `what` names the row.
pub(super) fn rows(gather: &mut Gather, table: &Table, file: &str, mut row: impl FnMut(&mut Gather, &str, &[String])) {
    for (number, cells) in table.rows() {
        let what = format!("{file}, row {number}");
        match cells {
            Ok(cells) if cells.iter().all(String::is_empty) => {}
            Ok(cells) if cells.iter().skip(table.header.len()).any(|c| !c.is_empty()) => {
                gather.set_aside(&what, "this row has more cells than the table has columns");
            }
            Ok(cells) => row(gather, &what, &cells),
            Err(reason) => gather.set_aside(&what, reason),
        }
    }
}

fn service<'a>(
    get: &dyn Fn(&str) -> Option<&'a str>,
    here: &str,
    mut remark: impl FnMut(String),
) -> Result<(Vec<u8>, Value), String> {
    let own = |name: &str| get(name).map(str::to_owned);
    let name = get("name").ok_or("it has no name")?;
    let id = id_of(get).ok_or("it has no name")?;
    cells::odd_name(name).into_iter().for_each(&mut remark);
    let mut first = |column: &str, what: &str, read: fn(&str) -> Option<(String, bool)>| {
        get(column).and_then(|cell| cells::first(cell, what, read, &mut remark))
    };
    let web = first("web", "web address", cells::web);
    let mail = first("email", "mail address", cells::email);
    // What stands in a column of a day is said of that day.
    let mut hours: Vec<String> =
        get("hours").into_iter().flat_map(|h| h.split(';')).map(|l| l.trim().to_owned()).collect();
    for day in DAYS {
        match get(day).map(|cell| (cell, listing::day_times(cell))) {
            Some((_, Ok(times))) if times.is_empty() => {}
            Some((cell, _)) => hours.push(format!("{day} {}", cell.replace([';', '\n'], ","))),
            None => {}
        }
    }
    // Two lunch clubs in one town, of two publishers, are two, and shown as two: the id says how they are reached as well.
    let known_by = ["phone", "email", "address"].map(|part| get(part).unwrap_or_default());
    let mut input = ServiceInput {
        id: derived_uuid(&[&["table", here, &id][..], &known_by].concat()),
        name: name.to_owned(),
        description: own("description"),
        organization: own("organisation"),
        place: own("place"),
        address: own("address"),
        city: own("town"),
        postcode: own("postcode"),
        url: web,
        email: mail,
        phone: own("phone"),
        hours,
        fees: own("cost"),
        ..ServiceInput::default()
    };
    let mut doc = service_doc(&input);
    if let Err(ServiceError::Hours(why)) = &doc {
        remark(as_it_stands(why));
        (input.hours_notes, input.hours) = (Some(input.hours.join("; ")), Vec::new());
        doc = service_doc(&input);
    }
    let mut doc = doc.map_err(|e| match e {
        ServiceError::Name => "its name has no letters".to_owned(),
        other => other.to_string(),
    })?;
    doc["source"] = json!({"name": here, "type": "table", "id": id});
    Ok((listing::record_key(here, "table", &id).to_vec(), doc))
}
