//! What came in and nobody here has seen yet: requests and answers, who asks to be let in, who joined, notices. Counted for
//! the list on the left and the leaf beside the clock, and said on the desktop. Pure but for [`look`], which asks the node.
//!
//! Not for: how a desktop shows it ([`crate::bell`]); what happened at all (the page Activity).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hedgerow_api::{Client, ClientError, FindQuery, clean};

use crate::command::Page;
use crate::drafts::write_private;
use crate::saved;
use crate::words::Words;

/// Name of the file that says what was seen.
const NAME: &str = "seen.json";
/// Most notices looked at: as many as one question gives.
const NOTICES_MAX: u32 = 200;
/// Longest name or title in what the desktop says, in letters.
const SAID_CHARS_MAX: usize = 80;

/// What kind of thing came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Somebody asks for help.
    Request,
    /// Somebody answered me.
    Answer,
    /// Somebody reports something to me.
    Report,
    /// Somebody waits to be let in.
    Asker,
    /// Somebody joined.
    Person,
    /// A notice.
    Notice,
}

impl Kind {
    /// The page that shows it.
    pub fn page(self) -> Page {
        match self {
            Kind::Request | Kind::Answer | Kind::Report => Page::Requests,
            Kind::Asker => Page::Invite,
            Kind::Person => Page::People,
            Kind::Notice => Page::Home,
        }
    }

    /// Whether it counts until it was seen. The rest counts until it was read or dealt with, which the node knows.
    fn is_seen(self) -> bool {
        matches!(self, Kind::Person | Kind::Notice)
    }
}

/// One thing that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// What it is.
    pub kind: Kind,
    /// Tells it from the others; another one once there is something new in it.
    pub key: String,
    /// Its title, or the name of whom it is about. Empty for what is sealed: others may stand before the screen.
    pub title: String,
    /// Who it is from.
    pub by: String,
    /// Of a notice: `urgent` or `warning`, if it is.
    pub severity: Option<String>,
}

/// Everything that is there now and could be new. Nothing of one's own, and nothing from people one does not see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CameIn {
    /// What there is.
    pub arrivals: Vec<Arrival>,
}

/// Asks the node what there is.
///
/// # Errors
/// When the node does not answer or says no, as it does before there is a community.
pub async fn look(client: &Client) -> Result<CameIn, ClientError> {
    let blocked: BTreeSet<String> = client.blocked().await?.blocked.into_iter().map(|owner| owner.id).collect();
    let mut arrivals = Vec::new();
    let (requests, reports) = (client.requests().await?.requests, client.reports().await?.requests);
    for request in requests.into_iter().chain(reports).filter(|r| r.unread && !blocked.contains(&r.from.id)) {
        let kind = match (request.mine, request.reason) {
            (true, _) => Kind::Answer,
            (false, Some(_)) => Kind::Report,
            (false, None) => Kind::Request,
        };
        let by = if request.mine { String::new() } else { request.from.name };
        let key = format!("{}/{}", request.id, request.messages);
        arrivals.push(Arrival { kind, key, title: String::new(), by, severity: None });
    }
    // Who may let nobody in is not told who asks.
    let asked = client.join_requests().await.map(|asked| asked.requests).unwrap_or_default();
    arrivals.extend(asked.into_iter().map(|asker| Arrival {
        kind: Kind::Asker,
        key: asker.code,
        title: asker.name.clone(),
        by: asker.name,
        severity: None,
    }));
    let people = client.people().await?.people.into_iter().filter(|p| !p.me && !p.blocked);
    arrivals.extend(people.map(|person| Arrival {
        kind: Kind::Person,
        key: person.id,
        title: person.name.clone(),
        by: person.name,
        severity: None,
    }));
    let query = FindQuery { kinds: "notice".into(), limit: Some(NOTICES_MAX), ..FindQuery::default() };
    let notices = client.find(&query).await?.items.into_iter().filter(|item| !item.by_me);
    arrivals.extend(notices.map(|item| Arrival {
        kind: Kind::Notice,
        key: item.slot,
        title: item.title,
        by: item.publisher,
        severity: item.severity,
    }));
    Ok(CameIn { arrivals })
}

/// What was seen here, kept in the data folder.
#[derive(Debug, Default)]
pub struct Seen {
    path: Option<PathBuf>,
    /// Keys of people and notices; nothing before the first look.
    keys: Option<BTreeSet<String>>,
}

