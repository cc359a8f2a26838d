//! A scripted node for the window: answers what a test put there, and remembers what was asked.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod computers;
pub mod help;
pub mod joining;
pub mod people;

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use egui_kittest::Harness;
use hedgerow_api::*;
use hedgerow_gui::app::App;
use hedgerow_gui::command::Command;
use hedgerow_gui::deeds::{Deed, Outcome, community};
use hedgerow_gui::known::{Fact, Question, Topic};
use hedgerow_gui::link::{Answer, Ask, Attached, Fault, Link};
use hedgerow_gui::words::Language;
use serde_json::json;

/// 23 November 2026, 10:00 UTC.
pub const NOW_MS: u64 = 1_795_428_000_000;

/// What the scripted node does.
pub struct Script {
    pub asked: Vec<Ask>,
    pub waiting: VecDeque<Answer>,
    pub status: Result<Status, Fault>,
    /// Everything else that can be read, by topic.
    pub facts: HashMap<Topic, Fact>,
    /// Everything that can be found.
    pub items: Result<Vec<ItemSummary>, Fault>,
    /// What comes of anything done. By default all goes well.
    pub does: fn(&Deed) -> Result<Outcome, Fault>,
    /// Questions stay open.
    pub silent: bool,
}

impl Script {
    /// A small community in good order.
    pub fn new() -> Script {
        let facts: Vec<Fact> = [
            Fact::Nearby(Ok(Box::new(Nearby { communities: Vec::new() }))),
            Fact::Notices(Ok(Box::new(find(&[notice()], &FindQuery::default())))),
            Fact::Item(Ok(Box::new(library()))),
        ]
        .into_iter()
        .chain(people::facts())
        .chain(joining::facts())
        .chain(help::facts())
        .chain(computers::facts())
        .collect();
        Script {
            asked: Vec::new(),
            waiting: VecDeque::from([Answer::Attached(Attached::Started)]),
            status: Ok(community_status()),
            facts: facts.into_iter().map(|fact| (fact.topic(), fact)).collect(),
            items: Ok(items()),
            does: goes_well,
            silent: false,
        }
    }

    /// Puts an answer in place of the usual one.
    pub fn says(&mut self, fact: Fact) {
        self.facts.insert(fact.topic(), fact);
    }

    /// There is nothing of anything.
    pub fn empties(&mut self) {
        let none = FindPage { items: vec![], next: None, total: Some(0) };
        self.items = Ok(vec![]);
        self.says(Fact::Notices(Ok(Box::new(none))));
        people::none()
            .into_iter()
            .chain(joining::none())
            .chain(help::none())
            .chain(computers::none())
            .for_each(|fact| self.says(fact));
    }

    /// Every answer is this fault.
    pub fn fails(&mut self, fault: &Fault) {
        self.items = Err(fault.clone());
        for topic in Topic::ALL.iter().filter(|t| **t != Topic::Status) {
            self.says(Fact::failed(*topic, fault.clone()));
        }
    }

    fn read(&self, question: &Question) -> Answer {
        let fact = match question.topic {
            Topic::Status => Fact::Status(self.status.clone().map(Box::new)),
            topic => self.facts.get(&topic).cloned().unwrap_or_else(|| panic!("nothing is scripted for {topic:?}")),
        };
        Answer::Read(question.clone(), fact)
    }

    fn answer(&mut self, ask: Ask) {
        self.asked.push(ask.clone());
        if self.silent {
            return;
        }
        match ask {
            Ask::Read(question) => self.waiting.push_back(self.read(&question)),
            Ask::Watch(questions) => {
                let answers: Vec<Answer> = questions.iter().map(|q| self.read(q)).collect();
                self.waiting.extend(answers);
            }
            Ask::Find { turn, query, .. } => {
                let page = self.items.clone().map(|i| find(&i, &query));
                self.waiting.push_back(Answer::Found { turn, page });
            }
            Ask::Do { turn, deed } => {
                let result = (self.does)(&deed);
                let belongs =
                    matches!(deed, Deed::Community(community::Deed::Start { .. } | community::Deed::Join { .. }));
                if belongs && result.is_ok() {
                    self.status = Ok(community_status());
                }
                self.waiting.push_back(Answer::Did { turn, result });
            }
            Ask::Cancel { .. } | Ask::Keep(_) => {}
            Ask::Reconnect => self.waiting.push_back(Answer::Attached(Attached::Started)),
        }
    }
}

/// Everything that is done goes well.
pub fn goes_well(deed: &Deed) -> Result<Outcome, Fault> {
    Ok(match deed {
        Deed::Community(community::Deed::Invite) => Outcome::Invite(Box::new(Invite {
            ticket: "hedgerow1qqsw8x2m4v7n3p5t9k2l6r8s4d7f3g5h9j2k4".into(),
            expires_ms: NOW_MS + 7 * 24 * 3_600_000,
            community: "Riverside".into(),
            code: "5f2c81aa".into(),
            poster: false,
        })),
        Deed::Community(community::Deed::SaveInvite { .. }) => Outcome::Saved("/home/gwen/hedgerow-invite.txt".into()),
        _ => Outcome::Done,
    })
}

