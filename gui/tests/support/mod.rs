//! A scripted node for the window: answers what a test put there, and remembers what was asked.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod computers;
pub mod help;
pub mod joining;
mod look;
mod painter;
pub mod people;

#[allow(unused_imports, reason = "each test file uses its own part")]
pub use look::*;

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
            Fact::Mine(Ok(Box::new(FindPage { items: mine(), next: None, total: Some(2) }))),
            Fact::Editing(Ok(Box::new(Some(lunch())))),
            Fact::Hidden(Ok(Box::new(HiddenList { hidden: vec![hidden()] }))),
            Fact::Blocked(Ok(Box::new(Blocked {
                blocked: vec![BlockedOwner { id: "b1".into(), name: "Mal".into() }],
            }))),
            Fact::Activity(Ok(Box::new(activity()))),
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
        let none = FindPage { items: vec![], next: None, total: Some(0) };
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
            .renderer(painter::Painter::default())
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

pub fn gateway(title: &str) -> Gateway {
    Gateway {
        key: title.bytes().map(|b| format!("{b:02x}")).collect(),
        title: title.into(),
        responsible: "Ann Lee".into(),
        contact: "01632 960456".into(),
        open: true,
        sentence: "Open. Left for you today: 120 MB and 95 minutes.".into(),
        pence_per_gb: 0,
        bytes_left: Some(120_000_000),
        seconds_left: Some(95 * 60),
        terms: String::new(),
        terms_version: 0,
        bytes_up: 1_000,
        bytes_down: 200_000,
        pinned: false,
        refusal: String::new(),
        hours: vec!["Mon-Fri 9:00-17:00".into(), "Sat 10:00-13:00".into()],
        day_bytes: Some(300_000_000),
        day_seconds: Some(3 * 3600),
    }
}

pub fn uplink() -> Uplink {
    let hall = Gateway {
        open: false,
        sentence: "The price was not agreed to.".into(),
        refusal: "price".into(),
        pence_per_gb: 25,
        bytes_left: None,
        seconds_left: None,
        terms: "Be kind to others.\nNo films in the evening.".into(),
        terms_version: 2,
        hours: vec![],
        ..gateway("Village Hall")
    };
    Uplink {
        mode: "auto".into(),
        sentence: "You reach the internet through Riverside Library.".into(),
        ready: true,
        proxy: Some("127.0.0.1:4849".into()),
        pac: Some("http://127.0.0.1:4849/proxy.pac".into()),
        last_refusal: "Riverside Library: This address is not on the public internet.".into(),
        pence_per_gb: 0,
        ceiling_pence: 0,
        gateways: vec![gateway("Riverside Library"), hall],
    }
}

pub fn used() -> Statements {
    let row = StatementRow {
        month: "2026-11".into(),
        building: "Riverside Library".into(),
        gateway: "22".repeat(32),
        member: String::new(),
        name: String::new(),
        bytes_up: 20_000_000,
        bytes_down: 180_000_000,
        bytes_charged: 0,
        cost_pence: 0,
        paid_pence: 0,
        waived_pence: 0,
        due_pence: 0,
    };
    Statements { rows: vec![row], csv: "month\n".into(), page: "<body>\n</body>".into() }
}

