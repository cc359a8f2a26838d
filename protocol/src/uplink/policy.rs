//! The policy of a gateway: what a host shares, when, with whom, and how much.
//!
//! It is the document of a GATEWAY_POLICY record (Content lane; key: the gateway's transport key in lower-case
//! hexadecimal; owner: the person or group that hosts). Not for: the list of closed places and the building's
//! addresses, which never leave the host's disk, or counting.
//!
//! ```json
//! {"title": "Riverside Library", "responsible": {"name": "Ann Lee", "contact": "ann@example.org"},
//!  "time_zone": "Europe/London", "preset": "web", "hours": ["Mon-Fri 9:00-17:00"], "closed": ["2026-12-25"],
//!  "who": {"community": true, "roles": [], "people": [], "groups": [], "vouchers": false},
//!  "ports": [80, 443], "udp": false, "denied_hosts": false,
//!  "terms": {"version": 1, "text": "Be kind."},
//!  "limits": {"bytes_per_second": 2500000, "day_seconds": 10800, "day_bytes": 300000000, "floor_bytes": 0,
//!             "month_bytes": 100000000000, "circuits_per_person": 20, "circuits": 200},
//!  "reserve": {"percent": 20, "times": [{"hours": "Mon-Fri 9:00-17:00", "percent": 60}],
//!              "line_bytes_per_second": 10000000, "enforced": true},
//!  "tariff": {"pence_per_gb": 0}, "recorded": {"what": "…", "days": 7}, "breakout": "guest-line",
//!  "consent": {"by": "Ann Lee", "on": "2026-07-01", "own_line": false},
//!  "review": "2027-07-01", "expires": "2027-08-01", "paused": false}
//! ```
//!
//! Only `title`, `responsible`, `time_zone`, `preset`, `who` and `breakout` must be there. Unknown fields are kept. A known field
//! of another shape is refused: rules that cannot be read are no rules. A gigabyte is 1,000,000,000 bytes.

use serde_json::{Map, Value, json};

use super::{Moment, Refusal};
use crate::authority::Role;
use crate::id::Id;
use crate::limits::REVIEW_DAYS_MAX;
use crate::listing::{At, Hours, Open, day_of, day_second, kept_schedules};

/// A policy. Change the fields as you like; [`Policy::check`] says whether it is one.
#[derive(Clone, PartialEq, Debug)]
pub struct Policy {
    /// Name of the building.
    pub title: String,
    /// Who answers for it.
    pub responsible: Responsible,
    /// IANA name; hours, days and months go by it.
    pub time_zone: String,
    /// What it began as.
    pub preset: Preset,
    /// Opening hours, `Mon-Fri 9:00-17:00` each; none: day and night.
    pub hours: Vec<String>,
    /// Days it stays closed, `YYYY-MM-DD`.
    pub closed: Vec<String>,
    /// Whom it is for.
    pub who: Who,
    /// Allowed ports, ascending; never 25.
    pub ports: Vec<u16>,
    /// Whether single packets (UDP) may go to those ports.
    pub udp: bool,
    /// Whether the host keeps a list of closed places. The list stays on the host's disk.
    pub denied_hosts: bool,
    /// The host's own words to accept; version 0 and no text: none.
    pub terms: Terms,
    /// How much.
    pub limits: Limits,
    /// What the building keeps for itself.
    pub reserve: Reserve,
    /// Price of a gigabyte in pence; 0 is free.
    pub pence_per_gb: u32,
    /// What is kept about use.
    pub recorded: Recorded,
    /// How traffic leaves.
    pub breakout: Breakout,
    /// Who agreed. Without it nothing is shared.
    pub consent: Option<Consent>,
    /// The last day before somebody must look at it again, `YYYY-MM-DD`.
    pub review: Option<String>,
    /// The last day it holds, `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// Paused by the host.
    pub paused: bool,
    /// What this version does not know, kept as it came.
    pub extra: Map<String, Value>,
}

/// Who answers for the sharing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Responsible {
    /// Name.
    pub name: String,
    /// Telephone or mail.
    pub contact: String,
}

/// What a policy begins as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Preset {
    /// No internet: the line carries the community's own traffic between places, nothing else.
    CommunityOnly,
    /// Web pages: ports 80 and 443, no UDP.
    Web,
    /// As the host sets it.
    Custom,
}

/// Whom it is for. Any of them is enough.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Who {
    /// Organisers, residents and groups of the community.
    pub community: bool,
    /// Only those in these roles.
    pub roles: Vec<Role>,
    /// These persons.
    pub people: Vec<Id>,
    /// Members of these groups.
    pub groups: Vec<Id>,
    /// Who has a voucher of this gateway.
    pub vouchers: bool,
}

/// Words to accept before the first use.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Terms {
    /// From 1, one more with every change; 0: there are none.
    pub version: u32,
    /// At most 4 KiB.
    pub text: String,
}

