//! What screens show, as plain texts: built here, drawn by the templates.
//!
//! Every text from other people goes through `listing::plain` or its summary, and is escaped by the template.

use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, At, Open, Upcoming, read};

use super::answer::{Ask, encoded};
use super::dates::Calendar;
use super::words::{Language, Words};
use crate::app::{Found, Public};

/// What is around every screen.
pub struct Frame {
    /// The words.
    pub w: Words,
    /// The community's name, or ours where there is none.
    pub place: String,
    /// Which of the screens in the menu it is.
    pub here: &'static str,
    /// The title of the browser's window.
    pub title: String,
    /// The same in the other languages: code, name, link.
    pub others: Vec<(&'static str, &'static str, String)>,
    suffix: String,
}

impl Frame {
    /// Around an answer.
    pub fn new(ask: &Ask, public: Option<&Public>, here: &'static str, title: &str) -> Frame {
        let w = ask.words();
        let place = public.map(Public::name).filter(|n| !n.is_empty()).unwrap_or_else(|| "Hedgerow".into());
        let others = Language::ALL.into_iter().filter(|l| *l != ask.language);
        Frame {
            title: if title.is_empty() { place.clone() } else { format!("{title} – {place}") },
            others: others.map(|l| (l.code(), l.name(), ask.in_language(l))).collect(),
            suffix: if ask.is_said { format!("lang={}", ask.language.code()) } else { String::new() },
            w,
            place,
            here,
        }
    }
    /// A link that stays in the language the visitor chose; there is no cookie that would remember it.
    pub fn link(&self, to: &str) -> String {
        match (self.suffix.is_empty(), to.contains('?')) {
            (true, _) => to.to_owned(),
            (false, true) => format!("{to}&{}", self.suffix),
            (false, false) => format!("{to}?{}", self.suffix),
        }
    }
    /// The language chosen, where one was, for forms.
    pub fn chosen(&self) -> &str {
        self.suffix.strip_prefix("lang=").unwrap_or_default()
    }
    /// Whether the menu marks this entry.
    pub fn is(&self, name: &str) -> bool {
        self.here == name
    }
}

/// Open, closed or not known, with a mark that is not colour alone.
pub struct Mark {
    /// Class for its colour.
    pub class: &'static str,
    /// A sign before the words.
    pub sign: &'static str,
    /// The words.
    pub text: String,
}

/// One thing in a list.
pub struct Card {
    /// Where it is shown in full.
    pub link: String,
    /// What kind of thing it is.
    pub kind: String,
    /// Its name.
    pub title: String,
    /// One line about it.
    pub about: String,
    /// Where it is.
    pub place: String,
    /// Open or not.
    pub open: Option<Mark>,
    /// When it happens.
    pub when: String,
    /// Day and month, for events.
    pub leaf: Option<(String, String)>,
    /// A word of warning, for notices that have one.
    pub badge: Option<Mark>,
    /// How fresh it is, since when it is there, and from how many sources.
    pub foot: String,
}

/// Makes views of what was found.
pub struct Viewer<'a> {
    /// What is public.
    pub public: &'a Public,
    /// The frame, for links and words.
    pub f: &'a Frame,
    at: At,
    zone: String,
    calendar: Calendar,
}

