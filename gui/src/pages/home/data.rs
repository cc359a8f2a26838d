//! How this computer is doing, in words.

use hedgerow_api::{Freshness, ItemSummary, State, Status, clean};

use crate::command::{Command, Page};
use crate::fault::{Said, say};
use crate::icons::Icon;
use crate::link::Attached;
use crate::pages::checks::data::{Check, community_name, warnings};
use crate::pages::find::data::{Mark, Row, row};
use crate::pages::find::{Filters, KINDS};
use crate::pages::{Cx, Load, Part};
use crate::theme::Tone;
use crate::words::Words;

/// The status sentence: a word with its drawing, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusLine {
    /// The word.
    pub mark: Mark,
    /// The sentence.
    pub sentence: String,
    /// How current the content is.
    pub content: Option<Mark>,
}

/// One of the first things to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Todo {
    /// Whether it is done.
    pub done: bool,
    /// What it is.
    pub text: String,
    /// What the button says and does, while it is not done.
    pub action: Option<(String, Command)>,
}

/// The home page, once the node answered.
#[derive(Debug, Clone, PartialEq)]
pub struct HomeView {
    /// The community's name.
    pub title: String,
    /// Who I am in it.
    pub me: String,
    /// How much there is, and where that leads.
    pub counts: Vec<(String, Command)>,
    /// What needs somebody, worst first.
    pub cards: Vec<Check>,
    /// What waits for me on other pages: what it is, what the button says, where it leads.
    pub waits: Vec<(String, String, Command)>,
    /// Newest notices.
    pub notices: Part<Vec<Row>>,
    /// The events that come next.
    pub events: Part<Vec<Row>>,
    /// What people come for: drawing, words, and where it leads.
    pub ways: Vec<(Icon, String, Command)>,
    /// What to do first.
    pub todo: Vec<Todo>,
    /// How the part that runs in the background came to run.
    pub attached: String,
    /// Whether it stops with this window.
    pub stops: bool,
}

/// Events shown.
const EVENTS: usize = 3;

/// Builds the status line. Before the first answer it says that it is looking.
pub fn status_line(words: &Words, status: &Load<Box<Status>>) -> StatusLine {
    let status = match status {
        Load::Ready(status) => status,
        Load::Waiting => {
            return StatusLine {
                mark: Mark { tone: Tone::Plain, icon: Icon::Look, text: words.t("state-starting") },
                sentence: words.t("state-starting-sentence"),
                content: None,
            };
        }
        Load::Failed(fault) => {
            let said = say(words, fault);
            return StatusLine {
                mark: Mark { tone: Tone::Bad, icon: Icon::Warning, text: words.t("state-needs-you") },
                sentence: said.title,
                content: None,
            };
        }
    };
    if status.taken_out.is_some() {
        let sentence = words.with("state-out-sentence", "name", &community_name(words, status));
        let mark = Mark { tone: Tone::Warn, icon: Icon::Stop, text: words.t("state-out") };
        return StatusLine { mark, sentence, content: None };
    }
    let linked = status.linked() as u64;
    let through = status.internet.as_deref().map(clean::line);
    let (tone, icon, word, sentence) = match status.state {
        // While a building's internet is used, it would be wrong to speak of computers nearby alone.
        State::Connected | State::NearbyOnly if through.is_some() => {
            let sentence = words.with("internet-through", "name", &through.unwrap_or_default());
            (Tone::Good, Icon::Globe, "state-connected", sentence)
        }
        State::Connected => {
            (Tone::Good, Icon::Links, "state-connected", words.with("state-connected-sentence", "count", linked))
        }
        State::NearbyOnly => {
            (Tone::Good, Icon::Links, "state-nearby", words.with("state-nearby-sentence", "count", linked))
        }
        State::Looking => (Tone::Plain, Icon::Look, "state-looking", words.t("state-looking-sentence")),
        State::OnYourOwn => (Tone::Plain, Icon::Alone, "state-alone", words.t("state-alone-sentence")),
        State::Paused => (Tone::Warn, Icon::Stop, "state-paused", words.t("state-paused-sentence")),
        State::NeedsYou => (Tone::Warn, Icon::Warning, "state-needs-you", words.t("state-needs-you-sentence")),
    };
    let content = status.community.is_some().then(|| match status.freshness {
        Freshness::UpToDate => Mark { tone: Tone::Good, icon: Icon::Tick, text: words.t("content-up-to-date") },
        Freshness::Updating => Mark { tone: Tone::Plain, icon: Icon::Clock, text: words.t("content-updating") },
        Freshness::OnlyHere => Mark { tone: Tone::Plain, icon: Icon::Alone, text: words.t("content-only-here") },
    });
    StatusLine { mark: Mark { tone, icon, text: words.t(word) }, sentence, content }
}

/// What waits for me on other pages, as far as that is known.
fn waits(cx: &Cx<'_>) -> Vec<(String, String, Command)> {
    let words = cx.words;
    let mut waits = Vec::new();
    let asked = cx.known.join_requests.ready().map_or(0, |r| r.requests.len() as u64);
    if asked > 0 {
        let text = words.with("waits-askers", "count", asked);
        waits.push((text, words.t("waits-askers-see"), Command::Go(Page::Invite)));
    }
    let unread =
        cx.known.requests.ready().map_or(0, |r| r.requests.iter().filter(|request| request.unread).count() as u64);
    if unread > 0 {
        let text = words.with("waits-unread", "count", unread);
        waits.push((text, words.t("waits-unread-see"), Command::Go(Page::Requests)));
    }
    // A resident who was trusted with it hears of it here; organisers may all along.
    let is_resident = cx.me().is_some_and(|me| me.role == "resident");
    if is_resident && cx.known.gateway.ready().is_some_and(|g| g.may_host && g.setup.is_none()) {
        waits.push((words.t("waits-share"), words.t("share-set-up"), Command::Go(Page::Gateway)));
    }
    waits
}

