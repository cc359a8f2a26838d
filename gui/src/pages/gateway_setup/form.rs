//! The answers, and what they mean to the node.

use std::net::IpAddr;

use hedgerow_api::{GatewaySetup, PolicySet};
use hedgerow_protocol::listing;
use serde_json::{Value, json};
use strum::VariantArray as _;

use super::Step;
use crate::amount::{DAYS, pence_of};
use crate::known::Known;

/// How traffic leaves the building.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Way {
    /// By a line of its own.
    #[default]
    Line,
    /// From one of this computer's addresses.
    Source,
    /// Through a provider.
    Provider,
    /// By the building's own line.
    Own,
}

/// What was answered.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// Whether the answers so far came from the rules that hold now.
    pub filled: bool,
    pub building: String,
    pub responsible: String,
    pub contact: String,
    /// `web`, `community-only` or `custom`.
    pub preset: String,
    pub ports: String,
    pub way: Way,
    pub line: String,
    pub source: String,
    pub provider: String,
    pub names: String,
    pub mbit: String,
    pub always: bool,
    pub days: [bool; 7],
    pub from: String,
    pub to: String,
    /// More hours as they are written, one a line.
    pub more: String,
    pub hours_a_day: String,
    pub megabytes_a_day: String,
    pub gigabytes_a_month: String,
    pub kept_percent: String,
    pub pounds_a_gigabyte: String,
    pub terms: String,
    pub agreed_by: String,
    pub own_line: bool,
    /// What is wrong with the answer on screen.
    pub wrong: Option<&'static str>,
    /// What is set up now and not asked about.
    base: Option<Box<GatewaySetup>>,
}

impl Default for Form {
    fn default() -> Form {
        let no = String::new;
        Form {
            filled: false,
            building: no(),
            responsible: no(),
            contact: no(),
            preset: "web".into(),
            ports: "80, 443".into(),
            way: Way::Line,
            line: no(),
            source: no(),
            provider: no(),
            names: "9.9.9.9".into(),
            mbit: no(),
            always: false,
            days: [true, true, true, true, true, false, false],
            from: "9:00".into(),
            to: "17:00".into(),
            more: no(),
            hours_a_day: "3".into(),
            megabytes_a_day: "300".into(),
            gigabytes_a_month: no(),
            kept_percent: "20".into(),
            pounds_a_gigabyte: "0".into(),
            terms: no(),
            agreed_by: no(),
            own_line: false,
            wrong: None,
            base: None,
        }
    }
}

/// A number, or nothing where the field is empty.
fn number(text: &str, unit: f64) -> Result<Option<u64>, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value: f64 = text.parse().map_err(drop)?;
    let sum = (value * unit).round();
    if sum > 0.0 && sum < 1e15 { Ok(Some(sum as u64)) } else { Err(()) }
}

/// A number as it is typed: "3", "1.5", or empty.
fn typed(value: Option<u64>, unit: f64) -> String {
    value.map(|v| format!("{}", (v as f64 / unit * 100.0).round() / 100.0)).unwrap_or_default()
}

impl Form {
    /// Begins with what is set up now, if nothing was answered yet.
    pub fn fill(&mut self, known: &Known) {
        if let Some(setup) = known.gateway.ready().and_then(|g| g.setup.as_ref()).filter(|_| !self.filled) {
            *self = Form::of(setup);
        }
    }