/// How much. Limits stack: the strictest one that is reached wins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes a second for one person, both ways together; `None`: as fast as the line goes.
    pub bytes_per_second: Option<u64>,
    /// Seconds a day for one person in which they use it; `None`: no limit.
    pub day_seconds: Option<u64>,
    /// Bytes a day for one person; `None`: no limit.
    pub day_bytes: Option<u64>,
    /// Bytes a day for one person that never cost anything.
    pub floor_bytes: u64,
    /// Bytes a month for everybody together, then the gateway sleeps; `None`: no limit.
    pub month_bytes: Option<u64>,
    /// Connections at once for one person.
    pub circuits_per_person: u32,
    /// Connections at once for everybody together.
    pub circuits: u32,
}

/// The share of the line that the building keeps.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reserve {
    /// Percent of the line at times not listed: 0 to 95.
    pub percent: u8,
    /// Other shares at some times; the first that fits holds.
    pub times: Vec<Share>,
    /// What the line carries, bytes a second, where known.
    pub line_bytes_per_second: Option<u64>,
    /// Whether other traffic on the line really gets its share; else only the community's own traffic is capped.
    pub enforced: bool,
}

/// A share of the line at some hours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Share {
    /// `Mon-Fri 9:00-17:00`.
    pub hours: String,
    /// 0 to 95.
    pub percent: u8,
}

/// What is kept about use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// In the host's words.
    pub what: String,
    /// For how many days: 0 to 31.
    pub days: u8,
}

/// How traffic leaves the building. No address of the building's network is ever named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Breakout {
    /// By a second line or the guests' network.
    GuestLine,
    /// Through a provider the site has an agreement with.
    Tunnel,
    /// By the building's own line.
    Direct,
}

/// The yes of the responsible person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consent {
    /// Who said it.
    pub by: String,
    /// When, `YYYY-MM-DD`.
    pub on: String,
    /// Also to the building's own line carrying it; needed for [`Breakout::Direct`].
    pub own_line: bool,
}

/// What a gateway knows of somebody who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Asker<'a> {
    /// The person, or group for its own computers.
    pub owner: Id,
    /// Their role; `None` for who is no member.
    pub role: Option<Role>,
    /// The groups they are in.
    pub groups: &'a [Id],
    /// Whether they hold a good voucher of this gateway.
    pub voucher: bool,
    /// The version of the terms they accepted.
    pub terms: Option<u32>,
    /// The highest price in pence for a gigabyte they accepted.
    pub pence_per_gb: Option<u32>,
}

/// Enough for an evening's mail, forms and a film at low quality; a host changes it.
const DAY_SECONDS: u64 = 3 * 3600;
const DAY_BYTES: u64 = 300_000_000;

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes_per_second: None,
            day_seconds: Some(DAY_SECONDS),
            day_bytes: Some(DAY_BYTES),
            floor_bytes: 0,
            month_bytes: None,
            circuits_per_person: 20,
            circuits: 200,
        }
    }
}

impl Default for Recorded {
    fn default() -> Self {
        let what = "How much each member used in which hour, under another name. Never which places were visited.";
        Recorded { what: what.into(), days: 7 }
    }
}

impl Policy {
    /// A policy to begin with: everybody in the community, three hours and 300 MB a day each, free, paused until
    /// somebody agrees.
    pub fn preset(preset: Preset, title: &str, responsible: Responsible, time_zone: &str) -> Policy {
        Policy {
            title: title.trim().into(),
            responsible,
            time_zone: time_zone.trim().into(),
            preset,
            hours: Vec::new(),
            closed: Vec::new(),
            who: Who { community: true, ..Who::default() },
            ports: if preset == Preset::CommunityOnly { Vec::new() } else { vec![80, 443] },
            udp: false,
            denied_hosts: false,
            terms: Terms::default(),
            limits: Limits::default(),
            reserve: Reserve { percent: 20, ..Reserve::default() },
            pence_per_gb: 0,
            recorded: Recorded::default(),
            breakout: Breakout::GuestLine,
            consent: None,
            review: None,
            expires: None,
            paused: false,
            extra: Map::new(),
        }
    }

    /// Whether anything may leave now: agreed, not paused, within its dates and hours, and not community-only.
    pub fn is_open(&self, now: u64) -> Result<(), Refusal> {
        let direct = self.breakout == Breakout::Direct;
        if self.consent.as_ref().is_none_or(|c| direct && !c.own_line) {
            return Err(Refusal::NotAgreed);
        }
        if self.preset == Preset::CommunityOnly {
            return Err(Refusal::CommunityOnly);
        }
        if self.paused {
            return Err(Refusal::Paused);
        }
        if self.ends(&self.expires).is_some_and(|end| now >= end) {
            return Err(Refusal::Ended);
        }
        // Without a day to look at it again, a year after the yes.
        if self.review_ends().is_none_or(|end| now >= end) {
            return Err(Refusal::ReviewDue);
        }
        match self.opening(now) {
            Some(Open::Open { .. }) => Ok(()),
            _ => {
                let at = At::new(&self.time_zone, now.saturating_mul(1000)).ok();
                Err(Refusal::Hours(self.next_open(now).zip(at).map(|(next, at)| Moment::new(next, &at))))
            }
        }
    }

