//! Local sites in words.

use hedgerow_api::{LocalSite, SitePublish, clean};

use super::{Form, Who};
use crate::deeds::Outcome;
use crate::icons::Icon;
use crate::pages::find::data::Mark;
use crate::pages::internet::data::theirs;
use crate::pages::{Cx, Part};
use crate::theme::Tone;
use crate::words::Words;

/// A site.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// What names it to the node.
    pub slot: String,
    /// What it is.
    pub title: String,
    /// More about it.
    pub text: String,
    /// Whose it is.
    pub owner: String,
    /// Who may visit.
    pub audience: String,
    /// Whether it can be visited.
    pub mark: Mark,
    /// The same in a sentence, with when it was last seen.
    pub sentence: String,
    /// Where it is open on this computer; and whether a browser opens that.
    pub open: Option<(String, bool)>,
    /// Whether it knows who I am.
    pub named: bool,
    /// Whether it has to know.
    pub needs_name: bool,
    /// What publishes it again, when it is mine.
    pub again: Option<SitePublish>,
}

/// Builds the list.
pub fn view(cx: &Cx<'_>) -> Part<Vec<Site>> {
    cx.known.sites.part(cx.words, ("sites-none", "sites-none-do"), |all| {
        (!all.sites.is_empty()).then(|| all.sites.iter().map(|s| site(cx.words, s)).collect())
    })
}

fn site(words: &Words, s: &LocalSite) -> Site {
    let Mark { tone, icon, text } = mark(words, &s.state);
    let ours = if s.state == "not-running" { "site-down-about" } else { "site-away-about" };
    let title = clean::line(&s.title);
    let address = match (s.here, s.port) {
        // A program that does not answer has nothing to open.
        (true, Some(port)) if s.state == "running" => Some(format!("http://localhost:{port}/")),
        (true, _) => None,
        (false, _) => s.address.clone(),
    };
    Site {
        slot: s.slot.clone(),
        text: clean::lines(&s.text),
        owner: words.with("site-owner", "name", &clean::line(&s.owner)),
        audience: match s.needs_name {
            false => words.t("site-for-everyone"),
            true => words.with("site-for", "who", &clean::line(&s.audience)),
        },
        mark: Mark { tone, icon, text },
        sentence: match s.state.as_str() {
            "running" | "reachable" => String::new(),
            _ => theirs(words, &s.sentence, ours),
        },
        open: address.map(|address| (address, s.protocol == "http")),
        named: s.named,
        needs_name: s.needs_name,
        again: s.again.clone(),
        title: if title.is_empty() { clean::line(&s.name) } else { title },
    }
}

fn mark(words: &Words, state: &str) -> Mark {
    let (tone, icon, key) = match state {
        "running" => (Tone::Good, Icon::Tick, "site-running"),
        "not-running" => (Tone::Warn, Icon::Warning, "site-down"),
        "reachable" => (Tone::Good, Icon::Links, "site-near"),
        _ => (Tone::Plain, Icon::Alone, "site-away"),
    };
    Mark { tone, icon, text: words.t(key) }
}

/// The page for publishing.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishView {
    /// Groups I may publish for: id and name.
    pub groups: Vec<(String, String)>,
    /// Whether the program answered when it was checked.
    pub checked: Option<Mark>,
}

/// Builds the page for publishing.
pub fn publish(cx: &Cx<'_>) -> PublishView {
    let groups = cx.known.status.ready().and_then(|s| s.me.as_ref()).map(|me| &me.groups);
    let name = |g: &hedgerow_api::GroupRef| (g.id.clone(), clean::line(&g.name));
    PublishView {
        groups: groups.into_iter().flatten().map(name).collect(),
        checked: match cx.outcome {
            Some(Outcome::SiteChecked(site)) => Some(mark(cx.words, &site.state)),
            _ => None,
        },
    }
}

/// What is asked of the node, or what is wrong.
pub(crate) fn wanted(form: &Form) -> Result<SitePublish, &'static str> {
    let port = form.port.trim().parse::<u16>().ok().filter(|p| *p > 0).ok_or("site-port-wrong")?;
    let name = form.name.trim();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 32 || !name.chars().all(plain) {
        return Err("site-name-wrong");
    }
    let audience = match &form.who {
        Who::Everyone => "community".to_owned(),
        Who::Group(id) => format!("group:{id}"),
        Who::People if form.people.trim().is_empty() => return Err("site-people-wrong"),
        Who::People => format!("people:{}", form.people.trim()),
    };
    Ok(SitePublish {
        port,
        name: name.to_owned(),
        title: form.title.trim().to_owned(),
        protocol: if form.other { "tcp" } else { "http" }.into(),
        audience,
        ..SitePublish::default()
    })
}