/// Finds as the node does: by the beginnings of words, and by what is open.
fn find(items: &[ItemSummary], query: &FindQuery) -> FindPage {
    let words: Vec<String> = query.text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let items: Vec<ItemSummary> = items
        .iter()
        .filter(|i| {
            let text = format!("{} {}", i.title, i.lines.join(" ")).to_lowercase();
            words.iter().all(|w| text.split_whitespace().any(|t| t.starts_with(w)))
        })
        .filter(|i| !query.open_now || i.opening.as_ref().is_some_and(|o| o.state == OpenState::Open))
        .cloned()
        .collect();
    FindPage { total: Some(items.len() as u64), items, next: None }
}

pub struct Scripted(pub Rc<RefCell<Script>>);

impl Link for Scripted {
    fn ask(&mut self, ask: Ask) {
        self.0.borrow_mut().answer(ask);
    }
    fn next(&mut self) -> Option<Answer> {
        self.0.borrow_mut().waiting.pop_front()
    }
}

/// A window over a script.
pub struct Window {
    pub harness: Harness<'static, App>,
    pub script: Rc<RefCell<Script>>,
}

impl Window {
    /// Opens a window of this size in points.
    pub fn open(size: [f32; 2], change: impl FnOnce(&mut Script)) -> Window {
        let mut script = Script::new();
        change(&mut script);
        let script = Rc::new(RefCell::new(script));
        let link = Scripted(script.clone());
        let mut harness = Harness::builder()
            .with_size(size)
            .with_theme(egui::Theme::Light)
            .with_max_steps(12)
            .with_context_setup(hedgerow_gui::theme::install)
            .build_ui_state(
                |ui, app: &mut App| {
                    app.receive();
                    app.draw(ui);
                },
                App::new(Box::new(link), None),
            );
        let ctx = harness.ctx.clone();
        harness.state_mut().run(&ctx, Command::Speak(Language::English));
        let mut window = Window { harness, script };
        window.settle();
        window
    }

    /// Draws until nothing changes any more.
    pub fn settle(&mut self) {
        self.harness.run();
        // Answers come without a frame of their own asking for them.
        if !self.script.borrow().waiting.is_empty() {
            self.harness.run();
        }
    }

    /// Runs a command as if its button had been pressed.
    pub fn command(&mut self, command: Command) {
        let ctx = self.harness.ctx.clone();
        self.harness.state_mut().run(&ctx, command);
        self.settle();
    }

    /// The questions asked since the last call.
    pub fn asked(&self) -> Vec<Ask> {
        std::mem::take(&mut self.script.borrow_mut().asked)
    }

    /// Every text on screen, in reading order, one a line.
    pub fn texts(&self) -> String {
        use egui_kittest::kittest::NodeT as _;
        let mut out = Vec::new();
        for node in self.harness.root().children_recursive() {
            let node = node.accesskit_node();
            for text in [node.label(), node.value()].into_iter().flatten() {
                if !text.trim().is_empty() && out.last() != Some(&text) {
                    out.push(text);
                }
            }
        }
        out.join("\n")
    }
}

/// Every control keeps inside the width of the window, and is at least 24 points high.
pub fn fits(window: &Window, what: &str) {
    use egui_kittest::kittest::NodeT as _;
    let width = window.harness.ctx.content_rect().width();
    let mut seen = 0;
    for node in window.harness.root().children_recursive() {
        let role = node.accesskit_node().role();
        let wanted =
            [egui::Role::Button, egui::Role::Tab, egui::Role::CheckBox, egui::Role::RadioButton, egui::Role::TextInput];
        if !wanted.contains(&role) {
            continue;
        }
        let rect: egui::Rect = node.rect();
        let name = node.accesskit_node().label().unwrap_or_default();
        assert!(rect.left() >= -0.5 && rect.right() <= width + 0.5, "{what}: {role:?} “{name}” is cut off: {rect:?}");
        // The folds of the toolkit are 18 high with the gap around them; ours are all higher.
        assert!(rect.height() >= 18.0, "{what}: {role:?} “{name}” is too small: {rect:?}");
        seen += 1;
    }
    assert!(seen > 1, "{what}: only {seen} controls");
}

pub fn offline() -> Fault {
    Fault::Offline("nobody listens at api.sock".into())
}

pub fn problem(code: Code) -> Fault {
    Fault::Problem(Box::new(Problem::new(code, "That did not work.", "It means this.", "Do that.")))
}

pub fn community() -> Community {
    Community { id: "c0".repeat(32), name: "Riverside".into(), time_zone: "Europe/London".into(), people: 1, groups: 1 }
}

pub fn me() -> Me {
    Me {
        person: "aa".repeat(32),
        name: "Gwen".into(),
        role: "organiser".into(),
        device: "dd".repeat(32),
        groups: Vec::new(),
    }
}