pub fn host() -> GatewayStatus {
    let set = |field: &str, value: &str| PolicySet { field: field.into(), value: value.into() };
    let setup = GatewaySetup {
        title: "Riverside Library".into(),
        responsible: "Ann Lee".into(),
        contact: "01632 960456".into(),
        preset: "web".into(),
        way: "interface:eth1".into(),
        dns: vec!["9.9.9.9".into()],
        hours: vec!["Mon-Fri 9:00-17:00".into()],
        set: vec![
            set("limits", r#"{"day_seconds":10800,"day_bytes":300000000,"month_bytes":"none"}"#),
            set("reserve.percent", "20"),
            set("ports", "[80,443]"),
        ],
        agreed_by: "Ann Lee".into(),
        ..GatewaySetup::default()
    };
    GatewayStatus {
        state: "open".into(),
        sentence: "It is on: members can use this building's internet.".into(),
        title: "Riverside Library".into(),
        way: "interface:eth1".into(),
        line_up: true,
        circuits: 3,
        circuits_max: 200,
        month_bytes: 1_200_000_000,
        rules: vec!["Ann Lee answers for it: 01632 960456.".into()],
        policy: json!({}),
        refusal: String::new(),
        may_host: true,
        setup: Some(setup),
        lines: vec![
            GatewayLine { name: "eth0".into(), wireless: false, up: true },
            GatewayLine { name: "wlan0".into(), wireless: true, up: true },
            GatewayLine { name: "eth1".into(), wireless: false, up: false },
        ],
    }
}

pub fn hours_of_use() -> GatewayStats {
    let hour = |from: &str, member: &str, bytes: u64| HourOfUse {
        from: from.into(),
        member: member.repeat(16),
        bytes,
        bytes_charged: 0,
    };
    let hours = vec![
        hour("2026-11-23T08:00:00Z", "ab", 2_000_000),
        hour("2026-11-23T09:00:00Z", "cd", 90_000_000),
        hour("2026-11-23T09:00:00Z", "ab", 5_000_000),
    ];
    GatewayStats { days: 7, hours }
}

pub fn used_here() -> Statements {
    let mut all = used();
    all.rows[0].member = "cd".repeat(16);
    all.rows[0].name = "Bob Reed".into();
    all
}

pub fn site(name: &str) -> LocalSite {
    LocalSite {
        name: name.into(),
        slot: format!("slot-{name}"),
        title: "Hall bookings".into(),
        text: "Book the village hall.".into(),
        protocol: "http".into(),
        owner: "Bob Reed".into(),
        audience: "everyone in Riverside".into(),
        needs_name: false,
        here: false,
        state: "reachable".into(),
        sentence: "Its computer is here now.".into(),
        port: None,
        address: None,
        named: false,
        again: None,
        listing: None,
        visits: 0,
    }
}

pub fn sites() -> Vec<LocalSite> {
    let again = SitePublish { port: 8080, name: "rota".into(), title: "Rota".into(), ..SitePublish::default() };
    let mine = LocalSite {
        title: "Rota".into(),
        owner: "Gwen".into(),
        here: true,
        state: "running".into(),
        sentence: "Running on this computer.".into(),
        port: Some(8080),
        again: Some(again),
        ..site("rota")
    };
    let group = LocalSite {
        title: "Mentors".into(),
        audience: "the group Mentors".into(),
        needs_name: true,
        state: "offline".into(),
        sentence: "Its computer was last here on 20 November at 18:05.".into(),
        ..site("mentors")
    };
    let visited = LocalSite {
        title: "Tool library".into(),
        address: Some("http://tools.localhost:40001/".into()),
        ..site("tools")
    };
    vec![mine, site("bookings"), group, visited]
}

pub fn config() -> Config {
    let setting =
        |key: &str, value: &str| Setting { key: key.into(), value: value.into(), set: false, help: String::new() };
    Config {
        path: "/home/gwen/.local/share/hedgerow/config.toml".into(),
        settings: vec![
            setting("multicast", "true"),
            setting("neighbours", "3333@10.0.0.5:4850"),
            setting("port", "4847"),
            setting("quota", "2 GiB"),
        ],
    }
}

pub fn wifi_page() -> PageStatus {
    PageStatus {
        on: true,
        answers: true,
        listen: "0.0.0.0:8480".into(),
        addresses: vec!["http://192.168.1.20:8480/".into()],
        problem: None,
    }
}

pub fn browsers() -> hedgerow_gui::browser::State {
    hedgerow_gui::browser::State { by_button: true, set: None, startable: vec![("chromium".into(), "Chromium".into())] }
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
        internet: None,
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
        owner: "0c".repeat(32),
        lat: None,
        lon: None,
        starts: None,
        ends: None,
        repeats: None,
        next_starts: None,
        next_ends: None,
        phone: None,
        review_by: None,
        copies: 1,
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
        supper(),
    ]
}

