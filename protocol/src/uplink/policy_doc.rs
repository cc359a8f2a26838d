//! Policies as documents: read strictly, written readably, with what is not known kept.

use serde_json::{Map, Value, json};

use super::policy::*;
use crate::authority::Role;
use crate::cbor::doc_to_cbor;
use crate::id::Id;
use crate::limits::*;
use crate::listing::{day_of, plain, zone_ok};

/// What is wrong with a policy. The writer's to mend; the field is named as in the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not there.
    #[error("the policy says nothing of {0}, which must be there")]
    Missing(&'static str),
    /// Another shape.
    #[error("{0} must be {1}")]
    Shape(&'static str, &'static str),
    /// Too long, or too many.
    #[error("{0} is too long: at most {1}")]
    Long(&'static str, usize),
    /// Not one of the words.
    #[error("{0} must be one of: {1}")]
    Word(&'static str, &'static str),
    /// A number out of range.
    #[error("{field} must be {from} to {to}")]
    Range {
        /// Which.
        field: &'static str,
        /// Least.
        from: u64,
        /// Most.
        to: u64,
    },
    /// Not hours.
    #[error("'{0}' is not understood as opening hours; write a line like Mon-Fri 9:00-17:00")]
    Hours(String),
    /// Not a day.
    #[error("'{0}' is not a day; write one like 2026-12-24")]
    Day(String),
    /// Not a time zone.
    #[error("'{0}' is not a time zone; write one like Europe/London")]
    Zone(String),
    /// Not an id.
    #[error("'{0}' is not an id: it has 64 digits and letters from a to f")]
    Id(String),
    /// Port 25.
    #[error("port 25 is never shared: it would make the building a sender of junk mail")]
    Port25,
    /// A preset with something else in it.
    #[error("with the preset {0} the {1} cannot be changed; use the preset custom")]
    Preset(&'static str, &'static str),
    /// The review is too far away.
    #[error("the review must come within a year of the day it was agreed to")]
    Review,
    /// Terms without a version, or a version without terms.
    #[error("terms need a text and a version from 1")]
    Terms,
    /// Too large a document.
    #[error("the policy is too large: at most {0} bytes; shorten the terms or the lists")]
    Large(usize),
}

const PRESETS: [(Preset, &str); 3] =
    [(Preset::CommunityOnly, "community-only"), (Preset::Web, "web"), (Preset::Custom, "custom")];
const BREAKOUTS: [(Breakout, &str); 3] =
    [(Breakout::GuestLine, "guest-line"), (Breakout::Tunnel, "tunnel"), (Breakout::Direct, "direct")];
const ROLES: [(Role, &str); 4] =
    [(Role::Steward, "organiser"), (Role::Resident, "resident"), (Role::Newcomer, "newcomer"), (Role::Group, "group")];

fn word<T: Copy + PartialEq>(words: &[(T, &'static str)], value: T) -> &'static str {
    words.iter().find(|(v, _)| *v == value).map_or("", |(_, word)| *word)
}

impl Preset {
    /// The word in documents.
    pub fn name(self) -> &'static str {
        word(&PRESETS, self)
    }
    /// Reads the word in documents.
    pub fn from_name(name: &str) -> Option<Preset> {
        PRESETS.iter().find(|(_, word)| *word == name).map(|(v, _)| *v)
    }
}

impl Breakout {
    /// The word in documents.
    pub fn name(self) -> &'static str {
        word(&BREAKOUTS, self)
    }
    /// Reads the word in documents.
    pub fn from_name(name: &str) -> Option<Breakout> {
        BREAKOUTS.iter().find(|(_, word)| *word == name).map(|(v, _)| *v)
    }
}

impl Policy {
    /// Reads and checks a document.
    pub fn from_doc(doc: &Value) -> Result<Policy, PolicyError> {
        let mut top = Part::new("the policy", doc)?;
        let mut responsible = top.part("responsible")?.ok_or(PolicyError::Missing("responsible"))?;
        let mut who = top.part("who")?.ok_or(PolicyError::Missing("who"))?;
        let usual = Limits::default();
        let mut policy = Policy {
            title: top.line("title", "title")?,
            responsible: Responsible {
                name: responsible.line("name", "responsible.name")?,
                contact: responsible.line("contact", "responsible.contact")?,
            },
            time_zone: top.line("time_zone", "time_zone")?,
            preset: Preset::from_name(&top.line("preset", "preset")?)
                .ok_or(PolicyError::Word("preset", "community-only, web, custom"))?,
            hours: top.lines("hours", "hours", POLICY_HOURS_MAX)?,
            closed: top.lines("closed", "closed", POLICY_HOURS_MAX)?,
            who: Who {
                community: who.flag("community", "who.community")?,
                roles: who
                    .lines("roles", "who.roles", ROLES.len())?
                    .iter()
                    .map(|r| role(r))
                    .collect::<Result<_, _>>()?,
                people: who.ids("people", "who.people")?,
                groups: who.ids("groups", "who.groups")?,
                vouchers: who.flag("vouchers", "who.vouchers")?,
            },
            ports: Vec::new(),
            udp: top.flag("udp", "udp")?,
            denied_hosts: top.flag("denied_hosts", "denied_hosts")?,
            terms: Terms::default(),
            limits: usual,
            reserve: Reserve::default(),
            pence_per_gb: 0,
            recorded: Recorded::default(),
            breakout: Breakout::from_name(&top.line("breakout", "breakout")?)
                .ok_or(PolicyError::Word("breakout", "guest-line, tunnel, direct"))?,
            consent: None,
            review: top.line_opt("review", "review")?,
            expires: top.line_opt("expires", "expires")?,
            paused: top.flag("paused", "paused")?,
            extra: Map::new(),
        };
        policy.ports = match top.0.remove("ports") {
            None if policy.preset == Preset::CommunityOnly => Vec::new(),
            None => vec![80, 443],
            Some(list) => ports(&list)?,
        };
        for (name, mut part) in [("responsible", responsible), ("who", who)] {
            top.keep(name, &mut part);
        }
        if let Some(mut part) = top.part("terms")? {
            policy.terms.version = part.small("version", "terms.version")?.unwrap_or(0);
            policy.terms.text = part.text("text", "terms.text", TERMS_BYTES_MAX)?.unwrap_or_default();
            top.keep("terms", &mut part);
        }
        if let Some(mut part) = top.part("limits")? {
            let limits = &mut policy.limits;
            limits.bytes_per_second = part.limit("bytes_per_second", "limits.bytes_per_second", None)?;
            limits.day_seconds = part.limit("day_seconds", "limits.day_seconds", limits.day_seconds)?;
            limits.day_bytes = part.limit("day_bytes", "limits.day_bytes", limits.day_bytes)?;
            limits.floor_bytes = part.uint("floor_bytes", "limits.floor_bytes")?.unwrap_or(0);
            limits.month_bytes = part.limit("month_bytes", "limits.month_bytes", None)?;
            if let Some(n) = part.small("circuits_per_person", "limits.circuits_per_person")? {
                limits.circuits_per_person = n;
            }
            limits.circuits = part.small("circuits", "limits.circuits")?.unwrap_or(limits.circuits);
            top.keep("limits", &mut part);
        }
        if let Some(mut part) = top.part("reserve")? {
            policy.reserve = reserve(&mut part)?;
            top.keep("reserve", &mut part);
        }
        if let Some(mut part) = top.part("tariff")? {
            policy.pence_per_gb = part.small("pence_per_gb", "tariff.pence_per_gb")?.unwrap_or(0);
            top.keep("tariff", &mut part);
        }
        if let Some(mut part) = top.part("recorded")? {
            if let Some(what) = part.line_opt("what", "recorded.what")? {
                policy.recorded.what = what;
            }
            if let Some(days) = part.uint("days", "recorded.days")? {
                policy.recorded.days = range("recorded.days", days, 0, RECORDED_DAYS_MAX)? as u8;
            }
            top.keep("recorded", &mut part);
        }
        if let Some(mut part) = top.part("consent")? {
            policy.consent = Some(Consent {
                by: part.line("by", "consent.by")?,
                on: part.line("on", "consent.on")?,
                own_line: part.flag("own_line", "consent.own_line")?,
            });
            top.keep("consent", &mut part);
        }
        policy.extra = top.0;
        policy.check()?;
        Ok(policy)
    }

    /// The document, with what this version did not know put back.
    pub fn to_doc(&self) -> Value {
        let ids = |ids: &[Id]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let limits = &self.limits;
        let mut doc = json!({
            "title": self.title,
            "responsible": {"name": self.responsible.name, "contact": self.responsible.contact},
            "time_zone": self.time_zone,
            "preset": self.preset.name(),
            "hours": self.hours,
            "closed": self.closed,
            "who": {
                "community": self.who.community,
                "roles": self.who.roles.iter().map(|r| word(&ROLES, *r)).collect::<Vec<_>>(),
                "people": ids(&self.who.people),
                "groups": ids(&self.who.groups),
                "vouchers": self.who.vouchers,
            },
            "ports": self.ports,
            "udp": self.udp,
            "denied_hosts": self.denied_hosts,
            "limits": {
                // "none" and not left out: what is left out has the usual value.
                "bytes_per_second": or_none(limits.bytes_per_second),
                "day_seconds": or_none(limits.day_seconds),
                "day_bytes": or_none(limits.day_bytes),
                "floor_bytes": limits.floor_bytes,
                "month_bytes": or_none(limits.month_bytes),
                "circuits_per_person": limits.circuits_per_person,
                "circuits": limits.circuits,
            },
            "reserve": {
                "percent": self.reserve.percent,
                "times": self.reserve.times.iter().map(|s| json!({"hours": s.hours, "percent": s.percent})).collect::<Vec<_>>(),
                "enforced": self.reserve.enforced,
            },
            "tariff": {"pence_per_gb": self.pence_per_gb},
            "recorded": {"what": self.recorded.what, "days": self.recorded.days},
            "breakout": self.breakout.name(),
            "paused": self.paused,
        });
        if self.terms != Terms::default() {
            doc["terms"] = json!({"version": self.terms.version, "text": self.terms.text});
        }
        if let Some(line) = self.reserve.line_bytes_per_second {
            doc["reserve"]["line_bytes_per_second"] = json!(line);
        }
        if let Some(consent) = &self.consent {
            doc["consent"] = json!({"by": consent.by, "on": consent.on, "own_line": consent.own_line});
        }
        for (name, day) in [("review", &self.review), ("expires", &self.expires)] {
            if let Some(day) = day {
                doc[name] = json!(day);
            }
        }
        if let Value::Object(doc) = &mut doc {
            put_back(doc, &self.extra);
            if self.consent.is_none() {
                // What a later version says about a yes goes with the yes: alone it could not be read.
                doc.remove("consent");
            }
        }
        doc
    }

    /// Whether it holds together. Everything that [`Policy::from_doc`] gives does.
    pub fn check(&self) -> Result<(), PolicyError> {
        let lines = [
            ("title", &self.title),
            ("responsible.name", &self.responsible.name),
            ("responsible.contact", &self.responsible.contact),
            ("recorded.what", &self.recorded.what),
        ];
        for (name, line) in lines.into_iter().chain(self.consent.iter().map(|c| ("consent.by", &c.by))) {
            if plain(line).is_empty() {
                return Err(PolicyError::Missing(name));
            }
            if line.chars().count() > POLICY_LINE_CHARS_MAX {
                return Err(PolicyError::Long(name, POLICY_LINE_CHARS_MAX));
            }
        }
        if !zone_ok(&self.time_zone) {
            return Err(PolicyError::Zone(plain(&self.time_zone)));
        }
        let many =
            [("hours", self.hours.len()), ("closed", self.closed.len()), ("reserve.times", self.reserve.times.len())];
        if let Some((name, _)) = many.into_iter().find(|(_, n)| *n > POLICY_HOURS_MAX) {
            return Err(PolicyError::Long(name, POLICY_HOURS_MAX));
        }
        for line in self.hours.iter().chain(self.reserve.times.iter().map(|s| &s.hours)) {
            hours_of(core::slice::from_ref(line), &[])
                .filter(|h| h.known())
                .ok_or_else(|| PolicyError::Hours(plain(line)))?;
        }
        let days = [&self.review, &self.expires].into_iter().flatten().chain(&self.closed);
        for day in days.chain(self.consent.iter().map(|c| &c.on)) {
            day_of(day).ok_or_else(|| PolicyError::Day(plain(day)))?;
        }
        let (review, on) = (self.review.as_deref().and_then(day_of), self.consent.as_ref().and_then(|c| day_of(&c.on)));
        if review.zip(on).is_some_and(|(review, on)| review > on + REVIEW_DAYS_MAX) {
            return Err(PolicyError::Review);
        }
        if self.ports.len() > POLICY_PORTS_MAX {
            return Err(PolicyError::Long("ports", POLICY_PORTS_MAX));
        }
        if self.ports.contains(&SMTP) {
            return Err(PolicyError::Port25);
        }
        if self.ports.contains(&0) {
            return Err(PolicyError::Range { field: "ports", from: 1, to: 65_535 });
        }
        let bound = match self.preset {
            Preset::CommunityOnly => (!self.ports.is_empty() || self.udp).then_some("community-only"),
            Preset::Web => (self.ports.iter().any(|p| ![80, 443].contains(p)) || self.udp).then_some("web"),
            Preset::Custom => None,
        };
        if let Some(preset) = bound {
            return Err(PolicyError::Preset(preset, if self.udp { "kinds of connection" } else { "ports" }));
        }
        if (self.terms.version == 0) != plain(&self.terms.text).is_empty() {
            return Err(PolicyError::Terms);
        }
        if self.terms.text.len() > TERMS_BYTES_MAX {
            return Err(PolicyError::Long("terms.text", TERMS_BYTES_MAX));
        }
        if self.who.people.len().max(self.who.groups.len()) > LIST_MAX {
            return Err(PolicyError::Long("who", LIST_MAX));
        }
        if self.who.roles.iter().any(|r| word(&ROLES, *r).is_empty()) {
            return Err(PolicyError::Word("who.roles", ROLE_WORDS));
        }
        for (field, n) in
            [("limits.circuits_per_person", self.limits.circuits_per_person), ("limits.circuits", self.limits.circuits)]
        {
            range(field, n.into(), 1, CIRCUITS_MAX)?;
        }
        for percent in self.reserve.times.iter().map(|s| s.percent).chain([self.reserve.percent]) {
            range("reserve.percent", percent.into(), 0, PERCENT_MAX)?;
        }
        range("recorded.days", self.recorded.days.into(), 0, RECORDED_DAYS_MAX)?;
        if doc_to_cbor(&self.to_doc()).len() > POLICY_BYTES_MAX {
            return Err(PolicyError::Large(POLICY_BYTES_MAX));
        }
        Ok(())
    }
}

/// A building cannot keep the whole line and still share it.
const PERCENT_MAX: u64 = 95;
const ROLE_WORDS: &str = "organiser, resident, newcomer, group";

fn role(name: &str) -> Result<Role, PolicyError> {
    let found = ROLES.iter().find(|(_, word)| *word == name).map(|(role, _)| *role);
    found.ok_or(PolicyError::Word("who.roles", ROLE_WORDS))
}

fn or_none(limit: Option<u64>) -> Value {
    limit.map_or(json!("none"), |n| json!(n))
}

fn range(field: &'static str, n: u64, from: u64, to: u64) -> Result<u64, PolicyError> {
    if (from..=to).contains(&n) { Ok(n) } else { Err(PolicyError::Range { field, from, to }) }
}

fn ports(list: &Value) -> Result<Vec<u16>, PolicyError> {
    let list = list.as_array().ok_or(PolicyError::Shape("ports", "a list of numbers"))?;
    if list.len() > POLICY_PORTS_MAX {
        return Err(PolicyError::Long("ports", POLICY_PORTS_MAX));
    }
    let port = |v: &Value| v.as_u64().and_then(|n| u16::try_from(n).ok()).filter(|n| *n > 0);
    let bad = PolicyError::Range { field: "ports", from: 1, to: 65_535 };
    let mut out: Vec<u16> = list.iter().map(port).collect::<Option<_>>().ok_or(bad)?;
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

fn reserve(part: &mut Part) -> Result<Reserve, PolicyError> {
    let percent = |part: &mut Part, name| match part.uint("percent", name)? {
        None => Ok(0),
        Some(n) => range(name, n, 0, PERCENT_MAX).map(|n| n as u8),
    };
    let mut times = Vec::new();
    if let Some(list) = part.0.remove("times") {
        let list = list.as_array().cloned().ok_or(PolicyError::Shape("reserve.times", "a list"))?;
        if list.len() > POLICY_HOURS_MAX {
            return Err(PolicyError::Long("reserve.times", POLICY_HOURS_MAX));
        }
        for item in list {
            let mut item = Part::new("reserve.times", &item)?;
            let hours = item.line("hours", "reserve.times.hours")?;
            times.push(Share { hours, percent: percent(&mut item, "reserve.times.percent")? });
        }
    }
    Ok(Reserve {
        percent: percent(part, "reserve.percent")?,
        times,
        line_bytes_per_second: part.limit("line_bytes_per_second", "reserve.line_bytes_per_second", None)?,
        enforced: part.flag("enforced", "reserve.enforced")?,
    })
}

/// Puts fields back where nothing stands in their place.
fn put_back(doc: &mut Map<String, Value>, extra: &Map<String, Value>) {
    for (key, value) in extra {
        match (doc.get_mut(key), value) {
            (None, value) => {
                doc.insert(key.clone(), value.clone());
            }
            (Some(Value::Object(inner)), Value::Object(extra)) => put_back(inner, extra),
            _ => {}
        }
    }
}

/// An object from which fields are taken one by one; what is left was not known.
struct Part(Map<String, Value>);

impl Part {
    fn new(name: &'static str, value: &Value) -> Result<Part, PolicyError> {
        value.as_object().cloned().map(Part).ok_or(PolicyError::Shape(name, "an object"))
    }

    fn part(&mut self, key: &'static str) -> Result<Option<Part>, PolicyError> {
        self.0.remove(key).map(|v| Part::new(key, &v)).transpose()
    }

    fn keep(&mut self, key: &str, part: &mut Part) {
        if !part.0.is_empty() {
            self.0.insert(key.to_owned(), Value::Object(core::mem::take(&mut part.0)));
        }
    }

    fn text(&mut self, key: &str, name: &'static str, bytes_max: usize) -> Result<Option<String>, PolicyError> {
        match self.0.remove(key) {
            None => Ok(None),
            Some(Value::String(s)) if s.len() > bytes_max => Err(PolicyError::Long(name, bytes_max)),
            Some(Value::String(s)) => Ok(Some(s.trim().to_owned()).filter(|s| !s.is_empty())),
            Some(_) => Err(PolicyError::Shape(name, "a text")),
        }
    }

    fn line_opt(&mut self, key: &str, name: &'static str) -> Result<Option<String>, PolicyError> {
        self.text(key, name, POLICY_LINE_CHARS_MAX * 4)
    }

    fn line(&mut self, key: &str, name: &'static str) -> Result<String, PolicyError> {
        self.line_opt(key, name)?.ok_or(PolicyError::Missing(name))
    }

    fn lines(&mut self, key: &str, name: &'static str, most: usize) -> Result<Vec<String>, PolicyError> {
        let Some(value) = self.0.remove(key) else { return Ok(Vec::new()) };
        let shape = PolicyError::Shape(name, "a list of texts");
        let list = value.as_array().ok_or(shape.clone())?;
        if list.len() > most {
            return Err(PolicyError::Long(name, most));
        }
        let line = |v: &Value| v.as_str().map(|s| s.trim().to_owned()).filter(|s| s.len() <= POLICY_LINE_CHARS_MAX);
        list.iter().map(|v| line(v).ok_or(shape.clone())).collect()
    }

    fn ids(&mut self, key: &str, name: &'static str) -> Result<Vec<Id>, PolicyError> {
        self.lines(key, name, LIST_MAX)?.iter().map(|id| id.parse().map_err(|_| PolicyError::Id(plain(id)))).collect()
    }

    fn flag(&mut self, key: &str, name: &'static str) -> Result<bool, PolicyError> {
        match self.0.remove(key) {
            None => Ok(false),
            Some(Value::Bool(b)) => Ok(b),
            Some(_) => Err(PolicyError::Shape(name, "true or false")),
        }
    }

    fn uint(&mut self, key: &str, name: &'static str) -> Result<Option<u64>, PolicyError> {
        let shape = PolicyError::Shape(name, "a whole number from 0");
        self.0.remove(key).map(|v| v.as_u64().ok_or(shape)).transpose()
    }

    fn small(&mut self, key: &str, name: &'static str) -> Result<Option<u32>, PolicyError> {
        let range = PolicyError::Range { field: name, from: 0, to: u32::MAX.into() };
        self.uint(key, name)?.map(|n| u32::try_from(n).map_err(|_| range)).transpose()
    }

    /// A limit: a number from 1, or "none". What is left out has the usual value.
    fn limit(&mut self, key: &str, name: &'static str, usual: Option<u64>) -> Result<Option<u64>, PolicyError> {
        match self.0.remove(key) {
            None => Ok(usual),
            Some(Value::String(s)) if s == "none" => Ok(None),
            Some(v) => v
                .as_u64()
                .filter(|n| *n > 0)
                .map(Some)
                .ok_or(PolicyError::Shape(name, "a whole number from 1, or none")),
        }
    }
}
