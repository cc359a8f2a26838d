//! From an item to a form and back: filling it in, checking it, making of it what is published. No drawing.

use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use hedgerow_api::{Audience, Draft, EventDraft, Item, NoticeDraft, Publish, ServiceDraft, clean};
use hedgerow_protocol::listing::{self, HoursError};
use serde_json::{Value, json};

use super::day::{clock, moment, of_minutes};
use super::{Field, Form, Repeat, SEVERITIES, What, Wrong};
use crate::when::day_number;

/// Days of the week, from Monday: their codes, their short English names, and how each begins in English and Welsh.
const DAYS: [(&str, &str, &[&str]); 7] = [
    ("MO", "Mon", &["mon", "llun"]),
    ("TU", "Tue", &["tue", "mawrth"]),
    ("WE", "Wed", &["wed", "mercher"]),
    ("TH", "Thu", &["thu", "iau"]),
    ("FR", "Fri", &["fri", "gwener"]),
    ("SA", "Sat", &["sat", "sadwrn"]),
    ("SU", "Sun", &["sun", "sul"]),
];

impl Form {
    /// An empty form.
    pub fn new(what: What) -> Form {
        let form = Form {
            what,
            base: None,
            doc: Value::Null,
            odd_hours: false,
            texts: Default::default(),
            severity: 0,
            repeat: Repeat::Once,
            group: None,
            members_only: false,
            wrong: Default::default(),
            go_to: None,
            asked: false,
            preview: None,
            nonce: std::collections::hash_map::RandomState::new().build_hasher().finish(),
            fresh: None,
        };
        form.remembered()
    }

    /// A form filled in from an item; nothing when it is of a kind that has no form.
    pub fn of(item: &Item) -> Option<Form> {
        let base = Some((item.summary.slot.clone(), item.summary.id.clone()));
        Some(Form::begun(What::of(&item.summary.kind)?, base, item.doc.clone(), !item.summary.public))
    }

    /// A form filled in from a document and who may read it; an empty one where there is no document yet.
    pub fn begun(what: What, base: Option<(String, String)>, doc: Value, members_only: bool) -> Form {
        let mut form = Form { base, doc, members_only, ..Form::new(what) };
        if form.base.is_some() {
            match what {
                What::Service => form.fill_service(),
                What::Notice => form.fill_notice(),
                What::Event => form.fill_event(),
            }
        }
        form.remembered()
    }

    /// As it is now is how it was before anything was typed.
    pub(super) fn remembered(mut self) -> Form {
        self.fresh = None;
        self.fresh = Some(Box::new(self.clone()));
        self
    }

    /// Whether something was typed.
    pub fn is_touched(&self) -> bool {
        let Some(fresh) = &self.fresh else { return true };
        let said = |f: &Form| {
            let texts: Vec<(Field, String)> =
                f.texts.iter().filter(|(_, t)| !t.trim().is_empty()).map(|(k, t)| (*k, t.clone())).collect();
            (texts, f.severity, f.repeat.clone(), f.group.clone(), f.members_only)
        };
        said(self) != said(fresh)
    }

    /// A text, without spaces around it.
    pub fn text(&self, field: Field) -> &str {
        self.texts.get(&field).map_or("", |t| t.trim())
    }

    fn put(&mut self, field: Field, value: Option<&str>) {
        if let Some(value) = value.map(str::trim).filter(|v| !v.is_empty()) {
            self.texts.insert(field, clean::lines(value));
        }
    }

    fn fill_service(&mut self) {
        let doc = self.doc.clone();
        let hsds = doc.get("hsds").filter(|v| v.is_object()).unwrap_or(&doc);
        let at = |path: &str| hsds.pointer(path).and_then(Value::as_str);
        self.put(Field::Name, at("/name"));
        self.put(Field::Text, at("/description"));
        self.put(Field::Organisation, at("/organization/name"));
        self.put(Field::Phone, at("/phones/0/number"));
        self.put(Field::Email, at("/email"));
        self.put(Field::Url, at("/url"));
        self.put(Field::Cost, at("/fees"));
        let address = "/service_at_locations/0/location/addresses/0";
        self.put(Field::Place, at("/service_at_locations/0/location/name"));
        self.put(Field::Address, at(&format!("{address}/address_1")));
        self.put(Field::Town, at(&format!("{address}/city")));
        self.put(Field::Postcode, at(&format!("{address}/postal_code")));
        match hours_lines(hsds) {
            Some((lines, notes)) => {
                self.put(Field::Hours, Some(&lines));
                self.put(Field::HoursNotes, Some(&notes));
            }
            None => self.odd_hours = true,
        }
    }

