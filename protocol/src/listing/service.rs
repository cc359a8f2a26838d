//! Services typed by hand: the same shape as imported ones, from a few fields.

use serde_json::{Map, Value, json};

use super::hours::{Care, HoursError, clear_times, read_line};
use super::key::derived_uuid;
use super::notice::web_ok;

/// A service as typed. Only the name must be there.
#[derive(Clone, Debug, Default)]
pub struct ServiceInput {
    /// A UUID of its own, kept for its whole life.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is, for whom.
    pub description: Option<String>,
    /// Who runs it.
    pub organization: Option<String>,
    /// What the place is called.
    pub place: Option<String>,
    /// Building and street.
    pub address: Option<String>,
    /// Town or village.
    pub city: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// Web address.
    pub url: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Opening hours, one line each, as people write them: `Mon-Fri 9-5`, `Tue,Thu 10am-1pm`, `1FR 14:00-16:00`.
    pub hours: Vec<String>,
    /// What people should know about the hours.
    pub hours_notes: Option<String>,
    /// What it costs, in words.
    pub fees: Option<String>,
    /// The day it was last checked, `YYYY-MM-DD`.
    pub assured: Option<String>,
    /// The day to check it again, `YYYY-MM-DD`.
    pub review_by: Option<String>,
}

/// What is wrong with a typed service. The writer's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// No name.
    #[error("a service needs a name")]
    Name,
    /// A line of hours that is not understood, or can be meant in two ways.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// Not a web address.
    #[error("a web address starts with https:// or http://")]
    Url,
    /// Not a mail address.
    #[error("'{0}' is not a mail address")]
    Email(String),
    /// Not a day.
    #[error("'{0}' is not a day; write one like 2026-12-24")]
    Day(String),
}

/// Builds the document of a typed service.
pub fn service_doc(input: &ServiceInput) -> Result<Value, ServiceError> {
    let name = input.name.trim();
    if super::plain(name).is_empty() {
        return Err(ServiceError::Name);
    }
    let trimmed = |v: &Option<String>| v.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
    let id = input.id.as_str();
    let part = |role: &str| derived_uuid(&["typed", id, role]);
    let mut hsds = Map::new();
    hsds.insert("id".into(), json!(id));
    hsds.insert("name".into(), json!(name));
    hsds.insert("status".into(), json!("active"));
    for (key, value) in
        [("description", &input.description), ("url", &input.url), ("email", &input.email), ("fees", &input.fees)]
    {
        if let Some(value) = trimmed(value) {
            hsds.insert(key.into(), json!(value));
        }
    }
    if let Some(url) = trimmed(&input.url).filter(|u| !web_ok(u)) {
        let _ = url;
        return Err(ServiceError::Url);
    }
    if let Some(email) = trimmed(&input.email).filter(|e| !e.contains('@') || e.contains(char::is_whitespace)) {
        return Err(ServiceError::Email(super::plain(&email)));
    }
    if let Some(organization) = trimmed(&input.organization) {
        hsds.insert("organization".into(), json!({"id": part("organization"), "name": organization}));
    }
    if let Some(phone) = trimmed(&input.phone) {
        hsds.insert("phones".into(), json!([{"id": part("phone"), "number": phone}]));
    }
    let schedules = schedules(&input.hours, &input.hours_notes, id)?;
    let address: Map<String, Value> =
        [("address_1", &input.address), ("city", &input.city), ("postal_code", &input.postcode)]
            .into_iter()
            .filter_map(|(k, v)| Some((k.to_owned(), json!(trimmed(v)?))))
            .collect();
    let place = trimmed(&input.place);
    if !address.is_empty() || place.is_some() {
        let mut location = json!({"id": part("location"), "location_type": "physical"});
        if let Some(place) = place {
            location["name"] = json!(place);
        }
        if !address.is_empty() {
            let mut address = address;
            address.insert("id".into(), json!(part("address")));
            address.insert("address_type".into(), json!("physical"));
            location["addresses"] = json!([address]);
        }
        hsds.insert("service_at_locations".into(), json!([{"id": part("place"), "location": location}]));
    }
    if !schedules.is_empty() {
        hsds.insert("schedules".into(), Value::Array(schedules));
    }
    let mut doc = Map::new();
    for (key, value) in [("assured", &input.assured), ("review_by", &input.review_by)] {
        if let Some(day) = trimmed(value) {
            let read = super::zone::date(&day).ok_or_else(|| ServiceError::Day(super::plain(&day)))?;
            doc.insert(key.into(), json!(read.to_string()));
        }
    }
    if let Some(day) = doc.get("assured").cloned() {
        hsds.insert("assured_date".into(), day);
    }
    doc.insert("hsds".into(), Value::Object(hsds));
    doc.insert("source".into(), json!({"name": "typed", "type": "service", "id": id}));
    Ok(Value::Object(doc))
}