impl<'a> Viewer<'a> {
    /// For one answer.
    pub fn new(public: &'a Public, f: &'a Frame) -> Viewer<'a> {
        let (at, zone) = (public.now(), public.time_zone());
        let calendar = Calendar::new(f.w, &zone, &at);
        Viewer { public, f, at, zone, calendar }
    }

    /// A few lines of it.
    pub fn card(&self, found: &Found) -> Card {
        let (kind, w) = (found.kind(), &self.f.w);
        let s = listing::summary(kind, &found.doc);
        let upcoming = self.upcoming(found, 1);
        let next = upcoming.times.first();
        let place = place_line(s.place.as_deref(), s.postcode.as_deref());
        let about = s.lines.first().filter(|l| **l != place && Some(*l) != s.organization.as_ref()).cloned();
        let when = match kind {
            Kind::EVENT if next.is_none() && upcoming.gave_up => w.t("next-unknown"),
            _ => next.map(|o| self.calendar.when(o)).unwrap_or_default(),
        };
        let mut foot = Vec::new();
        if kind == Kind::NOTICE {
            let day = self.calendar.day_at(found.record.payload().hlc.unix_ms());
            foot.push(w.with("notice-since", "name", &day));
            foot.push(self.from(found));
        }
        if kind.rules().has_hours {
            foot.push(self.calendar.checked(listing::checked(kind, &found.doc, &self.at)));
        }
        if found.also_from > 0 {
            foot.push(w.count("also-from", found.also_from as u64));
        }
        Card {
            link: self.f.link(&format!("/item/{}", found.slot())),
            kind: self.kind(kind),
            title: s.title.clone(),
            about: about.map(|a| cut(&a, 160)).unwrap_or_default(),
            place,
            open: self.open(found),
            leaf: next.and_then(|o| self.calendar.leaf(o)),
            badge: self.badge(kind, s.severity.as_deref(), s.closed),
            when,
            foot: foot.join(" · "),
        }
    }

    fn kind(&self, kind: Kind) -> String {
        kind_key(kind).map(|key| self.f.w.t(key)).unwrap_or_default()
    }

    /// The next times of an event, at most `count`.
    fn upcoming(&self, found: &Found, count: usize) -> Upcoming {
        match found.kind() {
            Kind::EVENT => listing::occurrences(&found.doc, &self.zone, self.at.unix_ms(), count),
            _ => Upcoming::default(),
        }
    }

    fn open(&self, found: &Found) -> Option<Mark> {
        if !found.kind().rules().has_hours {
            return None;
        }
        let open = listing::open_at(&found.doc, &self.at);
        let (class, sign) = match open {
            Open::Open { .. } => ("good", "●"),
            Open::Closed { .. } | Open::ClosedForGood => ("shut", "○"),
            Open::Unknown => ("plain", "?"),
        };
        Some(Mark { class, sign, text: self.calendar.open(&open) })
    }

    fn badge(&self, kind: Kind, severity: Option<&str>, closed: bool) -> Option<Mark> {
        let w = &self.f.w;
        match (kind, severity, closed) {
            (Kind::EVENT, _, true) => Some(Mark { class: "bad", sign: "✕", text: w.t("badge-cancelled") }),
            (Kind::NOTICE, _, true) => Some(Mark { class: "shut", sign: "✕", text: w.t("badge-over") }),
            (Kind::NOTICE, Some("urgent"), _) => Some(Mark { class: "bad", sign: "!", text: w.t("badge-urgent") }),
            (Kind::NOTICE, Some("warning"), _) => Some(Mark { class: "warn", sign: "!", text: w.t("badge-warning") }),
            _ => None,
        }
    }
}

/// One thing in full.
pub struct Whole {
    /// The same in a few lines.
    pub card: Card,
    /// What it is and for whom, a paragraph each.
    pub about: Vec<String>,
    /// Who runs it.
    pub organization: String,
    /// When it happens next, for events that repeat.
    pub dates: Vec<String>,
    /// Opening hours: day and times.
    pub hours: Vec<(String, String)>,
    /// What the hours cannot say.
    pub notes: Vec<String>,
    /// What it costs.
    pub cost: String,
    /// What helps people with a disability.
    pub access: Vec<String>,
    /// The kinds of help it is.
    pub subjects: Vec<(String, String)>,
    /// Telephone: as written, and as a link.
    pub phone: Option<(String, String)>,
    /// Electronic mail, likewise.
    pub email: Option<(String, String)>,
    /// Page on the web.
    pub url: Option<String>,
    /// Where it is taken up in a calendar.
    pub calendar: Option<String>,
    /// Who publishes it and when it was checked.
    pub sources: Vec<String>,
}

/// Times of a repeating event that are listed.
const DATES_MAX: usize = 6;
/// Parts of a list that are shown.
const PARTS_MAX: usize = 12;