    /// The answers that give what is set up now.
    pub fn of(setup: &GatewaySetup) -> Form {
        let empty = Form::default();
        let field = |name: &str| -> Value {
            let value = setup.set.iter().find(|s| s.field == name).map(|s| s.value.as_str()).unwrap_or_default();
            serde_json::from_str(value).unwrap_or_default()
        };
        let limits = field("limits");
        let limit = |name: &str, unit: f64| typed(limits[name].as_u64(), unit);
        let ports: Vec<String> = field("ports").as_array().into_iter().flatten().map(ToString::to_string).collect();
        let (way, line, source, provider) = match setup.way.split_once(':') {
            Some(("interface", name)) => (Way::Line, name.to_owned(), String::new(), String::new()),
            Some(("source", address)) => (Way::Source, String::new(), address.to_owned(), String::new()),
            Some(_) => (Way::Provider, String::new(), String::new(), setup.way.clone()),
            None => (Way::Own, String::new(), String::new(), String::new()),
        };
        let mut form = Form {
            filled: true,
            building: setup.title.clone(),
            responsible: setup.responsible.clone(),
            contact: setup.contact.clone(),
            preset: setup.preset.clone(),
            ports: if ports.is_empty() { empty.ports.clone() } else { ports.join(", ") },
            way,
            line,
            source,
            provider,
            names: setup.dns.join(", "),
            mbit: if setup.line_mbit > 0 { setup.line_mbit.to_string() } else { String::new() },
            always: setup.hours.is_empty(),
            hours_a_day: limit("day_seconds", 3600.0),
            megabytes_a_day: limit("day_bytes", 1e6),
            gigabytes_a_month: limit("month_bytes", 1e9),
            kept_percent: field("reserve.percent").as_u64().unwrap_or(20).to_string(),
            pounds_a_gigabyte: format!("{}.{:02}", setup.pence_per_gb / 100, setup.pence_per_gb % 100),
            terms: setup.terms.clone(),
            base: Some(Box::new(setup.clone())),
            ..empty
        };
        form.take_hours(&setup.hours);
        form
    }

    /// Days with one time become presses; anything else stays as it is written.
    fn take_hours(&mut self, hours: &[String]) {
        let mut days = [false; 7];
        let mut times: Option<(&str, &str)> = None;
        for line in hours {
            let simple = || {
                let (span, time) = line.split_once(' ')?;
                let time = time.split_once('-')?;
                let day = |name: &str| DAYS.iter().position(|d| *d == name);
                let (a, b) = span.split_once('-').unwrap_or((span, span));
                Some((day(a)?, day(b)?, time))
            };
            match simple() {
                Some((a, b, time)) if a <= b && times.is_none_or(|t| t == time) => {
                    times = Some(time);
                    days[a..=b].fill(true);
                }
                _ => {
                    self.days = [false; 7];
                    self.more = hours.join("\n");
                    return;
                }
            }
        }
        if let Some((from, to)) = times {
            (self.days, self.from, self.to) = (days, from.to_owned(), to.to_owned());
        }
    }