impl Seen {
    /// What was seen as this data folder says. While that cannot be read nothing is new, and nothing is written over it.
    pub fn of(folder: &Path) -> Seen {
        let path = folder.join(NAME);
        match saved::read(&path, |bytes| serde_json::from_slice(bytes).ok().map(Some)) {
            Ok(keys) => Seen { keys, path: Some(path) },
            Err(_) => Seen::default(),
        }
    }

    /// Whether this was not seen yet.
    fn is_new(&self, arrival: &Arrival) -> bool {
        !arrival.kind.is_seen() || self.keys.as_ref().is_some_and(|keys| !keys.contains(&arrival.key))
    }

    /// What is on this page counts as seen; at the very first look everything does.
    pub fn look_at(&mut self, page: Page, came: &CameIn) {
        let of_here = came.arrivals.iter().filter(|a| a.kind.is_seen());
        let keys: BTreeSet<String> = match &self.keys {
            None => of_here.map(|a| a.key.clone()).collect(),
            Some(keys) => {
                of_here.filter(|a| a.kind.page() == page || keys.contains(&a.key)).map(|a| a.key.clone()).collect()
            }
        };
        if self.keys.as_ref() == Some(&keys) {
            return;
        }
        if let (Some(path), Ok(text)) = (&self.path, serde_json::to_vec(&keys)) {
            // Where it cannot be written, the same counts as new at the next start.
            let _ = write_private(path, &text);
        }
        self.keys = Some(keys);
    }

    /// How much is new, by the page that shows it.
    pub fn counts(&self, came: &CameIn) -> BTreeMap<Page, u64> {
        let mut counts = BTreeMap::new();
        for arrival in came.arrivals.iter().filter(|a| self.is_new(a)) {
            *counts.entry(arrival.kind.page()).or_default() += 1;
        }
        counts
    }

    /// What is new and was not there before.
    pub fn since(&self, before: &CameIn, now: &CameIn) -> Vec<Arrival> {
        let there: BTreeSet<(Kind, &str)> = before.arrivals.iter().map(|a| (a.kind, a.key.as_str())).collect();
        let new = now.arrivals.iter().filter(|a| !there.contains(&(a.kind, a.key.as_str())) && self.is_new(a));
        new.cloned().collect()
    }
}

/// What the desktop says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// A few words.
    pub title: String,
    /// A line or two.
    pub body: String,
    /// Whether somebody has to act now.
    pub urgent: bool,
}

/// Says what came in, in one breath; nothing where nothing did.
pub fn say(words: &Words, arrivals: &[Arrival]) -> Option<Told> {
    let urgent = arrivals.iter().find(|a| a.severity.as_deref() == Some("urgent"));
    let said = |body: String, title: String| Told { title, body, urgent: urgent.is_some() };
    match arrivals {
        [] => None,
        [one] => Some(said(under(words, one), headline(words, one))),
        many => {
            let first = urgent.map(|notice| headline(words, notice));
            let counts = [
                ("bell-notices", &[Kind::Notice][..]),
                ("bell-requests", &[Kind::Request, Kind::Answer, Kind::Report]),
                ("bell-askers", &[Kind::Asker]),
                ("bell-people", &[Kind::Person]),
            ];
            let counted = counts.into_iter().filter_map(|(key, kinds)| {
                let count = many.iter().filter(|a| kinds.contains(&a.kind)).count() as u64;
                (count > 0).then(|| words.with(key, "count", count))
            });
            let lines: Vec<String> = first.into_iter().chain([counted.collect::<Vec<_>>().join(" · ")]).collect();
            Some(said(lines.join("\n"), words.with("bell-many", "count", many.len() as u64)))
        }
    }
}

/// One line, not too long, without anything hidden in it.
fn short(words: &Words, text: &str) -> String {
    let line = clean::line(text);
    match line.char_indices().nth(SAID_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.trim().is_empty() => words.t("someone"),
        None => line,
    }
}