/// Schedules from typed lines of hours. `id` makes their ids.
pub fn schedules(lines: &[String], notes: &Option<String>, id: &str) -> Result<Vec<Value>, HoursError> {
    schedules_of(lines, notes, id, Care::Ask)
}

/// The same of lines that are kept and signed.
pub(crate) fn kept_schedules(lines: &[String], id: &str) -> Result<Vec<Value>, HoursError> {
    schedules_of(lines, &None, id, Care::Kept)
}

fn schedules_of(lines: &[String], notes: &Option<String>, id: &str, care: Care) -> Result<Vec<Value>, HoursError> {
    let mut out = Vec::new();
    for line in lines.iter().flat_map(|l| l.split(['\n', ';'])).map(str::trim).filter(|l| !l.is_empty()) {
        for stretch in read_line(line, care)? {
            for (opens, closes) in stretch.times {
                let n = out.len().to_string();
                let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
                let schedule = json!({
                    "id": derived_uuid(&["typed", id, "schedule", &n]),
                    "freq": stretch.freq, "byday": stretch.byday, "opens_at": clock(opens), "closes_at": clock(closes),
                });
                // What would be read back otherwise is nothing that anybody means: 11 am to 10 am.
                if clear_times(&schedule) != Some((clock(opens), clock(closes))) {
                    return Err(HoursError::Unread(super::plain(line)));
                }
                out.push(schedule);
            }
        }
    }
    if let Some(notes) = notes.as_deref().map(str::trim).filter(|n| !n.is_empty()) {
        match out.first_mut().and_then(Value::as_object_mut) {
            Some(first) => {
                first.insert("notes".into(), json!(notes));
            }
            None => out.push(json!({"id": derived_uuid(&["typed", id, "schedule", "notes"]), "notes": notes})),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_people_type() {
        let read = |line: &str| {
            schedules(&[line.to_owned()], &None, "x").map(|s| {
                s.iter()
                    .map(|v| {
                        [&v["freq"], &v["byday"], &v["opens_at"], &v["closes_at"]]
                            .map(|f| f.as_str().unwrap().to_owned())
                            .join(" ")
                    })
                    .collect::<Vec<_>>()
                    .join(" | ")
            })
        };
        for (line, want) in [
            ("Mon-Fri 9:00-17:00", "WEEKLY MO,TU,WE,TH,FR 09:00 17:00"),
            ("Tue,Thu 10am-1pm", "WEEKLY TU,TH 10:00 13:00"),
            ("Sat 10-12, 14-16", "WEEKLY SA 10:00 12:00 | WEEKLY SA 14:00 16:00"),
            ("Sat-Mon 22:00-02:00", "WEEKLY SA,SU,MO 22:00 02:00"),
            ("1FR 14:00-16:00", "MONTHLY 1FR 14:00 16:00"),
            ("daily 8-24", "WEEKLY MO,TU,WE,TH,FR,SA,SU 08:00 24:00"),
            ("Mon 9-9", "WEEKLY MO 09:00 21:00"),
            ("Thu 1-3pm", "WEEKLY TH 13:00 15:00"),
        ] {
            assert_eq!(read(line).as_deref(), Ok(want), "{line}");
        }
        for bad in
            ["whenever", "Mon", "Mon 9", "Mon 25:00-26:00", "Xyz 9-10", "Mon 09:00-09:00", "Mon 7-9", "Mon 11am-10am"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_typed_service_reads_back() {
        let doc = service_doc(&ServiceInput {
            id: "5d7c7f0e-0000-4000-8000-000000000001".into(),
            name: "Lunch club".into(),
            city: Some("Riverside".into()),
            postcode: Some("RV1 1AA".into()),
            hours: vec!["Wed 12:00-14:00".into()],
            ..ServiceInput::default()
        })
        .unwrap();
        let s = super::super::summary(crate::kind::Kind::SERVICE, &doc);
        assert_eq!((s.title.as_str(), s.postcode.as_deref()), ("Lunch club", Some("RV1 1AA")));
        assert_eq!(service_doc(&ServiceInput::default()), Err(ServiceError::Name));
        // A place with a name and no address is a place as well.
        let hall =
            ServiceInput { name: "Choir".into(), place: Some(" Village hall ".into()), ..ServiceInput::default() };
        let s = super::super::summary(crate::kind::Kind::SERVICE, &service_doc(&hall).unwrap());
        assert_eq!(s.place.as_deref(), Some("Village hall"));
    }
}