    fn fill_notice(&mut self) {
        let doc = self.doc.clone();
        let at = |key: &str| doc.get(key).and_then(Value::as_str);
        self.put(Field::Name, at("title"));
        self.put(Field::Text, at("text"));
        self.put(Field::From, at("valid_from"));
        self.put(Field::Until, at("valid_to"));
        self.severity = SEVERITIES.iter().position(|s| Some(s.0) == at("severity")).unwrap_or(0);
    }

    fn fill_event(&mut self) {
        let doc = self.doc.clone();
        let at = |key: &str| doc.get(key).and_then(Value::as_str);
        let halves = |text: Option<&str>| -> (String, String) {
            let (day, time) = text.unwrap_or_default().split_once('T').unwrap_or((text.unwrap_or_default(), ""));
            (day.to_owned(), time.get(..5).unwrap_or_default().to_owned())
        };
        self.put(Field::Name, at("title"));
        self.put(Field::Text, at("text"));
        let ((day, time), (end_day, end_time)) = (halves(at("start")), halves(at("end")));
        self.put(Field::Day, Some(&day));
        self.put(Field::Time, Some(&time));
        self.put(Field::EndDay, Some(end_day.as_str()).filter(|d| *d != day));
        self.put(Field::EndTime, Some(&end_time));
        self.put(Field::Place, doc.pointer("/venue/name").and_then(Value::as_str));
        self.put(Field::Url, at("url"));
        let rule = at("rrule").unwrap_or_default();
        let (bare, count) = rule_and_count(rule);
        let monthly = monthly_rule(&day);
        self.repeat = match bare.as_str() {
            "" => Repeat::Once,
            "FREQ=DAILY" => Repeat::Daily,
            "FREQ=WEEKLY" => Repeat::Weekly,
            "FREQ=WEEKLY;INTERVAL=2" => Repeat::Fortnightly,
            rule if Some(rule) == monthly.as_deref() => Repeat::Monthly,
            _ => Repeat::Kept(rule.to_owned()),
        };
        if !matches!(self.repeat, Repeat::Kept(_)) {
            self.put(Field::Times, count.as_deref());
        }
    }

