//! What comes in is counted in the list on the left and said on the desktop, and notices say what matters.

use crate::support::*;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hedgerow_api::*;
use hedgerow_gui::arrivals::{Arrival, CameIn, Kind, Told};
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::known::{Fact, Topic};
use hedgerow_gui::link::{Answer, Ask};
use hedgerow_gui::words::Language;

const SIZE: [f32; 2] = [1080.0, 1900.0];

fn one(kind: Kind, key: &str, title: &str) -> Arrival {
    Arrival { kind, key: key.into(), title: title.into(), by: "Bob".into(), severity: None }
}

/// The node says what is there.
fn comes(window: &mut Window, arrivals: &[Arrival]) {
    let fact = Fact::CameIn(Ok(Box::new(CameIn { arrivals: arrivals.to_vec() })));
    window.script.borrow_mut().waiting.push_back(Answer::Read(Topic::CameIn.alone(), fact));
    window.settle();
    window.settle();
}

fn told(window: &Window) -> Vec<Told> {
    let told = |a| if let Ask::Tell(told) = a { Some(told) } else { None };
    window.asked().into_iter().filter_map(told).collect()
}

fn is_in_rail(window: &Window, name: &str) -> bool {
    window.harness.query_by_role_and_label(egui::Role::Tab, name).is_some()
}

#[test]
fn what_came_in_is_counted_until_it_is_seen_and_told_once() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    let old = [one(Kind::Notice, "n1", "Old"), one(Kind::Person, "p1", "Cy")];
    comes(&mut window, &old);
    assert!(told(&window).is_empty() && is_in_rail(&window, "Home"), "what was there is not new");
    let request = one(Kind::Request, "r/1", "");
    let more = [&old[..], &[request]].concat();
    comes(&mut window, &more);
    assert!(is_in_rail(&window, "Ask for help, 1 new"), "{}", window.texts());
    let [Told { title, .. }] = &told(&window)[..] else { panic!("it is told once") };
    assert_eq!(title, "Bob asks for help");
    comes(&mut window, &more);
    assert!(told(&window).is_empty());
    // Many at once are one message, which is no longer than one.
    let many: Vec<Arrival> = (0..30).map(|n| one(Kind::Notice, &format!("m{n}"), "News")).collect();
    let all = [&more[..], &many[..], &[one(Kind::Person, "p2", "Dee")]].concat();
    comes(&mut window, &all);
    let [Told { title, body, urgent: false }] = &told(&window)[..] else { panic!("one message") };
    assert_eq!((title.as_str(), body.as_str()), ("31 new things came in", "30 notices · 1 person joined"));
    for name in ["Home, 30 new", "People and groups, 1 new", "Ask for help, 1 new"] {
        assert!(is_in_rail(&window, name), "{name}: {}", window.texts());
    }
    window.command(Command::Go(Page::Home));
    window.command(Command::Go(Page::Find));
    assert!(is_in_rail(&window, "Home") && is_in_rail(&window, "People and groups, 1 new"));
    // What was read is not new any more.
    comes(&mut window, &all[..2]);
    assert!(is_in_rail(&window, "Ask for help"));
}

#[test]
fn a_narrow_window_and_a_welsh_one_count_as_well() {
    let mut window = Window::open([420.0, 700.0], |_| ());
    window.command(Command::Speak(Language::Welsh));
    window.command(Command::Go(Page::Find));
    comes(&mut window, &[]);
    comes(&mut window, &[one(Kind::Notice, "n", "x"), one(Kind::Request, "r/1", "")]);
    let tabs = window.texts();
    assert_eq!(tabs.lines().filter(|l| l.ends_with(", 1 newydd")).count(), 2, "{tabs}");
    fits(&window, "with counts");
}

#[test]
fn the_desktop_says_nothing_where_that_is_turned_off() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Settings));
    window.harness.get_by_role_and_label(egui::Role::RadioButton, "Tell me nothing").click();
    window.settle();
    comes(&mut window, &[]);
    comes(&mut window, &[one(Kind::Answer, "r/2", "")]);
    assert!(told(&window).is_empty());
    assert!(is_in_rail(&window, "Ask for help, 1 new"), "it is still counted");
    window.harness.get_by_role_and_label(egui::Role::RadioButton, "Tell me what comes in").click();
    window.settle();
    comes(&mut window, &[one(Kind::Answer, "r/2", ""), one(Kind::Answer, "r/3", "")]);
    assert_eq!(told(&window).len(), 1);
}

fn urgent() -> ItemSummary {
    ItemSummary {
        severity: Some("urgent".into()),
        publisher: "Food bank".into(),
        ends: Some("2026-11-30".into()),
        ..notice()
    }
}

#[test]
fn a_notice_says_how_urgent_it_is_its_day_and_who_wrote_it() {
    let care = ItemSummary { severity: Some("warning".into()), id: "c".into(), slot: "c".into(), ..urgent() };
    let all = vec![urgent(), care, notice()];
    let seen = ["Act now", "Take care", "23 November 2026 · Food bank · until 30 November 2026"];
    let mut window = Window::open(SIZE, |s| {
        let page = FindPage { items: all.clone(), next: None, total: Some(3), said: None };
        s.says(Fact::Notices(Ok(Box::new(page.clone()))));
        s.says(Fact::Mine(Ok(Box::new(page))));
        s.says(Fact::Item(Ok(Box::new(Item { summary: urgent(), ..library() }))));
        s.items = Ok(all.clone());
    });
    window.command(Command::Go(Page::Home));
    shows(&window, &seen);
    window.command(Command::Go(Page::Find));
    shows(&window, &seen);
    // The keyboard and the screen reader hear it too.
    let name = window.harness.get_by_label_contains("Notice, Act now").accesskit_node().label().unwrap_or_default();
    assert!(name.contains("23 November 2026"), "{name}");
    window.command(Command::Go(Page::Things));
    shows(&window, &["Notice · Act now", "Notice · Take care"]);
    window.command(Command::Open(Page::Item, "00".into()));
    shows(&window, &[seen[0], seen[2]]);
    window.command(Command::Speak(Language::Welsh));
    shows(&window, &["Gweithredwch nawr", "tan 30 Tachwedd 2026"]);
}

#[test]
fn a_stranger_reads_how_urgent_a_notice_is() {
    let mut window = Window::open(SIZE, |s| {
        s.status = Ok(empty_status());
        s.items = Ok(vec![urgent()]);
    });
    window.command(Command::LookAround("c0".into(), "Riverside".into()));
    shows(&window, &["Act now", "23 November 2026 · Food bank"]);
    window.command(Command::Open(Page::Item, urgent().id));
    shows(&window, &["Act now", "23 November 2026 · Food bank"]);
}