    /// When the hours begin next; now, if they have begun. `None`: not before the policy ends.
    pub fn next_open(&self, now: u64) -> Option<u64> {
        let next = match self.opening(now)? {
            Open::Open { .. } => now,
            Open::Closed { next } => next? / 1000,
            Open::Unknown | Open::ClosedForGood => return None,
        };
        let last = [self.ends(&self.expires), self.review_ends()].into_iter().flatten().min();
        last.is_none_or(|end| next < end).then_some(next)
    }

    /// When what is open now closes, by hours or by its last day; `None`: not within a week.
    pub fn closes(&self, now: u64) -> Option<u64> {
        let hours = match self.opening(now) {
            Some(Open::Open { until }) => until.map(|ms| ms / 1000),
            _ => Some(now),
        };
        [hours, self.ends(&self.expires), self.review_ends()].into_iter().flatten().min()
    }

    /// Whether somebody may use it at all.
    pub fn may_use(&self, asker: &Asker<'_>) -> Result<(), Refusal> {
        let who = &self.who;
        let member = match asker.role {
            // A computer that only stores browses nowhere, whoever may.
            None | Some(Role::Node) => false,
            Some(role) => {
                (who.community && matches!(role, Role::Steward | Role::Resident | Role::Group))
                    || who.roles.contains(&role)
                    || who.people.contains(&asker.owner)
                    || who.groups.contains(&asker.owner)
                    || who.groups.iter().any(|g| asker.groups.contains(g))
            }
        };
        if !(member || who.vouchers && asker.voucher && asker.role != Some(Role::Node)) {
            return Err(if asker.role.is_none() { Refusal::NotMember } else { Refusal::NotForYou });
        }
        if self.terms.version > 0 && asker.terms != Some(self.terms.version) {
            return Err(Refusal::Terms(self.terms.version));
        }
        if self.limits.floor_bytes == 0 && !self.price_accepted(asker.pence_per_gb) {
            return Err(Refusal::Price(self.pence_per_gb));
        }
        Ok(())
    }

    /// Whether a price that somebody accepted covers this policy's. What is free needs no yes.
    pub fn price_accepted(&self, accepted: Option<u32>) -> bool {
        self.pence_per_gb == 0 || accepted.is_some_and(|most| self.pence_per_gb <= most)
    }

    /// Whether a connection may go to a port.
    pub fn allows_port(&self, port: u16, udp: bool) -> Result<(), Refusal> {
        if self.preset == Preset::CommunityOnly {
            return Err(Refusal::CommunityOnly);
        }
        if port == 0 || port == SMTP || !self.ports.contains(&port) {
            return Err(Refusal::Port(port));
        }
        if udp && !self.udp { Err(Refusal::Udp) } else { Ok(()) }
    }

    /// The percent of the line that the building keeps at a moment.
    pub fn reserve_percent(&self, now: u64) -> u8 {
        let at = At::new(&self.time_zone, now.saturating_mul(1000)).ok();
        let fits = |s: &&Share| {
            let hours = hours_of(core::slice::from_ref(&s.hours), &[]);
            matches!(hours.zip(at.as_ref()).map(|(h, at)| h.open(at)), Some(Open::Open { .. }))
        };
        self.reserve.times.iter().find(fits).map_or(self.reserve.percent, |s| s.percent)
    }

    /// The last day on which a record with this policy is needed, days since 1970: its expiry and a week, so that people
    /// are told that it ended. `None`: as long as a record can live.
    pub fn expires_day(&self) -> Option<u32> {
        self.expires.as_deref().and_then(day_of).map(|day| day + 7)
    }

    fn opening(&self, now: u64) -> Option<Open> {
        let at = At::new(&self.time_zone, now.saturating_mul(1000)).ok()?;
        if self.hours.is_empty() && self.closed.is_empty() {
            return Some(Open::Open { until: None });
        }
        let always = ["daily 0:00-24:00".to_owned()];
        let hours = if self.hours.is_empty() { &always[..] } else { &self.hours };
        Some(hours_of(hours, &self.closed)?.open(&at))
    }

    /// The second after a last day.
    fn ends(&self, day: &Option<String>) -> Option<u64> {
        day_second(&self.time_zone, day_of(day.as_deref()?)? + 1)
    }

    fn review_ends(&self) -> Option<u64> {
        let year = || {
            let on = day_of(&self.consent.as_ref()?.on)?;
            day_second(&self.time_zone, on + REVIEW_DAYS_MAX)
        };
        match &self.review {
            Some(_) => self.ends(&self.review),
            None => year(),
        }
    }
}

/// Mail between servers: what makes an address known for advertising in a day.
pub(super) const SMTP: u16 = 25;

/// Hours of some lines, but for closed days; `None` when a line is none.
pub(super) fn hours_of(lines: &[String], closed: &[String]) -> Option<Hours> {
    let schedules = kept_schedules(lines, "gateway").ok()?;
    let closed: Vec<Value> = closed.iter().map(|day| json!({"start_date": day, "closed": true})).collect();
    Some(Hours::read(&json!({"schedules": schedules, "holiday_schedules": closed})))
}