    /// Looks for what is wrong, field by field. Returns whether all is well.
    pub fn check(&mut self) -> bool {
        let mut wrong = std::collections::BTreeMap::new();
        let text = |field: Field| self.text(field);
        let hours = typed_hours(text(Field::Hours)).into_iter().find_map(|line| listing::tidy_hours(&line).err());
        wrong.extend(hours.map(|error| (Field::Hours, Wrong::of(error, "wrong-hours"))));
        let days: &[Field] = match self.what {
            What::Service => &[],
            What::Notice => &[Field::From, Field::Until],
            What::Event => &[Field::Day, Field::EndDay],
        };
        for field in days.iter().copied().filter(|field| !text(*field).is_empty()) {
            wrong.extend(moment(text(field)).err().map(|why| (field, why)));
        }
        if let (What::Event, Err((field, why))) = (self.what, self.times()) {
            wrong.insert(field, why);
        }
        let mut say = |field: Field, key: &'static str, is_wrong: bool| {
            if is_wrong {
                wrong.entry(field).or_insert(Wrong::Key(key));
            }
        };
        say(Field::Name, "wrong-name", text(Field::Name).is_empty());
        let url = text(Field::Url);
        let web = ["https://", "http://"].iter().any(|p| url.strip_prefix(p).is_some_and(|r| r.len() > 1));
        say(Field::Url, "wrong-url", !url.is_empty() && (!web || url.contains(char::is_whitespace)));
        let email = text(Field::Email);
        let mail = email.split_once('@').is_some_and(|(a, b)| !a.is_empty() && b.contains('.'));
        say(Field::Email, "wrong-email", !email.is_empty() && (!mail || email.contains(char::is_whitespace)));
        match self.what {
            What::Service => {}
            What::Notice => {
                if let (Ok(from), Ok(until)) = (moment(text(Field::From)), moment(text(Field::Until))) {
                    say(Field::Until, "wrong-until", until < from && until.get(..10) != from.get(..10));
                }
            }
            What::Event => {
                let is_day = |field: Field| moment(text(field)).is_ok_and(|day| day.len() == 10);
                say(Field::Day, "wrong-day", !is_day(Field::Day));
                say(Field::EndDay, "wrong-day", !text(Field::EndDay).is_empty() && !is_day(Field::EndDay));
                let no_start = text(Field::Time).is_empty() && !text(Field::EndTime).is_empty();
                say(Field::Time, "wrong-start-first", no_start);
                if let (Some(start), Some(end)) = (self.start(), self.end()) {
                    say(Field::EndTime, "wrong-order", end <= start && start.len() > 10);
                    say(Field::EndDay, "wrong-order", end < start && start.len() == 10);
                }
                let times = text(Field::Times);
                let counted = times.parse::<u16>().is_ok_and(|n| n > 0);
                say(Field::Times, "wrong-times", self.repeat != Repeat::Once && !times.is_empty() && !counted);
            }
        }
        self.wrong = wrong;
        self.wrong.is_empty()
    }

    /// The times of an event, as `HH:MM`. On one day each says which half of the day the other is in.
    fn times(&self) -> Result<(Option<String>, Option<String>), (Field, Wrong)> {
        let (start, end) = (self.text(Field::Time), self.text(Field::EndTime));
        let other_day = self.text(Field::EndDay);
        let one_day = other_day.is_empty() || moment(other_day).ok() == moment(self.text(Field::Day)).ok();
        let alone = |field: Field, text: &str| match text {
            "" => Ok(None),
            text => clock(text).map(Some).map_err(|why| (field, why)),
        };
        if start.is_empty() || end.is_empty() || !one_day {
            return Ok((alone(Field::Time, start)?, alone(Field::EndTime, end)?));
        }
        let (from, to) = listing::start_and_end(start, end).map_err(|error| {
            let is_end = matches!(error, HoursError::Unread(_)) && clock(start) != Err(Wrong::Key("wrong-time"));
            (if is_end { Field::EndTime } else { Field::Time }, Wrong::of(error, "wrong-time"))
        })?;
        Ok((Some(of_minutes(from)), Some(of_minutes(to))))
    }

    /// What a time means, where that is not just what was typed.
    pub fn means(&self, field: Field) -> Option<String> {
        let (start, end) = self.times().ok()?;
        let time = match field {
            Field::Time => start?,
            Field::EndTime => end?,
            _ => return None,
        };
        (time != self.text(field)).then_some(time)
    }

    fn start(&self) -> Option<String> {
        let day = moment(self.text(Field::Day)).ok()?;
        Some(match self.times().ok()?.0 {
            Some(time) => format!("{day}T{time}"),
            None => day,
        })
    }

    fn end(&self) -> Option<String> {
        let day = moment(self.text(Field::EndDay)).ok();
        match self.times().ok()? {
            (Some(_), Some(time)) => Some(format!("{}T{time}", day.or_else(|| moment(self.text(Field::Day)).ok())?)),
            (Some(time), None) => day.map(|d| format!("{d}T{time}")),
            (None, _) => day,
        }
    }

    fn rule(&self) -> Option<String> {
        let base = match &self.repeat {
            Repeat::Once => return None,
            Repeat::Kept(rule) => return Some(rule.clone()),
            Repeat::Daily => "FREQ=DAILY".to_owned(),
            Repeat::Weekly => "FREQ=WEEKLY".to_owned(),
            Repeat::Fortnightly => "FREQ=WEEKLY;INTERVAL=2".to_owned(),
            Repeat::Monthly => monthly_rule(&moment(self.text(Field::Day)).ok()?)?,
        };
        match self.text(Field::Times) {
            "" => Some(base),
            times => Some(format!("{base};COUNT={times}")),
        }
    }

    /// What is published.
    pub fn publish(&self) -> Publish {
        let draft = match (self.what, &self.base) {
            (What::Service, None) => Draft::Service(self.service()),
            (What::Service, Some(_)) => Draft::Service(self.changed_service()),
            (What::Notice, None) => Draft::Notice(NoticeDraft {
                title: self.text(Field::Name).to_owned(),
                text: self.text(Field::Text).to_owned(),
                severity: Some(SEVERITIES[self.severity.min(2)].0.to_owned()),
                from: moment(self.text(Field::From)).ok(),
                until: moment(self.text(Field::Until)).ok(),
            }),
            (What::Event, None) => Draft::Event(EventDraft {
                title: self.text(Field::Name).to_owned(),
                text: self.text(Field::Text).to_owned(),
                start: self.start().unwrap_or_default(),
                end: self.end(),
                time_zone: None,
                repeat: self.rule(),
                place: self.text(Field::Place).to_owned(),
                url: self.text(Field::Url).to_owned(),
            }),
            // What the form has no field for stays as it is.
            (What::Notice | What::Event, Some(_)) => {
                Draft::Document { kind: self.what.name().into(), doc: self.changed_document() }
            }
        };
        let audience = if self.members_only { Audience::Community } else { Audience::Public };
        let as_group = self.group.clone().filter(|_| self.base.is_none());
        Publish { draft, as_group, audience, dry_run: false }
    }

    fn service(&self) -> ServiceDraft {
        let text = |field: Field| self.text(field).to_owned();
        ServiceDraft {
            name: text(Field::Name),
            description: text(Field::Text),
            organisation: text(Field::Organisation),
            phone: text(Field::Phone),
            email: text(Field::Email),
            url: text(Field::Url),
            place: text(Field::Place),
            address: text(Field::Address),
            town: text(Field::Town),
            postcode: text(Field::Postcode),
            hours: typed_hours(self.text(Field::Hours)),
            hours_notes: text(Field::HoursNotes),
            cost: text(Field::Cost),
            assured: None,
            clear: Vec::new(),
        }
    }

    /// Only what was changed; what was emptied is named.
    fn changed_service(&self) -> ServiceDraft {
        let mut draft = self.service();
        let before = |field: Field| self.fresh.as_ref().map_or("", |f| f.text(field));
        let is_same = |field: Field| self.text(field) == before(field);
        let mut clear = Vec::new();
        for (field, name, value) in [
            (Field::Name, "", &mut draft.name),
            (Field::Text, "description", &mut draft.description),
            (Field::Organisation, "organisation", &mut draft.organisation),
            (Field::Phone, "phone", &mut draft.phone),
            (Field::Email, "email", &mut draft.email),
            (Field::Url, "url", &mut draft.url),
            (Field::Place, "place", &mut draft.place),
            (Field::Address, "address", &mut draft.address),
            (Field::Town, "town", &mut draft.town),
            (Field::Postcode, "postcode", &mut draft.postcode),
            (Field::Cost, "cost", &mut draft.cost),
        ] {
            if is_same(field) {
                value.clear();
            } else if value.is_empty() && !name.is_empty() {
                clear.push(name.to_owned());
            }
        }
        // Hours and what is said about them are one: they are written together or not at all.
        if is_same(Field::Hours) && is_same(Field::HoursNotes) {
            draft.hours.clear();
            draft.hours_notes.clear();
        } else {
            let names = [(Field::Hours, "hours"), (Field::HoursNotes, "hours_notes")];
            let emptied = |f: Field| self.text(f).is_empty() && !before(f).is_empty();
            clear.extend(names.into_iter().filter(|(f, _)| emptied(*f)).map(|(_, n)| n.to_owned()));
            if draft.hours.is_empty() && self.odd_hours {
                draft.hours_notes.clear();
            }
        }
        draft.clear = clear;
        draft
    }

    fn changed_document(&self) -> Value {
        let mut doc = self.doc.clone();
        let Some(fields) = doc.as_object_mut() else { return doc };
        let mut set = |key: &str, value: Option<String>| match value.filter(|v| !v.is_empty()) {
            Some(value) => {
                fields.insert(key.into(), json!(value));
            }
            None => {
                fields.remove(key);
            }
        };
        let text = |field: Field| Some(self.text(field).to_owned());
        set("title", text(Field::Name));
        set("text", text(Field::Text));
        match self.what {
            What::Notice => {
                set("severity", Some(SEVERITIES[self.severity.min(2)].0.to_owned()));
                set("valid_from", moment(self.text(Field::From)).ok());
                // A notice without an end would stay for as long as records do.
                if let Ok(until) = moment(self.text(Field::Until)) {
                    set("valid_to", Some(until));
                }
            }
            _ => {
                set("start", self.start());
                set("end", self.end());
                set("rrule", self.rule());
                set("url", text(Field::Url));
                let place = self.text(Field::Place);
                match (place.is_empty(), fields.get_mut("venue").and_then(Value::as_object_mut)) {
                    (false, Some(venue)) => {
                        venue.insert("name".into(), json!(place));
                    }
                    (false, None) => {
                        fields.insert("venue".into(), json!({ "name": place }));
                    }
                    (true, Some(venue)) => {
                        venue.remove("name");
                        if venue.is_empty() {
                            fields.remove("venue");
                        }
                    }
                    (true, None) => {}
                }
            }
        }
        doc
    }

    /// The same for the same words in this form, and never for others.
    pub fn key(&self, publish: &Publish) -> String {
        let mut hasher = std::hash::DefaultHasher::new();
        serde_json::to_string(publish).unwrap_or_default().hash(&mut hasher);
        format!("window-{:016x}-{:016x}", self.nonce, hasher.finish())
    }
}