fn headline(words: &Words, arrival: &Arrival) -> String {
    let (name, title) = (short(words, &arrival.by), short(words, &arrival.title));
    match (arrival.kind, arrival.severity.as_deref()) {
        (Kind::Request, _) => words.with("bell-request", "name", &name),
        (Kind::Answer, _) => words.t("bell-answer"),
        (Kind::Report, _) => words.t("bell-report"),
        (Kind::Asker, _) => words.with("bell-asker", "name", &name),
        (Kind::Person, _) => words.with("bell-person", "name", &name),
        (Kind::Notice, Some("urgent")) => format!("{}: {title}", words.t("severity-urgent")),
        (Kind::Notice, Some("warning")) => format!("{}: {title}", words.t("severity-warning")),
        (Kind::Notice, _) => words.with("bell-notice", "title", &title),
    }
}

fn under(words: &Words, arrival: &Arrival) -> String {
    match arrival.kind {
        Kind::Notice => short(words, &arrival.by),
        _ => words.t("bell-open"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(kind: Kind, key: &str, title: &str) -> Arrival {
        Arrival { kind, key: key.into(), title: title.into(), by: "Bob".into(), severity: None }
    }

    fn there(arrivals: &[Arrival]) -> CameIn {
        CameIn { arrivals: arrivals.to_vec() }
    }

    #[test]
    fn what_was_there_at_the_first_look_is_not_new_and_what_comes_is_until_it_is_seen() {
        let dir = std::env::temp_dir().join(format!("hedgerow-seen-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let (old, person) = (one(Kind::Notice, "n1", "Old"), one(Kind::Person, "p1", "Bob"));
        let first = there(&[old.clone(), person.clone()]);
        let mut seen = Seen::of(&dir);
        seen.look_at(Page::Find, &first);
        assert!(seen.counts(&first).is_empty() && seen.since(&CameIn::default(), &first).is_empty());
        let request = one(Kind::Request, "r/1", "");
        let new = [one(Kind::Notice, "n2", "New"), one(Kind::Person, "p2", "Cy"), request];
        let second = there(&[&[old, person], &new[..]].concat());
        seen.look_at(Page::Find, &second);
        let all = BTreeMap::from([(Page::Home, 1), (Page::People, 1), (Page::Requests, 1)]);
        assert_eq!(seen.counts(&second), all);
        assert_eq!(seen.since(&first, &second), new);
        // Another window, and the leaf, know the same.
        assert_eq!(Seen::of(&dir).counts(&second), all);
        seen.look_at(Page::Home, &second);
        assert_eq!(Seen::of(&dir).counts(&second), BTreeMap::from([(Page::People, 1), (Page::Requests, 1)]));
        std::fs::write(dir.join(NAME), "{nonsense").unwrap();
        assert!(Seen::of(&dir).counts(&first).is_empty(), "a damaged file makes nothing new");
        std::fs::create_dir(dir.join(NAME)).unwrap();
        let mut seen = Seen::of(&dir);
        seen.look_at(Page::Home, &first);
        assert!(seen.counts(&first).is_empty() && dir.join(NAME).is_dir(), "what cannot be read stays as it is");
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn one_thing_says_what_it_is_and_many_come_as_one() {
        let words = Words::default();
        let mut notice = one(Kind::Notice, "n", "Water <b>off</b>\u{202e}\nnow");
        let told = say(&words, std::slice::from_ref(&notice)).unwrap();
        assert!(told.title.starts_with("New notice: Water") && !told.title.contains(['\n', '\u{202e}']), "{told:?}");
        assert_eq!((told.body.as_str(), told.urgent), ("Bob", false));
        notice.severity = Some("urgent".into());
        let told = say(&words, std::slice::from_ref(&notice)).unwrap();
        assert!(told.title.starts_with("Act now: Water") && told.urgent);
        let secret = one(Kind::Request, "r", "");
        assert_eq!(say(&words, std::slice::from_ref(&secret)).unwrap().title, "Bob asks for help");
        let many: Vec<Arrival> =
            (0..40).map(|n| one(Kind::Notice, &n.to_string(), "x")).chain([notice, secret]).collect();
        let told = say(&words, &many).unwrap();
        assert_eq!(told.title, "42 new things came in");
        assert!(told.body.starts_with("Act now: Water") && told.body.ends_with("41 notices · 1 request"), "{told:?}");
        assert!(told.urgent && told.body.chars().count() < 200);
        assert_eq!(say(&words, &[]), None);
        let long = say(&words, &[one(Kind::Notice, "n", &"x".repeat(5000))]).unwrap();
        assert!(long.title.chars().count() < 120);
    }
}