    /// Hours as the node writes them.
    pub fn hours(&self) -> Vec<String> {
        if self.always {
            return Vec::new();
        }
        let mut lines = Vec::new();
        let mut day = 0;
        while day < DAYS.len() {
            let run = self.days[day..].iter().take_while(|on| **on).count();
            match run {
                0 => {}
                1 => lines.extend(self.span(DAYS[day])),
                _ => lines.extend(self.span(&format!("{}-{}", DAYS[day], DAYS[day + run - 1]))),
            }
            day += run + 1;
        }
        lines.extend(self.more.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()));
        lines
    }

    /// The line of hours of these days; nothing where the times are none, or can be meant in two ways.
    fn span(&self, days: &str) -> Option<String> {
        let lines = listing::tidy_hours(&format!("{days} {}-{}", self.from.trim(), self.to.trim())).ok()?;
        <[String; 1]>::try_from(lines).ok().map(|[line]| line)
    }

    fn name_addresses(&self) -> Vec<String> {
        self.names.split([',', ' ', '\n']).map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
    }

    fn port_numbers(&self) -> Option<Vec<u16>> {
        let all = self.ports.split([',', ' ']).map(str::trim).filter(|t| !t.is_empty());
        let all: Vec<u16> = all.map(|t| t.parse().ok().filter(|p| *p != 0)).collect::<Option<_>>()?;
        (!all.is_empty()).then_some(all)
    }

    /// Whether a question is asked at all.
    pub fn is_asked(&self, step: Step) -> bool {
        step != Step::Names || self.preset != "community-only"
    }

    /// The question after this one.
    pub fn after(&self, step: Step) -> Option<Step> {
        Step::VARIANTS.iter().copied().skip_while(|s| *s != step).skip(1).find(|s| self.is_asked(*s))
    }

    /// What is wrong with the answer to a question.
    pub fn wrong_with(&self, step: Step) -> Option<&'static str> {
        let none = |text: &str| text.trim().is_empty();
        match step {
            Step::Building if none(&self.building) => Some("setup-building-missing"),
            Step::Responsible if none(&self.responsible) => Some("setup-responsible-missing"),
            Step::Contact if none(&self.contact) => Some("setup-contact-missing"),
            Step::Preset if self.preset == "custom" && self.port_numbers().is_none() => Some("setup-ports-wrong"),
            Step::Way => match self.way {
                Way::Line if none(&self.line) => Some("setup-line-missing"),
                Way::Source if self.source.trim().parse::<IpAddr>().is_err() => Some("setup-source-wrong"),
                Way::Provider if !["socks5://", "http://"].iter().any(|p| self.provider.trim().starts_with(p)) => {
                    Some("setup-provider-wrong")
                }
                _ => None,
            },
            Step::Names => {
                let all = self.name_addresses();
                (all.is_empty() || all.iter().any(|a| a.parse::<IpAddr>().is_err())).then_some("setup-names-wrong")
            }
            Step::Speed => number(&self.mbit, 1.0).is_err().then_some("setup-number-wrong"),
            Step::Hours if !self.always => {
                let days = self.days.iter().any(|d| *d);
                let bad_time = days && self.span(DAYS[0]).is_none();
                if bad_time {
                    Some("setup-time-wrong")
                } else {
                    self.hours().is_empty().then_some("setup-hours-missing")
                }
            }
            Step::Limits => {
                let numbers = [&self.hours_a_day, &self.megabytes_a_day, &self.gigabytes_a_month];
                let percent = self.kept_percent.trim().parse::<u8>().ok().filter(|p| *p <= 95);
                if numbers.iter().any(|n| number(n, 1.0).is_err()) {
                    Some("setup-number-wrong")
                } else {
                    percent.is_none().then_some("setup-percent-wrong")
                }
            }
            Step::Price => pence_of(&self.pounds_a_gigabyte).is_none().then_some("setup-price-wrong"),
            Step::Agree if none(&self.agreed_by) => Some("setup-agree-missing"),
            Step::Agree if self.way == Way::Own && !self.own_line => Some("setup-own-line-missing"),
            _ => None,
        }
    }

    /// The first question with an answer that does not do.
    pub fn first_wrong(&self) -> Option<Step> {
        Step::VARIANTS.iter().copied().find(|s| self.is_asked(*s) && self.wrong_with(*s).is_some())
    }

    /// What the node is asked to keep.
    pub fn setup(&self) -> GatewaySetup {
        let base = self.base.as_deref().cloned().unwrap_or_default();
        let mut set: Vec<PolicySet> =
            base.set.iter().filter(|s| s.field != "ports" || base.preset == self.preset).cloned().collect();
        let limit = |field: &str, text: &str, unit: f64| {
            // What is left empty has no limit.
            let value = number(text, unit).ok().flatten().map_or_else(|| "none".to_owned(), |n| n.to_string());
            PolicySet { field: format!("limits.{field}"), value }
        };
        set.push(limit("day_seconds", &self.hours_a_day, 3600.0));
        set.push(limit("day_bytes", &self.megabytes_a_day, 1e6));
        set.push(limit("month_bytes", &self.gigabytes_a_month, 1e9));
        set.push(PolicySet { field: "reserve.percent".into(), value: self.kept_percent.trim().to_owned() });
        if self.preset == "custom" {
            let value = json!(self.port_numbers().unwrap_or_default()).to_string();
            set.push(PolicySet { field: "ports".into(), value });
        }
        GatewaySetup {
            title: self.building.trim().to_owned(),
            responsible: self.responsible.trim().to_owned(),
            contact: self.contact.trim().to_owned(),
            preset: self.preset.clone(),
            way: match self.way {
                Way::Line => format!("interface:{}", self.line.trim()),
                Way::Source => format!("source:{}", self.source.trim()),
                Way::Provider => self.provider.trim().to_owned(),
                Way::Own => "direct".into(),
            },
            dns: if self.is_asked(Step::Names) { self.name_addresses() } else { Vec::new() },
            hours: self.hours(),
            terms: self.terms.trim().to_owned(),
            pence_per_gb: pence_of(&self.pounds_a_gigabyte).and_then(|p| u32::try_from(p).ok()).unwrap_or_default(),
            line_mbit: number(&self.mbit, 1.0).ok().flatten().and_then(|n| u32::try_from(n).ok()).unwrap_or_default(),
            set,
            agreed_by: self.agreed_by.trim().to_owned(),
            own_line: self.way == Way::Own && self.own_line,
            dry_run: false,
            ..base
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered() -> Form {
        Form {
            building: "Riverside Library".into(),
            responsible: "Ann Lee".into(),
            contact: "01632 960456".into(),
            line: "eth1".into(),
            agreed_by: "Ann Lee".into(),
            ..Form::default()
        }
    }

    #[test]
    fn answers_become_a_set_up_and_come_back_as_answers() {
        let form = Form {
            days: [true, true, false, true, true, true, false],
            hours_a_day: "1.5".into(),
            megabytes_a_day: String::new(),
            gigabytes_a_month: "100".into(),
            pounds_a_gigabyte: "0.25".into(),
            mbit: "20".into(),
            ..answered()
        };
        assert_eq!(form.first_wrong(), None);
        let setup = form.setup();
        assert_eq!(setup.hours, ["Mon-Tue 9:00-17:00", "Thu-Sat 9:00-17:00"]);
        let value = |name: &str| setup.set.iter().find(|s| s.field == name).unwrap().value.clone();
        assert_eq!(value("limits.day_seconds"), "5400");
        assert_eq!(value("limits.day_bytes"), "none");
        assert_eq!(value("limits.month_bytes"), "100000000000");
        assert_eq!((setup.pence_per_gb, setup.line_mbit, setup.own_line), (25, 20, false));
        // As the node tells it again.
        let limits = r#"{"day_seconds":5400,"day_bytes":"none","month_bytes":100000000000}"#;
        let told = |field: &str, value: &str| PolicySet { field: field.into(), value: value.into() };
        let set = vec![told("limits", limits), told("reserve.percent", "20"), told("ports", "[80,443]")];
        let again = Form::of(&GatewaySetup { set, closed: vec!["203.0.113.0/24".into()], ..setup.clone() });
        assert_eq!((&again.days, again.hours_a_day.as_str()), (&form.days, "1.5"));
        assert_eq!((again.megabytes_a_day.as_str(), again.gigabytes_a_month.as_str()), ("", "100"));
        assert_eq!(again.line, "eth1");
        assert_eq!(again.setup().closed, ["203.0.113.0/24"], "what is not asked about stays");
        assert!(again.agreed_by.is_empty(), "whoever changes rules agrees anew");
    }

    #[test]
    fn hours_that_are_more_than_days_with_one_time_stay_as_written() {
        let hours = vec!["Mon-Fri 9:00-17:00".to_owned(), "Sat 10:00-13:00".to_owned()];
        let form = Form::of(&GatewaySetup { hours: hours.clone(), ..GatewaySetup::default() });
        assert_eq!(form.hours(), hours);
    }

    #[test]
    fn what_does_not_do_is_told_where_it_was_asked() {
        assert_eq!(Form::default().first_wrong(), Some(Step::Building));
        let own = Form { way: Way::Own, ..answered() };
        assert_eq!(own.wrong_with(Step::Agree), Some("setup-own-line-missing"));
        let names = Form { names: "dns.example".into(), ..answered() };
        assert_eq!(names.first_wrong(), Some(Step::Names));
        let quiet = Form { preset: "community-only".into(), names: String::new(), ..answered() };
        assert_eq!((quiet.first_wrong(), quiet.after(Step::Way)), (None, Some(Step::Speed)));
        for (from, to) in [("7", "9"), ("9:00", "25:00"), ("9:0", "17:00"), ("", "")] {
            let hours = Form { from: from.into(), to: to.into(), ..answered() };
            assert_eq!(hours.first_wrong(), Some(Step::Hours), "{from} {to}");
        }
        let plain = Form { from: "9".into(), to: "5pm".into(), days: [true; 7], ..answered() };
        assert_eq!((plain.first_wrong(), plain.hours()), (None, vec!["Mon-Sun 9:00-17:00".to_owned()]));
    }
}