impl Viewer<'_> {
    /// All of it.
    pub fn whole(&self, found: &Found) -> Whole {
        let (kind, doc) = (found.kind(), &found.doc);
        let s = listing::summary(kind, doc);
        let hsds = read::hsds(doc);
        let text = match kind {
            Kind::NOTICE | Kind::EVENT => read::text(doc, "text"),
            _ => read::text(hsds, "description"),
        };
        let text = listing::plain_block(&text.unwrap_or_default());
        let about = text.split("\n\n").map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect();
        let dates = self.upcoming(found, DATES_MAX).times;
        let cost = ["fees", "fees_description"].iter().find_map(|k| read::text(hsds, k));
        let access = read::locations(doc).into_iter().flat_map(|l| read::list(l, "accessibility")).filter_map(|a| {
            let said = ["description", "details"].iter().find_map(|k| read::text(a, k))?;
            Some(listing::plain(&said)).filter(|t| !t.is_empty())
        });
        let names = read::list(hsds, "attributes").iter().filter_map(|a| {
            let name = read::text(a.get("taxonomy_term")?, "name")?;
            Some(listing::plain(&name)).filter(|t| !t.is_empty())
        });
        let subjects = names.take(PARTS_MAX).map(|n| {
            let link = self.f.link(&format!("/find?q={}", encoded(&n)));
            (n, link)
        });
        let mut sources = vec![self.source(found)];
        sources.extend(self.public.same(found).iter().map(|f| self.source(f)));
        Whole {
            card: self.card(found),
            about,
            organization: s.organization.clone().unwrap_or_default(),
            dates: if dates.len() > 1 { dates.iter().map(|o| self.calendar.when(o)).collect() } else { Vec::new() },
            hours: listing::hours_lines(doc).iter().map(|l| self.calendar.hours(l)).collect(),
            notes: listing::notes(doc).into_iter().take(PARTS_MAX).collect(),
            cost: listing::plain(&cost.unwrap_or_default()),
            access: access.take(PARTS_MAX).collect(),
            subjects: subjects.collect(),
            phone: s.phone.map(|p| {
                let dialled: String = p.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
                (p, format!("tel:{dialled}"))
            }),
            email: s.email.filter(|e| is_mail(e)).map(|e| {
                let link = format!("mailto:{}", encoded(&e).replace("%40", "@"));
                (e, link)
            }),
            url: s.url,
            calendar: (kind == Kind::EVENT).then(|| format!("/item/{}/event.ics", found.slot())),
            sources,
        }
    }

    /// "From Riverside Food Share".
    fn from(&self, found: &Found) -> String {
        self.f.w.with("from-one", "name", &self.publisher(found))
    }

    fn publisher(&self, found: &Found) -> String {
        let publisher = self.public.name_of(&found.record.owner());
        if publisher.is_empty() { self.f.w.t("somebody") } else { publisher }
    }

    /// "Riverside Food Share (Devon directory). Checked 3 May."
    fn source(&self, found: &Found) -> String {
        let w = &self.f.w;
        let publisher = self.publisher(found);
        let directory = found.doc.get("source").and_then(|s| read::text(s, "name")).map(|n| listing::plain(&n));
        let directory = directory.filter(|n| n != "typed" && !n.is_empty() && *n != publisher);
        let who = match directory {
            Some(directory) => w.with_two("from-both", ("name", &publisher), ("directory", &directory)),
            None => w.with("from-one", "name", &publisher),
        };
        let fresh = match found.kind().rules().is_checked {
            true => self.calendar.checked(listing::checked(found.kind(), &found.doc, &self.at)),
            false => w.with("written-on", "name", &self.calendar.day_at(found.record.payload().hlc.unix_ms())),
        };
        format!("{who}. {fresh}.")
    }
}

/// The word for a kind, of those that the page shows.
fn kind_key(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::SERVICE => "kind-service",
        Kind::NOTICE => "kind-notice",
        Kind::EVENT => "kind-event",
        Kind::ORGANIZATION => "kind-organization",
        Kind::LOCATION | Kind::SERVICE_AT_LOCATION => "kind-place",
        Kind::TAXONOMY | Kind::TAXONOMY_TERM => "kind-subject",
        _ => return None,
    })
}

fn place_line(place: Option<&str>, postcode: Option<&str>) -> String {
    [place, postcode].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The beginning of a text, whole words.
pub fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let head: String = text.chars().take(chars_max).collect();
    let head = head.rsplit_once(' ').map_or(head.as_str(), |(h, _)| h);
    format!("{}…", head.trim_end_matches([',', '.', ';', ':']))
}

/// One address and nothing else: a link made of it must not say more.
fn is_mail(text: &str) -> bool {
    text.split_once('@').is_some_and(|(a, b)| !a.is_empty() && b.contains('.'))
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "@.+-_'".contains(c))
        && text.matches('@').count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_on_the_page_has_a_word() {
        for spec in Kind::known().filter(|s| s.on_page) {
            assert!(kind_key(spec.kind).is_some(), "{}", spec.kind);
        }
    }
}