/// Lines of hours, with Welsh names of days as the node reads them.
fn typed_hours(text: &str) -> Vec<String> {
    let english = |word: &str| -> String {
        let lower = word.to_lowercase();
        let day = DAYS.iter().find(|(_, _, begins)| begins.iter().any(|b| lower.starts_with(b)));
        day.map_or_else(|| word.to_owned(), |d| d.1.to_owned())
    };
    let line = |line: &str| {
        let mut out = String::new();
        let mut word = String::new();
        for c in line.chars().chain(['\n']) {
            if c.is_alphabetic() {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                out.push_str(&english(&std::mem::take(&mut word)));
            }
            if c != '\n' {
                out.push(c);
            }
        }
        out
    };
    text.split(['\n', ';']).map(str::trim).filter(|l| !l.is_empty()).map(line).collect()
}

/// Hours of a service as lines that can be typed, and the note beside them; nothing when they are not as simple as that.
fn hours_lines(hsds: &Value) -> Option<(String, String)> {
    let list = |v: &Value, key: &str| v.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let elsewhere = list(hsds, "service_at_locations").iter().any(|at| {
        !list(at, "schedules").is_empty() || at.get("location").is_some_and(|l| !list(l, "schedules").is_empty())
    });
    if elsewhere {
        return None;
    }
    let (mut lines, mut notes): (Vec<String>, String) = (Vec::new(), String::new());
    for schedule in list(hsds, "schedules") {
        let fields = schedule.as_object()?;
        let known = ["id", "freq", "byday", "opens_at", "closes_at", "notes"];
        if fields.keys().any(|k| !known.contains(&k.as_str())) {
            return None;
        }
        let text = |key: &str| fields.get(key).and_then(Value::as_str);
        if let Some(note) = text("notes") {
            if !notes.is_empty() {
                return None;
            }
            note.clone_into(&mut notes);
        }
        let (Some(byday), Some(opens), Some(closes)) = (text("byday"), text("opens_at"), text("closes_at")) else {
            if text("byday").is_some() || text("opens_at").is_some() {
                return None;
            }
            continue;
        };
        let times = format!("{}-{}", opens.get(..5)?, closes.get(..5)?);
        lines.push(format!("{} {times}", typed_days(byday, text("freq")?)?));
    }
    Some((lines.join("\n"), notes))
}

