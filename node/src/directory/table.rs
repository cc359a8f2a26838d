//! Tables as people keep them: one place or service a row, under headings that say what is in each column.
//!
//! Not for: tables of public libraries as councils publish them ([`super::library`]), which are told by their columns.

use std::collections::BTreeMap;

use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, ServiceError, ServiceInput, derived_uuid, service_doc};
use serde_json::{Value, json};

use super::decode::Table;
use super::{Gather, ImportError, library};

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
    let columns: BTreeMap<&str, usize> = COLUMNS.iter().filter_map(|(name, _)| Some((*name, column(name)?))).collect();
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
    // What has no place in a listing stays at home: a column may be a note to oneself.
    let beyond: Vec<String> = (0..header.len())
        .filter(|n| !header[*n].is_empty() && !columns.values().any(|c| c == n))
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
    rows(gather, table, file, |gather, what, cells| {
        let get =
            |name: &str| columns.get(name).and_then(|n| cells.get(*n)).map(String::as_str).filter(|c| !c.is_empty());
        match service(&get, source.unwrap_or(TYPED), |remark| gather.remarks.push(format!("{what}: {remark}"))) {
            Ok((key, doc)) => gather.add(Kind::SERVICE, key, doc, &format!("{what}: {}", get("name").unwrap_or(""))),
            Err(reason) => gather.set_aside(what, reason),
        }
    });
    Ok(())
}

/// Gives every row that has something in it, and sets aside those that cannot be read. `what` names the row.
pub(super) fn rows(gather: &mut Gather, table: &Table, file: &str, mut row: impl FnMut(&mut Gather, &str, &[String])) {
    for (number, cells) in &table.rows {
        let what = format!("{file}, row {number}");
        match cells {
            Ok(cells) if cells.iter().all(String::is_empty) => {}
            Ok(cells) if cells.iter().skip(table.header.len()).any(|c| !c.is_empty()) => {
                gather.set_aside(&what, "this row has more cells than the table has columns");
            }
            Ok(cells) => row(gather, &what, cells),
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
    let id = match get("postcode").and_then(listing::postcode).or_else(|| get("town").map(listing::fold)) {
        Some(place) => format!("{}, {place}", listing::fold(name)),
        None => listing::fold(name),
    };
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
        url: own("web").map(|url| if url.contains("://") { url } else { format!("https://{url}") }),
        email: own("email"),
        phone: own("phone"),
        hours: get("hours").map(|h| h.split(';').map(|l| l.trim().to_owned()).collect()).unwrap_or_default(),
        fees: own("cost"),
        ..ServiceInput::default()
    };
    let mut doc = service_doc(&input);
    if let Err(ServiceError::Hours(line)) = &doc {
        remark(format!(
            "\"{line}\" is shown as it stands: write hours like Mon-Fri 9:00-17:00 to have them understood"
        ));
        (input.hours, input.hours_notes) = (Vec::new(), own("hours"));
        doc = service_doc(&input);
    }
    let mut doc = doc.map_err(|e| match e {
        ServiceError::Name => "its name has no letters".to_owned(),
        other => other.to_string(),
    })?;
    doc["source"] = json!({"name": here, "type": "table", "id": id});
    Ok((listing::record_key(here, "table", &id).to_vec(), doc))
}