/// Builds the page.
pub fn view(cx: &Cx<'_>, invited: bool) -> Result<Option<HomeView>, Said> {
    let words = cx.words;
    let status = match &cx.known.status {
        Load::Waiting => return Ok(None),
        Load::Failed(fault) => return Err(say(words, fault)),
        Load::Ready(status) => status,
    };
    let community = status.community.as_ref();
    let me = status.me.as_ref();
    let people = community.map_or(0, |c| c.people);
    let services = status.counts.services;
    let organiser = me.is_some_and(|me| me.role == "organiser");
    let belongs = status.taken_out.is_none();
    let writes = belongs && me.is_some_and(|me| !matches!(me.role.as_str(), "newcomer" | "none"));
    Ok(Some(HomeView {
        title: community
            .map(|c| clean::line(&c.name))
            .filter(|n| !n.is_empty())
            .unwrap_or_else(|| words.t("page-home")),
        me: match me {
            Some(me) if organiser => words.with("home-organiser", "name", &clean::line(&me.name)),
            Some(me) => words.with("home-member", "name", &clean::line(&me.name)),
            None => String::new(),
        },
        counts: counts(words, status, people, belongs),
        cards: warnings(words, status),
        waits: if belongs { waits(cx) } else { Vec::new() },
        notices: cx.known.notices.part(words, ("notices-none", "notices-none-do"), |page| {
            let rows: Vec<Row> = page.items.iter().map(|item| row(words, item, cx.known.now_ms())).collect();
            (!rows.is_empty()).then_some(rows)
        }),
        events: cx.known.events.part(words, ("events-none", "events-none-do"), |page| {
            let mut coming: Vec<&ItemSummary> = page.items.iter().filter(|i| i.next_starts.is_some()).collect();
            coming.sort_by_key(|i| (i.next_starts.clone(), i.slot.clone()));
            let rows: Vec<Row> =
                coming.into_iter().take(EVENTS).map(|item| row(words, item, cx.known.now_ms())).collect();
            (!rows.is_empty()).then_some(rows)
        }),
        ways: ways(words, belongs, writes),
        todo: if belongs { todo(cx, people, services + status.counts.events, invited) } else { Vec::new() },
        attached: match cx.attached {
            Some(Attached::Running) => words.t("attached-running"),
            Some(Attached::Started) if cx.goes_on => words.t("attached-goes-on"),
            Some(Attached::Started) => words.t("attached-started"),
            None => String::new(),
        },
        stops: cx.attached == Some(Attached::Started) && !cx.goes_on,
    }))
}

/// How much there is: each leads to it.
fn counts(words: &Words, status: &Status, people: u64, belongs: bool) -> Vec<(String, Command)> {
    let all = [
        ("service", "count-services", status.counts.services),
        ("notice", "count-notices", status.counts.notices),
        ("event", "count-events", status.counts.events),
    ];
    let find = |kind: &str| {
        let kind = KINDS.iter().position(|k| k.0 == kind);
        Command::FindAll(Filters { kind, ..Filters::default() })
    };
    let mut counts = Vec::new();
    if belongs {
        counts.push((words.with("count-people", "count", people), Command::Go(Page::People)));
    }
    counts.extend(all.into_iter().map(|(kind, key, count)| (words.with(key, "count", count), find(kind))));
    counts
}

/// What people come for. Who cannot write yet, or does not belong any more, is not offered it.
fn ways(words: &Words, belongs: bool, writes: bool) -> Vec<(Icon, String, Command)> {
    let open = Filters { open_now: true, ..Filters::default() };
    let write = |what: &str| Command::Open(Page::Write, what.to_owned());
    [
        (true, Icon::Clock, "way-open", Command::FindAll(open)),
        (writes, Icon::Person, "way-help", Command::Go(Page::Ask)),
        (belongs, Icon::Globe, "way-internet", Command::Go(Page::Internet)),
        (writes, Icon::Write, "write-notice", write("notice")),
        (writes, Icon::Things, "write-service", write("service")),
        (writes, Icon::Clock, "write-event", write("event")),
        (belongs, Icon::Site, "way-site", Command::Go(Page::Sites)),
    ]
    .into_iter()
    .filter(|(offered, ..)| *offered)
    .map(|(_, icon, key, command)| (icon, words.t(key), command))
    .collect()
}

fn todo(cx: &Cx<'_>, people: u64, content: u64, invited: bool) -> Vec<Todo> {
    let words = cx.words;
    let item = |done: bool, text: &str, action: &str, command: Command| Todo {
        done,
        text: words.t(text),
        action: (!done).then(|| (words.t(action), command)),
    };
    let list = vec![
        item(true, "todo-member", "todo-member", Command::Go(Page::Home)),
        item(cx.has_words_safe(), "todo-words", "kit-open", Command::Open(Page::Kit, String::new())),
        item(people > 1 || invited, "todo-invite", "page-invite", Command::Go(Page::Invite)),
        item(content > 0, "todo-content", "page-find", Command::FocusSearch),
    ];
    if list.iter().all(|t| t.done) { Vec::new() } else { list }
}