/// `MO,TU,WE` as `Mon-Wed`, `1FR` as it is.
fn typed_days(byday: &str, freq: &str) -> Option<String> {
    let codes: Vec<&str> = byday.split(',').map(str::trim).collect();
    if freq == "MONTHLY" {
        return codes.iter().all(|c| c.len() > 2).then(|| codes.join(","));
    }
    if freq != "WEEKLY" {
        return None;
    }
    let places: Option<Vec<usize>> = codes.iter().map(|c| DAYS.iter().position(|d| d.0 == *c)).collect();
    let places = places?;
    let run = places.len() > 2 && places.windows(2).all(|w| w[1] == w[0] + 1);
    let name = |n: &usize| DAYS[*n].1;
    Some(match (run, places.first(), places.last()) {
        (true, Some(first), Some(last)) => format!("{}-{}", name(first), name(last)),
        _ => places.iter().map(name).collect::<Vec<_>>().join(","),
    })
}

/// The rule of the same day of the week each month: `FREQ=MONTHLY;BYDAY=2TU`. The fifth is the last.
fn monthly_rule(day: &str) -> Option<String> {
    let weekday = DAYS[usize::try_from((day_number(day)? + 3).rem_euclid(7)).ok()?].0;
    let nth = (day.get(8..10)?.parse::<u32>().ok()? - 1) / 7 + 1;
    Some(if nth == 5 {
        format!("FREQ=MONTHLY;BYDAY=-1{weekday}")
    } else {
        format!("FREQ=MONTHLY;BYDAY={nth}{weekday}")
    })
}