pub fn community_status() -> Status {
    Status {
        state: State::NearbyOnly,
        sentence: "Linked with 1 computer.".into(),
        freshness: Freshness::UpToDate,
        freshness_sentence: "Up to date.".into(),
        community: Some(community()),
        me: Some(me()),
        neighbours: vec![
            Neighbour {
                key: "11".repeat(32),
                name: "Riverside Library".into(),
                seen: true,
                linked: true,
                reason: String::new(),
                up_to_date: true,
                addresses: vec!["10.0.0.7:4850".into()],
                path: "nearby".into(),
                equal_since_ms: Some(NOW_MS),
            },
            Neighbour {
                key: "22".repeat(32),
                name: String::new(),
                seen: true,
                linked: false,
                reason: "It does not answer. Its firewall may be in the way.".into(),
                up_to_date: false,
                addresses: vec!["10.0.0.9:4850".into()],
                path: "nearby".into(),
                equal_since_ms: None,
            },
        ],
        counts: Counts { services: 3, notices: 1, events: 1, records: 12, authority_records: 4 },
        space: Space { used_bytes: 100_000, quota_bytes: 10_000_000_000 },
        warnings: vec![Warning {
            code: "one-organiser".into(),
            severity: Severity::Warning,
            title: "There is only one organiser".into(),
            text: "If this computer is lost, nobody can let people in.".into(),
            action: "Invite a second person soon.".into(),
        }],
        addresses: vec!["3333@10.0.0.5:4850".into()],
        root: Some("ee".repeat(32)),
        now_ms: NOW_MS,
        version: "0.1.0".into(),
        pid: 77,
    }
}

pub fn empty_status() -> Status {
    Status {
        state: State::NeedsYou,
        community: None,
        me: None,
        neighbours: Vec::new(),
        warnings: Vec::new(),
        counts: Counts::default(),
        root: None,
        ..community_status()
    }
}

fn summary(
    kind: &str,
    title: &str,
    lines: &[&str],
    place: &str,
    assured: Option<&str>,
    open: Option<OpenState>,
) -> ItemSummary {
    let id: String = title.bytes().map(|b| format!("{b:02x}")).collect();
    ItemSummary {
        id: id.clone(),
        slot: format!("slot-{id}"),
        kind: kind.into(),
        title: title.into(),
        lines: lines.iter().map(|l| (*l).to_owned()).collect(),
        publisher: "Riverside Council".into(),
        place: (!place.is_empty()).then(|| place.to_owned()),
        postcode: None,
        assured: assured.map(str::to_owned),
        freshness: String::new(),
        opening: open.map(|state| Opening {
            state,
            text: match state {
                OpenState::Open => "Open until 5:30 pm".into(),
                OpenState::Closed => "Closed, opens Tuesday 10 am".into(),
                OpenState::ClosedForGood => "Closed for good".into(),
                OpenState::Unknown => String::new(),
            },
            notes: Vec::new(),
        }),
        public: true,
        also_from: 0,
    }
}

pub fn items() -> Vec<ItemSummary> {
    vec![
        summary(
            "service",
            "Appledore Library",
            &["Books, computers and a warm room."],
            "The Quay, Bideford, EX39 1QS",
            Some("2026-11-20"),
            Some(OpenState::Open),
        ),
        summary(
            "service",
            "Repair café",
            &["Bring what is broken. We mend it together."],
            "Village hall, Riverside",
            Some("2025-03-02"),
            Some(OpenState::Closed),
        ),
        summary("service", "Old bus office", &["Moved to the square."], "", None, Some(OpenState::ClosedForGood)),
        summary("event", "Harvest supper", &["Bring a dish to share."], "Village hall", None, None),
    ]
}

pub fn notice() -> ItemSummary {
    summary("notice", "Water off on Mill Lane", &["Tuesday 9 am to noon."], "", None, None)
}

pub fn library() -> Item {
    let mut summary = items().remove(0);
    summary.opening.as_mut().unwrap().notes = vec!["Closed on bank holidays.".into()];
    Item {
        doc: json!({
            "hsds": {
                "name": "Appledore Library",
                "description": "Books, computers and a warm room.\nEverybody is welcome.",
                "email": "appledore@example.org",
                "url": "https://example.org/appledore",
                "phones": [{ "number": "01632 960123" }],
                "organization": { "name": "Riverside Council", "url": "javascript:alert(1)" }
            }
        }),
        sources: vec![
            ItemSource {
                id: summary.id.clone(),
                publisher: "Riverside Council".into(),
                name: "Devon libraries".into(),
                url: String::new(),
                assured: Some("2026-11-20".into()),
            },
            ItemSource {
                id: "99".into(),
                publisher: "Food bank".into(),
                name: String::new(),
                url: String::new(),
                assured: Some("2025-02-01".into()),
            },
        ],
        notes: vec!["Shares its building with the post office.".into()],
        hours: vec!["Tuesday 10 am to 1 pm".into(), "Wednesday 2 pm to 5:30 pm".into()],
        copies: 3,
        copies_text: "Kept on 3 computers".into(),
        versions: Vec::new(),
        expires: Some("2027-11-20".into()),
        mine: false,
        withdrawn: false,
        hidden: None,
        summary,
    }
}
