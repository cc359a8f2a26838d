//! A scripted node for the window: answers what a test put there, and remembers what was asked.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod computers;
pub mod help;
mod internet;
mod items;
pub mod joining;
mod look;
mod painter;
pub mod people;
mod town;
pub mod wait;

pub use internet::*;
pub use items::*;
#[allow(unused_imports, reason = "each test file uses its own part")]
pub use look::*;
pub use town::*;

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use egui_kittest::Harness;
use hedgerow_api::*;
use hedgerow_gui::app::App;
use hedgerow_gui::command::Command;
use hedgerow_gui::deeds::{Deed, Outcome, carry, community, item, things};
use hedgerow_gui::known::{Fact, Question, Topic};
use hedgerow_gui::link::{Answer, Ask, Attached, Fault, Link};
use hedgerow_gui::words::Language;

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
            Fact::Events(Ok(Box::new(find(&events(), &FindQuery::default())))),
            Fact::Item(Ok(Box::new(library()))),
            Fact::Uplink(Ok(Box::new(uplink()))),
            Fact::MyUse(Ok(Box::new(used()))),
            Fact::Browser(Ok(Box::new(browsers()))),
            Fact::Gateway(Ok(Box::new(host()))),
            Fact::Sites(Ok(Box::new(LocalSites { sites: sites() }))),
            Fact::Config(Ok(Box::new(config()))),
            Fact::WifiPage(Ok(Box::new(wifi_page()))),
            Fact::HostStats(Ok(Box::new(hours_of_use()))),
            Fact::HostUse(Ok(Box::new(used_here()))),
            Fact::Mine(Ok(Box::new(FindPage { items: mine(), next: None, total: Some(2), said: None }))),
            Fact::Editing(Ok(Box::new(Some(lunch())))),
            Fact::Hidden(Ok(Box::new(HiddenList { hidden: vec![hidden()] }))),
            Fact::Blocked(Ok(Box::new(Blocked {
                blocked: vec![BlockedOwner { id: "b1".into(), name: "Mal".into() }],
            }))),
            Fact::Activity(Ok(Box::new(activity()))),
            Fact::CameIn(Ok(Box::default())),
            Fact::Sticks(Ok(Box::new(vec![hedgerow_gui::sticks::Stick {
                name: "PHOTOS".into(),
                folder: "/media/gwen/PHOTOS".into(),
                files: vec!["/media/gwen/PHOTOS/community.hedgerow".into()],
            }]))),
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
        let none = FindPage { items: vec![], next: None, total: Some(0), said: None };
        self.items = Ok(vec![]);
        people::none()
            .into_iter()
            .chain(joining::none())
            .chain(help::none())
            .chain(computers::none())
            .for_each(|fact| self.says(fact));
        self.says(Fact::Uplink(Ok(Box::new(Uplink { mode: "off".into(), gateways: vec![], ..uplink() }))));
        self.says(Fact::MyUse(Ok(Box::new(Statements { rows: vec![], ..used() }))));
        self.says(Fact::Browser(Ok(Box::default())));
        self.says(Fact::Gateway(Ok(Box::new(GatewayStatus { state: "not-set-up".into(), setup: None, ..host() }))));
        self.says(Fact::Sites(Ok(Box::new(LocalSites { sites: vec![] }))));
        self.says(Fact::Config(Ok(Box::new(Config { settings: vec![], ..config() }))));
        self.says(Fact::HostStats(Ok(Box::new(GatewayStats { days: 7, hours: vec![] }))));
        self.says(Fact::HostUse(Ok(Box::new(Statements { rows: vec![], ..used() }))));
        self.says(Fact::Notices(Ok(Box::new(none.clone()))));
        self.says(Fact::Events(Ok(Box::new(none.clone()))));
        self.says(Fact::Mine(Ok(Box::new(none))));
        self.says(Fact::Editing(Ok(Box::new(None))));
        self.says(Fact::Hidden(Ok(Box::new(HiddenList { hidden: vec![] }))));
        self.says(Fact::Blocked(Ok(Box::new(Blocked { blocked: vec![] }))));
        self.says(Fact::Activity(Ok(Box::new(Activity { happenings: vec![] }))));
        self.says(Fact::Sticks(Ok(Box::default())));
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
            Ask::Again(questions) => {
                let answers: Vec<Answer> = questions.iter().map(|q| self.read(q)).collect();
                self.waiting.extend(answers);
            }
            Ask::Cancel { .. } | Ask::Keep(_) | Ask::Tell(_) => {}
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
        Deed::Community(community::Deed::Join { .. }) => Outcome::Joined("Riverside".into()),
        Deed::Community(community::Deed::SaveInvite { .. }) => Outcome::Saved("/home/gwen/hedgerow-invite.txt".into()),
        Deed::Things(things::Deed::Preview { publish, .. }) => {
            Outcome::Preview(Box::new(((**publish).clone(), lunch())))
        }
        Deed::Things(things::Deed::Publish { .. }) => {
            Outcome::Changed(Box::new(things::Change { item: lunch(), before: None }))
        }
        Deed::Things(things::Deed::Change { .. } | things::Deed::CheckAgain { .. }) => {
            Outcome::Changed(Box::new(things::Change { item: lunch(), before: Some(lunch()) }))
        }
        Deed::Things(things::Deed::Withdraw { .. }) => {
            Outcome::Gone(Box::new(things::Gone { before: lunch(), version: "gone".into() }))
        }
        Deed::Item(item::Deed::SaveCalendar { .. }) => Outcome::Saved("/home/gwen/Harvest-supper.ics".into()),
        Deed::Carry(carry::Deed::Import { only_look, .. }) => Outcome::Import(Box::new(ImportReport {
            first: vec![items().remove(0)],
            // What changed others is not taken back in one go.
            came: if *only_look { Vec::new() } else { vec!["service.00.01".into()] },
            read: 16,
            new: 12,
            updated: 3,
            unchanged: 0,
            quarantined: vec![Quarantined { item: "Line 7".into(), reason: "It has no name.".into() }],
            quarantined_count: 1,
            notes: vec!["The date in line 9 was not understood.".into()],
            dry_run: *only_look,
        })),
        Deed::Carry(carry::Deed::Export { .. }) => {
            Outcome::Exported { path: "/home/gwen/hedgerow-services".into(), services: 3, left_out: 1 }
        }
        Deed::Carry(carry::Deed::Pack { .. }) => Outcome::Saved("/home/gwen/community.hedgerow".into()),
        Deed::Carry(carry::Deed::Unpack { only_look, .. }) => Outcome::Bundle(Box::new(BundleReport {
            read: 9,
            new: 4,
            known: 5,
            dry_run: *only_look,
            ..Default::default()
        })),
        _ => Outcome::Done,
    })
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
        Window::with(size, |app| app, change)
    }

    /// Opens a window that keeps drafts in this folder.
    pub fn over(size: [f32; 2], folder: &std::path::Path, change: impl FnOnce(&mut Script)) -> Window {
        Window::with(size, |app| app.with_drafts(folder), change)
    }

    fn with(size: [f32; 2], made: impl FnOnce(App) -> App, change: impl FnOnce(&mut Script)) -> Window {
        let mut script = Script::new();
        change(&mut script);
        let script = Rc::new(RefCell::new(script));
        let link = Scripted(script.clone());
        let mut harness = Harness::builder()
            .with_size(size)
            .with_theme(egui::Theme::Light)
            .with_max_steps(12)
            .with_context_setup(hedgerow_gui::theme::install)
            .renderer(painter::Painter::default())
            .build_ui_state(
                |ui, app: &mut App| {
                    app.receive();
                    app.draw(ui);
                },
                made(App::new(Box::new(link), None)),
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