/// A rule without its count, and the count.
fn rule_and_count(rule: &str) -> (String, Option<String>) {
    let (mut bare, mut count) = (Vec::new(), None);
    for part in rule.split(';').filter(|p| !p.is_empty()) {
        match part.strip_prefix("COUNT=") {
            Some(n) => count = Some(n.to_owned()),
            None if part == "INTERVAL=1" => {}
            None => bare.push(part),
        }
    }
    (bare.join(";"), count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_go_out_and_come_back() {
        assert_eq!(typed_hours("Llun-Gwener 9:00-17:00\nSadwrn 10-12"), ["Mon-Fri 9:00-17:00", "Sat 10-12"]);
        let one =
            |byday: &str, freq: &str| json!({"freq": freq, "byday": byday, "opens_at": "09:00", "closes_at": "17:00"});
        let hsds =
            json!({"schedules": [one("MO,TU,WE,TH,FR", "WEEKLY"), one("TU,TH", "WEEKLY"), one("1FR", "MONTHLY")]});
        let (lines, _) = hours_lines(&hsds).unwrap();
        assert_eq!(lines, "Mon-Fri 09:00-17:00\nTue,Thu 09:00-17:00\n1FR 09:00-17:00");
        let mut odd = one("MO", "WEEKLY");
        odd["interval"] = json!(2);
        assert_eq!(hours_lines(&json!({ "schedules": [odd] })), None);
    }

    #[test]
    fn hours_are_read_by_the_one_who_reads_them_everywhere() {
        let wrong = |hours: &str| {
            let mut form = Form::new(What::Service);
            form.texts.insert(Field::Name, "Library".into());
            form.texts.insert(Field::Hours, hours.into());
            form.check();
            form.wrong.remove(&Field::Hours)
        };
        for fine in [
            "Mon-Fri 9 till 5",
            "24/7",
            "9am-5pm weekdays",
            "Tuesdays 12 noon to 2pm",
            "Tuesday 12pm-2pm",
            "Llun i Gwener 9 tan 5",
            "1FR 14:00-16:00",
        ] {
            assert_eq!(wrong(fine), None, "{fine}");
        }
        assert_eq!(wrong("sometimes"), Some(Wrong::Key("wrong-hours")));
        assert_eq!(wrong("Mon-Fri 9:00-17:00\nSat 7-9"), Some(Wrong::Either("7am-9am".into(), "7pm-9pm".into())));
    }

    #[test]
    fn a_time_that_may_be_in_either_half_of_the_day_is_asked_about() {
        let event = |time: &str, end: &str, end_day: &str| {
            let mut form = Form::new(What::Event);
            for (field, text) in [
                (Field::Name, "Quiz"),
                (Field::Day, "12 June 2027"),
                (Field::Time, time),
                (Field::EndTime, end),
                (Field::EndDay, end_day),
            ] {
                form.texts.insert(field, text.into());
            }
            form.check();
            form
        };
        let times = |time: &str, end: &str| {
            let form = event(time, end, "");
            assert!(form.wrong.is_empty(), "{time} {end}: {:?}", form.wrong);
            (form.start().unwrap()[11..].to_owned(), form.end().map(|end| end[11..].to_owned()))
        };
        assert_eq!(times("7pm", "9"), ("19:00".into(), Some("21:00".into())));
        assert_eq!(times("10", "12"), ("10:00".into(), Some("12:00".into())));
        assert_eq!(times("18:30", ""), ("18:30".into(), None));
        let asked = |form: &Form, field: Field| form.wrong.get(&field).cloned();
        let either = |one: &str, other: &str| Some(Wrong::Either(one.into(), other.into()));
        assert_eq!(asked(&event("7", "", ""), Field::Time), either("7am", "7pm"));
        assert_eq!(asked(&event("7", "9", ""), Field::Time), either("7am-9am", "7pm-9pm"));
        assert_eq!(asked(&event("7pm", "9", "13 June 2027"), Field::EndTime), either("9am", "9pm"));
        assert_eq!(asked(&event("7pm", "late", ""), Field::EndTime), Some(Wrong::Key("wrong-time")));
        assert_eq!(asked(&event("soon", "9pm", ""), Field::Time), Some(Wrong::Key("wrong-time")));
        assert_eq!(event("7pm", "9", "").means(Field::EndTime).as_deref(), Some("21:00"));
        assert_eq!(event("19:00", "", "").means(Field::Time), None);
        let mut notice = Form::new(What::Notice);
        notice.texts.insert(Field::Name, "Water off".into());
        notice.texts.insert(Field::Until, "12 June 2027 at 7".into());
        notice.check();
        assert_eq!(asked(&notice, Field::Until), either("7am", "7pm"));
    }

    #[test]
    fn only_what_was_changed_is_sent_and_what_was_emptied_is_named() {
        let mut form = Form::new(What::Service);
        form.base = Some(("slot".into(), "id".into()));
        form.doc = json!({"hsds": {"name": "Lunch club", "email": "a@b.org", "phones": [{"number": "1"}]}});
        form.fill_service();
        let mut form = form.remembered();
        assert!(!form.is_touched());
        form.texts.insert(Field::Email, String::new());
        form.texts.insert(Field::Phone, "2".into());
        assert!(form.is_touched() && form.check());
        let Draft::Service(draft) = form.publish().draft else { panic!() };
        assert_eq!(draft, ServiceDraft { phone: "2".into(), clear: vec!["email".into()], ..ServiceDraft::default() });
    }

    #[test]
    fn an_event_keeps_what_the_form_does_not_know() {
        let mut form = Form::new(What::Event);
        form.base = Some(("slot".into(), "id".into()));
        form.doc = json!({"title": "Supper", "start": "2026-12-08T18:00", "end": "2026-12-08T20:00", "capacity": 12,
            "rrule": "FREQ=MONTHLY;BYDAY=2TU;COUNT=3", "venue": {"name": "Hall", "postal_code": "X1"}});
        form.fill_event();
        assert_eq!((form.repeat.clone(), form.text(Field::Times)), (Repeat::Monthly, "3"));
        form.texts.insert(Field::Time, "7pm".into());
        assert!(form.check(), "{:?}", form.wrong);
        let Draft::Document { doc, .. } = form.publish().draft else { panic!() };
        assert_eq!(doc["start"], "2026-12-08T19:00");
        assert_eq!((&doc["capacity"], &doc["venue"]["postal_code"]), (&json!(12), &json!("X1")));
        assert_eq!(doc["rrule"], "FREQ=MONTHLY;BYDAY=2TU;COUNT=3");
        form.texts.insert(Field::EndTime, "6pm".into());
        assert!(!form.check() && form.wrong[&Field::EndTime] == Wrong::Key("wrong-order"));
    }

    #[test]
    fn what_is_wrong_is_said_beside_its_field() {
        let mut form = Form::new(What::Service);
        form.texts.insert(Field::Url, "example.org".into());
        form.texts.insert(Field::Email, "nobody".into());
        form.texts.insert(Field::Hours, "whenever".into());
        assert!(!form.check());
        assert_eq!(
            form.wrong.keys().copied().collect::<Vec<_>>(),
            [Field::Name, Field::Hours, Field::Email, Field::Url]
        );
        let mut form = Form::new(What::Event);
        form.texts.insert(Field::Name, "Supper".into());
        assert!(!form.check() && form.wrong.contains_key(&Field::Day));
    }
}