/// An event that repeats: its first time was last month.
pub fn supper() -> ItemSummary {
    ItemSummary {
        starts: Some("2026-10-24T18:00".into()),
        ends: Some("2026-10-24T20:30".into()),
        repeats: Some("FREQ=MONTHLY;BYDAY=4SA".into()),
        next_starts: Some("2026-11-28T18:00".into()),
        next_ends: Some("2026-11-28T20:30".into()),
        phone: Some("01632 960777".into()),
        ..summary("event", "Harvest supper", &["Bring a dish to share."], "Village hall", None, None)
    }
}

/// Events as the node finds them: one is over, and more than three come.
pub fn events() -> Vec<ItemSummary> {
    let on = |title: &str, day: &str, is_over: bool| ItemSummary {
        starts: Some(day.into()),
        next_starts: (!is_over).then(|| day.into()),
        next_ends: (!is_over).then(|| day.into()),
        ..summary("event", title, &["Come along."], "", None, None)
    };
    vec![
        on("Summer fair", "2027-07-03", false),
        supper(),
        on("Old fair", "2026-07-04", true),
        on("Carols", "2026-12-20", false),
        on("New year walk", "2027-01-01", false),
    ]
}

pub fn notice() -> ItemSummary {
    summary("notice", "Water off on Mill Lane", &["Tuesday 9 am to noon."], "", None, None)
}

/// What Gwen and the food bank publish.
pub fn mine() -> Vec<ItemSummary> {
    let mut all = vec![lunch().summary, items().remove(1)];
    all[1].owner = "f00d".into();
    all[1].publisher = "Food bank".into();
    all[1].copies = 4;
    all
}

/// A service of Gwen's.
pub fn lunch() -> Item {
    let place = "St Mary’s, Bideford";
    let summary = ItemSummary {
        publisher: "Gwen".into(),
        owner: "aa".repeat(32),
        copies: 1,
        ..summary("service", "Lunch club", &["A warm meal."], place, Some("2026-11-20"), None)
    };
    Item {
        doc: json!({
            "hsds": {
                "name": "Lunch club",
                "description": "A warm meal.",
                "email": "lunch@example.org",
                "schedules": [
                    { "freq": "WEEKLY", "byday": "WE", "opens_at": "12:00", "closes_at": "14:00" }
                ]
            }
        }),
        sources: vec![],
        notes: vec![],
        hours: vec!["Wednesday 12 noon to 2 pm".into()],
        copies: 1,
        mine: true,
        summary,
        ..library()
    }
}

/// Something an organiser hid.
pub fn hidden() -> HiddenItem {
    HiddenItem {
        what: "item".into(),
        title: "Cheap watches".into(),
        target: "notice.00.01".into(),
        owner: "Mal".into(),
        reason: "spam".into(),
        reason_text: "advertising".into(),
        by: "Gwen".into(),
        note: "Third time.".into(),
        hidden_ms: NOW_MS - 3_600_000,
        record: "99".into(),
    }
}

/// What happened lately.
pub fn activity() -> Activity {
    let happening = |what: &str, kind: &str, title: &str, by: &str, minutes: u64, count: u64| Happening {
        at_ms: NOW_MS - minutes * 60_000,
        what: what.into(),
        kind: kind.into(),
        title: title.into(),
        by: by.into(),
        item: (what == "published").then(|| "service.00.01".into()),
        count,
    };
    Activity {
        happenings: vec![
            happening("published", "service", "Lunch club", "Gwen", 5, 1),
            happening("published", "service", "", "Riverside Council", 90, 120),
            happening("withdrawn", "notice", "Old news", "Bob", 3_000, 1),
            happening("admit", "", "", "Gwen", 4_000, 1),
            happening("request", "", "Help with a form", "Bob", 5_000, 1),
            happening("something-new", "", "", "Bob", 5_001, 1),
        ],
    }
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
